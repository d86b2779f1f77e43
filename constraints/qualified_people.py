"""Qualified people only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Shift, Violation, Worker
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

GONE = Sentence("{who}：{day}不在职", "{who}: not employed on {day}")
UNSKILLED = Sentence("{who}：{day}“{shift}”需要“{skill}”技能", "{who}: {shift} on {day} needs the skill {skill}")
NOT_HERS = Sentence(
    "{who}：{day}不上“{shift}”（可上班次以外）", "{who}: no {shift} on {day}, not among the shifts allowed"
)
TRAINEE = Sentence("{who}：{day}还是学员，不上夜班“{shift}”", "{who}: still a trainee on {day}, no night ({shift})")

PEOPLE_TABLE = Sentence("人员表", "the people table")


@dataclass(frozen=True)
class QualifiedPeople(Constraint):
    """Qualified people only.

    Rule
        只排在职、有所需技能、允许上该班次的人；学员跟班不算人数，不上夜班。
        | Only people who are employed, have the required skill and may work the shift are rostered. Trainees accompany
        others: they do not count as cover and work no nights.
    Clause
        RULES 87, 118, 119, 120, 121
    Why
        培训考核通过后方可上岗。 | Only people who passed their training may serve.
    Counts as broken
        排了不在职、无技能、不在可上班次内的人，或学员上夜班。
        | A duty of somebody who is not employed, lacks the skill or may not work the shift, or a night of a trainee.
    Limits
        学员不计入人数由“班次人数”“前台不空岗”执行。 | The cover rules see to it that trainees do not count.
    """

    trainee_nights: bool = parameter(False, Sentence("学员可上夜班", "trainees may work nights"))

    title: ClassVar[Sentence] = Sentence("合格人员", "Qualified people only")
    clause: ClassVar[Sentence] = Sentence(
        "培训合格、在职的人方可上岗（RULES 87、118–121）",
        "Only employed, trained and tested people (RULES 87, 118–121)",
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 0
    layer: ClassVar[Layer] = Layer.NEVER
    about_one: ClassVar[bool] = True

    def _why_not(self, worker: Worker, day: date, shift: Shift) -> Reason | None:
        reason = partial(because, self, workers=[worker.id], days=[day])
        if not worker.employed(day):
            return reason(GONE)
        if shift.skill and not worker.has_skill(shift.skill, day):
            return reason(UNSKILLED, shift=shift.code, skill=shift.skill)
        if worker.only_shifts and shift.code not in worker.only_shifts:
            return reason(NOT_HERS, shift=shift.code)
        if shift.night and not self.trainee_nights and not worker.qualified(day):
            return reason(TRAINEE, shift=shift.code)
        return None

    def lever(self, problem: Problem, reason: Reason) -> Sentence | None:
        """The table of people."""
        return PEOPLE_TABLE

    def narrow(self, problem: Problem, model: RosterModel) -> None:
        """Forbid every cell for which the worker does not qualify."""
        for worker in problem.workers:
            model.time_limit.check()
            for day in problem.dates:
                for shift in problem.shifts_on(day):
                    reason = self._why_not(worker, day, shift)
                    if reason:
                        model.forbid(worker.id, day, shift.code, reason)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Nothing more: `narrow` forbids all that the rule forbids."""

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Check each duty's worker; one violation for each person, day and reason."""
        seen = set()
        for duty in roster.duties:
            if duty.day >= problem.first:
                shift = problem.shift_on(duty.day, duty.shift)
                reason = self._why_not(problem.worker_by_id[duty.worker], duty.day, shift)
                if reason and reason not in seen:
                    seen.add(reason)
                    yield Violation(reason, duty.shift)
