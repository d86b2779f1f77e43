"""Attendance as proposals in a workbook: HR says of each whether it is so, and the sheet is read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.domain import Desk, Note
from scheduler.errors import Fault, InputError
from scheduler.files.put import pack
from scheduler.files.reading.file_bytes import read_bytes
from scheduler.files.reading.grids import cell_text
from scheduler.files.reading.places import Place, first_faults
from scheduler.files.reading.workbook_cells import SheetCells, read_workbook_cells
from scheduler.files.schema.cells import DATE as A_DATE
from scheduler.files.schema.cells import TEXT as A_TEXT
from scheduler.files.schema.text import comparable
from scheduler.files.writing.labels import DATE, ID, NAME, SHIFT
from scheduler.files.writing.page import DAY, LEFT, PLAIN, TEXT, Column, Look, Page, clean, lay_out, put_listing
from scheduler.files.writing.properties import ATTENDANCE, check_own_workbook, mark_as, read_marks
from scheduler.hr.person import Period
from scheduler.i18n import LANGS, Lang, Sentence
from scheduler.passing import Access, put_file
from scheduler.timeline import DAY_MINUTES
from scheduler.workflow.attendance import FINDING_NAMES, WITH_MINUTES, Attendance, Finding, Said

TITLE = Sentence("{desk} {first} 至 {last} 考勤核对", "{desk}, {first} to {last}: attendance to confirm")
WHAT = Sentence("考勤核对表", "a sheet of attendance to confirm")
PROPOSED, BESIDE, ABOUT = (
    Sentence("考勤核对", "Attendance"),
    Sentence("不属任何班", "No duty"),
    Sentence("说明", "About"),
)
TOTALS = Sentence("月报对照", "Month report")
FINDING, MINUTES_LATE = Sentence("情况", "Finding"), Sentence("分钟", "Minutes")
STAND_IN, CONFIRM = Sentence("顶班人工号", "Stand-in's id"), Sentence("确认", "Confirm")
STATE = Sentence("账册", "Ledger")
RECORDED, NOT_YET = Sentence("已确认", "confirmed"), Sentence("", "")
REJECTED = Sentence("已否决", "rejected")
DUE_START, DUE_END = Sentence("计划上班", "Start"), Sentence("计划下班", "End")
CAME, LEFT_AT = Sentence("上班打卡", "Punched in"), Sentence("下班打卡", "Punched out")
YES, NO, BACK = Sentence("是", "yes"), Sentence("否", "no"), Sentence("撤销", "take back")
YES_WORDS = ("是", "yes", "y", "√", "✓", "v", "1", "确认", "true")
NO_WORDS = ("否", "no", "n", "×", "✗", "x", "0", "不", "false")
BACK_WORDS = ("撤销", "takeback", "撤", "revoke")
HOW = (
    Sentence(
        "在“确认”一栏填：是（属实）、否（不属实，以后标为已否决）、撤销（收回以前确认的）；空着的以后再说。“情况”“分钟”“顶班人工号”可以改；也可以加行。",
        "In “Confirm”: yes (it is so), no (it is not, and is shown as rejected from then on), take back (what was confirmed before);"
        " nothing leaves it open. Finding, minutes and the stand-in's id may be changed; rows may be added.",
    ),
    Sentence(
        "填好后用 scheduler attendance enter 读回；只有确认了的才进人事工时表。",
        "Read it back with scheduler attendance enter; only what was confirmed enters the HR workbook.",
    ),
    Sentence(
        "夜班整个属于它开始的那天；紧挨着的两个班当中不要求打卡；打卡只有一次的，离上班近算上班卡，离下班近算下班卡。",
        "A night belongs whole to the day on which it begins; nobody punches between duties that touch; a single punch is taken for"
        " the end of the duty that it is nearer to.",
    ),
    Sentence("含个人考勤：只给人事", "it tells of people's attendance: for HR only"),
)
A_KNOWN = Sentence("{known}", "one of {known}")
A_WHOLE = Sentence("0 到 1440 的整数分钟", "whole minutes from 0 to 1440")
A_DAY = Sentence("日期，如 2026-12-01", "a date like 2026-12-01")
OURS = Sentence(
    "本程序写的考勤核对表（scheduler attendance compare --out）",
    "a sheet of attendance of this program (scheduler attendance compare --out)",
)
OTHER_DESK = Sentence("本部门“{desk}”的考勤核对表", "a sheet of attendance of this desk, {desk}")
HEADING = Sentence("表头“{title}”", "the heading {title}")
FILLED = Sentence("此格必填", "this cell must be filled in")
EMPTY = Sentence("空格：只有他人顶班才写", "an empty cell: only somebody who stood in is written here")
NOBODY_IN = Sentence("他人顶班要写顶班人工号", "the id of whoever stood in")


@dataclass(frozen=True, kw_only=True)
class ProposedRow:
    """A row to be confirmed: a finding, with what it was found from as clocks show it."""

    attendance: Attendance
    name: str
    due: tuple[str, str]
    seen: tuple[str, str]
    is_recorded: bool = False
    is_rejected: bool = False

    @property
    def state(self) -> Sentence:
        """What HR has said of it."""
        return RECORDED if self.is_recorded else REJECTED if self.is_rejected else NOT_YET


@dataclass(frozen=True, kw_only=True)
class AttendanceSheet:
    """What goes to HR to be confirmed.

    Attributes
    ----------
    beside : tuple
        Punches that belong to no duty: id, name and time.
    totals : tuple
        Of a month report: id, name, what is counted, what the report says, what is confirmed.
    """

    desk: Desk
    period: Period
    at: datetime
    head: str
    rows: tuple[ProposedRow, ...]
    beside: tuple[tuple[str, str, datetime], ...] = ()
    totals: tuple[tuple[str, str, Sentence, float, float], ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many findings wait, are confirmed, and are rejected."""
        recorded = sum(row.is_recorded for row in self.rows)
        rejected = sum(row.is_rejected for row in self.rows)
        return {"found": len(self.rows) - recorded - rejected, "recorded": recorded, "rejected": rejected}


