"""A request as the facts of its log entry, written and read here only; see `facts` for what entries hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from scheduler.domain import Compensation, Fixed, Leave, Month, Overtime
from scheduler.workflow.change_request import Cell, Request, RequestKind, RequestState
from scheduler.workflow.overrides import Override


def surge_to_facts(surge: tuple[date, float] | None) -> list[object] | None:
    """A day of surge and its factor in JSON's types."""
    return [surge[0].isoformat(), surge[1]] if surge else None


def surge_from_facts(row: Any) -> tuple[date, float] | None:
    """The surge that `surge_to_facts` wrote."""
    return (date.fromisoformat(row[0]), row[1]) if row else None


def leave_to_facts(leave: Leave | None) -> dict[str, object] | None:
    """A leave in JSON's types."""
    if leave is None:
        return None
    first, last = leave.first.isoformat(), leave.last.isoformat()
    hours = {"start": leave.start, "end": leave.end} if leave.is_part else {}
    plain = {"worker": leave.worker, "first": first, "last": last, "kind": str(leave.kind), "approved": leave.approved}
    return plain | hours


def leave_from_facts(row: Any) -> Leave | None:
    """The leave that `leave_to_facts` wrote."""
    if row is None:
        return None
    first, last = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
    hours = {"start": row.get("start"), "end": row.get("end")}
    return Leave(row["worker"], first, last, row["kind"], approved=row["approved"], **hours)


def _from_cell(cell: Cell | None) -> list[str] | None:
    return [cell.worker, cell.day.isoformat()] if cell else None


def _to_cell(row: Any) -> Cell | None:
    return Cell(row[0], date.fromisoformat(row[1])) if row else None


def _from_overtime_terms(overtime: Overtime | None) -> dict[str, object]:
    """From when overtime is, and how it is made good; earlier releases did not say either."""
    if overtime is None or (overtime.start, overtime.compensation) == (None, Compensation.PAY):
        return {}
    return {"start": overtime.start, "compensation": overtime.compensation.value}


def _to_overtime(row: Any, terms: Any) -> Overtime | None:
    if not row:
        return None
    terms = terms or {}
    compensation = Compensation(terms.get("compensation", Compensation.PAY))
    return Overtime(row[0], date.fromisoformat(row[1]), row[2], terms.get("start"), compensation)


def request_to_facts(request: Request) -> dict[str, object]:
    """A request in JSON's types, as the facts of its log entry; the key `request` holds its number."""
    overtime = request.overtime
    found: dict[str, object] = {
        "request": request.number,
        "kind": request.kind.value,
        "month": str(request.month),
        "by": request.by,
        "because": request.because,
        "at": request.at.isoformat(),
        "cells": [[fixed.worker, fixed.day.isoformat(), fixed.shift] for fixed in request.cells],
        "give": _from_cell(request.give),
        "take": _from_cell(request.take),
        "to": request.to,
        "leave": leave_to_facts(request.leave),
        "cancelled_leave": leave_to_facts(request.cancelled_leave),
        "overtime": [overtime.worker, overtime.day.isoformat(), overtime.minutes] if overtime else None,
        "surge": surge_to_facts(request.surge),
        "checked_on": request.checked_on,
        "confirmed": list(request.confirmed),
        "state": request.state.value,
        "approver": request.approver,
        "override": request.override,
        "decided_because": request.decided_because,
    }
    later = {  # fields that earlier releases did not have: only where they say something
        "overtime_terms": _from_overtime_terms(overtime),
        "after_fact": request.after_fact,
        "undoes": request.undoes,
        "parties": list(request.parties),
        "papers_due": request.papers_due.isoformat() if request.papers_due else None,
        "since": request.since.isoformat() if request.since else None,
        "tables": request.tables,
        "spared": list(request.spared),
        "sets_aside": [what.value for what in request.sets_aside],
        "overtaken_by": request.overtaken_by,
    }
    return found | {name: fact for name, fact in later.items() if fact}


def request_from_facts(facts: Mapping[str, Any]) -> Request:
    """The request that `request_to_facts` wrote; unknown facts are ignored, and missing ones take their default."""
    return Request(
        number=facts["request"],
        kind=RequestKind(facts["kind"]),
        month=Month.parse(facts["month"]),
        by=facts["by"],
        because=facts["because"],
        at=datetime.fromisoformat(facts["at"]),
        cells=tuple(Fixed(worker, date.fromisoformat(day), shift) for worker, day, shift in facts.get("cells", ())),
        give=_to_cell(facts.get("give")),
        take=_to_cell(facts.get("take")),
        to=facts.get("to", ""),
        leave=leave_from_facts(facts.get("leave")),
        cancelled_leave=leave_from_facts(facts.get("cancelled_leave")),
        overtime=_to_overtime(facts.get("overtime"), facts.get("overtime_terms")),
        surge=surge_from_facts(facts.get("surge")),
        checked_on=facts.get("checked_on", 0),
        confirmed=tuple(facts.get("confirmed", ())),
        state=RequestState(facts.get("state", RequestState.REQUESTED)),
        approver=facts.get("approver", ""),
        override=facts.get("override", ""),
        decided_because=facts.get("decided_because", ""),
        after_fact=bool(facts.get("after_fact")),
        undoes=facts.get("undoes", 0),
        parties=tuple(facts.get("parties", ())),
        papers_due=date.fromisoformat(facts["papers_due"]) if facts.get("papers_due") else None,
        since=date.fromisoformat(facts["since"]) if facts.get("since") else None,
        tables=facts.get("tables", ""),
        spared=tuple(facts.get("spared", ())),
        sets_aside=tuple(map(Override, facts.get("sets_aside", ()))),
        overtaken_by=facts.get("overtaken_by", 0),
    )
