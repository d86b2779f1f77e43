"""What everybody holds of a month: which version's papers reached them, and in what a new version differs from those.

Pure functions of the log and of what versions print. A person's copy is what was printed for them last; it stays
good under later versions that leave their days alone, and is void once they are given another or it was withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from scheduler.audit.statistics import duty_row
from scheduler.domain import Compensation, Duty, ExtraWork, Problem
from scheduler.staffing.breaks import RECORDED
from scheduler.timeline import DAY_MINUTES, instant, moment
from scheduler.workflow.facts import DraftedFacts, Entry, PublishedFacts
from scheduler.workflow.version import Recipient


class PrintedDuty(NamedTuple):
    """A duty as papers print it.

    Attributes
    ----------
    start, end : datetime
        Zone-aware.
    breaks : tuple of (int, int)
        Small breaks and meals, in minutes of the day on which the duty begins.
    """

    shift: str
    start: datetime
    end: datetime
    breaks: tuple[tuple[int, int], ...]
    paid_hours: float


class PrintedOvertime(NamedTuple):
    """Overtime as papers print it, beside the duties.

    Attributes
    ----------
    start, end : datetime
        Zone-aware.
    """

    start: datetime
    end: datetime
    compensation: Compensation


class PrintedHours(NamedTuple):
    """Hours of leave as papers print them: minutes of the day, and the kind."""

    start: int
    end: int
    kind: str


class PrintedDay(NamedTuple):
    """A person's day as papers print it: duties by their start, else the kind of leave; `None` where that is not known.

    Beside them overtime, hours of leave, and the duties for which somebody stands by (备班).

    Where the leave is not known, neither is the overtime.
    """

    duties: tuple[PrintedDuty, ...] = ()
    leave: str | None = ""
    overtime: tuple[PrintedOvertime, ...] = ()
    away: tuple[PrintedHours, ...] = ()
    standby: tuple[PrintedDuty, ...] = ()

    def agrees(self, other: PrintedDay) -> bool:
        """Whether both say the same, as far as both are known."""
        is_known = None not in (self.leave, other.leave)
        return self.duties == other.duties and (not is_known or self[1:] == other[1:])

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the shifts."""
        return tuple(duty.shift for duty in self.duties)


FREE_DAY = PrintedDay()


@dataclass(frozen=True)
class PrintedMonth:
    """What the papers of a version print of everybody's days.

    Attributes
    ----------
    version : int
        Its number.
    leave_known : bool
        Whether it is known what leave they print: an earlier release did not record that.
    """

    version: int
    names: Mapping[str, str]
    days: Mapping[tuple[str, date], PrintedDay]
    leave_known: bool = True

    def on(self, worker: str, day: date) -> PrintedDay:
        """A person's day."""
        return self.days.get((worker, day), FREE_DAY if self.leave_known else PrintedDay(leave=None))


def print_month(
    version: int,
    names: Mapping[str, str],
    details: Iterable[Mapping[str, Any]],
    problem: Problem | None,
    reserves: Iterable[Duty] = (),
) -> PrintedMonth:
    """What the papers of a version print of everybody's days.

    Parameters
    ----------
    names : mapping of str to str
        People's names by id, as they were then.
    details : iterable of mappings
        The version's duty rows.
    problem : Problem or None
        The month as it was when the papers were written; `None` where that is not known.
    reserves : iterable of Duty
        Each as the duty that it would be if called; whoever has a duty or leave that day stands by no more.
    """
    duties: dict[tuple[str, date], list[PrintedDuty]] = {}
    for row in details:
        duties.setdefault((row["worker"], date.fromisoformat(row["date"])), []).append(_print_duty(row))
    unknown = None if problem is None else ""
    days = {
        cell: PrintedDay(tuple(sorted(found, key=lambda duty: (duty.start, duty.shift))), unknown)
        for cell, found in duties.items()
    }
    if problem:
        days |= {
            cell: PrintedDay(leave=str(leave.kind))
            for cell, leave in problem.leave_days.items()
            if cell not in days and cell[1] in problem.day_by_date
        }
        for worker, works in problem.extra_work.items():
            for day in dict.fromkeys(work.day for work in works if work.day in problem.day_by_date):
                mine = tuple(_print_overtime(problem, work) for work in works if work.day == day)
                days[worker, day] = days.get((worker, day), FREE_DAY)._replace(overtime=mine)
        for cell, parts in problem.leave_hours.items():
            if cell[1] in problem.day_by_date:
                away = tuple(sorted(PrintedHours(one.since, one.until, one.kind) for one in parts))
                days[cell] = days.get(cell, FREE_DAY)._replace(away=away)
        for one in reserves:
            cell = one.worker, one.day
            held = days.get(cell, FREE_DAY)
            if not (held.duties or held.leave):
                standby = (*held.standby, _print_duty(duty_row(problem, one)))
                days[cell] = held._replace(standby=standby)
    return PrintedMonth(version, names, days, problem is not None)


def _print_overtime(problem: Problem, work: ExtraWork) -> PrintedOvertime:
    extra, zone = work.overtime, problem.desk.zone
    start, end = (moment(instant(work.day, minute or 0, zone), zone) for minute in (extra.start, extra.end))
    return PrintedOvertime(start, end, work.overtime.compensation)


