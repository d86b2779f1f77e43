"""Absences that stand-ins do not make good: a re-solve of few cells, and how many reserves (备班) would do instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from math import ceil

from ortools.sat.python import cp_model

from scheduler.audit.absences import Absence, Absences
from scheduler.audit.months import WAIVED, PlannedMonth
from scheduler.domain import Change, Duty
from scheduler.solver.bends import measure_bends
from scheduler.solver.cp_sat import invalid_model, run_search, solver_for
from scheduler.solver.fewest_changes import Resolved, fewest_changes
from scheduler.solver.outcome import Status

Slot = tuple[date, str]  # a day and a shift that begins on it


@dataclass(frozen=True)
class Remade:
    """What a re-solve made of an absence.

    Attributes
    ----------
    status : Status
        OPTIMAL where it is made good, IMPOSSIBLE where it is proved that so few cells do not do, else UNDECIDED.
    changes : tuple of Change
        The cells of others that move.
    """

    status: Status
    changes: tuple[Change, ...] = ()


def remake(
    month: Absences, absence: Absence, moves: int, *, time_limit: float, seed: int = 0, cores: int = 1
) -> Remade:
    """Make an absence good by moving at most so many cells of those who are left, from its day on.

    Parameters
    ----------
    moves : int
        The most cells of others that may change; nothing before the day does.
    time_limit : float
        Wall seconds.
    """
    left, away = month.without(absence), set(absence.workers)
    held = {
        (one.id, day): left.on(one.id, day)
        for one in month.problem.workers
        for day in month.problem.dates
        if day < absence.day or one.id in away
    }
    known = measure_bends(
        PlannedMonth(month.problem, month.rulebook, month.roster), {one.reason for one in month.known}
    )
    found = fewest_changes(
        month.problem,
        month.rulebook,
        month.roster,
        held=held,
        allowed=known | dict.fromkeys(month.excused(absence), WAIVED),
        at_most=len(away) + moves,
        time_limit=time_limit,
        seed=seed,
        cores=cores,
    )
    if isinstance(found, Resolved):
        gone = {(who, absence.day) for who in away}
        return Remade(Status.OPTIMAL, tuple(one for one in found.changes if (one.worker, one.day) not in gone))
    return Remade(found.status)


@dataclass(frozen=True)
class ReserveNeed:
    """How many reserves make so many days safe.

    Attributes
    ----------
    reserves : dict of (date, shift code) to int
        Where they are.
    safe : tuple of date
        The days on which every absence is then made good.
    least : int
        Proved: no fewer reserves do.
    """

    reserves: dict[Slot, int]
    safe: tuple[date, ...]
    least: int

    @property
    def number(self) -> int:
        """How many reserves."""
        return sum(self.reserves.values())

    @property
    def is_proved(self) -> bool:
        """Whether it is proved that no fewer do."""
        return self.least >= self.number


def ways_out(duties: Sequence[Duty], lost: Collection[Absence]) -> list[Counter[Slot]]:
    """What reserves make an absence good, each by as many as are needed and no more.

    A reserve takes every duty of somebody who is away on the shift for which they stand by; an absence is made good
    where those whom no reserve replaces are an absence that is not lost, or nobody.

    Parameters
    ----------
    duties : sequence of Duty
        Those that fall out, of one day.
    lost : collection of Absence
        Every absence of the day, of as many people or fewer, that is not made good without reserves.
    """
    day = duties[0].day
    people = sorted({duty.worker for duty in duties})
    found: list[Counter[Slot]] = []
    for number in range(1, len(people) + 1):
        for replaced in combinations(people, number):
            rest = tuple(who for who in people if who not in replaced)
            if rest and Absence(day, rest) in lost:
                continue
            need = Counter((duty.day, duty.shift) for duty in duties if duty.worker in replaced)
            if not any(less <= need for less in found):
                found.append(need)
    return found


def fewest_reserves(
    ways: Mapping[Absence, Sequence[Counter[Slot]]],
    days: Sequence[date],
    part: float,
    *,
    time_limit: float,
    seed: int = 0,
    cores: int = 1,
) -> ReserveNeed | None:
    """The fewest reserves with which so large a part of the days is safe; `None` if none was found in time.

    Parameters
    ----------
    ways : mapping of Absence to sequence of Counter
        Of each absence that is not made good, what reserves make it good (`ways_out`).
    days : sequence of date
        Those that are looked at.
    part : float
        From 0 to 1.
    time_limit : float
        Wall seconds.
    """
    cp = cp_model.CpModel()
    safe = {day: cp.new_bool_var("") for day in days}
    most: Counter[Slot] = Counter()
    for options in ways.values():
        for option in options:
            most |= option
    reserves = {slot: cp.new_int_var(0, most[slot], "") for slot in sorted(most)}
    enough: dict[tuple[Slot, int], cp_model.IntVar] = {}
    for slot, number in most.items():
        for heads in range(1, number + 1):
            enough[slot, heads] = cp.new_bool_var("")
            cp.add(reserves[slot] >= heads).only_enforce_if(enough[slot, heads])
    for absence, options in ways.items():
        taken = []
        for option in options:
            one = cp.new_bool_var("")
            for slot, heads in option.items():
                cp.add_implication(one, enough[slot, heads])
            taken.append(one)
        cp.add_bool_or([*taken, safe[absence.day].negated()])
    cp.add(cp_model.LinearExpr.sum(list(safe.values())) >= ceil(round(part * len(days), 9)))
    cp.minimize(cp_model.LinearExpr.sum(list(reserves.values())))
    solver = solver_for(cores, seed, time_limit)
    status = run_search(solver, cp)
    if status == cp_model.MODEL_INVALID:
        raise invalid_model(cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = {slot: solver.value(one) for slot, one in reserves.items()}
    kept = {slot: heads for slot, heads in chosen.items() if heads}
    unmet = {absence.day for absence, options in ways.items() if not any(_has(kept, option) for option in options)}
    return ReserveNeed(kept, tuple(day for day in days if day not in unmet), ceil(solver.best_objective_bound - 1e-6))


def _has(reserves: Mapping[Slot, int], option: Mapping[Slot, int]) -> bool:
    return all(reserves.get(slot, 0) >= heads for slot, heads in option.items())
