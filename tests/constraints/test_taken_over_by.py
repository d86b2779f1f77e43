from datetime import date

import pytest

from constraints.taken_over_by import TakenOverBy
from scheduler.domain import Break, Shift, Worker
from tests.support.kit import Drawn

MON, TUE = date(2026, 12, 7), date(2026, 12, 8)
SHIFTS = (
    Shift("夜", "夜班", 17 * 60 + 30, 33 * 60),  # to 09:00 of the next day
    Shift("日", "日班", 9 * 60, 17 * 60 + 30, breaks=(Break(13 * 60, 14 * 60),)),
    Shift("迟", "迟班", 9 * 60 + 1, 17 * 60 + 30),
    Shift("清", "清晨班", 6 * 60, 13 * 60),
    Shift("休", "清晨班，九点用餐", 6 * 60, 13 * 60, breaks=(Break(9 * 60, 9 * 60 + 30),)),
    Shift("晨", "晨班", 5 * 60, 9 * 60),
)
CREW = (
    Worker("甲", "甲", roles=("水电维修员",)),
    Worker("乙", "乙", roles=("客服管理员",)),
    Worker("丙", "丙", roles=("水电维修员", "客服管理员")),
)
RULE = TakenOverBy(receivers=("夜>客服管理员",))


def handed(drawing, rule=RULE, first=MON, **fields):
    return Drawn(rule, drawing, first, **{"workers": CREW, "shifts": SHIFTS, **fields})


def test_an_administrator_who_begins_when_the_night_ends_takes_over():
    handed("""
           Mon Tue Wed
        甲  夜  .   夜
        乙  .   日  .
        丙  .   .   .""").holds()


def test_a_night_that_nobody_of_the_role_takes_over_is_found():
    drawn = handed("""
           Mon Tue Wed
        甲  夜  .   夜
        乙  .   .   日
        丙  .   .   .""")
    drawn.breaks("Mon 7 Dec, 夜: somebody of 客服管理员 takes over when it ends at +1 09:00 (found: 0)")
    assert drawn.sentences("zh") == ["12月7日(周一)“夜”次日09:00下班时由客服管理员接班（现为 0）"]


@pytest.mark.parametrize(("shift", "taken"), [("日", True), ("清", True), ("迟", False), ("休", False), ("晨", False)])
def test_whoever_takes_over_is_at_the_desk_at_that_very_minute(shift, taken):
    drawn = handed(f"""
           Mon Tue
        甲  夜  .
        乙  .   {shift}
        丙  .   .""")
    if taken:
        drawn.holds()
    else:
        drawn.breaks("Mon 7 Dec, 夜")


def test_nobody_takes_over_from_themselves():
    handed("""
           Mon Tue
        甲  .   .
        乙  .   .
        丙  夜  日""").breaks("Mon 7 Dec, 夜")
    handed("""
           Mon Tue
        甲  .   .
        乙  .   日
        丙  夜  日""").holds()


def test_a_trainee_does_not_take_over():
    crew = (CREW[0], Worker("乙", "乙", roles=("客服管理员",), qualified_from=date(2026, 12, 9)))
    handed(
        """
           Mon Tue Wed
        甲  夜  夜  .
        乙  .   日  日""",
        workers=crew,
    ).breaks("Mon 7 Dec, 夜")


def test_this_month_takes_over_from_the_last_night_of_the_last():
    drawing = """
           30 31 |  1  2
        甲 .  夜 |  .  夜
        乙 夜 .  | {}  .
        丙 .  .  |  .  ."""
    handed(drawing.format("日"), first=date(2027, 1, 1)).holds()
    handed(drawing.format("."), first=date(2027, 1, 1)).breaks("Thu 31 Dec, 夜")


def test_what_last_month_alone_could_have_taken_over_is_over():
    handed("Sun | Mon\n甲 . | .\n乙 晨 | .\n丙 . | .", TakenOverBy(receivers=("晨>客服管理员",))).holds()
    handed("Sun | Mon\n甲 . | .\n乙 . | 晨\n丙 . | .", TakenOverBy(receivers=("晨>客服管理员",))).breaks(
        "Mon 7 Dec, 晨"
    )


def test_an_elastic_end_is_not_being_there():
    for firm, taken in ((9 * 60 + 1, True), (9 * 60, False)):
        shifts = (SHIFTS[0], Shift("弹", "弹性班", 6 * 60, 13 * 60, firm_end=firm))
        drawn = handed("Mon Tue\n甲 夜 .\n乙 . 弹\n丙 . .", shifts=shifts)
        drawn.holds() if taken else drawn.breaks("Mon 7 Dec, 夜")


def test_the_night_after_the_last_day_is_left_to_next_month():
    handed("""
           Mon Tue
        甲  .   夜
        乙  .   .
        丙  .   .""").holds()


def test_what_only_this_months_people_could_take_over_is_asked_for_on_the_last_day_too():
    shifts = (Shift("晚", "晚班", 16 * 60, 25 * 60), Shift("宵", "通宵班", 22 * 60, 30 * 60), *SHIFTS)
    rule = TakenOverBy(receivers=("晚>客服管理员",))
    drawing = """
           Mon Tue
        甲  晚  晚
        乙  宵  {}
        丙  .   ."""
    handed(drawing.format("宵"), rule, shifts=shifts).holds()
    handed(drawing.format("."), rule, shifts=shifts).breaks("Tue 8 Dec, 晚")


def test_what_people_of_an_unknown_last_month_might_take_over_is_not_asked_for():
    shifts = (Shift("夜", "夜班", 22 * 60, 30 * 60), Shift("清", "清晨班", 1 * 60, 5 * 60))
    rule = TakenOverBy(receivers=("清>客服管理员",))
    handed("Mon Tue\n甲 清 清\n乙 . .\n丙 . .", rule, shifts=shifts).breaks("Tue 8 Dec, 清")
    handed("Sun | Mon Tue\n甲 . | 清 清\n乙 . | 夜 .\n丙 . | . .", rule, shifts=shifts).breaks("Mon 7 Dec, 清")


def test_an_entry_has_codes_and_roles():
    for entry in ("", "夜", "夜>", ">客服", "夜>客服>班长", "夜|>客服"):
        with pytest.raises(ValueError, match="written"):
            TakenOverBy(receivers=("夜>客服", entry))
    assert TakenOverBy(receivers=("夜 ＞ 客服｜ 班长", "早|晚>客服")).shifts_named() == {"夜", "早", "晚"}


def test_a_shift_that_the_desk_does_not_have_is_no_entry_and_no_entries_are_no_rule():
    problem = handed("Mon\n甲 .\n乙 .\n丙 .").problem
    with pytest.raises(ValueError, match=r"unknown shifts in taken_over_by: .*晚"):
        TakenOverBy(receivers=("晚>客服",)).applies(problem)
    assert not TakenOverBy().applies(problem)
