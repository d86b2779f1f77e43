"""The audit finds what is wrong in a roster: single cells are corrupted, and two others say what that breaks.

The first is the encoding: every Reason of every rule gets a guard, the roster is
fixed, and the guards that have to fall are the Reasons broken. The second are
oracles: the simplest rules once more in a few lines, from the clock and the tables.
Then the encoding without guards, as a plain solve posts it, is held against the audit.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from ortools.sat.python import cp_model

from scheduler.audit.audit import audit, with_history
from scheduler.domain import (
    Break,
    Demand,
    Desk,
    Duty,
    Fixed,
    Leave,
    Month,
    Opening,
    Overtime,
    Problem,
    Protection,
    ProtectionKind,
    Reason,
    Roster,
    Shift,
    Skill,
    Terms,
    Wish,
    Worker,
)
from scheduler.domain.holidays import day_types
from scheduler.files.reading.desk import read_desk
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import Rulebook, discovered, read_rulebook
from scheduler.solver.outcome import Solved
from scheduler.solver.solve import solve
from scheduler.timeline import days_between
from tests.support.kit import random_duties, random_problem, random_rule
from tests.support.narrowing import undecided

SAMPLE = Path(__file__).parents[2] / "samples" / "three_shift_desk"
PREFERENCES = {"fairness", "wishes"}
LAW = {name for name, rule in discovered().items() if rule.in_law_report}  # warns, unless the desk says otherwise
HARD = {  # on at the desks here, and broken by single cells; the conformance test holds all rules, these included
    "always_staffed",
    "approved_leave",
    "continuous_work",
    "daily_hours",
    "days_in_a_row",
    "days_off_in_a_row",
    "fixed_duties",
    "forbidden_successions",
    "hours_in_period",
    "monthly_hours",
    "most_weekends",
    "night_recovery",
    "nights_in_a_row",
    "one_duty_at_a_time",
    "protected_workers",
    "qualified_people",
    "rest_between_duties",
    "shift_cover",
    "shift_leader",
    "shifts_of_a_kind",
    "weekly_rest_day",
}
ASKED_FOR = {  # on only where a desk asks for them; their own tests and the conformance test hold them
    "cleaning_duty",
    "event_attendance",
    "handover",
    "home_group",
    "monthly_rest_days",
    "named_fallback",
    "roles_by_day",
    "slot_cover",
    "table_order",
    "taken_over_by",
    "turns",
    "weekly_lead",
}
NEEDS_TERMS = {  # or settings of their own, of which the sample has none
    "days_off_in_a_row",
    "forbidden_successions",
    "hours_in_period",
    "most_weekends",
    "shifts_of_a_kind",
}
NEEDS_ANOTHER_DESK = {
    "always_staffed",  # two people on every shift: no single cell empties the sample's desk
    "monthly_hours",  # nor takes anybody beyond the norm, where hours are shared fairly
    *NEEDS_TERMS,
}
A_DAY = timedelta(days=1)


# A small desk, where single cells break what they cannot break on the sample

MON = date(2026, 12, 7)
SMALL_SHIFTS = (
    Shift("早", "早班", 6 * 60, 14 * 60),
    Shift("晚", "晚班", 14 * 60, 22 * 60),
    Shift("夜", "夜班", 22 * 60 + 30, 30 * 60 + 30, skill="夜间", night=True),
    Shift("长", "长班", 8 * 60, 18 * 60, breaks=(Break(12 * 60, 13 * 60),)),
)
NIGHT_PEOPLE = (Skill("夜间"),)
SMALL_WORKERS = (
    Worker("A", "甲", roles=("班长",), terms=Terms(most_of_shift=(("长", 0), ("晚", 1)))),
    Worker(
        "B",
        "乙",
        roles=("班长",),
        protections=(Protection(ProtectionKind.PREGNANT, MON),),
        terms=Terms(least_hours=16, most_hours=16),
    ),
    Worker("C", "丙", only_shifts=("早", "晚"), terms=Terms(most_weekends=1)),
    Worker("D", "丁", skills=NIGHT_PEOPLE, roles=("班长",)),
    Worker("E", "戊", skills=NIGHT_PEOPLE, terms=Terms(least_days_off_in_a_row=3)),
    Worker("F", "己", skills=NIGHT_PEOPLE),
    Worker("G", "庚", skills=(Skill("夜间", first=MON + 12 * A_DAY),), qualified_from=MON + 10 * A_DAY),
)
SMALL_ROSTER = """
    A 早 早 早 早 早 早 .  早 早 早 早 早 早 .
    B .  .  .  .  .  .  早 .  .  .  .  .  .  早
    C 晚 晚 晚 晚 晚 晚 .  晚 晚 晚 .  .  .  .
    D .  .  长 .  .  .  晚 .  .  .  晚 晚 晚 晚
    E 夜 夜 夜 .  .  .  夜 夜 夜 .  .  .  .  .
    F .  .  .  夜 夜 夜 .  .  .  夜 夜 夜 .  .
    G .  .  .  .  .  .  .  .  .  .  .  .  夜 夜"""


def small_desk() -> tuple[Problem, Rulebook, Roster]:
    """A fortnight of early, late and night duties that overlap and pass midnight, its roster drawn by hand."""
    days = days_between(MON, MON + 13 * A_DAY)
    problem = Problem(
        Desk("small", "小前台", opening=(Opening("all", 6 * 60, 22 * 60),)),
        day_types(days),
        SMALL_WORKERS,
        SMALL_SHIFTS,
        demand=(
            *(Demand(code, least=1, target=1, most=2) for code in "早晚夜"),
            Demand("长", "wed", target=1),
        ),
        leave=(Leave("D", days[7], days[8]), Leave("C", days[10], days[10], approved=False)),
        fixed=(Fixed("G", days[13], "夜"), Fixed("B", days[9], "")),
        overtime=(Overtime("A", days[5], 480), Overtime("A", days[12], 480), Overtime("D", days[2], 60)),
        wishes=(Wish("C", days[0], False),),
        history_from=MON,
    )
    roster = Roster(
        Duty(worker, day, code)
        for worker, *cells in (line.split() for line in SMALL_ROSTER.strip().splitlines())
        for day, code in zip(days, cells, strict=True)
        if code != "."
    )
    rules = {
        "shift_leader": {"shifts": ["早"], "roles": ["班长"]},
        "forbidden_successions": {"pairs": ["晚>早|长", "夜>早"]},
    }
    return problem, read_rulebook(rules), roster


def sample_desk() -> tuple[Problem, Rulebook, Roster]:
    """The sample's December, with a legal roster in which some people work as long rows as they may."""
    desk = read_desk(SAMPLE)
    problem = desk.problem(Month(2026, 12))
    rows = {("1003", "早"): range(14, 20), ("1005", "中"): range(14, 20), ("1001", "夜"): range(15, 18)}
    pinned = tuple(Fixed(who, date(2026, 12, day), code) for (who, code), days in rows.items() for day in days)
    # without preferences the first legal roster is the best, so the solver stops at it
    hard = tuple(
        replace(rule, **{field.name: 0 for field in fields(rule) if field.name.startswith("weight")})
        for rule in desk.rulebook.rules
        if rule.name not in PREFERENCES
    )
    outcome = solve(replace(problem, fixed=problem.fixed + pinned), Rulebook(hard), time_limit=30, cores=1)
    assert isinstance(outcome, Solved), outcome
    return problem, desk.rulebook, outcome.roster


