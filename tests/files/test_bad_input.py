"""Whatever is wrong with a desk's files is said: where, what stood there, what was expected; and all at once."""

import difflib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from scheduler.domain import Month
from scheduler.errors import Fault, InputError
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.places import NearestWords
from scheduler.files.reading.source import MOST_ROWS
from scheduler.i18n import LANGS
from tests.files.test_reading import SAMPLE, append, as_workbook, edit
from tests.support.sample_months import sample_copy

Damage = Callable[[Path], Path | None]


class Case(NamedTuple):
    """A desk damaged in one way; `words` must stand in the only fault (or in all of them) that it gives."""

    name: str
    damage: Damage
    words: tuple[str, ...]
    faults: int = 1


# --- Ways to damage a desk; each may give back another path to read ----------


def swap(file: str, old: str, new: str) -> Damage:
    return lambda folder: edit(folder, file, old, new)


def more(file: str, *rows: str) -> Damage:
    return lambda folder: append(folder, file, *rows)


def both(*damages: Damage) -> Damage:
    def damage(folder: Path) -> None:
        for one in damages:
            one(folder)

    return damage


def column(file: str, header: str, *values: str) -> Damage:
    """One more column, with these values in its first rows."""

    def damage(folder: Path) -> None:
        lines = (folder / file).read_text("utf-8").splitlines()
        for index, value in enumerate((header, *values)):
            lines[index] += f",{value}"
        (folder / file).write_text("\n".join(lines), "utf-8")

    return damage


def key(line: str) -> Damage:
    """One more key of [desk]."""
    return swap("desk.toml", "hours_a_day = 8", f"hours_a_day = 8\n{line}")


def rule(name: str, line: str) -> Damage:
    return swap("desk.toml", "[opening]", f"[rules.{name}]\n{line}\n[opening]")


def write(file: str, content: str | bytes) -> Damage:
    content = content.encode() if isinstance(content, str) else content

    def damage(folder: Path) -> None:
        (folder / file).write_bytes(content)

    return damage


def drop(*files: str) -> Damage:
    def damage(folder: Path) -> None:
        for file in files:
            (folder / file).unlink()

    return damage


def renamed(file: str, name: str) -> Damage:
    def damage(folder: Path) -> None:
        (folder / file).rename(folder / name)

    return damage


def copied(file: str, name: str) -> Damage:
    def damage(folder: Path) -> None:
        shutil.copy(folder / file, folder / name)

    return damage


def other(make: Callable[[Path], Path]) -> Damage:
    """Read what `make` leaves beside the desk folder instead of it."""
    return lambda folder: make(folder.parent)


def a_file(name: str, content: bytes) -> Damage:
    def make(parent: Path) -> Path:
        (parent / name).write_bytes(content)
        return parent / name

    return other(make)


def book(change: Callable[[Workbook], object]) -> Damage:
    """The desk as a workbook, changed."""

    def damage(folder: Path) -> Path:
        file = as_workbook(folder, folder.parent / "desk.xlsx")
        workbook = load_workbook(file)
        change(workbook)
        workbook.save(file)
        return file

    return damage


def cell(sheet: str, at: str, value: Any) -> Damage:
    def change(workbook: Workbook) -> None:
        workbook[sheet][at] = value

    return book(change)


