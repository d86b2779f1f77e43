"""Rest between duties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import ONE_DAY, days_between

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

FLOOR = Sentence(
    "{who}：{day}“{first}”与{until}“{second}”之间至少休息 {hours:g} 小时",
    "{who}: {hours:g} h rest between {first} on {day} and {second} on {until}",
)
TARGET = Sentence(
    "{who}：{day}“{first}”与{until}“{second}”之间最好休息 {hours:g} 小时",
    "{who}: preferably {hours:g} h rest between {first} on {day} and {second} on {until}",
)
Step = tuple[date, str]
REACH = timedelta(days=2)


@dataclass(frozen=True)
class RestBetweenDuties(Constraint):
    """Rest between duties.

    Rule
        两个班之间至少休息规定小时；再长到目标小时更好。
        | There are at least the minimum hours between two duties, and preferably the target hours.
    Clause
        RULES 47, 91
    Why
        接班的人要休息好。 | Whoever takes over has to be rested.
    Counts as broken
        前一班结束到后一班开始不足下限；不足目标的计为让步。
        | Less than the minimum from the end of one duty to the start of the next. Less than the target is a compromise.
    Limits
        班内休息不算班间休息。 | Breaks inside a duty are not rest between duties.
    """

    floor_hours: float = parameter(11.0, Sentence("最少休息", "rest at least"), unit="h", low=0, high=24)
    target_hours: float = parameter(12.0, Sentence("期望休息", "rest wished for"), unit="h", low=0, high=24)
    weight: int = parameter(2, Sentence("低于期望一次的代价", "cost of each rest below the target"), low=0, high=1000)

    title: ClassVar[Sentence] = Sentence("班间休息", "Rest between duties")
    clause: ClassVar[Sentence] = Sentence(
        "两班之间休息充分（RULES 47、91）", "Enough rest between two duties (RULES 47, 91)"
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 12
    layer: ClassVar[Layer] = Layer.SAFETY
    levers: ClassVar[tuple[str, ...]] = ("floor_hours",)

    def _reason(self, sentence: Sentence, first: Step, second: Step, hours: float, worker: str) -> Reason:
        facts = {"first": first[1], "second": second[1], "hours": hours}
        return because(self, sentence, workers=[worker], days=[first[0], second[0]], **facts)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Forbid, or charge for, every pair of shifts that lie too close."""
        for day in days_between(problem.first - REACH, problem.last):
            firsts = [(day, code) for code in problem.codes_on(day)]
            seconds = [(later, code) for later in days_between(day, day + REACH) for code in problem.codes_on(later)]
            for first, second in ((a, b) for a in firsts for b in seconds):
                model.time_limit.count()
                if not problem.first <= second[0] <= problem.last or (model.exclusive and first[0] == second[0]):
                    continue
                if first[0] == second[0] and (problem.span(*first), first[1]) >= (problem.span(*second), second[1]):
                    continue
                hours = (problem.span(*second).start - problem.span(*first).end) / 60
                too_short = partial(self._reason, FLOOR, first, second, self.floor_hours)
                if hours < self.floor_hours and second[0] - day == ONE_DAY:
                    model.keep_apart(self.name, day, [first[1]], [second[1]], too_short)
                    continue
                for worker in problem.workers if hours < max(self.floor_hours, self.target_hours) else ():
                    pair = [model.works(worker.id, *first), model.works(worker.id, *second)]
                    if hours < self.floor_hours:
                        model.require(pair, at_most=1, because=too_short(worker.id))
                    elif self.weight:
                        reason = self._reason(TARGET, first, second, self.target_hours, worker.id)
                        model.prefer(model.over(pair, 1), reason, self.weight)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Measure from the end of each duty to the start of those within two days."""
        for worker in problem.workers:
            duties = sorted(
                (
                    (problem.span(day, code), code, day)
                    for day in days_between(problem.first - REACH, problem.last)
                    for code in roster.on(worker.id, day)
                ),
                key=lambda duty: (duty[2], duty[0], duty[1]),
            )
            for (early, first, day), (late, second, until) in combinations(duties, 2):
                if until < problem.first or until - day > REACH:
                    continue
                hours = (late.start - early.end) / 60
                if hours < self.floor_hours:
                    reason = self._reason(FLOOR, (day, first), (until, second), self.floor_hours, worker.id)
                    yield Violation(reason, f"{hours:g} h")
                elif hours < self.target_hours and self.weight:
                    reason = self._reason(TARGET, (day, first), (until, second), self.target_hours, worker.id)
                    yield Violation(reason, f"{hours:g} h", self.weight)
