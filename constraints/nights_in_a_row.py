"""Nights in a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import days_between, windows

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

NIGHTS = Sentence(
    "{who}：{day}至{until}不全上夜班（最多连上 {most} 个）",
    "{who}: not a night on every day from {day} to {until} (at most {most} in a row)",
)


@dataclass(frozen=True)
class NightsInARow(Constraint):
    """Nights in a row.

    Rule
        任何人连续夜班不超过规定个数，跨月也一样。
        | Nobody works more nights in a row than set, from one month to the next too.
    Clause
        RULES 91, 168
    Why
        连续夜班伤身。 | Many nights in a row harm people's health.
    Counts as broken
        任意连续的 most+1 天都上了夜班。 | A night on each of most + 1 days in a row.
    Limits
        哪些班次算夜班由班次表决定。 | The shifts table says which shifts are nights.
    """

    most: int = parameter(3, Sentence("最多连续夜班", "nights in a row at most"), low=1, high=31)

    title: ClassVar[Sentence] = Sentence("连续夜班", "Nights in a row")
    clause: ClassVar[Sentence] = Sentence("连续夜班有上限（RULES 91、168）", "A cap on nights in a row (RULES 91, 168)")
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 8
    layer: ClassVar[Layer] = Layer.SAFETY
    about_one: ClassVar[bool] = True
    habits: ClassVar[Mapping[str, int]] = {"most": 2}

    def applies(self, problem: Problem) -> bool:
        """Whether there are night shifts."""
        return any(shift.night for day in problem.dates for shift in problem.shifts_on(day))

    def _reason(self, worker: str, window: tuple[date, ...]) -> Reason:
        return because(self, NIGHTS, workers=[worker], days=[window[0], window[-1]], most=self.most)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Require a day without a night in every window of most + 1 days."""
        days = days_between(problem.first - timedelta(days=self.most), problem.last)
        nights = {day: [shift.code for shift in problem.shifts_on(day) if shift.night] for day in days}
        for worker in problem.workers:
            spared = {
                day: model.negated(model.any_of([model.works(worker.id, day, code) for code in codes]))
                for day, codes in nights.items()
            }
            for window in windows(problem.dates, self.most + 1):
                model.require([spared[day] for day in window], at_least=1, because=self._reason(worker.id, window))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look for windows full of nights."""
        for worker in problem.workers:
            for window in windows(problem.dates, self.most + 1):
                if all(any(problem.shift_on(d, code).night for code in roster.on(worker.id, d)) for d in window):
                    yield Violation(self._reason(worker.id, window), self.most + 1)
