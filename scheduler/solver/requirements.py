"""A month's requirements, each apart from the others: which of them a roster can keep together."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from ortools.sat.python import cp_model

from scheduler.domain import Problem, Reason
from scheduler.errors import SolverFault
from scheduler.i18n import Sentence
from scheduler.model.guards import Guards
from scheduler.model.literals import Amount, Literal, Unknown
from scheduler.model.roster_model import Ratio, RosterModel
from scheduler.rules.book import Rulebook
from scheduler.solver.cp_sat import run_search, solver_for
from scheduler.time_limit import OutOfTime, TimeLimit

log = logging.getLogger(__name__)

UNKNOWN_KIND = Sentence("模型里有未知种类的约束：{what}", "the model has a constraint of an unknown kind: {what}")


class Bound(NamedTuple):
    """low <= the weight of the true literals <= high; `None` where there is no such side."""

    literals: tuple[int, ...]
    weights: tuple[int, ...]
    low: int | None
    high: int | None


class Definition(NamedTuple):
    """A constraint that says what a helper variable means: literals, or the variables of a sum."""

    kind: str
    literals: tuple[int, ...]
    weights: tuple[int, ...] = ()
    domain: tuple[int, ...] = ()
    enforced_by: tuple[int, ...] = ()


class _Collected(Guards):
    """Takes requirements down instead of posting them."""

    def __init__(self, cp: cp_model.CpModel, rules: Collection[str]) -> None:
        super().__init__(cp, rules)
        self.bounds: dict[Reason, list[Bound]] = {}

    def require(
        self,
        terms: Sequence[Unknown],
        counts: Sequence[int],
        low: int | None,
        high: int | None,
        because: Reason,
        step: int,
    ) -> None:
        """Take down low <= the weight of the true terms <= high."""
        found = self.bounds.setdefault(because, [])
        if low is not None or high is not None:
            found.append(Bound(tuple(term.index for term in terms), tuple(counts), low, high))


class _HardModel(RosterModel):
    """The model of a month without its preferences, whose requirements are taken down and not posted."""

    def __init__(
        self, problem: Problem, rules: Collection[str], allowed: Mapping[Reason, int], limit: TimeLimit
    ) -> None:
        super().__init__(problem, rules, allowed, time_limit=limit)
        self._guards = self.collected = _Collected(self.cp, rules)
        self._recalled: dict[tuple[str, date], Unknown] = {}

    def note_leave(self, worker: str, day: date, because: Reason) -> None:
        """Leave is asked for as well as that nobody works in it: without that it is taken back."""
        back = self._recalled[worker, day] = self.cp.new_bool_var("")
        self.collected.require([back], [1], None, 0, because, 1)

    def recalled(self, worker: str, day: date) -> Unknown | None:
        """Whether leave of that day is taken back."""
        return self._recalled.get((worker, day))

    def prefer(self, cost: Literal, because: Reason, weight: int = 1) -> None:
        """Nothing: costs are left out."""

    def avoid(self, amount: Literal) -> None:
        """Nothing: costs are left out."""

    def amount(self, literals: Sequence[Literal], weights: Sequence[int]) -> Amount:
        """0: amounts are of use for costs alone, and so it is with all the words below."""
        return 0

    def total(self, amounts: Sequence[Amount]) -> Amount:
        """0."""
        return 0

    def over(self, literals: Sequence[Literal], limit: int) -> Amount:
        """0."""
        return 0

    def under(self, literals: Sequence[Literal], limit: int) -> Amount:
        """0."""
        return 0

    def rising(self, amount: Amount, stride: int) -> list[Amount]:
        """None."""
        return []

    def _steps(self, sign: int, amount: Amount, limit: Ratio, step: int, part: Ratio, whole: Amount) -> Amount:
        return 0


class Requirements:
    """A month's requirements by their Reasons, asked for parts of them.

    Parameters
    ----------
    allowed : mapping of Reason to int
        Requirements that may be broken.

    Attributes
    ----------
    bounds : dict of Reason to list of Bound
        What each Reason asks for; those that nothing can miss are left out.

    Raises
    ------
    OutOfTime
        There was no time to take them down.
    """

    def __init__(
        self,
        problem: Problem,
        rulebook: Rulebook,
        allowed: Mapping[Reason, int],
        limit: TimeLimit,
        *,
        seed: int = 0,
        cores: int = 2,
    ) -> None:
        self.limit, self._seed, self._cores = limit, seed, cores
        rules = {rule.name for rule in rulebook.enforced(problem)}
        model = _HardModel(problem, rules, allowed, limit)
        rulebook.encode(problem, model)
        self.bounds = {reason: found for reason, found in model.collected.bounds.items() if found}
        self._definitions = [_read(one) for one in model.cp.proto.constraints]
        self._touching: dict[int, list[int]] = defaultdict(list)
        for at, one in enumerate(self._definitions):
            limit.count(len(one.literals))
            for literal in (*one.literals, *one.enforced_by):
                self._touching[_variable(literal)].append(at)
        self._domains = [tuple(one.domain) for one in model.cp.proto.variables]

    def can_keep(self, reasons: Iterable[Reason]) -> bool:
        """Whether some roster keeps all these requirements, whatever it does of the others: solved to the end.

        Raises
        ------
        OutOfTime
        """
        self.limit.check()
        cp = self._post(reasons)
        solver = solver_for(self._cores, self._seed, max(0.1, self.limit.left))
        status = run_search(solver, cp)
        if status == cp_model.INFEASIBLE:
            return False
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return True
        raise OutOfTime

    def _post(self, reasons: Iterable[Reason]) -> cp_model.CpModel:
        """A model of these requirements and of whatever their words mean."""
        cp = cp_model.CpModel()
        made: dict[int, cp_model.IntVar] = {}
        waiting: list[int] = []

        def of(literal: int) -> Unknown:
            variable = _variable(literal)
            if variable not in made:
                made[variable] = cp.new_int_var_from_domain(
                    cp_model.Domain.from_flat_intervals(self._domains[variable]), ""
                )
                waiting.append(variable)
            return made[variable] if literal >= 0 else made[variable].negated()

        for reason in reasons:
            for bound in self.bounds[reason]:
                self.limit.count(len(bound.literals))
                _add_bound(cp, [of(literal) for literal in bound.literals], bound)
        posted = set[int]()
        while waiting:
            for at in self._touching[waiting.pop()]:
                if at not in posted:
                    posted.add(at)
                    self.limit.count()
                    _add_definition(cp, self._definitions[at], of)
        return cp


def _variable(literal: int) -> int:
    """The index of a literal's variable."""
    return literal if literal >= 0 else -literal - 1


