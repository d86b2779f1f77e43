"""`trace` compares whatever in a copy repeats a fact, and says what it compared and what not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.app.publish import publish_version
from scheduler.app.sheet_comparison import SheetDifference
from scheduler.app.trace import CopyState, Traced, trace_copy
from tests.support.cli_desks import run
from tests.support.narrowing import present
from tests.support.published_desk import IN_TIME, drafted, ledger_of, live, new_desk, published_desk
from tests.support.sheets import properties_of

LEAVE = ("T6,2026-12-08,2026-12-10,年假,是",)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_desk(tmp_path_factory.mktemp("traced"), leave=LEAVE)


def copied(desk: Path, to: Path, sheet: str, change: Callable[[Worksheet], None], *, stamped: bool = True) -> Traced:
    """Trace a copy of the version in force in which one sheet was changed."""
    book = load_workbook(desk / "rosters" / "small-2026-12-v1.xlsx")
    change(book[sheet])
    if not stamped:
        properties_of(book).props.clear()
    path = to / "copy.xlsx"
    book.save(path)
    return trace_copy(path, desk=desk)


def cell_of(sheet: Worksheet, who: str, heading: str, nth: int = 0) -> Any:
    """The cell of somebody's row (the nth of them) under a heading."""
    head = next(cell for row in sheet.iter_rows(max_row=8) for cell in row if cell.value == heading)
    rows = [cell.row for row in sheet.iter_rows() for cell in row if cell.value == who]
    return sheet.cell(rows[nth], head.column)


def parts(sentences: Any) -> list[str]:
    return [one.say("zh") for one in sentences]


def test_an_untouched_copy_is_current_and_says_what_was_compared(desk, tmp_path):
    found = copied(desk, tmp_path, "每日明细", lambda sheet: None)
    assert (found.state, found.sheets.differences) == (CopyState.CURRENT, ())
    assert parts(found.sheets.compared) == ["排班表（请假）", "排班表（合计）", "每日明细", "覆盖", "统计"]
    assert parts(found.sheets.left_out) == ["图表", "替补名单", "规则检查", "法规检查", "变更记录"]


@pytest.mark.parametrize("stamped", [True, False])
@pytest.mark.parametrize(
    ("sheet", "who", "heading", "value"),
    [
        ("排班表", "T1", "工时", 999),
        ("排班表", "T3", "夜班", 4),
        ("每日明细", "T1", "结束", "2026-12-01 20:00"),
        ("每日明细", "T2", "工时", 12),
        ("每日明细", "T2", "班次名称", "夜班"),
        ("统计", "T4", "工时", 1),
        ("统计", "T6", "请假天数", 0),
        ("覆盖", "早", "在岗", 7),
    ],
)
def test_an_altered_figure_is_found_by_sheet_and_cell(desk, tmp_path, sheet, who, heading, value, stamped):
    place = []

    def change(page: Worksheet) -> None:
        cell = cell_of(page, who, heading)
        place.append((cell.coordinate, cell.value))
        cell.value = value

    found = copied(desk, tmp_path, sheet, change, stamped=stamped)
    assert found.state == CopyState.ALTERED
    assert present(found.row).number == 1
    (only,) = found.sheets.differences
    assert (only.sheet, only.cell, only.file) == (sheet, place[0][0], str(value))
    assert heading in only.what
    assert only.ledger not in (None, only.file)
    assert found.differences == ()


@pytest.mark.parametrize(
    ("who", "day", "text", "due"),
    [("T6", 9, "病", "假"), ("T6", 9, "休", "假"), ("T1", 10, "事", ""), ("T3", 7, "AL", "")],
)
def test_leave_that_the_grid_changes_is_found(desk, tmp_path, who, day, text, due):
    def change(grid: Worksheet) -> None:
        row = next(cell.row for cell in grid["A"] if cell.value == who)
        grid.cell(row, 3 + day).value = text

    (only,) = copied(desk, tmp_path, "排班表", change).sheets.differences
    assert (only.file, only.ledger) == (text, due)
    assert only.what.endswith(f"2026-12-{day:02d}")


