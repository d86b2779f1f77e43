"""All tables of a desk as one workbook: taken away, changed in a spreadsheet, and read back as one change."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path

from scheduler import clock
from scheduler.app.change_table import Prepared, TableChanged, record_change, tell_row
from scheduler.app.check import Checked
from scheduler.app.tables import check_right, try_prepared
from scheduler.domain import Note
from scheduler.errors import Fault, InputError, Refusal
from scheduler.files.editing.table_file import RowEdit, open_table
from scheduler.files.reading.grids import Grid, cell_text
from scheduler.files.reading.header import Header, read_header
from scheduler.files.reading.rows import is_comment
from scheduler.files.reading.source import Source
from scheduler.files.reading.workbook import read_workbook
from scheduler.files.schema.cells import TEXT
from scheduler.files.schema.table import Column, Table, find_headed
from scheduler.files.schema.tables import TABLES
from scheduler.files.writing.empty_desk import filled_workbook
from scheduler.i18n import LANGS, Lang, Sentence, as_template
from scheduler.workflow.table_facts import TableChangedFacts

NO_TABLES = Sentence("工作簿里没有一张部门的表", "the workbook has none of the desk's tables")
NOTHING = Sentence(
    "工作簿与现在的各表一样，没有改动{over}", "the workbook says what the tables say: nothing is changed{over}"
)
OVER = Sentence("。{note}", ". {note}")


@dataclass(frozen=True)
class Dropped:
    """A table as a workbook has it.

    Attributes
    ----------
    sheet : str
        What it is called there.
    columns : mapping of str to Column
        By their headings there.
    rows : tuple of (int, mapping of str to str)
        The numbers of its rows there, and their texts by the columns' English names.
    over : Note or None
        On columns that are not read.
    """

    table: Table
    sheet: str
    columns: Mapping[str, Column]
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    over: Note | None


def write_tables(desk: Path, lang: Lang, now: clock.Clock = clock.now) -> bytes:
    """Every table of a desk in one workbook; of a desk that is a workbook, itself.

    Raises
    ------
    InputError
    """
    if desk.is_file():
        return desk.read_bytes()
    rows = {table.name: [row.cells for row in open_table(desk, table.name).list_rows()] for table in TABLES}
    return filled_workbook(rows, lang, now())


def try_workbook(
    desk: Path, book: Path, by: str, *, store: str | None = None, lang: Lang = "zh", now: clock.Clock = clock.now
) -> tuple[TableChanged, Checked]:
    """What the tables of a workbook would change, with the arithmetic of the coming month; nothing is changed.

    Raises
    ------
    InputError
        Every fault, each at its cell of the workbook.
    Refusal
        It changes nothing, or `by` may not do it.
    """
    prepare = partial(_prepare, desk, book, lang)
    return try_prepared(desk, prepare, by, made_on=None, store=store, now=now)


def save_workbook(
    desk: Path,
    book: Path,
    by: str,
    because: str = "",
    *,
    made_on: Mapping[str, str],
    store: str | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> TableChanged:
    """Take over the tables of a workbook, as they were tried.

    Raises
    ------
    InputError, Refusal
        As `try_workbook`.
    RosterMoved
        The tables are not what they were when it was tried.
    """
    check_right(desk, by)
    prepare = partial(_prepare, desk, book, lang)
    return record_change(desk, prepare, by, because, made_on=made_on, store=store, lang=lang, now=now)


def _prepare(desk: Path, book: Path, lang: Lang) -> Prepared:
    """The desk's files with what the workbook says otherwise."""
    dropped = _read(book, with_settings=desk.is_file())
    contents: dict[Path, bytes] = {desk: book.read_bytes()} if desk.is_file() else {}
    told, places = [], {}
    for one in dropped:
        file = open_table(desk, one.table.name)
        there = file.list_rows()
        edits, kept = _compare(one, [(row.row, row.cells) for row in there])
        if not edits:
            continue
        known = {row.row: row.cells for row in there}
        content = contents[desk] if desk.is_file() else file.edit(edits, lang)
        contents[file.path] = content
        rows = tuple(tell_row(edit, known.get(edit.row, {})) for edit in edits)
        mark = hashlib.sha256(content).hexdigest()
        told.append(TableChangedFacts(table=one.table.name, file=file.path.name, rows=rows, mark=mark))
        places[file.path.name] = (one, kept)
    notes = tuple(one.over for one in dropped if one.over)
    if not told:
        said = (as_template("".join(OVER.say(of, note=note.say(of)) for note in notes)) for of in LANGS)
        raise Refusal(NOTHING, over=Sentence(*said))
    return Prepared(contents, tuple(told), lambda fault, copy: _in_workbook(fault, copy, places), notes)


