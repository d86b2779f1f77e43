"""What stands against a month is said before any search: truly, in one line for each cause, with what could be changed."""

from __future__ import annotations

import cProfile
import random
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import pytest
from ortools.sat.python import cp_model

from constraints.fixed_duties import FixedDuties
from constraints.one_duty_at_a_time import OneDutyAtATime
from constraints.shift_cover import ShiftCover
from scheduler.audit.first_words import FirstWords, first_words
from scheduler.audit.obstacle_words import say_levers, say_obstacle
from scheduler.audit.obstacles import Kind
from scheduler.domain import (
    Break,
    Day,
    Demand,
    Desk,
    Duty,
    Fixed,
    Leave,
    Opening,
    Overtime,
    Problem,
    Protection,
    ProtectionKind,
    Shift,
    Skill,
    SlotNeed,
    Terms,
    Worker,
)
from scheduler.domain.holidays import day_types
from scheduler.i18n import Lang
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import Rulebook, discovered, read_rulebook
from scheduler.solver.cp_sat import solver_for
from scheduler.solver.outcome import Impossible, Solved
from scheduler.solver.solve import solve
from scheduler.time_limit import TimeLimit
from scheduler.timeline import days_between
from tests.support.generated_desks import three_shift_desk
from tests.support.kit import THREE_SHIFTS, random_problem, random_rule, with_former_shifts

FIRST = date(2026, 12, 7)  # a Monday
RULES = read_rulebook({})
EARLY, LATE, NIGHT = THREE_SHIFTS
OPEN_NINE_TO_SIX = Desk("d", "d", opening=(Opening("all", 9 * 60, 18 * 60),))
NEVER_OPEN = Desk("d", "d", opening=())
WHOLE_DAY = Shift("班", "班", 9 * 60, 18 * 60, breaks=(Break(12 * 60, 13 * 60),))


def days(number: int) -> tuple[Day, ...]:
    return day_types(days_between(FIRST, date(2026, 12, 6 + number)), "none")


def dec(day: int) -> date:
    return date(2026, 12, day)


def people(number: int, **fields: Any) -> tuple[Worker, ...]:
    fields.setdefault("norm_hours", 200.0)  # in the way of nothing
    return tuple(Worker(f"{n}", f"员{n}", **fields) for n in range(number))


def three_shifts(number: int = 8, length: int = 7, **fields: Any) -> Problem:
    """A desk at which all works: leaders everywhere, one of each shift."""
    fields.setdefault("workers", people(number, roles=("班长",)))
    fields.setdefault("demand", tuple(Demand(code, least=1, target=1) for code in "早中夜"))
    return Problem(Desk("d", "d"), days(length), fields.pop("workers"), THREE_SHIFTS, **fields)


def one_shift(shift: Shift, **fields: Any) -> Problem:
    fields.setdefault("demand", (Demand(shift.code, least=1, target=1),))
    desk = fields.pop("desk", OPEN_NINE_TO_SIX)
    return Problem(desk, days(7), fields.pop("workers", people(4)), (shift,), **fields)


def with_first_aid(*holders: int, number: int = 8, **fields: Any) -> Problem:
    """One first-aider on each night, of those who are numbered."""
    workers = tuple(
        replace(worker, skills=(Skill("急救"),)) if int(worker.id) in holders else worker
        for worker in people(number, roles=("班长",))
    )
    base = three_shifts(workers=workers)
    return replace(base, demand=(*base.demand, Demand("夜", skill="急救", least=1, target=1)), **fields)


class Planted(NamedTuple):
    """A month that is impossible for one reason, and what is to be said of it."""

    problem: Problem
    kind: Kind
    parts: tuple[str, ...]  # of the English line
    lever: str = ""
    rules: dict[str, dict[str, Any]] = {}  # noqa: RUF012 (never written to)
    lines: int = 2  # at most


