"""By when a month and its holidays have to be published, and which days are settled since then."""

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
        Its first statutory day, from which the deadline is counted.
    days : tuple of date
        All its days, in order, with the adjoining days off and weekends.
    name : str
        Its festivals as the calendar names them, joined by `、`; empty if it names none.
    """

    first: date
    days: tuple[date, ...]
    name: str


OFF = (DayKind.STATUTORY, DayKind.NOTICE_OFF, DayKind.RESTDAY)


def holidays_of(days: Iterable[Day]) -> tuple[Block, ...]:
    """The holidays among days: each stretch of days off that has a statutory day in it.

    Parameters
    ----------
    days : iterable of Day
        The days of a month, in order; a holiday that began in the month before counts from the month's first day.
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
    """A day by which a month's roster has to be published.

    Attributes
    ----------
    due : date
        The last day on which publishing it is in time.
    because : Note
        Why, with the facts `first`, `days` and `due`, and for a holiday `holiday`.
    holiday : str
        The festivals as the calendar names them; empty for the deadline of the month
        itself and for a holiday without a name.
    """

    due: date
    because: Note
    holiday: str = ""

    def say(self, lang: Lang, english: Mapping[str, str] | None = None) -> str:
        """Why the roster is due on that day, in one sentence.

        Parameters
        ----------
        english : mapping of str to str, optional
            English names of festivals, by their names in the calendar.
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
    """By when a month's roster has to be published, for the month and for each holiday in it; the earliest first.

    Parameters
    ----------
    days : iterable of Day
        The days of the month, in order, at least one.
    lead_days, holiday_lead_days : int
        Days before the month's first day, and before each holiday's first
        statutory day; 0 means on that day.
    """
    days = tuple(days)
    found = [_deadline(BEFORE_THE_MONTH, days[0].date, lead_days)]
    found += [_deadline(BEFORE_A_HOLIDAY, block.first, holiday_lead_days, block.name) for block in holidays_of(days)]
    return tuple(sorted(found, key=lambda deadline: deadline.due))


def earliest_deadline(days: Iterable[Day], lead_days: int, holiday_lead_days: int) -> Deadline:
    """The earliest of a month's `deadlines`; of two on the same day that of the month itself."""
    return deadlines(days, lead_days, holiday_lead_days)[0]


def days_left(due: date, today: date) -> int:
    """Days from today to the due day; negative when it is past."""
    return (due - today).days


def is_late(due: date, today: date) -> bool:
    """Whether the due day is past; on the due day itself it is still in time."""
    return days_left(due, today) < 0


def settled_days(days: Iterable[Day], today: date, holiday_lead_days: int) -> frozenset[date]:
    """The days of holidays whose deadline has come: only an approved request still changes their cells."""
    lead = timedelta(days=holiday_lead_days)
    return frozenset(day for block in holidays_of(days) if block.first - lead <= today for day in block.days)
