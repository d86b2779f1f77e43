"""One person's period in numbers: days and hours, rest, leave, nights, overtime, time off, swaps."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, reduce

from scheduler.domain import (
    HoursSystem,
    Leave,
    Month,
    Problem,
    Worker,
    due_minutes,
    present_ids,
    workdays,
)
from scheduler.hr.hours import (
    LAW_MONTH,
    NEAR_LAW_MONTH,
    ByKind,
    Calendar,
    CountedOvertime,
    Multiplied,
    count_overtime,
    cycles_until,
    statutory_total,
)
from scheduler.hr.in_force import HeldDuty, HeldMonth
from scheduler.hr.registers import take_of_day
from scheduler.timeline import ONE_DAY, Span, days_between, joined
from scheduler.workflow.attendance import Attendance, Finding
from scheduler.workflow.change_request import Request, RequestKind, RequestState

COMP_LEAVE = "comp_leave"  # the kind of leave by which time off is taken
BASE_POINTS, MOST_POINTS, STAND_IN_POINTS = 80, 110, 5  # RULES 71, 147, 148


@dataclass(frozen=True)
class Period:
    """The days that HR is told of, both ends included.

    Attributes
    ----------
    cut_off : int or None
        The day on which attendance is cut off, where they end on it; `None` for the calendar's months.
    """

    first: date
    last: date
    cut_off: int | None = None

    @property
    def dates(self) -> tuple[date, ...]:
        """Its days."""
        return days_between(self.first, self.last)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a comprehensive period stands: the minutes that count, and the statutory total.

    Attributes
    ----------
    ended : bool
        Whether it ends within the days that HR is told of; only then is what exceeds it overtime.
    known : bool
        Whether all of its months are on record.
    """

    first: date
    last: date
    minutes: int
    total: int
    ended: bool
    known: bool


@dataclass(frozen=True, kw_only=True)
class LeaveTaken:
    """Leave of one kind, as it counts."""

    kind: str
    days: float
    minutes: int


@dataclass(frozen=True, kw_only=True)
class PersonSheet:
    """One person's period. Times are minutes.

    Attributes
    ----------
    due_days, due_minutes : float, int
        Working days of the calendar, or of the desk, less approved leave; and the hours owed on them.
    planned, worked : ByKind
        Paid minutes of duties by the kind of day on which they pass.
    rest_due, rest_taken : int
        Days off of the calendar, or of the desk's week, without leave; free days on which nothing was worked.
    overtime : Multiplied
        Approved, as it counts.
    given_back : Multiplied
        Of these minutes, those that are given back as time off.
    statutory_duty : int
        Minutes of duties on statutory holidays that are no overtime, multiplied by 3; 0 under the irregular system.
    excess : int
        Beyond the statutory total of comprehensive periods that end, multiplied by 1.5; of those that are wholly on record.
    earned, used, left : int
        Time off: of the period, and what is left of all that is on record.
    attendance : tuple of Attendance
        What was confirmed of the person's duties; that somebody stood in is counted as that, not here.
    overtime_by_month : mapping of Month to int
        Overtime of calendar months, as Labour Law 41 looks at it.
    counted : tuple of CountedOvertime
        The approvals behind `overtime`.
    """

    id: str
    name: str
    team: str
    system: HoursSystem
    due_days: float
    due_minutes: int
    planned_days: int
    planned: ByKind
    worked_days: int
    worked: ByKind
    rest_due: int
    rest_taken: int
    nights: int
    night_minutes: int
    leave: tuple[LeaveTaken, ...]
    overtime: Multiplied
    given_back: Multiplied
    statutory_duty: int
    excess: int
    cycles: tuple[Standing, ...]
    earned: int
    used: int
    left: int
    swaps: int
    stand_ins: int
    attendance: tuple[Attendance, ...] = ()
    overtime_by_month: Mapping[Month, int] = field(default_factory=dict)
    counted: tuple[CountedOvertime, ...] = ()

    def times(self, *findings: Finding) -> int:
        """How many of the person's duties were found to be so."""
        return sum(one.finding in findings for one in self.attendance)

    def minutes(self, finding: Finding) -> int:
        """Minutes late, or left early, in all."""
        return sum(one.minutes for one in self.attendance if one.finding == finding)

    @property
    def rest_unused(self) -> int:
        """Rest days that are due and were not taken."""
        return max(0, self.rest_due - self.rest_taken)

    @property
    def over_law(self) -> tuple[Month, ...]:
        """Calendar months with more overtime than the law allows."""
        return tuple(month for month, minutes in self.overtime_by_month.items() if minutes > LAW_MONTH)

    @property
    def near_law(self) -> tuple[Month, ...]:
        """Those that come near it."""
        return tuple(
            month for month, minutes in self.overtime_by_month.items() if NEAR_LAW_MONTH <= minutes <= LAW_MONTH
        )

    @property
    def stand_in_points(self) -> int:
        """Points for standing in."""
        return STAND_IN_POINTS * self.stand_ins


