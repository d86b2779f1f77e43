"""Planned against actual: what a clock's punches say of duties, as proposals that somebody has to confirm.

Duties that follow one another without a gap to speak of are one *run*: nobody punches between them. A punch belongs to
the run that it is nearest to, within the reach of the desk's terms; a night belongs whole to the day on which it begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from scheduler.hr.in_force import HeldDuty
from scheduler.timeline import Span
from scheduler.workflow.attendance import Attendance, Finding

TOUCHING = 30  # minutes between two duties that make one run
SAME = 5  # minutes within which a person's punches are one
NEAR = 90  # minutes around a duty's start or end within which another's punch may be a stand-in's


class Punch(NamedTuple):
    """A punch: whose, its instant, and whether it is said to be `in` or `out`; empty where it is not said."""

    worker: str
    at: int
    way: str = ""


@dataclass(frozen=True)
class AttendanceTerms:
    """How a desk looks at punches.

    Attributes
    ----------
    late_after, early_before : int
        Minutes that are let pass at a duty's start and at its end.
    reach : int
        Minutes before a run and after it in which punches are looked for.
    mapping : str
        Which of the known exports its files are; empty to find out by their headings.
    columns : mapping of str to tuple of str
        Further headings of its files, by what they hold.
    """

    late_after: int = 0
    early_before: int = 0
    reach: int = 240
    mapping: str = ""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """A duty and what the clock says of it.

    Attributes
    ----------
    start, end : int or None
        The instants of the punches that count for its run.
    findings : tuple of Attendance
        What is proposed; empty where it was worked as planned.
    """

    duty: HeldDuty
    start: int | None
    end: int | None
    findings: tuple[Attendance, ...] = ()


@dataclass(frozen=True)
class Compared:
    """Duties with what was seen of them, in order, and the punches that belong to none."""

    seen: tuple[Seen, ...]
    beside: tuple[Punch, ...]


Excused = Callable[[HeldDuty], Iterable[Span]]


def compare_punches(
    duties: Sequence[HeldDuty],
    punches: Iterable[Punch],
    terms: AttendanceTerms,
    *,
    dates: frozenset[date],
    until: int,
    excused: Excused = lambda _: (),
) -> Compared:
    """What punches say of duties.

    Parameters
    ----------
    duties : sequence of HeldDuty
        All that were to be worked as far as is known, also of the days around.
    dates : frozenset of date
        The days whose duties are told.
    until : int
        The instant up to which punches are known: a duty that ends later is not looked at.
    excused : callable
        The times of a duty that approved leave takes.
    """
    mine: dict[str, list[HeldDuty]] = {}
    for duty in sorted((one for one in duties if one.worked), key=lambda one: one.span):
        mine.setdefault(duty.worker, []).append(duty)
    clocked: dict[str, list[Punch]] = {}
    for punch in sorted(set(punches), key=lambda one: (one.at, one.way)):
        clocked.setdefault(punch.worker, []).append(punch)
    seen, beside = list[Seen](), list[Punch]()
    for worker in dict.fromkeys((*mine, *clocked)):
        found, left = _person(mine.get(worker, []), clocked.get(worker, []), terms, excused)
        seen += found
        beside += left
    told = sorted(
        (one for one in seen if one.duty.day in dates and one.duty.span.end <= until),
        key=lambda one: (one.duty.day, one.duty.span, one.duty.worker),
    )
    return _with_stand_ins(told, beside, mine)


def _person(
    duties: Sequence[HeldDuty], punches: Sequence[Punch], terms: AttendanceTerms, excused: Excused
) -> tuple[list[Seen], list[Punch]]:
    """One person's duties with what was seen of them, and the punches that belong to none of them."""
    runs = list(_runs(duties))
    spans = [Span(run[0].span.start, max(one.span.end for one in run)) for run in runs]
    near: list[list[Punch]] = [[] for _ in runs]
    left = []
    for punch in punches:
        away = [max(span.start - punch.at, punch.at - span.end, 0) for span in spans]
        nearest = min(range(len(runs)), key=lambda place: away[place], default=None)
        if nearest is None or away[nearest] > terms.reach:
            left.append(punch)
        else:
            near[nearest].append(punch)
    seen = [
        one for run, span, mine in zip(runs, spans, near, strict=True) for one in _run(run, span, mine, terms, excused)
    ]
    return seen, left


