"""What HR is told of a ledger's periods: versions as they were in force, what was worked, registers, and the workbook."""

from __future__ import annotations

import stat
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from scheduler.app.approvals import approve_request
from scheduler.app.change_requests import RequestList, decide_request, request_change
from scheduler.app.hr import tell_hr
from scheduler.app.publish import publish_version
from scheduler.app.withdraw import withdraw_version
from scheduler.domain import Compensation, Leave, Month, Overtime, Problem, Roster
from scheduler.errors import InputError, Refusal, UnknownPerson
from scheduler.files.papers.hr_tables import LISTINGS
from scheduler.hr.report import HrReport
from scheduler.workflow.change_request import RequestKind
from tests.support.published_desk import (
    IN_TIME,
    MONTH,
    NOW,
    at,
    cell,
    dec,
    drafted,
    going_round,
    ledger_of,
    new_desk,
    published_desk,
    with_changes,
)

LATER = at("2027-02-10 09:00")
JANUARY = Month(2027, 1)
STARTS = {"早": 8, "晚": 16}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.files.writing.arrangement_sheets.stand_ins", lambda *_, **_named: {})


def holder(day: int, code: str = "早") -> str:
    """Who has a shift of December in the round."""
    return f"T{(day - 1 - (code == '晚')) % 6 + 1}"


def other(day: int) -> str:
    """Somebody whose duties leave room for a 早 on a day."""
    return f"T{(day + 2) % 6 + 1}"


def moved(*days: int) -> Any:
    """The round with the 早 of some days given to somebody else."""
    return with_changes(*(change for day in days for change in ((holder(day), day, ""), (other(day), day, "早"))))


def told(desk: Path, now: Any = LATER, **options: Any) -> HrReport:
    return tell_hr(desk, **{"month": MONTH, "now": now, **options}).report


def duties(report: HrReport) -> set[tuple[str, date, str, int]]:
    return {(one.who, one.duty.day, one.duty.shift.code, one.duty.version) for one in report.duties if one.duty.planned}


def grant(desk: Path, kind: RequestKind, now: Any = NOW, **parts: Any) -> int:
    asked = request_change(desk, kind, "M2", "盘点", now=now, **parts)
    number = asked.request.number
    assert number, [one.say("en", asked.stretch.names) for one in asked.verdict.reasons]
    for person in RequestList.waiting(asked.request):
        decide_request(desk, "confirmed", number, person, now=now)
    approve_request(desk, number, "M1", "同意", now=now)
    return number


def rosters(desk: Path) -> dict[int, Roster]:
    with ledger_of(desk) as ledger:
        return {row.number: Roster(row.duties) for row in ledger.versions("small")}


def expected(
    desk: Path, issues: list[tuple[datetime, int | None]], days: list[date]
) -> set[tuple[str, date, str, int]]:
    """Who had which duty, by the version in force when it began: looked up hour by hour."""
    found, versions = set(), rosters(desk)
    for day in days:
        for code, hour in STARTS.items():
            begins = datetime(day.year, day.month, day.day, hour, tzinfo=issues[0][0].tzinfo)
            before = [number for moment, number in issues if moment <= begins]
            number = before[-1] if before else issues[0][1]
            if number is not None:
                found |= {(w, d, c, number) for w, d, c in versions[number].duties if (d, c) == (day, code)}
    return found


@pytest.fixture
def reissued(tmp_path: Path) -> Path:
    """A December issued four times: each issue moves duties that are still to come."""
    desk = new_desk(tmp_path / "desk")
    publish_version(desk, drafted(desk), "M1", now=IN_TIME)
    for days, moment in (
        ((10, 20), "2026-12-05 09:30"),
        ((10, 21, 25), "2026-12-12 20:00"),
        ((10, 21, 28), "2026-12-22 00:00"),
    ):
        number = drafted(desk, roster=moved(*days))
        publish_version(desk, number, "M1", now=at(moment), late_because="改", over_because="改")
    return desk


ISSUES = [
    (IN_TIME(), 1),
    (at("2026-12-05 09:30")(), 2),
    (at("2026-12-12 20:00")(), 3),
    (at("2026-12-22 00:00")(), 4),
]


