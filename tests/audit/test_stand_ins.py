"""Who could stand in, by whatever rules the desk has."""

import random
import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from scheduler.audit.audit import audit
from scheduler.audit.candidates import StandIn
from scheduler.audit.stand_ins import MOST, stand_ins
from scheduler.domain import Demand, Desk, Duty, Fixed, Leave, Overtime, Problem, Roster, Skill, Worker
from scheduler.domain.holidays import day_types
from scheduler.rules.book import Rulebook, TakenLiterally, discovered, read_rulebook
from scheduler.timeline import days_between, month_days
from tests.support.generated_desks import three_shift_desk
from tests.support.kit import THREE_SHIFTS, random_duties, random_problem, random_rule

MON = date(2026, 12, 7)
RULES = read_rulebook({})


def drawn(drawing: str, first: date = MON, **fields) -> tuple[Problem, Roster]:
    """A desk that needs one person on each shift, and its roster as drawn: a worker and a cell for each day on a line."""
    lines = [line.split() for line in drawing.strip().splitlines()]
    dates = days_between(first, first + timedelta(days=len(lines[0]) - 2))
    duties = [
        Duty(name, day, code) for name, *cells in lines for day, code in zip(dates, cells, strict=True) if code != "."
    ]
    fields.setdefault("workers", tuple(Worker(line[0], line[0], norm_hours=200) for line in lines))
    fields.setdefault("demand", tuple(Demand(shift.code, least=1, target=1) for shift in THREE_SHIFTS))
    return Problem(Desk("desk", "desk"), day_types(dates, "none"), shifts=THREE_SHIFTS, **fields), Roster(duties)


def on(found, day: date, shift: str) -> list[str]:
    return [one.worker for one in found[day, shift]]


def test_people_who_are_off_and_rested_can_stand_in():
    problem, roster = drawn("""
        甲 早 早
        乙 夜 .
        丙 .  .
        丁 中 .""")
    found = stand_ins(problem, RULES, roster)
    assert list(found) == [(MON, "早"), (MON, "中"), (MON, "夜"), (MON + timedelta(days=1), "早")]
    assert on(found, MON, "早") == ["丙"]
    assert on(found, MON + timedelta(days=1), "早") == ["丙"]  # 乙 rests after a night, 丁 was late the day before


def test_leave_employment_training_and_skills_rule_people_out():
    tuesday = MON + timedelta(days=1)
    workers = (
        Worker("甲", "甲", roles=("客服",)),
        Worker("乙", "乙", roles=("客服",)),
        Worker("丙", "丙", roles=("客服",), hired=tuesday),
        Worker("丁", "丁", roles=("客服",), qualified_from=tuesday),
        Worker("戊", "戊", roles=("客服",), only_shifts=("中",)),
        Worker("己", "己", roles=("前台",)),
        Worker("庚", "庚", roles=("客服",), skills=(Skill("英语"),)),
    )
    problem, roster = drawn(
        "甲 早 早\n乙 . .\n丙 . .\n丁 . .\n戊 . .\n己 . .\n庚 . .",
        workers=tuple(replace(worker, norm_hours=200.0) for worker in workers),
        demand=(Demand("早", role="客服", least=1, target=1),),
        leave=(Leave("乙", MON, MON),),
    )
    found = stand_ins(problem, RULES, roster)
    assert on(found, MON, "早") == ["庚"]
    assert on(found, tuesday, "早") == ["乙", "丙", "丁"]  # 庚 has been named once
    abroad = replace(problem, demand=(Demand("早", skill="英语", least=1, target=1),))
    assert on(stand_ins(abroad, RULES, roster), MON, "早") == ["庚"]


def test_a_settled_day_off_stands():
    problem, roster = drawn("甲 早\n乙 .", fixed=(Fixed("乙", MON, ""),))
    assert on(stand_ins(problem, RULES, roster), MON, "早") == []


def test_of_equals_the_first_in_the_table_comes_first_and_nobody_is_asked_every_time():
    problem, roster = drawn("甲 早 早 早\n乙 . . .\n丙 . . .\n丁 . . .")
    found = stand_ins(problem, RULES, roster, most=2)
    assert [on(found, MON + timedelta(days=n), "早") for n in range(3)] == [["乙", "丙"], ["丁", "乙"], ["丙", "丁"]]


def test_whoever_has_worked_least_comes_first():
    problem, roster = drawn("""
        甲 早 早 早 早
        乙 .  中 中 中
        丙 .  .  .  .
        丁 .  .  中 中""")
    assert on(stand_ins(problem, RULES, roster), MON, "早") == ["丙", "丁", "乙"]
    assert on(stand_ins(problem, RULES, roster, most=1), MON, "早") == ["丙"]


