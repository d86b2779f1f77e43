"""Bounds by a second method: HiGHS, on a faithful translation of the posted constraints, in a process of its own.

HiGHS cannot be interrupted from outside, so it runs in a process
of its own: the rows go in on its standard input, and each better
bound and roster comes out as a line, until it ends or is ended.
"""

from __future__ import annotations

import math
import os
import pickle
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scheduler.helper import Helper, words_out
from scheduler.i18n import Sentence
from scheduler.linear import FREE, Flags, Floats, Ints, Linear

if TYPE_CHECKING:
    from ortools.math_opt.python import mathopt

PROVER = "HiGHS"
START = "from scheduler.highs import main; main()"  # not `-m`, which would give the classes here a second name
TOLERANCE = 1e-3  # all costs are whole; HiGHS keeps rows within a millionth
LIFT = 0.001  # of the relaxation's cost, from which on a layered model is worth its size
RELAXED_SHARE, LAYERED_SHARE = 0.02, 0.1  # of the time, for the relaxations without and with layers
LOGGED = re.compile(r"\d+\.\d\d%\s+(\S+)\s+\S+\s+\S+")  # "explored%  bound  solution  gap" of a progress line

# With a hint, what is logged before one of these is of the search for what the hint leaves open
BEGUN = ("MIP start solution is feasible", "Solving report", "User-supplied values of discrete variables cannot yield")


class _Task(NamedTuple):
    """What HiGHS is told when its process begins; see `Prover`."""

    linear: Linear
    layered: Linear | None
    deadline: float
    hint: Ints | None


def translated(linear: Linear, whole: Flags | None = None) -> mathopt.Model:
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


def parameters(seconds: float, gap: float = 1.0, **options: str) -> mathopt.SolveParameters:
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


class Answer(NamedTuple):
    """What a solver says of some rows: its best assignment, if any, and whether nothing better is left to find."""

    values: Ints | None
    ended: bool


def best_of(linear: Linear, hint: Ints, seconds: float) -> Answer:
    """Solve rows in this process, which cannot be interrupted before `seconds` are over.

    Parameters
    ----------
    hint : int64
        An assignment to begin with.
    """
    from ortools.math_opt.python import mathopt

    model = translated(linear)
    variables = list(model.variables())
    result = _result(model, parameters(seconds), _begun(variables, hint))
    if result is None:
        return Answer(None, False)
    reasons = mathopt.TerminationReason
    ended = result.termination.reason in (reasons.OPTIMAL, reasons.INFEASIBLE)
    if not result.has_primal_feasible_solution():
        return Answer(None, ended)
    found = result.variable_values(variables)
    return Answer(np.array([round(value) for value in found], np.int64), ended)


def _begun(variables: Sequence[mathopt.Variable], hint: Ints) -> mathopt.ModelSolveParameters:
    """HiGHS is to begin with an assignment of the first variables; what others are is soon found."""
    from ortools.math_opt.python import mathopt

    values = dict(zip(variables[: len(hint)], hint.astype(float).tolist(), strict=True))
    return mathopt.ModelSolveParameters(solution_hints=[mathopt.SolutionHint(variable_values=values)])


class Relaxed(NamedTuple):
    """The linear relaxation of some rows: its assignment, in fractions, and what that costs."""

    values: Floats
    cost: float


def relaxed(linear: Linear, seconds: float) -> Relaxed | None:
    """The linear relaxation, by interior points; `None` where there was no time, or none.

    What lies in the middle of all that is best serves as well as a corner, which takes as long again to find on large models.
    """
    from ortools.math_opt.python import mathopt

    model = translated(linear, np.zeros(len(linear.cost), bool))
    result = _result(model, parameters(seconds, solver="ipm", run_crossover="choose"))
    if result is None or result.termination.reason != mathopt.TerminationReason.OPTIMAL:
        return None
    return Relaxed(np.array(result.variable_values(list(model.variables()))), result.objective_value())


class Corner(NamedTuple):
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


def corner(linear: Linear, seconds: float) -> Corner | None:
    """The linear relaxation at a corner, with few fractions, by the simplex method of Glop; `None` where there was no time."""
    from ortools.math_opt.python import mathopt

    model = translated(linear, np.zeros(len(linear.cost), bool))
    asked = mathopt.SolveParameters(time_limit=timedelta(seconds=seconds))
    result = _result(model, asked, solver=mathopt.SolverType.GLOP)
    if result is None or result.termination.reason != mathopt.TerminationReason.OPTIMAL:
        return None
    values = result.variable_values(list(model.variables()))
    duals = result.dual_values(list(model.linear_constraints()))
    return Corner(np.array(values), np.array(duals), result.objective_value())


def estimate(linear: Linear, seconds: float, whole: Flags, gap: float = 1.0) -> Floats | None:
    """A good assignment in which only some variables are whole; `None` where there was no time.

    Parameters
    ----------
    gap : float
        What it may cost above its bound to be good enough.
    """
    model = translated(linear, whole)
    result = _result(model, parameters(seconds, gap))
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


def whole(bound: float) -> int:
    """The least whole cost that a bound leaves."""
    return math.ceil(bound - TOLERANCE)


def _tighter(linear: Linear, layered: Linear, seconds: float) -> bool:
    """Whether a layered model's relaxation is worth its size; where already the other takes long, none is."""
    plain = relaxed(linear, RELAXED_SHARE * seconds)
    other = relaxed(layered, LAYERED_SHARE * seconds) if plain else None
    return bool(plain and other and other.cost > plain.cost + LIFT * abs(plain.cost))


