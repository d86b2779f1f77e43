"""A ledger that is full and folders that nobody may write, as the system itself has them: the answer is what has happened."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from scheduler.ledger import connection
from tests.ledger.test_opening import as_nobody
from tests.support.cli_desks import Said, run
from tests.support.published_desk import drafted, events, new_desk
from tests.support.whole_commands import papers_agree, state

pytestmark = pytest.mark.usefixtures("_evening")

PUBLISH = ("publish", "--version", "2", "--by", "M1", "--over-because", "重排")
WITHDRAW = ("withdraw", "--version", "1", "--by", "M1", "--because", "错")
SIGN = ("receipts", "--sign", "T1")
SURGE = ("surge", "--date", "2026-12-14", "--factor", "2", "--version", "1", "--by", "M1")
GENERATE = ("generate", "--month", "2026-12", "--cores", "1")


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A desk with a version in force and a draft, where everybody may read it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        desk = new_desk(Path(folder) / "desk")
        drafted(desk)
        assert run("publish", desk, "--version", "1", "--by", "M1").code == 0
        drafted(desk)
        assert run("repair", desk).code == 0
        other = Path(shutil.copytree(desk, Path(folder) / "other"))  # so that nobody has to import what root may
        assert run("init", Path(folder) / "new").code == 0
        assert answer(other, WITHDRAW).code == 0
        yield desk


@pytest.fixture
def desk(made: Path) -> Iterator[Path]:
    copy = made.parent / "copy"
    yield Path(shutil.copytree(made, copy))
    for path in [copy, *copy.rglob("*")]:
        path.chmod(0o755)
    shutil.rmtree(copy)


def answer(desk: Path, words: tuple[str, ...]) -> Said:
    return run(words[0], desk, *words[1:], "--json")


def not_done(said: Said, desk: Path, before: list[str]) -> str:
    """The one sentence of a command that may run again."""
    assert (said.code, said.answer["status"]) == (4, "UNAVAILABLE"), said
    assert events(desk) == before
    (error,) = said.answer["errors"]
    return str(error)


@pytest.mark.parametrize("words", [GENERATE, SURGE], ids=lambda words: words[0])  # a whole roster takes pages
def test_a_full_ledger_takes_nothing_and_says_so(
    words: tuple[str, ...], desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, real, papers = events(desk), connection._sqlite, set((desk / "rosters").rglob("*"))
    with closing(sqlite3.connect(desk / "ledger.sqlite3")) as opened:
        opened.execute("VACUUM")
        (pages,) = opened.execute("PRAGMA page_count").fetchone()

    def limited(path: Path) -> connection.Address:
        address = real(path)
        address.database["OPTIONS"]["init_command"] += f"; PRAGMA max_page_count = {pages}"
        return address

    with monkeypatch.context() as patch:
        patch.setattr(connection, "_sqlite", limited)
        said = answer(desk, words)
    assert "磁盘已满" in not_done(said, desk, before)
    assert set((desk / "rosters").rglob("*")) == papers
    assert answer(desk, words).code == 0


@pytest.mark.parametrize("words", [PUBLISH, WITHDRAW, SIGN, GENERATE], ids=lambda words: words[0])
@pytest.mark.parametrize("locked", ["ledger.sqlite3", "."])
def test_a_ledger_that_nobody_may_write_takes_nothing_and_says_so(
    locked: str, words: tuple[str, ...], desk: Path
) -> None:
    before = events(desk)
    for path in (desk, *desk.rglob("*")):
        path.chmod(0o777)
    (desk / locked).chmod(0o555)
    with as_nobody():
        said = answer(desk, words)
    assert "ledger.sqlite3" in not_done(said, desk, before)


@pytest.mark.parametrize("words", [PUBLISH, GENERATE], ids=lambda words: words[0])
def test_a_roster_that_cannot_be_written_is_not_recorded(words: tuple[str, ...], desk: Path) -> None:
    before = events(desk)
    for path in (desk, *desk.rglob("*")):
        path.chmod(0o777)
    (desk / "rosters").chmod(0o555)
    with as_nobody():
        said = answer(desk, words)
    assert "rosters" in not_done(said, desk, before)


def test_a_withdrawal_whose_papers_cannot_be_moved_is_done_and_says_which(desk: Path) -> None:
    for path in (desk, *desk.rglob("*")):
        path.chmod(0o777)
    (desk / "rosters").chmod(0o555)
    with as_nobody():
        said = answer(desk, WITHDRAW)
        again = run("receipts", desk, "--json")  # whoever looks next is told, too
    assert (said.code, said.answer["status"]) == (0, "WITHDRAWN")
    assert "small-2026-12-v1.xlsx" in said.answer["stuck"][0]
    assert again.answer["stuck"]
    (desk / "rosters").chmod(0o777)
    assert run("repair", desk).code == 0
    papers_agree(desk, *state(desk, None))


@pytest.mark.parametrize("words", [("log", "--csv"), ("show", "--out"), ("init",)], ids=lambda words: words[0])
def test_a_folder_that_nobody_may_write_gets_nothing(words: tuple[str, ...], desk: Path) -> None:
    (desk / "ledger.sqlite3").chmod(0o666)
    place = desk / "locked"
    place.mkdir(mode=0o555)
    target = place / {"log": "log.csv", "show": "shown", "init": "new"}[words[0]]
    with as_nobody():
        said = run(*words, target, "--json") if words == ("init",) else run(words[0], desk, words[1], target, "--json")
    assert (said.code, said.answer["status"]) == (4, "UNAVAILABLE")
    assert str(target.parent) in said.answer["errors"][0]
    assert list(place.iterdir()) == []
