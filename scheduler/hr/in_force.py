"""What was planned and what was worked: each duty from the version that was in force when it began.

Pure functions of the log and of the versions. A version is in force from its publication until another one is
published for the month, or it is withdrawn. What was entered after the fact lies over the plan, cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from scheduler.domain import Duty, Month, Problem, Roster, Shift, reaches_on
from scheduler.rules.book import Rulebook
from scheduler.timeline import Span, cut, instant
from scheduler.workflow.facts import EnteredFacts, Entry
from scheduler.workflow.log_steps import Step
from scheduler.workflow.worked import Worked


class Window(NamedTuple):
    """When a version of a month was in force; `until` is `None` while it is."""

    version: int
    since: datetime
    until: datetime | None


class Gap(NamedTuple):
    """A time of a month in which no version was in force, after one was withdrawn; `until` is `None` while it lasts."""

    month: Month
    since: datetime
    until: datetime | None


class Made(NamedTuple):
    """A version as it was made: what prices its duties, and its mark for people."""

    number: int
    fingerprint: str
    problem: Problem
    duties: tuple[Duty, ...]


@dataclass(frozen=True)
class HeldDuty:
    """A duty that was planned, or worked, or both.

    Attributes
    ----------
    span : Span
        Instants, see `Problem.true_span`.
    paid : tuple of Span
        Without unpaid breaks, on the scale on which the desk counts hours.
    away : tuple of Span
        Hours of leave, on the same scale, that were granted although the duty had begun; see `with_hours_away`.
    reaches : bool
        Whether it takes the next day too, see `free_days`.
    version, fingerprint : int, str
        Of the version in force when it began; for what was not planned, of that by whose shifts it is counted.
    afterwards : bool
        Whether that version was published only after the duty began.
    request : int
        The request by which it came into the version; 0 where it was rostered.
    entered : int
        The request by which it was entered what happened; 0 where nothing was.
    """

    worker: str
    day: date
    shift: Shift
    _: KW_ONLY
    span: Span
    paid: tuple[Span, ...]
    away: tuple[Span, ...] = ()
    reaches: bool
    version: int
    fingerprint: str
    planned: bool = True
    worked: bool = True
    afterwards: bool = False
    request: int = 0
    entered: int = 0

    @property
    def paid_minutes(self) -> int:
        """Minutes without unpaid breaks."""
        return sum(span.minutes for span in self.paid)

    @property
    def worked_paid(self) -> tuple[Span, ...]:
        """What of the paid time was worked: none of it where the duty was not, and no hours of leave."""
        if not self.worked:
            return ()
        return tuple(cut(self.paid, self.away)) if self.away else self.paid


@dataclass(frozen=True, kw_only=True)
class HeldMonth:
    """A month as it was held.

    Attributes
    ----------
    problem : Problem
        The month as it is known now: the last version in force, with everything that was approved; where none ever
        was, as the tables tell it.
    rulebook : Rulebook
        Of the same version.
    windows : tuple of Window
        Empty where no version was ever in force.
    fingerprints : mapping of int to str
        The marks of the versions that were in force.
    duties : tuple of HeldDuty
        By day, shift and worker.
    """

    problem: Problem
    rulebook: Rulebook
    windows: tuple[Window, ...] = ()
    gaps: tuple[Gap, ...] = ()
    fingerprints: Mapping[int, str] = field(default_factory=dict)
    duties: tuple[HeldDuty, ...] = ()

    @property
    def planned(self) -> Roster:
        """The duties that were planned."""
        return Roster(Duty(one.worker, one.day, one.shift.code) for one in self.duties if one.planned)

    @property
    def worked(self) -> Roster:
        """The duties that were worked, as far as that is known."""
        return Roster(Duty(one.worker, one.day, one.shift.code) for one in self.duties if one.worked)


def windows_in_force(entries: Iterable[Entry], months: Mapping[int, Month]) -> dict[Month, tuple[Window, ...]]:
    """When versions were in force, by month and in order.

    Parameters
    ----------
    months : mapping of int to Month
        The month of each version.
    """
    found: dict[Month, list[Window]] = {}
    for entry in entries:
        number = entry.version
        if entry.event not in ("published", "withdrawn") or number is None or number not in months:
            continue
        mine = found.setdefault(months[number], [])
        if mine and mine[-1].until is None:
            mine[-1] = mine[-1]._replace(until=entry.at)
        if entry.event == "published":
            mine.append(Window(number, entry.at, None))
    return {month: tuple(each) for month, each in found.items()}


def gaps_of(month: Month, windows: Sequence[Window], zone: str) -> tuple[Gap, ...]:
    """The times of a month in which no version was in force, after the first one was."""
    begins, ends = (_minute(month.first, zone), _minute(month.next.first, zone))
    found = []
    for window, after in zip(windows, [*windows[1:], None], strict=True):
        until = after.since if after else None
        if window.until is None or (until and until <= window.until):
            continue
        starts_in_time = window.until.timestamp() < ends * 60
        if starts_in_time and (until is None or until.timestamp() > begins * 60):
            found.append(Gap(month, window.until, until))
    return tuple(found)


def planned_duties(windows: Sequence[Window], versions: Mapping[int, Made]) -> list[HeldDuty]:
    """The duties of a month, each from the version in force at the instant at which it began.

    What began before anything was published is taken from the first version published. Of a shift that two versions
    let begin at different times, both while they were in force, the first counts.
    """
    found: dict[Duty, HeldDuty] = {}
    for place, window in enumerate(windows):
        made = versions[window.version]
        for duty in made.duties:
            held = hold_duty(made, duty)
            begins = held.span.start * 60
            late = place == 0 and begins < window.since.timestamp()
            if late or is_in_force(window, begins):
                found.setdefault(duty, replace(held, afterwards=late))
    return list(found.values())


def is_in_force(window: Window, second: float) -> bool:
    """Whether a version was in force at a time in seconds since 1970."""
    return window.since.timestamp() <= second and (window.until is None or second < window.until.timestamp())


def hold_duty(made: Made, duty: Duty) -> HeldDuty:
    """A duty, counted by the shifts of a version."""
    problem = made.problem
    return HeldDuty(
        duty.worker,
        duty.day,
        problem.shift_on(duty.day, duty.shift),
        span=problem.true_span(duty.day, duty.shift),
        paid=problem.paid_segments(duty.day, duty.shift),
        reaches=reaches_on(problem, duty.day, duty.shift),
        version=made.number,
        fingerprint=made.fingerprint,
    )


def lay_over(
    planned: Iterable[HeldDuty], worked: Worked, entered: Mapping[tuple[str, date], int], made: Callable[[Duty], Made]
) -> list[HeldDuty]:
    """The planned duties with what was worked laid over them, in order.

    Parameters
    ----------
    worked : mapping
        By worker and day of the month, the shifts that were worked where that was entered.
    entered : mapping
        By which request.
    made : callable
        The version by whose shifts a duty is counted that was not planned.
    """
    found = []
    seen = set()
    for duty in planned:
        cell = duty.worker, duty.day
        seen.add(Duty(*cell, duty.shift.code))
        if cell in worked:
            duty = replace(duty, worked=duty.shift.code in worked[cell], entered=entered.get(cell, 0))
        found.append(duty)
    for (worker, day), codes in worked.items():
        for more in (Duty(worker, day, code) for code in codes):
            if more not in seen:
                held = hold_duty(made(more), more)
                found.append(replace(held, planned=False, entered=entered.get((worker, day), 0)))
    return sorted(found, key=lambda one: (one.day, one.span, one.shift.code, one.worker))


def with_hours_away(duties: Iterable[HeldDuty], problem: Problem) -> Iterator[HeldDuty]:
    """The duties, each with the hours of leave that lie within it: who goes home ill leaves the duty standing.

    Leave that counts as worked takes nothing away.
    """
    for duty in duties:
        shift = duty.shift
        begins, ends = (problem.minute_at(duty.day, minute) for minute in (shift.start, shift.end))
        away = tuple(
            Span(max(begins, problem.minute_at(day, leave.since)), min(ends, problem.minute_at(day, leave.until)))
            for day, leave in problem.hours_taken_by(duty.worker, duty.day, shift.start, shift.end)
            if not problem.desk.leave_kind(leave.kind).worked
        )
        yield replace(duty, away=away) if away else duty


def entered_by(entries: Iterable[Entry]) -> dict[tuple[str, date], int]:
    """By worker and day, the request that entered last what was worked."""
    found: dict[tuple[str, date], int] = {}
    for entry in entries:
        if entry.event == "entered":
            facts = EnteredFacts.read(entry.facts)
            found |= {(one.worker, one.day): facts.request for one in facts.changes}
    return found


def with_requests(duties: Iterable[HeldDuty], steps: Iterable[Step]) -> Iterator[HeldDuty]:
    """The duties, each with the request by which it came into its version, if that is how it came there."""
    moved: dict[tuple[str, date], list[tuple[int, int]]] = {}
    for step in steps:
        if step.event == "published" and step.version:
            for cell in step.cells:
                number = step.request.number if step.request else 0
                moved.setdefault((cell.change.worker, cell.change.day), []).append((step.version, number))
    for duty in duties:
        mine = [number for version, number in moved.get((duty.worker, duty.day), ()) if version <= duty.version]
        yield replace(duty, request=mine[-1]) if mine and mine[-1] else duty


def _minute(day: date, zone: str) -> int:
    return instant(day, 0, zone)
