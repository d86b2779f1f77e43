"""The change log as a file of its own: a workbook from which everything can be followed, or its steps as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.files.put import pack
from scheduler.files.writing.csv_text import csv_bytes
from scheduler.files.writing.labels import LOG
from scheduler.files.writing.log_contents import log_tables
from scheduler.files.writing.log_tables import LogTable, Wording
from scheduler.files.writing.page import (
    LARGE,
    LEFT,
    PLAIN,
    Column,
    Look,
    Page,
    clean,
    column_of,
    lay_out,
    put_listing,
    put_table,
)
from scheduler.files.writing.properties import CHANGE_LOG, is_marked_as, mark_as
from scheduler.i18n import LANGS, Lang, Sentence
from scheduler.passing import Access, check_own, put_file
from scheduler.workflow.desk_log import DeskLog

SHOWN_MOVES = 8  # in one cell of the workbook; the sheet of cells holds them all
EARLIER_HEADS = (  # of CSV files that earlier releases wrote
    "版本,发布时间,作废时间,申请号,申请人,对方,批准人,原因,改动（原 → 现）,未签收 / 未收回",
    "Version,Published,Void since,Request,Requester,Counterpart,Approver,Because,Changes (before → after),Receipts outstanding",
)
WIDEST = 190  # spreadsheet units on one page
HIGHEST = 400  # points; no row may pass 409

MOVED = Sentence("逐格（原 → 现）", "Each cell (before → after)")
EXPLAINED = Sentence("说明", "About")
TITLE = Sentence("{desk} 变更记录", "{desk}: change log")
SHEET, COLUMN, MEANING = Sentence("工作表", "Sheet"), Sentence("栏目", "Column"), Sentence("含义", "What it holds")
UP_TO = Sentence("部门 {desk}，时间按 {zone}", "desk {desk}, times in {zone}")
ENTRIES = Sentence("账册共 {n} 条，末条校验码 {digest}", "{n} entries in the ledger, the last with the digest {digest}")
NO_ENTRIES = Sentence("账册里还没有记录", "the ledger has no entry yet")
EXCERPT = Sentence("摘录，不是全部：只含{parts}", "an excerpt, not all of it: only {parts}")
OF_MONTH = Sentence("涉及 {month} 的", "what touches {month}")
OF_REQUEST = Sentence("第 {n} 号申请的", "request {n}")
OF_PERSON = Sentence("与 {who} 有关的", "what has to do with {who}")
PRIVATE = Sentence(
    "含请假类别、原因等个人事项：只给有权查阅的人",
    "it holds kinds of leave, reasons and other private matters: for those only who may read them",
)
TO_ALL = Sentence(
    "给大家看的：谁为什么不在、谁申请了请假、申请的原因都从略（--for 换读者）",
    "made for everybody: why somebody is away, whose leave was asked for and the reasons of requests are left out (--for)",
)
SOME = Sentence(
    "只给一位读者看的：与其无关的请假类别、原因等从略（--for 换读者）",
    "made for one kind of reader: kinds of leave, reasons and the like are left out where not their business (--for)",
)


def write_log(path: Path, log: DeskLog, lang: Lang = "zh", access: Access | None = None) -> None:
    """Write the change log as a workbook, or its steps as CSV (UTF-8 with a BOM), as the name ends; in one step.

    Parameters
    ----------
    path : Path
        Ends in `.xlsx` or `.csv`.
    access : Access, optional
        Who may read it; see `put_file`.

    Raises
    ------
    ValueError
        When the name ends in something else.
    InputError
        When something else than a change log of the same kind stands there.
    OSError
        When the file cannot be written.
    """
    kind = path.suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise ValueError(f"{path.name}: a change log is .xlsx or .csv")
    check_own(path, _is_workbook_log if kind == ".xlsx" else _is_csv_log, LOG)
    wording = Wording(lang, ZoneInfo(log.zone), log.names)
    put_file(path, _workbook(log, wording) if kind == ".xlsx" else _csv(log, wording), access)


def is_log(path: Path) -> bool:
    """Whether a file is a change log that this program has exported.

    Raises
    ------
    InputError, OSError
        It cannot be read.
    """
    return _is_workbook_log(path) if path.suffix.lower() == ".xlsx" else _is_csv_log(path)


def _is_workbook_log(path: Path) -> bool:
    return is_marked_as(path, CHANGE_LOG)


def _is_csv_log(path: Path) -> bool:
    """Whether a file begins as a change log does, in either language."""
    empty = DeskLog(desk="", title="", zone="UTC")
    heads = [_csv(empty, Wording(lang, ZoneInfo("UTC"), {})) for lang in LANGS]
    heads += [f"{head}\r\n".encode("utf-8-sig") for head in EARLIER_HEADS]
    with path.open("rb") as file:
        begins = file.read(max(map(len, heads)))
    return begins.startswith(tuple(heads))


def _csv(log: DeskLog, wording: Wording) -> bytes:
    """The steps as CSV, what moves in one cell at the end."""
    steps = log_tables(log)[0]
    rows: list[list[object]] = [[title.say(wording.lang) for title in (*(one.title for one in steps.fields), MOVED)]]
    join = ("；" if wording.lang == "zh" else "; ").join
    for step, values in zip(steps.rows, steps.values(wording.names), strict=True):
        told = [wording.tell(value) for value in values]
        cells = join(wording.tell_moves([cell.change for cell in step.cells]))
        rows.append([*told, cells])
    return csv_bytes(rows)


def _workbook(log: DeskLog, wording: Wording) -> bytes:
    """What the file is, then a sheet for each table."""
    book = Workbook()
    book.remove(book.worksheets[0])
    styles: dict[Look, Any] = {}
    tables = log_tables(log)
    about = _sheet(log, book, EXPLAINED, wording.lang, styles)
    about.sheet.page_setup.orientation = "portrait"
    _explain(about, log, tables, wording)
    for table in tables:
        _put_table(_sheet(log, book, table.title, wording.lang, styles), table, wording)
    at = log.last or datetime(2000, 1, 1, tzinfo=UTC)  # a log of nothing has no time of its own
    book.properties.title = clean(TITLE.say(wording.lang, desk=log.title))
    mark_as(book, CHANGE_LOG)
    book.properties.created = book.properties.modified = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return pack(book, at)


def _put_table(page: Page, table: LogTable, wording: Wording) -> None:
    """A sheet that is one table."""
    columns = [column_of(field) for field in table.fields]
    rows = [[wording.tell(value, SHOWN_MOVES) for value in values] for values in table.values(wording.names)]
    put_listing(page, columns, rows, wording.lang)
    page.sheet.freeze_panes = f"{get_column_letter(table.held + 1)}2"
    page.sheet.print_title_cols = f"A:{get_column_letter(table.held)}"
    if sum(page.width(column) for column in range(1, len(columns) + 1)) > WIDEST:
        page.sheet.page_setup.fitToWidth = 2  # side by side, or nobody could read it
    for number in range(2, len(rows) + 2):
        page.set_height(number, min(HIGHEST, page.height(number)))


def _explain(page: Page, log: DeskLog, tables: Sequence[LogTable], wording: Wording) -> None:
    """What the file is, how far it goes, and what each column holds."""
    lang = wording.lang
    page.put(1, 1, TITLE.say(lang, desk=log.title), LARGE._replace(across="left", wrap=False))
    page.set_height(1, 28)
    for row, line in enumerate(_about(log, lang), 2):
        page.put(row, 1, line, PLAIN._replace(across="left", boxed=False))
    top = 3 + len(list(_about(log, lang)))
    rows: list[tuple[str, str, str]] = []
    for table in tables:
        rows.append((table.title.say(lang), "", table.about.say(lang)))
        rows += [(table.title.say(lang), *words) for words in _meanings(table, lang)]
    columns = [Column(SHEET, LEFT, 14), Column(COLUMN, LEFT, 24), Column(MEANING, LEFT, 72)]
    put_table(page, top, columns, rows, lang)
    page.sheet.freeze_panes = f"A{top + 1}"
    page.sheet.print_title_rows = f"{top}:{top}"


def _meanings(table: LogTable, lang: Lang) -> Iterable[tuple[str, str]]:
    """Each column's title and meaning; of the days of a month only the first and the last."""
    days = [field for field in table.fields if field.key.isdigit()]
    return ((one.title.say(lang), one.meaning.say(lang)) for one in table.fields if one not in days[1:-1])


def _about(log: DeskLog, lang: Lang) -> Iterable[str]:
    """Lines on what the file is."""
    yield UP_TO.say(lang, desk=log.desk, zone=log.zone)
    number, digest = log.head
    yield ENTRIES.say(lang, n=number, digest=digest) if number else NO_ENTRIES.say(lang)
    parts = [OF_MONTH.say(lang, month=log.of_month)] if log.of_month else []
    parts += [OF_REQUEST.say(lang, n=log.of_request)] if log.of_request else []
    parts += [OF_PERSON.say(lang, who=log.names.get(log.of_person, log.of_person))] if log.of_person else []
    if parts:
        yield EXCERPT.say(lang, parts=("、" if lang == "zh" else ", ").join(parts))
    yield (TO_ALL if log.reader.is_everybody else SOME if not log.reader.reads_all else PRIVATE).say(lang)


def _sheet(log: DeskLog, book: Workbook, title: Sentence, lang: Lang, styles: dict[Look, Any]) -> Page:
    sheet: Worksheet = book.create_sheet(title.say(lang))
    lay_out(sheet, lang, f"{log.title} {sheet.title}", log.zone, landscape=True, fitted=True)
    return Page(sheet, styles)
