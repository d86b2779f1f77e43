"""Files as bytes and as text: regular files only, with limits on their size."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from scheduler.errors import InputError
from scheduler.files.reading.places import Place
from scheduler.i18n import Sentence

MOST_BYTES = 50 * 2**20
READABLE = Sentence("可以读取的文件", "a file that can be read")
THERE = Sentence("没有这个文件", "there is no such file")
REGULAR = Sentence("普通文件，而不是文件夹、管道或设备", "an ordinary file: this is a folder, a pipe or a device")


def open_regular(file: Path, place: Place) -> BinaryIO:
    """Open a file for reading, if it is a regular file: a pipe or a device could keep us waiting, or never end.

    Raises
    ------
    InputError
        There is no such file, it is none, or it cannot be read.
    """
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise InputError([place.fault(REGULAR)])
        waiting = getattr(os, "O_NONBLOCK", 0)  # where a pipe has just taken the file's place; Windows has none
        opened = os.open(file, os.O_RDONLY | waiting | getattr(os, "O_BINARY", 0))
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            os.close(opened)
            raise InputError([place.fault(REGULAR)])
        return os.fdopen(opened, "rb")
    except FileNotFoundError as error:
        raise InputError([place.fault(THERE)]) from error
    except (OSError, ValueError) as error:  # a name with a null character is no OSError
        raise InputError([place.fault(READABLE, getattr(error, "strerror", None) or str(error))]) from error


def read_bytes(file: Path, place: Place, most: int = MOST_BYTES) -> bytes:
    """The bytes of a file; raises `InputError` where it is none, of more than `most` bytes or not to be read."""
    with open_regular(file, place) as opened:
        try:
            content = opened.read(most + 1)  # it may grow while it is read
            check_size(max(len(content), os.fstat(opened.fileno()).st_size), most, place)
        except OSError as error:
            raise InputError([place.fault(READABLE, error.strerror or str(error))]) from error
    return content


def check_size(size: int, most: int, place: Place) -> None:
    """Raise an `InputError` for something of more than `most` bytes."""
    if size > most:
        unit, name = (2**20, "MB") if most >= 10 * 2**20 else (2**10, "KB")
        expected = Sentence("至多 {most} {unit}", "at most {most} {unit}")
        raise InputError(
            [
                place.fault(
                    expected,
                    f"{size / unit:.1f} {name}" if name == "MB" else f"{size >> 10} {name}",
                    most=most // unit,
                    unit=name,
                )
            ]
        )


def decode_text(content: bytes, place: Place) -> str:
    """A text file's content; raises `InputError` where its encoding is none that we know."""
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    expected = Sentence(
        "编码无法识别：请存为 UTF-8、GB18030 或带 BOM 的 UTF-16 文本",
        "unknown encoding: save the file as text in UTF-8, in GB18030, or in UTF-16 with a BOM",
    )
    raise InputError([place.fault(expected)])
