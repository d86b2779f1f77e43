"""Overtime of a published month: asked for, judged, carried out, printed, entered after the fact, taken back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from scheduler.app.approvals import Approved, approve_request
from scheduler.app.change_requests import Asked, RequestList, decide_request, list_requests, request_change
from scheduler.app.check import check_desk
from scheduler.app.generate import generate_roster
from scheduler.app.months import month_problem
from scheduler.app.publish import publish_version
from scheduler.app.show import show_version
from scheduler.app.surge import plan_surge
from scheduler.app.withdraw import withdraw_version
from scheduler.audit.statistics import total_workers
from scheduler.domain import Compensation, Leave, Month, Overtime, Roster
from scheduler.errors import RosterMoved
from scheduler.files.reading.desk import read_desk
from scheduler.solver.outcome import Solved
from scheduler.workflow.change_request import RequestKind, RequestState
from scheduler.workflow.overrides import Override
from scheduler.workflow.verdict import VerdictWord
from tests.support.published_desk import (
    IN_TIME,
    NOW,
    at,
    cell,
    dec,
    drafted,
    going_round,
    ledger_of,
    live,
    new_desk,
    published_desk,
    shifts,
)

# The round: T1 has 早 on the 7th and 晚 on the 8th, T2 a day later, and so on; NOW is the 5th, 9:30.
FOUR, EIGHT, MIDNIGHT = 16 * 60, 8 * 60, 24 * 60
JANUARY = Month(2027, 1)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.files.writing.arrangement_sheets.stand_ins", lambda *_, **_named: {})


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return published_desk(tmp_path)


def ask(desk: Path, overtime: Overtime, by: str = "M2", now: Any = NOW, **parts: Any) -> Asked:
    return request_change(desk, RequestKind.OVERTIME, by, "盘点", overtime=overtime, now=now, **parts)


def grant(desk: Path, found: Asked, now: Any = NOW) -> Approved:
    assert found.request.number, said(found)
    for person in RequestList.waiting(found.request):
        decide_request(desk, "confirmed", found.request.number, person, now=now)
    return approve_request(desk, found.request.number, "M1", "同意", now=now)


def said(found: Asked, lang: Any = "en") -> list[str]:
    """Everything against a request."""
    names = found.stretch.names
    objections = [one.say(lang, names) for one in found.objections]
    return objections + [one.say(lang, names) for one in found.verdict.reasons]


def notes(found: Asked | Approved) -> str:
    return " / ".join(note.say("en") for note in found.notes)


def published_with(folder: Path, people: list[str] = [], overtime: list[str] = []) -> Path:  # noqa: B006 (read only)
    """A desk with some people protected, and with rows of overtime, whose December is in force."""
    desk = new_desk(folder / "desk")
    rows = {row.partition(",")[0]: row for row in people}
    plain = (desk / "people.csv").read_text(encoding="utf-8").split()[1:]
    lines = [
        "工号,姓名,角色,特殊保护,保护开始,保护结束",
        *(rows.get(row.partition(",")[0], f"{row},,,") for row in plain),
    ]
    (desk / "people.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    (desk / "overtime.csv").write_text("\n".join(["工号,日期,小时,开始", *overtime, ""]), encoding="utf-8")
    publish_version(desk, drafted(desk), "M1", now=IN_TIME)
    return desk


def problem_of(desk: Path, month: Month = Month(2026, 12)) -> Any:
    with ledger_of(desk) as ledger:
        return month_problem(read_desk(desk), ledger, month)


# Judged by day, month, law and protection (CASES E6)


def test_24_hours_on_a_day_with_eight_are_refused(desk):
    found = ask(desk, Overtime("T1", dec(7), 24 * 60))
    assert (found.verdict.word, found.request.number) == (VerdictWord.REFUSED, 0)
    assert said(found) == [
        "试一 would work 32 h on Mon 7 Dec with the overtime: 8 h a day, and at most 3 h more (Labour Law 36, 41)"
    ]
    assert "劳动法第36、41条" in said(found, "zh")[0]
    assert list_requests(desk, reader="auditor", now=NOW).requests == ()


@pytest.mark.parametrize(("day", "start", "most"), [(7, FOUR, 180), (8, MIDNIGHT, 180), (9, 10 * 60, 660)])
def test_a_day_holds_three_hours_beyond_the_standard_day(desk, day, start, most):
    assert ask(desk, Overtime("T1", dec(day), most + 1, start)).verdict.word == VerdictWord.REFUSED
    if day != 9:  # ten hours after 晚 of the 8th are no rest: another day off
        assert ask(desk, Overtime("T1", dec(day), most, start)).verdict.word == VerdictWord.ALLOWED
    else:
        assert ask(desk, Overtime("T1", dec(10), most, start)).verdict.word == VerdictWord.ALLOWED


def test_the_same_overtime_twice_is_refused_while_it_is_open_and_once_it_is_approved(desk):
    first = ask(desk, Overtime("T1", dec(7), 60))
    again = ask(desk, Overtime("T1", dec(7), 60))
    assert "overlaps that of open request 1 (16:00–17:00)" in said(again)[0]
    grant(desk, first)
    again = ask(desk, Overtime("T1", dec(7), 60))
    assert "overlaps overtime that is approved (16:00–17:00)" in said(again)[0]
    assert ask(desk, Overtime("T1", dec(7), 120, 17 * 60)).request.number
    third = ask(desk, Overtime("T1", dec(7), 121, 17 * 60))
    assert any("would work 11.02 h" in line for line in said(third))


def test_two_open_requests_that_are_too_much_together_are_not_both_approved(desk):
    both = [ask(desk, Overtime("T1", dec(7), 120, start)) for start in (FOUR, 18 * 60)]
    grant(desk, both[0])
    with pytest.raises(RosterMoved, match="12"):
        grant(desk, both[1])


@pytest.mark.parametrize(
    ("kind", "days", "start", "article"),
    [
        ("孕期", ("2026-12-04", "2026-12-07"), FOUR, "Labour Law 61"),
        ("哺乳期", ("2026-12-07", "2026-12-07"), FOUR, "Labour Law 63"),
        ("未成年", ("2026-12-10", "2026-12-11"), 23 * 60 + 30, "protection of minors 61"),
    ],
)
def test_the_protected_get_no_overtime_whatever_is_overridden(tmp_path, kind, days, start, article):
    """Overtime of the 7th or, where it begins late on the 9th, of the day that it reaches into."""
    day = 7 if start == FOUR else 9
    desk = published_with(tmp_path, people=[f"T1,试一,班长,{kind},{days[0]},{days[1]}"])
    found = ask(desk, Overtime("T1", dec(day), 60, start), override="急", sets_aside=list(Override))
    assert found.verdict.word == VerdictWord.REFUSED
    assert any(f"no overtime ({article})" in line for line in said(found)), said(found)


def test_36_hours_a_month_are_the_most(desk):
    free = [(10, 600), (11, 600), (17, 600)]
    for day, minutes in free:
        grant(desk, ask(desk, Overtime("T1", dec(day), minutes, 10 * 60)))
    found = ask(desk, Overtime("T1", dec(23), 361, 10 * 60))
    assert said(found) == ["试一 would have 36.02 h of overtime in 2026-12: at most 36 h a month (Labour Law 41)"]
    assert ask(desk, Overtime("T1", dec(23), 360, 10 * 60)).verdict.word == VerdictWord.ALLOWED


def test_overtime_without_a_time_follows_the_duty_and_says_so(desk):
    found = ask(desk, Overtime("T1", dec(7), 90))
    assert found.request.overtime == Overtime("T1", dec(7), 90, FOUR)
    assert "taken to follow 试一's duty of Mon 7 Dec (早) at once, 16:00–17:30" in notes(found)
    assert "made good by: overtime pay" in notes(found)


def test_overtime_without_a_time_needs_one_where_there_is_no_duty(desk):
    found = ask(desk, Overtime("T1", dec(10), 90))
    assert said(found) == [
        "试一 has no duty on Thu 10 Dec that overtime could follow: say from when to when (--times 18:00-20:00)"
    ]
    assert ask(desk, Overtime("T1", dec(10), 90, EIGHT)).request.number


def test_what_follows_a_duty_over_midnight_is_overtime_of_that_day(desk):
    found = ask(desk, Overtime("T1", dec(9), 120, 0))
    assert found.request.overtime == Overtime("T1", dec(8), 120, MIDNIGHT)
    assert "is overtime of that day" in notes(found)


@pytest.mark.parametrize("start", [FOUR - 1, EIGHT - 59])
def test_overtime_inside_ones_own_duty_is_refused(desk, start):
    assert (
        "overlaps their 早"
        in said(ask(desk, Overtime("T1", dec(7), 60, start), override="急", sets_aside=list(Override)))[0]
    )


def test_overtime_that_leaves_no_rest_moves_the_next_duty_to_somebody_else(desk):
    """T6's 晚 of the 6th ends at midnight; T2 begins at eight on the 8th: overtime of the 7th until 22:00 leaves ten hours."""
    found = ask(desk, Overtime("T2", dec(7), 120, 20 * 60))
    assert found.verdict.word == VerdictWord.ALLOWED_WITH
    assert any("10 h" in line and "11 h rest between the overtime" in line for line in said(found))
    assert {one.worker for one in found.verdict.further if one.day == dec(8)} >= {"T2"}


