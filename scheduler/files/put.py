"""Files in one step: the bytes of a workbook, and putting them where they belong."""

from __future__ import annotations

import io
import os
import uuid
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter


def put_file(path: Path, content: bytes) -> Path:
    """Write a file in one step: it is there in full, or what stood there stays.

    Raises
    ------
    OSError
        When it cannot be written.
    """
    beside = path.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def pack(book: Workbook, made_at: datetime) -> bytes:
    """The workbook's bytes; its parts are dated with the time of making, so the same edition gives the same bytes."""
    loose, packed = io.BytesIO(), io.BytesIO()
    ExcelWriter(book, ZipFile(loose, "w")).save()
    with ZipFile(loose) as parts, ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            archive.writestr(ZipInfo(name, made_at.timetuple()[:6]), parts.read(name), ZIP_DEFLATED)
    return packed.getvalue()
