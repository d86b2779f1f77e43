"""The best roster of a month that cannot be covered: as few and as harmless open duties as can be, and all else kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scheduler.domain import Problem, Reason
from scheduler.i18n import Sentence
from scheduler.rules.book import Rulebook
from scheduler.solver.gaps import LeastGaps, least_gaps
from scheduler.solver.incumbent import Progress
from scheduler.solver.outcome import Outcome
from scheduler.solver.solve import solve

LEAST_GAPS = Sentence("排不满，找危害最小的缺口", "cannot be covered, looking for the least harmful gaps")
AROUND_GAPS = Sentence("按这些缺口求最好的排法", "looking for the best roster with these gaps")


def solve_with_gaps(
    problem: Problem,
    rulebook: Rulebook,
    allowed: Mapping[Reason, int],
    *,
    time_limit: float,
    seed: int,
    cores: int,
    listener: Callable[[Progress], None] | None,
    stage: Callable[[Sentence], None],
) -> tuple[Outcome, bool]:
    """Find the least harmful gaps, then the best roster that has no others.

    Parameters
    ----------
    allowed : mapping of Reason to int
        By how much requirements may give anyway.
    time_limit : float
        Wall seconds for each of the two.

    Returns
    -------
    Outcome
        `Impossible` where open duties alone do not make the month possible.
    bool
        Whether it is proved that no less harm would do.
    """
    stage(LEAST_GAPS)
    least = least_gaps(problem, rulebook, allowed=allowed, time_limit=time_limit, seed=seed, cores=cores)
    if not isinstance(least, LeastGaps):
        return least, False
    stage(AROUND_GAPS)
    outcome = solve(
        problem,
        rulebook,
        time_limit=time_limit,
        seed=seed,
        cores=cores,
        allowed={**allowed, **least.gaps},
        listener=listener,
    )
    return outcome, least.proved
