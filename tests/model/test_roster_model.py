"""The model's words: work stretches say what the rules say, and every variable is where it says it is."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from ortools.sat.python import cp_model

from constraints.approved_leave import ApprovedLeave
from constraints.days_in_a_row import DaysInARow
from constraints.days_off_in_a_row import DaysOffInARow
from constraints.fixed_duties import FixedDuties
from constraints.forbidden_successions import ForbiddenSuccessions
from constraints.hours_in_period import HoursInPeriod
from constraints.most_weekends import MostWeekends
from constraints.night_recovery import NightRecovery
from constraints.one_duty_at_a_time import OneDutyAtATime
from constraints.rest_between_duties import RestBetweenDuties
from scheduler.audit.audit import audit
from scheduler.domain import Desk, Duty, Fixed, Leave, Problem, Roster, Terms, Worker
from scheduler.domain.holidays import day_types
from scheduler.model.roster_model import Cells, RosterModel
from scheduler.rules import Constraint
from scheduler.rules.book import Rulebook
from scheduler.solver.mathopt import solve_relaxation
from scheduler.solver.rows import Rows
from scheduler.timeline import days_between
from tests.support.kit import THREE_SHIFTS
from tests.support.narrowing import undecided

FIRST = date(2026, 12, 4)  # a Friday
DESK = Desk("desk", "desk")


def month(length: int, *workers: Worker, first: date = FIRST, **fields: Any) -> Problem:
    """So many days of a desk with three shifts."""
    dates = days_between(first, first + timedelta(days=length - 1))
    return Problem(DESK, day_types(dates, "none"), workers or (Worker("W", "W"),), THREE_SHIFTS, **fields)


def posted(problem: Problem, *rules: Constraint, held: Cells | None = None) -> RosterModel:
    """The plain model of the rules."""
    model = RosterModel(problem, held=held)
    Rulebook(rules).encode(problem, model)
    return model


def solved(model: cp_model.CpModel) -> cp_model.CpSolver | None:
    """A solver with a solution, or `None` where there is none."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.cp_model_presolve = False
    solver.parameters.max_deterministic_time = 20
    status = solver.solve(model)
    assert status in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.INFEASIBLE), status
    return None if status == cp_model.INFEASIBLE else solver


def fixed(model: RosterModel, roster: Roster, layered: bool = False) -> cp_model.CpSolver | None:
    """The model's solution for just that roster, if it has one; the model itself, with layers or without, stays as it is."""
    problem = model.problem
    cells = [
        (model.works(worker.id, day, shift.code), shift.code in roster.on(worker.id, day))
        for worker in problem.workers
        for day in problem.dates
        for shift in problem.shifts
    ]
    if any(isinstance(cell, int) and cell != there for cell, there in cells):
        return None
    copy = model.layered() if layered else model.cp.clone()
    assert copy is not None
    for cell, there in cells:
        if not isinstance(cell, int):
            copy.add(copy.get_bool_var_from_proto_index(cell.index) == there)
    return solved(copy)


# Stretches against the audit


