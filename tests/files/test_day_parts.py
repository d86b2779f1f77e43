"""Parts of a day as people write them, alike in every form of file."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from scheduler.errors import InputError
from scheduler.files.reading.desk import read_desk
from tests.support.sample_months import sample_copy

HEADS = ("工号", "开始日期", "结束日期", "时段", "类别")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return sample_copy("three_shift_desk", tmp_path / "desk")


def read_back(folder: Path, *rows: str, heads: str = ",".join(HEADS)) -> list[tuple[int, int, int | None, int | None]]:
    """The leave of a table: first and last day of the month, and its minutes."""
    (folder / "leave.csv").write_text("\n".join([heads, *rows]) + "\n", "utf-8")
    return [(one.first.day, one.last.day, one.start, one.end) for one in read_desk(folder).leave]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("1002,2026-12-09,,上午,年假", [(9, 9, 0, 720)]),
        ("1002,2026-12-09,2026-12-11,下午,年假", [(9, 11, 720, 1440)]),
        ("1002,2026-12-09,,14:00-18:00,年假", [(9, 9, 840, 1080)]),
        ("1002,2026-12-09,,下午2点至下午6点,年假", [(9, 9, 840, 1080)]),
        ("1002,2026-12-09,,全天,年假", [(9, 9, None, None)]),
        ("1002,2026-12-16 13:00,2026-12-16 18:00,,年假", [(16, 16, 780, 1080)]),
        ("1002,2026-12-16 13:00,2026-12-18 12:00,,年假", [(16, 16, 780, 1440), (17, 17, None, None), (18, 18, 0, 720)]),
        ("1002,2026-12-16 下午,2026-12-17,,年假", [(16, 16, 720, 1440), (17, 17, None, None)]),
        ("1002,2026-12-16 上午,,,年假", [(16, 16, 0, 720)]),
        ("1002,2026-12-16 13:00,,,年假", [(16, 16, 780, 1440)]),
        ("1002,2026-12-16 00:00,2026-12-17 00:00,,年假", [(16, 17, None, None)]),
    ],
)
def test_half_days_and_hours_are_read_as_they_are_written(folder, row, found):
    assert read_back(folder, row) == found


def test_date_cells_with_a_time_mean_in_a_workbook_what_they_mean_in_csv(folder):
    (folder / "leave.csv").unlink()
    book = Workbook()
    sheet = book.create_sheet("请假", 0)
    sheet.append(HEADS)
    sheet.append(("1002", datetime(2026, 12, 16, 13), datetime(2026, 12, 16, 18), None, "年假"))
    sheet.append(("1003", datetime(2026, 12, 16), datetime(2026, 12, 18), None, "年假"))
    del book["Sheet"]
    book.save(folder / "请假.xlsx")
    leave = read_desk(folder).leave
    assert [(one.first, one.last, one.start, one.end) for one in leave] == [
        (date(2026, 12, 16), date(2026, 12, 16), 780, 1080),
        (date(2026, 12, 16), date(2026, 12, 18), None, None),
    ]


def test_the_desk_says_where_a_day_is_divided(folder):
    settings = (folder / "desk.toml").read_text("utf-8")
    (folder / "desk.toml").write_text(settings.replace("[desk]", '[desk]\nhalf_day_at = "13:30"'), "utf-8")
    assert read_back(folder, "1002,2026-12-09,,上午,年假") == [(9, 9, 0, 810)]


@pytest.mark.parametrize(
    ("row", "asked"),
    [
        ("1002,2026-12-09,,半天,年假", "是哪半天"),
        ("1002,2026-12-09,,22:00-02:00,年假", "同一天内"),
        ("1002,2026-12-09 13:00,,上午,年假", "二者只写其一"),
        ("1002,2026-12-09 13:00,2026-12-09 13:00,,年假", "晚于开始"),
        ("1002,2026-12-09 半天,,,年假", "是哪半天"),
    ],
)
def test_what_may_be_either_is_asked_back(folder, row, asked):
    with pytest.raises(InputError) as caught:
        read_back(folder, row)
    (fault,) = caught.value.faults
    assert asked in fault.say("zh")


def test_leave_of_one_person_may_share_a_day_but_no_minute(folder):
    mornings = ("1002,2026-12-09,2026-12-11,上午,年假", "1002,2026-12-10,,14:00-18:00,病假")
    assert len(read_back(folder, *mornings)) == 2
    for other in ("1002,2026-12-11,,11:59-13:00,病假", "1002,2026-12-11,,,病假"):
        with pytest.raises(InputError) as caught:
            read_back(folder, mornings[0], other)
        assert ["不重叠" in fault.say("zh") for fault in caught.value.faults] == [True]


def test_a_column_of_lengths_is_settled_by_the_part_of_the_day(folder):
    heads = ",".join((*HEADS, "天数"))
    assert len(read_back(folder, "1002,2026-12-09,,上午,年假,0.5", heads=heads)) == 1
    with pytest.raises(InputError) as caught:
        read_back(folder, "1002,2026-12-09,,,年假,0.5", heads=heads)
    assert ["天数" in fault.say("zh") for fault in caught.value.faults] == [True]
