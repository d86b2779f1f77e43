"""Cover of every shift: minimum, target and maximum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import AND, Demand, Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, not_counted, parameter

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

LEAST = Sentence("{day}“{shift}”{kind}至少 {heads} 人", "{day}, {shift}: at least {heads} {kind}")
MOST = Sentence("{day}“{shift}”{kind}最多 {heads} 人", "{day}, {shift}: at most {heads} {kind}")
SHORT = Sentence("{day}“{shift}”{kind}期望 {heads} 人", "{day}, {shift}: {heads} {kind} wished for")
SPARE = Sentence("{day}“{shift}”{kind}超过期望的 {heads} 人", "{day}, {shift}: more {kind} than the {heads} wished for")
CLOSED = Sentence("{who}：{day}“{shift}”不开班", "{who}: {shift} is not run on {day}")
ANYONE = Sentence("", "people")
LOWERED = Sentence(
    "{day}“{shift}”{kind}的最少人数从 {heads} 降到 {found}（或另找 {by} 人来上）",
    "lower the minimum of {kind} for {shift} on {day} from {heads} to {found} (or find {by} more from elsewhere)",
)
RAISED = Sentence(
    "{day}“{shift}”{kind}的最多人数从 {heads} 升到 {found}",
    "raise the maximum of {kind} for {shift} on {day} from {heads} to {found}",
)

DEMAND_TABLE = Sentence("需求表", "the demand table")


@dataclass(frozen=True)
class ShiftCover(Constraint):
    """Cover of every shift.

    Rule
        每个班次的在岗人数不少于最少、不多于最多，尽量等于目标；可按角色、技能、日期类型分别要求。
        | Each shift has at least its minimum and at most its maximum of people, and as nearly as possible its target.
        Numbers can be set by role, skill and kind of day.
    Clause
        RULES 7, 12, 19, 20, 52, 53
    Why
        三班都有足够的人，服务不断档。 | Every shift has enough people to keep the service running.
    Counts as broken
        合格人数低于最少或高于最多；当天没有需求的班次排了人。与目标的差额计为让步。
        | Fewer qualified people than the minimum or more than the maximum; a duty on a shift for which the day has no
        demand. A difference from the target is a compromise.
    Limits
        学员不计入人数；固定班可排在没有需求的班次上；需求表某行写明代价的，以该行为准。
        | Trainees do not count. A fixed duty is allowed on a shift without demand. Costs given in a row of the demand table
        take precedence.
    """

    weight_short: int = parameter(
        20, Sentence("每缺一人（低于目标）的代价", "cost of each head below the target"), low=0, high=1000
    )
    weight_spare: int = parameter(
        2, Sentence("每多一人（高于目标）的代价", "cost of each head above the target"), low=0, high=1000
    )

    title: ClassVar[Sentence] = Sentence("班次人数", "Cover of every shift")
    clause: ClassVar[Sentence] = Sentence(
        "三班制，每班人数满足最少/目标/最多（RULES 7、12、19、20、52、53）",
        "Three shifts, each with its minimum, target and maximum (RULES 7, 12, 19, 20, 52, 53)",
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 30
    layer: ClassVar[Layer] = Layer.DESK
    asks_for_demand: ClassVar[bool] = True

    def _closed(self, problem: Problem, day: date) -> set[str]:
        return set(problem.codes_on(day)) - {row.shift for row in problem.demand_on(day)}

    def _weights(self, row: Demand) -> tuple[int, int]:
        """The cost of each head short of the target and beyond it: the row's own, or the rule's."""
        return (
            self.weight_short if row.weight_short is None else row.weight_short,
            self.weight_spare if row.weight_spare is None else row.weight_spare,
        )

    def _reason(self, sentence: Sentence, row: Demand, day: date, heads: int) -> Reason:
        kind: object = row.who or ANYONE
        return because(self, sentence, days=[day], shift=row.shift, kind=kind, heads=heads)

    def remark(self, problem: Problem, reason: Reason, shift: str = "") -> Sentence | None:
        """Who has the role and skill asked for, and does not count on the day."""
        row = self._row_of(problem, reason)
        if row is None or not (row.role or row.skill):
            return None
        day = reason.days[0]
        return not_counted(
            problem,
            day,
            [w for w in problem.workers if (not row.role or row.role in w.roles) and not row.counts(w, day)],
            row.skill,
        )

    def _row_of(self, problem: Problem, reason: Reason) -> Demand | None:
        """The row of the demand table that a Reason is about."""
        facts = dict(reason.facts)
        rows = (row for row in problem.demand_on(reason.days[0]) if row.shift == facts.get("shift"))
        return next((row for row in rows if (row.who or ANYONE) == facts.get("kind")), None)

    def lever(self, problem: Problem, reason: Reason) -> Sentence | None:
        """The table of what is needed."""
        return DEMAND_TABLE

    def leaves_open(self, reason: Reason) -> bool:
        """A missing head does; one too many does not."""
        return reason.sentence == LEAST

    def bending(self, problem: Problem, reason: Reason) -> tuple[int, Layer]:
        """No repair runs a shift that the day does not ask for: with all people, days and shifts there are too many to try."""
        return (0, Layer.NEVER) if reason.sentence == CLOSED else (self.price, self.layer)

    def decision(self, problem: Problem, violation: Violation, roster: Roster) -> Reason:
        """Another minimum or maximum for that day."""
        reason = violation.reason
        if reason.sentence == CLOSED:
            return super().decision(problem, violation, roster)
        heads = int(violation.found)
        facts = (*reason.facts, ("found", heads), ("by", abs(heads - int(str(dict(reason.facts)["heads"])))))
        return reason._replace(sentence=LOWERED if reason.sentence == LEAST else RAISED, facts=facts)

    def decide(self, problem: Problem, violation: Violation, roster: Roster) -> Problem | None:
        """The month with a row of the demand table for that day."""
        reason = violation.reason
        if reason.sentence == CLOSED:
            return None
        row = self._row_of(problem, reason)
        assert row is not None, reason
        heads, day = int(violation.found), reason.days[0].isoformat()
        changed = replace(row, least=heads) if reason.sentence == LEAST else replace(row, most=heads)
        if day in row.on:
            return replace(problem, demand=tuple(changed if one == row else one for one in problem.demand))
        return replace(problem, demand=(*problem.demand, replace(changed, on=f"{row.on}{AND}{day}")))

    def narrow(self, problem: Problem, model: RosterModel) -> None:
        """Forbid shifts that are not run on a day."""
        fixed = {(duty.worker, duty.day, duty.shift) for duty in problem.fixed}
        for day in problem.dates:
            for code in sorted(self._closed(problem, day)):
                for worker in problem.workers:
                    if (worker.id, day, code) not in fixed:
                        reason = because(self, CLOSED, workers=[worker.id], days=[day], shift=code)
                        model.forbid(worker.id, day, code, reason)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Bound the number of counted people on each row's shift."""
        for day in problem.dates:
            for row in problem.demand_on(day):
                people = [model.works(w.id, day, row.shift) for w in problem.workers if row.counts(w, day)]
                if row.least:
                    model.require(people, at_least=row.least, because=self._reason(LEAST, row, day, row.least))
                if row.most is not None:
                    model.require(people, at_most=row.most, because=self._reason(MOST, row, day, row.most))
                weight_short, weight_spare = self._weights(row)
                if weight_short and row.target > row.least:
                    short = self._reason(SHORT, row, day, row.target)
                    model.prefer(model.under(people, row.target), short, weight_short)
                if weight_spare and row.target != row.most:
                    spare = self._reason(SPARE, row, day, row.target)
                    model.prefer(model.over(people, row.target), spare, weight_spare)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count heads."""
        fixed = {(duty.worker, duty.day, duty.shift) for duty in problem.fixed}
        for day in problem.dates:
            crew: dict[str, list[str]] = {}
            for worker in problem.workers:
                for code in roster.on(worker.id, day):
                    crew.setdefault(code, []).append(worker.id)
            for code in self._closed(problem, day):
                for stray in crew.get(code, []):
                    if (stray, day, code) not in fixed:
                        yield Violation(because(self, CLOSED, workers=[stray], days=[day], shift=code), code)
            for row in problem.demand_on(day):
                heads = sum(row.counts(problem.worker_by_id[w], day) for w in crew.get(row.shift, []))
                if heads < row.least:
                    yield Violation(self._reason(LEAST, row, day, row.least), heads)
                if row.most is not None and heads > row.most:
                    yield Violation(self._reason(MOST, row, day, row.most), heads)
                missing, extra = row.target - heads, heads - row.target
                weight_short, weight_spare = self._weights(row)
                if missing > 0 and row.target > row.least and weight_short:
                    yield Violation(self._reason(SHORT, row, day, row.target), heads, missing * weight_short)
                if extra > 0 and row.target != row.most and weight_spare:
                    yield Violation(self._reason(SPARE, row, day, row.target), heads, extra * weight_spare)
