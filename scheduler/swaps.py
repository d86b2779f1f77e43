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

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import chain
from math import ceil, inf
from typing import Any, NamedTuple, Protocol

from scheduler.domain import (
    AND,
    LEAVE_NAMES,
    WORKING_LEAVE,
    Demand,
    Duty,
    Fixed,
    Leave,
    Overtime,
    Problem,
    Roster,
    SlotNeed,
)
from scheduler.errors import LedgerError, Refusal, RosterMoved
from scheduler.i18n import Lang, Sentence, day_name, join_items
from scheduler.timeline import ONE_DAY


class Kind(StrEnum):
    """What is asked for."""

    SWAP = "swap"  # 调班: two exchange duties, of one day or of two
    STAND_IN = "stand_in"  # 顶班: one takes another's duty
    ABSENCE = "absence"  # somebody cannot come
    LEAVE = "leave"
    CANCEL_LEAVE = "cancel_leave"
    OVERTIME = "overtime"
    SURGE = "surge"  # more people on a day
    EDIT = "edit"  # cells changed by hand


KIND_NAMES: Mapping[Kind, Sentence] = {
    Kind.SWAP: Sentence("调班", "swap"),
    Kind.STAND_IN: Sentence("顶班", "stand-in"),
    Kind.ABSENCE: Sentence("缺勤", "absence"),
    Kind.LEAVE: Sentence("请假", "leave"),
    Kind.CANCEL_LEAVE: Sentence("销假", "leave called off"),
    Kind.OVERTIME: Sentence("加班", "overtime"),
    Kind.SURGE: Sentence("增援", "surge"),
    Kind.EDIT: Sentence("改表", "cells edited"),
}


class State(StrEnum):
    """Where a request is in its life."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    APPROVED = "approved"
    REFUSED = "refused"
    CANCELLED = "cancelled"


STATE_NAMES: Mapping[State, Sentence] = {
    State.REQUESTED: Sentence("已申请", "requested"),
    State.CONFIRMED: Sentence("已确认", "confirmed"),
    State.APPROVED: Sentence("已批准", "approved"),
    State.REFUSED: Sentence("已驳回", "refused"),
    State.CANCELLED: Sentence("已撤回", "cancelled"),
}

OPEN = (State.REQUESTED, State.CONFIRMED)
EVENTS = ("confirmed", "approved", "refused", "cancelled")
STEPS: Mapping[tuple[State, str], State] = {(state, event): State(event) for state in OPEN for event in EVENTS}


class Cell(NamedTuple):
    """One person's day in a roster."""

    worker: str
    day: date


# What a request of each kind cannot do without; overtime may be asked for together with any.
NEEDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.SWAP: ("give", "take"),
    Kind.STAND_IN: ("give", "to"),
    Kind.ABSENCE: ("leave",),
    Kind.LEAVE: ("leave",),
    Kind.CANCEL_LEAVE: ("cancelled_leave",),
    Kind.OVERTIME: ("overtime",),
    Kind.SURGE: ("surge",),
    Kind.EDIT: ("cells",),
}


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request to change a published roster.

    Attributes
    ----------
    number : int
        Counts on the desk.
    month : str
        The roster's, as `2026-12`.
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
    kind: Kind
    month: str
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
    state: State = State.REQUESTED
    approver: str = ""
    override: str = ""
    decided_because: str = ""

    def __post_init__(self) -> None:
        date.fromisoformat(f"{self.month}-01")
        if self.at.tzinfo is None:
            raise ValueError(f"{self.at} has no time zone")
        object.__setattr__(self, "at", self.at.astimezone(UTC).replace(fold=0))
        if missing := [name for name in NEEDS[self.kind] if not getattr(self, name)]:
            raise ValueError(f"a request ({self.kind}) without {', '.join(missing)}")
        parts = {name for names in NEEDS.values() for name in names} - {"cells", "overtime", *NEEDS[self.kind]}
        if spare := [name for name in sorted(parts) if getattr(self, name) and (name, self.kind) != ("to", Kind.SWAP)]:
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


