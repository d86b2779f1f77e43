"""Which open requests are overtaken by the approval of another one: what they ask for is not there any more as they asked."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.domain import Change
from scheduler.workflow.change_request import Cell, Request, RequestKind
from scheduler.workflow.in_force import Stretch
from scheduler.workflow.objections import cells_of


def find_overtaken(
    request: Request, changes: Iterable[Change], others: Iterable[Request], months: Stretch
) -> tuple[Request, ...]:
    """The open requests for cells that a request takes once it is approved.

    An absence is never overtaken: that somebody cannot come stays true. Leave is, by another request for its days; where
    duties on its days move because of others, it goes by the roster as it is then.

    Parameters
    ----------
    changes : iterable of Change
        All cells that the request moves.
    """
    taken, moved = cells_of(request, months), {Cell(one.worker, one.day) for one in changes}
    found = []
    for other in sorted(others, key=lambda one: one.number):
        if not other.is_open or other.number == request.number or other.kind == RequestKind.ABSENCE:
            continue
        wanted = cells_of(other, months)
        if request.leave and other.overtime:  # who is away works no overtime either
            wanted = wanted | {Cell(other.overtime.worker, other.overtime.day)}
        if wanted & taken or (wanted & moved and not other.leave and not other.cancelled_leave):
            found.append(other)
    return tuple(found)
