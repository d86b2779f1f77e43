"""The sheets of a desk whose people are needed by time of day, and what the commands say of it."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.support import sheets
from tests.support.cli_desks import run

FILES = {
    "desk.toml": '[desk]\nid = "hall"\nname = "服务台"\n[opening]\nall = "08:00-21:00"\n'
    '[rules.slot_cover]\nbreaks_counted = false\n[rules.fairness]\nenabled = false\nbecause = "quick"\n'
    '[rules.always_staffed]\nenabled = false\nbecause = "meals are moved"\n',
    "people.csv": "工号,姓名,班组,技能\n"
    + "".join(f"P{n},{name}一,甲班,英语\n" for n, name in enumerate("赵钱孙李周吴", 1)),
    "shifts.csv": "代码,开始,结束,休息\n早,08:00,16:30,12:00-12:30\n晚,12:30,21:00,16:30-17:00\n",
    "demand.csv": "班次,最少,目标,缺人代价,多人代价\n早,1,,0,1\n晚,1,,0,1\n",
    "forecast.csv": "开始,结束,来电量,处理时长,最少\n"
    + "".join(f"{hour:02d}:00,{hour + 1:02d}:00,4,180,1\n" for hour in range(8, 21)),
}
BREAKS = "[breaks]\nmost_away = 1\n"
MONDAY = datetime(2026, 12, 7)


def desk(folder: Path, breaks: str = BREAKS, **files: str) -> Path:
    folder.mkdir()
    for file, text in (FILES | {f"{name}.csv": text for name, text in files.items()}).items():
        (folder / file).write_text(text + (breaks if file == "desk.toml" else ""), "utf-8")
    return folder


def generated(folder: Path, *words: str):
    return run("generate", folder, "--month", "2026-12", "--cores", "1", "--out", folder / "out", *words)


def table(folder: Path, sheet: str) -> list[dict[str, Any]]:
    return sheets.table(load_workbook(next((folder / "out").glob("*.xlsx")))[sheet])


@pytest.fixture(scope="module")
def hall(tmp_path_factory) -> Path:
    folder = desk(tmp_path_factory.mktemp("hall") / "desk")
    assert generated(folder).code == 0
    return folder


def test_every_slot_of_every_day_has_its_need_and_its_people(hall):
    rows = table(hall, "时段覆盖")
    assert len(rows) == 31 * 13
    monday = [row for row in rows if row["日期"] == MONDAY]
    assert [row["开始"] for row in monday] == [f"{hour:02d}:00" for hour in range(8, 21)]
    for row in monday:
        assert (row["来电"], row["处理时长(秒)"], row["坐席(Erlang C)"], row["目标"]) == (4, 180, 1, 1)
        assert row["排班目标(含休息)"] == 2
        assert row["上班人数"] >= 2
        assert row["休息后在岗"] >= 1
        assert row["缺"] is None
        assert row["预计服务水平"] >= 0.8
        assert 0 < row["预计占用率"] <= 0.2
        assert row["状态"] == "符合"


def test_everybodys_breaks_stand_in_a_table(hall):
    rows = table(hall, "小休用餐")
    duties = table(hall, "每日明细")
    assert [(row["日期"], row["工号"]) for row in rows] == [(row["日期"], row["工号"]) for row in duties]
    for row in rows:
        assert row["小休"].count("–") == 2
        assert row["用餐"].count("–") == 1
        assert row["班组"] == "甲班"


def test_a_slot_that_stays_short_is_marked_and_told(tmp_path):
    peak = "日期类型,开始,结束,最少,目标\n2026-12-07,10:00,11:00,1,7\n2026-12-07,23:00,次日01:00,0,1\n"
    folder = desk(tmp_path / "desk", slots=peak)
    said = generated(folder)
    assert "12月7日(周一) 10:00–11:00：需 7 人" in said.out
    assert "低于需求的 2 个" in said.out
    row = next(row for row in table(folder, "时段覆盖") if (row["日期"], row["目标"]) == (MONDAY, 7))
    assert row["状态"] == "▽ 低于目标"
    assert row["缺"] == 7 - row["休息后在岗"]
    assert row["来电"] is None
    assert row["预计服务水平"] is None
    night = next(row for row in table(folder, "时段覆盖") if row["开始"] == "23:00")
    assert night["结束"] == "次日01:00"


def test_json_names_the_slots_that_are_short(tmp_path):
    folder = desk(tmp_path / "desk", slots="on,start,end,least,target,skill\n2026-12-07,10:00,11:00,1,7,英语\n")
    told = generated(folder, "--json").answer
    assert told["slots"]["rows"] == 31 * 13 + 1
    (short,) = told["slots"]["short"]
    assert (short["date"], short["start"], short["end"], short["needed"], short["skill"]) == (
        "2026-12-07",
        "10:00",
        "11:00",
        7,
        "英语",
    )
    assert told["slots"]["heads_missing"] == 7 - short["at_desk"]
    assert told["breaks"]["placed"] > 100
    assert told["breaks"]["unproved"] == told["breaks"]["faults"] == []
    assert {row["技能"] for row in table(folder, "时段覆盖")} == {None, "英语"}


def test_without_breaks_to_place_the_shifts_own_are_taken_out(tmp_path):
    folder = desk(tmp_path / "desk", breaks="", footfall="start,end,visitors,served\n12:00,12:30,50,30\n")
    said = generated(folder)
    assert "小休" not in said.out
    rows = table(folder, "时段覆盖")
    noon = [row for row in rows if row["客流/小时"]]
    assert len(noon) == 31
    assert all((row["每人接待/小时"], row["目标"]) == (30, 2) for row in noon)
    assert all(row["休息后在岗"] <= row["上班人数"] for row in rows)
    assert "排班目标(含休息)" not in rows[0]
    assert "小休用餐" not in load_workbook(next((folder / "out").glob("*.xlsx"))).sheetnames


def test_a_desk_without_slots_has_neither_sheet_nor_line(tmp_path):
    folder = desk(tmp_path / "desk", breaks="")
    (folder / "forecast.csv").unlink()
    said = generated(folder)
    assert "时段" not in said.out
    assert "时段覆盖" not in load_workbook(next((folder / "out").glob("*.xlsx"))).sheetnames


def test_a_cap_that_cannot_be_held_is_told(tmp_path):
    crowd = "工号,姓名\n" + "".join(f"P{n},试{n}\n" for n in range(1, 31))
    slots = "on,start,end,least\n2026-12-07,09:00,10:00,20\n"
    folder = desk(tmp_path / "desk", people=crowd, slots=slots)
    said = generated(folder)
    assert "同时休息" in said.out
    assert "最多 1 人" in said.out


def test_english_speaks_english(tmp_path):
    folder = desk(tmp_path / "desk", slots="on,start,end,least,target\n2026-12-07,10:00,11:00,1,7\n")
    said = generated(folder, "--lang", "en")
    assert "Slots:" in said.out
    assert "Breaks:" in said.out
    rows = table(folder, "Cover by time")
    assert {"Calls", "Agents (Erlang C)", "At work", "Left at the desk", "Service level"} <= set(rows[0])
    assert date(2026, 12, 7) in {row["Date"].date() for row in rows if row["State"] == "▽ below target"}
    assert table(folder, "Breaks")[0]["Small breaks"]
