"""Column generation: prices prove bounds that no roster beats, and the mix of months fits."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache, partial

import numpy as np
import pytest

from scheduler.solver.column_generation import ColumnGeneration
from scheduler.solver.construction import COST_SCALE, Construction
from scheduler.solver.incumbent import Incumbent
from scheduler.solver.mathopt import BasicSolution, solve_basic
from scheduler.solver.rows import FREE, Ints, Rows
from scheduler.solver.settings import DEFAULTS
from scheduler.solver.variable_index import VariableIndex
from tests.solver.test_construction import BOOK, best, by_hand, table
from tests.solver.test_lns import RULES, STRETCHED, desk, placed, posted
from tests.support.generated_desks import three_shift_desk
from tests.support.narrowing import present

DESKS = {
    "desk": (three_shift_desk(12), BOOK),
    "single days": (desk(6, 10), RULES),
    "stretches": (desk(6, 10), STRETCHED),
}


@cache
def made(name: str) -> tuple[VariableIndex, int]:
    """A desk's rows and whom they speak of, and what its best roster costs."""
    rows, index = placed(posted(*DESKS[name]))
    return index, best(rows, np.arange(len(rows.row_lower)))


def of(index: VariableIndex, seconds: float = 4.0) -> tuple[ColumnGeneration, Incumbent]:
    """The columns of a problem, none of them known yet, and where it stands."""
    incumbent = Incumbent()
    return ColumnGeneration(Construction(index, incumbent, 5.0, 2), incumbent, seconds), incumbent


def drawn(columns: ColumnGeneration, rng: random.Random) -> Ints:
    """Any prices that have a meaning: none for a side that is not there."""
    construction = columns._construction
    largest = rng.choice((3, 30)) * COST_SCALE
    return np.array(
        [
            rng.choice((0, rng.randint(-largest if high < FREE else 0, largest if low > -FREE else 0)))
            for low, high in zip(construction.row_lower, construction.row_upper, strict=True)
        ]
    )


@pytest.fixture(params=DESKS)
def known(request: pytest.FixtureRequest) -> tuple[ColumnGeneration, int]:
    """Columns of a desk after a round of even filling, and what its best roster costs."""
    index, optimum = made(request.param)
    columns, _ = of(index)
    columns._add_columns(
        present(
            columns._construction.construct_round(columns._construction.empty_assignment, random.Random(0), first=True)
        )
    )
    return columns, optimum


def test_no_prices_prove_more_than_the_best_roster_costs(known):
    columns, optimum = known
    rng, bounds = random.Random(1), []
    for _ in range(6):
        bounds.append(columns._dual_bound(drawn(columns, rng)))
    bounds.append(columns._dual_bound(np.zeros_like(columns._construction.row_lower)))
    assert max(bounds) <= optimum
    assert len(set(bounds)) > 1


def test_what_is_remembered_proves_no_more_than_a_solver_does(known):
    """Months that are known, and costs at which a least was proved, save the solver its work and change nothing."""
    columns, _ = known
    rng = random.Random(2)
    prices = drawn(columns, rng)
    for _ in range(5):  # ever other prices, near those before
        columns._dual_bound(prices)
        near = drawn(columns, rng)
        prices = np.where(np.array([rng.random() < 0.2 for _ in near]), near, prices)
        for person in range(columns._construction.index.workers):
            cost = columns._construction.reduced_costs(person, prices)
            fresh = columns._construction.solve_column(person, cost)
            assert columns._price_column(person, cost)[0] == fresh.lower_bound == int(cost @ fresh.values)


@pytest.mark.parametrize("known", ["single days", "stretches"], indirect=True)
def test_the_bound_of_a_desk_is_near_its_best_roster(known):
    """No relaxation of the rows as they stand comes nearer: each person's month is whole."""
    columns, optimum = known
    construction, incumbent = columns._construction, columns._incumbent
    columns._seconds = 60.0
    *rosters, (values, undecided) = columns.rosters(random.Random(0))
    assert len(rosters) + 1 == DEFAULTS.construction.levelling_rounds + len(
        DEFAULTS.column_generation.boxes
    )  # it ends by itself
    relaxed = solve_basic(
        construction.index.rows.subproblem(np.arange(len(values)), values).softened(
            np.zeros(len(construction._rows.row_lower), bool), 1
        ),
        60.0,
    )
    assert present(relaxed).cost - 1e-6 + construction._rows.offset <= incumbent.bound <= optimum
    assert incumbent.bound >= 0.9 * optimum
    assert set(undecided) <= set(range(construction.index.workers))