def test_the_desk_s_needs_do_not_matter_but_what_it_runs_does():
    problem, roster = drawn(
        "甲 早\n乙 .", demand=(Demand("早", least=1, target=1, most=1), Demand("夜", least=3, target=3))
    )
    found = stand_ins(problem, RULES, roster)
    assert found == {(MON, "早"): (StandIn("乙"),)}


def test_hours_that_need_approval_are_said_and_come_last():
    workers = (Worker("甲", "甲"), Worker("乙", "乙", norm_hours=8.0), Worker("丙", "丙", norm_hours=40.0))
    problem, roster = drawn("甲 早 早\n乙 . 中\n丙 . 中", workers=workers)
    found = stand_ins(problem, RULES, roster)
    assert found[MON, "早"] == (StandIn("丙"), StandIn("乙", overtime=True))
    approved = replace(problem, overtime=(Overtime("乙", MON, 480),))
    assert StandIn("乙") in stand_ins(approved, RULES, roster)[MON, "早"]


def test_the_month_before_counts():
    eve = MON - timedelta(days=1)
    problem, roster = drawn("甲 早\n乙 .\n丙 .", history=(Duty("乙", eve, "中"),), history_from=eve)
    assert on(stand_ins(problem, RULES, roster), MON, "早") == ["丙"]


def test_what_is_broken_already_rules_nobody_out():
    problem, roster = drawn("甲 早 夜 .\n乙 . . 早")  # 8 h between two duties of 甲
    assert any(violation.reason.workers == ("甲",) for violation in audit(problem, RULES, roster).broken)
    found = stand_ins(problem, RULES, roster)
    assert on(found, MON, "早") == ["乙"]


def test_a_rule_taken_literally_is_not_enforced():
    problem, roster = drawn("甲 早 .\n乙 . 夜")
    named = {key: on({key: ones}, *key) for key, ones in stand_ins(problem, RULES, roster).items()}
    tuesday = MON + timedelta(days=1)
    assert named == {(MON, "早"): [], (tuesday, "夜"): []}  # 8 h lie between
    literal = Rulebook(RULES.rules, literal=(TakenLiterally("rest_between_duties", "…"),))
    assert stand_ins(problem, literal, roster) == {(MON, "早"): (StandIn("乙"),), (tuesday, "夜"): (StandIn("甲"),)}


@pytest.mark.parametrize("seed", range(60))
def test_whoever_is_named_breaks_no_rule_and_whoever_is_free_and_not_named_would(seed):
    rng = random.Random(seed)
    problem = random_problem(rng)
    codes = [shift.code for shift in problem.shifts]
    settings = tuple(random_rule(rng, cls, codes) for cls in discovered().values())
    rulebook = Rulebook(settings)
    roster = Roster(random_duties(rng, [worker.id for worker in problem.workers], problem.dates, codes))
    before = {violation.reason for violation in audit(problem, rulebook, roster).broken}

    def harm(worker: str, day: date, code: str, overtime: bool) -> bool:
        minutes = problem.shift_by_code[code].paid_minutes
        granted = (*problem.overtime, Overtime(worker, day, minutes)) if overtime else problem.overtime
        changed = Roster([*roster.duties, Duty(worker, day, code)])
        then = audit(replace(problem, overtime=granted), rulebook, changed).broken
        return any(worker in violation.reason.workers and violation.reason not in before for violation in then)

    for (day, code), named in stand_ins(problem, rulebook, roster, most=2).items():
        for one in named:
            assert not roster.on(one.worker, day)
            assert not harm(one.worker, day, code, one.overtime)
            assert not one.overtime or harm(one.worker, day, code, False)
        for worker in problem.workers if len(named) < 2 else ():
            rows = [row for row in problem.demand_on(day) if row.shift == code]
            able = problem.can_take(worker, day, problem.shift_by_code[code]) and (
                not rows or any(row.counts(worker, day) for row in rows)
            )
            if able and not roster.on(worker.id, day) and worker.id not in {one.worker for one in named}:
                assert harm(worker.id, day, code, True), (worker.id, day, code)


def rotated(people: int) -> tuple[Problem, Roster]:
    """A desk whose people go round three shifts in ten days, each beginning a day later than the one before."""
    problem = three_shift_desk(people)
    turn = ("早", "早", "早", "中", "中", "夜", "夜", "", "", "")
    duties = [
        Duty(worker.id, day, code)
        for at, worker in enumerate(problem.workers)
        for number, day in enumerate(month_days(2026, 12))
        if (code := turn[(number + at) % len(turn)]) and problem.available(worker, day)
    ]
    return problem, Roster(duties)


@pytest.mark.parametrize(("people", "seconds"), [(14, 2.0), (60, 6.0)])  # three times what a machine at rest takes
def test_a_month_takes_seconds(people, seconds):
    problem, roster = rotated(people)
    began = time.process_time()
    found = stand_ins(problem, RULES, roster)
    assert time.process_time() - began < seconds
    assert len(found) == 93
    if people == 60:
        assert sum(len(named) == MOST for named in found.values()) > 80
