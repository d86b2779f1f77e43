"""A neighbourhood search in a process of its own: what it finds comes out, what others find goes in, and it ends."""

from __future__ import annotations

import gc
import pickle
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from itertools import pairwise

import numpy as np
import pytest
from scipy import sparse

from scheduler.audit.audit import audit
from scheduler.errors import SolverFault
from scheduler.model.roster_model import RosterModel
from scheduler.solver.incumbent import Engine, Incumbent, Progress
from scheduler.solver.lns_process import START, LnsProcess, LnsTask, SolutionMessage
from scheduler.solver.rows import Rows
from scheduler.solver.subproblems import LnsParameters
from tests.solver.test_lns import STRETCHED, desk, posted, roster_of, solved
from tests.support.narrowing import present

SMALL = desk(6, 10)
NO_START = (
    "from scheduler.solver.lns import NeighbourhoodSearch; NeighbourhoodSearch.make_first_roster = lambda self: None; "
)


def task(model: RosterModel, *, seed: int = 0, time_limit: float = 2.0, guided: bool = False) -> LnsTask:
    """The model for a search."""
    problem = model.problem
    workers = [worker.id for worker in problem.workers]
    assignments = [
        (at, workers.index(worker), problem.dates.index(first), problem.dates.index(last))
        for at, worker, first, last in model.places()
    ]
    return LnsTask(
        rows=Rows.of(model.cp),
        assignments=assignments,
        workers=len(workers),
        days=len(problem.dates),
        parameters=LnsParameters(seed=seed, time_limit=time_limit, most_time_limit=time_limit, guided=guided),
    )


class Telling(LnsProcess):
    """A search process that notes what it was told."""

    def __init__(self, task: LnsTask) -> None:
        self.told: list[LnsTask | SolutionMessage] = []
        super().__init__(task)

    def _send(self, message: LnsTask | SolutionMessage) -> None:
        self.told.append(message)
        super()._send(message)


def searched(
    task: LnsTask,
    incumbent: Incumbent,
    meanwhile: Callable[[LnsProcess], None] = lambda lns: None,
    seconds: float = 30.0,
) -> Telling:
    """A search that went on until the incumbent said stop, or ended by itself."""
    lns = Telling(task)
    watchdog = threading.Timer(seconds, incumbent.stop)
    watchdog.start()
    with ThreadPoolExecutor(1) as thread:
        run = thread.submit(lns.run, incumbent)
        meanwhile(lns)
        while not incumbent.stopped.wait(0.02) and not run.done():
            pass
        lns.kill()
    watchdog.cancel()
    lns.close()
    try:
        run.result()
    finally:
        del run
        gc.collect()  # pipes left open are a warning here, and warnings are errors
    return lns


@pytest.fixture(scope="module")
def model() -> RosterModel:
    """The small desk's model."""
    return posted(SMALL, STRETCHED)


@pytest.fixture(scope="module")
def best(model: RosterModel) -> int:
    """What its roster costs at least."""
    return Rows.of(model.cp).objective_value(solved(model))


def begin_with(monkeypatch: pytest.MonkeyPatch, before: str, then: str = START) -> None:
    """Let the process begin with something else."""
    monkeypatch.setattr("scheduler.solver.lns_process.START", before + then)


@pytest.mark.parametrize("values", [[0, 3, 0, -2, 1, 0], [0, 0, 0], [7], [2**40, 0], []], ids=str)
def test_a_word_says_its_assignment_again(values):
    values = np.array(values, np.int64)
    word = SolutionMessage.of(values, 12, 0.5)
    assert np.count_nonzero(values) == len(word.variables) == len(word.values)
    again: SolutionMessage = pickle.loads(pickle.dumps(word))
    assert (again.cost, again.work) == (12, 0.5)
    assert again.assignment(len(values)).dtype == np.int64
    assert (again.assignment(len(values)) == values).all()


@pytest.mark.parametrize("guided", [False, True])
def test_a_search_finds_the_optimum_and_tells_of_each_step_to_it(guided, model, best):
    told: list[Progress] = []
    incumbent = Incumbent(listener=told.append)
    incumbent.report_bound(best, Engine.CP_SAT)  # the search ends where it meets this
    lns = searched(task(model, guided=guided), incumbent)
    assert incumbent.cost == best
    assert incumbent.finder == Engine.LNS
    values = present(incumbent.values)
    assert lns._task.rows.is_feasible(values)
    assert audit(SMALL, STRETCHED, roster_of(model, values)).cost == best
    costs = [at.incumbent for at in told if at.incumbent is not None]
    assert all(later < earlier for earlier, later in pairwise(costs))
    assert lns.told == [lns._task]  # and its own rosters are no news to it


def test_a_search_that_nobody_gives_a_bound_ends_with_its_own_proof_and_its_work_counts(model, best):
    incumbent = Incumbent()
    searched(task(model), incumbent)
    assert incumbent.bound == incumbent.cost == best
    assert incumbent.deterministic > 0


