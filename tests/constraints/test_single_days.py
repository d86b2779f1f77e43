"""Nights and days off by themselves."""

from datetime import date

import pytest

from constraints.single_days import SingleDays
from scheduler.domain import Leave
from tests.support.kit import Drawn

MON = date(2026, 12, 7)
NIGHTS, DAYS_OFF = SingleDays(nights=2), SingleDays(days_off=3)
EVERY_OTHER = """
       1 2 3 4 5 6 7
    甲  夜 . 夜 . 夜 . .
    乙  . 夜 夜 . . 早 早"""


def drawn(rule, drawing, **fields):
    return Drawn(rule, drawing, MON, **fields)


def test_every_night_by_itself_costs_and_nights_together_do_not():
    found = drawn(NIGHTS, EVERY_OTHER)
    found.breaks("甲: no nights by themselves (found: 12-09, 12-11)")
    found.costs(2 * 2)


def test_every_day_off_between_two_days_at_work_costs_and_longer_rests_do_not():
    found = drawn(DAYS_OFF, EVERY_OTHER)
    found.breaks("甲: no days off by themselves (found: 12-08, 12-10)")
    found.costs(2 * 3)
    assert found.sentences("zh") == ["甲：休息不单休一天（现为 12-08, 12-10）"]


def test_the_month_before_counts_and_what_the_next_one_brings_is_not_known():
    found = drawn(NIGHTS, "\n 1 2 | 3 4 5\n 甲 . 夜 | . . 夜\n 乙 夜 夜 | . . .")
    found.breaks("甲: no nights by themselves (found: 12-06)")
    drawn(DAYS_OFF, "\n 1 2 | 3 4 5\n 甲 早 . | 早 早 .").breaks("甲: no days off by themselves (found: 12-06)")
    drawn(DAYS_OFF, "\n 2 | 3 4 5\n 甲 . | 早 早 .").holds()


def test_nothing_is_looked_at_without_a_cost():
    assert not SingleDays().applies(drawn(NIGHTS, EVERY_OTHER).problem)
    assert not SingleDays(forbid=True).applies(drawn(NIGHTS, EVERY_OTHER).problem)


@pytest.mark.parametrize(("kind", "singles"), [("annual", ()), ("training", ("found: 12-09",))])
def test_leave_is_no_day_off_by_itself_and_training_is_work(kind, singles):
    leave = (Leave("甲", date(2026, 12, 8), date(2026, 12, 8), kind, approved=True),)
    found = drawn(DAYS_OFF, "\n 1 2 3 4\n 甲 早 . . 早", leave=leave)
    found.breaks(*singles)


def test_forbidden_each_is_a_breach_of_its_own():
    rule = SingleDays(nights=1, days_off=1, forbid=True)
    found = drawn(rule, EVERY_OTHER)
    found.breaks(
        "甲: no night by itself on Wed 9 Dec",
        "甲: no night by itself on Fri 11 Dec",
        "甲: no day off by itself on Tue 8 Dec",
        "甲: no day off by itself on Thu 10 Dec",
    )
    assert all(violation.hard for violation in found.found)
    drawn(SingleDays(nights=1, forbid=True), EVERY_OTHER.replace("夜 . 夜 . 夜 .", "早 . 早 . 夜 夜")).holds()
