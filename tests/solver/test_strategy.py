"""Where a search stands while several work on it, and which way a solve goes."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from queue import SimpleQueue
from typing import cast

import numpy as np
import pytest
from ortools.sat.python import cp_model

from scheduler.audit.audit import audit
from scheduler.domain import Leave
from scheduler.errors import SolverFault
from scheduler.rules.book import Rulebook, read_rulebook
from scheduler.solver.cp_sat import IncumbentWatch
from scheduler.solver.first_roster import FirstRoster
from scheduler.solver.highs_process import HighsProcess
from scheduler.solver.incumbent import Engine, Incumbent, Progress
from scheduler.solver.lns_process import LnsProcess, LnsTask
from scheduler.solver.outcome import Impossible, Solved
from scheduler.solver.rows import UNKNOWN_KIND, Ints, Rows
from scheduler.solver.settings import HighsSettings
from scheduler.solver.solve import solve
from scheduler.solver.strategy import Search
from scheduler.time_limit import TimeLimit
from tests.solver.test_lns import RULES, STRETCHED, desk, posted
from tests.support.generated_desks import three_shift_desk, tight_desk
from tests.support.narrowing import present
from tests.support.search_settings import settings

SOME = np.zeros(1, np.int64)


def test_only_better_rosters_and_bounds_are_told_with_who_found_them():
    told: list[Progress] = []
    incumbent = Incumbent(listener=told.append)
    incumbent.report_solution(SOME, 9, Engine.CP_SAT)
    incumbent.report_solution(SOME, 9, Engine.LNS)
    incumbent.report_solution(SOME, 10, Engine.LNS)
    incumbent.report_bound(2, Engine.CP_SAT)
    incumbent.report_bound(2, Engine.HIGHS)
    incumbent.report_bound(1, Engine.HIGHS)
    incumbent.report_solution(SOME, 7, Engine.LNS)
    incumbent.report_bound(3, Engine.HIGHS)
    said = [(at.incumbent, at.bound, at.finder, at.prover) for at in told]
    assert said == [
        (9, None, "CP-SAT", ""),
        (9, 2, "CP-SAT", Engine.CP_SAT),
        (7, 2, "LNS", Engine.CP_SAT),
        (7, 3, "LNS", "HiGHS"),
    ]
    assert [at.seconds for at in told] == sorted(at.seconds for at in told)
    assert told[0].gap is None
    assert told[-1].gap == pytest.approx(4 / 7)
    assert (incumbent.cost, incumbent.bound, incumbent.finder, incumbent.prover) == (7, 3, "LNS", "HiGHS")


def test_of_two_rosters_with_one_cost_the_later_stands_and_its_finder_is_not_praised():
    incumbent, first, second = Incumbent(), np.array([1]), np.array([2])
    incumbent.report_solution(first, 5, Engine.CP_SAT)
    when = incumbent.first_seconds
    incumbent.report_solution(second, 5, Engine.LNS)
    assert incumbent.values is second
    assert incumbent.finder == "CP-SAT"
    incumbent.report_solution(first, 6, Engine.LNS)
    assert incumbent.values is second
    incumbent.report_solution(first, 4, Engine.LNS)
    assert incumbent.values is first
    assert incumbent.first_seconds == when


@pytest.mark.parametrize(("cost", "bound", "over"), [(5, 4, False), (5, 5, True), (0, 0, True)])
def test_the_search_is_over_where_the_bound_meets_the_cost(cost, bound, over):
    for known_first in (True, False):
        incumbent = Incumbent()
        steps = [
            partial(incumbent.report_solution, SOME, cost, Engine.LNS),
            partial(incumbent.report_bound, bound, Engine.HIGHS),
        ]
        steps[not known_first]()
        assert not incumbent.stopped.is_set()
        steps[known_first]()
        assert incumbent.stopped.is_set() == over


def test_a_proof_that_there_is_none_ends_the_search():
    incumbent = Incumbent()
    incumbent.report_infeasibility()
    assert incumbent.impossible
    assert incumbent.stopped.is_set()


def test_many_threads_offering_leave_the_best_and_tell_of_no_step_back():
    told: list[Progress] = []
    incumbent = Incumbent(listener=told.append)
    rng = np.random.default_rng(1)
    costs, bounds = rng.integers(500, 1000, (8, 200)), rng.integers(0, 499, (8, 200))

    def finder(text: str) -> Engine:
        return cast("Engine", text)  # to tell each offer from the others, which are more than there are engines

    def offer(number: int) -> None:
        for cost, bound in zip(costs[number].tolist(), bounds[number].tolist(), strict=True):
            incumbent.report_solution(np.array([cost]), cost, finder(f"finder {cost}"))
            incumbent.report_bound(bound, finder(f"prover {bound}"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(offer, range(8)))
    assert (incumbent.cost, incumbent.bound) == (costs.min(), bounds.max())
    assert incumbent.values is not None
    assert incumbent.values[0] == incumbent.cost
    assert (incumbent.finder, incumbent.prover) == (f"finder {incumbent.cost}", f"prover {incumbent.bound}")
    for before, after in pairwise(told):
        better = (after.incumbent or 9999) < (before.incumbent or 9999)
        assert better != ((after.bound or -1) > (before.bound or -1))  # one thing at a time gets better
    assert told[-1].finder == incumbent.finder
    assert not incumbent.stopped.is_set()


def hard_model() -> cp_model.CpModel:
    """More pigeons than holes: nothing for a second or two."""
    model = cp_model.CpModel()
    inside = [[model.new_bool_var("") for _ in range(13)] for _ in range(14)]
    for pigeon in inside:
        model.add_bool_or(pigeon)
    for one in range(14):
        for other in range(one):
            for hole in range(13):
                model.add_bool_or([inside[one][hole].negated(), inside[other][hole].negated()])
    return model


def patient() -> cp_model.CpSolver:
    """A solver that takes a minute for pigeons."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.cp_model_presolve = False
    solver.parameters.symmetry_level = 0
    solver.parameters.linearization_level = 0
    solver.parameters.max_time_in_seconds = 60
    return solver


