"""A desk, and how it publishes and decides."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import NamedTuple

from scheduler.domain.demand import Opening
from scheduler.i18n import Sentence
from scheduler.timeline import DAY_MINUTES


@dataclass(frozen=True)
class Desk:
    """A service desk: who it is and when it is open.

    Attributes
    ----------
    zone : str
        IANA name of the time zone.
    first_weekday : int
        Weekday on which the desk's week begins, 0 for Monday.
    day_hours : float
        Hours of a standard working day.
    calendar, follow_lieu : str, bool
        Whose holidays, and whether days exchanged by the yearly notice are followed.
    workdays : tuple of int
        Weekdays (0 for Monday) that the norm counts, statutory holidays apart;
        empty for the calendar's working days.
    notice : tuple of Sentence
        What the roster prints for everybody.
    """

    id: str
    name: str
    _: KW_ONLY
    zone: str = "Asia/Shanghai"
    first_weekday: int = 0
    day_hours: float = 8.0
    calendar: str = "CN"
    opening: tuple[Opening, ...] = (Opening("all", 0, DAY_MINUTES),)
    follow_lieu: bool = True
    workdays: tuple[int, ...] = ()
    notice: tuple[Sentence, ...] = ()


class Official(NamedTuple):
    """Somebody who decides on rosters and requests without being on them (审批人)."""

    id: str
    name: str
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """How a desk publishes its rosters and decides on changes of them (RULES 1–10, 64–69, 77, C7).

    Attributes
    ----------
    publish_by : int
        Days before the month's first day on which its roster is due.
    holiday_lead : int
        Days before a statutory holiday's first day on which a roster with it is due at the latest.
    recipients : tuple of str
        Departments that get a copy.
    approver_roles : tuple of str
        Roles whose holders may decide on requests.
    officials : tuple of Official
        People who may decide without being on the roster.
    swap_quota : int
        Swaps and stand-ins of a person in a month, both sides counted.
    swap_notice : int
        Days between a request and the first duty that it moves.
    """

    publish_by: int = 7
    holiday_lead: int = 7  # 一周前 (RULES 4)
    recipients: tuple[str, ...] = ("行政人事部",)
    approver_roles: tuple[str, ...] = ()
    officials: tuple[Official, ...] = ()
    swap_quota: int = 2
    swap_notice: int = 1
