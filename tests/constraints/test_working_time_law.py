import time
from datetime import date, timedelta

import pytest

from constraints.working_time_law import WorkingTimeLaw
from scheduler.audit.audit import audit
from scheduler.domain import (
    Break,
    Demand,
    Desk,
    Duty,
    Leave,
    Noted,
    Overtime,
    Problem,
    Protection,
    ProtectionKind,
    Roster,
    Shift,
    Worker,
)
from scheduler.domain.holidays import day_types
from scheduler.rules import Layer
from scheduler.rules.book import Rulebook
from scheduler.solver.outcome import Impossible, Solved
from scheduler.solver.solve import solve
from scheduler.timeline import month_days
from tests.support.generated_desks import three_shift_desk
from tests.support.kit import THREE_SHIFTS, Drawn, avoided

MON, WED = date(2026, 12, 7), date(2026, 12, 9)
WARNS, HOLDS = WorkingTimeLaw(), WorkingTimeLaw(enforce=True)
CN = day_types(tuple(MON + timedelta(days=n) for n in range(7)), "CN")
SIX_DAYS = """
           Mon Tue Wed Thu Fri Sat Sun
        甲  早  早  早  早  早  早   ."""
SEVEN_DAYS = """
           Mon Tue Wed Thu Fri Sat Sun
        甲  早  早  早  早  早  早  早"""
NIGHTS = """
           Mon Tue
        甲  夜  夜"""


def pregnant(first=None, last=None, kind=ProtectionKind.PREGNANT):
    return (Worker("甲", "甲", protections=(Protection(kind, first, last),)),)


def month_of(year, month, shift, closed, desk=None, workers=("甲",), history=(), **fields):
    """Every worker on one shift on every day of a month but the closed ones, and the roster of it."""
    dates = month_days(year, month)
    duties = [Duty(worker, day, shift.code) for day in dates if not closed(day) for worker in workers]
    problem = Problem(
        desk or Desk("desk", "desk"),
        day_types(dates),
        tuple(Worker(worker, worker) for worker in workers),
        (shift,),
        demand=(Demand(shift.code),),
        **fields,
    )
    return problem, Roster(duties)


def said(rule, problem, roster, lang="en"):
    return [violation.say(lang, problem.names) for violation in rule.check(problem, roster)]


# Warned of or enforced


def test_a_desk_is_warned_and_neither_refused_nor_charged_unless_it_enforces_the_law():
    warned = Drawn(WARNS, SEVEN_DAYS, MON)
    assert {violation.noted for violation in warned.found} == {Noted.LAW}
    assert not any(violation.hard or violation.cost for violation in warned.found)
    enforced = Drawn(HOLDS, SEVEN_DAYS, MON)
    assert {violation.hard for violation in enforced.found} == {True, False}
    assert [v.reason for v in warned.found] == [v.reason for v in enforced.found]
    enforced.agrees()


def test_every_line_names_its_article():
    protected = pregnant()
    drawings = (
        Drawn(WARNS, SEVEN_DAYS, MON, shifts=(Shift("早", "早", 480, 1200),)),
        Drawn(WARNS, NIGHTS, MON, workers=protected),
        Drawn(WARNS, SEVEN_DAYS, date(2026, 10, 1), days=day_types(month_days(2026, 10)[:7])),
        Drawn(WorkingTimeLaw(system=("综合",)), SEVEN_DAYS, MON),
    )
    lines = {line for drawn in drawings for line in drawn.sentences("zh")}
    assert len(lines) >= 8
    assert all("法" in line and "第" in line for line in lines), lines


def test_only_desks_with_the_chinese_calendar_are_under_it():
    assert WARNS.applies(Drawn(WARNS, NIGHTS, MON).problem)
    assert not WARNS.applies(Drawn(WARNS, NIGHTS, MON, desk=Desk("d", "d", calendar="none")).problem)


def test_the_layer_is_that_of_the_law_and_no_repair_bends_it():
    assert (WorkingTimeLaw.in_law_report, WorkingTimeLaw.layer, WorkingTimeLaw.price) == (True, Layer.NEVER, 0)


