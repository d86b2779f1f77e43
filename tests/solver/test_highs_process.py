"""Bounds by a second solver: the same optimum, honest ends, and a contradiction is a fault."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model
from scipy import sparse

from scheduler.domain import Demand
from scheduler.errors import SolverFault
from scheduler.solver.highs_process import HighsLog, HighsProcess, is_tighter, read_improvements, report_improvements
from scheduler.solver.incumbent import Engine, Incumbent
from scheduler.solver.mathopt import (
    TOLERANCE,
    SubproblemSolution,
    highs_parameters,
    round_bound_up,
    solve_partly_integer,
    solve_relaxation,
    solve_rows,
    to_mathopt,
)
from scheduler.solver.outcome import Impossible, Solved
from scheduler.solver.rows import Floats, Ints, Rows
from scheduler.solver.settings import DEFAULTS, HighsSettings
from scheduler.solver.solve import solve
from tests.solver.test_lns import RULES, STRETCHED, desk, posted, solved
from tests.solver.test_rows import found, paid, random_model, search
from tests.support.generated_desks import three_shift_desk
from tests.support.narrowing import present


class Heard(NamedTuple):
    """HiGHS at its end, the bounds that it told of, and the assignments that it showed, all of which keep the rows."""

    highs: HighsProcess
    told: list[int]
    shown: list[Ints]


def proved(
    rows: Rows,
    seconds: float = 30.0,
    layered: Rows | None = None,
    hint: Ints | None = None,
    settings: HighsSettings = DEFAULTS.highs,
) -> Heard:
    """Ask HiGHS to the end."""
    heard = Heard(HighsProcess(rows, seconds, layered, hint, settings), [], [])

    def show(values: Ints, cost: int) -> None:
        assert rows.is_feasible(values)
        assert rows.objective_value(values) == cost
        heard.shown.append(values)

    heard.highs.run(heard.told.append, show)
    heard.highs.close()
    return heard


@pytest.mark.parametrize("rulebook", [RULES, STRETCHED], ids=["single days", "stretches"])
def test_the_bound_of_a_desk_is_the_optimum(rulebook):
    model = posted(desk(6, 10), rulebook)
    rows = Rows.of(model.cp)
    best = search(model.cp)
    assert best.response_proto.status == cp_model.OPTIMAL
    highs, told, shown = proved(rows)
    assert highs.bound == highs.best == paid(best)
    assert not highs.infeasible
    assert told[-1] == highs.bound
    assert max(told) <= paid(best)
    costs = [rows.objective_value(values) for values in shown]
    assert costs == sorted(set(costs), reverse=True)
    assert costs[-1] == highs.best


def test_models_of_every_kind_of_constraint_end_like_cp_sat():
    seen: Counter[bool] = Counter()
    for seed in range(60):
        model = random_model(random.Random(seed))
        best = search(model)
        if seen[found(best)] == 2:  # each is a process
            continue
        highs, _, shown = proved(Rows.of(model))
        assert highs.infeasible == (not found(best)), seed
        if found(best):
            assert highs.bound == highs.best == paid(best), seed
        else:
            assert highs.best is None
            assert not shown
        seen[found(best)] += 1
    assert seen == {True: 2, False: 2}


def test_a_requirement_known_to_be_impossible_is_infeasible():
    model = cp_model.CpModel()
    model.minimize(model.new_bool_var(""))
    assert proved(Rows.of(model)).highs.bound == 0
    model.add_bool_or([])
    assert proved(Rows.of(model)).highs.infeasible


def test_a_constant_part_of_the_cost_counts():
    model = cp_model.CpModel()
    flags = [model.new_bool_var("") for _ in range(3)]
    model.add(sum(flags) == 2)
    model.minimize(sum(7 * flag.negated() for flag in flags) + 3)
    highs = proved(Rows.of(model)).highs
    assert highs.bound == highs.best == 10


def test_a_layered_model_is_taken_where_its_relaxation_is_tighter():
    rows, layered = small()
    assert present(solve_relaxation(rows, 10.0)).cost == pytest.approx(0.0, abs=1e-6)
    assert present(solve_relaxation(layered, 10.0)).cost == pytest.approx(1.0)
    assert is_tighter(rows, layered, 100.0)
    assert not is_tighter(rows, rows, 100.0)
    assert not is_tighter(layered, rows, 100.0)


def test_without_time_to_see_no_layered_model_is_taken(monkeypatch):
    rows, layered = small()
    for in_time in (0, 1):  # how many relaxations are solved in time
        solved = iter([solve_relaxation(rows, 10.0)] * in_time + [None])
        monkeypatch.setattr("scheduler.solver.highs_process.solve_relaxation", lambda *_, found=solved: next(found))
        assert not is_tighter(rows, layered, 100.0)


def small() -> tuple[Rows, Rows]:
    """Two of three flags are to be true, and no two of them may: it costs one to let that be; the other knows so at once."""
    rows = []
    for known in (False, True):
        model = cp_model.CpModel()
        flags = [model.new_bool_var("") for _ in range(3)]
        miss = model.new_bool_var("")
        for at in range(3):
            model.add(flags[at] + flags[at - 1] <= 1)
        model.add(2 * sum(flags) + miss >= 3)
        if known:
            more = model.new_bool_var("")
            model.add(sum(flags) + more == 1)
        model.minimize(miss)
        rows.append(Rows.of(model))
    return rows[0], rows[1]


@pytest.mark.parametrize("layers", [False, True])
def test_with_or_without_layers_the_values_are_the_models_own(layers):
    rows, layered = small()
    highs, _, shown = proved(rows, layered=layered if layers else None)
    assert highs.bound == highs.best == 1
    assert rows.objective_value(shown[-1]) == 1


def doubled(rows: Rows) -> Rows:
    """The same with a second variable beside each."""
    row_count, count = rows.matrix.shape
    same = sparse.hstack([sparse.eye_array(count), -sparse.eye_array(count)])
    wide = sparse.hstack([rows.matrix, sparse.csr_array((row_count, count))])
    nothing = np.zeros(count, np.int64)
    return Rows(
        matrix=sparse.csr_array(sparse.vstack([wide, same]).astype(np.int64)),
        row_lower=np.concatenate([rows.row_lower, nothing]),
        row_upper=np.concatenate([rows.row_upper, nothing]),
        lower=np.tile(rows.lower, 2),
        upper=np.tile(rows.upper, 2),
        cost=np.concatenate([rows.cost, nothing]),
        offset=rows.offset,
    )


@pytest.mark.parametrize("doubly", [False, True])
def test_a_hint_is_where_highs_begins_and_no_bound_of_its_own(doubly):
    """What a hint leaves open is searched for first, and that search has a bound, too."""
    model = posted(desk(6, 10), STRETCHED)
    rows = Rows.of(model.cp)
    hint, least = solved(model, nobody=True), paid(search(model.cp))
    assert rows.objective_value(hint) > least + 1
    any_layers = HighsSettings(layered_lift=-1.0)
    highs, told, shown = proved(rows, layered=doubled(rows) if doubly else None, hint=hint, settings=any_layers)
    assert highs.bound == highs.best == least
    assert max(told) <= least
    assert len(told) > 1  # before the end, too
    assert all(rows.objective_value(values) < rows.objective_value(hint) for values in shown)


@pytest.mark.parametrize("layers", [False, True])
@pytest.mark.parametrize(
    "hint", [[0, 0, 0, 1], [1, 0, 0, 1], [1, 1, 1, 1]], ids=["good", "better filled", "breaks rows"]
)
def test_a_hint_of_the_models_own_variables_is_enough(layers, hint):
    rows, layered = small()
    values = np.array(hint)
    highs, told, _ = proved(rows, layered=layered if layers else None, hint=values)
    assert highs.bound == highs.best == 1
    assert max(told) == 1


def test_the_best_that_highs_has_is_its_hint_at_first():
    rows, _ = small()
    for hint, best in ([1, 0, 0, 1], 1), ([1, 1, 1, 1], None):
        highs = HighsProcess(rows, 1.0, hint=np.array(hint))
        assert highs.best == best
        highs.kill()
        highs.close()


PROGRESS = "         0       0         0   0.00%   {}              1195               0.63%        0      0      0         0     0.3s"
COMPLETED = [
    "Attempting to find feasible solution by solving MIP for user-supplied values of 4 / 8 discrete variables",
    PROGRESS.format(1195),
    "Solving report",
    "MIP start solution is feasible, objective value is 1195",
]


@pytest.mark.parametrize(
    ("hinted", "before"),
    [
        (False, []),
        (True, COMPLETED),
        (True, COMPLETED[:-1]),  # and the search for it found nothing
        (True, [COMPLETED[-1]]),  # a whole hint
        (True, ["User-supplied values of discrete variables cannot yield feasible solution"]),
    ],
)
def test_bounds_are_those_of_the_search_for_the_best(hinted, before):
    log = HighsLog(hinted)
    assert [log.bound(line) for line in before] == [None] * len(before)
    assert log.bound(PROGRESS.format(1187.5)) == 1187.5
    assert log.bound(PROGRESS.format("-inf")) is None
    assert log.bound("Solving report") is None


WRITTEN = """Objective 12
# Columns -3
 1 0