@pytest.mark.parametrize("early", [True, False], ids=["before it began", "while it waits"])
def test_a_search_takes_up_what_others_found(early, model, best, monkeypatch):
    """This one makes no roster of its own to begin with."""
    begin_with(monkeypatch, NO_START)
    incumbent, idle = Incumbent(), solved(model, nobody=True)
    cost = Rows.of(model.cp).objective_value(idle)
    incumbent.report_bound(best, Engine.CP_SAT)

    def later(lns: LnsProcess) -> None:
        time.sleep(1.0)
        assert incumbent.cost is None
        incumbent.report_solution(idle, cost, Engine.NONE)

    if early:
        incumbent.report_solution(idle, cost, Engine.NONE)
    lns = searched(task(model), incumbent, (lambda lns: None) if early else later)
    assert best < cost
    assert (incumbent.cost, incumbent.finder) == (best, Engine.LNS)
    (word,) = [what for what in lns.told if isinstance(what, SolutionMessage)]
    assert word.cost == cost
    assert (word.assignment(len(idle)) == idle).all()


THREE_STEPS = """
import os, time
from scheduler.solver.lns import NeighbourhoodSearch
def run(self):
    while self.incumbent.values is None:
        time.sleep(0.01)
    values = self.incumbent.values
    for _ in range(3):
        values = self.step(values)
    os._exit(0)
NeighbourhoodSearch.run = run
"""


def test_what_is_no_better_than_what_others_found_is_not_told(model, best, monkeypatch):
    begin_with(monkeypatch, THREE_STEPS)
    incumbent = Incumbent()
    incumbent.report_solution(solved(model), best, Engine.NONE)
    monkeypatch.setattr(SolutionMessage, "assignment", lambda *_: pytest.fail("a roster was told"))
    searched(task(model), incumbent)
    assert (incumbent.cost, incumbent.finder) == (best, Engine.NONE)


RELAXED = """
def raising(*words):
    raise RuntimeError("relaxed")
import scheduler.solver.first_roster
scheduler.solver.first_roster.solve_relaxation = raising
"""


def test_only_a_guided_search_looks_at_the_relaxation(model, best, monkeypatch):
    begin_with(monkeypatch, RELAXED)
    with pytest.raises(SolverFault, match="relaxed"):
        searched(task(model, guided=True), Incumbent())
    incumbent = Incumbent()
    incumbent.report_bound(best, Engine.CP_SAT)
    searched(task(model), incumbent)
    assert incumbent.cost == best


def test_two_searches_tell_each_other(model, best, monkeypatch):
    begin_with(monkeypatch, NO_START)
    incumbent, idle = Incumbent(), solved(model, nobody=True)
    incumbent.report_bound(best, Engine.CP_SAT)
    incumbent.report_solution(idle, Rows.of(model.cp).objective_value(idle), Engine.NONE)
    with ThreadPoolExecutor(2) as threads:
        runs = [threads.submit(searched, task(model, seed=seed, time_limit=0.5), incumbent) for seed in range(2)]
    assert incumbent.cost == best
    for run in runs:
        costs = [what.cost for what in run.result().told if isinstance(what, SolutionMessage)]
        assert costs == sorted(set(costs), reverse=True)
    assert incumbent._subscribers == []


def test_halt_ends_a_search_at_work_in_no_time_and_is_no_fault(model):
    incumbent = Incumbent()
    began = []

    def soon(lns: LnsProcess) -> None:
        while incumbent.cost is None:
            time.sleep(0.02)
        began.append(time.perf_counter())
        incumbent.stop()

    lns = searched(task(model, time_limit=20), incumbent, soon)
    assert time.perf_counter() - began[0] < 2
    assert lns._process.returncode
    assert incumbent._subscribers == []


def test_halt_ends_a_search_that_has_not_begun(model):
    searched(task(model), Incumbent(), lambda lns: lns.kill())


DEATHS = {
    "at once": "raise RuntimeError('no cores left')",
    "after its task": "import pickle, sys; pickle.load(sys.stdin.buffer); raise RuntimeError('no cores left')",
    "at work": """
from scheduler.solver.lns import NeighbourhoodSearch
def step(self, values):
    raise RuntimeError("no cores left")
NeighbourhoodSearch.step = step
"""
    + START,
}


@pytest.mark.parametrize("code", DEATHS.values(), ids=DEATHS)
def test_a_search_that_dies_by_itself_is_a_fault_that_says_why(code, model, monkeypatch):
    begin_with(monkeypatch, code, "")
    incumbent = Incumbent()
    with pytest.raises(SolverFault, match=r"the neighbourhood search failed: [\s\S]*no cores left") as fault:
        searched(task(model), incumbent)
    assert len(str(fault.value)) < 600
    assert incumbent._subscribers == []


def test_telling_a_dead_search_is_no_fault_of_the_one_who_tells(model, monkeypatch):
    begin_with(monkeypatch, "raise RuntimeError('no cores left')", "")
    lns = LnsProcess(task(model))
    lns._process.wait()
    for _ in range(3):
        lns._send(SolutionMessage.of(np.ones(10**5, np.int64), 1))
    lns.kill()
    lns.close()
    lns._send(SolutionMessage.of(np.ones(1, np.int64), 1))  # nor where the pipe is closed


