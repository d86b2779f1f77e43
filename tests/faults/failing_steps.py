"""A disk and a SQLite ledger that fail at a chosen step of a command, in this process.

Steps are counted in the order in which they are taken: files opened for writing, written, flushed and synchronised,
moved, linked and removed, folders made and removed; and what is said to the ledger, each statement and each commit.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

# What a disk says: no space, read-only, not allowed, broken, name too long.
DISK_ERRORS = ("ENOSPC", "EROFS", "EACCES", "EIO", "ENAMETOOLONG")
LEDGER_ERRORS = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_BUSY")
MOVES = ("replace", "rename", "link", "unlink", "mkdir", "rmdir", "utime")


@dataclass
class Steps:
    """The steps of a command below some folders.

    Attributes
    ----------
    roots : tuple of Path
        Only files below these count; so libraries read theirs.
    fail_at : int
        The step that fails, counted from 1; 0 for none.
    error : str
        What it fails with: one of `DISK_ERRORS` at a step of the disk, of `LEDGER_ERRORS` at one of the ledger.
    for_good : bool
        Whether every step of its kind after it fails too.
    taken : list of str
        What the steps were.
    """

    roots: tuple[Path, ...]
    fail_at: int = 0
    error: str = ""
    for_good: bool = False
    taken: list[str] = field(default_factory=list)

    def is_ours(self, path: Any) -> bool:
        if not isinstance(path, str | os.PathLike):
            return False
        return any(Path(path).absolute().is_relative_to(root) for root in self.roots)

    def disk(self, what: str, path: Any = None, other: Any = None) -> None:
        """A step of the disk."""
        if self._is_to_fail(what, DISK_ERRORS):
            number = getattr(errno, self.error)
            paths = () if path is None else (str(path),) if other is None else (str(path), None, str(other))
            raise OSError(number, os.strerror(number), *paths)

    def ledger(self, what: str) -> None:
        """A step of the ledger."""
        if self._is_to_fail(f"ledger {what}", LEDGER_ERRORS):
            failure = sqlite3.OperationalError(f"injected {self.error}")
            failure.sqlite_errorname = self.error
            failure.sqlite_errorcode = getattr(sqlite3, self.error)
            raise failure

    def _is_to_fail(self, what: str, errors: tuple[str, ...]) -> bool:
        self.taken.append(what)
        now = len(self.taken)
        return self.error in errors and (now == self.fail_at or (self.for_good and 0 < self.fail_at <= now))


class _Written:
    """A file open for writing, whose writes are steps."""

    def __init__(self, file: Any, steps: Steps, path: Any) -> None:
        self._file, self._steps, self._path = file, steps, path

    def write(self, content: Any) -> int:
        self._steps.disk("write", self._path)
        return int(self._file.write(content))

    def flush(self) -> None:
        self._steps.disk("flush", self._path)
        self._file.flush()

    def __enter__(self) -> _Written:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@contextmanager
def failing(steps: Steps) -> Iterator[Steps]:
    """Let the steps of whatever runs inside be counted, and fail where they are to."""
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.sqlite3.base import SQLiteCursorWrapper

    opened, executed = io.open, SQLiteCursorWrapper.execute
    committed: Callable[[Any], None] = getattr(BaseDatabaseWrapper, "_commit")  # noqa: B009 - it has no type

    def opening(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        if not set(mode) & set("wxa+") or not steps.is_ours(file):
            return opened(file, mode, *args, **kwargs)
        steps.disk("open", file)
        return _Written(opened(file, mode, *args, **kwargs), steps, file)

    def moving(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def move(path: Any, *args: Any, **kwargs: Any) -> Any:
            if steps.is_ours(path):
                steps.disk(name, path, args[0] if name in ("replace", "rename", "link") else None)
            return real(path, *args, **kwargs)

        return move

    def syncing(number: int) -> None:
        steps.disk("fsync")

    def executing(cursor: Any, query: str, params: Any = None) -> Any:
        if cursor.connection.execute("PRAGMA database_list").fetchone()[
            2
        ]:  # not the one in memory, of which one is made
            steps.ledger(query.split()[0].lower())
        return executed(cursor, query, params)

    def committing(wrapper: Any) -> None:
        if wrapper.connection is not None and wrapper.settings_dict["NAME"] != ":memory:":
            with wrapper.wrap_database_errors:
                steps.ledger("commit")
        committed(wrapper)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(io, "open", opening)
        patch.setattr(builtins, "open", opening)
        patch.setattr(os, "fsync", syncing)
        for name in MOVES:
            patch.setattr(os, name, moving(name, getattr(os, name)))
        patch.setattr(SQLiteCursorWrapper, "execute", executing)
        patch.setattr(BaseDatabaseWrapper, "_commit", committing)
        yield steps


def kinds(steps: Steps) -> dict[str, int]:
    """How many steps of each kind there were."""
    return dict(Counter("ledger" if each.startswith("ledger") else "disk" for each in steps.taken))
