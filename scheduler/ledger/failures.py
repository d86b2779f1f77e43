"""What the database's errors mean to the user."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from scheduler.errors import LedgerBusy, LedgerDamaged, LedgerError, LedgerUnavailable
from scheduler.i18n import Sentence
from scheduler.ledger.connection import BUSY_SECONDS

# By the first two words of the errors' names.
SQLITE_REFUSALS = {
    "SQLITE_NOTADB": Sentence(
        "“{place}”不是台账文件；如果它曾经是，请从备份恢复",
        "“{place}” is not a ledger file; if it was one, restore a backup",
    ),
    "SQLITE_CORRUPT": Sentence(
        "台账“{place}”已损坏：请从备份恢复，并先移走旁边的 -wal、-shm、-journal 文件",
        "the ledger “{place}” is damaged: restore a backup, and first move away the -wal, -shm and -journal files beside it",
    ),
    "SQLITE_CANTOPEN": Sentence(
        "无法打开台账“{place}”：没有权限，或所在文件夹不可写",
        "cannot open the ledger “{place}”: no permission, or its folder cannot be written",
    ),
    "SQLITE_READONLY": Sentence(
        "台账“{place}”不能写：文件及其所在文件夹都须可写（旁边留有 -wal 或 -journal 文件时，读取也需要）",
        "the ledger “{place}” cannot be written: its file and its folder must be writable, for reading too where a -wal or"
        " -journal file lies beside it",
    ),
    "SQLITE_BUSY": Sentence(
        "台账“{place}”被其他程序占用，等了 {seconds} 秒", "another program held the ledger “{place}” for {seconds} s"
    ),
    "SQLITE_FULL": Sentence(
        "磁盘已满，台账“{place}”无法写入", "the disk is full: the ledger “{place}” cannot be written"
    ),
}
SQLITE_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
# PostgreSQL: lock not available, serialization failure, deadlock.
POSTGRESQL_BUSY = ("55P03", "40001", "40P01")
SQLITE_UNAVAILABLE = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PROTOCOL")
REFUSED = Sentence("数据库拒绝访问台账“{place}”：{detail}", "the database refused the ledger “{place}”: {detail}")
UNREADABLE = Sentence(
    "台账“{place}”里有无法读取的内容（{detail}）：请⟦运行 scheduler log --verify，并从备份恢复‖告诉管理员⟧",
    "the ledger “{place}” holds what cannot be read ({detail}): ⟦run scheduler log --verify, and restore a backup‖tell the administrator⟧",
)


@contextmanager
def translate_failures(place: str) -> Iterator[None]:
    """Turn what Django raises inside into errors of this program.

    Parameters
    ----------
    place : str
        The ledger, as messages name it.

    Raises
    ------
    LedgerError
        `LedgerBusy` where others held the database too long, `LedgerUnavailable` where its disk or server does not
        answer, `LedgerDamaged` where it is not what was written.
    """
    from django.db import Error, InterfaceError, OperationalError

    try:
        yield
    except UnicodeDecodeError as error:  # SQLite quotes the schema that it cannot read
        raise LedgerDamaged(SQLITE_REFUSALS["SQLITE_CORRUPT"], place=place) from error
    except Error as error:
        name = "_".join(getattr(error.__cause__, "sqlite_errorname", "").split("_")[:2])
        state = getattr(error.__cause__, "sqlstate", None) or ""
        detail = str(error).partition("\n")[0].partition(" with text ")[0]  # which may be any bytes
        kind, sentence = LedgerError, SQLITE_REFUSALS.get(name, REFUSED)
        if name == "SQLITE_CORRUPT":
            kind = LedgerDamaged
        elif isinstance(error.__cause__, sqlite3.OperationalError) and name in ("", "SQLITE_ERROR"):
            kind, sentence = LedgerDamaged, UNREADABLE  # text that is none, a table that is not there
        elif name in SQLITE_BUSY or state in POSTGRESQL_BUSY:
            kind = LedgerBusy
        elif name in SQLITE_UNAVAILABLE or (isinstance(error, OperationalError | InterfaceError) and not name):
            kind = LedgerUnavailable
        raise kind(sentence, place=place, seconds=BUSY_SECONDS, detail=detail) from error