def _print_duty(row: Mapping[str, Any]) -> PrintedDuty:
    day = date.fromisoformat(row["date"])
    start, end = datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"])
    if RECORDED in row:
        breaks = sorted((first, last) for first, last, *_ in row[RECORDED])
    else:
        segments = row.get("segments", [])
        cuts = [datetime.fromisoformat(cut) for segment in segments for cut in segment][1:-1]
        minutes = [DAY_MINUTES * (cut.date() - day).days + 60 * cut.hour + cut.minute for cut in cuts]
        breaks = list(zip(minutes[::2], minutes[1::2], strict=True))
    return PrintedDuty(row["shift"], start, end, tuple(breaks), float(row["paid_hours"]))


class MovedDay(NamedTuple):
    """A day of a person that papers print otherwise than before."""

    day: date
    before: PrintedDay
    after: PrintedDay


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What a person holds of a month.

    Attributes
    ----------
    version : int
        The version that was printed for them last.
    void : bool
        Whether they were told that it is void, and given nothing in its place.
    in_calendar : bool
        Whether they have all of it as a calendar: earlier releases gave none of a whole month.
    """

    version: int
    void: bool = False
    in_calendar: bool = True


@dataclass(frozen=True, kw_only=True)
class PersonNews:
    """What a new version means for a person.

    Attributes
    ----------
    holding : Holding or None
        What they hold; `None` for nothing.
    moved : tuple of MovedDay
        The days that differ from what they hold, in order; of a first copy every day with a duty or leave.
    """

    worker: str
    name: str
    holding: Holding | None
    moved: tuple[MovedDay, ...]
    month: Mapping[date, PrintedDay] = field(repr=False)

    @property
    def is_whole(self) -> bool:
        """Whether they are given the whole month, for want of a copy that is good."""
        return self.holding is None or self.holding.void


def find_news(
    new: PrintedMonth, days: Sequence[date], holdings: Mapping[str, Holding], printed: Mapping[int, PrintedMonth]
) -> tuple[PersonNews, ...]:
    """Everybody for whom a new version says something else than what they hold, or who holds nothing that is good.

    Parameters
    ----------
    days : sequence of date
        The month's.
    holdings : mapping of str to Holding
        What people hold, by id.
    printed : mapping of int to PrintedMonth
        The versions that people hold, by number.
    """
    people = dict.fromkeys([*new.names, *(worker for worker, _ in new.days), *holdings])
    found = []
    for worker in people:
        holding = holdings.get(worker)
        held = printed[holding.version] if holding else PrintedMonth(0, {}, {})
        pairs = [(day, held.on(worker, day), new.on(worker, day)) for day in days]
        moved = tuple(MovedDay(*pair) for pair in pairs if not pair[1].agrees(pair[2]))
        if moved or (holding and holding.void):
            name = new.names.get(worker) or held.names.get(worker, worker)
            month = {day: new.on(worker, day) for day in days}
            found.append(PersonNews(worker=worker, name=name, holding=holding, moved=moved, month=month))
    return tuple(found)


class GivenOut(NamedTuple):
    """A publication or a withdrawal, and the people whose copies it made or made void.

    Attributes
    ----------
    people : frozenset of str
        Ids of those who were given a copy; of a withdrawal, empty: it makes every copy of the month void.
    recorded : bool
        Whether the entry says so; of earlier releases it is told from the cells that moved.
    """

    entry: Entry
    people: frozenset[str]
    recorded: bool = True


def months_of_versions(entries: Iterable[Entry]) -> dict[int, str]:
    """The month of each version that was drafted."""
    return {
        entry.version: str(entry.facts.get("month", ""))
        for entry in entries
        if entry.event == "drafted" and entry.version
    }


def follow_copies(entries: Sequence[Entry]) -> Iterator[GivenOut]:
    """Every publication and withdrawal of a log, with whom it gave copies."""
    drafted = {entry.version: DraftedFacts.read(entry.facts) for entry in entries if entry.event == "drafted"}
    for entry in entries:
        if entry.event == "withdrawn":
            yield GivenOut(entry, frozenset())
        elif entry.event == "published":
            facts = PublishedFacts.read(entry.facts)
            if facts.given is not None:
                yield GivenOut(entry, frozenset(facts.given))
                continue
            changes = facts.changes or drafted.get(entry.version, DraftedFacts()).changes
            everybody = facts.supersedes is None or (facts.request is None and not changes)
            people = (one.id for one in facts.recipients if one.kind == "person")
            yield GivenOut(entry, frozenset(people if everybody else (one.worker for one in changes)), recorded=False)


def find_holdings(entries: Sequence[Entry], month: str) -> dict[str, Holding]:
    """What people hold of a month at the end of a log, by id.

    Parameters
    ----------
    entries : sequence of Entry
        A desk's log, or its beginning, in order.
    month : str
        As `2026-12`.
    """
    months = months_of_versions(entries)
    found: dict[str, Holding] = {}
    for entry, people, recorded in follow_copies(entries):
        if entry.version is None or months.get(entry.version, month) != month:
            continue
        if entry.event == "withdrawn":
            found = {worker: replace(held, void=True) for worker, held in found.items()}
        found |= {worker: Holding(version=entry.version, in_calendar=recorded) for worker in people}
    return found


def list_recipients(recipients: Iterable[Recipient], news: Iterable[PersonNews]) -> tuple[Recipient, ...]:
    """The distribution list of a version: its recipients, and whoever else is told of it."""
    listed = {one.id: one for one in recipients}
    told = {one.worker: Recipient("person", one.worker, one.name) for one in news}
    return tuple((told | listed)[who] for who in [*listed, *(who for who in told if who not in listed)])
