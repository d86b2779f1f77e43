from datetime import date

import pytest

from constraints.shifts_of_a_kind import ShiftsOfAKind
from scheduler.domain import Terms, Worker
from tests.support.kit import Drawn

MON = date(2026, 12, 7)
TWO_NIGHTS = """
           Mon Tue Wed Thu Fri
        甲  夜  .   夜  中  早
        乙  .   夜  .   .   中"""


def test_as_many_duties_of_a_shift_as_allowed_keep_the_rule():
    Drawn(ShiftsOfAKind(most=("夜=2", "中=1")), TWO_NIGHTS, MON).holds()


def test_one_more_breaks_it():
    drawn = Drawn(ShiftsOfAKind(most=("夜=1",)), TWO_NIGHTS, MON)
    drawn.breaks("甲: at most 1 夜 from Mon 7 Dec to Fri 11 Dec (found: 2)")
    assert drawn.sentences("zh") == ["甲：12月7日(周一)至12月11日(周五)“夜”最多 1 个（现为 2）"]


def test_a_shift_allowed_no_time_at_all_is_named_day_by_day():
    Drawn(ShiftsOfAKind(most=("夜=0",)), TWO_NIGHTS, MON).breaks(
        "甲: no 夜 on Mon 7 Dec", "甲: no 夜 on Wed 9 Dec", "乙: no 夜 on Tue 8 Dec"
    )


def test_last_months_duties_do_not_count():
    drawing = """
           30 31 |  1  2
        甲 夜 夜 |  夜 ."""
    Drawn(ShiftsOfAKind(most=("夜=1",)), drawing, date(2027, 1, 1)).holds()


def test_what_is_agreed_with_a_person_comes_before_the_rules_number():
    def by(**terms):
        return (Worker("甲", "甲", terms=Terms(**terms)), Worker("乙", "乙"))

    rule = ShiftsOfAKind(most=("夜=1",))
    Drawn(rule, TWO_NIGHTS, MON, workers=by(most_of_shift=(("夜", 2),))).holds()
    Drawn(rule, TWO_NIGHTS, MON, workers=by(most_of_shift=(("中", 0),))).breaks("甲: at most 1 夜", "甲: no 中 on Thu")
    Drawn(ShiftsOfAKind(), TWO_NIGHTS, MON, workers=by(most_of_shift=(("夜", 1),))).breaks("甲: at most 1 夜")


def test_an_entry_says_a_shift_and_a_number_and_every_shift_once():
    for entries in (("夜",), ("夜=",), ("=8",), ("夜=-1",), ("夜=1.5",), ("夜=八",), ("",), ("夜=1", "夜=2")):
        with pytest.raises(ValueError, match=r"written|twice"):
            ShiftsOfAKind(most=entries)
    assert ShiftsOfAKind(most=(" 夜 ＝ ８ ",)).shifts_named() == {"夜"}


def test_a_shift_that_the_desk_does_not_have_is_no_entry():
    problem = Drawn(ShiftsOfAKind(most=("夜=9",)), TWO_NIGHTS, MON).problem
    with pytest.raises(ValueError, match=r"unknown shifts in shifts_of_a_kind: .*晚"):
        ShiftsOfAKind(most=("晚=9",)).applies(problem)
    assert not ShiftsOfAKind().applies(problem)


def test_at_most_so_many_duties_are_left_where_every_open_shift_has_a_limit():
    def most(rule, **about):
        problem = Drawn(rule, "Mon Tue\n甲 . .", MON, workers=(Worker("甲", "甲", **about),)).problem
        return rule.most_duties(problem, problem.workers[0], problem.dates)

    assert most(ShiftsOfAKind(most=("夜=1", "中=2", "早=3"))) == 6
    assert most(ShiftsOfAKind(most=("夜=1", "中=2"))) is None
    assert most(ShiftsOfAKind(most=("夜=1", "中=2")), only_shifts=("夜", "中")) == 3
