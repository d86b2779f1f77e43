"""How evenly a roster is spread, and what it leaves short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.audit.statistics import WorkerTotals, cover_rows, total_workers
from scheduler.domain import Problem, Roster
from scheduler.i18n import Sentence


@dataclass(frozen=True)
class Spread:
    """The fewest and the most of one burden, among those who have a share of it."""

    what: str
    fewest: float
    most: float


def spreads(problem: Problem, roster: Roster, totals: Sequence[WorkerTotals] | None = None) -> list[Spread]:
    """How evenly nights, weekends, holidays and hours are spread.

    Parameters
    ----------
    totals : sequence of WorkerTotals, optional
        What each one's duties add up to, where that is known already.
    """
    sums = {one.id: one for one in (total_workers(problem, roster) if totals is None else totals)}
    found = []
    for what in ("nights", "weekends", "holidays", "hours"):
        sharing = [worker for worker, part in problem.shares.parts.items() if getattr(part, what)]
        if sharing:
            amounts = [float(getattr(sums[worker], what)) for worker in sharing]
            found.append(Spread(what, min(amounts), max(amounts)))
    return found


def cover_short(problem: Problem, roster: Roster) -> tuple[int, int, int]:
    """Demand rows of the month: how many there are, how many are below target, and heads missing in all."""
    frame = cover_rows(problem, roster)
    missing = (frame["target"] - frame["heads"]).clip(lower=0)
    return len(frame), int((missing > 0).sum()), int(missing.sum())


BURDENS = {
    "nights": Sentence("夜班", "nights"),
    "weekends": Sentence("周末班", "weekend duties"),
    "holidays": Sentence("节假日班", "holiday duties"),
    "hours": Sentence("工时", "hours"),
}
