"""A desk is read from a folder or a workbook, however its tables are written, and cut into months."""

import csv
import re
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from scheduler.domain import (
    LEAVE_KINDS,
    Break,
    Burden,
    Compensation,
    DayKind,
    Desk,
    Duty,
    Fixed,
    Month,
    Note,
    Official,
    Opening,
    Overtime,
    Procedure,
    ProtectionKind,
    Shift,
    ShiftTable,
    Skill,
    Terms,
    Wish,
)
from scheduler.errors import InputError
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles, Past
from scheduler.files.reading.grids import cell_text
from scheduler.files.schema.cells import DATE, ID, SHARE, TEXT, TIME, YES_NO, CellKind
from scheduler.files.schema.days import DAY_WORDS
from scheduler.files.schema.settings import DESK_KEYS, SETTINGS
from scheduler.files.schema.shared_columns import LEAVE_WORDS
from scheduler.files.schema.table import find_headed
from scheduler.files.schema.tables import TABLES
from scheduler.files.schema.text import OFF_WORDS, comparable
from scheduler.i18n import Lang, Sentence
from scheduler.timeline import month_days
from tests.support.narrowing import present
from tests.support.sample_months import sample_copy

SAMPLE = Path(__file__).parents[2] / "samples" / "three_shift_desk"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample desk."""
    return sample_copy(SAMPLE.name, tmp_path / "desk")


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Put `new` in place of the one `old` in a file."""
    text = (folder / file).read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {file}"
    (folder / file).write_text(text.replace(old, new), "utf-8")


def append(folder: Path, file: str, *rows: str) -> None:
    """Add rows below a table."""
    with (folder / file).open("a", encoding="utf-8") as table:
        table.writelines(f"{row}\n" for row in rows)


