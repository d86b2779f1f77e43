"""Connecting to a ledger: its address, a connection of its own, and its migrations."""

from __future__ import annotations

import re
from functools import cache
from itertools import count
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from scheduler.errors import LedgerError
from scheduler.i18n import Sentence
from scheduler.ledger.settings import configure

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

BUSY_SECONDS = 30
CONNECT_SECONDS = 10
APP = "ledger"

ADDRESS = Sentence(
    "台账地址“{url}”无法识别；应为 sqlite:///路径 或 postgresql://用户:密码@主机/数据库",
    "the ledger's address “{url}” is not understood; expected sqlite:///path or postgresql://user:password@host/database",
)
NO_FOLDER = Sentence("台账所在的文件夹“{folder}”不存在", "the ledger's folder “{folder}” does not exist")
FOREIGN = Sentence(
    "“{place}”是别的程序的数据库（有表 {names}），没有写入：请把它移走⟦，或用 --store 指明台账‖⟧",
    "“{place}” is another program's database (with the tables {names}) and is left alone: move it away"
    "⟦, or say which ledger with --store‖⟧",
)
MOST_NAMED = 3  # tables
OLDER = Sentence(
    "台账“{place}”由较早版本的程序写成，还没有升级（缺 {names}），这里只读不写：请先对其部门运行一条别的命令，如 scheduler status",
    "the ledger “{place}” was written by an earlier version of this program and is not brought up to date yet ({names}), which"
    " takes writing: run another command on its desk first, such as scheduler status",
)
NEWER = Sentence(
    "台账“{place}”由更新版本的程序写成（{names}），请先升级本程序",
    "the ledger “{place}” was written by a newer version of this program ({names}); upgrade this one first",
)


class Address(NamedTuple):
    """Where a ledger is: `place` for messages, never with a password, and `database` as Django's settings want it."""

    place: str
    database: dict[str, Any]


def parse_address(url: str, *, to_read: bool = False) -> Address:
    """Take a ledger's URL apart.

    Parameters
    ----------
    url : str
        `sqlite:///PATH`, where PATH is taken as it stands, so an absolute one
        gives four slashes; or any `postgresql://` URL of libpq that names a
        database.
    to_read : bool
        Of a server: let no transaction write.

    Raises
    ------
    LedgerError
        If it is neither, or the folder of an SQLite file does not exist.
    """
    if url.startswith("sqlite:///") and (name := url.removeprefix("sqlite:///")):
        return _sqlite(Path(name).absolute())
    if url.startswith(("postgresql://", "postgres://")):
        import psycopg
        from psycopg import IsolationLevel
        from psycopg.conninfo import conninfo_to_dict

        try:
            parts = conninfo_to_dict(url)
        except psycopg.ProgrammingError:
            parts = {}
        if name := str(parts.pop("dbname", "")):
            # whoever waited for a lock must see what was committed meanwhile, whatever the server's default is
            isolation = {"isolation_level": IsolationLevel.READ_COMMITTED}
            if to_read:
                parts["options"] = f"{parts.get('options', '')} -c default_transaction_read_only=on".strip()
            options = {"connect_timeout": CONNECT_SECONDS, **parts, **isolation}
            database = {"ENGINE": "django.db.backends.postgresql", "NAME": name, "OPTIONS": options}
            return Address(f"{parts.get('host', 'localhost')}/{name}", database)
    # After an @ or in a query there may be a password, which no message shows.
    raise LedgerError(ADDRESS, url=re.sub(r"://.*[@?].*", "://…", url))