v 2.0000001 2
 -0 4
Objective 7.9999999
# Columns -1
 1 1
"""


def test_better_solutions_are_read_one_after_another():
    assert [values.tolist() for values in read_improvements(WRITTEN.splitlines(), 3)] == [[1, 0, 2], [0, 1, 0]]


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminals here")
def test_rosters_are_told_before_highs_ends():
    rows = Rows.of(posted(desk(6, 14), STRETCHED).cp)
    told: list[Ints] = []
    model, asked = to_mathopt(rows), highs_parameters(30.0)
    report_improvements(asked, len(rows.cost), told.append)
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=asked)
    for _ in range(100):  # the listener is another thread
        if told and rows.objective_value(told[-1]) == round(result.objective_value()):
            break
        time.sleep(0.05)
    assert all(rows.is_feasible(values) for values in told)
    costs = [rows.objective_value(values) for values in told]
    assert len(costs) > 1
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == round(result.objective_value())


def test_without_terminals_highs_is_asked_for_nothing_on_the_way(monkeypatch):
    def none() -> None:
        raise OSError

    monkeypatch.setattr("os.openpty", none, raising=False)
    asked = highs_parameters(1.0)
    report_improvements(asked, 3, lambda values: None)
    assert asked.to_proto() == highs_parameters(1.0).to_proto()


def test_highs_dying_with_an_error_is_a_fault_that_says_why():
    rows = Rows.of(posted(desk(4, 7), STRETCHED).cp)
    highs = HighsProcess(rows, 10)
    highs._task = b"no rows"
    with pytest.raises(SolverFault, match="HiGHS failed"):
        highs.run()
    highs.close()


def test_halt_ends_highs_at_work_in_no_time_and_is_no_fault():
    rows = Rows.of(posted(three_shift_desk(25), RULES).cp)
    highs = HighsProcess(rows, 60)
    began, returned = time.perf_counter(), threading.Event()

    def run() -> None:
        highs.run()
        returned.set()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(2.0)
    assert thread.is_alive()  # at work
    highs.kill()
    thread.join(3.0)
    assert not thread.is_alive()
    assert returned.is_set()  # it raised nothing
    assert time.perf_counter() - began < 6
    highs.close()
    assert not highs.infeasible


def test_highs_stops_by_itself_when_its_time_is_up():
    began = time.perf_counter()
    highs, told, _ = proved(Rows.of(posted(three_shift_desk(25), RULES).cp), 1.0)
    assert time.perf_counter() - began < 20
    assert not highs.infeasible
    assert told == [] or highs.bound == told[-1]


@pytest.mark.parametrize(
    ("line", "bound"),
    [
        ("         0       0         0   0.00%   0               inf                  inf        0      0      0", 0),
        (
            " R       0       0         0   0.00%   1187.5          1195               0.63%        0      0      0",
            1187.5,
        ),
        (
            " T      17       3        12  37.50%   -3.25           12              127.08%       11     5     22",
            -3.25,
        ),
        ("         0       0         0   0.00%   -inf            inf                  inf        0      0     0", None),
        ("Src  Proc. InQueue |  Leaves   Expl. | BestBound       BestSol              Gap |   Cuts   InLp", None),
        ("  Gap               0.62% (tolerance: 0.01%)", None),
        ("  Dual bound        1187.5", None),
        ("", None),
    ],
)
def test_a_progress_line_tells_its_bound(line, bound):
    assert HighsLog(False).bound(line) == bound


@pytest.mark.parametrize(
    ("bound", "cost"),
    [(10.0, 10), (10.0004, 10), (10.01, 11), (9.9999, 10), (9.5, 10), (10.5, 11), (0.0, 0), (-0.0004, 0), (-2.5, -2)],
)
def test_a_bound_leaves_the_next_whole_cost_but_for_rounding(bound, cost):
    assert round_bound_up(bound) == cost


def test_the_tolerance_lies_between_rounding_and_half_a_cost():
    assert round_bound_up(10 + TOLERANCE / 2) == 10
    assert round_bound_up(10 + TOLERANCE * 2) == 11


# In this process


def test_the_best_of_rows_is_the_optimum_and_there_is_none_where_there_is_none():
    seen: Counter[bool] = Counter()
    for seed in range(80):
        model = random_model(random.Random(f"best {seed}"))
        rows, best = Rows.of(model), search(model)
        values, ended = solve_rows(rows, rows.lower, 10.0)
        assert ended, seed
        assert (values is not None) == found(best), seed
        if values is not None:
            assert values.dtype == np.int64
            assert rows.is_feasible(values)
            assert rows.objective_value(values) == paid(best), seed
        seen[found(best)] += 1
    assert min(seen.values()) > 10, seen


@pytest.mark.parametrize("rulebook", [RULES, STRETCHED], ids=["single days", "stretches"])
def test_the_best_of_a_desks_rows_keeps_them(rulebook):
    model = posted(desk(6, 10), rulebook)
    rows = Rows.of(model.cp)
    values, ended = solve_rows(rows, solved(model, nobody=True), 30.0)
    assert ended
    assert values is not None
    assert rows.is_feasible(values)
    assert rows.objective_value(values) == paid(search(model.cp))


def test_without_time_the_best_is_not_said_to_be_the_end():
    model = posted(three_shift_desk(20), RULES)
    rows = Rows.of(model.cp)
    began = time.perf_counter()
    values, ended = solve_rows(rows, rows.lower, 0.2)
    assert not ended
    assert values is None or rows.is_feasible(values)
    assert time.perf_counter() - began < 10
    loose = solve_relaxation(rows, 0.001)
    assert loose is None or not missed(rows, loose.values)


def missed(rows: Rows, values: Floats) -> bool:
    """Whether some row or some variable's bound is missed by more than what comes of rounding."""
    amounts = rows.matrix @ values
    sides = [rows.row_lower - amounts, amounts - rows.row_upper, rows.lower - values, values - rows.upper]
    return any((side > 1e-5).any() for side in sides)


