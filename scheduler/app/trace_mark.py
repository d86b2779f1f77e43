"""Whether a printed copy is in force, told from the version and the fingerprint that stand on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from pathlib import Path

from scheduler.app.locations import open_known_ledger
from scheduler.app.log import to_local_time
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.ledger.store import Outline, VersionStatus
from scheduler.workflow.facts import SupersededFacts


@dataclass(frozen=True)
class Mark:
    """What a printed mark means.

    Attributes
    ----------
    live : int or None
        The version of its month in force now.
    void_since : datetime or None
        When it ceased to be in force, where the desk is.
    replaced_by : int or None
        The version that took its place then.
    """

    files: DeskFiles
    version: Outline
    live: int | None = None
    void_since: datetime | None = None
    replaced_by: int | None = None


def trace_mark(desk: Path, number: int, fingerprint: str, *, store: str | None = None) -> Mark | None:
    """What the mark of a printed copy means; `None` where no version has it. Nothing is written, and nothing private told."""
    files, ledger = read_desk(desk), open_known_ledger(desk, store)
    if ledger is None:
        return None
    with ledger:
        outlines = ledger.outlines(files.desk.id)
        row = next((one for one in outlines if one.number == number), None)
        own = ledger.version(files.desk.id, number).fingerprint if row else ""
        if row is None or not compare_digest(own.encode(), fingerprint.encode()):
            return None
        ended = [one for one in ledger.entries(files.desk.id) if one.version == number]
        ending = next((one for one in ended if one.event in ("superseded", "withdrawn")), None)
        live = (one.number for one in outlines if (one.month, one.status) == (row.month, VersionStatus.LIVE))
        return Mark(
            files,
            row,
            live=next(live, None),
            void_since=to_local_time(files, ending.at) if ending else None,
            replaced_by=SupersededFacts.read(ending.facts).by_version if ending else None,
        )
