"""A refused wish gets its reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scheduler.domain import Demand, Desk, Opening, Problem, Wish, Worker
from scheduler.domain.holidays import day_types
from scheduler.rules.book import read_rulebook
from scheduler.solver.explain import why_refused
from scheduler.solver.outcome import Solved
from scheduler.solver.solve import solve
from scheduler.timeline import ONE_DAY, month_days
from tests.support.kit import THREE_SHIFTS

RULES = read_rulebook({})


def desk(people: int, days: int = 14, **fields: Any) -> Problem:
    workers = tuple(Worker(f"W{n}", f"W{n}", roles=("班长",)) for n in range(people))
    demand = tuple(Demand(shift.code, least=1, target=1) for shift in THREE_SHIFTS)
    return Problem(
        Desk("d", "d"), day_types(month_days(2026, 12)[:days], "none"), workers, THREE_SHIFTS, demand=demand, **fields
    )


def test_a_refused_wish_names_the_rule_that_stands_against_it():
    problem = desk(5)
    outcome = solve(problem, RULES, time_limit=30)
    assert isinstance(outcome, Solved)
    duty = next(d for d in outcome.roster.duties if d.shift == "夜")
    against = why_refused(problem, RULES, outcome.roster, outcome.audit, Wish(duty.worker, duty.day, wants=False))
    assert any(v.hard and v.reason.rule == "shift_cover" for v in against)


def test_a_wish_that_breaks_nothing_names_what_it_would_cost():
    problem = desk(6)
    outcome = solve(problem, RULES, time_limit=30)
    assert isinstance(outcome, Solved)
    free = [(w.id, day) for w in problem.workers for day in problem.dates if not outcome.roster.on(w.id, day)]
    answers = [
        why_refused(problem, RULES, outcome.roster, outcome.audit, Wish(w, day, wants=True, shift="早"))
        for w, day in free
    ]
    soft = [answer for answer in answers if answer and not any(violation.hard for violation in answer)]
    assert soft
    # one head more than wished for is what an extra duty costs at least
    assert all(any(violation.reason.rule == "shift_cover" for violation in answer) for answer in soft)


def test_a_day_off_that_a_night_takes_is_refused_by_what_needs_the_night():
    problem = desk(7)
    shifts = tuple(replace(s, start=22 * 60, end=30 * 60) if s.code == "夜" else s for s in problem.shifts)
    hours = Opening("all", 8 * 60, 22 * 60)
    problem = replace(problem, shifts=shifts, desk=replace(problem.desk, opening=(hours,)))
    outcome = solve(problem, RULES, time_limit=30)
    assert isinstance(outcome, Solved)
    nights = [duty for duty in outcome.roster.duties if duty.shift == "夜" and duty.day < problem.last]
    free = [duty for duty in nights if not outcome.roster.on(duty.worker, duty.day + ONE_DAY)]
    wish = Wish(free[0].worker, free[0].day + ONE_DAY, wants=False)
    against = why_refused(problem, RULES, outcome.roster, outcome.audit, wish)
    assert any(one.hard and one.reason.days == (free[0].day,) for one in against)
