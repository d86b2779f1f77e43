"""Turns at a desk: whoever judges what the log says and then adds to it does so one after another.

A turn is held for as long as judging and writing files take, seconds, while the ledger's own lock is held for
milliseconds. It keeps nobody from reading or writing who does not ask for one, and it ends with its process.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from scheduler.errors import LedgerBusy, LedgerUnavailable
from scheduler.i18n import Sentence

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

TURN_SECONDS = 120.0  # that somebody waits; fifty approvals at once take forty on two cores
LOOK_SECONDS = 1.0  # between two looks whether Ctrl-C was pressed: SQLite's own wait is not interrupted

NOT_OUR_TURN = Sentence(
    "这个服务台还有别人在办理，等了 {seconds:.0f} 秒仍未轮到；什么都没有记入账册，请稍后再试",
    "others are still at work on this desk's rosters: in {seconds:.0f} s your turn did not come; nothing is recorded, try"
    " again later",
)
NO_TURN_FILE = Sentence(
    "无法锁定排队文件 {file}（{why}）；什么都没有记入账册，排除原因后可重试",
    "cannot lock {file}, by which commands take turns ({why}); nothing is recorded, and the command may run again once"
    " that is mended",
)


def not_our_turn() -> LedgerBusy:
    """What is told to whom the wait was too long."""
    return LedgerBusy(NOT_OUR_TURN, seconds=TURN_SECONDS)


@contextmanager
def take_turn(connection: BaseDatabaseWrapper, desk: str) -> Iterator[None]:
    """Wait for the turn at a desk and hold it; outside of any transaction.

    On PostgreSQL it is an advisory lock of the session, which the server gives in the order of asking. On SQLite it is the
    lock of an empty database beside the ledger, for all desks of that ledger, which SQLite gives to whoever asks first.

    Raises
    ------
    LedgerBusy
        It did not come in `TURN_SECONDS`.
    LedgerUnavailable
        The file beside an SQLite ledger cannot be locked.
    """
    if connection.vendor == "postgresql":
        with _lock_session(connection, f"roster ledger: turn at desk {desk}"):
            yield
    else:
        with _lock_file(Path(connection.settings_dict["NAME"])):
            yield


@contextmanager
def _lock_session(connection: BaseDatabaseWrapper, name: str) -> Iterator[None]:
    from django.db import Error, OperationalError

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{TURN_SECONDS:.0f}s"])
        try:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") == "55P03":  # lock not available
                raise not_our_turn() from error
            raise
        finally:
            with suppress(Error):  # a lost connection, of which the first error tells
                cursor.execute("RESET lock_timeout")
    try:
        yield
    finally:
        with suppress(Error), connection.cursor() as cursor:  # a lost connection holds no lock
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


@contextmanager
def _lock_file(ledger: Path) -> Iterator[None]:
    path, ends = ledger.with_name(f"{ledger.name}-turn"), monotonic() + TURN_SECONDS
    try:
        if not path.exists():
            path.touch()
            with suppress(OSError):  # it is another's already
                shutil.copymode(ledger, path)
        turn = sqlite3.connect(path, timeout=LOOK_SECONDS, isolation_level=None)
    except (OSError, sqlite3.OperationalError) as error:
        raise LedgerUnavailable(NO_TURN_FILE, file=path, why=error) from error
    with closing(turn):
        while True:
            try:
                turn.execute("BEGIN EXCLUSIVE")
                break
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname != "SQLITE_BUSY":
                    raise LedgerUnavailable(NO_TURN_FILE, file=path, why=error) from error
                if monotonic() > ends:
                    raise not_our_turn() from error
        yield
