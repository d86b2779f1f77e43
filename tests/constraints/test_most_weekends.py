from datetime import date

from constraints.most_weekends import MostWeekends
from scheduler.domain import Leave, Terms, Worker
from tests.support.kit import Drawn

FRI, SUN = date(2026, 12, 4), date(2026, 12, 6)
TWO_WEEKENDS = """
           Fri Sat Sun Mon Tue Wed Thu Fri Sat Sun Mon
        甲  早  早  早  早  .   .   .   .   .   .   早
        乙  早  早  .   早  .   .   .   早  .   夜  .
        丙  早  .   .   早  早  早  早  早  .   .   早"""


def test_a_duty_on_either_day_or_both_makes_one_weekend():
    drawn = Drawn(MostWeekends(most=1), TWO_WEEKENDS, FRI)
    drawn.breaks("乙: duty on at most 1 weekend(s) from Fri 4 Dec to Mon 14 Dec (found: 2)")
    assert drawn.sentences("zh") == ["乙：12月4日(周五)至12月14日(周一)最多 1 个周末上班（现为 2）"]


def test_no_weekend_at_all():
    Drawn(MostWeekends(most=0), TWO_WEEKENDS, FRI).breaks("甲: duty on at most 0", "乙: duty on at most 0")


def test_a_weekend_over_the_edge_counts_by_its_days_inside():
    drawing = """
           Fri Sat | Sun Mon Tue Wed Thu Fri Sat
        甲  .   早  |  .   .   .   .   .   .   早
        乙  .   .   |  早  .   .   .   .   .   早"""
    Drawn(MostWeekends(most=1), drawing, SUN).breaks("乙: duty on at most 1 weekend(s)")


def test_training_at_the_weekend_is_no_duty():
    Drawn(
        MostWeekends(most=0),
        """
           Fri Sat Sun
        甲  早  .   .""",
        FRI,
        leave=(Leave("甲", SUN, SUN, "training"),),
    ).holds()


def test_what_is_agreed_with_a_person_comes_before_the_rules_number():
    agreed = {"甲": 0, "乙": 2, "丙": None}
    workers = tuple(Worker(name, name, terms=Terms(most_weekends=most)) for name, most in agreed.items())
    Drawn(MostWeekends(most=1), TWO_WEEKENDS, FRI, workers=workers).breaks("甲: duty on at most 0 weekend(s)")


def test_the_rule_is_off_where_there_are_no_more_weekends_than_allowed():
    problem = Drawn(MostWeekends(most=1), TWO_WEEKENDS, FRI).problem
    assert MostWeekends(most=1).applies(problem)
    assert not MostWeekends(most=2).applies(problem)
    assert not MostWeekends().applies(problem)


def test_at_most_so_many_duties_fit_into_days():
    problem = Drawn(MostWeekends(most=1), TWO_WEEKENDS, FRI).problem
    from_sunday = problem.dates[2:]  # a Sunday, five days, a whole weekend, a Monday
    limits = [MostWeekends(most=most).most_duties(problem, problem.workers[0], from_sunday) for most in (0, 1, 2)]
    assert limits == [6, 8, 9]
