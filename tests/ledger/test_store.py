"""What is recorded comes back, numbered, in one piece or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from scheduler.domain import Duty, Month
from scheduler.errors import LedgerError
from scheduler.ledger.rows import Content
from scheduler.ledger.store import Ledger, VersionRow, VersionStatus
from tests.support.drafting import DECEMBER, DESK, JANUARY, behind_its_back, nothing


def test_a_draft_comes_back_as_it_was_given(ledger: Ledger) -> None:
    written: list[VersionRow] = []
    row = ledger.draft(DECEMBER, written.append)

    for field in fields(Content):
        if field.name != "duties":
            assert getattr(row, field.name) == getattr(DECEMBER, field.name), field.name
    assert sorted(row.duties) == sorted(DECEMBER.duties)
    assert (row.number, row.status) == (1, VersionStatus.DRAFT)
    assert written == [row] == [ledger.version(DESK)] == ledger.versions(DESK)


def test_the_roster_hash_is_that_of_the_duties_in_order(ledger: Ledger) -> None:
    shuffled = replace(
        DECEMBER, duties=(Duty("b", DECEMBER.duties[0].day, "夜"), Duty("a", DECEMBER.duties[0].day, "夜"))
    )
    row = ledger.draft(shuffled, nothing)

    text = '[["a","2026-12-01","夜"],["b","2026-12-01","夜"]]'
    assert row.roster_hash == hashlib.sha256(text.encode()).hexdigest()


def test_versions_count_from_one_on_each_desk(ledger: Ledger) -> None:
    numbers = [ledger.draft(replace(DECEMBER, desk=desk), nothing).number for desk in ("a", "b", "a", "a")]

    assert numbers == [1, 1, 2, 3]
    assert ledger.version("a").number == 3
    assert ledger.version("a", 2).number == 2
    assert [row.number for row in ledger.versions("b")] == [1]


def test_versions_and_entries_can_be_asked_for_a_month(ledger: Ledger) -> None:
    for draft in (DECEMBER, JANUARY, DECEMBER):
        ledger.draft(draft, nothing)

    assert [row.number for row in ledger.versions(DESK, Month(2026, 12))] == [1, 3]
    assert [row.number for row in ledger.versions(DESK)] == [1, 2, 3]
    assert [entry.version for entry in ledger.entries(DESK, Month(2027, 1))] == [2]
    assert [entry.sequence for entry in ledger.entries(DESK)] == [1, 2, 3]
    assert ledger.versions(DESK, Month(2027, 2)) == []


def test_every_draft_is_logged_and_chained(ledger: Ledger) -> None:
    rows = [ledger.draft(DECEMBER, nothing), ledger.draft(DECEMBER, nothing)]
    first, second = ledger.entries(DESK)

    assert (first.event, first.by, first.because, first.at) == ("drafted", "tester", "next month", DECEMBER.made_at)
    assert (first.previous_hash, second.previous_hash) == ("", first.hash)
    assert [entry.facts["roster_hash"] for entry in (first, second)] == [row.roster_hash for row in rows]
    assert ledger.broken_links(DESK) == []


def test_an_entrys_hash_can_be_recomputed_by_hand(ledger: Ledger) -> None:
    ledger.draft(DECEMBER, nothing)
    (entry,) = ledger.entries(DESK)

    facts = json.dumps({**entry.facts, "ran": entry.ran}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    by_hand = (
        f'{{"at":"2026-11-25T09:30:00.123456+00:00","because":"next month","by":"tester","desk":"{DESK}",'
        f'"event":"drafted","facts":{json.dumps(facts)},"previous_hash":"","sequence":1,"version":1}}'
    )
    assert entry.hash == hashlib.sha256(by_hand.encode()).hexdigest()


def test_a_version_remembers_what_it_continues(ledger: Ledger) -> None:
    ledger.draft(replace(DECEMBER, desk="another"), nothing)  # row ids and numbers part ways
    ledger.draft(DECEMBER, nothing)
    row = ledger.draft(replace(JANUARY, previous=1), nothing)

    assert row.previous == 1
    assert [found.previous for found in ledger.versions(DESK)] == [None, 1]
    assert ledger.version(DESK) == row
    assert ledger.broken_links(DESK) == []


def test_a_draft_cannot_continue_a_version_that_is_not_there(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="no roster version 9"):
        ledger.draft(replace(JANUARY, previous=9), nothing)
    assert ledger.versions(DESK) == []


def test_the_month_before_is_its_newest_draft(ledger: Ledger) -> None:
    assert ledger.before(DESK, Month(2027, 1)) is None
    ledger.draft(DECEMBER, nothing)
    second = ledger.draft(DECEMBER, nothing)
    ledger.draft(JANUARY, nothing)

    assert ledger.before(DESK, Month(2027, 1)) == second
    assert ledger.before(DESK, Month(2026, 12)) is None
    assert ledger.before("another", Month(2027, 1)) is None


def test_a_live_month_goes_before_newer_drafts(ledger: Ledger, url: str) -> None:
    for _ in range(3):
        ledger.draft(DECEMBER, nothing)
    with behind_its_back(url) as execute:
        execute("UPDATE ledger_version SET status = 'live' WHERE number = 2")
        execute("UPDATE ledger_version SET status = 'superseded' WHERE number = 1")

    before = ledger.before(DESK, Month(2027, 1))
    assert before is not None
    assert (before.number, before.status) == (2, VersionStatus.LIVE)
    with behind_its_back(url) as execute:
        execute("UPDATE ledger_version SET status = 'withdrawn'")
    assert ledger.before(DESK, Month(2027, 1)) is None


def test_a_failed_write_leaves_nothing(ledger: Ledger) -> None:
    ledger.draft(DECEMBER, nothing)

    def disk_full(row: VersionRow) -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        ledger.draft(DECEMBER, disk_full)
    assert [row.number for row in ledger.versions(DESK)] == [1]
    assert [entry.sequence for entry in ledger.entries(DESK)] == [1]
    assert ledger.draft(DECEMBER, nothing).number == 2
    assert ledger.broken_links(DESK) == []


def test_a_version_is_not_seen_before_it_is_written(ledger: Ledger, url: str) -> None:
    seen: list[int] = []

    def look(row: VersionRow) -> None:
        with Ledger(url) as other:
            seen.append(len(other.versions(DESK)))

    ledger.draft(DECEMBER, look)
    assert seen == [0]


def test_what_is_missing_is_said_in_both_languages(ledger: Ledger) -> None:
    with pytest.raises(LedgerError) as none:
        ledger.version(DESK)
    ledger.draft(DECEMBER, nothing)
    with pytest.raises(LedgerError) as other:
        ledger.version(DESK, 4)

    assert none.value.say("zh") == f"服务台“{DESK}”在台账中还没有排班"
    assert other.value.say("en") == f"desk “{DESK}” has no roster version 4"


def test_times_are_kept_in_utc(ledger: Ledger) -> None:
    shanghai = datetime(2026, 11, 25, 1, 0, tzinfo=timezone(timedelta(hours=8)))
    ledger.draft(replace(DECEMBER, made_at=shanghai), nothing)

    assert ledger.version(DESK).made_at.isoformat() == "2026-11-24T17:00:00+00:00"
    assert ledger.entries(DESK)[0].at == datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert ledger.broken_links(DESK) == []


@pytest.mark.parametrize(
    "wrong", [lambda: {"month": Month.parse("2026-13")}, lambda: {"made_at": datetime(2026, 11, 25)}]
)
def test_a_draft_without_zone_or_month_is_not_born(wrong: Callable[[], dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match=r"month must be in 1..12|no time zone"):
        replace(DECEMBER, **wrong())
