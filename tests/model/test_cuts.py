"""Sums of two weights: the edges hold for all whole counts, and no tighter ones would."""

from __future__ import annotations

import random

import pytest

from scheduler.model.cuts import hull_above, hull_below


def test_hours_that_duties_of_eight_and_ten_cannot_fill():
    """Of 54 units, eight hours being four of them and ten five, with four long duties at most (a public instance)."""
    assert set(hull_above(4, 5, 54, 4)) == {(2, 2, 26), (2, 3, 28)}  # 13 without long ones, 11 with two, 8 with four
    assert set(hull_below(4, 5, 43, 3)) == {(-3, -4, -33)}  # 11 without, 7 with three


@pytest.mark.parametrize("side", ["above", "below"])
def test_edges_hold_for_all_whole_counts_and_touch_two_of_them(side):
    edges_seen = 0
    for seed in range(400):
        rng = random.Random(f"{side} {seed}")
        light = rng.randint(1, 12)
        heavy, limit, most = light + rng.randint(1, 9), rng.randint(1, 90), rng.randint(0, 12)
        reach = limit // light + 2
        counts = [(x, y) for x in range(reach) for y in range(most + 1)]
        if side == "above":
            legal = [(x, y) for x, y in counts if light * x + heavy * y <= limit]
            edges = list(hull_above(light, heavy, limit, most))
        else:
            legal = [(x, y) for x, y in counts if light * x + heavy * y >= limit]
            edges = list(hull_below(light, heavy, limit, most))
        for a, b, c in edges:
            assert all(a * x + b * y <= c for x, y in legal), (seed, a, b, c)
            assert sum(a * x + b * y == c for x, y in legal) >= 2, (seed, a, b, c)
        edges_seen += len(edges)
    assert edges_seen > 300
