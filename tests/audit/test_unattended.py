"""When nobody of a kind is at the desk although the desk has somebody of it on a shift."""

from datetime import date, timedelta

from scheduler.audit.unattended import find_unattended
from scheduler.domain import Break, Demand, Desk, Duty, Problem, Roster, Shift, Skill, Worker
from scheduler.domain.holidays import day_types

MON = date(2026, 12, 7)
SHIFTS = (
    Shift("早", "早班", 480, 960, breaks=(Break(720, 750),), skill="售前"),
    Shift("晚", "晚班", 960, 1440, breaks=(Break(1140, 1200),), skill="售前"),
    Shift("杂", "杂班", 600, 1080, breaks=(Break(690, 735),)),
)
BOTH = (Demand("早", least=1, target=1), Demand("晚", least=1, target=1))


def said(*duties, days=1, demand=BOTH, skilled="甲乙丙", **fields):
    workers = tuple(Worker(one, one, skills=(Skill("售前"),) if one in skilled else (), **fields) for one in "甲乙丙")
    dates = tuple(MON + timedelta(days=n) for n in range(days))
    problem = Problem(Desk("d", "d"), day_types(dates, "none"), workers, SHIFTS, demand=demand)
    roster = Roster(Duty(who, day, code) for day in dates for who, code in duties)
    return [one.note.say("zh") for one in find_unattended(problem, roster)]


def test_meals_at_which_nobody_with_the_skill_is_there_are_told_by_the_time_of_day():
    both = (("甲", "早"), ("乙", "晚"))
    assert said(*both) == [
        "12月7日(周一) 12:00–12:30 没有“售前”的人在岗（用餐、休息）",
        "12月7日(周一) 19:00–20:00 没有“售前”的人在岗（用餐、休息）",
    ]
    assert said(*both, days=3)[0] == "3 天的 12:00–12:30 没有“售前”的人在岗（用餐、休息）"


def test_whoever_has_the_skill_counts_on_whatever_shift_and_others_do_not():
    three = (("甲", "早"), ("乙", "晚"), ("丙", "杂"))
    assert said(*three) == [
        "12月7日(周一) 12:00–12:15 没有“售前”的人在岗（用餐、休息）",
        "12月7日(周一) 19:00–20:00 没有“售前”的人在岗（用餐、休息）",
    ]
    assert said(*three, skilled="甲乙")[0] == "12月7日(周一) 12:00–12:30 没有“售前”的人在岗（用餐、休息）"
    assert len(said(*three, qualified_from=MON + timedelta(days=1))) == 1  # all day: nobody counts


def test_what_is_not_asked_for_is_not_missed():
    assert said(("甲", "早"), demand=(Demand("早", least=1, target=1),))[0].startswith("12月7日(周一) 12:00–12:30")
    assert said(("甲", "早"), demand=(Demand("早", least=0, target=1), Demand("杂", least=1, target=1))) == []
    role = (Demand("杂", role="班长", least=1, target=1),)
    assert said(("甲", "杂"), demand=role, roles=("班长",)) == [
        "12月7日(周一) 11:30–12:15 没有“班长”的人在岗（用餐、休息）"
    ]
