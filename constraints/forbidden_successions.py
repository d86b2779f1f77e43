"""Shifts that may not follow each other from one day to the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import ONE_DAY, days_between

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

NEXT = Sentence(
    "{who}：{day}上了“{before}”，{until}就不上“{after}”", "{who}: after {before} on {day}, no {after} on {until}"
)
Codes = tuple[str, ...]
WIDE = str.maketrans("＞｜", ">|")  # full-width characters of an input method


@dataclass(frozen=True)
class ForbiddenSuccessions(Constraint):
    """Shifts that may not follow each other from one day to the next.

    Rule
        上了某些班次，次日不上另一些班次，跨月也一样。
        | After certain shifts certain others may not follow on the next day, from one month to the next too.
    Clause
        RULES 47, 91, 168
    Why
        倒班不能忽晚忽早。 | Shifts should not jump from late to early.
    Counts as broken
        前一天上了“>”左边的某个班次，次日又上了右边的某个。
        | A shift from the left of “>” on one day, and a shift from its right on the next.
    Limits
        只看相邻两天；同一天的两个班、隔一天的班不管。
        | Only two consecutive days are checked, not two duties of one day, nor days with another between them.
    """

    pairs: tuple[str, ...] = parameter(
        (),
        Sentence(
            "前一天 > 次日不可上，如 中>早、夜>早|中", "day > not on the next, such as LATE>EARLY or NIGHT>EARLY|LATE"
        ),
        examples=("{shifts}>{shifts}",),
    )

    title: ClassVar[Sentence] = Sentence("不可相接的班次", "Shifts that may not follow each other")
    clause: ClassVar[Sentence] = Sentence(
        "有些班次次日不可相接（RULES 47、91、168）", "Some shifts may not follow others (RULES 47, 91, 168)"
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 8
    layer: ClassVar[Layer] = Layer.SAFETY
    about_one: ClassVar[bool] = True
    levers: ClassVar[tuple[str, ...]] = ("pairs",)
    habits: ClassVar[Mapping[str, int]] = {"pairs": 0}

    def __post_init__(self) -> None:
        for text in self.pairs:
            self._sides(text)

    @staticmethod
    def _sides(text: str) -> tuple[list[str], list[str]]:
        """Codes on both sides of `A|B>C|D`; raises `ValueError` for a text not written so."""
        sides = [[code.strip() for code in side.split("|")] for side in text.translate(WIDE).split(">")]
        if len(sides) != 2 or not all(code for side in sides for code in side):
            raise ValueError(f"“{text}” is not written A|B>C|D")
        return sides[0], sides[1]

    def shifts_named(self) -> set[str]:
        """Codes of the shifts that the settings name."""
        return {code for text in self.pairs for side in self._sides(text) for code in side}

    def applies(self, problem: Problem) -> bool:
        """Whether pairs are named; raises `ValueError` where one has a shift that the desk does not have."""
        self.check_shifts(problem)
        return bool(self.pairs)

    def _pairs(self, problem: Problem) -> list[tuple[Codes, Codes]]:
        """Both sides of each entry, in the order of the desk's shifts; entries that say the same are one."""
        order = problem.codes
        sides = map(self._sides, self.pairs)
        pairs = ((tuple(c for c in order if c in left), tuple(c for c in order if c in right)) for left, right in sides)
        return list(dict.fromkeys(pairs))

    def _reason(self, worker: str, *, day: date, before: Codes, after: Codes) -> Reason:
        days = [day, day + ONE_DAY]
        return because(self, NEXT, workers=[worker], days=days, before="|".join(before), after="|".join(after))

    def chances(self, problem: Problem, roster: Roster) -> float:
        """How often one side would follow the other if each person's days, those off among them, came in any order."""
        expected = 0.0
        for worker in problem.workers:
            days = [set(roster.on(worker.id, day)) for day in problem.dates]
            for before, after in self._pairs(problem):
                left, right = (sum(not codes.isdisjoint(side) for codes in days) for side in (before, after))
                expected += left * right / len(days)
        return expected

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Forbid a shift on the left followed by one on the right."""
        pairs = self._pairs(problem)
        for day in days_between(problem.first - ONE_DAY, problem.last - ONE_DAY):
            for before, after in pairs:
                reason = partial(self._reason, day=day, before=before, after=after)
                model.keep_apart(self.name, day, before, after, reason)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Compare each day's duties with those of the day before."""
        pairs = self._pairs(problem)
        for worker in problem.workers:
            for day in problem.dates:
                today, eve = roster.on(worker.id, day), roster.on(worker.id, day - ONE_DAY)
                for before, after in pairs if today and eve else ():
                    if not set(before).isdisjoint(eve) and not set(after).isdisjoint(today):
                        found = "+".join(code for code in today if code in after)
                        reason = self._reason(worker.id, day=day - ONE_DAY, before=before, after=after)
                        yield Violation(reason, found)
