"""The change log, told from a few entries: who holds which copy, and a row for each version that was in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from scheduler.domain import Change, Month
from scheduler.workflow.change_log import LogRow, log_rows, outstanding_copies, receipts_by_version
from scheduler.workflow.change_request import Cell, Request, RequestKind
from scheduler.workflow.facts import (
    ApprovedFacts,
    CopyMarkedFacts,
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


def published(version: int, *recipients: Recipient, hours: int = 0, because: str = "", **facts) -> Line:
    written = PublishedFacts(recipients=recipients, **facts).to_json()
    return Line("published", version, written, because=because, at=START + timedelta(hours=hours))


def marked(event: str, version: int, who: str, hours: int) -> Line:
    facts = CopyMarkedFacts(recipient=who).to_json()
    return Line(event, version, facts, by=who, at=START + timedelta(hours=hours))


LOG = (
    Line("drafted", 1, DraftedFacts().to_json()),
    published(1, OFFICE, ONE, TWO, hours=1, because="首次"),
    marked("received", 1, "人事", 2),
    marked("received", 1, "1", 3),
    Line("requested", 1, RequestedFacts(request=ASKED, judgement=Judgement(changes=MOVED)).to_json(), by="1"),
    Line("approved", 1, ApprovedFacts(request=1, version=1).to_json()),
    Line("drafted", 2, DraftedFacts(request=1, changes=MOVED).to_json()),
    Line("superseded", 1, SupersededFacts(by_version=2, request=1).to_json(), at=START + timedelta(hours=4)),
    published(2, OFFICE, ONE, hours=4, because="顶班", request=1, supersedes=1),
    marked("returned", 1, "人事", 5),
    marked("received", 2, "1", 6),
    Line("drafted", 3, DraftedFacts().to_json()),  # never in force
)


def test_copies_are_received_and_returned_by_whom_the_log_says():
    copies = receipts_by_version(LOG)
    assert {version: list(found) for version, found in copies.items()} == {1: ["人事", "1", "2"], 2: ["人事", "1"]}
    assert copies[1]["人事"].received == START + timedelta(hours=2)
    assert copies[1]["人事"].returned == START + timedelta(hours=5)
    assert (copies[1]["2"].received, copies[1]["2"].returned) == (None, None)
    assert copies[2]["1"].received == START + timedelta(hours=6)


def test_of_a_live_version_signatures_are_outstanding_and_of_an_old_one_copies():
    found = [(copy.version, copy.recipient.id) for copy in outstanding_copies(LOG)]
    assert found == [(1, "1"), (1, "2"), (2, "人事")]


def test_a_row_for_each_version_that_was_in_force_with_what_led_to_it():
    one, two = log_rows(LOG, NAMES)
    assert (one.version, one.published, one.withdrawn) == (1, START + timedelta(hours=1), START + timedelta(hours=4))
    assert (one.request, one.requester, one.counterpart, one.approver) == ("", "", "", "经理")
    assert (one.reason, one.cells, one.outstanding) == ("首次", (), ("甲", "乙"))
    assert (two.version, two.published, two.withdrawn) == (2, START + timedelta(hours=4), None)
    assert (two.request, two.requester, two.counterpart, two.approver) == ("1", "甲", "乙", "经理")
    assert (two.reason, two.cells, two.outstanding) == ("顶班", MOVED, ("人事部",))


def test_a_version_issued_anew_tells_its_own_changes_and_a_withdrawn_one_why():
    log = (
        *LOG,
        Line("superseded", 2, SupersededFacts(by_version=3).to_json(), at=START + timedelta(hours=7)),
        published(3, OFFICE, hours=7, because="重排", changes=MOVED[:1]),
        Line("withdrawn", 3, {}, because="算错了", at=START + timedelta(hours=8)),
    )
    row = log_rows(log, NAMES)[-1]
    assert (row.cells, row.reason, row.withdrawn) == (MOVED[:1], "重排；算错了", START + timedelta(hours=8))
    assert row.outstanding == ("人事部",)


def test_a_row_has_times_with_a_zone():
    with pytest.raises(ValueError, match="without a zone"):
        LogRow(1, published=datetime(2026, 12, 1))
