"""The online shop's evenings (R9): one day on and one off, Sundays in turn, one of them read in two ways."""

from collections import Counter
from datetime import date, timedelta

from scheduler.domain import Noted
from tests.support.sample_months import broken, changed, made, made_with, refused, without_people

SHOP = "taobao_evening"
SUNDAYS = ("2026-12-06", "2026-12-13", "2026-12-20", "2026-12-27")
LITERAL = {"desk.toml": [('reading = "strict"', 'reading = "literal"')]}


def test_nobody_comes_on_the_day_after_a_duty_not_even_over_a_sunday_or_the_months_edge():
    month = made(SHOP)
    days = {(duty.worker, duty.day) for duty in (*month.problem.history, *month.roster.duties)}
    assert not any((worker, day + timedelta(days=1)) in days for worker, day in days)
    assert month.audit.cost == month.solved.bound  # proved


def test_an_evening_on_the_day_after_an_evening_is_caught():
    month = made(SHOP)
    (tuesday,) = month.crew("2026-12-01", "晚")
    (wednesday,) = month.crew("2026-12-02", "晚")
    twice = changed(month.roster, {(wednesday, "2026-12-02"): "", (tuesday, "2026-12-02"): "晚"})
    assert "forbidden_successions" in broken(month.problem, month.rulebook, twice)
    (edge,) = {duty.worker for duty in month.problem.history if duty.day == date(2026, 11, 30)}
    over = changed(month.roster, {(tuesday, "2026-12-01"): "", (edge, "2026-12-01"): "晚"})
    assert "forbidden_successions" in broken(month.problem, month.rulebook, over)


def test_two_people_share_a_sunday_and_together_they_are_there_from_half_past_nine_to_midnight():
    month = made(SHOP)
    for sunday in SUNDAYS:
        (early,), (late,) = month.crew(sunday, "周早"), month.crew(sunday, "周晚")
        assert early != late
        assert not month.crew(sunday, "晚", "周全")
    (early,) = month.crew(SUNDAYS[0], "周早")
    gone = changed(month.roster, {(early, SUNDAYS[0]): ""})
    assert broken(month.problem, month.rulebook, gone) == {"always_staffed", "shift_cover"}


def test_evenings_and_sundays_are_taken_in_turn():
    month = made(SHOP)
    evenings = Counter(duty.worker for duty in month.roster.duties if duty.shift == "晚")
    sundays = Counter(duty.worker for duty in month.roster.duties if duty.day.weekday() == 6)
    assert sum(evenings.values()) == 27 + 1  # the promotion takes two
    assert {sundays[worker] for worker in ("01", "02", "03")} <= {2, 3}
    assert evenings["04"] < min(evenings[worker] for worker in ("01", "02", "03"))
    rule = month.rulebook.named("turns")
    assert not list(rule.check(month.problem, month.roster))
    cells = {(worker, sunday): "" for sunday in SUNDAYS for worker in month.crew(sunday, "周早", "周晚")}
    always = changed(month.roster, {**cells, **{("01", sunday): "周早" for sunday in SUNDAYS}})
    said = [violation.say("en", month.problem.names) for violation in rule.check(month.problem, always)]
    assert "赵一: 周早|周晚|周全@sun is taken in turn, 2 to 3 of them (found: 4)" in said


def test_a_promotion_evening_has_two_agents():
    month = made(SHOP)
    assert len(month.crew("2026-12-12", "晚")) == 2
    assert len(month.crew("2026-12-11", "晚")) == 1
    first = month.crew("2026-12-12", "晚")[0]
    assert broken(month.problem, month.rulebook, changed(month.roster, {(first, "2026-12-12"): ""})) == {"shift_cover"}


def test_read_literally_one_agent_has_the_whole_sunday_and_the_hours_are_put_on_record():
    month = made_with(SHOP, LITERAL)
    crews = [month.crew(sunday, "周全") for sunday in SUNDAYS]
    assert [len(crew) for crew in crews] == [1, 1, 1, 1]
    assert len({crew[0] for crew in crews}) == 4  # in turn
    assert not month.audit.broken
    exempt = Counter(v.reason.rule for v in month.audit.noted(Noted.EXEMPTION))
    assert exempt == {"continuous_work": 4, "daily_hours": 4}


def test_read_strictly_a_whole_sunday_is_no_shift_for_anybody():
    month = made(SHOP)
    (early,), (late,) = month.crew(SUNDAYS[1], "周早"), month.crew(SUNDAYS[1], "周晚")
    alone = changed(month.roster, {(early, SUNDAYS[1]): "", (late, SUNDAYS[1]): "周全"})
    assert {"continuous_work", "daily_hours", "shift_cover"} <= broken(month.problem, month.rulebook, alone)


def test_one_agent_cannot_alternate_with_nobody():
    refused(SHOP, without_people(SHOP, "02", "03", "04"))


def test_two_agents_cannot_share_a_sunday_after_a_saturday_evening():
    refused(SHOP, without_people(SHOP, "03", "04"))