def concerned(request: Request) -> tuple[str, ...]:
    """Whose duty, day off or overtime it is about, the requester too where it is theirs: they confirm, none approves."""
    people = list(request.sides)
    people += [row.worker for row in (request.leave, request.cancelled_leave, request.overtime) if row]
    if request.kind == Kind.EDIT:
        people += [cell.worker for cell in request.cells]
    return tuple(dict.fromkeys(people))


def outstanding(request: Request) -> tuple[str, ...]:
    """Whose word is still waited for; who cannot come is a fact, and nobody waits for theirs."""
    spared = {request.leave.worker} if request.kind == Kind.ABSENCE and request.leave else set()
    return tuple(worker for worker in concerned(request) if worker not in spared.union(request.confirmed))


def required(request: Request, roster: Roster) -> tuple[Fixed, ...]:
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


def opened(request: Request, roster: Roster) -> Request:
    """A request as it enters the log: with its cells, and the requester's own word where it is about them."""
    found = replace(request, cells=required(request, roster))
    if request.by in concerned(found) and request.by not in found.confirmed:
        found = replace(found, confirmed=(*found.confirmed, request.by))
    return replace(found, state=State.REQUESTED if outstanding(found) else State.CONFIRMED)


def checked(request: Request, roster: Roster, version: int) -> Request:
    """An open request held against another version; days away follow the roster, what two agreed on does not."""
    return replace(request, cells=required(request, roster) if request.leave else request.cells, checked_on=version)


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


def step(
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
            who=Sentence(*(join_items(outstanding(request), lang) for lang in ("zh", "en"))),
        )
    if event == "approved" and version != request.checked_on:
        unsaid = Sentence("？", "?")
        raise RosterMoved(
            UNCHECKED, n=request.number, checked=request.checked_on, version=unsaid if version is None else version
        )
    return _after(request, event, by, because, override)


def _against(request: Request, event: str, by: str, may_approve: bool) -> Sentence | None:
    """What stands against a step, the version apart."""
    asked, involved = by == request.by, by in concerned(request)
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
            (bool(outstanding(request)), WAITING),
        ),
        "refused": ((asked, OWN_REFUSED), (not (involved or may_approve), NOT_THEIRS_TO_REFUSE)),
        "cancelled": ((not (asked or may_approve), NOT_THEIRS_TO_CANCEL),),
    }
    return next((sentence for bad, sentence in checks[event] if bad), None)


def _after(request: Request, event: str, by: str, because: str, override: str) -> Request:
    """The request after an event that may happen."""
    if event == "confirmed":
        found = replace(request, confirmed=(*request.confirmed, by))
        return replace(found, state=State.REQUESTED if outstanding(found) else State.CONFIRMED)
    return replace(
        request,
        state=STEPS[request.state, event],
        approver=by,
        decided_because=because,
        override=override if event == "approved" else "",
    )


# The log


def to_facts(request: Request) -> dict[str, object]:
    """A request in JSON's types, as the facts of its log entry; its number is `request`."""

    def away(leave: Leave | None) -> dict[str, object] | None:
        if leave is None:
            return None
        first, last = leave.first.isoformat(), leave.last.isoformat()
        return {
            "worker": leave.worker,
            "first": first,
            "last": last,
            "kind": str(leave.kind),
            "approved": leave.approved,
        }

    def cell(at: Cell | None) -> list[str] | None:
        return [at.worker, at.day.isoformat()] if at else None

    overtime, surge = request.overtime, request.surge
    return {
        "request": request.number,
        "kind": request.kind.value,
        "month": request.month,
        "by": request.by,
        "because": request.because,
        "at": request.at.isoformat(),
        "cells": [[fixed.worker, fixed.day.isoformat(), fixed.shift] for fixed in request.cells],
        "give": cell(request.give),
        "take": cell(request.take),
        "to": request.to,
        "leave": away(request.leave),
        "cancelled_leave": away(request.cancelled_leave),
        "overtime": [overtime.worker, overtime.day.isoformat(), overtime.minutes] if overtime else None,
        "surge": [surge[0].isoformat(), surge[1]] if surge else None,
        "checked_on": request.checked_on,
        "confirmed": list(request.confirmed),
        "state": request.state.value,
        "approver": request.approver,
        "override": request.override,
        "decided_because": request.decided_because,
    }


