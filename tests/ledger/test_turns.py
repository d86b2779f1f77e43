"""Whoever judges takes a turn at the desk: one after another, without keeping others from the ledger."""

from __future__ import annotations

import os
import signal
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import psycopg
import pytest

from scheduler.errors import HeadMoved, LedgerBusy, LedgerUnavailable
from scheduler.i18n import Sentence
from scheduler.ledger import turns
from scheduler.ledger.rows import Draft
from scheduler.ledger.store import GROWN, Ledger, VersionRow
from tests.faults.children import PROCESSES
from tests.support.drafting import DECEMBER, DESK, nothing


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for a turn that cannot come."""
    monkeypatch.setattr(turns, "TURN_SECONDS", 1)
    monkeypatch.setattr(turns, "LOOK_SECONDS", 0.05)


def hold_turn(url: str, ours: Connection) -> None:
    """In a process: take the turn, say so, and hold it until told to end."""
    with Ledger(url) as ledger:
        ours.send("asks")

        def wait() -> None:
            ours.send("holds")
            ours.recv()

        ledger.in_turn(DESK, wait)


def started(url: str) -> tuple[BaseProcess, Connection]:
    """Such a process, which has asked for its turn."""
    theirs, ours = PROCESSES.Pipe()
    child = PROCESSES.Process(target=hold_turn, args=(url, ours))
    child.start()
    assert theirs.recv() == "asks"
    return child, theirs


def test_one_waits_while_another_has_the_turn(url: str) -> None:
    with Ledger(url) as ledger:
        child, theirs = started(url)
        assert theirs.recv() == "holds"
        with pytest.raises(LedgerBusy) as busy:
            ledger.in_turn(DESK, lambda: pytest.fail("both have the turn"))
        assert "nothing is recorded" in busy.value.say("en")
        theirs.send("end")
        child.join(60)
        assert ledger.in_turn(DESK, lambda: "done") == "done"


def test_the_turn_is_free_after_an_error_in_it(url: str) -> None:
    def fail() -> None:
        raise OSError("the disk is full")

    with Ledger(url) as ledger, Ledger(url) as other:
        with pytest.raises(OSError, match="the disk is full"):
            ledger.in_turn(DESK, fail)
        assert other.in_turn(DESK, lambda: "done") == "done"


def test_whoever_asks_for_no_turn_reads_and_writes_meanwhile(url: str) -> None:
    with Ledger(url) as ledger, Ledger(url) as other:

        def others_work() -> None:
            assert other.draft(DECEMBER, nothing).number == 1
            assert other.version(DESK).number == 1

        ledger.in_turn(DESK, others_work)


def test_turns_at_other_desks_are_others_turns_on_a_server(postgresql_url: str) -> None:
    with Ledger(postgresql_url) as ledger, Ledger(postgresql_url) as other:
        assert ledger.in_turn(DESK, lambda: other.in_turn("another", lambda: "done")) == "done"


def test_the_turn_of_a_killed_process_is_free(url: str) -> None:
    child, theirs = started(url)
    assert theirs.recv() == "holds"
    kill(child)
    with Ledger(url) as ledger:
        assert ledger.in_turn(DESK, lambda: "done") == "done"


def test_a_process_killed_in_the_queue_keeps_nobody_from_a_turn(url: str) -> None:
    first, theirs = started(url)
    assert theirs.recv() == "holds"
    second, _ = started(url)
    kill(second)
    theirs.send("end")
    first.join(60)
    with Ledger(url) as ledger:
        assert ledger.in_turn(DESK, lambda: "done") == "done"


def kill(child: BaseProcess) -> None:
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    child.join(60)
    assert child.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("error", [HeadMoved(GROWN, desk=DESK), LedgerBusy(Sentence("忙", "busy"))])
def test_an_attempt_that_recorded_nothing_is_made_again(url: str, error: Exception) -> None:
    errors, attempts = [error, error], []

    def attempt() -> str:
        attempts.append(len(errors))
        if errors:
            raise errors.pop()
        return "done"

    with Ledger(url) as ledger:
        assert ledger.in_turn(DESK, attempt) == "done"
    assert attempts == [2, 1, 0]


@pytest.mark.parametrize("error", [HeadMoved(GROWN, desk=DESK), LedgerBusy(Sentence("忙", "busy"))])
def test_whoever_is_overtaken_for_too_long_is_told_that_others_are_at_work(
    url: str, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(0, 10**6, 1))
    monkeypatch.setattr("scheduler.ledger.store.monotonic", lambda: next(seconds))

    def attempt() -> None:
        raise error

    with Ledger(url) as ledger, pytest.raises(LedgerBusy):
        ledger.in_turn(DESK, attempt)
    assert next(seconds) == 3  # began at 0, and tried again until more than a second was over


def test_a_draft_that_was_overtaken_is_recorded_in_turn(url: str) -> None:
    """Somebody records a draft each time that ours is written, until ours has the turn."""
    numbers: list[int] = []
    with Ledger(url) as ledger, Ledger(url) as other:

        def write(row: VersionRow) -> None:
            numbers.append(row.number)
            if len(numbers) == 1:
                other.draft(DECEMBER, nothing)
            else:
                with pytest.raises(LedgerBusy):
                    other.in_turn(DESK, lambda: None)

        assert ledger.draft(DECEMBER, write).number == 2
    assert numbers == [1, 2]


def test_the_lock_beside_an_sqlite_ledger_is_an_empty_file_with_its_permissions(sqlite_url: str) -> None:
    ledger_file = Path(sqlite_url.removeprefix("sqlite:///"))
    with Ledger(sqlite_url) as ledger:
        ledger_file.chmod(0o660)
        ledger.in_turn(DESK, lambda: None)
    turn = ledger_file.with_name(f"{ledger_file.name}-turn")
    assert turn.read_bytes() == b""
    assert turn.stat().st_mode & 0o777 == 0o660


def test_a_lock_that_cannot_be_had_is_named(sqlite_url: str) -> None:
    ledger_file = Path(sqlite_url.removeprefix("sqlite:///"))
    with Ledger(sqlite_url) as ledger:
        ledger_file.with_name(f"{ledger_file.name}-turn").mkdir()
        with pytest.raises(LedgerUnavailable) as refused:
            ledger.in_turn(DESK, lambda: None)
    assert "ledger.sqlite3-turn" in refused.value.say("zh")


def test_a_writer_waits_no_longer_for_a_server_than_for_a_file(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(
        postgresql_url, autocommit=True
    ) as connection:  # or a lock waited for without end is waited for
        (name,) = connection.execute("SELECT current_database()").fetchone() or ("",)
        connection.execute(f"ALTER DATABASE {name} SET statement_timeout = '5s'")
    monkeypatch.setattr("scheduler.ledger.connection.BUSY_SECONDS", 0.1)
    with Ledger(postgresql_url) as ledger, Ledger(postgresql_url) as other:
        with ledger.writing(DESK), pytest.raises(LedgerBusy), other.writing(DESK):
            pytest.fail("both have the lock")
        assert other.draft(DECEMBER, nothing).number == 1


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_who_waited_for_the_lock_sees_what_was_committed_whatever_the_servers_default(
    postgresql_url: str, level: str
) -> None:
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        (name,) = connection.execute("SELECT current_database()").fetchone() or ("",)
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = '{level}'")
    first, theirs = _drafting(postgresql_url)
    with Ledger(postgresql_url) as ledger, ledger.writing(DESK) as pen:
        theirs.send("go")
        _until_somebody_waits(postgresql_url)
        pen.draft(DECEMBER)
    assert theirs.recv() == 2
    first.join(60)


def _drafting(url: str) -> tuple[BaseProcess, Connection]:
    theirs, ours = PROCESSES.Pipe()
    child = PROCESSES.Process(target=draft_when_told, args=(url, DECEMBER, ours))
    child.start()
    return child, theirs


def draft_when_told(url: str, draft: Draft, ours: Connection) -> None:
    """In a process: add a draft to what is there once it has the lock, and tell its number."""
    with Ledger(url) as ledger:
        ours.recv()
        with ledger.writing(draft.desk) as pen:
            number = pen.draft(draft).number
        ours.send(number)


def _until_somebody_waits(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        while not connection.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
            pass
