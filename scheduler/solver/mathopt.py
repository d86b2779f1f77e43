"""MathOpt calls: rows as a MathOpt model, solved by HiGHS or Glop in this process."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scheduler.solver.rows import FREE, Flags, Floats, Ints, Rows

if TYPE_CHECKING:
    from ortools.math_opt.python import mathopt


TOLERANCE = 1e-3  # all costs are whole; HiGHS keeps rows within a millionth


def to_mathopt(rows: Rows, is_integer: Flags | None = None) -> mathopt.Model:
    """The rows as a MathOpt model, row by row and variable by variable.

    Parameters
    ----------
    is_integer : bool, one for each variable, optional
        Which variables are integer; all of them if not given.
    """
    from ortools.math_opt import model_pb2
    from ortools.math_opt.python import mathopt

    proto = model_pb2.ModelProto()
    row_ids, variable_ids = range(rows.matrix.shape[0]), range(rows.matrix.shape[1])
    proto.variables.ids.extend(variable_ids)
    proto.variables.lower_bounds.extend(rows.lower.astype(float))
    proto.variables.upper_bounds.extend(rows.upper.astype(float))
    proto.variables.integers.extend([True] * len(variable_ids) if is_integer is None else is_integer.tolist())
    proto.linear_constraints.ids.extend(row_ids)
    proto.linear_constraints.lower_bounds.extend(np.where(rows.row_lower <= -FREE, -np.inf, rows.row_lower))
    proto.linear_constraints.upper_bounds.extend(np.where(rows.row_upper >= FREE, np.inf, rows.row_upper))
    costly = np.flatnonzero(rows.cost)
    proto.objective.offset = rows.offset
    proto.objective.linear_coefficients.ids.extend(costly.tolist())
    proto.objective.linear_coefficients.values.extend(rows.cost[costly].astype(float))
    entries = rows.matrix.sorted_indices()
    matrix = proto.linear_constraint_matrix
    matrix.row_ids.extend(np.repeat(np.arange(len(row_ids)), np.diff(entries.indptr)).tolist())
    matrix.column_ids.extend(entries.indices.tolist())
    matrix.coefficients.extend(entries.data.astype(float).tolist())
    return mathopt.Model.from_model_proto(proto)


def highs_parameters(seconds: float, gap: float = 1.0, **options: str) -> mathopt.SolveParameters:
    """Parameters of HiGHS: linear relaxations by interior points, and no search within an absolute gap.

    On the public instances 12 and 18 the relaxation took 2 instead of 13 to 20 seconds so, and bounds came earlier.

    Parameters
    ----------
    seconds : float
        Wall seconds.
    gap : float
        Absolute gap at which a solution is good enough. Costs are whole, so a gap below one is none.
    **options : str
        Further options of HiGHS by name.
    """
    from ortools.math_opt.python import mathopt
    from ortools.math_opt.solvers import highs_pb2

    highs_options = highs_pb2.HighsOptionsProto(string_options={"mip_lp_solver": "ipm", **options})
    return mathopt.SolveParameters(
        time_limit=timedelta(seconds=seconds), absolute_gap_tolerance=gap - TOLERANCE, highs=highs_options
    )


class SubproblemSolution(NamedTuple):
    """What a solver reached on a subproblem.

    Attributes
    ----------
    values : int64 or None
        Its best assignment, if any.
    complete : bool
        Whether it searched to the end: nothing better is left to find.
    """

    values: Ints | None
    complete: bool


def solve_rows(rows: Rows, hint: Ints, seconds: float) -> SubproblemSolution:
    """Solve rows by HiGHS in this process, which cannot be interrupted before `seconds` are over.

    Parameters
    ----------
    hint : int64
        An assignment to begin with.
    """
    from ortools.math_opt.python import mathopt

    model = to_mathopt(rows)
    variables = list(model.variables())
    result = _solve(model, highs_parameters(seconds), start_from(variables, hint))
    if result is None:
        return SubproblemSolution(None, False)
    reasons = mathopt.TerminationReason
    complete = result.termination.reason in (reasons.OPTIMAL, reasons.INFEASIBLE)
    if not result.has_primal_feasible_solution():
        return SubproblemSolution(None, complete)
    values = result.variable_values(variables)
    return SubproblemSolution(np.array([round(value) for value in values], np.int64), complete)


def start_from(variables: Sequence[mathopt.Variable], hint: Ints) -> mathopt.ModelSolveParameters:
    """Let HiGHS begin with an assignment of the first variables; it soon finds values for the others."""
    from ortools.math_opt.python import mathopt

    values = dict(zip(variables[: len(hint)], hint.astype(float).tolist(), strict=True))
    return mathopt.ModelSolveParameters(solution_hints=[mathopt.SolutionHint(variable_values=values)])


class Relaxation(NamedTuple):
    """An optimal solution of the linear relaxation of some rows: its values, with fractions, and its cost."""

    values: Floats
    cost: float


def solve_relaxation(rows: Rows, seconds: float) -> Relaxation | None:
    """The linear relaxation, by HiGHS's interior points; `None` where there was no time, or it has no solution.

    A point in the middle of the optimal face serves as well as a corner, which takes as long again to find on large models.
    """
    from ortools.math_opt.python import mathopt

    model = to_mathopt(rows, np.zeros(len(rows.cost), bool))
    result = _solve(model, highs_parameters(seconds, solver="ipm", run_crossover="choose"))
    if result is None or result.termination.reason != mathopt.TerminationReason.OPTIMAL:
        return None
    return Relaxation(np.array(result.variable_values(list(model.variables()))), result.objective_value())


class BasicSolution(NamedTuple):
    """A basic optimal solution of the linear relaxation of some rows: a corner of its optimal face.

    Attributes
    ----------
    values : float, one for each variable
    duals : float, one for each row
        By what the cost rises with one unit more of the row's bound.
    cost : float
    """

    values: Floats
    duals: Floats
    cost: float


def solve_basic(rows: Rows, seconds: float) -> BasicSolution | None:
    """A basic solution of the linear relaxation, with few fractions, by Glop's simplex; `None` where there was no time."""
    from ortools.math_opt.python import mathopt

    model = to_mathopt(rows, np.zeros(len(rows.cost), bool))
    parameters = mathopt.SolveParameters(time_limit=timedelta(seconds=seconds))
    result = _solve(model, parameters, solver=mathopt.SolverType.GLOP)
    if result is None or result.termination.reason != mathopt.TerminationReason.OPTIMAL:
        return None
    values = result.variable_values(list(model.variables()))
    duals = result.dual_values(list(model.linear_constraints()))
    return BasicSolution(np.array(values), np.array(duals), result.objective_value())


