"""Neighbourhood search around CP-SAT: free some people on some days, solve that part well, keep what is no worse.

It works on the rows of the posted model (`linear.Linear`) and knows no rule:
whom and which days a variable speaks of (`RosterModel.places`) is all it is told.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model
from scipy import sparse
from scipy.sparse import csgraph

from scheduler.linear import FREE, Flags, Ints, Linear, Part
from scheduler.standing import Standing

FINDER = "LNS"
NOBODY = -1
START_PERSON_DAYS = 100  # of a part of the first roster; 250 left CP-SAT without any on the public instances
FIRST_PERSON_DAYS = 200
WIDTHS = (7, 14, 28)  # days of a neighbourhood; another is the whole period
EXPLORED = 0.15  # of the best width's rate of saving, for each width to be tried now and then
FORGOTTEN = 0.8  # how much of what a width saved and spent still counts at its next turn
LONG = 21  # a cost over more days than this says nothing about where to look


class Places:
    """Whom and which days each variable speaks of, and which variables hang together.

    A variable of one worker's days is *placed*; all others (a head missing, a
    month's hours) are *derived* and are decided with the placed ones whose
    rows they stand in.

    Parameters
    ----------
    placed : sequence of (variable, worker number, first day number, last day number)
    workers, days : int
        How many there are.
    """

    def __init__(self, linear: Linear, placed: Sequence[tuple[int, int, int, int]], workers: int, days: int) -> None:
        self.linear, self.workers, self.days = linear, workers, days
        rows, count = linear.rows.shape
        table = np.array(placed, np.int64).reshape(-1, 4)
        self.owner = np.full(count, NOBODY)
        self.first, self.last = np.full(count, days), np.full(count, -1)
        self.owner[table[:, 0]], self.first[table[:, 0]], self.last[table[:, 0]] = table[:, 1:].T
        self.placed: Flags = self.owner != NOBODY
        row, column = linear.rows.tocoo().coords
        owned = self.placed[column]
        # derived variables that share a row are decided together
        link = (np.ones(len(row) - owned.sum(), np.int8), (row[~owned], column[~owned] + rows))
        _, labels = csgraph.connected_components(sparse.coo_array(link, shape=(rows + count,) * 2), directed=False)
        self._cluster = labels[rows:]
        derived = np.flatnonzero(~self.placed)
        self._derived = derived[np.argsort(self._cluster[derived], kind="stable")]
        self._starts = np.searchsorted(self._cluster[self._derived], np.arange(labels.max(initial=0) + 2))
        # rows that speak of several people may be missed on the way to a first roster
        low, high = np.full(rows, workers), np.full(rows, -1)
        np.minimum.at(low, row[owned], self.owner[column[owned]])
        np.maximum.at(high, row[owned], self.owner[column[owned]])
        self.shared: Flags = low < high
        # a derived variable's days are those of its rows
        opens, closes = np.full(rows, days), np.full(rows, -1)
        np.minimum.at(opens, row[owned], self.first[column[owned]])
        np.maximum.at(closes, row[owned], self.last[column[owned]])
        np.minimum.at(self.first, column[~owned], opens[row[~owned]])
        np.maximum.at(self.last, column[~owned], closes[row[~owned]])

    def free(self, people: Flags, days: Flags) -> Ints:
        """The variables of some people that touch some days, with what is derived from them."""
        before = np.concatenate([[0], np.cumsum(days)])
        theirs = np.flatnonzero(self.placed & people[self.owner])
        placed = theirs[before[self.last[theirs] + 1] > before[self.first[theirs]]]
        touched = np.unique(self.linear.columns[:, placed].indices)
        columns = np.unique(self.linear.rows[touched].indices)
        clusters = np.unique(self._cluster[columns[~self.placed[columns]]])
        hanging = [self._derived[self._starts[at] : self._starts[at + 1]] for at in clusters]
        return np.concatenate([placed, *hanging])

    def costs(self, values: Ints) -> NDArray[np.float64]:
        """What could be saved on each day, at most."""
        linear = self.linear
        saving = linear.cost * values - np.minimum(linear.cost * linear.least, linear.cost * linear.most)
        paid = np.flatnonzero((saving > 0) & (self.last >= self.first) & (self.last - self.first < LONG))
        return self._spread(paid, saving[paid])

    def strays(self, missed: Ints) -> NDArray[np.float64]:
        """By how much the rows of each day are missed."""
        of_row = self.linear.rows[np.flatnonzero(missed)]
        columns = of_row.indices.astype(np.int64)
        return self._spread(columns[self.placed[columns]], np.ones(int(self.placed[columns].sum())))

    def _spread(self, variables: Ints, amounts: NDArray[np.generic]) -> NDArray[np.float64]:
        """Amounts by day, each spread over its variable's days."""
        steps = np.zeros(self.days + 1)
        share = amounts / (self.last[variables] - self.first[variables] + 1)
        np.add.at(steps, self.first[variables], share)
        np.subtract.at(steps, self.last[variables] + 1, share)
        return np.cumsum(steps[:-1])


