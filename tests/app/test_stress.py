"""What becomes of an absence, held against every roster that there is; and the fewest reserves, against every choice."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, count, product

import pytest

from constraints.days_in_a_row import DaysInARow
from constraints.fixed_duties import FixedDuties
from constraints.forbidden_successions import ForbiddenSuccessions
from constraints.one_duty_at_a_time import OneDutyAtATime
from constraints.shift_cover import ShiftCover
from scheduler.app.stress import Survival, Tried, _try_moves, _try_stand_ins
from scheduler.audit.absences import Absence, Absences, list_absences
from scheduler.audit.audit import audit
from scheduler.domain import Demand, Desk, Duty, Fixed, Problem, Roster, Worker
from scheduler.domain.holidays import day_types
from scheduler.rules.book import Rulebook
from scheduler.solver.absences import fewest_reserves, ways_out
from scheduler.solver.fewest_changes import Resolved, fewest_changes
from scheduler.time_limit import TimeLimit
from scheduler.timeline import days_between
from tests.support.kit import THREE_SHIFTS

MOVES = 2
DAYS = tuple(date(2026, 12, 1) + timedelta(days=n) for n in range(4))
DESKS = 14


def small_months() -> Iterator[Absences]:
    """Small desks, each with a roster that keeps their rules."""
    made = 0
    for seed in count():
        rng = random.Random(seed)
        dates = days_between(DAYS[0], DAYS[0] + timedelta(days=rng.choice([2, 3])))
        workers = tuple(
            Worker(f"W{n}", f"W{n}", roles=("lead",) * rng.randint(0, 1)) for n in range(rng.choice([4, 5]))
        )
        shifts = tuple(one for one in THREE_SHIFTS if one.code in "早夜")
        demand = [Demand(one.code, least=rng.choice([0, 1]), target=1, most=rng.choice([None, 2])) for one in shifts]
        demand.append(Demand("早", role="lead", least=rng.choice([0, 1]), target=1))
        cells = [(one.id, day) for one in workers for day in dates]
        wished = Roster(Duty(*cell, rng.choice("早夜")) for cell in cells if rng.random() < 0.5)
        fixed = tuple(Fixed(who, day, "早") for who, day in rng.sample(cells, 1))
        problem = Problem(Desk("d", "d", opening=()), day_types(dates, "none"), workers, shifts, demand=tuple(demand))
        rules = (DaysInARow(rng.choice([2, 3])), OneDutyAtATime(), ForbiddenSuccessions(("夜>早",)), ShiftCover())
        rulebook = Rulebook((*rules, FixedDuties()))
        problem = replace(problem, fixed=fixed if rng.random() < 0.5 else ())
        found = fewest_changes(problem, rulebook, wished, cores=1)
        if isinstance(found, Resolved):
            made += 1
            yield Absences(problem, rulebook, found.roster)
        if made == DESKS:
            return


def brute_force(month: Absences, absence: Absence, moves: int) -> Survival:
    """What becomes of an absence, by trying everything."""
    problem, live, day, away = month.problem, month.roster, absence.day, set(absence.workers)
    known = audit(problem, month.rulebook, live).broken

    def is_kept(roster: Roster) -> bool:
        return all(
            one in known or (one.reason.workers and set(one.reason.workers) <= away)
            for one in audit(problem, month.rulebook, roster).broken
        )

    left = Roster(duty for duty in live.duties if duty.day != day or duty.worker not in away)
    if is_kept(left):
        return Survival.LEFT
    fallen = [duty for duty in live.duties if duty not in left.duties]
    free = [one.id for one in problem.workers if not live.on(one.id, day)]
    for people in product([None, *free], repeat=len(fallen)):
        taken = [Duty(who, day, one.shift) for who, one in zip(people, fallen, strict=True) if who]
        if len({one.worker for one in taken}) == len(taken) and is_kept(Roster([*left.duties, *taken])):
            return Survival.STAND_INS
    cells = [(one.id, at) for one in problem.workers for at in problem.dates if at >= day and one.id not in away]
    for number in range(1, moves + 1):
        for chosen in combinations(cells, number):
            for codes in product(["", *problem.codes], repeat=number):
                moved = {cell: (code,) if code else () for cell, code in zip(chosen, codes, strict=True)}
                if is_kept(left.replace_cells(moved)):
                    return Survival.MOVES
    return Survival.LOST


def ends(month: Absences, absence: Absence, moves: int) -> Tried:
    found = _try_stand_ins(month, absence, moves)
    return found if found.is_good else _try_moves(month, found, moves, 0, 1, TimeLimit(60))


@pytest.mark.parametrize("size", [1, 2])
def test_what_becomes_of_an_absence_is_what_trying_every_roster_says(size):
    seen: Counter[Survival] = Counter()
    for number, month in enumerate(small_months()):
        cases = list_absences(month.roster, month.problem.dates, size, None, 0).absences
        for absence in random.Random(number).sample(cases, min(4, len(cases))):
            found = ends(month, absence, MOVES)
            assert ends(month, absence, 0).survival == brute_force(month, absence, 0)
            assert found.survival == brute_force(month, absence, MOVES), (number, absence)
            assert found.fallen == month.duties_of(absence)
            assert len(found.changes) <= MOVES
            assert not any(one.worker in absence.workers or one.day < absence.day for one in found.changes)
            seen[found.survival] += 1
    assert set(Survival) - {Survival.OPEN} == set(seen), seen


def drawn_losses(rng: random.Random) -> tuple[list[Duty], list[Absence]]:
    """Four days with duties, and absences that are lost there."""
    duties = [Duty(f"W{n}", day, rng.choice("早晚")) for day in DAYS for n in range(3)]
    every = [Absence(day, pair) for day in DAYS for k in (1, 2) for pair in combinations(("W0", "W1", "W2"), k)]
    return duties, [one for one in every if rng.random() < 0.4]


def is_safe(duties: list[Duty], lost: list[Absence], day: date, reserves: Counter[tuple[date, str]]) -> bool:
    """Whether reserves, each for one duty of their shift, leave nobody or an absence that is not lost."""
    shifts = {duty.worker: duty.shift for duty in duties if duty.day == day}

    def is_good(absence: Absence) -> bool:
        return any(
            Counter((day, shifts[who]) for who in replaced) <= reserves
            and ((rest := tuple(who for who in absence.workers if who not in replaced)) == ())
            | (Absence(day, rest) not in lost)
            for k in range(1, len(absence.workers) + 1)
            for replaced in combinations(absence.workers, k)
        )

    return all(is_good(one) for one in lost if one.day == day)


@pytest.mark.parametrize("seed", range(25))
def test_no_fewer_reserves_make_so_many_days_safe(seed):
    rng = random.Random(seed)
    duties, lost = drawn_losses(rng)
    part = rng.choice([0.5, 0.75, 0.95])
    ways = {
        one: ways_out([duty for duty in duties if duty.day == one.day and duty.worker in one.workers], lost)
        for one in lost
    }
    found = fewest_reserves(ways, DAYS, part, time_limit=20)
    assert found is not None
    assert found.is_proved
    wanted = {0.5: 2, 0.75: 3, 0.95: 4}[part]
    least = dict.fromkeys(DAYS, 9)
    for day in DAYS:
        for early, late in product(range(3), repeat=2):
            if is_safe(duties, lost, day, Counter({(day, "早"): early, (day, "晚"): late})):
                least[day] = min(least[day], early + late)
    assert found.number == sum(sorted(least.values())[:wanted])
    assert len(found.safe) >= wanted
    assert all(is_safe(duties, lost, day, Counter(found.reserves)) for day in found.safe)


def test_a_re_solve_without_time_decides_nothing():
    month = next(small_months())
    (one, *_) = list_absences(month.roster, month.problem.dates, 1, None, 0).absences
    waiting = Tried(one, month.duties_of(one), Survival.OPEN)
    assert _try_moves(month, waiting, MOVES, 0, 1, TimeLimit(0)) == waiting
