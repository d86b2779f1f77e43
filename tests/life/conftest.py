"""Lives on PostgreSQL take the ledger tests' server."""

from tests.ledger.conftest import server

__all__ = ["server"]
