"""The weekly rest day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation, Worker, reaching_codes, taken_by
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter, settings_of
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
        每人每个自然周至少休息规定天数，请假不算休息。
        | Everybody has at least the set number of rest days in each calendar week. Leave is no rest.
    Clause
        RULES 25, 35, 72, 73, C4
    Why
        保证每周休息。 | Everybody is owed rest every week.
    Counts as broken
        一周内没有足够的整天休息（培训、外出和有写明起止时间的加班的日子不算休息）；前一天的班或加班跨零点超过允许分钟数的那天不算休息。
        一周请假 L 天的，最多再排 6 − L 天（每周休一天时），除非本店说请假算休息。
        | Too few whole days off in a week. Days of training, of outside duty and with overtime of its own are not off; nor
        is a day into which the duty or overtime of the day before runs for longer than allowed. A week with L days of
        leave holds 6 - L duties at most (with one rest day a week), unless the desk says that leave is rest.
    Limits
        跨月的一周按上月实际排班和本月一起算；延伸到下月的一周只要求本月内还来得及。上月已休完的假不计。
        跨月的一周在本月的日子全是请假的，不再追究。
        | A week that began last month counts with last month's duties. A week that ends next month only has to leave
        enough days for it. Leave that ended before the month is not known. A week that began last month and is all leave
        from then on is not judged.
    """

    rest_days: int = parameter(1, Sentence("每周休息天数", "rest days a week"), unit="d", low=1, high=6)
    tail_minutes: int = parameter(
        0,
        Sentence("跨零点多少分钟以内仍算休息日", "minutes past midnight that a rest day may hold"),
        unit="min",
        low=0,
        high=720,
    )

    leave_is_rest: bool = parameter(False, Sentence("请假算休息日", "leave is rest"))

    title: ClassVar[Sentence] = Sentence("每周休息日", "Weekly rest day")
    clause: ClassVar[Sentence] = Sentence(
        "每周至少休息一天（RULES 25、35、72、73，C4）", "A rest day every week (RULES 25, 35, 72, 73, C4)"
    )
    revision: ClassVar[int] = 3
    price: ClassVar[int] = 40
    layer: ClassVar[Layer] = Layer.LAW
    about_one: ClassVar[bool] = True
    habits: ClassVar[Mapping[str, int]] = {"rest_days": 2}

    def _owed(self, problem: Problem) -> Iterator[tuple[Worker, tuple[date, ...], list[date], int]]:
        """Each person's weeks: their known days, which of them could be rest, and how many of those have to be free."""
        for week in weeks(problem.dates, problem.desk.first_weekday):
            known = tuple(day for day in week if day <= problem.last)
            for worker in problem.workers:
                open_days = [day for day in week if not self._is_leave(problem, worker, day)]
                now = [day for day in open_days if day <= problem.last]
                owed = min(self.rest_days - (len(open_days) - len(now)), len(now))
                if owed > 0 and now[-1] >= problem.first:  # else all of it is worked or leave by now
                    yield worker, known, now, owed

    def _is_leave(self, problem: Problem, worker: Worker, day: date) -> bool:
        """Whether a day is leave, and so neither at work nor at rest."""
        at_work = problem.at_work_elsewhere(worker.id, day)
        return not self.leave_is_rest and not at_work and problem.on_leave(worker.id, day)

    def _overtime_on(self, problem: Problem, worker: str) -> set[date]:
        """The days that overtime of a person takes."""
        found, tail = set(), max(self.tail_minutes, problem.desk.tail_minutes)
        for _, day, overtime in problem.extra_work.get(worker, ()):
            found.add(day)
            left = (overtime.end or 0) - DAY_MINUTES
            while left > tail:
                day, left = day + ONE_DAY, left - DAY_MINUTES
                found.add(day)
        return found

    def _reason(self, worker: str, week: tuple[date, ...], owed: int) -> Reason:
        return because(self, REST, workers=[worker], days=[week[0], week[-1]], days_off=owed)

    def lever(self, problem: Problem, reason: Reason) -> Sentence | None:
        """The settings that let more days count as rest, and how many are asked for where that is more than one."""
        return settings_of(self, [*(["rest_days"] if self.rest_days > 1 else []), "tail_minutes", "leave_is_rest"])

    def most_duties(self, problem: Problem, worker: Worker, days: Sequence[date]) -> int | None:
        """The days of each whole week less its rest days."""
        given = set(days)
        whole = [week for week in weeks(problem.dates, problem.desk.first_weekday) if given.issuperset(week)]
        return len(days) - self.rest_days * len(whole)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Require enough days in the week on which no duty begins and into which none reaches."""
        late: dict[date, tuple[str, ...]] = {}
        taken: dict[str, set[date]] = {}
        for worker, week, days, owed in self._owed(problem):
            late |= {day: reaching_codes(problem, day - ONE_DAY, self.tail_minutes) for day in days if day not in late}
            if worker.id not in taken:
                taken[worker.id] = self._overtime_on(problem, worker.id)
            recalled = {
                one: back for one in week if one not in days and (back := model.recalled(worker.id, one)) is not None
            }
            late |= {one: reaching_codes(problem, one - ONE_DAY, self.tail_minutes) for one in recalled}
            free = [
                0
                if day in taken[worker.id] or problem.at_work_elsewhere(worker.id, day)
                else model.all_of(
                    [
                        model.rests_on(worker.id, day),
                        *(model.negated(model.works(worker.id, day - ONE_DAY, code)) for code in late[day]),
                        *([recalled[day]] if day in recalled else []),
                    ]
                )
                for day in [*days, *recalled]
            ]
            model.require(free, at_least=owed, because=self._reason(worker.id, week, owed))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count each person's free days week by week."""
        for worker, week, days, owed in self._owed(problem):
            free = sum(self._is_free(problem, roster, worker.id, day) for day in days)
            if free < owed:
                yield Violation(self._reason(worker.id, week, owed), free)

    def _is_free(self, problem: Problem, roster: Roster, worker: str, day: date) -> bool:
        """Whether nothing begins on a day, and what began before is over soon enough."""
        extra = problem.extra_work.get(worker, ())
        if problem.at_work_elsewhere(worker, day) or any(one.day == day for one in extra):
            return False
        tails = [(one.overtime.end or 0) - DAY_MINUTES * (day - one.day).days for one in extra if one.day < day]
        if max(tails, default=0) > max(self.tail_minutes, problem.desk.tail_minutes):
            return False
        return not taken_by(problem, roster, worker, day, self.tail_minutes)
