"""Whatever is changed in the tables after publication, the version in force shows, prints, traces and continues as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from scheduler.app.approvals import approve_request
from scheduler.app.change_requests import decide_request, request_change
from scheduler.app.check import check_desk
from scheduler.app.publish import publish_version
from scheduler.app.repair import repair_papers
from scheduler.app.show import show_version
from scheduler.app.status import desk_status
from scheduler.app.trace import CopyState, trace_copy
from scheduler.domain import Month, Roster
from scheduler.errors import InputError, Refusal
from scheduler.workflow.change_request import RequestKind
from tests.support.narrowing import present
from tests.support.published_desk import IN_TIME, MONTH, NOW, cell, drafted, live, new_desk, published_desk

BOOK = "small-2026-12-v1.xlsx"


def change(table: str, old: str, new: str) -> Callable[[Path], None]:
    """Replace a text of a table."""

    def do(desk: Path) -> None:
        text = (desk / table).read_text("utf-8")
        assert old in text, text
        (desk / table).write_text(text.replace(old, new), "utf-8")

    return do


def write(table: str, *lines: str) -> Callable[[Path], None]:
    """Write a table anew."""

    def do(desk: Path) -> None:
        (desk / table).write_text("\n".join([*lines, ""]), "utf-8")

    return do


EDITS: dict[str, tuple[Callable[[Path], None], str]] = {
    "hours of a shift": (change("shifts.csv", "08:00", "07:30"), "班次：早 08:00–16:00 → 07:30–16:00 已改"),
    "an id": (change("people.csv", "T3", "T9"), "人员：现多出"),
    "a name": (change("people.csv", "试三", "改三"), "人员：现多出 改三(T3)，现没有 试三(T3)"),
    "a person who left": (change("people.csv", "T6,试六", "X6,外六"), "现没有 试六(T6)"),
    "leave": (
        write("leave.csv", "工号,开始日期,结束日期,类别,已批准", "T2,2026-12-20,2026-12-28,年假,是"),
        "请假：现多出 T2 2026-12-20",
    ),
    "a holiday notice": (write("holidays.csv", "日期,类型,名称", "2026-12-12,补班,"), "日历：2026-12-12 已改"),
    "the desk's name": (change("desk.toml", "两班小前台", "新前台"), "部门设置：name 已改"),
    "demand": (change("demand.csv", "早,all,,,1,1,", "早,all,,,1,2,"), "需求：早 all 已改"),
    "a rule": (lambda desk: _append(desk, "[rules.days_in_a_row]\nmost = 1\n"), "规则：days_in_a_row 已改"),
    "a rule switched off": (
        lambda desk: _append(desk, '[rules.weekly_rest_day]\nenabled = false\nbecause = "试"\n'),
        "规则：现多出 weekly_rest_day (off)，现没有 weekly_rest_day",
    ),
}


def _append(desk: Path, text: str) -> None:
    with (desk / "desk.toml").open("a", encoding="utf-8") as settings:
        settings.write(text)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_desk(tmp_path_factory.mktemp("facts"))


def sheets(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """What the sheets of a workbook say."""
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(path).worksheets}


def early_starts(duties: Any) -> set[str]:
    """When the early duties of a version begin."""
    return {duty["start"][11:16] for duty in duties if duty["shift"] == "早"}


@pytest.mark.parametrize("edit", EDITS, ids=str)
def test_the_version_in_force_stays_as_it_was_made(edit: str, before: Path, tmp_path: Path):
    desk = Path(shutil.copytree(before, tmp_path / "desk"))
    as_made = live(desk)
    first = show_version(desk, 1, out=tmp_path / "one")
    printed = sheets(desk / "rosters" / BOOK)
    assert check_desk(desk, MONTH, now=NOW).notes == ()
    do, said = EDITS[edit]
    do(desk)
    # it is named where people look
    for notes in (desk_status(desk, now=NOW).notes, check_desk(desk, MONTH, now=NOW).notes):
        assert any(said in note.say("zh") for note in notes), [note.say("zh") for note in notes]
        assert all("对该版不生效" in note.say("zh") for note in notes)
    # and changes nothing of what is in force
    again = show_version(desk, 1, out=tmp_path / "two")
    assert again.row == as_made
    assert sheets(present(again.written)) == sheets(present(first.written))
    assert trace_copy(desk / "rosters" / BOOK, desk=desk).state == CopyState.CURRENT
    (desk / "rosters" / BOOK).unlink()
    assert desk / "rosters" / BOOK in repair_papers(desk, now=NOW)
    assert sheets(desk / "rosters" / BOOK) == printed


def test_an_approved_request_carries_the_old_hours_on(before: Path, tmp_path: Path):
    desk = Path(shutil.copytree(before, tmp_path / "desk"))
    EDITS["hours of a shift"][0](desk)
    asked = request_change(desk, RequestKind.STAND_IN, "T1", "有事", give=cell("T1", 19), to="T4", now=NOW)
    assert any("07:30" in note.say("zh") for note in asked.notes)
    decide_request(desk, "confirmed", 1, "T4", now=NOW)
    done = approve_request(desk, 1, "M1", now=NOW)
    assert any("07:30" in note.say("zh") for note in done.notes)
    assert early_starts(live(desk).details) == {"08:00"}
    moved = Roster(live(desk).duties).changes_from(Roster(show_version(desk, 1).row.duties))
    assert {(one.worker, one.day) for one in moved} == {("T1", date(2026, 12, 19)), ("T4", date(2026, 12, 19))}
    assert desk_status(desk, now=NOW).notes != ()  # and the next version still differs


def test_somebody_who_has_left_the_tables_can_still_be_stood_in_for(before: Path, tmp_path: Path):
    desk = Path(shutil.copytree(before, tmp_path / "desk"))
    EDITS["a person who left"][0](desk)
    asked = request_change(desk, RequestKind.STAND_IN, "T4", "已离职", give=cell("T6", 24), to="T4", now=NOW)
    assert asked.request.number == 1, asked


def test_a_draft_is_no_fact_yet(tmp_path: Path):
    desk = new_desk(tmp_path / "desk")
    drafted(desk)
    EDITS["leave"][0](desk)
    with pytest.raises(Refusal, match="breaks rules now"):
        publish_version(desk, 1, "M1", now=IN_TIME)
    EDITS["the desk's name"][0](desk)
    (desk / "leave.csv").unlink()
    done = publish_version(desk, 1, "M1", now=IN_TIME)
    assert ["部门设置：name 已改" in note.say("zh") for note in done.notes] == [True]
    assert "两班小前台" in str(sheets(desk / "rosters" / BOOK)["排班表"][0][0])


def test_tables_that_cannot_be_read_are_a_fault_as_ever(before: Path, tmp_path: Path):
    desk = Path(shutil.copytree(before, tmp_path / "desk"))
    change("shifts.csv", "08:00", "8 o'clock")(desk)
    with pytest.raises(InputError):
        desk_status(desk, now=NOW)


def test_the_next_month_is_made_with_the_tables_of_today(before: Path, tmp_path: Path):
    desk = Path(shutil.copytree(before, tmp_path / "desk"))
    EDITS["hours of a shift"][0](desk)
    drafted(desk, Month(2027, 1), legal=False)  # nobody may have eight hours and a half
    january: Any = show_version(desk, 2).row
    assert early_starts(january.details) == {"07:30"}
    assert replace(january, number=1).made_with != live(desk).made_with