def _sqlite(path: Path) -> Address:
    try:
        reachable = path.parent.is_dir()
    except OSError:  # no permission on the way, or a name too long
        reachable = False
    if not reachable:
        raise LedgerError(NO_FOLDER, folder=path.parent)
    options = {
        "timeout": BUSY_SECONDS,
        # A transaction that reads first and writes later would fail, not wait, where another one wrote in between.
        "transaction_mode": "IMMEDIATE",
        # The rollback journal, not WAL: a ledger is one file that people copy and keep on network drives. EXTRA
        # makes the journal's removal, which is the commit, outlive a power cut too.
        "init_command": "PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON",
    }
    return Address(str(path), {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": options})


_numbers = count(1)
_naming = Lock()  # the names are copied and never changed: another thread may be going through them


def connect(database: dict[str, Any]) -> str:
    """Register a connection, opened on first use, and return the alias under which Django knows it."""
    configure()
    from django.db import connections

    alias = f"ledger {next(_numbers)}"
    # Only `configure_settings` fills in the defaults, and Django calls it once, for what it knew at the start.
    mine = connections.configure_settings({"default": {}, alias: database})[alias]
    with _naming:
        connections.settings = {**connections.settings, alias: mine}
    return alias


def disconnect(alias: str) -> None:
    """Close a connection and forget it; does nothing the second time."""
    from django.db import connections

    if alias in connections.settings:
        connections[alias].close()
        del connections[alias]
        with _naming:
            connections.settings = {name: one for name, one in connections.settings.items() if name != alias}


def lock_until_commit(connection: BaseDatabaseWrapper, what: str) -> None:
    """Wait for the lock named `what` for at most `BUSY_SECONDS`, and hold it until the current transaction ends.

    SQLite needs none: a transaction is the only writer from its start, and waits as long for that.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"roster ledger: {what}"])


def check_schema(connection: BaseDatabaseWrapper, place: str) -> None:
    """Refuse a ledger whose tables are not those of this program's version.

    Raises
    ------
    LedgerError
    """
    if missing := _missing_migrations(connection, place):
        raise LedgerError(OLDER, place=place, names=", ".join(sorted(missing)))


def _missing_migrations(connection: BaseDatabaseWrapper, place: str) -> set[str]:
    """What a ledger's tables lack of this program's version.

    Raises
    ------
    LedgerError
        They are those of a newer one.
    """
    from django.db.migrations.recorder import MigrationRecorder

    applied = {name for app, name in MigrationRecorder(connection).applied_migrations() if app == APP}
    ours = _own_migrations()
    if newer := applied - ours:
        raise LedgerError(NEWER, place=place, names=", ".join(sorted(newer)))
    return set(ours - applied)


@cache
def _own_migrations() -> frozenset[str]:
    """The names of the migrations that this program has; to look for them takes longer than to read a month."""
    from django.db.migrations.loader import MigrationLoader

    return frozenset(name for app, name in MigrationLoader(None).disk_migrations if app == APP)


def reset_numbers(connection: BaseDatabaseWrapper) -> None:
    """Let a server's numbers of rows go on after rows that were copied with theirs; SQLite's do so by themselves."""
    from django.apps import apps
    from django.core.management.color import no_style

    models = list(apps.get_app_config(APP).get_models())
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def upgrade(connection: BaseDatabaseWrapper, place: str) -> None:
    """Bring the tables up to this program's version, all in one transaction; quick when they are up to date.

    Raises
    ------
    LedgerError
        If a newer version of the program has written to the ledger, or another program to the SQLite file.
    """
    from django.db import transaction
    from django.db.migrations.executor import MigrationExecutor

    missing = _missing_migrations(connection, place)
    if not missing:
        return
    executor = MigrationExecutor(connection)
    applied = any(app == APP for app, _ in executor.loader.applied_migrations)
    if not applied and connection.vendor == "sqlite" and (others := connection.introspection.table_names()):
        raise LedgerError(FOREIGN, place=place, names=", ".join(others[:MOST_NAMED]))
    connection.disable_constraint_checking()  # SQLite's schema editor asks for it, before the transaction
    try:
        with transaction.atomic(using=connection.alias, durable=True):
            lock_until_commit(connection, "migrations")
            executor = MigrationExecutor(connection)  # another process may just have done it
            executor.migrate(executor.loader.graph.leaf_nodes(APP))
    finally:
        connection.enable_constraint_checking()
