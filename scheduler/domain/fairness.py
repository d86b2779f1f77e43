"""What is shared fairly between workers: norms of hours, fair shares, balances."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from scheduler.domain.calendar import DayKind
from scheduler.i18n import Sentence

if TYPE_CHECKING:
    from scheduler.domain.people import Worker
    from scheduler.domain.problem import Problem  # which imports this module
    from scheduler.domain.roster import Roster


@dataclass(frozen=True)
class Burden:
    """Numbers of duties and paid hours: a fair share, or a balance above it (negative if below)."""

    nights: float = 0.0
    weekends: float = 0.0
    holidays: float = 0.0
    hours: float = 0.0


def rising_cost(steps: int, stride: int) -> int:
    """The sum of steps of which the first `stride` cost one each, the next two each, and so on: convex without end."""
    pieces, rest = divmod(steps, stride)
    return stride * pieces * (pieces + 1) // 2 + rest * (pieces + 1)


def workdays(problem: Problem) -> list[date]:
    """The month's working days, of the calendar or of the desk."""
    own = problem.desk.workdays
    return [
        day.date
        for day in problem.days
        if (day.kind != DayKind.STATUTORY and day.date.weekday() in own if own else not day.is_off)
    ]


def share_present(problem: Problem, worker: Worker) -> float:
    """The part of a worker's working days on which they are not on approved leave, hours of leave counted (`part_of_day`).

    1 where they have no working days.
    """
    employed = [day for day in workdays(problem) if worker.employed(day)]
    return float(sum(problem.present_part(worker, day) for day in employed)) / len(employed) if employed else 1.0


def norm_minutes(problem: Problem) -> dict[str, int]:
    """Paid minutes that each worker owes in the month, by id.

    The desk's standard hours for each working day, of the calendar or of the
    desk, on which the worker is employed and not on approved leave; of a day with hours of leave,
    the part that is left (`part_of_day`). A worker's
    own monthly hours are spread over the working days in the same way.
    """
    return {worker.id: due_minutes(problem, worker, problem.dates) for worker in problem.workers}


def due_minutes(problem: Problem, worker: Worker, dates: Collection[date]) -> int:
    """Paid minutes that a worker owes on some days of the month; of the whole month, see `norm_minutes`."""
    days = workdays(problem)
    present = float(sum(problem.present_part(worker, day) for day in days if day in dates))
    full = worker.norm_hours
    if full is None:
        full = problem.desk.day_hours * len(days) * worker.share
    return round(60 * full * present / len(days)) if days else round(60 * full)


def as_fraction(part: float) -> Fraction:
    """A part of a whole that is not known beforehand, in thousandths, as models and audits reckon with it."""
    return Fraction(round(1000 * part), 1000)


EITHER = Fraction(999, 1000)  # a share between two whole numbers lets either stand


@dataclass(frozen=True)
class Shares:
    """How the month's burdens are shared.

    Attributes
    ----------
    parts : mapping of str to Burden
        By id, the part of each burden that is a worker's; each burden's parts add up to one, or are all zero.
    asked : Burden or None
        What demand asks for in all; `None` where the need comes by time of day (`slots`): what is rostered then is
        shared.
    """

    parts: Mapping[str, Burden]
    asked: Burden | None

    def of(self, whole: Burden) -> dict[str, Burden]:
        """Each worker's share of a whole, by id."""
        return {
            worker: Burden(*(getattr(part, name) * getattr(whole, name) for name in BURDENS))
            for worker, part in self.parts.items()
        }


BURDENS = tuple(field.name for field in fields(Burden))
BURDEN_NAMES: Mapping[str, Sentence] = {
    "nights": Sentence("夜班", "nights"),
    "weekends": Sentence("周末班", "weekend duties"),
    "holidays": Sentence("节假日班", "holiday duties"),
    "hours": Sentence("工时", "hours"),
}


def share_out(problem: Problem) -> Shares:
    """How the month's burdens are shared between workers.

    Night, weekend and holiday duties are shared in proportion to the days on which a worker could take one, hours in
    proportion to the norm. Hours that demand wishes for are shared up to everybody's norms together, and beyond them as
    far as demand must have them.
    """
    kinds = {
        "nights": (problem.dates, True),
        "weekends": ([day.date for day in problem.days if day.kind == DayKind.RESTDAY], False),
        "holidays": ([day.date for day in problem.days if day.kind == DayKind.STATUTORY], False),
    }
    chances = {name: _chances(problem, days, nights_only) for name, (days, nights_only) in kinds.items()}
    chances["hours"] = {worker: float(minutes) for worker, minutes in problem.norm_minutes.items()}
    wholes = {name: sum(each.values()) for name, each in chances.items()}
    parts = {
        worker.id: Burden(**{n: each[worker.id] / wholes[n] if wholes[n] else 0.0 for n, each in chances.items()})
        for worker in problem.workers
    }
    if problem.slots:
        return Shares(parts, None)
    asked = {name: float(_heads(problem, days, nights_only)) for name, (days, nights_only) in kinds.items()}
    return Shares(parts, Burden(**asked, hours=_hours_asked(problem)))


def rostered(problem: Problem, roster: Roster) -> Burden:
    """What everybody does in the month."""
    nights = weekends = holidays = minutes = 0
    for day in problem.days:
        for worker in problem.worker_by_id:
            for code in roster.on(worker, day.date):
                shift = problem.shift_on(day.date, code)
                nights += shift.night
                weekends += day.kind == DayKind.RESTDAY
                holidays += day.kind == DayKind.STATUTORY
                minutes += problem.paid_minutes(day.date, code)
    return Burden(nights, weekends, holidays, minutes / 60)


def fair_shares(problem: Problem, roster: Roster) -> dict[str, Burden]:
    """Each worker's fair share of what is rostered, by id, see `share_out`."""
    return problem.shares.of(rostered(problem, roster))


def _hours_asked(problem: Problem) -> float:
    """The hours that demand wishes for, as far as the norms of those who are qualified hold them or it must have them."""
    wished = must = 0
    for day in problem.dates:
        for code, heads in problem.heads_on(day).items():
            wished += heads * problem.paid_minutes(day, code)
        for code, heads in problem.heads_on(day, least=True).items():
            must += heads * problem.paid_minutes(day, code)
    held = 0.0
    for worker in problem.workers:
        present = [day for day in problem.dates if problem.available(worker, day)]
        part = sum(worker.qualified(day) for day in present) / len(present) if present else 0.0
        held += problem.norm_minutes[worker.id] * part
    norms = sum(problem.norm_minutes.values())
    load = max(min(1.0, wished / held), must / held) if held else 0.0
    return norms * load / 60


def _heads(problem: Problem, days: Iterable[date], nights_only: bool) -> int:
    """The wished-for duties of some days, or nights."""
    return sum(
        heads
        for day in days
        for code, heads in problem.heads_on(day).items()
        if problem.shift_on(day, code).night or not nights_only
    )


def _chances(problem: Problem, days: Iterable[date], nights_only: bool) -> dict[str, float]:
    """Of each worker, the days on which they could take such a duty, by the part of full time."""
    shifts = {day: [s for s in problem.shifts_on(day) if s.night or not nights_only] for day in days}
    return {
        worker.id: worker.share
        * sum(any(problem.can_take(worker, day, shift) for shift in there) for day, there in shifts.items())
        for worker in problem.workers
    }
