"""The arithmetic that a manager would do on paper, done by hand on a small desk."""

from __future__ import annotations

import cProfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from constraints.approved_leave import ApprovedLeave
from constraints.one_duty_at_a_time import OneDutyAtATime
from constraints.qualified_people import QualifiedPeople
from constraints.shift_cover import ShiftCover
from constraints.weekly_rest_day import WeeklyRestDay
from scheduler.audit.precheck import Balance, compare_capacity
from scheduler.domain import Demand, Desk, Leave, Overtime, Problem, Worker
from scheduler.domain.holidays import day_types
from scheduler.rules.book import Rulebook, read_rulebook
from scheduler.timeline import days_between
from tests.support.generated_desks import three_shift_desk
from tests.support.kit import THREE_SHIFTS

MON = date(2026, 12, 7)
WEEK = days_between(MON, MON + timedelta(days=6))
TABLES = Rulebook((ApprovedLeave(), OneDutyAtATime(), QualifiedPeople(), ShiftCover()))  # as the tables alone say it
PROBLEM = Problem(
    Desk("desk", "desk"),
    day_types(WEEK, "none"),
    (Worker("1", "甲", roles=("班长",)), Worker("2", "乙"), Worker("3", "丙", only_shifts=("中",))),
    THREE_SHIFTS,
    demand=(
        Demand("早", least=1, target=2),
        Demand("中", least=1, target=1),
        Demand("早", role="班长", least=1, target=1),
    ),
)


def balance(found: list[Balance], shift: str = "", who: str = "", first: date = MON, last: date = WEEK[-1]) -> Balance:
    return next(one for one in found if (one.shift, one.who, one.first, one.last) == (shift, who, first, last))


def test_the_whole_adds_up_rows_for_everybody_and_those_of_kinds_without_one():
    found = balance(compare_capacity(PROBLEM, TABLES))
    assert (found.least, found.target, found.least_hours) == (14, 21, 14 * 8)
    assert (found.people, found.possible, found.possible_hours) == (3, 21, 21 * 8)
    assert found.works


def test_a_kind_counts_those_who_could_take_it():
    found = compare_capacity(PROBLEM, TABLES)
    leaders, early, late = balance(found, "早", "班长"), balance(found, "早"), balance(found, "中")
    assert (leaders.least, leaders.people, leaders.possible) == (7, 1, 7)
    assert (early.least, early.target, early.people, early.possible) == (7, 14, 2, 14)
    assert (late.least, late.people, late.possible) == (7, 3, 21)


def test_the_week_is_counted_once_for_itself_and_once_as_the_month():
    found = compare_capacity(PROBLEM, TABLES)
    assert sum((one.shift, one.who) == ("", "") for one in found) == 2
    assert sum((one.shift, one.who) == ("中", "") for one in found) == 2


def test_a_day_with_too_few_people_has_a_line_of_its_own():
    away = replace(PROBLEM, leave=(Leave("1", WEEK[2], WEEK[2]),))
    found = compare_capacity(away, TABLES)
    short = [one for one in found if one.first == one.last]
    assert [(one.first, one.shift, one.who, one.least, one.possible) for one in short] == [
        (WEEK[2], "早", "班长", 1, 0)
    ]
    assert not short[0].works
    assert (
        short[0].say("en")
        == "Wed 9 Dec 早 班长: at least 1 duties (target 1, 8 h), 0 people can take 0 (0 h): not enough"
    )


def test_rules_limit_what_a_person_can_do():
    rulebook = read_rulebook({})
    limited = balance(compare_capacity(PROBLEM, rulebook), "早", "班长")
    assert limited.possible <= 6  # a rest day a week
    assert not limited.works


def test_without_a_minimum_hours_are_those_of_a_day():
    free = replace(PROBLEM, demand=(Demand("早", least=0, target=2),))
    found = balance(compare_capacity(free, TABLES), "早")
    assert (found.least, found.least_hours, found.possible, found.possible_hours) == (0, 0, 14, 14 * 8.0)


def calls_of(people: int) -> int:
    """Functions called for the arithmetic of a generated desk, which are the same on any machine."""
    problem, counted = three_shift_desk(people), cProfile.Profile()
    assert problem.shares  # known before, as whoever solves needs it
    overtime = tuple(Overtime(worker.id, problem.first, 60) for worker in problem.workers)
    counted.runcall(compare_capacity, replace(problem, overtime=overtime), read_rulebook({}))
    return sum(entry.callcount for entry in counted.getstats())


def test_the_arithmetic_grows_with_the_people_and_no_faster():
    calls_of(10)  # whatever is imported and cached on first use
    few, more, many = calls_of(40), calls_of(80), calls_of(160)
    assert many - more < 2.2 * (more - few)


def test_a_rule_is_asked_once_for_each_person_and_stretch_of_days():
    asked: Counter[str] = Counter()

    class Counted(WeeklyRestDay):
        def applies(self, problem: Problem) -> bool:
            return True

        def most_duties(self, problem: Problem, worker: Worker, days: Sequence[date]) -> int | None:
            asked[f"{worker.id} {days[0]} {days[-1]}"] += 1
            return super().most_duties(problem, worker, days)

    kinds = tuple(Demand(shift, on, least=1, target=1) for shift in "早中夜" for on in ("all", "workday", "mon"))
    compare_capacity(replace(PROBLEM, demand=(*PROBLEM.demand[2:], *kinds)), Rulebook((Counted(), OneDutyAtATime())))
    assert len(asked) > 20
    assert set(asked.values()) == {1}
