"""How cells name parts of a day: a half, hours from when to when, and a day with a time behind it."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Self

from scheduler.files.schema.days import DATE_FORM, WEEKDAY_BEHIND, WHOLE_DAYS, read_date
from scheduler.files.schema.text import comparable, normal_width
from scheduler.files.schema.times import read_time
from scheduler.files.schema.unclear import Unclear
from scheduler.i18n import Sentence
from scheduler.timeline import DAY_MINUTES


class Half(StrEnum):
    """A half of a day; where it begins and ends is the desk's to say."""

    MORNING = "morning"
    AFTERNOON = "afternoon"

    def span(self, midday: int) -> tuple[int, int]:
        """Its minutes of the day."""
        return (0, midday) if self is Half.MORNING else (midday, DAY_MINUTES)


HALF_WORDS = {
    **dict.fromkeys(map(comparable, ("上午", "上半天", "上午半天", "morning", "am")), Half.MORNING),
    **dict.fromkeys(map(comparable, ("下午", "下半天", "下午半天", "afternoon", "pm")), Half.AFTERNOON),
}
WHOLE_WORDS = {
    comparable(word) for word in ("全天", "整天", "一天", "否", "不", "无", "full", "all_day", "whole", "no")
}
WHICH_HALF = Sentence(
    "是哪半天：上午、下午，或起止时刻如 14:00-18:00",
    "which half of the day: 上午 or 下午 (am, pm), or from when to when, such as 14:00-18:00",
)
NO_HALF = {comparable(word) for word in ("半天", "半日", "是", "half", "half_day", "half day", "yes", "0.5")}
WITHIN_A_DAY = Sentence(
    "同一天内的起止时刻，如 14:00-18:00；过零点的分写两行",
    "from when to when within a day, such as 14:00-18:00; past midnight write two rows",
)


def read_part(text: str) -> Half | tuple[int, int] | None:
    """A half of a day, or minutes from when to when; `None` for the whole day.

    Raises
    ------
    ValueError
        It names none.
    Unclear
        It does not say which half, or passes midnight.
    """
    word = comparable(text)
    if word in WHOLE_WORDS:
        return None
    if word in HALF_WORDS:
        return HALF_WORDS[word]
    if word in NO_HALF:
        raise Unclear(WHICH_HALF)
    ends = re.split("[-–—~至到]", normal_width(text))
    if len(ends) != 2:
        raise ValueError(text)
    start, end = map(read_time, ends)
    if not start < end <= DAY_MINUTES:
        raise Unclear(WITHIN_A_DAY)
    return None if (start, end) == (0, DAY_MINUTES) else (start, end)


class TimedDay(date):
    """A day, and the time or the half of it that stood behind it."""

    at: int | Half

    @classmethod
    def of(cls, day: date, at: int | Half) -> Self:
        """The day with its time."""
        found = cls(day.year, day.month, day.day)
        found.at = at
        return found


DAY_THEN_TIME = re.compile(rf"(?P<day>(?:{DATE_FORM.pattern}){WEEKDAY_BEHIND})(?:[ T]+|(?=[^\d\s/.-]))(?P<time>\S.*)")


def read_timed_day(text: str) -> date:
    """The day that a text names, with the time or the half behind it (`TimedDay`) where there is one.

    Raises
    ------
    ValueError
        It names none.
    Unclear
        It names a half without saying which, or a day without its year, or on another weekday.
    """
    written = normal_width(text)
    found = DAY_THEN_TIME.fullmatch(written)
    try:
        return read_date(text)
    except ValueError as error:
        if not found or (isinstance(error, Unclear) and error.expected is not WHOLE_DAYS):
            raise
    day, time = read_date(found["day"]), found["time"]
    half = HALF_WORDS.get(comparable(time))
    if half is None and comparable(time) in NO_HALF:
        raise Unclear(WHICH_HALF)
    at = half or read_time(time)
    if isinstance(at, int) and at > DAY_MINUTES:
        raise ValueError(text)
    return TimedDay.of(day, at)


class DayHours(NamedTuple):
    """Days that follow one another, and the minutes of each, or whole days."""

    first: date
    last: date
    span: tuple[int, int] | None


def split_days(first: date, last: date | None, part: Half | tuple[int, int] | None, midday: int) -> list[DayHours]:
    """Days of leave with times at their ends, or the same hours on each of them, as whole days and days with hours.

    Parameters
    ----------
    first, last : date
        With a time where they are a `TimedDay`; without a last day it is the first one.
    part : Half or tuple of int
        The part of each day; it goes with days without times only.
    midday : int
        The minute of the day that divides it.
    """
    plain_first, plain_last = date(first.year, first.month, first.day), date.fromordinal((last or first).toordinal())
    if part is not None:
        return [DayHours(plain_first, plain_last, part.span(midday) if isinstance(part, Half) else part)]
    since = first.at if isinstance(first, TimedDay) else 0
    ends = first if last is None else last
    until = ends.at if isinstance(ends, TimedDay) else DAY_MINUTES
    if last is None and not isinstance(until, Half):
        until = DAY_MINUTES
    start = since.span(midday)[0] if isinstance(since, Half) else since
    end = until.span(midday)[1] if isinstance(until, Half) else until
    if plain_first == plain_last:
        return [DayHours(plain_first, plain_last, None if (start, end) == (0, DAY_MINUTES) else (start, end))]
    found = [DayHours(plain_first, plain_first, (start, DAY_MINUTES))] if start else []
    whole_first = date.fromordinal(plain_first.toordinal() + bool(start))
    whole_last = date.fromordinal(plain_last.toordinal() - (end < DAY_MINUTES))
    found += [DayHours(whole_first, whole_last, None)] if whole_first <= whole_last else []
    return [*found, DayHours(plain_last, plain_last, (0, end))] if end < DAY_MINUTES else found
