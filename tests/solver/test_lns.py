"""Neighbourhoods: never worse, never illegal, and the optimum of what is small."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from ortools.sat.python import cp_model

from scheduler.audit.audit import audit
from scheduler.domain import Demand, Desk, Leave, Problem, Roster, Wish, Worker
from scheduler.domain.holidays import day_types
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import Rulebook, read_rulebook
from scheduler.solver.first_roster import FirstRoster
from scheduler.solver.incumbent import Engine, Incumbent, Progress
from scheduler.solver.lns import NeighbourhoodSearch
from scheduler.solver.mathopt import SubproblemSolution, round_bound_up, solve_relaxation
from scheduler.solver.rows import Ints, Rows
from scheduler.solver.settings import DEFAULTS, SearchSettings
from scheduler.solver.subproblems import LnsParameters, SubproblemSolver
from scheduler.solver.variable_index import VariableIndex
from scheduler.timeline import month_days
from tests.support.generated_desks import three_shift_desk, tight_desk
from tests.support.kit import THREE_SHIFTS
from tests.support.narrowing import present
from tests.support.search_settings import settings

OFF = {"enabled": False, "because": "a proof takes long with it"}
RULES = read_rulebook({"fairness": OFF})
STRETCHED = read_rulebook(
    {"days_in_a_row": {"most": 5, "least": 2}, "days_off_in_a_row": {"least": 2}, "fairness": OFF}
)
BOOKS = pytest.mark.parametrize("rulebook", [RULES, STRETCHED], ids=["single days", "stretches"])


def desk(people: int = 6, days: int = 14, seed: int = 0) -> Problem:
    """A desk that is short of people: some wishes, some leave, a minimum that is easily met."""
    rng = random.Random(seed)
    workers = tuple(Worker(f"W{n}", f"W{n}", roles=("班长",)) for n in range(people))
    dates = month_days(2026, 12)[:days]
    demand = tuple(Demand(shift.code, least=0, target=people // 3) for shift in THREE_SHIFTS)
    cells = rng.sample([(worker.id, day) for worker in workers for day in dates], people)
    wishes = tuple(Wish(*cell, rng.random() < 0.3, weight=rng.randint(1, 9)) for cell in cells)
    leave = (Leave(workers[0].id, dates[2], dates[3]),)
    return Problem(
        Desk("d", "d", opening=()), day_types(dates), workers, THREE_SHIFTS, demand=demand, leave=leave, wishes=wishes
    )


def posted(problem: Problem, rulebook: Rulebook) -> RosterModel:
    """The problem's model."""
    model = RosterModel(problem)
    rulebook.encode(problem, model)
    model.cp.minimize(model.objective())
    return model


def placed(model: RosterModel) -> tuple[Rows, VariableIndex]:
    """A model's rows, and what they speak of."""
    problem, rows = model.problem, Rows.of(model.cp)
    workers = [worker.id for worker in problem.workers]
    index = [
        (at, workers.index(worker), problem.dates.index(first), problem.dates.index(last))
        for at, worker, first, last in model.places()
    ]
    return rows, VariableIndex(rows, index, len(workers), len(problem.dates))


def search(
    incumbent: Incumbent,
    model: RosterModel,
    seed: int = 0,
    time_limit: float = 2.0,
    settings: SearchSettings = DEFAULTS,
    guided: bool = False,
) -> NeighbourhoodSearch:
    """A search of the model."""
    parameters = LnsParameters(
        seed=seed, time_limit=time_limit, most_time_limit=time_limit, guided=guided, settings=settings
    )
    return NeighbourhoodSearch(*placed(model), incumbent, parameters)


# parts of a small desk are small, too
NARROW = settings(neighbourhood={"first_person_days": 14}, first_roster={"group_person_days": 20})


def cells(model: RosterModel) -> dict[int, tuple[int, int]]:
    """The worker's and the day's number of each cell that is a variable."""
    problem = model.problem
    return {
        cell.index: (number, at)
        for number, worker in enumerate(problem.workers)
        for at, day in enumerate(problem.dates)
        for shift in problem.shifts
        if not isinstance(cell := model.works(worker.id, day, shift.code), int)
    }


