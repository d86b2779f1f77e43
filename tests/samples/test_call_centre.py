"""R14: people follow the calls, breaks leave the desk staffed, a surge moves one day."""

import re
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from scheduler.app.drafts import make_draft
from scheduler.app.months import tables_facts
from scheduler.app.publish import publish_version
from scheduler.audit.audit import audit
from scheduler.domain import Month, Roster
from scheduler.files.reading.desk import read_desk
from scheduler.ledger.store import Ledger, default_url
from scheduler.staffing.break_audit import break_faults
from scheduler.staffing.break_model import place_breaks
from scheduler.staffing.breaks import BreakPlan
from scheduler.staffing.slots import slot_rows
from scheduler.staffing.workload import at_desk, reached
from scheduler.workflow.replan_day import replan_day
from tests.support.narrowing import present
from tests.support.published_desk import IN_TIME
from tests.support.sample_months import SAMPLES, broken, changed, desk, made, refused, sample_copy, without_people
from tests.support.sheets import table

NAME = "call_centre"
FULL = ("早1", "早2", "中", "晚1", "晚2")
MONDAY = date(2026, 12, 14)


@cache
def terms():
    found = read_desk(SAMPLES / NAME).breaks
    assert found is not None
    return found


@cache
def breaks() -> BreakPlan:
    month = made(NAME)
    return place_breaks(month.problem, terms(), month.roster)


def at_work(roster: Roster, day: date, minute: int) -> list[str]:
    """Who is on a shift at a minute of a day, on breaks or not."""
    shifts = made(NAME).problem.shift_by_code
    return [d.worker for d in roster.duties if d.day == day and shifts[d.shift].start <= minute < shifts[d.shift].end]


def test_it_is_a_large_desk_on_a_half_hour_grid():
    problem = made(NAME).problem
    assert 60 <= len(problem.workers) <= 70
    assert {slot.end - slot.start for slot in problem.slots} == {30}
    assert all(len(problem.slots_on(day)) == 28 for day in problem.dates)


@pytest.mark.parametrize("month", ["2026-10", "2026-12", "2027-01", "2027-02"])
def test_other_months_than_december_have_a_forecast_and_promise_no_more_hours_than_their_norm(month):
    problem, _ = desk(NAME, month)
    assert all(len(problem.slots_on(day)) == 28 for day in problem.dates)
    for worker in problem.workers:
        if worker.terms.least_hours and not any(who == worker.id for who, _ in problem.leave_days):
            assert 60 * worker.terms.least_hours <= problem.norm_minutes[worker.id]


def test_a_monday_in_a_holiday_is_quiet():
    problem, _ = desk(NAME, "2026-10")

    def calls(day):
        return sum(slot.target for slot in problem.slots_on(date(2026, 10, day)))

    assert calls(5) == calls(1) < calls(18) < calls(13) < calls(12)


def test_every_slot_has_at_work_the_agents_of_its_forecast_and_those_on_a_break():
    month = made(NAME)
    for row in slot_rows(month.problem, month.roster):
        assert row.rostered >= row.slot.target > at_desk(row.slot)[1] >= dict(row.slot.basis)["agents"]


def test_mondays_and_the_twelfth_of_december_need_more_than_other_such_days():
    problem = made(NAME).problem

    def peak(day):
        return max(slot.target for slot in problem.slots_on(date(2026, 12, day)))

    assert peak(14) > peak(15) > peak(13)
    assert peak(12) > peak(13)


def test_with_breaks_taken_out_calls_are_answered_as_promised():
    month = made(NAME)
    rows = slot_rows(month.problem, month.roster, breaks())
    assert len(rows) == 31 * 28
    assert min(present(reached(row.slot, row.left)).level for row in rows) >= 0.8
    assert max(present(reached(row.slot, row.left)).occupancy for row in rows) <= 0.9