def random_month(rng: random.Random) -> tuple[Problem, tuple[Constraint, ...]]:
    """Some people whose runs are bounded, with any history, training, leave and settled days."""
    least, off = rng.choice([1, 2, 2, 3]), rng.choice([1, 2, 2, 3])
    most = least + rng.randint(0, 3)
    length = rng.randint(3, 12)
    first = FIRST + timedelta(days=rng.randrange(7))
    dates = days_between(first, first + timedelta(days=length - 1))
    workers = tuple(
        Worker(
            f"W{n}",
            f"W{n}",
            terms=Terms(
                most_days_in_a_row=most + 1,
                least_days_in_a_row=rng.choice([None, 1, least]),
                least_days_off_in_a_row=rng.choice([None, 1, 2]),
                most_weekends=rng.choice([None, 0, 1]),
            )
            if rng.random() < 0.3
            else Terms(),
        )
        for n in range(rng.randint(1, 2))
    )
    known = rng.choice([None, 0, 1, 2, 3, 4, 6, 9])
    past = days_between(first - timedelta(days=known or 0), first - timedelta(days=1)) if known else ()
    leave = []
    for _ in range(rng.choice([0, 0, 1, 2])):
        start = rng.choice(dates) - timedelta(days=rng.randint(0, 1))
        end = start + timedelta(days=rng.randint(0, 2))
        leave.append(Leave(rng.choice(workers).id, start, end, rng.choice(["training", "outside", "annual"])))
    problem = month(
        length,
        *workers,
        first=first,
        leave=tuple(leave),
        fixed=tuple(
            Fixed(rng.choice(workers).id, rng.choice(dates), rng.choice(["", "早"]))
            for _ in range(rng.choice([0, 0, 1]))
        ),
        history=tuple(
            duty
            for worker in workers
            for duty in drawn_runs(rng, worker.id, past, rng.randint(1, 4), rng.randint(1, 3))
        ),
        history_from=None if known is None else first - timedelta(days=known),
    )
    rules = (
        DaysInARow(most, least),
        DaysOffInARow(off),
        MostWeekends(rng.choice([0, 1, 1, 2, 60])),
        *((OneDutyAtATime(),) if rng.random() < 0.7 else ()),
        *((ForbiddenSuccessions(("夜>早|中", "中>早")),) if rng.random() < 0.5 else ()),
        *((RestBetweenDuties(),) if rng.random() < 0.3 else ()),
        *((NightRecovery(rest_days=rng.choice([1, 2])),) if rng.random() < 0.3 else ()),
        ApprovedLeave(),
        FixedDuties(),
    )
    return problem, rules


def drawn_runs(rng: random.Random, worker: str, days: tuple[date, ...], on: int, off: int) -> list[Duty]:
    """Runs of about so many days on and off."""
    duties: list[Duty] = []
    at = -rng.randint(0, on + off - 1)
    while at < len(days):
        length = max(1, on + rng.choice([0, 0, 0, 1, -1]))
        duties += [
            Duty(worker, days[place], rng.choice("早早中夜"))
            for place in range(max(0, at), min(len(days), at + length))
        ]
        at += length + max(1, off + rng.choice([0, 0, 1, 2, -1]))
    if duties and rng.random() < 0.1:
        duties.append(rng.choice(duties)._replace(shift="夜"))  # two on a day, perhaps
    return duties


def random_roster(rng: random.Random, problem: Problem, model: RosterModel) -> Roster:
    """A roster that is legal more often than not by chance: of its runs, and with settled days and leave kept."""
    if rng.random() < 0.5:  # a legal one, pushed about
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = rng.randrange(1000)
        solver.parameters.randomize_search = True
        solver.parameters.cp_model_presolve = False
        if solver.solve(model.cp) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            legal = model.roster(solver.boolean_value)
            if rng.random() < 0.4:
                return legal
            cells = [(worker.id, day) for worker in problem.workers for day in problem.dates]
            moved = dict.fromkeys(rng.sample(cells, 1), rng.choice(["", "早", "中"]))
            kept = [duty for duty in legal.duties if (duty.worker, duty.day) not in moved]
            return Roster([*kept, *(Duty(*cell, code) for cell, code in moved.items() if code)])
    settled = {(one.worker, one.day) for one in problem.fixed} | set(problem.leave_days)
    return Roster(
        [
            *(Duty(*one) for one in problem.fixed if one.shift),
            *(
                duty
                for worker in problem.workers
                for duty in drawn_runs(rng, worker.id, problem.dates, rng.randint(1, 4), rng.randint(1, 3))
                if (duty.worker, duty.day) not in settled
            ),
        ]
    )


