"""Private facts are erased for good, of a leaver or after the desk's years, while roster, log and proof stand."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from openpyxl import load_workbook

from scheduler.app.change_requests import request_change
from scheduler.app.months import compare_with_tables, version_facts
from scheduler.app.session import open_session
from scheduler.app.verify_log import Outside, verify_ledger
from scheduler.domain import ERASED_LEAVE, LEAVE_KINDS, Leave, Month
from scheduler.errors import HeadMoved
from scheduler.files.reading.desk import read_desk
from scheduler.ledger.store import Ledger
from scheduler.workflow.change_request import RequestKind
from scheduler.workflow.keeping_facts import ForgottenFacts
from scheduler.workflow.private_facts import ERASED_REASON
from tests.cli.test_versions import pinned, quick
from tests.support.cli_desks import run
from tests.support.drafting import behind_its_back
from tests.support.forging import Forger
from tests.support.published_desk import at, drafted, going_round, ledger_of
from tests.support.secret_life import KIND_WORDS, KINDS, PHONES, said, secret_desk, write_people

REFUSED = (sqlite3.IntegrityError, psycopg.IntegrityError)
FEBRUARY = Month(2027, 2)
DONE = ("--by", "M1", "--because", "依规定", "--yes")


@pytest.fixture(autouse=True)
def _years_later(monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    pinned(monkeypatch, "2029-03-01 10:00")


@pytest.fixture
def planted(tmp_path: Path) -> tuple[Path, tuple[str, ...]]:
    return secret_desk(tmp_path)


@pytest.fixture
def desk(planted: tuple[Path, tuple[str, ...]]) -> Path:
    """A desk that keeps private facts for two years, which have passed."""
    return keeping_for(planted[0], 2)


def keeping_for(desk: Path, years: int) -> Path:
    settings = desk / "desk.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("[desk]\n", f"[desk]\nkeep_private_years = {years}\n", 1), encoding="utf-8")
    return desk


def forget(desk: Path, *words: str, store: str | None = None) -> dict[str, Any]:
    told = said(desk, "forget", *words, *DONE, "--json", store=store)
    assert told.code == 0, told
    return told.answer


def found_in(text: bytes, secrets: tuple[str, ...]) -> list[str]:
    return [secret for secret in secrets if secret.encode() in text]


def bytes_of_ledger(desk: Path) -> bytes:
    """Those of the ledger's file and of whatever SQLite keeps beside it."""
    return b"".join(path.read_bytes() for path in sorted(desk.glob("ledger.sqlite3*")))


def texts_in(path: Path) -> str:
    """Every text of a workbook."""
    book = load_workbook(path)
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)


def kinds_of(desk: Path, store: str | None = None) -> set[str]:
    """The kinds of leave that the versions of a desk read as being made with."""
    files = read_desk(desk)
    with ledger_of(desk, store) as ledger:
        rows = ledger.versions("small")
        return {one.kind for row in rows for one in version_facts(files, ledger, row).problem.leave}


# What is erased


def test_no_secret_is_left_in_any_byte_of_the_ledger_or_in_what_is_made_of_it_again(
    planted: tuple[Path, tuple[str, ...]], tmp_path: Path
) -> None:
    desk, secrets = keeping_for(planted[0], 2), planted[1]
    assert found_in(bytes_of_ledger(desk), secrets) == list(secrets)
    before = json.loads(said(desk, "log", "--for", "auditor", "--json").out)
    answer = forget(desk, "--due")
    assert answer["status"] == "FORGOTTEN"
    assert answer["erased"] == {"certificate": 1, "leave_kind": 8, "phone": 2, "reason": 18}
    assert found_in(bytes_of_ledger(desk), (*secrets, *KINDS, *KIND_WORDS)) == []
    assert b'"training"' in bytes_of_ledger(desk)

    (desk / "leave.csv").write_text("工号,开始日期,结束日期,类别,已批准\n", encoding="utf-8")
    (desk / "people.csv").write_text((desk / "people.csv").read_text("utf-8").replace(PHONES["T1"], ""), "utf-8")
    for path in (desk / "rosters").glob("small-*.xlsx"):
        path.unlink()
    assert said(desk, "repair").code == 0
    assert said(desk, "log", "--for", "auditor", "--xlsx", str(tmp_path / "log.xlsx")).code == 0
    assert said(desk, "log", "--for", "auditor", "--csv", str(tmp_path / "log.csv")).code == 0
    told = said(desk, "log", "--for", "auditor", "--json").out
    texts = [texts_in(path) for path in (tmp_path / "log.xlsx", *(desk / "rosters").glob("small-*.xlsx"))]
    assert len(texts) > 2
    everything = "\n".join((told, (tmp_path / "log.csv").read_text("utf-8-sig"), *texts))
    assert found_in(everything.encode(), secrets) == []
    assert [word for word in KIND_WORDS if word in everything.replace(said(desk, "rules").out, "")] == []
    assert ERASED_REASON in told
    after = json.loads(told)
    assert len(after["entries"]) == len(before["entries"]) + 1
    assert after["entries"][0] == before["entries"][0]


