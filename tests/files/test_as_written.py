"""What stands in a cell is read whole or not at all, alike in a CSV file and in a workbook."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from scheduler.domain import DayKind
from scheduler.errors import Fault, InputError
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.files.schema.cells import TIME
from scheduler.files.schema.days import read_date
from tests.files.test_reading import as_workbook
from tests.support.cli_desks import small_desk


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small desk as a folder and, beside it, as a workbook."""
    folder = small_desk(tmp_path_factory.mktemp("plain") / "desk", people=3)
    as_workbook(folder, folder.parent / "desk.xlsx")
    return folder


def in_csv(plain: Path, tmp_path: Path, table: str, *rows: str) -> Path:
    """The desk with this table, its header first, in place of its own."""
    folder = tmp_path / "csv"
    folder.mkdir()
    for file in plain.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / f"{table}.csv").write_text("\n".join(rows), "utf-8")
    return folder


def in_workbook(
    plain: Path, tmp_path: Path, table: str, *rows: tuple[object, ...], change: Callable[[Any], object] | None = None
) -> Path:
    """The same in the workbook."""
    book: Workbook = load_workbook(plain.parent / "desk.xlsx")
    if table in book:
        del book[table]
    sheet = book.create_sheet(table)
    for row in rows:
        sheet.append(row)
    if change:
        change(sheet)
    book.save(tmp_path / "desk.xlsx")
    return tmp_path / "desk.xlsx"


def faults(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        read_desk(path)
    return caught.value.faults


LEAVE = ("工号", "开始日期", "结束日期", "类别")
WISHES = ("工号", "开始日期", "结束日期", "意愿")

# --- Dates --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        (datetime(2026, 12, 16, 13), datetime(2026, 12, 16, 18), ("2026-12-16 13:00", "2026-12-16 18:00")),
        (datetime(2026, 12, 16), datetime(2026, 12, 18, 12, 30), ("2026-12-16", "2026-12-18 12:30")),
        (datetime(2026, 12, 16, 0, 0, 1), None, ("2026-12-16 00:00:01", "")),
        (46372.75, None, ("2026-12-16 18:00", "")),
        ("2026-12-16T13:00", None, ("2026-12-16T13:00", "")),
        ("2026年12月16日下午", None, ("2026年12月16日下午", "")),
        ("2026-12-16 上午", None, ("2026-12-16 上午", "")),
        ("20261216 13:00", None, ("20261216 13:00", "")),
    ],
)
def test_a_day_with_a_time_is_refused_in_every_form(
    plain: Path, tmp_path: Path, first: object, last: object, written: tuple[str, str]
) -> None:
    text = in_csv(plain, tmp_path, "requests", ",".join(WISHES), f"T1,{written[0]},{written[1]},休")
    book = in_workbook(plain, tmp_path, "requests", WISHES, ("T1", first, last, "休"))
    said = faults(text)
    assert all("半天和钟点还不能排" in fault.expected.zh and "whole day" in fault.expected.en for fault in said)
    assert [(fault.row, fault.column, fault.found, fault.expected) for fault in faults(book)] == [
        (fault.row, fault.column, fault.found, fault.expected) for fault in said
    ]
    assert [fault.found for fault in said] == [part for part in written if ":" in part or "午" in part]


@pytest.mark.parametrize(
    "value", [date(2026, 12, 16), datetime(2026, 12, 16), 46372, 46372.0, 46372.000001, "20261216"]
)
def test_a_whole_day_is_read_in_every_form(plain: Path, tmp_path: Path, value: object) -> None:
    book = in_workbook(plain, tmp_path, "leave", LEAVE, ("T1", value, None, "年假"))
    assert [leave.first for leave in read_desk(book).leave] == [date(2026, 12, 16)]


