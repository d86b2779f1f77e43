"""Solving subproblems: the tool that first rosters and neighbourhood search share.

A subproblem frees some variables of a whole assignment. CP-SAT or HiGHS solves it under the time limit of the search;
every feasible roster that comes up on the way is reported to the incumbent at once.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from ortools.sat.python import cp_model

from scheduler.solver.construction import small_solver
from scheduler.solver.incumbent import Engine, Incumbent
from scheduler.solver.mathopt import SubproblemSolution, solve_rows
from scheduler.solver.rows import Flags, Floats, Ints, Subproblem
from scheduler.solver.settings import DEFAULTS, SearchSettings
from scheduler.solver.variable_index import VariableIndex


@dataclass(frozen=True, kw_only=True)
class LnsParameters:
    """How one neighbourhood search runs.

    Attributes
    ----------
    seed : int
    time_limit, most_time_limit : float
        Wall seconds for one subproblem, and to what they grow while nothing is saved.
    guided : bool
        Whether to make a first roster from the linear relaxation, even if others have a roster sooner.
    worker_subsets : bool
        Whether neighbourhoods are the whole period of some workers, solved from the bound upwards: best on models
        without stretches.
    threads : int
        Threads for one subproblem of worker subsets, and for columns.
    settings : SearchSettings
    """

    seed: int
    time_limit: float
    most_time_limit: float
    guided: bool = False
    worker_subsets: bool = False
    threads: int = 1
    settings: SearchSettings = DEFAULTS


class Method(NamedTuple):
    """How a subproblem is solved: by which engine, and with which of CP-SAT's subsolvers, where one is chosen."""

    engine: Engine
    subsolver: str = ""


CP_SAT, HIGHS = Method(Engine.CP_SAT), Method(Engine.HIGHS)


class SubproblemSolver:
    """Solves subproblems of one model for one search.

    Attributes
    ----------
    time_limit, most_time_limit : float
        Wall seconds for one subproblem now, and at most; the search adapts the former.
    penalty : int
        Penalty for one unit of violation of a coupling row.
    random : Random
        Of all random choices of the search.
    """

    def __init__(self, index: VariableIndex, incumbent: Incumbent, parameters: LnsParameters) -> None:
        self.rows, self.index, self.incumbent = index.rows, index, incumbent
        self.random, self.threads = random.Random(parameters.seed), parameters.threads
        self.most_time_limit = parameters.most_time_limit
        self.time_limit = self.least_time_limit = min(parameters.time_limit, parameters.most_time_limit)
        self.penalty = self.rows.penalty

    def solve(
        self,
        subproblem: Subproblem,
        values: Ints,
        *,
        soften: bool,
        method: Method = CP_SAT,
        time_limit: float | None = None,
    ) -> SubproblemSolution:
        """The best values found for a subproblem, in the whole assignment, and whether there are none better.

        Parameters
        ----------
        values : int64
            The whole assignment: the solver begins with it.
        soften : bool
            Whether coupling rows may be violated at the penalty.
        time_limit : float, optional
            Wall seconds for CP-SAT; the search's own if not given.
        """
        hint, soft = values[subproblem.free], self.index.coupling[subproblem.touched] & soften
        if method.engine == Engine.CP_SAT:

            def report(found: Ints) -> None:
                self.report(merge(values, subproblem, found))

            best, complete = self._solve_by_cp_sat(
                subproblem, hint, soft, method.subsolver, time_limit or self.time_limit, report
            )
        elif self.incumbent.stopped.is_set():
            best, complete = None, False
        else:
            rows = subproblem.softened(soft, self.penalty)
            start = np.concatenate([hint, np.zeros(len(rows.cost) - len(hint), np.int64)])
            best, complete = solve_rows(rows, start, self.time_limit)
        return SubproblemSolution(None if best is None else merge(values, subproblem, best), complete)

    def _solve_by_cp_sat(
        self,
        subproblem: Subproblem,
        hint: Ints,
        soft: Flags,
        subsolver: str,
        time_limit: float,
        report: Callable[[Ints], None],
    ) -> SubproblemSolution:
        """Solve by CP-SAT; with a subsolver from the bound upwards, with CP-SAT's own neighbourhoods beside it."""
        cp, _ = subproblem.model(hint, soft, self.penalty)
        solver = small_solver(time_limit)
        if subsolver:
            solver.parameters.num_workers = self.threads
            solver.parameters.subsolvers.append(subsolver)
            solver.parameters.max_presolve_iterations = 1
        else:
            solver.parameters.linearization_level = 2
        solver.parameters.random_seed = self.random.randrange(2**31)
        status = self.incumbent.run(solver, cp, _SolutionWatch(report))
        complete = status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return SubproblemSolution(None, complete)
        return SubproblemSolution(np.array(solver.response_proto.solution, np.int64), complete)

    def complete_auxiliary(self, values: Ints | Floats) -> Ints | None:
        """The assignment with its auxiliary variables decided anew for its assignment variables, which are rounded."""
        after = np.round(values).astype(np.int64)
        subproblem = self.rows.subproblem(np.flatnonzero(~self.index.is_assignment), after)
        return self.solve(subproblem, after, soften=True).values

    def report(self, values: Ints) -> None:
        """Report an assignment to the incumbent if it is feasible."""
        if self.rows.is_feasible(values):
            self.incumbent.report_solution(values, self.rows.objective_value(values), Engine.LNS)

    def report_optimum(self, subproblem: Subproblem, values: Ints, is_optimal: bool) -> None:
        """Report a subproblem's solution; where the subproblem is the whole, an optimal one is a bound, too."""
        self.report(values)
        if is_optimal and len(subproblem.free) == len(values):
            self.incumbent.report_bound(self.rows.objective_value(values), Engine.LNS)


class _SolutionWatch(cp_model.CpSolverSolutionCallback):
    """Reports each better assignment that CP-SAT finds."""

    def __init__(self, report: Callable[[Ints], None]) -> None:
        super().__init__()
        self._report = report

    def on_solution_callback(self) -> None:
        """Report a better assignment."""
        self._report(np.array(self.response_proto.solution, np.int64))


def merge(values: Ints, subproblem: Subproblem, found: Ints) -> Ints:
    """The whole assignment with a subproblem's solution in it; slack variables behind its own are left out."""
    whole = values.copy()
    whole[subproblem.free] = found[: len(subproblem.free)]
    return whole