def solve_partly_integer(rows: Rows, seconds: float, is_integer: Flags, gap: float = 1.0) -> Floats | None:
    """A good assignment in which only some variables are whole; `None` where there was no time.

    Parameters
    ----------
    gap : float
        Absolute gap at which it is good enough.
    """
    model = to_mathopt(rows, is_integer)
    result = _solve(model, highs_parameters(seconds, gap))
    if result is None or not result.has_primal_feasible_solution():
        return None
    return np.array(result.variable_values(list(model.variables())))


def _solve(
    model: mathopt.Model,
    parameters: mathopt.SolveParameters,
    start: Any = None,
    solver: mathopt.SolverType | None = None,
) -> mathopt.SolveResult | None:
    """Solve by HiGHS, or by another solver; `None` where it gives up for numerical reasons, which is no fault of the model."""
    from ortools.math_opt.python import mathopt

    try:
        return mathopt.solve(model, solver or mathopt.SolverType.HIGHS, params=parameters, model_params=start)
    except AttributeError as error:
        if error.name != "canonical_code":  # MathOpt 9.15 raises it where it should say that HiGHS failed
            raise
        return None


def round_bound_up(bound: float) -> int:
    """The least whole cost that a bound leaves."""
    return math.ceil(bound - TOLERANCE)