@dataclass(frozen=True)
class ReadRow:
    """A row that was confirmed, rejected or taken back, and where it stands.

    Attributes
    ----------
    name : str
        The name beside the id; empty where none stands.
    """

    attendance: Attendance
    place: Place
    _: KW_ONLY
    columns: dict[str, str]
    name: str = ""

    def fault(self, column: str, expected: Sentence, found: str = "", **facts: object) -> Fault:
        """A fault in one of its cells."""
        return self.place._replace(column=self.columns.get(column, "")).fault(expected, found, **facts)


COLUMNS = {
    "date": Column(DATE, DAY, 12),
    "shift": Column(SHIFT, TEXT, 8),
    "id": Column(ID, TEXT, 12),
    "name": Column(NAME, LEFT, 12),
    "due_start": Column(DUE_START, PLAIN, 9),
    "due_end": Column(DUE_END, PLAIN, 9),
    "came": Column(CAME, PLAIN, 9),
    "left": Column(LEFT_AT, PLAIN, 9),
    "finding": Column(FINDING, PLAIN, 18),
    "minutes": Column(MINUTES_LATE, PLAIN, 7),
    "by": Column(STAND_IN, TEXT, 11),
    "confirm": Column(CONFIRM, PLAIN, 10),
    "state": Column(STATE, PLAIN, 10),
}
READ = ("date", "shift", "id", "finding", "minutes", "by", "confirm")


def say_title(sheet: AttendanceSheet, lang: Lang) -> str:
    """What the workbook is, and of which days."""
    return TITLE.say(lang, desk=sheet.desk.name, first=str(sheet.period.first), last=str(sheet.period.last))