def resting(model: RosterModel) -> list[int]:
    """The variables that say that a worker rests on a day."""
    problem = model.problem
    off = (model.rests_on(worker.id, day) for worker in problem.workers for day in problem.dates)
    return [literal.index for literal in off if not isinstance(literal, int) and literal.index >= 0]


def solved(model: RosterModel, *, nobody: bool = False) -> Ints:
    """The best assignment; or one in which nobody works."""
    copy = model.cp.clone()
    for index in cells(model) if nobody else ():
        copy.add(copy.get_bool_var_from_proto_index(index) == 0)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    assert solver.solve(copy) == cp_model.OPTIMAL
    return np.array(solver.response_proto.solution, np.int64)


def roster_of(model: RosterModel, values: Ints) -> Roster:
    """The roster that an assignment stands for."""
    return model.roster_of(values.tolist())


def until(incumbent: Incumbent, *searches: NeighbourhoodSearch, seconds: float = 30.0) -> None:
    """Run searches at the same time until the incumbent says stop."""
    watchdog = threading.Timer(seconds, incumbent.stop)
    watchdog.start()
    with ThreadPoolExecutor(len(searches)) as threads:
        runs = [threads.submit(one.run) for one in searches]
    watchdog.cancel()
    for run in runs:
        run.result()


@BOOKS
def test_a_step_is_never_worse_and_breaks_nothing(rulebook):
    model = posted(desk(), rulebook)
    better = 0
    for seed in range(2):
        incumbent = Incumbent()
        one, values = search(incumbent, model, seed, settings=NARROW), solved(model, nobody=True)
        for _ in range(12):
            after = one.step(values)
            assert one.rows.is_feasible(after)
            assert one.rows.objective_value(after) <= one.rows.objective_value(values)
            better += one.rows.objective_value(after) < one.rows.objective_value(values)
            values = after
        assert incumbent.cost == one.rows.objective_value(values)
        assert incumbent.finder == Engine.LNS
        found = audit(model.problem, rulebook, roster_of(model, values))
        assert not found.broken
        assert found.cost <= incumbent.cost
    assert better > 5


@pytest.mark.parametrize("method", [Engine.CP_SAT, "HiGHS"])
def test_of_rosters_that_cost_the_same_another_one_is_found(method):
    """From the best roster of all on, whoever begins with it as a hint."""
    model = posted(desk(), STRETCHED)
    one, values = search(Incumbent(), model, settings=NARROW), solved(model)
    one.operators = [operator for operator in one.operators if operator.method.engine == method]
    one.solver.most_time_limit = 9.0
    assert (one.step(values) == values).all()  # nothing was in vain yet
    seen = {values.tobytes()}
    for _ in range(8):
        after = one.step(values)
        assert one.rows.is_feasible(after)
        assert one.rows.objective_value(after) == one.rows.objective_value(values)
        values = after
        seen.add(values.tobytes())
    assert len(seen) > 3


def test_a_part_that_is_all_there_is_proves_what_it_finds_at_true_costs():
    perturbed = settings(neighbourhood={"perturbation_scale": 0})  # where small costs were all, they would decide
    incumbent, model = Incumbent(), posted(desk(6, 10), STRETCHED)
    one, best = search(incumbent, model, time_limit=20.0, settings=perturbed), solved(model)
    one.solver.time_limit = 30.0
    for operator in one.operators:
        operator.person_days = 60.0
    one.step(solved(model, nobody=True))
    assert incumbent.bound == incumbent.cost == one.rows.objective_value(best)


@BOOKS
def test_the_optimum_of_a_small_desk_is_reached(rulebook):
    for seed in range(2):
        model = posted(desk(6, 10, seed), rulebook)
        rows, incumbent = Rows.of(model.cp), Incumbent()
        best, idle = rows.objective_value(solved(model)), solved(model, nobody=True)
        assert best < rows.objective_value(idle)
        incumbent.report_solution(idle, rows.objective_value(idle), Engine.NONE)
        incumbent.report_bound(best, Engine.CP_SAT)  # the search ends where it meets this
        until(incumbent, search(incumbent, model, seed, settings=NARROW))
        assert incumbent.cost == best
        values = present(incumbent.values)
        assert rows.objective_value(values) == best
        assert audit(model.problem, rulebook, roster_of(model, values)).cost == best


