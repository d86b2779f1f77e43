"""`trace` and `import`, as somebody at a desk runs them."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook, load_workbook

from scheduler.app.publish import publish_version
from tests.cli.test_versions import pinned
from tests.support.cli_desks import generate, run, small_desk
from tests.support.narrowing import present

MONTH = "2040-03"  # a month that does not begin while there is this test: what is past cannot be asked for
FIELDS = {"state", "desk", "month", "version", "replaced_by", "withdrawn_at", "by", "because", "differences", "files"}


@pytest.fixture(autouse=True)
def _an_hour_later(monkeypatch):
    pinned(monkeypatch, "2040-01-31 10:00")


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    """A desk with a version in force, and a copy of it with the grid only."""
    desk = small_desk(tmp_path_factory.mktemp("live") / "desk")
    assert generate(desk, month=MONTH).code == 0
    (book,) = (desk / "rosters").glob("*.xlsx")
    found = load_workbook(book)
    for sheet in found.worksheets[1:]:
        found.remove(sheet)
    for area in [str(area) for area in found.worksheets[0].merged_cells.ranges]:  # they take time to read
        found.worksheets[0].unmerge_cells(area)
    found.save(desk / "copy.xlsx")
    publish_version(desk, 1, "T1", now=lambda: datetime(2040, 1, 31, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
    return desk


@pytest.fixture
def desk(live, tmp_path):
    return Path(shutil.copytree(live, tmp_path / "desk"))


def row_of(grid, who):
    return next(cell.row for cell in grid["A"] if cell.value == who)


def edited(source, target, *changes, exchange=()):
    """A copy with some cells changed, each (id, day, text), and with the duties of two people exchanged."""
    book = load_workbook(source)
    grid = book.worksheets[0]
    for who, day, text in changes:
        grid.cell(row_of(grid, who), 3 + day).value = text
    for column in range(4, 35) if exchange else ():
        one, other = (grid.cell(row_of(grid, who), column) for who in exchange)
        one.value, other.value = other.value, one.value
    book.save(target)
    return target


def duty_of(desk, who):
    """Somebody's first duty: the day and the shift."""
    duties = [duty for duty in run("show", desk, "--json").answer["duties"] if duty["worker"] == who]
    first = min(duties, key=lambda duty: duty["date"])
    return int(first["date"][-2:]), first["shift"]


def test_the_current_roster_is_said_to_be_that(live):
    said = run("trace", live / "copy.xlsx", "--json")
    assert said.code == 0
    assert said.answer.keys() >= FIELDS
    told = {name: said.answer[name] for name in FIELDS}
    assert told.pop("files") == [str(live / "rosters" / f"small-{MONTH}-v1.xlsx")]
    assert {name: fact for name, fact in told.items() if fact} == {
        "state": "current",
        "desk": "small",
        "month": MONTH,
        "version": 1,
    }
    lines = run("trace", live / "copy.xlsx").out.splitlines()
    assert lines == [
        f"这份是现行版：small {MONTH} 第 1 版",
        "已与账册核对：排班表格的班次和姓名、排班表（请假）、排班表（合计）",
        f"问的是账册 {live / 'ledger.sqlite3'}（部门 {live}）",
        "这个账册是在文件附近找到的：谁给的文件，账册也可能是谁放的；要以本部门的为准，请加 --desk 或 --store",
    ]
    assert "this is the roster in force" in run("trace", live / "copy.xlsx", "--lang", "en").out


def test_an_altered_copy_lists_its_cells(live, tmp_path):
    day, shift = duty_of(live, "T1")
    path = edited(live / "copy.xlsx", tmp_path / "altered.xlsx", ("T1", day, "培训"))
    said = run("trace", path, "--desk", live, "--json")
    assert (said.code, said.answer["state"], said.answer["version"]) == (1, "altered", 1)
    assert said.answer["differences"] == [
        {"worker": "T1", "name": "试一", "date": f"{MONTH}-{day:02}", "file": "培训", "ledger": shift}
    ]
    lines = run("trace", path, "--desk", live).out.splitlines()
    assert lines[0] == f"被改动过：出自small {MONTH} 第 1 版（已发布），以下 1 处不同"
    assert f"3月{day}日" in lines[1]
    assert f"试一：此件为“培训”，账册为“{shift}”" in lines[1]
    assert "“培训”" in run("trace", path, "--desk", live, "--lang", "en").out


