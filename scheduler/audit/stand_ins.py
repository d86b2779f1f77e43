"""Who could stand in (顶班): for each day and shift of a finished roster, the people who could take a duty on it.

The desk's own rules decide, so no rule is named here: a worker's month is cut out
of the problem, the duty is added to it, and the rules' checks say whether it breaks
a rule that the month kept before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from scheduler.audit.audit import with_history
from scheduler.domain import Duty, Overtime, Problem, Roster, Shift, Violation, Worker, fair_shares
from scheduler.rules import Constraint
from scheduler.rules.book import Rulebook

MOST = 3  # stand-ins listed for each shift, by default


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
        listed: list[StandIn] = []
        for overtime in (False, True):
            for worker in (one for one in free if one not in {known.worker for known in listed}):
                if len(listed) < most and people[worker].can_add(day, shift, overtime):
                    listed.append(StandIn(worker, overtime))
        for one in listed:
            named[one.worker] += 1
        found[day, code] = tuple(listed)
    return found


def fills_demand(problem: Problem, worker: Worker, day: date, shift: Shift) -> bool:
    """Whether the worker counts towards the demand of the shift."""
    asked = [row for row in problem.demand_on(day) if row.shift == shift.code]
    return problem.can_take(worker, day, shift) and (not asked or any(row.counts(worker, day) for row in asked))


def paid_hours(problem: Problem, roster: Roster, worker: str) -> float:
    """Somebody's paid hours of the month."""
    mine = (duty for duty in roster.duties if duty.worker == worker)
    return sum(problem.paid_minutes(duty.day, duty.shift) for duty in mine) / 60


def days_beyond(problem: Problem, worker: str, hours: float, share: float) -> int:
    """Hours beyond somebody's fair share of them, carried hours included, in whole standard days."""
    carried = problem.carried[worker].hours if worker in problem.carried else 0.0
    return round((hours + carried - share) / problem.desk.day_hours)


class OwnMonth:
    """One worker's month, apart from everybody else's."""

    def __init__(self, problem: Problem, rulebook: Rulebook, roster: Roster, worker: Worker) -> None:
        mine = worker.id
        # of the demand on the desk as a whole, only which shifts run on which days remains
        self._problem = replace(
            problem,
            desk=replace(problem.desk, opening=()),
            workers=(worker,),
            demand=tuple(replace(row, least=0, target=0, most=None) for row in problem.demand),
            slots=(),
            events=(),
            leave=tuple(row for row in problem.leave if row.worker == mine),
            wishes=(),
            fixed=tuple(row for row in problem.fixed if row.worker == mine),
            overtime=tuple(row for row in problem.overtime if row.worker == mine),
            past_overtime=tuple(row for row in problem.past_overtime if row.worker == mine),
            history=tuple(duty for duty in problem.history if duty.worker == mine),
            carried={},
        )
        literal = {one.rule for one in rulebook.literal}  # only recorded, not enforced
        self._rules = [rule for rule in rulebook.on(self._problem) if rule.name not in literal]
        self._duties = [duty for duty in roster.duties if duty.worker == mine]
        own = with_history(self._problem, self._duties)
        self._broken = {one.reason for rule in self._rules for one in _breaks(rule, self._problem, own)}

    def can_add(self, day: date, shift: Shift, overtime: bool) -> bool:
        """Whether one more duty breaks nothing that was kept before; with `overtime`, its hours count as approved overtime."""
        me = self._problem.workers[0].id
        extra = [Overtime(me, day, self._problem.paid_minutes(day, shift.code))] if overtime else []
        return self.keeps([*self._duties, Duty(me, day, shift.code)], extra)

    def keeps(self, duties: Iterable[Duty], overtime: Iterable[Overtime] = ()) -> bool:
        """Whether these duties, in place of the worker's own in the month, break nothing that was kept before.

        Parameters
        ----------
        overtime : iterable of Overtime
            Taken as approved, in addition to what is approved already.
        """
        return not self.find_broken(duties, overtime)

    def find_broken(self, duties: Iterable[Duty], overtime: Iterable[Overtime] = ()) -> tuple[Violation, ...]:
        """What these duties break that was kept before, of the first rule that is broken; see `keeps`."""
        problem, more = self._problem, tuple(overtime)
        if more:  # else what the problem has computed so far is still good
            problem = replace(problem, overtime=(*problem.overtime, *more))
        roster = with_history(problem, duties)
        for at, rule in enumerate(self._rules):
            found = tuple(one for one in _breaks(rule, problem, roster) if one.reason not in self._broken)
            if found:
                self._rules.insert(0, self._rules.pop(at))  # the rule that forbids one duty often forbids the next
                return found
        return ()


def _breaks(rule: Constraint, problem: Problem, roster: Roster) -> Iterator[Violation]:
    """The broken requirements of a rule that name workers; those on the whole desk are not for one worker to keep."""
    for violation in rule.check(problem, roster):
        if violation.hard and violation.reason.workers:
            yield violation
