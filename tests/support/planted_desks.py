"""Desks that are possible, and what makes them impossible planted into them: one cause or two that have nothing in common."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from scheduler.audit.audit import audit
from scheduler.domain import (
    Day,
    DayKind,
    Demand,
    Desk,
    Event,
    Fixed,
    Leave,
    Opening,
    Overtime,
    Problem,
    Protection,
    ProtectionKind,
    Reason,
    Sitting,
    Skill,
    Worker,
)
from scheduler.domain.holidays import day_types
from scheduler.rules.book import Rulebook, read_rulebook
from scheduler.solver.bends import APPROVAL_PERCENT, PRICE_SCALE
from scheduler.solver.repairs import Repair
from scheduler.timeline import month_days
from tests.support.kit import THREE_SHIFTS

DAYS = 14
SIZES = (3, 4, 5, 6, 7, 8, 9)  # people of most planted desks
LARGE = (30, 60)  # of those that are measured, not tested
SHIFT_HEADS = 10  # people for each head of a shift
TAKEN_BACK, UNFIXED, HEAD, OVERTIME_HOUR, MISSED, LED, CALLED = 25, 15, 30, 3, 6, 10, 15  # what one costs in a repair


class Plant(NamedTuple):
    """A cause put into a desk.

    Attributes
    ----------
    rules : mapping
        Settings of rules that belong to it.
    planted : callable
        Whether a Reason is one of those that were put in.
    price : float
        What it costs at most to undo it.
    """

    problem: Problem
    rules: Mapping[str, Mapping[str, Any]]
    planted: Callable[[Reason], bool]
    price: float


class Spot(NamedTuple):
    """Where a cause is put, so that two have nothing in common: days of one week, and a person."""

    days: tuple[date, ...]
    worker: str

    @property
    def day(self) -> date:
        """Its middle day."""
        return self.days[2]

    @property
    def next(self) -> date:
        """The day after that."""
        return self.days[3]


@dataclass(frozen=True)
class PlantedDesk:
    """An impossible desk, and what it is without its causes.

    Attributes
    ----------
    planted : tuple of callable
        For each cause, whether a Reason is one of those that were put in.
    price : float
        What undoing all of it costs at most in a repair, in the scale of `Repair.price`.
    """

    name: str
    problem: Problem
    base: Problem
    rulebook: Rulebook
    base_rulebook: Rulebook
    planted: tuple[Callable[[Reason], bool], ...]
    price: float


def possible_desk(people: int, rng: random.Random) -> Problem:
    """Two weeks with room to spare: each shift has one head for every ten people, everybody may lead."""
    workers = tuple(Worker(f"P{n:02d}", f"员{n:02d}", roles=("班长",)) for n in range(people))
    dates = month_days(2026, 12)[:DAYS]
    codes = ("早", "中", "夜") if people >= 6 else ("早",)
    heads = max(1, people // SHIFT_HEADS)
    demand = tuple(Demand(code, least=heads, target=heads) for code in codes)
    opening = Opening("all", 0, 24 * 60) if len(codes) == 3 else Opening("all", 8 * 60, 16 * 60)
    workers = tuple(rng.sample(workers, len(workers)))
    return Problem(
        Desk("planted", "植入的前台", opening=(opening,)),
        day_types(dates, "none"),
        workers,
        THREE_SHIFTS,
        demand=demand,
        history_from=dates[0],
    )


def about(rule: str, worker: str = "", day: date | None = None) -> Callable[[Reason], bool]:
    """Whether a Reason is of a rule, of a worker and of a day where these are given."""

    def fits(reason: Reason) -> bool:
        mine = not worker or worker in reason.workers
        return reason.rule == rule and mine and (day is None or day in reason.days)

    return fits


def one_of(*fits: Callable[[Reason], bool]) -> Callable[[Reason], bool]:
    """Whether a Reason is one of several."""
    return lambda reason: any(each(reason) for each in fits)


def fixed(problem: Problem, *rows: tuple[str, date, str]) -> Problem:
    """The problem with fixed duties."""
    return replace(problem, fixed=(*problem.fixed, *(Fixed(*row) for row in rows)))


def changed(problem: Problem, worker: str, **fields: Any) -> Problem:
    """The problem with another row of the people table."""
    workers = tuple(replace(one, **fields) if one.id == worker else one for one in problem.workers)
    return replace(problem, workers=workers)


def too_many_heads(problem: Problem, spot: Spot) -> Plant:
    """More people wanted than there are."""
    heads = len(problem.workers) + 1
    row = Demand("早", spot.day.isoformat(), least=heads, target=heads)
    return Plant(replace(problem, demand=(*problem.demand, row)), {}, about("shift_cover", day=spot.day), HEAD * heads)


def lost_skill(problem: Problem, spot: Spot) -> Plant:
    """The only one with a skill has it until the day before."""
    row = Demand("早", spot.day.isoformat(), skill="外语", least=1, target=1)
    problem = changed(problem, spot.worker, skills=(Skill("外语", None, spot.days[1]),))
    return Plant(replace(problem, demand=(*problem.demand, row)), {}, about("shift_cover", day=spot.day), HEAD)


def leave_clash(problem: Problem, spot: Spot) -> Plant:
    """Everybody on leave on one day."""
    leave = tuple(Leave(one.id, spot.day, spot.day) for one in problem.workers)
    return Plant(
        replace(problem, leave=(*problem.leave, *leave)),
        {},
        about("approved_leave", day=spot.day),
        TAKEN_BACK * len(leave),
    )


def no_weekly_rest(problem: Problem, spot: Spot) -> Plant:
    """All days of a week fixed, of somebody who may have seven in a row."""
    rows = [(spot.worker, day, "早") for day in spot.days]
    rules = {"days_in_a_row": {"most": 14}}
    return Plant(fixed(problem, *rows), rules, about("fixed_duties", spot.worker), UNFIXED)


def too_many_in_a_row(problem: Problem, spot: Spot) -> Plant:
    """Three fixed days where two in a row are the most."""
    rows = [(spot.worker, day, "早") for day in spot.days[1:4]]
    return Plant(fixed(problem, *rows), {"days_in_a_row": {"most": 2}}, about("fixed_duties", spot.worker), UNFIXED)


def low_norm(problem: Problem, spot: Spot) -> Plant:
    """A norm of 4 hours in the month (typed 4 for 40, say), and two fixed duties."""
    problem = changed(problem, spot.worker, norm_hours=8.0)
    problem = fixed(problem, (spot.worker, spot.days[1], "早"), (spot.worker, spot.days[3], "早"))
    planted = one_of(about("monthly_hours", spot.worker), about("fixed_duties", spot.worker))
    return Plant(problem, {}, planted, 2 * UNFIXED)


def over_the_cap(problem: Problem, spot: Spot) -> Plant:
    """Approved overtime beyond a cap of 4 hours: the fixed duties take it all."""
    problem = changed(problem, spot.worker, norm_hours=8.0)
    rows = [(spot.worker, day, "早") for day in (spot.days[1], spot.days[3])]
    overtime = tuple(Overtime(spot.worker, day, 240) for _, day, _ in rows)
    problem = replace(fixed(problem, *rows), overtime=(*problem.overtime, *overtime))
    planted = one_of(about("monthly_hours", spot.worker), about("fixed_duties", spot.worker))
    return Plant(problem, {"monthly_hours": {"overtime_cap_hours": 4}}, planted, 2 * UNFIXED)


def run_too_long(problem: Problem, spot: Spot) -> Plant:
    """An evening and the night that follows it: 16 hours on end."""
    problem = fixed(problem, (spot.worker, spot.day, "中"), (spot.worker, spot.next, "夜"))
    return Plant(problem, {}, about("fixed_duties", spot.worker), UNFIXED)


def short_rest(problem: Problem, spot: Spot) -> Plant:
    """An evening and the morning after it."""
    problem = fixed(problem, (spot.worker, spot.day, "中"), (spot.worker, spot.next, "早"))
    return Plant(problem, {}, about("fixed_duties", spot.worker), UNFIXED)


def holiday(problem: Problem, spot: Spot) -> Plant:
    """A statutory holiday on which more people are wanted than there are."""
    heads = len(problem.workers) + 1
    days = tuple(Day(one.date, DayKind.STATUTORY, "节") if one.date == spot.day else one for one in problem.days)
    row = Demand("早", "holiday", least=heads, target=heads)
    problem = replace(problem, days=days, demand=(*problem.demand, row))
    return Plant(problem, {}, about("shift_cover", day=spot.day), HEAD * heads)


def protected(problem: Problem, spot: Spot) -> Plant:
    """A night of a pregnant worker."""
    problem = changed(problem, spot.worker, protections=(Protection(ProtectionKind.PREGNANT, problem.first),))
    problem = fixed(problem, (spot.worker, spot.day, "夜"))
    planted = one_of(about("fixed_duties", spot.worker), about("protected_workers", spot.worker))
    return Plant(problem, {}, planted, UNFIXED)


def trainee(problem: Problem, spot: Spot) -> Plant:
    """A night of somebody who is still a trainee."""
    problem = changed(problem, spot.worker, qualified_from=spot.days[5])
    problem = fixed(problem, (spot.worker, spot.day, "夜"))
    planted = one_of(about("fixed_duties", spot.worker), about("qualified_people", spot.worker))
    return Plant(problem, {}, planted, UNFIXED)


def no_leader(problem: Problem, spot: Spot) -> Plant:
    """Two people who may lead wanted on a shift, and only one is."""
    problem = changed(problem, spot.worker, roles=("班长", "店长"))
    rules = {"shift_leader": {"roles": ["店长"], "heads": 2, "on": [spot.day.isoformat()], "shifts": ["早"]}}
    return Plant(problem, rules, about("shift_leader", day=spot.day), LED)


def meeting(problem: Problem, spot: Spot) -> Plant:
    """A meeting of all in working hours, while somebody stays at the desk."""
    event = Event("例会", (Sitting(spot.day, 10 * 60, 11 * 60),), tuple(one.id for one in problem.workers))
    price = MISSED * len(problem.workers)
    return Plant(replace(problem, events=(*problem.events, event)), {}, about("event_attendance", day=spot.day), price)


def duty_on_a_day_off(problem: Problem, spot: Spot) -> Plant:
    """A duty and a day off fixed on the same day."""
    problem = fixed(problem, (spot.worker, spot.day, "早"), (spot.worker, spot.day, ""))
    return Plant(problem, {}, about("fixed_duties", spot.worker), UNFIXED)


def two_duties(problem: Problem, spot: Spot) -> Plant:
    """Two duties of one person on a day."""
    problem = fixed(problem, (spot.worker, spot.day, "早"), (spot.worker, spot.day, "中"))
    return Plant(problem, {}, about("fixed_duties", spot.worker), UNFIXED)


def no_fallback(problem: Problem, spot: Spot) -> Plant:
    """A fallback for a morning that is fixed, of a role that nobody else has."""
    problem = fixed(problem, (spot.worker, spot.day, "中"))
    rules = {"named_fallback": {"on_call": ["中=保安"]}}
    return Plant(problem, rules, about("named_fallback"), UNFIXED + 3 * CALLED * DAYS)


def wrong_order(problem: Problem, spot: Spot) -> Plant:
    """A morning after an evening, where the desk's order of shifts forbids mornings after mornings."""
    problem = fixed(problem, (spot.worker, spot.day, "早"), (spot.worker, spot.next, "早"))
    return Plant(problem, {"forbidden_successions": {"pairs": ["早>早"]}}, about("fixed_duties", spot.worker), UNFIXED)


