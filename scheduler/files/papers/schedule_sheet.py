"""A group's schedule as a clock-in system exported it, filled in: its own sheet, nothing else in it touched.

Which columns such a sheet has is in no source at hand: people are found by id or name, days by their numbers or dates in
one row. What is not found is told; whether the system takes the file back was not tried.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.domain import Month
from scheduler.errors import InputError
from scheduler.files.reading.file_bytes import read_bytes
from scheduler.files.reading.places import Place
from scheduler.files.reading.workbook_cells import read_workbook_cells
from scheduler.files.schema.clock_exports import plain_heading
from scheduler.i18n import Sentence
from scheduler.passing import OWNER_ALONE, Access, put_file

HEAD_ROWS, LEAST_DAYS = 10, 7
PEOPLE_HEADS = ("工号", "userid", "账号", "员工编号", "姓名", "员工姓名")
A_SCHEDULE = Sentence(
    "从对方导出的排班表：一行里有各天的日期或号数，一列是工号或姓名",
    "a schedule that was exported there: the days in one row, ids or names in a column",
)
OTHER_FILE = Sentence("另一个文件名：导出的原表不改", "another file: the sheet that was exported stays as it is")
REST_THERE = "休息"


@dataclass(frozen=True)
class Filled:
    """What was filled in, and of whom no row was found.

    Attributes
    ----------
    unsure : tuple of str
        Rows left as they were, each with its number and what stands there: of two people at once, or one of several of the same.
    """

    cells: int
    absent: tuple[str, ...]
    days: int
    unsure: tuple[str, ...] = ()


def fill_schedule(
    template: Path,
    out: Path,
    month: Month,
    cells: Mapping[tuple[str, date], str],
    known: Mapping[str, tuple[str, ...]],
    access: Access = OWNER_ALONE,
) -> Filled:
    """Fill in a copy of an exported schedule.

    Parameters
    ----------
    cells : mapping of (worker, date) to str
        What is written, by our ids; empty for a day off.
    known : mapping of str to tuple of str
        Under which ids and names a person may stand there, by our id.

    Raises
    ------
    InputError
        It is no such sheet, or the copy has the same name.
    OSError
    """
    place = Place(template.name)
    if out.resolve() == template.resolve():
        raise InputError([place.fault(OTHER_FILE)])
    content = read_bytes(template, place)
    read_workbook_cells(content, place)  # in a process of its own: whether it can be opened at all, within limits
    book = load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        days, below = _days(sheet, month)
        if len(days) >= LEAST_DAYS:
            filled = _fill(sheet, below, days, cells, known)
            if filled.cells or filled.unsure:
                packed = io.BytesIO()
                book.save(packed)
                put_file(out, packed.getvalue(), access)
                return filled
    raise InputError([place.fault(A_SCHEDULE)])


def _days(sheet: Worksheet, month: Month) -> tuple[dict[int, date], int]:
    """The days of a month by their columns, and the row of headings."""
    best: tuple[dict[int, date], int] = {}, 0
    for number, row in enumerate(sheet.iter_rows(max_row=HEAD_ROWS), 1):
        found = {cell.column: day for cell in row if cell.column and (day := _day(cell.value, month))}
        if len(found) > len(best[0]) and len(set(found.values())) == len(found):
            best = found, number
    return best


def _day(value: Any, month: Month) -> date | None:
    if isinstance(value, datetime | date):
        day = value.date() if isinstance(value, datetime) else value
        return day if Month.of(day) == month else None
    text = str(value or "").strip()
    if whole := re.match(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})", text):
        year, number, day_of = (int(part) for part in whole.groups())
        return (
            month.first.replace(day=day_of)
            if (year, number) == (month.year, month.month) and day_of <= month.last.day
            else None
        )
    short = re.fullmatch(r"(?:(\d{1,2})[-/.月])?(\d{1,2})[日号]?(?:\s.*|[(（].*)?", text)
    if not short or (short[1] and int(short[1]) != month.month):
        return None
    return month.first.replace(day=int(short[2])) if 1 <= int(short[2]) <= month.last.day else None


def _fill(
    sheet: Worksheet,
    below: int,
    days: Mapping[int, date],
    cells: Mapping[tuple[str, date], str],
    known: Mapping[str, tuple[str, ...]],
) -> Filled:
    whose = {word.strip().casefold(): who for who, words in known.items() for word in words if word}
    heads = [
        cell.column
        for row in sheet.iter_rows(max_row=below)
        for cell in row
        if cell.column and plain_heading(str(cell.value or "")) in PEOPLE_HEADS
    ]
    rows: dict[str, list[tuple[Any, ...]]] = {}
    unsure: list[tuple[Any, ...]] = []
    for row in sheet.iter_rows(min_row=below + 1):
        said = [str(cell.value or "").strip().casefold() for cell in row if not heads or cell.column in heads]
        named = {whose[one] for one in said if one in whose}
        if len(named) > 1:
            unsure.append(row)
        elif named:
            rows.setdefault(named.pop(), []).append(row)
    for who in [one for one, theirs in rows.items() if len(theirs) > 1]:
        unsure += rows.pop(who)
    written = 0
    for who, (row,) in rows.items():
        for cell in row:
            day = days.get(cell.column or 0)
            if day and (who, day) in cells:
                cell.value = cells[who, day] or REST_THERE
                written += 1
    wanted = dict.fromkeys(who for who, _ in cells)
    told = tuple(
        f"{row[0].row}: {' '.join(str(cell.value) for cell in row if cell.column in heads and cell.value)}".strip(": ")
        for row in sorted(unsure, key=lambda row: row[0].row)
    )
    return Filled(written, tuple(who for who in wanted if who not in rows), len(days), told)
