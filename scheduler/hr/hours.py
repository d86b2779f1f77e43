"""Minutes by the kind of day, by the clock and by how overtime is multiplied. No amounts of money.

A duty, and overtime, belong whole to the day on which they begin, so that two periods that follow one another count
everything once. What is paid by the kind of day goes by the minute: of a night into a holiday, the minutes after
midnight are the holiday's.

How overtime is multiplied (Labour Law 44; 工资支付暂行规定 13)::

    system           on a day with a planned duty    on a free day           on a statutory holiday
    standard         1.5                             2, or time off          3
    comprehensive    1.5 beyond the statutory total of the period            3
    irregular        –                               –                       –

- Only approved overtime counts. Overtime approved without a time is the last minutes of what was worked on its day.
- A day is free of planned duties if none begins on it or reaches into it (`free_days`): what follows a night is 1.5.
  A day off of the calendar, or of the desk's week, whose duties are approved overtime throughout counts as free, too:
  but for the overtime there would have been none.
- Minutes on a statutory holiday are multiplied by 3, whatever the day to which the overtime belongs. Duties there
  count apart from overtime; a minute is never counted as both.
- Under the comprehensive system everything worked counts, duties and overtime with a time, but what is multiplied by 3
  already; what exceeds the statutory total (8 h for each working day of the calendar, less approved leave) of a period
  that ends is multiplied by 1.5, approved or not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from scheduler.domain import Compensation, Day, DayKind, HoursPeriod, Month, Overtime, Problem, Worker
from scheduler.hr.in_force import HeldDuty
from scheduler.timeline import DAY_MINUTES, ONE_DAY, Span, instant, moment, overlap

LAW_DAY = 8 * 60  # minutes of a working day by law
LAW_MONTH = 36 * 60  # minutes of overtime in a month, Labour Law 41
NEAR_LAW_MONTH = 30 * 60  # from which on a name is told beforehand
NIGHT = ((0, 6 * 60), (22 * 60, DAY_MINUTES))  # hours of the night, 22:00 to 6:00


class ByKind(NamedTuple):
    """Minutes on working days, made-up ones included; on days off; on statutory holidays."""

    workday: int = 0
    rest: int = 0
    statutory: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self)


class Multiplied(NamedTuple):
    """Minutes of overtime by what they are multiplied by: 1.5, 2, 3; and those that are not."""

    by_1_5: int = 0
    by_2: int = 0
    by_3: int = 0
    plain: int = 0

    def plus(self, other: Multiplied) -> Multiplied:
        """The sums."""
        return Multiplied(*(mine + more for mine, more in zip(self, other, strict=True)))


@dataclass(frozen=True)
class Calendar:
    """Kinds of days, and which minutes belong to them.

    Attributes
    ----------
    days : mapping of date to Day
        Of every month that is looked at, and of the day after the last.
    zone : str
        In which hours are counted, see `Desk.hours_zone`.
    """

    days: Mapping[date, Day]
    zone: str

    def by_kind(self, spans: Iterable[Span]) -> ByKind:
        """Minutes of spans by the kind of the day on which they pass."""
        counted = dict.fromkeys(ByKind._fields, 0)
        for day, minutes in self._by_day(spans):
            counted[KIND_FIELDS[self.days[day].kind]] += minutes
        return ByKind(**counted)

    def at_night(self, spans: Iterable[Span]) -> int:
        """Minutes of spans between 22:00 and 6:00."""
        whole = list(spans)
        days = {day for day, _ in self._by_day(whole)}
        nights = [Span(*(instant(day, minute, self.zone) for minute in part)) for day in days for part in NIGHT]
        return sum(overlap(span, night) for span in whole for night in nights)

    def _by_day(self, spans: Iterable[Span]) -> Iterable[tuple[date, int]]:
        for span in spans:
            day = moment(span.start, self.zone).date()
            while (begins := instant(day, 0, self.zone)) < span.end:
                yield day, overlap(span, Span(begins, instant(day + ONE_DAY, 0, self.zone)))
                day += ONE_DAY


KIND_FIELDS = {
    DayKind.WORKDAY: "workday",
    DayKind.MAKEUP_WORKDAY: "workday",
    DayKind.RESTDAY: "rest",
    DayKind.NOTICE_OFF: "rest",
    DayKind.STATUTORY: "statutory",
}


@dataclass(frozen=True)
class CountedOvertime:
    """Approved overtime, as it counts.

    Attributes
    ----------
    spans : tuple of Span
        When it was worked, on the scale on which the desk counts hours.
    minutes : Multiplied
    """

    overtime: Overtime
    _: KW_ONLY
    spans: tuple[Span, ...]
    minutes: Multiplied

    @property
    def counted(self) -> int:
        """Minutes that count, multiplied or not."""
        return sum(self.minutes)

    @cached_property
    def time_off(self) -> int:
        """Those of them that are given back as time off."""
        return self.counted if self.overtime.compensation == Compensation.TIME_OFF else 0


def count_overtime(
    rows: Iterable[Overtime],
    duties: Sequence[HeldDuty],
    calendar: Calendar,
    *,
    multiplied: bool,
    days_off: Collection[date] = (),
) -> list[CountedOvertime]:
    """One person's approved overtime, as it counts.

    Parameters
    ----------
    rows : iterable of Overtime
        In the order of their approval.
    duties : sequence of HeldDuty
        The same person's, also those of the days before.
    multiplied : bool
        Whether the person's hours are multiplied one by one, as under the standard system.
    days_off : collection of date
        Days on which there is no work by the calendar, or by the desk's week.
    """
    rows = tuple(rows)
    left: dict[date, list[Span]] = {}
    found = []
    for row in rows:
        if row.start is not None:
            spans = [
                Span(*(instant(row.day, minute, calendar.zone) for minute in (row.start, row.start + row.minutes)))
            ]
        else:
            if row.day not in left:
                left[row.day] = sorted(span for one in duties if one.day == row.day for span in one.worked_paid)
            left[row.day], spans = _cut_last(left[row.day], row.minutes)
        kinds = calendar.by_kind(spans)
        if not multiplied:
            minutes = Multiplied(plain=kinds.total)
        elif is_planned(duties, row.day) and not (
            row.day in days_off and is_overtime_throughout(rows, duties, row.day)
        ):
            minutes = Multiplied(by_1_5=kinds.total - kinds.statutory, by_3=kinds.statutory)
        else:
            minutes = Multiplied(by_2=kinds.total - kinds.statutory, by_3=kinds.statutory)
        found.append(CountedOvertime(row, spans=tuple(spans), minutes=minutes))
    return found


def is_planned(duties: Iterable[HeldDuty], day: date) -> bool:
    """Whether a planned duty begins on a day, or reaches into it."""
    return any(one.planned and (one.day == day or (one.reaches and one.day + ONE_DAY == day)) for one in duties)


def is_overtime_throughout(rows: Iterable[Overtime], duties: Iterable[HeldDuty], day: date) -> bool:
    """Whether overtime approved without a time takes all that was worked of a day's duties, and none reaches into the day."""
    if any(one.planned and one.reaches and one.day + ONE_DAY == day for one in duties):
        return False
    worked = sum(span.minutes for one in duties if one.day == day for span in one.worked_paid)
    return 0 < worked <= sum(row.minutes for row in rows if row.day == day and row.start is None)


