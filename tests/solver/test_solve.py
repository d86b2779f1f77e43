"""The solver: proofs, statuses, repeatability, and rosters that were planted first."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from scheduler.audit.audit import Audit, audit
from scheduler.audit.gaps import list_gaps
from scheduler.domain import Break, Demand, Desk, Duty, Fixed, Leave, Opening, Problem, Roster, Shift, Wish, Worker
from scheduler.domain.holidays import day_types
from scheduler.errors import SolverFault
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import read_rulebook
from scheduler.solver.certify import check_agreement
from scheduler.solver.incumbent import Progress, gap
from scheduler.solver.outcome import Impossible, Solved, Undecided
from scheduler.solver.solve import solve
from scheduler.solver.strategy import Search
from scheduler.timeline import month_days
from tests.support.generated_desks import three_shift_desk
from tests.support.kit import THREE_SHIFTS

RULES = read_rulebook({"weekly_rest_day": {"leave_is_rest": True}})  # leave is planted on days off
PATTERN = "夜夜休早早中中休"


def planted(people: int, seed: int) -> tuple[Problem, tuple[Duty, ...]]:
    """A month whose demand is what a rotation gives, so that a roster is known to exist."""
    rng = random.Random(seed)
    days = day_types(month_days(2026, 12))
    start = rng.randrange(8)
    workers = tuple(Worker(f"W{n}", f"W{n}", roles=("班长",), norm_hours=240.0) for n in range(people))
    duties = tuple(
        Duty(worker.id, day.date, code)
        for offset, worker in enumerate(workers)
        for place, day in enumerate(days)
        if (code := PATTERN[(place + start + offset) % 8]) != "休"
    )
    counts: dict[tuple[date, str], int] = {}
    for duty in duties:
        counts[duty.day, duty.shift] = counts.get((duty.day, duty.shift), 0) + 1
    demand = tuple(Demand(code, day.isoformat(), least=n, target=n) for (day, code), n in counts.items())
    off = {(w.id, d.date) for w in workers for d in days} - {(duty.worker, duty.day) for duty in duties}
    leave = tuple(Leave(w, day, day, "annual") for w, day in rng.sample(sorted(off), people))
    return Problem(Desk("d", "d"), days, workers, THREE_SHIFTS, demand=demand, leave=leave), duties


@pytest.mark.parametrize("seed", range(4))
def test_a_month_with_a_planted_roster_is_never_called_impossible(seed):
    problem, duties = planted(8, seed)
    known = audit(problem, RULES, Roster(duties))
    assert not known.broken, [v.say("en", {}) for v in known.broken]
    outcome = solve(problem, RULES, time_limit=8, cores=2, seed=seed)
    assert isinstance(outcome, Solved), outcome
    assert not outcome.audit.broken
    assert outcome.bound <= known.cost
    if outcome.status == "OPTIMAL":
        assert outcome.objective <= known.cost


def test_the_answer_is_no_worse_than_the_roster_to_begin_with(monkeypatch):
    problem, duties = planted(8, 0)
    known = Roster(duties)
    cost = audit(problem, RULES, known).cost
    outcome = solve(problem, RULES, time_limit=8, cores=2, start=known)
    assert isinstance(outcome, Solved)
    assert outcome.objective <= cost
    monkeypatch.setattr(Search, "run", lambda search: None)  # nothing is found in time
    outcome = solve(problem, RULES, start=known)
    assert isinstance(outcome, Solved)
    assert (outcome.roster, outcome.objective, outcome.status) == (known, cost, "FEASIBLE")
    broken = Roster(duties[1:])  # one head less than is asked for
    assert isinstance(solve(problem, RULES, start=broken), Undecided)
    ((_, violation),) = list_gaps(audit(problem, RULES, broken))
    outcome = solve(problem, RULES, start=broken, allowed={violation.reason: 1})
    assert isinstance(outcome, Solved)
    assert outcome.roster == broken


def small_desk() -> Problem:
    """Six people, two weeks, three shifts, some wishes."""
    workers = tuple(Worker(f"W{n}", f"W{n}", roles=("班长",)) for n in range(6))
    days = day_types(month_days(2026, 12)[:14])
    demand = tuple(Demand(shift.code, least=1, target=1) for shift in THREE_SHIFTS)
    wishes = tuple(Wish(w.id, day.date, False) for w in workers for day in days[4:6])
    return Problem(Desk("d", "d"), days, workers, THREE_SHIFTS, demand=demand, wishes=wishes)


def test_the_audit_adds_up_to_the_solvers_objective():
    outcome = solve(small_desk(), RULES, time_limit=60, cores=2)
    assert isinstance(outcome, Solved)
    assert outcome.objective == outcome.audit.cost
    assert outcome.bound <= outcome.objective
    if outcome.status == "OPTIMAL":
        assert outcome.gap == 0
    assert 0 < outcome.first_seconds <= outcome.seconds


def test_one_core_and_one_seed_give_one_roster():
    problem = small_desk()
    first, second = (solve(problem, RULES, time_limit=60, cores=1, seed=3) for _ in range(2))
    assert isinstance(first, Solved)
    assert isinstance(second, Solved)
    assert first.status == "OPTIMAL"
    assert first.roster == second.roster
    assert first.deterministic == second.deterministic


def test_progress_tells_of_rosters_and_bounds_that_only_get_better():
    told: list[Progress] = []
    outcome = solve(small_desk(), RULES, time_limit=60, cores=2, listener=told.append)
    assert isinstance(outcome, Solved)
    costs = [at.incumbent for at in told if at.incumbent is not None]
    bounds = [at.bound for at in told if at.bound is not None]
    assert costs[-1] >= outcome.objective
    assert costs == sorted(costs, reverse=True)
    assert bounds == sorted(bounds)


def test_a_day_on_which_everybody_is_away_is_impossible():
    problem = small_desk()
    away = problem.dates[9]
    problem = replace(problem, leave=tuple(Leave(worker.id, away, away) for worker in problem.workers))
    assert isinstance(solve(problem, RULES, time_limit=60), Impossible)


def test_no_time_is_undecided_and_not_a_guess():
    outcome = solve(three_shift_desk(60), RULES, time_limit=0.1)
    assert isinstance(outcome, Undecided)
    assert outcome.status == "UNDECIDED"


def test_a_fixed_duty_of_somebody_on_leave_is_impossible():
    problem = small_desk()
    worker, day = problem.workers[0].id, problem.dates[4]
    problem = replace(problem, fixed=(Fixed(worker, day, "早"),), leave=(*problem.leave, Leave(worker, day, day)))
    assert isinstance(solve(problem, RULES, time_limit=30), Impossible)


def test_history_binds_the_first_days():
    problem = small_desk()
    worker = problem.workers[0].id
    eve = problem.first - timedelta(days=1)
    history = tuple(Duty(worker, eve - timedelta(days=n), "早") for n in range(6))
    outcome = solve(replace(problem, history=history, history_from=eve - timedelta(days=6)), RULES, time_limit=30)
    assert isinstance(outcome, Solved)
    assert outcome.roster.on(worker, problem.first) == ()


def test_a_roster_that_breaks_a_rule_is_a_fault_and_goes_no_further(monkeypatch):
    """A solver that forgets a rule is caught by the audit."""
    problem = small_desk()
    rulebook = read_rulebook({})
    monkeypatch.setattr("constraints.days_in_a_row.DaysInARow.encode", lambda self, problem, model: None)
    monkeypatch.setattr("constraints.weekly_rest_day.WeeklyRestDay.encode", lambda self, problem, model: None)
    fixed = tuple(Fixed(problem.workers[1].id, day, "早") for day in problem.dates[:9])
    with pytest.raises(SolverFault) as caught:
        solve(replace(problem, fixed=fixed, leave=(), wishes=()), rulebook, time_limit=30)
    assert "day off between" in str(caught.value) or "rest day" in str(caught.value)


def test_costs_that_disagree_are_a_fault():
    with pytest.raises(SolverFault):
        check_agreement(Audit(()), {}, objective=3, proved=True)
    check_agreement(Audit(()), {}, objective=3, proved=False)


def test_the_gap_is_the_unproved_part_of_the_cost():
    assert gap(200, 150) == 0.25
    assert gap(0, 0) == 0.0
    assert gap(None, 3) is None


def test_building_300_people_takes_about_a_second():
    import time

    problem = three_shift_desk(300)
    times = []
    for _ in range(3):
        began = time.process_time()
        RULES.encode(problem, RosterModel(problem))
        times.append(time.process_time() - began)
    assert min(times) < 3.0  # a machine in use is up to three times slower than one at rest


def test_a_last_day_with_two_nights_in_the_history_leaves_the_month_possible():
    problem = small_desk()
    eve = problem.first - timedelta(days=1)
    nights = (*problem.shifts, replace(problem.shifts[2], code="深", start=120, end=480))
    history = tuple(Duty(problem.workers[0].id, eve, code) for code in ("夜", "深"))
    outcome = solve(replace(problem, shifts=nights, history=history, history_from=eve), RULES, time_limit=30)
    assert isinstance(outcome, Solved)


def test_a_desk_open_past_midnight_is_staffed_by_the_next_days_shift():
    problem = small_desk()
    desk = replace(problem.desk, opening=(Opening("all", 16 * 60, 26 * 60),))
    outcome = solve(replace(problem, desk=desk), RULES, time_limit=30)
    assert isinstance(outcome, Solved)


def test_without_history_the_first_morning_may_belong_to_a_duty_of_the_eve():
    problem = small_desk()
    late = Shift("晚", "晚班", 20 * 60, 32 * 60, breaks=(Break(25 * 60, 26 * 60),))
    day = Shift("日", "日班", 8 * 60, 20 * 60, breaks=(Break(13 * 60, 14 * 60),))
    rules = read_rulebook({"daily_hours": {"hours": 12}, "rest_between_duties": {"floor_hours": 10}})
    demand = (Demand("晚", least=1, target=1), Demand("日", least=2, target=2))
    # a break empties a desk of one, so two by day, and the night's break lies outside the opening hours
    desk = replace(problem.desk, opening=(Opening("all", 0, 60), Opening("all", 120, 780), Opening("all", 840, 1440)))
    problem = replace(problem, desk=desk, shifts=(late, day), demand=demand, wishes=())
    assert isinstance(solve(problem, rules, time_limit=30), Solved)
    known = replace(problem, history_from=problem.first - timedelta(days=3))
    assert isinstance(solve(known, rules, time_limit=30), Impossible)
