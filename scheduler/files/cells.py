"""Files into cells: a folder of CSV tables, or a workbook, as grids that know where each cell stood."""

from __future__ import annotations

import csv
import difflib
import io
import re
import tomllib
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scheduler.errors import Fault, InputError
from scheduler.files.tables import (
    DATE,
    DAY_KEY,
    EVENT_DAY,
    LINES,
    SETTINGS,
    TABLES,
    TEXT,
    TIME,
    Column,
    Kind,
    Named,
    Table,
    headed,
    plain,
)
from scheduler.i18n import LANGS, Sentence
from scheduler.timeline import clock_text

if TYPE_CHECKING:  # 0.2 s to import, and a folder of tables needs none of it
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

WINDOWS_EPOCH = datetime(1899, 12, 30)  # day 0 of a spreadsheet's serial dates, unless it counts from 1904
MOST_BYTES = 50 * 2**20
MOST_ROWS = 20_000  # of a table
MOST_CELLS = 1_000_000  # of a sheet
NOT_TABLES = ("说明", "readme", "notes")  # sheets for people


# --- Places and faults -------------------------------------------------------


def told(sentence: Sentence, **facts: object) -> Sentence:
    """A sentence with its facts filled in for good: a fault words its expectation without any."""
    return Sentence(*(sentence.say(lang, **facts).replace("{", "{{").replace("}", "}}") for lang in LANGS))


def shown(text: str, most: int = 80) -> str:
    """What stood somewhere, short enough and printable, on one line."""
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text[: most + 20])
    return text if len(text) <= most else text[: most - 1] + "…"


class Place(NamedTuple):
    """Where something stands: see `errors.Fault`."""

    file: str
    sheet: str = ""
    row: int = 0
    column: str = ""

    def fault(self, expected: Sentence, found: str = "", **facts: object) -> Fault:
        """A fault here."""
        return Fault(
            shown(self.file, 4096), told(expected, **facts), self.sheet, self.row, shown(self.column), shown(found)
        )


@contextmanager
def gathered(faults: list[Fault]) -> Iterator[None]:
    """Keep the faults of an `InputError` and go on behind the block."""
    try:
        yield
    except InputError as error:
        faults.extend(error.faults)


def nearest(text: str, known: Iterable[str]) -> Sentence:
    """A tail for a fault's sentence that names the known word most like `text`, if any is."""
    close = difflib.get_close_matches(text, list(known), 1, 0.4)
    return (
        told(Sentence("；最接近的是“{word}”", "; the nearest is “{word}”"), word=close[0])
        if close
        else Sentence("", "")
    )


def headers_of(things: Iterable[Named]) -> list[str]:
    """Every header under which one of these is understood."""
    return [header for thing in things for header in thing.headers]


def letter(column: int) -> str:
    """The letters of a spreadsheet column, counted from 1."""
    from openpyxl.utils import get_column_letter

    return get_column_letter(column)


# --- Files into grids --------------------------------------------------------


@dataclass(frozen=True)
class Grid:
    """A table as it stands in its file.

    Attributes
    ----------
    rows : tuple of (int, tuple)
        Row number and cells of every row that is not empty; the first is the header.
    epoch : datetime
        Day 0 of the serial dates among the cells.
    """

    place: Place
    rows: tuple[tuple[int, tuple[object, ...]], ...]
    epoch: datetime = WINDOWS_EPOCH


def cell_text(value: object, kind: Kind, epoch: datetime = WINDOWS_EPOCH) -> str:
    """A value of a workbook or of desk.toml, as a user would have typed it into a cell of that kind."""
    if isinstance(value, bool):
        return str(value).lower()
    if kind is TIME and isinstance(value, datetime):  # a spreadsheet's 24:00
        from openpyxl.utils.datetime import to_excel

        value = to_excel(value, epoch)  # type: ignore[no-untyped-call]
    if isinstance(value, int | float):
        if kind in (DATE, DAY_KEY, EVENT_DAY) and 1 <= value < 100_000:
            from openpyxl.utils.datetime import from_excel

            value = from_excel(value, epoch)
        elif kind is TIME and 0 <= value <= 1:
            value = timedelta(days=value)
        elif kind is TIME and value >= 100:
            return f"{value:04g}"
        elif isinstance(value, float) and value.is_integer():
            return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, timedelta) and timedelta(0) <= value <= timedelta(days=2):
        return clock_text(round(value / timedelta(minutes=1)))
    if isinstance(value, list):
        return ("\n" if kind is LINES else ";").join(str(item) for item in value)
    return "" if value is None else str(value).strip()


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
            if any(file.name == "desk.toml" or headed(TABLES, file.stem) for file in files):
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


def content(file: Path, place: Place) -> bytes:
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
    with gathered(faults):
        text = _decoded(content(folder / "desk.toml", source.place), source.place)
        source.settings = _toml_settings(text, source.place, faults)
    for file in files:
        place = Place(str(Path(folder.name) / file.name))
        if file.suffix.lower() == ".csv" and (table := _table_called(file.stem, place, source.grids, faults)):
            source.grids[table.name] = None
            with gathered(faults):
                source.grids[table.name] = _csv_grid(_decoded(content(file, place), place), place)
    return source


