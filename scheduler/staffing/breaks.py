"""Small breaks (小休) and meals: the terms of a desk, the breaks that a shift is due, and a month's plan of them.

A plan is made once a roster is finished; `break_model` places the breaks, and
`break_audit` checks a plan from its times alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise
from math import ceil
from typing import Any, NamedTuple

from scheduler.domain import Duty, Problem, Shift
from scheduler.timeline import DAY_MINUTES


@dataclass(frozen=True, kw_only=True)
class BreakTerms:
    """How breaks are taken at a desk (table [breaks]).

    Attributes
    ----------
    every_hours : float
        A shift has one small break for each so many paid hours; 0 for none.
    minutes : int
        Minutes of a small break, which is paid.
    meal_moves : int
        Minutes by which a break of the shifts table may be moved, earlier or later.
    grid : int
        Breaks begin at multiples of so many minutes.
    edge : int
        Minutes at either end of a shift in which no break may lie.
    apart : int
        Least minutes of work between two breaks.
    most_away : int or None
        Most people on a break at the same time.
    least_at_desk : int
        Least people who stay at the desk, as far as so many are at work.
    longest_run_hours, run_break : float, int
        Longest stretch of work, in hours, without a break of at least `run_break` minutes.
    allowance : float or None
        Average part of the people at work who are on a break, 0 to 1; `None` derives it from the shifts.
    """

    every_hours: float = 4.0
    minutes: int = 15
    meal_moves: int = 60
    grid: int = 15
    edge: int = 60
    apart: int = 60
    most_away: int | None = None
    least_at_desk: int = 1
    longest_run_hours: float = 8.0
    run_break: int = 30
    allowance: float | None = None

    def small(self, shift: Shift) -> int:
        """How many small breaks a shift is due."""
        return int(shift.paid_minutes / (60 * self.every_hours) + 1e-9) if self.every_hours else 0

    def allowed_for(self, shifts: Iterable[Shift]) -> float:
        """The average part of the people at work who are on a break: as given, or the part of the shifts' time."""
        if self.allowance is not None:
            return self.allowance
        shifts = tuple(shifts)
        away = sum(
            self.small(shift) * self.minutes + sum(pause.end - pause.start for pause in shift.breaks)
            for shift in shifts
        )
        return round(away / sum(shift.span_minutes for shift in shifts), 4) if shifts else 0.0


RECORDED, RECORDED_PROOF = "breaks", "breaks_proved"  # keys of a duty row in the ledger


class PlacedBreak(NamedTuple):
    """A break of a duty, in minutes of the duty's day; a meal is a break of the shifts table."""

    duty: Duty
    start: int
    end: int
    meal: bool
    paid: bool


@dataclass(frozen=True)
class BreakPlan:
    """The breaks of a month, by day, worker and time.

    Attributes
    ----------
    unproved : tuple of date
        Days whose placing is not proved optimal.
    seconds : float
        Wall time of placing them.
    """

    pauses: tuple[PlacedBreak, ...]
    unproved: tuple[date, ...] = ()
    seconds: float = field(default=0.0, compare=False)

    def of(self, duty: Duty) -> tuple[PlacedBreak, ...]:
        """A duty's breaks, in order."""
        return self._by_duty.get(duty, ())

    @cached_property
    def _by_duty(self) -> dict[Duty, tuple[PlacedBreak, ...]]:
        found: dict[Duty, tuple[PlacedBreak, ...]] = {}
        for pause in self.pauses:
            found[pause.duty] = (*found.get(pause.duty, ()), pause)
        return found


def record_breaks(plan: BreakPlan, duty: Duty) -> dict[str, object]:
    """A duty's breaks as the ledger stores them in the duty's row."""
    pauses = [[pause.start, pause.end, pause.meal, pause.paid] for pause in plan.of(duty)]
    return {RECORDED: pauses, RECORDED_PROOF: duty.day not in plan.unproved}


def restore_plan(rows: Iterable[Mapping[str, Any]]) -> BreakPlan | None:
    """The plan that a version's duty rows hold; `None` if no breaks were placed for it."""
    held = [row for row in rows if RECORDED in row]
    if not held:
        return None
    return BreakPlan(
        tuple(
            PlacedBreak(Duty(row["worker"], date.fromisoformat(row["date"]), row["shift"]), *pause)
            for row in held
            for pause in row[RECORDED]
        ),
        tuple(sorted({date.fromisoformat(row["date"]) for row in held if not row[RECORDED_PROOF]})),
    )


