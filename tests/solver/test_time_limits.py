"""A limit of time holds in every phase of a solve: building, reading, explaining; by limits that are past, and no clock."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from ortools.sat.python import cp_model

from constraints.always_staffed import AlwaysStaffed
from scheduler.domain import Demand, Desk, Leave, Problem, Reason, Roster, Shift, Worker
from scheduler.domain.holidays import day_types
from scheduler.errors import TooLarge
from scheduler.i18n import Sentence
from scheduler.model import roster_model
from scheduler.model.cuts import Sum, tighten
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import Rulebook, discovered, read_rulebook
from scheduler.solver import cp_sat, repairs
from scheduler.solver.certify import certify_bound
from scheduler.solver.fewest_changes import Cell, Resolved, _Search, fewest_changes
from scheduler.solver.incumbent import Incumbent
from scheduler.solver.outcome import Certificate, Impossible, Solved, Undecided
from scheduler.solver.repairs import Repairs, find_repairs
from scheduler.solver.rows import Rows
from scheduler.solver.settings import Reach
from scheduler.solver.solve import build_model, solve
from scheduler.solver.strategy import Search
from scheduler.time_limit import OutOfTime, TimeLimit
from scheduler.timeline import month_days
from scheduler.workflow.replan_day import replan_day
from tests.solver.test_lns import RULES, STRETCHED, desk, posted
from tests.support.kit import THREE_SHIFTS
from tests.support.search_settings import settings

WHY = Reason("rule", Sentence("为何", "why"), (), (), ())


class Stepped(TimeLimit):
    """A limit that is past after so many looks at the clock, whatever the time is, and looks at every step.

    Attributes
    ----------
    looks : int
    """

    def __init__(self, most_looks: int) -> None:
        super().__init__()
        self.looks, self.most_looks = 0, most_looks

    def count(self, steps: int = 1) -> None:
        self.check()

    def check(self, seconds_needed: float = 0.0) -> None:
        self.looks += 1
        if self.looks > self.most_looks:
            raise OutOfTime


def words(model: RosterModel) -> dict[str, Callable[[], Any]]:
    """Every word that makes variables or requirements, with the smallest thing to say by it."""
    day, (one, other) = model.problem.first, model.problem.workers[:2]
    cells = [model.works(one.id, day, "早"), model.works(other.id, day, "早")]
    return {
        "works": lambda: model.works(one.id, day, "夜"),
        "works_on": lambda: model.works_on(one.id, model.problem.last),
        "one_of": lambda: model.one_of(cells),
        "any_of": lambda: model.any_of(cells),
        "all_of": lambda: model.all_of(cells),
        "amount": lambda: model.amount(cells, [1, 2]),
        "forbid": lambda: model.forbid(one.id, day, "中", WHY),
        "require": lambda: model.require(cells, at_most=1, because=WHY),
        "keep_apart": lambda: model.keep_apart("rule", day, ["早"], ["中"], lambda worker: WHY),
        "over": lambda: model.over(cells, 1),
        "under": lambda: model.under(cells, 1),
        "complete": model.complete,
    }


@pytest.mark.parametrize("word", words(RosterModel(desk(2, 10))))
def test_every_word_of_the_model_looks_at_the_clock(word):
    model = RosterModel(desk(2, 10))
    model.exclusive = True
    said = words(model)[word]
    model.time_limit = Stepped(0)
    with pytest.raises(OutOfTime):
        said()


@pytest.mark.parametrize("stretched", [False, True])
def test_wherever_in_building_the_time_is_over_nothing_is_built_after_it(stretched):
    problem, rulebook = desk(3, 8), STRETCHED if stretched else RULES
    whole = Stepped(10**9)
    build_model(problem, rulebook, time_limit=whole)
    for looks in {*range(0, whole.looks, 97), whole.looks - 1}:
        limit = Stepped(looks)
        with pytest.raises(OutOfTime):
            build_model(problem, rulebook, time_limit=limit)
        assert limit.looks == looks + 1
    assert build_model(problem, rulebook, time_limit=Stepped(whole.looks)).cp.validate() == ""


MOST_CALLS = 10_000  # of functions between two counts of the time limit; pairs of all shifts, without any, take 100 000


def long_desk(workers: int, days: int, shifts: int) -> Problem:
    """A desk of which all rules that apply by themselves have much to say."""
    codes = tuple(Shift(f"S{n}", f"S{n}", 11 * n % 1200, 11 * n % 1200 + 360) for n in range(shifts))
    people = tuple(Worker(f"W{n}", f"W{n}", roles=("班长",)) for n in range(workers))
    dates = month_days(2026, 12)[:days]
    return Problem(
        Desk("d", "d"),
        day_types(dates, "none"),
        people,
        codes,
        demand=tuple(Demand(shift.code, least=0, target=1) for shift in codes),
        history_from=dates[0] - timedelta(days=7),
    )


SIZES = {"encode": (1, 1, 100), "narrow": (150, 5, 20)}  # people, days and shifts


@pytest.mark.parametrize(
    ("step", "name"),
    [
        (step, name)
        for step, sizes in SIZES.items()
        for name, rule in sorted(discovered().items())
        if rule().applies(long_desk(*sizes))
    ],
)
def test_no_rule_goes_long_without_counting_its_work(step, name):
    """Calls of functions between two counts are counted, so that it depends on no machine's speed."""
    problem, rule = long_desk(*SIZES[step]), discovered()[name]()
    calls = longest = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls, longest
        calls += event == "call"
        longest = max(longest, calls)

    class Watched(Stepped):
        def check(self, seconds_needed: float = 0.0) -> None:
            nonlocal calls
            calls = 0

    model = RosterModel(problem, time_limit=Watched(0))
    model.exclusive = True
    sys.setprofile(count)
    try:
        getattr(rule, step)(problem, model)
    finally:
        sys.setprofile(None)
    assert longest < MOST_CALLS


