"""Paid hours per month against the norm, and overtime."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation, Worker
from scheduler.rule import Constraint, because, parameter
from scheduler.words import Sentence

if TYPE_CHECKING:
    from scheduler.model import RosterModel

A_MONTH = Sentence(
    "{who}：本月工时不超过 {hours:g} 小时（标准工时加已批加班 {overtime:g} 小时）",
    "{who}: at most {hours:g} paid hours this month (norm plus {overtime:g} h approved overtime)",
)


@dataclass(frozen=True)
class MonthlyHours(Constraint):
    """Paid hours per month against the norm.

    Rule
        每人每月工时不超过标准工时加已批准的加班，加班不超过月上限。
        | Nobody is paid for more than the month's norm plus approved overtime, and overtime stays below its monthly cap.
    Clause
        RULES 92, 93, C11
    Why
        加班须批准，每月加班有上限。 | Overtime needs approval and has a monthly cap.
    Counts as broken
        本月计薪时间超过标准工时加已批加班（不超过月上限）。
        | The month's paid time passes the norm plus approved overtime, counted up to the cap.
    Limits
        标准工时为日历工作日乘每日标准小时，扣除已批请假；节假日上班也计入工时。
        | The norm is the calendar's working days times the standard day, less approved leave; work on holidays counts.
    """

    overtime_cap_hours: float = parameter(
        36.0, Sentence("每月加班上限", "overtime a month at most"), unit="h", low=0, high=400
    )

    title: ClassVar[Sentence] = Sentence("每月工时与加班", "Paid hours per month")
    clause: ClassVar[Sentence] = Sentence(
        "工时不超标准工时，加班须批准且不超月上限（RULES 92、93，C11）",
        "Hours within the norm; overtime approved and under its monthly cap (RULES 92, 93, C11)",
    )
    price: ClassVar[int] = 3

    def _limit(self, problem: Problem, worker: Worker) -> tuple[int, Reason]:
        approved = sum(o.minutes for o in problem.overtime if o.worker == worker.id and o.day in problem.day_by_date)
        overtime = min(approved, round(60 * self.overtime_cap_hours))
        limit = problem.norm_minutes[worker.id] + overtime
        reason = because(
            self,
            A_MONTH,
            workers=[worker.id],
            days=[problem.first, problem.last],
            hours=limit / 60,
            overtime=overtime / 60,
        )
        return limit, reason

    def most_duties(self, problem: Problem, worker: Worker, days: Sequence[date]) -> int | None:
        """As many of the shortest paid shift as the month's limit holds."""
        shortest = min((shift.paid_minutes for shift in problem.shifts if shift.paid_minutes), default=0)
        return self._limit(problem, worker)[0] // shortest if shortest else None

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Bound each person's paid minutes."""
        paid = [shift.paid_minutes for shift in problem.shifts]
        weights = paid * len(problem.dates)
        for worker in problem.workers:
            limit, reason = self._limit(problem, worker)
            duties = [model.works(worker.id, day, s.code) for day in problem.dates for s in problem.shifts]
            model.require(duties, at_most=limit, weights=weights, step=60, because=reason)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Add up each person's month."""
        for worker in problem.workers:
            limit, reason = self._limit(problem, worker)
            codes = [code for day in problem.dates for code in roster.on(worker.id, day)]
            paid = sum(problem.shift_by_code[code].paid_minutes for code in codes)
            if paid > limit:
                yield Violation(reason, f"{paid / 60:g} h")
