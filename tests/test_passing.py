"""Files in one step, over nothing but this program's own, and what killed commands left of them."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from time import time

import pytest

from scheduler.errors import InputError
from scheduler.passing import (
    ABANDONED_SECONDS,
    PASSING,
    clear_abandoned,
    make_own_folder,
    name_passing,
    put_file,
    put_in_place,
)


def aged(path: Path, seconds: float) -> Path:
    os.utime(path, (time() - seconds, time() - seconds))
    return path


def left(folder: Path, seconds: float, name: str = "") -> Path:
    """A file that a killed command left so many seconds ago."""
    path = folder / name if name else name_passing(folder / "x")
    path.write_bytes(b"half")
    return aged(path, seconds)


def test_a_file_is_written_in_one_step_and_nothing_stays_beside_it(tmp_path: Path) -> None:
    assert put_file(tmp_path / "a.txt", b"1").read_bytes() == b"1"
    assert put_file(tmp_path / "a.txt", b"2").read_bytes() == b"2"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_that_cannot_be_written_leaves_nothing_and_says_why_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_bytes(b"1")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            put_file(tmp_path / "a.txt", b"2")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.txt", b"1")]

    def locked(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(os, "unlink", locked)
    with pytest.raises(OSError, match="No space left"):
        put_file(tmp_path / "a.txt", b"2")


def test_a_file_in_its_place_is_there_though_the_disk_fails_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "unlink", failing)
    assert put_file(tmp_path / "a.txt", b"1").read_bytes() == b"1"


def test_the_longest_name_has_a_passing_one(tmp_path: Path) -> None:
    assert put_file(tmp_path / ("班" * 83 + ".xlsx"), b"1").exists()


@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "link to nothing", "link to itself"])
def test_what_is_no_ordinary_file_is_not_written_to(kind: str, tmp_path: Path) -> None:
    elsewhere, path = tmp_path / "elsewhere", tmp_path / "a.txt"
    elsewhere.write_bytes(b"mine")
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to({"link": elsewhere, "link to nothing": tmp_path / "none"}.get(kind, path))
    was = path.lstat()
    with pytest.raises(InputError) as caught:
        put_file(path, b"1")
    assert str(path) in caught.value.say("zh")
    assert "请换个名字" in caught.value.say("zh")
    assert "use another name" in caught.value.say("en")
    assert (path.lstat(), elsewhere.read_bytes()) == (was, b"mine")
    assert not [one for one in tmp_path.iterdir() if PASSING.fullmatch(one.name)]
    with pytest.raises(InputError):
        put_in_place(elsewhere, path)


def test_a_device_is_not_replaced() -> None:
    with pytest.raises(InputError):
        put_file(Path("/dev/null"), b"1")
    assert stat.S_ISCHR(Path("/dev/null").lstat().st_mode)


def test_a_folder_of_papers_is_no_link_to_elsewhere(tmp_path: Path) -> None:
    make_own_folder(tmp_path / "a" / "b")
    make_own_folder(tmp_path / "a" / "b")
    for target in ("a", "none"):
        (tmp_path / f"to {target}").symlink_to(tmp_path / target)
        with pytest.raises(InputError):
            make_own_folder(tmp_path / f"to {target}")
    assert not (tmp_path / "none").exists()


def test_what_a_killed_command_left_goes_once_nobody_can_be_at_it(tmp_path: Path) -> None:
    old, young = left(tmp_path, ABANDONED_SECONDS + 5), left(tmp_path, ABANDONED_SECONDS - 60)
    assert clear_abandoned([tmp_path, tmp_path / "none"]) == [old]
    assert list(tmp_path.iterdir()) == [young]


@pytest.mark.parametrize(
    "name",
    [
        "people.csv",
        ".scheduler.tmp",
        ".scheduler-12.tmp",
        ".7f.tmp",
        ".~lock.a.xlsx#",
        f".{'0' * 32}.tmp",
        ".a.part.xlsx",
    ],
)
def test_another_programs_file_is_no_litter_however_old(name: str, tmp_path: Path) -> None:
    left(tmp_path, 10 * ABANDONED_SECONDS, name)
    assert clear_abandoned([tmp_path]) == []


def test_a_folder_or_a_link_under_a_passing_name_stays(tmp_path: Path) -> None:
    name_passing(tmp_path / "x").mkdir()
    name_passing(tmp_path / "x").symlink_to(tmp_path / "none")
    assert clear_abandoned([tmp_path], earlier=True) == []


def test_names_of_the_release_before_are_known_where_the_folder_is_ours(tmp_path: Path) -> None:
    names = f".{'0a' * 16}.tmp", ".small-2026-12-v2-1795832000.123456.part.xlsx"
    for name in names:
        left(tmp_path, ABANDONED_SECONDS + 5, name)
    assert clear_abandoned([tmp_path]) == []
    assert {path.name for path in clear_abandoned([tmp_path], earlier=True)} == set(names)


def test_litter_that_cannot_be_removed_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = left(tmp_path, ABANDONED_SECONDS + 5)

    def locked(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "unlink", locked)
    assert clear_abandoned([tmp_path]) == []
    assert old.exists()
