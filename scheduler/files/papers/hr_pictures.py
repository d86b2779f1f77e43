"""What HR receives as charts: cover against need over the days, hours and burdens beside each other person by person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from scheduler.audit.statistics import Cover, count_cover, total_workers
from scheduler.files.writing.charts import Picture
from scheduler.hr.report import HrReport, roster_known
from scheduler.i18n import Sentence

CHARTS = Sentence("图表", "Charts")
DAILY, NEED, HEADS = (
    Sentence("每天在岗与需求", "Heads and need by day"),
    Sentence("需求", "Need"),
    Sentence("人次", "heads"),
)
PLANNED, WORKED = Sentence("排班", "Planned"), Sentence("实际", "Worked")
LOAD, DUE, HOURS = Sentence("每人工时", "Hours by person"), Sentence("应出勤", "Due"), Sentence("小时", "hours")
SHARES, COUNT = (
    Sentence("每人夜班、周末班、节假日班", "Nights, weekends and holidays by person"),
    Sentence("个", "duties"),
)
NIGHTS, WEEKENDS, HOLIDAYS = Sentence("夜班", "Nights"), Sentence("周末班", "Weekend"), Sentence("节假日班", "Holiday")


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
            for row in _by_shift(count_cover(held.problem, roster_known(held, roster))):
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


def _by_shift(rows: Iterable[Cover]) -> Iterator[Cover]:
    """The cover of each shift once: that of anybody, else those of the roles and skills that are asked for."""
    told = list(rows)
    whole = {(row.date, row.shift) for row in told if not row.who}
    yield from (row for row in told if not row.who or (row.date, row.shift) not in whole)


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
                    for at, value in enumerate((one.nights, one.weekends, one.holidays)):
                        sums[at] += value
    names = {one.id: one.name for one in report.people}
    if any(any(sums) for sums in counted.values()):
        series = [
            (name, [sums[at] for sums in counted.values()]) for at, name in enumerate((NIGHTS, WEEKENDS, HOLIDAYS))
        ]
        yield Picture(SHARES, [names[who] for who in counted], series, axis=COUNT, stacked=True)
