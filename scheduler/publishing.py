"""A version's life, and by when a month's roster has to be out: pure functions, nothing read or kept.

::

                  published   superseded   withdrawn
    draft         live        –            –
    live          –           superseded   withdrawn
    superseded    –           –            –
    withdrawn     –           –            –

A version that is not live any more never comes back (RULES 5). A roster is due so
many days before its month, and a week before each holiday in it (RULES 4, 6, C7,
C13); from that day the holiday's cells stand, but for an approved request, or a
reason on record for which the month is issued anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from scheduler.domain import Change, Day, DayKind, Note
from scheduler.errors import Refusal
from scheduler.i18n import Lang, Sentence, join_items
from scheduler.timeline import ONE_DAY

HOLIDAY_LEAD_DAYS = 7  # 一周前 (RULES 4)


class Status(StrEnum):
    """Where a version is in its life."""

    DRAFT = "draft"
    LIVE = "live"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


EVENTS = ("published", "superseded", "withdrawn")
# What the log calls everything that it holds.
EVENT_NAMES: Mapping[str, Sentence] = {
    "drafted": Sentence("编制", "drafted"),
    "published": Sentence("发布", "published"),
    "superseded": Sentence("被取代", "superseded"),
    "withdrawn": Sentence("作废", "withdrawn"),
    "received": Sentence("签收", "received"),
    "returned": Sentence("收回", "returned"),
    "requested": Sentence("申请", "requested"),
    "confirmed": Sentence("确认", "confirmed"),
    "rechecked": Sentence("重新核对", "checked again"),
    "approved": Sentence("批准", "approved"),
    "refused": Sentence("驳回", "refused"),
    "cancelled": Sentence("撤回", "cancelled"),
}
STEPS: Mapping[tuple[Status, str], Status] = {
    (Status.DRAFT, "published"): Status.LIVE,
    (Status.LIVE, "superseded"): Status.SUPERSEDED,
    (Status.LIVE, "withdrawn"): Status.WITHDRAWN,
}

# Why the other steps are not there.
REFUSED: Mapping[tuple[Status, str], Sentence] = {
    (Status.DRAFT, "superseded"): Sentence(
        "草稿从未生效，谈不上被取代", "a draft was never in force: there is nothing to supersede"
    ),
    (Status.DRAFT, "withdrawn"): Sentence(
        "草稿从未生效，不用作废", "a draft cannot be withdrawn: it was never in force"
    ),
    (Status.LIVE, "published"): Sentence("这一版已经发布", "this version is published already"),
    (Status.SUPERSEDED, "published"): Sentence(
        "已被取代的版本不能再发布：请重新排班", "a superseded version cannot be published again: make a new one"
    ),
    (Status.SUPERSEDED, "superseded"): Sentence("这一版早已被取代", "this version has been superseded before"),
    (Status.SUPERSEDED, "withdrawn"): Sentence(
        "这一版已被取代，不用再作废", "a superseded version cannot be withdrawn: it is not in force any more"
    ),
    (Status.WITHDRAWN, "published"): Sentence(
        "已作废的版本不能再发布：请重新排班", "a withdrawn version cannot be published again: make a new one"
    ),
    (Status.WITHDRAWN, "superseded"): Sentence(
        "这一版已作废，谈不上被取代", "a withdrawn version cannot be superseded: it is not in force any more"
    ),
    (Status.WITHDRAWN, "withdrawn"): Sentence("这一版早已作废", "this version has been withdrawn before"),
}
NO_STEP = Sentence("版本没有“{event}”这一步", "a version's life has no step “{event}”")


def stepped(status: Status, event: str) -> Status:
    """What an event makes of a version.

    Parameters
    ----------
    event : str
        One of `EVENTS`.

    Raises
    ------
    Refusal
        The version's life has no such step.
    """
    if (status, event) in STEPS:
        return STEPS[status, event]
    raise Refusal(REFUSED.get((status, event), NO_STEP), event=event)


@dataclass(frozen=True)
class Recipient:
    """A department or a person who gets a copy of a version; for a person of the desk, `id` is the worker's."""

    kind: Literal["department", "person"]
    id: str
    name: str


@dataclass(frozen=True)
class LogRow:
    """One step of a desk's rosters: a version, and the request that led to it where there was one.

    Attributes
    ----------
    version : int
        Number of the version that this row is about.
    published, withdrawn : datetime or None
        When it came into force, and when it was made void; zone-aware.
    request, requester, counterpart, approver, reason : str
        The request's number, who asked, with whom, who approved, and why.
    cells : tuple of Change
        What moved against the version before.
    outstanding : tuple of str
        Names of those who have not given back the copy of this version, or not signed for it.
    """

    version: int
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
class Block:
    """A holiday of one or more days.

    Attributes
    ----------
    first : date
        Its first statutory day, from which its deadline counts.
    days : tuple of date
        All of it, in order, with the days off and weekends that touch it.
    name : str
        The festivals in it as the calendar names them, joined by `、`; empty where it names none.
    """

    first: date
    days: tuple[date, ...]
    name: str