def test_a_month_of_which_all_is_erased_verifies_shows_traces_and_goes_on(desk: Path) -> None:
    with ledger_of(desk) as ledger:
        duties = [row.duties for row in ledger.versions("small")]
        problem_hashes = [
            version_facts(read_desk(desk), ledger, row).problem.fingerprint for row in ledger.versions("small")
        ]
    forget(desk, "--due")
    proof = said(desk, "log", "--verify", "--json")
    assert (proof.code, proof.answer["broken"]) == (0, [])
    with ledger_of(desk) as ledger:
        rows = ledger.versions("small")
        assert [row.duties for row in rows] == duties
        facts = [version_facts(read_desk(desk), ledger, row) for row in rows]
        assert [note.say("en") for note in compare_with_tables(read_desk(desk), ledger, rows[6])] == []
    assert [one.problem.fingerprint for one in facts] == problem_hashes
    assert kinds_of(desk) == {ERASED_LEAVE, "training"}
    assert said(desk, "show", "--version", "7").code == 0
    assert drafted(desk, FEBRUARY, roster=lambda problem: going_round(problem, 2)) == 10
    assert said(desk, "log", "--verify").code == 0


def test_an_old_workbook_with_the_kinds_on_it_is_still_the_version_that_it_is(desk: Path) -> None:
    old = desk / "rosters" / "small-2026-12-v7.xlsx"
    before = run("trace", old, "--desk", desk, "--json")
    forget(desk, "--due")
    after = run("trace", old, "--desk", desk, "--json")
    assert (after.code, after.answer) == (before.code, before.answer)


def test_the_next_month_is_generated_after_one_of_which_all_is_erased(desk: Path) -> None:
    forget(desk, "--due")
    made = said(desk, "generate", "--month", "2027-02", "--cores", "1", "--json")
    assert (made.code, made.answer["status"]) == (0, "OPTIMAL"), made
    assert said(desk, "log", "--verify").code == 0


def test_the_kind_that_stands_for_an_erased_one_can_be_asked_for_nowhere(desk: Path) -> None:
    assert ERASED_LEAVE not in LEAVE_KINDS
    with (desk / "leave.csv").open("a", encoding="utf-8") as table:
        table.write("T4,2029-03-05,2029-03-05,假（类别已删除）,是\nT4,2029-03-06,2029-03-06,erased,是\n")
    told = said(desk, "check", "--month", "2029-03", "--json")
    assert (told.code, len(told.answer["errors"])) == (2, 2), told


# Of a leaver


def test_of_somebody_who_left_everything_goes_and_of_others_nothing(planted: tuple[Path, tuple[str, ...]]) -> None:
    desk, secrets = planted
    write_people(desk, T1="2028-12-31")
    answer = forget(desk, "--worker", "试1号")
    assert (answer["whose"], answer["first"], answer["last"]) == (["T1"], "2026-12", "2026-12")
    assert answer["ids"] == {"试1号": "T1"}
    assert answer["erased"] == {"leave_kind": 4, "phone": 1, "reason": 8}
    left = found_in(bytes_of_ledger(desk), secrets)
    assert PHONES["T1"] not in left
    assert PHONES["T2"] in left
    assert 0 < len(left) < len(secrets)
    assert {"marriage", "work_injury"}.isdisjoint(kinds_of(desk))
    assert {"bereavement", "maternity", ERASED_LEAVE} <= kinds_of(desk)
    (entry,) = [
        one for one in said(desk, "log", "--for", "auditor", "--json").answer["entries"] if one["event"] == "forgotten"
    ]
    assert (entry["by"], entry["because"]) == ("M1", "依规定")
    assert ForgottenFacts.read(entry["facts"]).counts == answer["erased"]
    again = forget(desk, "--worker", "T1")
    assert (again["status"], again["erased"]) == ("NOTHING", {})


def test_former_ids_are_the_persons_own(planted: tuple[Path, tuple[str, ...]]) -> None:
    desk, _ = planted
    people = (desk / "people.csv").read_text(encoding="utf-8")
    (desk / "people.csv").write_text(
        people.replace("T1,试1号,班长,13800000001,,", "N1,试1号,班长,,2028-12-31,T1"), "utf-8"
    )
    (desk / "leave.csv").unlink()
    answer = forget(desk, "--worker", "T1")
    assert answer["whose"] == ["N1", "T1"]
    assert answer["erased"] == {"leave_kind": 4, "phone": 1, "reason": 8}


