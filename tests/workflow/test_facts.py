"""Facts of log entries: what is written is read back, and entries of every earlier release decode."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.audit.open_duties import OpenDuty
from scheduler.domain import BURDENS, Change, Fixed, Leave, Month, Overtime
from scheduler.i18n import Sentence, fill_in
from scheduler.workflow import facts, hr_facts, keeping_facts, table_facts
from scheduler.workflow.attendance import Attendance, Finding, Said
from scheduler.workflow.change_request import Cell, Request, RequestKind, RequestState
from scheduler.workflow.facts import (
    FORMAT,
    ApprovedFacts,
    CopyMarkedFacts,
    DecidedFacts,
    DraftedFacts,
    EnteredFacts,
    Judgement,
    OvertakenFacts,
    PublishedFacts,
    RecheckedFacts,
    RequestedFacts,
    SupersededFacts,
    WithdrawnFacts,
)
from scheduler.workflow.hr_facts import TakenFacts
from scheduler.workflow.keeping_facts import ForgottenFacts, RestoredFacts, SettledBalance, SettledFacts
from scheduler.workflow.request_facts import request_from_facts, request_to_facts
from scheduler.workflow.table_facts import ChangedRow, LinkShutFacts, TableChangedFacts
from scheduler.workflow.version import Recipient
from tests.support.drawn_requests import dates, ids, requests

SAYS = Sentence("缺 {text}", "lacks {text}")
texts, numbers = st.text(max_size=8), st.integers(1, 10**6)
codes = st.lists(st.text(max_size=3), max_size=3).map(tuple)
attendance = st.builds(
    Attendance, ids, dates, texts, st.sampled_from(Finding), st.integers(0, 1440), texts, st.sampled_from(Said)
)
changes = st.lists(st.builds(Change, ids, dates, codes, codes), max_size=4).map(tuple)
judgements = st.builds(
    Judgement, verdict=st.sampled_from(["", "allowed", "allowed_with"]), changes=changes, fewest=st.integers(0, 99)
)
recipients = st.lists(st.builds(Recipient, st.sampled_from(["department", "person"]), ids, texts), max_size=3).map(
    tuple
)
people = st.lists(ids, max_size=3).map(tuple)
surges = st.tuples(dates, st.floats(0.01, 99))

DRAWN: dict[type, st.SearchStrategy[Any]] = {
    DraftedFacts: st.one_of(  # generated, imported, made for a request, for a surge or for a rest
        st.just(DraftedFacts()),
        st.builds(DraftedFacts, imported=st.text(min_size=1)),
        st.builds(DraftedFacts, request=numbers, changes=changes),
        st.builds(DraftedFacts, surge=surges, made_from=numbers),
        st.builds(DraftedFacts, since=st.dates()),
    ),
    PublishedFacts: st.builds(
        PublishedFacts,
        due=st.none() | dates,
        late=st.booleans(),
        fingerprint=texts,
        recipients=recipients,
        supersedes=st.none() | numbers,
        request=st.none() | numbers,
        changes=changes,
        over=changes,
        given=st.none() | people,
        open=st.lists(
            st.builds(OpenDuty, dates, texts.map(lambda text: fill_in(SAYS, text=text)), st.integers(0, 1440))
        ).map(tuple),
    ),
    WithdrawnFacts: st.builds(WithdrawnFacts, told=st.none() | people),
    SupersededFacts: st.builds(SupersededFacts, by_version=numbers, request=st.none() | numbers),
    RequestedFacts: st.builds(RequestedFacts, request=requests(), judgement=judgements),
    RecheckedFacts: st.builds(RecheckedFacts, request=numbers, judgement=judgements),
    DecidedFacts: st.builds(DecidedFacts, request=numbers),
    ApprovedFacts: st.builds(
        ApprovedFacts, request=numbers, version=st.none() | numbers, override=texts, judgement=judgements
    ),
    OvertakenFacts: st.builds(OvertakenFacts, request=numbers, overtaken_by=numbers),
    EnteredFacts: st.builds(EnteredFacts, request=numbers, kind=texts, changes=changes)
    | st.builds(EnteredFacts, changes=changes, attendance=st.lists(attendance, max_size=3).map(tuple)),
    CopyMarkedFacts: st.builds(CopyMarkedFacts, recipient=texts),
    RestoredFacts: st.builds(RestoredFacts, file=texts, head=texts),
    SettledFacts: st.builds(
        SettledFacts,
        month=st.builds(Month, st.integers(2000, 2100), st.integers(1, 12)),
        balances=st.lists(
            st.builds(SettledBalance, texts, st.sampled_from(BURDENS), st.integers(-900, 900).map(lambda n: n / 4)),
            max_size=3,
        ).map(tuple),
    ),
    ForgottenFacts: st.builds(
        ForgottenFacts,
        whose=people,
        counts=st.dictionaries(texts, numbers),
        first=texts,
        last=texts,
        rows=texts,
    ),
    TableChangedFacts: st.builds(
        TableChangedFacts,
        table=st.sampled_from(["shifts", "demand"]),  # without private columns
        file=texts,
        rows=st.lists(
            st.builds(ChangedRow, numbers, st.dictionaries(texts, texts), st.dictionaries(texts, texts)), max_size=3
        ).map(tuple),
        mark=texts,
    ),
    TakenFacts: st.builds(
        TakenFacts,
        first=dates,
        last=dates,
        versions=st.lists(numbers).map(tuple),
        until=numbers,
        corrects=st.booleans(),
    ),
    LinkShutFacts: st.builds(
        LinkShutFacts, worker=texts, month=st.builds(Month, st.integers(2000, 2100), st.integers(1, 12))
    ),
}


def through_json(facts: dict[str, object]) -> dict[str, Any]:
    """Facts as the log keeps them, and gives them back."""
    read: dict[str, Any] = json.loads(json.dumps(facts, ensure_ascii=False, allow_nan=False, sort_keys=True))
    return read


def test_every_class_of_facts_is_drawn():
    named = {**vars(facts), **vars(table_facts), **vars(hr_facts), **vars(keeping_facts)}
    classes = {value for name, value in named.items() if name.endswith("Facts")}
    assert set(DRAWN) == classes


@pytest.mark.parametrize("kind", DRAWN, ids=lambda kind: kind.__name__)
def test_facts_come_back_as_they_were_written(kind):
    @settings(max_examples=60, deadline=None)
    @given(DRAWN[kind])
    def check(facts):
        written = facts.to_json()
        assert written["v"] == FORMAT
        assert kind.read(through_json(written)) == facts
        assert kind.read(through_json(written)).to_json() == written

    check()


@pytest.mark.parametrize("kind", DRAWN, ids=lambda kind: kind.__name__)
def test_facts_without_a_format_or_with_more_in_them_are_read_alike(kind):
    @settings(max_examples=30, deadline=None)
    @given(DRAWN[kind])
    def check(facts):
        written = through_json(facts.to_json())
        older = {name: value for name, value in written.items() if name != "v"}
        assert kind.read(older) == kind.read(written | {"v": FORMAT + 1, "more": [1]}) == facts

    check()


# Entries as releases before 0.2 wrote them: without a format, and without what came later.

RECIPIENTS = [["department", "行政人事部", "行政人事部"], ["person", "1001", "赵一"]]
READ_RECIPIENTS = (Recipient("department", "行政人事部", "行政人事部"), Recipient("person", "1001", "赵一"))
HASHES = {"content_hash": "df39", "roster_hash": "48e6", "month": "2026-12"}
MOVED = [["1012", "2026-12-18", [], ["中"]], ["1013", "2026-12-18", ["中"], ["早"]]]
READ_MOVED = (
    Change("1012", date(2026, 12, 18), (), ("中",)),
    Change("1013", date(2026, 12, 18), ("中",), ("早",)),
)
PUBLISHED = {"due": "2026-11-24", "fingerprint": "1811", "late": False, "recipients": RECIPIENTS, "supersedes": None}
READ_PUBLISHED: dict[str, Any] = {"due": date(2026, 11, 24), "fingerprint": "1811", "recipients": READ_RECIPIENTS}
ASKED = {
    "request": 1,
    "kind": "stand_in",
    "month": "2026-12",
    "by": "1003",
    "because": "家里装修",
    "at": "2026-12-01T01:00:00+00:00",
    "cells": [["1003", "2026-12-10", ""], ["1001", "2026-12-10", "中"]],
    "give": ["1003", "2026-12-10"],
    "take": None,
    "to": "1001",
    "leave": None,
    "cancelled_leave": None,
    "overtime": None,
    "surge": None,
    "checked_on": 4,
    "confirmed": ["1003"],
    "state": "requested",
    "approver": "",
    "override": "",
    "decided_because": "",
}
READ_ASKED = Request(
    number=1,
    kind=RequestKind.STAND_IN,
    month=Month(2026, 12),
    by="1003",
    because="家里装修",
    at=datetime(2026, 12, 1, 1, tzinfo=UTC),
    cells=(Fixed("1003", date(2026, 12, 10), ""), Fixed("1001", date(2026, 12, 10), "中")),
    give=Cell("1003", date(2026, 12, 10)),
    to="1001",
    checked_on=4,
    confirmed=("1003",),
)
JUDGED = {"verdict": "allowed", "changes": MOVED, "fewest": 2}
READ_JUDGED = Judgement(verdict="allowed", changes=READ_MOVED, fewest=2)


@pytest.mark.parametrize(
    ("kind", "written", "read"),
    [
        (DraftedFacts, HASHES, DraftedFacts()),
        (DraftedFacts, HASHES | {"imported": "v1-改.xlsx"}, DraftedFacts(imported="v1-改.xlsx")),
        (DraftedFacts, HASHES | {"request": 4, "changes": MOVED}, DraftedFacts(request=4, changes=READ_MOVED)),
        (
            DraftedFacts,
            HASHES | {"surge": ["2026-12-18", 1.5], "made_from": 3},
            DraftedFacts(surge=(date(2026, 12, 18), 1.5), made_from=3),
        ),
        (PublishedFacts, PUBLISHED, PublishedFacts(**READ_PUBLISHED)),
        (
            PublishedFacts,
            PUBLISHED | {"supersedes": 3, "changes": MOVED},
            PublishedFacts(**READ_PUBLISHED, supersedes=3, changes=READ_MOVED),
        ),
        (
            PublishedFacts,
            PUBLISHED | {"supersedes": 4, "request": 4},
            PublishedFacts(**READ_PUBLISHED, supersedes=4, request=4),
        ),
        (PublishedFacts, {}, PublishedFacts()),
        (SupersededFacts, {"by_version": 4}, SupersededFacts(by_version=4)),
        (SupersededFacts, {"by_version": 5, "request": 4}, SupersededFacts(by_version=5, request=4)),
        (SupersededFacts, {}, SupersededFacts()),
        (RequestedFacts, ASKED | JUDGED, RequestedFacts(request=READ_ASKED, judgement=READ_JUDGED)),
        (RequestedFacts, ASKED, RequestedFacts(request=READ_ASKED, judgement=Judgement())),
        (RecheckedFacts, {"request": 5} | JUDGED, RecheckedFacts(request=5, judgement=READ_JUDGED)),
        (RecheckedFacts, {"request": 5}, RecheckedFacts(request=5, judgement=Judgement())),
        (DecidedFacts, {"request": 1}, DecidedFacts(request=1)),
        (
            ApprovedFacts,
            {"request": 3, "version": 4, "override": "", "verdict": "allowed", "changes": [], "fewest": 0},
            ApprovedFacts(request=3, version=4, judgement=Judgement(verdict="allowed")),
        ),
        (ApprovedFacts, {"request": 3}, ApprovedFacts(request=3)),
        (CopyMarkedFacts, {"recipient": "行政人事部"}, CopyMarkedFacts(recipient="行政人事部")),
    ],
)
def test_entries_of_earlier_releases_decode(kind, written, read):
    assert kind.read(through_json(written)) == read


NEVER_MISSING = {"request", "kind", "month", "by", "because", "at", "give", "to"}  # of a stand-in


def test_a_request_lacks_nothing_but_what_it_can_do_without():
    for name in set(ASKED) - NEVER_MISSING:
        found = request_from_facts({key: value for key, value in ASKED.items() if key != name})
        default = next(field.default for field in fields(Request) if field.name == name)
        assert getattr(found, name) == default, name
    bare = request_from_facts({name: ASKED[name] for name in NEVER_MISSING})
    assert (bare.cells, bare.checked_on, bare.state) == ((), 0, RequestState.REQUESTED)


def test_leave_overtime_and_a_surge_are_written_as_before():
    leave = Leave("1001", date(2026, 12, 7), date(2026, 12, 8), "sick", approved=False)
    asked = Request(
        number=2,
        kind=RequestKind.ABSENCE,
        month=Month(2026, 12),
        by="1001",
        because="",
        at=datetime(2026, 12, 1, tzinfo=UTC),
        leave=leave,
        overtime=Overtime("1002", date(2026, 12, 7), 60),
    )
    facts = request_to_facts(asked)
    assert facts["month"] == "2026-12"
    assert facts["overtime"] == ["1002", "2026-12-07", 60]
    assert facts["leave"] == {
        "worker": "1001",
        "first": "2026-12-07",
        "last": "2026-12-08",
        "kind": "sick",
        "approved": False,
    }
    assert request_from_facts(facts) == asked
