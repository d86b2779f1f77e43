"""The ledger and the desk that a file belongs to, looked for around it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from scheduler.app.locations import STORE_VARIABLE, desk_folder, is_desk, store_url
from scheduler.errors import InputError, LedgerError
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.places import Place
from scheduler.files.writing.properties import Stamp
from scheduler.i18n import Sentence
from scheduler.ledger.store import is_ledger_there

LEVELS = 4  # folders above a file's own in which a ledger or a desk is looked for

VERSIONS_TABLE = "ledger_version"

NO_LEDGER_NEAR = Sentence(
    "附近没有账册：请用 --desk 指明部门，或用 --store 指明账册",
    "no ledger near this file: say which desk with --desk, or which ledger with --store",
)
NO_LEDGER = Sentence("“{place}”没有账册：还没有排过班", "no ledger at “{place}”: no roster was ever made")
NO_DESK_NEAR = Sentence("附近没有部门数据：请用 --desk 指明", "no desk near this file: say which with --desk")
SEVERAL_DESKS = Sentence(
    "附近有几个部门，不知是哪一个：请用 --desk 指明", "several desks near this file: say which with --desk"
)


def _folders_near(path: Path) -> Iterator[Path]:
    """Folders in which a file's desk may be: its own, those above it, the current one and those in that."""
    own = path.absolute().parent
    yield from (own, *own.parents)[: LEVELS + 1]
    yield Path.cwd()
    with suppress(OSError):
        yield from sorted(folder for folder in Path.cwd().iterdir() if folder.is_dir())


def _ledger_files(folder: Path) -> list[Path]:
    """The SQLite ledgers in a folder."""
    return [file for file in _files_named_so(folder) if _holds_versions(file)]


def _files_named_so(folder: Path) -> list[Path]:
    """Files in a folder that are called as ledgers are."""
    with suppress(OSError):
        return [
            file for file in (folder / "ledger.sqlite3", *sorted(folder.glob("*.ledger.sqlite3"))) if file.is_file()
        ]
    return []


def _holds_versions(file: Path) -> bool:
    """Whether a database is a ledger; opening another program's as one would put our tables into it."""
    with (
        suppress(sqlite3.Error, UnicodeDecodeError),
        closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as found,
    ):
        tables = found.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [VERSIONS_TABLE])
        return tables.fetchone() is not None
    return False


def ledgers_near(path: Path, desk: Path | None, store: str | None) -> list[str]:
    """The ledgers to ask about a file, the nearest first.

    Raises
    ------
    InputError
        There is none.
    """
    given = store or (store_url(desk, None) if desk else os.environ.get(STORE_VARIABLE))
    if given:
        if not is_ledger_there(given):  # to open it would make it
            raise LedgerError(NO_LEDGER, place=given.removeprefix("sqlite:///"))
        return [given]
    files = dict.fromkeys(file.resolve() for folder in _folders_near(path) for file in _ledger_files(folder))
    if not files:  # to open one says what is wrong with it
        files = dict.fromkeys(file.resolve() for folder in _folders_near(path) for file in _files_named_so(folder))
    if not files:
        raise InputError([Place(path.name).fault(NO_LEDGER_NEAR)])
    return [f"sqlite:///{file}" for file in files]


def is_ledger_named(desk: Path | None, store: str | None) -> bool:
    """Whether somebody says which ledger to ask, so that none is looked for near the file."""
    return bool(store or desk or os.environ.get(STORE_VARIABLE))


def homes_of(url: str) -> tuple[Path, ...]:
    """The desks beside a ledger's file; none for a server's."""
    file = url.removeprefix("sqlite:///")
    return () if file == url else tuple(_desks(Path(file).absolute().parent))


def paper_folders(path: Path, desk: Path | None, url: str) -> list[Path]:
    """Folders in which a desk's papers may be."""
    own = path.absolute().parent
    folders = [desk_folder(desk)] if desk else []
    folders += [desk_folder(Path(url.removeprefix("sqlite:///")))] if url.startswith("sqlite:///") else []
    return [*folders, own, own.parent]


def _desks(folder: Path) -> list[Path]:
    """The desks in a folder: itself, or workbooks that have a ledger beside them."""
    if is_desk(folder):
        return [folder]
    beside = [file.with_name(file.name.removesuffix(".ledger.sqlite3")) for file in _ledger_files(folder)]
    books = [book.with_name(f"{book.name}{suffix}") for book in beside for suffix in (".xlsx", ".xlsm")]
    return [book for book in books if is_desk(book)]


def desk_of_copy(path: Path, stamp: Stamp | None) -> Path:
    """The desk that a workbook is of, looked for near it.

    Raises
    ------
    InputError
        There is none, or there are several.
    """
    near = list({desk.resolve(): desk for folder in _folders_near(path) for desk in _desks(folder)}.values())
    for desk in near if stamp else ():
        with suppress(InputError):
            if stamp and read_desk(desk).desk.id == stamp.desk:
                return desk
    homes = [desk if desk.is_dir() else desk.parent for desk in near]
    above = [home for home in homes if path.resolve().is_relative_to(home.resolve())]
    found = [desk for desk, home in zip(near, homes, strict=True) if home == above[0]] if above else near
    if len(found) != 1:
        raise InputError([Place(path.name).fault(SEVERAL_DESKS if found else NO_DESK_NEAR)])
    return found[0]
