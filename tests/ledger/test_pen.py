"""What a writer does in one transaction happens whole or not at all; one version of a month is in force at most."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import psycopg
import pytest

from scheduler.domain import Month
from scheduler.errors import LedgerError, Refusal, RosterMoved
from scheduler.ledger import pen
from scheduler.ledger.store import Ledger, VersionStatus
from scheduler.workflow.version import EVENTS, REFUSED, STEPS, next_status
from tests.support.drafting import DECEMBER, DESK, JANUARY, Execute, behind_its_back, nothing

AT = datetime(2026, 11, 25, 9, 45, tzinfo=UTC)
REFUSALS = (sqlite3.IntegrityError, psycopg.IntegrityError)
OTHER = "另一部门"


def move(ledger: Ledger, event: str, number: int, desk: str = DESK) -> None:
    """One step of a version, in a transaction of its own."""
    with ledger.writing(desk) as pen:
        pen.move(event, number, AT, "M1", "因为", {"n": 1})


def statuses(ledger: Ledger, desk: str = DESK) -> list[str]:
    return [str(row.status) for row in ledger.versions(desk)]


def brought_to(ledger: Ledger, status: str) -> int:
    """A new version of December in that state."""
    number = ledger.draft(DECEMBER, nothing).number
    for event in {"draft": [], "live": ["published"]}.get(status, ["published", status]):
        move(ledger, event, number)
    return number


# A version's life


@pytest.mark.parametrize(("status", "event"), sorted(STEPS))
def test_a_step_is_taken_and_logged(ledger: Ledger, status: VersionStatus, event: str) -> None:
    number = brought_to(ledger, status)
    before = ledger.entries(DESK)
    move(ledger, event, number)
    assert ledger.version(DESK, number).status == STEPS[status, event]
    *rest, entry = ledger.entries(DESK)
    assert rest == before
    assert (entry.event, entry.version, entry.at, entry.by, entry.because) == (event, number, AT, "M1", "因为")
    assert entry.facts == {"n": 1}
    assert ledger.broken_links(DESK) == []


@pytest.mark.parametrize("status", VersionStatus)
def test_every_other_step_is_refused_and_leaves_no_trace(ledger: Ledger, status: VersionStatus) -> None:
    number = brought_to(ledger, status)
    before = ledger.versions(DESK), ledger.entries(DESK)
    for event in [event for event in EVENTS if (status, event) not in STEPS]:
        with pytest.raises(Refusal) as refusal:
            move(ledger, event, number)
        assert refusal.value.say("zh") == REFUSED[status, event].zh
    assert (ledger.versions(DESK), ledger.entries(DESK)) == before


def test_a_version_that_is_not_there_has_no_life(ledger: Ledger) -> None:
    ledger.draft(DECEMBER, nothing)
    with pytest.raises(LedgerError):
        move(ledger, "published", 2)
    with pytest.raises(LedgerError):
        move(ledger, "published", 1, OTHER)


def test_a_step_is_only_taken_from_where_it_was_seen(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who does not wait for the desk's lock takes the version on between a look and the step."""
    number = brought_to(ledger, "live")

    def meanwhile(status: VersionStatus, event: str) -> VersionStatus:
        ledger._tables.versions.filter(number=number).update(status=VersionStatus.WITHDRAWN)
        return next_status(status, event)

    monkeypatch.setattr(pen, "next_status", meanwhile)
    before = ledger.entries(DESK)
    with pytest.raises(RosterMoved):
        move(ledger, "superseded", number)
    assert ledger.version(DESK, number).status == VersionStatus.LIVE  # undone, as all that happened in the transaction
    assert ledger.entries(DESK) == before


# One transaction


