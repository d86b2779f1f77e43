"""A conflict is a smallest set of requirements that no roster keeps: held against plain models of the same month."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.audit.months import WAIVED
from scheduler.domain import Fixed, Leave, Problem, Reason, Roster
from scheduler.rules.book import read_rulebook
from scheduler.solver import conflict as conflict_module
from scheduler.solver.conflict import Conflict, find_conflicts
from scheduler.solver.outcome import Impossible
from scheduler.solver.possible import find_any
from scheduler.solver.requirements import Requirements
from scheduler.time_limit import OutOfTime, TimeLimit
from tests.solver.test_explain import desk

RULES = read_rulebook({})


def two_causes() -> Problem:
    """A short rest in the first week, and nobody there on a day of the second."""
    problem = desk(6)
    first, away = problem.dates[1], problem.dates[9]
    fixed = (Fixed("W0", first, "中"), Fixed("W0", problem.dates[2], "早"))
    return replace(problem, fixed=fixed, leave=tuple(Leave(worker.id, away, away) for worker in problem.workers))


def every_reason(problem: Problem) -> set[Reason]:
    return set(Requirements(problem, RULES, {}, TimeLimit(60.0)).bounds)


def alone(problem: Problem, kept: set[Reason]) -> Roster | Impossible | None:
    """What the plain model of the month says where only these requirements are posted."""
    waived = dict.fromkeys(every_reason(problem) - kept, WAIVED)
    return find_any(problem, RULES, time_limit=60.0, cores=1, allowed=waived)


def test_two_causes_are_two_conflicts_and_a_plain_model_agrees_that_each_is_smallest() -> None:
    problem = two_causes()
    found = find_conflicts(problem, RULES, time_limit=60.0, cores=1)
    assert found.no_other
    assert len(found.found) == 2
    assert {day for one in found.found for reason in one.reasons for day in reason.days} == {
        *problem.dates[1:3],
        problem.dates[9],
    }
    for one in found.found:
        assert one.smallest
        assert isinstance(alone(problem, set(one.reasons)), Impossible)
        for reason in one.reasons:
            assert isinstance(alone(problem, set(one.reasons) - {reason}), Roster)


def test_leave_that_leaves_no_day_to_rest_is_part_of_the_conflict() -> None:
    problem = desk(6)
    days = problem.dates[6:13]  # Monday to Sunday
    problem = replace(problem, fixed=(Fixed("W0", days[0], "早"),), leave=(Leave("W0", days[1], days[6]),))
    (found,) = find_conflicts(problem, RULES, time_limit=60.0, cores=1).found
    assert found.smallest
    assert {one.rule for one in found.reasons} == {"approved_leave", "fixed_duties", "weekly_rest_day"}
    assert sorted(one.days[0] for one in found.reasons if one.rule == "approved_leave") == list(days[1:])


def test_a_possible_month_has_no_conflict() -> None:
    found = find_conflicts(desk(6, 7), RULES, time_limit=60.0, cores=1)
    assert found.found == ()
    assert not found.no_other  # which is said beside conflicts only


def test_what_may_be_broken_takes_no_part() -> None:
    problem = two_causes()
    short_rest = find_conflicts(problem, RULES, time_limit=60.0, cores=1, most=2).found
    (one,) = (each for each in short_rest if problem.dates[1] in each.reasons[0].days)
    allowed = dict.fromkeys(one.reasons, WAIVED)
    (left,) = find_conflicts(problem, RULES, time_limit=60.0, cores=1, allowed=allowed).found
    assert {day for reason in left.reasons for day in reason.days} == {problem.dates[9]}


def test_a_conflict_that_was_not_made_small_in_time_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Hasty(Requirements):
        def can_keep(self, reasons: object) -> bool:
            asked.append(0)
            if len(asked) > 13:  # day by day until one is impossible, then a few more
                raise OutOfTime
            return super().can_keep(reasons)  # type: ignore[arg-type]

    monkeypatch.setattr(conflict_module, "Requirements", Hasty)
    problem = two_causes()
    (one,) = find_conflicts(problem, RULES, time_limit=60.0, cores=1).found
    assert not one.smallest
    assert isinstance(alone(problem, set(one.reasons)), Impossible)


def test_without_time_there_is_no_conflict() -> None:
    told: list[Conflict] = []
    assert find_conflicts(two_causes(), RULES, time_limit=0.0, tell=told.append).found == ()
    assert told == []
