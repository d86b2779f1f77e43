"""A SQLite ledger as a file: how it is made, what viewers and killed commands leave beside it, and what is wrong with it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.pool import ThreadPool
from pathlib import Path

import pytest

from scheduler.errors import LedgerDamaged, LedgerUnavailable
from scheduler.ledger.audit import BrokenLink
from scheduler.ledger.sqlite_file import make_file
from scheduler.ledger.store import Ledger, default_url
from scheduler.passing import ABANDONED_SECONDS
from tests.ledger.test_opening import as_nobody, refusal
from tests.support.drafting import DECEMBER, DESK, behind_its_back, nothing
from tests.test_passing import left


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    """A ledger with two versions."""
    with Ledger(default_url(tmp_path)) as ledger:
        for _ in range(2):
            ledger.draft(DECEMBER, nothing)
    return tmp_path / "ledger.sqlite3"


def versions(path: Path) -> int:
    with Ledger(f"sqlite:///{path}") as ledger:
        assert ledger.broken_links(DESK) == []
        return len(ledger.versions(DESK))


def mode(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def damage(path: Path) -> list[BrokenLink]:
    with Ledger(f"sqlite:///{path}") as ledger:
        return ledger.find_damage()


# How it is made


def test_a_new_ledger_is_there_in_full_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "link", full)
        assert isinstance(refusal(default_url(tmp_path)), LedgerUnavailable)
    assert list(tmp_path.iterdir()) == []
    Ledger(default_url(tmp_path)).close()
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.sqlite3"]


def test_a_file_system_without_hard_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", none)
    with Ledger(default_url(tmp_path)) as ledger:
        assert ledger.draft(DECEMBER, nothing).number == 1
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.sqlite3"]


def test_those_who_make_it_at_once_have_one_ledger(tmp_path: Path) -> None:
    def draft(_: int) -> int:
        with Ledger(default_url(tmp_path)) as ledger:
            return ledger.draft(DECEMBER, nothing).number

    with ThreadPool(4) as pool:
        assert sorted(pool.map(draft, range(4))) == [1, 2, 3, 4]
    assert {path.name for path in tmp_path.iterdir()} <= {"ledger.sqlite3", "ledger.sqlite3-turn"}


def test_a_ledger_through_a_link_is_made_where_that_leads(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite3").symlink_to(tmp_path / "kept.sqlite3")
    make_file(tmp_path / "ledger.sqlite3")
    assert (tmp_path / "kept.sqlite3").stat().st_size > 512
    with Ledger(default_url(tmp_path)) as ledger:
        ledger.draft(DECEMBER, nothing)
    assert versions(tmp_path / "kept.sqlite3") == 1


def test_making_one_clears_what_a_killed_command_left(tmp_path: Path) -> None:
    old, young = left(tmp_path, ABANDONED_SECONDS + 5), left(tmp_path, 5)
    Ledger(default_url(tmp_path)).close()
    assert (old.exists(), young.exists()) == (False, True)


# What is no ledger, or is none any more


def test_an_empty_file_is_no_new_ledger(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite3").touch()
    error = refusal(default_url(tmp_path))
    assert isinstance(error, LedgerDamaged)
    assert "0 字节" in error.say("zh")
    assert "restore a backup" in error.say("en")
    assert (tmp_path / "ledger.sqlite3").stat().st_size == 0


def test_a_pipe_or_a_device_in_its_place_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ledger.sqlite3")
    for url in (default_url(tmp_path), "sqlite:////dev/zero"):
        error = refusal(url)
        assert not isinstance(error, LedgerUnavailable)
        assert "is no file" in error.say("en")


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    for statement in ("CREATE TABLE bookmarks (x)", "CREATE TABLE django_migrations (id, app, name, applied)"):
        path = tmp_path / f"{len(statement)}.sqlite3"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(statement)
        was = path.read_bytes()
        assert "another program's database" in refusal(f"sqlite:///{path}").say("en")
        assert path.read_bytes() == was


@pytest.mark.parametrize("end", ["-journal", "-wal", "-shm"])
def test_no_new_ledger_is_made_beside_what_an_old_one_left(end: str, ledger_file: Path) -> None:
    beside = Path(f"{ledger_file}{end}")
    ledger_file.rename(beside)
    error = refusal(f"sqlite:///{ledger_file}")
    assert isinstance(error, LedgerDamaged)
    assert beside.name in error.say("zh")
    beside.unlink()
    assert versions(ledger_file) == 0


@pytest.mark.parametrize("size", [1, 99, 511, 512, 4096, 16384])
def test_a_ledger_that_was_cut_off_is_damaged(size: int, ledger_file: Path) -> None:
    ledger_file.write_bytes(ledger_file.read_bytes()[:size])
    with pytest.raises(LedgerDamaged, match="restore a backup"):
        versions(ledger_file)
    assert ledger_file.stat().st_size == size


COLUMNS = ("duties", "details", "people", "month", "made_at", "status", "certificate", "balances", "assumptions")
JUNK: tuple[str | bytes, ...] = ("no json", b"\xff\xfe\x99")


@pytest.mark.parametrize(
    ("column", "junk"),
    [
        *((column, junk) for column in COLUMNS for junk in JUNK),
        ("duties", "[5]"),
        ("balances", "[5]"),
        ("month", "[5]"),
    ],
)
def test_what_no_release_has_written_is_damage(column: str, junk: str | bytes, ledger_file: Path) -> None:
    url = f"sqlite:///{ledger_file}"
    with behind_its_back(url) as execute:
        for (name,) in list(execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
            execute(f'DROP TRIGGER "{name}"')
        value = f"CAST(X'{junk.hex()}' AS TEXT)" if isinstance(junk, bytes) else f"'{junk}'"
        execute(f"UPDATE ledger_version SET {column} = {value} WHERE number = 2")
    with Ledger(url) as ledger, pytest.raises(LedgerDamaged, match="restore a backup") as caught:
        ledger.versions(DESK)
    assert "\x99" not in caught.value.say("zh")


def test_a_schema_that_is_no_text_is_damage(ledger_file: Path) -> None:
    content = ledger_file.read_bytes().replace(b"ledger_version", b"\x99edger_version")  # which SQLite quotes
    ledger_file.write_bytes(content.replace(b'CREATE TABLE "\x99', b'CREATE TABLX "\x99'))
    assert isinstance(refusal(f"sqlite:///{ledger_file}"), LedgerDamaged)


def test_a_table_that_is_not_there_is_damage(ledger_file: Path) -> None:
    with behind_its_back(f"sqlite:///{ledger_file}") as execute:
        execute("DROP TABLE ledger_entry")
    with Ledger(f"sqlite:///{ledger_file}") as ledger, pytest.raises(LedgerDamaged, match="ledger_entry"):
        ledger.entries(DESK)


# What a viewer leaves


@pytest.fixture
def viewed(ledger_file: Path) -> Iterator[tuple[Path, sqlite3.Connection]]:
    """A ledger that a viewer has put into WAL mode, has written to, and has open still."""
    with closing(sqlite3.connect(ledger_file)) as viewer:
        viewer.execute("PRAGMA journal_mode = WAL")
        viewer.execute("PRAGMA user_version = 7")
        viewer.commit()
        assert Path(f"{ledger_file}-wal").stat().st_size
        yield ledger_file, viewer


def beside(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir() if each != path)


def test_a_ledger_in_wal_mode_works_while_the_viewer_has_it_open(viewed: tuple[Path, sqlite3.Connection]) -> None:
    path, viewer = viewed
    viewer.execute("BEGIN")
    viewer.execute("SELECT * FROM ledger_version").fetchone()
    with Ledger(f"sqlite:///{path}") as ledger:
        assert ledger.draft(DECEMBER, nothing).number == 3
    viewer.rollback()
    assert versions(path) == 3


def test_once_the_viewer_is_closed_it_is_one_file_again(viewed: tuple[Path, sqlite3.Connection]) -> None:
    path, viewer = viewed
    viewer.close()
    assert mode(path) == "wal"
    assert versions(path) == 2
    assert (mode(path), beside(path)) == ("delete", [])


@pytest.mark.parametrize("with_index", [True, False])
def test_what_a_killed_viewer_left_beside_it_is_taken_in(
    with_index: bool, viewed: tuple[Path, sqlite3.Connection], tmp_path: Path
) -> None:
    path, viewer = viewed
    viewer.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('other', 'x', '2026-12-01')")
    viewer.commit()
    found = tmp_path / "found"
    found.mkdir()
    for end in ("", "-wal", "-shm") if with_index else ("", "-wal"):
        shutil.copy(f"{path}{end}", found / f"{path.name}{end}")
    assert versions(found / path.name) == 2
    assert (mode(found / path.name), beside(found / path.name)) == ("delete", [])
    with closing(sqlite3.connect(found / path.name)) as connection:
        assert connection.execute("SELECT count(*) FROM django_migrations WHERE app = 'other'").fetchone() == (1,)


def test_a_killed_command_s_journal_is_rolled_back(ledger_file: Path, tmp_path: Path) -> None:
    found = tmp_path / "found"
    found.mkdir()
    with closing(sqlite3.connect(ledger_file, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size = 1")  # so that it spills into the file before the commit
        writer.execute("BEGIN")
        writer.execute("CREATE TABLE half AS SELECT * FROM ledger_version")
        for _ in range(5):
            writer.execute("INSERT INTO half SELECT * FROM half")
        for end in ("", "-journal"):
            shutil.copy(f"{ledger_file}{end}", found / f"{ledger_file.name}{end}")
    assert (found / ledger_file.name).read_bytes() != ledger_file.read_bytes()
    assert versions(found / ledger_file.name) == 2
    assert beside(found / ledger_file.name) == []


@pytest.mark.parametrize("left_in", ["WAL mode", "a journal"])
def test_in_a_folder_that_nobody_may_write_it_says_what_it_takes(left_in: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite3"
        with Ledger(f"sqlite:///{path}") as ledger:
            ledger.draft(DECEMBER, nothing)
        if left_in == "WAL mode":
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
        else:
            journal = _hot_journal(path)
            journal.chmod(0o444)
        path.chmod(0o444)
        Path(folder).chmod(0o555)
        try:
            with as_nobody(), pytest.raises(LedgerUnavailable) as caught:
                versions(path)
        finally:
            Path(folder).chmod(0o755)
    assert "文件夹" in caught.value.say("zh")
    assert "folder" in caught.value.say("en")


def _hot_journal(path: Path) -> Path:
    """Leave a ledger as a command does that is killed in the middle of a commit."""
    with tempfile.TemporaryDirectory() as kept, closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size = 1")
        writer.execute("BEGIN")
        writer.execute("CREATE TABLE half AS SELECT * FROM ledger_version")
        for _ in range(6):
            writer.execute("INSERT INTO half SELECT * FROM half")
        for end in ("", "-journal"):
            shutil.copy(f"{path}{end}", Path(kept) / f"x{end}")
        writer.execute("ROLLBACK")
        writer.close()
        for end in ("", "-journal"):
            shutil.copy(Path(kept) / f"x{end}", f"{path}{end}")
    return Path(f"{path}-journal")


# What is wrong with it


def test_nothing_is_wrong_with_what_this_release_writes(ledger_file: Path) -> None:
    assert damage(ledger_file) == []


ROOT_OF_INDEX = "SELECT rootpage FROM sqlite_master WHERE name LIKE 'sqlite_autoindex_ledger_entry%'"


def test_a_torn_page_is_found(ledger_file: Path) -> None:
    with closing(sqlite3.connect(ledger_file)) as connection:
        (root,) = connection.execute(ROOT_OF_INDEX).fetchone()
    with ledger_file.open("r+b") as file:
        file.seek((root - 1) * 4096 + 4000)
        file.write(bytes(90))
    found = damage(ledger_file)
    assert found
    assert all("从备份恢复" in each.say("zh") and "restore a backup" in each.say("en") for each in found)


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER ledger_entry_update",
        "DROP TRIGGER ledger_version_delete",
        "DROP TRIGGER ledger_version_replace",
        "DROP INDEX ledger_one_live_version",
    ],
)
def test_a_guard_that_is_gone_is_named(statement: str, ledger_file: Path) -> None:
    with behind_its_back(f"sqlite:///{ledger_file}") as execute:
        execute(statement)
    (found,) = damage(ledger_file)
    assert statement.split()[-1] in found.say("zh")
    assert statement.split()[-1] in found.say("en")


def test_a_servers_ledger_has_no_file_to_look_at(postgresql_url: str) -> None:
    with Ledger(postgresql_url) as ledger:
        assert ledger.find_damage() == []
