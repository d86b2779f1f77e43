"""Ways to falsify a desk's past, and what finds each: the ledger alone, a head noted elsewhere, the papers at hand, or nothing.

Each test forges a copy of the ledger of a desk that has lived through two months. A
forger who can write the file puts hashes, numbers and guards right again (`rechain`);
what only heads and papers find then is named so by the answer.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scheduler.app.verify_log import NOTHING_OUTSIDE, Outside, verify_ledger
from scheduler.ledger.rows import canonical
from scheduler.ledger.store import Ledger
from tests.support.cli_desks import run
from tests.support.forged_past import DESK, Past, lived_through, look, meets, said
from tests.support.forging import Forger
from tests.support.published_desk import drafted, new_desk


@pytest.fixture
def past() -> Past:
    return lived_through()


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


def forge_duties(version: int, *, published: bool, detailed: bool = True) -> Act:
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
        if not detailed:
            forger.do("UPDATE ledger_version SET details = ? WHERE number = ?", details, version)
        forger.reseal(version)
        ((digest,),) = forger.rows("SELECT roster_hash FROM ledger_version WHERE number = ?", version)
        ((sequence,),) = forger.rows(
            "SELECT sequence FROM ledger_entry WHERE event = 'published' AND version = ?", version
        )
        if published:
            forger.facts(sequence, lambda facts: facts.update(fingerprint=digest))

    return act


def keep_the_old_digest(forger: Forger) -> None:
    """Let a version's whole be sealed anew, and the digest of its duties stay."""
    ((kept,),) = forger.rows("SELECT roster_hash FROM ledger_version WHERE number = 3")
    forge_duties(3, published=False)(forger)
    forger.do("UPDATE ledger_version SET roster_hash = ? WHERE number = 3", kept)
    forger.reseal(3, duties=False)


def continue_a_later_version(forger: Forger) -> None:
    forger.do("UPDATE ledger_version SET previous_id = 4 WHERE number = 3")
    forger.reseal(3)


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
    "duties of a version without its details": (
        forge_duties(3, published=True, detailed=False),
        "differ from its rows of details",
        REWRITTEN,
        "other content in the ledger",
    ),
    "duties of a version without their digest": (
        keep_the_old_digest,
        "the duties of version 3 are not those of their digest",
        REWRITTEN,
        "other content in the ledger",
    ),
    "the month of a draft": (
        say(13, month="2026-11"),
        "month or digest of version 3 differ from the entry that drafted it",
        REWRITTEN,
        REWRITTEN,
    ),
    "what a version continues": (
        continue_a_later_version,
        "the version that version 3 continues does not come before it",
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
