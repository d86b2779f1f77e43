"""The change log as a workbook and as CSV."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta

import pytest
from openpyxl import load_workbook

from scheduler.domain import Change
from scheduler.files.papers.change_log import write_log
from scheduler.files.writing.change_log_table import ROSTER_MOVES, SHOWN_MOVES, version_table
from scheduler.workflow.change_log import LogRow
from tests.files.test_workbook import SLY
from tests.support.sheets import table

PUBLISHED = datetime(2026, 11, 20, 16, 30, 45, tzinfo=UTC)
FIRST = LogRow(
    3,
    published=PUBLISHED,
    withdrawn=PUBLISHED + timedelta(days=15),
    reason="首次发布",
    outstanding=("行政人事部", "李四"),
)
SWAP = LogRow(
    4,
    published=PUBLISHED + timedelta(days=15),
    withdrawn=None,
    request="12",
    requester="赵一",
    counterpart="钱二",
    approver="张经理",
    reason="看病",
    cells=(
        Change("0001", date(2026, 12, 7), ("夜",), ()),
        Change("0002", date(2026, 12, 7), ("早", "晚"), ("夜",)),
    ),
    outstanding=(),
)
NAMES = {"0001": "赵一"}
TITLES_ZH = (
    "版本",
    "发布时间",
    "作废时间",
    "申请号",
    "申请人",
    "对方",
    "批准人",
    "原因",
    "改动（原 → 现）",
    "未签收 / 未收回",
)


def lines(path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_the_workbook_holds_a_row_for_each_version_and_one_for_each_cell(tmp_path):
    path = tmp_path / "log.xlsx"
    write_log(path, [FIRST, SWAP], names=NAMES)
    book = load_workbook(path)
    assert book.sheetnames == ["变更记录", "改动明细"]
    first, swap = table(book["变更记录"])
    assert tuple(first) == TITLES_ZH
    assert (first["版本"], first["发布时间"], first["作废时间"]) == (
        3,
        datetime(2026, 11, 21, 0, 30, 45),
        datetime(2026, 12, 6, 0, 30, 45),
    )
    assert (first["原因"], first["未签收 / 未收回"]) == ("首次发布", "行政人事部、李四")
    assert (first["申请号"], first["改动（原 → 现）"]) == (None, None)
    assert list(swap.values())[3:8] == ["12", "赵一", "钱二", "张经理", "看病"]
    assert swap["改动（原 → 现）"] == "赵一 12月7日(周一)：夜 → 休\n0002 12月7日(周一)：早+晚 → 夜"
    assert swap["作废时间"] is None
    moves = table(book["改动明细"])
    assert [list(row.values()) for row in moves] == [
        [4, "12", "0001", "赵一", datetime(2026, 12, 7), "一", "夜", "休"],
        [4, "12", "0002", None, datetime(2026, 12, 7), "一", "早+晚", "夜"],
    ]
    assert book["改动明细"]["C2"].number_format == "@"
    assert book["变更记录"].auto_filter.ref == "A1:J3"
    assert book["变更记录"].page_setup.orientation == "landscape"


def test_the_csv_opens_in_a_spreadsheet(tmp_path):
    path = tmp_path / "log.csv"
    write_log(path, [FIRST, SWAP], names=NAMES)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    head, first, swap = lines(path)
    assert tuple(head) == TITLES_ZH
    assert first[:4] == ["3", "2026-11-21 00:30:45", "2026-12-06 00:30:45", ""]
    assert swap[8] == "赵一 12月7日(周一)：夜 → 休；0002 12月7日(周一)：早+晚 → 夜"


def test_the_log_in_english_and_in_another_zone(tmp_path):
    path = tmp_path / "log.csv"
    write_log(path, [SWAP], "en", zone="Europe/Berlin")
    head, swap = lines(path)
    assert head[0] == "Version"
    assert head[-2:] == ["Changes (before → after)", "Receipts outstanding"]
    assert swap[1] == "2026-12-05 17:30:45"
    assert swap[8] == "0001, Mon 7 Dec: 夜 → off; 0002, Mon 7 Dec: 早+晚 → 夜"
    write_log(tmp_path / "log.xlsx", [SWAP], "en")
    assert load_workbook(tmp_path / "log.xlsx").sheetnames == ["Change log", "Changes"]


def test_a_long_change_is_cut_short_in_the_cell_and_whole_elsewhere(tmp_path):
    cells = tuple(Change(f"{n:04}", date(2026, 12, 1), (), ("早",)) for n in range(60))
    for name in ("log.xlsx", "log.csv"):
        write_log(tmp_path / name, [LogRow(5, cells=cells, reason="长" * 900)])
    book = load_workbook(tmp_path / "log.xlsx")
    text = book["变更记录"]["I2"].value
    assert text.count("\n") == SHOWN_MOVES
    assert text.endswith("…共 60 处，见“改动明细”")
    assert book["变更记录"].row_dimensions[2].height <= 409
    assert len(table(book["改动明细"])) == 60
    assert lines(tmp_path / "log.csv")[1][8].count("→") == 60


def test_a_roster_s_own_workbook_holds_the_first_of_many_changes_and_says_where_the_rest_is():
    cells = tuple(Change(f"{n:04}", date(2026, 12, 1), (), ("早",)) for n in range(60))
    for shown in (ROSTER_MOVES, ROSTER_MOVES + 1):
        _, (row,) = version_table([LogRow(5, cells=cells[:shown])], {}, "Asia/Shanghai", "zh")
        assert row[8].count("→") == ROSTER_MOVES
        assert row[8].endswith("…共 21 处，见 scheduler log --xlsx") == (shown > ROSTER_MOVES)


def test_nothing_is_a_formula(tmp_path):
    rows = [
        LogRow(
            1,
            published=None,
            withdrawn=None,
            request=sly,
            requester=sly,
            counterpart=sly,
            approver=sly,
            reason=sly,
            cells=(),
            outstanding=(sly,),
        )
        for sly in (*SLY, "＝1", "\r\n=1", " =1")
    ]
    write_log(tmp_path / "log.xlsx", rows)
    sheet = load_workbook(tmp_path / "log.xlsx")["变更记录"]
    assert all(cell.data_type not in "fe" for row in sheet.iter_rows() for cell in row)
    assert [row["原因"] for row in table(sheet)][: len(SLY)] == list(SLY)
    write_log(tmp_path / "log.csv", rows)
    for line in lines(tmp_path / "log.csv")[1:]:
        for text in line[3:]:
            assert not text.lstrip().startswith(tuple("=+-@\t\r\n＝＋－＠"))
    found = [line[7] for line in lines(tmp_path / "log.csv")[1:]]
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


def test_an_empty_log_has_its_headings(tmp_path):
    for name in ("log.xlsx", "log.csv"):
        write_log(tmp_path / name, [])
    book = load_workbook(tmp_path / "log.xlsx")
    assert book.sheetnames == ["变更记录"]
    assert tuple(next(book["变更记录"].iter_rows(values_only=True))) == TITLES_ZH
    assert [tuple(line) for line in lines(tmp_path / "log.csv")] == [TITLES_ZH]


def test_other_names_and_times_without_a_zone_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"log\.txt"):
        write_log(tmp_path / "log.txt", [FIRST])
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="zone"):
        LogRow(1, published=datetime(2026, 12, 1))


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
@pytest.mark.parametrize("name", ["log.xlsx", "log.csv"])
def test_an_error_while_writing_leaves_the_earlier_file_and_nothing_else(tmp_path, monkeypatch, step, name):
    path = tmp_path / name
    write_log(path, [FIRST])
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(step, fail)
    with pytest.raises(OSError, match="disk full"):
        write_log(path, [FIRST, SWAP])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_log_gives_the_same_bytes(tmp_path):
    write_log(tmp_path / "a.xlsx", [FIRST, SWAP])
    write_log(tmp_path / "b.xlsx", [FIRST, SWAP])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
