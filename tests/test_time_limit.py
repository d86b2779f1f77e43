"""A limit of time is looked at as often as the work takes, by a clock that tests set."""

from __future__ import annotations

import pytest

from scheduler.time_limit import STEPS, OutOfTime, TimeLimit


class Clock:
    """Seconds that stand still until the test moves them, and how often they were read."""

    def __init__(self) -> None:
        self.seconds, self.looks = 100.0, 0

    def __call__(self) -> float:
        self.looks += 1
        return self.seconds


def test_work_ends_at_the_limit_and_not_before():
    clock = Clock()
    limit = TimeLimit(1.5, clock)
    clock.seconds = 101.499
    limit.check()
    assert limit.left == pytest.approx(0.001)
    clock.seconds = 101.5
    with pytest.raises(OutOfTime):
        limit.check()


def test_a_step_that_does_not_look_at_the_clock_is_not_begun_where_it_would_end_too_late():
    limit = TimeLimit(1.5, Clock())
    limit.check(1.4)
    with pytest.raises(OutOfTime):
        limit.check(1.5)


def test_the_clock_is_read_after_so_many_steps_and_at_the_first():
    clock = Clock()
    limit = TimeLimit(1.5, clock)
    before = clock.looks
    for _ in range(10 * STEPS):
        limit.count()
    assert clock.looks - before == 10
    limit.count(3 * STEPS)  # one large step is one look
    assert clock.looks - before == 11
    clock.seconds = 102.0
    for _ in range(STEPS - 1):
        limit.count()
    with pytest.raises(OutOfTime):
        limit.count()


def test_a_limit_that_is_past_ends_the_first_step():
    with pytest.raises(OutOfTime):
        TimeLimit(0.0).count()


def test_without_seconds_nothing_ends():
    limit = TimeLimit()
    for _ in range(3 * STEPS):
        limit.count()
