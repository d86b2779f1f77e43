"""A month that cannot be covered, made all the same: what is open is said everywhere, and nothing else gives."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.cli.test_versions import pinned, quick
from tests.support.cli_desks import HEADERS, generate, run, small_desk
from tests.support.sheets import table

AWAY = [f"T{n},2026-12-09,2026-12-09,年假,是" for n in range(1, 6)]  # of six
WHY = "五人请假，找不到人"
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


def test_the_roster_with_the_gaps_is_made_even_where_no_better_one_is_found_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = small_desk(tmp_path / "desk", leave=AWAY)
    monkeypatch.setattr("scheduler.solver.strategy.Search.run", lambda search: None)
    said = generate(desk, "--allow-gaps", *LIMIT)
    assert said.answer["version"] == 1
    assert {day for gap in said.answer["gaps"] for day in gap["dates"]} == {"2026-12-09"}


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


def test_without_a_reason_it_is_not_put_in_force(short: tuple[Path, dict[str, Any]]) -> None:
    desk, said = short
    for more in ((), ("--open-because", " "), ("--late-because", "x", "--over-because", "x")):
        refused = run("publish", desk, "--version", "1", "--by", "M1", *more, "--json")
        assert (refused.code, refused.answer["status"]) == (1, "REFUSED")
        (sentence,) = refused.answer["errors"]
        assert all(gap["sentence"] in sentence for gap in said["gaps"])
        assert "16:00–24:00" in sentence
        assert "480 分钟" in sentence
        assert "--open-because" in sentence


@pytest.fixture(scope="module")
def live(short: tuple[Path, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A copy of it in force with duties open, and what `publish` answered."""
    desk = tmp_path_factory.mktemp("live") / "desk"
    shutil.copytree(short[0], desk)
    with pytest.MonkeyPatch.context() as patch:
        pinned(patch)
        quick(patch)
        said = run("publish", desk, "--version", "1", "--by", "M1", "--open-because", WHY, "--json")
    assert said.code == 0
    return desk, said.answer


def test_with_a_reason_it_is_and_everybody_is_told(live: tuple[Path, dict[str, Any]]) -> None:
    desk, said = live
    sentences = [one["sentence"] for one in said["open"]]
    assert len(sentences) == 3
    assert [one["minutes"] for one in said["open"]] == [480, 0, 0]
    assert {one["date"] for one in said["open"]} == {"2026-12-09"}
    published = run("log", desk, "--json").answer["entries"][-1]
    assert published["because"] == WHY
    assert [row[1] for row in published["facts"]["open"]] == sentences
    line = next(line for line in run("log", desk).out.splitlines() if "  发布  " in line)
    assert "未排 3 处：" in line
    assert all(one in line for one in sentences)
    assert run("log", desk, "--verify").code == 0
    status = run("status", desk)
    assert "3 处未排" in status.out
    assert [one["sentence"] for one in run("status", desk, "--json").answer["live"][0]["open"]] == sentences
    shown = run("show", desk, "--version", "1").out
    assert "就所列缺口而言" in shown
    assert all(one in shown for one in sentences)


def test_every_paper_says_what_is_open_and_why(live: tuple[Path, dict[str, Any]]) -> None:
    desk, said = live
    folder = desk / "rosters"
    book = load_workbook(folder / "small-2026-12-v1.xlsx")
    assert [row["缺什么"] for row in table(book["未排"])] == [one["sentence"] for one in said["open"]]
    handouts = load_workbook(next(folder.rglob("*-分发.xlsx")))
    slip = load_workbook(next(folder.rglob("*-T2-个人班表.xlsx")))
    for name, sheet in (
        ("roster", book.worksheets[0]),
        ("slip", slip.worksheets[0]),
        ("board", next(one for one in handouts.worksheets if "7" in one.title)),
    ):
        text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
        assert all(one["sentence"] in text for one in said["open"]), name
        assert WHY in text, name
    assert "（3 处未排）" in str(book.worksheets[0]["A1"].value)


