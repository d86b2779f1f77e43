"""A roster read back from the grid of a workbook: our own, one changed by hand, or one saved by another program.

The grid is found by what it holds, not by where it stands: a row with the days
of a month, and below it a column with the desk's ids. Nothing is guessed: a
cell that is neither a shift nor a word for none is a fault, and so are a day or
a person too few.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.domain import LEAVE_NAMES, Duty, Month, Problem, Roster, Shift
from scheduler.errors import Fault, InputError
from scheduler.files.reading.places import Place, nearest_word
from scheduler.files.reading.sources import open_workbook, read_bytes
from scheduler.files.schema.cells import DATE, OFF_WORDS, comparable, normal_width
from scheduler.files.schema.table import find_headed
from scheduler.files.schema.tables import LEAVE_WORDS, PEOPLE
from scheduler.i18n import MONTHS, Sentence

GRID_TITLE = Sentence("排班表", "Roster")
REST_SIGN = Sentence("休", "off")
GONE_SIGN = "—"  # not employed on the day
JOINED_BY = "+/、"  # two shifts on one day
LEAVE_SIGNS = {
    "annual": Sentence("年", "AL"),
    "sick": Sentence("病", "SL"),
    "personal": Sentence("事", "PL"),
    "marriage": Sentence("婚", "ML"),
    "maternity": Sentence("产", "MAT"),
    "bereavement": Sentence("丧", "BL"),
    "comp_leave": Sentence("调", "CL"),
    "work_injury": Sentence("伤", "IL"),
    "training": Sentence("训", "TR"),
    "outside": Sentence("外", "OUT"),
}
NONE_WORDS = {
    comparable(word)
    for words in (
        OFF_WORDS,
        ("", "—", "–", "/", "无", "假", "请假", "休假", "公休", "轮休", "例休", "none", "leave", "rest day"),
        LEAVE_NAMES,
        *LEAVE_NAMES.values(),
        *LEAVE_SIGNS.values(),
        *LEAVE_WORDS.values(),
    )
    for word in words
}

FEWEST_DAYS = 20  # of the month in a row of days; fewer is some other row of numbers
MOST_ROWS, MOST_COLUMNS = 2000, 200  # of a sheet that are looked at
FULL_MONTH = re.compile(r"(20\d\d) ?[年/.-] ?(\d{1,2})(?:月(?! ?\d)|(?![\d/.月-]))")
ENGLISH_MONTH = re.compile(rf"(?<!\d )\b({'|'.join(MONTHS)})[a-z]* (20\d\d)")

NO_GRID = Sentence(
    "一张排班表：一行是当月的日期，其下一列是本岗位的工号",
    "a roster grid: a row with the days of the month, and below it a column with this desk's ids",
)
TWO_GRIDS = Sentence("只有一张排班表，或其中一张名为“排班表”", "one roster grid only, or one that is called “Roster”")
OTHER_MONTH = Sentence("{year}年{month}月的日期", "the days of {month_name} {year}")
DAYS_MISSING = Sentence("当月每天一列；缺少：{days}", "a column for each day of the month; missing: {days}")
DAY_AGAIN = Sentence("每天只有一列", "each day in one column only")
PEOPLE_MISSING = Sentence("每位员工一行；缺少：{people}", "a row for each worker; missing: {people}")
KNOWN_ID = Sentence("本岗位员工的工号{tail}", "the id of one of the desk's workers{tail}")
ID_AGAIN = Sentence("每个工号只有一行（另见第 {other} 行）", "each id in one row only (see row {other} too)")
OWN_NAME = Sentence("工号 {id} 的姓名“{name}”", "“{name}”, the name that belongs to id {id}")
KNOWN_CODE = Sentence(
    "班次代码（{codes}），两个班写作“甲+乙”；不上班则留空、写“休”或假别",
    "a shift code ({codes}), two of them joined by +; or nothing, “off” or a kind of leave",
)
NO_MERGING = Sentence("日期、工号和班次各占一格，不合并", "no merged cells among the days, ids and shifts")
RESULT = Sentence("数值，而非错误或没有结果的公式", "a value, and no error or formula without its result")


def shift_words(shifts: Iterable[Shift]) -> dict[str, str]:
    """The shift that each text stands for: its code, and its name where no other shift is called so."""
    shifts = tuple(shifts)
    named = Counter(normal_width(shift.name) for shift in shifts)
    words = {normal_width(shift.name): shift.code for shift in shifts if named[normal_width(shift.name)] == 1}
    words |= {normal_width(shift.code): shift.code for shift in shifts}
    return words | {shift.code: shift.code for shift in shifts}


def shifts_in(text: str, words: Mapping[str, str]) -> tuple[str, ...] | None:
    """The codes of the shifts that a cell's text asks for; `None` where it cannot be understood.

    Parameters
    ----------
    words : mapping
        Of `shift_words`. A shift's own word beats every word for no duty.
    """
    for whole in (text, normal_width(text)):
        if whole in words:
            return (words[whole],)
    if comparable(text) in NONE_WORDS:
        return ()
    for sign in JOINED_BY:  # one at a time, as codes may hold the others
        codes = tuple(words.get(part.strip(), "") for part in normal_width(text).split(sign))
        if "" not in codes and len(set(codes)) == len(codes):
            return codes
    return None


def joined_shifts(codes: Sequence[str], words: Mapping[str, str]) -> str:
    """The text that `shifts_in` reads as these shifts."""
    texts = [sign.join(codes) for sign in JOINED_BY]
    return next((text for text in texts if shifts_in(text, words) == tuple(codes)), texts[0])


class Mark(NamedTuple):
    """A cell that names a day, as far as it does."""

    year: int | None
    month: int | None
    day: int


def _mark(value: object, epoch: datetime) -> Mark | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if 1 <= value <= 31 and value == int(value):
            return Mark(None, None, int(value))
        if 36526 <= value < 73051:  # serial dates from 2000 to 2099 whose format was lost
            value = from_excel(value, epoch)
    if isinstance(value, date):
        return Mark(value.year, value.month, value.day)
    if not isinstance(value, str) or len(value) > 40:
        return None
    text = re.sub(r"\(.*\)", "", normal_width(value))
    found = re.fullmatch(r"(?:(1[0-2]|0?[1-9])[月/.-])?(3[01]|[12]\d|0?[1-9])[日号]?", text)
    if found:
        return Mark(None, int(found[1]) if found[1] else None, int(found[2]))
    try:
        day = DATE.read(text)
    except ValueError:
        return None
    return Mark(day.year, day.month, day.day)


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _marks(row: tuple[object, ...], epoch: datetime) -> dict[int, Mark]:
    """The cells of a row that name days; a lone number among them is no day."""
    marks = {column: mark for column, value in enumerate(row, 1) if (mark := _mark(value, epoch))}
    steps = {pair for pair in pairwise(marks) if marks[pair[1]].day - marks[pair[0]].day == 1}
    stepping = {column for pair in steps for column in pair}
    return {column: mark for column, mark in marks.items() if mark.month or column in stepping}


@dataclass(frozen=True)
class Sheet:
    """A sheet whose row `top` holds the days of a month.

    Attributes
    ----------
    rows : tuple of tuples
        Values of the cells; the first row and column have number 1.
    unread : mapping of (row, column) to str
        Cells that hold an error, or a formula whose result is not known.
    merged : tuple of (rows, columns, name)
        The merged areas.
    days : mapping of int to Mark
        The days by column.
    """

    place: Place
    rows: tuple[tuple[object, ...], ...]
    unread: Mapping[tuple[int, int], str]
    merged: tuple[tuple[range, range, str], ...]
    top: int
    days: Mapping[int, Mark]

    def at(self, row: int, column: int) -> Place:
        """The place of a cell."""
        return self.place._replace(row=row, column=f"{get_column_letter(column)}{row}")

    def text(self, row: int, column: int) -> str:
        """What stands in a cell."""
        return self.unread.get((row, column), _text(self.rows[row - 1][column - 1]))

    @property
    def titled(self) -> bool:
        """Whether it is called as we call our grid."""
        return self.place.sheet in GRID_TITLE

    @cached_property
    def month(self) -> Month | None:
        """The month of the days: of most of the dates, or else as a title says."""
        dated = Counter((mark.year, mark.month) for mark in self.days.values() if mark.year and mark.month)
        if dated:
            year, month = dated.most_common(1)[0][0]
            return Month(year, month) if year and month else None
        above = [value for row in self.rows[: self.top] for value in row if isinstance(value, str)]
        for text in map(normal_width, [*above, self.place.sheet]):
            if (found := FULL_MONTH.search(text)) and 1 <= int(found[2]) <= 12:
                return Month(int(found[1]), int(found[2]))
            if found := ENGLISH_MONTH.search(text):
                return Month(int(found[2]), MONTHS.index(found[1]) + 1)
        return None

    def id_column(self, ids: Mapping[str, str]) -> int | None:
        """The column below the days that holds most of the ids; `None` where none holds any."""
        found: dict[int, set[str]] = {}
        for row in self.rows[self.top :]:
            for column, value in enumerate(row, 1):
                if column not in self.days and normal_width(_text(value)) in ids:
                    found.setdefault(column, set()).add(_text(value))
        return max(found, key=lambda column: len(found[column]), default=None)


def _sheet(written: Worksheet, results: Worksheet, place: Place, epoch: datetime) -> Sheet | None:
    """The sheet, where one of its rows holds the days of a month."""
    height, width = min(written.max_row, MOST_ROWS), min(written.max_column, MOST_COLUMNS)
    rows = tuple(results.iter_rows(max_row=height, max_col=width, values_only=True))
    marks = [_marks(row, epoch) for row in rows]
    different = [len({mark.day for mark in row.values()}) for row in marks]
    if max(different, default=0) < FEWEST_DAYS:
        return None
    top = different.index(max(different))
    unread = {}
    for number, cells in enumerate(written.iter_rows(max_row=height, max_col=width), 1):
        for column, cell in enumerate(cells, 1):
            result = rows[number - 1][column - 1]
            if cell.data_type == "e" or (cell.data_type == "f" and (result is None or str(result).startswith("#"))):
                unread[number, column] = _text(cell.value)
    merged = tuple(
        (range(area.min_row, area.max_row + 1), range(area.min_col, area.max_col + 1), str(area))
        for area in written.merged_cells.ranges
    )
    return Sheet(place._replace(sheet=written.title), rows, unread, merged, top + 1, marks[top])


def sheets_with_days(path: Path) -> list[Sheet]:
    """The sheets of a workbook that hold a row of days."""
    place = Place(path.name)
    packed = read_bytes(path, place)
    written, results = open_workbook(packed, place), open_workbook(packed, place, data_only=True)
    found = (_sheet(sheet, results[sheet.title], place, written.epoch) for sheet in written.worksheets)
    return [sheet for sheet in found if sheet]


def read_month(path: Path) -> Month | None:
    """The month of the roster in a workbook; `None` where there is none, or it does not say.

    Raises
    ------
    InputError
        When the file is no workbook.
    """
    sheets = sorted(sheets_with_days(path), key=lambda sheet: not sheet.titled)
    return next((sheet.month for sheet in sheets if sheet.month), None)


def read_roster(path: Path, problem: Problem) -> Roster:
    """The duties of the month in the grid of a workbook.

    Raises
    ------
    InputError
        Every fault of the grid at once, by its cell.
    """
    ids = {normal_width(worker.id): worker.id for worker in problem.workers}
    sheets = [sheet for sheet in sheets_with_days(path) if sheet.id_column(ids)]
    sheets = [sheet for sheet in sheets if sheet.titled] or sheets
    if len(sheets) != 1:
        found = ", ".join(sheet.place.sheet for sheet in sheets)
        raise InputError([Place(path.name).fault(TWO_GRIDS if sheets else NO_GRID, found)])
    grid = _Reading(sheets[0], problem, ids)
    duties = grid.duties()
    if grid.faults:
        raise InputError(sorted(grid.faults, key=lambda fault: fault.row))
    return Roster(duties)


class _Reading:
    """One sheet read as the roster of a problem; faults are gathered on the way."""

    def __init__(self, sheet: Sheet, problem: Problem, ids: Mapping[str, str]) -> None:
        self.sheet, self.problem, self.ids = sheet, problem, ids
        self.id_column = sheet.id_column(ids) or 0
        self.words = shift_words(problem.shifts)
        self.faults: list[Fault] = []

    def duties(self) -> list[Duty]:
        dates, people = self._dates(), self._people()
        self._check_merged(people)
        duties = []
        for row, worker in people.items():
            for column in self.sheet.days:
                codes = self._codes(row, column)
                if codes is None:
                    known = ", ".join(shift.code for shift in self.problem.shifts)
                    self._fault(row, column, KNOWN_CODE, codes=known)
                elif worker and column in dates:
                    duties += [Duty(worker, dates[column], code) for code in codes]
        return duties

    def _fault(self, row: int, column: int, expected: Sentence, **facts: object) -> None:
        unread = (row, column) in self.sheet.unread
        self.faults.append(
            self.sheet.at(row, column).fault(RESULT if unread else expected, self.sheet.text(row, column), **facts)
        )

    def _codes(self, row: int, column: int) -> tuple[str, ...] | None:
        """The shifts of a cell; `None` where it cannot be understood."""
        return None if (row, column) in self.sheet.unread else shifts_in(self.sheet.text(row, column), self.words)

    def _dates(self) -> dict[int, date]:
        """The date of each column."""
        top = self.sheet.place._replace(row=self.sheet.top)
        first = self.problem.first
        month = {"year": first.year, "month": first.month, "month_name": MONTHS[first.month - 1]}
        found = self.sheet.month
        if found and found != self.problem.month:
            self.faults.append(top.fault(OTHER_MONTH, str(found), **month))
            return {}
        dates: dict[int, date] = {}
        known = {(day.year, day.month, day.day): day for day in self.problem.dates}
        for column, mark in self.sheet.days.items():
            day = known.get((mark.year or first.year, mark.month or first.month, mark.day))
            if not day:
                self._fault(self.sheet.top, column, OTHER_MONTH, **month)
            elif day in dates.values():
                self._fault(self.sheet.top, column, DAY_AGAIN)
            else:
                dates[column] = day
        if not dates:
            columns = list(self.sheet.days)
            stood = " – ".join(self.sheet.text(self.sheet.top, column) for column in (columns[0], columns[-1]))
            self.faults = [top.fault(OTHER_MONTH, stood, **month)]
        elif missing := [str(day.day) for day in self.problem.dates if day not in dates.values()]:
            self.faults.append(top.fault(DAYS_MISSING, days=", ".join(missing)))
        return dates

    def _people(self) -> dict[int, str]:
        """The worker's id by row, empty where it is not known."""
        rows = range(self.sheet.top + 1, len(self.sheet.rows) + 1)
        known = {row: self.ids.get(normal_width(self.sheet.text(row, self.id_column))) for row in rows}
        block = [row for row in rows if known[row]]
        people: dict[int, str] = {}
        for row in rows:
            worker, text = known[row], self.sheet.text(row, self.id_column)
            if worker and worker in people.values():
                other = next(number for number, name in people.items() if name == worker)
                self._fault(row, self.id_column, ID_AGAIN, other=other)
                people[row] = ""
            elif worker:
                people[row] = worker
                self._check_name(row, worker)
            elif self._is_of_somebody(row, text) and (text or row > block[0]):
                self._fault(row, self.id_column, KNOWN_ID, tail=nearest_word(text, self.ids))
                people[row] = ""
        if missing := [w for w in self.problem.workers if w.id not in people.values()]:
            names = ", ".join(f"{worker.name}({worker.id})" for worker in missing)
            self.faults.append(self.sheet.place.fault(PEOPLE_MISSING, people=names))
        return people

    def _is_of_somebody(self, row: int, text: str) -> bool:
        """Whether a row without a known id holds duties all the same, and is no heading, count or note."""
        if find_headed((PEOPLE.column("id"),), text):
            return False
        cells = {self.sheet.text(row, column) for column in self.sheet.days}
        return any(shifts_in(cell, self.words) and (text or any(map(str.isalpha, cell))) for cell in cells)

    def _check_name(self, row: int, worker: str) -> None:
        """Find a name beside an id that is not its own."""
        name = self.problem.worker_by_id[worker].name
        others = {normal_width(other.name) for other in self.problem.workers} - {normal_width(name)}
        texts = {column: normal_width(self.sheet.text(row, column)) for column in range(1, min(self.sheet.days))}
        if normal_width(name) not in texts.values():
            for column, text in texts.items():
                if column != self.id_column and text in others:
                    self._fault(row, column, OWN_NAME, id=worker, name=name)

    def _check_merged(self, people: Iterable[int]) -> None:
        rows, days = set(people), set(self.sheet.days)
        for down, across, name in self.sheet.merged:
            over_days = self.sheet.top in down and days & set(across)
            if over_days or (rows & set(down) and {self.id_column, *days} & set(across)):
                self.faults.append(self.sheet.at(down[0], across[0]).fault(NO_MERGING, name))