def held_as_audited(
    seed: int, model: RosterModel, rules: tuple[Constraint, ...], roster: Roster, layered: bool = False
) -> bool:
    """Whether the model, with layers or without, holds a roster: just when the audit finds nothing."""
    broken = audit(model.problem, Rulebook(rules), roster).broken
    held = fixed(model, roster, layered) is not None
    assert held == (not broken), (seed, held, [v.say("en", {}) for v in broken], roster.duties)
    return held


def test_a_model_holds_a_roster_exactly_when_the_audit_finds_nothing():
    seen: Counter[tuple[bool, bool]] = Counter()
    for seed in range(280):
        rng = random.Random(seed)
        problem, rules = random_month(rng)
        model = posted(problem, *rules)
        for _ in range(4):
            held = held_as_audited(seed, model, rules, random_roster(rng, problem, model))
            seen[model.stretches, held] += 1
    assert seen[True, True] > 200, seen
    assert seen[True, False] > 200, seen


def test_counts_in_layers_rule_out_no_roster_and_let_no_other_in():
    seen: Counter[tuple[bool, bool]] = Counter()
    for seed in range(400):
        rng = random.Random(f"layers {seed}")
        problem, rules = random_month(rng)
        whole = posted(problem, *rules)
        for _ in range(3):
            roster = random_roster(rng, problem, whole)
            model = posted(problem, *rules, held=some_held(rng, problem, roster) if rng.random() < 0.4 else None)
            if model.layered() is None:
                continue
            seen[bool(model.held), held_as_audited(seed, model, rules, roster, layered=True)] += 1
    assert min(seen[cells, held] for cells in (True, False) for held in (True, False)) > 20, seen


def test_counts_in_layers_see_what_a_sum_of_weekends_does_not():
    """The best days for 16 or 17 duties in four weeks, on two weekends at most: the sum mixes rosters that keep to neither."""
    tighter = 0
    terms = Terms(most_days_in_a_row=5, least_hours=16 * 8, most_hours=17 * 8)
    problem = month(28, Worker("W", "W", terms=terms), first=date(2026, 11, 30))
    for seed in range(12):
        rng = random.Random(seed)
        model = posted(problem, ROW, REST, OneDutyAtATime(), MostWeekends(2), HoursInPeriod())
        days = [model.works_on("W", day) for day in problem.dates]
        model.cp.maximize(cp_model.LinearExpr.weighted_sum(days, [rng.choice([-1, 0, 1, 3]) for _ in days]))
        layered = model.layered()
        assert layered is not None
        plain, tight = (solve_relaxation(Rows.of(cp), 10.0) for cp in (model.cp, layered))
        best = solved(layered)
        assert plain is not None
        assert tight is not None
        assert best is not None
        assert plain.cost < tight.cost + 1e-5, seed
        assert tight.cost < -best.objective_value + 1e-5, seed
        tighter += tight.cost > plain.cost + 0.2
    assert tighter >= 3


def some_held(rng: random.Random, problem: Problem, roster: Roster) -> Cells:
    """Cells of a roster to be held: all of somebody's, all outside some days, or any."""
    somebody, (first, last) = rng.choice(problem.workers).id, sorted(rng.choices(problem.dates, k=2))
    kinds = [
        lambda worker, day: True,
        lambda worker, day: worker == somebody,
        lambda worker, day: not first <= day <= last,
        lambda worker, day: worker != somebody or not first <= day <= last,
        lambda worker, day: rng.random() < 0.5,
    ]
    held, cells = rng.choice(kinds), [(worker.id, day) for worker in problem.workers for day in problem.dates]
    return {cell: roster.on(*cell) for cell in cells if held(*cell)}


