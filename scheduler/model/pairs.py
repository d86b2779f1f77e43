"""Shifts of one day that may not be followed by others on the next, collected from all rules and posted together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from scheduler.timeline import ONE_DAY

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

Codes = Sequence[str]


class Pairs:
    """The forbidden successions of a model in which nobody has two duties on a day."""

    def __init__(self, model: RosterModel) -> None:
        self._model = model
        self._forbidden: dict[date, list[tuple[Codes, Codes]]] = {}

    def forbid(self, day: date, first: Codes, second: Codes) -> None:
        """Nobody begins one of the first shifts on the day and one of the second on the next."""
        self._forbidden.setdefault(day, []).append((first, second))

    def post(self) -> None:
        """Post at most one of: each biclique's first shifts, its second shifts, and both days off between stretches."""
        model, forbidden = self._model, self._forbidden
        self._forbidden = {}
        for day, pairs in forbidden.items():
            for first, second in bicliques(pairs):
                for worker in model.problem.workers:
                    before, after = model.duties(worker.id, day, first), model.duties(worker.id, day + ONE_DAY, second)
                    if before and after:
                        idle = model.idle(worker.id, (day, day + ONE_DAY))
                        model.one_of([*before, *after, *([] if idle is None else [idle])], least=0)


def bicliques(pairs: Sequence[tuple[Codes, Codes]]) -> list[tuple[list[str], list[str]]]:
    """Merge forbidden successions: every set of shifts that some shift forbids, behind all the shifts that forbid it."""
    after: dict[str, set[str]] = {}
    for first, second in pairs:
        for code in first:
            after.setdefault(code, set()).update(second)
    distinct = {tuple(sorted(codes)): codes for codes in after.values()}
    return [([code for code in after if after[code] >= codes], list(group)) for group, codes in distinct.items()]
