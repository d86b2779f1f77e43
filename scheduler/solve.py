"""A problem and its rules in, a proved roster out; the search strategy lives here only."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version

from ortools.sat.python import cp_model

from scheduler.domain import Problem, Reason, Roster
from scheduler.errors import SolverFault
from scheduler.model import RosterModel
from scheduler.rulebook import Rulebook
from scheduler.verify import Audit, audit
from scheduler.words import Sentence

SOLVER = f"ortools {version('ortools')}"


@dataclass(frozen=True)
class Progress:
    """Where a solve stands.

    Attributes
    ----------
    seconds : float
        Wall time since the solve began.
    incumbent : int or None
        Cost of the best roster so far.
    bound : int or None
        Proved lower bound of the cost.
    """

    seconds: float
    incumbent: int | None
    bound: int | None

    @property
    def gap(self) -> float | None:
        """Part of the incumbent's cost that is not proved necessary, 0 to 1."""
        return gap(self.incumbent, self.bound)


def gap(objective: int | None, bound: int | None) -> float | None:
    """Part of an objective that a bound does not prove necessary, 0 to 1."""
    if objective is None or bound is None:
        return None
    return (objective - bound) / objective if objective else 0.0


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
        The solver's own measure of work.
    """

    roster: Roster
    audit: Audit
    objective: int
    bound: int
    seconds: float
    first_seconds: float
    deterministic: float

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


class _Watch(cp_model.CpSolverSolutionCallback):
    """Tells a listener of each better roster and each better bound."""

    def __init__(self, listener: Callable[[Progress], None] | None) -> None:
        super().__init__()
        self.listener = listener
        self.began = time.perf_counter()
        self.first: float | None = None
        self.incumbent: int | None = None
        self.bound: int | None = None

    def seconds(self) -> float:
        """Wall time since the watch began."""
        return time.perf_counter() - self.began

    def on_solution_callback(self) -> None:
        """A better roster was found."""
        self.first = self.seconds() if self.first is None else self.first
        self.incumbent = round(self.objective_value)
        self._tell(round(self.best_objective_bound))

    def on_bound(self, bound: float) -> None:
        """A better bound was proved."""
        self._tell(round(bound))

    def _tell(self, bound: int) -> None:
        self.bound = bound if self.bound is None else max(self.bound, bound)
        if self.listener:
            self.listener(Progress(self.seconds(), self.incumbent, self.bound))


def solve(
    problem: Problem,
    rulebook: Rulebook,
    *,
    time_limit: float = 60.0,
    seed: int = 0,
    cores: int = 2,
    allowed: Mapping[Reason, int] | None = None,
    listener: Callable[[Progress], None] | None = None,
) -> Outcome:
    """The best roster of a problem, or the proof that there is none.

    Parameters
    ----------
    time_limit : float
        Wall seconds for building and searching together.
    allowed : mapping of Reason to int, optional
        By how much requirements may be broken: a repair of an impossible month.
    listener : callable, optional
        Told of progress, from the solver's threads.

    Raises
    ------
    SolverFault
        The model is invalid, or the audit finds what the solver says is not there.
    """
    watch = _Watch(listener)
    model = RosterModel(problem, allowed=allowed)
    rulebook.encode(problem, model)
    model.cp.minimize(model.objective())
    solver = solver_for(cores, seed, max(0.1, time_limit - watch.seconds()))
    solver.best_bound_callback = watch.on_bound
    status = run_search(solver, model.cp, watch)
    if status == cp_model.INFEASIBLE:
        return Impossible(watch.seconds())
    if status == cp_model.UNKNOWN:
        return Undecided(watch.seconds())
    if status == cp_model.MODEL_INVALID:
        raise SolverFault(Sentence("模型无效：{why}", "invalid model: {why}"), why=model.cp.validate())
    roster = model.roster(solver.boolean_value)
    found = audit(problem, rulebook, roster)
    proved = status == cp_model.OPTIMAL
    _agree(found, allowed or {}, round(solver.objective_value), proved)
    return Solved(
        roster=roster,
        audit=found,
        objective=found.cost,
        bound=found.cost if proved else round(solver.best_objective_bound),
        seconds=watch.seconds(),
        first_seconds=watch.first if watch.first is not None else watch.seconds(),
        deterministic=solver.response_proto.deterministic_time,
    )


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
