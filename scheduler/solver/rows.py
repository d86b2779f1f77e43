"""A posted CP-SAT model as sparse rows of integers, for what works on rows: other solvers, and neighbourhoods.

The rows say exactly what the constraints say: none is added, dropped or
loosened. Only constraints that are linear can be said so, which is all that
a plain `RosterModel` posts.
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

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
FREE = 2**60  # a row's side without a bound, and its negative
UNKNOWN_KIND = Sentence("模型含无法线性化的约束", "the model holds a constraint that is not linear")


@dataclass(frozen=True)
class Rows:
    """low <= rows @ x <= high with least <= x <= most, all whole numbers; cost @ x + offset is to be small.

    Attributes
    ----------
    rows : sparse CSR array of int64, one row a constraint, one column a variable of the model
    low, high : int64, one for each row; -FREE and FREE where there is no bound
    least, most : int64, one for each variable
    cost : int64, one for each variable
    """

    rows: sparse.csr_array
    low: Ints
    high: Ints
    least: Ints
    most: Ints
    cost: Ints
    offset: int

    @classmethod
    def of(cls, model: cp_model.CpModel) -> Rows:
        """The rows of a model.

        Raises
        ------
        SolverFault
            A constraint is not linear.
        """
        proto = _read(model)
        literals: list[int] = []
        counts: list[int] = []
        lengths: list[int] = []
        bounds: list[tuple[int, int]] = []

        def row(terms: Sequence[int], least: int, most: int, weights: Sequence[int] | None = None) -> None:
            literals.extend(terms)
            counts.extend([1] * len(terms) if weights is None else weights)
            lengths.append(len(terms))
            bounds.append((least, most))

        for constraint in proto.constraints:
            enforced = list(constraint.enforcement_literal)
            kind = constraint.WhichOneof("constraint")
            if kind == "linear" and not enforced:
                domain = constraint.linear.domain
                if len(domain) != 2:
                    raise SolverFault(UNKNOWN_KIND)
                row(constraint.linear.vars, domain[0], domain[1], constraint.linear.coeffs)
            elif kind == "at_most_one" and not enforced:
                row(constraint.at_most_one.literals, -FREE, 1)
            elif kind == "exactly_one" and not enforced:
                row(constraint.exactly_one.literals, 1, 1)
            elif kind == "bool_or":
                row([*constraint.bool_or.literals, *(-ref - 1 for ref in enforced)], 1, FREE)
            elif kind == "bool_and":
                for literal in constraint.bool_and.literals:
                    row([literal, *(-ref - 1 for ref in enforced)], 1, FREE)
            else:
                raise SolverFault(UNKNOWN_KIND)
        if any(len(variable.domain) != 2 for variable in proto.variables):
            raise SolverFault(UNKNOWN_KIND)
        domains = np.array([tuple(variable.domain) for variable in proto.variables], np.int64).reshape(-1, 2)
        columns, values = np.array(literals, np.int64), np.array(counts, np.int64)
        owner = np.repeat(np.arange(len(lengths)), lengths)
        negated = columns < 0  # a negated literal is one less the variable
        shift = np.bincount(owner[negated], values[negated], len(lengths)).astype(np.int64)
        columns[negated] = -columns[negated] - 1
        values[negated] = -values[negated]
        rows = sparse.csr_array((values, (owner, columns)), shape=(len(lengths), len(domains)))
        low, high = np.array(bounds, np.int64).reshape(-1, 2).T
        cost = np.zeros(len(domains), np.int64)
        offset = int(proto.objective.offset)
        for ref, weight in zip(proto.objective.vars, proto.objective.coeffs, strict=True):
            if ref < 0:
                cost[-ref - 1] -= weight
                offset += weight
            else:
                cost[ref] += weight
        return cls(
            rows,
            np.where(low <= -FREE, -FREE, low - shift),
            np.where(high >= FREE, FREE, high - shift),
            domains[:, 0],
            domains[:, 1],
            cost,
            offset,
        )

    @cached_property
    def columns(self) -> sparse.csc_array:
        """The rows by column."""
        return self.rows.tocsc()

    @property
    def price(self) -> int:
        """What one miss of a row weighs beside costs, where rows may be missed: more than any single cost."""
        return 10 * int(np.abs(self.cost).max(initial=1))

    def paid(self, values: Ints) -> int:
        """What an assignment costs."""
        return int(self.cost @ values) + self.offset

    def keeps(self, values: Ints) -> bool:
        """Whether an assignment keeps every row and every variable's bounds."""
        within = (self.least <= values) & (values <= self.most)
        return bool(within.all()) and not self.strays(values).any()

    def strays(self, values: Ints) -> Ints:
        """By how much an assignment misses each row."""
        amounts = self.rows @ values
        missed: Ints = np.maximum(0, self.low - amounts) + np.maximum(0, amounts - self.high)
        return missed

    def part(self, free: Ints, values: Ints | Floats) -> Part:
        """The same problem with all but some variables held at given values.

        Parameters
        ----------
        free : int64
            Indices of the variables to decide anew.
        values : int64 or float
            One for each variable; with fractions, the sides of the part's rows have fractions, too.
        """
        touched = np.unique(self.columns[:, free].indices).astype(np.int64)
        rows = self.rows[touched]
        held = values.copy()
        held[free] = 0
        given = rows @ held
        low = np.where(self.low[touched] <= -FREE, -FREE, self.low[touched] - given)
        high = np.where(self.high[touched] >= FREE, FREE, self.high[touched] - given)
        return Part(free, touched, rows[:, free], low, high, self.least[free], self.most[free], self.cost[free])


