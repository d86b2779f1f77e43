"""What alternatives of one cell would take: proofs one after another, those first that no rule stands against."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from scheduler.audit.alternatives import Weighed
from scheduler.audit.months import WAIVED, with_rule
from scheduler.domain import Problem, Reason, Roster
from scheduler.model.roster_model import Cells
from scheduler.rules.book import Rulebook
from scheduler.rules.internal import GivenUp
from scheduler.solver.around_held import best_around, find_forbidden
from scheduler.solver.fewest_changes import fewest_changes
from scheduler.solver.outcome import Impossible, Undecided
from scheduler.time_limit import OutOfTime, TimeLimit

FEWEST_SHARE = 0.5  # of the time: for the fewest changes of all, before the best rosters
LEAST_SECONDS = 0.5  # of one proof: below it nothing is built


def prove_alternatives(
    problem: Problem,
    rulebook: Rulebook,
    roster: Roster,
    weighed: Sequence[Weighed],
    *,
    begun: Cells,
    known: Collection[Reason],
    limit: TimeLimit,
    seed: int = 0,
    cores: int = 2,
) -> Iterator[tuple[Weighed, ...]]:
    """All alternatives after each proof: what is forbidden outright, then the fewest changes, then the best rosters.

    A proof gets at most half of the time that is left for its kind, so that the first ones are proved before others
    are begun.

    Parameters
    ----------
    roster : Roster
        The one at hand.
    begun : mapping of (worker, day) to codes
        Cells that no alternative moves.
    known : collection of Reason
        What the roster breaks as it stands: it counts for nothing.
    """
    allowed = dict.fromkeys(known, WAIVED)
    found = list(weighed)
    duties = {one.alternative.duty for one in found} - {None}
    try:
        gone = find_forbidden(problem, rulebook, duties, begun, allowed=allowed, time_limit=limit)  # type: ignore[arg-type]
    except OutOfTime:
        return
    found = [replace(one, is_impossible=one.alternative.duty in gone) for one in found]
    yield tuple(found)
    order = sorted(range(len(found)), key=lambda at: bool(found[at].against))
    fewest = TimeLimit(FEWEST_SHARE * limit.left)
    for at in order:
        one = found[at]
        if not (one.is_impossible or one.further.is_proved or fewest.left < LEAST_SECONDS):
            book, held = _ask_for(one, rulebook, begun)
            seconds = max(LEAST_SECONDS, fewest.left / 2)
            answer = fewest_changes(
                problem, book, roster, held=held, allowed=allowed, time_limit=seconds, seed=seed, cores=cores
            )
            if isinstance(answer, Impossible):
                found[at] = replace(one, is_impossible=True)
            elif not isinstance(answer, Undecided):
                own = one.alternative.own_changes
                further = one.further.narrow(answer.fewest - own, len(answer.changes) - own)
                found[at] = replace(one, further=further, best=one.best.narrow(0, answer.objective))
            yield tuple(found)
    for at in order:
        one = found[at]
        if not (one.is_impossible or one.best.is_proved or limit.left < LEAST_SECONDS):
            book, held = _ask_for(one, rulebook, begun)
            seconds = max(LEAST_SECONDS, limit.left / 2)
            best = best_around(problem, book, held, allowed=allowed, time_limit=seconds, seed=seed, cores=cores)
            if isinstance(best, Impossible):
                found[at] = replace(one, is_impossible=True)
            elif not isinstance(best, Undecided):
                found[at] = replace(one, best=one.best.narrow(best.bound, best.objective))
            yield tuple(found)


def _ask_for(one: Weighed, rulebook: Rulebook, begun: Cells) -> tuple[Rulebook, Cells]:
    """The rules and the held cells of the rosters that have an alternative."""
    given_up = one.alternative.given_up
    book = with_rule(rulebook, GivenUp((given_up,))) if given_up else rulebook
    return book, {**begun, **one.alternative.held}
