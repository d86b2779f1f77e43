from datetime import date

from constraints.approved_leave import ApprovedLeave
from scheduler.domain import Leave, Shift
from tests.support.kit import Drawn

MON, TUE, WED = date(2026, 12, 7), date(2026, 12, 8), date(2026, 12, 9)


def late(end):
    return (Shift("晚", "late", 16 * 60, end), Shift("早", "early", 8 * 60, 16 * 60))


def test_duties_around_leave_keep_it():
    Drawn(
        ApprovedLeave(),
        """
           Mon Tue Wed
        甲  中  .   夜
        乙  早  早  早""",
        MON,
        leave=(Leave("甲", TUE, TUE),),
    ).holds()


def test_a_duty_on_a_day_of_leave_breaks_it():
    drawn = Drawn(
        ApprovedLeave(),
        """
           Mon Tue Wed
        甲  早  .   夜""",
        MON,
        leave=(Leave("甲", MON, WED, "sick"),),
    )
    drawn.breaks("甲: no duty on Mon 7 Dec, on approved leave (found: 早)", "Wed 9 Dec")
    assert drawn.sentences("zh")[0] == "甲：12月7日(周一)已批假，不排班（现为 早）"


def test_leave_that_is_not_approved_frees_nobody():
    Drawn(
        ApprovedLeave(),
        """
           Mon
        甲  早""",
        MON,
        leave=(Leave("甲", MON, MON, approved=False),),
    ).holds()


def test_a_duty_that_ends_at_midnight_stays_out_of_the_next_days_leave():
    drawing = """
           Mon Tue
        甲  晚   ."""
    Drawn(ApprovedLeave(), drawing, MON, shifts=late(24 * 60), leave=(Leave("甲", TUE, TUE),)).holds()


def test_a_duty_that_runs_a_minute_past_midnight_breaks_into_leave():
    drawing = """
           Mon Tue
        甲  晚   ."""
    fields = {"shifts": late(24 * 60 + 1), "leave": (Leave("甲", TUE, TUE),)}
    Drawn(ApprovedLeave(), drawing, MON, **fields).breaks("no duty on Tue 8 Dec, on approved leave (found: 晚)")


def test_the_desk_sets_how_long_a_tail_into_leave_may_be():
    drawing = """
           Mon Tue
        甲  晚   ."""
    leave = (Leave("甲", TUE, TUE),)
    Drawn(ApprovedLeave(tail_minutes=60), drawing, MON, shifts=late(25 * 60), leave=leave).holds()
    Drawn(ApprovedLeave(tail_minutes=60), drawing, MON, shifts=late(25 * 60 + 1), leave=leave).breaks("Tue 8 Dec")


def test_last_months_tail_into_leave_is_not_looked_at_again():
    drawing = """
           Mon | Tue
        甲  晚  |  ."""
    Drawn(ApprovedLeave(), drawing, TUE, shifts=late(25 * 60), leave=(Leave("甲", TUE, TUE),)).holds()


def test_the_months_last_night_keeps_out_of_leave_on_the_first_of_the_next():
    drawing = """
           Wed Thu
        甲  .   晚"""
    leave = (Leave("甲", date(2027, 1, 1), date(2027, 1, 5)),)
    Drawn(ApprovedLeave(), drawing, date(2026, 12, 30), shifts=late(25 * 60), leave=leave).breaks(
        "no duty on Fri 1 Jan"
    )
    Drawn(ApprovedLeave(), drawing, date(2026, 12, 30), shifts=late(24 * 60), leave=leave).holds()


HOURS = """
       Mon Tue Wed
    甲  N   E   L"""
NIGHT_EARLY_LATE = (
    Shift("N", "N", 22 * 60, 30 * 60),
    Shift("E", "E", 8 * 60, 16 * 60),
    Shift("L", "L", 16 * 60, 24 * 60),
)


def away_on(day, start, end, **fields):
    leave = (Leave("甲", day, day, "personal", start=start, end=end, **fields),)
    return Drawn(ApprovedLeave(), HOURS, MON, shifts=NIGHT_EARLY_LATE, leave=leave)


def test_hours_of_leave_free_what_overlaps_them_by_a_minute_and_nothing_else():
    tuesday, wednesday = date(2026, 12, 8), date(2026, 12, 9)
    drawn = away_on(tuesday, 15 * 60 + 59, 18 * 60)
    drawn.breaks("甲: no work on Tue 8 Dec, 15:59–18:00, on approved leave (found: E)")
    assert drawn.sentences("zh") == ["甲：12月8日(周二) 15:59–18:00 已批假，这段时间不上班（现为 E）"]
    away_on(tuesday, 16 * 60, 24 * 60).holds()
    away_on(wednesday, 0, 16 * 60).holds()
    away_on(wednesday, 0, 16 * 60 + 1).breaks("Wed 9 Dec, 00:00–16:01")
    away_on(tuesday, 0, 24 * 60, approved=False).holds()


def test_a_night_that_reaches_into_hours_of_leave_is_found_and_one_that_is_over_is_not():
    tuesday = date(2026, 12, 8)
    away_on(tuesday, 5 * 60 + 59, 7 * 60).breaks("Tue 8 Dec, 05:59–07:00, on approved leave (found: N)")
    away_on(tuesday, 6 * 60, 8 * 60).holds()