def test_overtime_is_asked_in_time_and_not_of_what_has_begun(desk):
    assert "to be asked" in said(ask(desk, Overtime("T4", dec(5), 60, 20 * 60)))[0]
    found = ask(desk, Overtime("T4", dec(5), 60, EIGHT), override="急", sets_aside=list(Override))
    assert any("has begun: to enter what happened" in line for line in said(found))


def test_overtime_on_leave_is_refused(tmp_path):
    desk = published_desk(tmp_path, leave=("T6,2026-12-08,2026-12-10,年假,是",))
    assert "has approved leave" in said(ask(desk, Overtime("T6", dec(9), 60, EIGHT)))[0]


# Carried out: on every paper


def test_overtime_stands_on_every_paper_of_its_version(desk):
    asked = Overtime("T1", dec(7), 120, FOUR)
    done = grant(desk, ask(desk, asked))
    assert done.issued
    files = {path.name: path for path in done.files}
    letter = next(path for name, path in files.items() if name.endswith("T1-变更.txt")).read_text(encoding="utf-8")
    assert "早 早班 08:00–16:00、加班 16:00–18:00（加班费）" in letter
    events = next(path for name, path in files.items() if name.endswith("T1-变更.ics")).read_bytes().decode()
    assert "SUMMARY:加班 · 两班小前台" in events
    assert "DTSTART;TZID=Asia/Shanghai:20261207T160000" in events
    assert not any(name.startswith("small") and "T2-" in name for name in files)
    book = load_workbook(next(path for name, path in files.items() if name.endswith(f"v{done.row.number}.xlsx")))
    grid = book["排班表"]
    ((marked, form),) = [
        (one.value, one.number_format) for row in grid.iter_rows() for one in row if "+2" in str(one.number_format)
    ]
    assert (marked, form.endswith('@" +2 *"')) == ("早", True)
    lines = [one.value for row in grid.iter_rows() for one in row if "格中 +n" in str(one.value)]
    assert lines == ["格中 +n 为加班 n 小时：试一 12月7日(周一) 16:00–18:00，2 小时，加班费"]
    heads, first, *_ = book["统计"].iter_rows(values_only=True)
    totals = dict(zip(heads, first, strict=True))
    assert [totals[name] for name in ("加班工时", "其中加班费", "其中折调休")] == [2, 2, 0]
    rows = list(book["加班明细"].iter_rows(values_only=True))
    assert (rows[1][2], rows[1][7:]) == ("T1", (2, "加班费"))
    handed = load_workbook(next(path for name, path in files.items() if name.endswith("分发.xlsx")))
    texts = [str(one.value) for sheet in handed for row in sheet.iter_rows() for one in row if one.value]
    assert any("早 8:00–16:00\n加班 16:00–18:00" in text for text in texts)
    slip = load_workbook(next(path for name, path in files.items() if name.endswith("T1-个人班表.xlsx")))
    texts = [str(one.value) for row in slip.worksheets[0].iter_rows() for one in row if one.value]
    assert any("加班：16:00–18:00，2 小时，加班费" in text for text in texts)
    assert any("加班工时：2" in text for text in texts)