def test_each_duty_comes_from_the_version_that_was_in_force_when_it_began(reissued):
    report = told(reissued)
    found = expected(reissued, list(ISSUES), [dec(day) for day in range(1, 32)])
    assert duties(report) == found
    assert {version for *_, version in found} == {1, 2, 3, 4}
    assert (holder(20), dec(20), "早", 3) in found  # moved by version 2, and back by version 3 before it began
    assert (other(21), dec(21), "早", 3) in found
    assert (holder(25), dec(25), "早", 4) in found  # moved by version 3, and back by version 4
    rows = {one.number: one.fingerprint for one in ledger_rows(reissued)}
    assert all(one.duty.fingerprint == rows[one.duty.version] for one in report.duties)


def ledger_rows(desk: Path) -> list[Any]:
    with ledger_of(desk) as ledger:
        return ledger.versions("small")


def test_hours_of_a_month_issued_four_times_are_those_of_the_duties_that_were_in_force(reissued):
    report = told(reissued)
    found = expected(reissued, list(ISSUES), [dec(day) for day in range(1, 32)])
    for sheet in report.people:
        mine = [one for one in found if one[0] == sheet.id]
        assert (sheet.planned_days, sheet.planned.total, sheet.worked.total) == (
            len(mine),
            480 * len(mine),
            480 * len(mine),
        )
        assert sheet.due_minutes == 23 * 480


def test_what_began_before_anything_was_published_is_taken_from_the_first_version_and_said_so(tmp_path):
    desk = new_desk(tmp_path / "desk")
    publish_version(desk, drafted(desk), "M1", now=at("2026-12-03 12:00"), late_because="忘了")
    report = told(desk)
    late = {(one.duty.day.day, one.duty.shift.code) for one in report.duties if one.duty.afterwards}
    assert late == {(1, "早"), (1, "晚"), (2, "早"), (2, "晚"), (3, "早")}
    assert len(report.duties) == 62
    assert any("5 duties began before anything was published" in note.say("en") for note in report.notes)


def test_nothing_was_planned_while_no_version_was_in_force(tmp_path):
    desk = published_desk(tmp_path)
    withdraw_version(desk, 1, "M1", "错了", now=at("2026-12-15 12:00"))
    number = drafted(desk)
    publish_version(desk, number, "M1", now=at("2026-12-16 18:00"), late_because="补", over_because="补")
    issues = [(IN_TIME(), 1), (at("2026-12-15 12:00")(), None), (at("2026-12-16 18:00")(), number)]
    report = told(desk)
    assert duties(report) == expected(desk, issues, [dec(day) for day in range(1, 32)])
    missing = {(15, "晚"), (16, "早"), (16, "晚")}
    assert not missing & {(one.duty.day.day, one.duty.shift.code) for one in report.duties}
    assert any("2026-12-15 12:00" in note.say("zh") and "2026-12-16 18:00" in note.say("zh") for note in report.notes)
    assert not any("撤回" in note.say("zh") for note in told(desk, days=(dec(1), dec(14)), month=None).notes)


def test_a_period_over_two_months_takes_each_day_from_its_own_month(tmp_path):
    desk = new_desk(tmp_path / "desk", keys=["hr_cut_off_day = 25"])
    publish_version(desk, drafted(desk), "M1", now=IN_TIME)

    def on_from_december(problem: Problem) -> Roster:
        return going_round(problem, first=31 % 6)

    publish_version(desk, drafted(desk, JANUARY, roster=on_from_december), "M1", now=at("2026-12-20 09:00"))
    report = told(desk, month=JANUARY, cut_off=True)
    period = report.book.period
    assert (period.first, period.last, period.cut_off) == (dec(26), date(2027, 1, 25), 25)
    days = [dec(26) + timedelta(days=n) for n in range(31)]
    versions = rosters(desk)
    found = {(*duty, number) for number in (1, 2) for duty in versions[number].duties if duty.day in days}
    assert duties(report) == found
    assert {number for *_, number in found} == {1, 2}
    new_year = [one for one in report.duties if one.duty.day == date(2027, 1, 1)]
    assert [one.minutes for one in new_year] == [(0, 0, 480), (0, 0, 480)]
    for sheet in report.people:
        assert sheet.statutory_duty == 480 * sum(one.who == sheet.id for one in new_year)


