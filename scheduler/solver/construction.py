"""A desk one person after another: rosters, and what each person's month costs at least.

It works on the rows of the posted model (`linear.Linear`) and knows no rule. Rows that speak of one person
alone are that person's own, and kept. Rows that people share (the heads of a shift, say) are filled evenly:
whoever comes next prefers what is behind.
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
from scheduler.solver.rows import FREE, Floats, Ints, Part, least_costs
from scheduler.solver.variable_index import NOBODY, VariableIndex

# Weights are whole numbers: a cost of one, and a unit off the even filling of a shared row that asks for one, which are squared;
# off one that asks for more it weighs less, by the square root
COST, LEVEL = 1000, 100
EVEN = 3  # rounds of even filling that are worth their time before prices
FAILED = 2  # rounds of even filling that bring no roster cheaper by a hundredth, until they end: the next may bring one
WORTH = 0.99
MENDERS = 0.1  # of the people, at most, who come again for rows that are missed: 23 of 1000 were enough, 11 of 300 and 4 of 100
GAP = 20  # of the weight of one person's month, good enough


def small_solver(seconds: float) -> cp_model.CpSolver:
    """CP-SAT for a small part, without what takes longer than the part itself."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    solver.parameters.max_time_in_seconds = seconds
    return solver


RowPenalty = Callable[[Floats], Floats]  # of what is done of each shared row, to a weight for each


class Column(NamedTuple):
    """A person's month: a value for each of the person's variables, and what no month costs less than."""

    values: Ints
    least: int


