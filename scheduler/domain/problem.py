"""One desk and one month, complete.

To make, check or explain a roster, only its `Problem` is read. Ids and codes are
the texts that the user wrote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from scheduler.digest import canonical, digest_of
from scheduler.domain.calendar import ISO_DATE, Day, Month, day_match
from scheduler.domain.demand import Demand, SlotNeed
from scheduler.domain.desk import Desk
from scheduler.domain.events import Event
from scheduler.domain.fairness import Burden, Shares, norm_minutes, share_out
from scheduler.domain.findings import Note
from scheduler.domain.leave import AWAY, WORKED, Leave, part_of_day
from scheduler.domain.people import Worker
from scheduler.domain.plans import Fixed, Overtime, Wish
from scheduler.domain.roster import Duty, Roster
from scheduler.domain.shifts import FormerShift, Shift, ShiftPeriod, ShiftTable
from scheduler.timeline import DAY_MINUTES, ONE_DAY, Span, days_between, instant, joined, moment


class ExtraWork(NamedTuple):
    """Overtime with a time: when it is worked, and the day to which it belongs."""

    span: Span
    day: date
    overtime: Overtime


class ClockChange(NamedTuple):
    """A shift in which the clocks change: the day on which it begins, and the minutes from its start to its end that pass."""

    day: date
    shift: Shift
    minutes: int


@dataclass(frozen=True)
class Problem:
    """One desk and one month.

    Attributes
    ----------
    days : tuple of Day
        The days of the month, in order.
    history : tuple of Duty
        The duties before the month, which are constants for every rule.
    history_from : date or None
        First day that the history covers; earlier days are unknown and count as free. `None` if all are unknown.
    past_overtime : tuple of Overtime
        That of days before the month, which is as constant as the history.
    carried : mapping of worker id to Burden
        What each worker did beyond the fair share in earlier months.
    events : tuple of Event
        The month's meetings, classes and exams.
    shifts : tuple of Shift
        As they are on the month's last day.
    former_shifts : tuple of FormerShift
        What codes stood for on earlier days of the month and before it, where that is not what they stand for now.
    slots : tuple of SlotNeed
        How many people are needed by time of day, whatever shift they are on.
    assumptions : tuple of Note
        What was assumed; the roster prints it.
    """

    desk: Desk
    days: tuple[Day, ...]
    workers: tuple[Worker, ...]
    shifts: tuple[Shift, ...]
    _: KW_ONLY
    demand: tuple[Demand, ...] = ()
    leave: tuple[Leave, ...] = ()
    wishes: tuple[Wish, ...] = ()
    fixed: tuple[Fixed, ...] = ()
    overtime: tuple[Overtime, ...] = ()
    history: tuple[Duty, ...] = ()
    history_from: date | None = None
    carried: Mapping[str, Burden] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    slots: tuple[SlotNeed, ...] = ()
    former_shifts: tuple[FormerShift, ...] = ()
    past_overtime: tuple[Overtime, ...] = ()
    assumptions: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        if not self.days or len(self.shift_by_code) != len(self.shifts) or len(self.worker_by_id) != len(self.workers):
            raise ValueError("a problem needs days, and ids and codes that occur once")
        rows: tuple[Any, ...] = (*self.leave, *self.wishes, *self.fixed, *self.overtime, *self.history)
        rows = (*rows, *self.past_overtime)
        unknown = {row.worker for row in rows} - set(self.worker_by_id)
        rows = (*self.demand, *self.wishes)
        unknown |= {row.shift for row in rows if row.shift} - set(self.codes)
        unknown |= {code for worker in self.workers for code, _ in worker.terms.most_of_shift} - set(self.codes)
        rows = (*self.fixed, *self.history)
        unknown |= {row.shift for row in rows if row.shift and row.shift not in self.shifts_by_code_on(row.day)}
        if unknown:
            raise ValueError(f"unknown ids or codes: {sorted(unknown)}")
        keys = [(row.shift, row.on, row.role, row.skill) for row in self.demand]
        if len(set(keys)) < len(keys):
            raise ValueError("two demand rows for the same people on the same shift and days")
        if any(duty.day >= self.first for duty in self.history):
            raise ValueError("history reaches into the month")
        if any(row.day >= self.first for row in self.past_overtime):
            raise ValueError("past overtime reaches into the month")

    @property
    def first(self) -> date:
        """First day of the month."""
        return self.days[0].date

    @property
    def last(self) -> date:
        """Last day of the month."""
        return self.days[-1].date

    @property
    def month(self) -> Month:
        """The month of the roster."""
        return Month.of(self.first)

    @cached_property
    def fingerprint(self) -> str:
        """The digest of everything that is asked, see `scheduler.digest`.

        It leaves out the assumptions, which only explain, and what is private and no rule sees: phones, and what
        kind of leave it is that keeps somebody away.
        """
        workers = tuple(replace(worker, phone="") for worker in self.workers)
        leave = tuple(
            replace(row, kind=WORKED if self.desk.leave_kind(row.kind).worked else AWAY) for row in self.leave
        )
        return digest_of(canonical(replace(self, workers=workers, leave=leave, assumptions=())))

    def prints_as(self, other: Problem) -> bool:
        """Whether papers print this month as another one, kinds of leave and phones included, apart from what was assumed."""
        return replace(self, assumptions=()) == replace(other, assumptions=())

    @cached_property
    def dates(self) -> tuple[date, ...]:
        """The dates of the month, in order."""
        return tuple(day.date for day in self.days)

    @cached_property
    def day_by_date(self) -> dict[date, Day]:
        """The month's days by date."""
        return {day.date: day for day in self.days}

    @cached_property
    def worker_by_id(self) -> dict[str, Worker]:
        """Workers by id."""
        return {worker.id: worker for worker in self.workers}

    @cached_property
    def shift_by_code(self) -> dict[str, Shift]:
        """Shifts by code."""
        return self.shift_table.by_code

    @cached_property
    def shift_table(self) -> ShiftTable:
        """The shifts, and what their codes stood for on earlier days."""
        return ShiftTable(self.shifts, self.former_shifts)

    @property
    def codes(self) -> tuple[str, ...]:
        """The code of every shift that there is or was, in the order of the table; those that there are no more at the end."""
        return self.shift_table.codes

    def shifts_by_code_on(self, day: date) -> Mapping[str, Shift]:
        """The shifts that can begin on a day, by code."""
        return self.shift_table.on(day) if self.former_shifts else self.shift_by_code

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """The shifts that can begin on a day."""
        return tuple(self.shift_table.on(day).values()) if self.former_shifts else self.shifts

    def codes_on(self, day: date) -> tuple[str, ...]:
        """The codes of the shifts that can begin on a day."""
        return tuple(self.shift_table.on(day)) if self.former_shifts else self.codes

    @property
    def month_codes(self) -> tuple[str, ...]:
        """The code of every shift that can begin on some day of the month, in the order of `codes`."""
        return tuple(dict.fromkeys(period.shift.code for period in self.shift_periods))

    @cached_property
    def shift_periods(self) -> tuple[ShiftPeriod, ...]:
        """What each code stands for in the month and when, in the order of `codes` and of days; most have one period."""
        return self.shift_table.periods(self.dates)

    def shift_on(self, day: date, code: str) -> Shift:
        """The shift of that code that begins on `day`.

        Raises
        ------
        KeyError
            The desk has no such shift on that day.
        """
        return self.shifts_by_code_on(day)[code]

    @cached_property
    def past(self) -> Roster:
        """The duties before the month."""
        return Roster(self.history)

    @cached_property
    def names(self) -> dict[str, str]:
        """Workers' names by id, as sentences use them; if two workers share a name, the id is added."""
        shared = Counter(worker.name for worker in self.workers)
        return {w.id: w.name if shared[w.name] == 1 else f"{w.name}({w.id})" for w in self.workers}

    def continued(
        self,
        duties: Iterable[Duty],
        since: date,
        shifts: ShiftTable | None = None,
        overtime: Iterable[Overtime] | None = None,
    ) -> Problem:
        """The same month after other duties: those from `since` to its first day, of people and shifts that it knows.

        Parameters
        ----------
        shifts : ShiftTable or None
            What codes stood for on these days; `None` where only the problem's own shifts are known.
        overtime : iterable of Overtime, optional
            That of these days, in place of what the problem knows of them.
        """
        past = tuple(row for row in self.past_overtime if row.day < since)
        past += tuple(
            row
            for row in (self.past_overtime if overtime is None else overtime)
            if since <= row.day < self.first and row.worker in self.worker_by_id
        )
        kept = [duty for duty in self.history if duty.day < since]
        mine = [duty for duty in duties if since <= duty.day < self.first and duty.worker in self.worker_by_id]
        table = ShiftTable(
            self.shifts, tuple(one for one in self.former_shifts if one.until >= self.first or one.until < since)
        )
        if shifts is not None:
            table = table.recall(shifts, days_between(since, self.first - ONE_DAY))
        return replace(
            self,
            former_shifts=table.former,
            history=tuple(duty for duty in kept + mine if duty.shift in table.on(duty.day)),
            history_from=min(filter(None, (self.history_from, since))),
            past_overtime=past,
        )

    def span(self, day: date, code: str) -> Span:
        """From the first to the last minute of a shift that begins on `day`, on the scale on which the desk counts hours.

        Where the desk goes by the wall, a night in which the clocks change is as long as any other; `true_span` tells how
        long it really is, and what instants to compare with now.
        """
        shift = self.shift_on(day, code)
        return Span(self.minute_at(day, shift.start), self.minute_at(day, shift.end))

    def minute_at(self, day: date, minute: int) -> int:
        """A minute of a day on the scale of `span`."""
        return instant(day, minute, self.desk.hours_zone)

    def moment_at(self, at: int) -> datetime:
        """What clocks show at a minute on the scale of `span`."""
        return moment(at, self.desk.hours_zone)

    def true_span(self, day: date, code: str) -> Span:
        """From the first to the last instant of a shift that begins on `day`, whatever the desk counts hours by."""
        shift = self.shift_on(day, code)
        return Span(instant(day, shift.start, self.desk.zone), instant(day, shift.end, self.desk.zone))

    @cached_property
    def clock_changes(self) -> tuple[ClockChange, ...]:
        """The shifts of the month in which the clocks change, by day."""
        spans = ((day, shift, self.true_span(day, shift.code)) for day in self.dates for shift in self.shifts_on(day))
        return tuple(
            ClockChange(day, shift, span.minutes) for day, shift, span in spans if span.minutes != shift.span_minutes
        )

    def paid_minutes(self, day: date, code: str) -> int:
        """Minutes without unpaid breaks of a shift that begins on `day`, as the desk counts them (工时)."""
        shift = self.shift_on(day, code)
        if self.desk.hours_zone == "UTC":
            return shift.paid_minutes
        return sum(span.minutes for span in self.paid_segments(day, code))

    def paid_segments(self, day: date, code: str) -> tuple[Span, ...]:
        """The stretches between unpaid breaks of a shift that begins on `day`, on the scale of `span`."""
        return self._measured(day, self.shift_on(day, code).paid_stretches)

    def paid_by_day(self, day: date, code: str) -> tuple[int, int]:
        """The same on the day itself and on the next: what is paid by the kind of day goes by the minute."""
        shift = self.shift_on(day, code)
        today = ((start, min(end, DAY_MINUTES)) for start, end in shift.paid_stretches if start < DAY_MINUTES)
        here = sum(span.minutes for span in self._measured(day, today))
        return here, self.paid_minutes(day, code) - here

    def segments(self, day: date, code: str) -> tuple[Span, ...]:
        """The stretches at the desk of a shift that begins on `day`, on the scale of `span`."""
        return self._measured(day, self.shift_on(day, code).desk_minutes)

    def firm_segments(self, day: date, code: str) -> tuple[Span, ...]:
        """The stretches of a shift that begins on `day` which count as cover, on the scale of `span`."""
        return self._measured(day, self.shift_on(day, code).firm_minutes)

    def _measured(self, day: date, stretches: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
        zone = self.desk.hours_zone
        return tuple(Span(instant(day, start, zone), instant(day, end, zone)) for start, end in stretches)

    @cached_property
    def _demand_by_date(self) -> dict[date, tuple[Demand, ...]]:
        found: dict[date, tuple[Demand, ...]] = {}
        general: list[int] = []
        dated: dict[str, list[int]] = {}
        for at, row in enumerate(self.demand):
            (dated.setdefault(row.on, []) if ISO_DATE.fullmatch(row.on) else general).append(at)
        for day in self.days:
            best: dict[tuple[str, str, str], tuple[int, Demand]] = {}
            known = self.shifts_by_code_on(day.date)
            for row in (self.demand[at] for at in sorted([*general, *dated.get(day.date.isoformat(), ())])):
                fit = day_match(row.on, day)
                key = (row.shift, row.role, row.skill)
                if fit and row.shift in known and (key not in best or fit > best[key][0]):
                    best[key] = (fit, row)
            found[day.date] = tuple(row for _, row in best.values())
        return found

    def demand_on(self, day: date) -> tuple[Demand, ...]:
        """The demand rows in force on a day of the month: of the rows for the same shift, role and skill the closest fit.

        Rows for a shift that cannot begin on that day are left out.
        """
        return self._demand_by_date[day]

    def slots_on(self, day: date) -> tuple[SlotNeed, ...]:
        """The slots in force on a day of the month, in order: of those for the same time and skill the closest fit."""
        best: dict[tuple[int, int, str], tuple[int, SlotNeed]] = {}
        for slot in self.slots:
            fit = day_match(slot.on, self.day_by_date[day])
            key = (slot.start, slot.end, slot.skill)
            if fit and (key not in best or fit > best[key][0]):
                best[key] = (fit, slot)
        return tuple(slot for _, (_, slot) in sorted(best.items()))

    def opening_on(self, day: date) -> list[Span]:
        """The desk's opening hours on a day of the month, on the scale of `span`."""
        calendar_day = self.day_by_date[day]
        fit = max((day_match(o.on, calendar_day) for o in self.desk.opening), default=0)
        return joined(
            Span(self.minute_at(day, o.start), self.minute_at(day, o.end))
            for o in self.desk.opening
            if fit and day_match(o.on, calendar_day) == fit and o.end > o.start
        )

    @cached_property
    def leave_days(self) -> dict[tuple[str, date], Leave]:
        """Approved leave of whole days by worker and day, for the month and the day after it."""
        reach = (*self.dates, self.last + ONE_DAY)
        return {
            (leave.worker, day): leave
            for leave in self.leave
            if leave.approved and not leave.is_part
            for day in reach
            if leave.covers(day)
        }

    @cached_property
    def leave_hours(self) -> dict[tuple[str, date], tuple[Leave, ...]]:
        """Approved leave of hours by worker and day, for the month and the day after it, where the whole day is not leave."""
        found: dict[tuple[str, date], tuple[Leave, ...]] = {}
        reach = (*self.dates, self.last + ONE_DAY)
        for leave in self.leave:
            for day in reach if leave.approved and leave.is_part else ():
                if leave.covers(day) and (leave.worker, day) not in self.leave_days:
                    found[leave.worker, day] = (*found.get((leave.worker, day), ()), leave)
        return found

    def hours_taken_by(self, worker: str, day: date, start: int, end: int) -> tuple[tuple[date, Leave], ...]:
        """The leave of hours that overlaps minutes of a day, which may pass 1440, each with the day on which it is."""
        if not self.leave_hours:
            return ()
        return tuple(
            (touched, leave)
            for touched, offset in ((day, 0), (day + ONE_DAY, DAY_MINUTES))
            for leave in self.leave_hours.get((worker, touched), ())
            if leave.takes(start - offset, end - offset)
        )

    def present_part(self, worker: Worker, day: date) -> Fraction | int:
        """How much of a working day of the month a worker is employed and not on approved leave, from 0 to 1."""
        if not self.available(worker, day):
            return 0
        away = self.leave_hours.get((worker.id, day))
        if not away:
            return 1
        taken = sum(part_of_day(one, self.desk.day_hours, self.desk.midday) for one in away)
        return max(Fraction(0), 1 - taken)

    def on_leave(self, worker: str, day: date) -> bool:
        """Whether approved leave of a worker takes a whole day, of the month or not, as far as its table tells."""
        return any(leave.covers(day) for leave in self._leave_by_worker.get(worker, ()))

    @cached_property
    def _leave_by_worker(self) -> dict[str, list[Leave]]:
        found: dict[str, list[Leave]] = {}
        for leave in self.leave:
            if leave.approved and not leave.is_part:
                found.setdefault(leave.worker, []).append(leave)
        return found

    @cached_property
    def duty_overtime(self) -> dict[tuple[str, date], int]:
        """Minutes of overtime that duties may take, by worker and day, also before the month: that approved without a time."""
        minutes: dict[tuple[str, date], int] = {}
        for row in (*self.past_overtime, *self.overtime):
            if row.start is None:
                minutes[row.worker, row.day] = minutes.get((row.worker, row.day), 0) + row.minutes
        return minutes

    @cached_property
    def extra_work(self) -> dict[str, tuple[ExtraWork, ...]]:
        """Overtime with a time by worker, in its order, also before the month; whoever has none is left out.

        Its spans are on the scale of `Problem.span`.
        """
        zone, found = self.desk.hours_zone, dict[str, list[ExtraWork]]()
        for row in (*self.past_overtime, *self.overtime):
            if row.start is not None and row.minutes > 0:
                span = Span(instant(row.day, row.start, zone), instant(row.day, row.start + row.minutes, zone))
                found.setdefault(row.worker, []).append(ExtraWork(span, row.day, row))
        return {worker: tuple(sorted(rows)) for worker, rows in found.items()}

    def extra_on(self, worker: str, day: date) -> tuple[Overtime, ...]:
        """A worker's overtime with a time that belongs to a day, by its start."""
        return tuple(work.overtime for work in self.extra_work.get(worker, ()) if work.day == day)

    def extra_minutes(self, worker: str, days: Iterable[date] | None = None) -> int:
        """Minutes of overtime with a time that a worker has on some days, or in the month."""
        wanted = self.day_by_date if days is None else set(days)
        return sum(work.overtime.minutes for work in self.extra_work.get(worker, ()) if work.day in wanted)

    def at_work_elsewhere(self, worker: str, day: date) -> bool:
        """Whether the worker is in training or on outside duty on the day: away from the desk, but not at rest."""
        leave = self.leave_days.get((worker, day))
        return leave is not None and self.desk.leave_kind(leave.kind).worked

    def available(self, worker: Worker, day: date) -> bool:
        """Whether the worker is employed and not on approved leave for the whole of a day of the month."""
        return worker.employed(day) and (worker.id, day) not in self.leave_days

    def can_take(self, worker: Worker, day: date, shift: Shift) -> bool:
        """Whether the tables let the worker take the shift on a day of the month and count as cover."""
        return (
            self.available(worker, day)
            and worker.qualified(day)
            and (not shift.skill or worker.has_skill(shift.skill, day))
            and (not worker.only_shifts or shift.code in worker.only_shifts)
            and not (shift.night and worker.protected(day))
            and not self.hours_taken_by(worker.id, day, shift.start, shift.end)
        )

    def heads_on(self, day: date, *, least: bool = False) -> dict[str, int]:
        """The wished number of people on each shift of a day, or the least one that it must have.

        If no row asks for anybody, the rows for roles and skills add up.
        """
        heads: dict[str, int] = {}
        parts: dict[str, int] = {}
        for row in self.demand_on(day):
            number = row.least if least else row.target
            if not row.role and not row.skill:
                heads[row.shift] = number
            else:
                parts[row.shift] = parts.get(row.shift, 0) + number
        return parts | heads

    @cached_property
    def norm_minutes(self) -> dict[str, int]:
        """Paid minutes that each worker owes in the month, see `fairness.norm_minutes`."""
        return norm_minutes(self)

    @cached_property
    def shares(self) -> Shares:
        """How the month's burdens are shared, see `fairness.share_out`."""
        return share_out(self)
