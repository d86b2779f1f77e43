"""Backups of a desk's ledger, and taking one back: by the store's own means, and compared with what came after it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from scheduler import clock
from scheduler.app.identity import read_identity
from scheduler.app.locations import open_ledger, store_url
from scheduler.app.people import find_person, people_of
from scheduler.app.session import guard_writes
from scheduler.app.verify_log import Outside, Proof, verify_ledger
from scheduler.errors import Fault, InputError, LedgerBusy, LedgerDamaged, LedgerError, Refusal
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.i18n import Sentence
from scheduler.ledger.copying import read_ledger, snapshot
from scheduler.ledger.sqlite_file import put_ledger
from scheduler.ledger.store import Head, Ledger, is_ledger_there
from scheduler.passing import Access, check_plain, put_new_file
from scheduler.workflow.facts import FORGOTTEN
from scheduler.workflow.keeping_facts import RestoredFacts

NEW_NAME = Sentence(
    "一个还没有的文件名：备份从不覆盖别的文件", "a file that does not exist yet: a backup is never written over another"
)
NO_LEDGER = Sentence("“{place}”没有账册，没有可备份的", "there is no ledger at “{place}” to be backed up")
BROKEN_BACKUP = Sentence(
    "备份 {file} 本身不完整（{what}），没有恢复", "the backup {file} is itself broken ({what}), and was not restored"
)
OTHER_DESKS_BACKUP = Sentence(
    "备份 {file} 里没有部门“{desk}”的记录（有：{desks}），没有恢复",
    "the backup {file} has nothing of desk “{desk}” (but of {desks}), and was not restored",
)
NOT_THIS_DESK = Sentence(
    "备份 {file} 是另一个编号也叫“{desk}”的部门的，没有恢复",
    "the backup {file} is of another desk with the id “{desk}”, and was not restored",
)
OTHERS_LOSE = Sentence(
    "账册 {store} 里还有别的部门（{desks}），其记录比备份里的多：恢复会丢掉它们。请用 --store 指明另一个账册",
    "the ledger {store} has other desks ({desks}) of which it knows more than the backup does: they would lose that. Name"
    " another ledger with --store",
)
NOT_EMPTY = Sentence(
    "数据库 {store} 里已有记录，而记录不能删除：请恢复到一个空数据库（--store），再把部门指向它",
    "the database {store} holds records, which cannot be deleted: restore into an empty database (--store), and have the desk"
    " use that",
)
HELD = Sentence(
    "账册 {store} 正被别的程序使用，没有恢复：请稍后再试",
    "another program is at work on the ledger {store}; nothing is restored, try again",
)


@dataclass(frozen=True)
class BackedUp:
    """A backup: its file, where the desk's log ends in it, and the desks that it holds."""

    path: Path
    _: KW_ONLY
    head: Head
    entries: int
    desks: tuple[str, ...]


def back_up(desk: Path, path: Path, *, store: str | None = None) -> BackedUp:
    """Write a desk's ledger, with all desks that it holds, into a file of its own; that file is a ledger, too.

    Raises
    ------
    InputError
        There is a file of that name.
    LedgerDamaged
        The copy does not verify: a broken ledger is no backup.
    LedgerError
    """
    files = read_desk(desk)
    url = store_url(desk, store)
    if os.path.lexists(path):
        raise InputError([Fault(str(path), NEW_NAME)])
    if not is_ledger_there(url):
        raise LedgerError(NO_LEDGER, place=url.removeprefix("sqlite:///"))
    content = snapshot(url)
    with guard_writes(path.parent):
        files.check_access()
        if not put_new_file(path, content, files.access):
            raise InputError([Fault(str(path), NEW_NAME)])
    try:
        with read_ledger(f"sqlite:///{path.absolute()}") as copy:
            _check_whole(copy, files.desk.id, path)
            entries = copy.entries(files.desk.id)
            return BackedUp(path, head=copy.head(files.desk.id), entries=len(entries), desks=tuple(copy.desks()))
    except LedgerError:
        path.unlink(missing_ok=True)
        raise


def _check_whole(ledger: Ledger, desk: str, path: Path) -> None:
    """Refuse a backup that does not agree with itself.

    Raises
    ------
    LedgerDamaged
    """
    broken = [*ledger.find_damage(), *ledger.broken_links(desk)]
    if broken:
        raise LedgerDamaged(BROKEN_BACKUP, file=path, what=Sentence(broken[0].say("zh"), broken[0].say("en")))


@dataclass(frozen=True)
class Restored:
    """A ledger taken back from a backup.

    Attributes
    ----------
    head : Head
        Where the desk's log ended in the backup.
    replaced : Path or None
        Where the ledger that stood there is kept.
    proof : Proof
        What papers and heads know that the backup does not; taken before anything was added to it.
    forgotten : int
        How many times private facts were erased in the ledger that stood there, of which the backup knows nothing: it
        brings them back.
    """

    ledger: str
    _: KW_ONLY
    head: Head
    replaced: Path | None
    proof: Proof
    forgotten: int = 0


