"""Whom and which days the variables of some rows speak of: what a search of parts has to know, and no more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from scheduler.solver.rows import Flags, Floats, Ints, Rows, least_costs

NOBODY = -1
LONG = 21  # a cost over more days than this says nothing about where to look


class VariableIndex:
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

    def __init__(self, linear: Rows, placed: Sequence[tuple[int, int, int, int]], workers: int, days: int) -> None:
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
        self._low, self._high = low, high
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

    def owners(self) -> Ints:
        """Whose each variable is, with those derived from one person's variables alone; `NOBODY` where it is several people's."""
        row, column = self.linear.rows.tocoo().coords
        derived = ~self.placed[column]
        cluster = self._cluster[column[derived]]
        count = self._cluster.max(initial=0) + 1
        first, last = np.full(count, self.workers), np.full(count, NOBODY)
        np.minimum.at(first, cluster, self._low[row[derived]])
        np.maximum.at(last, cluster, self._high[row[derived]])
        of_cluster = np.where(first == last, last, NOBODY)
        return np.where(self.placed, self.owner, of_cluster[self._cluster])

    def costs(self, values: Ints) -> Floats:
        """What could be saved on each day, at most."""
        linear = self.linear
        saving = linear.cost * values - least_costs(linear.cost, linear.least, linear.most)
        paid = np.flatnonzero((saving > 0) & (self.last >= self.first) & (self.last - self.first < LONG))
        return self._spread(paid, saving[paid])

    def strays(self, missed: Ints) -> Floats:
        """By how much the rows of each day are missed."""
        of_row = self.linear.rows[np.flatnonzero(missed)]
        columns = of_row.indices.astype(np.int64)
        return self._spread(columns[self.placed[columns]], np.ones(int(self.placed[columns].sum())))

    def _spread(self, variables: Ints, amounts: Ints | Floats) -> Floats:
        """Amounts by day, each spread over its variable's days."""
        steps = np.zeros(self.days + 1)
        share = amounts / (self.last[variables] - self.first[variables] + 1)
        np.add.at(steps, self.first[variables], share)
        np.subtract.at(steps, self.last[variables] + 1, share)
        return np.cumsum(steps[:-1])
