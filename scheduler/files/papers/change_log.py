"""The change log as a file of its own."""

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

from scheduler.files.put import pack
from scheduler.files.writing.change_log_table import AFTER, BEFORE, HIGHEST, MOVES, REQUEST, SHOWN_MOVES, ChangeLogTable
from scheduler.files.writing.labels import DATE, ID, LOG, NAME, VERSION, WEEKDAY
from scheduler.files.writing.page import DAY, PLAIN, TEXT, Column, Look, Page, clean, lay_out, put_listing
from scheduler.files.writing.properties import is_change_log, mark_change_log
from scheduler.i18n import LANGS, WEEKDAYS, Lang, Sentence
from scheduler.passing import check_own, put_file
from scheduler.workflow.change_log import LogRow

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
    InputError
        When something else than a change log of the same kind stands there.
    OSError
        When the file cannot be written.
    """
    log = ChangeLogTable(rows, lang, names or {}, ZoneInfo(zone))
    kind = path.suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise ValueError(f"{path.name}: a change log is .xlsx or .csv")
    check_own(path, is_change_log if kind == ".xlsx" else _is_csv_log, LOG)
    put_file(path, _workbook(log) if kind == ".xlsx" else _csv(log))


def _is_csv_log(path: Path) -> bool:
    """Whether a file begins as a change log does, in either language."""
    heads = [_csv(ChangeLogTable((), lang, {}, ZoneInfo("UTC"))) for lang in LANGS]
    with path.open("rb") as file:
        begins = file.read(max(map(len, heads)))
    return begins.startswith(tuple(heads))


def _csv(log: ChangeLogTable) -> bytes:
    """The log as CSV, what moved in one cell."""
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow([_harmless(_text(column.title, log.lang)) for column in log.columns])
    join = ("；" if log.lang == "zh" else "; ").join
    for row in log.rows:
        lines.writerow([_harmless(value) for value in log.values(row, join(log.cells(row)))])
    return text.getvalue().encode("utf-8-sig")


def _workbook(log: ChangeLogTable) -> bytes:
    """The log, and on a second sheet every cell that moved."""
    book = Workbook()
    book.remove(book.worksheets[0])
    styles: dict[Look, Any] = {}
    page = _sheet(log, book, LOG, styles)
    values = [log.values(row, "\n".join(log.cells(row, SHOWN_MOVES))) for row in log.rows]
    put_listing(page, log.columns, values, log.lang)
    for number in range(2, len(values) + 2):
        page.set_height(number, min(HIGHEST, page.height(number)))
    moves = [
        (
            row.version,
            row.request,
            cell.worker,
            log.names.get(cell.worker, ""),
            cell.day,
            WEEKDAYS[cell.day.weekday()].say(log.lang),
            log.codes(cell.before),
            log.codes(cell.after),
        )
        for row in log.rows
        for cell in row.cells
    ]
    if moves:
        titles = (VERSION, REQUEST, ID, NAME, DATE, WEEKDAY, BEFORE, AFTER)
        looks = {REQUEST: TEXT, ID: TEXT, DATE: DAY, BEFORE: TEXT, AFTER: TEXT}
        columns = [Column(title, looks.get(title, PLAIN)) for title in titles]
        put_listing(_sheet(log, book, MOVES, styles), columns, moves, log.lang)
    at = max((at for row in log.rows for at in (row.published, row.withdrawn) if at), default=None)
    at = at or datetime(2000, 1, 1, tzinfo=UTC)  # a log of nothing has no time of its own
    book.properties.title = LOG.say(log.lang)
    mark_change_log(book)
    book.properties.created = book.properties.modified = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return pack(book, at)


def _sheet(log: ChangeLogTable, book: Workbook, title: Sentence, styles: dict[Look, Any]) -> Page:
    sheet: Worksheet = book.create_sheet(title.say(log.lang))
    lay_out(sheet, log.lang, sheet.title, log.zone.key, landscape=True, fitted=True)
    return Page(sheet, styles)


def _text(title: Sentence | str, lang: Lang) -> str:
    return title.say(lang) if isinstance(title, Sentence) else title


def _harmless(value: object) -> object:
    """A value of a CSV cell: on one line, and no formula in any program that opens it."""
    if not isinstance(value, str):
        return "" if value is None else value
    text = " ".join(clean(value).split("\n")).strip()
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