def test_two_searches_share_what_they_find():
    model = posted(desk(), STRETCHED)
    told: list[Progress] = []
    rows, incumbent = Rows.of(model.cp), Incumbent(listener=told.append)
    incumbent.report_bound(rows.objective_value(solved(model)), Engine.CP_SAT)
    until(incumbent, *(search(incumbent, model, seed, settings=NARROW) for seed in range(2)))
    values = present(incumbent.values)
    assert incumbent.cost == incumbent.bound == rows.objective_value(values)
    assert rows.is_feasible(values)
    costs = [at.incumbent for at in told if at.incumbent is not None]
    assert all(later < earlier for earlier, later in pairwise(costs))


@BOOKS
@pytest.mark.parametrize("least", [0, 1])
def test_a_search_makes_its_own_first_roster(rulebook, least):
    """With a minimum on each shift, a first roster may miss some, and the steps mend it."""
    problem = desk(6, 9)
    problem = replace(problem, demand=tuple(replace(row, least=least) for row in problem.demand))
    model = posted(problem, rulebook)
    incumbent = Incumbent()
    one = search(incumbent, model, settings=NARROW)
    values = one.make_first_roster()
    assert values is not None
    missed = one.rows.violations(values)
    assert not missed[~one.index.coupling].any()  # nobody's own rules are bent for it
    assert ((one.rows.lower <= values) & (values <= one.rows.upper)).all()
    assert (incumbent.cost is not None) == one.rows.is_feasible(values)
    if not least:
        assert one.rows.is_feasible(values)
    again = Incumbent()
    again.report_bound(one.rows.objective_value(solved(model)), Engine.CP_SAT)
    until(again, search(again, model, settings=NARROW))
    assert again.cost == again.bound
    assert not audit(problem, rulebook, roster_of(model, present(again.values))).broken


def test_what_is_missed_never_gets_worse_either():
    problem = desk(6, 9)
    problem = replace(problem, demand=tuple(replace(row, least=1) for row in problem.demand))
    model = posted(problem, STRETCHED)
    incumbent = Incumbent()
    one = search(incumbent, model, settings=NARROW)
    values = np.where(one.index.is_assignment, 0, one.rows.lower)
    values[resting(model)] = 1

    def worth(of: Ints) -> int:
        return one.rows.objective_value(of) + one.solver.penalty * int(one.rows.violations(of).sum())

    assert not one.rows.is_feasible(values)
    for _ in range(60):
        after = one.step(values)
        assert worth(after) <= worth(values)
        assert (incumbent.cost is not None) == one.rows.is_feasible(after)  # nobody is offered what is missed
        values = after
        if one.rows.is_feasible(values):
            break
    assert one.rows.is_feasible(values)


def test_what_a_part_makes_worse_is_not_kept(monkeypatch):
    model = posted(desk(6, 9), STRETCHED)
    incumbent, best, idle = Incumbent(), solved(model), solved(model, nobody=True)
    one = search(incumbent, model, settings=NARROW)
    monkeypatch.setattr(one.solver, "solve", lambda *words, **more: SubproblemSolution(idle, True))
    assert one.step(best) is best
    assert incumbent.cost is None
    monkeypatch.setattr(one.solver, "solve", lambda *words, **more: SubproblemSolution(best, True))
    assert one.step(idle) is best
    assert incumbent.cost == one.rows.objective_value(best)


def test_another_searchs_first_roster_is_taken(monkeypatch):
    model = posted(desk(), STRETCHED)
    incumbent, idle = Incumbent(), solved(model, nobody=True)
    one = search(incumbent, model, settings=NARROW)
    incumbent.report_solution(idle, one.rows.objective_value(idle), Engine.NONE)
    monkeypatch.setattr(one, "make_first_roster", lambda: pytest.fail("there is a first roster"))
    until(incumbent, one)
    assert incumbent.finder == Engine.LNS
    assert incumbent.cost == one.rows.objective_value(solved(model))


def test_a_step_after_the_end_gives_back_what_it_was_given():
    model = posted(desk(4, 7), STRETCHED)
    incumbent, idle = Incumbent(), solved(model, nobody=True)
    incumbent.stop()
    assert search(incumbent, model).step(idle) is idle


