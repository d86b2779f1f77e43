"""Copies of versions, told from the log's entries: who was given which, who signed for it, and who still holds a void one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import datetime

from scheduler.workflow.facts import CopyMarkedFacts, Entry, PublishedFacts
from scheduler.workflow.holdings import follow_copies, months_of_versions
from scheduler.workflow.version import Recipient


@dataclass(frozen=True)
class Receipt:
    """One recipient's copy of a version.

    Attributes
    ----------
    received, returned : datetime or None
        When it was signed for, and when it was returned or destroyed; `None` if not yet.
    given, void_since : datetime or None
        When the version was published, and when this copy ceased to be good.
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
    given: datetime | None = None
    void_since: datetime | None = None

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
        self._months, self._listed, self._ended = months, dict[int, dict[str, Recipient]](), dict[int, datetime]()
        self._published: dict[int, datetime] = {}

    def _versions_with(self, number: int) -> list[int]:
        """The versions of the same month that have been published so far."""
        return [one for one in self.found if self._months.get(one) == self._months.get(number)]

    def withdraw(self, entry: Entry) -> None:
        """Make every copy of the month void."""
        for number in self._versions_with(entry.version or 0):
            self._ended.setdefault(number, entry.at)
            self._make_void(number, self.found[number], entry.at)

    def _make_void(self, number: int, who: Iterable[str], at: datetime) -> None:
        copies = self.found[number]
        good = [one for one in who if one in copies and not copies[one].void]
        copies |= {one: replace(copies[one], void=True, void_since=at) for one in good}

    def give(self, entry: Entry, people: Collection[str]) -> None:
        """Give copies of a published version to departments and to these people; those that they had are void."""
        number = entry.version or 0
        listed = {one.id: one for one in PublishedFacts.read(entry.facts).recipients}
        takers = {who for who, one in listed.items() if one.kind == "department"} | set(people)
        for earlier in self._versions_with(number):
            self._make_void(earlier, takers, entry.at)
        self._listed[number], self._published[number] = listed, entry.at
        self.found[number] = {who: Receipt(number, one, given=entry.at) for who, one in listed.items() if who in takers}

    def mark(self, entry: Entry) -> None:
        """Mark a copy as signed for or as returned; whoever is on the list may have got one all the same."""
        number, who = entry.version or 0, CopyMarkedFacts.read(entry.facts).recipient
        copies = self.found[number]
        if who not in copies:
            versions = self._versions_with(number)
            place = versions.index(number)
            for earlier in versions[:place]:
                self._make_void(earlier, [who], entry.at)
            given = self._published[number]
            later = [self._published[other] for other in versions[place + 1 :] if who in self.found[other]]
            since = min([*later, *([self._ended[number]] if number in self._ended else [])], default=None)
            mine = self._listed[number][who]
            copies[who] = Receipt(number, mine, void=since is not None, given=given, void_since=since)
        if entry.event == "received":
            copies[who] = replace(copies[who], received=entry.at, received_by=entry.by)
        else:
            copies[who] = replace(copies[who], returned=entry.at, returned_by=entry.by)
