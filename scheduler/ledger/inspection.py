"""What is wrong with a ledger's tables themselves: the file, the schema, and the guards that keep records from being changed.

A guard is held against its definition, not its name: a trigger that does nothing is
none. What is wanted is read off a new ledger, made in memory by the same migrations.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from scheduler.i18n import Sentence, fill_in
from scheduler.ledger.audit import BrokenLink
from scheduler.ledger.sqlite_file import new_ledger

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

MOST_DAMAGES = 10
TABLES = ("ledger_entry", "ledger_version", "ledger_part", "ledger_identity", "ledger_private")
CHAINED = TABLES[:2]  # whose rows nothing but a deletion takes away: their numbers have no gap at the end

TORN = Sentence("台账文件已损坏（{detail}）：请从备份恢复", "the ledger's file is damaged ({detail}): restore a backup")
ADRIFT = Sentence(
    "台账的表“{detail}”中有一行指向不存在的行：请从备份恢复",
    "a row of the ledger's table “{detail}” points to a row that is not there: restore a backup",
)
UNGUARDED = Sentence(
    "台账缺少 {detail}：它本应拦住对记录的改动，请从备份恢复，或报告此问题",
    "the ledger lacks {detail}, which keeps records from being changed: restore a backup, or report it",
)
WEAKENED = Sentence(
    "台账的 {detail} 不是本程序所设的那样：它本应拦住对记录的改动，请从备份恢复，或报告此问题",
    "{detail} of the ledger is not as this program made it, to keep records from being changed: restore a backup, or"
    " report it",
)
SWITCHED_OFF = Sentence(
    "台账的触发器 {detail} 被停用：它本应拦住对记录的改动",
    "the ledger's trigger {detail} is switched off, which keeps records from being changed",
)
INTRUDER = Sentence(
    "台账的表上多出触发器 {detail}，不是本程序所设：它可能改动写入的内容",
    "the ledger's tables have a trigger {detail} that this program did not make: it may change what is written",
)
OTHER_COLUMNS = Sentence(
    "台账的表“{detail}”的列不是本程序所设的那样",
    "the columns of the ledger's table “{detail}” are not as this program made them",
)
CUT_OFF = Sentence(
    "表“{table}”曾写到第 {seen} 行，现在只到第 {n} 行：末尾的记录被删除",
    "the table “{table}” once had {seen} rows and ends with row {n} now: records at its end were deleted",
)


class Guard(NamedTuple):
    """A trigger or index of a ledger's tables, and its definition in one spelling."""

    kind: str
    name: str
    table: str
    definition: str


def find_damage(connection: BaseDatabaseWrapper) -> list[BrokenLink]:
    """What is wrong with a ledger's tables, whosever rosters they hold."""
    if connection.vendor == "sqlite":
        return list(_inspect_sqlite(connection))
    return list(_inspect_postgresql(connection))


# SQLite

SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE tbl_name LIKE 'ledger\\_%' ESCAPE '\\'"


def _inspect_sqlite(connection: BaseDatabaseWrapper) -> Iterator[BrokenLink]:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA integrity_check({MOST_DAMAGES})")
        yield from (BrokenLink(fill_in(TORN, detail=line)) for (line,) in cursor.fetchall() if line != "ok")
        cursor.execute("PRAGMA foreign_key_check")
        yield from (BrokenLink(fill_in(ADRIFT, detail=table)) for table in {row[0] for row in cursor.fetchall()})
        there = _guards_of(cursor.execute(SCHEMA).fetchall())
        columns = {table: _columns_of(cursor.execute(f"PRAGMA table_info({table})").fetchall()) for table in TABLES}
        ends = {table: _ends_of(connection, table) for table in CHAINED}
    with closing(sqlite3.connect(":memory:")) as whole:
        whole.deserialize(new_ledger())
        wanted = _guards_of(whole.execute(SCHEMA).fetchall())
        for table in TABLES:
            if columns[table] != _columns_of(whole.execute(f"PRAGMA table_info({table})").fetchall()):
                yield BrokenLink(fill_in(OTHER_COLUMNS, detail=table))
    yield from _compare_guards(wanted, there)
    for table, (seen, last) in ends.items():
        if seen > last:
            yield BrokenLink(fill_in(CUT_OFF, table=table, seen=seen, n=last))


def _guards_of(rows: Iterable[tuple[str, str, str, str | None]]) -> dict[str, Guard]:
    """Triggers, and indexes that somebody has made by a statement, by name."""
    return {
        name: Guard(kind, name, table, _in_one_spelling(sql))
        for kind, name, table, sql in rows
        if kind in ("trigger", "index") and sql
    }