def test_time_off_stands_on_the_papers_of_overtime_of_a_free_day(desk):
    done = grant(desk, ask(desk, Overtime("T1", dec(9), 120, FOUR, Compensation.TIME_OFF)))
    letter = next(path for path in done.files if path.name.endswith("T1-变更.txt")).read_text(encoding="utf-8")
    assert "加班 16:00–18:00（调休）" in letter


def test_the_law_has_overtime_paid_that_is_not_on_a_day_off(tmp_path):
    desk = published_desk(tmp_path, holidays=("2026-12-09",))
    times: tuple[dict[str, Any], ...] = ({}, {"after_fact": True, "now": at("2026-12-12 09:00")})
    for day in (7, 9):  # T1 has a duty on the 7th; the 9th is a statutory holiday
        for late in times:
            found = ask(desk, Overtime("T1", dec(day), 120, FOUR, Compensation.TIME_OFF), **late)
            assert any("Labour Law 44" in line for line in said(found))


def test_the_version_shows_its_overtime_and_the_one_before_shows_none(desk):
    done = grant(desk, ask(desk, Overtime("T1", dec(7), 120, FOUR)))
    shown = show_version(desk, done.row.number)
    assert shown.problem is not None
    assert shown.problem.overtime == (Overtime("T1", dec(7), 120, FOUR),)
    before = show_version(desk, 1).problem
    assert before is not None
    assert before.overtime == ()
    (first, *_) = total_workers(shown.problem, Roster(done.row.duties))
    assert (first.overtime, first.overtime_paid, first.overtime_off) == (2, 2, 0)


