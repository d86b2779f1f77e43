"""Who ran it, by which clock, which ledger was asked, and papers that know more than the ledger: nothing of it passes in silence."""

from __future__ import annotations

import os
import platform
import pwd
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from time import time

import pytest

from scheduler.app.generate import generate_roster
from scheduler.app.import_roster import import_roster
from scheduler.app.log import read_log
from scheduler.app.publish import publish_version
from scheduler.app.receipts import keep_receipts
from scheduler.app.repair import repair_papers
from scheduler.app.surge import plan_surge
from scheduler.app.trace import trace_copy
from scheduler.app.verify_log import Outside
from scheduler.app.withdraw import withdraw_version
from scheduler.domain import Month
from scheduler.errors import LedgerError, Refusal
from scheduler.ledger.store import Ledger
from tests.app.test_earlier_releases import earlier  # noqa: F401
from tests.cli.test_versions import pinned, quick
from tests.ledger.conftest import server  # noqa: F401
from tests.support.cli_desks import run
from tests.support.narrowing import present
from tests.support.published_desk import MONTH, at, dec, drafted, new_desk, published_desk

EVENING = at("2026-11-23 22:00")
BOOK = "small-2026-12-v1.xlsx"


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch)
    quick(monkeypatch)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return published_desk(tmp_path)


def entries(desk: Path) -> list[tuple[str, str, str]]:
    with Ledger(f"sqlite:///{desk / 'ledger.sqlite3'}") as ledger:
        return [(entry.event, entry.by, entry.ran) for entry in ledger.entries("small")]


# Who ran it


