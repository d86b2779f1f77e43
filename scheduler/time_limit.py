"""The time that a piece of work may take, handed to all that it calls and looked at by whatever may take long."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

STEPS = 1000  # about a millisecond of building a model; reading the clock takes a ten-thousandth of it


class OutOfTime(Exception):
    """The time limit passed before the work was done; whoever set the limit turns that into a result."""


class TimeLimit:
    """So many seconds from now.

    Parameters
    ----------
    seconds : float
        Infinite where nothing ends the work.
    seconds_now : callable
        A clock that only goes forward, in seconds.
    """

    def __init__(self, seconds: float = math.inf, seconds_now: Callable[[], float] = time.perf_counter) -> None:
        self._seconds_now = seconds_now
        self._end = seconds_now() + seconds
        self._steps_left = 0

    @property
    def left(self) -> float:
        """Seconds left; negative after the end."""
        return self._end - self._seconds_now()

    def check(self, seconds_needed: float = 0.0) -> None:
        """End the work if its time is over, or too short for a next step that does not look at the clock.

        Raises
        ------
        OutOfTime
        """
        self._steps_left = STEPS
        if self.left <= seconds_needed:
            raise OutOfTime

    def count(self, steps: int = 1) -> None:
        """Count steps of work, of about a microsecond each, and `check` the clock now and then.

        Raises
        ------
        OutOfTime
        """
        self._steps_left -= steps
        if self._steps_left <= 0:
            self.check()
