"""A desk's tables for whoever looks after them: looked at, changed on trial, and changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scheduler import clock
from scheduler.app.change_table import Prepared, TableChanged, change_table, edit_rows, look_at_change
from scheduler.app.check import Checked, check_desk
from scheduler.app.locations import store_url
from scheduler.app.people import find_person, rights_of
from scheduler.errors import Refusal
from scheduler.files.editing.table_file import RowEdit, TableRow, mark_tables, open_table
from scheduler.files.reading.desk import read_desk
from scheduler.files.schema.table import Column, Table
from scheduler.files.schema.tables import TABLES
from scheduler.i18n import Lang, Sentence
from scheduler.workflow.rights import Right, say_deciders

NOT_THEIRS = Sentence("“{by}”不能改部门的表：{may}", "{by} may not change the desk's tables: {may}")


@dataclass(frozen=True)
class TableView:
    """A table to be looked at.

    Attributes
    ----------
    columns : tuple of Column
        Those that it has, in its own order; of a table that is not there, all.
    others : tuple of Column
        Those that it could have.
    rows : tuple of TableRow
    made_on : mapping of str to str
        The fingerprint of all tables, which an edit carries.
    known : mapping of str to tuple of str
        The values of columns that others refer to, as `shifts.code`.
    """

    table: Table
    columns: tuple[Column, ...]
    others: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    made_on: Mapping[str, str]
    known: Mapping[str, tuple[str, ...]]

    @property
    def last_row(self) -> int:
        """The number of the last row, behind which new ones count."""
        return max((row.row for row in self.rows), default=1)


@dataclass(frozen=True)
class TableListed:
    """A table and how many rows it has; 0 where it is not there."""

    table: Table
    rows: int


def list_tables(desk: Path) -> list[TableListed]:
    """Every table that a desk has or could have.

    Raises
    ------
    InputError
    """
    return [TableListed(table, len(open_table(desk, table.name).list_rows())) for table in TABLES]


def view_table(desk: Path, name: str) -> TableView | None:
    """A table by its English name; `None` where no table has it.

    Raises
    ------
    InputError
    """
    table = next((one for one in TABLES if one.name == name), None)
    if table is None:
        return None
    made_on = mark_tables(desk)
    file = open_table(desk, name)
    there = sorted(file.columns, key=file.columns.__getitem__)
    columns = tuple(table.column(one) for one in there) or table.columns
    others = tuple(one for one in table.columns if one not in columns)
    return TableView(table, columns, others, tuple(file.list_rows()), made_on, _known(desk, columns + others))


def try_table(
    desk: Path,
    name: str,
    edits: Sequence[RowEdit],
    by: str,
    *,
    made_on: Mapping[str, str],
    store: str | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> tuple[TableChanged, Checked]:
    """What a change would come to, with the arithmetic of the coming month as it would be; nothing is changed.

    Raises
    ------
    InputError
        Every fault of the desk as it would be.
    RosterMoved
        The tables are not what was looked at.
    Refusal
        `by` may not do it.
    """
    return try_prepared(desk, lambda: edit_rows(desk, name, edits, lang), by, made_on=made_on, store=store, now=now)


def try_prepared(
    desk: Path,
    prepare: Callable[[], Prepared],
    by: str,
    *,
    made_on: Mapping[str, str] | None,
    store: str | None,
    now: clock.Clock,
) -> tuple[TableChanged, Checked]:
    """What a change of tables or settings would come to: see `try_table`.

    Raises
    ------
    InputError, RosterMoved, Refusal
    """
    check_right(desk, by)
    ledger = store_url(desk, store)
    return look_at_change(desk, prepare, lambda candidate: check_desk(candidate, store=ledger, now=now), made_on)


def save_table(
    desk: Path,
    name: str,
    edits: Sequence[RowEdit],
    by: str,
    because: str = "",
    *,
    made_on: Mapping[str, str],
    store: str | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> TableChanged:
    """Change a table, by whoever may publish.

    Raises
    ------
    InputError, RosterMoved, Refusal
        As `try_table`.
    """
    check_right(desk, by)
    return change_table(desk, name, edits, by, because, made_on=made_on, store=store, lang=lang, now=now)


def check_right(desk: Path, by: str) -> None:
    """Refuse whoever may not change a desk's tables and settings.

    Raises
    ------
    Refusal
    """
    files = read_desk(desk)
    rights = rights_of(files, files.read_on)
    person = find_person(rights.people, by)
    if not rights.may(by, Right.PUBLISH):
        raise Refusal(NOT_THEIRS, by=person.name, may=say_deciders(rights, rights.find_deciders((Right.PUBLISH,))))


def _known(desk: Path, columns: Sequence[Column]) -> dict[str, tuple[str, ...]]:
    """The values that may stand in columns that refer to others."""
    found = {}
    for refers in {column.refers for column in columns if column.refers}:
        table, _, column = refers.partition(".")
        values = (row.cells.get(column, "") for row in open_table(desk, table).list_rows())
        found[refers] = tuple(dict.fromkeys(filter(None, values)))
    return found