def test_a_search_to_which_nobody_speaks_any_more_ends_by_itself(model):
    """So it does where the one who started it was killed."""
    incumbent = Incumbent()

    def fall_silent(lns: LnsProcess) -> None:
        while incumbent.cost is None:
            time.sleep(0.02)
        present(lns._process.stdin).close()
        assert lns._process.wait(10) == 0

    searched(task(model, time_limit=1), incumbent, fall_silent)
    assert not incumbent.stopped.is_set()


NOISE = """
import os
from scheduler.solver.lns import NeighbourhoodSearch
real = NeighbourhoodSearch.step
def step(self, values):
    os.write(1, b"Running HiGHS")
    print("Copyright", flush=True)
    return real(self, values)
NeighbourhoodSearch.step = step
"""


def test_what_a_solver_prints_does_not_disturb_the_words(model, best, monkeypatch):
    begin_with(monkeypatch, NO_START + NOISE)
    incumbent, idle = Incumbent(), solved(model, nobody=True)
    incumbent.report_bound(best, Engine.CP_SAT)
    incumbent.report_solution(idle, Rows.of(model.cp).objective_value(idle), Engine.NONE)
    searched(task(model), incumbent)
    assert (incumbent.cost, incumbent.finder) == (best, Engine.LNS)


HALF_A_WORD = """
import os, pickle, sys, time
import numpy as np
from scheduler.solver.lns_process import SolutionMessage
pickle.load(sys.stdin.buffer)
os.write(1, pickle.dumps(SolutionMessage.of(np.ones(500, np.int64), 3))[:2000])
time.sleep(60)
"""


def test_halt_ends_a_search_in_the_middle_of_a_word_and_is_no_fault(model, monkeypatch):
    begin_with(monkeypatch, HALF_A_WORD, "")
    incumbent = Incumbent()
    threading.Timer(1.0, incumbent.stop).start()
    searched(task(model), incumbent)
    assert incumbent.cost is None


TALKATIVE = """
import numpy as np
from scheduler.solver.incumbent import Engine
from scheduler.solver.lns import NeighbourhoodSearch
def run(self):
    values = self.rows.upper
    while not self.incumbent.stopped.is_set():
        best = self.incumbent.values
        values = (values if best is None else best).copy()
        values[self.solver.random.randrange(len(values))] -= 1
        self.incumbent.report_solution(values, self.rows.objective_value(values), Engine.LNS)
NeighbourhoodSearch.run = run
"""


def test_searches_with_much_to_tell_do_not_wait_for_each_other(monkeypatch):
    """Words longer than a pipe holds go both ways, and the incumbent can be halted all the same."""
    begin_with(monkeypatch, TALKATIVE)
    count, none = 20_000, np.zeros(0, np.int64)
    matrix = sparse.csr_array((0, count), dtype=np.int64)
    most = np.full(count, 10**6)
    rows = Rows(
        matrix=matrix,
        row_lower=none,
        row_upper=none,
        lower=np.zeros_like(most),
        upper=most,
        cost=np.ones_like(most),
        offset=0,
    )
    enough = threading.Event()
    incumbent = Incumbent(listener=lambda at: enough.set() if at.incumbent == 10**6 * count - 1500 else None)
    processes = [
        LnsProcess(
            LnsTask(
                rows=rows,
                assignments=[(0, 0, 0, 0)],
                workers=1,
                days=1,
                parameters=LnsParameters(seed=seed, time_limit=1.0, most_time_limit=1.0),
            )
        )
        for seed in range(2)
    ]
    with ThreadPoolExecutor(3) as threads:
        runs = [threads.submit(lns.run, incumbent) for lns in processes]
        enough.wait(6.0)
        halt = threads.submit(incumbent.stop)
        done, _ = wait([halt], 1.0)
        for lns in processes:
            lns.kill()
    for lns in processes:
        lns.close()
    assert halt in done
    for run in runs:
        run.result()


LIES = """
import os
from scheduler.solver.subproblems import SubproblemSolver
from scheduler.solver.incumbent import Engine
from scheduler.solver.lns import NeighbourhoodSearch
def run(self):
    best = self.make_first_roster()
    for values, cost in [(best, 1), (best, 0), (best * 0 - 1, int(-self.rows.cost.sum()) + self.rows.offset)]:
        self.incumbent.cost = None
        self.incumbent.report_solution(values, cost, Engine.LNS)
    os._exit(0)
NeighbourhoodSearch.run = run
SubproblemSolver.report = lambda self, values: None
"""


def test_what_is_no_roster_or_costs_something_else_is_not_taken(model, best, monkeypatch):
    assert best > 1
    begin_with(monkeypatch, LIES)
    incumbent = Incumbent()
    searched(task(model), incumbent)  # it ends by itself
    assert not incumbent.stopped.is_set()
    assert incumbent.cost is None
