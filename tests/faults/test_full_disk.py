"""Whatever step of a command the disk or the ledger fails at, the answer is what has happened.

Recorded is answered as done, with what is stuck; what is not recorded is answered so, with its reason, and leaves nothing; and once
the disk works again `repair` makes papers and ledger agree, and the same command may run again.

`FAULT_STEPS` says how many failures of each command are drawn; `all` tries every step with every error, once and from then on.
Without it a few are drawn of the commands in `QUICK`.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections import Counter
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from scheduler.app.change_requests import decide_request, request_change
from scheduler.app.repair import repair_papers
from scheduler.passing import ABANDONED_SECONDS
from scheduler.workflow.change_request import RequestKind
from tests.cli.test_copies import edited
from tests.faults.failing_steps import DISK_ERRORS, LEDGER_ERRORS, Steps, failing, kinds
from tests.support.cli_desks import Said, run
from tests.support.published_desk import at, cell, drafted, new_desk, with_changes
from tests.support.whole_commands import papers_agree, state
from tests.test_passing import aged

pytestmark = pytest.mark.usefixtures("_evening")

STEPS = os.environ.get("FAULT_STEPS", "")
QUICK = ("generate", "publish", "withdraw", "receipts", "log", "init")
FEW = 2
EVENING = at("2026-11-23 22:00")


@dataclass(frozen=True)
class Command:
    """A command to run on a copy of the prepared desk.

    Attributes
    ----------
    words : tuple of str
        With `{desk}` for the desk and `{beside}` for a folder beside it.
    events : tuple of str
        What it records.
    ground : str
        Which of the desks it is run on.
    """

    words: tuple[str, ...]
    events: tuple[str, ...] = ()
    ground: str = "in force"


PUBLISHED = ("superseded", "published")
COMMANDS = {
    "generate": Command(("generate", "{desk}", "--month", "2026-12", "--cores", "1"), ("drafted",)),
    "generate the first": Command(
        ("generate", "{desk}", "--month", "2026-12", "--cores", "1"), ("drafted",), "no ledger yet"
    ),
    "publish": Command(("publish", "{desk}", "--version", "2", "--by", "M1", "--over-because", "重排"), PUBLISHED),
    "publish the first": Command(("publish", "{desk}", "--version", "1", "--by", "M1"), ("published",), "drafted"),
    "withdraw": Command(("withdraw", "{desk}", "--version", "1", "--by", "M1", "--because", "算错了"), ("withdrawn",)),
    "swap request": Command(
        ("swap", "request", "{desk}", "--give", "T1@2026-12-07", "--to", "T4", "--by", "T1", "--because", "有事"),
        ("requested",),
    ),
    "swap approve": Command(("swap", "approve", "{desk}", "1", "--by", "M1"), ("approved", "drafted", *PUBLISHED)),
    "surge": Command(
        ("surge", "{desk}", "--date", "2026-12-14", "--factor", "2", "--version", "1", "--by", "M1"), ("drafted",)
    ),
    "import": Command(("import", "{beside}/edited.xlsx", "--desk", "{desk}", "--by", "M1"), ("drafted",), "drafted"),
    "receipts": Command(("receipts", "{desk}", "--sign", "T1"), ("received",)),
    "log": Command(("log", "{desk}", "--csv", "{beside}/log.csv", "--xlsx", "{beside}/log.xlsx")),
    "show": Command(("show", "{desk}", "--version", "1", "--out", "{beside}/shown")),
    "init": Command(("init", "{beside}/made/desk")),
    "repair": Command(("repair", "{desk}"), (), "killed"),
}


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Desks to make copies of, each with a folder beside it."""
    folder = tmp_path_factory.mktemp("grounds")
    fresh = new_desk(folder / "no ledger yet" / "desk")
    drafts = Path(shutil.copytree(fresh, folder / "drafted" / "desk"))
    drafted(drafts)
    (book,) = repair_papers(drafts, now=EVENING)
    edited(book, drafts.parent / "edited.xlsx", exchange=("T1", "T2"))
    live = Path(shutil.copytree(drafts, folder / "in force" / "desk"))
    assert run("publish", live, "--version", "1", "--by", "M1").code == 0
    drafted(live, roster=with_changes(("T1", 7, ""), ("T4", 7, "早")))
    request_change(live, RequestKind.STAND_IN, "T2", "家里有事", give=cell("T2", 14), to="T5", now=EVENING)
    decide_request(live, "confirmed", 1, "T5", now=EVENING)
    assert run("repair", live).code == 0
    killed = Path(shutil.copytree(live, folder / "killed" / "desk"))
    shutil.copytree(killed / "rosters", folder / "before")
    assert run("publish", killed, "--version", "2", "--by", "M1", "--over-because", "重排").code == 0
    shutil.rmtree(killed / "rosters")  # as if it had been killed right after the commit
    shutil.copytree(folder / "before", killed / "rosters")
    return {path.name: path for path in folder.iterdir()}


def copied(grounds: dict[str, Path], command: Command, folder: Path) -> Path:
    return Path(shutil.copytree(grounds[command.ground], folder)) / "desk"


def answer(command: Command, desk: Path) -> Said:
    words = (word.format(desk=desk, beside=desk.parent) for word in command.words)
    return run(*words, "--json")


