"""Sheets to be filled in by hand, from a version of a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scheduler import clock
from scheduler.app.locations import open_existing_ledger
from scheduler.app.month_view import MonthView, view_month
from scheduler.app.readers import find_reader
from scheduler.app.session import guard_writes
from scheduler.audit.handovers import crews_of
from scheduler.domain import Day, Month, Note
from scheduler.errors import Refusal
from scheduler.files.papers.daily_sheets import DailySheets, write_daily_sheets
from scheduler.files.reading.desk import read_desk
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import VersionRow, VersionStatus
from scheduler.passing import clear_abandoned
from scheduler.workflow.readers import Reader

NO_DAY = Sentence("{first} 至 {last} 不在 {month}", "no day from {first} to {last} is in {month}")


@dataclass(frozen=True)
class SheetsWritten:
    """Which version the sheets are of, and the days that they have."""

    row: VersionRow
    days: tuple[Day, ...]
    written: Path
    notes: tuple[Note, ...] = ()


def write_sheets(
    desk: Path,
    out: Path,
    month: Month | None = None,
    *,
    version: int | None = None,
    days: tuple[date, date] | None = None,
    reader: str = "",
    store: str | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> SheetsWritten:
    """Write sign-in, handover, log, contact and cleaning sheets as one workbook.

    Parameters
    ----------
    month, version
        As of `view_month`.
    days : (date, date), optional
        The first and the last day that are printed.
    reader : str
        For whom, see `find_reader`: phones are not everybody's business.

    Raises
    ------
    InputError, LedgerError, Refusal
    """
    reads = find_reader(read_desk(desk), reader)
    view = view_month(desk, month, version, reader=reads, store=store, now=now)
    files, problem = view.files, view.edition.problem
    chosen = tuple(day for day in problem.days if not days or days[0] <= day.date <= days[1])
    if days and not chosen:
        raise Refusal(NO_DAY, first=days[0], last=days[1], month=problem.month)
    after = _month_after(view, reads, desk, store, now)
    made = DailySheets(
        view.edition,
        chosen,
        lang=lang,
        early=files.arrive_early,
        items=files.handover_items,
        officials=files.procedure.officials,
        after=None if after is None else tuple(crews_of(after.edition.problem, after.edition.roster)),
        more_names={} if after is None else after.edition.problem.names,
    )
    with guard_writes(out.parent):
        clear_abandoned([out.parent])
        write_daily_sheets(out, made, files.access_for(reads))
    return SheetsWritten(view.row, chosen, out, view.notes)


def _month_after(view: MonthView, reader: Reader, desk: Path, store: str | None, now: clock.Clock) -> MonthView | None:
    """The month after one, as it is in force; `None` where it is not."""
    with open_existing_ledger(desk, store) as ledger:
        every = ledger.outlines(view.files.desk.id)
    after = view.row.month.next
    live = next((one.number for one in every if one.month == after and one.status == VersionStatus.LIVE), None)
    return None if live is None else view_month(desk, after, live, reader=reader, store=store, now=now)