def _table_called(name: str, place: Place, known: Iterable[str], faults: list[Fault]) -> Table | None:
    """The table of that file or sheet name, unless there is none or it was there before."""
    tables = (*TABLES, SETTINGS) if place.sheet else TABLES
    table = headed(tables, name)
    if not table:
        tail = nearest(name, headers_of(tables))
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
    return place.fault(expected, section, tail=nearest(section, SECTIONS))


def _workbook(file: Path, faults: list[Fault]) -> Source:
    from openpyxl.worksheet.worksheet import Worksheet

    place = Place(file.name)
    packed = content(file, place)
    book = opened(packed, place)
    source = Source(place)
    sheets: dict[str, Worksheet] = {}
    for sheet in book.worksheets:
        assert isinstance(sheet, Worksheet)  # only a book opened to stream has others
        here = place._replace(sheet=shown(sheet.title))
        empty = sheet.dimensions == "A1:A1" and sheet["A1"].value is None
        if plain(sheet.title) in NOT_TABLES or (empty and not headed((*TABLES, SETTINGS), sheet.title)):
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
    results = opened(packed, place, data_only=True) if written else book
    for name, kept in sheets.items():
        with gathered(faults):
            here = place._replace(sheet=shown(kept.title))
            source.grids[name] = _sheet_grid(kept, results[kept.title], here, book.epoch)
    if SETTINGS.name not in source.grids:
        faults.append(place.fault(Sentence("缺少工作表“设置”(desk)", "the sheet “desk” (设置) is missing")))
    elif grid := source.grids.pop(SETTINGS.name):
        source.settings = _sheet_settings(grid, faults)
    return source


def opened(content: bytes, place: Place, data_only: bool = False) -> Workbook:
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
            here = place._replace(row=number, column=letter(index))
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


# --- Grids into rows ---------------------------------------------------------


@dataclass
class Row:
    """A row of a table: its values by column; a cell that could not be read has none.

    Attributes
    ----------
    headers : mapping of str to str
        Header by column name, as it stood there.
    texts : dict of str to str
        What stood in each cell.
    """

    place: Place
    headers: Mapping[str, str]
    texts: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def get(self, *columns: str) -> tuple[Any, ...] | None:
        """The values, or `None` where one of the cells could not be read."""
        return tuple(self.values[name] for name in columns) if all(name in self.values for name in columns) else None

    def at(self, column: str) -> Place:
        """The cell's place."""
        return self.place._replace(column=self.headers.get(column, ""))

    def fault(self, column: str, expected: Sentence, **facts: object) -> Fault:
        """A fault in a cell of this row."""
        return self.at(column).fault(expected, self.texts.get(column, ""), **facts)


def table_rows(
    table: Table, grid: Grid, faults: list[Fault], check: Callable[[Row], Iterable[Fault]] | None = None
) -> list[Row]:
    """The rows of a table below its header; what is wrong with header, cells and rows goes to `faults`."""
    if not grid.rows:
        return []
    titles = [cell_text(cell, TEXT) for cell in grid.rows[0][1]]
    columns = _columns(table, titles, grid.place._replace(row=grid.rows[0][0]), faults)
    headers = {column.name: titles[index] for index, column in columns.items()}
    rows = []
    for number, cells in grid.rows[1:]:
        row = Row(grid.place._replace(row=number), headers)
        for column in table.columns:
            if column.name not in headers and not column.required:
                row.values[column.name] = column.read("")
        for index, cell in enumerate((*cells, *[None] * (len(titles) - len(cells)))):
            if index in columns:
                column = columns[index]
                row.texts[column.name] = text = cell_text(cell, column.kind, grid.epoch)
                try:
                    row.values[column.name] = column.read(text)
                except ValueError:
                    faults.append(row.fault(column.name, column.expected if text else MUST_BE_FILLED))
            elif not (titles[index : index + 1] or [""])[0] and cell_text(cell, TEXT):
                here = row.place._replace(column=letter(index + 1))
                expected = Sentence("空格，此列没有表头", "nothing, as the column has no header")
                faults.append(here.fault(expected, cell_text(cell, TEXT)))
        faults.extend(check(row) if check else ())
        rows.append(row)
    return rows


MUST_BE_FILLED = Sentence("此格必填", "this cell must be filled in")


def _columns(table: Table, titles: Sequence[str], place: Place, faults: list[Fault]) -> dict[int, Column]:
    """The columns by position in the header."""
    columns: dict[int, Column] = {}
    for index, title in enumerate(titles):
        column = headed(table.columns, title)
        if column in columns.values():
            expected = Sentence("“{column}”列只有一个", "one column “{column}” only")
            faults.append(place.fault(expected, title, column=column.title if column else ""))
        elif column:
            columns[index] = column
        elif title:
            tail = nearest(title, headers_of(table.columns))
            expected = Sentence("“{table}”表已知的列{tail}", "a column of table “{table}”{tail}")
            faults.append(place.fault(expected, title, table=table.title, tail=tail))
    for column in table.columns:
        if column.required and column not in columns.values():
            expected = Sentence("缺少必需的列“{column}”", "the required column “{column}” is missing")
            faults.append(place.fault(expected, column=column.title))
    return columns
