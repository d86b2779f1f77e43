"""After the proof: of the rosters that cost as little, one with less of what rules avoid where that is free."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from ortools.sat.python import cp_model

from scheduler.audit.audit import Audit, audit, with_history
from scheduler.domain import Problem, Roster
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import Rulebook
from scheduler.solver.cp_sat import hint_assignment, run_search, solver_for
from scheduler.solver.rows import Ints
from scheduler.solver.settings import SearchSettings
from scheduler.time_limit import OutOfTime, TimeLimit

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tidied:
    """How much of what rules avoid a roster has: as it was found, and now; and whether it can be proved to be the least."""

    before: int
    after: int
    is_least: bool


def tidy(
    model: RosterModel,
    rulebook: Rulebook,
    values: Ints,
    found: Audit,
    *,
    seed: int,
    cores: int,
    limit: TimeLimit,
    settings: SearchSettings,
) -> tuple[Roster, Audit, Tidied | None]:
    """The roster that a search has ended with, or another that costs no more and has less of what is avoided.

    The model is changed: it may be used for nothing else afterwards.

    Parameters
    ----------
    values : int64 array
        The search's assignment of the model's variables.
    found : Audit
        Of its roster.
    limit : TimeLimit
        Of the whole search; what is done here ends at `settings.strategy.tidying_work` in any case.

    Returns
    -------
    roster, audit, tidied
        The last is `None` where there is nothing to avoid.
    """
    problem = model.problem
    roster = model.roster_of(values.tolist())
    before = count_avoided(problem, rulebook, roster)
    if not before or limit.left <= 0:
        return roster, found, Tidied(before, before, is_least=False) if before else None
    untouched = roster, found, Tidied(before, before, is_least=False)
    try:
        for rule in rulebook.enforced(problem):
            rule.avoid(problem, model)
        model.time_limit.check()
    except OutOfTime:
        return untouched
    model.cp.add(model.objective() <= found.cost)
    model.cp.minimize(model.avoided())
    hint_assignment(model.cp, values.tolist())
    solver = solver_for(cores, seed, max(0.1, limit.left), settings.cp_sat)
    solver.parameters.max_deterministic_time = settings.strategy.tidying_work
    status = run_search(solver, model.cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return untouched
    is_least = status == cp_model.OPTIMAL
    other = model.roster_of(list(solver.response_proto.solution))
    after = count_avoided(problem, rulebook, other)
    log.info("avoided at no cost: %d of %d%s", before - after, before, ", proved" if is_least else "")
    if after >= before:
        return roster, found, Tidied(before, before, is_least)
    return other, audit(problem, rulebook, other), Tidied(before, after, is_least)


def count_avoided(problem: Problem, rulebook: Rulebook, roster: Roster) -> int:
    """How much of what rules avoid where it is free a month's roster has."""
    whole = with_history(problem, roster.duties)
    return sum(rule.count_avoided(problem, whole) for rule in rulebook.enforced(problem))
