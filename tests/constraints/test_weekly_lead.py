from datetime import date

import pytest

from constraints.weekly_lead import WeeklyLead
from scheduler.audit.audit import with_history
from scheduler.domain import Demand, Desk, Leave, Worker
from tests.support.kit import Drawn

MON, SUN = date(2026, 12, 7), date(2026, 12, 13)
WEEK = "Mon Tue Wed Thu Fri Sat Sun"
STAFF = (*(Worker(name, name, roles=("经理",)) for name in "甲乙丙"), Worker("丁", "丁"))
SINCE = ("2026-12-09",)  # 甲 leads the week of 7 December
DAILY = (Demand("早", target=2),)


def led(drawing, first=MON, rest_days=1, since=SINCE, **fields):
    rule = WeeklyLead(titles=("经理",), rest_days=rest_days, since=since)
    fields = {"workers": STAFF, "demand": DAILY, **fields}
    return Drawn(rule, drawing, first, **fields)


def lines(drawn, lang="en"):
    whole = with_history(drawn.problem, drawn.month)
    return [line.say(lang, drawn.problem.names) for line in drawn.rule.arranges(drawn.problem, whole)]


def test_the_lead_is_there_on_six_days_and_a_deputy_on_the_seventh():
    drawn = led(f"""
           {WEEK}
        甲  早  早  早  .   中  早  早
        乙  .   .   .   早  .   .   .
        丙  .   .   .   .   .   .   .
        丁  早  早  早  早  早  早  早""")
    drawn.holds()
    assert lines(drawn) == [
        "经理 of the week of Mon 7 Dec to Sun 13 Dec: 甲",
        "Thu 10 Dec: 甲 is off, 乙 deputises as 经理",
    ]
    assert lines(drawn, "zh") == [
        "12月7日(周一)至12月13日(周日)本周经理：甲",
        "12月10日(周四)甲不在岗，经理由乙代",
    ]


def test_a_lead_who_rests_more_than_allowed_breaks_the_week():
    drawing = f"""
           {WEEK}
        甲  早  早  早  .   .   早  早
        乙  .   .   .   早  早  .   .
        丙  .   .   .   .   .   .   .
        丁  早  早  早  早  早  早  早"""
    drawn = led(drawing)
    drawn.breaks("甲: 经理 of the week of Mon 7 Dec, so at most 1 day(s) off until Sun 13 Dec (found: 2)")
    assert drawn.sentences("zh") == ["甲：12月7日(周一)至12月13日(周日)这一周当经理，最多休息 1 天（现为 2）"]
    led(drawing, rest_days=2).holds()


def test_a_day_without_the_lead_and_without_a_deputy_is_broken():
    led(f"""
           {WEEK}
        甲  早  早  早  .   早  早  早
        乙  早  .   .   .   .   .   .
        丙  .   .   .   .   .   .   .
        丁  早  早  早  早  早  早  早""").breaks("Thu 10 Dec: at least one 经理 on duty, 甲 or a deputy")


def test_weeks_go_round_the_holders_in_the_order_of_the_table_and_over_the_years_end():
    everybody = " ".join(["早"] * 14)
    drawing = f"""
           {WEEK} {WEEK}
        甲  {everybody}
        乙  {everybody}
        丙  {everybody}
        丁  {everybody}"""
    assert [line.split(": ")[1] for line in lines(led(drawing))] == ["甲", "乙"]
    assert [line.split(": ")[1] for line in lines(led(drawing, date(2026, 12, 28)))] == ["甲", "乙"]
    assert [line.split(": ")[1] for line in lines(led(drawing, date(2026, 11, 23)))] == ["乙", "丙"]
    # without a day of their own, turns begin with the first Monday of 2026, 48 weeks before 7 December
    assert [line.split(": ")[1] for line in lines(led(drawing, since=()))] == ["甲", "乙"]
    saturday = Desk("desk", "desk", first_weekday=5)
    assert [line.split(": ")[1] for line in lines(led(drawing, desk=saturday))] == ["甲", "乙", "丙"]


