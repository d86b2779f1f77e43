"""The ledger's tables, as `Ledger` and `Pen` read and extend them; callers see to transactions and failures."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from scheduler.domain import Burden, Duty, Month, Roster
from scheduler.errors import LedgerError
from scheduler.i18n import Sentence
from scheduler.ledger.rows import Draft, EntryRow, VersionRow, VersionStatus, canonical, seal
from scheduler.workflow.facts import RAN, REHEARSAL
from scheduler.workflow.private_facts import show_entry

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from scheduler.ledger.models import Entry, Identity, Part, Private, Version

NO_VERSION = Sentence("服务台“{desk}”没有第 {number} 版排班", "desk “{desk}” has no roster version {number}")
NO_VERSIONS = Sentence("服务台“{desk}”在台账中还没有排班", "the ledger holds no roster of desk “{desk}” yet")


class Head(NamedTuple):
    """Where a desk's log ends: number and hash of its last entry, 0 and empty before the first."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


NOTHING_YET = Head(0, "")


class Tables:
    """Versions and log entries of all desks on one connection.

    Parameters
    ----------
    alias : str
        See `scheduler.ledger.connection.connect`.
    """

    def __init__(self, alias: str) -> None:
        from scheduler.ledger.models import Entry, Identity, Part, Private, Version

        self.alias = alias
        self.salt_key = secrets.token_bytes(32)  # never kept; see `private_rows.keep_values`
        self.parts: QuerySet[Part] = Part.objects.using(alias)
        self.versions: QuerySet[Version] = Version.objects.using(alias)
        self.entries: QuerySet[Entry] = Entry.objects.using(alias)
        self.identities: QuerySet[Identity] = Identity.objects.using(alias)
        self.private: QuerySet[Private] = Private.objects.using(alias)

    def versions_of(self, desk: str, month: Month | None = None) -> QuerySet[Version]:
        """The desk's versions, or those of a month, by number."""
        found = self.versions.filter(desk=desk).order_by("number")
        return found if month is None else found.filter(month=str(month))

    def find_version(self, desk: str, number: int | None = None) -> Version:
        """One version of the desk, by default the newest.

        Raises
        ------
        LedgerError
            If there is none.
        """
        found = self.versions_of(desk) if number is None else self.versions_of(desk).filter(number=number)
        if version := found.last():
            return version
        raise LedgerError(NO_VERSIONS if number is None else NO_VERSION, desk=desk, number=number)

    def numbers(self, desk: str) -> dict[int | None, int]:
        """Version numbers by row id."""
        return dict(self.versions_of(desk).values_list("pk", "number"))

    def keep_parts(self, contents: Mapping[str, str]) -> None:
        """Store contents by their digests, those that are not stored yet."""
        known = set(self.parts.filter(digest__in=contents).values_list("digest", flat=True))
        fresh = [
            self.parts.model(digest=digest, content=text) for digest, text in contents.items() if digest not in known
        ]
        self.parts.bulk_create(fresh, ignore_conflicts=True)  # another desk may just store the same

    def contents_of(self, digests: Iterable[str]) -> dict[str, str]:
        """The stored contents by their digests, as far as they are there."""
        return dict(self.parts.filter(digest__in=list(digests)).values_list("digest", "content"))

    def entries_of(self, desk: str) -> QuerySet[Entry]:
        """The desk's log, in order."""
        return self.entries.filter(desk=desk).order_by("sequence")

    def identity(self, desk: str) -> str:
        """The identity of a desk, empty where it has none yet."""
        return self.identities.filter(desk=desk).values_list("identity", flat=True).first() or ""

    def head(self, desk: str) -> Head:
        """Where the desk's log ends now."""
        last = self.entries_of(desk).values_list("sequence", "hash").last()
        return Head(*last) if last else NOTHING_YET

    def last_at(self, desk: str, *, rehearsed: bool) -> datetime | None:
        """When the desk's last entry was made, of those in a rehearsal or of those in earnest."""
        marked = {"facts__contains": f'"{REHEARSAL}":"'}  # a quotation mark in a text would be escaped
        found = self.entries_of(desk)
        found = found.filter(**marked) if rehearsed else found.exclude(**marked)
        return found.values_list("at", flat=True).last()

    def append(self, entry: Entry) -> None:
        """Chain an entry to its desk's log and store it."""
        head = self.head(entry.desk)
        entry.sequence, entry.previous_hash = head.sequence + 1, head.hash
        entry.hash = entry.digest()
        entry.save(using=self.alias)


