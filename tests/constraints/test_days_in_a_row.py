from datetime import date

from constraints.days_in_a_row import DaysInARow
from tests.kit import Drawn

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
