"""The state that all engines of one search share: the incumbent, the best bound, who found which, and the end."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from ortools.sat.python import cp_model

from scheduler.solver.rows import Ints

log = logging.getLogger(__name__)

Subscriber = Callable[[Ints, int], None]  # called with an assignment and its cost


class Engine(StrEnum):
    """Who found a solution or proved a bound. The texts are recorded in ledgers and printed."""

    CP_SAT = "CP-SAT"
    LNS = "LNS"
    HIGHS = "HiGHS"
    COLUMN_GENERATION = "CG"
    NONE = ""  # nothing yet, or what was counted without a search
    ELSEWHERE = "elsewhere"  # another process, as a child process sees it; never leaves that process


@dataclass(frozen=True)
class Progress:
    """The state of a search at one time.

    Attributes
    ----------
    seconds : float
        Wall time since the search began.
    incumbent, bound : int or None
        Cost of the best roster so far; proved lower bound of the cost.
    finder, prover : Engine
        Who found the one and who proved the other.
    """

    seconds: float
    incumbent: int | None
    bound: int | None
    finder: Engine = Engine.NONE
    prover: Engine = Engine.NONE

    @property
    def gap(self) -> float | None:
        """Part of the incumbent's cost that is not proved necessary, 0 to 1."""
        return gap(self.incumbent, self.bound)


def gap(objective: int | None, bound: int | None) -> float | None:
    """Part of an objective that a bound does not prove necessary, 0 to 1."""
    if objective is None or bound is None:
        return None
    return (objective - bound) / objective if objective else 0.0


@dataclass(kw_only=True)
class Incumbent:
    """The best solution and the best bound so far; safe to be used by several threads.

    Attributes
    ----------
    listener : callable, optional
        Called with each `Progress`, from the thread that reported it.
    values : int64 array or None
        The best assignment of the model's variables.
    cost, bound : int or None
    finder, prover : Engine
        Who found the best solution, and who proved the bound.
    impossible : bool
        It is proved that there is no roster.
    first_seconds : float or None
        Wall time until the first solution.
    deterministic : float
        CP-SAT's own measure of the work done so far.
    stopped : Event
        Set when there is nothing more to do, or no more time.
    """

    listener: Callable[[Progress], None] | None = None
    values: Ints | None = None
    cost: int | None = None
    bound: int | None = None
    finder: Engine = Engine.NONE
    prover: Engine = Engine.NONE
    impossible: bool = False
    first_seconds: float | None = None
    deterministic: float = 0.0
    stopped: threading.Event = field(default_factory=threading.Event)
    began: float = field(default_factory=time.perf_counter)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _running: set[cp_model.CpSolver] = field(default_factory=set)
    _subscribers: list[Subscriber] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Wall time since the search began."""
        return time.perf_counter() - self.began

    def report_solution(self, values: Ints, cost: int, by: Engine) -> None:
        """Record a solution.

        On equal cost the newer one replaces the older, so that searches continue from a different point; the finder
        stays the one who reached that cost first.
        """
        with self._lock:
            if self.cost is None or cost < self.cost:
                self.values, self.cost, self.finder = values, cost, by
                self.first_seconds = self.seconds if self.first_seconds is None else self.first_seconds
                self._report_progress()
                for subscriber in self._subscribers:
                    subscriber(values, cost)
            elif cost == self.cost:
                self.values = values

    def report_bound(self, bound: int, by: Engine) -> None:
        """Record a proof that no roster costs less."""
        with self._lock:
            if self.bound is None or bound > self.bound:
                self.bound, self.prover = bound, by
                self._report_progress()

    def report_infeasibility(self) -> None:
        """Record a proof that there is no roster, and stop."""
        with self._lock:
            self.impossible = True
            self.stop()

    def report_work(self, deterministic: float) -> None:
        """Add work done, in CP-SAT's own measure."""
        with self._lock:
            self.deterministic += deterministic

    def subscribe(self, subscriber: Subscriber) -> None:
        """Call a subscriber with the incumbent, if there is one, and with each better one from now on."""
        with self._lock:
            if self.values is not None and self.cost is not None:
                subscriber(self.values, self.cost)
            self._subscribers.append(subscriber)

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Call a subscriber no more."""
        with self._lock:
            self._subscribers.remove(subscriber)

    def _report_progress(self) -> None:
        log.debug(
            "%.1f s: incumbent %s by %s, bound %s by %s",
            self.seconds,
            self.cost,
            self.finder or "nobody",
            self.bound,
            self.prover or "nobody",
        )
        if self.listener:
            self.listener(Progress(self.seconds, self.cost, self.bound, self.finder, self.prover))
        if self.cost is not None and self.bound is not None and self.bound >= self.cost:
            self.stop()

    def stop(self) -> None:
        """End the search: every CP-SAT solver that runs through `run`, and all who look at `stopped`."""
        with self._lock:
            self.stopped.set()
            for solver in self._running:
                solver.stop_search()

    def run(
        self, solver: cp_model.CpSolver, model: cp_model.CpModel, watch: cp_model.CpSolverSolutionCallback | None = None
    ) -> cp_model.CpSolverStatus:
        """Run a CP-SAT solver in the calling thread so that `stop`, called from another thread, ends it; count its work.

        After the search was stopped no solver begins.
        """
        with self._lock:
            if self.stopped.is_set():
                return cp_model.UNKNOWN
            self._running.add(solver)
        # Ctrl-C is a matter of the main thread, which stops all solvers
        solver.parameters.catch_sigint_signal = False
        try:
            return solver.solve(model, watch)
        finally:
            with self._lock:
                self._running.discard(solver)
                self.report_work(solver.response_proto.deterministic_time)