@pytest.mark.parametrize(
    "text",
    [
        *("20261221", "2026-12-21 周一", "2026年12月21日(星期一)", "2026/12/21（周一）", "2026-12-21 00:00:00"),
        *("2026.12.21", "２０２６－１２－２１", "2026-12-21T00:00:00", "2026年12月21日 礼拜一"),
    ],
)
def test_a_date_is_read_as_people_write_it(text: str) -> None:
    assert read_date(text) == date(2026, 12, 21)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("12月23日", "带四位年份"),
        ("12-23", "带四位年份"),
        ("26/12/23", "带四位年份"),
        ("26年12月23日", "带四位年份"),
        ("12/23/2026", "年份在前"),
        ("23.12.2026", "年份在前"),
        ("46372", "日期格式"),
        ("2026-12-21 周二", "当天是星期一"),
        ("2062年12月5日 周二", ""),
    ],
)
def test_a_date_that_is_nearly_one_is_told_the_way(plain: Path, tmp_path: Path, text: str, way: str) -> None:
    path = in_csv(plain, tmp_path, "leave", ",".join(LEAVE), f"T1,{text},,年假")
    if not way:
        assert [leave.first for leave in read_desk(path).leave] == [date(2062, 12, 5)]
        return
    (fault,) = faults(path)
    assert way in fault.expected.zh


@pytest.mark.parametrize("text", ["2026-13-01", "2026-02-30", "0026-12-05", "202612", "2026121", "2026-12-05x", "周一"])
def test_what_is_no_date_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_date(text)


# --- Times --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        *(("0点", 0), ("8", 480), ("下午2:00", 840), ("8:00", 480), ("08:00:00", 480), ("0800", 480), ("800", 480)),
        *(("8点", 480), ("8点半", 510), ("8时30分", 510), ("18点整", 1080), ("24点", 1440), ("24", 1440), ("0", 0)),
        *(
            ("上午8:30", 510),
            ("凌晨0点", 0),
            ("中午12点", 720),
            ("中午1点", 780),
            ("下午12:30", 750),
            ("下午14:00", 840),
        ),
        *(("晚上8点", 1200), ("晚上12点", 1440), ("8:30 AM", 510), ("12am", 0), ("12:15pm", 735), ("PM 2:00", 840)),
        *(("+1 01:00", 1500), ("次日1点", 1500), ("次日凌晨1点", 1500), ("第二天 6:00", 1800), ("１８：００", 1080)),
    ],
)
def test_a_time_is_read_as_people_write_it(text: str, minute: int) -> None:
    assert TIME.read(text) == minute


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1",
            "上午12点",
            "凌晨12点",
            "晚上12:30",
            "晚上1点",
            "13pm",
            "上午8:00 PM",
            "8:3",
            "8.5",
            "24:01",
            "25",
            "8:60",
        ),
        *("08:00:30", "8点半5", "点", "", "8:", "08:00 08:30", "-8:00", "99999", "12345"),
    ],
)
def test_a_time_that_could_be_two_or_is_none_is_not_read(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        TIME.read(text)


SHIFTS = ("代码", "开始", "结束")


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (time(8), time(16), "08:00,16:00"),
        (8, 16, "8,16"),
        (800, 1630, "800,1630"),
        (1 / 3, 2 / 3, "08:00,16:00"),
        (0, timedelta(hours=8), "0,08:00"),
        (time(16), timedelta(hours=24), "16:00,24:00"),
        (time(18), timedelta(hours=26), "18:00,次日2:00"),
        ("16", "24", "16,24"),
    ],
)
def test_hours_are_read_alike(plain: Path, tmp_path: Path, start: object, end: object, text: str) -> None:
    rest = ("晚", "16:00", "24:00")
    book = in_workbook(plain, tmp_path, "shifts", SHIFTS, ("早", start, end), rest)
    folder = in_csv(plain, tmp_path, "shifts", ",".join(SHIFTS), f"早,{text}", ",".join(rest))
    assert read_desk(book).shifts == read_desk(folder).shifts
    assert read_desk(book).shifts[0].span_minutes > 0


