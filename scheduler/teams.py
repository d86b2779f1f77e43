"""A large desk as several small ones: people dealt out, demand apportioned, everything else as it is.

What the small ones' rosters come to together is a roster of the large one; whether it keeps every rule
there, only its audit can tell (a rule may speak of people who are now in different teams).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np

from scheduler.domain import Demand, Problem, Roster, SlotNeed, Worker
from scheduler.linear import Floats, Ints


def teams(problem: Problem, people: int) -> list[Problem]:
    """Problems of about so many people each; the problem itself where it has no more.

    Parameters
    ----------
    people : int
        Of a team, about.

    Notes
    -----
    People are dealt in the order of what they can do and may not do, so every team has its part of each. Of every number in
    the demand, teams get the whole numbers next to their part, which add up to it; rows of one shift are rounded alike, so that
    the least stays below the target, and a skill's heads below all heads.
    """
    count = -(-len(problem.workers) // people)
    if count < 2:
        return [problem]
    dealt = sorted(problem.workers, key=_abilities)
    return list(_split(problem, [dealt[at::count] for at in range(count)]))


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


def _split(problem: Problem, groups: list[list[Worker]]) -> Iterator[Problem]:
    places = _places(problem, groups)
    for at, group in enumerate(groups):
        mine = {worker.id for worker in group}

        def part(number: int, day: date, shift: str = "", at: int = at) -> int:
            """A team's part of a number of a day."""
            return number // len(groups) + int(places[day, shift][at] < number % len(groups))

        def asked(row: Demand, day: date, part=part) -> Demand:  # type: ignore[no-untyped-def]
            most = None if row.most is None else part(row.most, day, row.shift)
            heads = {"least": part(row.least, day, row.shift), "target": part(row.target, day, row.shift), "most": most}
            return replace(row, on=day.isoformat(), **heads)

        def needed(row: SlotNeed, day: date, part=part) -> SlotNeed:  # type: ignore[no-untyped-def]
            return replace(row, on=day.isoformat(), least=part(row.least, day), target=part(row.target, day))

        yield replace(
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


def _places(problem: Problem, groups: list[list[Worker]]) -> dict[tuple[date, str], Ints]:
    """The teams' places in the queue for what is over on each shift of each day; of slots, which have no shift, on each day.

    First is the team which, so far in the month, has had least of what its people at hand would make its part.
    """
    count = len(groups)
    owed: dict[str, Floats] = {}
    places = {}
    for number, day in enumerate(problem.dates):
        there = np.array(
            [sum(problem.available(w, day) and w.qualified(day) for w in group) for group in groups], float
        )
        part = there / there.sum() if there.any() else np.full(count, 1 / count)
        for shift, heads in problem.heads_on(day).items():
            mine = owed.setdefault(shift, np.zeros(count))
            mine += heads * part - heads // count
            places[day, shift] = np.argsort(np.argsort(-np.round(mine + sum(owed.values()), 6), kind="stable"))
            mine -= places[day, shift] < heads % count
        places[day, ""] = (np.arange(count) + number) % count
    return places