def from_facts(facts: Mapping[str, Any]) -> Request:
    """The request that `to_facts` wrote down; further facts are left alone."""

    def away(row: Mapping[str, Any] | None) -> Leave | None:
        if row is None:
            return None
        first, last = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
        return Leave(row["worker"], first, last, row["kind"], row["approved"])

    def cell(row: list[str] | None) -> Cell | None:
        return Cell(row[0], date.fromisoformat(row[1])) if row else None

    overtime, surge = facts["overtime"], facts["surge"]
    return Request(
        number=facts["request"],
        kind=Kind(facts["kind"]),
        month=facts["month"],
        by=facts["by"],
        because=facts["because"],
        at=datetime.fromisoformat(facts["at"]),
        cells=tuple(Fixed(worker, date.fromisoformat(day), shift) for worker, day, shift in facts["cells"]),
        give=cell(facts["give"]),
        take=cell(facts["take"]),
        to=facts["to"],
        leave=away(facts["leave"]),
        cancelled_leave=away(facts["cancelled_leave"]),
        overtime=Overtime(overtime[0], date.fromisoformat(overtime[1]), overtime[2]) if overtime else None,
        surge=(date.fromisoformat(surge[0]), surge[1]) if surge else None,
        checked_on=facts["checked_on"],
        confirmed=tuple(facts["confirmed"]),
        state=State(facts["state"]),
        approver=facts["approver"],
        override=facts["override"],
        decided_because=facts["decided_because"],
    )


class Entry(Protocol):
    """What `replay` reads of a log entry."""

    @property
    def event(self) -> str:
        """What happened."""

    @property
    def by(self) -> str:
        """Whose word it was."""

    @property
    def because(self) -> str:
        """Why."""

    @property
    def facts(self) -> Mapping[str, object]:
        """What else, in JSON's types."""


BROKEN = Sentence(
    "记录不相连：第 {n} 号申请不能有“{event}”", "the log does not hang together: “{event}” of request {n}"
)


def replay(entries: Iterable[Entry]) -> dict[int, Request]:
    """The requests of a log by number, in the order of their last events; what is not a request's event is passed over.

    Raises
    ------
    LedgerError
        An event does not follow from what was logged before.
    """
    found: dict[int, Request] = {}
    for entry in entries:
        number = entry.facts.get("request")
        if not isinstance(number, int) or entry.event not in ("requested", *EVENTS):
            continue
        before = found.pop(number, None)
        if entry.event == "requested" and before is None:
            found[number] = from_facts(entry.facts)
        elif before is not None and (before.state, entry.event) in STEPS:
            version = entry.facts.get("version")
            if entry.event == "approved" and isinstance(version, int):
                before = replace(before, checked_on=version)
            override = str(entry.facts.get("override", ""))
            found[number] = _after(before, entry.event, entry.by, entry.because, override)
        else:
            raise LedgerError(BROKEN, n=number, event=entry.event)
    return found


# What stands against a request before any rule is asked

UNKNOWN_PERSON = Sentence("没有这个人：{who}", "there is no such person: {who}")
UNKNOWN_SHIFT = Sentence("没有班次“{shift}”", "there is no shift “{shift}”")
SAME_PERSON = Sentence("{who}不能跟自己调班，也不能给自己顶班", "{who} cannot swap with or stand in for themselves")
OUTSIDE = Sentence("{days}不在 {month} 的排班表里", "{days} is not in the roster of {month}")
BEGUN = Sentence(
    "{who}在{days}的“{shift}”班已经开始，不能再改", "{who}'s duty on {days} ({shift}) has begun and cannot be changed"
)
PAST = Sentence("{days}已经过去，不能再改", "{days} is past and cannot be changed")
NO_DUTY = Sentence("{who}在{days}没有班", "{who} has no duty on {days}")
MOVED = Sentence(
    "提出申请后{who}的班已变动，请重新申请", "the duties of {who} have changed since this was asked: ask again"
)
NOTHING = Sentence("照此申请，排班表没有任何变化", "the request changes nothing in the roster")
TAKEN = Sentence("{who}在{days}的班已在第 {n} 号申请里", "{days} of {who} is in open request {n} already")
ON_LEAVE = Sentence("{who}在{days}已批准{kind}", "{who} is away on {days}, {kind} approved")
NOT_EMPLOYED = Sentence("{who}在{days}不在职", "{who} is not employed on {days}")
NO_LEAVE = Sentence("{who}在{days}没有已批准的休假", "{who} has no approved leave on {days}")
ON_DUTY = Sentence("{who}在{days}自己有“{shift}”班", "{who} has a duty of their own on {days}: {shift}")
QUOTA = Sentence(
    "{who}在 {month} 已有 {n} 次调班或顶班（含待批），每月最多 {quota} 次",
    "{who} has {n} swaps or stand-ins in {month} already, open ones counted; {quota} a month at most",
)
NOTICE = Sentence(
    "须提前 {notice} 天提出：离{days}只有 {left} 天", "to be asked {notice} d ahead: {days} is {left} d away"
)
SUDDEN = ("sick", "work_injury")  # leave that nobody can ask for beforehand (RULES 76, 78)


