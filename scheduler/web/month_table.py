"""A month as a table on the page: rows of cells with their letter, their classes and what is wrong in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import date
from typing import NamedTuple

from scheduler.app.month_view import MonthView
from scheduler.audit.statistics import Cover, WorkerTotals
from scheduler.domain import Day, DayKind, Noted, Problem, Roster, Violation, Worker
from scheduler.files.writing.wording import cover_sign, name_shift, say_calendar, say_period, say_span
from scheduler.i18n import WEEKDAYS, Lang, Sentence, day_name, join_items
from scheduler.workflow.readers import Reader
from scheduler.workflow.redaction import say_finding

REST, GONE = "·", "–"
LONG = 2  # characters from which a cell's text is written smaller
CHANGED = Sentence("已改", "changed")
KIND_CLASSES = {
    DayKind.STATUTORY: "hol",
    DayKind.NOTICE_OFF: "hol",
    DayKind.MAKEUP_WORKDAY: "work",
    DayKind.RESTDAY: "we",
    DayKind.WORKDAY: "",
}
LIGHTS = ("", "△", "▽", "✗")  # the worse the later
LIGHT_WORDS = {
    "": Sentence("人数符合", "cover met"),
    "△": Sentence("有班次多于最多", "above the maximum on a shift"),
    "▽": Sentence("有班次低于目标", "below target on a shift"),
    "✗": Sentence("有班次低于最少，或有违规", "below the minimum on a shift, or a rule broken"),
}


class Cell(NamedTuple):
    """A person's day: its text, its classes, and what has to be said of it."""

    day: str
    text: str
    css: str
    title: str = ""


class Column(NamedTuple):
    """A day above the table."""

    day: date
    number: int
    weekday: str
    css: str
    name: str
    light: str
    said: str


class Row(NamedTuple):
    """A person."""

    worker: Worker
    name: str
    role: str
    cells: list[Cell]
    totals: WorkerTotals
    has_problem: bool


class Group(NamedTuple):
    """The people of a team, in the order of the people table."""

    team: str
    rows: list[Row]


class Foot(NamedTuple):
    """Cover of a shift, by day."""

    shift: str
    who: str
    cells: list[Cell]


class Finding(NamedTuple):
    """What the audit found, and the first of its cells, for the list beside the table."""

    text: str
    where: str
    hard: bool


class Period(NamedTuple):
    """A shift in the legend."""

    css: str
    code: str
    said: str


@dataclass(frozen=True)
class MonthTable:
    """A month to draw."""

    columns: list[Column]
    groups: list[Group]
    foot: list[Foot]
    _: KW_ONLY
    findings: list[Finding]
    legend: list[Period]
    colours: str
    teams: list[str] = field(default_factory=list)
    has_holidays: bool = False

    @property
    def width(self) -> int:
        """Columns beside the names."""
        return len(self.columns) + (5 if self.has_holidays else 4)


def make_table(
    view: MonthView,
    lang: Lang,
    *,
    team: str = "",
    only_problems: bool = False,
    marked: frozenset[tuple[str, date]] = frozenset(),
) -> MonthTable:
    """Draw a version.

    Parameters
    ----------
    team : str
        Only this team; empty for all.
    only_problems : bool
        Only people in whose cells something is wrong.
    marked : frozenset of (worker, day)
        Cells to ring, beside those that its papers mark.
    """
    edition = view.edition
    problem, reader = edition.problem, edition.reader
    marked |= edition.marks.cells if edition.marks else frozenset()
    at_fault, day_faults, findings = _find_faults(problem, edition.audit.broken, reader, lang)
    drawer = Drawer(problem, edition.roster, reader, lang, marked, at_fault)
    covers = _group_cover(view.cover)
    rows = [drawer.row(worker, totals) for worker, totals in zip(problem.workers, view.totals, strict=True)]
    shown = [row for row in rows if (not team or row.worker.team == team) and (row.has_problem or not only_problems)]
    teams = list(dict.fromkeys(worker.team for worker in problem.workers))
    law = edition.audit.noted(Noted.LAW)
    findings += [Finding(say_finding(each, reader, problem.names, lang), "", False) for each in law]
    codes = {code: number for number, code in enumerate(problem.codes)}
    return MonthTable(
        columns=[_column(problem, day, view, covers, day_faults, lang) for day in problem.days],
        groups=[Group(one, mine) for one in teams if (mine := [row for row in shown if row.worker.team == one])],
        foot=[_foot(shift, who, rows_of, drawer) for (shift, who), rows_of in covers.items()],
        findings=findings,
        legend=[
            Period(
                f"s{codes[one.shift.code]}{' night' if one.shift.night else ''}",
                one.shift.code,
                say_period(problem, one, lang).removeprefix(f"{one.shift.code} "),
            )
            for one in problem.shift_periods
        ],
        colours=colours_of(problem),
        teams=[one for one in teams if one],
        has_holidays=any(day.kind == DayKind.STATUTORY for day in problem.days),
    )


def colours_of(problem: Problem) -> str:
    """The shifts' colours in the order of their classes, as the address of their style sheet has them."""
    last = {period.shift.code: period.shift.colour for period in problem.shift_periods}
    return "-".join(last.get(code, "FFFFFF") for code in problem.codes) or "FFFFFF"


