"""The property service centre (R2): somebody there round the clock, nights read in two ways."""

from collections import Counter
from datetime import date, timedelta

import pytest

from scheduler.domain import Noted
from tests.support.sample_months import broken, changed, made, made_with, refused, without_people

CENTRE = "property_centre_24h"
LITERAL = {"desk.toml": [('reading = "strict"\n', 'reading = "literal"\n')]}
NOONS, NIGHTS, GUARDS = ("午前", "午后"), ("夜一", "夜二"), ("安早", "安中", "安夜")
TUESDAY, WEDNESDAY = "2026-12-08", "2026-12-09"


def holders(problem, role):
    return {worker.id for worker in problem.workers if role in worker.roles}


def test_each_duty_goes_to_its_crew_and_the_night_to_two_people():
    month = made(CENTRE)
    for shifts, role in (((*NOONS, "日"), "客服管理员"), ((*NIGHTS, "修"), "水电维修员"), (GUARDS, "安护人员")):
        assert {duty.worker for duty in month.roster.duties if duty.shift in shifts} <= holders(month.problem, role)
    for day in month.problem.dates:
        assert len(month.crew(f"{day}", *NOONS)) == 1
        (first,), (second,) = month.crew(f"{day}", "夜一"), month.crew(f"{day}", "夜二")
        assert first != second
    assert month.audit.cost == month.solved.bound  # proved
    assert max(month.problem.shift_by_code[code].paid_minutes for code in NIGHTS) <= 8 * 60


def test_somebody_of_another_crew_on_the_night_is_caught():
    month = made(CENTRE)
    (electrician,) = month.crew(TUESDAY, "夜二")
    administrator = next(w for w in holders(month.problem, "客服管理员") if w not in month.crew(TUESDAY, *NOONS, "日"))
    other = changed(month.roster, {(electrician, TUESDAY): "", (administrator, TUESDAY): "夜二"})
    assert {"roles_by_day", "qualified_people"} <= broken(month.problem, month.rulebook, other)


def test_at_nine_the_night_is_handed_to_an_administrator():
    month = made(CENTRE)
    day = month.crew(TUESDAY, *NOONS, "日")
    gone = changed(month.roster, {(worker, TUESDAY): "" for worker in day})
    found = broken(month.problem, month.rulebook, gone)
    assert {"taken_over_by", "handover", "slot_cover", "shift_cover"} <= found
    rule = month.rulebook.named("taken_over_by")
    said = [violation.say("en", month.problem.names) for violation in rule.check(month.problem, gone)]
    assert said == ["Tue 8 Dec, 夜二: somebody of 客服管理员 takes over when it ends at 09:00 (found: 0)"]


def test_at_every_minute_of_the_night_a_guard_can_be_called_and_is_named():
    month = made(CENTRE)
    (early,), (late,) = month.crew(TUESDAY, "安中"), month.crew(WEDNESDAY, "安夜")
    names = month.problem.names
    lines = month.arranged("named_fallback")
    assert f"Tue 8 Dec, 夜一, 17:30–01:30: {names[early]} can be called" in lines
    assert f"Wed 9 Dec, 夜二, 01:30–09:00: {names[late]} can be called" in lines
    assert len(lines) == 2 * 31
    gone = changed(month.roster, {(late, WEDNESDAY): ""})
    assert "named_fallback" in broken(month.problem, month.rulebook, gone)
    rule = month.rulebook.named("named_fallback")
    (violation,) = rule.check(month.problem, gone)
    assert violation.say("zh", names) == "12月9日(周三)“夜二”01:30–09:00 另有一名安护人员当班，可代值（现为 0）"


def test_noon_duty_has_a_meal_before_or_after_while_another_is_at_the_desk():
    month = made(CENTRE)
    shifts = month.problem.shift_by_code
    assert {shifts[code].breaks for code in NOONS} == {((660, 690, False),), ((810, 840, False),)}
    for day, hours in ((TUESDAY, "11:00–11:30"), (WEDNESDAY, "13:30–14:00")):
        others = changed(month.roster, {(worker, day): "" for worker in month.crew(day, "日")})
        assert {"slot_cover", "shift_cover"} <= broken(month.problem, month.rulebook, others)
        found = [v.say("en", {}) for v in month.rulebook.named("slot_cover").check(month.problem, others)]
        assert any(hours in sentence for sentence in found)
    (noon,) = month.crew(TUESDAY, *NOONS)
    left = changed(month.roster, {(noon, TUESDAY): ""})
    assert {"slot_cover", "shift_cover"} <= broken(month.problem, month.rulebook, left)