def test_the_withdrawal_of_a_month_takes_overtime_out_of_calendars(desk):
    done = grant(desk, ask(desk, Overtime("T1", dec(10), 120, EIGHT)))
    withdrawn = withdraw_version(desk, done.row.number, "M1", "错了", now=NOW)
    events = next(path for path in withdrawn.files if path.name.endswith("T1-作废.ics")).read_bytes().decode()
    assert "SUMMARY:【取消】加班" in events.replace("\r\n ", "")


def test_a_later_version_does_not_tell_again_of_overtime_that_is_as_it_was(desk):
    grant(desk, ask(desk, Overtime("T1", dec(7), 120, FOUR)))
    done = grant(desk, ask(desk, Overtime("T3", dec(9), 60, FOUR)))
    assert {path.name.split("-")[-2] for path in done.files if path.suffix == ".ics"} == {"T3"}


def test_overtime_moved_by_the_tables_is_told(tmp_path):
    """A row of overtime.csv with a start stands on the first publication's papers."""
    desk = published_desk(tmp_path)
    (desk / "overtime.csv").write_text("工号,日期,小时,开始,补偿\nT1,2027-01-06,2,16:00,调休\n", encoding="utf-8")
    number = drafted(desk, JANUARY, roster=lambda problem: going_round(problem, 1), legal=False)
    assert problem_of(desk, JANUARY).overtime == (Overtime("T1", date(2027, 1, 6), 120, FOUR, Compensation.TIME_OFF),)
    done = publish_version(desk, number, "M1", now=NOW)
    texts = [path.read_text(encoding="utf-8") for path in done.files if path.name.endswith("T1-班表.txt")]
    assert "加班 16:00–18:00（调休）" in texts[0]
    assert "另有加班 1 次、2 小时。" in texts[0]


