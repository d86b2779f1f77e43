from datetime import date

from constraints.weekly_rest_day import WeeklyRestDay
from scheduler.domain import Desk, Leave, Shift
from tests.support.kit import Drawn

MON = date(2026, 12, 7)
WEEK = "Mon Tue Wed Thu Fri Sat Sun"


def late(end):
    return (Shift("晚", "late", 16 * 60, end), Shift("早", "early", 8 * 60, 16 * 60))


def test_six_days_and_a_day_off_make_a_week():
    Drawn(
        WeeklyRestDay(),
        f"""
           {WEEK}
        甲  早  早  早  早  早  早  .
        乙  .   早  早  早  早  早  早""",
        MON,
    ).holds()


def test_a_duty_on_every_day_of_the_week_leaves_no_rest_day():
    drawn = Drawn(
        WeeklyRestDay(),
        f"""
           {WEEK}
        甲  早  早  早  早  早  早  中""",
        MON,
    )
    drawn.breaks("甲: 1 rest day(s) in the week of Mon 7 Dec (found: 0)")
    assert drawn.sentences("zh") == ["甲：12月7日(周一)至12月13日(周日)这一周至少休息 1 天（现为 0）"]


def test_days_off_in_two_weeks_do_not_make_up_for_each_other():
    Drawn(
        WeeklyRestDay(),
        f"""
           {WEEK} {WEEK}
        甲  早  早  早  早  早  早  早   .   .  早  早  早  早  早""",
        MON,
    ).breaks("in the week of Mon 7 Dec (found: 0)")


def test_a_tail_past_midnight_takes_the_rest_day_unless_it_is_allowed():
    drawing = f"""
           {WEEK}
        甲  早  早  早  早  早  晚  ."""
    Drawn(WeeklyRestDay(), drawing, MON, shifts=late(24 * 60)).holds()
    Drawn(WeeklyRestDay(), drawing, MON, shifts=late(24 * 60 + 1)).breaks("in the week of Mon 7 Dec (found: 0)")
    Drawn(WeeklyRestDay(tail_minutes=60), drawing, MON, shifts=late(25 * 60)).holds()
    Drawn(WeeklyRestDay(tail_minutes=60), drawing, MON, shifts=late(25 * 60 + 1)).breaks("in the week of Mon 7 Dec")


def test_the_week_begins_on_the_desks_own_weekday():
    drawing = """
           Sat Sun Mon Tue Wed Thu Fri Sat Sun
        甲  早  早  早  早  早  早  .   早  早
        乙  .   早  早  早  早  早  早  早  ."""
    saturday = Desk("desk", "desk", first_weekday=5)
    Drawn(WeeklyRestDay(), drawing, date(2026, 12, 5), desk=saturday).holds()
    # from Monday on, 乙 works a whole week but the Sunday; 甲 is off on the Friday
    Drawn(WeeklyRestDay(), drawing, date(2026, 12, 5)).holds()
    sunday = Desk("desk", "desk", first_weekday=6)
    Drawn(WeeklyRestDay(), drawing, date(2026, 12, 5), desk=sunday).breaks("乙: 1 rest day(s) in the week of Sun 6 Dec")


def test_a_week_that_began_last_year_counts_with_its_duties():
    drawing = """
           28 29 30 31 |  1  2  3
        甲 早 早 早 早 | {} 早 早
        乙 早 .  早 早 | 早 早 早"""
    Drawn(WeeklyRestDay(), drawing.format("早"), date(2027, 1, 1)).breaks("甲: 1 rest day(s) in the week of Mon 28 Dec")
    Drawn(WeeklyRestDay(), drawing.format("."), date(2027, 1, 1)).holds()


def test_a_week_that_ends_next_month_only_has_to_leave_room():
    drawing = """
           28 29 30 31
        甲 早 早 早 早
        乙 早 早 早 ."""
    Drawn(WeeklyRestDay(rest_days=3), drawing, date(2026, 12, 28)).holds()
    Drawn(WeeklyRestDay(rest_days=4), drawing, date(2026, 12, 28)).breaks("甲: 1 rest day(s) in the week of Mon 28 Dec")


def test_two_rest_days_may_be_asked():
    Drawn(
        WeeklyRestDay(rest_days=2),
        f"""
           {WEEK}
        甲  早  .   早  早  .   早  早
        乙  早  早  早  早  .   早  早""",
        MON,
    ).breaks("乙: 2 rest day(s) in the week of Mon 7 Dec (found: 1)")


ILL_ON_MONDAY = (Leave("甲", MON, MON, "sick"),)


def test_a_day_of_leave_is_no_rest():
    drawing = f"""
           {WEEK}
        甲  .   早  早  早  早  早  {{}}"""
    Drawn(WeeklyRestDay(), drawing.format("早"), MON, leave=ILL_ON_MONDAY).breaks(
        "甲: 1 rest day(s) in the week of Mon 7 Dec (found: 0)"
    )
    Drawn(WeeklyRestDay(), drawing.format("."), MON, leave=ILL_ON_MONDAY).holds()
    Drawn(WeeklyRestDay(), drawing.format("早"), MON, leave=(Leave("甲", MON, MON, approved=False),)).holds()


def test_a_week_that_is_worked_and_then_all_leave_is_not_judged():
    drawing = """
           30 |  1  2  3  4  5  6  7
        甲 早 |  .  .  .  .  .  {}  早"""
    december = date(2026, 12, 1)
    Drawn(WeeklyRestDay(), drawing.format("."), december, leave=(Leave("甲", december, date(2026, 12, 6)),)).holds()
    some = (Leave("甲", december, date(2026, 12, 5)),)
    Drawn(WeeklyRestDay(), drawing.format("早"), december, leave=some).breaks(
        "甲: 1 rest day(s) in the week of Mon 30 Nov (found: 0)"
    )


def test_a_desk_may_take_leave_for_rest():
    drawing = f"""
           {WEEK}
        甲  .   早  早  早  早  早  早"""
    Drawn(WeeklyRestDay(leave_is_rest=True), drawing, MON, leave=ILL_ON_MONDAY).holds()


def test_a_week_with_so_many_days_of_leave_holds_six_duties_less_these():
    away = (Leave("甲", MON, date(2026, 12, 11)),)
    drawing = f"""
           {WEEK}
        甲  .   .   .   .   .   {{}}"""
    Drawn(WeeklyRestDay(), drawing.format("早 ."), MON, leave=away).holds()
    Drawn(WeeklyRestDay(), drawing.format("早 早"), MON, leave=away).breaks("found: 0")
    whole = (Leave("甲", MON, date(2026, 12, 13)),)
    Drawn(
        WeeklyRestDay(), drawing.format(". ."), MON, leave=whole
    ).holds()  # nobody is owed rest beside a week of leave


def test_leave_of_next_month_leaves_no_room_for_rest_there():
    drawing = """
           28 29 30 31
        甲 早 {} .  ."""
    away = (Leave("甲", date(2026, 12, 30), date(2027, 1, 3)),)
    Drawn(WeeklyRestDay(), drawing.format("早"), date(2026, 12, 28), leave=away).breaks("1 rest day(s)")
    Drawn(WeeklyRestDay(), drawing.format("."), date(2026, 12, 28), leave=away).holds()


def test_training_is_neither_rest_nor_leave():
    drawing = f"""
           {WEEK}
        甲  .   早  早  早  早  早  早"""
    Drawn(WeeklyRestDay(), drawing, MON, leave=(Leave("甲", MON, MON, "training"),)).breaks("found: 0")
