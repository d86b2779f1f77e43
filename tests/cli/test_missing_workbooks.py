"""A version whose workbook is not there: what is missing is said, and how it comes back."""

from __future__ import annotations

from pathlib import Path

from tests.support.cli_desks import run
from tests.support.published_desk import drafted, drafted_desk, published_desk

BOOK = "small-2026-12-v{}.xlsx"


def test_a_draft_without_its_workbook_is_told_and_repair_brings_it_back(tmp_path: Path) -> None:
    desk = drafted_desk(tmp_path)  # recorded, and killed before its workbook was in place
    book = desk / "rosters" / BOOK.format(1)
    assert run("status", desk, "--json").answer["missing"] == [str(book)]
    told = run("status", desk)
    assert f"工作簿不在 {book}" in told.out
    assert "scheduler repair" in told.out
    assert str(book) in run("show", desk, "--json").answer["notes"][0]
    assert run("repair", desk, "--json").answer["files"] == [str(book)]
    assert run("status", desk, "--json").answer["missing"] == []
    assert run("show", desk, "--json").answer["notes"] == []


def test_a_draft_that_a_newer_one_has_overtaken_is_missed_by_nobody(tmp_path: Path) -> None:
    desk = drafted_desk(tmp_path)
    drafted(desk)
    assert run("status", desk, "--json").answer["missing"] == [str(desk / "rosters" / BOOK.format(2))]
    assert run("show", desk, "--version", "1", "--json").answer["notes"] == []


def test_what_is_in_force_is_missed_and_what_is_void_is_not(tmp_path: Path) -> None:
    desk = published_desk(tmp_path)
    book = desk / "rosters" / BOOK.format(1)
    book.unlink()
    assert run("status", desk, "--json").answer["missing"] == [str(book)]
    assert run("withdraw", desk, "--version", "1", "--by", "M1", "--because", "错").code == 0
    book.unlink(missing_ok=True)
    assert run("status", desk, "--json").answer["missing"] == []


def test_a_draft_without_its_workbook_is_published_with_one(tmp_path: Path) -> None:
    desk = drafted_desk(tmp_path)
    assert run("publish", desk, "--version", "1", "--by", "M1", "--late-because", "晚").code == 0
    assert (desk / "rosters" / BOOK.format(1)).exists()
