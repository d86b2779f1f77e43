"""Whether a row of days is what it seems: numbers that rise, weekdays that agree with them, one calendar month."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from datetime import date

from scheduler.domain import Month
from scheduler.errors import Fault
from scheduler.files.reading.month_sheets import Sheet
from scheduler.files.schema.text import comparable
from scheduler.i18n import Sentence, day_name, fill_in
from scheduler.timeline import ONE_DAY

NEAR = 2  # rows above and below the days in which their weekdays are looked for
FEWEST_STEPS = 0.8  # of the steps from a day to the next, which go from a weekday to the next in a row of weekdays
LAST_DAYS = 28  # from here on a month may end
WEEKDAY = re.compile(r"(?:周|星期|礼拜)?([一二三四五六日天])|(mon|tue|wed|thu|fri|sat|sun)[a-z]*")
IN_BRACKETS = re.compile(r"[(（](.*)[)）]|\s(\S+)$")

OVER_TWO_MONTHS = Sentence(
    "自然月 1 日到月末的各天：这张表从 {first} 日到 {last} 日，跨两个月{which}；请按自然月各存一份",
    "the days of one calendar month: this grid runs from the {first}. to the {last}., over two months{which}; make one file for"
    " each month",
)
BY_WEEKDAYS = Sentence("（按星期是 {first} 至 {last}）", " (by its weekdays {first} to {last})")
NOT_RISING = Sentence(
    "比前一列（{before}）大的日期：日期从左到右应当递增", "a day after {before}, as days rise from left to right"
)
ITS_WEEKDAY = Sentence(
    "{day}的星期（共 {n} 列的星期与日期不符：标题的年月对吗？）",
    "the weekday of {day} (those of {n} columns do not agree with their days: are year and month of the title right?)",
)


def weekday_in(text: str) -> int | None:
    """The weekday that a cell names, alone or behind the day in its brackets; 0 for Monday."""
    for part in (text, *filter(None, (found for match in IN_BRACKETS.finditer(text) for found in match.groups()))):
        if found := WEEKDAY.fullmatch(comparable(part)):
            if found[1]:
                return "一二三四五六日".index(found[1].replace("天", "日"))
            return ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(found[2])
    return None


def weekdays_of(sheet: Sheet) -> tuple[int, dict[int, int]]:
    """The row that holds the weekdays of the days, and the weekday of each column; no columns where there is none."""
    for row in (sheet.top + 1, sheet.top, sheet.top - 1, sheet.top + 2, sheet.top - 2):
        if not 1 <= row <= len(sheet.rows):
            continue
        named = {column: weekday_in(sheet.text(row, column)) for column in sheet.days}
        found = {column: weekday for column, weekday in named.items() if weekday is not None}
        columns = list(found)
        steps = [(found[after] - found[before]) % 7 == 1 for before, after in itertools.pairwise(columns)]
        if len(found) > len(sheet.days) / 2 and sum(steps) >= FEWEST_STEPS * len(steps):
            return row, found
    return 0, {}


def check_order(sheet: Sheet, month: Month | None) -> Iterator[Fault]:
    """Faults where days without a month of their own do not rise, or run over two months."""
    marks = list(sheet.days.items())
    if any(mark.month for _, mark in marks):
        return
    falls = [at for at in range(1, len(marks)) if marks[at][1].day < marks[at - 1][1].day]
    if len(falls) == 1 and marks[falls[0]][1].day == 1 and marks[falls[0] - 1][1].day >= LAST_DAYS:
        first, last = marks[0][1].day, marks[-1][1].day
        row = sheet.place._replace(row=sheet.top)
        yield row.fault(OVER_TWO_MONTHS, first=first, last=last, which=_which_months(sheet, month, falls[0]))
        return
    for at in falls:
        column, mark = marks[at]
        yield sheet.at(sheet.top, column).fault(NOT_RISING, f"{mark.day}", before=marks[at - 1][1].day)


def _which_months(sheet: Sheet, month: Month | None, fall: int) -> Sentence:
    """The days of a period over two months, as far as its weekdays tell which they are."""
    _, weekdays = weekdays_of(sheet)
    columns = list(sheet.days)
    for second in (month, month.next) if month and weekdays else ():
        begins = second.first
        days = {
            columns[at]: (begins if at >= fall else begins - ONE_DAY).replace(day=sheet.days[columns[at]].day)
            for at in range(len(columns))
            if at >= fall or sheet.days[columns[at]].day <= (begins - ONE_DAY).day
        }
        if len(days) == len(columns) and all(days[column].weekday() == one for column, one in weekdays.items()):
            return fill_in(BY_WEEKDAYS, first=days[columns[0]].isoformat(), last=days[columns[-1]].isoformat())
    return Sentence("", "")


def check_weekdays(sheet: Sheet, dates: Mapping[int, date]) -> Iterator[Fault]:
    """A fault where the weekdays that stand with the days are not those of the dates."""
    row, weekdays = weekdays_of(sheet)
    wrong = [column for column, weekday in weekdays.items() if column in dates and dates[column].weekday() != weekday]
    if wrong:
        column = wrong[0]
        yield sheet.at(row, column).fault(
            ITS_WEEKDAY,
            sheet.text(row, column),
            day=Sentence(*(day_name(dates[column], lang) for lang in ("zh", "en"))),
            n=len(wrong),
        )