def test_breaks_keep_their_terms_and_at_most_eight_are_away():
    month = made(NAME)
    assert terms().most_away == 8
    assert break_faults(month.problem, terms(), month.roster, breaks()) == []
    assert breaks().unproved == ()
    small = [pause for pause in breaks().pauses if not pause.meal]
    full = [duty for duty in month.roster.duties if duty.shift in FULL]
    assert len(small) == 2 * len(full) + (len(month.roster.duties) - len(full))


def test_each_shift_has_a_leader_every_day():
    month = made(NAME)
    for day in month.problem.dates:
        for code in FULL:
            crew = month.crew(day.isoformat(), code)
            assert any("班长" in month.problem.worker_by_id[worker].roles for worker in crew)


def test_a_shift_without_its_leaders_is_caught():
    month = made(NAME)
    leaders = [who for who in month.crew("2026-12-08", "中") if "班长" in month.problem.worker_by_id[who].roles]
    roster = changed(month.roster, {(who, "2026-12-08"): "" for who in leaders})
    assert "shift_leader" in broken(month.problem, month.rulebook, roster)


def test_a_slot_below_its_floor_is_caught():
    month = made(NAME)
    there = at_work(month.roster, MONDAY, 10 * 60)
    least = next(slot.least for slot in month.problem.slots_on(MONDAY) if slot.start == 10 * 60)
    sent_home = there[: len(there) - least + 1]
    roster = changed(month.roster, {(who, MONDAY.isoformat()): "" for who in sent_home})
    assert "slot_cover" in broken(month.problem, month.rulebook, roster)
    kept = changed(month.roster, {(who, MONDAY.isoformat()): "" for who in sent_home[:-1]})
    found = [v for v in audit(month.problem, month.rulebook, kept).broken if v.reason.rule == "slot_cover"]
    assert not any(dict(v.reason.facts)["start"] == "10:00" for v in found)


def test_a_trainee_does_not_count_before_the_exam():
    month = made(NAME)
    trainees = [worker for worker in month.problem.workers if worker.qualified_from]
    assert len(trainees) == 2
    exam = present(trainees[0].qualified_from)
    before = [d for d in month.roster.duties if d.worker in {w.id for w in trainees} and d.day < exam]
    alone = Roster(before)
    assert all(row.rostered == 0 for row in slot_rows(month.problem, alone) if row.day > date(2026, 12, 1))


def test_half_the_staff_cannot_hold_the_floor():
    half = [str(2001 + number) for number in range(0, 64, 2)]
    refused(NAME, without_people(NAME, *half))


def test_a_surge_moves_one_day_and_no_more_than_it_must():
    month = made(NAME)
    plan = replan_day(month.problem, month.rulebook, month.roster, MONDAY, 1.4)
    assert plan.word == "OPTIMAL"
    assert {change.day for change in plan.changes} == {MONDAY}
    assert len(plan.changes) == plan.fewest > 0
    assert audit(month.problem, month.rulebook, present(plan.roster)).broken == ()
    before = sum(row.rostered for row in slot_rows(plan.asking, month.roster, days=[MONDAY]))
    after = sum(row.rostered for row in slot_rows(plan.asking, present(plan.roster), days=[MONDAY]))
    assert after > before


def test_full_timers_get_the_hours_that_they_were_promised_and_two_days_off_a_week():
    month = made(NAME)
    promised = [worker for worker in month.problem.workers if worker.terms.least_hours]
    assert len(promised) > 40
    for worker in promised:
        duties = [duty for duty in month.roster.duties if duty.worker == worker.id]
        assert 144 <= 8 * len(duties) <= 184
        for first in range(7, 28, 7):
            assert sum(first <= duty.day.day < first + 7 for duty in duties) <= 5


def test_the_short_shift_is_for_part_timers():
    month = made(NAME)
    short = {duty.worker for duty in month.roster.duties if duty.shift == "短"}
    assert short <= {worker.id for worker in month.problem.workers if worker.share < 1}
    full = next(worker.id for worker in month.problem.workers if worker.terms.least_hours)
    roster = changed(month.roster, {(full, "2026-12-08"): "短"})
    assert "qualified_people" in broken(month.problem, month.rulebook, roster)


