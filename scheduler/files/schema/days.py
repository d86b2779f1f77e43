"""How cells name days: dates, kinds of day, weekdays, seasons, and the days of events."""

from __future__ import annotations

import re
from datetime import date

from scheduler.domain import AND, ISO_DATE, WEEKDAY_KEYS, DayKind
from scheduler.files.schema.text import comparable, normal_width

FIRST_YEAR, LAST_YEAR = 1950, 2199  # of every date in a desk's files


def read_date(text: str) -> date:
    """The date that a text names, year first; raises `ValueError` for any other text."""
    # Spreadsheets often write a date with an idle midnight behind it.
    form = r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?(?:[ T]0?0:00(?::00(?:\.0+)?)?)?"
    found = re.fullmatch(form, normal_width(text))
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise ValueError(text)
    return date(int(found[1]), int(found[2]), int(found[3]))


DAY_WORDS: dict[str, tuple[str, ...]] = {
    "all": ("每天", "每日", "全部", "everyday", "daily"),
    "workday": ("工作日", "workdays"),
    "offday": ("休息日", "非工作日", "offdays"),
    **{
        key: (f"周{zh}", f"星期{zh}", f"礼拜{zh}", f"{key}day" if key in ("mon", "fri", "sun") else full)
        for key, zh, full in zip(
            WEEKDAY_KEYS, "一二三四五六日", ("", "tuesday", "wednesday", "thursday", "", "saturday", ""), strict=True
        )
    },
    DayKind.RESTDAY.value: ("周末", "普通周末", "weekend"),
    DayKind.NOTICE_OFF.value: ("调休放假", "放假调休"),
    DayKind.MAKEUP_WORKDAY.value: ("调休上班", "补班", "makeup"),
    DayKind.STATUTORY.value: ("法定节假日", "法定假日", "法定节日", "节假日", "statutory"),
}
DAY_WORDS["sun"] += ("周天", "星期天")


def _month_day(month: str, day: str) -> str:
    return f"{date(2024, int(month), int(day)):%m-%d}"  # a leap year has them all


def read_day_key(text: str) -> str:
    """The day key (see `domain.day_match`) that a text names; raises `ValueError` for any other text."""
    if AND in normal_width(text):
        return AND.join(read_day_key(part.strip()) for part in normal_width(text).split(AND))
    word = comparable(text)
    day = r"([0-9]{1,2})(?:-|/|月)([0-9]{1,2})日?"
    season = re.fullmatch(rf"{day}\s*(?:\.\.|~|至|到)\s*{day}", normal_width(text))
    if season:
        return f"{_month_day(season[1], season[2])}..{_month_day(season[3], season[4])}"
    for key, words in DAY_WORDS.items():
        if word == comparable(key) or word in words:
            return key
    return read_date(text).isoformat()


LAST_BEFORE = "<"  # fri<25 is the last Friday before the 25th


def is_weekly(on: str) -> bool:
    """Whether an event with this day, as `read_event_day` gives it, is held every week."""
    return not ISO_DATE.fullmatch(on) and LAST_BEFORE not in on


def read_event_day(text: str) -> str:
    """The day of an event: a date, a key with a weekday in it, or `DAY<NUMBER`; raises `ValueError` for any other text."""
    word = comparable(text)
    chinese, english = (
        r"(?:每月)?([0-9]{1,2})[日号]?之?前的?(?:最后一个)?(\D+)",
        r"(?:last)?([a-z]+)before(?:the)?([0-9]{1,2})(?:th|st|nd|rd)?",
    )
    if found := re.fullmatch(chinese, word):
        number, weekday = found[1], found[2]
    elif found := re.fullmatch(rf"{english}|([a-z]+)<([0-9]{{1,2}})", word):
        weekday, number = found[1] or found[3], found[2] or found[4]
    else:
        key = read_day_key(text)
        if not ISO_DATE.fullmatch(key) and not set(key.split(AND)).intersection(WEEKDAY_KEYS):
            raise ValueError(text)
        return key
    key = read_day_key(weekday)
    if key not in WEEKDAY_KEYS or not 8 <= int(number) <= 31:  # an earlier one may lie in the month before
        raise ValueError(text)
    return f"{key}{LAST_BEFORE}{int(number)}"
