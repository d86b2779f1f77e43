"""Rows say exactly what the posted constraints say, for the whole and for every part of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import islice, product
from typing import NamedTuple

import numpy as np
import pytest
from ortools.sat.python import cp_model

from scheduler.domain import Opening
from scheduler.errors import SolverFault
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import read_rulebook
from scheduler.solver.mathopt import solve_relaxation, solve_rows
from scheduler.solver.rows import Flags, Ints, Rows, Subproblem
from tests.support.kit import random_problem

RULES = read_rulebook({})
STRETCHED = read_rulebook({"days_in_a_row": {"most": 5, "least": 2}, "days_off_in_a_row": {"least": 2}})


def search(model: cp_model.CpModel, seed: int = 0) -> cp_model.CpSolver:
    """A solver that has been at the model."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = 2
    solver.solve(model)
    return solver


def found(solver: cp_model.CpSolver) -> bool:
    """Whether it found a solution."""
    return solver.response_proto.status in (cp_model.OPTIMAL, cp_model.FEASIBLE)


def paid(solver: cp_model.CpSolver) -> int:
    """What its solution costs, which CP-SAT tells as 4.999999999999996 for 5."""
    return round(solver.objective_value)


def solution(solver: cp_model.CpSolver) -> Ints:
    """The value of each variable."""
    return np.array(solver.response_proto.solution, np.int64)


def accepted(model: cp_model.CpModel, values: Ints) -> bool:
    """Whether CP-SAT finds nothing wrong with an assignment."""
    copy = model.clone()
    for index, value in enumerate(values.tolist()):
        copy.add(copy.get_int_var_from_proto_index(index) == value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.cp_model_presolve = False
    status = solver.solve(copy)
    assert status in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.INFEASIBLE), copy.validate()
    return status != cp_model.INFEASIBLE


# Models of every kind of constraint, held against every assignment


def random_model(rng: random.Random) -> cp_model.CpModel:
    """A few variables under every kind of constraint that is linear."""
    cp = cp_model.CpModel()
    flags = [cp.new_bool_var("") for _ in range(rng.randint(2, 5))]
    amounts = [cp.new_int_var(low, low + rng.randint(1, 3), "") for low in rng.choices([0, 0, -2, 1], k=2)]

    def literals() -> list[cp_model.LiteralT]:
        return [one.negated() if rng.random() < 0.4 else one for one in rng.sample(flags, rng.randint(1, len(flags)))]

    def total() -> cp_model.LinearExprT:
        terms = [*literals(), *rng.sample(amounts, rng.randint(0, 2)), rng.choice(flags)]
        return cp_model.LinearExpr.weighted_sum(terms, rng.choices([1, 1, -1, 2, 60], k=len(terms)))

    for _ in range(rng.randint(1, 3)):
        rng.choice(
            [
                lambda: cp.add_bool_or(literals()),
                lambda: cp.add_at_most_one(literals()),
                lambda: cp.add_exactly_one(literals()),
                lambda: cp.add_implication(literals()[0], literals()[0]),
                lambda: cp.add_bool_and(literals()).only_enforce_if(literals()),
                lambda: cp.add_bool_or(literals()).only_enforce_if(literals()),
                lambda: cp.add(total() <= rng.randint(-1, 3)),
                lambda: cp.add(total() >= rng.randint(-1, 3)),
                lambda: cp.add(total() == rng.randint(-1, 3)),
                lambda: cp.add_linear_constraint(total(), rng.randint(-2, 0), rng.randint(0, 3)),
            ]
        )()
    if rng.random() < 0.05:
        cp.add_bool_or([])
    cp.minimize(total() + 7)
    return cp


def every(rows: Rows) -> list[Ints]:
    """Every assignment inside the variables' bounds."""
    reach = [range(low, high + 1) for low, high in zip(rows.lower, rows.upper, strict=True)]
    return [np.array(values, np.int64) for values in product(*reach)]


class Collect(cp_model.CpSolverSolutionCallback):
    """Every solution and its cost."""

    def __init__(self) -> None:
        super().__init__()
        self.costs: dict[tuple[int, ...], int] = {}

    def on_solution_callback(self) -> None:
        self.costs[tuple(self.response_proto.solution)] = 0


