"""Days of a grid rise and agree with their weekdays; who has no grid, no year, no ids or no results is told so in its own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from scheduler.app.verify import verify_workbook
from scheduler.domain import Problem, Roster, Worker
from scheduler.errors import Fault, InputError
from scheduler.files.reading.day_row import weekday_in
from scheduler.files.reading.roster_grid import read_roster
from scheduler.i18n import LANGS
from tests.files.test_grid import drawn, plain_rows
from tests.files.test_workbook import a_problem, rotated
from tests.support.cli_desks import run, small_desk

CHINESE = "一二三四五六日"


@pytest.fixture(scope="module")
def problem() -> Problem:
    return a_problem()


@pytest.fixture(scope="module")
def roster(problem: Problem) -> Roster:
    return rotated(problem)


def faults(path: Path, problem: Problem) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        read_roster(path, problem)
    for lang in LANGS:
        assert "{" not in caught.value.say(lang)
    return caught.value.faults


def grid(
    problem: Problem,
    roster: Roster,
    numbers: Sequence[object],
    weekdays: Iterable[str] = (),
    title: str = "2026年12月考勤排班表",
) -> list[list[object]]:
    """A grid of day numbers with their weekdays below, and a title."""
    head, *people = plain_rows(problem, roster, numbers)
    below = list(weekdays)
    return [[title], head, *([["", "", *below]] if below else []), *people]


def period(first: date, days: int) -> tuple[list[object], list[str]]:
    """The day numbers and weekdays of some days in a row."""
    those = [first + timedelta(days=n) for n in range(days)]
    return [day.day for day in those], [CHINESE[day.weekday()] for day in those]


def test_a_period_over_two_months_is_recognised_by_its_weekdays(tmp_path: Path, roster: Roster) -> None:
    """From the 21st of February to the 20th of March, under a title that names March."""
    march = a_problem(year=2025, month=3)
    numbers, weekdays = period(date(2025, 2, 21), 28)
    rows = grid(march, rotated(march), [*numbers, 21, 22, 23], weekdays, "2025年3月考勤排班表")
    rows = [row[:30] for row in rows]
    (fault,) = faults(drawn(tmp_path / "a.xlsx", rows), march)
    assert "从 21 日到 20 日，跨两个月（按星期是 2025-02-21 至 2025-03-20）" in fault.say("zh")
    assert fault.row == 2


@pytest.mark.parametrize(
    ("first", "days", "said"),
    [
        (date(2026, 11, 21), 30, "（按星期是 2026-11-21 至 2026-12-20）"),
        (date(2026, 11, 26), 30, "（按星期是 2026-11-26 至 2026-12-25）"),
        (date(2026, 12, 21), 31, "（按星期是 2026-12-21 至 2027-01-20）"),
    ],
)
def test_whichever_of_the_two_months_the_title_names(
    tmp_path: Path, problem: Problem, roster: Roster, first: date, days: int, said: str
) -> None:
    numbers, weekdays = period(first, days)
    rows = [row[: days + 2] for row in grid(problem, roster, [*numbers, *range(40, 45)][:31], weekdays)]
    (fault,) = faults(drawn(tmp_path / "a.xlsx", rows), problem)
    assert said in fault.say("zh")


def test_a_period_without_weekdays_is_recognised_all_the_same(tmp_path: Path, problem: Problem, roster: Roster) -> None:
    """The case as reported: 21 to 31, then 1 to 20, which is as many days as December has."""
    rows = grid(problem, roster, [*range(21, 32), *range(1, 21)])
    (fault,) = faults(drawn(tmp_path / "a.xlsx", rows), problem)
    assert fault.say("zh").endswith("这张表从 21 日到 20 日，跨两个月；请按自然月各存一份")
    assert "over two months; make one file" in fault.say("en")


@pytest.mark.parametrize(
    ("numbers", "cells"),
    [
        ([*range(1, 10), 11, 10, *range(12, 32)], []),
        ([*range(16, 32), *range(1, 16)], []),
        ([*range(31, 0, -1)], 1),
        ([*range(1, 16), *range(8, 24)], ["R2"]),
        ([*range(20, 26), *range(1, 20), *range(26, 32)], ["I2"]),
    ],
)
def test_days_that_do_not_rise_are_faults(
    tmp_path: Path, problem: Problem, roster: Roster, numbers: list[object], cells: list[str] | int
) -> None:
    found = faults(drawn(tmp_path / "a.xlsx", grid(problem, roster, numbers)), problem)
    if isinstance(cells, int):
        assert len(found) == cells
    else:
        assert [fault.column for fault in found] == (cells or [""])
        assert all("递增" in fault.expected.zh for fault in found if fault.column)


@pytest.mark.parametrize("form", ["周{}", "星期{}", "{}", "({})", "礼拜{}"])
def test_weekdays_that_agree_are_no_fault(tmp_path: Path, problem: Problem, roster: Roster, form: str) -> None:
    numbers, weekdays = period(problem.first, 31)
    rows = grid(problem, roster, numbers, [form.format(day) for day in weekdays])
    assert read_roster(drawn(tmp_path / "a.xlsx", rows), problem) == roster


def test_weekdays_of_another_year_are_a_fault_with_the_first_cell(
    tmp_path: Path, problem: Problem, roster: Roster
) -> None:
    """The title of last year's file was changed, the weekdays were not."""
    numbers, weekdays = period(date(2025, 12, 1), 31)
    (fault,) = faults(drawn(tmp_path / "a.xlsx", grid(problem, roster, numbers, weekdays)), problem)
    assert (fault.column, fault.found) == ("C3", "一")
    assert "12月1日(周二)的星期（共 31 列" in fault.expected.zh


