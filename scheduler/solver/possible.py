"""Whether a month is possible at all: some roster that keeps every rule, whatever it costs, or the proof that there is none."""

from __future__ import annotations

from collections.abc import Mapping

from ortools.sat.python import cp_model

from scheduler.audit.audit import audit
from scheduler.domain import Problem, Reason, Roster
from scheduler.errors import SolverFault
from scheduler.i18n import Sentence
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import Rulebook
from scheduler.solver.cp_sat import reading_seconds, run_search, solver_for
from scheduler.solver.outcome import Impossible
from scheduler.time_limit import OutOfTime, TimeLimit

NOT_LEGAL = Sentence(
    "求解器排出的表经审核不合规：{what}", "the audit finds broken what the solver says is kept: {what}"
)


def find_any(
    problem: Problem,
    rulebook: Rulebook,
    *,
    time_limit: float,
    seed: int = 0,
    cores: int = 2,
    allowed: Mapping[Reason, int] | None = None,
    hint: Roster | None = None,
) -> Roster | Impossible | None:
    """Find any roster that keeps every rule, audited; or prove that there is none.

    Parameters
    ----------
    time_limit : float
        Wall seconds for building and searching.
    allowed : mapping of Reason to int, optional
        By how much requirements may be broken.
    hint : Roster, optional
        Where to look first.

    Returns
    -------
    Roster, Impossible or None
        `None` where the time passed with neither.

    Raises
    ------
    SolverFault
        The audit finds broken what the solver says is kept: a bug.
    """
    limit = TimeLimit(time_limit)
    model = RosterModel(problem, allowed=allowed, time_limit=limit)
    try:
        rulebook.encode(problem, model)
        limit.check(reading_seconds(model.cp))
    except OutOfTime:
        return None
    if hint:
        model.hint(hint)
    solver = solver_for(cores, seed, max(0.1, limit.left))
    status = run_search(solver, model.cp)
    if status == cp_model.INFEASIBLE:
        return Impossible(solver.wall_time)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    roster = model.roster_of(solver.response_proto.solution)
    for one in audit(problem, rulebook, roster).broken:
        if one.reason not in (allowed or {}):
            raise SolverFault(NOT_LEGAL, what=one.say("en", problem.names))
    return roster