def cost(rows: Rows, values: Floats) -> float:
    """What an assignment with fractions costs."""
    return float(rows.cost @ values) + rows.offset


def loosely(rows: Rows) -> Floats | None:
    """The assignment of the relaxation, if it has one."""
    loose = solve_relaxation(rows, 30.0)
    return None if loose is None else loose.values


def test_a_relaxation_costs_no_more_than_the_optimum_and_keeps_every_row():
    seen: Counter[bool | str] = Counter()
    for seed in range(120):
        model = random_model(random.Random(f"estimate {seed}"))
        rows, best = Rows.of(model), search(model)
        loose = solve_relaxation(rows, 10.0)
        values = None if loose is None else loose.values
        if loose is None or values is None:
            assert not found(best), seed
        else:
            assert not missed(rows, values), seed
            assert loose.cost == pytest.approx(cost(rows, values), abs=1e-5)
            seen["fractions"] += bool((abs(values - np.round(values)) > 0.01).any())
            if found(best):
                assert cost(rows, values) < paid(best) + 1e-5, seed
                seen["below"] += cost(rows, values) < paid(best) - 0.01
        seen[values is None] += 1
    assert min(seen.values()) >= 3, seen


def test_an_estimate_makes_whole_what_is_asked_for():
    seen: Counter[bool | str] = Counter()
    for seed in range(120):
        rng = random.Random(f"whole {seed}")
        model = random_model(rng)
        rows, best = Rows.of(model), search(model)
        flags = np.array([rng.random() < 0.6 for _ in rows.cost], bool)
        loose = loosely(rows)
        some, every = (solve_partly_integer(rows, 10.0, whole) for whole in (flags, ~np.zeros_like(flags)))
        assert (every is not None) == found(best), seed
        if some is not None:
            assert not missed(rows, some), seed
            assert some[flags] == pytest.approx(np.round(some[flags]), abs=1e-5)
            assert loose is not None
            assert cost(rows, loose) < cost(rows, some) + 1e-5
            seen["fractions"] += bool((abs(some - np.round(some)) > 0.01).any())
            seen["made whole"] += bool((abs(loose - np.round(loose))[flags] > 0.01).any())
        if every is not None:
            assert every == pytest.approx(np.round(every), abs=1e-5)
            assert cost(rows, every) == pytest.approx(paid(best), abs=1e-4)
        seen[some is None] += 1
    assert min(seen.values()) >= 3, seen


