"""Working days in a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation, Worker
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import ONE_DAY, days_between

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

ROW = Sentence(
    "{who}：{day}至{until}之间要有一天休息（最多连上 {most} 天）",
    "{who}: a day off between {day} and {until} (at most {most} days in a row)",
)
SHORT = Sentence(
    "{who}：{day}至{until}不只连上 {length} 天（至少连上 {least} 天）",
    "{who}: not just {length} day(s) in a row from {day} to {until} (at least {least})",
)


@dataclass(frozen=True)
class DaysInARow(Constraint):
    """Working days in a row.

    Rule
        任何人连续上班不超过规定天数，也不少于规定天数，跨周、跨月也一样；与个人另有约定的按约定。
        | Nobody works more days in a row than the maximum or fewer than the minimum, over weeks and from one month to the
        next. What is agreed with a person takes precedence.
    Clause
        RULES 73, C4
    Why
        自然周的休息日可能让人连上十二天。 | A rest day in each calendar week alone would allow twelve working days in a row.
    Counts as broken
        任意连续的 most+1 天都排了班；或两段休息之间连上的天数不足 least。
        | Duties on each of most + 1 days in a row, or fewer than least working days between two days off.
    Limits
        看每天有没有班开始；培训、外出算上班。到期末还没上完的、或上期从哪天上起不知道的，不算上得太少。
        | A working day is one on which a duty begins; training and outside duty count. A run that reaches the end of the
        period, or that began at an unknown day before it, is never too short.
    """

    most: int = parameter(6, Sentence("最多连上天数", "days in a row at most"), unit="d", low=1, high=31)
    least: int = parameter(1, Sentence("最少连上天数", "days in a row at least"), unit="d", low=1, high=31)

    title: ClassVar[Sentence] = Sentence("连续上班天数", "Days in a row")
    clause: ClassVar[Sentence] = Sentence("连续上班天数有上限（RULES 73，C4）", "A cap on days in a row (RULES 73, C4)")
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 20
    layer: ClassVar[Layer] = Layer.SAFETY
    about_one: ClassVar[bool] = True
    habits: ClassVar[Mapping[str, int]] = {"most": 4, "least": 2}

    def _limits(self, worker: Worker) -> tuple[int, int]:
        """Maximum and minimum of days: the worker's terms, or the rule's numbers."""
        most, least = worker.terms.most_days_in_a_row, worker.terms.least_days_in_a_row
        return self.most if most is None else most, self.least if least is None else least

    def _too_long(self, worker: str, most: int, last: date) -> Reason:
        first = last - timedelta(days=most)
        return because(self, ROW, workers=[worker], days=[first, last], most=most)

    def _too_short(self, worker: str, least: int, first: date, last: date) -> Reason:
        length = (last - first).days + 1
        return because(self, SHORT, workers=[worker], days=[first, last], length=length, least=least)

    def most_duties(self, problem: Problem, worker: Worker, days: Sequence[date]) -> int | None:
        """All days but one in each full window of most + 1 days in a row."""
        most, _ = self._limits(worker)
        total = row = 0
        for at, day in enumerate(days):
            follows = at > 0 and days[at - 1] + ONE_DAY == day
            row = (row + 1) % (most + 1) if follows else 1
            total += row > 0
        return total

    def narrow(self, problem: Problem, model: RosterModel) -> None:
        """Limit the length of runs of working days."""
        for worker in problem.workers:
            most, least = self._limits(worker)
            model.limit_runs(worker.id, self.name, most=most, least=least)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Require a day off in every window of most + 1 days, and forbid runs between two days off that are too short."""
        known = problem.history_from or problem.first
        workers = [(w.id, *self._limits(w)) for w in problem.workers if not model.holds_runs(w.id, self.name)]
        for worker, most, least in workers:
            days = days_between(problem.first - timedelta(days=most), problem.last)
            free = [0 if problem.at_work_elsewhere(worker, day) else model.rests_on(worker, day) for day in days]
            for at, last in enumerate(problem.dates):
                model.require(free[at : at + most + 1], at_least=1, because=self._too_long(worker, most, last))
                for length in range(1, least):
                    run = days_between(last - timedelta(days=length), last - ONE_DAY)
                    if run[0] <= known:
                        break
                    away = [problem.at_work_elsewhere(worker, day) for day in (run[0] - ONE_DAY, *run, last)]
                    longer = [
                        1 if away[0] else model.works_on(worker, run[0] - ONE_DAY),
                        *(0 if out else model.rests_on(worker, day) for day, out in zip(run, away[1:-1], strict=True)),
                        1 if away[-1] else model.works_on(worker, last),
                    ]
                    model.require(longer, at_least=1, because=self._too_short(worker, least, run[0], run[-1]))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Walk each person's days, and count how many lie in a row."""
        known = problem.history_from or problem.first
        for worker in problem.workers:
            most, least = self._limits(worker)
            row = 0
            for day in days_between(min(known, problem.first - timedelta(days=most)), problem.last):
                if roster.on(worker.id, day) or problem.at_work_elsewhere(worker.id, day):
                    row += 1
                    if row > most and day >= problem.first:
                        yield Violation(self._too_long(worker.id, most, day), row)
                    continue
                began = day - timedelta(days=row)
                if 0 < row < least and day >= problem.first and began > known:
                    yield Violation(self._too_short(worker.id, least, began, day - ONE_DAY), row)
                row = 0
