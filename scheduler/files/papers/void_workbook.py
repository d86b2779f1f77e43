"""The void copy of a version: its roster as the ledger has it, under a red line on every sheet and every printed page.

It is written from what was recorded, never from the workbook that lies there: what somebody has done to that file since,
or to the desk's tables, has no part in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem

from scheduler.domain import Month
from scheduler.errors import InputError
from scheduler.files.papers.issue import VERSION_MARK
from scheduler.files.papers.voiding import (
    BAND,
    CLOSED,
    PLACEABLE,
    VOID_HEAD,
    VOID_LINE,
    VOID_SIGN,
    Voiding,
    check_free,
)
from scheduler.files.put import keep_if_altered, pack
from scheduler.files.reading.places import Place
from scheduler.files.schema.roster_cells import GRID_TITLE, code_words, join_shifts
from scheduler.files.writing.labels import (
    DATE,
    DETAIL,
    EDITION,
    END,
    ID,
    NAME,
    PAID_HOURS,
    SHIFT,
    STAMPED,
    START,
    TITLE,
    WEEKDAY,
)
from scheduler.files.writing.page import (
    DAY,
    FONT,
    FREE,
    HEAD,
    LARGE,
    PLAIN,
    TEXT,
    TIME,
    Column,
    Look,
    Page,
    clean,
    lay_out,
    put_table,
)
from scheduler.files.writing.properties import Stamp, read_stamp, set_stamp
from scheduler.files.writing.wording import say_month
from scheduler.i18n import WEEKDAYS, Lang, Sentence
from scheduler.passing import put_file
from scheduler.workflow.version import PRINTED_STATUS_NAMES

OTHER_FILE = Sentence("没有文件，或同一版已作废的文件", "no file, or the same version, already void")
DAY_OF_MONTH = HEAD._replace(form="d")


@dataclass(frozen=True, kw_only=True)
class RecordedRoster:
    """A version's roster as it was recorded.

    Attributes
    ----------
    desk, desk_name : str
        Id and name of the desk.
    made_at : datetime
        Zone-aware.
    names : mapping of str to str
        Names by worker id, as they were then.
    duties : sequence of mappings
        Every duty in full, see `statistics.duty_row`.
    head, digest : str
        As in `Stamp`.
    """

    desk: str
    desk_name: str
    month: Month
    version: int
    made_at: datetime
    fingerprint: str
    names: Mapping[str, str]
    duties: Sequence[Mapping[str, Any]]
    head: str = ""
    digest: str = ""


def void_workbook(
    path: Path,
    target: Path,
    recorded: RecordedRoster,
    voiding: Voiding,
    lang: Lang = "zh",
    packed_at: Collection[datetime] = (),
) -> list[Path]:
    """Write a version's void copy, and then take its workbook away.

    Parameters
    ----------
    path : Path
        The version's workbook. As this program wrote it, it is removed; one that somebody has saved since is kept
        beside the void copy as it is, under a name that no program opens by itself.
    target : Path
        Where the void copy goes, by custom into the folder `VOID_FOLDER` beside it; its folder is made.
        The same version, made void before, is written over; any other file is not.
    lang : str
        Language of the void copy, where the workbook does not tell its own.
    packed_at : collection of datetime
        When this program may have written the workbook, see `is_as_packed`.

    Returns
    -------
    list of Path
        The void copy, and the workbook where it is kept.

    Raises
    ------
    InputError
        When the workbook is open elsewhere or read-only, or `target` cannot be written. Everything is then as it was.
    """
    place = Place(path.name)
    old = read_stamp(path)
    check_free(path)
    stamp = Stamp(
        recorded.desk,
        recorded.month,
        recorded.version,
        status=voiding.status,
        fingerprint=recorded.fingerprint,
        lang=old.lang if old else lang,
        head=recorded.head,
        digest=recorded.digest,
    )
    fresh = not target.exists()
    if not fresh and not _is_void_copy(target, stamp):
        raise InputError([Place(str(target)).fault(OTHER_FILE)])
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        put_file(target, _pack_void(recorded, voiding, stamp))
    except OSError as error:
        raise InputError([Place(str(target)).fault(PLACEABLE, error.strerror or str(error))]) from error
    try:
        kept = keep_if_altered(path, target.parent, packed_at)
        path.unlink(missing_ok=True)  # another command may just have done the same
        return [target, *kept]
    except OSError as error:  # a program that opened it meanwhile: two copies, one of them valid, must not be
        if fresh:
            target.unlink(missing_ok=True)
        raise InputError([place.fault(CLOSED, error.strerror or str(error))]) from error


def _is_void_copy(target: Path, stamp: Stamp) -> bool:
    found = read_stamp(target) if target.is_file() else None
    return (
        found is not None
        and found.is_void
        and (found.desk, found.month, found.version, found.part) == (stamp.desk, stamp.month, stamp.version, stamp.part)
    )


def _pack_void(recorded: RecordedRoster, voiding: Voiding, stamp: Stamp) -> bytes:
    lang = stamp.lang
    book = Workbook()
    styles: dict[Look, Any] = {}
    grid, detail = book.worksheets[0], book.create_sheet(DETAIL.say(lang))
    grid.title = GRID_TITLE.say(lang)
    _write_grid(Page(grid, styles), recorded, voiding, lang)
    _write_duties(Page(detail, styles), recorded, voiding, lang)
    footer = EDITION.say(lang, version=recorded.version, status=PRINTED_STATUS_NAMES[voiding.status].say(lang))
    for sheet in book.worksheets:
        sheet.sheet_properties.tabColor = BAND.fill
        month = say_month(recorded.month, lang)
        lay_out(sheet, lang, f"{recorded.desk_name} {month} {sheet.title}", footer, landscape=True, fitted=True)
        header = HeaderFooterItem()
        header.center.text = clean(voiding.say(VOID_HEAD, recorded.version, lang)).replace("&", "＆")
        header.center.font, header.center.size, header.center.color = f"{FONT},Bold", 16, BAND.fill
        sheet.oddHeader = header
        sheet.page_margins.top, sheet.page_margins.header = 0.85, 0.3
    set_stamp(book, stamp)
    book.properties.title = clean(VOID_SIGN.say(lang) + _say_title(recorded, lang))
    book.properties.creator = clean(recorded.desk_name)
    book.properties.created = recorded.made_at.astimezone(ZoneInfo("UTC")).replace(tzinfo=None, microsecond=0)
    book.properties.modified = voiding.at.astimezone(ZoneInfo("UTC")).replace(tzinfo=None, microsecond=0)
    book.properties.lastModifiedBy = clean(voiding.by)
    return pack(book, voiding.at)


def _say_title(recorded: RecordedRoster, lang: Lang) -> str:
    return TITLE.say(lang, desk=recorded.desk_name, month=say_month(recorded.month, lang))


def _put_band(page: Page, recorded: RecordedRoster, voiding: Voiding, lang: Lang, width: int) -> None:
    """The red line above everything."""
    line = clean(voiding.say(VOID_LINE, recorded.version, lang))
    page.set_height(1, min(409, 24 * page.spread(1, range(1, width + 1), line, BAND)))


def _write_grid(page: Page, recorded: RecordedRoster, voiding: Voiding, lang: Lang) -> None:
    """A row for each person, a column for each day."""
    days = recorded.month.days()
    width = 2 + len(days)
    words = code_words({duty["shift"] for duty in recorded.duties})
    codes: dict[tuple[str, date], list[str]] = defaultdict(list)
    for duty in recorded.duties:
        codes[duty["worker"], date.fromisoformat(duty["date"])].append(duty["shift"])
    page.set_width(1, 12)
    page.set_width(2, 14)
    for column in range(3, width + 1):
        page.set_width(column, 6)
    _put_band(page, recorded, voiding, lang, width)
    status = PRINTED_STATUS_NAMES[voiding.status].say(lang)
    page.spread(2, range(1, width + 1), STAMPED.say(lang, title=_say_title(recorded, lang), status=status), LARGE)
    page.set_height(2, 26)
    state = VERSION_MARK.say(lang, version=recorded.version, status=status, mark=recorded.fingerprint)
    page.spread(3, range(1, width + 1), state, FREE._replace(across="center", bold=True))
    for column, title in enumerate((ID, NAME), 1):
        page.put(4, column, title.say(lang), HEAD)
        page.put(5, column, None, HEAD)
    for column, day in enumerate(days, 3):
        page.put(4, column, day, DAY_OF_MONTH)
        page.put(5, column, WEEKDAYS[day.weekday()].say(lang), HEAD)
    for number, (worker, name) in enumerate(recorded.names.items(), 6):
        page.put(number, 1, worker, TEXT)
        page.put(number, 2, name.removesuffix(f"({worker})"), TEXT)
        for column, day in enumerate(days, 3):
            page.put(number, column, join_shifts(codes.get((worker, day), []), words), TEXT)
    page.sheet.freeze_panes = "C6"
    page.sheet.print_title_rows, page.sheet.print_title_cols = "4:5", "A:B"
    page.sheet.print_area = f"A1:{get_column_letter(width)}{5 + len(recorded.names)}"
    page.sheet.sheet_view.showGridLines = False


def _write_duties(page: Page, recorded: RecordedRoster, voiding: Voiding, lang: Lang) -> None:
    """Every duty with its times, as they were when the version was made."""

    def row(duty: Mapping[str, Any]) -> Sequence[object]:
        day = date.fromisoformat(duty["date"])
        start, end = (datetime.fromisoformat(duty[name]).replace(tzinfo=None) for name in ("start", "end"))
        who = (duty["worker"], duty["name"])
        return day, WEEKDAYS[day.weekday()].say(lang), duty["shift"], *who, start, end, duty["paid_hours"]

    looks = {DATE: DAY, SHIFT: TEXT, ID: TEXT, START: TIME, END: TIME}
    titles = (DATE, WEEKDAY, SHIFT, ID, NAME, START, END, PAID_HOURS)
    columns = [Column(title, looks.get(title, PLAIN)) for title in titles]
    put_table(page, 2, columns, map(row, recorded.duties), lang)
    _put_band(page, recorded, voiding, lang, len(titles))
    page.sheet.freeze_panes, page.sheet.print_title_rows = "A3", "2:2"
