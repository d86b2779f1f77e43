from datetime import date

import pytest

from constraints.named_fallback import NamedFallback
from scheduler.audit.audit import with_history
from scheduler.domain import Break, Roster, Shift, Worker
from tests.support.kit import Drawn

MON = date(2026, 12, 7)
SHIFTS = (
    Shift("夜", "夜间值班", 17 * 60 + 30, 33 * 60),  # to 09:00 of the next day
    Shift("安中", "安护中班", 17 * 60, 25 * 60),
    Shift("安夜", "安护夜班", 1 * 60, 9 * 60),
    Shift("歇", "安护夜班，三点用餐", 1 * 60, 9 * 60, breaks=(Break(3 * 60, 3 * 60 + 30),)),
)
CREW = (
    Worker("电", "电工", roles=("水电维修员",)),
    Worker("安", "安护甲", roles=("安护人员",)),
    Worker("护", "安护乙", roles=("安护人员",)),
)
RULE = NamedFallback(on_call=("夜=安护人员",))


def called(drawing, rule=RULE, first=MON, **fields):
    return Drawn(rule, drawing, first, **{"workers": CREW, "shifts": SHIFTS, **fields})


def lines(drawn, lang="en"):
    whole = with_history(drawn.problem, drawn.month)
    return [line.say(lang, drawn.problem.names) for line in drawn.rule.arranges(drawn.problem, whole)]


def test_a_night_with_a_guard_on_duty_at_every_minute_keeps_the_rule_and_names_them():
    drawn = called("""
           Mon  Tue  Wed
        电  夜   .    .
        安  安中  .   安中
        护  .   安夜  .""")
    drawn.holds()
    assert lines(drawn) == [
        "Mon 7 Dec, 夜, 17:30–01:00: 安护甲 can be called",
        "Mon 7 Dec, 夜, 01:00–09:00: 安护乙 can be called",
    ]
    assert lines(drawn, "zh")[0] == "12月7日(周一)“夜”17:30–01:00 代值人：安护甲"


def test_a_part_of_the_night_without_a_guard_is_found():
    drawn = called("""
           Mon  Tue  Wed
        电  夜   .    .
        安  安中  .    .
        护  .    .   安夜""")
    drawn.breaks(
        "Mon 7 Dec, 夜, 01:00–03:00: somebody of 安护人员 is on another duty and can be called (found: 0)",
        "Mon 7 Dec, 夜, 03:00–03:30",
        "Mon 7 Dec, 夜, 03:30–09:00",
    )
    assert drawn.sentences("zh")[0] == "12月7日(周一)“夜”01:00–03:00 另有一名安护人员当班，可代值（现为 0）"


def test_nobody_is_called_from_a_meal():
    drawn = called("""
           Mon  Tue
        电  夜   .
        安  安中  .
        护  .    歇""")
    drawn.breaks("Mon 7 Dec, 夜, 03:00–03:30")
    assert [line.split(": ")[0][-11:] for line in lines(drawn)] == ["17:30–01:00", "01:00–03:00", "03:30–09:00"]


def test_nobody_is_called_in_an_elastic_end():
    shifts = (*SHIFTS[:2], Shift("安夜", "安护夜班", 1 * 60, 9 * 60, firm_end=8 * 60))
    called("Mon Tue\n电 夜 .\n安 安中 .\n护 . 安夜", shifts=shifts).breaks("Mon 7 Dec, 夜, 08:00–09:00")


def test_another_role_does_not_do_and_neither_does_a_trainee():
    crew = (*CREW[:2], Worker("护", "护", roles=("安护人员",), qualified_from=date(2026, 12, 9)), Worker("客", "客"))
    called(
        """
           Mon  Tue  Wed
        电  .    .    .
        安  夜   .    .
        护  .   安夜  .
        客  安中  .    .""",
        workers=crew,
        shifts=SHIFTS[:3],
    ).breaks("Mon 7 Dec, 夜, 17:30–01:00", "Mon 7 Dec, 夜, 01:00–09:00")


def test_people_on_the_same_kind_of_duty_do_not_stand_in_for_each_other_or_for_themselves():
    rule = NamedFallback(on_call=("夜|安中=安护人员",))
    called("Mon Tue\n电 . .\n安 夜 .\n护 安中 安夜", rule, shifts=SHIFTS[:3]).breaks(
        "夜, 17:30–01:00", "安中, 17:00–01:00"
    )
    called("Mon Tue\n电 . .\n安 夜+安中 .\n护 . 安夜", shifts=SHIFTS[:3]).breaks("夜, 17:30–01:00")


def test_a_night_that_is_not_run_asks_for_nobody():
    called("Mon Tue\n电 . .\n安 . .\n护 . .").holds()


def test_over_the_months_edge_each_month_looks_after_what_its_people_could_do():
    """The last night: up to 01:00 only its own month's guards could be there, afterwards only those of the next."""
    called("Mon Tue\n电 . 夜\n安 . .\n护 . .", shifts=SHIFTS[:3]).breaks("Tue 8 Dec, 夜, 17:30–01:00")
    drawn = called(
        """
           31  |  1
        电 夜  |  .
        安 .   |  {}
        护 .   |  .""".format("."),
        first=date(2027, 1, 1),
        shifts=SHIFTS[:3],
    )
    drawn.breaks("Thu 31 Dec, 夜, 01:00–09:00")
    called("31 | 1\n电 夜 | .\n安 . | 安夜\n护 . | .", first=date(2027, 1, 1), shifts=SHIFTS[:3]).holds()


def test_what_guards_of_an_unknown_last_month_might_do_is_not_asked_for():
    shifts = (Shift("凌", "凌晨值班", 0, 2 * 60), *SHIFTS[1:3])
    rule = NamedFallback(on_call=("凌=安护人员",))
    called("Mon Tue\n电 凌 凌\n安 . .\n护 安夜 安夜", rule, shifts=shifts).breaks("Tue 8 Dec, 凌, 00:00–01:00")
    called("Sun | Mon\n电 . | 凌\n安 . | .\n护 . | 安夜", rule, shifts=shifts).breaks("Mon 7 Dec, 凌, 00:00–01:00")


def test_a_stretch_that_ends_at_midnight_says_so():
    shifts = (Shift("晚", "晚值班", 20 * 60, 24 * 60), *SHIFTS[1:])
    called("Mon\n电 晚\n安 .\n护 .", NamedFallback(on_call=("晚=安护人员",)), shifts=shifts).breaks("晚, 20:00–24:00")


def test_an_entry_has_codes_and_roles():
    for entry in ("", "夜", "夜=", "=安护", "夜=安护=班长", "夜|=安护"):
        with pytest.raises(ValueError, match="written"):
            NamedFallback(on_call=("夜=安护", entry))
    assert NamedFallback(on_call=("夜一 ｜夜二＝ 安护｜ 班长",)).shifts_named() == {"夜一", "夜二"}


def test_a_shift_that_the_desk_does_not_have_is_no_entry_and_no_entries_are_no_rule():
    problem = called("Mon\n电 .\n安 .\n护 .").problem
    with pytest.raises(ValueError, match=r"unknown shifts in named_fallback: .*晚"):
        NamedFallback(on_call=("晚=安护",)).applies(problem)
    assert not NamedFallback().applies(problem)
    assert list(NamedFallback(on_call=("夜=安护",)).arranges(problem, Roster([]))) == []
