"""Who could stand in (顶班): for each day and shift of a finished roster, the people who could take a duty on it.

Whether they could is asked of their own months, see `OwnMonth`.
"""

from __future__ import annotations

from datetime import date
from itertools import islice

from scheduler.audit.candidates import StandIn, days_beyond, fills_demand, find_able, paid_hours
from scheduler.audit.own_month import OwnMonth
from scheduler.domain import Problem, Roster, fair_shares
from scheduler.rules.book import Rulebook

MOST = 3  # stand-ins listed for each shift, by default


def stand_ins(
    problem: Problem, rulebook: Rulebook, roster: Roster, most: int = MOST, since: date | None = None
) -> dict[tuple[date, str], tuple[StandIn, ...]]:
    """The stand-ins for every day and shift on which somebody works, in the order in which to ask them.

    A worker can stand in who begins no duty on the day, may be assigned the shift,
    and breaks no rule by it that was kept before. Those who need no overtime come
    first; among these, those with the fewest whole standard days beyond the fair
    share; then those listed for the fewest shifts so far; then in the order of the
    people table.

    Parameters
    ----------
    roster : Roster
        The duties of the month.
    most : int
        The most stand-ins for each shift.
    since : date or None
        Days before it are left out: nobody is called in for what is over.

    Returns
    -------
    dict of (date, shift code) to tuple of StandIn
        In the order of days and of the shifts table; an empty tuple if nobody can stand in.
    """
    people = {worker.id: OwnMonth(problem, rulebook, roster, worker) for worker in problem.workers}
    shares = fair_shares(problem, roster)
    beyond = {one: days_beyond(problem, one, paid_hours(problem, roster, one), shares[one].hours) for one in people}
    named = dict.fromkeys(people, 0)
    shifts = {code: at for at, code in enumerate(problem.codes)}
    found: dict[tuple[date, str], tuple[StandIn, ...]] = {}
    asked = {(duty.day, duty.shift) for duty in roster.duties if since is None or duty.day >= since}
    for day, code in sorted(asked, key=lambda at: (at[0], shifts[at[1]])):
        shift = problem.shift_on(day, code)
        free = [
            worker.id
            for worker in problem.workers
            if not roster.on(worker.id, day) and fills_demand(problem, worker, day, shift)
        ]
        free.sort(key=lambda worker: (beyond[worker], named[worker]))
        listed = tuple(islice(find_able(people, free, day, shift), most))
        for one in listed:
            named[one.worker] += 1
        found[day, code] = listed
    return found
