from datetime import date

import pytest

from constraints.turns import Turns
from scheduler.domain import Demand, Leave, Protection, ProtectionKind, Skill, SlotNeed, Worker
from scheduler.domain.holidays import day_types
from scheduler.timeline import days_between
from tests.support.kit import Drawn

MON, SUN = date(2026, 12, 7), date(2026, 12, 6)
AN_EARLY, A_NIGHT = (Demand("早", target=1),), (Demand("夜", target=1),)


def early(drawing, first=MON, **fields):
    return Drawn(Turns(turns=("早@all",)), drawing, first, demand=fields.pop("demand", AN_EARLY), **fields)


def test_everybody_takes_as_many_of_a_turn_as_the_others():
    early("""
           Mon Tue Wed Thu
        甲  早  .   早  .
        乙  .   早  中  早""").holds()


def test_each_duty_above_and_below_the_share_costs_its_weight():
    drawn = early("""
           Mon Tue Wed Thu
        甲  早  早  早  早
        乙  中  .   .   .""")
    drawn.breaks(
        "甲: 早@all is taken in turn, 2 to 2 of them (found: 4)", "乙: 早@all is taken in turn, 2 to 2 of them"
    )
    drawn.costs(2 * 6 + 2 * 6)
    assert drawn.sentences("zh")[0] == "甲：“早@all”轮流值，应值 2–2 个（现为 4）"


def test_what_does_not_divide_evenly_may_fall_to_either():
    early("""
           Mon Tue Wed
        甲  早  .   早
        乙  .   早  .""").holds()
    early("""
           Mon Tue Wed
        甲  早  早  早
        乙  .   .   .""").costs(6 + 6)


def test_only_the_days_of_the_turn_count():
    """Of two Sundays each takes one, whoever has the days between."""
    sundays = Turns(turns=("早|中@sun",))
    drawing = """
           Sun Mon Tue Wed Thu Fri Sat Sun
        甲  早  早  早  早  早  早  早  {}
        乙  .   .   .   .   .   .   .   {}"""
    Drawn(sundays, drawing.format(".", "中"), SUN, demand=AN_EARLY).holds()
    Drawn(sundays, drawing.format("早", "."), SUN, demand=AN_EARLY).costs(6 + 6)


def test_holidays_go_by_the_calendar():
    days = day_types(days_between(date(2026, 10, 1), date(2026, 10, 5)), "CN")
    drawing = """
            1  2  3  4  5
        甲  早 早 .  .  .
        乙  .  .  .  早 早
        丙  .  .  早 .  ."""
    rule = Turns(turns=("早@holiday",))
    first = days[0].date
    Drawn(rule, drawing, first, days=days, demand=AN_EARLY).breaks(
        "甲: 早@holiday", "乙: 早@holiday"
    )  # 1, 2, 3 October


def test_who_cannot_take_the_duty_has_no_turn():
    drawing = """
           Mon Tue
        甲  夜  .
        乙  .   夜
        丙  早  早"""
    rule = Turns(turns=("夜@all",))
    alike = [Worker("甲", "甲"), Worker("乙", "乙")]
    for other in (
        Worker("丙", "丙", only_shifts=("早",)),
        Worker("丙", "丙", qualified_from=date(2027, 1, 1)),
        Worker("丙", "丙", protections=(Protection(ProtectionKind.NURSING),)),
        Worker("丙", "丙", leaves=date(2026, 12, 6)),
    ):
        Drawn(rule, drawing, MON, demand=A_NIGHT, workers=(*alike, other)).holds()
    Drawn(rule, drawing, MON, demand=A_NIGHT).holds()  # two thirds each: none is fair as well


def test_a_demand_for_a_role_or_a_skill_is_shared_among_those_who_have_it():
    workers = (Worker("甲", "甲", roles=("客服",)), Worker("乙", "乙", skills=(Skill("english"),)))
    drawing = """
           Mon Tue
        甲  早  早
        乙  .   ."""
    early(drawing, workers=workers, demand=(Demand("早", role="客服", target=1),)).holds()
    early(drawing, workers=workers, demand=(Demand("早", skill="english", target=1),)).breaks("乙: 早@all")
    early(drawing, workers=workers).breaks("甲: 早@all", "乙: 早@all")


