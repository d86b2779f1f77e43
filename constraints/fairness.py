"""Fair shares of nights, weekends, holidays and hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from scheduler.domain import (
    BURDEN_NAMES,
    EITHER,
    Burden,
    DayKind,
    Note,
    Problem,
    Reason,
    Roster,
    Violation,
    as_fraction,
    rising_cost,
)
from scheduler.i18n import Sentence, plain_number
from scheduler.rules import Constraint, Layer, because, note_on, parameter

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

SHARE = Sentence("{who}：{what}公平份额 {low}–{high}{unit}", "{who}: a fair share of {what} is {low} to {high}{unit}")
NIGHTS, WEEKENDS, HOLIDAYS, HOURS = (BURDEN_NAMES[name] for name in ("nights", "weekends", "holidays", "hours"))
OF_ALL = Sentence(
    "{who}：{what}公平份额为全部所排的 {part}%", "{who}: a fair share of {what} is {part}% of all that is rostered"
)


A_MONTH = timedelta(days=31)
NO_WEIGHT = Sentence("{what}不分摊：[rules.fairness] {name} = 0", "{what} are not shared: [rules.fairness] {name} = 0")
NOBODY = Sentence("{what}不分摊：本月没有人能上", "{what} are not shared: nobody can take any this month")
NOT_ASKED = Sentence(
    "{what}不分摊：需求里没有目标人数", "{what} are not shared: the demand table has no target for any of them"
)
CANNOT = Sentence("{what}不分给{who}：不能上这样的班", "{what} are not shared with {who}, who cannot take any")
OF_NONE = Sentence("{who}整月不在，什么都不分摊", "{who}: away all month, and without a share of anything")


class Share(NamedTuple):
    """One person's share of one burden: a part of the whole, within bounds.

    Attributes
    ----------
    whole : str
        Name of the burden, of which `part` is a person's; 0 where demand says how much there is.
    low, high : Ratio
        Between these, added to the part, nothing is charged: duties, or minutes.
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
    whole: str
    part: Fraction
    low: int | Fraction
    high: int | Fraction
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
        不会“违反”；偏离公平份额计为让步：第一步计一倍代价，第二步两倍，依此类推（工时每 8 小时加一倍），偏离再多也不变平。
        | Never broken. Each step away from the fair share is a compromise: the first costs the weight once, the second twice,
        and so on without end (of hours, each further 8 hours once more), so that of two rosters the fairer is cheaper.
    Limits
        本月或其后一个月内离职的人，取最接近份额的整数个：以后没有月份可以抵扣。份额按本月需求的目标人数算，工时到各人标准工时之和为止，需求非排不可的才超过；需求按时段给出的（时段需求、话务预测、客流），按实际所排的算。
        因保护、技能或可上班次不能上夜班的人不分摊夜班。
        | Whoever leaves in the month or the one after it is due the whole number nearest to the share, as no later month sets
        off the rest. Shares are of the month's target numbers, of hours up to everybody's norm, and beyond it as far as demand must have
        them; where the need comes by time of day (slots, forecast, footfall), of what is rostered. People who may not work
        nights have no share of them.
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
    revision: ClassVar[int] = 3
    price: ClassVar[int] = 0
    layer: ClassVar[Layer] = Layer.NEVER
    about_one: ClassVar[bool] = True

    def _shares(self, problem: Problem) -> Iterator[Share]:
        """Each person's share, less what was carried in."""
        cells = [(day, shift) for day in problem.days for shift in problem.shifts_on(day.date)]
        every = tuple((day.date, shift.code) for day, shift in cells)
        minutes = tuple(problem.paid_minutes(day.date, shift.code) for day, shift in cells)
        nights = tuple((day.date, shift.code) for day, shift in cells if shift.night)
        off = {kind: tuple((day.date, s.code) for day, s in cells if day.kind == kind) for kind in DayKind}
        counted = (
            ("nights", NIGHTS, self.nights, nights),
            ("weekends", WEEKENDS, self.weekends, off[DayKind.RESTDAY]),
            ("holidays", HOLIDAYS, self.holidays, off[DayKind.STATUTORY]),
        )
        shares, asked = problem.shares, problem.shares.asked
        for worker, parts in shares.parts.items():
            before = problem.carried.get(worker, Burden())
            for name, what, weight, those in counted:
                if not weight or not getattr(parts, name) or not those:
                    continue
                carried = Fraction(round(100 * getattr(before, name)), 100)
                if asked is None:
                    part, due = as_fraction(getattr(parts, name)), -carried
                    bounds: tuple[Fraction | int, Fraction | int] = (due - EITHER, due + EITHER)
                else:
                    part, exact = Fraction(0), round(getattr(parts, name) * getattr(asked, name) - float(carried), 2)
                    if not getattr(asked, name):
                        continue
                    bounds = _whole_numbers(exact, nearest=_leaves_soon(problem, worker))
                yield Share(worker, what, weight, those, (1,) * len(those), name, part, *bounds, 1, 1)
            if self.hours and parts.hours:
                band = round(60 * self.band_hours)
                if asked is None:
                    part, minutes_due = as_fraction(parts.hours), -round(60 * before.hours)
                    low, high = minutes_due - band, minutes_due + band
                elif asked.hours:
                    fair = parts.hours * asked.hours
                    most = max(problem.norm_minutes[worker], round(60 * fair))
                    part, minutes_due = Fraction(0), min(most, round(60 * (fair - before.hours)))
                    low, high = max(0, minutes_due - band), max(0, minutes_due + band)
                else:
                    continue
                yield Share(worker, HOURS, self.hours, every, minutes, "hours", part, low, high, 60, 8)

    def _reason(self, share: Share) -> Reason:
        if share.part:
            return because(
                self, OF_ALL, workers=[share.worker], what=share.what, part=plain_number(float(100 * share.part))
            )
        unit = "" if share.step == 1 else " h"
        low, high = (plain_number(round(float(bound) / share.step, 1)) for bound in (share.low, share.high))
        return because(self, SHARE, workers=[share.worker], what=share.what, low=low, high=high, unit=unit)

    def left_out(self, problem: Problem) -> Iterator[Note]:
        """The burdens that are not shared, and those who have no share of one that is."""
        shares, asked = problem.shares, problem.shares.asked
        there = {
            "nights": any(shift.night for day in problem.dates for shift in problem.shifts_on(day)),
            "weekends": any(day.kind == DayKind.RESTDAY for day in problem.days),
            "holidays": any(day.kind == DayKind.STATUTORY for day in problem.days),
            "hours": True,
        }
        present = {w.id: any(problem.available(w, day) for day in problem.dates) for w in problem.workers}
        employed = [w.id for w in problem.workers if any(w.employed(day) for day in problem.dates)]
        away = [who for who in employed if not present[who]]
        if away:
            yield note_on(problem, away, OF_NONE)
        for name in (name for name, is_there in there.items() if is_there):
            able = [who for who in employed if getattr(shares.parts[who], name)]
            if not getattr(self, name):
                yield Note(NO_WEIGHT, (("what", BURDEN_NAMES[name]), ("name", name)))
            elif not able:
                yield Note(NOBODY, (("what", BURDEN_NAMES[name]),))
            elif asked and not getattr(asked, name):
                yield Note(NOT_ASKED, (("what", BURDEN_NAMES[name]),))
            elif cannot := [who for who in employed if present[who] and who not in able]:
                yield note_on(problem, cannot, CANNOT, what=BURDEN_NAMES[name])

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Charge for each step above and below the share, more for each further one."""
        shares = list(self._shares(problem))
        wholes = {}
        for share in shares:
            if share.part and share.whole not in wholes:
                amounts = [
                    model.amount([model.works(one.id, *cell) for cell in share.cells], share.minutes)
                    for one in problem.workers
                ]
                wholes[share.whole] = (dict(zip(problem.worker_by_id, amounts, strict=True)), model.total(amounts))
        for share in shares:
            if share.part:
                each, whole = wholes[share.whole]
                done = each[share.worker]
            else:
                whole = 0
                done = model.amount([model.works(share.worker, *cell) for cell in share.cells], share.minutes)
            reason = self._reason(share)
            over = model.beyond(done, share.high, share.step, part=share.part, whole=whole)
            under = model.short_of(done, share.low, share.step, part=share.part, whole=whole)
            for away in (over, under):
                for part in model.rising(away, share.stride):
                    model.prefer(part, reason, share.weight)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Add up what each person does and how far it is from the share."""
        shares = list(self._shares(problem))
        wholes: dict[str, int] = {}
        for share in shares:
            if share.part and share.whole not in wholes:
                wholes[share.whole] = sum(_done(share, problem, roster, one) for one in problem.worker_by_id)
        for share in shares:
            done = _done(share, problem, roster, share.worker)
            due = share.part * wholes.get(share.whole, 0)
            away = max(
                0, *(ceil(off / Fraction(share.step)) for off in (done - due - share.high, due + share.low - done))
            )
            if away:
                unit = "" if share.step == 1 else " h"
                found = f"{plain_number(done / share.step)}{unit}"
                if share.part:
                    low, high = (plain_number(float(due + bound) / share.step) for bound in (share.low, share.high))
                    found += f" / {low}–{high}{unit}"
                cost = share.weight * rising_cost(away, share.stride)
                yield Violation(self._reason(share), found, cost)


def _leaves_soon(problem: Problem, worker: str) -> bool:
    """Whether somebody has no further month, or hardly any, in which what is left over could be set off."""
    leaves = problem.worker_by_id[worker].leaves
    return leaves is not None and leaves <= problem.last + A_MONTH


def _whole_numbers(exact: float, *, nearest: bool) -> tuple[int, int]:
    """Between which numbers of duties nothing is charged: those beside the exact share, or only the nearest."""
    low, high = (ceil(exact - 0.5), floor(exact + 0.5)) if nearest else (floor(exact), ceil(exact))
    return max(0, low), max(0, high)


def _done(share: Share, problem: Problem, roster: Roster, worker: str) -> int:
    """What a worker does of the burden of a share."""
    amounts = dict(zip(share.cells, share.minutes, strict=True))
    return sum(amounts.get((day, code), 0) for day in problem.dates for code in roster.on(worker, day))
