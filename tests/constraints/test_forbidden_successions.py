from datetime import date

import pytest
from ortools.sat.python import cp_model

from constraints.forbidden_successions import ForbiddenSuccessions
from scheduler.model.roster_model import RosterModel
from tests.support.kit import Drawn

MON = date(2026, 12, 7)


def test_a_shift_does_not_follow_one_that_forbids_it():
    drawn = Drawn(
        ForbiddenSuccessions(pairs=("中>早",)),
        """
           Mon Tue Wed Thu Fri
        甲  中  早  .   .   .
        乙  早  中  中  .   早
        丙  中  夜  早  早  中""",
        MON,
    )
    drawn.breaks("甲: after 中 on Mon 7 Dec, no 早 on Tue 8 Dec (found: 早)")
    assert drawn.sentences("zh") == ["甲：12月7日(周一)上了“中”，12月8日(周二)就不上“早”（现为 早）"]


def test_the_eve_of_the_month_counts_and_the_day_before_it_does_not():
    Drawn(
        ForbiddenSuccessions(pairs=("中>早",)),
        """
           30 31 |  1  2
        甲 .  中 |  早 .
        乙 中 .  |  早 .
        丙 中 早 |  .  .""",
        date(2027, 1, 1),
    ).breaks("甲: after 中 on Thu 31 Dec, no 早 on Fri 1 Jan")


def test_either_side_may_name_several_shifts():
    Drawn(
        ForbiddenSuccessions(pairs=("夜|中>早|中",)),
        """
           Mon Tue Wed Thu
        甲  夜  早  .   .
        乙  夜  中  夜  夜
        丙  早  早  中  夜""",
        MON,
    ).breaks("甲: after 中|夜 on Mon 7 Dec, no 早|中 on Tue", "乙: after 中|夜 on Mon 7 Dec, no 早|中 on Tue")


def test_each_entry_stands_for_itself():
    """The night forbids two shifts, one of which the late shift forbids too: whoever breaks one entry is told of that one."""
    rule = ForbiddenSuccessions(pairs=("夜>早", "夜>中", "中>早"))
    drawing = """
           Mon Tue
        甲  {}  {}"""
    Drawn(rule, drawing.format("夜", "早"), MON).breaks("after 夜 on Mon 7 Dec, no 早 on Tue")
    Drawn(rule, drawing.format("夜", "中"), MON).breaks("after 夜 on Mon 7 Dec, no 中 on Tue")
    Drawn(rule, drawing.format("中", "早"), MON).breaks("after 中 on Mon 7 Dec, no 早 on Tue")
    Drawn(rule, drawing.format("中", "中"), MON).holds()
    twice = ForbiddenSuccessions(pairs=("夜|中>早", "中|夜>早"))
    Drawn(twice, drawing.format("夜", "早"), MON).breaks("after 中|夜 on Mon 7 Dec, no 早 on Tue")


def test_one_duty_too_many_on_a_day_is_another_rules_affair():
    """Two duties of a forbidding set on one day are not two steps."""
    Drawn(
        ForbiddenSuccessions(pairs=("夜|中>早",)),
        """
           Sun | Mon  Tue
        甲 夜+中 | 夜+中 .
        乙 夜+中 | 早+中 夜""",
        MON,
    ).breaks("乙: after 中|夜 on Sun 6 Dec, no 早 on Mon 7 Dec")


def test_two_duties_on_the_eve_leave_the_day_after_them_open_to_other_shifts():
    """Where the model knows that nobody begins two duties on a day, history may still hold two."""
    rule = ForbiddenSuccessions(pairs=("夜|中>早",))
    problem = Drawn(rule, "Sun | Mon\n甲 夜+中 | 夜", MON).problem
    model = RosterModel(problem)
    model.exclusive = True
    rule.encode(problem, model)
    model.complete()
    solver = cp_model.CpSolver()
    model.cp.maximize(model.works("甲", MON, "夜"))
    assert solver.solve(model.cp) == cp_model.OPTIMAL
    assert solver.objective_value == 1
    model.cp.maximize(model.works("甲", MON, "早"))
    assert solver.solve(model.cp) == cp_model.OPTIMAL
    assert solver.objective_value == 0


def test_an_entry_has_two_sides_of_codes():
    for entry in ("", "早", "早>", ">早", "早>中>夜", "早|>中", "早>中||夜"):
        with pytest.raises(ValueError, match="written"):
            ForbiddenSuccessions(pairs=("早>中", entry))
    assert ForbiddenSuccessions(pairs=("夜 ＞ 早｜ 中",)).shifts_named() == {"夜", "早", "中"}


def test_a_shift_that_the_desk_does_not_have_is_no_entry():
    problem = Drawn(ForbiddenSuccessions(pairs=("中>早",)), "Mon Tue\n甲 . .", MON).problem
    for entry in ("晚>早", "早>晚"):
        with pytest.raises(ValueError, match=r"unknown shifts in forbidden_successions: .*晚"):
            ForbiddenSuccessions(pairs=("中>早", entry)).applies(problem)
    assert not ForbiddenSuccessions().applies(problem)
