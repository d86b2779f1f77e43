"""The ledger: an append-only store of roster versions and of the log, on SQLite or PostgreSQL.

Django is imported when a ledger is opened, not before, and none of its objects
leave this package.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar

from scheduler.domain import Burden, Duty, Month, Roster
from scheduler.errors import HeadMoved, LedgerBusy, LedgerError, LedgerUnavailable, RosterMoved
from scheduler.i18n import Sentence
from scheduler.ledger.audit import BrokenLink, broken_entries, broken_versions
from scheduler.ledger.connection import BUSY_SECONDS, address, connect, disconnect, hold, upgrade
from scheduler.ledger.rows import Draft, EntryRow, VersionRow, VersionStatus, canonical, sealed
from scheduler.workflow.version import next_status

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from scheduler.ledger.models import Entry, Version

__all__ = ["BrokenLink", "Draft", "EntryRow", "Head", "Ledger", "Outline", "VersionRow", "VersionStatus", "default_url"]

log = logging.getLogger(__name__)

NO_VERSION = Sentence("服务台“{desk}”没有第 {number} 版排班", "desk “{desk}” has no roster version {number}")
NO_VERSIONS = Sentence("服务台“{desk}”在台账中还没有排班", "the ledger holds no roster of desk “{desk}” yet")

# What SQLite's errors mean to the user, by the first two words of their names.
REFUSALS = {
    "SQLITE_NOTADB": Sentence("“{place}”不是台账文件", "“{place}” is not a ledger file"),
    "SQLITE_CORRUPT": Sentence(
        "台账“{place}”已损坏，请从备份恢复", "the ledger “{place}” is damaged; restore a backup"
    ),
    "SQLITE_CANTOPEN": Sentence(
        "无法打开台账“{place}”：没有权限，或者它不是文件",
        "cannot open the ledger “{place}”: no permission, or not a file",
    ),
    "SQLITE_READONLY": Sentence("台账“{place}”只能读、不能写", "the ledger “{place}” can be read but not written"),
    "SQLITE_BUSY": Sentence(
        "台账“{place}”被其他程序占用，等了 {seconds} 秒", "another program held the ledger “{place}” for {seconds} s"
    ),
    "SQLITE_FULL": Sentence(
        "磁盘已满，台账“{place}”无法写入", "the disk is full: the ledger “{place}” cannot be written"
    ),
}
BUSY_NAMES = ("SQLITE_BUSY", "SQLITE_LOCKED")
BUSY_STATES = ("55P03", "40001", "40P01")  # of PostgreSQL: lock not available, serialization failure, deadlock
UNAVAILABLE_NAMES = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PROTOCOL")
Recorded = TypeVar("Recorded")
GROWN = Sentence("服务台“{desk}”的记录刚被别人写过", "somebody has just written to the log of desk “{desk}”")
MOVED = Sentence("第 {version} 版已不是刚才核对时的状态", "version {version} is not what it was when it was checked")
REFUSED = Sentence("数据库拒绝访问台账“{place}”：{detail}", "the database refused the ledger “{place}”: {detail}")


class Head(NamedTuple):
    """Where a desk's log ends: number and hash of its last entry, 0 and empty before the first."""

    sequence: int
    hash: str


class Outline(NamedTuple):
    """Which version of which month it is, and where in its life."""

    desk: str
    month: Month
    number: int
    status: VersionStatus


def default_url(desk: Path) -> str:
    """Address of the SQLite ledger of a desk: inside its folder, or beside its workbook."""
    folder, name = (desk, "ledger.sqlite3") if desk.is_dir() else (desk.parent, f"{desk.stem}.ledger.sqlite3")
    return f"sqlite:///{folder.absolute() / name}"