def test_what_is_withdrawn_a_draft_or_unknown_is_not_to_be_used(desk):
    assert run("withdraw", desk, "--version", "1", "--by", "T2", "--because", "停电").code == 0
    said = run("trace", desk / "copy.xlsx", "--json")
    told = {name: said.answer[name] for name in ("state", "replaced_by", "by", "because", "files")}
    assert said.code == 1
    assert told == {"state": "withdrawn", "replaced_by": None, "by": "T2", "because": "停电", "files": []}
    assert present(datetime.fromisoformat(said.answer["withdrawn_at"]).utcoffset()).total_seconds() == 8 * 3600
    words = run("trace", desk / "copy.xlsx").out
    for part in ("已于", "作废，没有别的版本取代它", "经办：试二", "原因：停电", f"{MONTH} 没有在用的版本"):
        assert part in words
    other = edited(desk / "copy.xlsx", desk / "other.xlsx", exchange=("T1", "T2"))
    assert run("import", other, "--by", "T1").code == 0
    said = run("trace", next((desk / "rosters").glob("*-v2.xlsx")))
    assert (said.code, said.out.splitlines()[0]) == (1, f"这是草稿：small {MONTH} 第 2 版，还没有发布过")
    Workbook().save(other)
    said = run("trace", other, "--json")
    assert (said.code, said.answer["state"], said.answer["version"]) == (1, "unknown", None)
    assert run("trace", other).out.startswith("不认识")


def test_what_cannot_be_read_is_bad_input(live, tmp_path, monkeypatch):
    (tmp_path / "no.xlsx").write_text("no")
    for words in (["no.xlsx"], ["gone.xlsx"], ["no.xlsx", "--desk", live]):
        said = run("trace", tmp_path / words[0], *words[1:], "--json")
        assert said.code == 2
        assert said.answer["errors"]
        assert run("import", tmp_path / words[0], "--by", "T1", *words[1:]).code == 2
    shutil.copy(live / "copy.xlsx", tmp_path)
    monkeypatch.chdir(tmp_path)
    said = run("trace", "copy.xlsx")
    assert (said.code, "--desk" in said.err) == (2, True)


def test_an_edit_of_a_month_in_force_is_a_request(desk):
    assert run("import", desk / "copy.xlsx", "--by", "T1", "--json").answer["status"] == "UNCHANGED"
    path = edited(desk / "copy.xlsx", desk / "edited.xlsx", exchange=("T1", "T2"))
    said = run("import", path, "--by", "T3", "--because", "商量好了", "--json")
    assert said.code == 0
    answer = said.answer
    facts = {name: answer[name] for name in ("status", "month", "version", "request", "verdict", "violations")}
    assert facts == {
        "status": "REQUESTED",
        "month": MONTH,
        "version": None,
        "request": 1,
        "verdict": "allowed",
        "violations": [],
    }
    assert sorted(answer["waiting_for"]) == ["T1", "T2"]
    assert {change["worker"] for change in answer["changes"]} == {"T1", "T2"}
    again = run("import", path, "--by", "T3")
    assert again.code == 1
    assert "第 1 号申请" in again.out
    assert "没有登记" in again.out


def test_a_request_says_what_else_has_to_move(desk):
    day, shift = duty_of(desk, "T1")
    path = edited(desk / "copy.xlsx", desk / "edited.xlsx", ("T1", day, "休"))
    said = run("import", path, "--by", "T1")
    assert said.code == 0
    for part in ("可以，但须同时改动", "还须同时改：", "只改这几格会违反：", f"试一 3月{day}日", f"{shift} → 休"):
        assert part in said.out
    said = run("import", path, "--by", "T1", "--json")
    assert (said.code, said.answer["status"], said.answer["request"]) == (1, "REFUSED", None)


def test_an_edit_of_a_draft_is_a_draft_or_broken(tmp_path, live):
    desk = small_desk(tmp_path / "fresh")
    path = edited(live / "copy.xlsx", desk / "edited.xlsx", exchange=("T1", "T2"))
    said = run("import", path, "--by", "T1", "--json")
    assert (said.code, said.answer["status"], said.answer["version"], said.answer["verdict"]) == (0, "DRAFTED", 1, None)
    (file,) = said.answer["files"]
    assert run("verify", desk, file).code == 0
    assert "逐格相同" in run("import", path, "--by", "T1").out
    day, _ = duty_of(desk, "T1")
    broken = edited(path, desk / "broken.xlsx", ("T1", day, "休"))
    said = run("import", broken, "--by", "T1", "--json")
    assert (said.code, said.answer["status"], said.answer["version"]) == (1, "BROKEN", None)
    assert "shift_cover" in {violation["rule"] for violation in said.answer["violations"]}
    assert "没有登记" in run("import", broken, "--by", "T1").out
    unread = edited(path, desk / "unread.xlsx", ("T1", day, "？"))
    said = run("import", unread, "--by", "T1", "--json")
    assert (said.code, len(said.answer["errors"])) == (2, 1)
    assert "“？”" in said.answer["errors"][0]
    assert len(list((desk / "rosters").glob("*.xlsx"))) == 1


def test_nobody_unknown_brings_a_roster_in(desk):
    said = run("import", desk / "copy.xlsx", "--by", "X", "--json")
    assert (said.code, said.answer["status"]) == (1, "REFUSED")
    assert run("import", desk / "copy.xlsx").code == 2
