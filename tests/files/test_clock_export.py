"""Exports of clocks: what is understood of them, and what is refused at its cell."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from scheduler.errors import InputError
from scheduler.files.reading.clock_export import Export, read_clock_export

DAY = date(2026, 12, 1)


def csv(folder: Path, *rows: str) -> Path:
    path = folder / "打卡.csv"
    path.write_text("\n".join(rows), "utf-8")
    return path


def book(folder: Path, rows: list[list[Any]], merged: tuple[str, ...] = (), title: str = "每日统计") -> Path:
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for area in merged:
        sheet.merge_cells(area)
    made.create_sheet("封面")["A1"] = "考勤"
    made.save(folder / "打卡.xlsx")
    return folder / "打卡.xlsx"


def punches(export: Export) -> list[tuple[str, str, int, str]]:
    return [(one.who[0], f"{one.day:%m-%d}", one.minute, one.way) for one in export.punches]


def test_wecoms_day_report_is_read_with_its_two_rows_of_headings(tmp_path):
    path = book(
        tmp_path,
        [
            ["打卡日报 2026-12-01 至 2026-12-02"],
            ["日期", "姓名", "账号", "考勤概况", None, None],
            [None, None, None, "班次", "最早", "最晚"],
            ["2026/12/01 星期二", "试一", "0007", "早班", "07:58", "16:03"],
            ["2026/12/01 星期二", "试二", "T2", "夜班", "21:55", "次日06:02"],
            ["2026/12/02 星期三", "试三", "T3", "休息", "--", "--"],
        ],
        ("A2:A3", "B2:B3", "C2:C3", "D2:F2"),
        "打卡日报",
    )
    (export,) = read_clock_export(path)
    assert export.kind.name == "wecom_day"
    expected = [("0007", 478), ("0007", 963), ("T2", 1315), ("T2", 1802)]
    assert punches(export) == [(who, "12-01", minute, "") for who, minute in expected]
    assert any("封面" in note.say("zh") for note in export.notes)


def test_dingtalks_report_tells_which_way(tmp_path):
    path = book(
        tmp_path,
        [
            ["姓名", "考勤组", "工号", "日期", "上班1打卡时间", "上班1打卡结果", "下班1打卡时间", "下班1打卡结果"],
            ["试一", "客服", "T1", "26-12-01 星期二", "08:12", "迟到", "次日 00:31", "正常"],
            ["试二", "客服", "T2", "26-12-01 星期二", "", "缺卡", datetime(2026, 12, 1, 16, 1), "正常"],
        ],
    )
    (export,) = read_clock_export(path)
    assert export.kind.name == "dingtalk"
    assert punches(export) == [("T1", "12-01", 492, "in"), ("T1", "12-01", 1471, "out"), ("T2", "12-01", 961, "out")]


def test_wecoms_month_report_counts_and_tells_no_punch(tmp_path):
    path = book(
        tmp_path,
        [
            ["姓名", "账号", "异常统计", None, None, None, None, None],
            [None, None, "迟到(次)", "迟到时长(分钟)", "早退(次)", "早退时长(分钟)", "缺卡(次)", "旷工(次)"],
            ["试一", "T1", 2, 17, "--", 0, "1次", ""],
        ],
        ("A1:A2", "B1:B2", "C1:H1"),
        "打卡月报",
    )
    (export,) = read_clock_export(path)
    assert (export.kind.name, export.punches) == ("wecom_month", [])
    assert list(export.totals[0].counts.values()) == [2, 17, 0, 0, 1, 0]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("2026-12-01 08:00:59",), [480]),
        (("2026-12-01", "8:00"), [480]),
        (("20261201", "08:00;12:01\u3000次日00:05"), [480, 721, 1445]),
        (("2026年12月1日", "(+1)00:05"), [1445]),
        (("2026/12/1", "24:05"), [1445]),
        (("2026-12-01", "03:04 PM; 12:01 am; 11:00 p.m."), [904, 1, 1380]),
        (("2026/12/1", "上午8:00 下午03:04 中午12:30 晚上 11:04"), [480, 904, 750, 1384]),
        (("下午3:04:05 2026年12月1日 星期二",), [904]),
        (("2026-12-01T08:02:00+08:00",), [482]),
        (("2026-12-01T00:02:00Z",), [482]),
        (("2026-11-30 19:02:00-0500",), [482]),
    ],
)
def test_times_are_read_however_they_are_written(tmp_path, cells, expected):
    heads = "工号,打卡时间" if len(cells) == 1 else "工号,日期,打卡时间"
    (export,) = read_clock_export(csv(tmp_path, heads, ",".join(["T1", *cells])))
    assert [one.minute for one in export.punches] == expected
    assert {one.day for one in export.punches} == {DAY}


def test_spreadsheets_days_and_times_are_read_to_the_minute(tmp_path):
    rows: list[list[Any]] = [
        ["工号", "日期", "上班", "下班"],
        ["0012", DAY, time(8, 1), 16.5 / 24],
        [12, 46357, "08:00", "07:59"],
    ]
    (export,) = read_clock_export(book(tmp_path, rows))
    assert punches(export) == [
        ("0012", "12-01", 481, "in"),
        ("0012", "12-01", 990, "out"),
        ("12", "12-01", 480, "in"),
        ("12", "12-01", 1919, "out"),  # before the start on the clock: the next day's
    ]


def test_midnight_is_a_time_however_a_spreadsheet_keeps_it(tmp_path):
    heads = ["工号", "日期", "打卡时间"]
    rows: list[list[Any]] = [heads, ["T1", DAY, 0], ["T2", DAY, timedelta(0)], ["T3", DAY, time(0, 0)]]
    (export,) = read_clock_export(book(tmp_path, rows))
    assert punches(export) == [(who, "12-01", 0, "") for who in ("T1", "T2", "T3")]


@pytest.mark.parametrize(
    "said", ["08:00 左右", "午后 3:04", "晚上12:05", "上午15:04", "下午 3:04 PM", "PM 3:04", "08:00 迟到", "08:00 EST"]
)
def test_what_stands_beside_a_time_and_is_not_understood_is_never_passed_over(tmp_path, said):
    with pytest.raises(InputError) as caught:
        read_clock_export(csv(tmp_path, "工号,打卡时间", f"T1,2026-12-01 {said}"))
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [(2, "打卡时间")]


@pytest.mark.parametrize(
    ("said", "way"),
    [
        ("上班", "in"),
        ("Check-In", "in"),
        ("下班打卡", "out"),
        ("OffDuty", "out"),
        ("上下班打卡", ""),
        ("Fingerprint", ""),
    ],
)
def test_only_a_whole_word_says_which_way_a_punch_is(tmp_path, said, way):
    (export,) = read_clock_export(csv(tmp_path, "工号,打卡时间,打卡类型", f"T1,2026-12-01 08:00,{said}"))
    assert punches(export) == [("T1", "12-01", 480, way)]


@pytest.mark.parametrize(("heads", "cells"), [("时间", "2026-12-01 08:00"), ("日期,时间", "2026-12-01,08:00")])
def test_the_time_of_plain_punches_may_be_called_just_that(tmp_path, heads, cells):
    (export,) = read_clock_export(csv(tmp_path, f"工号,姓名,{heads}", f"T1,试一,{cells}"))
    assert punches(export) == [("T1", "12-01", 480, "")]


def test_what_cannot_be_read_is_told_at_its_cell_all_at_once(tmp_path):
    path = csv(
        tmp_path, "工号,日期,打卡时间", "T1,2026-12-01,8点半", "T2,昨天,08:00", ",2026-12-01,08:00", "T3,2026-12-01,"
    )
    with pytest.raises(InputError) as caught:
        read_clock_export(path)
    told = [(fault.file, fault.row, fault.column, fault.found) for fault in caught.value.faults]
    assert told == [("打卡.csv", 2, "打卡时间", "8点半"), ("打卡.csv", 3, "日期", "昨天"), ("打卡.csv", 4, "", "")]


def test_a_file_that_is_no_clock_s_says_what_it_should_have(tmp_path):
    with pytest.raises(InputError) as caught:
        read_clock_export(csv(tmp_path, "工号,部门", "T1,客服"))
    assert "打卡时间" in caught.value.say("zh")
    with pytest.raises(InputError):
        read_clock_export(csv(tmp_path, "工号,打卡时间", "T1,2026-12-01 08:00"), "wecom_day")


def test_a_desk_s_own_headings_are_read(tmp_path):
    path = csv(tmp_path, "胸牌,刷门禁", "T1,2026-12-01 08:00")
    with pytest.raises(InputError):
        read_clock_export(path)
    (export,) = read_clock_export(path, more={"id": ("胸牌",), "time": ("刷门禁",)})
    assert punches(export) == [("T1", "12-01", 480, "")]
