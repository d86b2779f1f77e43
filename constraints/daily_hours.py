"""Paid hours per day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence, fill_in, plain_number
from scheduler.rules import Constraint, Layer, because, parameter

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

A_DAY = Sentence(
    "{who}：{day}工时不超过 {hours:h} 小时（含已批加班）",
    "{who}: at most {hours:h} paid hours on {day}, approved overtime included",
)

TOO_LONG = Sentence(
    "“{shift}”工时 {paid:h} 小时，每天上限 {hours:h} 小时（加班须当天已批）",
    "{shift} is {paid:h} paid hours, the cap is {hours:h} h a day, more only with overtime approved for it",
)


@dataclass(frozen=True)
class DailyHours(Constraint):
    """Paid hours per day.

    Rule
        每人每天的工时不超过规定，超出部分须当天有已批准的加班。
        | Nobody works more paid hours a day than set; more only with overtime approved for that day.
    Clause
        RULES 91, 92, C1
    Why
        加班须事先申请、批准。 | Overtime has to be requested and approved beforehand.
    Counts as broken
        当天班次的计薪分钟数超过上限加已批加班（写明起止时间的加班在班外，由“加班”一条管）。
        | The paid minutes of the day's duties are more than the cap plus approved overtime. Overtime with a time of its own
        lies beside the duties and is left to the rule on overtime.
    Limits
        计薪时间为在岗时间减去不计薪休息。 | Paid time is the time from the first to the last minute, less unpaid breaks.
    """

    hours: float = parameter(8.0, Sentence("每天工时上限", "paid hours a day"), unit="h", low=1, high=24)

    title: ClassVar[Sentence] = Sentence("每日工时", "Paid hours per day")
    clause: ClassVar[Sentence] = Sentence(
        "每天工时有上限，加班须批准（RULES 91、92，C1）",
        "A cap on paid hours a day, overtime only where approved (RULES 91, 92, C1)",
    )
    revision: ClassVar[int] = 2
    price: ClassVar[int] = 12
    layer: ClassVar[Layer] = Layer.LAW
    about_one: ClassVar[bool] = True

    def _limits(self, problem: Problem) -> dict[tuple[str, date], int]:
        limits = {(w.id, day): round(60 * self.hours) for w in problem.workers for day in problem.dates}
        for cell, minutes in problem.duty_overtime.items():
            if cell in limits:
                limits[cell] += minutes
        return limits

    def _reason(self, worker: str, day: date, limit: int) -> Reason:
        return because(self, A_DAY, workers=[worker], days=[day], hours=limit / 60)

    def remark(self, problem: Problem, reason: Reason, shift: str = "") -> Sentence | None:
        """How many hours a shift that nobody can have is paid."""
        if not shift:
            return None
        paid = problem.paid_minutes(reason.days[0], shift)
        return fill_in(TOO_LONG, shift=shift, paid=paid / 60, hours=self.hours)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Bound the paid minutes of each day; where days are exclusive, only a shift longer than the bound can break it."""
        minutes = {day: [problem.paid_minutes(day, code) for code in problem.codes_on(day)] for day in problem.dates}
        for (worker, day), limit in self._limits(problem).items():
            if model.exclusive and max(minutes[day], default=0) <= limit:
                continue
            duties = [model.works(worker, day, code) for code in problem.codes_on(day)]
            reason = self._reason(worker, day, limit)
            model.require(duties, at_most=limit, weights=minutes[day], step=60, because=reason)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Add up each person's days."""
        for (worker, day), limit in self._limits(problem).items():
            paid = sum(problem.paid_minutes(day, code) for code in roster.on(worker, day))
            if paid > limit:
                yield Violation(self._reason(worker, day, limit), f"{plain_number(paid / 60, 2)} h")
