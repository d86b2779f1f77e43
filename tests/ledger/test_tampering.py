"""Nobody changes what was recorded: refused where it can be, found where it cannot."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from scheduler.errors import LedgerError
from scheduler.ledger.store import Ledger
from tests.support.drafting import DECEMBER, DESK, JANUARY, Execute, behind_its_back, nothing

REFUSED = (sqlite3.IntegrityError, psycopg.IntegrityError)


@pytest.fixture
def three(ledger: Ledger) -> Ledger:
    """A ledger with three versions, the last of which continues the second."""
    ledger.draft(DECEMBER, nothing)
    ledger.draft(DECEMBER, nothing)
    ledger.draft(replace(JANUARY, previous=2), nothing)
    return ledger


def columns(execute: Execute, table: str) -> list[str]:
    """Columns of a table, as the database has them."""
    try:
        return [row[1] for row in execute(f"PRAGMA table_info({table})")]
    except psycopg.Error:
        return [
            row[0] for row in execute("SELECT column_name FROM information_schema.columns WHERE table_name = ?", table)
        ]


def drop_triggers(execute: Execute, url: str) -> None:
    if url.startswith("sqlite"):
        for (name,) in execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            execute(f"DROP TRIGGER {name}")
    else:
        execute("DROP FUNCTION ledger_refuse CASCADE")


def test_no_column_of_the_log_can_be_changed(three: Ledger, url: str) -> None:
    with behind_its_back(url) as execute:
        names = columns(execute, "ledger_entry")
        assert len(names) == 11
        for name in names:
            with pytest.raises(REFUSED, match="cannot be changed"):
                execute(f"UPDATE ledger_entry SET {name} = {name}")
    assert three.broken_links(DESK) == []


def test_no_column_of_a_version_but_its_status_can_be_changed(three: Ledger, url: str) -> None:
    other = {"seed": "99", "previous_id": "NULL", "made_at": "'2030-01-01 00:00:00'"}
    with behind_its_back(url) as execute:
        numbers = {"id", "number", "cores", "objective", "bound", "seconds", "violations"}
        for name in set(columns(execute, "ledger_version")) - {"status"}:
            value = other.get(name, "99" if name in numbers else "'x'")
            with pytest.raises(REFUSED, match="cannot be changed"):
                execute(f"UPDATE ledger_version SET {name} = {value} WHERE number = 3")
        execute("UPDATE ledger_version SET status = 'live' WHERE number = 3")
    assert [row.status for row in three.versions(DESK)] == ["draft", "draft", "live"]


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_version"])
def test_no_row_can_be_deleted(three: Ledger, url: str, table: str) -> None:
    with behind_its_back(url) as execute:
        with pytest.raises(REFUSED, match="cannot be changed"):
            execute(f"DELETE FROM {table} WHERE desk = ?", DESK)
        if url.startswith("postgresql"):
            with pytest.raises(REFUSED, match="cannot be changed"):
                execute(f"TRUNCATE {table} CASCADE")
    assert len(three.versions(DESK)) == len(three.entries(DESK)) == 3


@pytest.mark.parametrize(("table", "key"), [("ledger_entry", "sequence"), ("ledger_version", "number")])
def test_no_row_can_be_replaced(sqlite_url: str, table: str, key: str) -> None:
    with Ledger(sqlite_url) as ledger, behind_its_back(sqlite_url) as execute:
        ledger.draft(DECEMBER, nothing)
        names = [name for name in columns(execute, table) if name != "id"]
        for copied in (names, ["id", *names]):
            values = ", ".join("99" if name == key and "id" in copied else name for name in copied)
            with pytest.raises(REFUSED, match="cannot be changed"):
                execute(f"INSERT OR REPLACE INTO {table} ({', '.join(copied)}) SELECT {values} FROM {table}")
        assert ledger.broken_links(DESK) == []


def test_a_model_refuses_before_the_database_does(three: Ledger) -> None:
    rows: list[Any] = [*three._tables.entries.all(), *three._tables.versions.all()]
    for row in rows:
        with pytest.raises(LedgerError, match="cannot be changed"):
            row.save()
        with pytest.raises(LedgerError, match="cannot be changed"):
            row.save(update_fields=("desk", "status"))
        with pytest.raises(LedgerError, match="cannot be changed"):
            row.delete()
    version = three._tables.versions.get(number=1)
    version.status = "withdrawn"
    version.save(update_fields=["status"])
    assert three.version(DESK, 1).status == "withdrawn"


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE ledger_entry SET because = 'otherwise' WHERE sequence = 2", ["entry 2 has been altered"]),
        ("UPDATE ledger_entry SET at = '2030-01-01 00:00:00+00:00' WHERE sequence = 1", ["entry 1 has been altered"]),
        (
            "UPDATE ledger_entry SET facts = 'no JSON' WHERE sequence = 3",
            ["entry 3 has been altered", "the content of roster version 3 has been altered"],
        ),
        (
            "UPDATE ledger_entry SET hash = previous_hash WHERE sequence = 2",
            ["entry 2 has been altered", "entry 3 does not follow from the one before it"],
        ),
        (
            "DELETE FROM ledger_entry WHERE sequence = 2",
            ["entries are missing before entry 3", "roster version 2 was never entered in the log"],
        ),
        ("DELETE FROM ledger_entry WHERE sequence = 3", ["roster version 3 was never entered in the log"]),
        ("DELETE FROM ledger_version WHERE number = 1", ["roster version 1 is missing"]),
        (
            "UPDATE ledger_version SET duties = '[]' WHERE number = 1",
            ["the content of roster version 1 has been altered"],
        ),
        (
            "UPDATE ledger_version SET objective = 0 WHERE number = 2",
            ["the content of roster version 2 has been altered"],
        ),
        (
            "UPDATE ledger_version SET previous_id = NULL WHERE number = 3",
            ["the content of roster version 3 has been altered"],
        ),
        (
            "UPDATE ledger_version SET status = 'live' WHERE number = 2",
            ["the status of roster version 2 differs from the log"],
        ),
    ],
)
def test_what_was_changed_behind_its_back_is_found(three: Ledger, url: str, tampering: str, found: list[str]) -> None:
    with behind_its_back(url) as execute:
        drop_triggers(execute, url)
        execute(tampering)
    links = three.broken_links(DESK)
    assert [link.say("en") for link in links] == found
    assert all(link.say("zh") != link.say("en") for link in links)
