"""Duties of one shift in the period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation, Worker
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

MOST = Sentence("{who}：{day}至{until}“{shift}”最多 {most} 个", "{who}: at most {most} {shift} from {day} to {until}")
NONE = Sentence("{who}：{day}不上“{shift}”（本期不排）", "{who}: no {shift} on {day}, as on no day of the period")


@dataclass(frozen=True)
class ShiftsOfAKind(Constraint):
    """Duties of one shift in the period.

    Rule
        每人在一期内上某个班次不超过规定个数；与个人另有约定的按约定。
        | Nobody works a certain shift more often in the period than set. What is agreed with a person takes precedence.
    Clause
        RULES 168
    Why
        难上的班要有个头。 | Nobody should get too many of a hard shift.
    Counts as broken
        某个班次上得比规定的多；规定为 0 的班次，每上一个算一处。
        | More duties of a shift than set; for a shift that is allowed 0 times, each duty.
    Limits
        上期的班不算。 | Last month's duties do not count.
    """

    most: tuple[str, ...] = parameter(
        (),
        Sentence("每人最多几个，如 夜=8", "duties of a shift at most, such as NIGHT=8"),
        examples=("{shift}={number}",),
    )

    title: ClassVar[Sentence] = Sentence("某班次个数", "Duties of one shift")
    clause: ClassVar[Sentence] = Sentence(
        "某班次的个数有上限（RULES 168）", "A cap on the duties of one shift (RULES 168)"
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 4
    layer: ClassVar[Layer] = Layer.DESK
    about_one: ClassVar[bool] = True

    def __post_init__(self) -> None:
        limits = [self._limit(text) for text in self.most]
        if len(dict(limits)) < len(limits):
            raise ValueError(f"a shift twice among {self.most}")

    @staticmethod
    def _limit(text: str) -> tuple[str, int]:
        """Code and number of `CODE=NUMBER`; raises `ValueError` for a text not written so."""
        code, _, number = (part.strip() for part in text.replace("＝", "=").rpartition("="))
        if not code or not number.isdecimal():
            raise ValueError(f"“{text}” is not written CODE=NUMBER")
        return code, int(number)

    def shifts_named(self) -> set[str]:
        """Codes of the shifts that the settings name."""
        return {self._limit(text)[0] for text in self.most}

    def _limits(self, worker: Worker) -> dict[str, int]:
        """At most so many by shift: the worker's terms, or the rule's numbers."""
        return dict(self._limit(text) for text in self.most) | dict(worker.terms.most_of_shift)

    def applies(self, problem: Problem) -> bool:
        """Whether a limit is set; raises `ValueError` where it is one on a shift that the desk does not have."""
        self.check_shifts(problem)
        return any(self._limits(worker) for worker in problem.workers)

    def _reason(self, problem: Problem, worker: str, code: str, most: int) -> Reason:
        return because(self, MOST, workers=[worker], days=[problem.first, problem.last], shift=code, most=most)

    def _never(self, worker: str, day: date, code: str) -> Reason:
        return because(self, NONE, workers=[worker], days=[day], shift=code)

    def most_duties(self, problem: Problem, worker: Worker, days: Sequence[date]) -> int | None:
        """All that the limits leave, where each shift that the worker may take has one."""
        limits = self._limits(worker)
        codes = {code for day in days for code in problem.codes_on(day)}
        open_to = codes.intersection(worker.only_shifts) if worker.only_shifts else codes
        return sum(limits[code] for code in open_to) if limits.keys() >= open_to else None

    def narrow(self, problem: Problem, model: RosterModel) -> None:
        """Forbid shifts that are allowed no time at all."""
        for worker in problem.workers:
            for code, most in self._limits(worker).items():
                for day in problem.dates if most == 0 else ():
                    model.forbid(worker.id, day, code, self._never(worker.id, day, code))

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Bound each person's duties of each shift."""
        for worker in problem.workers:
            for code, most in self._limits(worker).items():
                if most:
                    duties = [model.works(worker.id, day, code) for day in problem.dates]
                    model.require(duties, at_most=most, because=self._reason(problem, worker.id, code, most))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count each person's duties shift by shift."""
        days: dict[tuple[str, str], list[date]] = {}
        for duty in roster.duties:
            if problem.first <= duty.day <= problem.last:
                days.setdefault((duty.worker, duty.shift), []).append(duty.day)
        for worker in problem.workers:
            for code, most in self._limits(worker).items():
                worked = days.get((worker.id, code), [])
                if most and len(worked) > most:
                    yield Violation(self._reason(problem, worker.id, code, most), len(worked))
                elif not most:
                    yield from (Violation(self._never(worker.id, day, code), code) for day in worked)