def test_each_mixed_month_is_one_that_is_known_and_keeps_its_persons_rows(known):
    columns, _ = known
    rows, index = columns._rows, columns._construction.index
    for values, _ in columns.rosters(random.Random(0)):
        missed = rows.violations(values)
        assert not missed[~index.coupling & (rows.matrix @ index.is_assignment > 0)].any()


def test_the_mix_costs_what_its_months_cost():
    """Two of four are asked for at the second shift, where each would pay 1; one more missing costs 5."""
    index = by_hand(4, [2, 2], {(person, 1): 1 for person in range(4)})
    columns, _ = of(index)
    takes = np.array([[1, 0], [1, 0], [1, 0], [1, 0]])
    columns._add_columns(np.array([*takes.ravel(), 0, 0]))
    master = present(columns._solve_master(0.0, 9.0))
    assert master.cost == pytest.approx(10)
    assert master.undecided == []
    assert master.duals.tolist() == [0, 5 * COST_SCALE]
    columns._add_columns(np.array([*(1 - takes).ravel(), 0, 0]))
    master = present(columns._solve_master(0.0, 9.0))
    assert master.cost == pytest.approx(2)
    heads = master.values[:8].reshape(4, 2).sum(0)
    assert heads.tolist() == [2, 2] or master.undecided
    assert columns._dual_bound(master.duals) == 2


@pytest.mark.parametrize(("prices", "cheapest"), [(None, [1, 0]), ([0, 9 * COST_SCALE], [0, 1])])
def test_people_with_the_same_rows_get_to_know_the_cheapest_of_each_others_months(prices, cheapest):
    """The second shift costs one more for each; the third may not come to it, so that month would break the third's rows."""
    index = by_hand(4, [2, 2], {(person, 1): 1 + person for person in range(4)})
    rows, most = index.rows, index.rows.upper.copy()
    most[2 * 2 + 1] = 0
    columns, _ = of(VariableIndex(replace(rows, upper=most), table(index), 4, 1))
    columns._from_others = 1
    construction = columns._construction
    for person in range(4):
        assert construction.solve_column(person, construction.reduced_costs(person)) is not None
    assert [sorted(people) for people in sorted(construction.identical_workers, key=len)] == [[2], [0, 1, 3]]
    months = [[1, 0], [1, 0], [1, 0], [0, 1]]
    columns._add_columns(np.array([*np.ravel(months), 0, 0]), None if prices is None else np.array(prices))
    for person in range(4):
        known = {tuple(columns._values[column]): columns._cost[column] for column in columns._columns_of[person]}
        wanted = {tuple(months[person])} if person == 2 else {tuple(months[person]), tuple(cheapest)}
        assert known == {month: month[1] * (1 + person) for month in wanted}


@pytest.mark.parametrize(("people", "others"), [(100, 4), (250, 1), (251, 0), (1000, 0)])
def test_the_more_people_the_fewer_months_of_others_they_get_to_know(people, others):
    columns, _ = of(by_hand(people, [1, 1]))
    assert columns._from_others == others


def test_nobody_gets_to_know_months_of_others_where_there_are_many(known):
    columns, _ = known
    columns._from_others = 0
    before = {person: len(theirs) for person, theirs in enumerate(columns._columns_of)}
    values = columns._construction.construct_round(columns._construction.empty_assignment, random.Random(1), first=True)
    columns._add_columns(values)
    assert len(columns._construction.identical_workers) < len(before)
    assert all(len(columns._columns_of[person]) <= count + 1 for person, count in before.items())