def test_what_was_entered_after_the_fact_lies_over_the_plan(tmp_path):
    desk = published_desk(tmp_path)
    who, stands_in = holder(3), other(3)
    number = grant(desk, RequestKind.STAND_IN, give=cell(who, 3), to=stands_in, after_fact=True)
    report = told(desk)
    found = {
        (one.who, one.duty.planned, one.duty.worked, one.duty.entered)
        for one in report.duties
        if one.duty.day == dec(3) and one.duty.shift.code == "早"
    }
    assert found == {(who, True, False, number), (stands_in, False, True, number)}
    sheets = {one.id: one for one in report.people}
    for sheet, less in ((sheets[who], 480), (sheets[stands_in], -480)):
        assert sheet.planned.total - sheet.worked.total == less
        assert sheet.planned_days - sheet.worked_days == less // 480
    assert (sheets[stands_in].stand_ins, sheets[who].stand_ins) == (1, 0)
    assert (sheets[stands_in].stand_in_points, sheets[who].stand_in_points) == (5, 0)


def test_who_takes_the_duty_of_somebody_away_stands_in(tmp_path):
    desk = published_desk(tmp_path)
    who, stands_in = holder(8), other(8)
    leave = Leave(who, dec(8), dec(8), "sick")
    grant(desk, RequestKind.LEAVE, leave=leave, covers=[cell(stands_in, 8)])
    counts = {one.id: (one.stand_ins, one.stand_in_points) for one in told(desk).people}
    assert {sheet for sheet, count in counts.items() if count != (0, 0)} == {stands_in}
    assert counts[stands_in] == (1, 5)


def test_who_goes_home_in_the_middle_of_a_duty_worked_what_came_before(tmp_path):
    desk = published_desk(tmp_path)
    who = holder(3)
    before = {one.id: one for one in told(desk).people}[who]
    afternoon = Leave(who, dec(3), dec(3), "sick", start=14 * 60, end=18 * 60)  # the duty goes from 8:00 to 16:00
    grant(desk, RequestKind.ABSENCE, leave=afternoon)
    after = {one.id: one for one in told(desk).people}[who]
    assert (after.planned.total, before.worked.total - after.worked.total) == (before.planned.total, 120)
    assert after.worked_days == before.worked_days
    path = tmp_path / "hr.xlsx"
    told(desk, out=path)
    rows = list(load_workbook(path)["每班"].iter_rows(values_only=True))
    (row,) = (
        dict(zip(rows[0], row, strict=True)) for row in rows if row[2] == who and str(row[0]).startswith("2026-12-03")
    )
    assert row["实际"] == "按排班，14:00–16:00 离岗"


def test_overtime_on_a_free_day_of_a_stand_in_counts_double(tmp_path):
    desk = published_desk(tmp_path)
    stands_in = other(3)
    grant(desk, RequestKind.STAND_IN, give=cell(holder(3), 3), to=stands_in, after_fact=True)
    row = Overtime(stands_in, dec(3), 90, None, Compensation.TIME_OFF)
    number = grant(desk, RequestKind.OVERTIME, overtime=row, after_fact=True)
    report = told(desk)
    (line,) = report.overtime
    assert (line.approval.request, line.approval.by, line.approval.after_fact) == (number, "M1", True)
    assert line.counted and line.counted.minutes == (0, 90, 0, 0)  # noqa: PT018 (the second needs the first)
    sheet = next(one for one in report.people if one.id == stands_in)
    assert (sheet.given_back.by_2, sheet.earned, sheet.used, sheet.left) == (90, 90, 0, 90)
    assert sheet.overtime_by_month == {MONTH: 90}


def test_the_register_of_overtime_has_every_approval_also_what_moved_no_cell_or_was_called_off(tmp_path):
    desk = published_desk(tmp_path, overtime=("T1,2026-12-07,2", "T2,2026-12-12,1"))
    asked = grant(desk, RequestKind.OVERTIME, overtime=Overtime("T3", dec(9), 60, 16 * 60))
    grant(desk, RequestKind.LEAVE, leave=Leave("T3", dec(9), dec(9), "annual"))
    lines = {(one.approval.overtime.worker, one.approval.overtime.day.day): one for one in told(desk).overtime}
    assert set(lines) == {("T1", 7), ("T2", 12), ("T3", 9)}
    assert [lines["T1", 7].counted.minutes, lines["T1", 7].approval.request] == [(120, 0, 0, 0), 0]  # type: ignore[union-attr]
    assert lines["T2", 12].counted.counted == 0  # type: ignore[union-attr]  # no duty that it could be part of
    assert (lines["T3", 9].approval.called_off, lines["T3", 9].approval.request, lines["T3", 9].counted) == (
        True,
        asked,
        None,
    )


