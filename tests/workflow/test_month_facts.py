"""What a month's roster was made with comes back from the ledger as it was, and is held against the tables of today."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain import Duty, FormerShift, Leave, Month, Shift, ShiftTable
from scheduler.files.reading.desk import read_desk
from scheduler.workflow.month_facts import MonthFacts, compare_facts, continue_from, recorded_shifts

SAMPLES = sorted(path.parent for path in (Path(__file__).parents[2] / "samples").glob("*/desk.toml"))


def facts_of(folder: Path, month: Month = Month(2026, 12)) -> MonthFacts:
    files = read_desk(folder)
    problem = replace(files.problem(month), assumptions=())
    return MonthFacts(problem=problem, rulebook=files.rulebook, procedure=files.procedure, breaks=files.breaks)


@pytest.fixture(scope="module")
def desk() -> MonthFacts:
    return facts_of(next(path for path in SAMPLES if path.name == "three_shift_desk"))


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda path: path.name)
def test_every_sample_comes_back_from_json_as_it_was(folder: Path):
    facts = facts_of(folder)
    back = MonthFacts.from_parts(json.loads(json.dumps(facts.to_parts())))
    assert back == facts
    assert back.problem.fingerprint == facts.problem.fingerprint
    assert back.rulebook.fingerprint == facts.rulebook.fingerprint
    assert compare_facts(back, facts) == ()
    assert type(facts.problem.workers[0].share) is type(back.problem.workers[0].share) is float


def test_a_rule_that_means_something_else_by_now_is_told(desk: MonthFacts):
    parts = desk.to_parts()
    assert MonthFacts.from_parts(parts).revised == ()
    parts["rules"]["rules"]["weekly_rest_day"]["revision"] -= 1
    (revised,) = MonthFacts.from_parts(parts).revised
    assert (revised.rule, revised.then, revised.now) == ("weekly_rest_day", revised.now - 1, revised.now)


@pytest.mark.parametrize(
    ("table", "damage"),
    [
        ("workers", lambda part: part[0].update(colour="red")),
        ("workers", lambda part: part[0].update(share="half")),
        ("days", lambda part: part[0].update(kind="holiday of nobody")),
        ("shifts", lambda part: part.append(7)),
        ("leave", lambda part: part.append({"worker": "1001"})),
        ("rules", lambda part: part["rules"].update(no_such_rule={"revision": 1, "settings": {}})),
        ("rules", lambda part: part["rules"]["weekly_rest_day"]["settings"].update(moons=3)),
    ],
)
def test_what_this_program_does_not_understand_is_an_error(desk: MonthFacts, table: str, damage):
    parts = desk.to_parts()
    damage(parts[table])
    with pytest.raises((KeyError, TypeError, ValueError)):
        MonthFacts.from_parts(parts)


def said(then: MonthFacts, **changes: Any) -> list[str]:
    now = replace(then, problem=replace(then.problem, **changes))
    return [one.say("zh") for one in compare_facts(then, now)]


def test_a_shift_that_begins_earlier_is_told_with_its_hours(desk: MonthFacts):
    shifts = tuple(replace(s, start=450, end=930) if s.code == "早" else s for s in desk.problem.shifts)
    assert said(desk, shifts=shifts) == ["班次：早 08:00–16:00 → 07:30–15:30 已改"]


def test_people_who_came_went_and_changed_are_told_by_name(desk: MonthFacts):
    first, second, *others = desk.problem.workers
    renamed = replace(first, id="2001")
    told = said(
        desk, workers=(renamed, replace(second, team="夜组"), *others), history=(), wishes=(), leave=(), fixed=()
    )
    assert f"人员：现多出 {first.name}(2001)，现没有 {first.name}({first.id})，{second.name}({second.id}) 已改" in told


def test_a_rule_switched_off_and_a_day_that_became_a_workday_are_told(desk: MonthFacts):
    days = tuple(replace(d, kind=type(d.kind)("makeup_workday")) if d.date.day == 26 else d for d in desk.problem.days)
    assert said(desk, days=days) == ["日历：2026-12-26 已改"]
    rules = tuple(rule for rule in desk.rulebook.rules if rule.name != "turns")
    now = replace(desk, rulebook=replace(desk.rulebook, rules=rules))
    assert [one.say("en") for one in compare_facts(desk, now)] == ["rules: no longer turns"]


def test_more_rows_than_can_be_named_are_counted(desk: MonthFacts):
    leave = tuple(Leave(w.id, date(2026, 12, 20), date(2026, 12, 21)) for w in desk.problem.workers[:9])
    (told,) = said(desk, leave=(*desk.problem.leave, *leave))
    assert "等 9 项" in told


def test_the_same_row_twice_is_told_apart(desk: MonthFacts):
    leave = desk.problem.leave[:1]
    assert said(desk, leave=desk.problem.leave + leave) != []


def test_the_month_before_is_that_of_the_version_in_force(desk: MonthFacts):
    problem = replace(desk.problem, history=(), history_from=None)
    who, code = problem.workers[0].id, problem.shifts[0].code
    duties = (
        Duty(who, date(2026, 11, 30), code),
        Duty("nobody", date(2026, 11, 30), code),
        Duty(who, date(2026, 12, 1), code),
    )
    found = continue_from(problem, duties, date(2026, 11, 1), {})
    assert found.history == duties[:1]
    assert found.history_from == date(2026, 11, 1)
    again = continue_from(found, (Duty(who, date(2026, 11, 29), code),), date(2026, 11, 1), {})
    assert again.history == (Duty(who, date(2026, 11, 29), code),)


OLD = Shift("早", "早班", 8 * 60, 16 * 60)
RETIRED = Shift("晚", "晚班", 18 * 60, 24 * 60)


def november(who: str, *shifts: str) -> tuple[Duty, ...]:
    return tuple(Duty(who, date(2026, 11, 10 + at), code) for at, code in enumerate(shifts))


def test_duties_of_last_month_keep_the_hours_that_they_had(desk: MonthFacts):
    problem = replace(desk.problem, history=(), history_from=None)
    who, morning = problem.workers[0].id, problem.shift_by_code["早"]
    then = ShiftTable(
        (replace(morning, end=17 * 60), RETIRED, *problem.shifts[1:]),
        (FormerShift("早", date(2026, 11, 10), replace(morning, end=15 * 60)),),
    )
    found = continue_from(problem, november(who, "早", "早", "晚", "中"), date(2026, 11, 1), {}, then)
    ends = [found.shift_on(duty.day, duty.shift).end // 60 for duty in found.history]
    assert ends == [15, 17, 24, 24]
    assert found.shifts_on(problem.first) == problem.shifts
    assert sorted(former.code for former in found.former_shifts) == ["早", "早", "晚"]
    again = continue_from(found, november(who, "中"), date(2026, 11, 1), {})
    assert again.former_shifts == ()


def test_a_month_like_the_one_before_holds_no_former_shifts(desk: MonthFacts):
    problem = desk.problem
    found = continue_from(
        problem, november(problem.workers[0].id, "早"), date(2026, 11, 1), {}, ShiftTable(problem.shifts)
    )
    assert found.former_shifts == ()
    assert "former_shifts" not in replace(desk, problem=found).to_parts()


def test_former_shifts_come_back_from_json_as_they_were(desk: MonthFacts):
    former = (FormerShift("早", date(2026, 12, 14), replace(OLD, end=990)), FormerShift("中", date(2026, 12, 3), None))
    facts = replace(desk, problem=replace(desk.problem, former_shifts=former, fixed=(), history=()))
    parts = json.loads(json.dumps(facts.to_parts()))
    assert MonthFacts.from_parts(parts) == replace(facts, problem=replace(facts.problem, assumptions=()))
    assert recorded_shifts(parts) == ShiftTable(desk.problem.shifts, former)
    assert recorded_shifts({}) is None
