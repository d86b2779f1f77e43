"""The ledger: an append-only store of roster versions and of the log, on SQLite or PostgreSQL.

Django is imported when a ledger is opened, not before, and none of its objects
leave this package.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from time import monotonic, perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self, TypeVar

from scheduler.domain import Month
from scheduler.errors import HeadMoved, LedgerBusy, LedgerDamaged
from scheduler.i18n import Sentence
from scheduler.ledger import turns
from scheduler.ledger.audit import (
    PART_BROKEN,
    BrokenLink,
    find_broken_entries,
    find_broken_parts,
    find_broken_versions,
    is_part,
    read_made_with,
)
from scheduler.ledger.connection import (
    check_schema,
    connect,
    disconnect,
    lock_until_commit,
    parse_address,
    reset_numbers,
    upgrade,
)
from scheduler.ledger.contents import find_unlike_contents
from scheduler.ledger.failures import UNREADABLE, translate_failures
from scheduler.ledger.inspection import find_damage
from scheduler.ledger.pen import Pen
from scheduler.ledger.private_rows import (
    Revealer,
    Uses,
    find_broken_private,
    find_uses,
    keep_values,
    kept_values,
)
from scheduler.ledger.rows import Draft, EntryRow, VersionRow, VersionStatus, seal
from scheduler.ledger.sqlite_file import check_file, leave_wal, make_file, wipe
from scheduler.ledger.tables import NOTHING_YET, Head, Tables, copy_rows, entry_row, version_row
from scheduler.ledger.turns import take_turn
from scheduler.passing import OWNER_ALONE, Access
from scheduler.workflow.private_facts import (
    PRIVATE_PARTS,
    Kept,
    PrivateValue,
    hide_parts,
    parts_in_the_clear,
    reference,
)

if TYPE_CHECKING:
    from scheduler.ledger.models import Entry, Private

__all__ = [
    "NOTHING_YET",
    "BrokenLink",
    "Draft",
    "EntryRow",
    "Head",
    "Ledger",
    "Outline",
    "VersionRow",
    "VersionStatus",
    "default_url",
    "is_ledger_there",
]

log = logging.getLogger(__name__)

Recorded = TypeVar("Recorded")
Shown = TypeVar("Shown")
GROWN = Sentence("服务台“{desk}”的记录刚被别人写过", "somebody has just written to the log of desk “{desk}”")


class Outline(NamedTuple):
    """A version's number, month, status and the digest of its duties, without its content."""

    desk: str
    month: Month
    number: int
    status: VersionStatus
    roster_hash: str = ""


class PrivateFacts(NamedTuple):
    """The private facts of a desk: those that are kept apart, without their contents, and those in the clear."""

    kept: tuple[Kept, ...]
    clear: tuple[PrivateValue, ...]


def default_url(desk: Path) -> str:
    """Address of the SQLite ledger of a desk: inside its folder, or beside its workbook."""
    folder, name = (desk, "ledger.sqlite3") if desk.is_dir() else (desk.parent, f"{desk.stem}.ledger.sqlite3")
    return f"sqlite:///{folder.absolute() / name}"


def is_ledger_there(url: str) -> bool:
    """Whether there is a ledger, so that to open it makes none; a server's is taken to be there.

    Raises
    ------
    LedgerError
        Something else is there, or what is left of one.
    """
    path = url.removeprefix("sqlite:///")
    return path == url or check_file(Path(path))


