"""The present moment, by which deadlines are judged and steps are recorded; injected, so that tests can set it.

What only needs to know how much time has passed reads the system's clock where
it needs it: the age of a file, the deadline of a child process, seconds of a search.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present moment, zone-aware, in UTC."""
    return datetime.now(UTC)
