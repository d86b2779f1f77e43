"""Where a desk's ledger and papers are."""

from __future__ import annotations

import os
from pathlib import Path

from scheduler.app.heads import find_heads_file
from scheduler.errors import LedgerError
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.files.reading.workbook import WORKBOOKS
from scheduler.i18n import Sentence
from scheduler.ledger.store import Ledger, default_url, is_ledger_there

NO_ROSTER = Sentence("还没有排班⟦：先运行 generate‖⟧", "no roster yet⟦: run generate first‖⟧")

STORE_VARIABLE = "SCHEDULER_STORE"


def store_url(desk: Path, store: str | None) -> str:
    """The ledger's URL: as given, else from the environment, else a file beside the desk."""
    return store or os.environ.get(STORE_VARIABLE) or default_url(desk)


def open_known_ledger(desk: Path, store: str | None) -> Ledger | None:
    """The desk's ledger where there is one; a reading command makes none."""
    url = store_url(desk, store)
    return Ledger(url) if is_ledger_there(url) else None


def open_existing_ledger(desk: Path, store: str | None) -> Ledger:
    """The desk's ledger, for what reads a version of it.

    Raises
    ------
    LedgerError
        There is none.
    """
    ledger = open_known_ledger(desk, store)
    if ledger is None:
        raise LedgerError(NO_ROSTER)
    return ledger


def open_ledger(files: DeskFiles, store: str | None) -> Ledger:
    """The desk's ledger, to be written: made where there is none; each commit's head is noted where the desk has that done.

    Raises
    ------
    LedgerError
    InputError
        Heads cannot be noted where they should be, or there is no such group for files that are not everybody's.
    """
    heads = find_heads_file(files.path, files.heads)
    if heads:
        heads.check()
    files.check_access()
    return Ledger(store_url(files.path, store), heads.append if heads else None, access=files.access)


def desk_folder(desk: Path) -> Path:
    """Where a desk's papers are, unless said otherwise."""
    return (desk if desk.is_dir() else desk.parent) / "rosters"


def is_desk(path: Path) -> bool:
    """Whether a path looks like a desk: a folder with settings, or a workbook."""
    return (path / "desk.toml").is_file() or (path.is_file() and path.suffix.lower() in WORKBOOKS)
