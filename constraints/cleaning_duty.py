"""Who cleans the office on a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

SOMEBODY = Sentence("{day}“{shift}”有人值日打扫", "{day}: somebody on {shift} to do the cleaning")
CLEANS = Sentence("{day} 值日生：{who}", "{day}: {who} on cleaning duty")
CLEANS_BY = Sentence("{day} 值日生：{who}，{by} 前打扫完毕", "{day}: {who} on cleaning duty, done by {by}")


@dataclass(frozen=True)
class CleaningDuty(Constraint):
    """Cleaning duty.

    Rule
        开门的日子，由当天上指定班次的一个人值日，按出勤天数轮流。
        | On each day that the desk is open, one person on the named shifts does the cleaning. Turns are shared in
        proportion to the days present.
    Clause
        RULES 114, 152
    Why
        每天上班前打扫好，值日公平轮流。 | The office is clean before work begins, and everybody takes a fair number of turns.
    Counts as broken
        指定班次当天要人，却没有任何人上。
        | The day's demand asks for people on the named shifts, and nobody works any of them.
    Limits
        学员也值日。值日生从排好的表上看出：先轮到值日次数与可值日天数之比最小的人，再按人员表次序，每月从不同的人开始；
        固定之后调班的，按新表重新轮。
        | Trainees clean too. Who cleans is read off the finished roster: first whoever had the fewest turns for the days
        on which a turn was possible, then by the order of the people table, which begins with another person each month.
        When the published roster is changed, turns are worked out again.
    """

    shifts: tuple[str, ...] = parameter(
        (),
        Sentence("哪些班次的人值日（空为不用）", "shifts whose people clean (off when empty)"),
        examples=("{shift}",),
    )
    by: tuple[str, ...] = parameter(
        (),
        Sentence("几点前打扫完，如 08:50", "time by which it is done, such as 08:50"),
        examples=("08:50",),
    )

    title: ClassVar[Sentence] = Sentence("值日打扫", "Cleaning duty")
    clause: ClassVar[Sentence] = Sentence(
        "每天一名值日生，公平轮流（RULES 114、152）", "One person cleans each day, in fair turns (RULES 114, 152)"
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 2
    layer: ClassVar[Layer] = Layer.DESK
    ticked_off: ClassVar[bool] = True

    def __post_init__(self) -> None:
        times = [text.replace("：", ":").split(":") for text in self.by]
        right = [len(t) == 2 and all(p.isdecimal() for p in t) and int(t[0]) < 24 and int(t[1]) < 60 for t in times]
        if len(times) > 1 or not all(right):
            raise ValueError(f"{self.by} is not one time such as 08:50")

    def shifts_named(self) -> set[str]:
        """Codes of the shifts that the settings name."""
        return set(self.shifts)

    def applies(self, problem: Problem) -> bool:
        """Whether shifts are named; raises `ValueError` where the desk does not have one of them."""
        self.check_shifts(problem)
        return bool(self.shifts)

    def _run(self, problem: Problem) -> Iterator[tuple[date, list[str]]]:
        """Each day whose demand asks for people on some of the shifts, with the codes of those shifts."""
        for day in problem.dates:
            wanted = {row.shift for row in problem.demand_on(day) if row.target}
            codes = [code for code in problem.codes_on(day) if code in wanted and code in self.shifts]
            if codes:
                yield day, codes

    def _reason(self, day: date, codes: list[str]) -> Reason:
        return because(self, SOMEBODY, days=[day], shift="/".join(codes))

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Require somebody on the shifts that are run."""
        for day, codes in self._run(problem):
            there = [model.works(worker.id, day, code) for worker in problem.workers for code in codes]
            model.require(there, at_least=1, because=self._reason(day, codes))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look for somebody on the shifts that are run."""
        for day, codes in self._run(problem):
            if not any(code in roster.on(worker.id, day) for worker in problem.workers for code in codes):
                yield Violation(self._reason(day, codes))

    def arranges(self, problem: Problem, roster: Roster) -> Iterator[Reason]:
        """Name who cleans on each day."""
        ids = [worker.id for worker in problem.workers]
        begin = (12 * problem.first.year + problem.first.month) % len(ids) if ids else 0
        turns, chances = dict.fromkeys(ids, 0), dict.fromkeys(ids, 0)
        for day, codes in self._run(problem):
            there = [one for one in [*ids[begin:], *ids[:begin]] if not set(codes).isdisjoint(roster.on(one, day))]
            if not there:
                continue
            for one in there:
                chances[one] += 1
            cleaner = min(there, key=lambda one: turns[one] / chances[one])
            turns[cleaner] += 1
            sentence, facts = (CLEANS_BY, {"by": self.by[0]}) if self.by else (CLEANS, {})
            yield because(self, sentence, workers=[cleaner], days=[day], **facts)
