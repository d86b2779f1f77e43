"""The change log: what the ledger's entries come to, version by version, and who holds which copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from scheduler.domain import Change
from scheduler.ledger.store import EntryRow, Status
from scheduler.publishing import LogRow, Recipient
from scheduler.swaps import replay


@dataclass(frozen=True)
class Receipt:
    """A copy of a version: whether it was received, and whether it came back or was destroyed."""

    version: int
    recipient: Recipient
    received: datetime | None = None
    returned: datetime | None = None


def receipts_of(entries: Sequence[EntryRow]) -> dict[int, dict[str, Receipt]]:
    """The copies of every version that was published, by version and recipient's id."""
    found: dict[int, dict[str, Receipt]] = {}
    for entry in entries:
        if entry.version is None:
            continue
        if entry.event == "published":
            listed = [Recipient(*one) for one in entry.facts.get("recipients", ())]  # type: ignore[attr-defined]
            found[entry.version] = {one.id: Receipt(entry.version, one) for one in listed}
        elif entry.event in ("received", "returned"):
            copies, who = found[entry.version], str(entry.facts["recipient"])
            if entry.event == "received":
                copies[who] = replace(copies[who], received=entry.at)
            else:
                copies[who] = replace(copies[who], returned=entry.at)
    return found


def outstanding(entries: Sequence[EntryRow], statuses: Mapping[int, Status]) -> list[Receipt]:
    """Copies of a live version that nobody signed for, and old copies that did not come back."""
    return [
        copy
        for version, copies in receipts_of(entries).items()
        for copy in copies.values()
        if not (copy.received if statuses[version] == Status.LIVE else copy.returned)
    ]


def as_facts(changes: Sequence[Change]) -> list[list[object]]:
    """Changes in JSON's types, as an entry's fact `changes` holds them."""
    return [[one.worker, one.day.isoformat(), list(one.before), list(one.after)] for one in changes]


def log_rows(entries: Sequence[EntryRow], statuses: Mapping[int, Status], names: Mapping[str, str]) -> list[LogRow]:
    """The change log: a row for each version that was ever in force, with the request that led to it."""
    asked = replay(entries)
    holders: dict[int, list[str]] = {}
    for copy in outstanding(entries, statuses):
        holders.setdefault(copy.version, []).append(copy.recipient.name)
    drafted = {entry.version: entry for entry in entries if entry.event == "drafted"}
    closed = {entry.version: entry for entry in entries if entry.event in ("superseded", "withdrawn")}
    rows = []
    for entry in entries:
        if entry.event != "published" or entry.version is None:
            continue
        request = asked.get(int(str(entry.facts.get("request", 0))))
        end = closed.get(entry.version)
        reason = entry.because
        if end and end.event == "withdrawn":
            reason = "；".join(filter(None, (reason, end.because)))
        sides = [who for who in request.sides if who != request.by] if request else []
        told = entry.facts.get("changes") or drafted[entry.version].facts.get("changes", ())
        rows.append(
            LogRow(
                entry.version,
                entry.at,
                end.at if end else None,
                str(request.number) if request else "",
                names.get(request.by, request.by) if request else "",
                "、".join(names.get(who, who) for who in sides),
                names.get(entry.by, entry.by),
                reason,
                tuple(
                    Change(who, date.fromisoformat(day), tuple(old), tuple(new))
                    for who, day, old, new in told  # type: ignore[attr-defined]
                ),
                tuple(holders.get(entry.version, ())),
            )
        )
    return rows