# Article 36 and the regulation of 1995: hours of a day and of a week


@pytest.mark.parametrize(("minutes", "approved", "legal"), [(480, 0, 1), (481, 0, 0), (481, 1, 1), (660, 180, 1)])
def test_a_day_holds_eight_hours_and_the_overtime_approved_for_it(minutes, approved, legal):
    shift = Shift("长", "长", 480, 480 + minutes)
    overtime = (Overtime("甲", MON, approved),) if approved else ()
    drawn = Drawn(HOLDS, "Mon Tue\n甲 长 .", MON, shifts=(shift,), overtime=overtime, days=CN[:2])
    drawn.holds() if legal else drawn.breaks("at most 8 h a day")


def test_approved_overtime_stretches_a_day_by_three_hours_at_most():
    shift = Shift("长", "长", 480, 480 + 661)
    drawn = Drawn(HOLDS, "Mon Tue\n甲 长 .", MON, shifts=(shift,), overtime=(Overtime("甲", MON, 240),))
    drawn.breaks("of which at most 3 h (Labour Law 36, 41) (found: 12-07 11.02 h)")


def test_many_long_days_are_one_line_a_person():
    long = (Shift("早", "早", 480, 480 + 570),)
    found = Drawn(WARNS, SIX_DAYS, MON, shifts=long).sentences()
    assert [line for line in found if "8 h a day" in line] == [
        "甲: at most 8 h a day, approved overtime apart, of which at most 3 h (Labour Law 36, 41)"
        " (found: 12-07 9.5 h, 12-08 9.5 h, 12-09 9.5 h … (6))"
    ]


def test_a_week_beyond_44_hours_is_found_and_one_of_44_is_not():
    def days_of(minutes):
        return Drawn(HOLDS, "Mon Tue Wed Thu Fri Sat Sun\n甲 早 早 早 早 早 短 .", MON, shifts=(*THREE_SHIFTS, minutes))

    half = Shift("短", "短", 480, 480 + 240)
    assert [v.hard for v in days_of(half).found] == [False]
    assert days_of(half).sentences() == [
        "甲: hours beyond the month's norm of 40 h are overtime, paid as such or given back (Labour Law 44)"
        " (found: 44 h, +4 h)"
    ]
    longer = days_of(Shift("短", "短", 480, 480 + 241))
    longer.breaks("at most 44 h a week", "44.02 h, +4.02 h")
    assert "(found: 12-07..12-13 44.02 h)" in longer.sentences()[0]


def test_overtime_approved_for_the_day_is_apart_from_the_week():
    sixth = (Overtime("甲", date(2026, 12, 12), 480),)
    Drawn(HOLDS, SIX_DAYS, MON, overtime=sixth).breaks("48 h, +8 h")
    Drawn(HOLDS, SIX_DAYS, MON).breaks("48 h, +8 h", "at most 44 h a week")


def test_a_week_that_began_last_month_counts_with_last_months_duties():
    drawing = "Mon Tue Wed Thu | Fri Sat\n甲 早 早 早 早 | 早 {}"
    Drawn(HOLDS, drawing.format("."), date(2026, 12, 11)).holds()
    Drawn(HOLDS, drawing.format("早"), date(2026, 12, 11)).breaks("found: 12-07..12-13 48 h", "found: 16 h, +8 h")


def test_a_week_that_last_month_has_filled_asks_for_rest_and_for_nothing_that_is_past():
    Drawn(HOLDS, "Mon Tue Wed Thu Fri Sat | Sun\n甲 早 早 早 早 早 早 | .", date(2026, 12, 13)).holds()


def test_training_on_working_days_is_part_of_the_week():
    training = (Leave("甲", MON, WED, "training"),)
    late = "Mon Tue Wed Thu Fri Sat Sun\n甲 . . . 早 早 早 ."
    found = Drawn(HOLDS, late, MON, leave=training)
    found.breaks("found: 12-07..12-13 48 h", "found: 24 h, +8 h")


