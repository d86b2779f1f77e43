"""A desk from a workbook: its sheets as grids, and its sheet of settings."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from scheduler.domain import Note
from scheduler.errors import Fault, InputError
from scheduler.files.reading.file_bytes import read_bytes
from scheduler.files.reading.grids import Grid
from scheduler.files.reading.places import Place, area_name, column_letter, gather_faults, shorten
from scheduler.files.reading.rows import table_rows
from scheduler.files.reading.source import (
    MOST_CELLS,
    MOST_ROWS,
    ONLY_ONCE,
    SECTIONS,
    Setting,
    Settings,
    Source,
    find_table,
    too_many_fault,
    unknown_section_fault,
)
from scheduler.files.reading.toml_settings import read_toml_value
from scheduler.files.reading.workbook_cells import SheetCells, read_workbook_cells
from scheduler.files.schema.settings import SETTINGS
from scheduler.files.schema.table import find_headed
from scheduler.files.schema.tables import TABLES
from scheduler.files.schema.text import comparable
from scheduler.i18n import Sentence

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")  # how the names of files end that may be a desk
NOT_TABLES = ("说明", "readme", "notes")  # sheets for people


def read_workbook(file: Path, faults: list[Fault], *, with_settings: bool = True) -> Source:
    """The settings and grids of a desk's workbook; what is wrong with its sheets goes to `faults`.

    Parameters
    ----------
    with_settings : bool
        Whether it has to have the sheet of settings.

    Raises
    ------
    InputError
        When the file is no workbook, or cannot be read.
    """
    place = Place(file.name)
    book = read_workbook_cells(read_bytes(file, place), place)
    source = Source(place)
    for sheet in book.sheets:
        here = place._replace(sheet=shorten(sheet.title))
        known = find_headed((*TABLES, SETTINGS), sheet.title)
        if comparable(sheet.title) in NOT_TABLES or (not sheet.last_row and not known):
            continue
        table = find_table(sheet.title, here, source.grids, faults)
        if not table:
            continue
        source.grids[table.name] = None
        with gather_faults(faults):
            source.grids[table.name] = sheet_grid(sheet, here, book.epoch)
    if SETTINGS.name not in source.grids:
        if with_settings:
            faults.append(place.fault(Sentence("缺少工作表“设置”(desk)", "the sheet “desk” (设置) is missing")))
    elif grid := source.grids.pop(SETTINGS.name):
        source.settings = _sheet_settings(grid, faults, source.columns_over)
    return source


def sheet_grid(sheet: SheetCells, place: Place, epoch: datetime) -> Grid:
    """The grid of a sheet.

    Raises
    ------
    InputError
        It is too large, or has merged areas, errors or formulas without their results.
    """
    if sheet.last_row > MOST_ROWS + 1 or sheet.last_row * sheet.last_column > MOST_CELLS:
        area = f"A1:{column_letter(sheet.last_column)}{sheet.last_row}"
        raise InputError([too_many_fault(place, area)])
    faults = [
        place.fault(Sentence("没有合并单元格的表格", "a table without merged cells"), area_name(area))
        for area in sheet.merged
    ]
    with_result = Sentence(
        "带结果的公式（用 Excel 打开并保存即有）",
        "a formula with its result (open the file in Excel and save it)",
    )
    without_error = Sentence("没有出错的单元格", "a cell without an error")
    found = dict.fromkeys(sheet.unresolved, (with_result, "= …"))
    found |= {at: (without_error, text) for at, text in sheet.errors.items()}
    for (row, column), (expected, text) in sorted(found.items()):
        faults.append(place._replace(row=row, column=column_letter(column)).fault(expected, text))
    if faults:
        raise InputError(faults)
    width = sheet.last_column
    rows = [(number, sheet.row(number, width)) for number in sorted(sheet.cells)]
    return Grid(
        place, tuple(row for row in rows if any(str(value).strip() for value in row[1] if value is not None)), epoch
    )


def _sheet_settings(grid: Grid, faults: list[Fault], notes: list[Note]) -> Settings:
    settings: Settings = {}
    for row in table_rows(SETTINGS, grid, faults, notes=notes):
        if not row.get("key", "value"):
            continue
        place = row.place._replace(column=row["key"])
        section, dot, key = row["key"].partition(".")
        if not dot:
            section, key = "desk", section
        if section not in SECTIONS:
            faults.append(unknown_section_fault(section, place))
            continue
        known: dict[str, Any] = settings.setdefault(section, {})
        value: object = Setting(row["value"], place)
        if section == "rules":
            rule, _, key = key.partition(".")
            known = known.setdefault(rule, Setting({}, place)).value
            value = read_toml_value(row["value"])
        if key in known:
            faults.append(place.fault(ONLY_ONCE, row["value"]))
        known[key] = value
    return settings