def test_every_entry_says_under_which_account_and_on_which_machine(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER", "LOGNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    keep_receipts(desk, sign=["T1"], by="M1", now=EVENING)
    account = f"{pwd.getpwuid(os.geteuid()).pw_name}@{platform.node()}"
    assert {ran for *_, ran in entries(desk)} == {account}
    answer = run("log", desk, "--json").answer
    assert {entry["ran_by"] for entry in answer["entries"]} == {account}
    assert all("ran" not in entry["facts"] for entry in answer["entries"])
    assert f"({account})" in run("log", desk).out


@pytest.mark.parametrize("who", ["nobody", "M1 ", "m1", "M1\n伪造"])
def test_whoever_is_nobody_of_the_desk_is_refused_with_who_is(who: str, desk: Path) -> None:
    before = entries(desk)
    steps = [
        lambda: publish_version(desk, 1, who, now=EVENING),
        lambda: withdraw_version(desk, 1, who, "错", now=EVENING),
        lambda: keep_receipts(desk, sign=["T1"], by=who, now=EVENING),
        lambda: generate_roster(desk, Month(2027, 1), by=who, cores=1, time_limit=5, now=EVENING),
        lambda: plan_surge(desk, dec(14), 2.0, by=who, now=EVENING),
        lambda: import_roster(desk / "rosters" / BOOK, who, desk=desk, now=EVENING),
    ]
    for step in steps:
        with pytest.raises(Refusal) as refused:
            step()
        said = refused.value.say("zh")
        assert "；已知：M1 甲经理、M2 乙经理、T1 试一" in said or "；已知：T1 试一" in said, said
        assert "\n" not in said
    assert entries(desk) == before


def test_many_people_are_not_all_named(tmp_path: Path) -> None:
    rows = [f"P{n:02},某{n:02},组员" for n in range(40)]
    desk = new_desk(tmp_path / "desk")
    table = desk / "people.csv"
    table.write_text("\n".join([*table.read_text("utf-8").splitlines(), *rows, ""]), "utf-8")
    with pytest.raises(Refusal, match="…") as refused:
        generate_roster(desk, MONTH, by="nobody", now=EVENING)
    assert refused.value.say("zh").count("、") == 12


# The clock


def test_a_clock_that_was_put_back_stops_every_step_and_says_so(desk: Path) -> None:
    before = entries(desk)
    before_that = at("2026-11-13 22:00")
    for step in (
        lambda: withdraw_version(desk, 1, "M1", "错", now=before_that),
        lambda: keep_receipts(desk, sign=["T1"], by="M1", now=before_that),
    ):
        with pytest.raises(Refusal, match="the log goes forward only") as refused:
            step()
        for part in ("2026-11-13 22:00", "2026-11-20 10:00", "校准时钟"):
            assert part in refused.value.say("zh")
    assert entries(desk) == before
    assert run("status", desk).code == 0


def test_commands_at_work_at_once_may_have_begun_in_another_order(desk: Path) -> None:
    keep_receipts(desk, sign=["T1"], by="M1", now=at("2026-11-20 09:01"))
    with Ledger(f"sqlite:///{desk / 'ledger.sqlite3'}") as ledger:
        *_, published, received = ledger.entries("small")
    assert received.at == published.at  # no entry is before the one before it
    with pytest.raises(Refusal):
        keep_receipts(desk, sign=["T2"], by="M1", now=at("2026-11-20 08:59"))


def test_a_rehearsal_has_a_time_of_its_own_that_goes_forward_too(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def rehearse(at: str, who: str) -> int:
        return run("receipts", desk, "--sign", who, "--by", "M1", "--json", SCHEDULER_NOW=at).code

    assert rehearse("2026-11-10T09:00", "T1") == 0  # before what was done in earnest
    assert rehearse("2026-11-09T09:00", "T2") == 1
    assert rehearse("2026-12-24T09:00", "T2") == 0
    keep_receipts(desk, sign=["T3"], by="M1", now=EVENING)  # after it, in earnest
    said = run("log", desk, "--verify", "--json")
    assert (said.code, said.answer["broken"]) == (0, [])
    assert any("2 条记录是演练" in note for note in said.answer["notes"])


def test_a_last_entry_in_the_future_is_said(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch, "2026-11-19 09:00")
    said = run("log", desk, "--verify", "--json")
    assert any("最后一条记录（2026-11-20 10:00）在未来" in note for note in said.answer["notes"])


# Which ledger was asked


def test_trace_says_which_ledger_it_asked_and_whose_desk_that_is(desk: Path) -> None:
    book = desk / "rosters" / BOOK
    near = run("trace", book, "--json").answer
    assert (near["ledger"], near["homes"], near["ledger_named"]) == (
        str(desk / "ledger.sqlite3"),
        [str(desk)],
        False,
    )
    out = run("trace", book).out
    for part in (f"问的是账册 {desk / 'ledger.sqlite3'}（部门 {desk}）", "在文件附近找到的", "--desk"):
        assert part in out
    named = run("trace", book, "--desk", desk)
    assert named.code == 0
    assert "在文件附近找到的" not in named.out
    assert run("trace", book, "--desk", desk, "--json").answer["ledger_named"] is True


def test_a_forged_roster_with_a_forged_ledger_beside_it_is_seen_to_be_from_elsewhere(
    desk: Path, tmp_path: Path
) -> None:
    forged = Path(shutil.copytree(desk, tmp_path / "from a stranger"))
    near = run("trace", forged / "rosters" / BOOK, "--json").answer
    assert (near["status"], near["ledger_named"]) == ("CURRENT", False)
    assert near["homes"] == [str(forged)]
    withdraw_version(desk, 1, "M1", "错", now=EVENING)
    asked = run("trace", forged / "rosters" / BOOK, "--desk", desk, "--json")
    assert (asked.code, asked.answer["status"], asked.answer["ledger"]) == (
        1,
        "WITHDRAWN",
        str(desk / "ledger.sqlite3"),
    )


def test_trace_leaves_a_ledger_of_an_earlier_release_as_it_is(earlier) -> None:  # noqa: F811
    if not earlier.store.startswith("sqlite"):
        with pytest.raises(LedgerError, match="not brought up to date yet"):
            trace_copy(earlier.desk / "rosters" / "edited-v6.xlsx", desk=earlier.desk, store=earlier.store)
        return
    path = Path(earlier.store.removeprefix("sqlite:///"))
    before, folder = path.read_bytes(), sorted(earlier.desk.iterdir())
    found = trace_copy(earlier.desk / "rosters" / "edited-v6.xlsx", desk=earlier.desk)
    assert found.row
    assert (found.row.number, found.ledger) == (6, str(path))
    assert (path.read_bytes(), sorted(earlier.desk.iterdir())) == (before, folder)


@pytest.mark.parametrize("mode", ["read-only", "wal", "held"])
def test_trace_reads_a_ledger_that_it_could_not_write(mode: str, desk: Path) -> None:
    path, book = desk / "ledger.sqlite3", desk / "rosters" / BOOK
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        if mode == "wal":
            holder.execute("PRAGMA journal_mode = WAL")
            holder.execute("UPDATE ledger_version SET status = 'withdrawn'")  # stands in the file beside it only
        if mode == "held":
            holder.execute("BEGIN IMMEDIATE")
        if mode == "read-only":
            path.chmod(0o400)
            desk.chmod(0o500)
        try:
            before = path.read_bytes()
            found = trace_copy(book, desk=desk)
            assert found.state == ("withdrawn" if mode == "wal" else "current")
            assert path.read_bytes() == before
        finally:
            desk.chmod(0o700)


# Papers that know more


def roll_back(desk: Path) -> Path:
    """The ledger as it was before version 2 was published over version 1, beside the papers of version 2."""
    kept = desk.parent / "kept.sqlite3"
    drafted(desk)
    shutil.copy(desk / "ledger.sqlite3", kept)
    publish_version(desk, 2, "M1", over_because="重排", now=EVENING)
    return Path(shutil.copy(kept, desk / "ledger.sqlite3"))


def test_a_rolled_back_ledger_is_no_reason_to_write_old_papers_again(desk: Path) -> None:
    roll_back(desk)
    said = run("repair", desk, "--json")
    assert (said.code, said.answer["status"], said.answer["files"]) == (1, "BROKEN", [])
    for part in ("第 1 版是“已被取代”，账册里却是“已发布”", "第 2 版是“已发布”，账册里却是“草稿”"):
        assert any(part in line for line in said.answer["contradictions"]), said.answer["contradictions"]
    assert not (desk / "rosters" / BOOK).exists()
    status = run("status", desk, "--json")
    assert (status.code, status.answer["status"]) == (1, "BROKEN")
    assert status.answer["contradictions"] == said.answer["contradictions"]
    assert "✗ " in run("status", desk).out
    signed = keep_receipts(desk, sign=["T1"], by="M1", now=EVENING)  # work goes on, and says so
    assert any("账册里却是" in fault.say("zh") for fault in signed.stuck)


def test_a_lost_or_emptied_ledger_beside_papers_is_no_new_desk(desk: Path) -> None:
    (desk / "ledger.sqlite3").unlink()
    for words in (("status", desk), ("log", desk, "--verify")):
        said = run(*words, "--json")
        assert (said.code, said.answer["status"]) == (1, "BROKEN"), words
        lines = said.answer.get("contradictions") or said.answer["broken"]
        assert "账册丢失、清空或换过" in lines[0]
    assert run("repair", desk).code == 1  # makes a new ledger, and says that it holds nothing
    assert run("status", desk).code == 1


def test_two_workbooks_that_claim_to_be_in_force_are_named(desk: Path) -> None:
    shutil.copy(desk / "rosters" / BOOK, desk / "rosters" / "给李组长.xlsx")
    assert run("status", desk).code == 0  # two copies of one version
    drafted(desk)
    publish_version(desk, 2, "M1", over_because="重排", now=EVENING)
    said = run("repair", desk, "--json")
    assert said.code == 1
    for part in ("给李组长.xlsx 还自称在用", "有 2 份文件自称在用"):
        assert any(part in line for line in said.answer["contradictions"])


def test_handouts_that_are_gone_are_written_again_whatever_the_workbooks_time(desk: Path) -> None:
    book, handouts = desk / "rosters" / BOOK, desk / "rosters" / "small-2026-12-v1"
    assert repair_papers(desk, now=EVENING) == ()
    next(handouts.glob("*-分发.xlsx")).unlink()
    os.utime(book, (time() + 86_400, time() + 86_400))
    mended = repair_papers(desk, now=EVENING)
    assert any(path.parent == handouts and path.suffix == ".xlsx" for path in mended)
    os.utime(book, (time() + 86_400, time() + 86_400))
    shutil.rmtree(handouts)
    keep_receipts(desk, sign=["T1"], by="M1", now=EVENING)  # no patience with a time in the future
    assert any(handouts.glob("*.eml"))


def test_a_paper_from_the_future_is_named(desk: Path) -> None:
    book = desk / "rosters" / BOOK
    os.utime(book, (time() + 86_400, time() + 86_400))
    notes = run("log", desk, "--verify", "--json").answer["notes"]
    assert any(f"{BOOK} 的文件时间" in note for note in notes)


# Earlier releases


def test_a_ledger_of_an_earlier_release_verifies_and_says_how_far(earlier) -> None:  # noqa: F811
    with Ledger(earlier.store) as ledger:
        *_, last = ledger.entries("three-shift-desk")
    found = read_log(earlier.desk, verify=True, outside=Outside(head=last.head), store=earlier.store)
    proof = present(found.proof)
    assert proof.broken == ()
    notes = [note.say("en") for note in proof.notes]
    for part in (
        "entries 1 to 58 were written by an earlier release",
        "versions 1, 2, 3, 4, 5, 6, 7, 8 were recorded by an earlier release",
        "3 papers come from an earlier release and carry no head",
    ):
        assert any(note.startswith(part) for note in notes), notes
    assert not any("nothing outside of the ledger" in note for note in notes)
    assert any("58 entries" in part.say("en") for part in proof.checked)


def test_what_is_done_since_then_is_held_to_what_is_known_now(earlier) -> None:  # noqa: F811
    keep_receipts(earlier.desk, sign=["1001"], by="K001", store=earlier.store, now=at("2026-12-24 09:00"))
    with Ledger(earlier.store) as ledger:
        *_, before, last = ledger.entries("three-shift-desk")
    assert (before.ran, last.event) == ("", "received")
    assert last.ran
    assert read_log(earlier.desk, verify=True, store=earlier.store).broken == ()