@pytest.mark.parametrize(("people", "days"), [(1, 1), (1, 14), (3, 1)])
def test_a_desk_may_be_as_small_as_can_be(people, days):
    problem = replace(desk(6, 14), workers=desk().workers[:people], wishes=(), leave=())
    problem = replace(problem, days=problem.days[:days])
    model = posted(problem, STRETCHED)
    one = search(Incumbent(), model)
    values = one.make_first_roster()
    assert values is not None
    for _ in range(3):
        values = one.step(values)
    assert one.rows.is_feasible(values)
    assert one.rows.objective_value(values) == one.rows.objective_value(solved(model))


# A first roster after the linear relaxation


def guided(incumbent: Incumbent, model: RosterModel, seed: int = 0) -> NeighbourhoodSearch:
    """A search that looks at the relaxation first."""
    return search(incumbent, model, seed, 5.0, NARROW, guided=True)


@BOOKS
def test_a_guided_search_begins_with_a_roster_that_keeps_every_row(rulebook):
    for seed in range(2):
        model = posted(desk(6, 10, seed), rulebook)
        incumbent = Incumbent()
        one = guided(incumbent, model, seed)
        values = one.make_first_roster()
        assert values is not None
        assert one.rows.is_feasible(values)
        assert one.rows.objective_value(values) == incumbent.cost
        assert incumbent.finder == Engine.LNS
        found = audit(model.problem, rulebook, roster_of(model, values))
        assert not found.broken
        assert found.cost == incumbent.cost  # nor is anything paid for nothing


def test_a_guided_first_roster_is_near_the_optimum():
    model = posted(desk(6, 10), STRETCHED)
    rows = Rows.of(model.cp)
    best, idle = rows.objective_value(solved(model)), rows.objective_value(solved(model, nobody=True))
    values = present(guided(Incumbent(), model).make_first_roster())
    assert best <= rows.objective_value(values) < best + (idle - best) / 4


@BOOKS
def test_what_follows_from_whole_cells_is_settled_as_cheaply_as_can_be(rulebook, monkeypatch):
    model = posted(desk(6, 10), rulebook)
    one, best = guided(Incumbent(), model), solved(model)
    halves = np.where(one.index.is_assignment, best, (one.rows.lower + one.rows.upper) / 2)
    monkeypatch.setattr(one.first_roster, "_round_by_groups", lambda *words: halves)
    values = one.make_first_roster()
    assert values is not None
    assert one.rows.is_feasible(values)
    assert (values == best)[one.index.is_assignment].all()
    assert one.rows.objective_value(values) == one.rows.objective_value(best)


@BOOKS
def test_a_guided_first_roster_may_miss_what_people_share_and_nothing_else(rulebook):
    problem = desk(6, 9)
    problem = replace(problem, demand=tuple(replace(row, least=1) for row in problem.demand))
    model = posted(problem, rulebook)
    incumbent = Incumbent()
    one = guided(incumbent, model)
    values = one.make_first_roster()
    assert values is not None
    assert not one.rows.violations(values)[~one.index.coupling].any()
    assert ((one.rows.lower <= values) & (values <= one.rows.upper)).all()
    assert (incumbent.cost is not None) == one.rows.is_feasible(values)


def test_a_guided_search_makes_its_own_first_roster_where_others_have_one():
    model = posted(desk(6, 10), STRETCHED)
    incumbent, idle = Incumbent(), solved(model, nobody=True)
    rows = Rows.of(model.cp)
    incumbent.report_solution(idle, rows.objective_value(idle), Engine.NONE)
    values = present(guided(incumbent, model).make_first_roster())
    assert values is not idle
    assert rows.is_feasible(values)
    assert (incumbent.cost, incumbent.finder) == (rows.objective_value(values), Engine.LNS)


def test_without_time_for_the_relaxation_a_guided_search_begins_like_others(monkeypatch):
    asked = []
    monkeypatch.setattr("scheduler.solver.first_roster.solve_relaxation", lambda *words: asked.append(words))
    model = posted(desk(), STRETCHED)
    one = guided(Incumbent(), model)
    values = present(one.make_first_roster())
    assert len(asked) == 1
    assert one.rows.is_feasible(values)


