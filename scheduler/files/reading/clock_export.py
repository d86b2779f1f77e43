"""Punches from the export of a clock: any workbook or CSV whose headings say who, when, and in or out.

What was understood is told: which kind of export it is, which rows were passed over and why. What looks like a punch
and cannot be read is a fault at its cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from scheduler.domain import Note
from scheduler.errors import Fault, InputError
from scheduler.files.reading.csv_table import read_csv
from scheduler.files.reading.file_bytes import decode_text, read_bytes
from scheduler.files.reading.places import Place, column_letter, first_faults
from scheduler.files.reading.workbook import WORKBOOKS
from scheduler.files.reading.workbook_cells import SheetCells, read_workbook_cells
from scheduler.files.schema.clock_exports import (
    DAY,
    EXPORTS,
    EXPORTS_BY_NAME,
    FIRST,
    ID,
    IN,
    LAST,
    NAME,
    OUT,
    ROLE_NAMES,
    TIME,
    TOTALS,
    WAY,
    ClockExport,
    plain_heading,
)
from scheduler.i18n import Sentence, fill_in, join_sentences
from scheduler.timeline import DAY_MINUTES, ONE_DAY

HEAD_ROWS = 12  # among which the headings stand
NO_HEADINGS = Sentence(
    "打卡记录的表头：{needs}（可在 desk.toml 的 [attendance] 写明列名）",
    "the headings of a clock's export: {needs} (its own can be written into [attendance] of desk.toml)",
)
ONE_OF = Sentence("或", " or ")
A_DAY = Sentence("日期，如 2026-12-01", "a date like 2026-12-01")
A_TIME = Sentence(
    "打卡时刻，如 08:02、下午 3:04、次日 00:05、2026-12-01 08:02，别无其他文字；没有打卡就空着",
    "times of punches like 08:02, 3:04 PM, +1 00:05, 2026-12-01 08:02 and nothing else; empty for none",
)
A_COUNT = Sentence("次数或分钟数", "a number of times or of minutes")
NOBODY = Sentence("工号或姓名", "an id or a name")
NO_SHEET = Sentence("有打卡记录的工作表", "a sheet with punches")
NOT_A_CLOCK_S = Sentence("工作簿（.xlsx、.xls、.ods）或 CSV", "a workbook (.xlsx, .xls, .ods) or CSV")
SHEET_OVER = Sentence(
    "{file} 的工作表“{sheet}”没有打卡记录的表头，没有读",
    "{file}: sheet {sheet} has no headings of a clock's export, and was not read",
)
UNDERSTOOD = Sentence("{file} 按{kind}读：{columns}", "{file} was read as {kind}: {columns}")
COLUMN_READ = Sentence("{what}＝{titles}", "{what} = {titles}")
NO_PUNCH = frozenset(("", "-", "--", "—", "无", "未打卡", "缺卡", "休息", "请假", "正常", "none", "n/a"))
WAYS = {
    "in": re.compile(r"上班\d*(打卡|签到)?|签到|[进入](门|场)?|((check|clock|punch)[ _-]?)?in|start|on ?duty"),
    "out": re.compile(r"下班\d*(打卡|签退)?|签退|出(门|场)?|((check|clock|punch)[ _-]?)?out|end|off ?duty"),
}  # the whole value; what is neither is said not to say which way
DATE_TEXT = re.compile(
    r"(?<!\d)(\d{4}|\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)日?|(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)"
)
NEXT_DAY = r"(次日|第二天|\+\s*1)"
MORNING = {12: 0, **{hour: hour for hour in range(12)}}
AFTERNOON = {12: 12, **{hour: hour + 12 for hour in range(1, 12)}, **{hour: hour for hour in range(13, 24)}}
EVENING = {hour: AFTERNOON[hour] for hour in (*range(5, 12), *range(17, 24))}  # 12 at night may be either day's
NOON = {11: 11, 12: 12, 13: 13, 14: 14, 1: 13, 2: 14}
HALVES = {
    **dict.fromkeys(("上午", "早上", "清晨", "凌晨", "am"), MORNING),
    **dict.fromkeys(("下午", "傍晚", "pm"), AFTERNOON),
    **dict.fromkeys(("晚上", "晚间"), EVENING),
    "中午": NOON,
}  # by what stands before an hour, or after it, the hours of the day that it may be
TIME_TEXT = re.compile(
    rf"(?:[（(]?{NEXT_DAY}[）)]?)?\s*(上午|早上|清晨|凌晨|下午|傍晚|晚上|晚间|中午)?\s*"
    r"(\d{1,2})[:：](\d{2})(?:[:：](\d{2})(?:\.\d+)?)?(?:\s*([ap]\.?m\b\.?))?"
    r"(\s?z\b|\s?\+\d{2}:?\d{2}(?![:\d])|(?<=:\d\d:\d\d)-\d{2}:?\d{2}(?![:\d]))?"
    rf"(?:\s*[（(]{NEXT_DAY}[）)])?",
    re.IGNORECASE,
)
BESIDE_TIMES = re.compile(
    r"(?:[\s,，;；、/|~～()（）\[\]–—-]|t|(?:星期|周|礼拜)[一二三四五六日天]|正常|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?)*",
    re.IGNORECASE,
)


class Clocked(NamedTuple):
    """One punch as it stood there: whom the file names, the day, the minute of it, and which way."""

    who: tuple[str, str]  # id and name, as they stood there
    day: date
    minute: int
    way: str
    or_next_day: bool = False  # whether it may be the next day's: an end by the clock alone, with no start beside it


class MonthTotals(NamedTuple):
    """What a month report says of somebody, by what it counts."""

    who: tuple[str, str]
    counts: Mapping[str, float]


@dataclass
class Export:
    """What a file of a clock holds.

    Attributes
    ----------
    kind : ClockExport
    punches : list of Clocked
    totals : list of MonthTotals
    notes : list of Note
        What was understood, and what was passed over.
    """

    kind: ClockExport
    punches: list[Clocked] = field(default_factory=list)
    totals: list[MonthTotals] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


class _Sheet(NamedTuple):
    place: Place
    rows: Sequence[tuple[int, Sequence[object]]]
    epoch: datetime


class _Heading(NamedTuple):
    kind: ClockExport
    columns: Mapping[int, str]  # what each column holds, by its place from 0
    titles: Mapping[int, str]
    below: int  # the first row of people


def read_clock_export(
    path: Path,
    mapping: str = "",
    more: Mapping[str, tuple[str, ...]] | None = None,
    *,
    zone: str = "Asia/Shanghai",
) -> list[Export]:
    """Read a clock's export; one result for each of its sheets that holds punches.

    Parameters
    ----------
    mapping : str
        Which of the known exports it is; empty to find out by its headings.
    more : mapping of str to tuple of str, optional
        Further headings, by what their columns hold.
    zone : str
        IANA name of the desk's zone: by its wall are the times that do not name their own.

    Raises
    ------
    InputError
        It is no workbook or CSV, no sheet has such headings, or cells cannot be read: each with its place.
    """
    kinds = (EXPORTS_BY_NAME[mapping],) if mapping else EXPORTS
    found: list[Export] = []
    faults: list[Fault] = []
    over: list[Note] = []
    place = Place(path.name)
    for sheet in _sheets(path, place):
        heading = _find_heading(sheet, kinds, more or {})
        if heading is None:
            over.append(Note(SHEET_OVER, (("file", path.name), ("sheet", sheet.place.sheet))))
            continue
        export = Export(heading.kind, notes=[_say_understood(heading, path.name)])
        told: list[Fault] = []
        if heading.kind.is_totals:
            export.totals = list(_totals(sheet, heading, told))
        else:
            export.punches = list(_punches(sheet, heading, zone, told))
        faults.extend(first_faults(told))
        found.append(export)
    if not found:
        needs = [_say_needs(kind) for kind in kinds]
        said = join_sentences(dict.fromkeys(needs))
        raise InputError([place.fault(NO_HEADINGS, needs=said)])
    if faults:
        raise InputError(faults)
    found[0].notes += [note for note in over if note.facts[1][1]]
    return found


def _sheets(path: Path, place: Place) -> Iterator[_Sheet]:
    content = read_bytes(path, place)
    if path.suffix.lower() in WORKBOOKS:
        book = read_workbook_cells(content, place)
        for sheet in book.sheets:
            yield _Sheet(place._replace(sheet=sheet.title), list(_filled(sheet)), book.epoch)
    elif path.suffix.lower() in (".csv", ".txt"):
        grid = read_csv(decode_text(content, place), place)
        yield _Sheet(place, grid.rows, grid.epoch)
    else:
        raise InputError([place.fault(NOT_A_CLOCK_S, path.suffix)])


def _filled(sheet: SheetCells) -> Iterator[tuple[int, Sequence[object]]]:
    """The rows of a sheet; among its headings a merged cell counts for each of its columns."""
    width = sheet.last_column
    merged: dict[tuple[int, int], object] = {}
    for top, bottom, left, right in sheet.merged:
        if top <= HEAD_ROWS:
            value = sheet.cells.get(top, {}).get(left)
            merged |= {(row, column): value for row in range(top, bottom + 1) for column in range(left, right + 1)}
    for number in sorted({*sheet.cells, *(row for row, _ in merged)}):
        row = sheet.row(number, width)
        yield number, tuple(merged.get((number, at), value) for at, value in enumerate(row, 1))


def _find_heading(sheet: _Sheet, kinds: Sequence[ClockExport], more: Mapping[str, tuple[str, ...]]) -> _Heading | None:
    """The headings of a sheet: one row, or two of which the upper groups the lower."""
    rows, mapped = sheet.rows[:HEAD_ROWS], len(kinds) == 1
    for kind in kinds:
        for place, (_, cells) in enumerate(rows):
            above = rows[place - 1][1] if place else ()
            columns, titles = _match(cells, above, kind, more)
            has_mark = mapped or not kind.marks or {plain_heading(str(cell or "")) for cell in cells} & set(kind.marks)
            if has_mark and all(any(role in columns.values() for role in needed) for needed in kind.needs):
                return _Heading(kind, columns, titles, place + 1)
    return None


def _match(
    cells: Sequence[object], above: Sequence[object], kind: ClockExport, more: Mapping[str, tuple[str, ...]]
) -> tuple[dict[int, str], dict[int, str]]:
    """What each column holds, by its own heading or by the group's and its own together."""
    columns: dict[int, str] = {}
    titles: dict[int, str] = {}
    for at, cell in enumerate(cells):
        own = str(cell or "").strip()
        group = str(above[at] or "").strip() if at < len(above) else ""
        for title in dict.fromkeys(filter(None, (own, group + own if group != own else ""))):
            role = _role(plain_heading(title), kind, more)
            if role and (role in (IN, OUT, TIME) or role not in columns.values()):
                columns[at], titles[at] = role, title
                break
    return columns, titles


