"""A desk, and how it publishes its rosters and decides on requests."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import NamedTuple

from scheduler.domain.demand import Opening
from scheduler.domain.leave import LeaveKind, kind_of_leave, leave_label, merge_kinds
from scheduler.i18n import Sentence
from scheduler.timeline import DAY_MINUTES


@dataclass(frozen=True)
class Desk:
    """A service desk: its name, calendar and opening hours.

    Attributes
    ----------
    zone : str
        IANA name of the time zone.
    first_weekday : int
        The weekday on which the desk's week begins, 0 for Monday.
    day_hours : float
        Hours of a standard working day.
    hours_by : str
        How hours are counted in a night in which the clocks change: `wall`, as a clock on the wall that nobody changes
        shows them, or `passing`, as they pass.
    tail_minutes : int
        Minutes past midnight that a free day may hold of a duty of the day before, see `free_days`.
    midday : int
        The minute that divides a day into morning and afternoon, for half days of leave.
    leave_kinds : tuple of LeaveKind
        Kinds of leave that the desk has beside the built-in ones, or in their place; `kinds` has all of them.
    calendar, follow_lieu : str, bool
        Whose holidays apply (see `day_types`), and whether the days exchanged by the yearly notice apply too.
    workdays : tuple of int
        Weekdays (0 for Monday) that count as working days in the norm unless they are
        statutory holidays; empty for the calendar's working days.
    notice : tuple of Sentence
        Sentences that the roster prints for everybody.
    """

    id: str
    name: str
    _: KW_ONLY
    zone: str = "Asia/Shanghai"
    first_weekday: int = 0
    day_hours: float = 8.0
    hours_by: str = "wall"
    tail_minutes: int = 0
    midday: int = DAY_MINUTES // 2
    leave_kinds: tuple[LeaveKind, ...] = ()
    calendar: str = "CN"
    opening: tuple[Opening, ...] = (Opening("all", 0, DAY_MINUTES),)
    follow_lieu: bool = True
    workdays: tuple[int, ...] = ()
    notice: tuple[Sentence, ...] = ()

    @property
    def hours_zone(self) -> str:
        """The zone in which hours are counted: the desk's own, or by the wall one whose clocks never change."""
        return self.zone if self.hours_by == "passing" else "UTC"

    @property
    def kinds(self) -> tuple[LeaveKind, ...]:
        """Every kind of leave: the built-in ones as the desk has them, then its own."""
        return merge_kinds(self.leave_kinds)

    def leave_kind(self, code: str) -> LeaveKind:
        """The kind of leave of that code."""
        return kind_of_leave(code, self.leave_kinds)

    def leave_label(self, code: str) -> Sentence:
        """What a kind of leave is called wherever it is told or printed."""
        return leave_label(code, self.leave_kinds)


class Official(NamedTuple):
    """A person who may decide on rosters and requests without being on the roster (审批人)."""

    id: str
    name: str
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """How a desk publishes its rosters and decides on changes to them (RULES 1–10, 64–69, 77, C7).

    Attributes
    ----------
    publish_by : int
        The roster is due so many days before the month's first day.
    holiday_lead : int
        A roster with a statutory holiday is due at the latest so many days before the holiday's first day.
    recipients : tuple of str
        Departments that get a copy of each roster.
    approver_roles : tuple of str
        Roles whose holders may publish and decide, where the desk names them; see `workflow.rights`.
    rights : tuple of (str, tuple of str)
        Ids and roles that hold a right, by its name, for those that the desk has written down.
    officials : tuple of Official
        People who may publish and decide without being on the roster.
    swap_quota : int
        The most swaps and stand-ins of a person in a month, on either side.
    swap_notice : int
        How long before the first duty that it changes begins a request has to be made, in days of 24 hours.
    swap_notice_hours : float or None
        The same in hours; it counts instead where it is given.
    further_notice_hours : float
        How long beforehand those are to know whose duties move because somebody else asked.
    further_notice_held : bool
        Whether such duties stay as they are where the time is shorter; otherwise it is said who gets shorter notice.
    """

    publish_by: int = 7
    holiday_lead: int = 7  # 一周前 (RULES 4)
    recipients: tuple[str, ...] = ("行政人事部",)
    approver_roles: tuple[str, ...] = ()
    rights: tuple[tuple[str, tuple[str, ...]], ...] = ()
    officials: tuple[Official, ...] = ()
    swap_quota: int = 2
    swap_notice: int = 1
    swap_notice_hours: float | None = None
    further_notice_hours: float = 24.0
    further_notice_held: bool = False

    @property
    def notice_hours(self) -> float:
        """How long before the first duty that it changes begins a request has to be made."""
        return 24.0 * self.swap_notice if self.swap_notice_hours is None else self.swap_notice_hours
