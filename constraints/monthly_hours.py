"""Paid hours per month against the norm, and overtime."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Overtime, Problem, Reason, Roster, Violation, Worker, due_minutes
from scheduler.i18n import Sentence, fill_in, join_sentences, plain_number
from scheduler.rules import Constraint, Layer, because, parameter, settings_of
from scheduler.timeline import DAY_MINUTES

if TYPE_CHECKING:
    from scheduler.model.literals import Unknown
    from scheduler.model.roster_model import RosterModel

A_MONTH = Sentence(
    "{who}：本月工时（已批加班除外）不超过标准工时 {hours:h} 小时",
    "{who}: at most the norm of {hours:h} paid hours this month, approved overtime apart",
)
A_CAP = Sentence(
    "{who}：本月工时不超过标准工时加加班上限，共 {hours:h} 小时",
    "{who}: at most {hours:h} paid hours this month, the norm and the overtime cap",
)
APPROVE = Sentence(
    "批给{who}本月加班 {hours:h} 小时：{rows}", "approve {hours:h} h of overtime this month for {who}: {rows}"
)
ON_A_DAY = Sentence("{day} {hours:h} 小时", "{hours:h} h on {day}")
MOST_A_DAY = 180  # minutes of overtime approved for a day, where so much does

APPROVED = Sentence("加班审批表", "the overtime table")


@dataclass(frozen=True)
class MonthlyHours(Constraint):
    """Paid hours per month against the norm.

    Rule
        每人每月工时不超过标准工时加已批准的加班，加班不超过月上限。
        | Nobody works more paid hours a month than the norm plus approved overtime, and overtime keeps to its monthly cap.
    Clause
        RULES 92, 93, C11
    Why
        加班须批准，每月加班有上限。 | Overtime needs approval and has a monthly cap.
    Counts as broken
        本月计薪时间（扣除当天已批的加班）超过标准工时，或总计（写明起止时间的加班也算）超过标准工时加月上限。
        | The month's paid time, without overtime approved for the day on which it was worked, is more than the norm; or
        the whole paid time, overtime with a time of its own included, is more than the norm plus the cap.
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
    revision: ClassVar[int] = 2
    price: ClassVar[int] = 3
    layer: ClassVar[Layer] = Layer.LAW
    about_one: ClassVar[bool] = True
    gives_from: ClassVar[Layer] = Layer.DESK

    def _counted(self, problem: Problem, worker: Worker) -> list[tuple[date, str, int, int]]:
        """Each possible duty with its paid minutes, all of them and those beyond overtime approved for the day."""
        approved = problem.duty_overtime
        return [
            (day, code, paid, max(0, paid - approved.get((worker.id, day), 0)))
            for day in problem.dates
            for code in problem.codes_on(day)
            for paid in [problem.paid_minutes(day, code)]
        ]

    def _bounds(self, problem: Problem, worker: Worker) -> tuple[tuple[int, Reason], tuple[int, Reason]]:
        """The norm and the norm with the overtime cap, in minutes, each with its Reason."""
        norm = problem.norm_minutes[worker.id]
        cap = norm + round(60 * self.overtime_cap_hours)
        days = [problem.first, problem.last]
        return (
            (norm, because(self, A_MONTH, workers=[worker.id], days=days, hours=norm / 60)),
            (cap, because(self, A_CAP, workers=[worker.id], days=days, hours=cap / 60)),
        )

    def most_duties(self, problem: Problem, worker: Worker, days: Sequence[date]) -> int | None:
        """As many of the shortest paid shift as the norm and the approved overtime hold."""
        paid = (problem.paid_minutes(day, code) for day in days for code in problem.codes_on(day))
        shortest = min(filter(None, paid), default=0)
        approved = sum(problem.duty_overtime.get((worker.id, day), 0) for day in problem.dates)
        (norm, _), (cap, _) = self._bounds(problem, worker)
        return max(0, min(norm + approved, cap - problem.extra_minutes(worker.id))) // shortest if shortest else None

    def lever(self, problem: Problem, reason: Reason) -> Sentence | None:
        """The cap, or the table of approved overtime."""
        return settings_of(self, ["overtime_cap_hours"]) if reason.sentence == A_CAP else APPROVED

    def bending(self, problem: Problem, reason: Reason) -> tuple[int, Layer]:
        """Overtime under the cap is the desk's to approve."""
        return self.price, self.layer if reason.sentence == A_CAP else Layer.DESK

    def decision(self, problem: Problem, violation: Violation, roster: Roster) -> Reason:
        """Overtime approved; of the cap an exception."""
        if violation.reason.sentence == A_CAP:
            return super().decision(problem, violation, roster)
        rows = self._overtime_for(problem, violation, roster)
        said = join_sentences(fill_in(ON_A_DAY, day=row.day, hours=row.minutes / 60) for row in rows)
        facts = (("hours", sum(row.minutes for row in rows) / 60), ("rows", said))
        return violation.reason._replace(sentence=APPROVE, facts=facts)

    def decide(self, problem: Problem, violation: Violation, roster: Roster) -> Problem | None:
        """The month with the overtime approved."""
        if violation.reason.sentence == A_CAP:
            return None
        return replace(problem, overtime=(*problem.overtime, *self._overtime_for(problem, violation, roster)))

    def _overtime_for(self, problem: Problem, violation: Violation, roster: Roster) -> tuple[Overtime, ...]:
        """The overtime that a roster needs, in order of days: on the last days on which it is worked, a few hours each."""
        (worker,) = violation.reason.workers
        days = [day for day in reversed(problem.dates) if roster.on(worker, day)]
        plain = {day: self._beyond_approved(problem, roster, worker, day) for day in days}
        left = sum(plain.values()) - problem.norm_minutes[worker]
        given = dict.fromkeys(days, 0)
        for most in (MOST_A_DAY, DAY_MINUTES):
            for day in days:
                more = max(0, min(left, min(most, plain[day]) - given[day]))
                given[day], left = given[day] + more, left - more
        return tuple(Overtime(worker, day, minutes) for day, minutes in sorted(given.items()) if minutes)

    @staticmethod
    def _beyond_approved(problem: Problem, roster: Roster, worker: str, day: date) -> int:
        """Paid minutes of a day beyond the overtime approved for each of its duties."""
        approved = problem.duty_overtime.get((worker, day), 0)
        return sum(max(0, problem.paid_minutes(day, code) - approved) for code in roster.on(worker, day))

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Bound each person's paid minutes: those beyond approved overtime by the norm, all of them by the cap."""
        for worker in problem.workers:
            cells = self._counted(problem, worker)
            duties = [model.works(worker.id, day, code) for day, code, _, _ in cells]
            (norm, within), (cap, capped) = self._bounds(problem, worker)
            leave, away = self._standing_leave(problem, model, worker)
            model.require(
                [*duties, *leave],
                at_most=norm + sum(away),
                weights=[*(plain for *_, plain in cells), *away],
                step=60,
                because=within,
            )
            left = cap - problem.extra_minutes(worker.id)
            model.require(
                [*duties, *leave],
                at_most=left + sum(away),
                weights=[*(paid for *_, paid, _ in cells), *away],
                step=60,
                because=capped,
            )

    @staticmethod
    def _standing_leave(problem: Problem, model: RosterModel, worker: Worker) -> tuple[list[Unknown], list[int]]:
        """Whether each day of leave stands that may be taken back, and the minutes that are owed for it where it does not."""
        back = {day: found for day in problem.dates if (found := model.recalled(worker.id, day)) is not None}
        there = replace(problem, leave=()) if back else problem
        return [one.negated() for one in back.values()], [due_minutes(there, worker, [day]) for day in back]

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Add up each person's month, duty by duty."""
        for worker in problem.workers:
            minutes = {(day, code): (paid, plain) for day, code, paid, plain in self._counted(problem, worker)}
            done = [minutes[day, code] for day in problem.dates for code in roster.on(worker.id, day)]
            (norm, within), (cap, capped) = self._bounds(problem, worker)
            plain = sum(plain for _, plain in done)
            paid = sum(paid for paid, _ in done) + sum(
                work.overtime.minutes
                for work in problem.extra_work.get(worker.id, ())
                if work.day in problem.day_by_date
            )
            if plain > norm:
                yield Violation(within, f"{plain_number(plain / 60, 2)} h")
            if paid > cap:
                yield Violation(capped, f"{plain_number(paid / 60, 2)} h")
