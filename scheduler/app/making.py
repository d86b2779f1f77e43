"""Find a month's roster: what the arithmetic says first, then the search; repairs, or gaps, where there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from scheduler.audit.first_words import FirstWords, first_words
from scheduler.audit.gaps import Gap, find_gaps
from scheduler.audit.months import PlannedMonth
from scheduler.audit.obstacle_words import say_obstacle
from scheduler.digest import canonical, digest_of
from scheduler.domain import Problem, Reason, Roster
from scheduler.errors import SolverFault
from scheduler.i18n import Sentence
from scheduler.rules.book import Rulebook

if TYPE_CHECKING:
    from scheduler.app.replan import Replanning
    from scheduler.solver.incumbent import Progress
    from scheduler.solver.outcome import Outcome
    from scheduler.solver.repairs import Repair, Repairs

FIRST_SHARE, REPAIR_SHARE = 0.25, 0.5  # of the time limit: at most, for first words and for repairs
NOT_IMPOSSIBLE = Sentence(
    "先行检查与求解器结论不一致：“{what}”，求解器却排出了",
    "first words and solver disagree: {what}; but there is a roster",
)
SOLVING = Sentence("求解中", "solving")
LEAST_GAPS = Sentence("排不满，找危害最小的缺口", "cannot be covered, looking for the least harmful gaps")
AROUND_GAPS = Sentence("按这些缺口求最好的排法", "looking for the best roster with these gaps")
REPAIRING = Sentence("排不出来，找最便宜的修复", "impossible, looking for the cheapest repair")


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How long and with what is searched, and who is told of it.

    Attributes
    ----------
    time_limit : float
        Wall seconds for the search; for repairs `REPAIR_SHARE` of them, apart.
    listener : callable or None
        Called with the search's progress, from its threads.
    stage : callable
        Called when a stage begins.
    tell, tell_repair : callable
        Called at once with what stands against the month on paper, where there is something; and with each repair.
    """

    time_limit: float = 60.0
    seed: int = 0
    cores: int = 2
    listener: Callable[[Progress], None] | None = None
    stage: Callable[[Sentence], None] = lambda what: None
    tell: Callable[[FirstWords, Problem], None] = lambda words, problem: None
    tell_repair: Callable[[Repair, Problem], None] = lambda repair, problem: None


@dataclass(frozen=True, kw_only=True)
class MonthAsked:
    """A month as it is asked for.

    Attributes
    ----------
    rulebook : Rulebook
        With what the month after asks, and with the cells that are held.
    own_rulebook : Rulebook
        Without either.
    after : PlannedMonth or None
        The month after, where it is in force.
    rest : Replanning or None
        The rest of a published month, where only that is planned again.
    held : mapping of (worker, day) to codes
        Cells that hold these shifts.
    standing : Roster or None
        The version around which they are held.
    worked : mapping of Reason to int
        What is broken by what was worked already: that stands.
    fewest, allow_gaps, certify : bool
        See `generate_roster`.
    """

    problem: Problem
    rulebook: Rulebook
    own_rulebook: Rulebook
    after: PlannedMonth | None
    rest: Replanning | None
    held: Mapping[tuple[str, date], tuple[str, ...]]
    standing: Roster | None
    worked: Mapping[Reason, int]
    fewest: bool
    allow_gaps: bool
    certify: bool

    def fingerprint(self, effort: Effort) -> str:
        """The digest of all that decides about the roster, but for the release and the machine."""
        after = [self.after.problem.fingerprint, self.after.rulebook.fingerprint] if self.after else []
        duties = [canonical(one.duties) for one in (self.standing, self.after and self.after.roster) if one]
        held = sorted(canonical([*cell, codes]) for cell, codes in self.held.items())
        question = [self.problem.fingerprint, self.own_rulebook.fingerprint, after, duties, held]
        return digest_of([question, self.fewest, self.allow_gaps, self.certify, effort.time_limit, effort.seed])


@dataclass(frozen=True, kw_only=True)
class Found:
    """What became of a month that was asked for.

    Attributes
    ----------
    words : FirstWords or None
        What stands against it on paper; `None` where only its rest was planned.
    repairs : Repairs or None
        Of an impossible month; `None` where none were looked for.
    gaps : tuple of Gap
        Duties that stay open, the worst first; there are none where that was not allowed.
    gaps_are_least : bool
        Whether it is proved that no less harmful gaps would do.
    """

    outcome: Outcome
    words: FirstWords | None = None
    repairs: Repairs | None = None
    gaps: tuple[Gap, ...] = ()
    gaps_are_least: bool = False


