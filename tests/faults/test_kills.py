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
from scheduler.domain import Roster
from scheduler.errors import Refusal
from scheduler.files.papers.voiding import VOID_FOLDER
from scheduler.files.writing.properties import read_stamp
from scheduler.ledger.store import Ledger, VersionRow, VersionStatus, default_url
from scheduler.workflow.change_request import RequestKind, RequestState
from scheduler.workflow.replay import replay_requests
from tests.faults.children import do, started
from tests.support.published_desk import IN_TIME, NOW, cell, drafted, new_desk, papers, with_changes

KILLS = int(os.environ.get("FAULT_KILLS", "3"))
KINDS = ("sqlite", "postgresql")
WRITES = {
    "publish": ["superseded", "published"],
    "approve": ["approved", "drafted", "superseded", "published"],
    "withdraw": ["withdrawn"],
}


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


def state(desk: Path, store: str | None) -> tuple[list[VersionRow], list[Any]]:
    """The ledger's versions and log, after making sure that it is sound."""
    with Ledger(store or default_url(desk)) as ledger:
        assert ledger.broken_links("small") == []
        rows, entries = ledger.versions("small"), ledger.entries("small")
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
    return rows, entries


def happened(what: str, desk: Path, store: str | None, before: tuple[list[VersionRow], list[Any]]) -> bool:
    """Whether the command has been carried out: wholly or not at all, and nothing else."""
    (old_rows, old_entries), (rows, entries) = before, state(desk, store)
    assert entries[: len(old_entries)] == old_entries
    added = [entry.event for entry in entries[len(old_entries) :]]
    assert added in ([], WRITES[what])
    statuses = [str(row.status) for row in rows]
    after = {
        "publish": ["superseded", "live"],
        "approve": ["superseded", "draft", "live"],
        "withdraw": ["withdrawn", "draft"],
    }
    assert statuses == (after[what] if added else ["live", "draft"])
    assert [row.duties for row in rows[:2]] == [row.duties for row in old_rows]
    approved = replay_requests(entries)[1].state == RequestState.APPROVED
    assert approved == (what == "approve" and bool(added))
    return bool(added)


def papers_agree(desk: Path, rows: list[VersionRow], entries: list[Any]) -> None:
    """What is in force has its papers, what is closed has them void and put aside, and nothing else claims to be a roster."""
    folder = desk / "rosters"
    for path in folder.rglob("*.xlsx"):
        if path.name.startswith("."):
            continue
        stamp = read_stamp(path)
        assert stamp is not None, path
        status = rows[stamp.version - 1].status
        assert stamp.status == status, (path, status)
        assert (VOID_FOLDER in path.parts) == (status in (VersionStatus.SUPERSEDED, VersionStatus.WITHDRAWN)), path
    found = papers(desk)
    published = {entry.version: entry for entry in entries if entry.event == "published"}
    for row in rows:
        name = f"small-2026-12-v{row.number}"
        if row.status == VersionStatus.DRAFT:
            continue
        live = row.status == VersionStatus.LIVE
        assert (f"{name}.xlsx" in found) == live, found
        assert (f"{VOID_FOLDER}/{name}.xlsx" in found) == (not live), found
        if live:
            replaced = published[row.number].facts["supersedes"]
            before = Roster(rows[replaced - 1].duties if replaced else ())
            touched = {change.worker for change in Roster(row.duties).changes_from(before)}
            letter = "变更" if replaced else "班表"
            given = {f"{name}/{name}-{what}" for what in ("分发.xlsx", "邮件.txt", "邮件.eml")}
            own = (f"{letter}.txt", f"{letter}.ics", "个人班表.xlsx")
            told = {f"{name}/{name}-{who}-{what}" for who in touched for what in own}
            assert {one for one in found if one.startswith(f"{name}/")} == given | told


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