def _runs(duties: Iterable[HeldDuty]) -> Iterator[list[HeldDuty]]:
    run: list[HeldDuty] = []
    for duty in duties:
        if run and duty.span.start > max(one.span.end for one in run) + TOUCHING:
            yield run
            run = []
        run.append(duty)
    if run:
        yield run


def _run(
    run: Sequence[HeldDuty], span: Span, punches: Sequence[Punch], terms: AttendanceTerms, excused: Excused
) -> Iterator[Seen]:
    """The duties of a run with what its punches say of each."""
    start, end = _ends(punches, span)
    for duty in run:
        due, leaves = _due(duty, excused)
        found: list[Attendance] = []

        def say(finding: Finding, minutes: int = 0, found: list[Attendance] = found, duty: HeldDuty = duty) -> None:
            found.append(Attendance(duty.worker, duty.day, duty.shift.code, finding, minutes))

        came, left = start if start is not None else due, end if end is not None else leaves
        if due >= leaves:
            pass  # leave takes all of it
        elif not punches or came >= leaves or left <= due:
            say(Finding.ABSENT)
        else:
            if start is None and duty is run[0]:
                say(Finding.NO_START)
            elif came - due > terms.late_after:
                say(Finding.LATE, came - due)
            if end is None and duty is run[-1]:
                say(Finding.NO_END)
            elif leaves - left > terms.early_before:
                say(Finding.EARLY, leaves - left)
        yield Seen(duty, start, end, tuple(found))


def _due(duty: HeldDuty, excused: Excused) -> tuple[int, int]:
    """From when to when somebody had to be there: leave at either end of a duty is no absence."""
    start, end = duty.span
    for away in sorted(excused(duty)):
        start = away.end if away.start <= start < away.end else start
    for away in sorted(excused(duty), reverse=True):
        end = away.start if away.start < end <= away.end else end
    return start, max(start, end)


def _ends(punches: Sequence[Punch], span: Span) -> tuple[int | None, int | None]:
    """When a run began and ended by its punches; of one punch, which of both it is nearer to."""
    begun = [one.at for one in punches if one.way == "in"]
    ended = [one.at for one in punches if one.way == "out"]
    unsaid = [one.at for one in punches if not one.way]
    start, end = (min(begun) if begun else None), (max(ended) if ended else None)
    if unsaid and start is None and end is None:
        first, last = min(unsaid), max(unsaid)
        if last - first > SAME and first < span.end and last > span.start:
            return first, last
        at = last if first >= span.end else first
        return (at, None) if abs(at - span.start) <= abs(at - span.end) else (None, at)
    if unsaid and end is None and start is not None and max(unsaid) > start + SAME:
        return start, max(unsaid)
    if unsaid and start is None and end is not None and min(unsaid) < end - SAME:
        return min(unsaid), end
    return start, end


def _with_stand_ins(seen: Sequence[Seen], beside: Sequence[Punch], mine: Mapping[str, Sequence[HeldDuty]]) -> Compared:
    """Duties of absent people with whoever punched for them: somebody without a duty then, at both ends of it if possible."""
    left, found = list(beside), list[Seen]()
    for one in seen:
        if [row.finding for row in one.findings] == [Finding.ABSENT]:
            span = one.duty.span
            at_start = {p.worker: p for p in reversed(left) if abs(p.at - span.start) <= NEAR and p.way != "out"}
            at_end = {p.worker: p for p in left if abs(p.at - span.end) <= NEAR and p.way != "in"}
            free = [
                who
                for who in dict.fromkeys((*(w for w in at_start if w in at_end), *at_start, *at_end))
                if not any(o.span.start < span.end and span.start < o.span.end for o in mine.get(who, ()))
            ]
            if free:
                who = free[0]
                taken = {p for p in left if p.worker == who and span.start - NEAR <= p.at <= span.end + NEAR}
                left = [p for p in left if p not in taken]
                came, went = (p.at if (p := ends.get(who)) else None for ends in (at_start, at_end))
                row = one.findings[0]._replace(finding=Finding.STOOD_IN, by=who)
                one = Seen(one.duty, came, went, (row,))
        found.append(one)
    return Compared(tuple(found), tuple(left))
