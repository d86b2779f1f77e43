"""Months: one value for what tables, log and commands write as `2026-12`."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain import Month

months = st.builds(Month, st.integers(1, 9999), st.integers(1, 12))
inner = st.builds(Month, st.integers(2, 9998), st.integers(1, 12))  # with a month on either side


@given(months)
def test_a_month_is_read_as_it_is_written(month):
    assert Month.parse(str(month)) == month
    assert len(str(month)) == 7
    assert f"{month}" == str(month)


@given(st.dates())
def test_a_day_is_one_of_its_month(day):
    month = Month.of(day)
    assert day in month.days()
    assert month.first <= day <= month.last
    assert str(month) == day.isoformat()[:7]


@given(months)
def test_the_days_of_a_month_follow_one_another_from_the_first_to_the_last(month):
    days = month.days()
    assert days == tuple(month.first + timedelta(days=n) for n in range(len(days)))
    assert (days[0].day, days[-1]) == (1, month.last)
    assert {Month.of(day) for day in days} == {month}
    assert 28 <= len(days) <= 31


@given(inner)
def test_the_next_month_begins_the_day_after_the_last(month):
    assert month.next.first == month.last + timedelta(days=1)
    assert month.previous.last == month.first - timedelta(days=1)
    assert month.next.previous == month.previous.next == month
    assert month.previous < month < month.next


@given(months, months)
def test_months_are_in_the_order_of_time_as_their_texts_are(one, other):
    assert (one < other) == (one.first < other.first) == (str(one) < str(other))
    assert (one == other) == (str(one) == str(other))
    assert len({one, other}) == 1 + (one != other)


@pytest.mark.parametrize(
    "text",
    [
        "2026-13",
        "2026-00",
        "0000-12",
        "2026",
        "2026-1",
        "26-12",
        "2026-12-01",
        " 2026-12",
        "2026-12\n",
        "2026/12",
        "２０２６-12",
        "",
    ],
)
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError, match=r"month|year"):
        Month.parse(text)


@pytest.mark.parametrize(("year", "month"), [(2026, 0), (2026, 13), (0, 1), (10000, 1), (2026, -1)])
def test_a_month_that_no_calendar_has_is_not_born(year, month):
    with pytest.raises(ValueError, match=r"month|year"):
        Month(year, month)


def test_there_is_nothing_before_the_first_month_or_after_the_last():
    with pytest.raises(OverflowError):
        _ = Month(1, 1).previous
    with pytest.raises(ValueError, match="year"):
        _ = Month(9999, 12).next
    assert Month(9999, 12).last == date.max
    assert Month(1, 1).first == date.min
