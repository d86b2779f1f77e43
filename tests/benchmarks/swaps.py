"""Requests to move duties of a live roster, as problems that ask for the fewest changed cells."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from scheduler.audit.audit import audit
from scheduler.domain import Duty, Fixed, Problem, Roster, Worker
from scheduler.rules.book import Rulebook
from scheduler.solver import fewest_changes as re_solve
from scheduler.solver.fewest_changes import Resolved
from scheduler.timeline import ONE_DAY
from tests.benchmarks.table import Answer

TRIES = 10_000


def requested(
    problem: Problem, rulebook: Rulebook, live: Roster, rng: random.Random, count: int
) -> Iterator[tuple[str, Problem]]:
    """Problems that ask for a change of a live roster, each with the name of its kind, `count` of each kind.

    A two-way swap has two workers take each other's shift of a day, a stand-in has a worker take a duty of another
    on a day off. The days until the eve of the request are settled as they stand. Requests that break a rule with
    settled cells alone are left out, since their refusal takes no search; whether other cells have to move, or none
    can, is for the solver to say.
    """
    for kind, settle in (("two-way", _two_way), ("stand-in", _stand_in)):
        found = 0
        for _ in range(TRIES):
            if found == count:
                break
            day = rng.choice(problem.dates[3:])
            settled = settle(problem, live, day, *rng.sample(problem.workers, 2))
            if settled and not _refused(problem, rulebook, live, settled):
                found += 1
                # what was settled before stays, but for the cells that the request moves
                moved = {(fixed.worker, fixed.day) for fixed in settled}
                kept = [fixed for fixed in problem.fixed if (fixed.worker, fixed.day) not in moved]
                past = _as_it_stands(problem, live, day - ONE_DAY)
                yield kind, replace(problem, fixed=tuple(dict.fromkeys([*kept, *past, *settled])))


def _two_way(problem: Problem, live: Roster, day: date, one: Worker, other: Worker) -> list[Fixed]:
    mine, yours = live.on(one.id, day), live.on(other.id, day)
    if len(mine) != 1 or len(yours) != 1 or mine == yours:
        return []
    able = problem.can_take(one, day, problem.shift_by_code[yours[0]])
    able = able and problem.can_take(other, day, problem.shift_by_code[mine[0]])
    return [Fixed(one.id, day, yours[0]), Fixed(other.id, day, mine[0])] if able else []


def _stand_in(problem: Problem, live: Roster, day: date, one: Worker, other: Worker) -> list[Fixed]:
    mine, yours = live.on(one.id, day), live.on(other.id, day)
    if len(mine) != 1 or yours or not problem.can_take(other, day, problem.shift_by_code[mine[0]]):
        return []
    return [Fixed(one.id, day, ""), Fixed(other.id, day, mine[0])]


def _refused(problem: Problem, rulebook: Rulebook, live: Roster, settled: list[Fixed]) -> bool:
    """Whether the request breaks a rule of its own people that looks no further than its day."""
    cells = {(fixed.worker, fixed.day) for fixed in settled}
    rest = [duty for duty in live.duties if (duty.worker, duty.day) not in cells]
    asked = Roster([*rest, *(Duty(*fixed) for fixed in settled if fixed.shift)])
    people = {worker for worker, _ in cells}
    reasons = [violation.reason for violation in audit(problem, rulebook, asked).broken]
    return any(
        reason.workers and reason.days and people.issuperset(reason.workers) and max(reason.days) <= settled[0].day
        for reason in reasons
    )


def _as_it_stands(problem: Problem, live: Roster, last: date) -> Iterator[Fixed]:
    for worker in problem.workers:
        for day in problem.dates:
            if day <= last:
                yield from (Fixed(worker.id, day, code) for code in live.on(worker.id, day) or ("",))


def fewest_changes(
    problem: Problem, rulebook: Rulebook, *, live: Roster, seed: int, time_limit: float, cores: int
) -> Answer:
    """The program's own `resolve`; OPTIMAL means that fewer changes are proved impossible.

    What is settled is held, as for a request of somebody's.
    """
    held: dict[tuple[str, date], tuple[str, ...]] = {}
    for worker, day, shift in problem.fixed:
        held[worker, day] = (*held.get((worker, day), ()), *([shift] if shift else []))
    outcome = re_solve.fewest_changes(problem, rulebook, live, held=held, time_limit=time_limit, seed=seed, cores=cores)
    if not isinstance(outcome, Resolved):
        return Answer(outcome.status, outcome.seconds)
    return Answer(
        outcome.status,
        outcome.seconds,
        outcome.roster,
        outcome.bound,
        outcome.first_seconds,
        outcome.deterministic,
        fewest=outcome.fewest,
        building_seconds=outcome.building_seconds,
        searching_seconds=outcome.searching_seconds,
    )
