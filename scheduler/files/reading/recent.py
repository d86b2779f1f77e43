"""A desk as it was read last, where none of its files has changed since: for those who look, many at once."""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from scheduler import clock
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.files.reading.workbook import WORKBOOKS

MOST_KEPT = 16  # desks
KINDS = (".csv", ".toml", *WORKBOOKS)


class _Read(NamedTuple):
    marks: tuple[object, ...]
    files: DeskFiles


_kept: OrderedDict[Path, _Read] = OrderedDict()
_locks: dict[Path, Lock] = {}
_guard = Lock()


def read_recent(desk: Path) -> DeskFiles:
    """The desk, read anew where a file of its tables, or the hour, is another than when it was read last.

    Whoever records something reads the desk itself. What others read meanwhile is waited for, not done twice.

    Raises
    ------
    InputError
        As `read_desk`.
    """
    with _guard:
        lock = _locks.setdefault(desk, Lock())
    with lock:
        marks = _mark(desk)
        known = _kept.get(desk)
        if known is None or known.marks != marks:
            known = _Read(marks, read_desk(desk))
            with _guard:
                _kept[desk] = known
                while len(_kept) > MOST_KEPT:
                    _kept.popitem(last=False)
        return known.files


def _mark(desk: Path) -> tuple[object, ...]:
    """What is another once a file was replaced or written to; what it is of the day goes by the hour."""
    marks: list[object] = [f"{clock.now():%Y-%m-%dT%H}"]
    try:
        for name, found in _list(desk):
            marks.append((name, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns))
    except OSError:
        marks.append(object())  # it is read, and says what is wrong
    return tuple(marks)


def _list(desk: Path) -> list[tuple[str, os.stat_result]]:
    """The files that a desk may be read from: whatever could be a table or the settings."""
    if desk.is_file():
        return [(desk.name, desk.stat())]
    with os.scandir(desk) as entries:
        found = [one for one in entries if one.name.lower().endswith(KINDS)]
        return sorted((one.name, one.stat()) for one in found)