def test_a_guided_search_whose_groups_find_nothing_takes_anothers_roster(monkeypatch):
    model = posted(desk(), STRETCHED)
    rows = Rows.of(model.cp)
    groups = []
    monkeypatch.setattr(
        "scheduler.solver.first_roster.solve_partly_integer",
        lambda part, seconds, placed, gap: groups.append(int(placed.sum())),
    )
    incumbent, idle = Incumbent(), solved(model, nobody=True)
    assert guided(incumbent, model).make_first_roster() is None
    loose = solve_relaxation(rows, 30.0)
    assert loose is not None
    assert (incumbent.bound, incumbent.prover) == (
        round_bound_up(loose.cost),
        "HiGHS",
    )  # the relaxation has proved this
    assert groups[0] > groups[-1]  # they were halved first
    incumbent.report_solution(idle, rows.objective_value(idle), Engine.NONE)
    assert guided(incumbent, model).make_first_roster() is idle


def test_a_guided_search_reaches_the_optimum():
    model = posted(desk(6, 10), STRETCHED)
    incumbent = Incumbent()
    incumbent.report_bound(Rows.of(model.cp).objective_value(solved(model)), Engine.CP_SAT)
    until(incumbent, guided(incumbent, model))
    assert incumbent.cost == incumbent.bound


# What hangs together


@BOOKS
def test_some_people_on_some_days_are_freed_with_what_follows_from_them(rulebook):
    model = posted(desk(), rulebook)
    rows, index = placed(model)
    at, rng = cells(model), random.Random(1)
    for _ in range(20):
        people = np.array([rng.random() < 0.4 for _ in range(index.workers)])
        days = np.zeros(index.days, bool)
        first = rng.randrange(index.days)
        days[first : first + rng.randint(1, 5)] = True
        free = index.variables_of(people, days)
        assert len(set(free.tolist())) == len(free)
        for variable, (worker, day) in at.items():
            assert (variable in free) == (people[worker] and days[day])
        for variable, who, start, end in model.places():
            number = [one.id for one in model.problem.workers].index(who)
            span = slice(model.problem.dates.index(start), model.problem.dates.index(end) + 1)
            assert (variable in free) == (people[number] and days[span].any())
        # no row is left in which a derived variable could not follow
        touched = np.unique(rows.by_column[:, free].indices)
        beside = np.setdiff1d(np.unique(rows.matrix[touched].indices), free)
        assert index.is_assignment[beside].all()
        assert set(np.flatnonzero(~index.is_assignment[free]).tolist()) or not free.size


def test_costs_lie_on_the_days_that_cause_them():
    problem = desk()
    wish = Wish("W3", problem.dates[8], True, "早", weight=9)
    free = Demand("早", weight_spare=0)  # nobody is needed, and nobody is too many
    problem = replace(problem, demand=(free,), wishes=(wish,), leave=())
    model = posted(problem, STRETCHED)
    _, index = placed(model)
    costs = index.savings_by_day(solved(model, nobody=True), 21)
    assert np.flatnonzero(costs > 1e-9).tolist() == [8]
    assert costs[8] == pytest.approx(9)
    assert not index.savings_by_day(solved(model), 21).any()


def test_misses_lie_on_the_days_of_their_rows():
    model = posted(replace(desk(), demand=(Demand("早", "2026-12-06", least=2, target=2),), wishes=()), RULES)
    rows, index = placed(model)
    values = np.where(index.is_assignment, 0, rows.lower)
    values[resting(model)] = 1
    missed = rows.violations(values)
    assert missed[index.coupling].any()
    assert not missed[~index.coupling].any()
    assert np.flatnonzero(index.violations_by_day(missed) > 1e-9).tolist() == [5]


# Crews


def subsets(time_limit: float = 5.0, **more) -> LnsParameters:
    """A search of worker subsets."""
    return LnsParameters(seed=0, time_limit=time_limit, most_time_limit=time_limit, worker_subsets=True, **more)


def test_a_crew_that_is_the_whole_month_is_the_proof():
    model = posted(desk(8, 10), RULES)
    incumbent = Incumbent()
    NeighbourhoodSearch(*placed(model), incumbent, subsets()).run()
    rows = Rows.of(model.cp)
    assert incumbent.values is not None
    assert rows.is_feasible(incumbent.values)
    assert incumbent.cost == incumbent.bound == rows.objective_value(solved(model))
    assert (incumbent.finder, incumbent.prover) == (Engine.LNS, Engine.LNS)