@pytest.mark.parametrize(
    ("system", "minutes", "nights"),
    [("标准", 528, {19, 20, 21, 22, 24}), ("综合", 540, {*range(1, 20), 24})],
    ids=["a week of 44 h", "a month with 36 h of overtime"],
)
@pytest.mark.parametrize(("hours_by", "steps"), [("wall", 0), ("passing", 1)])
def test_what_is_avoided_goes_by_the_hours_that_the_desk_counts(system, minutes, nights, hours_by, steps):
    """Just as much as there may be; where hours are counted as they pass, the clocks put back in a night are one more."""
    night = Shift("夜", "夜", 1320, 1320 + minutes)
    desk = Desk("desk", "desk", zone="Europe/Berlin", hours_by=hours_by)
    problem, roster = month_of(2026, 10, night, lambda day: day.day not in nights, desk)
    rule = WorkingTimeLaw(system=(system,))
    assert (rule.count_avoided(problem, roster), avoided(problem, rule, roster.duties)) == (steps, steps)


# Article 38: a rest day


def test_seven_days_running_leave_no_rest_day():
    rest = [line for line in Drawn(WARNS, SEVEN_DAYS, MON).sentences() if "Labour Law 38" in line]
    assert rest == ["甲: a day off, of 24 h or more on end, in the week of Mon 7 Dec (Labour Law 38)"]


def test_a_day_off_between_a_long_night_and_an_early_start_is_no_rest_of_24_hours():
    shifts = (Shift("夜", "夜", 24 * 60 - 30, 33 * 60, breaks=(Break(1500, 1530),)), Shift("早", "早", 8 * 60, 14 * 60))
    week = "Mon Tue Wed Thu Fri Sat Sun\n甲 早 早 早 早 夜 . {}"
    irregular = WorkingTimeLaw(enforce=True, system=("irregular",))
    Drawn(irregular, week.format("早"), MON, shifts=shifts).breaks("Labour Law 38")
    Drawn(irregular, week.format("."), MON, shifts=shifts).holds()
    nine = (shifts[0], Shift("早", "早", 9 * 60, 14 * 60))
    Drawn(irregular, week.format("早"), MON, shifts=nine).holds()


def test_training_is_no_rest_and_a_week_full_of_it_is_only_put_on_record():
    """No roster can mend what is settled; so the law layer says it and does not make the month impossible."""
    drawn = Drawn(
        HOLDS, "Mon Tue Wed Thu Fri Sat Sun\n甲 . . . . . . .", MON, leave=(Leave("甲", MON, CN[6].date, "training"),)
    )
    assert [violation.noted for violation in drawn.found] == [Noted.LAW]
    drawn.agrees()


# Articles 41 and 44: overtime of a month


def test_hours_beyond_the_norm_are_one_line_and_beyond_36_hours_a_finding():
    nine = Shift("早", "早", 9 * 60, 18 * 60, breaks=(Break(12 * 60, 13 * 60),))
    december, roster = month_of(2026, 12, nine, lambda day: day.weekday() == 4)
    assert [line for line in said(WARNS, december, roster) if "Labour Law 41)" in line] == []
    assert "found: 216 h, +32 h" in said(WARNS, december, roster)[1]
    january, roster = month_of(2027, 1, nine, lambda day: day.weekday() == 4)
    found = said(HOLDS, january, roster)  # the gravest first
    assert "at most 36 h of overtime this month, 196 h with the norm of 160 h" in found[0]
    assert "found: 208 h, +48 h" in found[0]


def test_the_six_day_shop_passes_the_month_in_january_only():
    """R8: 216 h (+32) in December, 200 h (+40) in January, 1 January being closed too."""
    nine = Shift("班", "班", 9 * 60, 18 * 60, breaks=(Break(12 * 60, 13 * 60),))

    def overtime(year, month):
        closed = {date(2027, 1, 1)}
        problem, roster = month_of(year, month, nine, lambda day: day.weekday() == 6 or day in closed)
        return [v for v in WorkingTimeLaw(enforce=True).check(problem, roster) if "+" in str(v.found)]

    (december,), (january,) = overtime(2026, 12), overtime(2027, 1)
    assert (december.found, december.hard) == ("216 h, +32 h", False)
    assert (january.found, january.hard) == ("200 h, +40 h", True)


