"""A problem and its rules in, a proved and audited roster out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import version

from scheduler.audit.audit import audit
from scheduler.domain import Problem, Reason
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import Rulebook
from scheduler.solver.certify import certify_bound, check_agreement
from scheduler.solver.incumbent import Incumbent, Progress
from scheduler.solver.mathopt import PROVER
from scheduler.solver.outcome import Impossible, Outcome, Solved, Undecided
from scheduler.solver.strategy import Search

SOLVER = f"ortools {version('ortools')}"


def build_model(problem: Problem, rulebook: Rulebook, allowed: Mapping[Reason, int] | None = None) -> RosterModel:
    """A model of a problem, its cost to be least."""
    model = RosterModel(problem, allowed=allowed)
    rulebook.encode(problem, model)
    model.cp.minimize(model.objective())
    return model


def solve(
    problem: Problem,
    rulebook: Rulebook,
    *,
    time_limit: float = 60.0,
    seed: int = 0,
    cores: int = 2,
    allowed: Mapping[Reason, int] | None = None,
    listener: Callable[[Progress], None] | None = None,
    certify: float = 0.0,
) -> Outcome:
    """The best roster of a problem, or the proof that there is none.

    Parameters
    ----------
    time_limit : float
        Wall seconds for building and searching together.
    allowed : mapping of Reason to int, optional
        By how much requirements may be broken: a repair of an impossible month.
    listener : callable, optional
        Told of progress, from the search's threads.
    certify : float
        Wall seconds more in which HiGHS proves a bound of the same problem by itself; 0 asks for none.

    Raises
    ------
    SolverFault
        The model is invalid, the audit finds what the solver says is not there, or HiGHS disagrees.
    """
    standing = Incumbent(listener)
    model = build_model(problem, rulebook, allowed)
    left = max(0.1, time_limit - standing.seconds)
    search = Search(model, standing, seed, cores, left)
    search.run()
    seconds = standing.seconds
    wanted = certify if not search.interrupted else 0.0
    values = standing.values
    if standing.impossible:
        if wanted:
            certify_bound(search, None, wanted)
        return Impossible(seconds)
    if values is None or standing.cost is None:
        return Undecided(seconds)
    roster = model.roster_of(values.tolist())
    found = audit(problem, rulebook, roster)
    check_agreement(found, allowed or {}, standing.cost, standing.bound is not None and standing.bound >= standing.cost)
    certificate = certify_bound(search, found.cost, wanted) if wanted else None
    if certificate and certificate.bound is not None:
        standing.proved(certificate.bound, PROVER)
    proved = standing.bound is not None and standing.bound >= found.cost
    return Solved(
        roster=roster,
        audit=found,
        objective=found.cost,
        bound=found.cost if proved else standing.bound or 0,
        seconds=seconds,
        first_seconds=standing.first_seconds or seconds,
        deterministic=standing.deterministic,
        finder=standing.finder,
        prover=standing.prover,
        certificate=certificate,
    )
