from datetime import date

from constraints.nights_in_a_row import NightsInARow
from scheduler.domain import Shift
from tests.support.kit import Drawn

MON = date(2026, 12, 7)


def test_three_nights_in_a_row_are_allowed():
    Drawn(
        NightsInARow(),
        """
           Mon Tue Wed Thu Fri Sat Sun
        甲  夜  夜  夜  .   夜  夜  夜
        乙  早  早  早  早  早  早  早""",
        MON,
    ).holds()


def test_the_fourth_night_in_a_row_is_too_many():
    drawn = Drawn(
        NightsInARow(),
        """
           Mon Tue Wed Thu Fri
        甲  .   夜  夜  夜  夜""",
        MON,
    )
    drawn.breaks("甲: not a night on every day from Tue 8 Dec to Fri 11 Dec (at most 3 in a row)")
    assert drawn.sentences("zh") == ["甲：12月8日(周二)至12月11日(周五)不全上夜班（最多连上 3 个）（现为 4）"]


def test_every_window_of_a_longer_row_is_named():
    Drawn(
        NightsInARow(),
        """
           Mon Tue Wed Thu Fri
        甲  夜  夜  夜  夜  夜""",
        MON,
    ).breaks("from Mon 7 Dec to Thu 10 Dec", "from Tue 8 Dec to Fri 11 Dec")


def test_any_other_duty_ends_the_row():
    Drawn(
        NightsInARow(most=1),
        """
           Mon Tue Wed Thu
        甲  夜  中  夜  .""",
        MON,
    ).holds()


def test_different_night_shifts_make_one_row():
    shifts = (Shift("N", "N", 0, 480, night=True), Shift("M", "M", 22 * 60, 30 * 60, night=True))
    drawing = """
           Mon Tue Wed
        甲  N   M   N"""
    Drawn(NightsInARow(most=2), drawing, MON, shifts=shifts).breaks("(at most 2 in a row)")
    Drawn(NightsInARow(most=3), drawing, MON, shifts=shifts).holds()


def test_nights_are_carried_over_the_years_end():
    drawing = """
           29 30 31 |  1
        甲  夜 夜 夜 | 夜
        乙  .  夜 夜 | 夜
        丙  夜 夜 夜 |  ."""
    Drawn(NightsInARow(), drawing, date(2027, 1, 1)).breaks("甲: not a night on every day from Tue 29 Dec to Fri 1 Jan")


def test_a_row_that_ended_last_month_is_not_looked_at_again():
    Drawn(
        NightsInARow(),
        """
           28 29 30 31 |  1
        甲  夜 夜 夜 夜 |  .""",
        date(2027, 1, 1),
    ).holds()
