"""From a clock's export to the HR workbook: proposed, confirmed by HR in the sheet, entered, counted, taken back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from scheduler.app.approvals import approve_request
from scheduler.app.attendance import compare_attendance
from scheduler.app.change_requests import request_change
from scheduler.app.enter_attendance import enter_attendance
from scheduler.app.hr import tell_hr
from scheduler.app.verify_log import Outside, verify_ledger
from scheduler.domain import Leave
from scheduler.errors import InputError, Refusal, SchedulerError
from scheduler.files.reading.desk import read_desk
from scheduler.hr.report import HrReport
from scheduler.timeline import moment
from scheduler.workflow.change_request import RequestKind
from tests.support.cli_desks import run
from tests.support.published_desk import MONTH, at, dec, ledger_of, published_desk

LATER = at("2027-01-04 09:00")
SEEN = {3: "late", 5: "early", 7: "stood_in", 9: "absent", 11: "no_end"}  # by the duty's place in the month
EXPECTED = [
    ("T1", 2, "晚", "late", 12),
    ("T2", 3, "晚", "early", 30),
    ("T3", 4, "晚", "stood_in", 0),
    ("T4", 5, "晚", "absent", 0),
    ("T5", 6, "晚", "no_end", 0),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with its punches and the sheet of proposals, to be copied."""
    folder = tmp_path_factory.mktemp("attendance")
    desk = published_desk(folder)
    compared(desk, clocked(desk), out=folder / "attendance.xlsx")
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "here")) / "desk"


def told(desk: Path) -> HrReport:
    return tell_hr(desk, MONTH, now=LATER).report


def clocked(desk: Path, days: int = 31) -> Path:
    """Everybody's punches until a day, some of them otherwise than planned."""
    path = desk.parent / f"punches-{days}.csv"
    if path.exists():
        return path
    rows = ["工号,姓名,打卡时间"]
    for place, one in enumerate(told(desk).duties):
        came, left = (moment(end, "Asia/Shanghai") for end in one.duty.span)
        what, who = SEEN.get(place, ""), one.who
        came += timedelta(minutes=12 * (what == "late"))
        left -= timedelta(minutes=30 * (what == "early"))
        who = "T5" if what == "stood_in" else who
        times = [] if what == "absent" or one.duty.day.day > days else [came] if what == "no_end" else [came, left]
        rows += [f"{who},,{time:%Y-%m-%d %H:%M}" for time in times]
    path.write_text("\n".join(rows), "utf-8")
    return path


def compared(desk: Path, punches: Path, **options: Any) -> Any:
    return compare_attendance(desk, [punches], MONTH, now=LATER, **options)


def proposed(result: Any) -> list[tuple[str, int, str, str, int]]:
    rows = (row.attendance for row in result.sheet.rows)
    return [(one.worker, one.day.day, one.shift, one.finding.value, one.minutes) for one in rows]


def filled(desk: Path, words: Iterable[str] = ["是"] * 5, **cells: Any) -> Path:
    """The sheet as HR saves it, with a word in each row's column 确认; `L3="T6"` writes further cells."""
    path = desk.parent / "attendance.xlsx"
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for row, word in enumerate(words, 2):
        sheet.cell(row, 12).value = word
    for where, value in cells.items():
        sheet[where] = value
    saved = desk.parent / "filled.xlsx"
    book.save(saved)
    return saved


def entered(desk: Path, sheet: Path, by: str = "M1") -> Any:
    return enter_attendance(desk, sheet, by, "12月考勤", now=LATER)


def test_each_finding_is_proposed_with_its_minutes_and_nothing_is_recorded(desk):
    result = compared(desk, clocked(desk))
    assert proposed(result) == EXPECTED
    assert (result.as_planned, result.sheet.beside) == (57, ())
    assert told(desk).attendance == ()


