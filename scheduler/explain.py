"""What to do about an impossible month: the cheapest repair, found with a guard per Reason and then tried out."""

from __future__ import annotations

import time
from dataclasses import dataclass

from ortools.sat.python import cp_model

from scheduler.domain import Problem, Reason, Violation
from scheduler.errors import SolverFault
from scheduler.model import RosterModel
from scheduler.rulebook import Rulebook
from scheduler.solve import Solved, solve, solver_for
from scheduler.words import Sentence

MINUTES_OF_A_STEP = 60  # all prices are scaled by it, so that bends counted in minutes stay whole
EACH = 10  # one more thing to approve costs this much beside its size: few large bends beat many small ones


@dataclass(frozen=True)
class Repair:
    """What would have to give so that the month can be made.

    Attributes
    ----------
    bends : tuple of Violation
        The requirements that give, as the audit of the repaired month words them.
    solved : Solved
        The repaired month, solved and audited.
    cheapest : bool
        Whether it is proved that nothing cheaper helps.
    """

    bends: tuple[Violation, ...]
    solved: Solved
    cheapest: bool


def cheapest_repair(
    problem: Problem, rulebook: Rulebook, *, time_limit: float = 30.0, seed: int = 0, cores: int = 2
) -> Repair | None:
    """The cheapest set of requirements to bend, with the month that it makes possible.

    Every requirement of a rule with a price gets a guard and a slack; the
    model then minimises the price of what gives. The month is solved again
    with just these bends allowed.

    Returns
    -------
    Repair or None
        `None` when the time passed without one; a rule without a price never bends.

    Raises
    ------
    SolverFault
        The repaired month turns out impossible: a bug.
    """
    began = time.perf_counter()
    prices = rulebook.prices()
    model = RosterModel(problem, guarded=prices)
    rulebook.encode(problem, model)
    terms: list[cp_model.IntVar] = []
    costs: list[int] = []
    for reason, guard in model.guards.items():
        price = prices[reason.rule] * MINUTES_OF_A_STEP
        terms += [guard.kept.negated(), *guard.slacks]  # type: ignore[list-item]
        costs += [price * EACH // 100, *[price // guard.step] * len(guard.slacks)]
    model.cp.minimize(cp_model.LinearExpr.weighted_sum(terms, costs))
    solver = solver_for(cores, seed, time_limit / 2)
    status = solver.solve(model.cp)
    if status == cp_model.INFEASIBLE:
        raise SolverFault(
            Sentence("放宽所有可商量的规则后仍无解", "impossible even with every negotiable requirement given up")
        )
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    allowed: dict[Reason, int] = {}
    for reason, guard in model.guards.items():
        most = max((solver.value(slack) for slack in guard.slacks), default=0)
        if most:
            allowed[reason] = -(-most // guard.step)
    rest = max(1.0, time_limit - (time.perf_counter() - began))
    outcome = solve(problem, rulebook, time_limit=rest, seed=seed, cores=cores, allowed=allowed)
    if isinstance(outcome, Solved):
        return Repair(outcome.audit.broken, outcome, status == cp_model.OPTIMAL)
    if outcome.status == "IMPOSSIBLE":
        raise SolverFault(Sentence("按修复方案仍然无解", "the repaired month is still impossible"))
    return None