def test_a_model_with_held_cells_is_possible_exactly_when_the_audit_finds_nothing():
    seen: Counter[tuple[bool, bool]] = Counter()
    for seed in range(280):
        rng = random.Random(f"held {seed}")
        problem, rules = random_month(rng)
        whole = posted(problem, *rules)
        for _ in range(4):
            roster = random_roster(rng, problem, whole)
            model = posted(problem, *rules, held=some_held(rng, problem, roster))
            seen[model.stretches, held_as_audited(seed, model, rules, roster)] += 1
    assert seen[True, True] > 200, seen
    assert seen[True, False] > 200, seen


def test_there_is_nothing_to_decide_where_everything_is_held():
    problem, roster = drawn("xx.|..xx..xxx..xx")
    cells = {("W", day): roster.on("W", day) for day in problem.dates}
    model = posted(problem, ROW, REST, MostWeekends(2), held=cells)
    assert not len(model.cp.proto.variables)
    assert not len(model.cp.proto.constraints)
    assert fixed(model, roster) is not None
    assert model.roster(bool) == roster
    assert posted(problem, ROW, REST, MostWeekends(1), held=cells).works_any("W", problem.dates) == 1
    assert fixed(posted(problem, ROW, REST, MostWeekends(0), held=cells), roster) is None


def test_what_is_held_and_forbidden_is_impossible():
    """Whatever rule forbids it, and whether it does so before others speak or after."""
    problem = month(3, fixed=(Fixed("W", FIRST, ""),))
    on, off = {("W", FIRST): ("早",)}, {("W", FIRST): ()}
    assert solved(posted(problem, FixedDuties(), held=off).cp) is not None
    assert solved(posted(problem, FixedDuties(), held=on).cp) is None
    model = RosterModel(problem, held=on)
    assert model.works("W", FIRST, "早") == 1
    reason = audit(problem, Rulebook((FixedDuties(),)), Roster([Duty("W", FIRST, "早")])).broken[0].reason
    model.forbid("W", FIRST, "早", reason)
    assert solved(model.cp) is None
    assert solved(posted(month(3), OneDutyAtATime(), held={("W", FIRST): ("早", "夜")}).cp) is None
    assert solved(posted(month(3), OneDutyAtATime(), held={("W", FIRST): ("早", "旧")}).cp) is not None


# Where months are made of stretches, and where not

ROW, REST = DaysInARow(most=5, least=2), DaysOffInARow(least=2)


@pytest.mark.parametrize(
    ("rules", "made"),
    [
        ((DaysInARow(most=5),), False),
        ((DaysInARow(most=5), DaysOffInARow(least=1)), False),
        ((DaysInARow(most=5, least=2),), True),
        ((DaysInARow(most=5), DaysOffInARow(least=2)), True),
        ((DaysOffInARow(least=2),), False),  # without a cap there would be a stretch for every two days
    ],
)
def test_a_month_is_made_of_stretches_where_single_days_are_not_enough(rules, made):
    model = posted(month(7), *rules)
    assert model.stretches == made
    on = [rule.name for rule in Rulebook(rules).on(model.problem)]
    assert [model.holds_runs("W", name) for name in on] == [made] * len(on)


def test_one_persons_terms_make_stretches_for_that_person_alone():
    problem = month(7, Worker("甲", "甲"), Worker("乙", "乙", terms=Terms(least_days_in_a_row=2)))
    model = posted(problem, DaysInARow(most=5))
    assert [model.holds_runs(worker, "days_in_a_row") for worker in ("甲", "乙")] == [False, True]
    assert {worker for _, worker, first, last in model.places() if first < last} == {"乙"}


def test_stretches_hold_only_what_a_rule_said():
    model = posted(month(7), ROW, REST)
    assert model.holds_runs("W", "days_in_a_row")
    assert not model.holds_runs("W", "most_weekends")
    assert not model.holds_runs("nobody", "days_in_a_row")


