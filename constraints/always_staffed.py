"""The desk is never empty in its opening hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter, why_uncovered
from scheduler.timeline import ONE_DAY, Span, instant, joined, moment, overlap

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

SKILLED = Sentence(
    "{day} {start}–{end} 至少一个会“{skill}”的人在岗", "{day}, {start}–{end}: somebody with {skill} at the desk"
)
STAFFED = Sentence("{day} {start}–{end} 至少 {heads} 人在岗", "{day}, {start}–{end}: at least {heads} at the desk")


@dataclass(frozen=True)
class AlwaysStaffed(Constraint):
    """The always-staffed desk.

    Rule
        开放时间内的每一分钟，在岗（扣除休息和用餐）的合格人员不少于规定人数；写明了 skills 的，凡有班次需要这项技能的时候，
        每一分钟也至少有一个会的人在岗。
        | At every minute of the opening hours at least the set number of qualified people is at the desk. People on a
        break do not count. Of each of the skills, somebody who has it is there at every minute at which a shift runs for
        which it is asked.
    Clause
        RULES 7, 27, 43, 45, C6
    Why
        任何情况下前台都要有人。 | The desk is never empty, whatever happens.
    Counts as broken
        某一段时间内在岗人数不足。按班次的时段和休息逐段计算，不按班次人数。
        | A stretch of time with too few people. It is computed from the hours and breaks of shifts, not from the number of
        people on a shift.
    Limits
        学员不计入；没有上月排班时，月初可能由前一晚班次覆盖的时段不查。
        | Trainees do not count. Without last month's roster, the hours of the first day that a duty of the evening before
        could cover are not checked.
    """

    heads: int = parameter(1, Sentence("最少在岗人数", "people at the desk at least"), low=0, high=1000)

    skills: tuple[str, ...] = parameter(
        (),
        Sentence("每分钟都要有人会的技能，如 售前咨询", "skills of which somebody is always there, such as pre-sales"),
        examples=("late", "english"),
    )

    title: ClassVar[Sentence] = Sentence("前台不空岗", "Always-staffed desk")
    clause: ClassVar[Sentence] = Sentence(
        "开放时间内每分钟都有人在岗（RULES 7、27、43、45）",
        "Somebody is at the desk at every minute of the opening hours (RULES 7, 27, 43, 45)",
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 50
    layer: ClassVar[Layer] = Layer.DESK

    def _stretches(self, problem: Problem, day: date) -> Iterator[Span]:
        """The opening hours of a day, cut wherever a shift or a break begins or ends."""
        midnights = Span(instant(day, 0, problem.desk.hours_zone), instant(day + ONE_DAY, 0, problem.desk.hours_zone))
        cuts = {
            cut
            for start_day in (day - ONE_DAY, day)
            for code in problem.codes_on(start_day)
            for segment in problem.firm_segments(start_day, code)
            for cut in segment
        }
        opened = [span for d in (day - ONE_DAY, day) if d in problem.day_by_date for span in problem.opening_on(d)]
        for opening in joined(span for span in opened if overlap(span, midnights)):
            start, end = max(opening.start, midnights.start), min(opening.end, midnights.end)
            edges = sorted({start, end, *(cut for cut in cuts if start < cut < end)})
            for stretch in (Span(*edge) for edge in pairwise(edges)):
                if not self._left_to_the_unknown(problem, day, stretch):
                    yield stretch

    def _left_to_the_unknown(self, problem: Problem, day: date, stretch: Span) -> bool:
        """Whether a duty of the evening before, of which there is no history, could cover the stretch."""
        eve = day - ONE_DAY
        if day > problem.first or (problem.history_from is not None and problem.history_from <= eve):
            return False
        return any(
            overlap(segment, stretch) for code in problem.codes_on(eve) for segment in problem.segments(eve, code)
        )

    def _reason(self, problem: Problem, day: date, stretch: Span) -> Reason:
        start, end = (moment(at, problem.desk.hours_zone) for at in stretch)
        until = "24:00" if end.date() > day and end.hour == end.minute == 0 else f"{end:%H:%M}"
        return because(self, STAFFED, days=[day], start=f"{start:%H:%M}", end=until, heads=self.heads)

    def _asks(self, problem: Problem, day: date, stretch: Span, skill: str) -> bool:
        """Whether a shift that a skill is asked for runs in a stretch, its breaks included."""
        return any(
            row.least and skill in (row.skill, problem.shift_on(start_day, row.shift).skill)
            for start_day in (day - ONE_DAY, day)
            if start_day >= problem.first
            for row in problem.demand_on(start_day)
            if overlap(problem.span(start_day, row.shift), stretch)
        )

    def _skill_reason(self, problem: Problem, day: date, stretch: Span, skill: str) -> Reason:
        plain = dict(self._reason(problem, day, stretch).facts)
        return because(self, SKILLED, days=[day], start=plain["start"], end=plain["end"], skill=skill)

    def remark(self, problem: Problem, reason: Reason, shift: str = "") -> Sentence | None:
        """Why no shift covers a stretch of the opening hours."""
        stretches = self._stretches(problem, reason.days[0])
        at = next((one for one in stretches if self._reason(problem, reason.days[0], one) == reason), None)
        return at and why_uncovered(problem, reason.days[0], at)

    def lever(self, problem: Problem, reason: Reason) -> Sentence | None:
        """The opening hours, the hours and breaks of shifts, or the rule's heads."""
        text = f"[opening]、[rules.{self.name}] heads = {self.heads}"
        return Sentence(
            f"班次表的时间和休息，或 desk.toml {text}",
            f"hours and breaks in the shifts table, or desk.toml {text.replace('、', ', ')}",
        )

    def leaves_open(self, reason: Reason) -> bool:
        """Somebody is missing."""
        return True

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Bound the number of people on the shifts whose segments cover each stretch."""
        for day in problem.dates if self.heads or self.skills else ():
            for stretch in self._stretches(problem, day):
                there = [
                    (worker, start_day, model.works(worker.id, start_day, code))
                    for start_day in (day - ONE_DAY, day)
                    for code in problem.codes_on(start_day)
                    if any(
                        s.start <= stretch.start and stretch.end <= s.end
                        for s in problem.firm_segments(start_day, code)
                    )
                    for worker in problem.workers
                    if worker.qualified(start_day)
                ]
                if self.heads:
                    all_there = [literal for _, _, literal in there]
                    model.require(all_there, at_least=self.heads, because=self._reason(problem, day, stretch))
                for skill in (one for one in self.skills if self._asks(problem, day, stretch, one)):
                    able = [literal for worker, begun, literal in there if worker.has_skill(skill, begun)]
                    model.require(able, at_least=1, because=self._skill_reason(problem, day, stretch, skill))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count who is at the desk at the first minute of each stretch."""
        at_desk: dict[date, list[tuple[Span, str, date]]] = {}
        for duty in roster.duties:
            if problem.worker_by_id[duty.worker].qualified(duty.day):
                for segment in problem.firm_segments(duty.day, duty.shift):
                    at_desk.setdefault(duty.day, []).append((segment, duty.worker, duty.day))
        for day in problem.dates:
            near = [*at_desk.get(day - ONE_DAY, []), *at_desk.get(day, [])]
            for stretch in self._stretches(problem, day):
                heads = sum(segment.start <= stretch.start < segment.end for segment, _, _ in near)
                if heads < self.heads:
                    yield Violation(self._reason(problem, day, stretch), heads)
                for skill in self.skills:
                    able = any(
                        segment.start <= stretch.start < segment.end
                        and problem.worker_by_id[who].has_skill(skill, begun)
                        for segment, who, begun in near
                    )
                    if not able and self._asks(problem, day, stretch, skill):
                        yield Violation(self._skill_reason(problem, day, stretch, skill), 0)
