"""Sums of two weights, as tight as whole numbers allow.

So many duties of eight hours and so many of ten keep within 108 hours: what
the linear relaxation sees of that sum alone wastes no hour, what people can
work does. The inequalities here are those of the convex hull of all whole
pairs of counts, found corner by corner.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise


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
