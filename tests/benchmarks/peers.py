"""Other ways to solve the same instances, for a comparison in one run on one machine.

Each peer takes what `table.ours` takes and gives a `table.Answer`; the audit that judges it is ours for all. A peer
that cannot run here raises `Missing`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, Protocol

from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model

from scheduler.domain import Problem, Roster
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import Rulebook
from scheduler.solver.mathopt import round_bound_up, to_mathopt
from scheduler.solver.rows import Rows
from tests.benchmarks.table import Answer


class Missing(Exception):
    """A peer that is not installed, or that cannot express the instance, and why."""


class Peer(Protocol):
    """A way to solve a problem within wall seconds, the building of its model included."""

    def __call__(self, problem: Problem, rulebook: Rulebook, *, seed: int, time_limit: float, cores: int) -> Answer: ...


def _posted(problem: Problem, rulebook: Rulebook) -> RosterModel:
    """The program's own model, as `solve` posts it."""
    model = RosterModel(problem)
    rulebook.encode(problem, model)
    model.cp.minimize(model.objective())
    return model


class _First(cp_model.CpSolverSolutionCallback):
    """Notes when the first roster is found."""

    def __init__(self, began: float) -> None:
        super().__init__()
        self.began = began
        self.seconds: float | None = None

    def on_solution_callback(self) -> None:
        self.seconds = self.seconds or time.perf_counter() - self.began


def cpsat(problem: Problem, rulebook: Rulebook, *, seed: int, time_limit: float, cores: int) -> Answer:
    """CP-SAT as it comes, on the same model: all parameters left alone but cores, seed and time."""
    began = time.perf_counter()
    model = _posted(problem, rulebook)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = cores
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = max(0.1, time_limit - (time.perf_counter() - began))
    solver.parameters.catch_sigint_signal = False  # Ctrl-C is the benchmark's
    first = _First(began)
    with ThreadPoolExecutor(1) as thread:
        search = thread.submit(solver.solve, model.cp, first)
        try:
            status = search.result()
        except KeyboardInterrupt:
            solver.stop_search()
            raise
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return Answer(
        {cp_model.INFEASIBLE: "IMPOSSIBLE", cp_model.UNKNOWN: "UNDECIDED"}.get(status, solver.status_name(status)),
        time.perf_counter() - began,
        model.roster(solver.boolean_value) if found else None,
        solver.best_objective_bound if found or status == cp_model.UNKNOWN else None,
        first.seconds,
        solver.response_proto.deterministic_time,
    )


def highs(problem: Problem, rulebook: Rulebook, *, seed: int, time_limit: float, cores: int) -> Answer:
    """HiGHS alone on the rows of the same model; it runs on one core whatever `cores` says."""
    began = time.perf_counter()
    model = _posted(problem, rulebook)
    rows = Rows.of(model.cp)
    left = max(0.1, time_limit - (time.perf_counter() - began))
    parameters = mathopt.SolveParameters(time_limit=timedelta(seconds=left), random_seed=seed)
    result = mathopt.solve(to_mathopt(rows), mathopt.SolverType.HIGHS, params=parameters)
    why = result.termination.reason
    bound = result.termination.objective_bounds.dual_bound
    roster = None
    if result.solutions:
        values = result.variable_values()
        by_index = sorted(values.items(), key=lambda item: item[0].id)
        roster = model.roster_of([round(value) for _, value in by_index])
    status = "FEASIBLE" if roster else "UNDECIDED"
    if why == mathopt.TerminationReason.OPTIMAL:
        status = "OPTIMAL"
    elif why == mathopt.TerminationReason.INFEASIBLE:
        status = "IMPOSSIBLE"
    proved = round_bound_up(bound) if math.isfinite(bound) and status != "IMPOSSIBLE" else None
    return Answer(status, time.perf_counter() - began, roster, proved)


def timefold(problem: Problem, rulebook: Rulebook, *, seed: int, time_limit: float, cores: int) -> Answer:
    """Timefold's community edition, which runs on one core, on its own model of the instance.

    Its clock starts when its search does: starting Java and translating the model are given to it for nothing.
    """
    model: Any
    try:
        from tests.benchmarks import timefold_model as model
    except ImportError as why:
        raise Missing(f"Timefold is not installed ({why}): pip install timefold, with Java 17 or later") from why
    except Exception as why:  # what the Java bridge raises without a Java machine differs by release
        raise Missing(f"Timefold cannot start ({type(why).__name__}: {why}); it needs Java 17 or later") from why
    if problem.workers and problem.workers[0].terms.most_hours is None:
        raise Missing("its model is of the public instances only")
    began = time.perf_counter()
    duties, hard, _ = model.search(problem, rulebook, time_limit, seed)
    return Answer("FEASIBLE" if hard == 0 else "ILLEGAL", time.perf_counter() - began, Roster(duties))


PEERS: Mapping[str, Peer] = {"cpsat-defaults": cpsat, "highs": highs, "timefold": timefold}
