"""Two departments on duty round the clock (R4), each in the strict order of its table."""

from collections import Counter
from datetime import date

from tests.support.sample_months import broken, changed, made, made_with, refused

DUTY = "departments_on_duty"
TECHNICAL = ("技夜", "技早", "技中")
SERVICE = ("客夜", "客早", "客中")


def takers(month, shifts):
    """Who takes one slot after the other."""
    ranked = sorted(
        month.roster.duties, key=lambda duty: (duty.day, shifts.index(duty.shift) if duty.shift in shifts else 9)
    )
    return [duty.worker for duty in ranked if duty.shift in shifts]


def test_each_department_has_one_person_in_every_slot():
    month = made(DUTY)
    heads = Counter((duty.day, duty.shift) for duty in month.roster.duties)
    assert heads == {(day, shift): 1 for day in month.problem.dates for shift in (*TECHNICAL, *SERVICE)}
    teams = {worker.id: worker.team for worker in month.problem.workers}
    assert all(teams[worker] == "技术部" for worker in takers(month, TECHNICAL))
    assert all(teams[worker] == "客服部" for worker in takers(month, SERVICE))


def test_a_slot_without_one_department_is_caught_though_the_other_is_there():
    month = made(DUTY)
    (there,) = month.crew("2026-12-10", "客夜")
    gone = changed(month.roster, {(there, "2026-12-10"): ""})
    assert broken(month.problem, month.rulebook, gone) == {"always_staffed", "shift_cover"}


def test_turns_go_on_from_november_in_the_order_of_the_table():
    month = made(DUTY)
    assert takers(month, TECHNICAL)[:9] == ["T03", "T04", "T05", "T06", "T07", "T01", "T02", "T03", "T04"]
    assert takers(month, SERVICE)[:9] == ["K06", "K07", "K01", "K02", "K03", "K04", "K05", "K06", "K07"]


def test_people_on_leave_and_the_trainee_are_skipped_and_nobody_else():
    month = made(DUTY)
    assert not [violation for violation in month.audit.compromises if violation.reason.rule == "table_order"]
    technical = takers(month, TECHNICAL)
    off = [duty.day for duty in month.roster.duties if duty.worker == "T04"]
    assert not set(off) & {date(2026, 12, day) for day in range(7, 12)}
    assert all(technical[at + 1] in ("T04", "T05") for at, worker in enumerate(technical[:-1]) if worker == "T03")
    first = min(duty.day for duty in month.roster.duties if duty.worker == "K08")
    assert date(2026, 12, 14) <= first <= date(2026, 12, 16)


def test_a_swap_of_two_turns_is_listed_with_whose_turn_it_was():
    month = made(DUTY)
    (one,), (other,) = month.crew("2026-12-10", "技夜"), month.crew("2026-12-10", "技早")
    swapped = changed(month.roster, {(one, "2026-12-10"): "技早", (other, "2026-12-10"): "技夜"})
    found = [v for v in month.rulebook.named("table_order").check(month.problem, swapped) if v.reason.days[0].day == 10]
    said = [violation.say("en", month.problem.names) for violation in found]
    names = month.problem.names
    assert f"Thu 10 Dec, 技夜: in the order of the table it is {names[one]}'s turn (found: {names[other]})" in said


def test_a_wish_does_not_beat_the_order_but_a_duty_settled_beforehand_does():
    month = made(DUTY)
    refused_wishes = [violation for violation in month.audit.compromises if violation.reason.rule == "wishes"]
    assert len(refused_wishes) == 3
    assert "T01" not in month.crew("2026-12-14", *TECHNICAL)
    settled = made_with(DUTY, {"fixed.csv": [(None, "工号,日期,班次\nT01,2026-12-14,技中\n")]})
    assert settled.crew("2026-12-14", "技中") == ["T01"]
    assert [v for v in settled.audit.compromises if v.reason.rule == "table_order"]
    assert not settled.audit.broken


def test_everybody_on_the_table_can_be_reached():
    assert all(worker.phone for worker in made(DUTY).problem.workers)


def test_a_department_that_is_all_away_cannot_be_on_duty():
    rows = "".join(f"T{number:02d},2026-12-12,,年假,是\n" for number in range(1, 8))
    refused(DUTY, {"leave.csv": [("K03,2026-12-09,,事假,否\n", rows)]})