OFF = (DayKind.STATUTORY, DayKind.NOTICE_OFF, DayKind.RESTDAY)


def holidays_of(days: Iterable[Day]) -> tuple[Block, ...]:
    """The holidays among days: each stretch of days off with a statutory day in it.

    Parameters
    ----------
    days : iterable of Day
        In order, those of a month: a holiday that goes on from the month before begins with it.
    """
    stretches: list[list[Day]] = []
    for day in days:
        if day.kind not in OFF:
            continue
        if stretches and stretches[-1][-1].date + ONE_DAY == day.date:
            stretches[-1].append(day)
        else:
            stretches.append([day])
    blocks = []
    for stretch in stretches:
        statutory = [day for day in stretch if day.kind == DayKind.STATUTORY]
        if statutory:
            names = dict.fromkeys(name for day in statutory for name in day.name.split("、") if name)
            blocks.append(Block(statutory[0].date, tuple(day.date for day in stretch), "、".join(names)))
    return tuple(blocks)


BEFORE_THE_MONTH = Sentence(
    "最迟{due}发布：该月从{first}开始，须提前 {days} 天",
    "to be published by {due}: the month begins on {first}, {days} d ahead",
)
BEFORE_A_HOLIDAY = Sentence(
    "最迟{due}发布：{holiday}从{first}开始，须提前 {days} 天",
    "to be published by {due}: {holiday} begins on {first}, {days} d ahead",
)
HOLIDAY = Sentence("法定节假日", "a statutory holiday")


@dataclass(frozen=True)
class Deadline:
    """A day by which a month's roster has to be out.

    Attributes
    ----------
    due : date
        The last day on which publishing it is in time.
    because : Note
        Why, with the facts `first`, `days` and `due`, and `holiday` where there is one.
    holiday : str
        The festivals as the calendar names them; empty for the month's own deadline
        and for a holiday without a name.
    """

    due: date
    because: Note
    holiday: str = ""

    def say(self, lang: Lang, english: Mapping[str, str] | None = None) -> str:
        """Why the roster is due on that day, in one sentence.

        Parameters
        ----------
        english : mapping of str to str, optional
            Festivals' English names by what the calendar calls them.
        """
        facts = dict(self.because.facts)
        if lang == "en" and self.holiday:
            facts["holiday"] = join_items(
                (dict(english or {}).get(name, name) for name in self.holiday.split("、")), lang
            )
        return self.because.sentence.say(lang, **facts)


def _deadline(sentence: Sentence, first: date, days: int, holiday: str | None = None) -> Deadline:
    due = first - timedelta(days=days)
    facts: tuple[tuple[str, object], ...] = (("first", first), ("days", days), ("due", due))
    if holiday is not None:
        facts = (*facts, ("holiday", holiday or HOLIDAY))
    return Deadline(due, Note(sentence, facts), holiday or "")


def deadlines(days: Iterable[Day], lead_days: int, holiday_lead_days: int = HOLIDAY_LEAD_DAYS) -> tuple[Deadline, ...]:
    """By when a month's roster has to be out, the earliest day first: for the month, and for each holiday in it.

    Parameters
    ----------
    days : iterable of Day
        The days of the month, in order, at least one.
    lead_days, holiday_lead_days : int
        Days before the month's first day, and before each holiday's first
        statutory day; 0 for that day itself.
    """
    days = tuple(days)
    found = [_deadline(BEFORE_THE_MONTH, days[0].date, lead_days)]
    found += [_deadline(BEFORE_A_HOLIDAY, block.first, holiday_lead_days, block.name) for block in holidays_of(days)]
    return tuple(sorted(found, key=lambda deadline: deadline.due))


def due(days: Iterable[Day], lead_days: int, holiday_lead_days: int = HOLIDAY_LEAD_DAYS) -> Deadline:
    """The earliest of a month's `deadlines`; of two on one day the month's own."""
    return deadlines(days, lead_days, holiday_lead_days)[0]


def days_left(due: date, today: date) -> int:
    """Days from today to the day on which something is due; negative when it is late."""
    return (due - today).days


def is_late(due: date, today: date) -> bool:
    """Whether the day on which something was due is over; on that day itself it is in time."""
    return days_left(due, today) < 0


def settled(days: Iterable[Day], today: date, holiday_lead_days: int = HOLIDAY_LEAD_DAYS) -> frozenset[date]:
    """Days of holidays whose deadline has come: every re-solve leaves their cells alone, but for an approved request."""
    lead = timedelta(days=holiday_lead_days)
    return frozenset(day for block in holidays_of(days) if block.first - lead <= today for day in block.days)
