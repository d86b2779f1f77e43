"""Somebody's own roster: the months in force, how theirs stands beside the others', their copies."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from scheduler import clock
from scheduler.app.change_requests import RequestList, list_for
from scheduler.app.locations import open_known_ledger
from scheduler.app.months import amend_month, version_facts
from scheduler.app.people import rights_of
from scheduler.app.summaries import Spread, spreads
from scheduler.audit.open_duties import OpenDuty
from scheduler.audit.statistics import WorkerTotals, total_workers
from scheduler.domain import Duty, Month, Problem, Roster
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.files.reading.recent import read_recent
from scheduler.ledger.store import EntryRow, Ledger, VersionRow, VersionStatus
from scheduler.workflow.change_log import Receipt, receipts_by_version
from scheduler.workflow.change_request import Request, people_concerned
from scheduler.workflow.facts import PublishedFacts
from scheduler.workflow.readers import EVERYBODY, Reader
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.reserves import find_reserves


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
    open : tuple of OpenDuty
        The duties that nobody has.
    standby : tuple of Duty
        What they stand by for, each as the duty that it would be if called.
    """

    row: VersionRow
    problem: Problem
    roster: Roster
    _: KW_ONLY
    totals: WorkerTotals
    spreads: Mapping[str, Spread]
    moved: tuple[date, ...] = ()
    open: tuple[OpenDuty, ...] = ()
    standby: tuple[Duty, ...] = ()


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
    requests : RequestList or None
        Those that they made or that concern them.
    """

    files: DeskFiles
    at: datetime
    months: tuple[OwnMonth, ...] = ()
    ahead: tuple[Duty, ...] = ()
    copies: tuple[Receipt, ...] = ()
    month_of: Mapping[int, Month] = field(default_factory=dict)
    requests: RequestList | None = None


class _Standing(NamedTuple):
    """What all who look at the same log have in common.

    Attributes
    ----------
    totals : sequence of mapping of str to WorkerTotals
        Of each month, by id.
    """

    files: DeskFiles
    entries: Sequence[EntryRow]
    requests: Mapping[int, Request]
    month_of: Mapping[int, Month]
    months: Sequence[tuple[VersionRow, Problem, Roster]]
    totals: Sequence[Mapping[str, WorkerTotals]]
    spreads: Sequence[Mapping[str, Spread]]
    copies: Mapping[int, Mapping[str, Receipt]]


_kept: OrderedDict[tuple[object, ...], _Standing] = OrderedDict()
_lock = Lock()
MOST_KEPT = 8  # logs as they stood


def own_roster(
    desk: Path, who: str, *, reader: Reader = EVERYBODY, store: str | None = None, now: clock.Clock = clock.now
) -> OwnRoster:
    """What somebody needs to know of the months in force; nothing is written.

    Parameters
    ----------
    reader : Reader
        As whom they read their requests.
    """
    files = read_recent(desk)
    at = clock.at_desk(now, files.desk.zone)
    ledger = open_known_ledger(desk, store)
    if ledger is None:
        return OwnRoster(files, at)
    with ledger:
        here = _find_standing(files, ledger, desk, store, Month.of(at))
    months, ahead = [], []
    minute = int(at.timestamp() // 60)
    for (row, problem, roster), totals, spread in zip(here.months, here.totals, here.spreads, strict=True):
        if who not in totals:
            continue
        entries = (one for one in here.entries if (one.event, one.version) == ("published", row.number))
        published = [PublishedFacts.read(one.facts) for one in entries]
        moved = tuple(c.day for one in published for c in one.changes if c.worker == who)
        leaves = tuple(one for each in published for one in each.open)
        reserves = (one for one in find_reserves(here.entries, row.number) if one.worker == who)
        standby = [one for one in reserves if not roster.on(who, one.day) and (who, one.day) not in problem.leave_days]
        months.append(
            OwnMonth(
                row,
                problem,
                roster,
                totals=totals[who],
                spreads=spread,
                moved=moved,
                open=leaves,
                standby=tuple(sorted(standby, key=lambda one: one.day)),
            )
        )
        duties = (duty for duty in roster.duties if duty.worker == who)
        ahead += [duty for duty in duties if problem.true_span(duty.day, duty.shift).end > minute]
    copies = (listed[who] for listed in here.copies.values() if who in listed)
    mine = [one for one in here.requests.values() if who in (one.by, *people_concerned(one))]
    return OwnRoster(
        files,
        at,
        tuple(months),
        tuple(ahead),
        tuple(copy for copy in copies if copy.is_outstanding),
        here.month_of,
        list_for(reader, rights_of(files, at.date()), here.entries, mine) if mine else None,
    )


def _find_standing(files: DeskFiles, ledger: Ledger, desk: Path, store: str | None, present: Month) -> _Standing:
    """The months in force from the present one on; looked for once as long as log and tables are the same."""
    key = (desk, store, ledger.head(files.desk.id), present)
    with _lock:  # whoever comes meanwhile would look for the very same
        known = _kept.get(key)
        if known is None or known.files is not files:
            known = _look(files, ledger, present)
            _kept[key] = known
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
        return known


def _look(files: DeskFiles, ledger: Ledger, present: Month) -> _Standing:
    entries = ledger.entries(files.desk.id)
    outlines = ledger.outlines(files.desk.id)
    live = [one for one in outlines if one.status == VersionStatus.LIVE and one.month >= present]
    months = []
    for outline in sorted(live, key=lambda one: one.month):
        row = ledger.version(files.desk.id, outline.number)
        months.append((row, amend_month(version_facts(files, ledger, row), ledger), Roster(row.duties)))
    totals = [total_workers(problem, roster) for _, problem, roster in months]
    spread = [spreads(problem, roster, sums) for (_, problem, roster), sums in zip(months, totals, strict=True)]
    return _Standing(
        files,
        entries,
        replay_requests(entries),
        {one.number: one.month for one in outlines},
        months,
        [{one.id: one for one in sums} for sums in totals],
        [{one.what: one for one in found} for found in spread],
        receipts_by_version(entries),
    )
