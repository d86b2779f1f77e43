"""Ledgers on each kind of database, as for the ledger's own tests; and commands at a time of day that stands still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.test_versions import pinned, quick
from tests.ledger.conftest import postgresql_url, server

__all__ = ["postgresql_url", "server"]


@pytest.fixture(scope="module")
def _evening() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        pinned(patch)
        quick(patch)
        yield
