"""Files into cells: a folder of CSV tables, or a workbook, as grids that know where each cell stood."""

from __future__ import annotations

import csv
import io
import re
import tomllib
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scheduler.errors import Fault, InputError
from scheduler.files.reading.grids import Grid
from scheduler.files.reading.places import Place, column_letter, gather_faults, headers_of, nearest_word, shown
from scheduler.files.reading.rows import table_rows
from scheduler.files.schema.settings import SETTINGS
from scheduler.files.schema.table import Table, find_headed
from scheduler.files.schema.tables import TABLES
from scheduler.files.schema.text import comparable
from scheduler.i18n import Sentence

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet


MOST_BYTES = 50 * 2**20
MOST_ROWS = 20_000  # of a table
MOST_CELLS = 1_000_000  # of a sheet
NOT_TABLES = ("说明", "readme", "notes")  # sheets for people


class Setting(NamedTuple):
    """A setting's value and where it stands."""

    value: Any
    place: Place


# Settings by section and key; that of a rule is its whole table.
Settings = dict[str, dict[str, Setting]]
SECTIONS = ("desk", "opening", "service", "breaks", "rules")
ONLY_ONCE = Sentence("每项设置只写一次", "every setting once")


@dataclass
class Source:
    """A desk's files; settings and grids are `None` where they are there but could not be read."""

    place: Place
    settings: Settings | None = None
    grids: dict[str, Grid | None] = field(default_factory=dict)

    def place_of(self, table: Table) -> Place:
        """Where a table is, or should be."""
        grid = self.grids.get(table.name)
        if grid:
            return grid.place
        folder, toml, _ = self.place.file.rpartition("desk.toml")
        return Place(f"{folder}{table.name}.csv") if toml else Place(self.place.file, table.name)


READABLE = Sentence("可以读取的文件", "a file that can be read")


def desk_source(path: Path, faults: list[Fault]) -> Source:
    """The settings and grids of a folder or workbook."""
    place = Place(str(path))
    try:
        if path.is_dir():
            files = sorted(path.iterdir())
            if any(file.name == "desk.toml" or find_headed(TABLES, file.stem) for file in files):
                return _folder(path, files, faults)
        elif path.suffix.lower() in (".xlsx", ".xlsm"):
            return _workbook(path, faults)
        there = path.exists()
    except OSError as error:
        raise InputError([place.fault(READABLE, error.strerror or str(error))]) from error
    if there:
        expected = Sentence(
            "不是部门：应为含 desk.toml 与各表 CSV 的文件夹，或 .xlsx 工作簿",
            "no desk: one is a folder with desk.toml and its tables as CSV files, or an .xlsx workbook",
        )
    else:
        expected = Sentence("不存在这个部门文件夹或工作簿", "there is no such desk folder or workbook")
    raise InputError([place.fault(expected)])


def read_bytes(file: Path, place: Place) -> bytes:
    """The bytes of a file; raises `InputError` where it is none, too large or not to be read."""
    try:
        if not file.is_file():
            raise InputError([place.fault(Sentence("没有这个文件", "there is no such file"))])
        _check_size(file.stat().st_size, MOST_BYTES, place)
        return file.read_bytes()
    except OSError as error:
        raise InputError([place.fault(READABLE, error.strerror or str(error))]) from error


