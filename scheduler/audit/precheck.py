"""The arithmetic that a manager would do on paper before any solving: duties needed against duties that are possible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date

from scheduler.audit.paper import PaperModel, write_down
from scheduler.domain import Demand, Problem, Skill, Worker
from scheduler.i18n import Lang, Sentence, day_name
from scheduler.rules.book import Rulebook
from scheduler.timeline import weeks


@dataclass(frozen=True)
class Balance:
    """Duties needed against duties possible, for a range of days and one kind of duty.

    Attributes
    ----------
    shift, who : str
        Shift code and role or skill; empty for all.
    least, target : int
        Duties that must be filled, and that should be filled.
    least_hours : float
        Paid hours of the duties that must be filled.
    people : int
        Number of workers who can take at least one of them.
    possible : int
        The most duties that these workers can take.
    possible_hours : float
        Paid hours of that many duties.
    required : bool
        Whether a rule asks for the duties that must be filled; where none does, nothing is missing.
    """

    first: date
    last: date
    _: KW_ONLY
    shift: str
    who: str
    least: int
    target: int
    least_hours: float
    people: int
    possible: int
    possible_hours: float
    required: bool = True

    @property
    def works(self) -> bool:
        """Whether the minimum can be met."""
        return not self.required or self.possible >= self.least

    def say(self, lang: Lang) -> str:
        """One line, as a manager would write it."""
        days = day_name(self.first, lang)
        if self.last > self.first:
            days += "–" + day_name(self.last, lang)
        what = " ".join(part for part in (self.shift, self.who) if part) or Sentence("全部班次", "all shifts").say(lang)
        return Sentence(
            "{days} {what}：至少 {least} 班（目标 {target}，{hours:h} 小时），"
            "{people} 人最多能上 {possible} 班（{available:h} 小时）{verdict}",
            "{days} {what}: at least {least} duties (target {target}, {hours:h} h), "
            "{people} people can take {possible} ({available:h} h){verdict}",
        ).say(
            lang,
            days=days,
            what=what,
            least=self.least,
            target=self.target,
            hours=self.least_hours,
            people=self.people,
            possible=self.possible,
            available=self.possible_hours,
            verdict=Sentence("", "") if self.works else Sentence("，不够", ": not enough"),
        )


Kind = tuple[str, str, str]  # shift, role, skill
TOTAL: Kind = ("", "", "")


def compare_capacity(problem: Problem, rulebook: Rulebook, paper: PaperModel | None = None) -> list[Balance]:
    """Balances of the month and of each week, in total and by shift, role and skill, and of each day with too few people.

    Parameters
    ----------
    paper : PaperModel, optional
        What the rules say on paper, where it is known already.
    """
    limits = _Limits(problem, rulebook, paper or write_down(problem, rulebook))
    month = problem.dates
    spans = [[day for day in week if day in problem.day_by_date] for week in weeks(month, problem.desk.first_weekday)]
    rows: dict[Kind, dict[date, Demand]] = {}
    for day in month:
        for row in problem.demand_on(day):  # at most one of each kind
            rows.setdefault((row.shift, row.role, row.skill), {})[day] = row
    able_on = {kind: {day: limits.able(row, day) for day, row in row_on.items()} for kind, row_on in rows.items()}
    counted, able = _in_total(problem, rows, able_on)
    weekly: list[list[Balance]] = [[] for _ in spans]
    of_kinds: list[Balance] = []
    for kind, row_on in rows.items():
        kept = {day: [row] for day, row in row_on.items()}
        for span, found in zip(spans, weekly, strict=True):
            found.append(_balance(limits, span, kind, kept, able_on[kind]))
        of_kinds.append(_balance(limits, month, kind, kept, able_on[kind]))
        daily = (_balance(limits, [day], kind, kept, able_on[kind]) for day in month)
        of_kinds += [day for day in daily if not day.works]
    return [
        _balance(limits, month, TOTAL, counted, able),
        *(
            balance
            for span, found in zip(spans, weekly, strict=True)
            for balance in (_balance(limits, span, TOTAL, counted, able), *found)
        ),
        *of_kinds,
    ]


def _in_total(
    problem: Problem, rows: Mapping[Kind, Mapping[date, Demand]], able_on: Mapping[Kind, Mapping[date, Iterable[str]]]
) -> tuple[dict[date, list[Demand]], dict[date, set[str]]]:
    """The rows of each day that count in total, and who can fill one of them.

    Of a shift with a row for everybody only that row counts, as the others are parts of it. Of one without it the parts
    add up, unless one person counts for two of them: then the largest part counts.
    """
    counted: dict[date, list[Demand]] = {day: [] for day in problem.dates}
    able: dict[date, set[str]] = {day: set() for day in problem.dates}
    for day in problem.dates:
        parts: dict[str, list[Kind]] = {}
        for kind, row_on in rows.items():
            if day in row_on:
                parts.setdefault(kind[0], []).append(kind)
                able[day].update(able_on[kind][day])
        for shift, kinds in parts.items():
            whole = (shift, "", "")
            people = [worker for kind in kinds for worker in able_on[kind][day]]
            if whole in kinds:
                kinds = [whole]
            elif len(set(people)) < len(people):
                kinds = [max(kinds, key=lambda kind: rows[kind][day].least)]
            counted[day] += [rows[kind][day] for kind in kinds]
    return counted, able


def _balance(
    limits: _Limits,
    days: Sequence[date],
    kind: Kind,
    rows: Mapping[date, Iterable[Demand]],
    able: Mapping[date, Iterable[str]],
) -> Balance:
    """Add up demand rows of some days, and what the people who are able to fill one on each day can take of them."""
    problem = limits.problem
    asked = [(day, row) for day in days for row in rows.get(day, ())]
    least = sum(row.least for _, row in asked)
    minutes = sum(row.least * problem.paid_minutes(day, row.shift) for day, row in asked)
    open_days = Counter(worker for day in days for worker in able.get(day, ()))
    if kind == TOTAL and not limits.exclusive:  # nobody's duties of a day are limited
        possible = sum(len(set(able.get(day, ()))) * len(list(rows.get(day, ()))) for day in days)
    else:
        possible = sum(min(number, limits.most(worker, days)) for worker, number in open_days.items())
    each = minutes / 60 / least if least else problem.desk.day_hours
    shift, role, skill = kind
    return Balance(
        days[0],
        days[-1],
        shift=shift,
        who="+".join(filter(None, (role, skill))),
        least=least,
        target=sum(row.target for _, row in asked),
        least_hours=minutes / 60,
        people=len(open_days),
        possible=possible,
        possible_hours=possible * each,
        required=limits.required,
    )


class _Limits:
    """The most duties that the rules let each worker take in a stretch of days; asked of the rules once."""

    def __init__(self, problem: Problem, rulebook: Rulebook, paper: PaperModel) -> None:
        self.problem, self.paper = problem, paper
        self._rules = rulebook.enforced(problem)
        self.required = any(rule.asks_for_demand for rule in self._rules)
        self.exclusive = paper.exclusive
        self._known: dict[tuple[str, date, date], int] = {}
        self._people: dict[str, Worker] = {}

    def able(self, row: Demand, day: date) -> list[str]:
        """Who counts for a row on a day and can take its shift."""
        can, shift = self.paper.can, row.shift
        return [w.id for w in self.problem.workers if row.counts(w, day) and can(w.id, day, shift)]

    def most(self, worker: str, days: Sequence[date]) -> int:
        """The smallest of the rules' limits and the number of the days, which follow one another: at most one duty a day."""
        key = worker, days[0], days[-1]
        if key not in self._known:
            if worker not in self._people:
                self._people[worker] = self._person(self.problem.worker_by_id[worker])
            person = self._people[worker]
            said = (rule.most_duties(self.problem, person, days) for rule in self._rules)
            self._known[key] = min([len(days), *(most for most in said if most is not None)])
        return self._known[key]

    def _person(self, worker: Worker) -> Worker:
        """A worker as rules keep them: without the only shifts allowed where no rule sees to these."""
        days, codes = self.problem.dates, self.problem.codes_on
        others = ((day, code) for day in days for code in codes(day) if code not in worker.only_shifts)
        if worker.only_shifts and any(self.paper.can(worker.id, *cell) for cell in others):
            return replace(worker, only_shifts=())
        return worker


