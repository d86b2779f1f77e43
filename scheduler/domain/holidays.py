"""The kinds of days: statutory holiday, off by notice, make-up workday, workday, rest day.

The statutory days come from `holidays`, the yearly notice of the State Council
(days off by exchange and make-up workdays) from `chinesecalendar`. The days of a
year whose notice is not known are *provisional*: its statutory days are marked,
its weekends are plain rest days, and the roster says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from scheduler.domain.calendar import Day, DayKind

# Festivals as the roster prints them, by their names in `holidays`.
FESTIVALS = {
    "New Year's Day": "元旦",
    "Chinese New Year": "春节",
    "Tomb-Sweeping Day": "清明",
    "Labor Day": "劳动节",
    "Dragon Boat Festival": "端午",
    "Mid-Autumn Festival": "中秋",
    "National Day": "国庆",
}


@lru_cache(maxsize=16)
def statutory_days(year: int, country: str) -> dict[date, str]:
    """The statutory holidays of a year with their names; days off by exchange are not among them."""
    import holidays  # 0.1 s to import: only when a month is read

    found = holidays.country_holidays(country, years=year, observed=False, language="en_US")
    names = {}
    for day, label in sorted(found.items()):
        if "substituted" in label:
            continue
        names[day] = "、".join(
            next((zh for en, zh in FESTIVALS.items() if part.startswith(en)), part) for part in label.split("; ")
        )
    return names


@lru_cache(maxsize=16)
def noticed_days(year: int) -> tuple[frozenset[date], frozenset[date]] | None:
    """The days off by exchange and the make-up workdays of a year's notice; `None` if the notice is not known."""
    from chinese_calendar import constants

    if year not in {day.year for day in constants.holidays}:
        return None
    return (
        frozenset(day for day in constants.holidays if day.year == year),
        frozenset(day for day in constants.workdays if day.year == year),
    )


def day_types(
    dates: tuple[date, ...],
    country: str = "CN",
    overrides: Mapping[date, tuple[DayKind, str]] | None = None,
    confirmed_years: frozenset[int] = frozenset(),
    follow_lieu: bool = True,
) -> tuple[Day, ...]:
    """What the calendar says about each date.

    Parameters
    ----------
    country : str
        `CN`, another country code of the `holidays` library, or `none` for weeks without holidays.
    overrides : mapping of date to (kind, name)
        The desk's own entries, which replace the calendar's.
    confirmed_years : frozenset of int
        Years whose notice the desk has entered as overrides; their days are not provisional.
    follow_lieu : bool
        Whether the days exchanged by the notice apply; if not, only the statutory
        days do (C14).
    """
    days = []
    for day in dates:
        if overrides and day in overrides:
            kind, name = overrides[day]
            days.append(Day(day, kind, name))
            continue
        weekend = day.weekday() >= 5
        kind, name, provisional = (DayKind.RESTDAY if weekend else DayKind.WORKDAY), "", False
        if country != "none":
            names = statutory_days(day.year, country)
            exchanged = country == "CN" and follow_lieu
            notice = noticed_days(day.year) if exchanged else None
            provisional = exchanged and notice is None and day.year not in confirmed_years
            if day in names:
                kind, name = DayKind.STATUTORY, names[day]
            elif notice and day in notice[1]:
                kind = DayKind.MAKEUP_WORKDAY
            elif notice and day in notice[0] and not weekend:
                kind = DayKind.NOTICE_OFF
        days.append(Day(day, kind, name, provisional))
    return tuple(days)
