"""What everybody holds of a month: the month at first, then what changes for them, whatever lay between."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from scheduler.app.approvals import approve_request
from scheduler.app.change_requests import decide_request, request_change
from scheduler.app.publish import publish_version
from scheduler.app.receipts import keep_receipts
from scheduler.app.repair import repair_papers
from scheduler.app.show import show_version
from scheduler.app.status import desk_status
from scheduler.app.withdraw import withdraw_version
from scheduler.domain import Problem, Roster
from scheduler.errors import Refusal
from scheduler.files.papers.voiding import VOID_FOLDER
from scheduler.workflow.change_request import RequestKind
from scheduler.workflow.facts import PublishedFacts
from tests.support.narrowing import present
from tests.support.published_desk import (
    IN_TIME,
    NOW,
    at,
    cell,
    dec,
    drafted,
    ledger_of,
    live,
    new_desk,
    published_desk,
    with_changes,
)

EVERYBODY = [f"T{n}" for n in range(1, 7)]
OFFICE = "行政人事部"
SWAPPED = (("T1", 7, ""), ("T4", 7, "早"))  # T4 for T1
STEM = "small-2026-12-v{}"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the list of stand-ins empty: it takes a quarter of the time of every workbook."""
    monkeypatch.setattr("scheduler.files.writing.arrangement_sheets.stand_ins", lambda *_, **_named: {})


def publish(desk: Path, roster: Callable[[Problem], Roster] | None = None, clock=IN_TIME) -> int:
    """Publish a new draft over whatever is in force; its number."""
    number = drafted(desk, roster=roster) if roster else drafted(desk)
    publish_version(desk, number, "M1", over_because="重排", late_because="重排", now=clock)
    return number


def letters(desk: Path, version: int, kind: str = "*") -> dict[str, str]:
    """The letters of a version by the id of who gets them, wherever they lie."""
    stem = STEM.format(version)
    found = (desk / "rosters").rglob(f"{stem}-T*-{kind}.txt")
    return {path.name.removeprefix(f"{stem}-").split("-")[0]: path.read_text("utf-8") for path in found}


def calendar_of(desk: Path, worker: str) -> list[datetime]:
    """When the duties begin that stand in a calendar into which somebody took every file that they were given."""
    kept: dict[str, Any] = {}
    for path in (desk / "rosters").rglob(f"*-{worker}-*.ics"):
        for event in Calendar.from_ical(path.read_bytes()).walk("VEVENT"):
            before = kept.get(str(event["UID"]))
            if before is None or before["SEQUENCE"] < event["SEQUENCE"]:
                kept[str(event["UID"])] = event
    return sorted(event.start for event in kept.values() if event["STATUS"] == "CONFIRMED")


def duties_of(desk: Path, worker: str) -> list[datetime]:
    """When somebody's duties begin, by the version in force."""
    rows = [row for row in live(desk).details if row["worker"] == worker]
    return sorted(datetime.fromisoformat(str(row["start"])) for row in rows)


def agree(desk: Path) -> None:
    """Everybody's calendar holds the duties in force, and nothing else."""
    for worker in EVERYBODY:
        assert calendar_of(desk, worker) == duties_of(desk, worker), worker


def given(desk: Path) -> list[str]:
    """Who was given a copy of the version published last."""
    with ledger_of(desk) as ledger:
        last = [entry for entry in ledger.entries("small") if entry.event == "published"][-1]
    return list(present(PublishedFacts.read(last.facts).given))


def slips(desk: Path, version: int) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of the slips of a version in force, by name."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for path in sorted((desk / "rosters" / STEM.format(version)).glob("*-个人班表.xlsx")):
        rows = list(load_workbook(path).worksheets[0].iter_rows(values_only=True))
        found[str(rows[0][0]).removeprefix("个人班表：")] = rows
    return found