def test_the_register_of_leave_has_days_hours_and_what_lacks_a_certificate(tmp_path):
    desk = published_desk(tmp_path, leave=("T5,2026-12-13,2026-12-16,病假,是",))
    kinds = ["假别,名称,须证明", "sick,病假,2", ""]
    (desk / "leave_kinds.csv").write_text("\n".join(kinds), encoding="utf-8")
    hours = grant(desk, RequestKind.LEAVE, leave=Leave("T6", dec(22), dec(22), "personal", start=13 * 60, end=15 * 60))
    report = told(desk)
    lines = {one.leave.worker: one for one in report.leave}
    assert (lines["T5"].days, lines["T5"].minutes, lines["T5"].lacks_certificate) == (4, 1440, True)
    assert (lines["T6"].days, lines["T6"].minutes, lines["T6"].request) == (0.25, 120, hours)
    sheets = {one.id: one for one in report.people}
    assert (sheets["T5"].due_minutes, sheets["T5"].due_days) == (20 * 480, 20)
    assert (sheets["T6"].due_minutes, sheets["T6"].due_days) == (23 * 480 - 120, 22.75)
    leave = next(one for one in LISTINGS if one.title.en == "Leave")
    told_as = {row[3]: row[6] for row in leave.values(report, "zh")}
    assert told_as == {"T5": "事假", "T6": "事假"}
    half = told(desk, month=None, days=(dec(15), dec(31)))
    assert [(one.days, one.minutes) for one in half.leave if one.leave.worker == "T5"] == [(2, 960)]


def test_annual_leave_takes_no_days_off(tmp_path):
    desk = published_desk(tmp_path, leave=("T6,2026-12-26,2026-12-29,年假,是", "T5,2026-12-13,2026-12-16,病假,是"))
    taken = {one.id: [(row.kind, row.days, row.minutes) for row in one.leave] for one in told(desk).people if one.leave}
    assert taken == {"T6": [("annual", 2, 960)], "T5": [("sick", 4, 1440)]}  # the 26th and 27th are a weekend


def test_leave_that_was_called_off_counts_no_more_and_a_day_counts_once(tmp_path):
    desk = published_desk(tmp_path, leave=("T5,2026-12-13,2026-12-16,病假,是",))
    off = grant(desk, RequestKind.CANCEL_LEAVE, cancelled_leave=Leave("T5", dec(16), dec(16), "sick"))
    grant(desk, RequestKind.LEAVE, leave=Leave("T5", dec(21), dec(22), "sick"))
    report = told(desk)
    lines = {(one.leave.first.day, one.request): (one.days, one.minutes, one.cancels) for one in report.leave}
    assert lines == {(13, 0): (3, 960, False), (16, off): (0, 0, True), (21, off + 1): (2, 960, False)}
    (taken,) = next(one for one in report.people if one.id == "T5").leave
    assert (taken.kind, taken.days, taken.minutes) == ("sick", 5, 1920)


def test_somebody_whose_id_has_changed_is_one_person_and_the_tables_of_today_say_under_which_system(tmp_path):
    desk = published_desk(tmp_path, overtime=("T1,2026-12-07,2",))
    before = {one.id: one for one in told(desk).people}
    table = desk / "people.csv"
    rows = [f"{row},," for row in table.read_text(encoding="utf-8").split()[2:]]
    text = "\n".join(["工号,姓名,角色,曾用工号,工时制", "X9,试一,班长,T1,综合", *rows, ""])
    table.write_text(text, encoding="utf-8")
    report = told(desk)
    sheets = {one.id: one for one in report.people}
    assert set(sheets) == {"X9", *before} - {"T1"}
    assert (sheets["X9"].worked, sheets["X9"].due_minutes) == (before["T1"].worked, before["T1"].due_minutes)
    assert (before["T1"].overtime, sheets["X9"].overtime) == ((120, 0, 0, 0), (0, 0, 0, 120))
    assert [one.approval.overtime.worker for one in report.overtime] == ["X9"]
    assert {one.who for one in report.duties if one.duty.worker == "T1"} == {"X9"}


def test_a_day_off_whose_whole_duty_is_overtime_counts_double(tmp_path):
    # Of the duties on Saturday the 12th one is overtime throughout, one in part; the 7th is a Monday.
    desk = published_desk(tmp_path, overtime=("T6,2026-12-12,8", "T1,2026-12-07,8", "T5,2026-12-12,7"))
    found = {one.id: one.overtime for one in told(desk).people if sum(one.overtime)}
    assert found == {"T6": (0, 480, 0, 0), "T1": (480, 0, 0, 0), "T5": (420, 0, 0, 0)}