def test_who_may_not_come_is_priced_as_who_is_missing():
    """One of two at most may stand where it costs nothing; the other pays 3 or 4."""
    index = by_hand(2, [0, 0], {(0, 1): 3, (1, 1): 4})
    high = index.rows.row_upper.copy()
    high[2] = 1  # heads of the first shift
    columns, incumbent = of(VariableIndex(replace(index.rows, row_upper=high), table(index), 2, 1))
    *_, (values, _) = columns.rosters(random.Random(0))
    assert values[:4].tolist() == [0, 1, 1, 0]
    assert incumbent.bound == 3


def test_a_price_beyond_what_a_head_missing_costs_proves_nothing_by_it():
    """Both would pay 30 for the shift that is short of one, where a head missing costs 5."""
    columns, _ = of(by_hand(2, [0, 1], {(0, 1): 30, (1, 1): 30}))
    columns._add_columns(np.array([1, 0, 1, 0, 0, 0]))
    assert columns._dual_bound(np.array([0, 10 * COST_SCALE])) <= 5
    assert columns._dual_bound(np.array([0, 5 * COST_SCALE])) == 5


def test_the_simplex_may_leave_a_price_where_there_is_nothing_to_pay_for(monkeypatch):
    index = by_hand(2, [0, 1], {(0, 1): 3, (1, 1): 4})
    columns, _ = of(index)
    columns._add_columns(np.array([1, 0, 1, 0, 0, 0]))
    for low in (1, -1):
        monkeypatch.setattr("scheduler.solver.column_generation.solve_basic", partial(cornered, low))
        assert -1 <= columns._dual_bound(present(columns._solve_master(0.0, 9.0)).duals) <= 3


def cornered(price: int, rows: Rows, _: float) -> BasicSolution:
    """What a simplex might say."""
    return BasicSolution(rows.lower.astype(float), np.full(len(rows.row_lower), float(price)), 0.0)


def test_leeway_makes_prices_small_where_many_would_do():
    """One of two has to take the second shift and pay 3: any price from 3 to 5 would make nobody else of it."""
    index = by_hand(2, [0, 1], {(0, 1): 3, (1, 1): 4})
    columns, _ = of(index)
    for month in ([1, 0, 1, 0], [0, 1, 1, 0], [1, 0, 0, 1]):
        columns._add_columns(np.array([*month, 0, 0]))
    master = present(columns._solve_master(DEFAULTS.column_generation.boxes[0], 9.0))
    assert master.cost == pytest.approx(3 * (1 - DEFAULTS.column_generation.boxes[0]))
    assert master.duals.tolist() == [0, 3 * COST_SCALE]


def test_where_time_is_short_there_is_one_bound_and_one_mix_at_last():
    _, index = placed(posted(three_shift_desk(12), BOOK))
    columns, incumbent = of(index, 0.0)
    *_, (values, undecided) = rosters = list(columns.rosters(random.Random(0)))
    assert len(rosters) == DEFAULTS.construction.levelling_rounds + 1
    assert incumbent.bound is not None
    assert undecided
    assert values.shape == index.rows.cost.shape


def test_a_halt_ends_it():
    _, index = placed(posted(three_shift_desk(12), BOOK))
    columns, incumbent = of(index)
    rosters = columns.rosters(random.Random(0))
    next(rosters)
    incumbent.stop()
    assert list(rosters) == []


def test_months_that_have_no_answer_in_time_prove_little_but_nothing_wrong(known, monkeypatch):
    columns, optimum = known
    rng = random.Random(3)
    prices = [drawn(columns, rng) for _ in range(3)]
    with monkeypatch.context() as late:
        late.setattr(Construction, "solve_column", lambda *_: None)
        bounds = [columns._dual_bound(each) for each in prices]
    assert max(bounds) <= optimum
    assert all(bound <= columns._dual_bound(each) for bound, each in zip(bounds, prices, strict=True))


def test_a_mix_that_has_no_answer_in_time_ends_it(monkeypatch):
    _, index = placed(posted(three_shift_desk(12), BOOK))
    columns, incumbent = of(index)
    monkeypatch.setattr("scheduler.solver.column_generation.solve_basic", lambda *_: None)
    assert [undecided for _, undecided in columns.rosters(random.Random(0))] == [
        []
    ] * DEFAULTS.construction.levelling_rounds
    assert incumbent.bound is None
