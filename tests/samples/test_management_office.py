"""The management office (R3): mornings and evenings, closed at night, a relief while the garden is patrolled."""

from scheduler.timeline import clock_text
from tests.support.sample_months import broken, changed, made, made_with, refused, without_people

OFFICE = "management_office"
DAY = "2026-12-09"
# Without patrols, so that the two shifts are all there is to staff.
TWO_SHIFTS = {
    "demand.csv": [("机,每天,1,1,1\n", "")],
    "slots.csv": [("每天,15:00,16:00,2,2\n每天,17:00,18:00,2,2\n", "")],
}


def test_one_assistant_each_morning_and_each_evening_from_half_past_eight_to_half_past_eleven():
    month = made(OFFICE)
    for day in month.problem.dates:
        assert len(month.crew(f"{day}", "早")) == len(month.crew(f"{day}", "晚")) == 1
    early, late = month.problem.shift_by_code["早"], month.problem.shift_by_code["晚"]
    assert [clock_text(at) for at in (early.start, early.end, late.start, late.end)] == [
        "08:30", "16:30", "16:30", "23:30",
    ]  # fmt: skip
    assert month.audit.cost == month.solved.bound  # proved


def test_the_five_minutes_before_a_shift_are_printed_and_not_paid():
    month = made(OFFICE)
    assert month.problem.shift_by_code["早"].paid_minutes == 8 * 60  # as much as the rules allow
    assert any("提前 5 分钟" in line.zh for line in month.problem.desk.notice)


def test_a_morning_that_nobody_takes_over_is_caught():
    month = made(OFFICE)
    (late,) = month.crew(DAY, "晚")
    gone = changed(month.roster, {(late, DAY): ""})
    assert broken(month.problem, month.rulebook, gone) == {"always_staffed", "handover", "shift_cover", "slot_cover"}
    said = [v.say("zh", {}) for v in month.rulebook.named("handover").check(month.problem, gone)]
    assert said == ["12月9日(周三)“早”16:30下班时有“晚”接班"]


def test_while_one_patrols_another_is_at_the_desk():
    month = made(OFFICE)
    (relief,) = month.crew(DAY, "机")
    gone = changed(month.roster, {(relief, DAY): ""})
    assert broken(month.problem, month.rulebook, gone) == {"shift_cover", "slot_cover"}


def test_evenings_go_round_and_leave_that_was_not_approved_changes_nothing():
    month = made(OFFICE)
    assert not [v for v in month.audit.compromises if v.reason.rule == "turns"]
    assert not any(month.roster.on("302", day) for (worker, day) in month.problem.leave_days if worker == "302")
    assert not any(worker == "303" for worker, _ in month.problem.leave_days)


def test_nobody_is_both_on_the_evening_and_on_the_next_morning():
    month = made(OFFICE)
    (late,), (early,) = month.crew(DAY, "晚"), month.crew("2026-12-10", "早")
    assert late != early
    swapped = changed(month.roster, {(early, "2026-12-10"): "", (late, "2026-12-10"): "早"})
    assert "rest_between_duties" in broken(month.problem, month.rulebook, swapped)


def test_two_people_are_too_few_for_two_shifts_a_day_and_three_are_enough():
    """Nobody on leave: it is the weekly rest day that two cannot have."""
    nobody_away = {"leave.csv": [(None, "工号,开始日期,结束日期,类别,已批准\n")]}
    refused(OFFICE, {**without_people(OFFICE, "303", "304", "305"), **TWO_SHIFTS, **nobody_away})
    three = made_with(OFFICE, {**without_people(OFFICE, "304", "305"), **TWO_SHIFTS, **nobody_away})
    assert not three.audit.broken
    assert {duty.worker for duty in three.roster.duties} == {"301", "302", "303"}
