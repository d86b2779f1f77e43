"""A SQLite ledger as a file: made in one step, and kept as one file."""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.errors import WRONG_NAMES, LedgerDamaged, LedgerError, LedgerUnavailable
from scheduler.i18n import Sentence
from scheduler.ledger.connection import connect, disconnect, upgrade
from scheduler.passing import OWNER_ALONE, Access, clear_abandoned, put_new_file

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

log = logging.getLogger(__name__)

WAL_MODE = b"\x02\x02"  # bytes 18 and 19 of a SQLite file
BESIDE = ("-journal", "-wal", "-shm")  # what SQLite keeps beside its file while somebody is at work
GROUP_WRITES = 0o660
LEAST_BYTES = 512  # the smallest page that SQLite knows

NOT_A_FILE = Sentence(
    "台账“{place}”不是文件，而是文件夹、管道或设备：请把它移走⟦，或用 --store 指明台账‖⟧",
    "the ledger “{place}” is no file but a folder, a pipe or a device: move it away⟦, or say which ledger with --store‖⟧",
)
EMPTY = Sentence(
    "台账“{place}”只有 {size} 字节，不是本程序留下的：请从备份恢复；如果确实从未排过班，删除它即可",
    "the ledger “{place}” has {size} bytes only, which this program does not leave: restore a backup, or delete it if there"
    " never was a roster",
)
LEFT_BEHIND = Sentence(
    "台账“{place}”不在，旁边却有它的 {names}：请把台账放回或从备份恢复；如果确实不要了，先删除这些文件",
    "the ledger “{place}” is not there, but its {names} are beside it: put the ledger back or restore a backup; if it is not"
    " wanted any more, delete these first",
)
NOT_MADE = Sentence(
    "无法新建台账“{place}”（{why}）；什么都没有记入",
    "cannot make the ledger “{place}” ({why}); nothing is recorded",
)


def check_file(path: Path) -> bool:
    """Whether there is a ledger's file.

    Raises
    ------
    LedgerError
        Something else is there, which might be read for ever.
    LedgerDamaged
        It is empty, or what SQLite keeps beside it is there without it.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        names = [path.name + end for end in BESIDE if os.path.lexists(f"{path}{end}")]
        if names:  # SQLite would play them into whatever ledger comes to stand there
            raise LedgerDamaged(LEFT_BEHIND, place=path, names=", ".join(names)) from None
        return False
    except OSError as error:
        raise _failure(path, error) from None
    if not stat.S_ISREG(found.st_mode):
        raise LedgerError(NOT_A_FILE, place=path)
    if found.st_size < LEAST_BYTES:  # SQLite would take it for a database in which there is nothing yet
        raise LedgerDamaged(EMPTY, place=path, size=found.st_size)
    return True


def put_ledger(path: Path, content: bytes, access: Access) -> None:
    """Put a ledger's bytes where there is no file, for its owner to write and a group; see `put_new_file`.

    Raises
    ------
    OSError
    """
    if put_new_file(path, content, access):
        access.grant(path, GROUP_WRITES)


def make_file(path: Path, access: Access = OWNER_ALONE) -> None:
    """Make a new ledger, for its owner and a group; where another process has just done so, that one stays.

    Raises
    ------
    LedgerError
    """
    try:
        clear_abandoned([path.parent])
        put_ledger(path.resolve(), new_ledger(), access)
    except OSError as error:
        raise _failure(path, error) from None
    log.info("ledger %s made", path)


def _failure(path: Path, error: OSError) -> LedgerError:
    kind = LedgerError if error.errno in WRONG_NAMES else LedgerUnavailable
    return kind(NOT_MADE, place=path, why=error.strerror or error)


def wipe(connection: BaseDatabaseWrapper) -> None:
    """Overwrite what is not in a ledger's tables any more, in its file and in what SQLite keeps beside it."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def new_ledger() -> bytes:
    """The bytes of a ledger in which nothing is recorded yet."""
    from django.db import connections

    alias = connect({"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"})
    try:
        upgrade(connections[alias], ":memory:")
        content: bytes = connections[alias].connection.serialize()
        return content
    finally:
        disconnect(alias)


def leave_wal(path: Path) -> None:
    """Turn a ledger that a viewer has put into WAL mode back into one file, so that a copy of it is whole.

    Where that cannot be done now, because somebody reads it or nobody may write, it works as it is, from three files.
    """
    try:
        with path.open("rb") as file:
            if file.read(20)[18:] != WAL_MODE:
                return
        with closing(sqlite3.connect(path, timeout=0)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        log.info("ledger %s is one file again: somebody had put it into WAL mode", path)
    except (OSError, sqlite3.Error) as error:  # whatever is wrong is met, and told, when it is opened
        log.info("ledger %s stays in WAL mode: %s", path, error)
