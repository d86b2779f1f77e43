from datetime import date

from constraints.days_off_in_a_row import DaysOffInARow
from scheduler.domain import Leave, Terms, Worker
from tests.support.kit import Drawn

MON, WED = date(2026, 12, 7), date(2026, 12, 9)
TWO = DaysOffInARow(least=2)


def test_days_off_between_two_duties_come_together():
    drawing = """
           Mon Tue Wed Thu Fri Sat Sun
        甲  早  .   .   早  早  .   .
        乙  早  .   中  .   .   .   夜
        丙  早  早  早  早  早  早  早"""
    drawn = Drawn(TWO, drawing, MON)
    drawn.breaks("乙: not just 1 day(s) off from Tue 8 Dec to Tue 8 Dec (at least 2 together) (found: 1)")
    assert drawn.sentences("zh") == ["乙：12月8日(周二)至12月8日(周二)不只连休 1 天（至少连休 2 天）（现为 1）"]
    Drawn(DaysOffInARow(least=3), drawing, MON).breaks(
        "甲: not just 2 day(s) off from Tue 8 Dec to Wed 9 Dec", "乙: not just 1 day(s) off"
    )


def test_days_off_that_reach_the_end_of_the_period_are_never_too_few():
    Drawn(
        TWO,
        """
           Mon Tue Wed
        甲  早  早  .""",
        MON,
    ).holds()


def test_days_off_are_counted_back_into_last_month():
    drawing = """
           29 30 31 |  1  2  3
        甲  早 .  .  |  早 早 早
        乙  早 早 .  |  早 早 早
        丙  早 早 .  |  .  早 早
        丁  早 早 早 |  .  早 早
        戊  早 .  早 |  早 早 早"""
    Drawn(TWO, drawing, date(2027, 1, 1)).breaks(
        "乙: not just 1 day(s) off from Thu 31 Dec to Thu 31 Dec",
        "丁: not just 1 day(s) off from Fri 1 Jan to Fri 1 Jan",
    )


def test_days_off_that_may_have_begun_before_anything_is_known_are_never_too_few():
    Drawn(
        DaysOffInARow(least=4),
        """
           30 31 |  1  2  3
        甲 .  .  |  .  早 .
        乙 .  早 |  .  .  早""",
        date(2027, 1, 1),
    ).breaks("乙: not just 2 day(s) off from Fri 1 Jan to Sat 2 Jan")
    Drawn(
        TWO,
        """
           1  2  3
        甲 .  早 早""",
        date(2027, 1, 1),
    ).holds()


def test_leave_is_time_off_and_training_is_not():
    drawing = """
           Mon Tue Wed Thu
        甲  早  .   .   早"""
    Drawn(TWO, drawing, MON, leave=(Leave("甲", WED, WED),)).holds()
    Drawn(TWO, drawing, MON, leave=(Leave("甲", WED, WED, "training"),)).breaks("from Tue 8 Dec to Tue 8 Dec")
    Drawn(DaysOffInARow(least=3), drawing, MON, leave=(Leave("甲", date(2026, 12, 8), WED, "outside"),)).holds()


def test_what_is_agreed_with_a_person_comes_before_the_rules_number():
    drawing = """
           Mon Tue Wed
        甲  早  .   早
        乙  早  .   早"""
    workers = (Worker("甲", "甲", terms=Terms(least_days_off_in_a_row=1)), Worker("乙", "乙"))
    Drawn(TWO, drawing, MON, workers=workers).breaks("乙: not just 1 day(s) off")
    workers = (Worker("甲", "甲", terms=Terms(least_days_off_in_a_row=2)), Worker("乙", "乙"))
    Drawn(DaysOffInARow(), drawing, MON, workers=workers).breaks("甲: not just 1 day(s) off")


def test_the_rule_is_off_where_one_day_is_enough_for_everybody():
    problem = Drawn(TWO, "Mon Tue\n甲 早 .", MON).problem
    assert TWO.applies(problem)
    assert not DaysOffInARow().applies(problem)
