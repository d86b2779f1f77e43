"""An impossible month gets the cheapest repair, and a refused wish its reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scheduler.audit.audit import audit
from scheduler.domain import Demand, Desk, Leave, Opening, Problem, Wish, Worker
from scheduler.domain.holidays import day_types
from scheduler.errors import SolverFault
from scheduler.rules.book import read_rulebook
from scheduler.solver.explain import cheapest_repair, why_refused
from scheduler.solver.incumbent import Progress
from scheduler.solver.outcome import Impossible, Solved
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


def test_one_head_too_few_on_one_day_is_repaired_by_one_head():
    problem = desk(6)
    away = problem.dates[6]
    problem = replace(problem, leave=tuple(Leave(w.id, away, away) for w in problem.workers[:4]))
    assert isinstance(solve(problem, RULES, time_limit=30), Impossible)
    repair = cheapest_repair(problem, RULES, time_limit=60)
    assert repair is not None
    assert repair.cheapest
    said = [violation.say("en", {}) for violation in repair.bends]
    assert any("Mon 7 Dec" in sentence for sentence in said), said
    # two people cannot fill three shifts: one shift goes empty, so a minimum, the staffed desk and the leader give
    assert {violation.reason.rule for violation in repair.bends} == {"shift_cover", "always_staffed", "shift_leader"}
    assert all(violation.reason.days[0] == away for violation in repair.bends)


def test_the_repaired_month_has_a_roster_that_breaks_nothing_else():
    problem = desk(4, 14)
    assert isinstance(solve(problem, RULES, time_limit=30), Impossible)
    repair = cheapest_repair(problem, RULES, time_limit=60)
    assert repair is not None
    assert repair.bends
    assert {v.reason for v in audit(problem, RULES, repair.roster).broken} == {v.reason for v in repair.bends}
    assert {v.reason.rule for v in repair.bends} <= set(RULES.prices())


def test_approving_overtime_is_cheaper_than_an_empty_shift():
    problem = desk(5, 14)
    workers = tuple(replace(w, norm_hours=64.0) for w in problem.workers)  # 5 x 8 duties for 42 shifts
    problem = replace(problem, workers=workers)
    repair = cheapest_repair(problem, RULES, time_limit=60)
    assert repair is not None
    assert {violation.reason.rule for violation in repair.bends} == {"monthly_hours"}


def four_teams() -> Problem:
    """早早中中夜夜休休 by exact demand, weekly rest and the norm on; one of the four away on a working day."""
    problem = desk(4, 8)
    demand = tuple(replace(row, most=1) for row in problem.demand)
    return replace(problem, demand=demand, leave=(Leave("W1", problem.dates[2], problem.dates[2]),))


def test_a_day_of_leave_in_four_teams_takes_few_bends_and_proves_it():
    told: list[Progress] = []
    repair = cheapest_repair(four_teams(), RULES, time_limit=60, cores=1, listener=told.append)
    assert repair is not None
    assert repair.cheapest
    said = [violation.say("en", {}) for violation in repair.bends]
    assert len(said) == 1, said
    assert "at most the norm of" in said[0]
    prices = [progress.incumbent or 0 for progress in told]
    assert prices
    assert prices == sorted(prices, reverse=True)
    assert all((progress.bound or 0) <= price for progress, price in zip(told, prices, strict=True))


def test_a_month_that_nothing_stands_against_has_no_repair():
    with pytest.raises(SolverFault, match=r"breaks no rule|不违反"):
        cheapest_repair(desk(6, 7), RULES, time_limit=60, cores=1)


def test_a_rule_without_a_price_never_bends():
    assert "one_duty_at_a_time" not in RULES.prices()
    assert "approved_leave" not in RULES.prices()
    assert "protected_workers" not in RULES.prices()


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
