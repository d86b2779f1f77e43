"""Who hands over to whom at the end of a duty, read off a finished roster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from scheduler.domain import Duty, Problem, Roster
from scheduler.timeline import Span, instant

APART = 30  # minutes after the end of a shift within which the next one begins
TOGETHER = 5 * 60  # minutes before it, at most, from which the next one is there already


class Crew(NamedTuple):
    """Those who are on one shift of a day."""

    day: date
    shift: str
    post: str
    span: Span
    workers: tuple[str, ...]


class Handover(NamedTuple):
    """One crew hands over to those who go on; to nobody where the desk closes then.

    Attributes
    ----------
    is_open : bool
        Whether nobody can be said, since the month after is not known and that shift hands over on other days.
    """

    giving: Crew
    taking: tuple[Crew, ...] = ()
    is_open: bool = False


def crews_of(problem: Problem, roster: Roster) -> list[Crew]:
    """The crews of a roster, by their beginning."""
    found: dict[tuple[date, str], list[Duty]] = {}
    for duty in roster.duties:
        if duty.day in problem.day_by_date:
            found.setdefault((duty.day, duty.shift), []).append(duty)
    crews = []
    for (day, code), duties in found.items():
        order = [one.id for one in problem.workers]
        who = tuple(sorted((one.worker for one in duties), key=order.index))
        crews.append(Crew(day, code, problem.shift_on(day, code).post, problem.true_span(day, code), who))
    return sorted(crews, key=lambda crew: (crew.span, crew.post, crew.shift))


def handovers_of(problem: Problem, roster: Roster, after: Sequence[Crew] | None = ()) -> Iterator[Handover]:
    """Each crew with those whom it hands over to, by the end of its shift.

    They are at the same post, go on longer, and began around that time: those who began last before it or soonest after.

    Parameters
    ----------
    after : sequence of Crew or None
        The crews of the month after; `None` where they are not known.
    """
    crews = crews_of(problem, roster)
    others = [*crews, *(after or ())]
    found = []
    for giving in sorted(crews, key=lambda crew: (crew.span.end, crew.span.start, crew.post, crew.shift)):
        end = giving.span.end
        near = [
            crew
            for crew in others
            if crew.post == giving.post
            and crew.span.end > end
            and crew.span.start > giving.span.start
            and -TOGETHER <= crew.span.start - end <= APART
        ]
        nearest = min((abs(crew.span.start - end) for crew in near), default=0)
        found.append(Handover(giving, tuple(crew for crew in near if abs(crew.span.start - end) == nearest)))
    hand_over = {one.giving.shift for one in found if one.taking}
    edge = instant(problem.month.next.first, 0, problem.desk.zone) - APART
    for one in found:
        is_last = after is None and not one.taking and one.giving.span.end >= edge
        yield one._replace(is_open=is_last and one.giving.shift in hand_over)
