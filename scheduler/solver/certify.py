"""Checks between those who answer: the audit against the solver, HiGHS against the search."""

from __future__ import annotations

import time
from collections.abc import Mapping

from scheduler.audit.audit import Audit
from scheduler.domain import Reason
from scheduler.errors import SolverFault
from scheduler.i18n import Sentence
from scheduler.solver.highs_process import HighsProcess
from scheduler.solver.outcome import Certificate
from scheduler.solver.strategy import Search


def certify_bound(search: Search, cost: int | None, seconds: float) -> Certificate:
    """HiGHS's own bound of a problem, held against what the search found (`cost`) and proved; Ctrl-C ends it."""
    began, standing = time.perf_counter(), search.standing
    prover = HighsProcess(search.rows, seconds, search.layered)
    try:
        prover.run()
    except KeyboardInterrupt:
        pass
    finally:
        prover.halt()
        prover.close()
    disagree = [
        standing.impossible and prover.best is not None,
        prover.infeasible and cost is not None,
        cost is not None and prover.bound is not None and prover.bound > cost,
        standing.bound is not None and prover.best is not None and standing.bound > prover.best,
    ]
    if any(disagree):
        raise SolverFault(
            Sentence(
                "两个求解器结论不一致：CP-SAT {cost}（下界 {bound}），HiGHS {best}（下界 {other}）",
                "the solvers disagree: CP-SAT {cost} (bound {bound}), HiGHS {best} (bound {other})",
            ),
            cost=cost,
            bound=standing.bound,
            best=prover.best,
            other=prover.bound,
        )
    return Certificate(prover.bound, prover.best, time.perf_counter() - began)


def check_agreement(found: Audit, allowed: Mapping[Reason, int], objective: int, proved: bool) -> None:
    """Hold the audit against the solver's answer."""
    stray = [violation for violation in found.broken if violation.reason not in allowed]
    if stray:
        what = "; ".join(violation.say("en", {}) for violation in stray[:5])
        raise SolverFault(
            Sentence(
                "审核发现求解器的排班违反规则：{what}", "the audit finds rules broken in the solver's roster: {what}"
            ),
            what=what,
        )
    # before a proof, slack in the solver's own costs is possible, less cost is not
    if found.cost > objective or (proved and found.cost != objective):
        raise SolverFault(
            Sentence(
                "审核代价 {cost} 与求解器代价 {objective} 不符",
                "the audit's cost {cost} is not the solver's {objective}",
            ),
            cost=found.cost,
            objective=objective,
        )
