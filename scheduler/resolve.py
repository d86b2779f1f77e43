"""A live roster made to fit what has changed, with as few changed cells as can be.

Two questions in turn, so that no weighing of one against the other is needed:
how few cells must change, and which of the rosters with so few costs least.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ortools.sat.python import cp_model

from scheduler.domain import Change, Problem, Roster
from scheduler.errors import SolverFault
from scheduler.model import Literal, RosterModel, known_no
from scheduler.rulebook import Rulebook
from scheduler.solve import Impossible, Undecided, Watch, invalid, run_search, solver_for
from scheduler.standing import Progress, Standing
from scheduler.verify import Audit, audit
from scheduler.words import Sentence


@dataclass(frozen=True)
class Resolved:
    """A roster that keeps every rule and moves few cells, audited.

    Attributes
    ----------
    changes : tuple of Change
        In the order of days and workers.
    fewest : int
        No roster that keeps the rules moves fewer cells.
    objective, bound : int
        Cost of its compromises, and of the cheapest roster with as few changes, at least.
    seconds, first_seconds : float
        Wall time in all, and until the first roster.
    deterministic : float
        CP-SAT's own measure of work.
    """

    roster: Roster
    audit: Audit
    changes: tuple[Change, ...]
    fewest: int
    objective: int
    bound: int
    seconds: float
    first_seconds: float
    deterministic: float

    @property
    def status(self) -> str:
        """OPTIMAL where fewer changes are proved impossible, else FEASIBLE."""
        return "OPTIMAL" if self.fewest >= len(self.changes) else "FEASIBLE"


def resolve(
    problem: Problem,
    rulebook: Rulebook,
    live: Roster,
    *,
    time_limit: float = 10.0,
    seed: int = 0,
    cores: int = 2,
    listener: Callable[[Progress], None] | None = None,
) -> Resolved | Impossible | Undecided:
    """The roster that keeps every rule and changes the fewest cells of a live one; of these one of the cheapest.

    Parameters
    ----------
    problem : Problem
        What is asked now: a request's cells and the past are its `fixed` duties.
    live : Roster
        The month's duties as they stand.
    time_limit : float
        Wall seconds in all; the second question gets what the first leaves.
    listener : callable, optional
        Told of the number of changed cells, and of its bound.

    Raises
    ------
    SolverFault
        The model is invalid, or the audit finds what the solver says is not there.
    """
    standing = Standing(listener)
    model = RosterModel(problem)
    rulebook.encode(problem, model)
    moved = [literal for literal in _moved(model, problem, live) if not known_no(literal)]
    count = cp_model.LinearExpr.sum(moved)
    _hint(model, problem, live)
    model.cp.minimize(count)
    solver = solver_for(cores, seed, max(0.1, time_limit - standing.seconds))
    watch = Watch(standing)
    solver.best_bound_callback = watch.on_bound
    status = run_search(solver, model.cp, watch)
    standing.deterministic += solver.response_proto.deterministic_time
    if status == cp_model.INFEASIBLE:
        return Impossible(standing.seconds)
    if status == cp_model.MODEL_INVALID:
        raise invalid(model.cp)
    if status == cp_model.UNKNOWN:
        return Undecided(standing.seconds)
    fewest = round(solver.best_objective_bound)
    changed = round(solver.objective_value)
    values = list(solver.response_proto.solution)
    bound = 0
    if time_limit - standing.seconds > 0:
        model.cp.add(count <= changed)
        model.cp.clear_hints()  # type: ignore[no-untyped-call]
        for index, value in enumerate(values):
            model.cp.add_hint(model.cp.get_int_var_from_proto_index(index), value)
        model.cp.minimize(model.objective())
        solver = solver_for(cores, seed, time_limit - standing.seconds)
        status = run_search(solver, model.cp)
        standing.deterministic += solver.response_proto.deterministic_time
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            values = list(solver.response_proto.solution)
        bound = max(0, round(solver.best_objective_bound))
    roster = model.roster_of(values)
    found = audit(problem, rulebook, roster)
    known = {(worker.id, day) for worker in problem.workers for day in problem.dates}
    changes = tuple(change for change in roster.changes_from(live) if (change.worker, change.day) in known)
    if found.broken or len(changes) > changed:
        what = "; ".join(violation.say("en", {}) for violation in found.broken[:5])
        raise SolverFault(
            Sentence(
                "审核与求解器不符：{what}（改动 {changes} 格，求解器称 {changed} 格）",
                "the audit disagrees with the solver: {what} ({changes} cells moved, the solver says {changed})",
            ),
            what=what,
            changes=len(changes),
            changed=changed,
        )
    return Resolved(
        roster,
        found,
        changes,
        fewest,
        found.cost,
        min(bound, found.cost),
        standing.seconds,
        standing.first_seconds or standing.seconds,
        standing.deterministic,
    )


def _moved(model: RosterModel, problem: Problem, live: Roster) -> list[Literal]:
    """For each cell, whether it differs from the live roster's."""
    found = []
    for worker in problem.workers:
        for day in problem.dates:
            held = live.on(worker.id, day)
            if not held:
                found.append(model.works_on(worker.id, day))
                continue
            known = problem.shift_by_code  # a shift that the desk has no more is lost
            lost = [model.negated(model.works(worker.id, day, code)) if code in known else 1 for code in held]
            others = [shift.code for shift in problem.shifts if shift.code not in held]
            gained = [] if model.exclusive else [model.works(worker.id, day, code) for code in others]
            found.append(model.any_of([*lost, *gained]))
    return found


def _hint(model: RosterModel, problem: Problem, live: Roster) -> None:
    for worker in problem.workers:
        for day in problem.dates:
            for shift in problem.shifts:
                cell = model.works(worker.id, day, shift.code)
                if not isinstance(cell, int):
                    model.cp.add_hint(cell, shift.code in live.on(worker.id, day))