class Construction:
    """The months of a desk's people, each a small problem of its own.

    Parameters
    ----------
    standing : Standing
        What stops it, and counts its work.
    patience : float
        Wall seconds for one person's month, at most.
    threads : int
        People whose months are made at a time.

    Attributes
    ----------
    columns : list of int64, one for each person
        The person's variables.
    derived : int64
        The variables of nobody alone.
    low, high : int64, one for each shared row
        Its sides, as in `Linear`.
    amounts : list of sparse CSC array, one for each person
        What each of the person's variables is in the shared rows.
    of_derived : sparse CSC array
        The same of the derived ones.
    """

    def __init__(self, places: VariableIndex, standing: Incumbent, patience: float, threads: int = 1) -> None:
        linear = self._linear = places.linear
        self.places, self._standing, self._patience, self.threads = places, standing, patience, threads
        people, owners = places.workers, places.owners()
        self._owners, self.columns = owners, _by_number(owners, people)
        row, column = linear.rows.tocoo().coords
        low, high = np.full(len(linear.low), people), np.full(len(linear.low), NOBODY)
        np.minimum.at(low, row, owners[column])
        np.maximum.at(high, row, owners[column])
        self._rows = _by_number(np.where(low == high, low, NOBODY), people)
        self._models: dict[int, cp_model.CpModel] = {}
        self._alike: dict[bytes, list[int]] = {}
        floor = least_costs(linear.cost, linear.least, linear.most)
        self._floors: list[int] = [int(floor[columns].sum()) for columns in self.columns]
        self._least: dict[int, int] = {}
        self._rest = int(floor[owners == NOBODY].sum()) + linear.offset  # what nobody alone answers for
        self.derived = np.flatnonzero(owners == NOBODY)
        self._share(np.flatnonzero((low != high) | (low == NOBODY)))

    def _share(self, shared: Ints) -> None:
        """Read the rows that people share, and their units: the largest weight of what is somebody's."""
        linear = self._linear
        rows = linear.rows[shared].tocsc()
        self.amounts = [rows[:, columns] for columns in self.columns]
        self.of_derived = rows[:, self.derived]
        self._done = rows.copy()  # what people do
        self._done.data[np.repeat(self._owners == NOBODY, np.diff(rows.indptr))] = 0
        self._unit: Floats = np.maximum(1.0, abs(self._done).max(axis=1).toarray())
        self.low, self.high = linear.low[shared], linear.high[shared]
        self._least_units, self._most_units = self.low / self._unit, self.high / self._unit
        # a unit too few or too many costs what the cheapest variable that makes it good does, or else as much as a broken row
        self._miss = np.full(len(shared), float(linear.price))
        makes_good = self.of_derived.tocoo()
        row, column = makes_good.coords
        each = np.abs(linear.cost[self.derived[column]] * self._unit[row] / makes_good.data)
        np.minimum.at(self._miss, row, each)
        self._hard = np.bincount(row, minlength=len(shared)) == 0  # nobody's variables in it that could make it good
        asked = np.where(self.low > -FREE, self._least_units, self._most_units)
        self._level = LEVEL / np.sqrt(np.maximum(1, np.abs(asked)))
        self._concerned = [np.unique(of.indices) for of in self.amounts]
        people = np.bincount(np.concatenate([np.zeros(0, int), *self._concerned]), minlength=len(shared))
        self._people = np.maximum(1.0, people)

    # A first roster

    def rosters(self, rng: random.Random) -> Iterator[Ints]:
        """One roster of everybody after another, better by and by.

        First people come one after another, in random order, and fill the shared rows as evenly as their own months allow at
        no cost of theirs; where rows are missed then that nothing else makes good, some come again and pay. Then each of them
        goes and comes again, round after round while rosters get cheaper; at last with all true costs, from the cheapest roster
        on. As many come at a time as there are threads.

        Yields
        ------
        int64
            A value for each variable. Shared rows may be missed; what is derived from several people is as it is at least.
            Ends early where one person's rows have no answer in time.
        """
        best = self.round(self.nobody, rng, first=True)
        if best is None:
            return
        yield best
        for after in self._rounds(best, rng, None, FAILED):
            yield after
            best = min(best, after, key=self._paid)
        yield from self.at_true_costs(best, rng)

    def at_true_costs(self, values: Ints, rng: random.Random) -> Iterator[Ints]:
        """Rosters from one on in which everybody's month is made once more with all true costs, while they get cheaper."""
        yield from self._rounds(values, rng, self._missed, 1)

    def _rounds(self, values: Ints, rng: random.Random, off: RowPenalty | None, enough: int) -> Iterator[Ints]:
        """One round after another, until so many in a row have brought no roster cheaper by a hundredth."""
        best, failed = values, 0
        while failed < enough:
            after = self.round(values, rng, off=off)
            if after is None:
                return
            yield after
            paid, least = self._paid(after), self._paid(best)
            failed = 0 if paid < WORTH * least else failed + 1
            values, best = after, after if paid < least else best

    def even(self, rng: random.Random) -> Iterator[Ints]:
        """The first few of these rosters; none where one person's rows have no answer in time."""
        values = self.round(self.nobody, rng, first=True)
        for left in reversed(range(EVEN)):
            if values is None:
                return
            yield values
            values = self.round(values, rng) if left else None

    @property
    def nobody(self) -> Ints:
        """The assignment in which nobody has come."""
        values: Ints = np.where(self.places.placed, 0, self._linear.least)
        return values

    def round(
        self,
        values: Ints,
        rng: random.Random,
        prices: Ints | None = None,
        off: RowPenalty | None = None,
        first: bool = False,
    ) -> Ints | None:
        """Everybody's month made once more, in random order; `None` where one person's rows have no answer in time.

        After even filling without prices some come twice, for rows that are missed.

        Parameters
        ----------
        prices : int64, optional
            What a unit of each shared row is worth, in units of `COST`.
        off : callable, optional
            What it weighs that shared rows are off; by how much they are not filled evenly, unless something else is said.
        first : bool
            Whether nobody is there before.
        """
        values, done = values.copy(), self._done @ values
        come = np.zeros_like(self._people) if first else self._people.copy()
        order = list(range(self.places.workers))
        rng.shuffle(order)
        with ThreadPoolExecutor(self.threads) as threads:
            for at in range(0, len(order), self.threads):
                group = order[at : at + self.threads]
                for person in group if first else []:
                    come[self._concerned[person]] += 1
                part = come / self._people
                if not self._again(group, values, done, off or partial(self._uneven, part=part), prices, threads):
                    return None
            if prices is None and off is None:
                self._mend(order, values, done, threads)
        return values

    def _mend(self, order: list[int], values: Ints, done: Ints, threads: ThreadPoolExecutor) -> None:
        """As long as shared rows are missed that nothing else makes good, those who could come again, with all true costs."""
        left = round(MENDERS * len(order))
        for person in order:
            missed = self._hard & ((done < self.low) | (done > self.high))
            if left and missed[self._concerned[person]].any():
                self._again([person], values, done, self._missed, None, threads)
                left -= 1

    def _again(
        self,
        people: list[int],
        values: Ints,
        done: Ints,
        off: RowPenalty,
        prices: Ints | None,
        threads: ThreadPoolExecutor,
    ) -> bool:
        """Some people's months at the same time, put among what is done; whether everybody's rows have an answer in time."""
        costs = [self._weights(person, off, done - self._of(person, values), prices) for person in people]
        for person, month in zip(people, threads.map(self._drawn, people, costs), strict=True):
            if month is None:
                return False
            done -= self._of(person, values)
            values[self.columns[person]] = month
            done += self._of(person, values)
        return True

    def _of(self, person: int, values: Ints) -> Ints:
        """What a person does of each shared row."""
        amounts: Ints = self.amounts[person] @ values[self.columns[person]]
        return amounts

    def cost(self, person: int, prices: Ints | None = None) -> Ints:
        """What each of a person's variables costs, in units of `COST`, where what people share has prices."""
        own: Ints = COST * self._linear.cost[self.columns[person]]
        return own if prices is None else own - self.amounts[person].T @ prices

    def _weights(self, person: int, off: RowPenalty, done: Ints, prices: Ints | None) -> Ints:
        """What each of a person's variables weighs beside what others have done of each shared row."""
        amounts, others = self.amounts[person], done / self._unit
        here = off(others)
        more = (off(others + 1) - here) / self._unit  # of one unit of the row itself
        less = (off(others - 1) - here) / self._unit
        pull = amounts.maximum(0).T @ more + (-amounts).maximum(0).T @ less
        weights: Ints = np.round(pull).astype(np.int64) + self.cost(person, prices)
        return weights

    def _drawn(self, person: int, cost: Ints) -> Ints | None:
        """A person's month, good enough by such weights."""
        found = self.month(person, cost, GAP)
        return None if found is None else found.values

    def _uneven(self, done: Floats, part: Floats) -> Floats:
        """What it weighs that each shared row is not filled evenly, where so large a part of its people have come."""
        squares = (
            np.maximum(0, self._least_units * part - done) ** 2 + np.maximum(0, done - self._most_units * part) ** 2
        )
        weights: Floats = self._level * squares
        return weights

    def _missed(self, done: Floats) -> Floats:
        """What it weighs that each shared row is missed."""
        missed: Floats = (
            COST * self._miss * (np.maximum(0, self._least_units - done) + np.maximum(0, done - self._most_units))
        )
        return missed

    def _paid(self, values: Ints) -> float:
        """What a roster costs, with what it costs to make good what shared rows miss."""
        return COST * self._linear.paid(values) + float(self._missed(self._done @ values / self._unit).sum())

    def crowding(self, values: Ints) -> list[int]:
        """The people of whom there is one too many in a shared row: who take part in what is beyond its side."""
        entries, done = self._done.tocoo(), self._done @ values
        row, column = entries.coords
        given = entries.data * values[column]
        many = ((given > 0) & (done > self.high)[row]) | ((given < 0) & (done < self.low)[row])
        found: list[int] = np.unique(self._owners[column[many]]).tolist()
        return found

    # Bounds

    def avoidable(self, values: Ints) -> list[int]:
        """The people whose own month costs more than it has to."""
        cost = self._linear.cost * values
        paid = [int(cost[columns].sum()) for columns in self.columns]
        return [
            person
            for person, floor in enumerate(self._floors)
            if paid[person] > floor and paid[person] > self._at_least(person)
        ]

    def bound(self) -> int:
        """No roster costs less than everybody's own month at its least."""
        return self._rest + sum(self._least.get(person, floor) for person, floor in enumerate(self._floors))

    def _at_least(self, person: int) -> int:
        """What a person's own month costs at least, as far as there was time to prove it."""
        if person not in self._least:
            found = self.month(person, self._linear.cost[self.columns[person]])
            self._least[person] = max(self._floors[person], self._floors[person] if found is None else found.least)
        return self._least[person]

    # One person's own month

    @property
    def alike(self) -> list[list[int]]:
        """The people whose months were made, those together who have the same rows: each may have the others' months."""
        return [sorted(people) for people in self._alike.values()]

    def month(self, person: int, cost: Ints, gap: float = 0.0) -> Column | None:
        """A person's month at its best, or within a gap of it; `None` where there is none in time.

        Parameters
        ----------
        cost : int64
            What each of the person's `columns` costs.
        """
        model, paid = self._model(person), np.flatnonzero(cost)
        model.clear_objective()  # type: ignore[no-untyped-call]
        model.proto.objective.vars.extend(paid.tolist())
        model.proto.objective.coeffs.extend(cost[paid].tolist())
        solver = small_solver(self._patience)
        solver.parameters.linearization_level = 2
        solver.parameters.max_presolve_iterations = 1
        solver.parameters.add_lp_constraints_lazily = False
        solver.parameters.add_cg_cuts = solver.parameters.add_mir_cuts = False
        solver.parameters.use_sat_inprocessing = False
        solver.parameters.presolve_inclusion_work_limit = solver.parameters.merge_at_most_one_work_limit = 0
        solver.parameters.absolute_gap_limit = gap
        if self._standing.run(solver, model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        values = np.array(solver.response_proto.solution, np.int64)
        return Column(values, round_bound_up(solver.best_objective_bound))

    def _model(self, person: int) -> cp_model.CpModel:
        """A person's own variables and rows: a copy where another's are the same, as those of most people of a desk are."""
        if person not in self._models:
            linear, columns, rows = self._linear, self.columns[person], self._rows[person]
            least, most = linear.least[columns], linear.most[columns]
            own = linear.rows[rows][:, columns]
            part = Part(columns, rows, own, linear.low[rows], linear.high[rows], least, most, np.zeros_like(least))
            what = own.indptr, own.indices, own.data, part.low, part.high, least, most
            key = blake2b(pickle.dumps(what)).digest()
            alike = self._alike.setdefault(key, [])
            self._models[person] = self._models[alike[0]].clone() if alike else part.model()[0]
            alike.append(person)
        return self._models[person]


def _by_number(numbers: Ints, count: int) -> list[Ints]:
    """Where each number from 0 on stands."""
    order = np.argsort(numbers, kind="stable")
    starts = np.searchsorted(numbers[order], np.arange(count + 1))
    return [order[starts[at] : starts[at + 1]] for at in range(count)]
