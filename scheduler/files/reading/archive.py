"""A workbook as a zip archive: its list of parts is looked at before anybody reads it whole."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from scheduler.files.reading.file_bytes import open_regular
from scheduler.files.reading.places import Place

MOST_PARTS = 5_000
MOST_DIRECTORY_BYTES = 2**20  # of the list of parts, which `ZipFile` reads whole

END = struct.Struct("<4s4H2LH")  # the record at the end of an archive, as in the format's specification, 4.3.16
END_MARK, LARGE_MARK = b"PK\x05\x06", b"PK\x06\x07"
LONGEST_COMMENT = 2**16


OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"


class TooManyParts(BadZipFile):
    """An archive with more parts than any workbook has."""


def check_directory(file: BinaryIO) -> None:
    """Check the size that an archive gives for its list of parts; the file is at its beginning afterwards.

    Raises
    ------
    TooManyParts
    BadZipFile
        It is no archive, or one for more than 4 GB.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - END.size - LONGEST_COMMENT))
    tail = file.read()
    at = tail.rfind(END_MARK)
    file.seek(0)
    if at < 0 or len(tail) < at + END.size or LARGE_MARK in tail[max(0, at - 20) : at]:
        raise BadZipFile("no archive of a workbook")
    _, _, _, _, parts, bytes_of_list, _, _ = END.unpack_from(tail, at)
    if parts > MOST_PARTS or bytes_of_list > MOST_DIRECTORY_BYTES:
        raise TooManyParts(str(parts))


def is_open_document(parts: ZipFile) -> bool:
    """Whether an archive is an OpenDocument workbook."""
    return "mimetype" in parts.namelist() and parts.read("mimetype").strip().startswith(OPEN_DOCUMENT)


@contextmanager
def open_archive(path: Path, place: Place) -> Iterator[ZipFile]:
    """Open a workbook's archive for reading.

    Raises
    ------
    InputError
        There is no such file, it is no regular one, or it cannot be read.
    BadZipFile
        It is no archive, or one with too many parts.
    """
    with open_regular(path, place) as file:
        check_directory(file)
        with ZipFile(file) as parts:
            yield parts
