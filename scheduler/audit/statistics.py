"""Statistics of a finished roster: workers' totals, cover against demand, duties in full."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from scheduler.domain import Burden, DayKind, Duty, Problem, Roster
from scheduler.timeline import moment

if TYPE_CHECKING:
    import pandas as pd


WORKER_COLUMNS = (
    "id",
    "name",
    "team",
    "duties",
    "hours",
    "norm_hours",
    "nights",
    "weekends",
    "holidays",
    "rest_days",
    "leave_days",
    "wishes",
    "granted",
    "carried_nights",
    "carried_weekends",
    "carried_holidays",
    "carried_hours",
)


def worker_totals(problem: Problem, roster: Roster) -> pd.DataFrame:
    """One row per worker, in the desk's order.

    Returns
    -------
    DataFrame
        Columns `WORKER_COLUMNS`, then one `shift:CODE` count per shift. Hours
        are paid hours; weekends and holidays count duties on plain rest days
        and on statutory holidays; `carried_*` is what earlier months left.
    """
    import pandas as pd

    return pd.DataFrame(_worker_rows(problem, roster))


def _worker_rows(problem: Problem, roster: Roster) -> list[dict[str, Any]]:
    rows = []
    for worker in problem.workers:
        cells = [(day, code) for day in problem.days for code in roster.on(worker.id, day.date)]
        shifts = [problem.shift_by_code[code] for _, code in cells]
        wishes = [wish for wish in problem.wishes if wish.worker == worker.id]
        away = sum((worker.id, day) in problem.leave_days for day in problem.dates)
        carried = problem.carried.get(worker.id, Burden())
        row: dict[str, Any] = {
            "id": worker.id,
            "name": worker.name,
            "team": worker.team,
            "duties": len(cells),
            "hours": sum(shift.paid_minutes for shift in shifts) / 60,
            "norm_hours": problem.norm_minutes[worker.id] / 60,
            "nights": sum(shift.night for shift in shifts),
            "weekends": sum(day.kind == DayKind.RESTDAY for day, _ in cells),
            "holidays": sum(day.kind == DayKind.STATUTORY for day, _ in cells),
            "rest_days": len(problem.days) - len({day.date for day, _ in cells}) - away,
            "leave_days": away,
            "wishes": len(wishes),
            "granted": sum(wish.granted(roster.on(worker.id, wish.day)) for wish in wishes),
            "carried_nights": carried.nights,
            "carried_weekends": carried.weekends,
            "carried_holidays": carried.holidays,
            "carried_hours": carried.hours,
        }
        codes = [code for _, code in cells]
        rows.append(row | {f"shift:{shift.code}": codes.count(shift.code) for shift in problem.shifts})
    return rows


def cover_rows(problem: Problem, roster: Roster) -> pd.DataFrame:
    """One row per day and demand row in force on it.

    Returns
    -------
    DataFrame
        Columns `date`, `shift`, `who` (role or skill, empty for anybody),
        `least`, `target`, `most` (NA for no maximum), `heads`.
    """
    import pandas as pd

    crew: dict[tuple[date, str], list[str]] = {}
    for duty in roster.duties:
        crew.setdefault((duty.day, duty.shift), []).append(duty.worker)
    order = {shift.code: place for place, shift in enumerate(problem.shifts)}
    rows = [
        {
            "date": day,
            "shift": row.shift,
            "who": row.who,
            "least": row.least,
            "target": row.target,
            "most": row.most,
            "heads": sum(row.counts(problem.worker_by_id[w], day) for w in crew.get((day, row.shift), [])),
        }
        for day in problem.dates
        for row in sorted(problem.demand_on(day), key=lambda row: (order[row.shift], row.role, row.skill))
    ]
    frame = pd.DataFrame(rows, columns=["date", "shift", "who", "least", "target", "most", "heads"])
    return frame.astype({"most": "Int64"})


def carried_balances(problem: Problem, roster: Roster) -> dict[str, Burden]:
    """What each worker has done beyond the fair share up to the end of the month, to carry into the next."""
    after = {}
    for row in _worker_rows(problem, roster):
        fair, before = problem.fair_shares[row["id"]], problem.carried.get(row["id"], Burden())
        names = ("nights", "weekends", "holidays", "hours")
        gained = {n: round(getattr(before, n) + row[n] - getattr(fair, n), 2) for n in names}
        after[row["id"]] = Burden(**gained)
    return after


def duty_row(problem: Problem, duty: Duty) -> dict[str, Any]:
    """One duty in full: ISO times with zone, segments at the desk, paid hours."""
    zone = problem.desk.zone
    span = problem.span(duty.day, duty.shift)
    return {
        "worker": duty.worker,
        "name": problem.worker_by_id[duty.worker].name,
        "date": duty.day.isoformat(),
        "shift": duty.shift,
        "start": moment(span.start, zone).isoformat(),
        "end": moment(span.end, zone).isoformat(),
        "segments": [
            [moment(segment.start, zone).isoformat(), moment(segment.end, zone).isoformat()]
            for segment in problem.segments(duty.day, duty.shift)
        ],
        "paid_hours": problem.shift_by_code[duty.shift].paid_minutes / 60,
    }