def test_halt_stops_a_solver_at_work_and_lets_none_begin():
    incumbent = Incumbent()
    threading.Timer(0.3, incumbent.stop).start()
    assert incumbent.run(patient(), hard_model()) == cp_model.UNKNOWN
    assert 0.2 < incumbent.seconds < 10
    work = incumbent.deterministic
    assert work > 0
    assert incumbent.run(patient(), hard_model()) == cp_model.UNKNOWN
    assert incumbent.deterministic == work


# The ways of a solve


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a solve sets to work, in order."""
    seen: list[str] = []

    def noted(name: str, what):
        def call(*words, **more):
            seen.append(name)
            return what(*words, **more)

        return call

    monkeypatch.setattr("scheduler.solver.strategy.HighsProcess", noted("HiGHS", HighsProcess))
    monkeypatch.setattr("scheduler.solver.strategy.LnsProcess", noted("LNS", LnsProcess))
    monkeypatch.setattr("scheduler.solver.strategy.FirstRoster", noted("one by one", FirstRoster))
    return seen


def checked(outcome, problem, rulebook) -> Solved:
    """A roster that keeps every rule, at the cost and bound that are told."""
    assert isinstance(outcome, Solved), outcome
    found = audit(problem, rulebook, outcome.roster)
    assert not found.broken
    assert outcome.bound <= outcome.objective == found.cost
    return outcome


BOTH = pytest.mark.parametrize("rulebook", [RULES, STRETCHED], ids=["single days", "stretches"])


@BOTH
@pytest.mark.parametrize("cores", [1, 2])
def test_a_small_desk_is_proved_by_cp_sat_alone(rulebook, cores, ways):
    problem = desk(6, 10)
    outcome = checked(solve(problem, rulebook, time_limit=60, cores=cores), problem, rulebook)
    assert outcome.status == "OPTIMAL"
    assert (outcome.finder, outcome.prover) == (Engine.CP_SAT, Engine.CP_SAT)
    assert ways == []


@pytest.mark.parametrize("cores", [1, 2])
def test_everybody_of_a_desk_of_some_people_is_decided_together_where_that_need_not_be_repeatable(cores, ways):
    problem, rulebook = three_shift_desk(30), read_rulebook({})
    patient_settings = settings(first_roster={"joint_seconds": 30.0})
    outcome = checked(solve(problem, rulebook, cores=cores, settings=patient_settings), problem, rulebook)
    assert outcome.status == "OPTIMAL"
    assert ways == ["one by one"] * (cores > 1)
    assert outcome.finder == (Engine.LNS if cores > 1 else Engine.CP_SAT)


IMPATIENT = settings(strategy={"quick_seconds": 0.0})


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """CP-SAT on the whole model finds nothing in its time; with `IMPATIENT` nobody waits for it."""
    real = Incumbent.run

    def run(self, solver, model, watch=None):
        return cp_model.UNKNOWN if isinstance(watch, IncumbentWatch) else real(self, solver, model, watch)

    monkeypatch.setattr(Incumbent, "run", run)


def test_two_cores_on_stretches_are_neighbourhoods_and_a_bound_by_highs(impatient, ways):
    problem = desk(6, 10)
    outcome = checked(solve(problem, STRETCHED, time_limit=30, cores=2, settings=IMPATIENT), problem, STRETCHED)
    assert outcome.status == "OPTIMAL"
    assert outcome.finder in (Engine.LNS, "HiGHS")
    assert outcome.prover in (Engine.LNS, "HiGHS")
    assert {"HiGHS", "LNS"} <= set(ways)


@pytest.mark.parametrize("heavy", [True, False])
def test_nobody_waits_for_the_relaxation_of_a_heavy_model(heavy, impatient, ways, monkeypatch):
    """There is a roster, made one by one, before HiGHS begins, and no neighbourhoods are guided."""
    guided = []
    real = LnsProcess.__init__

    def noted(self: LnsProcess, task: LnsTask) -> None:
        guided.append(task.parameters.guided)
        real(self, task)

    monkeypatch.setattr(LnsProcess, "__init__", noted)
    heavy_or_not = settings(strategy={"quick_seconds": 0.0, "heavy_share": -1.0 if heavy else 1.0})
    problem = desk(6, 10)
    outcome = checked(solve(problem, STRETCHED, time_limit=30, cores=2, settings=heavy_or_not), problem, STRETCHED)
    assert outcome.status == "OPTIMAL"
    assert any(guided) != heavy
    assert (ways[:2] == ["one by one", "HiGHS"]) == heavy


def test_one_core_on_stretches_is_neighbourhoods_alone(impatient, ways):
    problem = desk(6, 10)
    outcome = checked(solve(problem, STRETCHED, time_limit=10, cores=1, settings=IMPATIENT), problem, STRETCHED)
    assert outcome.finder == Engine.LNS
    # the largest of them is the whole, or the relaxation has proved as much before
    assert outcome.prover in (Engine.LNS, "HiGHS")
    assert outcome.status == "OPTIMAL"
    assert ways == ["LNS"]


@pytest.mark.parametrize("cores", [1, 2])
def test_what_cp_sat_leaves_of_single_days_is_for_crews_and_highs(cores, impatient, ways):
    problem = desk(6, 10)
    outcome = checked(solve(problem, RULES, time_limit=30, cores=cores, settings=IMPATIENT), problem, RULES)
    assert outcome.status == "OPTIMAL"
    assert outcome.finder in (Engine.LNS, "HiGHS")
    assert {"HiGHS", "LNS"} <= set(ways)


def test_a_desk_that_takes_long_is_left_to_crews_as_soon_as_there_is_a_roster(ways):
    early = settings(strategy={"desk_share": 0.1, "some_workers": 40})
    problem = tight_desk(30)
    told: list[Progress] = []
    rulebook = read_rulebook({})
    outcome = checked(solve(problem, rulebook, time_limit=10, listener=told.append, settings=early), problem, rulebook)
    assert {"HiGHS", "LNS"} <= set(ways)
    by_cp_sat = [at for at in told if at.finder == Engine.CP_SAT]
    assert present(by_cp_sat[-1].incumbent) > outcome.objective
    assert outcome.finder == Engine.LNS


@pytest.mark.parametrize(("heavy", "priced", "highs"), [(True, False, []), (False, False, [10.0]), (False, True, [])])
def test_highs_has_the_last_half_of_the_time_of_a_large_desk_but_not_of_a_heavy_or_priced_one(
    heavy, priced, highs, monkeypatch
):
    """By a clock that whoever waits moves on, with engines that only say when they begin."""
    now, incumbent, engines = [0.0], Incumbent(), []
    begun: list[float] = []

    class Waited(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            now[0] += timeout or 0.0
            return self.is_set()

    def make_first_roster(search: Search) -> None:
        engines.append("one by one")
        incumbent.report_solution(SOME, 9, Engine.LNS)
        if priced:
            incumbent.report_bound(3, Engine.COLUMN_GENERATION)

    incumbent.stopped = Waited()
    monkeypatch.setattr(Search, "_make_first_roster", make_first_roster)
    monkeypatch.setattr(Search, "_run_lns", lambda search, seed: engines.append("LNS"))
    monkeypatch.setattr(Search, "_run_highs", lambda search: begun.append(search.left))
    large = settings(strategy={"large_workers": 6, "heavy_share": -1.0 if heavy else 1.0})
    limit = TimeLimit(20.0, lambda: now[0])
    Search(posted(desk(6, 10), RULES), incumbent, seed=0, cores=2, limit=limit, settings=large).run()
    assert engines == ["one by one", "LNS"]
    assert begun == highs


class Waiting:
    """HiGHS that says what it is told to, until it is halted."""

    begun: SimpleQueue[Waiting]

    def __init__(
        self, rows: Rows, seconds: float, layered: Rows | None, hint: Ints | None, settings: HighsSettings
    ) -> None:
        self.hint, self.infeasible = hint, False
        self.bound: int | None = None
        self.best = None if hint is None else rows.objective_value(hint)
        self.killed = threading.Event()
        self.told: SimpleQueue[tuple[int, Ints | None]] = SimpleQueue()
        self.begun.put(self)

    def run(self, tell: Callable[[int], None], show: Callable[[Ints, int], None]) -> None:
        while not self.killed.wait(0.01):
            while not self.told.empty():
                number, roster = self.told.get()
                if roster is None:
                    self.bound = number
                    tell(number)
                else:
                    self.best = number
                    show(roster, number)

    def kill(self) -> None:
        self.killed.set()

    def close(self) -> None:
        assert self.killed.is_set()


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., tuple[Incumbent, SimpleQueue[Waiting]]]]:
    """HiGHS begins on a desk, and the test says what it finds: where the search stands, and who has begun."""
    monkeypatch.setattr(Waiting, "begun", SimpleQueue(), raising=False)
    monkeypatch.setattr("scheduler.solver.strategy.HighsProcess", Waiting)
    running: list[tuple[Incumbent, Future[None]]] = []
    with ThreadPoolExecutor(1) as thread:

        def begin(rulebook: Rulebook, seconds: float, cost: int | None = None):
            model, incumbent = posted(desk(6, 10), rulebook), Incumbent()
            if cost is not None:
                incumbent.report_solution(_costing(cost), cost, Engine.LNS)
            search = Search(model, incumbent, seed=0, cores=2, limit=TimeLimit(seconds))
            monkeypatch.setattr(Rows, "objective_value", lambda _, values: int(values[0]))
            running.append((incumbent, thread.submit(search._run_highs)))
            return incumbent, Waiting.begun

        yield begin
        for incumbent, highs in running:
            incumbent.stop()
            highs.result()


def _costing(cost: int) -> Ints:
    """A roster that costs so much, for all that is asked of it here."""
    return np.array([cost])


def none_begins(begun: SimpleQueue[Waiting]) -> bool:
    """Nobody begins in a while."""
    time.sleep(0.3)
    return begun.empty()


def test_highs_begins_with_the_roster_there_is_and_anew_with_one_near_the_bound(waiting):
    incumbent, begun = waiting(STRETCHED, 60.0, 3000)
    first = begun.get(timeout=20)
    assert first.hint.tolist() == [3000]
    first.told.put((1000, None))
    incumbent.report_solution(_costing(1020), 1020, Engine.LNS)
    assert none_begins(begun)
    incumbent.report_solution(_costing(1005), 1005, Engine.LNS)
    second = begun.get(timeout=20)
    assert first.killed.is_set()
    assert second.hint.tolist() == [1005]
    incumbent.report_solution(_costing(1003), 1003, Engine.LNS)
    assert none_begins(begun)
    assert not second.killed.is_set()


def test_highs_goes_on_where_its_hint_is_near_by_and_by(waiting):
    _, begun = waiting(STRETCHED, 60.0, 1500)
    first = begun.get(timeout=20)
    first.told.put((1495, None))
    assert none_begins(begun)
    assert not first.killed.is_set()


def test_highs_with_a_roster_of_its_own_near_the_bound_goes_on(waiting):
    incumbent, begun = waiting(STRETCHED, 60.0)
    first = begun.get(timeout=20)
    assert first.hint is None
    first.told.put((1010, _costing(1010)))
    first.told.put((1001, None))
    assert none_begins(begun)
    assert (incumbent.cost, incumbent.finder, incumbent.bound) == (1010, "HiGHS", 1001)
    incumbent.report_solution(_costing(1005), 1005, Engine.LNS)
    assert none_begins(begun)
    assert not first.killed.is_set()


@pytest.mark.parametrize(("rulebook", "seconds"), [(RULES, 60.0), (STRETCHED, 2.0)], ids=["single days", "little time"])
def test_highs_does_not_begin_anew_for_a_desk_or_with_less_than_half_of_its_time(rulebook, seconds, waiting):
    incumbent, begun = waiting(rulebook, seconds, 3000)
    first = begun.get(timeout=20)
    first.told.put((1000, None))
    time.sleep(0.55 * seconds if seconds < 10 else 0.1)
    assert not first.killed.is_set()
    incumbent.report_solution(_costing(1005), 1005, Engine.LNS)
    assert none_begins(begun)


@BOTH
@pytest.mark.parametrize("cores", [1, 2])
def test_every_way_sees_that_there_is_none(rulebook, cores):
    problem = desk(6, 10)
    day = problem.dates[4]
    problem = replace(
        problem,
        demand=(replace(problem.demand[0], least=1), *problem.demand[1:]),
        leave=tuple(Leave(worker.id, day, day) for worker in problem.workers),
    )
    assert isinstance(solve(problem, rulebook, time_limit=30, cores=cores), Impossible)


def test_that_there_is_none_is_proved_where_cp_sat_left_it_open_at_first(monkeypatch, ways):
    """Nobody will ever have a roster, for which HiGHS would wait."""
    real, asked = Incumbent.run, []

    def run(self, solver, model, watch=None):
        asked.append(watch)
        return cp_model.UNKNOWN if len(asked) == 1 else real(self, solver, model, watch)

    monkeypatch.setattr(Incumbent, "run", run)
    problem = desk(6, 10)
    day = problem.dates[4]
    leave = tuple(Leave(worker.id, day, day) for worker in problem.workers)
    problem = replace(problem, demand=(replace(problem.demand[0], least=1), *problem.demand[1:]), leave=leave)
    assert isinstance(solve(problem, STRETCHED, time_limit=12, cores=2), Impossible)
    assert "HiGHS" in ways


def test_a_fault_in_one_thread_ends_the_others_and_is_told(impatient, monkeypatch):
    def broken(self: HighsProcess, *told: object) -> None:
        raise SolverFault(UNKNOWN_KIND)

    monkeypatch.setattr(HighsProcess, "run", broken)
    began = Incumbent()
    with pytest.raises(SolverFault, match="not linear"):
        solve(desk(6, 10), STRETCHED, time_limit=60, cores=2, settings=IMPATIENT)
    assert began.seconds < 20
    gc.collect()  # pipes left open are a warning here, and warnings are errors


INTERRUPTED = """
from scheduler.solver.solve import solve
from scheduler.audit.audit import audit
from tests.solver.test_lns import STRETCHED, desk
from tests.support.search_settings import settings

