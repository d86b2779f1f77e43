"""Who may read what: the table, and requests as readers get them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scheduler.domain import UNSAID, Leave, Month
from scheduler.workflow.change_request import Cell, Request, RequestKind, RequestState
from scheduler.workflow.readers import AUDIENCE_NAMES, EVERYBODY, MAY_READ, WHOLE, Audience, Private, Reader
from scheduler.workflow.redaction import public_reason, redact_request, say_reason

README = Path(__file__).parents[2] / "README.md"
COLUMNS = {
    "person": Audience.PERSON,
    "leads": Audience.LEAD,
    "approvers": Audience.APPROVER,
    "HR": Audience.HR,
    "auditors": Audience.AUDITOR,
    "everybody": Audience.EVERYBODY,
}
ROWS = {
    "kind of leave": Private.LEAVE_KIND,
    "leave and absences": Private.REQUEST,
    "reasons of requests": Private.REASON,
    "who is protected": Private.PROTECTION,
    "phones": Private.PHONE,
}
AWAY = Request(
    number=3,
    kind=RequestKind.LEAVE,
    month=Month(2026, 12),
    by="A",
    because="why",
    at=datetime(2026, 12, 1, tzinfo=UTC),
    leave=Leave("A", date(2026, 12, 8), date(2026, 12, 9), "sick"),
    confirmed=("A",),
    state=RequestState.REFUSED,
    approver="M",
    override="aside",
    decided_because="no",
    papers_due=date(2026, 12, 14),
)
SWAP = replace(
    AWAY,
    kind=RequestKind.SWAP,
    leave=None,
    papers_due=None,
    give=Cell("A", date(2026, 12, 8)),
    take=Cell("B", date(2026, 12, 9)),
)


def test_the_table_is_the_one_that_the_readme_prints():
    text = README.read_text(encoding="utf-8").partition("## Who reads what")[2].partition("\n## ")[0]
    heads, _, *rows = [
        [part.strip() for part in line.split("|")[1:-1]] for line in text.splitlines() if line[:1] == "|"
    ]
    printed = {
        COLUMNS[head]: {ROWS[name] for row in rows for name in ROWS if row[0].startswith(name) and row[at] == "yes"}
        for at, head in enumerate(heads)
        if head
    }
    assert len(rows) == len(ROWS) == len(Private)
    assert printed == {audience: set(facts) for audience, facts in MAY_READ.items()}
    own = [row[heads.index("person")] for row in rows]
    assert all(text.startswith("own") for text in own)


@pytest.mark.parametrize("what", list(Private))
def test_everybody_may_read_what_is_their_own(what):
    me = Reader(Audience.PERSON, "A")
    assert me.may_read(what, "A")
    assert me.may_read(what, ("B", "A"))
    assert not me.may_read(what, "B")
    assert not EVERYBODY.may_read(what, "")


def test_a_kind_of_leave_is_unsaid_unless_it_is_work_or_the_readers_business():
    leave = AWAY.leave
    assert leave
    assert EVERYBODY.leave_kind(leave) == UNSAID
    assert Reader(Audience.LEAD).leave_kind(leave) == UNSAID
    assert Reader(Audience.HR).leave_kind(leave) == "sick"
    assert Reader(Audience.PERSON, "A").leave_kind(leave) == "sick"
    assert Reader(Audience.PERSON, "B").leave_kind(leave) == UNSAID
    assert EVERYBODY.leave_kind(replace(leave, kind="training")) == "training"


def test_a_request_for_leave_keeps_nothing_but_its_kind_number_and_state_for_everybody():
    told = redact_request(AWAY, EVERYBODY)
    assert told == replace(
        AWAY,
        by="",
        because="",
        override="",
        decided_because="",
        leave=None,
        confirmed=(),
        papers_due=None,
        withheld=True,
    )


def test_leads_see_whose_leave_was_asked_and_neither_kind_nor_reason():
    told = redact_request(AWAY, Reader(Audience.LEAD))
    assert told.leave == Leave("A", date(2026, 12, 8), date(2026, 12, 9), UNSAID)
    assert (told.by, told.because, told.override, told.decided_because, told.papers_due) == ("A", "", "", "", None)


def test_both_sides_of_a_swap_read_why_and_others_do_not():
    for who in "AB":
        assert redact_request(SWAP, Reader(Audience.PERSON, who)) == SWAP
    other = redact_request(SWAP, Reader(Audience.PERSON, "C"))
    assert other == replace(SWAP, because="", override="", decided_because="")
    assert redact_request(SWAP, WHOLE) == SWAP


def test_the_desks_own_acts_tell_everybody_why():
    surge = replace(AWAY, kind=RequestKind.SURGE, leave=None, papers_due=None, surge=(date(2026, 12, 8), 1.5))
    assert redact_request(surge, EVERYBODY) == surge
    assert say_reason(surge).say("zh") == "why"
    assert public_reason("why", surge, "zh") == "why"


def test_a_version_names_the_request_in_place_of_its_reason():
    assert say_reason(SWAP).say("en") == "swap (request 3)"
    assert public_reason("why", SWAP, "zh") == "调班（第 3 号申请）"
    assert public_reason("no", SWAP, "zh") == "调班（第 3 号申请）"
    assert public_reason("调班（第 3 号申请）", SWAP, "en") == "调班（第 3 号申请）"
    assert public_reason("wrong December", None, "zh") == "wrong December"


def test_every_audience_has_a_name():
    assert set(AUDIENCE_NAMES) == set(Audience) == set(MAY_READ)