class Ledger:
    """An open ledger; made or brought up to date when opened. For one thread.

    Parameters
    ----------
    url : str
        See `scheduler.ledger.connection.address`.

    Raises
    ------
    LedgerError
        If it cannot be opened. Every method raises it too when the database fails.
    """

    def __init__(self, url: str) -> None:
        self._place, database = address(url)
        self._alias = connect(database)
        from django.db import connections

        from scheduler.ledger.models import Entry, Version

        self._connection = connections[self._alias]
        self._versions: QuerySet[Version] = Version.objects.using(self._alias)
        self._entries: QuerySet[Entry] = Entry.objects.using(self._alias)
        try:
            with self._failures_worded():
                upgrade(self._connection, self._place)
            log.info("ledger %s opened", self._place)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; the ledger cannot be used again."""
        disconnect(self._alias)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def _failures_worded(self) -> Iterator[None]:
        from django.db import Error, InterfaceError, OperationalError

        try:
            yield
        except Error as error:
            name = "_".join(getattr(error.__cause__, "sqlite_errorname", "").split("_")[:2])
            state = getattr(error.__cause__, "sqlstate", None) or ""
            detail = str(error).partition("\n")[0]
            kind = LedgerError
            if name in BUSY_NAMES or state in BUSY_STATES:
                kind = LedgerBusy
            elif name in UNAVAILABLE_NAMES or (isinstance(error, OperationalError | InterfaceError) and not name):
                kind = LedgerUnavailable
            raise kind(REFUSALS.get(name, REFUSED), place=self._place, seconds=BUSY_SECONDS, detail=detail) from error

    @contextmanager
    def _one_writer(self, desk: str, head: Head | None = None) -> Iterator[None]:
        """A transaction during which nobody else writes about the desk; `HeadMoved` where its log does not end at `head`."""
        from django.db import transaction

        with self._failures_worded(), transaction.atomic(using=self._alias, durable=True):
            hold(self._connection, f"desk {desk}")
            began = perf_counter()
            if head is not None and self._head(desk) != head:
                raise HeadMoved(GROWN, desk=desk)
            yield
        log.debug("desk %s: %.1f ms under the lock", desk, 1000 * (perf_counter() - began))

    def _head(self, desk: str) -> Head:
        last = self._entries.filter(desk=desk).order_by("sequence").values_list("sequence", "hash").last()
        return Head(*last) if last else Head(0, "")

    def head(self, desk: str) -> Head:
        """Where the desk's log ends now."""
        with self._failures_worded():
            return self._head(desk)

    @contextmanager
    def rehearsing(self, desk: str, head: Head) -> Iterator[Pen]:
        """A transaction that is undone at its end: what a commit would record, for files that are written before it.

        Raises
        ------
        HeadMoved
            The log does not end at `head` any more.
        """
        from django.db import transaction

        with self._one_writer(desk, head):
            yield Pen(self, desk)
            transaction.set_rollback(True, using=self._alias)

    @contextmanager
    def writing(self, desk: str, head: Head | None = None) -> Iterator[Pen]:
        """A transaction in which one writer adds to the desk's ledger; what is raised in it undoes it whole.

        Raises
        ------
        HeadMoved
            The log does not end at `head`, where one is given.
        """
        with self._one_writer(desk, head):
            yield Pen(self, desk)

    def record(
        self,
        desk: str,
        act: Callable[[Pen], Recorded],
        prepare: Callable[[Recorded], None],
        head: Head | None = None,
    ) -> Recorded:
        """Rehearse an act, write the files that belong to it, and commit it: the lock is held for neither files nor thought.

        Parameters
        ----------
        act : callable
            What is recorded. It is carried out twice, with the same outcome.
        prepare : callable
            Called between the two, outside of any transaction, with the act's outcome. What it raises is
            raised here, and nothing is recorded.
        head : Head, optional
            Where the log ended when the act was judged. By default it needs no judgement: where somebody else has
            written meanwhile, all is done once more.

        Returns
        -------
        What the act made when it was committed.

        Raises
        ------
        HeadMoved
            Somebody else has written since `head`; nothing is recorded.
        """
        while True:
            seen = head or self.head(desk)
            try:
                with self.rehearsing(desk, seen) as pen:
                    outcome = act(pen)
                prepare(outcome)
                with self.writing(desk, seen) as pen:
                    return act(pen)
            except HeadMoved:
                if head:
                    raise

    def draft(self, draft: Draft, write: Callable[[VersionRow], None]) -> VersionRow:
        """Record a roster under the desk's next number.

        Parameters
        ----------
        write : callable
            Called with the new version before it is committed, to write its files; once more where somebody else
            took its number meanwhile. What it raises is raised here, and nothing is recorded.

        Returns
        -------
        VersionRow
            The version as `version` will give it from now on.
        """
        return self.record(draft.desk, lambda pen: pen.draft(draft), write)

    def _append(self, entry: Entry) -> None:
        """Chain an entry to the desk's log and store it."""
        last = self._entries.filter(desk=entry.desk).order_by("sequence").last()
        entry.sequence = last.sequence + 1 if last else 1
        entry.previous_hash = last.hash if last else ""
        entry.hash = entry.digest()
        entry.save(using=self._alias)

    def _of(self, desk: str) -> QuerySet[Version]:
        return self._versions.filter(desk=desk).order_by("number")

    def _found(self, desk: str, number: int | None) -> Version:
        found = self._of(desk) if number is None else self._of(desk).filter(number=number)
        if version := found.last():
            return version
        raise LedgerError(NO_VERSIONS if number is None else NO_VERSION, desk=desk, number=number)

    def _numbers(self, desk: str) -> dict[int | None, int]:
        """Version numbers by row id."""
        return dict(self._of(desk).values_list("pk", "number"))

    def desks(self) -> list[str]:
        """Ids of the desks that have a version here, in order."""
        with self._failures_worded():
            return sorted(self._versions.values_list("desk", flat=True).distinct())

    def version(self, desk: str, number: int | None = None) -> VersionRow:
        """One version of the desk, by default the newest.

        Raises
        ------
        LedgerError
            If there is none.
        """
        with self._failures_worded():
            version = self._found(desk, number)
            return _version_row(version, self._numbers(desk).get(version.previous_id))

    def versions(self, desk: str, month: Month | None = None) -> list[VersionRow]:
        """The desk's versions, or those of a month, by number."""
        with self._failures_worded():
            found = self._of(desk) if month is None else self._of(desk).filter(month=str(month))
            numbers = self._numbers(desk)
            return [_version_row(version, numbers.get(version.previous_id)) for version in found]

    def outlines(self, desk: str) -> list[Outline]:
        """What there is of the desk, by number; much quicker than `versions`, which reads what they all hold."""
        with self._failures_worded():
            rows = self._of(desk).values_list("number", "month", "status")
            return [Outline(desk, Month.parse(month), number, VersionStatus(status)) for number, month, status in rows]

    def _newest(self, desk: str, month: Month, status: VersionStatus) -> VersionRow | None:
        with self._failures_worded():
            found = self._of(desk).filter(month=str(month), status=status).last()
            return None if found is None else _version_row(found, self._numbers(desk).get(found.previous_id))

    def live(self, desk: str, month: Month) -> VersionRow | None:
        """The version of a month that is in force, if any."""
        return self._newest(desk, month, VersionStatus.LIVE)

    def before(self, desk: str, month: Month) -> VersionRow | None:
        """What `month` continues: of the month before it the live version, else the newest draft."""
        return self._newest(desk, month.previous, VersionStatus.LIVE) or self._newest(
            desk, month.previous, VersionStatus.DRAFT
        )

    def entries(self, desk: str, month: Month | None = None) -> list[EntryRow]:
        """The desk's log, or what it says of a month's versions, in order."""
        with self._failures_worded():
            found = self._entries.filter(desk=desk).order_by("sequence")
            if month is not None:
                found = found.filter(version__in=self._of(desk).filter(month=str(month)).values("number"))
            return [_entry_row(entry) for entry in found]

    def broken_links(self, desk: str) -> list[BrokenLink]:
        """Recompute every hash of the desk: where the log or a version is not what was recorded.

        Entries cut off the end of the log are noticed by the versions that they leave behind.
        """
        with self._one_writer(desk):  # or a version drafted between the two readings would look lost
            entries = list(self._entries.filter(desk=desk).order_by("sequence"))
            versions, numbers = list(self._of(desk)), self._numbers(desk)
        digests = {version.number: version.digest(numbers.get(version.previous_id)) for version in versions}
        statuses = {version.number: version.status for version in versions}
        return [*broken_entries(entries), *broken_versions(entries, digests, statuses)]