@pytest.mark.parametrize(
    ("end", "text", "way"),
    [
        (1, "1", "01:00，还是 24:00"),
        (1.0, "1", "01:00，还是 24:00"),
        (time(16, 0, 30), "16:00:30", "时刻"),
        (timedelta(hours=16, seconds=30), "16:00:30", "时刻"),
        (0.70001, "0.70001", "时刻"),
        (datetime(2026, 12, 5, 16), "2026-12-05 16:00", "时刻"),
    ],
)
def test_hours_that_could_be_two_or_have_seconds_are_refused(
    plain: Path, tmp_path: Path, end: object, text: str, way: str
) -> None:
    """A number 1, which Excel shows as a day's end, and whatever is more than hours and minutes."""
    rest = ("晚", "16:00", "24:00")
    book = in_workbook(plain, tmp_path, "shifts", SHIFTS, ("早", "08:00", end), rest)
    folder = in_csv(plain, tmp_path, "shifts", ",".join(SHIFTS), f"早,08:00,{text}", ",".join(rest))
    for path in (book, folder):
        (fault,) = faults(path)
        assert (fault.row, fault.column) == (2, "结束")
        assert way in fault.expected.zh


@pytest.mark.parametrize(("start", "end"), [("00:00", "00:00"), ("0点", "0:00"), ("0", "0"), ("12am", "00:00")])
def test_a_shift_from_midnight_to_midnight_is_asked_back(plain: Path, tmp_path: Path, start: str, end: str) -> None:
    path = in_csv(plain, tmp_path, "shifts", ",".join(SHIFTS), f"早,{start},{end}", "晚,16:00,24:00")
    (fault,) = faults(path)
    assert (fault.row, fault.column) == (2, "结束")
    assert "是没填时刻，还是全天" in fault.expected.zh


def test_a_whole_day_that_is_written_out_is_one(plain: Path, tmp_path: Path) -> None:
    rows = ("早,00:00,24:00", "晚,00:00,次日0:00", "全,08:00,08:00")
    shifts = read_desk(in_csv(plain, tmp_path, "shifts", ",".join(SHIFTS), *rows)).shifts
    assert [shift.span_minutes for shift in shifts] == [1440, 1440, 1440]


@pytest.mark.parametrize("table", ["slots", "forecast", "footfall"])
def test_a_slot_from_midnight_to_midnight_is_asked_back(plain: Path, tmp_path: Path, table: str) -> None:
    asked = {"slots": ("最少", "1"), "forecast": ("来电量,处理时长", "9,200"), "footfall": ("客流,接待能力", "9,9")}
    header, values = asked[table]
    (fault,) = faults(in_csv(plain, tmp_path, table, f"开始,结束,{header}", f"00:00,00:00,{values}"))
    assert "全天请写 24:00" in fault.expected.zh
    (tmp_path / "csv" / f"{table}.csv").write_text(f"开始,结束,{header}\n00:00,24:00,{values}", "utf-8")
    assert [(need.start, need.end) for need in read_desk(tmp_path / "csv").slots] == [(0, 1440)]


# --- Ids ----------------------------------------------------------------------

PEOPLE = ("工号", "姓名", "角色")


def read_ids(path: Path) -> list[str]:
    return [worker.id for worker in read_desk(path).workers]


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (351030001351351001, "General"),
        (3.51030001351351e17, "General"),
        (10**15, "0"),
        (1000, "0.00E+00"),
        (1001.5, "General"),
        (12, '"A"000'),
        (-(10**15), "General"),
        ("3.51030001351351E+17", "@"),
        ("1.00E+03", "@"),
        ("1E+03", "@"),
    ],
)
def test_an_id_of_which_a_spreadsheet_made_a_number_is_refused(
    plain: Path, tmp_path: Path, value: object, form: str
) -> None:
    def formatted(sheet: Any) -> None:
        sheet["A2"].number_format = form

    (fault,) = faults(in_workbook(plain, tmp_path, "people", PEOPLE, (value, "试一", "班长"), change=formatted))
    assert (fault.sheet, fault.row, fault.column) == ("people", 2, "工号")
    assert "设为文本格式" in fault.expected.zh
    if isinstance(value, str):
        (again,) = faults(in_csv(plain, tmp_path, "people", ",".join(PEOPLE), f"{value},试一,班长"))
        assert again.expected == fault.expected


