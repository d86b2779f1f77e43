"""Amend a month's problem and roster by what requests ask for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from scheduler.domain import AND, Demand, Leave, Overtime, Problem, Roster, SlotNeed, present_ids
from scheduler.staffing.workload import scale_heads, scale_need
from scheduler.timeline import ONE_DAY, days_between
from scheduler.workflow.change_request import Cell, Request, RequestKind, RequestState


def amend_problem(
    problem: Problem,
    requests: Iterable[Request],
    *,
    also: Request | None = None,
    entered: Mapping[int, Collection[Cell]] | None = None,
) -> Problem:
    """Add to the month's problem what approved requests grant: leave, overtime, and more people on a day.

    Requests about other months, or about people whom the desk no longer has,
    change nothing. Who is away works no overtime that was to come. The cells of swaps and edits stand in the roster, not in the
    tables; a duty that the tables had fixed in such a cell is dropped. Of several
    surges of one day the last one holds; its factor applies to the demand of the tables.

    Parameters
    ----------
    requests : iterable of Request
        In the order of their approvals, as `replay_requests` gives them; those not approved are ignored.
    also : Request or None
        One more, taken as if it had just been approved.
    entered : mapping of request number to cells, optional
        Days of absence that were entered after the fact: on paper the roster stays as it was planned, so the plan has
        no absence there. Without them the month is as it was worked.
    """
    entered, present = entered or {}, present_ids(problem.workers)
    granted = [request for request in requests if request.state == RequestState.APPROVED]
    granted = [_under_present_ids(request, present) for request in (*granted, *([also] if also else []))]
    leave, factors = problem.leave, dict[date, float]()
    overtime, past_overtime = problem.overtime, problem.past_overtime
    worked: set[Overtime] = set()  # which no leave calls off any more
    for request in granted:
        if off := request.cancelled_leave:
            leave = tuple(piece for row in leave for piece in _call_off(row, off))
        if request.leave and request.leave.worker in problem.worker_by_id:
            pieces = [replace(request.leave, approved=True)]
            for worker, day in sorted(entered.get(request.number, ())):
                pieces = [
                    part
                    for piece in pieces
                    for part in _cut_leave(
                        piece, replace(piece, first=day, last=day, worker=present.get(worker, worker))
                    )
                ]
            leave = (*leave, *pieces)
            overtime = tuple(row for row in overtime if row in worked or not _is_off(row, pieces))
        more = request.overtime
        worked |= {more} if more and request.after_fact else set()
        if more and more.worker in problem.worker_by_id and more.day in problem.day_by_date:
            overtime = (*overtime, more)
        elif more and more.worker in problem.worker_by_id and _is_just_before(problem, more):
            past_overtime = (*past_overtime, more)
        if request.surge and request.surge[0] in problem.day_by_date:
            factors[request.surge[0]] = request.surge[1]
    moved = {(cell.worker, cell.day) for request in granted for cell in request.cells}
    fixed = tuple(row for row in problem.fixed if (row.worker, row.day) not in moved)
    found = replace(problem, leave=leave, overtime=overtime, fixed=fixed, past_overtime=past_overtime)
    return scale_days(found, factors) if factors else problem if found == problem else found


def _is_off(overtime: Overtime, away: Iterable[Leave]) -> bool:
    """Whether overtime lies on a day of some leave, or within its hours; what follows the duties of the day goes with these."""
    start, end = overtime.start, overtime.end
    return any(
        one.worker == overtime.worker
        and one.covers(overtime.day)
        and (not one.is_part or (start is not None and end is not None and one.takes(start, end)))
        for one in away
    )


def without_worked_overtime(problem: Problem, requests: Iterable[Request]) -> Problem:
    """The month without the overtime that was entered after the fact: what was worked is no rule's to forbid any more."""
    done = {
        request.overtime
        for request in requests
        if request.after_fact and request.state == RequestState.APPROVED and request.kind == RequestKind.OVERTIME
    }
    kept = tuple(row for row in problem.overtime if row not in done)
    past = tuple(row for row in problem.past_overtime if row not in done)
    if (kept, past) == (problem.overtime, problem.past_overtime):
        return problem
    return replace(problem, overtime=kept, past_overtime=past)


def _is_just_before(problem: Problem, overtime: Overtime) -> bool:
    """Whether overtime lies in the days before the month of which is known what was worked, and is not known itself yet."""
    since = problem.history_from
    return since is not None and since <= overtime.day < problem.first and overtime not in problem.past_overtime


def _under_present_ids(request: Request, present: Mapping[str, str]) -> Request:
    """The request with its leave, overtime and cells under the ids that people have today."""

    def leave(row: Leave | None) -> Leave | None:
        return row and replace(row, worker=present.get(row.worker, row.worker))

    if not present:
        return request
    more = request.overtime
    return replace(
        request,
        leave=leave(request.leave),
        cancelled_leave=leave(request.cancelled_leave),
        overtime=more and more._replace(worker=present.get(more.worker, more.worker)),
        cells=tuple(cell._replace(worker=present.get(cell.worker, cell.worker)) for cell in request.cells),
    )


