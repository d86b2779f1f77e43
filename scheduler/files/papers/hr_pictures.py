"""What HR receives as charts: cover against need over the days, hours and burdens beside each other person by person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scheduler.audit.statistics import count_cover, total_workers
from scheduler.files.writing.charts import Picture
from scheduler.files.writing.roster_pictures import (
    BURDENS,
    COUNT,
    DAILY,
    DUE,
    HEADS,
    HOURS,
    LOAD,
    NEED,
    PLANNED,
    SHARES,
    by_shift,
)
from scheduler.hr.report import HrReport, roster_known
from scheduler.i18n import Sentence

WORKED = Sentence("实际", "Worked")


def pictures_of(report: HrReport) -> list[Picture]:
    """The charts of a period; of cover only where a month of it was published."""
    return [*_cover(report), _load(report), *_shares(report)]


def _cover(report: HrReport) -> Iterator[Picture]:
    dates = set(report.book.period.dates)
    found: dict[date, list[float]] = {}
    for held in report.book.months:
        if not (held.windows and dates.intersection(held.problem.dates)):
            continue
        for place, roster in ((1, held.planned), (2, held.worked)):
            for row in by_shift(count_cover(held.problem, roster_known(held, roster))):
                if row.date in dates:
                    sums = found.setdefault(row.date, [0.0, 0.0, 0.0])
                    sums[place] += row.heads
                    sums[0] += row.target if place == 1 else 0
    days = sorted(found)
    if days:
        names = (NEED, PLANNED, WORKED)
        yield Picture(
            DAILY, days, [(n, [found[d][at] for d in days]) for at, n in enumerate(names)], axis=HEADS, lines=True
        )


def _load(report: HrReport) -> Picture:
    people = report.people
    series = [
        (DUE, [one.due_minutes / 60 for one in people]),
        (PLANNED, [one.planned.total / 60 for one in people]),
        (WORKED, [one.worked.total / 60 for one in people]),
    ]
    return Picture(LOAD, [one.name for one in people], series, axis=HOURS)


def _shares(report: HrReport) -> Iterator[Picture]:
    """Nights, weekends and holidays of whole months as they were worked; nothing where the period has none."""
    dates, present = set(report.book.period.dates), report.book.present
    counted: dict[str, list[float]] = {one.id: [0.0, 0.0, 0.0] for one in report.people}
    for held in report.book.months:
        if held.windows and dates.issuperset(held.problem.dates):
            for one in total_workers(held.problem, roster_known(held, held.worked)):
                if sums := counted.get(present.get(one.id, one.id)):
                    for at, burden in enumerate(BURDENS):
                        sums[at] += getattr(one, burden)
    names = {one.id: one.name for one in report.people}
    if any(any(sums) for sums in counted.values()):
        series = [(name, [sums[at] for sums in counted.values()]) for at, name in enumerate(BURDENS.values())]
        yield Picture(SHARES, [names[who] for who in counted], series, axis=COUNT, stacked=True)
