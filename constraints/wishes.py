"""Shift requests and wishes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation, Wish, is_granted, reaching_codes, taken_by
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import ONE_DAY

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

WORK = Sentence("{who}：希望{day}上{shift}", "{who}: would like to work {shift} on {day}")
SPARE = Sentence("{who}：希望{day}不上{shift}", "{who}: would like to be spared {shift} on {day}")
OFF = Sentence("{who}：希望{day}休息", "{who}: would like {day} off")
ANY = Sentence("班", "any shift")


@dataclass(frozen=True)
class Wishes(Constraint):
    """Shift requests and wishes.

    Rule
        尽量满足员工的排班申请，按权重。 | Requests are granted as far as possible, by their weight.
    Clause
        RULES 16
    Why
        征求意见的排班大家愿意执行。 | People keep to a roster on which they were asked.
    Counts as broken
        不会“违反”；未满足的申请列为让步。前一天的班跨过零点进入想休的那天（超过本店 tail_minutes），也算没有满足。
        | Never broken. A request that is not granted is listed as a compromise. A wish for a day off is not granted either
        where a duty of the day before runs into it for longer than the desk's tail_minutes.
    Limits
        申请不是请假：要保证休息请走请假。 | A request is not leave: only leave guarantees a day off.
    """

    weight: int = parameter(1, Sentence("申请权重的倍数", "factor on the requests' weights"), low=0, high=100)

    title: ClassVar[Sentence] = Sentence("排班申请", "Requests")
    clause: ClassVar[Sentence] = Sentence(
        "征求并尽量满足员工意见（RULES 16）", "Staff are asked and heeded where possible (RULES 16)"
    )
    revision: ClassVar[int] = 2
    price: ClassVar[int] = 0
    layer: ClassVar[Layer] = Layer.NEVER

    def applies(self, problem: Problem) -> bool:
        """Whether somebody wishes for something."""
        return bool(problem.wishes) and self.weight > 0

    def _reason(self, wish: Wish) -> Reason:
        sentence = WORK if wish.wants else (SPARE if wish.shift else OFF)
        shift: object = wish.shift or ANY
        return because(self, sentence, workers=[wish.worker], days=[wish.day], shift=shift)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Charge for each wish that is not granted."""
        for wish in problem.wishes:
            if wish.shift:
                works = model.works(wish.worker, wish.day, wish.shift)
            else:
                works = model.works_on(wish.worker, wish.day)
            if not wish.wants and not wish.shift:
                eve = wish.day - ONE_DAY
                late = [model.works(wish.worker, eve, code) for code in reaching_codes(problem, eve)]
                works = model.any_of([works, *late]) if late else works
            model.prefer(model.negated(works) if wish.wants else works, self._reason(wish), self.weight * wish.weight)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look each wish up in the roster."""
        for wish in problem.wishes:
            if not is_granted(problem, roster, wish):
                is_off = not wish.wants and not wish.shift
                found = taken_by(problem, roster, wish.worker, wish.day) if is_off else roster.on(wish.worker, wish.day)
                yield Violation(self._reason(wish), "+".join(found) or "–", self.weight * wish.weight)
