"""Plan one day of a finished roster again, for more demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from scheduler.audit.gaps import harm_factor
from scheduler.audit.own_month import OwnMonth
from scheduler.domain import Change, Demand, Problem, Reason, Roster, SlotNeed
from scheduler.rules.book import Rulebook
from scheduler.rules.internal import ShortageCap, desk_cost
from scheduler.time_limit import OutOfTime, TimeLimit
from scheduler.workflow.amendment import scale_days

if TYPE_CHECKING:
    from scheduler.model.roster_model import Cells


class OffDuty(NamedTuple):
    """Somebody who is off on the day and could be called in.

    Attributes
    ----------
    shifts : tuple of str
        Codes of the shifts that the worker could take, in the order of the shifts table.
    overtime : bool
        Whether the hours have to be approved as overtime first.
    """

    worker: str
    shifts: tuple[str, ...]
    overtime: bool


@dataclass(frozen=True)
class Plan:
    """A day planned again.

    Attributes
    ----------
    word : str
        `OPTIMAL` if it is proved that neither fewer missing heads nor fewer changes are possible, `FEASIBLE` if one
        of the two is not proved, `IMPOSSIBLE` or `UNDECIDED` if there is no roster.
    asking : Problem
        The month with the raised demand of the day.
    fewest : int
        A proved lower bound on the cells that a roster with as few missing heads changes.
    """

    word: str
    asking: Problem
    _: KW_ONLY
    roster: Roster | None = None
    changes: tuple[Change, ...] = ()
    fewest: int = 0


def raise_demand(problem: Problem, day: date, factor: float) -> Problem:
    """The month with the targets of a day multiplied by a factor.

    The minimums of the day stay what they were, as do its maximums, so that only the
    wished-for numbers rise.
    """
    more = scale_days(problem, {day: factor})
    own = day.isoformat()
    slots = {(slot.start, slot.end, slot.skill): slot for slot in problem.slots_on(day)}
    rows = {(row.shift, row.role, row.skill): row for row in problem.demand_on(day)}

    def slot(new: SlotNeed) -> SlotNeed:
        return replace(new, least=min(new.target, slots[new.start, new.end, new.skill].least))

    def row(new: Demand) -> Demand:
        old = rows[new.shift, new.role, new.skill]
        target = new.target if old.most is None else min(new.target, old.most)
        return replace(new, least=min(target, old.least), target=target, most=old.most)

    return replace(
        more,
        slots=tuple(slot(one) if one.on == own else one for one in more.slots),
        demand=tuple(row(one) if one.on == own else one for one in more.demand),
    )


def replan_day(
    problem: Problem,
    rulebook: Rulebook,
    live: Roster,
    day: date,
    factor: float,
    *,
    allowed: Mapping[Reason, int] | None = None,
    time_limit: float = 20.0,
    seed: int = 0,
    cores: int = 2,
) -> Plan:
    """Plan a day of a finished roster again for `factor` times the demand, with as few changes as possible.

    Parameters
    ----------
    live : Roster
        The month's duties before.
    allowed : mapping of Reason to int, optional
        By how much requirements may give: the duties that were open before. Those of the day are filled as far as can be.
    time_limit : float
        Wall seconds: half for the fewest missing heads, half for the fewest changes; where duties of the day were open,
        a third of it to fill them.
    """
    from ortools.sat.python import cp_model

    from scheduler.model.roster_model import RosterModel
    from scheduler.solver.cp_sat import reading_seconds, run_search, solver_for
    from scheduler.solver.fewest_changes import Resolved, fewest_changes

    asking = raise_demand(problem, day, factor)
    asking = replace(asking, fixed=tuple(row for row in asking.fixed if row.day == day))
    held = {
        (worker.id, other): live.on(worker.id, other)
        for worker in problem.workers
        for other in problem.dates
        if other != day
    }
    limit = TimeLimit(time_limit)
    if allowed and any(day in reason.days for reason in allowed):
        allowed = _fill_first(asking, rulebook, held, day, allowed, time_limit=time_limit / 3, seed=seed, cores=cores)
    model = RosterModel(asking, allowed=allowed, held=held, time_limit=limit)
    try:
        rulebook.encode(asking, model)
        model.cp.minimize(desk_cost(model))
        limit.check(reading_seconds(model.cp))
    except OutOfTime:
        return Plan("UNDECIDED", asking)
    solver = solver_for(cores, seed, max(0.1, min(time_limit / 2, limit.left)))
    status = run_search(solver, model.cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Plan("IMPOSSIBLE" if status == cp_model.INFEASIBLE else "UNDECIDED", asking)
    bound = replace(rulebook, rules=(*rulebook.rules, ShortageCap(round(solver.objective_value))))
    left = min(time_limit / 2, limit.left)
    found = fewest_changes(asking, bound, live, held=held, allowed=allowed, time_limit=left, seed=seed, cores=cores)
    if not isinstance(found, Resolved):
        return Plan("UNDECIDED", asking)
    proved = status == cp_model.OPTIMAL and found.status == "OPTIMAL"
    return Plan(
        "OPTIMAL" if proved else "FEASIBLE", asking, roster=found.roster, changes=found.changes, fewest=found.fewest
    )


def _fill_first(
    asking: Problem,
    rulebook: Rulebook,
    held: Cells,
    day: date,
    allowed: Mapping[Reason, int],
    *,
    time_limit: float,
    seed: int,
    cores: int,
) -> Mapping[Reason, int]:
    """By how much requirements have to give where the duties of a day are filled as far as can be."""
    from scheduler.solver.gaps import LeastGaps, least_gaps

    prices = {rule.name: rule.price for rule in rulebook.rules}

    def harm(gaps: Mapping[Reason, int]) -> int:
        return sum(prices[reason.rule] * harm_factor(asking, reason) * bend for reason, bend in gaps.items())

    mine = {reason: bend for reason, bend in allowed.items() if day in reason.days}
    others = {reason: bend for reason, bend in allowed.items() if reason not in mine}
    least = least_gaps(asking, rulebook, allowed=others, held=held, time_limit=time_limit, seed=seed, cores=cores)
    if isinstance(least, LeastGaps) and harm(least.gaps) < harm(mine):
        return others | least.gaps
    return allowed


def off_duty(problem: Problem, rulebook: Rulebook, roster: Roster, day: date) -> list[OffDuty]:
    """Who is off on the day and could take one of its shifts; first those who need no overtime, then in the desk's order."""
    shifts = [
        shift for shift in problem.shifts_on(day) if any(row.shift == shift.code for row in problem.demand_on(day))
    ]
    found = []
    for worker in problem.workers:
        takes = [shift for shift in shifts if problem.can_take(worker, day, shift)]
        if roster.on(worker.id, day) or not takes:
            continue
        month = OwnMonth(problem, rulebook, roster, worker)
        for overtime in (False, True):
            codes = tuple(shift.code for shift in takes if month.can_add(day, shift, overtime))
            if codes:
                found.append(OffDuty(worker.id, codes, overtime))
                break
    return sorted(found, key=lambda one: one.overtime)