def test_only_what_was_confirmed_enters_the_sheets(desk):
    done = entered(desk, filled(desk, ["是", "否", "√", "", "yes"]))
    assert [(one.finding.value, one.rejected) for one in done.entered] == [
        ("early", True),
        ("late", False),
        ("stood_in", False),
        ("no_end", False),
    ]
    report = told(desk)
    assert [(one.who, one.row.finding.value, one.by) for one in report.attendance] == [
        ("T1", "late", ""),
        ("T3", "stood_in", "试五"),
        ("T5", "no_end", ""),
    ]
    sheets = {one.id: one for one in report.people}
    assert {who: one.stand_ins for who, one in sheets.items() if one.stand_ins} == {"T5": 1}
    assert {who: one.worked.total - one.planned.total for who, one in sheets.items()} == {
        **dict.fromkeys(("T1", "T2", "T4", "T6"), 0),
        "T3": -480,
        "T5": 480,
    }


def test_confirmed_absence_takes_the_hours_and_counts_until_leave_is_approved_for_it(desk):
    before = next(one for one in told(desk).people if one.id == "T4")
    entered(desk, filled(desk))
    row = next(one for one in told(desk).people if one.id == "T4")
    assert (row.rest_taken, row.rest_unused) == (before.rest_taken, before.rest_unused)
    assert (row.times(*{one.finding for one in row.attendance}), row.worked.total - row.planned.total) == (1, -480)
    leave = Leave("T4", dec(5), dec(5), "sick")
    asked = request_change(desk, RequestKind.ABSENCE, "M2", "补假", leave=leave, after_fact=True, now=LATER)
    approve_request(desk, asked.request.number, "M1", "有病假条", now=LATER)
    after = next(one for one in told(desk).people if one.id == "T4")
    assert after.attendance == ()
    assert after.worked.total == row.worked.total


def test_the_same_sheet_read_twice_enters_nothing_more(desk):
    sheet = filled(desk)
    assert len(entered(desk, sheet).entered) == 5
    again = entered(desk, sheet)
    assert (again.entered, again.before) == ((), 5)
    assert all(row.is_recorded for row in compared(desk, clocked(desk)).sheet.rows)
    with ledger_of(desk) as ledger:
        assert [one.event for one in ledger.entries("small")].count("entered") == 1
        assert verify_ledger(read_desk(desk), ledger, None, Outside(), LATER).broken == ()


def test_what_was_confirmed_by_mistake_is_taken_back_and_everything_is_as_planned_again(desk):
    before = {one.id: one for one in told(desk).people}
    entered(desk, filled(desk))
    entered(desk, filled(desk, ["撤销"] * 5))
    report = told(desk)
    assert report.attendance == ()
    assert {one.id: one.worked for one in report.people} == {who: one.worked for who, one in before.items()}


def test_what_was_rejected_is_shown_as_such_until_it_is_confirmed_after_all(desk):
    entered(desk, filled(desk, ["否"]))
    assert [row.is_rejected for row in compared(desk, clocked(desk)).sheet.rows] == [True, False, False, False, False]
    assert compared(desk, clocked(desk)).sheet.counts == {"found": 4, "recorded": 0, "rejected": 1}
    assert entered(desk, filled(desk, ["否"])).before == 1
    entered(desk, filled(desk, ["是"]))
    assert compared(desk, clocked(desk)).sheet.counts == {"found": 4, "recorded": 1, "rejected": 0}
    with pytest.raises(InputError) as caught:
        entered(desk, filled(desk, ["否"]))
    assert "撤销" in caught.value.say("zh")
    log = run("log", desk, SCHEDULER_NOW="2027-01-04T09:00").out
    assert "否决考勤 1 条" in log


def test_hr_may_correct_minutes_and_findings_in_the_sheet(desk):
    done = entered(desk, filled(desk, ["是", "", "", "是", ""], J2=10, I5="他人顶班", K5="T6"))
    assert [(one.finding.value, one.minutes, one.by) for one in done.entered] == [
        ("late", 10, ""),
        ("stood_in", 0, "T6"),
    ]