# What a roster breaks, said by the encoding


class Guards:
    """Every rule's guards over one problem, for any roster."""

    def __init__(self, problem: Problem, rulebook: Rulebook) -> None:
        self.model = RosterModel(problem, guarded=set(discovered()))
        rulebook.encode(problem, self.model)
        self.model.cp.maximize(sum(guard.kept for guard in self.model.guards.values()))
        self.cells = {
            (worker.id, day, shift.code): self.model.works(worker.id, day, shift.code)
            for worker in problem.workers
            for day in problem.dates
            for shift in problem.shifts
        }

    def fallen(self, roster: Roster) -> set[Reason]:
        """The Reasons whose guards have to fall when the roster is fixed."""
        there = set(roster.duties)
        for key, cell in self.cells.items():
            domain = self.model.cp.proto.variables[undecided(cell).index].domain
            domain.clear()
            domain.extend([Duty(*key) in there] * 2)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1  # the rest is for speed: with every cell fixed there is little to search
        solver.parameters.linearization_level = 0
        solver.parameters.symmetry_level = 0
        solver.parameters.cp_model_probing_level = 0
        status = solver.solve(self.model.cp)
        assert status == cp_model.OPTIMAL, solver.status_name(status)
        return {reason for reason, guard in self.model.guards.items() if not solver.value(guard.kept)}