@dataclass(frozen=True)
class Objection:
    """Something that stands against a request.

    Attributes
    ----------
    workers : tuple of str
        Ids; `{who}` of the sentence.
    days : tuple of date
        In order; `{days}` of the sentence.
    facts : tuple of (name, value)
    overridable : bool
        Whether an approver may set it aside, with a reason.
    """

    sentence: Sentence
    workers: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    facts: tuple[tuple[str, object], ...] = ()
    overridable: bool = False

    def say(self, lang: Lang, names: Mapping[str, str]) -> str:
        """One sentence, with people by name."""
        who = join_items((names.get(worker, worker) for worker in self.workers), lang)
        return self.sentence.say(lang, who=who, days=_said(self.days, lang), **dict(self.facts))


def _said(days: Iterable[date], lang: Lang) -> str:
    """Days in a row, those that follow one another as a stretch."""
    stretches: list[list[date]] = []
    for day in days:
        if stretches and stretches[-1][-1] + ONE_DAY == day:
            stretches[-1].append(day)
        else:
            stretches.append([day])
    to = Sentence("至", " to ").say(lang)
    ends = (dict.fromkeys((stretch[0], stretch[-1])) for stretch in stretches)
    return join_items((to.join(day_name(day, lang) for day in both) for both in ends), lang)


def asked_in_vain(
    request: Request,
    problem: Problem,
    roster: Roster,
    others: Iterable[Request],
    today: date,
    quota: int | None = 2,
    notice_days: int = 1,
    now: int | None = None,
) -> tuple[Objection, ...]:
    """Everything that stands against a request before any rule is asked, most of it not to be set aside.

    Parameters
    ----------
    problem : Problem
        The month as it stands, approved requests in it (`amended`).
    roster : Roster
        The live one.
    others : iterable of Request
        The desk's requests, of other months too; itself may be among them.
    quota : int or None
        Swaps and stand-ins of a person in a calendar month of duties, approved
        or open, on either side (RULES 67); `None` for any number.
    notice_days : int
        Days from today to the first duty concerned, at least (RULES 81); an
        absence, sick leave and a surge need none.
    now : int or None
        The present instant, in minutes as `Problem.span` counts them: duties that have begun stay.
    """
    others = tuple(other for other in others if other.number != request.number)
    return tuple(
        chain(
            _strangers(request, problem),
            _misdated(request, problem, today),
            _begun(request, problem, roster, now),
            _without_duty(request, roster),
            _in_others(request, problem, [other for other in others if other.is_open]),
            _not_there(request, problem),
            _on_duty(request, roster),
            _too_often(request, others, quota),
            _too_late(request, problem, roster, today, notice_days),
        )
    )


def _days(leave: Leave, problem: Problem) -> tuple[date, ...]:
    """Days of the month that leave takes."""
    return tuple(day for day in problem.dates if leave.first <= day <= leave.last)


def _single_days(request: Request) -> set[date]:
    """The days that a request speaks of, those of leave apart."""
    days = {at.day for at in (request.give, request.take, request.overtime, *request.cells) if at}
    return days | ({request.surge[0]} if request.surge else set())


