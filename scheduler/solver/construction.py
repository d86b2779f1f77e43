"""Rosters constructed worker by worker, and lower bounds of each worker's own cost.

It works on the rows of the posted model (`rows.Rows`) and knows no rule. Rows that hold variables of one worker alone
are that worker's own and are always kept: each worker is a subproblem, and a solution of it is a *column*, the worker's
month. Rows that couple workers (the heads of a shift, say) are levelled: whoever comes next prefers what is behind.
"""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from ortools.sat.python import cp_model

from scheduler.solver.incumbent import Incumbent
from scheduler.solver.mathopt import round_bound_up
from scheduler.solver.rows import FREE, Floats, Ints, Subproblem, least_costs
from scheduler.solver.settings import DEFAULTS, ConstructionSettings
from scheduler.solver.variable_index import NOBODY, VariableIndex

COST_SCALE = 1000  # subproblems have whole coefficients; this is one unit of cost in them, and in duals

RowPenalty = Callable[[Floats], Floats]  # from the activity of each coupling row, in its units, to a penalty for each


def small_solver(seconds: float) -> cp_model.CpSolver:
    """CP-SAT for a small subproblem, without the steps that take longer than the subproblem itself."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    solver.parameters.max_time_in_seconds = seconds
    return solver


class Column(NamedTuple):
    """A worker's month.

    Attributes
    ----------
    values : int64
        A value for each of the worker's own variables.
    lower_bound : int
        No column costs less, at the costs for which this one was made.
    """

    values: Ints
    lower_bound: int


class Construction:
    """The workers of a desk, each a small problem of its own, and the rows that couple them.

    Parameters
    ----------
    incumbent : Incumbent
        Stops the work, and counts it.
    time_limit : float
        Wall seconds for one worker's column, at most.
    threads : int
        Columns that are made at a time.

    Attributes
    ----------
    own_variables : list of int64, one for each worker
        The worker's assignment variables and the auxiliary ones that depend on this worker alone.
    auxiliary : int64
        The auxiliary variables that depend on several workers.
    row_lower, row_upper : int64, one for each coupling row
        Its bounds, as in `Rows`.
    coefficients : list of sparse CSC array, one for each worker
        Coefficients of the worker's own variables in the coupling rows.
    auxiliary_coefficients : sparse CSC array
        The same of the auxiliary variables.
    """

    def __init__(
        self,
        index: VariableIndex,
        incumbent: Incumbent,
        time_limit: float,
        threads: int = 1,
        settings: ConstructionSettings = DEFAULTS.construction,
    ) -> None:
        rows = self._rows = index.rows
        self.index, self._incumbent, self._time_limit, self.threads = index, incumbent, time_limit, threads
        self.settings = settings
        workers, owners = index.workers, index.owners()
        self._owners, self.own_variables = owners, _positions_by_number(owners, workers)
        row, column = rows.matrix.tocoo().coords
        first, last = np.full(len(rows.row_lower), workers), np.full(len(rows.row_lower), NOBODY)
        np.minimum.at(first, row, owners[column])
        np.maximum.at(last, row, owners[column])
        self._own_rows = _positions_by_number(np.where(first == last, first, NOBODY), workers)
        self._models: dict[int, cp_model.CpModel] = {}
        self._identical: dict[bytes, list[int]] = {}
        least = least_costs(rows.cost, rows.lower, rows.upper)
        # what a worker's variables cost at least within their bounds, before any solver is asked
        self._trivial_bounds: list[int] = [int(least[own].sum()) for own in self.own_variables]
        self._proved_bounds: dict[int, int] = {}
        self._common_bound = int(least[owners == NOBODY].sum()) + rows.offset  # of what is no worker's own
        self.auxiliary = np.flatnonzero(owners == NOBODY)
        self._read_coupling_rows(np.flatnonzero((first != last) | (first == NOBODY)))

    def _read_coupling_rows(self, coupling: Ints) -> None:
        """Read the coupling rows, and the unit of each: the largest coefficient of a worker's variable."""
        rows = self._rows
        matrix = rows.matrix[coupling].tocsc()
        self.coefficients = [matrix[:, own] for own in self.own_variables]
        self.auxiliary_coefficients = matrix[:, self.auxiliary]
        self._workers_matrix = matrix.copy()  # without the auxiliary variables
        self._workers_matrix.data[np.repeat(self._owners == NOBODY, np.diff(matrix.indptr))] = 0
        self._unit: Floats = np.maximum(1.0, abs(self._workers_matrix).max(axis=1).toarray())
        self.row_lower, self.row_upper = rows.row_lower[coupling], rows.row_upper[coupling]
        self._lower_units, self._upper_units = self.row_lower / self._unit, self.row_upper / self._unit
        # a unit of violation costs what the cheapest auxiliary variable in the row costs that absorbs it, at most the penalty
        self._violation_cost = np.full(len(coupling), float(rows.penalty))
        entries = self.auxiliary_coefficients.tocoo()
        row, column = entries.coords
        each = np.abs(rows.cost[self.auxiliary[column]] * self._unit[row] / entries.data)
        np.minimum.at(self._violation_cost, row, each)
        self._is_hard = np.bincount(row, minlength=len(coupling)) == 0  # no auxiliary variable absorbs a violation
        demand = np.where(self.row_lower > -FREE, self._lower_units, self._upper_units)
        self._levelling_weight = self.settings.levelling_weight / np.sqrt(np.maximum(1, np.abs(demand)))
        self._rows_of_worker = [np.unique(of.indices) for of in self.coefficients]
        rows_of_all = np.concatenate([np.zeros(0, int), *self._rows_of_worker])
        self._contributors = np.maximum(1.0, np.bincount(rows_of_all, minlength=len(coupling)))

    # A first roster

    def rosters(self, rng: random.Random) -> Iterator[Ints]:
        """Rosters of all workers, one after another, mostly each cheaper than the one before.

        1. Workers come one after another, in random order, and level the coupling rows as far as their own months allow
           at no cost of theirs. A repair pass makes some columns again, at their cost, for violated rows that no
           auxiliary variable absorbs.
        2. Round after round each column is made again with the others as they are, while rosters get cheaper.
        3. The same from the cheapest roster on, with the true costs of violations instead of levelling.

        As many columns are made at a time as there are threads.

        Yields
        ------
        int64
            A value for each variable. Coupling rows may be violated; auxiliary variables that depend on several workers
            are at their lower bounds. Ends early where a worker's subproblem has no solution in time.
        """
        best = self.construct_round(self.empty_assignment, rng, first=True)
        if best is None:
            return
        yield best
        for after in self._rounds(best, rng, None, self.settings.failed_rounds):
            yield after
            best = min(best, after, key=self._penalised_cost)
        yield from self.rosters_at_true_costs(best, rng)

    def rosters_at_true_costs(self, values: Ints, rng: random.Random) -> Iterator[Ints]:
        """Rosters from one on in which every column is made again with the true costs of violations, while they get cheaper."""
        yield from self._rounds(values, rng, self._violation_penalty, 1)

    def _rounds(self, values: Ints, rng: random.Random, penalty: RowPenalty | None, most_failed: int) -> Iterator[Ints]:
        """One round after another, until so many in a row bring no cheaper roster."""
        best, failed = values, 0
        while failed < most_failed:
            after = self.construct_round(values, rng, penalty=penalty)
            if after is None:
                return
            yield after
            cost, best_cost = self._penalised_cost(after), self._penalised_cost(best)
            failed = 0 if cost < self.settings.cheaper * best_cost else failed + 1
            values, best = after, after if cost < best_cost else best

    def levelled_rosters(self, rng: random.Random) -> Iterator[Ints]:
        """The first few of these rosters; ends early where a worker's subproblem has no solution in time."""
        values = self.construct_round(self.empty_assignment, rng, first=True)
        for left in reversed(range(self.settings.levelling_rounds)):
            if values is None:
                return
            yield values
            values = self.construct_round(values, rng) if left else None

    @property
    def empty_assignment(self) -> Ints:
        """The assignment before any worker has come."""
        values: Ints = np.where(self.index.is_assignment, 0, self._rows.lower)
        return values

    def construct_round(
        self,
        values: Ints,
        rng: random.Random,
        duals: Ints | None = None,
        penalty: RowPenalty | None = None,
        first: bool = False,
    ) -> Ints | None:
        """Make every worker's column once more, in random order; `None` where a subproblem has no solution in time.

        A round of levelling without duals ends with a repair pass.

        Parameters
        ----------
        values : int64
            The roster before; it is not changed.
        duals : int64, optional
            Dual value of each coupling row, times `COST_SCALE`.
        penalty : callable, optional
            Penalty of the coupling rows' activity; that of uneven cover if not given.
        first : bool
            Whether no worker is there before: then each row is to be filled in step with the workers who have come.
        """
        values, activity = values.copy(), self._workers_matrix @ values
        come = np.zeros_like(self._contributors) if first else self._contributors.copy()
        order = list(range(self.index.workers))
        rng.shuffle(order)
        with ThreadPoolExecutor(self.threads) as threads:
            for at in range(0, len(order), self.threads):
                group = order[at : at + self.threads]
                for worker in group if first else []:
                    come[self._rows_of_worker[worker]] += 1
                share = come / self._contributors
                row_penalty = penalty or partial(self._levelling_penalty, share=share)
                if not self._remake_columns(group, values, activity, row_penalty, duals, threads):
                    return None
            if duals is None and penalty is None:
                self._repair_pass(order, values, activity, threads)
        return values

    def _repair_pass(self, order: list[int], values: Ints, activity: Ints, threads: ThreadPoolExecutor) -> None:
        """While rows are violated that no auxiliary variable absorbs, remake columns of workers in them, at true costs."""
        left = round(self.settings.repair_share * len(order))
        for worker in order:
            violated = self._is_hard & ((activity < self.row_lower) | (activity > self.row_upper))
            if left and violated[self._rows_of_worker[worker]].any():
                self._remake_columns([worker], values, activity, self._violation_penalty, None, threads)
                left -= 1

    def _remake_columns(
        self,
        workers: list[int],
        values: Ints,
        activity: Ints,
        penalty: RowPenalty,
        duals: Ints | None,
        threads: ThreadPoolExecutor,
    ) -> bool:
        """Make some workers' columns again, at the same time, and put them into `values` and `activity`.

        Returns
        -------
        bool
            Whether every subproblem has a solution in time.
        """
        costs = [
            self._linearised_costs(worker, penalty, activity - self._activity_of(worker, values), duals)
            for worker in workers
        ]
        for worker, column in zip(workers, threads.map(self._good_column, workers, costs), strict=True):
            if column is None:
                return False
            activity -= self._activity_of(worker, values)
            values[self.own_variables[worker]] = column
            activity += self._activity_of(worker, values)
        return True

    def _activity_of(self, worker: int, values: Ints) -> Ints:
        """A worker's part of the activity of each coupling row."""
        activity: Ints = self.coefficients[worker] @ values[self.own_variables[worker]]
        return activity

    def reduced_costs(self, worker: int, duals: Ints | None = None) -> Ints:
        """The reduced cost of each of a worker's variables, times `COST_SCALE`; its cost where there are no duals."""
        own: Ints = COST_SCALE * self._rows.cost[self.own_variables[worker]]
        return own if duals is None else own - self.coefficients[worker].T @ duals

    def _linearised_costs(self, worker: int, penalty: RowPenalty, others: Ints, duals: Ints | None) -> Ints:
        """The cost of each of a worker's variables, with the row penalty's slope at the others' activity."""
        coefficients, activity = self.coefficients[worker], others / self._unit
        here = penalty(activity)
        upwards = (penalty(activity + 1) - here) / self._unit  # per unit of the row itself
        downwards = (penalty(activity - 1) - here) / self._unit
        slope = coefficients.maximum(0).T @ upwards + (-coefficients).maximum(0).T @ downwards
        costs: Ints = np.round(slope).astype(np.int64) + self.reduced_costs(worker, duals)
        return costs

    def _good_column(self, worker: int, cost: Ints) -> Ints | None:
        """A worker's column within the gap that is good enough in a round."""
        column = self.solve_column(worker, cost, self.settings.column_gap)
        return None if column is None else column.values

    def _levelling_penalty(self, activity: Floats, share: Floats) -> Floats:
        """Penalty of uneven cover: squared deviation from the share of each row that is due by now."""
        below = np.maximum(0, self._lower_units * share - activity)
        above = np.maximum(0, activity - self._upper_units * share)
        penalties: Floats = self._levelling_weight * (below**2 + above**2)
        return penalties

    def _violation_penalty(self, activity: Floats) -> Floats:
        """Penalty of violated rows at true costs."""
        violation = np.maximum(0, self._lower_units - activity) + np.maximum(0, activity - self._upper_units)
        penalties: Floats = COST_SCALE * self._violation_cost * violation
        return penalties

    def _penalised_cost(self, values: Ints) -> float:
        """Cost of a roster, times `COST_SCALE`, with the true costs of its violated coupling rows."""
        activity = self._workers_matrix @ values / self._unit
        return COST_SCALE * self._rows.objective_value(values) + float(self._violation_penalty(activity).sum())

    def overcovering_workers(self, values: Ints) -> list[int]:
        """The workers who contribute to an over-covered coupling row: one whose activity is beyond its bound."""
        entries, activity = self._workers_matrix.tocoo(), self._workers_matrix @ values
        row, column = entries.coords
        given = entries.data * values[column]
        beyond = ((given > 0) & (activity > self.row_upper)[row]) | ((given < 0) & (activity < self.row_lower)[row])
        workers: list[int] = np.unique(self._owners[column[beyond]]).tolist()
        return workers

    # Bounds

    def workers_above_bound(self, values: Ints) -> list[int]:
        """The workers whose own cost is above their lower bound, which is proved by a solver where needed."""
        cost = self._rows.cost * values
        own_costs = [int(cost[own].sum()) for own in self.own_variables]
        return [
            worker
            for worker, trivial in enumerate(self._trivial_bounds)
            if own_costs[worker] > trivial and own_costs[worker] > self._lower_bound_of(worker)
        ]

    def bound(self) -> int:
        """Lower bound of every roster's cost: the sum of all workers' own lower bounds, as far as they are proved."""
        own = (self._proved_bounds.get(worker, trivial) for worker, trivial in enumerate(self._trivial_bounds))
        return self._common_bound + sum(own)

    def _lower_bound_of(self, worker: int) -> int:
        """Lower bound of a worker's own cost, as far as there was time to prove it."""
        if worker not in self._proved_bounds:
            column = self.solve_column(worker, self._rows.cost[self.own_variables[worker]])
            trivial = self._trivial_bounds[worker]
            self._proved_bounds[worker] = max(trivial, trivial if column is None else column.lower_bound)
        return self._proved_bounds[worker]

    # One worker's subproblem

    @property
    def identical_workers(self) -> list[list[int]]:
        """Groups of workers with identical own rows, whose columns are exchangeable; of those whose models were made."""
        return [sorted(workers) for workers in self._identical.values()]

    def solve_column(self, worker: int, cost: Ints, gap: float = 0.0) -> Column | None:
        """A worker's cheapest column, or one within an absolute gap of it; `None` where there is none in time.

        Parameters
        ----------
        cost : int64
            Cost of each of the worker's own variables.
        """
        model, costly = self._model_of(worker), np.flatnonzero(cost)
        model.clear_objective()  # type: ignore[no-untyped-call]
        model.proto.objective.vars.extend(costly.tolist())
        model.proto.objective.coeffs.extend(cost[costly].tolist())
        # with all rows in the relaxation and without cuts 4.7 ms at the median instead of 10.8 ms; without inprocessing and
        # the search for dominated constraints 4.1 instead of 5.5 ms
        solver = small_solver(self._time_limit)
        solver.parameters.linearization_level = 2
        solver.parameters.max_presolve_iterations = 1
        solver.parameters.add_lp_constraints_lazily = False
        solver.parameters.add_cg_cuts = solver.parameters.add_mir_cuts = False
        solver.parameters.use_sat_inprocessing = False
        solver.parameters.presolve_inclusion_work_limit = solver.parameters.merge_at_most_one_work_limit = 0
        solver.parameters.absolute_gap_limit = gap
        if self._incumbent.run(solver, model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        values = np.array(solver.response_proto.solution, np.int64)
        return Column(values, round_bound_up(solver.best_objective_bound))

    def _model_of(self, worker: int) -> cp_model.CpModel:
        """The model of a worker's own rows: a copy where another's are identical, as those of most workers of a desk are."""
        if worker not in self._models:
            rows, own, own_rows = self._rows, self.own_variables[worker], self._own_rows[worker]
            lower, upper = rows.lower[own], rows.upper[own]
            subproblem = Subproblem(
                free=own,
                touched=own_rows,
                matrix=rows.matrix[own_rows][:, own],
                row_lower=rows.row_lower[own_rows],
                row_upper=rows.row_upper[own_rows],
                lower=lower,
                upper=upper,
                cost=np.zeros_like(lower),
            )
            matrix = subproblem.matrix
            content = matrix.indptr, matrix.indices, matrix.data
            bounds = subproblem.row_lower, subproblem.row_upper, lower, upper
            key = blake2b(pickle.dumps((*content, *bounds))).digest()
            identical = self._identical.setdefault(key, [])
            self._models[worker] = self._models[identical[0]].clone() if identical else subproblem.model()[0]
            identical.append(worker)
        return self._models[worker]


def _positions_by_number(numbers: Ints, count: int) -> list[Ints]:
    """The positions at which each number from 0 to `count - 1` stands."""
    order = np.argsort(numbers, kind="stable")
    starts = np.searchsorted(numbers[order], np.arange(count + 1))
    return [order[starts[at] : starts[at + 1]] for at in range(count)]
