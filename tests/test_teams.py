"""A large desk as several small ones: nothing is lost, and what they come to together has to keep every rule."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from ortools.sat.python import cp_model

from scheduler.domain import Demand, Duty, Event, Problem, Reason, Roster, Sitting, Skill, SlotNeed, Wish
from scheduler.rulebook import Rulebook, read_rulebook
from scheduler.solve import DIRECT, TEAMS, Impossible, solve
from scheduler.standing import Progress, Standing
from scheduler.teams import teams, together
from scheduler.verify import audit
from scheduler.words import Sentence
from tests.desks import three_shift_desk, tight_desk
from tests.kit import random_problem
from tests.test_neighbourhood import OFF, RULES, STRETCHED, desk
from tests.test_standing import checked

ABOUT_PEOPLE = ("leave", "wishes", "fixed", "overtime", "history")
DEALT = ("workers", "demand", "slots", "events", "carried", *ABOUT_PEOPLE)


def drawn() -> Iterator[tuple[Problem, list[Problem]]]:
    """Desks of every kind, and the teams that they are split into."""
    for seed in range(150):
        rng = random.Random(f"teams {seed}")
        problem = random_problem(rng)
        yield problem, teams(problem, rng.randint(1, 3))
    for problem in (three_shift_desk(50), tight_desk(47)):
        for people in (1, 6, 20, 46):
            yield problem, teams(problem, people)


# Dealing


def test_people_are_dealt_without_loss_or_doubling_into_teams_of_one_size():
    seen = Counter()
    for problem, parts in drawn():
        ids = [worker.id for part in parts for worker in part.workers]
        assert sorted(ids) == sorted(worker.id for worker in problem.workers)
        sizes = [len(part.workers) for part in parts]
        assert max(sizes) - min(sizes) <= 1
        for part in parts:  # in the order of the whole, which some rules go by
            assert part.workers == tuple(worker for worker in problem.workers if worker in part.workers)
        seen[len(parts)] += 1
    assert min(seen[count] for count in (1, 2, 3, 4)) > 3, seen


@pytest.mark.parametrize(("people", "count"), [(1, 50), (7, 8), (25, 2), (26, 2), (49, 2), (50, 1), (51, 1)])
def test_no_team_is_larger_than_asked(people, count):
    parts = teams(three_shift_desk(50), people)
    assert len(parts) == count
    assert max(len(part.workers) for part in parts) <= people


def test_a_desk_of_one_team_is_itself():
    problem = three_shift_desk(10)
    for people in (10, 11, 1000):
        (only,) = teams(problem, people)
        assert only is problem


def test_every_team_has_its_part_of_every_ability():
    for problem in (three_shift_desk(60), tight_desk(60)):
        parts = teams(problem, 10)
        kinds = [
            Counter((w.roles, w.skills, bool(w.protections), w.qualified_from) for w in part.workers) for part in parts
        ]
        for kind in set().union(*kinds):
            assert max(of[kind] for of in kinds) - min(of[kind] for of in kinds) <= 1
        leaders = [sum("班长" in worker.roles for worker in part.workers) for part in parts]
        assert sum(leaders) == 24
        assert set(leaders) == {4}
        for skill in {skill.name for worker in problem.workers for skill in worker.skills}:
            assert all(any(w.has_skill(skill, problem.first) for w in part.workers) for part in parts)


def test_what_is_about_people_goes_with_them():
    seen = Counter()
    for problem, parts in drawn():
        for name in ABOUT_PEOPLE:
            whole = getattr(problem, name)
            seen[name] += len(whole)
            for part in parts:
                mine = {worker.id for worker in part.workers}
                assert getattr(part, name) == tuple(row for row in whole if row.worker in mine)
        for part in parts:
            mine = {worker.id for worker in part.workers}
            assert part.carried == {worker: of for worker, of in problem.carried.items() if worker in mine}
        seen["carried"] += len(problem.carried)
    assert min(seen.values()) > 100, seen


def test_an_event_is_held_in_every_team_that_has_some_of_its_people():
    split = 0
    for problem, parts in drawn():
        for part in parts:
            mine = {worker.id for worker in part.workers}
            there = [(event, tuple(who for who in event.workers if who in mine)) for event in problem.events]
            assert part.events == tuple(replace(event, workers=who) for event, who in there if who)
        split += sum(len(part.events) for part in parts) > len(problem.events)
    assert split > 10


def test_all_else_is_as_it_is():
    for problem, parts in drawn():
        for part in parts:
            assert replace(part, **{name: getattr(problem, name) for name in DEALT}) == problem


def test_what_is_asked_of_all_teams_adds_up_to_what_is_asked_of_the_whole():
    """That the least stays below the target and the target below the most, the rows see to themselves."""
    seen = Counter()
    for problem, parts in drawn():
        for at, row in enumerate(problem.demand):
            rows = [part.demand[at] for part in parts]
            assert sum(one.least for one in rows) == row.least
            assert sum(one.target for one in rows) == row.target
            assert all((one.most is None) == (row.most is None) for one in rows)
            assert row.most is None or sum(one.most or 0 for one in rows) == row.most
            assert all(replace(one, least=row.least, target=row.target, most=row.most) == row for one in rows)
            assert max(one.target for one in rows) - min(one.target for one in rows) <= 1
            seen[row.most is None] += len(parts) > 1
        for at, slot in enumerate(problem.slots):
            slots = [part.slots[at] for part in parts]
            assert sum(one.least for one in slots) == slot.least
            assert sum(one.target for one in slots) == slot.target
            assert all(replace(one, least=slot.least, target=slot.target) == slot for one in slots)
            seen["slots"] += len(parts) > 1
    assert min(seen.values()) > 30, seen


def test_heads_with_a_skill_stay_below_all_heads_of_a_shift():
    for people in range(3, 25):
        for part in teams(tight_desk(47), people):
            heads = {row.shift: row for row in part.demand if not row.skill}
            for row in part.demand:
                assert row.least <= heads[row.shift].least
                assert row.target <= heads[row.shift].target


def test_what_is_over_on_each_shift_goes_to_another_team():
    problem = replace(three_shift_desk(9), demand=tuple(Demand(shift, target=1) for shift in "早中夜"), slots=())
    parts = teams(problem, 3)
    assert [[row.target for row in part.demand] for part in parts] == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]


def test_slots_of_more_heads_than_teams_are_shared():
    need = SlotNeed("all", 9 * 60, 10 * 60, 2, 7)
    parts = teams(replace(three_shift_desk(9), slots=(need,)), 3)
    assert [(part.slots[0].least, part.slots[0].target) for part in parts] == [(1, 3), (1, 2), (0, 2)]


def test_together_is_the_union():
    problem = three_shift_desk(9)
    whole = Roster(Duty(worker.id, problem.dates[at], "早中夜"[at % 3]) for at, worker in enumerate(problem.workers))
    rosters = [Roster(duty for duty in whole.duties if duty.worker in part.worker_by_id) for part in teams(problem, 3)]
    assert all(roster.duties for roster in rosters)
    assert together(rosters) == whole
    assert together([]) == Roster(())


# A first roster by teams


class Seen:
    """What a solve told, and what its teams came to."""

    def __init__(self) -> None:
        self.told: list[Progress] = []
        self.unions: list[Roster] = []

    @property
    def first(self) -> Progress:
        """What was told of the first roster."""
        return next(at for at in self.told if at.incumbent is not None)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """A desk of twelve people is a large one."""
    one = Seen()

    def union(rosters: list[Roster]) -> Roster:
        one.unions.append(together(rosters))
        return one.unions[-1]

    monkeypatch.setattr("scheduler.solve.TEAMS_FROM", 12)
    monkeypatch.setattr("scheduler.solve.TEAM", 6)
    monkeypatch.setattr("scheduler.solve.together", union)
    return one


@pytest.mark.parametrize("cores", [1, 2])
def test_teams_make_the_first_roster_of_a_large_desk(seen, cores):
    problem = desk(14, 10)
    outcome = checked(solve(problem, RULES, cores=cores, listener=seen.told.append), problem, RULES)
    assert seen.first.finder == TEAMS
    found = audit(problem, RULES, seen.unions[0])
    assert not found.broken
    assert seen.first.incumbent == found.cost > outcome.objective  # the whole finds better ones
    assert (outcome.status, outcome.finder) == ("OPTIMAL", DIRECT)


def test_where_nothing_is_better_the_teams_roster_stands(seen):
    problem = desk(12, 7)
    outcome = checked(solve(problem, RULES, listener=seen.told.append), problem, RULES)
    assert outcome.finder == TEAMS
    assert outcome.status == "OPTIMAL"
    assert audit(problem, RULES, seen.unions[0]).cost == outcome.objective


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that each team gets, where the third finds nothing in its own."""
    seconds: list[float] = []
    real = Standing.run

    def run(self: Standing, solver: cp_model.CpSolver, *words) -> cp_model.CpSolverStatus:
        seconds.append(solver.parameters.max_time_in_seconds)
        return cp_model.UNKNOWN if len(seconds) == 3 else real(self, solver, *words)

    monkeypatch.setattr(Standing, "run", run)
    return seconds


