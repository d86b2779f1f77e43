"""R7: an office with winter and summer hours, Sundays off, a leader on Saturdays and a cleaner each day."""

from collections import Counter
from datetime import date

import pytest

from scheduler.audit.audit import audit
from tests.support.sample_months import broken, changed, desk, made, refused

NAME = "two_season_office"


def open_days(month):
    return {duty.day for duty in made(NAME, month).roster.duties}


def test_winter_and_summer_hours_follow_the_date():
    """RULES 22, 23."""
    assert {duty.shift for duty in made(NAME).roster.duties} == {"冬"}
    july = made(NAME, "2026-07")
    assert {duty.shift for duty in july.roster.duties} == {"夏"}
    hours = {shift.code: (shift.desk_minutes, shift.paid_minutes) for shift in july.problem.shifts}
    assert hours["夏"] == (((540, 720), (810, 1080)), 450)
    assert hours["冬"] == (((540, 720), (780, 1050)), 450)


@pytest.mark.parametrize(
    ("month", "off", "days"),
    [
        ("2026-10", {1, 2, 3, 4, 11, 18, 25}, 24),  # 5 to 7 October are exchanged days, and worked
        ("2026-12", {6, 13, 20, 27}, 27),
        ("2027-01", {1, 3, 10, 17, 24, 31}, 25),
        ("2027-02", {5, 6, 7, 8, 14, 21, 28}, 21),
    ],
)
def test_sundays_and_statutory_holidays_are_off_and_exchanged_days_are_not_followed(month, off, days):
    """RULES 72, C14."""
    one = made(NAME, month)
    assert one.audit.broken == ()
    assert {day.day for day in one.problem.dates if day not in open_days(month)} == off
    assert len(open_days(month)) == days


def test_full_time_for_a_december_of_six_day_weeks_is_202_and_a_half_hours():
    """C11: 27 days of 7.5 h, which the law layer notes and does not refuse."""
    one = made(NAME)
    assert one.problem.norm_minutes["701"] == 27 * 450
    full = changed(one.roster, {("701", day.isoformat()): "冬" for day in open_days("2026-12")})
    found = audit(one.problem, one.rulebook, full)
    assert any("+18.5 h" in violation.say("en", one.problem.names) for r in found.results for violation in r.noted)


def test_a_supervisor_or_a_leader_is_there_on_every_saturday():
    """RULES 115: on the 12th the leader is on leave, so the supervisor's wish for a day off is not granted."""
    one = made(NAME)
    for day in ("2026-12-05", "2026-12-12", "2026-12-19", "2026-12-26"):
        assert {"701", "702"} & set(one.crew(day, "冬"))
    assert broken(one.problem, one.rulebook, changed(one.roster, {("701", "2026-12-12"): ""})) == {"shift_leader"}
    assert broken(one.problem, one.rulebook, changed(one.roster, {("701", "2026-12-11"): ""})) == set()


def test_one_person_cleans_each_day_by_ten_to_nine_in_fair_turns():
    """RULES 114."""
    one = made(NAME)
    lines = one.arranged("cleaning_duty")
    assert len(lines) == 27
    assert all(line.endswith("on cleaning duty, done by 08:50") for line in lines)
    turns = Counter(line.split(": ")[1].split(" on ")[0] for line in lines)
    assert set(turns) == {worker.name for worker in one.problem.workers}
    assert max(turns.values()) - min(turns.values()) <= 2  # one leaves on the 19th, others were on leave


def test_sunday_work_and_the_wrong_seasons_hours_are_caught():
    one = made(NAME)
    on_sunday = changed(one.roster, {("703", "2026-12-06"): "冬"})
    assert "shift_cover" in broken(one.problem, one.rulebook, on_sunday)
    in_summer_hours = changed(one.roster, {("703", "2026-12-07"): "夏"})
    assert broken(one.problem, one.rulebook, in_summer_hours) == {"shift_cover"}


def test_a_day_on_which_nobody_comes_has_nobody_to_clean():
    one = made(NAME)
    empty = changed(one.roster, {(worker, "2026-12-07"): "" for worker in one.crew("2026-12-07", "冬")})
    assert broken(one.problem, one.rulebook, empty) == {"always_staffed", "cleaning_duty", "shift_cover"}


def test_after_the_last_day_of_employment_there_is_no_duty():
    """RULES 87."""
    days = [duty.day for duty in made(NAME).roster.duties if duty.worker == "707"]
    assert max(days) <= date(2026, 12, 19)
    late = changed(made(NAME).roster, {("707", "2026-12-21"): "冬"})
    assert "qualified_people" in broken(made(NAME).problem, made(NAME).rulebook, late)


def test_both_leaders_away_on_a_saturday_is_impossible():
    refused(NAME, {"leave.csv": [("704,2026-12-08", "701,2026-12-12,,事假,是\n704,2026-12-08")]})


def test_leave_that_is_not_approved_keeps_the_saturday_led():
    """RULES 86."""
    problem, _ = desk(NAME, edits={"leave.csv": [("704,2026-12-08", "701,2026-12-12,,事假,否\n704,2026-12-08")]})
    assert problem.available(problem.worker_by_id["701"], date(2026, 12, 12))