def _role(heading: str, kind: ClockExport, more: Mapping[str, tuple[str, ...]]) -> str:
    for role in (*kind.columns, *more):
        if heading in (plain_heading(one) for one in more.get(role, ())):
            return role
    return next((r for r, known in kind.columns.items() if any(re.fullmatch(one, heading) for one in known)), "")


def _say_needs(kind: ClockExport) -> Sentence:
    texts = [
        (ONE_OF.say(lang)).join(ROLE_NAMES[role].say(lang) for role in needed)
        for lang in ("zh", "en")
        for needed in kind.needs
    ]
    half = len(texts) // 2
    return Sentence("＋".join(texts[:half]), " + ".join(texts[half:]))


def _say_understood(heading: _Heading, file: str) -> Note:
    told: dict[str, list[str]] = {}
    for at, role in heading.columns.items():
        told.setdefault(role, []).append(heading.titles[at])
    columns = join_sentences(
        fill_in(COLUMN_READ, what=ROLE_NAMES[role], titles="/".join(titles)) for role, titles in told.items()
    )
    return Note(UNDERSTOOD, (("file", file), ("kind", heading.kind.title), ("columns", columns)))


def _cells_by_role(cells: Sequence[object], heading: _Heading) -> Iterator[tuple[int, str, object]]:
    for at, role in heading.columns.items():
        if at < len(cells):
            yield at, role, cells[at]


