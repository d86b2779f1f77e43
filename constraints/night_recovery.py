"""Recovery after nights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import ONE_DAY, days_between

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

RECOVER = Sentence(
    "{who}：{day}最后一个夜班后休息 {rest_days} 天，{until}不上班",
    "{who}: {rest_days} day(s) off after the last night on {day}, so no duty on {until}",
)


@dataclass(frozen=True)
class NightRecovery(Constraint):
    """Recovery after nights.

    Rule
        一组夜班结束后，先休息规定天数再上别的班。
        | After a run of nights there are at least the set number of days off before any other duty.
    Clause
        RULES 47, 168
    Why
        下夜班的人要恢复。 | People have to recover from night shifts.
    Counts as broken
        夜班次日上非夜班；或夜班后休息不足规定天数又上班。
        | A duty other than a night on the day after a night, or any duty before the days off are over.
    Limits
        次日继续上夜班不算结束。 | A night on the next day continues the run.
    """

    rest_days: int = parameter(1, Sentence("夜班后休息天数", "days off after nights"), unit="d", low=1, high=7)

    title: ClassVar[Sentence] = Sentence("夜班后休息", "Recovery after nights")
    clause: ClassVar[Sentence] = Sentence("下夜班后先休息（RULES 47、168）", "Days off after nights (RULES 47, 168)")
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 6
    layer: ClassVar[Layer] = Layer.SAFETY
    about_one: ClassVar[bool] = True
    habits: ClassVar[Mapping[str, int]] = {"rest_days": 2}

    def applies(self, problem: Problem) -> bool:
        """Whether there are night shifts."""
        nights = (problem.first - timedelta(days=self.rest_days), problem.last)
        return any(shift.night for day in days_between(*nights) for shift in problem.shifts_on(day))

    def _reason(self, worker: str, night: date, until: date) -> Reason:
        return because(self, RECOVER, workers=[worker], days=[night, until], rest_days=self.rest_days)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Forbid other shifts on the day after a night, and any duty after too few days off."""
        for day in days_between(problem.first - timedelta(days=self.rest_days), problem.last - ONE_DAY):
            nights = [shift.code for shift in problem.shifts_on(day) if shift.night]
            others = [shift.code for shift in problem.shifts_on(day + ONE_DAY) if not shift.night]
            if day + ONE_DAY >= problem.first:
                reason = partial(self._reason, night=day, until=day + ONE_DAY)
                model.keep_apart(self.name, day, nights, others, reason)
            for reach in range(2, self.rest_days + 1):
                until = day + timedelta(days=reach)
                for worker in problem.workers if problem.first <= until <= problem.last else ():
                    night = model.any_of([model.works(worker.id, day, code) for code in nights])
                    between = [model.works_on(worker.id, d) for d in days_between(day + ONE_DAY, until - ONE_DAY)]
                    broken = [model.negated(night), *between, model.rests_on(worker.id, until)]
                    model.require(broken, at_least=1, because=self._reason(worker.id, day, until))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """From each night, look for the next duty."""
        for worker in problem.workers:
            for day in days_between(problem.first - timedelta(days=self.rest_days), problem.last):
                if not any(problem.shift_on(day, code).night for code in roster.on(worker.id, day)):
                    continue
                for reach in range(1, self.rest_days + 1):
                    until = day + timedelta(days=reach)
                    codes = set(roster.on(worker.id, until))
                    by_day = any(not problem.shift_on(until, code).night for code in codes)
                    if codes and until >= problem.first and (reach > 1 or by_day):
                        yield Violation(self._reason(worker.id, day, until), "+".join(sorted(codes)))
                    if codes:
                        break
