"""A desk one person after another: a first roster, and what each person's month costs at least.

It works on the rows of the posted model (`linear.Linear`) and knows no rule. Rows that speak of one person
alone are that person's own, and kept. Rows that people share (the heads of a shift, say) are filled evenly:
whoever comes next prefers what is behind.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from ortools.sat.python import cp_model
from scipy import sparse

from scheduler.highs import whole
from scheduler.linear import FREE, Floats, Ints, Part
from scheduler.places import NOBODY, Places
from scheduler.standing import Standing

# Weights are whole numbers: a cost of one, and a unit off the even filling of a shared row that asks for one, which are squared;
# off one that asks for more it weighs less, by the square root
COST, LEVEL = 1000, 100
FAILED = 2  # rounds of even filling that bring no roster cheaper by a hundredth, until they end: the next may bring one
WORTH = 0.99
GAP = 20  # of the weight of one person's month, good enough


def small_solver(seconds: float) -> cp_model.CpSolver:
    """CP-SAT for a small part, without what takes longer than the part itself."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    solver.parameters.max_time_in_seconds = seconds
    return solver


# Of what is done of each shared row and the part of its people who have come, to a weight for each row
Off = Callable[[Floats, Floats], Floats]


class _Month(NamedTuple):
    """A person's own problem: what each of its variables costs, its model, and the variables there."""

    cost: Ints
    model: cp_model.CpModel
    variables: list[cp_model.IntVar]


