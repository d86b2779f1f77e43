"""The best roster around cells that are held: fixed by hand, worked already, or asked about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from scheduler.audit.months import with_rule
from scheduler.domain import Duty, Problem, Reason, Roster
from scheduler.model.literals import known_no
from scheduler.model.roster_model import Cells, RosterModel
from scheduler.rules.book import Rulebook
from scheduler.rules.internal import HeldCells
from scheduler.solver.fewest_changes import Resolved, fewest_changes
from scheduler.solver.incumbent import Engine, Progress
from scheduler.solver.outcome import Outcome, Solved
from scheduler.solver.solve import solve
from scheduler.time_limit import TimeLimit


def hold_cells(rulebook: Rulebook, held: Cells) -> Rulebook:
    """The rulebook with one more rule: these cells hold what they are held to."""
    return with_rule(rulebook, HeldCells(tuple(sorted(held.items()))))


def best_around(
    problem: Problem,
    rulebook: Rulebook,
    held: Cells,
    *,
    allowed: Mapping[Reason, int] | None = None,
    time_limit: float,
    seed: int = 0,
    cores: int = 2,
    listener: Callable[[Progress], None] | None = None,
) -> Outcome:
    """The best roster in which some cells hold what they are held to, or the proof that there is none.

    Parameters
    ----------
    held : mapping of (worker, day) to codes
        The shifts that begin in each; none for a day off.
    allowed : mapping of Reason to int, optional
        By how much what is asked may give.
    """
    return solve(
        problem,
        hold_cells(rulebook, held),
        time_limit=time_limit,
        seed=seed,
        cores=cores,
        allowed=allowed,
        listener=listener,
    )


def fewest_around(
    problem: Problem,
    rulebook: Rulebook,
    live: Roster,
    held: Cells,
    *,
    allowed: Mapping[Reason, int] | None = None,
    time_limit: float,
    seed: int = 0,
    cores: int = 2,
    listener: Callable[[Progress], None] | None = None,
) -> Outcome:
    """The same, but the roster that changes the fewest cells of a live one, and of these one of the cheapest."""
    found = fewest_changes(
        problem,
        rulebook,
        live,
        held=held,
        allowed=allowed,
        time_limit=time_limit,
        seed=seed,
        cores=cores,
        listener=listener,
    )
    if not isinstance(found, Resolved):
        return found
    return Solved(
        roster=found.roster,
        audit=found.audit,
        objective=found.objective,
        bound=0,  # of all rosters: that of those with as few changes is another question
        seconds=found.seconds,
        first_seconds=found.first_seconds,
        deterministic=found.deterministic,
        finder=Engine.CP_SAT,
        least_changes=found.fewest,
    )


def find_forbidden(
    problem: Problem,
    rulebook: Rulebook,
    duties: Collection[Duty],
    held: Cells,
    *,
    allowed: Mapping[Reason, int] | None = None,
    time_limit: TimeLimit,
) -> frozenset[Duty]:
    """Of some duties those that no roster has, as a rule forbids them outright: one model tells them all, without a search.

    Parameters
    ----------
    held : mapping of (worker, day) to codes
        Cells that every roster has so.

    Raises
    ------
    OutOfTime
    """
    model = RosterModel(problem, allowed=allowed, held=held, time_limit=time_limit)
    with model.narrowing():
        for rule in rulebook.enforced(problem):
            rule.narrow(problem, model)
            time_limit.check()
    return frozenset(duty for duty in duties if known_no(model.works(*duty)))
