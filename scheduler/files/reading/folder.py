"""A desk from a folder: its settings, and its tables as text files or as workbooks of one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scheduler.domain import Note
from scheduler.errors import Fault, InputError
from scheduler.files.reading.csv_table import read_csv
from scheduler.files.reading.file_bytes import decode_text, read_bytes
from scheduler.files.reading.grids import Grid
from scheduler.files.reading.open_questions import is_questions, open_questions
from scheduler.files.reading.places import NearestWords, Place, gather_faults, headers_of, shorten
from scheduler.files.reading.source import Source, find_table
from scheduler.files.reading.toml_settings import read_toml
from scheduler.files.reading.workbook import WORKBOOKS, sheet_grid
from scheduler.files.reading.workbook_cells import read_workbook_cells
from scheduler.files.schema.table import Table, find_headed
from scheduler.files.schema.tables import TABLES
from scheduler.files.schema.text import normal_width
from scheduler.i18n import Sentence

OTHER_KINDS = (".et", ".numbers", ".tsv", ".txt")  # in which people keep tables, too
ALIKE, SIMILAR = 0.6, 0.5  # of a file's name and a table's: a typing error; worth a hint
MOST_TABLE_BYTES, MOST_SETTINGS_BYTES = 4 * 2**20, 2**19  # of a text file

NOT_READ = Sentence(
    "没有读 {file}：要用它请另存为 {name}.csv 或 {name}.xlsx",
    "{file} was not read: save it as {name}.csv or {name}.xlsx if it is to count",
)
ALREADY = Sentence(
    "没有读 {file}：“{table}”表已由 {other} 给出", "{file} was not read: the table “{table}” comes from {other}"
)
NO_TABLE = Sentence("没有读 {file}：不是已知的表{tail}", "{file} was not read: it is none of the tables{tail}")
READ_AS = Sentence("{file} 当作“{table}”表", "{file} was taken for the table “{table}”")
ONE_SHEET = Sentence(
    "只有一张工作表，或其中一张名为“{table}”", "a single sheet with something in it, or one that is called “{table}”"
)


def read_folder(folder: Path, files: Sequence[Path], faults: list[Fault]) -> Source:
    """The settings and grids of a desk's folder; what is wrong with its files goes to `faults`."""
    source = Source(Place(str(Path(folder.name) / "desk.toml")))
    with gather_faults(faults):
        text = _read_text(folder / "desk.toml", source.place, MOST_SETTINGS_BYTES)
        source.settings = read_toml(text, source.place, faults)
    nearest = NearestWords(headers_of(TABLES))
    told_by: dict[str, str] = {}  # file by table
    # A copy such as “people (1).csv” comes behind what it is a copy of, and is the one that is there twice.
    known = [file for file in files if not file.name.startswith((".", "~$"))]  # the rest is hidden, or open somewhere
    for file in sorted(known, key=lambda file: (file.suffix.lower() != ".csv", _is_copy(file), file.name)):
        place = Place(str(Path(folder.name) / file.name))
        kind, table = file.suffix.lower(), find_headed(TABLES, file.stem)
        named = {"file": shorten(file.name), "table": table.title if table else ""}
        if kind == ".csv" and is_questions(file.stem):
            with gather_faults(faults):
                faults.extend(open_questions(file, place))
        elif kind == ".csv" and not table and not nearest.tail(file.stem, ALIKE).zh:
            source.passed_over.append(Note(NO_TABLE, (*named.items(), ("tail", nearest.tail(file.stem, SIMILAR)))))
        elif kind == ".csv" and (table := find_table(file.stem, place, source.grids, faults)):
            if _is_copy(file):
                source.passed_over.append(Note(READ_AS, tuple(named.items())))
            source.grids[table.name], told_by[table.name] = None, shorten(file.name)
            with gather_faults(faults):
                source.grids[table.name] = read_csv(_read_text(file, place, MOST_TABLE_BYTES), place)
        elif table and kind in WORKBOOKS and table.name not in source.grids:
            source.passed_over.append(Note(READ_AS, tuple(named.items())))
            source.grids[table.name], told_by[table.name] = None, shorten(file.name)
            with gather_faults(faults):
                source.grids[table.name] = _read_sheet(file, place, table)
        elif table and kind in WORKBOOKS:
            source.passed_over.append(Note(ALREADY, (*named.items(), ("other", told_by[table.name]))))
        elif table and kind in OTHER_KINDS:
            source.not_csv.setdefault(table.name, Note(NOT_READ, (*named.items(), ("name", table.name))))
    return source


def _is_copy(file: Path) -> bool:
    return "(" in normal_width(file.stem)


def _read_text(file: Path, place: Place, most: int) -> str:
    return decode_text(read_bytes(file, place, most), place)


def _read_sheet(file: Path, place: Place, table: Table) -> Grid:
    """The grid of a table's workbook: its only sheet that holds something, or that of the table's name.

    Raises
    ------
    InputError
        There are several, or it is no workbook.
    """
    book = read_workbook_cells(read_bytes(file, place), place)
    filled = [sheet for sheet in book.sheets if sheet.last_row]
    found = [sheet for sheet in filled if find_headed((table,), sheet.title)] or filled
    if len(found) > 1:
        raise InputError([place.fault(ONE_SHEET, ", ".join(sheet.title for sheet in found), table=table.title)])
    if not found:
        return Grid(place, ())
    return sheet_grid(found[0], place._replace(sheet=shorten(found[0].title)), book.epoch)
