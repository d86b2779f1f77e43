"""Whether a day is free: the one measure of it, for rules, statistics and papers.

A duty belongs to the day on which it begins. A day is free if no duty begins on it and none of the day before reaches
into it for longer than the desk's tail: hours past midnight count.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from scheduler.timeline import DAY_MINUTES, ONE_DAY

if TYPE_CHECKING:
    from scheduler.domain.plans import Wish
    from scheduler.domain.problem import Problem
    from scheduler.domain.roster import Roster


def reaches_on(problem: Problem, day: date, code: str, tail: int = 0) -> bool:
    """Whether a shift that begins on a day takes the next one, too.

    Parameters
    ----------
    tail : int
        Minutes past midnight that a free day may hold, where that is more than the desk's own.
    """
    return problem.shift_on(day, code).end - DAY_MINUTES > max(tail, problem.desk.tail_minutes)


def reaching_codes(problem: Problem, day: date, tail: int = 0) -> tuple[str, ...]:
    """The shifts of a day that take the next one, too; `tail` as for `reaches_on`."""
    return tuple(code for code in problem.codes_on(day) if reaches_on(problem, day, code, tail))


def taken_by(problem: Problem, roster: Roster, worker: str, day: date, tail: int = 0) -> tuple[str, ...]:
    """What keeps a worker's day from being free: the shifts that begin on it, and those of the day before that reach into it.

    The latter with the day on which they begin. Duties before the month are those of the roster or of the history.
    """
    eve = day - ONE_DAY
    before = roster.on(worker, eve) or (problem.past.on(worker, eve) if eve < problem.first else ())
    late = (f"{code} {eve:%m-%d}" for code in before if reaches_on(problem, eve, code, tail))
    return (*roster.on(worker, day), *late)


def is_granted(problem: Problem, roster: Roster, wish: Wish, tail: int = 0) -> bool:
    """Whether a roster grants a wish; a day off is one on which nothing begins and into which nothing reaches."""
    if not wish.wants and not wish.shift:
        return not taken_by(problem, roster, wish.worker, wish.day, tail)
    return wish.granted(roster.on(wish.worker, wish.day))
