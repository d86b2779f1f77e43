"""A backup is a ledger that verifies; what came after it is named when it is taken back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scheduler.ledger.copying import read_ledger
from scheduler.ledger.store import Ledger
from tests.cli.test_versions import pinned, quick
from tests.ledger.conftest import postgresql_url, server  # noqa: F401
from tests.support.cli_desks import Said, run
from tests.support.published_desk import drafted, new_desk, published_desk


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch)
    quick(monkeypatch)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return published_desk(tmp_path)


def back_up(desk: Path, *more: str) -> tuple[Path, dict[str, Any]]:
    path = desk.parent / "kept.sqlite3"
    said = run("backup", desk, path, "--json", *more)
    assert said.code == 0, said
    return path, said.answer


def restore(desk: Path, path: Path, *more: str) -> Said:
    return run("restore", desk, path, "--by", "M1", "--because", "磁盘坏了", "--json", *more)


def test_a_backup_is_a_ledger_for_its_owner_only(desk: Path) -> None:
    path, said = back_up(desk)
    assert path.stat().st_mode & 0o777 == 0o600
    assert (said["entries"], said["desks"]) == (2, ["small"])
    assert said["head"] == run("log", desk, "--head", "--json").answer["head"]
    with read_ledger(f"sqlite:///{path}") as ledger:
        assert ledger.broken_links("small") == ledger.find_damage() == []
        assert [row.number for row in ledger.versions("small")] == [1]


def test_a_backup_is_never_written_over_a_file(desk: Path) -> None:
    path, _ = back_up(desk)
    before = path.read_bytes()
    said = run("backup", desk, path, "--json")
    assert (said.code, said.answer["status"]) == (2, "BAD_INPUT")
    assert path.read_bytes() == before
    (desk.parent / "link").symlink_to(desk.parent / "nowhere")
    assert run("backup", desk, desk.parent / "link").code == 2
    assert run("backup", desk, desk.parent / "no folder" / "x.sqlite3").code == 2


def test_a_broken_ledger_makes_no_backup_that_says_it_is_whole(desk: Path) -> None:
    with closing(sqlite3.connect(desk / "ledger.sqlite3")) as connection:
        connection.execute("DROP TRIGGER ledger_entry_delete")
        connection.commit()
    said = run("backup", desk, desk.parent / "kept.sqlite3", "--json")
    assert (said.code, said.answer["status"]) == (1, "DAMAGED")
    assert not (desk.parent / "kept.sqlite3").exists()


def test_without_a_ledger_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "new")
    assert run("backup", desk, tmp_path / "kept.sqlite3").code == 2
    assert not (tmp_path / "kept.sqlite3").exists()
    assert not (desk / "ledger.sqlite3").exists()


def test_a_restored_ledger_goes_on_and_says_that_it_was_restored(desk: Path) -> None:
    path, kept = back_up(desk)
    (desk / "ledger.sqlite3").unlink()
    assert run("status", desk, "--json").answer["contradictions"]
    said = restore(desk, path)
    assert (said.code, said.answer["status"], said.answer["after"]) == (0, "RESTORED", [])
    assert (said.answer["head"], said.answer["replaced"]) == (kept["head"], None)
    *_, last = run("log", desk, "--json").answer["entries"]
    assert (last["event"], last["by"], last["because"]) == ("restored", "M1", "磁盘坏了")
    assert last["facts"] == {"file": "kept.sqlite3", "head": kept["head"]}
    assert run("log", desk, "--verify", "--head", kept["head"]).code == 0
    assert run("repair", desk).code == 0
    assert run("withdraw", desk, "--version", "1", "--by", "M1", "--because", "错").code == 0


def test_what_came_after_it_is_named_by_the_papers(desk: Path) -> None:
    path, _ = back_up(desk)
    assert run("withdraw", desk, "--version", "1", "--by", "M1", "--because", "错").code == 0
    assert drafted(desk) == 2
    assert run("repair", desk).code == 0
    there = (desk / "ledger.sqlite3").read_bytes()
    said = restore(desk, path)
    assert (said.code, said.answer["status"]) == (1, "BROKEN")
    for part in (
        "第 1 版是“已作废”，账册里却是“已发布”",
        "第 2 版，账册里没有这一版",
        "记着第 3 条记录，而记录只到第 2 条",
    ):
        assert any(part in line for line in said.answer["after"]), said.answer["after"]
    assert Path(said.answer["replaced"]).read_bytes() == there
    repaired = run("repair", desk, "--json")
    assert (repaired.code, repaired.answer["status"]) == (1, "BROKEN")
    assert not (desk / "rosters" / "small-2026-12-v1.xlsx").exists()  # papers that know more are not written over


def test_what_came_after_it_is_named_by_heads(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heads = desk.parent / "heads"
    monkeypatch.setenv("SCHEDULER_HEADS", str(heads))
    path, _ = back_up(desk)
    assert run("receipts", desk, "--sign", "行政人事部", "--by", "M1").code == 0
    said = restore(desk, path)
    assert said.code == 1
    assert any("heads:2 记着第 3 条记录，而记录只到第 2 条" in line for line in said.answer["after"])


def test_a_backup_of_another_desk_or_a_broken_one_is_refused(desk: Path, tmp_path: Path) -> None:
    other = new_desk(tmp_path / "other")
    drafted(other)
    assert run("receipts", other).code == 0
    foreign, _ = back_up(other)
    before = (desk / "ledger.sqlite3").read_bytes()
    refused = restore(desk, foreign)
    assert (refused.code, refused.answer["status"]) == (1, "REFUSED")
    assert "另一个编号也叫“small”的部门" in refused.answer["errors"][0]
    torn = tmp_path / "torn.sqlite3"
    torn.write_bytes(foreign.read_bytes()[:30_000])
    assert restore(desk, torn).answer["status"] == "DAMAGED"
    settings = desk / "desk.toml"
    settings.write_text(settings.read_text("utf-8").replace('id = "small"', 'id = "big"'), "utf-8")
    assert "没有部门“big”的记录" in restore(desk, foreign).answer["errors"][0]
    assert (desk / "ledger.sqlite3").read_bytes() == before
    assert restore(desk, tmp_path / "none").code == 2
    assert run("restore", desk, foreign, "--by", "nobody").code == 1


def test_other_desks_of_the_store_lose_nothing_by_it(desk: Path, tmp_path: Path) -> None:
    path, _ = back_up(desk)
    other = new_desk(tmp_path / "other")
    settings = other / "desk.toml"
    settings.write_text(settings.read_text("utf-8").replace('id = "small"', 'id = "other"'), "utf-8")
    store = f"sqlite:///{desk / 'ledger.sqlite3'}"
    drafted(other, store=store)
    said = restore(desk, path)
    assert (said.code, said.answer["status"]) == (1, "REFUSED")
    assert "还有别的部门（other）" in said.answer["errors"][0]


def test_a_servers_ledger_is_kept_in_a_file_and_taken_back_into_an_empty_database(
    desk: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    server_url = str(request.getfixturevalue("postgresql_url"))
    sqlite, kept = back_up(desk)
    said = restore(desk, sqlite, "--store", server_url)
    assert (said.code, said.answer["after"]) == (0, [])
    with Ledger(server_url) as ledger:
        assert ledger.find_damage() == ledger.broken_links("small") == ledger.unlike_contents("small") == []
    refused = restore(desk, sqlite, "--store", server_url)
    assert (refused.code, refused.answer["status"]) == (1, "REFUSED")
    monkeypatch.setenv("SCHEDULER_STORE", server_url)
    assert run("log", desk, "--verify", "--head", kept["head"]).code == 0
    assert run("receipts", desk, "--sign", "T1", "--by", "M1").code == 0  # numbers of rows go on
    path = desk.parent / "again.sqlite3"
    again = run("backup", desk, path, "--json")
    assert (again.code, again.answer["entries"]) == (0, 4)
    with read_ledger(f"sqlite:///{path}") as copy, read_ledger(server_url) as there:
        assert copy.entries("small") == there.entries("small")
        assert copy.versions("small") == there.versions("small")
    trace = run("trace", desk / "rosters" / "small-2026-12-v1.xlsx", "--json")
    assert (trace.code, trace.answer["ledger_named"]) == (0, True)
