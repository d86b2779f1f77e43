"""CP-SAT with the parameters of this program, run so that Ctrl-C keeps the best roster."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from ortools.sat.python import cp_model

from scheduler.errors import SolverFault
from scheduler.i18n import Sentence
from scheduler.solver.incumbent import Incumbent
from scheduler.solver.lns import DIRECT

SLOW = ("graph_arc_lns", "graph_cst_lns", "graph_var_lns", "rnd_cst_lns")  # of CP-SAT's own neighbourhoods


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


def invalid_model(model: cp_model.CpModel) -> SolverFault:
    """The fault of a model that CP-SAT refuses."""
    return SolverFault(Sentence("模型无效：{why}", "invalid model: {why}"), why=model.validate())


class IncumbentWatch(cp_model.CpSolverSolutionCallback):
    """Tells a standing of each better roster and each better bound of a CP-SAT solver."""

    def __init__(self, standing: Incumbent) -> None:
        super().__init__()
        self.standing = standing

    def on_solution_callback(self) -> None:
        """A better roster was found."""
        self.standing.found(np.array(self.response_proto.solution, np.int64), round(self.objective_value), DIRECT)

    def on_bound(self, bound: float) -> None:
        """A better bound was proved."""
        self.standing.proved(round(bound), DIRECT)


def begin_with(model: cp_model.CpModel, values: Sequence[int]) -> None:
    """Let the next solve of a model begin with an assignment."""
    model.clear_hints()  # type: ignore[no-untyped-call]
    for index, value in enumerate(values):
        model.add_hint(model.get_int_var_from_proto_index(index), value)
