"""Many findings of one kind are told by the first few and a count; JSON and --verbose have them all."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from scheduler.cli.floods import MOST_ALIKE, group_alike
from tests.cli.test_versions import pinned
from tests.support.cli_desks import run, small_desk
from tests.support.published_desk import published_desk


def test_kinds_stand_together_and_the_last_line_of_many_counts_the_rest() -> None:
    lines = [("a", f"a{n}") for n in range(30)] + [("b", "b0")] + [("a", "a30")]
    assert group_alike(lines, "en") == [
        *(f"a{n}" for n in range(5)),
        "… 26 more of this kind (--verbose lists them)",
        "b0",
    ]
    assert group_alike(lines, "zh", whole=True) == [*(f"a{n}" for n in range(31)), "b0"]
    few = [("a", f"a{n}") for n in range(MOST_ALIKE)]
    assert group_alike(few, "zh") == [text for _, text in few]


@pytest.mark.parametrize("command", ["check", "generate"])
def test_faults_of_one_column_are_told_once_with_their_count(tmp_path: Path, command: str) -> None:
    desk = small_desk(tmp_path / "desk")
    rows = "".join(f"T1,2026-12-{day:02d},2026-12-{day:02d},没有的假,是\n" for day in range(1, 31))
    (desk / "leave.csv").write_text("工号,开始日期,结束日期,类别,已批准\n" + rows, encoding="utf-8")
    faults = run(command, desk, "--month", "2026-12", "--json").answer["errors"]
    assert len(faults) == 30
    told = run(command, desk, "--month", "2026-12").err.splitlines()
    assert len([line for line in told if "没有的假" in line]) == MOST_ALIKE - 1
    assert f"  …另有 {30 - MOST_ALIKE + 1} 条同类（--verbose 全列）" in told
    assert "另有" not in run(command, desk, "--month", "2026-12", "--verbose").err


def test_breaches_of_one_kind_are_told_once_with_their_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch, "2026-12-05 09:30")
    desk = published_desk(tmp_path)
    path = next((desk / "rosters").glob("*-v1.xlsx"))
    book = load_workbook(path)
    sheet = book["排班表"]
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value == "晚" and cell.column > 3 and row[0].value and str(row[0].value).startswith("T"):
                cell.value = "休"
    book.save(tmp_path / "emptied.xlsx")
    said = run("verify", desk, tmp_path / "emptied.xlsx")
    assert said.code == 1
    assert "条同类" in said.out
    assert len(said.out.splitlines()) < 60
    assert len(run("verify", desk, tmp_path / "emptied.xlsx", "--verbose").out.splitlines()) > 60
