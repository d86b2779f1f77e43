"""Files as bytes and as text, with limits on their size."""

from __future__ import annotations

from pathlib import Path

from scheduler.errors import InputError
from scheduler.files.reading.places import Place
from scheduler.i18n import Sentence

MOST_BYTES = 50 * 2**20
READABLE = Sentence("可以读取的文件", "a file that can be read")


def read_bytes(file: Path, place: Place) -> bytes:
    """The bytes of a file; raises `InputError` where it is none, too large or not to be read."""
    try:
        if not file.is_file():
            raise InputError([place.fault(Sentence("没有这个文件", "there is no such file"))])
        check_size(file.stat().st_size, MOST_BYTES, place)
        return file.read_bytes()
    except OSError as error:
        raise InputError([place.fault(READABLE, error.strerror or str(error))]) from error


def check_size(size: int, most: int, place: Place) -> None:
    """Raise an `InputError` for something of more than `most` bytes."""
    if size > most:
        expected = Sentence("至多 {most} MB", "at most {most} MB")
        raise InputError([place.fault(expected, f"{size / 2**20:.1f} MB", most=most // 2**20)])


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
