"""Which version a workbook is, whether it is in force, and where it was changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, replace
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from scheduler.app.drafts import file_name, is_stamp_of
from scheduler.app.find_ledger import homes_of, is_ledger_named, ledgers_near, paper_folders
from scheduler.app.grid_comparison import CopiedGrid, Difference
from scheduler.app.sheet_comparison import NOTHING_COMPARED, SheetsCompared, compare_sheets
from scheduler.domain import Month
from scheduler.errors import LedgerError
from scheduler.files.writing.properties import ROSTER, Stamp
from scheduler.i18n import Lang
from scheduler.ledger.copying import read_ledger
from scheduler.ledger.store import EntryRow, Ledger, VersionRow, VersionStatus
from scheduler.workflow.change_request import Request
from scheduler.workflow.facts import SupersededFacts, request_of
from scheduler.workflow.redaction import public_reason
from scheduler.workflow.replay import replay_requests

MOST_UNLIKE = 1 / 3  # of the cells with a duty; a copy without a stamp that differs in more is of no version


class CopyState(StrEnum):
    """What a copy is."""

    CURRENT = "current"
    WITHDRAWN = "withdrawn"  # superseded, too
    DRAFT = "draft"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Traced:
    """What a copy is.

    Attributes
    ----------
    stamp : Stamp or None
        The stamp in the file.
    row : VersionRow or None
        The version that it is, or was made from.
    closing : EntryRow or None
        How that version came to its end.
    ended_for : Request or None
        The request that ended it.
    live : int or None
        Number of the version of that month in force now.
    differences : tuple of Difference
        Duties and names of an altered copy, by day and person.
    checked : bool
        Whether its grid was compared, or its stamp alone was read.
    sheets : SheetsCompared
        What else of it was compared, in what that differs, and what was not compared.
    files : tuple of Path
        The workbook of the version in force, where it is found.
    ledger : str
        The ledger that was asked.
    homes : tuple of Path
        Desks beside that ledger, where it is a file.
    is_named : bool
        Whether that ledger was named, or found near the file, where whoever made the file may have put one.
    """

    state: CopyState
    stamp: Stamp | None = None
    _: KW_ONLY
    row: VersionRow | None = None
    closing: EntryRow | None = None
    ended_for: Request | None = None
    live: int | None = None
    differences: tuple[Difference, ...] = ()
    checked: bool = True
    sheets: SheetsCompared = NOTHING_COMPARED
    files: tuple[Path, ...] = ()
    ledger: str = ""
    homes: tuple[Path, ...] = ()
    is_named: bool = True

    @property
    def replaced_by(self) -> int | None:
        """Number of the version that superseded it."""
        found = SupersededFacts.read(self.closing.facts).by_version if self.closing else None
        return found if isinstance(found, int) else None

    def say_why(self, lang: Lang) -> str:
        """Why its version ceased to be in force, as everybody may read it; empty where it did not, or nobody said."""
        return public_reason(self.closing.because, self.ended_for, lang) if self.closing else ""

    @property
    def withdrawn_at(self) -> datetime | None:
        """When its version ceased to be in force, where the desk is."""
        return self.closing.at.astimezone(_zone(self.row)) if self.closing and self.row else None

    @property
    def is_sure(self) -> bool:
        """Whether it is a version, or says itself from which it comes."""
        return self.row is not None and (not self.differences or is_stamp_of(self.stamp, self.row))

    @property
    def is_stamped_otherwise(self) -> bool:
        """Whether it is a version, though its stamp names another."""
        named, row = self.stamp, self.row
        if named is None or row is None:
            return False
        return (named.desk, named.month, named.version) != (row.desk, row.month, row.number)


def _zone(row: VersionRow) -> tzinfo:
    """The desk's distance from UTC, as its duties tell it."""
    for duty in row.details:
        with suppress(ValueError):
            return datetime.fromisoformat(str(duty.get("start"))).tzinfo or UTC
    return UTC


class _Origin(NamedTuple):
    row: VersionRow
    differences: list[Difference] | None


def codes_of(rows: Sequence[VersionRow]) -> frozenset[str]:
    """The shifts of all versions."""
    return frozenset(duty.shift for row in rows for duty in row.duties)


def origin_of_copy(copy: CopiedGrid, rows: Sequence[VersionRow]) -> _Origin | None:
    """The version that a copy is: in force if one such is; or from which it comes: as stamped, else the likest."""
    codes = codes_of(rows)
    held = [_Origin(row, copy.differences(row, codes)) for row in rows]
    same = [each for each in held if each.differences == []]
    if same:
        return max(same, key=lambda each: _rank_identical(each.row, copy.stamp))
    stamped = next((each for each in held if is_stamp_of(copy.stamp, each.row)), None)
    near = [each for each in held if each.differences and _is_alike(each.row, each.differences)]
    return stamped or min(near, key=lambda each: (len(each.differences or ()), _rank_similar(each.row)), default=None)


