"""A problem and its rules in, a proved roster out; the search strategy lives here only."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cached_property, partial
from importlib.metadata import version

import numpy as np
from ortools.sat.python import cp_model

from scheduler.domain import Problem, Reason, Roster
from scheduler.errors import SolverFault
from scheduler.highs import PROVER, Prover
from scheduler.linear import Linear
from scheduler.model import RosterModel
from scheduler.neighbourhood import Neighbourhoods, Places
from scheduler.rulebook import Rulebook
from scheduler.standing import Progress, Standing, gap
from scheduler.verify import Audit, audit
from scheduler.words import Sentence

SOLVER = f"ortools {version('ortools')}"
DIRECT = "CP-SAT"
# On a model of stretches: parts of the time, and seconds at most
WHOLE_SHARE, WHOLE_SECONDS = 0.25, 60.0  # for CP-SAT on the whole
FIRST_SHARE, FIRST_SECONDS = 0.05, 10.0  # for its first roster; a model that has none by then is too large
BOUND_SHARE = 0.4  # for HiGHS, of what is left
PATIENCE = 3.0  # seconds for one neighbourhood


@dataclass(frozen=True)
class Certificate:
    """What HiGHS proved of the same problem, by itself.

    Attributes
    ----------
    bound : int or None
        No roster costs less, says HiGHS; `None` where its time ended before any bound.
    best : int or None
        The cheapest roster that it found itself, which no bound may pass.
    seconds : float
        Wall time that it took.
    """

    bound: int | None
    best: int | None
    seconds: float


@dataclass(frozen=True)
class Solved:
    """A roster that keeps every rule, audited.

    Attributes
    ----------
    objective : int
        Cost of its compromises, as the audit adds them up.
    bound : int
        No roster costs less.
    seconds, first_seconds : float
        Wall time of the solve, and until its first roster.
    deterministic : float
        CP-SAT's own measure of work.
    finder, prover : str
        Who found the roster, and who proved the bound.
    certificate : Certificate or None
        What a second solver proved, where it was asked.
    """

    roster: Roster
    audit: Audit
    objective: int
    bound: int
    seconds: float
    first_seconds: float
    deterministic: float
    finder: str = ""
    prover: str = ""
    certificate: Certificate | None = None

    @property
    def status(self) -> str:
        """OPTIMAL where the bound meets the objective, else FEASIBLE."""
        return "OPTIMAL" if self.bound >= self.objective else "FEASIBLE"

    @property
    def gap(self) -> float:
        """Part of the objective that is not proved necessary, 0 to 1."""
        return gap(self.objective, self.bound) or 0.0


@dataclass(frozen=True)
class Impossible:
    """Proof that no roster keeps every rule."""

    seconds: float
    status: str = "IMPOSSIBLE"


@dataclass(frozen=True)
class Undecided:
    """The time limit passed with neither a roster nor a proof that there is none."""

    seconds: float
    status: str = "UNDECIDED"


Outcome = Solved | Impossible | Undecided


def solver_for(cores: int, seed: int, time_limit: float) -> cp_model.CpSolver:
    """A CP-SAT solver with the strategy of this program.

    One worker proves with the strongest LP, all others search neighbourhoods:
    on the three-shift sample and desks of 14 and 60 people this took a third to
    two thirds of the deterministic time of CP-SAT's defaults, and less than two
    full workers. One core takes both in turns, which can be repeated exactly
    and took a ninth of the time of one full worker.

    Parameters
    ----------
    cores : int
        Worker threads. With one, the same input and seed give the same roster.
    time_limit : float
        Wall seconds.
    """
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = cores
    parameters.random_seed = seed
    parameters.max_time_in_seconds = time_limit
    parameters.subsolvers.append("max_lp")
    parameters.interleave_search = cores == 1
    parameters.catch_sigint_signal = (
        False  # its handler can wait for ever for memory; `run_search` stops the search instead
    )
    return solver


def run_search(
    solver: cp_model.CpSolver, model: cp_model.CpModel, watch: cp_model.CpSolverSolutionCallback | None = None
) -> cp_model.CpSolverStatus:
    """Solve in a thread of its own, so that Ctrl-C reaches this one, stops the search and keeps the best roster."""
    with ThreadPoolExecutor(1) as thread:
        status = thread.submit(solver.solve, model, watch)
        while True:
            try:
                return status.result()
            except KeyboardInterrupt:
                solver.stop_search()


def invalid(model: cp_model.CpModel) -> SolverFault:
    """The fault of a model that CP-SAT refuses."""
    return SolverFault(Sentence("模型无效：{why}", "invalid model: {why}"), why=model.validate())


class Watch(cp_model.CpSolverSolutionCallback):
    """Tells a standing of each better roster and each better bound of a CP-SAT solver."""

    def __init__(self, standing: Standing) -> None:
        super().__init__()
        self.standing = standing
        self.rosters = 0

    def on_solution_callback(self) -> None:
        """A better roster was found."""
        self.rosters += 1
        self.standing.found(np.array(self.response_proto.solution, np.int64), round(self.objective_value), DIRECT)

    def on_bound(self, bound: float) -> None:
        """A better bound was proved."""
        self.standing.proved(round(bound), DIRECT)


class _Search:
    """The search for a roster and a bound of one posted model.

    CP-SAT begins on the whole model, with all cores and its own
    neighbourhoods. On desks nothing else tried here was faster. A model of
    work stretches it leaves soon: its linear relaxation is so tight that parts
    of it are solved to the end, so all cores search neighbourhoods, but one
    begins with HiGHS for the bound. `tests/benchmarks` has the figures.

    Parameters
    ----------
    seconds : float
        Wall seconds left.
    """

    def __init__(self, model: RosterModel, standing: Standing, seed: int, cores: int, seconds: float) -> None:
        self.model, self.standing, self.seed, self.cores = model, standing, seed, cores
        self.began, self.seconds = standing.seconds, seconds
        self._reading = threading.Lock()
        self.interrupted = False

    @property
    def left(self) -> float:
        """Wall seconds left."""
        return self.began + self.seconds - self.standing.seconds

    @cached_property
    def _rows(self) -> tuple[Linear, Places]:
        problem, linear = self.model.problem, Linear.of(self.model.cp)
        workers = {worker.id: number for number, worker in enumerate(problem.workers)}
        days = {day: number for number, day in enumerate(problem.dates)}
        placed = [
            (variable, workers[worker], days[first], days[last])
            for variable, worker, first, last in self.model.places()
            if first in days
        ]
        return linear, Places(linear, placed, len(workers), len(days))

    @property
    def rows(self) -> tuple[Linear, Places]:
        """The model's rows and what they speak of, read once."""
        with self._reading:
            return self._rows

    def run(self) -> None:
        """Search until a proof, the end of time or Ctrl-C, which keeps the best."""
        self._together([self._whole])
        if not self.standing.stop.is_set():
            parts = [partial(self._parts, self.seed + number) for number in range(1, self.cores)]
            self._together([self._bounds_then_parts if parts else partial(self._parts, self.seed), *parts])
        self.standing.halt()

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

    def _whole(self) -> None:
        """CP-SAT on the whole model, with all cores; a model of stretches gets it for a part of the time."""
        if self.model.stretches:
            solver = solver_for(self.cores, self.seed, max(0.1, min(WHOLE_SHARE * self.seconds, WHOLE_SECONDS)))
            self._cp_sat(solver, max(1.0, min(FIRST_SHARE * self.seconds, FIRST_SECONDS)))
        else:
            self._cp_sat(solver_for(self.cores, self.seed, max(0.1, self.left)))
            self.standing.halt()

    def _bounds_then_parts(self) -> None:
        """HiGHS for a proof, then neighbourhoods; that there is no roster, CP-SAT has to find as well."""
        prover = Prover(self.rows[0], max(0.1, BOUND_SHARE * self.left))
        with ThreadPoolExecutor(1) as thread:
            task = thread.submit(prover.run, lambda bound: self.standing.proved(bound, PROVER))
            while not self.standing.stop.wait(0.05) and not task.done():
                pass
            prover.halt()
            try:
                task.result()
            finally:
                prover.close()
        linear, _ = self.rows
        if prover.values is not None and linear.keeps(prover.values):
            self.standing.found(prover.values, linear.paid(prover.values), PROVER)
        if prover.infeasible and not self.standing.stop.is_set():
            self._cp_sat(solver_for(1, self.seed, max(0.1, self.left)))
        self._parts(self.seed)

    def _cp_sat(self, solver: cp_model.CpSolver, first: float | None = None) -> None:
        """Run CP-SAT on the model; with `first`, only for so many seconds unless it has a roster by then."""
        watch = Watch(self.standing)
        solver.best_bound_callback = watch.on_bound

        def give_up() -> None:
            if not watch.rosters:
                solver.stop_search()

        patience = threading.Timer(first or 0.0, give_up)
        if first is not None:
            patience.start()
        status = self.standing.run(solver, self.model.cp, watch)
        patience.cancel()
        if status == cp_model.INFEASIBLE:
            self.standing.none_exists()
        elif status == cp_model.MODEL_INVALID:
            raise invalid(self.model.cp)
        elif status == cp_model.OPTIMAL:
            self.standing.proved(round(solver.objective_value), DIRECT)

    def _parts(self, seed: int) -> None:
        """Neighbourhoods until the search ends."""
        linear, places = self.rows
        Neighbourhoods(linear, places, self.standing, seed, PATIENCE, self.seconds / 10).run()


