"""The instances as a Timefold model, in its Python constraint streams; imported only where Timefold is installed.

One planning entity a worker and day with a nullable shift, as in Timefold's own employee scheduling examples; days
of leave and shifts that a worker may never take are left out of the entities and of their value ranges. Annotations
are not postponed in this file: Timefold reads them while the classes are made, and translates the lambdas, so these
stay plain.
"""

import logging
from dataclasses import dataclass, field
from typing import Annotated

from timefold.solver import SolverFactory
from timefold.solver.config import (
    Duration,
    EnvironmentMode,
    ScoreDirectorFactoryConfig,
    SolverConfig,
    TerminationConfig,
)
from timefold.solver.domain import (
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningScore,
    PlanningVariable,
    ProblemFactCollectionProperty,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import ConstraintCollectors, ConstraintFactory, HardSoftScore, Joiners, constraint_provider

from scheduler.domain import Duty, Problem
from scheduler.rules.book import Rulebook
from tests.support.narrowing import present

logging.getLogger("timefold").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Kind:
    """A shift, and the numbers of those that may not follow it."""

    number: int
    code: str
    minutes: int
    never_before: set[int] = field(compare=False)


@dataclass(frozen=True)
class Person:
    """A worker's terms; runs and weekends in days, hours in minutes."""

    who: int
    most_run: int
    least_run: int
    least_off: int
    weekends: int
    least_minutes: int
    most_minutes: int


@dataclass(frozen=True)
class Limit:
    """At most so many duties of a shift."""

    who: int
    shift: int
    most: int


@dataclass(frozen=True)
class Cover:
    """So many people wanted, and what each missing and each spare one costs."""

    day: int
    shift: int
    need: int
    short: int
    spare: int


@dataclass(frozen=True)
class Wanted:
    """A wish to work a shift."""

    who: int
    day: int
    shift: int
    weight: int


@dataclass(frozen=True)
class Unwanted:
    """A wish to be spared a shift."""

    who: int
    day: int
    shift: int
    weight: int


@planning_entity
@dataclass
class Cell:
    """A worker's day: a shift, or nothing."""

    id: Annotated[int, PlanningId]
    person: Person
    who: int
    day: int
    weekend: int  # number of its weekend, -1 on other days
    last_day: int
    open_to: Annotated[list[Kind], ValueRangeProvider(id="open_to")]
    shift: Annotated[Kind | None, PlanningVariable(allows_unassigned=True, value_range_provider_refs=["open_to"])] = (
        field(default=None)
    )


@planning_solution
@dataclass
class Month:
    """An instance."""

    people: Annotated[list[Person], ProblemFactCollectionProperty]
    limits: Annotated[list[Limit], ProblemFactCollectionProperty]
    covers: Annotated[list[Cover], ProblemFactCollectionProperty]
    wanted: Annotated[list[Wanted], ProblemFactCollectionProperty]
    unwanted: Annotated[list[Unwanted], ProblemFactCollectionProperty]
    cells: Annotated[list[Cell], PlanningEntityCollectionProperty]
    score: Annotated[HardSoftScore, PlanningScore] = field(default=None)


@constraint_provider
def rules(f: ConstraintFactory):
    """Every rule of the instances, once; streams that several rules look at are made once."""
    worked = f.for_each(Cell)
    runs = worked.group_by(
        lambda cell: cell.person, ConstraintCollectors.to_consecutive_sequences(lambda cell: cell.day)
    )
    stretches = runs.flatten_last(lambda chain: chain.getConsecutiveSequences())
    minutes = f.for_each_including_unassigned(Cell).group_by(
        lambda cell: cell.person,
        ConstraintCollectors.sum(lambda cell: 0 if cell.shift is None else cell.shift.minutes),
    )
    return [
        worked.join(
            Cell,
            Joiners.equal(lambda cell: cell.who, lambda after: after.who),
            Joiners.equal(lambda cell: cell.day + 1, lambda after: after.day),
        )
        .filter(lambda cell, after: after.shift.number in cell.shift.never_before)
        .penalize(HardSoftScore.ONE_HARD)
        .as_constraint("forbidden successions"),
        f.for_each(Limit)
        .join(
            Cell,
            Joiners.equal(lambda limit: limit.who, lambda cell: cell.who),
            Joiners.equal(lambda limit: limit.shift, lambda cell: cell.shift.number),
        )
        .group_by(lambda limit, cell: limit, ConstraintCollectors.count_bi())
        .filter(lambda limit, heads: heads > limit.most)
        .penalize(HardSoftScore.ONE_HARD, lambda limit, heads: heads - limit.most)
        .as_constraint("most of a shift"),
        minutes.filter(lambda person, total: total > person.most_minutes)
        .penalize(HardSoftScore.ONE_HARD, lambda person, total: (total - person.most_minutes + 479) // 480)
        .as_constraint("most hours"),
        minutes.filter(lambda person, total: total < person.least_minutes)
        .penalize(HardSoftScore.ONE_HARD, lambda person, total: (person.least_minutes - total + 479) // 480)
        .as_constraint("least hours"),
        worked.filter(lambda cell: cell.weekend >= 0)
        .group_by(lambda cell: cell.person, ConstraintCollectors.count_distinct(lambda cell: cell.weekend))
        .filter(lambda person, weekends: weekends > person.weekends)
        .penalize(HardSoftScore.ONE_HARD, lambda person, weekends: weekends - person.weekends)
        .as_constraint("most weekends"),
        stretches.filter(lambda person, run: run.getCount() > person.most_run)
        .penalize(HardSoftScore.ONE_HARD, lambda person, run: run.getCount() - person.most_run)
        .as_constraint("most days in a row"),
        stretches.filter(
            lambda person, run: (
                run.getCount() < person.least_run
                and run.getFirstItem().day > 0
                and run.getLastItem().day < run.getLastItem().last_day
            )
        )
        .penalize(HardSoftScore.ONE_HARD, lambda person, run: person.least_run - run.getCount())
        .as_constraint("least days in a row"),
        runs.flatten_last(lambda chain: chain.getBreaks())
        .filter(
            lambda person, gap: gap.getNextSequenceStart().day - gap.getPreviousSequenceEnd().day - 1 < person.least_off
        )
        .penalize(
            HardSoftScore.ONE_HARD,
            lambda person, gap: (
                person.least_off - (gap.getNextSequenceStart().day - gap.getPreviousSequenceEnd().day - 1)
            ),
        )
        .as_constraint("least days off in a row"),
        f.for_each(Cover)
        .join(
            Cell,
            Joiners.equal(lambda cover: cover.day, lambda cell: cell.day),
            Joiners.equal(lambda cover: cover.shift, lambda cell: cell.shift.number),
        )
        .group_by(lambda cover, cell: cover, ConstraintCollectors.count_bi())
        .filter(lambda cover, heads: heads != cover.need)
        .penalize(
            HardSoftScore.ONE_SOFT,
            lambda cover, heads: (
                (cover.need - heads) * cover.short if heads < cover.need else (heads - cover.need) * cover.spare
            ),
        )
        .as_constraint("cover"),
        f.for_each(Cover)
        .if_not_exists(
            Cell,
            Joiners.equal(lambda cover: cover.day, lambda cell: cell.day),
            Joiners.equal(lambda cover: cover.shift, lambda cell: cell.shift.number),
        )
        .penalize(HardSoftScore.ONE_SOFT, lambda cover: cover.need * cover.short)
        .as_constraint("cover by nobody"),
        f.for_each(Wanted)
        .if_not_exists(
            Cell,
            Joiners.equal(lambda wish: wish.who, lambda cell: cell.who),
            Joiners.equal(lambda wish: wish.day, lambda cell: cell.day),
            Joiners.equal(lambda wish: wish.shift, lambda cell: cell.shift.number),
        )
        .penalize(HardSoftScore.ONE_SOFT, lambda wish: wish.weight)
        .as_constraint("requests to work"),
        f.for_each(Unwanted)
        .if_exists(
            Cell,
            Joiners.equal(lambda wish: wish.who, lambda cell: cell.who),
            Joiners.equal(lambda wish: wish.day, lambda cell: cell.day),
            Joiners.equal(lambda wish: wish.shift, lambda cell: cell.shift.number),
        )
        .penalize(HardSoftScore.ONE_SOFT, lambda wish: wish.weight)
        .as_constraint("requests to be spared"),
    ]


def month_of(problem: Problem, rulebook: Rulebook) -> Month:
    """An instance in Timefold's classes; workers, days and shifts by number."""
    days = {day: at for at, day in enumerate(problem.dates)}
    shifts = {shift.code: at for at, shift in enumerate(problem.shifts)}
    staff = {worker.id: at for at, worker in enumerate(problem.workers)}
    pairs: tuple[str, ...] = rulebook.parameters()["forbidden_successions"]["pairs"]
    after = {pair.split(">")[0]: {shifts[code] for code in pair.split(">")[1].split("|")} for pair in pairs}
    kinds = [Kind(shifts[s.code], s.code, s.paid_minutes, after.get(s.code, set())) for s in problem.shifts]
    month = Month([], [], [], [], [], [])
    for worker in problem.workers:
        terms, who = worker.terms, staff[worker.id]
        person = Person(
            who,
            present(terms.most_days_in_a_row),
            present(terms.least_days_in_a_row),
            present(terms.least_days_off_in_a_row),
            present(terms.most_weekends),
            round(60 * present(terms.least_hours)),
            round(60 * present(terms.most_hours)),
        )
        month.people.append(person)
        most = dict(terms.most_of_shift)
        month.limits += [Limit(who, shifts[code], count) for code, count in most.items() if count]
        open_to = [kind for kind in kinds if most.get(kind.code) != 0]
        for day, at in days.items():
            if open_to and (worker.id, day) not in problem.leave_days:
                weekend = at // 7 if day.weekday() > 4 else -1
                month.cells.append(Cell(len(month.cells), person, who, at, weekend, len(days) - 1, open_to))
    for day in problem.dates:
        for row in problem.demand_on(day):
            short, spare = present(row.weight_short), present(row.weight_spare)
            month.covers.append(Cover(days[day], shifts[row.shift], row.target, short, spare))
    for wish in problem.wishes:
        what = staff[wish.worker], days[wish.day], shifts[wish.shift], wish.weight
        if wish.wants:
            month.wanted.append(Wanted(*what))
        else:
            month.unwanted.append(Unwanted(*what))
    return month


def search(problem: Problem, rulebook: Rulebook, seconds: float, seed: int) -> tuple[list[Duty], int, int]:
    """The best month found in so many seconds of search: its duties, and Timefold's hard and soft score."""
    config = SolverConfig(
        solution_class=Month,
        entity_class_list=[Cell],
        environment_mode=EnvironmentMode.NO_ASSERT,
        random_seed=seed,
        score_director_factory_config=ScoreDirectorFactoryConfig(constraint_provider_function=rules),
        termination_config=TerminationConfig(spent_limit=Duration(milliseconds=round(1000 * seconds))),
    )
    best = SolverFactory.create(config).build_solver().solve(month_of(problem, rulebook))
    ids = [worker.id for worker in problem.workers]
    duties = [
        Duty(ids[cell.who], problem.dates[cell.day], cell.shift.code) for cell in best.cells if cell.shift is not None
    ]
    return duties, best.score.hard_score, best.score.soft_score