def _read(constraint: Any) -> Definition:
    """A constraint of a model, taken down."""
    enforced_by = tuple(constraint.enforcement_literal)
    for kind in ("bool_or", "bool_and", "at_most_one", "exactly_one"):
        if getattr(constraint, f"has_{kind}")():
            return Definition(kind, tuple(getattr(constraint, kind).literals), enforced_by=enforced_by)
    if not constraint.has_linear():
        raise SolverFault(UNKNOWN_KIND, what=str(constraint)[:200])
    sums = constraint.linear
    return Definition("linear", tuple(sums.vars), tuple(sums.coeffs), tuple(sums.domain), enforced_by)


def _add_definition(cp: cp_model.CpModel, one: Definition, of: Callable[[int], Unknown]) -> None:
    """Post a definition in another model."""
    terms = [of(literal) for literal in one.literals]
    if one.kind == "linear":
        total = cp_model.LinearExpr.weighted_sum(terms, one.weights)
        posted = cp.add_linear_expression_in_domain(total, cp_model.Domain.from_flat_intervals(one.domain))
    else:
        posted = getattr(cp, f"add_{one.kind}")(terms)
    if one.enforced_by:
        posted.only_enforce_if([of(literal) for literal in one.enforced_by])


def _add_bound(cp: cp_model.CpModel, terms: list[Unknown], bound: Bound) -> None:
    """Post a requirement."""
    low, high = bound.low, bound.high
    each = all(weight == 1 for weight in bound.weights)
    if not terms and ((low or 0) > 0 or (high is not None and high < 0)):
        cp.add_bool_or([])  # known to be impossible
    elif each and low is None and high == 1:
        cp.add_at_most_one(terms)
    elif each and high is None and low == 1:
        cp.add_bool_or(terms)
    else:
        most = max(sum(bound.weights), low or 0)  # of positive weights
        total = cp_model.LinearExpr.weighted_sum(terms, bound.weights)
        cp.add_linear_constraint(total, low or 0, most if high is None else high)
