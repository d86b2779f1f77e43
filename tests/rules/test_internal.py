"""The rules of the program itself hold wherever they stand among the desk's rules."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import product
from typing import ClassVar

import pytest
from ortools.sat.python import cp_model

from constraints.one_duty_at_a_time import OneDutyAtATime
from constraints.shift_cover import ShiftCover
from scheduler.domain import Demand, Desk, Duty, Problem, Roster, Worker
from scheduler.domain.holidays import day_types
from scheduler.errors import SolverFault
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import Rulebook, discovered, read_rulebook
from scheduler.rules.internal import OneOption, ShortageCap, StartedShifts, desk_cost
from scheduler.timeline import days_between
from tests.support.kit import THREE_SHIFTS

WEEK = days_between(date(2026, 12, 7), date(2026, 12, 13))
PROBLEM = Problem(
    Desk("desk", "desk"),
    day_types(WEEK, "none"),
    tuple(Worker(who, who) for who in "甲乙丙"),
    THREE_SHIFTS,
    demand=(Demand("早", least=0, target=3),),
)
COVER = ShiftCover()
ONE = OneDutyAtATime()


def dearest(rules):
    """What the desk's own preferences cost at most in a model of these rules; `None` where it is impossible."""
    model = RosterModel(PROBLEM)
    Rulebook(rules).encode(PROBLEM, model)
    model.cp.maximize(desk_cost(model))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    return round(solver.objective_value) if solver.solve(model.cp) == cp_model.OPTIMAL else None


def test_a_shortage_cap_holds_at_every_place_among_the_rules():
    short = COVER.weight_short
    assert dearest((ONE, COVER)) == 3 * 7 * short
    cap = ShortageCap(4 * short + 1)
    for rules in ((cap, ONE, COVER), (ONE, cap, COVER), (COVER, ONE, cap)):
        assert dearest(rules) == 4 * short, [rule.name for rule in rules]


def test_a_shortage_cap_below_nothing_is_impossible_and_one_of_nothing_is_not():
    assert dearest((ShortageCap(-1), ONE, COVER)) is None
    assert dearest((ShortageCap(0), ONE, COVER)) == 0


def test_a_cap_leaves_what_names_people_alone():
    """Shares of hours name their people: no cap on what the desk lacks bounds them."""
    fair = discovered()["fairness"]()
    model = RosterModel(PROBLEM)
    Rulebook((ShortageCap(0), fair)).encode(PROBLEM, model)
    assert model.preferences
    assert all(reason.workers for reason, _, _ in model.preferences)
    for worker in PROBLEM.workers:
        for day in WEEK:
            model.cp.add(model.rests_on(worker.id, day) == 1)
    solver = cp_model.CpSolver()
    model.cp.minimize(model.objective())
    assert solver.solve(model.cp) == cp_model.OPTIMAL
    assert solver.objective_value > 0


def test_started_shifts_are_given_to_nobody_whose_cell_is_not_held():
    begun = StartedShifts(((WEEK[0], "早"),), frozenset({("甲", WEEK[0])}))
    model = RosterModel(PROBLEM, held={("甲", WEEK[0]): ("早",)})
    Rulebook((begun, COVER)).encode(PROBLEM, model)
    assert model.works("甲", WEEK[0], "早") == 1
    assert model.works("乙", WEEK[0], "早") == 0
    assert not isinstance(model.works("乙", WEEK[1], "早"), int)
    guarded = RosterModel(PROBLEM, guarded={"begun"})
    Rulebook((begun,)).encode(PROBLEM, guarded)
    assert {reason.rule for reason in guarded.guards} == {"begun"}


class Curious(OneDutyAtATime):
    """A rule that asks in `narrow` for what later rules may still forbid."""

    name = "aaa"
    asks: ClassVar[Callable[[RosterModel], object]]

    def narrow(self, problem, model):
        type(self).asks(model)


@pytest.mark.parametrize(
    "question",
    [
        lambda model: model.works_on("甲", WEEK[0]),
        lambda model: model.rests_on("甲", WEEK[0]),
        lambda model: model.works("甲", WEEK[0], "早"),
        lambda model: model.duties("甲", WEEK[0], ["早", "夜"]),
        lambda model: model.works_any("甲", WEEK[:2]),
    ],
)
def test_a_rule_that_asks_for_duties_while_rules_narrow_fails_loudly(monkeypatch, question):
    monkeypatch.setattr(Curious, "asks", staticmethod(question), raising=False)
    with pytest.raises(SolverFault, match="narrow"):
        Rulebook((Curious(), COVER)).encode(PROBLEM, RosterModel(PROBLEM))
    model = RosterModel(PROBLEM)
    Rulebook((COVER,)).encode(PROBLEM, model)
    question(model)  # and is answered afterwards


@pytest.mark.parametrize("guarded", [(), set(discovered())])
@pytest.mark.parametrize("held", [None, {("甲", WEEK[0]): ("早", "夜")}])
def test_the_order_of_rules_makes_no_difference_to_the_size_of_a_model(guarded, held):
    rules = list(read_rulebook({}).rules)
    fixed = replace(PROBLEM, history=(Duty("甲", date(2026, 12, 6), "夜"),), history_from=date(2026, 12, 1))
    sizes = set()
    for seed in range(5):
        random.Random(seed).shuffle(rules)
        model = RosterModel(fixed, guarded=guarded, held=held)
        Rulebook(tuple(rules)).encode(fixed, model)
        sizes.add((len(model.cp.proto.variables), len(model.guards), len(model.preferences)))
    assert len(sizes) == 1


def test_one_of_several_options_is_taken_and_the_audit_agrees():
    """Every roster of two people and two days: it is legal exactly where it takes an option."""
    days = WEEK[:2]
    problem = replace(PROBLEM, days=day_types(days, "none"), workers=PROBLEM.workers[:2])
    swap = ((("甲", days[0]), ("早",)), (("乙", days[0]), ()))
    two = ((("乙", days[1]), ("中",)),)
    rule = OneOption((swap, two))
    cells = list(product([worker.id for worker in problem.workers], days))
    seen = set()
    for codes in product(["", "早", "中"], repeat=len(cells)):
        held = {cell: (code,) if code else () for cell, code in zip(cells, codes, strict=True)}
        roster = Roster(Duty(*cell, code) for cell, found in held.items() for code in found)
        model = RosterModel(problem, held=held)
        Rulebook((ONE, rule)).encode(problem, model)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        is_legal = solver.solve(model.cp) == cp_model.OPTIMAL
        assert is_legal == (not list(rule.check(problem, roster))), codes
        seen.add(is_legal)
    assert seen == {True, False}


def test_one_of_several_options_is_chosen_freely():
    days = WEEK[:2]
    problem = replace(PROBLEM, days=day_types(days, "none"), workers=PROBLEM.workers[:2])
    options = tuple((((who, day), ("早",)),) for who in ("甲", "乙") for day in days)
    model = RosterModel(problem)
    Rulebook((ONE, OneOption(options))).encode(problem, model)
    model.cp.minimize(sum(model.works_on(who, day) for who in ("甲", "乙") for day in days))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model.cp) == cp_model.OPTIMAL
    assert solver.objective_value == 1