def _leaves(request: Request) -> tuple[Leave, ...]:
    return tuple(leave for leave in (request.leave, request.cancelled_leave) if leave)


def _strangers(request: Request, problem: Problem) -> Iterator[Objection]:
    people = dict.fromkeys((*concerned(request), *(cell.worker for cell in request.cells)))
    unknown = tuple(worker for worker in people if worker not in problem.worker_by_id)
    if unknown:
        yield Objection(UNKNOWN_PERSON, unknown)
    for shift in dict.fromkeys(cell.shift for cell in request.cells):
        if shift and shift not in problem.shift_by_code:
            yield Objection(UNKNOWN_SHIFT, facts=(("shift", shift),))
    if len(request.sides) == 1:
        yield Objection(SAME_PERSON, request.sides)


def _misdated(request: Request, problem: Problem, today: date) -> Iterator[Objection]:
    days = _single_days(request)
    outside = {day for day in days if day not in problem.day_by_date}
    past = {day for day in days if day < today}
    for leave in _leaves(request):
        here = _days(leave, problem)
        outside |= set() if here else {leave.first, leave.last}
        past |= {day for day in (*here, leave.first) if day < today}
    if outside:
        yield Objection(OUTSIDE, days=tuple(sorted(outside)), facts=(("month", f"{problem.first:%Y-%m}"),))
    if past:
        yield Objection(PAST, days=tuple(sorted(past)))


def _begun(request: Request, problem: Problem, roster: Roster, now: int | None) -> Iterator[Objection]:
    for cell in dict.fromkeys(Cell(fixed.worker, fixed.day) for fixed in request.cells):
        if now is None or cell.day not in problem.day_by_date:
            continue
        codes = [code for code in roster.on(*cell) if code in problem.shift_by_code]
        begun = [code for code in codes if problem.span(cell.day, code).start <= now < problem.span(cell.day, code).end]
        if begun:
            yield Objection(BEGUN, (cell.worker,), (cell.day,), (("shift", "+".join(begun)),))


def _without_duty(request: Request, roster: Roster) -> Iterator[Objection]:
    cells = [cell for cell in (request.give, request.take) if cell]
    idle = [cell for cell in cells if not roster.on(*cell)]
    for cell in idle:
        yield Objection(NO_DUTY, (cell.worker,), (cell.day,))
    if idle or len(request.sides) == 1:
        return
    if set(required(request, roster)) != set(request.cells) and request.give:
        yield Objection(MOVED, request.sides)
    elif request.cells and not request.leave and bare(roster, request) == roster:
        yield Objection(NOTHING)


def _touched(request: Request, problem: Problem) -> set[Cell]:
    """The cells whose duty or leave a request is about."""
    cells = {Cell(fixed.worker, fixed.day) for fixed in request.cells}
    cells |= {cell for cell in (request.give, request.take) if cell}
    return cells | {Cell(leave.worker, day) for leave in _leaves(request) for day in _days(leave, problem)}


def _in_others(request: Request, problem: Problem, waiting: Iterable[Request]) -> Iterator[Objection]:
    mine = _touched(request, problem)
    for other in waiting:
        shared = mine & _touched(other, problem)
        for worker in sorted({cell.worker for cell in shared}):
            days = tuple(sorted(cell.day for cell in shared if cell.worker == worker))
            absent = request.kind == Kind.ABSENCE  # whoever cannot come cannot come
            yield Objection(TAKEN, (worker,), days, (("n", other.number),), overridable=absent)