def test_where_rosters_may_be_illegal_there_are_no_stretches():
    problem = month(7)
    reason = audit(problem, Rulebook((ROW,)), Roster([Duty("W", FIRST + timedelta(days=2), "早")])).broken[0].reason
    for model in (
        RosterModel(problem, guarded={"days_in_a_row"}),
        RosterModel(problem, guarded={"most_weekends"}),
        RosterModel(problem, allowed={reason: 1}),
    ):
        Rulebook((ROW, REST)).encode(problem, model)
        assert not model.stretches
        assert not model.holds_runs("W", "days_in_a_row")
        assert fixed(model, Roster([Duty("W", FIRST, "早")])) is not None
    assert posted(problem, ROW, REST).stretches


def drawn(line: str) -> tuple[Problem, Roster]:
    """A person's history and days, as a line of cells with a bar before the month."""
    past, _, now = line.partition("|")
    days = days_between(FIRST - timedelta(days=len(past)), FIRST + timedelta(days=len(now) - 1))
    duties = [Duty("W", day, "早") for day, cell in zip(days, past + now, strict=True) if cell != "."]
    problem = month(
        len(now),
        history=tuple(duty for duty in duties if duty.day < FIRST),
        history_from=days[0] if past else None,
    )
    return problem, Roster(duty for duty in duties if duty.day >= FIRST)


@pytest.mark.parametrize(
    ("line", "legal"),
    [
        ("|xx..xxx", True),
        ("|..x..xx", False),  # a single day on
        ("|xxx.xxx", False),  # a single day off
        ("|xxxxx..", True),
        ("|xxxxxx.", False),
        ("|x..xx..", True),  # may have begun before the month
        ("|.xx....", True),
        ("|....xx.", True),
        ("|.....x.", False),
        ("|......x", True),  # goes on after the month
        (".|x..xx..", False),  # known to have begun with the month
        ("..x|x..xx..", True),
        ("..x|...xx..", False),
        ("x|...xx..", True),  # may have begun earlier
        ("xxxxx|.......", True),
        (".xxxxx|x......", False),
        (".xxxx|x......", True),
        ("x.|x......", False),  # a single day off over the edge
        ("x.|.xx....", True),
        ("x|.xx....", False),
        ("x|..xx...", True),
        (".|xx.....", True),  # may have rested before
    ],
)
def test_stretches_know_the_months_edges(line, legal):
    problem, roster = drawn(line)
    model = posted(problem, ROW, REST)
    assert model.stretches
    assert (fixed(model, roster) is not None) == legal
    assert (not audit(problem, Rulebook((ROW, REST)), roster).broken) == legal


def test_training_goes_on_a_run_and_ends_days_off():
    days = days_between(FIRST, FIRST + timedelta(days=6))
    problem = month(7, leave=(Leave("W", days[2], days[2], "training"),))
    model = posted(problem, ROW, REST)
    for worked, legal in [("x.....x", False), ("x", False), ("xx", True), ("...x", True), ("xx.x", True), ("", False)]:
        roster = Roster(Duty("W", day, "早") for day, cell in zip(days, worked, strict=False) if cell == "x")
        assert (fixed(model, roster) is not None) == legal, worked
        assert (not audit(problem, Rulebook((ROW, REST)), roster).broken) == legal, worked


# Words on top of stretches


def test_any_duty_on_days_in_a_row_is_just_that():
    seen: Counter[tuple[bool, bool, bool]] = Counter()
    for seed in range(200):
        rng = random.Random(f"any {seed}")
        problem, rules = random_month(rng)
        worker = rng.choice(problem.workers).id
        start = rng.choice(problem.dates) - timedelta(days=rng.randint(0, 2))
        days = days_between(start, start + timedelta(days=rng.randint(0, 5)))
        roster = random_roster(rng, problem, posted(problem, *rules))
        model = posted(problem, *rules, held=some_held(rng, problem, roster) if seed % 2 else None)
        any_duty = model.works_any(worker, days)
        solver = fixed(model, roster)
        assert (solver is None) == bool(audit(problem, Rulebook(rules), roster).broken), seed  # it rules nothing out
        if solver is None:
            continue
        truth = any(roster.on(worker, day) for day in days) or any(
            duty.worker == worker and duty.day in days for duty in problem.history
        )
        known = any_duty if isinstance(any_duty, int) else solver.boolean_value(any_duty)
        assert known == truth, (seed, worker, days)
        seen[model.stretches, truth, bool(model.held)] += 1
    assert min(seen[True, truth, held] for truth in (True, False) for held in (True, False)) > 8, seen