def test_months_that_are_not_over_and_open_requests_are_kept_and_named(
    planted: tuple[Path, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, secrets = planted
    pinned(monkeypatch, "2026-12-28 10:00")
    write_people(desk, T1="2026-12-27")
    answer = forget(desk, "--worker", "T1")
    assert (answer["status"], answer["erased"]) == ("NOTHING", {})
    assert answer["not_over"] == {"leave_kind": 4, "phone": 1, "reason": 8}
    pinned(monkeypatch, "2027-01-20 10:00")
    write_people(desk, T2="2027-01-15")
    now = at("2027-01-20 10:00")
    leave = Leave("T2", date(2027, 1, 25), date(2027, 1, 25), "marriage")
    asked = request_change(desk, RequestKind.LEAVE, "M2", "还没决定", leave=leave, now=now, offering=False)
    assert asked.request.number
    answer = forget(desk, "--worker", "T2")
    assert answer["not_over"] == {"leave_kind": 1, "phone": 1, "reason": 1}  # the phone stands in January's version
    assert answer["erased"] == {"leave_kind": 1, "reason": 2}
    assert found_in(bytes_of_ledger(desk), (PHONES["T2"], "还没决定")) == [PHONES["T2"], "还没决定"]
    assert said(desk, "log", "--verify").code == 0
    assert len(secrets) > 15
    pinned(monkeypatch, "2027-02-10 10:00")
    answer = forget(desk, "--worker", "T2")
    assert answer["not_over"] == {"leave_kind": 1, "reason": 1}  # nobody has decided it yet
    assert answer["erased"] == {"phone": 1}


# Who may, and what is said first


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--worker", "T1", "--by", "M1"), "试1号还在职（离职日期：没有填）"),
        (("--worker", "T9", "--by", "M1"), "都没有“T9”"),
        (("--worker", "M1", "--by", "M2"), "都没有“M1”"),
        (("--due", "--by", "T2"), "无权删除私密内容：可由甲经理、乙经理办理"),
    ],
)
def test_what_may_not_be_erased_is_refused_with_the_reason(desk: Path, words: tuple[str, ...], why: str) -> None:
    before = bytes_of_ledger(desk)
    told = said(desk, "forget", *words, "--because", "x", "--yes")
    assert (told.code, why in told.out) == (1, True), told
    assert bytes_of_ledger(desk) == before


def test_without_a_yes_it_says_what_would_go_and_what_stays_and_erases_nothing(desk: Path) -> None:
    write_people(desk, T1="2028-12-31")
    (desk / "kept.sqlite3").write_bytes((desk / "ledger.sqlite3").read_bytes())
    assert said(desk, "log", "--for", "auditor", "--xlsx", str(desk / "rosters" / "exported.xlsx")).code == 0
    before = bytes_of_ledger(desk)
    told = said(desk, "forget", "--worker", "T1", "--by", "M1", "--because", "x")
    assert told.code == 1
    for part in (
        "将从账册删除：假别 4 项、电话 1 项、理由 8 项（2026-12 至 2026-12）",
        "不删除：排班、班次、工时；谁在哪几天不在",
        "部门自己的表里还有：请假 1 行，电话 1 个",
        "small-2026-12-v7.xlsx",
        "导出的记录：" + str(desk / "rosters" / "exported.xlsx"),
        "备份和另存的账册：" + str(desk / "kept.sqlite3"),
        "谁也查不到",
        "加 --yes 再运行",
    ):
        assert part in told.out, (part, told.out)
    assert bytes_of_ledger(desk) == before


def test_a_desk_that_sets_no_years_has_nothing_due_and_is_told_so(planted: tuple[Path, tuple[str, ...]]) -> None:
    desk, _ = planted
    told = said(desk, "forget", "--due", *DONE)
    assert (told.code, "keep_private_years = 2" in told.out) == (0, True)
    assert "forget" not in said(desk, "status").out


def test_status_says_how_much_is_due(desk: Path) -> None:
    assert "29 项私密内容（假别、理由、电话）已超过 2 年" in said(desk, "status").out
    forget(desk, "--due")
    assert "forget" not in said(desk, "status").out


