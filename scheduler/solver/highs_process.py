"""HiGHS as a second solver of the posted constraints, in a process of its own: bounds, and rosters.

HiGHS cannot be interrupted from outside, so it runs in a process
of its own: the rows go in on its standard input, and each better
bound and roster comes out as a line, until it ends or is killed.
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
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from scheduler.i18n import Sentence
from scheduler.solver.child_process import ChildProcess, message_stream
from scheduler.solver.mathopt import highs_parameters, round_bound_up, solve_relaxation, start_from, to_mathopt
from scheduler.solver.rows import Ints, Rows
from scheduler.solver.settings import DEFAULTS, HighsSettings

if TYPE_CHECKING:
    from ortools.math_opt.python import mathopt


START = "from scheduler.solver.highs_process import main; main()"  # not `-m`, which would give the classes here a second name

PROGRESS_LINE = re.compile(r"\d+\.\d\d%\s+(\S+)\s+\S+\s+\S+")  # "explored%  bound  solution  gap"

# HiGHS first completes a hint by a search of its own; bounds logged before one of these lines are of that search
HINT_COMPLETED = (
    "MIP start solution is feasible",
    "Solving report",
    "User-supplied values of discrete variables cannot yield",
)


@dataclass(frozen=True, kw_only=True)
class HighsTask:
    """What the process is told when it begins; see `HighsProcess`.

    Attributes
    ----------
    deadline : float
        Time of `time.time` at which HiGHS stops by itself.
    """

    rows: Rows
    layered: Rows | None
    deadline: float
    hint: Ints | None
    settings: HighsSettings


def is_tighter(rows: Rows, layered: Rows, seconds: float, settings: HighsSettings = DEFAULTS.highs) -> bool:
    """Whether the layered formulation's relaxation is worth its size; it is not where already the plain one takes long.

    Parameters
    ----------
    seconds : float
        Wall seconds of which the settings give each relaxation a share.
    """
    plain = solve_relaxation(rows, settings.plain_share * seconds)
    other = solve_relaxation(layered, settings.layered_share * seconds) if plain else None
    return bool(plain and other and other.cost > plain.cost + settings.layered_lift * abs(plain.cost))


class HighsLog:
    """Reads bounds from the log of HiGHS.

    Parameters
    ----------
    hinted : bool
        Whether HiGHS was given a hint.
    """

    def __init__(self, hinted: bool) -> None:
        self._main_search = not hinted

    def bound(self, line: str) -> float | None:
        """The bound in the next line of the log, if it holds one."""
        self._main_search = self._main_search or line.startswith(HINT_COMPLETED)
        match = PROGRESS_LINE.search(line) if self._main_search else None
        return None if match is None or "inf" in match[1] else float(match[1])


def read_improvements(lines: Iterable[str], count: int) -> Iterator[Ints]:
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


def report_improvements(parameters: mathopt.SolveParameters, count: int, report: Callable[[Ints], None]) -> None:
    """Let HiGHS report each better solution on the way.

    It writes them to a pseudo-terminal, since what it writes to a file is buffered. Without terminals, as on Windows,
    only the last solution is known, at the end.
    """
    try:
        reading, writing = os.openpty()
        terminal = os.ttyname(writing)
    except (AttributeError, OSError):
        return
    parameters.highs.string_options["mip_improving_solution_file"] = terminal
    parameters.highs.bool_options["mip_improving_solution_report_sparse"] = True

    def listen() -> None:
        with os.fdopen(reading, encoding="ascii") as lines:
            for values in read_improvements(lines, count):
                report(values)

    threading.Thread(target=listen, daemon=True).start()


def main() -> None:
    """The process: read a task from standard input, write each solution and each bound to standard output."""
    from ortools.math_opt.python import mathopt

    target, writing = message_stream(), threading.Lock()
    task: HighsTask = pickle.load(sys.stdin.buffer)
    log, count = HighsLog(task.hint is not None), len(task.rows.cost)

    def seconds_left() -> float:
        return max(0.1, task.deadline - time.time())

    def write(*words: object) -> None:
        with writing:
            target.write(" ".join(map(str, words)).encode() + b"\n")
            target.flush()

    def read_log(lines: list[str]) -> None:
        for line in lines:
            bound = log.bound(line)
            if bound is not None:
                write("bound", bound)

    def write_roster(values: Ints) -> None:
        write("roster", *values.tolist())

    rows = task.rows
    if task.layered is not None and is_tighter(task.rows, task.layered, seconds_left(), task.settings):
        rows = task.layered
    model = to_mathopt(rows)
    variables = list(model.variables())
    start = mathopt.ModelSolveParameters() if task.hint is None else start_from(variables, task.hint)
    parameters = highs_parameters(seconds_left())
    report_improvements(parameters, count, write_roster)
    try:
        result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters, model_params=start, msg_cb=read_log)
        termination = result.termination
        if termination.reason == mathopt.TerminationReason.INFEASIBLE:
            write("infeasible")
        elif math.isfinite(termination.objective_bounds.dual_bound):
            write("bound", termination.objective_bounds.dual_bound)
        if result.has_primal_feasible_solution():
            write_roster(np.rint(result.variable_values(variables[:count])).astype(np.int64))
    finally:
        # never released: the listening thread must not be in the middle of a line when the process ends
        writing.acquire()


class HighsProcess(ChildProcess):
    """HiGHS at work on a problem, in its process.

    Parameters
    ----------
    seconds : float
        Wall seconds after which it stops by itself.
    layered : Rows, optional
        The same problem with further variables behind its own, which is taken where its relaxation is tighter.
    hint : int64, optional
        An assignment to begin with.

    Attributes
    ----------
    bound : int or None
        The last bound.
    best : int or None
        Cost of the best assignment that HiGHS has, by itself or as its hint.
    infeasible : bool
        Whether HiGHS proved that there is no solution.
    """

    def __init__(
        self,
        rows: Rows,
        seconds: float,
        layered: Rows | None = None,
        hint: Ints | None = None,
        settings: HighsSettings = DEFAULTS.highs,
    ) -> None:
        super().__init__("-c", START)
        task = HighsTask(rows=rows, layered=layered, deadline=time.time() + seconds, hint=hint, settings=settings)
        self._task = pickle.dumps(task, pickle.HIGHEST_PROTOCOL)
        self._rows = rows
        self.bound: int | None = None
        self.best = rows.objective_value(hint) if hint is not None and rows.is_feasible(hint) else None
        self.infeasible = False

    def run(
        self,
        report_bound: Callable[[int], None] = lambda bound: None,
        report_solution: Callable[[Ints, int], None] = lambda values, cost: None,
    ) -> None:
        """Report each bound, and each assignment better than the hint with its cost, until HiGHS ends or is killed.

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
        except BrokenPipeError:  # the process is dead; `_wait` says why
            pass
        for line in process.stdout:
            if not line.endswith(b"\n"):  # killed in the middle of a line
                break
            word, _, value = line.decode().strip().partition(" ")
            if word == "bound":
                self.bound = round_bound_up(float(value))
                report_bound(self.bound)
            elif word == "roster":
                self._report_if_better(np.array(value.split(), np.int64), report_solution)
            elif word == "infeasible":
                self.infeasible = True
        self._wait(Sentence("HiGHS 出错：{why}", "HiGHS failed: {why}"))

    def _report_if_better(self, values: Ints, report_solution: Callable[[Ints, int], None]) -> None:
        """Report what HiGHS found if it is feasible and better than what HiGHS had."""
        cost = self._rows.objective_value(values)
        if self._rows.is_feasible(values) and (self.best is None or cost < self.best):
            self.best = cost
            report_solution(values, cost)
