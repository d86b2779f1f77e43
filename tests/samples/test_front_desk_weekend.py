"""The front desk (R15): receptionists from Monday to Friday, customer assistants at weekends."""

from collections import Counter

from tests.support.sample_months import broken, changed, made, refused

DESK = "front_desk_weekend"
RECEPTIONISTS, ASSISTANTS = {"501", "502", "503"}, {"511", "512", "513", "514"}
FRONT = ("前一", "前二")
FRIDAY, SATURDAY = "2026-12-18", "2026-12-19"


def test_receptionists_on_weekdays_and_assistants_at_weekends():
    month = made(DESK)
    for day in month.problem.dates:
        crew = set(month.crew(f"{day}", *FRONT))
        assert len(crew) >= 2
        assert crew <= (ASSISTANTS if day.weekday() >= 5 else RECEPTIONISTS)
    assert month.audit.cost == month.solved.bound  # proved


def test_an_assistant_on_a_friday_and_a_receptionist_on_a_saturday_are_caught():
    month = made(DESK)
    assistant = next(iter(sorted(ASSISTANTS - set(month.crew(FRIDAY, "客务")))), month.crew(FRIDAY, "客务")[0])
    friday = changed(month.roster, {(assistant, FRIDAY): "前一"})
    assert "roles_by_day" in broken(month.problem, month.rulebook, friday)
    saturday = changed(month.roster, {("501", SATURDAY): "前二", (month.crew(SATURDAY, "前二")[0], SATURDAY): ""})
    found = [
        v.say("zh", month.problem.names) for v in month.rulebook.named("roles_by_day").check(month.problem, saturday)
    ]
    assert found == ["赵一：12月19日(周六)“前二”只由客务助理上（现为 前台接待员）"]
    assert "roles_by_day" in broken(month.problem, month.rulebook, saturday)


def test_the_desk_is_not_empty_at_lunch_so_both_shifts_are_needed():
    month = made(DESK)
    for shift, other in (FRONT, FRONT[::-1]):
        gone = changed(month.roster, {(worker, SATURDAY): "" for worker in month.crew(SATURDAY, shift)})
        assert {"always_staffed", "shift_cover"} <= broken(month.problem, month.rulebook, gone), other


def test_weekends_go_round_the_assistants_who_rest_on_other_days():
    month = made(DESK)
    weekends = Counter(duty.worker for duty in month.roster.duties if duty.day.weekday() >= 5)
    assert set(weekends) == ASSISTANTS
    assert set(weekends.values()) == {4}
    assert not [v for v in month.audit.compromises if v.reason.rule == "turns"]


def test_one_receptionist_alone_on_a_weekday_has_no_legal_roster():
    """The other two are on leave, and no assistant may take their place before Saturday."""
    refused(
        DESK,
        {
            "leave.csv": [
                ("502,2026-12-10,2026-12-11,年假,是\n", "502,2026-12-10,2026-12-11,年假,是\n503,2026-12-11,,病假,是\n")
            ]
        },
    )
