"""Ledgers from before who-found-what was recorded still open, still hold, and go on; what is recorded now is sealed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.ledger.store import Ledger
from tests.ledger.test_tampering import drop_triggers
from tests.support.drafting import DECEMBER, DESK, JANUARY, behind_its_back, nothing

LATER = ("finder", "prover", "certificate", "made_with")
CERTIFIED = replace(
    DECEMBER,
    finder="LNS",
    prover="HiGHS",
    certificate={"solver": "HiGHS", "bound": 16, "best": None, "seconds": 12.5},
    parts={"rules": {"weekly_rest_day": {"window": 7}}},
)


def made_older(url: str) -> None:
    """Take a ledger back to the tables of before."""
    with behind_its_back(url) as execute:
        on = "" if url.startswith("sqlite") else " ON ledger_version"
        execute(f"DROP TRIGGER ledger_version_update_proof{on}")
        execute(f"DROP TRIGGER ledger_version_update_made_with{on}")
        execute("DROP TABLE ledger_part")
        execute("DROP TABLE ledger_identity")
        execute("DROP TABLE ledger_private")
        for column in LATER:
            execute(f"ALTER TABLE ledger_version DROP COLUMN {column}")
        execute("DROP INDEX ledger_one_live_version")
        later = ("0003_who_proved_it", "0004_one_live_version", "0005_made_with", "0006_identity", "0007_private")
        for name in later:
            execute(f"DELETE FROM django_migrations WHERE app = 'ledger' AND name = '{name}'")


def test_an_older_ledger_is_brought_up_to_date(url: str) -> None:
    with Ledger(url) as ledger:
        row = ledger.draft(DECEMBER, nothing)
    made_older(url)
    with Ledger(url) as ledger:
        assert ledger.versions(DESK) == [row]
        assert (row.finder, row.prover, row.certificate, row.made_with) == (None, None, None, None)
        ledger.draft(replace(CERTIFIED, month=JANUARY.month, duties=JANUARY.duties, previous=1), nothing)
        assert ledger.broken_links(DESK) == []


def test_a_certificate_comes_back_as_it_was(ledger: Ledger) -> None:
    row = ledger.draft(CERTIFIED, nothing)
    assert ledger.version(DESK) == row
    assert (row.finder, row.prover, row.certificate) == ("LNS", "HiGHS", CERTIFIED.certificate)
    assert ledger.broken_links(DESK) == []


@pytest.mark.parametrize("column", LATER)
@pytest.mark.parametrize("value", ["'x'", "NULL"])
def test_what_was_changed_behind_its_back_is_found(ledger: Ledger, url: str, column: str, value: str) -> None:
    ledger.draft(CERTIFIED, nothing)
    with behind_its_back(url) as execute:
        drop_triggers(execute, url)
        execute(f"UPDATE ledger_version SET {column} = {value}")
    found = ["the content of roster version 1 has been altered"]
    assert [link.say("en") for link in ledger.broken_links(DESK)] == found


@pytest.mark.parametrize("column", LATER)
def test_a_later_column_filled_in_afterwards_is_found(ledger: Ledger, url: str, column: str) -> None:
    ledger.draft(DECEMBER, nothing)
    with behind_its_back(url) as execute:
        drop_triggers(execute, url)
        execute(f"UPDATE ledger_version SET {column} = 'x'")
    assert len(ledger.broken_links(DESK)) == 1