def test_leave_makes_a_share_smaller():
    drawing = """
           Mon Tue Wed Thu
        甲  早  早  早  .
        乙  .   .   .   早"""
    early(drawing).costs(6 + 6)
    early(drawing, leave=(Leave("乙", MON, date(2026, 12, 8)),)).holds()  # 4 days and 2: two thirds, one third


def test_a_part_timer_has_a_smaller_share():
    drawing = """
           Mon Tue Wed
        {}  早  早  .
        {}  .   .   早"""
    workers = (Worker("甲", "甲"), Worker("乙", "乙", share=0.5))
    early(drawing.format("甲", "乙"), workers=workers).holds()
    early(drawing.format("乙", "甲"), workers=workers).costs(6 + 6)


def test_last_months_turns_do_not_count():
    early("""
           Sat Sun | Mon Tue
        甲  早  早 |  早  .
        乙  .   .  |  .   早""").holds()


def test_without_demand_there_is_nothing_to_share():
    early(
        """
           Mon
        甲  早
        乙  .""",
        demand=(),
    ).holds()


def test_a_turn_is_written_with_shifts_and_days():
    for text in (
        "",
        "早",
        "早@",
        "@sun",
        "早|@sun",
        "早@sun|",
        "早@sunday",
        "早@sun@mon",
        "早|早@sun",
        "早@10-01..4-30",
    ):
        with pytest.raises(ValueError, match=r"written|day key"):
            Turns(turns=("早@all", text))
    written = Turns(turns=("早 ｜ 中＠sun|2026-12-25|10-01..04-30＆sat",))
    assert written.shifts_named() == {"早", "中"}


def test_a_shift_that_the_desk_does_not_have_has_no_turn():
    problem = early("Mon\n甲 .").problem
    with pytest.raises(ValueError, match=r"unknown shifts in turns: .*晚"):
        Turns(turns=("晚@all",)).applies(problem)
    assert not Turns().applies(problem)


def test_what_is_rostered_is_taken_in_turn_where_the_need_comes_by_time_of_day():
    slots = (SlotNeed("all", 8 * 60, 12 * 60, least=0, target=1),)
    drawing = """
           Mon Tue Wed Thu
        甲  早  {}  早  早
        乙  .   {}  .   ."""
    asked = {"demand": (Demand("早"),), "slots": slots}
    early(drawing.format(".", "早"), **asked).breaks(
        "甲: 早@all is taken in turn, 50% of all that is rostered (found: 3)",
        "乙: 早@all is taken in turn, 50% of all that is rostered (found: 1)",
    )
    early(drawing.format("早", "早"), **asked).costs(6 + 6)
    early("\n Mon Tue Wed\n 甲 早 . 早\n 乙 . 早 .", **asked).holds()


def test_it_is_said_which_turns_are_not_taken_and_by_whom():
    row = "\n 1 2 3\n 甲 . . .\n 乙 . . ."

    def left_out(*turns, **fields):
        drawn = Drawn(Turns(turns=turns), row, MON, **fields)
        return [note.say("zh") for note in drawn.rule.left_out(drawn.problem)]

    protected = (Worker("甲", "甲"), Worker("乙", "乙", protections=(Protection(ProtectionKind.PREGNANT),)))
    assert left_out("早@all", demand=AN_EARLY) == []
    assert left_out("早@sun", "夜@all", "中@all", demand=AN_EARLY) == [
        "本月没有 早@sun 的日子，不轮流",
        "夜@all, 中@all 不轮流：需求里没有目标人数",
    ]
    assert left_out("夜@all", "夜|中@mon", demand=A_NIGHT, workers=protected) == [
        "夜@all, 夜|中@mon 不轮到乙：不能值这样的班"
    ]
    assert left_out("夜@all", demand=A_NIGHT, workers=protected[1:]) == ["夜@all 不轮流：本月没有人能值"]
    slots = (SlotNeed("all", 0, 480, least=0, target=1),)
    assert left_out("早@all", demand=(Demand("早", least=0, target=0),), slots=slots) == []
