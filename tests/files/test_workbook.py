"""The workbook as people print it and as machines read it."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from scheduler.audit.audit import audit
from scheduler.audit.statistics import count_cover, total_workers
from scheduler.domain import (
    Break,
    Burden,
    Change,
    Demand,
    Desk,
    Duty,
    FormerShift,
    Leave,
    Month,
    Note,
    Problem,
    Protection,
    ProtectionKind,
    Roster,
    Shift,
    SlotNeed,
    Wish,
    Worker,
    fair_shares,
)
from scheduler.domain.holidays import day_types
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.month_sheets import read_month
from scheduler.files.reading.roster_grid import read_roster
from scheduler.files.writing.edition import Certified, Edition
from scheduler.files.writing.log_sheet import ROSTER_MOVES
from scheduler.files.writing.properties import read_stamp
from scheduler.files.writing.sheets import SHEETS
from scheduler.files.writing.workbook import write_workbook
from scheduler.i18n import Sentence
from scheduler.rules.book import read_rulebook
from scheduler.timeline import month_days
from scheduler.workflow.change_request import KIND_NAMES, PRIVATE_KINDS, Request, RequestKind
from scheduler.workflow.desk_log import VersionLife
from scheduler.workflow.log_steps import CellRole, Step, StepCell
from scheduler.workflow.readers import Audience, Reader
from scheduler.workflow.version import Recipient
from tests.support.kit import THREE_SHIFTS
from tests.support.log_entries import ASKED, NAMES
from tests.support.narrowing import present
from tests.support.sheets import table

MADE_AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
SHEETS_ZH = ["排班表", "每日明细", "覆盖", "统计", "图表", "替补名单", "规则检查", "法规检查", "变更记录"]
SHEETS_EN = ["Roster", "Duties", "Cover", "Totals", "Charts", "Stand-ins", "Rules", "Law", "Change log"]
CLEANING = {"cleaning_duty": {"shifts": ["早"]}}


def a_problem(people: int = 8, year: int = 2026, month: int = 12, **changes) -> Problem:
    """A desk of obviously invented people; changes replace fields of the problem."""
    dates = month_days(year, month)
    heads = max(1, people // 8)
    problem = Problem(
        Desk("front", "测试客服台"),
        day_types(dates),
        tuple(Worker(f"{7001 + n:05d}", f"测试员{n + 1}", team=f"{'甲乙丙'[n % 3]}组") for n in range(people)),
        THREE_SHIFTS,
        demand=tuple(
            Demand(code, least=heads, target=target * heads, most=3 * heads)
            for code, target in zip("早中夜", (2, 2, 1), strict=True)
        ),
    )
    return replace(problem, **changes)


def rotated(problem: Problem) -> Roster:
    """Everybody works each shift for two days in turn and then has two days off."""
    turn = [shift.code for shift in problem.shifts for _ in range(2)] + ["", ""]
    return Roster(
        Duty(worker.id, day, code)
        for number, worker in enumerate(problem.workers)
        for place, day in enumerate(problem.dates)
        if (code := turn[(place + 3 * number) % len(turn)]) and problem.available(worker, day)
    )


def step(event: str, version: int, **facts) -> Step:
    """A step of the edition's month."""
    return Step(sequence=1, event=event, version=version, months=(Month(2026, 12),), **{"at": MADE_AT, **facts})


def an_edition(problem: Problem, roster: Roster | None = None, rules=None, **changes) -> Edition:
    """A draft of the rotation, with all that goes with it."""
    roster = rotated(problem) if roster is None else roster
    rulebook = read_rulebook(rules or {})
    found = audit(problem, rulebook, roster)
    log = (step("drafted", 3, by="测试主管", because="首次编制"),)
    edition = Edition(
        problem=problem,
        rulebook=rulebook,
        roster=roster,
        audit=found,
        version=3,
        status="draft",
        made_at=MADE_AT,
        proof="FEASIBLE",
        objective=found.cost,
        bound=found.cost - 2,
        gap=0.0125,
        seed=42,
        log=log,
    )
    return replace(edition, **changes)


