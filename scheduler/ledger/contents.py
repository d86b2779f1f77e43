"""Whether a version's columns agree with each other and with the log entry that drafted it, apart from their seal.

Whoever changes a version and computes its seal again has to keep all of this in step.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from scheduler.i18n import Sentence
from scheduler.ledger.audit import BrokenLink

if TYPE_CHECKING:
    from scheduler.ledger.models import Entry, Version

OTHER_DIGEST = Sentence(
    "第 {version} 版的班次与其摘要不符", "the duties of version {version} are not those of their digest"
)
OTHER_DETAILS = Sentence(
    "第 {version} 版的班次与其逐条明细不符", "the duties of version {version} differ from its rows of details"
)
OTHER_FACTS = Sentence(
    "第 {version} 版的月份或班次摘要与编制它的记录不符",
    "month or digest of version {version} differ from the entry that drafted it",
)
OTHER_PREVIOUS = Sentence(
    "第 {version} 版所接续的版本不在它之前", "the version that version {version} continues does not come before it"
)


def find_unlike_contents(
    entries: Iterable[Entry], versions: Iterable[Version], numbers: Mapping[int | None, int]
) -> Iterator[BrokenLink]:
    """Versions of one desk whose columns, or whose entries `drafted`, contradict each other.

    Parameters
    ----------
    numbers : mapping of int to int
        Version numbers by row id.
    """
    drafted = {entry.version: entry for entry in entries if entry.event == "drafted"}
    for version in versions:
        duties, details = _read(version.duties), _read(version.details)
        if hashlib.sha256(version.duties.encode()).hexdigest() != version.roster_hash:
            yield BrokenLink(OTHER_DIGEST, version=version.number)
        if _cells_of(details) != {tuple(duty) for duty in duties}:
            yield BrokenLink(OTHER_DETAILS, version=version.number)
        if version.previous_id is not None and numbers.get(version.previous_id, version.number) >= version.number:
            yield BrokenLink(OTHER_PREVIOUS, version=version.number)
        if entry := drafted.get(version.number):
            facts = _read(entry.facts)
            said = facts.get("month", version.month), facts.get("roster_hash", version.roster_hash)
            if said != (version.month, version.roster_hash):
                yield BrokenLink(OTHER_FACTS, entry.sequence, version.number)


def _read(text: str) -> Any:
    return json.loads(text)


def _cells_of(details: Iterable[Mapping[str, object]]) -> set[tuple[object, ...]]:
    """Who is on which shift on which day, as the rows of details say."""
    return {(row.get("worker"), row.get("date"), row.get("shift")) for row in details}