@pytest.mark.parametrize(
    ("cells", "column", "row"),
    [
        ({"L2": "也许"}, "确认", 2),
        ({"J2": "十"}, "分钟", 2),
        ({"J2": 1441}, "分钟", 2),
        ({"A2": "昨天"}, "日期", 2),
        ({"I2": "睡觉"}, "情况", 2),
        ({"B2": "早"}, "班次", 2),
        ({"C2": "T9"}, "班次", 2),
        ({"K4": ""}, "顶班人工号", 4),
        ({"K4": "T9"}, "顶班人工号", 4),
        ({"K2": "T4"}, "顶班人工号", 2),
        ({"L3": "撤销"}, "确认", 3),
    ],
)
def test_what_hr_wrote_wrong_is_told_at_its_cell_and_nothing_is_entered(desk, cells, column, row):
    with pytest.raises(InputError) as caught:
        entered(desk, filled(desk, **cells))
    assert (row, column) in [(fault.row, fault.column) for fault in caught.value.faults]
    assert all(fault.file == "filled.xlsx" and fault.sheet == "考勤核对" for fault in caught.value.faults)
    assert told(desk).attendance == ()


def test_nobody_is_both_late_for_a_duty_and_absent_from_it(desk):
    entered(desk, filled(desk, ["是"]))
    with pytest.raises(InputError) as caught:
        entered(desk, filled(desk, ["是"], I2="未到岗", J2=""))
    assert "一种结果" in caught.value.say("zh")


def test_nobody_confirms_attendance_of_their_own_or_without_the_right(desk):
    sheet = filled(desk)
    with pytest.raises(Refusal) as caught:
        entered(desk, sheet, "T6")
    assert "甲经理" in caught.value.say("zh")
    settings = desk / "desk.toml"
    settings.write_text(settings.read_text("utf-8") + '[rights]\nenter = ["T1", "M1"]\n', "utf-8")
    with pytest.raises(Refusal) as own:
        entered(desk, sheet, "T1")
    assert "2026-12-02" in own.value.say("zh")
    assert len(entered(desk, sheet).entered) == 5


def test_a_sheet_of_another_desk_and_a_workbook_of_somebody_else_are_refused(desk, tmp_path):
    sheet = filled(desk)
    settings = desk / "desk.toml"
    text = settings.read_text("utf-8")
    for wrong in (desk / "people.csv", sheet):
        settings.write_text(text if wrong != sheet else text.replace('"small"', '"other"'), "utf-8")
        with pytest.raises(SchedulerError):
            entered(desk, wrong)


def test_duties_after_the_last_punch_are_not_called_absences(desk):
    result = compared(desk, clocked(desk, days=10))
    assert proposed(result) == EXPECTED
    assert any("42" in note.say("en") for note in result.sheet.notes)


def test_an_end_after_midnight_without_a_start_is_still_the_night_s(desk):
    path = desk.parent / "p.csv"
    path.write_text("工号,日期,上班,下班\nT1,2026-12-02,,00:04\nT1,2026-12-01,,15:30\n", "utf-8")
    result = compared(desk, path)
    assert {one for one in proposed(result) if one[0] == "T1"} == {
        *(("T1", 1, "早", "no_start", 0), ("T1", 1, "早", "early", 30), ("T1", 2, "晚", "no_start", 0))
    }
    assert result.sheet.beside == ()


def test_people_are_found_by_id_and_name_and_others_are_told(desk):
    path = desk.parent / "p.csv"
    path.write_text("工号,姓名,打卡时间\n77,试一,2026-12-01 08:00\n88,外人,2026-12-01 08:00\n", "utf-8")
    said = [note.say("zh") for note in compared(desk, path).sheet.notes]
    assert any("88 外人" in one and "不在人员表" in one for one in said)
    assert any("77 试一" in one and "按姓名" in one for one in said)


