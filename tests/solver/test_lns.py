"""Neighbourhoods: never worse, never illegal, and the optimum of what is small."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from ortools.sat.python import cp_model

from scheduler.audit.audit import audit
from scheduler.domain import Demand, Desk, Leave, Problem, Roster, Wish, Worker
from scheduler.domain.holidays import day_types
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import Rulebook, read_rulebook
from scheduler.solver.column_generation import PRICER
from scheduler.solver.incumbent import Incumbent, Progress
from scheduler.solver.lns import CREWS, DIRECT, FINDER, NeighbourhoodSearch
from scheduler.solver.mathopt import PartSolution, round_bound_up, solve_relaxation
from scheduler.solver.rows import Ints, Rows
from scheduler.solver.variable_index import VariableIndex
from scheduler.timeline import month_days
from tests.support.generated_desks import three_shift_desk, tight_desk
from tests.support.kit import THREE_SHIFTS

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
    problem, linear = model.problem, Rows.of(model.cp)
    workers = [worker.id for worker in problem.workers]
    places = [
        (at, workers.index(worker), problem.dates.index(first), problem.dates.index(last))
        for at, worker, first, last in model.places()
    ]
    return linear, VariableIndex(linear, places, len(workers), len(problem.dates))


def search(standing: Incumbent, model: RosterModel, seed: int = 0, patience: float = 2.0) -> NeighbourhoodSearch:
    """A search of the model."""
    return NeighbourhoodSearch(*placed(model), standing, seed, patience, patience)


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


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a small desk are small, too."""
    monkeypatch.setattr("scheduler.solver.lns.FIRST_PERSON_DAYS", 14)
    monkeypatch.setattr("scheduler.solver.lns.GUIDED_PERSON_DAYS", 20)


def roster_of(model: RosterModel, values: Ints) -> Roster:
    """The roster that an assignment stands for."""
    return model.roster_of(values)


def until(standing: Incumbent, *searches: NeighbourhoodSearch, seconds: float = 30.0) -> None:
    """Run searches at the same time until the standing says stop."""
    watchdog = threading.Timer(seconds, standing.halt)
    watchdog.start()
    with ThreadPoolExecutor(len(searches)) as threads:
        runs = [threads.submit(one.run) for one in searches]
    watchdog.cancel()
    for run in runs:
        run.result()


@BOOKS
def test_a_step_is_never_worse_and_breaks_nothing(rulebook, narrow):
    model = posted(desk(), rulebook)
    better = 0
    for seed in range(2):
        standing = Incumbent()
        one, values = search(standing, model, seed), solved(model, nobody=True)
        for _ in range(12):
            after = one.step(values)
            assert one.linear.keeps(after)
            assert one.linear.paid(after) <= one.linear.paid(values)
            better += one.linear.paid(after) < one.linear.paid(values)
            values = after
        assert standing.cost == one.linear.paid(values)
        assert standing.finder == FINDER
        found = audit(model.problem, rulebook, roster_of(model, values))
        assert not found.broken
        assert found.cost <= standing.cost
    assert better > 5


@pytest.mark.parametrize("method", [DIRECT, "HiGHS"])
def test_of_rosters_that_cost_the_same_another_one_is_found(method, narrow):
    """From the best roster of all on, whoever begins with it as a hint."""
    model = posted(desk(), STRETCHED)
    one, values = search(Incumbent(), model), solved(model)
    one.ways = [way for way in one.ways if way.method == method]
    one._most_patience = 9.0
    assert (one.step(values) == values).all()  # nothing was in vain yet
    seen = {values.tobytes()}
    for _ in range(8):
        after = one.step(values)
        assert one.linear.keeps(after)
        assert one.linear.paid(after) == one.linear.paid(values)
        values = after
        seen.add(values.tobytes())
    assert len(seen) > 3


def test_a_part_that_is_all_there_is_proves_what_it_finds_at_true_costs(monkeypatch):
    monkeypatch.setattr("scheduler.solver.lns.FINE", 0)  # where little costs were all, they would decide
    standing, model = Incumbent(), posted(desk(6, 10), STRETCHED)
    one, best = search(standing, model, patience=20.0), solved(model)
    one.patience = 30.0
    for way in one.ways:
        way.size = 60.0
    one.step(solved(model, nobody=True))
    assert standing.bound == standing.cost == one.linear.paid(best)


