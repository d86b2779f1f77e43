"""What log entries hold beside time, event and person: written and read in this one place, with types.

::

    event                            facts
    drafted                          DraftedFacts
    published                        PublishedFacts
    superseded                       SupersededFacts
    withdrawn                        none
    requested                        RequestedFacts
    rechecked                        RecheckedFacts
    confirmed, refused, cancelled    DecidedFacts
    approved                         ApprovedFacts
    received, returned               CopyMarkedFacts

Facts are JSON in the log. Those written here carry their format as `v`; entries
of releases before 0.2 have none and are read alike. A field that a later release
adds is read with its default where an entry lacks it, so every entry of every
earlier release decodes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from scheduler.domain import Change, Fixed, Leave, Month, Overtime
from scheduler.workflow.change_request import Cell, Request, RequestKind, RequestState
from scheduler.workflow.version import Recipient

FORMAT = 1
Json = Mapping[str, Any]


class Entry(Protocol):
    """A log entry, as far as the life of versions and requests goes."""

    @property
    def at(self) -> datetime:
        """When; zone-aware."""

    @property
    def event(self) -> str:
        """What happened."""

    @property
    def version(self) -> int | None:
        """Number of the version concerned."""

    @property
    def by(self) -> str:
        """Whose word it was."""

    @property
    def because(self) -> str:
        """Why."""

    @property
    def facts(self) -> Mapping[str, object]:
        """What else, in JSON's types."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a request was said to come to.

    Attributes
    ----------
    verdict : str
        The verdict's word.
    changes : tuple of Change
        The cells that it moves.
    fewest : int
        It is proved that no fewer cells can move.
    """

    verdict: str = ""
    changes: tuple[Change, ...] = ()
    fewest: int = 0

    def to_json(self) -> dict[str, object]:
        """In JSON's types."""
        return {"verdict": self.verdict, "changes": _from_changes(self.changes), "fewest": self.fewest}

    @classmethod
    def read(cls, facts: Json) -> Judgement:
        """From an entry's facts."""
        return cls(
            verdict=facts.get("verdict", ""), changes=_to_changes(facts.get("changes")), fewest=facts.get("fewest", 0)
        )


@dataclass(frozen=True, kw_only=True)
class DraftedFacts:
    """How a draft came about, where it was not generated.

    Attributes
    ----------
    request : int or None
        The request that it carries out.
    changes : tuple of Change
        What that moves against the version before.
    imported : str
        The file from which it was brought in.
    surge : (date, float) or None
        The day that was made anew, and for how many times the demand.
    made_from : int or None
        The version that a surge started from.
    """

    request: int | None = None
    changes: tuple[Change, ...] = ()
    imported: str = ""
    surge: tuple[date, float] | None = None
    made_from: int | None = None

    def to_json(self) -> dict[str, object]:
        """In JSON's types; what does not apply is left out."""
        found: dict[str, object] = {}
        if self.request is not None:
            found |= {"request": self.request, "changes": _from_changes(self.changes)}
        if self.imported:
            found["imported"] = self.imported
        if self.surge:
            found |= {"surge": [self.surge[0].isoformat(), self.surge[1]], "made_from": self.made_from}
        return _versioned(found)

    @classmethod
    def read(cls, facts: Json) -> DraftedFacts:
        """From an entry's facts."""
        return cls(
            request=facts.get("request"),
            changes=_to_changes(facts.get("changes")),
            imported=facts.get("imported", ""),
            surge=_to_surge(facts.get("surge")),
            made_from=facts.get("made_from"),
        )