def test_nobody_has_less_than_eleven_hours_between_two_shifts():
    month = made(NAME)
    shifts = month.problem.shift_by_code
    for duty in month.roster.duties:
        for code in month.roster.on(duty.worker, duty.day + timedelta(days=1)):
            assert shifts[code].start + 24 * 60 - shifts[duty.shift].end >= 11 * 60


# What is printed of it


@pytest.fixture(scope="module")
def given_out(tmp_path_factory) -> tuple[Path, Path]:
    """The desk with the month published, and its folder of papers, whose names begin like the folder's."""
    folder = sample_copy(NAME, tmp_path_factory.mktemp("given out") / NAME)
    files, month = read_desk(folder), made(NAME)
    with Ledger(default_url(folder)) as ledger:
        facts = tables_facts(files, ledger, Month(2026, 12), None)
        draft = make_draft(
            facts,
            month.problem,
            month.roster,
            made_at=IN_TIME(),
            by="2001",
            because="",
            objective=month.audit.cost,
            bound=0,
            previous=None,
            compromises=0,
        )
        ledger.draft(draft, lambda row: None)
    with pytest.MonkeyPatch.context() as patch:  # the list of stand-ins takes a quarter of the time
        patch.setattr("scheduler.files.writing.arrangement_sheets.stand_ins", lambda *_, **_named: {})
        publish_version(folder, 1, "2001", now=IN_TIME)
    return folder, folder / "rosters" / "call-centre-2026-12-v1"


Printed = dict[tuple[str, date], tuple[str, str, tuple[str, ...]]]  # shift, times and breaks, by person and day


def spans_in(text: str) -> tuple[str, ...]:
    """The breaks that a text names, in order."""
    return tuple(sorted(re.findall(r"\d\d:\d\d–\d\d:\d\d", text)))


def in_duties(book) -> Printed:
    return {
        (row["工号"], row["日期"].date()): (
            row["班次"],
            f"{row['开始']:%H:%M}–{row['结束']:%H:%M}",
            spans_in(row["休息时段"] or ""),
        )
        for row in table(book["每日明细"])
    }


def in_break_sheet(book) -> dict[tuple[str, date], tuple[str, ...]]:
    return {
        (row["工号"], row["日期"].date()): spans_in(f"{row['小休']} {row['用餐']}") for row in table(book["小休用餐"])
    }


