"""A month to look at: one version of it with what its papers print, what is proved of it and what stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date
from pathlib import Path

from scheduler import clock
from scheduler.app.drafts import make_edition
from scheduler.app.locations import NO_ROSTER, open_existing_ledger
from scheduler.app.months import compare_with_tables
from scheduler.app.show import facts_to_show
from scheduler.audit.audit import audit
from scheduler.audit.statistics import Cover, WorkerTotals, count_cover, total_workers
from scheduler.domain import Month, Note, Roster
from scheduler.errors import LedgerError, Refusal
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.files.writing.edition import Edition
from scheduler.i18n import Sentence
from scheduler.ledger.store import Outline, VersionRow, VersionStatus
from scheduler.workflow.deadlines import Deadline, days_left, earliest_deadline
from scheduler.workflow.readers import Reader

NO_MONTH = Sentence("{month} 还没有排班", "there is no roster of {month} yet")
NOT_IN_FORCE_YET = Sentence("{month} 还没有发布", "{month} is not published yet")


@dataclass(frozen=True)
class MonthView:
    """A version of a month.

    Attributes
    ----------
    edition : Edition
        All that its workbook prints, for the reader.
    versions : tuple of Outline
        Every version of the desk that the reader may look at.
    left : int
        Days until `deadline`, negative when it is past.
    today : date
        Where the desk is.
    """

    files: DeskFiles
    row: VersionRow
    edition: Edition
    _: KW_ONLY
    versions: tuple[Outline, ...]
    totals: tuple[WorkerTotals, ...]
    cover: tuple[Cover, ...]
    deadline: Deadline
    left: int
    today: date
    notes: tuple[Note, ...] = ()

    @property
    def months(self) -> tuple[Month, ...]:
        """The months that have a version, in order."""
        return tuple(sorted({one.month for one in self.versions}))

    @property
    def live(self) -> Outline | None:
        """The version of the month that is in force."""
        mine = (one for one in self.versions if one.month == self.row.month)
        return next((one for one in mine if one.status == VersionStatus.LIVE), None)


def view_month(
    desk: Path,
    month: Month | None = None,
    version: int | None = None,
    *,
    reader: Reader,
    drafts: bool = True,
    store: str | None = None,
    now: clock.Clock = clock.now,
) -> MonthView:
    """A version of a month: the one named, else the one in force, else the newest; nothing is written.

    Parameters
    ----------
    month : Month or None
        By default the present one, where it has a version, else the next later one that has, else the last.
    drafts : bool
        Whether versions that were never published may be looked at.

    Raises
    ------
    LedgerError
        There is no such version, or an earlier release recorded it without what it was made with.
    Refusal
        It was never published, and drafts may not be looked at.
    """
    files = read_desk(desk)
    today = clock.at_desk(now, files.desk.zone).date()
    with open_existing_ledger(desk, store) as ledger:
        every = ledger.outlines(files.desk.id)
        shown = [one for one in every if drafts or one.status != VersionStatus.DRAFT]
        number = _choose(every, shown, month, version, today)
        row = ledger.version(files.desk.id, number)
        facts, notes = facts_to_show(files, ledger, row)
        problem, roster = facts.problem, Roster(row.duties)
        edition = make_edition(ledger, row, problem, facts, audit(problem, facts.rulebook, roster), reader)
        if row.status in (VersionStatus.DRAFT, VersionStatus.LIVE):
            notes = (*notes, *compare_with_tables(files, ledger, row))
    deadline = earliest_deadline(problem.days, files.procedure.publish_by, files.procedure.holiday_lead)
    return MonthView(
        files,
        row,
        edition,
        versions=tuple(shown),
        totals=tuple(total_workers(problem, roster)),
        cover=tuple(count_cover(problem, roster)),
        deadline=deadline,
        left=days_left(deadline.due, today),
        today=today,
        notes=notes,
    )


def _choose(
    every: Sequence[Outline], shown: Sequence[Outline], month: Month | None, version: int | None, today: date
) -> int | None:
    """The number of the version to look at.

    Raises
    ------
    LedgerError, Refusal
    """
    if version is not None:
        named = next((one for one in every if one.number == version), None)
        if named and named not in shown:
            raise Refusal(NOT_IN_FORCE_YET, month=named.month)
        return version
    if month is None:
        months = sorted({one.month for one in shown})
        if not months:
            raise LedgerError(NOT_IN_FORCE_YET if every else NO_ROSTER, month=every[-1].month if every else "")
        month = next((one for one in months if one >= Month.of(today)), months[-1])
    mine = [one for one in shown if one.month == month]
    if not mine:
        is_there = any(one.month == month for one in every)
        raise LedgerError(NOT_IN_FORCE_YET if is_there else NO_MONTH, month=month)
    return next((one.number for one in mine if one.status == VersionStatus.LIVE), mine[-1].number)
