"""Makes a roster's workbook void.

A void workbook is the old one re-issued: a new first row on every sheet, a
coloured tab, and the same words at the head of every page that is printed.
What pointed at cells moves down with them; formulas become their results, as
a record has nothing left to compute.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.errors import InputError
from scheduler.files.papers.row_shift import move_sheet_down
from scheduler.files.papers.voiding import (
    BAND,
    CLOSED,
    NO_STAMP,
    PLACEABLE,
    VOID_HEAD,
    VOID_LINE,
    VOID_SIGN,
    Voiding,
    check_free,
)
from scheduler.files.put import pack, put_file
from scheduler.files.reading.file_bytes import read_bytes
from scheduler.files.reading.places import Place
from scheduler.files.reading.workbook import open_workbook
from scheduler.files.writing.labels import EDITION
from scheduler.files.writing.page import FONT, Page, clean
from scheduler.files.writing.properties import Stamp, read_stamp, set_stamp
from scheduler.i18n import LANGS, Lang, Sentence
from scheduler.workflow.version import PRINTED_STATUS_NAMES

OTHER_FILE = Sentence("没有文件，或同一版已作废的文件", "no file, or the same version, already void")


def void_workbook(path: Path, target: Path, voiding: Voiding, lang: Lang | None = None) -> Stamp:
    """Re-issue a workbook as void at `target`, and remove the old one once the new one is there.

    Parameters
    ----------
    path : Path
        A workbook of this program, as it was written or as another program saved it.
    target : Path
        Where the void one goes, by custom into the folder `VOID_FOLDER` beside it; its folder is made.
        The same version, made void before, is written over; any other file is not.
    lang : str, optional
        Language of the words; the workbook's own by default.

    Returns
    -------
    Stamp
        That of the void workbook.

    Raises
    ------
    InputError
        When the workbook is not ours, is open elsewhere, read-only or damaged, or `target` cannot be
        written. Everything is then as it was.
    """
    place = Place(path.name)
    old = read_stamp(path)
    if old is None:
        raise InputError([place.fault(NO_STAMP)])
    check_free(path)
    same = target.exists() and target.resolve() == path.resolve()
    fresh = not target.exists()
    if not fresh and not same and not _is_void_copy(target, old):
        raise InputError([Place(str(target)).fault(OTHER_FILE)])
    stamp = replace(old, status=voiding.status, lang=lang or old.lang)
    void = _void(_values(read_bytes(path, place), place), stamp, voiding)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        put_file(target, void)
    except OSError as error:
        raise InputError([Place(str(target)).fault(PLACEABLE, error.strerror or str(error))]) from error
    if not same:
        try:
            path.unlink(missing_ok=True)  # another command may just have done the same
        except OSError as error:  # a program that opened it meanwhile: two copies, one of them valid, must not be
            if fresh:
                target.unlink(missing_ok=True)
            raise InputError([place.fault(CLOSED, error.strerror or str(error))]) from error
    return stamp


def _is_void_copy(target: Path, old: Stamp) -> bool:
    found = read_stamp(target) if target.is_file() else None
    return (
        found is not None
        and found.is_void
        and (found.desk, found.month, found.version, found.part) == (old.desk, old.month, old.version, old.part)
    )


def _values(packed: bytes, place: Place) -> Workbook:
    """A workbook with results in place of formulas; a formula without its result becomes its text."""
    book = open_workbook(packed, place)
    formulas = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    if formulas:
        results = open_workbook(packed, place, data_only=True)
        for cell in formulas:
            result = results[cell.parent.title][cell.coordinate].value
            written = str(getattr(cell.value, "text", cell.value))  # an array formula is an object
            cell.value = written if result is None else result
            if result is None or isinstance(result, str):
                cell.data_type, cell.quotePrefix = "s", True
    return book


def _void(book: Workbook, stamp: Stamp, voiding: Voiding) -> bytes:
    lang = stamp.lang
    line, head = (voiding.say(each, stamp.version, lang) for each in (VOID_LINE, VOID_HEAD))
    status = PRINTED_STATUS_NAMES[voiding.status].say(lang)
    footer = EDITION.say(lang, version=stamp.version, status=status)
    for sheet in book.worksheets:
        if not str(sheet.cell(1, 1).value or "").startswith(tuple(VOID_SIGN)):
            move_sheet_down(sheet)
        _put_line(Page(sheet, {}), clean(line))
        _unsay(sheet, status)
    pages: list[Any] = [*book.worksheets, *book.chartsheets]
    for each in pages:
        _mark_pages(each, clean(head).replace("&", "＆"), clean(footer).replace("&", "＆"))
    book.defined_names.clear()  # they point at cells that have moved; what prints is kept with the sheets
    set_stamp(book, stamp)
    title = book.properties.title or ""
    book.properties.title = title if title.startswith(VOID_SIGN.say(lang)) else f"{VOID_SIGN.say(lang)}{title}"
    book.properties.modified = voiding.at.astimezone(ZoneInfo("UTC")).replace(tzinfo=None, microsecond=0)
    book.properties.lastModifiedBy = clean(voiding.by)
    return pack(book, voiding.at)


BAND_WIDTH = (60, 130)  # spreadsheet units that the line takes: enough to be read, and within a screen
ROW_HEIGHT = 24  # points a line
MOST_COLUMNS = 256  # of a sheet that are looked at


def _put_line(page: Page, line: str) -> None:
    """Put the red line above the head of a sheet."""
    sheet = page.sheet
    for area in [str(area) for area in sheet.merged_cells.ranges if area.min_row == 1]:
        sheet.unmerge_cells(area)
    widths = _widths(sheet)
    across, room = 0, 0.0
    while room < BAND_WIDTH[0] or (across < sheet.max_column and room < BAND_WIDTH[1]):
        across += 1
        room += widths.get(across, 8.43)
    for column in range(1, max(across, min(sheet.max_column, MOST_COLUMNS)) + 1):
        page.put(1, column, line if column == 1 else None, BAND)
    page.merge(1, 1, 1, across)
    page.set_height(1, min(409, ROW_HEIGHT * page.lines(line, room * 10 / BAND.size)))
    sheet.row_dimensions[1].hidden = False
    sheet.sheet_properties.tabColor = BAND.fill
    sheet.sheet_view.topLeftCell = None


def _widths(sheet: Worksheet) -> dict[int, float]:
    """Widths by column; other programs write one entry for a run of like columns, and hide some."""
    found = {}
    for entry in sheet.column_dimensions.values():
        first, last = entry.min or 1, min(entry.max or entry.min or 1, MOST_COLUMNS)
        found.update(dict.fromkeys(range(first, last + 1), 0.0 if entry.hidden else entry.width))
    return found


def _unsay(sheet: Worksheet, status: str) -> None:
    """Correct the status where the sheet's head tells it."""
    words = "|".join(re.escape(PRINTED_STATUS_NAMES[each].say(lang)) for each in ("live", "draft") for lang in LANGS)
    told = re.compile(rf"· (?:{words})(?= ·|$)")
    for row in sheet.iter_rows(max_row=min(sheet.max_row, 9)):
        for cell in row:
            if isinstance(cell.value, str) and told.search(cell.value):
                cell.value = told.sub(lambda _: f"· {status}", cell.value, count=1)


def _mark_pages(sheet: Any, head: str, footer: str) -> None:
    """Put the words at the head of every printed page, and into its footer."""
    pages = sheet.HeaderFooter if hasattr(sheet, "HeaderFooter") else sheet.headerFooter
    for header in (pages.oddHeader, pages.evenHeader, pages.firstHeader):
        part = header.center
        part.text, part.font, part.size, part.color = head, f"{FONT},Bold", 16, BAND.fill
    for foot in (pages.oddFooter, pages.evenFooter, pages.firstFooter):
        foot.right.text = footer
    if sheet.page_margins:
        sheet.page_margins.top = max(sheet.page_margins.top, 0.85)
        sheet.page_margins.header = 0.3
