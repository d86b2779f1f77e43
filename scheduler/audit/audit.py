"""The independent audit: checks a finished roster against every rule, without a solver."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from scheduler.domain import Duty, Noted, Problem, Reason, Roster, Violation
from scheduler.rules import Constraint
from scheduler.rules.book import Rulebook


@dataclass(frozen=True)
class RuleResult:
    """What one rule finds in a roster."""

    rule: Constraint
    violations: tuple[Violation, ...]

    @cached_property
    def broken(self) -> tuple[Violation, ...]:
        """The requirements that are broken."""
        return tuple(violation for violation in self.violations if violation.hard)

    @cached_property
    def compromises(self) -> tuple[Violation, ...]:
        """The preferences that were given up."""
        return tuple(violation for violation in self.violations if violation.cost)

    @cached_property
    def noted(self) -> tuple[Violation, ...]:
        """What is only recorded: exemptions and warnings of the law layer."""
        return tuple(violation for violation in self.violations if violation.noted)


@dataclass(frozen=True)
class Audit:
    """What every rule finds in a roster."""

    results: tuple[RuleResult, ...]

    @cached_property
    def broken(self) -> tuple[Violation, ...]:
        """Every broken requirement."""
        return tuple(violation for result in self.results for violation in result.broken)

    @cached_property
    def compromises(self) -> tuple[Violation, ...]:
        """Every preference that was given up, the most expensive first."""
        found = [violation for result in self.results for violation in result.compromises]
        return tuple(sorted(found, key=lambda violation: -violation.cost))

    def noted(self, kind: Noted) -> tuple[Violation, ...]:
        """Everything that is recorded for that reason, in the order of the rules."""
        return tuple(violation for result in self.results for violation in result.noted if violation.noted == kind)

    @cached_property
    def cost(self) -> int:
        """The cost of all compromises: the solver's objective value, recomputed."""
        return sum(violation.cost for violation in self.compromises)


def with_history(problem: Problem, duties: Iterable[Duty]) -> Roster:
    """The month's duties together with the problem's history, as rules check them."""
    return Roster([*problem.history, *duties])


def arrangements(problem: Problem, rulebook: Rulebook, roster: Roster) -> list[Reason]:
    """What the rules arrange beside the duties of a month's roster, by day."""
    whole = with_history(problem, roster.duties)
    lines = [line for rule in rulebook.on(problem) for line in rule.arranges(problem, whole)]
    return sorted(lines, key=lambda line: line.days[:1])


def audit(problem: Problem, rulebook: Rulebook, roster: Roster) -> Audit:
    """Check a month's roster rule by rule.

    Parameters
    ----------
    roster : Roster
        The duties of the month alone; the problem's history is added.
    """
    whole = with_history(problem, roster.duties)
    literal = {one.rule for one in rulebook.literal}
    results = []
    for rule in rulebook.on(problem):
        found = tuple(rule.check(problem, whole))
        if rule.name in literal:
            found = tuple(each._replace(noted=Noted.EXEMPTION) for each in found if each.hard)
        results.append(RuleResult(rule, found))
    return Audit(tuple(results))
