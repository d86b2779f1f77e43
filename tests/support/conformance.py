"""A rule's two statements held against each other over random desks."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scheduler.audit.audit import with_history
from scheduler.domain import Problem, Reason, Roster
from scheduler.domain.holidays import day_types
from scheduler.rules import Constraint
from scheduler.timeline import ONE_DAY, days_between
from tests.support.kit import (
    avoided,
    judged,
    judged_after,
    known_duties,
    priced,
    random_duties,
    random_problem,
    random_rule,
    with_former_shifts,
)

ROUNDS = 200
HELD_ROUNDS = 60


def drawn(
    cls: type[Constraint], label: str, count: int
) -> Iterator[tuple[int, random.Random, Problem, list[str], Constraint]]:
    """Random problems that a rule of random settings applies to: the seed and its source, and the shifts' codes with them.

    In every second one shifts change within the month.
    """
    for seed in range(count):
        rng = random.Random(f"{label}{seed}")
        problem = random_problem(rng)
        if seed % 2:
            problem = with_former_shifts(rng, problem)
        codes = list(problem.month_codes)
        rule = random_rule(rng, cls, codes)
        if rule.applies(problem):
            yield seed, rng, problem, codes, rule


def guards_fall_as_the_audit_reports(cls: type[Constraint]) -> None:
    """Guards that have to fall are the Reasons that the audit reports, at the same costs; kept and broken ones were seen."""
    seen: Counter[str] = Counter()
    for seed, rng, problem, codes, rule in drawn(cls, cls.name, ROUNDS * 10):
        month = random_duties(rng, [worker.id for worker in problem.workers], problem.dates, codes)
        month = known_duties(problem, month)
        found = list(rule.check(problem, with_history(problem, month)))
        broken = {violation.reason for violation in found if violation.hard}
        costs: Counter[Reason] = Counter()
        for violation in found:
            costs[violation.reason] += violation.cost
        fallen, paid, asked = judged(problem, rule, month)
        assert fallen == broken, (seed, rule, [r.say("en", {}) for r in fallen ^ broken])
        assert paid == +costs, (seed, rule, paid, costs)
        seen["rounds"] += 1
        seen["broken"] += len(fallen) + len(paid)
        seen["kept"] += len(asked - fallen - set(paid))
        if seen["rounds"] >= ROUNDS:
            break
    assert seen["rounds"] >= 50, seen
    assert seen["broken"] >= 15, seen
    assert seen["kept"] >= 15, seen


def what_is_avoided_is_what_is_counted(cls: type[Constraint]) -> None:
    """Of a roster that is fixed in a model the least of what a rule avoids is what it counts in the roster."""
    seen: Counter[bool] = Counter()
    for seed, rng, problem, codes, rule in drawn(cls, f"avoided {cls.name}", HELD_ROUNDS * 10):
        month = random_duties(rng, [worker.id for worker in problem.workers], problem.dates, codes)
        month = known_duties(problem, month)
        counted = rule.count_avoided(problem, with_history(problem, month))
        assert avoided(problem, rule, month) == counted, (seed, rule)
        seen[counted > 0] += 1
        if seen.total() >= HELD_ROUNDS:
            break
    assert min(seen[True], seen[False]) >= 5, seen


# Rules that look into the history for more than who worked when: whose week it was, where a turn had come to, what hours
# of a week are left.
# Of these the history is what stands; a re-solve that moves it is audited again.
GOES_BY_HISTORY = ("weekly_lead", "table_order", "working_time_law")


def an_undecided_month_before_is_judged_as_a_known_one(cls: type[Constraint]) -> None:
    """A model with the month before in it says of two rosters what the audit says of the second after the first."""
    seen: Counter[str] = Counter()
    for seed, rng, problem, codes, rule in drawn(cls, f"after {cls.name}", HELD_ROUNDS * 10):
        if problem.history_from is None:
            continue
        ids = [worker.id for worker in problem.workers]
        days = day_types(days_between(problem.history_from, problem.first - ONE_DAY), "CN")
        nothing: dict[str, Any] = dict.fromkeys(
            ("history", "past_overtime", "demand", "leave", "fixed", "wishes", "slots", "events"), ()
        )
        before = replace(problem, days=days, history_from=None, **nothing)
        past = known_duties(before, random_duties(rng, ids, before.dates, before.month_codes))
        month = known_duties(problem, random_duties(rng, ids, problem.dates, codes))
        then = problem.continued(past, before.first, before.shift_table)
        if cls.name in GOES_BY_HISTORY:
            problem = then
        else:
            problem = problem.continued(problem.history, before.first, before.shift_table)
        found = list(rule.check(then, with_history(then, month)))
        broken = {violation.reason for violation in found if violation.hard}
        fallen, paid, _ = judged_after(before, past, problem, rule, month)
        assert fallen == broken, (seed, rule, [r.say("en", {}) for r in fallen ^ broken])
        assert sum(paid.values()) == sum(violation.cost for violation in found), (seed, rule)
        seen["rounds"] += 1
        seen["broken"] += bool(found)
        if seen["rounds"] >= HELD_ROUNDS and seen["broken"] >= 3:
            break
    assert seen["rounds"] >= 30, seen
    assert seen["broken"] >= 3, seen


def held_cells_are_judged_as_others(cls: type[Constraint]) -> None:
    """With all cells held, or only some: a model is possible where the audit finds nothing broken, at the audit's cost."""
    seen: Counter[str] = Counter()
    for seed, rng, problem, codes, rule in drawn(cls, f"held {cls.name}", HELD_ROUNDS * 10):
        workers = [worker.id for worker in problem.workers if rng.random() < 0.8]
        duties = known_duties(problem, random_duties(rng, workers, problem.dates, codes))
        if rng.random() < 0.7:  # fewer of them break less, and so do fewer people asked for
            problem = replace(problem, demand=problem.demand[: rng.randint(0, 1)])
            duties = tuple(duty for duty in duties if rng.random() < 0.3)
        month = Roster(duties)
        found = list(rule.check(problem, with_history(problem, duties)))
        broken = {violation.reason for violation in found if violation.hard}
        cost = None if broken else sum(violation.cost for violation in found)
        part = rng.random()
        for share in (1.0, part):
            held = {
                (worker.id, day): month.on(worker.id, day)
                for worker in problem.workers
                for day in problem.dates
                if rng.random() < share
            }
            assert priced(problem, rule, month, held) == cost, (seed, rule, share)
            fallen, paid, _ = judged(problem, rule, duties, held)
            assert fallen == broken, (seed, rule, share)
            assert sum(paid.values()) == sum(violation.cost for violation in found), (seed, rule, share)
        seen["rounds"] += 1
        seen["broken"] += bool(found)
        seen["kept"] += not broken
        if seen["rounds"] >= HELD_ROUNDS and seen["broken"] >= 3:
            break
    assert seen["rounds"] >= 30, seen
    assert seen["broken"] >= 3, seen
    assert seen["kept"] >= 3, seen
