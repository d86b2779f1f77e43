"""The life of a change request (调班、顶班、缺勤、请假 …), the same for all kinds: pure functions, which read and store nothing.

::

                 confirmed        approved   refused   cancelled   undone   overtaken
    requested    confirmed (1)    approved   refused   cancelled   –        overtaken
    confirmed    confirmed (2)    approved   refused   cancelled   –        overtaken
    approved     –                –          –         –           undone   –
    refused      –                –          –         –           –        –
    cancelled    –                –          –         –           –        –
    undone       –                –          –         –           –        –
    overtaken    –                –          –         –           –        –

    (1) once everybody whose confirmation is needed has confirmed; until then it stays requested
    (2) by a person concerned whose confirmation was not needed, as in an absence

    confirmed    by each person concerned, once; by asking, the requester has confirmed
    approved     by somebody with the rights (see `rights`) who neither asked nor is concerned,
                 once all have confirmed, and on the version on which the request was checked
    refused      by somebody with the right or a person concerned, but not by the requester
    cancelled    by the requester or somebody with the right
    undone       by the approval of a request that takes it back, where nothing else has happened to its cells
    overtaken    by the approval of another request that takes its cells, see `overtaking`

In the log, a request is an entry `requested`, and one more entry for each further
event; `facts` says what they hold.
Only an approved request moves a published cell (RULES 2, 58, 64, 65, 69), unless the
whole month is issued anew for a recorded reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from math import inf
from typing import NamedTuple

from scheduler.domain import Fixed, Leave, Month, Overtime, Roster
from scheduler.errors import Refusal, RosterMoved
from scheduler.i18n import Sentence, join_items
from scheduler.timeline import DAY_MINUTES
from scheduler.workflow.overrides import UNNAMED, Override
from scheduler.workflow.version import EVENT_NAMES as LOG_EVENT_NAMES


class RequestKind(StrEnum):
    """What is asked for."""

    SWAP = "swap"  # 调班: two exchange duties, of one day or of two
    STAND_IN = "stand_in"  # 顶班: one takes another's duty
    ABSENCE = "absence"  # somebody cannot come
    LEAVE = "leave"
    CANCEL_LEAVE = "cancel_leave"
    OVERTIME = "overtime"
    SURGE = "surge"  # more people on a day
    EDIT = "edit"  # cells changed by hand
    UNDO = "undo"  # an approved request taken back
    TABLES = "tables"  # what the desk's tables say now, from a day on


KIND_NAMES: Mapping[RequestKind, Sentence] = {
    RequestKind.SWAP: Sentence("调班", "swap"),
    RequestKind.STAND_IN: Sentence("顶班", "stand-in"),
    RequestKind.ABSENCE: Sentence("缺勤", "absence"),
    RequestKind.LEAVE: Sentence("请假", "leave"),
    RequestKind.CANCEL_LEAVE: Sentence("销假", "leave called off"),
    RequestKind.OVERTIME: Sentence("加班", "overtime"),
    RequestKind.SURGE: Sentence("增援", "surge"),
    RequestKind.EDIT: Sentence("改表", "cells edited"),
    RequestKind.UNDO: Sentence("撤销", "taken back"),
    RequestKind.TABLES: Sentence("改用新表", "changed tables"),
}


# Why somebody is away is nobody else's business: what is told to all names the kind and the number, no more.
PRIVATE_KINDS = (RequestKind.ABSENCE, RequestKind.LEAVE, RequestKind.CANCEL_LEAVE, RequestKind.UNDO)


class RequestState(StrEnum):
    """The state of a request."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    APPROVED = "approved"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    UNDONE = "undone"
    OVERTAKEN = "overtaken"


STATE_NAMES: Mapping[RequestState, Sentence] = {
    RequestState.REQUESTED: Sentence("已申请", "requested"),
    RequestState.CONFIRMED: Sentence("已确认", "confirmed"),
    RequestState.APPROVED: Sentence("已批准", "approved"),
    RequestState.REFUSED: Sentence("已驳回", "refused"),
    RequestState.CANCELLED: Sentence("已撤回", "cancelled"),
    RequestState.UNDONE: Sentence("已撤销", "taken back"),
    RequestState.OVERTAKEN: Sentence("已落空", "overtaken"),
}

OPEN = (RequestState.REQUESTED, RequestState.CONFIRMED)
EVENTS = ("confirmed", "approved", "refused", "cancelled")  # the steps that somebody takes
UNDONE = "undone"  # befalls an approved request
OVERTAKEN = "overtaken"  # befalls an open request
BEFALLING = (UNDONE, OVERTAKEN)
STEPS: Mapping[tuple[RequestState, str], RequestState] = {
    **{(state, event): RequestState(event) for state in OPEN for event in EVENTS},
    (RequestState.APPROVED, UNDONE): RequestState.UNDONE,
    **{(state, OVERTAKEN): RequestState.OVERTAKEN for state in OPEN},
}


