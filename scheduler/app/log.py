"""The desk's log, what it tells, and the change log as a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from scheduler import clock
from scheduler.app.change_requests import NO_REQUEST
from scheduler.app.locations import open_known_ledger
from scheduler.app.people import called, people_of
from scheduler.app.readers import find_reader
from scheduler.app.session import DAMAGED, guard_writes
from scheduler.app.verify_log import Outside, Proof, verify_ledger
from scheduler.domain import Month
from scheduler.errors import Fault, InputError, LedgerDamaged, Refusal, UnknownPerson
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import NOTHING_YET, BrokenLink, EntryRow, Head, Outline, VersionRow
from scheduler.passing import clear_abandoned
from scheduler.workflow.change_log import Receipt
from scheduler.workflow.desk_log import (
    DeskLog,
    VersionLife,
    roster_lines,
    shift_hours,
    take_excerpt,
    tell_log,
    tell_steps,
)
from scheduler.workflow.log_steps import NOT_AS_WRITTEN
from scheduler.workflow.readers import Reader
from scheduler.workflow.redaction import redact_log

NO_TABLE = Sentence(
    "部门文件夹以外的地方：这个文件夹里的 CSV 都当作部门的表来读；可写到其中的 rosters 里",
    "a place outside the desk's folder, where every CSV file is read as a table; its folder rosters will do",
)


NOBODY = Sentence(
    "记录和表里都没有“{id}”：请写工号",
    "nobody in the log and the tables is “{id}”: give an id",
)


@dataclass(frozen=True)
class Logged:
    """The desk's log, where it ends, and what `verify` found, where that was asked."""

    files: DeskFiles
    entries: tuple[EntryRow, ...]
    versions: tuple[Outline, ...]
    rows: tuple[VersionRow, ...] = ()
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
    whole: bool = False,
    outside: Outside = Outside(),  # noqa: B008
    store: str | None = None,
    now: clock.Clock = clock.now,
) -> Logged:
    """The desk's log; with `verify`, it is held against itself and against what is outside of it.

    Parameters
    ----------
    whole : bool
        Whether the versions are read with their rosters.

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
            entries, outlines = tuple(ledger.entries(name)), tuple(ledger.outlines(name))
            rows = tuple(ledger.versions(name)) if whole else ()
            return Logged(files, entries, outlines, rows, ledger.head(name), proof)
        except LedgerDamaged:
            if proof is None or not proof.broken:
                raise
            return Logged(files, (), (), proof=proof)


def to_local_time(files: DeskFiles, at: datetime) -> datetime:
    """A moment where the desk is."""
    return at.astimezone(ZoneInfo(files.desk.zone))


@dataclass(frozen=True)
class Told:
    """A desk's log told in full, or an excerpt of it, with the entries of its steps; `fault` says why some of it is not told."""

    log: DeskLog
    entries: tuple[EntryRow, ...]
    fault: Sentence | None = None


def tell_desk_log(
    found: Logged,
    *,
    reader: str | Reader = "",
    month: Month | None = None,
    request: int | None = None,
    who: str = "",
    strict: bool = True,
) -> Told:
    """Tell a log so that nothing else has to be looked up, or what of it touches a month, a request and a person.

    Parameters
    ----------
    reader : str
        For whom, see `find_reader`; what is not their business is left out.
    who : str
        Id, or a name that only one person has.
    strict : bool
        Whether a log that does not hold together is an error; else copies and rosters are left out, and that is told.

    Raises
    ------
    LedgerDamaged
        It does not hold together.
    Refusal
        There is no such request, or nobody like that.
    """
    reads = find_reader(found.files, reader)
    last = found.entries[-1] if found.entries else None
    desk = found.files.desk
    log = DeskLog(desk=desk.id, title=desk.name, zone=desk.zone, head=(last.sequence, last.hash) if last else (0, ""))
    fault: Sentence | None = None
    try:
        whole = tell_log(log, found.entries)
        whole = replace(whole, **_rosters(found.rows, whole.versions))
    except NOT_AS_WRITTEN:
        if strict:
            raise LedgerDamaged(DAMAGED) from None
        whole, fault = tell_steps(log, found.entries), DAMAGED
    whole = replace(whole, names=_names(found, whole.copies))
    if request is not None and all(story.request.number != request for story in whole.requests):
        raise Refusal(NO_REQUEST, n=request)
    whole = redact_log(whole, reads)
    excerpt = take_excerpt(whole, month=month, request=request, who=_find_person(whole, who))
    kept = {id(step) for step in excerpt.steps}
    entries = (entry for step, entry in zip(whole.steps, found.entries, strict=True) if id(step) in kept)
    return Told(excerpt, tuple(entries), fault)


def _names(found: Logged, copies: Iterable[Receipt]) -> dict[str, str]:
    """People's names by id: as they are today, else as they were last."""
    names = {copy.recipient.id: copy.recipient.name for copy in copies}
    for row in found.rows:
        names |= row.people
    return names | {person.id: person.name for person in people_of(found.files).values()}


def _find_person(log: DeskLog, who: str) -> str:
    """The id of somebody whom the log or the tables know; nothing for nobody.

    Raises
    ------
    UnknownPerson
        Nobody has it; it tells whose name it is.
    """
    known = {*log.names, *(one for step in log.steps for one in step.people)}
    if not who or who in known:
        return who
    raise UnknownPerson(NOBODY, who, called(log.names, who))


def _rosters(rows: Sequence[VersionRow], lives: Iterable[VersionLife]) -> dict[str, Any]:
    """The rosters of the versions that were ever in force, and the hours of their shifts."""
    published = {life.version for life in lives if life.published}
    mine = [row for row in rows if row.number in published]
    return {
        "rosters": tuple(line for row in mine for line in roster_lines(row.number, row.month, row.people, row.details)),
        "hours": tuple(hours for row in mine for hours in shift_hours(row.number, row.month, row.details)),
    }


def write_change_log(log: DeskLog, files: DeskFiles, path: Path, lang: Lang) -> Path:
    """Write the change log where somebody wants it, as the name ends: `.xlsx` or `.csv`.

    Raises
    ------
    InputError
        The name ends otherwise, or the file cannot be written.
    """
    from scheduler.files.papers.change_log import write_log

    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise InputError(
            [Fault(str(path), Sentence("以 .xlsx 或 .csv 结尾的文件名", "a name that ends in .xlsx or .csv"))]
        )
    desk = files.path
    if path.suffix.lower() == ".csv" and desk.is_dir() and path.parent.resolve() == desk.resolve():
        raise InputError([Fault(str(path), NO_TABLE)])
    with guard_writes(path.parent):
        clear_abandoned([path.parent])
        write_log(path, log, lang, files.access_for(log.reader))
    return path