class Pen:
    """What a writer may do in one transaction on a desk's ledger."""

    def __init__(self, ledger: Ledger, desk: str) -> None:
        self._ledger, self._desk = ledger, desk

    def newest(self) -> int:
        """Number of the desk's newest version, 0 for none."""
        return self._ledger._of(self._desk).values_list("number", flat=True).last() or 0

    def draft(self, draft: Draft) -> VersionRow:
        """Record a roster under the desk's next number."""
        ledger = self._ledger
        previous = None if draft.previous is None else ledger._found(draft.desk, draft.previous)
        version = ledger._versions.create(
            number=self.newest() + 1, status=VersionStatus.DRAFT, previous=previous, **_columns(draft)
        )
        facts = {
            "month": str(draft.month),
            "roster_hash": version.roster_hash,
            "content_hash": version.digest(draft.previous),
            **draft.facts,
        }
        self.note("drafted", version.number, version.made_at, draft.by, draft.because, facts)
        return _version_row(version, draft.previous)

    def note(
        self, event: str, version: int | None, at: datetime, by: str, because: str, facts: Mapping[str, object]
    ) -> None:
        """Append an entry to the desk's log; `facts` in JSON's types."""
        log.debug("desk %s: %s of version %s by %s", self._desk, event, version, by or "nobody")
        self._ledger._append(
            self._ledger._entries.model(
                desk=self._desk,
                at=at.astimezone(UTC),
                event=event,
                version=version,
                by=by,
                because=because,
                facts=canonical(facts),
            )
        )

    def move(self, event: str, version: int, at: datetime, by: str, because: str, facts: Mapping[str, object]) -> None:
        """Take a version one step on in its life and log it.

        Raises
        ------
        Refusal
            Its life has no such step.
        RosterMoved
            Somebody else took it on in between.
        """
        ledger = self._ledger
        found = ledger._found(self._desk, version)
        before, after = VersionStatus(found.status), next_status(VersionStatus(found.status), event)
        if not ledger._versions.filter(pk=found.pk, status=before).update(status=after):
            raise RosterMoved(MOVED, version=version)
        self.note(event, version, at, by, because, facts)


