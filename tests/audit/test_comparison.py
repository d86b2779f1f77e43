"""Two rosters beside each other, held against sums of their own."""

from __future__ import annotations

import random
from dataclasses import replace

from scheduler.audit.comparison import COMPARED, compare_rosters
from scheduler.audit.statistics import total_workers
from scheduler.domain import Desk, Duty, Leave, Roster, Wish, Worker
from scheduler.domain.holidays import day_types
from scheduler.domain.problem import Problem
from scheduler.timeline import month_days
from tests.support.kit import THREE_SHIFTS

DATES = month_days(2026, 10)
PROBLEM = Problem(
    Desk("front", "front"),
    day_types(DATES),
    tuple(Worker(name, name) for name in "ABCD"),
    THREE_SHIFTS,
    wishes=(Wish("A", DATES[4], wants=False), Wish("B", DATES[5], wants=True, shift="早")),
)


def drawn(seed: int) -> Roster:
    rng = random.Random(seed)
    codes = ("", "", *(shift.code for shift in THREE_SHIFTS))
    return Roster(Duty(who, day, code) for who in "ABCD" for day in DATES if (code := rng.choice(codes)))


def test_every_difference_is_that_of_the_totals_and_every_cell_that_differs_is_named():
    for seed in range(20):
        before, after = drawn(seed), drawn(seed + 100)
        found = compare_rosters((PROBLEM, before), (PROBLEM, after))
        cells = {(who, day) for who in "ABCD" for day in DATES if before.on(who, day) != after.on(who, day)}
        assert {change[:2] for change in found.changes} == cells
        assert [change.day for change in found.changes] == sorted(change.day for change in found.changes)
        sums = [{one.id: one for one in total_workers(PROBLEM, roster)} for roster in (before, after)]
        for one in found.people:
            wanted = {
                name: getattr(sums[1][one.worker], name) - getattr(sums[0][one.worker], name) for name in COMPARED
            }
            assert one.differences == {name: amount for name, amount in wanted.items() if amount}
            assert {change[:2] for change in one.changes} == {cell for cell in cells if cell[0] == one.worker}


def test_equal_rosters_differ_for_nobody():
    found = compare_rosters((PROBLEM, drawn(1)), (PROBLEM, drawn(1)))
    assert (found.changes, found.people) == ((), ())


def test_leave_that_moves_no_cell_and_people_who_come_or_go_are_told():
    away = replace(PROBLEM, leave=(Leave("A", DATES[0], DATES[0]),))
    empty = Roster(())
    (found,) = compare_rosters((PROBLEM, empty), (away, empty)).people
    assert (found.worker, found.changes, found.differences["leave_days"]) == ("A", (), 1)
    less = replace(PROBLEM, workers=PROBLEM.workers[1:], wishes=PROBLEM.wishes[1:])
    gone = compare_rosters((PROBLEM, drawn(2)), (less, Roster(d for d in drawn(2).duties if d.worker != "A"))).people
    assert [one.worker for one in gone] == ["A"]
    assert gone[0].after is None
    assert gone[0].value("duties", after=True) == 0 < gone[0].value("duties", after=False)
