"""The weekly rest day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation, Worker
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import DAY_MINUTES, ONE_DAY, weeks

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

REST = Sentence(
    "{who}：{day}至{until}这一周至少休息 {days_off} 天", "{who}: {days_off} rest day(s) in the week of {day}"
)


@dataclass(frozen=True)
class WeeklyRestDay(Constraint):
    """The weekly rest day.

    Rule
        每人每个自然周至少休息规定天数。 | Everybody has at least the set number of rest days in each calendar week.
    Clause
        RULES 25, 35, 72, 73, C4
    Why
        保证每周休息。 | Everybody is owed rest every week.
    Counts as broken
        一周内没有足够的整天休息（培训、外出和有写明起止时间的加班的日子不算休息）；前一天的班或加班跨零点超过允许分钟数的那天不算休息。
        | Too few whole days off in a week. Days of training, of outside duty and with overtime of its own are not off; nor
        is a day into which the duty or overtime of the day before runs for longer than allowed.
    Limits
        跨月的一周按上月实际排班和本月一起算；延伸到下月的一周只要求本月内还来得及。
        | A week that began last month counts with last month's duties. A week that ends next month only has to leave
        enough days for it.
    """

    rest_days: int = parameter(1, Sentence("每周休息天数", "rest days a week"), unit="d", low=1, high=6)
    tail_minutes: int = parameter(
        0,
        Sentence("跨零点多少分钟以内仍算休息日", "minutes past midnight that a rest day may hold"),
        unit="min",
        low=0,
        high=720,
    )

    title: ClassVar[Sentence] = Sentence("每周休息日", "Weekly rest day")
    clause: ClassVar[Sentence] = Sentence(
        "每周至少休息一天（RULES 25、35、72、73，C4）", "A rest day every week (RULES 25, 35, 72, 73, C4)"
    )
    revision: ClassVar[int] = 2
    price: ClassVar[int] = 40
    layer: ClassVar[Layer] = Layer.LAW

    def _owed(self, problem: Problem) -> Iterator[tuple[tuple[date, ...], int]]:
        """The known days of each week, and how many of them have to be free."""
        for week in weeks(problem.dates, problem.desk.first_weekday):
            known = tuple(day for day in week if day <= problem.last)
            owed = self.rest_days - (len(week) - len(known))
            if owed > 0:
                yield known, owed

    def _late(self, problem: Problem, day: date) -> list[str]:
        """The shifts of a day that reach too far into the next."""
        return [s.code for s in problem.shifts_on(day) if s.end - DAY_MINUTES > self.tail_minutes]

    def _overtime_on(self, problem: Problem, worker: str) -> set[date]:
        """The days that overtime of a person takes."""
        found = set()
        for _, day, overtime in problem.extra_work.get(worker, ()):
            found.add(day)
            left = (overtime.end or 0) - DAY_MINUTES
            while left > self.tail_minutes:
                day, left = day + ONE_DAY, left - DAY_MINUTES
                found.add(day)
        return found

    def _reason(self, worker: str, week: tuple[date, ...], owed: int) -> Reason:
        return because(self, REST, workers=[worker], days=[week[0], week[-1]], days_off=owed)

    def most_duties(self, problem: Problem, worker: Worker, days: Sequence[date]) -> int | None:
        """The days of each whole week less its rest days."""
        given = set(days)
        whole = [week for week in weeks(problem.dates, problem.desk.first_weekday) if given.issuperset(week)]
        return len(days) - self.rest_days * len(whole)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Require enough days in the week on which no duty begins and into which none reaches."""
        for week, owed in self._owed(problem):
            late = {day: self._late(problem, day - ONE_DAY) for day in week}
            for worker in problem.workers:
                taken = self._overtime_on(problem, worker.id)
                free = [
                    0
                    if day in taken or problem.at_work_elsewhere(worker.id, day)
                    else model.all_of(
                        [
                            model.rests_on(worker.id, day),
                            *(model.negated(model.works(worker.id, day - ONE_DAY, code)) for code in late[day]),
                        ]
                    )
                    for day in week
                ]
                model.require(free, at_least=owed, because=self._reason(worker.id, week, owed))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count each person's free days week by week."""
        for week, owed in self._owed(problem):
            for worker in problem.workers:
                free = 0
                for day in week:
                    if problem.at_work_elsewhere(worker.id, day):
                        continue
                    eve = day - ONE_DAY
                    tails = [problem.shift_on(eve, code).end - DAY_MINUTES for code in roster.on(worker.id, eve)]
                    extra = problem.extra_work.get(worker.id, ())
                    tails += [
                        (work.overtime.end or 0) - DAY_MINUTES * (day - work.day).days
                        for work in extra
                        if work.day < day
                    ]
                    here = roster.on(worker.id, day) or any(work.day == day for work in extra)
                    free += not here and max(tails, default=0) <= self.tail_minutes
                if free < owed:
                    yield Violation(self._reason(worker.id, week, owed), free)