def marked(sheet) -> set[str]:
    """Cells of a sheet with a bold frame."""
    cells = (cell for row in sheet.iter_rows() for cell in row)
    return {one.coordinate for one in cells if one.border.left is not None and one.border.left.style == "medium"}


def leave_row(worker: str, day: int, kind: str = "年假") -> str:
    return f"{worker},2026-12-{day:02},2026-12-{day:02},{kind},是"


def set_leave(desk: Path, *rows: str) -> None:
    heads = "工号,开始日期,结束日期,类别,已批准"
    (desk / "leave.csv").write_text("\n".join([heads, *rows, ""]), encoding="utf-8")


# At first


def test_at_the_first_publication_everybody_gets_the_month_as_slip_calendar_and_letter(tmp_path):
    desk = published_desk(tmp_path)
    assert given(desk) == EVERYBODY
    assert list(slips(desk, 1)) == [f"试{n}" for n in "一二三四五六"]
    told = letters(desk, 1, "班表")
    assert sorted(told) == EVERYBODY
    for worker in EVERYBODY:
        assert told[worker].count("\n  12月") == len(duties_of(desk, worker)) > 0
    agree(desk)


def test_who_is_on_leave_all_month_gets_it_too_and_who_has_nothing_gets_nothing(tmp_path):
    desk = new_desk(tmp_path / "desk", people=8, leave=["T7,2026-12-01,2026-12-31,产假,是"])
    publish(desk)
    assert given(desk) == [*EVERYBODY, "T7"]
    assert letters(desk, 1)["T7"].count("：产假") == 31
    assert not list((desk / "rosters").rglob("*-T7-*.ics"))
    assert [copy.recipient.id for copy in keep_receipts(desk, now=NOW).outstanding] == [OFFICE, *EVERYBODY, "T7"]


# Later versions


def test_a_later_version_moves_what_changed_and_nothing_else(tmp_path):
    desk = published_desk(tmp_path)
    number = publish(desk, with_changes(*SWAPPED))
    assert given(desk) == ["T1", "T4"] == sorted(letters(desk, number))
    assert list(slips(desk, number)) == ["试一", "试四"]
    for worker in ("T1", "T4"):
        (path,) = (desk / "rosters" / STEM.format(number)).glob(f"*-{worker}-*.ics")
        assert len(Calendar.from_ical(path.read_bytes()).walk("VEVENT")) == 1
    agree(desk)


def test_after_fourteen_versions_calendars_hold_every_duty(tmp_path):
    desk = published_desk(tmp_path)
    for number in range(13):
        publish(desk, with_changes(*SWAPPED) if number % 2 == 0 else with_changes())
    agree(desk)
    assert live(desk).number == 14


def test_an_older_draft_that_is_published_last_moves_calendars_as_well(tmp_path):
    desk = published_desk(tmp_path)
    older = drafted(desk, roster=with_changes(("T2", 14, ""), ("T5", 14, "早")))
    publish(desk, with_changes(*SWAPPED))
    publish_version(desk, older, "M1", over_because="改回", now=IN_TIME)
    agree(desk)


def test_a_shift_whose_hours_changed_is_told_though_its_code_did_not(tmp_path):
    desk = published_desk(tmp_path)
    shifts = desk / "shifts.csv"
    shifts.write_text(shifts.read_text("utf-8").replace("早,早班,08:00", "早,早班,08:30"), "utf-8")
    settings = desk / "desk.toml"
    settings.write_text(settings.read_text("utf-8").replace("08:00-24:00", "08:30-24:00"), "utf-8")
    number = publish(desk, with_changes())
    early = duties_of(desk, "T1")[0]
    assert (early.hour, early.minute) == (8, 30)
    assert given(desk) == EVERYBODY
    assert "12月1日(周二)：原 早 早班 08:00–16:00 → 现 早 早班 08:30–16:00" in letters(desk, number)["T1"]
    assert "晚 晚班" not in letters(desk, number)["T1"]
    agree(desk)


