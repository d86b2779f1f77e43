"""Cover by time of day: people at work in every slot, whatever shift they are on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, SlotNeed, Violation, Worker
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter, why_uncovered
from scheduler.timeline import ONE_DAY, Span, instant, moment, overlap

if TYPE_CHECKING:
    from scheduler.model.literals import Amount
    from scheduler.model.roster_model import RosterModel

LEAST = Sentence(
    "{day} {start}–{end} {kind}至少 {heads} 人在岗", "{day}, {start}–{end}: at least {heads} {kind}at work"
)
SHORT = Sentence("{day} {start}–{end} {kind}期望 {heads} 人在岗", "{day}, {start}–{end}: {heads} {kind}wished for")
SLOTS_TABLE = Sentence("时段需求表，或班次表的时间和休息", "the slots table, or hours and breaks in the shifts table")
Step = tuple[date, str]


@dataclass(frozen=True)
class SlotCover(Constraint):
    """Cover by time of day.

    Rule
        每个时段的在岗人数不少于最少，尽量达到目标，不论各人上的是哪个班；可按技能、日期类型分别要求。
        | In each slot of time at least the minimum of people is at work, and if possible the target, whatever shifts they
        are on. Numbers can be set by skill and kind of day.
    Clause
        RULES 19, 43, 52, 53, 54, 56
    Why
        来电和客流随时段起落，人要跟着需求走。 | Calls and visitors vary by the hour, and so must the number of people.
    Counts as broken
        某时段内任一时刻的合格人数低于最少。低于目标计为让步，每人每时段一份代价。
        | Fewer qualified people than the minimum at any moment of a slot. Fewer than the target is a compromise, charged
        for each missing person and slot.
    Limits
        学员和弹性下班段不计入。有班次在时段中间开始或结束的，时段在该处切开，各段分别计算。月初可能由前一晚（无上月排班时）、
        月末可能由次月首日的班次覆盖的时段不查。
        | Trainees and elastic ends do not count. A slot in which a shift begins or ends is cut there, and each part is
        counted. Hours that unknown duties of the evening before, or those of next month's first day, could cover are
        not checked.
    """

    breaks_counted: bool = parameter(
        True,
        Sentence(
            "班次的休息是否从人数中扣除（否：休息留到第二步再排）",
            "whether the shifts' breaks are taken out of the heads (no: breaks are placed in a second step)",
        ),
    )
    weight_short: int = parameter(
        3,
        Sentence("每个时段每缺一人（低于目标）的代价", "cost of each head below the target of a slot"),
        low=0,
        high=1000,
    )

    title: ClassVar[Sentence] = Sentence("时段人数", "Cover by time of day")
    clause: ClassVar[Sentence] = Sentence(
        "每个时段的人数满足需求（RULES 19、43、52、53、54、56）",
        "Every slot of time has the people that it needs (RULES 19, 43, 52, 53, 54, 56)",
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 30
    layer: ClassVar[Layer] = Layer.DESK

    def applies(self, problem: Problem) -> bool:
        """Whether slots are given."""
        return bool(problem.slots)

    def _at_work(self, problem: Problem, step: Step) -> tuple[Span, ...]:
        """The stretches of a shift that count, in instants."""
        stretches = problem.firm_segments(*step)
        return stretches if self.breaks_counted else (Span(stretches[0].start, stretches[-1].end),)

    def _parts(self, problem: Problem, day: date) -> Iterator[tuple[SlotNeed, Span, tuple[Step, ...]]]:
        """The slots of a day, cut where shifts begin and end, each part with the shifts that are at work in it."""
        steps = [(d, code) for d in (day - ONE_DAY, day, day + ONE_DAY) for code in problem.codes_on(d)]
        at_work = {step: self._at_work(problem, step) for step in steps}
        cuts = {cut for stretches in at_work.values() for stretch in stretches for cut in stretch}
        for slot in problem.slots_on(day):
            start, end = (instant(day, minute, problem.desk.hours_zone) for minute in (slot.start, slot.end))
            for part in (Span(*edge) for edge in pairwise(sorted({start, end, *(c for c in cuts if start < c < end)}))):
                there = tuple(step for step in steps if any(overlap(part, one) for one in at_work[step]))
                if not any(self._unknown(problem, step[0]) for step in there):
                    yield slot, part, there

    def _unknown(self, problem: Problem, day: date) -> bool:
        """Whether it is unknown who is on duty that day: before the history, or after the month."""
        since = problem.history_from
        return day > problem.last or (day < problem.first and (since is None or day < since))

    def _counts(self, slot: SlotNeed, worker: Worker, day: date) -> bool:
        """Whether a worker who begins a shift on that day counts for the slot."""
        return worker.qualified(day) and (not slot.skill or worker.has_skill(slot.skill, day))

    def _reason(
        self, problem: Problem, sentence: Sentence, slot: SlotNeed, day: date, part: Span, heads: int
    ) -> Reason:
        start, end = (moment(at, problem.desk.hours_zone) for at in part)
        until = "24:00" if end.date() > day and end.hour == end.minute == 0 else f"{end:%H:%M}"
        kind = f"{slot.skill} " if slot.skill else ""
        return because(self, sentence, days=[day], start=f"{start:%H:%M}", end=until, kind=kind, heads=heads)

    def remark(self, problem: Problem, reason: Reason, shift: str = "") -> Sentence | None:
        """Why no shift covers a part of a slot."""
        day = reason.days[0]
        parts = ((slot, part) for slot, part, _ in self._parts(problem, day) if slot.least)
        at = (part for slot, part in parts if self._reason(problem, LEAST, slot, day, part, slot.least) == reason)
        found = next(at, None)
        return found and why_uncovered(problem, day, found)

    def lever(self, problem: Problem, reason: Reason) -> Sentence | None:
        """The table of slots, and the hours of shifts."""
        return SLOTS_TABLE

    def leaves_open(self, reason: Reason) -> bool:
        """A missing head does; one too many does not."""
        return reason.sentence == LEAST

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Bound the people on the shifts at work in each part of a slot; for the target their sums by shift are shared."""
        sums: dict[tuple[Step, str], Amount] = {}
        for day in problem.dates:
            for slot, part, there in self._parts(problem, day):
                crews = {
                    (step, slot.skill): [
                        model.works(w.id, *step) for w in problem.workers if self._counts(slot, w, step[0])
                    ]
                    for step in there
                }
                if slot.least:
                    people = [duty for crew in crews.values() for duty in crew]
                    reason = self._reason(problem, LEAST, slot, day, part, slot.least)
                    model.require(people, at_least=slot.least, because=reason)
                if self.weight_short and slot.target > slot.least:
                    for key, crew in crews.items():
                        if key not in sums:
                            sums[key] = model.amount(crew, [1] * len(crew))
                    missing = model.under([sums[key] for key in crews], slot.target)
                    model.prefer(missing, self._reason(problem, SHORT, slot, day, part, slot.target), self.weight_short)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count who is at work in each part of a slot, duty by duty."""
        duties: dict[Step, list[Worker]] = {}
        for duty in roster.duties:
            duties.setdefault((duty.day, duty.shift), []).append(problem.worker_by_id[duty.worker])
        for day in problem.dates:
            for slot, part, there in self._parts(problem, day):
                heads = sum(self._counts(slot, worker, step[0]) for step in there for worker in duties.get(step, ()))
                if heads < slot.least:
                    yield Violation(self._reason(problem, LEAST, slot, day, part, slot.least), heads)
                if heads < slot.target and slot.target > slot.least and self.weight_short:
                    cost = self.weight_short * (slot.target - heads)
                    yield Violation(self._reason(problem, SHORT, slot, day, part, slot.target), heads, cost)
