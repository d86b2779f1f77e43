"""Weekends with a duty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation, Worker
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

WEEKENDS = Sentence(
    "{who}：{day}至{until}最多 {most} 个周末上班", "{who}: duty on at most {most} weekend(s) from {day} to {until}"
)
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True)
class MostWeekends(Constraint):
    """Weekends with a duty.

    Rule
        每人在一期内上班的周末不超过规定个数；与个人另有约定的按约定。
        | Nobody works on more weekends of the period than set. What is agreed with a person takes precedence.
    Clause
        RULES 73, 168
    Why
        周末要陪家人，谁也不该全占。 | Weekends are for families; nobody should have to give up all of them.
    Counts as broken
        周六或周日有班开始的周末，多于规定个数。
        | More weekends than set on which a duty begins on Saturday or Sunday.
    Limits
        只数本期内的日子：跨期的周末只看落在本期的那一天。培训、外出不算。
        | Only days of the period count: of a weekend across its edge, the day inside. Training and outside duty do not
        count.
    """

    most: int = parameter(60, Sentence("最多几个周末上班", "weekends with a duty at most"), low=0, high=60)

    title: ClassVar[Sentence] = Sentence("周末上班个数", "Weekends with a duty")
    clause: ClassVar[Sentence] = Sentence(
        "上班的周末有上限（RULES 73、168）", "A cap on weekends worked (RULES 73, 168)"
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 6
    layer: ClassVar[Layer] = Layer.DESK
    about_one: ClassVar[bool] = True

    def _most(self, worker: Worker) -> int:
        """The worker's terms, or the rule's number."""
        own = worker.terms.most_weekends
        return self.most if own is None else own

    def _weekends(self, days: Sequence[date]) -> list[list[date]]:
        """The Saturdays and Sundays among the days, those of one weekend together."""
        found: dict[date, list[date]] = {}
        for day in days:
            if day.weekday() >= SATURDAY:
                found.setdefault(date.fromordinal(day.toordinal() - day.weekday()), []).append(day)
        return list(found.values())

    def applies(self, problem: Problem) -> bool:
        """Whether somebody may not work on every weekend."""
        weekends = len(self._weekends(problem.dates))
        return any(self._most(worker) < weekends for worker in problem.workers)

    def _reason(self, problem: Problem, worker: Worker) -> Reason:
        days = [problem.first, problem.last]
        return because(self, WEEKENDS, workers=[worker.id], days=days, most=self._most(worker))

    def most_duties(self, problem: Problem, worker: Worker, days: Sequence[date]) -> int | None:
        """Every day but those of the weekends that are too many, the shortest of them."""
        sizes = sorted((len(weekend) for weekend in self._weekends(days)), reverse=True)
        return len(days) - sum(sizes[self._most(worker) :])

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Bound the number of weekends on which a duty begins."""
        weekends = self._weekends(problem.dates)
        for worker in problem.workers:
            if self._most(worker) < len(weekends):
                reason = self._reason(problem, worker)
                model.require_any(worker.id, weekends, at_most=self._most(worker), because=reason)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count each person's weekends, duty by duty."""
        for worker in problem.workers:
            saturdays = {
                day.toordinal() - (day.weekday() == SUNDAY)
                for day in problem.dates
                if day.weekday() in (SATURDAY, SUNDAY) and roster.on(worker.id, day)
            }
            if len(saturdays) > self._most(worker):
                yield Violation(self._reason(problem, worker), len(saturdays))