def test_who_has_no_duty_any_more_is_told_and_asked_for_the_old_copy(tmp_path):
    desk = published_desk(tmp_path)
    last = [duty for duty in live(desk).duties if duty.worker == "T6"]
    swapped = [change for duty in last for change in (("T6", duty.day.day, ""), ("T3", duty.day.day, duty.shift))]
    number = drafted(desk, roster=with_changes(*swapped), legal=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scheduler.app.publish._check_today", lambda *_: None)
        patch.setattr("scheduler.audit.audit.Audit.broken", ())
        publish_version(desk, number, "M1", over_because="调走", now=IN_TIME)
    assert "T6" in given(desk)
    assert calendar_of(desk, "T6") == []
    assert [day for day in letters(desk, number)["T6"].splitlines() if "→ 现 休息" in day]
    assert (number, "T6") in [(c.version, c.recipient.id) for c in keep_receipts(desk, now=NOW).outstanding]


def test_an_approved_swap_is_told_to_both_sides_against_what_they_hold(tmp_path):
    desk = published_desk(tmp_path)
    publish(desk, with_changes(*SWAPPED))
    request_change(desk, RequestKind.STAND_IN, "T2", "家里有事", give=cell("T2", 14), to="T5", now=NOW)
    decide_request(desk, "confirmed", 1, "T5", now=NOW)
    approve_request(desk, 1, "M1", now=NOW)
    assert given(desk) == ["T2", "T5"]
    assert "第 1 版作废" in letters(desk, 3)["T2"]  # the second version had said nothing new to them
    agree(desk)


# Withdrawn


def test_a_withdrawal_tells_everybody_that_their_copy_is_void(tmp_path):
    desk = published_desk(tmp_path)
    done = withdraw_version(desk, 1, "M2", "算错了", now=NOW)
    told = letters(desk, 1, "作废")
    assert sorted(told) == EVERYBODY
    for text in told.values():
        assert "第 1 版已于 2026-12-05 09:30 撤回作废，您手中的第 1 版请停止使用并交回" in text
        assert "原因：算错了\n经办：乙经理" in text
    assert {path.name for path in done.files if path.suffix == ".txt"} >= {
        f"{STEM.format(1)}-{worker}-作废.txt" for worker in EVERYBODY
    }
    for worker in EVERYBODY:  # what was worked stays, what was to come is struck
        assert all(start <= NOW() for start in calendar_of(desk, worker))
    assert any(calendar_of(desk, worker) for worker in EVERYBODY)


def test_after_a_withdrawal_everybody_is_told_against_what_they_hold(tmp_path):
    desk = published_desk(tmp_path)
    publish(desk, with_changes(*SWAPPED))
    withdraw_version(desk, 2, "M1", "算错了", now=NOW)
    number = publish(desk, with_changes(("T2", 14, ""), ("T5", 14, "早"), *SWAPPED), clock=NOW)
    told = letters(desk, number, "班表")
    assert sorted(told) == EVERYBODY == given(desk)
    assert "您手中的第 1 版已撤回作废。与它相比，有 1 天变动：" in told["T2"]
    assert "您手中的第 2 版已撤回作废；您的班与它相同。" in told["T1"]
    assert "您手中的第 1 版已撤回作废；您的班与它相同。" in told["T3"]
    assert len(slips(desk, number)) == 6
    agree(desk)


def test_the_letters_of_a_withdrawal_that_was_killed_are_written_by_the_next_command(tmp_path, monkeypatch):
    desk = published_desk(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("scheduler.app.papers.Papers.tell_withdrawn", lambda *_: [])
        withdraw_version(desk, 1, "M1", "算错了", now=NOW)
    assert letters(desk, 1, "作废") == {}
    repair_papers(desk, now=NOW)
    assert sorted(letters(desk, 1, "作废")) == EVERYBODY
    assert repair_papers(desk, now=NOW) == ()
    publish(desk, clock=NOW)
    for path in (desk / "rosters" / VOID_FOLDER).rglob("*-作废.txt"):
        path.unlink()
    repair_papers(desk, now=NOW)
    assert letters(desk, 1, "作废") == {}  # the new version has told them


@pytest.mark.parametrize("seed", range(3))
def test_whatever_lay_between_calendars_hold_what_is_in_force(tmp_path, seed):
    draw, desk = random.Random(seed), published_desk(tmp_path)
    moves = [(("T1", day, ""), ("T4", day, "早")) for day in (7, 13, 19)]
    for step in range(5):
        clock = at(f"2026-11-21 10:{step:02}")
        if draw.random() < 0.4:
            withdraw_version(desk, live(desk).number, "M1", "错", now=clock)
        chosen = [change for pair in moves if draw.random() < 0.5 for change in pair]
        publish(desk, with_changes(*chosen), clock=at(f"2026-11-21 11:{step:02}"))
        agree(desk)


# Leave, where no cell moves


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("年假", "", "12月10日(周四)：原 年假 → 现 休息"),
        ("", "病假", "12月10日(周四)：原 休息 → 现 病假"),
        ("年假", "病假", "12月10日(周四)：原 年假 → 现 病假"),
    ],
)
def test_leave_that_moves_no_cell_is_told_and_printed(tmp_path, before, after, line):
    day, who = 10, "T6"  # a day off of theirs
    desk = new_desk(tmp_path / "desk", leave=[leave_row(who, day, before)] if before else [])
    publish(desk)
    assert live(desk).number == 1
    set_leave(desk, *([leave_row(who, day, after)] if after else []))
    publish(desk)
    assert given(desk) == [who] == sorted(letters(desk, 2))
    assert line in letters(desk, 2)[who]
    (slip,) = slips(desk, 2).values()
    (row,) = (row for row in slip if row[0] == "12-10")
    assert row[2] == after or (row[2], after) == ("休息", "")
    assert ("请假天数：1" in str(slip[2][0])) == bool(after)
    grid = load_workbook(desk / "rosters" / f"{STEM.format(2)}.xlsx")["排班表"]
    seen = [grid[found].value for found in marked(grid)]
    assert seen == (
        [] if before and after else ["假" if after else "休"]
    )  # one kind for another is nobody else's business
    agree(desk)