def test_rest_days_due_and_taken_leave_out_leave_and_count_overtime_as_work(tmp_path):
    desk = published_desk(tmp_path, overtime=("T1,2026-12-05,2", "T1,2026-12-12,2"))
    plain = {one.id: one for one in told(published_desk(tmp_path / "other")).people}
    grant(desk, RequestKind.OVERTIME, overtime=Overtime("T2", dec(6), 60, 10 * 60))
    sheets = {one.id: one for one in told(desk).people}
    assert (sheets["T1"].rest_due, plain["T1"].rest_due) == (8, 8)
    assert plain["T2"].rest_taken - sheets["T2"].rest_taken == 1


def test_overtime_recorded_as_time_off_that_the_law_has_paid_is_told_apart(tmp_path):
    desk = new_desk(tmp_path / "desk")
    rows = ("工号,日期,小时,开始,补偿", "T1,2026-12-07,2,16:00,调休", "T2,2026-12-08,1,16:00,加班费")
    (desk / "overtime.csv").write_text("\n".join(rows), "utf-8")
    publish_version(desk, drafted(desk), "M1", now=IN_TIME)
    first, second, *_ = told(desk).people
    assert (first.overtime.by_1_5, first.given_back, first.earned) == (120, (120, 0, 0, 0), 120)
    assert (second.overtime.by_1_5, second.given_back, second.earned) == (60, (0, 0, 0, 0), 0)


def test_the_workbook_holds_the_tables_and_is_for_hr_alone(tmp_path):
    desk = published_desk(tmp_path, overtime=("T1,2026-12-07,2",))
    path = tmp_path / "hr.xlsx"
    told(desk, out=path)
    book = load_workbook(path)
    assert book.sheetnames == ["每人", "每班", "加班", "请假", "考勤", "法规", "积分", "图表", "说明"]
    assert book["每班"].max_row == 63
    people = list(book["每人"].iter_rows(values_only=True))
    first = dict(zip(people[0], people[1], strict=True))
    assert (first["工号"], first["排班时"], first["加班1.5"], first["应出勤时"]) == ("T1", 88, 2, 184)
    for sheet in book:
        setup, fitted = sheet.page_setup, sheet.sheet_properties.pageSetUpPr
        assert (setup.orientation, setup.paperSize) == ("portrait" if sheet.title == "图表" else "landscape", 9)
        assert fitted
        assert fitted.fitToPage
        assert sheet.print_title_rows or sheet.title == "图表"
    assert "A1:C1" in {str(one) for one in book["说明"].merged_cells.ranges}  # in the first column alone it is cut off
    assert book["每人"]["F2"].alignment.horizontal == "right"
    assert book["每人"]["A2"].alignment.horizontal == "center"
    empty = {sheet.title for sheet in book if sheet.max_row == 1 and sheet.title != "图表"}
    assert (
        {sheet.title for sheet in book if sheet.oddHeader and sheet.oddHeader.center.text == "本期没有"}
        == empty
        == {"请假", "考勤", "法规"}
    )
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    about = " ".join(str(row[0]) for row in book["说明"].iter_rows(values_only=True) if row[0])
    assert "日历月" in about
    assert ledger_rows(desk)[0].fingerprint in about
    told(desk, out=path)  # its own file is replaced
    foreign = tmp_path / "other.xlsx"
    foreign.write_bytes(b"not ours")
    with pytest.raises(InputError):
        told(desk, out=foreign)


def test_a_period_without_any_publication_is_refused(tmp_path):
    desk = published_desk(tmp_path)
    with pytest.raises(Refusal):
        told(desk, month=Month(2026, 11))
    with pytest.raises(Refusal):
        told(desk, month=None, days=(dec(2), dec(1)))
    report = told(desk, month=JANUARY)
    assert report.duties == ()
    assert any("2027-01" in note.say("en") for note in report.notes)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_table_has_two_columns_of_one_heading_or_key(lang):
    for listing in LISTINGS:
        for names in ([field.title.say(lang) for field in listing.fields], [field.key for field in listing.fields]):
            assert len(set(names)) == len(names)


# What an earlier workbook said otherwise