def test_verify_tells_open_duties_from_what_else_is_broken(live: tuple[Path, dict[str, Any]]) -> None:
    desk, said = live
    found = run("verify", desk, desk / "rosters" / "small-2026-12-v1.xlsx")
    assert found.code == 1
    assert "除未排外全部符合" in found.out
    answer = run("verify", desk, desk / "rosters" / "small-2026-12-v1.xlsx", "--json").answer
    assert answer["open"] == said["open"]


def test_a_surge_starts_from_what_is_open_and_may_leave_it_so(live: tuple[Path, dict[str, Any]]) -> None:
    said = run("surge", live[0], "--date", "2026-12-09", "--factor", "1.5", "--version", "1", "--json").answer
    assert (said["status"], said["changes"], said["version"]) == ("OPTIMAL", [], None)
    assert any(one["shift"] == "晚" and one["at_work"] == 0 for one in said["short"])


def come_back(live: Path, desk: Path) -> Path:
    """A copy of it in which T1's leave is called off."""
    shutil.copytree(live, desk)
    back = ("--cancel-leave", "T1@2026-12-09", "--by", "T1", "--because", "回来")
    assert run("swap", "request", desk, *back).code == 0
    assert run("swap", "approve", desk, "1", "--by", "M1").code == 0
    return desk


def test_whoever_comes_back_fills_it(live: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    desk = come_back(live[0], tmp_path / "desk")
    number = str(run("status", desk, "--json").answer["live"][0]["version"])
    made = run("surge", desk, "--date", "2026-12-09", "--factor", "1", "--version", number, "--json").answer
    assert [(one["worker"], one["after"]) for one in made["changes"]] == [("T1", "晚")]
    done = run(
        "publish", desk, "--version", str(made["version"]), "--by", "M1", "--over-because", "补上", "--json"
    ).answer
    assert (done["status"], done["open"]) == ("PUBLISHED", [])
    assert "未排" not in run("status", desk).out


def test_the_rest_planned_again_fills_it_and_says_what_it_stands_on(
    live: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    desk = tmp_path / "desk"
    shutil.copytree(live[0], desk)
    (desk / "leave.csv").write_text("\n".join([HEADERS["leave"], *AWAY[2:], ""]), "utf-8")
    words = ("--month", "2026-12", "--from", "2026-12-09", *LIMIT)
    said = run("generate", desk, *words)
    assert said.code == 0, said.out
    assert "第 1 版已发布在用：12月9日(周三) 之前已上和已定的照它不动" in said.out
    assert "不看它" not in said.out
    (number,) = re.findall(r"第 (\d+) 版（草稿）", said.out)
    done = run("publish", desk, "--version", number, "--by", "M1", "--over-because", "补上", "--json").answer
    assert (done["status"], done["open"]) == ("PUBLISHED", [])


def test_a_roster_filled_by_hand_is_asked_for_and_fills_it(live: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    desk = come_back(live[0], tmp_path / "desk")
    number = run("status", desk, "--json").answer["live"][0]["version"]
    book = load_workbook(desk / "rosters" / f"small-2026-12-v{number}.xlsx")
    grid = book.worksheets[0]
    (row,) = [number for number, row in enumerate(grid.iter_rows(), 1) if row[0].value == "T1"]
    (column,) = [
        number
        for row in grid.iter_rows()
        if row[0].value == "工号"
        for number, one in enumerate(row, 1)
        if "2026-12-09" in str(one.value)
    ]
    grid.cell(row, column).value = "晚"
    book.save(tmp_path / "filled.xlsx")
    said = run("import", tmp_path / "filled.xlsx", "--desk", desk, "--by", "T1", "--because", "补上", "--json")
    assert said.code == 0, said.out
    assert run("swap", "approve", desk, "2", "--by", "M1").code == 0
    assert "未排" not in run("status", desk).out


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
