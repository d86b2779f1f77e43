"""Statistics of a finished roster: workers' totals, cover against demand, duties in full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from scheduler.domain import (
    BURDENS,
    Burden,
    Compensation,
    DayKind,
    Duty,
    Problem,
    Roster,
    fair_shares,
    is_granted,
    part_of_day,
    taken_by,
)
from scheduler.timeline import instant, moment

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class WorkerTotals:
    """What one worker's month adds up to.

    Attributes
    ----------
    id, name, team : str
        Of the worker.
    hours, norm_hours : float
        Paid hours, and those owed.
    weekends, holidays : int
        Duties on plain rest days, and on statutory holidays.
    rest_days, leave_days : int
        Free days (`free_days`) without leave, from the day of hiring to that of leaving; days of leave that take the whole day.
    leave_hours : float
        Leave of hours, as it counts: see `part_of_day`.
    wishes, granted : int
        Wishes of the month, and those that were met.
    carried_nights, carried_weekends, carried_holidays, carried_hours : float
        What came in from earlier months.
    by_shift : mapping of str to int
        Duties by shift code, in the desk's order.
    overtime, overtime_off : float
        Hours of overtime, beside the duties or taken by them (`count_overtime`); and of these, those given back as time off.
    """

    id: str
    name: str
    team: str
    duties: int
    hours: float
    norm_hours: float
    nights: int
    weekends: int
    holidays: int
    rest_days: int
    leave_days: int
    wishes: int
    granted: int
    carried_nights: float
    carried_weekends: float
    carried_holidays: float
    carried_hours: float
    by_shift: Mapping[str, int]
    overtime: float = 0.0
    overtime_off: float = 0.0
    leave_hours: float = 0.0

    @property
    def overtime_paid(self) -> float:
        """Hours of overtime that are paid as such."""
        return self.overtime - self.overtime_off

    @property
    def row(self) -> dict[str, Any]:
        """The totals by column: the fields by their names, then `shift:CODE` for each shift."""
        plain = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "by_shift"}
        return plain | {f"shift:{code}": number for code, number in self.by_shift.items()}


class Cover(NamedTuple):
    """Cover against need, on one day and for one demand row in force.

    Attributes
    ----------
    who : str
        Role or skill; empty for anybody.
    most : int or None
        `None` for no maximum.
    heads : int
        People who count for the row.
    """

    date: date
    shift: str
    who: str
    least: int
    target: int
    most: int | None
    heads: int


def total_workers(problem: Problem, roster: Roster) -> list[WorkerTotals]:
    """The totals of every worker, in the desk's order."""
    totals, overtime = [], count_overtime(problem, roster)
    for worker in problem.workers:
        extra = overtime.get(worker.id, {})
        cells = [(day, code) for day in problem.days for code in roster.on(worker.id, day.date)]
        shifts = [problem.shift_on(day.date, code) for day, code in cells]
        wishes = [wish for wish in problem.wishes if wish.worker == worker.id]
        away = sum((worker.id, day) in problem.leave_days for day in problem.dates if worker.employed(day))
        carried = problem.carried.get(worker.id, Burden())
        codes = [code for _, code in cells]
        totals.append(
            WorkerTotals(
                id=worker.id,
                name=worker.name,
                team=worker.team,
                duties=len(cells),
                hours=sum(problem.paid_minutes(day.date, code) for day, code in cells) / 60,
                norm_hours=problem.norm_minutes[worker.id] / 60,
                nights=sum(shift.night for shift in shifts),
                weekends=sum(day.kind == DayKind.RESTDAY for day, _ in cells),
                holidays=sum(day.kind == DayKind.STATUTORY for day, _ in cells),
                rest_days=sum(
                    worker.employed(day)
                    and (worker.id, day) not in problem.leave_days
                    and not taken_by(problem, roster, worker.id, day)
                    for day in problem.dates
                ),
                leave_days=away,
                wishes=len(wishes),
                granted=sum(is_granted(problem, roster, wish) for wish in wishes),
                carried_nights=carried.nights,
                carried_weekends=carried.weekends,
                carried_holidays=carried.holidays,
                carried_hours=carried.hours,
                by_shift={code: codes.count(code) for code in problem.month_codes},
                overtime=sum(extra.values()) / 60,
                overtime_off=extra.get(Compensation.TIME_OFF, 0) / 60,
                leave_hours=_hours_of_leave(problem, worker.id),
            )
        )
    return totals


