"""What is shared fairly between workers: norms of hours, fair shares, balances."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from scheduler.domain.calendar import DayKind

if TYPE_CHECKING:
    from scheduler.domain.people import Worker
    from scheduler.domain.problem import Problem  # which imports this module


@dataclass(frozen=True)
class Burden:
    """Numbers of duties and paid hours: a fair share, or a balance above it (negative if below)."""

    nights: float = 0.0
    weekends: float = 0.0
    holidays: float = 0.0
    hours: float = 0.0


def workdays(problem: Problem) -> list[date]:
    """The month's working days, of the calendar or of the desk."""
    own = problem.desk.workdays
    return [
        day.date
        for day in problem.days
        if (day.kind != DayKind.STATUTORY and day.date.weekday() in own if own else not day.is_off)
    ]


def share_present(problem: Problem, worker: Worker) -> float:
    """The part of a worker's working days on which they are not on approved leave; 1 where they have none."""
    employed = [day for day in workdays(problem) if worker.employed(day)]
    return sum(problem.available(worker, day) for day in employed) / len(employed) if employed else 1.0


def norm_minutes(problem: Problem) -> dict[str, int]:
    """Paid minutes that each worker owes in the month, by id.

    The desk's standard hours for each working day, of the calendar or of the
    desk, on which the worker is employed and not on approved leave. A worker's
    own monthly hours are spread over the working days in the same way.
    """
    days = workdays(problem)
    norms = {}
    for worker in problem.workers:
        present = sum(problem.available(worker, day) for day in days)
        full = worker.norm_hours
        if full is None:
            full = problem.desk.day_hours * len(days) * worker.share
        norms[worker.id] = round(60 * full * present / len(days)) if days else round(60 * full)
    return norms


def fair_shares(problem: Problem) -> dict[str, Burden]:
    """Each worker's fair share of the month's wished-for cover, by id.

    Night, weekend and holiday duties are shared in proportion to the days on
    which a worker could take one; hours in proportion to the norm, of which only
    the days count on which the worker is qualified.
    """
    nights = _apportion(problem, problem.dates, nights_only=True)
    weekends = _apportion(problem, [day.date for day in problem.days if day.kind == DayKind.RESTDAY])
    holidays = _apportion(problem, [day.date for day in problem.days if day.kind == DayKind.STATUTORY])
    asked = sum(
        heads * problem.shift_on(day, code).paid_minutes
        for day in problem.dates
        for code, heads in problem.heads_on(day).items()
    )
    qualified = {}
    for worker in problem.workers:
        present = [day for day in problem.dates if problem.available(worker, day)]
        part = sum(worker.qualified(day) for day in present) / len(present) if present else 0.0
        qualified[worker.id] = problem.norm_minutes[worker.id] * part
    load = min(1.0, asked / sum(qualified.values())) if any(qualified.values()) else 0.0
    hours = {worker.id: problem.norm_minutes[worker.id] * load / 60 for worker in problem.workers}
    return {w.id: Burden(nights[w.id], weekends[w.id], holidays[w.id], hours[w.id]) for w in problem.workers}


def _apportion(problem: Problem, days: Iterable[date], nights_only: bool = False) -> dict[str, float]:
    """Share the wished-for duties of some days, or nights, in proportion to the days on which each worker could take one."""
    shifts = {day: [s for s in problem.shifts_on(day) if s.night or not nights_only] for day in days}
    codes = {day: {shift.code for shift in there} for day, there in shifts.items()}
    heads = sum(n for day in shifts for code, n in problem.heads_on(day).items() if code in codes[day])
    chances = {
        worker.id: worker.share
        * sum(any(problem.can_take(worker, day, shift) for shift in there) for day, there in shifts.items())
        for worker in problem.workers
    }
    total = sum(chances.values())
    return {worker: heads * chance / total if total else 0.0 for worker, chance in chances.items()}
