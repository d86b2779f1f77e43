"""The steps of a desk's log, each told in full: what an entry only refers to stands beside it.

An entry says `refused` and the number of a request; a step also has what was
asked, by whom, of whom and for which days, and where the request stands then.
Entries that do not follow from those before, or that nobody can read, are steps
as well, and say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from scheduler.audit.open_duties import OpenDuty
from scheduler.domain import Change, Leave, Month
from scheduler.i18n import Sentence
from scheduler.workflow.change_request import (
    BEFALLING,
    EVENTS,
    OVERTAKEN,
    STEPS,
    Request,
    after_event,
    days_of,
    people_concerned,
)
from scheduler.workflow.facts import (
    ApprovedFacts,
    CopyMarkedFacts,
    DecidedFacts,
    DraftedFacts,
    EnteredFacts,
    Entry,
    Judgement,
    OvertakenFacts,
    PublishedFacts,
    RequestedFacts,
    SupersededFacts,
    WithdrawnFacts,
    rehearsal_of,
    request_of,
)
from scheduler.workflow.holdings import months_of_versions
from scheduler.workflow.hr_facts import TakenFacts
from scheduler.workflow.keeping_facts import ForgottenFacts, RestoredFacts, SettledFacts
from scheduler.workflow.overrides import Override
from scheduler.workflow.table_facts import LinkShutFacts, TableChangedFacts
from scheduler.workflow.version import Recipient

UNCONNECTED = Sentence("与前面的记录不相连", "does not follow from the entries before")
UNREADABLE = Sentence("内容无法解读", "cannot be read")
NOT_AS_WRITTEN = (KeyError, TypeError, ValueError, AttributeError, IndexError)  # what reading a forged entry raises


class NumberedEntry(Entry, Protocol):
    """A log entry with its place in the log."""

    @property
    def sequence(self) -> int:
        """Counts from 1 within the desk."""

    @property
    def ran(self) -> str:
        """The account and machine that made it; empty where an earlier release did."""


class CellRole(StrEnum):
    """What a step says of a cell."""

    ASKED = "asked"
    FURTHER = "further"
    MOVED = "moved"
    SETTLED = "settled"
    ENTERED = "entered"


ROLE_NAMES: Mapping[CellRole, Sentence] = {
    CellRole.ASKED: Sentence("所请", "asked for"),
    CellRole.FURTHER: Sentence("须同时改", "has to move with it"),
    CellRole.MOVED: Sentence("已改", "moved"),
    CellRole.SETTLED: Sentence("已改（原已定）", "moved although settled"),
    CellRole.ENTERED: Sentence("补记实际", "as worked"),
}


class StepCell(NamedTuple):
    """A cell of a step: what stood there, what stands or would stand there, and what the step says of it."""

    change: Change
    role: CellRole


@dataclass(frozen=True, kw_only=True)
class Step:
    """One entry of the log, told in full.

    Attributes
    ----------
    sequence : int
        Of the entry.
    months : tuple of Month
        The months that it touches, in order.
    request : Request or None
        The request that it is about, or that led to it, as it stands after this step.
    judgement : Judgement or None
        What a request was judged to come to, where this step judged it.
    cells : tuple of StepCell
    recipient : Recipient or None
        Whose copy was signed for or came back.
    other : int or None
        The version that replaces this one, or that it replaces.
    due : date or None
        By when it had to be published.
    told : tuple of str
        Ids of those who were given a copy of their own, or told that theirs is void.
    open : tuple of OpenDuty
        The duties that a version put in force leaves open.
    override : str
        Why objections are set aside; `sets_aside` names them, where that was recorded.
    origin : str or (date, float)
        The file that a draft was imported from, or the ledger restored; the day and factor of a surge.
    made_from : int or None
        The version that a surge started from.
    granted : Leave or None
        The leave that was approved, where its first days had passed by then.
    settled : SettledFacts or None
        The balances that were settled.
    ran_by : str
        The account and machine that made the entry.
    rehearsal : str
        What the clock said, where it was done in a rehearsal.
    forgotten : ForgottenFacts or None
        Which private facts were erased.
    changed : TableChangedFacts or None
        Which rows of the desk's tables were changed.
    taken : TakenFacts or None
        Which days an HR workbook tells that was taken.
    attendance : int
        How many findings about duties were confirmed or taken back; what they are is told to HR.
    rejected : int
        How many proposed findings were rejected.
    through : str
        By what somebody signed without logging in, as in `CopyMarkedFacts`.
    recorded_by : str
        Id of who recorded somebody else's word on a request; empty for one's own.
    fault : Sentence or None
        Why it is told in part only.
    """

    sequence: int
    at: datetime
    event: str
    by: str
    because: str
    version: int | None
    months: tuple[Month, ...] = ()
    request: Request | None = None
    judgement: Judgement | None = None
    cells: tuple[StepCell, ...] = ()
    recipient: Recipient | None = None
    other: int | None = None
    due: date | None = None
    late: bool = False
    told: tuple[str, ...] = ()
    open: tuple[OpenDuty, ...] = ()
    override: str = ""
    sets_aside: tuple[Override, ...] = ()
    origin: str | tuple[date, float] = ""
    made_from: int | None = None
    granted: Leave | None = None
    settled: SettledFacts | None = None
    ran_by: str = ""
    rehearsal: str = ""
    forgotten: ForgottenFacts | None = None
    changed: TableChangedFacts | None = None
    taken: TakenFacts | None = None
    attendance: int = 0
    rejected: int = 0
    through: str = ""
    recorded_by: str = ""
    fault: Sentence | None = None

    @property
    def concerned(self) -> tuple[str, ...]:
        """Ids of those whom it concerns: who confirms a request, holds a copy, has a balance that is settled."""
        if self.recipient:
            return (self.recipient.id,)
        if self.settled:
            return tuple(dict.fromkeys(one.worker for one in self.settled.balances))
        if self.forgotten:
            return self.forgotten.whose
        return people_concerned(self.request) if self.request else ()

    @property
    def people(self) -> frozenset[str]:
        """Ids of everybody who has to do with it."""
        asked = (self.request.by, *self.request.confirmed) if self.request else ()
        moved = (cell.change.worker for cell in self.cells)
        return frozenset({self.by, *self.concerned, *asked, *moved, *self.told} - {""})


def log_steps(entries: Sequence[NumberedEntry]) -> list[Step]:
    """Every entry of a log as a step, in order.

    Parameters
    ----------
    entries : sequence of entries
        The whole log: a step tells what entries before it said.
    """
    log = _Reader(entries)
    return [log.read(entry) for entry in entries]


def request_span(request: Request) -> tuple[date, date] | None:
    """The first and the last day that a request is about; `None` where it names none."""
    days = days_of(request)
    return (min(days), max(days)) if days else None


class _Reader:
    """Reads entries one after another."""

    def __init__(self, entries: Sequence[NumberedEntry]) -> None:
        self._months = months_of_versions(entries)
        self._requests: dict[int, Request] = {}
        self._judged: dict[int, tuple[Month, ...]] = {}
        self._drafted: dict[int, DraftedFacts] = {}
        self._recipients: dict[str, Recipient] = {}

    def read(self, entry: NumberedEntry) -> Step:
        """The step of an entry; of one that no release has written what can be told of it."""
        step = Step(
            sequence=entry.sequence,
            at=entry.at,
            event=entry.event,
            by=entry.by,
            because=entry.because,
            version=entry.version,
            ran_by=entry.ran,
            rehearsal=rehearsal_of(entry),
        )
        try:
            step = replace(step, months=self._months_of([entry.version]))
            return self._with_months(self._complete(step, entry))
        except NOT_AS_WRITTEN:
            return replace(step, fault=UNREADABLE)

    def _complete(self, step: Step, entry: Entry) -> Step:
        """The step with what its event has to tell."""
        number = request_of(entry)
        if number is not None and entry.event in ("requested", *EVENTS, *BEFALLING):
            step = self._take_step(step, entry, number)
        elif number is not None:
            step = replace(step, request=self._requests.get(number))
        tell = {
            "drafted": self._tell_draft,
            "published": self._tell_publication,
            "superseded": lambda step, entry: replace(step, other=SupersededFacts.read(entry.facts).by_version),
            "withdrawn": lambda step, entry: replace(step, told=WithdrawnFacts.read(entry.facts).told or ()),
            "forgotten": lambda step, entry: replace(step, forgotten=ForgottenFacts.read(entry.facts)),
            "link_shut": _tell_link,
            "taken": _tell_taking,
            "changed": lambda step, entry: replace(step, changed=TableChangedFacts.read(entry.facts)),
            "restored": lambda step, entry: replace(step, origin=RestoredFacts.read(entry.facts).file),
            "settled": _tell_settling,
            "rechecked": lambda step, entry: _with_judgement(step, Judgement.read(entry.facts)),
            "entered": _tell_entered,
            **dict.fromkeys(("received", "returned"), self._tell_copy),
        }.get(entry.event)
        return tell(step, entry) if tell else step

    def _take_step(self, step: Step, entry: Entry, number: int) -> Step:
        """A step in the life of a request."""
        before = self._requests.get(number)
        judgement: Judgement | None = None
        override = ""
        if entry.event == "requested" and before is None:
            facts = RequestedFacts.read(entry.facts)
            after, judgement, override = facts.request, facts.judgement, facts.request.override
        elif before is not None and (before.state, entry.event) in STEPS:
            if entry.event == "approved":
                approval = ApprovedFacts.read(entry.facts)
                judgement, override = approval.judgement, approval.override
                checked_on = before.checked_on if approval.version is None else approval.version
                before = replace(before, leave=approval.granted or before.leave, checked_on=checked_on)
                step = replace(step, granted=approval.granted)
            if entry.event in ("confirmed", "refused", "cancelled"):
                step = replace(step, recorded_by=DecidedFacts.read(entry.facts).recorded_by)
            if entry.event == OVERTAKEN:
                before = replace(before, overtaken_by=OvertakenFacts.read(entry.facts).overtaken_by)
            after = after_event(before, entry.event, entry.by, entry.because, override)
        else:
            return replace(step, request=before, fault=UNCONNECTED)
        self._requests[number] = after
        step = replace(step, request=after, override=override, sets_aside=after.sets_aside if override else ())
        return _with_judgement(step, judgement) if judgement else step

    def _tell_draft(self, step: Step, entry: Entry) -> Step:
        facts = DraftedFacts.read(entry.facts)
        if entry.version is not None:
            self._drafted[entry.version] = facts
        return replace(step, origin=facts.imported or facts.surge or "", made_from=facts.made_from)

    def _tell_publication(self, step: Step, entry: Entry) -> Step:
        facts = PublishedFacts.read(entry.facts)
        self._recipients |= {one.id: one for one in facts.recipients}
        changes = facts.changes or self._drafted.get(entry.version or 0, DraftedFacts()).changes
        cells = tuple(StepCell(one, CellRole.SETTLED if one in facts.over else CellRole.MOVED) for one in changes)
        step = replace(step, cells=cells, other=facts.supersedes, due=facts.due, late=facts.late)
        return replace(step, told=facts.given or (), open=facts.open)

    def _tell_copy(self, step: Step, entry: Entry) -> Step:
        facts = CopyMarkedFacts.read(entry.facts)
        who = facts.recipient
        return replace(step, recipient=self._recipients.get(who, Recipient("person", who, who)), through=facts.through)

    def _months_of(self, versions: Iterable[int | None]) -> tuple[Month, ...]:
        """The months of versions, in order."""
        names = {self._months.get(number or 0, "") for number in versions} - {""}
        return tuple(Month.parse(name) for name in sorted(names))

    def _with_months(self, step: Step) -> Step:
        """The step with every month that it touches: of what concerns one version alone, that version's."""
        request = step.request
        if request is None or step.event in ("drafted", "published", "superseded"):
            return step
        if step.judgement:
            self._judged[request.number] = self._months_of(step.judgement.also)
        months = {request.month, *step.months, *self._judged.get(request.number, ())}
        months |= {Month.of(cell.change.day) for cell in step.cells}
        span = request_span(request)
        month, last = (Month.of(day) for day in span) if span else (request.month, request.month)
        while month <= last:
            months.add(month)
            month = month.next
        return replace(step, months=tuple(sorted(months)))


