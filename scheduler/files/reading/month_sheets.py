"""Sheets of a workbook in which a row holds the days of a month."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel

from scheduler.domain import Month
from scheduler.files.reading.file_bytes import read_bytes
from scheduler.files.reading.places import Place, area_name
from scheduler.files.reading.workbook_cells import SheetCells, WorkbookCells, read_workbook_cells
from scheduler.files.schema.cells import DATE
from scheduler.files.schema.roster_cells import GRID_TITLE
from scheduler.files.schema.text import normal_width
from scheduler.i18n import MONTHS

FEWEST_DAYS = 20  # of the month in a row of days; fewer is some other row of numbers
MOST_ROWS, MOST_COLUMNS = 2000, 200  # of a sheet that are looked at
FULL_MONTH = re.compile(r"(20\d\d) ?[年/.-] ?(\d{1,2})(?:月(?! ?\d)|(?![\d/.月-]))")
ENGLISH_MONTH = re.compile(rf"(?<!\d )\b({'|'.join(MONTHS)})[a-z]* (20\d\d)")


class Mark(NamedTuple):
    """A cell that names a day, as far as it does."""

    year: int | None
    month: int | None
    day: int


def mark_of(value: object, epoch: datetime) -> Mark | None:
    """The day that a cell names, as far as it does."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if 1 <= value <= 31 and value == int(value):
            return Mark(None, None, int(value))
        if 36526 <= value < 73051:  # serial dates from 2000 to 2099 whose format was lost
            value = from_excel(value, epoch)
    if isinstance(value, date):
        return Mark(value.year, value.month, value.day)
    if not isinstance(value, str) or len(value) > 40:
        return None
    text = re.sub(r"\(.*\)", "", normal_width(value))
    found = re.fullmatch(r"(?:(1[0-2]|0?[1-9])[月/.-])?(3[01]|[12]\d|0?[1-9])[日号]?", text)
    if found:
        return Mark(None, int(found[1]) if found[1] else None, int(found[2]))
    try:
        day = DATE.read(text)
    except ValueError:
        return None
    return Mark(day.year, day.month, day.day)


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _marks(row: tuple[object, ...], epoch: datetime) -> dict[int, Mark]:
    """The cells of a row that name days; a lone number among them is no day."""
    marks = {column: mark for column, value in enumerate(row, 1) if (mark := mark_of(value, epoch))}
    steps = {pair for pair in pairwise(marks) if marks[pair[1]].day - marks[pair[0]].day == 1}
    stepping = {column for pair in steps for column in pair}
    return {column: mark for column, mark in marks.items() if mark.month or column in stepping}


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet whose row `top` holds the days of a month.

    Attributes
    ----------
    rows : tuple of tuples
        Values of the cells; the first row and column have number 1.
    unread : mapping of (row, column) to str
        Cells that hold an error, or a formula whose result is not known.
    merged : tuple of (rows, columns, name)
        The merged areas.
    days : mapping of int to Mark
        The days by column.
    """

    place: Place
    rows: tuple[tuple[object, ...], ...]
    unread: Mapping[tuple[int, int], str]
    merged: tuple[tuple[range, range, str], ...]
    top: int
    days: Mapping[int, Mark]

    def at(self, row: int, column: int) -> Place:
        """The place of a cell."""
        return self.place._replace(row=row, column=f"{get_column_letter(column)}{row}")

    def text(self, row: int, column: int) -> str:
        """What stands in a cell."""
        return self.unread.get((row, column), _text(self.rows[row - 1][column - 1]))

    @property
    def titled(self) -> bool:
        """Whether it is called as we call our grid."""
        return self.place.sheet in GRID_TITLE

    @cached_property
    def month(self) -> Month | None:
        """The month of the days: of most of the dates, or else as a title says."""
        dated = Counter((mark.year, mark.month) for mark in self.days.values() if mark.year and mark.month)
        if dated:
            year, month = dated.most_common(1)[0][0]
            return Month(year, month) if year and month else None
        above = [value for row in self.rows[: self.top] for value in row if isinstance(value, str)]
        for text in map(normal_width, [*above, self.place.sheet]):
            if (found := FULL_MONTH.search(text)) and 1 <= int(found[2]) <= 12:
                return Month(int(found[1]), int(found[2]))
            if found := ENGLISH_MONTH.search(text):
                return Month(int(found[2]), MONTHS.index(found[1]) + 1)
        return None

    def id_column(self, ids: Mapping[str, object]) -> int | None:
        """The column below the days that holds most of the ids, or names; `None` where none holds any."""
        found: dict[int, set[str]] = {}
        for row in self.rows[self.top :]:
            for column, value in enumerate(row, 1):
                if column not in self.days and normal_width(_text(value)) in ids:
                    found.setdefault(column, set()).add(_text(value))
        return max(found, key=lambda column: len(found[column]), default=None)


def _sheet(sheet: SheetCells, place: Place, epoch: datetime) -> Sheet | None:
    """The sheet, where one of its rows holds the days of a month."""
    height, width = min(sheet.last_row, MOST_ROWS), min(sheet.last_column, MOST_COLUMNS)
    rows = tuple(sheet.row(number, width) for number in range(1, height + 1))
    marks = [_marks(row, epoch) for row in rows]
    different = [len({mark.day for mark in row.values()}) for row in marks]
    if max(different, default=0) < FEWEST_DAYS:
        return None
    top = different.index(max(different))
    return Sheet(
        place=place._replace(sheet=sheet.title),
        rows=rows,
        unread={**sheet.unresolved, **sheet.errors},
        merged=tuple(
            (range(area[0], area[1] + 1), range(area[2], area[3] + 1), area_name(area)) for area in sheet.merged
        ),
        top=top + 1,
        days=marks[top],
    )


def read_book(path: Path) -> WorkbookCells:
    """The cells of a workbook's sheets.

    Raises
    ------
    InputError
        It is no workbook.
    """
    place = Place(path.name)
    return read_workbook_cells(read_bytes(path, place), place)


def sheets_with_days(path: Path, book: WorkbookCells | None = None) -> list[Sheet]:
    """The sheets of a workbook that hold a row of days; its cells are read where they are not given."""
    book = book or read_book(path)
    found = (_sheet(sheet, Place(path.name), book.epoch) for sheet in book.sheets)
    return [sheet for sheet in found if sheet]


def read_month(path: Path) -> Month | None:
    """The month of the roster in a workbook; `None` where there is none, or it does not say.

    Raises
    ------
    InputError
        When the file is no workbook.
    """
    sheets = sorted(sheets_with_days(path), key=lambda sheet: not sheet.titled)
    return next((sheet.month for sheet in sheets if sheet.month), None)
