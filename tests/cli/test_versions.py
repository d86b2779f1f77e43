"""A version's life by the command line: published, superseded, withdrawn, signed for, told, repaired.

Each test begins with the same desk: its roster goes round, so that every cell is known, and the day is
23 November 2026, a day before December's roster is due.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from scheduler.domain import Month
from scheduler.files.writing.properties import read_stamp
from scheduler.workflow.rights import Right
from tests.support.cli_desks import JSON_OF_FAULTS, Said, run, small_desk
from tests.support.published_desk import drafted, events, going_round, new_desk

EVENING = "2026-11-23 22:00"
SUNK = "rosters/已作废"
ANEW = ("--over-because", "重排全月")


def pinned(patch: pytest.MonkeyPatch, at: str = EVENING, zone: str = "Asia/Shanghai") -> None:
    """Let every command of this process believe that it is that moment."""
    moment = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone))

    class Still(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return moment.astimezone(tz)

    patch.setattr("scheduler.clock.datetime", Still)


def quick(patch: pytest.MonkeyPatch) -> None:
    """Leave the list of stand-ins empty: it takes a quarter of the time of every workbook."""
    patch.setattr("scheduler.files.writing.arrangement_sheets.stand_ins", lambda *_, **_named: {})


def stands(desk: Path) -> tuple[list[str], dict[str, bytes]]:
    """What is on record, and every paper: what a refused command leaves as it was."""
    papers = {str(path.relative_to(desk)): path.read_bytes() for path in desk.glob("rosters/**/*") if path.is_file()}
    return events(desk) if (desk / "ledger.sqlite3").exists() else [], papers


def refused(words: tuple[str | Path, ...], desk: Path) -> Said:
    """Run a command that must not work, in JSON and in words: one sentence, nothing recorded; what it said in JSON."""
    before = stands(desk)
    told, said = run(*words), run(*words, "--json")
    assert said.code == told.code != 0
    assert len(said.answer["errors"]) == 1
    assert set(said.answer) == JSON_OF_FAULTS
    (sentence,) = said.answer["errors"]
    assert sentence.strip()
    assert "\n" not in sentence
    assert "Traceback" not in told.out + told.err
    assert "internal error" not in sentence
    assert "内部错误" not in sentence
    assert sentence in told.out + told.err
    assert stands(desk) == before
    return said


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch)
    quick(monkeypatch)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with two drafts of December."""
    desk = new_desk(tmp_path_factory.mktemp("versions") / "desk")
    assert drafted(desk) == 1
    assert drafted(desk, roster=lambda problem: going_round(problem, 1)) == 2
    return desk


@pytest.fixture
def desk(once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(once, tmp_path / "desk"))