def flat(tree: dict[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """The keys of a TOML tree, as the settings sheet writes them."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def as_workbook(folder: Path, file: Path) -> Path:
    """The tables of a folder as the sheets of one workbook, every cell a text."""
    book = Workbook()
    settings = book.worksheets[0]
    settings.title = "设置"
    settings.append(["键", "值"])
    for key, value in flat(tomllib.loads((folder / "desk.toml").read_text("utf-8"))):
        if isinstance(value, list):
            lines = key in ("desk.assumed", "desk.notice")
            value = str(value) if key.startswith("rules.") else ("\n" if lines else ";").join(map(str, value))
        settings.append([key, value])
    for table in sorted(folder.glob("*.csv")):
        sheet = book.create_sheet(table.stem)
        for row in csv.reader(table.read_text("utf-8").splitlines()):
            sheet.append(row)
    book.save(file)
    return file


# --- The same desk, written in other ways ------------------------------------


def test_the_sample_is_read_whole():
    desk = read_desk(SAMPLE)
    assert replace(desk.desk, notice=()) == Desk("three-shift-desk", "三班制客服部", opening=(Opening("all", 0, 1440),))
    assert [line.zh.partition("；")[0] for line in desk.desk.notice] == [
        "交接时双方在值班日志上签字",
        "每月 25 日考勤员报考勤",
    ]
    assert [line.en.partition(" ")[0] for line in desk.assumed] == ["Shifts", "Heads"]
    assert desk.procedure.officials == (Official("K001", "金二一", "客服部经理"),)
    assert [len(part) for part in (desk.workers, desk.shifts, desk.demand, desk.leave, desk.fixed, desk.overtime)] == [
        14,
        3,
        5,
        7,
        2,
        2,
    ]
    assert [(s.code, s.start, s.end, s.night) for s in desk.shifts] == [
        ("早", 480, 960, False),
        ("中", 960, 1440, False),
        ("夜", 0, 480, True),
    ]
    trainee, pregnant = desk.workers[13], desk.workers[8]
    assert not trainee.qualified(date(2026, 12, 15))
    assert trainee.qualified(date(2026, 12, 16))
    assert present(pregnant.protected(date(2026, 12, 1))).kind is ProtectionKind.PREGNANT
    assert desk.workers[7].skills == (Skill("投诉处理", None, date(2026, 12, 20)),)
    assert desk.history_from == date(2026, 11, 24)
    assert len(desk.history) == 65
    assert sum(row.table == "history" for row in desk.dated) == 98  # with the days known to be free
    assert sum(sums.nights for sums in desk.carried.values()) == 0


def test_a_workbook_tells_the_same_as_the_folder(folder: Path, tmp_path: Path):
    rules = "[rules.weekly_rest_day]\nrest_days = 2\n[rules.shift_leader]\nenabled = true\nroles = ['组长', '班长']\n"
    edit(folder, "desk.toml", "[opening]", f"{rules}[opening]")
    from_folder = read_desk(folder)
    assert read_desk(as_workbook(folder, tmp_path / "desk.xlsx")) == from_folder
    assert from_folder.rules == {
        "weekly_rest_day": {"rest_days": 2},
        "shift_leader": {"enabled": True, "roles": ["组长", "班长"]},
    }


def test_english_and_chinese_names_of_files_and_columns_mean_the_same(folder: Path):
    (folder / "events.csv").write_text("名称,日期,开始,结束,参加,休息时也来\n例会,周一,10:00,11:00,班长,是\n", "utf-8")
    before = read_desk(folder)
    for table in TABLES:
        file = folder / f"{table.name}.csv"
        if not file.exists():
            continue
        header, _, rest = file.read_text("utf-8").partition("\n")
        names = [present(find_headed(table.columns, title)).name.upper() for title in header.split(",")]
        file.unlink()
        (folder / f"{table.title.zh}.csv").write_text(",".join(names) + "\n" + rest, "utf-8")
    assert read_desk(folder) == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_every_usual_encoding_is_understood(folder: Path, encoding: str):
    before = read_desk(folder)
    for file in (*folder.glob("*.csv"), folder / "desk.toml"):
        file.write_bytes(file.read_text("utf-8").encode(encoding))
    assert read_desk(folder) == before


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_and_line_ends_are_understood(folder: Path, delimiter: str):
    before = read_desk(folder)
    for file in folder.glob("*.csv"):
        rows = list(csv.reader(file.read_text("utf-8").splitlines()))
        with file.open("w", encoding="utf-8", newline="") as table:
            csv.writer(table, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    assert read_desk(folder) == before


def test_blank_rows_and_spaces_do_not_matter(folder: Path):
    before = read_desk(folder)
    edit(folder, "people.csv", "1003,孙三,甲班", "\n,,,,\n 1003 , 孙三,甲班 ")
    edit(folder, "people.csv", "工号,姓名", "  工 号 , ＮＡＭＥ ")
    append(folder, "people.csv", ",,,,,,,,,", "", "")
    assert read_desk(folder) == before


def test_full_width_forms_are_read_as_ordinary_ones(folder: Path):
    before = read_desk(folder)
    edit(folder, "shifts.csv", "08:00,16:00", "０８：００，１６：００".replace("，", ","))
    edit(folder, "demand.csv", "早,工作日,,,3,4,5", "早,工作日,,,３,４,５")
    edit(folder, "leave.csv", "1002,2026-12-07", "１００２,２０２６－１２－０７")
    assert read_desk(folder) == before


@pytest.mark.parametrize("written", ["2026/12/7", "2026.12.07", "2026年12月7日", "2026-12-07 00:00:00"])
def test_dates_are_understood_as_people_write_them(folder: Path, written: str):
    before = read_desk(folder)
    edit(folder, "leave.csv", "1002,2026-12-07", f"1002,{written}")
    assert read_desk(folder) == before


def test_a_spreadsheet_s_own_dates_times_and_numbers_are_understood(folder: Path, tmp_path: Path):
    before = read_desk(folder)
    file = as_workbook(folder, tmp_path / "desk.xlsx")
    book = load_workbook(file)
    leave, shifts, people, demand = (book[name] for name in ("leave", "shifts", "people", "demand"))
    leave["B2"], leave["C2"] = datetime(2026, 12, 7), 46367  # a date, a serial number
    leave["A2"], leave["E2"] = 1002.0, True
    shifts["C2"], shifts["D2"] = time(8), 16 / 24
    shifts["C3"], shifts["D3"] = 1600, timedelta(days=1)
    people["A2"], demand["E2"] = 1001, 3.0
    book.save(file)
    assert read_desk(file) == before


def test_a_formula_stands_for_its_saved_result(folder: Path, tmp_path: Path):
    file, saved = as_workbook(folder, tmp_path / "desk.xlsx"), tmp_path / "saved.xlsx"
    book = load_workbook(file)
    book["demand"]["E2"] = 3
    book.save(file)
    formulas = 0
    with zipfile.ZipFile(file) as parts, zipfile.ZipFile(saved, "w") as copy:
        for name in parts.namelist():
            content, found = re.subn(rb'(<c r="E2" t="n">)(?=<v>3</v>)', rb"\1<f>1+2</f>", parts.read(name))
            copy.writestr(name, content)
            formulas += found
    assert formulas == 1
    assert read_desk(saved) == read_desk(folder)


def test_ids_keep_their_leading_zeros_and_references_find_them(folder: Path):
    for file in folder.glob("*.csv"):
        file.write_text(re.sub(r"(?m)^10(\d\d),", r"00\1,", file.read_text("utf-8")), "utf-8")
    edit(folder, "fixed.csv", "0006,", "０００６,")
    desk = read_desk(folder)
    assert desk.workers[0].id == "0001"
    assert desk.fixed[0] == Fixed("0006", date(2026, 12, 18), "早")


def test_names_that_look_like_formulas_are_names(folder: Path, tmp_path: Path):
    for name, new in (("赵一", "=1+1"), ("钱二", "+86"), ("孙三", "-"), ("李四", "@all")):
        edit(folder, "people.csv", f",{name},", f",{new},")
    assert [worker.name for worker in read_desk(folder).workers[:4]] == ["=1+1", "+86", "-", "@all"]


# --- Single columns ----------------------------------------------------------


def test_a_shift_that_ends_at_or_before_its_start_ends_the_next_day(folder: Path):
    append(
        folder,
        "shifts.csv",
        "晚,,16:00,1:00,",
        "晚2,,16:00,+1 01:00,",
        "晚3,,1600,次日01:00,",
        "全,,08:00,08:00,",
    )
    shifts = {shift.code: shift for shift in read_desk(folder).shifts}
    assert {shifts[code].end for code in ("晚", "晚2", "晚3")} == {1500}
    assert shifts["全"].span_minutes == 1440
    assert not shifts["晚"].night
    assert shifts["全"].night
    assert shifts["晚"].name == "晚"


def test_breaks_are_placed_inside_the_shift_even_past_midnight(folder: Path):
    text = "代码,开始,结束,休息,带薪休息,夜班\n早,08:00,16:00,11:30-12:00；14:00～14:10,10:00-10:15,\n"
    (folder / "shifts.csv").write_text(
        text + "中,16:00,24:00,,,是\n夜,22:00,06:00,01:00-01:30,23:50-00:10,否\n", "utf-8"
    )
    early, late, night = read_desk(folder).shifts
    assert early.breaks == (Break(600, 615, True), Break(690, 720), Break(840, 850))
    assert early.paid_minutes == 440
    assert night.breaks == (Break(1430, 1450, True), Break(1500, 1530))
    assert (late.night, night.night) == (True, False)
    assert len({shift.colour for shift in (early, late, night)}) == 3


def test_what_a_person_may_have_is_read(folder: Path):
    header = "工号,姓名,角色,技能,离职日期,工时比例,月工时,可上班次,特殊保护,保护结束\n"
    skills = "英语@2026/1/1../投诉处理@2026-01-01..2026-12-31;打字"
    rows = f"1,甲,班长、客服／培训,{skills},,50%,,早、中,哺乳期,2027-01-31\n2,乙,,,2026-12-20,0.8,100,,,\n"
    (folder / "people.csv").write_text(header + rows, "utf-8")
    for table in ("leave", "requests", "fixed", "overtime", "history", "carried"):
        (folder / f"{table}.csv").unlink()
    first, second = read_desk(folder).workers
    assert first.roles == ("班长", "客服", "培训")
    assert [skill.name for skill in first.skills] == ["英语", "投诉处理", "打字"]
    assert first.skills[1][1:] == (date(2026, 1, 1), date(2026, 12, 31))
    assert (first.share, first.norm_hours, first.only_shifts) == (0.5, None, ("早", "中"))
    assert first.protections[0][:2] == (ProtectionKind.NURSING, None)
    assert (second.share, second.norm_hours, second.leaves) == (0.8, 100, date(2026, 12, 20))


TERMS = {
    "最多连上天数": "5",
    "least_days_in_a_row": "2",
    "最少连休天数": "2",
    "最多周末数": "0",
    "最少工时": "120",
    "most_hours": "160.5",
    "班次上限": "夜=8；中 = 0",
}


def test_what_is_agreed_with_a_person_is_read(folder: Path):
    lines = (folder / "people.csv").read_text("utf-8").splitlines()
    for at, cells in enumerate((TERMS, TERMS.values(), *[[""] * len(TERMS)] * (len(lines) - 2))):
        lines[at] += "," + ",".join(cells)
    (folder / "people.csv").write_text("\n".join(lines), "utf-8")
    first, *others = read_desk(folder).workers
    assert first.terms == Terms(
        most_days_in_a_row=5,
        least_days_in_a_row=2,
        least_days_off_in_a_row=2,
        most_weekends=0,
        least_hours=120,
        most_hours=160.5,
        most_of_shift=(("夜", 8), ("中", 0)),
    )
    assert {worker.terms for worker in others} == {Terms()}


def test_a_person_without_agreed_terms_has_none():
    assert {worker.terms for worker in read_desk(SAMPLE).workers} == {Terms()}


def test_a_limit_finds_its_shift_however_wide_it_is_written(folder: Path):
    edit(folder, "shifts.csv", "夜,", "Ｎ1,")
    for table in ("leave", "requests", "fixed", "overtime", "history", "carried"):
        (folder / f"{table}.csv").unlink()
    (folder / "demand.csv").write_text("班次,最少\nN1,1\n", "utf-8")
    (folder / "people.csv").write_text("工号,姓名,班次上限\n1,甲,Ｎ１＝３\n", "utf-8")
    assert read_desk(folder).workers[0].terms.most_of_shift == (("Ｎ1", 3),)


def test_overtime_may_say_when_it_is_and_how_it_is_made_good(folder: Path):
    rows = "1003,2026-12-26,8,,\n1003,2026-12-08,1.5,16:00,补休\n1003,2026-12-09,1,次日0:00,加班费\n1004,2026-12-09,1,24:00,pay\n"
    (folder / "overtime.csv").write_text("工号,日期,小时,开始,补偿\n" + rows, "utf-8")
    assert read_desk(folder).overtime == (
        Overtime("1003", date(2026, 12, 26), 480),
        Overtime("1003", date(2026, 12, 8), 90, 960, Compensation.TIME_OFF),
        Overtime("1003", date(2026, 12, 9), 60, 1440),
        Overtime("1004", date(2026, 12, 9), 60, 1440),
    )
    assert {(row.start, row.compensation) for row in read_desk(SAMPLE).overtime} == {(None, "pay")}


def test_a_demand_row_may_have_costs_of_its_own(folder: Path):
    rows = "早,每天,1,2,3,0\n中,每天,1,2,,1000\n夜,每天,1,2,,\n"
    (folder / "demand.csv").write_text("班次,日期类型,最少,目标,缺人代价,weight_spare\n" + rows, "utf-8")
    costs = [(row.weight_short, row.weight_spare) for row in read_desk(folder).demand]
    assert costs == [(3, 0), (None, 1000), (None, None)]
    assert {(row.weight_short, row.weight_spare) for row in read_desk(SAMPLE).demand} == {(None, None)}


def test_demand_without_target_and_most_asks_for_the_least_and_no_more_is_forbidden(folder: Path):
    skilled = read_desk(folder).demand[2]
    assert (skilled.skill, skilled.least, skilled.target, skilled.most) == ("投诉处理", 1, 1, None)


def test_every_word_for_a_kind_of_day_is_a_day_key(folder: Path):
    words = [word for words in DAY_WORDS.values() for word in words]
    rows = [f"早,{word},,,1,," for word in words]
    for word, row in zip(words, rows, strict=True):
        (folder / "demand.csv").write_text(f"班次,日期类型,角色,技能,最少,目标,最多\n{row}\n", "utf-8")
        assert DAY_WORDS[read_desk(folder).demand[0].on].count(word) == 1


SEASONS = {
    "10-01..04-30": "10-01..04-30",
    "10-1..4-30": "10-01..04-30",
    "10/01 ~ 04/30": "10-01..04-30",
    "10月1日至4月30日": "10-01..04-30",
    "１０－０１..０４－３０": "10-01..04-30",
    "11月15日到3月15日": "11-15..03-15",
    "02-29..02-29": "02-29..02-29",
    "10-01..04-30&周六": "10-01..04-30&sat",
    "10-01..04-30 & Saturday": "10-01..04-30&sat",
    "周六＆10月1日至4月30日": "sat&10-01..04-30",
    "法定节假日&周一": "holiday&mon",
    "everyday&offdays&10-01..04-30": "all&offday&10-01..04-30",
    "2026-12-05&周六": "2026-12-05&sat",
}


@pytest.mark.parametrize(("written", "key"), SEASONS.items())
def test_seasons_and_joined_keys_are_read_wherever_days_are_named(written: str, key: str, folder: Path):
    (folder / "demand.csv").write_text(f"班次,日期类型,最少\n早,{written},1\n", "utf-8")
    (folder / "slots.csv").write_text(f"on,start,end,least\n{written},09:00,10:00,1\n", "utf-8")
    edit(folder, "desk.toml", 'all = "00:00-24:00"', f'"{written}" = "09:00-17:00"')
    desk = read_desk(folder)
    assert (desk.demand[0].on, desk.slots[0].on) == (key, key)
    assert desk.desk.opening == (Opening(key, 540, 1020),)


@pytest.mark.parametrize("written", ["周六&周日", "2026-12-05&周日", "工作日&休息日", "10-01..12-31&02-01..03-01"])
def test_a_key_that_fits_no_day_is_a_fault(written: str, folder: Path):
    (folder / "demand.csv").write_text(f"班次,日期类型,最少\n早,每天,1\n早,{written},5\n", "utf-8")
    with pytest.raises(InputError) as raised:
        read_desk(folder)
    (fault,) = raised.value.faults
    assert (fault.row, fault.found) == (3, written)
    assert "没有哪一天样样符合" in fault.say("zh")


def test_the_season_of_a_day_says_what_is_asked_and_when_the_desk_is_open(folder: Path):
    rows = "早,每天,1\n早,10-01..04-30,2\n早,10-01..04-30&周六,3\n早,2027-01-02,4\n中,05-01..09-30,1\n"
    (folder / "demand.csv").write_text("班次,日期类型,最少\n" + rows, "utf-8")
    edit(folder, "desk.toml", 'all = "00:00-24:00"', '"10-01..04-30" = "09:00-17:30"\n"05-01..09-30" = "closed"')
    desk = read_desk(folder)
    problem = desk.problem(Month(2027, 1))
    assert [problem.demand_on(date(2027, 1, day))[0].least for day in (1, 2, 3, 4, 9)] == [2, 4, 2, 2, 3]
    assert {len(problem.demand_on(day)) for day in problem.dates} == {1}
    assert [span.minutes for span in problem.opening_on(date(2027, 1, 1))] == [510]
    spring = desk.problem(Month(2027, 5))
    assert [(row.shift, row.least) for row in spring.demand_on(date(2027, 5, 1))] == [("早", 1), ("中", 1)]
    assert spring.opening_on(date(2027, 5, 1)) == []


def test_an_elastic_end_is_read_and_counts_from_the_shift_s_day(folder: Path):
    rows = "早,08:00,17:30,12:00-13:30,\n中,16:00,次日01:00,,24:00\n夜,22:00,06:00,,05:00\n"
    (folder / "shifts.csv").write_text("代码,开始,结束,休息,弹性起点\n" + rows, "utf-8")
    early, late, night = read_desk(folder).shifts
    assert (early.firm_end, late.firm_end, night.firm_end) == (None, 1440, 29 * 60)
    assert late.firm_minutes == ((960, 1440),)
    assert late.paid_minutes == 540


@pytest.mark.parametrize(
    ("written", "days"),
    [("周一;周二;周三;周四;周五;周六", (0, 1, 2, 3, 4, 5)), ("sat, sun、mon", (0, 5, 6)), ("", ())],
)
def test_the_weekdays_of_the_norm_are_read(written: str, days: tuple[int, ...], folder: Path):
    edit(folder, "desk.toml", "hours_a_day = 8", f'hours_a_day = 8\nworkdays = "{written}"' if written else "")
    assert read_desk(folder).desk.workdays == days
    hours = 8 * sum(day.weekday() in days for day in month_days(2026, 12)) if days else 184
    assert read_desk(folder).problem(Month(2026, 12)).norm_minutes["1001"] == 60 * hours


def test_the_procedure_of_a_desk_is_read(folder: Path):
    keys = {
        "提前公布天数": "5",
        "holiday_lead": "10",
        "recipients": '["行政部", "工会"]',
        "审批角色": '"店长;值班经理"',
        "swap_quota": "0",
        "调班提前天数": "2",
    }
    lines = "".join(f'"{key}" = {value}\n' for key, value in keys.items())
    edit(folder, "desk.toml", "hours_a_day = 8", f"hours_a_day = 8\n{lines}")
    (folder / "officials.csv").write_text("id,name,role\nB01,甲经理,经理\nB02,乙,\n", "utf-8")
    assert read_desk(folder).procedure == Procedure(
        publish_by=5,
        holiday_lead=10,
        recipients=("行政部", "工会"),
        approver_roles=("店长", "值班经理"),
        officials=(Official("B01", "甲经理", "经理"), Official("B02", "乙")),
        swap_quota=0,
        swap_notice=2,
    )
    (folder / "officials.csv").rename(folder / "审批人.csv")
    assert len(read_desk(folder).procedure.officials) == 2


def test_the_rights_of_a_desk_are_read_from_a_folder_and_a_workbook(folder: Path, tmp_path: Path):
    lines = [
        "[rights]",
        'publish = ["领班", "K001"]',
        '"批准请假" = "经理;主管"',
        'override = "nobody"',
        "enter = []",
        "[opening]",
    ]
    edit(folder, "desk.toml", "[opening]", "\n".join(lines))
    rights = {"publish": ("领班", "K001"), "approve_leave": ("经理", "主管"), "override": (), "enter": ()}
    assert dict(read_desk(folder).procedure.rights) == rights
    edit(folder, "desk.toml", "enter = []", 'enter = "无人"')  # a sheet's cell is not empty
    book = as_workbook(folder, tmp_path / "desk.xlsx")
    assert dict(read_desk(book).procedure.rights) == rights


def test_a_desk_that_says_nothing_of_its_procedure_follows_the_clauses(folder: Path):
    (folder / "officials.csv").unlink()
    found = read_desk(folder).procedure
    assert (found.publish_by, found.holiday_lead, found.recipients) == (7, 7, ("行政人事部",))
    assert (found.swap_quota, found.swap_notice, found.officials) == (2, 1, ())
    assert (found.approver_roles, found.rights) == ((), ())


def test_lines_for_everybody_are_read_in_one_language_or_both(folder: Path):
    text = (folder / "desk.toml").read_text("utf-8")
    (folder / "desk.toml").write_text(re.sub(r"(?ms)^(assumed|notice) = \[.*?^\]\n", "", text), "utf-8")
    lines = 'assumed = ["每班一人 | one a shift", "  只有中文  "]\nnotice = "带好{工牌} | wear your {badge}\\n第二行"\n'
    edit(folder, "desk.toml", "[desk]\n", f"[desk]\n{lines}")
    desk = read_desk(folder)
    assert [(line.say("zh"), line.say("en")) for line in desk.assumed] == [
        ("每班一人", "one a shift"),
        ("只有中文", "只有中文"),
    ]
    assert [(line.say("zh"), line.say("en")) for line in desk.desk.notice] == [
        ("带好{工牌}", "wear your {badge}"),
        ("第二行", "第二行"),
    ]
    assert [note.say("en") for note in desk.problem(Month(2026, 12)).assumptions][:2] == ["one a shift", "只有中文"]


def test_rows_of_the_other_reading_are_not_there(folder: Path):
    rows = "早,每天,1,\n中,每天,1,从严\n中,每天,2,字面\n夜,每天,3,literal\n"
    (folder / "demand.csv").write_text("班次,日期类型,最少,口径\n" + rows, "utf-8")
    assert [(row.shift, row.least) for row in read_desk(folder).demand] == [("早", 1), ("中", 1)]
    edit(folder, "desk.toml", "hours_a_day = 8", 'hours_a_day = 8\nreading = "照字面"')
    assert [(row.shift, row.least) for row in read_desk(folder).demand] == [("早", 1), ("中", 2), ("夜", 3)]


def test_a_rule_gives_way_only_where_clauses_are_read_literally(folder: Path):
    edit(folder, "desk.toml", "[opening]", '[rules.daily_hours]\nliteral = "条款 32 | clause 32"\n[opening]')
    desk = read_desk(folder)
    assert desk.rulebook.literal == ()
    edit(folder, "desk.toml", "hours_a_day = 8", 'hours_a_day = 8\nreading = "literal"')
    desk = read_desk(folder)
    assert [one.rule for one in desk.rulebook.literal] == ["daily_hours"]
    said: dict[Lang, str] = {"zh": "照字面读：条款 32", "en": "read literally: clause 32"}
    for lang, words in said.items():
        assert words in [note.say(lang) for note in desk.problem(Month(2026, 12)).assumptions]


def test_one_folder_serves_several_months(folder: Path):
    append(folder, "requests.csv", "1001,2027-01-05,,休,,5")
    append(folder, "leave.csv", "1003,2027-01-04,2027-01-06,年假,是")
    append(folder, "overtime.csv", "1001,2027-01-08,2")
    append(folder, "fixed.csv", "1004,2027-01-09,早")
    desk = read_desk(folder)
    december, january = desk.problem(Month(2026, 12)), desk.problem(Month(2027, 1))
    assert [wish.day for wish in january.wishes] == [date(2027, 1, 5)]
    assert [row.day for row in january.overtime] == [date(2027, 1, 8)]
    assert [row.day for row in january.fixed] == [date(2027, 1, 9)]
    assert {leave.worker for leave in january.leave} == {"1003", "1012"}
    assert all(wish.day.month == 12 for wish in december.wishes)
    for table in ("requests", "overtime", "fixed"):
        assert f"rows of table “{table}” that belong to other months, set aside: 1" in said(desk, 2026, 12)
    assert "set aside" not in said(read_desk(SAMPLE), 2026, 12)


def test_a_request_over_several_days_is_a_wish_for_each(folder: Path):
    (folder / "requests.csv").write_text(
        "工号,开始日期,结束日期,意愿,班次\n1001,2026-12-30,2026-12-31,想上,夜\n1002,2026-12-05,,休,\n1003,2026-12-05,,off,早\n",
        "utf-8",
    )
    assert read_desk(folder).wishes == (
        Wish("1001", date(2026, 12, 30), True, "夜"),
        Wish("1001", date(2026, 12, 31), True, "夜"),
        Wish("1002", date(2026, 12, 5), False),
        Wish("1003", date(2026, 12, 5), False, "早"),
    )


def test_settings_are_understood_in_words_and_numbers(folder: Path):
    (folder / "desk.toml").write_text(
        '[desk]\nid = "d"\nweek_starts = "周六"\nhours_a_day = 7.5\ncalendar = "none"\nzone = "Europe/Berlin"\n'
        'confirmed_years = [2027]\n[opening]\n"工作日" = "09:00-12:00, 13:00-18:00"\n'
        'sat = "18:00-次日02:00"\n2026-12-31 = "closed"\n',
        "utf-8",
    )
    desk = read_desk(folder)
    assert desk.confirmed_years == {2027}
    assert desk.desk == Desk(
        "d",
        "d",
        zone="Europe/Berlin",
        first_weekday=5,
        day_hours=7.5,
        calendar="none",
        opening=(
            Opening("workday", 540, 720),
            Opening("workday", 780, 1080),
            Opening("sat", 1080, 1560),
            Opening("2026-12-31", 0, 0),
        ),
    )


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (1002.0, ID, "1002"),
        (0.5, SHARE, "0.5"),
        (46361, DATE, "2026-12-05"),
        (datetime(2026, 12, 5, 8), DATE, "2026-12-05 08:00"),
        (46361, ID, "46361"),
        (1, TIME, "1"),
        (0.0, TIME, "0"),
        (1 / 3, TIME, "08:00"),
        (time(8, 0, 30), TIME, "8:00:30"),
        (datetime(1900, 1, 1), TIME, "24:00"),
        (timedelta(hours=25), TIME, "+1 01:00"),
        (800, TIME, "0800"),
        (8, TIME, "8"),
        (True, YES_NO, "true"),
        (None, TEXT, ""),
    ],
)
def test_a_workbook_s_value_is_what_a_user_would_have_typed(value: object, kind: CellKind, text: str):
    assert cell_text(value, kind) == text


def test_fixed_duties_may_touch_where_people_may_have_two_and_stand_on_leave_that_is_not_approved(folder: Path):
    two = '[rules.one_duty_at_a_time]\nenabled = false\nbecause = "short shifts"\n'
    edit(folder, "desk.toml", "[opening]", f"{two}[opening]")
    append(folder, "fixed.csv", "1006,2026-12-18,中", "1010,2026-12-23,中", "1010,2026-12-23,早")
    assert len(read_desk(folder).fixed) == 5


# --- The declarations themselves ---------------------------------------------


def test_no_header_means_two_things():
    for things in (*(table.columns for table in TABLES), (*TABLES, SETTINGS), SETTINGS.columns, DESK_KEYS):
        headers = [comparable(header) for thing in things for header in thing.headers]
        assert len(headers) == len(set(headers))


def test_no_choice_means_two_things():
    for column in (column for table in TABLES for column in table.columns if column.choices):
        words = [comparable(word) for value, words in column.choices.items() for word in {value, *words}]
        assert len(words) == len(set(words)), column.name
    assert set(LEAVE_WORDS) == set(LEAVE_KINDS)
    assert all(comparable(word) == word for word in OFF_WORDS)


def test_every_default_and_reference_of_the_schema_can_be_read():
    for table in TABLES:
        for column in table.columns:
            if not column.required:
                column.read("")
            if column.refers:
                target, _, name = column.refers.partition(".")
                assert name in [c.name for t in TABLES if t.name == target for c in t.columns]


# --- One month ---------------------------------------------------------------


def said(desk: DeskFiles, year: int, month: int, past: Past | None = None) -> str:
    return "\n".join(note.say("en") for note in desk.problem(Month(year, month), past).assumptions)


def test_december_holds_its_rows_and_its_history():
    problem = read_desk(SAMPLE).problem(Month(2026, 12))
    assert (problem.first, problem.last) == (date(2026, 12, 1), date(2026, 12, 31))
    assert sum(not day.is_off for day in problem.days) == 23
    assert problem.history_from == date(2026, 11, 24)
    assert len(problem.wishes) == 31
    assert "unapproved leave, which does not change the roster (clause 86): 1" in said(read_desk(SAMPLE), 2026, 12)
    assert [note.say("zh")[:4] for note in problem.assumptions] == ["班次时间", "每班最少", "未批准的", "夜班不分"]


def test_january_2027_is_provisional_and_keeps_the_leave_that_runs_into_it():
    desk = read_desk(SAMPLE)
    problem = desk.problem(Month(2027, 1))
    assert [leave.worker for leave in problem.leave] == ["1012"]
    assert problem.days[0].kind is DayKind.STATUTORY
    assert (problem.wishes, problem.fixed, problem.overtime) == ((), (), ())
    notes = said(desk, 2027, 1)
    assert "no holiday notice for 2027 is known yet" in notes
    assert "history ends on Mon 30 Nov" in notes
    assert "rows of table “requests” that belong to other months, set aside: 24" in notes
    assert "rows of table “fixed” that belong to other months, set aside: 2" in notes


def test_a_confirmed_year_is_not_provisional_and_its_exchanged_days_hold(folder: Path):
    edit(folder, "desk.toml", "hours_a_day = 8", "hours_a_day = 8\nconfirmed_years = [2027]")
    append(folder, "holidays.csv", "2027-01-02,调休放假,元旦", "2027-01-03,补班,")
    problem = read_desk(folder).problem(Month(2027, 1))
    assert [day.kind for day in problem.days[1:3]] == [DayKind.NOTICE_OFF, DayKind.MAKEUP_WORKDAY]
    assert "notice" not in said(read_desk(folder), 2027, 1)


def test_a_row_over_the_month_s_edge_is_split(folder: Path):
    append(folder, "requests.csv", "1005,2026-12-30,2027-01-02,休,,5")
    desk = read_desk(folder)
    december, january = desk.problem(Month(2026, 12)), desk.problem(Month(2027, 1))
    assert [wish.day.day for wish in december.wishes if wish.worker == "1005" and wish.day.day > 24] == [30, 31]
    assert [wish.day.day for wish in january.wishes] == [1, 2]
    assert "requests” that belong to other months, set aside: 1" in said(desk, 2026, 12)


def test_demand_for_a_date_of_another_month_is_left_out(folder: Path):
    append(folder, "demand.csv", "夜,2026-12-31,,,3,,", "夜,2027-01-01,,,3,,")
    desk = read_desk(folder)
    assert [row.on for row in desk.problem(Month(2026, 12)).demand if row.shift == "夜"] == ["all", "2026-12-31"]


def test_a_slip_of_the_year_in_the_history_is_set_aside_and_said(folder: Path):
    rows = (folder / "history.csv").read_text("utf-8-sig").rstrip("\n")
    (folder / "history.csv").write_text(f"{rows}\n1002,2025-11-30,夜\n", "utf-8")
    desk = read_desk(folder)
    problem = desk.problem(Month(2026, 12))
    assert problem.history_from == date(2026, 11, 24)
    assert min(duty.day for duty in problem.history) == date(2026, 11, 24)
    assert "long before all others (from 2025-11-30), set aside: 1" in said(desk, 2026, 12)


def test_a_desk_without_history_says_so(folder: Path):
    (folder / "history.csv").unlink()
    desk = read_desk(folder)
    assert desk.problem(Month(2026, 12)).history_from is None
    assert "no history was given: the days before Tue 1 Dec count as free" in said(desk, 2026, 12)


def test_a_free_day_is_known_history_without_being_a_duty(folder: Path):
    (folder / "history.csv").write_text("工号,日期,班次\n1001,2026-11-20,休\n1001,2026-11-30,早\n", "utf-8")
    problem = read_desk(folder).problem(Month(2026, 12))
    assert problem.history == (Duty("1001", date(2026, 11, 30), "早"),)
    assert problem.history_from == date(2026, 11, 20)


def past(*duties: Duty, since: date = date(2026, 12, 1)) -> Past:
    source = Note(Sentence("来自第 {n} 版", "from version {n}"), (("n", 3),))
    return Past(duties, since, {"1001": Burden(2.0), "gone": Burden(1.0)}, source)


def test_the_ledger_s_past_beats_the_tables_from_its_first_day_on(folder: Path):
    december = [Duty("1001", date(2026, 12, 31), "早"), Duty("gone", date(2026, 12, 31), "夜")]
    problem = read_desk(folder).problem(Month(2027, 1), past(*december))
    assert problem.history[-1] == december[0]
    assert len([duty for duty in problem.history if duty.day < date(2026, 12, 1)]) == len(read_desk(folder).history)
    assert problem.history_from == date(2026, 11, 24)
    assert problem.carried == {"1001": Burden(2.0)}
    notes = said(read_desk(folder), 2027, 1, past(*december))
    assert "from version 3" in notes
    assert "history" not in notes


def test_the_ledger_s_past_replaces_later_history_rows(folder: Path):
    problem = read_desk(folder).problem(
        Month(2026, 12), past(Duty("1002", date(2026, 11, 30), "夜"), since=date(2026, 11, 28))
    )
    late = [duty for duty in problem.history if duty.day >= date(2026, 11, 28)]
    assert late == [Duty("1002", date(2026, 11, 30), "夜")]
    assert problem.history_from == date(2026, 11, 24)


def test_the_ledger_knows_a_month_to_its_end_where_its_last_day_had_no_duty(folder: Path):
    saturday = Duty("1002", date(2026, 11, 28), "早")  # and closed on the Sunday
    problem = read_desk(folder).problem(Month(2026, 12), past(saturday, since=date(2026, 11, 1)))
    assert problem.history_from == date(2026, 11, 1)


def test_history_that_ends_early_is_as_good_as_none_and_says_so(folder: Path):
    (folder / "history.csv").write_text("工号,日期,班次\n1001,2026-11-27,早\n1001,2026-11-28,早\n", "utf-8")
    desk = read_desk(folder)
    problem = desk.problem(Month(2026, 12))
    assert problem.history_from is None
    assert [duty.day.day for duty in problem.history] == [27, 28]
    assert "history ends on Sat 28 Nov: later days are unknown and count as free" in said(desk, 2026, 12)
    append(folder, "history.csv", "1002,2026-11-30,休")
    assert read_desk(folder).problem(Month(2026, 12)).history_from == date(2026, 11, 27)
    assert "history" not in said(read_desk(folder), 2026, 12)


def test_a_past_duty_has_the_hours_that_it_had(folder: Path):
    known = {shift.code: shift for shift in read_desk(folder).shifts}
    then = ShiftTable((replace(known["早"], start=7 * 60, end=15 * 60), Shift("老班", "老班", 600, 1080)))
    duties = (Duty("1001", date(2026, 12, 5), "老班"), Duty("1001", date(2026, 12, 31), "早"))
    problem = read_desk(folder).problem(Month(2027, 1), replace(past(*duties), shifts=then))
    assert [problem.shift_on(duty.day, duty.shift).start for duty in problem.history[-2:]] == [600, 420]
    assert problem.shifts_on(problem.first) == problem.shifts == tuple(known.values())


def rename_person(folder: Path, old: str, new: str) -> None:
    """Give a person another id in the people table, and name the old one there."""
    head, *rows = (folder / "people.csv").read_text("utf-8").splitlines()
    width = head.count(",")
    full = [f"{row}{',' * (width - row.count(','))}" for row in rows]
    rows = [f"{new}{row.removeprefix(old)},{old}" if row.startswith(old) else f"{row}," for row in full]
    (folder / "people.csv").write_text("\n".join([f"{head},曾用工号", *rows, ""]), "utf-8")


def test_what_stands_under_a_former_id_is_the_person_s_own(folder: Path):
    before = read_desk(folder).problem(Month(2026, 12))
    rename_person(folder, "1001", "2001")
    desk = read_desk(folder)
    after = desk.problem(Month(2026, 12))
    assert after.worker_by_id["2001"].formerly == ("1001",)
    for name in ("history", "wishes", "leave", "fixed"):
        mine = [row for row in getattr(before, name) if row.worker == "1001"]
        assert len([row for row in getattr(after, name) if row.worker == "2001"]) == len(mine)
    assert [duty for duty in before.history if duty.worker == "1001"]
    january = desk.problem(Month(2027, 1), past(Duty("1001", date(2026, 12, 31), "早")))
    assert january.history[-1] == Duty("2001", date(2026, 12, 31), "早")
    assert january.carried == {"2001": Burden(2.0)}


def test_an_id_of_last_month_that_nobody_has_any_more_is_told_with_the_way_out(folder: Path):
    notes = said(read_desk(folder), 2027, 1, past(Duty("gone", date(2026, 12, 31), "夜")))
    assert "the people table does not have" in notes
    assert "do not count any more: gone;" in notes
    assert "“formerly”" in notes
    assert "people table" not in said(read_desk(folder), 2027, 1, past(Duty("1001", date(2026, 12, 31), "夜")))


@pytest.mark.parametrize(("old", "row"), [("1002", 3), ("1001", 2)])
def test_a_former_id_that_somebody_has_is_a_fault(folder: Path, old: str, row: int):
    text = (folder / "people.csv").read_text("utf-8").splitlines()
    text = [f"{text[0]},曾用工号", f"{text[1]},{old}", *(f"{line}," for line in text[2:]), ""]
    (folder / "people.csv").write_text("\n".join(text), "utf-8")
    with pytest.raises(InputError) as caught:
        read_desk(folder)
    assert f"an id that nobody has today and nobody else had (it is that of row {row})" in caught.value.say("en")


def test_a_past_duty_on_a_shift_that_is_gone_is_a_fault(folder: Path):
    with pytest.raises(InputError) as caught:
        read_desk(folder).problem(Month(2027, 1), past(Duty("1001", date(2026, 12, 5), "老班")))
    assert "desk/shifts.csv" in caught.value.say("zh")
    assert "老班" in caught.value.say("zh")


@pytest.mark.parametrize(
    ("zone", "month", "by", "words"),
    [
        ("Europe/Berlin", (2026, 10), "", "夜 of Sun 25 Oct, 00:00–08:00: 9 h pass, and it counts as 8 h by the wall"),
        (
            "America/New_York",
            (2026, 11),
            "passing",
            "夜 of Sun 1 Nov, 00:00–08:00: it counts as the 9 h that pass, and is 8 h",
        ),
        (
            "America/New_York",
            (2027, 3),
            "钟面",
            "夜 of Sun 14 Mar, 00:00–08:00: 7 h pass, and it counts as 8 h by the wall",
        ),
        ("Asia/Shanghai", (2026, 10), "passing", ""),
    ],
)
def test_a_roster_says_which_shifts_the_clocks_make_longer_and_how_they_count(folder, zone, month, by, words):
    settings = (folder / "desk.toml").read_text("utf-8").replace("Asia/Shanghai", zone)
    if by:
        settings = settings.replace("[desk]", f'[desk]\nhours_by = "{by}"')
    (folder / "desk.toml").write_text(settings, "utf-8")
    desk = read_desk(folder)
    assert desk.desk.hours_by == ("passing" if by == "passing" else "wall")
    for name in ("requests", "leave", "fixed", "overtime", "history"):
        (folder / f"{name}.csv").unlink(missing_ok=True)
    said = [
        note.say("en") for note in read_desk(folder).problem(Month(*month)).assumptions if "clocks" in note.say("en")
    ]
    assert len(said) == bool(words), said
    assert all(words in line for line in said), said


def test_a_roster_says_whose_day_a_duty_past_midnight_is(folder):
    def said():
        notes = [note.say("en") for note in read_desk(folder).problem(Month(2026, 12)).assumptions]
        return [note for note in notes if "past midnight" in note]

    assert said() == []
    edit(folder, "shifts.csv", "16:00,24:00", "16:00,次日00:30")
    (note,) = said()
    assert note.startswith("a duty past midnight (中 16:00–+1 00:30) belongs to the day on which it begins")
    assert "more than 0 min of the next day" in note
    edit(folder, "desk.toml", "hours_a_day = 8", "hours_a_day = 8\ntail_minutes = 30")
    assert "more than 30 min" in said()[0]
