"""Date and time arithmetic: zones, weeks, windows, spans, minutes of a day.

Two scales are used and never mixed. A *minute of the day* counts wall-clock
minutes from a day's midnight and may pass 1440 (01:00 of the next day is 1500).
An *instant* counts real minutes since 1970-01-01 00:00 UTC, so that a shift over
a change of the clocks has its true length. Where a desk counts hours by the wall,
rules and staffing ask for the instants of a zone whose clocks never change
(`Desk.hours_zone`).
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
ONE_DAY = timedelta(days=1)


class Span(NamedTuple):
    """A half-open interval of time [start, end), in instants."""

    start: int
    end: int

    @property
    def minutes(self) -> int:
        """Its length in minutes."""
        return self.end - self.start


@lru_cache(maxsize=65536)
def instant(day: date, minute: int, zone: str) -> int:
    """The instant of a wall-clock minute, counted from `day`'s midnight in `zone`."""
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    return int(wall.replace(tzinfo=ZoneInfo(zone)).timestamp()) // 60


def moment(at: int, zone: str) -> datetime:
    """The zone-aware time of an instant."""
    return datetime.fromtimestamp(at * 60, UTC).astimezone(ZoneInfo(zone))


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Every day from `first` to `last`, both included; empty if `last` is earlier."""
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def group_consecutive(days: Iterable[date]) -> list[tuple[date, ...]]:
    """Group days, given in order, into stretches of days that follow one another."""
    stretches: list[tuple[date, ...]] = []
    for day in days:
        if stretches and stretches[-1][-1] + ONE_DAY == day:
            stretches[-1] = (*stretches[-1], day)
        else:
            stretches.append((day,))
    return stretches


def month_days(year: int, month: int) -> tuple[date, ...]:
    """Every day of a calendar month."""
    return days_between(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def weeks(days: tuple[date, ...], first_weekday: int) -> Iterator[tuple[date, ...]]:
    """The whole calendar weeks from the first of `days` to the last, each as seven days.

    Parameters
    ----------
    first_weekday : int
        The weekday on which a week begins, 0 for Monday.
    """
    if not days:
        return
    start = days[0] - timedelta(days=(days[0].weekday() - first_weekday) % 7)
    while start <= days[-1]:
        yield days_between(start, start + timedelta(days=6))
        start += timedelta(days=7)


def windows(days: tuple[date, ...], length: int) -> Iterator[tuple[date, ...]]:
    """Every window of `length` days that ends on one of `days`; the first windows begin before them."""
    for last in days:
        yield days_between(last - timedelta(days=length - 1), last)


def joined(spans: Iterable[Span], gap: int = 0) -> list[Span]:
    """The spans in order, where those that overlap, touch, or are less than `gap` minutes apart are merged into one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end + max(gap - 1, 0):
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def cut(spans: Iterable[Span], away: Iterable[Span]) -> list[Span]:
    """The spans without what lies within others."""
    left = list(spans)
    for gone in away:
        pieces = (
            (span, Span(span.start, min(span.end, gone.start)), Span(max(span.start, gone.end), span.end))
            for span in left
        )
        left = [
            part
            for span, *parts in pieces
            for part in (parts if overlap(span, gone) else [span])
            if part.start < part.end
        ]
    return left


def overlap(first: Span, second: Span) -> int:
    """Minutes that two spans share."""
    return max(0, min(first.end, second.end) - max(first.start, second.start))


def clock_text(minute: int) -> str:
    """A minute of the day as `HH:MM`; the day's end as `24:00`, and later minutes as `+1 HH:MM`."""
    days = max(0, minute - 1) // DAY_MINUTES
    minute -= days * DAY_MINUTES
    return f"+{days} {minute // 60:02d}:{minute % 60:02d}" if days else f"{minute // 60:02d}:{minute % 60:02d}"