class OneByOne:
    """The months of a desk's people, each a small problem of its own.

    Parameters
    ----------
    standing : Standing
        What stops it, and counts its work.
    patience : float
        Wall seconds for one person's month, at most.
    threads : int
        People whose months are made at a time.
    """

    def __init__(self, places: Places, standing: Standing, patience: float, threads: int = 1) -> None:
        linear = self._linear = places.linear
        self._threads = threads
        self._places, self._standing, self._patience = places, standing, patience
        people, owners = places.workers, places.owners()
        self._owners, self._columns = owners, _by_number(owners, people)
        row, column = linear.rows.tocoo().coords
        low, high = np.full(len(linear.low), people), np.full(len(linear.low), NOBODY)
        np.minimum.at(low, row, owners[column])
        np.maximum.at(high, row, owners[column])
        self._rows = _by_number(np.where(low == high, low, NOBODY), people)
        self._months: dict[int, _Month] = {}
        floor = np.minimum(linear.cost * linear.least, linear.cost * linear.most)
        self._floors: list[int] = [int(floor[columns].sum()) for columns in self._columns]
        self._least: dict[int, int] = {}
        self._rest = int(floor[owners == NOBODY].sum()) + linear.offset  # what nobody alone answers for
        self._share(np.flatnonzero((low != high) | (low == NOBODY)), owners)

    def _share(self, shared: Ints, owners: Ints) -> None:
        """Read the rows that people share, in units of their largest weight."""
        linear = self._linear
        rows = linear.rows[shared].tocoo()
        (row, column), weights = rows.coords, rows.data.astype(float)
        theirs = owners[column] != NOBODY
        unit = np.ones(len(shared))
        np.maximum.at(unit, row[theirs], np.abs(weights[theirs]))
        weights /= unit[row]
        self._shared = sparse.csc_array((weights[theirs], (row[theirs], column[theirs])), shape=rows.shape)
        self._amounts = [self._shared[:, columns] for columns in self._columns]
        self._low, self._high = linear.low[shared] / unit, linear.high[shared] / unit
        # a unit too few or too many costs what the cheapest variable that makes it good does, or else as much as a broken row
        self._miss = np.full(len(shared), float(linear.price))
        np.minimum.at(self._miss, row[~theirs], np.abs(linear.cost[column[~theirs]] / weights[~theirs]))
        asked = np.where(self._low > -FREE / 2, self._low, self._high)
        self._level = LEVEL / np.sqrt(np.maximum(1, np.abs(asked)))
        self._concerned = [np.unique(of.indices) for of in self._amounts]
        people = np.bincount(np.concatenate([np.zeros(0, int), *self._concerned]), minlength=len(shared))
        self._people = np.maximum(1.0, people)

    # A first roster

    def rosters(self, rng: random.Random) -> Iterator[Ints]:
        """One roster of everybody after another, better by and by.

        First people come one after another, in random order, and fill the shared rows as evenly as their own months allow at
        no cost of theirs. Then each of them goes and comes again, round after round while rosters get cheaper; at last with
        all true costs, from the cheapest roster on. As many come at a time as there are threads.

        Yields
        ------
        int64
            A value for each variable. Shared rows may be missed; what is derived from several people is as it is at least.
            Ends early where one person's rows have no answer in time.
        """
        order = list(range(self._places.workers))
        rng.shuffle(order)
        groups = [order[at : at + self._threads] for at in range(0, len(order), self._threads)]
        nobody: Ints = np.where(self._places.placed, 0, self._linear.least)
        with ThreadPoolExecutor(self._threads) as threads:
            best = self._round(nobody, groups, self._uneven, threads, first=True)
            if best is None:
                return
            yield best
            for off, enough in ((self._uneven, FAILED), (self._missed, 1)):
                values, failed = best, 0
                while failed < enough:
                    after = self._round(values, groups, off, threads)
                    if after is None:
                        return
                    yield after
                    paid, least = self._paid(after), self._paid(best)
                    failed = 0 if paid < WORTH * least else failed + 1
                    values, best = after, after if paid < least else best

    def _round(
        self, values: Ints, groups: list[list[int]], off: Off, threads: ThreadPoolExecutor, first: bool = False
    ) -> Ints | None:
        """Everybody's month made once more, by weights for what shared rows are off; the first time nobody is there before."""
        values, done = values.copy(), self._shared @ values
        come = np.zeros_like(self._people) if first else self._people.copy()
        for group in groups:
            for person in group if first else []:
                come[self._concerned[person]] += 1
            part = come / self._people
            pulls = [self._pulls(off, done - self._of(person, values), part) for person in group]
            for person, month in zip(group, threads.map(self._drawn, group, pulls), strict=True):
                if month is None:
                    return None
                done -= self._of(person, values)
                values[self._columns[person]] = month
                done += self._of(person, values)
        return values

    def _pulls(self, off: Off, done: Floats, part: Floats) -> tuple[Floats, Floats]:
        """What one unit more and one less of each shared row weighs."""
        here = off(done, part)
        return off(done + 1, part) - here, off(done - 1, part) - here

    def _of(self, person: int, values: Ints) -> Floats:
        """What a person does of each shared row."""
        amounts: Floats = self._amounts[person] @ values[self._columns[person]]
        return amounts

    def _drawn(self, person: int, pulls: tuple[Floats, Floats]) -> Ints | None:
        """A person's month where one unit more and one less of each shared row weigh so much."""
        month, amounts, (more, less) = self._month(person), self._amounts[person], pulls
        pull = amounts.maximum(0).T @ more + (-amounts).maximum(0).T @ less
        solver = self._solved(month, np.round(pull).astype(np.int64) + COST * month.cost, GAP)
        return None if solver is None else np.array(solver.response_proto.solution, np.int64)

    def _uneven(self, done: Floats, part: Floats) -> Floats:
        """What it weighs that each shared row is not filled evenly, where so large a part of its people have come."""
        squares = np.maximum(0, self._low * part - done) ** 2 + np.maximum(0, done - self._high * part) ** 2
        weights: Floats = self._level * squares
        return weights

    def _missed(self, done: Floats, part: Floats) -> Floats:
        """What it weighs that each shared row is missed when all have come."""
        missed: Floats = COST * self._miss * (np.maximum(0, self._low - done) + np.maximum(0, done - self._high))
        return missed

    def _paid(self, values: Ints) -> float:
        """What a roster costs, with what it costs to make good what shared rows miss."""
        return COST * self._linear.paid(values) + float(self._missed(self._shared @ values, self._people).sum())

    def crowding(self, values: Ints) -> list[int]:
        """The people of whom there is one too many in a shared row: who take part in what is beyond its side."""
        entries, done = self._shared.tocoo(), self._shared @ values
        row, column = entries.coords
        given = entries.data * values[column]
        many = ((given > 0) & (done > self._high)[row]) | ((given < 0) & (done < self._low)[row])
        found: list[int] = np.unique(self._owners[column[many]]).tolist()
        return found

    # Bounds

    def avoidable(self, values: Ints) -> list[int]:
        """The people whose own month costs more than it has to."""
        cost = self._linear.cost * values
        paid = [int(cost[columns].sum()) for columns in self._columns]
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
            month = self._month(person)
            solver = self._solved(month, month.cost)
            proved = self._floors[person] if solver is None else whole(solver.best_objective_bound)
            self._least[person] = max(self._floors[person], proved)
        return self._least[person]

    def _month(self, person: int) -> _Month:
        """A person's own variables and rows."""
        if person not in self._months:
            linear, columns, rows = self._linear, self._columns[person], self._rows[person]
            least, most = linear.least[columns], linear.most[columns]
            own = linear.rows[rows][:, columns]
            part = Part(columns, rows, own, linear.low[rows], linear.high[rows], least, most, np.zeros_like(least))
            self._months[person] = _Month(linear.cost[columns], *part.model())
        return self._months[person]

    def _solved(self, month: _Month, cost: Ints, gap: float = 0.0) -> cp_model.CpSolver | None:
        """A month at its best, or within a gap of it; `None` where there is none in time."""
        paid = np.flatnonzero(cost)
        month.model.minimize(
            cp_model.LinearExpr.weighted_sum([month.variables[at] for at in paid], cost[paid].tolist())
        )
        solver = small_solver(self._patience)
        solver.parameters.linearization_level = 2
        solver.parameters.max_presolve_iterations = 1
        solver.parameters.add_lp_constraints_lazily = False
        solver.parameters.add_cg_cuts = solver.parameters.add_mir_cuts = False
        solver.parameters.absolute_gap_limit = gap
        status = self._standing.run(solver, month.model)
        return solver if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None


def _by_number(numbers: Ints, count: int) -> list[Ints]:
    """Where each number from 0 on stands."""
    order = np.argsort(numbers, kind="stable")
    starts = np.searchsorted(numbers[order], np.arange(count + 1))
    return [order[starts[at] : starts[at + 1]] for at in range(count)]