# What a roster breaks, said by hand; for the defaults of each rule, in a zone whose clocks never change

Works = dict[tuple[str, date], tuple[str, ...]]


def clock(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minute)


def hours_of(problem: Problem, day: date, code: str) -> tuple[datetime, datetime]:
    shift = problem.shift_by_code[code]
    return clock(day, shift.start), clock(day, shift.end)


def lines(problem: Problem, works: Works) -> Iterator[list[tuple[date, str]]]:
    """Each worker's duties with last month's, in order."""
    for worker in problem.workers:
        past = [duty for duty in problem.history if duty.worker == worker.id]
        here = [(day, code) for (who, day), codes in works.items() if who == worker.id for code in codes]
        yield sorted([*((duty.day, duty.shift) for duty in past), *here], key=lambda d: hours_of(problem, *d))


def leave_is_worked(problem: Problem, works: Works) -> bool:
    for leave in problem.leave:
        begins, ends = clock(leave.first, 0), clock(leave.last, 1440)
        for (worker, day), codes in works.items():
            spans = [hours_of(problem, day, code) for code in codes if worker == leave.worker and leave.approved]
            if any(start < ends and end > begins for start, end in spans):
                return True
    return False


def rest_is_short(problem: Problem, works: Works) -> bool:
    return any(
        hours_of(problem, *late)[0] - hours_of(problem, *early)[1] < timedelta(hours=11)
        for line in lines(problem, works)
        for early, late in pairwise(line)
        if late[0] >= problem.first
    )


def seven_days_are_worked(problem: Problem, works: Works) -> bool:
    for worker, line in zip(problem.workers, lines(problem, works), strict=True):
        days = {day for day, _ in line} | {day for day in problem.dates if problem.at_work_elsewhere(worker.id, day)}
        if any(all(day - n * A_DAY in days for n in range(7)) for day in days if day >= problem.first):
            return True
    return False


def four_nights_are_worked(problem: Problem, works: Works) -> bool:
    for line in lines(problem, works):
        nights = {day for day, code in line if code == "夜"}
        if any(all(day - n * A_DAY in nights for n in range(4)) for day in nights if day >= problem.first):
            return True
    return False


def a_night_is_followed_by_another_duty(problem: Problem, works: Works) -> bool:
    return any(
        (day + A_DAY, code) in line
        for line in lines(problem, works)
        for day, night in line
        for code in problem.shift_by_code
        if night == "夜" and code != "夜" and day + A_DAY >= problem.first
    )


def heads_are_out_of_bounds(problem: Problem, works: Works) -> bool:
    for day in problem.dates:
        kind = "offday" if day.weekday() >= 5 else "workday"  # no holiday in these days
        asked = [row for row in problem.demand if row.on in ("all", kind, f"{day:%a}".lower())]
        for worker in problem.workers:
            if not set(works[worker.id, day]) <= {row.shift for row in asked}:
                return True
        for row in asked:
            heads = [
                worker
                for worker in problem.workers
                if row.shift in works[worker.id, day]
                and (worker.qualified_from is None or worker.qualified_from <= day)
                and (not row.skill or any(s.name == row.skill and (s.last or day) >= day for s in worker.skills))
            ]
            if len(heads) < row.least or (row.most is not None and len(heads) > row.most):
                return True
    return False


