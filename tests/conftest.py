"""The order of the tests: files that take long come first, so that no worker is left alone with one at the end."""

from __future__ import annotations

import pytest

LONGEST = (
    "test_readme.py",
    "test_earlier_releases.py",
    "test_life.py",
    "test_kills.py",
    "test_lns.py",
    "test_strategy.py",
    "test_what_people_hold.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files in front; all else stays as it was collected."""
    rank = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.name, len(rank)))
