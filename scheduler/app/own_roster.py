"""Somebody's own roster: the months in force, how theirs stands beside the others', their copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import date, datetime
from pathlib import Path

from scheduler import clock
from scheduler.app.locations import open_known_ledger
from scheduler.app.months import amend_month, version_facts
from scheduler.app.summaries import Spread, spreads
from scheduler.audit.statistics import WorkerTotals, total_workers
from scheduler.domain import Duty, Month, Problem, Roster
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.ledger.store import VersionRow, VersionStatus
from scheduler.workflow.change_log import Receipt, receipts_by_version
from scheduler.workflow.facts import PublishedFacts


@dataclass(frozen=True)
class OwnMonth:
    """A month in force for somebody.

    Attributes
    ----------
    totals : WorkerTotals
        What theirs adds up to.
    spreads : mapping of str to Spread
        The fewest and the most of each burden among those who share it.
    moved : tuple of date
        Their days that its publication moved.
    """

    row: VersionRow
    problem: Problem
    roster: Roster
    _: KW_ONLY
    totals: WorkerTotals
    spreads: Mapping[str, Spread]
    moved: tuple[date, ...] = ()


@dataclass(frozen=True)
class OwnRoster:
    """Somebody's own roster.

    Attributes
    ----------
    months : tuple of OwnMonth
        Those in force from the present one on.
    ahead : tuple of Duty
        Their duties that have not ended yet, in order.
    copies : tuple of Receipt
        Those that they are to sign for or to give back.
    month_of : mapping of int to Month
        Of which month each version is.
    """

    files: DeskFiles
    at: datetime
    months: tuple[OwnMonth, ...] = ()
    ahead: tuple[Duty, ...] = ()
    copies: tuple[Receipt, ...] = ()
    month_of: Mapping[int, Month] = field(default_factory=dict)


def own_roster(desk: Path, who: str, *, store: str | None = None, now: clock.Clock = clock.now) -> OwnRoster:
    """What somebody needs to know of the months in force; nothing is written."""
    files = read_desk(desk)
    at = clock.at_desk(now, files.desk.zone)
    ledger = open_known_ledger(desk, store)
    if ledger is None:
        return OwnRoster(files, at)
    months, ahead = [], []
    with ledger:
        entries = ledger.entries(files.desk.id)
        outlines = ledger.outlines(files.desk.id)
        live = [one for one in outlines if one.status == VersionStatus.LIVE]
        for outline in sorted((one for one in live if one.month >= Month.of(at)), key=lambda one: one.month):
            row = ledger.version(files.desk.id, outline.number)
            problem = amend_month(version_facts(files, ledger, row), ledger)
            roster = Roster(row.duties)
            mine = next((one for one in total_workers(problem, roster) if one.id == who), None)
            if mine is None:
                continue
            published = [one for one in entries if (one.event, one.version) == ("published", row.number)]
            moved = [c for one in published for c in PublishedFacts.read(one.facts).changes if c.worker == who]
            months.append(
                OwnMonth(
                    row,
                    problem,
                    roster,
                    totals=mine,
                    spreads={one.what: one for one in spreads(problem, roster)},
                    moved=tuple(one.day for one in moved),
                )
            )
            minute = int(at.timestamp() // 60)
            duties = (duty for duty in roster.duties if duty.worker == who)
            ahead += [duty for duty in duties if problem.true_span(duty.day, duty.shift).end > minute]
        copies = (listed[who] for listed in receipts_by_version(entries).values() if who in listed)
        return OwnRoster(
            files,
            at,
            tuple(months),
            tuple(ahead),
            tuple(copy for copy in copies if copy.is_outstanding),
            {one.number: one.month for one in outlines},
        )
