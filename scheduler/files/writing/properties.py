"""Which roster a workbook is, in its properties: read quickly, without opening the workbook."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree
from zipfile import BadZipFile

from scheduler.domain import Month
from scheduler.errors import Fault, InputError
from scheduler.files.reading.archive import open_archive
from scheduler.files.reading.file_bytes import READABLE
from scheduler.files.reading.places import Place
from scheduler.i18n import Lang, Sentence
from scheduler.passing import check_own

if TYPE_CHECKING:
    from openpyxl import Workbook

PROPERTIES = "docProps/custom.xml"
MOST_PROPERTY_BYTES = 2**20
ROSTER, HANDOUTS, SLIP = "roster", "handouts", "slip"
XLSX = Sentence("以 .xlsx 结尾的文件名", "a name that ends in .xlsx")
CHANGE_LOG, COMPARISON, HR, HR_CORRECTION = "change log", "comparison", "hr", "hr correction"
ATTENDANCE, SHEETS = "attendance", "sheets"


@dataclass(frozen=True)
class Stamp:
    """Which roster a workbook is, as its properties say.

    Attributes
    ----------
    status : str
        As in `Edition`; empty where it was not recorded.
    fingerprint : str
        See `VersionRow.fingerprint`; empty where it was not recorded.
    lang : str
        Language of the workbook.
    part : str
        `roster`, `handouts` for what is printed and given out, or `slip` for a person's own.
    head : str
        Where the log ended with the version's last step before this was written, as `SEQUENCE:HASH`; empty on papers of
        earlier releases.
    digest : str
        Of the version's whole content, as its log entry has it; empty on papers of earlier releases.
    reader : str
        For whom it was made, an audience or somebody's id; empty for everybody.
    """

    desk: str
    month: Month
    version: int
    _: KW_ONLY
    status: str = ""
    fingerprint: str = ""
    lang: Lang = "zh"
    part: str = ROSTER
    head: str = ""
    digest: str = ""
    reader: str = ""

    @property
    def is_void(self) -> bool:
        """Whether the version is superseded or withdrawn, so that nobody may use it."""
        return self.status in ("superseded", "withdrawn")


def read_stamp(path: Path) -> Stamp | None:
    """Which roster a workbook is; `None` where it is none of this program's, or no workbook at all.

    Only the properties are read, so a folder of workbooks is gone through quickly.

    Raises
    ------
    InputError
        When there is no such file, or it cannot be read.
    """
    found = _read_properties(path)
    if not (found.get("desk") and found.get("version", "").isdecimal()):
        return None
    try:
        month = Month.parse(found.get("month", ""))
    except ValueError:
        return None
    lang: Lang = "en" if found.get("lang") == "en" else "zh"
    names = ("status", "fingerprint", "part", "head", "digest", "reader")
    status, mark, part, head, digest, reader = (found.get(name, "") for name in names)
    return Stamp(
        found["desk"],
        month,
        int(found["version"]),
        status=status,
        fingerprint=mark,
        lang=lang,
        part=part or ROSTER,
        head=head,
        digest=digest,
        reader=reader,
    )


def is_marked_as(path: Path, part: str) -> bool:
    """Whether a workbook is one of this program's of that kind, which is no paper of a version.

    Raises
    ------
    InputError
        When there is no such file, or it cannot be read.
    """
    return _read_properties(path).get("part") == part


def check_own_workbook(path: Path, part: str, what: Sentence) -> None:
    """Refuse a name that is not a workbook's, and to write over anything but a workbook of that kind.

    Raises
    ------
    InputError
    """
    if path.suffix.lower() != ".xlsx":
        raise InputError([Fault(str(path), XLSX)])
    check_own(path, lambda there: is_marked_as(there, part), what)


def _read_properties(path: Path) -> dict[str, str]:
    """A workbook's own properties by name; none where it is no workbook."""
    try:
        with open_archive(path, Place(path.name)) as parts:
            if parts.getinfo(PROPERTIES).file_size > MOST_PROPERTY_BYTES:
                return {}
            root = ElementTree.fromstring(parts.read(PROPERTIES))
    except OSError as error:
        raise InputError([Place(path.name).fault(READABLE, error.strerror or str(error))]) from error
    except (
        BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        ElementTree.ParseError,
        RuntimeError,  # also of a part that is encrypted, or packed in a way that zipfile does not know
        ValueError,
    ):
        return {}
    # By local names: a strict workbook has other namespaces.
    return {each.get("name", ""): "".join(each.itertext()).strip() for each in root if each.tag.endswith("}property")}


def set_stamp(book: Workbook, stamp: Stamp) -> None:
    """Write a stamp into a workbook's properties, over the one that it has; others' properties stay."""
    facts = {
        "desk": stamp.desk,
        "month": str(stamp.month),
        "version": str(stamp.version),
        "lang": stamp.lang,
        "status": stamp.status,
        "fingerprint": stamp.fingerprint,
        "part": stamp.part,
        "head": stamp.head,
        "digest": stamp.digest,
        "reader": stamp.reader,
    }
    _set_properties(book, facts)


def mark_as(book: Workbook, part: str, facts: Mapping[str, str] | None = None) -> None:
    """Write into a workbook's properties which kind of this program's it is, and what it was made from."""
    _set_properties(book, {"part": part, **(facts or {})})


def read_marks(path: Path) -> dict[str, str]:
    """What a workbook's properties say of it by name; nothing where it is none of this program's.

    Raises
    ------
    InputError
        When there is no such file, or it cannot be read.
    """
    return _read_properties(path)


def _set_properties(book: Workbook, facts: Mapping[str, str]) -> None:
    from openpyxl.packaging.custom import StringProperty  # 0.3 s to import, and a stamp is read without it

    from scheduler.files.writing.page import clean

    properties: Any = book.custom_doc_props  # type: ignore[attr-defined]
    properties.props = [each for each in properties.props if each.name not in facts]
    for name, value in facts.items():
        if value:
            properties.append(StringProperty(name=name, value=clean(value)))
