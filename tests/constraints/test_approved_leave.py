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
