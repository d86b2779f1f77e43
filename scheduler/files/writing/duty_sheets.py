"""Sheets of what the roster holds: duties in full, cover against need, people's totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from scheduler.audit.statistics import Cover, carried_balances, count_cover, total_workers
from scheduler.domain import Duty
from scheduler.files.writing.edition import Edition
from scheduler.files.writing.labels import (
    ANYBODY,
    BREAK,
    CALENDAR,
    COVER_WORDS,
    DATE,
    END,
    HEADS,
    ID,
    LEAST,
    MISSING,
    MOST,
    NAME,
    PAID_HOURS,
    SHIFT,
    SHIFT_NAME,
    START,
    STATE,
    TARGET,
    TEAM,
    TOTAL_TITLES,
    WEEKDAY,
    WHO,
)
from scheduler.files.writing.page import DAY, PLAIN, TEXT, TIME, Column, Page, put_listing
from scheduler.files.writing.wording import cover_sign, say_breaks, say_calendar
from scheduler.i18n import WEEKDAYS, Lang
from scheduler.timeline import moment


def write_duties(page: Page, edition: Edition, lang: Lang) -> None:
    """Every duty with its times, breaks and paid hours."""
    problem, zone = edition.problem, edition.problem.desk.zone

    def row(duty: Duty) -> Sequence[object]:
        shift, worker = problem.shift_on(duty.day, duty.shift), problem.worker_by_id[duty.worker]
        start, end = (moment(at, zone).replace(tzinfo=None) for at in problem.span(duty.day, duty.shift))
        day = (duty.day, WEEKDAYS[duty.day.weekday()].say(lang), shift.code, shift.name)
        breaks = say_breaks(edition.breaks_of(duty), lang)
        return *day, worker.id, worker.name, worker.team, start, end, breaks, shift.paid_minutes / 60

    looks = {DATE: DAY, SHIFT: TEXT, ID: TEXT, START: TIME, END: TIME}
    titles = (DATE, WEEKDAY, SHIFT, SHIFT_NAME, ID, NAME, TEAM, START, END, BREAK, PAID_HOURS)
    columns = [Column(title, looks.get(title, PLAIN)) for title in titles]
    put_listing(page, columns, map(row, edition.roster.duties), lang)


def write_cover(page: Page, edition: Edition, lang: Lang) -> None:
    """Cover against need, by day and demand row."""

    def row(need: Cover) -> Sequence[object]:
        calendar = say_calendar(edition.problem.day_by_date[need.date], lang)
        asked = (need.shift, need.who or ANYBODY.say(lang), need.least, need.target, need.most)
        state = f"{cover_sign(need)} {COVER_WORDS[cover_sign(need)].say(lang)}".strip()
        weekday = WEEKDAYS[need.date.weekday()].say(lang)
        return need.date, weekday, calendar, *asked, need.heads, max(need.target - need.heads, 0), state

    looks = {DATE: DAY, SHIFT: TEXT}
    titles = (DATE, WEEKDAY, CALENDAR, SHIFT, WHO, LEAST, TARGET, MOST, HEADS, MISSING, STATE)
    put_listing(
        page,
        [Column(title, looks.get(title, PLAIN)) for title in titles],
        map(row, count_cover(edition.problem, edition.roster)),
        lang,
    )


def write_totals(page: Page, edition: Edition, lang: Lang) -> None:
    """What each person's month adds up to, and what is carried into the next."""
    problem = edition.problem
    after = carried_balances(problem, edition.roster)
    rows = [
        total.row
        | {"beyond_norm": total.hours - total.norm_hours}
        | {f"after_{name}": amount for name, amount in asdict(after[total.id]).items()}
        for total in total_workers(problem, edition.roster)
    ]
    names = [*TOTAL_TITLES, *(f"shift:{code}" for code in problem.month_codes)]
    columns = [Column(title, TEXT if name == "id" else PLAIN) for name, title in TOTAL_TITLES.items()]
    columns += [Column(code) for code in problem.month_codes]
    put_listing(page, columns, ([row[name] for name in names] for row in rows), lang)
    page.sheet.freeze_panes = "C2"
