"""The change log, computed from the log's entries: one row for each published version, and who holds which copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import datetime

from scheduler.domain import Change
from scheduler.workflow.facts import CopyMarkedFacts, DraftedFacts, Entry, PublishedFacts
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.version import Recipient, VersionStatus


@dataclass(frozen=True)
class LogRow:
    """One published version of a desk, and the request that led to it, if any.

    Attributes
    ----------
    version : int
        Number of the version.
    published, withdrawn : datetime or None
        When it came into force, and when it was superseded or withdrawn; zone-aware.
    request, requester, counterpart, approver, reason : str
        The request's number, who asked, with whom, who approved, and why.
    cells : tuple of Change
        The cells that differ from the version before.
    outstanding : tuple of str
        Names of the recipients who have not signed for a live version, or not returned their copy of an old one.
    """

    version: int
    _: KW_ONLY
    published: datetime | None = None
    withdrawn: datetime | None = None
    request: str = ""
    requester: str = ""
    counterpart: str = ""
    approver: str = ""
    reason: str = ""
    cells: tuple[Change, ...] = ()
    outstanding: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(at is not None and at.tzinfo is None for at in (self.published, self.withdrawn)):
            raise ValueError(f"version {self.version}: a time without a zone")


@dataclass(frozen=True)
class Receipt:
    """One recipient's copy of a version: when it was received, and when it was returned or destroyed; `None` if not yet."""

    version: int
    recipient: Recipient
    received: datetime | None = None
    returned: datetime | None = None


def receipts_by_version(entries: Sequence[Entry]) -> dict[int, dict[str, Receipt]]:
    """The copies of every published version, by version number and recipient's id."""
    found: dict[int, dict[str, Receipt]] = {}
    for entry in entries:
        if entry.version is None:
            continue
        if entry.event == "published":
            listed = PublishedFacts.read(entry.facts).recipients
            found[entry.version] = {one.id: Receipt(entry.version, one) for one in listed}
        elif entry.event in ("received", "returned"):
            copies, who = found[entry.version], CopyMarkedFacts.read(entry.facts).recipient
            if entry.event == "received":
                copies[who] = replace(copies[who], received=entry.at)
            else:
                copies[who] = replace(copies[who], returned=entry.at)
    return found


def outstanding_copies(entries: Sequence[Entry], statuses: Mapping[int, VersionStatus]) -> list[Receipt]:
    """The copies of live versions not yet signed for, and the copies of old versions not yet returned."""
    return [
        copy
        for version, copies in receipts_by_version(entries).items()
        for copy in copies.values()
        if not (copy.received if statuses[version] == VersionStatus.LIVE else copy.returned)
    ]


def log_rows(entries: Sequence[Entry], statuses: Mapping[int, VersionStatus], names: Mapping[str, str]) -> list[LogRow]:
    """The change log: one row for each version that was ever in force, with the request that led to it."""
    asked = replay_requests(entries)
    holders: dict[int, list[str]] = {}
    for copy in outstanding_copies(entries, statuses):
        holders.setdefault(copy.version, []).append(copy.recipient.name)
    drafted = {entry.version: entry for entry in entries if entry.event == "drafted"}
    closed = {entry.version: entry for entry in entries if entry.event in ("superseded", "withdrawn")}
    rows = []
    for entry in entries:
        if entry.event != "published" or entry.version is None:
            continue
        facts = PublishedFacts.read(entry.facts)
        request = asked.get(facts.request or 0)
        end = closed.get(entry.version)
        reason = entry.because
        if end and end.event == "withdrawn":
            reason = "；".join(filter(None, (reason, end.because)))
        sides = [who for who in request.sides if who != request.by] if request else []
        changes = facts.changes or DraftedFacts.read(drafted[entry.version].facts).changes
        rows.append(
            LogRow(
                entry.version,
                published=entry.at,
                withdrawn=end.at if end else None,
                request=str(request.number) if request else "",
                requester=names.get(request.by, request.by) if request else "",
                counterpart="、".join(names.get(who, who) for who in sides),
                approver=names.get(entry.by, entry.by),
                reason=reason,
                cells=changes,
                outstanding=tuple(holders.get(entry.version, ())),
            )
        )
    return rows
