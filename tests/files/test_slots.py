"""People needed by time of day, as a desk's tables tell it."""

from datetime import date
from pathlib import Path

import pytest

from scheduler.domain import Month, SlotNeed
from scheduler.errors import InputError
from scheduler.files.reading.desk import read_desk
from scheduler.staffing.breaks import BreakTerms
from scheduler.staffing.workload import Calls, Service, Visitors, at_desk, of_calls, of_visitors
from tests.files.test_reading import append, as_workbook

FORECAST = "日期类型,开始,结束,来电量,处理时长,最少\n"
DESK = {
    "desk.toml": '[desk]\nid = "small"\n',
    "people.csv": "工号,姓名,技能\n1,赵一,英语\n2,钱二,\n",
    "shifts.csv": "代码,开始,结束\n早,08:00,16:00\n中,16:00,24:00\n夜,00:00,08:00\n",
    "demand.csv": "班次,最少\n早,1\n中,1\n夜,0\n",
}
NINE, HALF_PAST = 9 * 60, 9 * 60 + 30


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    desk = tmp_path / "desk"
    desk.mkdir()
    for file, text in DESK.items():
        write(desk, file, text)
    return desk


def write(folder: Path, file: str, text: str) -> None:
    (folder / file).write_text(text, "utf-8")


def faults(folder: Path, lang="zh"):
    with pytest.raises(InputError) as error:
        read_desk(folder)
    return [fault.say(lang) for fault in error.value.faults]


def only(folder: Path, *words: str) -> None:
    """The desk has one fault, which says all this."""
    (said,) = faults(folder)
    for word in words:
        assert word in said, (word, said)


def test_heads_are_given_directly(folder):
    write(
        folder,
        "slots.csv",
        "日期类型,开始,结束,最少,目标,技能\n工作日,08:00,12:00,2,3,\n,22:00,次日02:00,1,,英语\n周六,23:30,00:30,1,,\n",
    )
    assert read_desk(folder).slots == (
        SlotNeed("workday", 8 * 60, 12 * 60, least=2, target=3),
        SlotNeed("all", 22 * 60, 26 * 60, least=1, target=1, skill="英语"),
        SlotNeed("sat", 23 * 60 + 30, 24 * 60 + 30, least=1, target=1),
    )


def test_calls_become_agents_for_the_desks_service_level(folder):
    write(folder, "forecast.csv", FORECAST + "周一,09:00,09:30,100,180,3\n")
    calls = Calls("mon", NINE, HALF_PAST, 100.0, 180.0, 3)
    assert read_desk(folder).slots == (of_calls(calls, Service()),)
    append(folder, "desk.toml", '[service]\nlevel = "90%"\nanswer_seconds = 10\nleast_level = 0.5\nshrinkage = "10%"')
    read = read_desk(folder).slots
    assert read == (of_calls(calls, Service(0.9, 10, least_level=0.5, max_occupancy=0.85, shrinkage=0.1)),)
    assert read[0].least > 3


def test_visitors_become_people_by_what_one_serves(folder):
    write(folder, "footfall.csv", "on,start,end,visitors,served,least\nsat,10:00,11:00,91,30,2\n")
    assert read_desk(folder).slots == (of_visitors(Visitors("sat", 600, 660, 91.0, 30.0, 2)),)


def test_dated_rows_hold_in_their_month_only(folder):
    write(
        folder,
        "slots.csv",
        "on,start,end,least\n2026-12-12,09:00,10:00,1\n2027-01-12,09:00,10:00,2\nall,09:00,10:00,3\n",
    )
    december = read_desk(folder).problem(Month(2026, 12))
    assert [slot.least for slot in december.slots] == [1, 3]
    assert [slot.least for slot in december.slots_on(date(2026, 12, 12))] == [1]


def test_breaks_are_placed_only_where_the_desk_says_so(folder):
    write(folder, "slots.csv", "on,start,end,least,target\nall,09:00,10:00,6,9\n")
    desk = read_desk(folder)
    assert desk.breaks is None
    assert desk.slots[0].target == 9
    append(folder, "desk.toml", '[breaks]\nmost_away = 3\nlongest_run_hours = 9\nallowance = "10%"')
    desk = read_desk(folder)
    assert desk.breaks == BreakTerms(most_away=3, longest_run_hours=9, allowance=0.1)
    assert (desk.slots[0].least, desk.slots[0].target, at_desk(desk.slots[0])) == (7, 10, (6, 9))


