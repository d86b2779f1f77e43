"""A neighbourhood search in a process of its own, one per core.

A task goes in on its standard input, rosters and bounds come out on its
standard output, and rosters that others found go in after the task.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scheduler.i18n import Sentence
from scheduler.solver.child_process import ChildProcess, message_stream
from scheduler.solver.incumbent import Engine, Incumbent, Progress
from scheduler.solver.lns import NeighbourhoodSearch
from scheduler.solver.rows import Ints, Rows
from scheduler.solver.subproblems import LnsParameters
from scheduler.solver.variable_index import AssignmentVariable, VariableIndex

START = (
    "from scheduler.solver.lns_process import main; main()"  # not `-m`, which would give the classes here a second name
)


@dataclass(frozen=True, kw_only=True)
class LnsTask:
    """What a search is told when its process begins; see `NeighbourhoodSearch` and `VariableIndex`."""

    rows: Rows
    assignments: Sequence[AssignmentVariable]
    workers: int
    days: int
    parameters: LnsParameters


class SolutionMessage(NamedTuple):
    """A roster on its way between processes: the variables that are not 0, and their values.

    Attributes
    ----------
    variables : int32
    values : int64, one for each of them
    cost : int
    work : float
        CP-SAT's own measure of the work done since the last message, by solvers that have ended.
    """

    variables: NDArray[np.int32]
    values: Ints
    cost: int
    work: float = 0.0

    @classmethod
    def of(cls, values: Ints, cost: int, work: float = 0.0) -> SolutionMessage:
        """The message for an assignment."""
        variables = np.flatnonzero(values)
        return cls(variables.astype(np.int32), values[variables], cost, work)

    def assignment(self, count: int) -> Ints:
        """The assignment of so many variables."""
        values = np.zeros(count, np.int64)
        values[self.variables] = self.values
        return values


class BoundMessage(NamedTuple):
    """A lower bound and who proved it; `work` as in a `SolutionMessage`."""

    bound: int
    by: Engine
    work: float = 0.0


class LnsProcess(ChildProcess):
    """A neighbourhood search at work in a process of its own, as the parent sees it."""

    def __init__(self, task: LnsTask) -> None:
        super().__init__("-c", START)
        self._task = task
        self._last_cost: int | None = None  # of the search's own last roster

    def run(self, incumbent: Incumbent) -> None:
        """Report what the search finds to an incumbent, and send the search what others found, until it is killed.

        Raises
        ------
        SolverFault
            The process ended by itself.
        """
        process, rows = self._process, self._task.rows
        assert process.stdout is not None
        outbox: SimpleQueue[SolutionMessage | None] = SimpleQueue()
        sender = threading.Thread(target=self._send_all, args=(outbox,), daemon=True)
        sender.start()

        def enqueue(values: Ints, cost: int) -> None:
            if cost != self._last_cost:
                outbox.put(SolutionMessage.of(values, cost))  # sent by another thread: the incumbent must not block

        incumbent.subscribe(enqueue)
        try:
            while True:
                message: SolutionMessage | BoundMessage = pickle.load(process.stdout)
                incumbent.report_work(message.work)
                if isinstance(message, BoundMessage):
                    incumbent.report_bound(message.bound, message.by)
                    continue
                values, self._last_cost = message.assignment(len(rows.cost)), message.cost
                if rows.is_feasible(values) and rows.objective_value(values) == message.cost:
                    incumbent.report_solution(values, message.cost, Engine.LNS)
        except (EOFError, pickle.UnpicklingError):  # killed, perhaps in the middle of a message
            pass
        finally:
            incumbent.unsubscribe(enqueue)
            outbox.put(None)
            sender.join()
        self._wait(Sentence("邻域搜索出错：{why}", "the neighbourhood search failed: {why}"))

    def _send_all(self, outbox: SimpleQueue[SolutionMessage | None]) -> None:
        """Send the search its task, then the latest roster again and again, until the outbox says `None`."""
        message: LnsTask | SolutionMessage | None = self._task
        while message is not None:
            self._send(message)
            message = outbox.get()
            while message is not None and not outbox.empty():
                message = outbox.get()

    def _send(self, message: LnsTask | SolutionMessage) -> None:
        assert self._process.stdin is not None
        try:
            pickle.dump(message, self._process.stdin, pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError):  # the process is dead; `run` says why
            pass


def main() -> None:
    """The process: search until killed, or until the parent closes the pipe."""
    source, target = sys.stdin.buffer, message_stream()
    task: LnsTask = pickle.load(source)
    incumbent = Incumbent()

    def listen() -> None:
        """Take what others found; where the pipe ends or a message is cut short, the parent is gone, and so is the search."""
        try:
            while True:
                message: SolutionMessage = pickle.load(source)
                incumbent.report_solution(message.assignment(len(task.rows.cost)), message.cost, Engine.ELSEWHERE)
        finally:
            os._exit(0)

    sent_work, sent_cost, sent_bound = 0.0, None, None

    def send_progress(progress: Progress) -> None:
        nonlocal sent_work, sent_cost, sent_bound
        values, cost = incumbent.values, progress.incumbent
        if progress.finder == Engine.LNS and cost != sent_cost and values is not None and cost is not None:
            work, sent_work, sent_cost = incumbent.deterministic - sent_work, incumbent.deterministic, cost
            send(SolutionMessage.of(values, cost, work))
        if progress.bound != sent_bound and progress.bound is not None:
            work, sent_work, sent_bound = incumbent.deterministic - sent_work, incumbent.deterministic, progress.bound
            send(BoundMessage(progress.bound, progress.prover, work))

    def send(message: SolutionMessage | BoundMessage) -> None:
        pickle.dump(message, target, pickle.HIGHEST_PROTOCOL)
        target.flush()

    incumbent.listener = send_progress
    threading.Thread(target=listen, daemon=True).start()
    index = VariableIndex(task.rows, task.assignments, task.workers, task.days)
    NeighbourhoodSearch(task.rows, index, incumbent, task.parameters).run()
