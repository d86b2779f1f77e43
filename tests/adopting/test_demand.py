"""The need that old rosters show, by kind of day, with how many days support it."""

from datetime import date, timedelta

from scheduler.adopting.demand import propose_demand
from scheduler.domain.holidays import day_types

NOVEMBER = tuple(date(2026, 11, 1) + timedelta(days=n) for n in range(30))


def rows(heads, dates=NOVEMBER):
    found = propose_demand({"D": {day: heads(day) for day in dates}}, day_types(tuple(dates)))
    return [(row.on, row.least, row.target, row.most, row.days) for row in found]


def test_the_same_every_day_is_one_row():
    assert rows(lambda day: 3) == [("all", 3, 3, 3, 30)]


def test_days_off_are_told_from_workdays():
    assert rows(lambda day: 2 if day.weekday() >= 5 else 4) == [("workday", 4, 4, 4, 21), ("offday", 2, 2, 2, 9)]


def test_a_saturday_at_work_is_told_from_a_sunday_off():
    assert rows(lambda day: {5: 3, 6: 0}.get(day.weekday(), 3)) == [
        ("workday", 3, 3, 3, 21),
        ("sat", 3, 3, 3, 4),
        ("sun", 0, 0, 0, 5),
    ]


def test_weekdays_are_told_apart_where_that_explains_the_differences():
    found = rows(lambda day: 1 + day.weekday())
    assert [row[0] for row in found] == ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    assert found[0] == ("mon", 1, 1, 1, 5)


def test_fewest_usual_and_most_are_counted_with_their_days():
    (row,) = propose_demand(
        {"D": {day: 2 if day.day == 5 else 5 if day.day == 6 else 3 for day in NOVEMBER}},
        [day for day in day_types(NOVEMBER) if not day.is_off],
    )
    assert (row.least, row.target, row.most) == (2, 3, 5)
    assert row.evidence.say("en") == "21 workdays: at least 2 (1 days), usually 3 (19 days), at most 5 (1 days)"


def test_a_statutory_holiday_has_its_own_row_where_it_differs():
    october = tuple(date(2026, 10, 1) + timedelta(days=n) for n in range(31))
    assert ("holiday", 1, 1, 1, 3) in rows(lambda day: 1 if day.day <= 3 else 3, october)


def test_a_shift_that_nobody_had_is_not_needed():
    assert rows(lambda day: 0) == []
