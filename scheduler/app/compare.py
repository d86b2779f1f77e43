"""Two versions of a month beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scheduler.app.locations import open_existing_ledger
from scheduler.app.months import printed_facts
from scheduler.app.session import guard_writes
from scheduler.audit.audit import audit
from scheduler.audit.comparison import Comparison, compare_rosters
from scheduler.domain import Roster
from scheduler.errors import LedgerError, Refusal
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import VersionRow
from scheduler.passing import clear_abandoned

OTHER_MONTH = Sentence(
    "第 {a} 版是 {month} 的，第 {b} 版是 {other} 的：只能比较同一个月的两版",
    "version {a} is of {month}, version {b} of {other}: only two versions of one month can be compared",
)
NOT_RECORDED = Sentence(
    "第 {n} 版由较早的版本记录，没有留下当时的数据，无法比较",
    "version {n} was recorded by an earlier release without what it was made with, and cannot be compared",
)


@dataclass(frozen=True)
class VersionCompared:
    """One of two versions: what giving in to wishes and the like costs it by its own rules, and what it breaks of them."""

    row: VersionRow
    cost: int
    broken: int


@dataclass(frozen=True)
class Compared:
    """Two versions beside each other."""

    files: DeskFiles
    before: VersionCompared
    after: VersionCompared
    found: Comparison
    written: Path | None = None


def compare_versions(
    desk: Path, before: int, after: int, *, xlsx: Path | None = None, store: str | None = None, lang: Lang = "zh"
) -> Compared:
    """Compare two versions of a month, each as its papers print it; with `xlsx`, as a workbook too.

    Raises
    ------
    Refusal
        They are of two months.
    LedgerError
        There is no such version, or it was recorded without what it was made with.
    InputError
        The workbook cannot be written.
    """
    files = read_desk(desk)
    with open_existing_ledger(desk, store) as ledger:
        rows = [ledger.version(files.desk.id, number) for number in (before, after)]
        if rows[0].month != rows[1].month:
            raise Refusal(OTHER_MONTH, a=before, b=after, month=rows[0].month, other=rows[1].month)
        pairs, versions = [], []
        for row in rows:
            printed, roster = printed_facts(ledger, row), Roster(row.duties)
            if printed is None:
                raise LedgerError(NOT_RECORDED, n=row.number)
            pairs.append((printed.problem, roster))
            judged = audit(printed.problem, printed.rulebook, roster)
            versions.append(VersionCompared(row, judged.cost, len(judged.broken)))
    found = compare_rosters(*pairs)
    if xlsx:
        from scheduler.files.papers.comparison import write_comparison

        with guard_writes(xlsx.parent):
            clear_abandoned([xlsx.parent])
            write_comparison(xlsx, pairs[1][0], (before, after), found, lang)
    return Compared(files, versions[0], versions[1], found, xlsx)