def _with_judgement(step: Step, judgement: Judgement) -> Step:
    """The step with the cells that its request would move: those that it names, and those that have to move with them."""
    named = {(cell.worker, cell.day) for cell in step.request.cells} if step.request else set()
    cells = tuple(StepCell(one, CellRole.ASKED if one[:2] in named else CellRole.FURTHER) for one in judgement.changes)
    return replace(step, judgement=judgement, cells=cells)


def _tell_link(step: Step, entry: Entry) -> Step:
    """The step with whose link of which month it shuts."""
    facts = LinkShutFacts.read(entry.facts)
    return replace(step, recipient=Recipient("person", facts.worker, facts.worker), months=(facts.month,))


def _tell_taking(step: Step, entry: Entry) -> Step:
    """The step with the days of the HR workbook that was taken."""
    facts = TakenFacts.read(entry.facts)
    return replace(step, taken=facts, months=tuple(sorted({Month.of(facts.first), Month.of(facts.last)})))


def _tell_settling(step: Step, entry: Entry) -> Step:
    """The step with the balances that it settles, and the month from which on they count anew."""
    facts = SettledFacts.read(entry.facts)
    return replace(step, settled=facts, months=tuple(sorted({*step.months, facts.month})))


def _tell_entered(step: Step, entry: Entry) -> Step:
    """The step with the cells that were worked otherwise, and the months of those whose attendance was confirmed."""
    facts = EnteredFacts.read(entry.facts)
    months = {*step.months, *(Month.of(one.day) for one in facts.attendance)}
    cells = _cells(facts.changes, CellRole.ENTERED)
    rejected = sum(one.rejected for one in facts.attendance)
    confirmed = len(facts.attendance) - rejected
    return replace(step, cells=cells, attendance=confirmed, rejected=rejected, months=tuple(sorted(months)))


def _cells(changes: Iterable[Change], role: CellRole) -> tuple[StepCell, ...]:
    return tuple(StepCell(one, role) for one in changes)
