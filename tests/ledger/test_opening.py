"""Which ledgers open, and what is said of those that do not."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scheduler.errors import LedgerError
from scheduler.ledger.settings import configure
from scheduler.ledger.store import Ledger, default_url
from tests.support.drafting import DECEMBER, DESK, behind_its_back, nothing


def refusal(url: str) -> LedgerError:
    """The error of a ledger that cannot be opened; nothing stays open behind it."""
    configure()
    from django.db import connections

    before = list(connections.settings)
    with pytest.raises(LedgerError) as caught:
        Ledger(url)
    assert list(connections.settings) == before
    assert caught.value.say("zh") != caught.value.say("en")
    return caught.value


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may write everywhere, so for a while this process is not root."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(was)


def test_a_ledger_lies_in_the_desk_folder_or_beside_its_workbook(tmp_path: Path) -> None:
    assert default_url(tmp_path) == f"sqlite:///{tmp_path}/ledger.sqlite3"
    assert default_url(tmp_path / "前台 100%?.xlsx") == f"sqlite:///{tmp_path}/前台 100%?.ledger.sqlite3"


def test_any_file_name_will_do(tmp_path: Path) -> None:
    name = "前台 100%?mode=memory#1.xlsx"
    with Ledger(default_url(tmp_path / name)) as ledger:
        ledger.draft(DECEMBER, nothing)
    assert [path.name for path in tmp_path.iterdir()] == ["前台 100%?mode=memory#1.ledger.sqlite3"]


def test_a_ledger_is_found_again(url: str) -> None:
    with Ledger(url) as ledger:
        row = ledger.draft(DECEMBER, nothing)
    with Ledger(url) as ledger:
        assert ledger.versions(DESK) == [row]
        assert ledger.draft(DECEMBER, nothing).number == 2


def test_two_open_ledgers_do_not_mix(url: str, tmp_path: Path) -> None:
    with Ledger(url) as one, Ledger(f"sqlite:///{tmp_path}/other.sqlite3") as other:
        for _ in range(2):
            one.draft(DECEMBER, nothing)
        assert other.versions(DESK) == []
        assert other.draft(DECEMBER, nothing).number == 1
        assert len(one.versions(DESK)) == 2


def test_a_closed_ledger_leaves_no_connection(url: str) -> None:
    configure()
    from django.db import connections

    before = list(connections.settings)
    Ledger(url).close()
    with Ledger(url) as ledger:
        ledger.close()
    assert list(connections.settings) == before


def test_opening_a_ledger_twice_writes_nothing(sqlite_url: str) -> None:
    Ledger(sqlite_url).close()
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    path.chmod(0o444)
    before = path.read_bytes()
    Ledger(sqlite_url).close()
    assert path.read_bytes() == before


def test_the_store_is_imported_without_django() -> None:
    code = "import sys, scheduler.ledger.store; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": os.pathsep.join(sys.path)}).returncode == 0


def test_the_migrations_are_those_of_the_models() -> None:
    configure()
    from django.core.management import call_command

    call_command("makemigrations", "ledger", check=True, dry_run=True, verbosity=0)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    error = refusal(f"sqlite:///{tmp_path}/nowhere/ledger.sqlite3")
    assert error.say("zh") == f"台账所在的文件夹“{tmp_path}/nowhere”不存在"
    (tmp_path / "file").touch()
    assert "does not exist" in refusal(f"sqlite:///{tmp_path}/file/ledger.sqlite3").say("en")
    assert "does not exist" in refusal(f"sqlite:///{tmp_path}/{'x' * 300}/ledger.sqlite3").say("en")


def test_a_file_that_is_no_ledger(tmp_path: Path) -> None:
    junk = tmp_path / "ledger.sqlite3"
    junk.write_bytes(b"PK\x03\x04 this was a workbook " * 1000)
    assert refusal(default_url(tmp_path)).say("zh") == f"“{junk}”不是台账文件；如果它曾经是，请从备份恢复"
    assert junk.read_bytes().startswith(b"PK")


def test_a_ledger_with_its_end_cut_off(sqlite_url: str) -> None:
    with Ledger(sqlite_url) as ledger:
        for _ in range(3):
            ledger.draft(DECEMBER, nothing)
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    path.write_bytes(path.read_bytes()[:16384])
    with pytest.raises(LedgerError, match=r"is damaged") as caught, Ledger(sqlite_url) as ledger:
        ledger.versions(DESK)
    assert caught.value.say("zh").startswith(f"台账“{path}”已损坏：请从备份恢复")


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite3").mkdir()
    assert "is no file but a folder" in refusal(default_url(tmp_path)).say("en")


def test_a_folder_that_cannot_be_written() -> None:
    configure()
    from django.db import connections

    before = len(connections.settings)
    with tempfile.TemporaryDirectory() as folder, Ledger(f"sqlite:///{folder}/first.sqlite3"):
        Path(folder).chmod(0o555)
        with as_nobody(), pytest.raises(LedgerError, match="cannot make the ledger"):
            Ledger(f"sqlite:///{folder}/second.sqlite3")
        assert len(connections.settings) == before + 1
        Path(folder).chmod(0o755)


def test_a_ledger_that_another_program_holds(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.ledger.connection.BUSY_SECONDS", 0.1)
    with Ledger(sqlite_url) as ledger, behind_its_back(sqlite_url) as execute:
        execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerError, match="another program held the ledger"):
            ledger.draft(DECEMBER, nothing)


def test_a_ledger_of_a_newer_program(url: str) -> None:
    Ledger(url).close()
    with behind_its_back(url) as execute:
        execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', '9999_moon_phases', '2030-01-01')"
        )
    assert "written by a newer version of this program (9999_moon_phases)" in refusal(url).say("en")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ledger.sqlite3",
        "sqlite:///",
        "sqlite://ledger.sqlite3",
        "mysql://boss:secret@server/rosters",
        "postgresql://boss:secret@server",
        "postgresql://boss:se:c/secret@server:port/rosters?colour=red",
        "postgresql://server/?password=secret",
    ],
)
def test_an_address_that_is_none_shows_no_password(url: str) -> None:
    error = refusal(url)
    assert "is not understood" in error.say("en")
    assert "无法识别" in error.say("zh")
    assert "secret" not in error.say("en") + error.say("zh") + repr(error.__cause__)


def test_a_server_that_does_not_answer() -> None:
    error = refusal("postgresql://boss:secret@127.0.0.1:1/rosters")
    assert error.say("zh").startswith("数据库拒绝访问台账“127.0.0.1/rosters”：")
    assert "refused" in error.say("en").lower()
    assert "secret" not in error.say("en")


def test_a_database_that_the_server_does_not_have(postgresql_url: str) -> None:
    assert "does not exist" in refusal(postgresql_url.replace("/ledger_", "/moon_")).say("en")
