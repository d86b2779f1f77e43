"""A large desk as several small ones: people dealt out, demand apportioned, everything else as it is.

What the small ones' rosters come to together is a roster of the large one; whether it keeps every rule
there, only its audit can tell (a rule may speak of people who are now in different teams).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from scheduler.domain import Demand, Problem, Roster, SlotNeed, Worker


def teams(problem: Problem, people: int) -> list[Problem]:
    """Problems of about so many people each; the problem itself where it has no more.

    Parameters
    ----------
    people : int
        Of a team, about.

    Notes
    -----
    People are dealt in the order of what they can do and may not do, so every team has its part of each. Of every number in
    a day's demand, teams get the whole numbers next to their part, which add up to it; what is over goes to those who so far had
    least of what their people at hand would make their part. Rows of one shift are rounded alike, so that the least stays below
    the target, and a skill's heads below all heads.
    """
    count = -(-len(problem.workers) // people)
    if count < 2:
        return [problem]
    dealt = sorted(problem.workers, key=_abilities)
    groups = [dealt[at::count] for at in range(count)]
    places = _places(problem, groups)
    return [_team(problem, group, count, place) for group, place in zip(groups, places, strict=True)]


def together(rosters: list[Roster]) -> Roster:
    """One roster of all teams."""
    return Roster(duty for roster in rosters for duty in roster.duties)


def _abilities(worker: Worker) -> tuple[object, ...]:
    skills = tuple(sorted(skill.name for skill in worker.skills))
    kinds = tuple(sorted(protection.kind for protection in worker.protections))
    return (
        tuple(sorted(worker.roles)),
        skills,
        kinds,
        worker.only_shifts,
        worker.share,
        worker.qualified_from is not None,
    )


def _team(problem: Problem, group: list[Worker], count: int, place: Mapping[tuple[date, str], int]) -> Problem:
    """A group's problem; of `count` groups it has that place in the queue, see `_places`."""
    mine = {worker.id for worker in group}

    def part(number: int, day: date, shift: str = "") -> int:
        """The team's part of a number of a day."""
        return number // count + (place[day, shift] < number % count)

    def asked(row: Demand, day: date) -> Demand:
        most = None if row.most is None else part(row.most, day, row.shift)
        least, target = part(row.least, day, row.shift), part(row.target, day, row.shift)
        return replace(row, on=day.isoformat(), least=least, target=target, most=most)

    def needed(row: SlotNeed, day: date) -> SlotNeed:
        return replace(row, on=day.isoformat(), least=part(row.least, day), target=part(row.target, day))

    return replace(
        problem,
        workers=tuple(worker for worker in problem.workers if worker.id in mine),
        demand=tuple(asked(row, day) for day in problem.dates for row in problem.demand_on(day)),
        slots=tuple(needed(row, day) for day in problem.dates for row in problem.slots_on(day)),
        leave=tuple(row for row in problem.leave if row.worker in mine),
        wishes=tuple(row for row in problem.wishes if row.worker in mine),
        fixed=tuple(row for row in problem.fixed if row.worker in mine),
        overtime=tuple(row for row in problem.overtime if row.worker in mine),
        history=tuple(row for row in problem.history if row.worker in mine),
        carried={worker: burden for worker, burden in problem.carried.items() if worker in mine},
        events=tuple(
            replace(event, workers=tuple(who for who in event.workers if who in mine))
            for event in problem.events
            if mine.intersection(event.workers)
        ),
    )


def _places(problem: Problem, groups: list[list[Worker]]) -> list[dict[tuple[date, str], int]]:
    """Each team's place in the queue for what is over on each shift of each day; of slots, which have no shift, on each day.

    First is the team which, so far in the month, has had least of what its people at hand would make its part.
    """
    count = len(groups)
    owed: dict[str, list[Fraction]] = {}
    places: list[dict[tuple[date, str], int]] = [{} for _ in groups]
    for number, day in enumerate(problem.dates):
        there = [sum(problem.available(worker, day) and worker.qualified(day) for worker in group) for group in groups]
        part = [Fraction(here, sum(there)) if any(there) else Fraction(1, count) for here in there]
        for shift, heads in problem.heads_on(day).items():
            mine = owed.setdefault(shift, [Fraction(0)] * count)
            for at in range(count):
                mine[at] += heads * part[at] - heads // count
            due = [mine[at] + sum(of[at] for of in owed.values()) for at in range(count)]
            for place, at in enumerate(sorted(range(count), key=due.__getitem__, reverse=True)):
                places[at][day, shift] = place
                mine[at] -= place < heads % count
        for at in range(count):
            places[at][day, ""] = (at + number) % count
    return places
