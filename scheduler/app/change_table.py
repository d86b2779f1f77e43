"""Change rows of a desk's table: the whole desk is read with the change in it, then the file is replaced in one step."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from scheduler import clock
from scheduler.app.session import open_session
from scheduler.domain import Note
from scheduler.errors import Fault, InputError, RosterMoved
from scheduler.files.editing.csv_rows import CsvRows
from scheduler.files.editing.table_file import RowEdit, TableFile, TableRow, list_table_files, mark_tables, open_table
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.i18n import LANGS, Lang, Sentence, join_items
from scheduler.passing import put_file
from scheduler.workflow.table_facts import ChangedRow, TableChangedFacts

Seen = TypeVar("Seen")
TABLES_MOVED = Sentence(
    "您看过之后，{files}又改了：没有改动，请看过再改",
    "{files} changed after you looked at the tables: nothing was changed; look again, then change them",
)


@dataclass(frozen=True)
class TableText:
    """A table as text.

    Attributes
    ----------
    made_on : mapping of str to str
        The fingerprint of all tables of the desk: a digest by file.
    """

    rows: tuple[TableRow, ...]
    made_on: Mapping[str, str]


@dataclass(frozen=True)
class TableChanged:
    """Tables after a change, the desk as it is read with it, and what of the change was not read."""

    files: DeskFiles
    facts: tuple[TableChangedFacts, ...]
    notes: tuple[Note, ...] = ()


def read_table(desk: Path, name: str) -> TableText:
    """A table's rows as text, and the fingerprint that an edit of it carries.

    Parameters
    ----------
    name : str
        The table's English name.

    Raises
    ------
    InputError
    """
    made_on = mark_tables(desk)
    return TableText(tuple(open_table(desk, name).list_rows()), made_on)


def change_table(
    desk: Path,
    name: str,
    edits: Sequence[RowEdit],
    by: str,
    because: str = "",
    *,
    made_on: Mapping[str, str] | None = None,
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> TableChanged:
    """Change rows of a table, log it with what stood there, and replace the file.

    Parameters
    ----------
    by : str
        Id of who changes them.
    made_on : mapping of str to str, optional
        The fingerprint of the tables that were looked at; without it only the rows themselves have to be as they were.

    Raises
    ------
    InputError
        The desk could not be read with it: every fault at its cell; nothing was changed.
    RosterMoved
        The tables, or one of the rows, are not what was looked at; nothing was changed.
    """
    return record_change(
        desk,
        lambda: edit_rows(desk, name, edits, lang),
        by,
        because,
        made_on=made_on,
        store=store,
        out=out,
        lang=lang,
        now=now,
    )


@dataclass(frozen=True)
class Prepared:
    """Files of a desk with a change in them.

    Attributes
    ----------
    contents : mapping of Path to bytes
        Of one file, or of several that are replaced one right after the other.
    facts : tuple of TableChangedFacts
        Of each table.
    as_seen : callable
        Takes a fault of a changed file and the copy of the desk that it was found in; tells it by the row that it has for
        the change's author.
    notes : tuple of Note
        On what was not read.
    """

    contents: Mapping[Path, bytes]
    facts: tuple[TableChangedFacts, ...]
    as_seen: Callable[[Fault, Path], Fault] = field(default=lambda fault, _: fault)
    notes: tuple[Note, ...] = ()


def record_change(
    desk: Path,
    prepare: Callable[[], Prepared],
    by: str,
    because: str,
    *,
    made_on: Mapping[str, str] | None,
    store: str | None,
    out: Path | None = None,
    lang: Lang,
    now: clock.Clock,
) -> TableChanged:
    """Change a file of a desk: see `change_table`.

    Raises
    ------
    InputError, RosterMoved
    """
    with open_session(desk, store, out, lang, now) as here, here.ledger.writing(here.desk) as pen:
        by = here.person(by).id
        with _changed(desk, prepare, made_on) as (made, done, _):
            for facts in done.facts:
                pen.note("changed", None, here.at, by, because, facts.to_json())
            for path, content in made.contents.items():
                _replace(path, content)
            return done


def look_at_change(
    desk: Path, prepare: Callable[[], Prepared], look: Callable[[Path], Seen], made_on: Mapping[str, str] | None
) -> tuple[TableChanged, Seen]:
    """What a change would come to, with a look at the desk as it would be; nothing is changed.

    Parameters
    ----------
    look : callable
        Takes the path of a copy of the desk with the change in it, which is gone afterwards.

    Raises
    ------
    InputError, RosterMoved
        As `change_table`.
    """
    with _changed(desk, prepare, made_on) as (_, done, candidate):
        return done, look(candidate)


@contextmanager
def _changed(
    desk: Path, prepare: Callable[[], Prepared], made_on: Mapping[str, str] | None
) -> Iterator[tuple[Prepared, TableChanged, Path]]:
    """The desk read from a copy with a change in it, and where the copy is.

    Raises
    ------
    InputError
        Every fault of it.
    RosterMoved
    """
    _check_unmoved(desk, made_on)
    made = prepare()
    with _with_file(desk, made) as candidate:
        try:
            files = read_desk(candidate)
        except InputError as error:
            raise InputError([made.as_seen(fault, candidate) for fault in error.faults]) from error
        yield made, TableChanged(files, made.facts, made.notes), candidate


def edit_rows(desk: Path, name: str, edits: Sequence[RowEdit], lang: Lang) -> Prepared:
    """A table's file with rows changed; new ones count on behind the last."""
    table = open_table(desk, name)
    known = {one.row: one.cells for one in table.list_rows()}
    content = table.edit(edits, lang)
    facts = TableChangedFacts(
        table=name,
        file=table.path.name,
        rows=tuple(tell_row(edit, known.get(edit.row, {})) for edit in edits),
        mark=hashlib.sha256(content).hexdigest(),
    )
    moves = isinstance(table.rows, CsvRows)  # of a sheet, rows that go leave their place empty
    gone = sorted(edit.row for edit in edits if moves and edit.row and not edit.after)
    return Prepared({table.path: content}, (facts,), lambda fault, _: _as_seen(fault, table, gone))


