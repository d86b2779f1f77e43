from datetime import date

import pytest

from constraints.monthly_rest_days import MonthlyRestDays
from scheduler.domain import Desk, Leave, Shift, Worker
from tests.support.kit import Drawn

MON = date(2026, 12, 7)
WEEK = "Mon Tue Wed Thu Fri Sat Sun"
FIRST, THURSDAY, SUNDAY = MON, date(2026, 12, 10), date(2026, 12, 13)


def late(end):
    return (Shift("晚", "late", 16 * 60, end), Shift("早", "early", 8 * 60, 16 * 60))


def floor(drawing, least=2, **fields):
    return Drawn(MonthlyRestDays(least=least), drawing, MON, **fields)


def quota(drawing, first=MON, rule=None, **fields):
    return Drawn(rule or MonthlyRestDays(quota=True, weight=7, leaders=("院领导",)), drawing, first, **fields)


def test_the_floor_of_rest_days_is_kept_and_one_day_less_is_found():
    floor(f"""
           {WEEK}
        甲  早  .  早  早  早  .  早""").holds()
    drawn = floor(f"""
           {WEEK}
        甲  早  早 早  早  早  .  早""")
    drawn.breaks("甲: at least 2 rest day(s) this month, leave, training and outside duty apart (found: 1)")
    assert drawn.sentences("zh") == ["甲：本月至少休息 2 天（请假、培训、外出的日子不算）（现为 1）"]


def test_rest_may_lie_anywhere_in_the_month():
    """RULES 94 is a floor of the month alone; the weekly rest day is another rule's (C4)."""
    floor(f"""
           {WEEK} {WEEK}
        甲  .  .  早  早  早  早  早 早 早 早 早 早 早 早""").holds()


@pytest.mark.parametrize("kind", ["annual", "sick", "training", "outside"])
def test_a_day_of_leave_is_no_rest_day_used(kind):
    drawing = f"""
           {WEEK}
        甲  早  早 早  .  早  .  早"""
    floor(drawing).holds()
    floor(drawing, leave=(Leave("甲", THURSDAY, THURSDAY, kind),)).breaks("(found: 1)")
    floor(drawing, leave=(Leave("甲", THURSDAY, THURSDAY, kind, approved=False),)).holds()


def test_who_is_there_for_a_part_of_the_month_rests_in_proportion():
    drawing = f"""
           {WEEK}
        甲  早  早  .  早  .  .  ."""
    floor(drawing, leave=(Leave("甲", date(2026, 12, 11), SUNDAY),)).holds()  # 4 days of 7: 8/7 is 1
    floor(drawing, least=3, leave=(Leave("甲", date(2026, 12, 11), SUNDAY),)).breaks("at least 2 rest day(s)")
    floor(drawing, workers=(Worker("甲", "甲", leaves=THURSDAY),)).holds()
    floor(drawing, least=7, workers=(Worker("甲", "甲", hired=THURSDAY),)).breaks("at least 4 rest day(s)")


def test_half_a_rest_day_is_a_rest_day():
    days = "1 2 3 4"
    drawing = f"""
           {days}
        甲 早 早 .  ."""
    away = (Leave("甲", date(2026, 12, 9), date(2026, 12, 10)),)
    floor(drawing, least=1, leave=away).breaks("at least 1 rest day(s)")
    floor(drawing, least=1, leave=(Leave("甲", date(2026, 12, 8), date(2026, 12, 10)),)).holds()


def test_a_tail_past_midnight_takes_the_rest_day_unless_it_is_allowed():
    drawing = """
           Mon Tue
        甲  晚  ."""
    Drawn(MonthlyRestDays(least=1), drawing, MON, shifts=late(24 * 60)).holds()
    Drawn(MonthlyRestDays(least=1), drawing, MON, shifts=late(24 * 60 + 1)).breaks("(found: 0)")
    Drawn(MonthlyRestDays(least=1, tail_minutes=60), drawing, MON, shifts=late(25 * 60)).holds()
    Drawn(MonthlyRestDays(least=1, tail_minutes=60), drawing, MON, shifts=late(25 * 60 + 1)).breaks("(found: 0)")


def test_last_months_late_duty_reaches_into_the_first():
    Drawn(
        MonthlyRestDays(least=1),
        """
           31 | 1  2
        甲 晚 | .  早""",
        date(2027, 1, 1),
        shifts=late(25 * 60),
    ).breaks("(found: 0)")


