"""Rows of days in old rosters: where they are, and which dates their cells stand for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from scheduler.domain import Month
from scheduler.files.adopting.pages import Page
from scheduler.files.reading.day_row import WEEKDAY
from scheduler.files.reading.month_sheets import Mark, mark_of
from scheduler.files.schema.days import read_date
from scheduler.files.schema.text import comparable, normal_width
from scheduler.i18n import MONTHS
from scheduler.timeline import ONE_DAY

FEWEST, FEWEST_NUMBERS = 4, 14  # marks in a row of days; of bare numbers without weekdays beside them
WIDEST_GAP = 4  # columns between one day and the next
LAST_DAYS = 28  # from here on a month may end
YEARS_BACK = 6  # of which old rosters may be
ROC = 1911  # years before the first of the Republic's calendar
CHINESE_FIGURES = {sign: str(number) for number, sign in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}
NAMES = "|".join(MONTHS)
DAY_SIGN = r"\s*[日号]?"
YEAR = r"(?P<year>(?:20\d\d)|(?:民[国國])?\s*1[0-4]\d|\d\d)"
TITLE_MONTH = (
    re.compile(rf"(?<!\d){YEAR}\s*年(?:度)?\s*(?P<month>1[0-2]|0?[1-9])\s*月(?!\s*\d)"),
    re.compile(r"(?<![\d/.-])(?P<year>20\d\d|1[0-4]\d)\s?[/.-]\s?(?P<month>1[0-2]|0?[1-9])(?![\d/.-])"),
    re.compile(r"(?<!\d)(?P<month>1[0-2]|0?[1-9])\s?[/.-]\s?(?P<year>20\d\d)(?!\d)"),
    re.compile(rf"\b(?P<name>{NAMES})[a-z]*\.?,?\s*(?P<year>20\d\d)", re.IGNORECASE),
    re.compile(rf"\b(?P<year>20\d\d)\s*(?P<name>{NAMES})[a-z]*", re.IGNORECASE),
    re.compile(r"(?<!\d)(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])(?!\d)"),
)
MONTH_ALONE = re.compile(rf"(?<![\d年/.-])(1[0-2]|0?[1-9])\s?月(?!\s?\d)|\b({NAMES})[a-z]*\b", re.IGNORECASE)
YEAR_ALONE = re.compile(r"(?<!\d)(20\d\d)\s*年?(?!\d)|民[国國]\s*(1[0-4]\d)|(?<!\d)(1[0-4]\d)\s*年")
PERIOD = re.compile(
    rf"(?:(?P<y1>20\d\d|1[0-4]\d)\s*[年/.-])?\s*(?P<m1>1[0-2]|0?[1-9])\s*[月/.-]\s*(?P<d1>3[01]|[12]\d|0?[1-9]){DAY_SIGN}"
    rf"\s*(?:-|–|—|~|至|到)+\s*(?:(?P<y2>20\d\d|1[0-4]\d)\s*[年/.-])?\s*(?:(?P<m2>1[0-2]|0?[1-9])\s*[月/.-]\s*)?(?P<d2>3[01]|[12]\d|0?[1-9]){DAY_SIGN}(?![\d:])"
)
ROC_DATE = re.compile(r"(?:民[国國])?\s*(1[0-4]\d)[年/.-](\d{1,2})[月/.-](\d{1,2})日?")
ENGLISH_DAY = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?[\s-]*({NAMES})[a-z]*(?:[\s,-]+(20\d\d))?|({NAMES})[a-z]*[\s.-]*(\d{{1,2}})(?:st|nd|rd|th)?(?:[\s,]+(20\d\d))?",
    re.IGNORECASE,
)
POINTED = re.compile(r"(1[0-2]|0?[1-9])\.(3[01]|[12]\d|0?[1-9])")
DAY_FIRST = re.compile(r"(3[01]|[12]\d|0?[1-9])[/.-](1[0-2]|0?[1-9])(?:[/.-](20\d\d))?")
WEEKDAY_WORDS = re.compile(
    r"[(\[]?\s*(?:(?:周|星期|礼拜|週)[一二三四五六日天]|\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?\b|(?<=[\s日号\d(])[一二三四五六日天](?=\)|\s*$))\s*[)\]]?",
    re.IGNORECASE,
)


def weekday_of(text: str) -> int | None:
    """The weekday that a text names by itself, or beside a day; 0 for Monday."""
    text = normal_width(text).replace("週", "周")
    if found := WEEKDAY.fullmatch(comparable(text)):
        return _weekday(found)
    if inside := WEEKDAY_WORDS.search(text):
        word = comparable(re.sub(r"[()\[\]]", "", inside.group()))
        if found := WEEKDAY.fullmatch(word):
            return _weekday(found)
    return None


def _weekday(found: re.Match[str]) -> int:
    if found[1]:
        return "一二三四五六日".index(found[1].replace("天", "日"))
    return ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(found[2])


def read_mark(page: Page, row: int, column: int) -> Mark | None:
    """The day that a cell names, as far as it does, whatever weekday stands beside it."""
    value = page.values.get((row, column))
    if not isinstance(value, str):
        return mark_of(value, page.epoch)
    if len(value) > 40:
        return None
    text = WEEKDAY_WORDS.sub(" ", normal_width(value).replace("週", "周")).strip()
    if found := ROC_DATE.fullmatch(text):
        return _valid(int(found[1]) + ROC, int(found[2]), int(found[3]))
    if found := ENGLISH_DAY.fullmatch(text):
        day, name, year = (found[1], found[2], found[3]) if found[1] else (found[5], found[4], found[6])
        return _valid(int(year) if year else None, _month_named(name), int(day))
    if found := POINTED.fullmatch(text):
        return _valid(None, int(found[1]), int(found[2]))
    return mark_of(text, page.epoch)


def read_day_first(page: Page, row: int, column: int) -> Mark | None:
    """The day that a cell names with its month behind it, as in Mon 02/11."""
    value = page.values.get((row, column))
    if not isinstance(value, str) or len(value) > 40:
        return None
    found = DAY_FIRST.fullmatch(WEEKDAY_WORDS.sub(" ", normal_width(value).replace("週", "周")).strip())
    return _valid(int(found[3]) if found[3] else None, int(found[2]), int(found[1])) if found else None


def _valid(year: int | None, month: int, day: int) -> Mark | None:
    try:
        date(year or 2000, month, day)
    except ValueError:
        return None
    return Mark(year, month, day)


def _month_named(name: str) -> int:
    return [one.casefold() for one in MONTHS].index(name[:3].casefold()) + 1


@dataclass(frozen=True)
class Axis:
    """A row of days on a page.

    Attributes
    ----------
    marks : mapping of int to Mark
        The days by column, as they stand there, or as they should where they are wrong or missing.
    wrong : frozenset of int
        Columns whose cell does not say the day that its neighbours tell.
    stride : int
        Columns of each day.
    weekday_row : int
        0 for none.
    """

    row: int
    marks: Mapping[int, Mark]
    wrong: frozenset[int]
    stride: int
    weekday_row: int
    weekdays: Mapping[int, int]

    @property
    def first(self) -> int:
        """The first column of days."""
        return min(self.marks)

    @property
    def last(self) -> int:
        """The last column of days, its further ones included."""
        return max(self.marks) + self.stride - 1


UNKNOWN = Mark(None, None, 0)  # a day of which only the weekday is known


def axes_of(page: Page) -> list[Axis]:
    """The rows of days on a page, from the top, those of one row from the left; rows of weekdays alone where there is none."""
    return _dated_axes(page) or list(_weekday_axes(page))


def _weekday_axes(page: Page) -> Iterator[Axis]:
    for row in range(1, page.height + 1):
        named = {column: weekday_of(page.text(row, column)) for column in range(1, page.width + 1)}
        days = {column: day for column, day in named.items() if day is not None}
        steps = [(days[after] - days[before]) % 7 == 1 and after - before == 1 for before, after in pairwise(days)]
        if len(days) >= FEWEST and all(steps):
            yield Axis(row, dict.fromkeys(days, UNKNOWN), frozenset(), 1, row, days)


def _dated_axes(page: Page) -> list[Axis]:
    found: list[Axis] = []
    for row in range(1, page.height + 1):
        for read in (read_mark, read_day_first):
            marks = {column: mark for column in range(1, page.width + 1) if (mark := read(page, row, column))}
            axes = list(filter(None, (_axis(page, row, run) for run in _runs(marks)))) if len(marks) >= FEWEST else []
            if axes:
                found += axes
                break
    return _without_echoes(found)


def _without_echoes(axes: Sequence[Axis]) -> list[Axis]:
    """The axes less those that repeat the one above in the next rows, such as dates above bare numbers."""
    kept: list[Axis] = []
    for axis in axes:
        twin = next((one for one in kept if 0 < axis.row - one.row <= 2 and set(one.marks) & set(axis.marks)), None)
        if twin is None:
            kept.append(axis)
        elif any(mark.month for mark in axis.marks.values()) and not any(mark.month for mark in twin.marks.values()):
            kept[kept.index(twin)] = axis
    return kept


def _follows(before: Mark, after: Mark, steps: int) -> bool:
    if after.day == before.day + steps:
        return not (before.month and after.month) or before.month == after.month
    wraps = before.day >= LAST_DAYS and after.day == steps
    return wraps and not (before.month and after.month and after.month != before.month % 12 + 1)


def _runs(marks: Mapping[int, Mark]) -> Iterator[tuple[dict[int, Mark], set[int], int]]:
    """Stretches of days that follow one another; a cell that is wrong or missing among them does not end one."""
    columns = list(marks)
    gaps = Counter(after - before for before, after in pairwise(columns))
    stride = gaps.most_common(1)[0][0] if gaps else 1
    at = 0
    while at < len(columns):
        run, wrong = {columns[at]: marks[columns[at]]}, set()
        last = columns[at]
        following = at + 1
        while following < len(columns):
            column = columns[following]
            steps = max(1, round((column - last) / stride))
            if steps <= WIDEST_GAP and _follows(run[last], marks[column], steps):
                for missing in range(1, steps):
                    run[last + missing * stride] = _after(run[last], missing)
                    wrong.add(last + missing * stride)
                run[column] = marks[column]
            elif (column - last) > stride and _follows(run[last], marks[column], 1):
                run[column] = marks[column]
            elif len(run) >= 2 and _mended(marks, columns, following, run[last], last, stride):
                run[column] = _after(run[last], steps)
                wrong.add(column)
            else:
                break
            last = column
            following += 1
        yield run, wrong, stride
        at = following


def _mended(marks: Mapping[int, Mark], columns: Sequence[int], at: int, before: Mark, last: int, stride: int) -> bool:
    """Whether the next days go on as if the cell between said what it should."""
    here = columns[at]
    ahead = [column for column in columns[at + 1 : at + 3] if column - here <= WIDEST_GAP * stride]
    return here - last == stride and any(
        _follows(before, marks[column], round((column - last) / stride)) for column in ahead
    )


def _after(mark: Mark, steps: int) -> Mark:
    """The day some steps on, as far as it can be told without its month."""
    if mark.month:
        day = date(mark.year or 2001, mark.month, mark.day) + timedelta(days=steps)
        return Mark(mark.year and day.year, day.month, day.day)
    return Mark(None, None, mark.day + steps if mark.day + steps <= 31 else mark.day + steps - 31)


def _axis(page: Page, row: int, found: tuple[dict[int, Mark], set[int], int]) -> Axis | None:
    run, wrong, stride = found
    if len(run) < FEWEST:
        return None
    stride = min(stride, WIDEST_GAP)
    run = _with_months(page, row, run)
    weekday_row, weekdays = _weekdays(page, row, run)
    dated = any(mark.month for mark in run.values()) or any(
        isinstance(value := page.values.get((row, column)), str) and re.search(r"[日号]", value) for column in run
    )
    headed = any(re.fullmatch(r"日期|日|date|day|days?", comparable(page.spread(row, at))) for at in range(1, min(run)))
    if not (dated or weekdays or len(run) >= FEWEST_NUMBERS or (headed and len(run) >= 7)):
        return None
    if page.turned and not (dated or weekdays or headed or _date_head(page, row, min(run))):
        return None
    return Axis(row, run, frozenset(wrong), stride, weekday_row, weekdays)


def _with_months(page: Page, row: int, run: dict[int, Mark]) -> dict[int, Mark]:
    """The days with the months that stand above them, where there are several."""
    for above in (row - 1, row - 2):
        told = {column: context_of(page.spread(above, column)) for column in run if above > 0}
        months = {context.month for context in told.values()}
        if len(months) > 1 and None not in months and not any(mark.month for mark in run.values()):
            return {column: Mark(told[column].year, told[column].month, mark.day) for column, mark in run.items()}
    return run


def _date_head(page: Page, row: int, first: int) -> bool:
    return any(
        comparable(page.spread(row, at)) in ("日期", "日", "date", "day") for at in range(max(1, first - 3), first)
    )


def _weekdays(page: Page, row: int, run: Mapping[int, Mark]) -> tuple[int, dict[int, int]]:
    for near in (row + 1, row, row - 1, row + 2, row - 2):
        named = {column: weekday_of(page.spread(near, column)) for column in run}
        found = {column: day for column, day in named.items() if day is not None}
        steps = [(found[after] - found[before]) % 7 == 1 for before, after in pairwise(found)]
        if len(found) > len(run) / 2 and sum(steps) >= 0.7 * len(steps):
            return near, found
    return 0, {}


class Context(NamedTuple):
    """What titles say of the days: year and month, or the first day of a period, and where it stands."""

    year: int | None = None
    month: int | None = None
    first: date | None = None
    months: tuple[int, int] | None = None  # of a period without its year
    also: tuple[int, ...] = ()  # further months, as in 2026年10月、11月


def context_of(text: str) -> Context:
    """What a title says of year and month."""
    text = normal_width(text)
    text = re.sub(
        r"[〇零○一二三四五六七八九]{3,4}(?=\s*年)",
        lambda found: "".join(CHINESE_FIGURES[one] for one in found.group()),
        text,
    )
    text = re.sub(
        r"(?<![周期])(十[一二]?|[一二三四五六七八九])(?=月(?!\d))",
        lambda found: str(
            "一二三四五六七八九十".index(found[1][0]) + 1 + (0 if len(found[1]) == 1 else "一二".index(found[1][1]) + 1)
        ),
        text,
    )
    context = Context()
    if period := PERIOD.search(text):
        context = _of_period(period)
        if context.first:
            return context
    for form in TITLE_MONTH:
        if match := form.search(text):
            month = _month_named(match["name"]) if "name" in form.groupindex else int(match["month"])
            written = re.sub(r"\D", "", match["year"])
            return context._replace(year=_year(written), month=month, also=_months_in(text[match.end() :]))
    lone_year = YEAR_ALONE.search(text)
    months = _months_in(text)
    return context._replace(
        year=_year(next(filter(None, lone_year.groups()))) if lone_year else context.year,
        month=months[0] if months else context.month,
        also=months[1:],
    )


def _months_in(text: str) -> tuple[int, ...]:
    """The months that a text names without their year."""
    return tuple(int(one[1]) if one[1] else _month_named(one[2]) for one in MONTH_ALONE.finditer(text))


def _year(text: str) -> int:
    number = int(text)
    return number if number >= 2000 else number + ROC if number >= 100 else number + 2000


def _of_period(found: re.Match[str]) -> Context:
    year, month, day = found["y1"], int(found["m1"]), int(found["d1"])
    if year or found["y2"]:
        first_year = _year(year) if year else _year(found["y2"]) - (int(found["m2"] or month) < month)
        try:
            return Context(first=date(first_year, month, day))
        except ValueError:
            return Context()
    return Context(months=(month, int(found["m2"] or month)))


@dataclass(frozen=True)
class Dated:
    """The dates of an axis by column.

    Attributes
    ----------
    agree : bool or None
        Whether the weekdays beside the days are those of the dates; `None` without weekdays.
    off : tuple of int
        Columns whose weekday is another.
    lacking : str
        What is not known: `year`, `month`, `period` (which of two months the title means), `day` (of weekdays alone); empty where
        the dates are known.
    proposed : str
        An answer for which something speaks.
    guessed : str
        How the dates were found where no title says it in full: `weekdays`, or `month` of several that a title names; empty otherwise.
    uncertain : int
        How many other years have the same weekdays.
    fitting : tuple of int
        The years that have the weekdays, where those of the dates are others.
    """

    dates: Mapping[int, date]
    agree: bool | None = None
    off: tuple[int, ...] = ()
    lacking: str = ""
    proposed: str = ""
    guessed: str = ""
    uncertain: int = 0
    fitting: tuple[int, ...] = ()


def date_axis(axis: Axis, contexts: Iterable[Context], today: date, answer: str = "") -> Dated:
    """The dates of an axis from what its cells and the titles around it say, nearest first.

    Parameters
    ----------
    answer : str
        Year, year and month of the first day, or that day, by whoever was asked; it goes before weekdays that say otherwise.
    """
    told = list(contexts)
    asked = _answered(answer)
    dated = _dated(axis, [asked, *told], today, answered=asked.month is not None)
    if dated.agree is not False:
        return dated
    if asked.year or asked.first:
        return replace(dated, agree=None, off=())
    year = next((one.year for one in told if one.year), None)
    also = {month for one in told for month in one.also}
    named = [found for month in also if (found := _checked(axis, _start(axis, year, month) if year else None)).agree]
    if len(named) == 1:
        return replace(named[0], guessed="month")
    years = range(today.year - YEARS_BACK, today.year + 2)
    first = min(dated.dates.values())
    fitting = [one for one in years if _checked(axis, _start(axis, one, first.month)).agree]
    return replace(dated, fitting=tuple(fitting))


def _answered(answer: str) -> Context:
    """What was answered: a day, year and month, or a year."""
    with suppress(ValueError):
        return Context(first=read_date(answer))
    return context_of(answer if not answer.strip().isdecimal() else f"{answer.strip()}年")


def _dated(axis: Axis, told: Sequence[Context], today: date, *, answered: bool) -> Dated:
    """The dates of an axis by what is told, an answer first; of which the month is that of the first day."""
    first_mark = axis.marks[axis.first]
    if first_mark is UNKNOWN:
        return _week(axis, told)
    period = next((one.first for one in told if one.first), None)
    if period and period.day == first_mark.day and first_mark.month in (None, period.month):
        return _checked(axis, period)
    year = first_mark.year or next((one.year for one in told if one.year), None)
    month = first_mark.month or next((one.months[0] for one in told if one.months), None)
    titled = next((one.month for one in told if one.month), None)
    wraps = any(after.day < before.day for before, after in pairwise(axis.marks.values()))
    candidates: list[tuple[int, int]] = []
    if year and month:
        shift = 1 if not first_mark.year and wraps and month == 12 and titled == 1 else 0
        return _checked(axis, _start(axis, year - shift, month))
    if year and titled:
        here = (year, titled)
        if not wraps or answered:
            return _checked(axis, _start(axis, *here))
        before = Month(*here).previous
        candidates = [(before.year, before.month), here]
    elif month or titled:
        at = month or titled or 1
        each = [(one, at) for one in range(today.year - YEARS_BACK, today.year + 2)]
        if wraps and not month:
            each += [(Month(*one).previous.year, Month(*one).previous.month) for one in each]
        candidates = each
    else:
        return Dated({}, lacking="month")
    fitting = [one for one in candidates if (start := _start(axis, *one)) and _checked(axis, start).agree]
    if axis.weekdays and fitting:
        near = min(fitting, key=lambda one: abs((date(one[0], one[1], 1) - today).days))
        start = _start(axis, *near)
        if start:
            known = year is not None
            dated = _checked(axis, start)
            others = [one for one in fitting if one != near and not known]
            return Dated(
                dated.dates,
                dated.agree,
                dated.off,
                guessed="weekdays",
                proposed=f"{near[0]}",
                uncertain=len(others),
            )
    if year and wraps:
        return Dated({}, lacking="period", proposed=f"{candidates[0][0]}-{candidates[0][1]:02d}")
    return Dated({}, lacking="year", proposed=f"{today.year}")


def _week(axis: Axis, told: Sequence[Context]) -> Dated:
    """The dates of a row of weekdays, by the period that a title names."""
    starts = [one.first for one in told if one.first]
    start = next((day for day in starts if day.weekday() == axis.weekdays[axis.first]), None)
    if start is None:
        return Dated({}, lacking="day")
    return Dated({column: start + timedelta(days=n) for n, column in enumerate(axis.marks)}, agree=True)


def _start(axis: Axis, year: int, month: int) -> date | None:
    try:
        return date(year, month, axis.marks[axis.first].day)
    except ValueError:
        return None


def _checked(axis: Axis, start: date | None) -> Dated:
    """The dates of an axis that begins on a day, held against its own marks and weekdays."""
    if start is None:
        return Dated({}, lacking="month")
    dates: dict[int, date] = {}
    day = start - ONE_DAY
    for column, mark in axis.marks.items():
        day += ONE_DAY
        if day.day != mark.day and column not in axis.wrong:  # February 29 to 31, say, or a step over days
            later = next(
                (day + timedelta(days=n) for n in range(1, 5) if (day + timedelta(days=n)).day == mark.day), None
            )
            if later is None or mark.day > LAST_DAYS:
                day -= ONE_DAY
                continue
            day = later
        dates[column] = day
    wrong = [
        column for column, weekday in axis.weekdays.items() if column in dates and dates[column].weekday() != weekday
    ]
    agree = None if not axis.weekdays else len(wrong) <= 0.2 * len(axis.weekdays)
    return Dated(dates, agree, tuple(wrong))
