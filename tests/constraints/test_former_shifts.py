"""Rules ask for a shift by its day: what a code stood for up to a day counts there, in the month and before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from constraints.daily_hours import DailyHours
from constraints.nights_in_a_row import NightsInARow
from constraints.one_duty_at_a_time import OneDutyAtATime
from constraints.rest_between_duties import RestBetweenDuties
from constraints.shift_cover import ShiftCover
from constraints.working_time_law import WorkingTimeLaw
from scheduler.domain import Demand, FormerShift, Shift
from scheduler.timeline import ONE_DAY
from tests.support.kit import THREE_SHIFTS, Drawn

MON = date(2026, 12, 7)
WED = date(2026, 12, 9)
EARLY, MIDDLE, NIGHT = THREE_SHIFTS
LONG = replace(EARLY, end=20 * 60)


def until(day: date, shift: Shift | None, code: str = "早") -> dict[str, tuple[FormerShift, ...]]:
    return {"former_shifts": (FormerShift(code, day, shift),)}


def test_a_long_shift_counts_up_to_its_last_day():
    Drawn(
        DailyHours(hours=8),
        """
           Mon Tue Wed Thu Fri
        A   早  早  早  早  早""",
        MON,
        **until(WED, LONG),
    ).breaks("Mon 7 Dec", "Tue 8 Dec", "Wed 9 Dec")


def test_a_duty_before_the_month_has_the_hours_that_it_had():
    drawing = """
           Sun | Mon
        A   早 |  早"""
    late = replace(EARLY, start=16 * 60, end=24 * 60)
    eve = date(2026, 12, 6)
    Drawn(RestBetweenDuties(floor_hours=11), drawing, MON).holds()
    Drawn(RestBetweenDuties(floor_hours=11), drawing, MON, **until(eve, late)).breaks("Sun 6 Dec")


def test_nights_are_those_of_their_days():
    drawing = """
           Mon Tue Wed Thu
        A   早  早  早  早"""
    by_night = replace(EARLY, night=True)
    Drawn(NightsInARow(most=2), drawing, MON, **until(WED, by_night)).breaks("Mon 7 Dec")
    Drawn(NightsInARow(most=3), drawing, MON, **until(WED, by_night)).holds()


def test_a_shift_that_reaches_into_the_next_day_does_so_up_to_its_last_day():
    over = replace(MIDDLE, end=26 * 60)
    Drawn(
        OneDutyAtATime(),
        """
           Mon Tue Wed Thu Fri
        A   中  夜  中  夜  .
        B   .   .   .  中  夜""",
        MON,
        **until(WED, over, code="中"),
    ).breaks("Mon 7 Dec", "Wed 9 Dec")


def test_demand_for_a_shift_begins_when_the_shift_does():
    Drawn(
        ShiftCover(),
        """
           Tue Wed Thu
        A   .   .  早
        B   .   .   .""",
        date(2026, 12, 8),
        demand=(Demand("早", least=1, target=1),),
        **until(WED, None),
    ).holds()


def test_a_day_off_between_a_late_evening_and_an_early_morning_is_measured_by_the_morning_of_its_day():
    evening = Shift("晚", "晚班", 23 * 60, 26 * 60)
    at_one, at_eight = (Shift("早", "早班", 60 * hour, 60 * hour + 180) for hour in (1, 8))
    drawing = """
           Mon Tue Wed Thu Fri Sat Sun
        A   早  晚   .  早  早  早  早"""
    rule = WorkingTimeLaw(enforce=True)
    shifts = (at_one, evening)
    Drawn(rule, drawing, MON, shifts=shifts, **until(WED, at_eight)).breaks("A: ")
    Drawn(rule, drawing, MON, shifts=shifts, **until(WED + ONE_DAY, at_eight)).holds()
