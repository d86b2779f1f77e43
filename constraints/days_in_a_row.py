"""Working days in a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation
from scheduler.rule import Constraint, because, parameter
from scheduler.timeline import windows
from scheduler.words import Sentence

if TYPE_CHECKING:
    from scheduler.model import RosterModel

ROW = Sentence(
    "{who}：{day}至{until}之间要有一天休息（最多连上 {most} 天）",
    "{who}: a day off between {day} and {until} (at most {most} days in a row)",
)


@dataclass(frozen=True)
class DaysInARow(Constraint):
    """Working days in a row.

    Rule
        任何人连续上班不超过规定天数，跨周、跨月也一样。
        | Nobody works more than so many days in a row, over weeks and the month's edge.
    Clause
        RULES 73, C4
    Why
        自然周的休息日可能让人连上十二天。 | Calendar weeks alone would allow twelve days on end.
    Counts as broken
        任意连续的 most+1 天都排了班。 | Duties on every one of most + 1 days in a row.
    Limits
        看每天有没有班开始；培训、外出算上班。 | Looks at the days on which duties begin; training and outside duty count.
    """

    most: int = parameter(6, Sentence("最多连上天数", "days in a row at most"), unit="d", low=1, high=31)

    title: ClassVar[Sentence] = Sentence("连续上班天数", "Days in a row")
    clause: ClassVar[Sentence] = Sentence("连续上班天数有上限（RULES 73，C4）", "A cap on days in a row (RULES 73, C4)")
    price: ClassVar[int] = 20

    def _reason(self, worker: str, window: tuple[date, ...]) -> Reason:
        return because(self, ROW, workers=[worker], days=[window[0], window[-1]], most=self.most)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """One day off in every window one longer than allowed."""
        for window in windows(problem.dates, self.most + 1):
            for worker in problem.workers:
                free = [
                    0 if problem.at_work_elsewhere(worker.id, day) else model.rests_on(worker.id, day) for day in window
                ]
                model.require(free, at_least=1, because=self._reason(worker.id, window))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Walk each person's days and count how many lie in a row."""
        for worker in problem.workers:
            row = 0

            def works(day: date, worker: str = worker.id) -> bool:
                return bool(roster.on(worker, day)) or problem.at_work_elsewhere(worker, day)

            for window in windows(problem.dates, self.most + 1):
                if window[-1] == problem.first:
                    for day in window[:-1]:
                        row = row + 1 if works(day) else 0
                row = row + 1 if works(window[-1]) else 0
                if row > self.most:
                    yield Violation(self._reason(worker.id, window), row)