def written(folder: Path, edition: Edition, lang="zh", only=""):
    """The workbook of an edition, read again; with `only`, of the sheets of these (Chinese) names, to be quick."""
    with pytest.MonkeyPatch.context() as patch:
        if only:
            sheets = [sheet for sheet in SHEETS if sheet.title.zh in only.split("、")]
            patch.setattr("scheduler.files.writing.workbook.SHEETS", sheets)
        write_workbook(folder / "roster.xlsx", edition, lang)
    return load_workbook(folder / "roster.xlsx")


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The workbook of an ordinary draft in both languages, to look at only."""
    found = {}
    for lang in ("zh", "en"):
        found[lang] = written(tmp_path_factory.mktemp(lang), an_edition(a_problem()), lang)
    return found


def texts(sheet) -> list[str]:
    """Every text of a sheet, row by row."""
    return [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]


def detail_bytes(path: Path) -> bytes:
    with ZipFile(path) as parts:
        return parts.read("xl/worksheets/sheet2.xml")


@pytest.mark.parametrize(("people", "lang"), [(8, "zh"), (8, "en"), (30, "zh")])
def test_what_was_written_is_read_back(tmp_path, people, lang):
    problem = a_problem(people)
    edition = an_edition(problem)
    book = written(tmp_path, edition, lang)
    assert book.sheetnames == (SHEETS_ZH if lang == "zh" else SHEETS_EN)
    assert read_roster(tmp_path / "roster.xlsx", problem) == edition.roster
    assert read_month(tmp_path / "roster.xlsx") == Month(2026, 12)
    assert len(edition.roster.duties) == len(table(book.worksheets[1]))


def test_sheets_are_there_where_they_have_something_to_tell(tmp_path):
    slots = (SlotNeed("all", 480, 540, least=1, target=2),)
    everything = written(tmp_path, an_edition(a_problem(slots=slots), rules=CLEANING)).sheetnames
    assert everything == [*SHEETS_ZH[:3], "时段覆盖", *SHEETS_ZH[3:6], "值班安排", *SHEETS_ZH[6:]]
    off = {"working_time_law": {"enabled": False, "because": "试"}}
    assert "法规检查" not in written(tmp_path, an_edition(a_problem(), rules=off)).sheetnames


def test_charts_are_drawn_from_the_months_own_numbers(tmp_path):
    problem = a_problem()
    edition = an_edition(problem)
    sheet = written(tmp_path, edition, only="图表")["图表"]
    assert len(sheet._charts) == 3
    totals = {one.name: one for one in total_workers(problem, edition.roster)}
    cells = {(cell.row, cell.column): cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None}
    head = {value: (row, column) for (row, column), value in cells.items() if row == 1}
    top, first = head["每人工时"]
    for row in range(top + 1, top + 1 + len(totals)):
        one = totals[cells[row, first]]
        assert (cells[row, first + 1], cells[row, first + 2]) == (one.norm_hours, one.hours)
    _, first = head["每天在岗与需求"]
    heads = sum(cells[row, first + 2] for row in range(2, 2 + len(problem.dates)))
    assert heads == sum(row.heads for row in count_cover(problem, edition.roster) if not row.who)
    assert cells[2, first] == "12-01"


def test_the_grid_shows_who_works_what_on_real_dates(tmp_path):
    leave = (
        Leave("07003", date(2026, 12, 7), date(2026, 12, 8)),
        Leave("07004", date(2026, 12, 1), date(2026, 12, 1), "sick"),
    )
    problem = a_problem(leave=leave)
    first, second, *others = problem.workers
    problem = replace(problem, workers=(replace(first, leaves=date(2026, 12, 30)), second, *others))
    roster = Roster(
        [*rotated(problem).duties, Duty("07002", date(2026, 12, 1), "早"), Duty("07002", date(2026, 12, 1), "夜")]
    )
    grid = written(tmp_path, an_edition(problem, roster), only="排班表").worksheets[0]
    top = next(row for row in range(1, 9) if isinstance(grid.cell(row, 4).value, datetime))
    assert [grid.cell(top, column).value.date() for column in range(4, 35)] == list(problem.dates)
    assert grid.cell(top, 4).number_format == "d"
    assert [grid.cell(top + 1, column).value for column in range(4, 11)] == list("二三四五六日一")
    row = {grid.cell(row, 1).value: row for row in range(top, grid.max_row)}
    assert grid.cell(row["07002"], 4).value == "夜+早+中"
    assert grid.cell(row["07002"], 4).font.b
    assert not grid.cell(row["07001"], 4).font.b
    assert [grid.cell(row["07003"], column).value for column in (10, 11)] == ["假", "假"]
    assert grid.cell(row["07003"], 10).font.i
    assert grid.cell(row["07004"], 4).value == "假"
    assert grid.cell(row["07001"], 10).value == "休"
    assert grid.cell(row["07001"], 34).value == "—"
    assert [grid.cell(top, column).value for column in range(35, 41)] == [
        "班次",
        "工时",
        "夜班",
        "周末",
        "节假日",
        "休息",
    ]
    total = [grid.cell(row["07005"], column).value for column in range(35, 41)]
    days = [roster.on("07005", day) for day in problem.dates]
    assert total[0] == len([d for d in days if d])
    assert total[1] == 8 * total[0]
    assert total[2] == days.count(("夜",))
    assert total[5] == days.count(())
    assert "图例：休=休息、假=请假、—=不在职；粗体为夜班" in texts(grid)


def test_holidays_and_workdays_in_exchange_are_marked(tmp_path):
    problem = a_problem(year=2026, month=10)
    zh = written(tmp_path, an_edition(problem), only="排班表").worksheets[0]
    marks = {zh.cell(3, column).value.day: zh.cell(5, column) for column in range(4, 35)}
    assert [marks[day].value for day in (1, 2, 3, 5, 10, 12)] == ["国庆", "国庆", "国庆", "休", "班", None]
    fills = {marks[day].fill.fgColor.rgb for day in (1, 5, 10, 12, 17)}
    assert len(fills) == 5
    en = written(tmp_path, an_edition(problem), "en", only="排班表").worksheets[0]
    assert [en.cell(5, column).value for column in (4, 8, 13)] == ["National Day", "off", "work"]


def test_cover_below_target_and_minimum_is_marked_in_red_and_by_a_sign(tmp_path):
    problem = a_problem(demand=(Demand("早", least=2, target=3, most=3), Demand("早", role="班长", least=1, target=1)))
    crews = [3, 2, 1, 4]
    roster = Roster(
        Duty(worker.id, day, "早")
        for day, heads in zip(problem.dates, crews, strict=False)
        for worker in problem.workers[:heads]
    )
    book = written(tmp_path, an_edition(problem, roster), only="排班表、覆盖")
    grid = book["排班表"]
    row = next(row for row in range(1, grid.max_row) if grid.cell(row, 2).value == "早 早班")
    cells = [grid.cell(row, column) for column in range(4, 8)]
    assert [cell.value for cell in cells] == ["3/3", "2/3▽", "1/3✗", "4/3△"]
    assert [bool(cell.font.b) for cell in cells] == [False, True, True, True]
    assert grid.cell(row + 1, 3).value == "班长"
    cover = [line for line in table(book["覆盖"]) if line["人员"] == "全员"]
    assert [line["缺"] for line in cover[:4]] == [0, 1, 2, 0]
    assert [line["状态"] for line in cover[:4]] == ["符合", "▽ 低于目标", "✗ 低于最少", "△ 高于最多"]


def test_the_legend_tells_times_and_breaks(tmp_path):
    late = Shift(
        "晚",
        "晚班",
        20 * 60,
        29 * 60,
        breaks=(Break(22 * 60, 22 * 60 + 30), Break(25 * 60, 25 * 60 + 15, True)),
        night=True,
    )
    problem = a_problem(shifts=(*THREE_SHIFTS, late))
    edition = an_edition(problem)
    assert "晚 晚班 20:00–次日05:00（休 22:00–22:30、次日01:00–次日01:15 计薪）" in texts(
        written(tmp_path, edition, only="排班表")["排班表"]
    )
    english = texts(written(tmp_path, edition, "en", only="排班表")["Roster"])
    assert "晚 晚班 20:00–+1 05:00 (break 22:00–22:30, +1 01:00–+1 01:15 paid)" in english


def test_a_dark_colour_gets_white_ink_and_a_light_one_black(tmp_path):
    shifts = tuple(replace(s, colour=c) for s, c in zip(THREE_SHIFTS, ("FFF2CC", "1F4E78", "000000"), strict=True))
    grid = written(tmp_path, an_edition(a_problem(shifts=shifts)), only="排班表")["排班表"]
    ink = {
        cell.value: cell.font.color.rgb[2:]
        for row in grid.iter_rows()
        for cell in row
        if cell.value in ("早", "中", "夜")
    }
    assert ink == {"早": "000000", "中": "FFFFFF", "夜": "FFFFFF"}


def test_a_shift_that_is_called_like_a_sign_is_not_taken_for_it(tmp_path):
    codes = ("休", "假", "—")
    shifts = tuple(replace(shift, code=code) for shift, code in zip(THREE_SHIFTS, codes, strict=True))
    leave = (Leave("07001", date(2026, 12, 3), date(2026, 12, 4)),)
    problem = a_problem(shifts=shifts, demand=(), leave=leave)
    edition = an_edition(problem)
    grid = written(tmp_path, edition, only="排班表")["排班表"]
    assert not any("假=" in text for text in texts(grid))
    hers = replace(edition, reader=Reader(Audience.HR))
    assert "年" in texts(written(tmp_path, hers, only="排班表")["排班表"])
    assert read_roster(tmp_path / "roster.xlsx", problem) == edition.roster


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_legend_tells_from_when_an_end_is_elastic(tmp_path, lang):
    late = Shift("晚", "晚班", 16 * 60, 25 * 60, firm_end=24 * 60)
    grid = written(tmp_path, an_edition(a_problem(shifts=(*THREE_SHIFTS, late))), lang, only="排班表").worksheets[0]
    said = {"zh": "晚 晚班 16:00–次日01:00（24:00 起弹性）", "en": "晚 晚班 16:00–+1 01:00 (elastic from 24:00)"}
    assert said[lang] in texts(grid)
    assert not any("弹性" in text or "elastic" in text for text in texts(grid) if "早班" in text)


def changed_within(day: int) -> Problem:
    """A month in which the early shift begins at 9 up to a day, and in which another shift is taken out from then on."""
    until = date(2026, 12, day)
    early, *_ = THREE_SHIFTS
    later, old = replace(early, start=540, end=1020), Shift("老", "老班", 600, 1080)
    return a_problem(former_shifts=(FormerShift("早", until, later), FormerShift("老", until, old)))


def test_a_shift_that_changed_within_the_month_is_printed_with_its_days(tmp_path):
    problem = changed_within(14)
    first = problem.workers[0].id
    roster = rotated(problem).replace_cells({(first, date(2026, 12, 2)): ("老",)})
    book = written(tmp_path, an_edition(problem, roster), only="排班表、每日明细、统计")
    found = texts(book["排班表"])
    for line in (
        "早 早班 09:00–17:00（1日至14日）",
        "早 早班 08:00–16:00（15日至31日）",
        "老 老班 10:00–18:00（1日至14日）",
    ):
        assert line in found, found
    assert "中 中班 16:00–24:00" in found
    begins = {
        (row[0].day, str(row[2])): row[7].hour
        for row in book["每日明细"].iter_rows(min_row=2, values_only=True)
        if row[0]
    }
    assert [begins[day, "早"] for day in (14, 15)] == [9, 8]
    assert begins[2, "老"] == 10
    assert "老" in texts(book["统计"])


def test_notices_for_everybody_stand_below_the_legend(tmp_path, plain):
    notice = (Sentence("带好工牌", "wear your badge"), Sentence("提前 10 分钟到岗", "come 10 minutes early"))
    problem = a_problem(desk=Desk("front", "测试客服台", notice=notice))
    found = texts(written(tmp_path, an_edition(problem), only="排班表")["排班表"])
    assert found.index("告示：带好工牌；提前 10 分钟到岗") > next(n for n, text in enumerate(found) if "图例" in text)
    english = texts(written(tmp_path, an_edition(problem), "en", only="排班表")["Roster"])
    assert "Notice: wear your badge; come 10 minutes early" in english
    assert not any("告示" in text for text in texts(plain["zh"]["排班表"]))


def literal_edition(**changes) -> Edition:
    """A roster that breaks rules which give way to a clause taken literally: one person works 15 hours on two days."""
    whole = Shift("全", "全天班", 9 * 60, 24 * 60)
    problem = a_problem(shifts=(whole,), demand=())
    duties = [Duty("07001", date(2026, 12, 6), "全"), Duty("07002", date(2026, 12, 13), "全")]
    rulebook = read_rulebook(
        {name: {"literal": "条款 32"} for name in ("continuous_work", "daily_hours")}, reading="literal"
    )
    edition = an_edition(problem, Roster(duties))
    return replace(edition, rulebook=rulebook, audit=audit(problem, rulebook, Roster(duties)), **changes)


def test_exemptions_stand_on_the_grid_by_clause_and_one_by_one_in_the_audit(tmp_path):
    edition = literal_edition()
    assert len(edition.exemptions) == 4
    book = written(tmp_path, edition, only="排班表、规则检查")
    (line,) = (text for text in texts(book["排班表"]) if text.startswith("破例："))
    assert line.count("：2 处（测试员1、测试员2）") == 2
    assert line.endswith("。逐条见“规则检查”")
    assert "另有 4 处破例（照字面读）" in book["排班表"]["A2"].value
    red = next(cell for row in book["排班表"].iter_rows(max_row=9) for cell in row if cell.value == line)
    assert red.font.b
    assert red.font.color.rgb.endswith("C00000")
    rows = list(book["规则检查"].iter_rows(values_only=True))
    assert [row[1] for row in rows].count("破例 2") == 2
    kinds = [(row[1], row[3]) for row in rows if row[1] in ("破例", "✗ 违反", "让步")]
    assert kinds.count(("破例", None)) == 4
    assert sum("照字面读，只记录：条款 32" in str(row[5]) for row in rows) == 2
    english = written(tmp_path, edition, "en", only="排班表、规则检查")
    assert any("4 exemptions (clauses read literally)" in text for text in texts(english["Roster"]))
    assert texts(english["Rules"]).count("exemption") == 4


def test_without_exemptions_none_is_spoken_of(plain):
    for sheet in ("排班表", "规则检查"):
        assert not any("破例" in text for text in texts(plain["zh"][sheet]))


def test_the_law_has_a_sheet_of_its_own(tmp_path, plain):
    edition = an_edition(a_problem())
    (law,) = (found for found in edition.audit.results if found.rule.in_law_report)
    assert law.noted
    book = plain["zh"]
    said = texts(book["法规检查"])
    assert said[3:5] == [law.rule.title.zh, f"{len(law.noted)} 条提示"]
    assert said.count("提示") == len(law.noted)
    for violation in law.noted:
        assert violation.say("zh", edition.problem.names) in said
    assert law.rule.title.zh not in texts(book["规则检查"])
    enforced = written(
        tmp_path, an_edition(a_problem(), rules={"working_time_law": {"enforce": True}}), only="法规检查"
    )["法规检查"]
    assert any("✗" in text for text in texts(enforced))


def test_stand_ins_are_named_for_every_shift_with_their_phones(tmp_path):
    problem = a_problem()
    problem = replace(problem, workers=tuple(replace(w, phone=f"000-{n:04d}") for n, w in enumerate(problem.workers)))
    edition = replace(an_edition(problem), reader=Reader(Audience.LEAD))
    lines = table(written(tmp_path, edition, only="替补名单")["替补名单"])
    assert len(lines) == len({(duty.day, duty.shift) for duty in edition.roster.duties})
    names = {worker.name: worker.phone for worker in problem.workers}
    for line in lines:
        crew = set(line["人员"].split("、"))
        named = [str(line[f"替补 {n}"]) for n in (1, 2, 3) if line[f"替补 {n}"]]
        assert named
        for one in named:
            name, _, rest = one.partition(" ")
            assert (one == "无人可替" and named == [one]) or (name not in crew and rest.startswith(names[name]))
    assert any(line["替补 1"] != "无人可替" for line in lines)


def test_everybody_reads_who_could_stand_in_and_no_phone(tmp_path):
    problem = a_problem()
    problem = replace(problem, workers=tuple(replace(worker, phone="000-0001") for worker in problem.workers))
    lines = table(written(tmp_path, an_edition(problem), only="替补名单")["替补名单"])
    assert any(name in str(line["替补 1"]) for line in lines for name in problem.names.values())
    assert not any("000-0001" in str(value) for line in lines for value in line.values())


@pytest.mark.parametrize(("reader", "told"), [(Reader(), False), (Reader(Audience.APPROVER), True)])
def test_who_is_protected_is_told_to_those_only_whose_business_it_is(tmp_path, reader, told):
    problem = a_problem()
    first, *others = problem.workers
    protected = replace(first, protections=(Protection(ProtectionKind.PREGNANT),))
    edition = an_edition(replace(problem, workers=(protected, *others)), rotated(problem))
    assert edition.audit.broken
    sheet = written(tmp_path, replace(edition, reader=reader), only="规则检查")["规则检查"]
    assert any("测试员1：" in text and "保护" in text for text in texts(sheet)) == told
    assert ("（涉及个人，这里不写）" in texts(sheet)) != told


def test_what_rules_arrange_has_a_line_a_day(tmp_path):
    edition = an_edition(a_problem(), rules=CLEANING)
    lines = table(written(tmp_path, edition, only="值班安排")["值班安排"])
    assert [line["日期"].date() for line in lines] == [one.days[0] for one in edition.arrangements]
    assert [line["内容"] for line in lines] == [one.say("zh", edition.problem.names) for one in edition.arrangements]
    assert len(lines) == 31
    assert len({line["规则"] for line in lines}) == 1
    for line in lines:
        assert line["人员"] in {worker.name for worker in edition.problem.workers}


@pytest.mark.parametrize(
    ("status", "stamp"),
    [
        ("draft", "【草稿】"),
        ("live", ""),
        ("superseded", "【已作废（被新版取代）】"),
        ("withdrawn", "【已作废（撤回）】"),
    ],
)
def test_what_is_not_in_force_is_stamped(tmp_path, status, stamp):
    grid = written(tmp_path, an_edition(a_problem(), status=status), only="排班表")["排班表"]
    assert grid["A1"].value == f"测试客服台 2026年12月 排班表{stamp}"


def test_the_state_line_tells_version_time_and_proof(tmp_path, plain):
    edition = an_edition(a_problem())
    state = plain["zh"]["排班表"]["A2"].value
    assert state.startswith(
        "第 3 版 · 草稿 · 编制于 2026-11-20 09:30（Asia/Shanghai） · 可行，与最优相差不超过 1.25% · 规则检查：✗"
    )
    best = written(tmp_path, replace(edition, proof="OPTIMAL", gap=0.0), "en", only="排班表")["Roster"]["A2"].value
    assert "proved optimal" in best
    assert "不超过" not in best


PUBLISHED = datetime(2026, 11, 26, 2, 5, tzinfo=UTC)


def test_the_state_line_ends_with_publication_and_fingerprint(tmp_path, plain):
    edition = an_edition(a_problem(), status="live", published_at=PUBLISHED, fingerprint="0123456789ab")
    state = written(tmp_path, edition, only="排班表")["排班表"]["A2"].value
    assert state.endswith(" · 发布于 2026-11-26 10:05（Asia/Shanghai） · 指纹 0123456789ab")
    assert "第 3 版 · 已发布 · " in state
    english = written(tmp_path, edition, "en", only="排班表")["Roster"]["A2"].value
    assert english.endswith(" · published 2026-11-26 10:05 (Asia/Shanghai) · fingerprint 0123456789ab")
    draft = plain["zh"]["排班表"]["A2"].value
    assert "发布于" not in draft
    assert "指纹" not in draft


def test_a_roster_that_was_published_late_says_so_and_why(tmp_path):
    edition = an_edition(a_problem(), status="live", published_at=PUBLISHED, late="系统故障")
    book = written(tmp_path, edition, only="排班表")
    assert book["排班表"]["A1"].value == "测试客服台 2026年12月 排班表【逾期发布：系统故障】"
    assert book.properties.title == "测试客服台 2026年12月 排班表【逾期发布：系统故障】"
    english = written(tmp_path, edition, "en", only="排班表")["Roster"]["A1"].value
    assert english == "测试客服台: roster for Dec 2026 [PUBLISHED LATE: 系统故障]"
    void = written(tmp_path, replace(edition, status="superseded"), only="排班表")["排班表"]["A1"].value
    assert void == "测试客服台 2026年12月 排班表【已作废（被新版取代）】"


def test_the_log_tells_versions_in_force_above_single_steps(tmp_path):
    change = Change("07001", date(2026, 12, 7), ("早",), ())
    later = datetime(2026, 12, 5, tzinfo=UTC)
    issued = (
        VersionLife(
            1,
            published=step("published", 1, at=PUBLISHED, by="测试主管", because=""),
            ended=step("superseded", 1, at=later, by="测试主管", because="家中有事", other=2),
        ),
        VersionLife(
            2,
            published=step(
                "published", 2, at=later, by="测试主管", because="家中有事", cells=(StepCell(change, CellRole.MOVED),)
            ),
            request=ASKED,
        ),
    )
    book = written(tmp_path, an_edition(a_problem(), issued=issued), only="变更记录")
    said = texts(book["变更记录"])
    for part in ("2026-11-26 10:05:00", "测试员1 12月7日(周一)：早 → 休", "家中有事", "编制"):
        assert part in said, part
    assert said.index("家中有事") < said.index("编制")
    assert "首次编制" not in said  # why a single step was taken may be private


def steps_of(*requests: Request, event: str = "refused", by: str = "2") -> tuple[Step, ...]:
    """A version in force, and a step of each request."""
    taken = [step(event, 1, request=request, by=by, because="私事") for request in requests]
    return (step("published", 1, by="M", because=""), *taken)


def log_rows(folder: Path, log: tuple[Step, ...], lang="zh") -> list[tuple[object, ...]]:
    """The rows of the steps on the sheet of the log, beneath their headings."""
    issued = (VersionLife(1, published=log[0]),)
    book = written(folder, an_edition(a_problem(), log=log, issued=issued, names=NAMES), lang, only="变更记录")
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    heads = [at for at, row in enumerate(rows) if row[0] in ("版本", "Version")]
    return [row for row in rows[heads[1] + 1 :] if row[1]]


def test_requests_that_came_to_nothing_are_told_with_who_they_concern_but_not_why(tmp_path):
    (_, row) = log_rows(tmp_path, steps_of(ASKED))
    assert row[2:8] == ("驳回", "顶班", 1, "甲、乙", "乙", "已申请")
    assert row[8] == "乙 顶 甲 12月7日(周一) 的班"
    assert "私事" not in row
    (_, row) = log_rows(tmp_path, steps_of(ASKED), "en")
    assert row[2:5] == ("refused", "stand-in", 1)


@pytest.mark.parametrize("kind", PRIVATE_KINDS)
def test_of_leave_and_absences_it_is_not_told_whose_and_when(tmp_path, kind):
    away = Leave("1", date(2026, 12, 7), date(2026, 12, 9), "sick")
    parts: dict[RequestKind, dict[str, Any]] = {
        RequestKind.CANCEL_LEAVE: {"cancelled_leave": away},
        RequestKind.UNDO: {"undoes": 7, "parties": ("1",)},
    }
    part = parts.get(kind, {"leave": away})
    asked = replace(ASKED, kind=kind, give=None, to="", because="发烧", **part)
    for event, by in (("requested", "1"), ("confirmed", "1"), ("refused", "M")):
        (_, row) = log_rows(tmp_path, steps_of(asked, event=event, by=by))
        assert row[3:7] == (KIND_NAMES[kind].zh, 1, None, "经理" if by == "M" else None)
        assert row[8] == ("撤销第 7 号申请" if kind == RequestKind.UNDO else KIND_NAMES[kind].zh)
        said = " ".join(str(cell) for cell in row)
        assert not any(word in said for word in ("甲", "病假", "发烧", "12月7日"))


def test_what_the_table_of_versions_tells_is_not_told_again(tmp_path):
    given = Recipient("person", "1", "甲")
    log = (
        *steps_of(),
        step("received", 1, recipient=given, by="1", because=""),
        step("returned", 1, recipient=given, by="1", because=""),
        step("drafted", 2, request=ASKED, by="M", because=""),
        step("superseded", 1, request=ASKED, by="M", because="", other=2),
        step("drafted", 3, by="M", because=""),
    )
    assert [row[2] for row in log_rows(tmp_path, log)] == ["发布", "编制"]


def test_a_version_that_was_withdrawn_says_why_and_one_that_was_replaced_by_which(tmp_path):
    later = datetime(2026, 12, 5, tzinfo=UTC)
    lives = (
        VersionLife(
            1,
            published=step("published", 1, by="M", because="首发"),
            ended=step("superseded", 1, at=later, by="M", because="重排", other=2),
        ),
        VersionLife(
            2,
            published=step("published", 2, by="M", because="重排"),
            ended=step("withdrawn", 2, at=later, by="M", because="算错了"),
        ),
    )
    book = written(tmp_path, an_edition(a_problem(), issued=lives, names=NAMES), only="变更记录")
    first, second = list(book["变更记录"].iter_rows(min_row=2, max_row=3, values_only=True))
    assert (first[3], first[8]) == ("由第 2 版取代", "首发")
    assert (second[3], second[8]) == ("算错了", "重排")


def test_the_first_of_many_changes_are_told_and_where_the_rest_is(tmp_path):
    for shown in (ROSTER_MOVES, ROSTER_MOVES + 1):
        cells = tuple(StepCell(Change(f"{n:04}", date(2026, 12, 1), (), ("早",)), CellRole.MOVED) for n in range(shown))
        issued = (VersionLife(1, published=step("published", 1, by="M", because="", cells=cells)),)
        book = written(tmp_path, an_edition(a_problem(), issued=issued), only="变更记录")
        text = book["变更记录"].cell(2, 10).value
        assert text.count("→") == ROSTER_MOVES
        assert text.endswith("…共 21 处，见 scheduler log --xlsx") == (shown > ROSTER_MOVES)


def test_assumptions_stand_on_the_roster_and_in_the_audit(tmp_path, plain):
    note = Note(Sentence("{year}年放假通知未出", "no holiday notice for {year} is out"), (("year", 2027),))
    book = written(tmp_path, an_edition(a_problem(assumptions=(note,))), only="排班表、规则检查")
    assert "假设：2027年放假通知未出" in texts(book["排班表"])
    assert "2027年放假通知未出" in texts(book["规则检查"])
    assert not any(text.startswith("假设") for text in texts(plain["zh"]["排班表"]))


@pytest.mark.parametrize("people", [8, 30])
def test_it_prints_across_a4_one_page_wide_with_repeated_headings(tmp_path, people):
    book = written(tmp_path, an_edition(a_problem(people)))
    for sheet in book.worksheets:
        is_charts = sheet.title == "图表"  # all of them on one page
        assert sheet.page_setup.orientation == ("portrait" if is_charts else "landscape")
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, int(is_charts))
        assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
        assert sheet.oddFooter.right.text == (None if sheet.title == "每日明细" else "第 3 版 草稿")
    grid = book["排班表"]
    assert grid.print_title_rows == "$3:$5"
    assert grid.print_title_cols == "$A:$C"
    assert grid.freeze_panes == "D6"
    assert grid.print_area == f"'排班表'!$A$1:$AN${grid.max_row}"
    assert grid.cell(grid.max_row, 1).value.startswith("编制：")
    assert book["每日明细"].print_title_rows == "$1:$1"
    assert book["每日明细"].auto_filter.ref == f"A1:K{book['每日明细'].max_row}"


def test_an_ampersand_in_the_desks_name_is_no_code_in_the_footer(tmp_path):
    book = written(tmp_path, an_edition(a_problem(desk=Desk("a", "A&B"))), only="排班表")
    assert book["排班表"].oddFooter.left.text == "A＆B 2026年12月 排班表"
    assert book["排班表"]["A1"].value.startswith("A&B")


def test_ids_are_text_and_nothing_is_a_formula(plain):
    book = plain["zh"]
    for title, column in (("排班表", 1), ("每日明细", 5), ("统计", 1)):
        cells = [row[column - 1] for row in book[title].iter_rows() if str(row[column - 1].value).startswith("07")]
        assert len(cells) >= 8
        assert {(type(cell.value), cell.number_format) for cell in cells} == {(str, "@")}
    assert all(cell.data_type != "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)


SLY = ("=1+1", "+1+1", "-2+3", "@SUM(1,1)", "\t=1+1", "#N/A", "'=1", "=cmd|' /C calc'!A0")


def sly_edition() -> Edition:
    """People whose names and ids look like formulas."""
    problem = a_problem(len(SLY))
    workers = tuple(
        replace(worker, id=f"={n}" if n % 2 else worker.id, name=name, team="@x")
        for n, (worker, name) in enumerate(zip(problem.workers, SLY, strict=True))
    )
    log = (step("drafted", 3, by="=1+1", because="-1"),)
    return an_edition(replace(problem, workers=workers), log=log)


def test_texts_that_look_like_formulas_stay_texts(tmp_path):
    edition = sly_edition()
    book = written(tmp_path, edition)
    ids = {worker.id: worker.name for worker in edition.problem.workers}
    assert {line["工号"]: line["姓名"] for line in table(book["每日明细"])} == ids
    assert {line["工号"]: line["姓名"] for line in table(book["统计"])} == ids
    assert (book["变更记录"]["D2"].value, book["变更记录"]["E2"].value) == ("=1+1", "-1")
    assert book["变更记录"]["D2"].quotePrefix
    assert all(cell.data_type not in "fe" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    assert read_roster(tmp_path / "roster.xlsx", edition.problem) == edition.roster


def test_characters_that_no_xml_holds_are_dropped(tmp_path):
    problem = a_problem()
    first, *others = problem.workers
    problem = replace(
        problem, workers=(replace(first, name="测\x00试\x0b\ufffe员"), *others), desk=Desk("a\x01", "台\x02")
    )
    book = written(tmp_path, an_edition(problem), only="统计")
    assert table(book["统计"])[0]["姓名"] == "测试员"
    assert book.properties.creator == "台"
    assert book.custom_doc_props["desk"].value == "a"


def test_the_detail_has_a_row_for_each_duty_in_order(tmp_path):
    shifts = (replace(THREE_SHIFTS[0], breaks=(Break(12 * 60, 12 * 60 + 30),)), *THREE_SHIFTS[1:])
    edition = an_edition(a_problem(shifts=shifts))
    lines = table(written(tmp_path, edition, only="每日明细")["每日明细"])
    assert [(line["工号"], line["日期"].date(), line["班次"]) for line in lines] == [
        tuple(d) for d in edition.roster.duties
    ]
    early = next(line for line in lines if line["班次"] == "早")
    day = early["日期"]
    assert (early["开始"], early["结束"]) == (day.replace(hour=8), day.replace(hour=16))
    assert (early["休息时段"], early["工时"], early["班次名称"]) == ("12:00–12:30", 7.5, "早班")
    late = next(line for line in lines if line["班次"] == "中")
    assert (late["结束"] - late["日期"]).days == 1


def test_totals_tell_hours_wishes_and_balances(tmp_path):
    wishes = (Wish("07001", date(2026, 12, 7), False), Wish("07001", date(2026, 12, 1), False))
    problem = a_problem(wishes=wishes, carried={"07001": Burden(1.5, -0.5, 0, 3)})
    edition = an_edition(problem)
    line = table(written(tmp_path, edition, only="统计")["统计"])[0]
    assert (line["申请数"], line["满足数"]) == (2, 1)
    assert (line["上期结转夜班"], line["上期结转周末班"], line["上期结转节假日班"], line["上期结转工时"]) == (
        1.5,
        -0.5,
        0,
        3,
    )
    assert line["工时差"] == line["工时"] - line["应出勤工时"]
    assert line["早"] + line["中"] + line["夜"] == line["班次数"]
    due = round(1.5 + line["夜班"] - fair_shares(problem, edition.roster)["07001"].nights, 2)
    assert line["结转下期夜班"] == due


def test_the_audit_lists_every_rule_and_everything_it_found(tmp_path):
    rules = {"fairness": {"enabled": False, "because": "试运行"}, "weekly_rest_day": {"rest_days": 2}}
    edition = an_edition(a_problem(), rules=rules)
    said = texts(written(tmp_path, edition, only="规则检查")["规则检查"])
    for result in edition.audit.results:
        assert (result.rule.title.zh in said) == (not result.rule.in_law_report)
        if result.rule.in_law_report:
            continue
        assert result.rule.clause.zh in said
    assert "停用原因：试运行" in said
    assert any("每周休息天数：2 天" in text for text in said)
    assert "— 不适用" in said
    assert edition.audit.broken
    assert edition.audit.compromises
    for violation in (*edition.audit.broken, *edition.audit.compromises):
        assert violation.say("zh", edition.problem.names) in said
    assert edition.rulebook.fingerprint in said
    assert said.count(str(edition.audit.cost)) >= 2  # the solver's word and the audit's


def test_the_log_is_told_in_the_desks_time(plain):
    line = table(plain["en"]["Change log"])[0]
    assert line["Time"] == datetime(2026, 11, 20, 9, 30)
    assert (line["Event"], line["Version"], line["By"], line["Because"]) == ("drafted", 3, "测试主管", "首次编制")


def test_the_english_workbook_speaks_english(tmp_path):
    problem = a_problem()
    workers = tuple(replace(worker, name=f"Tester {n}", team="A") for n, worker in enumerate(problem.workers))
    shifts = tuple(replace(s, code=c, name=c) for s, c in zip(THREE_SHIFTS, "DEN", strict=True))
    problem = replace(problem, workers=workers, shifts=shifts, demand=(), desk=Desk("desk", "Test desk"))
    log = (step("published", 3, by="Tester", because="first"),)
    book = written(tmp_path, an_edition(problem, log=log), "en")
    chinese = [text for sheet in book.worksheets for text in texts(sheet) if re.search("[\u4e00-\u9fff]", text)]
    names = ("班长", "领导")  # who leads a shift, and who decides on rest days that are left: settings of rules
    assert {text for text in chinese if not any(name in text for name in names)} == set()


def test_properties_tell_which_edition_it_is(tmp_path):
    book = written(tmp_path, an_edition(a_problem(), fingerprint="0123456789ab"), only="排班表")
    facts = {name: book.custom_doc_props[name].value for name in book.custom_doc_props.names}
    told = {"desk": "front", "month": "2026-12", "version": "3", "lang": "zh", "status": "draft"}
    assert facts == told | {"fingerprint": "0123456789ab", "part": "roster"}
    stamp = present(read_stamp(tmp_path / "roster.xlsx"))
    assert (stamp.desk, stamp.month, stamp.version, stamp.status) == ("front", Month(2026, 12), 3, "draft")
    assert book.properties.title == "测试客服台 2026年12月 排班表【草稿】"
    assert book.properties.creator == "测试客服台"
    assert book.properties.created == book.properties.modified == datetime(2026, 11, 20, 1, 30)


def test_the_same_edition_gives_the_same_bytes_and_the_same_roster_the_same_detail(tmp_path, monkeypatch):
    edition = an_edition(a_problem())
    first, second, later = (tmp_path / name for name in ("first.xlsx", "second.xlsx", "later.xlsx"))
    write_workbook(first, edition, "zh")
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    write_workbook(second, edition, "zh")
    assert first.read_bytes() == second.read_bytes()
    with ZipFile(first) as parts:
        assert {part.date_time for part in parts.infolist()} == {(2026, 11, 20, 1, 30, 0)}
    log = (*edition.log, step("published", 4, by="测试经理", because="定稿"))
    again = replace(edition, version=4, made_at=datetime(2026, 11, 21, tzinfo=UTC), log=log, status="live")
    write_workbook(later, again, "zh")
    assert later.read_bytes() != first.read_bytes()
    assert detail_bytes(later) == detail_bytes(first)


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
def test_an_error_while_writing_leaves_the_earlier_file_and_nothing_else(tmp_path, monkeypatch, step):
    path = tmp_path / "roster.xlsx"
    write_workbook(path, an_edition(a_problem()), "zh")
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(step, fail)
    with pytest.raises(OSError, match="disk full"):
        write_workbook(path, an_edition(a_problem(), version=4), "zh")
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_an_error_and_is_not_made(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_workbook(tmp_path / "gone" / "roster.xlsx", an_edition(a_problem()), "zh")
    assert list(tmp_path.iterdir()) == []


# --- In another program ------------------------------------------------------

needs_soffice = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
CSV_OF_ALL_SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A workbook of sly names as LibreOffice saves it, and as it prints it."""
    folder = tmp_path_factory.mktemp("office")
    edition = sly_edition()
    write_workbook(folder / "roster.xlsx", edition, "zh")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    for kind in ("xlsx", CSV_OF_ALL_SHEETS, "pdf"):
        command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", "out", "roster.xlsx"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    return edition, folder / "out"


