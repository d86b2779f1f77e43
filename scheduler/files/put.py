"""The bytes of a workbook, and whether a file still has them."""

from __future__ import annotations

import io
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from scheduler.files.reading.archive import open_archive
from scheduler.files.reading.places import Place

KEPT_SUFFIX = ".bak"  # of a file that somebody has saved in the place of ours, and that is kept


def pack(book: Workbook, made_at: datetime) -> bytes:
    """The workbook's bytes; its parts are dated with the time of making, so the same edition gives the same bytes."""
    loose, packed = io.BytesIO(), io.BytesIO()
    ExcelWriter(book, ZipFile(loose, "w")).save()
    with ZipFile(loose) as parts, ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            archive.writestr(ZipInfo(name, made_at.timetuple()[:6]), parts.read(name), ZIP_DEFLATED)
    return packed.getvalue()


def is_as_packed(path: Path, moments: Collection[datetime]) -> bool:
    """Whether a workbook is as `pack` made it at one of these moments: every program dates the parts that it writes."""
    try:
        with open_archive(path, Place(path.name)) as archive:
            dates = {part.date_time for part in archive.infolist()}
    except BadZipFile:
        return False
    known = {(*at.timetuple()[:5], at.second // 2 * 2) for at in moments}  # an archive has every other second
    return len(dates) == 1 and dates <= known


def keep_if_altered(path: Path, folder: Path, packed_at: Collection[datetime]) -> list[Path]:
    """Move a workbook into a folder, under a name that no program opens by itself, if somebody has saved it since.

    Parameters
    ----------
    packed_at : collection of datetime
        See `is_as_packed`.

    Returns
    -------
    list of Path
        Where it is kept, if it is.

    Raises
    ------
    OSError
    InputError
        There is something else than a file.
    """
    if not path.exists() or is_as_packed(path, packed_at):
        return []
    number = 1
    while (kept := folder / f"{path.name}.{number}{KEPT_SUFFIX}").exists():
        number += 1
    return [path.replace(kept)]