def all_files(folder: Path) -> dict[str, bytes]:
    """Everything below a folder but the ledger, by its place there."""
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if "ledger.sqlite3" not in name}


def happened(command: Command, desk: Path, before: list[Any]) -> bool:
    """Whether the command has been recorded, wholly or not at all."""
    if not (desk / "ledger.sqlite3").exists():
        return False
    entries = state(desk, None)[1]
    assert entries[: len(before)] == before
    added = tuple(entry.event for entry in entries[len(before) :])
    assert added in ((), command.events), added
    return bool(added)


def agree(desk: Path) -> bool:
    """Whether every paper is as the ledger says."""
    try:
        papers_agree(desk, *state(desk, None))
    except AssertionError:
        return False
    return True


def check_answer(name: str, command: Command, desk: Path, said: Said, steps: Steps, before: list[Any]) -> str:
    """Hold the answer against the ledger and the folder; what it was."""
    found = said.answer
    status, reasons = found["status"], found.get("errors", [])
    done = said.code == 0
    assert said.code in (0, 2, 4), found
    if command.events:
        assert happened(command, desk, before) == done, found
    if done and found.get("stuck"):
        return "done, stuck"
    if done:
        assert name == "init" or agree(desk), found
        assert all(Path(file).exists() for file in found.get("files", ())), found
        return "done"
    assert reasons
    assert all(reason.strip() and "程序内部错误" not in reason for reason in reasons)
    if steps.error != "ENAMETOOLONG" or status != "BAD_INPUT":  # which is a wrong name
        busy = steps.error == "SQLITE_BUSY" and name != "repair"  # which tells of papers
        assert (said.code, status) == (4, "BUSY" if busy else "UNAVAILABLE"), found
    return "refused"


def check_failure(
    name: str, command: Command, grounds: dict[str, Path], folder: Path, steps: Steps, before: list[Any]
) -> str:
    """Run a command on a copy of its desk with a step that fails, and see that all is well before and after it is mended."""
    desk = copied(grounds, command, folder)
    was = all_files(folder)
    steps.roots = (folder,)
    with failing(steps):
        said = answer(command, desk)
    if len(steps.taken) < steps.fail_at:
        return "not reached"
    outcome = check_answer(name, command, desk, said, steps, before)
    now = all_files(folder)
    litter = list(folder.rglob(".scheduler-*"))
    if outcome == "refused" and command.events:  # but for what could not be removed again, it is as before
        left = {path: content for path, content in now.items() if was.get(path) != content}
        assert {Path(path).name for path in left} <= {path.name for path in litter}, left.keys()
    if not steps.for_good or steps.error not in DISK_ERRORS:
        assert not litter or steps.taken[steps.fail_at - 1] == "unlink", litter
    for path in litter:
        aged(path, ABANDONED_SECONDS + 5)
    if name == "init":
        assert outcome != "refused" or steps.for_good or not (desk.parent / "made").exists()
        assert (outcome == "refused") == (not (desk.parent / "made" / "desk" / "desk.toml").exists())
    elif (desk / "ledger.sqlite3").exists():
        assert run("repair", desk, "--json").code == 0
        assert not [*(desk / "rosters").rglob(".scheduler-*")]
        papers_agree(desk, *state(desk, None))
        assert json.loads(run("repair", desk, "--json").out)["files"] == []
    if outcome == "refused":  # the retry is safe
        again = answer(command, desk)
        assert again.code == 0, again
        assert happened(command, desk, before) == bool(command.events)
        assert not [*folder.rglob(".scheduler-*")]
    return outcome


@pytest.mark.parametrize("name", COMMANDS if STEPS else QUICK)
def test_what_is_answered_is_what_has_happened(name: str, grounds: dict[str, Path], tmp_path: Path) -> None:
    command = COMMANDS[name]
    desk = copied(grounds, command, tmp_path / "whole")
    before = state(desk, None)[1] if (desk / "ledger.sqlite3").exists() else []
    whole = Steps((tmp_path / "whole",))
    with failing(whole):
        assert answer(command, desk).code == 0
    assert happened(command, desk, before) == bool(command.events)
    tries = [
        (number, error, for_good)
        for number, what in enumerate(whole.taken, start=1)
        for error, for_good in product(LEDGER_ERRORS if what.startswith("ledger") else DISK_ERRORS, (False, True))
    ]
    if STEPS != "all":
        draw = random.Random(f"2026 {name}")
        by_kind = [[each for each in tries if each[1] in kind] for kind in (DISK_ERRORS, LEDGER_ERRORS)]
        tries = [draw.choice(by_kind[n % 2] or by_kind[1 - n % 2]) for n in range(int(STEPS or FEW))]
    outcomes: Counter[str] = Counter()
    for number, error, for_good in tries:
        folder = tmp_path / "copy"
        steps = Steps((), number, error, for_good)
        try:
            outcomes[check_failure(name, command, grounds, folder, steps, before)] += 1
        except BaseException as failure:
            what = steps.taken[number - 1] if len(steps.taken) >= number else "?"
            failure.add_note(f"{name}: step {number} ({what}) fails with {error}{', as do all after it' * for_good}")
            raise
        shutil.rmtree(folder)
    print(f"{name}: {len(whole.taken)} steps {kinds(whole)}, {len(tries)} failures: {dict(outcomes)}")
