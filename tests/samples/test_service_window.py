"""R20: office hours, no change of post, outside duty, commission and gift work (RULES 61, 177–180)."""

from datetime import date

import pytest

from scheduler.domain import Duty, Noted, Roster
from tests.support.sample_months import broken, changed, desk, made, refused

NAME = "service_window"


def test_the_month_is_proved_breaks_nothing_and_gives_the_law_nothing_to_say():
    window = made(NAME)
    assert window.solved.status == "OPTIMAL"
    assert not window.audit.broken
    assert not window.audit.noted(Noted.LAW)


def test_everybody_has_one_post_a_day_and_only_on_working_days():
    """RULES 61: one person, one post."""
    window = made(NAME)
    cells = [(duty.worker, duty.day) for duty in window.roster.duties]
    assert len(set(cells)) == len(cells)
    assert all(not window.problem.day_by_date[day].is_off for _, day in cells)


def test_each_post_is_staffed_and_the_counter_by_those_who_can():
    window = made(NAME)
    for day in window.problem.days:
        if not day.is_off:
            posts = {code: window.crew(day.date.isoformat(), code) for code in ("听", "访", "窗")}
            assert all(posts.values()), day.date
            assert all(window.problem.worker_by_id[w].has_skill("接访", day.date) for w in posts["窗"])


def test_commission_reports_are_made_by_the_sixth_and_at_the_month_end():
    """RULES 178: the 6th is a Sunday, so the reports are done by Friday the 4th."""
    window = made(NAME)
    days = [duty.day.day for duty in window.roster.duties if duty.shift == "佣"]
    assert sorted(days) == [1, 2, 3, 4, 29, 30, 31]


def test_decembers_gifts_have_one_person_a_day_and_january_has_none():
    """RULES 177."""
    window = made(NAME)
    days = {duty.day for duty in window.roster.duties if duty.shift == "礼"}
    assert days == {d.date for d in window.problem.days if not d.is_off and 7 <= d.date.day <= 24}
    problem, _ = desk(NAME, "2027-01")
    assert not any(row.shift == "礼" for day in problem.dates for row in problem.demand_on(day))


def test_approved_outside_duty_keeps_people_from_the_desk_and_counts_as_work():
    """RULES 180: and what was not approved does not."""
    window = made(NAME)
    assert not any(window.roster.on("905", date(2026, 12, day)) for day in (21, 22, 23))
    assert window.roster.on("903", date(2026, 12, 17))
    moved = changed(window.roster, {("905", "2026-12-22"): "访"})
    assert "approved_leave" in broken(window.problem, window.rulebook, moved)


@pytest.mark.parametrize(
    ("cell", "code", "rule"),
    [
        (("903", "2026-12-10"), "窗", "qualified_people"),  # no skill for the counter
        (("910", "2026-12-10"), "窗", "approved_leave"),  # in training
        (("903", "2026-12-05"), "听", "shift_cover"),  # a Saturday
    ],
)
def test_the_wrong_person_at_a_post_is_found(cell, code, rule):
    window = made(NAME)
    assert rule in broken(window.problem, window.rulebook, changed(window.roster, {cell: code}))


def test_a_second_post_on_the_same_day_is_found():
    window = made(NAME)
    twice = Roster([*window.roster.duties, Duty("902", date(2026, 12, 15), "访")])
    assert "one_duty_at_a_time" in broken(window.problem, window.rulebook, twice)


def test_reports_that_nobody_makes_are_found():
    window = made(NAME)
    (clerk,) = window.crew("2026-12-03", "佣")
    idle = changed(window.roster, {(clerk, "2026-12-03"): "听"})
    assert broken(window.problem, window.rulebook, idle) == {"shift_cover"}


def test_with_everybody_who_receives_visitors_outside_the_counter_cannot_open():
    others = "".join(f"\n{worker},2026-12-16,,外出,是" for worker in ("901", "904", "908", "910"))
    outside = "907,2026-12-16,,外出,是"
    refused(NAME, {"leave.csv": [(outside, outside + others)]})


def test_with_everybody_who_knows_commissions_outside_the_reports_cannot_be_made():
    last = "908,2026-12-08,,病假,是"
    away = "".join(f"\n{worker},2026-12-03,,外出,是" for worker in ("901", "903", "906"))
    refused(NAME, {"leave.csv": [(last, last + away)]})
