"""A roster read back from the grid of a workbook: our own, one changed by hand, or one saved by another program.

The grid is found by what it holds, not by where it stands: a row with the days
of a month, and below it a column with the desk's ids. Nothing is guessed: a
cell that is neither a shift nor a word for none is a fault, and so are a day or
a person too few.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import date
from pathlib import Path

from scheduler.domain import ERASED_LEAVE, Duty, Problem, Roster, Worker
from scheduler.errors import Fault, InputError
from scheduler.files.reading.day_row import check_order, check_weekdays
from scheduler.files.reading.month_sheets import Sheet, read_book, sheets_with_days
from scheduler.files.reading.places import Place, nearest_word
from scheduler.files.reading.why_no_grid import why_no_days, why_nobody
from scheduler.files.schema.people_tables import PEOPLE
from scheduler.files.schema.roster_cells import is_rest, leave_in, leave_words, shift_words, shifts_in
from scheduler.files.schema.table import find_headed
from scheduler.files.schema.text import normal_width
from scheduler.i18n import LANGS, MONTHS, Sentence, join_items

TWO_GRIDS = Sentence(
    "只有一张排班表，或其中一张名为“排班表”：这几张工作表都有日期和人员",
    "only one roster grid, or one on a sheet called “Roster”: each of these sheets has days and people",
)
OTHER_MONTH = Sentence("{year}年{month}月的日期", "the days of {month_name} {year}")
DAYS_MISSING = Sentence("当月每天一列；缺少：{days}", "a column for each day of the month; missing: {days}")
DAY_AGAIN = Sentence("每天只有一列", "each day in only one column")
PEOPLE_MISSING = Sentence("每位员工一行；缺少：{people}", "a row for each worker; missing: {people}")
KNOWN_ID = Sentence("本岗位员工的工号{tail}", "the id of one of the desk's workers{tail}")
KNOWN_NAME = Sentence("本岗位员工的姓名或工号{tail}", "the name or id of one of the desk's workers{tail}")
ID_AGAIN = Sentence("每个工号只有一行（另见第 {other} 行）", "each id in only one row (see also row {other})")
OWN_NAME = Sentence("工号 {id} 的姓名“{name}”", "“{name}”, the name that belongs to id {id}")
NAMESAKES = Sentence("工号：有 {n} 个人叫“{name}”（{ids}）", "an id: {n} people are called {name} ({ids})")
KNOWN_CODE = Sentence(
    "班次代码（{codes}），两个班写作“甲+乙”；不上班则留空、写“休”或假别",
    "a shift code ({codes}), or two joined by +; for no duty an empty cell, “off” or a kind of leave",
)
NO_MERGING = Sentence("日期、工号和班次各占一格，不合并", "no merged cells among the days, ids and shifts")
WHICH_LEAVE = Sentence("写明是哪一种假：{kinds}", "which kind of leave it is: {kinds}")
RESULT = Sentence("数值，而非错误或没有结果的公式", "a value, not an error or a formula without its result")


@dataclass(frozen=True)
class ReadGrid:
    """What the grid of a workbook says of a month.

    Attributes
    ----------
    leave : mapping of (worker, day) to str
        The kind of leave in each cell that names one.
    off : frozenset of (worker, day)
        The cells that say in words that they are a day off; an empty one says nothing.
    texts : mapping of (worker, day) to (Place, str)
        Of each cell with leave, where it is and what stands there.
    unclear : tuple of Fault
        Cells with leave of a kind that neither they nor the desk's tables tell.
    """

    roster: Roster
    _: KW_ONLY
    leave: Mapping[tuple[str, date], str]
    off: frozenset[tuple[str, date]]
    texts: Mapping[tuple[str, date], tuple[Place, str]] = field(default_factory=dict)
    unclear: tuple[Fault, ...] = ()


def read_roster(path: Path, problem: Problem) -> Roster:
    """The duties of the month in the grid of a workbook; see `read_grid`."""
    return read_grid(path, problem).roster


def read_grid(path: Path, problem: Problem) -> ReadGrid:
    """The duties and the leave of the month in the grid of a workbook.

    Raises
    ------
    InputError
        Every fault of the grid at once, by its cell.
    """
    book = read_book(path)
    ids = {normal_width(worker.id): worker.id for worker in problem.workers}
    named = names_of(problem.workers)
    with_days = sheets_with_days(path, book)
    if not with_days:
        raise InputError([why_no_days(path, book)])
    sheets = [sheet for sheet in with_days if sheet.id_column(ids)]
    sheets = sheets or [sheet for sheet in with_days if sheet.id_column(named) and not _has_ids(sheet)]
    if not sheets:
        raise InputError([why_nobody(with_days)])
    sheets = [sheet for sheet in sheets if sheet.titled] or sheets
    if len(sheets) != 1:
        raise InputError([Place(path.name).fault(TWO_GRIDS, ", ".join(sheet.place.sheet for sheet in sheets))])
    grid = _Reading(sheets[0], problem, ids, named)
    duties = grid.duties()
    if grid.faults:
        raise InputError(sorted(grid.faults, key=lambda fault: fault.row))
    return ReadGrid(
        Roster(duties), leave=grid.leave, off=frozenset(grid.off), texts=grid.texts, unclear=tuple(grid.unclear)
    )


def names_of(workers: Iterable[Worker]) -> dict[str, tuple[str, ...]]:
    """The ids of everybody by name, as names are compared."""
    found: dict[str, tuple[str, ...]] = {}
    for worker in workers:
        name = normal_width(worker.name)
        found[name] = (*found.get(name, ()), worker.id)
    return found


def _has_ids(sheet: Sheet) -> bool:
    """Whether a sheet has a column of ids, of this desk's people or of others."""
    columns = range(1, min(sheet.days))
    headed = [at for at in columns if find_headed((PEOPLE.column("id"),), sheet.text(sheet.top, at))]
    return any(sheet.text(row, at) for at in headed for row in range(sheet.top + 1, len(sheet.rows) + 1))


