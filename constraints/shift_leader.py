"""A leader on every shift."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation, Worker, day_match, is_day_key
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, not_counted, parameter

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

LED = Sentence("{day}“{shift}”至少 {heads} 名{role}", "{day}, {shift}: at least {heads} {role}")


@dataclass(frozen=True)
class ShiftLeader(Constraint):
    """A leader on every shift.

    Rule
        每个要求有人的班次至少有一名班长（或有班长资格的人）。
        | Every shift that needs people has at least one leader, or somebody qualified to lead.
    Clause
        RULES 57, 115, 162
    Why
        突发事件要逐级上报，现场要有人带班。 | Incidents are escalated level by level, so somebody on site has to be in charge.
    Counts as broken
        有最少人数要求的班次上，班长不足。 | A shift with a minimum above zero has too few leaders.
    Limits
        没有任何人是班长时本规则不启用；写了日子的只管那些日子。
        | Off where nobody at the desk is a leader. Where days are named, it applies on these days only.
    """

    roles: tuple[str, ...] = parameter(
        ("班长", "leader"),
        Sentence("算作班长的角色", "roles that count as leader"),
        examples=("{role}",),
    )
    shifts: tuple[str, ...] = parameter(
        (),
        Sentence("只管这些班次（空为全部）", "only these shifts (all when empty)"),
        examples=("{shift}",),
    )
    heads: int = parameter(1, Sentence("每班至少几名", "leaders on each shift"), low=1, high=20)
    on: tuple[str, ...] = parameter(
        (),
        Sentence(
            "只管这些日子（空为每天），如 sat、workday、10-01..04-30",
            "only on these days (every day when empty), such as sat, workday, 10-01..04-30",
        ),
        examples=("{day}",),
    )

    title: ClassVar[Sentence] = Sentence("每班有班长", "A leader on every shift")
    clause: ClassVar[Sentence] = Sentence(
        "每班至少一名班长（RULES 57、115、162）", "A leader on every shift (RULES 57, 115, 162)"
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 10
    layer: ClassVar[Layer] = Layer.DESK

    def __post_init__(self) -> None:
        for key in self.on:
            if not is_day_key(key):
                raise ValueError(f"“{key}” is not a day key")

    def _leads(self, worker: Worker, day: date) -> bool:
        return worker.qualified(day) and not set(self.roles).isdisjoint(worker.roles)

    def applies(self, problem: Problem) -> bool:
        """Whether somebody is a leader."""
        return any(not set(self.roles).isdisjoint(worker.roles) for worker in problem.workers)

    def _led(self, problem: Problem, day: date) -> list[str]:
        """Codes of the shifts that need a leader on the day, in order."""
        if self.on and not any(day_match(key, problem.day_by_date[day]) for key in self.on):
            return []
        needed = {row.shift for row in problem.demand_on(day) if row.least}
        return [c for c in problem.codes_on(day) if c in needed and (not self.shifts or c in self.shifts)]

    def _reason(self, problem: Problem, day: date, code: str) -> Reason:
        held = [role for role in self.roles if any(role in worker.roles for worker in problem.workers)]
        return because(self, LED, days=[day], shift=code, role="/".join(held), heads=self.heads)

    def remark(self, problem: Problem, reason: Reason, shift: str = "") -> Sentence | None:
        """Which leaders do not count on the day."""
        day = reason.days[0]
        held = [w for w in problem.workers if not set(self.roles).isdisjoint(w.roles)]
        return not_counted(problem, day, [worker for worker in held if not self._leads(worker, day)])

    def lever(self, problem: Problem, reason: Reason) -> Sentence | None:
        """The roles of the people table, or the shifts on which the rule asks for a leader."""
        text = f"[rules.{self.name}]"
        return Sentence(f"人员表的角色，或 desk.toml {text}", f"the roles in the people table, or desk.toml {text}")

    def leaves_open(self, reason: Reason) -> bool:
        """Somebody is missing."""
        return True

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Bound the number of leaders on each shift."""
        for day in problem.dates:
            leaders = [worker.id for worker in problem.workers if self._leads(worker, day)]
            for code in self._led(problem, day):
                on = [model.works(leader, day, code) for leader in leaders]
                model.require(on, at_least=self.heads, because=self._reason(problem, day, code))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count the leaders on each shift."""
        heads: dict[tuple[date, str], int] = {}
        for duty in roster.duties:
            heads[duty.day, duty.shift] = heads.get((duty.day, duty.shift), 0) + self._leads(
                problem.worker_by_id[duty.worker], duty.day
            )
        for day in problem.dates:
            for code in self._led(problem, day):
                if heads.get((day, code), 0) < self.heads:
                    yield Violation(self._reason(problem, day, code), heads.get((day, code), 0))