def test_rows_hold_for_exactly_the_solutions_of_every_kind_of_constraint():
    seen: Counter[bool | str] = Counter()
    for seed in range(250):
        model = random_model(random.Random(seed))
        rows = Rows.of(model)
        kept = {tuple(values.tolist()) for values in every(rows) if rows.is_feasible(values)}
        for values in every(rows):
            assert rows.is_feasible(values) == (not rows.violations(values).any())
        solver, collect = cp_model.CpSolver(), Collect()
        solver.parameters.num_workers = 1
        solver.parameters.enumerate_all_solutions = True
        plain = model.clone()
        plain.clear_objective()
        solver.solve(plain, collect)
        assert kept == set(collect.costs), seed
        best = search(model)
        assert found(best) == bool(kept)
        if kept:
            assert paid(best) == min(rows.objective_value(np.array(values)) for values in kept)
            assert rows.objective_value(solution(best)) == paid(best)
        seen[bool(kept)] += 1
        seen["kept"] += len(kept)
        seen["missed"] += len(every(rows)) - len(kept)
    assert min(seen.values()) > 10, seen


@pytest.mark.parametrize(
    "post",
    [
        lambda cp, x, y, b: cp.add_multiplication_equality(x, [x, y]),
        lambda cp, x, y, b: cp.add(x + y <= 1).only_enforce_if(b),
        lambda cp, x, y, b: cp.add_at_most_one([b, b.negated()]).only_enforce_if(b),
        lambda cp, x, y, b: cp.add(x + y != 1),
        lambda cp, x, y, b: cp.new_int_var_from_domain(cp_model.Domain.from_values([0, 2]), ""),
    ],
    ids=["product", "enforced sum", "enforced at most one", "hole in a row", "hole in a variable"],
)
def test_what_is_not_linear_is_a_fault_and_not_left_out(post):
    cp = cp_model.CpModel()
    x, y, b = cp.new_int_var(0, 3, ""), cp.new_int_var(0, 3, ""), cp.new_bool_var("")
    Rows.of(cp)
    post(cp, x, y, b)
    with pytest.raises(SolverFault, match="not linear"):
        Rows.of(cp)


def test_a_model_without_rows_costs_what_its_variables_cost():
    cp = cp_model.CpModel()
    b = cp.new_bool_var("")
    cp.minimize(3 * b.negated())
    rows = Rows.of(cp)
    assert rows.matrix.shape == (0, 1)
    assert [rows.objective_value(np.array([value])) for value in (0, 1)] == [3, 0]
    assert rows.is_feasible(np.array([1]))
    assert not rows.is_feasible(np.array([2]))


# Models of desks


class Posted(NamedTuple):
    """A desk's model, its rows and a solver that has a solution of it."""

    model: RosterModel
    rows: Rows
    solver: cp_model.CpSolver


@cache
def desks() -> tuple[Posted, ...]:
    """Models of random small desks that have a roster."""
    made: list[Posted] = []
    for seed in range(600):
        rng = random.Random(seed)
        problem = random_problem(rng)
        problem = replace(  # a desk as it is drawn hardly ever has a roster
            problem,
            fixed=(),
            events=(),
            slots=(),
            demand=tuple(replace(row, least=0) for row in problem.demand),
            desk=replace(problem.desk, opening=rng.choice([(), (Opening("mon", 9 * 60, 10 * 60),)])),
        )
        model = RosterModel(problem)
        (STRETCHED if seed % 2 else RULES).encode(problem, model)
        model.cp.minimize(model.objective())
        solver = search(model.cp, seed)
        if found(solver) and len(model.cp.proto.variables) > 10:  # there is something to decide
            made.append(Posted(model, Rows.of(model.cp), solver))
        if len(made) == 24:
            return tuple(made)
    raise AssertionError("too few desks have a roster")


