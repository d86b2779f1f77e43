"""Whatever lies where the ledger should be: each command answers with a sentence and the way out, and leaves it alone."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.cli_desks import Said, run
from tests.support.published_desk import drafted, published_desk

BOOK = "small-2026-12-v1.xlsx"
ON_A_DESK = (
    *(("status",), ("show",), ("log",), ("log", "--verify"), ("receipts",), ("receipts", "--sign", "T1"), ("repair",)),
    ("publish", "--version", "2", "--by", "M1", "--over-because", "重排"),
    ("withdraw", "--version", "1", "--by", "M1", "--because", "错"),
    ("generate", "--month", "2026-12", "--cores", "1"),
    ("check", "--month", "2027-01"),
    ("surge", "--date", "2026-12-14", "--factor", "1.2"),
)


def commands(desk: Path) -> list[tuple[str | Path, ...]]:
    """Every command that opens a ledger."""
    book = desk / "rosters" / BOOK
    return [
        *((words[0], desk, *words[1:]) for words in ON_A_DESK),
        ("swap", "list", desk),
        ("swap", "approve", desk, "1", "--by", "M1"),
        ("verify", desk, book),
        ("trace", book),
        ("trace", book, "--desk", desk),
        ("import", book, "--by", "M1", "--desk", desk),
    ]


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20000])


def torn(path: Path) -> None:
    """Random bytes over the first pages, but for the line by which the file is known."""
    content = bytearray(path.read_bytes())
    content[100:12000] = random.Random(2026).randbytes(11900)
    path.write_bytes(content)


def foreign(path: Path) -> None:
    path.unlink()
    execute(path, "CREATE TABLE bookmarks (x)")


def newer(path: Path) -> None:
    execute(path, "INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', '9999_moon', '2030-01-01')")


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


ODD: dict[str, tuple[Callable[[Path], object], int, str]] = {
    "empty": (lambda path: path.write_bytes(b""), 1, "备份"),
    "one byte": (lambda path: path.write_bytes(b"S"), 1, "备份"),
    "cut off": (cut_off, 1, "备份"),
    "torn": (torn, 1, "备份"),
    "only its journal": (lambda path: path.rename(f"{path}-journal"), 1, "备份"),
    "text": (lambda path: path.write_text("工号,姓名\n" * 100, encoding="utf-8"), 2, "备份"),
    "another program's": (foreign, 2, "--store"),
    "newer": (newer, 2, "升级"),
    "a folder": (folder, 2, "--store"),
    "a pipe": (pipe, 2, "--store"),
}


def one_sentence(said: Said, code: int, words: tuple[str | Path, ...]) -> str:
    assert said.code == code, (words, said)
    assert said.answer["status"] == {1: "DAMAGED", 2: "BAD_INPUT"}[code], words
    (error,) = said.answer["errors"]
    assert "程序内部错误" not in error, (words, error)
    return str(error)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = published_desk(tmp_path_factory.mktemp("odd"))
    drafted(desk)
    assert run("repair", desk).code == 0
    return desk


@pytest.mark.parametrize("kind", ODD)
def test_every_command_says_what_is_wrong_with_it_and_the_way_out(kind: str, desk: Path, tmp_path: Path) -> None:
    make, code, way_out = ODD[kind]
    kept, path = tmp_path / "kept", desk / "ledger.sqlite3"
    kept.write_bytes(path.read_bytes())
    try:
        make(path)
        was = path.read_bytes() if path.is_file() else None
        for words in commands(desk):
            if words == ("trace", desk / "rosters" / BOOK) and was is None:
                continue  # it looks for a ledger by itself, and there is none
            assert way_out in one_sentence(run(*words, "--json"), code, words)
        assert (path.read_bytes() if path.is_file() else None) == was
    finally:
        for each in desk.glob("ledger.sqlite3*"):
            if each.is_dir():
                each.rmdir()
            else:
                each.unlink()
        path.write_bytes(kept.read_bytes())


def test_a_ledger_in_wal_mode_serves_those_who_read_and_those_who_write(tmp_path: Path) -> None:
    desk = published_desk(tmp_path)
    drafted(desk)
    assert run("repair", desk).code == 0
    wanted = ("status", "log", "receipts", "trace", "publish")
    for words in sorted(
        (words for words in commands(desk) if words[0] in wanted), key=lambda words: words[0] == "publish"
    ):
        execute(desk / "ledger.sqlite3", "PRAGMA journal_mode = WAL")  # each command makes it one file again
        said = run(*words, "--json")
        assert said.code in (0, 1), said
        assert said.answer["status"] not in ("BAD_INPUT", "UNAVAILABLE", "DAMAGED", "FAULT"), (words, said)


def test_verification_words_what_is_wrong_with_the_file(tmp_path: Path) -> None:
    desk = published_desk(tmp_path)
    path = desk / "ledger.sqlite3"
    execute(path, "DROP TRIGGER ledger_entry_delete", "DROP INDEX ledger_one_live_version")
    said = run("log", desk, "--verify", "--json")
    assert (said.code, said.answer["status"], len(said.answer["broken"])) == (1, "BROKEN", 2)
    assert "ledger_entry_delete" in said.answer["broken"][0]
    assert run("status", desk).code == 0  # and work goes on


def test_verification_of_what_cannot_be_read_tells_what_can_be_told(tmp_path: Path) -> None:
    desk = published_desk(tmp_path)
    path = desk / "ledger.sqlite3"
    execute(path, "DROP TRIGGER ledger_version_update", "UPDATE ledger_version SET details = CAST(X'5bff' AS TEXT)")
    said = run("log", desk, "--verify", "--json")
    assert (said.code, said.answer["status"]) == (1, "BROKEN")
    assert "ledger_version_update" in said.answer["broken"][0]
    assert "备份" in said.answer["broken"][-1]


@pytest.mark.parametrize("seed", range(12))
def test_random_bytes_anywhere_are_never_a_fault_of_the_program(seed: int, desk: Path, tmp_path: Path) -> None:
    moments = random.Random(seed)
    content = bytearray((desk / "ledger.sqlite3").read_bytes())
    at = moments.randrange(0, len(content) - 300)
    content[at : at + 300] = moments.randbytes(300)
    path = tmp_path / "ledger.sqlite3"
    for words in (("status",), ("show",), ("log", "--verify"), ("receipts",)):
        path.write_bytes(content)
        said = run(words[0], desk, *words[1:], "--json", "--store", f"sqlite:///{path}")
        assert said.answer["status"] != "FAULT", (words, said)
        if said.code:
            assert "备份" in " ".join(said.answer["errors" if "errors" in said.answer else "broken"]), (words, said)
