"""The README's commands do what it says."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# The README's December is published on a day in November, whenever the tests run.
PINNED = """
from datetime import datetime, timezone
from scheduler import clock
clock.now = lambda: datetime(2026, 11, 23, 2, 0, tzinfo=timezone.utc)
from scheduler.cli import main
main()
"""
BLOCKS = re.findall(r"```sh\n(.*?)```", README, flags=re.S)


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(line)
    assert words[0] == "scheduler", line
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", PINNED, *words[1:]],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("readme")


def test_the_commands_run_in_their_order(folder):
    lines = BLOCKS[1].strip().splitlines()
    assert len(lines) >= 9
    for line in lines:
        done = run(line, folder)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        assert done.stdout.strip(), line
        if "--json" in line:
            assert json.loads(done.stdout)["status"] in ("OPTIMAL", "FEASIBLE")
    named = {line.split()[1] for line in lines}
    listed = run("scheduler --help", folder).stdout
    commands = set(re.findall(r"^  ([a-z]+) ", listed.partition("Commands:")[2], flags=re.M))
    assert named == commands


def test_the_set_up_is_what_ci_does():
    main_job, tests, page = BLOCKS[0].strip().splitlines()
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    install, _, command = tests.rpartition(" && ")
    assert install in ci
    assert command in ci
    assert page == ".venv/bin/scheduler serve --demo"
    assert main_job.endswith(".venv/bin/scheduler generate samples/three_shift_desk --month 2026-12")
    assert (ROOT / "samples" / "three_shift_desk" / "desk.toml").is_file()


def test_the_desk_format_names_every_table():
    from scheduler.files.schema.tables import TABLES

    for table in TABLES:
        assert f"| {table.title.zh} {table.name} | `{table.name}.csv` |" in README
