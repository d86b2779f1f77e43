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
from scheduler.solver.incumbent import Incumbent, Progress
from scheduler.solver.lns import FINDER
from scheduler.solver.lns_process import START, LnsProcess, LnsTask, SolutionMessage
from scheduler.solver.rows import Rows
from tests.solver.test_lns import STRETCHED, desk, posted, roster_of, solved

SMALL = desk(6, 10)
NO_START = "from scheduler.solver.lns import NeighbourhoodSearch; NeighbourhoodSearch.start = lambda self: None; "


def task(model: RosterModel, *, seed: int = 0, patience: float = 2.0, guided: bool = False) -> LnsTask:
    """The model for a search."""
    problem = model.problem
    workers = [worker.id for worker in problem.workers]
    places = [
        (at, workers.index(worker), problem.dates.index(first), problem.dates.index(last))
        for at, worker, first, last in model.places()
    ]
    sizes = (len(workers), len(problem.dates))
    return LnsTask(Rows.of(model.cp), places, *sizes, seed, patience, patience, guided)


class Telling(LnsProcess):
    """A searcher that notes what its process was told."""

    def __init__(self, task: LnsTask) -> None:
        self.told: list[LnsTask | SolutionMessage] = []
        super().__init__(task)

    def _tell(self, what: LnsTask | SolutionMessage) -> None:
        self.told.append(what)
        super()._tell(what)


def searched(
    task: LnsTask,
    standing: Incumbent,
    meanwhile: Callable[[LnsProcess], None] = lambda searcher: None,
    seconds: float = 30.0,
) -> Telling:
    """A search that went on until the standing said stop, or ended by itself."""
    searcher = Telling(task)
    watchdog = threading.Timer(seconds, standing.halt)
    watchdog.start()
    with ThreadPoolExecutor(1) as thread:
        run = thread.submit(searcher.run, standing)
        meanwhile(searcher)
        while not standing.stop.wait(0.02) and not run.done():
            pass
        searcher.halt()
    watchdog.cancel()
    searcher.close()
    try:
        run.result()
    finally:
        del run
        gc.collect()  # pipes left open are a warning here, and warnings are errors
    return searcher


@pytest.fixture(scope="module")
def model() -> RosterModel:
    """The small desk's model."""
    return posted(SMALL, STRETCHED)


@pytest.fixture(scope="module")
def best(model: RosterModel) -> int:
    """What its roster costs at least."""
    return Rows.of(model.cp).paid(solved(model))


def begin_with(monkeypatch: pytest.MonkeyPatch, before: str, then: str = START) -> None:
    """Let the process begin with something else."""
    monkeypatch.setattr("scheduler.solver.lns_process.START", before + then)


@pytest.mark.parametrize("values", [[0, 3, 0, -2, 1, 0], [0, 0, 0], [7], [2**40, 0], []], ids=str)
def test_a_word_says_its_assignment_again(values):
    values = np.array(values, np.int64)
    word = SolutionMessage.of(values, 12, 0.5)
    assert np.count_nonzero(values) == len(word.where) == len(word.values)
    again: SolutionMessage = pickle.loads(pickle.dumps(word))
    assert (again.cost, again.work) == (12, 0.5)
    assert again.assignment(len(values)).dtype == np.int64
    assert (again.assignment(len(values)) == values).all()


@pytest.mark.parametrize("guided", [False, True])
def test_a_search_finds_the_optimum_and_tells_of_each_step_to_it(guided, model, best):
    told: list[Progress] = []
    standing = Incumbent(told.append)
    standing.proved(best, "CP-SAT")  # the search ends where it meets this
    searcher = searched(task(model, guided=guided), standing)
    assert standing.cost == best
    assert standing.finder == FINDER
    assert searcher._task.linear.keeps(standing.values)
    assert audit(SMALL, STRETCHED, roster_of(model, standing.values)).cost == best
    costs = [at.incumbent for at in told if at.incumbent is not None]
    assert all(later < earlier for earlier, later in pairwise(costs))
    assert searcher.told == [searcher._task]  # and its own rosters are no news to it