SIXTEEN_HOURS = Shift("夜", "夜班", 16 * 60 + 30, 32 * 60 + 30, night=True)
TEN_HOURS = Shift("班", "班", 9 * 60, 20 * 60, breaks=(Break(14 * 60, 15 * 60),))
LUNCH = (Break(11 * 60 + 30, 12 * 60),)
PREGNANT = (Protection(ProtectionKind.PREGNANT),)
LEAVE = (Leave("0", dec(7), dec(9)), Leave("1", dec(8), dec(8), "sick"), Leave("2", dec(8), dec(10)))

CASES = {
    # D1: a shift that nobody can have
    "a shift longer than the cap": Planted(
        Problem(
            Desk("d", "d"),
            days(7),
            people(6, roles=("班长",)),
            (Shift("日", "日班", 8 * 60 + 30, 16 * 60 + 30), SIXTEEN_HOURS),
            demand=(Demand("日", least=1, target=1), Demand("夜", least=1, target=1)),
        ),
        Kind.SHIFT,
        ("nobody can have 夜 (every day of Dec)", "夜 is 16 h on end, the cap is 8 h"),
        "desk.toml [rules.continuous_work] hours = 8, break_minutes = 30",
    ),
    "a shift paid more hours than a day has": Planted(
        one_shift(TEN_HOURS, desk=NEVER_OPEN),
        Kind.SHIFT,
        ("nobody can have 班", "班 is 10 paid hours, the cap is 8 h a day"),
        "desk.toml [rules.daily_hours] hours = 8",
    ),
    "a skill that nobody has": Planted(
        one_shift(replace(WHOLE_DAY, skill="外语"), desk=NEVER_OPEN),
        Kind.SHIFT,
        ("nobody can have 班", "everybody: 班 on every day of Dec needs the skill 外语"),
        "the people table",
    ),
    "a shift reserved for a role that nobody has": Planted(
        one_shift(WHOLE_DAY, desk=NEVER_OPEN),
        Kind.SHIFT,
        ("nobody can have 班", "is for 电工 only"),
        'desk.toml [rules.roles_by_day] who = ["班@all=电工"]',
        {"roles_by_day": {"who": ["班@all=电工"]}},
    ),
    # D2, D7: time that no shift covers
    "all at their meal": Planted(
        Problem(
            OPEN_NINE_TO_SIX,
            days(7),
            people(6),
            (
                Shift("早", "早班", 9 * 60, 17 * 60, breaks=LUNCH),
                Shift("中", "中班", 10 * 60, 18 * 60, breaks=LUNCH),
            ),
            demand=(Demand("早", least=1, target=1), Demand("中", least=1, target=1)),
        ),
        Kind.UNCOVERED,
        ("every day of Dec, 11:30–12:00: at least 1 at the desk", "早, 中 are at a break or meal then"),
        "[opening]",
    ),
    "no opening hours were given": Planted(
        one_shift(replace(WHOLE_DAY, breaks=()), desk=Desk("d", "d")),
        Kind.UNCOVERED,
        ("18:00–24:00", "00:00–09:00", "opening hours are taken as all day, every day ([opening] is not written"),
        "[opening]",
        {"daily_hours": {"hours": 9}, "continuous_work": {"hours": 9}},
    ),
    "open before the first shift on a day of the week": Planted(
        one_shift(
            WHOLE_DAY,
            desk=replace(OPEN_NINE_TO_SIX, opening=(Opening("all", 15 * 60, 18 * 60), Opening("sat", 8 * 60, 12 * 60))),
        ),
        Kind.UNCOVERED,
        ("Sat 12 Dec, 08:00–09:00", "no shift is at work then"),
        "the shifts table",
    ),
    "a slot that no shift reaches": Planted(
        one_shift(WHOLE_DAY, desk=NEVER_OPEN, slots=(SlotNeed("all", 1200, 1260, least=2, target=2),)),
        Kind.UNCOVERED,
        ("every day of Dec, 20:00–21:00: at least 2 at work", "no shift is at work then"),
        "the slots table",
    ),
    "a slot in the middle of everybody's break": Planted(
        one_shift(WHOLE_DAY, desk=NEVER_OPEN, slots=(SlotNeed("wed", 720, 780, least=1, target=1),)),
        Kind.UNCOVERED,
        ("Wed 9 Dec, 12:00–13:00: at least 1 at work", "班 are at a break or meal then"),
        "the slots table",
    ),
    # D3, D4: those who count are away, or may not
    "all first-aiders are on leave": Planted(
        with_first_aid(0, 1, 2, leave=LEAVE),
        Kind.PEOPLE,
        (
            "Tue 8 Dec, 夜: at least 1 急救; of 3 who count nobody can",
            "员0, 员1, 员2: no duty on Tue 8 Dec, on approved leave",
        ),
        "the leave table: 员0 from Mon 7 Dec to Wed 9 Dec, 员1 on Tue 8 Dec, 员2 from Tue 8 Dec to Thu 10 Dec",
    ),
    "the only holder of a skill is protected": Planted(
        replace(base := with_first_aid(0), workers=(replace(base.workers[0], protections=PREGNANT), *base.workers[1:])),
        Kind.PEOPLE,
        ("every day of Dec, 夜: at least 1 急救; of 1 who count nobody can", "员0: protected"),
        "the demand table",
    ),
    "one of two that are needed may take the night": Planted(
        replace(
            base := with_first_aid(0, 1),
            workers=(replace(base.workers[0], only_shifts=("早",)), *base.workers[1:]),
            demand=(*base.demand[:2], Demand("夜", least=2, target=2, skill="急救"), Demand("夜", least=2, target=2)),
        ),
        Kind.PEOPLE,
        ("at least 2 急救; of 2 who count only 1 can", "员0: no 夜", "not among the shifts allowed"),
        "the people table",
    ),
    "a certificate runs out": Planted(
        replace(
            base := with_first_aid(0),
            workers=(replace(base.workers[0], skills=(Skill("急救", None, dec(10)),)), *base.workers[1:]),
        ),
        Kind.UNCOVERED,
        ("Fri 11 Dec to Sun 13 Dec, 夜: at least 1 急救", "急救 not valid on the day: 员0"),
        "the demand table",
    ),
    "the only leader is still in training": Planted(
        three_shifts(
            workers=(*people(7), Worker("9", "新", roles=("班长",), qualified_from=dec(9)), Worker("8", "老")),
        ),
        Kind.UNCOVERED,
        ("Mon 7 Dec to Tue 8 Dec, 早, 中, 夜: at least 1 班长", "still in training: 新"),
        "[rules.shift_leader]",
    ),
    "everybody is away on a day": Planted(
        three_shifts(leave=tuple(Leave(f"{n}", dec(9), dec(9)) for n in range(8))),
        Kind.PEOPLE,
        ("Wed 9 Dec, 早, 中, 夜: at least 1", "of 8 who count nobody can", "everybody: no duty on Wed 9 Dec"),
        "the leave table",
    ),
    # several shifts of a day share their people
    "two leaders for three shifts": Planted(
        three_shifts(
            workers=(*people(2, roles=("班长",)), *(Worker(f"x{n}", f"他{n}", norm_hours=200.0) for n in range(6)))
        ),
        Kind.DAY,
        ("every day of Dec, 早, 中, 夜: at least 1 班长: 3 people in all, one duty a person, and only 2 can",),
        "[rules.shift_leader]",
    ),
    "a leader less on one day": Planted(
        three_shifts(
            workers=(*people(5, roles=("班长",)), *(Worker(f"x{n}", f"他{n}", norm_hours=200.0) for n in range(5))),
            leave=tuple(Leave(f"{n}", dec(10), dec(10)) for n in range(3)),
        ),
        Kind.DAY,
        (
            "Thu 10 Dec, 早, 中, 夜: at least 1 班长: 3 people in all",
            "only 2 can; 员0, 员1, 员2: no duty on Thu 10 Dec",
        ),
        "the leave table",
    ),
    "four people for six": Planted(
        three_shifts(4, demand=tuple(Demand(code, least=2, target=2) for code in "早中夜")),
        Kind.DAY,
        ("at least 2 people: 6 people in all, one duty a person, and only 4 can",),
        "the demand table",
    ),
    "nights and lates share two people": Planted(
        three_shifts(
            workers=(
                *people(2, roles=("班长",)),
                *(Worker(f"x{n}", f"他{n}", norm_hours=200.0, roles=("班长",), only_shifts=("早",)) for n in range(4)),
            ),
            demand=(
                Demand("早", least=1, target=1),
                *(Demand(code, least=n, target=n) for code, n in (("中", 2), ("夜", 1))),
            ),
        ),
        Kind.DAY,
        ("中: at least 2 people; 夜: at least 1 people: 3 people in all", "only 2 can"),
        "the demand table",
    ),
    # B14, D5: fixed cells against rules and each other
    "fixed on a day of leave": Planted(
        three_shifts(fixed=(Fixed("4", dec(9), "早"),), leave=(Leave("4", dec(9), dec(10)),)),
        Kind.FIXED,
        ("员4: 早 on Wed 9 Dec is fixed, but 员4: no duty on Wed 9 Dec, on approved leave",),
        "the leave table: 员4 from Wed 9 Dec to Thu 10 Dec; the table of fixed duties",
    ),
    "fixed on a night in spite of protection": Planted(
        replace(
            base := three_shifts(fixed=(Fixed("0", dec(9), "夜"),)),
            workers=(replace(base.workers[0], protections=PREGNANT), *base.workers[1:]),
        ),
        Kind.FIXED,
        ("员0: 夜 on Wed 9 Dec is fixed, but 员0: protected",),
        "the table of fixed duties",
    ),
    "a duty and a day off fixed on one day": Planted(
        three_shifts(fixed=(Fixed("3", dec(9), "早"), Fixed("3", dec(9), ""))),
        Kind.FIXED,
        ("员3: 早 on Wed 9 Dec is fixed, but 员3: a fixed day off on Wed 9 Dec",),
        "the table of fixed duties",
    ),
    "two fixed duties without rest between them": Planted(
        three_shifts(fixed=(Fixed("3", dec(9), "中"), Fixed("3", dec(10), "夜"))),
        Kind.FIXED,
        (
            "员3: 夜 on Thu 10 Dec is fixed",
            "11 h rest between 中 on Wed 9 Dec and 夜 on Thu 10 Dec",
            "中 on Wed 9 Dec is fixed",
        ),
        "floor_hours = 11",
    ),
    "fixed on the morning after last month's night": Planted(
        three_shifts(fixed=(Fixed("3", dec(7), "早"),), history=(Duty("3", dec(6), "中"),), history_from=dec(1)),
        Kind.FIXED,
        ("员3: 早 on Mon 7 Dec is fixed, but 员3: 11 h rest between 中 on Sun 6 Dec and 早 on Mon 7 Dec",),
        "the table of fixed duties",
    ),
    "seven fixed days in a row": Planted(
        three_shifts(fixed=tuple(Fixed("3", dec(7 + n), "早") for n in range(7))),
        Kind.FIXED,
        ("员3", "at most 6 days in a row", "早 on every day of Dec is fixed"),
        "the table of fixed duties",
    ),
    "more are fixed on a shift than it may have": Planted(
        three_shifts(
            fixed=tuple(Fixed(f"{n}", dec(9), "早") for n in range(3)),
            demand=tuple(Demand(code, least=1, target=1, most=2) for code in "早中夜"),
        ),
        Kind.CAP,
        ("Wed 9 Dec, 早: at most 2 people: 3 are settled", "员0, 员1, 员2: 早 on Wed 9 Dec is fixed"),
        "the table of fixed duties",
    ),
    "fixed overtime beyond its cap": Planted(
        three_shifts(
            workers=tuple(replace(worker, norm_hours=16.0) for worker in people(12, roles=("班长",))),
            fixed=tuple(Fixed("3", dec(7 + n), "早") for n in range(5)),
            overtime=tuple(Overtime("3", dec(9 + n), 480) for n in range(3)),
        ),
        Kind.CAP,
        ("员3: at most 32 paid hours this month, the norm and the overtime cap: 40 h are settled", "5 duties"),
        "overtime_cap_hours = 16",
        {"monthly_hours": {"overtime_cap_hours": 16}},
    ),
    "fixed hours beyond the norm, with no overtime approved": Planted(
        three_shifts(
            workers=tuple(replace(worker, norm_hours=24.0) for worker in people(12, roles=("班长",))),
            fixed=tuple(Fixed("3", dec(7 + n), "早") for n in range(5)),
        ),
        Kind.CAP,
        ("员3: at most the norm of 24 paid hours this month", "40 h are settled"),
        "the overtime table",
    ),
    "more nights fixed than agreed": Planted(
        replace(
            base := three_shifts(fixed=tuple(Fixed("3", dec(7 + 2 * n), "夜") for n in range(3))),
            workers=tuple(
                replace(w, terms=Terms(most_of_shift=(("夜", 2),))) if w.id == "3" else w for w in base.workers
            ),
        ),
        Kind.CAP,
        ("员3: at most 2 夜",),
        "the table of fixed duties",
    ),
    "more hours promised than leave leaves": Planted(
        replace(
            base := three_shifts(leave=(Leave("3", dec(7), dec(11)),)),
            workers=tuple(replace(w, terms=Terms(least_hours=30)) if w.id == "3" else w for w in base.workers),
        ),
        Kind.PEOPLE,
        ("员3", "16 h at most is possible", "on approved leave"),
        "the leave table: 员3",
        {"hours_in_period": {"leave_lowers": False}, "monthly_hours": {"enabled": False, "because": "x"}},
    ),
    # D8: heads
    "too few people for the week": Planted(
        three_shifts(3),
        Kind.HEADS,
        (
            "Mon 7 Dec to Sun 13 Dec, all shifts: at least 21 duties, 3 people can take 18: at least 1 more people are needed",
        ),
        "the people table or the demand table",
    ),
    "too few hours for the month": Planted(
        three_shifts(workers=tuple(replace(w, norm_hours=16.0) for w in people(5, roles=("班长",)))),
        Kind.HEADS,
        ("5 people can take 10", "at least 3 more people are needed"),
    ),
    "too few with a role": Planted(
        three_shifts(
            workers=(
                *people(1, roles=("班长", "外语")),
                *(Worker(f"x{n}", f"他{n}", norm_hours=200.0, roles=("班长",)) for n in range(6)),
            ),
            demand=(
                *(Demand(code, least=1, target=1) for code in "早中夜"),
                Demand("早", role="外语", least=1, target=1),
            ),
        ),
        Kind.HEADS,
        ("早 外语: at least 7 duties, 1 people can take 6: at least 1 more people (外语) are needed",),
    ),
    "hopeless": Planted(
        three_shifts(2, demand=tuple(Demand(code, least=3, target=3) for code in "早中夜")),
        Kind.HEADS,
        ("at least 63 duties, 2 people can take 12: at least 11 more people are needed",),
        lines=3,  # and, at the end, that two people neither fill a shift nor lead three
    ),
    # what follows in a few steps
    "the only first-aider is needed on nights and mornings": Planted(
        replace(
            base := with_first_aid(0),
            demand=(
                *(Demand(code, least=1, target=1) for code in "早中夜"),
                Demand("中", "mon", skill="急救", least=1, target=1),
                Demand("早", "tue", skill="急救", least=1, target=1),
            ),
        ),
        Kind.PEOPLE,
        ("at least 1 急救", "of 1 who count nobody can", "because"),
        "floor_hours = 11",
    ),
}


