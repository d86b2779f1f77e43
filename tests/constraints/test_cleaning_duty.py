from datetime import date

import pytest

from constraints.cleaning_duty import CleaningDuty
from scheduler.audit.audit import with_history
from scheduler.domain import Demand, Shift, Worker
from tests.support.kit import Drawn

MON = date(2026, 12, 7)
NINE = CleaningDuty(shifts=("早",), by=("08:50",))
EVERY_DAY = (Demand("早", least=1, target=1), Demand("中", target=1))
NINETEEN = (Shift("早", "早", 540, 1080), Shift("中", "中", 720, 1200), Shift("冬", "冬", 540, 1050))


def cleaned(drawing, rule=NINE, first=MON, **fields):
    return Drawn(rule, drawing, first, **{"demand": EVERY_DAY, "shifts": NINETEEN, **fields})


def turns(drawn, lang="en"):
    roster = with_history(drawn.problem, drawn.month)
    return [reason.say(lang, drawn.problem.names) for reason in drawn.rule.arranges(drawn.problem, roster)]


def cleaners(drawn):
    roster = with_history(drawn.problem, drawn.month)
    return "".join(reason.workers[0] for reason in drawn.rule.arranges(drawn.problem, roster))


def test_one_of_those_on_the_nine_o_clock_start_cleans_each_day_in_turn():
    drawn = cleaned("""
           Mon Tue Wed Thu Fri
        甲  早  早  早  早  早
        乙  早  早  早  早  早
        丙  早  早  早  早  早""")
    drawn.holds()
    assert sorted(cleaners(drawn)) in (sorted("甲乙丙甲乙"), sorted("乙丙甲乙丙"), sorted("丙甲乙丙甲"))
    assert cleaners(drawn)[:3] == cleaners(drawn)[3:] + cleaners(drawn)[2]


def test_the_line_names_the_day_the_cleaner_and_the_time():
    drawn = cleaned("""
           Mon
        甲  早""")
    assert turns(drawn) == ["Mon 7 Dec: 甲 on cleaning duty, done by 08:50"]
    assert turns(drawn, "zh") == ["12月7日(周一) 值日生：甲，08:50 前打扫完毕"]
    plain = cleaned(
        """
           Mon
        甲  早""",
        CleaningDuty(shifts=("早",)),
    )
    assert turns(plain, "zh") == ["12月7日(周一) 值日生：甲"]


def test_only_those_on_the_named_shifts_clean():
    drawn = cleaned("""
           Mon Tue Wed
        甲  中  早  中
        乙  早  中  早""")
    assert cleaners(drawn) == "乙甲乙"


def test_a_day_on_which_nobody_could_clean_is_found():
    drawn = cleaned("""
           Mon Tue
        甲  早  中
        乙  .   .""")
    drawn.breaks("Tue 8 Dec: somebody on 早 to do the cleaning")
    assert drawn.sentences("zh") == ["12月8日(周二)“早”有人值日打扫"]
    assert cleaners(drawn) == "甲"


def test_a_day_that_wants_nobody_on_the_shift_has_no_cleaner():
    drawn = cleaned(
        """
           Fri Sat
        甲  早  .""",
        first=date(2026, 12, 11),
        demand=(Demand("早", "workday", least=1, target=1), Demand("早", "restday")),
    )
    drawn.holds()
    assert cleaners(drawn) == "甲"


def test_either_seasons_shift_will_do():
    demand = (Demand("早", "mon", least=1, target=1), Demand("冬", "tue", target=1))
    drawn = cleaned(
        """
           Mon Tue
        甲  早  冬""",
        CleaningDuty(shifts=("早", "冬")),
        demand=demand,
    )
    drawn.holds()
    assert cleaners(drawn) == "甲甲"
    cleaned(
        """
           Mon Tue
        甲  早  早""",
        CleaningDuty(shifts=("早", "冬")),
        demand=demand,
    ).breaks("Tue 8 Dec: somebody on 冬 to do the cleaning")


def test_who_was_away_does_not_make_up_for_it():
    drawn = cleaned("""
           1 2 3 4 5 6 7 8
        甲 早 早 早 早 早 早 早 早
        乙 早 早 早 早 早 早 早 早
        丙 .  .  .  .  .  .  早 早""")
    assert cleaners(drawn)[6:].count("丙") == 1


def test_a_trainee_cleans_too():
    workers = (Worker("甲", "甲", qualified_from=date(2027, 1, 1)),)
    drawn = cleaned(
        """
           Mon
        甲  早""",
        workers=workers,
    )
    drawn.holds()
    assert cleaners(drawn) == "甲"


def test_each_month_begins_with_somebody_else():
    drawing = """
           1
        甲 早
        乙 早
        丙 早"""
    firsts = [cleaners(cleaned(drawing, first=date(2026, month, 1))) for month in (9, 10, 11, 12)]
    assert set(firsts[:3]) == set("甲乙丙")
    assert firsts[3] == firsts[0]


def test_times_and_shifts_are_read_strictly():
    assert CleaningDuty(by=("8：50",)).by
    for by in (("850",), ("24:00",), ("8:60",), ("08:50", "09:00"), ("",)):
        with pytest.raises(ValueError, match="08:50"):
            CleaningDuty(by=by)
    problem = cleaned("""
           Mon
        甲  早""").problem
    assert not CleaningDuty().applies(problem)
    with pytest.raises(ValueError, match="夜"):
        CleaningDuty(shifts=("夜",)).applies(problem)
    assert CleaningDuty(shifts=("夜",)).shifts_named() == {"夜"}
