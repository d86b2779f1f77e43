"""Findings of attendance in the ledger: none in the clear, erased with their person, the chain and the hours as they were."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from scheduler.app.enter_attendance import decide_attendance
from scheduler.app.forget import forget
from scheduler.app.hr import tell_hr
from scheduler.app.verify_log import Outside, verify_ledger
from scheduler.files.reading.desk import read_desk
from scheduler.workflow.attendance import Attendance, Finding, Said, standing
from scheduler.workflow.private_facts import ATTENDANCE, REASON, in_the_clear
from tests.support.published_desk import MONTH, at, dec, ledger_of, published_desk

LATER = at("2027-01-04 09:00")
WHY, ALONE = "十二月考勤", "试一忘了带手机"
COLUMNS = ("date", "shift", "id", "finding", "minutes", "by", "confirm")
ROWS = [
    ("2026-12-01", "早", "T1", "late", "37", "", "是"),
    ("2026-12-02", "早", "T2", "absent", "", "", "是"),
    ("2026-12-03", "早", "T3", "stood_in", "", "T6", "是"),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with confirmed attendance of three people, of whom T1 and T2 have left since."""
    desk = published_desk(tmp_path_factory.mktemp("forgotten"))
    said = {number: dict(zip(COLUMNS, row, strict=True)) for number, row in enumerate(ROWS, 1)}
    decide_attendance(desk, said, "M1", WHY, now=LATER)
    own = dict(zip(COLUMNS, ("2026-12-02", "晚", "T1", "early", "41", "", "否"), strict=True))
    decide_attendance(desk, {1: own}, "M1", ALONE, now=LATER)
    people = desk / "people.csv"
    text = people.read_text("utf-8").replace("工号,姓名,角色", "工号,姓名,角色,离职日期")
    rows = [f"{row},2026-12-31" if row[:2] in ("T1", "T2") else f"{row}," for row in text.splitlines()[1:]]
    people.write_text("\n".join([text.splitlines()[0], *rows, ""]), "utf-8")
    return desk


def hashed(desk: Path) -> str:
    with closing(sqlite3.connect(desk / "ledger.sqlite3")) as connection:
        texts = "SELECT facts || because FROM ledger_entry WHERE event = 'entered'"
        return " ".join(text for (text,) in connection.execute(texts))


def test_findings_are_hashed_as_references_and_erased_with_their_person(desk):
    for private in ("late", "absent", "stood_in", ",37,", ALONE):
        assert private not in hashed(desk)
    assert WHY in hashed(desk)  # of several people
    before = tell_hr(desk, MONTH, now=LATER).report
    with ledger_of(desk) as ledger:
        assert [entry.because for entry in ledger.entries("small") if entry.event == "entered"] == [WHY, ALONE]
        assert ledger.private_facts("small").clear == ()
    for who, counts in (("T1", {ATTENDANCE: 2, REASON: 1}), ("T2", {ATTENDANCE: 1})):
        done = forget(desk, "M1", worker=who, because="离职", confirm=lambda _: True, now=LATER)
        assert done.plan.facts.counts == counts
    content = (desk / "ledger.sqlite3").read_bytes()
    assert ALONE.encode() not in content
    with ledger_of(desk) as ledger:
        checked = verify_ledger(read_desk(desk), ledger, None, Outside(), LATER)
        assert checked.broken == ()
    after = tell_hr(desk, MONTH, now=LATER).report
    assert [one.row.finding for one in after.attendance] == [Finding.STOOD_IN]
    assert [one.worked for one in after.people] == [one.worked for one in before.people]
    assert any("3 条考勤记录已从账册删去" in note.say("zh") for note in after.notes)


def test_what_earlier_releases_noted_in_the_clear_is_read_and_counted():
    row = ["T1", "2026-12-01", "早", "late", 12, "", False]
    assert Attendance.read(row) == Attendance("T1", dec(1), "早", Finding.LATE, 12)
    (value,) = in_the_clear("考勤", {"attendance": [row, ["T2", "2026-12", {"private": "0" * 64}]]}, None)[:1]
    assert (value.worker, value.what, value.month) == ("T1", ATTENDANCE, "2026-12")
    assert Attendance.read(["T1", "2026-12", value.content]) == Attendance.read(row)
    assert Attendance.read(json.loads('["T1","2026-12",""]')).finding == Finding.ERASED
    assert standing([Attendance.read(["T1", "2026-12", ""])]) == ()


def test_each_thing_said_of_a_finding_comes_back_from_its_private_row():
    for said in Said:
        row = Attendance("T1", dec(1), "早", Finding.STOOD_IN, 0, "T2", said).to_json()
        (value, *_) = in_the_clear("", {"attendance": [row]}, None)
        assert Attendance.read(["T1", "2026-12", value.content]).said == said
