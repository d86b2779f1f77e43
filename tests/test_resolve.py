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
from scheduler.domain import Day, DayKind, Demand, Desk, Duty, Fixed, Leave, Problem, Roster, Wish, Worker
from scheduler.model import RosterModel
from scheduler.resolve import Resolved, resolve
from scheduler.rulebook import Rulebook, read_rulebook
from scheduler.solve import Impossible, Solved, Undecided, run_search, solve
from scheduler.standing import Progress
from scheduler.timeline import ONE_DAY, days_between
from scheduler.verify import audit
from tests.kit import THREE_SHIFTS
from tests.test_neighbourhood import RULES, STRETCHED, desk

FIRST = days_between(*[desk().first] * 2)[0]
ROUNDS = 12  # desks, each with as many requests again and again


class Live(NamedTuple):
    """A tiny desk with every legal roster and its cost, whatever is requested."""

    problem: Problem
    rulebook: Rulebook
    legal: dict[Roster, int]


def tiny(rng: random.Random) -> tuple[Problem, tuple[object, ...]]:
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
    wishes = tuple(Wish(*cell, rng.random() < 0.5, "", rng.randint(1, 9)) for cell in rng.sample(cells, 4))
    problem = Problem(
        Desk("d", "d", opening=()),
        tuple(Day(day, DayKind.WORKDAY) for day in dates),
        workers,
        shifts,
        demand,
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


def test_no_roster_moves_fewer_cells_and_none_that_moves_as_few_is_cheaper():
    seen = Counter()
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
            outcome = resolve(asked, rulebook, live, cores=1, time_limit=20)
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
            assert (outcome.objective, outcome.bound) == (cheapest, cheapest)
            assert outcome.objective == open_to[outcome.roster]
            seen[min(fewest, 4)] += 1
            seen["cheaper"] += cheapest < max(c for r, c in open_to.items() if moved(problem, live, r) == fewest)
    assert seen["impossible"] >= 20, seen
    assert seen["cheaper"] >= 20, seen
    assert all(seen[changes] >= 10 for changes in range(5)), seen


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
    outcome = resolve(problem, rulebook, roster)
    assert isinstance(outcome, Resolved)
    assert (outcome.changes, outcome.fewest, outcome.status) == ((), 0, "OPTIMAL")
    assert outcome.roster == roster
    assert outcome.bound <= outcome.objective == audit(problem, rulebook, roster).cost


def test_changes_say_what_stood_there_and_what_stands_there_now(live):
    problem, rulebook, roster = live
    duty = roster.duties[7]
    told: list[Progress] = []
    outcome = resolve(settled(problem, Fixed(duty.worker, duty.day, "")), rulebook, roster, listener=told.append)
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
    outcome = resolve(problem, rulebook, stale)
    assert isinstance(outcome, Resolved)
    assert all(problem.first <= one.day <= problem.last for one in outcome.changes)
    assert all(problem.first <= duty.day <= problem.last for duty in outcome.roster.duties)


def test_duties_of_people_who_left_go_without_counting_as_changes(live):
    problem, rulebook, roster = live
    outcome = resolve(problem, rulebook, Roster([*roster.duties, Duty("gone", problem.first, "早")]))
    assert isinstance(outcome, Resolved)
    assert outcome.changes == ()
    assert outcome.roster == roster


def test_two_duties_on_a_live_day_are_one_change(live):
    problem, rulebook, roster = live
    duty = next(one for one in roster.duties if one.shift == "早")
    outcome = resolve(problem, rulebook, Roster([*roster.duties, duty._replace(shift="夜")]))
    assert isinstance(outcome, Resolved)
    assert [one[:2] for one in outcome.changes] == [duty[:2]]
    assert outcome.changes[0].before == ("夜", "早") or outcome.changes[0].before == ("早", "夜")
    assert len(outcome.changes[0].after) <= 1


def test_without_that_rule_a_second_duty_on_a_day_is_a_change_too():
    problem = replace(desk(2, 4), demand=(Demand("早", target=1), Demand("夜", target=1)), wishes=(), leave=())
    rulebook = Rulebook((FixedDuties(), ShiftCover()))
    roster = Roster([Duty("W0", problem.first, "早")])
    both = settled(problem, Fixed("W0", problem.first, "早"), Fixed("W0", problem.first, "夜"))
    outcome = resolve(both, rulebook, roster)
    assert isinstance(outcome, Resolved)
    assert [one[:3] for one in outcome.changes] == [("W0", problem.first, ("早",))]
    assert set(outcome.changes[0].after) >= {"早", "夜"}


def test_a_request_that_nobody_can_meet_is_impossible(live):
    problem, rulebook, roster = live
    asked = (Fixed("W1", problem.first, "早"), Fixed("W1", problem.first, "夜"))
    assert isinstance(resolve(settled(problem, *asked), rulebook, roster), Impossible)


def test_somebody_suddenly_away_is_replaced(live):
    problem, rulebook, roster = live
    duty = roster.duties[10]
    away = replace(problem, leave=(*problem.leave, Leave(duty.worker, duty.day, duty.day, "sick")))
    outcome = resolve(away, rulebook, roster)
    assert isinstance(outcome, Resolved)
    assert outcome.changes
    assert outcome.roster.on(duty.worker, duty.day) == ()


def test_no_time_is_undecided():
    problem = replace(desk(30, 31), demand=tuple(Demand(shift.code, least=5, target=5) for shift in THREE_SHIFTS))
    assert isinstance(resolve(problem, read_rulebook({}), Roster([]), time_limit=0.0), Undecided)


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

    def busy(model, problem, live):
        for index, value in enumerate(many_duties(model)):
            model.cp.add_hint(model.cp.get_int_var_from_proto_index(index), value)

    monkeypatch.setattr("scheduler.resolve.run_search", first_only)
    monkeypatch.setattr("scheduler.resolve._hint", busy)
    wishes = tuple(Wish(worker.id, day, False, weight=50) for worker in problem.workers for day in problem.dates)
    outcome = resolve(replace(asked, wishes=wishes, demand=(Demand("早"), Demand("夜"))), RULES, Roster([]), cores=1)
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
    outcome = resolve(problem, rulebook, Roster([*roster.duties[1:], old._replace(shift="旧")]))
    assert isinstance(outcome, Resolved)
    assert [one[:3] for one in outcome.changes] == [(old.worker, old.day, ("旧",))]
    assert outcome.roster.on(old.worker, old.day) in [(), *((shift.code,) for shift in problem.shifts)]