def say(words: FirstWords, problem: Problem, kind: Kind, lang: Lang = "en") -> list[tuple[str, str]]:
    """The lines of one kind of obstacle, each with what could be changed."""
    return [(say_obstacle(one, problem, lang), say_levers(one, lang)) for one in words.obstacles if one.kind is kind]


@pytest.mark.parametrize("name", CASES)
def test_one_line_names_the_cause_and_what_could_be_changed(name):
    planted = CASES[name]
    words = first_words(planted.problem, read_rulebook(planted.rules))
    lines = say(words, planted.problem, planted.kind)
    fitting = [
        line for line, levers in lines if all(part in line for part in planted.parts) and planted.lever in levers
    ]
    assert len(fitting) == 1, [say_obstacle(one, planted.problem, "en") for one in words.obstacles] + lines
    assert len(words.obstacles) <= planted.lines, [say_obstacle(one, planted.problem, "en") for one in words.obstacles]


@pytest.mark.parametrize("name", CASES)
def test_a_month_that_is_called_impossible_is(name):
    planted = CASES[name]
    assert isinstance(solve(planted.problem, read_rulebook(planted.rules), time_limit=30, cores=1), Impossible)


def random_book(rng: random.Random, problem: Problem) -> Rulebook:
    """Some rules with settings at random, often with those that ask for people."""
    names = {"one_duty_at_a_time", "shift_cover", "qualified_people"} if rng.random() < 0.7 else set()
    names |= set(rng.sample(sorted(discovered()), rng.choice([0, 1, 2, 3, 5])))
    if len(problem.fixed) > 3:
        names |= {"fixed_duties", "monthly_hours"}
    codes = list(problem.month_codes)
    return Rulebook(tuple(random_rule(rng, discovered()[name], codes) for name in sorted(names)))


