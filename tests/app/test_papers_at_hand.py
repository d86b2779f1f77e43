"""What papers and heads know, held against a ledger: a paper, a head or a file of them that cannot be of it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from scheduler.app.heads import HeadsFile
from scheduler.app.verify_log import Outside, find_contradictions, verify_ledger
from scheduler.domain import Month
from scheduler.errors import InputError, LedgerError
from scheduler.files.writing.properties import read_stamp, set_stamp
from scheduler.ledger.store import Head, Ledger
from tests.support.forged_past import DESK, LIFE, Past, lived_through, said


@pytest.fixture
def past() -> Past:
    return lived_through()


# Papers


@pytest.fixture
def papers(past: Past, tmp_path: Path) -> Path:
    return Path(shutil.copytree(past.desk / "rosters", tmp_path / "rosters"))


def check(past: Past, papers: Path) -> list[str]:
    with Ledger(f"sqlite:///{past.whole}") as ledger:
        found = find_contradictions(past.files, ledger, f"sqlite:///{past.whole}", papers)
    return [sentence.say("en") for sentence in found]


def restamp(path: Path, target: Path, **facts: Any) -> None:
    book, stamp = load_workbook(path), read_stamp(path)
    assert stamp
    set_stamp(book, replace(stamp, **facts))
    book.save(target)


def test_papers_as_they_were_left_contradict_nothing(past: Past, papers: Path) -> None:
    assert check(past, papers) == []


def test_a_second_paper_that_claims_to_be_in_force_is_found(past: Past, papers: Path) -> None:
    restamp(papers / "已作废" / "small-2026-12-v2.xlsx", papers / "copy.xlsx", status="live")
    found = check(past, papers)
    assert any("copy.xlsx still claims to be in force, but version 2 of 2026-12 is withdrawn" in each for each in found)
    assert any("2 papers of 2026-12 claim to be in force (copy.xlsx, small-2026-12-v3.xlsx)" in each for each in found)


def test_a_paper_that_the_next_command_makes_void_is_no_contradiction(past: Past, papers: Path) -> None:
    """A command was killed after its commit, or is at work just now."""
    restamp(papers / "已作废" / "small-2026-12-v2.xlsx", papers / "small-2026-12-v2.xlsx", status="live")
    assert check(past, papers) == []


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({"fingerprint": "0" * 12}, "has other content in the ledger"),
        ({"digest": "0" * 64}, "has other content in the ledger"),
        ({"head": "14:" + "0" * 64}, "notes another entry 14"),
        ({"head": "99:" + "0" * 64}, "notes entry 99, but the log ends with entry 17"),
        ({"version": 7}, "which the ledger does not have"),
        ({"month": Month(2027, 3)}, "which the ledger does not have"),
        ({"status": "withdrawn"}, "is withdrawn, but the ledger says live"),
    ],
)
def test_a_paper_that_cannot_be_of_this_ledger_is_found(
    facts: dict[str, Any], wanted: str, past: Past, papers: Path
) -> None:
    restamp(papers / "small-2026-12-v3.xlsx", papers / "small-2026-12-v3.xlsx", **facts)
    assert any(wanted in each for each in check(past, papers)), check(past, papers)


def test_papers_of_other_desks_and_other_files_are_passed_over(past: Past, papers: Path) -> None:
    restamp(papers / "small-2026-12-v3.xlsx", papers / "other.xlsx", desk="other", version=9)
    (papers / "none.xlsx").write_bytes(b"no workbook")
    (papers / "gone.xlsx").symlink_to(papers / "nowhere")
    assert check(past, papers) == []


# Heads


def test_a_file_of_heads_finds_what_one_of_its_lines_contradicts(past: Past, tmp_path: Path) -> None:
    file = HeadsFile(tmp_path / "heads")
    with Ledger(f"sqlite:///{past.whole}") as ledger:
        for entry in ledger.entries(DESK):
            file.append(DESK, Head(entry.sequence, entry.hash))
    file.append("another desk", Head(99, "0" * 64))
    with Ledger(f"sqlite:///{past.younger}") as ledger:
        proof = verify_ledger(past.files, ledger, "sqlite:///x", Outside(papers=tmp_path, heads=file.path))
    assert said(proof).count("its end was cut off") == len(LIFE) - 9
    with Ledger(f"sqlite:///{past.whole}") as ledger:
        proof = verify_ledger(past.files, ledger, "sqlite:///x", Outside(papers=tmp_path, heads=file.path))
    assert not proof.broken
    assert any("17 heads noted elsewhere" in part.say("en") for part in proof.checked)


def test_a_head_of_the_middle_says_how_far_it_reaches(past: Past, tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{past.whole}") as ledger:
        entry = ledger.entries(DESK)[9]
        outside = Outside(papers=tmp_path, head=f"{entry.sequence}:{entry.hash[:16]}")
        proof = verify_ledger(past.files, ledger, "sqlite:///x", outside)
    assert not proof.broken
    assert any("reaches to entry 10; the 7 after it" in note.say("en") for note in proof.notes)


@pytest.mark.parametrize("text", ["17", "17:abc", "17:0123456789a", "x:" + "0" * 64, "17:" + "g" * 64, "no such file"])
def test_what_is_no_head_is_refused(text: str, past: Past, tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{past.whole}") as ledger, pytest.raises(InputError):
        verify_ledger(past.files, ledger, "sqlite:///x", Outside(papers=tmp_path, head=text))


def test_a_ledger_that_cannot_be_read_is_no_reason_to_pass_over_the_papers(past: Past, tmp_path: Path) -> None:
    path = tmp_path / "torn.sqlite3"
    path.write_bytes(past.whole.read_bytes()[:20_000])
    with pytest.raises(LedgerError), Ledger(f"sqlite:///{path}") as ledger:
        verify_ledger(past.files, ledger, "sqlite:///x", Outside())
