"""Paid hours in the period, as agreed with each worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation, Worker, share_present
from scheduler.i18n import Sentence, plain_number
from scheduler.rules import Constraint, Layer, because, parameter

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

LEAST = Sentence(
    "{who}：{day}至{until}工时至少 {hours:h} 小时", "{who}: at least {hours:h} paid hours from {day} to {until}"
)
MOST = Sentence(
    "{who}：{day}至{until}工时最多 {hours:h} 小时", "{who}: at most {hours:h} paid hours from {day} to {until}"
)

PEOPLE_TABLE = Sentence("人员表", "the people table")


@dataclass(frozen=True)
class HoursInPeriod(Constraint):
    """Paid hours in the period, as agreed with each worker.

    Rule
        与个人约定了工时下限、上限的，一期内的工时在其间。
        | Where a minimum or maximum of hours is agreed with a person, the paid hours of the period keep to it.
    Clause
        RULES 92, 93
    Why
        合同保证的工时要排够，也不能超。 | The hours that a contract guarantees are given, and no more than it allows.
    Counts as broken
        本期班次的计薪时间少于约定的下限，或连同写明起止时间的加班多于约定的上限。
        | The paid time of the period's duties is below the agreed minimum; or it is, overtime with a time of its own
        included, above the agreed maximum.
    Limits
        只看本期排的班；请假按缺勤工作日占比降低下限，除非本店另有设定。
        | Only duties of the period count; leave lowers the minimum in proportion to the working days that it takes,
        unless the desk says otherwise.
    """

    leave_lowers: bool = parameter(True, Sentence("请假降低工时下限", "leave lowers the agreed minimum"))

    title: ClassVar[Sentence] = Sentence("约定工时", "Hours agreed with each worker")
    clause: ClassVar[Sentence] = Sentence(
        "工时在个人约定的上下限之内（RULES 92、93）", "Hours within what is agreed with each worker (RULES 92, 93)"
    )
    revision: ClassVar[int] = 2
    price: ClassVar[int] = 3
    layer: ClassVar[Layer] = Layer.DESK  # an agreement of the desk with the worker, who may agree otherwise
    about_one: ClassVar[bool] = True

    def applies(self, problem: Problem) -> bool:
        """Whether hours are agreed with somebody."""
        return any(w.terms.least_hours is not None or w.terms.most_hours is not None for w in problem.workers)

    def _reason(self, problem: Problem, worker: Worker, sentence: Sentence, hours: float) -> Reason:
        return because(self, sentence, workers=[worker.id], days=[problem.first, problem.last], hours=hours)

    def _least(self, problem: Problem, worker: Worker) -> float | None:
        """The agreed minimum of hours, less what leave takes: whoever falls ill makes up for nothing."""
        least = worker.terms.least_hours
        if least is None or not self.leave_lowers:
            return least
        return round(least * share_present(problem, worker), 2)

    def most_duties(self, problem: Problem, worker: Worker, days: Sequence[date]) -> int | None:
        """As many of the shortest paid shift as the agreed hours hold."""
        shortest = min((problem.paid_minutes(day, code) for day in days for code in problem.codes_on(day)), default=0)
        most = worker.terms.most_hours
        return None if most is None or not shortest else round(60 * most) // shortest

    def lever(self, problem: Problem, reason: Reason) -> Sentence | None:
        """The table of people."""
        return PEOPLE_TABLE

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Bound each person's paid minutes."""
        cells = [(day, shift) for day in problem.dates for shift in problem.shifts_on(day)]
        minutes = [problem.paid_minutes(day, shift.code) for day, shift in cells]
        alike = model.exclusive and len(set(minutes)) == 1  # then counting days does, with fewer literals
        if alike:
            minutes = minutes[: len(problem.dates)]
        for worker in problem.workers:
            least, most = self._least(problem, worker), worker.terms.most_hours
            if alike:
                duties = [model.works_on(worker.id, day) for day in problem.dates]
            else:
                duties = [model.works(worker.id, day, shift.code) for day, shift in cells]
            if least is not None:
                reason = self._reason(problem, worker, LEAST, least)
                model.require(duties, at_least=round(60 * least), weights=minutes, step=60, because=reason)
            if most is not None:
                reason = self._reason(problem, worker, MOST, most)
                left = round(60 * most) - problem.extra_minutes(worker.id)
                model.require(duties, at_most=left, weights=minutes, step=60, because=reason)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Add up each person's duties."""
        paid = dict.fromkeys(problem.worker_by_id, 0)
        for duty in roster.duties:
            if problem.first <= duty.day <= problem.last:
                paid[duty.worker] += problem.paid_minutes(duty.day, duty.shift)
        for worker in problem.workers:
            least, most = self._least(problem, worker), worker.terms.most_hours
            if least is not None and paid[worker.id] < round(60 * least):
                yield Violation(
                    self._reason(problem, worker, LEAST, least), f"{plain_number(paid[worker.id] / 60, 2)} h"
                )
            extra = [
                work for work in problem.extra_work.get(worker.id, ()) if problem.first <= work.day <= problem.last
            ]
            whole = paid[worker.id] + sum(work.overtime.minutes for work in extra)
            if most is not None and whole > round(60 * most):
                yield Violation(self._reason(problem, worker, MOST, most), f"{plain_number(whole / 60, 2)} h")
