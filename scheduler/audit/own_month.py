"""One worker's month, apart from everybody else's: what they may be given without breaking a rule.

The desk's own rules decide, so no rule is named here: a worker's month is cut out
of the problem, the duty is added to it, and the rules' checks say whether it breaks
a rule that the month kept before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from scheduler.audit.audit import with_history
from scheduler.audit.months import PlannedMonth, fit_before
from scheduler.domain import Duty, Overtime, Problem, Reason, Roster, Shift, Violation, Worker
from scheduler.rules import Constraint
from scheduler.rules.book import Rulebook


class OwnMonth:
    """One worker's month, apart from everybody else's."""

    def __init__(
        self, problem: Problem, rulebook: Rulebook, roster: Roster, worker: Worker, after: PlannedMonth | None = None
    ) -> None:
        """Cut it out.

        Parameters
        ----------
        after : PlannedMonth or None
            The month after where it is in force: the worker's own duties of it stand, and have to fit.
        """
        mine = worker.id
        self._problem = _cut_out(problem, worker)
        if after is not None and mine in after.problem.worker_by_id:
            theirs = Roster(duty for duty in after.roster.duties if duty.worker == mine)
            alone = _cut_out(after.problem, after.problem.worker_by_id[mine])
            rulebook = fit_before(rulebook, PlannedMonth(alone, after.rulebook, theirs))
        literal = {one.rule for one in rulebook.literal}  # only recorded, not enforced
        self._rules = [rule for rule in rulebook.on(self._problem) if rule.name not in literal]
        self._duties = [duty for duty in roster.duties if duty.worker == mine]
        self._own = with_history(self._problem, self._duties)
        self._broken: dict[
            str, frozenset[Reason]
        ] = {}  # as the month is, by rule; looked at where a duty breaks the rule

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
            found = tuple(_breaks(rule, problem, roster))
            if found := found and tuple(one for one in found if one.reason not in self._broken_before(rule)):
                self._rules.insert(0, self._rules.pop(at))  # the rule that forbids one duty often forbids the next
                return found
        return ()

    def _broken_before(self, rule: Constraint) -> frozenset[Reason]:
        """What the month breaks of a rule as it is."""
        if rule.name not in self._broken:
            self._broken[rule.name] = frozenset(one.reason for one in _breaks(rule, self._problem, self._own))
        return self._broken[rule.name]


def _breaks(rule: Constraint, problem: Problem, roster: Roster) -> Iterator[Violation]:
    """The broken requirements of a rule that name workers; those on the whole desk are not for one worker to keep."""
    for violation in rule.check(problem, roster):
        if violation.hard and violation.reason.workers:
            yield violation


def _cut_out(problem: Problem, worker: Worker) -> Problem:
    """A problem with one worker; of the demand on the desk as a whole, only which shifts run on which days remains."""
    mine = worker.id
    return replace(
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
