"""The rows of a workbook's sheet; the other sheets, formats and comments stay as they were."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.errors import InputError
from scheduler.files.reading.grids import cell_text
from scheduler.files.reading.places import Place
from scheduler.files.schema.cells import DATE, CellKind
from scheduler.files.schema.table import Table, find_headed
from scheduler.i18n import Sentence

CHANGEABLE = (".xlsx",)
LOST = ("xl/charts/", "xl/media/", "xl/drawings/drawing", "xl/vbaProject", "xl/activeX/", "xl/pivotTables/")
WOULD_BE_LOST = Sentence(
    "没有图、图表、宏和透视表的工作簿（在这里改会丢掉它们）：请用 Excel 改",
    "a workbook without pictures, charts, macros and pivot tables, which would be lost here: change it in Excel",
)
READABLE = Sentence("可以打开的 Excel 工作簿", "an Excel workbook that can be opened")


@dataclass
class SheetRows:
    """A sheet of a workbook."""

    book: Workbook = field(repr=False)
    sheet: Worksheet

    @classmethod
    def open(cls, content: bytes, place: Place, table: Table, *, alone: bool) -> Self:
        """Open a table's sheet; a workbook that has none gets one, an empty one its heads.

        Parameters
        ----------
        alone : bool
            Whether the workbook is this table's own, so that its only sheet is the one whatever it is called.

        Raises
        ------
        InputError
            It is no such workbook, or holds what would be lost.
        """
        try:
            with ZipFile(io.BytesIO(content)) as archive:
                if any(name.startswith(LOST) for name in archive.namelist()):
                    raise InputError([place.fault(WOULD_BE_LOST)])
            book = load_workbook(io.BytesIO(content))
        except InputError:
            raise
        except Exception as error:  # whatever a library raises for what is no workbook
            raise InputError([place.fault(READABLE, str(error))]) from error
        found = [sheet for sheet in book.worksheets if find_headed((table,), sheet.title)]
        if not found and alone:
            found = [sheet for sheet in book.worksheets if sheet.max_row > 1 or sheet.cell(1, 1).value is not None]
        opened = cls(book, found[0] if found else book.create_sheet(table.title.zh))
        if not opened.cells():
            for at, column in enumerate(table.columns, 1):
                opened.sheet.cell(1, at).value = column.title.zh
        return opened

    def cells(self) -> dict[int, tuple[object, ...]]:
        """What stands in each row that is not empty."""
        rows = enumerate(self.sheet.iter_rows(values_only=True), 1)
        return {number: row for number, row in rows if any(value not in (None, "") for value in row)}

    def text(self, value: object, kind: CellKind) -> str:
        """A cell as a user would have typed it."""
        return cell_text(value, kind, self.book.epoch)

    def add_column(self, title: str) -> int:
        """Put one more column behind the others; its place."""
        head, row = next(iter(self.cells().items()))
        at = max(place for place, value in enumerate(row) if value not in (None, "")) + 1
        self.sheet.cell(head, at + 1).value = title
        return at

    def put(self, number: int, cells: Mapping[int, str], kinds: Mapping[int, CellKind]) -> None:
        """Change cells of a row, by their places."""
        for at, text in cells.items():
            self.sheet.cell(number, at + 1).value = _value_of(text, kinds[at])

    def add(self, cells: Mapping[int, str], kinds: Mapping[int, CellKind]) -> None:
        """Put a row behind the last that holds something."""
        self.put(max(self.cells()) + 1, cells, kinds)

    def remove(self, number: int) -> None:
        """Empty a row: to move those below it would move formats and lists away from their cells."""
        for cell in self.sheet[number]:
            cell.value = None

    def content(self) -> bytes:
        """The workbook as it is now."""
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()


def _value_of(text: str, kind: CellKind) -> date | str | None:
    """What a cell holds: a day as a spreadsheet's own, so that it can be sorted; all else as it was typed."""
    if kind is DATE:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text or None
    return text or None
