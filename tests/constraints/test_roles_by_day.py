from datetime import date

import pytest

from constraints.roles_by_day import RolesByDay
from scheduler.domain import Worker
from tests.support.kit import Drawn

FRI = date(2026, 12, 4)
CREW = (
    Worker("甲", "甲", roles=("前台接待员",)),
    Worker("乙", "乙", roles=("客务助理",)),
    Worker("丙", "丙", roles=("客务助理", "前台接待员")),
    Worker("丁", "丁"),
)
WEEKENDS = RolesByDay(who=("早@mon|tue|wed|thu|fri=前台接待员", "早@sat|sun=客务助理"))


def held(rule, drawing, **fields):
    return Drawn(rule, drawing, FRI, **{"workers": CREW, **fields})


def test_a_shift_changes_hands_at_the_weekend():
    held(
        WEEKENDS,
        """
           Fri Sat Sun Mon
        甲  早  中  夜  早
        乙  中  早  早  .
        丙  早  早  早  早
        丁  夜  中  .   中""",
    ).holds()


def test_whoever_has_none_of_the_roles_may_not_take_it():
    drawn = held(
        WEEKENDS,
        """
           Fri Sat Sun Mon
        甲  早  早  .   早
        乙  早  .   早  .
        丁  .   .   .   早""",
        workers=(*CREW[:2], CREW[3]),
    )
    drawn.breaks(
        "乙: 早 on Fri 4 Dec is for 前台接待员 only (found: 客务助理)",
        "甲: 早 on Sat 5 Dec is for 客务助理 only",
        "丁: 早 on Mon 7 Dec is for 前台接待员 only",
    )
    assert "乙：12月4日(周五)“早”只由前台接待员上（现为 客务助理）" in drawn.sentences("zh")


def test_of_several_entries_for_a_shift_the_closest_counts():
    rule = RolesByDay(who=("早|夜@all=前台接待员", "早@2026-12-05|2026-12-06=经理", "早@sat=客务助理"))
    held(
        rule,
        """
           Fri Sat Sun Mon
        甲  夜  夜  夜  夜
        乙  .   早  .   .
        丙  .   .   .   早
        丁  中  .   .   .""",
    ).breaks("乙: 早 on Sat 5 Dec is for 经理 only")


def test_entries_that_fit_equally_close_add_their_roles():
    rule = RolesByDay(who=("早@12-01..12-31=前台接待员", "早@10-01..12-04=客务助理|前台接待员"))
    held(
        rule,
        """
           Fri Sat
        甲  早  早
        乙  早  早""",
        workers=CREW[:2],
    ).breaks("乙: 早 on Sat 5 Dec is for 前台接待员 only")
    held(rule, "Fri Sat\n丁 早 中", workers=CREW[3:]).breaks("丁: 早 on Fri 4 Dec is for 前台接待员/客务助理 only")


def test_days_that_no_entry_fits_are_open_to_everybody_and_so_is_the_past():
    held(
        RolesByDay(who=("早@sun=客务助理", "早@10-01..04-30&sat=客务助理")),
        """
           Sun | Fri Sat Sun
        甲  早 |  早  .   .
        丁  早 |  早  中  夜""",
        workers=(CREW[0], CREW[3]),
    ).holds()


def test_an_entry_names_shifts_days_and_roles():
    for entry in (
        "",
        "早",
        "早=客服",
        "早@all",
        "早@all=",
        "@all=客服",
        "早@=客服",
        "早|@all=客服",
        "早@周六=客服",
        "早@all=客服=班长",
        "早@1-1..2-1=客服",
        "早@sat&=客服",
        "早@sat@sun=客服",
    ):
        with pytest.raises(ValueError, match="written"):
            RolesByDay(who=("早@all=客服", entry))
    wide = RolesByDay(who=("夜一 ｜ 夜二＠10-01..04-30＆sat|all ＝ 水电维修员",))
    assert wide.shifts_named() == {"夜一", "夜二"}


def test_a_shift_that_the_desk_does_not_have_is_no_entry_and_no_entries_are_no_rule():
    problem = held(WEEKENDS, "Fri\n甲 .", workers=CREW[:1]).problem
    with pytest.raises(ValueError, match=r"unknown shifts in roles_by_day: .*晚"):
        RolesByDay(who=("早|晚@all=客服",)).applies(problem)
    assert not RolesByDay().applies(problem)