def test_leave_is_no_rest_but_asks_for_a_deputy():
    drawing = f"""
           {WEEK}
        甲  .   .   早  .   早  早  早
        乙  早  .   .   早  .   .   .
        丙  .   {{}}  .   .   .   .   .
        丁  早  早  早  早  早  早  早"""
    away = (Leave("甲", MON, date(2026, 12, 8)),)
    drawn = led(drawing.format("早"), leave=away)
    drawn.holds()
    assert lines(drawn)[1:] == [
        "Mon 7 Dec: 甲 is off, 乙 deputises as 经理",
        "Tue 8 Dec: 甲 is off, 丙 deputises as 经理",
        "Thu 10 Dec: 甲 is off, 乙 deputises as 经理",
    ]
    led(drawing.format("."), leave=away).breaks("Tue 8 Dec: at least one 经理 on duty")


def test_who_is_away_most_of_the_week_leaves_it_to_the_next():
    drawing = f"""
           {WEEK}
        甲  .   .   .   .   早  早  早
        乙  早  早  早  早  .   早  早
        丙  .   .   .   .   .   .   .
        丁  早  早  早  早  早  早  早"""
    drawn = led(drawing, leave=(Leave("甲", MON, date(2026, 12, 10)),))
    drawn.holds()
    assert lines(drawn) == [
        "经理 of the week of Mon 7 Dec to Sun 13 Dec: 乙",
        "Fri 11 Dec: 乙 is off, 甲 deputises as 经理",
    ]
    kept = led(drawing, leave=(Leave("甲", MON, date(2026, 12, 9)),))
    assert lines(kept)[0].endswith("甲")
    kept.holds()  # three days away, one of rest


def test_a_week_that_began_last_month_goes_on():
    drawing = """
           Sun Mon Tue | Wed Thu Fri Sat Sun
        甲  .   早  {} |  早  早  {}  早  早
        乙  .   .   早 |  .   .   早  .   .
        丙  .   .   .  |  .   .   .   .   .
        丁  早  早  早 |  早  早  早  早  早"""
    wednesday = date(2026, 12, 9)
    led(drawing.format("早", "."), wednesday).holds()
    led(drawing.format(".", "早"), wednesday).holds()
    led(drawing.format(".", "."), wednesday).breaks("so at most 0 day(s) off until Sun 13 Dec (found: 1)")


def test_days_on_which_the_desk_needs_nobody_do_not_count():
    drawing = f"""
           {WEEK}
        甲  早  早  .   早  早  .   .
        乙  .   .   早  .   .   .   .
        丙  .   .   .   .   .   .   .
        丁  早  早  早  早  早  .   ."""
    led(drawing, demand=(Demand("早", "workday", target=2),)).holds()
    led(drawing).breaks(
        "at most 1 day(s) off until Sun 13 Dec (found: 3)",
        "Sat 12 Dec: at least one 经理",
        "Sun 13 Dec: at least one 经理",
    )


def test_trainees_and_titles_without_holders_lead_nothing():
    trainee = (Worker("甲", "甲", roles=("经理",), qualified_from=date(2027, 1, 1)), Worker("丁", "丁"))
    drawing = """
           Mon
        甲  早
        丁  早"""
    led(drawing, workers=trainee).breaks("Mon 7 Dec: at least one 经理 on duty")
    nobody = led(drawing, workers=(Worker("甲", "甲"), Worker("丁", "丁")))
    nobody.breaks("Mon 7 Dec: at least one 经理 on duty")
    assert lines(nobody) == []


def test_the_settings_are_titles_and_a_day():
    for settings in ({"titles": ("经理", "经理")}, {"titles": ("",)}, {"since": ("soon",)}, {"since": SINCE * 2}):
        with pytest.raises(ValueError, match=r"day|isoformat"):
            WeeklyLead(**settings)
    assert not WeeklyLead().applies(led("Mon\n甲 .").problem)