@pytest.mark.parametrize("exclusive", [True, False])
def test_duties_of_some_shifts_are_literals_of_which_one_is_true(exclusive):
    problem = month(3)
    model = posted(problem, ROW, *((OneDutyAtATime(),) if exclusive else ()))
    literals = {codes: model.duties("W", FIRST, codes) for codes in ("早", "早中", "早中夜")}
    for codes in ("", "早", "夜", *(() if exclusive else ("早中", "中夜"))):
        later = [Duty("W", day, "早") for day in problem.dates[1:]]
        solver = fixed(model, Roster([*(Duty("W", FIRST, code) for code in codes), *later]))
        assert solver is not None
        for asked, found in literals.items():
            assert sum(solver.boolean_value(literal) for literal in found) == bool(set(asked) & set(codes))


def test_what_several_rules_forbid_of_two_days_is_one_row_for_each_set_of_shifts():
    """Before a night there is no early or late shift on the day before, and so on: five pairs are three rows."""
    rules = OneDutyAtATime(), RestBetweenDuties(), NightRecovery(), ForbiddenSuccessions(("夜>早", "中>早"))
    model = posted(month(2), *rules)
    days = month(2).dates
    words = {
        undecided(model.works("W", day, code)).index: f"{code}{at}" for at, day in enumerate(days) for code in "早中夜"
    }
    rows = [
        {words[literal] for literal in one.at_most_one.literals}
        for one in model.cp.proto.constraints
        if one.has_at_most_one()
    ]
    wanted = {"早0", "中0", "夜1"}, {"中0", "早1", "夜1"}, {"夜0", "早1", "中1"}
    assert sorted(map(sorted, rows)) == sorted(map(sorted, wanted))


def test_days_off_between_stretches_count_where_shifts_may_not_follow():
    model = posted(month(5), OneDutyAtATime(), DaysInARow(most=4, least=2), ForbiddenSuccessions(("夜>早",)))
    rows = [set(one.at_most_one.literals) for one in model.cp.proto.constraints if one.has_at_most_one()]
    for day, after in pairwise(month(5).dates):
        both_off = model.idle("W", (day, after))
        assert both_off is not None
        night, early = model.works("W", day, "夜"), model.works("W", after, "早")
        assert {undecided(one).index for one in (night, early, both_off)} in rows


def test_what_may_be_broken_of_two_days_is_not_posted_with_the_rest():
    rule, (day, after, _) = ForbiddenSuccessions(("夜>早",)), month(3).dates
    reason = rule._reason("W", day=day, before=("夜",), after=("早",))
    for allowed, first, possible in (({}, day, False), ({reason: 1}, day, True), ({reason: 1}, after, False)):
        model = RosterModel(month(3), allowed=allowed)
        Rulebook((OneDutyAtATime(), rule)).encode(model.problem, model)
        both = model.works("W", first, "夜"), model.works("W", first + timedelta(days=1), "早")
        model.cp.add_bool_and(both)
        assert (solved(model.cp) is not None) == possible


def test_what_may_give_way_of_two_days_has_a_guard_of_its_own():
    rule, (day, after) = ForbiddenSuccessions(("夜>早",)), month(2).dates
    model = RosterModel(month(2), guarded={rule.name})
    Rulebook((OneDutyAtATime(), rule)).encode(model.problem, model)
    model.cp.add_bool_and(model.works("W", day, "夜"), model.works("W", after, "早"))
    solver = solved(model.cp)
    assert solver is not None
    guard = model.guards[rule._reason("W", day=day, before=("夜",), after=("早",))]
    assert not solver.boolean_value(guard.kept)
    assert [solver.value(slack) for slack in guard.slacks] == [1]


