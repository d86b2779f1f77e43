"""Duties and days off settled beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Fixed, Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

DUTY = Sentence("{who}：{day}固定上“{shift}”", "{who}: {shift} on {day} is fixed")
OFF = Sentence("{who}：{day}固定休息", "{who}: a fixed day off on {day}")

FIXED_TABLE = Sentence("固定班表", "the table of fixed duties")


@dataclass(frozen=True)
class FixedDuties(Constraint):
    """Fixed duties.

    Rule
        事先定好的班和休息照排。 | Duties and days off that were settled beforehand stay as they are.
    Clause
        RULES 2, 14
    Why
        主管已经安排好的不再变动。 | What the supervisor has settled is not changed.
    Counts as broken
        固定的班没有排上，或固定休息的那天排了班。 | A fixed duty is missing, or a fixed day off has a duty.
    Limits
        只看本月。 | Only days of the month are checked.
    """

    title: ClassVar[Sentence] = Sentence("固定班", "Fixed duties")
    clause: ClassVar[Sentence] = Sentence("事先定好的班照排（RULES 2、14）", "Settled duties stand (RULES 2, 14)")
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 15
    layer: ClassVar[Layer] = Layer.DESK
    about_people: ClassVar[bool] = True

    def applies(self, problem: Problem) -> bool:
        """Whether something is fixed."""
        return bool(problem.fixed)

    def _reason(self, fixed: Fixed) -> Reason:
        if fixed.shift:
            return because(self, DUTY, workers=[fixed.worker], days=[fixed.day], shift=fixed.shift)
        return because(self, OFF, workers=[fixed.worker], days=[fixed.day])

    def lever(self, problem: Problem, reason: Reason) -> Sentence | None:
        """The table of fixed duties and days off."""
        return FIXED_TABLE

    def narrow(self, problem: Problem, model: RosterModel) -> None:
        """Forbid every shift on a fixed day off."""
        for fixed in problem.fixed:
            for code in problem.codes_on(fixed.day) if not fixed.shift else ():
                model.forbid(fixed.worker, fixed.day, code, self._reason(fixed))

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Require each fixed duty."""
        for fixed in problem.fixed:
            if fixed.shift:
                model.require([model.works(*fixed)], at_least=1, because=self._reason(fixed))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look each fixed cell up."""
        for fixed in problem.fixed:
            found = roster.on(fixed.worker, fixed.day)
            if fixed.shift not in found if fixed.shift else found:
                yield Violation(self._reason(fixed), "+".join(found) or "–")
