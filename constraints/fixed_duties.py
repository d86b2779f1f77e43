"""Duties and days off settled beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Fixed, Problem, Reason, Roster, Violation, reaches_on, reaching_codes
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because
from scheduler.timeline import ONE_DAY

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

DUTY = Sentence("{who}：{day}固定上“{shift}”", "{who}: {shift} on {day} is fixed")
OFF = Sentence("{who}：{day}固定休息", "{who}: a fixed day off on {day}")
UNFIXED = Sentence("取消{who}{day}固定的“{shift}”", "take back the fixed {shift} of {who} on {day}")
UNFIXED_OFF = Sentence("取消{who}{day}的固定休息", "take back the fixed day off of {who} on {day}")

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
        固定的班没有排上，或固定休息的那天排了班，或前一天的班跨过零点进入那天（超过本店 tail_minutes）。
        | A fixed duty is missing; or a fixed day off has a duty, or one of the day before that runs into it for longer than the
        desk's tail_minutes.
    Limits
        只看本月。前一天的班本身也固定了的，次日固定休息从下班起算。
        | Only days of the month are checked. Where the duty of the day before is fixed itself, the day off begins when it ends.
    """

    title: ClassVar[Sentence] = Sentence("固定班", "Fixed duties")
    clause: ClassVar[Sentence] = Sentence("事先定好的班照排（RULES 2、14）", "Settled duties stand (RULES 2, 14)")
    revision: ClassVar[int] = 2
    price: ClassVar[int] = 15
    layer: ClassVar[Layer] = Layer.DESK
    about_one: ClassVar[bool] = True
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

    def decision(self, problem: Problem, violation: Violation, roster: Roster) -> Reason:
        """A fixed duty or day off taken back."""
        reason = violation.reason
        return reason._replace(sentence=UNFIXED if reason.sentence == DUTY else UNFIXED_OFF)

    def decide(self, problem: Problem, violation: Violation, roster: Roster) -> Problem | None:
        """The month without that row of the table."""
        kept = tuple(fixed for fixed in problem.fixed if self._reason(fixed) != violation.reason)
        return replace(problem, fixed=kept)

    def narrow(self, problem: Problem, model: RosterModel) -> None:
        """Forbid every shift on a fixed day off, and those of the day before that reach into it."""
        for fixed in problem.fixed:
            if fixed.shift:
                continue
            for code in problem.codes_on(fixed.day):
                model.forbid(fixed.worker, fixed.day, code, self._reason(fixed))
            eve = fixed.day - ONE_DAY
            for code in reaching_codes(problem, eve) if eve in problem.day_by_date else ():
                if Fixed(fixed.worker, eve, code) not in problem.fixed:
                    model.forbid(fixed.worker, eve, code, self._reason(fixed))

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Require each fixed duty."""
        for fixed in problem.fixed:
            if fixed.shift:
                model.require([model.works(*fixed)], at_least=1, because=self._reason(fixed))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look each fixed cell up."""
        for fixed in problem.fixed:
            found = list(roster.on(fixed.worker, fixed.day))
            eve = fixed.day - ONE_DAY
            if not fixed.shift and eve >= problem.first:
                before = [code for code in roster.on(fixed.worker, eve) if reaches_on(problem, eve, code)]
                settled = {one.shift for one in problem.fixed if (one.worker, one.day) == (fixed.worker, eve)}
                found += [f"{code} {eve:%m-%d}" for code in before if code not in settled]
            if fixed.shift not in found if fixed.shift else found:
                yield Violation(self._reason(fixed), "+".join(found) or "–")