class Cell(NamedTuple):
    """One person's day in a roster."""

    worker: str
    day: date


# The fields that each kind of request needs; every kind may ask for overtime as well.
NEEDS: Mapping[RequestKind, tuple[str, ...]] = {
    RequestKind.SWAP: ("give", "take"),
    RequestKind.STAND_IN: ("give", "to"),
    RequestKind.ABSENCE: ("leave",),
    RequestKind.LEAVE: ("leave",),
    RequestKind.CANCEL_LEAVE: ("cancelled_leave",),
    RequestKind.OVERTIME: ("overtime",),
    RequestKind.SURGE: ("surge",),
    RequestKind.EDIT: ("cells",),
    RequestKind.UNDO: ("undoes",),
    RequestKind.TABLES: ("since",),
}


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request to change a published roster.

    Attributes
    ----------
    number : int
        Counted per desk, from 1; 0 for a request that is not recorded.
    month : Month
        The roster's.
    by : str
        Id of the requester, who need not be on the roster.
    because : str
        Why, in the requester's words.
    at : datetime
        When it was asked; given with a zone, stored in UTC.
    cells : tuple of Fixed
        What the roster has to hold, see `required_cells`; an empty shift is a day off. With a leave, cells of
        others may be asked for that are to change with it: they have to confirm.
    give, take : Cell or None
        The duty that is given away; in a swap, also the duty that is taken for it.
    to : str
        Id of the stand-in; in a swap empty, or the worker of `take`.
    leave, cancelled_leave : Leave or None
        The leave that is asked for; the days on which approved leave, of any kind, is cancelled.
    overtime : Overtime or None
    surge : (date, float) or None
        A day, and the factor by which its demand rises over that of the tables.
    checked_on : int
        Number of the version on which it was last checked; only on this one can it be approved.
    confirmed : tuple of str
        Ids of the people concerned who have confirmed, in that order.
    approver : str
        Who approved, refused or cancelled it; empty while it is open.
    override : str
        Why what speaks against it is to be set aside.
    sets_aside : tuple of Override
        What that is; see `set_aside`.
    decided_because : str
        Why it was approved, refused or cancelled.
    after_fact : bool
        Whether it tells what has happened already, at least in part (补办): nobody has to agree to a fact.
    undoes : int
        Number of the approved request that is taken back; 0 for none.
    parties : tuple of str
        Ids of those whom the request that is taken back concerned.
    papers_due : date or None
        By when papers are to be handed in, a sick note for instance.
    since : date or None
        The day from which on the month follows the tables as they are when it is asked.
    tables : str
        Digest of what they say.
    spared : tuple of str
        Ids of those who are not to be moved for it, nor asked ("not him, he does not answer").
    overtaken_by : int
        Number of the request whose approval took its cells; 0 for none.
    withheld : bool
        Whether whose it is and which days it is about is not told to whoever reads this; never recorded.

    Raises
    ------
    ValueError
        A field is missing, does not belong to the kind, or is out of range.
    """

    number: int
    kind: RequestKind
    month: Month
    by: str
    because: str
    at: datetime
    cells: tuple[Fixed, ...] = ()
    give: Cell | None = None
    take: Cell | None = None
    to: str = ""
    leave: Leave | None = None
    cancelled_leave: Leave | None = None
    overtime: Overtime | None = None
    surge: tuple[date, float] | None = None
    checked_on: int = 0
    confirmed: tuple[str, ...] = ()
    state: RequestState = RequestState.REQUESTED
    approver: str = ""
    override: str = ""
    sets_aside: tuple[Override, ...] = ()
    decided_because: str = ""
    after_fact: bool = False
    undoes: int = 0
    parties: tuple[str, ...] = ()
    papers_due: date | None = None
    since: date | None = None
    tables: str = ""
    spared: tuple[str, ...] = ()
    overtaken_by: int = 0
    withheld: bool = False

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"{self.at} has no time zone")
        object.__setattr__(self, "at", self.at.astimezone(UTC).replace(fold=0))
        missing = [name for name in NEEDS[self.kind] if not (getattr(self, name) or self.withheld)]
        if missing:
            raise ValueError(f"a request ({self.kind}) without {', '.join(missing)}")
        parts = {name for names in NEEDS.values() for name in names} - {"cells", "overtime", *NEEDS[self.kind]}
        if spare := [
            name for name in sorted(parts) if getattr(self, name) and (name, self.kind) != ("to", RequestKind.SWAP)
        ]:
            raise ValueError(f"a request ({self.kind}) with {', '.join(spare)}")
        if self.take and self.to not in ("", self.take.worker):
            raise ValueError(f"a swap with {self.take.worker} and {self.to}")
        if any(leave and leave.last < leave.first for leave in (self.leave, self.cancelled_leave)):
            raise ValueError("leave that ends before it begins")
        more = self.overtime
        early = more is not None and more.start is not None and not 0 <= more.start < 2 * DAY_MINUTES
        if (more and more.minutes <= 0) or early or (self.surge and not 0 < self.surge[1] < inf):
            raise ValueError(f"overtime {self.overtime}, surge {self.surge}")

    @property
    def is_open(self) -> bool:
        """Whether it is neither approved, refused nor cancelled yet."""
        return self.state in OPEN

    @property
    def set_aside(self) -> tuple[Override, ...]:
        """What is to be set aside; releases that recorded a reason only meant whatever could be."""
        return (self.sets_aside or UNNAMED) if self.override else ()

    @property
    def sides(self) -> tuple[str, ...]:
        """Who gives the duty and who takes it, in a swap or stand-in; empty for the other kinds."""
        taker = self.to or (self.take.worker if self.take else "")
        return tuple(dict.fromkeys((self.give.worker, taker))) if self.give else ()


def people_concerned(request: Request) -> tuple[str, ...]:
    """Whose duties, days off or overtime it changes, perhaps the requester's own: they confirm it, and cannot approve it."""
    people = list(request.sides)
    people += [row.worker for row in (request.leave, request.cancelled_leave, request.overtime) if row]
    people += request.parties
    if request.kind == RequestKind.EDIT or request.leave:
        people += [cell.worker for cell in request.cells]
    return tuple(dict.fromkeys(people))


