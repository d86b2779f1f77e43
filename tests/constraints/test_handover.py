from datetime import date

import pytest

from constraints.handover import Handover
from scheduler.domain import Break, Shift, Worker
from tests.support.kit import Drawn

MON = date(2026, 12, 7)
SHIFTS = (
    Shift("早", "早班", 8 * 60, 17 * 60 + 30),
    Shift("晚", "晚班", 16 * 60, 25 * 60, breaks=(Break(20 * 60, 21 * 60),)),
    Shift("迟", "迟班", 17 * 60 + 15, 25 * 60),
    Shift("接", "正点接班", 17 * 60 + 30, 25 * 60),
    Shift("空", "来得太晚", 17 * 60 + 31, 25 * 60),
    Shift("夜", "夜班", 1 * 60, 8 * 60),
)
RULE = Handover(pairs=("早>晚|迟|接|空",))


def handed(drawing, rule=RULE, first=MON, **fields):
    return Drawn(rule, drawing, first, **{"shifts": SHIFTS, **fields})


def test_each_day_of_the_first_shift_has_somebody_on_the_second():
    drawn = handed("""
           Mon Tue Wed
        甲  早  早  .
        乙  晚  .   晚""")
    drawn.breaks("Tue 8 Dec: 晚|迟|接|空 takes over when 早 ends at 17:30")
    assert drawn.sentences("zh") == ["12月8日(周二)“早”17:30下班时有“晚|迟|接|空”接班"]


@pytest.mark.parametrize(
    ("minutes", "shift", "kept"),
    [(0, "接", True), (0, "空", False), (1, "接", False), (15, "迟", True), (16, "迟", False), (90, "晚", True),
     (91, "晚", False)],
)  # fmt: skip
def test_the_second_begins_so_many_minutes_before_the_first_ends(minutes, shift, kept):
    drawn = handed(
        f"""
           Mon
        甲  早
        乙  {shift}""",
        Handover(pairs=RULE.pairs, overlap_minutes=minutes),
    )
    if kept:
        drawn.holds()
    else:
        drawn.breaks(f"after {minutes} min together" if minutes else "takes over when 早 ends at 17:30")


def test_whoever_came_too_late_is_told_how_long_they_had():
    drawn = handed("Mon\n甲 早\n乙 迟\n丙 接", Handover(pairs=RULE.pairs, overlap_minutes=60))
    assert drawn.sentences("zh") == ["12月7日(周一)“早”17:30下班前与“晚|迟|接|空”一同在岗 60 分钟（现为 15 min）"]


def test_a_break_at_that_minute_is_not_being_there():
    late = Shift("晚", "晚班", 16 * 60, 25 * 60, breaks=(Break(17 * 60 + 30, 18 * 60),))
    handed("Mon\n甲 早\n乙 晚", Handover(pairs=("早>晚",)), shifts=(SHIFTS[0], late)).breaks("Mon 7 Dec")


def test_a_shift_hands_over_to_one_of_the_next_day_and_over_the_months_edge():
    rule = Handover(pairs=("晚>夜", "夜>早"))
    handed(
        """
           31 |  1  2
        甲 晚 |  .  早
        乙 .  | 夜 夜
        丙 .  | 早 晚""",
        rule,
        date(2027, 1, 1),
    ).holds()
    handed(
        """
           31 |  1  2
        甲 晚 |  .  早
        乙 .  |  .  夜
        丙 .  | 晚  .""",
        rule,
        date(2027, 1, 1),
    ).breaks("Thu 31 Dec: 夜 takes over when 晚 ends at +1 01:00")


def test_somebody_who_began_the_evening_before_takes_over_too():
    shifts = (Shift("宵", "通宵班", 23 * 60, 29 * 60), Shift("凌", "凌晨班", 0, 4 * 60))
    handed("Sun | Mon Tue Wed\n甲 . | 凌 凌 凌\n乙 宵 | 宵 . .", Handover(pairs=("凌>宵",)), shifts=shifts).breaks(
        "Wed 9 Dec: 宵 takes over"
    )


def test_what_last_month_alone_could_have_taken_over_is_over():
    handed("Sat Sun | Mon\n甲 早 早 | .\n乙 . . | .").holds()


def test_an_elastic_end_is_not_being_there():
    early = Shift("提", "提前班", 12 * 60, 20 * 60, firm_end=17 * 60 + 31)
    handed("Mon\n甲 早\n乙 提", Handover(pairs=("早>提",)), shifts=(SHIFTS[0], early)).holds()
    early = Shift("提", "提前班", 12 * 60, 20 * 60, firm_end=17 * 60 + 30)
    handed("Mon\n甲 早\n乙 提", Handover(pairs=("早>提",)), shifts=(SHIFTS[0], early)).breaks("Mon 7 Dec")


def test_the_second_shift_may_be_run_alone_and_trainees_do_not_take_over():
    crew = (Worker("甲", "甲"), Worker("乙", "乙", qualified_from=date(2026, 12, 8)))
    handed(
        """
           Mon Tue Wed
        甲  早  早  .
        乙  晚  晚  晚""",
        workers=crew,
    ).breaks("Mon 7 Dec: 晚|迟|接|空 takes over")


def test_nobody_hands_over_to_themselves():
    handed("Mon\n甲 早+接", RULE).breaks("Mon 7 Dec")


def test_what_the_last_day_alone_can_take_over_is_asked_for_and_the_rest_left_to_next_month():
    shifts = (*SHIFTS, Shift("宵", "通宵班", 23 * 60, 29 * 60))
    handed("Mon Tue\n甲 晚 晚\n乙 宵 .", Handover(pairs=("晚>宵",)), shifts=shifts).breaks("Tue 8 Dec: 宵 takes over")
    handed("Mon Tue\n甲 晚 晚\n乙 . 夜", Handover(pairs=("晚>夜",)), shifts=shifts).holds()


def test_what_people_of_an_unknown_last_month_might_take_over_is_not_asked_for():
    shifts = (Shift("宵", "通宵班", 23 * 60, 29 * 60), Shift("凌", "凌晨班", 0, 4 * 60))
    handed("Mon Tue\n甲 凌 凌\n乙 . .", Handover(pairs=("凌>宵",)), shifts=shifts).breaks("Tue 8 Dec: 宵 takes over")
    handed("Sun | Mon\n甲 . | 凌\n乙 . | .", Handover(pairs=("凌>宵",)), shifts=shifts).breaks(
        "Mon 7 Dec: 宵 takes over"
    )


def test_an_entry_has_two_sides_of_codes():
    for entry in ("", "早", "早>", ">早", "早>中>夜", "早|>中", "早>中||夜"):
        with pytest.raises(ValueError, match="written"):
            Handover(pairs=("早>中", entry))
    assert Handover(pairs=("夜 ＞ 早｜ 中",)).shifts_named() == {"夜", "早", "中"}


def test_a_shift_that_the_desk_does_not_have_is_no_entry_and_no_entries_are_no_rule():
    problem = handed("Mon\n甲 .").problem
    with pytest.raises(ValueError, match=r"unknown shifts in handover: .*中"):
        Handover(pairs=("早>中",)).applies(problem)
    assert not Handover().applies(problem)


def test_whoever_comes_on_the_minute_is_told_to_have_had_none():
    drawn = handed("Mon\n甲 早\n丙 接", Handover(pairs=RULE.pairs, overlap_minutes=60))
    assert drawn.sentences("en") == [
        "Mon 7 Dec: 晚|迟|接|空 takes over from 早, which ends at 17:30, after 60 min together (found: 0 min)"
    ]
