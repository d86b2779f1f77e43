"""No command writes over a file that is not its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from scheduler.files.papers.voiding import VOID_FOLDER
from scheduler.ledger.store import default_url
from scheduler.passing import ABANDONED_SECONDS
from tests.support.cli_desks import Said, run
from tests.support.published_desk import drafted, drafted_desk, events, new_desk, papers, published_desk, with_changes
from tests.test_passing import left

BOOK = "small-2026-12-v{}.xlsx"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return published_desk(tmp_path)


def spreadsheet(path: Path) -> Path:
    """Somebody's own workbook."""
    book = Workbook()
    book.worksheets[0]["A1"] = "预算"
    book.save(path)
    return path


def refused(said: Said, path: Path) -> None:
    """A refusal that names the file and the way out."""
    assert said.code == 2, said
    assert said.answer["status"] == "BAD_INPUT"
    (error,) = said.answer["errors"]
    assert str(path) in error
    assert "换个名字" in error or "移走" in error or "以外的地方" in error, error


@pytest.mark.parametrize("name", ["people.csv", "shifts.csv", "demand.csv"])
def test_the_log_is_not_written_over_a_table(name: str, desk: Path) -> None:
    was = (desk / name).read_bytes()
    refused(run("log", desk, "--csv", desk / name, "--json"), desk / name)
    assert (desk / name).read_bytes() == was


def test_the_log_is_no_new_table_of_the_desk(desk: Path) -> None:
    refused(run("log", desk, "--csv", desk / "log.csv", "--json"), desk / "log.csv")
    assert not (desk / "log.csv").exists()
    assert run("status", desk).code == 0


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe", "版本,发布时间\n".encode(), b"\xef\xbb\xbf"])
def test_the_log_is_not_written_over_another_csv(content: bytes, desk: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_bytes(content)
    refused(run("log", desk, "--csv", path, "--json"), path)
    assert path.read_bytes() == content


def test_the_log_is_written_over_a_log_in_either_language(desk: Path, tmp_path: Path) -> None:
    for option, name in (("--csv", "log.csv"), ("--xlsx", "log.xlsx")):
        for lang in ("zh", "en", "zh"):
            assert run("log", desk, option, tmp_path / name, "--lang", lang, "--json").code == 0


def test_the_log_is_not_written_over_another_workbook(desk: Path, tmp_path: Path) -> None:
    theirs = spreadsheet(tmp_path / "budget.xlsx")
    junk = tmp_path / "junk.xlsx"
    junk.write_bytes(b"notes")
    for path in (theirs, junk, desk / "rosters" / BOOK.format(1)):
        was = path.read_bytes()
        refused(run("log", desk, "--xlsx", path, "--json"), path)
        assert path.read_bytes() == was


def test_the_log_does_not_go_through_a_link_or_into_a_pipe(desk: Path, tmp_path: Path) -> None:
    assert run("log", desk, "--csv", tmp_path / "log.csv").code == 0
    link, pipe = tmp_path / "link.csv", tmp_path / "pipe.csv"
    link.symlink_to(tmp_path / "log.csv")
    os.mkfifo(pipe)
    for path in (link, pipe):
        refused(run("log", desk, "--csv", path, "--json"), path)


def test_a_name_that_the_system_does_not_allow_is_bad_input(desk: Path, tmp_path: Path) -> None:
    for path in (tmp_path / ("班" * 90 + ".csv"), tmp_path / "none" / "log.csv", desk / "people.csv" / "log.csv"):
        said = run("log", desk, "--csv", path, "--json")
        assert (said.code, said.answer["status"]) == (2, "BAD_INPUT"), path


def test_writing_the_log_clears_what_a_killed_command_left_beside_it(desk: Path, tmp_path: Path) -> None:
    old, young = left(tmp_path, ABANDONED_SECONDS + 5), left(tmp_path, 5)
    assert run("log", desk, "--csv", tmp_path / "log.csv").code == 0
    assert (old.exists(), young.exists()) == (False, True)


def test_a_version_is_not_shown_over_another_file_of_its_name(desk: Path, tmp_path: Path) -> None:
    path = spreadsheet(tmp_path / BOOK.format(1))
    refused(run("show", desk, "--out", tmp_path, "--json"), path)
    path.unlink()
    for _ in range(2):
        assert run("show", desk, "--out", tmp_path, "--json").code == 0
    path.write_bytes(b"cut off")
    refused(run("show", desk, "--out", tmp_path, "--json"), path)


def other_ledgers(path: Path) -> None:
    """The workbook of a version of that number from another ledger, with other duties."""
    other = new_desk(path.parents[2] / "other")
    drafted(other, roster=with_changes(("T1", 7, ""), ("T4", 7, "早")))
    assert run("repair", other).code == 0
    (other / "rosters" / path.name).rename(path)


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: path.symlink_to("/none"), os.mkfifo])
def test_a_draft_is_not_published_over_what_is_no_file(make: Callable[[Path], object], tmp_path: Path) -> None:
    desk = drafted_desk(tmp_path)
    path = desk / "rosters" / BOOK.format(1)
    path.parent.mkdir(exist_ok=True)
    make(path)
    said = run("publish", desk, "--version", "1", "--by", "M1", "--late-because", "晚", "--json")
    refused(said, path)
    assert events(desk) == ["drafted"]


