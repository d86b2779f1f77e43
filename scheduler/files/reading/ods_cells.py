"""The cells of an OpenDocument workbook (.ods). Runs only in the process that reads workbooks.

calamine reads it; what it leaves out (errors, merged areas, lengths of time, how numbers are shown) is taken from the cells' own
elements.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple
from xml.etree.ElementTree import Element, iterparse
from zipfile import ZipFile

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from scheduler.errors import InputError
from scheduler.files.reading.grids import WINDOWS_EPOCH
from scheduler.files.reading.odd_cells import as_typed
from scheduler.files.reading.places import Place
from scheduler.files.reading.shown import ZEROS_BEFORE, Shown
from scheduler.files.reading.workbook_cells import NO_OLD_FORM, UNDAMAGED, SheetCells, WorkbookCells
from scheduler.files.reading.workbook_limits import LIMITS, check_limit

SPACES = {
    name: f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "table", "text", "manifest")
}
CALC_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
LENGTH = re.compile(r"-?P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d{1,6})\d*)?S)?")
ERROR = re.compile(r"#[A-Z/0]+[!?A]|(?:Err|错误)[:：]\d+")


class _Marks(NamedTuple):
    """What the elements of a sheet's cells say beside their values."""

    values: dict[tuple[int, int], object]
    errors: dict[tuple[int, int], str]
    merged: list[tuple[int, int, int, int]]


def read_ods(content: bytes, parts: ZipFile, place: Place) -> WorkbookCells:
    """The cells of an OpenDocument workbook.

    Raises
    ------
    InputError
        It is locked, damaged or too large.
    """
    if b"encryption-data" in parts.read("META-INF/manifest.xml"):
        raise InputError([place.fault(NO_OLD_FORM)])
    marks = list(_marks(parts, place))
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [book.get_sheet_by_index(index) for index in range(len(book.sheet_names))]
    except CalamineError as error:
        raise InputError([place.fault(UNDAMAGED)]) from error
    check_limit(LIMITS["sheet"], len(sheets), "", place)
    check_limit(LIMITS["c"], sum(sheet.total_height * sheet.total_width for sheet in sheets), "", place)
    found = []
    for sheet, kept, mark in zip(sheets, book.sheets_metadata, marks, strict=True):
        cells: dict[int, dict[int, object]] = {}
        for row, values in enumerate(sheet.to_python(skip_empty_area=False), 1):
            for column, value in enumerate(values, 1):
                if value != "":
                    cells.setdefault(row, {})[column] = as_typed(value)
        for (row, column), said in (mark.values | mark.errors).items():
            cells.setdefault(row, {})[column] = said
        hidden, merged = kept.visible != SheetVisibleEnum.Visible, tuple(mark.merged)
        found.append(SheetCells(sheet.name, cells, unresolved={}, errors=mark.errors, merged=merged, hidden=hidden))
    return WorkbookCells(tuple(found), WINDOWS_EPOCH)


def _marks(parts: ZipFile, place: Place) -> Iterator[_Marks]:
    """The marks of each sheet."""
    row = seen = 0
    marks = _Marks({}, {}, [])
    with parts.open("content.xml") as part:
        for event, element in iterparse(part, ("start", "end")):
            if event == "start":
                if element.tag == SPACES["table"] + "table":
                    row, marks = 0, _Marks({}, {}, [])
                continue
            if element.tag == SPACES["table"] + "table-row":
                repeated = int(element.get(SPACES["table"] + "number-rows-repeated", "1"))
                for at in range(row + 1, row + 1 + (repeated if _holds_something(element) else 0)):
                    seen += _mark_row(element, at, marks)
                    check_limit(LIMITS["c"], seen, "content.xml", place)
                row += repeated
                element.clear()
            elif element.tag == SPACES["table"] + "table":
                yield marks


def _holds_something(row: Element) -> bool:
    return any(len(cell) for cell in row)


def _mark_row(row: Element, number: int, marks: _Marks) -> int:
    """Note what the cells of a row say; how many of them hold something."""
    column = held = 0
    for cell in row:
        repeated = int(cell.get(SPACES["table"] + "number-columns-repeated", "1"))
        if not len(cell) and not cell.get(SPACES["table"] + "number-columns-spanned"):
            column += repeated
            continue
        for at in range(column + 1, column + 1 + repeated):
            held += 1
            _mark_cell(cell, (number, at), marks)
        column += repeated
    return held


def _mark_cell(cell: Element, at: tuple[int, int], marks: _Marks) -> None:
    down, across = (int(cell.get(f"{SPACES['table']}number-{what}-spanned", "1")) for what in ("rows", "columns"))
    if down > 1 or across > 1:
        marks.merged.append((at[0], at[0] + down - 1, at[1], at[1] + across - 1))
    kind = cell.get(SPACES["office"] + "value-type")
    text = "\n".join("".join(line.itertext()) for line in cell.iter(SPACES["text"] + "p"))
    if cell.get(CALC_TYPE) == "error" or (cell.get(SPACES["table"] + "formula") and ERROR.fullmatch(text)):
        marks.errors[at] = text
    elif kind == "boolean":
        marks.values[at] = cell.get(SPACES["office"] + "boolean-value") == "true"
    elif kind == "time" and (length := LENGTH.fullmatch(cell.get(SPACES["office"] + "time-value", ""))):
        days, hours, minutes, seconds = (int(part or 0) for part in length.groups()[:4])
        parts_of_second = int((length[5] or "0").ljust(6, "0"))
        marks.values[at] = timedelta(days, seconds, parts_of_second, 0, minutes, hours)
    elif kind == "float":
        number = float(cell.get(SPACES["office"] + "value", "nan"))
        if ZEROS_BEFORE.fullmatch(text) and int(text) == number:
            marks.values[at] = text
        elif text.upper() in ("TRUE", "FALSE"):
            marks.values[at] = bool(number)
        elif any(map(str.isalpha, text)):
            marks.values[at] = Shown(number)
