"""More demand than can be met: the largest factor that can, and what stays short at the one that was asked.

Factors are tried in steps of a twentieth, by halving. Where no shift of the day has a
most, whatever meets a factor meets every smaller one, so that one step that is proved
impossible proves it of all above; else every step above has to be tried for a proof.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from scheduler.workflow.change_request import Request
from scheduler.workflow.effects import Shortfall, find_shortfalls
from scheduler.workflow.offer_search import OfferSearch, with_request
from scheduler.workflow.offers import Offers
from scheduler.workflow.verdict import GRANTABLE, Verdict, VerdictWord

STEPS_OF_ONE = 20
MOST_STEPS = 10  # are judged


def find_factor(search: OfferSearch) -> Offers:
    """The largest factor below the one asked that can be met, where that one cannot."""
    surge, problem = search.request.surge, search.months[0].problem
    if surge is None or surge[1] <= 1 or search.verdict.word in GRANTABLE:
        return Offers()
    if surge[0] not in problem.day_by_date or search.objections(search.request):
        return Offers()
    steps = [at / STEPS_OF_ONE for at in range(STEPS_OF_ONE + 1, int(surge[1] * STEPS_OF_ONE) + 1)]
    ladder = _Ladder(search, [factor for factor in steps if factor < surge[1]])
    is_monotone = all(row.most is None for row in problem.demand_on(surge[0]))
    at = ladder.climb(is_monotone)
    return Offers(
        offers=() if at is None else (search.offer_of(*ladder.seen[at]),),
        tried=len(ladder.seen),
        untried=0 if ladder.is_proved else len(ladder.steps) - len(ladder.seen),
        is_cut=not ladder.is_proved,
        is_largest=ladder.is_proved,
    )


def find_short_at_best(search: OfferSearch, meet: Callable[[Request], Verdict]) -> tuple[Shortfall, ...]:
    """What stays short of its minimum on the day of a surge that cannot be met, at the best.

    Parameters
    ----------
    meet : callable
        The verdict on what can be done of a request.
    """
    surge = search.request.surge
    if surge is None:
        return ()
    asked = with_request(search.months, search.request)
    best = meet(search.request)
    found: list[Shortfall] = []
    for was, month, roster in zip(search.months, asked, best.rosters, strict=False):
        days = [day for day in month.problem.dates if day == surge[0]]
        found += find_shortfalls(was, replace(month, roster=roster), days, of_least=True)
    return tuple(found)


class _Ladder:
    """The steps of a factor, judged when they are looked at.

    Attributes
    ----------
    seen : dict of int to (Request, Verdict)
    is_proved : bool
        Whether it is proved that no step above the one found can be met.
    """

    def __init__(self, search: OfferSearch, steps: Sequence[float]) -> None:
        self.search, self.steps = search, steps
        self.seen: dict[int, tuple[Request, Verdict]] = {}
        self.is_proved = False

    def climb(self, is_monotone: bool) -> int | None:
        """The highest step that was found to be met; `None` for none."""
        low, high = -1, len(self.steps)  # low can be met, or is below all; high cannot, or was asked
        while high - low > 1 and self._may_judge():
            middle = (low + high) // 2
            low, high = (middle, high) if self._is_met(middle) else (low, middle)
        is_found = high - low == 1
        above = range(low + 1, len(self.steps))
        if is_found and not is_monotone:
            for at in reversed(above):
                if at not in self.seen and self._may_judge() and self._is_met(at):
                    low = at
                    break
            above = range(low + 1, len(self.steps))
        to_prove = above[:1] if is_monotone else above
        is_asked_refused = self.search.verdict.word == VerdictWord.REFUSED
        self.is_proved = is_found and is_asked_refused and all(self._is_refused(at) for at in to_prove)
        return low if low >= 0 else None

    def _may_judge(self) -> bool:
        return len(self.seen) < MOST_STEPS

    def _is_met(self, at: int) -> bool:
        request, surge = self.search.request, self.search.request.surge
        if surge is not None and at not in self.seen:
            option = replace(request, surge=(surge[0], self.steps[at]))
            self.seen[at] = option, self.search.judge(option)
        return self.seen[at][1].word in GRANTABLE

    def _is_refused(self, at: int) -> bool:
        return at in self.seen and self.seen[at][1].word == VerdictWord.REFUSED