# After the fact


def test_overtime_that_was_worked_is_entered_with_what_it_broke(desk):
    found = ask(desk, Overtime("T4", dec(4), 600, FOUR), after_fact=True)
    assert found.verdict.word == VerdictWord.ALLOWED
    assert any("18 h" in line and "at most 11 h on Fri 4 Dec" in line for line in said(found)), said(found)
    done = grant(desk, found)
    assert "overtime entered as it was worked, against the rules" in notes(done)
    assert shifts(Roster(done.row.duties), "T4", 4) == "早"
    assert any("照实补记" in note["zh"] for note in live(desk).assumptions)
    assert problem_of(desk).overtime == (Overtime("T4", dec(4), 600, FOUR),)


def test_what_was_broken_by_worked_overtime_is_told_apart_from_later_requests(desk):
    grant(desk, ask(desk, Overtime("T4", dec(4), 600, FOUR), after_fact=True))
    found = ask(desk, Overtime("T1", dec(7), 60))
    assert found.verdict.word == VerdictWord.ALLOWED
    assert "broken before, none of this request's doing" in notes(found)
    made = generate_roster(desk, Month(2026, 12), since=dec(8), cores=1, now=NOW)
    assert made.version is not None, made.outcome.status
    assert check_desk(desk, Month(2026, 12), now=NOW).against == ()
    publish_version(desk, made.version, "M1", over_because="重排", now=NOW)
    assert problem_of(desk).overtime == (Overtime("T4", dec(4), 600, FOUR),)


def test_worked_overtime_that_broke_a_rule_stops_no_surge(desk):
    grant(desk, ask(desk, Overtime("T4", dec(4), 600, FOUR), after_fact=True))
    found = plan_surge(desk, dec(20), 2.0, by="M1", cores=1, now=NOW)
    assert {one.day for one in found.plan.changes} == {dec(20)}
    assert found.row is not None
    assert Overtime("T4", dec(4), 600, FOUR) in found.plan.asking.overtime


@pytest.mark.parametrize(
    ("overtime", "against"),
    [
        (Overtime("T4", dec(4), 60, 10 * 60), "overlaps their 早"),
        (Overtime("T3", dec(4), 60, 23 * 60), "overlaps their 晚"),
        (Overtime("T4", dec(4), 25 * 60, FOUR), "overtime has at most 24 h, not 25 h"),
        (Overtime("T1", dec(5), 60, 9 * 60), "is not over yet"),
        (Overtime("T1", dec(6), 60, 9 * 60), "has not begun"),
    ],
)
def test_overtime_that_contradicts_itself_is_not_entered(desk, overtime, against):
    found = ask(desk, overtime, after_fact=True)
    assert not found.request.number
    assert any(against in line for line in said(found)), said(found)


def test_worked_overtime_beyond_the_month_is_entered_and_counts(desk):
    for day in (1, 2, 3, 4):
        grant(desk, ask(desk, Overtime("T5", dec(day), 600, 9 * 60), after_fact=True))
    assert problem_of(desk).extra_minutes("T5") == 40 * 60
    found = ask(desk, Overtime("T5", dec(12), 60, EIGHT))
    assert any("41 h of overtime" in line for line in said(found))


def test_worked_overtime_of_the_protected_is_entered_with_what_it_broke(tmp_path):
    desk = published_with(tmp_path, people=["T4,试四,班长,孕期,2026-12-04,2026-12-04"])
    found = ask(desk, Overtime("T4", dec(4), 60, FOUR), after_fact=True)
    assert found.verdict.word == VerdictWord.ALLOWED
    assert any("protected on Fri 4 Dec, no overtime (16:00–17:00)" in line for line in said(found))
    grant(desk, found)