def slip_rows(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each slip by the person's id."""
    sheets = (load_workbook(path).worksheets[0] for path in folder.glob("*-个人班表.xlsx"))
    rows = [list(sheet.iter_rows(values_only=True)) for sheet in sheets]
    return {next(str(row[0]).split()[1] for row in mine if str(row[0]).startswith("工号 ")): mine for mine in rows}


def in_slips(slips) -> Printed:
    return {
        (who, date(2026, *map(int, row[0].split("-")))): (row[2].split()[0], row[3], spans_in(row[4] or ""))
        for who, rows in slips.items()
        for row in rows
        if re.fullmatch(r"\d\d-\d\d", str(row[0])) and row[3]
    }


def in_letters(folder: Path) -> Printed:
    found: Printed = {}
    line = re.compile(r"  (\d+)月(\d+)日\(.*?\)：(\S+) .*?(\d\d:\d\d–\d\d:\d\d)(（休.*）)?")
    for path in folder.glob("*-班表.txt"):
        who = path.name.split("-")[-2]
        for each in filter(None, map(line.fullmatch, path.read_text("utf-8").splitlines())):
            day = date(2026, int(each[1]), int(each[2]))
            found[who, day] = (each[3], each[4], spans_in(each[5] or ""))
    return found


def in_calendars(folder: Path) -> Printed:
    found: Printed = {}
    for path in folder.glob("*.ics"):
        for event in Calendar.from_ical(path.read_bytes()).walk("VEVENT"):
            start, end = (datetime.fromisoformat(str(event[name].dt)) for name in ("DTSTART", "DTEND"))  # type: ignore[union-attr]
            breaks = spans_in(str(event["DESCRIPTION"]).split("（休")[1])
            cell = (path.name.split("-")[-2], start.date())
            found[cell] = (str(event["SUMMARY"]).split()[0], f"{start:%H:%M}–{end:%H:%M}", breaks)
    return found


def in_grid(book, problem) -> dict[tuple[str, date], str]:
    rows = [row for row in book["排班表"].iter_rows(values_only=True) if row[0] in problem.worker_by_id]
    return {(row[0], day): row[3 + at] for row in rows for at, day in enumerate(problem.dates)}


def in_board(book, problem) -> dict[tuple[str, date], str]:
    ids = {worker.name: worker.id for worker in problem.workers}
    found = {}
    for sheet in (sheet for sheet in book.worksheets if sheet.title.startswith("公告栏")):
        rows = [[str(value or "") for value in row] for row in sheet.iter_rows(values_only=True)]
        (heads,) = (row for row in rows if row[0] == "姓名")
        days = [re.fullmatch(r"(\d+)月(\d+)日", head) for head in heads[1:]]
        for row in (row for row in rows if row[0] in ids):
            for day, text in zip(days, row[1:], strict=True):
                if day:
                    found[ids[row[0]], date(2026, int(day[1]), int(day[2]))] = text.split(" ")[0]
    return found


def test_all_papers_of_a_version_tell_the_same_duties_and_breaks(given_out):
    folder, papers = given_out
    book = load_workbook(folder / "rosters" / f"{papers.name}.xlsx")
    handouts = load_workbook(papers / f"{papers.name}-分发.xlsx")
    duties = in_duties(book)
    assert len(duties) == len(made(NAME).roster.duties) > 1000
    assert all(breaks for _, _, breaks in duties.values())
    assert {cell: breaks for cell, (_, _, breaks) in duties.items()} == in_break_sheet(book)
    assert in_slips(slip_rows(papers)) == duties
    assert in_letters(papers) == duties
    assert in_calendars(papers) == duties
    problem = made(NAME).problem
    grid = in_grid(book, problem)
    codes = set(problem.shift_by_code)
    assert {cell: code for cell, code in grid.items() if code in codes} == {
        cell: row[0] for cell, row in duties.items()
    }
    assert {cell: code for cell, code in in_board(handouts, problem).items() if code in codes} == {
        cell: row[0] for cell, row in duties.items()
    }


def test_all_papers_of_a_version_tell_the_same_totals_and_leave(given_out):
    folder, papers = given_out
    book = load_workbook(folder / "rosters" / f"{papers.name}.xlsx")
    slips = slip_rows(papers)
    totals = {row["工号"]: row for row in table(book["统计"])}
    duties = in_duties(book)
    grid = in_grid(book, made(NAME).problem)
    work = {"训": "培训", "外": "外出"}  # elsewhere; of any other kind everybody reads that somebody is away
    seen = 0
    for who, rows in slips.items():
        (sums,) = (dict(re.findall(r"(\S+?)：(\S+)", str(row[0]))) for row in rows if str(row[0]).startswith("班次数"))
        for name in ("班次数", "工时", "夜班", "周末班", "节假日班", "休息天数", "请假天数"):
            assert float(sums[name]) == float(totals[who][name]), (who, name)
        assert int(sums["班次数"]) == sum(cell[0] == who for cell in duties)
        letter = next(papers.glob(f"*-{who}-班表.txt")).read_text("utf-8")
        assert f"共 {sums['班次数']} 班、{sums['工时']} 小时" in letter
        away = {row[0]: row[2] for row in rows if re.fullmatch(r"\d\d-\d\d", str(row[0])) and not row[3]}
        away = {day: kind for day, kind in away.items() if kind not in ("休息", "—")}
        assert len(away) == int(sums["请假天数"])
        for day, kind in away.items():
            month, number = map(int, day.split("-"))
            sign = grid[who, date(2026, month, number)][0]
            assert work.get(sign) == kind or (sign == "假" and kind not in work.values())
            assert f"{month}月{number}日" in letter
            seen += 1
    assert seen > 10
