from datetime import date

from constraints.days_in_a_row import DaysInARow
from scheduler.domain import Leave, Terms, Worker
from tests.support.kit import Drawn

MON = date(2026, 12, 7)


def test_six_days_in_a_row_are_allowed():
    Drawn(
        DaysInARow(),
        """
           Mon Tue Wed Thu Fri Sat Sun Mon Tue Wed Thu Fri Sat
        甲  早  早  中  夜  早  早   .  早  早  早  早  早  早""",
        MON,
    ).holds()


def test_the_seventh_day_running_is_too_many():
    drawn = Drawn(
        DaysInARow(),
        """
           Mon Tue Wed Thu Fri Sat Sun Mon
        甲  早  早  早  早  早  早  夜  .
        乙  .   早  早  早  早  早  早  .""",
        MON,
    )
    drawn.breaks("甲: a day off between Mon 7 Dec and Sun 13 Dec (at most 6 days in a row) (found: 7)")
    assert drawn.sentences("zh") == ["甲：12月7日(周一)至12月13日(周日)之间要有一天休息（最多连上 6 天）（现为 7）"]


def test_twelve_days_over_two_calendar_weeks_are_found():
    Drawn(
        DaysInARow(most=11),
        """
           Mon Tue Wed Thu Fri Sat Sun Mon Tue Wed Thu Fri Sat Sun
        甲  .   早  早  早  早  早  早  早  早  早  早  早  早  .""",
        MON,
    ).breaks("between Tue 8 Dec and Sat 19 Dec")


def test_every_window_of_a_longer_row_is_named():
    Drawn(
        DaysInARow(),
        """
           Mon Tue Wed Thu Fri Sat Sun Mon Tue
        甲  早  早  早  早  早  早  早  早  早""",
        MON,
    ).breaks(
        "Mon 7 Dec and Sun 13 Dec", "Tue 8 Dec and Mon 14 Dec", "Wed 9 Dec and Tue 15 Dec (at most 6 days in a row)"
    )


def test_a_row_is_carried_over_the_years_end():
    drawing = """
           25 26 27 28 29 30 31 |  1  2
        甲  .  早 早 早 早 早 早 | {}  .
        乙  早 早 早 早 早 早 早 |  .  早"""
    Drawn(DaysInARow(), drawing.format("早"), date(2027, 1, 1)).breaks("甲: a day off between Sat 26 Dec and Fri 1 Jan")
    Drawn(DaysInARow(), drawing.format("."), date(2027, 1, 1)).holds()


def test_days_before_the_history_count_as_free():
    Drawn(
        DaysInARow(),
        """
           30 |  1  2  3  4  5
        甲 早 | 早 早 早 早 早""",
        date(2026, 12, 1),
    ).holds()


def test_at_most_one_day_in_a_row_means_every_second_day():
    Drawn(
        DaysInARow(most=1),
        """
           Mon Tue Wed Thu
        甲  早  .   早  .
        乙  .   中  早  .""",
        MON,
    ).breaks("乙: a day off between Tue 8 Dec and Wed 9 Dec (at most 1 days in a row)")


def test_a_run_between_two_days_off_is_as_long_as_asked_for():
    drawing = """
           Mon Tue Wed Thu Fri Sat Sun
        甲  早  .   早  早  早  .   早
        乙  .   中  夜  .   .   .   .
        丙  .   .   .   早  .   早  早"""
    drawn = Drawn(DaysInARow(least=3), drawing, MON)
    drawn.breaks(
        "乙: not just 2 day(s) in a row from Tue 8 Dec to Wed 9 Dec (at least 3) (found: 2)",
        "丙: not just 1 day(s) in a row from Thu 10 Dec to Thu 10 Dec",
    )
    assert drawn.sentences("zh")[0] == "乙：12月8日(周二)至12月9日(周三)不只连上 2 天（至少连上 3 天）（现为 2）"
    Drawn(DaysInARow(least=2), drawing, MON).breaks("丙: not just 1 day(s)")


