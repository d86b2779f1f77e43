"""How soon `why` has its answers: the rule in the way of each alternative, then bounds, then proofs."""

from __future__ import annotations

import random
from time import perf_counter
from typing import NamedTuple

from scheduler.app.why import TRIAL_SECONDS
from scheduler.audit.alternatives import find_alternatives, judge_alternatives, try_alternatives
from scheduler.audit.audit import audit
from scheduler.audit.candidates import rank_candidates
from scheduler.domain import Problem, Roster
from scheduler.rules.book import Rulebook
from scheduler.solver.weighing import prove_alternatives
from scheduler.time_limit import TimeLimit


class Asked(NamedTuple):
    """One question and its answers.

    Attributes
    ----------
    alternatives : int
    ranked, rules, tried : float
        Wall seconds until `candidates` has ranked everybody for the duty; and, from the beginning of the question, until
        each alternative has the rule in its way, and until those without one were tried.
    seconds : float
        Wall seconds in all.
    impossible, further, best : int
        How many alternatives are proved impossible, and have a proved number of further cells and a proved best cost.
    """

    alternatives: int
    ranked: float
    rules: float
    tried: float
    seconds: float
    impossible: int
    further: int
    best: int


def ask_why(problem: Problem, rulebook: Rulebook, live: Roster, seed: int, time_limit: float, cores: int) -> Asked:
    """Ask why somebody has a duty that is drawn at random."""
    who, day, code = random.Random(seed).choice(live.duties)
    began = perf_counter()
    rank_candidates(problem, rulebook, live, day, problem.shift_on(day, code))
    ranked = perf_counter() - began
    began, limit = perf_counter(), TimeLimit(time_limit)
    assert not audit(problem, rulebook, live).broken
    alternatives = find_alternatives(problem, live, who, day, code)
    weighed = judge_alternatives(problem, rulebook, live, day, alternatives)
    rules = perf_counter() - began
    weighed = try_alternatives(
        problem, rulebook, live, weighed, begun={}, known=(), limit=TimeLimit(min(TRIAL_SECONDS, time_limit))
    )
    tried = perf_counter() - began
    proofs = prove_alternatives(
        problem, rulebook, live, weighed, begun={}, known=(), limit=limit, seed=seed, cores=cores
    )
    *_, weighed = [weighed, *proofs]
    return Asked(
        alternatives=len(weighed),
        ranked=ranked,
        rules=rules,
        tried=tried,
        seconds=perf_counter() - began,
        impossible=sum(one.is_impossible for one in weighed),
        further=sum(one.further.is_proved for one in weighed),
        best=sum(one.best.is_proved for one in weighed),
    )
