"""A month as a table on the page: rows of cells with their letter, their classes and what is wrong in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import date
from typing import NamedTuple

from scheduler.app.month_view import MonthView
from scheduler.audit.statistics import Cover, WorkerTotals
from scheduler.domain import Day, DayKind, Noted, Problem, Reason, Roster, Violation, Worker
from scheduler.files.writing.labels import IF_CALLED, RESERVE_SIGN
from scheduler.files.writing.wording import cover_sign, name_shift, say_calendar, say_period, say_span
from scheduler.i18n import WEEKDAYS, Lang, Sentence, day_name, join_items
from scheduler.workflow.readers import Reader
from scheduler.workflow.redaction import say_finding

REST, GONE = "·", "–"
LONG, TIGHT = 2, 4  # characters from which the text of a cell, and of one of the foot, is written smaller
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


PINNED = Sentence("已定住", "pinned")
COSTS = Sentence("{text}（代价 {n}）", "{text} (cost {n})")


class Cell(NamedTuple):
    """A cell of the table: its text, its classes, what has to be said of it; `of` stands small behind its text.

    `id` is empty where nothing is edited.
    """

    text: str
    css: str
    title: str = ""
    of: str = ""
    id: str = ""


class Column(NamedTuple):
    """A day above the table."""

    day: date
    number: int
    weekday: str
    css: str
    name: str
    light: str
    said: str
    id: str = ""


class Row(NamedTuple):
    """A person."""

    worker: Worker
    name: str
    role: str
    cells: list[Cell]
    sums: list[Cell]
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
    """What the audit found, and the first of its cells, for the list beside the table.

    It is `hard` where it breaks the roster, has a `cost` where it is a compromise, and is a warning of the law else.
    """

    text: str
    where: str
    hard: bool = False
    cost: int = 0


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
    pins: frozenset[tuple[str, date]] | None = None,
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
    pins : frozenset of (worker, day), optional
        Where the month is edited, the cells that are pinned: each cell has a name then, and compromises are told, too.
    """
    edition, is_edited = view.edition, pins is not None
    problem, reader = edition.problem, edition.reader
    marked |= edition.marks.cells if edition.marks else frozenset()
    faults = _find_faults(problem, edition.audit.broken, reader, lang)
    given_up = _find_faults(problem, edition.audit.compromises if is_edited else (), reader, lang)
    drawer = Drawer(problem, edition.roster, reader, lang, marked, faults, given_up, pins, edition.reserves)
    covers = _group_cover(view.cover)
    people = zip(problem.workers, view.totals, strict=True)
    rows = [drawer.row(number, worker, totals) for number, (worker, totals) in enumerate(people)]
    shown = [row for row in rows if (not team or row.worker.team == team) and (row.has_problem or not only_problems)]
    teams = list(dict.fromkeys(worker.team for worker in problem.workers))
    law = edition.audit.noted(Noted.LAW)
    findings = [*faults.findings, *given_up.findings]
    findings += [Finding(say_finding(each, reader, problem.names, lang), "") for each in law]
    codes = {code: number for number, code in enumerate(problem.codes)}
    return MonthTable(
        columns=[_column(problem, day, view, covers, faults.days, drawer) for day in problem.days],
        groups=[Group(one, mine) for one in teams if (mine := [row for row in shown if row.worker.team == one])],
        foot=[_foot(number, *key, rows_of, drawer) for number, (key, rows_of) in enumerate(covers.items())],
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
        has_holidays=drawer.has_holidays,
    )


def colours_of(problem: Problem) -> str:
    """The shifts' colours in the order of their classes, as the address of their style sheet has them."""
    last = {period.shift.code: period.shift.colour for period in problem.shift_periods}
    return "-".join(last.get(code, "FFFFFF") for code in problem.codes) or "FFFFFF"


class Faults(NamedTuple):
    """What is wrong, or given up, in each cell, as sums over the month, and on which days."""

    cells: dict[tuple[str, date], list[str]]
    sums: dict[tuple[str, date], list[str]]
    days: set[date]
    findings: list[Finding]


def _find_faults(problem: Problem, found: Sequence[Violation], reader: Reader, lang: Lang) -> Faults:
    """What an audit found, by the cells that it counts."""
    faults = Faults({}, {}, set(), [])
    for each in found:
        text = say_finding(each, reader, problem.names, lang)
        text = COSTS.say(lang, text=text, n=each.cost) if each.cost else text
        counted = _counted_days(problem, each.reason)
        mine = [(who, day) for who in each.reason.workers for day in counted]
        is_sum = len(counted) == len(problem.dates)
        for cell in mine:
            (faults.sums if is_sum else faults.cells).setdefault(cell, []).append(text)
        if not is_sum:
            faults.days.update(counted)
        who, day = mine[0] if mine else ("", counted[0] if counted else "")
        faults.findings.append(Finding(text, f"{who}@{day}" if day else "", each.hard, each.cost))
    return faults


def _counted_days(problem: Problem, reason: Reason) -> list[date]:
    """The days of the month that a reason counts: of people's first and last day, those between, too."""
    days = [day for day in reason.days if day in problem.day_by_date]
    if reason.workers and len(reason.days) == 2:
        first, last = sorted(reason.days)
        days = [day for day in problem.dates if first <= day <= last]
    return days