class OwedBreak(NamedTuple):
    """One break that a shift is due: its length, and when it may begin, in minutes of the shift's day.

    Attributes
    ----------
    starts : tuple of int
        Possible starts, in order; empty if there is no room for it.
    ideal : int
        The start that spreads the breaks evenly.
    """

    minutes: int
    meal: bool
    paid: bool
    starts: tuple[int, ...]
    ideal: int


def owed_breaks(shift: Shift, terms: BreakTerms) -> tuple[OwedBreak, ...]:
    """The breaks due to a shift, in order: its own, and small ones spread evenly over the longest stretches between them."""
    stretches = shift.desk_minutes
    small = [0] * len(stretches)
    for _ in range(terms.small(shift)):
        lengths = [(end - start) / (count + 1) for (start, end), count in zip(stretches, small, strict=True)]
        small[lengths.index(max(lengths))] += 1
    found: list[OwedBreak] = []
    low, high = shift.start + terms.edge, shift.end - terms.edge
    for place, (start, end) in enumerate(stretches):
        for number in range(small[place]):
            middle = start + (end - start) * (number + 1) / (small[place] + 1) - terms.minutes / 2
            ideal = terms.grid * round(middle / terms.grid)
            found.append(OwedBreak(terms.minutes, False, True, on_grid(low, high - terms.minutes, terms.grid), ideal))
        if place < len(shift.breaks):
            pause = shift.breaks[place]
            length, moves = pause.end - pause.start, terms.meal_moves
            first, last = max(low, pause.start - moves), min(high - length, pause.start + moves)
            own = {pause.start} if first <= pause.start <= last else set()
            starts = tuple(sorted({*on_grid(first, last, terms.grid), *own}))
            found.append(OwedBreak(length, True, pause.paid, starts, pause.start))
    return _restrict_starts(shift, terms, found)


def on_grid(first: int, last: int, step: int) -> tuple[int, ...]:
    """The minutes from `first` to `last` on a grid of `step` minutes, in order."""
    return tuple(range(step * ceil(first / step), last + 1, step))


def _restrict_starts(shift: Shift, terms: BreakTerms, found: Sequence[OwedBreak]) -> tuple[OwedBreak, ...]:
    """Remove the starts that leave no room for the other breaks, or a run of work before, between or after that is too long."""
    starts = [list(one.starts) for one in found]
    cap = round(60 * terms.longest_run_hours)
    long = [place for place, one in enumerate(found) if one.minutes >= terms.run_break]
    if not long and shift.span_minutes > cap:
        return tuple(one._replace(starts=()) for one in found)
    if long:
        starts[long[0]] = [at for at in starts[long[0]] if at <= shift.start + cap]
        starts[long[-1]] = [at for at in starts[long[-1]] if at + found[long[-1]].minutes + cap >= shift.end]
    # (one, two, least, most): minutes from the start of one break to that of another
    distances = [(at, at + 1, found[at].minutes + terms.apart, DAY_MINUTES) for at in range(len(found) - 1)]
    distances += [(one, two, 0, found[one].minutes + cap) for one, two in pairwise(long)]
    for _ in range(2 * len(found)):  # each round settles at least one break
        for one, two, least, most in distances if all(starts) else ():
            before = starts[one]
            starts[two] = [at for at in starts[two] if before[0] + least <= at <= before[-1] + most]
            behind = starts[two] or [-DAY_MINUTES]
            starts[one] = [at for at in before if behind[0] - most <= at <= behind[-1] - least]
            if not starts[one]:
                break
    whole = all(starts)
    return tuple(one._replace(starts=tuple(left) if whole else ()) for one, left in zip(found, starts, strict=True))


def fits(shift: Shift, terms: BreakTerms) -> bool:
    """Whether a shift has room for the breaks that it is due."""
    found = owed_breaks(shift, terms)
    return all(one.starts for one in found) and (bool(found) or shift.span_minutes <= 60 * terms.longest_run_hours)


def planned_pauses(problem: Problem, duty: Duty) -> tuple[PlacedBreak, ...]:
    """A duty's breaks at the times of the shifts table."""
    shift = problem.shift_on(duty.day, duty.shift)
    return tuple(PlacedBreak(duty, pause.start, pause.end, True, pause.paid) for pause in shift.breaks)