def test_a_run_carried_in_counts_whole_and_has_to_go_on_while_too_short():
    drawing = """
           29 30 31 |  1  2  3
        甲  .  早 早 |  早 .  .
        乙  .  早 早 |  .  .  .
        丙  .  .  早 |  早 .  早
        丁  .  .  .  |  早 .  ."""
    Drawn(DaysInARow(least=3), drawing, date(2027, 1, 1)).breaks(
        "乙: not just 2 day(s) in a row from Wed 30 Dec to Thu 31 Dec",
        "丙: not just 2 day(s) in a row from Thu 31 Dec to Fri 1 Jan",
        "丁: not just 1 day(s) in a row from Fri 1 Jan to Fri 1 Jan",
    )


def test_a_run_that_ended_last_month_is_last_months():
    Drawn(
        DaysInARow(least=3),
        """
           29 30 31 |  1  2  3
        甲  .  早 .  |  .  .  .""",
        date(2027, 1, 1),
    ).holds()


def test_a_run_that_may_have_begun_before_anything_is_known_is_not_too_short():
    Drawn(
        DaysInARow(least=4),
        """
           30 31 |  1  2  3
        甲 早 早 |  早 .  .
        乙 早 早 |  .  .  .""",
        date(2027, 1, 1),
    ).holds()
    first_days = """
           1  2  3  4
        甲 早 早 .  .
        乙 .  早 .  ."""
    Drawn(DaysInARow(least=3), first_days, date(2027, 1, 1)).breaks("乙: not just 1 day(s)")


def test_training_carries_a_run_on():
    drawing = """
           Mon Tue Wed Thu Fri
        甲  .   早  .   早  ."""
    training = (Leave("甲", date(2026, 12, 9), date(2026, 12, 9), "training"),)
    Drawn(DaysInARow(least=3), drawing, MON, leave=training).holds()
    Drawn(DaysInARow(most=2), drawing, MON, leave=training).breaks("between Tue 8 Dec and Thu 10 Dec")
    Drawn(DaysInARow(least=2), drawing, MON).breaks("from Tue 8 Dec to Tue 8 Dec", "from Thu 10 Dec to Thu 10 Dec")


def test_what_is_agreed_with_a_person_comes_before_the_rules_numbers():
    drawing = """
           Mon Tue Wed Thu Fri Sat Sun
        甲  .   早  早  早  .   .   .
        乙  .   早  早  早  .   .   ."""
    agreed = (Worker("甲", "甲", terms=Terms(most_days_in_a_row=2, least_days_in_a_row=1)), Worker("乙", "乙"))
    Drawn(DaysInARow(most=3, least=4), drawing, MON, workers=agreed).breaks(
        "甲: a day off between Tue 8 Dec and Thu 10 Dec (at most 2 days in a row)",
        "乙: not just 3 day(s) in a row from Tue 8 Dec to Thu 10 Dec (at least 4)",
    )
    agreed = (
        Worker("甲", "甲", terms=Terms(least_days_in_a_row=3)),
        Worker("乙", "乙", terms=Terms(most_days_in_a_row=3)),
    )
    Drawn(DaysInARow(most=2), drawing, MON, workers=agreed).breaks("甲: a day off between Tue 8 Dec and Thu 10 Dec")


def test_at_most_so_many_duties_fit_into_days():
    problem = Drawn(DaysInARow(), "Mon Tue\n甲 . .", MON).problem
    week = [date(2026, 12, day) for day in range(7, 14)]
    worker = problem.workers[0]
    assert [DaysInARow(most=most).most_duties(problem, worker, week) for most in (1, 2, 6, 7)] == [4, 5, 6, 7]
    apart = [week[0], week[2], week[3], week[4]]
    assert DaysInARow(most=2).most_duties(problem, worker, apart) == 3
