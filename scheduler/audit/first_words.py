"""The first words about a month, in seconds and before any search: what stands against it, and how many people it lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from time import perf_counter

from scheduler.audit.obstacles import Kind, Obstacle, find_obstacles
from scheduler.audit.paper import write_down
from scheduler.audit.precheck import Balance, Missing, compare_capacity, people_missing
from scheduler.domain import Problem, Reason
from scheduler.i18n import Sentence
from scheduler.rules.book import Rulebook
from scheduler.time_limit import TimeLimit

MORE_PEOPLE = Sentence("人员表或需求表", "the people table or the demand table")
SECONDS = 60.0  # for the rules; a desk of 1000 people needs about three


@dataclass(frozen=True)
class FirstWords:
    """What can be said of a month on paper.

    Attributes
    ----------
    obstacles : tuple of Obstacle
        Each of them makes the month impossible.
    whole : bool
        Whether there was time to look at everything.
    seconds : float
        Wall time that it took.
    """

    balances: tuple[Balance, ...]
    obstacles: tuple[Obstacle, ...]
    whole: bool = True
    seconds: float = 0.0

    @property
    def possible(self) -> bool:
        """Whether nothing on paper stands against the month."""
        return not self.obstacles and all(balance.works for balance in self.balances)


def first_words(
    problem: Problem,
    rulebook: Rulebook,
    seconds: float = SECONDS,
    *,
    hurried: bool = False,
    waived: Collection[Reason] = frozenset(),
) -> FirstWords:
    """Do the arithmetic of a month, and find what stands against it.

    Parameters
    ----------
    seconds : float
        Wall seconds for the rules. What is found until then holds.
    hurried : bool
        Whether to do no arithmetic either where that time has passed.
    waived : collection of Reason
        Requirements that may be broken.
    """
    began = perf_counter()
    paper = write_down(problem, rulebook, TimeLimit(seconds), waived)
    if hurried and not paper.whole:
        return FirstWords((), tuple(find_obstacles(problem, rulebook, paper)), False, perf_counter() - began)
    balances = compare_capacity(problem, rulebook, paper)
    obstacles = find_obstacles(problem, rulebook, paper)
    heads = tuple(_heads(people_missing(problem, rulebook, balances), obstacles))
    if not obstacles and not heads:  # what takes more steps is harder to believe
        paper.follow()
        obstacles = find_obstacles(problem, rulebook, paper)
    told = sorted((*obstacles, *heads), key=lambda one: one.rank)
    return FirstWords(tuple(balances), tuple(told), paper.whole, perf_counter() - began)


def _heads(missing: list[Missing], obstacles: list[Obstacle]) -> Iterator[Obstacle]:
    """What is missing in heads, as obstacles: the same people once, and none where nobody can have the shifts anyway."""
    barred = {one.shift for one in obstacles if one.kind is Kind.SHIFT}
    in_all = max((one.people for one in missing if not one.balances[0].shift), default=0)
    for one in missing:
        first = one.balances[0]
        included = not first.who and one.people <= in_all
        if not (first.shift in barred or included) if first.shift else not barred:
            yield Obstacle(
                Kind.HEADS,
                (),
                shift=first.shift,
                who=first.who,
                counted=first.people,
                asked=first.least,
                found=first.possible,
                missing=one.people,
                levers=(MORE_PEOPLE,),
                spans=tuple((balance.first, balance.last) for balance in one.balances),
            )
