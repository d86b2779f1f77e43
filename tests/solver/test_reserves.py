"""Reserves are legal if called, as many as can be and shared evenly: held against every choice that there is."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, count, product

import pytest

from constraints.approved_leave import ApprovedLeave
from constraints.days_in_a_row import DaysInARow
from constraints.forbidden_successions import ForbiddenSuccessions
from constraints.one_duty_at_a_time import OneDutyAtATime
from constraints.shift_cover import ShiftCover
from scheduler.audit.audit import audit
from scheduler.audit.own_month import OwnMonth
from scheduler.audit.reserves import ReserveWord, find_reserve_faults
from scheduler.domain import Demand, Desk, Duty, Leave, Problem, Roster, Worker
from scheduler.domain.holidays import day_types
from scheduler.rules.book import Rulebook, read_rulebook
from scheduler.solver import reserves as planning
from scheduler.solver.fewest_changes import Resolved, fewest_changes
from scheduler.solver.outcome import Solved
from scheduler.solver.reserves import Slot, plan_reserves
from scheduler.solver.solve import solve
from scheduler.timeline import days_between
from tests.support.kit import THREE_SHIFTS

FIRST = date(2026, 12, 7)
SHIFTS = tuple(one for one in THREE_SHIFTS if one.code in "早夜")


def small_problems(more_days: int = 0) -> Iterator[tuple[Problem, Rulebook]]:
    """Two or three people for three or two days, with rules of their own, on which something is legal."""
    for seed in count():
        rng = random.Random(seed)
        people = rng.choice([2, 2, 3])
        dates = days_between(FIRST, FIRST + timedelta(days=4 - people + more_days))
        workers = tuple(Worker(f"W{n}", f"W{n}") for n in range(people))
        demand = tuple(Demand(one.code, least=0, target=rng.choice([0, 1]), most=1) for one in SHIFTS)
        demand = (replace(demand[0], least=1, target=1), *demand[1:])
        leave = tuple(Leave(one.id, rng.choice(dates), rng.choice(dates), "annual") for one in workers[:1])
        leave = tuple(one for one in leave if one.first <= one.last and rng.random() < 0.5)
        problem = Problem(
            Desk("d", "d", opening=()), day_types(dates, "none"), workers, SHIFTS, demand=demand, leave=leave
        )
        own = (DaysInARow(rng.choice([2, 3])), OneDutyAtATime(), ForbiddenSuccessions(("夜>早",)), ApprovedLeave())
        yield problem, Rulebook((*own, ShiftCover()))


def every_roster(problem: Problem) -> Iterator[Roster]:
    cells = [(one.id, day) for one in problem.workers for day in problem.dates]
    for codes in product(["", *problem.codes], repeat=len(cells)):
        yield Roster(Duty(*cell, code) for cell, code in zip(cells, codes, strict=True) if code)


def is_callable(problem: Problem, rulebook: Rulebook, roster: Roster, reserves: tuple[Duty, ...]) -> bool:
    """Whether each by itself and all together break nothing in anybody's month."""
    if len({(one.worker, one.day) for one in reserves}) < len(reserves):
        return False
    if any(roster.on(one.worker, one.day) for one in reserves):
        return False

    def keeps(called: tuple[Duty, ...]) -> bool:
        whole = Roster([*roster.duties, *called])
        return not any(one.reason.workers for one in audit(problem, rulebook, whole).broken)

    return keeps(reserves) and all(keeps((one,)) for one in reserves)


def squares_of(problem: Problem, reserves: Iterable[Duty], before: dict[str, int]) -> int:
    """The sum of the squares of what everybody had and has."""
    has = Counter(one.worker for one in reserves)
    return sum((before.get(one.id, 0) + has[one.id]) ** 2 for one in problem.workers)


def best(
    problem: Problem, rulebook: Rulebook, roster: Roster, asked: dict[Slot, int], before: dict[str, int]
) -> tuple[int, int]:
    """The fewest empty places, and the least sum of squares with as few."""
    every = [Duty(one.id, *slot) for one in problem.workers for slot in asked]
    found = []
    for number in range(sum(asked.values()) + 1):
        for chosen in combinations(every, number):
            filled = Counter((one.day, one.shift) for one in chosen)
            if all(filled[slot] <= asked[slot] for slot in filled) and is_callable(problem, rulebook, roster, chosen):
                found.append((sum(asked.values()) - number, squares_of(problem, chosen, before)))
    return min(found)