KINDS = {
    "staff": too_many_heads,
    "skill": lost_skill,
    "leave clash": leave_clash,
    "weekly rest": no_weekly_rest,
    "days in a row": too_many_in_a_row,
    "monthly norm": low_norm,
    "overtime cap": over_the_cap,
    "run cap": run_too_long,
    "rest between duties": short_rest,
    "holiday": holiday,
    "protected worker": protected,
    "trainee": trainee,
    "leader": no_leader,
    "meeting": meeting,
    "fixed duty against rest": duty_on_a_day_off,
    "two fixed duties on a day": two_duties,
    "fallback": no_fallback,
    "order of shifts": wrong_order,
}

SINGLE, DOUBLE = 40, 20  # desks with one cause, and with two
APART = {frozenset(("weekly rest", "days in a row"))}  # which set the same setting


def plant(people: int, kinds: tuple[str, ...], seed: int) -> PlantedDesk:
    """A possible desk with one cause of each kind, each in a week of its own and about a person of its own."""
    rng = random.Random(f"{people} {kinds} {seed}")
    base = possible_desk(people, rng)
    who = rng.sample([worker.id for worker in base.workers], len(kinds))
    weeks = (base.dates[6:13], base.dates[:6])  # Monday to Sunday, and Tuesday to Sunday
    problem, tables, plants = base, dict[str, Mapping[str, Any]](), list[Plant]()
    for kind, worker, days in zip(kinds, who, weeks, strict=False):
        one = KINDS[kind](problem, Spot(days, worker))
        plants.append(one)
        problem = one.problem
        tables |= one.rules
    price = sum(one.price for one in plants) * PRICE_SCALE * (100 + APPROVAL_PERCENT) / 100
    name = f"{' and '.join(kinds)}, {people} people"
    return PlantedDesk(
        name, problem, base, read_rulebook(tables), read_rulebook({}), tuple(one.planted for one in plants), price
    )


def planted_desks(sizes: tuple[int, ...] = SIZES, singles: int = SINGLE, doubles: int = DOUBLE) -> list[PlantedDesk]:
    """So many desks with one cause and with two, every kind and every size in turn."""
    rng, kinds = random.Random("planted"), list(KINDS)
    desks = [plant(sizes[n % len(sizes)], (kinds[n % len(kinds)],), n) for n in range(singles)]
    while len(desks) < singles + doubles:
        pair = tuple(sorted(rng.sample(kinds, 2), key=lambda kind: kind != "weekly rest"))  # which takes a whole week
        if frozenset(pair) not in APART:
            desks.append(plant(sizes[len(desks) % len(sizes)], pair, len(desks)))
    return desks


def works(repair: Repair, rulebook: Rulebook) -> bool:
    """Whether a repair's roster breaks, in the month with its decisions, the exceptions that it names and nothing else."""
    exceptions = {one.violation.reason for one in repair.decisions if not one.in_tables}
    return {one.reason for one in audit(repair.problem, rulebook, repair.roster).broken} == exceptions
