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
Nothing but an approved request moves a published cell (RULES 2, 58, 64, 65, 69).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from math import ceil, isfinite
from typing import Any, NamedTuple, Protocol

from scheduler.domain import (
    AND,
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
from scheduler.timeline import ONE_DAY, days_between
from scheduler.words import Lang, Sentence, day_name, listed


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


# What a request of each kind cannot do without.
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
        When it was asked, zone-aware.
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
        if missing := [name for name in NEEDS[self.kind] if not getattr(self, name)]:
            raise ValueError(f"a request ({self.kind}) without {', '.join(missing)}")
        if self.take and self.to not in ("", self.take.worker):
            raise ValueError(f"a swap with {self.take.worker} and {self.to}")
        if any(leave and leave.last < leave.first for leave in (self.leave, self.cancelled_leave)):
            raise ValueError("leave that ends before it begins")
        if (self.overtime and self.overtime.minutes <= 0) or (self.surge and not 0 < self.surge[1] < float("inf")):
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
