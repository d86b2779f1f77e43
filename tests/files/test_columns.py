"""Columns that are not ours are passed over and listed once; those that may change who works are asked about."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import load_workbook

from scheduler.domain import Month
from scheduler.errors import InputError
from scheduler.files.reading.desk import read_desk
from scheduler.files.schema.other_columns import ASKED, MEANT_FOR
from scheduler.files.schema.table import find_headed
from scheduler.files.schema.tables import TABLES
from scheduler.files.schema.text import comparable
from scheduler.i18n import Lang
from tests.files.test_reading import as_workbook
from tests.support.cli_desks import run, small_desk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_desk(tmp_path / "desk", people=3)


def put(folder: Path, table: str, *rows: str) -> Path:
    (folder / f"{table}.csv").write_text("\n".join(rows), "utf-8")
    return folder


def notes(folder: Path, lang: Lang = "zh") -> list[str]:
    return [note.say(lang) for note in read_desk(folder).passed_over]


def faults(folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_desk(folder)
    assert "{" not in caught.value.say("en")
    return [fault.say("zh") for fault in caught.value.faults]


HR = (
    "工号,姓名,渠道名称,劳务关系,备注,部门名称,角色",
    "T1,试一,自营,合同,,客服部,班长",
    "T2,试二,外包,劳务,新人,客服部,",
)


def test_a_staff_list_of_hr_is_read_and_what_was_passed_over_is_listed_once(folder: Path) -> None:
    put(folder, "people", *HR)
    assert [(one.id, one.name, one.roles, one.team) for one in read_desk(folder).workers] == [
        ("T1", "试一", ("班长",), ""),
        ("T2", "试二", (), ""),
    ]
    (note,) = notes(folder)
    assert note == "people.csv：没有读这些列：渠道名称、劳务关系、备注、部门名称（要当作“班组”，请改列名）"
    assert notes(folder, "en") == [
        "people.csv: these columns were not read: 渠道名称, 劳务关系, 备注, 部门名称 (rename it to have it read as “team”)"
    ]
    said = run("check", folder, "--month", "2026-12")
    assert said.out.count("没有读这些列") == 1
    assert "没有读这些列" in str(run("check", folder, "--month", "2026-12", "--json").answer["assumptions"])


def test_a_workbook_s_columns_are_passed_over_with_their_sheet(folder: Path) -> None:
    put(folder, "people", *HR)
    book = as_workbook(folder, folder.parent / "desk.xlsx")
    workbook = load_workbook(book)
    workbook["设置"]["C1"] = "说明"
    workbook["设置"]["C2"] = "编号"
    workbook.save(book)
    assert [note.say("zh").partition("：")[0] for note in read_desk(book).passed_over] == [
        "desk.xlsx people",
        "desk.xlsx 设置",
    ] or [note.say("zh").partition("：")[0] for note in read_desk(book).passed_over] == [
        "desk.xlsx 设置",
        "desk.xlsx people",
    ]


def test_of_many_columns_the_first_are_named(folder: Path) -> None:
    put(folder, "people", "工号,姓名," + ",".join(f"列{n}" for n in range(15)), "T1,试一" + ",x" * 15)
    (note,) = notes(folder)
    assert note.endswith("列11、另 3 列")


@pytest.mark.parametrize("title", ["{备注}", "备%s注", "备 注", "Ｒｅｍａｒｋ", "remark|note"])
def test_any_title_may_be_passed_over(folder: Path, title: str) -> None:
    put(folder, "people", f"工号,姓名,{title}", "T1,试一,x")
    assert title.strip() in notes(folder)[0]
    files = read_desk(folder)
    assert title.strip() in " ".join(note.say("en") for note in files.problem(Month(2026, 12)).assumptions)


@pytest.mark.parametrize(
    ("table", "header", "row", "title"),
    [
        ("people", "工号,姓名,电话号码,手机型号", "T1,试一,1,x", "手机型号"),
        ("shifts", "代码,开始,结束,班次代码说明", "早,08:00,16:00,x", "班次代码说明"),
        ("people", "工号,姓名,性别,年龄", "T1,试一,女,30", "性别"),
        ("people", "worker,name,department", "T1,Tess,desk", "department"),
        ("people", "worker,name,gender,notes", "T1,Tess,f,n", "notes"),
        ("leave", "工号,开始日期,结束日期,类别,事由,申请时间,天数", "T1,2026-12-05,,年假,探亲,2026-11-01,1", "事由"),
    ],
)
def test_what_changes_nothing_is_passed_over(folder: Path, table: str, header: str, row: str, title: str) -> None:
    rows = [header, row] if table != "shifts" else [header, row, "晚,16:00,24:00,"]
    assert title in notes(put(folder, table, *rows))[0]


@pytest.mark.parametrize(
    ("table", "header", "typed", "meant"),
    [
        ("people", "工号,姓名,most_weekend", "most_weekend", "most_weekends"),
        ("leave", "工号,开始日期,结束日其,类别", "结束日其", "结束日期"),
        ("shifts", "代码,开始,结束,颜色色", "颜色色", "颜色"),
        ("people", "工号,姓名,最多连上天", "最多连上天", "最多连上"),
    ],
)
def test_a_mistyped_header_is_a_fault(folder: Path, table: str, header: str, typed: str, meant: str) -> None:
    found = [line for line in faults(put(folder, table, header)) if "已知的列" in line]
    assert len(found) == 1
    assert f"现为“{typed}”" in found[0]
    assert f"最接近的是“{meant}" in found[0]


@pytest.mark.parametrize(
    ("header", "offered", "missing"),
    [
        ("工号,开始时间,类别", "开始时间", "开始日期"),
        ("工号,start_time,类别", "start_time", "开始日期"),
        ("姓名,开始日期,类别", "", "工号"),
    ],
)
def test_a_missing_column_is_sought_among_those_that_are_there(
    folder: Path, header: str, offered: str, missing: str
) -> None:
    (fault,) = [line for line in faults(put(folder, "leave", header)) if "缺少" in line]
    assert f"缺少必需的列“{missing}”" in fault
    assert (f"是“{offered}”列吗" in fault) == bool(offered)


# --- What is asked about --------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "header", "row", "column", "way"),
    [
        ("people", "工号,姓名,状态", "T1,试一,离职", "状态", "离职日期"),
        ("people", "工号,姓名,员工状态", "T1,试一,待离职", "员工状态", "离职日期"),
        ("people", "工号,姓名,是否在职", "T1,试一,否", "是否在职", "离职日期"),
        ("people", "工号,姓名,是否离职", "T1,试一,是", "是否离职", "离职日期"),
        ("people", "工号,姓名,status", "T1,试一,on leave", "status", "请假表"),
        ("people", "工号,姓名,是否排班", "T1,试一,否", "是否排班", "审批人表"),
        ("people", "工号,姓名,能否上夜班", "T1,试一,不能", "能否上夜班", "可上班次"),
        ("people", "工号,姓名,免夜班", "T1,试一,是", "免夜班", "特殊保护"),
        ("requests", "工号,开始日期,意愿,状态", "T1,2026-12-05,休,已撤回", "状态", "删去此行"),
        ("fixed", "工号,日期,班次,审批状态", "T1,2026-12-05,早,待审批", "审批状态", "删去此行"),
        ("overtime", "工号,日期,小时,审批", "T1,2026-12-05,2,驳回", "审批", "删去此行"),
        ("shifts", "代码,开始,结束,状态", "早,08:00,16:00,停用", "状态", "去掉需求"),
        ("leave", "工号,开始日期,开始时间,类别", "T1,2026-12-05,13:00,年假", "开始时间", "时段"),
        ("leave", "工号,开始日期,类别,天数", "T1,2026-12-05,年假,0.5", "天数", "半天"),
        ("leave", "工号,开始日期,类别,时长(小时)", "T1,2026-12-05,年假,4小时", "时长(小时)", "整"),
        ("leave", "工号,开始日期,类别,小时数", "T1,2026-12-05,年假,4", "小时数", "按小时"),
    ],
)
def test_a_column_that_changes_who_may_work_is_asked_about(
    folder: Path, table: str, header: str, row: str, column: str, way: str
) -> None:
    (fault,) = [line for line in faults(put(folder, table, header, row)) if "第 2 行" in line]
    assert f"“{column}”列：现为“{row.split(',')[header.split(',').index(column)]}”" in fault
    assert way in fault


@pytest.mark.parametrize(
    ("table", "header", "row"),
    [
        ("people", "工号,姓名,状态", "T1,试一,在职"),
        ("people", "工号,姓名,状态,是否排班,是否离职", "T1,试一,,是,否"),
        ("people", "工号,姓名,夜班", "T1,试一,可以"),
        ("requests", "工号,开始日期,意愿,状态", "T1,2026-12-05,休,已通过"),
        ("leave", "工号,开始日期,类别,天数", "T1,2026-12-05,年假,3天"),
        ("leave", "工号,开始日期,类别,开始时间,结束时间", "T1,2026-12-05,年假,00:00,24:00"),
    ],
)
def test_where_such_a_column_says_nothing_new_it_is_passed_over(
    folder: Path, table: str, header: str, row: str
) -> None:
    files = read_desk(put(folder, table, header, row))
    assert header.split(",")[3 if table != "people" else 2] in files.passed_over[0].say("zh")


@pytest.mark.parametrize(
    ("word", "approved"),
    [
        ("已通过", True),
        ("审批通过", True),
        ("", True),
        ("审批中", False),
        ("已驳回", False),
        ("已撤销", False),
        ("Rejected", False),
    ],
)
def test_the_state_of_leave_is_read(folder: Path, word: str, approved: bool) -> None:
    files = read_desk(put(folder, "leave", "工号,开始日期,类别,审批状态", f"T1,2026-12-05,年假,{word}"))
    assert [leave.approved for leave in files.leave] == [approved]
    assert files.passed_over == ()


@pytest.mark.parametrize("value", [time(13), datetime(2026, 12, 5, 13), 0.5, date(2026, 12, 5)])
def test_what_a_workbook_says_of_hours_is_asked_about(folder: Path, value: object) -> None:
    workbook = load_workbook(as_workbook(folder, folder.parent / "desk.xlsx"))
    sheet = workbook.create_sheet("请假")
    sheet.append(["工号", "开始日期", "类别", "开始时间"])
    sheet.append(["T1", date(2026, 12, 5), "年假", value])
    workbook.save(folder.parent / "desk.xlsx")
    (fault,) = faults(folder.parent / "desk.xlsx")
    assert "“开始时间”列" in fault


def test_declared_columns_are_none_of_ours() -> None:
    """Each table's own headers come first, so a header declared here as well would never be seen."""
    for table in TABLES:
        for telling in ASKED:
            if table.name in telling.tables:
                assert not [word for word in telling.called.split() if find_headed(table.columns, word)]
        for (of, column), words in MEANT_FOR.items():
            if of == table.name:
                assert table.column(column)
                assert not [word for word in words.split() if find_headed(table.columns, word)]


def test_no_word_means_both() -> None:
    for telling in ASKED:
        assert comparable("离职") == "离职"
        assert telling.is_idle("")
        assert not telling.is_idle("随便什么")
