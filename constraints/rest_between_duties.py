"""Rest between duties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Overtime, Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence, plain_number
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import ONE_DAY, Span, days_between

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

FLOOR = Sentence(
    "{who}：{day}“{first}”与{until}“{second}”之间至少休息 {hours:h} 小时",
    "{who}: {hours:h} h rest between {first} on {day} and {second} on {until}",
)
TARGET = Sentence(
    "{who}：{day}“{first}”与{until}“{second}”之间最好休息 {hours:h} 小时",
    "{who}: preferably {hours:h} h rest between {first} on {day} and {second} on {until}",
)
OVERTIME = Sentence(
    "{who}：{day}加班（{times}）与{until}“{shift}”之间至少休息 {hours:h} 小时",
    "{who}: {hours:h} h rest between the overtime of {day} ({times}) and {shift} on {until}",
)
BOTH_OVERTIME = Sentence(
    "{who}：{day}加班（{times}）与{until}加班（{others}）之间至少休息 {hours:h} 小时",
    "{who}: {hours:h} h rest between the overtime of {day} ({times}) and that of {until} ({others})",
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
        前一班结束到后一班开始不足下限；不足目标的计为让步。写明起止时间的加班算当天的班：与别的日子的班、加班之间也不得不足下限。
        | Less than the minimum from the end of one duty to the start of the next. Less than the target is a compromise.
        Overtime with a time of its own is work of its day: less than the minimum between it and a duty or overtime of
        another day counts as well.
    Limits
        班内休息不算班间休息；同一天的班与加班之间不要求休息。
        | Breaks inside a duty are not rest between duties; nor is rest asked for between duty and overtime of one day.
    """

    floor_hours: float = parameter(11.0, Sentence("最少休息", "rest at least"), unit="h", low=0, high=24)
    target_hours: float = parameter(12.0, Sentence("期望休息", "rest wished for"), unit="h", low=0, high=24)
    weight: int = parameter(2, Sentence("低于期望一次的代价", "cost of each rest below the target"), low=0, high=1000)

    title: ClassVar[Sentence] = Sentence("班间休息", "Rest between duties")
    clause: ClassVar[Sentence] = Sentence(
        "两班之间休息充分（RULES 47、91）", "Enough rest between two duties (RULES 47, 91)"
    )
    revision: ClassVar[int] = 2
    price: ClassVar[int] = 12
    layer: ClassVar[Layer] = Layer.SAFETY
    about_one: ClassVar[bool] = True
    levers: ClassVar[tuple[str, ...]] = ("floor_hours",)

    def _reason(self, sentence: Sentence, first: Step, second: Step, hours: float, worker: str) -> Reason:
        facts = {"first": first[1], "second": second[1], "hours": hours}
        return because(self, sentence, workers=[worker], days=[first[0], second[0]], **facts)

    def _overtime_reason(self, worker: str, overtime: Overtime, day: date, code: str) -> Reason:
        facts = {"times": overtime.times, "shift": code, "hours": self.floor_hours}
        return because(self, OVERTIME, workers=[worker], days=[overtime.day, day], **facts)

    def _both_reason(self, worker: str, first: Overtime, second: Overtime) -> Reason:
        facts = {"times": first.times, "others": second.times, "hours": self.floor_hours}
        return because(self, BOTH_OVERTIME, workers=[worker], days=[first.day, second.day], **facts)

    def _encode_overtime(self, problem: Problem, model: RosterModel) -> None:
        """Forbid every shift of another day that lies too close to a person's overtime."""
        for worker, works in problem.extra_work.items():
            for span, day, overtime in works:
                for other in days_between(day - REACH, min(day + REACH, problem.last)):
                    if other == day or max(day, other) < problem.first:
                        continue
                    for code in problem.codes_on(other):
                        if self._is_close(span, problem.span(other, code)):
                            reason = self._overtime_reason(worker, overtime, other, code)
                            model.require([model.works(worker, other, code)], at_most=0, because=reason)
            for first, second in combinations(works, 2):
                if (
                    first.day != second.day
                    and max(first.day, second.day) >= problem.first
                    and self._is_close(first.span, second.span)
                ):
                    model.require([1], at_most=0, because=self._both_reason(worker, first.overtime, second.overtime))

    def _is_close(self, one: Span, other: Span) -> bool:
        """Whether there is less than the minimum between two spans that do not overlap."""
        first, second = sorted((one, other))
        return first.end <= second.start < first.end + 60 * self.floor_hours

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Forbid, or charge for, every pair of shifts that lie too close."""
        self._encode_overtime(problem, model)
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

    def _beside_overtime(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Measure between overtime and the work of days around it."""
        for worker, works in problem.extra_work.items():
            for place, (span, day, overtime) in enumerate(works):
                near = [
                    (problem.span(other, code), other, self._overtime_reason(worker, overtime, other, code))
                    for other in days_between(day - REACH, day + REACH)
                    if other <= problem.last
                    for code in roster.on(worker, other)
                ]
                near += [
                    (later.span, later.day, self._both_reason(worker, overtime, later.overtime))
                    for later in works[place + 1 :]
                ]
                for there, other, reason in near:
                    rest = max(there.start - span.end, span.start - there.end)
                    if other != day and max(day, other) >= problem.first and 0 <= rest < 60 * self.floor_hours:
                        yield Violation(reason, f"{plain_number(rest / 60, 2)} h")

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Measure from the end of each duty to the start of those within two days."""
        yield from self._beside_overtime(problem, roster)
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
                    yield Violation(reason, f"{plain_number(hours, 2)} h")
                elif hours < self.target_hours and self.weight:
                    reason = self._reason(TARGET, (day, first), (until, second), self.target_hours, worker.id)
                    yield Violation(reason, f"{plain_number(hours, 2)} h", self.weight)
