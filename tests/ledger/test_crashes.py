"""Processes that draft at once, and processes that die while they do."""

from __future__ import annotations

import multiprocessing
import random
import time
from pathlib import Path

from scheduler.ledger.store import Ledger
from tests.support.drafting import DECEMBER, DESK, draft_five, draft_until_killed, nothing

# Children come from a clean process that has Django in memory already.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["django.db.models", "django.db.migrations.executor", "psycopg", "tests.support.drafting"]
)


def test_eight_processes_draft_at_once_on_a_new_ledger(url: str) -> None:
    start = PROCESSES.Barrier(8)
    children = [PROCESSES.Process(target=draft_five, args=(url, start)) for _ in range(8)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * 8
    with Ledger(url) as ledger:
        assert [row.number for row in ledger.versions(DESK)] == list(range(1, 41))
        assert [entry.sequence for entry in ledger.entries(DESK)] == list(range(1, 41))
        assert ledger.broken_links(DESK) == []


def kill_while_drafting(url: str, folder: Path, after: float) -> None:
    """Start a process that drafts and kill it `after` some seconds of work."""
    ready = PROCESSES.Event()
    child = PROCESSES.Process(target=draft_until_killed, args=(url, folder, ready))
    child.start()
    assert ready.wait(20)
    time.sleep(after)
    child.kill()
    child.join()
    assert child.exitcode == -9
    child.close()


def whole_versions(url: str) -> int:
    """How many versions there are, after making sure that each is whole."""
    with Ledger(url) as ledger:
        versions, entries = ledger.versions(DESK), ledger.entries(DESK)
        assert [row.number for row in versions] == list(range(1, len(versions) + 1))
        assert [entry.version for entry in entries] == [row.number for row in versions]
        assert all(len(row.duties) == len(DECEMBER.duties) for row in versions)
        assert ledger.broken_links(DESK) == []
        return len(versions)


def test_a_killed_process_leaves_whole_versions(tmp_path: Path) -> None:
    moments = random.Random(2026)
    interrupted = drafted = 0
    for n in range(40):
        path = tmp_path / f"{n // 8}.sqlite3"  # the first kill of each may fall into its making
        before = whole_versions(f"sqlite:///{path}") if path.exists() else 0
        kill_while_drafting(f"sqlite:///{path}", tmp_path, moments.uniform(0, 0.4))
        interrupted += Path(f"{path}-journal").exists()
        drafted += whole_versions(f"sqlite:///{path}") - before
    assert interrupted > 2
    assert drafted > 8  # a busy machine drafts little before the kill
    with Ledger(f"sqlite:///{path}") as ledger:
        assert ledger.draft(DECEMBER, nothing).number == len(ledger.versions(DESK))


def test_a_killed_process_leaves_the_server_whole_versions(postgresql_url: str, tmp_path: Path) -> None:
    moments = random.Random(2026)
    drafted = 0
    for _ in range(8):
        kill_while_drafting(postgresql_url, tmp_path, moments.uniform(0.2, 1.0))
        before, drafted = drafted, whole_versions(postgresql_url)
        assert drafted >= before
    assert drafted > 2
    with Ledger(postgresql_url) as ledger:
        assert ledger.draft(DECEMBER, nothing).number == drafted + 1