def test_a_search_that_nobody_gives_a_bound_ends_with_its_own_proof_and_its_work_counts(model, best):
    standing = Incumbent()
    searched(task(model), standing)
    assert standing.bound == standing.cost == best
    assert standing.deterministic > 0


@pytest.mark.parametrize("early", [True, False], ids=["before it began", "while it waits"])
def test_a_search_takes_up_what_others_found(early, model, best, monkeypatch):
    """This one makes no roster of its own to begin with."""
    begin_with(monkeypatch, NO_START)
    standing, idle = Incumbent(), solved(model, nobody=True)
    cost = Rows.of(model.cp).paid(idle)
    standing.proved(best, "CP-SAT")

    def later(searcher: LnsProcess) -> None:
        time.sleep(1.0)
        assert standing.cost is None
        standing.found(idle, cost, "somebody")

    if early:
        standing.found(idle, cost, "somebody")
    searcher = searched(task(model), standing, (lambda searcher: None) if early else later)
    assert best < cost
    assert (standing.cost, standing.finder) == (best, FINDER)
    (word,) = [what for what in searcher.told if isinstance(what, SolutionMessage)]
    assert word.cost == cost
    assert (word.assignment(len(idle)) == idle).all()


THREE_STEPS = """
import os, time
from scheduler.solver.lns import NeighbourhoodSearch
def run(self):
    while self.standing.values is None:
        time.sleep(0.01)
    values = self.standing.values
    for _ in range(3):
        values = self.step(values)
    os._exit(0)
NeighbourhoodSearch.run = run
"""


def test_what_is_no_better_than_what_others_found_is_not_told(model, best, monkeypatch):
    begin_with(monkeypatch, THREE_STEPS)
    standing = Incumbent()
    standing.found(solved(model), best, "somebody")
    monkeypatch.setattr(SolutionMessage, "assignment", lambda *_: pytest.fail("a roster was told"))
    searched(task(model), standing)
    assert (standing.cost, standing.finder) == (best, "somebody")


RELAXED = """
def raising(*words):
    raise RuntimeError("relaxed")
import scheduler.solver.lns
scheduler.solver.lns.solve_relaxation = raising
"""


def test_only_a_guided_search_looks_at_the_relaxation(model, best, monkeypatch):
    begin_with(monkeypatch, RELAXED)
    with pytest.raises(SolverFault, match="relaxed"):
        searched(task(model, guided=True), Incumbent())
    standing = Incumbent()
    standing.proved(best, "CP-SAT")
    searched(task(model), standing)
    assert standing.cost == best


def test_two_searches_tell_each_other(model, best, monkeypatch):
    begin_with(monkeypatch, NO_START)
    standing, idle = Incumbent(), solved(model, nobody=True)
    standing.proved(best, "CP-SAT")
    standing.found(idle, Rows.of(model.cp).paid(idle), "somebody")
    with ThreadPoolExecutor(2) as threads:
        runs = [threads.submit(searched, task(model, seed=seed, patience=0.5), standing) for seed in range(2)]
    assert standing.cost == best
    for run in runs:
        costs = [what.cost for what in run.result().told if isinstance(what, SolutionMessage)]
        assert costs == sorted(set(costs), reverse=True)
    assert standing._hearers == []


def test_halt_ends_a_search_at_work_in_no_time_and_is_no_fault(model):
    standing = Incumbent()
    began = []

    def soon(searcher: LnsProcess) -> None:
        while standing.cost is None:
            time.sleep(0.02)
        began.append(time.perf_counter())
        standing.halt()

    searcher = searched(task(model, patience=20), standing, soon)
    assert time.perf_counter() - began[0] < 2
    assert searcher._process.returncode
    assert standing._hearers == []


def test_halt_ends_a_search_that_has_not_begun(model):
    searched(task(model), Incumbent(), lambda searcher: searcher.halt())


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
    standing = Incumbent()
    with pytest.raises(SolverFault, match=r"the neighbourhood search failed: [\s\S]*no cores left") as fault:
        searched(task(model), standing)
    assert len(str(fault.value)) < 600
    assert standing._hearers == []


