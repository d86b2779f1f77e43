"""A `generate` that dies, or is interrupted, leaves a ledger that holds and workbooks that are whole."""

from __future__ import annotations

import os
import pty
import random
import re
import signal
import threading
import time
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from scheduler.ledger.store import Ledger, VersionRow, default_url
from scheduler.solver.cp_sat import solver_for
from tests.support.cli_desks import launched, run, run_apart, small_desk

KILLS = 9


def words(desk: Path) -> tuple[str | Path, ...]:
    return ("generate", desk, "--month", "2026-12", "--cores", "1", "--json")


def workbooks(desk: Path) -> dict[str, bytes]:
    """The workbooks under their final names."""
    return {file.name: file.read_bytes() for file in (desk / "rosters").glob("[!.]*")}


def whole_versions(desk: Path) -> list[VersionRow]:
    """The ledger's versions, after making sure that nothing in it is torn."""
    with Ledger(default_url(desk)) as ledger:
        assert ledger.broken_links("small") == []
        rows = ledger.versions("small")
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))
        assert [entry.version for entry in ledger.entries("small")] == [row.number for row in rows]
    assert all(len(row.duties) == len(row.details) == 62 for row in rows)
    return rows


def passing(desk: Path) -> set[Path]:
    """Workbooks under a passing name."""
    return {*(desk / "rosters").glob(".*")}


def at_work(desk: Path) -> set[Path]:
    """What stands there while a version is written: its workbook under a passing name, the ledger's journal."""
    return {*desk.glob("*-journal"), *passing(desk)}


def killed(desk: Path, after: float, writing: bool) -> tuple[bool, bool]:
    """Start `generate` and kill it, `after` some seconds of its life or of its writing.

    Returns
    -------
    Whether it was still running, and whether it was writing.
    """
    left = at_work(desk)  # by those killed before
    with launched(*words(desk)) as process:
        while (
            writing and process.poll() is None and not passing(desk) - left
        ):  # the journal comes first, for a rehearsal
            time.sleep(0.0005)
        time.sleep(after)
        alive = process.poll() is None
        process.kill()
        process.communicate()
    return alive, alive and bool(at_work(desk) - left)


def test_a_killed_generate_leaves_the_ledger_and_the_workbooks_whole(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk")
    began = time.monotonic()
    assert run_apart(*words(desk)).code == 0
    whole_life = time.monotonic() - began
    moments = random.Random(2026)
    interrupted = while_writing = 0
    for attempt in range(KILLS):
        before, versions = workbooks(desk), whole_versions(desk)
        writing = attempt % 3 > 0
        alive, wrote = killed(desk, moments.uniform(0, 0.005 if writing else whole_life), writing)
        interrupted += alive
        while_writing += wrote
        now = workbooks(desk)
        assert {name: now[name] for name in before} == before
        assert len(now) <= len(before) + 1
        for name in now.keys() - before.keys():
            assert zipfile.ZipFile(desk / "rosters" / name).testzip() is None
            assert load_workbook(desk / "rosters" / name).sheetnames[0] == "排班表"
        after = whole_versions(desk)
        assert after[: len(versions)] == versions
        assert {f"small-2026-12-v{row.number}.xlsx" for row in after} >= now.keys(), "a workbook of no version"
    assert interrupted > KILLS // 2
    assert while_writing >= 2, while_writing
    count = len(whole_versions(desk))
    lost = [n for n in range(1, count + 1) if f"small-2026-12-v{n}.xlsx" not in workbooks(desk)]
    for number in lost:  # killed between the ledger's commit and the workbook's last step
        assert run("show", desk, "--version", str(number), "--out", desk / "rosters").code == 0
    said = run(*words(desk))
    assert said.code == 0
    assert said.answer["version"] == count + 1
    assert len(workbooks(desk)) == count + 1


class Terminal:
    """A terminal, read without end, so that who writes to it never waits."""

    def __init__(self) -> None:
        self.ours, self.theirs = pty.openpty()
        self.seen = ""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while True:
            try:
                self.seen += os.read(self.ours, 65536).decode("utf-8", "replace")
            except OSError:  # nobody holds the other end any more
                return

    def shows(self, pattern: str, seconds: float) -> bool:
        """Whether a pattern comes to stand on it in time."""
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.seen)) and time.monotonic() < end:
            time.sleep(0.01)
        return bool(found)


@pytest.fixture
def watched(tmp_path: Path) -> Path:
    """The sample, which takes much longer to prove than to solve on one core."""
    assert run("init", tmp_path / "desk").code == 0
    return tmp_path / "desk"


def test_ctrl_c_keeps_the_best_roster_so_far(watched: Path) -> None:
    terminal = Terminal()
    words = (
        "generate",
        watched,
        "--month",
        "2026-12",
        "--cores",
        "1",
        "--seed",
        "3",
        "--lang",
        "en",
        "--time-limit",
        "120",
    )
    with launched(*words, stderr=terminal.theirs) as process:
        os.close(terminal.theirs)
        assert terminal.shows(r"solving \d+ s  cost \d+ \(\S+\)  bound \d+ \(\S+\)  gap [\d.]+%", 60), terminal.seen
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0, (terminal.seen, out)
    assert "legal, not proved optimal" in out
    assert "Traceback" not in terminal.seen + out
    assert len(list((watched / "rosters").glob("*-v1.xlsx"))) == 1
    assert not list((watched / "rosters").glob(".*"))
    assert run("show", watched).code == 0


def test_the_solver_leaves_the_signal_alone() -> None:
    # Its own handler allocates memory: where the signal comes while its thread does so too, it waits for ever.
    assert not solver_for(1, 0, 1.0).parameters.catch_sigint_signal


def test_no_progress_is_shown_where_nobody_watches(watched: Path) -> None:
    with launched("generate", watched, "--month", "2026-12", "--cores", "1", "--time-limit", "2") as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode in (0, 3)
    assert err == ""
    assert out
