"""Threads of a search: engines side by side, ended together.

Engines that compute in Python's own process, CP-SAT above all, release the interpreter while they do; HiGHS and
neighbourhood searches are processes, and their threads here only wait for messages. Three layers of threads meet, each
for a reason of its own:

1. `run_together`, in the main thread, runs the engines of a phase. It alone sees Ctrl-C and the time limit.
2. `run_until`, in an engine's thread, lets one solver run while it watches for what ends that solver alone.
3. `Incumbent.run` makes no thread: it registers a CP-SAT solver, so that `Incumbent.stop` can reach it.

(`cp_sat.run_search` is for a solver that runs alone, without an incumbent.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from scheduler.solver.incumbent import Incumbent

POLL_SECONDS = 0.05  # between two looks at what ends a task; Python's waits are not interrupted otherwise
RESTOP_SECONDS = 0.5  # between two stops of solvers that go on


def run_together(tasks: Sequence[Callable[[], None]], incumbent: Incumbent, seconds_left: Callable[[], float]) -> bool:
    """Run tasks at the same time until all are done, one fails, the time is over, or Ctrl-C; then stop the search.

    The search goes on where all tasks end by themselves.

    Returns
    -------
    bool
        Whether Ctrl-C ended it.
    """
    interrupted = False
    with ThreadPoolExecutor(len(tasks)) as threads:
        futures = [threads.submit(task) for task in tasks]

        def is_over() -> bool:
            return seconds_left() <= 0 or any(future.done() and future.exception() for future in futures)

        try:
            while wait(futures, POLL_SECONDS, FIRST_EXCEPTION).not_done:
                if is_over():
                    break
        except KeyboardInterrupt:
            interrupted = True
            incumbent.stop()
        if is_over():
            incumbent.stop()
        while incumbent.stopped.is_set() and wait(futures, RESTOP_SECONDS).not_done:
            incumbent.stop()  # again, for a solver that was about to begin
    for future in futures:
        future.result()
    return interrupted


def run_until(
    run: Callable[[], None], stop: Callable[[], None], incumbent: Incumbent, until: Callable[[], bool]
) -> None:
    """Run a task in a thread until it ends, the search is stopped, or a condition holds; then call `stop` to end it."""
    with ThreadPoolExecutor(1) as thread:
        task = thread.submit(run)
        while not incumbent.stopped.wait(POLL_SECONDS) and not task.done() and not until():
            pass
        stop()
        task.result()
