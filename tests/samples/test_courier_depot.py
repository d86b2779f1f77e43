"""The courier depot (R18): certificates first, and both shifts together at the handover."""

from datetime import date

from tests.support.sample_months import broken, changed, made, made_with, refused

DEPOT = "courier_depot"
DAY = "2026-12-09"


def test_nobody_is_on_duty_without_a_certificate_that_holds_on_the_day():
    month = made(DEPOT)
    for duty in month.roster.duties:
        assert month.problem.worker_by_id[duty.worker].has_skill("上岗证", duty.day)
    days = {
        worker: {duty.day for duty in month.roster.duties if duty.worker == worker} for worker in ("803", "807", "808")
    }
    assert not any(date(2026, 12, 20) < day < date(2026, 12, 25) for day in days["803"])
    assert max(days["803"]) >= date(2026, 12, 25)  # after the refresher
    assert min(days["807"]) >= date(2026, 12, 15)
    assert not days["808"]
    assert month.audit.cost == month.solved.bound  # proved


def test_an_untrained_person_on_duty_is_caught_and_so_is_one_whose_certificate_has_run_out():
    month = made(DEPOT)
    new = changed(month.roster, {("808", "2026-12-26"): "早"})
    assert "qualified_people" in broken(month.problem, month.rulebook, new)
    lapsed = changed(month.roster, {("803", "2026-12-21"): "早"})
    found = [
        v.say("zh", month.problem.names) for v in month.rulebook.named("qualified_people").check(month.problem, lapsed)
    ]
    assert found == ["孙三：12月21日(周一)“早”需要“上岗证”技能（现为 早）"]


def test_every_early_shift_hands_over_to_a_late_one():
    month = made(DEPOT)
    gone = changed(month.roster, {(worker, DAY): "" for worker in month.crew(DAY, "晚")})
    assert broken(month.problem, month.rulebook, gone) == {"always_staffed", "handover", "shift_cover"}
    said = [v.say("en", {}) for v in month.rulebook.named("handover").check(month.problem, gone)]
    assert said == ["Wed 9 Dec: 晚 takes over from 早, which ends at 15:00, after 30 min together"]


def test_leave_that_was_not_approved_frees_nobody():
    month = made(DEPOT)
    assert all(worker != "804" for worker, _ in month.problem.leave_days)
    away = changed(month.roster, {("802", "2026-12-17"): "早"})
    assert "approved_leave" in broken(month.problem, month.rulebook, away)


def test_a_late_shift_that_comes_too_late_for_the_handover_has_no_roster():
    start = "晚,晚班,14:00,22:00"
    made_with(DEPOT, {"shifts.csv": [(start, "晚,晚班,14:30,22:00")]})
    refused(DEPOT, {"shifts.csv": [(start, "晚,晚班,14:31,22:00")]})


def test_when_every_certificate_runs_out_there_is_no_roster():
    refused(
        DEPOT,
        {
            "people.csv": [
                (",上岗证,", ",上岗证@..2026-12-20,"),
                ("上岗证@2026-12-15..", "上岗证@2026-12-15..2026-12-20"),
                (";上岗证@2026-12-25..", ""),
            ]
        },
    )