def restore_ledger(
    desk: Path,
    path: Path,
    by: str,
    *,
    because: str = "",
    store: str | None = None,
    out: Path | None = None,
    now: clock.Clock = clock.now,
) -> Restored:
    """Put a backup in the place of a desk's ledger, log that, and compare it with papers and heads.

    The ledger that stood there is kept beside it under another name.

    Raises
    ------
    InputError, LedgerError
    Refusal
        It is another desk's, others would lose by it, or a database is not empty.
    """
    files = read_desk(desk)
    find_person(people_of(files), by)
    try:
        if not check_plain(path):
            raise InputError([Fault(str(path), Sentence("备份文件，现在不在那里", "a backup; there is none"))])
    except OSError as error:
        raise InputError([Fault(str(path), Sentence("备份文件", "a backup"), found=error.strerror or "")]) from error
    url = store_url(desk, store)
    with read_ledger(f"sqlite:///{path.absolute()}") as backup:
        head = _check_backup(backup, files, path)
        if url.startswith("sqlite:///"):
            _check_others(url, backup, files.desk.id)
            content = snapshot(f"sqlite:///{path.absolute()}")
            replaced = _replace_file(Path(url.removeprefix("sqlite:///")), content, files.access)
        else:
            replaced = None
            _fill_database(url, backup)
    with open_ledger(files, store) as ledger:
        proof = verify_ledger(files, ledger, store, Outside(papers=out), now)
        at = clock.at_desk(now, files.desk.zone)
        facts = RestoredFacts(file=path.name, head=str(head))
        with ledger.writing(files.desk.id) as pen:
            pen.note("restored", None, at, by, because, facts.to_json())
        forgotten = _count_forgotten(replaced, files.desk.id, head) if replaced else 0
        return Restored(ledger.place, head=head, replaced=replaced, proof=proof, forgotten=forgotten)


def _check_backup(backup: Ledger, files: DeskFiles, path: Path) -> Head:
    """Where the desk's log ends in a backup of it.

    Raises
    ------
    LedgerDamaged, Refusal
    """
    name, desks = files.desk.id, backup.desks()
    if name not in desks:
        raise Refusal(OTHER_DESKS_BACKUP, file=path, desk=name, desks=", ".join(desks) or "—")
    _check_whole(backup, name, path)
    own, recorded = read_identity(files.path), backup.identity(name)
    if own and recorded and own.identity != recorded:
        raise Refusal(NOT_THIS_DESK, file=path, desk=name)
    return backup.head(name)


def _count_forgotten(replaced: Path, desk: str, head: Head) -> int:
    """How many entries `forgotten` the ledger that stood there has after a head; 0 where it cannot be read."""
    try:
        with read_ledger(f"sqlite:///{replaced}") as there:
            return sum(one.event == FORGOTTEN and one.sequence > head.sequence for one in there.entries(desk))
    except LedgerError:
        return 0


def _check_others(url: str, backup: Ledger, desk: str) -> None:
    """Refuse where other desks of the ledger that stands there would lose entries.

    Raises
    ------
    Refusal
    """
    if not _is_there(url):
        return
    try:
        with read_ledger(url) as there:
            others = [each for each in there.desks() if each != desk]
            heads = {each: there.head(each) for each in others}
    except LedgerError:  # lost already, with all that it held
        return
    losing = [each for each in others if not _holds(backup, each, heads[each])]
    if losing:
        raise Refusal(OTHERS_LOSE, store=there.place, desks=", ".join(losing))


def _is_there(url: str) -> bool:
    try:
        return is_ledger_there(url)
    except LedgerError:
        return False


def _holds(backup: Ledger, desk: str, head: Head) -> bool:
    return any((entry.sequence, entry.hash) == head for entry in backup.entries(desk))


def _replace_file(path: Path, content: bytes, access: Access) -> Path | None:
    """Put a ledger's bytes in place; what stood there is kept beside it, with what SQLite left.

    Raises
    ------
    LedgerBusy
        Somebody is at work on it.
    """
    number = 1
    while os.path.lexists(kept := path.with_name(f"{path.name}.before-restore-{number}")):
        number += 1
    there = os.path.lexists(path)
    with guard_writes(path.parent), _alone(path):
        for end in ("", "-journal", "-wal", "-shm"):
            if os.path.lexists(f"{path}{end}"):
                Path(f"{path}{end}").replace(f"{kept}{end}")
        put_ledger(path, content, access)
    return kept if there else None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other writers off a ledger's file while it is exchanged; a damaged one is nobody's."""
    if not path.is_file():
        yield
        return
    with closing(sqlite3.connect(path, timeout=5, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorname", "") == "SQLITE_BUSY":
                raise LedgerBusy(HELD, store=path) from error
        except sqlite3.DatabaseError:
            pass
        yield


def _fill_database(url: str, backup: Ledger) -> None:
    """Copy a backup into a server's database in which there is nothing yet.

    Raises
    ------
    Refusal
    """
    with Ledger(url) as target:
        if not target.is_empty():
            raise Refusal(NOT_EMPTY, store=target.place)
        backup.copy_rows(target)
