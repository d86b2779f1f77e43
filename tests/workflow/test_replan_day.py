"""A day made anew has its time and its randomness from the caller, or from defaults that are said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from scheduler.domain import Demand, Desk, Duty, Problem, Roster, SlotNeed, Worker
from scheduler.domain.holidays import day_types
from scheduler.rules.book import Rulebook, discovered
from scheduler.solver import cp_sat, fewest_changes
from scheduler.timeline import days_between
from scheduler.workflow.replan_day import off_duty, raise_demand, replan_day
from tests.support.kit import THREE_SHIFTS

DAY = date(2026, 12, 9)
PROBLEM = Problem(
    Desk("desk", "desk"),
    day_types(days_between(DAY, DAY), "none"),
    (Worker("1", "甲"),),
    THREE_SHIFTS,
    demand=(Demand("早", target=1),),
)
RULES = Rulebook((discovered()["shift_cover"](),))


@pytest.mark.parametrize(
    ("given", "used"),
    [({}, (2, 0, 10.0)), ({"time_limit": 3.0, "seed": 7, "cores": 1}, (1, 7, 1.5))],
)
def test_either_question_has_half_of_the_time_and_the_same_cores_and_seed(monkeypatch, given, used):
    asked = []
    first, second = cp_sat.solver_for, fewest_changes.fewest_changes

    def solver_for(cores, seed, seconds):
        asked.append((cores, seed, seconds))
        return first(cores, seed, seconds)

    def fewest(*problem, time_limit, seed, cores, **more):
        asked.append((cores, seed, time_limit))
        return second(*problem, time_limit=time_limit, seed=seed, cores=cores, **more)

    monkeypatch.setattr("scheduler.solver.cp_sat.solver_for", solver_for)
    monkeypatch.setattr("scheduler.solver.fewest_changes.fewest_changes", fewest)
    plan = replan_day(PROBLEM, RULES, Roster(()), DAY, 1.0, **given)
    assert asked == [used, used]
    assert (plan.word, len(plan.changes)) == ("OPTIMAL", 1)


def test_only_shifts_that_the_day_asks_for_are_offered_to_who_is_off():
    found = off_duty(PROBLEM, RULES, Roster(()), DAY)
    assert [(one.worker, one.shifts, one.overtime) for one in found] == [("1", ("早",), False)]
    assert off_duty(PROBLEM, RULES, Roster([Duty("1", DAY, "早")]), DAY) == []


def test_a_day_asks_for_more_and_its_minimums_and_all_other_days_stay_as_they_are():
    days = days_between(DAY, date(2026, 12, 10))
    problem = replace(
        PROBLEM,
        days=day_types(days, "none"),
        demand=(Demand("早", least=1, target=2, most=3), Demand("中", least=1, target=1)),
        slots=(SlotNeed("all", 480, 540, least=1, target=2),),
    )
    more = raise_demand(problem, DAY, 2.0)
    on_day = {row.shift: (row.least, row.target, row.most) for row in more.demand_on(DAY)}
    assert on_day == {"早": (1, 3, 3), "中": (1, 2, None)}
    next_day = {row.shift: (row.least, row.target, row.most) for row in more.demand_on(days[1])}
    assert next_day == {"早": (1, 2, 3), "中": (1, 1, None)}
    assert [(slot.least, slot.target) for slot in more.slots_on(DAY)] == [(1, 4)]
    assert [(slot.least, slot.target) for slot in more.slots_on(days[1])] == [(1, 2)]
