"""Whatever is in a desk's folder, `check` and `generate` answer: soon, within bounds, in words, and leave the desk alone.

`FAULT_DESKS` says how many desks, `FAULT_SEED` which; a thousand take a quarter of an hour.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from scheduler.characters import find_hidden
from tests.faults.hostile_desks import COULD_HANG, KINDS, MILD
from tests.support.cli_desks import ROOT, SAMPLE
from tests.support.sample_months import MADE

DESKS, SEED = int(os.environ.get("FAULT_DESKS", "25")), int(os.environ.get("FAULT_SEED", "1"))
AT_ONCE = 25  # desks for which one process answers
MOST_CPU, MOST_WALL = 10.0, 60.0  # seconds of a command
MOST_MEMORY = 2**20  # KiB
CODES = {"check": {0, 1, 2}, "generate": {0, 1, 2, 3}}


class Case(NamedTuple):
    """A damaged desk, and the command that is to answer for it."""

    folder: Path
    kinds: tuple[str, ...]
    command: str
    alone: bool
    before: dict[str, tuple[int, bytes]]


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    """What stands in a folder: kind and rights of each file, and its bytes or where it leads to."""
    found = {}
    for file in folder.iterdir():
        mode = file.lstat().st_mode
        target = os.fsencode(file.readlink()) if file.is_symlink() else b""
        if stat.S_ISREG(mode):
            file.chmod(0o600)
            target = file.read_bytes()
            file.chmod(mode)
        found[file.name] = mode, target
    return found


def damaged(folder: Path, number: int) -> Case:
    rng = random.Random(f"{SEED} {number}")
    shutil.copytree(SAMPLE, folder, ignore=MADE)
    kinds = [KINDS[number % len(KINDS)], *rng.choices(KINDS, k=rng.choice((0, 0, 1, 2)))]
    done = []
    for kind in sorted(kinds, key=COULD_HANG.__contains__):  # what is no file any more cannot be damaged further
        try:
            kind(folder, rng)
        except (OSError, UnicodeError, IndexError, ValueError):  # an earlier damage left nothing to be damaged so
            continue
        done.append(kind)
    command = "generate" if set(done) <= set(MILD) and rng.random() < 0.4 else "check"
    alone = command == "generate" or any(kind in COULD_HANG for kind in done)
    return Case(folder, tuple(kind.__name__ for kind in done), command, alone, contents(folder))


def answers(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """How each command went, from one process for all."""
    words = [f"{case.folder}:{case.command}" for case in cases]
    run = (sys.executable, "-m", "tests.faults.hostile_desks", *words)
    try:
        done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=MOST_WALL + 5 * len(cases))
    except subprocess.TimeoutExpired:
        pytest.fail(f"no answer: {cases}")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(cases), (cases[len(found)], done.stderr[-2000:])
    return found


def test_a_desk_of_whatever_kind_is_answered_for_soon_and_left_alone(tmp_path: Path) -> None:
    cases = [damaged(tmp_path / f"{number}" / "desk", number) for number in range(DESKS)]
    together = [case for case in cases if not case.alone]
    groups = [together[at : at + AT_ONCE] for at in range(0, len(together), AT_ONCE)]
    groups += [[case] for case in cases if case.alone]
    kinds: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    slowest, largest, wrong = (0.0, ""), (0, ""), []
    for group in groups:
        for case, found in zip(group, answers(group), strict=True):
            label = f"{case.folder.parent.name} {case.command} {'+'.join(case.kinds)}"
            kinds.update(case.kinds)
            codes[f"{case.command} {found['code']}"] += 1
            slowest = max(slowest, (found["cpu"], label))
            largest = max(largest, (found["memory"], label))
            troubles = {
                "code": found["code"] not in CODES[case.command],
                "a fault of the program": "程序内部错误" in found["out"] or "Traceback" in found["out"],
                "hidden characters": any(map(find_hidden, found["out"].splitlines())),
                "nothing said": not found["out"].strip(),
                "time": found["cpu"] > MOST_CPU or found["wall"] > MOST_WALL,
                "memory": found["memory"] > MOST_MEMORY,
                "the desk": not is_left_alone(case, found["code"]),
            }
            wrong += [f"{label}: {what}: {found['out'][-300:]}" for what, is_so in troubles.items() if is_so]
            shutil.rmtree(case.folder.parent)
    print(f"\nseed {SEED}, {len(cases)} desks; {dict(sorted(codes.items()))}; {dict(kinds.most_common())}")
    print(f"slowest {slowest[0]:.1f} s of CPU: {slowest[1]}; largest {largest[0] >> 10} MB: {largest[1]}")
    assert not wrong, "\n".join(wrong)
    assert {code for code, _ in codes.items()} >= {"check 0", "check 2"}


def is_left_alone(case: Case, code: int) -> bool:
    """Whether all stands as before, but for the roster and the ledger of a month that was made; and nothing is half written."""
    after = contents(case.folder)
    made = after.keys() - case.before.keys()
    if {name: after.get(name) for name in case.before} != case.before:
        return False
    papers = [file.name for file in (case.folder / "rosters").glob("*")] if "rosters" in made else []
    if any(name.startswith(".") or name.endswith(".tmp") for name in papers):
        return False
    if case.command == "check":
        return not made
    return made <= {"rosters", "ledger.sqlite3", "desk.identity"} and len(papers) == (code == 0)