@dataclass(frozen=True, kw_only=True)
class PublishedFacts:
    """A version put in force.

    Attributes
    ----------
    due : date or None
        By when it should have been published.
    fingerprint : str
        SHA-256 of its duties.
    supersedes : int or None
        The version that was in force until then.
    changes, over : tuple of Change
        What it moves against the version in force last, where it is no request's; and of these, what was settled.
    """

    due: date | None = None
    late: bool = False
    fingerprint: str = ""
    recipients: tuple[Recipient, ...] = ()
    supersedes: int | None = None
    request: int | None = None
    changes: tuple[Change, ...] = ()
    over: tuple[Change, ...] = ()

    def to_json(self) -> dict[str, object]:
        """In JSON's types."""
        found: dict[str, object] = {
            "due": self.due.isoformat() if self.due else None,
            "late": self.late,
            "fingerprint": self.fingerprint,
            "recipients": [[one.kind, one.id, one.name] for one in self.recipients],
            "supersedes": self.supersedes,
        }
        found |= {"request": self.request} if self.request else {}
        found |= {"changes": _from_changes(self.changes)} if self.changes else {}
        found |= {"over": _from_changes(self.over)} if self.over else {}
        return _versioned(found)

    @classmethod
    def read(cls, facts: Json) -> PublishedFacts:
        """From an entry's facts."""
        return cls(
            due=date.fromisoformat(facts["due"]) if facts.get("due") else None,
            late=bool(facts.get("late")),
            fingerprint=facts.get("fingerprint", ""),
            recipients=tuple(Recipient(*one) for one in facts.get("recipients", ())),
            supersedes=facts.get("supersedes"),
            request=facts.get("request"),
            changes=_to_changes(facts.get("changes")),
            over=_to_changes(facts.get("over")),
        )


@dataclass(frozen=True, kw_only=True)
class SupersededFacts:
    """A version closed by the one that replaces it, and the request that led to that."""

    by_version: int | None = None
    request: int | None = None

    def to_json(self) -> dict[str, object]:
        """In JSON's types."""
        return _versioned({"by_version": self.by_version} | ({"request": self.request} if self.request else {}))

    @classmethod
    def read(cls, facts: Json) -> SupersededFacts:
        """From an entry's facts."""
        return cls(by_version=facts.get("by_version"), request=facts.get("request"))


@dataclass(frozen=True, kw_only=True)
class RequestedFacts:
    """A request as it was asked, and what it was said to come to."""

    request: Request
    judgement: Judgement

    def to_json(self) -> dict[str, object]:
        """In JSON's types."""
        return _versioned(request_to_facts(self.request) | self.judgement.to_json())

    @classmethod
    def read(cls, facts: Json) -> RequestedFacts:
        """From an entry's facts."""
        return cls(request=request_from_facts(facts), judgement=Judgement.read(facts))


@dataclass(frozen=True, kw_only=True)
class RecheckedFacts:
    """A request judged again on another version."""

    request: int
    judgement: Judgement

    def to_json(self) -> dict[str, object]:
        """In JSON's types."""
        return _versioned({"request": self.request} | self.judgement.to_json())

    @classmethod
    def read(cls, facts: Json) -> RecheckedFacts:
        """From an entry's facts."""
        return cls(request=facts["request"], judgement=Judgement.read(facts))


@dataclass(frozen=True, kw_only=True)
class DecidedFacts:
    """A request confirmed, refused or cancelled."""

    request: int

    def to_json(self) -> dict[str, object]:
        """In JSON's types."""
        return _versioned({"request": self.request})

    @classmethod
    def read(cls, facts: Json) -> DecidedFacts:
        """From an entry's facts."""
        return cls(request=facts["request"])


@dataclass(frozen=True, kw_only=True)
class ApprovedFacts:
    """A request approved.

    Attributes
    ----------
    version : int or None
        The version on which it was checked.
    override : str
        Why an objection was set aside; empty where none was.
    """

    request: int
    version: int | None = None
    override: str = ""
    judgement: Judgement = Judgement()

    def to_json(self) -> dict[str, object]:
        """In JSON's types."""
        found = {"request": self.request, "version": self.version, "override": self.override}
        return _versioned(found | self.judgement.to_json())

    @classmethod
    def read(cls, facts: Json) -> ApprovedFacts:
        """From an entry's facts."""
        version = facts.get("version")
        return cls(
            request=facts["request"],
            version=version if isinstance(version, int) else None,
            override=str(facts.get("override", "")),
            judgement=Judgement.read(facts),
        )


