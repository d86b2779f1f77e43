"""What stands beside the tables of a desk is named where somebody may think that it counts, and is left alone."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from scheduler.domain import Month
from scheduler.errors import InputError
from scheduler.files.reading.desk import read_desk
from scheduler.i18n import LANGS, Lang
from tests.files.test_reading import SAMPLE
from tests.support.cli_desks import run
from tests.support.sample_months import sample_copy

OF_OLD = read_desk(SAMPLE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return sample_copy(SAMPLE.name, tmp_path / "desk")


def told(folder: Path, lang: Lang = "zh") -> list[str]:
    """What is said of the files beside the tables, after making sure that the desk is the same as without them."""
    files = read_desk(folder)
    assert files == OF_OLD
    notes = [note.say(lang) for note in files.passed_over]
    said = [note.say(lang) for note in files.problem(Month(2026, 12)).assumptions]
    assert [note for note in said if note in notes] == notes
    return notes


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("工资单.csv", "没有读 工资单.csv：不是已知的表"),
        ("salary.csv", "没有读 salary.csv：不是已知的表"),
        ("log.csv", "没有读 log.csv：不是已知的表；最接近的是“slots”"),
        ("考勤.CSV", "没有读 考勤.CSV：不是已知的表"),
        ("请假.xlsx", "没有读 请假.xlsx：“请假”表已由 leave.csv 给出"),
        ("history.xlsx", "没有读 history.xlsx：“上月排班”表已由 history.csv 给出"),
        ("人员.ods", "没有读 人员.ods：“人员”表已由 people.csv 给出"),
        ("shifts.tsv", "没有读 shifts.tsv：要用它请另存为 shifts.csv 或 shifts.xlsx"),
        ("wage\u202eslip.csv", "没有读 wage<U+202E>slip.csv：不是已知的表"),
    ],
)
def test_a_file_that_is_no_table_is_named_and_passed_over(folder: Path, name: str, said: str) -> None:
    (folder / name).write_bytes(b"\xff\x00 not looked at")
    assert told(folder) == [said]


@pytest.mark.parametrize(
    "name",
    [
        *(".people.csv", "._people.csv", "~$people.xlsx", ".~people.csv", ".~lock.people.csv#", "people.csv.bak"),
        *("people.csv~", "README.md", "ledger.sqlite3", "photo.jpg", "plan.xlsx", "people.docx", "desk.toml.bak"),
    ],
)
def test_hidden_files_locks_backups_and_what_is_no_table_at_all_are_not_spoken_of(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"\xff\x00 not looked at")
    assert told(folder) == []


def test_papers_beside_the_tables_are_not_spoken_of(folder: Path) -> None:
    shutil.copytree(folder, folder / "rosters")
    assert told(folder) == []


@pytest.mark.parametrize("name", ["poeple.csv", "leaves.csv", "人员表1.csv", "people_old.csv", "people - Copy.csv"])
def test_a_name_that_is_nearly_that_of_a_table_is_a_typing_error(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"")
    with pytest.raises(InputError) as caught:
        read_desk(folder)
    assert len(caught.value.faults) == 1
    assert name in caught.value.say("zh")
    assert "已知的表名；最接近的是" in caught.value.say("zh")


@pytest.mark.parametrize("name", ["people (1).csv", "people（2）.csv", "人员(副本).csv"])
def test_a_copy_of_a_table_is_there_twice_and_the_copy_is_named(folder: Path, name: str) -> None:
    shutil.copy(folder / "people.csv", folder / name)
    with pytest.raises(InputError) as caught:
        read_desk(folder)
    assert [fault.file for fault in caught.value.faults] == [f"desk/{name}"]
    assert "只有一份" in caught.value.say("zh")
    (folder / "people.csv").unlink()
    assert told(folder) == [f"{name} 当作“人员”表"]


def test_a_required_table_in_another_kind_of_file_is_said_to_stand_there(folder: Path) -> None:
    (folder / "people.csv").rename(folder / "people.numbers")
    with pytest.raises(InputError) as caught:
        read_desk(folder)
    zh, en = (caught.value.faults[0].say(lang) for lang in LANGS)
    assert zh.endswith("缺少必需的表“人员”（没有读 people.numbers：要用它请另存为 people.csv 或 people.xlsx）")
    assert "people.numbers was not read" in en


# --- Tables that are workbooks -----------------------------------------------------


def workbook_of(folder: Path, table: str, name: str, *, sheet: str = "Sheet1", further: str = "") -> Path:
    """A table's CSV file as a workbook, in its place."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet
    for row in csv.reader((folder / f"{table}.csv").read_text("utf-8").splitlines()):
        page.append(row)
    if further:
        book.create_sheet(further).append(["工号", "电话"])
    book.create_sheet("空")
    book.save(folder / name)
    (folder / f"{table}.csv").unlink()
    return folder / name