def days_of(request: Request) -> list[date]:
    """The days that a request names, the first and the last of leave."""
    days = [at.day for at in (request.give, request.take, request.overtime, *request.cells) if at]
    for leave in (request.leave, request.cancelled_leave):
        days += [leave.first, leave.last] if leave else []
    days += [request.since] if request.since else []
    return days + ([request.surge[0]] if request.surge else [])


def people_awaited(request: Request) -> tuple[str, ...]:
    """Who still has to confirm. That somebody cannot come is a fact, as is what has happened: nobody confirms it."""
    if request.after_fact:
        return ()
    spared = {request.leave.worker} if request.kind == RequestKind.ABSENCE and request.leave else set()
    return tuple(worker for worker in people_concerned(request) if worker not in spared.union(request.confirmed))


def required_cells(request: Request, roster: Roster) -> tuple[Fixed, ...]:
    """The cells that the roster has to hold once a request is granted.

    Who gives a duty away is off on that day, unless both duties of a swap are on it.
    Who is away for whole days is off on the days of their duties; which duties go for hours of leave is the rules' to
    say. What is to change with it stays as it was asked. Edited cells
    are those of the request.
    """
    asked = request.leave
    if asked:
        days = [duty.day for duty in roster.duties if duty.worker == asked.worker and not asked.is_part]
        off = [Fixed(asked.worker, day, "") for day in dict.fromkeys(days) if asked.first <= day <= asked.last]
        with_it = [at for at in request.cells if at.worker != asked.worker or not asked.first <= at.day <= asked.last]
        return (*off, *with_it)
    if not request.give:
        return request.cells
    giver, taker = request.give.worker, request.sides[-1]
    cells = {request.give: ("",), Cell(taker, request.give.day): roster.on(*request.give)}
    if request.take:
        cells.setdefault(request.take, ("",))
        cells[Cell(giver, request.take.day)] = roster.on(*request.take) or ("",)
    return tuple(Fixed(*cell, shift) for cell, shifts in cells.items() for shift in shifts)


def open_request(request: Request, roster: Roster) -> Request:
    """A request as it enters the log: with its required cells, and confirmed by its requester if it concerns them."""
    found = replace(request, cells=required_cells(request, roster))
    if request.by in people_concerned(found) and request.by not in found.confirmed:
        found = replace(found, confirmed=(*found.confirmed, request.by))
    return replace(found, state=RequestState.REQUESTED if people_awaited(found) else RequestState.CONFIRMED)


def carry_to_version(request: Request, roster: Roster, version: int) -> Request:
    """An open request checked on another version: the cells of leave follow its roster, what two people agreed on stays."""
    return replace(
        request, cells=required_cells(request, roster) if request.leave else request.cells, checked_on=version
    )


# The steps of a request

