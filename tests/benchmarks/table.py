"""What benchmarks measure: one row a run, written after every run, and medians over seeds."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import pandas as pd
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table as Grid

from scheduler.audit.audit import audit
from scheduler.clock import Clock, now
from scheduler.domain import Problem, Roster
from scheduler.errors import Fault, InputError, SolverFault
from scheduler.i18n import Sentence
from scheduler.rules.book import Rulebook
from scheduler.solver.incumbent import Progress, gap
from scheduler.solver.outcome import Solved
from scheduler.solver.solve import SOLVER, solve


@dataclass(frozen=True)
class Run:
    """One solve, measured. What is not known is `None`.

    Attributes
    ----------
    objective : int or None
        What the independent audit adds up; never the solver's own word.
    bound : float or None
        No roster costs less, by the solver's proof.
    own_gap : float or None
        (objective - bound) / objective.
    best, best_gap : float or None
        Best known objective of the instance, and (objective - best) / best.
    status : str
        As in `scheduler.solver.outcome`; FAULT where the program found a bug in itself, ILLEGAL where a peer says itself
        that its roster breaks hard rules. Neither has an objective.
    first_seconds, seconds : float or None
        Wall time until the first roster and in all, building the model included.
    deterministic : float or None
        CP-SAT's own measure of work.
    hard_violations : int or None
        Broken hard rules by `scheduler.audit.audit`; anything but 0 is a bug, except where the status is ILLEGAL.
    finder, prover : str
        Which part of the program found the roster and proved the bound, where it tells.
    changes, fewest : int or None
        Cells that differ from the live roster, counted here, and the proved least number; of re-solves only.
    building_seconds, searching_seconds : float or None
        Of the seconds, those in which models were built, and those in which they were searched; of re-solves only.
    """

    instance: str
    solver: str
    seed: int
    staff: int
    days: int
    shifts: int
    status: str
    objective: int | None = None
    bound: float | None = None
    own_gap: float | None = None
    best: float | None = None
    best_gap: float | None = None
    first_seconds: float | None = None
    seconds: float | None = None
    deterministic: float | None = None
    hard_violations: int | None = None
    finder: str = ""
    prover: str = ""
    changes: int | None = None
    fewest: int | None = None
    building_seconds: float | None = None
    searching_seconds: float | None = None


COLUMNS = tuple(field.name for field in fields(Run))
MEASURES = (
    "objective",
    "bound",
    "own_gap",
    "best",
    "best_gap",
    "first_seconds",
    "seconds",
    "deterministic",
    "changes",
    "fewest",
    "building_seconds",
    "searching_seconds",
)


@dataclass(frozen=True)
class Answer:
    """What a solver came back with, before anybody checked it.

    Attributes
    ----------
    bound : float or None
        Its proved lower bound.
    seconds, first_seconds : float or None
        Wall time in all, and until the first roster where the solver tells.
    """

    status: str
    seconds: float
    roster: Roster | None = None
    bound: float | None = None
    first_seconds: float | None = None
    deterministic: float | None = None
    finder: str = ""
    prover: str = ""
    fewest: int | None = None
    building_seconds: float | None = None
    searching_seconds: float | None = None


def ours(problem: Problem, rulebook: Rulebook, *, seed: int, time_limit: float, cores: int) -> Answer:
    """The program's own `solve`; a disagreement of its own audit becomes the status FAULT."""
    bounds: list[int] = []

    def listen(progress: Progress) -> None:
        if progress.bound is not None:
            bounds.append(progress.bound)

    try:
        outcome = solve(problem, rulebook, time_limit=time_limit, seed=seed, cores=cores, listener=listen)
    except SolverFault as fault:
        return Answer(f"FAULT: {fault}", 0.0)
    if isinstance(outcome, Solved):
        return Answer(
            outcome.status,
            outcome.seconds,
            outcome.roster,
            outcome.bound,
            outcome.first_seconds,
            outcome.deterministic,
            outcome.finder,
            outcome.prover,
        )
    return Answer(outcome.status, outcome.seconds, bound=max(bounds, default=None))


def measured(
    name: str,
    solver: str,
    seed: int,
    problem: Problem,
    rulebook: Rulebook,
    answer: Answer,
    best: float | None = None,
    live: Roster | None = None,
) -> Run:
    """An answer as a row: its roster audited, its gaps worked out."""
    objective = broken = None
    if answer.roster is not None:
        found = audit(problem, rulebook, answer.roster)
        broken = len(found.broken)
        objective = None if broken else found.cost  # the cost of a roster that breaks rules says nothing
    return Run(
        name,
        solver,
        seed,
        len(problem.workers),
        len(problem.days),
        len(problem.shifts),
        answer.status,
        objective,
        answer.bound,
        gap(objective, None if answer.bound is None else round(answer.bound)),
        best,
        (objective - best) / best if objective is not None and best else None,
        answer.first_seconds,
        answer.seconds,
        answer.deterministic,
        broken,
        answer.finder,
        answer.prover,
        _changes(problem, live, answer.roster),
        answer.fewest,
        answer.building_seconds,
        answer.searching_seconds,
    )