@BOOKS
def test_the_optimum_of_a_small_desk_is_reached(rulebook, narrow):
    for seed in range(2):
        model = posted(desk(6, 10, seed), rulebook)
        linear, standing = Rows.of(model.cp), Incumbent()
        best, idle = linear.paid(solved(model)), solved(model, nobody=True)
        assert best < linear.paid(idle)
        standing.found(idle, linear.paid(idle), "somebody")
        standing.proved(best, "CP-SAT")  # the search ends where it meets this
        until(standing, search(standing, model, seed))
        assert standing.cost == best
        assert linear.paid(standing.values) == best
        assert audit(model.problem, rulebook, roster_of(model, standing.values)).cost == best


def test_two_searches_share_what_they_find(narrow):
    model = posted(desk(), STRETCHED)
    told: list[Progress] = []
    linear, standing = Rows.of(model.cp), Incumbent(told.append)
    standing.proved(linear.paid(solved(model)), "CP-SAT")
    until(standing, *(search(standing, model, seed) for seed in range(2)))
    assert standing.cost == standing.bound == linear.paid(standing.values)
    assert linear.keeps(standing.values)
    costs = [at.incumbent for at in told if at.incumbent is not None]
    assert all(later < earlier for earlier, later in pairwise(costs))


@BOOKS
@pytest.mark.parametrize("least", [0, 1])
def test_a_search_makes_its_own_first_roster(rulebook, least, narrow):
    """With a minimum on each shift, a first roster may miss some, and the steps mend it."""
    problem = desk(6, 9)
    problem = replace(problem, demand=tuple(replace(row, least=least) for row in problem.demand))
    model = posted(problem, rulebook)
    standing = Incumbent()
    one = search(standing, model)
    values = one.start()
    assert values is not None
    missed = one.linear.strays(values)
    assert not missed[~one.places.shared].any()  # nobody's own rules are bent for it
    assert ((one.linear.least <= values) & (values <= one.linear.most)).all()
    assert (standing.cost is not None) == one.linear.keeps(values)
    if not least:
        assert one.linear.keeps(values)
    again = Incumbent()
    again.proved(one.linear.paid(solved(model)), "CP-SAT")
    until(again, search(again, model))
    assert again.cost == again.bound
    assert not audit(problem, rulebook, roster_of(model, again.values)).broken


def test_what_is_missed_never_gets_worse_either(narrow):
    problem = desk(6, 9)
    problem = replace(problem, demand=tuple(replace(row, least=1) for row in problem.demand))
    model = posted(problem, STRETCHED)
    standing = Incumbent()
    one = search(standing, model)
    values = np.where(one.places.placed, 0, one.linear.least)
    values[resting(model)] = 1

    def worth(of: Ints) -> int:
        return one.linear.paid(of) + one.price * int(one.linear.strays(of).sum())

    assert not one.linear.keeps(values)
    for _ in range(60):
        after = one.step(values)
        assert worth(after) <= worth(values)
        assert (standing.cost is not None) == one.linear.keeps(after)  # nobody is offered what is missed
        values = after
        if one.linear.keeps(values):
            break
    assert one.linear.keeps(values)


def test_what_a_part_makes_worse_is_not_kept(narrow, monkeypatch):
    model = posted(desk(6, 9), STRETCHED)
    standing, best, idle = Incumbent(), solved(model), solved(model, nobody=True)
    one = search(standing, model)
    monkeypatch.setattr(one, "_solved", lambda *words: PartSolution(idle, True))
    assert one.step(best) is best
    assert standing.cost is None
    monkeypatch.setattr(one, "_solved", lambda *words: PartSolution(best, True))
    assert one.step(idle) is best
    assert standing.cost == one.linear.paid(best)