def test_one_weekday_that_is_wrong_is_a_fault(tmp_path: Path, problem: Problem, roster: Roster) -> None:
    numbers, weekdays = period(problem.first, 31)
    weekdays[12] = "五"
    (fault,) = faults(drawn(tmp_path / "a.xlsx", grid(problem, roster, numbers, weekdays)), problem)
    assert (fault.column, fault.found) == ("O3", "五")
    assert "共 1 列" in fault.expected.zh


def test_weekdays_beside_full_dates_are_held_against_them(tmp_path: Path, problem: Problem, roster: Roster) -> None:
    _, weekdays = period(date(2025, 12, 1), 31)
    rows = grid(problem, roster, problem.dates, weekdays)
    (fault,) = faults(drawn(tmp_path / "a.xlsx", rows), problem)
    assert "的星期" in fault.expected.zh


def test_weekdays_above_the_days_and_in_their_cells_count(tmp_path: Path, problem: Problem, roster: Roster) -> None:
    _, right = period(problem.first, 31)
    _, wrong = period(date(2025, 12, 1), 31)
    for weekdays, count in ((right, 0), (wrong, 1)):
        title, head, *people = grid(problem, roster, range(1, 32))
        above = drawn(tmp_path / "a.xlsx", [title, ["", "", *weekdays], head, *people])
        cells = grid(problem, roster, [f"{n}({day})" for n, day in enumerate(weekdays, 1)])
        for path in (above, drawn(tmp_path / "b.xlsx", cells)):
            if count:
                assert len(faults(path, problem)) == 1
            else:
                assert read_roster(path, problem) == roster


def test_shifts_that_are_called_like_weekdays_are_no_weekdays(tmp_path: Path) -> None:
    from scheduler.domain import Shift

    shifts = tuple(Shift(code, code, 60 * n, 60 * n + 240) for n, code in enumerate("一二三"))
    problem = a_problem(shifts=shifts, demand=())
    roster = rotated(problem)
    assert read_roster(drawn(tmp_path / "a.xlsx", grid(problem, roster, range(1, 32))), problem) == roster


@pytest.mark.parametrize(
    ("text", "weekday"),
    [
        ("一", 0),
        ("周日", 6),
        ("星期天", 6),
        ("Mon", 0),
        ("Thursday", 3),
        ("1(六)", 5),
        ("3 周三", 2),
        ("早", None),
        ("", None),
    ],
)
def test_a_weekday_is_known_by_its_words(text: str, weekday: int | None) -> None:
    assert weekday_in(text) == weekday


# --- Who a row is of --------------------------------------------------------------


def by_name(problem: Problem, roster: Roster) -> list[list[object]]:
    """The roster with names only."""
    head, *people = plain_rows(problem, roster, range(1, 32))
    return [["2026年12月"], ["姓名", *head[2:]], *(row[1:] for row in people)]


def test_unique_names_do_where_ids_are_absent(tmp_path: Path, problem: Problem, roster: Roster) -> None:
    assert read_roster(drawn(tmp_path / "a.xlsx", by_name(problem, roster)), problem) == roster


def test_an_id_that_is_missing_is_made_good_by_the_name(tmp_path: Path, problem: Problem, roster: Roster) -> None:
    rows = list(plain_rows(problem, roster, range(1, 32)))
    rows[3][0] = None
    assert read_roster(drawn(tmp_path / "a.xlsx", [["2026年12月"], *rows]), problem) == roster


def test_two_people_of_one_name_need_their_ids(tmp_path: Path, problem: Problem, roster: Roster) -> None:
    workers = [replace(worker) for worker in problem.workers]
    workers[4] = Worker(workers[4].id, workers[1].name)
    twice = replace(problem, workers=tuple(workers))
    found = faults(drawn(tmp_path / "a.xlsx", by_name(twice, roster)), twice)
    assert [fault.column for fault in found if fault.column] == ["A4", "A7"]
    assert "有 2 个人叫“测试员2”（07002, 07005）" in found[-1].expected.zh
    rows = list(plain_rows(twice, roster, range(1, 32)))
    assert read_roster(drawn(tmp_path / "b.xlsx", [["2026年12月"], *rows]), twice) == roster


def test_an_unknown_name_is_a_fault_with_the_nearest(tmp_path: Path, problem: Problem, roster: Roster) -> None:
    rows = by_name(problem, roster)
    rows[4][0] = "测试员33"
    found = faults(drawn(tmp_path / "a.xlsx", rows), problem)
    assert any(fault.column == "A5" and "姓名或工号；最接近的是“测试员3”" in fault.say("zh") for fault in found)


