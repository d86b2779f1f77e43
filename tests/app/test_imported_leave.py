"""Leave that is typed into the grid is leave when the grid comes in: of the draft, or asked for where the month is in force."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from scheduler.app.approvals import approve_request
from scheduler.app.change_requests import decide_request
from scheduler.app.import_roster import import_roster
from scheduler.app.imported import Imported
from scheduler.app.months import month_problem, read_facts
from scheduler.domain import LEAVE_KINDS, Month, Problem, Roster, Shift, kind_of_leave, leave_label
from scheduler.errors import InputError, Refusal
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.roster_grid import read_grid
from scheduler.files.schema.roster_cells import is_rest, leave_in, shift_words
from scheduler.workflow.change_request import RequestKind
from tests.support.cli_desks import run
from tests.support.kit import THREE_SHIFTS
from tests.support.narrowing import present
from tests.support.published_desk import (
    IN_TIME,
    NOW,
    dec,
    drafted,
    drafted_desk,
    events,
    fingerprint,
    ledger_of,
    live,
    new_desk,
    published_desk,
    shifts,
)

FIRST_DAY = 4  # the column of our own grid
WORDS = shift_words(THREE_SHIFTS)
TABLE = ("T6,2026-12-08,2026-12-10,年假,是",)


def written(desk: Path, *cells: tuple[str, int, str], version: int = 1) -> Path:
    """The workbook of a version with other texts in some cells of its grid."""
    book = load_workbook(desk / "rosters" / f"small-2026-12-v{version}.xlsx")
    grid = book["排班表"]
    for who, day, text in cells:
        cell_of(grid, who, day).value = text
    path = desk.parent / "edited.xlsx"
    book.save(path)
    return path


def cell_of(grid: Any, who: str, day: int) -> Any:
    """The cell of a person's day in our own grid."""
    row = next(cell.row for cell in grid["A"] if cell.value == who)
    return grid.cell(row, FIRST_DAY + day - 1)


def bring_in(desk: Path, *cells: tuple[str, int, str], by: str = "M2") -> Imported:
    return import_roster(written(desk, *cells), by, desk=desk, now=NOW)


def workbook_of_draft(tmp_path: Path, *leave: str) -> Path:
    """A desk with a draft and its workbook; rows of the leave table where given."""
    desk = new_desk(tmp_path / "desk", leave=leave) if leave else drafted_desk(tmp_path)
    if leave:
        drafted(desk)
    assert run("repair", desk).code == 0
    return desk


def recorded(desk: Path, number: int) -> Problem:
    """What a version was made with."""
    with ledger_of(desk) as ledger:
        row = ledger.version("small", number)
        return read_facts(row, ledger.parts(row)).problem


def recorded_leave(desk: Path, number: int) -> dict[tuple[str, int], str]:
    """The approved leave that a version was made with, by person and day of December."""
    return days_of(recorded(desk, number).leave_days)


def days_of(leave: Mapping[tuple[str, date], Any]) -> dict[tuple[str, int], str]:
    return {(who, day.day): one.kind for (who, day), one in leave.items()}


def said(notes: Iterable[Any], lang: Any = "en") -> str:
    return "\n".join(note.say(lang) for note in notes)


# What a cell says


@pytest.mark.parametrize("kind", LEAVE_KINDS)
def test_every_sign_and_name_that_the_grid_prints_is_read_as_that_leave(kind):
    for text in (*kind_of_leave(kind).sign, *leave_label(kind), f" {kind_of_leave(kind).sign.zh} "):
        assert leave_in(text, WORDS) == (kind,)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        *(("培", ("training",)), ("工伤", ("work_injury",)), ("出差", ("outside",)), ("带薪年假", ("annual",))),
        *((text, LEAVE_KINDS) for text in ("假", "请假", "休假", "Leave")),
        *((text, ()) for text in ("", "休", "off", "轮休", "—", "早", "早+夜", "病+早", "病了")),
    ],
)
def test_other_words_are_leave_of_one_kind_of_any_or_none(text, kinds):
    assert leave_in(text, WORDS) == kinds


def test_a_shift_s_own_word_beats_every_word_for_leave():
    words = shift_words((*THREE_SHIFTS, Shift("病", "病区班", 480, 960)))
    assert leave_in("病", words) == ()
    assert leave_in("病假", words) == ("sick",)


def test_only_words_for_a_day_off_say_that_it_is_one():
    assert [text for text in ("休", "OFF", "公休", "", "—", "/", "假", "病", "早") if is_rest(text, WORDS)] == [
        *("休", "OFF", "公休")
    ]


