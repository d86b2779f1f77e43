"""Explanations: the cheapest repair of an impossible month, and what stands against a refused wish."""

from __future__ import annotations

from dataclasses import dataclass

from ortools.sat.python import cp_model

from scheduler.audit.audit import Audit, audit
from scheduler.domain import Problem, Roster, Violation, Wish
from scheduler.errors import SolverFault
from scheduler.i18n import Sentence
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import Rulebook
from scheduler.solver.bends import minimize_bends, read_bends
from scheduler.solver.cp_sat import reading_seconds, run_search, solver_for
from scheduler.solver.outcome import Solved, Status
from scheduler.solver.solve import solve
from scheduler.time_limit import OutOfTime, TimeLimit


@dataclass(frozen=True)
class Repair:
    """The requirements that have to give so that the month becomes possible.

    Attributes
    ----------
    bends : tuple of Violation
        The requirements that give, worded as violations by the audit of the repaired month.
    solved : Solved
        The repaired month, solved and audited.
    cheapest : bool
        Whether it is proved that no cheaper set of requirements is enough.
    """

    bends: tuple[Violation, ...]
    solved: Solved
    cheapest: bool


def cheapest_repair(
    problem: Problem, rulebook: Rulebook, *, time_limit: float = 30.0, seed: int = 0, cores: int = 2
) -> Repair | None:
    """Find the cheapest set of requirements to bend, and the month that it makes possible.

    1. Every requirement of a rule with a price gets a guard and a slack, and the model minimises the price of those
       that give. A rule without a price never bends.
    2. The month is solved again with just these bends allowed.

    Parameters
    ----------
    time_limit : float
        Wall seconds for both steps; the first gets half of them.

    Returns
    -------
    Repair or None
        `None` where the time passed without one.

    Raises
    ------
    SolverFault
        The repaired month turns out impossible: a bug.
    """
    limit = TimeLimit(time_limit)
    prices = rulebook.prices()
    model = RosterModel(problem, guarded=prices, time_limit=limit)
    try:
        rulebook.encode(problem, model)
        minimize_bends([model], prices)
        limit.check(reading_seconds(model.cp))
    except OutOfTime:
        return None
    solver = solver_for(cores, seed, max(0.1, min(time_limit / 2, limit.left)))
    status = run_search(solver, model.cp)
    if status == cp_model.INFEASIBLE:
        raise SolverFault(
            Sentence("放宽所有可商量的规则后仍无解", "impossible even with every negotiable requirement given up")
        )
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    allowed = read_bends([model], solver)
    outcome = solve(problem, rulebook, time_limit=limit.left, seed=seed, cores=cores, allowed=allowed)
    if isinstance(outcome, Solved):
        return Repair(outcome.audit.broken, outcome, status == cp_model.OPTIMAL)
    if outcome.status == Status.IMPOSSIBLE:
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
    demanded = {row.shift for row in problem.demand_on(wish.day)}
    others = [code for code in problem.codes_on(wish.day) if code in demanded and code != wish.shift]
    # the cells that would grant the wish; "" is a day off
    if wish.wants:
        granting = [code for code in problem.codes_on(wish.day) if code == wish.shift] if wish.shift else others
    else:
        granting = ["", *(others if wish.shift else ())]
    broken_now = {violation.reason for violation in now.broken}
    cost_now = {violation.reason: violation.cost for violation in now.compromises}
    answers = []
    for code in granting:
        if (code,) == held:
            continue
        changed = roster.replace_cells({(wish.worker, wish.day): (code,) if code else ()})
        then = audit(problem, rulebook, changed)
        broken = tuple(one for one in then.broken if one.reason not in broken_now)
        given_up = tuple(one for one in then.compromises if one.cost > cost_now.get(one.reason, 0))
        answers.append((bool(broken), len(broken), then.cost, broken or given_up))
    return min(answers, key=lambda answer: answer[:3])[3] if answers else ()
