"""Somebody's calendar to subscribe to: their duties of the months in force, and what fell away of earlier versions.

The events are those of the calendar files that go with letters, under the same identifiers: a day that a version
leaves alone keeps its event as it was, one that it moves gets a new one in its place, one that it empties is cancelled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Event

from scheduler import clock
from scheduler.app.locations import open_existing_ledger
from scheduler.app.months import amend_month, version_facts
from scheduler.app.told import problem_as_published
from scheduler.digest import digest_of
from scheduler.domain import Month, Problem
from scheduler.files.papers.calendar import CalendarStep, day_events, make_calendar
from scheduler.files.papers.notices import strike_days
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.i18n import Lang
from scheduler.ledger.store import EntryRow, Ledger
from scheduler.workflow.change_request import Request
from scheduler.workflow.facts import request_of
from scheduler.workflow.holdings import FREE_DAY, MovedDay, PrintedDay, months_of_versions, print_month
from scheduler.workflow.redaction import public_reason
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.reserves import find_reserves

FORMAT = 2  # of what is made here from the same entries


@dataclass(frozen=True)
class OwnCalendar:
    """A calendar to subscribe to.

    Attributes
    ----------
    mark : str
        The same as long as the calendar is; of an HTTP entity tag.
    changed : datetime or None
        When the last of its months was published or withdrawn.
    write : callable
        The calendar file, made when it is asked for.
    """

    mark: str
    changed: datetime | None
    write: Callable[[], bytes]


class _Told(NamedTuple):
    """A day as somebody was told of it last, what else had been told in the places behind, and the step that did so."""

    now: PrintedDay
    fallen: PrintedDay
    step: CalendarStep


def own_calendar(
    desk: Path, who: str, *, store: str | None = None, lang: Lang = "zh", now: clock.Clock = clock.now
) -> OwnCalendar:
    """Somebody's calendar from the month before the present one on; nothing is written.

    Raises
    ------
    LedgerError
        There is no roster yet.
    """
    files = read_desk(desk)
    first = Month.of(clock.at_desk(now, files.desk.zone)).previous
    with open_existing_ledger(desk, store) as ledger:
        entries = ledger.entries(files.desk.id)
    steps = _steps_by_month(entries, first)
    sequences = [one.sequence for mine in steps.values() for one in mine]
    changed = max((one.at for mine in steps.values() for one in mine), default=None)

    def write() -> bytes:
        with open_existing_ledger(desk, store) as ledger:
            return _write(files, ledger, entries, steps, who, lang)

    return OwnCalendar(digest_of([FORMAT, files.desk.id, who, lang, sequences]), changed, write)


def _steps_by_month(entries: Sequence[EntryRow], first: Month) -> dict[Month, list[EntryRow]]:
    """The publications and withdrawals of each month from the first on, in order."""
    months = months_of_versions(entries)
    found: dict[Month, list[EntryRow]] = {}
    for entry in entries:
        named = months.get(entry.version or 0) if entry.event in ("published", "withdrawn") else None
        if named and (month := Month.parse(named)) >= first:
            found.setdefault(month, []).append(entry)
    return dict(sorted(found.items()))


def _write(
    files: DeskFiles,
    ledger: Ledger,
    entries: Sequence[EntryRow],
    steps: Mapping[Month, Sequence[EntryRow]],
    who: str,
    lang: Lang,
) -> bytes:
    requests = replay_requests(entries)
    events: list[Event] = []
    problem: Problem | None = None
    for mine in steps.values():
        days: dict[date, _Told] = {}
        for entry in mine:
            step = calendar_step(entry, requests, files.desk.zone, lang)
            if entry.event == "withdrawn":
                struck = strike_days({day: told.now for day, told in days.items()}, step)
                printed = {moved.day: moved.after for moved in struck}
            else:
                row = ledger.version(files.desk.id, entry.version)
                problem = problem_as_published(ledger, row, entries) or amend_month(
                    version_facts(files, ledger, row), ledger
                )
                month = print_month(row.number, row.people, row.details, problem, find_reserves(entries, row.number))
                printed = {day: month.on(who, day) for day in problem.dates}
            days |= {day: told for day, one in printed.items() if (told := _tell(days.get(day), one, step))}
        assert problem is not None  # nothing is withdrawn that was not published
        events += _events(problem, who, days, lang)
    problem = problem or files.problem(Month.of(files.read_on))
    name = problem.worker_by_id[who].name if who in problem.worker_by_id else who
    return make_calendar(problem, name, events, lang)


def _tell(before: _Told | None, printed: PrintedDay, step: CalendarStep) -> _Told | None:
    """A day after a step; `None` where the step says nothing new of it."""
    if before is None:
        return _Told(printed, FREE_DAY, step) if printed.duties or printed.overtime or printed.standby else None
    now, fallen = before.now, before.fallen
    if (now.duties, now.overtime, now.standby) == (printed.duties, printed.overtime, printed.standby):
        return None
    fallen = PrintedDay(
        duties=(*now.duties, *fallen.duties[len(now.duties) :]),
        overtime=(*now.overtime, *fallen.overtime[len(now.overtime) :]),
        standby=(*now.standby, *fallen.standby[len(now.standby) :]),
    )
    return _Told(printed, fallen, step)


def _events(problem: Problem, who: str, days: Mapping[date, _Told], lang: Lang) -> Iterator[Event]:
    for day, told in sorted(days.items()):
        yield from day_events(problem, who, MovedDay(day, told.fallen, told.now), told.step, lang)


def calendar_step(entry: EntryRow, asked: Mapping[int, Request], zone: str, lang: Lang) -> CalendarStep:
    """A publication or withdrawal, as everybody may read of it."""
    because = public_reason(entry.because, asked.get(request_of(entry) or 0), lang)
    at = entry.at.astimezone(ZoneInfo(zone))
    return CalendarStep(entry.version or 0, sequence=entry.sequence, at=at, because=" ".join(because.split()))
