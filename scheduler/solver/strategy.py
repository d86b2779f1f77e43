"""Which engine runs when: the search of one posted model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from functools import cached_property, partial

from ortools.sat.python import cp_model

from scheduler.model.roster_model import RosterModel
from scheduler.solver.column_generation import PRICER
from scheduler.solver.cp_sat import IncumbentWatch, invalid_model, solver_for
from scheduler.solver.highs_process import HighsProcess
from scheduler.solver.incumbent import Incumbent, gap
from scheduler.solver.lns import DIRECT, NeighbourhoodSearch
from scheduler.solver.lns_process import LnsProcess, LnsTask
from scheduler.solver.mathopt import PROVER
from scheduler.solver.rows import Rows
from scheduler.solver.variable_index import VariableIndex

# Parts of the time:
WHOLE_SHARE, WHOLE_SECONDS = 0.05, 10.0  # for CP-SAT on the whole of a model of stretches, and seconds at most
DESK_SHARE = 0.5  # for CP-SAT on the whole of another; of a large desk, before HiGHS begins
FIRST_SHARE = 0.5  # for a first roster of a heavy model, at most, before HiGHS begins: there may be none
QUICK_SECONDS = 1.0  # in which CP-SAT ends small models alone
BOUND_SHARE = 0.25  # for HiGHS, of what is left, before it is asked what it has proved
HEAVY_SHARE = 0.04  # of the time for building alone: nobody waits for the relaxation of such a model
HEAVY_SECONDS = 5.0  # of building: nor does HiGHS begin before there is a roster, 50 seconds on public instance 22
NEAR = 0.01  # gap of a roster with which HiGHS begins anew
LAST_SHARE = 0.04  # left to HiGHS to end by itself: on public instance 16 it has its best roster only then
# People of a desk: from so many on, and with several cores, their months are made one by one before CP-SAT sees the whole; from so
# many on at prices, and instead of it
FEW, LARGE = 20, 80
PATIENCE, CREW_PATIENCE = 3.0, 1.0  # seconds for one neighbourhood; for one of whole periods, of a desk
CREW_THREADS = 2  # for one such neighbourhood


class Search:
    """The search for a roster and a bound of one posted model.

    CP-SAT begins on the whole model, with all cores and its own
    neighbourhoods. With several cores a desk of some people begins one person
    after another, and then all of them together, which is mostly the proof. A
    large one goes on at prices for what people share (`Columns`), which mostly
    prove best what those make of it whom they leave open; CP-SAT sees why
    where that finds no roster. What is not proved by then gets better where
    crews of some people's whole periods are solved to the end, larger and
    larger ones; where there is no bound by prices, HiGHS has half the time
    for one.

    A model of work stretches has so tight a linear relaxation that HiGHS, on
    a core of its own from the start and from the best roster there is, often ends with the proof, and large
    parts are solved to the end: so CP-SAT leaves the whole soon, and every
    other core has a neighbourhood search in a process of its own, the first
    one guided by the relaxation. One that is heavy to build begins one person
    after another, too. `tests/benchmarks` has the figures.

    Parameters
    ----------
    seconds : float
        Wall seconds left.
    """

    def __init__(self, model: RosterModel, standing: Incumbent, seed: int, cores: int, seconds: float) -> None:
        self.model, self.standing, self.seed, self.cores = model, standing, seed, cores
        self.began, self.seconds = standing.seconds, seconds
        self.heavy = self.began > min(HEAVY_SECONDS, HEAVY_SHARE * seconds)
        self._reading = threading.Lock()
        self.interrupted = False

    @property
    def left(self) -> float:
        """Wall seconds left."""
        return self.began + self.seconds - self.standing.seconds

    @property
    def found(self) -> bool:
        """Whether anybody has a roster."""
        return self.standing.values is not None

    def near(self, cost: int | None) -> bool:
        """Whether a roster of that cost leaves so little to prove that HiGHS, from it on, need not look at most of the model."""
        left = gap(cost, self.standing.bound)
        return left is not None and left <= NEAR

    @property
    def large(self) -> bool:
        """Whether CP-SAT on the whole of this desk takes longer than a first roster one by one."""
        return not self.model.stretches and len(self.model.problem.workers) >= LARGE

    @property
    def some(self) -> bool:
        """Whether a desk may be decided together, from a beginning one by one; with one core it would not be repeatable."""
        return self.cores > 1 and len(self.model.problem.workers) >= FEW

    @cached_property
    def _rows(self) -> Rows:
        return Rows.of(self.model.cp)

    @property
    def rows(self) -> Rows:
        """The model's rows, read once."""
        with self._reading:
            return self._rows

    @cached_property
    def layered(self) -> Rows | None:
        """The rows of the model with its counts in layers, where it has any."""
        layered = self.model.layered()
        return None if layered is None else Rows.of(layered)

    @cached_property
    def _placed(self) -> list[tuple[int, int, int, int]]:
        problem = self.model.problem
        workers = {worker.id: number for number, worker in enumerate(problem.workers)}
        days = {day: number for number, day in enumerate(problem.dates)}
        return [
            (variable, workers[worker], days[first], days[last])
            for variable, worker, first, last in self.model.places()
            if first in days
        ]

    @property
    def placed(self) -> list[tuple[int, int, int, int]]:
        """Whom and which days the model's variables speak of, as `Places` wants it, read once."""
        with self._reading:
            return self._placed

    def run(self) -> None:
        """Search until a proof, the end of time or Ctrl-C, which keeps the best."""
        if self.heavy if self.model.stretches else self.large or self.some:
            self._together([self._one_by_one])
        if self.standing.stop.is_set():
            return
        if self.model.stretches:
            others = [self._bounds_then_parts] * (self.cores > 1)
            others += [partial(self._parts, self.seed + number) for number in range(2, self.cores)]
            self._together([self._whole_then_parts, *others])
        else:
            self._desk()
        self.standing.halt()

    def _desk(self) -> None:
        """The search of a model without stretches.

        CP-SAT on the whole of a small one goes on until there is a roster, and with one core to the end: what it does can be
        repeated.
        """
        if not self.large:
            enough = (1 - DESK_SHARE) * self.left if self.cores > 1 else 0.0
            self._together([partial(self._whole, self.cores, lambda: self.left < enough and self.found)])
        if not self.standing.stop.is_set():
            searches = max(1, self.cores // CREW_THREADS)
            self._together(
                [self._bounds, *(partial(self._parts, self.seed + number) for number in range(1, searches + 1))]
            )

    def _one_by_one(self) -> None:
        """A first roster of a desk or a heavy model: of a large desk with all that prices prove, else with all decided together."""
        sizes = len(self.model.problem.workers), len(self.model.problem.dates)
        places = VariableIndex(self.rows, self.placed, *sizes)
        patience, crews = (CREW_PATIENCE, self.seconds / 4), not self.model.stretches
        search = NeighbourhoodSearch(
            self.rows, places, self.standing, self.seed, *patience, crews=crews, threads=self.cores
        )
        if crews and not self.large:
            search.together()
        else:
            search.start()

    def _whole_then_parts(self) -> None:
        """CP-SAT on the whole for a moment, then neighbourhoods, the first one guided by the relaxation."""
        enough = self.left - min(WHOLE_SHARE * self.seconds, WHOLE_SECONDS)
        self._whole(self.cores, lambda: self.left < enough)
        if not self.standing.stop.is_set():
            self._parts(self.seed + 1, guided=self.began <= HEAVY_SHARE * self.seconds)

    def _together(self, tasks: Sequence[Callable[[], None]]) -> None:
        """Run tasks at the same time until all are done, or the search is over."""
        with ThreadPoolExecutor(len(tasks)) as threads:
            futures = [threads.submit(task) for task in tasks]
            try:
                while wait(futures, 0.05, FIRST_EXCEPTION).not_done:
                    if self.left <= 0 or any(future.done() and future.exception() for future in futures):
                        break
            except KeyboardInterrupt:
                self.interrupted = True
                self.standing.halt()
            if self.left <= 0 or any(future.done() and future.exception() for future in futures):
                self.standing.halt()
            while self.standing.stop.is_set() and wait(futures, 0.5).not_done:
                self.standing.halt()  # again, for a solver that was about to begin
        for future in futures:
            future.result()

    def _whole(self, cores: int, until: Callable[[], bool]) -> None:
        """CP-SAT on the whole model, with so many cores."""
        solver = solver_for(cores, self.seed, max(0.1, self.left))
        self._halted_with(solver.stop_search, partial(self._cp_sat, solver), until)

    def _bounds_then_parts(self) -> None:
        """HiGHS for a proof of a model of stretches, then neighbourhoods.

        It begins nearly at once; where the model is heavy, as soon as somebody has a roster or has long looked for one.
        """
        if self.heavy:
            half = FIRST_SHARE * self.seconds
            self._parts(self.seed, until=lambda: self.found or self.left < half)
        elif self.standing.stop.wait(QUICK_SECONDS):
            return
        self._highs()
        self._parts(self.seed)

    def _bounds(self) -> None:
        """HiGHS for the bound of a desk.

        Of a large one in the last half of the time, since other bounds may do, and not at all where prices have proved the best
        one yet, which HiGHS never bettered, or where a relaxation of a heavy one would take all of it. Before that, CP-SAT looks
        for the reason why a large desk has no roster yet: there may be none.
        """
        if self.large:
            half = 0.0 if self.heavy else (1 - DESK_SHARE) * self.seconds
            if not self.found:
                self._whole(1, lambda: self.found or self.left < half)
            self.standing.stop.wait(max(0.0, self.left - half))
        if not self.standing.stop.is_set() and self.left > 0 and self.standing.prover != PRICER:
            self._highs()

    def _highs(self) -> None:
        """HiGHS on the whole model.

        It begins with the best roster there is. With stretches it goes on to the end if its bound is the best: then its own
        rosters are, too; but it begins anew where others have a roster near the bound and it has none, if half of its time is
        left. On a desk it goes on until it has any bound. That there is no roster, CP-SAT has to find as well.
        """
        stretches, standing = self.model.stretches, self.standing
        enough = (1 - BOUND_SHARE) * self.left
        prover = HighsProcess(self.rows, max(0.1, (1 - LAST_SHARE) * self.left), self.layered, standing.values)
        half = self.left / 2

        def done() -> bool:
            bounded = prover.bound is not None
            return self.left < enough and (not bounded or standing.prover != PROVER if stretches else bounded)

        def again() -> bool:
            return stretches and self.left > half and self.near(standing.cost) and not self.near(prover.best)

        heard = partial(prover.run, partial(standing.proved, by=PROVER), partial(standing.found, by=PROVER))
        self._helped(prover, heard, lambda: done() or again())
        if standing.stop.is_set():
            return
        if prover.infeasible:
            self._cp_sat(solver_for(1, self.seed, max(0.1, self.left)))
        elif again():
            self._highs()

    def _cp_sat(self, solver: cp_model.CpSolver) -> None:
        """Run CP-SAT on the model."""
        watch = IncumbentWatch(self.standing)
        solver.best_bound_callback = watch.on_bound
        status = self.standing.run(solver, self.model.cp, watch)
        if status == cp_model.INFEASIBLE:
            self.standing.none_exists()
        elif status == cp_model.MODEL_INVALID:
            raise invalid_model(self.model.cp)
        elif status == cp_model.OPTIMAL:
            self.standing.proved(round(solver.objective_value), DIRECT)

    def _parts(self, seed: int, guided: bool = False, until: Callable[[], bool] = lambda: False) -> None:
        """Neighbourhoods until the search ends, or something else is so."""
        if until():
            return
        sizes = (len(self.model.problem.workers), len(self.model.problem.dates))
        crews = not self.model.stretches
        patience = CREW_PATIENCE if crews else PATIENCE
        searcher = LnsProcess(
            LnsTask(
                self.rows,
                self.placed,
                *sizes,
                seed,
                patience,
                self.seconds / 4,
                guided,
                crews,
                min(CREW_THREADS, self.cores),
            )
        )
        self._helped(searcher, partial(searcher.run, self.standing), until)

    def _helped(
        self, helper: LnsProcess | HighsProcess, run: Callable[[], None], until: Callable[[], bool] = lambda: False
    ) -> None:
        """Run a process beside the others; see `_halted_with`."""
        try:
            self._halted_with(helper.halt, run, until)
        finally:
            helper.close()

    def _halted_with(self, halt: Callable[[], None], run: Callable[[], None], until: Callable[[], bool]) -> None:
        """Run something until it ends or the search does, or something else is so."""
        with ThreadPoolExecutor(1) as thread:
            task = thread.submit(run)
            while not self.standing.stop.wait(0.05) and not task.done() and not until():
                pass
            halt()
            task.result()