def test_without_an_allowance_it_is_the_breaks_part_of_the_shifts(folder):
    write(folder, "slots.csv", "on,start,end,least,target\nall,09:00,10:00,6,16\n")
    append(folder, "desk.toml", "[breaks]\nlongest_run_hours = 9")
    slot = read_desk(folder).slots[0]  # half an hour of eight
    assert slot.target == 18
    assert dict(slot.basis)["allowance"] == 0.0625


def test_a_workbook_tells_the_same_as_the_folder(folder, tmp_path):
    write(folder, "slots.csv", "日期类型,开始,结束,最少\n每天,09:00,10:00,1\n")
    write(folder, "forecast.csv", FORECAST + "周一,09:00,09:30,100,180,3\n")
    append(folder, "desk.toml", '[service]\nlevel = "90%"\n[breaks]\nmost_away = 3\nlongest_run_hours = 9')
    assert read_desk(as_workbook(folder, tmp_path / "desk.xlsx")) == read_desk(folder)


def test_a_slot_that_two_tables_speak_of_is_refused(folder):
    write(folder, "slots.csv", "on,start,end,least\nmon,09:00,09:30,1\n")
    write(folder, "forecast.csv", FORECAST + "周二,09:00,09:30,100,180,3\n周一,09:00,09:30,100,180,3\n")
    only(folder, "forecast.csv", "第 3 行", "“时段需求”表第 2 行没有的时段")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("每天,09:00,10:00,3,2\n", ("目标", "不小于最少 3")),
        ("每天,次日01:00,次日02:00,1,\n", ("开始", "24:00 之前")),
        ("每天,09:00,次日10:00,1,\n", ("结束", "至多 24 小时")),
        ("每天,09:00,10:00,1,\n全部,09:00,10:00,2,\n", ("第 3 行", "与第 2 行不重复")),
        ("每日儿,09:00,10:00,1,\n", ("日期类型", "每日儿")),
        ("每天,九点,10:00,1,\n", ("开始", "九点", "08:00")),
        ("每天,09:00,10:00,-1,\n", ("最少", "-1", "0 到 10000")),
    ],
)
def test_what_is_wrong_with_a_slot_is_said(folder, rows, words):
    write(folder, "slots.csv", "日期类型,开始,结束,最少,目标\n" + rows)
    only(folder, "slots.csv", *words)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("每天,09:00,09:30,很多,180,\n", ("来电量", "很多")),
        ("每天,09:00,09:30,,180,\n", ("来电量", "必填")),
        ("每天,09:00,09:30,100,0,\n", ("处理时长", "1 到 36000")),
        ("每天,09:00,09:30,20000,180,\n", ("来电量", "至多 1000 人")),
    ],
)
def test_what_is_wrong_with_a_forecast_is_said(folder, rows, words):
    write(folder, "forecast.csv", FORECAST + rows)
    only(folder, "forecast.csv", "第 2 行", *words)


def test_what_is_wrong_with_footfall_is_said(folder):
    write(folder, "footfall.csv", "on,start,end,visitors,served\nsat,10:00,11:00,90,0\nsun,10:00,11:00,30001,30\n")
    said = faults(folder)
    assert len(said) == 2
    assert "served" in said[0]
    assert "至多要 1000 人" in said[1]


def test_a_skill_that_nobody_has_is_refused(folder):
    write(folder, "slots.csv", "on,start,end,least,skill\nall,09:00,10:00,1,法语\n")
    only(folder, "slots.csv", "法语", "技能")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[service]\nlevel = "120%"', ("service.level", "120%", "0.01 到 0.999")),
        ('[service]\nlevel = 0.7\nleast_level = "80%"', ("service.least_level", "0.8", "不高于服务水平 0.7")),
        ('[service]\nlevle = "80%"', ("levle", "level")),
        ('[breaks]\nmost_away = "many"', ("breaks.most_away", "many", "整数")),
        ("[breaks]\ngrid = 2", ("breaks.grid", "5 到 60")),
        ("[breaks]\nmost_away = 1\n'同时休息上限' = 2\nlongest_run_hours = 9", ("只写一次",)),
        ("[breaks]\nlongest_run_hours = 9\nedge = 240", ("breaks", "早")),
        ("[break]\nedge = 240", ("break", "breaks")),
    ],
)
def test_what_is_wrong_with_the_settings_is_said(folder, text, words):
    append(folder, "desk.toml", text)
    said = faults(folder)
    assert "desk.toml" in said[0]
    for word in words:
        assert word in said[0], (word, said)


def test_a_shift_of_eight_hours_without_a_meal_has_no_room_for_a_run_of_less(folder):
    append(folder, "desk.toml", "[breaks]\nlongest_run_hours = 7")
    said = faults(folder)
    assert len(said) == 3
    assert all("放不下" in line for line in said)
    assert "早" in said[0]