def _cut_last(spans: Sequence[Span], minutes: int) -> tuple[list[Span], list[Span]]:
    """Spans in order, without their last minutes; and these."""
    kept, taken = list(spans), list[Span]()
    while kept and minutes > 0:
        last = kept.pop()
        cut = max(last.start, last.end - minutes)
        minutes -= last.end - cut
        taken.insert(0, Span(cut, last.end))
        if cut > last.start:
            kept.append(Span(last.start, cut))
    return kept, taken


def statutory_total(problem: Problem, worker: Worker, dates: Collection[date]) -> int:
    """Minutes of the law's standard time on some days of a month: 8 h for each working day of the calendar, less leave."""
    return round(
        LAW_DAY
        * sum(problem.present_part(worker, day.date) for day in problem.days if not day.is_off and day.date in dates)
    )


class Cycle(NamedTuple):
    """A period over which comprehensive hours are reckoned: its days, both ends included."""

    first: date
    last: date


CYCLE_MONTHS = {HoursPeriod.MONTH: 1, HoursPeriod.QUARTER: 3, HoursPeriod.YEAR: 12}


def cycles_until(first: date, last: date, period: HoursPeriod, cut_off: int | None = None) -> list[Cycle]:
    """The periods of the comprehensive system that end within some days, and the one that goes on after them, if any.

    Parameters
    ----------
    cut_off : int or None
        The day on which each month ends, where attendance is cut off before the calendar's month is over.
    """
    months, found = CYCLE_MONTHS[period], []
    month = Month.of(first)
    while True:
        ends = _end(month, cut_off)
        if month.month % months == 0 and ends >= first:
            begins = month
            for _ in range(months):
                begins = begins.previous
            found.append(Cycle(_end(begins, cut_off) + ONE_DAY, ends))
            if ends >= last:
                return [one for one in found if one.first <= last]
        month = month.next


def _end(month: Month, cut_off: int | None) -> date:
    return date(month.year, month.month, cut_off) if cut_off else month.last