def test_telling_a_dead_search_is_no_fault_of_the_one_who_tells(model, monkeypatch):
    begin_with(monkeypatch, "raise RuntimeError('no cores left')", "")
    searcher = LnsProcess(task(model))
    searcher._process.wait()
    for _ in range(3):
        searcher._tell(SolutionMessage.of(np.ones(10**5, np.int64), 1))
    searcher.halt()
    searcher.close()
    searcher._tell(SolutionMessage.of(np.ones(1, np.int64), 1))  # nor where the pipe is closed


def test_a_search_to_which_nobody_speaks_any_more_ends_by_itself(model):
    """So it does where the one who started it was killed."""
    standing = Incumbent()

    def fall_silent(searcher: LnsProcess) -> None:
        while standing.cost is None:
            time.sleep(0.02)
        searcher._process.stdin.close()
        assert searcher._process.wait(10) == 0

    searched(task(model, patience=1), standing, fall_silent)
    assert not standing.stop.is_set()


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
    standing, idle = Incumbent(), solved(model, nobody=True)
    standing.proved(best, "CP-SAT")
    standing.found(idle, Rows.of(model.cp).paid(idle), "somebody")
    searched(task(model), standing)
    assert (standing.cost, standing.finder) == (best, FINDER)


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
    standing = Incumbent()
    threading.Timer(1.0, standing.halt).start()
    searched(task(model), standing)
    assert standing.cost is None


TALKATIVE = """
import numpy as np
from scheduler.solver.lns import FINDER, NeighbourhoodSearch
def run(self):
    values = self.linear.most
    while not self.standing.stop.is_set():
        best = self.standing.values
        values = (values if best is None else best).copy()
        values[self.random.randrange(len(values))] -= 1
        self.standing.found(values, self.linear.paid(values), FINDER)
NeighbourhoodSearch.run = run
"""


def test_searches_with_much_to_tell_do_not_wait_for_each_other(monkeypatch):
    """Words longer than a pipe holds go both ways, and the standing can be halted all the same."""
    begin_with(monkeypatch, TALKATIVE)
    count, none = 20_000, np.zeros(0, np.int64)
    rows = sparse.csr_array((0, count), dtype=np.int64)
    most = np.full(count, 10**6)
    linear = Rows(rows, none, none, np.zeros_like(most), most, np.ones_like(most), 0)
    enough = threading.Event()
    standing = Incumbent(lambda at: enough.set() if at.incumbent == 10**6 * count - 1500 else None)
    searchers = [LnsProcess(LnsTask(linear, [(0, 0, 0, 0)], 1, 1, seed, 1.0, 1.0, False)) for seed in range(2)]
    with ThreadPoolExecutor(3) as threads:
        runs = [threads.submit(searcher.run, standing) for searcher in searchers]
        enough.wait(6.0)
        halt = threads.submit(standing.halt)
        done, _ = wait([halt], 1.0)
        for searcher in searchers:
            searcher.halt()
    for searcher in searchers:
        searcher.close()
    assert halt in done
    for run in runs:
        run.result()


LIES = """
import os
from scheduler.solver.lns import FINDER, NeighbourhoodSearch
def run(self):
    best = self.start()
    for values, cost in [(best, 1), (best, 0), (best * 0 - 1, int(-self.linear.cost.sum()) + self.linear.offset)]:
        self.standing.cost = None
        self.standing.found(values, cost, FINDER)
    os._exit(0)
NeighbourhoodSearch.run = run
NeighbourhoodSearch._offer = lambda self, values: None
"""


def test_what_is_no_roster_or_costs_something_else_is_not_taken(model, best, monkeypatch):
    assert best > 1
    begin_with(monkeypatch, LIES)
    standing = Incumbent()
    searched(task(model), standing)  # it ends by itself
    assert not standing.stop.is_set()
    assert standing.cost is None