def test_what_is_raised_undoes_everything(ledger: Ledger) -> None:
    brought_to(ledger, "live")
    ledger.draft(DECEMBER, nothing)
    before = ledger.versions(DESK), ledger.entries(DESK)
    for raised in (Refusal, KeyboardInterrupt, OSError):
        with pytest.raises(raised), ledger.writing(DESK) as pen:  # noqa: PT012
            pen.move("superseded", 1, AT, "M1", "", {})
            pen.move("published", 2, AT, "M1", "", {})
            assert pen.draft(DECEMBER).number == 3
            pen.note("requested", 2, AT, "T1", "", {"request": 1})
            assert statuses(ledger) == ["superseded", "live", "draft"]
            raise Refusal(REFUSED[VersionStatus.LIVE, "published"]) if raised is Refusal else raised
        assert (ledger.versions(DESK), ledger.entries(DESK)) == before
    assert ledger.broken_links(DESK) == []


def test_many_things_are_written_by_one_stroke_and_chained(ledger: Ledger) -> None:
    brought_to(ledger, "live")
    with ledger.writing(DESK) as pen:
        assert pen.newest() == 1
        row = pen.draft(replace(DECEMBER, facts={"request": 1}))
        assert (row.number, pen.newest()) == (2, 2)
        pen.move("superseded", 1, AT, "M1", "", {"by_version": 2})
        pen.move("published", 2, AT, "M1", "", {})
        pen.note("rechecked", 2, AT, "T1", "", {"request": 1})
    assert statuses(ledger) == ["superseded", "live"]
    entries = ledger.entries(DESK)
    assert [entry.event for entry in entries[2:]] == ["drafted", "superseded", "published", "rechecked"]
    assert entries[2].facts["request"] == 1
    assert [entry.sequence for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert all(after.previous_hash == before.hash for before, after in pairwise(entries))
    assert ledger.live(DESK, Month(2026, 12)) == replace(row, status=VersionStatus.LIVE)
    assert ledger.broken_links(DESK) == []


def test_times_are_kept_in_utc_and_facts_in_plain_json(ledger: Ledger) -> None:
    east = timezone(timedelta(hours=8))
    with ledger.writing(DESK) as pen:
        pen.note("requested", None, AT.astimezone(east), "T1", "家里有事", {"日": "2026-12-01", "n": [1, None, True]})
    (entry,) = ledger.entries(DESK)
    assert (entry.at, entry.version, entry.because) == (AT, None, "家里有事")
    assert entry.facts == {"日": "2026-12-01", "n": [1, None, True]}
    with pytest.raises(ValueError, match="JSON"), ledger.writing(DESK) as pen:
        pen.note("requested", None, AT, "T1", "", {"n": float("nan")})
    assert len(ledger.entries(DESK)) == 1


def test_one_writer_waits_for_another(url: str) -> None:
    """The second does not see the desk before the first has ended; another desk need not wait on a server."""
    order: list[str] = []
    inside, go_on = threading.Event(), threading.Event()

    def first() -> None:
        with Ledger(url) as ledger, ledger.writing(DESK) as pen:
            pen.draft(DECEMBER)
            inside.set()
            assert go_on.wait(20)
            order.append("first")

    def second() -> None:
        with Ledger(url) as ledger:
            assert inside.wait(20)
            with ledger.writing(DESK) as pen:
                order.append(f"second, after {pen.newest()}")

    Ledger(url).close()
    threads = [threading.Thread(target=each) for each in (first, second)]
    for thread in threads:
        thread.start()
    assert inside.wait(20)
    if url.startswith("postgresql"):
        with Ledger(url) as ledger, ledger.writing(OTHER) as pen:
            assert pen.newest() == 0
    order.append("released")
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert order == ["released", "first", "second, after 1"]


def test_desks_do_not_share_versions_in_force(ledger: Ledger) -> None:
    brought_to(ledger, "live")
    ledger.draft(replace(DECEMBER, desk=OTHER), nothing)
    ledger.draft(JANUARY, nothing)
    move(ledger, "published", 1, OTHER)
    move(ledger, "published", 2)
    assert (statuses(ledger), statuses(ledger, OTHER)) == (["live", "live"], ["live"])
    assert ledger.live(DESK, Month(2026, 12)) != ledger.live(OTHER, Month(2026, 12))


def test_outlines_say_of_each_version_what_it_is(ledger: Ledger) -> None:
    for status in ("superseded", "withdrawn", "live", "draft"):
        brought_to(ledger, status)
    ledger.draft(JANUARY, nothing)
    ledger.draft(replace(DECEMBER, desk=OTHER), nothing)
    rows = ledger.versions(DESK)
    assert ledger.outlines(DESK) == [(row.desk, row.month, row.number, row.status, row.roster_hash) for row in rows]
    assert ledger.live(DESK, Month(2026, 12)) == rows[2]
    assert ledger.live(DESK, Month(2027, 1)) is None
    assert ledger.before(DESK, Month(2027, 1)) == rows[2]
    assert ledger.before(DESK, Month(2027, 2)) == rows[4]
    move(ledger, "withdrawn", 3)
    assert ledger.before(DESK, Month(2027, 1)) == rows[3]


# One version of a month in force at most


def test_a_second_version_of_a_month_is_not_published(ledger: Ledger) -> None:
    brought_to(ledger, "live")
    ledger.draft(DECEMBER, nothing)
    before = ledger.entries(DESK)
    with pytest.raises(LedgerError):
        move(ledger, "published", 2)
    assert (statuses(ledger), ledger.entries(DESK)) == (["live", "draft"], before)
    assert ledger.live(DESK, Month(2026, 12)) == ledger.version(DESK, 1)


def copied(status: str) -> str:
    """SQL for one version more of December, like the first."""
    names = (
        *("desk", "month", "made_at", "duties", "people", "balances", "details", "roster_hash", "problem_hash"),
        *("rulebook", "rules_version", "solver_version", "seed", "cores", "status_word", "objective", "bound"),
        *("seconds", "assumptions", "violations", "finder", "prover", "certificate", "previous_id"),
    )
    row = ", ".join(names)
    return (
        f"INTO ledger_version (number, status, {row}) SELECT 99, '{status}', {row} FROM ledger_version WHERE number = 1"
    )


BEHIND: list[Callable[[Execute], object]] = [
    lambda execute: execute("UPDATE ledger_version SET status = 'live' WHERE number = 2"),
    lambda execute: execute("UPDATE ledger_version SET status = 'live'"),
    lambda execute: execute(f"INSERT {copied('live')}"),
]


@pytest.mark.parametrize("tampering", BEHIND, ids=["update", "update all", "insert"])
def test_the_database_refuses_a_second_one_too(
    ledger: Ledger, url: str, tampering: Callable[[Execute], object]
) -> None:
    brought_to(ledger, "live")
    ledger.draft(DECEMBER, nothing)
    before = ledger.versions(DESK)
    with behind_its_back(url) as execute, pytest.raises(REFUSALS):
        tampering(execute)
    assert ledger.versions(DESK) == before


def test_the_database_lets_a_month_have_many_that_are_not_in_force(ledger: Ledger, url: str) -> None:
    for _ in range(2):
        brought_to(ledger, "superseded")
        brought_to(ledger, "withdrawn")
        ledger.draft(DECEMBER, nothing)
    brought_to(ledger, "live")
    assert sorted(statuses(ledger)) == [*["draft"] * 2, "live", *["superseded"] * 2, *["withdrawn"] * 2]
    with behind_its_back(url) as execute:
        execute("UPDATE ledger_version SET status = 'withdrawn' WHERE status = 'live'")
    assert [link.version for link in ledger.broken_links(DESK)] == [7]  # let through, and found


@pytest.mark.parametrize(
    "statement", ["UPDATE OR REPLACE ledger_version SET status = 'live' WHERE number = 2", "INSERT OR REPLACE"]
)
def test_what_would_push_the_one_in_force_out_is_refused_or_found(sqlite_url: str, statement: str) -> None:
    """SQLite's OR REPLACE deletes what stands in the way of an index, and asks no trigger of deletions."""
    with Ledger(sqlite_url) as ledger:
        brought_to(ledger, "live")
        ledger.draft(DECEMBER, nothing)
        before = ledger.versions(DESK)
        full = f"{statement} {copied('live')}" if statement.startswith("INSERT") else statement
        with behind_its_back(sqlite_url) as execute, suppress(sqlite3.IntegrityError):
            execute(full)
        links = ledger.broken_links(DESK)
        assert 1 in [link.version for link in links] if ledger.versions(DESK) != before else links == []