def test_a_person_twice_by_name_is_a_fault(tmp_path: Path, problem: Problem, roster: Roster) -> None:
    rows = by_name(problem, roster)
    rows[4][0] = rows[3][0]
    found = faults(drawn(tmp_path / "a.xlsx", rows), problem)
    assert any("另见第 4 行" in fault.say("zh") for fault in found)


def test_ids_of_others_are_not_made_good_by_names(tmp_path: Path, problem: Problem, roster: Roster) -> None:
    rows = list(plain_rows(problem, roster, range(1, 32)))
    rows = [[f"X{row[0]}" if n else row[0], *row[1:]] for n, row in enumerate(rows)]
    (fault,) = faults(drawn(tmp_path / "a.xlsx", [["2026年12月"], *rows]), problem)
    assert "认不出任何人" in fault.expected.zh


def test_who_has_left_or_not_come_yet_needs_no_row(tmp_path: Path, problem: Problem, roster: Roster) -> None:
    gone = Worker("07098", "走了", leaves=date(2026, 11, 30))
    coming = Worker("07099", "没来", hired=date(2027, 1, 1))
    more = replace(problem, workers=(*problem.workers, gone, coming))
    path = drawn(tmp_path / "a.xlsx", [["2026年12月"], *plain_rows(problem, roster, range(1, 32))])
    assert read_roster(path, more) == roster
    here = replace(problem, workers=(*problem.workers, Worker("07097", "在", leaves=date(2026, 12, 1))))
    (fault,) = faults(path, here)
    assert "在(07097)" in fault.expected.zh


# --- A sentence of its own for each -----------------------------------------------


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_desk(tmp_path_factory.mktemp("own") / "desk", people=3)


def small_grid(title: str, head: Sequence[object], names: Sequence[object] = ("T1", "T2", "T3")) -> list[list[object]]:
    return [[title], ["工号", *head], *([name, *["早"] * len(head)] for name in names)]


def told(desk: Path, path: Path) -> str:
    with pytest.raises(InputError) as caught:
        verify_workbook(desk, path)
    (fault,) = caught.value.faults
    return fault.say("zh")


@pytest.mark.parametrize(
    ("title", "head", "said"),
    [
        ("12月排班表", range(1, 32), "标题“12月排班表”没有年份"),
        ("December", range(1, 32), "没有年份"),
        ("客服部排班", range(1, 32), "看不出是哪个月"),
        ("", [f"{n}日" for n in range(1, 32)], "看不出是哪个月"),
        ("2026年12月", range(1, 15), "一行是当月的日期（至少 20 天）"),
        ("2026年12月", ["甲", "乙"], "一行是当月的日期（至少 20 天）"),
    ],
)
def test_what_a_grid_lacks_is_said(desk: Path, tmp_path: Path, title: str, head: Sequence[object], said: str) -> None:
    assert said in told(desk, drawn(tmp_path / "a.xlsx", small_grid(title, list(head))))


def test_days_that_are_formulas_without_results_are_said(desk: Path, tmp_path: Path) -> None:
    head = [1, *(f"={chr(65 + n)}2+1" for n in range(1, 25))]
    said = told(desk, drawn(tmp_path / "a.xlsx", small_grid("2026年12月", head)))
    assert "有 24 个公式没有结果（如 C2: =B2+1）" in said
    assert "请用 Excel 打开并保存" in said


def test_nobody_known_is_said(desk: Path, tmp_path: Path) -> None:
    said = told(desk, drawn(tmp_path / "a.xlsx", small_grid("2026年12月", range(1, 32), ("甲", "乙", "丙"))))
    assert "认不出任何人（第 2 行以下，如“甲”）" in said


def test_two_sheets_with_days_are_said(desk: Path, tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.xlsx", small_grid("2026年12月", range(1, 32)))
    book: Workbook = load_workbook(path)
    book.copy_worksheet(book.worksheets[0]).title = "副本"
    book.save(path)
    said = told(desk, path)
    assert "这几张工作表都有日期和人员" in said
    assert "Sheet1, 副本" in said


def test_each_of_them_is_another_sentence_on_the_command_line(desk: Path, tmp_path: Path) -> None:
    files: dict[str, list[list[object]]] = {
        "names": small_grid("2026年12月", range(1, 32), ("某甲", "某乙", "某丙")),
        "year": small_grid("12月", range(1, 32)),
        "formulas": small_grid("2026年12月", [1, *("=B2+1" for _ in range(30))]),
        "period": small_grid("2026年12月", [*range(21, 32), *range(1, 21)]),
    }
    said = []
    for name, rows in files.items():
        path = drawn(tmp_path / f"{name}.xlsx", rows)
        answer: Any = run("verify", desk, path, "--json").answer
        assert answer["status"] == "BAD_INPUT"
        said.append(answer["errors"][0].partition("：")[2])
    assert len(set(said)) == 4
