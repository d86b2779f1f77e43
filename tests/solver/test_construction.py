"""One person after another: rosters that keep each person's rules, evenly filled, and bounds that no roster beats."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from ortools.sat.python import cp_model
from scipy import sparse

from scheduler.domain import Demand, Leave, Problem, Wish
from scheduler.rules.book import read_rulebook
from scheduler.solver.construction import Construction
from scheduler.solver.cp_sat import IncumbentWatch
from scheduler.solver.incumbent import Engine, Incumbent, Progress
from scheduler.solver.outcome import Impossible, Undecided
from scheduler.solver.rows import FREE, Ints, Rows, Subproblem
from scheduler.solver.solve import solve
from scheduler.solver.variable_index import NOBODY, VariableIndex
from tests.solver.test_lns import RULES, STRETCHED, desk, placed, posted
from tests.solver.test_strategy import checked
from tests.support.generated_desks import three_shift_desk, tight_desk
from tests.support.narrowing import present, undecided
from tests.support.search_settings import settings

BOOK = read_rulebook({})


def at_hand(problem: Problem, rulebook=BOOK, threads: int = 1) -> tuple[Rows, VariableIndex, Construction]:
    """A problem's rows, whom they speak of, and its people one by one."""
    rows, index = placed(posted(problem, rulebook))
    return rows, index, Construction(index, Incumbent(), 5.0, threads)


def best(rows: Rows, kept_rows: Ints) -> int:
    """The least cost where only some rows are kept."""
    kept = replace(
        rows, matrix=rows.matrix[kept_rows], row_lower=rows.row_lower[kept_rows], row_upper=rows.row_upper[kept_rows]
    )
    model, _ = kept.subproblem(np.arange(len(rows.cost)), rows.lower).model()
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.subsolvers.append("max_lp")
    assert solver.solve(model) == cp_model.OPTIMAL
    return round(solver.objective_value) + rows.offset


