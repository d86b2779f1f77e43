from dataclasses import replace
from datetime import date

from constraints.rest_between_duties import RestBetweenDuties
from scheduler.domain import Break, Desk, Shift
from tests.support.kit import Drawn

MON = date(2026, 12, 7)
BERLIN = Desk("desk", "desk", zone="Europe/Berlin", hours_by="passing")
NEW_YORK = Desk("desk", "desk", zone="America/New_York", hours_by="passing")
NO_CHANGE = Desk("desk", "desk", zone="Asia/Shanghai", hours_by="passing")
FLOOR_ONLY = RestBetweenDuties(weight=0)


def rest_of(minutes, rule=FLOOR_ONLY, first=MON, desk=None):
    """A duty from 08:00 after one that ended so many wall-clock minutes earlier."""
    end = 32 * 60 - minutes
    drawing = """
           Mon Tue
        甲  A   B"""
    shifts = (Shift("A", "A", end - 120, end), Shift("B", "B", 8 * 60, 9 * 60))
    return Drawn(rule, drawing, first, shifts=shifts, desk=desk or Desk("desk", "desk"))


def test_exactly_eleven_hours_of_rest_are_enough():
    rest_of(11 * 60).holds()


def test_a_minute_less_than_eleven_hours_is_too_short():
    drawn = rest_of(11 * 60 - 1)
    drawn.breaks("甲: 11 h rest between A on Mon 7 Dec and B on Tue 8 Dec (found: 10.98 h)")
    assert drawn.sentences("zh") == ["甲：12月7日(周一)“A”与12月8日(周二)“B”之间至少休息 11 小时（现为 10.98 h）"]


def test_less_than_the_target_costs_its_weight_and_the_target_costs_nothing():
    rest_of(12 * 60, RestBetweenDuties(weight=7)).costs(0)
    rest_of(12 * 60 - 1, RestBetweenDuties(weight=7)).costs(7)
    drawn = rest_of(11 * 60, RestBetweenDuties(weight=7))
    drawn.breaks("甲: preferably 12 h rest between A on Mon 7 Dec and B on Tue 8 Dec (found: 11 h)")
    drawn.costs(7)


def test_the_desk_sets_floor_and_target():
    rest_of(9 * 60, RestBetweenDuties(floor_hours=9, target_hours=9)).holds()
    rest_of(9 * 60 - 1, RestBetweenDuties(floor_hours=9, target_hours=9)).breaks("甲: 9 h rest between")


def test_duties_that_touch_or_share_a_day_have_no_rest_between_them():
    Drawn(
        RestBetweenDuties(),
        """
           Mon  Tue
        甲  中   夜
        乙 夜+中  .
        丙  早   早""",
        MON,
    ).breaks(
        "甲: 11 h rest between 中 on Mon 7 Dec and 夜 on Tue 8 Dec (found: 0 h)", "乙: 11 h rest between 夜 on Mon"
    )


def test_rest_is_measured_from_last_months_duty():
    drawing = """
           31 |  1
        甲 中 | 早
        乙 早 | 早"""
    Drawn(RestBetweenDuties(), drawing, date(2027, 1, 1)).breaks("甲: 11 h rest between 中 on Thu 31 Dec and 早 on Fri")


def test_a_duty_over_two_midnights_is_measured_on_the_day_after_next():
    shifts = (Shift("W", "whole", 16 * 60, 40 * 60), Shift("N", "night", 0, 8 * 60, night=True))
    drawing = """
           Mon Tue Wed
        甲  W   .   N"""
    Drawn(FLOOR_ONLY, drawing, MON, shifts=shifts).breaks("between W on Mon 7 Dec and N on Wed 9 Dec (found: 8 h)")


def test_a_long_break_inside_a_duty_is_no_rest_between_duties():
    split = (Shift("S", "split", 6 * 60, 22 * 60, breaks=(Break(8 * 60, 20 * 60),)),)
    drawing = """
           Mon Tue
        甲  S   S"""
    Drawn(FLOOR_ONLY, drawing, MON, shifts=split).breaks("found: 8 h")


def test_the_spring_change_takes_an_hour_of_rest():
    rest_of(11 * 60, first=date(2026, 3, 27), desk=BERLIN).holds()
    rest_of(11 * 60, first=date(2026, 3, 28), desk=BERLIN).breaks("found: 10 h")


def test_the_autumn_change_gives_an_hour_of_rest():
    rest_of(10 * 60, first=date(2026, 10, 23), desk=BERLIN).breaks("found: 10 h")
    rest_of(10 * 60, first=date(2026, 10, 24), desk=BERLIN).holds()
    rest_of(10 * 60, first=date(2026, 10, 31), desk=NEW_YORK).holds()
    rest_of(10 * 60, first=date(2026, 10, 24), desk=NO_CHANGE).breaks("found: 10 h")


def test_by_the_wall_the_clocks_give_and_take_no_rest():
    for desk, first in ((BERLIN, date(2026, 3, 28)), (BERLIN, date(2026, 10, 24)), (NEW_YORK, date(2026, 10, 31))):
        rest_of(11 * 60, first=first, desk=replace(desk, hours_by="wall")).holds()
        rest_of(11 * 60 - 1, first=first, desk=replace(desk, hours_by="wall")).breaks("found: 10.98 h")
