"""The arithmetic that a manager would do on paper before any solving: duties needed against duties that are possible."""

from __future__ import annotations

from collections.abc import Sequence
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


def compare_capacity(problem: Problem, rulebook: Rulebook) -> list[Balance]:
    """Balances of the month and of each week, in total and by shift, role and skill, and of each day with too few people."""
    kinds = dict.fromkeys((row.shift, row.role, row.skill) for day in problem.dates for row in problem.demand_on(day))
    found = [_balance(problem, rulebook, problem.dates, None)]
    for week in weeks(problem.dates, problem.desk.first_weekday):
        days = [day for day in week if day in problem.day_by_date]
        found += [_balance(problem, rulebook, days, kind) for kind in (None, *kinds)]
    for kind in kinds:
        found.append(_balance(problem, rulebook, problem.dates, kind))
        daily = (_balance(problem, rulebook, [day], kind) for day in problem.dates)
        found += [day for day in daily if not day.works]
    return found


def _balance(problem: Problem, rulebook: Rulebook, days: Sequence[date], kind: tuple[str, str, str] | None) -> Balance:
    """Add up the demand rows of one kind (shift, role, skill), or of all kinds if it is `None`."""
    least = target = minutes = 0
    chances: dict[str, set[date]] = {}
    for day in days:
        rows = problem.demand_on(day)
        general = {row.shift for row in rows if not row.role and not row.skill}
        for row in rows:
            if (row.shift, row.role, row.skill) != kind and (
                kind is not None or (row.shift in general and (row.role or row.skill))
            ):
                continue
            least += row.least
            target += row.target
            minutes += row.least * problem.shift_by_code[row.shift].paid_minutes
            for worker in problem.workers:
                if _fills(problem, row, worker, day):
                    chances.setdefault(worker.id, set()).add(day)
    possible = sum(
        min(len(open_days), *_limits(problem, rulebook, problem.worker_by_id[worker], days))
        for worker, open_days in chances.items()
    )
    each = minutes / 60 / least if least else problem.desk.day_hours
    shift, role, skill = kind or ("", "", "")
    return Balance(
        days[0],
        days[-1],
        shift=shift,
        who="+".join(filter(None, (role, skill))),
        least=least,
        target=target,
        least_hours=minutes / 60,
        people=len(chances),
        possible=possible,
        possible_hours=possible * each,
    )


def _fills(problem: Problem, row: Demand, worker: Worker, day: date) -> bool:
    return row.counts(worker, day) and problem.can_take(worker, day, problem.shift_by_code[row.shift])


def _limits(problem: Problem, rulebook: Rulebook, worker: Worker, days: Sequence[date]) -> list[int]:
    """The most duties that each rule lets a worker take in the days, and the number of the days."""
    said = (rule.most_duties(problem, worker, days) for rule in rulebook.on(problem))
    return [len(days), *(most for most in said if most is not None)]