def write_attendance(path: Path, sheet: AttendanceSheet, lang: Lang, access: Access | None) -> None:
    """Write what is to be confirmed as a workbook; one of this program's that is there is replaced in one step.

    Raises
    ------
    InputError
        The name ends otherwise, or something else stands there.
    OSError
        It cannot be written.
    """
    check_own_workbook(path, ATTENDANCE, WHAT)
    book = Workbook()
    book.remove(book.worksheets[0])
    styles: dict[Look, Any] = {}
    page = _page(book, PROPOSED, sheet, lang, styles)
    rows = [_values(row, lang) for row in sheet.rows]
    put_listing(page, list(COLUMNS.values()), rows, lang)
    _offer_words(page.sheet, len(rows), lang)
    if sheet.totals:
        columns = [Column(ID, TEXT, 12), Column(NAME, LEFT, 14), Column(FINDING, LEFT, 18)]
        columns += [Column(Sentence("月报", "Report"), PLAIN, 10), Column(Sentence("已确认", "Confirmed"), PLAIN, 10)]
        told = [[who, name, what.say(lang), said, ours] for who, name, what, said, ours in sheet.totals]
        put_listing(_page(book, TOTALS, sheet, lang, styles), columns, told, lang)
    if sheet.beside:
        columns = [Column(ID, TEXT, 12), Column(NAME, LEFT, 14), Column(CAME, PLAIN, 20)]
        others = [[who, name, f"{at:%Y-%m-%d %H:%M}"] for who, name, at in sheet.beside]
        put_listing(_page(book, BESIDE, sheet, lang, styles), columns, others, lang)
    about = _page(book, ABOUT, sheet, lang, styles)
    about.set_width(1, 110)
    lines = [say_title(sheet, lang), *(one.say(lang) for one in HOW), *(note.say(lang) for note in sheet.notes)]
    for row, line in enumerate(lines, 1):
        about.put(row, 1, line, PLAIN._replace(across="left", boxed=False, wrap=True, bold=row == 1))
        about.set_height(row, 16 * about.lines(line, 108))
    facts = {"desk": sheet.desk.id, "period": f"{sheet.period.first}..{sheet.period.last}", "head": sheet.head}
    mark_as(book, ATTENDANCE, facts | {"at": sheet.at.isoformat(), "lang": lang, "reader": "hr"})
    book.properties.title = clean(say_title(sheet, lang))
    put_file(path, pack(book, sheet.at), access)


def _page(book: Workbook, title: Sentence, sheet: AttendanceSheet, lang: Lang, styles: dict[Look, Any]) -> Page:
    made: Worksheet = book.create_sheet(title.say(lang))
    left = f"{say_title(sheet, lang)} {made.title}"
    lay_out(made, lang, left, f"{sheet.at:%Y-%m-%d %H:%M}", landscape=title is PROPOSED, fitted=True)
    return Page(made, styles)


def _values(row: ProposedRow, lang: Lang) -> list[object]:
    one = row.attendance
    told = [one.day, one.shift, one.worker, row.name, *row.due, *row.seen, FINDING_NAMES[one.finding].say(lang)]
    return [*told, one.minutes or "", one.by, "", row.state.say(lang)]


def _offer_words(sheet: Worksheet, rows: int, lang: Lang) -> None:
    """Lists to choose from, also in empty rows below."""
    words = {"confirm": (YES, NO, BACK), "finding": tuple(FINDING_NAMES.values())}
    for key, offered in words.items():
        letter = get_column_letter(list(COLUMNS).index(key) + 1)
        listed = ",".join(one.say(lang) for one in offered)
        choice = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=False)
        choice.add(f"{letter}2:{letter}{rows + 200}")
        sheet.add_data_validation(choice)


def read_attendance(path: Path, desk: str) -> list[ReadRow]:
    """What HR has confirmed, rejected and taken back in such a workbook, whoever saved it since.

    Raises
    ------
    InputError
        It is none of this desk's, or cells hold something else: each with its place.
    """
    place, marks = Place(path.name), read_marks(path)
    if marks.get("part") != ATTENDANCE:
        raise InputError([place.fault(OURS)])
    if marks.get("desk") != desk:
        raise InputError([place.fault(OTHER_DESK, marks.get("desk", ""), desk=desk)])
    book = read_workbook_cells(read_bytes(path, place), place)
    titles = {PROPOSED.say(lang) for lang in LANGS}
    sheet = next((one for one in book.sheets if one.title in titles), None)
    if sheet is None:
        raise InputError([place.fault(OURS)])
    place = place._replace(sheet=sheet.title)
    heads = {str(value or "").strip(): at for at, value in sheet.cells.get(1, {}).items()}
    at = {key: heads[t] for key in (*READ, "name") for lang in LANGS if (t := _title(key, lang)) in heads}
    faults = [place._replace(row=1).fault(HEADING, title=_title(key, "zh")) for key in READ if key not in at]
    if faults:
        raise InputError(faults)
    rows = list(_rows(sheet, place, at, faults, book.epoch))
    if faults:
        raise InputError(list(first_faults(faults)))
    return rows


