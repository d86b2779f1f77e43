from datetime import date

from constraints.shift_cover import ShiftCover
from scheduler.domain import Day, DayKind, Demand, Fixed, Skill, Worker
from tests.support.kit import Drawn

MON, TUE, FRI = date(2026, 12, 7), date(2026, 12, 8), date(2026, 12, 11)
HARD = ShiftCover(weight_short=0, weight_spare=0)
PAIR = """
           Mon Tue
        甲  早  早
        乙  早  .
        丙  .   ."""


def cover(rule, *demand, drawing=PAIR, first=MON, **fields):
    return Drawn(rule, drawing, first, demand=demand, **fields)


def test_heads_between_the_minimum_and_the_maximum_keep_the_rule():
    cover(HARD, Demand("早", least=1, target=1, most=2)).holds()


def test_fewer_heads_than_the_minimum_break_it():
    drawn = cover(HARD, Demand("早", least=2, target=2))
    drawn.breaks("Tue 8 Dec, 早: at least 2 people (found: 1)")
    assert drawn.sentences("zh") == ["12月8日(周二)“早”至少 2 人（现为 1）"]


def test_more_heads_than_the_maximum_break_it():
    cover(HARD, Demand("早", most=1, target=1)).breaks("Mon 7 Dec, 早: at most 1 people (found: 2)")
    cover(HARD, Demand("早", most=0)).breaks("at most 0 people (found: 2)", "at most 0 people (found: 1)")


def test_each_head_off_the_target_costs_its_weight():
    cover(ShiftCover(), Demand("早", target=2)).costs(20)
    cover(ShiftCover(), Demand("早", target=3)).costs(20 + 2 * 20)
    cover(ShiftCover(), Demand("早", target=1)).costs(2)
    cover(ShiftCover(), Demand("早", target=0)).costs(2 * 2 + 2)
    drawn = cover(ShiftCover(weight_short=7, weight_spare=5), Demand("早", "mon", target=1), Demand("早", target=3))
    drawn.breaks("Mon 7 Dec, 早: more people than the 1 wished for", "Tue 8 Dec, 早: 3 people wished for (found: 1)")
    drawn.costs(5 + 2 * 7)


def test_the_weights_of_a_row_come_before_the_rules():
    cover(ShiftCover(), Demand("早", target=2, weight_short=7, weight_spare=9)).costs(7)
    cover(ShiftCover(), Demand("早", target=1, weight_short=7, weight_spare=9)).costs(9)
    cover(ShiftCover(), Demand("早", target=1, weight_short=7)).costs(2)
    cover(ShiftCover(), Demand("早", target=2, weight_spare=9)).costs(20)
    cover(ShiftCover(), Demand("早", target=2, weight_short=0)).costs(0)
    cover(HARD, Demand("早", target=2, weight_short=1)).costs(1)


def test_a_trainee_is_not_counted_before_the_day_of_qualification():
    workers = (Worker("甲", "甲", qualified_from=TUE), Worker("乙", "乙"), Worker("丙", "丙"))
    cover(HARD, Demand("早", least=1, target=1), workers=workers).holds()
    cover(
        HARD, Demand("早", least=1, target=2, most=2), Demand("早", "mon", least=2, target=2), workers=workers
    ).breaks("Mon 7 Dec, 早: at least 2 people (found: 1)")


def test_a_role_is_counted_apart_from_the_heads():
    workers = (Worker("甲", "甲", roles=("客服",)), Worker("乙", "乙", roles=("客服", "班长")), Worker("丙", "丙"))
    drawn = cover(HARD, Demand("早", role="班长", least=1, target=1), Demand("早"), workers=workers)
    drawn.breaks("Tue 8 Dec, 早: at least 1 班长 (found: 0)")
    assert drawn.sentences("zh") == ["12月8日(周二)“早”班长至少 1 人（现为 0）"]


def test_a_skill_stops_counting_when_it_expires():
    workers = (Worker("甲", "甲", skills=(Skill("english", last=MON),)), Worker("乙", "乙"), Worker("丙", "丙"))
    cover(HARD, Demand("早", skill="english", least=1, target=1), workers=workers).breaks(
        "Tue 8 Dec, 早: at least 1 english (found: 0)"
    )


def test_a_duty_on_a_shift_without_demand_is_on_a_shift_that_is_not_run():
    drawn = cover(HARD, Demand("早", "mon"), Demand("夜"))
    drawn.breaks("甲: 早 is not run on Tue 8 Dec (found: 早)")
    assert drawn.sentences("zh") == ["甲：12月8日(周二)“早”不开班（现为 早）"]


def test_a_fixed_duty_may_stand_on_a_shift_that_is_not_run():
    fixed = (Fixed("甲", TUE, "早"),)
    cover(HARD, Demand("早", "mon"), fixed=fixed).holds()
    cover(HARD, Demand("早", "mon"), fixed=fixed, drawing=PAIR.replace("乙  早  .", "乙  早  早")).breaks(
        "乙: 早 is not run on Tue 8 Dec"
    )


def test_the_calendar_decides_which_demand_holds_at_the_years_end():
    days = (Day(date(2026, 12, 31), DayKind.WORKDAY), Day(date(2027, 1, 1), DayKind.STATUTORY))
    demand = (Demand("早", "workday", least=2, target=2), Demand("早", "holiday", least=1, target=1, most=1))
    cover(HARD, *demand, days=days, first=days[0].date).holds()
    cover(HARD, *demand, days=days, first=days[0].date, drawing=PAIR.replace("乙  早  .", "乙  .  早")).breaks(
        "Thu 31 Dec, 早: at least 2 people (found: 1)", "Fri 1 Jan, 早: at most 1 people (found: 2)"
    )