class Drawer:
    """Draws the cells of a month."""

    def __init__(
        self,
        problem: Problem,
        roster: Roster,
        reader: Reader,
        lang: Lang,
        marked: frozenset[tuple[str, date]],
        faults: Faults | None = None,
        given_up: Faults | None = None,
        pins: frozenset[tuple[str, date]] | None = None,
        reserves: Mapping[tuple[str, date], str] | None = None,
    ) -> None:
        self.problem, self.roster, self.reader, self.lang = problem, roster, reader, lang
        self.marked, self.reserves = marked, reserves or {}
        self.faults, self.given_up = (one or Faults({}, {}, set(), []) for one in (faults, given_up))
        self.is_edited, self.pins = pins is not None, pins or frozenset()
        self.classes = {code: f"s{number}" for number, code in enumerate(problem.codes)}
        self.day_css = {day.date: KIND_CLASSES[day.kind] for day in problem.days}
        self.has_holidays = any(day.kind == DayKind.STATUTORY for day in problem.days)

    def name(self, of: str, row: int, column: object) -> str:
        """What a cell is called, where the month is edited."""
        return f"{of}{row}-{column}" if self.is_edited else ""

    def row(self, number: int, worker: Worker, totals: WorkerTotals) -> Row:
        """A person's row."""
        cells = [self.cell(worker, day, number) for day in self.problem.dates]
        mine = [(worker.id, day) for day in self.problem.dates]
        has_problem = any(cell in self.faults.cells or cell in self.faults.sums for cell in mine)
        role = worker.roles[0] if len(worker.roles) > 1 else ""
        sums = [_say_number(totals.hours), str(totals.nights), str(totals.weekends), str(totals.rest_days)]
        if self.has_holidays:
            sums.insert(3, str(totals.holidays))
        hours = Cell(sums[0], "", of=f"/{_say_number(totals.norm_hours)}", id=self.name("t", number, 0))
        others = [Cell(text, "", id=self.name("t", number, at)) for at, text in enumerate(sums[1:], 1)]
        return Row(worker, self.problem.names[worker.id], role, cells, [hours, *others], has_problem)

    def cell(self, worker: Worker, day: date, number: int = 0) -> Cell:
        """A person's day."""
        key = (worker.id, day)
        codes = self.roster.on(*key)
        text, css, said = self._duties(day, codes) if codes else self._no_duty(worker, day)
        if not codes and key in self.reserves and key not in self.problem.leave_days:
            text, said = RESERVE_SIGN.say(self.lang, shift=self.reserves[key]), [*said, IF_CALLED.say(self.lang)]
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
        if key in self.pins:
            css, said = f"{css} pin", [*said, PINNED.say(self.lang)]
        for name, found in (("bad", self.faults.cells), ("sum", self.faults.sums), ("soft", self.given_up.cells)):
            if key in found:
                css, said = f"{css} {name}", [*said, *found[key]]
        if len(text) > LONG:
            css += " long"
        elif len(text) == LONG:
            css += " two"
        title = "\n".join(said)
        return Cell(text, f"{css} {self.day_css[day]}".strip(), title, id=self.name("c", number, day.day))

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


def _say_number(value: float) -> str:
    return f"{round(value, 2):g}"


def _foot(number: int, shift: str, who: str, rows: Mapping[date, Cover], drawer: Drawer) -> Foot:
    cells = []
    for day in drawer.problem.dates:
        row = rows.get(day)
        sign = cover_sign(row) if row else ""
        text = f"{row.heads}/{row.target}" if row else ""
        css = {"✗": "short", "▽": "low", "△": "more"}.get(sign, "")
        css += " tight" if len(text + sign) > TIGHT else ""
        name = drawer.name("f", number, day.day)
        cells.append(Cell(text + sign, f"{css} {drawer.day_css[day]}".strip(), id=name))
    return Foot(shift, who, cells)


def _column(
    problem: Problem,
    day: Day,
    view: MonthView,
    covers: Mapping[tuple[str, str], Mapping[date, Cover]],
    faults: set[date],
    drawer: Drawer,
) -> Column:
    lang = drawer.lang
    signs = [cover_sign(rows[day.date]) for rows in covers.values() if day.date in rows]
    light = max([*signs, "✗" if day.date in faults else ""], key=LIGHTS.index)
    name = say_calendar(day, lang)
    css = " ".join(filter(None, (KIND_CLASSES[day.kind], "today" if day.date == view.today else "")))
    said = join_items(filter(None, (day_name(day.date, lang), name, LIGHT_WORDS[light].say(lang))), lang)
    weekday = WEEKDAYS[day.date.weekday()].say(lang)[:2]
    return Column(day.date, day.date.day, weekday, css, name, light, said, drawer.name("d", 0, day.date.day))


def say_shifts(problem: Problem, day: date, codes: Sequence[str], lang: Lang) -> str:
    """The shifts of a cell with their times; empty for none."""
    shifts = [problem.shift_on(day, code) for code in codes if code in problem.codes_on(day)]
    return join_items((f"{name_shift(one)} {say_span(one.start, one.end, lang)}" for one in shifts), lang)
