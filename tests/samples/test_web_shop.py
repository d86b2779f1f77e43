"""R10: a web shop with an early and a late shift that overlap, three rest days a month as the floor."""

from datetime import timedelta

from scheduler.domain import Noted
from tests.support.sample_months import broken, changed, made, made_with, refused

NAME = "web_shop"
LITERAL = {"desk.toml": [('reading = "strict"', 'reading = "literal"')]}
FULL_TIME = ("W1", "W2", "W3", "W4", "W5")


def rest_days(one, worker):
    return [
        day
        for day in one.problem.dates
        if not one.roster.on(worker, day) and (worker, day) not in one.problem.leave_days
    ]


def test_early_and_late_are_both_staffed_every_day_and_meet_for_ninety_minutes():
    """RULES 33, 110."""
    one = made(NAME)
    assert one.audit.broken == ()
    for day in one.problem.dates:
        assert one.crew(day.isoformat(), "早")
        assert one.crew(day.isoformat(), "晚")
    early, late = (one.problem.shift_by_code[code] for code in "早晚")
    assert early.end - late.start == 90
    assert early.paid_minutes == late.paid_minutes == 480


def test_a_day_without_a_late_shift_is_caught():
    one = made(NAME)
    day = "2026-12-02"
    gone = changed(one.roster, {(worker, day): "" for worker in one.crew(day, "晚")})
    assert broken(one.problem, one.rulebook, gone) == {"always_staffed", "handover", "shift_cover"}


def test_a_rest_day_every_week_comes_before_three_a_month():
    """C4: taking the one rest day of a week away breaks the weekly rule, with more than three left in the month."""
    one = made(NAME)
    week = [day for day in one.problem.dates if 7 <= day.day <= 13]
    free = {worker: [day for day in week if day in rest_days(one, worker)] for worker in FULL_TIME}
    worker, (day,) = next((worker, days) for worker, days in free.items() if len(days) == 1 and worker != "W5")
    assert len(rest_days(one, worker)) > 4
    before = one.roster.on(worker, day - timedelta(days=1))
    found = broken(one.problem, one.rulebook, changed(one.roster, {(worker, day.isoformat()): before[0]}))
    assert "weekly_rest_day" in found
    assert "monthly_rest_days" not in found


def test_the_literal_reading_plans_with_three_rest_days_and_puts_it_on_record():
    """RULES 94, C4, C11."""
    one = made_with(NAME, LITERAL)
    assert one.audit.broken == ()
    least = min(len(rest_days(one, worker)) for worker in FULL_TIME)
    assert least == 3
    exempted = {violation.reason.rule for violation in one.audit.noted(Noted.EXEMPTION)}
    assert {"weekly_rest_day", "monthly_hours"} <= exempted
    strict = made(NAME)
    assert strict.audit.noted(Noted.EXEMPTION) == ()
    assert "weekly_rest_day" in broken(strict.problem, strict.rulebook, one.roster)


def test_fewer_than_three_rest_days_are_refused_even_literally():
    one = made_with(NAME, LITERAL)
    worker = next(worker for worker in FULL_TIME if len(rest_days(one, worker)) == 3)
    day = rest_days(one, worker)[0]
    code = "晚" if one.roster.on(worker, day - timedelta(days=1)) == ("晚",) else "早"
    found = broken(one.problem, one.rulebook, changed(one.roster, {(worker, day.isoformat()): code}))
    assert "monthly_rest_days" in found


def test_nobody_may_count_on_the_elastic_hour_after_midnight():
    """RULES 34, C5: paid to 1:00, at the desk for sure until 24:00."""
    late = made(NAME).problem.shift_by_code["晚"]
    assert (late.end, late.firm_end) == (25 * 60, 24 * 60)
    refused(NAME, {"desk.toml": [("20:00-24:00", "20:00-次日00:30")]})


def test_shifts_that_meet_for_half_an_hour_only_are_impossible():
    refused(NAME, {"shifts.csv": [("晚,晚班,16:00", "晚,晚班,17:00")]})


def test_the_early_shift_cleans_in_turn():
    """RULES 116."""
    lines = made(NAME).arranged("cleaning_duty")
    assert len(lines) == 31
    assert all(line.endswith("done by 08:00") for line in lines)


def test_read_literally_the_month_is_impossible_where_the_law_is_enforced():
    """28 days of 8 hours are 40 h of overtime, and weeks go without a rest day (C4, C11)."""
    law = ("[rules.cleaning_duty]", "[rules.working_time_law]\nenforce = true\n\n[rules.cleaning_duty]")
    refused("web_shop", {"desk.toml": [('reading = "strict"', 'reading = "literal"'), law]})