def test_noons_and_nights_go_round():
    month = made(CENTRE)
    assert not [v for v in month.audit.compromises if v.reason.rule == "turns"]
    noons = Counter(duty.worker for duty in month.roster.duties if duty.shift in NOONS)
    nights = Counter(duty.worker for duty in month.roster.duties if duty.shift in NIGHTS)
    assert noons["2005"] < min(noons[worker] for worker in ("2001", "2003", "2004"))  # part-time
    assert max(noons.values()) - min(noons[worker] for worker in ("2001", "2003", "2004")) <= 1
    assert set(nights) == holders(month.problem, "水电维修员")
    assert max(nights.values()) - min(nights.values()) <= 5  # one for each half, the rest for leave


def test_read_strictly_one_person_cannot_have_the_whole_night():
    month = made(CENTRE)
    (first,) = month.crew(TUESDAY, "夜一")
    (second,) = month.crew(WEDNESDAY, "夜二")
    alone = changed(month.roster, {(first, TUESDAY): "夜", (second, WEDNESDAY): ""})
    assert {"continuous_work", "daily_hours", "shift_cover"} <= broken(month.problem, month.rulebook, alone)


def test_read_literally_one_person_has_the_night_the_next_day_is_free_and_every_night_is_on_record():
    month = made_with(CENTRE, LITERAL)
    nights = [duty for duty in month.roster.duties if duty.shift == "夜"]
    assert [duty.day for duty in nights] == list(month.problem.dates)
    assert not any(month.roster.on(duty.worker, duty.day + timedelta(days=1)) for duty in nights)
    assert not any(duty.shift in NIGHTS for duty in month.roster.duties)
    assert not month.audit.broken
    exempt = Counter(violation.reason.rule for violation in month.audit.noted(Noted.EXEMPTION))
    assert exempt == {"continuous_work": 31, "daily_hours": 31}
    (electrician,) = month.crew(TUESDAY, "夜")
    again = changed(month.roster, {(electrician, WEDNESDAY): "修"})
    assert "night_recovery" in broken(month.problem, month.rulebook, again)
    administrators = changed(month.roster, {(worker, WEDNESDAY): "" for worker in month.crew(WEDNESDAY, *NOONS, "日")})
    assert "taken_over_by" in broken(month.problem, month.rulebook, administrators)


@pytest.mark.parametrize("other", ["2026-10", "2027-01", "2027-02"])
def test_other_months_are_made_from_the_same_folder(other):
    month = made(CENTRE, other)
    assert not month.audit.broken
    assert not month.audit.noted(Noted.EXEMPTION)


def test_the_last_night_of_november_is_taken_over_in_december():
    """Whoever begins on the thirtieth at half past five is there until half past one, with the guard of that evening."""
    rows = [
        "工号,日期,班次",
        "2011,2026-11-30,夜一",
        "2021,2026-11-30,安中",
        "2022,2026-11-30,安早",
        "2001,2026-11-30,日",
    ]
    month = made_with(CENTRE, {"history.csv": [(None, "\n".join(rows) + "\n")]})
    assert not {"夜二", "修"} & set(month.roster.on("2011", date(2026, 12, 1)))
    assert month.crew("2026-12-01", "夜二") != ["2011"]


def test_without_a_guard_to_be_called_there_is_no_roster():
    refused(
        CENTRE,
        {
            "people.csv": [("安护人员", "门岗")],
            "desk.toml": [('  "安早|安中|安夜@all=安护人员",\n', "")],
        },
    )


def test_one_administrator_cannot_hold_noon_and_the_rest_of_the_day():
    refused(CENTRE, without_people(CENTRE, "2002", "2003", "2004", "2005"))