def test_the_two_season_office_makes_18_and_a_half_hours_of_overtime_in_december():
    """R7: 7.5 h net on six days."""
    winter = Shift("班", "班", 9 * 60, 17 * 60 + 30, breaks=(Break(12 * 60, 13 * 60),))
    problem, roster = month_of(2026, 12, winter, lambda day: day.weekday() == 6)
    assert "found: 202.5 h, +18.5 h" in said(WARNS, problem, roster)[1]
    closed = {date(2027, 1, 1)}
    problem, roster = month_of(2027, 1, winter, lambda day: day.weekday() == 6 or day in closed)
    assert "found: 187.5 h, +27.5 h" in said(WARNS, problem, roster)[1]


def test_three_rest_days_a_month_are_40_hours_of_overtime_and_four_are_32():
    """R10 taken literally."""
    early = Shift("早", "早", 8 * 60, 17 * 60 + 30, breaks=(Break(12 * 60, 13 * 60 + 30),))
    three, four = {7, 17, 27}, {6, 13, 20, 27}
    problem, roster = month_of(2026, 12, early, lambda day: day.day in three)
    assert any("found: 224 h, +40 h" in line and "Labour Law 41" in line for line in said(WARNS, problem, roster))
    problem, roster = month_of(2026, 12, early, lambda day: day.day in four)
    assert any("found: 216 h, +32 h" in line and "Labour Law 44" in line for line in said(WARNS, problem, roster))


def test_the_norm_is_that_of_the_calendar_whatever_week_the_desk_works():
    nine = Shift("班", "班", 9 * 60, 18 * 60, breaks=(Break(12 * 60, 13 * 60),))
    desk = Desk("desk", "desk", first_weekday=5, workdays=(5, 6, 0, 1, 2, 3))
    problem, roster = month_of(2026, 12, nine, lambda day: day.weekday() == 4, desk)
    assert problem.norm_minutes["甲"] == 216 * 60
    assert "found: 216 h, +32 h" in said(WARNS, problem, roster)[1]


def test_approved_leave_on_working_days_lowers_the_norm():
    nine = Shift("班", "班", 9 * 60, 18 * 60, breaks=(Break(12 * 60, 13 * 60),))
    away = {date(2026, 12, 14), date(2026, 12, 15)}
    leave = (Leave("甲", min(away), max(away)),)
    problem, roster = month_of(2026, 12, nine, lambda day: day.weekday() == 6 or day in away, leave=leave)
    assert any("norm of 168 h" in line and "200 h, +32 h" in line for line in said(WARNS, problem, roster))


def test_duties_on_statutory_holidays_are_one_line_for_pay():
    october = day_types(month_days(2026, 10)[:7])
    nights = "1 2 3 4 5 6 7\n甲 早 N . . . . ."
    shifts = (*THREE_SHIFTS, Shift("N", "N", 22 * 60, 30 * 60, breaks=(Break(25 * 60, 26 * 60),)))
    found = Drawn(WARNS, nights, date(2026, 10, 1), shifts=shifts, days=october).sentences()
    pay = [line for line in found if "300%" in line]
    assert pay == [
        "甲: work on statutory holidays, paid at 300% or more (Labour Law 44, 3) (found: 10-01 8 h, 10-02 2 h, 10-03 5 h)"
    ]


def test_a_night_begun_last_year_is_paid_for_its_hours_on_new_years_day():
    shifts = (Shift("N", "N", 22 * 60, 30 * 60),)
    drawn = Drawn(WARNS, "31 | 1\n甲 N | .", date(2027, 1, 1), shifts=shifts, days=day_types((date(2027, 1, 1),)))
    assert drawn.sentences()[0].endswith("(found: 01-01 6 h)")


# Special protection