def solve(
    problem: Problem,
    rulebook: Rulebook,
    *,
    time_limit: float = 60.0,
    seed: int = 0,
    cores: int = 2,
    allowed: Mapping[Reason, int] | None = None,
    listener: Callable[[Progress], None] | None = None,
    certify: float = 0.0,
) -> Outcome:
    """The best roster of a problem, or the proof that there is none.

    Parameters
    ----------
    time_limit : float
        Wall seconds for building and searching together.
    allowed : mapping of Reason to int, optional
        By how much requirements may be broken: a repair of an impossible month.
    listener : callable, optional
        Told of progress, from the search's threads.
    certify : float
        Wall seconds more in which HiGHS proves a bound of the same problem by itself; 0 asks for none.

    Raises
    ------
    SolverFault
        The model is invalid, the audit finds what the solver says is not there, or HiGHS disagrees.
    """
    standing = Standing(listener)
    model = RosterModel(problem, allowed=allowed)
    rulebook.encode(problem, model)
    model.cp.minimize(model.objective())
    search = _Search(model, standing, seed, cores, max(0.1, time_limit - standing.seconds))
    search.run()
    seconds = standing.seconds
    wanted = certify if not search.interrupted else 0.0
    values = standing.values
    if standing.impossible:
        if wanted:
            _certified(search.rows[0], standing, None, wanted)
        return Impossible(seconds)
    if values is None or standing.cost is None:
        return Undecided(seconds)
    roster = model.roster_of(values.tolist())
    found = audit(problem, rulebook, roster)
    _agree(found, allowed or {}, standing.cost, standing.bound is not None and standing.bound >= standing.cost)
    certificate = _certified(search.rows[0], standing, found.cost, wanted) if wanted else None
    if certificate and certificate.bound is not None:
        standing.proved(certificate.bound, PROVER)
    proved = standing.bound is not None and standing.bound >= found.cost
    return Solved(
        roster=roster,
        audit=found,
        objective=found.cost,
        bound=found.cost if proved else standing.bound or 0,
        seconds=seconds,
        first_seconds=standing.first_seconds or seconds,
        deterministic=standing.deterministic,
        finder=standing.finder,
        prover=standing.prover,
        certificate=certificate,
    )


