"""Rules of the program itself, which no desk sets: what a change or a surge adds to the rulebook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence
from scheduler.rules.base import Constraint, Layer, because

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

    from scheduler.model.roster_model import RosterModel


HAS_BEGUN = Sentence("{who}：{day}已开始的班不再排人", "{who}: a shift of {day} that has begun is given to nobody")


@dataclass(frozen=True)
class StartedShifts(Constraint):
    """Shifts that have begun are given to nobody any more, whatever rules the desk has.

    Attributes
    ----------
    shifts : tuple of (day, code)
    held : frozenset of (worker, day)
        Cells that are as they are said to be, begun or not.
    """

    shifts: tuple[tuple[date, str], ...]
    held: frozenset[tuple[str, date]]

    name: ClassVar[str] = "begun"
    title: ClassVar[Sentence] = HAS_BEGUN
    clause: ClassVar[Sentence] = HAS_BEGUN
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 0
    layer: ClassVar[Layer] = Layer.NEVER

    def narrow(self, problem: Problem, model: RosterModel) -> None:
        """Forbid them to everybody whose cell is not held."""
        for day, code in self.shifts:
            for one in problem.workers:
                if (one.id, day) not in self.held:
                    model.forbid(one.id, day, code, because(self, HAS_BEGUN, workers=[one.id], days=[day]))

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Nothing more: `narrow` forbids all that the rule forbids."""

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Nothing: whoever judges sees to these cells."""
        return iter(())


CAPPED = Sentence("缺人不超过已证明的最少", "no more heads short than proved necessary")


@dataclass(frozen=True)
class ShortageCap(Constraint):
    """How short the desk may be at most.

    Attributes
    ----------
    most : int
        What the desk's own preferences (those that name nobody) may cost together.
    """

    most: int

    name: ClassVar[str] = "surge"
    title: ClassVar[Sentence] = CAPPED
    clause: ClassVar[Sentence] = CAPPED
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 0
    layer: ClassVar[Layer] = Layer.NEVER

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Cap what the desk lacks; the model posts it when every rule has said what it prefers."""
        model.cap_cost(_names_nobody, self.most)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Nothing: no rule of the desk is broken by it."""
        return iter(())


def desk_cost(model: RosterModel) -> cp_model.LinearExprT:
    """What heads missing and to spare cost."""
    return model.cost_of(_names_nobody)


def _names_nobody(reason: Reason) -> bool:
    return not reason.workers
