"""The entry point: a problem and its rules in, a proved and audited roster out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from importlib.metadata import version

from scheduler.audit.audit import audit
from scheduler.domain import Problem, Reason, Roster
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import Rulebook
from scheduler.solver.certify import certify_bound, check_agreement
from scheduler.solver.cp_sat import begin_with
from scheduler.solver.incumbent import Engine, Incumbent, Progress
from scheduler.solver.outcome import Impossible, Outcome, Solved, Undecided
from scheduler.solver.settings import DEFAULTS, SearchSettings
from scheduler.solver.strategy import Search
from scheduler.solver.tidying import tidy
from scheduler.time_limit import OutOfTime, TimeLimit

log = logging.getLogger(__name__)

SOLVER = f"ortools {version('ortools')}"


def build_model(
    problem: Problem,
    rulebook: Rulebook,
    allowed: Mapping[Reason, int] | None = None,
    time_limit: TimeLimit | None = None,
) -> RosterModel:
    """The CP-SAT model of a problem, with its cost as the objective to be minimised.

    Raises
    ------
    OutOfTime
        The time limit passed.
    """
    model = RosterModel(problem, allowed=allowed, time_limit=time_limit)
    rulebook.encode(problem, model)
    model.cp.minimize(model.objective())
    model.time_limit.check()
    return model


def solve(
    problem: Problem,
    rulebook: Rulebook,
    *,
    time_limit: float = 60.0,
    seed: int = 0,
    cores: int = 2,
    allowed: Mapping[Reason, int] | None = None,
    start: Roster | None = None,
    listener: Callable[[Progress], None] | None = None,
    certify: float = 0.0,
    settings: SearchSettings = DEFAULTS,
) -> Outcome:
    """Find the best roster of a problem, or prove that there is none.

    Parameters
    ----------
    time_limit : float
        Wall seconds for building and searching together.
    seed : int
        Of every engine's random choices.
    cores : int
        Cores to use. With one, the same input and seed give the same roster wherever the search ends before its time
        limit; see `Search`.
    allowed : mapping of Reason to int, optional
        By how much requirements may be broken: a repair of an impossible month.
    start : Roster, optional
        A roster to begin with that breaks nothing but what is allowed: the answer is no worse.
    listener : callable, optional
        Called with each progress, from the search's threads.
    certify : float
        Further wall seconds in which HiGHS proves a bound of the same problem by itself; 0 asks for none.
    settings : SearchSettings
        The tuning numbers of the search.

    Returns
    -------
    Solved, Impossible or Undecided

    Raises
    ------
    SolverFault
        The model is invalid, the audit finds what the solver says is not there, or HiGHS disagrees.
    """
    incumbent, limit = Incumbent(listener=listener), TimeLimit(time_limit)
    try:
        model = build_model(problem, rulebook, allowed, limit)
    except OutOfTime:
        log.info("the model was not built within %.1f s", time_limit)
        return Undecided(incumbent.seconds, built=False)
    log.info(
        "%d people, %d days: model of %d variables and %d constraints built in %.1f s",
        len(problem.workers),
        len(problem.days),
        len(model.cp.proto.variables),
        len(model.cp.proto.constraints),
        incumbent.seconds,
    )
    if start is not None and (begun := begin_with(model, start, max(0.1, limit.left))):
        incumbent.report_solution(*begun, Engine.CP_SAT)
    search = Search(model, incumbent, seed=seed, cores=cores, limit=limit, settings=settings)
    search.run()
    seconds = incumbent.seconds
    log.info(
        "searched %.1f s (%.1f deterministic): cost %s by %s, bound %s by %s",
        seconds,
        incumbent.deterministic,
        incumbent.cost,
        incumbent.finder or "nobody",
        incumbent.bound,
        incumbent.prover or "nobody",
    )
    certify_seconds = certify if not search.interrupted else 0.0
    values = incumbent.values
    if incumbent.impossible:
        if certify_seconds:
            certify_bound(search, None, certify_seconds)
        return Impossible(seconds)
    if values is None or incumbent.cost is None:
        return Undecided(seconds)
    roster = model.roster_of(values.tolist())
    found = audit(problem, rulebook, roster)
    is_optimal = incumbent.bound is not None and incumbent.bound >= incumbent.cost
    check_agreement(found, allowed or {}, incumbent.cost, is_optimal)
    certificate = certify_bound(search, found.cost, certify_seconds) if certify_seconds else None
    if certificate and certificate.bound is not None:
        incumbent.report_bound(certificate.bound, Engine.HIGHS)
    is_optimal = incumbent.bound is not None and incumbent.bound >= found.cost
    tidied = None
    if is_optimal and not allowed and not search.interrupted:
        roster, found, tidied = tidy(
            model, rulebook, values, found, seed=seed, cores=cores, limit=limit, settings=settings
        )
        check_agreement(found, {}, incumbent.cost, is_optimal)
    return Solved(
        roster=roster,
        audit=found,
        objective=found.cost,
        bound=found.cost if is_optimal else incumbent.bound or 0,
        seconds=seconds,
        first_seconds=incumbent.first_seconds or seconds,
        deterministic=incumbent.deterministic,
        finder=incumbent.finder,
        prover=incumbent.prover,
        certificate=certificate,
        tidied=tidied,
    )
