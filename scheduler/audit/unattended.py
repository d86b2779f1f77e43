"""Times at which nobody of a kind is at the desk although the desk has somebody of it on a shift: meals, breaks, absences."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from scheduler.domain import Note, Problem, Roster
from scheduler.i18n import Sentence, as_template
from scheduler.timeline import ONE_DAY, Span, clock_text, joined

NOBODY = Sentence(
    "{n} 天的 {start}–{end} 没有“{who}”的人在岗（用餐、休息）",
    "on {n} days nobody of “{who}” is at the desk from {start} to {end} (meals, breaks)",
)
ON_DAY = Sentence(
    "{day} {start}–{end} 没有“{who}”的人在岗（用餐、休息）",
    "{day}, {start} to {end}: nobody of “{who}” is at the desk (meals, breaks)",
)


class Unattended(NamedTuple):
    """A time of day at which nobody of a kind is at the desk, and on which days.

    Attributes
    ----------
    who : str
        A role or a skill, or both, as a demand row asks for them; or the skill that a shift takes.
    start, end : int
        Minutes of the day.
    """

    who: str
    start: int
    end: int
    days: tuple[date, ...]

    @property
    def minutes(self) -> int:
        """Minutes on all days together."""
        return (self.end - self.start) * len(self.days)

    @property
    def note(self) -> Note:
        """What is printed of it."""
        facts: tuple[tuple[str, object], ...] = (
            ("who", Sentence(as_template(self.who), as_template(self.who))),
            ("start", clock_text(self.start)),
        )
        facts += (("end", clock_text(self.end)),)
        if len(self.days) == 1:
            return Note(ON_DAY, (*facts, ("day", self.days[0])))
        return Note(NOBODY, (*facts, ("n", len(self.days))))


def find_unattended(problem: Problem, roster: Roster) -> list[Unattended]:
    """Where a demand row asks for at least one of a kind on a shift: the minutes from the first to the last of such shifts, less
    those at which somebody of the kind is at the desk, on whatever shift; those of the same time of day together.
    """
    found: dict[tuple[str, int, int], list[date]] = {}
    for day in problem.dates:
        midnight = problem.minute_at(day, 0)
        for who, spans, there in _kinds(problem, roster, day):
            for start, end in _gaps(spans, there):
                found.setdefault((who, start - midnight, end - midnight), []).append(day)
    return [Unattended(*key, tuple(days)) for key, days in sorted(found.items())]


def _kinds(problem: Problem, roster: Roster, day: date) -> Iterator[tuple[str, list[Span], list[Span]]]:
    """The kinds that are asked for on a day: when there should be somebody of it, and when there is."""
    wanted: dict[tuple[str, str], list[Span]] = {}
    for row in problem.demand_on(day):
        skill = row.skill or problem.shift_on(day, row.shift).skill
        if row.least and (row.role or skill):
            wanted.setdefault((row.role, skill), []).append(problem.span(day, row.shift))
    near = [duty for duty in roster.duties if day - ONE_DAY <= duty.day <= day + ONE_DAY] if wanted else []
    for (role, skill), spans in wanted.items():
        there = [
            segment
            for duty in near
            if (worker := problem.worker_by_id[duty.worker]).qualified(duty.day)
            and (not role or role in worker.roles)
            and (not skill or worker.has_skill(skill, duty.day))
            for segment in problem.segments(duty.day, duty.shift)
        ]
        yield "+".join(filter(None, (role, skill))), joined(spans), joined(there)


def _gaps(spans: list[Span], there: list[Span]) -> Iterator[tuple[int, int]]:
    """The parts of spans that nothing covers; both are in order and apart."""
    for span in spans:
        at = span.start
        for other in there[max(0, bisect_right(there, (at, at)) - 1) :]:
            if other.start >= span.end:
                break
            if other.start > at:
                yield at, other.start
            at = max(at, other.end)
        if at < span.end:
            yield at, span.end