def test_what_is_not_old_enough_is_not_due(
    planted: tuple[Path, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = keeping_for(planted[0], 2)
    pinned(monkeypatch, "2028-12-31 10:00")
    assert forget(desk, "--due")["erased"] == {}
    pinned(monkeypatch, "2029-01-01 10:00")
    answer = forget(desk, "--due")
    assert (answer["last"], answer["erased"]["leave_kind"]) == ("2026-12", 7)
    assert "maternity" in kinds_of(desk)


# Written once, erased once


def test_what_is_rehearsed_and_then_committed_refers_to_the_same_rows_and_a_value_is_kept_once(desk: Path) -> None:
    with behind_its_back(f"sqlite:///{desk / 'ledger.sqlite3'}") as execute:
        rows = execute("SELECT worker, what, month, content FROM ledger_private")
        assert len(rows) == len(set(rows)) == 29
        salts = execute("SELECT DISTINCT salt FROM ledger_private")
        assert len(salts) == 29
        assert execute("SELECT count(*) FROM ledger_entry WHERE because LIKE '%秘密%' OR facts LIKE '%秘密%'") == [(0,)]


def test_an_entry_made_meanwhile_makes_it_start_again_and_nothing_is_erased(desk: Path) -> None:
    with ledger_of(desk) as ledger:
        head = ledger.head("small")
        values = ledger.private_facts("small").kept
        with ledger.writing("small") as pen:
            pen.note("received", 7, at("2029-03-01 10:00")(), "M1", "", {"recipient": "T1"})
        with pytest.raises(HeadMoved), ledger.writing("small", head) as pen:
            pen.forget([values[0].digest], at("2029-03-01 10:00")(), "M1", "", ForgottenFacts(counts={}))
        assert all(value.erased is None for value in ledger.private_facts("small").kept)


CHANGES = (
    "UPDATE ledger_private SET content = 'x' WHERE erased IS NULL",
    "UPDATE ledger_private SET content = NULL, salt = NULL WHERE erased IS NULL",
    "UPDATE ledger_private SET content = NULL, erased = 1 WHERE erased IS NULL",
    "UPDATE ledger_private SET salt = NULL, erased = 1 WHERE erased IS NULL",
    "UPDATE ledger_private SET salt = NULL, content = NULL, erased = 1, worker = 'T9' WHERE erased IS NULL",
    "UPDATE ledger_private SET salt = NULL, content = NULL, erased = 1, at = '2030-01-01 00:00:00+00:00' WHERE erased IS NULL",
    "UPDATE ledger_private SET erased = NULL WHERE erased IS NOT NULL",
    "UPDATE ledger_private SET salt = 'x', content = 'x' WHERE erased IS NOT NULL",
    "UPDATE ledger_private SET erased = 2 WHERE erased IS NOT NULL",
    "DELETE FROM ledger_private",
)


@pytest.fixture
def stores(planted: tuple[Path, tuple[str, ...]], url: str) -> tuple[Path, str, tuple[str, ...]]:
    """The desk's ledger taken by a backup into each kind of store."""
    desk, secrets = planted
    assert said(desk, "backup", str(desk.parent / "kept.sqlite3")).code == 0
    taken = said(desk, "restore", str(desk.parent / "kept.sqlite3"), "--by", "M1", "--json", store=url)
    assert taken.code == 0, taken
    write_people(desk, T1="2028-12-31")
    return desk, url, secrets


def test_on_each_store_rows_are_erased_once_and_otherwise_never_changed(
    stores: tuple[Path, str, tuple[str, ...]],
) -> None:
    desk, url, _ = stores
    assert forget(desk, "--worker", "T1", store=url)["erased"] == {"leave_kind": 4, "phone": 1, "reason": 8}
    assert said(desk, "log", "--verify", store=url).code == 0
    assert {"maternity", ERASED_LEAVE} <= kinds_of(desk, url)
    with behind_its_back(url) as execute:
        assert execute("SELECT count(*) FROM ledger_private WHERE erased IS NOT NULL AND content IS NULL") == [(13,)]
        for change in CHANGES:
            with pytest.raises(REFUSED, match="cannot be changed"):
                execute(change)
        if url.startswith("postgresql"):
            with pytest.raises(REFUSED, match="cannot be changed"):
                execute("TRUNCATE ledger_private")
        else:
            with pytest.raises(REFUSED, match="cannot be changed"):
                execute("INSERT OR REPLACE INTO ledger_private SELECT * FROM ledger_private")


def test_a_backup_from_before_brings_back_what_was_forgotten_and_can_be_made_to_forget_again(
    planted: tuple[Path, tuple[str, ...]],
) -> None:
    desk, _ = planted
    write_people(desk, T1="2028-12-31")
    path = desk.parent / "kept.sqlite3"
    assert said(desk, "backup", str(path)).code == 0
    forget(desk, "--worker", "T1")
    taken = said(desk, "restore", str(path), "--by", "M1", "--because", "磁盘坏了")
    assert "忘掉" in taken.out or "forget" in taken.out, taken
    assert PHONES["T1"].encode() in bytes_of_ledger(desk)
    assert forget(desk, "--worker", "T1")["erased"] == {"leave_kind": 4, "phone": 1, "reason": 8}
    assert said(desk, "log", "--verify").code == 0


# Tampering


def erase(*, told: bool) -> Any:
    def act(forger: Forger) -> None:
        ((digest,),) = forger.rows("SELECT digest FROM ledger_private WHERE erased IS NULL AND what = 'phone'")
        sequence = forger.find("forgotten") if told else 3
        forger.do(
            "UPDATE ledger_private SET salt = NULL, content = NULL, erased = ? WHERE digest = ?", sequence, digest
        )

    return act


def changed(sql: str) -> Any:
    return lambda forger: forger.do(sql)


TAMPERING = {
    "a row that is gone": (changed("DELETE FROM ledger_private WHERE what = 'phone' AND erased IS NULL"), "is missing"),
    "a content": (
        changed("UPDATE ledger_private SET content = '1' WHERE what = 'phone' AND erased IS NULL"),
        "altered",
    ),
    "whose it is": (
        changed("UPDATE ledger_private SET worker = 'T9' WHERE what = 'phone' AND erased IS NULL"),
        "altered",
    ),
    "an erased one filled again": (
        changed("UPDATE ledger_private SET content = '1', salt = 'x' WHERE what = 'phone' AND erased IS NOT NULL"),
        "altered",
    ),
    "one erased without an entry": (erase(told=False), "was erased, and no entry “forgotten” of the log tells of it"),
    "one passed off as erased by an entry": (erase(told=True), "was erased, and no entry “forgotten”"),
    "a row that nothing refers to": (
        changed(
            "INSERT INTO ledger_private (desk, digest, worker, what, month, at, salt, content)"
            " SELECT desk, 'x', worker, what, month, at, salt, content FROM ledger_private WHERE what = 'certificate'"
        ),
        "is referred to by nothing",
    ),
}


@pytest.mark.parametrize("kind", TAMPERING)
def test_each_kind_of_tampering_has_its_own_sentence(desk: Path, kind: str) -> None:
    act, wanted = TAMPERING[kind]
    write_people(desk, T1="2028-12-31")
    forget(desk, "--worker", "T1")
    with Forger.at_work(desk / "ledger.sqlite3", "small") as forger:
        act(forger)
    with Ledger(f"sqlite:///{desk / 'ledger.sqlite3'}") as ledger:
        broken = [link.say("en") for link in ledger.broken_links("small")]
        assert broken, kind
        assert all(wanted in line for line in broken), broken
        assert verify_ledger(read_desk(desk), ledger, None, Outside()).broken
    told = said(desk, "log", "--verify", "--lang", "en")
    assert told.code == 1
    assert wanted in told.out


# Ledgers of earlier releases


def test_what_an_earlier_release_recorded_in_the_clear_is_read_verified_counted_and_cannot_be_erased(
    desk: Path,
) -> None:
    now = at("2029-03-01 10:00")
    with ledger_of(desk) as ledger:
        before = ledger.private_facts("small")
        assert before.clear == ()
        facts = {
            "request": 99,
            "kind": "absence",
            "month": "2026-12",
            "by": "M2",
            "because": "旧",
            "at": "2026-12-05T01:30:00+00:00",
        }
        facts |= {
            "leave": {"worker": "T1", "first": "2026-12-09", "last": "2026-12-09", "kind": "sick", "approved": True}
        }
        tables = ledger._tables
        for event, more in (("requested", facts), ("cancelled", {"request": 99})):
            text = json.dumps(more, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            tables.append(
                tables.entries.model(desk="small", at=now(), event=event, version=7, by="M2", because="旧", facts=text)
            )
        assert sorted(value.what for value in ledger.private_facts("small").clear) == ["leave_kind", "reason"]
        assert ledger.entries("small")[-1].because == "旧"
    told = said(desk, "log", "--verify")
    assert "2 项私密内容由较早的版本直接写在记录和数据里" in told.out
    answer = forget(desk, "--due")
    assert answer["in_the_clear"] == {"leave_kind": 1, "reason": 1}
    with open_session(desk, now=now) as here:
        assert here.requests()[99].because == "旧"
        assert here.requests()[1].because == ERASED_REASON
        assert here.requests()[1].papers_due is None
    with closing(sqlite3.connect(desk / "ledger.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