early = settings(
    strategy={
        "whole_share": 0.001,  # CP-SAT leaves it to the neighbourhoods
        "whole_seconds": 0.001,
        "quick_seconds": 60.0,  # and HiGHS does not prove it meanwhile
    }
)
problem = desk(6, 31)

def listen(at):
    if at.finder == "LNS":
        print("LNS", at.incumbent, flush=True)

outcome = solve(problem, STRETCHED, time_limit=100, cores=2, listener=listen, certify=100, settings=early)
found = audit(problem, STRETCHED, outcome.roster)
print(outcome.status, outcome.objective, len(found.broken), outcome.certificate, flush=True)
"""


def test_ctrl_c_among_neighbourhoods_keeps_the_best_roster():
    child = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    watchdog = threading.Timer(60, child.kill)
    watchdog.start()
    try:
        assert child.stdout is not None
        first = child.stdout.readline()
        assert first.startswith("LNS"), first + child.communicate()[1]
        os.kill(child.pid, signal.SIGINT)
        out, err = child.communicate(timeout=20)
    finally:
        child.kill()
        child.wait()
        watchdog.cancel()
    *told, last = [first, *out.splitlines()]
    status, cost, broken, certificate = last.split()
    assert (status, broken, certificate) == ("FEASIBLE", "0", "None"), err  # nor is a second solver asked
    assert int(cost) <= int(told[-1].split()[1])
    assert child.returncode == 0
