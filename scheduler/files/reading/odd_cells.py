"""The cells of an .xlsx that openpyxl refuses though spreadsheets open it: odd styles, bad names, missing parts of no matter.

Runs only in the process that reads workbooks. calamine leaves errors, formulas without their results and the formats of numbers
out, so a workbook that has any of these is not read by it.
"""

from __future__ import annotations

import io
import re
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import ZipFile

from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from scheduler.files.reading.workbook_cells import SheetCells, WorkbookCells

LEFT_OUT = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]|\st=[\"']e[\"']")
SHOWN_ANEW = re.compile(
    rb"formatCode=[\"'](?:0{2,}[;\"']|[^\"']*E[+-]|[^\"']*&quot;|[^\"']*\\)|numFmtId=[\"'](?:11|48)[\"']"
)
FROM_1904 = re.compile(rb"date1904=[\"'](?:1|true)[\"']")


class NotRead(ValueError):
    """A workbook of which calamine would leave something out, or that is damaged."""


def read_odd(content: bytes, parts: ZipFile) -> WorkbookCells:
    """The cells of a workbook as calamine reads them.

    Raises
    ------
    NotRead
    """
    epoch = CALENDAR_WINDOWS_1900
    for name in parts.namelist():
        if not name.endswith(".xml"):
            continue
        part = parts.read(name)
        try:
            ParserCreate().Parse(part, True)
        except ExpatError as error:
            raise NotRead(f"{name}: {error}") from error
        if LEFT_OUT.search(part) or SHOWN_ANEW.search(part):
            raise NotRead(name)
        if FROM_1904.search(part):
            epoch = CALENDAR_MAC_1904
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = []
    for kept in book.sheets_metadata:
        if kept.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(kept.name)
        cells: dict[int, dict[int, object]] = {}
        for row, values in enumerate(sheet.to_python(skip_empty_area=False), 1):
            for column, value in enumerate(values, 1):
                if value != "":
                    cells.setdefault(row, {})[column] = as_typed(value)
        merged = tuple(
            (top + 1, bottom + 1, left + 1, right + 1)
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        )
        hidden = kept.visible != SheetVisibleEnum.Visible
        sheets.append(SheetCells(sheet.name, cells, unresolved={}, errors={}, merged=merged, hidden=hidden))
    return WorkbookCells(tuple(sheets), epoch)


def as_typed(value: object) -> object:
    """A value of calamine's, which makes every number a float, as openpyxl has it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value
