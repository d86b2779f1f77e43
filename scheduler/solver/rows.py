"""A posted CP-SAT model as an integer linear program in sparse rows, for other solvers and for neighbourhoods.

The rows state exactly the posted constraints: none is added, dropped or
relaxed. Only linear constraints can be stated so, which is all that a plain
`RosterModel` posts.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from ortools.sat import cp_model_pb2
from ortools.sat.python import cp_model
from scipy import sparse

from scheduler.errors import SolverFault
from scheduler.i18n import Sentence
from scheduler.time_limit import TimeLimit

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
STEPS_PER_ROW = 5  # of work, as a time limit counts them
FREE = 2**60  # an infinite row bound; -FREE for a lower one
UNKNOWN_KIND = Sentence("模型含无法线性化的约束", "the model holds a constraint that is not linear")


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The integer program: minimise cost @ x + offset, row_lower <= matrix @ x <= row_upper, lower <= x <= upper.

    Attributes
    ----------
    matrix : sparse CSR array of int64
        One row for each constraint, one column for each variable of the model.
    row_lower, row_upper : int64, one for each row
        Row bounds; -FREE and FREE where there is none.
    lower, upper : int64, one for each variable
        Variable bounds.
    cost : int64, one for each variable
    offset : int
        Constant part of the objective.
    """

    matrix: sparse.csr_array
    row_lower: Ints
    row_upper: Ints
    lower: Ints
    upper: Ints
    cost: Ints
    offset: int

    @classmethod
    def of(cls, model: cp_model.CpModel, time_limit: TimeLimit | None = None) -> Rows:
        """The rows of a model.

        Raises
        ------
        SolverFault
            A constraint is not linear.
        OutOfTime
            The time limit passed.
        """
        time_limit = time_limit or TimeLimit()
        time_limit.check()
        proto = _read(model)
        literals: list[int] = []
        coefficients: list[int] = []
        lengths: list[int] = []
        bounds: list[tuple[int, int]] = []

        def add_row(terms: Sequence[int], lower: int, upper: int, weights: Sequence[int] | None = None) -> None:
            literals.extend(terms)
            coefficients.extend([1] * len(terms) if weights is None else weights)
            lengths.append(len(terms))
            bounds.append((lower, upper))

        for constraint in proto.constraints:
            time_limit.count(STEPS_PER_ROW)
            enforcement = list(constraint.enforcement_literal)
            kind = constraint.WhichOneof("constraint")
            if kind == "linear" and not enforcement:
                domain = constraint.linear.domain
                if len(domain) != 2:
                    raise SolverFault(UNKNOWN_KIND)
                add_row(constraint.linear.vars, domain[0], domain[1], constraint.linear.coeffs)
            elif kind == "at_most_one" and not enforcement:
                add_row(constraint.at_most_one.literals, -FREE, 1)
            elif kind == "exactly_one" and not enforcement:
                add_row(constraint.exactly_one.literals, 1, 1)
            elif kind == "bool_or":
                add_row([*constraint.bool_or.literals, *(-ref - 1 for ref in enforcement)], 1, FREE)
            elif kind == "bool_and":
                for literal in constraint.bool_and.literals:
                    add_row([literal, *(-ref - 1 for ref in enforcement)], 1, FREE)
            else:
                raise SolverFault(UNKNOWN_KIND)
        time_limit.check()
        if any(len(variable.domain) != 2 for variable in proto.variables):
            raise SolverFault(UNKNOWN_KIND)
        domains = np.array([tuple(variable.domain) for variable in proto.variables], np.int64).reshape(-1, 2)
        time_limit.check()
        columns, values = np.array(literals, np.int64), np.array(coefficients, np.int64)
        time_limit.check()
        row_of_entry = np.repeat(np.arange(len(lengths)), lengths)
        # a negated literal has the reference -variable - 1 and the value 1 - variable
        negated = columns < 0
        shift = np.bincount(row_of_entry[negated], values[negated], len(lengths)).astype(np.int64)
        columns[negated] = -columns[negated] - 1
        values[negated] = -values[negated]
        matrix = sparse.csr_array((values, (row_of_entry, columns)), shape=(len(lengths), len(domains)))
        row_lower, row_upper = np.array(bounds, np.int64).reshape(-1, 2).T
        cost = np.zeros(len(domains), np.int64)
        offset = int(proto.objective.offset)
        for ref, weight in zip(proto.objective.vars, proto.objective.coeffs, strict=True):
            if ref < 0:
                cost[-ref - 1] -= weight
                offset += weight
            else:
                cost[ref] += weight
        return cls(
            matrix=matrix,
            row_lower=np.where(row_lower <= -FREE, -FREE, row_lower - shift),
            row_upper=np.where(row_upper >= FREE, FREE, row_upper - shift),
            lower=domains[:, 0],
            upper=domains[:, 1],
            cost=cost,
            offset=offset,
        )

    @cached_property
    def by_column(self) -> sparse.csc_array:
        """The matrix in column order."""
        return self.matrix.tocsc()

    @property
    def penalty(self) -> int:
        """Penalty for one unit of violation of a row, where rows may be violated: more than any single cost."""
        return 10 * int(np.abs(self.cost).max(initial=1))

    def objective_value(self, values: Ints) -> int:
        """Cost of an assignment."""
        return int(self.cost @ values) + self.offset

    def is_feasible(self, values: Ints) -> bool:
        """Whether an assignment is within every row's and every variable's bounds."""
        within = (self.lower <= values) & (values <= self.upper)
        return bool(within.all()) and not self.violations(values).any()

    def violations(self, values: Ints) -> Ints:
        """By how much an assignment violates each row; 0 where it does not."""
        activity = self.matrix @ values
        violated: Ints = np.maximum(0, self.row_lower - activity) + np.maximum(0, activity - self.row_upper)
        return violated

    def subproblem(self, free: Ints, values: Ints | Floats) -> Subproblem:
        """The same problem with all but some variables held at given values.

        Parameters
        ----------
        free : int64
            Indices of the variables that are decided anew.
        values : int64 or float
            One for each variable; fractions make the subproblem's row bounds fractional, too.
        """
        touched = np.unique(self.by_column[:, free].indices).astype(np.int64)
        rows = self.matrix[touched]
        held = values.copy()
        held[free] = 0
        constant = rows @ held
        row_lower, row_upper = self.row_lower[touched], self.row_upper[touched]
        return Subproblem(
            free=free,
            touched=touched,
            matrix=rows[:, free],
            row_lower=np.where(row_lower <= -FREE, -FREE, row_lower - constant),
            row_upper=np.where(row_upper >= FREE, FREE, row_upper - constant),
            lower=self.lower[free],
            upper=self.upper[free],
            cost=self.cost[free],
        )