@pytest.mark.parametrize("make", [spreadsheet, other_ledgers])
def test_what_somebody_saved_in_the_place_of_a_draft_is_kept_beside_the_workbook_in_force(
    make: Callable[[Path], object], tmp_path: Path
) -> None:
    desk = drafted_desk(tmp_path)
    path = desk / "rosters" / BOOK.format(1)
    path.parent.mkdir(exist_ok=True)
    make(path)
    was = path.read_bytes()
    said = run("publish", desk, "--version", "1", "--by", "M1", "--late-because", "晚", "--json")
    assert said.code == 0
    kept = path.with_name(f"{path.name}.1.bak")
    assert str(kept) in said.answer["files"]
    assert kept.read_bytes() == was
    assert run("trace", path, "--desk", desk).code == 0


def test_what_took_the_place_of_a_paper_in_force_is_kept_and_told(desk: Path) -> None:
    path = desk / "rosters" / BOOK.format(1)
    path.unlink()
    spreadsheet(path)
    was = path.read_bytes()
    said = run("repair", desk, "--json")
    kept = path.with_name(f"{path.name}.1.bak")
    assert said.code == 0
    assert str(kept) in said.answer["files"]
    assert kept.read_bytes() == was
    assert run("trace", path, "--desk", desk).code == 0


def test_what_is_no_file_in_the_place_of_a_paper_in_force_stays_and_is_told(desk: Path) -> None:
    path = desk / "rosters" / BOOK.format(1)
    path.unlink()
    path.mkdir()
    said = run("repair", desk, "--json")
    assert (said.code, said.answer["status"]) == (4, "UNAVAILABLE")
    assert BOOK.format(1) in said.answer["errors"][0]
    said = run("receipts", desk, "--sign", "T1", "--json")  # and nobody is kept from work
    assert said.code == 0
    assert BOOK.format(1) in said.answer["stuck"][0]
    path.rmdir()
    assert run("repair", desk, "--json").code == 0
    assert run("trace", path, "--desk", desk).code == 0


@pytest.mark.parametrize("cut", [0, 1, 1000])
def test_a_paper_that_was_cut_off_is_written_again(cut: int, desk: Path) -> None:
    path = desk / "rosters" / BOOK.format(1)
    path.write_bytes(path.read_bytes()[:cut])
    assert run("repair", desk, "--json").code == 0
    assert run("trace", path, "--desk", desk).code == 0


def test_handouts_do_not_go_through_a_link(tmp_path: Path) -> None:
    desk, elsewhere = drafted_desk(tmp_path), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (desk / "rosters").mkdir(exist_ok=True)
    (desk / "rosters" / "small-2026-12-v1").symlink_to(elsewhere)
    said = run("publish", desk, "--version", "1", "--by", "M1", "--late-because", "晚", "--json")
    assert said.code == 0
    assert str(desk / "rosters" / "small-2026-12-v1") in said.answer["stuck"][0]
    assert list(elsewhere.iterdir()) == []


def test_any_work_on_papers_clears_what_killed_commands_left_among_them(desk: Path) -> None:
    drafted(desk)
    assert run("publish", desk, "--version", "2", "--by", "M1", "--over-because", "重排").code == 0
    rosters = desk / "rosters"
    folders = [
        rosters,
        rosters / BOOK.format(2)[:-5],
        rosters / VOID_FOLDER,
        rosters / VOID_FOLDER / BOOK.format(1)[:-5],
    ]
    old = [left(folder, ABANDONED_SECONDS + 5) for folder in folders]
    young = [left(folder, 5) for folder in folders]
    whole = papers(desk)
    assert run("receipts", desk).code == 0
    assert [path.exists() for path in old + young] == [False] * 4 + [True] * 4
    assert papers(desk) == whole


def test_a_half_made_desk_is_completed(tmp_path: Path) -> None:
    whole = run("init", tmp_path / "whole", "--json").answer["files"]
    half = tmp_path / "half"
    half.mkdir()
    for path in map(Path, whole[:3]):
        shutil.copy(path, half)
    litter = [left(half, 5), left(half, ABANDONED_SECONDS + 5)]
    assert run("init", half, "--json").code == 0
    assert [path.exists() for path in litter] == [True, False]
    assert 'id = "half"' in (half / "desk.toml").read_text(encoding="utf-8")
    assert run("init", half, "--json").code == 2  # it is a desk now, though nobody has touched it


def test_a_desk_is_not_made_over_anything_else(tmp_path: Path) -> None:
    for name, content in (("people.csv", b"mine"), ("desk.toml", b""), ("notes.txt", b"")):
        folder = tmp_path / name.replace(".", " ")
        folder.mkdir()
        (folder / name).write_bytes(content)
        said = run("init", folder, "--json")
        assert (said.code, list(folder.iterdir())) == (2, [folder / name])
        assert (folder / name).read_bytes() == content


@pytest.mark.parametrize("name", ["people.csv", "rosters/" + BOOK.format(1), "ledger.sqlite3"])
def test_the_log_of_the_program_is_not_appended_to_another_file(
    name: str, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    was = (desk / name).read_bytes()
    monkeypatch.setenv("SCHEDULER_LOG", str(desk / name))
    refused(run("status", desk, "--json"), desk / name)
    assert (desk / name).read_bytes() == was


def test_the_ledger_is_nobodys_target(desk: Path) -> None:
    place = desk / "ledger.sqlite3"
    csv = place.rename(desk.parent / "ledger.csv")
    was = csv.read_bytes()
    refused(run("log", desk, "--store", f"sqlite:///{csv}", "--csv", csv, "--json"), csv)
    assert csv.read_bytes() == was
    assert default_url(desk).endswith("ledger.sqlite3")