def _in_one_spelling(sql: str) -> str:
    """A definition without what does not matter: quotation marks of names, spaces, capitals of words."""
    return re.sub(r"\s+", " ", sql.replace('"', "")).strip().casefold()


def _columns_of(rows: Iterable[tuple[object, ...]]) -> set[tuple[object, ...]]:
    """Name, type, whether empty is refused, and whether it is the key, of each column."""
    return {(row[1], str(row[2]).casefold(), row[3], row[5]) for row in rows}


def _ends_of(connection: BaseDatabaseWrapper, table: str) -> tuple[int, int]:
    """The number of the last row that a table ever had, which a rolled back transaction does not raise, and of the last it has."""
    with connection.cursor() as cursor:
        seen = cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table]).fetchone()
        last = cursor.execute(f"SELECT max(id) FROM {table}").fetchone()
    return (seen[0] if seen else 0), (last[0] or 0)


def _compare_guards(wanted: Mapping[str, Guard], there: Mapping[str, Guard]) -> Iterator[BrokenLink]:
    for name, guard in sorted(wanted.items()):
        if name not in there:
            yield BrokenLink(fill_in(UNGUARDED, detail=name))
        elif there[name] != guard:
            yield BrokenLink(fill_in(WEAKENED, detail=name))
    for name in sorted(there.keys() - wanted.keys()):
        if there[name].kind == "trigger":
            yield BrokenLink(fill_in(INTRUDER, detail=name))


# PostgreSQL

TRIGGERS = """
    SELECT t.tgname, c.relname, t.tgenabled::text, pg_get_triggerdef(t.oid), p.proname, p.prosrc
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND c.oid IN (SELECT to_regclass(x) FROM unnest(%s::text[]) x)
"""
INDEXES = """
    SELECT i.relname, x.indisunique AND x.indisvalid AND x.indislive
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    WHERE x.indrelid IN (SELECT to_regclass(y) FROM unnest(%s::text[]) y)
"""
REFUSING, REFUSES = "ledger_refuse", "RAISE EXCEPTION"


def _inspect_postgresql(connection: BaseDatabaseWrapper) -> Iterator[BrokenLink]:
    """The same for a server, which keeps its files itself: guards by their definition, and the columns."""
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS, [list(TABLES)])
        triggers = {row[0]: row for row in cursor.fetchall()}
        cursor.execute(INDEXES, [list(TABLES)])
        indexes = dict(cursor.fetchall())
        columns = {
            table: {column.name for column in connection.introspection.get_table_description(cursor, table)}
            for table in TABLES
        }
    with closing(sqlite3.connect(":memory:")) as whole:
        whole.deserialize(new_ledger())
        wanted = _guards_of(whole.execute(SCHEMA).fetchall())
        for table in TABLES:
            if columns[table] != {row[1] for row in whole.execute(f"PRAGMA table_info({table})")}:
                yield BrokenLink(fill_in(OTHER_COLUMNS, detail=table))
    expected = {_on_a_server(guard): guard for guard in wanted.values()}
    for name, guard in sorted(expected.items()):
        if guard.kind == "index":
            if guard.definition.startswith("create unique") and not indexes.get(name):
                yield BrokenLink(fill_in(UNGUARDED, detail=name))
        elif name not in triggers:
            yield BrokenLink(fill_in(UNGUARDED, detail=name))
        else:
            yield from _check_trigger(guard, *triggers[name])
    for name in sorted(triggers.keys() - expected.keys()):
        yield BrokenLink(fill_in(INTRUDER, detail=name))


def _on_a_server(guard: Guard) -> str:
    """The name of a guard on a server: there `TRUNCATE` is what gets round the others, on SQLite it is `REPLACE`."""
    return guard.name.replace("_replace", "_truncate") if guard.kind == "trigger" else guard.name


def _check_trigger(
    guard: Guard, name: str, table: str, enabled: str, definition: str, function: str, source: str
) -> Iterator[BrokenLink]:
    if enabled not in ("O", "A"):
        yield BrokenLink(fill_in(SWITCHED_OFF, detail=name))
    watched = set(re.findall(r"old\.(\w+) is not", guard.definition))
    there = set(re.findall(r'old\."?(\w+)', definition.casefold()))
    empty_or_not = [
        set(re.findall(r'(old|new)\."?(\w+)"? is (not )?null', text.casefold()))
        for text in (guard.definition, definition)
    ]
    refuses = function == REFUSING and source.strip().upper().startswith(f"BEGIN {REFUSES}")
    is_same = table == guard.table and there == watched and empty_or_not[0] == empty_or_not[1]
    if not is_same or not refuses or " BEFORE " not in definition:
        yield BrokenLink(fill_in(WEAKENED, detail=name))
