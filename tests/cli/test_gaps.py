"""A month that cannot be covered, made all the same: what is open is said everywhere, and nothing else gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.cli.test_versions import pinned, quick
from tests.support.cli_desks import generate, run, small_desk
from tests.support.sheets import table

AWAY = [f"T{n},2026-12-09,2026-12-09,年假,是" for n in range(1, 6)]  # of six
LIMIT = ("--time-limit", "20")


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch)
    quick(monkeypatch)


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The desk, and what `generate --allow-gaps` answered."""
    desk = small_desk(tmp_path_factory.mktemp("short") / "desk", leave=AWAY)
    (desk / "officials.csv").write_text("工号,姓名,角色\nM1,甲经理,经理\n", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        pinned(patch)
        quick(patch)
        said = generate(desk, "--allow-gaps", *LIMIT)
    assert said.code == 1
    return desk, said.answer


def test_without_leave_to_it_nothing_is_made(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk", leave=AWAY)
    said = generate(desk, "--time-limit", "4")
    assert (said.code, said.answer["status"], said.answer["version"], said.answer["gaps"]) == (
        1,
        "IMPOSSIBLE",
        None,
        [],
    )


def test_what_is_open_is_said_with_those_who_could_take_it(short: tuple[Path, dict[str, Any]]) -> None:
    _, said = short
    assert said["version"] == 1
    assert said["gaps"]
    assert {day for gap in said["gaps"] for day in gap["dates"]} == {"2026-12-09"}
    harms = [gap["harm"] for gap in said["gaps"]]
    assert harms == sorted(harms, reverse=True)
    assert said["gaps"][0]["rule"] == "always_staffed"
    broken = {(one["rule"], one["sentence"]) for one in said["violations"]}
    assert broken >= {(gap["rule"], gap["sentence"]) for gap in said["gaps"]}
    for gap in said["gaps"]:
        assert len(gap["candidates"]) == 3
        assert all(one["because"] for one in gap["candidates"])


def test_the_screen_the_workbook_and_verify_show_it(short: tuple[Path, dict[str, Any]]) -> None:
    desk, said = short
    (book,) = (desk / "rosters").glob("*-v1.xlsx")
    rows = table(load_workbook(book)["未排"])
    assert [row["缺什么"] for row in rows] == [gap["sentence"] for gap in said["gaps"]]
    assert all(row[f"人选 {n}"] for row in rows for n in (1, 2, 3))
    verified = run("verify", desk, book, "--json")
    assert verified.code == 1
    assert {gap["sentence"] for gap in said["gaps"]} <= {one["sentence"] for one in verified.answer["violations"]}
    again = run("generate", desk, "--month", "2026-12", "--allow-gaps", *LIMIT)
    assert again.code == 1
    assert "未排：有" in again.out
    assert "合规，" not in again.out
    assert "全部符合\n" not in again.out.replace("除上列未排外全部符合\n", "")


def test_it_cannot_be_put_in_force(short: tuple[Path, dict[str, Any]]) -> None:
    desk, said = short
    refused = run("publish", desk, "--version", "1", "--by", "M1", "--json")
    assert (refused.code, refused.answer["status"]) == (1, "REFUSED")
    assert any(gap["sentence"] in refused.answer["errors"][0] for gap in said["gaps"])


def test_where_nothing_is_missing_nothing_is_open(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk")
    said = generate(desk, "--allow-gaps", *LIMIT)
    assert (said.code, said.answer["status"], said.answer["gaps"]) == (0, "OPTIMAL", [])
    (book,) = (desk / "rosters").glob("*-v1.xlsx")
    assert "未排" not in load_workbook(book).sheetnames


def test_where_heads_are_not_what_is_missing_that_is_said(tmp_path: Path) -> None:
    fixed = ["T1,2026-12-08,晚", "T1,2026-12-09,早"]  # eight hours between them
    desk = small_desk(tmp_path / "desk", fixed=fixed)
    said = run("generate", desk, "--month", "2026-12", "--allow-gaps", "--time-limit", "8")
    assert said.code == 1
    assert "允许缺人也排不出来" in said.out
    assert "允许缺人也排不出来" in generate(desk, "--allow-gaps", "--time-limit", "8").answer["why"]
    assert not list(desk.glob("rosters/*.xlsx"))


def test_the_rest_of_a_published_month_has_no_gaps(short: tuple[Path, dict[str, Any]]) -> None:
    desk, _ = short
    said = generate(desk, "--allow-gaps", "--from", "2026-12-09")
    assert (said.code, said.answer["status"]) == (1, "REFUSED")
