"""Why a month is impossible: what would make it possible, what may be mistyped, and which requirements contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler import clock
from scheduler.app.check import check_desk
from scheduler.app.making import REPAIRING
from scheduler.app.months import rulebook_to_read
from scheduler.audit.first_words import FirstWords
from scheduler.audit.months import WAIVED
from scheduler.audit.overtime import broken_by_overtime
from scheduler.domain import Month, Problem, Reason, Violation
from scheduler.i18n import Sentence
from scheduler.rules.book import Rulebook
from scheduler.time_limit import TimeLimit

if TYPE_CHECKING:
    from scheduler.solver.conflict import Conflicts
    from scheduler.solver.incumbent import Progress
    from scheduler.solver.mistakes import Entry
    from scheduler.solver.outcome import Status
    from scheduler.solver.repairs import Repair, Repairs

# Parts of the time that is left, for one after the other; the last one has the rest.
POSSIBLE_SHARE, REPAIRS_SHARE, CONFLICTS_SHARE = 0.3, 0.6, 0.6

LOOKING = Sentence("看排不排得出来", "is the month possible")
CONTRADICTING = Sentence("找互相矛盾的要求", "looking for what contradicts what")
CHECKING_ENTRIES = Sentence("逐项看是不是录错", "trying entries that may be mistyped")


@dataclass(frozen=True, kw_only=True)
class Explained:
    """Why a month is impossible, as far as the time reached.

    Attributes
    ----------
    status : Status
        IMPOSSIBLE, with a proof; OPTIMAL where a roster keeps every rule (its cost was not looked at); UNDECIDED.
    repairs : Repairs
    conflicts : Conflicts
    mistakes : tuple of Entry
        Entries of the tables each of which alone makes the month possible when it is taken out.
    all_tried : bool
        Whether every entry that has to do with the conflicts was tried to the end.
    """

    status: Status
    repairs: Repairs
    conflicts: Conflicts
    mistakes: tuple[Entry, ...] = ()
    all_tried: bool = True


@dataclass(frozen=True, kw_only=True)
class ExplainedMonth:
    """A desk's month and why it is impossible.

    Attributes
    ----------
    words : FirstWords
        What stands against it on paper.
    against : tuple of Violation
        What approved overtime breaks by itself.
    """

    problem: Problem
    rulebook: Rulebook
    words: FirstWords
    against: tuple[Violation, ...]
    why: Explained


def explain_month(
    desk: Path,
    month: Month | None = None,
    *,
    time_limit: float = 120.0,
    seed: int = 0,
    cores: int = 2,
    store: str | None = None,
    listener: Callable[[Progress], None] | None = None,
    stage: Callable[[Sentence], None] = lambda what: None,
    tell: Callable[[FirstWords, Problem], None] = lambda words, problem: None,
    tell_repair: Callable[[Repair, Problem], None] = lambda repair, problem: None,
    now: clock.Clock = clock.now,
) -> ExplainedMonth:
    """Say why a month is impossible, the coming one by default; only reads.

    Parameters
    ----------
    time_limit : float
        Wall seconds in all, apart from the arithmetic.
    listener : callable, optional
        Called with the search's progress, from its threads.
    stage : callable, optional
        Called when a stage begins.
    tell, tell_repair : callable, optional
        Called at once with what stands against the month on paper, and with each repair.

    Raises
    ------
    InputError, LedgerError, SolverFault
    """
    checked = check_desk(desk, month, store, now)
    problem = checked.problem
    rulebook = rulebook_to_read(checked.files, problem.month, store)
    if checked.words.obstacles:
        tell(checked.words, problem)
    planned = {one.reason for one in checked.against}
    worked = [one.reason for one in broken_by_overtime(problem, rulebook) if one.reason not in planned]
    why = explain_problem(
        problem,
        rulebook,
        is_impossible=bool(checked.words.obstacles or checked.against),
        time_limit=time_limit,
        seed=seed,
        cores=cores,
        allowed=dict.fromkeys(worked, WAIVED),
        listener=listener,
        stage=stage,
        tell_repair=lambda repair: tell_repair(repair, problem),
    )
    return ExplainedMonth(problem=problem, rulebook=rulebook, words=checked.words, against=checked.against, why=why)


def explain_problem(
    problem: Problem,
    rulebook: Rulebook,
    *,
    is_impossible: bool = False,
    time_limit: float = 120.0,
    seed: int = 0,
    cores: int = 2,
    allowed: Mapping[Reason, int] | None = None,
    listener: Callable[[Progress], None] | None = None,
    stage: Callable[[Sentence], None] = lambda what: None,
    tell_repair: Callable[[Repair], None] = lambda repair: None,
) -> Explained:
    """Say why a problem is impossible.

    Parameters
    ----------
    is_impossible : bool
        Whether that is proved already.
    allowed : mapping of Reason to int, optional
        By how much requirements may give beforehand.
    """
    from scheduler.domain import Roster
    from scheduler.solver.conflict import Conflicts, find_conflicts
    from scheduler.solver.mistakes import find_mistakes
    from scheduler.solver.outcome import Status
    from scheduler.solver.possible import find_any
    from scheduler.solver.repairs import Repairs, find_repairs

    limit = TimeLimit(time_limit)
    nothing = Explained(status=Status.UNDECIDED, repairs=Repairs(), conflicts=Conflicts())
    if not is_impossible:
        stage(LOOKING)
        seconds = time_limit * POSSIBLE_SHARE
        answer = find_any(problem, rulebook, time_limit=seconds, seed=seed, cores=cores, allowed=allowed)
        if answer is None:
            return nothing
        if isinstance(answer, Roster):
            return Explained(status=Status.OPTIMAL, repairs=Repairs(), conflicts=Conflicts())
    stage(REPAIRING)
    repairs = find_repairs(
        problem,
        rulebook,
        time_limit=limit.left * REPAIRS_SHARE,
        seed=seed,
        cores=cores,
        allowed=allowed,
        listener=listener,
        tell=tell_repair,
    )
    stage(CONTRADICTING)
    first = [one.violation.reason for one in repairs.found[0].decisions] if repairs.found else []
    conflicts = find_conflicts(
        problem,
        rulebook,
        first,
        time_limit=limit.left * CONFLICTS_SHARE,
        seed=seed,
        cores=cores,
        allowed=allowed,
    )
    stage(CHECKING_ENTRIES)
    mistakes, all_tried = find_mistakes(
        problem,
        rulebook,
        conflicts.found,
        [repair.roster for repair in repairs.found],
        time_limit=limit.left,
        seed=seed,
        cores=cores,
        allowed=allowed,
    )
    return Explained(
        status=Status.IMPOSSIBLE, repairs=repairs, conflicts=conflicts, mistakes=mistakes, all_tried=all_tried
    )