def _not_there(request: Request, problem: Problem) -> Iterator[Objection]:
    wanted = {Cell(cell.worker, cell.day) for cell in request.cells if cell.shift}
    wanted |= {Cell(request.overtime.worker, request.overtime.day)} if request.overtime else set()
    asked, off = request.leave, request.cancelled_leave
    if asked:
        days = {Cell(asked.worker, day) for day in _days(asked, problem)}
        wanted |= _idle(days, problem) if request.kind == Kind.ABSENCE else days
    reasons: dict[tuple[str, str | None], list[date]] = {}
    for worker, day in sorted(wanted):
        leave = problem.leave_days.get((worker, day))
        if worker in problem.worker_by_id and not problem.worker_by_id[worker].employed(day):
            reasons.setdefault((worker, None), []).append(day)
        elif leave:
            reasons.setdefault((worker, leave.kind), []).append(day)
    for (worker, kind), found in reasons.items():
        if kind is None:
            yield Objection(NOT_EMPLOYED, (worker,), tuple(found))
        else:
            yield Objection(ON_LEAVE, (worker,), tuple(found), (("kind", LEAVE_NAMES[kind]),))
    if off:
        at_work = tuple(day for day in _days(off, problem) if (off.worker, day) not in problem.leave_days)
        if at_work:
            yield Objection(NO_LEAVE, (off.worker,), at_work)


def _idle(days: set[Cell], problem: Problem) -> set[Cell]:
    """The days of an absence, where the person would not be at work on any of them anyway."""
    for worker, day in days:
        leave = problem.leave_days.get((worker, day))
        known = problem.worker_by_id.get(worker)
        if known is None or (known.employed(day) and (leave is None or leave.kind in WORKING_LEAVE)):
            return set()
    return days


def _on_duty(request: Request, roster: Roster) -> Iterator[Objection]:
    if not request.give:
        return
    given = {(cell.worker, cell.day) for cell in (request.give, request.take) if cell}
    for cell in dict.fromkeys(Cell(cell.worker, cell.day) for cell in request.cells if cell.shift):
        if cell not in given and roster.on(*cell):
            facts = (("shift", "+".join(roster.on(*cell))),)
            yield Objection(ON_DUTY, (cell.worker,), (cell.day,), facts, overridable=True)


def _months(request: Request) -> set[str]:
    return {f"{cell.day:%Y-%m}" for cell in (request.give, request.take) if cell}


def _too_often(request: Request, others: Iterable[Request], quota: int | None) -> Iterator[Objection]:
    if quota is None:
        return
    counted = [other for other in others if other.is_open or other.state == State.APPROVED]
    for worker in request.sides:
        for month in sorted(_months(request)):
            so_far = sum(worker in other.sides and month in _months(other) for other in counted)
            if so_far >= quota:
                facts = (("month", month), ("n", so_far), ("quota", quota))
                yield Objection(QUOTA, (worker,), facts=facts, overridable=True)


def _too_late(request: Request, problem: Problem, roster: Roster, today: date, notice_days: int) -> Iterator[Objection]:
    asked, off = request.leave, request.cancelled_leave
    if request.kind in (Kind.ABSENCE, Kind.SURGE) or (asked and asked.kind in SUDDEN):
        return
    days = _single_days(request) | (set(_days(off, problem)) if off else set())
    days |= {day for day in _days(asked, problem) if roster.on(asked.worker, day)} if asked else set()
    first = min(days, default=None)
    if first and 0 <= (first - today).days < notice_days:
        facts = (("notice", notice_days), ("left", (first - today).days))
        yield Objection(NOTICE, days=(first,), facts=facts, overridable=True)


# What a request makes of the month and of its roster


def scaled(slot: SlotNeed, factor: float) -> SlotNeed:
    """A slot's need times a factor, rounded up; what it was computed from does not hold for it any more."""
    return replace(slot, least=_times(slot.least, factor), target=_times(slot.target, factor), basis=())


def _times(heads: int, factor: float) -> int:
    return ceil(round(heads * factor, 9))  # 100 × 1.1 is 110 people, though not to a computer


