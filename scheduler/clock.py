"""The time now, injected: nothing else in the program reads a clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present moment, zone-aware, in UTC."""
    return datetime.now(UTC)
