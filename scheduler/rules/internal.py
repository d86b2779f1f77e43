"""Rules of the program itself, which no desk sets: what a change or a surge adds to the rulebook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Duty, Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence, as_written
from scheduler.rules.base import Constraint, Layer, because

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

    from scheduler.model.literals import Literal
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


STANDS = Sentence("{who}：{day}定为“{held}”", "{who}: {day} is held to {held}")
LET_GO = Sentence("放开{who}{day}这一格（排成 {found}）", "let {who}'s cell of {day} go (it will be {found})")
OFF = Sentence("休", "off")


@dataclass(frozen=True)
class HeldCells(Constraint):
    """Cells that stay as they are while the rest of a month is planned: by hand, or because they are worked or settled.

    It has a low price, so that the repair of a month that is impossible names a cell to let go before other rules bend.

    Attributes
    ----------
    cells : tuple of ((worker, day), codes)
        The shifts that begin in each.
    """

    cells: tuple[tuple[tuple[str, date], tuple[str, ...]], ...]

    name: ClassVar[str] = "held"
    title: ClassVar[Sentence] = Sentence("定住的格子", "Cells that are held")
    clause: ClassVar[Sentence] = Sentence("定住的格子照原样不动", "Held cells stay as they are")
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 5
    layer: ClassVar[Layer] = Layer.DESK
    about_people: ClassVar[bool] = True

    def _reason(self, cell: tuple[str, date], codes: tuple[str, ...]) -> Reason:
        return because(
            self, STANDS, workers=[cell[0]], days=[cell[1]], held=as_written("+".join(codes)) if codes else OFF
        )

    def decision(self, problem: Problem, violation: Violation, roster: Roster) -> Reason:
        """Let the cell go."""
        facts = (*violation.reason.facts, ("found", violation.found))
        return violation.reason._replace(sentence=LET_GO, facts=facts)

    def narrow(self, problem: Problem, model: RosterModel) -> None:
        """Forbid all other shifts of each cell."""
        for cell, codes in self.cells:
            for code in problem.codes_on(cell[1]):
                if code not in codes:
                    model.forbid(*cell, code, self._reason(cell, codes))

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Require the shifts of each cell."""
        for cell, codes in self.cells:
            for code in codes:
                model.require([model.works(*cell, code)], at_least=1, because=self._reason(cell, codes))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look each cell up."""
        for cell, codes in self.cells:
            found = roster.on(*cell)
            if found != codes:
                yield Violation(self._reason(cell, codes), "+".join(found) or "–")


GIVEN_UP = Sentence("{who}：{day}不上“{shift}”", "{who}: not on {shift} on {day}")


@dataclass(frozen=True)
class GivenUp(Constraint):
    """Duties that somebody has and is not to have, whatever else they have on the day.

    Attributes
    ----------
    duties : tuple of Duty
    """

    duties: tuple[Duty, ...]

    name: ClassVar[str] = "given_up"
    title: ClassVar[Sentence] = Sentence("不再由本人上的班", "Duties that somebody is not to have")
    clause: ClassVar[Sentence] = Sentence("这些班换别人上", "These duties are somebody else's")
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 0
    layer: ClassVar[Layer] = Layer.NEVER

    def _reason(self, duty: Duty) -> Reason:
        return because(self, GIVEN_UP, workers=[duty.worker], days=[duty.day], shift=duty.shift)

    def narrow(self, problem: Problem, model: RosterModel) -> None:
        """Forbid them."""
        for duty in self.duties:
            model.forbid(*duty, self._reason(duty))

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Nothing more: `narrow` forbids all that the rule forbids."""

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look each of them up."""
        for duty in self.duties:
            if duty.shift in roster.on(duty.worker, duty.day):
                yield Violation(self._reason(duty))


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


ONE_OF = Sentence("{n} 种办法里至少用一种", "at least one of {n} options is taken")
Option = tuple[tuple[tuple[str, date], tuple[str, ...]], ...]  # the shifts that begin in some cells


@dataclass(frozen=True)
class OneOption(Constraint):
    """One of several options is taken: each says what some cells hold.

    Attributes
    ----------
    options : tuple of Option
        At least one.
    """

    options: tuple[Option, ...]

    name: ClassVar[str] = "one_option"
    title: ClassVar[Sentence] = Sentence("几种办法之一", "One of several options")
    clause: ClassVar[Sentence] = Sentence("几种办法里至少用一种", "At least one of several options is taken")
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 0
    layer: ClassVar[Layer] = Layer.NEVER

    def _reason(self) -> Reason:
        cells = [cell for option in self.options for cell, _ in option]
        workers, days = dict.fromkeys(who for who, _ in cells), sorted({day for _, day in cells})
        return because(self, ONE_OF, workers=workers, days=days, n=len(self.options))

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Require one of them."""

        def holds(option: Option) -> list[Literal]:
            return [
                literal if code in codes else model.negated(literal)
                for (who, day), codes in option
                for code in problem.codes_on(day)
                for literal in [model.works(who, day, code)]
            ]

        model.require([model.all_of(holds(option)) for option in self.options], at_least=1, because=self._reason())

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look each of them up."""
        if not any(all(roster.on(*cell) == codes for cell, codes in option) for option in self.options):
            yield Violation(self._reason())