# Taken back


def test_overtime_is_taken_back_and_everybody_is_told(desk):
    before = problem_of(desk).overtime
    done = grant(desk, ask(desk, Overtime("T1", dec(7), 120, FOUR)))
    undone = request_change(desk, RequestKind.UNDO, "M2", "取消", undoes=done.request.number, now=NOW)
    back = grant(desk, undone)
    assert problem_of(desk).overtime == before == ()
    state = next(
        one.state
        for one in list_requests(desk, reader="auditor", now=NOW).requests
        if one.number == done.request.number
    )
    assert state == RequestState.UNDONE
    letter = next(path for path in back.files if path.name.endswith("T1-变更.txt")).read_text(encoding="utf-8")
    assert "原 早 早班 08:00–16:00、加班 16:00–18:00（加班费） → 现 早 早班 08:00–16:00" in letter
    assert ask(desk, Overtime("T1", dec(7), 120, FOUR)).request.number


# Months see each other's


def test_overtime_of_the_last_night_leaves_the_first_duty_of_the_next_month_its_rest(desk):
    number = drafted(desk, JANUARY, roster=lambda problem: going_round(problem, 1))
    publish_version(desk, number, "M1", now=NOW)
    early = next(one.worker for one in live(desk, JANUARY).duties if (one.day.day, one.shift) == (1, "早"))
    assert not [one for one in live(desk).duties if (one.worker, one.day) == (early, dec(31))]
    found = ask(desk, Overtime(early, dec(31), 120, 20 * 60))
    assert found.verdict.word == VerdictWord.REFUSED
    assert any("11 h rest between the overtime of Thu 31 Dec" in line for line in said(found)), said(found)
    assert ask(desk, Overtime(early, dec(31), 60, 20 * 60)).verdict.word == VerdictWord.ALLOWED


def test_a_month_knows_the_overtime_at_the_end_of_the_one_before(desk):
    late = next(one.worker for one in live(desk).duties if (one.day, one.shift) == (dec(31), "晚"))
    grant(desk, ask(desk, Overtime(late, dec(31), 120, MIDNIGHT)))
    assert problem_of(desk, JANUARY).past_overtime == (Overtime(late, dec(31), 120, MIDNIGHT),)
    number = drafted(desk, JANUARY, roster=lambda problem: going_round(problem, 1))
    publish_version(desk, number, "M1", now=NOW)
    found = ask(desk, Overtime(late, date(2027, 1, 1), 60, 12 * 60), now=at("2026-12-20 09:00"))
    assert any("10 h" in line and "11 h rest" in line for line in said(found)), said(found)


def test_rows_of_overtime_at_the_end_of_a_month_are_known_in_the_next(tmp_path):
    desk = published_with(tmp_path, overtime=["T3,2026-12-31,1,23:00"])
    assert problem_of(desk, JANUARY).past_overtime == (Overtime("T3", dec(31), 60, 23 * 60),)
    number = drafted(desk, JANUARY, roster=lambda problem: going_round(problem, 1))
    publish_version(desk, number, "M1", now=NOW)
    found = ask(desk, Overtime("T3", date(2027, 1, 1), 60, EIGHT), now=at("2026-12-20 09:00"))
    assert any("the overtime of Thu 31 Dec (23:00–24:00)" in line for line in said(found)), said(found)


# Beside other requests


