"""What a change does beside its cells: where fewer people are at work than wished for, and whose hours move."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from scheduler.audit.candidates import paid_hours
from scheduler.audit.months import PlannedMonth
from scheduler.domain import Demand, Month, Problem, Roster, SlotNeed
from scheduler.staffing.slots import SlotRow, slot_rows


class Shortfall(NamedTuple):
    """People at work on a shift, or in slots of time that follow one another, against the wished number.

    Attributes
    ----------
    shift : str
        Empty for slots.
    start, end : int
        Minutes of the day, of slots; both 0 for a shift.
    who : str
        The role or skill that is asked for; empty for anybody.
    least, target : int
        Heads: the minimum and the wished number, in slots that follow one another the largest.
    before, after : int
        Heads: those who are at work without the change and with it, in slots that follow one another the fewest.
    missing : int
        Heads below the wished number (or the minimum, see `find_shortfalls`) with the change, in slots that follow one another the most.
    """

    day: date
    shift: str
    start: int
    end: int
    who: str
    least: int
    target: int
    before: int
    after: int
    missing: int


class HoursMoved(NamedTuple):
    """Somebody's hours of a month, overtime beside the duties included, without a change and with it."""

    worker: str
    month: Month
    before: float
    after: float


class Effects(NamedTuple):
    """What a change does beside its cells."""

    below: tuple[Shortfall, ...] = ()
    hours: tuple[HoursMoved, ...] = ()


def find_effects(before: Sequence[PlannedMonth], after: Sequence[PlannedMonth]) -> Effects:
    """What drops below the wished number by a change, or further below it, and whose hours move.

    Parameters
    ----------
    before, after : sequence of PlannedMonth
        The same months without the change and with it; what is asked of them may differ, too.
    """
    below: list[Shortfall] = []
    hours: list[HoursMoved] = []
    for was, is_now in zip(before, after, strict=True):
        days = _days_to_compare(was, is_now)
        below += find_shortfalls(was, is_now, days)
        hours += _find_moved_hours(was, is_now)
    return Effects(tuple(below), tuple(hours))


def _days_to_compare(was: PlannedMonth, is_now: PlannedMonth) -> list[date]:
    """The days on which duties or demand differ, with those around: a shift may reach over midnight."""
    days = {change.day for change in is_now.roster.changes_from(was.roster)}
    if (was.problem.demand, was.problem.slots) != (is_now.problem.demand, is_now.problem.slots):
        days |= {day for day in is_now.problem.dates if _asks_for(was.problem, day) != _asks_for(is_now.problem, day)}
    near = {day + timedelta(days=step) for day in days for step in (-1, 0, 1)}
    return [day for day in is_now.problem.dates if day in near]


def _asks_for(problem: Problem, day: date) -> tuple[object, ...]:
    """What a day asks for."""
    return problem.demand_on(day), problem.slots_on(day)


def find_shortfalls(
    was: PlannedMonth, is_now: PlannedMonth, days: Collection[date], *, of_least: bool = False
) -> list[Shortfall]:
    """Where fewer are at work on some days than wished for, or than the minimum, by more than before."""
    rows = [*_compare_shifts(was, is_now, days, of_least), *_compare_slots(was, is_now, days, of_least)]
    return sorted(rows, key=lambda row: row.day)


def count_heads(problem: Problem, roster: Roster, day: date) -> dict[tuple[str, str], int]:
    """People on a day's shifts, by shift and by role or skill asked for."""
    on_duty: dict[str, list[str]] = {}
    for duty in roster.duties:
        if duty.day == day:
            on_duty.setdefault(duty.shift, []).append(duty.worker)
    return {
        (row.shift, row.who): sum(row.counts(problem.worker_by_id[who], day) for who in on_duty.get(row.shift, ()))
        for row in problem.demand_on(day)
    }


def _compare_shifts(
    was: PlannedMonth, is_now: PlannedMonth, days: Iterable[date], of_least: bool
) -> Iterator[Shortfall]:
    for day in days:
        then, now = count_heads(was.problem, was.roster, day), count_heads(is_now.problem, is_now.roster, day)
        wished = {(row.shift, row.who): _heads_of(row, of_least) for row in was.problem.demand_on(day)}
        for row in is_now.problem.demand_on(day):
            key = row.shift, row.who
            before, after = then.get(key, 0), now[key]
            lacked = max(0, wished.get(key, 0) - before)
            missing = _heads_of(row, of_least) - after
            if missing > lacked and (of_least or row.weight_short != 0):
                yield Shortfall(day, row.shift, 0, 0, row.who, row.least, row.target, before, after, missing)


def _heads_of(row: Demand | SlotNeed, of_least: bool) -> int:
    """The wished number of a row, or its minimum."""
    return row.least if of_least else row.target


def _compare_slots(
    was: PlannedMonth, is_now: PlannedMonth, days: Collection[date], of_least: bool
) -> Iterator[Shortfall]:
    """Slots that follow one another are one; breaks count as at work, as in the rule."""
    if not is_now.problem.slots or not days:
        return

    def key(row: SlotRow) -> tuple[date, int, int, str]:
        return row.day, row.slot.start, row.slot.end, row.slot.skill

    then = {key(row): row for row in slot_rows(was.problem, was.roster, days=days)}
    lacking: list[Shortfall] = []
    for row in slot_rows(is_now.problem, is_now.roster, days=days):
        old = then.get(key(row))
        slot, before = row.slot, old.rostered if old else 0
        lacked = max(0, _heads_of(old.slot, of_least) - before) if old else 0
        missing = _heads_of(slot, of_least) - row.rostered
        if missing > lacked:
            heads = (slot.least, slot.target, before, row.rostered, missing)
            lacking.append(Shortfall(row.day, "", slot.start, slot.end, slot.skill, *heads))
    lacking.sort(key=lambda row: (row.day, row.who, row.start))
    yield from _join_slots(lacking)


def _join_slots(rows: Sequence[Shortfall]) -> Iterator[Shortfall]:
    """Rows of slots, those that follow one another as one row."""
    if not rows:
        return
    run = [rows[0]]
    for last, row in pairwise(rows):
        if (row.day, row.who, row.start) != (last.day, last.who, last.end):
            yield _join_run(run)
            run = []
        run.append(row)
    yield _join_run(run)


def _join_run(run: Sequence[Shortfall]) -> Shortfall:
    return run[0]._replace(
        end=run[-1].end,
        least=max(row.least for row in run),
        target=max(row.target for row in run),
        before=min(row.before for row in run),
        after=min(row.after for row in run),
        missing=max(row.missing for row in run),
    )


def _find_moved_hours(was: PlannedMonth, is_now: PlannedMonth) -> Iterator[HoursMoved]:
    moved = [change.worker for change in is_now.roster.changes_from(was.roster)]
    moved += sorted({row.worker for row in {*was.problem.overtime} ^ {*is_now.problem.overtime}})
    for worker in dict.fromkeys(moved):
        before, after = _hours_of(was, worker), _hours_of(is_now, worker)
        if before != after:
            yield HoursMoved(worker, is_now.problem.month, before, after)


def _hours_of(month: PlannedMonth, worker: str) -> float:
    """Somebody's paid hours of the month, with overtime beside the duties."""
    problem = month.problem
    beside = (
        row.minutes
        for row in problem.overtime
        if row.worker == worker and row.start is not None and row.day in problem.day_by_date
    )
    return paid_hours(problem, month.roster, worker) + sum(beside) / 60
