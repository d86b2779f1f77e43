"""Days whose shifts need more people together than can have one of them: of any shifts, by Hall's condition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from scheduler.audit.paper import Causes, Conflict, Need, PaperModel
from scheduler.domain import Problem, Reason

VARYING = ("shift", "heads")  # facts in which the needs of a day's shifts differ from one another


class Crowd(NamedTuple):
    """Needs of one day that ask for more people together than are able.

    Attributes
    ----------
    asked, able : int
        Heads, and people who can have one of the shifts.
    causes : tuple of Causes
        Why others who would count cannot.
    """

    needs: tuple[Reason, ...]
    asked: int
    able: int
    causes: tuple[Causes, ...]


def crowded_days(problem: Problem, paper: PaperModel, conflicts: Iterable[Conflict]) -> Iterator[Crowd]:
    """The days on which some shifts of one kind of need ask for more people than can have one of these shifts.

    Parameters
    ----------
    conflicts : iterable of Conflict
        Needs that cannot be met by themselves: their days are left out.
    """
    if not paper.exclusive:  # one person may fill several shifts of a day
        return
    alone = {(conflict.reason.rule, day) for conflict in conflicts for day in conflict.reason.days}
    for (day, *_), needs in _by_day_and_kind(problem, paper).items():
        if len(needs) > 1 and (needs[0].reason.rule, day) not in alone:
            able = [paper.people_able(need) for need in needs]
            short = _too_few([need.least or 0 for need in needs], able)
            if short:
                people = set().union(*(able[at] for at in short))
                asked = sum(needs[at].least or 0 for at in short)
                others = [needs[at] for at in short]
                yield Crowd(tuple(one.reason for one in others), asked, len(people), _why_not(paper, others, people))


def _by_day_and_kind(problem: Problem, paper: PaperModel) -> Mapping[tuple[date, object], list[Need]]:
    """The heads that shifts need, by day and kind: those of one kind are on different shifts of the day."""
    groups: dict[tuple[date, object], dict[object, Need]] = defaultdict(dict)
    for need in paper.needs:
        reason = need.reason
        if need.least is None or need.weights is not None or reason.workers or len(reason.days) != 1:
            continue
        cells = paper.cells_of(need)
        shift = {(cell[1], cell[2]) for cell in cells}
        if not cells or len(cells) < len(need.literals) or len(shift) != 1 or cells[0][1] not in problem.day_by_date:
            continue
        facts = tuple(fact for fact in reason.facts if fact[0] not in VARYING)
        groups[cells[0][1], (reason.rule, reason.sentence, facts)].setdefault(cells[0][2], need)
    return {key: list(needs.values()) for key, needs in groups.items()}


def _too_few(asked: Sequence[int], able: Sequence[set[str]]) -> list[int]:
    """Positions of needs that ask for more people together than are able, by augmenting paths; none where all can be met."""
    if all(len(people) >= sum(asked) for people in able):
        return []
    taken: dict[str, int] = {}
    for at, heads in enumerate(asked):
        for _ in range(heads):
            reached = _seat(at, able, taken)
            if len(reached) > 1:  # one need that cannot be met is a conflict of its own
                return sorted(reached)
    return []


def _seat(start: int, able: Sequence[set[str]], taken: dict[str, int]) -> set[int]:
    """Seat one more person at a need, moving others where that helps; where it cannot be, the needs that were reached."""
    came: dict[int, tuple[int, str]] = {}
    queue, reached = [start], {start}
    for at in queue:
        free = next((person for person in able[at] if person not in taken), None)
        if free is not None:
            while True:  # the person found takes the seat of one who moves on
                taken[free] = at
                if at == start:
                    return set()
                at, free = came[at]
        for person in able[at]:
            need = taken[person]
            if need not in reached:
                reached.add(need)
                came[need] = (at, person)
                queue.append(need)
    return reached


def _why_not(paper: PaperModel, needs: Iterable[Need], able: set[str]) -> tuple[Causes, ...]:
    """Why those who would count cannot have any of the shifts."""
    found = [
        causes
        for need in needs
        for cell in paper.cells_of(need)
        if cell[0] not in able
        for causes in paper.against(*cell)
    ]
    return tuple(dict.fromkeys(found))
