"""Search settings that differ from the defaults in a few fields."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scheduler.solver.settings import DEFAULTS, SearchSettings


def settings(**groups: dict[str, Any]) -> SearchSettings:
    """The defaults but for some fields, by group: `settings(strategy={"large_workers": 12})`."""
    return replace(DEFAULTS, **{name: replace(getattr(DEFAULTS, name), **fields) for name, fields in groups.items()})