def find_roster(asked: MonthAsked, effort: Effort) -> Found:
    """Look for the month's best roster.

    Raises
    ------
    SolverFault
        First words and solver disagree, or the solver and its audit.
    """
    from scheduler.solver.outcome import Impossible, Solved

    words = None if asked.rest else _say_first(asked, effort)
    is_settled = bool(words and words.obstacles) and not asked.certify  # a proof: there is nothing to search for
    if words and is_settled:
        outcome: Outcome = Impossible(words.seconds)
    else:
        effort.stage(SOLVING)
        outcome = _search(asked, effort)
    are_least = False
    if asked.allow_gaps and not isinstance(outcome, Solved):
        outcome, are_least = _solve_with_gaps(asked, effort)
    if isinstance(outcome, Solved):
        gaps = find_gaps(asked.problem, asked.own_rulebook, outcome.roster, outcome.audit, asked.after)
        if words and words.obstacles and not gaps:
            raise SolverFault(NOT_IMPOSSIBLE, what=say_obstacle(words.obstacles[0], asked.problem, "en"))
        return Found(outcome=outcome, words=words, gaps=gaps, gaps_are_least=are_least)
    if isinstance(outcome, Impossible) and not asked.rest:
        effort.stage(REPAIRING)
        return Found(outcome=outcome, words=words, repairs=_find_repairs(asked, effort))
    return Found(outcome=outcome, words=words)


def _say_first(asked: MonthAsked, effort: Effort) -> FirstWords:
    """Do the month's arithmetic, and tell at once what stands against it."""
    share = effort.time_limit * FIRST_SHARE
    words = first_words(asked.problem, asked.rulebook, share, hurried=True, waived=asked.worked.keys())
    if words.obstacles:
        effort.tell(words, asked.problem)
    return words


def _search(asked: MonthAsked, effort: Effort) -> Outcome:
    """The best roster, or that with the fewest changes of a version, or the best rest of one."""
    from scheduler.solver.around_held import fewest_around
    from scheduler.solver.solve import solve

    limit, seed, cores, listener = effort.time_limit, effort.seed, effort.cores, effort.listener
    if asked.rest:
        return asked.rest.solve(fewest=asked.fewest, time_limit=limit, seed=seed, cores=cores, listener=listener)
    if asked.fewest and asked.standing:
        return fewest_around(
            asked.problem,
            asked.rulebook,
            asked.standing,
            asked.held,
            time_limit=limit,
            seed=seed,
            cores=cores,
            listener=listener,
            allowed=asked.worked,
        )
    return solve(
        asked.problem,
        asked.rulebook,
        time_limit=limit,
        seed=seed,
        cores=cores,
        listener=listener,
        certify=limit if asked.certify else 0.0,
        allowed=asked.worked or None,
    )


def _solve_with_gaps(asked: MonthAsked, effort: Effort) -> tuple[Outcome, bool]:
    """The least harmful gaps, then the best roster that has no others; each within the time limit.

    Returns
    -------
    Outcome
        `Impossible` where open duties alone do not make the month possible.
    bool
        Whether it is proved that no less harm would do.
    """
    from scheduler.solver.gaps import LeastGaps, least_gaps
    from scheduler.solver.solve import solve

    limit, seed, cores = effort.time_limit, effort.seed, effort.cores
    effort.stage(LEAST_GAPS)
    least = least_gaps(asked.problem, asked.rulebook, allowed=asked.worked, time_limit=limit, seed=seed, cores=cores)
    if not isinstance(least, LeastGaps):
        return least, False
    effort.stage(AROUND_GAPS)
    outcome = solve(
        asked.problem,
        asked.rulebook,
        time_limit=limit,
        seed=seed,
        cores=cores,
        listener=effort.listener,
        allowed={**asked.worked, **least.gaps},
        start=least.roster,
    )
    return outcome, least.proved


def _find_repairs(asked: MonthAsked, effort: Effort) -> Repairs:
    """What would make an impossible month possible."""
    from scheduler.solver.repairs import find_repairs

    return find_repairs(
        asked.problem,
        asked.rulebook,
        time_limit=effort.time_limit * REPAIR_SHARE,
        seed=effort.seed,
        cores=effort.cores,
        listener=effort.listener,
        tell=lambda repair: effort.tell_repair(repair, asked.problem),
        allowed=asked.worked,
    )
