"""Protected workers: no nights, no overtime."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Overtime, Problem, Reason, Roster, Violation, Worker
from scheduler.i18n import Sentence, plain_number
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import DAY_MINUTES, ONE_DAY, Span, instant, overlap

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

NO_NIGHT = Sentence(
    "{who}：{day}受特殊保护，不上{start}–{end}之间的班（“{shift}”）",
    "{who}: protected on {day}, no work between {start} and {end} ({shift})",
)
NO_OVERTIME = Sentence(
    "{who}：受特殊保护，本月不超过标准工时 {hours:h} 小时",
    "{who}: protected, at most the norm of {hours:h} h this month",
)
NO_EXTRA = Sentence("{who}：{day}受特殊保护，不加班（{times}）", "{who}: protected on {day}, no overtime ({times})")


@dataclass(frozen=True)
class ProtectedWorkers(Constraint):
    """Protected workers.

    Rule
        怀孕七个月以上、哺乳期和未成年员工不上夜间班，不加班。
        | Workers who are pregnant from month 7, nursing or minors work no nights and no overtime.
    Clause
        RULES 18, 168
    Why
        法律规定的特殊保护。 | The law protects them.
    Counts as broken
        保护期内的班与夜间时段重叠，保护期内有写明起止时间的加班，或本月工时超过标准工时（批准了加班也不行）。
        | A duty on a protected day overlaps the night hours, overtime with a time of its own touches a protected day, or the
        month's hours are above the norm, even with approved overtime.
    Limits
        哺乳时间等班内照顾由主管安排。 | Nursing breaks inside a duty are arranged by the supervisor.
    """

    night_from: int = parameter(22, Sentence("夜间开始", "night begins"), unit="h", low=18, high=24)
    night_to: int = parameter(6, Sentence("夜间结束", "night ends"), unit="h", low=0, high=10)

    title: ClassVar[Sentence] = Sentence("特殊保护", "Protected workers")
    clause: ClassVar[Sentence] = Sentence(
        "孕期、哺乳期、未成年员工不上夜班、不加班（RULES 18、168）",
        "No nights and no overtime for pregnant (from month 7), nursing and minor workers (RULES 18, 168)",
    )
    revision: ClassVar[int] = 2
    price: ClassVar[int] = 0
    layer: ClassVar[Layer] = Layer.NEVER
    about_one: ClassVar[bool] = True
    is_private: ClassVar[bool] = True

    def applies(self, problem: Problem) -> bool:
        """Whether somebody is protected."""
        return any(worker.protections for worker in problem.workers)

    def _night_reason(self, problem: Problem, worker: Worker, day: date, code: str) -> Reason | None:
        """Why a protected worker may not begin the shift on the day; the night may be that of the day after."""
        zone, shift = problem.desk.hours_zone, problem.span(day, code)
        for touched in (day, day + ONE_DAY):
            protection = worker.protected(touched)
            dark = (
                Span(instant(touched, 0, zone), instant(touched, 60 * self.night_to, zone)),
                Span(instant(touched, 60 * self.night_from, zone), instant(touched, DAY_MINUTES, zone)),
            )
            if protection and any(overlap(shift, hours) for hours in dark):
                return because(
                    self,
                    NO_NIGHT,
                    workers=[worker.id],
                    days=[day],
                    shift=code,
                    start=f"{self.night_from:02d}:00",
                    end=f"{self.night_to:02d}:00",
                )
        return None

    def _month_reason(self, problem: Problem, worker: Worker) -> Reason | None:
        if not any(map(worker.protected, problem.dates)):
            return None
        hours = problem.norm_minutes[worker.id] / 60
        return because(self, NO_OVERTIME, workers=[worker.id], days=[problem.first], hours=hours)

    def _extra_reason(self, worker: Worker, overtime: Overtime) -> Reason | None:
        """Why a protected worker may not have the overtime; it may reach into the day after."""
        last = overtime.day + ONE_DAY * (max(1, overtime.end or 0) - 1 >= DAY_MINUTES)
        protection = worker.protected(overtime.day) or worker.protected(last)
        if not protection:
            return None
        return because(self, NO_EXTRA, workers=[worker.id], days=[overtime.day], times=overtime.times)

    def narrow(self, problem: Problem, model: RosterModel) -> None:
        """Forbid every shift that touches the night on a protected day."""
        for worker in problem.workers:
            for day in problem.dates if worker.protections else ():
                for code in problem.codes_on(day):
                    reason = self._night_reason(problem, worker, day, code)
                    if reason:
                        model.forbid(worker.id, day, code, reason)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Bound the paid minutes of the month by the norm."""
        cells = [(day, shift) for day in problem.dates for shift in problem.shifts_on(day)]
        paid = [problem.paid_minutes(day, shift.code) for day, shift in cells]
        for worker in problem.workers:
            for work in problem.extra_work.get(worker.id, ()):
                if work.day >= problem.first and (refused := self._extra_reason(worker, work.overtime)):
                    model.require([1], at_most=0, because=refused)
            reason = self._month_reason(problem, worker)
            if reason:
                duties = [model.works(worker.id, day, shift.code) for day, shift in cells]
                model.require(
                    duties,
                    at_most=problem.norm_minutes[worker.id],
                    weights=paid,
                    step=60,
                    because=reason,
                )

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look at each protected person's duties and at their sum."""
        for worker in problem.workers:
            minutes = 0
            for day in problem.dates if worker.protections else ():
                for code in roster.on(worker.id, day):
                    minutes += problem.paid_minutes(day, code)
                    night = self._night_reason(problem, worker, day, code)
                    if night:
                        yield Violation(night, code)
            for _, day, overtime in problem.extra_work.get(worker.id, ()):
                refused = self._extra_reason(worker, overtime)
                if refused and day in problem.day_by_date:
                    yield Violation(refused, f"{plain_number(overtime.minutes / 60, 2)} h")
            reason = self._month_reason(problem, worker)
            if reason and minutes > problem.norm_minutes[worker.id]:
                yield Violation(reason, f"{plain_number(minutes / 60, 2)} h")