def test_an_estimate_of_a_desk_is_as_good_as_asked_for():
    model = posted(desk(6, 10), RULES)
    rows, best = Rows.of(model.cp), paid(search(model.cp))
    loose = loosely(rows)
    assert loose is not None
    assert cost(rows, loose) < best + 1e-5
    flags = np.ones(len(rows.cost), bool)
    for gap in (1.0, 50.0):
        values = solve_partly_integer(rows, 30.0, flags, gap)
        assert values is not None
        assert rows.is_feasible(np.round(values).astype(np.int64))
        assert best - 1e-4 < cost(rows, values) < best + gap
    rough = solve_partly_integer(rows, 30.0, flags, 1000.0)
    assert rough is not None
    assert best + 1 < cost(rows, rough) < best + 1000  # it ends with what is found soon


def test_rows_on_which_highs_gives_up_have_no_answer_and_other_faults_are_told(monkeypatch):
    rows = Rows.of(posted(desk(4, 7), STRETCHED).cp)

    def broken(name: str):
        def raising(*words: object, **more: object) -> None:
            raise AttributeError(name=name)

        return raising

    monkeypatch.setattr("ortools.math_opt.python.mathopt.solve", broken("canonical_code"))
    every = np.ones(len(rows.cost), bool)
    assert solve_relaxation(rows, 10.0) is None
    assert solve_partly_integer(rows, 10.0, every) is None
    assert solve_rows(rows, rows.lower, 10.0) == SubproblemSolution(None, False)
    monkeypatch.setattr("ortools.math_opt.python.mathopt.solve", broken("solve"))
    with pytest.raises(AttributeError):
        solve_partly_integer(rows, 10.0, every)


