"""Explanations: the cheapest repair of an impossible month, and what stands against a refused wish."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from ortools.sat.python import cp_model

from scheduler.audit.audit import Audit, audit
from scheduler.domain import Problem, Reason, Roster, Violation, Wish, reaches_on
from scheduler.errors import SolverFault
from scheduler.i18n import Sentence
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import Rulebook
from scheduler.solver.bends import PRICE_SCALE, minimize_bends
from scheduler.solver.cp_sat import reading_seconds, run_search, solver_for
from scheduler.solver.incumbent import Engine, Progress
from scheduler.solver.settings import REPAIRS
from scheduler.time_limit import OutOfTime, TimeLimit
from scheduler.timeline import ONE_DAY


@dataclass(frozen=True)
class Repair:
    """The requirements that have to give so that the month becomes possible.

    Attributes
    ----------
    bends : tuple of Violation
        The requirements that give, worded as violations by the audit.
    roster : Roster
        A roster that breaks nothing else. It is not the best one: only what it breaks was minimised.
    audit : Audit
        Of that roster.
    cheapest : bool
        Whether it is proved that no cheaper set of requirements is enough.
    """

    bends: tuple[Violation, ...]
    roster: Roster
    audit: Audit
    cheapest: bool


def cheapest_repair(
    problem: Problem,
    rulebook: Rulebook,
    *,
    time_limit: float = 30.0,
    seed: int = 0,
    cores: int = 2,
    listener: Callable[[Progress], None] | None = None,
    allowed: Mapping[Reason, int] | None = None,
) -> Repair | None:
    """Find the cheapest set of requirements to bend, with a roster that bends just these.

    Every requirement of a rule with a price gets a guard and a slack, and the model minimises the price of those
    that give. A rule without a price never bends. What the roster breaks is what the audit says.

    Parameters
    ----------
    time_limit : float
        Wall seconds for building and searching.
    listener : callable, optional
        Called with the search's progress: what the best repair costs so far, and its bound.
    allowed : mapping of Reason to int, optional
        By how much requirements may give beforehand, at no price: what is broken by what was worked already.

    Returns
    -------
    Repair or None
        `None` where the time passed without one.

    Raises
    ------
    SolverFault
        Nothing negotiable makes the month possible; or nothing has to give, though the month was called impossible; or
        the audit finds broken what may not be bent: a bug.
    """
    limit = TimeLimit(time_limit)
    prices = rulebook.prices()
    model = RosterModel(problem, prices, allowed, time_limit=limit)
    try:
        rulebook.encode(problem, model)
        minimize_bends([model], prices)
        limit.check(reading_seconds(model.cp))
    except OutOfTime:
        return None
    solver = solver_for(cores, seed, max(0.1, limit.left), REPAIRS)
    status = run_search(solver, model.cp, _RepairWatch(listener) if listener else None)
    if status == cp_model.INFEASIBLE:
        raise SolverFault(NOTHING_HELPS)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    roster = model.roster_of(solver.response_proto.solution)
    found = audit(problem, rulebook, roster)
    bends = tuple(violation for violation in found.broken if violation.reason not in (allowed or {}))
    if not bends:
        raise SolverFault(NOTHING_BROKEN)
    if any(violation.reason.rule not in prices for violation in bends):
        raise SolverFault(NEVER_BENT)
    return Repair(bends, roster, found, status == cp_model.OPTIMAL)


NOTHING_HELPS = Sentence("放宽所有可商量的规则后仍无解", "impossible even with every negotiable requirement given up")
NOTHING_BROKEN = Sentence("判为排不出来的月份并不违反任何规则", "a month called impossible breaks no rule")
NEVER_BENT = Sentence("修复方案违反了不可放宽的规则", "the repair breaks rules that may not be bent")


class _RepairWatch(cp_model.CpSolverSolutionCallback):
    """Tells a listener of each cheaper repair."""

    def __init__(self, listener: Callable[[Progress], None]) -> None:
        super().__init__()
        self._listener = listener

    def on_solution_callback(self) -> None:
        """Report the price of the repair and its bound, in units of a price."""
        price, bound = (round(one / PRICE_SCALE) for one in (self.objective_value, max(0, self.best_objective_bound)))
        self._listener(Progress(self.wall_time, price, bound, Engine.CP_SAT, Engine.CP_SAT))


def why_refused(problem: Problem, rulebook: Rulebook, roster: Roster, now: Audit, wish: Wish) -> tuple[Violation, ...]:
    """What changing only the wish's cell would break, and that of the night before a day off, in the least harmful way.

    Parameters
    ----------
    now : Audit
        That of the roster as it is.

    Returns
    -------
    tuple of Violation
        The hard requirements newly broken; where none is, the preferences newly given up.
    """
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
        cells: dict[tuple[str, date], tuple[str, ...]] = {(wish.worker, wish.day): (code,) if code else ()}
        eve = wish.day - ONE_DAY
        if not code and not wish.shift and eve in problem.day_by_date:
            before = roster.on(wish.worker, eve)
            cells[wish.worker, eve] = tuple(one for one in before if not reaches_on(problem, eve, one))
        changed = roster.replace_cells(cells)
        if changed == roster:
            continue
        then = audit(problem, rulebook, changed)
        broken = tuple(one for one in then.broken if one.reason not in broken_now)
        given_up = tuple(one for one in then.compromises if one.cost > cost_now.get(one.reason, 0))
        answers.append((bool(broken), len(broken), then.cost, broken or given_up))
    return min(answers, key=lambda answer: answer[:3])[3] if answers else ()
