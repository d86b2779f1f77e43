"""The least harmful gaps: which duties stay open where a month cannot be covered, and nothing else gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ortools.sat.python import cp_model

from scheduler.audit.gaps import harm_factor
from scheduler.domain import Problem, Reason, Roster
from scheduler.model.roster_model import Cells, RosterModel
from scheduler.rules import Constraint
from scheduler.rules.book import Rulebook
from scheduler.solver.bends import minimize_bends, read_bends
from scheduler.solver.cp_sat import reading_seconds, run_search, solver_for
from scheduler.solver.outcome import Impossible, Undecided
from scheduler.solver.settings import REPAIRS
from scheduler.time_limit import OutOfTime, TimeLimit


class LeastGaps(NamedTuple):
    """By how much requirements for people at work give, whether it is proved that no less harm would do, and in which roster."""

    gaps: dict[Reason, int]
    proved: bool
    roster: Roster


def least_gaps(
    problem: Problem,
    rulebook: Rulebook,
    *,
    allowed: Mapping[Reason, int] | None = None,
    held: Cells | None = None,
    time_limit: float = 30.0,
    seed: int = 0,
    cores: int = 2,
) -> LeastGaps | Impossible | Undecided:
    """Find the open duties that do least harm, where every requirement holds that asks for more than people at work.

    Parameters
    ----------
    allowed : mapping of Reason to int, optional
        By how much requirements may give beforehand; that costs nothing.
    held : mapping of (worker, day) to codes, optional
        Cells with the shifts that they keep.
    time_limit : float
        Wall seconds for building and searching.

    Returns
    -------
    LeastGaps, Impossible or Undecided
        `Impossible` where open duties alone do not make the month possible.
    """
    limit = TimeLimit(time_limit)
    rules = {rule.name: rule for rule in rulebook.enforced(problem)}
    prices = {name: rule.price for name, rule in rules.items() if rule.price}
    guarded = {name for name in prices if type(rules[name]).leaves_open is not Constraint.leaves_open}
    model = RosterModel(problem, guarded, allowed, held=held, time_limit=limit)
    try:
        rulebook.encode(problem, model)
        for reason, guard in model.guards.items():
            if not rules[reason.rule].leaves_open(reason):
                model.cp.add_bool_and([guard.kept])
        minimize_bends([model], prices, lambda reason: harm_factor(problem, reason))
        limit.check(reading_seconds(model.cp))
    except OutOfTime:
        return Undecided(time_limit, built=False)
    solver = solver_for(cores, seed, max(0.1, limit.left), REPAIRS)
    status = run_search(solver, model.cp)
    if status == cp_model.INFEASIBLE:
        return Impossible(solver.wall_time)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Undecided(solver.wall_time)
    roster = model.roster_of(solver.response_proto.solution)
    return LeastGaps(read_bends([model], solver), status == cp_model.OPTIMAL, roster)
