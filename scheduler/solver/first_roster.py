"""A first roster: from the linear relaxation, by column generation, or constructed worker by worker."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np

from scheduler.solver.column_generation import ColumnGeneration
from scheduler.solver.construction import Construction
from scheduler.solver.incumbent import Engine
from scheduler.solver.mathopt import round_bound_up, solve_partly_integer, solve_relaxation
from scheduler.solver.rows import Flags, Floats, Ints
from scheduler.solver.subproblems import LnsParameters, Method, SubproblemSolver


class FirstRoster:
    """Makes a first roster, and the bounds that come with it.

    Parameters
    ----------
    solver : SubproblemSolver
        Shared with the search that goes on from the roster.
    """

    def __init__(self, solver: SubproblemSolver, parameters: LnsParameters) -> None:
        self.solver, self.rows, self.index, self.incumbent = solver, solver.rows, solver.index, solver.incumbent
        self._parameters, self._settings = parameters, parameters.settings.first_roster

    @cached_property
    def construction(self) -> Construction:
        """The workers one by one; made on first use, since a search of stretches that gets others' rosters needs none."""
        settings = self._parameters.settings.construction
        return Construction(self.index, self.incumbent, self.solver.most_time_limit, self.solver.threads, settings)

    def make(self) -> Ints | None:
        """A first roster, whose coupling rows may be violated; `None` where some subproblem has no solution in its longest time.

        Without stretches it is made by column generation, else worker by worker. A guided search solves the linear
        relaxation of the whole first, where there is time for it, and makes it whole group by group.
        """
        if self._parameters.guided:
            seconds = self._settings.relaxation_factor * self.solver.most_time_limit
            relaxation = solve_relaxation(self.rows, seconds)
            if relaxation is not None:
                self.incumbent.report_bound(round_bound_up(relaxation.cost), Engine.HIGHS)
                return self._round_relaxation(relaxation.values)
        if self._parameters.worker_subsets:
            return self._generate_columns()
        return self._take_last(self.construction.rosters(self.solver.random))

    def improve_together(self) -> None:
        """Solve all workers at once, from a levelled feasible roster on. Proves optimality if time allows."""
        values = self._take_last(self.construction.levelled_rosters(self.solver.random))
        if values is not None and self.rows.is_feasible(values):
            self._solve_jointly(values, list(range(self.index.workers)))

    def workers_above_bound(self, values: Ints) -> list[int]:
        """The workers whose own cost is above their lower bound; the sum of all lower bounds is reported."""
        workers = self.construction.workers_above_bound(values)
        self.incumbent.report_bound(self.construction.bound(), Engine.LNS)
        return workers

    # Worker by worker

    def _take_last(self, rosters: Iterable[Ints]) -> Ints | None:
        """Report each of some constructed rosters, and return the last."""
        values = None
        for constructed in rosters:
            values = self._take(constructed)
        return values

    def _take(self, constructed: Ints) -> Ints | None:
        """A constructed roster with its auxiliary variables decided, reported; without stretches with a bound."""
        values = self.solver.complete_auxiliary(constructed)
        if values is not None:
            self.solver.report(values)
            if self._parameters.worker_subsets:
                self.workers_above_bound(values)
        return values

    # By column generation

    def _generate_columns(self) -> Ints | None:
        """The last of column generation's rosters, with the undecided workers solved together, improved at true costs."""
        values, complete = None, True
        seconds = self._settings.pricing_factor * self.solver.most_time_limit
        settings = self._parameters.settings.column_generation
        columns = ColumnGeneration(self.construction, self.incumbent, seconds, settings)
        for constructed, undecided in columns.rosters(self.solver.random):
            values = self._take(constructed)
            # where the time was too short once, the undecided workers are too many to be tried again
            if values is not None and undecided and complete:
                values, complete = self._solve_jointly(values, undecided)
        if values is None or self.incumbent.stopped.is_set():
            return values
        best = self.incumbent.values
        start = values if best is None else best
        return self._take_last(self.construction.rosters_at_true_costs(start, self.solver.random))

    def _solve_jointly(self, values: Ints, workers: list[int]) -> tuple[Ints, bool]:
        """Solve the whole period of some workers together.

        Returns
        -------
        int64, bool
            The roster, and whether nothing better is left for these workers.
        """
        chosen = np.zeros(self.index.workers, bool)
        chosen[workers] = True
        free = self.index.variables_of(chosen, np.ones(self.index.days, bool))
        subproblem = self.rows.subproblem(free, values)
        is_violated = bool(self.rows.violations(values).any())
        found, complete = self.solver.solve(
            subproblem,
            values,
            soften=is_violated,
            method=Method(Engine.CP_SAT, self._settings.joint_subsolver),
            time_limit=min(self._settings.joint_seconds, self.solver.most_time_limit),
        )
        if found is None:
            return values, complete
        self.solver.report_optimum(subproblem, found, complete and not is_violated)
        return found, complete

    # From the linear relaxation

    def _round_relaxation(self, values: Floats) -> Ints | None:
        """The relaxation made whole and reported; where that fails, another engine's roster, if there is one."""
        whole = self._round_by_groups(values)
        roster = None if whole is None else self.solver.complete_auxiliary(whole)
        if roster is None:
            return self.incumbent.values
        self.solver.report(roster)
        return roster

    def _round_by_groups(self, values: Floats) -> Floats | None:
        """Make one group of workers whole after the other; one that fails is halved, or tried again with a longer limit."""
        index, solver = self.index, self.solver
        workers = list(range(index.workers))
        solver.random.shuffle(workers)
        count = min(len(workers), -(-len(workers) * index.days // self._settings.group_person_days))
        waiting: list[list[int]] = [workers[at::count] for at in range(count)]
        while waiting:
            group = waiting.pop(0)
            if self.incumbent.stopped.is_set():
                return None
            chosen = np.zeros(index.workers, bool)
            chosen[group] = True
            after = self._round_group(chosen, values)
            if after is not None:
                values = after
            elif len(group) > 1:
                waiting = [group[::2], group[1::2], *waiting]
            elif solver.time_limit < solver.most_time_limit:
                solver.time_limit = min(2 * solver.time_limit, solver.most_time_limit)
                waiting.append(group)
            else:
                return None
        return values

    def _round_group(self, workers: Flags, values: Floats) -> Floats | None:
        """Make a group's assignment variables whole, with those of later groups as the relaxation has them.

        So later groups make good what one group leaves. Auxiliary variables (heads missing) may stay fractions until all
        groups are whole.
        """
        index = self.index
        free = index.variables_of(workers, np.ones(index.days, bool))
        subproblem = self.rows.subproblem(free, values)
        rows = subproblem.softened(index.coupling[subproblem.touched], self.solver.penalty)
        is_integer = np.zeros(len(rows.cost), bool)
        is_integer[: len(free)] = index.is_assignment[free]
        gap = self._settings.group_gap * self.solver.penalty
        found = solve_partly_integer(rows, self.solver.time_limit, is_integer, gap)
        if found is None:
            return None
        after = values.copy()
        after[free] = np.where(is_integer, np.round(found), found)[: len(free)]
        return after
