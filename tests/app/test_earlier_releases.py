"""Ledgers of earlier releases open, show, trace, verify, continue into the next month and take a swap as before."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
import pytest
from openpyxl import load_workbook

from scheduler.app.approvals import approve_request
from scheduler.app.carried_bound import EARLIER_RELEASE, Question, compare_question
from scheduler.app.change_requests import list_requests, request_change
from scheduler.app.generate import generate_roster
from scheduler.app.held_months import UNRECORDED as TABLES_OF_TODAY
from scheduler.app.hr import tell_hr
from scheduler.app.import_roster import import_roster
from scheduler.app.log import read_log
from scheduler.app.months import UNRECORDED
from scheduler.app.publish import publish_version
from scheduler.app.session import open_session
from scheduler.app.show import OF_TODAY, show_version
from scheduler.app.status import desk_status
from scheduler.app.surge import plan_surge
from scheduler.app.trace import trace_copy
from scheduler.app.withdraw import withdraw_version
from scheduler.domain import Change, Leave, Month, Roster
from scheduler.ledger.store import VersionRow
from scheduler.solver.outcome import Solved
from scheduler.workflow.change_request import RequestKind
from scheduler.workflow.facts import (
    ApprovedFacts,
    CopyMarkedFacts,
    DecidedFacts,
    DraftedFacts,
    PublishedFacts,
    RecheckedFacts,
    RequestedFacts,
    SupersededFacts,
)
from tests.ledger.conftest import postgresql_url, server  # noqa: F401
from tests.support.narrowing import present

RECORDED = Path(__file__).parents[1] / "ledger" / "earlier" / "0.1"
EXPECTED: Mapping[str, Any] = json.loads((RECORDED / "expected.json").read_text(encoding="utf-8"))
DESK = EXPECTED["desk"]
NOW = datetime(2026, 12, 24, 1, 0, tzinfo=UTC)
Facts = (
    DraftedFacts
    | PublishedFacts
    | SupersededFacts
    | RequestedFacts
    | RecheckedFacts
    | ApprovedFacts
    | CopyMarkedFacts
    | DecidedFacts
)
READERS: Mapping[str, type[Facts]] = {
    "drafted": DraftedFacts,
    "published": PublishedFacts,
    "superseded": SupersededFacts,
    "requested": RequestedFacts,
    "rechecked": RecheckedFacts,
    "approved": ApprovedFacts,
    "received": CopyMarkedFacts,
    "returned": CopyMarkedFacts,
    **dict.fromkeys(("confirmed", "refused", "cancelled"), DecidedFacts),
}
OF_THE_LEDGER = {"month", "roster_hash", "content_hash"}  # what the ledger itself adds to `drafted`


class Earlier(NamedTuple):
    """A desk of an earlier release, and where its ledger is."""

    desk: Path
    store: str


def now() -> datetime:
    return NOW


@pytest.fixture
def earlier(request: pytest.FixtureRequest, tmp_path: Path) -> Earlier:
    """The desk as it was recorded, in SQLite unless a test asks for PostgreSQL, too."""
    desk = tmp_path / "desk"
    shutil.copytree(RECORDED / "desk", desk)
    shutil.copytree(RECORDED / "papers", desk / "rosters")
    void = desk / "rosters" / "已作废"
    void.mkdir()
    old = next((desk / "rosters").glob("*-v3.xlsx"))
    old.replace(void / old.name)
    if getattr(request, "param", "sqlite") == "sqlite":
        path = desk / "ledger.sqlite3"
        path.write_bytes(gzip.decompress((RECORDED / "ledger.sqlite3.gz").read_bytes()))
        return Earlier(desk, f"sqlite:///{path}")
    postgres = request.getfixturevalue("server")
    name = f"earlier_{uuid4().hex}"
    with psycopg.connect(postgres.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = str(postgres.get_uri(database=name))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(gzip.decompress((RECORDED / "postgresql.sql.gz").read_bytes()))
    return Earlier(desk, url)


# What reads and writes the tables themselves is tried on both; what stands above them does not know where they are.
on_both = pytest.mark.parametrize("earlier", ["sqlite", "postgresql"], indirect=True)


def versions(earlier: Earlier) -> dict[int, VersionRow]:
    with open_session(earlier.desk, earlier.store, now=now) as here:
        return {row.number: row for row in here.ledger.versions(DESK)}


def broken_beside_copies(earlier: Earlier) -> list[str]:
    """What verification finds, but for copies in the desk's folder that say they are in force: one that was edited is there."""
    found = [link.say("en") for link in read_log(earlier.desk, verify=True, store=earlier.store).broken]
    return [one for one in found if "edited-v6.xlsx" not in one]


def rows_of(changes: tuple[Change, ...]) -> list[list[Any]]:
    return [[one.worker, one.day.isoformat(), list(one.before), list(one.after)] for one in changes]


