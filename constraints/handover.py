"""Shifts that hand over to each other: no gap, and so many minutes together."""

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

ON_TIME = Sentence("{day}“{before}”{end}下班时有“{after}”接班", "{day}: {after} takes over when {before} ends at {end}")
TOGETHER = Sentence(
    "{day}“{before}”{end}下班前与“{after}”一同在岗 {minutes} 分钟",
    "{day}: {after} takes over from {before}, which ends at {end}, after {minutes} min together",
)
WIDE = str.maketrans("＞｜", ">|")  # full-width characters of an input method


@dataclass(frozen=True)
class Handover(Constraint):
    """Shifts that hand over to each other.

    Rule
        前一班排了人的日子，后一班也要有合格的人：在前一班下班时或之前上班，那时还在岗；设了交接分钟数的，一同在岗够这么久。
        | Whenever somebody is on the first shift, a qualified person is on the second, has begun by the time the first
        ends, and is at the desk at that time. Where minutes are set, both are there together for at least so long.
    Clause
        RULES 15, 97, 110, C20
    Why
        工作当面交接，班次之间不留空档。 | Work is handed over in person, and no gap opens between shifts.
    Counts as broken
        前一班有人下班而后一班没有人接，或接班的人来得太晚；跨月也一样。
        | A first shift ends and nobody on the second takes over, or they came too late; from one month to the next too.
    Limits
        反过来（有后一班而没有前一班）不要求；提前到岗的分钟不算（C8）；本月末的班若可由下月的人接，留给下月查；上月未知的
        人可能接的，不查。学员不能接班。
        | A second shift without a first is allowed. Early arrival does not count (C8). Where next month's duties can take
        over, next month checks; where unknown duties of last month might, nothing is checked. Trainees do not take over.
    """

    pairs: tuple[str, ...] = parameter(
        (),
        Sentence("前一班 > 后一班，如 早>晚、早|中>晚", "first shift > second, such as EARLY>LATE or EARLY|MID>LATE"),
        examples=("{shifts}>{shifts}",),
    )
    overlap_minutes: int = parameter(
        0, Sentence("至少一同在岗多久", "together at least so long"), unit="min", low=0, high=240
    )

    title: ClassVar[Sentence] = Sentence("交接班", "Handover between shifts")
    clause: ClassVar[Sentence] = Sentence(
        "前一班下班时后一班有人接，不留空档（RULES 15、97、110，C20）",
        "The next shift is there when one ends, without a gap (RULES 15, 97, 110, C20)",
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 20
    layer: ClassVar[Layer] = Layer.DESK

    def __post_init__(self) -> None:
        for text in self.pairs:
            self._sides(text)

    @staticmethod
    def _sides(text: str) -> tuple[list[str], list[str]]:
        """Codes on both sides of `A|B>C|D`; raises `ValueError` for a text not written so."""
        sides = [[code.strip() for code in side.split("|")] for side in text.translate(WIDE).split(">")]
        if len(sides) != 2 or not all(code for side in sides for code in side):
            raise ValueError(f"“{text}” is not written A|B>C|D")
        return sides[0], sides[1]

    def shifts_named(self) -> set[str]:
        """Codes of the shifts that the settings name."""
        return {code for text in self.pairs for side in self._sides(text) for code in side}

    def applies(self, problem: Problem) -> bool:
        """Whether pairs are named; raises `ValueError` where one has a shift that the desk does not have."""
        self.check_shifts(problem)
        return bool(self.pairs)

    def _steps(self, problem: Problem) -> list[tuple[str, tuple[str, ...]]]:
        """Each first shift with the second ones that may take over from it, in the desk's order."""
        order = problem.codes
        return list(
            dict.fromkeys(
                (code, tuple(other for other in order if other in after))
                for before, after in map(self._sides, self.pairs)
                for code in before
            )
        )

    def _asked(self, problem: Problem, day: date, end: int, after: tuple[str, ...]) -> bool:
        """Whether this month has to check the handover of a shift of that day, which ends at that instant."""

        def within_reach(start: date) -> bool:
            codes = (code for code in after if code in problem.codes_on(start))
            segments = (segment for code in codes for segment in problem.firm_segments(start, code))
            return any(segment.start <= end - self.overlap_minutes and end < segment.end for segment in segments)

        eve = problem.first - ONE_DAY
        if (problem.history_from is None or eve < problem.history_from) and within_reach(eve):
            return False
        # what the past alone could take over cannot be mended any more
        return within_reach(problem.first) if day == eve else not within_reach(problem.last + ONE_DAY)

    def _reason(self, problem: Problem, day: date, before: str, after: tuple[str, ...]) -> Reason:
        end = clock_text(problem.shift_on(day, before).end)
        worded = Sentence(end.replace("+1 ", "次日"), end)
        later = "|".join(after)
        if self.overlap_minutes:
            minutes = self.overlap_minutes
            return because(self, TOGETHER, days=[day], before=before, after=later, end=worded, minutes=minutes)
        return because(self, ON_TIME, days=[day], before=before, after=later, end=worded)

    def leaves_open(self, reason: Reason) -> bool:
        """Somebody is missing."""
        return True

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Require, for whoever is on the first shift, another person on a second that has begun in time."""
        for day in days_between(problem.first - ONE_DAY, problem.last):
            for before, after in self._steps(problem):
                if before not in problem.codes_on(day):
                    continue
                end = problem.span(day, before).end
                if not self._asked(problem, day, end, after):
                    continue
                ready = [
                    (worker.id, model.works(worker.id, start, code))
                    for start in days_between(day - ONE_DAY, day + ONE_DAY)
                    for code in after
                    if code in problem.codes_on(start)
                    and any(
                        s.start <= end - self.overlap_minutes and end < s.end
                        for s in problem.firm_segments(start, code)
                    )
                    for worker in problem.workers
                    if worker.qualified(start)
                ]
                for worker in problem.workers:
                    others = [cell for other, cell in ready if other != worker.id]
                    gone = model.negated(model.works(worker.id, day, before))
                    model.require([gone, *others], at_least=1, because=self._reason(problem, day, before, after))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Find who is at the desk when each duty ends, and since when."""
        duties = [duty for duty in roster.duties if duty.day >= problem.first - 2 * ONE_DAY]
        for before, after in self._steps(problem):
            dropped = {}
            for duty in (d for d in duties if d.shift == before and d.day >= problem.first - ONE_DAY):
                end = problem.span(duty.day, before).end
                together = [
                    end - segment.start
                    for other in duties
                    if other.shift in after
                    and other.worker != duty.worker
                    and abs(other.day - duty.day) <= ONE_DAY
                    and problem.worker_by_id[other.worker].qualified(other.day)
                    for segment in problem.firm_segments(other.day, other.shift)
                    if segment.start <= end < segment.end
                ]
                longest = max(together, default=-1)
                if longest < self.overlap_minutes and self._asked(problem, duty.day, end, after):
                    dropped[duty.day] = f"{longest} min" if longest >= 0 else ""
            for day, found in dropped.items():
                yield Violation(self._reason(problem, day, before, after), found)