EVENT_NAMES = {event: LOG_EVENT_NAMES[event] for event in EVENTS}
NO_STEP = Sentence("申请没有“{event}”这一步", "a request's life has no step “{event}”")
OVER = Sentence("第 {n} 号申请{state}，不能再{event}", "request {n} is already {state} and cannot be {event}")
NAMELESS = Sentence("第 {n} 号申请：须写明是谁", "request {n}: say who does this")
STRANGER = Sentence("第 {n} 号申请与“{by}”无关，不用其确认", "request {n} does not concern {by}, who cannot confirm it")
TWICE = Sentence("“{by}”已经确认过第 {n} 号申请", "{by} has already confirmed request {n}")
UNSAID = Sentence("", "")
NO_RIGHT = Sentence("“{by}”无权批准第 {n} 号申请{may}", "{by} may not approve request {n}{may}")
OWN = Sentence("“{by}”不能批准自己提出的第 {n} 号申请{may}", "{by} asked for request {n} and cannot approve it{may}")
INVOLVED = Sentence(
    "第 {n} 号申请关系到“{by}”本人，须由别人批准{may}",
    "request {n} concerns {by}: somebody else has to approve it{may}",
)
WAITING = Sentence("第 {n} 号申请还等“{who}”确认", "request {n} waits for {who} to confirm")
UNCHECKED = Sentence(
    "第 {n} 号申请是按第 {checked} 版核对的，现为第 {version} 版：请重新核对",
    "request {n} was checked on version {checked}, not on {version}: check it again",
)
OWN_REFUSED = Sentence("“{by}”自己提出的第 {n} 号申请只能撤回", "{by} asked for request {n} and can only cancel it")
NOT_THEIRS_TO_REFUSE = Sentence(
    "“{by}”无权驳回第 {n} 号申请{may}", "{by} has no say in request {n} and cannot refuse it{may}"
)
NOT_THEIRS_TO_CANCEL = Sentence(
    "第 {n} 号申请只能由申请人或批准人撤回{may}",
    "request {n} can be cancelled only by its requester or an approver{may}",
)


def step_request(
    request: Request,
    event: str,
    by: str,
    because: str = "",
    version: int | None = None,
    *,
    may_approve: bool = False,
    override: str = "",
    may: Sentence = UNSAID,
) -> Request:
    """Take a request one step on, see the module's table.

    Parameters
    ----------
    event : str
        One of `EVENTS`.
    by : str
        Id of the person who takes the step.
    version : int or None
        Number of the live version; an approval needs it.
    may_approve : bool
        Whether `by` has the right to approve this request, or to refuse it.
    override : str
        Why an approval overrides an objection.
    may : Sentence
        Who has that right, for a refusal.

    Raises
    ------
    RosterMoved
        The request was not checked on the live version.
    Refusal
        There is no such step, or `by` may not take it.
    """
    against = _refuse_step(request, event, by, may_approve)
    if against:
        raise Refusal(
            against,
            n=request.number,
            by=by,
            event=EVENT_NAMES.get(event, event),
            state=STATE_NAMES[request.state],
            who=Sentence(*(join_items(people_awaited(request), lang) for lang in ("zh", "en"))),
            may=may,
        )
    if event == "approved" and version != request.checked_on:
        unsaid = Sentence("？", "?")
        raise RosterMoved(
            UNCHECKED, n=request.number, checked=request.checked_on, version=unsaid if version is None else version
        )
    return after_event(request, event, by, because, override)


def _refuse_step(request: Request, event: str, by: str, may_approve: bool) -> Sentence | None:
    """Why a step is refused, whatever the version; `None` if it is not."""
    asked, involved = by == request.by, by in people_concerned(request)
    if event not in EVENTS:
        return NO_STEP
    if (request.state, event) not in STEPS:
        return OVER
    if not by.strip():
        return NAMELESS
    checks: Mapping[str, tuple[tuple[bool, Sentence], ...]] = {
        "confirmed": ((not involved, STRANGER), (by in request.confirmed, TWICE)),
        "approved": (
            (not may_approve, NO_RIGHT),
            (asked, OWN),
            (involved, INVOLVED),
            (bool(people_awaited(request)), WAITING),
        ),
        "refused": ((asked, OWN_REFUSED), (not (involved or may_approve), NOT_THEIRS_TO_REFUSE)),
        "cancelled": ((not (asked or may_approve), NOT_THEIRS_TO_CANCEL),),
    }
    return next((sentence for bad, sentence in checks[event] if bad), None)


def after_event(request: Request, event: str, by: str, because: str, override: str) -> Request:
    """The request after an event that was checked before."""
    if event == "confirmed":
        found = replace(request, confirmed=(*request.confirmed, by))
        return replace(found, state=RequestState.REQUESTED if people_awaited(found) else RequestState.CONFIRMED)
    if event in BEFALLING:
        return replace(request, state=STEPS[request.state, event])
    return replace(
        request,
        state=STEPS[request.state, event],
        approver=by,
        decided_because=because,
        override=override if event == "approved" else "",
        sets_aside=request.sets_aside if event == "approved" else (),
    )
