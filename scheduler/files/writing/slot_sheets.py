"""Sheets of a desk whose people are needed by time of day: what each slot has, and when everybody has a break."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scheduler.files.writing.edition import Edition
from scheduler.files.writing.labels import (
    DATE,
    END,
    ID,
    LEAST,
    MISSING,
    NAME,
    SHIFT,
    START,
    STATE,
    TARGET,
    TEAM,
    WEEKDAY,
)
from scheduler.files.writing.page import DAY, PLAIN, TEXT, Column, Page, put_listing
from scheduler.files.writing.wording import say_span
from scheduler.i18n import WEEKDAYS, Lang, Sentence, join_items
from scheduler.staffing.breaks import PlacedBreak
from scheduler.staffing.slots import SlotRow, slot_rows
from scheduler.staffing.workload import AGENTS, ALLOWANCE, CALLS, HANDLING, SERVED, VISITORS, reached
from scheduler.timeline import clock_text

SKILL = Sentence("技能", "Skill")
CALLS_IN, SECONDS_EACH = Sentence("来电", "Calls"), Sentence("处理时长(秒)", "Handling (s)")
COMING, ONE_SERVES = Sentence("客流/小时", "Visitors/h"), Sentence("每人接待/小时", "Served/h")
AGENTS_ASKED, PLANNED = (
    Sentence("坐席(Erlang C)", "Agents (Erlang C)"),
    Sentence("排班目标(含休息)", "Planned (with breaks)"),
)
ROSTERED, LEFT_THERE = Sentence("上班人数", "At work"), Sentence("休息后在岗", "Left at the desk")
LEVEL, OCCUPANCY = Sentence("预计服务水平", "Service level"), Sentence("预计占用率", "Occupancy")
MET, BELOW_TARGET, BELOW_LEAST = (
    Sentence("符合", "met"),
    Sentence("▽ 低于目标", "▽ below target"),
    Sentence("✗ 低于最少", "✗ below minimum"),
)
SMALL, MEALS = Sentence("小休", "Small breaks"), Sentence("用餐", "Meals")
SHARE = PLAIN._replace(form="0%")


def slot_state(row: SlotRow) -> Sentence:
    """Whether the people left at the desk are enough."""
    if row.left < row.least:
        return BELOW_LEAST
    return BELOW_TARGET if row.short else MET


def write_slots(page: Page, edition: Edition, lang: Lang) -> None:
    """What is needed in each slot of each day, and the people at work and left at the desk."""
    rows = slot_rows(edition.problem, edition.roster, edition.breaks)
    given = {name for row in rows for name, _ in row.slot.basis}
    asked = [
        column
        for name, column in (
            (CALLS, Column(CALLS_IN)),
            (HANDLING, Column(SECONDS_EACH)),
            (VISITORS, Column(COMING)),
            (SERVED, Column(ONE_SERVES)),
            (AGENTS, Column(AGENTS_ASKED)),
            (ALLOWANCE, Column(PLANNED)),
        )
        if name in given
    ]
    names = [name for name in (CALLS, HANDLING, VISITORS, SERVED, AGENTS, ALLOWANCE) if name in given]
    skilled = any(row.slot.skill for row in rows)

    def cells(row: SlotRow) -> Iterable[object]:
        basis = dict(row.slot.basis)
        yield from (row.day, WEEKDAYS[row.day.weekday()].say(lang))
        yield from (_clock(row.slot.start, lang), _clock(row.slot.end, lang))
        if skilled:
            yield row.slot.skill
        for name in names:
            yield row.slot.target if name == ALLOWANCE else basis.get(name)
        yield from (row.least, row.target, row.rostered, row.left, row.short or None)
        if CALLS in given:
            found = reached(row.slot, row.left)
            yield from (found.level, found.occupancy) if found else (None, None)
        yield slot_state(row).say(lang)

    columns = [Column(DATE, DAY), Column(WEEKDAY), Column(START, TEXT), Column(END, TEXT)]
    columns += [Column(SKILL, TEXT)] if skilled else []
    columns += [*asked, *(Column(title) for title in (LEAST, TARGET, ROSTERED, LEFT_THERE, MISSING))]
    columns += [Column(LEVEL, SHARE), Column(OCCUPANCY, SHARE)] if CALLS in given else []
    put_listing(page, [*columns, Column(STATE)], ([*cells(row)] for row in rows), lang)


def _clock(minute: int, lang: Lang) -> str:
    text = clock_text(minute)
    return text.replace("+1 ", "次日") if lang == "zh" else text


def write_breaks(page: Page, edition: Edition, lang: Lang) -> None:
    """When everybody on duty has small breaks and meals, in the order of days, shifts and people."""
    plan, problem = edition.breaks, edition.problem

    def said(rest_breaks: Sequence[PlacedBreak]) -> str:
        return join_items((say_span(rest_break.start, rest_break.end, lang) for rest_break in rest_breaks), lang)

    rows = []
    for duty in edition.roster.duties if plan else ():
        rest_breaks, worker = plan.of(duty), problem.worker_by_id[duty.worker]  # type: ignore[union-attr]
        small, meals = [one for one in rest_breaks if not one.meal], [one for one in rest_breaks if one.meal]
        day = (duty.day, WEEKDAYS[duty.day.weekday()].say(lang), duty.shift)
        rows.append((*day, worker.id, worker.name, worker.team, said(small), said(meals)))
    looks = {DATE: DAY, SHIFT: TEXT, ID: TEXT}
    titles = (DATE, WEEKDAY, SHIFT, ID, NAME, TEAM, SMALL, MEALS)
    put_listing(page, [Column(title, looks.get(title, PLAIN)) for title in titles], rows, lang)
