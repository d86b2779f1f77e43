"""A real past month comes in as it was worked, with what it broke on record; the next month continues from it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from scheduler.domain import Month
from scheduler.ledger.store import VersionStatus
from scheduler.workflow.facts import DraftedFacts
from tests.cli.test_versions import pinned, quick, refused
from tests.support.cli_desks import run
from tests.support.published_desk import drafted, ledger_of, new_desk, published_desk

IMPORT = ("--as-history", "--by", "M1")


@pytest.fixture(autouse=True)
def _december(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch, "2026-12-02 09:30")
    quick(monkeypatch)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return new_desk(tmp_path / "desk")


def november(path: Path, *, ids: bool = True, **rows: str) -> Path:
    """November as somebody kept it: everybody on 早 without a day off, but for rows of their own, a sign a day."""
    book = Workbook()
    page = book.worksheets[0]
    page.append(["2026年11月考勤表"])
    page.append([*(["工号"] if ids else []), "姓名", *range(1, 31)])
    for number, name in enumerate("一二三四五六", 1):
        worked = rows.get(f"T{number}", "早" * 30)
        cells = [sign if sign != "." else None for sign in worked]
        page.append([*([f"T{number}"] if ids else []), f"试{name}", *cells])
    book.save(path)
    return path


def recorded(desk: Path, number: int = 1) -> tuple[Any, DraftedFacts]:
    with ledger_of(desk) as ledger:
        row = ledger.version("small", number)
        entry = next(one for one in ledger.entries("small") if (one.version, one.event) == (number, "drafted"))
    return row, DraftedFacts.read(entry.facts)


def test_a_past_month_is_recorded_with_what_it_broke(desk: Path, tmp_path: Path) -> None:
    file = november(tmp_path / "11月.xlsx", T2="晚" * 30, T3="早晚" * 15, T6="." * 30)
    said = run("import", file, "--desk", desk, *IMPORT, "--json")
    assert said.code == 0
    assert (said.answer["status"], said.answer["month"], said.answer["version"]) == ("DRAFTED", "2026-11", 1)
    assert len(said.answer["violations"]) > 20
    row, facts = recorded(desk)
    assert (row.status, row.status_word, row.month) == (VersionStatus.DRAFT, "WORKED", Month(2026, 11))
    assert (facts.imported, facts.history, facts.broken) == ("11月.xlsx", True, len(said.answer["violations"]))
    assert sum(duty.worker == "T2" and duty.shift == "晚" for duty in row.duties) == 30
    assert len(row.duties) == 150


def test_what_it_broke_is_told_in_words(desk: Path, tmp_path: Path) -> None:
    said = run("import", november(tmp_path / "a.xlsx"), "--desk", desk, *IMPORT)
    assert said.code == 0
    head, *rest = said.out.split("\n")
    assert head.startswith("2026-11 已存为第 1 版：按实际所上的班，违反 ")
    assert any("试一" in line for line in rest)
    assert "从这里接上" in said.out
    english = run("show", desk, "--version", "1", "--lang", "en").out
    assert "version 1 (draft, as it was worked)" in english
    assert run("verify", desk, desk / "rosters" / "small-2026-11-v1.xlsx").code == 1


def test_the_same_without_the_option_is_refused_as_before(desk: Path, tmp_path: Path) -> None:
    said = run("import", november(tmp_path / "a.xlsx"), "--desk", desk, "--by", "M1", "--json")
    assert said.code == 1
    assert (said.answer["status"], said.answer["version"]) == ("BROKEN", None)


def test_the_next_month_continues_from_it(desk: Path, tmp_path: Path) -> None:
    run("import", november(tmp_path / "a.xlsx", T1="早" * 30, T4="." * 30), "--desk", desk, *IMPORT)
    checked = run("check", desk, "--month", "2026-12", "--json", "--lang", "en").answer
    assert any("come from the ledger: 2026-11, version 1" in note for note in checked["assumptions"])
    assert checked["understood"]["history_from"] == "2026-11-01"
    assert drafted(desk, legal=False) == 2
    with ledger_of(desk) as ledger:
        row = ledger.version("small", 2)
    assert row.previous == 1


def test_once_more_is_nothing_new_and_otherwise_another_version(desk: Path, tmp_path: Path) -> None:
    file = november(tmp_path / "a.xlsx")
    assert run("import", file, "--desk", desk, *IMPORT, "--json").answer["status"] == "DRAFTED"
    again = run("import", file, "--desk", desk, *IMPORT, "--json").answer
    assert (again["status"], again["version"]) == ("UNCHANGED", 1)
    other = november(tmp_path / "b.xlsx", T5="晚" * 30)
    assert run("import", other, "--desk", desk, *IMPORT, "--json").answer["version"] == 2


def test_leave_and_names_are_read_as_in_every_grid(desk: Path, tmp_path: Path) -> None:
    file = november(tmp_path / "a.xlsx", ids=False, T1="年年年" + "早" * 27, T2="休病" + "晚" * 28)
    answer = run("import", file, "--desk", desk, *IMPORT, "--json").answer
    assert {(one["worker"], one["kind"], one["first"], one["last"]) for one in answer["leave"]["added"]} == {
        ("T1", "annual", "2026-11-01", "2026-11-03"),
        ("T2", "sick", "2026-11-02", "2026-11-02"),
    }
    row, _ = recorded(desk)
    assert min(duty.day for duty in row.duties if duty.worker == "T1") == date(2026, 11, 4)


@pytest.mark.parametrize("now", ["2026-11-30 23:59", "2026-11-05 09:30"])
def test_a_month_that_is_not_over_is_no_history(
    desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: str
) -> None:
    pinned(monkeypatch, now)
    said = refused(("import", november(tmp_path / "a.xlsx"), "--desk", desk, *IMPORT), desk)
    assert "2026-11 到 11月30日(周一) 才过完" in said.answer["errors"][0]


def test_a_month_in_force_is_not_told_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = published_desk(tmp_path)
    pinned(monkeypatch, "2027-01-02 09:30")
    book = desk / "rosters" / "small-2026-12-v1.xlsx"
    said = refused(("import", book, "--desk", desk, *IMPORT), desk)
    assert "用 swap request --after-the-fact 补记" in said.answer["errors"][0]


def test_what_cannot_be_read_is_not_recorded(desk: Path, tmp_path: Path) -> None:
    file = november(tmp_path / "a.xlsx", T1="早?" * 15)
    said = run("import", file, "--desk", desk, *IMPORT, "--json")
    assert said.code == 2
    assert len(said.answer["errors"]) == 15
    assert not (desk / "ledger.sqlite3").exists()


def test_what_earlier_releases_recorded_is_no_history() -> None:
    assert DraftedFacts.read({"v": 1}) == DraftedFacts()
    assert "history" not in DraftedFacts(imported="a.xlsx").to_json()
    kept = DraftedFacts(imported="a.xlsx", history=True, broken=119)
    assert DraftedFacts.read(kept.to_json()) == kept
