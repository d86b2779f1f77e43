"""A ledger as it is at one moment, by the store's own means: to be looked into without touching it, and to be kept.

An SQLite ledger is copied by SQLite's backup. A server's rows are read in one
transaction and written into an SQLite ledger, so that a backup is always the same
kind of file; hashes do not depend on where a row is kept.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from scheduler.errors import LedgerError
from scheduler.i18n import Sentence
from scheduler.ledger.connection import BUSY_SECONDS
from scheduler.ledger.failures import translate_failures
from scheduler.ledger.sqlite_file import check_file, make_file
from scheduler.ledger.store import Ledger

BESIDE = ("-journal", "-wal")  # what belongs to a file that somebody has not left in order
NOT_THERE = Sentence("“{place}”没有账册", "there is no ledger at “{place}”")


@contextmanager
def read_ledger(url: str) -> Iterator[Ledger]:
    """A ledger to be looked into and left as it is: of an SQLite file a copy, whatever release wrote it; a server read-only.

    Raises
    ------
    LedgerError
        There is none, it cannot be read, or a server's was not brought up to date yet.
    """
    path = url.removeprefix("sqlite:///")
    if path == url:
        with Ledger(url, to_read=True) as ledger:
            yield ledger
        return
    with copied_file(Path(path)) as copy, Ledger(f"sqlite:///{copy}", place=str(Path(path).absolute())) as ledger:
        yield ledger


@contextmanager
def copied_file(path: Path) -> Iterator[Path]:
    """A copy of an SQLite ledger, gone afterwards.

    Raises
    ------
    LedgerError
        There is none, or something else.
    """
    if not check_file(path):
        raise LedgerError(NOT_THERE, place=path)
    with TemporaryDirectory(prefix="scheduler-ledger-") as folder:
        copy = Path(folder) / path.name
        try:
            with (
                closing(
                    sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)
                ) as source,
                closing(sqlite3.connect(copy)) as target,
            ):
                source.backup(target)
        except sqlite3.Error:  # what is wrong with it is told when the copy is opened
            with translate_failures(str(path)):
                copy_as_it_is(path, copy)
        yield copy


def copy_as_it_is(path: Path, copy: Path) -> None:
    """Copy a file that SQLite does not read without writing to it, with what a killed command left beside it."""
    shutil.copyfile(path, copy)
    for end in BESIDE:
        with suppress(FileNotFoundError):
            shutil.copyfile(f"{path}{end}", f"{copy}{end}")


def snapshot(url: str) -> bytes:
    """A ledger with all its desks at one moment, as the bytes of an SQLite ledger.

    Raises
    ------
    LedgerError
    """
    path = url.removeprefix("sqlite:///")
    if path != url:
        with copied_file(Path(path)) as copy:
            return copy.read_bytes()
    with TemporaryDirectory(prefix="scheduler-ledger-") as folder:
        copy = Path(folder) / "ledger.sqlite3"
        make_file(copy)
        with Ledger(url, to_read=True) as source, Ledger(f"sqlite:///{copy}") as target:
            source.copy_rows(target)
        return copy.read_bytes()