class Ledger:
    """An open ledger; made or brought up to date when opened. For one thread.

    Parameters
    ----------
    url : str
        See `scheduler.ledger.connection.parse_address`.
    on_commit : callable, optional
        Called after each commit with the desk's id and where its log ends now.
    place : str, optional
        How messages name it, where it is a copy of another.
    to_read : bool
        Of a server: nothing is written, not even to bring it up to date.
    access : Access
        Who may read and write the file of a new ledger.

    Raises
    ------
    LedgerError
        If it cannot be opened. Every method raises it too when the database fails.
    """

    def __init__(
        self,
        url: str,
        on_commit: Callable[[str, Head], None] | None = None,
        *,
        place: str = "",
        to_read: bool = False,
        access: Access = OWNER_ALONE,
    ) -> None:
        found, database = parse_address(url, to_read=to_read)
        self._place, self._on_commit = place or found, on_commit
        if isinstance(path := database["NAME"], Path):
            with self._translate_failures():
                if check_file(path):
                    leave_wal(path)
                else:
                    make_file(path, access)
        self._alias = connect(database)
        from django.db import connections

        self._connection = connections[self._alias]
        self._tables = Tables(self._alias)
        try:
            with self._translate_failures():
                (check_schema if to_read else upgrade)(self._connection, self._place)
            log.info("ledger %s opened", self._place)
        except BaseException:
            self.close()
            raise

    @property
    def place(self) -> str:
        """Where it is, as messages name it; never with a password."""
        return self._place

    def close(self) -> None:
        """Close the connection; the ledger cannot be used again."""
        disconnect(self._alias)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _translate_failures(self) -> AbstractContextManager[None]:
        return translate_failures(self._place)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Read rows; raises `LedgerDamaged` for what no release has written."""
        try:
            with self._translate_failures():
                yield
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LedgerDamaged(UNREADABLE, place=self._place, detail=error) from error

    @contextmanager
    def _lock_desk(self, desk: str, head: Head | None = None) -> Iterator[None]:
        """A transaction in which no other writer adds to the desk; raises `HeadMoved` if its log does not end at `head`."""
        from django.db import transaction

        with self._translate_failures(), transaction.atomic(using=self._alias, durable=True):
            lock_until_commit(self._connection, f"desk {desk}")
            began = perf_counter()
            if head is not None and self._tables.head(desk) != head:
                raise HeadMoved(GROWN, desk=desk)
            yield
        log.debug("desk %s: %.1f ms under the lock", desk, 1000 * (perf_counter() - began))

    def head(self, desk: str) -> Head:
        """Where the desk's log ends now."""
        with self._reading():
            return self._tables.head(desk)

    @contextmanager
    def rehearsing(self, desk: str, head: Head) -> Iterator[Pen]:
        """A transaction that is rolled back at its end. It shows what a commit would record, to files written before it.

        Raises
        ------
        HeadMoved
            The log no longer ends at `head`.
        """
        from django.db import transaction

        with self._lock_desk(desk, head):
            yield Pen(self._tables, desk)
            transaction.set_rollback(True, using=self._alias)

    @contextmanager
    def writing(self, desk: str, head: Head | None = None) -> Iterator[Pen]:
        """A transaction in which one writer adds to the desk's ledger; an exception raised in it rolls all of it back.

        Raises
        ------
        HeadMoved
            The log does not end at `head`, where one is given.
        """
        with self._lock_desk(desk, head):
            before = self._tables.head(desk)
            yield Pen(self._tables, desk)
            after = self._tables.head(desk)
        if self._on_commit and after != before:
            self._on_commit(desk, after)

    def in_turn(self, desk: str, attempt: Callable[[], Recorded]) -> Recorded:
        """Attempt in the desk's queue (`turns`) what the log's growth spoils, until nobody outside of the queue was first.

        Parameters
        ----------
        attempt : callable
            Looks at the log, judges, and records; raises `HeadMoved`, with nothing recorded, where the log grew
            meanwhile. A database that was busy, or undid the transaction for another's sake, recorded nothing either.

        Raises
        ------
        LedgerBusy
            The turn did not come, or others kept writing, for `turns.TURN_SECONDS`.
        """
        with self._translate_failures(), take_turn(self._connection, desk):
            ends = monotonic() + turns.TURN_SECONDS
            while True:
                try:
                    return attempt()
                except HeadMoved as moved:
                    if monotonic() > ends:
                        raise turns.not_our_turn() from moved
                except LedgerBusy:
                    if monotonic() > ends:
                        raise

    def record(
        self,
        desk: str,
        act: Callable[[Pen], Recorded],
        show: Callable[[Recorded], Shown],
        prepare: Callable[[Shown], None],
        head: Head | None = None,
    ) -> Recorded:
        """Rehearse an act, write the files that belong to it, and commit it; the lock is not held while files are written.

        Parameters
        ----------
        act : callable
            Records something with the pen. It is called twice, and both calls return the same.
        show : callable
            Called in the rehearsal, with what the act returned: reads from the ledger all that the files show.
        prepare : callable
            Called between rehearsal and commit, outside of any transaction, with what `show` returned. An exception
            from it is raised here, and nothing is recorded.
        head : Head, optional
            Where the log ended when the act was judged. By default the act needs no judgement: if somebody else
            has written meanwhile, it is rehearsed and committed again, in turn with others.

        Returns
        -------
        What the act returned when it was committed.

        Raises
        ------
        HeadMoved
            Somebody else has written since `head`; nothing is recorded.
        """

        def attempt() -> Recorded:
            seen = head or self.head(desk)
            with self.rehearsing(desk, seen) as pen:
                shown = show(act(pen))
            prepare(shown)
            with self.writing(desk, seen) as pen:
                return act(pen)

        try:
            return attempt()
        except HeadMoved:
            if head:
                raise
            return self.in_turn(desk, attempt)

    def draft(self, draft: Draft, write: Callable[[VersionRow], None]) -> VersionRow:
        """Record a roster under the desk's next number.

        Parameters
        ----------
        write : callable
            Called with the new version before it is committed, to write its files; called again if somebody else
            took its number meanwhile. An exception from it is raised here, and nothing is recorded.

        Returns
        -------
        VersionRow
            The version as `version` will give it from now on.
        """
        return self.record(draft.desk, lambda pen: pen.draft(draft), lambda row: row, write)

    def identity(self, desk: str) -> str:
        """The identity of a desk as it was recorded here, empty where it was not yet."""
        with self._reading():
            return self._tables.identity(desk)

    def identify(self, desk: str, identity: str) -> str:
        """Record a desk's identity, where it has none here; the one that is recorded."""
        with self._lock_desk(desk):
            if not (found := self._tables.identity(desk)):
                self._tables.identities.create(desk=desk, identity=identity)
            return found or identity

    def desks(self) -> list[str]:
        """Ids of the desks that have a version here, in order."""
        with self._reading():
            return sorted(self._tables.versions.values_list("desk", flat=True).distinct())

    def version(self, desk: str, number: int | None = None) -> VersionRow:
        """One version of the desk, by default the newest.

        Raises
        ------
        LedgerError
            If there is none.
        """
        with self._reading():
            version = self._tables.find_version(desk, number)
            return version_row(version, self._tables.numbers(desk).get(version.previous_id))

    def versions(self, desk: str, month: Month | None = None) -> list[VersionRow]:
        """The desk's versions, or those of a month, by number."""
        with self._reading():
            found = self._tables.versions_of(desk, month)
            numbers = self._tables.numbers(desk)
            return [version_row(version, numbers.get(version.previous_id)) for version in found]

    def outlines(self, desk: str) -> list[Outline]:
        """The desk's versions by number, without their content: much quicker than `versions`."""
        with self._reading():
            rows = self._tables.versions_of(desk).values_list("number", "month", "status", "roster_hash")
            return [
                Outline(desk, Month.parse(month), number, VersionStatus(status), roster_hash)
                for number, month, status, roster_hash in rows
            ]

    def parts(self, row: VersionRow, names: Collection[str] | None = None) -> dict[str, object]:
        """What a version was made with, by name (or the parts of these names), in JSON's types; empty where that was not recorded.

        Raises
        ------
        LedgerDamaged
            A part is missing, or is not what was recorded.
        """
        digests = {name: digest for name, digest in (row.made_with or {}).items() if names is None or name in names}
        with self._translate_failures():
            found = self._tables.contents_of(digests.values())
            show = Revealer(self._tables, None, found.values())
        for name, digest in digests.items():
            if not is_part(digest, found.get(digest)):
                raise LedgerDamaged(PART_BROKEN, version=row.number, part=name)
        return {name: show.read(found[digest]) for name, digest in digests.items()}

    def is_made_with(self, row: VersionRow, parts: Mapping[str, object], names: Iterable[str]) -> bool:
        """Whether a version was made with these parts, as far as the names go; not where something of them is erased.

        Parameters
        ----------
        parts : mapping
            In JSON's types, with private values in the clear.
        """
        digests = row.made_with or {}
        mine = {name: parts[name] for name in names}
        with self._translate_failures():
            kept = keep_values(self._tables, row.desk, parts_in_the_clear(mine), None)
        hidden = hide_parts(mine, lambda value: reference(kept.get(value, "")))
        clear = [name for name in PRIVATE_PARTS if name in mine and seal(mine[name]) == digests.get(name)]
        return all(name in clear or seal(part) == digests.get(name) for name, part in hidden.items())

    def private_facts(self, desk: str, open_requests: Collection[int] = ()) -> PrivateFacts:
        """The private facts of a desk without their contents, and what earlier releases recorded in the clear.

        Parameters
        ----------
        open_requests : collection of int
            Numbers of requests that are open: to whose facts that is added.
        """
        with self._reading(), self._lock_desk(desk):
            uses, rows = self._find_uses(desk, list(self._tables.entries_of(desk)), open_requests)
        return PrivateFacts(
            tuple(kept_values(rows.values(), uses)),
            tuple(value._replace(month=month) for value, month in uses.clear.items()),
        )

    def _find_uses(
        self, desk: str, entries: Sequence[Entry], open_requests: Collection[int] = ()
    ) -> tuple[Uses, dict[str, Private]]:
        """Where the private facts of a desk stand, and their rows by digest."""
        versions = list(self._tables.versions_of(desk))
        made_with = {version.number: read_made_with(version.made_with) for version in versions}
        named = {parts[name] for parts in made_with.values() for name in PRIVATE_PARTS if name in parts}
        uses = find_uses(entries, versions, made_with, self._tables.contents_of(named), open_requests)
        return uses, {row.digest: row for row in self._tables.private.filter(desk=desk)}

    def wipe(self) -> None:
        """Overwrite what was erased in the ledger's file; a server's files are its own business.

        Raises
        ------
        LedgerError
        """
        if self._connection.vendor == "sqlite":
            with self._translate_failures():
                wipe(self._connection)

    def _newest(self, desk: str, month: Month, status: VersionStatus) -> VersionRow | None:
        with self._reading():
            found = self._tables.versions_of(desk).filter(month=str(month), status=status).last()
            return None if found is None else version_row(found, self._tables.numbers(desk).get(found.previous_id))

    def live(self, desk: str, month: Month) -> VersionRow | None:
        """The version of a month that is in force, if any."""
        return self._newest(desk, month, VersionStatus.LIVE)

    def before(self, desk: str, month: Month) -> VersionRow | None:
        """The version that `month` continues: the live one of the month before, else that month's newest draft."""
        return self._newest(desk, month.previous, VersionStatus.LIVE) or self._newest(
            desk, month.previous, VersionStatus.DRAFT
        )

    def entries(self, desk: str, month: Month | None = None, event: str = "") -> list[EntryRow]:
        """The desk's log, or its entries about a month's versions, or those of one event, in order."""
        with self._reading():
            found = self._tables.entries_of(desk)
            if event:
                found = found.filter(event=event)
            if month is not None:
                found = found.filter(version__in=self._tables.versions_of(desk, month).values("number"))
            rows = list(found)
            show = Revealer(self._tables, desk, (entry.facts for entry in rows))
            return [entry_row(entry, show.read) for entry in rows]

    def find_damage(self) -> list[BrokenLink]:
        """What is wrong with the ledger's tables and guards themselves, whosever rosters it concerns."""
        with self._translate_failures():
            return find_damage(self._connection)

    def broken_links(self, desk: str) -> list[BrokenLink]:
        """Recompute every hash of the desk; the places where the log or a version is not what was recorded.

        Entries removed from the end of the log are noticed by the versions that they leave behind.
        """
        with (
            self._reading(),
            self._lock_desk(desk),
        ):  # otherwise a version drafted between the two queries would look lost
            entries = list(self._tables.entries_of(desk))
            versions, numbers = list(self._tables.versions_of(desk)), self._tables.numbers(desk)
            made_with = {version.number: read_made_with(version.made_with) for version in versions}
            contents = self._tables.contents_of({digest for parts in made_with.values() for digest in parts.values()})
            uses, private = self._find_uses(desk, entries)
        digests = {version.number: version.digest(numbers.get(version.previous_id)) for version in versions}
        statuses = {version.number: version.status for version in versions}
        return [
            *find_broken_entries(entries),
            *find_broken_versions(entries, digests, statuses),
            *find_broken_parts(made_with, contents),
            *find_broken_private(private, uses, entries),
        ]

    def is_empty(self) -> bool:
        """Whether nothing of any desk is recorded."""
        with self._reading():
            return not (self._tables.entries.exists() or self._tables.versions.exists())

    def copy_rows(self, target: Ledger) -> None:
        """Copy every row, as they are at one moment, into a ledger in which there is nothing yet."""
        from django.db import transaction

        with self._translate_failures(), transaction.atomic(using=self._alias, durable=True):
            if self._connection.vendor == "postgresql":
                with self._connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            with target._translate_failures(), transaction.atomic(using=target._alias, durable=True):
                copy_rows(self._tables, target._tables)
                reset_numbers(target._connection)

    def unlike_contents(self, desk: str) -> list[BrokenLink]:
        """Versions whose columns contradict each other, or the entries that drafted them."""
        with self._reading():
            return list(
                find_unlike_contents(
                    self._tables.entries_of(desk), self._tables.versions_of(desk), self._tables.numbers(desk)
                )
            )