def random_month(seed: int) -> tuple[Problem, Rulebook]:
    rng = random.Random(f"first words {seed}")
    problem = random_problem(rng)
    if seed % 3 == 0:
        problem = with_former_shifts(rng, problem)
    if seed % 2:  # fewer obstacles
        demand = tuple(replace(row, least=min(row.least, 1)) for row in problem.demand)
        problem = replace(problem, demand=demand, fixed=problem.fixed[:1])
    if seed % 4 == 0:  # fixed cells instead of heads
        cells = [(worker.id, day) for worker in problem.workers for day in problem.dates]
        fixed = {cell: rng.choice(problem.codes_on(cell[1])) for cell in rng.sample(cells, min(4, len(cells)))}
        demand = tuple(replace(row, least=0) for row in problem.demand)
        problem = replace(problem, fixed=tuple(Fixed(*cell, code) for cell, code in fixed.items()), demand=demand)
    return problem, random_book(rng, problem)


def test_wherever_a_month_is_called_impossible_on_paper_no_roster_is_there():
    seen: Counter[tuple[bool, bool]] = Counter()
    kinds: Counter[Kind] = Counter()
    for seed in range(280):
        problem, rulebook = random_month(seed)
        words = first_words(problem, rulebook)
        assert words.whole
        assert words.possible == (not words.obstacles)
        impossible = not has_a_roster(problem, rulebook)
        if words.obstacles:
            assert impossible, (seed, [say_obstacle(one, problem, "en") for one in words.obstacles])
        seen[not words.obstacles, impossible] += 1
        kinds.update(one.kind for one in words.obstacles)
    assert seen[False, True] >= 100, seen
    assert seen[True, False] >= 60, seen
    assert seen[True, True] <= 4, seen  # what only a search can tell is rare on desks as small as these
    assert set(kinds) == set(Kind), kinds


