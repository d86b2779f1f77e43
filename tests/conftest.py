"""What holds for all tests: openpyxl as users have it, and files that take long first, so that no worker ends alone."""

from __future__ import annotations

import os
import signal

import pytest

# The schemas' validator brings lxml, which openpyxl would then write and read with; whoever installs the program has it not.
os.environ["OPENPYXL_LXML"] = "False"
# What a shell runs in the background ignores Ctrl-C, and so would every process that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

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
