"""Checks of one answer against another: the audit against the solver, HiGHS against the search."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from scheduler.audit.audit import Audit
from scheduler.domain import Reason
from scheduler.errors import SolverFault
from scheduler.i18n import Sentence
from scheduler.solver.highs_process import HighsProcess
from scheduler.solver.outcome import Certificate
from scheduler.solver.strategy import Search
from scheduler.time_limit import OutOfTime, TimeLimit

GRACE_SECONDS = 1.0  # after HiGHS's own time limit, which it may overlook in its presolve; then it is killed


def certify_bound(search: Search, cost: int | None, seconds: float) -> Certificate:
    """Prove a bound of a problem by HiGHS alone, and hold it against what the search found and proved; Ctrl-C ends it.

    Parameters
    ----------
    cost : int or None
        Cost of the roster that the search found, if any.
    seconds : float
        Wall seconds for HiGHS.

    Raises
    ------
    SolverFault
        The two solvers contradict each other.
    """
    began, incumbent = time.perf_counter(), search.incumbent
    search.limit = TimeLimit(seconds)
    try:
        rows, layered = search.rows, search.layered
    except OutOfTime:
        return Certificate(None, None, time.perf_counter() - began)
    highs = HighsProcess(rows, search.left, layered, settings=search.settings.highs)
    ending = threading.Timer(search.left + GRACE_SECONDS, highs.kill)
    ending.start()
    try:
        highs.run()
    except KeyboardInterrupt:
        pass
    finally:
        ending.cancel()
        highs.kill()
        highs.close()
    contradictions = [
        incumbent.impossible and highs.best is not None,
        highs.infeasible and cost is not None,
        cost is not None and highs.bound is not None and highs.bound > cost,
        incumbent.bound is not None and highs.best is not None and incumbent.bound > highs.best,
    ]
    if any(contradictions):
        raise SolverFault(
            Sentence(
                "两个求解器结论不一致：CP-SAT {cost}（下界 {bound}），HiGHS {best}（下界 {other}）",
                "the solvers disagree: CP-SAT {cost} (bound {bound}), HiGHS {best} (bound {other})",
            ),
            cost=cost,
            bound=incumbent.bound,
            best=highs.best,
            other=highs.bound,
        )
    return Certificate(highs.bound, highs.best, time.perf_counter() - began)


def check_agreement(found: Audit, allowed: Mapping[Reason, int], objective: int, proved: bool) -> None:
    """Hold the audit against the solver's answer.

    Parameters
    ----------
    allowed : mapping of Reason to int
        Requirements that the solver was allowed to break.
    objective : int
        Cost of the roster as the solver says.
    proved : bool
        Whether the solver proved that cost optimal.

    Raises
    ------
    SolverFault
        The audit finds a rule broken, or another cost.
    """
    unexpected = [violation for violation in found.broken if violation.reason not in allowed]
    if unexpected:
        what = "; ".join(violation.say("en", {}) for violation in unexpected[:5])
        raise SolverFault(
            Sentence(
                "审核发现求解器的排班违反规则：{what}", "the audit finds rules broken in the solver's roster: {what}"
            ),
            what=what,
        )
    # before the proof of optimality the solver's auxiliary variables may cost more than they have to, never less
    if found.cost > objective or (proved and found.cost != objective):
        raise SolverFault(
            Sentence(
                "审核代价 {cost} 与求解器代价 {objective} 不符",
                "the audit's cost {cost} is not the solver's {objective}",
            ),
            cost=found.cost,
            objective=objective,
        )