class Log:
    """What HiGHS logs of a search.

    Parameters
    ----------
    hinted : bool
        Whether it was given a hint.
    """

    def __init__(self, hinted: bool) -> None:
        self._begun = not hinted

    def bound(self, line: str) -> float | None:
        """The bound that the next line tells of, if any."""
        self._begun = self._begun or line.startswith(BEGUN)
        told = LOGGED.search(line) if self._begun else None
        return None if told is None or "inf" in told[1] else float(told[1])


def improvements(lines: Iterable[str], count: int) -> Iterator[Ints]:
    """The assignment of each better solution, as HiGHS writes them one after another, in sparse form.

    Parameters
    ----------
    lines : iterable of str
        For each solution `Objective` and its cost, `# Columns` and a negative number of lines, and as many lines, each with a
        value and the index of its variable at the end.
    count : int
        Variables wanted; those behind them are left out.

    Yields
    ------
    int64, one for each variable wanted
    """
    lines = iter(lines)
    for line in lines:
        if not line.startswith("# Columns"):
            continue
        values = np.zeros(count, np.int64)
        for *_, value, index in map(str.split, islice(lines, -int(line.split()[-1]))):
            if int(index) < count:
                values[int(index)] = round(float(value))
        yield values


def _heard_at_once(asked: mathopt.SolveParameters, count: int, tell: Callable[[Ints], None]) -> None:
    """Let HiGHS tell of each better solution: it writes them to a terminal of its own, since what goes to a file waits there.

    Without terminals, as on Windows, it tells of the last one only when it ends.
    """
    try:
        reading, writing = os.openpty()
        terminal = os.ttyname(writing)
    except (AttributeError, OSError):
        return
    asked.highs.string_options["mip_improving_solution_file"] = terminal
    asked.highs.bool_options["mip_improving_solution_report_sparse"] = True

    def listen() -> None:
        with os.fdopen(reading, encoding="ascii") as lines:
            for values in improvements(lines, count):
                tell(values)

    threading.Thread(target=listen, daemon=True).start()


def main() -> None:
    """Read a problem from standard input, and say on standard output what is found and proved of it."""
    from ortools.math_opt.python import mathopt

    target, speaking = words_out(), threading.Lock()
    task: _Task = pickle.load(sys.stdin.buffer)
    log, count = Log(task.hint is not None), len(task.linear.cost)

    def left() -> float:
        return max(0.1, task.deadline - time.time())

    def say(*words: object) -> None:
        with speaking:
            target.write(" ".join(map(str, words)).encode() + b"\n")
            target.flush()

    def heard(lines: list[str]) -> None:
        for line in lines:
            bound = log.bound(line)
            if bound is not None:
                say("bound", bound)

    def found(values: Ints) -> None:
        say("roster", *values.tolist())

    layers = task.layered is not None and _tighter(task.linear, task.layered, left())
    model = translated(task.layered if task.layered is not None and layers else task.linear)
    variables = list(model.variables())
    begin = mathopt.ModelSolveParameters() if task.hint is None else _begun(variables, task.hint)
    asked = parameters(left())
    _heard_at_once(asked, count, found)
    try:
        result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=asked, model_params=begin, msg_cb=heard)
        ended = result.termination
        if ended.reason == mathopt.TerminationReason.INFEASIBLE:
            say("infeasible")
        elif math.isfinite(ended.objective_bounds.dual_bound):
            say("bound", ended.objective_bounds.dual_bound)
        if result.has_primal_feasible_solution():
            found(np.rint(result.variable_values(variables[:count])).astype(np.int64))
    finally:
        speaking.acquire()  # for ever: nobody may be in the middle of a word when the process ends


class Prover(Helper):
    """HiGHS at work on a problem, in its process.

    Parameters
    ----------
    seconds : float
        Wall seconds after which it stops by itself.
    layered : Linear, optional
        The same problem with further variables behind its own, which is taken where its relaxation is tighter.
    hint : int64, optional
        An assignment to begin with.
    """

    def __init__(self, linear: Linear, seconds: float, layered: Linear | None = None, hint: Ints | None = None) -> None:
        super().__init__("-c", START)
        self._task = pickle.dumps(_Task(linear, layered, time.time() + seconds, hint), pickle.HIGHEST_PROTOCOL)
        self._linear = linear
        self.bound: int | None = None
        self.best = linear.paid(hint) if hint is not None and linear.keeps(hint) else None
        self.infeasible = False

    def run(
        self,
        tell: Callable[[int], None] = lambda bound: None,
        show: Callable[[Ints, int], None] = lambda values, cost: None,
    ) -> None:
        """Tell of each bound, and show each assignment better than the hint with its cost, until HiGHS ends or is ended.

        Afterwards `bound` is the last one, `best` the cost of the best
        assignment that HiGHS has, by itself or as its hint, `infeasible`
        whether it proved that there is none.

        Raises
        ------
        SolverFault
            HiGHS ended by itself with an error.
        """
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(self._task)
            process.stdin.close()
        except BrokenPipeError:  # what it died of is told below
            pass
        for line in process.stdout:
            if not line.endswith(b"\n"):  # ended in the middle of a word
                break
            word, _, value = line.decode().strip().partition(" ")
            if word == "bound":
                self.bound = whole(float(value))
                tell(self.bound)
            elif word == "roster":
                self._shown(np.array(value.split(), np.int64), show)
            elif word == "infeasible":
                self.infeasible = True
        self._over(Sentence("HiGHS 出错：{why}", "HiGHS failed: {why}"))

    def _shown(self, values: Ints, show: Callable[[Ints, int], None]) -> None:
        """Show what HiGHS found, if it is better than what it had."""
        cost = self._linear.paid(values)
        if self._linear.keeps(values) and (self.best is None or cost < self.best):
            self.best = cost
            show(values, cost)
