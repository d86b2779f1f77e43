"""A re-solve moves as few cells as can be: held against every roster that there is."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import product
from typing import NamedTuple

import pytest
from ortools.sat.python import cp_model

from constraints.days_in_a_row import DaysInARow
from constraints.days_off_in_a_row import DaysOffInARow
from constraints.fixed_duties import FixedDuties
from constraints.forbidden_successions import ForbiddenSuccessions
from constraints.one_duty_at_a_time import OneDutyAtATime
from constraints.shift_cover import ShiftCover
from constraints.wishes import Wishes
from scheduler.audit.audit import audit
from scheduler.domain import Day, DayKind, Demand, Desk, Duty, Fixed, Leave, Problem, Roster, Wish, Worker
from scheduler.errors import SolverFault
from scheduler.model.roster_model import RosterModel
from scheduler.rules import Constraint
from scheduler.rules.book import Rulebook, read_rulebook
from scheduler.solver import fewest_changes as resolving
from scheduler.solver.cp_sat import run_search
from scheduler.solver.fewest_changes import Resolved, _Search, fewest_changes
from scheduler.solver.incumbent import Progress
from scheduler.solver.outcome import Impossible, Solved, Undecided
from scheduler.solver.settings import Reach
from scheduler.solver.solve import solve
from scheduler.timeline import ONE_DAY, days_between
from tests.benchmarks.swaps import requested
from tests.solver.test_lns import RULES, STRETCHED, desk
from tests.support.generated_desks import three_shift_desk
from tests.support.kit import THREE_SHIFTS
from tests.support.search_settings import settings

FIRST = days_between(*[desk().first] * 2)[0]
ROUNDS = 12  # desks, each with as many requests again and again


class Live(NamedTuple):
    """A tiny desk with every legal roster and its cost, whatever is requested."""

    problem: Problem
    rulebook: Rulebook
    legal: dict[Roster, int]


def tiny(rng: random.Random) -> tuple[Problem, tuple[Constraint, ...]]:
    """A desk of two to four people and four to seven days, and its own rules, those of single people first."""
    people, length, codes = rng.choice(
        [(2, 4, "早夜"), (2, 5, "早夜"), (3, 4, "早夜"), (2, 7, "早"), (3, 5, "早"), (4, 4, "早")]
    )
    first = FIRST + timedelta(days=rng.randrange(7))
    dates = days_between(first, first + timedelta(days=length - 1))
    workers = tuple(Worker(f"W{n}", f"W{n}") for n in range(people))
    shifts = tuple(shift for shift in THREE_SHIFTS if shift.code in codes)
    known, past = rng.random() < 0.7, days_between(first - timedelta(days=3), first - ONE_DAY)
    history = tuple(
        Duty(worker.id, day, rng.choice(codes)) for worker in workers for day in past if known and rng.random() < 0.5
    )
    demand = tuple(
        Demand(code, least=rng.choice([0, 1]), target=1, most=rng.choice([None, 1, 2]) if people > 2 else None)
        for code in codes
    )
    cells = [(worker.id, day) for worker in workers for day in dates]
    wishes = tuple(Wish(*cell, rng.random() < 0.5, weight=rng.randint(1, 9)) for cell in rng.sample(cells, 4))
    problem = Problem(
        Desk("d", "d", opening=()),
        tuple(Day(day, DayKind.WORKDAY) for day in dates),
        workers,
        shifts,
        demand=demand,
        wishes=wishes,
        history=history,
        history_from=past[0] if known else None,
    )
    least, off = rng.choice([(1, 1), (2, 1), (1, 2), (2, 2)])
    return problem, (
        DaysInARow(rng.choice([2, 3, 4]), least),
        DaysOffInARow(off),
        *((OneDutyAtATime(), ForbiddenSuccessions(("夜>早",))) if codes == "早夜" else (OneDutyAtATime(),)),
    )


def months(problem: Problem, workers: Sequence[Worker]) -> Iterator[Roster]:
    """Every roster of some people with at most one duty a day."""
    cells = [(worker.id, day) for worker in workers for day in problem.dates]
    for codes in product(["", *(shift.code for shift in problem.shifts)], repeat=len(cells)):
        yield Roster(Duty(*cell, code) for cell, code in zip(cells, codes, strict=True) if code)


@cache
def desks() -> tuple[Live, ...]:
    """Tiny desks with all that is legal there, found without a solver."""
    made = []
    for seed in range(100):
        problem, own = tiny(random.Random(seed))
        rulebook = Rulebook((*own, ShiftCover(), Wishes()))
        each = []  # what breaks one person's own rules breaks them in every roster
        for worker in problem.workers:
            alone = replace(
                problem,
                workers=(worker,),
                wishes=(),
                demand=(),
                history=tuple(d for d in problem.history if d[0] == worker.id),
            )
            each.append([r.duties for r in months(alone, [worker]) if not audit(alone, Rulebook(own), r).broken])
        if not 1 <= len(list(product(*map(range, map(len, each))))) <= 3000:
            continue
        legal = {}
        for rows in product(*each):
            roster = Roster(duty for row in rows for duty in row)
            found = audit(problem, rulebook, roster)
            if not found.broken:
                legal[roster] = found.cost
        if legal:
            made.append(Live(problem, Rulebook((*rulebook.rules, FixedDuties())), legal))
        if len(made) == ROUNDS:
            break
    assert len(made) == ROUNDS
    return tuple(made)


def moved(problem: Problem, before: Roster, after: Roster) -> int:
    """How many cells differ."""
    return sum(before.on(w.id, day) != after.on(w.id, day) for w in problem.workers for day in problem.dates)


def request(rng: random.Random, problem: Problem, live: Roster) -> Problem:
    """The problem with some cells asked for, and sometimes with its first days settled as they are."""
    cells = [(worker.id, day) for worker in problem.workers for day in problem.dates]
    asked = {
        cell: rng.choice(["", *(s.code for s in problem.shifts)])
        for cell in rng.sample(cells, rng.choice([1, 1, 2, 3]))
    }
    if rng.random() < 0.5:
        past = problem.dates[: rng.randint(1, 2)]
        for worker in problem.workers:
            for day in past:
                asked.setdefault((worker.id, day), "".join(live.on(worker.id, day)))
    return replace(problem, fixed=tuple(Fixed(*cell, code) for cell, code in asked.items()))


@pytest.fixture
def looked_at(monkeypatch) -> list[int]:
    """How many cells each model leaves open."""
    asked, sizes = _Search._ask, []

    def ask(self, cells):
        sizes.append(len(cells))
        return asked(self, cells)

    monkeypatch.setattr(_Search, "_ask", ask)
    return sizes


@pytest.mark.parametrize("near", [False, True], ids=["whole", "in tiny neighbourhoods first"])
def test_no_roster_moves_fewer_cells_and_none_that_moves_as_few_is_cheaper(near, looked_at):
    """Of neighbourhoods the number must be as proved as that of the whole; of the cost they must not claim too much."""
    tiny_steps = {"whole_cells": 0, "reaches": (Reach(0, 0), Reach(1, 0), Reach(1, 1))}
    near_first = settings(fewest_changes=tiny_steps if near else {})
    seen: Counter[int | str] = Counter()
    for number, (problem, rulebook, legal) in enumerate(desks()):
        rng = random.Random(number)
        for _ in range(25):
            live = rng.choice(list(legal))
            asked = request(rng, problem, live)
            if rng.random() < 0.15:  # a live roster need not be legal any more
                live = Roster([*live.duties[1:], Duty("W0", problem.last, "早")])
            open_to = {
                roster: cost
                for roster, cost in legal.items()
                if all(roster.on(one.worker, one.day) == ((one.shift,) if one.shift else ()) for one in asked.fixed)
            }
            held = {(one.worker, one.day): (one.shift,) if one.shift else () for one in asked.fixed}
            if not near or rng.random() < 0.2:
                held = {}
            looked_at.clear()
            outcome = fewest_changes(asked, rulebook, live, held=held, cores=1, time_limit=20, settings=near_first)
            cells = len(problem.workers) * len(problem.dates) - len(held)
            whole = looked_at[-1] == cells
            seen["looked twice"] += len(looked_at) > 1
            seen["near enough"] += not whole
            if not open_to:
                assert isinstance(outcome, Impossible), number
                seen["impossible"] += 1
                continue
            assert isinstance(outcome, Resolved), number
            fewest = min(moved(problem, live, roster) for roster in open_to)
            cheapest = min(cost for roster, cost in open_to.items() if moved(problem, live, roster) == fewest)
            assert outcome.roster in open_to
            assert (len(outcome.changes), outcome.fewest, outcome.status) == (fewest, fewest, "OPTIMAL")
            assert moved(problem, live, outcome.roster) == fewest
            assert outcome.bound <= cheapest <= outcome.objective == open_to[outcome.roster]
            assert not whole or (outcome.objective, outcome.bound, outcome.among) == (cheapest, cheapest, cells)
            seen[min(fewest, 4)] += 1
            seen["cheaper"] += cheapest < max(c for r, c in open_to.items() if moved(problem, live, r) == fewest)
    assert seen["impossible"] >= 20, seen
    assert seen["cheaper"] >= 20, seen
    assert all(seen[changes] >= 10 for changes in range(5)), seen
    assert not near or min(seen["looked twice"], seen["near enough"]) >= 50, seen


# Neighbourhoods of a large desk


class Large(NamedTuple):
    """A desk that is too large to be asked as a whole at once, and any legal roster of it."""

    problem: Problem
    rulebook: Rulebook
    live: Roster


@pytest.fixture(scope="module")
def large() -> Large:
    problem, rulebook = three_shift_desk(120), read_rulebook({})
    model = RosterModel(problem)
    rulebook.encode(problem, model)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2  # one searches locally, which is what finds it
    solver.parameters.linearization_level = 0
    assert solver.solve(model.cp) == cp_model.OPTIMAL
    return Large(problem, rulebook, model.roster(solver.boolean_value))


def test_a_swap_on_a_large_desk_is_proved_in_a_neighbourhood_and_moves_no_more_cells_than_the_whole_would(
    large, looked_at
):
    problem, rulebook, live = large
    cells, near_enough = len(problem.workers) * len(problem.dates), 0
    for kind, asked in requested(problem, rulebook, live, random.Random(3), 2):
        held = {(one.worker, one.day): (one.shift,) if one.shift else () for one in asked.fixed}
        looked_at.clear()
        near = fewest_changes(problem, rulebook, live, held=held)
        assert looked_at[0] < cells / 4
        near_enough += len(looked_at) == 1
        among = looked_at[-1]
        looked_at.clear()
        at_once = settings(fewest_changes={"whole_cells": cells})
        whole = fewest_changes(problem, rulebook, live, held=held, settings=at_once)
        assert looked_at == [cells - len(held)]
        assert type(near) is type(whole), kind
        if not isinstance(near, Resolved) or not isinstance(whole, Resolved):
            continue
        assert (near.status, near.among, near.audit.broken) == ("OPTIMAL", among, ())
        assert all(near.roster.on(*cell) == codes for cell, codes in held.items())
        assert 0 < near.searching_seconds + near.building_seconds < near.seconds
        assert (whole.status, len(whole.changes)) == ("OPTIMAL", len(near.changes))
        assert near.bound <= whole.objective
        assert whole.bound <= near.objective  # the cheapest of the fewest may take longer than there is
        only = all((change.worker, change.day) in held for change in near.changes)
        assert (near.bound == near.objective) >= only  # there is no other roster with as few
    assert near_enough >= 2


@pytest.fixture
def unheld(large: Large) -> Problem:
    """A request of two cells that breaks nothing, asked for by a rule alone: none of its cells is held."""
    for _, asked in requested(*large, random.Random(3), 10):
        granted = Roster(Duty(*one) for one in asked.fixed if one.shift)
        settled_cells = {(one.worker, one.day) for one in asked.fixed}
        later = (duty for duty in large.live.duties if (duty.worker, duty.day) not in settled_cells)
        if not audit(asked, large.rulebook, Roster([*granted.duties, *later])).broken:
            return asked
    raise AssertionError("no request breaks nothing")


def test_the_whole_proves_what_a_neighbourhood_finds(large, unheld, looked_at):
    outcome = fewest_changes(unheld, large.rulebook, large.live)
    assert isinstance(outcome, Resolved)
    assert (len(outcome.changes), outcome.fewest, outcome.status) == (2, 2, "OPTIMAL")
    assert len(looked_at) == 2
    assert outcome.among == looked_at[-1] == len(unheld.workers) * len(unheld.dates)
    assert 0 < outcome.bound <= outcome.objective


def test_where_there_is_no_time_for_the_whole_the_number_is_proved_among_the_cells_looked_at(
    large, unheld, monkeypatch, looked_at
):
    def out_of_time(solver, model, watch=None):
        if len(looked_at) > 1:
            solver.parameters.max_time_in_seconds = 0.0
        return run_search(solver, model, watch)

    monkeypatch.setattr(resolving, "run_search", out_of_time)
    told: list[Progress] = []
    outcome = fewest_changes(unheld, large.rulebook, large.live, listener=told.append)
    assert isinstance(outcome, Resolved)
    assert (len(outcome.changes), outcome.fewest, outcome.status) == (2, 1, "FEASIBLE")  # the live roster breaks a rule
    assert (outcome.among, outcome.bound) == (looked_at[0], 0)
    assert outcome.audit.broken == ()
    assert max(at.bound for at in told if at.bound is not None) == 1
    assert told[-1].incumbent == len(outcome.changes)


def test_a_whole_that_does_not_hold_what_a_neighbourhood_found_is_a_fault(large, unheld, monkeypatch, looked_at):
    def disagree(solver, model, watch=None):
        if len(looked_at) > 1:
            model.add_bool_or([])
        return run_search(solver, model, watch)

    monkeypatch.setattr(resolving, "run_search", disagree)
    with pytest.raises(SolverFault):
        fewest_changes(unheld, large.rulebook, large.live)


def settled(problem: Problem, *asked: Fixed) -> Problem:
    """The problem with cells asked for."""
    return replace(problem, fixed=asked)


@pytest.fixture(scope="module", params=[RULES, STRETCHED], ids=["single days", "stretches"])
def live(request) -> tuple[Problem, Rulebook, Roster]:
    """A desk with the roster that was made for it."""
    problem = desk(6, 10)
    outcome = solve(problem, request.param, time_limit=60)
    assert isinstance(outcome, Solved)
    return problem, request.param, outcome.roster


def test_where_nothing_need_change_nothing_does(live):
    problem, rulebook, roster = live
    outcome = fewest_changes(problem, rulebook, roster)
    assert isinstance(outcome, Resolved)
    assert (outcome.changes, outcome.fewest, outcome.status) == ((), 0, "OPTIMAL")
    assert outcome.roster == roster
    assert outcome.bound <= outcome.objective == audit(problem, rulebook, roster).cost


def test_changes_say_what_stood_there_and_what_stands_there_now(live):
    problem, rulebook, roster = live
    duty = roster.duties[7]
    told: list[Progress] = []
    outcome = fewest_changes(settled(problem, Fixed(duty.worker, duty.day, "")), rulebook, roster, listener=told.append)
    assert isinstance(outcome, Resolved)
    assert not outcome.audit.broken
    assert any(one[:] == (duty.worker, duty.day, (duty.shift,), ()) for one in outcome.changes)
    for one in outcome.changes:
        assert one.before == roster.on(one.worker, one.day) != one.after == outcome.roster.on(one.worker, one.day)
    assert [(one.day, one.worker) for one in outcome.changes] == sorted(
        (one.day, one.worker) for one in outcome.changes
    )
    assert told[-1].incumbent == len(outcome.changes)
    bounds = [at.bound for at in told if at.bound is not None]
    assert bounds == sorted(bounds)
    assert 0 < outcome.first_seconds <= outcome.seconds


def test_history_is_no_change_whatever_the_live_roster_says_of_it(live):
    problem, rulebook, roster = live
    eve = problem.first - ONE_DAY
    problem = replace(problem, history=(Duty("W1", eve, "早"),), history_from=eve)
    stale = Roster([*roster.duties, Duty("W0", eve, "早"), Duty("W1", problem.last + ONE_DAY, "早")])
    outcome = fewest_changes(problem, rulebook, stale)
    assert isinstance(outcome, Resolved)
    assert all(problem.first <= one.day <= problem.last for one in outcome.changes)
    assert all(problem.first <= duty.day <= problem.last for duty in outcome.roster.duties)


def test_duties_of_people_who_left_go_without_counting_as_changes(live):
    problem, rulebook, roster = live
    outcome = fewest_changes(problem, rulebook, Roster([*roster.duties, Duty("gone", problem.first, "早")]))
    assert isinstance(outcome, Resolved)
    assert outcome.changes == ()
    assert outcome.roster == roster


def test_two_duties_on_a_live_day_are_one_change(live):
    problem, rulebook, roster = live
    duty = next(one for one in roster.duties if one.shift == "早")
    outcome = fewest_changes(problem, rulebook, Roster([*roster.duties, duty._replace(shift="夜")]))
    assert isinstance(outcome, Resolved)
    assert [one[:2] for one in outcome.changes] == [duty[:2]]
    assert outcome.changes[0].before == ("夜", "早") or outcome.changes[0].before == ("早", "夜")
    assert len(outcome.changes[0].after) <= 1


def test_without_that_rule_a_second_duty_on_a_day_is_a_change_too():
    problem = replace(desk(2, 4), demand=(Demand("早", target=1), Demand("夜", target=1)), wishes=(), leave=())
    rulebook = Rulebook((FixedDuties(), ShiftCover()))
    roster = Roster([Duty("W0", problem.first, "早")])
    both = settled(problem, Fixed("W0", problem.first, "早"), Fixed("W0", problem.first, "夜"))
    outcome = fewest_changes(both, rulebook, roster)
    assert isinstance(outcome, Resolved)
    assert [one[:3] for one in outcome.changes] == [("W0", problem.first, ("早",))]
    assert set(outcome.changes[0].after) >= {"早", "夜"}


def test_a_request_that_nobody_can_meet_is_impossible(live):
    problem, rulebook, roster = live
    asked = (Fixed("W1", problem.first, "早"), Fixed("W1", problem.first, "夜"))
    assert isinstance(fewest_changes(settled(problem, *asked), rulebook, roster), Impossible)


def test_somebody_suddenly_away_is_replaced(live):
    problem, rulebook, roster = live
    duty = roster.duties[10]
    away = replace(problem, leave=(*problem.leave, Leave(duty.worker, duty.day, duty.day, "sick")))
    outcome = fewest_changes(away, rulebook, roster)
    assert isinstance(outcome, Resolved)
    assert outcome.changes
    assert outcome.roster.on(duty.worker, duty.day) == ()


def test_no_time_is_undecided():
    problem = replace(desk(150, 31), demand=tuple(Demand(shift.code, least=25, target=25) for shift in THREE_SHIFTS))
    assert isinstance(fewest_changes(problem, read_rulebook({}), Roster([]), time_limit=0.0), Undecided)


def test_a_search_that_ends_early_tells_its_bound_and_may_find_fewer_changes_by_its_second_question(monkeypatch):
    """The first question ends with its first roster, of many changes; the cheapest of as many may need fewer."""
    problem = desk(6, 10)
    asked = settled(problem, Fixed("W2", problem.dates[3], "早"))

    def first_only(solver, model, watch=None):
        if watch is not None:
            solver.parameters.stop_after_first_solution = True
            solver.parameters.cp_model_presolve = False
            solver.parameters.interleave_search = False
            solver.parameters.hint_conflict_limit = 1000
        return run_search(solver, model, watch)

    def busy(model, roster):
        for index, value in enumerate(many_duties(model)):
            model.cp.add_hint(model.cp.get_int_var_from_proto_index(index), value)

    monkeypatch.setattr("scheduler.solver.fewest_changes.run_search", first_only)
    monkeypatch.setattr("scheduler.solver.fewest_changes._hint", busy)
    wishes = tuple(Wish(worker.id, day, False, weight=50) for worker in problem.workers for day in problem.dates)
    outcome = fewest_changes(
        replace(asked, wishes=wishes, demand=(Demand("早"), Demand("夜"))), RULES, Roster([]), cores=1
    )
    assert isinstance(outcome, Resolved)
    assert outcome.fewest <= len(outcome.changes)
    assert not outcome.audit.broken


def many_duties(model: RosterModel) -> list[int]:
    """An assignment with as many duties as there can be."""
    copy, problem = model.cp.clone(), model.problem
    cells = [model.works(w.id, day, s.code) for w in problem.workers for day in problem.dates for s in problem.shifts]
    copy.clear_objective()
    copy.maximize(sum(copy.get_bool_var_from_proto_index(cell.index) for cell in cells if not isinstance(cell, int)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = 2
    solver.solve(copy)
    return list(solver.response_proto.solution)


def test_a_shift_that_the_desk_has_no_more_is_taken_off(live):
    problem, rulebook, roster = live
    old = roster.duties[0]
    outcome = fewest_changes(problem, rulebook, Roster([*roster.duties[1:], old._replace(shift="旧")]))
    assert isinstance(outcome, Resolved)
    assert [one[:3] for one in outcome.changes] == [(old.worker, old.day, ("旧",))]
    assert outcome.roster.on(old.worker, old.day) in [(), *((shift.code,) for shift in problem.shifts)]