def the_protected_are_on_at_night(problem: Problem, works: Works) -> bool:
    protected = [worker.id for worker in problem.workers if worker.protections]
    for (worker, day), codes in works.items():
        for start, end in (hours_of(problem, day, code) for code in codes if worker in protected):
            if start < clock(day, 6 * 60) or end > clock(day, 22 * 60):
                return True
    return False


def the_unqualified_are_on(problem: Problem, works: Works) -> bool:
    for worker in problem.workers:
        for day in problem.dates:
            for code in works[worker.id, day]:
                if code == "夜" and worker.qualified_from and worker.qualified_from > day:
                    return True
                if worker.only_shifts and code not in worker.only_shifts:
                    return True
                needed = problem.shift_by_code[code].skill
                if needed and not any(s.name == needed and (s.first or day) <= day for s in worker.skills):
                    return True
    return False


def a_fixed_cell_is_changed(problem: Problem, works: Works) -> bool:
    return any(
        fixed.shift not in works[fixed.worker, fixed.day] if fixed.shift else works[fixed.worker, fixed.day] != ()
        for fixed in problem.fixed
    )


def two_duties_overlap_or_share_a_day(problem: Problem, works: Works) -> bool:
    return any(
        early[0] == late[0] or hours_of(problem, *early)[1] > hours_of(problem, *late)[0]
        for line in lines(problem, works)
        for early, late in pairwise(line)
        if late[0] >= problem.first
    )


ORACLES: dict[str, Callable[[Problem, Works], bool]] = {
    "approved_leave": leave_is_worked,
    "rest_between_duties": rest_is_short,
    "days_in_a_row": seven_days_are_worked,
    "nights_in_a_row": four_nights_are_worked,
    "night_recovery": a_night_is_followed_by_another_duty,
    "shift_cover": heads_are_out_of_bounds,
    "qualified_people": the_unqualified_are_on,
    "fixed_duties": a_fixed_cell_is_changed,
    "one_duty_at_a_time": two_duties_overlap_or_share_a_day,
}


# The corruptions


def row(roster: Roster, worker: str, day: date, codes: set[str]) -> int:
    """Length of the row of days on these shifts that one more on the day would make."""
    length = 1
    for step in (-A_DAY, A_DAY):
        near = day + step
        while codes.intersection(roster.on(worker, near)):
            length, near = length + 1, near + step
    return length


def corruptions(problem: Problem, roster: Roster, rng: random.Random) -> Iterator[Roster]:
    """The roster with one cell changed: to another shift, to a day off, to a second duty beside the first.

    In any order, but first come changes of cells of which the tables speak
    (fixed, leave, people protected or in training), and duties that make long rows.
    """
    codes = {shift.code for shift in problem.shifts}
    changes = [
        (worker.id, day, value)
        for worker in problem.workers
        for day in problem.dates
        for now in (roster.on(worker.id, day),)
        for value in sorted({(), *((code,) for code in codes), *((*now, code) for code in codes)})
        if set(value) != set(now)
    ]
    rng.shuffle(changes)
    people = {worker.id for worker in problem.workers if worker.protections or worker.qualified_from}
    fixed = [c for c in changes if c[:2] in {(duty.worker, duty.day) for duty in problem.fixed}]
    told = [c for c in changes if c[0] in people or c[:2] in problem.leave_days]
    whole = with_history(problem, roster.duties)
    filled = [(worker, day, value) for worker, day, value in changes if value and not roster.on(worker, day)]
    by_days = sorted(filled, key=lambda c: -row(whole, c[0], c[1], codes))
    by_nights = sorted((c for c in filled if c[2] == ("夜",)), key=lambda c: -row(whole, c[0], c[1], {"夜"}))
    for worker, day, value in dict.fromkeys([*fixed, *told[:80], *by_days[:30], *by_nights[:20], *changes]):
        others = [duty for duty in roster.duties if (duty.worker, duty.day) != (worker, day)]
        yield Roster([*others, *(Duty(worker, day, code) for code in value)])