# Certificates


class Saying:
    """A second solver that says what it is told to."""

    def __init__(self, bound=None, best=None, infeasible=False) -> None:
        self.bound, self.best, self.infeasible, self.values = bound, best, infeasible, None
        self.ended: list[str] = []

    def __call__(self, rows, seconds, layered=None, settings=None):
        return self

    def run(self, tell=None) -> None:
        if self.bound is not None and tell:
            tell(self.bound)

    def kill(self) -> None:
        self.ended.append("halted")

    def close(self) -> None:
        self.ended.append("closed")


@pytest.fixture(scope="module")
def best() -> int:
    """What the desk's roster costs at least."""
    outcome = solve(desk(6, 10, 3), RULES, time_limit=60)
    assert isinstance(outcome, Solved)
    assert outcome.status == "OPTIMAL"
    assert outcome.objective > 1
    return outcome.objective


def certified(monkeypatch, **said):
    """The desk solved to the end, with a second solver that says so."""
    second = Saying(**said)
    monkeypatch.setattr("scheduler.solver.certify.HighsProcess", second)
    try:
        return solve(desk(6, 10, 3), RULES, time_limit=60, certify=5)
    finally:
        assert second.ended == ["halted", "closed"]


@pytest.mark.parametrize(
    "beyond",
    [{"bound": 1}, {"best": -1}, {"bound": -1, "best": -1}],
    ids=["bound above the cost", "roster below the bound", "cheaper roster"],
)
def test_solvers_that_disagree_are_a_fault(beyond, best, monkeypatch):
    with pytest.raises(SolverFault, match="the solvers disagree"):
        certified(monkeypatch, **{name: best + by for name, by in beyond.items()})


