"""An impossible month gets repairs that work, the cheapest first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.app.making_words import repair_lines
from scheduler.audit.audit import audit
from scheduler.domain import Demand, Fixed, Leave, Opening, Overtime, Problem
from scheduler.errors import SolverFault
from scheduler.rules import Layer
from scheduler.rules.book import read_rulebook
from scheduler.solver.incumbent import Progress
from scheduler.solver.outcome import Impossible
from scheduler.solver.repairs import Repair, find_repairs
from scheduler.solver.solve import solve
from tests.solver.test_explain import desk
from tests.support.planted_desks import works

RULES = read_rulebook({})


def said(repair: Repair) -> list[str]:
    return [one.said.say("en", {}) for one in repair.decisions]


def away_on(problem: Problem, day: int, people: int, kind: str = "annual") -> Problem:
    date = problem.dates[day]
    return replace(problem, leave=tuple(Leave(worker.id, date, date, kind) for worker in problem.workers[:people]))


def test_leave_that_leaves_too_few_people_is_taken_back_first():
    problem = away_on(desk(6), 6, 4)
    assert isinstance(solve(problem, RULES, time_limit=30), Impossible)
    told: list[Repair] = []
    repairs = find_repairs(problem, RULES, time_limit=60, kinds=9, most=9, tell=told.append)
    assert tuple(told) == repairs.found
    assert {tuple(said(one)) for one in repairs.found[:4]} == {
        (f"take back the leave of W{n} on Mon 7 Dec",) for n in range(4)
    }
    *_, last = repairs.found
    # two people cannot fill three shifts: one shift goes empty, so its minimum and the staffed desk give
    # (which needs no leader any more)
    assert {one.reason.rule for one in last.bends} == {"shift_cover", "always_staffed"}
    assert all(one.reason.days[0] == problem.dates[6] for one in last.bends)
    assert "--open-because" in [*repair_lines(last, 5, problem, "en")][-1]
    assert all(one.cheapest and works(one, RULES) for one in repairs.found)
    prices = [one.price for one in repairs.found]
    assert prices == sorted(prices)
    assert repairs.none_further


def test_no_two_repairs_have_a_decision_in_common():
    repairs = find_repairs(away_on(desk(6), 6, 5), RULES, time_limit=60)
    given = [one.violation.reason for repair in repairs.found for one in repair.decisions]
    assert len(repairs.found) >= 2
    assert len(given) == len(set(given))


def test_leave_that_nobody_grants_is_never_taken_back():
    repairs = find_repairs(away_on(desk(6), 6, 4, "sick"), RULES, time_limit=60)
    assert repairs.found
    assert "approved_leave" not in {one.reason.rule for repair in repairs.found for one in repair.bends}


def a_duty_and_six_days_of_leave(kind: str = "annual") -> Problem:
    """A fixed duty on Monday and leave from Tuesday to Sunday: no day of rest in that week."""
    problem = desk(6)
    days = problem.dates[6:13]
    return replace(problem, fixed=(Fixed("W0", days[0], "早"),), leave=(Leave("W0", days[1], days[6], kind),))


def test_leave_is_taken_back_to_rest_before_any_law_gives():
    problem = a_duty_and_six_days_of_leave()
    repairs = find_repairs(problem, RULES, time_limit=60, kinds=9, most=9)
    *desks, last = repairs.found  # the law gives when all else is used up
    assert (last.layer, {one.layer for one in desks}) == (Layer.LAW, {Layer.DESK})
    assert "no table takes an exception" in [*repair_lines(last, 8, problem, "en")][-1]
    assert not any("exception" in line for one in desks for line in repair_lines(one, 1, problem, "en"))
    decided = sorted(sentence for one in desks for sentence in said(one))
    assert decided == [
        "take back the fixed 早 of W0 on Mon 7 Dec",
        *(f"take back the leave of W0 on {day}" for day in ("Fri 11 Dec", "Sat 12 Dec", "Sun 13 Dec")),
        *(f"take back the leave of W0 on {day}" for day in ("Thu 10 Dec", "Tue 8 Dec", "Wed 9 Dec")),
    ]
    assert all(one.cheapest and works(one, RULES) and len(one.decisions) == 1 for one in repairs.found)
    back = next(one for one in repairs.found if one.decisions[0].said.rule == "approved_leave")
    (decision,) = back.decisions
    assert back.roster.on("W0", decision.said.days[0]) == ()
    sick = find_repairs(a_duty_and_six_days_of_leave("sick"), RULES, time_limit=60)
    assert "approved_leave" not in {one.reason.rule for repair in sick.found for one in repair.bends}


def test_hours_of_a_day_of_leave_that_is_taken_back_are_owed_again():
    """Somebody who is alone and owes no more hours without that day."""
    problem = desk(2, 7)
    day = problem.dates[1]
    one = replace(problem.workers[0], only_shifts=("早",))
    problem = replace(
        problem,
        workers=(one,),
        demand=(Demand("早", "workday", least=1, target=1),),
        leave=(Leave("W0", day, day, "annual"),),
    )
    rules = read_rulebook({"always_staffed": {"enabled": False, "because": "one shift a day"}})
    repairs = find_repairs(problem, rules, time_limit=60)
    assert said(repairs.found[0]) == ["take back the leave of W0 on Wed 2 Dec"]


def test_where_taking_back_leave_breaks_something_else_nothing_is_proved():
    """All week on leave: a day taken back is the only one that can be the rest day of that week, so that it helps nobody."""
    problem = desk(4, 13)
    days = problem.dates[6:]  # Monday to Sunday
    demand = (Demand("早", least=1, target=1), Demand("早", days[2].isoformat(), least=4, target=4))
    problem = replace(
        problem,
        desk=replace(problem.desk, opening=(Opening("all", 8 * 60, 16 * 60),)),
        demand=demand,
        leave=(Leave("W0", days[0], days[6]),),
    )
    repairs = find_repairs(problem, RULES, time_limit=60, cores=1)
    assert [said(one) for one in repairs.found] == [
        ["lower the minimum of people for 早 on Wed 9 Dec from 4 to 3 (or find 1 more from elsewhere)"]
    ]
    assert works(repairs.found[0], RULES)
    assert not repairs.found[0].cheapest
    assert not repairs.none_further


def test_the_repaired_month_has_a_roster_that_breaks_nothing_else():
    problem = desk(4, 14)
    assert isinstance(solve(problem, RULES, time_limit=30), Impossible)
    repairs = find_repairs(problem, RULES, time_limit=60, most=1)
    (repair,) = repairs.found
    assert works(repair, RULES)
    assert {one.reason for one in audit(problem, RULES, repair.roster).broken} == {one.reason for one in repair.bends}


def test_approving_overtime_is_cheaper_than_an_empty_shift():
    problem = desk(5, 14)
    workers = tuple(replace(w, norm_hours=64.0) for w in problem.workers)  # 5 x 8 duties for 42 shifts
    problem = replace(problem, workers=workers)
    (repair,) = find_repairs(problem, RULES, time_limit=60, most=1).found
    assert {one.reason.rule for one in repair.bends} == {"monthly_hours"}
    assert sum(float(sentence.split()[1]) for sentence in said(repair)) == 16  # "approve 16 h of overtime …"
    assert all(" h on " in sentence for sentence in said(repair))  # and on which days
    assert repair.layer is Layer.DESK  # under the cap overtime is the desk's to approve
    assert works(repair, RULES)
    approved = [row for row in repair.problem.overtime if row not in problem.overtime]
    assert sum(row.minutes for row in approved) == 16 * 60
    assert all(row.minutes <= 180 and repair.roster.on(row.worker, row.day) for row in approved)


def test_a_minimum_is_lowered_in_the_tables_on_that_day_alone():
    problem = away_on(desk(6), 6, 6, "sick")
    repair = find_repairs(problem, RULES, time_limit=60, most=1).found[0]
    assert "lower the minimum of people for 早 on Mon 7 Dec from 1 to 0 (or find 1 more from elsewhere)" in said(repair)
    least = {day: {row.shift: row.least for row in repair.problem.demand_on(day)} for day in problem.dates}
    assert set(least[problem.dates[6]].values()) == {0}
    assert all(set(rows.values()) == {1} for day, rows in least.items() if day != problem.dates[6])


def test_a_fixed_duty_is_taken_back_before_rest_gives():
    problem = desk(8, 7)
    fixed = (Fixed("W0", problem.dates[2], "中"), Fixed("W0", problem.dates[3], "早"))
    repairs = find_repairs(replace(problem, fixed=fixed), RULES, time_limit=60, kinds=9)
    first, second = repairs.found[:2]
    assert {tuple(said(one)) for one in (first, second)} == {
        ("take back the fixed 中 of W0 on Thu 3 Dec",),
        ("take back the fixed 早 of W0 on Fri 4 Dec",),
    }
    assert all(one.layer is Layer.DESK for one in (first, second))
    assert [one.layer for one in repairs.found[2:]] == [Layer.SAFETY]
    assert repairs.none_further


def test_nothing_negotiable_is_said_with_a_proof():
    problem = desk(6, 7)
    twice = tuple(Overtime("W0", problem.dates[1], 60, start) for start in (600, 630))  # overlap: nothing bends that
    repairs = find_repairs(replace(problem, overtime=twice), RULES, time_limit=60)
    assert repairs.found == ()
    assert repairs.none_further


def four_teams() -> Problem:
    """早早中中夜夜休休 by exact demand, weekly rest and the norm on; one of the four away on a working day."""
    problem = desk(4, 8)
    demand = tuple(replace(row, most=1) for row in problem.demand)
    return replace(problem, demand=demand, leave=(Leave("W1", problem.dates[2], problem.dates[2], "sick"),))


def test_a_day_of_leave_in_four_teams_takes_few_bends_and_proves_it():
    told: list[Progress] = []
    (repair,) = find_repairs(four_teams(), RULES, time_limit=60, cores=1, listener=told.append, most=1).found
    assert repair.cheapest
    assert [sentence[:8] for sentence in said(repair)] == ["approve "]
    prices = [progress.incumbent or 0 for progress in told]
    assert prices
    assert prices == sorted(prices, reverse=True)
    assert all((progress.bound or 0) <= price for progress, price in zip(told, prices, strict=True))


def test_a_month_that_nothing_stands_against_has_no_repair():
    with pytest.raises(SolverFault, match=r"breaks no rule|不违反"):
        find_repairs(desk(6, 7), RULES, time_limit=60, cores=1)


def test_a_rule_without_a_price_never_bends():
    assert "one_duty_at_a_time" not in RULES.prices()
    assert "approved_leave" not in RULES.prices()
    assert "protected_workers" not in RULES.prices()
