"""Teams that go through a cycle of shifts together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from scheduler.domain import Problem, Reason, Roster, Violation, Worker
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

OFF = ("休", "off")
WIDE = str.maketrans("＝｜＠", "=|@")  # full-width characters of an input method
DUTY = Sentence("{who}（{team}）：{day}轮到“{shift}”", "{who} ({team}): on {shift} on {day}, by the team's cycle")
DAY_OFF = Sentence("{who}（{team}）：{day}轮到休息", "{who} ({team}): off on {day}, by the team's cycle")
CYCLE = Sentence("{who}：随{team}轮班", "{who}: goes through the cycle of {team}")


class Cycle(NamedTuple):
    """What a team does day by day, again and again; an empty code is a day off."""

    codes: tuple[str, ...]
    since: date

    def on(self, day: date) -> str:
        """The code of a day."""
        return self.codes[(day - self.since).days % len(self.codes)]


@dataclass(frozen=True)
class TeamRotation(Constraint):
    """Teams in rotation.

    Rule
        写明轮转的班组（如四班三运转），全组按同一轮次上班、休息；没轮到所轮班次的，或轮到休息却上班的，每天计一次代价；
        forbid = true 时不许偏离。
        | A team with a cycle (four teams on three shifts, say) works and rests by it together. Each day on which somebody
        is not on the shift of the cycle, or has a duty on its day off, costs something; with forbid = true there are none.
    Clause
        RULES 12, 66
    Why
        按班组轮转，人人早知道自己哪天上什么班，交接的也总是同一拨人。
        | Everybody knows far ahead which shift comes when, and the same people hand over to each other.
    Counts as broken
        forbid = true 时每个偏离的日子；否则按天数计代价。 | With forbid = true each such day; else their number is a cost.
    Limits
        请假、不在职、当天没有这个班次、按表不能上这个班（技能、可上班次、保护、学员）、已固定休息的日子不看；
        当天另加一个班不算偏离。
        | Days of leave, of no employment, on which the desk has no such shift, or on which somebody may not take it by the
        tables (skill, allowed shifts, protection, trainees, a fixed day off) are not looked at. One more duty beside that
        of the cycle is no departure.
    """

    cycles: tuple[str, ...] = parameter(
        (),
        Sentence(
            "班组=轮次@从哪天轮起，如 甲班=早|早|中|中|夜|夜|休|休@2026-12-01",
            "team=its cycle@the day on which it begins, such as A=D|D|E|E|N|N|off|off@2026-12-01; off is a day off",
        ),
        examples=("{team}={shifts}@2026-12-01", "{team}={shifts}|休@2026-11-30"),
    )
    weight: int = parameter(
        3, Sentence("每偏离一天的代价", "cost of each day that departs from the cycle"), low=0, high=1000
    )
    forbid: bool = parameter(False, Sentence("true：不许偏离", "true: there must be no such day"))

    title: ClassVar[Sentence] = Sentence("班组轮转", "Teams in rotation")
    clause: ClassVar[Sentence] = Sentence(
        "班组按固定轮次轮班（RULES 12、66）", "Teams go through a fixed cycle of shifts (RULES 12, 66)"
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 3
    layer: ClassVar[Layer] = Layer.DESK
    team_cycles: ClassVar[str] = "cycles"

    def __post_init__(self) -> None:
        teams = [self._read(text)[0] for text in self.cycles]
        if len(set(teams)) < len(teams):
            raise ValueError(f"a team twice among {self.cycles}")

    @staticmethod
    def _read(text: str) -> tuple[str, Cycle]:
        """Team and cycle of `TEAM=CODE|CODE@DAY`; raises `ValueError` for a text not written so."""
        team, _, rest = text.translate(WIDE).partition("=")
        written, _, day = rest.rpartition("@")
        codes = tuple(code.strip() for code in written.split("|"))
        if not team.strip() or not all(codes):
            raise ValueError(f"“{text}” is not written TEAM=CODE|CODE@DAY")
        return team.strip(), Cycle(
            tuple("" if code.casefold() in OFF else code for code in codes), date.fromisoformat(day.strip())
        )

    def shifts_named(self) -> frozenset[str]:
        """The codes of all cycles."""
        return frozenset(code for text in self.cycles for code in self._read(text)[1].codes if code)

    def applies(self, problem: Problem) -> bool:
        """Whether somebody's team has a cycle."""
        self.check_shifts(problem)
        teams = {self._read(text)[0] for text in self.cycles}
        return bool(self.weight or self.forbid) and any(worker.team in teams for worker in problem.workers)

    def _turns(self, problem: Problem) -> Iterator[tuple[Worker, list[tuple[date, str]]]]:
        """Everybody whose team has a cycle, with the days that are looked at and the code of each."""
        cycles = dict(self._read(text) for text in self.cycles)
        for worker in problem.workers:
            if cycle := cycles.get(worker.team):
                turns = [(day, cycle.on(day)) for day in problem.dates if problem.available(worker, day)]
                yield worker, [(day, code) for day, code in turns if self._may(problem, worker, day, code)]

    @staticmethod
    def _may(problem: Problem, worker: Worker, day: date, code: str) -> bool:
        """Whether the tables let somebody do what the cycle says."""
        if not code:
            return True
        shift = problem.shifts_by_code_on(day).get(code)
        fixed_off = any((row.worker, row.day, row.shift) == (worker.id, day, "") for row in problem.fixed)
        return shift is not None and not fixed_off and problem.can_take(worker, day, shift)

    def _reason(self, worker: Worker, day: date, code: str) -> Reason:
        if not self.forbid:
            return because(self, CYCLE, workers=[worker.id], days=[], team=worker.team)
        facts = {"shift": code} if code else {}
        return because(self, DUTY if code else DAY_OFF, workers=[worker.id], days=[day], team=worker.team, **facts)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Charge for each day that departs from the cycle, or forbid it."""
        for worker, turns in self._turns(problem):
            for day, code in turns:
                kept = model.works(worker.id, day, code) if code else model.rests_on(worker.id, day)
                reason = self._reason(worker, day, code)
                if self.forbid:
                    model.require([kept], at_least=1, because=reason)
                else:
                    model.prefer(model.negated(kept), reason, self.weight)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look at each person's days against the cycle."""
        for worker, turns in self._turns(problem):
            departs = []
            for day, code in turns:
                duties = roster.on(worker.id, day)
                if (code not in duties) if code else duties:
                    departs.append((day, code, duties))
            if self.forbid:
                for day, code, duties in departs:
                    yield Violation(self._reason(worker, day, code), "+".join(duties) or OFF[0])
            elif departs:
                found = ", ".join(f"{day:%m-%d}" for day, _, _ in departs)
                yield Violation(self._reason(worker, *departs[0][:2]), found, self.weight * len(departs))
