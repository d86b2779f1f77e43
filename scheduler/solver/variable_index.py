"""Maps each variable to its worker and days, for the choice of neighbourhoods; all that a search has to know of rosters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from scheduler.solver.rows import Flags, Floats, Ints, Rows, least_costs

NOBODY = -1  # owner of a variable or row that is not one worker's own

AssignmentVariable = tuple[int, int, int, int]  # variable, worker number, first day number, last day number


class VariableIndex:
    """The worker and the days of each variable, and which auxiliary variables depend on each other.

    A variable that stands for days of one worker is an *assignment variable*;
    every other one (a head missing, a month's hours) is an *auxiliary
    variable* and is decided together with the assignment variables in whose
    rows it stands.

    Parameters
    ----------
    assignments : sequence of (variable, worker number, first day number, last day number)
    workers, days : int
        How many there are.

    Attributes
    ----------
    owner : int, one for each variable
        Worker number of an assignment variable, else `NOBODY`.
    first, last : int, one for each variable
        Its first and last day; of an auxiliary variable those of its rows.
    is_assignment : bool, one for each variable
    coupling : bool, one for each row
        Whether it couples several workers; such rows may be violated on the way to a first roster.
    """

    def __init__(self, rows: Rows, assignments: Sequence[AssignmentVariable], workers: int, days: int) -> None:
        self.rows, self.workers, self.days = rows, workers, days
        row_count, variable_count = rows.matrix.shape
        table = np.array(assignments, np.int64).reshape(-1, 4)
        self.owner = np.full(variable_count, NOBODY)
        self.first, self.last = np.full(variable_count, days), np.full(variable_count, -1)
        self.owner[table[:, 0]], self.first[table[:, 0]], self.last[table[:, 0]] = table[:, 1:].T
        self.is_assignment: Flags = self.owner != NOBODY
        row, column = rows.matrix.tocoo().coords
        owned = self.is_assignment[column]
        # auxiliary variables that share a row are one cluster: they are decided together
        link = (np.ones(len(row) - owned.sum(), np.int8), (row[~owned], column[~owned] + row_count))
        graph = sparse.coo_array(link, shape=(row_count + variable_count,) * 2)
        _, labels = csgraph.connected_components(graph, directed=False)
        self._cluster = labels[row_count:]
        auxiliary = np.flatnonzero(~self.is_assignment)
        self._by_cluster = auxiliary[np.argsort(self._cluster[auxiliary], kind="stable")]
        self._starts = np.searchsorted(self._cluster[self._by_cluster], np.arange(labels.max(initial=0) + 2))
        # the first and the last worker of each row
        first_owner, last_owner = np.full(row_count, workers), np.full(row_count, -1)
        np.minimum.at(first_owner, row[owned], self.owner[column[owned]])
        np.maximum.at(last_owner, row[owned], self.owner[column[owned]])
        self._first_owner, self._last_owner = first_owner, last_owner
        self.coupling: Flags = first_owner < last_owner
        # an auxiliary variable's days are those of its rows
        opens, closes = np.full(row_count, days), np.full(row_count, -1)
        np.minimum.at(opens, row[owned], self.first[column[owned]])
        np.maximum.at(closes, row[owned], self.last[column[owned]])
        np.minimum.at(self.first, column[~owned], opens[row[~owned]])
        np.maximum.at(self.last, column[~owned], closes[row[~owned]])

    def variables_of(self, workers: Flags, days: Flags) -> Ints:
        """The assignment variables of some workers that touch some days, then the auxiliary ones that depend on them."""
        days_before = np.concatenate([[0], np.cumsum(days)])
        theirs = np.flatnonzero(self.is_assignment & workers[self.owner])
        chosen = theirs[days_before[self.last[theirs] + 1] > days_before[self.first[theirs]]]
        touched = np.unique(self.rows.by_column[:, chosen].indices)
        columns = np.unique(self.rows.matrix[touched].indices)
        clusters = np.unique(self._cluster[columns[~self.is_assignment[columns]]])
        auxiliary = [self._by_cluster[self._starts[at] : self._starts[at + 1]] for at in clusters]
        return np.concatenate([chosen, *auxiliary])

    def owners(self) -> Ints:
        """The worker of each variable, auxiliary ones that depend on one worker alone included, else `NOBODY`."""
        row, column = self.rows.matrix.tocoo().coords
        auxiliary = ~self.is_assignment[column]
        cluster = self._cluster[column[auxiliary]]
        count = self._cluster.max(initial=0) + 1
        first, last = np.full(count, self.workers), np.full(count, NOBODY)
        np.minimum.at(first, cluster, self._first_owner[row[auxiliary]])
        np.maximum.at(last, cluster, self._last_owner[row[auxiliary]])
        of_cluster = np.where(first == last, last, NOBODY)
        return np.where(self.is_assignment, self.owner, of_cluster[self._cluster])

    def savings_by_day(self, values: Ints, longest_days: int) -> Floats:
        """Upper limit of what could be saved on each day; costs of variables over more than `longest_days` are left out."""
        rows = self.rows
        saving = rows.cost * values - least_costs(rows.cost, rows.lower, rows.upper)
        short = (self.last >= self.first) & (self.last - self.first < longest_days)
        costly = np.flatnonzero((saving > 0) & short)
        return self._spread(costly, saving[costly])

    def violations_by_day(self, violations: Ints) -> Floats:
        """For each day, the number of assignment variables in violated rows, each spread over its days."""
        violated = self.rows.matrix[np.flatnonzero(violations)]
        columns = violated.indices.astype(np.int64)
        return self._spread(columns[self.is_assignment[columns]], np.ones(int(self.is_assignment[columns].sum())))

    def _spread(self, variables: Ints, amounts: Ints | Floats) -> Floats:
        """Amounts by day, each spread evenly over its variable's days."""
        steps = np.zeros(self.days + 1)
        share = amounts / (self.last[variables] - self.first[variables] + 1)
        np.add.at(steps, self.first[variables], share)
        np.subtract.at(steps, self.last[variables] + 1, share)
        return np.cumsum(steps[:-1])
