"""Shifts that are taken over by somebody with a certain role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import ONE_DAY, clock_text, days_between

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

TAKEN = Sentence(
    "{day}“{shift}”{end}下班时由{roles}接班", "{day}, {shift}: somebody of {roles} takes over when it ends at {end}"
)
WIDE = str.maketrans("＞｜", ">|")  # full-width characters of an input method


@dataclass(frozen=True)
class TakenOverBy(Constraint):
    """Shifts that are taken over by somebody with a certain role.

    Rule
        指定的班次下班那一刻，有另一名担任所列角色之一的合格人员在岗接班：正好那时上班，或已在岗且还没走。
        | When a named shift ends, another qualified person with one of the roles is at the desk to take over: that
        person begins at that minute, or began before and is still there.
    Clause
        RULES 102, 170
    Why
        夜间登记的事要当面交给白天的客服管理员去派单。
        | What was recorded at night is handed over in person to the administrator, who turns it into work orders.
    Counts as broken
        有人下班而没有这样的人在岗；跨月也一样：上月最后一晚的班由本月的人接。
        | A shift ends and no such person is at the desk. From one month to the next too: this month's people take over
        from the last night of last month.
    Limits
        本月末的班若可由下月的人接，留给下月查；上月未知的人可能接的，不查。学员不能接班。
        | Where next month's duties can take over, next month checks; where unknown duties of last month might, nothing is
        checked. Trainees do not take over.
    """

    receivers: tuple[str, ...] = parameter(
        (),
        Sentence(
            "班次 > 接班人的角色，如 夜二>客服管理员", "shifts > roles that take over, such as NIGHT>administrator"
        ),
        examples=("{shifts}>{roles}",),
    )

    title: ClassVar[Sentence] = Sentence("接班人的角色", "Who takes over")
    clause: ClassVar[Sentence] = Sentence(
        "有些班次下班时由担任某角色的人接班（RULES 102、170）",
        "Some shifts are handed to somebody with a certain role (RULES 102, 170)",
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 20
    layer: ClassVar[Layer] = Layer.DESK

    def __post_init__(self) -> None:
        for text in self.receivers:
            self._sides(text)

    @staticmethod
    def _sides(text: str) -> tuple[list[str], tuple[str, ...]]:
        """Codes and roles of `A|B>X|Y`; raises `ValueError` for a text not written so."""
        sides = [[word.strip() for word in side.split("|")] for side in text.translate(WIDE).split(">")]
        if len(sides) != 2 or not all(word for side in sides for word in side):
            raise ValueError(f"“{text}” is not written A|B>X|Y")
        return sides[0], tuple(sides[1])

    def shifts_named(self) -> set[str]:
        """Codes of the shifts that the settings name."""
        return {code for text in self.receivers for code in self._sides(text)[0]}

    def applies(self, problem: Problem) -> bool:
        """Whether somebody is named; raises `ValueError` where it is for a shift that the desk does not have."""
        self.check_shifts(problem)
        return bool(self.receivers)

    def _handed(self) -> list[tuple[str, tuple[str, ...]]]:
        """Each shift with the roles to which it is handed."""
        return list(dict.fromkeys((code, roles) for codes, roles in map(self._sides, self.receivers) for code in codes))

    def _asked(self, problem: Problem, day: date, at: int) -> bool:
        """Whether this month has to check who takes over from a shift of that day, which ends at that instant."""

        def within_reach(start: date) -> bool:
            return any(
                segment.start <= at < segment.end
                for code in problem.codes_on(start)
                for segment in problem.firm_segments(start, code)
            )

        eve = problem.first - ONE_DAY
        if (problem.history_from is None or eve < problem.history_from) and within_reach(eve):
            return False
        # what the past alone could take over cannot be mended any more
        return within_reach(problem.first) if day == eve else not within_reach(problem.last + ONE_DAY)

    def _reason(self, problem: Problem, day: date, code: str, roles: tuple[str, ...]) -> Reason:
        end = clock_text(problem.shift_on(day, code).end)
        worded = Sentence(end.replace("+1 ", "次日"), end)
        return because(self, TAKEN, days=[day], shift=code, end=worded, roles="/".join(roles))

    def leaves_open(self, reason: Reason) -> bool:
        """Somebody is missing."""
        return True

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Require, for whoever is on the shift, another person on a shift that runs when it ends."""
        for day in days_between(problem.first - ONE_DAY, problem.last):
            near = days_between(day - ONE_DAY, day + ONE_DAY)
            for code, roles in self._handed():
                if code not in problem.codes_on(day):
                    continue
                end = problem.span(day, code).end
                if not self._asked(problem, day, end):
                    continue
                there = [
                    (worker.id, model.works(worker.id, start, other))
                    for start in near
                    for other in problem.codes_on(start)
                    if any(s.start <= end < s.end for s in problem.firm_segments(start, other))
                    for worker in problem.workers
                    if worker.qualified(start) and not set(roles).isdisjoint(worker.roles)
                ]
                for worker in problem.workers:
                    others = [cell for other, cell in there if other != worker.id]
                    gone = model.negated(model.works(worker.id, day, code))
                    model.require([gone, *others], at_least=1, because=self._reason(problem, day, code, roles))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look for somebody at the desk in the minute after each duty."""
        duties = [duty for duty in roster.duties if duty.day >= problem.first - 2 * ONE_DAY]
        for code, roles in self._handed():
            left_alone = {}
            for duty in (d for d in duties if d.shift == code and d.day >= problem.first - ONE_DAY):
                minute = problem.span(duty.day, code).end
                taken = any(
                    other.worker != duty.worker
                    and any(role in problem.worker_by_id[other.worker].roles for role in roles)
                    and problem.worker_by_id[other.worker].qualified(other.day)
                    and any(s.start <= minute < s.end for s in problem.firm_segments(other.day, other.shift))
                    for other in duties
                    if abs(other.day - duty.day) <= ONE_DAY
                )
                if not taken and self._asked(problem, duty.day, minute):
                    left_alone[duty.day] = self._reason(problem, duty.day, code, roles)
            for reason in left_alone.values():
                yield Violation(reason, 0)
