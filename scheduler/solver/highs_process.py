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
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scheduler.i18n import Sentence
from scheduler.solver.child_process import ChildProcess, message_stream
from scheduler.solver.mathopt import highs_parameters, round_bound_up, solve_relaxation, start_from, to_mathopt
from scheduler.solver.rows import Ints, Rows

if TYPE_CHECKING:
    from ortools.math_opt.python import mathopt


START = "from scheduler.solver.highs_process import main; main()"  # not `-m`, which would give the classes here a second name

LIFT = 0.001  # of the relaxation's cost, from which on a layered model is worth its size
RELAXED_SHARE, LAYERED_SHARE = 0.02, 0.1  # of the time, for the relaxations without and with layers
LOGGED = re.compile(r"\d+\.\d\d%\s+(\S+)\s+\S+\s+\S+")  # "explored%  bound  solution  gap" of a progress line

# With a hint, what is logged before one of these is of the search for what the hint leaves open
BEGUN = ("MIP start solution is feasible", "Solving report", "User-supplied values of discrete variables cannot yield")


class HighsTask(NamedTuple):
    """What HiGHS is told when its process begins; see `Prover`."""

    linear: Rows
    layered: Rows | None
    deadline: float
    hint: Ints | None


def is_tighter(linear: Rows, layered: Rows, seconds: float) -> bool:
    """Whether a layered model's relaxation is worth its size; where already the other takes long, none is."""
    plain = solve_relaxation(linear, RELAXED_SHARE * seconds)
    other = solve_relaxation(layered, LAYERED_SHARE * seconds) if plain else None
    return bool(plain and other and other.cost > plain.cost + LIFT * abs(plain.cost))


class HighsLog:
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


def report_improvements(asked: mathopt.SolveParameters, count: int, tell: Callable[[Ints], None]) -> None:
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

    target, speaking = message_stream(), threading.Lock()
    task: HighsTask = pickle.load(sys.stdin.buffer)
    log, count = HighsLog(task.hint is not None), len(task.linear.cost)

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

    layers = task.layered is not None and is_tighter(task.linear, task.layered, left())
    model = to_mathopt(task.layered if task.layered is not None and layers else task.linear)
    variables = list(model.variables())
    begin = mathopt.ModelSolveParameters() if task.hint is None else start_from(variables, task.hint)
    asked = highs_parameters(left())
    report_improvements(asked, count, found)
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


class HighsProcess(ChildProcess):
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

    def __init__(self, linear: Rows, seconds: float, layered: Rows | None = None, hint: Ints | None = None) -> None:
        super().__init__("-c", START)
        self._task = pickle.dumps(HighsTask(linear, layered, time.time() + seconds, hint), pickle.HIGHEST_PROTOCOL)
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
                self.bound = round_bound_up(float(value))
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
