"""Reserves (备班) judged: whether somebody who stands by could be called in without breaking a rule.

A reserve is written as the duty that it would be if it were called. It is no duty: nobody is paid for it and it rests
nobody, because their month has to be legal with it worked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scheduler.audit.candidates import fills_demand
from scheduler.audit.months import PlannedMonth
from scheduler.audit.own_month import OwnMonth
from scheduler.domain import Duty, Problem, Roster, Violation
from scheduler.rules.book import Rulebook


class ReserveWord(StrEnum):
    """What stands against a reserve."""

    ON_DUTY = "on_duty"  # they work on that day by now
    NOT_COUNTED = "not_counted"  # by the tables they do not count on the shift
    FORBIDDEN = "forbidden"  # if called they would break a rule


@dataclass(frozen=True)
class ReserveFault:
    """A reserve that could not be called in.

    Attributes
    ----------
    broken : tuple of Violation
        What it would break, of the first rule that it breaks.
    """

    reserve: Duty
    word: ReserveWord
    broken: tuple[Violation, ...] = ()


def find_reserve_faults(
    problem: Problem,
    rulebook: Rulebook,
    roster: Roster,
    reserves: Sequence[Duty],
    after: PlannedMonth | None = None,
) -> tuple[ReserveFault, ...]:
    """The reserves of a month's roster that could not be called in, each by itself or all that somebody has together.

    Parameters
    ----------
    after : PlannedMonth or None
        The month after where it is in force.
    """
    found: list[ReserveFault] = []
    for who in dict.fromkeys(duty.worker for duty in reserves):
        worker = problem.worker_by_id.get(who)
        mine = [duty for duty in reserves if duty.worker == who]
        if worker is None:
            found += [ReserveFault(one, ReserveWord.NOT_COUNTED) for one in mine]
            continue
        duties = [duty for duty in roster.duties if duty.worker == who]
        own = OwnMonth(problem, rulebook, roster, worker, after)
        able = []
        for one in mine:
            known = one.shift in problem.codes_on(one.day)
            if roster.on(who, one.day):
                found.append(ReserveFault(one, ReserveWord.ON_DUTY))
            elif not known or not fills_demand(problem, worker, one.day, problem.shift_on(one.day, one.shift)):
                found.append(ReserveFault(one, ReserveWord.NOT_COUNTED))
            elif broken := own.find_broken([*duties, one]):
                found.append(ReserveFault(one, ReserveWord.FORBIDDEN, broken))
            else:
                able.append(one)
        if broken := own.find_broken([*duties, *able]):
            found += [ReserveFault(one, ReserveWord.FORBIDDEN, broken) for one in able]
    return tuple(sorted(found, key=lambda one: (one.reserve.day, one.reserve.shift, one.reserve.worker)))