@pytest.mark.parametrize("looks", [0, 1])
def test_the_clock_is_looked_at_after_every_rule_even_one_that_says_nothing(looks, monkeypatch):
    model = RosterModel(desk(2, 10), time_limit=Stepped(looks))
    monkeypatch.setattr(model, "complete", None)  # not even begun
    with pytest.raises(OutOfTime):
        Rulebook((AlwaysStaffed(heads=0),)).encode(model.problem, model)


def test_cuts_are_added_as_long_as_there_is_time():
    cp = cp_model.CpModel()
    posted_sum = Sum([cp.new_bool_var("") for _ in range(4)], [8, 8, 10, 10], None, 20)
    tighten(cp, [posted_sum], Stepped(1))
    with pytest.raises(OutOfTime):
        tighten(cp, [posted_sum, posted_sum], Stepped(1))


def test_a_solve_whose_model_was_not_built_says_so():
    outcome = solve(desk(3, 8), RULES, time_limit=0.0)
    assert isinstance(outcome, Undecided)
    assert not outcome.built


def test_a_solve_that_was_searched_in_vain_says_that():
    assert Undecided(1.0).built


@pytest.mark.parametrize("stretched", [False, True])
@pytest.mark.parametrize("cores", [1, 2])
def test_a_search_without_time_reads_nothing_and_ends(monkeypatch, stretched, cores):
    model = build_model(desk(6, 10), STRETCHED if stretched else RULES)
    monkeypatch.setattr(Rows, "of", partial(_fail, Rows.of))
    search = Search(model, Incumbent(), seed=0, cores=cores, limit=TimeLimit(0.0))
    monkeypatch.setattr(search, "_run_cp_sat", lambda *_: None)
    search.run()
    assert not search.has_roster
    assert search.incumbent.stopped.is_set()


def _fail(of: Callable[..., Rows], model: cp_model.CpModel, limit: TimeLimit) -> Rows:
    """Read rows, which must not come to an end."""
    rows = of(model, limit)
    raise AssertionError(f"{len(rows.cost)} variables were read")


@pytest.mark.parametrize("looks", [0, 1, 5])
def test_rows_are_read_as_long_as_there_is_time(looks, monkeypatch):
    if not looks:
        monkeypatch.setattr("scheduler.solver.rows._read", None)  # not even copied
    with pytest.raises(OutOfTime):
        Rows.of(posted(desk(3, 8), RULES).cp, Stepped(looks))


