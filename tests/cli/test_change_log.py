"""`log` by the command line: the whole, by month, request and person; as text, JSON and files."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from scheduler.app.approvals import approve_request
from scheduler.app.change_requests import decide_request, request_change
from scheduler.app.publish import publish_version
from scheduler.app.receipts import keep_receipts
from scheduler.domain import Leave, Month, Overtime
from scheduler.workflow.change_request import RequestKind
from scheduler.workflow.overrides import Override
from tests.support.cli_desks import Said, run
from tests.support.published_desk import NOW, at, cell, dec, drafted, going_round, ledger_of, published_desk
from tests.support.sheets import table

LATE, LATER = at("2026-12-06 09:30"), at("2026-12-06 10:00")  # for a duty of the 7th at 08:00 it is late
SET_ASIDE: dict[str, Any] = {"override": "急", "sets_aside": (Override.NOTICE,)}
NEW_YEAR = date(2027, 1, 1)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """December and January are in force; 1 a stand-in carried out, 2 leave over the edge refused, 3 overtime approved, 4 open."""
    desk = published_desk(tmp_path_factory.mktemp("logged"))  # others copy it too: with its list of stand-ins
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scheduler.files.writing.arrangement_sheets.stand_ins", lambda *_, **_named: {})
        keep_receipts(desk, sign=["T1", "T2"], by="M1", now=NOW)
        drafted(desk, Month(2027, 1), roster=lambda problem: going_round(problem, 1))
        publish_version(desk, 2, "M1", now=NOW)
        request_change(desk, RequestKind.STAND_IN, "T1", "家事", give=cell("T1", 7), to="T4", now=LATE, **SET_ASIDE)
        decide_request(desk, "confirmed", 1, "T4", "可以", now=LATE)
        approve_request(desk, 1, "M1", "同意", now=LATER)
        leave = Leave("T3", dec(30), NEW_YEAR, "sick")
        request_change(desk, RequestKind.LEAVE, "T3", "发烧", leave=leave, now=LATER)
        decide_request(desk, "refused", 2, "M2", "人手紧", now=LATER)
        request_change(desk, RequestKind.OVERTIME, "T4", "盘点", overtime=Overtime("T4", dec(10), 90), now=LATER)
        request_change(desk, RequestKind.STAND_IN, "T6", "看牙", give=cell("T6", 18), to="T3", now=LATER)
    return desk


@pytest.fixture
def desk(once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(once, tmp_path / "desk"))


def answered(*words: str | Path) -> dict[str, Any]:
    said = run("log", *words, "--for", "auditor", "--json")
    assert said.code == 0, said
    return said.answer


def lines(said: Said) -> list[str]:
    assert said.code == 0, said
    return said.out.splitlines()


def test_a_line_tells_what_was_asked_of_whom_and_what_was_set_aside(desk: Path) -> None:
    told = lines(run("log", desk, "--for", "auditor"))
    asked = "2026-12-06 09:30  申请  第 1 版  申请 1  试四 顶 试一 12月7日(周一) 的班  试一  家事  破例：急  ("
    assert any(line.startswith(asked) for line in told)  # and under which account
    assert any(line.startswith("2026-12-06 10:00  驳回  第 3 版  申请 2") and "乙经理  人手紧" in line for line in told)
    english = lines(run("log", desk, "--for", "auditor", "--lang", "en"))
    assert any("requested  version 1  request 1  试四 stands in for 试一 on Mon 7 Dec" in line for line in english)
    assert len(english) == len(told)


def test_json_has_every_table_with_ids_codes_and_times_with_their_zone(desk: Path) -> None:
    said = answered(desk)
    first, refused, overtime, waiting = said["requests"]
    assert (first["state"], first["asked_by"], first["concerned"], first["versions"]) == (
        "approved",
        "T1",
        ["T1", "T4"],
        ["3"],
    )
    assert (first["decided_by"], first["decided_because"]) == ("M1", "同意")
    assert (first["override"], first["sets_aside"]) == ("急", ["notice"])
    assert first["decided_at"] == "2026-12-06T10:00:00+08:00"
    assert (refused["state"], refused["months"]) == ("refused", ["2026-12", "2027-01"])
    assert (refused["first_day"], refused["last_day"]) == ("2026-12-30", "2027-01-01")
    assert (overtime["hours"], overtime["kind"]) == (1.5, "overtime")
    assert (waiting["state"], waiting["waiting_for"]) == ("requested", ["T3"])
    assert [(one["version"], one["state"], one["replaced_by"]) for one in said["versions"]] == [
        (1, "superseded", 3),
        (2, "live", None),
        (3, "live", None),
    ]
    signed = [(one["version"], one["recipient"], one["received_by"]) for one in said["copies"] if one["received_at"]]
    assert signed == [(1, "T1", "M1"), (1, "T2", "M1")]
    moved = [one for one in said["cells"] if one["role"] == "moved"]
    assert [(one["worker"], one["date"], one["before"], one["after"]) for one in moved] == [
        ("T1", "2026-12-07", "早", ""),
        ("T4", "2026-12-07", "", "早"),
    ]
    line = next(one for one in said["rosters"] if (one["version"], one["worker"]) == (3, "T4"))
    assert (line["7"], line["8"]) == ("早", "")
    assert {(one["shift"], one["start"], one["end"]) for one in said["hours"]} == {
        ("早", "08:00", "16:00"),
        ("晚", "16:00", "24:00"),
    }


def test_entries_keep_what_they_had_and_tell_more(desk: Path) -> None:
    entry = next(one for one in answered(desk)["entries"] if one["event"] == "refused")
    assert entry["facts"] == {"request": 2}
    assert len(entry["hash"]) == 64
    assert (entry["version"], entry["by"], entry["because"], entry["request"]) == (3, "M2", "人手紧", 2)
    assert (entry["kind"], entry["asked_by"], entry["concerned"], entry["state"]) == ("leave", "T3", ["T3"], "refused")
    assert entry["at"] == "2026-12-06T02:00:00+00:00"
    assert entry["months"] == ["2026-12", "2027-01"]


def test_by_month(desk: Path) -> None:
    january = answered(desk, "--month", "2027-01")
    assert {one["request"] for one in january["entries"]} == {None, 2}
    assert [one["version"] for one in january["versions"]] == [2]
    assert {one["month"] for one in january["rosters"]} == {"2027-01"}
    assert len(answered(desk, "--month", "2026-12")["entries"]) == len(answered(desk)["entries"]) - 2


def test_by_request(desk: Path) -> None:
    said = answered(desk, "--request", "1")
    events = ["requested", "confirmed", "approved", "drafted", "superseded", "published"]
    assert [one["event"] for one in said["entries"]] == events
    assert [one["request"] for one in said["requests"]] == [1]
    assert len(lines(run("log", desk, "--for", "auditor", "--request", "2"))) == 2


def test_by_person_whether_by_id_or_name(desk: Path) -> None:
    by_id, by_name = answered(desk, "--who", "T3"), answered(desk, "--who", "试三")
    assert by_id["entries"] == by_name["entries"]
    assert by_name["ids"] == {"试三": "T3"}
    assert {one["request"] for one in by_id["requests"]} == {2, 4}
    assert {one["recipient"] for one in by_id["copies"]} == {"T3"}
    assert {one["worker"] for one in by_id["rosters"]} == {"T3"}


def test_questions_go_together_and_may_have_no_answer(desk: Path) -> None:
    assert len(answered(desk, "--month", "2027-01", "--who", "M2")["entries"]) == 1
    assert lines(run("log", desk, "--for", "auditor", "--month", "2027-06")) == ["没有这样的记录"]
    assert lines(run("log", desk, "--for", "auditor", "--month", "2027-06", "--lang", "en")) == ["No such entry"]
    assert answered(desk, "--month", "2027-06")["entries"] == []


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (("--request", "9"), 1, "9"),
        (("--request", "0"), 2, "0"),
        (("--who", "T9"), 1, "T9"),
        (("--who", "查无此人"), 1, "查无此人"),
        (("--month", "2026-13"), 2, "2026-13"),
    ],
)
def test_a_question_about_nothing_is_refused(desk: Path, words: tuple[str, ...], code: int, part: str) -> None:
    said = run("log", desk, "--for", "auditor", *words, "--lang", "en")
    assert said.code == code
    assert part in said.out + said.err
    assert "Traceback" not in said.out + said.err


def test_files_hold_the_same_excerpt(desk: Path, tmp_path: Path) -> None:
    book, sheet = tmp_path / "log.xlsx", tmp_path / "log.csv"
    said = answered(desk, "--request", "1", "--xlsx", book, "--csv", sheet)
    assert said["files"] == [str(book), str(sheet)]
    rows = table(load_workbook(book)["变更记录"])
    assert [row["序号"] for row in rows] == [one["sequence"] for one in said["entries"]]
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == len(rows) + 1
    assert "第 1 号申请的" in str(load_workbook(book)["说明"]["A4"].value)


def test_a_log_of_nothing_can_be_asked(desk: Path) -> None:
    (desk / "ledger.sqlite3").unlink()
    assert lines(run("log", desk, "--for", "auditor")) == ["还没有记录"]
    assert answered(desk)["rosters"] == []


def test_the_workbook_that_everybody_gets_tells_of_refused_leave_neither_whose_nor_why(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.files.writing.arrangement_sheets.stand_ins", lambda *_, **_named: {})
    approve_request(desk, 3, "M1", now=LATER)
    book = load_workbook(desk / "rosters" / "small-2026-12-v4.xlsx")["变更记录"]
    rows = [[str(cell) for cell in row if cell is not None] for row in book.iter_rows(values_only=True)]
    (refused,) = [row for row in rows if "驳回" in row]
    assert refused == ["3", "2026-12-06 10:00:00", "驳回", "请假", "2", "乙经理", "已驳回", "请假"]
    assert any("试三 顶 试六 12月18日(周五) 的班" in row for row in rows)
    said = " ".join(cell for row in rows for cell in row)
    assert not any(secret in said for secret in ("发烧", "病假", "12月30日"))
    january = load_workbook(desk / "rosters" / "small-2027-01-v2.xlsx")["变更记录"]
    assert january.max_row < 12  # written before anything was asked that touches it


def test_a_request_over_the_edge_is_on_the_sheets_of_both_months_and_each_has_its_own_versions(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.files.writing.arrangement_sheets.stand_ins", lambda *_, **_named: {})
    leave = Leave("T3", dec(30), NEW_YEAR, "sick")
    asked = request_change(desk, RequestKind.ABSENCE, "M2", "发烧", leave=leave, now=LATER)
    done = approve_request(desk, asked.request.number, "M1", now=LATER)
    for row in done.rows:
        book = load_workbook(desk / "rosters" / f"small-{row.month}-v{row.number}.xlsx")["变更记录"]
        told = [line for line in book.iter_rows(values_only=True) if isinstance(line[0], int)]
        steps = [line[:4] for line in told if line[3] == "缺勤" and line[2] in ("申请", "批准")]
        assert [line[2] for line in steps] == ["申请", "批准"], row.month
        published = {line[0] for line in told if line[2] == "发布"}
        assert published == {1: {2}, 12: {1, 3}}[row.month.month] | (
            {row.number} if row.number in done.issued else set()
        )
        assert ("顶班" in {line[3] for line in told}) == (row.month.month == 12)


def forge(desk: Path, event: str, facts: dict[str, Any]) -> None:
    """Append an entry that is well chained, and that no release would write."""
    with ledger_of(desk) as ledger, ledger.writing("small") as pen:
        pen.note(event, 1, LATER(), "M1", "", facts)


@pytest.mark.parametrize(
    ("event", "facts", "remark"),
    [
        ("approved", {"request": 77}, "与前面的记录不相连"),
        ("refused", {"request": 1}, "与前面的记录不相连"),
        ("published", {"recipients": [["person"]]}, "内容无法解读"),
        ("received", {"recipient": 3, "request": "x"}, ""),
        ("requested", {"request": 9, "kind": "nonsense"}, "内容无法解读"),
    ],
)
def test_an_entry_that_nobody_would_write_is_told_as_such(
    desk: Path, event: str, facts: dict[str, Any], remark: str
) -> None:
    before = len(lines(run("log", desk, "--for", "auditor")))
    forge(desk, event, facts)
    said = run("log", desk, "--for", "auditor")
    assert said.code in (0, 1)
    told = [line for line in said.out.splitlines() if not line.startswith("✗")]
    assert len(told) == before + 1
    assert remark in told[-1]
    assert said.code == (len(told) < len(said.out.splitlines()))
    for words in ((), ("--verify",)):
        answer = run("log", desk, "--for", "auditor", "--json", *words)
        assert answer.code in (0, 1)
        assert "内部错误" not in answer.out


def test_a_log_that_does_not_hold_together_is_not_exported_as_if_it_did(desk: Path, tmp_path: Path) -> None:
    forge(desk, "published", {"recipients": [["person"]]})
    said = run("log", desk, "--for", "auditor", "--xlsx", tmp_path / "log.xlsx", "--json")
    assert (said.code, said.answer["status"]) == (1, "DAMAGED")
    assert list(tmp_path.glob("*.xlsx")) == []
    told = run("log", desk, "--for", "auditor", "--json")
    assert (told.code, told.answer["status"]) == (1, "BROKEN")
    assert told.answer["entries"][-1]["remark"] == "内容无法解读"
    assert (len(told.answer["requests"]), told.answer["copies"]) == (4, [])
    assert "✗ 账册对不上" in run("log", desk, "--for", "auditor", "--request", "1").out
