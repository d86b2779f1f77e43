"""The writer in a transaction on a desk's ledger."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from scheduler.clock import rehearsal_mark
from scheduler.errors import RosterMoved
from scheduler.i18n import Sentence
from scheduler.ledger.rows import Draft, VersionRow, VersionStatus, canonical, seal
from scheduler.ledger.tables import Tables, draft_columns, version_row
from scheduler.workflow.version import next_status

log = logging.getLogger(__name__)

STATUS_CHANGED = Sentence(
    "第 {version} 版已不是刚才核对时的状态", "version {version} is not what it was when it was checked"
)


class Pen:
    """Adds to a desk's ledger within one transaction; `Ledger.writing` and `Ledger.rehearsing` hand it out."""

    def __init__(self, tables: Tables, desk: str) -> None:
        self._tables, self._desk = tables, desk

    def newest(self) -> int:
        """Number of the desk's newest version, 0 for none."""
        return self._tables.versions_of(self._desk).values_list("number", flat=True).last() or 0

    def draft(self, draft: Draft) -> VersionRow:
        """Record a roster under the desk's next number."""
        previous = None if draft.previous is None else self._tables.find_version(draft.desk, draft.previous)
        self._tables.keep_parts({seal(part): canonical(part) for part in draft.parts.values()})
        version = self._tables.versions.create(
            number=self.newest() + 1, status=VersionStatus.DRAFT, previous=previous, **draft_columns(draft)
        )
        facts = {
            "month": str(draft.month),
            "roster_hash": version.roster_hash,
            "content_hash": version.digest(draft.previous),
            **draft.facts,
        }
        self.note("drafted", version.number, version.made_at, draft.by, draft.because, facts)
        return version_row(version, draft.previous)

    def note(
        self, event: str, version: int | None, at: datetime, by: str, because: str, facts: Mapping[str, object]
    ) -> None:
        """Append an entry to the desk's log; `facts` in JSON's types. What is done in a rehearsal is marked in them."""
        log.debug("desk %s: %s of version %s by %s", self._desk, event, version, by or "nobody")
        mark = rehearsal_mark()
        self._tables.append(
            self._tables.entries.model(
                desk=self._desk,
                at=at.astimezone(UTC),
                event=event,
                version=version,
                by=by,
                because=because,
                facts=canonical({**facts, "rehearsal": mark} if mark else facts),
            )
        )

    def move(self, event: str, version: int, at: datetime, by: str, because: str, facts: Mapping[str, object]) -> None:
        """Change a version's status by an event and log it.

        Raises
        ------
        Refusal
            A version of its status has no such step.
        RosterMoved
            Somebody else changed its status in between.
        """
        found = self._tables.find_version(self._desk, version)
        before, after = VersionStatus(found.status), next_status(VersionStatus(found.status), event)
        if not self._tables.versions.filter(pk=found.pk, status=before).update(status=after):
            raise RosterMoved(STATUS_CHANGED, version=version)
        self.note(event, version, at, by, because, facts)
