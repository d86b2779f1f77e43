"""The desk's log, and the change log as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from scheduler.app.locations import open_known_ledger
from scheduler.app.people import people_of
from scheduler.app.session import guard_writes
from scheduler.errors import Fault, InputError, LedgerDamaged
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.i18n import Lang, Sentence, fill_in
from scheduler.ledger.store import BrokenLink, EntryRow, Outline
from scheduler.passing import clear_abandoned
from scheduler.workflow.change_log import log_rows

NO_TABLE = Sentence(
    "部门文件夹以外的地方：这个文件夹里的 CSV 都当作部门的表来读；可写到其中的 rosters 里",
    "a place outside the desk's folder, where every CSV file is read as a table; its folder rosters will do",
)


@dataclass(frozen=True)
class Logged:
    """The desk's log, and where its chain is broken."""

    files: DeskFiles
    entries: tuple[EntryRow, ...]
    versions: tuple[Outline, ...]
    broken: tuple[BrokenLink, ...]


def read_log(desk: Path, *, verify: bool = False, store: str | None = None) -> Logged:
    """The desk's log; with `verify`, every hash is computed again.

    Raises
    ------
    LedgerDamaged
        The ledger cannot be read; with `verify`, that is told as a broken place.
    """
    files = read_desk(desk)
    ledger = open_known_ledger(desk, store)
    if ledger is None:
        return Logged(files, (), (), ())
    with ledger:
        name, broken = files.desk.id, list[BrokenLink]()
        try:
            if verify:
                broken += ledger.find_damage()
                broken += ledger.broken_links(name)
            return Logged(files, tuple(ledger.entries(name)), tuple(ledger.outlines(name)), tuple(broken))
        except LedgerDamaged as error:
            if not verify:
                raise
            return Logged(files, (), (), (*broken, BrokenLink(fill_in(error.sentence, **error.facts))))


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