def _as_seen(fault: Fault, table: TableFile, gone: Sequence[int]) -> Fault:
    """A fault of the changed file by the number that its row had before other rows went."""
    is_ours = Path(fault.file).name == table.path.name and fault.sheet in ("", table.place.sheet)
    row = fault.row
    for one in gone if is_ours and row else ():
        row += one <= row
    return replace(fault, row=row)


def _check_unmoved(desk: Path, made_on: Mapping[str, str] | None) -> None:
    if made_on is None:
        return
    now = mark_tables(desk)
    moved = [name for name in sorted({*made_on, *now}) if made_on.get(name) != now.get(name)]
    if moved:
        raise RosterMoved(TABLES_MOVED, files=Sentence(*(join_items(moved, lang) for lang in LANGS)))


def tell_row(edit: RowEdit, known: Mapping[str, str]) -> ChangedRow:
    """What an edit changes, the cells that stay left out; a row that goes is told in full."""
    if not edit.row:
        return ChangedRow(0, {}, {name: text for name, text in edit.after.items() if text})
    if not edit.after:
        return ChangedRow(edit.row, {name: text for name, text in known.items() if text}, {})
    moved = {name: text for name, text in edit.after.items() if known.get(name, "") != text}
    return ChangedRow(edit.row, {name: known.get(name, "") for name in moved}, moved)


@contextmanager
def _with_file(desk: Path, made: Prepared) -> Iterator[Path]:
    """A copy of the desk's tables under the same names with some files otherwise, to be read."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / desk.name
        if desk.is_file():
            copy.write_bytes(made.contents[desk])
        else:
            copy.mkdir()
            for file in list_table_files(desk):
                shutil.copyfile(file, copy / file.name)
            for path, content in made.contents.items():
                (copy / path.name).write_bytes(content)
        yield copy


def _replace(path: Path, content: bytes) -> None:
    """Put a file in the place of one, with its rights."""
    mode = path.stat().st_mode & 0o777 if path.exists() else None
    put_file(path, content)
    if mode is not None:
        path.chmod(mode)
