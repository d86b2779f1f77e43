"""What a workbook may hold at most: its parts are counted before openpyxl makes objects of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple
from zipfile import ZipFile

from scheduler.errors import InputError
from scheduler.files.reading.file_bytes import MOST_BYTES, check_size
from scheduler.files.reading.places import Place
from scheduler.i18n import Sentence

CHUNK_BYTES = 2**20


class Limit(NamedTuple):
    """How many elements of a kind a workbook may hold, and what users call them."""

    most: int
    name: Sentence


# By the local name of the element. What Excel itself allows in a workbook is less for formats, and more for the rest.
LIMITS = {
    "c": Limit(300_000, Sentence("单元格（含只有格式的空格）", "cells, empty ones with a format included")),
    "row": Limit(300_000, Sentence("行（含只有格式的空行）", "rows, empty ones with a format included")),
    "si": Limit(200_000, Sentence("不同的文字", "different texts")),
    "r": Limit(50_000, Sentence("一格之内格式不同的文字", "texts that change their format within a cell")),
    "mergeCell": Limit(50_000, Sentence("合并区域", "merged areas")),
    "sheet": Limit(300, Sentence("工作表", "sheets")),
    "definedName": Limit(5_000, Sentence("名称", "defined names")),
    "numFmt": Limit(1_000, Sentence("数字格式", "number formats")),
    "xf": Limit(150_000, Sentence("单元格格式", "cell formats")),
}
PARTS = Sentence("部件", "parts")
ANYTHING = Limit(8_000_000, Sentence("各种元素", "elements of all kinds"))
COUNTED = re.compile(rb"<(?:[\w.-]+:)?(" + "|".join(LIMITS).encode() + rb"|f)[\s/>]")
MOST_FORMAT_CHARACTERS = 255  # of a number format, as in Excel; openpyxl takes far longer over longer ones
LONG_FORMAT = re.compile(rb"formatCode\s*=\s*(?:\"[^\"]{%d}|'[^']{%d})" % ((MOST_FORMAT_CHARACTERS + 1,) * 2))
LEAD_IN = re.compile(rb"\s*<")
DECLARATIONS = re.compile(rb"<!(?:DOCTYPE|ENTITY)")

TOO_MANY = Sentence(
    "至多 {most} 个{what}：请删去用不到的工作表，清除空白行列的格式，再另存为 .xlsx",
    "at most {most} {what}: delete the sheets that are not needed, clear the formats of empty rows and columns, and save"
    " it again as .xlsx",
)
PLAIN_PARTS = Sentence(
    "由 Excel、WPS 或 LibreOffice 保存的 .xlsx（这个文件的 {part} 不是它们写的样子）",
    "an .xlsx saved by Excel, WPS or LibreOffice (they do not write a {part} like this one's)",
)


def check_limits(parts: ZipFile, place: Place) -> bool:
    """Count what a workbook holds; whether there may be formulas in it, so that it has to be read twice.

    Raises
    ------
    InputError
        It holds too much of something, or what no spreadsheet program writes.
    """
    check_size(sum(part.file_size for part in parts.infolist()), 4 * MOST_BYTES, place)
    names = Counter(part.filename for part in parts.infolist())
    if twice := next((name for name, n in names.items() if n > 1), None):
        raise InputError([place.fault(PLAIN_PARTS, twice, part=twice)])
    found: Counter[str] = Counter()
    for name in names:
        if not name.endswith((".xml", ".rels", ".vml")):
            continue  # pictures, macros
        for chunk in _whole_tags(parts, name, place):
            found.update(match.decode() for match in COUNTED.findall(chunk))
            found["any"] += chunk.count(b"<")
            if DECLARATIONS.search(chunk) or LONG_FORMAT.search(chunk):
                raise InputError([place.fault(PLAIN_PARTS, name, part=name)])
            for kind, limit in LIMITS.items():
                check_limit(limit, found[kind] * (2 if kind == "c" and found["f"] else 1), name, place)
            check_limit(ANYTHING, found["any"], name, place)
    return found["f"] > 0


def check_limit(limit: Limit, found: int, part: str, place: Place) -> None:
    """Raise an `InputError` where a part of a workbook, or all of it, holds more of something than it may."""
    if found > limit.most:
        raise InputError(
            [place.fault(TOO_MANY, f"{found} (… {part})" if part else f"{found}", most=limit.most, what=limit.name)]
        )


def _whole_tags(parts: ZipFile, name: str, place: Place) -> Iterator[bytes]:
    """The content of a part in chunks that end before a tag; raises `InputError` where it is no XML in UTF-8."""
    with parts.open(name) as part:
        rest = b""
        first = True
        while chunk := part.read(CHUNK_BYTES):
            rest += chunk
            if first and not LEAD_IN.match(rest.removeprefix(b"\xef\xbb\xbf")):
                raise InputError([place.fault(PLAIN_PARTS, name, part=name)])
            first = False
            end = rest.rfind(b"<")
            yield rest[:end]
            rest = rest[end:]
            if len(rest) > CHUNK_BYTES:
                raise InputError([place.fault(PLAIN_PARTS, name, part=name)])
        yield rest
