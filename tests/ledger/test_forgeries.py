"""Ways to falsify a desk's past, and what finds each: the ledger alone, a head noted elsewhere, the papers at hand, or nothing.

One desk lives through two months; each test forges a copy of its ledger. A forger who
can write the file puts hashes, numbers and guards right again (`rechain`); what only
heads and papers find then is named so by the answer.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from openpyxl import load_workbook

from scheduler.app.heads import HeadsFile
from scheduler.app.verify_log import NOTHING_OUTSIDE, Outside, Proof, find_contradictions, verify_ledger
from scheduler.domain import Month
from scheduler.errors import LedgerError
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.files.writing.properties import read_stamp, set_stamp
from scheduler.ledger.rows import canonical
from scheduler.ledger.store import Head, Ledger
from tests.cli.test_versions import pinned, quick
from tests.support.cli_desks import run
from tests.support.forging import Forger
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


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Past:
    desk = new_desk(tmp_path_factory.mktemp("past") / "desk")

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
        younger = Path(shutil.copy(desk / "ledger.sqlite3", tmp_path_factory.mktemp("younger")))
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
    whole = Path(shutil.copy(desk / "ledger.sqlite3", tmp_path_factory.mktemp("whole")))
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


Act = Callable[[Forger], object]
CUT = "its end was cut off"
REWRITTEN = "the log was rewritten"


def sql(*statements: str) -> Act:
    def act(forger: Forger) -> None:
        for each in statements:
            forger.do(each)

    return act


def acts(*parts: Act) -> Act:
    def act(forger: Forger) -> None:
        for part in parts:
            part(forger)

    return act


def rechained(act: Act) -> Act:
    return acts(act, Forger.rechain)


def cut_after(forger: Forger, sequence: int) -> None:
    """Cut the log off neatly, with the versions that were drafted later."""
    forger.do(
        "DELETE FROM ledger_version WHERE number > (SELECT count(*) FROM ledger_entry WHERE event = 'drafted' AND"
        " sequence <= ?)",
        sequence,
    )
    forger.do("DELETE FROM ledger_entry WHERE sequence > ?", sequence)
    forger.rechain()


# Without computing a hash anew: the ledger alone tells

BLUNT: dict[str, tuple[Act, str]] = {
    "a reason": (sql("UPDATE ledger_entry SET because = '别的' WHERE sequence = 12"), "entry 12 has been altered"),
    "a time": (
        sql("UPDATE ledger_entry SET at = '2026-11-20 01:00:00' WHERE sequence = 2"),
        "entry 2 has been altered",
    ),
    "who did it": (sql("UPDATE ledger_entry SET by = 'M2' WHERE sequence = 6"), "entry 6 has been altered"),
    "the account": (lambda forger: forger.facts(6, lambda facts: facts.update(ran="x@y")), "entry 6 has been altered"),
    "what was done": (
        sql("UPDATE ledger_entry SET event = 'confirmed' WHERE sequence = 11"),
        "entry 11 has been altered",
    ),
    "a hash": (sql("UPDATE ledger_entry SET hash = previous_hash WHERE sequence = 5"), "entry 5 has been altered"),
    "facts that are none": (sql("UPDATE ledger_entry SET facts = '{' WHERE sequence = 5"), "entry 5 has been altered"),
    "an entry taken out": (sql("DELETE FROM ledger_entry WHERE sequence = 11"), "missing before entry 12"),
    "an entry taken out, numbers put right": (lambda forger: forger.delete(11), "entry 11 does not follow"),
    "the first entries taken out": (sql("DELETE FROM ledger_entry WHERE sequence < 3"), "missing before entry 3"),
    "the last entry cut off": (sql("DELETE FROM ledger_entry WHERE sequence = 17"), "records at its end were deleted"),
    "the last version cut off": (
        sql("DELETE FROM ledger_version WHERE number = 4", "DELETE FROM ledger_entry WHERE sequence > 14"),
        "“ledger_version” once had 4 rows",
    ),
    "two entries exchanged": (lambda forger: forger.exchange(4, 10), "entry 4 has been altered"),
    "an entry put in": (lambda forger: forger.insert(3, "received", 1, "M1", {"recipient": "T1"}), "entry 4"),
    "a duty": (
        sql("UPDATE ledger_version SET duties = replace(duties, 'T1', 'T6') WHERE number = 3"),
        "content of roster version 3",
    ),
    "the proof": (sql("UPDATE ledger_version SET bound = 99 WHERE number = 1"), "content of roster version 1"),
    "a name": (
        sql("UPDATE ledger_version SET people = replace(people, '试一', '别人') WHERE number = 1"),
        "content of roster version 1",
    ),
    "hours": (
        sql("UPDATE ledger_version SET details = replace(details, '08:00', '09:00') WHERE number = 1"),
        "content of roster version 1",
    ),
    "what it was made with": (
        sql("UPDATE ledger_part SET content = replace(content, '试一', '别人')"),
        "was made with (workers)",
    ),
    "a part taken away": (
        sql("DELETE FROM ledger_part WHERE content LIKE '%swap_quota%'"),
        "was made with (procedure)",
    ),
    "a status": (
        sql("UPDATE ledger_version SET status = 'superseded' WHERE number = 2"),
        "status of roster version 2 differs",
    ),
    "a draft put in force": (
        sql("UPDATE ledger_version SET status = 'draft' WHERE number = 4"),
        "status of roster version 4 differs",
    ),
    "a version taken away": (sql("DELETE FROM ledger_version WHERE number = 2"), "roster version 2 is missing"),
    "a version put in": (
        lambda forger: forger.do(
            "INSERT INTO ledger_version SELECT 99, desk, 9, {} FROM ledger_version WHERE number = 1".format(
                ", ".join(row[1] for row in forger.rows("PRAGMA table_info(ledger_version)")[3:])
            )
        ),
        "roster version 9 was never entered in the log",
    ),
    "the version that it continues": (
        sql("UPDATE ledger_version SET previous_id = 999 WHERE number = 4"),
        "points to a row that is not there",
    ),
}


@pytest.mark.parametrize("kind", BLUNT)
def test_what_was_changed_without_its_hashes_is_found_by_the_ledger_alone(
    kind: str, past: Past, tmp_path: Path
) -> None:
    act, wanted = BLUNT[kind]
    path = Path(shutil.copy(past.whole, tmp_path / "forged.sqlite3"))
    with Forger.at_work(path, DESK) as forger:
        forger.do("PRAGMA foreign_keys = OFF")
        act(forger)
    with Ledger(f"sqlite:///{path}") as ledger:
        meets(verify_ledger(past.files, ledger, f"sqlite:///{path}", Outside(papers=tmp_path)), wanted)


# Guards and the file itself: left as the forger likes it

GUARDS: dict[str, tuple[tuple[str, ...], str]] = {
    "a trigger dropped": (("DROP TRIGGER ledger_entry_delete",), "the ledger lacks ledger_entry_delete"),
    "a trigger that does nothing": (
        (
            "DROP TRIGGER ledger_entry_update",
            "CREATE TRIGGER ledger_entry_update BEFORE UPDATE ON ledger_entry BEGIN SELECT 1; END",
        ),
        "ledger_entry_update of the ledger is not as this program made it",
    ),
    "a trigger that lets one column go": (
        (
            "DROP TRIGGER ledger_version_update",
            "CREATE TRIGGER ledger_version_update BEFORE UPDATE ON ledger_version"
            " WHEN (OLD.duties IS NOT NEW.duties) BEGIN SELECT RAISE(ABORT, 'x'); END",
        ),
        "ledger_version_update of the ledger is not as",
    ),
    "a trigger that writes": (
        ("CREATE TRIGGER helpful AFTER INSERT ON ledger_entry BEGIN UPDATE ledger_version SET status = 'live'; END",),
        "a trigger helpful that this program did not make",
    ),
    "an index dropped": (("DROP INDEX ledger_one_live_version",), "the ledger lacks ledger_one_live_version"),
    "an index that lets two in": (
        ("DROP INDEX ledger_one_live_version", "CREATE INDEX ledger_one_live_version ON ledger_version (desk, month)"),
        "ledger_one_live_version of the ledger is not as",
    ),
    "a column more": (
        ("ALTER TABLE ledger_entry ADD COLUMN note text",),
        "columns of the ledger's table “ledger_entry”",
    ),
}


@pytest.mark.parametrize("kind", GUARDS)
def test_a_guard_that_is_gone_or_weakened_is_found(kind: str, past: Past, tmp_path: Path) -> None:
    statements, wanted = GUARDS[kind]
    path = Path(shutil.copy(past.whole, tmp_path / "forged.sqlite3"))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
    with Ledger(f"sqlite:///{path}") as ledger:
        proof = verify_ledger(past.files, ledger, f"sqlite:///{path}", Outside(papers=tmp_path))
    assert [link.say("en") for link in proof.broken if wanted in link.say("en")], said(proof)
    assert len(proof.broken) == 1


def test_a_damaged_page_is_found(past: Past, tmp_path: Path) -> None:
    content = bytearray(past.whole.read_bytes())
    with closing(sqlite3.connect(past.whole)) as connection:
        ((page,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ledger_one_live_version'")
    size = int.from_bytes(content[16:18], "big")
    content[(page - 1) * size + 8 : page * size] = random.Random(1).randbytes(size - 8)
    path = tmp_path / "forged.sqlite3"
    path.write_bytes(content)
    with Ledger(f"sqlite:///{path}") as ledger:
        assert "damaged" in said(verify_ledger(past.files, ledger, f"sqlite:///{path}", Outside(papers=tmp_path)))


# With hashes, numbers and guards put right: lives tell, or heads, or papers


def forge_duties(version: int, *, published: bool) -> Act:
    """Give a day of T1 to T6, in duties, details and digests, and in what `published` says."""

    def act(forger: Forger) -> None:
        ((duties, details),) = forger.rows("SELECT duties, details FROM ledger_version WHERE number = ?", version)
        rows = json.loads(duties)
        mine = next(row for row in rows if row[0] == "T1")
        day = mine[1]
        rows = sorted(["T6", *row[1:]] if row == mine else row for row in rows)
        told = [
            row | {"worker": "T6"} if (row["worker"], row["date"]) == ("T1", day) else row
            for row in json.loads(details)
        ]
        forger.do(
            "UPDATE ledger_version SET duties = ?, details = ? WHERE number = ?",
            canonical(rows),
            canonical(told),
            version,
        )
        forger.reseal(version)
        ((digest,),) = forger.rows("SELECT roster_hash FROM ledger_version WHERE number = ?", version)
        ((sequence,),) = forger.rows(
            "SELECT sequence FROM ledger_entry WHERE event = 'published' AND version = ?", version
        )
        if published:
            forger.facts(sequence, lambda facts: facts.update(fingerprint=digest))

    return act


def erase_withdrawal(forger: Forger) -> None:
    forger.delete(forger.find("withdrawn"))
    forger.status(2, "superseded")


def erase_the_end_with_a_withdrawal(forger: Forger) -> None:
    cut_after(forger, forger.find("refused"))
    forger.status(2, "live")


def remake(version: int) -> Act:
    """Let a version be made with other facts: those of demand, say, as those of leave."""

    def act(forger: Forger) -> None:
        ((text,),) = forger.rows("SELECT made_with FROM ledger_version WHERE number = ?", version)
        parts = json.loads(text)
        forger.do(
            "UPDATE ledger_version SET made_with = ? WHERE number = ?",
            canonical(parts | {"demand": parts["leave"]}),
            version,
        )
        forger.reseal(version)

    return act


def turn_back(forger: Forger) -> None:
    forger.do("UPDATE ledger_entry SET at = '2026-11-10 01:00:00' WHERE sequence = 2")


def all_a_day_earlier(forger: Forger) -> None:
    forger.do("UPDATE ledger_entry SET at = replace(datetime(at, '-1 day'), 'x', 'x')")


def say(sequence: int, **facts: Any) -> Act:
    return lambda forger: forger.facts(sequence, lambda known: known.update(facts))


APPROVED = {"request": 2, "version": 2, "override": ""}

# By kind: what is done, and what is found by the ledger alone, with the head, with the papers; empty: nothing.
THOROUGH: dict[str, tuple[Act, str, str, str]] = {
    "the last entry cut off": (lambda forger: cut_after(forger, 16), "", CUT, ""),
    "all of January cut off": (
        lambda forger: cut_after(forger, 14),
        "",
        CUT,
        "version 4 of 2027-01, which the ledger does not have",
    ),
    "everything after the first publication cut off": (
        acts(lambda forger: cut_after(forger, 3), lambda forger: forger.status(1, "live")),
        "",
        CUT,
        "the ledger does not have",
    ),
    "a withdrawal erased": (erase_withdrawal, "two at once", CUT, REWRITTEN),
    "a withdrawal at the end erased": (
        erase_the_end_with_a_withdrawal,
        "",
        CUT,
        "version 2 of 2026-12 is withdrawn, but the ledger says live",
    ),
    "a refusal erased": (lambda forger: forger.delete(11), "", CUT, REWRITTEN),
    "a receipt erased": (lambda forger: forger.delete(3), "", CUT, REWRITTEN),
    "a receipt put in": (
        lambda forger: forger.insert(3, "received", 1, "M1", {"recipient": "T1"}),
        "",
        REWRITTEN,
        REWRITTEN,
    ),
    "a confirmation erased": (
        lambda forger: forger.delete(5),
        "before everybody concerned has confirmed",
        CUT,
        REWRITTEN,
    ),
    "a confirmation by a stranger": (
        sql("UPDATE ledger_entry SET by = 'T3' WHERE sequence = 5"),
        "which does not concern them",
        REWRITTEN,
        REWRITTEN,
    ),
    "approved by who asked": (
        sql("UPDATE ledger_entry SET by = 'T1' WHERE sequence = 6"),
        "T1 approves request 1",
        REWRITTEN,
        REWRITTEN,
    ),
    "approved by who is concerned": (
        sql("UPDATE ledger_entry SET by = 'T4' WHERE sequence = 6"),
        "T4 approves request 1",
        REWRITTEN,
        REWRITTEN,
    ),
    "approved by another official": (
        sql("UPDATE ledger_entry SET by = 'M2' WHERE sequence = 6"),
        "",
        REWRITTEN,
        REWRITTEN,
    ),
    "approved twice": (
        lambda forger: forger.insert(6, "approved", 1, "M2", APPROVED | {"request": 1, "version": 1}),
        "request 1 cannot be approved",
        REWRITTEN,
        REWRITTEN,
    ),
    "approved after its refusal": (
        lambda forger: forger.insert(11, "approved", 2, "M2", APPROVED),
        "request 2 cannot be approved",
        REWRITTEN,
        REWRITTEN,
    ),
    "a request that nobody made": (
        lambda forger: forger.insert(11, "approved", 2, "M2", APPROVED | {"request": 8}),
        "request 8 was never made",
        REWRITTEN,
        REWRITTEN,
    ),
    "an approval erased": (lambda forger: forger.delete(6), "request 1, which was not approved", CUT, REWRITTEN),
    "a request erased": (lambda forger: forger.delete(4), "request 1 was never made", CUT, REWRITTEN),
    "a refused request erased": (lambda forger: forger.delete(10, 11), "makes request 3", CUT, REWRITTEN),
    "a request on another version": (
        say(6, version=3),
        "approved on version 3, but 1 was in force",
        REWRITTEN,
        REWRITTEN,
    ),
    "entered without approval": (
        lambda forger: forger.insert(11, "entered", 2, "M1", {"request": 2, "kind": "stand_in", "changes": []}),
        "enters what request 2 tells, which was not approved",
        REWRITTEN,
        REWRITTEN,
    ),
    "a draft that nobody made": (
        lambda forger: forger.insert(9, "published", 9, "M1", {}),
        "version 9 was never drafted",
        REWRITTEN,
        REWRITTEN,
    ),
    "published twice": (
        lambda forger: forger.insert(9, "published", 2, "M1", {}),
        "version 2 is live and cannot be published",
        REWRITTEN,
        REWRITTEN,
    ),
    "withdrawn twice": (
        lambda forger: forger.insert(12, "withdrawn", 2, "M1", {}),
        "version 2 is withdrawn and cannot be withdrawn",
        REWRITTEN,
        REWRITTEN,
    ),
    "a draft superseded": (
        lambda forger: forger.insert(1, "superseded", 1, "M1", {"by_version": 2}),
        "version 1 is draft and cannot be superseded",
        REWRITTEN,
        REWRITTEN,
    ),
    "superseded by another": (
        say(8, by_version=3),
        "entry 9: version 2 says that it replaces version 1, but the log says —",
        REWRITTEN,
        REWRITTEN,
    ),
    "replaced another": (
        say(9, supersedes=None),
        "says that it replaces version —, but the log says 1",
        REWRITTEN,
        REWRITTEN,
    ),
    "drafted before it was drafted": (
        lambda forger: forger.exchange(7, 13),
        "drafts version 3, though the last one before it was 1",
        REWRITTEN,
        REWRITTEN,
    ),
    "a publication put back": (
        turn_back,
        "entry 2 is dated 2026-11-10 09:00, before the entry before it",
        REWRITTEN,
        REWRITTEN,
    ),
    "a publication made late": (
        sql("UPDATE ledger_entry SET at = '2026-11-27 01:00:00' WHERE sequence = 2"),
        "published on 2026-11-27, due on 2026-11-24",
        REWRITTEN,
        REWRITTEN,
    ),
    "late without a reason": (
        acts(
            sql("UPDATE ledger_entry SET at = '2026-11-26 01:00:00' WHERE sequence >= 14"),
            say(14, late=True),
            sql("UPDATE ledger_entry SET because = '' WHERE sequence = 14"),
        ),
        "version 3 was published late without a reason",
        REWRITTEN,
        REWRITTEN,
    ),
    "a deadline moved": (
        say(2, due="2026-12-20"),
        "deadline of 2026-12 is recorded as 2026-12-20",
        REWRITTEN,
        REWRITTEN,
    ),
    "duties of a version": (
        forge_duties(3, published=False),
        "is not the one that was drafted",
        REWRITTEN,
        "other content in the ledger",
    ),
    "duties of a version and its publication": (
        forge_duties(3, published=True),
        "",
        REWRITTEN,
        "other content in the ledger",
    ),
    "duties that a request made": (
        forge_duties(2, published=True),
        "are not those recorded for request 1",
        REWRITTEN,
        "other content in the ledger",
    ),
    "facts of a version": (remake(3), "", REWRITTEN, "other content in the ledger"),
    "a reason": (sql("UPDATE ledger_entry SET because = '别的' WHERE sequence = 12"), "", REWRITTEN, REWRITTEN),
    "the account": (say(6, ran="x@y"), "", REWRITTEN, REWRITTEN),
    "all a day earlier": (all_a_day_earlier, "", REWRITTEN, REWRITTEN),
}


@pytest.mark.parametrize("kind", THOROUGH)
def test_what_was_forged_with_its_hashes_is_found_or_named_as_not_to_be_found(
    kind: str, past: Past, tmp_path: Path
) -> None:
    act, alone, head, papers = THOROUGH[kind]
    path = Path(shutil.copy(past.whole, tmp_path / "forged.sqlite3"))
    with Forger.at_work(path, DESK) as forger:
        rechained(act)(forger)
    seen = look(past, path, tmp_path)
    assert not re.search(r"entry \d+ has been altered", said(seen.alone))
    meets(seen.alone, alone)
    meets(seen.head, head)
    meets(seen.papers, papers)
    assert NOTHING_OUTSIDE in seen.alone.notes
    assert NOTHING_OUTSIDE not in seen.head.notes


def test_the_true_ledger_is_found_whole_in_every_way(past: Past, tmp_path: Path) -> None:
    seen = look(past, past.whole, tmp_path)
    assert [said(proof) for proof in (seen.alone, seen.head, seen.papers)] == ["", "", ""]
    assert seen.papers.head == past.head


def test_an_older_copy_of_the_ledger_is_found_by_head_and_papers(past: Past, tmp_path: Path) -> None:
    seen = look(past, past.younger, tmp_path)
    meets(seen.alone, "")
    assert NOTHING_OUTSIDE in seen.alone.notes
    meets(seen.head, CUT)
    for part in (
        "version 3 of 2026-12, which the ledger does not have",
        "version 2 of 2026-12 is withdrawn, but the ledger says live",
    ):
        meets(seen.papers, part)


def test_a_missing_ledger_beside_papers_is_broken(past: Past) -> None:
    proof = verify_ledger(past.files, None, None, Outside())
    meets(proof, "the ledger has nothing of this desk, but")
    with Ledger("sqlite:///" + str(past.desk.parent / "new.sqlite3")) as empty:
        meets(verify_ledger(past.files, empty, "sqlite:///x", Outside()), "the ledger has nothing of this desk, but")
        meets(verify_ledger(past.files, empty, "sqlite:///x", Outside(head=str(past.head))), CUT)


def test_another_desks_ledger_is_told_by_its_identity(past: Past, tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "other")
    drafted(desk)
    assert run("receipts", desk).code == 0  # gets its identity
    with Ledger(f"sqlite:///{desk / 'ledger.sqlite3'}") as ledger:
        proof = verify_ledger(past.files, ledger, None, Outside(papers=tmp_path))
        meets(proof, "is that of another desk with the id “small”")


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
    with Ledger(f"sqlite:///{past.whole}") as ledger, pytest.raises(Exception, match="1 faults in the input"):
        verify_ledger(past.files, ledger, "sqlite:///x", Outside(papers=tmp_path, head=text))


def test_a_ledger_that_cannot_be_read_is_no_reason_to_pass_over_the_papers(past: Past, tmp_path: Path) -> None:
    path = tmp_path / "torn.sqlite3"
    path.write_bytes(past.whole.read_bytes()[:20_000])
    with pytest.raises(LedgerError), Ledger(f"sqlite:///{path}") as ledger:
        verify_ledger(past.files, ledger, "sqlite:///x", Outside())
