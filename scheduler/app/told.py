"""What the papers of a version told everybody, and what a new one tells them; from the ledger, as it was then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from scheduler.app.months import read_facts
from scheduler.domain import Month, Problem, Roster
from scheduler.ledger.store import EntryRow, Ledger, VersionRow
from scheduler.staffing.break_model import KnownBreaks
from scheduler.staffing.breaks import restore_plan
from scheduler.workflow.amendment import amend_problem
from scheduler.workflow.holdings import PersonNews, PrintedDay, PrintedMonth, find_holdings, find_news, print_month
from scheduler.workflow.readers import Reader
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.reserves import find_reserves
from scheduler.workflow.worked import cells_by_request


class Told(NamedTuple):
    """What a version tells people.

    Attributes
    ----------
    new, last : PrintedMonth
        What its papers print, and what those of the version did that was published last before it, withdrawn or not;
        `None` for a month's first.
    news : tuple of PersonNews
        Everybody who is given a copy, with what is new for them.
    """

    new: PrintedMonth
    last: PrintedMonth | None
    news: tuple[PersonNews, ...]

    def moved_cells(self, reader: Reader) -> frozenset[tuple[str, date]]:
        """The cells that it prints for a reader otherwise than the version published last."""
        last = self.last
        if last is None:
            return frozenset()

        def printed(month: PrintedMonth, cell: tuple[str, date]) -> PrintedDay:
            day = month.on(*cell)
            return day._replace(leave=reader.kind_of(cell[0], day.leave)) if day.leave else day

        cells = {*self.new.days, *last.days}
        return frozenset(cell for cell in cells if not printed(last, cell).agrees(printed(self.new, cell)))


def find_told(ledger: Ledger, row: VersionRow, problem: Problem) -> Told:
    """What a version tells people beside what they hold, whether it is published already or about to be.

    Parameters
    ----------
    problem : Problem
        The month as the version's papers print it.
    """
    before = entries_before(ledger.entries(row.desk), row.number)
    holdings = find_holdings(before, str(row.month))
    last = last_published(ledger, row.desk, row.month, before)
    numbers = {held.version for held in holdings.values()} | ({last.number} if last else set())
    printed = {number: _print_version(ledger, ledger.version(row.desk, number), before) for number in numbers}
    reserves = find_reserves(ledger.entries(row.desk), row.number)
    new = print_month(row.number, row.people, row.details, problem, reserves)
    return Told(new, printed[last.number] if last else None, find_news(new, problem.dates, holdings, printed))


def entries_before(entries: Sequence[EntryRow], number: int, event: str = "published") -> Sequence[EntryRow]:
    """The log until a version is published, or has another event; all of it where that is still to come."""
    places = (place for place, entry in enumerate(entries) if (entry.event, entry.version) == (event, number))
    return entries[: next(places, len(entries))]


def last_published(
    ledger: Ledger, desk: str, month: Month, entries: Sequence[EntryRow] | None = None
) -> VersionRow | None:
    """The version of a month that was published last, withdrawn or not; with `entries`, until these end."""
    mine = {one.number for one in ledger.outlines(desk) if one.month == month}
    entries = ledger.entries(desk) if entries is None else entries
    numbers = [one.version for one in entries if one.event == "published" and one.version in mine]
    return ledger.version(desk, numbers[-1]) if numbers else None


def find_held(ledger: Ledger, row: VersionRow, days: Sequence[date]) -> tuple[PersonNews, ...]:
    """Everybody who holds a good copy of a month when a version of it is withdrawn, or would be now, and what it prints."""
    entries = entries_before(ledger.entries(row.desk), row.number, "withdrawn")
    holdings = {who: held for who, held in find_holdings(entries, str(row.month)).items() if not held.void}
    numbers = {held.version for held in holdings.values()}
    printed = {number: _print_version(ledger, ledger.version(row.desk, number), entries) for number in numbers}
    return tuple(
        PersonNews(
            worker=who,
            name=printed[held.version].names.get(who, who),
            holding=held,
            moved=(),
            month={day: printed[held.version].on(who, day) for day in days},
        )
        for who, held in sorted(holdings.items())
    )


def problem_as_published(ledger: Ledger, row: VersionRow, entries: Sequence[EntryRow]) -> Problem | None:
    """A month as the papers of a published version print it; `None` where an earlier release did not record it.

    Parameters
    ----------
    entries : sequence of EntryRow
        The desk's log, in which the version is published.
    """
    parts = ledger.parts(row)
    if not parts:
        return None
    known = entries_before(entries, row.number)
    problem, requests = read_facts(row, parts).problem, replay_requests(known)
    return amend_problem(problem, requests.values(), entered=cells_by_request(known))


def _print_version(ledger: Ledger, row: VersionRow, entries: Sequence[EntryRow]) -> PrintedMonth:
    problem, reserves = problem_as_published(ledger, row, entries), find_reserves(entries, row.number)
    return print_month(row.number, row.people, row.details, problem, reserves)


def known_breaks(ledger: Ledger, row: VersionRow | None) -> KnownBreaks | None:
    """The breaks that a version has told people; `None` where it has none placed, or is no version."""
    plan = restore_plan(row.details) if row else None
    if row is None or plan is None:
        return None
    problem = problem_as_published(ledger, row, ledger.entries(row.desk))
    return KnownBreaks(problem, Roster(row.duties), plan) if problem else None