def _rank_identical(row: VersionRow, stamp: Stamp | None) -> tuple[bool, bool, bool, int]:
    """Rank of a version among those with the same cells; the greatest is meant."""
    return row.status == VersionStatus.LIVE, is_stamp_of(stamp, row), row.status != VersionStatus.DRAFT, row.number


def _rank_similar(row: VersionRow) -> tuple[bool, int]:
    """Rank of a version among those equally like a copy; the least is meant."""
    return row.status != VersionStatus.LIVE, -row.number


def _is_alike(row: VersionRow, differences: Sequence[Difference]) -> bool:
    """Whether cells differ in no more than a part of those in which somebody is on duty, here or there."""
    on_duty = len({(duty.worker, duty.day) for duty in row.duties}) + sum(not each.ledger for each in differences)
    return len(differences) <= MOST_UNLIKE * on_duty


def _trace_in(copy: CopiedGrid, ledger: Ledger, folders: Sequence[Path]) -> Traced:
    """What a copy is, as one ledger knows it; the desk that it names is looked at first."""
    stamp = copy.stamp
    months: list[Month | None] = [*sorted({month for month in (copy.month, stamp and stamp.month) if month})] or [None]
    best = Traced(CopyState.UNKNOWN, stamp)
    for desk in sorted(ledger.desks(), key=lambda desk: not (stamp and stamp.desk == desk)):
        rows = [row for month in months for row in ledger.versions(desk, month)]
        origin = origin_of_copy(copy, rows)
        if origin is None:
            continue
        row, differences = origin
        checked = differences is not None
        altered = bool(differences) if checked else stamp is not None and stamp.part == ROSTER
        sheets = compare_sheets(copy, ledger, row) if checked else NOTHING_COMPARED
        own = next((one for one in rows if is_stamp_of(stamp, one)), row)
        if not altered and sheets.differences and own is not row and copy.differences(own, codes_of(rows)) == []:
            as_stamped = compare_sheets(copy, ledger, own)
            if not as_stamped.differences:  # cells alike, leave or hours not: it is the version that it says it is
                row, sheets = own, as_stamped
        altered = altered or bool(sheets.differences)
        live = next((one for one in rows if one.month == row.month and one.status == VersionStatus.LIVE), None)
        papers = [folder / file_name(live) for folder in folders] if live else []
        entries = ledger.entries(desk)
        closing = _find_closing(entries, row)
        found = Traced(
            CopyState.ALTERED if altered else STATES[row.status],
            stamp,
            row=row,
            closing=closing,
            ended_for=replay_requests(entries).get(request_of(closing) or 0) if closing else None,
            live=live.number if live else None,
            differences=tuple(differences or ()),
            checked=checked,
            sheets=sheets,
            files=tuple(path for path in papers if path.is_file())[:1],
        )
        if found.is_sure:
            return found
        best = min(best, found, key=_rank_doubt)
    return best


STATES = {
    VersionStatus.LIVE: CopyState.CURRENT,
    VersionStatus.DRAFT: CopyState.DRAFT,
    VersionStatus.SUPERSEDED: CopyState.WITHDRAWN,
    VersionStatus.WITHDRAWN: CopyState.WITHDRAWN,
}


def _rank_doubt(found: Traced) -> tuple[bool, bool, int]:
    return found.state == CopyState.UNKNOWN, not found.is_sure, len(found.differences)


def _find_closing(entries: Iterable[EntryRow], row: VersionRow) -> EntryRow | None:
    ends = (one for one in entries if one.version == row.number and one.event in ("superseded", "withdrawn"))
    return next(ends, None)


def trace_copy(path: Path, *, desk: Path | None = None, store: str | None = None) -> Traced:
    """Say which version a workbook is, whether it is in force, and where it was changed; nothing is written.

    Parameters
    ----------
    desk, store
        Whose ledger, or which, is asked; by default that of the environment, or those near the file.

    Raises
    ------
    InputError
        The file cannot be read, or there is no ledger to ask.
    LedgerError
    """
    copy = CopiedGrid(path)
    best, failed = Traced(CopyState.UNKNOWN, copy.stamp), list[LedgerError]()
    urls, is_named = ledgers_near(path, desk, store), is_ledger_named(desk, store)
    for url in urls:
        try:
            with read_ledger(url) as ledger:
                found = _trace_in(copy, ledger, paper_folders(path, desk, url))
                found = replace(found, ledger=ledger.place, homes=homes_of(url), is_named=is_named)
        except LedgerError as error:
            failed.append(error)
            continue
        best = min(best, found, key=_rank_doubt)
        if best.is_sure:
            break
    if len(failed) == len(urls):
        raise failed[0]
    return best