def _hours_of_leave(problem: Problem, worker: str) -> float:
    """Hours of the month that a worker has of leave that takes parts of days, as they count."""
    parts = sum(
        min(Fraction(1), sum(part_of_day(one, problem.desk.day_hours, problem.desk.midday) for one in away))
        for (who, day), away in problem.leave_hours.items()
        if who == worker and day in problem.day_by_date
    )
    return round(float(parts) * problem.desk.day_hours, 2)


def count_overtime(problem: Problem, roster: Roster) -> dict[str, dict[Compensation, int]]:
    """Minutes of overtime of the month by worker and by how it is made good; whoever has none is left out.

    Overtime with a time counts in full; what was approved without one, as far as the day's duties take it.
    """
    found: dict[str, dict[Compensation, int]] = {}
    left: dict[tuple[str, date], int] = {}
    for row in problem.overtime:
        minutes, cell = row.minutes, (row.worker, row.day)
        if row.day not in problem.day_by_date:
            continue
        if row.start is None:
            if cell not in left:
                codes = roster.on(row.worker, row.day)
                left[cell] = sum(problem.paid_minutes(row.day, code) for code in codes)
            minutes = min(minutes, left[cell])
            left[cell] -= minutes
        if minutes:
            mine = found.setdefault(row.worker, {})
            mine[row.compensation] = mine.get(row.compensation, 0) + minutes
    return found


def worker_totals(problem: Problem, roster: Roster) -> pd.DataFrame:
    """The totals of `total_workers` as a table: a row for each worker, columns as in `WorkerTotals.row`."""
    import pandas as pd

    return pd.DataFrame([totals.row for totals in total_workers(problem, roster)])


def count_cover(problem: Problem, roster: Roster) -> list[Cover]:
    """Cover against need by day, and on each day by the demand rows in force, in the order of shifts."""
    crew: dict[tuple[date, str], list[str]] = {}
    for duty in roster.duties:
        crew.setdefault((duty.day, duty.shift), []).append(duty.worker)
    order = {code: place for place, code in enumerate(problem.codes)}
    return [
        Cover(
            date=day,
            shift=row.shift,
            who=row.who,
            least=row.least,
            target=row.target,
            most=row.most,
            heads=sum(row.counts(problem.worker_by_id[w], day) for w in crew.get((day, row.shift), [])),
        )
        for day in problem.dates
        for row in sorted(problem.demand_on(day), key=lambda row: (order[row.shift], row.role, row.skill))
    ]


def cover_rows(problem: Problem, roster: Roster) -> pd.DataFrame:
    """The rows of `count_cover` as a table, columns as the fields of `Cover`; `most` is NA for no maximum."""
    import pandas as pd

    frame = pd.DataFrame(count_cover(problem, roster), columns=Cover._fields)
    return frame.astype({"most": "Int64"})


def carried_balances(problem: Problem, roster: Roster) -> dict[str, Burden]:
    """What each worker has done beyond the fair share up to the end of the month, to carry into the next."""
    after, shares = {}, fair_shares(problem, roster)
    for totals in total_workers(problem, roster):
        fair, before = shares[totals.id], problem.carried.get(totals.id, Burden())
        gained = {n: round(getattr(before, n) + getattr(totals, n) - getattr(fair, n), 2) for n in BURDENS}
        after[totals.id] = Burden(**gained)
    return after


def duty_row(problem: Problem, duty: Duty) -> dict[str, Any]:
    """One duty in full: ISO times with zone, segments at the desk, paid hours."""
    zone = problem.desk.zone
    span = problem.true_span(duty.day, duty.shift)
    stretches = problem.shift_on(duty.day, duty.shift).desk_minutes
    return {
        "worker": duty.worker,
        "name": problem.worker_by_id[duty.worker].name,
        "date": duty.day.isoformat(),
        "shift": duty.shift,
        "start": moment(span.start, zone).isoformat(),
        "end": moment(span.end, zone).isoformat(),
        "segments": [
            [moment(instant(duty.day, minute, zone), zone).isoformat() for minute in stretch] for stretch in stretches
        ],
        "paid_hours": problem.paid_minutes(duty.day, duty.shift) / 60,
    }