@on_both
def test_every_version_shows_as_it_was_recorded(earlier):
    assert len(EXPECTED["versions"]) == 8
    for number, expected in EXPECTED["versions"].items():
        row = show_version(earlier.desk, int(number), store=earlier.store).row
        assert [[duty.worker, duty.day.isoformat(), duty.shift] for duty in row.duties] == expected["duties"]
        for name in ("month", "status", "status_word", "objective", "bound", "fingerprint", "previous", "prover"):
            found = getattr(row, name)
            assert (str(found) if name == "month" else found) == expected[name], (number, name)
        assert {who: vars(burden) for who, burden in row.balances.items()} == expected["balances"]


@on_both
def test_the_log_is_whole_and_says_the_same(earlier):
    log = read_log(earlier.desk, verify=True, store=earlier.store)
    assert log.broken == ()
    assert len(log.entries) == len(EXPECTED["log"]) == 58
    for entry, expected in zip(log.entries, EXPECTED["log"], strict=True):
        found = (entry.sequence, entry.event, entry.version, entry.by, entry.because)
        assert found == tuple(expected[name] for name in ("sequence", "event", "version", "by", "because"))
        assert entry.at == datetime.fromisoformat(expected["at"])


@on_both
def test_every_entry_decodes_and_would_be_written_with_the_same_facts(earlier):
    seen = set()
    for entry in read_log(earlier.desk, store=earlier.store).entries:
        if entry.event == "withdrawn":
            assert dict(entry.facts) == {}
            continue
        assert "v" not in entry.facts
        written = READERS[entry.event].read(entry.facts).to_json()
        assert written.pop("v") == 1
        added = OF_THE_LEDGER if entry.event == "drafted" else ()
        assert written == {name: fact for name, fact in entry.facts.items() if name not in added}
        seen.add(entry.event)
    assert seen == set(READERS)


def test_requests_stand_where_they_stood(earlier):
    found = list_requests(earlier.desk, reader="auditor", store=earlier.store, now=now)
    assert {str(one.number) for one in found.requests} == set(EXPECTED["requests"])
    for request in found.requests:
        expected = EXPECTED["requests"][str(request.number)]
        assert (request.kind, request.state, request.by) == (expected["kind"], expected["state"], expected["by"])
        assert (request.approver, request.override) == (expected["approver"], expected["override"])
        assert [list(cell) for cell in found.waiting(request)] == [list(who) for who in expected["waiting"]]
        assert [[c.worker, c.day.isoformat(), c.shift] for c in request.cells] == expected["cells"]
        if earlier.store.startswith("sqlite"):  # of ties, the judge's choice is not the same on each machine
            assert rows_of(tuple(found.changes[request.number])) == expected["changes"]
    assert {one.state.value for one in found.requests} == {"requested", "confirmed", "approved", "refused", "cancelled"}


def test_status_is_as_it_was(earlier):
    expected = EXPECTED["status"]
    found = desk_status(earlier.desk, store=earlier.store, now=now)
    assert [[str(row.month), row.number] for row, _ in found.live] == [one[:2] for one in expected["live"]]
    assert [[str(row.month), row.number] for row in found.drafts] == expected["drafts"]
    assert sorted(one.number for one in found.requests) == expected["open_requests"]
    assert [(str(one.month), one.days_left, one.live, one.met) for one in found.deadlines] == [
        (one["month"], one["days_left"], one["live"], one["met"]) for one in expected["deadlines"]
    ]
    asked = [(one["version"], one["recipient"]) for one in expected["outstanding"]]
    still = [(one.version, one.recipient.id) for one in found.outstanding]
    assert set(still) <= set(asked)  # whose copy says what it said is not asked for another any more
    assert {who for _, who in still} == {who for _, who in asked}
    departments = {who for _, who in asked if not who.isascii()}
    assert departments
    assert [one for one in asked if one[1] in departments] == [one for one in still if one[1] in departments]


def test_hr_is_told_of_its_duties_by_the_versions_that_were_in_force(earlier):
    report = tell_hr(earlier.desk, Month(2026, 12), store=earlier.store, now=now).report
    versions = {number: one["duties"] for number, one in EXPECTED["versions"].items()}
    assert {one.duty.version for one in report.duties} <= {int(number) for number in versions}
    assert len(report.duties) > 200
    for one in report.duties:
        duty = [one.duty.worker, one.duty.day.isoformat(), one.duty.shift.code]
        assert not one.duty.planned or duty in versions[str(one.duty.version)]
    assert any(note.sentence == TABLES_OF_TODAY for note in report.notes)


