from datetime import date

from constraints.night_recovery import NightRecovery
from scheduler.domain import Shift
from tests.support.kit import Drawn

MON = date(2026, 12, 7)


def test_a_day_off_after_nights_is_enough():
    Drawn(
        NightRecovery(),
        """
           Mon Tue Wed Thu Fri
        甲  夜  夜  .   早  .
        乙  夜  .   夜  .   中""",
        MON,
    ).holds()


def test_another_duty_on_the_day_after_a_night_breaks_the_recovery():
    drawn = Drawn(
        NightRecovery(),
        """
           Mon Tue Wed
        甲  夜  夜  中""",
        MON,
    )
    drawn.breaks("甲: 1 day(s) off after the last night on Tue 8 Dec, so no duty on Wed 9 Dec (found: 中)")
    assert drawn.sentences("zh") == ["甲：12月8日(周二)最后一个夜班后休息 1 天，12月9日(周三)不上班（现为 中）"]


def test_two_days_off_may_be_asked_and_one_is_then_too_few():
    Drawn(
        NightRecovery(rest_days=2),
        """
           Mon Tue Wed Thu
        甲  夜  .   早  早
        乙  夜  .   .   早
        丙  夜  .   夜  .
        丁  夜  夜  .   .""",
        MON,
    ).breaks("甲: 2 day(s) off after the last night on Mon 7 Dec, so no duty on Wed 9 Dec", "丙: 2 day(s) off")


def test_the_next_duty_alone_is_named():
    Drawn(
        NightRecovery(rest_days=3),
        """
           Mon Tue Wed Thu
        甲  夜  .   早  早""",
        MON,
    ).breaks("so no duty on Wed 9 Dec")


def test_a_night_on_the_last_day_of_the_month_is_carried_in():
    drawing = """
           30 31 |  1  2
        甲  夜 {} | {}  早"""
    Drawn(NightRecovery(), drawing.format("夜", "早"), date(2027, 1, 1)).breaks("last night on Thu 31 Dec")
    Drawn(NightRecovery(), drawing.format("夜", "."), date(2027, 1, 1)).holds()
    Drawn(NightRecovery(), drawing.format("夜", "夜"), date(2027, 1, 1)).breaks("last night on Fri 1 Jan")
    Drawn(NightRecovery(rest_days=2), drawing.format(".", "早"), date(2027, 1, 1)).breaks("last night on Wed 30 Dec")


def test_what_followed_a_night_last_month_is_not_looked_at_again():
    Drawn(
        NightRecovery(),
        """
           29 30 31 |  1
        甲  夜 早 .  |  早""",
        date(2027, 1, 1),
    ).holds()


def test_a_night_on_the_last_day_leaves_the_rest_to_the_next_month():
    Drawn(
        NightRecovery(rest_days=7),
        """
           30 31
        甲  夜 夜""",
        date(2026, 12, 30),
    ).holds()


def test_the_rule_is_off_where_no_shift_is_a_night():
    drawn = Drawn(
        NightRecovery(),
        """
           Mon
        甲  早""",
        MON,
        shifts=(Shift("早", "早班", 480, 960),),
    )
    assert not drawn.rule.applies(drawn.problem)
