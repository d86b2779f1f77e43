"""Why, and what then: the cheapest repair of an impossible month, and what stands against a wish."""

from __future__ import annotations

import time
from dataclasses import dataclass

from ortools.sat.python import cp_model

from scheduler.audit.audit import Audit, audit
from scheduler.domain import Problem, Reason, Roster, Violation, Wish
from scheduler.errors import SolverFault
from scheduler.i18n import Sentence
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import Rulebook
from scheduler.solver.cp_sat import run_search, solver_for
from scheduler.solver.outcome import Solved
from scheduler.solver.solve import solve

MINUTES_OF_A_STEP = 60  # all prices are scaled by it, so that bends counted in minutes stay whole
EACH_PERCENT = 10  # of its price, for one more thing to approve: few large bends beat many small ones


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
        costs += [price * EACH_PERCENT // 100, *[price // guard.step] * len(guard.slacks)]
    model.cp.minimize(cp_model.LinearExpr.weighted_sum(terms, costs))
    solver = solver_for(cores, seed, time_limit / 2)
    status = run_search(solver, model.cp)
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


def why_refused(problem: Problem, rulebook: Rulebook, roster: Roster, now: Audit, wish: Wish) -> tuple[Violation, ...]:
    """What changing only the wish's cell would break, in the least harmful way to grant it.

    Parameters
    ----------
    now : Audit
        That of the roster as it is.

    Returns
    -------
    tuple of Violation
        The hard requirements newly broken; where none is, the preferences newly given up.
    """
    held = roster.on(wish.worker, wish.day)
    run = {row.shift for row in problem.demand_on(wish.day)}
    others = [shift.code for shift in problem.shifts if shift.code in run and shift.code != wish.shift]
    if wish.wants:
        wanted = [wish.shift] if wish.shift else others
    else:
        wanted = ["", *(others if wish.shift else ())]
    answers = []
    for code in wanted:
        if (code,) == held:
            continue
        changed = roster.replace_cells({(wish.worker, wish.day): (code,) if code else ()})
        then = audit(problem, rulebook, changed)
        broken = tuple(v for v in then.broken if v.reason not in {old.reason for old in now.broken})
        worse = {old.reason: old.cost for old in now.compromises}
        given = tuple(v for v in then.compromises if v.cost > worse.get(v.reason, 0))
        answers.append((bool(broken), len(broken), then.cost, broken or given))
    return min(answers, key=lambda answer: answer[:3])[3] if answers else ()
