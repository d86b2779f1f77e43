"""How many people are at the desk by time of day, against what each slot needs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from scheduler.domain import Duty, Problem, Roster, SlotNeed, Worker
from scheduler.staffing.breaks import BreakPlan, PlacedBreak, planned_pauses
from scheduler.staffing.workload import at_desk
from scheduler.timeline import ONE_DAY, Span, instant, overlap

# --- Heads -------------------------------------------------------------------


def at_work(problem: Problem, duty: Duty) -> Span:
    """The span in which a duty counts as cover: with its breaks, without an elastic end."""
    stretches = problem.firm_segments(duty.day, duty.shift)
    return Span(stretches[0].start, stretches[-1].end)


def at_desk_spans(problem: Problem, duty: Duty, pauses: Iterable[PlacedBreak]) -> list[Span]:
    """The stretches of a duty at the desk, without its breaks and without an elastic end."""
    zone, whole = problem.desk.hours_zone, at_work(problem, duty)
    cuts = [whole.start]
    for pause in pauses:
        cuts += [instant(duty.day, pause.start, zone), instant(duty.day, pause.end, zone)]
    cuts.append(whole.end)
    return [
        Span(start, min(end, whole.end)) for start, end in zip(cuts[::2], cuts[1::2], strict=True) if start < whole.end
    ]


def counts_for_slot(skill: str, worker: Worker, day: date) -> bool:
    """Whether a worker who begins a shift on the day counts for a slot that asks for a skill (empty for none)."""
    return worker.qualified(day) and (not skill or worker.has_skill(skill, day))


def _fewest(spans: Iterable[Span], window: Span) -> int:
    """The least number of spans that overlap at any moment of a window."""
    steps: dict[int, int] = {window.start: 0}
    for span in spans:
        if overlap(span, window):
            start, end = max(span.start, window.start), min(span.end, window.end)
            steps[start] = steps.get(start, 0) + 1
            steps[end] = steps.get(end, 0) - 1
    heads, least = 0, None
    for at in sorted(steps):
        heads += steps[at]
        if at < window.end:
            least = heads if least is None else min(least, heads)
    return least or 0


class SlotRow(NamedTuple):
    """A slot of a day, its need, and the people present.

    Attributes
    ----------
    least, target : int
        People needed at the desk while others are on their breaks: the minimum and the wished number.
    rostered, left : int
        The fewest people at work, and the fewest at the desk, at any moment of the slot.
    """

    day: date
    slot: SlotNeed
    least: int
    target: int
    rostered: int
    left: int

    @property
    def short(self) -> int:
        """Heads missing at the desk from the wished number."""
        return max(0, self.target - self.left)


def slot_rows(
    problem: Problem, roster: Roster, plan: BreakPlan | None = None, days: Iterable[date] = ()
) -> list[SlotRow]:
    """Every slot of the month, or of some days, except those whose people are not known yet.

    Without a plan, the breaks are those of the shifts table.
    """
    near: dict[date, list[tuple[Duty, Worker, Span, list[Span]]]] = {}
    for duty in (*problem.history, *roster.duties):
        pauses = plan.of(duty) if plan and duty.day >= problem.first else planned_pauses(problem, duty)
        entry = (duty, problem.worker_by_id[duty.worker], at_work(problem, duty), at_desk_spans(problem, duty, pauses))
        near.setdefault(duty.day, []).append(entry)
    rows = []
    for day in days or problem.dates:
        duties = [entry for at in (day - ONE_DAY, day, day + ONE_DAY) for entry in near.get(at, ())]
        for slot in problem.slots_on(day):
            window = slot_window(problem, day, slot)
            if _has_unknown_duties(problem, day, window):
                continue
            counted = [
                (whole, there) for duty, worker, whole, there in duties if counts_for_slot(slot.skill, worker, duty.day)
            ]
            rostered = _fewest((whole for whole, _ in counted), window)
            left = _fewest((span for _, there in counted for span in there), window)
            rows.append(SlotRow(day, slot, *at_desk(slot), rostered, left))
    return rows


def slot_window(problem: Problem, day: date, slot: SlotNeed) -> Span:
    """The instants of a slot on a day."""
    return Span(instant(day, slot.start, problem.desk.hours_zone), instant(day, slot.end, problem.desk.hours_zone))


def _has_unknown_duties(problem: Problem, day: date, window: Span) -> bool:
    """Whether a duty of a day whose duties are unknown could be at work in the window."""
    since = problem.history_from
    unknown = [
        near
        for near in (day - ONE_DAY, day, day + ONE_DAY)
        if near > problem.last or (near < problem.first and (since is None or near < since))
    ]
    return any(overlap(problem.span(near, code), window) for near in unknown for code in problem.codes_on(near))