def has_a_roster(problem: Problem, rulebook: Rulebook) -> bool:
    model = RosterModel(problem)
    rulebook.encode(problem, model)
    status = solver_for(1, 0, 30.0).solve(model.cp)
    assert status != cp_model.UNKNOWN
    return status != cp_model.INFEASIBLE


def test_every_line_is_said_in_both_languages():
    for planted in CASES.values():
        words = first_words(planted.problem, read_rulebook(planted.rules))
        for one in words.obstacles:
            zh, en = (say_obstacle(one, planted.problem, lang) + say_levers(one, lang) for lang in ("zh", "en"))
            assert "{" not in zh + en
            assert not re.search("[：。；“”]", en), en
            assert re.search("[\u4e00-\u9fff]{2}", zh), zh
            assert not re.search(r"\b(the|people|nobody|every)\b", zh), zh


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (
            "a shift longer than the cap",
            "“夜”谁也不能上（12月每天）：“夜”连续 16 小时，上限 8 小时；“夜”工时 16 小时，每天上限 8 小时（加班须当天已批）",
        ),
        ("all at their meal", "12月每天 11:30–12:00 至少 1 人在岗：在这段时间里，“早”、“中”都在休息或用餐"),
        (
            "all first-aiders are on leave",
            "12月8日(周二)“夜”急救至少 1 人，算得上的 3 人都不行：员0、员1、员2：12月8日(周二)已批假，不排班",
        ),
        ("fixed on a day of leave", "员4：12月9日(周三)固定上“早”，但是员4：12月9日(周三)已批假，不排班"),
        (
            "too few people for the week",
            "12月7日(周一)至12月13日(周日) 全部班次至少要 21 个班，3 人最多能上 18 个：至少还缺 1 人",
        ),
        ("two leaders for three shifts", "12月每天“早、中、夜”至少 1 名班长：合计要 3 人，一人一天一班，只有 2 人可以"),
    ],
)
def test_a_manager_reads_one_line(name: str, line: str):
    planted = CASES[name]
    words = first_words(planted.problem, read_rulebook(planted.rules))
    assert line in [said for said, _ in say(words, planted.problem, planted.kind, "zh")]