@dataclass(frozen=True)
class Missing:
    """People whom the month lacks at least: whatever the roster, so many more with a role or skill are needed.

    Attributes
    ----------
    people : int
    balances : tuple of Balance
        The month or the weeks that show it.
    """

    people: int
    balances: tuple[Balance, ...]


def people_missing(problem: Problem, rulebook: Rulebook, balances: Iterable[Balance]) -> list[Missing]:
    """For each kind of duty of which there are too few in the month or in a week, how many more people it takes at least."""
    short: dict[tuple[str, str], list[Balance]] = {}
    for one in balances:
        if not one.works and one.first < one.last:
            short.setdefault((one.shift, one.who), []).append(one)
    found = []
    for (_, who), kept in short.items():
        more = _OneMore(problem, rulebook, who)
        people = max(-(-(one.least - one.possible) // more.duties(one.first, one.last)) for one in kept)
        month = [one for one in kept if (one.first, one.last) == (problem.first, problem.last)]
        found.append(Missing(people, tuple(month[:1] or kept)))
    return found


class _OneMore:
    """One more person at the desk, with roles and skills and no limits of their own."""

    def __init__(self, problem: Problem, rulebook: Rulebook, who: str) -> None:
        names = tuple(filter(None, who.split("+")))
        self._person = Worker(ONE_MORE, ONE_MORE, roles=names, skills=tuple(Skill(name) for name in names))
        self._problem = replace(problem, workers=(*problem.workers, self._person))
        self._rules = rulebook.enforced(problem)

    def duties(self, first: date, last: date) -> int:
        """The most duties that they could take from one day to another."""
        days = [day for day in self._problem.dates if first <= day <= last]
        said = (rule.most_duties(self._problem, self._person, days) for rule in self._rules)
        return max(1, min([len(days), *(most for most in said if most is not None)]))


ONE_MORE = "\0"  # no worker's id
