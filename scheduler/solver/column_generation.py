"""Column generation: everybody's own months as columns, prices for what people share, and the bound these prove.

The decomposition of Dantzig and Wolfe (1960). A master problem mixes months for each person from those known, and
its dual values price the shared rows. What everybody's own month costs at least at such prices, with what the prices
make of the shared rows, is a bound: each person's month is whole in it, so it is often the optimum itself. The
master's mix is whole for nearly everybody: whoever is left is decided together.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from scipy import sparse

from scheduler.solver.construction import COST, Construction
from scheduler.solver.incumbent import Incumbent
from scheduler.solver.mathopt import round_bound_up, solve_basic
from scheduler.solver.rows import FREE, Ints, Part, Rows, least_costs

PRICER = "CG"
SETTLED = 0.05  # of its cost: where the master gains less by a round, its prices are worth a bound
# By how much a shared row may be missed for nothing, by and by: of many prices that do for the mix, small ones serve the bound
LEEWAYS = (0.05, 0.005, 0.0005)
SURE = 1 - 1e-6  # of a person's mix, one month
MOMENT = 1.0  # seconds that a mix may take in any case
ROUND = 500  # months that a round makes known, others' to people with the same rows: so many that the mix is still soon found


class MasterSolution(NamedTuple):
    """What the master problem says.

    Attributes
    ----------
    values : int64
        A month for everybody: the largest part of each mix. What is derived from several people's is as it is at least.
    undecided : list of int
        The people for whom several months are mixed.
    cost : float
        Of the mix.
    prices : int64
        What a unit of each shared row is worth, in units of `COST`.
    """

    values: Ints
    undecided: list[int]
    cost: float
    prices: Ints


class ColumnGeneration:
    """The months that are known of each person, and what they prove together.

    Parameters
    ----------
    seconds : float
        Wall seconds after which there are no further prices.
    """

    def __init__(self, alone: Construction, standing: Incumbent, seconds: float) -> None:
        self._alone, self._standing, self._seconds = alone, standing, seconds
        self._linear = alone.places.linear
        people = alone.places.workers
        self._known: set[tuple[int, bytes]] = set()
        # of each column: the month, what it costs, and which shared rows it speaks of, by how much
        self._months: list[Ints] = []
        self._cost: list[int] = []
        self._does: list[tuple[Ints, Ints]] = []
        # of each person: the columns, and the last costs at which a least was proved, with it
        self._theirs: list[list[int]] = [[] for _ in range(people)]
        self._proved: list[tuple[Ints, int] | None] = [None] * people
        self._from_others = max(0, ROUND // max(1, people) - 1)  # months that a person gets to know in a round
        self._draw = np.random.default_rng(0)  # among months that cost the same

    def rosters(self, rng: random.Random) -> Iterator[tuple[Ints, list[int]]]:
        """Rosters of everybody one after another, and by and by whose months are best decided together in them.

        Shared rows are filled evenly first, and then at prices, until the bound is as good as prices make it. It is told to the
        standing.

        Yields
        ------
        int64, list of int
            A value for each variable; shared rows may be missed, and what is derived from several people is as it is at least.
            The people to be decided, or none. Ends early where one person's rows or the mix have no answer in time.
        """
        ends, before = time.perf_counter() + self._seconds, float("inf")
        values: Ints | None = None
        for values in self._alone.even(rng):
            self._add(values)
            yield values, []
        leeways = list(LEEWAYS)
        while values is not None and not self._standing.stop.is_set():
            left = ends - time.perf_counter()
            fit = self._fit(leeways[0], max(MOMENT, left))
            if fit is None:
                return
            if left <= 0:
                yield fit.values, fit.undecided
                self._standing.proved(self._bound(fit.prices), PRICER)
                return
            if self._enough(fit.cost) or before - fit.cost < SETTLED * abs(fit.cost):
                self._standing.proved(self._bound(fit.prices), PRICER)
                if self._enough(fit.cost):
                    yield fit.values, fit.undecided
                    leeways.pop(0)
                    if not leeways:
                        return
            before = fit.cost
            values = self._alone.round(values, rng, fit.prices)
            if values is not None:
                self._add(values, fit.prices)

    def _enough(self, cost: float) -> bool:
        """Whether prices cannot prove more than is proved, with the leeway of the mix that costs so much."""
        return self._standing.bound is not None and self._standing.bound >= round_bound_up(cost)

    def _add(self, values: Ints, prices: Ints | None = None) -> None:
        """Everybody's months of a roster are known, and to those with the same rows some of them, the cheapest at such prices."""
        alone = self._alone
        for person, columns in enumerate(alone.columns):
            self._learn(person, values[columns])
        for people in alone.alike if self._from_others else ():
            months = np.unique([values[alone.columns[person]] for person in people], axis=0)
            for person in people:
                cost = months @ alone.cost(person, prices)
                for month in months[np.lexsort((self._draw.random(len(months)), cost))[: self._from_others]]:
                    self._learn(person, month)

    def _learn(self, person: int, month: Ints) -> None:
        """A month of a person is known."""
        key = person, month.tobytes()
        if key not in self._known:
            self._known.add(key)
            self._theirs[person].append(len(self._months))
            self._months.append(month)
            self._cost.append(int(self._linear.cost[self._alone.columns[person]] @ month))
            done = self._alone.amounts[person] @ month
            rows = np.flatnonzero(done)
            self._does.append((rows, done[rows]))

    def _fit(self, leeway: float, seconds: float) -> MasterSolution | None:
        """The cheapest mix of the months that are known; `None` where there was no time for it."""
        alone, count = self._alone, len(self._alone.derived)
        mix = solve_basic(self._mixed(leeway), seconds)
        if mix is None:
            return None
        values, undecided = alone.nobody, []
        for person, theirs in enumerate(self._theirs):
            largest = max(theirs, key=lambda column: float(mix.values[count + column]))
            values[alone.columns[person]] = self._months[largest]
            if mix.values[count + largest] < SURE:
                undecided.append(person)
        prices = np.round(COST * mix.duals[: len(alone.low)]).astype(np.int64)
        # a side without a bound has no price; the simplex may leave a trace of one
        most = COST * self._linear.price
        prices = np.clip(prices, np.where(alone.high < FREE, -most, 0), np.where(alone.low > -FREE, most, 0))
        return MasterSolution(values, undecided, mix.cost + self._linear.offset, prices)

    def _mixed(self, leeway: float) -> Rows:
        """The master problem: what is derived from several people's variables, then a part of each month that is known.

        Shared rows may be missed, by the leeway for nothing and by more at a price; everybody's parts are one.
        """
        alone, linear = self._alone, self._linear
        people, derived, count = alone.places.workers, alone.derived, len(self._months)
        owner = np.zeros(count, np.int64)
        for person, theirs in enumerate(self._theirs):
            owner[theirs] = person
        rows, amounts = (np.concatenate(parts) for parts in zip(*self._does, strict=True))
        ends = np.cumsum([0, *(len(done) for done, _ in self._does)])
        does = sparse.csc_array((amounts, rows, ends), shape=(len(alone.low), count))
        columns = len(derived) + np.arange(count)
        shape = people, len(derived) + count
        one_each = sparse.csr_array((np.ones(count, np.int64), (owner, columns)), shape=shape)
        part = Part(
            np.arange(len(derived) + count),
            np.arange(len(alone.low) + people),
            sparse.csr_array(sparse.vstack([sparse.hstack([alone.of_derived, does]), one_each])),
            np.concatenate([np.where(alone.low > -FREE, alone.low - leeway, alone.low), np.ones(people)]),
            np.concatenate([np.where(alone.high < FREE, alone.high + leeway, alone.high), np.ones(people)]),
            np.concatenate([linear.least[derived], np.zeros(count, np.int64)]),
            np.concatenate([linear.most[derived], np.ones(count, np.int64)]),
            np.concatenate([linear.cost[derived], np.array(self._cost, np.int64)]),
        )
        return part.softened(part.touched < len(alone.low), linear.price)

    def _bound(self, prices: Ints) -> int:
        """What no roster costs less than: what everybody's own month does at such prices, with what these make of shared rows."""
        alone, linear = self._alone, self._linear
        people = range(alone.places.workers)
        costs, months = [alone.cost(person, prices) for person in people], 0
        with ThreadPoolExecutor(alone.threads) as threads:
            for person, (least, found) in zip(people, threads.map(self._least, people, costs), strict=True):
                months += least
                if found is not None:
                    self._learn(person, found)
                    self._proved[person] = costs[person], least
        derived = COST * linear.cost[alone.derived] - alone.of_derived.T @ prices
        rest = int(least_costs(derived, linear.least[alone.derived], linear.most[alone.derived]).sum())
        asked, allowed = prices > 0, prices < 0
        shared = int(prices[asked] @ alone.low[asked]) + int(prices[allowed] @ alone.high[allowed])
        return -(-(months + rest + shared) // COST) + linear.offset  # rounded up

    def _least(self, person: int, cost: Ints) -> tuple[int, Ints | None]:
        """What a person's own month costs at least, and a month; none where those that are known show it without a solver."""
        columns = self._alone.columns[person]
        least, most = self._linear.least[columns], self._linear.most[columns]
        proved, floor = self._proved[person], int(least_costs(cost, least, most).sum())
        if proved is not None:  # with all that may have become cheaper since
            floor = max(floor, proved[1] + int(least_costs(cost - proved[0], least, most).sum()))
        known = min(int(cost @ self._months[column]) for column in self._theirs[person])
        found = self._alone.month(person, cost) if known > floor else None
        return (floor, None) if found is None else (max(floor, found.least), found.values)