@pytest.mark.parametrize("beyond", [{"bound": 0}, {"bound": -1}, {"best": 0}, {"best": 9}, {}])
def test_a_second_solver_that_knows_less_contradicts_nothing(beyond, best, monkeypatch):
    outcome = certified(monkeypatch, **{name: best + by for name, by in beyond.items()})
    assert (outcome.objective, outcome.bound, outcome.prover) == (best, best, Engine.CP_SAT)
    said = {name: best + by for name, by in beyond.items()}
    assert (outcome.certificate.bound, outcome.certificate.best) == (said.get("bound"), said.get("best"))


def test_a_second_solver_that_sees_no_roster_where_one_is_is_a_fault(monkeypatch):
    with pytest.raises(SolverFault, match="the solvers disagree"):
        certified(monkeypatch, infeasible=True)


def test_the_second_solvers_better_bound_is_taken(best, monkeypatch):
    real = Incumbent.report_bound

    def short(self: Incumbent, bound: int, by: Engine) -> None:
        real(self, bound if by == "HiGHS" else min(bound, best - 1), by)

    monkeypatch.setattr(Incumbent, "report_bound", short)
    for others in ("_run_lns", "_prove_bound"):  # who would look for what CP-SAT seems to have left open
        monkeypatch.setattr(f"scheduler.solver.strategy.Search.{others}", lambda *_: None)
    outcome = certified(monkeypatch, bound=best)
    assert (outcome.objective, outcome.bound, outcome.status, outcome.prover) == (best, best, "OPTIMAL", "HiGHS")
    assert outcome.certificate is not None
    assert outcome.certificate.bound == best


def test_a_true_second_solver_certifies_what_cp_sat_proved(best):
    outcome = solve(desk(6, 10, 3), RULES, time_limit=60, certify=30)
    assert isinstance(outcome, Solved)
    assert outcome.certificate is not None
    assert outcome.certificate.bound == outcome.certificate.best == outcome.objective == best
    assert 0 < outcome.certificate.seconds < 30


def test_a_month_without_a_roster_is_held_against_the_second_solver(monkeypatch):
    problem = replace(desk(4, 5), demand=(Demand("早", least=5, target=5),))
    assert isinstance(solve(problem, RULES, certify=20), Impossible)
    monkeypatch.setattr("scheduler.solver.certify.HighsProcess", Saying(best=7))
    with pytest.raises(SolverFault, match="the solvers disagree"):
        solve(problem, RULES, certify=20)


def test_what_breaks_rows_or_is_no_better_is_not_shown(monkeypatch):
    rows, _ = small()
    words = "roster 1 1 1 0\\nroster 1 0 0 1\\nroster 0 1 0 1\\n"
    monkeypatch.setattr(
        "scheduler.solver.highs_process.START", f"import sys; sys.stdin.buffer.read(); print('{words}', end='')"
    )
    highs, _, shown = proved(rows)
    assert highs.best == 1
    assert [values.tolist() for values in shown] == [[1, 0, 0, 1]]


def test_a_word_that_is_cut_short_is_none(monkeypatch):
    """As where the process is ended while it speaks."""
    monkeypatch.setattr(
        "scheduler.solver.highs_process.START",
        "import sys; sys.stdin.buffer.read(); print('bound 5\\nbound 1', end='')",
    )
    highs, told, _ = proved(Rows.of(random_model(random.Random(0))))
    assert told == [5]
    assert highs.bound == 5
