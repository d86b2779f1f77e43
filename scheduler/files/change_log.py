"""The change log as a file: which version went out when, what changed in it, who asked, who approved, who still holds it.

Everything is a value, as in the roster's workbook: a text that looks like a
formula stays a text, in a workbook by its type and in CSV by an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.files.issuing import lay_out, put
from scheduler.files.workbook import (
    BECAUSE,
    DATE,
    DAY,
    ID,
    LEFT,
    LOG,
    NAME,
    PLAIN,
    TEXT,
    TIME,
    VERSION,
    WEEKDAY,
    Column,
    Look,
    Page,
    clean,
    packed,
    put_listing,
)
from scheduler.i18n import WEEKDAYS, Lang, Sentence, day_name, join_items
from scheduler.workflow.change_log import LogRow

MOVES = Sentence("改动明细", "Changes")
PUBLISHED, WITHDRAWN = Sentence("发布时间", "Published"), Sentence("作废时间", "Void since")
REQUEST, REQUESTER = Sentence("申请号", "Request"), Sentence("申请人", "Requester")
COUNTERPART, APPROVER = Sentence("对方", "Counterpart"), Sentence("批准人", "Approver")
CELLS = Sentence("改动（原 → 现）", "Changes (before → after)")
OUTSTANDING = Sentence("未签收 / 未收回", "Receipts outstanding")
BEFORE, AFTER = Sentence("原", "Before"), Sentence("现", "After")
MOVE = Sentence("{who} {day}：{before} → {after}", "{who}, {day}: {before} → {after}")
MORE = Sentence("…共 {n} 处，见“{sheet}”", "… {n} in all, see sheet {sheet}")
MORE_IN_LOG = Sentence("…共 {n} 处，见 scheduler log --xlsx", "… {n} in all, see scheduler log --xlsx")
NO_DUTY = Sentence("休", "off")

SHOWN_MOVES = 8  # in one cell of the workbook; the second sheet holds them all
ROSTER_MOVES = 20  # in one cell of a roster's workbook, which has no such sheet
HIGHEST = 400  # points; no row may pass 409
FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")


def write_log(
    path: Path,
    rows: Sequence[LogRow],
    lang: Lang = "zh",
    *,
    names: Mapping[str, str] | None = None,
    zone: str = "Asia/Shanghai",
) -> None:
    """Write the change log as a workbook or as CSV (UTF-8 with a BOM), as the name ends; the file is replaced in one step.

    Parameters
    ----------
    path : Path
        Ends in `.xlsx` or `.csv`.
    rows : sequence of LogRow
        In the order in which they are to stand.
    names : mapping of str to str, optional
        People's names by id, for the cells.
    zone : str
        IANA name of the zone in which times are told.

    Raises
    ------
    ValueError
        When the name ends in something else.
    OSError
        When the file cannot be written.
    """
    log = _Log(rows, lang, names or {}, ZoneInfo(zone))
    kind = path.suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise ValueError(f"{path.name}: a change log is .xlsx or .csv")
    put(path, log.workbook() if kind == ".xlsx" else log.csv())


def version_table(
    rows: Sequence[LogRow], names: Mapping[str, str], zone: str, lang: Lang
) -> tuple[list[Column], list[list[Any]]]:
    """The change log as a table of a workbook's sheet: its columns and its rows."""
    log = _Log(rows, lang, names, ZoneInfo(zone))
    cells = ("\n".join(log.cells(row, ROSTER_MOVES, MORE_IN_LOG)) for row in rows)
    return log.columns, [log.values(row, text) for row, text in zip(rows, cells, strict=True)]


