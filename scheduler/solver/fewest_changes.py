"""A live roster made to fit what has changed, with as few changed cells as can be.

Two questions in turn, so that no weighing of one against the other is needed:
how few cells must change, and which of the rosters with so few costs least. On
a large desk both are asked of a *neighbourhood* first: those concerned, others
who can take their shifts and the days around, with every other cell held as it
stands. What is found there is a roster of the whole month. That it has the
fewest changes is proved where what is asked needs as many by itself, else on
the whole model.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from ortools.sat.python import cp_model

from scheduler.audit.audit import Audit, audit
from scheduler.domain import Change, Problem, Roster, Violation, Worker
from scheduler.errors import SolverFault
from scheduler.i18n import Sentence
from scheduler.model.roster_model import Cells, Literal, RosterModel, known_no
from scheduler.rules.book import Rulebook
from scheduler.solver.cp_sat import IncumbentWatch, begin_with, invalid_model, run_search, solver_for
from scheduler.solver.incumbent import Incumbent, Progress
from scheduler.solver.outcome import Impossible, Undecided

# Of the seconds of a search, those that a question may take in a neighbourhood
NEAR_SHARE = 0.1


class Reach(NamedTuple):
    """How far a neighbourhood reaches beyond the people and the days concerned: so many others, so many days each side."""

    people: int
    days: int


REACHES = (Reach(30, 7), Reach(150, 31))
# A month of no more cells is asked as a whole at once, that of 60 people for instance: both questions proved in 0.1 to
# 0.4 s of searching, on two cores of a busy machine, where neighbourhoods took 0.03 to 0.12 s and left the second open.
# At 100 people it was 0.1 to 0.6 s, at 1000 1.3 to 2.9 s, and neighbourhoods as quick as at 60.
WHOLE_CELLS = 2000


@dataclass(frozen=True)
class Resolved:
    """A roster that keeps every rule and moves few cells, audited.

    Attributes
    ----------
    changes : tuple of Change
        In the order of days and workers.
    fewest : int
        No roster that keeps the rules moves fewer cells.
    among : int
        Where `fewest` does not reach the changes: as few cells are proved necessary as long as only so many, those
        looked at, may move; 0 where not even that is proved.
    objective, bound : int
        Cost of its compromises, and of the cheapest roster with as few changes, at least.
    seconds, first_seconds : float
        Wall time in all, and until the first roster.
    building_seconds, searching_seconds : float
        Of the wall time, what the building of models took and what the searches in them.
    deterministic : float
        CP-SAT's own measure of work.
    """

    roster: Roster
    audit: Audit
    changes: tuple[Change, ...]
    fewest: int
    among: int
    objective: int
    bound: int
    seconds: float
    first_seconds: float
    building_seconds: float
    searching_seconds: float
    deterministic: float

    @property
    def status(self) -> str:
        """OPTIMAL where fewer changes are proved impossible, else FEASIBLE."""
        return "OPTIMAL" if self.fewest >= len(self.changes) else "FEASIBLE"


def fewest_changes(
    problem: Problem,
    rulebook: Rulebook,
    live: Roster,
    *,
    held: Cells | None = None,
    time_limit: float = 10.0,
    seed: int = 0,
    cores: int = 2,
    listener: Callable[[Progress], None] | None = None,
) -> Resolved | Impossible | Undecided:
    """The roster that keeps every rule and changes the fewest cells of a live one; of these one of the cheapest.

    Parameters
    ----------
    problem : Problem
        What is asked now.
    live : Roster
        The month's duties as they stand.
    held : mapping of (worker, day) to codes, optional
        Cells that are as they are said to be, whatever else moves: the past, settled days, a request's own.
    time_limit : float
        Wall seconds of searching, the building of models apart; the second question gets what the first leaves.
    listener : callable, optional
        Told of the number of changed cells, and of its bound.

    Raises
    ------
    SolverFault
        The model is invalid, or the audit finds what the solver says is not there.
    """
    search = _Search(problem, rulebook, live, dict(held or {}), time_limit, seed, cores, Incumbent(listener))
    return search.run()


@dataclass(frozen=True)
class _Found:
    """A roster with few changes.

    Attributes
    ----------
    changed : int
        Cells that move, as the solver says.
    among : int
        Cells among which no fewer can move, where that is proved.
    bound : int
        Cost of the cheapest roster with as few changes, at least.
    """

    roster: Roster
    changes: tuple[Change, ...]
    changed: int
    among: int
    bound: int


@dataclass
class _Search:
    """The two questions, asked of neighbourhoods that grow until the number is proved or the whole was asked.

    Attributes
    ----------
    fewest : int
        Proved for the whole month so far.
    asked : int or None
        Cells that move because they are held so, where that was counted.
    searched, building : float
        Wall seconds.
    """

    problem: Problem
    rulebook: Rulebook
    live: Roster
    held: dict[tuple[str, date], tuple[str, ...]]
    time_limit: float
    seed: int
    cores: int
    standing: Incumbent
    fewest: int = 0
    asked: int | None = None
    searched: float = 0.0
    building: float = 0.0
    found: _Found | None = None
    cells: frozenset[tuple[str, date]] = field(init=False)

    def __post_init__(self) -> None:
        cells = ((worker.id, day) for worker in self.problem.workers for day in self.problem.dates)
        self.cells = frozenset(cell for cell in cells if cell not in self.held)

    @property
    def left(self) -> float:
        """Wall seconds of searching left."""
        return self.time_limit - self.searched

    def run(self) -> Resolved | Impossible | Undecided:
        """Ask."""
        for cells in self._neighbourhoods():
            self._ask(cells)
            if self.found:
                break
        if self.found and (self.fewest >= len(self.found.changes) or self.left <= 0):
            return self._resolved(self.found)
        if self._ask(self.cells) == cp_model.INFEASIBLE:
            return Impossible(self.standing.seconds)
        return self._resolved(self.found) if self.found else Undecided(self.standing.seconds)

    # Where to look

    def _neighbourhoods(self) -> Iterator[frozenset[tuple[str, date]]]:
        """Open cells, ever more of them; none where the whole is as soon asked, or nobody can tell where to look."""
        if len(self.problem.workers) * len(self.problem.dates) <= WHOLE_CELLS:
            return
        asked = self._as_asked()
        broken = audit(self.problem, self.rulebook, asked).broken
        moved = self._changes(asked)
        # only one roster has no other changes than those asked for
        self.asked, self.fewest = len(moved), len(moved) + bool(broken)
        self.standing.proved(self.fewest, "")
        people = dict.fromkeys(change.worker for change in moved)
        days = {change.day for change in moved}
        for violation in broken:
            people |= dict.fromkeys(violation.reason.workers)
            days |= set(violation.reason.days)
        days &= set(self.problem.dates)
        if not days:
            return
        others = self._others([self.problem.worker_by_id[one] for one in people], days, broken)
        for reach in REACHES:
            near = timedelta(days=reach.days)
            around = [day for day in self.problem.dates if any(abs(day - one) <= near for one in days)]
            looked_at = [*people, *others[: reach.people]]
            cells = frozenset((worker, day) for worker in looked_at for day in around) & self.cells
            if cells and len(cells) <= len(self.cells) / 2:
                yield cells

    def _as_asked(self) -> Roster:
        """The live roster with the held cells as they are said to be, and nothing else moved."""
        asked, known = self.live.replace_cells(self.held), self.problem.shift_by_code
        return Roster(d for d in asked.duties if d.shift in known and self._knows(d.worker, d.day))

    def _knows(self, worker: str, day: date) -> bool:
        """Whether a cell is one of the month's."""
        return worker in self.problem.worker_by_id and day in self.problem.day_by_date

    def _others(self, people: list[Worker], days: set[date], broken: tuple[Violation, ...]) -> list[str]:
        """Everybody else, first those who can take most of what is at stake and could do so on a day off."""
        problem, live, known = self.problem, self.live, self.problem.shift_by_code
        stakes = {(day, code) for one in people for day in days for code in live.on(one.id, day)}
        for violation in broken:
            if not violation.reason.workers:  # the desk lacks somebody, whoever it is
                stakes |= {(day, code) for day in violation.reason.days for code in known}
        duties = [(day, known[code]) for day, code in stakes if day in days and code in known]
        kinds = [(set(one.roles), {skill.name for skill in one.skills}) for one in people]

        def chances(worker: Worker) -> tuple[int, int]:
            mine = set(worker.roles), {skill.name for skill in worker.skills}
            like = sum(roles <= mine[0] and skills <= mine[1] for roles, skills in kinds)
            able = [day for day, shift in duties if problem.can_take(worker, day, shift)]
            return like, sum(1 + (not live.on(worker.id, day)) for day in able)

        others = [worker for worker in problem.workers if worker not in people]
        random.Random(self.seed).shuffle(others)  # or the last of the table would never be looked at
        return [worker.id for worker in sorted(others, key=chances, reverse=True)]

    # The questions

    def _ask(self, cells: frozenset[tuple[str, date]]) -> cp_model.CpSolverStatus:
        """How few of these cells must change, and which of the rosters with so few is the cheapest."""
        whole = len(cells) == len(self.cells)
        began = time.perf_counter()
        model = RosterModel(self.problem, held=self.held | self._outside(cells))
        self.rulebook.encode(self.problem, model)
        count = cp_model.LinearExpr.sum([literal for literal in _moved(model, self.live) if not known_no(literal)])
        _hint(model, self.found.roster if self.found else self.live)
        if self.found:
            model.cp.add(count <= len(self.found.changes))
        model.cp.minimize(count)
        self.building += time.perf_counter() - began
        limit = self.left if whole else min(self.left, NEAR_SHARE * self.time_limit)
        watch = IncumbentWatch(self.standing)
        solver = solver_for(self.cores, self.seed, max(0.1, limit))
        if whole:
            solver.best_bound_callback = watch.on_bound
        status = self._search(solver, model, watch)
        if status == cp_model.MODEL_INVALID:
            raise invalid_model(model.cp)
        if status == cp_model.INFEASIBLE and self.found:  # it is one of the rosters that were asked for
            raise self._fault(self.found)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return status
        if whole:
            self.fewest = max(self.fewest, round(solver.best_objective_bound))
        changed = round(solver.objective_value)
        values = list(solver.response_proto.solution)
        among = len(cells) if status == cp_model.OPTIMAL else 0
        if self.found and len(self.found.changes) == changed:
            among = max(among, self.found.among)
        bound = 0
        limit = self.left if whole else min(self.left, NEAR_SHARE * self.time_limit)
        if limit > 0:
            model.cp.add(count <= changed)
            begin_with(model.cp, values)
            model.cp.minimize(model.objective())
            solver = solver_for(self.cores, self.seed, limit)
            cheapest = self._search(solver, model)
            if cheapest in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                values = list(solver.response_proto.solution)
            bound = max(0, round(solver.best_objective_bound)) if whole else 0
        roster = model.roster_of(values)
        self.found = _Found(roster, self._changes(roster), changed, among, bound)
        return status

    def _search(
        self, solver: cp_model.CpSolver, model: RosterModel, watch: IncumbentWatch | None = None
    ) -> cp_model.CpSolverStatus:
        began = time.perf_counter()
        status = run_search(solver, model.cp, watch)
        self.searched += time.perf_counter() - began
        self.standing.worked(solver.response_proto.deterministic_time)
        return status

    def _outside(self, cells: frozenset[tuple[str, date]]) -> dict[tuple[str, date], tuple[str, ...]]:
        """The open cells outside a neighbourhood, as they stand."""
        return {cell: self.live.on(*cell) for cell in self.cells - cells}

    # The answer

    def _changes(self, roster: Roster) -> tuple[Change, ...]:
        """The cells of the month in which a roster differs from the live one."""
        return tuple(one for one in roster.changes_from(self.live) if self._knows(one.worker, one.day))

    def _resolved(self, best: _Found) -> Resolved:
        found = audit(self.problem, self.rulebook, best.roster)
        if found.broken or len(best.changes) > best.changed:
            raise self._fault(best)
        only = len(best.changes) == self.asked  # no other roster has as few
        return Resolved(
            best.roster,
            found,
            best.changes,
            self.fewest,
            best.among,
            found.cost,
            found.cost if only else min(best.bound, found.cost),
            self.standing.seconds,
            self.standing.first_seconds or self.standing.seconds,
            self.building,
            self.searched,
            self.standing.deterministic,
        )

    def _fault(self, best: _Found) -> SolverFault:
        found = audit(self.problem, self.rulebook, best.roster)
        return SolverFault(
            Sentence(
                "审核与求解器不符：{what}（改动 {changes} 格，求解器称 {changed} 格）",
                "the audit disagrees with the solver: {what} ({changes} cells moved, the solver says {changed})",
            ),
            what="; ".join(violation.say("en", {}) for violation in found.broken[:5]),
            changes=len(best.changes),
            changed=best.changed,
        )


def _moved(model: RosterModel, live: Roster) -> list[Literal]:
    """For each cell, whether it differs from the live roster's."""
    problem, found = model.problem, []
    known = problem.shift_by_code  # a shift that the desk has no more is lost
    for worker in problem.workers:
        for day in problem.dates:
            before, held = live.on(worker.id, day), model.held.get((worker.id, day))
            if held is not None:
                found.append(int(held != before))
                continue
            if not before:
                found.append(model.works_on(worker.id, day))
                continue
            lost = [model.negated(model.works(worker.id, day, code)) if code in known else 1 for code in before]
            others = [shift.code for shift in problem.shifts if shift.code not in before]
            gained = [] if model.exclusive else [model.works(worker.id, day, code) for code in others]
            found.append(model.any_of([*lost, *gained]))
    return found


def _hint(model: RosterModel, roster: Roster) -> None:
    """Say where to look first; nothing is decided where a cell is held."""
    for worker in model.problem.workers:
        for day in model.problem.dates:
            for shift in model.problem.shifts if (worker.id, day) not in model.held else ():
                cell = model.works(worker.id, day, shift.code)
                if not isinstance(cell, int):
                    model.cp.add_hint(cell, shift.code in roster.on(worker.id, day))
