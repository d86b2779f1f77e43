"""R12: three patterns with meals, somebody at every minute, a rotating rest day a week used within the month."""

from scheduler.audit.audit import audit
from scheduler.domain import LEAVE_KINDS, WORKING_LEAVE
from tests.support.sample_months import broken, changed, made, made_with, refused

NAME = "hospital_desk"


def test_the_desk_is_never_empty_although_everybody_eats():
    """RULES 37 to 39, 43, C6."""
    one = made(NAME)
    assert one.audit.broken == ()
    for day in one.problem.dates:
        crew = [one.problem.shift_by_code[duty.shift] for duty in one.roster.duties if duty.day == day]
        for minute in range(8 * 60, 20 * 60):
            assert any(start <= minute < end for shift in crew for start, end in shift.desk_minutes), (day, minute)


def test_a_day_without_pattern_a_is_caught_at_the_meals():
    one = made(NAME)
    day = "2026-12-07"
    swapped = changed(one.roster, {(worker, day): "B" for worker in one.crew(day, "A")})
    assert broken(one.problem, one.rulebook, swapped) == {"always_staffed"}


def test_a_day_without_pattern_c_is_caught_in_the_evening_and_b_is_not_missed():
    one = made(NAME)
    day = "2026-12-07"
    without_c = changed(one.roster, {(worker, day): "" for worker in one.crew(day, "C")})
    assert broken(one.problem, one.rulebook, without_c) == {"always_staffed"}
    without_b = changed(one.roster, {(worker, day): "" for worker in one.crew(day, "B")})
    assert broken(one.problem, one.rulebook, without_b) == set()


def test_all_eight_kinds_of_leave_free_people_and_unapproved_leave_does_not():
    """RULES 75, 86."""
    one = made(NAME)
    assert {leave.kind for leave in one.problem.leave if leave.approved} == set(LEAVE_KINDS) - set(WORKING_LEAVE)
    assert not any((duty.worker, duty.day) in one.problem.leave_days for duty in one.roster.duties)
    assert sum(not leave.approved for leave in one.problem.leave) == 1


def test_everybody_uses_a_months_rest_within_it():
    """RULES 73: nothing is left over in the made roster."""
    one = made(NAME)
    assert not any(violation.reason.rule == "monthly_rest_days" for violation in one.audit.compromises)


def test_rest_that_is_not_used_goes_to_the_leaders():
    """RULES 74: the fourth rest day of the month, taken away, is a compromise and breaks nothing by itself."""
    one = made(NAME)
    free = [
        day for day in one.problem.dates if not one.roster.on("H02", day) and ("H02", day) not in one.problem.leave_days
    ]
    busy = changed(one.roster, {("H02", day.isoformat()): "B" for day in free[3:]})
    left = [v for v in audit(one.problem, one.rulebook, busy).compromises if v.reason.rule == "monthly_rest_days"]
    assert [violation.say("zh", one.problem.names) for violation in left] == [
        "钱二：本月应轮休 4 天，当月休完；休不完的报院领导研究解决（现为 3）"
    ]


def test_a_week_without_a_rest_day_is_caught():
    one = made(NAME)
    week = [f"2026-12-{day:02}" for day in range(14, 21)]
    worked = changed(one.roster, {("H05", day): "B" for day in week})
    assert (
        {"weekly_rest_day"}
        <= broken(one.problem, one.rulebook, worked)
        <= {
            "weekly_rest_day",
            "days_in_a_row",
            "rest_between_duties",
        }
    )


def test_the_desk_can_do_without_pattern_b():
    """C6."""
    edits = {"demand.csv": [("B,每天,0,1,6\n", "")]}
    one = made_with(NAME, edits)
    assert {duty.shift for duty in one.roster.duties} == {"A", "C"}


def test_without_pattern_a_or_without_pattern_c_there_is_no_roster():
    refused(NAME, {"demand.csv": [("A,每天,0,2,12\n", ""), ("A,法定节假日,0,1,12\n", "")]})
    refused(NAME, {"demand.csv": [("C,每天,0,2,12\n", ""), ("C,法定节假日,0,1,12\n", "")]})
