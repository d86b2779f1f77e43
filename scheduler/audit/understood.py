"""What was understood of a desk's tables for a month, in numbers that somebody who knows the desk can check at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from datetime import date

from scheduler.domain import Break, CountsIn, DayKind, Demand, Problem, SlotNeed, part_of_day, workdays
from scheduler.timeline import ONE_DAY


@dataclass(frozen=True)
class ShiftHours:
    """A shift with its hours."""

    code: str
    name: str
    _: KW_ONLY
    start: int
    end: int
    breaks: tuple[Break, ...]
    post: str
    skill: str
    night: bool

    @property
    def hours(self) -> float:
        """From start to end."""
        return (self.end - self.start) / 60

    @property
    def paid_hours(self) -> float:
        """The same without unpaid breaks."""
        return self.hours - sum(rest.end - rest.start for rest in self.breaks if not rest.paid) / 60


@dataclass(frozen=True, kw_only=True)
class People:
    """Who there is: numbers of people.

    Attributes
    ----------
    in_table, employed, whole_month : int
        In the people table; in service on some day of the month, and on all of them.
    away : int
        On leave from the first to the last day of the month.
    trainees, part_time, protected, limited : int
        Not counted as cover on some day; with a share below 1; exempt from nights; limited to certain shifts.
    teams, roles, skills : mapping of str to int
        Of those in service, in the order of the table.
    """

    in_table: int
    employed: int
    whole_month: int
    away: int
    trainees: int
    part_time: int
    protected: int
    limited: int
    teams: dict[str, int]
    roles: dict[str, int]
    skills: dict[str, int]


@dataclass(frozen=True)
class DayNeed:
    """Days on which the same is needed.

    Attributes
    ----------
    kinds : tuple of DayKind
        Of which they are, and `days` all of them.
    demand : tuple of Demand
    slots : tuple of SlotNeed
    """

    kinds: tuple[DayKind, ...]
    days: tuple[date, ...]
    demand: tuple[Demand, ...]
    slots: tuple[SlotNeed, ...]


@dataclass(frozen=True)
class LeaveOf:
    """Somebody's approved leave of one kind: whole days of the month, as its kind counts them, and hours of other days."""

    worker: str
    kind: str
    days: int
    hours: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Understood:
    """What was understood of a month.

    Attributes
    ----------
    wishes, fixed, events : int
        Days wished for, duties and days off that are fixed, and sittings of events.
    overtime_hours : float
        Approved.
    history_from : date or None
        First day of what is known of the time before.
    """

    shifts: tuple[ShiftHours, ...]
    people: People
    needs: tuple[DayNeed, ...]
    leave: tuple[LeaveOf, ...]
    wishes: int
    fixed: int
    events: int
    overtime_hours: float
    history_from: date | None


def understand(problem: Problem) -> Understood:
    """What was understood of a month."""
    return Understood(
        shifts=tuple(
            ShiftHours(
                shift.code,
                shift.name,
                start=shift.start,
                end=shift.end,
                breaks=shift.breaks,
                post=shift.post,
                skill=shift.skill,
                night=shift.night,
            )
            for shift in problem.shifts
        ),
        people=_people(problem),
        needs=_needs(problem),
        leave=_leave(problem),
        wishes=len(problem.wishes),
        fixed=len(problem.fixed),
        events=sum(len(event.sittings) for event in problem.events),
        overtime_hours=sum(row.minutes for row in problem.overtime) / 60,
        history_from=problem.history_from,
    )


def _count(words: Iterable[str]) -> dict[str, int]:
    return dict(Counter(word for word in words if word))


def _people(problem: Problem) -> People:
    days = problem.dates
    employed = [worker for worker in problem.workers if any(map(worker.employed, days))]
    return People(
        in_table=len(problem.workers),
        employed=len(employed),
        whole_month=sum(all(map(worker.employed, days)) for worker in employed),
        away=sum(not any(problem.available(worker, day) for day in days) for worker in employed),
        trainees=sum(not all(worker.qualified(day) for day in days if worker.employed(day)) for worker in employed),
        part_time=sum(worker.share < 1 for worker in employed),
        protected=sum(any(map(worker.protected, days)) for worker in employed),
        limited=sum(bool(worker.only_shifts) for worker in employed),
        teams=_count(worker.team for worker in employed),
        roles=_count(role for worker in employed for role in worker.roles),
        skills=_count(
            name
            for worker in employed
            for name in dict.fromkeys(skill.name for skill in worker.skills)
            if any(worker.has_skill(name, day) for day in days)
        ),
    )


def _needs(problem: Problem) -> tuple[DayNeed, ...]:
    """The days of the month, those with the same need together, in the order of their first day."""
    found: dict[tuple[object, ...], list[date]] = {}
    for day in problem.dates:
        demand = tuple(
            (row.shift, row.role, row.skill, row.least, row.target, row.most) for row in problem.demand_on(day)
        )
        slots = tuple((slot.start, slot.end, slot.skill, slot.least, slot.target) for slot in problem.slots_on(day))
        found.setdefault((demand, slots), []).append(day)
    kinds = {day.date: day.kind for day in problem.days}
    return tuple(
        DayNeed(
            tuple(kind for kind in DayKind if any(kinds[day] == kind for day in days)),
            tuple(days),
            problem.demand_on(days[0]),
            problem.slots_on(days[0]),
        )
        for days in found.values()
    )


def _leave(problem: Problem) -> tuple[LeaveOf, ...]:
    """Days of leave of people in service, in the order of the people table."""
    counted: dict[tuple[str, str], int] = {}
    hours: dict[tuple[str, str], float] = {}
    duties = set(workdays(problem))
    for (worker, day), leave in problem.leave_days.items():
        known = problem.worker_by_id.get(worker)
        if known and known.employed(day) and problem.first <= day < problem.last + ONE_DAY:
            counts = problem.desk.leave_kind(leave.kind).counts == CountsIn.DAYS or day in duties
            counted[worker, leave.kind] = counted.get((worker, leave.kind), 0) + counts
    for (worker, day), parts in problem.leave_hours.items():
        known = problem.worker_by_id.get(worker)
        for part in parts if known and known.employed(day) and day in problem.day_by_date else ():
            counted.setdefault((worker, part.kind), 0)
            more = float(part_of_day(part, problem.desk.day_hours, problem.desk.midday)) * problem.desk.day_hours
            hours[worker, part.kind] = hours.get((worker, part.kind), 0.0) + round(more, 2)
    order = {worker.id: place for place, worker in enumerate(problem.workers)}
    return tuple(
        LeaveOf(worker, kind, days, hours.get((worker, kind), 0.0))
        for (worker, kind), days in sorted(counted.items(), key=lambda one: (order[one[0][0]], one[0][1]))
    )