def torn_workbook(folder: Path) -> Path:
    """A workbook of which one sheet's XML breaks off."""
    whole, torn = as_workbook(folder, folder.parent / "whole.xlsx"), folder.parent / "desk.xlsx"
    with zipfile.ZipFile(whole) as parts, zipfile.ZipFile(torn, "w") as copy:
        for name in parts.namelist():
            content = parts.read(name)
            copy.writestr(name, content[: len(content) // 2] if name.endswith("sheet2.xml") else content)
    return torn


def swollen_workbook(folder: Path) -> Path:
    """A small file that unpacks to more than anybody would write."""
    file = folder.parent / "desk.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts, parts.open("xl/workbook.xml", "w") as part:
        for _ in range(201):
            part.write(bytes(2**20))
    return file


def pipe(file: str) -> Damage:
    def damage(folder: Path) -> None:
        (folder / file).unlink(missing_ok=True)
        os.mkfifo(folder / file)

    return damage


def linked(file: str, target: str) -> Damage:
    def damage(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).symlink_to(target)

    return damage


def folder_in_place_of(file: str) -> Damage:
    def damage(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).mkdir()

    return damage


def empty_folder(parent: Path) -> Path:
    (parent / "empty").mkdir()
    (parent / "empty" / "photo.jpg").write_bytes(b"\xff\xd8")
    return parent / "empty"


LINES = (SAMPLE / "desk.toml").read_text("utf-8").splitlines()
OPENING_LINE, HOURS_LINE = (f"第 {LINES.index('[opening]') + n} 行" for n in (1, 2))

CASES = (
    # The path
    Case("no such path", other(lambda parent: parent / "nowhere"), ("nowhere", "不存在")),
    Case("no such workbook", other(lambda parent: parent / "nowhere.xlsx"), ("nowhere.xlsx", "没有这个文件")),
    Case("a file of another kind", a_file("notes.txt", b"hello"), ("notes.txt", ".xlsx")),
    Case("a folder that is no desk", other(empty_folder), ("empty", "desk.toml")),
    Case("a name too long to exist", other(lambda parent: parent / ("x" * 300)), ("xxx",)),
    # Workbooks that are none
    Case("5 MB of junk", a_file("desk.xlsx", bytes(range(256)) * 20_480), ("desk.xlsx", "完好的 Excel")),
    Case("an empty workbook file", a_file("desk.xlsx", b""), ("desk.xlsx", "完好的 Excel")),
    Case("an encrypted workbook", a_file("desk.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)), ("加密",)),
    Case("a zip that is no workbook", a_file("desk.xlsx", b"PK\x05\x06" + bytes(18)), ("desk.xlsx", "完好的 Excel")),
    Case("a sheet that breaks off", torn_workbook, ("desk.xlsx", "完好的 Excel")),
    Case("a workbook that unpacks to 201 MB", swollen_workbook, ("desk.xlsx", "201.0 MB", "至多 200 MB")),
    # Sheets
    Case("merged cells", book(lambda b: b["leave"].merge_cells("A2:A3")), ("工作表“leave”", "A2:A3", "合并单元格")),
    Case("a formula without its result", cell("demand", "E2", "=1+2"), ("“demand”", "第 2 行", "“E”列", "公式")),
    Case("an error in a cell", cell("people", "B2", "#N/A"), ("“people”", "第 2 行", "“B”列", "#N/A")),
    Case("an empty sheet", book(lambda b: b["people"].delete_rows(1, 99)), ("“people”", "至少要有一行")),
    Case("a missing sheet", book(lambda b: b.remove(b["shifts"])), ("desk.xlsx", "shifts", "缺少必需的表“班次”")),
    Case("no settings sheet", book(lambda b: b.remove(b["设置"])), ("desk.xlsx", "缺少工作表“设置”")),
    Case(
        "a sheet with an unknown name", book(lambda b: b.create_sheet("请假单").append(["工号"])), ("请假单", "“请假”")
    ),
    Case(
        "a sheet twice", book(lambda b: b.copy_worksheet(b["leave"]).__setattr__("title", "请假")), ("只有一份", "请假")
    ),
    Case("too many cells in a sheet", cell("holidays", "ZZ2000", "x"), ("“holidays”", "ZZ2000", "20000 行")),
    Case(
        "a setting twice", book(lambda b: b["设置"].append(["desk.zone", "UTC"])), ("“设置”", "desk.zone", "只写一次")
    ),
    Case("a setting twice in other words", book(lambda b: b["设置"].append(["时区", "UTC"])), ("时区", "只写一次")),
    Case("a setting nobody knows", book(lambda b: b["设置"].append(["zones", "UTC"])), ("“设置”", "zones", "“zone”")),
    Case("settings in no section", book(lambda b: b["设置"].append(["rule.x.y", 7])), ("rule.x.y", "“rules”")),
    Case("an Excel number that is no time", cell("shifts", "C2", 9.5), ("“shifts”", "“开始”列", "9.5", "时刻")),
    # Files of a folder
    Case("a missing table", drop("people.csv"), ("desk/people.csv", "缺少必需的表“人员”")),
    Case("no desk.toml", drop("desk.toml"), ("desk/desk.toml", "没有这个文件")),
    Case("an unreadable table", folder_in_place_of("demand.csv"), ("desk/demand.csv", "普通文件")),
    Case("an empty file", write("people.csv", b""), ("desk/people.csv", "至少要有一行")),
    Case("a table of headers only", write("shifts.csv", "代码,开始,结束\n"), ("desk/shifts.csv", "至少要有一行")),
    Case("a table with an unknown name", renamed("leave.csv", "leaf.csv"), ("leaf", "已知的表名", "“leave”")),
    Case("a table twice", copied("people.csv", "员工.csv"), ("员工", "“人员”表只有一份")),
    Case("bytes in no encoding", write("leave.csv", b"\xff\xff\x80\x00\xff"), ("desk/leave.csv", "GB18030")),
    Case("a binary file", write("leave.csv", b"a\0b,c\n"), ("desk/leave.csv", "UTF-8")),
    Case(
        "a quotation mark alone", swap("people.csv", "1005,朱五", '1005,"朱五'), ("desk/people.csv", "第 6 行", "引号")
    ),
    Case("too many rows", more("history.csv", *["1001,2026-11-01,休"] * MOST_ROWS), ("desk/history.csv", "20000 行")),
    Case("a file of 51 MB", write("leave.csv", bytes(51 * 2**20)), ("desk/leave.csv", "52224 KB", "至多 4096 KB")),
    Case("a table of 4.1 MB", write("leave.csv", b"\n" * 4_200_000), ("desk/leave.csv", "4101 KB", "至多 4096 KB")),
    Case("settings of 513 KB", more("desk.toml", "#" * 9000, *["#" * 8191] * 64), ("desk.toml", "KB", "至多 512 KB")),
    Case("a pipe for a table", pipe("leave.csv"), ("desk/leave.csv", "普通文件")),
    Case("a pipe for settings", both(drop("desk.toml"), pipe("desk.toml")), ("desk/desk.toml", "普通文件")),
    Case("a link to a device", linked("leave.csv", "/dev/zero"), ("desk/leave.csv", "普通文件")),
    Case("a link to itself", linked("leave.csv", "leave.csv"), ("desk/leave.csv", "可以读取的文件")),
    Case("a million commas in a line", more("leave.csv", "," * 1_000_000), ("第 9 行", "至多 100000 字")),
    Case("a million commas in many lines", more("leave.csv", *["," * 99_000] * 11), ("desk/leave.csv", "1000000 格")),
    Case("a row of 300 cells", more("leave.csv", "," * 298 + "x"), ("第 9 行", "299", "至多 256 列")),
    *(
        Case(
            f"more rows than {table} may have",
            more(f"{table}.csv", *["x"] * (most + 1)),
            (f"{table}.csv", title, f"至多 {most} 行"),
        )
        for table, most, title in (("shifts", 500, "班次"), ("officials", 1000, "审批人"), ("holidays", 2000, "节假日"))
    ),
    Case(
        "wishes for more days than anybody works",
        write(
            "requests.csv",
            "工号,开始日期,结束日期,意愿\n" + "1001,2026-12-01,2027-03-02,休\n" * 2174,
        ),
        ("requests.csv", "第 2175 行", "至多 200000 天"),
    ),
    Case(
        "a cell of ninety thousand letters",
        swap("people.csv", "孙三", f'"{"孙" * 90_000}"'),
        ("第 4 行", "“姓名”列", "200 字"),
    ),
    Case("marks upon marks", swap("people.csv", "孙三", "a" + "\u0301" * 9), ("第 4 行", "“姓名”列", "U+0301")),
    # Headers
    Case("an unknown column", column("leave.csv", "已批", "是"), ("第 1 行", "已批", "最接近的是“已批准”")),
    Case("a column twice", column("leave.csv", "批准", "是"), ("第 1 行", "批准", "“已批准”列只有一个")),
    Case(
        "a missing column",
        write("shifts.csv", "代码,开始\n早,8:00\n中,8:00\n夜,8:00"),
        ("第 1 行", "缺少必需的列“结束”"),
    ),
    Case(
        "a value below no header", swap("shifts.csv", "08:00,16:00,", "08:00,16:00,,"), ("“F”列", "EEEEBB", "没有表头")
    ),
    # Settings
    Case("broken TOML", swap("desk.toml", "[opening]", "[opening"), ("desk/desk.toml", OPENING_LINE, "TOML")),
    Case(
        "a key in a hundred keys", more("desk.toml", "a" + ".a" * 101 + " = 1"), ("desk.toml", "第 20 行", "100 个点")
    ),
    Case("a setting of a hundred thousand", key(f"recipients = {['x'] * 2500}"), ("desk.toml", "至多 10000 字")),
    Case("a list of 2001", key("recipients = [" + '"x",\n' * 2001 + "]"), ("desk.recipients", "2001", "至多 2000 项")),
    Case(
        "2001 kinds of day", more("desk.toml", *[f"k{n} = 1" for n in range(2000)]), ("[opening] 2001", "至多 2000 项")
    ),
    Case("101 notices", swap("desk.toml", "notice = [", "notice = [" + '"x",' * 101), ("desk.notice", "至多 100 行")),
    Case("TOML that ends too soon", swap("desk.toml", 'all = "00:00-24:00"', 'all = "'), ("desk.toml", HOURS_LINE)),
    Case("a very deep TOML", more("desk.toml", "x = " + "[" * 9_000), ("desk.toml", "TOML")),
    Case("an unknown section", more("desk.toml", "[openings]"), ("desk.toml", "openings", "“opening”")),
    Case("an unknown setting", swap("desk.toml", "zone", "timezone"), ("desk.timezone", "timezone", "“zone”")),
    Case("no id", swap("desk.toml", 'id = "three-shift-desk"', ""), ("desk.toml", "缺少必需的设置项", "编号")),
    *(
        Case(
            f"an id that is no file's name: {text}",
            swap("desk.toml", '"three-shift-desk"', f'"{text}"'),
            ("desk.id", said),
        )
        for text, said in (
            *(("前" * 33, "96 字节"), ("a" * 65, "64 字"), ("𠮷" * 25, "96 字节"), ("con", "CON"), ("NUL.x", "CON")),
            *(
                ("a?b", "文件名"),
                ("a|b", "文件名"),
                ("front.", "首尾不是点"),
                (".front", "首尾不是点"),
                ("com7 .x", "CON"),
            ),
        )
    ),
    Case("an empty id", swap("desk.toml", '"three-shift-desk"', '""'), ("desk.id", "必填")),
    Case("an unknown zone", swap("desk.toml", "Asia/Shanghai", "Asia/Peking"), ("desk.zone", "Asia/Peking", "时区")),
    Case("a zone that is a folder", swap("desk.toml", "Asia/Shanghai", "Asia"), ("desk.zone", "“Asia”", "时区")),
    Case("an unknown weekday", swap("desk.toml", '"mon"', '"funday"'), ("desk.week_starts", "funday", "周一")),
    Case(
        "25 hours a day",
        swap("desk.toml", "hours_a_day = 8", "hours_a_day = 25"),
        ("desk.hours_a_day", "25", "1 到 24"),
    ),
    Case("an unknown calendar", swap("desk.toml", '"CN"', '"XX"'), ("desk.calendar", "XX", "国家代码")),
    Case(
        "a year that is none", swap("desk.toml", "[opening]", "confirmed_years=['x']\n[opening]"), ("confirmed_years",)
    ),
    Case(
        "opening hours reversed",
        swap("desk.toml", "00:00-24:00", "18:00-09:00"),
        ("opening.all", "18:00-09:00", "晚于"),
    ),
    Case("opening hours that are none", swap("desk.toml", '"00:00-24:00"', "24"), ("opening.all", "24", "开放时段")),
    Case("an unknown kind of day", more("desk.toml", 'funday = "closed"'), ("opening.funday", "funday", "法定节假日")),
    Case(
        "opening hours of a season that does not exist",
        more("desk.toml", '"02-30..03-01" = "closed"'),
        ("opening.02-30..03-01", "季节（如 10-01..04-30）"),
    ),
    Case(
        "a season twice, in other words",
        more("desk.toml", '"10-01..04-30" = "09:00-17:00"', '"10月1日至4月30日" = "closed"'),
        ("opening.10月1日至4月30日", "只写一次"),
    ),
    Case("a norm of unknown weekdays", key('workdays = "周一至周六"'), ("desk.workdays", "周一至周六", "星期，如")),
    Case("an unknown reading", key('reading = "loose"'), ("desk.reading", "loose", "从严、字面")),
    Case("a deadline of 61 days", key("publish_by = 61"), ("desk.publish_by", "61", "0 到 60")),
    Case("a holiday lead of part of a day", key("holiday_lead = 1.5"), ("desk.holiday_lead", "1.5", "整数")),
    Case("a swap quota below nothing", key("swap_quota = -1"), ("desk.swap_quota", "-1", "0 到 100")),
    Case("a notice for swaps that is no number", key('swap_notice = "一天"'), ("desk.swap_notice", "一天", "整数")),
    Case(
        "a line for everybody of 201 characters",
        swap("desk.toml", "交接时双方在值班日志上签字", "好" * 201),
        ("desk.notice", "每行至多 200 字"),
    ),
    Case("a rule that is given up without a word", rule("daily_hours", "literal = true"), ("literal", "原因")),
    Case("a kind of day twice", more("desk.toml", '"每天" = "closed"'), ("opening.每天", "只写一次")),
    Case(
        "a rule that is no table", more("desk.toml", "[rules]", "fairness = 7"), ("rules.fairness", "7", "规则的一节")
    ),
    *(
        Case(
            f"a list that a rule cannot read: {entry}",
            more("desk.toml", f"[rules.{rule}]", f"{key} = [{entry}]"),
            (f"[rules.{rule}] {key}", form),
        )
        for rule, key, entry, form in (
            ("shifts_of_a_kind", "most", '"夜"', "如 夜=8"),
            ("shifts_of_a_kind", "most", '"夜=1", "夜=2"', "如 夜=8"),
            ("shifts_of_a_kind", "most", "8", "一列文字"),
            ("forbidden_successions", "pairs", '"夜早"', "如 中>早"),
        )
    ),
    Case(
        "a rule about an unknown shift",
        more("desk.toml", "[rules.forbidden_successions]", 'pairs = ["中>早", "晚>中"]'),
        ("rules.forbidden_successions", "晚", "班次表中的代码"),
    ),
    Case(
        "a rule about an unknown shift in a workbook",
        book(lambda workbook: workbook["设置"].append(["rules.shifts_of_a_kind.most", '["夜班=8"]'])),
        ("rules.shifts_of_a_kind", "夜班", "最接近的是“夜”"),
    ),
    Case("a rule that nobody knows", more("desk.toml", "[rules.fairnes]"), ("desk/desk.toml", "fairnes", "fairness")),
    # People
    Case(
        "an id twice",
        swap("people.csv", "1003,孙三", "1002,孙三"),
        ("第 4 行", "“工号”列", "1002", "第 3 行"),
        faults=12,
    ),
    Case("an id that looks the same", more("people.csv", "１００１,甲,,,,,,,,"), ("第 16 行", "１００１", "第 2 行")),
    Case("no name", swap("people.csv", "1005,朱五", "1005,"), ("desk/people.csv", "第 6 行", "“姓名”列", "必填")),
    Case(
        "a control character in an id",
        more("people.csv", "10\x0715,甲,,,,,,,,"),
        ("第 16 行", "10<U+0007>15", "隐藏字符", "U+0007"),
    ),
    Case("an invisible character in an id", more("people.csv", "1015\u200b,甲,,,,,,,,"), ("第 16 行", "1015<U+200B>")),
    Case("an id that differs by a mark", more("people.csv", "1001\ufe00,甲,,,,,,,,"), ("第 16 行", "U+FE00")),
    Case("a name written backwards", swap("people.csv", "孙三", "\u202e孙三"), ("第 4 行", "<U+202E>孙三", "U+202E")),
    Case("a name for one machine only", swap("people.csv", "孙三", "孙\ue863"), ("第 4 行", "孙<U+E863>", "隐藏字符")),
    Case(
        "a name that moves the cursor", swap("people.csv", "孙三", "孙\x1b[2K三"), ("“姓名”列", "<U+001B>[2K", "U+001B")
    ),
    Case(
        "a day with a mark in it",
        swap("people.csv", "2020-07-01", "2020\u200e-07-01"),
        ("第 3 行", "U+200E", "隐藏字符"),
    ),
    Case(
        "a last day with no width in it",
        column("people.csv", "离职日期", "2030\u2060-01-01"),
        ("“离职日期”列", "U+2060"),
    ),
    Case(
        "a letter behind which nothing is seen, far inside a long cell",
        swap("people.csv", "孙三", "孙" * 120 + "\u3164"),
        ("第 4 行", "U+3164"),
    ),
    Case("a header that is turned around", column("people.csv", "\u202e电话"), ("第 1 行", "<U+202E>电话")),
    Case(
        "a role that wipes the line", key('approver_roles = "班长;\\u001b[2K"'), ("desk.approver_roles", "<U+001B>[2K")
    ),
    Case("a reason nobody reads in full", rule("shift_leader", 'enabled = false\nbecause = "a\\u202eb"'), ("U+202E",)),
    Case("a rule's list with a shift of no width", rule("shifts_of_a_kind", 'most = ["夜\u200b=8"]'), ("U+200B",)),
    Case("a rule nobody sees", rule('"fair\\u200bness"', "x = 1"), ("fair<U+200B>ness",)),
    # Numbers that nothing can hold
    Case("5000 digits in a cell", swap("demand.csv", "3,4,5", f"{'9' * 5000},4,5"), ("第 2 行", "“最少”列", "整数")),
    *(
        Case(f"a cost of {text}", column("demand.csv", "缺人代价", text), ("第 2 行", "“缺人代价”列", text, "整数"))
        for text in ("1e400", "inf", "-inf", "nan", "1_000", "0x10", "９９９９９９９９９９")
    ),
    Case("5000 digits in a setting", key(f"swap_quota = {'9' * 5000}"), ("desk.toml", "TOML", "4300")),
    Case("5000 digits by another base", key(f"swap_quota = 0x{'f' * 5000}"), ("desk.swap_quota", "2 的 63 次方")),
    Case("a list of such numbers", key(f"recipients = [1, [0x{'f' * 5000}]]"), ("desk.recipients", "2 的 63 次方")),
    Case("lists in lists", key(f"recipients = {'[' * 9}1{']' * 9}"), ("desk.recipients", "至多 8 层")),
    Case("hours without end", swap("desk.toml", "hours_a_day = 8", "hours_a_day = inf"), ("desk.hours_a_day", "inf")),
    Case("hours that are no number", swap("desk.toml", "hours_a_day = 8", "hours_a_day = nan"), ("hours_a_day", "nan")),
    *(
        Case(f"a rule's number of {text[:9]}, {said}", rule("days_in_a_row", f"most = {text}"), ("days_in_a_row", said))
        for text, said in (("1e400", "inf"), ("nan", "nan"), (f"0x{'f' * 5000}", "2 的 63 次方"), ("9" * 18, "999"))
    ),
    Case(
        "a rule's number of 5000 digits in a workbook",
        book(lambda b: b["设置"].append(["rules.days_in_a_row.most", f"0x{'f' * 3990}"])),
        ("rules.days_in_a_row", "2 的 63 次方"),
    ),
    Case(
        "a second setting in a value of a workbook",
        book(lambda b: b["设置"].append(["rules.days_in_a_row.most", "6\nenabled = false"])),
        ("days_in_a_row", "整数"),
    ),
    Case("a day of the year 99999", swap("people.csv", "2020-07-01", "99999-07-01"), ("第 3 行", "99999-07-01")),
    Case("a day of 9999", swap("people.csv", "2020-07-01", "9999-12-31"), ("第 3 行", "9999-12-31", "日期")),
    Case("an id of 65 letters", more("people.csv", "x" * 65 + ",甲,,,,,,,,"), ("第 16 行", "x" * 65, "64 字")),
    Case(
        "a day that does not exist",
        swap("people.csv", "2020-07-01", "2021-02-29"),
        ("第 3 行", "“入职日期”列", "2021-02-29"),
    ),
    Case("a day of another age", swap("people.csv", "2020-07-01", "0020-07-01"), ("第 3 行", "0020-07-01", "日期")),
    Case("day before month", swap("people.csv", "2020-07-01", "01/07/2020"), ("第 3 行", "01/07/2020", "2026-12-05")),
    Case(
        "hired after leaving", column("people.csv", "离职日期", "2019-03-03"), ("第 2 行", "2019-03-03", "2019-03-04")
    ),
    Case("a share above 1", column("people.csv", "工时比例", "1.01"), ("第 2 行", "“工时比例”列", "1.01", "至多 1")),
    Case("no share at all", column("people.csv", "工时比例", "0%"), ("第 2 行", "“工时比例”列", "0%", "大于 0")),
    Case(
        "protected until before", column("people.csv", "保护结束", *[""] * 8, "2026-11-19"), ("第 10 行", "2026-11-19")
    ),
    Case(
        "only shifts that do not exist",
        column("people.csv", "可上班次", "早;晚"),
        ("第 2 行", "早;晚", "班次表中的代码"),
    ),
    Case("no day in a row", column("people.csv", "最多连上天数", "0"), ("第 2 行", "“最多连上天数”列", "1 到")),
    Case("half a weekend", column("people.csv", "最多周末数", "0.5"), ("第 2 行", "“最多周末数”列", "0.5", "整数")),
    Case(
        "more days at least than at most",
        both(column("people.csv", "最少连上天数", "4"), column("people.csv", "最多连上天数", "3")),
        ("第 2 行", "“最多连上天数”列", "3", "不小于 4"),
    ),
    Case(
        "more hours at least than at most",
        both(column("people.csv", "最少工时", "100"), column("people.csv", "最多工时", "99.5")),
        ("第 2 行", "“最多工时”列", "99.5", "不小于 100"),
    ),
    Case(
        "a limit on an unknown shift",
        column("people.csv", "班次上限", "早=3;晚=8"),
        ("第 2 行", "“班次上限”列", "早=3;晚=8", "班次表中的代码"),
    ),
    *(
        Case(f"a limit written {text}", column("people.csv", "班次上限", text), ("第 2 行", "“班次上限”列", "夜=8"))
        for text in ("早", "早=", "=3", "早=-1", "早=1.5", "早=1;早=2", "早3")
    ),
    Case("protection without a kind", swap("people.csv", "孕期,", ","), ("第 10 行", "“特殊保护”列", "保护日期")),
    Case("an unknown protection", swap("people.csv", "孕期", "孕妇"), ("第 10 行", "孕妇", "孕期、哺乳期、未成年")),
    Case(
        "a skill with broken days", swap("people.csv", "@..2026-12-20", "@2026-12-20"), ("第 9 行", "“技能”列", "@2026")
    ),
    Case(
        "a skill with reversed days",
        swap("people.csv", "@2026-01-01..", "@2026-01-01..2025-01-01"),
        ("第 8 行", "技能"),
    ),
    # Shifts
    Case(
        "a shift of 25 hours",
        swap("shifts.csv", "08:00,16:00", "08:00,+1 09:00"),
        ("第 2 行", "“结束”列", "+1 09:00", "24 小时"),
    ),
    Case(
        "a shift that starts at 24:00",
        swap("shifts.csv", "00:00,08:00", "24:00,08:00"),
        ("第 4 行", "“开始”列", "24:00"),
    ),
    Case("25 o'clock", swap("shifts.csv", "16:00,24:00", "16:00,25:00"), ("第 3 行", "“结束”列", "25:00", "时刻")),
    Case("half past 99", swap("shifts.csv", "08:00,16:00", "08:99,16:00"), ("第 2 行", "08:99", "时刻")),
    Case("a code twice", more("shifts.csv", "早,早早,08:00,12:00,"), ("第 5 行", "“代码”列", "早", "第 2 行")),
    Case("a code that means off", more("shifts.csv", "休,,08:00,12:00,"), ("第 5 行", "“代码”列", "休")),
    Case(
        "a break outside its shift", column("shifts.csv", "休息", "16:30-17:00"), ("第 2 行", "“休息”列", "16:30-17:00")
    ),
    Case("breaks that overlap", column("shifts.csv", "休息", "11:00-12:00; 11:30-12:30"), ("第 2 行", "互不重叠")),
    Case("a break at the shift's end", column("shifts.csv", "带薪休息", "15:30-16:00"), ("第 2 行", "“带薪休息”列")),
    Case("a break that is no span", column("shifts.csv", "休息", "noon"), ("第 2 行", "“休息”列", "noon", "时段")),
    Case("no hex colour", swap("shifts.csv", "EEEEBB", "yellow"), ("第 2 行", "“颜色”列", "yellow", "十六进制")),
    Case(
        "a shift's skill that nobody has",
        column("shifts.csv", "技能", "日语"),
        ("第 2 行", "“技能”列", "日语", "有人具备"),
    ),
    *(
        Case(
            f"an elastic end from {text}",
            column("shifts.csv", "弹性起点", "", text),
            ("第 3 行", "“弹性起点”列", text),
        )
        for text in ("24:00", "16:00", "15:00", "soon")
    ),
    Case(
        "an elastic end before a break",
        both(column("shifts.csv", "休息", "", "22:00-22:30"), column("shifts.csv", "弹性起点", "", "22:15")),
        ("第 3 行", "“弹性起点”列", "22:15", "24:00 之前"),
    ),
    # Demand
    Case(
        "a shift that does not exist",
        more("demand.csv", "早早,每天,,,1,,"),
        ("第 7 行", "“班次”列", "早早", "最接近的是“早”"),
    ),
    Case("a role that nobody has", more("demand.csv", "早,每天,班头,,1,,"), ("第 7 行", "“角色”列", "班头", "“班长”")),
    Case(
        "a skill that nobody has", more("demand.csv", "早,每天,,日语,1,,"), ("第 7 行", "“技能”列", "日语", "有人具备")
    ),
    Case("target below least", swap("demand.csv", "3,4,5", "5,4,5"), ("第 2 行", "“目标”列", "4", "5")),
    Case("most below target", swap("demand.csv", "3,4,5", "3,4,3"), ("第 2 行", "“最多”列", "3", "4")),
    Case("most below least", swap("demand.csv", "3,4,5", "3,,2"), ("第 2 行", "“最多”列", "2", "3")),
    Case("half a head", swap("demand.csv", "3,4,5", "2.5,4,5"), ("第 2 行", "“最少”列", "2.5", "整数")),
    Case("fewer than no heads", swap("demand.csv", "3,4,5", "-1,4,5"), ("第 2 行", "“最少”列", "-1", "0 到")),
    Case("no least", swap("demand.csv", "3,4,5", ",4,5"), ("第 2 行", "“最少”列", "必填")),
    Case(
        "a cost below nothing",
        column("demand.csv", "缺人代价", "-1"),
        ("第 2 行", "“缺人代价”列", "-1", "0 到 1000"),
    ),
    Case(
        "a cost of part of a head", column("demand.csv", "多人代价", "1.5"), ("第 2 行", "“多人代价”列", "1.5", "整数")
    ),
    Case("the same demand twice", more("demand.csv", "早,workday,,,1,,"), ("第 7 行", "第 2 行", "重复")),
    *(
        Case(f"a day key written {text}", more("demand.csv", f"早,{text},,,1,,"), ("第 7 行", "“日期类型”列", text))
        for text in (
            *("02-30..03-01", "04-31..05-01", "13-01..14-01", "00-10..01-01", "10-01..", "..04-30", "10-01-04-30"),
            *("10-01..04-30..05-01", "10-01..04-30&", "&周六", "10-01..04-30&周八", "10-01&周六", "2026-02-29"),
        )
    ),
    Case(
        "the same demand twice, once in other words",
        more("demand.csv", "早,10-01..04-30&周六,,,1,,", "早,10月1日至4月30日 & sat,,,2,,"),
        ("第 8 行", "第 7 行", "重复"),
    ),
    Case(
        "an unknown reading of a demand row",
        column("demand.csv", "口径", "随意"),
        ("第 2 行", "“口径”列", "随意"),
    ),
    Case("an unknown day type", more("demand.csv", "早,星期八,,,1,,"), ("第 7 行", "“日期类型”列", "星期八", "周日")),
    # Leave
    Case(
        "an unknown worker",
        more("leave.csv", "1099,2026-12-01,,年假,是"),
        ("第 9 行", "“工号”列", "1099", "人员表中的工号"),
    ),
    Case("a name for an id", more("leave.csv", "孙三,2026-12-01,,年假,是"), ("第 9 行", "孙三", "“1003”")),
    Case(
        "leave that ends before it starts",
        swap("leave.csv", "2026-12-11", "2026-12-01"),
        ("第 2 行", "2026-12-01", "2026-12-07"),
    ),
    Case("leave that overlaps", more("leave.csv", "1002,2026-12-11,,病假,是"), ("第 9 行", "2026-12-11", "第 2 行")),
    Case("an unknown kind of leave", swap("leave.csv", "病假", "酒假"), ("第 4 行", "“类别”列", "酒假", "病假")),
    Case(
        "neither approved nor not",
        swap("leave.csv", "事假,否", "事假,大概"),
        ("第 6 行", "“已批准”列", "大概", "是或否"),
    ),
    # Requests
    Case(
        "a weight of 101", more("requests.csv", "1001,2026-12-02,,休,,101"), ("第 26 行", "“权重”列", "101", "1 到 100")
    ),
    Case("a rest from one shift", more("requests.csv", "1001,2026-12-02,,休,夜,5"), ("第 26 行", "“班次”列", "夜")),
    Case("an unknown wish", more("requests.csv", "1001,2026-12-02,,随便,,5"), ("第 26 行", "“意愿”列", "随便", "想上")),
    Case(
        "a wish over years", more("requests.csv", "1001,2026-12-02,2028-12-02,休,,5"), ("第 26 行", "2028-12-02", "92")
    ),
    Case(
        "a wish in another year",
        more("requests.csv", "1001,2025-12-02,2025-12-04,休,,5"),
        ("第 26 行", "2025-12-02", "2026-12"),
    ),
    # Fixed duties, overtime, history, carried, holidays
    Case(
        "a fixed duty outside the months",
        more("fixed.csv", "1001,2027-12-01,早"),
        ("第 4 行", "2027-12-01", "2026-12 前后半年"),
    ),
    Case("fixed duties that overlap", more("fixed.csv", "1006,2026-12-18,休"), ("第 4 行", "休", "第 2 行", "矛盾")),
    Case("a fixed duty on leave", more("fixed.csv", "1002,2026-12-11,早"), ("第 4 行", "2026-12-11", "第 2 行")),
    Case("a fixed duty before hiring", more("fixed.csv", "1014,2026-11-22,早"), ("第 4 行", "2026-11-22", "在职")),
    Case("a fixed duty twice", more("fixed.csv", "1006,2026-12-18,早"), ("第 4 行", "1006", "重复")),
    Case("negative overtime", more("overtime.csv", "1001,2026-12-08,-2"), ("第 4 行", "“小时”列", "-2", "0 到 24")),
    Case(
        "overtime two days later",
        write("overtime.csv", "工号,日期,小时,开始\n1003,2026-12-26,8,次日24:00\n"),
        ("第 2 行", "“开始”列", "次日24:00"),
    ),
    Case(
        "overtime of no time",
        write("overtime.csv", "工号,日期,小时,开始\n1003,2026-12-26,0,16:00\n"),
        ("第 2 行", "“小时”列", "大于 0"),
    ),
    Case(
        "overtime made good by nothing known",
        write("overtime.csv", "工号,日期,小时,补偿\n1003,2026-12-26,2,奖状\n"),
        ("第 2 行", "“补偿”列", "奖状", "加班费、调休"),
    ),
    Case("25 hours of overtime", more("overtime.csv", "1001,2026-12-08,25"), ("第 4 行", "25", "0 到 24")),
    Case("overtime that is not a number", more("overtime.csv", "1001,2026-12-08,nan"), ("第 4 行", "nan", "数字")),
    Case(
        "history in the month", more("history.csv", "1001,2026-12-01,早"), ("第 100 行", "2026-12-01", "2026-12 之前")
    ),
    Case("history without a shift", more("history.csv", "1001,2026-11-20,"), ("第 100 行", "“班次”列", "必填")),
    Case("the same history twice", more("history.csv", "1001,2026-11-24,夜"), ("第 100 行", "第 2 行", "重复")),
    Case("a past day both free and not", more("history.csv", "1001,2026-11-24,休"), ("第 100 行", "休", "第 2 行")),
    Case("carried that is no number", more("carried.csv", "1014,many,,,"), ("第 15 行", "“夜班”列", "many", "数字")),
    Case("carried twice", more("carried.csv", "1001,1,,,"), ("第 15 行", "1001", "第 2 行")),
    Case("a holiday twice", more("holidays.csv", "2026-12-25,放假调休,", "2026-12-25,补班,"), ("第 3 行", "第 2 行")),
    Case(
        "an unknown kind of holiday",
        more("holidays.csv", "2026-12-25,圣诞,"),
        ("第 2 行", "“类型”列", "圣诞", "法定节假日"),
    ),
    Case("an official twice", more("officials.csv", "K001,乙,"), ("第 3 行", "“工号”列", "K001", "第 2 行")),
    Case("an official without a name", more("officials.csv", "K002,,"), ("第 3 行", "“姓名”列", "必填")),
    Case(
        "an official with a worker's id",
        more("officials.csv", "1003,别人,"),
        ("第 3 行", "“姓名”列", "别人", "孙三", "1003"),
    ),
    Case("an official without an id", more("officials.csv", ",乙,"), ("第 3 行", "“工号”列", "必填")),
    Case(
        "braces in what is suggested",
        both(swap("people.csv", "孙三", "{孙}"), more("leave.csv", "{孙},2026-12-01,,年假,是")),
        ("第 9 行", "{孙}的工号是“1003”"),
    ),
    Case("braces do not upset the wording", more("leave.csv", "{0},2026-12-01,,{x},是"), ("第 9 行", "{"), faults=2),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return sample_copy(SAMPLE.name, tmp_path / "desk")


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_is_wrong_is_said(case: Case, folder: Path):
    path = case.damage(folder) or folder
    with pytest.raises(InputError) as caught:
        read_desk(path).problem(Month(2026, 12))
    zh, en = caught.value.say("zh"), caught.value.say("en")
    assert len(caught.value.faults) == case.faults, zh
    assert all(word in zh for word in case.words), zh
    assert len(zh.splitlines()) == len(en.splitlines()) == case.faults
    assert str(folder) not in zh or path != folder  # named as the user named it


def test_there_are_cases_enough_and_each_has_its_name():
    assert len({case.name for case in CASES}) == len(CASES) >= 65


def test_of_very_many_faults_the_first_are_said_and_that_there_are_more(folder: Path):
    append(folder, "history.csv", *[f"X{n},2026-11-01,休" for n in range(19_000)])
    append(folder, "requests.csv", *["1001,heute,,休"] * 15_000)
    with pytest.raises(InputError) as caught:
        read_desk(folder)
    for file, last in (("desk/requests.csv", 225), ("desk/history.csv", 299)):
        found = [fault for fault in caught.value.faults if fault.file == file]
        assert len(found) == 201
        assert found[-2].row == last
        assert "只列前 200 处" in found[-1].say("zh")


def test_a_fault_of_one_table_is_no_fault_of_those_that_refer_to_it_however_many_there_are(folder: Path):
    append(folder, "people.csv", *[f"P{n},员,,,,heute" for n in range(400)], "Q1,末")
    append(folder, "leave.csv", "Q1,2026-12-01,,年假,是")
    with pytest.raises(InputError) as caught:
        read_desk(folder)
    assert {fault.file for fault in caught.value.faults} == {"desk/people.csv"}


def test_words_are_looked_for_only_as_long_as_that_takes_no_time(monkeypatch: pytest.MonkeyPatch):
    searches: list[str] = []

    def count(word: str, known: list[str], *limits: float) -> list[str]:
        searches.append(word)
        return known[:1]

    monkeypatch.setattr(difflib, "get_close_matches", count)
    nearest = NearestWords(f"K{n:04d}" for n in range(5000))
    told = [nearest.tail(f"X{n // 2}").say("zh") for n in range(20_000)]
    assert len(searches) == len(set(searches)) == 200_000 // 25_000
    assert told[0] == told[1] == "；最接近的是“K0000”"
    assert set(told[16:]) == {""}
    assert NearestWords(["early"]).tail("e" * 65).say("en") == ""
    assert len(searches) == 8


def test_a_dozen_faults_are_said_at_once_in_the_order_of_the_tables(folder: Path):
    edit(folder, "desk.toml", "Asia/Shanghai", "Asia/Peking")
    append(folder, "desk.toml", "[rules.fairnes]")
    edit(folder, "people.csv", "2020-07-01", "soon")
    edit(folder, "people.csv", "孕期", "孕妇")
    edit(folder, "shifts.csv", "08:00,16:00", "08:00,+1 09:00")
    append(folder, "demand.csv", "早早,每天,,,1,,", "早,每天,班头,,x,,")
    append(folder, "leave.csv", "1002,2026-12-11,,病假,是", "1001,2026-12-05,2026-12-04,年假,是")
    append(folder, "overtime.csv", "1099,2026-12-08,25")
    with pytest.raises(InputError) as caught:
        read_desk(folder)
    assert [(fault.file.removeprefix("desk/"), fault.row, fault.column) for fault in caught.value.faults] == [
        ("desk.toml", 0, "desk.zone"),
        ("people.csv", 3, "入职日期"),
        ("people.csv", 10, "特殊保护"),
        ("shifts.csv", 2, "结束"),
        ("demand.csv", 8, "最少"),
        ("leave.csv", 10, "结束日期"),
        ("overtime.csv", 4, "小时"),
        ("demand.csv", 7, "班次"),
        ("demand.csv", 8, "角色"),
        ("overtime.csv", 4, "工号"),
        ("leave.csv", 9, "开始日期"),
        ("desk.toml", 0, "[rules.fairnes]"),
    ]


# --- Mutated desks -----------------------------------------------------------

JUNK = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            "休",
            "1001",
            "早",
            "-1",
            "0",
            "1e9",
            "{",
            "=1",
            "2026-12-31",
            "9999-12-31",
            "24:00",
            "nan",
            "每天",
            "\0",
            '"',
            "\ud7ff",
            "٣",
        ]
    ),
)
TABLE_FILES = sorted(file.name for file in SAMPLE.glob("*.csv"))
MUTATION = st.tuples(
    st.sampled_from(["cell", "cut", "header", "bytes", "toml"]),
    st.sampled_from(TABLE_FILES),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
    JUNK,
)


def mutate(folder: Path, kind: str, name: str, row: int, column: int, junk: str) -> None:
    file = folder / ("desk.toml" if kind == "toml" else name)
    if kind in ("bytes", "toml"):
        content = bytearray(file.read_bytes() or b" ")
        content[row % len(content)] = column % 256
        file.write_bytes(content)
        return
    lines = file.read_bytes().split(b"\n")
    row = 0 if kind == "header" else row % len(lines)
    cells = lines[row].split(b",")
    cells[column % len(cells)] = junk.encode()
    lines[row : row + 1] = [] if kind == "cut" else [b",".join(cells)]
    file.write_bytes(b"\n".join(lines))


def read_or_refuse(path: Path) -> None:
    """Reading works or ends in worded faults; anything else fails the test."""
    faults: tuple[Fault, ...] | None = None
    try:
        read_desk(path).problem(Month(2026, 12))
    except InputError as error:
        faults = error.faults
    assert faults != ()
    assert all(len(fault.say(lang).splitlines()) == 1 for fault in faults or () for lang in LANGS)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.lists(MUTATION, min_size=1, max_size=4))
def test_a_mutated_folder_is_read_or_refused(mutations: list[tuple[str, str, int, int, str]]):
    with tempfile.TemporaryDirectory() as place:
        folder = sample_copy(SAMPLE.name, Path(place) / "desk")
        for mutation in mutations:
            mutate(folder, *mutation)
        read_or_refuse(folder)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return as_workbook(SAMPLE, tmp_path_factory.mktemp("workbook") / "desk.xlsx").read_bytes()


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
)


@settings(max_examples=25, derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10), st.integers(1, 8), st.integers(1, 7), VALUES), min_size=1, max_size=5))
def test_a_workbook_with_any_values_is_read_or_refused(workbook: bytes, cells: list[tuple[int, int, int, Any]]):
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "desk.xlsx"
        file.write_bytes(workbook)
        book = load_workbook(file)
        for sheet, row, column, value in cells:
            book.worksheets[sheet].cell(row, column).value = value
        book.save(file)
        read_or_refuse(file)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 255)), min_size=1, max_size=8), st.booleans())
def test_a_workbook_with_flipped_bytes_is_read_or_refused(workbook: bytes, flips: list[tuple[int, int]], cut: bool):
    content = bytearray(workbook)
    for at, byte in flips:
        content[at % len(content)] = byte
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "desk.xlsx"
        file.write_bytes(content[: flips[0][0] % len(content)] if cut else content)
        read_or_refuse(file)
