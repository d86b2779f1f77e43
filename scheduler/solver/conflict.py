"""The conflict behind an impossible month: a smallest set of requirements that no roster keeps together."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from scheduler.domain import Problem, Reason
from scheduler.i18n import Sentence
from scheduler.rules.book import Rulebook
from scheduler.solver.requirements import Requirements
from scheduler.time_limit import OutOfTime, TimeLimit

log = logging.getLogger(__name__)

MOST_CONFLICTS = 3
WINDOWS = (0, 1, 3, 7)  # days around a repair in which its conflict is looked for first


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Requirements that no roster keeps together, which a solve has proved.

    Attributes
    ----------
    reasons : tuple of Reason
        In the order of rules and days.
    smallest : bool
        Whether a solve for each of them found a roster that keeps all the others.
    """

    reasons: tuple[Reason, ...]
    smallest: bool

    @property
    def kind(self) -> frozenset[tuple[str, Sentence]]:
        """What its requirements are, whomever and whenever they are about."""
        return frozenset((one.rule, one.sentence) for one in self.reasons)


@dataclass(frozen=True, kw_only=True)
class Conflicts:
    """The conflicts that were found, each without the causes of those before it.

    Attributes
    ----------
    found : tuple of Conflict
    no_other : bool
        Whether it is proved that the month is possible without the causes of those.
    """

    found: tuple[Conflict, ...] = ()
    no_other: bool = False


def find_conflicts(
    problem: Problem,
    rulebook: Rulebook,
    repair: Collection[Reason] = (),
    *,
    time_limit: float = 30.0,
    most: int = MOST_CONFLICTS,
    seed: int = 0,
    cores: int = 2,
    allowed: Mapping[Reason, int] | None = None,
    tell: Callable[[Conflict], None] = lambda conflict: None,
) -> Conflicts:
    """Find conflicts of an impossible month, one for each cause.

    Every requirement gets a guard. Those of a conflict are found by leaving requirements out, by rules at first and one by
    one in the end: what is still impossible without them needs them not.

    Parameters
    ----------
    repair : collection of Reason
        Requirements that give in a repair: some of them are in every conflict, and the causes of a conflict are out of
        the way without those of them that are in it.
    time_limit : float
        Wall seconds for building and searching.
    allowed : mapping of Reason to int, optional
        Requirements that may be broken: they take no part.
    tell : callable
        Called with each conflict as soon as it is found.
    """
    found: list[Conflict] = []
    limit = TimeLimit(time_limit)
    try:
        month = Requirements(problem, rulebook, allowed or {}, limit, seed=seed, cores=cores)
        search, left = _Search(month), dict.fromkeys(month.bounds)
        while len(found) < most:
            core = search.begin(left, [one for one in repair if one in left])
            if core is None:
                return Conflicts(found=tuple(found), no_other=bool(found))
            conflict = search.shrink(core)
            causes = set(repair).intersection(conflict.reasons) or set(conflict.reasons)
            if conflict.kind in {one.kind for one in found}:  # the same again on many days: look for something else
                kinds = {(one.rule, one.sentence) for one in causes}
                causes |= {one for one in repair if (one.rule, one.sentence) in kinds}
            found.append(conflict)
            tell(conflict)
            for reason in causes:
                left.pop(reason, None)
    except OutOfTime:
        pass
    return Conflicts(found=tuple(found))


class _Search:
    """A search for contradicting requirements."""

    def __init__(self, month: Requirements) -> None:
        self._month = month

    def begin(self, left: Collection[Reason], repair: Sequence[Reason]) -> list[Reason] | None:
        """Requirements that contradict each other, around one day (of a repair) if they do; `None` where they do not."""
        days = sorted({day for reason in repair for day in reason.days if len(reason.days) == 1})
        if days:
            windows = [(around, day) for around in WINDOWS for day in dict.fromkeys((days[0], days[-1]))]
        else:
            windows = [(0, day) for day in sorted({reason.days[0] for reason in left if len(reason.days) == 1})]
        for around, day in windows:
            window = [one for one in left if _lies_near(one, day, around)]
            if window and not self._month.can_keep(window):
                return window
        return None if self._month.can_keep(left) else list(left)

    def shrink(self, core: Sequence[Reason]) -> Conflict:
        """Leave out of contradicting requirements whatever is not needed for that."""
        needed: list[Reason] = []
        groups = _by_rule(core)
        kept = dict.fromkeys(core)  # in an order that is the same again
        try:
            while groups:
                group = groups.pop()
                dropped = set(group)
                without = [one for one in kept if one not in dropped]
                if not self._month.can_keep(without):
                    kept = dict.fromkeys(without)
                elif len(group) == 1:
                    needed.append(group[0])
                else:
                    groups += _halves(group)
        except OutOfTime:
            return Conflict(reasons=tuple(sorted(kept, key=_order)), smallest=False)
        return Conflict(reasons=tuple(sorted(needed, key=_order)), smallest=True)


def _lies_near(reason: Reason, day: date, around: int) -> bool:
    """Whether all the days of a Reason are at most so many days from a day."""
    return all(abs((one - day).days) <= around for one in reason.days)


def _order(reason: Reason) -> tuple[object, ...]:
    return (reason.rule, reason.days, reason.workers, str(reason.facts))


def _by_rule(reasons: Iterable[Reason]) -> list[list[Reason]]:
    """Reasons of each rule together, those of the most last: they are left out first."""
    groups: dict[str, list[Reason]] = {}
    for reason in sorted(reasons, key=_order):
        groups.setdefault(reason.rule, []).append(reason)
    return sorted(groups.values(), key=len)


def _halves(group: list[Reason]) -> list[list[Reason]]:
    """A group in two."""
    middle = len(group) // 2
    return [group[:middle], group[middle:]]