def scale_days(problem: Problem, factors: Mapping[date, float]) -> Problem:
    """The month with the demand and the slots of some days scaled.

    Each such day gets rows of its own, first in the tables, in place of the rows that named that day alone.

    Parameters
    ----------
    factors : mapping of date to float
        How many times as much comes in on a day of the month.
    """
    named = {day.isoformat() for day in factors}
    demand: list[Demand] = []
    slots: list[SlotNeed] = []
    for day, factor in sorted(factors.items()):
        for row in problem.demand_on(day):
            least, target = scale_heads(row.least, factor), scale_heads(row.target, factor)
            most = None if row.most is None else scale_heads(row.most, factor)
            demand.append(replace(row, on=day.isoformat(), least=least, target=target, most=most))
        slots += [replace(scale_need(slot, factor), on=day.isoformat()) for slot in problem.slots_on(day)]
    return replace(
        problem,
        demand=(*demand, *(row for row in problem.demand if named.isdisjoint(row.on.split(AND)))),
        slots=(*slots, *(row for row in problem.slots if named.isdisjoint(row.on.split(AND)))),
    )


def settled_cells(requests: Iterable[Request]) -> dict[Cell, int]:
    """The cells that approved requests settled, each with the number of the last request that did.

    A request settles the cells that it asked for, its days of leave, and the day
    of its overtime. Cancelled leave no longer settles anything.

    Parameters
    ----------
    requests : iterable of Request
        In the order of their approvals, as `replay_requests` gives them; those not approved are ignored.
    """
    found: dict[Cell, int] = {}
    for request in requests:
        if request.state != RequestState.APPROVED:
            continue
        for cell in _leave_cells(request.cancelled_leave):
            found.pop(cell, None)
        mine = [Cell(fixed.worker, fixed.day) for fixed in request.cells]
        mine += [Cell(request.overtime.worker, request.overtime.day)] if request.overtime else []
        found |= dict.fromkeys([*mine, *_leave_cells(request.leave)], request.number)
    return found


def _leave_cells(leave: Leave | None) -> list[Cell]:
    """The cells of a leave's days; none without a leave."""
    return [Cell(leave.worker, day) for day in days_between(leave.first, leave.last)] if leave else []


def grant_leave(problem: Problem, granted: Iterable[Leave]) -> Problem:
    """The month with more approved leave, in place of other leave of the same people and days."""
    leave = problem.leave
    for one in granted:
        leave = (*_cut_all(leave, one), replace(one, approved=True))
    return replace(problem, leave=leave) if leave != problem.leave else problem


def _call_off(leave: Leave, off: Leave) -> Iterator[Leave]:
    """What is left of a leave when days of it are called off, or hours of them."""
    if not leave.approved or leave.worker != off.worker or leave.last < off.first or off.last < leave.first:
        yield leave
        return
    if leave.first < off.first:
        yield replace(leave, last=off.first - ONE_DAY)
    first, last = max(leave.first, off.first), min(leave.last, off.last)
    for start, end in ((leave.since, min(leave.until, off.since)), (max(leave.since, off.until), leave.until)):
        if start < end:
            rest = replace(leave, first=first, last=last)
            if (start, end) == (leave.since, leave.until):  # the hours that are called off are others
                yield rest
                break
            yield replace(rest, start=start, end=end)
    if off.last < leave.last:
        yield replace(leave, first=off.last + ONE_DAY)


def _cut_all(leave: Iterable[Leave], off: Leave) -> tuple[Leave, ...]:
    """What is left of all leave when other leave of one person takes its place."""
    return tuple(piece for row in leave for piece in _cut_leave(row, off))


def _cut_leave(leave: Leave, off: Leave) -> Iterator[Leave]:
    """What is left of a leave when other leave takes its place; where that is of hours, leave of whole days stays."""
    if not leave.approved or leave.worker != off.worker or leave.last < off.first or off.last < leave.first:
        yield leave
        return
    if off.is_part and (not leave.is_part or not leave.takes(off.since, off.until)):
        yield leave
        return
    if leave.first < off.first:
        yield replace(leave, last=off.first - ONE_DAY)
    if off.last < leave.last:
        yield replace(leave, first=off.last + ONE_DAY)


def place_requested_cells(roster: Roster, request: Request) -> Roster:
    """The roster with the request's cells as it asks for them, and no other changed."""
    asked: dict[tuple[str, date], list[str]] = {}
    for worker, day, code in request.cells:
        asked.setdefault((worker, day), []).extend([code] if code else [])
    return roster.replace_cells(asked)
