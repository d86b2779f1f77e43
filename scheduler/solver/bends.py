"""By how much requirements give: measured in a roster, or the cheapest that make one possible."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping, Sequence
from typing import NamedTuple

from ortools.sat.python import cp_model

from scheduler.audit.months import WAIVED, PlannedMonth, continue_months
from scheduler.domain import Reason
from scheduler.model.roster_model import Cells, RosterModel
from scheduler.rules.base import Layer
from scheduler.rules.book import Rulebook
from scheduler.solver.cp_sat import reading_seconds, run_search, solver_for
from scheduler.time_limit import OutOfTime, TimeLimit

PRICE_SCALE = 60  # of all prices, so that a price for an hour is whole for each minute
APPROVAL_PERCENT = 10  # of its price is added for each requirement that gives: few large bends beat many small ones
MEASURE_SECONDS = 5.0  # nothing is left to decide: presolve measures


def minimize_bends(
    models: Sequence[RosterModel], prices: Mapping[str, int], times: Callable[[Reason], int] = lambda reason: 1
) -> None:
    """Let guarded models, all in one CP-SAT model, minimise the price of the requirements that give.

    Parameters
    ----------
    times : callable
        How many times its rule's price a requirement costs.
    """
    variables: list[int] = []
    costs: list[int] = []
    objective = models[0].cp.proto.objective
    for model in models:
        for reason, guard in model.guards.items():
            model.time_limit.count()
            price = prices[reason.rule] * times(reason) * PRICE_SCALE
            approval = price * APPROVAL_PERCENT // 100
            variables += [guard.kept.index, *(slack.index for slack in guard.slacks)]
            costs += [-approval, *[price // guard.step] * len(guard.slacks)]
            objective.offset += approval  # where it is not kept
    # as `minimize` does, which takes 2 s for the guards of 1000 people and cannot look at the clock
    objective.vars.extend(variables)
    objective.coeffs.extend(costs)


def read_bends(models: Sequence[RosterModel], solver: cp_model.CpSolver) -> dict[Reason, int]:
    """By how much the requirements of guarded models give in a solution, in started steps; those that do not are left out."""
    found: dict[Reason, int] = {}
    for model in models:
        for reason, guard in model.guards.items():
            bend = max((solver.value(slack) for slack in guard.slacks), default=0)
            if bend:
                found[reason] = -(-bend // guard.step)
    return found


def measure_bends(month: PlannedMonth, reasons: Collection[Reason]) -> dict[Reason, int]:
    """By how much a month's roster breaks requirements, in the unit of their rules: heads, days, started hours.

    Returns
    -------
    dict of Reason to int
        `WAIVED` for a requirement that has no measure of its own.
    """
    if not reasons:
        return {}
    names = {reason.rule for reason in reasons}
    book = Rulebook(tuple(rule for rule in month.rulebook.rules if rule.name in names))
    held = {(w.id, day): month.roster.on(w.id, day) for w in month.problem.workers for day in month.problem.dates}
    model = RosterModel(month.problem, guarded=names, held=held)
    book.encode(month.problem, model)
    minimize_bends([model], dict.fromkeys(names, 1))
    solver = solver_for(1, 0, MEASURE_SECONDS)
    measured = run_search(solver, model.cp) in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    found = read_bends([model], solver) if measured else {}
    return {reason: found.get(reason, WAIVED) for reason in reasons}


class LeastBends(NamedTuple):
    """By how much requirements give, and whether it is proved that nothing cheaper would do."""

    bends: dict[Reason, int]
    proved: bool


def least_bends(
    months: Sequence[PlannedMonth],
    layers: Container[Layer],
    *,
    held: Cells,
    allowed: Mapping[Reason, int],
    time_limit: float,
    seed: int = 0,
    cores: int = 2,
) -> LeastBends | None:
    """The cheapest bends of the rules in some layers that let the held cells be held, or the cheapest found in time.

    Parameters
    ----------
    allowed : mapping of Reason to int
        By how much requirements may give beforehand; that costs nothing.
    time_limit : float
        Wall seconds.

    Returns
    -------
    LeastBends or None
        `None` where these rules alone do not make room, or nothing was found in time.
    """
    limit = TimeLimit(time_limit)
    prices = {rule.name: rule.price for month in months for rule in month.rulebook.rules if rule.layer in layers}
    models: list[RosterModel] = []
    try:
        for month in continue_months(months):
            if models:
                models.append(models[-1].followed_by(month.problem, held, allowed, guarded=prices))
            else:
                models.append(RosterModel(month.problem, prices, allowed, held, limit))
            month.rulebook.encode(month.problem, models[-1])
        minimize_bends(models, prices)
        limit.check(reading_seconds(models[0].cp))
    except OutOfTime:
        return None
    solver = solver_for(cores, seed, max(0.1, limit.left))
    status = run_search(solver, models[0].cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return LeastBends(read_bends(models, solver), status == cp_model.OPTIMAL)
