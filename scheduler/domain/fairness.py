"""What is shared fairly: norms of hours, fair shares, balances."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Burden:
    """Amounts of what is shared fairly: a share, or a balance beyond it (below it when negative)."""

    nights: float = 0.0
    weekends: float = 0.0
    holidays: float = 0.0
    hours: float = 0.0
