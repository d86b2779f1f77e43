"""What a workbook may hold at most, and what is said of more."""

from __future__ import annotations

import io
import os
import socket
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from scheduler.errors import InputError
from scheduler.files.reading import workbook_cells
from scheduler.files.reading.archive import MOST_PARTS
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.file_bytes import MOST_BYTES, read_bytes
from scheduler.files.reading.month_sheets import read_month
from scheduler.files.reading.places import Place
from scheduler.files.reading.workbook_cells import WorkbookCells, read_workbook_cells
from scheduler.files.reading.workbook_limits import LIMITS
from scheduler.files.writing.properties import read_stamp
from tests.support.hostile_workbooks import packed, plain_parts, sheet

PLACE = Place("来表.xlsx")
SHEET = "xl/worksheets/sheet1.xml"


def read(parts: dict[str, bytes]) -> WorkbookCells:
    return read_workbook_cells(packed(plain_parts() | parts), PLACE)


def said_of(parts: dict[str, bytes]) -> str:
    with pytest.raises(InputError) as caught:
        read(parts)
    return caught.value.say("zh")


def saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_cells_are_read_with_their_types_and_places():
    book = Workbook()
    page = book.worksheets[0]
    page["B2"], page["C2"], page["D4"] = "早", date(2026, 12, 1), timedelta(hours=26)
    page["A5"], page["B5"] = 1.5, True
    page.merge_cells("F1:G2")
    found = read_workbook_cells(saved(book), PLACE).sheets[0]
    assert found.cells[2][2] == "早"
    assert found.cells[2][3].date() == date(2026, 12, 1)  # type: ignore[attr-defined]
    assert found.cells[4][4] == timedelta(hours=26)
    assert found.cells[5] == {1: 1.5, 2: True}
    assert (found.last_row, found.last_column) == (5, 4)
    assert found.row(2, 4) == (None, "早", found.cells[2][3], None)
    assert found.merged == ((1, 2, 6, 7),)


def test_a_formula_without_its_result_an_error_and_one_with_its_result_are_told_apart():
    cells = '<c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>X()</f></c><c r="C1" t="e"><v>#REF!</v></c>'
    found = read({SHEET: sheet(f'<row r="1">{cells}</row>')}).sheets[0]
    assert found.cells == {1: {1: 2, 3: "#REF!"}}
    assert found.unresolved == {(1, 2): "=X()"}
    assert found.errors == {(1, 3): "#REF!"}
    assert found.last_column == 3


def test_a_year_of_three_hundred_people_is_read():
    book = Workbook(write_only=True)
    page = book.create_sheet("全年")
    for number in range(300):
        page.append([f"员工{number}", *("早中夜休"[n % 4] for n in range(number, number + 366))])
    found = read_workbook_cells(saved(book), PLACE).sheets[0]
    assert (found.last_row, found.last_column) == (300, 367)


@pytest.mark.parametrize("kind", ["c", "row", "mergeCell"])
def test_what_a_sheet_holds_at_most_is_held_on_both_sides(kind: str):
    most = LIMITS[kind].most
    bodies = {
        "c": lambda n: sheet("<row>" + "<c/>" * n + "</row>"),
        "row": lambda n: sheet("<row/>" * n),
        "mergeCell": lambda n: sheet("", "<mergeCells>" + '<mergeCell ref="A1:B2"/>' * n + "</mergeCells>"),
    }
    assert read({SHEET: bodies[kind](most)}).sheets
    said = said_of({SHEET: bodies[kind](most + 1)})
    assert f"至多 {most} 个{LIMITS[kind].name.zh}" in said
    assert "来表.xlsx" in said
    assert "另存为 .xlsx" in said


def test_cells_count_twice_where_formulas_make_it_be_read_twice():
    half = LIMITS["c"].most // 2
    rows = '<row r="1"><c r="A1"><f>1</f><v>1</v></c></row><row r="2">' + "<c/>" * half + "</row>"
    assert "单元格" in said_of({SHEET: sheet(rows)})