def _changes(problem: Problem, live: Roster | None, roster: Roster | None) -> int | None:
    """Cells in which two rosters differ."""
    if live is None or roster is None:
        return None
    cells = [(worker.id, day) for worker in problem.workers for day in problem.dates]
    return sum(live.on(*cell) != roster.on(*cell) for cell in cells)


class Table:
    """Rows as they come in, kept on disk after each one.

    Parameters
    ----------
    title : str
        What is measured, with its limits: the head of the file.
    out : Path or None
        The CSV; the medians go beside it, with `-medians` behind its name.
    """

    def __init__(self, title: str, out: Path | None, console: Console, clock: Clock = now) -> None:
        self.runs: list[Run] = []
        self.out, self.console = out, console
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        self.header = (
            f"{title}; {clock():%Y-%m-%d}; {SOLVER}; Python {platform.python_version()}; "
            f"{platform.platform()}, {platform.processor() or platform.machine()}, {cores} cores"
        )
        console.print(self.header, style="dim", highlight=False)

    def add(self, run: Run) -> None:
        """Keep a run, say it and write it: an interrupted benchmark keeps its rows."""
        self.runs.append(run)
        self.console.print(
            f"{run.instance} {run.solver} seed {run.seed}: {run.status}, objective {shown('objective', run.objective)}, "
            f"bound {shown('bound', run.bound)}, {shown('seconds', run.seconds)} s",
            highlight=False,
        )
        if self.out:
            self._write(self.frame(), self.out)

    def frame(self) -> pd.DataFrame:
        """A row for each run."""
        return pd.DataFrame([asdict(run) for run in self.runs], columns=list(COLUMNS))

    def medians(self) -> pd.DataFrame:
        """A row for each instance and solver: medians over seeds, and the lowest objective."""
        frame = self.frame()
        numbers = frame[list(MEASURES)].apply(pd.to_numeric)
        groups = pd.concat([frame[["instance", "solver"]], numbers], axis=1).groupby(["instance", "solver"], sort=False)
        table: pd.DataFrame = groups.median()
        table.insert(0, "lowest", groups["objective"].min())
        table.insert(0, "runs", groups.size())
        return table.reset_index()

    def finish(self) -> bool:
        """Print the rows and the medians, write the latter; whether every roster kept every hard rule."""
        self.console.print(_grid("runs", self.frame().drop(columns=["staff", "days", "shifts"])))
        if self.runs:
            medians = self.medians()
            self.console.print(_grid("medians over seeds", medians))
            if self.out:
                self._write(medians, self.out.with_name(f"{self.out.stem}-medians{self.out.suffix}"))
        return not any(
            run.status.startswith("FAULT") or (run.hard_violations and run.status != "ILLEGAL") for run in self.runs
        )

    def _write(self, frame: pd.DataFrame, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f"{path.name}.part")
        half.write_text(f"# {self.header}\n{frame.to_csv(index=False, float_format='%.10g')}", encoding="utf-8")
        half.replace(path)  # never a half-written table


def shown(column: str, value: object) -> str:
    """A cell for the terminal."""
    if value is None or value != value:  # NaN
        return "–"
    if column.endswith("gap"):
        return f"{float(str(value)):.2%}"
    return f"{value:.2f}" if column == "deterministic" or column.endswith("seconds") else _plain(value)


def _plain(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _grid(title: str, frame: pd.DataFrame) -> Grid:
    grid = Grid(title=title, box=SIMPLE, title_justify="left")
    frame = frame[[c for c in frame.columns if not frame[c].isin(["", None]).all() and not frame[c].isna().all()]]
    for column in frame.columns:
        words = column in ("instance", "solver", "status", "finder", "prover")
        grid.add_column(column.replace("_", " "), justify="left" if words else "right", overflow="fold")
    for row in frame.itertuples(index=False):
        grid.add_row(*(shown(column, value) for column, value in zip(frame.columns, row, strict=True)))
    return grid


def read_best(path: Path) -> Mapping[str, float]:
    """Best known objectives by instance, from a CSV with the columns `instance` and `best`.

    Raises
    ------
    InputError
        The file is not such a table.
    """
    try:
        frame = pd.read_csv(path, comment="#", dtype={"instance": str})
        pairs: Sequence[tuple[str, object]] = list(zip(frame["instance"], frame["best"], strict=True))
        return {name.strip(): float(str(best)) for name, best in pairs}
    except (OSError, ValueError, KeyError, AttributeError) as error:
        expected = Sentence("列 instance,best 的 CSV", "a CSV with the columns instance,best")
        raise InputError([Fault(str(path), expected, found=f"{type(error).__name__}: {error}")]) from error