def _who(cells: Sequence[object], heading: _Heading) -> tuple[str, str]:
    told = {role: value for _, role, value in _cells_by_role(cells, heading) if role in (ID, NAME)}
    return _plain(told.get(ID)), _plain(told.get(NAME))


def _plain(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _rows(sheet: _Sheet, heading: _Heading) -> Iterator[tuple[Place, Sequence[object]]]:
    for number, cells in sheet.rows[heading.below :]:
        if any(_plain(cell) for cell in cells):
            yield sheet.place._replace(row=number), cells


def _punches(sheet: _Sheet, heading: _Heading, zone: str, faults: list[Fault]) -> Iterator[Clocked]:
    for place, cells in _rows(sheet, heading):
        values = [(at, role, value) for at, role, value in _cells_by_role(cells, heading) if _plain(value)]
        who = _who(cells, heading)
        if not any(role in (TIME, FIRST, LAST, IN, OUT) for _, role, _ in values):
            continue
        if not any(who):
            faults.append(place.fault(NOBODY))
            continue
        day, day_at = None, -1
        for at, role, value in values:
            if role == DAY:
                day, day_at = _day(value, sheet.epoch), at
        way_said = next((_plain(value) for _, role, value in values if role == WAY), "")
        way = next((way for way, words in WAYS.items() if words.fullmatch(way_said.lower())), "")
        begun: datetime | None = None
        for at, role, value in values:
            if role not in (TIME, FIRST, LAST, IN, OUT):
                continue
            here = place._replace(column=heading.titles.get(at) or column_letter(at + 1))
            times = _times(value, day, sheet.epoch, zone)
            if times is None:
                faults.append(here.fault(A_TIME, _plain(value)))
            elif times and any(one is None for one in times):
                where = place._replace(column=heading.titles[day_at]) if day_at >= 0 else here
                faults.append(where.fault(A_DAY, _plain(cells[day_at]) if day_at >= 0 else ""))
                break
            for one in times or ():
                if one is None:
                    continue
                if role in (OUT, LAST) and begun and one < begun:  # past midnight
                    one += ONE_DAY
                begun = one if role in (IN, FIRST) else begun
                said = {IN: "in", OUT: "out"}.get(role, way)
                base = day or one.date()
                minutes = (one - datetime.combine(base, time())) // timedelta(minutes=1)
                is_loose = role in (OUT, LAST) and begun is None and 0 <= minutes < DAY_MINUTES and one.date() == day
                yield Clocked(who, base, minutes, said, is_loose and not DATE_TEXT.search(_plain(value)))


def _day(value: object, epoch: datetime) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and 20_000 < value < 100_000:
        return (epoch + timedelta(days=int(value))).date()
    found = DATE_TEXT.search(_plain(value))
    return _date(found) if found else None


def _date(found: re.Match[str]) -> date | None:
    year, month, day = (int(part) for part in (found.groups()[:3] if found[1] else found.groups()[3:]))
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def _times(value: object, day: date | None, epoch: datetime, zone: str) -> list[datetime | None] | None:
    """The moments of a cell by the wall; `None` for the cell where it cannot be read, and in the list where no day is known."""
    midnight = datetime.combine(day, time()) if day else None
    if isinstance(value, datetime):
        return [value]
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    if isinstance(value, timedelta):
        return [midnight and midnight + value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        if 0 <= value < 2:
            return [midnight and midnight + timedelta(minutes=int(value * DAY_MINUTES + 1 / 120))]
        return [epoch + timedelta(minutes=int(value * DAY_MINUTES + 1 / 120))] if 20_000 < value < 100_000 else None
    text = _plain(value)
    if text.lower() in NO_PUNCH:
        return []
    found: list[datetime | None] = []
    dated = DATE_TEXT.search(text)
    if dated:
        midnight = datetime.combine(own, time()) if (own := _date(dated)) else None
        text = f"{text[: dated.start()]} {text[dated.end() :]}"
    for part in TIME_TEXT.finditer(text):
        before, half, hour, minute, _, half_after, offset, after = part.groups()
        hours, minutes = _hour_of_day(int(hour), half, half_after), int(minute)
        if hours is None or minutes > 59:
            return None
        when = midnight and midnight + timedelta(days=bool(before or after), hours=hours, minutes=minutes)
        found.append(_by_the_wall(when, offset, zone) if when and offset else when)
    return found if found and BESIDE_TIMES.fullmatch(TIME_TEXT.sub("", text)) else None


def _hour_of_day(hour: int, before: str | None, after: str | None) -> int | None:
    """An hour as it is said, with its half of the day; `None` where there is no such hour."""
    halves = [word.replace(".", "").lower() for word in (before, after) if word]
    if not halves:
        return hour if hour < 48 else None
    return HALVES[halves[0]].get(hour) if len(halves) == 1 else None


def _by_the_wall(when: datetime, offset: str, zone: str) -> datetime:
    """A time that names its own zone, by the desk's wall."""
    there = datetime.strptime(offset.strip().upper(), "%z").tzinfo
    return when.replace(tzinfo=there).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _totals(sheet: _Sheet, heading: _Heading, faults: list[Fault]) -> Iterator[MonthTotals]:
    for place, cells in _rows(sheet, heading):
        who = _who(cells, heading)
        counts: dict[str, float] = {}
        for at, role, value in _cells_by_role(cells, heading):
            if role not in TOTALS:
                continue
            text = _plain(value)
            number = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(次|分钟|天|小时)?", text) if text not in NO_PUNCH else None
            if number:
                counts[role] = float(number[1]) * (60 if number[2] == "小时" else 1)
            elif text in NO_PUNCH:
                counts[role] = 0
            else:
                faults.append(place._replace(column=heading.titles[at]).fault(A_COUNT, text))
        if any(who) and counts:
            yield MonthTotals(who, counts)