def test_versions_print_the_leave_that_they_told_whatever_came_later(tmp_path):
    desk = new_desk(tmp_path / "desk", leave=[leave_row("T6", 10)])
    publish(desk)
    set_leave(desk)
    publish(desk)
    for number, sign in ((1, "年"), (2, "休")):
        shown = show_version(desk, number, out=tmp_path / "again", reader="hr").written
        assert shown is not None
        grid = load_workbook(shown)["排班表"]
        (row,) = (row for row in grid.iter_rows(values_only=True) if row[0] == "T6")
        assert row[2 + 10] == sign


# Marks


def test_changed_cells_are_marked_on_grid_board_and_slip_and_the_legend_names_the_version(tmp_path):
    desk = published_desk(tmp_path)
    first = load_workbook(desk / "rosters" / f"{STEM.format(1)}.xlsx")["排班表"]
    assert marked(first) == set()
    number = publish(desk, with_changes(*SWAPPED))
    grid = load_workbook(desk / "rosters" / f"{STEM.format(number)}.xlsx")["排班表"]
    rows = {grid.cell(int(one.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), 1).value: one for one in marked(grid)}
    assert {who: grid[one].value for who, one in rows.items()} == {"T1": "休", "T4": "早"}
    assert all('" *"' in grid[one].number_format for one in rows.values())
    legend = "带 * 的粗框格：与第 1 版不同，共 2 格"
    assert legend in [row[0] for row in grid.iter_rows(values_only=True)]
    book = load_workbook(desk / "rosters" / STEM.format(number) / f"{STEM.format(number)}-分发.xlsx")
    weeks = {title: len(marked(book[title])) for title in book.sheetnames if title.startswith("公告栏")}
    assert weeks == {title: 2 * title.endswith("12月7日") for title in weeks}
    assert legend in [row[0] for row in book["公告栏 12月7日"].iter_rows(values_only=True)]
    own = sorted((desk / "rosters" / STEM.format(number)).glob("*-个人班表.xlsx"))
    assert len(own) == 2
    for slip in (load_workbook(path).worksheets[0] for path in own):
        assert {slip.cell(int(one[1:]), 1).value for one in marked(slip)} == {"12-07"}
        assert "带 * 的粗框格：与第 1 版不同，共 1 格" in [row[0] for row in slip.iter_rows(values_only=True)]