def _check_size(size: int, most: int, place: Place) -> None:
    if size > most:
        expected = Sentence("至多 {most} MB", "at most {most} MB")
        raise InputError([place.fault(expected, f"{size / 2**20:.1f} MB", most=most // 2**20)])


def _decoded(content: bytes, place: Place) -> str:
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    expected = Sentence(
        "编码无法识别：请存为 UTF-8、GB18030 或带 BOM 的 UTF-16 文本",
        "unknown encoding: save it as text in UTF-8, in GB18030, or in UTF-16 with a BOM",
    )
    raise InputError([place.fault(expected)])


def _folder(folder: Path, files: Sequence[Path], faults: list[Fault]) -> Source:
    source = Source(Place(str(Path(folder.name) / "desk.toml")))
    with gather_faults(faults):
        text = _decoded(read_bytes(folder / "desk.toml", source.place), source.place)
        source.settings = _toml_settings(text, source.place, faults)
    for file in files:
        place = Place(str(Path(folder.name) / file.name))
        if file.suffix.lower() == ".csv" and (table := _table_called(file.stem, place, source.grids, faults)):
            source.grids[table.name] = None
            with gather_faults(faults):
                source.grids[table.name] = _csv_grid(_decoded(read_bytes(file, place), place), place)
    return source


def _table_called(name: str, place: Place, known: Iterable[str], faults: list[Fault]) -> Table | None:
    """The table of that file or sheet name, unless there is none or it was there before."""
    tables = (*TABLES, SETTINGS) if place.sheet else TABLES
    table = find_headed(tables, name)
    if not table:
        tail = nearest_word(name, headers_of(tables))
        faults.append(place.fault(Sentence("已知的表名{tail}", "the name of a table{tail}"), name, tail=tail))
    elif table.name in known:
        faults.append(place.fault(Sentence("“{table}”表只有一份", "one table “{table}” only"), name, table=table.title))
        return None
    return table


def _csv_grid(text: str, place: Place) -> Grid:
    head = next((line for line in text.splitlines() if line.strip()), "")
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    rows: list[tuple[int, tuple[object, ...]]] = []
    number = 1
    try:
        for cells in lines:
            if any(cell.strip() for cell in cells):
                rows.append((number, tuple(cells)))
            number = lines.line_num + 1
    except csv.Error as error:
        expected = Sentence("合规的 CSV：引号成对", "well-formed CSV with its quotation marks in pairs")
        raise InputError([place._replace(row=number).fault(expected, str(error))]) from error
    if len(rows) > MOST_ROWS + 1:
        raise InputError([_too_many(place, str(len(rows) - 1))])
    return Grid(place, tuple(rows))


def _too_many(place: Place, found: str) -> Fault:
    expected = Sentence("至多 {rows} 行、{cells} 格", "at most {rows} rows and {cells} cells")
    return place.fault(expected, found, rows=MOST_ROWS, cells=MOST_CELLS)


def _toml_settings(text: str, place: Place, faults: list[Fault]) -> Settings:
    try:
        tree = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        here = place._replace(row=int(line[1]) if line else text.count("\n") + 1)
        raise InputError([here.fault(Sentence("合规的 TOML", "valid TOML"), str(error))]) from error
    settings: Settings = {}
    for section, values in tree.items():
        if section not in SECTIONS or not isinstance(values, dict):
            faults.append(_unknown_section(section, place))
            continue
        settings[section] = {
            key: Setting(value, place._replace(column=f"{section}.{key}")) for key, value in values.items()
        }
    return settings


def _unknown_section(section: str, place: Place) -> Fault:
    expected = Sentence(
        "[desk]、[opening]、[service]、[breaks] 或 [rules.规则名]{tail}",
        "[desk], [opening], [service], [breaks] or [rules.NAME]{tail}",
    )
    return place.fault(expected, section, tail=nearest_word(section, SECTIONS))


def _workbook(file: Path, faults: list[Fault]) -> Source:
    from openpyxl.worksheet.worksheet import Worksheet

    place = Place(file.name)
    packed = read_bytes(file, place)
    book = open_workbook(packed, place)
    source = Source(place)
    sheets: dict[str, Worksheet] = {}
    for sheet in book.worksheets:
        assert isinstance(sheet, Worksheet)  # only a book opened to stream has others
        here = place._replace(sheet=shown(sheet.title))
        empty = sheet.dimensions == "A1:A1" and sheet["A1"].value is None
        if comparable(sheet.title) in NOT_TABLES or (empty and not find_headed((*TABLES, SETTINGS), sheet.title)):
            continue
        table = _table_called(sheet.title, here, source.grids, faults)
        if not table:
            continue
        source.grids[table.name] = None
        if sheet.max_row > MOST_ROWS + 1 or sheet.max_row * sheet.max_column > MOST_CELLS:
            faults.append(_too_many(here, sheet.dimensions))
        else:
            sheets[table.name] = sheet
    written = any(cell.data_type == "f" for sheet in sheets.values() for row in sheet.iter_rows() for cell in row)
    results = open_workbook(packed, place, data_only=True) if written else book
    for name, kept in sheets.items():
        with gather_faults(faults):
            here = place._replace(sheet=shown(kept.title))
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
            "a workbook with a password, or an old .xls: save it as an .xlsx without one",
        )
        raise InputError([place.fault(expected)])
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            _check_size(sum(part.file_size for part in parts.infolist()), 4 * MOST_BYTES, place)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they speak of extensions that hold no cell
            from openpyxl import load_workbook

            return load_workbook(io.BytesIO(content), data_only=data_only)
    except InputError:
        raise
    except Exception as error:  # whatever a damaged file makes its parsers trip over
        expected = Sentence("完好的 Excel 工作簿 (.xlsx)", "a sound Excel workbook (.xlsx)")
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
                    "带结果的公式（用 Excel 打开并保存即有）", "a formula with its result (open and save it in Excel)"
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
            faults.append(_unknown_section(section, place))
            continue
        known: dict[str, Any] = settings.setdefault(section, {})
        value: object = Setting(row["value"], place)
        if section == "rules":
            rule, _, key = key.partition(".")
            known = known.setdefault(rule, Setting({}, place)).value
            value = _toml_value(row["value"])
        if key in known:
            faults.append(place.fault(ONLY_ONCE, row["value"]))
        known[key] = value
    return settings


def _toml_value(text: str) -> object:
    """What a text means in desk.toml, or the text itself where it means nothing there."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        return text
