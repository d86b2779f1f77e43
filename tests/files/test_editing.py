"""A table changed in place: what an edit names changes, and not a byte beside it; what is no more as it was seen is refused."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart

from scheduler.errors import InputError, RosterMoved
from scheduler.files.editing.table_file import RowEdit, mark_tables, open_table
from tests.support.cli_desks import small_desk

HEAD = "# 写给人看\r\n工号,备注,开始日期,意愿\r\n"
ROWS = 'T1,"两行,\r\n有逗号",2026-12-03,休\r\n\r\nT2, 原样 ,2026-12-04,休\r\n'


def desk_with(folder: Path, content: bytes, name: str = "requests.csv") -> Path:
    desk = small_desk(folder / "desk")
    (desk / "requests.csv").unlink(missing_ok=True)
    (desk / name).write_bytes(content)
    return desk


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_an_edited_file_keeps_every_other_byte(tmp_path, encoding):
    desk = desk_with(tmp_path, (HEAD + ROWS).encode(encoding))
    table = open_table(desk, "requests")
    assert [(one.row, one.cells["worker"]) for one in table.list_rows()] == [(3, "T1"), (6, "T2")]
    edits = [
        RowEdit(6, {"first": "2026-12-04"}, {"first": "2026-12-05"}),
        RowEdit(0, {}, {"worker": "T3", "wants": "休"}),
    ]
    expected = (HEAD + ROWS).replace("2026-12-04", "2026-12-05") + "T3,,,休\r\n"
    assert table.edit(edits, "zh") == expected.encode(encoding)


def test_a_row_goes_with_all_its_lines(tmp_path):
    table = open_table(desk_with(tmp_path, (HEAD + ROWS).encode()), "requests")
    assert table.edit([RowEdit(3, {"worker": "T1"}, {})], "zh").decode() == HEAD + ROWS.partition("\r\n\r\n")[2].join(
        ["\r\n", ""]
    )


def test_a_file_without_an_end_of_line_and_a_column_that_is_missing(tmp_path):
    table = open_table(desk_with(tmp_path, "工号;开始日期;意愿\nT1;2026-12-03;休".encode()), "requests")
    added = table.edit([RowEdit(0, {}, {"worker": "T2", "first": "2026-12-04", "wants": "想上", "shift": "早"})], "zh")
    assert added.decode() == "工号;开始日期;意愿;班次\nT1;2026-12-03;休\nT2;2026-12-04;想上;早\n"


def test_a_table_without_a_file_gets_one(tmp_path):
    desk = small_desk(tmp_path / "desk")
    table = open_table(desk, "requests")
    assert table.path == desk / "requests.csv"
    made = table.edit([RowEdit(0, {}, {"worker": "T1", "first": "2026-12-03", "wants": "休"})], "zh")
    assert made.decode("utf-8-sig").splitlines()[1] == "T1,2026-12-03,,休,,"


def test_what_is_not_as_it_was_seen_is_refused(tmp_path):
    table = open_table(desk_with(tmp_path, (HEAD + ROWS).encode()), "requests")
    for edit in (RowEdit(6, {"worker": "T1"}, {"wants": "on"}), RowEdit(9, {"worker": "T1"}, {})):
        with pytest.raises(RosterMoved) as caught:
            table.edit([edit], "zh")
        assert "没有改动" in caught.value.say("zh")


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "－1+2"])
def test_no_cell_becomes_a_formula(tmp_path, text):
    table = open_table(desk_with(tmp_path, (HEAD + ROWS).encode()), "requests")
    with pytest.raises(InputError):
        table.edit([RowEdit(6, {}, {"shift": text})], "zh")
    assert b"-3" in table.edit([RowEdit(6, {}, {"shift": "-3"})], "zh")


def book(*, chart: bool = False) -> bytes:
    made, out = Workbook(), io.BytesIO()
    made.worksheets[0].title = "别的"
    made.worksheets[0]["A1"] = "=1+1"
    sheet = made.create_sheet("申请")
    for row in (["工号", "开始日期", "意愿"], ["T1", "2026-12-03", "休"], ["T2", "2026-12-04", "休"]):
        sheet.append(row)
    if chart:
        made.worksheets[0].add_chart(BarChart())
    made.save(out)
    return out.getvalue()


def test_a_workbook_keeps_its_other_sheets(tmp_path):
    table = open_table(desk_with(tmp_path, book(), "requests.xlsx"), "requests")
    edits = [RowEdit(2, {"worker": "T1"}, {}), RowEdit(0, {}, {"worker": "T3", "first": "2026-12-06", "wants": "休"})]
    after = load_workbook(io.BytesIO(table.edit(edits, "zh")))
    assert after["别的"]["A1"].value == "=1+1"
    rows = [[str(value)[:10] for value in row] for row in after["申请"].iter_rows(min_row=2, values_only=True)]
    assert rows == [["None"] * 3, ["T2", "2026-12-04", "休"], ["T3", "2026-12-06", "休"]]


def test_a_workbook_that_would_lose_something_is_left_alone(tmp_path):
    with pytest.raises(InputError) as caught:
        open_table(desk_with(tmp_path, book(chart=True), "requests.xlsx"), "requests")
    assert "用 Excel 改" in caught.value.say("zh")
    (tmp_path / "desk" / "requests.xlsx").rename(tmp_path / "desk" / "requests.xls")
    with pytest.raises(InputError, match="faults"):
        open_table(tmp_path / "desk", "requests")


def test_the_fingerprint_names_the_files_that_a_desk_is_read_from(tmp_path):
    desk = desk_with(tmp_path, (HEAD + ROWS).encode())
    before = mark_tables(desk)
    (desk / "notes.txt").write_text("x")
    (desk / "ledger.sqlite3").write_bytes(b"x")
    assert mark_tables(desk) == before
    (desk / "people.csv").write_text((desk / "people.csv").read_text("utf-8") + "\n", "utf-8")
    assert {name for name, mark in mark_tables(desk).items() if before.get(name) != mark} == {"people.csv"}


def test_an_empty_sheet_and_a_workbook_without_one_stay_workbooks(tmp_path):
    made, out = Workbook(), io.BytesIO()
    made.worksheets[0].title = "申请"
    made.save(out)
    table = open_table(desk_with(tmp_path, out.getvalue(), "requests.xlsx"), "requests")
    after = load_workbook(io.BytesIO(table.edit([RowEdit(0, {}, {"worker": "T1", "wants": "休"})], "zh")))
    rows = list(after["申请"].iter_rows(values_only=True))
    assert (rows[0][0], rows[1][0]) == ("工号", "T1")