# Columns that a version's row holds as they are.
PLAIN = (
    *("desk", "problem_hash", "rulebook", "rules_version", "solver_version", "seed", "cores"),
    *("status_word", "violations", "finder", "prover"),
)
FLOATS = ("objective", "bound", "seconds")


def _columns(draft: Draft) -> dict[str, Any]:
    duties = Roster(draft.duties).duties
    return {
        **{name: getattr(draft, name) for name in PLAIN},
        # A whole number would come back from the database as 3.0 and change the hash.
        **{name: float(getattr(draft, name)) for name in FLOATS},
        "month": str(draft.month),
        "made_at": draft.made_at.astimezone(UTC),
        "duties": canonical(duties),
        "roster_hash": sealed(duties),
        "people": canonical(draft.people),
        "balances": canonical({worker: asdict(carried) for worker, carried in draft.balances.items()}),
        "details": canonical(draft.details),
        "assumptions": canonical(draft.assumptions),
        "certificate": None if draft.certificate is None else canonical(draft.certificate),
    }


def _version_row(version: Version, previous: int | None) -> VersionRow:
    return VersionRow(
        **{name: getattr(version, name) for name in (*PLAIN, *FLOATS, "made_at", "number", "roster_hash")},
        month=Month.parse(version.month),
        status=VersionStatus(version.status),
        duties=tuple(Duty(who, date.fromisoformat(day), shift) for who, day, shift in json.loads(version.duties)),
        people=json.loads(version.people),
        balances={worker: Burden(**carried) for worker, carried in json.loads(version.balances).items()},
        details=json.loads(version.details),
        assumptions=json.loads(version.assumptions),
        certificate=None if version.certificate is None else json.loads(version.certificate),
        previous=previous,
    )


def _entry_row(entry: Entry) -> EntryRow:
    columns = {field.name: getattr(entry, field.name) for field in fields(EntryRow)}
    return EntryRow(**columns | {"facts": json.loads(entry.facts)})