@pytest.fixture(scope="module")
def once_live(once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The desk with the first of them in force."""
    desk = Path(shutil.copytree(once, tmp_path_factory.mktemp("live") / "desk"))
    with pytest.MonkeyPatch.context() as patch:
        pinned(patch)
        quick(patch)
        assert run("publish", desk, "--version", "1", "--by", "M1").code == 0
    return desk


@pytest.fixture
def live(once_live: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(once_live, tmp_path / "desk"))


def answered(*words: str | Path) -> dict[str, Any]:
    """What a command that works answers in JSON."""
    said = run(*words, "--json")
    assert said.code == 0, said
    return said.answer


# --- publish ------------------------------------------------------------------


def test_a_published_version_is_told_in_full(desk: Path) -> None:
    said = answered("publish", desk, "--version", "1", "--by", "M1")
    assert {"version", "published_at", "late", "supersedes", "files", "recipients"} <= set(said)
    assert (said["status"], said["version"], said["month"]) == ("PUBLISHED", 1, "2026-12")
    assert (said["late"], said["supersedes"], said["changes"]) == (False, None, [])
    assert said["published_at"] == "2026-11-23T22:00:00+08:00"
    assert [one["name"] for one in said["recipients"]] == ["行政人事部", "试一", "试二", "试三", "试四", "试五", "试六"]
    assert {one["kind"] for one in said["recipients"]} == {"department", "person"}
    assert all(Path(file).is_file() for file in said["files"])
    book = Path(said["files"][0])
    assert book.name == "small-2026-12-v1.xlsx"
    grid = load_workbook(book)["排班表"]
    assert grid["A1"].value == "两班小前台 2026年12月 排班表"
    assert " · 已发布 · " in grid["A2"].value
    assert " · 发布于 2026-11-23 22:00（Asia/Shanghai）" in grid["A2"].value
    assert f" · 指纹 {said['fingerprint']}" in grid["A2"].value
    stamp = read_stamp(book)
    assert stamp is not None
    assert (stamp.status, stamp.fingerprint) == ("live", said["fingerprint"])


@pytest.mark.parametrize(
    ("at", "late"), [("2026-11-24 23:59", False), ("2026-11-25 00:00", True), ("2026-12-03 09:00", True)]
)
def test_after_the_deadline_a_roster_is_published_with_a_reason_only(
    at: str, late: bool, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned(monkeypatch, at)
    words = ("publish", desk, "--version", "1", "--by", "M1")
    if late:
        for more in ((), ("--late-because", " ")):
            said = refused((*words, *more), desk)
            assert said.code == 1
            for part in ("--late-because", "11月24日", "12月1日", "7 天"):
                assert part in said.answer["errors"][0]
    done = answered(*words, "--late-because", "系统故障")
    assert done["late"] is late
    title = load_workbook(done["files"][0])["排班表"]["A1"].value
    assert title == "两班小前台 2026年12月 排班表" + ("【逾期发布：系统故障】" if late else "")
    (entry,) = (entry for entry in answered("log", desk)["entries"] if entry["event"] == "published")
    assert entry["because"] == "系统故障"
    assert entry["facts"]["late"] is late
    assert [one["late"] for one in answered("status", desk)["live"]] == [late]


def test_a_month_with_a_holiday_is_due_a_week_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch, "2026-12-26 09:00")
    desk = new_desk(tmp_path / "desk", keys=["publish_by = 0"])
    drafted(desk, Month(2027, 1))
    said = refused(("publish", desk, "--version", "1", "--by", "M1"), desk)
    assert "元旦从1月1日(周五)开始" in said.answer["errors"][0]
    due = [
        (one["month"], one["due"], one["holiday"], one["days_left"]) for one in answered("status", desk)["deadlines"]
    ]
    assert due == [("2027-01", "2026-12-25", "元旦", -1), ("2027-01", "2027-01-01", "", 6)]
    assert run("status", desk).out.count("（元旦）") == 1
    assert "(New Year's Day)" in run("status", desk, "--lang", "en").out
    text = (desk / "desk.toml").read_text("utf-8").replace("publish_by = 0", "publish_by = 0\nholiday_lead = 6")
    (desk / "desk.toml").write_text(text, "utf-8")
    assert answered("publish", desk, "--version", "1", "--by", "M1")["late"] is False


def test_a_new_version_supersedes_the_one_before_it(live: Path) -> None:
    said = answered("publish", live, "--version", "2", "--by", "M2", *ANEW)
    assert (said["version"], said["supersedes"], said["late"]) == (2, 1, False)
    assert said["changes"]
    for change in said["changes"]:
        assert set(change) == {"worker", "date", "before", "after"}
        assert change["before"] != change["after"]
    assert not (live / "rosters" / "small-2026-12-v1.xlsx").exists()
    old = live / SUNK / "small-2026-12-v1.xlsx"
    stamp = read_stamp(old)
    assert stamp is not None
    assert stamp.status == "superseded"
    assert "由第 2 版" in load_workbook(old)["排班表"]["A1"].value
    assert [one["version"] for one in answered("status", live)["live"]] == [2]
    assert run("show", live, "--version", "1", "--json").answer["status"] == "superseded"
    told = {Path(file).name for file in said["files"]}
    moved = {change["worker"] for change in said["changes"]}
    assert {f"small-2026-12-v2-{who}-变更.txt" for who in moved} <= told


def test_the_words_of_a_publication_name_what_changed_for_whom(live: Path) -> None:
    out = run("publish", live, "--version", "2", "--by", "M2", *ANEW).out
    for part in ("2026-12 第 2 版已发布", "第 1 版即刻作废", "试一 12月1日(周二)：早 → 晚", "分发 7 份", "文件："):
        assert part in out, part


def test_published_cells_do_not_move_without_a_reason(live: Path) -> None:
    words = ("publish", live, "--version", "2", "--by", "M1")
    for more in ((), ("--over-because", " "), ("--late-because", "x")):
        said = refused((*words, *more), live)
        assert (said.code, said.answer["status"]) == (1, "REFUSED")
        for part in ("第 1 版已发布", "93 格", "试一 12月1日(周二)", "…", "--over-because"):
            assert part in said.answer["errors"][0]
    assert "Published cells move by approved requests only" in run(*words, "--lang", "en").out


def test_the_reason_and_the_cells_of_a_month_issued_anew_are_on_the_change_log(live: Path, tmp_path: Path) -> None:
    said = answered("publish", live, "--version", "2", "--by", "M1", *ANEW)
    assert said["over"] == []
    assert "重排全月" in run("log", live).out
    (entry,) = (one for one in answered("log", live)["entries"] if one["event"] == "published" and one["version"] == 2)
    assert entry["because"] == "重排全月"
    assert len(entry["facts"]["changes"]) == len(said["changes"]) == 93
    answered("log", live, "--csv", tmp_path / "log.csv", "--xlsx", tmp_path / "log.xlsx")
    last = (tmp_path / "log.csv").read_text("utf-8-sig").splitlines()[-1]
    assert "重排全月" in last
    assert last.count("→") == 93
    assert load_workbook(tmp_path / "log.xlsx")["改动明细"].max_row == 1 + 93
    assert answered("log", live, "--verify")["broken"] == []


def test_cells_that_were_worked_are_not_issued_anew(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch, "2026-12-02 07:00")
    words = ("publish", live, "--version", "2", "--by", "M1")
    for more in ((), ANEW):
        error = refused((*words, *more), live).answer["errors"][0]
        assert (
            "第 2 版会改动第 1 版已过去或已开始的 3 格（试一 12月1日(周二)、试二 12月1日(周二)、试六 12月1日(周二)）"
            in error
        )
        assert "--from" in error


def test_a_new_draft_of_a_live_month_is_told_that_it_is_live(live: Path, once: Path, tmp_path: Path) -> None:
    desk = Path(shutil.copytree(once, tmp_path / "other"))
    words = ("--month", "2026-12", "--cores", "1")
    said = run("generate", live, *words, "--json")
    assert (said.code, said.answer["version"], said.answer["live"]) == (0, 3, 1)
    out = run("generate", live, *words).out
    assert "2026-12 第 1 版已发布在用" in out
    assert "swap request" in out
    english = run("generate", live, desk, *words, "--lang", "en").out
    assert " ".join(english.split()).count("2026-12: version 1 is live") == 1  # of two desks the one
    assert run("generate", desk, *words, "--json").answer["live"] is None
    (live / "leave.csv").write_text(
        "工号,开始日期,结束日期,类别,已批准\n" + "".join(f"T{n},2026-12-07,,病假,是\n" for n in range(1, 7)), "utf-8"
    )
    said = run("generate", live, *words, "--json")
    assert (said.code, said.answer["status"], said.answer["live"]) == (1, "IMPOSSIBLE", 1)
    assert "第 1 版已发布在用" in run("generate", live, *words).out


def test_a_draft_that_breaks_a_rule_by_now_is_not_published(desk: Path) -> None:
    (desk / "leave.csv").write_text("工号,开始日期,结束日期,类别,已批准\nT1,2026-12-07,,病假,是\n", "utf-8")
    said = refused(("publish", desk, "--version", "1", "--by", "M1"), desk)
    assert (said.code, said.answer["status"]) == (1, "REFUSED")
    assert "试一" in said.answer["errors"][0]
    assert "12月7日" in said.answer["errors"][0]


def test_recipients_are_those_of_the_desk(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "desk", keys=['recipients = ["行政部", "一层前台"]'])
    drafted(desk)
    said = answered("publish", desk, "--version", "1", "--by", "M1")
    assert [one["name"] for one in said["recipients"] if one["kind"] == "department"] == ["行政部", "一层前台"]
    assert run("receipts", desk, "--sign", "一层前台").code == 0


# --- withdraw -----------------------------------------------------------------


def test_a_withdrawn_version_is_void_and_nothing_takes_its_place(live: Path) -> None:
    assert run("receipts", live, "--sign", "T3").code == 0
    said = answered("withdraw", live, "--version", "1", "--by", "M1", "--because", "排错了月份")
    assert (said["status"], said["version"], said["withdrawn_at"]) == ("WITHDRAWN", 1, "2026-11-23T22:00:00+08:00")
    assert all(SUNK in file and Path(file).is_file() for file in said["files"])
    assert [one["id"] for one in said["holders"]] == ["行政人事部", *(f"T{n}" for n in range(1, 7))]
    assert answered("status", live)["live"] == []
    assert "排错了月份" in load_workbook(live / SUNK / "small-2026-12-v1.xlsx")["排班表"]["A1"].value
    again = refused(("publish", live, "--version", "1", "--by", "M1"), live)
    assert "已作废" in again.answer["errors"][0]
    asked = ("swap", "request", live, "--give", "T1@2026-12-07", "--to", "T3", "--by", "T1", "--because", "有事")
    assert "已作废" in refused(asked, live).answer["errors"][0]
    assert answered("publish", live, "--version", "2", "--by", "M1")["supersedes"] is None


# --- receipts -----------------------------------------------------------------


def test_copies_are_signed_for_and_come_back(live: Path) -> None:
    said = answered("receipts", live)
    assert len(said["receipts"]) == len(said["outstanding"]) == 7
    assert set(said["receipts"][0]) == {"version", "kind", "id", "name", "received", "returned"} | {
        *("received_by", "returned_by", "void")
    }
    said = answered("receipts", live, "--sign", "T1")
    assert [one["received"] for one in said["receipts"] if one["id"] == "T1"] == ["2026-11-23T14:00:00+00:00"]
    assert len(said["outstanding"]) == 6
    before = stands(live)
    assert answered("receipts", live, "--sign", "T1") == said | {"marked": []}  # twice is once
    assert stands(live) == before
    assert answered("publish", live, "--version", "2", "--by", "M1", *ANEW)["version"] == 2
    said = answered("receipts", live, "--returned", "T1")
    assert [one["version"] for one in said["outstanding"] if one["id"] == "T1"] == [2]
    assert len(said["outstanding"]) == 6 + 7
    out = run("receipts", live).out
    assert "第 1 版（已作废）未收回：行政人事部、试二" in out
    assert "第 2 版（现行）未签收：行政人事部、试一" in out


def test_one_version_s_copy_can_be_meant(live: Path) -> None:
    assert answered("publish", live, "--version", "2", "--by", "M1", *ANEW)["version"] == 2
    said = answered("receipts", live, "--returned", "T2", "--version", "1")
    assert [(one["version"], one["returned"]) for one in said["receipts"] if one["id"] == "T2"] == [
        (1, "2026-11-23T14:00:00+00:00"),
        (2, None),
    ]


def test_several_sign_at_once_and_the_log_says_who_recorded_it(live: Path) -> None:
    said = answered("receipts", live, "--sign", "T1", "--sign", "T3", "--by", "M2")
    assert [(one["id"], one["received_by"]) for one in said["marked"]] == [("T1", "M2"), ("T3", "M2")]
    assert [one["id"] for one in said["outstanding"]] == ["行政人事部", "T2", "T4", "T5", "T6"]
    marks = [entry for entry in answered("log", live)["entries"] if entry["event"] == "received"]
    assert [(one["by"], one["facts"]["recipient"]) for one in marks] == [("M2", "T1"), ("M2", "T3")]
    out = run("receipts", live, "--sign", "T4", "--sign", "T5", "--by", "M1").out
    assert "已登记：试四、试五；登记人 M1" in out


def test_who_recorded_it_is_said_where_nobody_was_named(live: Path) -> None:
    assert "已登记：试一；未写 --by，登记人记为本人" in run("receipts", live, "--sign", "T1").out
    out = run("receipts", live, "--sign", "T2", "--lang", "en").out
    assert "Recorded for 试二; without --by, as by themselves" in out
    marks = [entry for entry in answered("log", live)["entries"] if entry["event"] == "received"]
    assert [one["by"] for one in marks] == ["T1", "T2"]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("--sign", "T1", "--sign", "T9"), "“T9”不在"),
        (("--sign", "T1", "--by", "X9"), "“X9”"),
        (("--sign", "T1", "--returned", "T2"), "“T2”手中的第 1 版仍然有效"),
        (("--returned", "T2", "--version", "1"), "“T2”手中的第 1 版仍然有效"),
    ],
)
def test_of_several_marks_all_are_recorded_or_none(words: tuple[str, ...], part: str, live: Path) -> None:
    assert part in refused(("receipts", live, *words), live).answer["errors"][0]


# --- status -------------------------------------------------------------------


def test_status_counts_down_to_the_deadline(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = answered("status", desk)
    assert {"live", "drafts", "requests", "deadlines", "desks"} <= set(said)
    assert said["live"] == said["requests"] == []
    assert said["drafts"] == [{"month": "2026-12", "version": 2}]
    (due,) = said["deadlines"]
    assert (due["month"], due["due"], due["days_left"], due["live"], due["met"]) == (
        "2026-12",
        "2026-11-24",
        1,
        None,
        False,
    )
    assert "还有 1 天" in run("status", desk).out
    pinned(monkeypatch, "2026-11-26 08:00")
    assert answered("status", desk)["deadlines"][0]["days_left"] == -2
    assert "已逾期 2 天" in run("status", desk).out
    assert "2 days LATE" in run("status", desk, "--lang", "en").out


def test_status_tells_of_a_version_in_force_and_of_what_waits(live: Path) -> None:
    asked = ("swap", "request", live, "--give", "T1@2026-12-07", "--to", "T3", "--by", "T1", "--because", "有事")
    assert run(*asked).code == 0
    said = answered("status", live)
    assert said["live"] == [
        {"month": "2026-12", "version": 1, "published_at": "2026-11-23T14:00:00+00:00", "late": False, "open": []}
    ]
    assert said["requests"] == [{"request": 1, "kind": "stand_in", "state": "requested", "month": "2026-12"}]
    assert said["deadlines"][0]["met"] is True
    assert said["outstanding"] == 7
    out = run("status", live).out
    for part in ("已按期发布", "待办申请 1 件", "待签收或收回 7 份"):
        assert part in out


def test_status_of_several_desks_has_a_line_for_each(live: Path, once: Path) -> None:
    said = answered("status", live, once)
    assert [len(one["live"]) for one in said["desks"]] == [1, 0]
    assert run("status", live, once).out.count(" 2026-12 ") == 2


@pytest.mark.parametrize("words", [("status", "{desk}"), ("log", "{desk}"), ("log", "{desk}", "--verify")])
def test_looking_at_a_desk_that_has_made_nothing_yet_makes_nothing(words: tuple[str, ...], tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "desk")
    before = set(desk.iterdir())
    for more in ((), ("--json",)):
        assert run(*(word.format(desk=desk) for word in words), *more).code == 0
    assert set(desk.iterdir()) == before


# --- log ----------------------------------------------------------------------


def test_the_log_says_who_did_what_when_and_why(live: Path) -> None:
    assert run("withdraw", live, "--version", "1", "--by", "M2", "--because", "另排").code == 0
    said = answered("log", live, "--verify")
    assert said["broken"] == []
    for entry in said["entries"]:
        assert {"at", "event", "version", "by", "because", "request", "sequence", "hash"} <= set(entry)
        assert datetime.fromisoformat(entry["at"]).tzinfo
    assert [(entry["event"], entry["version"], entry["by"], entry["because"]) for entry in said["entries"]] == [
        ("drafted", 1, "M1", ""),
        ("drafted", 2, "M1", ""),
        ("published", 1, "M1", ""),
        ("withdrawn", 1, "M2", "另排"),
    ]
    out = run("log", live, "--verify").out
    assert re.search(r"2026-11-23 22:00  作废  第 1 版 .*乙经理  另排", out)
    assert "✓" in out


def test_a_log_that_was_tampered_with_is_broken(live: Path) -> None:
    with closing(sqlite3.connect(live / "ledger.sqlite3")) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f'DROP TRIGGER "{name}"')
        raw.execute("UPDATE ledger_entry SET because = '不是我' WHERE event = 'published'")
        raw.commit()
    said = run("log", live, "--verify", "--json")
    assert (said.code, said.answer["status"]) == (1, "BROKEN")
    assert said.answer["broken"]
    assert len(said.answer["entries"]) == 3
    told = run("log", live, "--verify", "--lang", "en")
    assert told.code == 1
    assert "✗" in told.out
    assert run("log", live).code == 0  # nobody asked


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_change_log_is_written_where_it_is_wanted(ending: str, live: Path, tmp_path: Path) -> None:
    target = tmp_path / f"记录.{ending}"
    said = answered("log", live, f"--{ending}", target)
    assert said["files"] == [str(target)]
    content = (
        target.read_text("utf-8-sig")
        if ending == "csv"
        else " ".join(str(cell) for row in load_workbook(target)["变更记录"].values for cell in row)
    )
    assert "甲经理" in content


# --- repair -------------------------------------------------------------------


def test_repair_puts_papers_right_and_leaves_those_that_are(live: Path) -> None:
    answered("repair", live)  # drafts of tests have no workbook yet
    assert answered("repair", live)["files"] == []
    assert "文件与账册一致" in run("repair", live).out
    book = live / "rosters" / "small-2026-12-v1.xlsx"
    book.unlink()
    assert str(book) in answered("repair", live)["files"]
    stamp = read_stamp(book)
    assert stamp is not None
    assert stamp.status == "live"


def test_every_other_command_repairs_too(live: Path) -> None:
    book = live / "rosters" / "small-2026-12-v1.xlsx"
    book.unlink()
    assert run("receipts", live).code == 0
    assert book.is_file()


def test_a_void_paper_that_somebody_has_open_is_named_and_stamped_later(live: Path) -> None:
    book = live / "rosters" / "small-2026-12-v1.xlsx"
    lock = book.with_name(f"~${book.name}")
    lock.write_bytes(b"x")
    said = run("publish", live, "--version", "2", "--by", "M1", *ANEW, "--json")
    assert said.code == 0
    assert said.answer["supersedes"] == 1
    assert any("small-2026-12-v1.xlsx" in line for line in said.answer["stuck"])
    assert book.exists()
    waiting = run("repair", live)
    assert waiting.code == 4
    assert "small-2026-12-v1.xlsx" in waiting.err
    lock.unlink()
    assert str(live / SUNK / "small-2026-12-v1.xlsx") in answered("repair", live)["files"]
    assert not book.exists()


def test_a_stuck_paper_is_told_to_people(live: Path) -> None:
    lock = live / "rosters" / "~$small-2026-12-v1.xlsx"
    lock.write_bytes(b"x")
    out = run("withdraw", live, "--version", "1", "--by", "M1", "--because", "另排").out
    assert "还没有盖作废章" in out
    assert "scheduler repair" in out


# --- What a person mistypes ---------------------------------------------------

MISTYPED = {
    "publish no such id": (("publish", "--version", "1", "--by", "M9"), "M9"),
    "publish nobody": (("publish", "--version", "1", "--by", ""), "工号"),
    "publish no such version": (("publish", "--version", "9", "--by", "M1"), "9"),
    "publish version 0": (("publish", "--version", "0", "--by", "M1"), "--version"),
    "publish a month": (("publish", "--version", "2026-12", "--by", "M1"), "--version"),
    "publish without a version": (("publish", "--by", "M1"), "--version"),
    "publish without a name": (("publish", "--version", "2"), "--by"),
    "publish again": (("publish", "--version", "1", "--by", "M1"), "已经发布"),
    "withdraw a draft": (("withdraw", "--version", "2", "--by", "M1", "--because", "x"), "草稿"),
    "withdraw no such version": (("withdraw", "--version", "9", "--by", "M1", "--because", "x"), "9"),
    "withdraw no such id": (("withdraw", "--version", "1", "--by", "M9", "--because", "x"), "M9"),
    "withdraw without a reason": (("withdraw", "--version", "1", "--by", "M1"), "--because"),
    "withdraw with an empty reason": (("withdraw", "--version", "1", "--by", "M1", "--because", " "), "请写明原因"),
    "sign for nobody": (("receipts", "--sign", "T9"), "T9"),
    "sign for no such version": (("receipts", "--sign", "T1", "--version", "9"), "9"),
    "return what is in force": (("receipts", "--returned", "T1"), "T1"),
    "a log of another kind": (("log", "--xlsx", "log.txt"), "log.txt"),
    "an option nobody knows": (("status", "--what"), "--what"),
}


@pytest.mark.parametrize("case", MISTYPED)
def test_what_is_mistyped_is_answered_in_one_sentence(case: str, live: Path) -> None:
    (command, *rest), part = MISTYPED[case]
    said = refused((command, live, *rest), live)
    assert said.code in (1, 2)
    assert part in said.answer["errors"][0]


@pytest.mark.parametrize(
    "words",
    [
        ("publish", "{no}", "--version", "1", "--by", "M1"),
        ("withdraw", "{no}", "--version", "1", "--by", "M1", "--because", "x"),
        ("receipts", "{no}"),
        ("status", "{no}"),
        ("status", "{desk}", "{no}"),
        ("log", "{no}"),
        ("repair", "{no}"),
        ("swap", "list", "{no}"),
        ("swap", "request", "{no}", "--give", "T1@2026-12-07", "--to", "T3", "--by", "T1", "--because", "x"),
        ("swap", "approve", "{no}", "1", "--by", "M1"),
    ],
    ids=" ".join,
)
def test_a_desk_that_is_not_there_is_bad_input(words: tuple[str, ...], live: Path, tmp_path: Path) -> None:
    none = tmp_path / "none"
    said = refused(tuple(word.format(no=none, desk=live) for word in words), live)
    assert (said.code, said.answer["status"]) == (2, "BAD_INPUT")
    assert not none.exists()


@pytest.mark.parametrize("place", ["/proc/sub", "{desk}/people.csv/sub"])
@pytest.mark.parametrize(
    "words", [("publish", "{desk}", "--version", "2", "--by", "M1"), ("repair", "{desk}"), ("receipts", "{desk}")]
)
def test_papers_that_cannot_be_written_leave_everything_as_it_was(
    words: tuple[str, ...], place: str, live: Path
) -> None:
    said = refused((*(word.format(desk=live) for word in words), "--out", place.format(desk=live)), live)
    assert (said.code, said.answer["status"]) == (2, "BAD_INPUT")
    assert [row["version"] for row in answered("status", live)["live"]] == [1]


def test_a_log_that_cannot_be_written_is_bad_input(live: Path) -> None:
    said = run("log", live, "--csv", "/proc/sub/log.csv", "--json")
    assert (said.code, said.answer["status"]) == (2, "BAD_INPUT")


def test_two_desks_on_one_store_keep_apart(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/both.sqlite3"
    desks = [new_desk(tmp_path / name) for name in ("one", "two")]
    text = (desks[1] / "desk.toml").read_text("utf-8").replace('id = "small"', 'id = "other"')
    (desks[1] / "desk.toml").write_text(text, "utf-8")
    drafted(desks[0], store=store)
    words = ("--version", "1", "--by", "M1", "--store", store)
    assert run("publish", desks[1], *words).code == 2
    assert run("publish", desks[0], *words).code == 0
    assert json.loads(run("status", desks[1], "--store", store, "--json").out)["live"] == []


def test_an_official_may_publish_and_need_not_be_on_the_roster(live: Path) -> None:
    people = {one["id"]: one for one in answered("show", live)["people"]}
    assert people["M1"].pop("rights") == [right.value for right in Right]
    assert people["T1"].pop("rights") == ["publish"]
    assert people["M1"] == {"id": "M1", "name": "甲经理", "roles": ["经理"], "may_approve": True, "on_roster": False}
    assert people["T1"] == {"id": "T1", "name": "试一", "roles": ["班长"], "may_approve": False, "on_roster": True}


def test_roles_that_may_approve_are_those_of_the_desk(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "desk", keys=['approver_roles = "店长"'])
    drafted(desk)
    people = {one["id"]: one["may_approve"] for one in answered("show", desk)["people"]}
    assert people == {**{f"T{n}": False for n in range(1, 7)}, "M1": True, "M2": True}


def test_a_desk_without_officials_publishes_by_its_own_people(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk")
    drafted(desk)
    assert answered("publish", desk, "--version", "1", "--by", "T1")["version"] == 1
    assert date.fromisoformat(answered("status", desk)["live"][0]["published_at"][:10]) == date(2026, 11, 23)
