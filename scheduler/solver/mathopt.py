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


PROVER = "HiGHS"

TOLERANCE = 1e-3  # all costs are whole; HiGHS keeps rows within a millionth


def to_mathopt(linear: Rows, whole: Flags | None = None) -> mathopt.Model:
    """The rows as a MathOpt model, row by row and variable by variable; all variables whole, or those that are said to be."""
    from ortools.math_opt import model_pb2
    from ortools.math_opt.python import mathopt

    proto = model_pb2.ModelProto()
    rows, variables = range(linear.rows.shape[0]), range(linear.rows.shape[1])
    proto.variables.ids.extend(variables)
    proto.variables.lower_bounds.extend(linear.least.astype(float))
    proto.variables.upper_bounds.extend(linear.most.astype(float))
    proto.variables.integers.extend([True] * len(variables) if whole is None else whole.tolist())
    proto.linear_constraints.ids.extend(rows)
    proto.linear_constraints.lower_bounds.extend(np.where(linear.low <= -FREE, -np.inf, linear.low))
    proto.linear_constraints.upper_bounds.extend(np.where(linear.high >= FREE, np.inf, linear.high))
    paid = np.flatnonzero(linear.cost)
    proto.objective.offset = linear.offset
    proto.objective.linear_coefficients.ids.extend(paid.tolist())
    proto.objective.linear_coefficients.values.extend(linear.cost[paid].astype(float))
    entries = linear.rows.sorted_indices()
    matrix = proto.linear_constraint_matrix
    matrix.row_ids.extend(np.repeat(np.arange(len(rows)), np.diff(entries.indptr)).tolist())
    matrix.column_ids.extend(entries.indices.tolist())
    matrix.coefficients.extend(entries.data.astype(float).tolist())
    return mathopt.Model.from_model_proto(proto)


def highs_parameters(seconds: float, gap: float = 1.0, **options: str) -> mathopt.SolveParameters:
    """How HiGHS is asked: costs are whole, so a gap below one is none; relaxations by interior points.

    On the public instances 12 and 18 the relaxation took 2 instead of 13 to 20 seconds so, and bounds came earlier.

    Parameters
    ----------
    gap : float
        What an assignment may cost above its bound to be good enough.
    """
    from ortools.math_opt.python import mathopt
    from ortools.math_opt.solvers import highs_pb2

    said = highs_pb2.HighsOptionsProto(string_options={"mip_lp_solver": "ipm", **options})
    return mathopt.SolveParameters(
        time_limit=timedelta(seconds=seconds), absolute_gap_tolerance=gap - TOLERANCE, highs=said
    )


class PartSolution(NamedTuple):
    """What a solver says of some rows: its best assignment, if any, and whether nothing better is left to find."""

    values: Ints | None
    ended: bool


def solve_rows(linear: Rows, hint: Ints, seconds: float) -> PartSolution:
    """Solve rows in this process, which cannot be interrupted before `seconds` are over.

    Parameters
    ----------
    hint : int64
        An assignment to begin with.
    """
    from ortools.math_opt.python import mathopt

    model = to_mathopt(linear)
    variables = list(model.variables())
    result = _result(model, highs_parameters(seconds), start_from(variables, hint))
    if result is None:
        return PartSolution(None, False)
    reasons = mathopt.TerminationReason
    ended = result.termination.reason in (reasons.OPTIMAL, reasons.INFEASIBLE)
    if not result.has_primal_feasible_solution():
        return PartSolution(None, ended)
    found = result.variable_values(variables)
    return PartSolution(np.array([round(value) for value in found], np.int64), ended)


def start_from(variables: Sequence[mathopt.Variable], hint: Ints) -> mathopt.ModelSolveParameters:
    """HiGHS is to begin with an assignment of the first variables; what others are is soon found."""
    from ortools.math_opt.python import mathopt

    values = dict(zip(variables[: len(hint)], hint.astype(float).tolist(), strict=True))
    return mathopt.ModelSolveParameters(solution_hints=[mathopt.SolutionHint(variable_values=values)])


class Relaxation(NamedTuple):
    """The linear relaxation of some rows: its assignment, in fractions, and what that costs."""

    values: Floats
    cost: float


def solve_relaxation(linear: Rows, seconds: float) -> Relaxation | None:
    """The linear relaxation, by interior points; `None` where there was no time, or none.

    What lies in the middle of all that is best serves as well as a corner, which takes as long again to find on large models.
    """
    from ortools.math_opt.python import mathopt

    model = to_mathopt(linear, np.zeros(len(linear.cost), bool))
    result = _result(model, highs_parameters(seconds, solver="ipm", run_crossover="choose"))
    if result is None or result.termination.reason != mathopt.TerminationReason.OPTIMAL:
        return None
    return Relaxation(np.array(result.variable_values(list(model.variables()))), result.objective_value())


class BasicSolution(NamedTuple):
    """A corner of the linear relaxation of some rows.

    Attributes
    ----------
    values : float, one for each variable
    duals : float, one for each row
        What the cost rises by with a unit more of what the row asks for.
    cost : float
    """

    values: Floats
    duals: Floats
    cost: float


def solve_basic(linear: Rows, seconds: float) -> BasicSolution | None:
    """The linear relaxation at a corner, with few fractions, by the simplex method of Glop; `None` where there was no time."""
    from ortools.math_opt.python import mathopt

    model = to_mathopt(linear, np.zeros(len(linear.cost), bool))
    asked = mathopt.SolveParameters(time_limit=timedelta(seconds=seconds))
    result = _result(model, asked, solver=mathopt.SolverType.GLOP)
    if result is None or result.termination.reason != mathopt.TerminationReason.OPTIMAL:
        return None
    values = result.variable_values(list(model.variables()))
    duals = result.dual_values(list(model.linear_constraints()))
    return BasicSolution(np.array(values), np.array(duals), result.objective_value())


def solve_partly_integer(linear: Rows, seconds: float, whole: Flags, gap: float = 1.0) -> Floats | None:
    """A good assignment in which only some variables are whole; `None` where there was no time.

    Parameters
    ----------
    gap : float
        What it may cost above its bound to be good enough.
    """
    model = to_mathopt(linear, whole)
    result = _result(model, highs_parameters(seconds, gap))
    if result is None or not result.has_primal_feasible_solution():
        return None
    return np.array(result.variable_values(list(model.variables())))


def _result(
    model: mathopt.Model, asked: mathopt.SolveParameters, begin: Any = None, solver: mathopt.SolverType | None = None
) -> mathopt.SolveResult | None:
    """What HiGHS says, or another solver; `None` where it gives up on a part for its numbers, which is no fault of the part."""
    from ortools.math_opt.python import mathopt

    try:
        return mathopt.solve(model, solver or mathopt.SolverType.HIGHS, params=asked, model_params=begin)
    except AttributeError as error:
        if error.name != "canonical_code":  # so MathOpt 9.15 fails to word that HiGHS failed
            raise
        return None


def round_bound_up(bound: float) -> int:
    """The least whole cost that a bound leaves."""
    return math.ceil(bound - TOLERANCE)
