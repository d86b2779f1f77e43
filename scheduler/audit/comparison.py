"""Two rosters of a month beside each other: which cells differ, and what everybody has more or less of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.audit.statistics import WorkerTotals, total_workers
from scheduler.domain import Change, Problem, Roster

COMPARED = ("duties", "hours", "nights", "weekends", "holidays", "rest_days", "leave_days", "overtime", "granted")


@dataclass(frozen=True)
class PersonCompared:
    """What two rosters mean for somebody.

    Attributes
    ----------
    before, after : WorkerTotals or None
        `None` where that roster's month does not know them.
    """

    worker: str
    name: str
    changes: tuple[Change, ...]
    before: WorkerTotals | None
    after: WorkerTotals | None

    def value(self, name: str, *, after: bool) -> float:
        """One of `COMPARED` in a roster; 0 where the person is not in it."""
        totals = self.after if after else self.before
        return float(getattr(totals, name)) if totals else 0.0

    @property
    def differences(self) -> Mapping[str, float]:
        """What they have more or less of in the second roster, by the names of `COMPARED`."""
        found = {name: self.value(name, after=True) - self.value(name, after=False) for name in COMPARED}
        return {name: round(amount, 2) for name, amount in found.items() if round(amount, 2)}


@dataclass(frozen=True)
class Comparison:
    """Two rosters of a month beside each other.

    Attributes
    ----------
    changes : tuple of Change
        By day and person.
    people : tuple of PersonCompared
        Those for whom anything differs, in the order of the second month's people, then those that only the first has.
    """

    changes: tuple[Change, ...]
    people: tuple[PersonCompared, ...]


def compare_rosters(before: tuple[Problem, Roster], after: tuple[Problem, Roster]) -> Comparison:
    """What differs from one roster to another, each with the month that it was made for."""
    changes = tuple(sorted(after[1].changes_from(before[1]), key=lambda change: (change.day, change.worker)))
    totals = [{one.id: one for one in total_workers(problem, roster)} for problem, roster in (before, after)]
    names = before[0].names | after[0].names
    people = [
        PersonCompared(
            worker,
            names[worker],
            tuple(change for change in changes if change.worker == worker),
            totals[0].get(worker),
            totals[1].get(worker),
        )
        for worker in dict.fromkeys((*totals[1], *totals[0]))
    ]
    return Comparison(changes, tuple(one for one in people if one.changes or one.differences))
