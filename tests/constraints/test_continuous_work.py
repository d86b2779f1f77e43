from dataclasses import replace
from datetime import date

import pytest

from constraints.continuous_work import ContinuousWork
from scheduler.domain import Break, Desk, Shift
from tests.support.kit import Drawn

MON = date(2026, 12, 7)
BERLIN = Desk("desk", "desk", zone="Europe/Berlin", hours_by="passing")


def alone(*shifts, rule=None, first=MON, desk=None):
    """One worker, one day, on all of the shifts."""
    drawing = f"1\n甲 {'+'.join(shift.code for shift in shifts)}"
    return Drawn(rule or ContinuousWork(), drawing, first, shifts=shifts, desk=desk or Desk("desk", "desk"))


def test_exactly_eight_hours_on_end_are_allowed():
    alone(Shift("A", "A", 8 * 60, 16 * 60)).holds()


def test_a_minute_more_than_eight_hours_on_end_is_too_much():
    drawn = alone(Shift("A", "A", 8 * 60, 16 * 60 + 1))
    drawn.breaks("甲: A from Mon 7 Dec, at most 8 h on end (found: 8.02 h)")
    assert drawn.sentences("zh") == ["甲：12月7日(周一)起的“A”连续工作不超过 8 小时（现为 8.02 h）"]


@pytest.mark.parametrize("paid", [True, False])
def test_a_break_of_the_set_length_ends_a_run_and_a_minute_less_does_not(paid):
    alone(Shift("A", "A", 8 * 60, 17 * 60, breaks=(Break(12 * 60, 12 * 60 + 30, paid),))).holds()
    alone(Shift("A", "A", 8 * 60, 17 * 60, breaks=(Break(12 * 60, 12 * 60 + 29, paid),))).breaks("at most 8 h on end")


def test_the_desk_sets_the_cap_and_the_length_of_a_break():
    shift = Shift("A", "A", 8 * 60, 17 * 60, breaks=(Break(12 * 60, 12 * 60 + 30),))
    alone(shift, rule=ContinuousWork(break_minutes=31)).breaks("at most 8 h on end (found: 9 h)")
    alone(shift, rule=ContinuousWork(break_minutes=31, hours=9)).holds()
    alone(shift, rule=ContinuousWork(hours=4.25)).breaks("at most 4.25 h on end (found: 4.5 h)")


def test_duties_with_the_set_break_between_them_do_not_chain_and_a_minute_less_does():
    first = Shift("A", "A", 8 * 60, 12 * 60)
    alone(first, Shift("B", "B", 12 * 60 + 30, 17 * 60)).holds()
    alone(first, Shift("B", "B", 12 * 60 + 29, 17 * 60)).breaks("A→B")


def test_duties_that_touch_at_midnight_are_one_run():
    Drawn(
        ContinuousWork(),
        """
           Mon Tue
        甲  中  夜
        乙  早  夜""",
        MON,
    ).breaks("甲: 中→夜 from Mon 7 Dec, at most 8 h on end (found: 16 h)")


def test_a_run_is_followed_over_the_years_end():
    Drawn(
        ContinuousWork(),
        """
           Thu | Fri
        甲  中  | 夜
        乙  早  | 夜""",
        date(2027, 1, 1),
    ).breaks("甲: 中→夜 from Thu 31 Dec")


def test_a_run_that_ended_last_month_is_not_looked_at_again():
    Drawn(
        ContinuousWork(),
        """
           Sun Mon | Tue
        甲  中  夜  |  .""",
        date(2026, 12, 1),
    ).holds()


def test_three_short_duties_chain_where_two_are_still_allowed():
    shifts = (
        Shift("A", "A", 18 * 60, 21 * 60),
        Shift("B", "B", 21 * 60, 24 * 60),
        Shift("C", "C", 0, 2 * 60 + 1, night=True),
        Shift("D", "D", 0, 2 * 60, night=True),
    )
    drawing = """
           Mon  Tue
        甲  A+B   C
        乙  A+B   D
        丙  B     C"""
    Drawn(ContinuousWork(), drawing, MON, shifts=shifts).breaks("甲: A→B→C from Mon 7 Dec")


def test_a_break_inside_the_second_duty_ends_the_run_that_the_first_began():
    def shifts_until(hour):
        night = Shift("B", "B", 0, 5 * 60, breaks=(Break(60, 120),), night=True)
        return (Shift("A", "A", 20 * 60, 24 * 60), night, Shift("C", "C", 5 * 60, hour * 60))

    drawing = """
           Mon  Tue
        甲  A   B+C"""
    Drawn(ContinuousWork(), drawing, MON, shifts=shifts_until(10)).holds()
    Drawn(ContinuousWork(), drawing, MON, shifts=shifts_until(11)).breaks("甲: B→C from Tue 8 Dec")


def test_the_night_of_the_spring_change_is_an_hour_shorter():
    night = Shift("N", "night", 0, 9 * 60, night=True)
    alone(night, first=date(2026, 3, 29), desk=BERLIN).holds()
    alone(night, first=date(2026, 3, 30), desk=BERLIN).breaks("found: 9 h")


def test_the_night_of_the_autumn_change_is_an_hour_longer():
    night = Shift("N", "night", 0, 8 * 60, night=True)
    alone(night, first=date(2026, 10, 25), desk=BERLIN).breaks("found: 9 h")
    alone(night, first=date(2026, 10, 26), desk=BERLIN).holds()
    seven = Shift("N", "night", 0, 7 * 60, night=True)
    alone(seven, first=date(2026, 10, 25), desk=BERLIN).holds()


def test_by_the_wall_a_night_of_the_change_is_as_long_as_any_other():
    for hours, zone, day in ((8, "Europe/Berlin", date(2026, 10, 25)), (8, "America/New_York", date(2026, 11, 1))):
        night = Shift("N", "night", 0, hours * 60, night=True)
        alone(night, first=day, desk=Desk("desk", "desk", zone=zone)).holds()
        alone(night, first=day, desk=Desk("desk", "desk", zone=zone, hours_by="passing")).breaks("found: 9 h")
    spring = Shift("N", "night", 0, 9 * 60, night=True)
    alone(spring, first=date(2026, 3, 29), desk=replace(BERLIN, hours_by="wall")).breaks("found: 9 h")


def test_a_long_run_behind_a_break_is_no_fault_of_the_duty_before_it():
    before, after = Shift("a", "a", 4 * 60, 8 * 60), Shift("b", "b", 8 * 60, 19 * 60, breaks=(Break(9 * 60, 10 * 60),))
    drawn = Drawn(ContinuousWork(), "Mon\nA a+b", date(2026, 12, 7), shifts=(before, after))
    drawn.breaks("b from Mon 7 Dec")
