"""`scheduler compare`: two versions of a month beside each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from scheduler.domain import Month
from tests.support.cli_desks import run
from tests.support.published_desk import drafted, published_desk, with_changes
from tests.support.sheets import table

MOVED = (("T1", 7, ""), ("T4", 7, "早"))


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    desk = published_desk(tmp_path)
    assert drafted(desk, roster=with_changes(*MOVED)) == 2
    return desk


def test_who_has_more_and_who_less_is_told_with_each_cell(desk: Path) -> None:
    said = run("compare", desk, "--versions", "1", "2")
    assert said.code == 0
    assert "第 1 版（已发布）→ 第 2 版（草稿），改动 2 格、2 人" in said.out
    assert "试一（T1）：班次数 11 → 10（-1），工时 88 → 80（-8），休息天数 20 → 21（+1）" in said.out
    assert "试四（T4）：班次数 10 → 11（+1）" in said.out
    assert "  试一 12月7日(周一)：早 → 休" in said.out
    back = run("compare", desk, "--versions", "2", "1", "--lang", "en").out
    assert "2 cells of 2 people differ" in back
    assert "试一 (T1): Duties 10 → 11 (+1)" in back


def test_json_has_totals_before_and_after(desk: Path) -> None:
    told = run("compare", desk, "--versions", "1", "2", "--json").answer
    assert (told["before"]["version"], told["after"]["version"], told["month"]) == (1, 2, "2026-12")
    assert [(one["worker"], one["date"], one["before"], one["after"]) for one in told["changes"]] == [
        ("T1", "2026-12-07", "早", ""),
        ("T4", "2026-12-07", "", "早"),
    ]
    assert {one["worker"]: one["totals"]["hours"] for one in told["people"]} == {"T1": [88, 80], "T4": [80, 88]}
    assert (told["before"]["broken"], told["after"]["broken"]) == (0, 0)


def test_the_same_version_twice_says_that_nothing_differs(desk: Path) -> None:
    assert "两版的班次和各人的合计都相同" in run("compare", desk, "--versions", "1", "1").out


def test_a_workbook_has_people_and_cells_and_is_not_written_over_anything_else(desk: Path, tmp_path: Path) -> None:
    path = tmp_path / "compared.xlsx"
    for _ in range(2):  # its own it may replace
        assert run("compare", desk, "--versions", "1", "2", "--xlsx", path, "--json").answer["files"] == [str(path)]
    book = load_workbook(path)
    people, cells = table(book["人员"]), table(book["改动"])
    assert [(row["工号"], row["改动格数"], row["工时（原 → 现）"]) for row in people] == [
        ("T1", 1, "88 → 80 (-8)"),
        ("T4", 1, "80 → 88 (+8)"),
    ]
    assert [(row["工号"], row["原"], row["现"]) for row in cells] == [("T1", "早", None), ("T4", None, "早")]
    roster = desk / "rosters" / "small-2026-12-v1.xlsx"
    before = roster.read_bytes()
    refused = run("compare", desk, "--versions", "1", "2", "--xlsx", roster, "--json")
    assert (refused.code, roster.read_bytes()) == (2, before)
    assert run("compare", desk, "--versions", "1", "2", "--xlsx", tmp_path / "compared.csv").code == 2


def test_what_cannot_be_compared_is_refused_with_its_reason(desk: Path) -> None:
    drafted(desk, Month(2027, 1), legal=False)
    other = run("compare", desk, "--versions", "1", "3")
    assert other.code == 1
    assert "只能比较同一个月的两版" in other.out + other.err
    assert "9" in run("compare", desk, "--versions", "1", "9").err + run("compare", desk, "--versions", "1", "9").out
    assert run("compare", desk, "--versions", "1").code == 2