class _Log:
    def __init__(self, rows: Sequence[LogRow], lang: Lang, names: Mapping[str, str], zone: ZoneInfo) -> None:
        self.rows, self.lang, self.names, self.zone = rows, lang, names, zone

    @property
    def columns(self) -> list[Column]:
        """The log's columns, in order."""
        return [
            Column(VERSION),
            Column(PUBLISHED, TIME),
            Column(WITHDRAWN, TIME),
            Column(REQUEST, TEXT, 16),
            Column(REQUESTER, LEFT, 20),
            Column(COUNTERPART, LEFT, 20),
            Column(APPROVER, LEFT, 20),
            Column(BECAUSE, LEFT, 40),
            Column(CELLS, LEFT, 52),
            Column(OUTSTANDING, LEFT, 30),
        ]

    def cells(self, row: LogRow, most: int | None = None, rest: Sentence = MORE) -> list[str]:
        """What moved, a line each; beyond `most`, where to find the rest."""
        lines = [
            MOVE.say(
                self.lang,
                who=self.names.get(cell.worker, cell.worker),
                day=day_name(cell.day, self.lang),
                before=self._codes(cell.before),
                after=self._codes(cell.after),
            )
            for cell in row.cells
        ]
        if most is not None and len(lines) > most:
            return [*lines[:most], rest.say(self.lang, n=len(lines), sheet=MOVES)]
        return lines

    def _codes(self, codes: Sequence[str]) -> str:
        return "+".join(codes) or NO_DUTY.say(self.lang)

    def local(self, at: datetime | None) -> datetime | None:
        """A moment as the desk's clocks show it."""
        return at and at.astimezone(self.zone).replace(tzinfo=None, microsecond=0)

    def values(self, row: LogRow, cells: str) -> list[Any]:
        """A row of the log."""
        return [
            row.version,
            self.local(row.published),
            self.local(row.withdrawn),
            *(row.request, row.requester, row.counterpart, row.approver, row.reason),
            cells,
            join_items(row.outstanding, self.lang),
        ]

    def csv(self) -> bytes:
        """The log as CSV, what moved in one cell."""
        text = io.StringIO(newline="")
        lines = csv.writer(text)
        lines.writerow([_harmless(_text(column.title, self.lang)) for column in self.columns])
        join = ("；" if self.lang == "zh" else "; ").join
        for row in self.rows:
            lines.writerow([_harmless(value) for value in self.values(row, join(self.cells(row)))])
        return text.getvalue().encode("utf-8-sig")

    def workbook(self) -> bytes:
        """The log, and on a second sheet every cell that moved."""
        book = Workbook()
        book.remove(book.worksheets[0])
        styles: dict[Look, Any] = {}
        page = self._sheet(book, LOG, styles)
        values = [self.values(row, "\n".join(self.cells(row, SHOWN_MOVES))) for row in self.rows]
        put_listing(page, self.columns, values, self.lang)
        for number in range(2, len(values) + 2):
            page.set_height(number, min(HIGHEST, page.height(number)))
        moves = [
            (
                row.version,
                row.request,
                cell.worker,
                self.names.get(cell.worker, ""),
                cell.day,
                WEEKDAYS[cell.day.weekday()].say(self.lang),
                self._codes(cell.before),
                self._codes(cell.after),
            )
            for row in self.rows
            for cell in row.cells
        ]
        if moves:
            titles = (VERSION, REQUEST, ID, NAME, DATE, WEEKDAY, BEFORE, AFTER)
            looks = {REQUEST: TEXT, ID: TEXT, DATE: DAY, BEFORE: TEXT, AFTER: TEXT}
            columns = [Column(title, looks.get(title, PLAIN)) for title in titles]
            put_listing(self._sheet(book, MOVES, styles), columns, moves, self.lang)
        at = max((at for row in self.rows for at in (row.published, row.withdrawn) if at), default=None)
        at = at or datetime(2000, 1, 1, tzinfo=UTC)  # a log of nothing has no time of its own
        book.properties.title = LOG.say(self.lang)
        book.properties.created = book.properties.modified = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        return packed(book, at)

    def _sheet(self, book: Workbook, title: Sentence, styles: dict[Look, Any]) -> Page:
        sheet: Worksheet = book.create_sheet(title.say(self.lang))
        lay_out(sheet, self.lang, sheet.title, self.zone.key, landscape=True, fitted=True)
        return Page(sheet, styles)


def _text(title: Sentence | str, lang: Lang) -> str:
    return title.say(lang) if isinstance(title, Sentence) else title


def _harmless(value: object) -> object:
    """A value of a CSV cell: on one line, and no formula in any program that opens it."""
    if not isinstance(value, str):
        return "" if value is None else value
    text = " ".join(clean(value).split("\n")).strip()
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