@needs_soffice
def test_another_program_keeps_texts_that_look_like_formulas(office):
    edition, folder = office
    ids = {worker.id: worker.name for worker in edition.problem.workers}
    book = load_workbook(folder / "roster.xlsx")
    assert all(cell.data_type not in "fe" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    assert {line["工号"]: line["姓名"] for line in table(book["每日明细"])} == ids
    with (folder / "roster-每日明细.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert {line["工号"]: line["姓名"] for line in lines} == ids
    assert lines[0]["日期"] == "2026-12-01"
    assert len(lines) == len(edition.roster.duties)


@needs_soffice
def test_a_roster_that_another_program_saved_reads_the_same(office):
    edition, folder = office
    assert read_roster(folder / "roster.xlsx", edition.problem) == edition.roster
    assert read_month(folder / "roster.xlsx") == Month(2026, 12)


@needs_soffice
@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
def test_the_grid_prints_on_one_page_across(office):
    _, folder = office
    text = subprocess.run(
        ["pdftotext", "-layout", "roster.pdf", "-"], cwd=folder, check=True, capture_output=True
    ).stdout
    pages = [page for page in text.decode().split("\f") if "2026年12月 排班表  " in page]
    assert len(pages) == 1
    for word in ("工号", "31", "节假日", "休息", "图例", "批准"):
        assert word in pages[0]
    assert "###" not in text.decode()
    size = subprocess.run(["pdfinfo", "roster.pdf"], cwd=folder, check=True, capture_output=True).stdout.decode()
    width, height = map(float, present(re.search(r"Page size: +([\d.]+) x ([\d.]+)", size)).groups())
    assert (round(width), round(height)) == (842, 595)


@needs_soffice
@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
def test_legend_and_signatures_stand_on_the_page_of_the_grid_whatever_the_size(tmp_path):
    sizes = {"taobao_evening": 1, "ecommerce_groups": 1}
    for sample in sizes:
        problem = read_desk(Path("samples") / sample).problem(Month(2026, 12))
        written(tmp_path, an_edition(problem), only="排班表")
        (tmp_path / "roster.xlsx").rename(tmp_path / f"{sample}.xlsx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", *(f"{sample}.xlsx" for sample in sizes)]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    for sample, count in sizes.items():
        command = ["pdftotext", "-layout", f"{sample}.pdf", "-"]
        text = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout.decode()
        pages = text.rstrip("\f").split("\f")
        assert len(pages) == count, sample
        assert all(word in pages[-1] for word in ("工号", "图例", "编制", "批准")), sample
        people = read_desk(Path("samples") / sample).workers
        assert sum(worker.name in pages[-1] for worker in people) >= 3, sample


@pytest.mark.parametrize(
    ("certified", "bound", "prover", "said"),
    [
        (20, 20, "CP-SAT", "two solvers proved optimality (3.2 s)"),
        (20, 20, "HiGHS", "HiGHS proved optimality (3.2 s)"),
        (20, 19, "CP-SAT", "HiGHS proved optimality (3.2 s)"),
        (20, None, "", "HiGHS proved optimality (3.2 s)"),
        (19, 20, "CP-SAT", "the bound 19: at most 5.00% from the optimum (3.2 s)"),
        (0, 20, "CP-SAT", "the bound 0: at most 100.00% from the optimum (3.2 s)"),
        (None, 20, "CP-SAT", "HiGHS proved no bound within 3.2 s"),
    ],
)
def test_the_audit_tells_what_a_second_solver_proved(tmp_path, certified, bound, prover, said):
    proof = "OPTIMAL" if bound == 20 else "FEASIBLE"
    certificate = Certified("HiGHS", certified, None, 3.21)
    edition = an_edition(a_problem(), objective=20, bound=bound, prover=prover, certificate=certificate, proof=proof)
    sheet = written(tmp_path, edition, "en", only="规则检查")["Rules"]
    head = {row[0]: row[1] for row in sheet.iter_rows(values_only=True, max_row=15)}
    assert head["Second solver"].endswith(said)
    assert "Solvers" not in head


def test_a_cost_of_nothing_needs_no_gap(tmp_path):
    certificate = Certified("HiGHS", 0, 0, 3.21)
    edition = an_edition(
        a_problem(), objective=0, bound=0, proof="OPTIMAL", finder="LNS", prover="CP-SAT", certificate=certificate
    )
    found = texts(written(tmp_path, edition, only="规则检查")["规则检查"])
    assert "排班由 LNS 找到，下界由 CP-SAT 证明" in found
    assert any("最优性由两个求解器各自证明" in text for text in found)


def test_a_version_without_a_certificate_speaks_of_none(plain):
    found = texts(plain["zh"]["规则检查"])
    assert "第二求解器" not in found
    assert "求解器" not in found
