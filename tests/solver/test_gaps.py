"""The least harmful gaps: held against every roster that breaks nothing else."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

from constraints.fixed_duties import FixedDuties
from constraints.shift_cover import ShiftCover
from constraints.shift_leader import ShiftLeader
from scheduler.audit.audit import audit
from scheduler.audit.gaps import harm_factor, list_gaps
from scheduler.domain import Demand, Fixed
from scheduler.rules.book import Rulebook
from scheduler.solver.bends import APPROVAL_PERCENT
from scheduler.solver.gaps import LeastGaps, least_gaps
from scheduler.solver.outcome import Impossible, Solved
from scheduler.solver.solve import solve
from tests.solver.test_fewest_changes import months, tiny


def harm_of(problem, gaps) -> int:
    """What gaps cost, as `minimize_bends` counts: a price for each head, and a part of it for each requirement."""
    return sum(
        rule.price
        * harm_factor(problem, violation.reason)
        * (100 * (dict(violation.reason.facts)["heads"] - violation.found) + APPROVAL_PERCENT)
        for rule, violation in gaps
    )


def test_no_roster_that_breaks_nothing_else_has_less_harmful_gaps():
    seen: Counter[str] = Counter()
    for seed in range(24):
        rng = random.Random(seed)
        problem, own = tiny(rng)
        if len(problem.workers) > 3:
            continue
        problem = replace(problem, days=problem.days[: 6 // len(problem.workers)])
        workers = tuple(
            replace(one, roles=("班长",) if n or seed % 2 else ("客服",)) for n, one in enumerate(problem.workers)
        )
        demand = tuple(Demand(row.shift, least=rng.choice([0, 1, 1, 2]), target=2, most=2) for row in problem.demand)
        away = rng.sample(problem.workers, 1)[0].id
        day = rng.choice(problem.dates)
        problem = replace(problem, workers=workers, demand=demand, wishes=())
        fixed = [Fixed(away, one, "") for one in problem.dates if one >= day] if rng.random() < 0.8 else []
        if rng.random() < 0.3:  # two on a shift for one at most: no open duty helps
            fixed += [Fixed(worker.id, problem.first, "早") for worker in problem.workers]
            problem = replace(problem, demand=tuple(replace(row, least=0, target=1, most=1) for row in demand))
        problem = replace(problem, fixed=tuple({(one.worker, one.day): one for one in fixed}.values()))
        rulebook = Rulebook((*own, FixedDuties(), ShiftCover(), ShiftLeader(roles=("班长",))))
        best = None
        for roster in months(problem, problem.workers):
            found = audit(problem, rulebook, roster)
            gaps = list_gaps(found)
            if len(gaps) == len(found.broken):
                harm = harm_of(problem, gaps)
                best = harm if best is None else min(best, harm)
        least = least_gaps(problem, rulebook, cores=1, time_limit=30)
        if best is None:
            assert isinstance(least, Impossible), seed
            seen["impossible"] += 1
            continue
        assert isinstance(least, LeastGaps), seed
        assert least.proved
        made = solve(problem, rulebook, allowed=least.gaps, cores=1, time_limit=30)
        assert isinstance(made, Solved)
        gaps = list_gaps(made.audit)
        assert [violation for _, violation in gaps] == list(made.audit.broken)
        assert harm_of(problem, gaps) == best, seed
        seen["gaps" if best else "none"] += 1
        seen["leader"] += any(rule.name == "shift_leader" for rule, _ in gaps)
    assert all(seen[what] for what in ("impossible", "gaps", "none", "leader")), seen
