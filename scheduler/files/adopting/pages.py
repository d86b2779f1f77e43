"""Sheets of any kind of file as pages of cells, read within the bounds of every workbook, and turned where days run down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path

from scheduler.adopting.old_rosters import Where
from scheduler.errors import Fault, InputError
from scheduler.files.reading.csv_table import read_csv
from scheduler.files.reading.file_bytes import decode_text, read_bytes
from scheduler.files.reading.grids import WINDOWS_EPOCH
from scheduler.files.reading.places import Place, column_letter, gather_faults
from scheduler.files.reading.workbook import WORKBOOKS
from scheduler.files.reading.workbook_cells import read_workbook_cells
from scheduler.files.schema.text import normal_width
from scheduler.i18n import Sentence
from scheduler.timeline import clock_text

MOST_ROWS, MOST_COLUMNS = 3000, 250  # of a sheet that are looked at
MOST_CSV_BYTES = 4 * 2**20
KINDS = Sentence(
    "排班表、员工表或班次说明：.xlsx、.xls、.ods 或 .csv", "a roster, staff list or legend: .xlsx, .xls, .ods or .csv"
)
SMALLER = Sentence("至多 {rows} 行、{columns} 列的工作表", "a sheet of at most {rows} rows and {columns} columns")

Area = tuple[int, int, int, int]  # first and last row, first and last column


@dataclass(frozen=True)
class Page:
    """The cells of one sheet, by row and column, both counted from 1.

    Attributes
    ----------
    values : mapping of (row, column) to object
        Merged areas have their value in the first cell alone; see `spread`.
    unread : mapping of (row, column) to str
        Errors, and formulas without their results.
    turned : bool
        Whether rows and columns have changed places.
    hidden : bool
        Whether people do not see the sheet.
    """

    file: str
    sheet: str
    values: Mapping[tuple[int, int], object]
    _: KW_ONLY
    areas: tuple[Area, ...] = ()
    unread: Mapping[tuple[int, int], str] = field(default_factory=dict)
    epoch: datetime = WINDOWS_EPOCH
    turned: bool = False
    hidden: bool = False

    @cached_property
    def height(self) -> int:
        """The last row that holds something."""
        return max((row for row, _ in (*self.values, *self.unread)), default=0)

    @cached_property
    def width(self) -> int:
        """The last column that holds something."""
        return max((column for _, column in (*self.values, *self.unread)), default=0)

    @cached_property
    def _covered(self) -> dict[tuple[int, int], Area]:
        return {
            (row, column): area
            for area in self.areas
            for row in range(area[0], min(area[1], MOST_ROWS) + 1)
            for column in range(area[2], min(area[3], MOST_COLUMNS) + 1)
        }

    @cached_property
    def _texts(self) -> dict[tuple[int, int], str]:
        return {at: shown(value) for at, value in self.values.items()} | dict(self.unread)

    def area(self, row: int, column: int) -> Area | None:
        """The merged area in which a cell lies."""
        return self._covered.get((row, column))

    def text(self, row: int, column: int) -> str:
        """What stands in a cell, as people see it."""
        return self._texts.get((row, column), "")

    def spread(self, row: int, column: int) -> str:
        """The same, where a merged area's text stands in all of its cells."""
        area = self.area(row, column)
        return self.text(area[0], area[2]) if area else self.text(row, column)

    def where(self, row: int, column: int) -> Where:
        """A cell's place in its file."""
        if self.turned:
            row, column = column, row
        return Where(self.file, self.sheet, row, column_letter(column))

    def filled(self) -> list[tuple[int, int]]:
        """The cells that hold something, row by row."""
        return sorted(at for at in self._texts if self._texts[at].strip())

    def turn(self) -> Page:
        """The same page with its columns as rows."""
        return Page(
            self.file,
            self.sheet,
            {(column, row): value for (row, column), value in self.values.items()},
            areas=tuple((left, right, top, bottom) for top, bottom, left, right in self.areas),
            unread={(column, row): text for (row, column), text in self.unread.items()},
            epoch=self.epoch,
            turned=not self.turned,
            hidden=self.hidden,
        )


def shown(value: object) -> str:
    """A value as people see it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        return clock_text(round(value / timedelta(minutes=1)))
    return normal_width(str(value))


def pages_of(paths: Iterable[Path]) -> list[Page]:
    """The sheets of all files that hold something.

    Raises
    ------
    InputError
        Every file that cannot be read, at once.
    """
    faults: list[Fault] = []
    pages: list[Page] = []
    for path in paths:
        with gather_faults(faults):
            pages += _pages(path)
    if faults:
        raise InputError(faults)
    return pages


def _pages(path: Path) -> Iterator[Page]:
    place, kind = Place(path.name), path.suffix.lower()
    if kind == ".csv":
        grid = read_csv(decode_text(read_bytes(path, place, MOST_CSV_BYTES), place), place)
        values = {
            (row, at): value for row, cells in grid.rows for at, value in enumerate(cells, 1) if str(value).strip()
        }
        _check_size(place, max((row for row, _ in values), default=0), 1)
        yield Page(path.name, "", values)
        return
    if kind not in WORKBOOKS:
        raise InputError([place.fault(KINDS, path.name)])
    book = read_workbook_cells(read_bytes(path, place), place)
    for sheet in book.sheets:
        if not sheet.last_row:
            continue
        _check_size(place._replace(sheet=sheet.title), sheet.last_row, sheet.last_column)
        unread = {**sheet.unresolved, **sheet.errors}
        values = {
            (row, column): value
            for row, cells in sheet.cells.items()
            for column, value in cells.items()
            if (row, column) not in unread and value is not None
        }
        yield Page(
            path.name,
            sheet.title,
            values,
            areas=sheet.merged,
            unread=unread,
            epoch=book.epoch,
            hidden=sheet.hidden,
        )


def _check_size(place: Place, rows: int, columns: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise InputError([place.fault(SMALLER, f"{rows} × {columns}", rows=MOST_ROWS, columns=MOST_COLUMNS)])
