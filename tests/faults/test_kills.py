"""Commands that are killed at any moment leave a ledger that holds, and papers that the next command puts right.

`FAULT_KILLS` says how many of each command on each kind of ledger; 100 take ten minutes.
"""

from __future__ import annotations

import itertools
import os
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from scheduler.app.change_requests import decide_request, request_change
from scheduler.app.publish import publish_version
from scheduler.app.repair import repair_papers
from scheduler.errors import Refusal
from scheduler.workflow.change_request import RequestKind
from tests.faults.children import do, started
from tests.support.published_desk import IN_TIME, NOW, cell, drafted, new_desk, with_changes
from tests.support.whole_commands import WRITES, happened, papers_agree, state

KILLS = int(os.environ.get("FAULT_KILLS", "3"))
KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Ground:
    """A desk to make copies of: version 1 is in force, 2 a draft with other cells, and request 1 waits to be approved.

    Attributes
    ----------
    copied : callable
        Makes the ledger of the copy with that number; its URL, `None` for the file in the desk's folder.
    """

    desk: Path
    copied: Callable[[int], str | None]

    def copy(self, folder: Path, number: int) -> tuple[Path, str | None]:
        return Path(shutil.copytree(self.desk, folder / str(number))), self.copied(number)


@pytest.fixture(scope="module")
def ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    desk = new_desk(tmp_path_factory.mktemp("ground") / "desk")
    if request.param == "sqlite":
        store, made = None, Ground(desk, lambda number: None)
    else:
        server: Any = request.getfixturevalue("server")

        def database(name: str, like: str = "template1") -> str:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
                connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
            return str(server.get_uri(database=name))

        store = database("kills")
        made = Ground(desk, lambda number: database(f"kills_{number % 4}", "kills"))
    drafted(desk, store=store)
    publish_version(desk, 1, "M1", store=store, now=IN_TIME)
    drafted(desk, store=store, roster=with_changes(("T1", 7, ""), ("T4", 7, "早")))
    request_change(desk, RequestKind.STAND_IN, "T2", "家里有事", give=cell("T2", 14), to="T5", store=store, now=NOW)
    decide_request(desk, "confirmed", 1, "T5", store=store, now=NOW)
    return made


def life(ground: Ground, what: str, folder: Path) -> float:
    """Seconds that the command takes where nobody kills it."""
    desk, store = ground.copy(folder, 0)
    child, ready = started(what, desk, store)
    assert ready.wait(60)
    began = time.monotonic()
    child.join(60)
    assert child.exitcode == 0
    return time.monotonic() - began


def killed(what: str, desk: Path, store: str | None, after: float) -> bool:
    """Start the command and kill it so many seconds later; whether it was still at work."""
    child, ready = started(what, desk, store)
    assert ready.wait(60)
    child.join(after)
    child.kill()
    child.join()
    assert child.exitcode in (0, -9), child.exitcode
    alive = child.exitcode == -9
    child.close()
    return alive


# What differs on a server is the ledger's own commit, which one command shows as well as three.
EVERY = list(itertools.product(KINDS, WRITES))
GROUNDS = [*(("sqlite", what) for what in WRITES), ("postgresql", "approve")]


@pytest.mark.parametrize(("ground", "what"), GROUNDS if KILLS < 50 else EVERY, indirect=["ground"])
def test_a_killed_command_has_happened_wholly_or_not_at_all(ground: Ground, what: str, tmp_path: Path) -> None:
    seconds = max(life(ground, what, tmp_path / f"life {n}") for n in range(2))
    moments = random.Random(f"2026 {what}")
    seen: Counter[str] = Counter()
    for number in range(1, KILLS + 1):
        desk, store = ground.copy(tmp_path, number)
        before = state(desk, store)
        early = number % 3 == 0  # what is recorded is recorded in the first part of a command's life
        alive = killed(what, desk, store, moments.uniform(0, seconds / 4 if early else seconds))
        done = happened(what, desk, store, before)
        seen["killed"] += alive
        seen["killed, and had happened"] += alive and done
        seen["killed, and had not"] += alive and not done
        assert alive or done
        mended = repair_papers(desk, store=store, now=NOW)
        seen["killed, and papers to mend"] += alive and bool(mended)
        rows, entries = state(desk, store)
        assert (rows, entries) == state(desk, store)
        papers_agree(desk, rows, entries)
        assert repair_papers(desk, store=store, now=NOW) == ()
        if number % 5 == 1:  # and then it goes on
            if done:
                with pytest.raises(Refusal):
                    do(what, desk, store)
            else:
                do(what, desk, store)
                assert happened(what, desk, store, before)
            papers_agree(desk, *state(desk, store))
        shutil.rmtree(desk)
    print(what, f"{seconds:.2f} s", dict(seen))
    if KILLS >= 50:
        assert min(seen[f"killed, and {what}"] for what in ("had happened", "had not", "papers to mend")) >= 5, seen
