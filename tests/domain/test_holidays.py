"""What the calendar says of 2026, for which a notice is known, and of years for which none is."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from scheduler.domain import DayKind
from scheduler.domain.holidays import day_types, noticed_days, statutory_days
from scheduler.timeline import days_between, month_days

YEAR = {day.date: day for day in day_types(days_between(date(2026, 1, 1), date(2026, 12, 31)))}


def kinds(year, month, first, last):
    return [day.kind for day in day_types(days_between(date(year, month, first), date(year, month, last)))]


def test_new_year_2026_is_a_holiday_two_days_off_and_a_sunday_worked():
    assert kinds(2026, 1, 1, 4) == [DayKind.STATUTORY, DayKind.NOTICE_OFF, DayKind.RESTDAY, DayKind.MAKEUP_WORKDAY]
    assert YEAR[date(2026, 1, 1)].name == "元旦"
    assert YEAR[date(2026, 1, 2)].is_off
    assert not YEAR[date(2026, 1, 4)].is_off


def test_national_day_2026_is_three_holidays_in_a_week_off():
    week = kinds(2026, 10, 1, 7)
    assert week[:3] == [DayKind.STATUTORY] * 3
    assert Counter(week) == {DayKind.STATUTORY: 3, DayKind.RESTDAY: 1, DayKind.NOTICE_OFF: 3}
    assert kinds(2026, 10, 8, 9) == [DayKind.WORKDAY] * 2
    assert [YEAR[date(2026, 10, day)].name for day in (1, 2, 3)] == ["国庆"] * 3


@pytest.mark.parametrize("day", [date(2026, 9, 20), date(2026, 10, 10), date(2026, 1, 4)])
def test_weekend_days_worked_in_exchange_are_workdays(day):
    assert YEAR[day].kind == DayKind.MAKEUP_WORKDAY
    assert day.weekday() >= 5
    assert not YEAR[day].is_off


def test_a_year_has_thirteen_statutory_days_of_seven_festivals():
    statutory = [day for day in YEAR.values() if day.kind == DayKind.STATUTORY]
    assert len(statutory) == 13
    assert {day.name for day in statutory} == {"元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆"}


def test_an_ordinary_month_has_workdays_and_rest_days_only():
    december = day_types(month_days(2026, 12))
    assert Counter(day.kind for day in december) == {DayKind.WORKDAY: 23, DayKind.RESTDAY: 8}
    assert not any(day.provisional for day in december)


def test_a_year_without_a_notice_is_provisional_and_still_has_its_statutory_days():
    january = day_types(month_days(2027, 1))
    assert noticed_days(2027) is None
    assert all(day.provisional for day in january)
    assert january[0].kind == DayKind.STATUTORY
    assert {day.kind for day in january[1:]} == {DayKind.WORKDAY, DayKind.RESTDAY}
    assert sum(not day.is_off for day in january) == 20


def test_a_confirmed_year_is_not_provisional_any_more():
    january = day_types(month_days(2027, 1), confirmed_years=frozenset({2027}))
    assert not any(day.provisional for day in january)
    assert [day.kind for day in january] == [day.kind for day in day_types(month_days(2027, 1))]


def test_a_month_over_the_years_end_is_provisional_only_behind_it():
    days = day_types(days_between(date(2026, 12, 30), date(2027, 1, 2)))
    assert [day.provisional for day in days] == [False, False, True, True]


def test_what_the_desk_knows_beats_the_calendar():
    overrides = {
        date(2027, 1, 1): (DayKind.WORKDAY, ""),
        date(2027, 1, 2): (DayKind.MAKEUP_WORKDAY, "换班"),
        date(2027, 1, 4): (DayKind.NOTICE_OFF, "店庆"),
    }
    first, second, third, fourth = day_types(days_between(date(2027, 1, 1), date(2027, 1, 4)), overrides=overrides)
    assert (first.kind, first.provisional) == (DayKind.WORKDAY, False)
    assert (second.kind, second.name) == (DayKind.MAKEUP_WORKDAY, "换班")
    assert (third.kind, third.provisional) == (DayKind.RESTDAY, True)
    assert (fourth.kind, fourth.name, fourth.is_off) == (DayKind.NOTICE_OFF, "店庆", True)


def test_a_desk_without_a_calendar_has_plain_weeks():
    days = day_types(days_between(date(2026, 10, 1), date(2026, 10, 31)), "none")
    assert all((day.kind == DayKind.RESTDAY) == (day.date.weekday() >= 5) for day in days)
    assert not any(day.name or day.provisional for day in days)


def test_another_country_has_its_own_holidays_and_no_notice_to_wait_for():
    unity = date(2027, 10, 3)
    days = day_types((date(2027, 10, 1), unity), "DE")
    assert [day.kind for day in days] == [DayKind.WORKDAY, DayKind.STATUTORY]
    assert days[1].name
    assert not any(day.provisional for day in days)


def test_festivals_that_fall_together_are_both_named():
    names = statutory_days(2020, "CN")  # mid-autumn fell on National Day
    assert names[date(2020, 10, 1)] in ("国庆、中秋", "中秋、国庆")