@pytest.mark.parametrize(
    ("part", "content"),
    [
        (SHEET, sheet("").decode().encode("utf-16")),
        (SHEET, b"<!DOCTYPE x><worksheet/>"),
        ("xl/styles.xml", b'<styleSheet><numFmt formatCode="' + b"d" * 256 + b'"/></styleSheet>'),
        ("docProps/custom.xml", b'<!DOCTYPE x [<!ENTITY e "x">]><x>&e;</x>'),
        ("xl/sharedStrings.xml", b"<sst><si><t>" + b"x" * (2 * 2**20 + 2) + b"</t></si></sst>"),
        (SHEET, b"not xml at all"),
    ],
)
def test_what_no_spreadsheet_program_writes_is_refused_by_the_name_of_the_part(part: str, content: bytes):
    said = said_of({part: content})
    assert part in said
    assert "Excel、WPS 或 LibreOffice 保存" in said


def test_more_parts_than_any_workbook_has_are_refused_before_their_list_is_read():
    said = said_of({f"p/{number}": b"" for number in range(MOST_PARTS)})
    assert f"至多 {MOST_PARTS} 个部件" in said


def test_a_cell_far_down_takes_no_time_and_is_said_by_its_place(tmp_path: Path):
    book = Workbook()
    book.worksheets[0].title = "人员"
    book.worksheets[0].cell(1_048_576, 3, "x")
    book.save(tmp_path / "desk.xlsx")
    with pytest.raises(InputError) as caught:
        read_desk(tmp_path / "desk.xlsx")
    assert "A1:C1048576" in caught.value.say("zh")


def test_empty_cells_with_a_format_do_not_make_a_table_larger():
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(2, 100_000))
    found = read({SHEET: sheet('<row r="1"><c r="A1"><v>1</v></c></row>' + rows)}).sheets[0]
    assert found.last_row == 1


@pytest.mark.parametrize(
    ("limit", "value", "part", "body"),
    [
        (
            "MOST_MEMORY_BYTES",
            128 * 2**20,
            "xl/sharedStrings.xml",
            b"<sst>" + (b"<si><t>" + b"a" * 1000 + b"</t></si>") * 100_000 + b"</sst>",
        ),
        ("MOST_CPU_SECONDS", 1, SHEET, sheet(("<row>" + "<c><v>1</v></c>" * 10 + "</row>") * 29_000)),
    ],
)
def test_what_gets_around_the_counts_is_ended_by_the_system(
    limit: str, value: int, part: str, body: bytes, monkeypatch: pytest.MonkeyPatch
):
    pytest.importorskip("resource", reason="Windows keeps the limit of time alone")
    monkeypatch.setattr(workbook_cells, limit, value)
    said = said_of({part: body})
    assert "秒" in said
    assert "内存" in said


def test_a_child_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbook_cells, "MOST_SECONDS", 0.01)
    assert "内读完的工作簿" in said_of({})


@pytest.fixture
def odd_files(tmp_path: Path) -> dict[str, Path]:
    """Things with a file's name that are none."""
    made = {name: tmp_path / f"{name}.xlsx" for name in ("pipe", "folder", "device", "socket")}
    os.mkfifo(made["pipe"])
    made["folder"].mkdir()
    made["device"].symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(made["socket"]))
    return made


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
@pytest.mark.parametrize("name", ["pipe", "folder", "device", "socket"])
def test_what_is_no_regular_file_is_not_opened(name: str, odd_files: dict[str, Path]):
    for door in (read_month, read_stamp, lambda path: read_bytes(path, PLACE)):
        with pytest.raises(InputError) as caught:
            door(odd_files[name])
        assert "普通文件" in caught.value.say("zh")


def test_a_file_that_is_too_large_is_said_with_its_size(tmp_path: Path):
    large = tmp_path / "大.xlsx"
    with large.open("wb") as file:
        file.truncate(MOST_BYTES + 3 * 2**20)
    with pytest.raises(InputError) as caught:
        read_month(large)
    assert "53.0 MB" in caught.value.say("zh")
    assert f"至多 {MOST_BYTES // 2**20} MB" in caught.value.say("zh")
