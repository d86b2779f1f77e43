"""Everybody takes part in meetings, classes and exams, and the desk stays staffed meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from scheduler.domain import Event, Problem, Reason, Roster, Sitting, Violation, Worker
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import ONE_DAY, Span, clock_text, days_between, instant, joined

if TYPE_CHECKING:
    from scheduler.model.literals import Literal, Unknown
    from scheduler.model.roster_model import RosterModel

ALL_COME = Sentence("{day}“{event}”：应到 {heads} 人，缺 0 人", "{event} on {day}: of {heads} people 0 miss it")
ALL_COME_IN_TURN = Sentence(
    "{day}至{until}“{event}”（分 {sittings} 场）：应到 {heads} 人，缺 0 人",
    "{event}, {sittings} sittings from {day} to {until}: of {heads} people 0 miss it",
)
FROM_THE_DESK = Sentence(
    "{day} {start}–{end}“{event}”：{who}（当班参加）", "{event} on {day}, {start}–{end}: {who} (while on duty)"
)
FROM_HOME = Sentence(
    "{day} {start}–{end}“{event}”：{who}（休息时间来）", "{event} on {day}, {start}–{end}: {who} (in their own time)"
)
REACH = 2 * ONE_DAY  # before and after a sitting: duties further away cannot matter to it


class Ways(NamedTuple):
    """How people can come to a sitting: the duties that let them, and those in their way.

    Attributes
    ----------
    through : duties
        Those at the desk all through the sitting.
    barring : mapping of date to shift codes, or None
        Duties too close to the sitting for those who come in their own time; `None` where nobody is asked to.
    """

    through: Sequence[tuple[date, str]]
    barring: Mapping[date, Sequence[str]] | None


@dataclass(frozen=True)
class EventAttendance(Constraint):
    """Everybody takes part in meetings, classes and exams.

    Rule
        应参加的人每人参加一场；当班的人离岗参加时，在岗人数不少于规定；可休息时间来的，下班休息够了才来。
        | Everybody on the list attends one of the sittings. Those who leave the desk for it leave enough people behind;
        those who come in their own time have had enough rest since their last duty.
    Clause
        RULES 119, 122, 128, 129, 131, 132, 134, 165
    Why
        会议、培训、考试不得缺席，前台也不能空。 | Nobody may miss a meeting, a class or an exam, and the desk may not be empty.
    Counts as broken
        一项活动的各场无论怎样分配，总有人一场也去不了；已批请假和不在职的人除外。
        | However people are divided among an event's sittings, somebody cannot attend any. People on approved leave or
        not employed at the time are excused.
    Limits
        同时举行的不同活动分别判断；休息时间参加的时间不计入工时；只看本月内开始的场次。
        | Different events at the same time are judged separately. Time spent in one's own time does not count as working
        hours. Only sittings that begin in the month are checked.
    """

    keep: int = parameter(
        1, Sentence("开会时至少留几名合格人员在岗", "qualified people left at the desk at least"), low=0, high=1000
    )
    rest_hours: float = parameter(
        8.0,
        Sentence(
            "休息时间来的，下夜班或前一天的班以后至少多久",
            "for those who come in their own time: rest since a night shift or a duty of the day before",
        ),
        unit="h",
        low=0,
        high=24,
    )
    gap_minutes: int = parameter(
        30,
        Sentence(
            "休息时间来的，离当天其他班的下班、下一班的上班至少多久",
            "for those who come in their own time: time since another duty of the day, and until the next duty",
        ),
        unit="min",
        low=0,
        high=720,
    )

    title: ClassVar[Sentence] = Sentence("会议、培训与考试", "Meetings, classes and exams")
    clause: ClassVar[Sentence] = Sentence(
        "人人参加会议、培训与考试，前台不空岗（RULES 119、122、128、129、131、132、134、165）",
        "Everybody takes part in meetings, classes and exams while the desk stays staffed"
        " (RULES 119, 122, 128, 129, 131, 132, 134, 165)",
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 6
    layer: ClassVar[Layer] = Layer.DESK

    def applies(self, problem: Problem) -> bool:
        """Whether the month has an event."""
        return any(self._sittings(problem, event) for event in problem.events)

    def _sittings(self, problem: Problem, event: Event) -> list[Sitting]:
        return sorted(sitting for sitting in event.sittings if sitting.day in problem.day_by_date)

    @staticmethod
    def _can_come(problem: Problem, worker: Worker, sitting: Sitting) -> bool:
        """Whether the worker is employed on the day, and on leave neither for the day nor at the time."""
        away = problem.hours_taken_by(worker.id, sitting.day, sitting.start, sitting.end)
        return problem.available(worker, sitting.day) and not away

    def _expected(self, problem: Problem, event: Event) -> list[Worker]:
        """Those who have to come: employed and not away at one of the sittings."""
        sittings = self._sittings(problem, event)
        workers = (problem.worker_by_id[worker] for worker in dict.fromkeys(event.workers))
        return [worker for worker in workers if any(self._can_come(problem, worker, one) for one in sittings)]

    def _reason(self, problem: Problem, event: Event, heads: int) -> Reason:
        sittings = self._sittings(problem, event)
        days = sorted({sitting.day for sitting in sittings})
        sentence = ALL_COME_IN_TURN if len(days) > 1 else ALL_COME
        return because(self, sentence, days=days, event=event.name, sittings=len(sittings), heads=heads)

    # To the solver

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Make a seat for each person at each sitting that they can attend, and require that each person takes one."""
        for event in problem.events:
            expected = self._expected(problem, event)
            seats: dict[str, list[Unknown]] = {worker.id: [] for worker in expected}
            for sitting in self._sittings(problem, event) if expected else ():
                ways = self._ways(problem, event, sitting)
                pulled: list[Unknown] = []
                for worker in (worker for worker in expected if self._can_come(problem, worker, sitting)):
                    leaves, comes = self._seats(model, worker, ways)
                    pulled += leaves
                    seats[worker.id] += [*leaves, *comes]
                self._leave_enough(problem, model, sitting, pulled)
            for mine in seats.values():
                model.cp.add_at_most_one(mine)
            if expected:
                every = [seat for mine in seats.values() for seat in mine]
                model.require(every, at_least=len(expected), because=self._reason(problem, event, len(expected)))

    def _ways(self, problem: Problem, event: Event, sitting: Sitting) -> Ways:
        """The duties that let anybody attend a sitting, and those that prevent it."""
        span = _span(problem, sitting)
        until = span.end + self.gap_minutes
        through: list[tuple[date, str]] = []
        barring: dict[date, list[str]] = {}
        for day in days_between(sitting.day - REACH, sitting.day + REACH):
            for code in problem.codes_on(day):
                if any(at.start <= span.start and span.end <= at.end for at in problem.firm_segments(day, code)):
                    through.append((day, code))
                duty = problem.span(day, code)
                if duty.start < until and span.start - self._rest(problem, sitting, day, code) < duty.end:
                    barring.setdefault(day, []).append(code)
        return Ways(through, barring if event.free_time else None)

    def _rest(self, problem: Problem, sitting: Sitting, day: date, code: str) -> float:
        """Minutes to rest after a duty before a sitting."""
        stays_on = day == sitting.day and not problem.shift_on(day, code).night
        return self.gap_minutes if stays_on else 60 * self.rest_hours

    def _seats(self, model: RosterModel, worker: Worker, ways: Ways) -> tuple[list[Unknown], list[Unknown]]:
        """Literals for attending: while counted at the desk, and otherwise."""

        def seat(cells: Iterable[Literal]) -> list[Unknown]:
            there = [cell for cell in cells if not isinstance(cell, int) or cell]
            if not there:
                return []
            taken = model.cp.new_bool_var("")
            if not any(isinstance(cell, int) for cell in there):
                model.cp.add_bool_or([taken.negated(), *there])
            return [taken]

        cover = [duty for duty in ways.through if worker.qualified(duty[0])]
        leaves = seat(model.works(worker.id, *duty) for duty in cover)
        comes = seat(model.works(worker.id, *duty) for duty in ways.through if duty not in cover)
        if ways.barring is not None:
            busy = [model.duties(worker.id, day, codes) for day, codes in ways.barring.items()]
            if not any(isinstance(cell, int) for cells in busy for cell in cells):
                free = model.cp.new_bool_var("")
                for cells in busy:
                    model.cp.add_at_most_one([free, *cells])
                comes.append(free)
        return leaves, comes

    def _leave_enough(self, problem: Problem, model: RosterModel, sitting: Sitting, pulled: Sequence[Unknown]) -> None:
        """Define: people pulled from the desk leave at least `keep` there at every minute at which it is open."""
        if not pulled:
            return
        somebody = model.any_of(pulled)
        days = days_between(sitting.day - ONE_DAY, sitting.day + ONE_DAY)
        manned = [
            (segment, day, code)
            for day in days
            for code in problem.codes_on(day)
            for segment in problem.firm_segments(day, code)
        ]
        for opening in _open(problem, sitting):
            cuts = {cut for segment, _, _ in manned for cut in segment if opening.start < cut < opening.end}
            for start, end in pairwise(sorted({*opening, *cuts})):
                there = [
                    model.works(worker.id, day, code)
                    for segment, day, code in manned
                    if segment.start <= start and end <= segment.end
                    for worker in problem.workers
                    if worker.qualified(day)
                ]
                model.cp.add(sum(there) >= sum(pulled) + self.keep * somebody)

    # To the audit

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Seat as many people as possible at the sittings of each event."""
        for event in problem.events:
            expected = self._expected(problem, event)
            missing = len(expected) - sum(map(len, self._seated(problem, roster, event).values()))
            if missing:
                yield Violation(self._reason(problem, event, len(expected)), missing)

    def arranges(self, problem: Problem, roster: Roster) -> Iterator[Reason]:
        """Who goes to which sitting, and whether on duty or in their own time."""
        lines = []
        for event in problem.events:
            seated = self._seated(problem, roster, event)
            for (sitting, on_duty), people in seated.items():
                facts = {"event": event.name, "start": clock_text(sitting.start), "end": clock_text(sitting.end)}
                sentence = FROM_THE_DESK if on_duty else FROM_HOME
                lines.append(
                    (sitting, not on_duty, because(self, sentence, workers=people, days=[sitting.day], **facts))
                )
        lines.sort(key=lambda line: line[:2])
        return iter([line for *_, line in lines])

    def _seated(self, problem: Problem, roster: Roster, event: Event) -> dict[tuple[Sitting, bool], list[str]]:
        """Who attends each sitting, on duty or not: a maximum matching, in which nobody is seated twice.

        Those who can come only by leaving the desk are seated first: the number
        who can leave the desk at a time is limited.
        """
        expected = [worker.id for worker in self._expected(problem, event)]
        sittings = self._sittings(problem, event)
        at_will: dict[str, list[tuple[Sitting, bool]]] = {worker: [] for worker in expected}
        off_desk: dict[str, list[Sitting]] = {worker: [] for worker in expected}
        for sitting in sittings:
            for worker in expected:
                if self._can_come(problem, problem.worker_by_id[worker], sitting):
                    self._look(problem, roster, event, sitting, worker, at_will[worker], off_desk[worker])
        room = {sitting: self._spare(problem, roster, sitting) for sitting in sittings}
        seats: dict[Sitting, list[str]] = {sitting: [] for sitting in sittings}
        for worker in sorted(expected, key=lambda worker: bool(at_will[worker])):
            _seat(worker, off_desk, seats, room, set())
        seated = {(sitting, True): people for sitting, people in seats.items()}
        held = {worker for people in seats.values() for worker in people}
        for worker in expected:
            if worker not in held and at_will[worker]:
                crowd = {
                    sitting: sum(len(seated.get((sitting, on), ())) for on in (True, False)) for sitting in sittings
                }
                chosen = min(at_will[worker], key=lambda way: (not way[1], crowd[way[0]]))
                seated.setdefault(chosen, []).append(worker)
        order = {worker: place for place, worker in enumerate(expected)}
        return {way: sorted(people, key=order.__getitem__) for way, people in seated.items() if people}

    def _look(
        self,
        problem: Problem,
        roster: Roster,
        event: Event,
        sitting: Sitting,
        worker: str,
        at_will: list[tuple[Sitting, bool]],
        off_desk: list[Sitting],
    ) -> None:
        """Record whether somebody can attend a sitting without being missed at the desk, and whether by leaving it."""
        span = _span(problem, sitting)
        duties = [
            (day, code)
            for day in days_between(sitting.day - REACH, sitting.day + REACH)
            for code in roster.on(worker, day)
        ]
        spanning = {
            problem.worker_by_id[worker].qualified(day)
            for day, code in duties
            if any(at.start <= span.start and at.end >= span.end for at in problem.firm_segments(day, code))
        }
        if True in spanning:
            off_desk.append(sitting)
        if False in spanning:
            at_will.append((sitting, True))
        rested, ahead = True, True
        for day, code in duties:
            duty = problem.span(day, code)
            if duty.start >= span.start:
                ahead = ahead and duty.start - span.end >= self.gap_minutes
            elif day < sitting.day or problem.shift_on(day, code).night:
                rested = rested and span.start - duty.end >= 60 * self.rest_hours
            else:
                rested = rested and span.start - duty.end >= self.gap_minutes
        if event.free_time and rested and ahead:
            at_will.append((sitting, False))

    def _spare(self, problem: Problem, roster: Roster, sitting: Sitting) -> int:
        """How many people can leave the desk for a sitting: the minimum over its open minutes."""
        there = [
            segment
            for day in days_between(sitting.day - ONE_DAY, sitting.day + ONE_DAY)
            for worker in problem.workers
            if worker.qualified(day)
            for code in roster.on(worker.id, day)
            for segment in problem.firm_segments(day, code)
        ]
        spare = len(there)
        for opening in _open(problem, sitting):
            for minute in range(*opening):
                spare = min(spare, sum(segment.start <= minute < segment.end for segment in there) - self.keep)
        return max(0, spare)


def _span(problem: Problem, sitting: Sitting) -> Span:
    zone = problem.desk.hours_zone
    return Span(instant(sitting.day, sitting.start, zone), instant(sitting.day, sitting.end, zone))


def _open(problem: Problem, sitting: Sitting) -> list[Span]:
    """The parts of a sitting at which the desk is open."""
    span = _span(problem, sitting)
    days = [day for day in days_between(sitting.day - ONE_DAY, sitting.day + ONE_DAY) if day in problem.day_by_date]
    opened = joined(hours for day in days for hours in problem.opening_on(day))
    inside = (Span(max(hours.start, span.start), min(hours.end, span.end)) for hours in opened)
    return [part for part in inside if part.start < part.end]


def _seat(
    worker: str,
    choices: Mapping[str, Sequence[Sitting]],
    seats: Mapping[Sitting, list[str]],
    room: Mapping[Sitting, int],
    tried: set[Sitting],
) -> bool:
    """Seat one more person, moving others to other sittings where needed (an augmenting path); nobody loses a seat."""
    for sitting in sorted(choices[worker], key=lambda one: len(seats[one])):
        if sitting in tried:
            continue
        tried.add(sitting)
        if len(seats[sitting]) < room[sitting]:
            seats[sitting].append(worker)
            return True
        for other in list(seats[sitting]):
            if _seat(other, choices, seats, room, tried):
                seats[sitting].remove(other)
                seats[sitting].append(worker)
                return True
    return False