@dataclass(frozen=True, kw_only=True)
class Subproblem:
    """A problem in some of a problem's variables; see `Rows` for the arrays.

    Attributes
    ----------
    free, touched : int64
        Which variables and which rows of the whole these are.
    """

    free: Ints
    touched: Ints
    matrix: sparse.csr_array
    row_lower: Ints
    row_upper: Ints
    lower: Ints
    upper: Ints
    cost: Ints

    def softened(self, soft: Flags, penalty: int) -> Rows:
        """The subproblem as a problem of its own, with slack variables for soft rows behind its own variables.

        Parameters
        ----------
        soft : bool, one for each row
            Rows that may be violated at a penalty for each unit.
        """
        lower, upper = self.lower.astype(float), self.upper.astype(float)
        positive, negative = self.matrix.maximum(0), self.matrix.minimum(0)
        # the largest violations that the variables' bounds allow; a row that cannot be violated gets no slack
        most_below = np.maximum(0, self.row_lower - (positive @ lower + negative @ upper))
        most_above = np.maximum(0, positive @ upper + negative @ lower - self.row_upper)
        below, above = np.flatnonzero(soft & (most_below > 0)), np.flatnonzero(soft & (most_above > 0))
        count = len(below) + len(above)
        signs = np.concatenate([np.ones(len(below), np.int64), -np.ones(len(above), np.int64)])
        shape = (len(self.row_lower), count)
        slack = sparse.csr_array((signs, (np.concatenate([below, above]), np.arange(count))), shape=shape)
        slack_upper = np.concatenate([np.ceil(most_below[below]), np.ceil(most_above[above])]).astype(np.int64)
        return Rows(
            matrix=sparse.csr_array(sparse.hstack([self.matrix, slack])),
            row_lower=self.row_lower,
            row_upper=self.row_upper,
            lower=np.concatenate([self.lower, np.zeros(count, np.int64)]),
            upper=np.concatenate([self.upper, slack_upper]),
            cost=np.concatenate([self.cost, np.full(count, penalty, np.int64)]),
            offset=0,
        )

    def model(
        self, hint: Ints | None = None, soft: Flags | None = None, penalty: int = 0
    ) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
        """The subproblem as a CP-SAT model, and its variables in order.

        Parameters
        ----------
        hint : int64, optional
            A value for each variable of the subproblem, to begin with.
        soft : bool, optional
            Rows that may be violated at a penalty for each unit.
        """
        cp = cp_model.CpModel()
        is_boolean = ((self.lower == 0) & (self.upper == 1)).tolist()
        variables = [
            cp.new_bool_var("") if boolean else cp.new_int_var(lower, upper, "")
            for boolean, lower, upper in zip(is_boolean, self.lower.tolist(), self.upper.tolist(), strict=True)
        ]
        positive, negative = self.matrix.maximum(0), self.matrix.minimum(0)
        least_activity = positive @ self.lower + negative @ self.upper
        most_activity = positive @ self.upper + negative @ self.lower
        # rows of nothing but booleans with the coefficient 1
        counts_booleans = np.ones(len(self.row_lower), bool)
        plain = np.array(is_boolean, bool)[self.matrix.indices] & (self.matrix.data == 1)
        counts_booleans[np.repeat(np.arange(len(counts_booleans)), np.diff(self.matrix.indptr))[~plain]] = False
        starts, columns = self.matrix.indptr.tolist(), self.matrix.indices.tolist()
        coefficients = self.matrix.data.tolist()
        costs = [(variables[at], int(self.cost[at])) for at in np.flatnonzero(self.cost)]
        can_be_violated = (least_activity < self.row_lower) | (most_activity > self.row_upper)
        for at in np.flatnonzero(can_be_violated).tolist():
            here = slice(starts[at], starts[at + 1])
            terms, weights = [variables[column] for column in columns[here]], coefficients[here]
            lower = int(max(self.row_lower[at], least_activity[at]))
            upper = int(min(self.row_upper[at], most_activity[at]))
            if soft is not None and soft[at]:
                slack = cp.new_int_var(0, int(max(lower - least_activity[at], most_activity[at] - upper, 0)), "")
                costs.append((slack, penalty))
                total = cp_model.LinearExpr.weighted_sum(terms, weights)
                cp.add(total + slack >= lower)
                cp.add(total - slack <= upper)
            # CP-SAT handles clauses on booleans better than sums, where it is told
            elif counts_booleans[at] and least_activity[at] == 0 and upper == 1 and lower <= 1:
                (cp.add_exactly_one if lower == 1 else cp.add_at_most_one)(terms)
            else:
                cp.add_linear_constraint(cp_model.LinearExpr.weighted_sum(terms, weights), lower, upper)
        if costs:
            cp.minimize(cp_model.LinearExpr.weighted_sum([term for term, _ in costs], [cost for _, cost in costs]))
        if hint is not None:
            for variable, value in zip(variables, hint.tolist(), strict=True):
                cp.add_hint(variable, value)
        return cp, variables


def least_costs(cost: Ints, lower: Ints, upper: Ints) -> Ints:
    """Least cost of each variable within its bounds."""
    least: Ints = np.minimum(cost * lower, cost * upper)
    return least


def _read(model: cp_model.CpModel) -> cp_model_pb2.CpModelProto:
    """A model as Python's own protocol buffer, which is read six times as fast as CP-SAT's view of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.pb"
        if not model.export_to_file(str(path)):
            raise OSError(f"{path} cannot be written")
        proto: cp_model_pb2.CpModelProto = cp_model_pb2.CpModelProto.FromString(path.read_bytes())
        return proto
