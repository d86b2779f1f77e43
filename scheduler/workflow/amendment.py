"""What approved requests make of a month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from math import ceil

from scheduler.domain import AND, Demand, Duty, Leave, Problem, Roster, SlotNeed
from scheduler.timeline import ONE_DAY
from scheduler.workflow.change_request import Cell, Request, RequestState

# What a request makes of the month and of its roster


def scale_slot(slot: SlotNeed, factor: float) -> SlotNeed:
    """A slot's need times a factor, rounded up; what it was computed from does not hold for it any more."""
    return replace(slot, least=_times(slot.least, factor), target=_times(slot.target, factor), basis=())


def _times(heads: int, factor: float) -> int:
    return ceil(round(heads * factor, 9))  # 100 × 1.1 is 110 people, though not to a computer


def amend_problem(
    problem: Problem,
    requests: Iterable[Request],
    *,
    also: Request | None = None,
    raised: Callable[[SlotNeed, float], SlotNeed] = scale_slot,
) -> Problem:
    """The month's problem with what approved requests add to its tables: leave, overtime, and more people on a day.

    What speaks of other months, or of people whom the desk does not have any
    more, changes nothing. Cells of swaps and edits stand in the roster, not in
    the tables; what the tables had settled there holds no more. Of a day's surges the last one holds, and speaks of the tables' demand.

    Parameters
    ----------
    requests : iterable of Request
        In the order of their approvals, as `replay` gives them; those not approved are passed over.
    also : Request or None
        One more, as if it had just been approved.
    raised : callable
        What a slot needs when so many times as much comes in.
    """
    granted = [request for request in requests if request.state == RequestState.APPROVED]
    granted += [also] if also else []
    leave, overtime, factors = problem.leave, problem.overtime, dict[date, float]()
    for request in granted:
        if off := request.cancelled_leave:
            leave = tuple(piece for row in leave for piece in _cut(row, off))
        if request.leave and request.leave.worker in problem.worker_by_id:
            leave = (*leave, replace(request.leave, approved=True))
        more = request.overtime
        if more and more.worker in problem.worker_by_id and more.day in problem.day_by_date:
            overtime = (*overtime, more)
        if request.surge and request.surge[0] in problem.day_by_date:
            factors[request.surge[0]] = request.surge[1]
    moved = {(cell.worker, cell.day) for request in granted for cell in request.cells}
    fixed = tuple(row for row in problem.fixed if (row.worker, row.day) not in moved)
    if (leave, overtime, fixed) == (problem.leave, problem.overtime, problem.fixed) and not factors:
        return problem
    demand, slots = _surged(problem, factors, raised)
    return replace(problem, leave=leave, overtime=overtime, fixed=fixed, demand=demand, slots=slots)


def settled_cells(requests: Iterable[Request]) -> dict[Cell, int]:
    """The cells that approved requests settled, each with the number of the last one that did.

    They are those that a request asked for, its days of leave, and the day of its
    overtime; leave that is called off settles nothing any more.

    Parameters
    ----------
    requests : iterable of Request
        In the order of their approvals, as `replay` gives them; those not approved are passed over.
    """
    found: dict[Cell, int] = {}
    for request in requests:
        if request.state != RequestState.APPROVED:
            continue
        for cell in _away(request.cancelled_leave):
            found.pop(cell, None)
        mine = [Cell(fixed.worker, fixed.day) for fixed in request.cells]
        mine += [Cell(request.overtime.worker, request.overtime.day)] if request.overtime else []
        found |= dict.fromkeys([*mine, *_away(request.leave)], request.number)
    return found


def _away(leave: Leave | None) -> list[Cell]:
    """The cells of days away."""
    if leave is None:
        return []
    return [Cell(leave.worker, leave.first + n * ONE_DAY) for n in range((leave.last - leave.first).days + 1)]


def _cut(leave: Leave, off: Leave) -> Iterator[Leave]:
    """What is left of leave when some days of it are called off."""
    if not leave.approved or leave.worker != off.worker or leave.last < off.first or off.last < leave.first:
        yield leave
        return
    if leave.first < off.first:
        yield replace(leave, last=off.first - ONE_DAY)
    if off.last < leave.last:
        yield replace(leave, first=off.last + ONE_DAY)


def _surged(
    problem: Problem, factors: Mapping[date, float], raised: Callable[[SlotNeed, float], SlotNeed]
) -> tuple[tuple[Demand, ...], tuple[SlotNeed, ...]]:
    """The demand and the slots with rows of their own for some days, in place of those that spoke of these only."""
    named = {day.isoformat() for day in factors}
    demand: list[Demand] = []
    slots: list[SlotNeed] = []
    for day, factor in sorted(factors.items()):
        for row in problem.demand_on(day):
            most = None if row.most is None else _times(row.most, factor)
            heads = {"least": _times(row.least, factor), "target": _times(row.target, factor), "most": most}
            demand.append(replace(row, on=day.isoformat(), **heads))  # type: ignore[arg-type]
        slots += [replace(raised(slot, factor), on=day.isoformat()) for slot in problem.slots_on(day)]
    return (
        (*demand, *(row for row in problem.demand if named.isdisjoint(row.on.split(AND)))),
        (*slots, *(row for row in problem.slots if named.isdisjoint(row.on.split(AND)))),
    )


def with_requested_cells(roster: Roster, request: Request) -> Roster:
    """The roster with the request's cells as it asks for them, and no other changed."""
    asked = {(cell.worker, cell.day) for cell in request.cells}
    kept = [duty for duty in roster.duties if (duty.worker, duty.day) not in asked]
    return Roster([*kept, *(Duty(*cell) for cell in request.cells if cell.shift)])
