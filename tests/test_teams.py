"""A large desk as several small ones: nothing is lost, and what they come to together has to keep every rule."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from ortools.sat.python import cp_model

from scheduler.domain import Demand, Duty, Event, Leave, Problem, Reason, Roster, Sitting, Skill, SlotNeed, Wish
from scheduler.highs import PROVER
from scheduler.neighbourhood import FINDER
from scheduler.rulebook import Rulebook, read_rulebook
from scheduler.solve import DIRECT, TEAM_SECONDS, TEAMS, Impossible, solve
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
        if len(parts) == 1:
            continue
        asked = [(day, row) for day in problem.dates for row in problem.demand_on(day)]
        for at, (day, row) in enumerate(asked):
            rows = [part.demand[at] for part in parts]
            assert all(one in part.demand_on(day) for one, part in zip(rows, parts, strict=True))
            assert sum(one.least for one in rows) == row.least
            assert sum(one.target for one in rows) == row.target
            assert all((one.most is None) == (row.most is None) for one in rows)
            assert row.most is None or sum(one.most or 0 for one in rows) == row.most
            numbers = {"on": row.on, "least": row.least, "target": row.target, "most": row.most}
            assert all(replace(one, **numbers) == row for one in rows)
            assert max(one.target for one in rows) - min(one.target for one in rows) <= 1
            seen[row.most is None] += 1
        wanted = [(day, slot) for day in problem.dates for slot in problem.slots_on(day)]
        for at, (day, slot) in enumerate(wanted):
            slots = [part.slots[at] for part in parts]
            assert all(one in part.slots_on(day) for one, part in zip(slots, parts, strict=True))
            assert sum(one.least for one in slots) == slot.least
            assert sum(one.target for one in slots) == slot.target
            seen["slots"] += 1
        assert all(len(part.demand) == len(asked) and len(part.slots) == len(wanted) for part in parts)
    assert min(seen.values()) > 30, seen


def test_heads_with_a_skill_stay_below_all_heads_of_a_shift():
    for people in range(3, 25):
        for part in teams(tight_desk(47), people):
            heads = {(row.on, row.shift): row for row in part.demand if not row.skill}
            for row in part.demand:
                assert row.least <= heads[row.on, row.shift].least
                assert row.target <= heads[row.on, row.shift].target


def asked_of_teams(problem: Problem, people: int) -> list[list[int]]:
    """For each day, what is asked of each team, over all shifts."""
    parts = teams(problem, people)
    return [[sum(row.target for row in part.demand_on(day)) for part in parts] for day in problem.dates]


def test_what_is_over_is_shared_by_all_teams_in_turn():
    """Three teams, and one head a shift: at any time each has had a third of every shift, and of all."""
    problem = replace(
        three_shift_desk(9), demand=tuple(Demand(shift, target=1) for shift in "早中夜"), slots=(), leave=()
    )
    problem = replace(problem, workers=tuple(replace(worker, qualified_from=None) for worker in problem.workers))
    parts = teams(problem, 3)
    for days in range(1, 32):
        for shift in "早中夜":
            had = [sum(row.target for row in part.demand[: 3 * days] if row.shift == shift) for part in parts]
            assert sum(had) == days
            assert max(had) - min(had) <= 2
        had = [sum(row.target for row in part.demand[: 3 * days]) for part in parts]
        assert max(had) - min(had) <= 2
    assert had == [31, 31, 31]


def test_a_team_with_more_people_away_is_asked_for_less():
    problem = replace(three_shift_desk(40, load=0.7), leave=(), slots=(), demand=(Demand("早", target=5),))
    all_here = [sum(of) for of in zip(*asked_of_teams(problem, 20), strict=True)]
    assert abs(all_here[0] - all_here[1]) <= 2
    first, _ = teams(problem, 20)
    away = tuple(Leave(worker.id, problem.dates[10], problem.dates[19]) for worker in first.workers[::2])
    asked = asked_of_teams(replace(problem, leave=away), 20)
    less = [sum(of) for of in zip(*asked[10:20], strict=True)]
    assert less[0] < less[1]
    assert less == [20, 30]  # 5 a day: 2 of each team, and what is over


def test_slots_of_more_heads_than_teams_are_shared():
    need = SlotNeed("all", 9 * 60, 10 * 60, 2, 7)
    problem = replace(three_shift_desk(9), slots=(need,))
    parts = teams(problem, 3)
    for number, day in enumerate(problem.dates):
        mine = [(slot.least, slot.target) for part in parts for slot in part.slots_on(day)]
        assert sorted(mine) == [(0, 2), (1, 2), (1, 3)]
        assert mine[-number % 3] == (1, 3)  # another team each day


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
    monkeypatch.setattr("scheduler.solve.LARGE", 12)
    monkeypatch.setattr("scheduler.solve.TEAM", 6)
    monkeypatch.setattr("scheduler.solve.together", union)
    return one


@pytest.mark.parametrize("cores", [1, 2])
def test_teams_make_the_first_roster_of_a_large_desk(seen, cores):
    problem = desk(14, 10)
    outcome = checked(solve(problem, RULES, cores=cores, listener=seen.told.append), problem, RULES)
    assert seen.first.finder == TEAMS
    any_first, best_of_each = (audit(problem, RULES, union) for union in seen.unions)
    assert not any_first.broken
    assert not best_of_each.broken
    assert seen.first.incumbent == any_first.cost > best_of_each.cost > outcome.objective  # crews find better ones
    assert outcome.status == "OPTIMAL"
    assert outcome.finder in (FINDER, PROVER)


def test_where_nothing_is_better_the_teams_roster_stands(seen):
    problem = desk(12, 7)
    outcome = checked(solve(problem, RULES, listener=seen.told.append), problem, RULES)
    assert outcome.finder == TEAMS
    assert outcome.status == "OPTIMAL"
    assert audit(problem, RULES, seen.unions[1]).cost == outcome.objective


Unknown = Callable[..., list[cp_model.CpSolver]]


@pytest.fixture
def unknown(monkeypatch: pytest.MonkeyPatch) -> Unknown:
    """Lets some of the calls of CP-SAT find nothing: those of three teams, the whole of them, the teams again."""
    real, calls = Standing.run, []

    def some(*numbers: int) -> list[cp_model.CpSolver]:
        def run(self: Standing, solver: cp_model.CpSolver, *words) -> cp_model.CpSolverStatus:
            calls.append(solver)
            return cp_model.UNKNOWN if len(calls) in numbers else real(self, solver, *words)

        monkeypatch.setattr(Standing, "run", run)
        return calls

    return some


def test_where_a_team_finds_nothing_at_first_all_wait_for_it(seen, unknown):
    problem = desk(14, 10)
    calls = unknown(2)
    checked(solve(problem, RULES, listener=seen.told.append), problem, RULES)
    (union,) = seen.unions
    assert (seen.first.finder, seen.first.incumbent) == (TEAMS, audit(problem, RULES, union).cost)
    assert [solver.parameters.stop_after_first_solution for solver in calls] == [True] * 3 + [False] * 4


def test_where_a_team_finds_nothing_better_its_first_stands(seen, unknown):
    problem = desk(14, 10)
    unknown(6)
    checked(solve(problem, RULES, listener=seen.told.append), problem, RULES)
    before, after = seen.unions
    for number, part in enumerate(teams(problem, 6)):
        first, second = (
            [duty for duty in union.duties if duty.worker in part.worker_by_id] for union in (before, after)
        )
        assert (first == second) == (number == 1)


def test_where_a_teams_best_is_not_proved_a_desk_that_is_not_large_is_left_to_the_whole(seen, unknown, monkeypatch):
    monkeypatch.setattr("scheduler.solve.LARGE", 15)
    problem = desk(14, 10)
    calls = unknown(6)
    outcome = checked(solve(problem, RULES, listener=seen.told.append), problem, RULES)
    (union,) = seen.unions
    assert (seen.first.finder, seen.first.incumbent) == (TEAMS, audit(problem, RULES, union).cost)
    assert len(calls) == 7  # three teams, the whole of them, two teams again, and the whole
    assert all(solver.parameters.max_time_in_seconds <= TEAM_SECONDS for solver in calls[4:6])
    assert (outcome.status, outcome.finder) == ("OPTIMAL", DIRECT)


def test_where_a_team_finds_nothing_at_all_it_is_left_to_the_whole(seen, unknown):
    problem = desk(14, 10)
    calls = unknown(2, 5)
    outcome = checked(solve(problem, RULES, listener=seen.told.append), problem, RULES)
    assert not seen.unions
    assert len(calls) == 6
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


def test_an_impossible_team_leaves_it_to_the_whole(seen, monkeypatch):
    """One head with the skill is asked of one team, and the only one who has it is in the other."""
    monkeypatch.setattr("scheduler.solve.TEAM", 7)
    problem = desk(14, 5)
    workers = (*problem.workers[:-1], replace(problem.workers[-1], roles=("高级",), skills=(Skill("外语"),)))
    problem = replace(problem, workers=workers)

    def asked_elsewhere(problem: Problem) -> bool:
        return all(
            sum(row.least for row in part.demand if row.skill) == ("W13" not in part.worker_by_id)
            for part in teams(problem, 7)
        )

    dated = [Demand("早", day.isoformat(), skill="外语", least=1, target=1) for day in problem.dates]
    dealt = [replace(problem, demand=(*problem.demand, row)) for row in dated]
    problem = next(filter(asked_elsewhere, dealt))
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
