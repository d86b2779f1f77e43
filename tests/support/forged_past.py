"""A desk with a past of two months, its ledger at several moments, and how a forged one is looked at."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest

from scheduler.app.verify_log import Outside, Proof, verify_ledger
from scheduler.domain import Month
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.ledger.store import Head, Ledger
from tests.cli.test_versions import pinned, quick
from tests.support.cli_desks import run
from tests.support.published_desk import drafted, going_round, new_desk

DESK = "small"
JANUARY = Month(2027, 1)
LIFE = [
    *("drafted", "published", "received"),
    *("requested", "confirmed", "approved", "drafted", "superseded", "published"),
    *("requested", "refused", "withdrawn", "drafted", "published", "drafted", "published", "requested"),
]


class Past(NamedTuple):
    """The desk, its ledger's files at three moments, and where its log ends."""

    desk: Path
    files: DeskFiles
    whole: Path
    younger: Path
    head: Head


@cache
def _kept() -> TemporaryDirectory[str]:
    return TemporaryDirectory()


@cache
def lived_through() -> Past:
    """That desk, made once; nobody changes what is there."""
    home = Path(_kept().name)
    desk = new_desk(home / "desk")

    def step(at: str, *words: str) -> None:
        pinned(patch, at)
        said = run(words[0], *words[1:2], desk, *words[2:]) if words[0] == "swap" else run(words[0], desk, *words[1:])
        assert said.code == 0, said

    with pytest.MonkeyPatch.context() as patch:
        quick(patch)
        drafted(desk)
        step("2026-11-21 10:00", "publish", "--version", "1", "--by", "M1")
        step("2026-11-21 11:00", "receipts", "--sign", "行政人事部", "--by", "M1")
        stand_in = ("--give", "T1@2026-12-07", "--to", "T4", "--by", "T1", "--because", "私事")
        step("2026-11-22 10:00", "swap", "request", *stand_in)
        step("2026-11-22 11:00", "swap", "confirm", "1", "--by", "T4")
        step("2026-11-22 12:00", "swap", "approve", "1", "--by", "M1")
        younger = Path(shutil.copy(desk / "ledger.sqlite3", home / "younger.sqlite3"))
        step(
            "2026-11-23 10:00",
            "swap",
            "request",
            "--give",
            "T2@2026-12-08",
            "--to",
            "T5",
            "--by",
            "T2",
            "--because",
            "x",
        )
        step("2026-11-23 11:00", "swap", "refuse", "2", "--by", "M1", "--because", "不行")
        step("2026-11-23 12:00", "withdraw", "--version", "2", "--by", "M1", "--because", "错")
        assert drafted(desk, roster=lambda problem: going_round(problem, 1)) == 3
        step("2026-11-23 14:00", "publish", "--version", "3", "--by", "M1", "--over-because", "另排")
        assert drafted(desk, JANUARY, roster=lambda problem: going_round(problem, 2)) == 4
        step("2026-11-23 15:00", "publish", "--version", "4", "--by", "M1")
        step(
            "2026-11-24 10:00",
            "swap",
            "request",
            "--give",
            "T2@2027-01-06",
            "--to",
            "T6",
            "--by",
            "T2",
            "--because",
            "x",
        )
    with Ledger(f"sqlite:///{desk / 'ledger.sqlite3'}") as ledger:
        assert [entry.event for entry in ledger.entries(DESK)] == LIFE
        head = ledger.head(DESK)
    whole = Path(shutil.copy(desk / "ledger.sqlite3", home / "whole.sqlite3"))
    return Past(desk, read_desk(desk), whole, younger, head)


@dataclass(frozen=True)
class Seen:
    """What is found by the ledger alone, with a head noted at the end of the true log, and with the papers at hand."""

    alone: Proof
    head: Proof
    papers: Proof


def look(past: Past, path: Path, empty: Path) -> Seen:
    """Verify a forged ledger in three ways."""
    url = f"sqlite:///{path}"
    with Ledger(url) as ledger:

        def verify(**outside: Any) -> Proof:
            return verify_ledger(past.files, ledger, url, Outside(**outside))

        return Seen(verify(papers=empty), verify(papers=empty, head=str(past.head)), verify())


def said(proof: Proof) -> str:
    return "\n".join(link.say("en") for link in proof.broken)


def meets(proof: Proof, wanted: str) -> None:
    """An empty text: nothing is to be found."""
    assert wanted in said(proof) if wanted else not proof.broken, (wanted, said(proof))