@pytest.mark.parametrize(
    ("table", "name", "title"),
    [
        ("leave", "请假.xlsx", "请假"),
        ("people", "people.xlsx", "人员"),
        ("history", "History.XLSX", "上月排班"),
        ("fixed", "固定班(2).xlsm", "固定班"),
    ],
)
def test_a_table_that_is_a_workbook_is_read_and_named(folder: Path, table: str, name: str, title: str) -> None:
    workbook_of(folder, table, name)
    assert told(folder) == [f"{name} 当作“{title}”表"]


def test_a_sheet_of_the_tables_name_is_taken_among_several(folder: Path) -> None:
    workbook_of(folder, "leave", "leave.xlsx", sheet="请假表", further="通讯录")
    assert told(folder) == ["leave.xlsx 当作“请假”表"]


def test_of_several_sheets_none_is_guessed(folder: Path) -> None:
    workbook_of(folder, "leave", "leave.xlsx", sheet="11月", further="12月")
    with pytest.raises(InputError) as caught:
        read_desk(folder)
    (fault,) = caught.value.faults
    assert "现为“11月, 12月”；应为：只有一张工作表，或其中一张名为“请假”" in fault.say("zh")


def test_a_fault_in_such_a_table_names_file_and_cell(folder: Path) -> None:
    path = workbook_of(folder, "leave", "请假.xlsx")
    book = load_workbook(path)
    book.worksheets[0]["B2"] = "2026年13月"
    book.save(path)
    with pytest.raises(InputError) as caught:
        read_desk(folder)
    (fault,) = caught.value.faults
    assert fault.say("zh").startswith("desk/请假.xlsx，工作表“Sheet1”，第 2 行，“开始日期”列：现为“2026年13月”")


def test_a_workbook_that_is_none_is_a_fault_where_it_would_count(folder: Path) -> None:
    (folder / "leave.csv").unlink()
    (folder / "请假.xls").write_bytes(b"\xff\x00 not a workbook")
    with pytest.raises(InputError) as caught:
        read_desk(folder)
    (fault,) = caught.value.faults
    assert "desk/请假.xls：完好的 Excel 工作簿" in fault.say("zh")


def test_of_two_workbooks_of_a_table_the_second_is_named(folder: Path) -> None:
    path = workbook_of(folder, "leave", "leave.xlsx")
    shutil.copy(path, folder / "请假.xlsx")
    assert told(folder) == ["leave.xlsx 当作“请假”表", "没有读 请假.xlsx：“请假”表已由 leave.xlsx 给出"]


def test_of_many_files_the_first_ten_are_named(folder: Path) -> None:
    for number in range(1, 13):
        (folder / f"工资{number:02d}.csv").write_bytes(b"")
    assert told(folder)[-2:] == ["没有读 工资10.csv：不是已知的表", "另有 2 个文件没有读"]
    assert len(told(folder, "en")) == 11


def test_check_and_the_roster_say_what_was_passed_over(folder: Path) -> None:
    (folder / "工资单.csv").write_bytes(b"x")
    (folder / "请假.xlsx").write_bytes(b"x")
    said = run("check", folder, "--month", "2026-12")
    assert "没有读 工资单.csv" in said.out
    assert "没有读 请假.xlsx" in said.out
    found = run("check", folder, "--month", "2026-12", "--json", "--lang", "en").answer
    assert "工资单.csv was not read: it is none of the tables" in found["assumptions"]
