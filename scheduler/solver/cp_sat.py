"""CP-SAT on a whole model with the parameters of this program, run so that Ctrl-C keeps the best roster."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from ortools.sat.python import cp_model

from scheduler.domain import Roster
from scheduler.errors import SolverFault
from scheduler.i18n import Sentence
from scheduler.model.roster_model import RosterModel
from scheduler.solver.incumbent import Engine, Incumbent
from scheduler.solver.rows import Ints
from scheduler.solver.settings import DEFAULTS, CpSatSettings

log = logging.getLogger(__name__)

READING_SECONDS = 4e-6  # for each variable, about


def solver_for(
    cores: int, seed: int, time_limit: float, settings: CpSatSettings = DEFAULTS.cp_sat
) -> cp_model.CpSolver:
    """A CP-SAT solver with this program's choice of subsolvers.

    With several cores, one CP-SAT worker proves with the strongest linear
    relaxation, one looks for rosters as cheap as the best bound, one searches
    neighbourhoods, and the presolve is short. That is one thread more than two
    cores: it still took a third of the time of two threads without the second
    worker on desks of 60 people, half of it on desks of 30, and no longer on
    tight ones. Neighbourhoods near the relaxation save most on tight desks, so
    those that save least are left out. With one core all subsolvers take
    turns, which can be repeated exactly. `tests/benchmarks` has the figures.

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
    parameters.subsolvers.extend(settings.several_core_subsolvers if cores > 1 else settings.one_core_subsolvers)
    parameters.ignore_subsolvers.extend(settings.ignored_subsolvers)
    parameters.interleave_search = cores == 1
    parameters.max_presolve_iterations = settings.presolve_iterations
    parameters.cp_model_probing_level = settings.probing_level
    parameters.symmetry_level = settings.symmetry_level
    # CP-SAT's own handler can wait for ever for memory; `run_search` stops the search instead
    parameters.catch_sigint_signal = False
    if log.isEnabledFor(logging.DEBUG):  # CP-SAT's own log, on demand
        parameters.log_search_progress, parameters.log_to_stdout = True, False
        solver.log_callback = log.debug
    return solver


def run_search(
    solver: cp_model.CpSolver, model: cp_model.CpModel, watch: cp_model.CpSolverSolutionCallback | None = None
) -> cp_model.CpSolverStatus:
    """Solve in a thread of its own, so that Ctrl-C reaches the main thread, stops the search and keeps the best roster.

    For a solver that runs alone. Where several engines run, `parallel.run_together` handles Ctrl-C for all of them.
    Its time limit is for all that it does: it is told to stop earlier by `reading_seconds`.
    """
    parameters = solver.parameters
    parameters.max_time_in_seconds = max(0.0, parameters.max_time_in_seconds - reading_seconds(model))
    with ThreadPoolExecutor(1) as thread:
        status = thread.submit(solver.solve, model, watch)
        while True:
            try:
                return status.result()
            except KeyboardInterrupt:
                solver.stop_search()


def reading_seconds(model: cp_model.CpModel) -> float:
    """Wall seconds in which CP-SAT copies a model before its presolve and after it, without looking at the clock."""
    return READING_SECONDS * len(model.proto.variables)


def invalid_model(model: cp_model.CpModel) -> SolverFault:
    """The fault of a model that CP-SAT refuses."""
    return SolverFault(Sentence("模型无效：{why}", "invalid model: {why}"), why=model.validate())


class IncumbentWatch(cp_model.CpSolverSolutionCallback):
    """Reports each better roster and each better bound of a CP-SAT solver to the shared incumbent."""

    def __init__(self, incumbent: Incumbent) -> None:
        super().__init__()
        self.incumbent = incumbent

    def on_solution_callback(self) -> None:
        """Report a better roster."""
        values = np.array(self.response_proto.solution, np.int64)
        self.incumbent.report_solution(values, round(self.objective_value), Engine.CP_SAT)

    def on_bound(self, bound: float) -> None:
        """Report a better bound."""
        self.incumbent.report_bound(round(bound), Engine.CP_SAT)


def begin_with(model: RosterModel, roster: Roster, seconds: float) -> tuple[Ints, int] | None:
    """Complete a roster to an assignment of a model's variables, and let the next solve begin with it.

    Parameters
    ----------
    seconds : float
        Wall seconds, at most; nothing is left to decide but what the objective counts.

    Returns
    -------
    int64 array and int, or None
        The assignment and its cost; `None` where the roster breaks what the model asks for, or the time passed.
    """
    model.hint(roster)
    solver = solver_for(1, 0, seconds)
    solver.parameters.fix_variables_to_their_hinted_value = True
    if run_search(solver, model.cp) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        model.cp.clear_hints()  # type: ignore[no-untyped-call]
        return None
    values = np.array(solver.response_proto.solution, np.int64)
    hint_assignment(model.cp, values.tolist())
    return values, round(solver.objective_value)


def hint_assignment(model: cp_model.CpModel, values: Sequence[int]) -> None:
    """Let the next solve of a model begin with an assignment."""
    model.clear_hints()  # type: ignore[no-untyped-call]
    for index, value in enumerate(values):
        model.add_hint(model.get_int_var_from_proto_index(index), value)
