"""Who could take a duty, in the order in which to ask them: one ranking, for stand-ins, for whom to ring and for an open duty.

Each answer is the audit's, of the person's own month with the duty added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from scheduler.audit.months import PlannedMonth
from scheduler.audit.own_month import OwnMonth
from scheduler.domain import Burden, Duty, Overtime, Problem, Roster, Shift, Violation, Worker, fair_shares
from scheduler.rules.book import Rulebook


class StandIn(NamedTuple):
    """A worker who could take a duty.

    Attributes
    ----------
    worker : str
    overtime : bool
        Whether the duty's hours have to be approved as overtime first.
    """

    worker: str
    overtime: bool = False


class Standing(NamedTuple):
    """How somebody's month stands when a duty is to be taken over.

    Attributes
    ----------
    is_free : bool
        Whether they have no duty on the day.
    same : int
        Duties on that shift that they have in the month.
    hours, share : float
        Paid hours of the month, and the fair share of them.
    beyond : int
        Hours beyond the fair share, carried hours included, in whole standard days.
    """

    is_free: bool
    same: int
    hours: float
    share: float
    beyond: int


class Word(StrEnum):
    """What is to be said of somebody for an open duty; in the order of the ranking."""

    LEGAL = "legal"
    OVERTIME = "needs_overtime"
    NOT_COUNTED = "not_counted"
    FORBIDDEN = "forbidden"
    TAKEN = "taken"


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """Somebody for an open duty.

    Attributes
    ----------
    word : Word
        `NOT_COUNTED` where no rule forbids it, but by the tables they do not count on the shift; `TAKEN` where they are on it.
    broken : tuple of Violation
        What the duty breaks in their month, of the first rule that it breaks, even with its hours approved as overtime.
    overtime : Overtime or None
        What has to be approved as overtime first.
    ahead : float
        Hours beyond the fair share, carried hours included, as things stand.
    on_duty : tuple of str
        Shifts that they begin on the day.
    is_away, is_employed : bool
        Whether they are on leave on the day, and employed.
    """

    worker: str
    word: Word
    standing: Standing
    ahead: float
    broken: tuple[Violation, ...] = ()
    overtime: Overtime | None = None
    on_duty: tuple[str, ...] = ()
    is_away: bool = False
    is_employed: bool = True


class Tried(NamedTuple):
    """What a duty breaks as things stand, and what it breaks even with its hours approved as overtime."""

    at_once: tuple[Violation, ...]
    approved: tuple[Violation, ...]


def rank_candidates(
    problem: Problem,
    rulebook: Rulebook,
    roster: Roster,
    day: date,
    shift: Shift,
    after: PlannedMonth | None = None,
) -> tuple[Ranked, ...]:
    """Everybody for one more duty of a day and shift: who can first, the fairest before others; then those who cannot.

    Parameters
    ----------
    roster : Roster
        The duties of the month alone.
    after : PlannedMonth or None
        The month after where it is in force; everybody's own duties of it have to fit.
    """
    shares = fair_shares(problem, roster)
    found = [
        judge_candidate(OwnMonth(problem, rulebook, roster, worker, after), worker, problem, roster, day, shift, shares)
        for worker in problem.workers
    ]
    return sort_candidates(found, problem)


def sort_candidates(found: Iterable[Ranked], problem: Problem) -> tuple[Ranked, ...]:
    """People in the order in which to ask them."""
    order, names = list(Word), problem.names
    return tuple(
        sorted(found, key=lambda one: (order.index(one.word), *rank_key(False, one.standing, names[one.worker])))
    )


def judge_candidate(
    own: OwnMonth,
    worker: Worker,
    problem: Problem,
    roster: Roster,
    day: date,
    shift: Shift,
    shares: Mapping[str, Burden],
    *,
    instead: bool = False,
) -> Ranked:
    """What a duty would be to somebody: legal, forbidden and by what, theirs already; and how their month stands.

    Parameters
    ----------
    own : OwnMonth
        The worker's.
    shares : mapping of str to Burden
        Everybody's fair share of what is rostered.
    instead : bool
        Whether the duty is in place of what they have on the day, not beside it.
    """
    who = worker.id
    standing = standing_of(problem, roster, who, day, (shift.code,), shares)
    duties = [duty for duty in roster.duties if duty.worker == who and not (instead and duty.day == day)]
    extra = Overtime(who, day, problem.paid_minutes(day, shift.code))
    word, broken = Word.TAKEN, tuple[Violation, ...]()
    if shift.code not in (on_duty := roster.on(who, day)):
        more = [*duties, Duty(who, day, shift.code)]
        tried = try_duty(lambda granted: own.find_broken(more, granted), extra)
        word, broken = _judge(tried, fills_demand(problem, worker, day, shift)), tried.approved
    return Ranked(
        worker=who,
        word=word,
        standing=standing,
        ahead=hours_beyond(problem, who, standing.hours, standing.share),
        broken=broken,
        overtime=extra if word == Word.OVERTIME else None,
        on_duty=tuple(on_duty),
        is_away=problem.on_leave(who, day),
        is_employed=worker.employed(day),
    )


def _judge(tried: Tried, is_counted: bool) -> Word:
    if tried.approved:
        return Word.FORBIDDEN
    if not is_counted:
        return Word.NOT_COUNTED
    return Word.OVERTIME if tried.at_once else Word.LEGAL


def try_duty(find_broken: Callable[[Sequence[Overtime]], tuple[Violation, ...]], extra: Overtime) -> Tried:
    """What a duty breaks, given what is broken with some overtime approved; asked again only where it breaks something."""
    at_once = find_broken(())
    return Tried(at_once, find_broken((extra,)) if at_once else ())


def find_able(people: Mapping[str, OwnMonth], ranked: Iterable[str], day: date, shift: Shift) -> Iterator[StandIn]:
    """Whoever can take a duty, in the order in which they are given; those who need overtime for it come last."""
    able, asked = set[str](), list(ranked)
    for overtime in (False, True):
        for who in (one for one in asked if one not in able):
            if people[who].can_add(day, shift, overtime):
                able.add(who)
                yield StandIn(who, overtime)


def rank_key(needs_overtime: bool, standing: Standing, name: str) -> tuple[object, ...]:
    """The less, the sooner somebody is asked: who needs no overtime, then fewest such duties, then hours to spare, then by name."""
    return needs_overtime, *fairness(standing), name


def fairness(standing: Standing) -> tuple[int, int]:
    """The less, the sooner somebody is asked to do more."""
    return standing.same, standing.beyond


def standing_of(
    problem: Problem, roster: Roster, worker: str, day: date, codes: Iterable[str], shares: Mapping[str, Burden]
) -> Standing:
    """How somebody's month stands when duties of a day are to be taken over.

    Parameters
    ----------
    shares : mapping of str to Burden
        Everybody's fair share of what is rostered.
    """
    wanted, hours, share = set(codes), paid_hours(problem, roster, worker), shares[worker].hours
    return Standing(
        is_free=not roster.on(worker, day),
        same=sum(duty.worker == worker and duty.shift in wanted for duty in roster.duties),
        hours=hours,
        share=share,
        beyond=days_beyond(problem, worker, hours, share),
    )


def fills_demand(problem: Problem, worker: Worker, day: date, shift: Shift) -> bool:
    """Whether the worker counts towards the demand of the shift."""
    asked = [row for row in problem.demand_on(day) if row.shift == shift.code]
    return problem.can_take(worker, day, shift) and (not asked or any(row.counts(worker, day) for row in asked))


def paid_hours(problem: Problem, roster: Roster, worker: str) -> float:
    """Somebody's paid hours of the month."""
    mine = (duty for duty in roster.duties if duty.worker == worker)
    return sum(problem.paid_minutes(duty.day, duty.shift) for duty in mine) / 60


def hours_beyond(problem: Problem, worker: str, hours: float, share: float) -> float:
    """Hours beyond somebody's fair share of them, carried hours included."""
    carried = problem.carried[worker].hours if worker in problem.carried else 0.0
    return hours + carried - share


def days_beyond(problem: Problem, worker: str, hours: float, share: float) -> int:
    """Hours beyond somebody's fair share of them, carried hours included, in whole standard days."""
    return round(hours_beyond(problem, worker, hours, share) / problem.desk.day_hours)
