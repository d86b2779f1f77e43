"""Leave: its kinds, its days and hours, and how much of a working day it takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from scheduler.i18n import Sentence
from scheduler.timeline import DAY_MINUTES, clock_text


class CountsIn(StrEnum):
    """What a kind of leave is counted in."""

    DAYS = "days"  # calendar days
    DUTIES = "duties"  # the working days among them, on which there would have been duties


@dataclass(frozen=True)
class LeaveKind:
    """A kind of leave (假别).

    Attributes
    ----------
    code : str
        As tables and the ledger write it.
    sign : Sentence
        What stands in a cell of the roster.
    paid : bool
        Whether its days are paid.
    certificate_from : int
        The days of one leave from which a certificate is due; 0 where none ever is.
    worked : bool
        Whether it counts as worked: away from the desk but not at rest, as in training (RULES 122, 180).
    counts : CountsIn
    """

    code: str
    name: Sentence
    sign: Sentence
    _: KW_ONLY
    paid: bool = True
    certificate_from: int = 0
    worked: bool = False
    counts: CountsIn = CountsIn.DAYS


BUILT_IN_KINDS = (
    LeaveKind(
        "annual",
        Sentence("年假", "annual leave"),
        Sentence("年", "AL"),
        counts=CountsIn.DUTIES,  # 职工带薪年休假条例 3: holidays and rest days are not counted
    ),
    LeaveKind("sick", Sentence("病假", "sick leave"), Sentence("病", "SL")),
    LeaveKind("personal", Sentence("事假", "personal leave"), Sentence("事", "PL"), paid=False),
    LeaveKind("marriage", Sentence("婚假", "marriage leave"), Sentence("婚", "ML")),
    LeaveKind("maternity", Sentence("产假", "maternity leave"), Sentence("产", "MAT")),
    LeaveKind("bereavement", Sentence("丧假", "bereavement leave"), Sentence("丧", "BL")),
    LeaveKind("comp_leave", Sentence("调休", "compensatory leave"), Sentence("调", "CL")),
    LeaveKind("work_injury", Sentence("工伤假", "work-injury leave"), Sentence("伤", "IL")),
    LeaveKind("training", Sentence("培训", "training"), Sentence("训", "TR"), worked=True),
    LeaveKind("outside", Sentence("外出", "outside duty"), Sentence("外", "OUT"), worked=True),
)
LEAVE_KINDS = tuple(kind.code for kind in BUILT_IN_KINDS)
ERASED_LEAVE = "erased"  # of which the ledger has forgotten the kind
UNSAID = "unsaid"  # the kind of leave, for whoever it is not told
AWAY, WORKED = "away", "worked"  # all that rules see of a kind
UNTOLD_KINDS = (  # which nobody can ask for
    LeaveKind(UNSAID, Sentence("假", "leave"), Sentence("假", "LV")),
    LeaveKind(ERASED_LEAVE, Sentence("假（类别已删除）", "leave (kind erased)"), Sentence("假", "LV")),
)
WORKING_LEAVE = tuple(kind.code for kind in BUILT_IN_KINDS if kind.worked)


def merge_kinds(own: Iterable[LeaveKind]) -> tuple[LeaveKind, ...]:
    """The built-in kinds with those of a desk, which take the place of a built-in one of the same code."""
    return tuple(({kind.code: kind for kind in BUILT_IN_KINDS} | {kind.code: kind for kind in own}).values())


def kind_of_leave(code: str, kinds: Iterable[LeaveKind] = BUILT_IN_KINDS) -> LeaveKind:
    """The kind of that code; one that is in no list, of a desk that has changed since, is called by its code."""
    known = next((kind for kind in (*UNTOLD_KINDS, *kinds, *BUILT_IN_KINDS) if kind.code == code), None)
    return known or LeaveKind(code, Sentence(code, code), Sentence(code[:1], code[:3]))


def leave_label(code: str, kinds: Iterable[LeaveKind] = BUILT_IN_KINDS) -> Sentence:
    """What a kind of leave is called wherever it is told or printed."""
    return kind_of_leave(code, kinds).name


@dataclass(frozen=True)
class Leave:
    """Days of leave, both ends included, or the same hours on each of them; only approved leave keeps a worker off duty.

    Attributes
    ----------
    start, end : int or None
        Minutes of each day, from 0 to 1440; both are `None` for whole days.
    """

    worker: str
    first: date
    last: date
    kind: str = "annual"
    _: KW_ONLY
    approved: bool = True
    start: int | None = None
    end: int | None = None

    def __post_init__(self) -> None:
        if (self.start is None) != (self.end is None) or not 0 <= (self.start or 0) < self.until <= DAY_MINUTES:
            raise ValueError(f"leave from {self.start} to {self.end} minutes of a day")

    @property
    def is_part(self) -> bool:
        """Whether it takes hours of its days, and not the whole of them."""
        return self.start is not None

    @property
    def since(self) -> int:
        """The minute of each day from which it lasts."""
        return self.start or 0

    @property
    def until(self) -> int:
        """The minute of each day until which it lasts."""
        return DAY_MINUTES if self.end is None else self.end

    @property
    def times(self) -> Sentence:
        """From when to when, as clocks show it; empty for whole days."""
        if not self.is_part:
            return Sentence("", "")
        text = f"{clock_text(self.since)}–{clock_text(self.until)}"
        return Sentence(text, text)

    def covers(self, day: date) -> bool:
        """Whether a day is one of its days."""
        return self.first <= day <= self.last

    def takes(self, start: int, end: int) -> bool:
        """Whether some minutes of one of its days, which may lie before or after that day, are within it."""
        return start < self.until and self.since < end


def part_of_day(leave: Leave, day_hours: float, midday: int) -> Fraction:
    """How much of a working day one day of leave takes, from 0 to 1.

    Whole days take all of it. Hours count as they are, but those before the desk's midday and those after it for half
    a working day each at most: a morning is half a day, however early it begins, and so is an afternoon.

    Parameters
    ----------
    day_hours : float
        Hours of a working day.
    midday : int
        The minute of the day that divides it.
    """
    if not leave.is_part:
        return Fraction(1)
    half = round(30 * day_hours)
    before = max(0, min(leave.until, midday) - leave.since)
    after = max(0, leave.until - max(leave.since, midday))
    return Fraction(min(before, half) + min(after, half), 2 * half)
