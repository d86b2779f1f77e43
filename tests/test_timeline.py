"""Dates and minutes: weeks, windows, the clocks' changes, spans that touch."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from scheduler.timeline import (
    DAY_MINUTES,
    Span,
    clock_text,
    days_between,
    group_consecutive,
    instant,
    joined,
    moment,
    month_days,
    overlap,
    weeks,
    windows,
)

DECEMBER = month_days(2026, 12)


def test_an_instant_counts_minutes_since_1970_in_utc():
    assert instant(date(1970, 1, 1), 8 * 60, "Asia/Shanghai") == 0
    assert instant(date(2026, 12, 7), 90, "UTC") * 60 == datetime(2026, 12, 7, 1, 30, tzinfo=UTC).timestamp()


def test_a_minute_past_the_days_end_is_the_next_mornings():
    assert instant(date(2026, 12, 31), 25 * 60, "Asia/Shanghai") == instant(date(2027, 1, 1), 60, "Asia/Shanghai")


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 3, 30), 24), (date(2026, 10, 25), 25)])
def test_a_day_has_its_true_length_when_the_clocks_change(day, hours):
    assert instant(day, DAY_MINUTES, "Europe/Berlin") - instant(day, 0, "Europe/Berlin") == hours * 60


@pytest.mark.parametrize(("eve", "hours"), [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9), (date(2026, 12, 7), 8)])
def test_a_night_over_a_change_of_the_clocks_has_its_true_length(eve, hours):
    night = Span(instant(eve, 22 * 60, "Europe/Berlin"), instant(eve, 30 * 60, "Europe/Berlin"))
    assert night.minutes == hours * 60


def test_a_moment_is_the_wall_clock_of_an_instant():
    at = instant(date(2026, 12, 7), 8 * 60 + 15, "Asia/Shanghai")
    assert moment(at, "Asia/Shanghai").isoformat() == "2026-12-07T08:15:00+08:00"
    summer = instant(date(2026, 7, 1), 25 * 60, "Europe/Berlin")
    assert moment(summer, "Europe/Berlin").isoformat() == "2026-07-02T01:00:00+02:00"


def test_a_month_has_its_days():
    assert (len(DECEMBER), DECEMBER[0], DECEMBER[-1]) == (31, date(2026, 12, 1), date(2026, 12, 31))
    assert len(month_days(2028, 2)) == 29
    assert days_between(date(2026, 12, 7), date(2026, 12, 7)) == (date(2026, 12, 7),)
    assert days_between(date(2026, 12, 7), date(2026, 12, 6)) == ()


def test_days_that_follow_one_another_are_one_stretch():
    days = [date(2026, 12, day) for day in (1, 2, 3, 7, 30, 31)] + [date(2027, 1, 1)]
    assert group_consecutive(days) == [tuple(days[:3]), tuple(days[3:4]), tuple(days[4:])]
    assert group_consecutive(()) == []


@pytest.mark.parametrize("first_weekday", range(7))
def test_weeks_begin_on_the_desks_weekday_and_hold_every_day_once(first_weekday):
    found = list(weeks(DECEMBER, first_weekday))
    assert all(len(week) == 7 and week[0].weekday() == first_weekday for week in found)
    days = [day for week in found for day in week]
    assert days == list(days_between(days[0], days[-1]))
    assert days[0] <= DECEMBER[0] < days[0] + timedelta(days=7)
    assert days[-1] - timedelta(days=7) < DECEMBER[-1] <= days[-1]


def test_no_days_have_no_weeks_and_a_whole_week_is_one():
    assert list(weeks((), 0)) == []
    monday = days_between(date(2026, 12, 7), date(2026, 12, 13))
    assert list(weeks(monday, 0)) == [monday]
    assert len(list(weeks(monday, 3))) == 2


def test_windows_end_on_every_day_and_the_first_reach_back_over_the_years_end():
    found = list(windows(days_between(date(2027, 1, 1), date(2027, 1, 3)), 3))
    assert [window[-1] for window in found] == list(days_between(date(2027, 1, 1), date(2027, 1, 3)))
    assert found[0] == days_between(date(2026, 12, 30), date(2027, 1, 1))
    assert all(len(window) == 3 for window in found)


def test_spans_that_overlap_or_touch_are_made_one():
    assert joined([Span(20, 30), Span(0, 10), Span(10, 20), Span(5, 12)]) == [Span(0, 30)]
    assert joined([Span(0, 10), Span(11, 20)]) == [Span(0, 10), Span(11, 20)]
    assert joined([Span(0, 30), Span(5, 10)]) == [Span(0, 30)]
    assert joined([]) == []


def test_spans_that_lie_less_than_the_gap_apart_are_made_one():
    assert joined([Span(0, 10), Span(39, 50)], gap=30) == [Span(0, 50)]
    assert joined([Span(0, 10), Span(40, 50)], gap=30) == [Span(0, 10), Span(40, 50)]
    assert joined([Span(0, 10), Span(10, 20)], gap=1) == [Span(0, 20)]


def test_overlap_is_what_two_spans_share():
    assert overlap(Span(0, 10), Span(5, 20)) == 5
    assert overlap(Span(0, 10), Span(10, 20)) == 0
    assert overlap(Span(0, 10), Span(15, 20)) == 0
    assert overlap(Span(0, 100), Span(15, 20)) == 5


def test_clock_text_marks_the_next_day():
    texts = {0: "00:00", 485: "08:05", 1440: "24:00", 1441: "+1 00:01", 1500: "+1 01:00", 2880: "+1 24:00"}
    assert {minute: clock_text(minute) for minute in texts} == texts
