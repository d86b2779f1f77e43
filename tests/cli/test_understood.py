"""`check` says what it understood of the tables, so that somebody who knows the desk sees at once what was read wrongly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.cli_desks import run, small_desk

PEOPLE = (
    "工号,姓名,班组,角色,技能,入职日期,离职日期,上岗日期,工时比例,可上班次,特殊保护",
    "T1,试一,甲班,班长;客服,英语,,,,,,",
    "T2,试二,甲班,客服,英语@2026-01-01..2026-06-30,,,,0.5,,",
    "T3,试三,乙班,客服,,2026-12-15,,2026-12-20,,早,",
    "T4,试四,乙班,客服,,,2026-11-30,,,,",
    "T5,试五,,,日语,,,,,,孕期",
)
SHIFTS = (
    "代码,名称,开始,结束,休息,带薪休息,岗位,所需技能",
    "早,早班,8,下午4:00,12:00-12:30,10:00-10:10,前台,",
    "夜,夜,22:00,次日6:00,,,,日语",
)
DEMAND = (
    "班次,日期类型,角色,最少,目标,最多",
    "早,工作日,,1,2,3",
    "早,休息日,,1,,",
    "夜,all,,0,1,",
    "早,2026-12-24,班长,1,,",
)
LEAVE = (
    "工号,开始日期,结束日期,类别,已批准",
    "T1,2026-11-30,2026-12-02,年假,是",
    "T1,2026-12-08,,病假,是",
    "T2,2026-12-31,2027-01-02,年假,是",
)
LEAVE_TOO = ("T3,2026-12-19,,事假,否", "T5,2026-12-01,2026-12-31,产假,是")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = small_desk(
        tmp_path_factory.mktemp("understood") / "desk",
        requests=["T1,2026-12-03,2026-12-04,休,,5", "T1,2027-01-03,,休,,5"],
        fixed=["T2,2026-12-05,早"],
        overtime=["T1,2026-12-05,1.5"],
    )
    for name, rows in (
        ("people", PEOPLE),
        ("shifts", SHIFTS),
        ("demand", DEMAND),
        ("leave", (*LEAVE, *LEAVE_TOO)),
    ):
        (folder / f"{name}.csv").write_text("\n".join(rows), "utf-8")
    return folder


@pytest.fixture(scope="module")
def found(desk: Path) -> dict[str, Any]:
    understood = run("check", desk, "--month", "2026-12", "--json").answer["understood"]
    assert isinstance(understood, dict)
    return understood


def test_shifts_are_told_with_hours_and_paid_hours(found: dict[str, Any]) -> None:
    early, night = found["shifts"]
    assert (early["start"], early["end"], early["hours"], early["paid_hours"]) == ("08:00", "16:00", 8, 7.5)
    assert early["breaks"] == [
        {"start": "10:00", "end": "10:10", "paid": True},
        {"start": "12:00", "end": "12:30", "paid": False},
    ]
    assert (early["post"], early["night"]) == ("前台", False)
    assert (night["start"], night["end"], night["hours"], night["skill"], night["night"]) == (
        "22:00",
        "+1 06:00",
        8,
        "日语",
        True,
    )


def test_people_are_counted_by_team_role_and_skill(found: dict[str, Any]) -> None:
    assert found["people"] == {
        "in_table": 5,
        "employed": 4,
        "whole_month": 3,
        "away": 1,
        "trainees": 1,
        "part_time": 1,
        "protected": 1,
        "limited": 1,
        "teams": {"甲班": 2, "乙班": 1},
        "roles": {"班长": 1, "客服": 3},
        "skills": {"英语": 1, "日语": 1},
    }


def test_need_is_told_by_kind_of_day(found: dict[str, Any]) -> None:
    workdays, weekends, christmas = sorted(found["need"], key=lambda need: -len(need["days"]))
    assert (workdays["kinds"], len(workdays["days"])) == (["workday"], 22)
    assert [(row["shift"], row["least"], row["target"], row["most"]) for row in workdays["shifts"]] == [
        ("早", 1, 2, 3),
        ("夜", 0, 1, None),
    ]
    assert (weekends["kinds"], len(weekends["days"])) == (["restday"], 8)
    assert [(row["least"], row["target"]) for row in weekends["shifts"]] == [(1, 1), (0, 1)]
    assert christmas["days"] == ["2026-12-24"]
    assert [row["role"] for row in christmas["shifts"]] == ["", "", "班长"]


def test_days_of_leave_are_those_of_the_month(found: dict[str, Any]) -> None:
    assert [(one["worker"], one["kind"], one["days"]) for one in found["leave"]] == [
        ("T1", "annual", 2),
        ("T1", "sick", 1),
        ("T2", "annual", 1),
        ("T5", "maternity", 31),
    ]


def test_the_rest_is_counted(found: dict[str, Any]) -> None:
    assert (found["wishes"], found["fixed"], found["overtime_hours"], found["events"]) == (2, 1, 1.5, 0)
    assert found["history_from"] is None
    assert found["set_aside"] == [{"table": "requests", "rows": 1, "first": "2027-01-03", "last": "2027-01-03"}]


def test_people_read_it_in_chinese(desk: Path) -> None:
    said = run("check", desk, "--month", "2026-12").out
    for line in (
        "  早 早班 08:00–16:00，8 小时，计薪 7.5 小时，带薪休 10:00–10:10，休 12:00–12:30，岗位 前台",
        "  夜 22:00–+1 06:00，8 小时，计薪 8 小时，夜班，须会 日语",
        "人员：表中 5 人，本月在职 4 人，其中不满全月 1 人，全月请假 1 人，见习 1 人，非全时 1 人，免夜班 1 人，限定班次 1 人",
        "  班组：甲班 2、乙班 1",
        "  周末 8 天（5–6、12–13、19–20、26–27日）：早 1、夜 0→1",
        "  工作日 1 天（24日）：早 1→2 ≤3、夜 0→1、早·班长 1",
        "请假：35 人天（年假 3、病假 1、产假 31）：试一(T1) 2、试一(T1) 1、试二(T2) 1、试五(T5) 31",
        "申请 2 天，固定 1 条，加班 1.5 小时，活动 0 场；此前排班未知",
        "搁置的行：申请 1（2027-01-03 至 2027-01-03）",
        "假定：",
    ):
        assert line in said.split("\n"), (line, said)


def test_people_read_it_in_english(desk: Path) -> None:
    said = run("check", desk, "--month", "2026-12", "--lang", "en").out
    for line in (
        "  早 早班 08:00–16:00, 8 h, 7.5 h paid, paid break 10:00–10:10, break 12:00–12:30, post 前台",
        "  8 days, weekends (5–6, 12–13, 19–20, 26–27 Dec): 早 1, 夜 0→1",
        "Leave: 35 days (annual leave 3, sick leave 1, maternity leave 31): 试一(T1) 2, 试一(T1) 1, 试二(T2) 1, 试五(T5) 31",
        "Rows set aside: requests 1 (2027-01-03 to 2027-01-03)",
    ):
        assert line in said.split("\n"), (line, said)


def test_of_much_leave_the_first_is_named(tmp_path: Path) -> None:
    leave = [f"T{n},2026-12-{n + 10},,年假,是" for n in range(1, 10)]
    said = run("check", small_desk(tmp_path / "desk", people=9, leave=leave), "--month", "2026-12").out
    assert "、试八(T8) 1、另 1 项" in said
    assert "每天（31 天）：早 1、晚 1" in said


def test_needs_by_time_of_day_are_told_in_one_line(tmp_path: Path) -> None:
    folder = small_desk(tmp_path / "desk")
    (folder / "slots.csv").write_text("开始,结束,最少\n08:00,12:00,1\n12:00,24:00,3\n", "utf-8")
    said = run("check", folder, "--month", "2026-12")
    assert "2 个时段 08:00–24:00，最少 1 至 3 人" in said.out
    answer = run("check", folder, "--month", "2026-12", "--json").answer["understood"]["need"][0]["slots"]
    assert [(one["start"], one["end"], one["least"]) for one in answer] == [
        ("08:00", "12:00", 1),
        ("12:00", "24:00", 3),
    ]
