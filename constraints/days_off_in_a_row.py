"""Days off in a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation, Worker
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import ONE_DAY, days_between

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

GAP = Sentence(
    "{who}：{day}至{until}不只连休 {length} 天（至少连休 {least} 天）",
    "{who}: not just {length} day(s) off from {day} to {until} (at least {least} together)",
)


@dataclass(frozen=True)
class DaysOffInARow(Constraint):
    """Days off in a row.

    Rule
        两段上班之间的休息至少连着规定天数，跨月也一样；与个人另有约定的按约定。
        | Between two working days there are at least the set number of days off, from one month to the next too. What is
        agreed with a person takes precedence.
    Clause
        RULES 73, 168
    Why
        零星的一天休息歇不过来。 | A single day off is hardly enough to recover.
    Counts as broken
        两个上班日之间只休了不足 least 天。 | Fewer than least days off between two working days.
    Limits
        看每天有没有班开始；请假算休息，培训、外出算上班。到期末还没休完的、或上期从哪天休起不知道的，不算休得太少。
        | A working day is one on which a duty begins; leave is time off, training and outside duty are not. Days off that
        reach the end of the period, or that began at an unknown day before it, are never too few.
    """

    least: int = parameter(1, Sentence("最少连休天数", "days off together at least"), unit="d", low=1, high=31)

    title: ClassVar[Sentence] = Sentence("连续休息天数", "Days off in a row")
    clause: ClassVar[Sentence] = Sentence("休息日连着休（RULES 73、168）", "Days off come together (RULES 73, 168)")
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 6
    layer: ClassVar[Layer] = Layer.DESK
    about_one: ClassVar[bool] = True
    habits: ClassVar[Mapping[str, int]] = {"least": 2}

    def _least(self, worker: Worker) -> int:
        """The worker's terms, or the rule's number."""
        own = worker.terms.least_days_off_in_a_row
        return self.least if own is None else own

    def applies(self, problem: Problem) -> bool:
        """Whether a single day off is not enough for somebody."""
        return any(self._least(worker) > 1 for worker in problem.workers)

    def _reason(self, worker: str, least: int, first: date, last: date) -> Reason:
        length = (last - first).days + 1
        return because(self, GAP, workers=[worker], days=[first, last], length=length, least=least)

    def narrow(self, problem: Problem, model: RosterModel) -> None:
        """Limit the gaps between runs of working days."""
        for worker in problem.workers:
            model.limit_runs(worker.id, self.name, off=self._least(worker))

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Forbid gaps between two working days that are too short."""
        known = problem.history_from or problem.first
        workers = [(w.id, self._least(w)) for w in problem.workers if not model.holds_runs(w.id, self.name)]
        for back in problem.dates:
            for worker, least in workers:
                for length in range(1, least):
                    gap = days_between(back - timedelta(days=length), back - ONE_DAY)
                    if gap[0] <= known:
                        break
                    away = [problem.at_work_elsewhere(worker, day) for day in (gap[0] - ONE_DAY, *gap, back)]
                    longer = [
                        0 if away[0] else model.rests_on(worker, gap[0] - ONE_DAY),
                        *(1 if out else model.works_on(worker, day) for day, out in zip(gap, away[1:-1], strict=True)),
                        0 if away[-1] else model.rests_on(worker, back),
                    ]
                    model.require(longer, at_least=1, because=self._reason(worker, least, gap[0], gap[-1]))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """From each working day, look back for the one before."""
        for worker in problem.workers:
            least, before = self._least(worker), None
            for day in days_between(problem.history_from or problem.first, problem.last):
                if not roster.on(worker.id, day) and not problem.at_work_elsewhere(worker.id, day):
                    continue
                off = (day - before).days - 1 if before else 0
                if before and 0 < off < least and day >= problem.first:
                    yield Violation(self._reason(worker.id, least, before + ONE_DAY, day - ONE_DAY), off)
                before = day