def test_heads_missing_in_all_are_told_before_what_follows_from_them_and_a_shift_for_nobody_before_both():
    def kinds(name: str) -> list[Kind]:
        planted = CASES[name]
        return [one.kind for one in first_words(planted.problem, read_rulebook(planted.rules)).obstacles]

    assert kinds("hopeless")[0] is Kind.HEADS
    assert kinds("the only holder of a skill is protected") == [Kind.PEOPLE, Kind.HEADS]
    for name in ("a shift longer than the cap", "a skill that nobody has"):
        assert kinds(name) == [Kind.SHIFT]  # and not that people are missing, who would not help


def test_a_desk_at_which_all_works_hears_of_nothing():
    words = first_words(three_shifts(), RULES)
    assert words.possible
    assert words.obstacles == ()


def test_one_person_more_or_one_day_of_leave_less_is_enough_where_that_is_said():
    planted = CASES["all first-aiders are on leave"]
    for back in planted.problem.leave:
        less = replace(planted.problem, leave=tuple(leave for leave in planted.problem.leave if leave != back))
        assert first_words(less, RULES).possible
    assert first_words(three_shifts(4), RULES).possible


def test_only_what_would_help_by_itself_is_named_to_be_changed():
    base = with_first_aid(0, 1, leave=(Leave("0", dec(9), dec(9)), Leave("1", dec(9), dec(9))))
    problem = replace(base, workers=(replace(base.workers[0], only_shifts=("早", "中")), *base.workers[1:]))
    ((line, levers),) = say(first_words(problem, RULES), problem, Kind.PEOPLE)
    assert "员0, 员1: no duty on Wed 9 Dec" in line
    assert levers == "could change: the leave table: 员1 on Wed 9 Dec; the demand table"