def test_copies_are_traced_as_before(earlier):
    versions(earlier)  # brings the ledger up to date: tracing writes to none
    for name, expected in EXPECTED["trace"].items():
        found = trace_copy(earlier.desk / name, desk=earlier.desk, store=earlier.store)
        assert (found.state, found.row and found.row.number, found.live) == (
            expected["state"],
            expected["version"],
            expected["live"],
        ), name
        assert len(found.differences) == len(expected["differences"])


@on_both
def test_a_swap_is_approved_as_before(earlier):
    before = versions(earlier)[6]
    done = approve_request(earlier.desk, 8, "K001", store=earlier.store, now=now)
    assert done.row is not None
    assert (before.bound, [note.sentence for note in done.notes]) == (
        0,
        [UNRECORDED],
    )  # what was proved of December was given up by the earlier release
    after = versions(earlier)
    assert (after[6].status, after[done.row.number].status) == ("superseded", "live")
    moved = Roster(done.row.duties).changes_from(Roster(before.duties))
    asked = {(worker, day) for worker, day, _ in EXPECTED["requests"]["8"]["cells"]}
    assert asked <= {(one.worker, one.day.isoformat()) for one in moved}
    assert broken_beside_copies(earlier) == []


def test_that_an_old_bound_is_dropped_is_said_once(earlier):
    assert versions(earlier)[8].bound > 0
    leave = approve_request(earlier.desk, 12, "K001", store=earlier.store, now=now)
    assert leave.row is not None
    assert [note.sentence for note in leave.notes] == [UNRECORDED, EARLIER_RELEASE]
    assert "version 8 was recorded by an earlier release" in leave.notes[1].say("en")
    assert versions(earlier)[leave.row.number].bound == 0
    another: dict[str, Any] = {"give": None, "cells": (), "leave": Leave("1004", date(2027, 1, 19), date(2027, 1, 19))}
    asked = request_change(earlier.desk, RequestKind.LEAVE, "1004", "再请一天", store=earlier.store, now=now, **another)
    assert asked.request.number == 13
    again = approve_request(earlier.desk, 13, "K001", store=earlier.store, now=now)
    assert again.notes == ()


def test_a_surge_and_an_import_drop_the_old_bound_and_say_so(earlier, tmp_path):
    made = plan_surge(earlier.desk, date(2027, 1, 20), 1.3, by="K001", store=earlier.store, cores=1, now=now)
    assert made.row is not None
    assert (made.row.bound, [note.sentence for note in made.notes]) == (0, [UNRECORDED, EARLIER_RELEASE])
    copy = show_version(earlier.desk, 8, out=tmp_path, store=earlier.store).written
    withdraw_version(earlier.desk, 8, "K001", "重来", store=earlier.store, now=now)
    assert copy is not None
    found = import_roster(copy, "K001", desk=earlier.desk, store=earlier.store, now=now)
    assert found.recorded
    assert found.row is not None
    assert (found.row.bound, [note.sentence for note in found.notes]) == (0, [EARLIER_RELEASE])


def test_its_workbook_is_written_again_and_says_with_which_tables(earlier, tmp_path):
    found = show_version(earlier.desk, 8, out=tmp_path / "again", store=earlier.store, lang="en")
    assert [note.sentence for note in found.notes] == [OF_TODAY]
    texts = [
        str(cell.value)
        for sheet in load_workbook(present(found.written))
        for row in sheet.iter_rows()
        for cell in row
        if cell.value
    ]
    assert any("recorded by an earlier release" in text for text in texts)


def test_the_next_month_continues_from_it_and_is_written_again_as_it_was_with_other_tables(earlier, tmp_path):
    made = generate_roster(earlier.desk, Month(2027, 2), store=earlier.store, cores=1, time_limit=60, now=now)
    assert isinstance(made.outcome, Solved)
    assert (made.outcome.status, made.outcome.objective) == ("OPTIMAL", 20)
    row = versions(earlier)[present(made.version)]
    assert (row.previous, row.number) == (8, 9)
    assert compare_question(row, made.problem, made.rulebook) is Question.SAME
    first = show_version(earlier.desk, made.version, out=tmp_path / "one", store=earlier.store)
    rows = (earlier.desk / "demand.csv").read_text(encoding="utf-8-sig").splitlines()
    (earlier.desk / "demand.csv").write_text("\n".join(rows[:-1]) + "\n", encoding="utf-8")
    again = show_version(earlier.desk, made.version, out=tmp_path / "two", store=earlier.store)
    assert (first.notes, again.notes) == ((), ())
    assert present(first.written).read_bytes() == present(again.written).read_bytes()


def test_its_draft_can_be_published(earlier):
    with open_session(earlier.desk, earlier.store, now=now):
        pass
    done = publish_version(earlier.desk, 7, "K001", store=earlier.store, over_because="加强 28 日", now=now)
    assert (done.row.number, done.row.status) == (7, "live")
    assert broken_beside_copies(earlier) == []