def test_rows_of_a_desk_hold_exactly_where_its_constraints_do():
    seen: Counter[bool | str] = Counter()
    for seed, (model, rows, solver) in enumerate(desks()):
        rng = random.Random(seed)
        values = solution(solver)
        assert rows.is_feasible(values)
        assert not rows.violations(values).any()
        assert rows.objective_value(values) == paid(solver)
        seen["stretches"] += model.stretches
        placed = {variable for variable, *_ in model.places()}
        free = [at for at in range(len(values)) if at not in placed]  # amounts, which may often be others as well
        for number in range(8):
            other = values.copy()
            for at in rng.sample(free if number % 2 else range(len(other)), rng.choice([1, 1, 1, 2])):
                other[at] = rng.randint(int(rows.lower[at]), int(rows.upper[at]))
            kept = rows.is_feasible(other)
            assert kept == accepted(model.cp, other)
            assert kept == (not rows.violations(other).any())
            seen[kept] += bool((other != values).any())
        wild = np.array([rng.randint(*sides) for sides in zip(rows.lower, rows.upper, strict=True)], np.int64)
        assert rows.is_feasible(wild) == accepted(model.cp, wild)
    assert seen[True] >= 10, seen
    assert seen[False] >= 40, seen
    assert seen["stretches"] >= 5, seen


def test_a_part_with_everything_free_is_the_whole():
    ended = [posted for posted in desks() if posted.solver.response_proto.status == cp_model.OPTIMAL]
    assert len(ended) >= 12
    for _, rows, solver in ended[:12]:
        start = solution(solver)
        model, made = rows.subproblem(np.arange(len(start)), np.zeros_like(start)).model(start)
        again = search(model)
        assert again.response_proto.status == cp_model.OPTIMAL
        assert paid(again) + rows.offset == paid(solver)
        values = np.array([again.value(variable) for variable in made], np.int64)
        assert rows.is_feasible(values)
        assert rows.objective_value(values) == paid(solver)


def test_a_parts_optimum_put_back_keeps_every_row_and_is_that_of_the_whole_with_the_rest_held():
    cheaper = 0
    for seed, (model, rows, _) in enumerate(desks()[:12]):
        rng, plain = random.Random(seed), model.cp.clone()
        plain.clear_objective()
        start = solution(search(plain, rng.randrange(100)))
        for part_of_all in (0.2, 0.7):
            chosen = [at for at in range(len(start)) if rng.random() < part_of_all] or [0]
            rng.shuffle(chosen)  # a part takes its variables in any order
            free = np.array(chosen, np.int64)
            cp, made = rows.subproblem(free, start).model(start[free])
            best = search(cp)
            assert found(best)
            values = start.copy()
            values[free] = [best.value(variable) for variable in made]
            assert rows.is_feasible(values)
            assert rows.objective_value(values) <= rows.objective_value(start)
            cheaper += rows.objective_value(values) < rows.objective_value(start)
            held = model.cp.clone()
            for at in set(range(len(start))) - set(free.tolist()):
                held.add(held.get_int_var_from_proto_index(at) == int(start[at]))
            whole = search(held)
            if {whole.response_proto.status, best.response_proto.status} == {cp_model.OPTIMAL}:
                assert rows.objective_value(values) == paid(whole)
    assert cheaper >= 5


def test_a_part_that_cannot_be_done_has_no_solution():
    cp = cp_model.CpModel()
    x, y, z = (cp.new_bool_var("") for _ in range(3))
    cp.add(x + y + z >= 3)
    part = Rows.of(cp).subproblem(np.array([0, 1]), np.zeros(3, np.int64))
    assert not found(search(part.model(np.zeros(2, np.int64))[0]))


class Soft(NamedTuple):
    """A part with rows that may be missed, an assignment of it to begin with, and what each that may be costs."""

    part: Subproblem
    hint: Ints
    soft: Flags
    penalty: int
    costs: dict[tuple[int, ...], int]
    missed: int


