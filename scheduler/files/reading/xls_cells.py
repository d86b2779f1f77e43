"""The cells of an old .xls workbook. Runs only in the process that reads workbooks.

xlrd reads it, and not calamine, which leaves errors, merged areas and the formats of numbers out: an error would be an
empty cell, and 0012 the number 12.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import xlrd
from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel
from xlrd.biffh import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR, XL_CELL_NUMBER, XL_CELL_TEXT, error_text_from_code

from scheduler.errors import InputError
from scheduler.files.reading.places import Place
from scheduler.files.reading.shown import number_shown
from scheduler.files.reading.workbook_cells import NO_OLD_FORM, SheetCells, WorkbookCells
from scheduler.files.reading.workbook_limits import LIMITS, check_limit


def read_xls(content: bytes, place: Place) -> WorkbookCells:
    """The cells of an old workbook, with the types that openpyxl gives those of a new one.

    Raises
    ------
    InputError
        It is locked, damaged or too large.
    """
    try:
        with Path(os.devnull).open("w") as nowhere:
            book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=nowhere)
    except MemoryError:
        raise
    except Exception as error:  # whatever a damaged file makes xlrd trip over
        raise InputError([place.fault(NO_OLD_FORM)]) from error
    sheets = book.sheets()
    check_limit(LIMITS["sheet"], len(sheets), "", place)
    check_limit(LIMITS["c"], sum(sheet.nrows * sheet.ncols for sheet in sheets), "", place)
    epoch = CALENDAR_MAC_1904 if book.datemode else CALENDAR_WINDOWS_1900
    return WorkbookCells(tuple(_sheet_cells(sheet, book, epoch) for sheet in sheets), epoch)


def _sheet_cells(sheet: Any, book: Any, epoch: Any) -> SheetCells:
    cells: dict[int, dict[int, object]] = {}
    errors: dict[tuple[int, int], str] = {}
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            form = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
            if (value := _value(cell, form, epoch)) is None:
                continue
            cells.setdefault(row + 1, {})[column + 1] = value
            if cell.ctype == XL_CELL_ERROR:
                errors[row + 1, column + 1] = str(value)
    merged = tuple((top + 1, bottom, left + 1, right) for top, bottom, left, right in sheet.merged_cells)
    return SheetCells(sheet.name, cells, unresolved={}, errors=errors, merged=merged, hidden=bool(sheet.visibility))


def _value(cell: Any, form: str, epoch: Any) -> object:
    if cell.ctype == XL_CELL_TEXT:
        return cell.value or None
    if cell.ctype == XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == XL_CELL_ERROR:
        return error_text_from_code.get(cell.value, "#ERR!")
    if cell.ctype not in (XL_CELL_NUMBER, XL_CELL_DATE):
        return None
    number = int(cell.value) if float(cell.value).is_integer() else cell.value
    if is_date_format(form):
        try:
            return from_excel(number, epoch, timedelta=is_timedelta_format(form))
        except (OverflowError, ValueError):  # before or after all dates
            return number
    return number_shown(number, form)