def by_hand(
    people: int, asked: list[int], costs: dict[tuple[int, int], int] | None = None, made_good: bool = True
) -> VariableIndex:
    """Everybody takes one of some shifts; each shift asks for so many heads, and a head missing costs 5, if that may be."""
    shifts = len(asked)
    takes, missing = people * shifts, shifts
    matrix = np.zeros((people + shifts, takes + missing), np.int64)
    for person in range(people):
        matrix[person, person * shifts : (person + 1) * shifts] = 1
    for shift in range(shifts):
        matrix[people + shift, shift:takes:shifts] = 1
        matrix[people + shift, takes + shift] = made_good
    cost = np.zeros(takes + missing, np.int64)
    cost[takes:] = 5
    for (person, shift), price in (costs or {}).items():
        cost[person * shifts + shift] = price
    low = np.array([1] * people + asked)
    high = np.array([1] * people + [FREE] * shifts)
    most = np.array([1] * takes + [people] * missing)
    rows = Rows(
        matrix=sparse.csr_array(matrix),
        row_lower=low,
        row_upper=high,
        lower=np.zeros_like(most),
        upper=most,
        cost=cost,
        offset=0,
    )
    return VariableIndex(rows, [(at, at // shifts, 0, 0) for at in range(takes)], people, 1)


# Whose what is


def test_what_hangs_on_one_persons_variables_is_theirs():
    problem = three_shift_desk(9)
    model = posted(problem, BOOK)
    rows, index = placed(model)
    owners = index.owners()
    assert (owners[index.is_assignment] == index.owner[index.is_assignment]).all()
    seen = set()
    for row in range(len(rows.row_lower)):
        columns = rows.matrix[[row]].indices
        people = set(owners[columns].tolist())
        derived = [column for column in columns.tolist() if not index.is_assignment[column]]
        theirs = set(index.owner[columns[index.is_assignment[columns]]].tolist())
        seen.add((len(theirs) > 1, bool(derived)))
        if len(theirs) > 1:
            assert {int(owners[column]) for column in derived} <= {NOBODY}
        elif NOBODY not in people:
            assert len(people) == 1
    assert {(False, True), (True, True), (True, False), (False, False)} <= seen
    shares = [column for column in np.flatnonzero(~index.is_assignment).tolist() if owners[column] != NOBODY]
    assert len({int(owners[column]) for column in shares}) == 9  # everybody's own hours and nights


# Rosters


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("made", [three_shift_desk, tight_desk])
def test_everybody_keeps_their_own_rules_and_rosters_get_cheaper(made, threads):
    problem = made(34)
    rows, index, people = at_hand(problem, threads=threads)
    costs = []
    for values in people.rosters(random.Random(3)):
        missed = rows.violations(values)
        assert not missed[~index.coupling & (rows.matrix @ index.is_assignment > 0)].any()
        assert (values[index.is_assignment] <= rows.upper[index.is_assignment]).all()
        costs.append(people._penalised_cost(values))  # with what it costs to make good what is missed
    assert len(costs) > 3
    assert min(costs) < 2 / 3 * costs[0]


@pytest.mark.parametrize("asked", [[6, 3, 3], [10, 1, 1]])
def test_heads_are_shared_evenly_by_those_who_come(asked):
    """At any time each shift has its part, but for one head: nobody comes too late for a shift that asks for few."""
    index = by_hand(12, asked)
    values = next(Construction(index, Incumbent(), 5.0).rosters(random.Random(0)))
    order = list(range(12))
    random.Random(0).shuffle(order)
    heads = values[:36].reshape(12, 3)[order].cumsum(0)
    assert heads[-1].tolist() == asked
    parts = np.outer(np.arange(1, 13) / 12, asked)
    assert (abs(heads - parts) <= 1).all()


def test_own_costs_come_before_even_filling_until_true_costs_count():
    """Two would pay 1 for the shift that is short, where a head missing costs 5."""
    index = by_hand(4, [2, 2], {(0, 1): 1, (1, 1): 1, (2, 1): 1, (3, 1): 1})
    rosters = list(Construction(index, Incumbent(), 5.0).rosters(random.Random(0)))
    heads = [values[:8].reshape(4, 2).sum(0).tolist() for values in rosters]
    assert heads[0] == [4, 0]
    assert heads[-1] == [2, 2]
    assert heads.index([2, 2]) > 1


@pytest.mark.parametrize(
    ("asked", "made_good", "again"), [(2, True, 0), (2, False, 2), (4, False, 4), (6, False, 4)], ids=str
)
def test_who_could_comes_again_for_what_nothing_else_makes_good(asked, made_good, again, monkeypatch):
    """Of forty people who would pay 1 for the shift that is short, as many do as are missing, and no more than a tenth."""
    index, real, made = (
        by_hand(40, [10, asked], {(person, 1): 1 for person in range(40)}, made_good),
        Construction.solve_column,
        [],
    )

    def counted(self, person, cost, gap=0.0):
        made.append(person)
        return real(self, person, cost, gap)

    monkeypatch.setattr(Construction, "solve_column", counted)
    construction = Construction(index, Incumbent(), 5.0)
    values = present(construction.construct_round(np.zeros(82, np.int64), random.Random(0), first=True))
    assert values[:80].reshape(40, 2).sum(0).tolist() == [40 - again, again]
    assert len(made) == 40 + again


def test_people_with_the_same_rows_have_each_their_own_month(monkeypatch):
    """One of some alike may not take one duty; what one of them wishes for is nobody else's wish."""
    real, made = Subproblem.model, []

    def counted(subproblem):
        made.append(subproblem)
        return real(subproblem)

    monkeypatch.setattr(Subproblem, "model", counted)
    rows, _, people = at_hand(replace(desk(6, 10), leave=(), wishes=()), RULES)
    alike = [person for person in range(6) if len(people.own_variables[person]) == len(people.own_variables[0])]
    assert len(alike) > 2
    duty = next(at for at, column in enumerate(people.own_variables[0]) if people.index.is_assignment[column])
    most = rows.upper.copy()
    most[people.own_variables[alike[1]][duty]] = 0
    people = Construction(VariableIndex(replace(rows, upper=most), table(people.index), 6, 10), Incumbent(), 5.0)
    for person in (*alike, *alike):
        wish = np.zeros(len(people.own_variables[person]), np.int64)
        for worth in (-2, -1, 1):
            wish[duty] = worth
            month = people.solve_column(person, wish)
            assert month is not None
            assert month.lower_bound == int(wish @ month.values) == (min(worth, 0) if person != alike[1] else 0)
    assert len(made) < len(alike)
    assert len({id(people._model_of(person)) for person in range(6)}) == 6


def test_one_who_can_do_nothing_right_ends_it():
    problem = desk(6, 10)
    problem = replace(problem, wishes=())
    rows, index = placed(posted(problem, RULES))
    own = np.flatnonzero(~index.coupling)
    low = rows.row_lower.copy()
    low[own[0]] = 99  # asks more of one person than there is
    impossible = replace(rows, row_lower=low, row_upper=np.maximum(rows.row_upper, low))
    people = Construction(VariableIndex(impossible, table(index), 6, 10), Incumbent(), 5.0)
    assert list(people.rosters(random.Random(0))) == []
    assert people.bound() <= best(rows, np.arange(len(rows.row_lower)))


def table(index: VariableIndex) -> list[tuple[int, int, int, int]]:
    """What each placed variable speaks of."""
    at = np.flatnonzero(index.is_assignment)
    return list(
        zip(at.tolist(), index.owner[at].tolist(), index.first[at].tolist(), index.last[at].tolist(), strict=True)
    )


def test_no_more_people_come_after_a_halt():
    rows, index = placed(posted(three_shift_desk(12), BOOK))
    incumbent = Incumbent()
    rosters = Construction(index, incumbent, 5.0).rosters(random.Random(0))
    next(rosters)
    incumbent.stop()
    assert list(rosters) == []
    assert rows.matrix.shape[0]


def test_one_seed_makes_one_roster():
    def last() -> Ints:
        *_, values = at_hand(three_shift_desk(15))[2].rosters(random.Random(7))
        return values

    first = last()
    assert (first == last()).all()


# Bounds


@pytest.mark.parametrize("made", [three_shift_desk, tight_desk])
@pytest.mark.parametrize("seed", range(2))
def test_everybodys_own_least_is_a_bound_and_the_best_that_own_rows_alone_give(made, seed):
    rows, index, people = at_hand(made(12, seed))
    values = np.maximum(
        rows.lower, np.where(rows.cost > 0, rows.upper, rows.lower)
    )  # everybody pays all there is to pay
    people.workers_above_bound(values)
    own = np.flatnonzero(~index.coupling)
    assert people.bound() == best(rows, own)


def test_before_anything_is_proved_the_bound_is_what_variables_cost_at_least():
    rows, _, people = at_hand(three_shift_desk(12))
    floor = np.minimum(rows.cost * rows.lower, rows.cost * rows.upper).sum() + rows.offset
    assert people.bound() == floor


def test_those_who_pay_more_than_they_have_to_are_told():
    """W2 wishes for a day off that approved leave gives, W3 for one that it refuses, W4 is on duty against a wish."""
    problem = desk(6, 7)
    days = problem.dates
    wishes = (Wish("W3", days[1], True, "早", weight=4), Wish("W4", days[2], False, "", weight=1))
    problem = replace(problem, wishes=wishes, leave=(Leave("W3", days[1], days[1]),))
    model = posted(problem, RULES)
    rows, index = placed(model)
    people = Construction(index, Incumbent(), 5.0)
    values = np.where(index.is_assignment, 0, rows.lower)
    *_, values = people.rosters(random.Random(0))
    cell = undecided(next(cell for key, cell in model._cells.items() if key[:2] == ("W4", days[2])))
    assert 4 not in people.workers_above_bound(values)
    assert 3 not in people.workers_above_bound(values)
    worse = values.copy()
    worse[cell.index] = 1
    on = undecided(model.rests_on("W4", days[2]))
    worse[on.index if on.index >= 0 else -on.index - 1] = int(on.index < 0)
    assert people.workers_above_bound(worse) == [4]


def test_those_are_told_of_whom_there_is_one_too_many():
    """Three of four stand where two are asked for, and only that two are too many costs anything there."""
    index = by_hand(4, [0, 2])
    rows = index.rows
    high = rows.row_upper.copy()
    high[4] = 2  # heads of the first shift
    people = Construction(VariableIndex(replace(rows, row_upper=high), table(index), 4, 1), Incumbent(), 5.0)
    takes = [[1, 0], [0, 1], [1, 0], [1, 0]]
    values = np.array([*np.ravel(takes), 0, 1])
    assert people.overcovering_workers(values) == [0, 2, 3]
    values[4:6] = 0, 1
    assert people.overcovering_workers(values) == []


# The search of a large desk


LARGE = settings(strategy={"large_workers": 12})  # a desk of twelve people is a large one


@pytest.mark.parametrize("cores", [1, 2, 4])
def test_a_large_desk_begins_one_by_one_and_ends_with_the_proof(cores):
    problem = desk(14, 10)
    told: list[Progress] = []
    outcome = checked(solve(problem, RULES, cores=cores, listener=told.append, settings=LARGE), problem, RULES)
    assert outcome.status == "OPTIMAL"
    assert {at.finder for at in told if at.incumbent is not None} == {Engine.LNS}
    for before, after in pairwise(at.incumbent for at in told if at.incumbent is not None):
        assert after <= before


def test_cp_sat_is_asked_only_where_nobody_has_a_roster(monkeypatch):
    asked = []
    real = Incumbent.run

    def noted(self, solver, model, watch=None):
        asked.append(isinstance(watch, IncumbentWatch))
        return real(self, solver, model, watch)

    monkeypatch.setattr(Incumbent, "run", noted)
    checked(solve(desk(14, 10), RULES, settings=LARGE), desk(14, 10), RULES)
    assert not any(asked)
    monkeypatch.setattr("scheduler.solver.column_generation.ColumnGeneration.rosters", lambda *_: iter(()))
    checked(solve(desk(12, 5), RULES, settings=LARGE), desk(12, 5), RULES)
    assert any(asked)


@pytest.mark.parametrize("cores", [1, 2])
def test_a_month_without_a_roster_has_none_one_by_one_either(cores):
    everybody_is_too_few = replace(desk(12, 5), demand=(Demand("早", least=13, target=13),))
    assert isinstance(solve(everybody_is_too_few, RULES, cores=cores, settings=LARGE), Impossible)
    day = desk(12, 5).dates[2]
    nobody_there = replace(
        desk(12, 5),
        demand=(Demand("早", least=1, target=1),),
        leave=tuple(Leave(worker.id, day, day) for worker in desk(12, 5).workers),
    )
    assert isinstance(solve(nobody_there, RULES, cores=cores, settings=LARGE), Impossible)


def test_no_time_for_anything_is_no_fault():
    assert isinstance(solve(three_shift_desk(40), BOOK, time_limit=0.01, settings=LARGE), Undecided)


def never(*_: object, **__: object) -> object:
    """What should not be asked."""
    raise AssertionError("one by one")


@pytest.mark.parametrize(("people", "rulebook"), [(11, RULES), (12, STRETCHED)], ids=["small", "stretches"])
def test_other_desks_do_not_begin_so(people, rulebook, monkeypatch):
    monkeypatch.setattr("scheduler.solver.strategy.FirstRoster", never)
    problem = desk(people, 4)
    checked(solve(problem, rulebook, settings=LARGE), problem, rulebook)
    with pytest.raises(AssertionError, match="one by one"):
        solve(desk(12, 5), RULES, settings=LARGE)


def test_from_a_roster_on_months_are_made_at_true_costs():
    """All four stand where two are asked for, and two missing elsewhere cost more than two would pay."""
    index = by_hand(4, [2, 2], {(person, 1): 1 for person in range(4)})
    values = np.array([1, 0] * 4 + [0, 2])
    after = next(Construction(index, Incumbent(), 5.0).rosters_at_true_costs(values, random.Random(0)))
    assert after[:8].reshape(4, 2).sum(0).tolist() == [2, 2]
