"""What log entries hold beside time, event and person, written and read in this one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from scheduler.domain import Change, Fixed, Leave, Overtime
from scheduler.workflow.change_request import Cell, Request, RequestKind, RequestState


def changes_to_facts(changes: Sequence[Change]) -> list[list[object]]:
    """Changes in JSON's types, as an entry's fact `changes` holds them."""
    return [[one.worker, one.day.isoformat(), list(one.before), list(one.after)] for one in changes]


# The log


def request_to_facts(request: Request) -> dict[str, object]:
    """A request in JSON's types, as the facts of its log entry; its number is `request`."""

    def away(leave: Leave | None) -> dict[str, object] | None:
        if leave is None:
            return None
        first, last = leave.first.isoformat(), leave.last.isoformat()
        return {
            "worker": leave.worker,
            "first": first,
            "last": last,
            "kind": str(leave.kind),
            "approved": leave.approved,
        }

    def cell(at: Cell | None) -> list[str] | None:
        return [at.worker, at.day.isoformat()] if at else None

    overtime, surge = request.overtime, request.surge
    return {
        "request": request.number,
        "kind": request.kind.value,
        "month": request.month,
        "by": request.by,
        "because": request.because,
        "at": request.at.isoformat(),
        "cells": [[fixed.worker, fixed.day.isoformat(), fixed.shift] for fixed in request.cells],
        "give": cell(request.give),
        "take": cell(request.take),
        "to": request.to,
        "leave": away(request.leave),
        "cancelled_leave": away(request.cancelled_leave),
        "overtime": [overtime.worker, overtime.day.isoformat(), overtime.minutes] if overtime else None,
        "surge": [surge[0].isoformat(), surge[1]] if surge else None,
        "checked_on": request.checked_on,
        "confirmed": list(request.confirmed),
        "state": request.state.value,
        "approver": request.approver,
        "override": request.override,
        "decided_because": request.decided_because,
    }


def request_from_facts(facts: Mapping[str, Any]) -> Request:
    """The request that `to_facts` wrote down; further facts are left alone."""

    def away(row: Mapping[str, Any] | None) -> Leave | None:
        if row is None:
            return None
        first, last = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
        return Leave(row["worker"], first, last, row["kind"], row["approved"])

    def cell(row: list[str] | None) -> Cell | None:
        return Cell(row[0], date.fromisoformat(row[1])) if row else None

    overtime, surge = facts["overtime"], facts["surge"]
    return Request(
        number=facts["request"],
        kind=RequestKind(facts["kind"]),
        month=facts["month"],
        by=facts["by"],
        because=facts["because"],
        at=datetime.fromisoformat(facts["at"]),
        cells=tuple(Fixed(worker, date.fromisoformat(day), shift) for worker, day, shift in facts["cells"]),
        give=cell(facts["give"]),
        take=cell(facts["take"]),
        to=facts["to"],
        leave=away(facts["leave"]),
        cancelled_leave=away(facts["cancelled_leave"]),
        overtime=Overtime(overtime[0], date.fromisoformat(overtime[1]), overtime[2]) if overtime else None,
        surge=(date.fromisoformat(surge[0]), surge[1]) if surge else None,
        checked_on=facts["checked_on"],
        confirmed=tuple(facts["confirmed"]),
        state=RequestState(facts["state"]),
        approver=facts["approver"],
        override=facts["override"],
        decided_because=facts["decided_because"],
    )


class Entry(Protocol):
    """What `replay` reads of a log entry."""

    @property
    def event(self) -> str:
        """What happened."""

    @property
    def by(self) -> str:
        """Whose word it was."""

    @property
    def because(self) -> str:
        """Why."""

    @property
    def facts(self) -> Mapping[str, object]:
        """What else, in JSON's types."""