@pytest.mark.parametrize(
    ("value", "form", "meant"),
    [
        ("351030001351351001", "General", "351030001351351001"),
        ("1E3", "General", "1E3"),
        (999_999_999_999_999, "0", "999999999999999"),
        (12, "0000", "0012"),
        (12, "General", "12"),
        (12.0, "0", "12"),
        (1001, "#,##0", "1001"),
        ("0012", "@", "0012"),
        (123456, "0000", "123456"),
        (7, "000;-000", "007"),
    ],
)
def test_an_id_is_read_as_it_is_shown(plain: Path, tmp_path: Path, value: object, form: str, meant: str) -> None:
    def formatted(sheet: Any) -> None:
        sheet["A2"].number_format = form

    path = in_workbook(plain, tmp_path, "people", PEOPLE, (value, "试一", "班长"), change=formatted)
    assert read_ids(path) == [meant]


def test_numbers_are_numbers_whatever_their_format(plain: Path, tmp_path: Path) -> None:
    header = ("工号", "姓名", "月工时", "工时比例", "电话")

    def formatted(sheet: Any) -> None:
        sheet["C2"].number_format, sheet["D2"].number_format = "0.00E+00", "0%"

    book = in_workbook(plain, tmp_path, "people", header, ("T1", "试一", 1.2e2, 0.5, 13800001111), change=formatted)
    (worker,) = read_desk(book).workers
    assert (worker.norm_hours, worker.share, worker.phone) == (120, 0.5, "13800001111")
    book = in_workbook(plain, tmp_path, "people", header, ("T1", "试一", 120, 1, 1380000111122223333))
    (fault,) = faults(book)
    assert fault.column == "电话"


@pytest.mark.parametrize(
    ("ids", "given", "offered"),
    [
        (("0012", "0121"), "12", "0012"),
        (("0012", "0121"), "012", "0012"),
        (("012", "12"), "0012", "012”、“12"),
        (("00351", "351A"), "351", "00351"),
        (("A12", "0120"), "120", "0120"),
    ],
)
def test_an_id_that_lost_its_zeros_is_offered_with_them(
    plain: Path, tmp_path: Path, ids: tuple[str, ...], given: str, offered: str
) -> None:
    people = [f"{one},试{n},班长" for n, one in enumerate(ids)]
    folder = in_csv(plain, tmp_path, "people", ",".join(PEOPLE), *people)
    (folder / "leave.csv").write_text(f"{','.join(LEAVE)}\n{given},2026-12-16,,年假", "utf-8")
    (fault,) = faults(folder)
    assert f"数字相同的是“{offered}”" in fault.expected.zh
    assert "前导零丢了" in fault.expected.zh


# --- Words --------------------------------------------------------------------


@pytest.mark.parametrize("word", ["放假", "假日", "休假", "假期", "休"])
def test_a_holiday_that_may_be_of_two_kinds_is_asked_back(plain: Path, tmp_path: Path, word: str) -> None:
    (fault,) = faults(in_csv(plain, tmp_path, "holidays", "日期,类型,名称", f"2026-12-25,{word},厂庆"))
    assert "法定节假日" in fault.expected.zh
    assert "调休放假" in fault.expected.zh


def test_a_day_off_is_fixed_by_the_word_for_holidays(plain: Path, tmp_path: Path) -> None:
    path = in_csv(plain, tmp_path, "fixed", "工号,日期,班次", "T1,2026-12-25,放假")
    assert [fixed.shift for fixed in read_desk(path).fixed] == [""]


def test_kinds_of_holidays_are_read(plain: Path, tmp_path: Path) -> None:
    rows = ("2026-12-25,调休放假,", "2026-12-26,法定节假日,", "2026-12-27,休息日,", "2026-12-28,holiday,")
    files: DeskFiles = read_desk(in_csv(plain, tmp_path, "holidays", "日期,类型,名称", *rows))
    assert [kind for kind, _ in files.overrides.values()] == [
        DayKind.NOTICE_OFF,
        DayKind.STATUTORY,
        DayKind.RESTDAY,
        DayKind.STATUTORY,
    ]
