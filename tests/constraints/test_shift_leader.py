from datetime import date

import pytest

from constraints.shift_leader import ShiftLeader
from scheduler.domain import Demand, Worker
from tests.support.kit import Drawn

MON, TUE = date(2026, 12, 7), date(2026, 12, 8)
NEEDED = (Demand("早", least=1, target=1), Demand("夜", least=1, target=1), Demand("中", target=1))
CREW = (
    Worker("甲", "甲", roles=("客服", "班长")),
    Worker("乙", "乙", roles=("班长",)),
    Worker("丙", "丙", roles=("客服",)),
)


def led(drawing, rule=None, first=MON, **fields):
    return Drawn(rule or ShiftLeader(), drawing, first, **{"demand": NEEDED, "workers": CREW, **fields})


def test_a_leader_on_every_shift_that_needs_people_keeps_the_rule():
    led("""
           Mon Tue
        甲  早  夜
        乙  夜  早
        丙  中  夜""").holds()


def test_a_shift_whose_leader_is_absent_is_found():
    drawn = led("""
           Mon Tue
        甲  早  早
        乙  夜  .
        丙  早  夜""")
    drawn.breaks("Tue 8 Dec, 夜: at least 1 班长 (found: 0)")
    assert drawn.sentences("zh") == ["12月8日(周二)“夜”至少 1 名班长（现为 0）"]


def test_a_shift_without_a_minimum_may_run_without_a_leader():
    led(
        """
           Mon
        丙  中""",
        demand=(Demand("中", target=1),),
        workers=CREW[1:],
    ).holds()


def test_a_leader_in_training_does_not_lead():
    crew = (Worker("甲", "甲", roles=("leader",), qualified_from=TUE), *CREW[1:])
    led(
        """
           Mon Tue
        甲  早  早
        乙  夜  夜
        丙  早  .""",
        workers=crew,
    ).breaks("Mon 7 Dec, 早: at least 1 班长/leader (found: 0)")


def test_the_desk_names_the_shifts_the_roles_and_the_number_of_leaders():
    drawing = """
           Mon
        甲  早
        乙  早
        丙  夜"""
    led(drawing, ShiftLeader(shifts=("早",), heads=2)).holds()
    led(drawing, ShiftLeader(heads=2, shifts=("早", "夜"))).breaks("夜: at least 2 班长 (found: 0)")
    led(drawing, ShiftLeader(roles=("客服",))).holds()


def test_a_leader_of_last_month_leads_nobody_on_the_first():
    led(
        """
           31 |  1
        甲 早 |  .
        乙 夜 | 夜
        丙 早 | 早""",
        first=date(2027, 1, 1),
    ).breaks("Fri 1 Jan, 早: at least 1 班长")


def test_the_rule_is_off_where_nobody_is_a_leader():
    drawn = led(
        """
           Mon
        丙  早""",
        workers=CREW[2:],
    )
    assert not drawn.rule.applies(drawn.problem)


def test_a_leader_is_asked_for_on_the_named_days_alone():
    """RULES 115: a supervisor or a group leader on Saturdays."""
    drawing = """
           Fri Sat
        甲  .   早
        丙  早  早"""
    rule = ShiftLeader(roles=("班长",), shifts=("早",), on=("sat",))
    led(drawing, rule, date(2026, 12, 11)).holds()
    led(drawing.replace("甲  .   早", "甲  早  ."), rule, date(2026, 12, 11)).breaks("Sat 12 Dec, 早: at least 1 班长")
    led(drawing, ShiftLeader(shifts=("早",)), date(2026, 12, 11)).breaks("Fri 11 Dec, 早: at least 1 班长")


def test_days_may_be_named_by_season_date_and_both_together():
    drawing = """
           Mon Tue
        丙  早  早"""
    for on, days in {
        ("12-01..12-07",): ["Mon 7 Dec"],
        ("2026-12-08",): ["Tue 8 Dec"],
        ("10-01..04-30&tue", "mon"): ["Mon 7 Dec", "Tue 8 Dec"],
        ("05-01..09-30&tue",): [],
    }.items():
        led(drawing, ShiftLeader(shifts=("早",), on=on)).breaks(*(f"{day}, 早" for day in days))


def test_what_is_no_day_key_is_refused():
    for key in ("周六", "saturday", "12-01", "sat&", ""):
        with pytest.raises(ValueError, match="day key"):
            ShiftLeader(on=(key,))
