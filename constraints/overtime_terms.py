"""What overtime with a time of its own keeps to: the day, the month, and work on end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Overtime, Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence, plain_number
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import Span, days_between, joined

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

A_DAY = Sentence(
    "{who}：{day}连同加班不超过 {hours:h} 小时（标准 {standard:h} 小时，加班至多 {most:h} 小时）",
    "{who}: at most {hours:h} h on {day} with overtime, of which at most {most:h} h beyond the standard {standard:h} h",
)
A_MONTH = Sentence("{who}：本月加班不超过 {hours:h} 小时", "{who}: at most {hours:h} h of overtime this month")
ON_END = Sentence(
    "{who}：{day}加班（{times}）连同相接的班，连续工作不超过 {hours:h} 小时",
    "{who}: overtime on {day} ({times}) and what it touches, at most {hours:h} h on end",
)
AWAY = Sentence(
    "{who}：{day}请假或不在职，不加班（{times}）",
    "{who}: no overtime on {day} ({times}), being on leave or not employed",
)
Step = tuple[date, str]
BEFORE, AFTER = timedelta(days=2), timedelta(days=3)


@dataclass(frozen=True)
class OvertimeTerms(Constraint):
    """What overtime with a time of its own keeps to.

    Rule
        写明起止时间的加班：当天连同班次不超过标准工时加每日上限，本月加班合计不超过每月上限，与相接的班连续工作不超过上限；
        请假或不在职的日子不加班。
        | Overtime with a time of its own: with the day's duties no more than the standard day and the daily cap, in the month
        no more than the monthly cap, with the duties that it touches no more than so many hours on end; none on days of
        leave or without employment.
    Clause
        RULES 48, 91, 92, C1, C11
    Why
        劳动法第四十一条：加班一般每天不超过 1 小时，至多 3 小时，每月至多 36 小时；加班也是工作，不能没有尽头。
        | Labour Law 41: overtime is usually 1 h and at most 3 h a day, and at most 36 h a month; overtime is work, too.
    Counts as broken
        有这样的加班的一天，班次和加班的计薪时间合计超过标准工时加每日上限；有这样的加班的人，本月这样的加班连同班次用掉的加班审批
        超过每月上限；加班与班次相接（间隔短于算断开的休息）的一段超过连续上限；加班落在已批请假或不在职的日子。
        | On a day with such overtime, its duties' paid time and the overtime are more than the standard day and the daily cap;
        for whoever has any, it is with the approved overtime that duties take more than the monthly cap; a stretch of
        overtime and duties without a break of the set length is longer than the cap; it lies on a day of approved leave or
        without employment.
    Limits
        没有写时间的加班审批只准许班次延长，由每日工时、每月工时两条管。休息、周休、特殊保护和重叠由各自的规则管。
        加班日不计入连续工作天数。
        | Overtime approved without a time only lets duties be longer: the rules on paid hours a day and a month see to that.
        Rest, weekly rest, protection and overlaps are left to their own rules. Days with overtime alone do not count as
        working days in a row.
    """

    standard_hours: float = parameter(8.0, Sentence("标准工时", "standard day"), unit="h", low=1, high=24)
    most_hours_a_day: float = parameter(3.0, Sentence("每日加班上限", "overtime a day"), unit="h", low=0, high=16)
    most_hours_a_month: float = parameter(36.0, Sentence("每月加班上限", "overtime a month"), unit="h", low=0, high=400)
    most_hours_on_end: float = parameter(
        11.0, Sentence("连同加班的连续工作上限", "longest run with overtime"), unit="h", low=1, high=24
    )
    break_minutes: int = parameter(
        30, Sentence("多长的休息算断开", "length of a break that ends a run"), unit="min", low=1, high=240
    )

    title: ClassVar[Sentence] = Sentence("加班", "Overtime")
    clause: ClassVar[Sentence] = Sentence(
        "加班有每日、每月和连续上限（RULES 48、91、92，C1、C11）",
        "Caps on overtime by day, by month and on end (RULES 48, 91, 92, C1, C11)",
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 12
    layer: ClassVar[Layer] = Layer.LAW
    about_one: ClassVar[bool] = True

    def applies(self, problem: Problem) -> bool:
        """Whether there is overtime with a time in the month."""
        return any(work.day >= problem.first for works in problem.extra_work.values() for work in works)

    # Reasons

    def _a_day(self, worker: str, day: date) -> Reason:
        hours = {"standard": self.standard_hours, "most": self.most_hours_a_day}
        return because(
            self, A_DAY, workers=[worker], days=[day], hours=self.standard_hours + self.most_hours_a_day, **hours
        )

    def _a_month(self, problem: Problem, worker: str) -> Reason:
        days = [problem.first, problem.last]
        return because(self, A_MONTH, workers=[worker], days=days, hours=self.most_hours_a_month)

    def _on_end(self, worker: str, day: date, times: Sentence) -> Reason:
        return because(self, ON_END, workers=[worker], days=[day], times=times, hours=self.most_hours_on_end)

    def _is_away(self, problem: Problem, worker: str, overtime: Overtime) -> bool:
        """Whether overtime lies on a day on which the worker is away, or within hours of leave."""
        if not problem.available(problem.worker_by_id[worker], overtime.day):
            return True
        start = overtime.start or 0
        return bool(problem.hours_taken_by(worker, overtime.day, start, start + overtime.minutes))

    def _away(self, worker: str, day: date, times: Sentence) -> Reason:
        return because(self, AWAY, workers=[worker], days=[day], times=times)

    # To the solver

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Bound the duties of days and months with overtime, and forbid those that make a run with it too long."""
        for worker, works in problem.extra_work.items():
            minutes: dict[date, int] = {}
            for span, day, overtime in works:
                if day < problem.first:
                    continue
                minutes[day] = minutes.get(day, 0) + overtime.minutes
                if self._is_away(problem, worker, overtime):
                    model.require([1], at_most=0, because=self._away(worker, day, overtime.times))
                reason = self._on_end(worker, day, overtime.times)
                for chain in self._chains(problem, model, day, span, [work.span for work in works]):
                    duties = [model.works(worker, *step) for step in chain]
                    model.require(duties or [1], at_most=max(0, len(chain) - 1), because=reason)
            for day, extra in minutes.items():
                self._encode_day(problem, model, worker, day, extra)
            if minutes:
                self._encode_month(problem, model, worker, sum(minutes.values()))

    def _encode_day(self, problem: Problem, model: RosterModel, worker: str, day: date, extra: int) -> None:
        most = round(60 * (self.standard_hours + self.most_hours_a_day))
        shifts = problem.shifts_on(day)
        model.require(
            [model.works(worker, day, shift.code) for shift in shifts],
            at_most=most - extra,
            weights=[problem.paid_minutes(day, shift.code) for shift in shifts],
            step=60,
            because=self._a_day(worker, day),
        )

    def _encode_month(self, problem: Problem, model: RosterModel, worker: str, extra: int) -> None:
        taken = {
            (day, shift.code): min(problem.paid_minutes(day, shift.code), problem.duty_overtime[worker, day])
            for day in problem.dates
            if (worker, day) in problem.duty_overtime
            for shift in problem.shifts_on(day)
        }
        model.require(
            [model.works(worker, *step) for step in taken],
            at_most=round(60 * self.most_hours_a_month) - extra,
            weights=list(taken.values()),
            step=60,
            because=self._a_month(problem, worker),
        )

    def _chains(
        self, problem: Problem, model: RosterModel, day: date, span: Span, extra: list[Span]
    ) -> Iterator[frozenset[Step]]:
        """The smallest sets of duties around overtime whose run with it is longer than the cap."""
        near = [
            (other, code)
            for other in days_between(day - BEFORE, min(day + AFTER, problem.last))
            for code in problem.codes_on(other)
        ]
        seen, waiting = {frozenset[Step]()}, [frozenset[Step]()]
        for chain in waiting:
            segments = [segment for step in chain for segment in problem.segments(*step)]
            run = self._run(span, [*extra, *segments])
            if run.minutes > 60 * self.most_hours_on_end:
                yield chain
                continue
            for step in near:
                model.time_limit.count()
                longer = chain | {step}
                if model.exclusive and step[0] in {taken for taken, _ in chain}:
                    continue
                if longer not in seen and self._run(span, [*extra, *segments, *problem.segments(*step)]) != run:
                    seen.add(longer)
                    waiting.append(longer)

    def _run(self, span: Span, spans: Iterable[Span]) -> Span:
        """The stretch without a long enough break in which `span` lies."""
        return next(run for run in joined(spans, self.break_minutes) if run.start <= span.start < run.end)

    # Of a finished roster

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Add up the days and the month of everybody with overtime, and measure the runs around it."""
        for worker, works in problem.extra_work.items():
            mine = [work for work in works if work.day in problem.day_by_date]
            for span, day, overtime in mine:
                person, start = problem.worker_by_id[worker], overtime.start or 0
                partly = problem.hours_taken_by(worker, day, start, start + overtime.minutes)
                if not person.employed(day) or (worker, day) in problem.leave_days or partly:
                    yield Violation(
                        self._away(worker, day, overtime.times), f"{plain_number(overtime.minutes / 60, 2)} h"
                    )
                around = [work.span for work in works]
                for other in days_between(day - BEFORE, day + AFTER):
                    if other <= problem.last:
                        around += [s for code in roster.on(worker, other) for s in problem.segments(other, code)]
                ((start, end),) = (
                    run for run in joined(around, self.break_minutes) if run.start <= span.start < run.end
                )
                if end - start > 60 * self.most_hours_on_end:
                    yield Violation(
                        self._on_end(worker, day, overtime.times), f"{plain_number((end - start) / 60, 2)} h"
                    )
            yield from self._too_much(problem, roster, worker, {work.day for work in mine})

    def _too_much(self, problem: Problem, roster: Roster, worker: str, days: set[date]) -> Iterator[Violation]:
        """The days, and the month, of somebody with overtime that hold too much of it."""
        if not days:
            return
        for day in sorted(days):
            whole = problem.extra_minutes(worker, [day])
            whole += sum(problem.paid_minutes(day, code) for code in roster.on(worker, day))
            if whole > 60 * (self.standard_hours + self.most_hours_a_day):
                yield Violation(self._a_day(worker, day), f"{plain_number(whole / 60, 2)} h")
        month = problem.extra_minutes(worker)
        for day in problem.dates:
            allowed = problem.duty_overtime.get((worker, day), 0)
            month += sum(min(allowed, problem.paid_minutes(day, code)) for code in roster.on(worker, day))
        if month > round(60 * self.most_hours_a_month):
            yield Violation(self._a_month(problem, worker), f"{plain_number(month / 60, 2)} h")
