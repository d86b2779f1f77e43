"""How cells name days: dates, kinds of day, weekdays, seasons, and the days of events."""

from __future__ import annotations

import re
from datetime import date

from scheduler.domain import AND, ISO_DATE, WEEKDAY_KEYS, DayKind, fits_some_day
from scheduler.files.schema.text import comparable, normal_width
from scheduler.files.schema.unclear import Unclear
from scheduler.i18n import WEEKDAYS, Sentence, fill_in

FIRST_YEAR, LAST_YEAR = 1950, 2199  # of every date in a desk's files


WHOLE_DAYS = Sentence(
    "整天的日期，如 2026-12-05：半天和钟点还不能排，请写整天，或只写日期",
    "a whole day such as 2026-12-05: half days and hours cannot be planned yet, so give whole days, or the date alone",
)
WITH_YEAR = Sentence("带四位年份的日期，如 2026-12-05", "a date with its year in four digits, such as 2026-12-05")
YEAR_FIRST = Sentence("年份在前的日期，如 2026-12-05", "a date with its year first, such as 2026-12-05")
SERIAL = Sentence(
    "日期，如 2026-12-05（这像是表格程序的日期序号：请把该列设为日期格式）",
    "a date such as 2026-12-05 (this looks like a spreadsheet's number of a day: format the column as dates)",
)
NO_DAY = Sentence(
    "至少有一天能同时符合的几项：没有哪一天样样符合；要其中任一项都算，请分成几行写",
    "parts that at least one day fits together: no day fits all of these; where any one of them will do, give each a row of its own",
)
ITS_WEEKDAY = Sentence("当天是星期{zh}", "a date with its own weekday, {en}")

SIGNS = r"[-/.]"
DATE_FORM = re.compile(
    rf"([0-9]{{4}})(?:{SIGNS}|年)([0-9]{{1,2}})(?:{SIGNS}|月)([0-9]{{1,2}})日?|([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})"
)
IDLE = r"(?:[ T]*0?0:00(?::00(?:\.0+)?)?)?"  # spreadsheets often write a date with an idle midnight behind it
WEEKDAY_BEHIND = r"\s*(?:\(?(?:周|星期|礼拜)([一二三四五六日天])\)?)?"
WITH_TIME = re.compile(
    rf"(?:{DATE_FORM.pattern}){WEEKDAY_BEHIND}[ T]*(?:[0-9]{{1,2}}(?:[:点时].*)?|[上中下]午.*|半天|[AP]M|早上.*|晚上.*)",
    re.IGNORECASE,
)
NEARLY = (
    (
        re.compile(
            rf"[0-9]{{1,2}}(?:{SIGNS}|月)[0-9]{{1,2}}[日号]?|[0-9]{{2,3}}(?:{SIGNS}|年)[0-9]{{1,2}}(?:{SIGNS}|月)[0-9]{{1,2}}日?"
        ),
        WITH_YEAR,
    ),
    (re.compile(rf"[0-9]{{1,2}}{SIGNS}[0-9]{{1,2}}{SIGNS}[0-9]{{4}}"), YEAR_FIRST),
    (re.compile(r"3[6-9][0-9]{3}|[4-7][0-9]{4}"), SERIAL),
)


def read_date(text: str) -> date:
    """The day that a text names, year first.

    Raises
    ------
    ValueError
        It names none.
    Unclear
        It names a part of a day, or a day without its year, or on another weekday.
    """
    written = normal_width(text)
    found = DATE_READ.fullmatch(written)
    if not found:
        if WITH_TIME.fullmatch(written):
            raise Unclear(WHOLE_DAYS)
        nearly = next((expected for form, expected in NEARLY if form.fullmatch(written)), None)
        raise Unclear(nearly) if nearly else ValueError(text)
    year, month, number = map(int, filter(None, found.groups()[:6]))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(text)
    day = date(year, month, number)
    if found[7] and "一二三四五六日".index(found[7].replace("天", "日")) != day.weekday():
        weekday = WEEKDAYS[day.weekday()]
        raise Unclear(fill_in(ITS_WEEKDAY, zh=weekday.zh, en=weekday.en))
    return day


DATE_READ = re.compile(rf"(?:{DATE_FORM.pattern}){IDLE}{WEEKDAY_BEHIND}")


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
        key = AND.join(read_day_key(part.strip()) for part in normal_width(text).split(AND))
        if not fits_some_day(key):
            raise Unclear(NO_DAY)
        return key
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
