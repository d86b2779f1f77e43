"""Entries of a log, written by hand: a stand-in asked for, confirmed and carried out, copies signed for, and what else may happen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from scheduler.domain import Change, Month
from scheduler.workflow.change_request import Cell, Request, RequestKind
from scheduler.workflow.facts import (
    ApprovedFacts,
    CopyMarkedFacts,
    DecidedFacts,
    DraftedFacts,
    Judgement,
    PublishedFacts,
    RequestedFacts,
    SupersededFacts,
)
from scheduler.workflow.version import Recipient

START = datetime(2026, 11, 20, 8, tzinfo=UTC)
OFFICE, ONE, TWO = (
    Recipient("department", "人事", "人事部"),
    Recipient("person", "1", "甲"),
    Recipient("person", "2", "乙"),
)
NAMES = {"1": "甲", "2": "乙", "M": "经理"}
MOVED = (Change("1", date(2026, 12, 7), ("早",), ()), Change("2", date(2026, 12, 7), (), ("早",)))
ASKED = Request(
    number=1,
    kind=RequestKind.STAND_IN,
    month=Month(2026, 12),
    by="1",
    because="家事",
    at=START,
    give=Cell("1", date(2026, 12, 7)),
    to="2",
    checked_on=1,
)


@dataclass(frozen=True)
class Line:
    """An entry of the log."""

    event: str
    version: int | None
    facts: Mapping[str, object] = field(default_factory=dict)
    by: str = "M"
    because: str = ""
    at: datetime = START
    _: KW_ONLY
    sequence: int = 0
    ran: str = ""


def published(version: int, *recipients: Recipient, hours: int = 0, because: str = "", **facts) -> Line:
    written = PublishedFacts(recipients=recipients, **facts).to_json()
    return Line("published", version, written, because=because, at=START + timedelta(hours=hours))


def marked(event: str, version: int, who: str, hours: int) -> Line:
    facts = CopyMarkedFacts(recipient=who).to_json()
    return Line(event, version, facts, by=who, at=START + timedelta(hours=hours))


def drafted(version: int, month: str = "2026-12", **facts) -> Line:
    return Line("drafted", version, {"month": month, **DraftedFacts(**facts).to_json()})


def requested(request: Request, *changes: Change, hours: int = 0) -> Line:
    facts = RequestedFacts(request=request, judgement=Judgement(verdict="allowed", changes=changes)).to_json()
    at = START + timedelta(hours=hours)
    return Line("requested", request.checked_on, facts, by=request.by, because=request.because, at=at)


def decided(event: str, request: int, version: int, by: str, because: str = "", hours: int = 0) -> Line:
    facts = DecidedFacts(request=request).to_json()
    return Line(event, version, facts, by=by, because=because, at=START + timedelta(hours=hours))


def numbered(lines: Iterable[Line]) -> list[Line]:
    """The entries as a ledger numbers them."""
    return [replace(line, sequence=number) for number, line in enumerate(lines, 1)]


LOG = (
    drafted(1),
    published(1, OFFICE, ONE, TWO, hours=1, because="首次"),
    marked("received", 1, "人事", 2),
    marked("received", 1, "1", 3),
    requested(ASKED, *MOVED),
    decided("confirmed", 1, 1, "2", "可以"),
    Line("approved", 1, ApprovedFacts(request=1, version=1).to_json()),
    drafted(2, request=1, changes=MOVED),
    Line("superseded", 1, SupersededFacts(by_version=2, request=1).to_json(), at=START + timedelta(hours=4)),
    published(2, OFFICE, ONE, hours=4, because="顶班", request=1, supersedes=1),
    marked("returned", 1, "人事", 5),
    marked("received", 2, "1", 6),
    drafted(3),  # never in force
)
