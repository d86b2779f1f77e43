"""Rows of other months are set aside and counted; those that can only be slips are faults; a person has one duty a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from scheduler.domain import Month
from scheduler.errors import InputError
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from tests.files.test_reading import SAMPLE
from tests.support.cli_desks import small_desk

DECEMBER = Month(2026, 12)
ROUNDS = {  # a row of each table on a day
    "leave": "T1,{day},,年假,是",
    "requests": "T1,{day},,休,,5",
    "fixed": "T1,{day},早",
    "overtime": "T1,{day},2",
    "history": "T1,{day},早",
}
FURTHER = {  # tables with columns of their own
    "holidays": ("日期,类型,名称", "{day},法定节假日,厂庆"),
    "events": ("名称,日期,开始,结束", "例会,{day},10:00,11:00"),
    "slots": ("日期类型,开始,结束,最少", "{day},10:00,11:00,1"),
}


def desk(tmp_path: Path, table: str, *days: str) -> DeskFiles:
    """A small desk with a row of the table for each day."""
    if table in ROUNDS:
        rows = [ROUNDS[table].format(day=day) for day in days]
        return read_desk(small_desk(tmp_path / "desk", people=2, **{table: rows}))  # type: ignore[arg-type]
    folder = small_desk(tmp_path / "desk", people=2)
    header, row = FURTHER[table]
    (folder / f"{table}.csv").write_text("\n".join([header, *(row.format(day=day) for day in days)]), "utf-8")
    return read_desk(folder)


def faults(files: DeskFiles, month: Month = DECEMBER) -> list[str]:
    with pytest.raises(InputError) as caught:
        files.problem(month)
    assert "{" not in caught.value.say("en")
    return [fault.say("zh") for fault in caught.value.faults]


def notes(files: DeskFiles, month: Month = DECEMBER) -> list[str]:
    return [note.say("en") for note in files.problem(month).assumptions if "set aside" in note.say("en")]


@pytest.mark.parametrize("table", [*ROUNDS, *FURTHER])
def test_a_year_that_is_a_slip_is_a_fault_in_every_dated_table(tmp_path: Path, table: str) -> None:
    (fault,) = faults(desk(tmp_path, table, "2062-12-05", "2026-11-02"))
    assert f"{table}.csv，第 2 行" in fault
    assert "2062-12-05" in fault
    assert "年份写错了吗" in fault


def test_limits_hold_on_both_sides(tmp_path: Path) -> None:
    """Ten years before the month, a year after it or after the day of reading, whichever is later."""
    days = ("2016-11-30", "2016-12-01", "2028-01-01", "2028-01-02")
    files = replace(desk(tmp_path, "fixed", *days), read_on=date(2026, 11, 29))
    assert [fault.partition("行")[0][-3:] for fault in faults(files)] == [" 2 ", " 5 "]
    assert [fault.partition("行")[0][-3:] for fault in faults(replace(files, read_on=date(2026, 12, 31)))] == [
        " 2 ",
        " 5 ",
    ]
    assert [fault.partition("行")[0][-3:] for fault in faults(replace(files, read_on=date(2027, 1, 1)))] == [" 2 "]


def test_an_old_month_is_read_with_the_rows_of_today(tmp_path: Path) -> None:
    files = replace(desk(tmp_path, "requests", "2026-12-05", "2026-12-06"), read_on=date(2026, 11, 29))
    assert notes(files, Month(2024, 2)) == [
        "rows of table “requests” that belong to other months, set aside: 2 (2026-12-05 to 2026-12-06)"
    ]


def test_leave_without_an_end_is_a_slip(tmp_path: Path) -> None:
    leave = ("T1,2026-12-05,2062-12-07,年假,是", "T2,2026-12-05,2029-12-07,产假,是")
    (fault,) = faults(read_desk(small_desk(tmp_path / "desk", people=2, leave=leave)))
    assert "2062-12-07" in fault
    assert "第 2 行" in fault


@pytest.mark.parametrize("table", ["leave", "requests", "fixed", "overtime", "events"])
def test_rows_of_other_months_are_counted_with_their_days(tmp_path: Path, table: str) -> None:
    files = desk(tmp_path, table, "2026-11-30", "2026-12-01", "2027-01-01", "2025-12-05")
    assert notes(files) == [
        f"rows of table “{table}” that belong to other months, set aside: 3 (2025-12-05 to 2027-01-01)"
    ]
    assert [(one.table, one.rows, one.first, one.last) for one in files.set_aside(DECEMBER)] == [
        (table, 3, date(2025, 12, 5), date(2027, 1, 1))
    ]


@pytest.mark.parametrize("table", ["holidays", "slots"])
def test_rows_of_calendars_and_needs_are_counted_where_one_asks(tmp_path: Path, table: str) -> None:
    files = desk(tmp_path, table, "2026-11-30", "2026-12-02", "2027-01-01")
    assert notes(files) == []
    assert [(one.table, one.rows) for one in files.set_aside(DECEMBER)] == [(table, 2)]


def test_leave_over_the_edge_of_a_month_counts_in_both(tmp_path: Path) -> None:
    files = read_desk(small_desk(tmp_path / "desk", people=2, leave=["T1,2026-12-30,2027-01-02,年假,是"]))
    assert notes(files) == notes(files, Month(2027, 1)) == []
    assert len(notes(files, Month(2027, 2))) == 1


@pytest.mark.parametrize("month", [Month(2027, 7), Month(2029, 2), Month(2036, 11)])
def test_a_desk_lives_for_years(month: Month) -> None:
    files = read_desk(SAMPLE)
    problem = files.problem(month)
    assert problem.wishes == ()
    assert problem.fixed == ()
    tables = [one.table for one in files.set_aside(month)]
    assert tables[:3] == ["leave", "requests", "fixed"]
    assert any(
        note.startswith("rows of table “requests” that belong to other months, set aside: 24")
        for note in notes(files, month)
    )


def test_history_of_the_month_itself_is_set_aside_with_the_way_to_settle_it(tmp_path: Path) -> None:
    files = desk(tmp_path, "history", "2026-11-29", "2026-11-30", "2026-12-01", "2026-12-31", "2027-02-01")
    problem = files.problem(DECEMBER)
    assert [duty.day for duty in problem.history] == [date(2026, 11, 29), date(2026, 11, 30)]
    (note,) = notes(files)
    assert "that are not before 2026-12, set aside: 3 (2026-12-01 to 2027-02-01)" in note
    assert "move them to the table “fixed”" in note
    assert [duty.day.month for duty in files.problem(Month(2027, 1)).history] == [11, 11, 12, 12]


def test_history_in_the_month_alone_is_no_history(tmp_path: Path) -> None:
    files = desk(tmp_path, "history", "2026-12-05")
    problem = files.problem(DECEMBER)
    assert (problem.history, problem.history_from) == ((), None)
    assert any("no history was given" in note.say("en") for note in problem.assumptions)


def test_a_sample_can_be_asked_for_the_month_of_its_history() -> None:
    problem = read_desk(SAMPLE.parent / "heating_hotline").problem(Month(2026, 11))
    assert any("不在 2026-11 之前" in note.say("zh") for note in problem.assumptions)


# --- Two fixed duties of a person ----------------------------------------------


def fixed(tmp_path: Path, *rows: str, rules: str = "") -> list[str]:
    try:
        read_desk(small_desk(tmp_path / "desk", people=2, fixed=rows, rules=rules))
    except InputError as error:
        return [fault.say("zh") for fault in error.faults]
    return []


def test_two_fixed_duties_of_a_person_on_a_day_are_a_fault_with_both_rows(tmp_path: Path) -> None:
    (fault,) = fixed(tmp_path, "T1,2026-12-18,早", "T2,2026-12-18,早", "T1,2026-12-18,晚")
    assert "fixed.csv，第 4 行，“班次”列：现为“晚”" in fault
    assert "第 2 行已有“早”" in fault


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (("T1,2026-12-18,早", "T1,2026-12-19,晚"), 0),
        (("T1,2026-12-18,早", "T2,2026-12-18,晚"), 0),
        (("T1,2026-12-18,早", "T1,2026-12-18,休"), 1),
        (("T1,2026-12-18,早", "T1,2026-12-18,早"), 1),
        (("T1,2026-12-18,休", "T1,2026-12-18,晚", "T1,2026-12-18,早"), 3),
    ],
)
def test_what_else_stands_fixed_twice_is_told_once_each(tmp_path: Path, rows: tuple[str, ...], found: int) -> None:
    assert len(fixed(tmp_path, *rows)) == found


def test_a_desk_that_lets_people_have_two_duties_may_fix_both(tmp_path: Path) -> None:
    two = ("T1,2026-12-18,早", "T1,2026-12-18,晚")
    rule = '[rules.one_duty_at_a_time]\nenabled = false\nbecause = "two short shifts"\n'
    assert fixed(tmp_path, *two, rules=rule) == []
