"""The file of a desk's table, its rows as text, and its content with some of them changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from scheduler.errors import Fault, InputError, RosterMoved
from scheduler.files.editing.csv_rows import CsvRows
from scheduler.files.editing.sheet_rows import CHANGEABLE, SheetRows
from scheduler.files.reading.file_bytes import read_bytes
from scheduler.files.reading.header import read_header
from scheduler.files.reading.places import Place
from scheduler.files.reading.rows import is_comment
from scheduler.files.reading.workbook import WORKBOOKS
from scheduler.files.schema.cells import TEXT
from scheduler.files.schema.settings import SETTINGS
from scheduler.files.schema.table import Table, find_headed
from scheduler.files.schema.tables import TABLES
from scheduler.files.writing.csv_text import FORMULA_SIGNS, csv_bytes
from scheduler.i18n import Lang, Sentence

SETTINGS_FILE = "desk.toml"
LONGEST_MARK = 16  # hex digits of a file's digest in a fingerprint
NO_FORMULA = Sentence("不以 = + - @ 开头的内容", "something that does not begin with = + - @")
NOT_CHANGEABLE = Sentence(
    "能在网页上改的文件：.csv 或 .xlsx（请另存为其中一种）",
    "a file that can be changed on the page: .csv or .xlsx (save it as one of them)",
)
ROW_MOVED = Sentence(
    "“{table}”表第 {row} 行已不是刚才的内容（刚才“{before}”，现在“{now}”），没有改动",
    "row {row} of the table “{table}” is not what it was (it said “{before}”, and now “{now}”); nothing was changed",
)
GONE = Sentence("没有了", "gone")


class RowEdit(NamedTuple):
    """A row of a table to be changed, by the English names of its columns.

    Attributes
    ----------
    row : int
        As the file numbers it; 0 for a new one.
    before : mapping of str to str
        What was seen in it; anything else there is a reason to refuse. Empty for a new one.
    after : mapping of str to str
        What is to stand in these cells; the others stay. Empty where the row is to go.
    """

    row: int
    before: Mapping[str, str]
    after: Mapping[str, str]


class TableRow(NamedTuple):
    """A row as text: what stands in the columns that are read, by their English names."""

    row: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class TableFile:
    """The file of a table; `rows` is `None` where there is none yet.

    Attributes
    ----------
    columns : mapping of str to int
        The places of the columns that the file has, by their English names.
    """

    table: Table
    path: Path
    place: Place
    rows: CsvRows | SheetRows | None
    columns: Mapping[str, int]

    def list_rows(self) -> list[TableRow]:
        """Every row below the header, as a user would have typed it."""
        if self.rows is None:
            return []
        found = []
        for number, cells in list(self.rows.cells().items())[1:]:
            said = {
                name: self.rows.text(cells[at], self.table.column(name).kind) if at < len(cells) else ""
                for name, at in self.columns.items()
            }
            if any(said.values()) and not is_comment(cells):
                found.append(TableRow(number, said))
        return found

    def edit(self, edits: Sequence[RowEdit], lang: Lang) -> bytes:
        """The file's content with some rows changed; the file itself stays as it is.

        Raises
        ------
        RosterMoved
            A row is not what was seen.
        InputError
            A cell would be a formula.
        """
        known = {one.row: one.cells for one in self.list_rows()}
        for edit in edits:
            self._check(edit, known.get(edit.row))
        if self.rows is None:
            new = [[edit.after.get(column.name, "") for column in self.table.columns] for edit in edits]
            return csv_bytes([[column.title.say(lang) for column in self.table.columns], *new])
        columns = dict(self.columns)
        named = dict.fromkeys(name for edit in edits for name, text in edit.after.items() if text)
        for name in named:
            if name not in columns:
                columns[name] = self.rows.add_column(self.table.column(name).title.say(lang))
        for edit in edits:
            cells = {columns[name]: text for name, text in edit.after.items() if name in columns}
            kinds = {columns[name]: self.table.column(name).kind for name in edit.after if name in columns}
            if not edit.row:
                self.rows.add(cells, kinds)
            elif edit.after:
                self.rows.put(edit.row, cells, kinds)
            else:
                self.rows.remove(edit.row)
        return self.rows.content()

    def _check(self, edit: RowEdit, now: Mapping[str, str] | None) -> None:
        for name, text in edit.after.items():
            if text.startswith(FORMULA_SIGNS) and not _is_number(text):
                here = self.place._replace(row=edit.row, column=self.table.column(name).title.zh)
                raise InputError([here.fault(NO_FORMULA, text)])
        if edit.row and (now is None or any(now.get(name, "") != text for name, text in edit.before.items())):
            seen = {name: (now or {}).get(name, "") for name in edit.before}
            shown = " ".join(filter(None, seen.values()))
            raise RosterMoved(
                ROW_MOVED,
                table=self.table.title,
                row=edit.row,
                before=" ".join(filter(None, edit.before.values())),
                now=shown or GONE,
            )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def open_table(desk: Path, name: str) -> TableFile:
    """A desk's table as it stands in its file.

    Parameters
    ----------
    name : str
        The table's English name.

    Raises
    ------
    InputError
        The file cannot be read, or is of a kind that cannot be changed here.
    """
    table = next(one for one in (*TABLES, SETTINGS) if one.name == name)
    path = _find_file(desk, table)
    place = Place(str(Path(desk.name) / path.name) if desk.is_dir() else desk.name)
    if not path.exists():
        return TableFile(table, path, place, None, {})
    is_workbook = path.suffix.lower() in WORKBOOKS
    if is_workbook and path.suffix.lower() not in CHANGEABLE:
        raise InputError([place.fault(NOT_CHANGEABLE)])
    content = read_bytes(path, place)
    rows: CsvRows | SheetRows = (
        SheetRows.open(content, place, table, alone=desk.is_dir()) if is_workbook else CsvRows.open(content, place)
    )
    head = next(iter(rows.cells().values()), None)
    if head is None:  # an empty file
        return TableFile(table, path, place, None, {})
    faults: list[Fault] = []
    header = read_header(table, [rows.text(cell, TEXT) for cell in head], place, faults)
    if faults:
        raise InputError(faults)
    columns = {column.name: at for at, column in header.columns.items()}
    return TableFile(table, path, place, rows, columns)


def _find_file(desk: Path, table: Table) -> Path:
    """The file that a desk's table is read from, or would be: as `read_folder` chooses."""
    if desk.is_file():
        return desk
    mine = [file for file in list_table_files(desk) if find_headed(TABLES, file.stem) is table]
    return min(mine, key=lambda file: (file.suffix.lower() != ".csv", file.name), default=desk / f"{table.name}.csv")


def list_table_files(desk: Path) -> list[Path]:
    """The files that a desk is read from."""
    if desk.is_file():
        return [desk]
    kinds = (".csv", *WORKBOOKS)
    known = (file for file in sorted(desk.iterdir()) if not file.name.startswith((".", "~$")) and file.is_file())
    return [
        file
        for file in known
        if file.name == SETTINGS_FILE or (file.suffix.lower() in kinds and find_headed(TABLES, file.stem))
    ]


def mark_tables(desk: Path) -> dict[str, str]:
    """A digest of each file that a desk is read from, by its name."""
    return {
        file.name: hashlib.sha256(read_bytes(file, Place(file.name))).hexdigest()[:LONGEST_MARK]
        for file in list_table_files(desk)
    }
