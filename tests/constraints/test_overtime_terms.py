"""Overtime with a time of its own: by day, by month, on end, and beside duties, rest and protection."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from constraints.daily_hours import DailyHours
from constraints.hours_in_period import HoursInPeriod
from constraints.monthly_hours import MonthlyHours
from constraints.one_duty_at_a_time import OneDutyAtATime
from constraints.overtime_terms import OvertimeTerms
from constraints.protected_workers import ProtectedWorkers
from constraints.rest_between_duties import RestBetweenDuties
from constraints.weekly_rest_day import WeeklyRestDay
from constraints.working_time_law import WorkingTimeLaw
from scheduler.domain import Break, Leave, Overtime, Protection, ProtectionKind, Shift, Terms, Worker
from scheduler.domain.holidays import day_types
from scheduler.timeline import days_between
from tests.support.kit import Drawn

MON, TUE, WED = (date(2026, 12, day) for day in (7, 8, 9))
FOUR, EIGHT, MIDNIGHT = 16 * 60, 8 * 60, 24 * 60


def overtime(minutes, start, day=MON):
    return Overtime("甲", day, minutes, start)


def drawn(cells, *rows, rule=None, first=MON, **fields):
    """甲's cells from Monday on, with overtime."""
    days = " ".join(str(n) for n in range(len([cell for cell in cells.split() if cell != "|"])))
    if "|" in cells:
        past = cells.split().index("|")
        days = " ".join([*days.split()[:past], "|", *days.split()[past:]])
    return Drawn(rule or OvertimeTerms(), f"{days}\n甲 {cells}", first, overtime=rows, **fields)


# By day


def test_three_hours_after_eight_are_the_most_of_a_day():
    drawn("早 .", overtime(180, FOUR)).holds()
    found = drawn("早 .", overtime(181, FOUR))
    assert found.sentences() == [
        "甲: overtime on Mon 7 Dec (16:00–19:01) and what it touches, at most 11 h on end (found: 11.02 h)",
        "甲: at most 11 h on Mon 7 Dec with overtime, of which at most 3 h beyond the standard 8 h (found: 11.02 h)",
    ]
    assert found.sentences("zh")[1] == (
        "甲：12月7日(周一)连同加班不超过 11 小时（标准 8 小时，加班至多 3 小时）（现为 11.02 h）"
    )
    found.agrees()


def test_24_hours_on_a_day_with_eight_are_found():
    """CASES E6."""
    found = drawn("早 .", overtime(24 * 60, FOUR))
    assert "(found: 32 h)" in found.sentences()[1]
    found.agrees()


def test_overtime_of_one_day_adds_up_before_and_after_the_duty():
    drawn("早 .", overtime(90, EIGHT - 120), overtime(90, FOUR + 30)).holds()
    drawn("早 .", overtime(90, EIGHT - 120), overtime(91, FOUR + 30)).breaks("at most 11 h on Mon 7 Dec")


def test_a_day_off_holds_a_standard_day_and_three_hours():
    drawn(". .", overtime(660, EIGHT)).holds()
    drawn(". .", overtime(661, EIGHT)).breaks("at most 11 h on Mon", "on end")


def test_what_a_long_duty_takes_counts_with_it():
    """A form without a time lets the duty be ten hours; with one hour more the day is full."""
    long = (Shift("长", "长", EIGHT, 19 * 60, breaks=(Break(12 * 60, 13 * 60),)),)
    form = Overtime("甲", MON, 120)
    drawn("长 .", form, overtime(60, 19 * 60), shifts=long).holds()
    drawn("长 .", form, overtime(61, 19 * 60), shifts=long).breaks("at most 11 h on Mon")


def test_a_desk_may_ask_for_less():
    strict = OvertimeTerms(most_hours_a_day=1.0)
    drawn("早 .", overtime(60, FOUR), rule=strict).holds()
    drawn("早 .", overtime(61, FOUR), rule=strict).breaks("at most 9 h on Mon")


# By month