def _certified(linear: Linear, standing: Standing, cost: int | None, seconds: float) -> Certificate:
    """HiGHS's own bound of a problem, held against what the search found (`cost`) and proved; Ctrl-C ends it."""
    began = time.perf_counter()
    prover = Prover(linear, seconds)
    try:
        prover.run()
    except KeyboardInterrupt:
        pass
    finally:
        prover.halt()
        prover.close()
    disagree = [
        standing.impossible and prover.best is not None,
        prover.infeasible and cost is not None,
        cost is not None and prover.bound is not None and prover.bound > cost,
        standing.bound is not None and prover.best is not None and standing.bound > prover.best,
    ]
    if any(disagree):
        raise SolverFault(
            Sentence(
                "两个求解器结论不一致：CP-SAT {cost}（下界 {bound}），HiGHS {best}（下界 {other}）",
                "the solvers disagree: CP-SAT {cost} (bound {bound}), HiGHS {best} (bound {other})",
            ),
            cost=cost,
            bound=standing.bound,
            best=prover.best,
            other=prover.bound,
        )
    return Certificate(prover.bound, prover.best, time.perf_counter() - began)


def _agree(found: Audit, allowed: Mapping[Reason, int], objective: int, proved: bool) -> None:
    """Hold the audit against the solver's answer."""
    stray = [violation for violation in found.broken if violation.reason not in allowed]
    if stray:
        what = "; ".join(violation.say("en", {}) for violation in stray[:5])
        raise SolverFault(
            Sentence(
                "审核发现求解器的排班违反规则：{what}", "the audit finds rules broken in the solver's roster: {what}"
            ),
            what=what,
        )
    # before a proof, slack in the solver's own costs is possible, less cost is not
    if found.cost > objective or (proved and found.cost != objective):
        raise SolverFault(
            Sentence(
                "审核代价 {cost} 与求解器代价 {objective} 不符",
                "the audit's cost {cost} is not the solver's {objective}",
            ),
            cost=found.cost,
            objective=objective,
        )
