"""Where a search stands, shared by all who work on it: the best roster, the best bound, and who found which."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from scheduler.solver.rows import Ints

Subscriber = Callable[[Ints, int], None]  # of an assignment and its cost


@dataclass(frozen=True)
class Progress:
    """Where a solve stands.

    Attributes
    ----------
    seconds : float
        Wall time since the solve began.
    incumbent, bound : int or None
        Cost of the best roster so far; proved lower bound of the cost.
    finder, prover : str
        Who found the one and who proved the other: CP-SAT, LNS, CG or HiGHS.
    """

    seconds: float
    incumbent: int | None
    bound: int | None
    finder: str = ""
    prover: str = ""

    @property
    def gap(self) -> float | None:
        """Part of the incumbent's cost that is not proved necessary, 0 to 1."""
        return gap(self.incumbent, self.bound)


def gap(objective: int | None, bound: int | None) -> float | None:
    """Part of an objective that a bound does not prove necessary, 0 to 1."""
    if objective is None or bound is None:
        return None
    return (objective - bound) / objective if objective else 0.0


@dataclass
class Incumbent:
    """The best of everything so far; safe to be used by several threads.

    Attributes
    ----------
    values : int64 array or None
        The best assignment of the model's variables.
    cost, bound : int or None
    impossible : bool
        Somebody proved that there is no roster.
    stop : Event
        Set when there is nothing more to do, or no more time.
    deterministic : float
        CP-SAT's own measure of the work done so far.
    """

    listener: Callable[[Progress], None] | None = None
    values: Ints | None = None
    cost: int | None = None
    bound: int | None = None
    finder: str = ""
    prover: str = ""
    impossible: bool = False
    first_seconds: float | None = None
    deterministic: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event)
    began: float = field(default_factory=time.perf_counter)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _running: set[cp_model.CpSolver] = field(default_factory=set)
    _hearers: list[Subscriber] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Wall time since the search began."""
        return time.perf_counter() - self.began

    def found(self, values: Ints, cost: int, by: str) -> None:
        """Somebody has a roster of that cost; of two with the same cost the later one stands, elsewhere to look from."""
        with self._lock:
            if self.cost is None or cost < self.cost:
                self.values, self.cost, self.finder = values, cost, by
                self.first_seconds = self.seconds if self.first_seconds is None else self.first_seconds
                self._tell()
                for hearer in self._hearers:
                    hearer(values, cost)
            elif cost == self.cost:
                self.values = values

    def hear(self, hearer: Subscriber) -> None:
        """Tell somebody of the best roster, if there is one, and of each better one from now on."""
        with self._lock:
            if self.values is not None and self.cost is not None:
                hearer(self.values, self.cost)
            self._hearers.append(hearer)

    def unhear(self, hearer: Subscriber) -> None:
        """Tell somebody no more."""
        with self._lock:
            self._hearers.remove(hearer)

    def worked(self, deterministic: float) -> None:
        """Somebody did so much work."""
        with self._lock:
            self.deterministic += deterministic

    def proved(self, bound: int, by: str) -> None:
        """Somebody proved that no roster costs less."""
        with self._lock:
            if self.bound is None or bound > self.bound:
                self.bound, self.prover = bound, by
                self._tell()

    def none_exists(self) -> None:
        """Somebody proved that there is no roster."""
        with self._lock:
            self.impossible = True
            self.halt()

    def _tell(self) -> None:
        if self.listener:
            self.listener(Progress(self.seconds, self.cost, self.bound, self.finder, self.prover))
        if self.cost is not None and self.bound is not None and self.bound >= self.cost:
            self.halt()

    def halt(self) -> None:
        """Stop everybody."""
        with self._lock:
            self.stop.set()
            for solver in self._running:
                solver.stop_search()

    def run(
        self, solver: cp_model.CpSolver, model: cp_model.CpModel, watch: cp_model.CpSolverSolutionCallback | None = None
    ) -> cp_model.CpSolverStatus:
        """Run a CP-SAT solver so that `halt` stops it, and count its work."""
        with self._lock:
            if self.stop.is_set():
                return cp_model.UNKNOWN
            self._running.add(solver)
        solver.parameters.catch_sigint_signal = False  # Ctrl-C is the caller's, who stops all solvers
        try:
            return solver.solve(model, watch)
        finally:
            with self._lock:
                self._running.discard(solver)
                self.worked(solver.response_proto.deterministic_time)