def test_variables_are_placed_where_they_speak_of():
    seen: Counter[bool] = Counter()
    for seed in range(60):
        rng = random.Random(f"places {seed}")
        problem, rules = random_month(rng)
        model = posted(problem, *rules)
        places: dict[int, set[tuple[str, date, date]]] = {}
        for index, who, start, end in model.places():
            places.setdefault(index, set()).add((who, start, end))
        assert all(len(found) == 1 for found in places.values())  # nothing is in two places
        roster = random_roster(rng, problem, model)
        if (solver := fixed(model, roster)) is None:
            continue
        for worker in problem.workers:
            for day in problem.dates:
                for shift in problem.shifts:
                    cell = model.works(worker.id, day, shift.code)
                    assert isinstance(cell, int) or places[cell.index] == {(worker.id, day, day)}
        at_work = {
            (worker.id, day)
            for worker in problem.workers
            for day in problem.dates
            if roster.on(worker.id, day) or problem.at_work_elsewhere(worker.id, day)
        }
        for index, found in places.items():
            ((who, first, last),) = found
            there = bool(solver.response_proto.solution[index])
            if first < last:  # a stretch: there exactly when these days, and no longer, are worked
                run = all((who, day) in at_work for day in days_between(first, last))
                edges = (first - timedelta(days=1), last + timedelta(days=1))
                assert there == (run and not any((who, day) in at_work for day in edges))
                seen[there] += 1
    assert seen[True] > 15, seen
    assert seen[False] > 15, seen


def test_days_outside_the_month_are_no_variables():
    eve = FIRST - timedelta(days=1)
    problem = month(3, history=(Duty("W", eve, "早"),), history_from=eve)
    model = posted(problem, ROW, REST)
    after = problem.last + timedelta(days=1)
    assert [model.works("W", day, "早") for day in (eve, after)] == [1, 0]
    assert [model.works_on("W", day) for day in (eve - timedelta(days=1), eve, after)] == [0, 1, 0]
    assert model.works_any("W", (eve, FIRST)) == 1
    assert all(problem.first <= first <= last <= problem.last for _, _, first, last in model.places())


@pytest.mark.parametrize("exclusive", [True, False])
@pytest.mark.parametrize(
    ("least", "most", "counts"),
    [(16, 16, {2}), (12, 20, {2}), (8, 24, {1, 2, 3}), (16.5, 24, {3}), (0, 7.5, {0}), (25, 31.5, set())],
)
def test_hours_of_duties_alike_leave_whole_numbers_of_them(least, most, counts, exclusive):
    problem = month(4, Worker("W", "W", terms=Terms(least_hours=least, most_hours=most)))
    model = posted(problem, HoursInPeriod(), *((OneDutyAtATime(),) if exclusive else ()))
    rosters = {count: Roster(Duty("W", day, "早") for day in problem.dates[:count]) for count in range(5)}
    assert {count for count, roster in rosters.items() if fixed(model, roster)} == counts


def test_a_roster_is_read_off_an_assignment_from_its_first_variable_on():
    problem = Problem(
        Desk("desk", "desk"), day_types((date(2026, 12, 7),), "none"), (Worker("1", "甲"),), THREE_SHIFTS[:2]
    )
    model = RosterModel(problem)
    first, second = (model.works("1", date(2026, 12, 7), shift.code) for shift in THREE_SHIFTS[:2])
    assert not isinstance(first, int)
    assert not isinstance(second, int)
    assert first.index == 0
    for values, codes in (([1, 0], ("早",)), ([0, 1], ("中",)), ([0, 0], ())):
        assert model.roster_of(values).on("1", date(2026, 12, 7)) == codes
