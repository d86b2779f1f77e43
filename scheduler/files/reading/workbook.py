"""A desk from a workbook: its sheets as grids, and its sheet of settings."""

from __future__ import annotations

import io
import warnings
import zipfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheduler.errors import Fault, InputError
from scheduler.files.reading.file_bytes import MOST_BYTES, check_size, read_bytes
from scheduler.files.reading.grids import Grid
from scheduler.files.reading.places import Place, column_letter, gather_faults, shorten
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
from scheduler.files.schema.settings import SETTINGS
from scheduler.files.schema.table import find_headed
from scheduler.files.schema.tables import TABLES
from scheduler.files.schema.text import comparable
from scheduler.i18n import Sentence

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

NOT_TABLES = ("说明", "readme", "notes")  # sheets for people


def read_workbook(file: Path, faults: list[Fault]) -> Source:
    """The settings and grids of a desk's workbook; what is wrong with its sheets goes to `faults`.

    Raises
    ------
    InputError
        When the file is no workbook, or cannot be read.
    """
    from openpyxl.worksheet.worksheet import Worksheet

    place = Place(file.name)
    packed = read_bytes(file, place)
    book = open_workbook(packed, place)
    source = Source(place)
    sheets: dict[str, Worksheet] = {}
    for sheet in book.worksheets:
        assert isinstance(sheet, Worksheet)  # only a book opened to stream has others
        here = place._replace(sheet=shorten(sheet.title))
        empty = sheet.dimensions == "A1:A1" and sheet["A1"].value is None
        if comparable(sheet.title) in NOT_TABLES or (empty and not find_headed((*TABLES, SETTINGS), sheet.title)):
            continue
        table = find_table(sheet.title, here, source.grids, faults)
        if not table:
            continue
        source.grids[table.name] = None
        if sheet.max_row > MOST_ROWS + 1 or sheet.max_row * sheet.max_column > MOST_CELLS:
            faults.append(too_many_fault(here, sheet.dimensions))
        else:
            sheets[table.name] = sheet
    written = any(cell.data_type == "f" for sheet in sheets.values() for row in sheet.iter_rows() for cell in row)
    results = open_workbook(packed, place, data_only=True) if written else book
    for name, kept in sheets.items():
        with gather_faults(faults):
            here = place._replace(sheet=shorten(kept.title))
            source.grids[name] = _sheet_grid(kept, results[kept.title], here, book.epoch)
    if SETTINGS.name not in source.grids:
        faults.append(place.fault(Sentence("缺少工作表“设置”(desk)", "the sheet “desk” (设置) is missing")))
    elif grid := source.grids.pop(SETTINGS.name):
        source.settings = _sheet_settings(grid, faults)
    return source


def open_workbook(content: bytes, place: Place, data_only: bool = False) -> Workbook:
    """A workbook from its bytes; raises `InputError` where they are no workbook, or one that is locked or damaged."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        expected = Sentence(
            "加密的工作簿或旧式 .xls：请另存为不加密的 .xlsx",
            "an .xlsx workbook without a password: this one has a password, or is an old .xls",
        )
        raise InputError([place.fault(expected)])
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            check_size(sum(part.file_size for part in parts.infolist()), 4 * MOST_BYTES, place)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they speak of extensions that hold no cell
            from openpyxl import load_workbook

            return load_workbook(io.BytesIO(content), data_only=data_only)
    except InputError:
        raise
    except Exception as error:  # whatever a damaged file makes its parsers trip over
        expected = Sentence("完好的 Excel 工作簿 (.xlsx)", "an undamaged Excel workbook (.xlsx)")
        raise InputError([place.fault(expected, str(error))]) from error


def _sheet_grid(sheet: Worksheet, results: Worksheet, place: Place, epoch: datetime) -> Grid:
    faults = [
        place.fault(Sentence("没有合并单元格的表格", "a table without merged cells"), str(merged))
        for merged in sheet.merged_cells.ranges
    ]
    rows: list[tuple[int, tuple[object, ...]]] = []
    for number, (written, row) in enumerate(zip(sheet.iter_rows(), results.iter_rows(), strict=True), 1):
        for index, (cell, result) in enumerate(zip(written, row, strict=True), 1):
            here = place._replace(row=number, column=column_letter(index))
            if cell.data_type == "f" and result.value is None:
                expected = Sentence(
                    "带结果的公式（用 Excel 打开并保存即有）",
                    "a formula with its result (open the file in Excel and save it)",
                )
                faults.append(here.fault(expected, "= …"))
            elif result.data_type == "e":
                faults.append(here.fault(Sentence("没有出错的单元格", "a cell without an error"), str(result.value)))
        values = tuple(result.value for result in row)
        if any(str(value).strip() for value in values if value is not None):
            rows.append((number, values))
    if faults:
        raise InputError(faults)
    return Grid(place, tuple(rows), epoch)


def _sheet_settings(grid: Grid, faults: list[Fault]) -> Settings:
    settings: Settings = {}
    for row in table_rows(SETTINGS, grid, faults):
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
