"""Column generation: a lower bound from the duals of the coupling rows, and near-optimal rosters.

The decomposition of Dantzig and Wolfe (1960). A column is one worker's month. The restricted master problem chooses a
convex combination of the known columns for each worker, and its dual values price the coupling rows. The least reduced
cost of every worker's column at such duals, with the duals' worth of the rows' bounds, is a lower bound: each worker's
month is whole in it, so it is often the optimum itself. The master's combination is a single column for nearly every
worker; the workers that are left undecided are solved together.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from scipy import sparse

from scheduler.solver.construction import COST_SCALE, Construction
from scheduler.solver.incumbent import Engine, Incumbent
from scheduler.solver.mathopt import round_bound_up, solve_basic
from scheduler.solver.rows import FREE, Ints, Rows, Subproblem, least_costs
from scheduler.solver.settings import DEFAULTS, ColumnGenerationSettings

WHOLE = 1 - 1e-6  # a weight from which on a worker's convex combination is one column


class MasterSolution(NamedTuple):
    """A solution of the restricted master problem.

    Attributes
    ----------
    values : int64
        For each worker the column with the largest weight. Auxiliary variables that depend on several workers are at
        their lower bounds.
    undecided : list of int
        The workers with several columns in their combination.
    cost : float
        Of the combination.
    duals : int64
        Dual value of each coupling row, times `COST_SCALE`.
    """

    values: Ints
    undecided: list[int]
    cost: float
    duals: Ints


class ColumnGeneration:
    """The columns that are known of each worker, and the bound that they prove together.

    Parameters
    ----------
    construction : Construction
        Makes columns.
    seconds : float
        Wall seconds after which there are no further duals.
    """

    def __init__(
        self,
        construction: Construction,
        incumbent: Incumbent,
        seconds: float,
        settings: ColumnGenerationSettings = DEFAULTS.column_generation,
    ) -> None:
        self._construction, self._incumbent, self._seconds = construction, incumbent, seconds
        self._settings, self._rows = settings, construction.index.rows
        workers = construction.index.workers
        self._known: set[tuple[int, bytes]] = set()
        # of each column: its values, its cost, and the coupling rows in which it stands, with its coefficient in each
        self._values: list[Ints] = []
        self._cost: list[int] = []
        self._entries: list[tuple[Ints, Ints]] = []
        # of each worker: the columns, and the last costs at which a lower bound was proved, with that bound
        self._columns_of: list[list[int]] = [[] for _ in range(workers)]
        self._proved: list[tuple[Ints, int] | None] = [None] * workers
        # columns of others that a worker gets in a round
        self._from_others = max(0, settings.shared_columns // max(1, workers) - 1)
        self._draw = np.random.default_rng(0)  # among columns that cost the same

    def rosters(self, rng: random.Random) -> Iterator[tuple[Ints, list[int]]]:
        """Rosters of all workers, and from some point on whose columns are best decided together in them.

        1. Rounds of levelling make the first columns.
        2. The restricted master problem is solved, with a box around each coupling row that stabilises its duals.
        3. Where it has converged, its duals prove a bound, which is reported to the incumbent; where the bound is as
           good as the master's cost, the roster is given out and the box shrinks. After the last box it ends.
        4. Else a round of construction at its duals prices new columns, and it goes on with step 2.

        Yields
        ------
        int64, list of int
            A value for each variable; coupling rows may be violated, and auxiliary variables that depend on several
            workers are at their lower bounds. The workers to be decided together, or none. Ends early where a worker's
            subproblem or the master has no solution in time.
        """
        ends, cost_before = time.perf_counter() + self._seconds, float("inf")
        values: Ints | None = None
        # step 1
        for values in self._construction.levelled_rosters(rng):
            self._add_columns(values)
            yield values, []
        boxes = list(self._settings.boxes)
        while values is not None and not self._incumbent.stopped.is_set():
            # step 2
            seconds_left = ends - time.perf_counter()
            master = self._solve_master(boxes[0], max(self._settings.master_seconds, seconds_left))
            if master is None:
                return
            if seconds_left <= 0:
                yield master.values, master.undecided
                self._report_bound(master.duals)
                return
            # step 3
            has_converged = cost_before - master.cost < self._settings.converged_share * abs(master.cost)
            if self._is_proved(master.cost) or has_converged:
                self._report_bound(master.duals)
                if self._is_proved(master.cost):
                    yield master.values, master.undecided
                    boxes.pop(0)
                    if not boxes:
                        return
            # step 4
            cost_before = master.cost
            values = self._construction.construct_round(values, rng, master.duals)
            if values is not None:
                self._add_columns(values, master.duals)

    def _is_proved(self, cost: float) -> bool:
        """Whether the bound is as good as the master's cost, beyond which its duals cannot prove more."""
        return self._incumbent.bound is not None and self._incumbent.bound >= round_bound_up(cost)

    def _report_bound(self, duals: Ints) -> None:
        self._incumbent.report_bound(self._dual_bound(duals), Engine.COLUMN_GENERATION)

    def _add_columns(self, values: Ints, duals: Ints | None = None) -> None:
        """Add every worker's column of a roster; to workers with identical rows also some of each other's, the cheapest."""
        construction = self._construction
        for worker, own in enumerate(construction.own_variables):
            self._add_column(worker, values[own])
        for workers in construction.identical_workers if self._from_others else ():
            columns = np.unique([values[construction.own_variables[worker]] for worker in workers], axis=0)
            for worker in workers:
                cost = columns @ construction.reduced_costs(worker, duals)
                for column in columns[np.lexsort((self._draw.random(len(columns)), cost))[: self._from_others]]:
                    self._add_column(worker, column)

    def _add_column(self, worker: int, values: Ints) -> None:
        """Add a column of a worker, unless it is known."""
        key = worker, values.tobytes()
        if key not in self._known:
            self._known.add(key)
            self._columns_of[worker].append(len(self._values))
            self._values.append(values)
            self._cost.append(int(self._rows.cost[self._construction.own_variables[worker]] @ values))
            activity = self._construction.coefficients[worker] @ values
            rows = np.flatnonzero(activity)
            self._entries.append((rows, activity[rows]))

    def _solve_master(self, box: float, seconds: float) -> MasterSolution | None:
        """Solve the restricted master problem; `None` where there was no time for it."""
        construction, auxiliary_count = self._construction, len(self._construction.auxiliary)
        solution = solve_basic(self._master_rows(box), seconds)
        if solution is None:
            return None
        values, undecided = construction.empty_assignment, []
        for worker, columns in enumerate(self._columns_of):
            largest = max(columns, key=lambda column: float(solution.values[auxiliary_count + column]))
            values[construction.own_variables[worker]] = self._values[largest]
            if solution.values[auxiliary_count + largest] < WHOLE:
                undecided.append(worker)
        duals = np.round(COST_SCALE * solution.duals[: len(construction.row_lower)]).astype(np.int64)
        # an infinite bound has no dual value; the simplex may leave a trace of one
        most = COST_SCALE * self._rows.penalty
        lowest = np.where(construction.row_upper < FREE, -most, 0)
        highest = np.where(construction.row_lower > -FREE, most, 0)
        return MasterSolution(values, undecided, solution.cost + self._rows.offset, np.clip(duals, lowest, highest))

    def _master_rows(self, box: float) -> Rows:
        """The restricted master problem: auxiliary variables, then a weight for each known column.

        Coupling rows may be violated, by the box for nothing and by more at a penalty; each worker's weights sum to one.
        """
        construction, rows = self._construction, self._rows
        workers, auxiliary, count = construction.index.workers, construction.auxiliary, len(self._values)
        row_lower, row_upper = construction.row_lower, construction.row_upper
        owner = np.zeros(count, np.int64)
        for worker, columns in enumerate(self._columns_of):
            owner[columns] = worker
        entry_rows, coefficients = (np.concatenate(parts) for parts in zip(*self._entries, strict=True))
        ends = np.cumsum([0, *(len(entries) for entries, _ in self._entries)])
        column_matrix = sparse.csc_array((coefficients, entry_rows, ends), shape=(len(row_lower), count))
        weights = len(auxiliary) + np.arange(count)
        convexity = sparse.csr_array(
            (np.ones(count, np.int64), (owner, weights)), shape=(workers, len(auxiliary) + count)
        )
        coupling = sparse.hstack([construction.auxiliary_coefficients, column_matrix])
        master = Subproblem(
            free=np.arange(len(auxiliary) + count),
            touched=np.arange(len(row_lower) + workers),
            matrix=sparse.csr_array(sparse.vstack([coupling, convexity])),
            row_lower=np.concatenate([np.where(row_lower > -FREE, row_lower - box, row_lower), np.ones(workers)]),
            row_upper=np.concatenate([np.where(row_upper < FREE, row_upper + box, row_upper), np.ones(workers)]),
            lower=np.concatenate([rows.lower[auxiliary], np.zeros(count, np.int64)]),
            upper=np.concatenate([rows.upper[auxiliary], np.ones(count, np.int64)]),
            cost=np.concatenate([rows.cost[auxiliary], np.array(self._cost, np.int64)]),
        )
        return master.softened(master.touched < len(row_lower), rows.penalty)

    def _dual_bound(self, duals: Ints) -> int:
        """Lower bound of every roster's cost: least reduced costs of all columns and auxiliary variables, and the rows' worth."""
        construction, rows = self._construction, self._rows
        workers = range(construction.index.workers)
        costs, columns = [construction.reduced_costs(worker, duals) for worker in workers], 0
        with ThreadPoolExecutor(construction.threads) as threads:
            priced = threads.map(self._price_column, workers, costs)
            for worker, (lower_bound, column) in zip(workers, priced, strict=True):
                columns += lower_bound
                if column is not None:
                    self._add_column(worker, column)
                    self._proved[worker] = costs[worker], lower_bound
        auxiliary = construction.auxiliary
        auxiliary_costs = COST_SCALE * rows.cost[auxiliary] - construction.auxiliary_coefficients.T @ duals
        rest = int(least_costs(auxiliary_costs, rows.lower[auxiliary], rows.upper[auxiliary]).sum())
        demand, limit = duals > 0, duals < 0
        worth = int(duals[demand] @ construction.row_lower[demand]) + int(duals[limit] @ construction.row_upper[limit])
        return -(-(columns + rest + worth) // COST_SCALE) + rows.offset  # rounded up

    def _price_column(self, worker: int, cost: Ints) -> tuple[int, Ints | None]:
        """Lower bound of a worker's subproblem, and a column that a solver found.

        Where a known column attains the bound that the costs alone leave, no solver is asked and there is no column: for
        all workers of a desk that takes 0.02 to 0.05 s instead of 0.9 s.
        """
        own = self._construction.own_variables[worker]
        lower, upper = self._rows.lower[own], self._rows.upper[own]
        proved, bound = self._proved[worker], int(least_costs(cost, lower, upper).sum())
        if proved is not None:  # the bound at the costs before, less all that may have become cheaper since
            bound = max(bound, proved[1] + int(least_costs(cost - proved[0], lower, upper).sum()))
        best_known = min(int(cost @ self._values[column]) for column in self._columns_of[worker])
        column = self._construction.solve_column(worker, cost) if best_known > bound else None
        return (bound, None) if column is None else (max(bound, column.lower_bound), column.values)