def test_the_layered_copy_is_made_as_long_as_there_is_time():
    rules = read_rulebook(
        {"days_in_a_row": {"least": 2}, "days_off_in_a_row": {"least": 2}, "most_weekends": {"most": 1}}
    )
    model = posted(desk(3, 14), rules)
    assert model.layered(TimeLimit()) is not None
    with pytest.raises(OutOfTime):
        model.layered(Stepped(1))


def test_a_certificate_without_time_certifies_nothing(monkeypatch):
    problem = desk(6, 10)
    search = Search(build_model(problem, RULES), Incumbent(), seed=0, cores=1, limit=TimeLimit())
    monkeypatch.setattr("scheduler.solver.certify.HighsProcess", None)  # not even begun
    found = certify_bound(search, None, 0.0)
    assert isinstance(found, Certificate)
    assert (found.bound, found.best) == (None, None)


def test_a_certificate_has_its_own_time_after_the_search_has_used_up_its(monkeypatch):
    search = Search(build_model(desk(3, 6), RULES), Incumbent(), seed=0, cores=1, limit=TimeLimit(0.0))
    assert certify_bound(search, None, 20.0).bound is not None


def test_a_second_solver_that_overlooks_its_time_is_killed(monkeypatch):
    class Deaf:
        """HiGHS that goes on until it is killed."""

        bound, best, infeasible = 3, None, False

        def __init__(self, *_: object, **__: object) -> None:
            self.killed = threading.Event()
            self.run, self.kill, self.close = self.killed.wait, self.killed.set, self.killed.is_set

    monkeypatch.setattr("scheduler.solver.certify.HighsProcess", Deaf)
    monkeypatch.setattr("scheduler.solver.certify.GRACE_SECONDS", 0.0)
    search = Search(build_model(desk(3, 6), RULES), Incumbent(), seed=0, cores=1, limit=TimeLimit())
    assert certify_bound(search, None, 0.2).bound == 3


def impossible() -> Problem:
    """A month in which nobody is there on one day."""
    problem = desk(6, 10)
    away = problem.dates[4]
    leave = tuple(Leave(worker.id, away, away) for worker in problem.workers)
    return replace(problem, leave=leave, demand=tuple(replace(row, least=1) for row in problem.demand))


def test_an_impossible_month_without_time_has_no_repair():
    assert isinstance(solve(impossible(), RULES, time_limit=60.0), Impossible)
    assert find_repairs(impossible(), RULES, time_limit=0.0) == Repairs()


@pytest.mark.parametrize("looks", [1, 200, 1000])
def test_a_repair_ends_where_its_building_does(monkeypatch, looks):
    monkeypatch.setattr(repairs, "TimeLimit", lambda seconds: Stepped(looks))
    monkeypatch.setattr(repairs, "solver_for", None)  # not even made
    assert find_repairs(impossible(), RULES, time_limit=60.0) == Repairs()


def test_a_repair_is_searched_for_in_the_time_that_is_left(monkeypatch):
    left: list[float] = []

    class Late(TimeLimit):
        @property
        def left(self) -> float:
            return 7.0

    def solver(cores: int, seed: int, time_limit: float, *_: object) -> cp_model.CpSolver:
        left.append(time_limit)
        return cp_sat.solver_for(cores, seed, 0.0)

    monkeypatch.setattr(repairs, "TimeLimit", Late)
    monkeypatch.setattr(repairs, "solver_for", solver)
    assert find_repairs(impossible(), RULES, time_limit=60.0) == Repairs()
    assert left
    assert max(left) <= 7.0


def test_fewest_changes_without_time_are_undecided_and_say_that_nothing_was_built():
    outcome = fewest_changes(desk(3, 8), RULES, Roster(()), time_limit=0.0)
    assert isinstance(outcome, Undecided)
    assert not outcome.built