def test_who_is_away_works_no_overtime_and_the_answer_says_so(desk):
    grant(desk, ask(desk, Overtime("T1", dec(7), 60)))
    grant(desk, ask(desk, Overtime("T1", dec(10), 60, EIGHT)))
    away = Leave("T1", dec(7), dec(9), "sick")
    found = request_change(desk, RequestKind.ABSENCE, "M2", "病了", leave=away, now=NOW)
    assert "the overtime of 试一 on Mon 7 Dec is called off with it: 16:00–17:00, 1 h, overtime pay" in notes(found)
    assert found.verdict.word in (VerdictWord.ALLOWED, VerdictWord.ALLOWED_WITH)
    grant(desk, found)
    assert problem_of(desk).overtime == (Overtime("T1", dec(10), 60, EIGHT),)
    undone = request_change(desk, RequestKind.UNDO, "M2", "能来", undoes=found.request.number, now=NOW)
    grant(desk, undone)
    assert Overtime("T1", dec(7), 60, FOUR) in problem_of(desk).overtime


def test_worked_overtime_is_not_called_off_by_leave_of_the_day(desk):
    grant(desk, ask(desk, Overtime("T4", dec(4), 60, FOUR), after_fact=True))
    away = Leave("T4", dec(4), dec(4), "personal")
    found = request_change(desk, RequestKind.ABSENCE, "M2", "没来", leave=away, now=NOW)
    grant(desk, found)
    assert problem_of(desk).overtime == (Overtime("T4", dec(4), 60, FOUR),)


def test_overtime_that_stays_where_a_duty_moves_is_named(desk):
    grant(desk, ask(desk, Overtime("T1", dec(7), 60)))
    found = request_change(desk, RequestKind.STAND_IN, "M2", "有事", give=cell("T1", 7), to="T4", now=NOW)
    assert found.verdict.word == VerdictWord.ALLOWED
    assert "a duty of 试一 on Mon 7 Dec moves, where approved overtime stays: 16:00–17:00" in notes(found)


def test_nobody_is_given_a_duty_that_overlaps_their_overtime(desk):
    grant(desk, ask(desk, Overtime("T4", dec(7), 60, 10 * 60)))
    found = request_change(desk, RequestKind.STAND_IN, "M2", "有事", give=cell("T1", 7), to="T4", now=NOW)
    assert found.verdict.word == VerdictWord.REFUSED
    assert any("overtime on Mon 7 Dec (10:00–11:00) beside 早 of Mon 7 Dec" in line for line in said(found)), said(
        found
    )


# Overtime of the tables


def test_rows_that_break_rules_by_themselves_are_told_before_any_solving(tmp_path):
    desk = new_desk(tmp_path / "desk")
    rows = [
        "工号,日期,小时,开始",
        "T1,2026-12-07,24,16:00",
        "T2,2026-12-10,2,8:00",
        "T2,2026-12-10,2,9:00",
        "T3,2026-12-11,9,",
    ]
    (desk / "overtime.csv").write_text("\n".join([*rows, ""]), encoding="utf-8")
    checked = check_desk(desk, Month(2026, 12), now=IN_TIME)
    assert not checked.works
    assert checked.words.possible
    against = [one.say("en", checked.problem.names) for one in checked.against]
    assert len(against) == 3
    assert any("试二: overtime on Thu 10 Dec (08:00–10:00) beside the overtime" in line for line in against)
    made = generate_roster(desk, Month(2026, 12), cores=1, now=IN_TIME)
    assert made.version is None
    assert [one.say("en", made.problem.names) for one in made.against] == against


def test_overtime_of_the_tables_is_planned_around(tmp_path):
    """Nobody is given a duty that overlaps overtime, or leaves it no rest."""
    desk = new_desk(tmp_path / "desk")
    (desk / "overtime.csv").write_text("工号,日期,小时,开始\nT1,2026-12-07,3,17:00\n", encoding="utf-8")
    made = generate_roster(desk, Month(2026, 12), cores=1, time_limit=20, now=IN_TIME)
    assert made.version is not None
    assert isinstance(made.outcome, Solved)
    assert made.outcome.roster.on("T1", dec(7)) in ((), ("早",))
    assert not made.outcome.audit.broken
    assert "overtime_terms" in {one.rule.name for one in made.outcome.audit.results}
