"""The change log, computed from the log's entries: one row for each published version, and who holds which copy."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import datetime

from scheduler.domain import Change
from scheduler.workflow.facts import CopyMarkedFacts, DraftedFacts, Entry, PublishedFacts
from scheduler.workflow.holdings import follow_copies, months_of_versions
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.version import Recipient


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
        Names of the recipients who have not signed for their copy or, where it is void, not returned it.
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
    """One recipient's copy of a version.

    Attributes
    ----------
    received, returned : datetime or None
        When it was signed for, and when it was returned or destroyed; `None` if not yet.
    received_by, returned_by : str
        Ids of those who recorded that.
    void : bool
        Whether it is good no more: they were given another, or it was withdrawn. A person's copy stays good under
        versions that leave their days alone; a department is given every version.
    """

    version: int
    recipient: Recipient
    received: datetime | None = None
    returned: datetime | None = None
    _: KW_ONLY
    received_by: str = ""
    returned_by: str = ""
    void: bool = False

    @property
    def is_outstanding(self) -> bool:
        """Whether it is still to be signed for or, if it is void, to come back."""
        return not (self.returned or (self.received and not self.void))


def receipts_by_version(entries: Sequence[Entry]) -> dict[int, dict[str, Receipt]]:
    """The copies of every published version, by version number and recipient's id."""
    copies = _Copies(months_of_versions(entries))
    given = {id(one.entry): one.people for one in follow_copies(entries)}
    for entry in entries:
        if entry.event == "withdrawn":
            copies.withdraw(entry)
        elif entry.event == "published":
            copies.give(entry, given[id(entry)])
        elif entry.event in ("received", "returned"):
            copies.mark(entry)
    return copies.found


def outstanding_copies(entries: Sequence[Entry]) -> list[Receipt]:
    """The copies not yet signed for, and the void ones not yet returned."""
    copies = (copy for listed in receipts_by_version(entries).values() for copy in listed.values())
    return [copy for copy in copies if copy.is_outstanding]


class _Copies:
    """Copies as the log goes on, by version number and recipient's id, in the order of publication.

    Parameters
    ----------
    months : mapping of int to str
        The month of each version.
    """

    def __init__(self, months: Mapping[int, str]) -> None:
        self.found: dict[int, dict[str, Receipt]] = {}
        self._months, self._listed, self._ended = months, dict[int, dict[str, Recipient]](), set[int]()

    def _versions_with(self, number: int) -> list[int]:
        """The versions of the same month that have been published so far."""
        return [one for one in self.found if self._months.get(one) == self._months.get(number)]

    def withdraw(self, entry: Entry) -> None:
        """Make every copy of the month void."""
        for number in self._versions_with(entry.version or 0):
            self._ended.add(number)
            self._make_void(number, self.found[number])

    def _make_void(self, number: int, who: Iterable[str]) -> None:
        copies = self.found[number]
        copies |= {one: replace(copies[one], void=True) for one in who if one in copies}

    def give(self, entry: Entry, people: Collection[str]) -> None:
        """Give copies of a published version to departments and to these people; those that they had are void."""
        number = entry.version or 0
        listed = {one.id: one for one in PublishedFacts.read(entry.facts).recipients}
        takers = {who for who, one in listed.items() if one.kind == "department"} | set(people)
        for earlier in self._versions_with(number):
            self._make_void(earlier, takers)
        self._listed[number] = listed
        self.found[number] = {who: Receipt(number, one) for who, one in listed.items() if who in takers}

    def mark(self, entry: Entry) -> None:
        """Mark a copy as signed for or as returned; whoever is on the list may have got one all the same."""
        number, who = entry.version or 0, CopyMarkedFacts.read(entry.facts).recipient
        copies = self.found[number]
        if who not in copies:
            versions = self._versions_with(number)
            place = versions.index(number)
            for earlier in versions[:place]:
                self._make_void(earlier, [who])
            void = number in self._ended or any(who in self.found[later] for later in versions[place + 1 :])
            copies[who] = Receipt(number, self._listed[number][who], void=void)
        if entry.event == "received":
            copies[who] = replace(copies[who], received=entry.at, received_by=entry.by)
        else:
            copies[who] = replace(copies[who], returned=entry.at, returned_by=entry.by)


def log_rows(entries: Sequence[Entry], names: Mapping[str, str]) -> list[LogRow]:
    """The change log: one row for each version that was ever in force, with the request that led to it."""
    asked = replay_requests(entries)
    holders: dict[int, list[str]] = {}
    for copy in outstanding_copies(entries):
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
