"""The desk's log, and the change log as a file."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from scheduler import clock
from scheduler.app.locations import open_known_ledger
from scheduler.app.people import people_of
from scheduler.app.session import guard_writes
from scheduler.app.verify_log import Outside, Proof, verify_ledger
from scheduler.errors import Fault, InputError, LedgerDamaged
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import NOTHING_YET, BrokenLink, EntryRow, Head, Outline
from scheduler.passing import clear_abandoned
from scheduler.workflow.change_log import log_rows

NO_TABLE = Sentence(
    "部门文件夹以外的地方：这个文件夹里的 CSV 都当作部门的表来读；可写到其中的 rosters 里",
    "a place outside the desk's folder, where every CSV file is read as a table; its folder rosters will do",
)


@dataclass(frozen=True)
class Logged:
    """The desk's log, where it ends, and what `verify` found, where that was asked."""

    files: DeskFiles
    entries: tuple[EntryRow, ...]
    versions: tuple[Outline, ...]
    head: Head = NOTHING_YET
    proof: Proof | None = None

    @property
    def broken(self) -> tuple[BrokenLink, ...]:
        """Where something is not what was recorded."""
        return self.proof.broken if self.proof else ()


def read_log(
    desk: Path,
    *,
    verify: bool = False,
    outside: Outside = Outside(),  # noqa: B008
    store: str | None = None,
    now: clock.Clock = clock.now,
) -> Logged:
    """The desk's log; with `verify`, it is held against itself and against what is outside of it.

    Raises
    ------
    LedgerDamaged
        The ledger cannot be read; with `verify`, that is told as a broken place.
    """
    files = read_desk(desk)
    with ExitStack() as stack:
        if ledger := open_known_ledger(desk, store):
            stack.enter_context(ledger)
        proof = verify_ledger(files, ledger, store, outside, now) if verify else None
        if ledger is None:
            return Logged(files, (), (), proof=proof)
        name = files.desk.id
        try:
            return Logged(files, tuple(ledger.entries(name)), tuple(ledger.outlines(name)), ledger.head(name), proof)
        except LedgerDamaged:
            if proof is None or not proof.broken:
                raise
            return Logged(files, (), (), proof=proof)


def to_local_time(files: DeskFiles, at: datetime) -> datetime:
    """A moment where the desk is."""
    return at.astimezone(ZoneInfo(files.desk.zone))


def write_change_log(found: Logged, path: Path, lang: Lang) -> Path:
    """Write the change log where somebody wants it, as the name ends: `.xlsx` or `.csv`.

    Raises
    ------
    InputError
        The name ends otherwise, or the file cannot be written.
    """
    from scheduler.files.papers.change_log import write_log

    names = {person.id: person.name for person in people_of(found.files).values()}
    rows = log_rows(found.entries, names)
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise InputError(
            [Fault(str(path), Sentence("以 .xlsx 或 .csv 结尾的文件名", "a name that ends in .xlsx or .csv"))]
        )
    desk = found.files.path
    if path.suffix.lower() == ".csv" and desk.is_dir() and path.parent.resolve() == desk.resolve():
        raise InputError([Fault(str(path), NO_TABLE)])
    with guard_writes(path.parent):
        clear_abandoned([path.parent])
        write_log(path, rows, lang, names=names, zone=found.files.desk.zone)
    return path
