"""Sums of two weights, as tight as whole numbers allow.

A sum of so many duties of eight hours and so many of ten keeps within 108
hours: the linear relaxation of that sum fills every hour, while whole duties
cannot. The inequalities here are those of the convex hull of all whole pairs
of counts, found corner by corner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ortools.sat.python import cp_model

from scheduler.model.literals import Unknown
from scheduler.time_limit import TimeLimit


class Sum(NamedTuple):
    """A requirement that is posted: low <= terms <= high, `None` where there is no such side; weights of 1 without `counts`."""

    terms: Sequence[Unknown]
    counts: Sequence[int] | None
    low: int | None
    high: int | None


def tighten(cp: cp_model.CpModel, posted: Sequence[Sum], time_limit: TimeLimit) -> None:
    """Add what sums of two weights imply for whole counts, given what else is posted of the heavier ones' count."""
    sums = [one for one in posted if one.counts and len(set(one.counts)) == 2 and min(one.counts) > 0]
    caps = {frozenset(term.index for term in one.terms): one.high for one in posted if sums and not one.counts}
    for one in sums:
        time_limit.count(len(one.terms))
        counts = one.counts or []
        light, heavy = sorted(set(counts))
        many, few = (
            [term for term, count in zip(one.terms, counts, strict=True) if count == weight]
            for weight in (light, heavy)
        )
        most = caps.get(frozenset(term.index for term in few)) or len(few)
        above = () if one.high is None else hull_above(light, heavy, one.high, most)
        below = () if one.low is None else hull_below(light, heavy, one.low, most)
        for a, b, c in (*above, *below):
            weights = [a] * len(many) + [b] * len(few)
            cp.add(cp_model.LinearExpr.weighted_sum([*many, *few], weights) <= c)


def hull_above(light: int, heavy: int, high: int, most: int) -> Iterator[tuple[int, int, int]]:
    """What holds for all whole counts l of a light and h of a heavy weight whose sum is not above `high`.

    Parameters
    ----------
    most : int
        The largest h.

    Yields
    ------
    (a, b, c) : int
        a * l + b * h <= c, one for each edge of the hull.
    """
    points = [(count, (high - heavy * count) // light) for count in range(min(most, high // heavy) + 1)]
    yield from _edges(points)


def hull_below(light: int, heavy: int, low: int, most: int) -> Iterator[tuple[int, int, int]]:
    """The same for a sum that is not below `low`."""
    points = [(count, min(0, (heavy * count - low) // light)) for count in range(min(most, -(-low // heavy)) + 1)]
    for a, b, c in _edges(points):
        yield -a, b, c


def _edges(points: list[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """The upper edges of the convex hull of points from left to right: a * y + b * x <= c."""
    corners: list[tuple[int, int]] = []
    for x, y in points:
        while len(corners) > 1:
            (x1, y1), (x2, y2) = corners[-2:]
            if (x2 - x1) * (y - y1) < (y2 - y1) * (x - x1):
                break
            corners.pop()  # on or below the line between its neighbours
        corners.append((x, y))
    for (x1, y1), (x2, y2) in pairwise(corners):
        a, b = x2 - x1, y1 - y2
        yield a, b, a * y1 + b * x1