@dataclass(frozen=True)
class Book:
    """Everything on record that sheets are made from.

    Attributes
    ----------
    months : tuple of HeldMonth
        From the first month on record to the period's last, in order.
    people : mapping of str to Worker
        Those of the tables of today, by id.
    requests : tuple of Request
        All there are.
    uncertified : tuple of Leave
        Approved leave whose certificate is due and not in, under present ids.
    attendance : tuple of Attendance
        What was confirmed of duties.
    """

    period: Period
    months: tuple[HeldMonth, ...]
    calendar: Calendar
    people: Mapping[str, Worker]
    requests: tuple[Request, ...] = ()
    uncertified: tuple[Leave, ...] = ()
    attendance: tuple[Attendance, ...] = ()

    @property
    def present(self) -> dict[str, str]:
        """The present ids of people by their other ones."""
        return present_ids(self.people.values())


def person_sheets(book: Book) -> list[PersonSheet]:
    """The sheet of everybody who was employed on some day of the period, or had a duty in it, in the desk's order."""
    present, people = book.present, dict[str, list[tuple[HeldMonth, Worker]]]()
    for held in book.months:
        for worker in held.problem.workers:
            people.setdefault(present.get(worker.id, worker.id), []).append((held, worker))
    order = {who: place for place, who in enumerate([*book.people, *people])}
    sheets = []
    for who in sorted(people, key=lambda one: order[one]):
        sheet = _Person(book, who, people[who]).sheet()
        if sheet is not None:
            sheets.append(sheet)
    return sheets