def test_another_searchs_first_roster_is_taken(narrow, monkeypatch):
    model = posted(desk(), STRETCHED)
    standing, idle = Incumbent(), solved(model, nobody=True)
    one = search(standing, model)
    standing.found(idle, one.linear.paid(idle), "somebody")
    monkeypatch.setattr(one, "start", lambda: pytest.fail("there is a first roster"))
    until(standing, one)
    assert standing.finder == FINDER
    assert standing.cost == one.linear.paid(solved(model))


def test_a_step_after_the_end_gives_back_what_it_was_given():
    model = posted(desk(4, 7), STRETCHED)
    standing, idle = Incumbent(), solved(model, nobody=True)
    standing.halt()
    assert search(standing, model).step(idle) is idle


@pytest.mark.parametrize(("people", "days"), [(1, 1), (1, 14), (3, 1)])
def test_a_desk_may_be_as_small_as_can_be(people, days):
    problem = replace(desk(6, 14), workers=desk().workers[:people], wishes=(), leave=())
    problem = replace(problem, days=problem.days[:days])
    model = posted(problem, STRETCHED)
    one = search(Incumbent(), model)
    values = one.start()
    assert values is not None
    for _ in range(3):
        values = one.step(values)
    assert one.linear.keeps(values)
    assert one.linear.paid(values) == one.linear.paid(solved(model))


# A first roster after the linear relaxation


def guided(standing: Incumbent, model: RosterModel, seed: int = 0) -> NeighbourhoodSearch:
    """A search that looks at the relaxation first."""
    return NeighbourhoodSearch(*placed(model), standing, seed, 5.0, 5.0, guided=True)


@BOOKS
def test_a_guided_search_begins_with_a_roster_that_keeps_every_row(rulebook, narrow):
    for seed in range(2):
        model = posted(desk(6, 10, seed), rulebook)
        standing = Incumbent()
        one = guided(standing, model, seed)
        values = one.start()
        assert values is not None
        assert one.linear.keeps(values)
        assert one.linear.paid(values) == standing.cost
        assert standing.finder == FINDER
        found = audit(model.problem, rulebook, roster_of(model, values))
        assert not found.broken
        assert found.cost == standing.cost  # nor is anything paid for nothing


def test_a_guided_first_roster_is_near_the_optimum(narrow):
    model = posted(desk(6, 10), STRETCHED)
    linear = Rows.of(model.cp)
    best, idle = linear.paid(solved(model)), linear.paid(solved(model, nobody=True))
    values = guided(Incumbent(), model).start()
    assert best <= linear.paid(values) < best + (idle - best) / 4


@BOOKS
def test_what_follows_from_whole_cells_is_settled_as_cheaply_as_can_be(rulebook, monkeypatch):
    model = posted(desk(6, 10), rulebook)
    one, best = guided(Incumbent(), model), solved(model)
    halves = np.where(one.places.placed, best, (one.linear.least + one.linear.most) / 2)
    monkeypatch.setattr(one, "_in_groups", lambda *words: halves)
    values = one.start()
    assert values is not None
    assert one.linear.keeps(values)
    assert (values == best)[one.places.placed].all()
    assert one.linear.paid(values) == one.linear.paid(best)


@BOOKS
def test_a_guided_first_roster_may_miss_what_people_share_and_nothing_else(rulebook, narrow):
    problem = desk(6, 9)
    problem = replace(problem, demand=tuple(replace(row, least=1) for row in problem.demand))
    model = posted(problem, rulebook)
    standing = Incumbent()
    one = guided(standing, model)
    values = one.start()
    assert values is not None
    assert not one.linear.strays(values)[~one.places.shared].any()
    assert ((one.linear.least <= values) & (values <= one.linear.most)).all()
    assert (standing.cost is not None) == one.linear.keeps(values)


def test_a_guided_search_makes_its_own_first_roster_where_others_have_one(narrow):
    model = posted(desk(6, 10), STRETCHED)
    standing, idle = Incumbent(), solved(model, nobody=True)
    linear = Rows.of(model.cp)
    standing.found(idle, linear.paid(idle), "somebody")
    values = guided(standing, model).start()
    assert values is not idle
    assert linear.keeps(values)
    assert (standing.cost, standing.finder) == (linear.paid(values), FINDER)


