"""An edition as a workbook: all its sheets in one file, the same bytes for the same edition."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.files.put import pack
from scheduler.files.writing.edition import Edition
from scheduler.files.writing.page import Look, Page, clean, set_paper
from scheduler.files.writing.properties import Stamp, set_stamp
from scheduler.files.writing.sheets import SHEETS
from scheduler.i18n import Lang, Sentence
from scheduler.passing import Access, put_file


def write_workbook(path: Path, edition: Edition, lang: Lang, access: Access | None = None) -> None:
    """Write an edition of a roster; a file of that name is replaced in one step, or left as it was.

    Parameters
    ----------
    access : Access, optional
        Who may read it; see `put_file`.

    Raises
    ------
    OSError
        When the file cannot be written.
    """
    put_file(path, pack(_workbook(edition, lang), edition.made_at), access)


def sheet_values(edition: Edition, title: Sentence, lang: Lang) -> list[tuple[Any, ...]]:
    """The values of one sheet of an edition's workbook, row by row, as they would be written."""
    sheet: Worksheet = Workbook().create_sheet(title.say(lang))
    next(wanted for wanted in SHEETS if wanted.title == title).write(Page(sheet, {}), edition, lang)
    return list(sheet.iter_rows(values_only=True))


def _workbook(edition: Edition, lang: Lang) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    styles: dict[Look, Any] = {}
    for wanted in (sheet for sheet in SHEETS if sheet.wanted(edition)):
        sheet: Worksheet = book.create_sheet(wanted.title.say(lang))
        set_paper(sheet, edition, lang)
        wanted.write(Page(sheet, styles), edition, lang)
    made_at = edition.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.properties.title = clean(edition.title(lang))
    book.properties.creator = clean(edition.problem.desk.name)
    book.properties.created = book.properties.modified = made_at
    problem = edition.problem
    set_stamp(
        book,
        Stamp(
            problem.desk.id,
            problem.month,
            edition.version,
            status=edition.status,
            fingerprint=edition.fingerprint,
            lang=lang,
            head=edition.head,
            digest=edition.digest,
            reader=edition.reader.stamp,
        ),
    )
    return book
