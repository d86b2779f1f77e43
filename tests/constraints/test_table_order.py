from datetime import date

import pytest

from constraints.table_order import TableOrder
from scheduler.domain import Demand, Leave, Skill, Worker
from tests.support.kit import THREE_SHIFTS, Drawn

MON, TUE = date(2026, 12, 7), date(2026, 12, 8)
ONE_EACH = tuple(Demand(code, least=1, target=1, most=1) for code in "夜早中")
ROUND = TableOrder(orders=("夜>早>中",))


def turns(drawing, rule=ROUND, first=MON, **fields):
    return Drawn(rule, drawing, first, demand=fields.pop("demand", ONE_EACH), **fields)


def test_the_table_is_gone_through_from_slot_to_slot_and_over_midnight():
    turns("""
           Mon Tue Wed
        甲  夜  早  中
        乙  早  中  .
        丙  中  .   夜
        丁  .   夜  早""").holds()


def test_each_slot_that_the_next_in_the_table_does_not_take_names_whose_turn_it_was():
    drawn = turns("""
           Mon Tue
        甲  夜  早
        乙  中  .
        丙  早  中
        丁  .   夜""")
    drawn.breaks(
        "Mon 7 Dec, 早: in the order of the table it is 乙's turn (found: 丙)",
        "Mon 7 Dec, 中: in the order of the table it is 丁's turn (found: 乙)",
        "Tue 8 Dec, 夜: in the order of the table it is 丙's turn (found: 丁)",
        "Tue 8 Dec, 中: in the order of the table it is 乙's turn (found: 丙)",
    )
    drawn.costs(4 * 20)
    assert drawn.sentences("zh")[0] == "12月7日(周一)“早”按人员表顺序轮到乙（现为 丙）"


def test_after_a_deviation_the_order_goes_on_from_whoever_took_the_slot():
    turns("""
           Mon Tue
        甲  夜  夜
        乙  .   早
        丙  早  中
        丁  中  .""").breaks("Mon 7 Dec, 早: in the order of the table it is 乙's turn (found: 丙)")


def test_people_on_leave_or_without_the_skill_or_the_shift_are_skipped():
    drawing = """
           Mon
        甲  夜
        乙  .
        丙  早
        丁  中"""
    turns(drawing).breaks("早: in the order of the table it is 乙's turn")
    turns(drawing, leave=(Leave("乙", MON, MON),)).holds()
    others = [Worker(name, name, skills=(Skill("desk"),)) for name in "甲丙丁"]

    def second(worker, shifts=THREE_SHIFTS):
        return turns(drawing, workers=(others[0], worker, *others[1:]), shifts=shifts)

    second(Worker("乙", "乙", only_shifts=("夜",))).holds()
    second(Worker("乙", "乙", qualified_from=TUE)).holds()
    second(Worker("乙", "乙", hired=TUE)).holds()


def test_the_month_begins_behind_the_last_slot_of_the_history():
    drawing = """
           Sat Sun | Mon
        甲  中  夜 |  {}
        乙  .   早 |  {}
        丙  .   中 |  {}"""
    turns(drawing.format("夜", "早", "中")).holds()
    turns(drawing.format("早", "夜", "中")).breaks(
        "夜: in the order of the table it is 甲's turn",
        "早: in the order of the table it is 丙's turn",
        "中: in the order of the table it is 乙's turn",
    )


def test_a_slot_that_nobody_takes_is_a_deviation_and_the_order_begins_anew():
    turns("""
           Mon
        甲  夜
        乙  .
        丙  中""").breaks("Mon 7 Dec, 早: in the order of the table it is 乙's turn (found: –)")


def test_slots_that_ask_for_more_than_one_are_left_out_of_the_order():
    demand = (Demand("夜", target=1), Demand("早", target=2), Demand("中", target=1))
    turns(
        """
           Mon
        甲  夜
        乙  中
        丙  早
        丁  早""",
        demand=demand,
    ).holds()


def test_one_shift_alone_goes_round_from_day_to_day():
    duty = TableOrder(orders=("早>",), weight=7)
    turns(
        """
           Mon Tue Wed Thu
        甲  早  .   早  中
        乙  中  早  .   早""",
        duty,
    ).holds()
    turns(
        """
           Mon Tue Wed Thu
        甲  早  早  .   .
        乙  .   .   早  早""",
        duty,
    ).costs(2 * 7)


def test_two_tables_of_turns_do_not_touch_each_other():
    rule = TableOrder(orders=("早>", "中>"))
    workers = (
        Worker("甲", "甲", only_shifts=("早",)),
        Worker("乙", "乙", only_shifts=("中",)),
        Worker("丙", "丙", only_shifts=("早",)),
        Worker("丁", "丁", only_shifts=("中",)),
    )
    turns(
        """
           Mon Tue Wed
        甲  早  .   早
        乙  中  .   中
        丙  .   早  .
        丁  .   中  .""",
        rule,
        workers=workers,
    ).holds()


def test_who_stays_alone_has_every_turn():
    turns("""
           Mon Tue
        甲  早+中+夜 早+中+夜""").holds()


def test_an_order_is_written_with_shifts_each_once():
    for text in ("", ">", "早", ">早", "早>>中", "早>中>", "早>早", "早|中>夜"):
        with pytest.raises(ValueError, match="written"):
            TableOrder(orders=("夜>早", text))
    assert TableOrder(orders=("夜 ＞早", "中>")).shifts_named() == {"夜", "早", "中"}


def test_a_shift_that_the_desk_does_not_have_has_no_order():
    problem = turns("Mon\n甲 .").problem
    with pytest.raises(ValueError, match=r"unknown shifts in table_order: .*晚"):
        TableOrder(orders=("晚>早",)).applies(problem)
    assert not TableOrder().applies(problem)
