"""Twelve months one after another: what is carried keeps everybody near their share of the year.

Of each burden (nights, weekends, holidays, hours) a person's share of the year is the sum of their fair shares of what
was rostered month by month. The bound is that of a linear program over all twelve months at once: what was rostered in a
month is dealt out anew, in fractions, to whoever could take such a duty on some day of it and up to as many such days as
they have, whatever any rule says of rest, weeks or cover, so that the largest distance of anybody from their share of
the year is as small as it can be. No rosters that do the same work come closer for everybody. Held against it stands
what the program made month by month, knowing nothing of the months to come: it may be one duty further away.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from ortools.math_opt.python import mathopt

from scheduler.audit.statistics import carried_balances, total_workers
from scheduler.domain import BURDENS, Burden, DayKind, Demand, Desk, Duty, Leave, Problem, Roster, Worker, fair_shares
from scheduler.domain.holidays import day_types
from scheduler.rules.book import read_rulebook
from scheduler.solver.outcome import Solved
from scheduler.solver.solve import solve
from scheduler.timeline import month_days
from tests.support.kit import THREE_SHIFTS

YEAR = 2025  # whose holidays and days exchanged for them are known
DUTY = {"nights": 1.0, "weekends": 1.0, "holidays": 1.0, "hours": 8.0}  # one duty, as each burden counts it


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


def could_do(problem: Problem, worker: Worker, burden: str) -> float:
    """The most of a burden that somebody could have in a month: each day with such a duty that they could take, once."""
    kinds = {"weekends": DayKind.RESTDAY, "holidays": DayKind.STATUTORY}
    days = [day.date for day in problem.days if day.kind == kinds.get(burden, day.kind)]
    shifts = [shift for shift in problem.shifts if shift.night or burden != "nights"]
    return DUTY[burden] * sum(any(problem.can_take(worker, day, shift) for shift in shifts) for day in days)


def nearest(year: Sequence[tuple[Problem, Roster]], burden: str) -> float:
    """The linear program's bound on the largest distance from a share of the year; see the module."""
    program = mathopt.Model()
    distance = program.add_variable(lb=0.0)
    above: dict[str, list[mathopt.LinearBase]] = {}
    for problem, roster in year:
        shares = fair_shares(problem, roster)
        month = []
        for worker in problem.workers:
            part = program.add_variable(lb=0.0, ub=could_do(problem, worker, burden))
            above.setdefault(worker.id, []).append(part - getattr(shares[worker.id], burden))
            month.append(part)
        rostered = sum(getattr(totals, burden) for totals in total_workers(problem, roster))
        program.add_linear_constraint(mathopt.fast_sum(month) == rostered)
    for parts in above.values():
        program.add_linear_constraint(mathopt.fast_sum(parts) <= distance)
        program.add_linear_constraint(mathopt.fast_sum(parts) >= -distance)
    program.minimize(distance)
    found = mathopt.solve(program, mathopt.SolverType.GLOP)
    assert found.termination.reason == mathopt.TerminationReason.OPTIMAL
    return float(found.objective_value())


@pytest.mark.parametrize("seed", [0, 11])
def test_after_a_year_nobody_is_further_from_their_share_than_a_duty_more_than_the_bound(seed: int) -> None:
    year = list(twelve_months(seed))
    carried = carried_balances(*year[-1])
    assert {worker.id for worker in year[-1][0].workers} == set(carried)
    assert any(worker.leaves for worker in year[-1][0].workers)
    for burden in BURDENS:
        bound = nearest(year, burden) + 0.05  # balances are rounded
        for who, balance in carried.items():
            assert abs(getattr(balance, burden)) <= bound + DUTY[burden], (burden, who, carried)
