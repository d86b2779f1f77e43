"""Impossible months, measured: seconds until the first repair, all of them, and the conflict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter, process_time

import pandas as pd

from scheduler.domain import Leave, Problem
from scheduler.rules.book import Rulebook
from scheduler.solver.conflict import find_conflicts
from scheduler.solver.repairs import Repair, find_repairs
from tests.support.planted_desks import KINDS, plant, works
from tests.support.sample_months import NAMES, desk

REPAIRS_SHARE = 0.6  # of the time limit; the conflict has the rest


@dataclass(frozen=True)
class Explanation:
    """One impossible month, explained and measured.

    Attributes
    ----------
    first_seconds, first_deterministic : float or None
        Until the first repair: wall seconds with the model's building, and CP-SAT's own measure of its work.
    cheapest : bool
        Whether the first one is proved to be the cheapest.
    decisions, exceptions : int
        Of the first repair, and how many of them are exceptions that stand in no table.
    repairs, none_further : int and bool
        How many were found, and whether it is proved that there are no others.
    conflict, smallest : int and bool
        Requirements of the first conflict, and whether none of them can be left out.
    works : bool
        Whether the audit finds nothing broken but the exceptions, of every repair; anything else is a bug.
    cpu_seconds : float
        Of this process, all threads.
    """

    month: str
    people: int
    first_seconds: float | None
    first_deterministic: float | None
    cheapest: bool
    decisions: int
    exceptions: int
    repairs: int
    none_further: bool
    repairs_seconds: float
    conflict: int
    smallest: bool
    conflicts: int
    conflicts_seconds: float
    works: bool
    cpu_seconds: float


def all_away(problem: Problem) -> Problem:
    """The month with everybody on leave on the day of the highest minimum in its middle."""
    least = {day: sum(row.least for row in problem.demand_on(day)) for day in problem.dates[10:20]}
    slots = {day: sum(row.least for row in problem.slots_on(day)) for day in least}
    day = max(least, key=lambda one: (least[one], slots[one]))
    leave = tuple(Leave(worker.id, day, day) for worker in problem.workers)
    return replace(problem, leave=(*problem.leave, *leave), fixed=tuple(one for one in problem.fixed if one.day != day))


def sample_months() -> Iterator[tuple[str, Problem, Rulebook]]:
    """Each sample's December with everybody away on one day."""
    for name in NAMES:
        problem, rulebook = desk(name)
        yield name, all_away(problem), rulebook


def planted_months(sizes: tuple[int, ...], seed: int = 0) -> Iterator[tuple[str, Problem, Rulebook]]:
    """Each kind of planted cause in desks of some sizes."""
    for people in sizes:
        for kind in KINDS:
            planted = plant(people, (kind,), seed)
            yield planted.name, planted.problem, planted.rulebook


def explain(
    month: str, problem: Problem, rulebook: Rulebook, *, time_limit: float, seed: int, cores: int
) -> Explanation:
    """Explain an impossible month, and measure it."""
    began, cpu, firsts = perf_counter(), process_time(), list[float]()

    def tell(_: Repair) -> None:
        firsts.append(perf_counter() - began)

    share = time_limit * REPAIRS_SHARE
    repairs = find_repairs(problem, rulebook, time_limit=share, tell=tell, seed=seed, cores=cores)
    seconds = perf_counter() - began
    first = repairs.found[0] if repairs.found else None
    gives = [one.violation.reason for one in first.decisions] if first else []
    left = time_limit - seconds
    conflicts = find_conflicts(problem, rulebook, gives, time_limit=left, seed=seed, cores=cores)
    core = conflicts.found[0] if conflicts.found else None
    return Explanation(
        month=month,
        people=len(problem.workers),
        first_seconds=round(firsts[0], 2) if firsts else None,
        first_deterministic=round(first.deterministic, 2) if first else None,
        cheapest=bool(first and first.cheapest),
        decisions=len(first.decisions) if first else 0,
        exceptions=sum(not one.in_tables for one in first.decisions) if first else 0,
        repairs=len(repairs.found),
        none_further=repairs.none_further,
        repairs_seconds=round(seconds, 2),
        conflict=len(core.reasons) if core else 0,
        smallest=bool(core and core.smallest),
        conflicts=len(conflicts.found),
        conflicts_seconds=round(perf_counter() - began - seconds, 2),
        works=all(works(one, rulebook) for one in repairs.found),
        cpu_seconds=round(process_time() - cpu, 2),
    )


def write(rows: list[Explanation], out: Path | None) -> pd.DataFrame:
    """The rows as a table, in a file too where one is named."""
    frame = pd.DataFrame([asdict(row) for row in rows])
    if out:
        out.write_text(frame.to_csv(index=False), encoding="utf-8")
    return frame