class Neighbourhoods:
    """A search for better rosters, one neighbourhood after another.

    Parameters
    ----------
    standing : Standing
        Where rosters are offered and taken from; several searches may share it.
    patience, most_patience : float
        Wall seconds for one neighbourhood, and to what they grow while nothing is saved.
    """

    def __init__(
        self, linear: Linear, places: Places, standing: Standing, seed: int, patience: float, most_patience: float
    ) -> None:
        self.linear, self.places, self.standing = linear, places, standing
        self.random = random.Random(seed)
        self.patience = self._least_patience = min(patience, most_patience)
        self._most_patience = most_patience
        # one miss of a shared row weighs more than any single cost
        self.price = 10 * int(np.abs(linear.cost).max(initial=1))
        self._size = dict.fromkeys((*(w for w in WIDTHS if w < places.days), places.days), float(FIRST_PERSON_DAYS))
        self._saved = dict.fromkeys(self._size, 1.0)  # lately, by width, and in how many seconds
        self._spent = dict.fromkeys(self._size, 1e-3)

    def run(self) -> None:
        """Search until the standing says stop."""
        mine = self.standing.values
        if mine is None:
            mine = self.start()
        while not self.standing.stop.is_set():
            best = self.standing.values
            if best is not None and (mine is None or not self.linear.keeps(mine) or self._dearer(mine, best)):
                mine = best
            if mine is None:
                self.standing.stop.wait(0.2)  # for another's first roster
            else:
                mine = self._merged(mine, self.step(mine))

    def _dearer(self, values: Ints, than: Ints) -> bool:
        return self.linear.paid(values) > self.linear.paid(than)

    def _merged(self, before: Ints, after: Ints) -> Ints:
        """What a step changed, put into what others found meanwhile, where that keeps every row; else the step's own."""
        best = self.standing.values
        if best is None or best is before or best is after or after is before:
            return after
        both = np.where(after != before, after, best)
        if not self.linear.keeps(both) or not self._dearer(best, both):
            return after
        self._offer(both)
        return both

    def start(self) -> Ints | None:
        """A first roster, group by group: each takes its part of what is left to do.

        Shared rows may be missed; `None` where even then one person's part finds nothing with all patience.
        """
        places = self.places
        values = np.where(places.placed, 0, self.linear.least)
        people = list(range(places.workers))
        self.random.shuffle(people)
        count = -(-len(people) * places.days // START_PERSON_DAYS)
        waiting = [group for at in range(count) if (group := people[at::count])]
        todo = np.ones(places.workers, bool)
        while waiting:
            group = waiting.pop(0)
            if self.standing.stop.is_set() or self.standing.values is not None:
                return self.standing.values
            mine = np.zeros(places.workers, bool)
            mine[group] = True
            part = self._portion(mine, todo, values)
            found = self._solved(part, values, soft=True)
            if found is None and len(group) > 1:
                waiting = [group[::2], group[1::2], *waiting]
                continue
            if found is None and self.patience < self._most_patience:
                self.patience = min(2 * self.patience, self._most_patience)
                waiting.append(group)
                continue
            if found is None:
                return None
            values = found
            todo &= ~mine
        self._offer(values)
        return values

    def _portion(self, mine: Flags, todo: Flags, values: Ints) -> Part:
        """A group's part of the problem, with its share of what the shared rows still ask for."""
        places = self.places
        part = self.linear.part(places.free(mine, np.ones(places.days, bool)), values)
        whole = self.linear.rows[part.touched]
        pattern = sparse.csr_array((np.ones(whole.nnz), whole.indices, whole.indptr), shape=whole.shape)
        left = pattern @ (places.placed & todo[places.owner]).astype(float)
        share = np.where(
            left > 0, pattern @ (places.placed & mine[places.owner]).astype(float) / np.maximum(left, 1), 1.0
        )
        share[~places.shared[part.touched]] = 1.0

        def of(side: Ints) -> Ints:
            rounded = np.sign(side) * np.ceil(np.abs(side) * share - 1e-9)
            return np.where(np.abs(side) >= FREE // 2, side, rounded).astype(np.int64)

        return Part(part.free, part.touched, part.rows, of(part.low), of(part.high), part.least, part.most, part.cost)

    def step(self, values: Ints) -> Ints:
        """Solve one neighbourhood of an assignment; returns it or one that is no worse."""
        missed = self.linear.strays(values)
        rates = {width: self._saved[width] / self._spent[width] for width in self._size}
        floor = EXPLORED * max(rates.values()) + 1e-9
        width = self.random.choices(list(rates), [rate + floor for rate in rates.values()])[0]
        part = self.linear.part(self.places.free(*self._area(values, missed, width)), values)
        soft = bool(missed.any())
        found = self._solved(part, values, soft, width)
        saved = -1 if found is None else self._worth(values, missed) - self._worth(found, self.linear.strays(found))
        self._saved[width] = FORGOTTEN * self._saved[width] + max(0, saved)
        self.patience = self._least_patience if saved > 0 else min(1.03 * self.patience, self._most_patience)
        if found is None or saved < 0:
            return values
        self._offer(found)
        return found

    def _worth(self, values: Ints, missed: Ints) -> int:
        """What an assignment costs, with what its misses of rows weigh."""
        return self.linear.paid(values) + self.price * int(missed.sum())

    def _area(self, values: Ints, missed: Ints, width: int) -> tuple[Flags, Flags]:
        """People and days to free: some people over a stretch of days, often where something is paid or missed."""
        places, rng = self.places, self.random
        size = self._size[width]
        width = min(places.days, max(width, round(size / places.workers)))  # all people: then more days
        count = min(places.workers, max(2, round(size / width)))
        where = places.strays(missed) if missed.any() else places.costs(values)
        if where.any() and rng.random() < 0.5:
            centre = rng.choices(range(places.days), where.tolist())[0]
        else:
            centre = rng.randrange(places.days)
        first = max(0, min(places.days - width, centre - rng.randrange(width)))
        days, people = np.zeros(places.days, bool), np.zeros(places.workers, bool)
        days[first : first + width] = True
        people[rng.sample(range(places.workers), count)] = True
        return people, days

    def _solved(self, part: Part, values: Ints, soft: bool, width: int = 0) -> Ints | None:
        """The part's best values in the whole assignment; `None` where none was found in time."""
        hint = values[part.free]
        cp, made = part.model(hint, self.places.shared[part.touched] if soft else None, self.price)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2
        solver.parameters.max_time_in_seconds = self.patience
        solver.parameters.random_seed = self.random.randrange(2**31)
        began = time.perf_counter()
        status = self.standing.run(solver, cp)
        if width:
            self._learn(width, status == cp_model.OPTIMAL, (time.perf_counter() - began) / self.patience)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        found = values.copy()
        found[part.free] = [solver.value(variable) for variable in made]
        return found

    def _learn(self, width: int, ended: bool, part_of_patience: float) -> None:
        """Make the next neighbourhood of that width larger or smaller, and remember the time it took."""
        factor = 0.85 if not ended else 1.1 if part_of_patience < 0.25 else 1.0
        most = float(self.places.workers * self.places.days)
        self._size[width] = min(max(self._size[width] * factor, 2.0 * width), most)
        self._spent[width] = FORGOTTEN * self._spent[width] + part_of_patience * self.patience

    def _offer(self, values: Ints) -> None:
        if self.linear.keeps(values):
            self.standing.found(values, self.linear.paid(values), FINDER)
