"""Ledgers opened and closed by several threads of one process, as the page does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scheduler.ledger.store import Ledger


def test_names_of_connections_may_be_gone_through_while_ledgers_come_and_go(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    with Ledger(url):
        from django.db import connections

        names = iter(connections.settings)
        first = next(names)
        with Ledger(url):
            rest = list(names)
    assert first in connections.settings
    assert len(rest) >= 1


def test_threads_open_the_same_ledger_at_once_and_leave_no_connection(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    with Ledger(url):
        pass
    from django.db import connections

    before = set(connections.settings)

    def look(_: int) -> list[str]:
        with Ledger(url) as ledger:
            connections.close_all()  # as Django does at the end of an answer: of this thread alone
            return ledger.desks()

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(look, range(24))) == [[]] * 24
    assert set(connections.settings) == before
