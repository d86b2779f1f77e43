"""Moves a sheet down by a row, with everything that points at its cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula.translate import Translator
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

LAST_ROW = 1_048_576


def move_sheet_down(sheet: Worksheet) -> None:
    """Move a sheet down by a row, with everything that points at its cells."""
    merged = [_moved(str(area)) for area in sheet.merged_cells.ranges]
    sheet.merged_cells.ranges.clear()
    sheet.insert_rows(1)
    for area in merged:
        sheet.merged_cells.add(area)
    _lower_rows(sheet)
    for cell in (cell for row in sheet.iter_rows() for cell in row):
        link = getattr(cell, "hyperlink", None)
        if link:
            link.ref = cell.coordinate
    if sheet.freeze_panes:
        sheet.freeze_panes = _moved(sheet.freeze_panes)
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = _moved(sheet.auto_filter.ref)
        sheet.auto_filter.sortState = None
    if sheet.print_title_rows:
        sheet.print_title_rows = ":".join(str(int(row) + 1) for row in re.findall(r"\d+", sheet.print_title_rows))
    if areas := re.findall(r"\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)", sheet.print_area):
        sheet.print_area = ",".join(
            f"{left}{1 if top == '1' else int(top) + 1}:{right}{int(bottom) + 1}" for left, top, right, bottom in areas
        )
    for table in sheet.tables.values():
        table.ref = _moved(table.ref)
        if table.autoFilter:
            table.autoFilter.ref = _moved(table.autoFilter.ref)
    for each in sheet.row_breaks.brk:
        each.id += 1
    sheet.data_validations.dataValidation = []  # nobody fills in a void roster
    sheet.defined_names.clear()
    sheet.conditional_formatting = _lowered_formats(sheet)
    for anchor in _anchors(sheet):
        for corner in (getattr(anchor, "_from", None), getattr(anchor, "to", None)):
            if corner is not None:
                corner.row += 1


def _moved(reference: str) -> str:
    """A reference to a cell or an area, a row further down."""
    area = CellRange(reference)
    area.shift(row_shift=1)
    return area.coord


def _lower_rows(sheet: Worksheet) -> None:
    """Move heights and other properties of rows with their rows."""
    known = dict(sheet.row_dimensions)
    sheet.row_dimensions.clear()
    for number, row in known.items():
        if number < LAST_ROW:
            row.index = number + 1
            sheet.row_dimensions[number + 1] = row


def _lowered_formats(sheet: Worksheet) -> ConditionalFormattingList:
    formats = ConditionalFormattingList()
    for area in sheet.conditional_formatting:
        reference = " ".join(_moved(str(part)) for part in area.cells.ranges)
        for rule in area.rules:
            rule.formula = [Translator(f"={each}", "A1").translate_formula("A2")[1:] for each in rule.formula]
            formats.add(reference, rule)
    return formats


def _anchors(sheet: Any) -> Iterator[Any]:
    """The anchors of pictures and charts."""
    for drawn in (*sheet._images, *sheet._charts):
        yield drawn.anchor
