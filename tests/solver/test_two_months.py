"""Months asked together: as few cells change as can, held against every pair of rosters that there is."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import NamedTuple

from constraints.days_in_a_row import DaysInARow
from constraints.days_off_in_a_row import DaysOffInARow
from constraints.forbidden_successions import ForbiddenSuccessions
from constraints.one_duty_at_a_time import OneDutyAtATime
from constraints.shift_cover import ShiftCover
from scheduler.audit.months import PlannedMonth, audit_months, fit_before
from scheduler.domain import Day, DayKind, Demand, Desk, Duty, Problem, Roster, Worker
from scheduler.rules.book import Rulebook
from scheduler.solver.fewest_changes import Resolved, fewest_changes
from scheduler.solver.outcome import Impossible
from scheduler.timeline import days_between
from tests.support.kit import THREE_SHIFTS

CASES = 50
FIRST = date(2027, 1, 1)


class Pair(NamedTuple):
    """Two small months of one desk, and every legal pair of their rosters."""

    months: tuple[PlannedMonth, PlannedMonth]
    legal: tuple[Roster, ...]

    @property
    def cells(self) -> list[tuple[str, date]]:
        """Every cell of both."""
        return [(w.id, day) for month in self.months for w in month.problem.workers for day in month.problem.dates]


def pair(rng: random.Random) -> Pair | None:
    """Two or three people, two or three days on each side of the year's end, and rules that reach over it."""
    people, codes, before, after = rng.choice([(2, "早夜", 2, 2), (3, "早", 2, 3), (3, "早", 3, 2)])
    dates = days_between(FIRST - timedelta(days=before), FIRST + timedelta(days=after - 1))
    workers = tuple(Worker(f"W{n}", f"W{n}") for n in range(people))
    shifts = tuple(shift for shift in THREE_SHIFTS if shift.code in codes)
    own = (
        DaysInARow(rng.choice([2, 3, 4]), rng.choice([1, 2])),
        DaysOffInARow(rng.choice([1, 2])),
        OneDutyAtATime(),
        *((ForbiddenSuccessions(("夜>早",)),) if codes == "早夜" else ()),
    )
    demand = tuple(Demand(code, least=rng.choice([0, 1]), target=1) for code in codes)
    book = Rulebook((*own, ShiftCover()))

    def month(days: tuple[date, ...], since: date | None) -> Problem:
        return Problem(
            Desk("d", "d", opening=()),
            tuple(Day(day, DayKind.WORKDAY) for day in days),
            workers,
            shifts,
            demand=demand,
            history_from=since,
        )

    first = month(tuple(day for day in dates if day < FIRST), None)
    second = month(tuple(day for day in dates if day >= FIRST), first.first)

    def planned(whole: Roster, book: Rulebook = book) -> tuple[PlannedMonth, PlannedMonth]:
        parts = [Roster(d for d in whole.duties if d.day in problem.day_by_date) for problem in (first, second)]
        return PlannedMonth(first, book, parts[0]), PlannedMonth(second, book, parts[1])

    def broken(whole: Roster, book: Rulebook = book) -> bool:
        return any(found.broken for found in audit_months(planned(whole, book)))

    alone = workers[0].id  # what breaks one person's own rules breaks them in every roster, whoever it is
    each = (
        Roster(Duty(alone, d, c) for d, c in zip(dates, one, strict=True) if c)
        for one in product(["", *codes], repeat=len(dates))
    )
    rows = [whole.duties for whole in each if not broken(whole, Rulebook(own))]
    if not 1 <= len(rows) ** people <= 900:
        return None
    every = (
        Roster(duty._replace(worker=worker.id) for worker, row in zip(workers, chosen, strict=True) for duty in row)
        for chosen in product(rows, repeat=people)
    )
    legal = tuple(whole for whole in every if not broken(whole))
    if not legal:
        return None
    live = rng.choice(legal)
    one, two = planned(live)
    return Pair((one, replace(two, problem=second.continued(one.roster.duties, first.first))), legal)


def live_of(found: Pair) -> Roster:
    return Roster(duty for month in found.months for duty in month.roster.duties)


def differing(found: Pair, before: Roster, after: Roster) -> int:
    return sum(before.on(*cell) != after.on(*cell) for cell in found.cells)


def test_no_pair_of_rosters_that_grants_a_request_over_the_edge_moves_fewer_cells():
    seen: Counter[str] = Counter()
    seed = 0
    while seen["cases"] < CASES:
        seed += 1
        rng = random.Random(seed)
        found = pair(rng)
        if found is None:
            continue
        (first, second), live = found.months, live_of(found)
        codes = ["", *first.problem.shift_by_code]
        cells = rng.sample(found.cells, rng.choice([1, 2, 3]))
        held = {cell: (code,) if (code := rng.choice(codes)) else () for cell in cells}
        stands = rng.random() < 0.4  # the second month stays as it is
        if stands:
            held = {cell: codes for cell, codes in held.items() if cell[1] < FIRST}
        asked = held | ({cell: live.on(*cell) for cell in found.cells if cell[1] >= FIRST} if stands else {})
        granting = [whole for whole in found.legal if all(whole.on(*cell) == codes for cell, codes in asked.items())]
        fewest = min((differing(found, live, whole) for whole in granting), default=None)
        if stands:
            book = fit_before(first.rulebook, second)
            outcome = fewest_changes(first.problem, book, first.roster, held=held, cores=1)
        else:
            outcome = fewest_changes(
                first.problem, first.rulebook, first.roster, then=[second], held=held, cores=1, seed=seed
            )
        seen["cases"] += 1
        if fewest is None:
            assert isinstance(outcome, Impossible), (seed, outcome)
            seen["impossible"] += 1
            continue
        assert isinstance(outcome, Resolved), (seed, outcome)
        assert (len(outcome.changes), outcome.fewest) == (fewest, fewest), seed
        whole = Roster(duty for roster in outcome.rosters for duty in roster.duties)
        if stands:
            whole = Roster([*whole.duties, *second.roster.duties])
        assert whole in found.legal, seed
        seen["over the edge"] += any(one.day >= FIRST for one in outcome.changes)
        seen["further"] += fewest > sum(live.on(*cell) != codes for cell, codes in held.items())
        seen["stands"] += stands
    assert all(seen[kind] >= 5 for kind in ("impossible", "over the edge", "further", "stands")), seen