def test_a_crew_that_is_not_everybody_proves_nothing():
    four = tuple((subsolver, 4) for subsolver, _ in DEFAULTS.neighbourhood.subset_workers)
    steady = settings(neighbourhood={"subset_workers": four, "most_growth": 1.0, "subset_least_growth": 1.0})
    problem = desk(8, 10)
    model = posted(replace(problem, demand=tuple(replace(row, target=4) for row in problem.demand)), RULES)
    incumbent = Incumbent()
    search = NeighbourhoodSearch(*placed(model), incumbent, subsets(settings=steady))
    values = solved(model)  # nothing is left to find
    for _ in range(6):
        values = search.step(values)
    assert incumbent.cost == search.rows.objective_value(values)
    assert incumbent.bound is not None
    assert incumbent.bound < incumbent.cost  # what everybody's own month costs at least, and no more


# How a desk begins


def begun(
    problem: Problem, rulebook: Rulebook = RULES, time_limit: float = 5.0, settings: SearchSettings = DEFAULTS
) -> tuple[Incumbent, FirstRoster]:
    """What makes the first roster of a desk."""
    incumbent, (_, index) = Incumbent(), placed(posted(problem, rulebook))
    parameters = subsets(time_limit, threads=2, settings=settings)
    return incumbent, FirstRoster(SubproblemSolver(index, incumbent, parameters), parameters)


@pytest.mark.parametrize("together", [True, False])
def test_what_is_decided_together_at_first_is_mostly_the_proof(together):
    patient = settings(first_roster={"joint_seconds": 120.0})
    incumbent, first_roster = begun(three_shift_desk(30), read_rulebook({}), 120.0, patient)
    first_roster.improve_together() if together else first_roster.make()
    assert incumbent.bound == incumbent.cost
    assert incumbent.prover in (Engine.LNS, Engine.COLUMN_GENERATION)


def test_from_a_roster_that_misses_rows_nobody_is_decided_together_and_nothing_proved(monkeypatch):
    """Nobody can fill both shifts of a day, of twelve."""
    problem = replace(desk(12, 14), demand=(Demand("早", least=11, target=12), Demand("夜", least=11, target=12)))
    incumbent, first_roster = begun(problem)
    values = present(first_roster._take_last(first_roster.construction.levelled_rosters(random.Random(0))))
    own = incumbent.bound
    found, _ = first_roster._solve_jointly(values, list(range(12)))
    assert first_roster.rows.violations(found).any()
    assert (incumbent.cost, incumbent.bound) == (None, own)
    monkeypatch.setattr(FirstRoster, "_solve_jointly", lambda *_: pytest.fail("decided"))
    first_roster.improve_together()


def test_those_who_were_too_many_to_be_decided_are_not_asked_again(monkeypatch):
    asked = []

    def noted(self: FirstRoster, values: Ints, undecided: list[int]) -> tuple[Ints, bool]:
        asked.append(undecided)
        return values, len(asked) == 1

    _, first_roster = begun(tight_desk(12), read_rulebook({}))
    made = next(first_roster.construction.levelled_rosters(random.Random(0)))
    monkeypatch.setattr(FirstRoster, "_solve_jointly", noted)
    rosters = [(made, []), (made, [1, 2]), (made, [3]), (made, [4])]
    monkeypatch.setattr("scheduler.solver.column_generation.ColumnGeneration.rosters", lambda *_: iter(rosters))
    first_roster.make()
    assert asked == [[1, 2], [3]]


def test_a_part_tells_of_its_rosters_before_it_ends(monkeypatch):
    """What CP-SAT finds in a part is offered at once, however the part ends."""
    real = SubproblemSolver._solve_by_cp_sat

    def cut(self: SubproblemSolver, *words: Any) -> SubproblemSolution:
        real(self, *words)
        return SubproblemSolution(None, False)

    incumbent, first_roster = begun(three_shift_desk(30), read_rulebook({}))
    values = present(first_roster._take_last(first_roster.construction.levelled_rosters(random.Random(0))))
    before = incumbent.cost
    monkeypatch.setattr(SubproblemSolver, "_solve_by_cp_sat", cut)
    assert (first_roster._solve_jointly(values, list(range(30)))[0] == values).all()
    assert present(incumbent.cost) < present(before)
