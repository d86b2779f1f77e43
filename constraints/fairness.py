"""Fair shares of nights, weekends, holidays and hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil, floor
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from scheduler.domain import Burden, DayKind, Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

SHARE = Sentence("{who}：{what}公平份额 {low}–{high}{unit}", "{who}: a fair share of {what} is {low} to {high}{unit}")
NIGHTS, WEEKENDS = Sentence("夜班", "nights"), Sentence("周末班", "weekend duties")
HOLIDAYS, HOURS = Sentence("节假日班", "holiday duties"), Sentence("工时", "hours")
STEPS = 3  # a deviation is charged once more at each of so many steps, so that further ones cost more


class Share(NamedTuple):
    """One person's share of one burden.

    Attributes
    ----------
    low, high : int
        Between these nothing is charged: duties, or minutes.
    step : int
        The unit of a deviation: 1 duty, or 60 minutes.
    stride : int
        After so many steps each further one is charged once more.
    """

    worker: str
    what: Sentence
    weight: int
    cells: tuple[tuple[date, str], ...]
    minutes: tuple[int, ...]
    low: int
    high: int
    step: int
    stride: int


@dataclass(frozen=True)
class Fairness(Constraint):
    """Fair shares.

    Rule
        夜班、周末班、节假日班和工时按能上班的天数公平分摊，并抵扣以前月份多做或少做的。
        | Nights, weekends, holidays and hours are shared in proportion to availability. What people did above or below
        their share in earlier months is set off.
    Clause
        RULES 8, 32, 168
    Why
        轮流值班，保障员工合法权益。 | Taking turns, and fair treatment.
    Counts as broken
        不会“违反”；偏离公平份额计为让步，偏离越多每一步越贵。
        | Never broken. Each step away from the fair share is a compromise, and further steps cost more.
    Limits
        份额按本月需求的目标人数算；因保护、技能或可上班次不能上夜班的人不分摊夜班。
        | Shares are computed from the month's target numbers. People who may not work nights have no share of them.
    """

    nights: int = parameter(4, Sentence("夜班偏离一个的代价", "cost of a night off the share"), low=0, high=1000)
    weekends: int = parameter(
        3, Sentence("周末班偏离一个的代价", "cost of a weekend duty off the share"), low=0, high=1000
    )
    holidays: int = parameter(
        4, Sentence("节假日班偏离一个的代价", "cost of a holiday duty off the share"), low=0, high=1000
    )
    hours: int = parameter(1, Sentence("工时偏离一小时的代价", "cost of an hour off the share"), low=0, high=1000)
    band_hours: float = parameter(
        8.0, Sentence("工时偏离多少以内不计", "hours off the share that cost nothing"), unit="h", low=0, high=100
    )

    title: ClassVar[Sentence] = Sentence("公平分摊", "Fair shares")
    clause: ClassVar[Sentence] = Sentence(
        "轮流值班、负担公平（RULES 8、32、168）", "Turns are taken and burdens shared (RULES 8, 32, 168)"
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 0
    layer: ClassVar[Layer] = Layer.NEVER

    def _shares(self, problem: Problem) -> Iterator[Share]:
        """The bounds of each person's share, less what was carried in."""
        cells = [(day, shift) for day in problem.days for shift in problem.shifts_on(day.date)]
        every = tuple((day.date, shift.code) for day, shift in cells)
        minutes = tuple(shift.paid_minutes for _, shift in cells)
        nights = tuple((day.date, shift.code) for day, shift in cells if shift.night)
        off = {kind: tuple((day.date, s.code) for day, s in cells if day.kind == kind) for kind in DayKind}
        counted = (
            ("nights", NIGHTS, self.nights, nights),
            ("weekends", WEEKENDS, self.weekends, off[DayKind.RESTDAY]),
            ("holidays", HOLIDAYS, self.holidays, off[DayKind.STATUTORY]),
        )
        for worker, fair in problem.fair_shares.items():
            before = problem.carried.get(worker, Burden())
            for name, what, weight, those in counted:
                if weight and getattr(fair, name):
                    due = round(getattr(fair, name) - getattr(before, name), 2)
                    bounds = max(0, floor(due)), max(0, ceil(due))
                    yield Share(worker, what, weight, those, (1,) * len(those), *bounds, 1, 1)
            if self.hours and fair.hours:
                due = min(problem.norm_minutes[worker], round(60 * (fair.hours - before.hours)))
                band = round(60 * self.band_hours)
                yield Share(worker, HOURS, self.hours, every, minutes, max(0, due - band), max(0, due + band), 60, 8)

    def _reason(self, share: Share) -> Reason:
        unit = "" if share.step == 1 else " h"
        low, high = (round(bound / share.step, 1) for bound in (share.low, share.high))
        return because(
            self, SHARE, workers=[share.worker], what=share.what, low=f"{low:g}", high=f"{high:g}", unit=unit
        )

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Charge for each step above and below the share, more for each further one."""
        for share in self._shares(problem):
            duties = [model.works(share.worker, *cell) for cell in share.cells]
            reason = self._reason(share)
            done = model.amount(duties, share.minutes)
            over, under = model.beyond(done, share.high, share.step), model.short_of(done, share.low, share.step)
            for step in range(STEPS):
                model.prefer(model.beyond(over, step * share.stride) if step else over, reason, share.weight)
                model.prefer(model.beyond(under, step * share.stride) if step else under, reason, share.weight)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Add up what each person does and how far it is from the share."""
        for share in self._shares(problem):
            amounts = dict(zip(share.cells, share.minutes, strict=True))
            done = sum(amounts.get((day, c), 0) for day in problem.dates for c in roster.on(share.worker, day))
            away = ceil(max(done - share.high, share.low - done, 0) / share.step)
            steps = sum(max(0, away - step * share.stride) for step in range(STEPS))
            if steps:
                found = f"{done / share.step:g}" + ("" if share.step == 1 else " h")
                yield Violation(self._reason(share), found, share.weight * steps)
