"""What the database's errors mean to the user."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from scheduler.errors import LedgerBusy, LedgerError, LedgerUnavailable
from scheduler.i18n import Sentence
from scheduler.ledger.connection import BUSY_SECONDS

# By the first two words of the errors' names.
SQLITE_REFUSALS = {
    "SQLITE_NOTADB": Sentence("“{place}”不是台账文件", "“{place}” is not a ledger file"),
    "SQLITE_CORRUPT": Sentence(
        "台账“{place}”已损坏，请从备份恢复", "the ledger “{place}” is damaged; restore a backup"
    ),
    "SQLITE_CANTOPEN": Sentence(
        "无法打开台账“{place}”：没有权限，或者它不是文件",
        "cannot open the ledger “{place}”: no permission, or not a file",
    ),
    "SQLITE_READONLY": Sentence("台账“{place}”只能读、不能写", "the ledger “{place}” can be read but not written"),
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
        `LedgerBusy` where others held the database too long, `LedgerUnavailable` where its disk or server does not answer.
    """
    from django.db import Error, InterfaceError, OperationalError

    try:
        yield
    except Error as error:
        name = "_".join(getattr(error.__cause__, "sqlite_errorname", "").split("_")[:2])
        state = getattr(error.__cause__, "sqlstate", None) or ""
        detail = str(error).partition("\n")[0]
        kind = LedgerError
        if name in SQLITE_BUSY or state in POSTGRESQL_BUSY:
            kind = LedgerBusy
        elif name in SQLITE_UNAVAILABLE or (isinstance(error, OperationalError | InterfaceError) and not name):
            kind = LedgerUnavailable
        raise kind(SQLITE_REFUSALS.get(name, REFUSED), place=place, seconds=BUSY_SECONDS, detail=detail) from error
