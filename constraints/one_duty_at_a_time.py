"""One duty at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Overtime, Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because
from scheduler.timeline import ONE_DAY, days_between, overlap

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

A_DAY = Sentence("{who}：{day}只上一个班", "{who}: one duty on {day}")
OVERLAP = Sentence(
    "{who}：{day}的“{first}”与次日“{second}”时间重叠", "{who}: {first} on {day} overlaps {second} on the next day"
)
WITH_DUTY = Sentence(
    "{who}：{day}加班（{times}）不与{until}“{shift}”班重叠",
    "{who}: overtime on {day} ({times}) beside {shift} of {until}",
)
WITH_OVERTIME = Sentence(
    "{who}：{day}加班（{times}）不与{until}另一次加班（{others}）重叠",
    "{who}: overtime on {day} ({times}) beside the overtime of {until} ({others})",
)
REACH = timedelta(days=2)


@dataclass(frozen=True)
class OneDutyAtATime(Constraint):
    """One duty at a time.

    Rule
        每人每天最多上一个班，任何时刻只在一个岗位；加班在班外，也不互相重叠。
        | Nobody begins two duties on a day, and nobody is on two duties at the same time. Overtime lies beside duties and
        beside other overtime.
    Clause
        RULES 61
    Why
        不得串岗：一人同时只能守一个岗位。 | A person can hold only one post at a time.
    Counts as broken
        同一天排了两个班；或前一天跨零点的班未结束又开始新班；或写明起止时间的加班与本人在岗时间、另一次加班重叠。
        | Two duties begin on one day, or a duty begins before that of the day before has ended; or overtime with a time of
        its own overlaps the person's time at the desk or other overtime.
    Limits
        两个班连着但不重叠的情况由“连续工作”和“班间休息”管。
        | Duties that touch without overlapping are left to the rules on continuous work and on rest between duties.
    """

    title: ClassVar[Sentence] = Sentence("一人一班", "One duty at a time")
    clause: ClassVar[Sentence] = Sentence(
        "一人同时只在一个岗位、一天只上一个班（RULES 61）", "One person, one post, one duty a day (RULES 61)"
    )
    revision: ClassVar[int] = 2
    price: ClassVar[int] = 0
    layer: ClassVar[Layer] = Layer.NEVER
    about_one: ClassVar[bool] = True
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
        self._encode_overtime(problem, model)

    def _encode_overtime(self, problem: Problem, model: RosterModel) -> None:
        """Forbid every shift that overlaps a person's overtime; overtime that overlaps other overtime is broken anyway."""
        for worker, works in problem.extra_work.items():
            for span, day, overtime in works:
                for other in days_between(day - REACH, min(day + REACH, problem.last)):
                    for code in problem.codes_on(other) if max(day, other) >= problem.first else ():
                        if any(overlap(span, segment) for segment in problem.segments(other, code)):
                            reason = self._with_duty(worker, overtime, other, code)
                            model.require([model.works(worker, other, code)], at_most=0, because=reason)
            for one, two in combinations(works, 2):
                if overlap(one.span, two.span) and max(one.day, two.day) >= problem.first:
                    model.require([1], at_most=0, because=self._with_overtime(worker, one.overtime, two.overtime))

    def _with_duty(self, worker: str, overtime: Overtime, day: date, code: str) -> Reason:
        return because(self, WITH_DUTY, workers=[worker], days=[overtime.day, day], times=overtime.times, shift=code)

    def _with_overtime(self, worker: str, first: Overtime, second: Overtime) -> Reason:
        days = [first.day, second.day]
        return because(self, WITH_OVERTIME, workers=[worker], days=days, times=first.times, others=second.times)

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
        yield from self._overtime_at_once(problem, roster)

    def _overtime_at_once(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Hold each overtime against the person's other work around it."""
        for worker, works in problem.extra_work.items():
            for place, (span, day, overtime) in enumerate(works):
                for other in days_between(day - REACH, day + REACH):
                    if max(day, other) < problem.first or other > problem.last:
                        continue
                    for code in roster.on(worker, other):
                        shared = sum(overlap(span, segment) for segment in problem.segments(other, code))
                        if shared:
                            yield Violation(self._with_duty(worker, overtime, other, code), f"{shared} min")
                for later in works[place + 1 :]:
                    shared = overlap(span, later.span)
                    if shared and max(day, later.day) >= problem.first:
                        yield Violation(self._with_overtime(worker, overtime, later.overtime), f"{shared} min")
