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

from scheduler.highs import corner, whole
from scheduler.linear import FREE, Ints, Part
from scheduler.one_by_one import COST, OneByOne
from scheduler.standing import Standing

PRICER = "CG"
EVEN = 3  # rounds of even filling, before there are prices
SETTLED = 0.05  # of its cost: where the master gains less by a round, its prices are worth a bound
# By how much a shared row may be missed for nothing, by and by: of many prices that do for the mix, small ones serve the bound
LEEWAYS = (0.05, 0.005, 0.0005)
SURE = 1 - 1e-6  # of a person's mix, one month


class Fit(NamedTuple):
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


class Columns:
    """The months that are known of each person, and what they prove together.

    Parameters
    ----------
    seconds : float
        Wall seconds, at most, until the last prices.
    """

    def __init__(self, alone: OneByOne, standing: Standing, seconds: float) -> None:
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

    def rosters(self, rng: random.Random, priced: bool = True) -> Iterator[tuple[Ints, list[int]]]:
        """Rosters of everybody one after another, and by and by whose months are best decided together in them.

        Shared rows are filled evenly first, and then at prices, until the bound is as good as prices make it. It is told to the
        standing.

        Yields
        ------
        int64, list of int
            A value for each variable; shared rows may be missed, and what is derived from several people is as it is at least.
            The people to be decided, or none. Ends early where one person's rows have no answer in time.
        """
        alone, ends = self._alone, time.perf_counter() + self._seconds
        leeways, before = iter(LEEWAYS), float("inf")
        with ThreadPoolExecutor(alone.threads) as threads:
            values = alone.round(alone.nobody, rng, threads, first=True)
            for _ in range(EVEN - 1):
                if values is None:
                    return
                self._add(values)
                yield values, []
                values = alone.round(values, rng, threads)
            if values is None:
                return
            yield values, [] if priced else list(range(alone.places.workers))
            leeway = next(leeways, None) if priced else None
            while leeway is not None and values is not None and not self._standing.stop.is_set():
                self._add(values)
                fit = self._fit(leeway)
                if fit is None:
                    return
                late = time.perf_counter() > ends
                if late or self._enough(fit.cost) or before - fit.cost < SETTLED * abs(fit.cost):
                    self._standing.proved(self._bound(fit.prices, threads), PRICER)
                    if late or self._enough(fit.cost):
                        yield fit.values, fit.undecided
                        leeway = None if late else next(leeways, None)
                before = fit.cost
                values = alone.round(values, rng, threads, fit.prices)

    def _enough(self, cost: float) -> bool:
        """Whether prices cannot prove more than is proved, with the leeway of the mix that costs so much."""
        return self._standing.bound is not None and self._standing.bound >= whole(cost)

    def _add(self, values: Ints) -> None:
        """Everybody's months of a roster are known."""
        for person, columns in enumerate(self._alone.columns):
            self._learn(person, values[columns])

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

    def _fit(self, leeway: float) -> Fit | None:
        """The cheapest mix of the months that are known, which may miss shared rows: by the leeway, and by more at a price."""
        alone, linear = self._alone, self._linear
        people, derived, count = alone.places.workers, alone.derived, len(self._months)
        owner = np.zeros(count, np.int64)
        for person, theirs in enumerate(self._theirs):
            owner[theirs] = person
        shape = (people, len(derived) + count)
        one_each = sparse.csr_array((np.ones(count, np.int64), (owner, len(derived) + np.arange(count))), shape=shape)
        rows, amounts = (np.concatenate(parts) for parts in zip(*self._does, strict=True))
        ends = np.cumsum([0, *(len(done[0]) for done in self._does)])
        shared = sparse.hstack(
            [alone.of_derived, sparse.csc_array((amounts, rows, ends), shape=(len(alone.low), count))]
        )
        low = np.where(alone.low > -FREE, alone.low - leeway, alone.low)
        high = np.where(alone.high < FREE, alone.high + leeway, alone.high)
        part = Part(
            np.arange(shape[1]),
            np.arange(len(low) + people),
            sparse.csr_array(sparse.vstack([shared, one_each])),
            np.concatenate([low, np.ones(people)]),
            np.concatenate([high, np.ones(people)]),
            np.concatenate([linear.least[derived], np.zeros(count, np.int64)]),
            np.concatenate([linear.most[derived], np.ones(count, np.int64)]),
            np.concatenate([linear.cost[derived], np.array(self._cost, np.int64)]),
        )
        mix = corner(part.softened(np.arange(len(part.low)) < len(low), linear.price))
        if mix is None:
            return None
        parts = mix.values[len(derived) :]
        values, undecided = alone.nobody, []
        for person, theirs in enumerate(self._theirs):
            largest = max(theirs, key=lambda column: float(parts[column]))
            values[alone.columns[person]] = self._months[largest]
            if parts[largest] < SURE:
                undecided.append(person)
        prices = np.round(COST * mix.duals[: len(low)]).astype(np.int64)
        # a side without a bound has no price; simplex may leave a trace of one
        prices = np.clip(prices, np.where(alone.high < FREE, -FREE, 0), np.where(alone.low > -FREE, FREE, 0))
        return Fit(values, undecided, mix.cost + linear.offset, prices)

    def _bound(self, prices: Ints, threads: ThreadPoolExecutor) -> int:
        """What no roster costs less than: what everybody's own month does at such prices, with what these make of shared rows."""
        alone, linear = self._alone, self._linear
        people = range(alone.places.workers)
        months = 0
        costs = [alone.cost(person, prices) for person in people]
        for person, (least, found) in zip(people, threads.map(self._least, people, costs), strict=True):
            months += least
            if found is not None:
                self._learn(person, found)
                self._proved[person] = costs[person], least
        derived = COST * linear.cost[alone.derived] - alone.of_derived.T @ prices
        rest = _least(derived, linear.least[alone.derived], linear.most[alone.derived])
        asked, allowed = prices > 0, prices < 0
        shared = int(prices[asked] @ alone.low[asked]) + int(prices[allowed] @ alone.high[allowed])
        return -(-(months + rest + shared) // COST) + linear.offset  # rounded up

    def _least(self, person: int, cost: Ints) -> tuple[int, Ints | None]:
        """What a person's own month costs at least, and a month; none where those that are known show it without a solver."""
        columns = self._alone.columns[person]
        least, most = self._linear.least[columns], self._linear.most[columns]
        proved, floor = self._proved[person], _least(cost, least, most)
        if proved is not None:  # with all that may have become cheaper since
            floor = max(floor, proved[1] + _least(cost - proved[0], least, most))
        cheapest = min(int(cost @ self._months[column]) for column in self._theirs[person])
        found = self._alone.month(person, cost) if cheapest > floor else None
        return (floor, None) if found is None else (max(floor, found.least), found.values)


def _least(cost: Ints, least: Ints, most: Ints) -> int:
    """What variables cost at least within their bounds."""
    return int(np.minimum(cost * least, cost * most).sum())