def month(*minutes, day=MON, **fields):
    rows = [overtime(length, EIGHT, day + timedelta(days=n)) for n, length in enumerate(minutes)]
    return drawn(" ".join("." * 8), *rows, **fields)


def test_36_hours_are_the_most_of_a_month():
    month(600, 600, 600, 360).holds()
    month(600, 600, 600, 361).breaks("at most 36 h of overtime this month (found: 36.02 h)")


def test_what_duties_take_of_forms_counts_with_the_month():
    form = Overtime("甲", MON + timedelta(days=5), 480)
    rows = [overtime(420, EIGHT, MON + timedelta(days=n)) for n in range(4)]
    drawn(". . . . . 早 . .", *rows, form).holds()
    drawn(". . . . . 早 . .", *rows, form, overtime(1, EIGHT, MON + timedelta(days=7))).breaks("36.02 h")
    drawn(". . . . . . . .", *rows, form, overtime(1, EIGHT, MON + timedelta(days=7))).holds()


def test_overtime_of_last_month_counts_in_its_own():
    past = tuple(overtime(600, EIGHT, MON - timedelta(days=n)) for n in (3, 2, 1))
    month(600, past_overtime=past).holds()
    month(600, 600, 600, 361, past_overtime=past).breaks("found: 36.02 h")


# On end


def test_duty_and_overtime_that_touch_are_one_run():
    drawn("早 .", overtime(180, FOUR + 29)).breaks("at most 11 h on end (found: 11.48 h)")
    drawn("早 .", overtime(180, FOUR + 30)).holds()


def test_a_run_goes_on_over_midnight():
    """16:00 to 24:00, two hours more, and a duty from two in the morning."""
    at = (Shift("中", "中", FOUR, MIDNIGHT), Shift("二", "二", 120, 241))
    drawn("中 二", overtime(120, MIDNIGHT), shifts=at).breaks("(found: 12.02 h)")
    drawn("中 二", overtime(120, MIDNIGHT), shifts=(at[0], Shift("二", "二", 120, 180))).holds()


def test_a_run_begun_last_month_counts():
    late = (Shift("中", "中", FOUR, MIDNIGHT), Shift("夜", "夜", 0, 480))
    drawn("中 | .", overtime(181, 0), shifts=late).breaks("on end (found: 11.02 h)")
    drawn("中 | .", overtime(180, 0), shifts=late).holds()


# Where nobody is at work


def test_overtime_on_leave_or_without_employment_is_found():
    leave = (Leave("甲", MON, MON, "sick"),)
    drawn(". .", overtime(60, EIGHT), leave=leave).breaks("no overtime on Mon 7 Dec (08:00–09:00)")
    drawn(". .", overtime(60, EIGHT, TUE), leave=leave).holds()
    gone = (Worker("甲", "甲", leaves=MON),)
    drawn(". .", overtime(60, EIGHT, TUE), workers=gone).breaks("not employed")
    drawn(". .", overtime(60, EIGHT), workers=gone).holds()


def test_forms_without_a_time_are_left_to_the_rules_on_hours():
    assert not OvertimeTerms().applies(drawn("早 .", Overtime("甲", MON, 24 * 60)).problem)
    drawn("早 .", Overtime("甲", MON, 24 * 60), rule=DailyHours()).holds()


# Beside duties and other overtime


@pytest.mark.parametrize(("start", "shared"), [(FOUR - 1, 1), (EIGHT - 59, 1), (10 * 60, 60)])
def test_overtime_overlaps_no_duty_by_a_minute(start, shared):
    found = drawn("早 .", overtime(60, start), rule=OneDutyAtATime())
    found.breaks(f"(found: {shared} min)")
    assert "beside 早 of Mon 7 Dec" in found.sentences()[0]


@pytest.mark.parametrize("start", [FOUR, EIGHT - 60])
def test_overtime_may_touch_a_duty(start):
    drawn("早 .", overtime(60, start), rule=OneDutyAtATime()).holds()