def _read(book: Path, *, with_settings: bool) -> list[Dropped]:
    """The tables of a workbook.

    Raises
    ------
    InputError
        It is no workbook, has a sheet that is none of the tables, or one that cannot be read, or has none.
    """
    faults: list[Fault] = []
    source: Source = read_workbook(book, faults, with_settings=with_settings)
    if faults or not source.grids:
        raise InputError(faults or [Fault(book.name, NO_TABLES)])
    found = []
    told: list[Fault] = []
    for table in TABLES:
        if grid := source.grids.get(table.name):
            found.append(_read_table(table, grid, told))
    if told:
        raise InputError(told)
    return found


def _read_table(table: Table, grid: Grid, faults: list[Fault]) -> Dropped:
    lines = [(number, cells) for number, cells in grid.rows if not is_comment(cells)]
    titles = [cell_text(cell, TEXT) for cell in lines[0][1]] if lines else []
    header = read_header(table, titles, grid.place, faults) if lines else Header({}, {}, ())
    columns = header.columns
    rows = []
    for number, cells in lines[1:]:
        said = {
            column.name: cell_text(cells[at], column.kind, grid.epoch) if at < len(cells) else ""
            for at, column in columns.items()
        }
        if any(said.values()):
            rows.append((number, said))
    named = {titles[at]: column for at, column in columns.items()}
    return Dropped(table, grid.place.sheet, named, tuple(rows), header.note(grid.place))


def _compare(
    dropped: Dropped, there: Sequence[tuple[int, Mapping[str, str]]]
) -> tuple[list[RowEdit], list[tuple[int, int]]]:
    """What a table's rows need to say what the workbook says; and the rows afterwards, by where they stand in both.

    Of the latter the first is the row's number in the table, 0 for a new one, and the second that in the workbook.
    """
    columns = tuple(dropped.columns.values())
    before, after = (
        [tuple(_meant(column, cells.get(column.name, "")) for column in columns) for _, cells in rows]
        for rows in (there, dropped.rows)
    )
    edits: list[RowEdit] = []
    kept: list[tuple[int, int]] = []
    for word, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        same = min(j - i, m - k)
        for step in range(same):
            (number, old), (row, new) = there[i + step], dropped.rows[k + step]
            kept.append((number, row))
            if word != "equal":
                moved = [
                    column.name
                    for column, was, is_now in zip(columns, before[i + step], after[k + step], strict=True)
                    if was != is_now
                ]
                edits.append(
                    RowEdit(number, {name: old.get(name, "") for name in moved}, {name: new[name] for name in moved})
                )
        edits += [RowEdit(number, cells, {}) for number, cells in there[i + same : j]]
        for row, new in dropped.rows[k + same : m]:
            edits.append(RowEdit(0, {}, {name: text for name, text in new.items() if text}))
            kept.append((0, row))
    return edits, kept


def _meant(column: Column, text: str) -> object:
    """What a cell means, so that a day that a spreadsheet writes otherwise is the same; the text where it means nothing."""
    try:
        return column.read(text) if text else ""
    except ValueError:
        return text


def _in_workbook(fault: Fault, copy: Path, places: Mapping[str, tuple[Dropped, list[tuple[int, int]]]]) -> Fault:
    """A fault of a changed file at its cell of the workbook; of a file that it does not change, as it is."""
    name = Path(fault.file).name
    if copy.is_file() or name not in places or not fault.row:
        return fault
    one, kept = places[name]
    stays = sorted((number, row) for number, row in kept if number)
    rows = [row for _, row in stays] + [row for number, row in kept if not number]
    lines = [row.row for row in open_table(copy, one.table.name).list_rows()]
    row = dict(zip(lines, rows, strict=False)).get(fault.row, 0)
    meant = find_headed(one.table.columns, fault.column)
    column = next((title for title, column in one.columns.items() if column is meant), fault.column)
    return Fault(one.sheet, fault.expected, row=row, column=column, found=fault.found)