# A month that is not published


def test_sick_in_a_cell_of_a_draft_is_leave_of_the_new_draft(tmp_path):
    desk = workbook_of_draft(tmp_path)
    found = bring_in(desk, ("T1", 7, "病"), ("T4", 7, "早"))
    assert found.recorded
    assert recorded_leave(desk, 2) == {("T1", 7): "sick"}
    assert recorded_leave(desk, 1) == {}
    assert cell_of(load_workbook(found.files[0])["排班表"], "T1", 7).value == "假"
    assert "the grid has leave that the desk has not: 试一, Mon 7 Dec, sick leave" in said(found.notes)
    assert "put it into the leave table" in said(found.notes)


@pytest.mark.parametrize(
    ("cells", "leave"),
    [
        ([("T1", 9, "年"), ("T1", 10, "年")], {("T1", 9): "annual", ("T1", 10): "annual"}),
        ([("T1", 9, "事"), ("T2", 5, "婚")], {("T1", 9): "personal", ("T2", 5): "marriage"}),
        ([("T3", 7, "CL")], {("T3", 7): "comp_leave"}),
        ([("T3", 7, "培"), ("T3", 8, "外")], {("T3", 7): "training", ("T3", 8): "outside"}),
    ],
)
def test_leave_on_days_without_a_duty_makes_a_draft_too_and_only_once(tmp_path, cells, leave):
    desk = workbook_of_draft(tmp_path)
    assert bring_in(desk, *cells).recorded
    assert recorded_leave(desk, 2) == leave
    again = bring_in(desk, *cells)
    assert (again.recorded, present(again.row).number) == (False, 2)


def test_leave_that_could_be_any_is_asked_for_by_its_cell(tmp_path):
    desk = workbook_of_draft(tmp_path)
    before = fingerprint(desk)
    with pytest.raises(InputError) as caught:
        bring_in(desk, ("T1", 9, "假"), ("T2", 10, "请假"))
    assert [(fault.column, fault.found) for fault in caught.value.faults] == [("L7", "假"), ("M8", "请假")]
    for part in ("年 (年假)", "病 (病假)", "产 (产假)", "外 (外出)"):
        assert part in caught.value.say("zh")
    assert fingerprint(desk) == before


def test_leave_of_no_kind_is_that_of_the_tables_where_they_have_one(tmp_path):
    desk = workbook_of_draft(tmp_path, *TABLE)
    grid = read_grid(written(desk, ("T6", 8, "假"), ("T6", 11, "假")), month_of(desk))
    assert dict(grid.leave) == {("T6", dec(day)): "annual" for day in (8, 9, 10)}
    assert [fault.found for fault in grid.unclear] == ["假"]


def month_of(desk: Path) -> Any:
    with ledger_of(desk) as ledger:
        return month_problem(read_desk(desk), ledger, Month(2026, 12))


def test_a_day_off_over_leave_of_the_tables_is_told_and_the_leave_stands(tmp_path):
    desk = workbook_of_draft(tmp_path, *TABLE)
    found = bring_in(desk, ("T6", 9, "休"), ("T6", 8, ""), ("T1", 10, "年"))
    assert [(one.worker, one.first, one.last) for one in found.leave.dropped] == [("T6", dec(9), dec(9))]
    assert "试六 has approved leave on Wed 9 Dec, where the grid says off: the leave stands" in said(found.notes)
    assert recorded_leave(desk, 2) == {**{("T6", day): "annual" for day in (8, 9, 10)}, ("T1", 10): "annual"}


def test_another_kind_of_leave_takes_the_place_of_that_of_the_tables(tmp_path):
    desk = workbook_of_draft(tmp_path, *TABLE)
    assert bring_in(desk, ("T6", 9, "病")).recorded
    assert recorded_leave(desk, 2) == {("T6", 8): "annual", ("T6", 9): "sick", ("T6", 10): "annual"}
    assert len(recorded(desk, 2).leave) == 3  # and no day is in two of them


def test_verify_names_the_leave_in_which_a_grid_differs(tmp_path):
    desk = workbook_of_draft(tmp_path, *TABLE)
    path = written(desk, ("T6", 9, "休"), ("T1", 10, "年"))
    notes = run("verify", desk, path, "--json", "--lang", "en").answer["notes"]
    assert [note.split(":")[0] for note in notes] == [
        "the grid has leave that the desk has not",
        "试六 has approved leave on Wed 9 Dec, where the grid says off",
    ]