def test_rows_that_are_gone_or_put_in_are_found_and_a_new_order_is_none(desk, tmp_path):
    def drop(page: Worksheet) -> None:
        page.delete_rows(3)

    (gone,) = copied(desk, tmp_path, "每日明细", drop).sheets.differences
    assert (gone.cell, gone.file) == ("", None)

    def put_in(page: Worksheet) -> None:
        values = [cell.value for cell in page[3]]
        page.append(["2026-12-24", *values[1:]])

    (strange,) = copied(desk, tmp_path, "每日明细", put_in).sheets.differences
    assert strange.ledger is None
    assert strange.what.startswith("2026-12-24")

    def turn_round(page: Worksheet) -> None:
        rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
        for number, values in enumerate(reversed(rows), 2):
            for column, value in enumerate(values, 1):
                page.cell(number, column).value = value

    assert copied(desk, tmp_path, "每日明细", turn_round).state == CopyState.CURRENT


def test_a_column_of_one_s_own_and_a_sheet_without_headings_are_said_not_to_be_compared(desk, tmp_path):
    def add(page: Worksheet) -> None:
        page.cell(1, page.max_column + 1, "奖金")

    found = copied(desk, tmp_path, "统计", add)
    assert "统计的“奖金”列" in parts(found.sheets.left_out)
    assert found.state == CopyState.CURRENT
    found = copied(desk, tmp_path, "统计", lambda page: page.delete_cols(1))
    assert "统计" in parts(found.sheets.left_out)
    assert "统计" not in parts(found.sheets.compared)


def test_a_sheet_in_english_is_compared_too(desk, tmp_path):
    assert run("show", desk, "--version", "1", "--out", tmp_path / "en", "--lang", "en").code == 0
    (path,) = (tmp_path / "en").glob("*.xlsx")
    assert trace_copy(path, desk=desk).state == CopyState.CURRENT
    book = load_workbook(path)
    cell_of(book["Totals"], "T1", "Hours").value = 3
    book.save(path)
    assert [one.sheet for one in trace_copy(path, desk=desk).sheets.differences] == ["Totals"]


def test_what_was_granted_after_a_copy_was_written_does_not_alter_it(tmp_path):
    desk = published_desk(tmp_path)
    before = Path(desk / "rosters" / "small-2026-12-v1.xlsx").read_bytes()
    words = ("swap", "request", desk, "--leave", "T1@2026-12-28", "--by", "T1", "--because", "x")
    assert run(*words, SCHEDULER_NOW="2026-12-05T09:30").code == 0
    assert run("swap", "approve", desk, "1", "--by", "M1", SCHEDULER_NOW="2026-12-05T10:00").code == 0
    assert live(desk).number == 2  # no cell moves, and papers say that somebody is away
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(before)
    found = trace_copy(copy, desk=desk)
    assert (found.state, found.row and found.row.number, found.live) == (CopyState.WITHDRAWN, 1, 2)
    again = desk / "rosters" / "small-2026-12-v2.xlsx"
    again.unlink()
    assert run("repair", desk).code == 0
    assert cell_of(load_workbook(again)["统计"], "T1", "请假天数").value == 1
    assert trace_copy(again, desk=desk).state == CopyState.CURRENT


def test_a_version_without_recorded_facts_has_its_grid_compared_alone(tmp_path, monkeypatch):
    desk = new_desk(tmp_path / "desk")
    drafted(desk)
    publish_version(desk, 1, "M1", now=IN_TIME)
    monkeypatch.setattr("scheduler.ledger.store.Ledger.parts", lambda self, row: {})
    found = trace_copy(desk / "rosters" / "small-2026-12-v1.xlsx", desk=desk)
    assert (found.state, found.sheets.compared) == (CopyState.CURRENT, ())
    assert {"排班表（合计）", "每日明细", "统计"} <= set(parts(found.sheets.left_out))
    with ledger_of(desk) as ledger:
        assert ledger.versions("small")


def test_trace_lists_it_in_text_and_json(desk, tmp_path):
    found = copied(desk, tmp_path, "统计", lambda page: setattr(cell_of(page, "T1", "工时"), "value", 1))
    assert found.sheets.differences[0] == SheetDifference("统计", "E2", "T1 工时", "1", "88")
    path = tmp_path / "copy.xlsx"
    said = run("trace", path, "--desk", desk, "--json")
    assert said.code == 1
    assert said.answer["sheet_differences"] == [
        {"sheet": "统计", "cell": "E2", "what": "T1 工时", "file": "1", "ledger": "88"}
    ]
    assert "每日明细" in said.answer["compared_with_ledger"]
    assert "变更记录" in said.answer["not_compared"]
    lines = run("trace", path, "--desk", desk).out.splitlines()
    assert "  统计 E2（T1 工时）：此件为“1”，账册为“88”" in lines
    assert "没有核对：图表、替补名单、规则检查、法规检查、变更记录" in lines
