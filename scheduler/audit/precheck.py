"""The arithmetic that a manager would do on paper before any solving: duties needed against duties that are possible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date

from scheduler.domain import Demand, Problem, Worker
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

    @property
    def works(self) -> bool:
        """Whether the minimum can be met."""
        return self.possible >= self.least

    def say(self, lang: Lang) -> str:
        """One line, as a manager would write it."""
        days = day_name(self.first, lang)
        if self.last > self.first:
            days += "–" + day_name(self.last, lang)
        what = " ".join(part for part in (self.shift, self.who) if part) or Sentence("全部班次", "all shifts").say(lang)
        return Sentence(
            "{days} {what}：至少 {least} 班（目标 {target}，{hours:g} 小时），"
            "{people} 人最多能上 {possible} 班（{available:g} 小时）{verdict}",
            "{days} {what}: at least {least} duties (target {target}, {hours:g} h), "
            "{people} people can take {possible} ({available:g} h){verdict}",
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


def compare_capacity(problem: Problem, rulebook: Rulebook) -> list[Balance]:
    """Balances of the month and of each week, in total and by shift, role and skill, and of each day with too few people."""
    limits = _Limits(problem, rulebook)
    month = problem.dates
    spans = [[day for day in week if day in problem.day_by_date] for week in weeks(month, problem.desk.first_weekday)]
    rows: dict[Kind, dict[date, Demand]] = {}
    for day in month:
        for row in problem.demand_on(day):  # at most one of each kind
            rows.setdefault((row.shift, row.role, row.skill), {})[day] = row
    counted: dict[date, list[Demand]] = {day: [] for day in month}  # in total, where parts of a shift are in its whole
    able: dict[date, set[str]] = {day: set() for day in month}
    weekly: list[list[Balance]] = [[] for _ in spans]
    of_kinds: list[Balance] = []
    for kind, row_on in rows.items():
        shift, role, skill = kind
        able_on = {
            day: [worker.id for worker in problem.workers if _fills(problem, row, worker, day)]
            for day, row in row_on.items()
        }
        for day, row in row_on.items():
            if not (role or skill) or day not in rows.get((shift, "", ""), {}):
                counted[day].append(row)
                able[day].update(able_on[day])
        kept = {day: [row] for day, row in row_on.items()}
        for span, found in zip(spans, weekly, strict=True):
            found.append(_balance(limits, span, kind, kept, able_on))
        of_kinds.append(_balance(limits, month, kind, kept, able_on))
        daily = (_balance(limits, [day], kind, kept, able_on) for day in month)
        of_kinds += [day for day in daily if not day.works]
    total = ("", "", "")
    return [
        _balance(limits, month, total, counted, able),
        *(
            balance
            for span, found in zip(spans, weekly, strict=True)
            for balance in (_balance(limits, span, total, counted, able), *found)
        ),
        *of_kinds,
    ]


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
    minutes = sum(row.least * problem.shift_on(day, row.shift).paid_minutes for day, row in asked)
    open_days = Counter(worker for day in days for worker in able.get(day, ()))
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
    )


def _fills(problem: Problem, row: Demand, worker: Worker, day: date) -> bool:
    return row.counts(worker, day) and problem.can_take(worker, day, problem.shift_on(day, row.shift))


class _Limits:
    """The most duties that the rules let each worker take in a stretch of days; asked of the rules once."""

    def __init__(self, problem: Problem, rulebook: Rulebook) -> None:
        self.problem = problem
        self._rules = rulebook.on(problem)
        self._known: dict[tuple[str, date, date], int] = {}

    def most(self, worker: str, days: Sequence[date]) -> int:
        """The smallest of the rules' limits and the number of the days, which follow one another."""
        key = worker, days[0], days[-1]
        if key not in self._known:
            person = self.problem.worker_by_id[worker]
            said = (rule.most_duties(self.problem, person, days) for rule in self._rules)
            self._known[key] = min([len(days), *(most for most in said if most is not None)])
        return self._known[key]
