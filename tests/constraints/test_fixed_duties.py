from datetime import date

from constraints.fixed_duties import FixedDuties
from scheduler.domain import Desk, Fixed, Shift
from tests.support.kit import Drawn

MON, TUE = date(2026, 12, 7), date(2026, 12, 8)


def drawn(drawing, *fixed, first=MON):
    return Drawn(FixedDuties(), drawing, first, fixed=fixed)


def test_fixed_duties_and_days_off_that_stand_are_kept():
    drawn(
        """
           Mon Tue
        甲  早  .
        乙  夜  中""",
        Fixed("甲", MON, "早"),
        Fixed("甲", TUE, ""),
        Fixed("乙", TUE, "中"),
    ).holds()


def test_a_fixed_duty_that_is_missing_or_on_another_shift_is_found():
    found = drawn(
        """
           Mon Tue
        甲  中  .""",
        Fixed("甲", MON, "早"),
        Fixed("甲", TUE, "早"),
    )
    found.breaks("甲: 早 on Mon 7 Dec is fixed (found: 中)", "甲: 早 on Tue 8 Dec is fixed (found: –)")
    assert found.sentences("zh")[0] == "甲：12月7日(周一)固定上“早”（现为 中）"


def test_a_duty_on_a_fixed_day_off_is_found():
    found = drawn(
        """
           Mon Tue
        甲  夜  早""",
        Fixed("甲", TUE, ""),
    )
    found.breaks("甲: a fixed day off on Tue 8 Dec (found: 早)")
    assert found.sentences("zh") == ["甲：12月8日(周二)固定休息（现为 早）"]


def test_another_workers_fixed_duty_binds_nobody_else():
    drawn(
        """
           Thu Fri
        甲  早  .
        乙  .   早""",
        Fixed("甲", date(2026, 12, 31), "早"),
        first=date(2026, 12, 31),
    ).holds()


def test_a_second_duty_beside_the_fixed_one_is_another_rules_business():
    drawn(
        """
           Mon
        甲 早+中""",
        Fixed("甲", MON, "早"),
    ).holds()


def test_the_rule_is_off_where_nothing_is_fixed():
    found = drawn("""
           Mon
        甲  早""")
    assert not found.rule.applies(found.problem)


def a_night_before(
    *fixed,
    end=30 * 60,
    tail=0,
    drawing="""
           Mon Tue
        甲  N   .""",
):
    night = Shift("N", "night", 22 * 60, end, night=True)
    desk = Desk("desk", "desk", tail_minutes=tail)
    return Drawn(FixedDuties(), drawing, MON, fixed=(Fixed("甲", TUE, ""), *fixed), shifts=(night,), desk=desk)


def test_a_night_that_reaches_into_a_fixed_day_off_is_found():
    a_night_before().breaks("甲: a fixed day off on Tue 8 Dec (found: N 12-07)")
    a_night_before(end=24 * 60).holds()
    a_night_before(end=25 * 60, tail=60).holds()
    a_night_before(end=25 * 60 + 1, tail=60).breaks("a fixed day off on Tue 8 Dec")


def test_a_fixed_day_off_after_a_night_that_is_fixed_itself_begins_when_the_night_ends():
    a_night_before(Fixed("甲", MON, "N")).holds()


def test_a_night_of_last_month_does_not_break_a_fixed_day_off():
    drawing = """
           Sun | Mon
        甲  N  |  ."""
    night = Shift("N", "night", 22 * 60, 30 * 60, night=True)
    Drawn(FixedDuties(), drawing, MON, fixed=(Fixed("甲", MON, ""),), shifts=(night,)).holds()
