"""Which tables belong into which database."""

from __future__ import annotations

from typing import Any

from scheduler.ledger.connection import APP


class Router:
    """Keeps a ledger's tables out of the page's database, and the page's out of every ledger."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Whether an application's tables are made in a database."""
        return (db != "default") == (app_label == APP)