def test_a_version_with_the_same_cells_says_so(tmp_path):
    desk = published_desk(tmp_path)
    number = publish(desk)
    grid = load_workbook(desk / "rosters" / f"{STEM.format(number)}.xlsx")["排班表"]
    assert "与第 1 版相比，没有不同的格" in [row[0] for row in grid.iter_rows(values_only=True)]


# Receipts


def waiting(desk: Path) -> list[tuple[int, str, bool]]:
    found = keep_receipts(desk, now=NOW).outstanding
    return [(copy.version, copy.recipient.id, copy.void) for copy in found]


def test_asked_are_those_whose_copy_changed_or_who_hold_a_void_one(tmp_path):
    desk = published_desk(tmp_path)
    keep_receipts(desk, sign=[OFFICE, *EVERYBODY], by="M1", now=IN_TIME)
    assert waiting(desk) == []
    for number in range(13):
        publish(desk, with_changes(*SWAPPED) if number % 2 == 0 else with_changes())
    moved = {OFFICE, "T1", "T4"}
    assert {who for _, who, _ in waiting(desk)} == moved
    assert [(who, void) for version, who, void in waiting(desk) if version == 14] == [
        (OFFICE, False),
        ("T1", False),
        ("T4", False),
    ]
    assert all(void for version, _, void in waiting(desk) if version < 14)
    keep_receipts(desk, sign=sorted(moved), returned=sorted(moved), now=NOW)
    assert waiting(desk) == []
    assert len(desk_status(desk, now=NOW).outstanding) == 0


def test_a_withdrawal_asks_everybody_for_their_copy(tmp_path):
    desk = published_desk(tmp_path)
    number = publish(desk, with_changes(*SWAPPED))
    keep_receipts(desk, returned=["T1", OFFICE], now=NOW)
    done = withdraw_version(desk, number, "M1", "错", now=NOW)
    expected = [(1, who, True) for who in ("T2", "T3", "T4", "T5", "T6")]
    expected += [(number, who, True) for who in (OFFICE, "T1", "T4")]
    assert waiting(desk) == expected
    assert [(copy.version, copy.recipient.id, copy.void) for copy in done.holders] == expected


def test_a_copy_that_is_good_is_not_returned_and_one_that_is_void_is(tmp_path):
    desk = published_desk(tmp_path)
    publish(desk, with_changes(*SWAPPED))
    for who, version in (("T2", None), ("T2", 1), ("T1", 2), (OFFICE, 2)):  # T2's month is as it was
        with pytest.raises(Refusal, match="stays there"):
            keep_receipts(desk, returned=[who], version=version, now=NOW)
    found = keep_receipts(desk, returned=["T1"], by="M2", now=NOW)
    assert [(copy.version, copy.recipient.id, copy.returned_by) for copy in found.marked] == [(1, "T1", "M2")]


def test_a_copy_of_somebody_who_is_told_nothing_new_may_be_signed_for_by_its_version(tmp_path):
    desk = published_desk(tmp_path)
    publish(desk, with_changes(*SWAPPED))
    found = keep_receipts(desk, sign=["T2"], version=2, now=NOW)
    assert [(copy.version, copy.void) for copy in found.all if copy.recipient.id == "T2"] == [(1, True), (2, False)]
    assert dec(5) == NOW().date()
