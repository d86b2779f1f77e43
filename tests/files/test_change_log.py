"""The change log as a workbook and as CSV."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from openpyxl import load_workbook

from scheduler.domain import Change, Month
from scheduler.errors import InputError
from scheduler.files.papers.change_log import SHOWN_MOVES, write_log
from scheduler.files.writing.log_contents import log_tables
from scheduler.workflow.desk_log import DeskLog, RosterLine, ShiftHours, take_excerpt, tell_log
from scheduler.workflow.facts import ApprovedFacts, OvertakenFacts, WithdrawnFacts
from scheduler.workflow.keeping_facts import RestoredFacts
from scheduler.workflow.overrides import Override
from tests.files.test_workbook import SLY
from tests.support.log_entries import (
    ASKED,
    LOG,
    NAMES,
    ONE,
    START,
    Line,
    decided,
    drafted,
    marked,
    numbered,
    published,
    requested,
)
from tests.support.sheets import table

SHEETS_ZH = ["说明", "变更记录", "改动明细", "申请", "版本", "签收", "版本班表", "班次时间"]
SHEETS_EN = ["About", "Change log", "Changes", "Requests", "Versions", "Copies", "Rosters", "Shift hours"]
SECOND = replace(
    ASKED, number=2, because="看牙", override="急事", sets_aside=(Override.QUOTA, Override.NOTICE), spared=("M",)
)
LONGER = (
    *LOG,
    requested(SECOND, hours=8),
    decided("refused", 2, 2, "2", "不行", hours=9),
    Line("withdrawn", 2, WithdrawnFacts(told=("1",)).to_json(), because="算错了", at=START + timedelta(hours=10)),
)
HEADS = ("序号", "时间", "月份", "事项", "版本", "申请号", "类别", "申请人", "关系到", "首日", "末日", "小时", "内容")
ROSTERS = (
    RosterLine(1, Month(2026, 12), "1", "甲", {7: ("早",), 8: ("早", "晚")}),
    RosterLine(1, Month(2026, 12), "2", "乙", {}),
)
HOURS = (ShiftHours(1, Month(2026, 12), "早", "08:00", "16:00", 8, date(2026, 12, 7), date(2026, 12, 8)),)


def told(*lines: Line, zone: str = "Asia/Shanghai", **facts) -> DeskLog:
    entries = numbered(lines)
    log = DeskLog(desk="d1", title="客服台", zone=zone, head=(len(entries), "ab12"), names=NAMES, **facts)
    return tell_log(log, entries)


def lines_of(path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("log") / "log.xlsx"
    write_log(path, told(*LONGER, rosters=ROSTERS, hours=HOURS))
    return load_workbook(path)


def test_it_has_a_sheet_for_each_question(book):
    assert book.sheetnames == SHEETS_ZH


def test_every_entry_is_a_row_with_month_time_request_people_days_and_reason(book):
    rows = table(book["变更记录"])
    assert tuple(rows[0])[: len(HEADS)] == HEADS
    assert [row["序号"] for row in rows] == list(range(1, len(LONGER) + 1))
    asked = rows[4]
    assert (asked["事项"], asked["类别"], asked["申请人"], asked["关系到"]) == ("申请", "顶班", "甲", "甲、乙")
    assert (asked["首日"], asked["末日"]) == (datetime(2026, 12, 7), datetime(2026, 12, 7))
    assert (asked["月份"], asked["申请号"], asked["核对结论"], asked["格数"]) == ("2026-12", 1, "可以", 2)
    assert (asked["经办工号"], asked["经办人"], asked["原因"], asked["此后状态"]) == ("1", "甲", "家事", "已申请")
    refused = rows[-2]
    assert (refused["事项"], refused["申请号"], refused["经办人"], refused["原因"]) == ("驳回", 2, "乙", "不行")
    assert refused["此后状态"] == "已驳回"
    assert (rows[-3]["破例理由"], rows[-3]["破例事项"]) == ("急事", "次数、提前时间")
    assert rows[-3]["内容"] == "乙 顶 甲 12月7日(周一) 的班；不找、不动：经理"
    withdrawn = rows[-1]
    assert (withdrawn["经办人"], withdrawn["原因"], withdrawn["内容"]) == ("经理", "算错了", "告知 1 人其表作废")


def test_times_are_those_of_the_desk(tmp_path, book):
    assert table(book["变更记录"])[0]["时间"] == datetime(2026, 11, 20, 16)
    write_log(tmp_path / "log.xlsx", told(*LOG, zone="Europe/Berlin"))
    assert table(load_workbook(tmp_path / "log.xlsx")["变更记录"])[0]["时间"] == datetime(2026, 11, 20, 9)


def test_every_cell_of_a_step_is_a_row_with_shifts_before_and_after_and_their_hours(book):
    rows = [list(row.values()) for row in table(book["改动明细"])]
    at = datetime(2026, 11, 20, 20)
    day = datetime(2026, 12, 7)
    assert rows[-2:] == [
        [10, at, "发布", 2, 1, "已改", "1", "甲", day, "一", "早", None, "08:00–16:00", None],
        [10, at, "发布", 2, 1, "已改", "2", "乙", day, "一", None, "早", None, "08:00–16:00"],
    ]
    assert {row[5] for row in rows[:2]} == {"须同时改"}
    assert book["改动明细"]["G2"].number_format == "@"


def test_the_hours_of_a_cell_are_those_of_its_day(tmp_path):
    earlier = HOURS[0]
    later = replace(earlier, start="07:30", end="15:30", first=date(2026, 12, 9), last=date(2026, 12, 31))
    for hours in ((earlier, later), (later, earlier)):
        write_log(tmp_path / "log.xlsx", told(*LOG, hours=hours))
        assert table(load_workbook(tmp_path / "log.xlsx")["改动明细"])[-1]["现起止"] == "08:00–16:00"
    nearest = (replace(later, version=4), replace(later, version=2, start="09:00", end="17:00"))
    write_log(tmp_path / "log.xlsx", told(*LOG, hours=nearest))
    assert table(load_workbook(tmp_path / "log.xlsx")["改动明细"])[-1]["现起止"] == "09:00–17:00"


def test_a_restored_ledger_says_from_which_backup(tmp_path):
    write_log(tmp_path / "log.xlsx", told(*LOG, Line("restored", None, RestoredFacts(file="旧.sqlite3").to_json())))
    row = table(load_workbook(tmp_path / "log.xlsx")["变更记录"])[-1]
    assert (row["事项"], row["内容"]) == ("恢复备份", "自备份 旧.sqlite3")


def test_an_approval_without_a_move_says_so(tmp_path):
    approved = Line("approved", 1, ApprovedFacts(request=1, version=1).to_json(), because="准")
    write_log(tmp_path / "log.xlsx", told(*LOG[:6], approved))
    row = table(load_workbook(tmp_path / "log.xlsx")["变更记录"])[-1]
    assert row["内容"] == "乙 顶 甲 12月7日(周一) 的班；不改格子"
    assert (row["此后状态"], row["格数"]) == ("已批准", None)


def test_a_request_is_a_row_with_its_outcome(book):
    first, second = table(book["申请"])
    assert (first["状态"], first["决定人"], first["执行版本"], first["已确认"]) == ("已批准", "经理", "2", "2")
    assert first["改动（原 → 现）"] == "甲 12月7日(周一)：早 → 休\n乙 12月7日(周一)：休 → 早"
    assert (second["状态"], second["决定原因"], second["破例理由"], second["执行版本"]) == (
        "已驳回",
        "不行",
        "急事",
        None,
    )
    assert first["关系到（工号）"] == "1/2"


def test_a_request_that_was_overtaken_says_by_which(tmp_path):
    overtaken = Line("overtaken", 1, OvertakenFacts(request=1, overtaken_by=7).to_json())
    write_log(tmp_path / "log.xlsx", told(*LOG[:6], overtaken))
    (row,) = table(load_workbook(tmp_path / "log.xlsx")["申请"])
    assert (row["状态"], row["决定人"]) == ("已落空", "经理")
    assert row["内容"] == "乙 顶 甲 12月7日(周一) 的班；被第 7 号申请占先"


def test_a_version_is_a_row_with_who_ended_it_and_by_what_it_was_replaced(book):
    first, second, draft = table(book["版本"])
    assert (first["状态"], first["由第几版取代"], first["取代第几版"]) == ("已被取代", 2, None)
    assert first["作废时间"] == datetime(2026, 11, 20, 20)
    assert (second["状态"], second["作废人"], second["作废原因"]) == ("已作废", "经理", "算错了")
    assert (second["由第几版取代"], second["取代第几版"], second["申请号"]) == (None, 1, 1)
    assert (draft["状态"], draft["发布时间"]) == ("草稿", None)
    assert first["未签收 / 未收回"] == "甲、乙"


def test_a_copy_is_a_row_with_who_recorded_what(book):
    rows = {(row["版本"], row["工号"]): row for row in table(book["签收"])}
    assert rows[1, "人事"]["状态"] == "已收回"
    assert (rows[1, "1"]["状态"], rows[1, "1"]["签收登记工号"]) == ("已失效，待收回", "1")
    assert rows[1, "1"]["作废时间"] == datetime(2026, 11, 20, 20)
    assert (rows[2, "1"]["状态"], rows[2, "1"]["签收时间"]) == ("已失效，待收回", datetime(2026, 11, 20, 22))


def test_the_roster_of_a_version_has_a_row_for_everybody_and_a_column_for_each_day(book):
    one, two = table(book["版本班表"])
    assert (one["版本"], one["月份"], one["工号"], one["姓名"]) == (1, "2026-12", "1", "甲")
    assert (one["7"], one["8"], one["9"]) == ("早", "早+晚", None)
    assert {two[str(day)] for day in range(1, 32)} == {None}
    (hours,) = table(book["班次时间"])
    assert (hours["班次"], hours["开始"], hours["结束"], hours["工时"]) == ("早", "08:00", "16:00", 8)


def test_the_first_sheet_says_what_the_file_is_and_what_every_column_holds(book):
    said = [[cell for cell in row if cell is not None] for row in book["说明"].iter_rows(values_only=True)]
    assert said[0] == ["客服台 变更记录"]
    assert said[1] == ["部门 d1，时间按 Asia/Shanghai"]
    assert said[2] == [f"账册共 {len(LONGER)} 条，末条校验码 ab12"]
    explained = {tuple(row[:2]) for row in said if len(row) == 3}
    for sheet in SHEETS_ZH[1:]:
        for title in next(book[sheet].iter_rows(max_row=1, values_only=True)):
            assert (sheet, title) in explained or title.isdigit(), (sheet, title)


def test_an_excerpt_says_so(tmp_path):
    path = tmp_path / "log.xlsx"
    write_log(path, take_excerpt(told(*LONGER), month=Month(2026, 12), request=2, who="2"))
    said = [row[0] for row in load_workbook(path)["说明"].iter_rows(max_row=5, values_only=True)]
    assert said[3] == "摘录，不是全部：只含涉及 2026-12 的、第 2 号申请的、与 乙 有关的"
    assert len(table(load_workbook(path)["变更记录"])) == 2


def test_it_can_be_filtered_scrolled_and_printed(book):
    for sheet in SHEETS_ZH[1:]:
        page = book[sheet]
        assert page.auto_filter.ref.startswith("A1:"), sheet
        assert page.print_title_rows == "$1:$1"
        assert page.freeze_panes.endswith("2")
        assert page.page_setup.orientation == "landscape"
        assert page.page_setup.fitToWidth == (2 if sheet in ("变更记录", "申请", "版本") else 1), sheet
    assert book["版本班表"].freeze_panes == "E2"


def test_the_log_in_english(tmp_path):
    write_log(tmp_path / "log.xlsx", told(*LONGER, rosters=ROSTERS, hours=HOURS), "en")
    english = load_workbook(tmp_path / "log.xlsx")
    assert english.sheetnames == SHEETS_EN
    heads = [str(cell) for name in SHEETS_EN[1:] for cell in next(english[name].iter_rows(max_row=1, values_only=True))]
    assert all(head.isascii() or head == "Changes (before → after)" for head in heads)
    asked = table(english["Change log"])[4]
    assert (asked["Event"], asked["Kind"], asked["What"]) == (
        "requested",
        "stand-in",
        "乙 stands in for 甲 on Mon 7 Dec",
    )
    write_log(tmp_path / "log.csv", told(*LOG), "en")
    assert lines_of(tmp_path / "log.csv")[10][-1] == "甲, Mon 7 Dec: 早 → off; 乙, Mon 7 Dec: off → 早"


def test_columns_have_different_titles_and_keys():
    for one in log_tables(told(*LOG)):
        for words in ([field.key for field in one.fields], *zip(*(field.title for field in one.fields), strict=True)):
            assert len(set(words)) == len(words), (one.key, words)


def test_the_csv_has_the_steps_and_opens_in_a_spreadsheet(tmp_path, book):
    path = tmp_path / "log.csv"
    write_log(path, told(*LONGER))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    head, *rows = lines_of(path)
    sheet = list(book["变更记录"].iter_rows(values_only=True))
    assert head == [*sheet[0], "逐格（原 → 现）"]
    assert [row[0] for row in rows] == [str(line[0]) for line in sheet[1:]]
    assert rows[0][1] == "2026-11-20 16:00:00"
    assert rows[4][-1] == "甲 12月7日(周一)：早 → 休；乙 12月7日(周一)：休 → 早"


def test_a_long_change_is_cut_short_in_the_cell_and_whole_elsewhere(tmp_path):
    cells = tuple(Change(f"{n:04}", date(2026, 12, 1), (), ("早",)) for n in range(60))
    log = told(drafted(1), published(1, ONE), drafted(2), published(2, changes=cells, because="长" * 900, supersedes=1))
    write_log(tmp_path / "log.xlsx", log)
    book = load_workbook(tmp_path / "log.xlsx")
    text = table(book["版本"])[1]["改动（原 → 现）"]
    assert text.count("\n") == SHOWN_MOVES
    assert text.endswith("…共 60 处，见“改动明细”")
    assert book["版本"].row_dimensions[3].height <= 409
    assert book["变更记录"].row_dimensions[5].height <= 409
    assert len(table(book["改动明细"])) == 60
    write_log(tmp_path / "log.csv", log)
    assert lines_of(tmp_path / "log.csv")[4][-1].count("→") == 60


def test_nothing_is_a_formula(tmp_path):
    sly = (*SLY, "＝1", "\r\n=1", " =1")
    asked = [requested(replace(ASKED, number=n, by=text, because=text), hours=n) for n, text in enumerate(sly, 1)]
    log = replace(told(drafted(1), *asked), names=dict(zip(sly, sly, strict=True)), title="=1+1")
    write_log(tmp_path / "log.xlsx", log)
    book = load_workbook(tmp_path / "log.xlsx")
    assert all(cell.data_type not in "fe" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert [row["原因"] for row in table(book["变更记录"])][1 : len(SLY) + 1] == list(SLY)
    write_log(tmp_path / "log.csv", log)
    head, _, *rows = lines_of(tmp_path / "log.csv")
    for line in rows:
        for text in line:
            assert not text.lstrip().startswith(tuple("=+-@\t\r\n＝＋－＠"))
    found = [line[head.index("原因")] for line in rows]
    assert found == [
        "'=1+1",
        "'+1+1",
        "'-2+3",
        "'@SUM(1,1)",
        "'=1+1",
        "#N/A",
        "'=1",
        "'=cmd|' /C calc'!A0",
        "'＝1",
        "'=1",
        "'=1",
    ]


def test_characters_that_no_xml_holds_are_dropped(tmp_path):
    asked = replace(ASKED, because="家\x00事\x0b\ufffe")
    write_log(tmp_path / "log.xlsx", told(drafted(1), requested(asked)))
    assert table(load_workbook(tmp_path / "log.xlsx")["变更记录"])[1]["原因"] == "家事"
    write_log(tmp_path / "log.csv", told(drafted(1), requested(asked)))
    assert "\x00" not in (tmp_path / "log.csv").read_text("utf-8-sig")


def test_an_empty_log_has_its_sheets_and_headings(tmp_path):
    for name in ("log.xlsx", "log.csv"):
        write_log(tmp_path / name, told())
    book = load_workbook(tmp_path / "log.xlsx")
    assert book.sheetnames == SHEETS_ZH
    assert tuple(next(book["变更记录"].iter_rows(values_only=True)))[: len(HEADS)] == HEADS
    assert [row[: len(HEADS)] for row in lines_of(tmp_path / "log.csv")] == [list(HEADS)]
    assert "账册里还没有记录" in [row[0].value for row in book["说明"].iter_rows(max_row=4)]


def test_other_names_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"log\.txt"):
        write_log(tmp_path / "log.txt", told(*LOG))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("head", "own"),
    [
        ("版本,发布时间,作废时间,申请号,申请人,对方,批准人,原因,改动（原 → 现）,未签收 / 未收回", True),
        (
            "Version,Published,Void since,Request,Requester,Counterpart,Approver,Because,Changes (before → after),"
            "Receipts outstanding",
            True,
        ),
        ("版本,发布时间", False),
        ("工号,姓名", False),
        ("", False),
    ],
)
def test_a_csv_of_an_earlier_release_is_replaced_and_others_are_not(tmp_path, head, own):
    path = tmp_path / "log.csv"
    path.write_bytes(f"{head}\r\n1,2\r\n".encode("utf-8-sig"))
    if own:
        write_log(path, told(*LOG))
        assert len(lines_of(path)) == len(LOG) + 1
    else:
        with pytest.raises(InputError):
            write_log(path, told(*LOG))


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
@pytest.mark.parametrize("name", ["log.xlsx", "log.csv"])
def test_an_error_while_writing_leaves_the_earlier_file_and_nothing_else(tmp_path, monkeypatch, step, name):
    path = tmp_path / name
    write_log(path, told(*LOG[:2]))
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(step, fail)
    with pytest.raises(OSError, match="disk full"):
        write_log(path, told(*LOG))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_log_gives_the_same_bytes(tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        write_log(tmp_path / name, told(*LONGER, marked("returned", 2, "1", 12)))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
