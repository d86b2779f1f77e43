"""Re-solve: a live roster made to fit what has changed, with as few changed cells as possible.

Two questions in turn, so that no weighing of one against the other is needed:

1. How few cells must change?
2. Which of the rosters with so few changes costs least?

On a large desk both are asked of a *neighbourhood* first: the workers
concerned, others who can take their shifts, and the days around, with every
other cell held as it stands. A roster found there is a roster of the whole
month. That it has the fewest changes is proved where the request needs as
many by itself, else on the whole model.

Months that follow one another can be asked together, for what begins in one
and ends in the next: their models are one, and so are the counts of changes.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from ortools.sat.python import cp_model

from scheduler.audit.audit import Audit
from scheduler.audit.months import PlannedMonth, audit_months, continue_months
from scheduler.domain import Change, Problem, Reason, Roster, Violation, Worker
from scheduler.errors import SolverFault
from scheduler.i18n import Sentence
from scheduler.model.literals import Literal, known_no
from scheduler.model.roster_model import Cells, RosterModel
from scheduler.rules.book import Rulebook
from scheduler.solver.cp_sat import (
    IncumbentWatch,
    hint_assignment,
    invalid_model,
    reading_seconds,
    run_search,
    solver_for,
)
from scheduler.solver.incumbent import Engine, Incumbent, Progress
from scheduler.solver.outcome import Impossible, Status, Undecided
from scheduler.solver.settings import DEFAULTS, SearchSettings
from scheduler.time_limit import OutOfTime, TimeLimit

log = logging.getLogger(__name__)

Cell = tuple[str, date]  # a worker's id and a day


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """A roster that keeps every rule and changes few cells, audited; or one for each of several months.

    Attributes
    ----------
    rosters, audits : tuple of Roster, tuple of Audit
        One for each month.
    changes : tuple of Change
        In the order of days and workers.
    fewest : int
        Proved lower bound of the number of changed cells.
    among : int
        Where `fewest` does not reach the changes: as few cells are proved necessary as long as only so many, those
        looked at, may change; 0 where not even that is proved.
    objective, bound : int
        Cost of the roster's compromises, and lower bound of that of all rosters with as few changes.
    seconds, first_seconds : float
        Wall time in all, and until the first roster.
    building_seconds, searching_seconds : float
        Of the wall time, what building the models took and what searching them took.
    deterministic : float
        CP-SAT's own measure of work.
    """

    rosters: tuple[Roster, ...]
    audits: tuple[Audit, ...]
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
    def roster(self) -> Roster:
        """That of the month, or of the first of several."""
        return self.rosters[0]

    @property
    def audit(self) -> Audit:
        """That of the month, or of the first of several."""
        return self.audits[0]

    @property
    def status(self) -> Status:
        """OPTIMAL where fewer changes are proved impossible, else FEASIBLE."""
        return Status.OPTIMAL if self.fewest >= len(self.changes) else Status.FEASIBLE


def fewest_changes(
    problem: Problem,
    rulebook: Rulebook,
    live: Roster,
    *,
    then: Sequence[PlannedMonth] = (),
    held: Cells | None = None,
    allowed: Mapping[Reason, int] | None = None,
    at_most: int | None = None,
    time_limit: float = 10.0,
    seed: int = 0,
    cores: int = 2,
    listener: Callable[[Progress], None] | None = None,
    settings: SearchSettings = DEFAULTS,
) -> Resolved | Impossible | Undecided:
    """Find the roster that keeps every rule and changes the fewest cells of a live one; of these one of the cheapest.

    Parameters
    ----------
    problem : Problem
        What is asked now.
    live : Roster
        The month's duties as they stand.
    then : sequence of PlannedMonth
        Months that follow, whose cells may change with those of this one; each `roster` is as it stands.
    held : mapping of (worker, day) to codes, optional
        Cells with the shifts that they keep, whatever else changes: the past, settled days, a request's own.
    allowed : mapping of Reason to int, optional
        By how much what is asked may give: what is broken already.
    at_most : int, optional
        Ask only whether so many changed cells are enough: whatever roster shows it is the answer, and where there is none
        it is impossible. Held cells that change count.
    time_limit : float
        Wall seconds for building and searching together; the second question gets what the first leaves.
    listener : callable, optional
        Called with the number of changed cells, and with its bound.
    settings : SearchSettings
        Of its own search, `settings.fewest_changes`, and of CP-SAT's, `settings.cp_sat`.

    Raises
    ------
    SolverFault
        The model is invalid, or the audit finds what the solver says is not there.
    """
    search = _Search(
        months=continue_months((PlannedMonth(problem, rulebook, live), *then)),
        held=dict(held or {}),
        allowed=dict(allowed or {}),
        at_most=at_most,
        time_limit=time_limit,
        limit=TimeLimit(time_limit),
        seed=seed,
        cores=cores,
        incumbent=Incumbent(listener=listener),
        settings=settings,
    )
    return search.run()


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    """Rosters with few changes, one for each month.

    Attributes
    ----------
    changed : int
        Cells that change, as the solver says.
    among : int
        Cells among which no fewer can change, where that is proved, else 0.
    bound : int
        Lower bound of the cost of all rosters with as few changes.
    """

    rosters: tuple[Roster, ...]
    changes: tuple[Change, ...]
    changed: int
    among: int
    bound: int


@dataclass(kw_only=True)
class _Search:
    """Both questions, asked of neighbourhoods that grow until the number is proved or the whole was asked.

    Attributes
    ----------
    months : tuple of PlannedMonth
        One, or several that follow one another, as they stand.
    fewest : int
        Proved lower bound of the number of changes in the whole, so far.
    requested : int or None
        Cells that change because they are held so, where that was counted.
    searching_seconds, building_seconds : float
        Wall seconds so far.
    live : Roster
        The duties of all months as they stand.
    cells : frozenset of Cell
        The open cells: those that are not held.
    """

    months: tuple[PlannedMonth, ...]
    held: dict[Cell, tuple[str, ...]]
    allowed: dict[Reason, int]
    time_limit: float
    limit: TimeLimit
    seed: int
    cores: int
    incumbent: Incumbent
    settings: SearchSettings
    at_most: int | None = None
    fewest: int = 0
    requested: int | None = None
    searching_seconds: float = 0.0
    building_seconds: float = 0.0
    best: _Candidate | None = None
    live: Roster = field(init=False)
    every: frozenset[Cell] = field(init=False)
    cells: frozenset[Cell] = field(init=False)

    def __post_init__(self) -> None:
        self.live = Roster(duty for month in self.months for duty in month.roster.duties)
        self.every = frozenset(
            (w.id, day) for one in self.months for w in one.problem.workers for day in one.problem.dates
        )
        self.cells = self.every - self.held.keys()

    @property
    def left(self) -> float:
        """Wall seconds left."""
        return self.limit.left

    def run(self) -> Resolved | Impossible | Undecided:
        """Ask neighbourhoods until one has a roster, then the whole unless the number is proved."""
        try:
            for cells in self._neighbourhoods():
                self._ask(cells)
                if self.best:
                    break
            is_asked = self.at_most is None and self.best and self.fewest < len(self.best.changes)
            is_open = not self.best or (is_asked and self.left > 0)
            if is_open and self._ask(self.cells) == cp_model.INFEASIBLE:
                return Impossible(self.incumbent.seconds)
        except OutOfTime:
            log.info("no time left to build a model of so many cells")
        if self.best:
            return self._resolved(self.best)
        return Undecided(self.incumbent.seconds, built=self.building_seconds > 0)

    # Where to look

    def _neighbourhoods(self) -> Iterator[frozenset[Cell]]:
        """Sets of open cells, each larger than the one before.

        None where the whole takes no longer, or where nothing says where to look.
        """
        settings = self.settings.fewest_changes
        if len(self.every) <= settings.whole_cells:
            return
        as_requested = self._as_requested()
        broken = self._broken(audit_months(self._planned(as_requested)))
        changes = self._changes(as_requested)
        # where that breaks a rule at least one further cell changes: no other roster has these changes only
        self.requested, self.fewest = len(changes), len(changes) + bool(broken)
        self.incumbent.report_bound(self.fewest, Engine.NONE)
        workers = dict.fromkeys(change.worker for change in changes)
        days = {change.day for change in changes}
        for violation in broken:
            workers |= dict.fromkeys(violation.reason.workers)
            days |= set(violation.reason.days)
        dates = [day for month in self.months for day in month.problem.dates]
        days &= set(dates)
        if not days:
            return
        everybody = {worker.id: worker for month in self.months for worker in month.problem.workers}
        others = self._other_workers([everybody[one] for one in workers], list(everybody.values()), days, broken)
        for reach in settings.reaches:
            near = timedelta(days=reach.days)
            around = [day for day in dates if any(abs(day - one) <= near for one in days)]
            looked_at = [*workers, *others[: reach.workers]]
            cells = frozenset((worker, day) for worker in looked_at for day in around) & self.cells
            if cells and len(cells) <= len(self.cells) / 2:
                yield cells

    def _as_requested(self) -> Roster:
        """The duties as they stand with the held cells as they are held, and no other change."""
        asked = self.live.replace_cells(self.held)
        return Roster(d for d in asked.duties if (d.worker, d.day) in self.every and self._knows(d.day, d.shift))

    def _problem_on(self, day: date) -> Problem:
        """The problem of the month of a day."""
        return next(month.problem for month in self.months if day in month.problem.day_by_date)

    def _knows(self, day: date, code: str) -> bool:
        """Whether the desk has the shift on a day."""
        return code in self._problem_on(day).codes_on(day)

    def _planned(self, whole: Roster) -> tuple[PlannedMonth, ...]:
        """The months with other duties."""
        return tuple(replace(month, roster=_part_of(whole, month.problem)) for month in self.months)

    def _broken(self, audits: Sequence[Audit]) -> tuple[Violation, ...]:
        """What rosters break beyond what is allowed."""
        return tuple(one for found in audits for one in found.broken if one.reason not in self.allowed)

    def _other_workers(
        self, workers: list[Worker], everybody: list[Worker], days: set[date], broken: tuple[Violation, ...]
    ) -> list[str]:
        """Everybody else, first those who have the roles and skills of most of these workers.

        Among equals first those who can take most of the duties at stake; one on a day off counts twice.
        """
        live = self.live
        at_stake = {(day, code) for one in workers for day in days for code in live.on(one.id, day)}
        for violation in broken:
            if not violation.reason.workers:  # the desk lacks somebody, whoever it is
                lacking = [day for day in violation.reason.days if day in days]
                at_stake |= {(day, code) for day in lacking for code in self._problem_on(day).codes_on(day)}
        duties = [
            (self._problem_on(day), day, self._problem_on(day).shift_on(day, code))
            for day, code in at_stake
            if self._knows(day, code)
        ]
        kinds = [(set(one.roles), {skill.name for skill in one.skills}) for one in workers]

        def chances(worker: Worker) -> tuple[int, int]:
            own_roles, own_skills = set(worker.roles), {skill.name for skill in worker.skills}
            alike = sum(roles <= own_roles and skills <= own_skills for roles, skills in kinds)
            able = [day for problem, day, shift in duties if problem.can_take(worker, day, shift)]
            return alike, sum(1 + (not live.on(worker.id, day)) for day in able)

        others = [worker for worker in everybody if worker not in workers]
        random.Random(self.seed).shuffle(others)  # or the last of the table would never be looked at
        return [worker.id for worker in sorted(others, key=chances, reverse=True)]

    # The questions

    def _ask(self, cells: frozenset[Cell]) -> cp_model.CpSolverStatus:
        """Ask both questions with all but these cells held, and keep the answer in `best` and `fewest`.

        Returns
        -------
        CpSolverStatus
            Of the first question.
        """
        is_whole = len(cells) == len(self.cells)
        began = time.perf_counter()
        self.limit.check()
        models = self._build(self.held | self._outside(cells))
        cp = models[0].cp
        moved = [literal for model in models for literal in _changed(model, self.live) if not known_no(literal)]
        count = cp_model.LinearExpr.sum(moved)
        for at, model in enumerate(models):
            _hint(model, self.best.rosters[at] if self.best else self.live)
        if self.best:
            cp.add(count <= len(self.best.changes))
        if self.at_most is not None:
            cp.add(count <= self.at_most)
        cp.minimize(count)
        self.limit.check(reading_seconds(cp))
        self.building_seconds += time.perf_counter() - began
        # 1. how few
        watch = IncumbentWatch(self.incumbent)
        solver = self._solver(max(0.1, self._limit(is_whole)))
        solver.parameters.stop_after_first_solution = self.at_most is not None
        if is_whole:
            solver.best_bound_callback = watch.on_bound
        status = self._run(solver, cp, watch)
        if status == cp_model.MODEL_INVALID:
            raise invalid_model(cp)
        if status == cp_model.INFEASIBLE and self.best:  # but that one is a solution
            raise self._fault(self.best)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return status
        if is_whole:
            self.fewest = max(self.fewest, round(solver.best_objective_bound))
        changed = round(solver.objective_value)
        values = list(solver.response_proto.solution)
        among = len(cells) if status == cp_model.OPTIMAL else 0
        if self.best and len(self.best.changes) == changed:
            among = max(among, self.best.among)
        # 2. how cheap
        bound, limit = 0, self._limit(is_whole)
        if limit > 0 and self.at_most is None:
            cp.add(count <= changed)
            hint_assignment(cp, values)
            cp.minimize(sum(model.objective() for model in models))
            solver = self._solver(limit)
            if self._run(solver, cp) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                values = list(solver.response_proto.solution)
            bound = max(0, round(solver.best_objective_bound)) if is_whole else 0
        rosters = tuple(model.roster_of(values) for model in models)
        changes = self._changes(Roster(duty for roster in rosters for duty in roster.duties))
        self.best = _Candidate(rosters=rosters, changes=changes, changed=changed, among=among, bound=bound)
        return status

    def _build(self, held: Cells) -> list[RosterModel]:
        """A model for each month, all in one CP-SAT model."""
        models: list[RosterModel] = []
        for month in self.months:
            if models:
                model = models[-1].followed_by(month.problem, held, self.allowed)
            else:
                model = RosterModel(month.problem, held=held, allowed=self.allowed, time_limit=self.limit)
            month.rulebook.encode(month.problem, model)
            models.append(model)
        return models

    def _limit(self, is_whole: bool) -> float:
        """Wall seconds for the next question."""
        share = self.settings.fewest_changes.neighbourhood_share
        return self.left if is_whole else min(self.left, share * self.time_limit)

    def _solver(self, time_limit: float) -> cp_model.CpSolver:
        solver = solver_for(self.cores, self.seed, time_limit, self.settings.cp_sat)
        if self.settings.fewest_changes.most_work:
            solver.parameters.max_deterministic_time = self.settings.fewest_changes.most_work
        return solver

    def _run(
        self, solver: cp_model.CpSolver, cp: cp_model.CpModel, watch: IncumbentWatch | None = None
    ) -> cp_model.CpSolverStatus:
        """Run a solver, and count its time and work."""
        began = time.perf_counter()
        status = run_search(solver, cp, watch)
        self.searching_seconds += time.perf_counter() - began
        self.incumbent.report_work(solver.response_proto.deterministic_time)
        return status

    def _outside(self, cells: frozenset[Cell]) -> dict[Cell, tuple[str, ...]]:
        """The open cells outside a neighbourhood, as they stand."""
        return {cell: self.live.on(*cell) for cell in self.cells - cells}

    # The answer

    def _changes(self, roster: Roster) -> tuple[Change, ...]:
        """The cells in which duties differ from those that stand."""
        return tuple(one for one in roster.changes_from(self.live) if (one.worker, one.day) in self.every)

    def _audits(self, best: _Candidate) -> tuple[Audit, ...]:
        """What the rosters of a candidate are worth."""
        months = zip(self.months, best.rosters, strict=True)
        return audit_months([replace(month, roster=roster) for month, roster in months])

    def _resolved(self, best: _Candidate) -> Resolved:
        audits = self._audits(best)
        if self._broken(audits) or len(best.changes) > best.changed:
            raise self._fault(best)
        is_only_one = len(best.changes) == self.requested  # no other roster has as few changes
        cost = sum(found.cost for found in audits)
        return Resolved(
            rosters=best.rosters,
            audits=audits,
            changes=best.changes,
            fewest=self.fewest,
            among=best.among,
            objective=cost,
            bound=cost if is_only_one else min(best.bound, cost),
            seconds=self.incumbent.seconds,
            first_seconds=self.incumbent.first_seconds or self.incumbent.seconds,
            building_seconds=self.building_seconds,
            searching_seconds=self.searching_seconds,
            deterministic=self.incumbent.deterministic,
        )

    def _fault(self, best: _Candidate) -> SolverFault:
        """The fault of a roster on which the audit and the solver differ."""
        return SolverFault(
            Sentence(
                "审核与求解器不符：{what}（改动 {changes} 格，求解器称 {changed} 格）",
                "the audit disagrees with the solver: {what} ({changes} cells moved, the solver says {changed})",
            ),
            what="; ".join(violation.say("en", {}) for violation in self._broken(self._audits(best))[:5]),
            changes=len(best.changes),
            changed=best.changed,
        )


def _part_of(whole: Roster, problem: Problem) -> Roster:
    """The duties of one month."""
    return Roster(duty for duty in whole.duties if duty.day in problem.day_by_date)


def _changed(model: RosterModel, live: Roster) -> list[Literal]:
    """For each cell, whether it differs from the live roster's."""
    problem = model.problem
    changed: list[Literal] = []
    for worker in problem.workers:
        for day in problem.dates:
            before, held = live.on(worker.id, day), model.held.get((worker.id, day))
            if held is not None:
                changed.append(int(held != before))
                continue
            if not before:
                changed.append(model.works_on(worker.id, day))
                continue
            # a duty of a shift that the desk has no more is always lost
            lost = [model.negated(model.works(worker.id, day, code)) for code in before]
            others = [code for code in problem.codes_on(day) if code not in before]
            gained = [] if model.exclusive else [model.works(worker.id, day, code) for code in others]
            changed.append(model.any_of([*lost, *gained]))
    return changed


def _hint(model: RosterModel, roster: Roster) -> None:
    """Hint the cells of a roster; a held cell is no variable."""
    for worker in model.problem.workers:
        for day in model.problem.dates:
            codes = model.problem.codes_on(day)
            model.time_limit.count(len(codes))
            for code in codes if (worker.id, day) not in model.held else ():
                cell = model.works(worker.id, day, code)
                if not isinstance(cell, int):
                    model.cp.add_hint(cell, code in roster.on(worker.id, day))