def soft_parts() -> Iterator[Soft]:
    """Parts of random models, of which every assignment has been tried."""
    for seed in range(150):
        rng = random.Random(f"soft {seed}")
        rows = Rows.of(random_model(rng))
        start = np.array([rng.randint(*sides) for sides in zip(rows.lower, rows.upper, strict=True)], np.int64)
        free = np.array(sorted(rng.sample(range(len(start)), rng.randint(1, len(start)))), np.int64)
        part = rows.subproblem(free, start)
        soft = np.array([rng.random() < 0.6 for _ in part.touched], bool)
        penalty = rng.choice([1, 5, 1000])
        costs, count = {}, 0
        for chosen in {tuple(values[free].tolist()) for values in every(rows)}:
            values = start.copy()
            values[free] = chosen
            missed = rows.violations(values)[part.touched]
            if not missed[~soft].any():
                costs[chosen] = int(rows.cost[free] @ values[free]) + penalty * int(missed.sum())
                count += bool(missed.any())
        yield Soft(part, start[free], soft, penalty, costs, count)


def test_soft_rows_are_missed_at_their_price_and_hard_ones_never():
    seen: Counter[bool | str] = Counter()
    for number, one in enumerate(soft_parts()):
        cp, made = one.part.model(one.hint, one.soft, one.penalty)
        solver = search(cp)
        assert found(solver) == bool(one.costs), number
        if one.costs:
            assert paid(solver) == min(one.costs.values()), number
            assert one.costs[tuple(solver.value(variable) for variable in made)] == min(one.costs.values())
        seen[bool(one.costs)] += 1
        seen["missed"] += one.missed
    assert min(seen.values()) > 10, seen


def test_a_softened_part_says_the_same_as_its_model():
    seen: Counter[bool | str] = Counter()
    for number, one in enumerate(soft_parts()):
        problem, count = one.part.softened(one.soft, one.penalty), len(one.hint)
        assert problem.matrix.shape[0] == len(one.part.touched)
        assert (problem.lower[count:] == 0).all()
        assert (problem.upper[count:] > 0).all()
        assert not problem.matrix[np.flatnonzero(~one.soft)][:, np.arange(count, len(problem.cost))].nnz
        hint = np.concatenate([one.hint, np.zeros(len(problem.cost) - count, np.int64)])
        values, ended = solve_rows(problem, hint, 10.0)
        assert ended, number
        assert (values is not None) == bool(one.costs), number
        if values is not None:
            assert problem.is_feasible(values)
            assert problem.objective_value(values) == min(one.costs.values()), number
            assert one.costs[tuple(values[:count].tolist())] == min(one.costs.values())
            seen["missed"] += bool(values[count:].any())
        seen[bool(one.costs)] += 1
    assert min(seen.values()) > 10, seen


def test_a_soft_row_with_a_fraction_held_can_be_missed():
    """Two heads are asked for; one person is there for 0.6 of a time, and one may not come."""
    cp = cp_model.CpModel()
    x, y, z = (cp.new_bool_var("") for _ in range(3))
    cp.add(x + y + z >= 2)
    cp.add(x + y + z <= 2)
    rows = Rows.of(cp)
    for held, may in ((0.6, 0), (1.4, 1)):
        part = rows.subproblem(np.array([1]), np.array([0.0, 0.0, held]))
        part = replace(part, lower=np.array([may]), upper=np.array([may]))
        problem = part.softened(np.ones(2, bool), 10)
        loose = solve_relaxation(problem, 10.0)
        assert loose is not None
        values = loose.values
        assert float(problem.cost @ values) == pytest.approx(10 * abs(2 - may - held))


def test_a_part_without_soft_rows_gets_no_more_variables():
    for one in islice(soft_parts(), 20):
        problem = one.part.softened(np.zeros(len(one.soft), bool), one.penalty)
        assert (problem.matrix - one.part.matrix).count_nonzero() == 0
        for name in ("row_lower", "row_upper", "lower", "upper", "cost"):
            assert (getattr(problem, name) == getattr(one.part, name)).all()


def test_a_row_of_an_amount_and_a_flag_is_no_matter_of_at_most_one():
    cp = cp_model.CpModel()
    amount, flag = cp.new_int_var(0, 5, ""), cp.new_bool_var("")
    cp.add(amount + flag <= 1)
    cp.minimize(-amount)
    model, made = Rows.of(cp).subproblem(np.arange(2), np.zeros(2, np.int64)).model(np.zeros(2, np.int64))
    solver = search(model)
    assert [solver.value(variable) for variable in made] == [1, 0]
