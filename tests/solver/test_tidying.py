"""What is avoided where it is free: of the rosters that cost as little, one with less of it, and never a dearer one."""

from __future__ import annotations

from dataclasses import replace

from constraints.one_duty_at_a_time import OneDutyAtATime
from constraints.shift_cover import ShiftCover
from constraints.wishes import Wishes
from constraints.working_time_law import WorkingTimeLaw
from scheduler.domain import Demand, Desk, Noted, Problem, Shift, Wish, Worker
from scheduler.domain.holidays import day_types
from scheduler.rules.book import Rulebook
from scheduler.solver.outcome import Solved
from scheduler.solver.settings import DEFAULTS
from scheduler.solver.solve import solve
from scheduler.timeline import month_days

DAY = Shift("早", "早班", 8 * 60, 16 * 60)
RULES = Rulebook((OneDutyAtATime(), ShiftCover(), Wishes(), WorkingTimeLaw()))


def desk(people: int, heads: int, *wishes: Wish) -> Problem:
    """A desk with one shift, on which so many people are every day."""
    workers = tuple(Worker(f"W{n}", f"W{n}") for n in range(people))
    demand = (Demand("早", least=heads, target=heads, most=heads),)
    return Problem(Desk("d", "d"), day_types(month_days(2026, 12)), workers, (DAY,), demand=demand, wishes=wishes)


def solved(problem: Problem, rules: Rulebook = RULES, work: float = 5.0) -> Solved:
    strategy = replace(DEFAULTS.strategy, tidying_work=work)
    found = solve(problem, rules, time_limit=60, seed=0, cores=1, settings=replace(DEFAULTS, strategy=strategy))
    assert isinstance(found, Solved)
    assert found.status == "OPTIMAL"
    return found


def long_weeks(found: Solved) -> int:
    return sum("44 h a week" in violation.say("en", {}) for violation in found.audit.noted(Noted.LAW))


def test_weeks_of_48_hours_are_avoided_where_that_is_free() -> None:
    found = solved(desk(7, 5))
    assert found.tidied is not None
    assert found.tidied.before > found.tidied.after == long_weeks(found) == 0
    assert found.tidied.is_least
    assert found.objective == found.audit.cost == 0


def test_no_preference_is_given_up_for_it() -> None:
    week = [Wish("W0", day, True, "早", weight=1) for day in month_days(2026, 12)[6:13]]
    found = solved(desk(7, 5, *week))
    assert found.objective == 0
    assert found.tidied is not None
    assert (found.tidied.after, long_weeks(found)) == (1, 1)  # all seven days of it


def test_nothing_is_done_where_the_law_is_enforced() -> None:
    rules = replace(RULES, rules=(*RULES.rules[:3], WorkingTimeLaw(enforce=True)))
    found = solved(desk(7, 5), rules)
    assert found.tidied is None
    assert long_weeks(found) == 0


def test_without_work_it_stays_as_it_was_found() -> None:
    plain, found = solved(desk(7, 5)), solved(desk(7, 5), work=0.0)
    assert plain.tidied is not None
    assert found.tidied is not None
    assert (found.tidied.before, found.tidied.after) == (plain.tidied.before, plain.tidied.before)
    assert not found.tidied.is_least