@pytest.mark.parametrize("kind", ProtectionKind)
def test_the_protected_work_neither_at_night_nor_overtime(kind):
    protected = pregnant(kind=kind)
    Drawn(HOLDS, NIGHTS, MON, workers=protected).breaks("no work from 22:00 to 6:00")
    Drawn(HOLDS, NIGHTS.replace("夜", "早"), MON, workers=protected).holds()
    evening = Drawn(HOLDS, NIGHTS.replace("夜", "中"), MON, workers=protected)
    evening.breaks("no work from 22:00 to 6:00")
    twelve = (Shift("早", "早", 480, 480 + 481),)
    approved = (Overtime("甲", MON, 60),)
    long = Drawn(HOLDS, "Mon\n甲 早", MON, workers=protected, shifts=twelve, overtime=approved)
    assert any("no overtime: on protected days at most 8 h each" in line for line in long.sentences())
    long.agrees()


def test_ten_at_night_and_six_in_the_morning_are_no_night():
    at = (Shift("a", "a", 14 * 60, 22 * 60), Shift("b", "b", 6 * 60, 14 * 60), Shift("c", "c", 15 * 60, 22 * 60 + 1))
    Drawn(HOLDS, "Mon Tue\n甲 a b", MON, shifts=at, workers=pregnant()).holds()
    Drawn(HOLDS, "Mon Tue\n甲 a c", MON, shifts=at, workers=pregnant()).breaks("no work from 22:00")
    early = (Shift("b", "b", 5 * 60 + 59, 13 * 60),)
    Drawn(HOLDS, "Mon\n甲 b", MON, shifts=early, workers=pregnant()).breaks("no work from 22:00")


def test_a_night_counts_by_the_day_it_reaches_into():
    night = (Shift("N", "N", 20 * 60, 28 * 60, night=True),)
    Drawn(HOLDS, "Mon Tue\n甲 N .", MON, shifts=night, workers=pregnant(first=MON + timedelta(days=1))).breaks("22:00")
    Drawn(HOLDS, "Mon Tue\n甲 . N", MON, shifts=night, workers=pregnant(last=MON)).holds()


def test_the_protected_days_hold_no_more_than_their_own_norm():
    week = "Mon Tue Wed Thu Fri Sat Sun\n甲 早 早 早 早 早 {} ."
    half = (*THREE_SHIFTS, Shift("短", "短", 480, 540))
    Drawn(HOLDS, week.format("."), MON, workers=pregnant(), shifts=half).holds()
    Drawn(HOLDS, week.format("短"), MON, workers=pregnant(), shifts=half).breaks(
        "8 h each and 40 h together (Labour Law 61, protection of female employees 6) (found: 41 h)", "41 h, +1 h"
    )


# Hours systems


def test_hours_reckoned_over_the_month_look_at_its_sum_alone():
    comprehensive = WorkingTimeLaw(enforce=True, system=("comprehensive",))
    twelve = (Shift("早", "早", 480, 480 + 720),)
    Drawn(comprehensive, SIX_DAYS, MON, shifts=twelve).breaks("hours are reckoned over this month, beyond 40 h")
    thirteen = (Shift("早", "早", 480, 480 + 761),)
    Drawn(comprehensive, SIX_DAYS, MON, shifts=thirteen).breaks("at most 36 h of overtime, 76 h with the norm of 40 h")


def test_irregular_hours_keep_the_rest_day_and_the_protection():
    irregular = WorkingTimeLaw(enforce=True, system=("irregular=客服经理",))
    long = (Shift("早", "早", 480, 1320),)
    boss = (Worker("甲", "甲", roles=("客服经理",)),)
    Drawn(irregular, SIX_DAYS, MON, shifts=long, workers=boss).holds()
    Drawn(irregular, SEVEN_DAYS, MON, shifts=long, workers=boss).breaks("Labour Law 38")
    Drawn(irregular, SIX_DAYS, MON, shifts=long).breaks("8 h a day", "44 h a week", "+44 h")


@pytest.mark.parametrize(
    "texts", [("flexible",), ("standard", "综合"), ("irregular=",), ("irregular=经理", "综合=经理"), ("=经理",), ("",)]
)
def test_a_system_that_is_none_or_is_said_twice_is_refused(texts):
    with pytest.raises(ValueError, match="no hours system, or said twice"):
        WorkingTimeLaw(system=texts)