def test_without_time_for_the_relaxation_a_guided_search_begins_like_others(narrow, monkeypatch):
    asked = []
    monkeypatch.setattr("scheduler.solver.lns.solve_relaxation", lambda *words: asked.append(words))
    model = posted(desk(), STRETCHED)
    one = guided(Incumbent(), model)
    values = one.start()
    assert len(asked) == 1
    assert one.linear.keeps(values)


def test_a_guided_search_whose_groups_find_nothing_takes_anothers_roster(narrow, monkeypatch):
    model = posted(desk(), STRETCHED)
    linear = Rows.of(model.cp)
    groups = []
    monkeypatch.setattr(
        "scheduler.solver.lns.solve_partly_integer", lambda part, seconds, placed, gap: groups.append(int(placed.sum()))
    )
    standing, idle = Incumbent(), solved(model, nobody=True)
    assert guided(standing, model).start() is None
    loose = solve_relaxation(linear, 30.0)
    assert loose is not None
    assert (standing.bound, standing.prover) == (round_bound_up(loose.cost), "HiGHS")  # the relaxation has proved this
    assert groups[0] > groups[-1]  # they were halved first
    standing.found(idle, linear.paid(idle), "somebody")
    assert guided(standing, model).start() is idle


def test_a_guided_search_reaches_the_optimum(narrow):
    model = posted(desk(6, 10), STRETCHED)
    standing = Incumbent()
    standing.proved(Rows.of(model.cp).paid(solved(model)), "CP-SAT")
    until(standing, guided(standing, model))
    assert standing.cost == standing.bound


# What hangs together


@BOOKS
def test_some_people_on_some_days_are_freed_with_what_follows_from_them(rulebook):
    model = posted(desk(), rulebook)
    linear, places = placed(model)
    at, rng = cells(model), random.Random(1)
    for _ in range(20):
        people = np.array([rng.random() < 0.4 for _ in range(places.workers)])
        days = np.zeros(places.days, bool)
        first = rng.randrange(places.days)
        days[first : first + rng.randint(1, 5)] = True
        free = places.free(people, days)
        assert len(set(free.tolist())) == len(free)
        for index, (worker, day) in at.items():
            assert (index in free) == (people[worker] and days[day])
        for index, worker, start, end in model.places():
            number = [one.id for one in model.problem.workers].index(worker)
            span = slice(model.problem.dates.index(start), model.problem.dates.index(end) + 1)
            assert (index in free) == (people[number] and days[span].any())
        # no row is left in which a derived variable could not follow
        touched = np.unique(linear.columns[:, free].indices)
        beside = np.setdiff1d(np.unique(linear.rows[touched].indices), free)
        assert places.placed[beside].all()
        assert set(np.flatnonzero(~places.placed[free]).tolist()) or not free.size


def test_costs_lie_on_the_days_that_cause_them():
    problem = desk()
    wish = Wish("W3", problem.dates[8], True, "早", weight=9)
    free = Demand("早", weight_spare=0)  # nobody is needed, and nobody is too many
    problem = replace(problem, demand=(free,), wishes=(wish,), leave=())
    model = posted(problem, STRETCHED)
    _, places = placed(model)
    costs = places.costs(solved(model, nobody=True))
    assert np.flatnonzero(costs > 1e-9).tolist() == [8]
    assert costs[8] == pytest.approx(9)
    assert not places.costs(solved(model)).any()


def test_misses_lie_on_the_days_of_their_rows():
    model = posted(replace(desk(), demand=(Demand("早", "2026-12-06", least=2, target=2),), wishes=()), RULES)
    linear, places = placed(model)
    values = np.where(places.placed, 0, linear.least)
    values[resting(model)] = 1
    missed = linear.strays(values)
    assert missed[places.shared].any()
    assert not missed[~places.shared].any()
    assert np.flatnonzero(places.strays(missed) > 1e-9).tolist() == [5]


# Crews


def test_a_crew_that_is_the_whole_month_is_the_proof():
    model = posted(desk(8, 10), RULES)
    standing = Incumbent()
    NeighbourhoodSearch(*placed(model), standing, 0, 5.0, 5.0, crews=True).run()
    linear = Rows.of(model.cp)
    assert standing.values is not None
    assert linear.keeps(standing.values)
    assert standing.cost == standing.bound == linear.paid(solved(model))
    assert (standing.finder, standing.prover) == (FINDER, FINDER)


