"""Twelve months one after another: what is carried keeps everybody near their share of the year.

Of each burden (nights, weekends, holidays, hours) a person's share of the year is the sum of their fair shares of what
was rostered month by month. Held against the bound of `tests.support.nearest_shares` stands what the program made month
by month, knowing nothing of the months to come: it may be one duty further away.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from scheduler.audit.statistics import carried_balances
from scheduler.domain import BURDENS, Burden, Demand, Desk, Duty, Leave, Problem, Roster, Worker
from scheduler.domain.holidays import day_types
from scheduler.rules.book import read_rulebook
from scheduler.solver.outcome import Solved
from scheduler.solver.solve import solve
from scheduler.timeline import month_days
from tests.support.kit import THREE_SHIFTS
from tests.support.nearest_shares import A_DUTY, nearest

YEAR = 2025  # whose holidays and days exchanged for them are known


def random_desk(rng: random.Random) -> tuple[tuple[Worker, ...], tuple[Demand, ...], tuple[Leave, ...]]:
    """Six or seven people, of whom one joins and one leaves in the year and one works half time; a night and a day every day.

    Everybody has two weeks of leave, somebody two months.
    """
    people = rng.choice([6, 7])
    joins, leaves = (date(YEAR, rng.randint(3, 10), rng.choice([1, 12])) for _ in range(2))
    workers = [Worker(f"W{n}", f"W{n}") for n in range(people)]
    workers[0] = replace(workers[0], hired=joins)
    workers[1] = replace(workers[1], leaves=leaves)
    workers[2] = replace(workers[2], share=0.5)
    leave = []
    for worker in workers:
        first = date(YEAR, 1, 1) + timedelta(days=rng.randrange(340))
        leave.append(Leave(worker.id, first, first + timedelta(days=60 if worker is workers[3] else 13)))
    demand = (Demand("夜", least=1, target=1, most=1), Demand("早", least=1, target=1, most=rng.choice([1, 2])))
    return tuple(workers), demand, tuple(leave)


def twelve_months(seed: int) -> Iterator[tuple[Problem, Roster]]:
    """The months of a random desk's year with their rosters, each continued from the one before, proved optimal."""
    workers, demand, leave = random_desk(random.Random(seed))
    history: Sequence[Duty] = ()
    carried: dict[str, Burden] = {}
    off = {"enabled": False, "because": "a desk that is open by its shifts, without leaders"}
    rulebook = read_rulebook(dict.fromkeys(("always_staffed", "handover", "shift_leader"), off))
    for month in range(1, 13):
        dates = month_days(YEAR, month)
        problem = Problem(
            Desk("year", "全年"),
            day_types(dates),
            workers,
            THREE_SHIFTS,
            demand=demand,
            leave=tuple(one for one in leave if one.first <= dates[-1] and dates[0] <= one.last),
            history=tuple(history),
            history_from=dates[0] - timedelta(days=28),
            carried=carried,
        )
        found = solve(problem, rulebook, time_limit=60, seed=0, cores=2)
        assert isinstance(found, Solved), found
        yield problem, found.roster
        history = list(found.roster.duties)
        carried = carried_balances(problem, found.roster)


@pytest.mark.parametrize("seed", [0, 11])
def test_after_a_year_nobody_is_further_from_their_share_than_a_duty_more_than_the_bound(seed: int) -> None:
    year = list(twelve_months(seed))
    carried = carried_balances(*year[-1])
    assert {worker.id for worker in year[-1][0].workers} == set(carried)
    assert any(worker.leaves for worker in year[-1][0].workers)
    for burden in BURDENS:
        bound = nearest(year, (), burden) + 0.05  # balances are rounded
        for who, balance in carried.items():
            assert abs(getattr(balance, burden)) <= bound + A_DUTY[burden], (burden, who, carried)