def _find_faults(
    problem: Problem, broken: Sequence[Violation], reader: Reader, lang: Lang
) -> tuple[dict[tuple[str, date], list[str]], set[date], list[Finding]]:
    """What is wrong in each cell, on which days, and all of it in a list."""
    cells: dict[tuple[str, date], list[str]] = {}
    days: set[date] = set()
    findings = []
    for each in broken:
        text = say_finding(each, reader, problem.names, lang)
        mine = [(who, day) for who in each.reason.workers for day in each.reason.days if day in problem.day_by_date]
        for cell in mine:
            cells.setdefault(cell, []).append(text)
        days.update(day for day in each.reason.days if day in problem.day_by_date)
        findings.append(Finding(text, f"{mine[0][0]}@{mine[0][1]}" if mine else "", True))
    return cells, days, findings


class Drawer:
    """Draws the cells of a month."""

    def __init__(
        self,
        problem: Problem,
        roster: Roster,
        reader: Reader,
        lang: Lang,
        marked: frozenset[tuple[str, date]],
        faults: Mapping[tuple[str, date], list[str]],
    ) -> None:
        self.problem, self.roster, self.reader, self.lang = problem, roster, reader, lang
        self.marked, self.faults = marked, faults
        self.classes = {code: f"s{number}" for number, code in enumerate(problem.codes)}
        self.day_css = {day.date: KIND_CLASSES[day.kind] for day in problem.days}
        self.iso = {day: day.isoformat() for day in problem.dates}

    def row(self, worker: Worker, totals: WorkerTotals) -> Row:
        """A person's row."""
        cells = [self.cell(worker, day) for day in self.problem.dates]
        has_problem = any((worker.id, day) in self.faults for day in self.problem.dates)
        role = worker.roles[0] if len(worker.roles) > 1 else ""
        return Row(worker, self.problem.names[worker.id], role, cells, totals, has_problem)

    def cell(self, worker: Worker, day: date) -> Cell:
        """A person's day."""
        key = (worker.id, day)
        codes = self.roster.on(*key)
        text, css, said = self._duties(day, codes) if codes else self._no_duty(worker, day)
        extra = sum(one.minutes for one in self.problem.extra_on(*key))
        if extra:
            text, said = (
                f"{text}+",
                [*said, Sentence("加班 {n:g} 小时", "{n:g} h overtime").say(self.lang, n=extra / 60)],
            )
        for part in self.problem.leave_hours.get(key, ()):
            kind = self.problem.desk.leave_label(self.reader.leave_kind(part)).say(self.lang)
            text, said = f"{text}*", [*said, f"{kind} {part.times.say(self.lang)}"]
        if key in self.marked:
            css, said = f"{css} chg", [*said, CHANGED.say(self.lang)]
        if key in self.faults:
            css, said = f"{css} bad", [*said, *self.faults[key]]
        if len(text) > LONG:
            css += " long"
        elif len(text) == LONG:
            css += " two"
        return Cell(self.iso[day], text, f"{css} {self.day_css[day]}".strip(), "\n".join(said))

    def _duties(self, day: date, codes: Sequence[str]) -> tuple[str, str, list[str]]:
        night = any(self.problem.shift_on(day, code).night for code in codes)
        return "+".join(codes), f"{self.classes[codes[0]]}{' night' if night else ''}", []

    def _no_duty(self, worker: Worker, day: date) -> tuple[str, str, list[str]]:
        if not worker.employed(day):
            return GONE, "off", []
        if leave := self.problem.leave_days.get((worker.id, day)):
            kind = self.problem.desk.leave_kind(self.reader.leave_kind(leave))
            return kind.sign.say(self.lang), "leave", [kind.name.say(self.lang)]
        return REST, "off", []


def _group_cover(cover: Iterable[Cover]) -> dict[tuple[str, str], dict[date, Cover]]:
    found: dict[tuple[str, str], dict[date, Cover]] = {}
    for row in cover:
        found.setdefault((row.shift, row.who), {})[row.date] = row
    return found


def _foot(shift: str, who: str, rows: Mapping[date, Cover], drawer: Drawer) -> Foot:
    cells = []
    for day in drawer.problem.dates:
        row = rows.get(day)
        sign = cover_sign(row) if row else ""
        text = f"{row.heads}/{row.target}" if row else ""
        css = {"✗": "short", "▽": "low", "△": "more"}.get(sign, "")
        cells.append(Cell(drawer.iso[day], text + sign, f"{css} {drawer.day_css[day]}".strip()))
    return Foot(shift, who, cells)


def _column(
    problem: Problem,
    day: Day,
    view: MonthView,
    covers: Mapping[tuple[str, str], Mapping[date, Cover]],
    faults: set[date],
    lang: Lang,
) -> Column:
    signs = [cover_sign(rows[day.date]) for rows in covers.values() if day.date in rows]
    light = max([*signs, "✗" if day.date in faults else ""], key=LIGHTS.index)
    name = say_calendar(day, lang)
    css = " ".join(filter(None, (KIND_CLASSES[day.kind], "today" if day.date == view.today else "")))
    said = join_items(filter(None, (day_name(day.date, lang), name, LIGHT_WORDS[light].say(lang))), lang)
    return Column(day.date, day.date.day, WEEKDAYS[day.date.weekday()].say(lang)[:2], css, name, light, said)


def say_shifts(problem: Problem, day: date, codes: Sequence[str], lang: Lang) -> str:
    """The shifts of a cell with their times; empty for none."""
    shifts = [problem.shift_on(day, code) for code in codes if code in problem.codes_on(day)]
    return join_items((f"{name_shift(one)} {say_span(one.start, one.end, lang)}" for one in shifts), lang)
