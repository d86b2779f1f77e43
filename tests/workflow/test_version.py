"""A version's life step by step, and the days by which a roster has to be out."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from itertools import product

import pytest

from scheduler.domain import Day, DayKind
from scheduler.domain.holidays import FESTIVALS, day_types
from scheduler.errors import Refusal
from scheduler.i18n import LANGS
from scheduler.timeline import ONE_DAY, days_between, month_days
from scheduler.workflow.deadlines import (
    Block,
    Deadline,
    days_left,
    deadlines,
    earliest_deadline,
    holidays_of,
    is_late,
    settled_days,
)
from scheduler.workflow.version import EVENTS, REFUSED, STEPS, VersionStatus, next_status

OCTOBER, DECEMBER, JANUARY = (day_types(month_days(*m)) for m in ((2026, 10), (2026, 12), (2027, 1)))
NEW_YEAR = date(2027, 1, 1)


# A version's life


@pytest.mark.parametrize(
    ("status", "event", "after"),
    [
        ("draft", "published", "live"),
        ("live", "superseded", "superseded"),
        ("live", "withdrawn", "withdrawn"),
    ],
)
def test_a_version_is_published_and_then_superseded_or_withdrawn(status, event, after):
    assert next_status(VersionStatus(status), event) is VersionStatus(after)


ILLEGAL = sorted(set(product(VersionStatus, EVENTS)) - set(STEPS))


def test_nine_of_the_twelve_steps_are_none():
    assert len(ILLEGAL) == 9
    assert sorted(REFUSED) == ILLEGAL
    assert len(set(REFUSED.values())) == 9


@pytest.mark.parametrize(("status", "event"), ILLEGAL)
def test_every_other_step_is_refused_in_both_languages(status, event):
    with pytest.raises(Refusal) as refusal:
        next_status(status, event)
    assert [refusal.value.say(lang) for lang in LANGS] == list(REFUSED[status, event])


def test_a_withdrawn_version_never_comes_back_and_a_draft_cannot_be_withdrawn():
    with pytest.raises(Refusal, match="cannot be published again"):
        next_status(VersionStatus.WITHDRAWN, "published")
    with pytest.raises(Refusal, match="never in force"):
        next_status(VersionStatus.DRAFT, "withdrawn")


@pytest.mark.parametrize("status", VersionStatus)
@pytest.mark.parametrize("event", ["drafted", "", "live"])
def test_what_is_no_step_of_a_version_is_refused_too(status, event):
    with pytest.raises(Refusal, match="no step") as refusal:
        next_status(status, event)
    assert f"“{event}”" in refusal.value.say("zh")


# Holidays


def made(kinds: str, first: date = date(2026, 12, 1), name: str = "春节") -> tuple[Day, ...]:
    """Days drawn by letter: S statutory, n off by notice, r rest day, w workday, m make-up workday."""
    found = dict(zip("Snrwm", ("STATUTORY", "NOTICE_OFF", "RESTDAY", "WORKDAY", "MAKEUP_WORKDAY"), strict=True))
    days = days_between(first, first + (len(kinds) - 1) * ONE_DAY)
    return tuple(
        Day(day, DayKind[found[kind]], name if kind == "S" else "") for day, kind in zip(days, kinds, strict=True)
    )


def drawn(kinds: str) -> str:
    """The days of each holiday by its number, the first statutory one in capitals."""
    days = made(kinds)
    line = ["."] * len(kinds)
    for number, block in enumerate(holidays_of(days)):
        for day in block.days:
            at = day.day - 1
            line[at] = "abc"[number].upper() if day == block.first else "abc"[number]
    return "".join(line)


@pytest.mark.parametrize(
    ("kinds", "blocks"),
    [
        ("wwwwwrrwwwww", "............"),  # a weekend is no holiday
        ("wSw", ".A."),
        ("SSSnnnnwmrr", "Aaaaaaa...."),
        ("wrrSSw", ".aaAa."),  # counted from the first statutory day, with the weekend before it
        ("wnSnrrw", ".aAaaa."),
        ("wSrrw", ".Aaa."),
        ("SmS", "A.B"),  # a make-up workday between
        ("SwSrwS", "A.Bb.C"),
        ("Srrnw", "Aaaa."),
        ("wnw", "..."),  # off by notice, and no holiday beside it
        ("SrrS", "Aaaa"),
        ("rrS", "aaA"),
    ],
)
def test_a_holiday_is_a_stretch_of_days_off_with_a_statutory_day(kinds, blocks):
    assert drawn(kinds) == blocks


def test_days_that_do_not_follow_one_another_do_not_touch():
    days = made("SS")
    assert len(holidays_of((days[0], Day(date(2026, 12, 3), DayKind.STATUTORY)))) == 2


def test_the_national_day_of_2026_has_seven_days_and_begins_on_the_first():
    (block,) = holidays_of(OCTOBER)
    assert block == Block(date(2026, 10, 1), days_between(date(2026, 10, 1), date(2026, 10, 7)), "国庆")


def test_new_year_begins_on_the_first_and_takes_its_weekend():
    assert holidays_of(JANUARY) == (Block(NEW_YEAR, days_between(NEW_YEAR, date(2027, 1, 3)), "元旦"),)


def test_a_month_without_a_holiday_and_a_desk_without_a_calendar_have_none():
    assert holidays_of(DECEMBER) == holidays_of(day_types(month_days(2026, 10), "none")) == holidays_of(()) == ()


def test_the_days_before_the_month_are_not_seen():
    """From September 25th 2026 three days; seen from the 26th the stretch has no statutory day left."""
    september = day_types(month_days(2026, 9))
    (block,) = holidays_of(september)
    assert (block.first, block.name, len(block.days)) == (date(2026, 9, 25), "中秋", 3)
    assert holidays_of(september[25:]) == ()


def test_festivals_that_fall_together_are_each_named_once():
    days = (
        Day(date(2020, 10, 1), DayKind.STATUTORY, "国庆、中秋"),
        Day(date(2020, 10, 2), DayKind.STATUTORY, "国庆"),
        Day(date(2020, 10, 3), DayKind.STATUTORY, ""),
    )
    (block,) = holidays_of(days)
    assert block.name == "国庆、中秋"


# Deadlines


def test_a_month_without_a_holiday_is_due_once():
    (only,) = deadlines(DECEMBER, 7, 7)
    assert (only.due, only.holiday) == (date(2026, 11, 24), "")
    assert only == earliest_deadline(DECEMBER, 7, 7)


@pytest.mark.parametrize(("lead", "day"), [(0, date(2026, 12, 1)), (1, date(2026, 11, 30)), (31, date(2026, 10, 31))])
def test_the_lead_counts_back_over_the_months_edge(lead, day):
    assert earliest_deadline(DECEMBER, lead, 7).due == day


@pytest.mark.parametrize(
    ("lead", "order"), [(0, ["元旦", ""]), (6, ["元旦", ""]), (7, ["", "元旦"]), (8, ["", "元旦"])]
)
def test_the_earliest_deadline_counts_and_the_years_end_is_crossed(lead, order):
    found = deadlines(JANUARY, lead, 7)
    assert [deadline.holiday for deadline in found] == order
    assert [deadline.due for deadline in found] == sorted(deadline.due for deadline in found)
    assert date(2026, 12, 25) in {deadline.due for deadline in found}
    assert earliest_deadline(JANUARY, lead, 7) == found[0]


def test_each_holiday_has_its_own_deadline():
    days = made("wwwwwwwwwwwwSSrrwwwwwwwwwS")
    assert [(d.due.day, d.due.month) for d in deadlines(days, 7, 7)] == [(24, 11), (6, 12), (19, 12)]
    assert [(d.due.day, d.due.month) for d in deadlines(days, 0, 3)] == [(1, 12), (10, 12), (23, 12)]


def test_a_holiday_is_due_before_its_first_statutory_day_not_before_the_weekend_that_touches_it():
    assert deadlines(made("wwwwrrS"), 0, 7)[0].due == date(2026, 11, 30)


def test_a_deadline_says_why():
    month, holiday = deadlines(JANUARY, 10, 7)
    assert month.say("zh") == "最迟12月22日(周二)发布：该月从1月1日(周五)开始，须提前 10 天"
    assert month.say("en") == "to be published by Tue 22 Dec: the month begins on Fri 1 Jan, 10 d ahead"
    assert holiday.say("zh") == "最迟12月25日(周五)发布：元旦从1月1日(周五)开始，须提前 7 天"
    english = {zh: en for en, zh in FESTIVALS.items()}
    assert holiday.say("en", english).startswith("to be published by Fri 25 Dec: New Year's Day begins on Fri 1 Jan")
    assert "元旦 begins" in holiday.say("en")
    assert month.say("en", english) == month.say("en")


def test_a_holiday_without_a_name_is_called_one():
    deadline = deadlines(made("wwwwwwwwS", name=""), 7, 7)[1]
    assert isinstance(deadline, Deadline)
    assert "法定节假日从12月9日(周三)开始" in deadline.say("zh")
    assert "a statutory holiday begins on" in deadline.say("en")


@pytest.mark.parametrize(
    ("today", "left", "late"),
    [
        (date(2026, 12, 24), 1, False),
        (date(2026, 12, 25), 0, False),
        (date(2026, 12, 26), -1, True),
        (date(2027, 1, 1), -7, True),
        (date(2026, 11, 25), 30, False),
    ],
)
def test_publishing_on_the_due_day_is_in_time(today, left, late):
    day = earliest_deadline(JANUARY, 7, 7).due
    assert (days_left(day, today), is_late(day, today)) == (left, late)


@pytest.mark.parametrize(
    ("today", "stands"),
    [(date(2026, 12, 24), False), (date(2026, 12, 25), True), (date(2026, 12, 26), True), (date(2027, 1, 31), True)],
)
def test_a_holidays_cells_stand_from_its_deadline_on(today, stands):
    assert settled_days(JANUARY, today, 7) == (
        frozenset(days_between(NEW_YEAR, date(2027, 1, 3))) if stands else frozenset()
    )


def test_each_holiday_settles_on_its_own_day():
    days = made("wwwwwwwwwwwwSSrrwwwwwwwwwS")
    assert {day.day for day in settled_days(days, date(2026, 12, 18), 7)} == {13, 14, 15, 16}
    assert {day.day for day in settled_days(days, date(2026, 12, 19), 7)} == {13, 14, 15, 16, 26}
    assert settled_days(days, date(2026, 12, 19), 6) == settled_days(days, date(2026, 12, 18), 7)
    assert settled_days(days, date(2026, 12, 12), 0) == frozenset()
    assert date(2026, 12, 13) in settled_days(days, date(2026, 12, 13), 0)


@pytest.mark.parametrize("year", range(2021, 2028))
def test_every_statutory_day_of_a_year_is_in_one_holiday_of_its_month(year):
    for month in range(1, 13):
        days = day_types(month_days(year, month))
        blocks = holidays_of(days)
        held = [day for block in blocks for day in block.days]
        assert len(held) == len(set(held))
        assert {day.date for day in days if day.kind == DayKind.STATUTORY} <= set(held)
        assert {day.date for day in days if not day.is_off}.isdisjoint(held)
        for block in blocks:
            assert block.first in block.days
            assert block.name
            first = block.first - timedelta(days=7)
            assert set(block.days) <= settled_days(days, first, 7)
            assert not set(block.days) & settled_days(days, first - ONE_DAY, 7)


@pytest.mark.parametrize("module", ["version", "deadlines", "change_request", "facts"])
def test_importing_it_brings_no_solver_no_store_and_no_tables(module):
    heavy = "{'ortools', 'pandas', 'django', 'openpyxl', 'holidays', 'numpy', 'scheduler.ledger', 'scheduler.solver'}"
    code = f"import sys, scheduler.workflow.{module}; found = {heavy} & set(sys.modules); assert not found, found"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
