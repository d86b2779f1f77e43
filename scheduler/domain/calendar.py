"""The months and days of a calendar, and the keys that select days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Self

from scheduler.timeline import ONE_DAY, month_days


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month, ordered by time; `str` writes it as `2026-12`.

    Raises
    ------
    ValueError
        The calendar has no such month.
    """

    year: int
    month: int

    def __post_init__(self) -> None:
        date(self.year, self.month, 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The month written as `2026-12`, with exactly four and two digits.

        Raises
        ------
        ValueError
            The text is written otherwise, or there is no such month.
        """
        found = ISO_MONTH.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is no month like 2026-12")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """The month of a day."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.days()[-1]

    @property
    def next(self) -> Self:
        """The month after it."""
        return type(self)(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def previous(self) -> Self:
        """The month before it."""
        return self.of(self.first - ONE_DAY)

    def days(self) -> tuple[date, ...]:
        """Every day of it, in order."""
        return month_days(self.year, self.month)


class DayKind(StrEnum):
    """What kind of day the calendar says it is."""

    WORKDAY = "workday"
    RESTDAY = "restday"  # an ordinary Saturday or Sunday
    STATUTORY = "holiday"  # 法定节假日
    NOTICE_OFF = "notice_off"  # off by the yearly notice, not statutory (调休放假)
    MAKEUP_WORKDAY = "makeup_workday"  # a weekend day worked in exchange (调休上班)


@dataclass(frozen=True)
class Day:
    """One calendar day: its kind, its festival if any, and whether the year's holiday notice is not known yet."""

    date: date
    kind: DayKind
    name: str = ""
    provisional: bool = False

    @property
    def is_off(self) -> bool:
        """Whether offices are closed on it."""
        return self.kind not in (DayKind.WORKDAY, DayKind.MAKEUP_WORKDAY)


WEEKDAY_KEYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_KEYS = ("all", "workday", "offday", *WEEKDAY_KEYS, "restday", "notice_off", "makeup_workday", "holiday")
ISO_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SEASON = re.compile(r"[0-9]{2}-[0-9]{2}\.\.[0-9]{2}-[0-9]{2}")
AND = "&"  # joins the parts of a day key, all of which have to fit


def is_day_key(text: str) -> bool:
    """Whether a text is a day key that `day_match` can read."""
    return all(part in DAY_KEYS or ISO_DATE.fullmatch(part) or SEASON.fullmatch(part) for part in text.split(AND))


def day_match(key: str, day: Day) -> int:
    """How closely a day key fits a day: 0 for not at all; of several keys the one with the highest number wins.

    Parameters
    ----------
    key : str
        One of `DAY_KEYS`, an ISO date, a yearly season `MM-DD..MM-DD` (both
        days included; it may pass the year's end), or several of these joined
        by `&`, all of which have to fit. A date beats a kind of day, which
        beats a weekday, which beats `workday` and `offday`, which beat a
        season, which beats `all`; a joined key beats each of its parts.
    """
    if AND in key:
        fits = [day_match(part, day) for part in key.split(AND)]
        return sum(fits) if all(fits) else 0
    if key == "all":
        return 1
    if ".." in key:
        first, last = key.split("..")
        here = f"{day.date:%m-%d}"
        inside = first <= here <= last if first <= last else here >= first or here <= last
        return 2 if inside else 0
    if key in ("workday", "offday"):
        return 4 if day.is_off == (key == "offday") else 0
    if key in WEEKDAY_KEYS:
        return 8 if WEEKDAY_KEYS[day.date.weekday()] == key else 0
    if key == day.kind:
        return 16
    return 32 if key == day.date.isoformat() else 0


@cache
def fits_some_day(key: str) -> bool:
    """Whether a day key fits any day at all, of whatever kind its year's notice makes it."""
    dates = [date.fromisoformat(part) for part in key.split(AND) if ISO_DATE.fullmatch(part)]
    return any(
        day_match(key, Day(day, kind)) for day in dates or _every_weekday_of_each_day() for kind in _kinds_of(day)
    )


@cache
def _every_weekday_of_each_day() -> tuple[date, ...]:
    """Days of 28 years: each day of the year on each weekday, the 29th of February too."""
    return tuple(day for year in range(2024, 2052) for month in range(1, 13) for day in month_days(year, month))


def _kinds_of(day: date) -> tuple[DayKind, ...]:
    """What kinds of day the calendar can make of a day."""
    own = (DayKind.RESTDAY, DayKind.MAKEUP_WORKDAY) if day.weekday() >= 5 else (DayKind.WORKDAY,)
    return (*own, DayKind.STATUTORY, DayKind.NOTICE_OFF)


def within(day: date, first: date | None, last: date | None) -> bool:
    """Whether a day lies in a range, both ends included; an end that is `None` is open."""
    return (first is None or first <= day) and (last is None or day <= last)