def test_rules_that_are_off_or_only_checked_stand_against_nothing():
    planted = CASES["a shift longer than the cap"]
    off = {
        name: {"enabled": False, "because": "x"} for name in ("continuous_work", "daily_hours", "rest_between_duties")
    }
    assert first_words(planted.problem, read_rulebook(off)).possible
    literal = {name: {"literal": "x"} for name in off}
    assert first_words(planted.problem, read_rulebook(literal, reading="literal")).possible
    assert not first_words(planted.problem, read_rulebook(literal)).possible
    short = three_shifts(3)
    assert not first_words(short, RULES).possible
    literal = {name: {"literal": "x"} for name in ("weekly_rest_day", "days_in_a_row")}
    assert first_words(short, read_rulebook(literal, reading="literal")).possible


def test_without_a_rule_that_asks_for_them_no_heads_are_missing():
    few = three_shifts(2)
    assert first_words(few, Rulebook(tuple(rule for rule in RULES.rules if rule.name == "weekly_rest_day"))).possible


def test_where_a_day_may_hold_several_duties_one_person_does_for_all_shifts():
    alone, cover = three_shifts(1), Rulebook((ShiftCover(),))
    assert isinstance(solve(alone, cover, time_limit=30, cores=1), Solved)
    assert first_words(alone, cover).possible
    assert not first_words(alone, Rulebook((OneDutyAtATime(), ShiftCover()))).possible
    fixed = replace(alone, fixed=(Fixed("0", dec(9), "早"), Fixed("0", dec(9), "中")))
    both = Rulebook((FixedDuties(), OneDutyAtATime()))
    assert say(first_words(fixed, both), fixed, Kind.FIXED) == [
        (
            "员0: 中 on Wed 9 Dec is fixed, but 员0: one duty on Wed 9 Dec (because: 员0: 早 on Wed 9 Dec is fixed)",
            "could change: the table of fixed duties",
        )
    ]


