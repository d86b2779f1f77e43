"""R17: four groups, each at its post in two shifts, with cross-skilled people who may move."""

from datetime import date

from tests.support.sample_months import broken, changed, made, refused

NAME = "ecommerce_groups"
GROUPS = {"单": "订单处理", "诉": "投诉处理", "客": "在线客服", "售": "售前咨询"}


def qualified(one, day, code):
    at = date.fromisoformat(day)
    return [w for w in one.crew(day, code) if one.problem.worker_by_id[w].qualified(at)]


def test_each_group_is_staffed_early_and_late_by_people_with_its_skill():
    """RULES 124."""
    one = made(NAME)
    assert one.audit.broken == ()
    for day in one.problem.dates:
        for group, skill in GROUPS.items():
            for half in "早晚":
                assert qualified(one, day.isoformat(), group + half)
                for worker in one.crew(day.isoformat(), group + half):
                    assert one.problem.worker_by_id[worker].has_skill(skill, day)


def test_moves_between_groups_are_few_and_each_is_named():
    """RULES 124, 171."""
    one = made(NAME)
    homes = {"订单组": "订单", "投诉组": "投诉", "客服组": "客服", "售前组": "售前"}
    moves = [
        duty
        for duty in one.roster.duties
        if one.problem.shift_by_code[duty.shift].post != homes[one.problem.worker_by_id[duty.worker].team]
    ]
    named = [v for v in one.audit.compromises if v.reason.rule == "home_group"]
    assert {(v.reason.workers[0], v.reason.days[0]) for v in named} == {(duty.worker, duty.day) for duty in moves}
    assert 1 <= len(moves) <= 6
    assert any(day.day == 22 for _, day, _ in moves)  # two of the three complaint handlers are away
    assert any("支援“投诉”" in violation.say("zh", one.problem.names) for violation in named)


def test_a_groups_late_shift_left_empty_is_caught():
    """RULES 15, 97: the early shift would have nobody to hand over to."""
    one = made(NAME)
    (alone,) = one.crew("2026-12-09", "诉晚")
    gone = changed(one.roster, {(alone, "2026-12-09"): ""})
    assert broken(one.problem, one.rulebook, gone) == {"handover", "shift_cover"}


def test_a_move_without_the_skill_is_caught():
    """RULES 120; a skill of a later date is none before it."""
    one = made(NAME)
    early = changed(one.roster, {("P15", "2026-12-09"): "诉早"})
    assert "qualified_people" in broken(one.problem, one.rulebook, early)
    before, after = (changed(one.roster, {("P16", f"2026-12-{day}"): "诉早"}) for day in ("09", "16"))
    assert "qualified_people" in broken(one.problem, one.rulebook, before)
    assert "qualified_people" not in broken(one.problem, one.rulebook, after)


def test_the_promotion_days_have_more_people():
    """RULES 70."""
    one = made(NAME)
    for day in ("2026-12-11", "2026-12-12", "2026-12-13"):
        for code in ("单早", "售早", "售晚"):
            assert len(qualified(one, day, code)) >= 2


def test_the_trainee_does_not_count_until_the_exam():
    """RULES 118."""
    one = made(NAME)
    for day in (day for day in one.problem.dates if day < date(2026, 12, 14)):
        assert one.crew(day.isoformat(), "客早") != ["P12"]
        assert one.crew(day.isoformat(), "客晚") != ["P12"]


def test_without_cross_skilled_people_the_complaints_group_cannot_be_staffed():
    """RULES 124: on 22 December one of the group is there, for two shifts."""
    refused(
        NAME,
        {
            "people.csv": [
                ("在线客服;投诉处理;订单处理", "在线客服;订单处理"),
                ("售前咨询;投诉处理@2026-12-10..", "售前咨询"),
            ]
        },
    )