@dataclass(frozen=True)
class Part:
    """A problem in some of a problem's variables; see `Linear` for the arrays.

    Attributes
    ----------
    free, touched : int64
        Which variables and which rows of the whole these are.
    """

    free: Ints
    touched: Ints
    rows: sparse.csr_array
    low: Ints
    high: Ints
    least: Ints
    most: Ints
    cost: Ints

    def softened(self, soft: Flags, price: int) -> Rows:
        """The part as a problem of its own; behind its variables stand what is missing and what is too much of soft rows.

        Parameters
        ----------
        soft : bool, one for each row
            Rows that may be missed at a price for each unit.
        """
        least, most = self.least.astype(float), self.most.astype(float)
        positive, negative = self.rows.maximum(0), self.rows.minimum(0)
        missing = np.maximum(0, self.low - (positive @ least + negative @ most))
        spare = np.maximum(0, positive @ most + negative @ least - self.high)
        short, over = np.flatnonzero(soft & (missing > 0)), np.flatnonzero(soft & (spare > 0))
        count = len(short) + len(over)
        ways = np.concatenate([np.ones(len(short), np.int64), -np.ones(len(over), np.int64)])
        shape = (len(self.low), count)
        slack = sparse.csr_array((ways, (np.concatenate([short, over]), np.arange(count))), shape=shape)
        return Rows(
            sparse.csr_array(sparse.hstack([self.rows, slack])),
            self.low,
            self.high,
            np.concatenate([self.least, np.zeros(count, np.int64)]),
            np.concatenate(
                [self.most, np.ceil(missing[short]).astype(np.int64), np.ceil(spare[over]).astype(np.int64)]
            ),
            np.concatenate([self.cost, np.full(count, price, np.int64)]),
            0,
        )

    def model(
        self, hint: Ints | None = None, soft: Flags | None = None, price: int = 0
    ) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
        """The part as a CP-SAT model, and its variables in order.

        Parameters
        ----------
        hint : int64, optional
            A value for each variable of the part, to begin with.
        soft : bool, optional
            Rows that may be missed at a price for each unit.
        """
        cp = cp_model.CpModel()
        flags = ((self.least == 0) & (self.most == 1)).tolist()
        made = [
            cp.new_bool_var("") if flag else cp.new_int_var(low, high, "")
            for flag, low, high in zip(flags, self.least.tolist(), self.most.tolist(), strict=True)
        ]
        positive, negative = self.rows.maximum(0), self.rows.minimum(0)
        fewest = positive @ self.least + negative @ self.most
        largest = positive @ self.most + negative @ self.least
        ones = np.ones(len(self.low), bool)
        plain = np.array(flags, bool)[self.rows.indices] & (self.rows.data == 1)
        ones[np.repeat(np.arange(len(ones)), np.diff(self.rows.indptr))[~plain]] = False
        starts, columns, counts = self.rows.indptr.tolist(), self.rows.indices.tolist(), self.rows.data.tolist()
        costs = [(made[at], int(self.cost[at])) for at in np.flatnonzero(self.cost)]
        for at in np.flatnonzero((fewest < self.low) | (largest > self.high)).tolist():
            here = slice(starts[at], starts[at + 1])
            terms, weights = [made[column] for column in columns[here]], counts[here]
            low, high = int(max(self.low[at], fewest[at])), int(min(self.high[at], largest[at]))
            if soft is not None and soft[at]:
                miss = cp.new_int_var(0, int(max(low - fewest[at], largest[at] - high, 0)), "")
                costs.append((miss, price))
                total = cp_model.LinearExpr.weighted_sum(terms, weights)
                cp.add(total + miss >= low)
                cp.add(total - miss <= high)
            elif ones[at] and fewest[at] == 0 and high == 1 and low <= 1:  # booleans, seen as such by the solver
                (cp.add_exactly_one if low == 1 else cp.add_at_most_one)(terms)
            else:
                cp.add_linear_constraint(cp_model.LinearExpr.weighted_sum(terms, weights), low, high)
        if costs:
            cp.minimize(cp_model.LinearExpr.weighted_sum([term for term, _ in costs], [cost for _, cost in costs]))
        if hint is not None:
            for variable, value in zip(made, hint.tolist(), strict=True):
                cp.add_hint(variable, value)
        return cp, made


def least_costs(cost: Ints, least: Ints, most: Ints) -> Ints:
    """What each variable costs at least within its bounds."""
    least_cost: Ints = np.minimum(cost * least, cost * most)
    return least_cost


def _read(model: cp_model.CpModel) -> cp_model_pb2.CpModelProto:
    """A model as Python's own protocol buffer, which is read six times as fast as CP-SAT's view of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.pb"
        if not model.export_to_file(str(path)):
            raise OSError(f"{path} cannot be written")
        proto: cp_model_pb2.CpModelProto = cp_model_pb2.CpModelProto.FromString(path.read_bytes())
        return proto
