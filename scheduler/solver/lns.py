"""Large neighbourhood search with adaptive operators.

As in Shaw (1998), a step frees a part of the roster, some workers on some days, solves that subproblem well with all
else held, and keeps what is no worse. As in Ropke and Pisinger (2006), several operators (a size of neighbourhood and a
solver for it) are chosen at random, by weights that follow what each has saved lately.

It works on the rows of the posted model (`rows.Rows`) and knows no rule: the worker and the days of each variable
(`RosterModel.places`) is all that it is told.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from scheduler.solver.first_roster import FirstRoster
from scheduler.solver.incumbent import Engine, Incumbent
from scheduler.solver.rows import Flags, Ints, Rows, Subproblem
from scheduler.solver.settings import NeighbourhoodSettings
from scheduler.solver.subproblems import CP_SAT, HIGHS, LnsParameters, Method, SubproblemSolver
from scheduler.solver.variable_index import VariableIndex


@dataclass(kw_only=True)
class Operator:
    """A way to choose a neighbourhood and to solve it.

    Attributes
    ----------
    method : Method
        How its subproblems are solved.
    width_days : int
        Days of a neighbourhood, at least.
    person_days : float
        Size of a neighbourhood.
    saved : float
        Cost, with penalties, that it saved lately.
    seconds : float
        Wall seconds that it took for that.
    """

    method: Method
    width_days: int
    person_days: float
    saved: float = 1.0
    seconds: float = 1e-3

    @property
    def rate(self) -> float:
        """Cost saved in a second."""
        return self.saved / self.seconds

    def update_weight(self, saved: int, seconds: float, memory: float) -> None:
        """Count a step; of earlier ones the part `memory` still counts."""
        self.saved = memory * self.saved + saved
        self.seconds = memory * self.seconds + seconds

    def resize(self, factor: float, most_person_days: float) -> None:
        """Make the next neighbourhood larger or smaller by a factor."""
        self.person_days = min(max(self.person_days * factor, 2.0 * self.width_days), most_person_days)


class NeighbourhoodSearch:
    """A search for better rosters, one neighbourhood after another.

    Parameters
    ----------
    incumbent : Incumbent
        Where rosters are reported and taken from; several searches may share it.
    """

    def __init__(self, rows: Rows, index: VariableIndex, incumbent: Incumbent, parameters: LnsParameters) -> None:
        self.rows, self.index, self.incumbent = rows, index, incumbent
        self.guided, self.worker_subsets = parameters.guided, parameters.worker_subsets
        self.solver = SubproblemSolver(index, incumbent, parameters)
        self.first_roster = FirstRoster(self.solver, parameters)
        self._random, self._settings = self.solver.random, parameters.settings.neighbourhood
        self.operators = _operators(index.days, self.worker_subsets, self._settings)

    def run(self) -> None:
        """Search until the incumbent is stopped."""
        current = self.incumbent.values
        if current is None or self.guided:
            current = self.make_first_roster()
        while not self.incumbent.stopped.is_set():
            best = self.incumbent.values
            if best is not None and (current is None or not self._is_as_good(current, best)):
                current = best
            if current is None:
                self.incumbent.stopped.wait(0.2)  # for another engine's first roster
            else:
                current = self._merge_with_incumbent(current, self.step(current))

    def make_first_roster(self) -> Ints | None:
        """A first roster of this search's own; see `FirstRoster.make`."""
        return self.first_roster.make()

    def _is_as_good(self, values: Ints, as_other: Ints) -> bool:
        return self.rows.is_feasible(values) and not self._costs_more(values, as_other)

    def _costs_more(self, values: Ints, than: Ints) -> bool:
        return self.rows.objective_value(values) > self.rows.objective_value(than)

    def _merge_with_incumbent(self, before: Ints, after: Ints) -> Ints:
        """What a step changed, put into what others found meanwhile, where that is feasible and cheaper; else the step's own."""
        best = self.incumbent.values
        if best is None or best is before or best is after or after is before:
            return after
        both = np.where(after != before, after, best)
        if not self.rows.is_feasible(both) or not self._costs_more(best, both):
            return after
        self.solver.report(both)
        return both

    def step(self, values: Ints) -> Ints:
        """Solve one neighbourhood of an assignment; returns the assignment or one that is no worse."""
        violations = self.rows.violations(values)
        is_violated = bool(violations.any())
        # 1. choose an operator, by adaptive weights
        operator = self._choose_operator()
        # 2. free a neighbourhood
        free = self.index.variables_of(*self._choose_neighbourhood(values, violations, operator))
        subproblem = self.rows.subproblem(free, values)
        is_part = len(free) < len(values)
        stalls = self.solver.time_limit > self.solver.least_time_limit  # the last steps saved nothing
        perturb = stalls and not self.worker_subsets and not is_violated and is_part
        asked = self._perturb(subproblem) if perturb else subproblem
        # 3. solve it
        began = time.perf_counter()
        found, complete = self.solver.solve(asked, values, soften=is_violated, method=operator.method)
        saved = -1  # nothing found
        if found is not None:
            saved = self._penalised_cost(values, violations) - self._penalised_cost(found, self.rows.violations(found))
        # 4. adapt the operator's weight and size, and the time limit
        self._adapt(operator, saved, time.perf_counter() - began, complete)
        # 5. accept what is no worse
        if found is None or saved < 0:
            return values
        self.solver.report_optimum(subproblem, found, complete and not is_violated)
        return found

    def _choose_operator(self) -> Operator:
        """An operator at random, by its rate of saving and a floor for each."""
        floor = self._settings.exploration * max(operator.rate for operator in self.operators) + 1e-9
        return self._random.choices(self.operators, [operator.rate + floor for operator in self.operators])[0]

    def _adapt(self, operator: Operator, saved: int, seconds: float, complete: bool) -> None:
        """Adapt the operator to a step, and the time limit to a stall."""
        settings, solver = self._settings, self.solver
        operator.update_weight(max(0, saved), seconds, settings.memory)
        if complete:  # aim at subproblems that take half of the time limit
            least_growth = settings.subset_least_growth if self.worker_subsets and saved <= 0 else 1.0
            factor = max(least_growth, min(settings.most_growth, (0.5 * solver.time_limit / seconds) ** 0.5))
        else:
            factor = settings.shrink
        operator.resize(factor, float(self.index.workers * self.index.days))
        growth = settings.subset_growth_in_stall if self.worker_subsets else settings.growth_in_stall
        if saved > 0:
            solver.time_limit = max(solver.time_limit / growth, solver.least_time_limit)
        else:
            solver.time_limit = min(growth * solver.time_limit, solver.most_time_limit)

    def _perturb(self, subproblem: Subproblem) -> Subproblem:
        """The subproblem with small random costs on some assignment variables, so that another roster of equal cost is found."""
        is_assignment = self.index.is_assignment[subproblem.free]
        drawn = np.array([self._random.random() < self._settings.perturbed_share for _ in subproblem.free])
        return replace(subproblem, cost=self._settings.perturbation_scale * subproblem.cost + (drawn & is_assignment))

    def _penalised_cost(self, values: Ints, violations: Ints) -> int:
        """Cost of an assignment with the penalty of its violations."""
        return self.rows.objective_value(values) + self.solver.penalty * int(violations.sum())

    def _choose_neighbourhood(self, values: Ints, violations: Ints, operator: Operator) -> tuple[Flags, Flags]:
        """Workers and days to free: some workers over a run of days, often where costs or violations are."""
        index, rng = self.index, self._random
        # as many days as the operator has, and more where its size is beyond all workers
        width = min(index.days, max(operator.width_days, round(operator.person_days / index.workers)))
        count = min(index.workers, max(2, round(operator.person_days / width)))
        if violations.any():
            hot_days = index.violations_by_day(violations)
        else:
            hot_days = index.savings_by_day(values, self._settings.longest_cost_days)
        if hot_days.any() and rng.random() < self._settings.hot_spot_share:
            centre = rng.choices(range(index.days), hot_days.tolist())[0]
        else:
            centre = rng.randrange(index.days)
        first = max(0, min(index.days - width, centre - rng.randrange(width)))
        days, workers = np.zeros(index.days, bool), np.zeros(index.workers, bool)
        days[first : first + width] = True
        # half of a worker subset are workers with something to save
        improvable = self._improvable_workers(values) if self.worker_subsets and not violations.any() else []
        chosen = rng.sample(improvable, min(len(improvable), count // 2))
        workers[chosen] = True
        workers[rng.sample(np.flatnonzero(~workers).tolist(), count - len(chosen))] = True
        return workers, days

    def _improvable_workers(self, values: Ints) -> list[int]:
        """The workers whose own cost is above their lower bound, or who contribute to an over-covered row."""
        above = self.first_roster.workers_above_bound(values)
        return sorted({*above, *self.first_roster.construction.overcovering_workers(values)})


def _operators(days: int, worker_subsets: bool, settings: NeighbourhoodSettings) -> list[Operator]:
    """All operators at their first size."""
    if worker_subsets:
        return [
            Operator(method=Method(Engine.CP_SAT, subsolver), width_days=days, person_days=float(workers * days))
            for subsolver, workers in settings.subset_workers
        ]
    widths = (*(width for width in settings.widths_days if width < days), days)
    return [
        Operator(method=method, width_days=width, person_days=float(settings.first_person_days))
        for method in (CP_SAT, HIGHS)
        for width in widths
    ]
