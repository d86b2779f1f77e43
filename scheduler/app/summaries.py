"""How evenly a roster is spread, and what it leaves short."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.audit.statistics import cover_rows, worker_totals
from scheduler.domain import Problem, Roster
from scheduler.i18n import Sentence


@dataclass(frozen=True)
class Spread:
    """The fewest and the most of one burden, among those who have a share of it."""

    what: str
    fewest: float
    most: float


def spreads(problem: Problem, roster: Roster) -> list[Spread]:
    """How evenly nights, weekends, holidays and hours are spread."""
    frame = worker_totals(problem, roster).set_index("id")
    found = []
    for what in ("nights", "weekends", "holidays", "hours"):
        sharing = [worker for worker, part in problem.shares.parts.items() if getattr(part, what)]
        if sharing:
            amounts = frame.loc[sharing, what]
            found.append(Spread(what, float(amounts.min()), float(amounts.max())))
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
