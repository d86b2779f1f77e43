"""All tables as one workbook: taken away, changed, dropped back; tried first, as a whole or not at all."""

from __future__ import annotations

import io
import re
from datetime import datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from scheduler.files.reading.desk import read_desk

TAKE = "/desks/front/tables/workbook/"


@pytest.fixture
def manager(log_in):
    return log_in("M1")


def taken(client) -> Workbook:
    return load_workbook(io.BytesIO(client.get("/desks/front/tables/all.xlsx").content))


def drop(client, book: Workbook):
    kept = io.BytesIO()
    book.save(kept)
    return client.post(TAKE, {"file": SimpleUploadedFile("改好的.xlsx", kept.getvalue())})


def confirm(client, page: str, **more: str):
    hidden = dict(re.findall(r'type="hidden" name="(made_on|token)" value="([^"]*)"', page))
    return client.post(
        TAKE, {name: value.replace("&quot;", '"') for name, value in hidden.items()} | {"write": "yes", **more}
    )


def column(book: Workbook, sheet: str, title: str) -> int:
    return [cell.value for cell in book[sheet][1]].index(title) + 1


def test_what_was_not_changed_changes_nothing(manager, home):
    before = {file.name: file.read_bytes() for file in (home / "front").glob("*.csv")}
    answer = drop(manager, taken(manager))
    assert answer.status_code == 422
    assert "没有改动" in answer.content.decode()
    assert {file.name: file.read_bytes() for file in (home / "front").glob("*.csv")} == before
    assert not list((home / ".adopting").iterdir())


def test_several_tables_change_together_after_a_look(manager, home):
    book = taken(manager)
    people, leave = book["人员"], book["请假"]
    people.cell(2, column(book, "人员", "姓名")).value = "改名一"
    for title, value in (("工号", "T9"), ("姓名", "新来的"), ("角色", "班长")):
        people.cell(8, column(book, "人员", title)).value = value
    day = leave.cell(2, column(book, "请假", "开始日期"))
    day.value = datetime.fromisoformat(str(day.value))  # as a spreadsheet has it after somebody clicked into the cell
    for title, value in (("工号", "T9"), ("开始日期", "2026-12-24"), ("类别", "年假"), ("已批准", "是")):
        leave.cell(3, column(book, "请假", title)).value = value
    page = drop(manager, book).content.decode()
    assert "改名一" in page
    assert "新来的" in page
    assert "会改 2 张表" in page
    assert page.count("2026-12-11") == 0  # the day that only looks otherwise is no change
    assert {worker.id for worker in read_desk(home / "front").workers} == {f"T{n}" for n in range(1, 7)}
    assert confirm(manager, page, because="调岗").status_code == 302
    desk = read_desk(home / "front")
    assert {worker.id: worker.name for worker in desk.workers}["T1"] == "改名一"
    assert "T9" in {one.worker for one in desk.leave}


def test_faults_stand_at_their_cells_of_the_workbook_and_nothing_is_written(manager, home):
    book = taken(manager)
    people = book["人员"]
    people.delete_rows(7)  # T6, of whom nothing is said elsewhere
    people.cell(6, column(book, "人员", "角色")).value = "班长"
    people.cell(9, column(book, "人员", "工号")).value = "T9"  # two rows further down, without a name
    before = (home / "front" / "people.csv").read_bytes()
    answer = drop(manager, book)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "人员，第 9 行，“姓名”列" in page
    assert "请照上面所说改好" in page  # who reads it may do so
    assert (home / "front" / "people.csv").read_bytes() == before


def test_sheets_and_columns_that_are_not_read_are_named(manager):
    book = taken(manager)
    people = book["人员"]
    people.cell(1, people.max_column + 1).value = "工资"
    page = drop(manager, book).content.decode()
    assert "没有改动。" in page
    assert "没有读这些列：工资" in page
    people.cell(2, column(book, "人员", "姓名")).value = "改名一"
    page = drop(manager, book).content.decode()
    assert "会改 1 张表" in page
    assert "没有读这些列：工资" in page
    people.title = "人圆"
    answer = drop(manager, book)
    assert answer.status_code == 422
    assert "“人圆”" in answer.content.decode()
    assert "最接近的是“人员”" in answer.content.decode()


def test_faults_name_the_workbooks_own_headings_and_no_sheet_that_it_need_not_have(manager, home):
    book = Workbook()
    people = book.worksheets[0]
    people.title = "people"
    for line in (home / "front" / "people.csv").read_text("utf-8-sig").splitlines():
        people.append(line.split(","))
    for cell, heading in zip(people[1], ("id", "name", "roles"), strict=True):
        cell.value = heading
    people.cell(1, 4).value, people.cell(2, 4).value = "hired", "soon"
    page = drop(manager, book).content.decode()
    assert "people，第 2 行，“hired”列" in page
    people.cell(2, 4).value = "=NOW()"
    page = drop(manager, book).content.decode()
    assert "带结果的公式" in page
    assert page.count("<li>") == 1


def test_what_is_no_workbook_is_refused(manager):
    answer = manager.post(TAKE, {"file": SimpleUploadedFile("x.xlsx", b"no workbook")})
    assert answer.status_code == 422


def test_tables_that_moved_meanwhile_are_not_written_over(manager, home):
    book = taken(manager)
    book["人员"].cell(2, column(book, "人员", "姓名")).value = "改名一"
    page = drop(manager, book).content.decode()
    people = home / "front" / "people.csv"
    people.write_text(people.read_text("utf-8-sig").replace("试二", "改名二"), "utf-8-sig")
    answer = confirm(manager, page)
    assert answer.status_code == 409
    assert "改名一" not in people.read_text("utf-8-sig")


def test_kept_files_are_nobody_elses(manager, home, log_in):
    assert manager.post(TAKE, {"token": "0" * 32, "write": "yes"}).status_code == 422
    assert log_in("HR1", is_hr=True).post(TAKE, {}).status_code == 403


def test_a_desk_that_is_a_workbook_is_dropped_back_as_a_whole(manager, home):
    from scheduler.app.tables_workbook import save_workbook, try_workbook, write_tables
    from scheduler.files.editing.table_file import mark_tables

    front: Path = home / "front"
    book = Workbook()
    settings = book.worksheets[0]
    settings.title = "设置"
    for row in (["键", "值"], ["id", "front"], ["name", "一本"], ["opening.all", "08:00-24:00"]):
        settings.append(row)
    for table, title in {"people": "人员", "shifts": "班次", "demand": "需求", "officials": "审批人"}.items():
        sheet = book.create_sheet(title)
        for line in (front / f"{table}.csv").read_text("utf-8-sig").splitlines():
            sheet.append(line.split(","))
    desk, changed = home / "book.xlsx", home / "changed.xlsx"
    book.save(desk)
    assert write_tables(desk, "zh") == desk.read_bytes()
    book["人员"].cell(2, column(book, "人员", "姓名")).value = "改名一"
    book.save(changed)
    done, _ = try_workbook(desk, changed, "M1")
    assert [row.after for row in done.facts[0].rows] == [{"name": "改名一"}]
    save_workbook(desk, changed, "M1", made_on=mark_tables(desk))
    assert desk.read_bytes() == changed.read_bytes()
