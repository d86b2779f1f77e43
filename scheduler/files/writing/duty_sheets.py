"""Sheets of what the roster holds: duties in full, cover against need, people's totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from scheduler.audit.statistics import Cover, carried_balances, count_cover, total_workers
from scheduler.domain import COMPENSATION_NAMES, Duty, Overtime
from scheduler.files.writing.edition import Edition
from scheduler.files.writing.labels import (
    ANYBODY,
    BREAK,
    CALENDAR,
    COMPENSATION,
    COVER_WORDS,
    DATE,
    END,
    HEADS,
    ID,
    LEAST,
    MISSING,
    MOST,
    NAME,
    OVERTIME_HOURS,
    OVERTIME_TITLES,
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
from scheduler.timeline import instant, moment


def write_duties(page: Page, edition: Edition, lang: Lang) -> None:
    """Every duty with its times, breaks and paid hours."""
    problem, zone = edition.problem, edition.problem.desk.zone

    def row(duty: Duty) -> Sequence[object]:
        shift, worker = problem.shift_on(duty.day, duty.shift), problem.worker_by_id[duty.worker]
        start, end = (moment(at, zone).replace(tzinfo=None) for at in problem.true_span(duty.day, duty.shift))
        day = (duty.day, WEEKDAYS[duty.day.weekday()].say(lang), shift.code, shift.name)
        breaks = say_breaks(edition.breaks_of(duty), lang)
        return (
            *day,
            worker.id,
            worker.name,
            worker.team,
            start,
            end,
            breaks,
            problem.paid_minutes(duty.day, duty.shift) / 60,
        )

    looks = {DATE: DAY, SHIFT: TEXT, ID: TEXT, START: TIME, END: TIME}
    titles = (DATE, WEEKDAY, SHIFT, SHIFT_NAME, ID, NAME, TEAM, START, END, BREAK, PAID_HOURS)
    columns = [Column(title, looks.get(title, PLAIN)) for title in titles]
    put_listing(page, columns, map(row, edition.roster.duties), lang)


def has_overtime(edition: Edition) -> bool:
    """Whether somebody has overtime in the month."""
    return any(row.day in edition.problem.day_by_date for row in edition.problem.overtime)


def write_overtime(page: Page, edition: Edition, lang: Lang) -> None:
    """Approved overtime with its times, by day; what was approved without a time is taken by the day's duties."""
    problem, zone = edition.problem, edition.problem.desk.zone

    def row(extra: Overtime) -> Sequence[object]:
        worker, start = problem.worker_by_id[extra.worker], extra.start
        minutes = () if start is None else (start, start + extra.minutes)
        times = [moment(instant(extra.day, minute, zone), zone).replace(tzinfo=None) for minute in minutes]
        weekday = WEEKDAYS[extra.day.weekday()].say(lang)
        who = (worker.id, worker.name, worker.team)
        made_good = COMPENSATION_NAMES[extra.compensation].say(lang)
        return extra.day, weekday, *who, *(times or (None, None)), extra.minutes / 60, made_good

    looks = {DATE: DAY, ID: TEXT, START: TIME, END: TIME}
    titles = (DATE, WEEKDAY, ID, NAME, TEAM, START, END, OVERTIME_HOURS, COMPENSATION)
    rows = sorted(
        (extra for extra in problem.overtime if extra.day in problem.day_by_date),
        key=lambda extra: (extra.day, extra.worker, extra.start or 0),
    )
    put_listing(page, [Column(title, looks.get(title, PLAIN)) for title in titles], map(row, rows), lang)


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
    totals = total_workers(problem, edition.roster)
    titles = TOTAL_TITLES | (OVERTIME_TITLES if any(total.overtime for total in totals) else {})
    rows = [
        total.row
        | {"beyond_norm": total.hours - total.norm_hours, "overtime_paid": total.overtime_paid}
        | {f"after_{name}": amount for name, amount in asdict(after[total.id]).items()}
        for total in totals
    ]
    names = [*titles, *(f"shift:{code}" for code in problem.month_codes)]
    columns = [Column(title, TEXT if name == "id" else PLAIN) for name, title in titles.items()]
    columns += [Column(code) for code in problem.month_codes]
    put_listing(page, columns, ([row[name] for name in names] for row in rows), lang)
    page.sheet.freeze_panes = "C2"