def broken_by(problem: Problem, rulebook: Rulebook, roster: Roster, enough: Callable[[Counter[str]], bool]) -> None:
    """Corrupt single cells until enough rules are broken; hold the audit against the oracles, and at times the guards."""
    guards = Guards(problem, rulebook)
    broken: Counter[str] = Counter()
    for place, corrupted in enumerate(corruptions(problem, roster, random.Random(problem.desk.id))):
        found = {violation.reason for violation in audit(problem, rulebook, corrupted).broken}
        rules = {reason.rule for reason in found}
        works = {(w.id, day): corrupted.on(w.id, day) for w in problem.workers for day in problem.dates}
        assert rules & set(ORACLES) == {rule for rule, oracle in ORACLES.items() if oracle(problem, works)}
        assert "protected_workers" in rules or not the_protected_are_on_at_night(problem, works)
        if place % 5 == 1:
            assert found == guards.fallen(corrupted)
        broken.update(rules)
        broken["anything"] += bool(rules)
        if enough(broken):
            return
    pytest.fail(f"too few of some rules: {broken}")


@pytest.fixture(scope="module")
def sample() -> tuple[Problem, Rulebook, Roster]:
    return sample_desk()


def test_the_audit_finds_nothing_in_a_legal_roster(sample):
    for problem, rulebook, roster in (sample, small_desk()):
        found = audit(problem, rulebook, roster)
        assert found.broken == ()
        audited = {result.rule.name for result in found.results}
        idle = ASKED_FOR | (NEEDS_TERMS if problem is sample[0] else set())
        assert audited == {rule.name for rule in rulebook.on(problem)}
        assert audited.isdisjoint(idle)
        assert audited >= (HARD | PREFERENCES | LAW) - idle
        works = {(w.id, day): roster.on(w.id, day) for w in problem.workers for day in problem.dates}
        assert not any(oracle(problem, works) for oracle in (*ORACLES.values(), the_protected_are_on_at_night))


@pytest.mark.parametrize("desk", ["sample", "small"])
def test_the_audit_finds_every_corrupted_cell_that_breaks_a_rule(desk, sample):
    rules = HARD if desk == "small" else HARD - NEEDS_ANOTHER_DESK

    def enough(broken: Counter[str]) -> bool:
        return broken["anything"] >= 60 and all(broken[rule] >= 2 for rule in rules)

    problem, rulebook, roster = sample if desk == "sample" else small_desk()
    broken_by(problem, rulebook, roster, enough)


# The plain model, which never creates what a rule forbids outright


def plain_cost(problem: Problem, rulebook: Rulebook, roster: Roster) -> int | None:
    """What the roster costs in a model without guards; `None` where the model does not admit it."""
    model = RosterModel(problem)
    rulebook.encode(problem, model)
    model.cp.minimize(model.objective())
    for worker in problem.workers:
        for day in problem.dates:
            for shift in problem.shifts:
                cell = model.works(worker.id, day, shift.code)
                model.cp.add(cell == (shift.code in roster.on(worker.id, day)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.cp_model_presolve = False
    status = solver.solve(model.cp)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE), solver.status_name(status)
    return round(solver.objective_value) if status == cp_model.OPTIMAL else None


@pytest.mark.parametrize("name", discovered())
def test_a_model_without_guards_admits_exactly_the_rosters_in_which_the_audit_finds_nothing(name):
    broken: list[bool] = []
    for seed in range(800):
        if len(broken) >= 60:
            break
        rng = random.Random(f"plain {name} {seed}")
        problem = random_problem(rng)
        codes = [shift.code for shift in problem.shifts]
        rule = random_rule(rng, discovered()[name], codes)
        if not rule.applies(problem):
            continue
        rules = {"one_duty_at_a_time": discovered()["one_duty_at_a_time"](), name: rule}
        rulebook = Rulebook(tuple(rules.values()))
        duties = random_duties(rng, [worker.id for worker in problem.workers], problem.dates, codes)
        if rng.random() < 0.5:
            duties = tuple({(duty.worker, duty.day): duty for duty in duties}.values())  # one a day
        roster = Roster(duties)
        found = audit(problem, rulebook, roster)
        assert plain_cost(problem, rulebook, roster) == (None if found.broken else found.cost), (seed, rule)
        broken.append(bool(found.broken))
    assert len(broken) >= 40
    assert sum(broken) >= 5
