"""A table changed through the ledger: read as a whole, replaced in one step, logged with what stood there, or refused."""

from __future__ import annotations

import os
import stat

import pytest

from scheduler.app.change_table import change_table, read_table
from scheduler.errors import InputError, Refusal, RosterMoved
from scheduler.files.editing.table_file import RowEdit
from tests.support.cli_desks import run
from tests.support.published_desk import NOW, events, fingerprint, published_desk


@pytest.fixture
def desk(tmp_path):
    return published_desk(tmp_path)


def row_of(desk, table: str, **cells: str):
    return next(one for one in read_table(desk, table).rows if cells.items() <= one.cells.items())


def test_a_change_is_in_the_file_and_in_the_log_with_what_stood_there(desk):
    people = desk / "people.csv"
    people.chmod(0o640)
    one = row_of(desk, "people", id="T2")
    done = change_table(
        desk,
        "people",
        [RowEdit(one.row, one.cells, {"roles": "组长"})],
        "M1",
        "升了",
        made_on=read_table(desk, "people").made_on,
        now=NOW,
    )
    assert next(worker for worker in done.files.workers if worker.id == "T2").roles == ("组长",)
    assert "T2,试二,组长" in people.read_text("utf-8")
    assert stat.S_IMODE(people.stat().st_mode) == 0o640 or os.name != "posix"
    assert events(desk)[-1] == "changed"
    said = run("log", desk).out
    assert "人员表；第 3 行：班长 → 组长  甲经理  升了" in said
    assert run("log", desk, "--verify", SCHEDULER_NOW="2026-12-05T10:00").code == 0


def test_private_cells_are_not_told_by_the_log(desk):
    one = row_of(desk, "people", id="T2")
    change_table(
        desk, "people", [RowEdit(one.row, one.cells, {"phone": "13900000000", "protection": "孕期"})], "M1", now=NOW
    )
    assert "13900000000" in (desk / "people.csv").read_text("utf-8")
    shown = run("log", desk, "--for", "auditor", "--json").out
    assert "13900000000" not in shown
    assert "孕期" not in shown


def test_what_could_not_be_read_is_told_at_its_cell_and_changes_nothing(desk):
    before, said = fingerprint(desk), (desk / "demand.csv").read_bytes()
    one = row_of(desk, "demand", shift="早")
    with pytest.raises(InputError) as caught:
        change_table(desk, "demand", [RowEdit(one.row, one.cells, {"shift": "没有", "least": "many"})], "M1", now=NOW)
    assert len(caught.value.faults) >= 2
    assert "desk/demand.csv，第 2 行，“班次”列" in caught.value.say("zh")
    assert (fingerprint(desk), (desk / "demand.csv").read_bytes()) == (before, said)


def test_an_edit_made_on_older_tables_is_told_what_moved(desk):
    seen = read_table(desk, "people")
    (desk / "holidays.csv").write_text("日期,类型,名称\n2026-12-24,法定节假日,部门日\n", "utf-8")
    one = row_of(desk, "people", id="T2")
    with pytest.raises(RosterMoved) as caught:
        change_table(desk, "people", [RowEdit(one.row, one.cells, {"name": "x"})], "M1", made_on=seen.made_on, now=NOW)
    assert "holidays.csv" in caught.value.say("zh")
    assert "试二" in (desk / "people.csv").read_text("utf-8")


def test_nobody_changes_a_table_without_a_name(desk):
    with pytest.raises(Refusal):
        change_table(desk, "people", [RowEdit(0, {}, {"id": "T9", "name": "x", "roles": "班长"})], "nobody", now=NOW)
    assert "T9" not in (desk / "people.csv").read_text("utf-8")


def test_a_file_that_cannot_be_put_leaves_no_entry(desk, monkeypatch):
    before = events(desk)
    monkeypatch.setattr("scheduler.app.change_table.put_file", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    one = row_of(desk, "people", id="T2")
    with pytest.raises(Exception, match="full"):
        change_table(desk, "people", [RowEdit(one.row, one.cells, {"name": "x"})], "M1", now=NOW)
    assert events(desk) == before
