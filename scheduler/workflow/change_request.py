"""A change request's life (调班、顶班、缺勤、请假 …), by one path for all kinds: pure functions, nothing read or kept.

::

                 confirmed        approved   refused   cancelled
    requested    confirmed (1)    approved   refused   cancelled
    confirmed    confirmed (2)    approved   refused   cancelled
    approved     –                –          –         –
    refused      –                –          –         –
    cancelled    –                –          –         –

    (1) once everybody who has to has confirmed; until then it stays requested
    (2) by somebody concerned whose word was not waited for, as at an absence

    confirmed    by each of those concerned, once; asking is the requester's own word
    approved     by one who may approve, who neither asked nor is concerned, once all
                 have confirmed, on the version on which the request was checked
    refused      by one who may approve, or one concerned, but not by who asked
    cancelled    by who asked, or one who may approve

In the log a request is the entry `requested` with `to_facts(request)` as its facts,
and an entry for each further event with `{"request": number}`; that of `approved`
adds `"version"` and, where something was overridden, `"override"`.
Nothing but an approved request moves a published cell (RULES 2, 58, 64, 65, 69), short
of a month issued anew for a reason on record.
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


KIND_NAMES: Mapping[RequestKind, Sentence] = {
    RequestKind.SWAP: Sentence("调班", "swap"),
    RequestKind.STAND_IN: Sentence("顶班", "stand-in"),
    RequestKind.ABSENCE: Sentence("缺勤", "absence"),
    RequestKind.LEAVE: Sentence("请假", "leave"),
    RequestKind.CANCEL_LEAVE: Sentence("销假", "leave called off"),
    RequestKind.OVERTIME: Sentence("加班", "overtime"),
    RequestKind.SURGE: Sentence("增援", "surge"),
    RequestKind.EDIT: Sentence("改表", "cells edited"),
}


class RequestState(StrEnum):
    """Where a request is in its life."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    APPROVED = "approved"
    REFUSED = "refused"
    CANCELLED = "cancelled"


STATE_NAMES: Mapping[RequestState, Sentence] = {
    RequestState.REQUESTED: Sentence("已申请", "requested"),
    RequestState.CONFIRMED: Sentence("已确认", "confirmed"),
    RequestState.APPROVED: Sentence("已批准", "approved"),
    RequestState.REFUSED: Sentence("已驳回", "refused"),
    RequestState.CANCELLED: Sentence("已撤回", "cancelled"),
}

OPEN = (RequestState.REQUESTED, RequestState.CONFIRMED)
EVENTS = ("confirmed", "approved", "refused", "cancelled")
STEPS: Mapping[tuple[RequestState, str], RequestState] = {
    (state, event): RequestState(event) for state in OPEN for event in EVENTS
}


class Cell(NamedTuple):
    """One person's day in a roster."""

    worker: str
    day: date


