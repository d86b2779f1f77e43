"""By when a month and the holidays in it have to be published, and which days are settled since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.domain import Day, DayKind, Note
from scheduler.i18n import Lang, Sentence, join_items
from scheduler.timeline import group_consecutive


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
    off = {day.date: day for day in days if day.kind in OFF}
    blocks = []
    for stretch in group_consecutive(off):
        statutory = [off[day] for day in stretch if off[day].kind == DayKind.STATUTORY]
        if statutory:
            names = dict.fromkeys(name for day in statutory for name in day.name.split("、") if name)
            blocks.append(Block(statutory[0].date, stretch, "、".join(names)))
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


def deadlines(days: Iterable[Day], lead_days: int, holiday_lead_days: int) -> tuple[Deadline, ...]:
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


def earliest_deadline(days: Iterable[Day], lead_days: int, holiday_lead_days: int) -> Deadline:
    """The earliest of a month's `deadlines`; of two on one day the month's own."""
    return deadlines(days, lead_days, holiday_lead_days)[0]


def days_left(due: date, today: date) -> int:
    """Days from today to the day on which something is due; negative when it is late."""
    return (due - today).days


def is_late(due: date, today: date) -> bool:
    """Whether the day on which something was due is over; on that day itself it is in time."""
    return days_left(due, today) < 0


def settled_days(days: Iterable[Day], today: date, holiday_lead_days: int) -> frozenset[date]:
    """Days of holidays whose deadline has come: every re-solve leaves their cells alone, but for an approved request."""
    lead = timedelta(days=holiday_lead_days)
    return frozenset(day for block in holidays_of(days) if block.first - lead <= today for day in block.days)
