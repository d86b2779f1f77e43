"""What versions were made with: stored once by its content, kept like everything else, and missed where it is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.errors import LedgerError
from scheduler.ledger.rows import seal
from scheduler.ledger.store import Ledger
from tests.ledger.test_tampering import drop_triggers
from tests.support.drafting import DECEMBER, DESK, JANUARY, behind_its_back, nothing

WITH = {"shifts": [{"code": "早", "start": 480}], "rules": {"weekly_rest_day": 7}, "leave": []}


def test_what_a_version_was_made_with_comes_back(ledger: Ledger) -> None:
    row = ledger.draft(replace(DECEMBER, parts=WITH), nothing)
    assert row.made_with == {name: seal(part) for name, part in WITH.items()}
    assert ledger.version(DESK, 1) == row
    assert ledger.parts(row) == WITH
    assert ledger.broken_links(DESK) == []


def test_a_version_of_an_earlier_release_was_made_with_nothing_known(ledger: Ledger) -> None:
    row = ledger.draft(DECEMBER, nothing)
    assert row.made_with is None
    assert ledger.parts(row) == {}


def test_a_hundred_versions_of_one_month_store_the_same_content_once(ledger: Ledger, url: str) -> None:
    for number in range(10):
        ledger.draft(replace(DECEMBER, parts=WITH | {"leave": [number % 2]}), nothing)
    with behind_its_back(url) as execute:
        assert execute("SELECT count(*) FROM ledger_part") == [(4,)]  # rules, shifts, and two tables of leave


def test_what_is_rolled_back_leaves_no_part(ledger: Ledger) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("no paper")

    with pytest.raises(RuntimeError):
        ledger.draft(replace(DECEMBER, parts=WITH), fail)
    row = ledger.draft(replace(JANUARY, previous=None, parts={"rules": 1}), nothing)
    assert ledger.parts(row) == {"rules": 1}


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM ledger_part",
        "UPDATE ledger_part SET content = '[]'",
        "UPDATE ledger_part SET digest = 'x'",
    ],
)
def test_a_part_that_was_changed_behind_its_back_is_found_and_not_used(ledger: Ledger, url: str, change: str) -> None:
    row = ledger.draft(replace(DECEMBER, parts={"rules": {"weekly_rest_day": 7}}), nothing)
    with behind_its_back(url) as execute:
        drop_triggers(execute, url)
        execute(change)
    said = "what roster version 1 was made with (rules) is missing or has been altered"
    assert [link.say("en") for link in ledger.broken_links(DESK)] == [said]
    with pytest.raises(LedgerError, match="rules"):
        ledger.parts(row)


@pytest.mark.parametrize("change", ["DELETE FROM ledger_part", "UPDATE ledger_part SET content = '[]'"])
def test_the_database_refuses_to_change_a_part(ledger: Ledger, url: str, change: str) -> None:
    ledger.draft(replace(DECEMBER, parts=WITH), nothing)
    with pytest.raises(Exception, match="cannot be changed"), behind_its_back(url) as execute:
        execute(change)