# Columns that a version's row holds as they are.
PLAIN_COLUMNS = (
    *("desk", "problem_hash", "rulebook", "rules_version", "solver_version", "seed", "cores"),
    *("status_word", "violations", "finder", "prover"),
)
FLOAT_COLUMNS = ("objective", "bound", "seconds")


def draft_columns(draft: Draft) -> dict[str, Any]:
    """Column values of a draft's row, but for its number, status and previous row."""
    duties = Roster(draft.duties).duties
    return {
        **{name: getattr(draft, name) for name in PLAIN_COLUMNS},
        # A whole number would come back from the database as 3.0 and change the hash.
        **{name: float(getattr(draft, name)) for name in FLOAT_COLUMNS},
        "month": str(draft.month),
        "made_at": draft.made_at.astimezone(UTC),
        "duties": canonical(duties),
        "roster_hash": seal(duties),
        "people": canonical(draft.people),
        "balances": canonical({worker: asdict(carried) for worker, carried in draft.balances.items()}),
        "details": canonical(draft.details),
        "assumptions": canonical(draft.assumptions),
        "certificate": None if draft.certificate is None else canonical(draft.certificate),
        "made_with": canonical({name: seal(part) for name, part in draft.parts.items()}) if draft.parts else None,
    }


def version_row(version: Version, previous: int | None) -> VersionRow:
    """The version that a row of the table holds.

    Parameters
    ----------
    previous : int or None
        Number of the previous version: the row itself has its row id.
    """
    return VersionRow(
        **{
            name: getattr(version, name)
            for name in (*PLAIN_COLUMNS, *FLOAT_COLUMNS, "made_at", "number", "roster_hash")
        },
        month=Month.parse(version.month),
        status=VersionStatus(version.status),
        duties=tuple(Duty(who, date.fromisoformat(day), shift) for who, day, shift in json.loads(version.duties)),
        people=json.loads(version.people),
        balances={worker: Burden(**carried) for worker, carried in json.loads(version.balances).items()},
        details=json.loads(version.details),
        assumptions=json.loads(version.assumptions),
        certificate=None if version.certificate is None else json.loads(version.certificate),
        made_with=None if version.made_with is None else json.loads(version.made_with),
        previous=previous,
    )


def entry_row(entry: Entry, read: Callable[[str], Any]) -> EntryRow:
    """The log entry that a row of the table holds.

    Parameters
    ----------
    read : callable
        Gives what a JSON text holds, with the private values to which it refers.
    """
    facts = read(entry.facts)
    ran = facts.pop(RAN, "")
    because, facts = show_entry(entry.because, facts)
    columns = {field.name: getattr(entry, field.name) for field in fields(EntryRow) if field.name != "ran"}
    return EntryRow(**columns | {"because": because, "facts": facts, "ran": str(ran)})


ROWS_AT_ONCE = 200


def copy_rows(source: Tables, target: Tables) -> None:
    """Copy every row, with its number, into a ledger in which there is nothing yet; callers see to transactions."""
    pairs: tuple[tuple[Any, Any], ...] = (
        (source.parts, target.parts),
        (source.versions, target.versions),
        (source.entries, target.entries),
        (source.identities, target.identities),
        (source.private, target.private),
    )
    for rows, copies in pairs:
        found = []
        for row in rows.order_by("pk").iterator(ROWS_AT_ONCE):
            found.append(row)
            if len(found) == ROWS_AT_ONCE:
                copies.bulk_create(found)
                found = []
        copies.bulk_create(found)