# What a request of each kind cannot do without; overtime may be asked for together with any.
NEEDS: Mapping[RequestKind, tuple[str, ...]] = {
    RequestKind.SWAP: ("give", "take"),
    RequestKind.STAND_IN: ("give", "to"),
    RequestKind.ABSENCE: ("leave",),
    RequestKind.LEAVE: ("leave",),
    RequestKind.CANCEL_LEAVE: ("cancelled_leave",),
    RequestKind.OVERTIME: ("overtime",),
    RequestKind.SURGE: ("surge",),
    RequestKind.EDIT: ("cells",),
}


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request to change a published roster.

    Attributes
    ----------
    number : int
        Counts on the desk.
    month : Month
        The roster's.
    by : str
        Id of who asks: a worker's, or somebody's who is not on the roster.
    because : str
        Why, in the requester's words.
    at : datetime
        When it was asked; given with a zone, kept in UTC.
    cells : tuple of Fixed
        What the roster has to hold, see `required`; an empty shift is a day off.
    give, take : Cell or None
        Whose duty is given away; at a swap, whose is taken for it.
    to : str
        Id of who stands in; at a swap empty, or the worker of `take`.
    leave, cancelled_leave : Leave or None
        Days away that are asked for; days on which leave is called off, of whatever kind it is.
    overtime : Overtime or None
    surge : (date, float) or None
        A day, and how many times the people asked for in the tables it needs.
    checked_on : int
        Number of the version on which it was last checked; an approval holds for this one only.
    confirmed : tuple of str
        Ids of those concerned who have agreed, in that order.
    approver : str
        Who approved it, or else refused or cancelled it; empty while it is open.
    override : str
        Why it was approved in spite of an objection.
    decided_because : str
        Why it was approved, refused or cancelled.

    Raises
    ------
    ValueError
        Something is missing or makes no sense.
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
    decided_because: str = ""

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"{self.at} has no time zone")
        object.__setattr__(self, "at", self.at.astimezone(UTC).replace(fold=0))
        if missing := [name for name in NEEDS[self.kind] if not getattr(self, name)]:
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
        if (self.overtime and self.overtime.minutes <= 0) or (self.surge and not 0 < self.surge[1] < inf):
            raise ValueError(f"overtime {self.overtime}, surge {self.surge}")

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody's word."""
        return self.state in OPEN

    @property
    def sides(self) -> tuple[str, ...]:
        """Who gives a duty and who takes it, at a swap or stand-in; empty for the other kinds."""
        taker = self.to or (self.take.worker if self.take else "")
        return tuple(dict.fromkeys((self.give.worker, taker))) if self.give else ()


def people_concerned(request: Request) -> tuple[str, ...]:
    """Whose duty, day off or overtime it is about, the requester too where it is theirs: they confirm, none approves."""
    people = list(request.sides)
    people += [row.worker for row in (request.leave, request.cancelled_leave, request.overtime) if row]
    if request.kind == RequestKind.EDIT:
        people += [cell.worker for cell in request.cells]
    return tuple(dict.fromkeys(people))


def people_awaited(request: Request) -> tuple[str, ...]:
    """Whose word is still waited for; who cannot come is a fact, and nobody waits for theirs."""
    spared = {request.leave.worker} if request.kind == RequestKind.ABSENCE and request.leave else set()
    return tuple(worker for worker in people_concerned(request) if worker not in spared.union(request.confirmed))


def required_cells(request: Request, roster: Roster) -> tuple[Fixed, ...]:
    """The cells that the roster has to hold when a request is granted.

    Whoever gives a duty away has the day off, unless the swap is of one day; those
    away are off where they had a duty; edited cells are the request's own.
    """
    asked = request.leave
    if asked:
        off = [duty.day for duty in roster.duties if duty.worker == asked.worker]
        return tuple(Fixed(asked.worker, day, "") for day in dict.fromkeys(off) if asked.first <= day <= asked.last)
    if not request.give:
        return request.cells
    giver, taker = request.give.worker, request.sides[-1]
    cells = {request.give: ("",), Cell(taker, request.give.day): roster.on(*request.give)}
    if request.take:
        cells.setdefault(request.take, ("",))
        cells[Cell(giver, request.take.day)] = roster.on(*request.take) or ("",)
    return tuple(Fixed(*cell, shift) for cell, shifts in cells.items() for shift in shifts)


def open_request(request: Request, roster: Roster) -> Request:
    """A request as it enters the log: with its cells, and the requester's own word where it is about them."""
    found = replace(request, cells=required_cells(request, roster))
    if request.by in people_concerned(found) and request.by not in found.confirmed:
        found = replace(found, confirmed=(*found.confirmed, request.by))
    return replace(found, state=RequestState.REQUESTED if people_awaited(found) else RequestState.CONFIRMED)


def carry_to_version(request: Request, roster: Roster, version: int) -> Request:
    """An open request held against another version; days away follow the roster, what two agreed on does not."""
    return replace(
        request, cells=required_cells(request, roster) if request.leave else request.cells, checked_on=version
    )


