"""A roster's month as charts: cover against need over the days, hours and burdens beside each other person by person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from scheduler.audit.statistics import Cover, count_cover, total_workers
from scheduler.files.writing.charts import Picture, put_pictures
from scheduler.files.writing.edition import Edition
from scheduler.files.writing.page import Page
from scheduler.i18n import Lang, Sentence

CHARTS = Sentence("图表", "Charts")
DAILY, NEED, HEADS = (
    Sentence("每天在岗与需求", "Heads and need by day"),
    Sentence("需求", "Need"),
    Sentence("人次", "heads"),
)
PLANNED = Sentence("排班", "Planned")
LOAD, DUE, HOURS = Sentence("每人工时", "Hours by person"), Sentence("应出勤", "Due"), Sentence("小时", "hours")
SHARES, COUNT = (
    Sentence("每人夜班、周末班、节假日班", "Nights, weekends and holidays by person"),
    Sentence("个", "duties"),
)
NIGHTS, WEEKENDS, HOLIDAYS = Sentence("夜班", "Nights"), Sentence("周末班", "Weekend"), Sentence("节假日班", "Holiday")
BURDENS = {"nights": NIGHTS, "weekends": WEEKENDS, "holidays": HOLIDAYS}


def write_pictures(page: Page, edition: Edition, lang: Lang) -> None:
    """The charts of an edition, each with the numbers that it is drawn from."""
    put_pictures(page, list(pictures_of_roster(edition)), lang)


def pictures_of_roster(edition: Edition) -> Iterator[Picture]:
    """Cover where demand names numbers, hours where somebody has any, and burdens where there are any."""
    problem, roster = edition.problem, edition.roster
    cover: dict[date, list[float]] = {day: [0.0, 0.0] for day in problem.dates}
    for row in by_shift(count_cover(problem, roster)):
        cover[row.date][0] += row.target
        cover[row.date][1] += row.heads
    if any(need for need, _ in cover.values()):
        series = [(name, [sums[at] for sums in cover.values()]) for at, name in enumerate((NEED, PLANNED))]
        yield Picture(DAILY, list(cover), series, axis=HEADS, lines=True)
    totals = total_workers(problem, roster)
    names = [one.name for one in totals]
    hours = [(DUE, [one.norm_hours for one in totals]), (PLANNED, [one.hours for one in totals])]
    yield Picture(LOAD, names, hours, axis=HOURS)
    shares = [(name, [float(getattr(one, burden)) for one in totals]) for burden, name in BURDENS.items()]
    if any(any(values) for _, values in shares):
        yield Picture(SHARES, names, shares, axis=COUNT, stacked=True)


def by_shift(rows: Iterable[Cover]) -> Iterator[Cover]:
    """The cover of each shift once: that of anybody, else those of the roles and skills that are asked for."""
    told = list(rows)
    whole = {(row.date, row.shift) for row in told if not row.who}
    yield from (row for row in told if not row.who or (row.date, row.shift) not in whole)
