"""One duty at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because
from scheduler.timeline import ONE_DAY, days_between

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

A_DAY = Sentence("{who}：{day}只上一个班", "{who}: one duty on {day}")
OVERLAP = Sentence(
    "{who}：{day}的“{first}”与次日“{second}”时间重叠", "{who}: {first} on {day} overlaps {second} on the next day"
)


@dataclass(frozen=True)
class OneDutyAtATime(Constraint):
    """One duty at a time.

    Rule
        每人每天最多上一个班，任何时刻只在一个岗位。
        | Nobody begins two duties on a day, and nobody is on two duties at the same time.
    Clause
        RULES 61
    Why
        不得串岗：一人同时只能守一个岗位。 | A person can hold only one post at a time.
    Counts as broken
        同一天排了两个班；或前一天跨零点的班未结束又开始新班。
        | Two duties begin on one day, or a duty begins before that of the day before has ended.
    Limits
        两个班连着但不重叠的情况由“连续工作”和“班间休息”管。
        | Duties that touch without overlapping are left to the rules on continuous work and on rest between duties.
    """

    title: ClassVar[Sentence] = Sentence("一人一班", "One duty at a time")
    clause: ClassVar[Sentence] = Sentence(
        "一人同时只在一个岗位、一天只上一个班（RULES 61）", "One person, one post, one duty a day (RULES 61)"
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 0
    layer: ClassVar[Layer] = Layer.NEVER
    one_duty_a_day: ClassVar[bool] = True

    def _a_day(self, worker: str, day: date) -> Reason:
        return because(self, A_DAY, workers=[worker], days=[day])

    def narrow(self, problem: Problem, model: RosterModel) -> None:
        """Forbid a second duty on a day."""
        model.one_duty_a_day(self.name, self._a_day)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Forbid each pair of shifts that overlap over midnight."""
        for day in days_between(problem.first - ONE_DAY, problem.last - ONE_DAY):
            for first in problem.codes_on(day):
                model.time_limit.check()
                for second in problem.codes_on(day + ONE_DAY):
                    if problem.span(day, first).end > problem.span(day + ONE_DAY, second).start:
                        reason = partial(self._overlap, day=day, first=first, second=second)
                        model.keep_apart(self.name, day, [first], [second], reason)

    def _overlap(self, worker: str, *, day: date, first: str, second: str) -> Reason:
        return because(self, OVERLAP, workers=[worker], days=[day, day + ONE_DAY], first=first, second=second)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look at each person's days and at each midnight."""
        for worker in problem.workers:
            for day in problem.dates:
                today = roster.on(worker.id, day)
                if len(today) > 1:
                    yield Violation(self._a_day(worker.id, day), "+".join(today))
                for late in roster.on(worker.id, day - ONE_DAY):
                    for code in today:
                        if problem.span(day, code).start < problem.span(day - ONE_DAY, late).end:
                            yield Violation(self._overlap(worker.id, day=day - ONE_DAY, first=late, second=code))