def amended(
    problem: Problem,
    requests: Iterable[Request],
    *,
    also: Request | None = None,
    raised: Callable[[SlotNeed, float], SlotNeed] = scaled,
) -> Problem:
    """The month's problem with what approved requests add to its tables: leave, overtime, and more people on a day.

    What speaks of other months, or of people whom the desk does not have any
    more, changes nothing. Cells of swaps and edits stand in the roster, not in
    the tables; what the tables had settled there holds no more. Of a day's surges the last one holds, and speaks of the tables' demand.

    Parameters
    ----------
    requests : iterable of Request
        In the order of their approvals, as `replay` gives them; those not approved are passed over.
    also : Request or None
        One more, as if it had just been approved.
    raised : callable
        What a slot needs when so many times as much comes in.
    """
    granted = [request for request in requests if request.state == State.APPROVED]
    granted += [also] if also else []
    leave, overtime, factors = problem.leave, problem.overtime, dict[date, float]()
    for request in granted:
        if off := request.cancelled_leave:
            leave = tuple(piece for row in leave for piece in _cut(row, off))
        if request.leave and request.leave.worker in problem.worker_by_id:
            leave = (*leave, replace(request.leave, approved=True))
        more = request.overtime
        if more and more.worker in problem.worker_by_id and more.day in problem.day_by_date:
            overtime = (*overtime, more)
        if request.surge and request.surge[0] in problem.day_by_date:
            factors[request.surge[0]] = request.surge[1]
    moved = {(cell.worker, cell.day) for request in granted for cell in request.cells}
    fixed = tuple(row for row in problem.fixed if (row.worker, row.day) not in moved)
    if (leave, overtime, fixed) == (problem.leave, problem.overtime, problem.fixed) and not factors:
        return problem
    demand, slots = _surged(problem, factors, raised)
    return replace(problem, leave=leave, overtime=overtime, fixed=fixed, demand=demand, slots=slots)


def settled_cells(requests: Iterable[Request]) -> dict[Cell, int]:
    """The cells that approved requests settled, each with the number of the last one that did.

    They are those that a request asked for, its days of leave, and the day of its
    overtime; leave that is called off settles nothing any more.

    Parameters
    ----------
    requests : iterable of Request
        In the order of their approvals, as `replay` gives them; those not approved are passed over.
    """
    found: dict[Cell, int] = {}
    for request in requests:
        if request.state != State.APPROVED:
            continue
        for cell in _away(request.cancelled_leave):
            found.pop(cell, None)
        mine = [Cell(fixed.worker, fixed.day) for fixed in request.cells]
        mine += [Cell(request.overtime.worker, request.overtime.day)] if request.overtime else []
        found |= dict.fromkeys([*mine, *_away(request.leave)], request.number)
    return found


def _away(leave: Leave | None) -> list[Cell]:
    """The cells of days away."""
    if leave is None:
        return []
    return [Cell(leave.worker, leave.first + n * ONE_DAY) for n in range((leave.last - leave.first).days + 1)]


def _cut(leave: Leave, off: Leave) -> Iterator[Leave]:
    """What is left of leave when some days of it are called off."""
    if not leave.approved or leave.worker != off.worker or leave.last < off.first or off.last < leave.first:
        yield leave
        return
    if leave.first < off.first:
        yield replace(leave, last=off.first - ONE_DAY)
    if off.last < leave.last:
        yield replace(leave, first=off.last + ONE_DAY)


def _surged(
    problem: Problem, factors: Mapping[date, float], raised: Callable[[SlotNeed, float], SlotNeed]
) -> tuple[tuple[Demand, ...], tuple[SlotNeed, ...]]:
    """The demand and the slots with rows of their own for some days, in place of those that spoke of these only."""
    named = {day.isoformat() for day in factors}
    demand: list[Demand] = []
    slots: list[SlotNeed] = []
    for day, factor in sorted(factors.items()):
        for row in problem.demand_on(day):
            most = None if row.most is None else _times(row.most, factor)
            heads = {"least": _times(row.least, factor), "target": _times(row.target, factor), "most": most}
            demand.append(replace(row, on=day.isoformat(), **heads))  # type: ignore[arg-type]
        slots += [replace(raised(slot, factor), on=day.isoformat()) for slot in problem.slots_on(day)]
    return (
        (*demand, *(row for row in problem.demand if named.isdisjoint(row.on.split(AND)))),
        (*slots, *(row for row in problem.slots if named.isdisjoint(row.on.split(AND)))),
    )


def bare(roster: Roster, request: Request) -> Roster:
    """The roster with the request's cells as it asks for them, and no other changed."""
    asked = {(cell.worker, cell.day) for cell in request.cells}
    kept = [duty for duty in roster.duties if (duty.worker, duty.day) not in asked]
    return Roster([*kept, *(Duty(*cell) for cell in request.cells if cell.shift)])
