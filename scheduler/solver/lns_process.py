"""A neighbourhood search in a process of its own, one per core.

The rows go in on its standard input, rosters come out on its standard output,
and what others found goes in after them.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
from collections.abc import Sequence
from queue import SimpleQueue
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scheduler.i18n import Sentence
from scheduler.solver.child_process import ChildProcess, message_stream
from scheduler.solver.incumbent import Incumbent, Progress
from scheduler.solver.lns import FINDER, NeighbourhoodSearch
from scheduler.solver.rows import Ints, Rows
from scheduler.solver.variable_index import VariableIndex

OTHERS = "others"
START = (
    "from scheduler.solver.lns_process import main; main()"  # not `-m`, which would give the classes here a second name
)


class LnsTask(NamedTuple):
    """What a search is told when its process begins; see `Neighbourhoods` and `Places`."""

    linear: Rows
    placed: Sequence[tuple[int, int, int, int]]
    workers: int
    days: int
    seed: int
    patience: float
    most_patience: float
    guided: bool
    crews: bool = False
    threads: int = 1


class SolutionMessage(NamedTuple):
    """A roster on its way between processes: the variables that are not 0, and their values.

    Attributes
    ----------
    work : float
        CP-SAT's own measure of the work done since the last word, by what has ended.
    """

    where: NDArray[np.int32]
    values: Ints
    cost: int
    work: float = 0.0

    @classmethod
    def of(cls, values: Ints, cost: int, work: float = 0.0) -> SolutionMessage:
        """The word for an assignment."""
        where = np.flatnonzero(values)
        return cls(where.astype(np.int32), values[where], cost, work)

    def assignment(self, count: int) -> Ints:
        """The assignment of so many variables."""
        values = np.zeros(count, np.int64)
        values[self.where] = self.values
        return values


class BoundMessage(NamedTuple):
    """No roster costs less than `bound`, as somebody proved; `work` as of a `Word`."""

    bound: int
    by: str
    work: float = 0.0


class LnsProcess(ChildProcess):
    """A neighbourhood search at work in a process of its own."""

    def __init__(self, task: LnsTask) -> None:
        super().__init__("-c", START)
        self._task = task
        self._said: int | None = None  # the cost of its own last word

    def run(self, standing: Incumbent) -> None:
        """Offer what the search finds to a standing, and tell the search what others found, until it is ended.

        Raises
        ------
        SolverFault
            The process ended by itself.
        """
        process, linear = self._process, self._task.linear
        assert process.stdout is not None
        news: SimpleQueue[SolutionMessage | None] = SimpleQueue()
        sender = threading.Thread(target=self._send, args=(news,), daemon=True)
        sender.start()

        def hear(values: Ints, cost: int) -> None:
            if cost != self._said:
                news.put(SolutionMessage.of(values, cost))  # not told at once: the standing waits for nobody

        standing.hear(hear)
        try:
            while True:
                word: SolutionMessage | BoundMessage = pickle.load(process.stdout)
                standing.worked(word.work)
                if isinstance(word, BoundMessage):
                    standing.proved(word.bound, word.by)
                    continue
                values, self._said = word.assignment(len(linear.cost)), word.cost
                if linear.keeps(values) and linear.paid(values) == word.cost:
                    standing.found(values, word.cost, FINDER)
        except (EOFError, pickle.UnpicklingError):  # ended, perhaps in the middle of a word
            pass
        finally:
            standing.unhear(hear)
            news.put(None)
            sender.join()
        self._over(Sentence("邻域搜索出错：{why}", "the neighbourhood search failed: {why}"))

    def _send(self, news: SimpleQueue[SolutionMessage | None]) -> None:
        """Tell the search its task, and then the latest news, until there are no more."""
        what: LnsTask | SolutionMessage | None = self._task
        while what is not None:
            self._tell(what)
            what = news.get()
            while what is not None and not news.empty():
                what = news.get()

    def _tell(self, what: LnsTask | SolutionMessage) -> None:
        assert self._process.stdin is not None
        try:
            pickle.dump(what, self._process.stdin, pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError):  # what it died of is told by `run`
            pass


def main() -> None:
    """Search until killed, or until nobody listens: what a process begins with."""
    source, target = sys.stdin.buffer, message_stream()
    task: LnsTask = pickle.load(source)
    standing = Incumbent()

    def listen() -> None:
        """Take what others found; where nobody speaks any more, or was cut short, nobody waits for an answer."""
        try:
            while True:
                word: SolutionMessage = pickle.load(source)
                standing.found(word.assignment(len(task.linear.cost)), word.cost, OTHERS)
        finally:
            os._exit(0)

    told, said, proved = 0.0, None, None

    def tell(at: Progress) -> None:
        nonlocal told, said, proved
        values = standing.values
        if at.finder == FINDER and at.incumbent != said and values is not None and at.incumbent is not None:
            work, told, said = standing.deterministic - told, standing.deterministic, at.incumbent
            say(SolutionMessage.of(values, at.incumbent, work))
        if at.bound != proved and at.bound is not None:
            work, told, proved = standing.deterministic - told, standing.deterministic, at.bound
            say(BoundMessage(at.bound, at.prover, work))

    def say(word: SolutionMessage | BoundMessage) -> None:
        pickle.dump(word, target, pickle.HIGHEST_PROTOCOL)
        target.flush()

    standing.listener = tell
    threading.Thread(target=listen, daemon=True).start()
    places = VariableIndex(task.linear, task.placed, task.workers, task.days)
    how = (task.seed, task.patience, task.most_patience, task.guided, task.crews, task.threads)
    NeighbourhoodSearch(task.linear, places, standing, *how).run()