def test_systems_may_be_written_in_chinese_with_several_roles():
    rule = WorkingTimeLaw(system=("综合", "不定时＝客服经理｜外勤"))
    assert rule._systems() == {"": "comprehensive", "客服经理": "irregular", "外勤": "irregular"}


# Enforced on a month


def two_shift_shop(people, rule, **fields):
    """R10: both shifts every day, 8 h paid each, by so many people."""
    early = Shift("早", "早", 8 * 60, 17 * 60 + 30, breaks=(Break(12 * 60, 13 * 60 + 30),))
    late = Shift("晚", "晚", 16 * 60, 25 * 60, breaks=(Break(20 * 60, 21 * 60),))
    return Problem(
        Desk("shop", "shop"),
        day_types(month_days(2026, 12)),
        tuple(Worker(str(n), str(n)) for n in range(people)),
        (early, late),
        demand=(Demand("早", least=1, target=1, most=1), Demand("晚", least=1, target=1, most=1)),
        **fields,
    ), Rulebook((*rules(), rule))


def rules():
    from constraints.one_duty_at_a_time import OneDutyAtATime
    from constraints.shift_cover import ShiftCover

    return OneDutyAtATime(), ShiftCover()


def test_two_people_for_two_shifts_a_day_are_refused_where_the_law_is_enforced():
    """Whether four rest days a month or three: 62 duties by two people pass the week, the month and the rest day."""
    assert isinstance(solve(*two_shift_shop(2, WARNS), time_limit=10, cores=1), Solved)
    assert isinstance(solve(*two_shift_shop(2, HOLDS), time_limit=10, cores=1), Impossible)


def test_three_people_do_it_lawfully():
    """5 duties a week each are 15, and 14 are needed."""
    outcome = solve(*two_shift_shop(3, HOLDS), time_limit=10, cores=1)
    assert isinstance(outcome, Solved)
    assert not outcome.audit.broken


def test_the_weekly_rest_day_and_the_month_alone_refuse_three_rest_days_a_month():
    """C4, C11: reckoned over the month, 28 duties of 8 h are 40 h of overtime and leave weeks without a rest day."""
    comprehensive = WorkingTimeLaw(enforce=True, system=("comprehensive",))
    shop, book = two_shift_shop(3, comprehensive)
    worked = [day for day in shop.dates if day.day not in (5, 6, 27)]
    roster = Roster([Duty("0", day, "早") for day in worked] + [Duty("1", day, "晚") for day in worked])
    broken = {v.say("en", shop.names) for v in audit(shop, book, roster).broken if v.reason.rule == comprehensive.name}
    assert sum("Labour Law 38" in line for line in broken) == 4
    assert sum("at most 36 h of overtime" in line and "+40 h" in line for line in broken) == 2


def test_a_month_of_many_people_is_checked_in_a_moment():
    problem = three_shift_desk(120)
    roster = Roster(
        Duty(worker.id, day, problem.shifts[(number + day.day) % 3].code)
        for number, worker in enumerate(problem.workers)
        for day in problem.dates
        if (number + day.day) % 4
    )
    began = time.process_time()
    list(WARNS.check(problem, roster))
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    ("breaks", "minutes"),
    [((), (120, 360)), ((Break(23 * 60, 23 * 60 + 30),), (90, 360)), ((Break(23 * 60, 23 * 60 + 30, True),), (120, 360)),
     ((Break(23 * 60 + 45, 24 * 60 + 15),), (105, 345)), ((Break(26 * 60, 27 * 60),), (120, 300))],
)  # fmt: skip
def test_a_nights_paid_minutes_are_split_at_midnight_without_its_unpaid_breaks(breaks, minutes):
    night = Shift("夜", "夜", 22 * 60, 30 * 60, breaks=breaks)
    eve = date(2026, 12, 10)
    problem = Problem(Desk("d", "d"), day_types((eve,), "none"), (Worker("1", "甲"),), (night,))
    assert problem.paid_by_day(eve, "夜") == minutes
