from datetime import date

from constraints.one_duty_at_a_time import OneDutyAtATime
from scheduler.domain import Shift
from tests.support.kit import Drawn

MON = date(2026, 12, 7)


def night_until(end):
    return (Shift("N", "night", 22 * 60, end, night=True), Shift("D", "day", 6 * 60, 14 * 60))


def test_a_duty_a_day_is_allowed_even_where_duties_touch():
    Drawn(
        OneDutyAtATime(),
        """
           Mon Tue Wed
        甲  中  夜  .
        乙  早  早  早""",
        MON,
    ).holds()


def test_two_duties_on_a_day_are_one_too_many():
    drawn = Drawn(
        OneDutyAtATime(),
        """
           Mon    Tue
        甲 夜+中  夜+早+中
        乙  夜     中""",
        MON,
    )
    drawn.breaks("甲: one duty on Mon 7 Dec (found: 中+夜)", "甲: one duty on Tue 8 Dec (found: 中+夜+早)")
    assert drawn.sentences("zh")[0] == "甲：12月7日(周一)只上一个班（现为 中+夜）"


def test_a_duty_may_begin_at_the_minute_at_which_yesterdays_ends():
    drawing = """
           Mon Tue
        甲  N   D"""
    Drawn(OneDutyAtATime(), drawing, MON, shifts=night_until(30 * 60)).holds()


def test_a_duty_that_begins_a_minute_before_yesterdays_ends_overlaps_it():
    drawing = """
           Mon Tue
        甲  N   D
        乙  D   N"""
    drawn = Drawn(OneDutyAtATime(), drawing, MON, shifts=night_until(30 * 60 + 1))
    drawn.breaks("甲: N on Mon 7 Dec overlaps D on the next day")
    assert drawn.sentences("zh") == ["甲：12月7日(周一)的“N”与次日“D”时间重叠"]


def test_a_duty_of_last_month_that_is_still_running_is_seen():
    drawing = """
           Thu | Fri
        甲  N  |  D
        乙  N  |  ."""
    Drawn(OneDutyAtATime(), drawing, date(2027, 1, 1), shifts=night_until(31 * 60)).breaks("甲: N on Thu 31 Dec")


def test_two_duties_on_a_day_of_last_month_are_not_looked_at_again():
    Drawn(
        OneDutyAtATime(),
        """
           Thu  | Fri
        甲 早+中 |  .""",
        date(2027, 1, 1),
    ).holds()


def test_a_whole_day_may_be_followed_by_another():
    drawing = """
           Mon Tue
        甲  W   W"""
    Drawn(OneDutyAtATime(), drawing, MON, shifts=(Shift("W", "whole", 9 * 60, 33 * 60),)).holds()
