import random
from fractions import Fraction
from math import ceil, exp, factorial

import pytest

from scheduler.domain import SlotNeed
from scheduler.staffing.workload import (
    Calls,
    Service,
    Visitors,
    agents,
    at_desk,
    of_calls,
    of_visitors,
    reached,
    scale_need,
    with_breaks,
    work,
)
from tests.support.narrowing import present

NINE, HALF_PAST = 9 * 60, 9 * 60 + 30


def answered_in_time(people, calls, handling_seconds, minutes, answer_seconds):
    """Erlang C from its textbook formula, in exact fractions up to the last step."""
    load = Fraction(calls) * Fraction(handling_seconds) / (60 * minutes)
    if people <= load:
        return 0.0
    top = load**people / factorial(people) * people / (people - load)
    waits = top / (sum(load**k / factorial(k) for k in range(people)) + top)
    return 1 - float(waits) * exp(-float(people - load) * answer_seconds / handling_seconds)


def test_a_textbook_case():
    # 100 calls in half an hour, three minutes each: ten people talk all the time
    assert work(100, 180, 30) == 10
    assert agents(100, 180, 30, 0.8, 20, 1.0) == 14
    need = of_calls(Calls("all", NINE, HALF_PAST, 100, 180), Service())
    basis = dict(need.basis)
    assert (need.least, need.target) == (0, 14)
    assert basis["agents"] == 14
    assert basis["service_level"] == pytest.approx(0.888, abs=0.001)
    assert basis["occupancy"] == pytest.approx(10 / 14)


def test_no_fewer_people_would_do_and_these_do():
    rng = random.Random(4)
    for _ in range(300):
        calls, handling, minutes = rng.randint(1, 300), rng.choice([45, 120, 180, 400]), rng.choice([15, 30, 60])
        level, answer = rng.choice([0.05, 0.3, 0.5, 0.8, 0.9, 0.99]), rng.choice([5, 20, 60, 300])
        most = rng.choice([1.0, 0.85, 0.6])
        found = agents(calls, handling, minutes, level, answer, most)
        load = work(calls, handling, minutes)

        def good(people, asked=(calls, handling, minutes, answer), level=level, load=load, most=most):
            return people > load and load <= most * people + 1e-9 and answered_in_time(people, *asked) >= level - 1e-9

        assert good(found), (calls, handling, minutes, level, answer, most)
        assert not good(found - 1), (calls, handling, minutes, level, answer, most, found)


def test_no_calls_need_nobody_but_those_who_are_there_in_any_case():
    need = of_calls(Calls("all", NINE, HALF_PAST, 0, 180, least=2), Service())
    assert (need.least, need.target) == (2, 2)
    assert of_calls(Calls("all", NINE, HALF_PAST, 0, 180), Service()).target == 0
    assert reached(need, 2) is None


def test_few_or_short_calls_need_somebody_and_calls_that_take_no_time_nobody():
    assert agents(1, 180, 30, 0.8, 20, 0.85) == agents(100, 1, 30, 0.8, 20, 0.85) == 1
    assert agents(100, 0, 30, 0.8, 20, 0.85) == agents(0, 180, 30, 0.8, 20, 0.85) == 0


def test_as_many_people_as_the_calls_keep_busy_are_one_too_few():
    """Ten people would talk all the time and the queue would only grow, even where no level is asked."""
    assert agents(100, 180, 30, 0.0, 20, 1.0) == 11


def test_a_level_that_is_held_exactly_is_held():
    for calls, people in ((100, 13), (96, 10)):
        level = present(reached(of_calls(Calls("all", NINE, HALF_PAST, calls, 180), Service()), people)).level
        assert agents(calls, 180, 30, level, 20, 1.0) == people
        assert agents(calls, 180, 30, level + 1e-9, 20, 1.0) == people + 1


def test_a_lower_level_is_the_hard_minimum():
    need = of_calls(Calls("all", NINE, HALF_PAST, 100, 180), Service(least_level=0.5))
    assert (need.least, need.target) == (12, 14)
    assert answered_in_time(11, 100, 180, 30, 20) < 0.5 <= answered_in_time(12, 100, 180, 30, 20)


def test_occupancy_asks_for_more_than_the_service_level_does():
    assert agents(1000, 180, 30, 0.8, 20, 1.0) == 107
    assert agents(1000, 180, 30, 0.8, 20, 0.85) == 118 == ceil(100 / 0.85)


def test_shrinkage_and_breaks_each_ask_for_more_people():
    need = of_calls(Calls("all", NINE, HALF_PAST, 100, 180), Service(shrinkage=0.1))
    assert need.target == 16 == ceil(14 / 0.9)
    assert at_desk(need) == (0, 16)
    planned = with_breaks(need, 0.12)
    assert (planned.target, at_desk(planned)) == (19, (0, 16))
    assert with_breaks(planned, 0.12) == planned
    plain = with_breaks(SlotNeed("all", NINE, HALF_PAST, least=9, target=18), 0.1)
    assert (plain.least, plain.target, at_desk(plain)) == (10, 20, (9, 18))


def test_what_people_at_the_desk_come_to():
    need = of_calls(Calls("all", NINE, HALF_PAST, 100, 180), Service(shrinkage=0.1))
    assert present(reached(need, 16)).level == pytest.approx(answered_in_time(14, 100, 180, 30, 20))
    assert present(reached(need, 16)).occupancy == pytest.approx(10 / 14)
    assert reached(need, 11) == (0.0, 1.0)  # nine of them answer, less than the calls take: the queue only grows
    assert reached(SlotNeed("all", NINE, HALF_PAST, least=1, target=1), 5) is None


def test_visitors_become_people_by_what_one_serves():
    assert of_visitors(Visitors("sat", NINE, NINE + 60, 90, 30)).target == 3
    assert of_visitors(Visitors("sat", NINE, NINE + 60, 91, 30)).target == 4
    quiet = of_visitors(Visitors("all", NINE, NINE + 60, 5, 30, least=2))
    assert (quiet.least, quiet.target) == (2, 2)
    assert dict(quiet.basis)["visitors"] == 5


def test_a_surge_raises_what_comes_in_and_not_what_is_there_in_any_case():
    service = Service(least_level=0.5)
    need = with_breaks(of_calls(Calls("all", NINE, HALF_PAST, 100, 180, least=3), service), 0.1)
    surge = scale_need(need, 1.4)
    assert at_desk(surge) == at_desk(of_calls(Calls("all", NINE, HALF_PAST, 140, 180, least=3), service))
    assert surge == with_breaks(of_calls(Calls("all", NINE, HALF_PAST, 140, 180, least=3), service), 0.1)
    assert scale_need(need, 1) == need
    assert scale_need(of_visitors(Visitors("all", NINE, NINE + 60, 60, 30, least=1)), 1.5).target == 3
    given = scale_need(SlotNeed("all", NINE, HALF_PAST, least=1, target=5, skill="english"), 1.5)
    assert (given.least, given.target, given.skill) == (2, 8, "english")


@pytest.mark.parametrize(
    "wrong",
    [{"level": 1.0}, {"least_level": 0.9}, {"answer_seconds": 0}, {"max_occupancy": 0}, {"shrinkage": 1}],
)
def test_a_service_that_nobody_can_hold_is_refused(wrong):
    with pytest.raises(ValueError, match=r"level|parts"):
        Service(**wrong)
