"""Workbooks made to hang, to swell or to confuse: every door that takes one answers soon, in bounds and in words.

`FAULT_WORKBOOKS` says how many; the kinds stand in `tests/support/hostile_workbooks.py`.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from openpyxl import load_workbook

from scheduler.app.import_roster import import_roster
from scheduler.app.publish import publish_version
from scheduler.app.trace import trace_copy
from scheduler.app.verify import verify_workbook
from scheduler.app.withdraw import withdraw_version
from scheduler.errors import SchedulerError
from scheduler.files.papers.voiding import VOID_FOLDER
from scheduler.files.reading.desk import read_desk
from tests.support.hostile_workbooks import KINDS, hostile_workbook
from tests.support.published_desk import IN_TIME, NOW, drafted, new_desk

ALL = int(os.environ.get("FAULT_WORKBOOKS", "0")) or None
MOST_SECONDS, MOST_MEMORY_MB = 10.0, 1100.0  # of processor time, and of a process at its largest
BOOK = "small-2026-12-v1.xlsx"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk whose version 1 is in force."""
    desk = new_desk(tmp_path_factory.mktemp("hostile") / "desk")
    drafted(desk)
    publish_version(desk, 1, "M1", now=IN_TIME)
    return desk


def as_desk(file: Path, desk: Path) -> None:
    read_desk(file)


def as_roster(file: Path, desk: Path) -> None:
    verify_workbook(desk, file)


def as_copy(file: Path, desk: Path) -> None:
    trace_copy(file, desk=desk)


def as_edited_roster(file: Path, desk: Path) -> None:
    import_roster(file, "M1", desk=desk, because="手工修改", now=NOW)


def in_place_of_the_workbook_in_force(file: Path, desk: Path) -> None:
    """Withdrawn all the same, with a void copy of what the ledger has, and the file kept as it is."""
    copy = Path(shutil.copytree(desk, file.parent / "desk"))
    content = file.read_bytes()
    file.replace(copy / "rosters" / BOOK)
    withdraw_version(copy, 1, "M1", "算错了", now=NOW)
    assert not (copy / "rosters" / BOOK).exists()
    void = copy / "rosters" / VOID_FOLDER / BOOK
    assert "已作废" in str(load_workbook(void).worksheets[0]["A1"].value)
    assert (copy / "rosters" / f"{BOOK}.1.bak").read_bytes() == content


DOORS: list[Callable[[Path, Path], None]] = [
    as_desk,
    as_roster,
    as_copy,
    as_edited_roster,
    in_place_of_the_workbook_in_force,
]


def spent_seconds() -> float:
    """Processor time of this process and its children."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


def cases() -> list[tuple[str, int, Callable[[Path, Path], None]]]:
    """Each kind once by a door in turn; or as many as asked for, kinds and doors drawn."""
    if ALL is None:
        return [(kind, 0, DOORS[n % len(DOORS)]) for n, kind in enumerate(KINDS)]
    draw = random.Random(17)
    return [(list(KINDS)[n % len(KINDS)], n, draw.choice(DOORS)) for n in range(ALL)]


def test_every_door_answers_soon_and_in_words(published: Path, tmp_path: Path) -> None:
    answers: Counter[str] = Counter()
    slowest: list[tuple[float, str]] = []
    before = sorted(path.relative_to(published) for path in published.rglob("*"))
    for kind, seed, door in cases():
        case = f"{kind} {seed} {door.__name__}"
        folder = tmp_path / str(len(slowest))
        folder.mkdir()
        file = folder / "来表.xlsx"
        file.write_bytes(hostile_workbook(kind, seed))
        began = spent_seconds()
        try:
            door(file, published)
            answers[f"{door.__name__}: done"] += 1
        except SchedulerError as error:
            answers[f"{door.__name__}: {type(error).__name__}"] += 1
            said = error.say("zh")
            assert said, case
            assert "Traceback" not in said, case
            assert all(character.isprintable() or character == "\n" for character in said), (case, said)
        slowest.append((spent_seconds() - began, case))
        assert slowest[-1][0] < MOST_SECONDS, slowest[-1]
        assert sorted(path.relative_to(published) for path in published.rglob("*")) == before, case
        shutil.rmtree(folder)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\n{len(slowest)} workbooks, seed 17; largest process {memory:.0f} MB; slowest {sorted(slowest)[-3:]}")
    print(dict(sorted(answers.items())))
    assert memory < MOST_MEMORY_MB
    assert answers["in_place_of_the_workbook_in_force: done"] == sum(door is DOORS[-1] for *_, door in cases())
