"""Ledgers on each kind of database, as for the ledger's own tests."""

from __future__ import annotations

from tests.ledger.conftest import postgresql_url, server

__all__ = ["postgresql_url", "server"]