def test_a_team_that_finds_nothing_in_its_time_gets_twice_as_much_after_the_others(seen, late):
    problem = desk(14, 10)
    checked(solve(problem, RULES, listener=seen.told.append), problem, RULES)
    assert seen.first.finder == TEAMS
    assert seen.first.incumbent == audit(problem, RULES, seen.unions[0]).cost
    each, *others = late[:4]
    assert others == [each, each, 2 * each]


def test_a_team_that_finds_nothing_in_twice_its_time_leaves_it_to_the_whole(seen, monkeypatch):
    real, calls = Standing.run, []

    def run(self: Standing, solver: cp_model.CpSolver, *words) -> cp_model.CpSolverStatus:
        calls.append(solver)
        return cp_model.UNKNOWN if len(calls) in (1, 4) else real(self, solver, *words)

    monkeypatch.setattr(Standing, "run", run)
    problem = desk(14, 10)
    outcome = checked(solve(problem, RULES, listener=seen.told.append), problem, RULES)
    assert not seen.unions
    assert len(calls) == 5  # of three teams, the first again, and the whole
    assert (outcome.status, outcome.finder) == ("OPTIMAL", DIRECT)


def test_teams_keep_the_whole_desks_events(seen):
    problem = desk(12, 7)
    meeting = Event("例会", (Sitting(problem.dates[3], 9 * 60, 10 * 60),), ("W0", "W1", "W2"), free_time=True)
    problem = replace(problem, events=(meeting,))
    checked(solve(problem, RULES, listener=seen.told.append), problem, RULES)
    assert seen.first.finder == TEAMS