def test_an_id_with_the_name_of_another_and_a_name_of_two_are_nobody_s(desk):
    people = desk / "people.csv"
    people.write_text(people.read_text("utf-8").replace("试四", "试三"), "utf-8")
    path = desk.parent / "p.csv"
    rows = ["T2,试一", "9,试三", "T3,试三", "T5,小五"]
    path.write_text("\n".join(["工号,姓名,打卡时间", *(f"{row},2026-12-01 08:00" for row in rows)]), "utf-8")
    result = compared(desk, path)
    said = "".join(note.say("zh") for note in result.sheet.notes)
    assert "T2 试一。" in said
    assert "不是同一个人" in said
    assert "9 试三。" in said
    assert "不止一人" in said
    assert "T5 小五 (试五)" in said
    assert {who for who, _, _ in result.sheet.beside} <= {"T3", "T5"}
    assert not any(row.attendance.worker in ("T1", "T2") and any(row.seen) for row in result.sheet.rows)


def test_a_finding_is_not_entered_for_whoever_has_the_id_but_another_name(desk):
    sheet = filled(desk, C2="T2")
    with pytest.raises(InputError) as caught:
        entered(desk, sheet)
    (fault,) = (one for one in caught.value.faults if one.column == "姓名")
    assert (fault.row, fault.found) == (2, "试一")
    assert told(desk).attendance == ()


def test_nobody_is_later_than_the_duty_is_long_or_late_by_two_lengths(desk):
    again = {"A7": dec(2), "B7": "晚", "C7": "T1", "D7": "试一", "I7": "迟到", "J7": 20}
    for cells, words, where in (({"J2": 480}, ["是"], (2, "分钟")), (again, ["是", *[""] * 4, "是"], (7, "情况"))):
        with pytest.raises(InputError) as caught:
            entered(desk, filled(desk, words, **cells))
        assert [(one.row, one.column) for one in caught.value.faults] == [where]


def test_people_are_found_by_their_ids_in_the_system_that_the_export_is_from(desk):
    (desk / "exchange.csv").write_text("系统,工号,对方编号\n企业微信,T1,Zhang\n钉钉,T2,zhang\n", "utf-8")
    path = desk.parent / "p.csv"
    path.write_text("日期,账号,最早,最晚\n2026-12-01,zhang,08:20,16:00\n2026-12-03,外人,08:00,16:00\n", "utf-8")
    result = compared(desk, path)
    assert ("T1", 1, "早", "late", 20) in proposed(result)
    assert any("外人" in note.say("zh") for note in result.sheet.notes)


def test_a_month_report_is_held_against_what_was_confirmed(desk):
    entered(desk, filled(desk))
    path = desk.parent / "report.csv"
    path.write_text(
        "工号,迟到次数,迟到时长,早退次数,早退时长,缺卡次数,旷工次数\nT1,1,15,0,0,0,0\nT4,0,0,0,0,0,1\n", "utf-8"
    )
    result = compared(desk, path)
    assert any("月报里没有的有 4 人，没有对照：试六、试二" in note.say("zh") for note in result.sheet.notes)
    differences = result.sheet.totals
    assert [(who, what.en, said, ours) for who, _, what, said, ours in differences] == [("T1", "minutes late", 15, 12)]


def test_the_commands_say_it(desk):
    words = ("attendance", "compare", desk, clocked(desk), "--month", "2026-12")
    said = run(*words, "--lang", "en", SCHEDULER_NOW="2027-01-04T09:00")
    assert said.code == 0
    assert "5 to confirm, 0 confirmed, 0 rejected, 57 duties as planned" in said.out
    answer = json.loads(run(*words, "--json", SCHEDULER_NOW="2027-01-04T09:00").out)
    assert [one["minutes"] for one in answer["proposed"]] == [12, 30, 0, 0, 0]
    done = run(
        *("attendance", "enter", desk, filled(desk), "--by", "M1", "--because", "考勤"),
        SCHEDULER_NOW="2027-01-04T09:00",
    )
    assert "试一：迟到 12 分钟" in done.out
    assert "试四 12月5日(周六)：晚 → 休" in done.out
    log = run("log", desk, SCHEDULER_NOW="2027-01-04T09:00").out
    assert "确认考勤 5 条" in log
    assert "迟到" not in log