def test_people_with_two_roles_fill_both_rows_of_a_shift():
    demand = tuple(Demand(code, role=role, least=1, target=1) for code in "早中夜" for role in ("班长", "客服"))
    both = three_shifts(workers=people(5, roles=("班长", "客服")), demand=demand)
    assert first_words(both, RULES).possible
    assert isinstance(solve(both, RULES, time_limit=30, cores=1), Solved)
    apart = tuple(replace(worker, roles=("班长",) if int(worker.id) % 2 else ("客服",)) for worker in both.workers)
    heads = say(first_words(replace(both, workers=apart), RULES), both, Kind.HEADS)
    assert any("all shifts: at least 42 duties, 5 people can take 30" in line for line, _ in heads), heads


def test_where_time_runs_out_what_was_found_holds_and_the_rest_is_said_to_be_open():
    planted = CASES["a shift longer than the cap"]
    words = first_words(planted.problem, RULES, seconds=0.0, hurried=True)
    assert (words.obstacles, words.balances, words.whole) == ((), (), False)
    assert first_words(planted.problem, RULES, seconds=0.0).balances


@pytest.mark.parametrize("looks", [1, 2, 3, 5, 8])
def test_wherever_the_time_ends_the_arithmetic_is_done_and_true(looks: int, monkeypatch: pytest.MonkeyPatch):
    class Stepped(TimeLimit):
        """Ends at a look at the clock."""

        left_to_look = looks

        @property
        def left(self) -> float:
            self.left_to_look -= 1
            return float(self.left_to_look > 0)

    monkeypatch.setattr("scheduler.audit.first_words.TimeLimit", lambda seconds: Stepped())
    words = first_words(three_shift_desk(30), RULES)
    assert not words.whole
    assert words.possible
    assert words.balances


def test_first_words_grow_with_the_people_and_no_faster():
    def calls_of(number: int) -> int:
        problem, counted = three_shift_desk(number), cProfile.Profile()
        assert problem.shares
        counted.runcall(first_words, problem, RULES)
        return sum(entry.callcount for entry in counted.getstats())

    calls_of(10)
    few, more, many = calls_of(20), calls_of(40), calls_of(80)
    assert many - more < 2.2 * (more - few)
    assert many < 80 * 20_000  # a second is about ten million of them