def test_overtime_past_midnight_meets_the_duty_of_the_next_day():
    """夜 begins at midnight."""
    drawn("中 夜", overtime(1, MIDNIGHT), rule=OneDutyAtATime()).breaks("beside 夜 of Tue 8 Dec")
    drawn("中 早", overtime(480, MIDNIGHT), rule=OneDutyAtATime()).holds()
    past = (overtime(1, MIDNIGHT, MON - timedelta(days=1)),)
    drawn("夜 .", rule=OneDutyAtATime(), past_overtime=past).breaks("beside 夜 of Mon 7 Dec")


def test_overtime_in_the_gap_of_a_split_duty_overlaps_nothing():
    split = (Shift("早", "早", EIGHT, 22 * 60, breaks=(Break(12 * 60, 18 * 60),)),)
    drawn("早 .", overtime(120, 13 * 60), shifts=split, rule=OneDutyAtATime()).holds()
    drawn("早 .", overtime(120, 11 * 60), shifts=split, rule=OneDutyAtATime()).breaks("(found: 60 min)")


def test_overtime_granted_twice_is_found():
    """CASES E6."""
    twice = drawn("早 .", overtime(60, FOUR), overtime(60, FOUR), rule=OneDutyAtATime())
    twice.breaks("beside the overtime of Mon 7 Dec (16:00–17:00) (found: 60 min)")
    drawn("早 .", overtime(60, FOUR), overtime(60, FOUR + 60), rule=OneDutyAtATime()).holds()


# Rest


def test_eleven_hours_lie_between_overtime_and_the_duty_of_the_next_day():
    drawn("早 早", overtime(300, FOUR), rule=RestBetweenDuties(target_hours=11)).holds()
    found = drawn("早 早", overtime(301, FOUR), rule=RestBetweenDuties(target_hours=11))
    found.breaks("11 h rest between the overtime of Mon 7 Dec (16:00–21:01) and 早 on Tue 8 Dec (found: 10.98 h)")
    drawn("早 早", overtime(301, FOUR), rule=RestBetweenDuties(floor_hours=10.5, target_hours=11)).holds()


def test_overtime_before_a_duty_needs_rest_as_well():
    drawn("中 中", overtime(60, 11 * 60, TUE), rule=RestBetweenDuties(target_hours=11)).holds()
    drawn("中 中", overtime(60, 11 * 60 - 1, TUE), rule=RestBetweenDuties(target_hours=11)).breaks("found: 10.98 h")


def test_overtime_of_two_days_needs_rest_between():
    rows = overtime(60, 22 * 60), overtime(60, 10 * 60 - 1, TUE)
    drawn(". .", *rows, rule=RestBetweenDuties(target_hours=11)).breaks("and that of Tue 8 Dec (09:59–10:59)")
    drawn(". .", rows[0], overtime(60, 10 * 60, TUE), rule=RestBetweenDuties(target_hours=11)).holds()


def test_overtime_of_last_month_is_rested_from():
    past = (overtime(120, MIDNIGHT, MON - timedelta(days=1)),)
    drawn("早 .", rule=RestBetweenDuties(target_hours=11), past_overtime=past).breaks("found: 6 h")


def test_a_day_with_overtime_is_no_rest_day():
    six = "早 早 早 早 早 早 ."
    drawn(six, rule=WeeklyRestDay()).holds()
    sunday = MON + timedelta(days=6)
    drawn(six, overtime(60, EIGHT, sunday), rule=WeeklyRestDay()).breaks("1 rest day(s) in the week")
    saturday = sunday - timedelta(days=1)
    drawn(six, overtime(60, MIDNIGHT, saturday), rule=WeeklyRestDay()).breaks("1 rest day(s) in the week")
    drawn(six, overtime(60, MIDNIGHT, saturday), rule=WeeklyRestDay(tail_minutes=60)).holds()
    drawn(six, overtime(60, MIDNIGHT - 60, saturday), rule=WeeklyRestDay()).holds()


# Protection