@dataclass(frozen=True, kw_only=True)
class CopyMarkedFacts:
    """A copy of a version received, given back or destroyed."""

    recipient: str

    def to_json(self) -> dict[str, object]:
        """In JSON's types."""
        return _versioned({"recipient": self.recipient})

    @classmethod
    def read(cls, facts: Json) -> CopyMarkedFacts:
        """From an entry's facts."""
        return cls(recipient=str(facts["recipient"]))


def request_of(entry: Entry) -> int | None:
    """Number of the request that an entry belongs to, if any."""
    number = entry.facts.get("request")
    return number if isinstance(number, int) else None


def _versioned(facts: dict[str, Any]) -> dict[str, object]:
    return {"v": FORMAT} | facts


def _from_changes(changes: Sequence[Change]) -> list[list[object]]:
    return [[one.worker, one.day.isoformat(), list(one.before), list(one.after)] for one in changes]


def _to_changes(rows: Any) -> tuple[Change, ...]:
    return tuple(
        Change(who, date.fromisoformat(day), tuple(before), tuple(after)) for who, day, before, after in rows or ()
    )


def _from_surge(surge: tuple[date, float] | None) -> list[object] | None:
    return [surge[0].isoformat(), surge[1]] if surge else None


def _to_surge(row: Any) -> tuple[date, float] | None:
    return (date.fromisoformat(row[0]), row[1]) if row else None


def _from_leave(leave: Leave | None) -> dict[str, object] | None:
    if leave is None:
        return None
    first, last = leave.first.isoformat(), leave.last.isoformat()
    return {"worker": leave.worker, "first": first, "last": last, "kind": str(leave.kind), "approved": leave.approved}


def _to_leave(row: Any) -> Leave | None:
    if row is None:
        return None
    first, last = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
    return Leave(row["worker"], first, last, row["kind"], approved=row["approved"])


def _from_cell(cell: Cell | None) -> list[str] | None:
    return [cell.worker, cell.day.isoformat()] if cell else None


def _to_cell(row: Any) -> Cell | None:
    return Cell(row[0], date.fromisoformat(row[1])) if row else None


def request_to_facts(request: Request) -> dict[str, object]:
    """A request in JSON's types, as the facts of its log entry; its number is `request`."""
    overtime = request.overtime
    return {
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
        "leave": _from_leave(request.leave),
        "cancelled_leave": _from_leave(request.cancelled_leave),
        "overtime": [overtime.worker, overtime.day.isoformat(), overtime.minutes] if overtime else None,
        "surge": _from_surge(request.surge),
        "checked_on": request.checked_on,
        "confirmed": list(request.confirmed),
        "state": request.state.value,
        "approver": request.approver,
        "override": request.override,
        "decided_because": request.decided_because,
    }


def request_from_facts(facts: Json) -> Request:
    """The request that `request_to_facts` wrote down; further facts are left alone, and those that lack have their default."""
    overtime = facts.get("overtime")
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
        leave=_to_leave(facts.get("leave")),
        cancelled_leave=_to_leave(facts.get("cancelled_leave")),
        overtime=Overtime(overtime[0], date.fromisoformat(overtime[1]), overtime[2]) if overtime else None,
        surge=_to_surge(facts.get("surge")),
        checked_on=facts.get("checked_on", 0),
        confirmed=tuple(facts.get("confirmed", ())),
        state=RequestState(facts.get("state", RequestState.REQUESTED)),
        approver=facts.get("approver", ""),
        override=facts.get("override", ""),
        decided_because=facts.get("decided_because", ""),
    )
