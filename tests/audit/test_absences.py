"""Absences listed and drawn, and who could stand in for them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import combinations
from math import comb

import pytest

from scheduler.audit.absences import Absence, Absences, list_absences
from scheduler.domain import Demand, Duty, Leave, Roster
from scheduler.time_limit import OutOfTime, TimeLimit
from tests.audit.test_stand_ins import MON, RULES, drawn
from tests.support.kit import THREE_SHIFTS

TUE = MON + timedelta(days=1)


def months(drawing: str, **fields) -> Absences:
    problem, roster = drawn(drawing, **fields)
    return Absences(problem, RULES, roster)


def test_every_absence_of_a_day_is_listed_once_and_none_of_people_who_are_off():
    _, roster = drawn("""
        甲 早 早
        乙 中 .
        丙 夜 .
        丁 .  早""")
    found = list_absences(roster, (MON, TUE), 2, None, 0)
    assert found.is_whole
    expected = [*((MON, pair) for pair in combinations("丙乙甲"[::-1], 2)), (TUE, ("甲", "丁"))]
    assert {(one.day, frozenset(one.workers)) for one in found.absences} == {(d, frozenset(p)) for d, p in expected}
    assert len(found.absences) == found.total == 4
    assert list_absences(roster, (TUE,), 3, None, 0).total == 0


def test_a_sample_holds_each_absence_at_most_once_and_all_alike_over_many_seeds():
    roster = Roster([Duty(f"W{n}", MON, "早") for n in range(5)] + [Duty(f"W{n}", TUE, "早") for n in range(4)])
    whole = list_absences(roster, (MON, TUE), 3, None, 0)
    assert whole.total == comb(5, 3) + comb(4, 3) == len(set(whole.absences))
    seen: Counter[Absence] = Counter()
    for seed in range(700):
        drawn_ones = list_absences(roster, (MON, TUE), 3, 4, seed)
        assert (len(set(drawn_ones.absences)), drawn_ones.total, drawn_ones.is_whole) == (4, 14, False)
        seen.update(drawn_ones.absences)
    assert set(seen) == set(whole.absences)
    assert all(abs(number - 200) < 60 for number in seen.values()), seen  # 200 each, to 5 standard deviations
    assert list_absences(roster, (MON, TUE), 3, 4, 7) == list_absences(roster, (MON, TUE), 3, 4, 7)


def test_those_who_are_left_do_where_the_least_is_kept():
    demand = (Demand("早", least=1, target=2),)
    month = months("甲 早\n乙 早\n丙 .", demand=demand)
    assert month.stand_ins(Absence(MON, ("甲",))) == ()
    (one,) = month.stand_ins(Absence(MON, ("乙", "甲")))
    assert (one.worker, one.shift) == ("丙", "早")


def test_nobody_stands_in_who_is_away_or_would_rest_too_short_or_works_already():
    month = months(
        """
        甲 早 早
        乙 .  夜
        丙 .  .
        丁 中 中""",
        demand=(Demand("早", least=1, target=1),),
        leave=(Leave("丙", MON, MON, "sick"),),
    )
    assert month.stand_ins(Absence(MON, ("甲",))) is None  # 乙 would have 夜 16 hours after its end, at midnight
    assert month.stand_ins(Absence(TUE, ("甲",))) == (Duty("丙", TUE, "早"),)


def test_two_who_are_away_get_two_different_stand_ins():
    demand = tuple(Demand(shift.code, least=1, target=1) for shift in THREE_SHIFTS[:2])
    month = months("甲 早\n乙 中\n丙 .", demand=demand)
    assert month.stand_ins(Absence(MON, ("乙", "甲"))) is None
    month = months("甲 早\n乙 中\n丙 .\n丁 .", demand=demand)
    found = month.stand_ins(Absence(MON, ("乙", "甲")))
    assert sorted((one.worker, one.shift) for one in found) in (
        [("丁", "中"), ("丙", "早")],
        [("丁", "早"), ("丙", "中")],
    )


def test_what_is_broken_before_or_concerns_nobody_but_those_away_does_not_count():
    demand = (Demand("早", least=1, target=1), Demand("夜", least=1, target=1))
    month = months("甲 早\n乙 .", demand=demand)  # nobody on 夜
    assert month.known
    assert month.stand_ins(Absence(MON, ("甲",))) == (Duty("乙", MON, "早"),)


def test_a_search_for_stand_ins_ends_with_its_time():
    month = months("甲 早\n乙 .", demand=(Demand("早", least=1, target=1),))
    month.time_limit = TimeLimit(-1)
    with pytest.raises(OutOfTime):
        month.stand_ins(Absence(MON, ("甲",)))