# A month in force


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return published_desk(tmp_path)


def test_sick_in_a_month_in_force_is_an_absence_with_whoever_stands_in(desk):
    found = bring_in(desk, ("T1", 7, "病"), ("T4", 7, "早"))
    (asked,) = found.requests
    request = asked.request
    assert (request.number, request.kind, present(request.leave).kind) == (1, RequestKind.ABSENCE, "sick")
    assert {(one.worker, one.day, one.shift) for one in request.cells} == {("T1", dec(7), ""), ("T4", dec(7), "早")}
    with pytest.raises(Refusal):
        approve_request(desk, 1, "M1", now=NOW)  # who stands in has not confirmed
    decide_request(desk, "confirmed", 1, "T4", now=NOW)
    done = approve_request(desk, 1, "M1", now=NOW)
    roster = Roster(live(desk).duties)
    assert (shifts(roster, "T1", 7), shifts(roster, "T4", 7)) == (".", "早")
    assert days_of(done.problems[0].leave_days) == {("T1", 7): "sick"}
    assert cell_of(load_workbook(done.files[0])["排班表"], "T1", 7).value == "假"


@pytest.mark.parametrize(
    ("cells", "kind", "span"),
    [
        ([("T1", 9, "年"), ("T1", 10, "年")], RequestKind.LEAVE, (9, 10, "annual")),
        ([("T1", 9, "事")], RequestKind.LEAVE, (9, 9, "personal")),
        ([("T1", 9, "伤"), ("T1", 10, "工伤")], RequestKind.ABSENCE, (9, 10, "work_injury")),
        ([("T1", 15, "PL")], RequestKind.LEAVE, (15, 15, "personal")),
    ],
)
def test_leave_in_a_month_in_force_is_a_request_for_its_days(desk, cells, kind, span):
    (asked,) = bring_in(desk, *cells).requests
    leave = present(asked.request.leave)
    assert asked.request.number == 1
    assert (asked.request.kind, leave.worker) == (kind, "T1")
    assert (leave.first.day, leave.last.day, leave.kind) == span
    assert events(desk)[-1] == "requested"


def test_leave_of_two_and_an_edit_are_three_requests_each_with_its_stand_in(desk):
    cells = [("T1", 7, "病"), ("T4", 7, "早"), ("T2", 14, "年"), ("T5", 14, "早"), ("T3", 21, "休"), ("T6", 21, "早")]
    found = bring_in(desk, *cells)
    asked = [(one.request.kind, {cell.worker for cell in one.request.cells}) for one in found.requests]
    assert asked == [
        (RequestKind.ABSENCE, {"T1", "T4"}),
        (RequestKind.LEAVE, {"T2", "T5"}),
        (RequestKind.EDIT, {"T3", "T6"}),
    ]
    assert [one.request.number for one in found.requests] == [1, 2, 3]


def test_import_tells_of_each_request_in_text_and_json(desk):
    path = written(desk, ("T1", 7, "病"), ("T4", 7, "早"), ("T3", 21, "休"), ("T6", 21, "早"))
    words = ("import", path, "--by", "M2", "--desk", desk)
    answer = json.loads(run(*words, "--json", SCHEDULER_NOW="2026-12-05T09:30").out)
    assert (answer["status"], answer["request"]) == ("REQUESTED", 1)
    (leave,) = answer["leave"]["added"]
    assert leave == {"worker": "T1", "first": "2026-12-07", "last": "2026-12-07", "kind": "sick"}
    (only,) = answer["requests"]  # one leave takes all that changes with it
    assert (only["kind"], only["leave"], only["waiting_for"]) == ("absence", leave, ["T4", "T3", "T6"])


def test_a_grid_with_the_leave_of_the_month_in_force_changes_nothing(tmp_path):
    desk = published_desk(tmp_path, leave=TABLE)
    found = bring_in(desk)
    assert (found.requests, found.recorded, found.notes) == ((), False, ())
    dropped = bring_in(desk, ("T6", 9, "休"))
    assert (dropped.requests, dropped.recorded) == ((), False)
    assert "--cancel-leave" in said(dropped.notes, "zh")


def test_leave_that_is_asked_too_late_is_refused_like_any_other(desk):
    found = import_roster(written(desk, ("T6", 6, "事")), "M2", desk=desk, now=NOW)
    assert [one.request.number for one in found.requests] == [0]
    assert "24 h ahead" in present(found.asked).objections[0].say("en", found.problem.names)
    assert IN_TIME() < NOW()
