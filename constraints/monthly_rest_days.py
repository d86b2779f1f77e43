"""Rest days of the month: a floor, and a quota to be used up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation, Worker, reaching_codes, taken_by
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import ONE_DAY, weeks

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

FLOOR = Sentence(
    "{who}：本月至少休息 {least} 天（请假、培训、外出的日子不算）",
    "{who}: at least {least} rest day(s) this month, leave, training and outside duty apart",
)
OWED = Sentence(
    "{who}：本月应轮休 {owed} 天，当月休完；休不完的报{leaders}研究解决",
    "{who}: {owed} rest day(s) owed and to be used this month; what is left over goes to {leaders} for a decision",
)


@dataclass(frozen=True)
class MonthlyRestDays(Constraint):
    """Rest days of the month.

    Rule
        每人每月至少休息规定天数；按周轮休的，当月应休的天数当月休完，休不完的报领导决定。
        | Everybody has at least the set number of rest days in the month. Where a rest day is owed for each week, they
        are used within the month; what is left over goes to the leaders for a decision.
    Clause
        RULES 33, 73, 74, 94, C4
    Why
        休息由主管轮流安排，不拖到下个月。 | Rest days are allotted in turn and not put off until next month.
    Counts as broken
        本月休息天数少于最少天数；少于应轮休天数的，每少一天计为让步。
        | Fewer rest days in the month than the minimum. Each day below the quota is a compromise.
    Limits
        应轮休天数为末日落在本月的周数；一周在本月的日子里过半在请假或不在职的，该周不计。在职且不在请假的日子不满全月的，
        最少天数按比例四舍五入。请假、培训、外出的日子不算已休；前一天的班跨零点超过允许分钟数的那天也不算。
        | The quota is the number of weeks that end in the month. A week does not count for a person who is on leave or not
        employed on more than half of its days in the month. The minimum is reduced in proportion, and rounded, for a
        person who is on leave or not employed for part of the month. Days of leave, training and outside duty are not
        rest days used; nor is a day into which the duty of the day before runs for longer than allowed.
    """

    least: int = parameter(
        0, Sentence("每月最少休息天数（0 为不限）", "rest days a month at least, 0 for none"), unit="d", low=0, high=31
    )
    quota: bool = parameter(
        False, Sentence("有几周就应轮休几天，当月休完", "a rest day owed for each week, used within the month")
    )
    weight: int = parameter(30, Sentence("每剩一天未休的代价", "cost of each rest day left over"), low=0, high=1000)
    leaders: tuple[str, ...] = parameter(
        ("领导",), Sentence("未休完的天数由谁决定", "who decides on rest days that are left over")
    )
    tail_minutes: int = parameter(
        0,
        Sentence("跨零点多少分钟以内仍算休息日", "minutes past midnight that a rest day may hold"),
        unit="min",
        low=0,
        high=720,
    )

    title: ClassVar[Sentence] = Sentence("每月休息天数", "Rest days of the month")
    clause: ClassVar[Sentence] = Sentence(
        "每月最少休息天数；轮休当月休完，剩余报领导（RULES 33、73、74、94，C4）",
        "A floor of rest days a month; the quota used within it, what is left goes to the leaders "
        "(RULES 33, 73, 74, 94, C4)",
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 40
    layer: ClassVar[Layer] = Layer.SAFETY
    about_one: ClassVar[bool] = True

    def applies(self, problem: Problem) -> bool:
        """Whether a floor or a quota is asked for."""
        return bool(self.least or (self.quota and self.weight))

    @staticmethod
    def _present(problem: Problem, worker: Worker, day: date) -> bool:
        """Whether the worker is employed and not on leave on the day; training and outside duty are presence."""
        leave = problem.leave_days.get((worker.id, day))
        return worker.employed(day) and (leave is None or problem.desk.leave_kind(leave.kind).worked)

    def _floor(self, problem: Problem, worker: Worker) -> int:
        """Rest days that the month has at least, cut in proportion to the days on which the worker is there."""
        present = sum(self._present(problem, worker, day) for day in problem.dates)
        return (2 * self.least * present + len(problem.dates)) // (2 * len(problem.dates))

    def _owed(self, problem: Problem, worker: Worker) -> int:
        """Rest days that fall due in the month: one for each week that ends in it and is mostly worked."""
        if not (self.quota and self.weight):
            return 0
        owed = 0
        for week in weeks(problem.dates, problem.desk.first_weekday):
            inside = [day for day in week if day in problem.day_by_date]
            there = sum(self._present(problem, worker, day) for day in inside)
            owed += week[-1] <= problem.last and 2 * there >= len(inside)
        return owed

    def _countable(self, problem: Problem, worker: Worker) -> list[date]:
        """The days of the month that are rest days where they hold no duty."""
        return [day for day in problem.dates if problem.available(worker, day)]

    def _least_reason(self, problem: Problem, worker: str, least: int) -> Reason:
        return because(self, FLOOR, workers=[worker], days=[problem.first, problem.last], least=least)

    def _owed_reason(self, problem: Problem, worker: str, owed: int) -> Reason:
        days, leaders = [problem.first, problem.last], "、".join(self.leaders)
        return because(self, OWED, workers=[worker], days=days, owed=owed, leaders=leaders)

    def most_duties(self, problem: Problem, worker: Worker, days: Sequence[date]) -> int | None:
        """The days, less the rest days of the floor that do not fit on other days of the month."""
        elsewhere = set(self._countable(problem, worker)).difference(days)
        return len(days) - max(0, self._floor(problem, worker) - len(elsewhere))

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Bound and count the days on which no duty begins or reaches into."""
        late = {day: reaching_codes(problem, day - ONE_DAY, self.tail_minutes) for day in problem.dates}
        for worker in problem.workers:
            least, owed = self._floor(problem, worker), self._owed(problem, worker)
            if not least and not owed:
                continue
            free = []
            countable, recalled = set(self._countable(problem, worker)), []
            for day in problem.dates:
                back = None if day in countable else model.recalled(worker.id, day)
                if day not in countable and back is None:
                    continue
                tails = [model.negated(model.works(worker.id, day - ONE_DAY, code)) for code in late[day]]
                off = model.all_of([model.rests_on(worker.id, day), *tails])
                if back is None:
                    free.append(off)
                else:
                    recalled.append(model.all_of([off, back]))
            model.require([*free, *recalled], at_least=least, because=self._least_reason(problem, worker.id, least))
            if owed:
                model.prefer(model.under(free, owed), self._owed_reason(problem, worker.id, owed), self.weight)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count each person's rest days of the month."""
        for worker in problem.workers:
            rested = 0
            for day in self._countable(problem, worker):
                rested += not taken_by(problem, roster, worker.id, day, self.tail_minutes)
            least, owed = self._floor(problem, worker), self._owed(problem, worker)
            if rested < least:
                yield Violation(self._least_reason(problem, worker.id, least), rested)
            if rested < owed:
                reason = self._owed_reason(problem, worker.id, owed)
                yield Violation(reason, rested, self.weight * (owed - rested))
