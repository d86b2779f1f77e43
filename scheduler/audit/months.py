"""Months in a row: each is judged after the one before as that would be, and what they would break in the next counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from scheduler.audit.audit import Audit, audit
from scheduler.domain import Duty, Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence
from scheduler.rules.base import Constraint, Layer
from scheduler.rules.book import Rulebook

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

FITS = Sentence("与下月已发布的排班表相接", "Fits the roster in force of the month after")


@dataclass(frozen=True)
class PlannedMonth:
    """A month's roster, and what it is judged by.

    Attributes
    ----------
    problem : Problem
        Continued from the month before as that stands.
    roster : Roster
        The duties of the month alone.
    """

    problem: Problem
    rulebook: Rulebook
    roster: Roster


def continue_months(months: Sequence[PlannedMonth]) -> tuple[PlannedMonth, ...]:
    """Months that follow one another, each with the duties of the one before as its history, on shifts as they were there."""
    found = list(months[:1])
    for month in months[1:]:
        before, duties = found[-1].problem, found[-1].roster.duties
        problem = month.problem.continued(duties, before.first, before.shift_table, before.overtime)
        found.append(replace(month, problem=problem))
    return tuple(found)


def audit_months(months: Sequence[PlannedMonth]) -> tuple[Audit, ...]:
    """Check months that follow one another, each with the duties of the one before as its history."""
    return tuple(audit(month.problem, month.rulebook, month.roster) for month in continue_months(months))


@dataclass(frozen=True)
class MonthAfter(Constraint):
    """The month after stands as it is in force: nobody's duties of this month may break a rule there.

    Its cells are constants, and its rules are asked with this month's duties as their history. A rule of the
    program itself: it joins the rulebook of a month whose next month is in force.

    Attributes
    ----------
    month : PlannedMonth
        The month after.
    known : frozenset of Reason
        What is broken there whatever is done here; it counts for nothing.
    """

    month: PlannedMonth
    known: frozenset[Reason] = field(default=frozenset())

    name: ClassVar[str] = "month_after"
    title: ClassVar[Sentence] = FITS
    clause: ClassVar[Sentence] = FITS
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 0
    layer: ClassVar[Layer] = Layer.NEVER

    def _after(self, problem: Problem, duties: Sequence[Duty]) -> Problem:
        """The month after, with this month and its overtime before it."""
        return self.month.problem.continued(duties, problem.first, problem.shift_table, problem.overtime)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Post the rules of the month after, of which only the days before it can move."""
        after = replace(self.month, problem=self._after(problem, ()))
        held = {
            (worker.id, day): after.roster.on(worker.id, day)
            for worker in after.problem.workers
            for day in after.problem.dates
        }
        following = model.followed_by(after.problem, held, allowed=dict.fromkeys(self.known, WAIVED))
        after.rulebook.encode(after.problem, following)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """What the month after breaks with this month's duties before it."""
        mine = [duty for duty in roster.duties if duty.day >= problem.first]
        found = audit(self._after(problem, mine), self.month.rulebook, self.month.roster)
        yield from (violation for violation in found.broken if violation.reason not in self.known)


WAIVED = 1_000_000  # of any unit: more than a month can bend


def fit_before(rulebook: Rulebook, after: PlannedMonth | None) -> Rulebook:
    """The rulebook of a month, with the month after where that is in force; what is broken there today counts for nothing."""
    if after is None:
        return rulebook
    broken = audit(after.problem, after.rulebook, after.roster).broken
    return with_rule(rulebook, MonthAfter(after, frozenset(violation.reason for violation in broken)))


def with_rule(rulebook: Rulebook, rule: Constraint) -> Rulebook:
    """The rulebook with one more rule of the program itself."""
    return Rulebook((*rulebook.rules, rule), rulebook.off, rulebook.literal)


def broken_after(problem: Problem, roster: Roster, after: PlannedMonth | None) -> tuple[Violation, ...]:
    """What a month's roster would newly break in the month after, where that is in force."""
    alone = fit_before(Rulebook(()), after)
    return audit(problem, alone, roster).broken