def test_fewest_changes_in_a_neighbourhood_stand_where_the_whole_is_not_built_in_time(monkeypatch):
    problem = desk(6, 10)
    solved = solve(problem, RULES, time_limit=60.0, cores=1)
    assert isinstance(solved, Solved)
    worker, day = next((d.worker, d.day) for d in solved.roster.duties)
    ask, rounds = _Search._ask, []

    def ask_once(search: _Search, cells: frozenset[Cell]) -> Any:
        """Prove nothing, and then leave so little time that no further model is built."""
        rounds.append(len(cells))
        status = ask(search, cells)
        search.fewest, search.limit = 0, Stepped(500)
        return status

    monkeypatch.setattr(_Search, "_ask", ask_once)
    near = settings(fewest_changes={"whole_cells": 0, "reaches": (Reach(workers=5, days=2),)})
    outcome = fewest_changes(problem, RULES, solved.roster, held={(worker, day): ()}, cores=1, settings=near)
    assert isinstance(outcome, Resolved)
    assert outcome.roster.on(worker, day) == ()
    assert outcome.fewest < len(outcome.changes)
    assert rounds[0] < rounds[1] == 6 * 10 - 1


def test_fewest_changes_end_where_their_building_does(monkeypatch):
    monkeypatch.setattr("scheduler.solver.fewest_changes.TimeLimit", lambda seconds: Stepped(50))
    monkeypatch.setattr("scheduler.solver.fewest_changes.run_search", None)  # not even begun
    assert isinstance(fewest_changes(desk(3, 8), RULES, Roster(())), Undecided)


def test_a_surge_ends_where_its_building_does(monkeypatch):
    problem = desk(3, 8)
    monkeypatch.setattr("scheduler.workflow.replan_day.TimeLimit", lambda seconds: Stepped(50))
    monkeypatch.setattr("scheduler.solver.cp_sat.run_search", None)  # not even begun
    assert replan_day(problem, RULES, Roster(()), problem.first, 1.2).word == "UNDECIDED"


def test_a_surge_without_time_is_undecided():
    problem = desk(3, 8)
    assert replan_day(problem, RULES, Roster(()), problem.first, 1.2, time_limit=0.0).word == "UNDECIDED"


def test_cp_sat_is_told_to_stop_as_much_earlier_as_it_takes_to_read_a_model(monkeypatch):
    model, solver = build_model(desk(3, 8), RULES), cp_sat.solver_for(1, 0, 8.0)
    monkeypatch.setattr(cp_sat, "READING_SECONDS", 2.0 / len(model.cp.proto.variables))
    cp_sat.run_search(solver, model.cp)
    assert solver.parameters.max_time_in_seconds == pytest.approx(6.0)


# Size


@pytest.mark.parametrize(("people", "days", "shifts"), [(1000, 31, 30), (300, 366, 12), (3000, 31, 3), (40, 31, 1000)])
def test_desks_that_are_well_inside_what_is_planned(people, days, shifts):
    assert people * days * shifts < 0.7 * roster_model.MOST_CELLS


def test_a_desk_of_tens_of_millions_of_cells_is_refused_before_anything_is_built():
    people = tuple(Worker(f"W{n}", f"W{n}") for n in range(3000))
    shifts = tuple(Shift(f"S{n}", f"S{n}", 480, 960) for n in range(300))
    problem = Problem(Desk("d", "d"), day_types(month_days(2026, 12), "none"), people, shifts)
    with pytest.raises(TooLarge) as refused:
        solve(problem, RULES, time_limit=0.0)
    assert "3000 people × 31 days × 300 shifts" in refused.value.say("en")
    assert "3000 人 × 31 天 × 300 个班次" in refused.value.say("zh")


def test_the_limit_of_cells_counts_those_that_are_decided(monkeypatch):
    problem = desk(4, 5)
    monkeypatch.setattr(roster_model, "MOST_CELLS", 4 * 5 * len(THREE_SHIFTS))
    RosterModel(problem)
    monkeypatch.setattr(roster_model, "MOST_CELLS", 4 * 5 * len(THREE_SHIFTS) - 1)
    with pytest.raises(TooLarge):
        RosterModel(problem)
    RosterModel(problem, held={(problem.workers[0].id, problem.first): ()})
