"""The clock of a rehearsal: `SCHEDULER_NOW` sets it, and whatever is made under it says so."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from scheduler import clock
from scheduler.errors import InputError
from tests.support.cli_desks import generate, run, small_desk
from tests.support.narrowing import present
from tests.support.published_desk import drafted_desk, ledger_of, live, published_desk
from tests.support.sheets import texts_of

EVENING = "2026-11-20T18:30"


def test_the_clock_is_the_system_s_without_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(clock.NOW_VARIABLE, raising=False)
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 5
    assert clock.rehearsal_mark() == ""


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        (EVENING, "Asia/Shanghai", "2026-11-20T18:30:00+08:00"),
        (EVENING, "America/New_York", "2026-11-20T18:30:00-05:00"),
        ("2026-11-20T18:30+00:00", "Asia/Shanghai", "2026-11-21T02:30:00+08:00"),
        ("2026-11-20 18:30:05Z", "Asia/Shanghai", "2026-11-21T02:30:05+08:00"),
    ],
)
def test_a_time_without_a_zone_is_the_desk_s(
    text: str, zone: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(clock.NOW_VARIABLE, text)
    assert clock.at_desk(clock.now, zone).isoformat() == expected


@pytest.mark.parametrize("text", ["tomorrow", "2026-12-05", "2026-13-05T09:00", "2026-12-05T25:00", "0001-01-01T00:00"])
def test_a_value_that_is_no_time_is_bad_input(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.NOW_VARIABLE, text)
    with pytest.raises(InputError, match="faults"):
        clock.now()
    said = run("check", small_desk(tmp_path / "desk"), "--lang", "en")
    assert said.code == 2
    assert f"SCHEDULER_NOW: found “{text}”" in said.err
    assert "2026-12-05T09:30" in said.err


def test_every_command_says_on_standard_error_what_the_clock_says(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk")
    for words in (("check", desk), ("status", desk), ("rules",), ("publish", desk, "--version", "9", "--by", "T1")):
        said = run(*words, "--lang", "en", "--json", SCHEDULER_NOW=EVENING)
        assert said.err == "rehearsal: the clock says 2026-11-20 18:30\n"
        assert json.loads(said.out)["rehearsal"] == "2026-11-20 18:30"


def test_the_coming_month_is_that_of_the_rehearsal(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk")
    assert json.loads(run("check", desk, "--json", SCHEDULER_NOW="2027-03-31T23:59").out)["month"] == "2027-04"
    assert json.loads(run("check", desk, "--json", SCHEDULER_NOW="2027-04-01T00:00").out)["month"] == "2027-05"


def test_a_version_made_in_a_rehearsal_says_so_in_ledger_and_workbook(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk")
    made = json.loads(generate(desk, SCHEDULER_NOW=EVENING).out)
    with ledger_of(desk) as ledger:
        row = ledger.version("small")
        assert row.made_at.isoformat() == "2026-11-20T10:30:00+00:00"
        assert [note["zh"] for note in row.assumptions if "演练" in note["zh"]] == ["演练：时钟为 2026-11-20 18:30"]
        assert [entry.facts["rehearsal"] for entry in ledger.entries("small")] == ["2026-11-20 18:30"]
    book = load_workbook(made["files"][0])
    assert "草稿 · 演练：时钟为 2026-11-20 18:30" in book["排班表"]["A1"].value
    for sheet in book:
        if sheet.title == "每日明细":  # depends on the duties alone
            continue
        assert "演练" in str(present(present(sheet.oddFooter).right).text)


def test_the_mark_stays_when_the_rehearsal_is_over(tmp_path: Path) -> None:
    desk = drafted_desk(tmp_path)
    assert run("publish", desk, "--version", "1", "--by", "M1", SCHEDULER_NOW=EVENING).code == 0
    assert run("show", desk, "--version", "1", "--out", tmp_path / "again").code == 0
    (again,) = (tmp_path / "again").glob("*.xlsx")
    assert "演练：时钟为 2026-11-20 18:30" in load_workbook(again)["排班表"]["A1"].value
    assert "rehearsal: the clock says 2026-11-20 18:30" in run("log", desk, "--lang", "en").out
    with ledger_of(desk) as ledger:
        assert [entry.facts.get("rehearsal") for entry in ledger.entries("small")] == [None, "2026-11-20 18:30"]
    assert run("log", desk, "--verify").code == 0


def test_a_version_made_void_in_a_rehearsal_says_so_on_its_void_copy(tmp_path: Path) -> None:
    desk = published_desk(tmp_path)
    number = live(desk).number
    words = ("withdraw", desk, "--version", str(number), "--by", "M1", "--because", "try")
    assert run(*words, SCHEDULER_NOW="2026-11-21T08:00").code == 0
    (void,) = (desk / "rosters" / "已作废").glob("*.xlsx")
    assert "演练：时钟为 2026-11-21 08:00 try" in texts_of(void)


def test_nothing_made_in_earnest_speaks_of_a_rehearsal(tmp_path: Path) -> None:
    desk = published_desk(tmp_path)
    (book,) = (desk / "rosters").glob("*.xlsx")
    assert "演练" not in texts_of(book)
    with ledger_of(desk) as ledger:
        assert not any("rehearsal" in entry.facts for entry in ledger.entries("small"))
