"""Duties, rosters, and the changes between two rosters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple


class Duty(NamedTuple):
    """A worker on a shift; `day` is the day on which the shift begins."""

    worker: str
    day: date
    shift: str


class Change(NamedTuple):
    """One cell that changes: the codes of the shifts that begin on the day, before and after."""

    worker: str
    day: date
    before: tuple[str, ...]
    after: tuple[str, ...]


class Roster:
    """The duties of a roster, in order, with an index by worker and day.

    Parameters
    ----------
    duties : iterable of Duty
        In any order; a repeated duty counts once.
    """

    def __init__(self, duties: Iterable[Duty]) -> None:
        self.duties: tuple[Duty, ...] = tuple(sorted(set(duties), key=lambda d: (d.day, d.shift, d.worker)))
        self._cells: dict[tuple[str, date], tuple[str, ...]] = {}
        for duty in self.duties:
            key = (duty.worker, duty.day)
            self._cells[key] = (*self._cells.get(key, ()), duty.shift)

    def on(self, worker: str, day: date) -> tuple[str, ...]:
        """Codes of the shifts that the worker begins on the day; empty for a day off."""
        return self._cells.get((worker, day), ())

    def replace_cells(self, cells: Mapping[tuple[str, date], Iterable[str]]) -> Roster:
        """The roster with some cells replaced, and no other changed.

        Parameters
        ----------
        cells : mapping of (worker, day) to iterable of str
            The codes of the shifts that the worker begins on the day from now on; none for a day off.
        """
        kept = [duty for duty in self.duties if (duty.worker, duty.day) not in cells]
        return Roster([*kept, *(Duty(*cell, code) for cell, codes in cells.items() for code in codes)])

    def changes_from(self, before: Roster) -> tuple[Change, ...]:
        """Every cell in which this roster differs from another, by day and worker."""
        cells = sorted({*self._cells, *before._cells}, key=lambda cell: (cell[1], cell[0]))
        moved = ((cell, before.on(*cell), self.on(*cell)) for cell in cells)
        return tuple(Change(*cell, old, new) for cell, old, new in moved if old != new)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Roster) and self.duties == other.duties

    def __hash__(self) -> int:
        return hash(self.duties)

    def __repr__(self) -> str:
        return f"Roster({len(self.duties)} duties)"
