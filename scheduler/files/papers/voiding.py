"""Making a version void: why, when and by whom, how a paper says so, and which files may be replaced."""

from __future__ import annotations

import os
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from scheduler.errors import InputError
from scheduler.files.reading.places import Place
from scheduler.files.writing.page import Look
from scheduler.i18n import Lang, Sentence

VOID_FOLDER = "已作废"
VOID_SIGN = Sentence("【已作废】", "[VOID]")
VOID_HEAD = Sentence("{sign}第 {version} 版 · {at}{by_version}", "{sign} version {version} · {at}{by_version}")
VOID_LINE = Sentence(
    "{sign}第 {version} 版自 {at} 起作废{by_version} · 原因：{because} · 经办：{by} · 请停止使用并交回",
    "{sign} Version {version} has been void since {at}{by_version} · because: {because} · by: {by} · do not use, return it",
)
REPLACED = Sentence("，由第 {n} 版取代", ", replaced by version {n}")
NOT_GIVEN = Sentence("未写", "not given")
CLOSED = Sentence(
    "没有在其他程序中打开的文件：请先关闭；确已关闭的，请删除锁文件",
    "a file that no other program has open: close it first; if it is closed, delete the lock file",
)
WRITABLE = Sentence("可以改写的文件（现为只读）", "a file that can be written (this one is read-only)")
PLACEABLE = Sentence("可以写入的位置", "a place that can be written to")


@dataclass(frozen=True)
class Voiding:
    """Why, when and by whom a version was made void.

    Attributes
    ----------
    at : datetime
        Zone-aware; printed in `zone`.
    replaced_by : int or None
        The version in force instead, if any.
    """

    status: Literal["superseded", "withdrawn"]
    at: datetime
    _: KW_ONLY
    by: str
    because: str
    replaced_by: int | None = None
    zone: str = "Asia/Shanghai"

    def __post_init__(self) -> None:
        if self.at.tzinfo is None or self.status not in ("superseded", "withdrawn"):
            raise ValueError(f"{self.status} at {self.at}: no way to make a version void")

    def say(self, sentence: Sentence, version: int, lang: Lang) -> str:
        """`VOID_LINE` or `VOID_HEAD` for a version."""
        return sentence.say(
            lang,
            sign=VOID_SIGN,
            version=version,
            at=f"{self.at.astimezone(ZoneInfo(self.zone)):%Y-%m-%d %H:%M}",
            by_version=REPLACED.say(lang, n=self.replaced_by) if self.replaced_by else "",
            because=" ".join(self.because.split()) or NOT_GIVEN,
            by=self.by or NOT_GIVEN,
        )


def check_free(path: Path) -> None:
    """Refuse a file that is read-only, or beside which a program has put its lock."""
    place = Place(path.name)
    locks = (f"~${path.name}", f".~lock.{path.name}#", f".~{path.name}")  # Excel, LibreOffice, WPS
    for lock in locks:
        if path.with_name(lock).exists():
            raise InputError([place.fault(CLOSED, lock)])
    if not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK):
        raise InputError([place.fault(WRITABLE)])


BAND = Look(bold=True, size=16, ink="FFFFFF", fill="C00000", across="left", wrap=True, boxed=False)
