"""What the files of a publication have in common: how they come into their place, their names, their paper."""

from __future__ import annotations

import os
import uuid
from datetime import date, datetime
from pathlib import Path

from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.domain import LEAVE_NAMES, Change, Problem, Shift
from scheduler.files.workbook import PAGE, REST, Edition, clean, span_said
from scheduler.i18n import Lang, Sentence, day_name, join_items

WORKS = Sentence("{shift} {times}", "{shift} {times}")
CELL_MOVED = Sentence("{day}：原 {before} → 现 {after}", "{day}: was {before} → now {after}")


def issued_at(edition: Edition) -> datetime:
    """When an edition's latest step was taken, for files that have to be dated; zone-aware."""
    return edition.log[-1].at if edition.log else edition.made_at


def stem(edition: Edition) -> str:
    """What the names of an edition's files begin with."""
    return f"{edition.problem.desk.id}-{edition.problem.first:%Y-%m}-v{edition.version}"


def put(path: Path, content: bytes) -> Path:
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


def shift_called(shift: Shift) -> str:
    """A shift's code, name and post, each once."""
    return " ".join(dict.fromkeys(part for part in (shift.code, shift.name, shift.post) if part))


def shift_times(shift: Shift, lang: Lang) -> str:
    """First to last minute of a shift."""
    return span_said(shift.start, shift.end, lang)


def cell_said(problem: Problem, worker: str, day: date, codes: tuple[str, ...], lang: Lang) -> str:
    """What a person does on a day: shifts with their times, a kind of leave, or nothing."""
    if not codes:
        leave = problem.leave_days.get((worker, day))
        return (LEAVE_NAMES[leave.kind] if leave else REST).say(lang)
    known = problem.shift_by_code
    return join_items(
        (
            WORKS.say(lang, shift=shift_called(known[code]), times=shift_times(known[code], lang))
            if code in known
            else code
            for code in codes
        ),
        lang,
    )


def change_said(problem: Problem, change: Change, lang: Lang) -> str:
    """One line: the day, what stood there and what stands there now."""
    before = cell_said(problem, change.worker, change.day, change.before, lang) if change.before else REST.say(lang)
    after = cell_said(problem, change.worker, change.day, change.after, lang)
    return CELL_MOVED.say(lang, day=day_name(change.day, lang), before=before, after=after)


def lay_out(sheet: Worksheet, lang: Lang, left: str, right: str, *, landscape: bool, fitted: bool) -> None:
    """A4 with numbered pages.

    Parameters
    ----------
    left, right : str
        What the footer says beside the page's number.
    fitted : bool
        As wide as the page; a sheet with page breaks of its own is printed in its true size, or they would not count.
    """
    sheet.page_setup.orientation, sheet.page_setup.paperSize = ("landscape" if landscape else "portrait"), 9
    if fitted:
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.3
    margins.top, margins.bottom, margins.header, margins.footer = 0.4, 0.55, 0.2, 0.25
    footer = HeaderFooterItem()
    # An ampersand begins a code there.
    footer.left.text, footer.right.text = (clean(text).replace("&", "＆") for text in (left, right))
    footer.center.text = PAGE.say(lang)
    sheet.oddFooter = footer
