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

from scheduler.audit.audit import Audit, audit
from scheduler.columns import PRICER
from scheduler.domain import Problem, Reason, Roster
from scheduler.errors import SolverFault
from scheduler.highs import PROVER, Prover
from scheduler.i18n import Sentence
from scheduler.linear import Linear
from scheduler.model.roster_model import RosterModel
from scheduler.neighbourhood import DIRECT, Neighbourhoods
from scheduler.places import Places
from scheduler.rules.book import Rulebook
from scheduler.searcher import Searcher, Task
from scheduler.standing import Progress, Standing, gap

SOLVER = f"ortools {version('ortools')}"
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
SLOW = ("graph_arc_lns", "graph_cst_lns", "graph_var_lns", "rnd_cst_lns")  # of CP-SAT's own neighbourhoods


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

    One worker proves with the strongest LP, one looks for rosters as cheap as
    the best bound, one searches neighbourhoods, and the presolve is a short
    one: that is one thread more than two cores, and still took a third of the
    time of two threads without the second worker on desks of 60 people, half
    of it on desks of 30, and no longer on tight ones. Neighbourhoods near the
    relaxation save most on tight desks, so those that save least are left out.
    One core takes all in turns, which can be repeated exactly.
    `tests/benchmarks` has the figures.

    Parameters
    ----------
    cores : int
        Cores to use. With one, the same input and seed give the same roster.
    time_limit : float
        Wall seconds.
    """
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.random_seed = seed
    parameters.max_time_in_seconds = time_limit
    parameters.num_workers = cores + (cores > 1)
    parameters.subsolvers.extend(["objective_lb_search_no_lp", "max_lp"] if cores > 1 else ["max_lp"])
    parameters.ignore_subsolvers.extend(SLOW)
    parameters.interleave_search = cores == 1
    parameters.max_presolve_iterations = 1
    parameters.cp_model_probing_level = 0
    parameters.symmetry_level = 0
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

    def on_solution_callback(self) -> None:
        """A better roster was found."""
        self.standing.found(np.array(self.response_proto.solution, np.int64), round(self.objective_value), DIRECT)

    def on_bound(self, bound: float) -> None:
        """A better bound was proved."""
        self.standing.proved(round(bound), DIRECT)


class _Search:
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

    def __init__(self, model: RosterModel, standing: Standing, seed: int, cores: int, seconds: float) -> None:
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
    def _rows(self) -> Linear:
        return Linear.of(self.model.cp)

    @property
    def rows(self) -> Linear:
        """The model's rows, read once."""
        with self._reading:
            return self._rows

    @cached_property
    def layered(self) -> Linear | None:
        """The rows of the model with its counts in layers, where it has any."""
        layered = self.model.layered()
        return None if layered is None else Linear.of(layered)

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
        places = Places(self.rows, self.placed, *sizes)
        patience, crews = (CREW_PATIENCE, self.seconds / 4), not self.model.stretches
        search = Neighbourhoods(self.rows, places, self.standing, self.seed, *patience, crews=crews, threads=self.cores)
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
        prover = Prover(self.rows, max(0.1, (1 - LAST_SHARE) * self.left), self.layered, standing.values)
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
        watch = Watch(self.standing)
        solver.best_bound_callback = watch.on_bound
        status = self.standing.run(solver, self.model.cp, watch)
        if status == cp_model.INFEASIBLE:
            self.standing.none_exists()
        elif status == cp_model.MODEL_INVALID:
            raise invalid(self.model.cp)
        elif status == cp_model.OPTIMAL:
            self.standing.proved(round(solver.objective_value), DIRECT)

    def _parts(self, seed: int, guided: bool = False, until: Callable[[], bool] = lambda: False) -> None:
        """Neighbourhoods until the search ends, or something else is so."""
        if until():
            return
        sizes = (len(self.model.problem.workers), len(self.model.problem.dates))
        crews = not self.model.stretches
        patience = CREW_PATIENCE if crews else PATIENCE
        searcher = Searcher(
            Task(
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
        self, helper: Searcher | Prover, run: Callable[[], None], until: Callable[[], bool] = lambda: False
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


def _posted(problem: Problem, rulebook: Rulebook, allowed: Mapping[Reason, int] | None = None) -> RosterModel:
    """A model of a problem, its cost to be least."""
    model = RosterModel(problem, allowed=allowed)
    rulebook.encode(problem, model)
    model.cp.minimize(model.objective())
    return model


def begin_with(model: cp_model.CpModel, values: Sequence[int]) -> None:
    """Let the next solve of a model begin with an assignment."""
    model.clear_hints()  # type: ignore[no-untyped-call]
    for index, value in enumerate(values):
        model.add_hint(model.get_int_var_from_proto_index(index), value)


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
    model = _posted(problem, rulebook, allowed)
    left = max(0.1, time_limit - standing.seconds)
    search = _Search(model, standing, seed, cores, left)
    search.run()
    seconds = standing.seconds
    wanted = certify if not search.interrupted else 0.0
    values = standing.values
    if standing.impossible:
        if wanted:
            _certified(search, None, wanted)
        return Impossible(seconds)
    if values is None or standing.cost is None:
        return Undecided(seconds)
    roster = model.roster_of(values.tolist())
    found = audit(problem, rulebook, roster)
    _agree(found, allowed or {}, standing.cost, standing.bound is not None and standing.bound >= standing.cost)
    certificate = _certified(search, found.cost, wanted) if wanted else None
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


def _certified(search: _Search, cost: int | None, seconds: float) -> Certificate:
    """HiGHS's own bound of a problem, held against what the search found (`cost`) and proved; Ctrl-C ends it."""
    began, standing = time.perf_counter(), search.standing
    prover = Prover(search.rows, seconds, search.layered)
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
