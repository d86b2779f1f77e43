"""The writer in a transaction on a desk's ledger."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scheduler.clock import rehearsal_mark
from scheduler.errors import Refusal, RosterMoved
from scheduler.i18n import Sentence
from scheduler.ledger.account import running_account
from scheduler.ledger.private_rows import keep_values, request_about, seal_digests
from scheduler.ledger.rows import Draft, VersionRow, VersionStatus, canonical, seal
from scheduler.ledger.tables import Tables, draft_columns, version_row
from scheduler.workflow.facts import FORGOTTEN, RAN, REHEARSAL
from scheduler.workflow.keeping_facts import ForgottenFacts
from scheduler.workflow.private_facts import (
    PrivateValue,
    hide_entry,
    hide_parts,
    in_the_clear,
    parts_in_the_clear,
    reference,
)
from scheduler.workflow.version import next_status

log = logging.getLogger(__name__)

STATUS_CHANGED = Sentence(
    "第 {version} 版已不是刚才核对时的状态", "version {version} is not what it was when it was checked"
)
ERASED_MEANWHILE = Sentence("有的内容刚被别人删除，请重试", "somebody else has just erased some of it: try again")
CLOCK_BACK = Sentence(
    "时钟为 {at}，而记录中最后一条是 {last}：记录只往后写，什么都没有记入。请校准时钟；要从更早的一天演练，请用部门文件夹的副本",
    "the clock says {at}, but the log's last entry is of {last}: the log goes forward only, and nothing is recorded. Set the"
    " clock right; to rehearse from an earlier day, take a copy of the desk's folder",
)
MOST_BEHIND = timedelta(hours=1)  # what a command may have been at work for, while others wrote


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
        draft = replace(draft, parts=self._hide_parts(draft))
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
        """Append an entry to the desk's log; who runs the program, and a rehearsal, is marked in its facts.

        Parameters
        ----------
        at : datetime
            When it was done. An entry is never before the one before it, in earnest or in rehearsal.
        facts : mapping
            In JSON's types.

        Raises
        ------
        Refusal
            The clock has been put back.
        """
        log.debug("desk %s: %s of version %s by %s", self._desk, event, version, by or "nobody")
        mark = rehearsal_mark()
        at = self._go_forward(at, rehearsed=bool(mark))
        because, facts = self._hide_entry(event, at, by, because, facts)
        self._tables.append(
            self._tables.entries.model(
                desk=self._desk,
                at=at,
                event=event,
                version=version,
                by=by,
                because=because,
                facts=canonical({**facts, RAN: running_account()} | ({REHEARSAL: mark} if mark else {})),
            )
        )

    def _hide_entry(
        self, event: str, at: datetime, by: str, because: str, facts: Mapping[str, object]
    ) -> tuple[str, Mapping[str, object]]:
        """An entry's reason and facts, with references in place of what is private, which is kept in rows of its own."""
        about = request_about(self._tables, self._desk, facts, event, by, at)
        kept = self._keep(in_the_clear(because, facts, about), at)
        return hide_entry(because, facts, about, lambda value: reference(kept[value]))

    def _hide_parts(self, draft: Draft) -> Mapping[str, object]:
        """The same of what a version was made with."""
        kept = self._keep(parts_in_the_clear(draft.parts), draft.made_at)
        return hide_parts(draft.parts, lambda value: reference(kept[value]))

    def _keep(self, values: Sequence[PrivateValue], at: datetime) -> Mapping[PrivateValue, str]:
        return keep_values(self._tables, self._desk, values, at, self._tables.salt_key)

    def forget(self, digests: Collection[str], at: datetime, by: str, because: str, facts: ForgottenFacts) -> None:
        """Erase private facts, for good, and log it.

        Parameters
        ----------
        digests : collection of str
            Theirs; none of them is erased yet.

        Raises
        ------
        RosterMoved
            Somebody else has erased one of them in between.
        """
        self.note(FORGOTTEN, None, at, by, because, replace(facts, rows=seal_digests(digests)).to_json())
        sequence = self._tables.head(self._desk).sequence
        found = self._tables.private.filter(desk=self._desk, digest__in=list(digests), erased__isnull=True)
        if found.update(salt=None, content=None, erased=sequence) != len(digests):
            raise RosterMoved(ERASED_MEANWHILE)

    def _go_forward(self, at: datetime, *, rehearsed: bool) -> datetime:
        """The time of an entry: when it was done, or that of the entry before it where that was written meanwhile.

        Raises
        ------
        Refusal
            The log's last entry of that kind is much later.
        """
        last = self._tables.last_at(self._desk, rehearsed=rehearsed)
        if last is None or last <= at:
            return at.astimezone(UTC)
        if last - at > MOST_BEHIND:
            shown = (f"{each:%Y-%m-%d %H:%M}" for each in (at, last.astimezone(at.tzinfo)))
            raise Refusal(CLOCK_BACK, **dict(zip(("at", "last"), shown, strict=True)))
        return last

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