def test_a_union_that_breaks_a_rule_of_the_whole_is_left_aside(seen, monkeypatch):
    """Each team has a lead of the week by its own table; the whole's is none of them, and off for two days as wished."""
    monkeypatch.setattr("scheduler.solve.TEAM", 7)
    rulebook = read_rulebook({"weekly_lead": {"titles": ["班长"], "rest_days": 1}, "fairness": OFF})
    problem = desk(14, 5)
    problem = replace(problem, wishes=tuple(Wish("W5", day, False, "", 100) for day in problem.dates[1:3]))
    outcome = checked(solve(problem, rulebook, listener=seen.told.append), problem, rulebook)
    (broken,) = audit(problem, rulebook, seen.unions[0]).broken
    assert (broken.reason.rule, broken.reason.workers) == ("weekly_lead", ("W5",))
    assert {at.finder for at in seen.told} <= {"", DIRECT}
    assert outcome.status == "OPTIMAL"


def test_a_union_that_lacks_people_is_left_aside(seen, monkeypatch):
    problem = desk(12, 7)
    problem = replace(problem, demand=tuple(replace(row, least=1) for row in problem.demand))
    monkeypatch.setattr("scheduler.solve.together", lambda rosters: rosters[0])
    outcome = checked(solve(problem, RULES, listener=seen.told.append), problem, RULES)
    assert (outcome.status, outcome.finder) == ("OPTIMAL", DIRECT)


def test_an_impossible_team_leaves_it_to_the_whole(seen):
    """One head with the skill is asked of the first team, and the only one who has it is in the second."""
    problem = desk(14, 5)
    workers = (*problem.workers[:-1], replace(problem.workers[-1], roles=("高级",), skills=(Skill("外语"),)))
    day = problem.dates[1].isoformat()
    demand = (*problem.demand, Demand("早", day, skill="外语", least=1, target=1))
    problem = replace(problem, workers=workers, demand=demand)
    first, *others = teams(problem, 6)
    assert isinstance(solve(first, RULES), Impossible)
    assert any("W13" in part.worker_by_id for part in others)
    outcome = checked(solve(problem, RULES, listener=seen.told.append), problem, RULES)
    assert not seen.unions
    assert (outcome.status, outcome.finder) == ("OPTIMAL", DIRECT)


def test_a_month_without_a_roster_has_none_by_teams_either(seen):
    problem = replace(desk(12, 5), demand=(Demand("早", least=13, target=13),))
    assert isinstance(solve(problem, RULES), Impossible)


def never(*_: object) -> list[Problem]:
    """Teams where there should be none."""
    raise AssertionError("split into teams")


@pytest.mark.parametrize(
    ("people", "rulebook", "allowed"),
    [(11, RULES, None), (12, STRETCHED, None), (12, RULES, {Reason("shift_cover", Sentence("…", "…")): 1})],
    ids=["small", "stretches", "repair"],
)
def test_other_desks_are_not_split(people, rulebook: Rulebook, allowed, seen, monkeypatch):
    monkeypatch.setattr("scheduler.solve.teams", never)
    problem = desk(people, 4)
    checked(solve(problem, rulebook, allowed=allowed), problem, rulebook)
    with pytest.raises(AssertionError, match="split into teams"):
        solve(desk(12, 5), RULES)
