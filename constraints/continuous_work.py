"""The 8-hour continuous-work cap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence, fill_in, plain_number
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import ONE_DAY, Span, days_between, joined

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

RUN = Sentence(
    "{who}：{day}起的“{shifts}”连续工作不超过 {hours:h} 小时", "{who}: {shifts} from {day}, at most {hours:h} h on end"
)
TOO_LONG = Sentence(
    "“{shift}”连续 {run:h} 小时，上限 {hours:h} 小时", "{shift} is {run:h} h on end, the cap is {hours:h} h"
)
Step = tuple[date, str]
TWO_DAYS = timedelta(days=2)


@dataclass(frozen=True)
class ContinuousWork(Constraint):
    """The continuous-work cap.

    Rule
        连续工作不超过规定小时；相接的班次合并计算，跨零点、跨月也一样；够长的休息才算断开。
        | Nobody works for longer than the cap without a long enough break. Duties that touch count as one, over midnight
        and from one month to the next; only a break of the set length ends a run.
    Clause
        RULES 91, C1
    Why
        疲劳上岗出错。 | Tired people make mistakes.
    Counts as broken
        一个班内部，或首尾相接的几个班合起来，没有够长休息的一段超过上限。
        | A stretch without a long enough break, inside one duty or over several that touch, is longer than the cap.
    Limits
        提前到岗和交接时间不计（C8）。 | Early arrival and handover minutes do not count (C8).
    """

    hours: float = parameter(8.0, Sentence("连续工作上限", "longest run"), unit="h", low=1, high=24)
    break_minutes: int = parameter(
        30, Sentence("多长的休息算断开", "length of a break that ends a run"), unit="min", low=1, high=240
    )

    title: ClassVar[Sentence] = Sentence("连续工作上限", "Continuous-work cap")
    clause: ClassVar[Sentence] = Sentence(
        "每名员工连续工作有上限（RULES 91）", "Nobody works longer on end than the cap (RULES 91)"
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 0
    layer: ClassVar[Layer] = Layer.NEVER
    about_one: ClassVar[bool] = True
    levers: ClassVar[tuple[str, ...]] = ("hours", "break_minutes")

    def _runs(self, problem: Problem, step: Step) -> list[Span]:
        return joined(problem.segments(*step), self.break_minutes)

    def _chains(self, problem: Problem, first: Step) -> Iterator[tuple[Step, ...]]:
        """The shortest chains of touching shifts, beginning with `first`, whose run is longer than the cap."""
        runs = self._runs(problem, first)
        if max(run.minutes for run in runs) > 60 * self.hours:
            yield (first,)
            return
        open_chains: list[tuple[tuple[Step, ...], Span]] = [((first,), runs[-1])]
        while open_chains:
            chain, run = open_chains.pop()
            ended = problem.span(*chain[-1]).end
            for day in days_between(chain[-1][0], chain[-1][0] + TWO_DAYS):
                for code in problem.codes_on(day):
                    step = (day, code)
                    if not 0 <= problem.span(*step).start - ended < self.break_minutes:
                        continue
                    later = self._runs(problem, step)
                    whole = Span(run.start, later[0].end)
                    if whole.minutes > 60 * self.hours:
                        yield (*chain, step)
                    elif len(later) == 1:
                        open_chains.append(((*chain, step), whole))

    def _reason(self, worker: str, chain: tuple[Step, ...]) -> Reason:
        codes = "→".join(code for _, code in chain)
        return because(self, RUN, workers=[worker], days=[day for day, _ in chain], shifts=codes, hours=self.hours)

    def remark(self, problem: Problem, reason: Reason, shift: str = "") -> Sentence | None:
        """How long a shift that nobody can have runs on end."""
        if not shift:
            return None
        run = max(run.minutes for run in self._runs(problem, (reason.days[0], shift)))
        return fill_in(TOO_LONG, shift=shift, run=run / 60, hours=self.hours)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Forbid every chain whose run is longer than the cap, for everybody."""
        for day in days_between(problem.first - TWO_DAYS, problem.last):
            for code in problem.codes_on(day):
                model.time_limit.check()
                for chain in self._chains(problem, (day, code)):
                    model.time_limit.count()
                    if not problem.first <= chain[-1][0] <= problem.last:
                        continue
                    inside = [step_day for step_day, _ in chain if step_day >= problem.first]
                    if model.exclusive and len(set(inside)) < len(inside):
                        continue
                    reason = partial(self._reason, chain=chain)
                    if len(chain) == 2 and chain[1][0] - chain[0][0] == ONE_DAY:
                        (_, first), (_, second) = chain
                        model.keep_apart(self.name, day, [first], [second], reason)
                        continue
                    for worker in problem.workers:
                        duties = [model.works(worker.id, *step) for step in chain]
                        model.require(duties, at_most=len(chain) - 1, because=reason(worker.id))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Join the segments of touching duties and measure the longest run among them."""
        for worker in problem.workers:
            duties = [
                (day, code)
                for day in days_between(problem.first - TWO_DAYS, problem.last)
                for code in roster.on(worker.id, day)
            ]
            chains: list[tuple[Step, ...]] = [(duty,) for duty in duties]
            while chains:
                chain = chains.pop()
                line = joined((s for step in chain for s in problem.segments(*step)), self.break_minutes)
                joint = problem.span(*chain[-1]).start
                longest = max(run.minutes for run in line if len(chain) == 1 or run.start < joint <= run.end)
                if longest > 60 * self.hours:
                    if chain[-1][0] >= problem.first:
                        yield Violation(self._reason(worker.id, chain), f"{plain_number(longest / 60, 2)} h")
                elif len(chain) == 1 or len(joined(problem.segments(*chain[-1]), self.break_minutes)) == 1:
                    ended = problem.span(*chain[-1]).end
                    chains += [
                        (*chain, duty) for duty in duties if 0 <= problem.span(*duty).start - ended < self.break_minutes
                    ]
