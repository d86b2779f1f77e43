"""The bytes of a workbook; and, from `scheduler.passing`, putting files where they belong."""

from __future__ import annotations

import io
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from scheduler.passing import put_file

__all__ = ["pack", "put_file"]


def pack(book: Workbook, made_at: datetime) -> bytes:
    """The workbook's bytes; its parts are dated with the time of making, so the same edition gives the same bytes."""
    loose, packed = io.BytesIO(), io.BytesIO()
    ExcelWriter(book, ZipFile(loose, "w")).save()
    with ZipFile(loose) as parts, ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            archive.writestr(ZipInfo(name, made_at.timetuple()[:6]), parts.read(name), ZIP_DEFLATED)
    return packed.getvalue()
