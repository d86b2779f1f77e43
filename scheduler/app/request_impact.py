"""What an open request would do: the cells that move with those beside them, cover, hours, and who has more or less than others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from scheduler.app.locations import open_known_ledger
from scheduler.app.months import amend_month, version_facts
from scheduler.app.summaries import BURDENS, Spread, spreads
from scheduler.audit.months import PlannedMonth
from scheduler.audit.statistics import WorkerTotals, total_workers
from scheduler.domain import Change, Duty, Month, Roster
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.files.reading.recent import read_recent
from scheduler.ledger.store import Ledger
from scheduler.workflow.effects import Effects, find_effects

MOST_DAYS = 9  # of a grid with the days around; else those alone on which something moves


@dataclass(frozen=True)
class BurdenMoved:
    """A burden of somebody's that a request changes, and the team's fewest and most as things stand."""

    worker: str
    what: str
    before: float
    after: float
    spread: Spread


@dataclass(frozen=True)
class Impact:
    """What a request would do to the rosters in force.

    Attributes
    ----------
    days : tuple of date
        Those on which something moves, with those around them where there is room.
    people : tuple of str
        Ids of those whose cells move, in the order of the people table.
    now : mapping of (str, date) to tuple of str
        What they have on these days, as the rosters in force have it.
    after : mapping of (str, date) to tuple of str
        What they would have, where that is something else.
    away : frozenset of (str, date)
        Cells of people on leave.
    effects : Effects
        Where fewer would be at work than wished for, and whose hours move.
    """

    days: tuple[date, ...]
    people: tuple[str, ...]
    now: Mapping[tuple[str, date], tuple[str, ...]]
    after: Mapping[tuple[str, date], tuple[str, ...]]
    away: frozenset[tuple[str, date]]
    effects: Effects
    burdens: tuple[BurdenMoved, ...]


def find_impacts(desk: Path, changes: Mapping[int, Sequence[Change]], *, store: str | None = None) -> dict[int, Impact]:
    """The impact of each request by its number; of those that move nothing in a month in force, none.

    Parameters
    ----------
    changes : mapping of int to sequence of Change
        The cells that each moves.
    """
    wanted = {number: tuple(moved) for number, moved in changes.items() if moved}
    ledger = open_known_ledger(desk, store) if wanted else None
    if ledger is None:
        return {}
    files = read_recent(desk)
    with ledger:
        months = {Month.of(one.day) for moved in wanted.values() for one in moved}
        standing = {month: found for month in sorted(months) if (found := _Standing.find(files, ledger, month))}
    impacts = {number: _find_impact(standing, moved) for number, moved in wanted.items()}
    return {number: one for number, one in impacts.items() if one.days}


@dataclass(frozen=True)
class _Standing:
    """A month in force, with what it adds up to."""

    month: PlannedMonth
    totals: Mapping[str, WorkerTotals]
    spreads: Mapping[str, Spread]

    @classmethod
    def find(cls, files: DeskFiles, ledger: Ledger, month: Month) -> _Standing | None:
        """The month; `None` where no version of it is in force."""
        row = ledger.live(files.desk.id, month)
        if row is None:
            return None
        facts = version_facts(files, ledger, row)
        problem, roster = amend_month(facts, ledger), Roster(row.duties)
        totals = {one.id: one for one in total_workers(problem, roster)}
        spread = {one.what: one for one in spreads(problem, roster)}
        return cls(PlannedMonth(problem, facts.rulebook, roster), totals, spread)


def _find_impact(standing: Mapping[Month, _Standing], changes: Sequence[Change]) -> Impact:
    mine = [one for one in changes if Month.of(one.day) in standing]
    before = [standing[month].month for month in standing]
    after = [_apply(month, mine) for month in before]
    known = {day for month in before for day in month.problem.dates}
    moved = sorted({one.day for one in mine})
    around = sorted({day + timedelta(days=step) for day in moved for step in (-1, 0, 1)} & known)
    days = around if len(around) <= MOST_DAYS else moved
    order = list(dict.fromkeys(worker.id for month in before for worker in month.problem.workers))
    people = sorted({one.worker for one in mine}, key=lambda who: order.index(who) if who in order else len(order))
    cells = [(who, day) for who in people for day in days]
    roster_of = {day: month.roster for month in before for day in month.problem.dates}
    now = {cell: roster_of[cell[1]].on(*cell) for cell in cells}
    return Impact(
        tuple(days),
        tuple(people),
        now,
        {(one.worker, one.day): one.after for one in mine if one.after != now.get((one.worker, one.day))},
        frozenset(cell for cell in cells if any(cell in month.problem.leave_days for month in before)),
        find_effects(before, after) if mine else Effects(),
        tuple(_find_burdens(standing, after, people)),
    )


def _apply(month: PlannedMonth, changes: Sequence[Change]) -> PlannedMonth:
    """A month with these cells otherwise."""
    mine = {(one.worker, one.day): one.after for one in changes if one.day in month.problem.day_by_date}
    kept = [duty for duty in month.roster.duties if (duty.worker, duty.day) not in mine]
    new = [Duty(*cell, code) for cell, codes in mine.items() for code in codes]
    return PlannedMonth(month.problem, month.rulebook, Roster([*kept, *new]))


def _find_burdens(
    standing: Mapping[Month, _Standing], after: Sequence[PlannedMonth], people: Collection[str]
) -> Iterator[BurdenMoved]:
    for was, is_now in zip(standing.values(), after, strict=True):
        if is_now.roster == was.month.roster:
            continue
        totals = {one.id: one for one in total_workers(is_now.problem, is_now.roster)}
        for who in people:
            for what in BURDENS:
                if who not in totals or what not in was.spreads:
                    continue
                old, new = float(getattr(was.totals[who], what)), float(getattr(totals[who], what))
                if old != new:
                    yield BurdenMoved(who, what, old, new, was.spreads[what])