def drawn_slots(rng: random.Random, problem: Problem) -> dict[Slot, int]:
    every = [(day, code) for day in problem.dates for code in problem.codes]
    return dict.fromkeys(rng.sample(every, rng.choice([1, 2, 3])), 1)


def test_no_more_reserves_stand_by_on_a_roster_and_none_share_them_more_evenly():
    seen: Counter[str] = Counter()
    for number, (problem, rulebook) in zip(range(25), small_problems(more_days=2), strict=False):
        rng = random.Random(number)
        cells = [(one.id, day) for one in problem.workers for day in problem.dates]
        wished = Roster(Duty(*cell, rng.choice("早夜")) for cell in cells if rng.random() < 0.2)
        made = fewest_changes(problem, rulebook, wished, cores=1)
        if not isinstance(made, Resolved):
            continue
        roster, asked = made.roster, drawn_slots(rng, problem)
        found = plan_reserves(problem, rulebook, roster, asked, cores=1, may_remake=False)
        squares = squares_of(problem, found.reserves, {})
        assert is_callable(problem, rulebook, roster, found.reserves), number
        assert (sum(found.empty.values()), squares) == best(problem, rulebook, roster, asked, {}), number
        assert found.is_fair
        assert found.is_full == (not found.empty)  # of other rosters nothing was asked
        seen["empty" if found.empty else "full"] += 1
        seen["several"] += max(Counter(one.worker for one in found.reserves).values(), default=0) > 1
    assert min(seen["empty"], seen["full"], seen["several"]) > 1, seen


def test_rules_that_look_at_several_people_are_kept_too_by_what_the_audit_says(monkeypatch):
    monkeypatch.setattr(ForbiddenSuccessions, "about_one", False)  # as if only a whole roster told
    asked_again = Counter[int]()
    forbid = planning._forbid
    monkeypatch.setattr(planning, "_forbid", lambda *args: asked_again.update([1]) or forbid(*args))
    for number, (problem, rulebook) in zip(range(25), small_problems(more_days=2), strict=False):
        roster = Roster([])
        asked = drawn_slots(random.Random(number), problem) | {(FIRST, "夜"): 1, (FIRST + timedelta(days=1), "早"): 1}
        found = plan_reserves(problem, rulebook, roster, asked, cores=1, may_remake=False)
        squares = squares_of(problem, found.reserves, {})
        assert (sum(found.empty.values()), squares) == best(problem, rulebook, roster, asked, {}), number
    assert asked_again


def test_whoever_had_more_before_gets_fewer():
    for number, (problem, rulebook) in zip(range(25), small_problems(more_days=2), strict=False):
        rng = random.Random(number)
        asked, before = drawn_slots(rng, problem), {one.id: rng.choice([0, 0, 1, 4]) for one in problem.workers}
        found = plan_reserves(problem, rulebook, Roster([]), asked, before=before, cores=1, may_remake=False)
        squares = squares_of(problem, found.reserves, before)
        assert (sum(found.empty.values()), squares) == best(problem, rulebook, Roster([]), asked, before), number


def test_where_a_roster_leaves_places_empty_the_cheapest_of_those_that_leave_fewest_is_made():
    seen: Counter[str] = Counter()
    for number, (problem, rulebook) in zip(range(24), small_problems(), strict=False):
        rng = random.Random(number)
        legal = [one for one in every_roster(problem) if not audit(problem, rulebook, one).broken]
        if not legal:
            continue
        first = min(legal, key=lambda one: (audit(problem, rulebook, one).cost, one.duties))
        asked = drawn_slots(rng, problem)
        found = plan_reserves(problem, rulebook, first, asked, cores=1)
        leaves = {one: best(problem, rulebook, one, asked, {})[0] for one in legal}
        least = min(leaves.values())
        assert sum(found.empty.values()) == least, number
        assert found.is_full
        if found.is_remade:
            costs = [audit(problem, rulebook, one).cost for one in legal if leaves[one] == least]
            assert found.cost == found.bound == min(costs), number
            seen["remade"] += 1
        seen["left"] += bool(found.empty)
    assert min(seen["remade"], seen["left"]) > 2, seen