class _Person:
    """One person's months."""

    def __init__(self, book: Book, who: str, months: Sequence[tuple[HeldMonth, Worker]]) -> None:
        self.book, self.who, self.months = book, who, months
        self.ids = {worker.id for _, worker in months} | {who}
        self.worker = book.people.get(who, months[-1][1])
        self.system = system_of(book, who)
        self.duties = [one for held, worker in months for one in held.duties if one.worker == worker.id]
        self.overtime = self._counted()

    def sheet(self) -> PersonSheet | None:
        dates = frozenset(self.book.period.dates)
        here = [(held.problem, worker) for held, worker in self.months if dates.intersection(held.problem.dates)]
        duties = [one for one in self.duties if one.day in dates]
        if not duties and not any(worker.employed(day) for _, worker in here for day in dates):
            return None
        overtime = [one for one in self.overtime if one.overtime.day in dates]
        planned, worked = ([one for one in duties if getattr(one, name)] for name in ("planned", "worked"))
        leave, minutes_of = self._leave(dates), self.book.calendar.by_kind
        sums = reduce(Multiplied.plus, (one.minutes for one in overtime), Multiplied())
        return PersonSheet(
            id=self.who,
            name=self.worker.name,
            team=self.worker.team,
            system=self.system,
            due_days=sum(
                float(problem.present_part(worker, day))
                for problem, worker in here
                for day in workdays(problem)
                if day in dates
            ),
            due_minutes=sum(due_minutes(problem, worker, dates) for problem, worker in here if workdays(problem)),
            planned_days=len({one.day for one in planned}),
            planned=minutes_of(span for one in planned for span in one.paid),
            worked_days=len({one.day for one in worked}),
            worked=minutes_of(span for one in worked for span in one.worked_paid),
            rest_due=sum(self._is_day_off(*at) for at in self._days(here, dates)),
            rest_taken=sum(self._rested(*at) for at in self._days(here, dates)),
            nights=sum(one.shift.night for one in worked),
            night_minutes=self.book.calendar.at_night(self._spans(worked, overtime)),
            leave=leave,
            overtime=sums,
            given_back=reduce(Multiplied.plus, (one.minutes for one in overtime if one.time_off), Multiplied()),
            statutory_duty=self._statutory_duty(worked, overtime),
            excess=sum(max(0, one.minutes - one.total) for one in self.cycles if one.ended and one.known),
            cycles=self.cycles,
            earned=sum(one.time_off for one in overtime),
            used=sum(one.minutes for one in leave if one.kind == COMP_LEAVE),
            left=self._time_off_left(),
            swaps=self._requests_of(RequestKind.SWAP),
            stand_ins=self._requests_of(RequestKind.STAND_IN) + self._covered(dates) + self._stood_in(dates),
            attendance=tuple(self._attendance(dates)),
            overtime_by_month=self._by_month(dates),
            counted=tuple(overtime),
        )

    def _counted(self) -> list[CountedOvertime]:
        found: list[CountedOvertime] = []
        for held, worker in self.months:
            rows = [row for row in held.problem.overtime if row.worker == worker.id]
            multiplied = self.system == HoursSystem.STANDARD
            off = frozenset(held.problem.dates).difference(workdays(held.problem))
            found += count_overtime(rows, self.duties, self.book.calendar, multiplied=multiplied, days_off=off)
        return found

    @staticmethod
    def _days(here: Sequence[tuple[Problem, Worker]], dates: frozenset[date]) -> Iterator[tuple[Problem, Worker, date]]:
        """The days of the period on which the person was employed and not on leave for the whole of them."""
        for problem, worker in here:
            for day in problem.dates:
                if day in dates and problem.available(worker, day):
                    yield problem, worker, day

    def _is_day_off(self, problem: Problem, worker: Worker, day: date) -> bool:
        return day not in workdays(problem)

    def _rested(self, problem: Problem, worker: Worker, day: date) -> bool:
        """Whether nothing was worked on a day, and nothing reached into it; who did not come to a duty had no rest."""
        at_work = any(
            (one.worked or (one.day, one.shift.code) in self.absent)
            and (one.day == day or (one.reaches and one.day + ONE_DAY == day))
            for one in self.duties
        )
        return not at_work and all(one.overtime.day != day for one in self.overtime)

    @staticmethod
    def _spans(worked: Iterable[HeldDuty], overtime: Iterable[CountedOvertime]) -> list[Span]:
        """When somebody was at work: duties, and overtime beside them."""
        beside = [span for one in overtime if one.overtime.start is not None for span in one.spans]
        return joined([*(span for one in worked for span in one.worked_paid), *beside])

    def _statutory_duty(self, worked: Iterable[HeldDuty], overtime: Iterable[CountedOvertime]) -> int:
        """Minutes of duties on statutory holidays which are not counted as overtime already."""
        if self.system == HoursSystem.IRREGULAR:
            return 0
        by_kind = self.book.calendar.by_kind
        on_duty = by_kind(span for one in worked for span in one.worked_paid).statutory
        if self.system == HoursSystem.COMPREHENSIVE:
            return on_duty + by_kind(self._beside(overtime)).statutory
        return on_duty - by_kind(span for one in overtime if one.overtime.start is None for span in one.spans).statutory

    @staticmethod
    def _beside(overtime: Iterable[CountedOvertime]) -> list[Span]:
        """The overtime that is beside the duties, and not part of them."""
        return [span for one in overtime if one.overtime.start is not None for span in one.spans]

    def _leave(self, dates: frozenset[date]) -> tuple[LeaveTaken, ...]:
        """Leave by kind, in the order in which it was taken."""
        days: dict[str, float] = {}
        minutes: dict[str, int] = {}
        for problem, worker in ((held.problem, worker) for held, worker in self.months):
            norm = day_norm(problem, worker)
            for day in problem.dates:
                whole = problem.leave_days.get((worker.id, day))
                rows = (whole,) if whole else problem.leave_hours.get((worker.id, day), ())
                for leave in rows if day in dates and worker.employed(day) else ():
                    taken = take_of_day(problem, leave, day, norm)
                    days[leave.kind] = days.get(leave.kind, 0.0) + taken[0]
                    minutes[leave.kind] = minutes.get(leave.kind, 0) + taken[1]
        return tuple(LeaveTaken(kind=kind, days=days[kind], minutes=minutes[kind]) for kind in days)

    def _time_off_left(self) -> int:
        """Time off that was earned and not used, of all months on record up to the period's end."""
        last = self.book.period.last
        dates = frozenset(day for held, _ in self.months for day in held.problem.dates if day <= last)
        used = sum(one.minutes for one in self._leave(dates) if one.kind == COMP_LEAVE)
        return sum(one.time_off for one in self.overtime if one.overtime.day <= last) - used

    def _requests_of(self, kind: RequestKind) -> int:
        """Approved requests of the period: of swaps those on either side, of stand-ins those taken."""
        period, count = self.book.period, 0
        for request in self.book.requests:
            if request.kind != kind or request.state != RequestState.APPROVED or request.give is None:
                continue
            days = [cell.day for cell in (request.give, request.take) if cell]
            sides = request.sides if kind == RequestKind.SWAP else request.sides[-1:]
            count += bool(self.ids.intersection(sides)) and any(period.first <= day <= period.last for day in days)
        return count

    def _covered(self, dates: Collection[date]) -> int:
        """Duties taken over from somebody whose leave or absence was approved together with it."""
        taken = {
            (cell.worker, cell.day)
            for request in self.book.requests
            if request.state == RequestState.APPROVED and request.leave
            for cell in request.cells
            if cell.shift and cell.worker in self.ids and cell.worker != request.leave.worker
        }
        return sum(day in dates for _, day in taken)

    def _stood_in(self, dates: Collection[date]) -> int:
        """Duties that somebody else had and that were found to have been worked by this person."""
        standing_in = (one for one in self.book.attendance if one.finding == Finding.STOOD_IN)
        return sum(one.by in self.ids and one.day in dates for one in standing_in)

    def _attendance(self, dates: Collection[date]) -> Iterator[Attendance]:
        """What was confirmed of duties; nobody is absent from one for which leave was approved, even afterwards."""
        for one in self.book.attendance:
            if one.worker not in self.ids or one.day not in dates or one.finding == Finding.STOOD_IN:
                continue
            away = any((worker.id, one.day) in held.problem.leave_days for held, worker in self.months)
            if not (away and one.finding == Finding.ABSENT):
                yield one

    @cached_property
    def absent(self) -> frozenset[tuple[date, str]]:
        """By day and shift, the duties to which the person did not come, without leave."""
        rows = self._attendance({one.day for one in self.duties})
        return frozenset((one.day, one.shift) for one in rows if one.finding == Finding.ABSENT)

    def _worked_minutes(self, dates: Collection[date], *, statutory: bool) -> int:
        """Minutes of duties and of overtime beside them which belong to some days."""
        spans = [span for one in self.duties if one.day in dates for span in one.worked_paid]
        spans += self._beside(one for one in self.overtime if one.overtime.day in dates)
        kinds = self.book.calendar.by_kind(spans)
        return kinds.total if statutory else kinds.total - kinds.statutory

    @cached_property
    def cycles(self) -> tuple[Standing, ...]:
        """The comprehensive periods that the person's hours are reckoned over, which end in the days told of or go on."""
        if self.system != HoursSystem.COMPREHENSIVE:
            return ()
        period, found = self.book.period, []
        known = {day for held, _ in self.months if held.windows for day in held.problem.dates}
        for first, last in cycles_until(period.first, period.last, self.worker.hours_period, period.cut_off):
            dates = frozenset(days_between(first, min(last, period.last)))
            total = sum(statutory_total(held.problem, worker, dates) for held, worker in self.months)
            found.append(
                Standing(
                    first=first,
                    last=last,
                    minutes=self._worked_minutes(dates, statutory=False),
                    total=total,
                    ended=last <= period.last,
                    known=known.issuperset(day for day in dates if self.worker.employed(day)),
                )
            )
        return tuple(found)

    def _by_month(self, dates: frozenset[date]) -> dict[Month, int]:
        """Overtime of the calendar months that the period touches: what was approved, or exceeds the standard time."""
        found = {}
        for held, worker in self.months:
            mine = frozenset(held.problem.dates)
            if not mine.intersection(dates) or self.system == HoursSystem.IRREGULAR:
                continue
            if self.system == HoursSystem.STANDARD:
                minutes = sum(one.counted for one in self.overtime if one.overtime.day in mine)
            else:
                total = statutory_total(held.problem, worker, mine)
                minutes = max(0, self._worked_minutes(mine, statutory=True) - total)
            found[held.problem.month] = minutes
        return found


def day_norm(problem: Problem, worker: Worker) -> int:
    """Minutes that a worker owes on a working day without leave."""
    days = workdays(problem)
    if worker.norm_hours is None or not days:
        return round(60 * problem.desk.day_hours * worker.share)
    return round(60 * worker.norm_hours / len(days))


def system_of(book: Book, who: str) -> HoursSystem:
    """Under which system of working time somebody works: as the tables of today say, else the rules of the last month."""
    own = book.people.get(who)
    if own and own.hours_system:
        return own.hours_system
    present = book.present
    for held in reversed(book.months):
        for worker in held.problem.workers:
            if present.get(worker.id, worker.id) == who:
                return held.rulebook.hours_system(worker)
    return HoursSystem.STANDARD