class _Reading:
    """One sheet read as the roster of a problem; faults are gathered on the way."""

    def __init__(
        self, sheet: Sheet, problem: Problem, ids: Mapping[str, str], named: Mapping[str, tuple[str, ...]]
    ) -> None:
        self.sheet, self.problem, self.ids, self.named = sheet, problem, ids, named
        self.name_column = sheet.id_column(named)
        self.id_column = sheet.id_column(ids) or self.name_column or 0
        self.by_name = self.id_column == self.name_column and not sheet.id_column(ids)
        self.words = shift_words(period.shift for period in problem.shift_periods)
        self.leave_words = leave_words(problem.desk.kinds)
        self.faults: list[Fault] = []
        self.leave: dict[tuple[str, date], str] = {}
        self.off: set[tuple[str, date]] = set()
        self.texts: dict[tuple[str, date], tuple[Place, str]] = {}
        self.unclear: list[Fault] = []

    def duties(self) -> list[Duty]:
        dates, people = self._dates(), self._people()
        self._check_merged(people)
        duties = []
        for row, worker in people.items():
            for column in self.sheet.days:
                codes, known = self._codes(row, column), self.problem.month_codes
                if column in dates:
                    known = self.problem.codes_on(dates[column])
                if codes is None or not set(codes) <= set(known):
                    self._fault(row, column, KNOWN_CODE, codes=", ".join(known))
                elif worker and column in dates:
                    duties += [Duty(worker, dates[column], code) for code in codes]
                    self._read_absence(row, column, worker, dates[column])
        return duties

    def _read_absence(self, row: int, column: int, worker: str, day: date) -> None:
        """What a cell says of leave or a day off; where it leaves the kind open, it is that of the tables."""
        text = self.sheet.text(row, column)
        if is_rest(text, self.words):
            self.off.add((worker, day))
        kinds = leave_in(text, self.words, self.leave_words)
        if kinds:
            self.texts[worker, day] = self.sheet.at(row, column), text
        known = self.problem.leave_days.get((worker, day))
        if known and kinds and known.kind in (*kinds, ERASED_LEAVE):
            self.leave[worker, day] = known.kind
        elif len(kinds) == 1:
            self.leave[worker, day] = kinds[0]
        elif kinds:
            named = [self.problem.desk.leave_kind(kind) for kind in kinds]
            said = [join_items((f"{one.sign.say(x)} ({one.name.say(x)})" for one in named), x) for x in LANGS]
            self.unclear.append(self.sheet.at(row, column).fault(WHICH_LEAVE, text, kinds=Sentence(*said)))

    def _fault(self, row: int, column: int, expected: Sentence, **facts: object) -> None:
        unread = (row, column) in self.sheet.unread
        self.faults.append(
            self.sheet.at(row, column).fault(RESULT if unread else expected, self.sheet.text(row, column), **facts)
        )

    def _codes(self, row: int, column: int) -> tuple[str, ...] | None:
        """The shifts of a cell; `None` where it cannot be understood."""
        return (
            None
            if (row, column) in self.sheet.unread
            else shifts_in(self.sheet.text(row, column), self.words, self.leave_words)
        )

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
        if wrong := list(check_order(self.sheet, found or self.problem.month)):
            self.faults = wrong
            return {}
        if not dates:
            columns = list(self.sheet.days)
            stood = " – ".join(self.sheet.text(self.sheet.top, column) for column in (columns[0], columns[-1]))
            self.faults = [top.fault(OTHER_MONTH, stood, **month)]
        elif missing := [str(day.day) for day in self.problem.dates if day not in dates.values()]:
            self.faults.append(top.fault(DAYS_MISSING, days=", ".join(missing)))
        self.faults += check_weekdays(self.sheet, dates)
        return dates

    def _people(self) -> dict[int, str]:
        """The worker's id by row, empty where it is not known."""
        rows = range(self.sheet.top + 1, len(self.sheet.rows) + 1)
        known = {row: self._worker(row) for row in rows}
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
                self._fault_of_nobody(row, text)
                people[row] = ""
        there = [worker for worker in self.problem.workers if any(map(worker.employed, self.problem.dates))]
        if missing := [worker for worker in there if worker.id not in people.values()]:
            names = ", ".join(f"{worker.name}({worker.id})" for worker in missing)
            self.faults.append(self.sheet.place.fault(PEOPLE_MISSING, people=names))
        return people

    def _worker(self, row: int) -> str | None:
        """The id of whom a row is: by the id, or by a name that only one person has where no id stands."""
        text = normal_width(self.sheet.text(row, self.id_column))
        if not self.by_name and (text or not self.name_column):
            return self.ids.get(text)
        called = self.named.get(normal_width(self.sheet.text(row, self.name_column or self.id_column)), ())
        return called[0] if len(called) == 1 else None

    def _fault_of_nobody(self, row: int, text: str) -> None:
        name = normal_width(self.sheet.text(row, self.name_column)) if self.name_column else ""
        called = self.named.get(name, ())
        if len(called) > 1 and (self.by_name or not text):
            self._fault(row, self.name_column or 0, NAMESAKES, n=len(called), name=name, ids=", ".join(called))
        elif self.by_name:
            self._fault(row, self.id_column, KNOWN_NAME, tail=nearest_word(text, self.named))
        else:
            self._fault(row, self.id_column, KNOWN_ID, tail=nearest_word(text, self.ids))

    def _is_of_somebody(self, row: int, text: str) -> bool:
        """Whether a row without a known id holds duties all the same, and is no heading, count or note."""
        if find_headed((PEOPLE.column("id"), PEOPLE.column("name")), text):
            return False
        cells = {self.sheet.text(row, column) for column in self.sheet.days}
        return any(shifts_in(cell, self.words) and (text or any(map(str.isalpha, cell))) for cell in cells)

    def _check_name(self, row: int, worker: str) -> None:
        """Find a name beside an id that is not its own."""
        if self.by_name:
            return
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