def week(**fields) -> tuple[Problem, Rulebook]:
    dates = days_between(FIRST, FIRST + timedelta(days=13))
    workers = tuple(Worker(f"W{n}", f"W{n}", norm_hours=100) for n in range(6))
    demand = (Demand("早", least=1, target=1), Demand("夜", least=1, target=1))
    return Problem(Desk("d", "d"), day_types(dates, "none"), workers, SHIFTS, demand=demand, **fields), read_rulebook(
        {}
    )


def test_a_reserve_is_no_rest_day_no_duty_and_costs_no_hours():
    problem, rulebook = week()
    problem = replace(problem, desk=replace(problem.desk, opening=()))
    outcome = solve(problem, rulebook, time_limit=10, cores=1)
    assert isinstance(outcome, Solved)
    asked = {(day, "早"): 1 for day in problem.dates}
    found = plan_reserves(problem, rulebook, outcome.roster, asked, cores=1)
    assert not found.empty
    assert not set(found.reserves) & set(found.roster.duties)
    assert not find_reserve_faults(problem, rulebook, found.roster, found.reserves)
    for one in problem.workers:
        days = {duty.day for duty in (*found.roster.duties, *found.reserves) if duty.worker == one.id}
        for start in problem.dates[:-6]:
            assert len(days & set(days_between(start, start + timedelta(days=6)))) < 7  # weekly rest beside reserves
    counted = Counter(one.worker for one in found.reserves)
    assert max(counted.values()) - min(counted.values()) <= 1


@pytest.mark.parametrize(
    ("drawing", "reserve", "word"),
    [
        ([("W0", 0, "早")], ("W0", 0, "夜"), ReserveWord.ON_DUTY),
        ([("W0", 0, "夜")], ("W0", 1, "早"), ReserveWord.FORBIDDEN),
        ([], ("W9", 0, "早"), ReserveWord.NOT_COUNTED),
        ([], ("W0", 0, "中"), ReserveWord.NOT_COUNTED),
    ],
)
def test_what_stands_against_a_reserve_is_told(drawing, reserve, word):
    workers = (Worker("W0", "W0"), Worker("W1", "W1"))
    problem = Problem(
        Desk("d", "d"), day_types(days_between(FIRST, FIRST + timedelta(days=2)), "none"), workers, SHIFTS
    )
    rulebook = Rulebook((OneDutyAtATime(), ForbiddenSuccessions(("夜>早",))))
    roster = Roster(Duty(who, problem.dates[at], code) for who, at, code in drawing)
    (fault,) = find_reserve_faults(problem, rulebook, roster, [Duty(reserve[0], problem.dates[reserve[1]], reserve[2])])
    assert fault.word == word
    assert bool(fault.broken) == (word == ReserveWord.FORBIDDEN)
    fine = [Duty("W1", problem.dates[0], "早")]
    assert not find_reserve_faults(problem, rulebook, roster, fine)
    assert OwnMonth(problem, rulebook, roster, problem.worker_by_id["W1"]).keeps(fine)


def test_nobody_stands_by_for_two_shifts_of_a_day_whatever_rules_a_desk_has():
    problem, _ = week()
    asked = {(FIRST, "早"): 6, (FIRST, "夜"): 6}
    found = plan_reserves(problem, Rulebook(()), Roster([]), asked, cores=1, may_remake=False)
    assert len(found.reserves) == len({one.worker for one in found.reserves}) == 6


@pytest.mark.parametrize(
    ("empty", "is_full", "claimed"), [(1, True, True), (0, True, False), (1, False, False), (0, False, False)]
)
def test_that_no_roster_has_more_is_claimed_only_where_it_is_proved(monkeypatch, empty, is_full, claimed):
    """The place that stays empty on the roster may be one that the other model fills, or that it has not proved."""
    problem, _ = week()
    roster = Roster(Duty(one.id, FIRST, "早") for one in problem.workers[:5])
    made = planning._Remade(roster, empty, is_full, 0)
    monkeypatch.setattr(planning._Search, "remake", lambda *_: made)
    found = plan_reserves(problem, Rulebook((OneDutyAtATime(),)), roster, {(FIRST, "夜"): 2}, cores=1)
    assert (len(found.reserves), found.is_full, found.is_remade) == (1, claimed, False)