def test_a_correction_has_what_happened_since_and_nothing_else(tmp_path):
    desk = published_desk(tmp_path)
    first, path = tmp_path / "first.xlsx", tmp_path / "correction.xlsx"
    told(desk, out=first, now=at("2026-12-02 09:00"))
    who, stands_in = holder(3), other(3)
    number = grant(desk, RequestKind.STAND_IN, give=cell(who, 3), to=stands_in, after_fact=True)
    found = tell_hr(desk, corrects=first, out=path, now=LATER)
    told_ = {
        (one.listing.title.zh, one.row[-1], one.field and one.field.key): (one.before, one.after, one.more)
        for one in found.corrections
    }
    assert told_["每人", who, "worked_hours"] == ("80", "72", -8)
    assert told_["每人", stands_in, "worked_hours"] == ("88", "96", 8)
    assert told_["每班", "早", "state"] == ("按排班", f"未上，补记（申请 {number}）", None)
    assert {sheet for sheet, *_ in told_} == {"每人", "每班", "积分"}
    assert {row for sheet, row, _ in told_ if sheet == "每人"} == {who, stands_in}
    rows = list(load_workbook(path)["更正"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(found.corrections)
    assert ("每人", who, "实际时", "80", "72", -8) in rows
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_a_correction_of_what_stands_still_is_empty_in_either_language(tmp_path):
    desk = published_desk(
        tmp_path, overtime=("T1,2026-12-07,2", "T1,2026-12-08,1"), leave=("T5,2026-12-13,2026-12-16,病假,是",)
    )
    for lang in ("zh", "en"):
        path = tmp_path / f"{lang}.xlsx"
        tell_hr(desk, MONTH, out=path, now=LATER, lang=lang)
        assert tell_hr(desk, corrects=path, now=LATER).corrections == ()
    period = tell_hr(desk, corrects=path, now=LATER).report.book.period
    assert (period.first, period.last) == (MONTH.first, MONTH.last)


def test_what_somebody_has_changed_in_the_earlier_workbook_is_told(tmp_path):
    desk, path = published_desk(tmp_path), tmp_path / "hr.xlsx"
    told(desk, out=path)
    book = load_workbook(path)
    sheet = book["每人"]
    column = [cell.value for cell in sheet[1]].index("应出勤时") + 1
    sheet.cell(2, column).value = 180
    book["积分"].cell(2, 9).value = -2  # lateness, for the clerk to fill in
    book.save(path)
    found = tell_hr(desk, corrects=path, now=LATER)
    (one,) = found.corrections
    assert (one.field and one.field.key, one.before, one.after, one.more) == ("due_hours", "180", "184", 4)
    assert found.earlier
    assert found.earlier.altered


def test_nobody_unknown_takes_the_workbook(tmp_path):
    desk, path = published_desk(tmp_path), tmp_path / "hr.xlsx"
    with pytest.raises(UnknownPerson):
        told(desk, out=path, by="ZZZ")
    assert not path.exists()
    assert not any(one.event == "taken" for one in ledger_of(desk).entries("small"))


def test_a_folder_that_is_not_there_is_told_in_words(tmp_path):
    path = tmp_path / "nowhere" / "hr.xlsx"
    with pytest.raises(InputError) as caught:
        told(published_desk(tmp_path), out=path)
    (fault,) = caught.value.faults
    assert (fault.file, fault.found) == (str(path), "")
    assert "没有这个文件夹" in fault.say("zh")


def test_an_earlier_workbook_without_one_of_its_columns_is_refused(tmp_path):
    desk, path = published_desk(tmp_path), tmp_path / "hr.xlsx"
    told(desk, out=path)
    book = load_workbook(path)
    sheet = book["每人"]
    sheet.delete_cols([cell.value for cell in sheet[1]].index("实际时") + 1)
    book.save(path)
    with pytest.raises(InputError) as caught:
        tell_hr(desk, corrects=path, now=LATER)
    (fault,) = caught.value.faults
    assert (fault.sheet, fault.row) == ("每人", 1)
    assert "“实际时”列" in fault.say("zh")


def test_only_an_hr_workbook_of_the_same_ledger_is_corrected(tmp_path):
    desk, path = published_desk(tmp_path), tmp_path / "hr.xlsx"
    told(desk, out=path)
    other_desk = published_desk(tmp_path / "other")
    withdraw_version(other_desk, 1, "M1", "错了", now=NOW)
    elsewhere = tmp_path / "elsewhere.xlsx"
    told(other_desk, out=elsewhere)
    with pytest.raises(Refusal):
        tell_hr(desk, corrects=elsewhere, now=LATER)
    roster = next((desk / "rosters").glob("*.xlsx"))
    with pytest.raises(InputError):
        tell_hr(desk, corrects=roster, now=LATER)
    with pytest.raises(InputError):  # the correction does not take the place of what it corrects
        tell_hr(desk, corrects=path, out=path, now=LATER)