def read_rows(said: Mapping[int, Mapping[str, str]]) -> list[ReadRow]:
    """The same of rows that come from elsewhere: texts by the names of their columns.

    Raises
    ------
    InputError
        Each fault with the row's number and its column.
    """
    columns, faults = {key: key for key in READ}, list[Fault]()
    found = [_read_row(texts, Place("", row=number), columns, faults) for number, texts in said.items()]
    if faults:
        raise InputError(faults)
    return [row for row in found if row]


def _title(key: str, lang: Lang) -> str:
    title = COLUMNS[key].title
    return title.say(lang) if isinstance(title, Sentence) else title


def _rows(
    sheet: SheetCells, place: Place, at: dict[str, int], faults: list[Fault], epoch: datetime
) -> Iterator[ReadRow]:
    columns = {key: str(sheet.cells[1][column]) for key, column in at.items()}
    for number in range(2, sheet.last_row + 1):
        cells = sheet.cells.get(number, {})
        here = place._replace(row=number)
        said = {
            key: cell_text(cells.get(column), A_DATE if key == "date" else A_TEXT, epoch) for key, column in at.items()
        }
        if said["confirm"] and (row := _read_row(said, here, columns, faults)):
            yield row


def _read_row(said: Mapping[str, str], here: Place, columns: dict[str, str], faults: list[Fault]) -> ReadRow | None:
    """A row that is confirmed, rejected or taken back; what is wrong with it goes to `faults`."""
    known = len(faults)

    def refuse(column: str, expected: Sentence, **facts: object) -> None:
        faults.append(here._replace(column=columns[column]).fault(expected, said[column], **facts))

    word, day, finding = comparable(said["confirm"]), _day(said["date"]), _finding(said["finding"])
    if word not in YES_WORDS + NO_WORDS + BACK_WORDS:
        refuse("confirm", A_KNOWN, known=_listed((YES, NO, BACK)))
    if day is None:
        refuse("date", A_DAY)
    if finding is None:
        refuse("finding", A_KNOWN, known=_listed(FINDING_NAMES.values()))
    minutes = int(said["minutes"] or 0) if (said["minutes"] or "0").isdecimal() else -1
    if not 0 <= minutes <= DAY_MINUTES or (finding in WITH_MINUTES and not minutes):
        refuse("minutes", A_WHOLE)
    for key in ("id", "shift"):
        if not said[key]:
            refuse(key, FILLED)
    if finding == Finding.STOOD_IN and not said["by"]:
        refuse("by", NOBODY_IN)
    elif finding and finding != Finding.STOOD_IN and said["by"]:
        refuse("by", EMPTY)
    if len(faults) > known or day is None or finding is None:
        return None
    counted = minutes if finding in WITH_MINUTES else 0
    what = Said.TAKEN_BACK if word in BACK_WORDS else Said.REJECTED if word in NO_WORDS else Said.CONFIRMED
    one = Attendance(said["id"], day, said["shift"], finding, counted, said["by"], what)
    return ReadRow(one, here, columns=columns, name=said.get("name", ""))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(A_DATE.read(text).isoformat()[:10])
    except (ValueError, AttributeError):
        return None


def _finding(text: str) -> Finding | None:
    word = comparable(text)
    return next((one for one, name in FINDING_NAMES.items() if word in map(comparable, (one.value, *name))), None)


def _listed(words: Iterable[Sentence]) -> Sentence:
    words = tuple(words)
    return Sentence("、".join(one.zh for one in words), ", ".join(one.en for one in words))


def shown_rows(rows: Sequence[ProposedRow], lang: Lang) -> list[list[str]]:
    """The rows in words, as on a screen."""
    return [[str(value) for value in _values(row, lang)[:11]] for row in rows]
