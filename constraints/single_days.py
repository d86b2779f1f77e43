"""Shapes that wear people out: a night by itself, a day off by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import windows

if TYPE_CHECKING:
    from scheduler.model.literals import Literal
    from scheduler.model.roster_model import RosterModel

NIGHT = Sentence("{who}：{day}不单上一个夜班", "{who}: no night by itself on {day}")
DAY_OFF = Sentence("{who}：{day}不单休一天", "{who}: no day off by itself on {day}")
NIGHTS = Sentence("{who}：夜班不单个上", "{who}: no nights by themselves")
DAYS_OFF = Sentence("{who}：休息不单休一天", "{who}: no days off by themselves")
WINDOW = 3  # the day before, the day, the day after


@dataclass(frozen=True)
class SingleDays(Constraint):
    """Single nights and single days off.

    Rule
        夜班连着上、休息连着休：前后都不是夜班的单个夜班、前后都上班的单休，各计一处代价；forbid = true 时不许有。
        | Nights come together, and so do days off: a night with none on the day before and after, and a day off between two
        days at work, each cost something; with forbid = true there are none.
    Clause
        RULES 168
    Why
        夜休夜休的排法睡不好觉，零星的一天休息歇不过来。 | Night, off, night, off ruins sleep, and a single day off is hardly a rest.
    Counts as broken
        forbid = true 时，每个单独的夜班或单休；否则每处按代价计为让步。两项代价默认都是 0，即不看。
        | With forbid = true each such night or day off; else each is a compromise at its cost. Both costs are 0 by default: not
        looked at.
    Limits
        请假的那天不算单休；培训、外出算上班。月末最后一天、上月情况不明的日子不看。要休满两天以上的，用连续休息天数。
        | A day of leave is no single day off; training and outside duty count as work. The month's last day is not looked at,
        nor are days next to those of which nothing is known. For three days off together there is the rule on days off in a row.
    """

    nights: int = parameter(
        0, Sentence("单个夜班的代价，0 为不看", "cost of a single night; 0: not looked at"), low=0, high=1000
    )
    days_off: int = parameter(
        0, Sentence("单休一天的代价，0 为不看", "cost of a single day off; 0: not looked at"), low=0, high=1000
    )
    forbid: bool = parameter(
        False, Sentence("true：代价不为 0 的一项不许有", "true: that which has a cost must not be at all")
    )

    title: ClassVar[Sentence] = Sentence("单个夜班与单休", "Single nights and days off")
    clause: ClassVar[Sentence] = Sentence(
        "夜班连着上、休息连着休（RULES 168）", "Nights and days off come together (RULES 168)"
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 2
    layer: ClassVar[Layer] = Layer.DESK
    about_one: ClassVar[bool] = True

    def applies(self, problem: Problem) -> bool:
        """Whether one of the two is looked at."""
        return bool(self.nights or self.days_off)

    @staticmethod
    def _windows(problem: Problem) -> Iterator[tuple[date, ...]]:
        """Three days each, of which the last is in the month and the first is known."""
        known = problem.history_from or problem.first
        return (window for window in windows(problem.dates, WINDOW) if window[0] >= known)

    def _night_reason(self, worker: str, day: date) -> Reason:
        return because(self, NIGHT if self.forbid else NIGHTS, workers=[worker], days=[day] if self.forbid else [])

    def _day_off_reason(self, worker: str, day: date) -> Reason:
        return because(self, DAY_OFF if self.forbid else DAYS_OFF, workers=[worker], days=[day] if self.forbid else [])

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Charge for each, or forbid it."""
        codes = {
            day: [one.code for one in problem.shifts_on(day) if one.night] for w in self._windows(problem) for day in w
        }
        for worker in (one.id for one in problem.workers):
            nights = {
                day: model.any_of(model.duties(worker, day, there)) for day, there in codes.items() if self.nights
            }
            for before, day, after in self._windows(problem):
                if self.nights:
                    others = [model.negated(nights[before]), model.negated(nights[after])]
                    self._post(model, [nights[day], *others], self._night_reason(worker, day), self.nights)
                if self.days_off and (worker, day) not in problem.leave_days:
                    ends = [
                        1 if problem.at_work_elsewhere(worker, end) else model.works_on(worker, end)
                        for end in (before, after)
                    ]
                    alone = [ends[0], model.rests_on(worker, day), ends[1]]
                    self._post(model, alone, self._day_off_reason(worker, day), self.days_off)

    def _post(self, model: RosterModel, alone: list[Literal], reason: Reason, weight: int) -> None:
        """Charge for three literals together, or forbid it."""
        if self.forbid:
            model.require(alone, at_most=WINDOW - 1, because=reason)
        else:
            model.prefer(model.over(alone, WINDOW - 1), reason, weight)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look at each day with those beside it."""
        for worker in (one.id for one in problem.workers):
            nights, days = [], []
            for before, day, after in self._windows(problem):
                at_night = [
                    any(problem.shift_on(one, code).night for code in roster.on(worker, one))
                    for one in (before, day, after)
                ]
                if at_night == [False, True, False]:
                    nights.append(day)
                off = not roster.on(worker, day) and (worker, day) not in problem.leave_days
                if off and all(
                    roster.on(worker, end) or problem.at_work_elsewhere(worker, end) for end in (before, after)
                ):
                    days.append(day)
            for alone, weight, reason in (
                (nights, self.nights, self._night_reason),
                (days, self.days_off, self._day_off_reason),
            ):
                if self.forbid and weight:
                    yield from (Violation(reason(worker, day)) for day in alone)
                elif alone and weight:
                    found = ", ".join(f"{day:%m-%d}" for day in alone)
                    yield Violation(reason(worker, alone[0]), found, weight * len(alone))