def test_a_crew_that_is_not_everybody_proves_nothing(monkeypatch):
    monkeypatch.setattr("scheduler.solver.lns.CREWS", dict.fromkeys(CREWS, 4))
    for growth in ("GROW", "VAIN"):
        monkeypatch.setattr(f"scheduler.solver.lns.{growth}", 1.0)
    problem = desk(8, 10)
    model = posted(replace(problem, demand=tuple(replace(row, target=4) for row in problem.demand)), RULES)
    standing = Incumbent()
    search = NeighbourhoodSearch(*placed(model), standing, 0, 5.0, 5.0, crews=True)
    values = solved(model)  # nothing is left to find
    for _ in range(6):
        values = search.step(values)
    assert standing.cost == search.linear.paid(values)
    assert standing.bound is not None
    assert standing.bound < standing.cost  # what everybody's own month costs at least, and no more


# How a desk begins


def begun(problem: Problem, rulebook: Rulebook = RULES, patience: float = 5.0) -> tuple[Incumbent, NeighbourhoodSearch]:
    """A search of a desk, with crews."""
    standing, rows = Incumbent(), placed(posted(problem, rulebook))
    return standing, NeighbourhoodSearch(*rows, standing, 0, patience, patience, crews=True, threads=2)


@pytest.mark.parametrize("together", [True, False])
def test_what_is_decided_together_at_first_is_mostly_the_proof(together, monkeypatch):
    monkeypatch.setattr("scheduler.solver.lns.TOGETHER", 30.0)
    standing, search = begun(three_shift_desk(30), read_rulebook({}), 30.0)
    search.together() if together else search.start()
    assert standing.bound == standing.cost
    assert standing.prover in (FINDER, PRICER)


def test_from_a_roster_that_misses_rows_nobody_is_decided_together_and_nothing_proved(monkeypatch):
    """Nobody can fill both shifts of a day, of twelve."""
    problem = replace(desk(12, 14), demand=(Demand("早", least=11, target=12), Demand("夜", least=11, target=12)))
    standing, search = begun(problem)
    values = search._made_one_by_one(search._alone.even(random.Random(0)))
    own = standing.bound
    found, _ = search._decided(values, list(range(12)))
    assert search.linear.strays(found).any()
    assert (standing.cost, standing.bound) == (None, own)
    monkeypatch.setattr(NeighbourhoodSearch, "_decided", lambda *_: pytest.fail("decided"))
    search.together()


def test_those_who_were_too_many_to_be_decided_are_not_asked_again(monkeypatch):
    asked = []

    def noted(self: NeighbourhoodSearch, values: Ints, undecided: list[int]) -> tuple[Ints, bool]:
        asked.append(undecided)
        return values, len(asked) == 1

    _, search = begun(tight_desk(12), read_rulebook({}))
    made = next(search._alone.even(random.Random(0)))
    monkeypatch.setattr(NeighbourhoodSearch, "_decided", noted)
    rosters = [(made, []), (made, [1, 2]), (made, [3]), (made, [4])]
    monkeypatch.setattr("scheduler.solver.column_generation.ColumnGeneration.rosters", lambda *_: iter(rosters))
    search.start()
    assert asked == [[1, 2], [3]]


def test_a_part_tells_of_its_rosters_before_it_ends(monkeypatch):
    """What CP-SAT finds in a part is offered at once, however the part ends."""
    real = NeighbourhoodSearch._cp_sat

    def cut(self: NeighbourhoodSearch, *words: object) -> PartSolution:
        real(self, *words)
        return PartSolution(None, False)

    standing, search = begun(three_shift_desk(30), read_rulebook({}))
    values = search._made_one_by_one(search._alone.even(random.Random(0)))
    before = standing.cost
    monkeypatch.setattr(NeighbourhoodSearch, "_cp_sat", cut)
    assert (search._decided(values, list(range(30)))[0] == values).all()
    assert standing.cost < before