def test_a_rest_day_is_owed_for_each_week_that_ends_in_the_month():
    both = f"{WEEK} {WEEK}"
    quota(f"""
           {both}
        甲  早  早 早  早  早  早  . 早 早 早 早 早 早 .""").costs(0)
    drawn = quota(f"""
           {both}
        甲  早  早 早  早  早  早  . 早 早 早 早 早 早 早""")
    drawn.costs(7)
    assert drawn.sentences() == [
        "甲: 2 rest day(s) owed and to be used this month; what is left over goes to 院领导 for a decision (found: 1)"
    ]
    assert drawn.sentences("zh") == ["甲：本月应轮休 2 天，当月休完；休不完的报院领导研究解决（现为 1）"]


def test_each_rest_day_left_over_costs():
    quota(f"""
           {WEEK} {WEEK}
        甲  早  早 早  早  早  早  早 早 早 早 早 早 早 早""").costs(14)


def test_the_last_week_falls_due_in_the_month_in_which_it_ends():
    quota(f"""
           {WEEK} Mon Tue
        甲  .   早 早  早  早  早  早 早  早""").costs(0)
    first = date(2026, 12, 6)  # a Sunday: the week's rest day falls due in this month
    quota(
        f"""
           Sun {WEEK}
        甲  早  .  早 早  早  早  早  早""",
        first,
    ).costs(7)


def test_the_desks_own_week_says_when_rest_falls_due():
    drawing = """
           Thu Fri Sat Sun Mon Tue Wed Thu
        甲  早  早 早  早  早  早  早  早"""
    quota(drawing, THURSDAY).costs(7)
    quota(drawing, THURSDAY, desk=Desk("d", "d", first_weekday=5)).costs(7)  # Saturday to Friday: 11 December alone
    quota(drawing, THURSDAY, desk=Desk("d", "d", first_weekday=4)).costs(14)  # Friday to Thursday: both Thursdays


def test_a_week_mostly_away_owes_no_rest_day():
    drawing = f"""
           {WEEK}
        甲  .   .   .  .  早  早  早"""
    quota(drawing, leave=(Leave("甲", MON, THURSDAY),)).costs(0)
    quota(drawing, leave=(Leave("甲", MON, THURSDAY, "training"),)).costs(7)  # at work, so rest is owed
    quota(drawing, leave=(Leave("甲", MON, date(2026, 12, 9)),)).costs(0)  # Thursday is the week's rest day
    quota(drawing.replace(".  早", "早 早"), leave=(Leave("甲", MON, date(2026, 12, 9)),)).costs(7)
    quota(drawing, workers=(Worker("甲", "甲", hired=date(2026, 12, 11)),)).costs(0)


def test_a_week_half_away_still_owes_its_rest_day():
    drawing = """
           Thu Fri Sat Sun
        甲  .   .   早  早"""
    quota(drawing, THURSDAY, leave=(Leave("甲", THURSDAY, date(2026, 12, 11)),)).costs(7)
    quota(drawing, THURSDAY, leave=(Leave("甲", THURSDAY, date(2026, 12, 12)),)).costs(0)


def test_floor_and_quota_go_together():
    drawn = quota(
        f"""
           {WEEK}
        甲  早  早 早  早  早  早  早""",
        rule=MonthlyRestDays(least=2, quota=True, weight=5, leaders=("主管", "店长")),
    )
    drawn.breaks("at least 2 rest day(s)", "goes to 主管、店长 for a decision (found: 0)")


def test_at_most_so_many_duties_fit_beside_the_floor():
    worker = Worker("甲", "甲")
    problem = floor(f"""
           {WEEK}
        甲  .  .  .  .  .  .  .""").problem
    rule = MonthlyRestDays(least=2)
    assert rule.most_duties(problem, worker, problem.dates) == 5
    assert rule.most_duties(problem, worker, problem.dates[1:]) == 5
    assert rule.most_duties(problem, worker, problem.dates[2:]) == 5


def test_the_rule_is_off_unless_a_desk_asks():
    problem = floor("""
           Mon
        甲  .""").problem
    assert not MonthlyRestDays().applies(problem)
    assert not MonthlyRestDays(quota=True, weight=0).applies(problem)
    assert MonthlyRestDays(least=1).applies(problem)