@pytest.mark.parametrize("kind", ProtectionKind)
def test_the_protected_have_no_overtime(kind):
    """CASES E6."""

    def protected(first=None, last=None):
        return (Worker("甲", "甲", protections=(Protection(kind, first, last),)),)

    rule = ProtectedWorkers()
    drawn("早 .", overtime(60, FOUR), rule=rule, workers=protected()).breaks("no overtime (16:00–17:00)")
    drawn("早 .", overtime(60, FOUR), rule=rule, workers=protected(first=TUE)).holds()
    drawn(". .", overtime(60, MIDNIGHT - 30), rule=rule, workers=protected(first=TUE)).breaks("no overtime")
    drawn("早 .", overtime(60, FOUR, TUE), rule=rule, workers=protected(last=MON)).holds()


# Hours of a month, and the law


def test_a_norm_with_its_cap_holds_overtime_as_well():
    days = day_types(days_between(MON, MON + timedelta(days=4)), "CN")
    rows = [overtime(120, FOUR, MON + timedelta(days=n)) for n in range(5)]
    rule = MonthlyHours(overtime_cap_hours=10)
    drawn("早 早 早 早 早", *rows, rule=rule, days=days).holds()
    more = [*rows[:-1], overtime(121, FOUR, MON + timedelta(days=4))]
    drawn("早 早 早 早 早", *more, rule=rule, days=days).breaks(
        "at most 50 paid hours this month, the norm and the overtime"
    )


def test_agreed_hours_hold_overtime_but_are_not_guaranteed_by_it():
    people = (Worker("甲", "甲", terms=Terms(least_hours=8, most_hours=10)),)
    drawn("早 .", overtime(120, FOUR), rule=HoursInPeriod(), workers=people).holds()
    drawn("早 .", overtime(121, FOUR), rule=HoursInPeriod(), workers=people).breaks("at most 10 paid hours")
    drawn(". .", overtime(480, EIGHT), rule=HoursInPeriod(), workers=people).breaks("at least 8 paid hours")


def test_the_law_counts_overtime_in_day_and_month_and_apart_from_the_week():
    cn = day_types(days_between(MON, MON + timedelta(days=6)), "CN")
    law = WorkingTimeLaw(enforce=True)
    week = "早 早 早 早 早 . ."
    drawn(week, overtime(180, FOUR), rule=law, days=cn).breaks("beyond the month's norm of 40 h")
    drawn(week, overtime(181, FOUR), rule=law, days=cn).breaks("8 h a day", "+3.02 h")
    most = [overtime(480, EIGHT, MON + timedelta(days=n)) for n in range(5)]
    assert not any("44 h" in line for line in drawn(week, overtime(180, FOUR), rule=law, days=cn).sentences())
    found = drawn(". . . . . 早 .", *most, rule=law, days=cn)
    assert not any("a week" in line for line in found.sentences())
    found.agrees()


def test_the_law_knows_days_with_overtime_as_no_rest():
    cn = day_types(days_between(MON, MON + timedelta(days=6)), "CN")
    sunday = MON + timedelta(days=6)
    found = drawn("早 早 早 早 早 . .", overtime(60, EIGHT, sunday), rule=WorkingTimeLaw(enforce=True), days=cn)
    assert not any("Labour Law 38" in line for line in found.sentences())
    rows = overtime(60, EIGHT, sunday), overtime(60, EIGHT, sunday - timedelta(days=1))
    found = drawn("早 早 早 早 早 . .", *rows, rule=WorkingTimeLaw(enforce=True), days=cn)
    assert any("Labour Law 38" in line for line in found.sentences())
    found.agrees()


def test_a_time_in_words():
    assert overtime(120, FOUR).terms.zh == "16:00–18:00，2 小时，加班费"
    assert overtime(120, MIDNIGHT).times == ("次日00:00–次日02:00", "+1 00:00–+1 02:00")
    assert overtime(120, MIDNIGHT - 60).times.en == "23:00–+1 01:00"
    assert Overtime("甲", WED, 90).terms.en == "1.5 h, overtime pay"