# A request's life

EVENT_NAMES: Mapping[str, Sentence] = {
    "confirmed": Sentence("确认", "confirmed"),
    "approved": Sentence("批准", "approved"),
    "refused": Sentence("驳回", "refused"),
    "cancelled": Sentence("撤回", "cancelled"),
}
NO_STEP = Sentence("申请没有“{event}”这一步", "a request's life has no step “{event}”")
OVER = Sentence("第 {n} 号申请{state}，不能再{event}", "request {n} is {state} already and cannot be {event}")
NAMELESS = Sentence("第 {n} 号申请：须写明是谁", "request {n}: it must be said who does this")
STRANGER = Sentence("第 {n} 号申请与“{by}”无关，不用其确认", "request {n} does not concern {by}, who cannot confirm it")
TWICE = Sentence("“{by}”已经确认过第 {n} 号申请", "{by} has confirmed request {n} before")
NO_RIGHT = Sentence("“{by}”无权批准第 {n} 号申请", "{by} may not approve request {n}")
OWN = Sentence("“{by}”不能批准自己提出的第 {n} 号申请", "{by} asked for request {n} and cannot approve it")
INVOLVED = Sentence(
    "第 {n} 号申请关系到“{by}”本人，须由别人批准", "request {n} concerns {by}: somebody else has to approve it"
)
WAITING = Sentence("第 {n} 号申请还等“{who}”确认", "request {n} waits for the word of {who}")
UNCHECKED = Sentence(
    "第 {n} 号申请是按第 {checked} 版核对的，现为第 {version} 版：请重新核对",
    "request {n} was checked on version {checked}, not on {version}: check it again",
)
OWN_REFUSED = Sentence("“{by}”自己提出的第 {n} 号申请只能撤回", "{by} asked for request {n} and can only cancel it")
NOT_THEIRS_TO_REFUSE = Sentence("“{by}”无权驳回第 {n} 号申请", "{by} has no say in request {n} and cannot refuse it")
NOT_THEIRS_TO_CANCEL = Sentence(
    "第 {n} 号申请只能由申请人或批准人撤回", "request {n} can be cancelled by who asked for it, or who may approve it"
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
) -> Request:
    """The request after an event, see the module's table.

    Parameters
    ----------
    event : str
        One of `EVENTS`.
    by : str
        Id of whose word it is.
    version : int or None
        Number of the live version; an approval cannot do without.
    may_approve : bool
        Whether `by` has the right to approve requests on the desk.
    override : str
        Why an approval sets an objection aside.

    Raises
    ------
    RosterMoved
        The request was checked on another version than the live one.
    Refusal
        The step is not there, or not theirs to take.
    """
    against = _against(request, event, by, may_approve)
    if against:
        raise Refusal(
            against,
            n=request.number,
            by=by,
            event=EVENT_NAMES.get(event, event),
            state=STATE_NAMES[request.state],
            who=Sentence(*(join_items(people_awaited(request), lang) for lang in ("zh", "en"))),
        )
    if event == "approved" and version != request.checked_on:
        unsaid = Sentence("？", "?")
        raise RosterMoved(
            UNCHECKED, n=request.number, checked=request.checked_on, version=unsaid if version is None else version
        )
    return after_event(request, event, by, because, override)


def _against(request: Request, event: str, by: str, may_approve: bool) -> Sentence | None:
    """What stands against a step, the version apart."""
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
    """The request after an event that may happen."""
    if event == "confirmed":
        found = replace(request, confirmed=(*request.confirmed, by))
        return replace(found, state=RequestState.REQUESTED if people_awaited(found) else RequestState.CONFIRMED)
    return replace(
        request,
        state=STEPS[request.state, event],
        approver=by,
        decided_because=because,
        override=override if event == "approved" else "",
    )
