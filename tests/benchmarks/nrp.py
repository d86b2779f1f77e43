"""Public shift-scheduling instances (Curtois & Qu 2014) as ordinary problems of this program.

The text format has the sections HORIZON, SHIFTS, STAFF, DAYS_OFF, SHIFT_ON_REQUESTS, SHIFT_OFF_REQUESTS and
COVER, each begun by a line `SECTION_…`; `#` begins a comment. Everything an instance asks for becomes a field of
the problem; the rules of a desk that an instance knows nothing of are switched off. So what is measured is the
program as it is, and the audit's cost is the instance's penalty.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from scheduler.domain import Day, DayKind, Demand, Desk, Leave, Problem, Roster, Shift, Terms, Wish, Worker
from scheduler.errors import Fault, InputError
from scheduler.i18n import Sentence
from scheduler.rules.book import Rulebook, discovered, read_rulebook
from scheduler.timeline import DAY_MINUTES, ONE_DAY, days_between

FIRST = date(2026, 11, 30)  # the format says only that day 0 is a Monday
SECTIONS = {
    "SECTION_HORIZON": ("days",),
    "SECTION_SHIFTS": ("ShiftID", "minutes", "shifts that cannot follow"),
    "SECTION_STAFF": (
        "ID",
        "MaxShifts",
        "MaxTotalMinutes",
        "MinTotalMinutes",
        "MaxConsecutiveShifts",
        "MinConsecutiveShifts",
        "MinConsecutiveDaysOff",
        "MaxWeekends",
    ),
    "SECTION_DAYS_OFF": ("EmployeeID", "days"),
    "SECTION_SHIFT_ON_REQUESTS": ("EmployeeID", "Day", "ShiftID", "Weight"),
    "SECTION_SHIFT_OFF_REQUESTS": ("EmployeeID", "Day", "ShiftID", "Weight"),
    "SECTION_COVER": ("Day", "ShiftID", "Requirement", "Weight for under", "Weight for over"),
}
NEEDED = ("SECTION_HORIZON", "SECTION_SHIFTS", "SECTION_STAFF", "SECTION_COVER")
ASKED = (
    "approved_leave",
    "days_in_a_row",
    "days_off_in_a_row",
    "fixed_duties",  # no instance fixes any, a request to change its roster does
    "forbidden_successions",
    "hours_in_period",
    "most_weekends",
    "one_duty_at_a_time",
    "shift_cover",
    "shifts_of_a_kind",
    "wishes",
)
RESERVED = set(">|=＞｜＝")  # they part codes, here or in `forbidden_successions`
MOST_DAYS = 10_000  # a horizon beyond this is a slip of the pen, not an instance


class Instance(NamedTuple):
    """A problem by name, with the rules that are asked of it, and the live roster where one is to be changed."""

    name: str
    problem: Problem
    rulebook: Rulebook
    live: Roster | None = None


class _Line(NamedTuple):
    """One line of a section: its number in the file, from 1, and its cells."""

    row: int
    cells: tuple[str, ...]


class _Bad(Exception):
    """A cell is not what the format asks for."""

    def __init__(self, expected: Sentence, column: str = "", found: str = "") -> None:
        self.expected, self.column, self.found = expected, column, found


def read_instance(path: Path) -> Instance:
    """The problem and the rules of an instance file.

    Days become the days from Monday `FIRST` on, shifts begin at midnight, since the format gives only their
    lengths, and each shift gets a demand row for every day, or it would count as closed.

    Raises
    ------
    InputError
        The file cannot be read, or is not of the format: every bad line, each with its number.
    """
    return _Reading(path).instance()


class _Reading:
    """An instance file on its way to a problem; faults are collected, one a line."""

    def __init__(self, path: Path) -> None:
        self.file = path
        self.faults: list[Fault] = []
        self.days: tuple[date, ...] = ()
        self.shifts: dict[str, Shift] = {}
        self.forbidden: dict[str, tuple[str, ...]] = {}
        self.staff: dict[str, Worker | None] = {}
        self.leave: list[Leave] = []
        self.wishes: list[Wish] = []
        self.cover: dict[tuple[date, str], Demand] = {}

    def instance(self) -> Instance:
        sections = self._sections()
        readers: dict[str, Callable[[_Line], None]] = {
            "SECTION_HORIZON": self._horizon,
            "SECTION_SHIFTS": self._shift,
            "SECTION_STAFF": self._worker,
            "SECTION_DAYS_OFF": self._days_off,
            "SECTION_SHIFT_ON_REQUESTS": lambda line: self._request(line, wants=True),
            "SECTION_SHIFT_OFF_REQUESTS": lambda line: self._request(line, wants=False),
            "SECTION_COVER": self._cover,
        }
        for name in NEEDED:
            if not sections.get(name):
                self._fault(0, Sentence(f"{name} 及其内容", f"{name} with its lines"))
        self._each(sections, "SECTION_SHIFTS", self._name_shift)
        for name, read in readers.items():
            self._each(sections, name, read)
            if name == "SECTION_HORIZON" and self.faults:
                break  # without days every other line would look wrong
        if self.faults:
            raise InputError(sorted(self.faults, key=lambda fault: fault.row))
        return Instance(self.file.stem, self._problem(), self._rulebook())

    # Lines

    def _sections(self) -> dict[str, list[_Line]]:
        try:
            text = self.file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            readable = Sentence(f"可读的 UTF-8 文本（{error}）", f"readable UTF-8 text ({error})")
            raise InputError([Fault(str(self.file), _literal(readable))]) from error
        sections: dict[str, list[_Line]] = {}
        here: list[_Line] | None = None
        for row, raw in enumerate(text.splitlines(), 1):
            line = raw.strip()
            if not line or line.startswith("#"):
                continue
            if line.startswith("SECTION_"):
                if line not in SECTIONS or line in sections:
                    known = ", ".join(SECTIONS)
                    self._fault(row, Sentence(f"以下之一，且只出现一次：{known}", f"one of {known}, once"), found=line)
                here = sections.setdefault(line, [])
            elif here is None:
                self._fault(row, Sentence("先有 SECTION_ 行", "a SECTION_ line before it"), found=line)
            else:
                here.append(_Line(row, tuple(cell.strip() for cell in line.split(","))))
        return sections

    def _each(self, sections: dict[str, list[_Line]], name: str, read: Callable[[_Line], None]) -> None:
        for line in sections.get(name, ()):
            try:
                read(line)
            except _Bad as bad:
                self._fault(line.row, bad.expected, bad.column, bad.found)

    def _fault(self, row: int, expected: Sentence, column: str = "", found: str = "") -> None:
        self.faults.append(Fault(str(self.file), _literal(expected), row=row, column=column, found=found))

    # Sections

    def _horizon(self, line: _Line) -> None:
        (days,) = _cells(line, "SECTION_HORIZON")
        if self.days:
            raise _Bad(Sentence("只有一行天数", "one line of days"), found=days)
        count = _whole(days, "days", 1, MOST_DAYS)
        self.days = days_between(FIRST, FIRST + timedelta(days=count - 1))

    def _name_shift(self, line: _Line) -> None:
        """Learn the codes before the lines that name other shifts."""
        code = line.cells[0]
        if not code or code in self.shifts or set(code) & RESERVED:
            expected = Sentence("不重复、不含 > | = 的班次代码", "a shift code, once, without > | =")
            raise _Bad(expected, "ShiftID", code)
        self.shifts[code] = Shift(code, code, 0, DAY_MINUTES)

    def _shift(self, line: _Line) -> None:
        code, minutes, after = _cells(line, "SECTION_SHIFTS", optional=1)
        self.forbidden[code] = tuple(self._known_shift(other) for other in after.split("|") if other)
        self.shifts[code] = Shift(code, code, 0, _whole(minutes, "minutes", 1, DAY_MINUTES))

    def _worker(self, line: _Line) -> None:
        name = line.cells[0]
        if not name or name in self.staff:
            raise _Bad(Sentence("非空且不重复的员工编号", "an employee id, once"), "ID", name)
        self.staff[name] = None  # known, so that lines about this employee are not called wrong too
        _, most_of_shift, *numbers = _cells(line, "SECTION_STAFF")
        columns = SECTIONS["SECTION_STAFF"][2:]
        most, least, run, least_run, least_off, weekends = (
            _whole(text, column, int(column == "MaxConsecutiveShifts"))
            for text, column in zip(numbers, columns, strict=True)
        )
        for low, high, column in ((least, most, "MinTotalMinutes"), (least_run, run, "MinConsecutiveShifts")):
            if low > high:
                raise _Bad(Sentence(f"不超过 {high}", f"at most {high}"), column, str(low))
        terms = Terms(
            most_days_in_a_row=run,
            least_days_in_a_row=max(1, least_run),
            least_days_off_in_a_row=max(1, least_off),
            most_weekends=weekends,
            least_hours=least / 60,
            most_hours=most / 60,
            most_of_shift=tuple(self._limits(most_of_shift)),
        )
        self.staff[name] = Worker(name, name, terms=terms)

    def _limits(self, cell: str) -> Iterator[tuple[str, int]]:
        """So many of each shift; none of those that the cell leaves out."""
        limits = dict.fromkeys(self.shifts, 0)
        for part in cell.split("|"):
            code, equals, count = part.partition("=")
            if not equals:
                raise _Bad(Sentence("形如 D=14|E=0", "such as D=14|E=0"), "MaxShifts", cell)
            limits[self._known_shift(code)] = _whole(count, "MaxShifts")
        yield from ((code, count) for code, count in limits.items() if count < len(self.days))

    def _days_off(self, line: _Line) -> None:
        worker, *days = line.cells
        self._known_worker(worker)
        for first, last in _runs([self._known_day(day) for day in days if day]):
            self.leave.append(Leave(worker, first, last))

    def _request(self, line: _Line, wants: bool) -> None:
        section = "SECTION_SHIFT_ON_REQUESTS" if wants else "SECTION_SHIFT_OFF_REQUESTS"
        worker, day, code, weight = _cells(line, section)
        wish = Wish(
            self._known_worker(worker),
            self._known_day(day),
            wants,
            self._known_shift(code),
            weight=_whole(weight, "Weight"),
        )
        if wish.weight:
            self.wishes.append(wish)

    def _cover(self, line: _Line) -> None:
        day, code, need, under, over = _cells(line, "SECTION_COVER")
        key = (self._known_day(day), self._known_shift(code))
        if key in self.cover:
            raise _Bad(Sentence("每天每班一行", "one line for each day and shift"), "ShiftID", f"{day},{code}")
        self.cover[key] = Demand(
            code,
            key[0].isoformat(),
            target=_whole(need, "Requirement"),
            weight_short=_whole(under, "Weight for under"),
            weight_spare=_whole(over, "Weight for over"),
        )

    def _known_day(self, cell: str) -> date:
        return self.days[_whole(cell, "Day", 0, len(self.days) - 1)]

    def _known_shift(self, code: str) -> str:
        if code not in self.shifts:
            known = ", ".join(self.shifts)
            raise _Bad(Sentence(f"班次之一：{known}", f"one of the shifts {known}"), "ShiftID", code)
        return code

    def _known_worker(self, name: str) -> str:
        if name not in self.staff:
            raise _Bad(Sentence("SECTION_STAFF 中的员工", "an employee of SECTION_STAFF"), "EmployeeID", name)
        return name

    # The whole

    def _problem(self) -> Problem:
        unasked = [
            Demand(code, day.isoformat(), weight_short=0, weight_spare=0)
            for day in self.days
            for code in self.shifts
            if (day, code) not in self.cover
        ]
        return Problem(
            Desk(self.file.stem, self.file.stem, zone="UTC"),
            tuple(Day(day, DayKind.RESTDAY if day.weekday() > 4 else DayKind.WORKDAY) for day in self.days),
            tuple(worker for worker in self.staff.values() if worker),
            tuple(self.shifts.values()),
            demand=(*self.cover.values(), *unasked),
            leave=tuple(self.leave),
            wishes=tuple(self.wishes),
        )

    def _rulebook(self) -> Rulebook:
        pairs = [f"{code}>{'|'.join(after)}" for code, after in self.forbidden.items() if after]
        off = {"enabled": False, "because": "not part of the instance"}
        tables: dict[str, dict[str, object]] = {name: dict(off) for name in discovered() if name not in ASKED}
        tables |= {"forbidden_successions": {"pairs": pairs}, "hours_in_period": {"leave_lowers": False}}
        return read_rulebook(tables, self.file.name)


def _literal(sentence: Sentence) -> Sentence:
    """A sentence without places: braces from the file stand for themselves."""
    return Sentence(*(text.replace("{", "{{").replace("}", "}}") for text in sentence))


def _cells(line: _Line, section: str, optional: int = 0) -> Sequence[str]:
    """The cells of a line, as many as the section has columns; the last may be left out where optional."""
    columns = SECTIONS[section]
    cells = list(line.cells)
    while len(cells) > len(columns) and not cells[-1]:
        cells.pop()
    if not len(columns) - optional <= len(cells) <= len(columns):
        heads = ", ".join(columns)
        raise _Bad(Sentence(f"{len(columns)} 列：{heads}", f"{len(columns)} cells: {heads}"), found=",".join(cells))
    return cells + [""] * (len(columns) - len(cells))


def _whole(cell: str, column: str, low: int = 0, high: int | None = None) -> int:
    """A whole number from `low` to `high`."""
    if (
        cell.isascii()
        and cell.isdigit()
        and len(cell) < 10
        and low <= int(cell) <= (int(cell) if high is None else high)
    ):
        return int(cell)
    reach = f"{low} – {'' if high is None else high}".rstrip(" –")
    raise _Bad(
        Sentence(f"整数，{reach} 起" if high is None else f"整数 {reach}", f"a whole number from {reach}"), column, cell
    )


def _runs(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    """First and last day of each stretch of days in a row."""
    held = set(days)
    for first in sorted(held):
        if first - ONE_DAY not in held:
            last = first
            while last + ONE_DAY in held:
                last += ONE_DAY
            yield first, last


def write_csv(problem: Problem, roster: Roster, path: Path) -> None:
    """Write a roster as scorers of the set read it: a row for each employee, the id and then a shift or nothing a day.

    Raises
    ------
    ValueError
        Somebody has two duties on a day, which the format cannot hold.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        for worker in problem.workers:
            cells = [roster.on(worker.id, day) for day in problem.dates]
            if any(len(cell) > 1 for cell in cells):
                raise ValueError(f"{worker.id}: two duties on a day")
            rows.writerow([worker.id, *(cell[0] if cell else "" for cell in cells)])
