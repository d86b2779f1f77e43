"""A desk's tables on the page: looked at, tried, changed; faults at their cells, and nothing lost."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scheduler.files.editing.table_file import mark_tables
from scheduler.files.reading.desk import read_desk

TABLE = "/desks/front/tables/{}/"


@pytest.fixture
def manager(log_in):
    return log_in("M1")


def marks(home: Path) -> str:
    return json.dumps(mark_tables(home / "front"))


def send(client, home: Path, table: str, made_on: str = "", **cells: str):
    return client.post(TABLE.format(table), {"made_on": made_on or marks(home), **cells})


def test_every_table_is_listed_and_shown_as_it_is_written(manager, home):
    page = manager.get("/desks/front/tables/").content.decode()
    assert "/desks/front/tables/people/" in page
    assert "/desks/front/tables/leave/" in page
    people = manager.get(TABLE.format("people")).content.decode()
    assert 'name="c:2:name" value="试一"' in people
    assert manager.get(TABLE.format("nothing")).status_code == 404


def test_a_change_is_shown_first_and_written_when_it_is_confirmed(manager, home):
    before = (home / "front" / "people.csv").read_bytes()
    trial = send(manager, home, "people", **{"c:2:name": "改名一", "x:7": "on", "n:0:id": "T9", "n:0:name": "新来的"})
    page = trial.content.decode()
    assert trial.status_code == 200
    for shown in ("试一", "改名一", "新来的", "删去第 7 行"):
        assert shown in page
    assert (home / "front" / "people.csv").read_bytes() == before
    kept = dict(re.findall(r'type="hidden" name="((?:c|n|x):[^"]+)" value="([^"]*)"', page))
    assert send(manager, home, "people", write="yes", because="调岗", **kept).status_code == 302
    names = {worker.id: worker.name for worker in read_desk(home / "front").workers}
    assert (names["T1"], names["T9"], "T6" in names) == ("改名一", "新来的", False)


def test_what_makes_the_coming_month_impossible_is_said_before_it_is_written(manager, home):
    page = send(manager, home, "demand", **{"c:2:least": "60", "c:2:target": "60", "c:2:most": "60"}).content.decode()
    assert "不用求解就看得出排不出来" in page
    assert 'name="write"' in page


def test_a_fault_stands_at_its_cell_and_what_was_typed_is_kept(manager, home):
    answer = send(manager, home, "shifts", **{"c:2:start": "25:99", "c:3:name": "新名"})
    page = answer.content.decode()
    assert answer.status_code == 422
    cell = re.search(r'<td class="bad"><input name="c:2:start" value="25:99".*?</td>', page)
    assert cell
    assert 'role="alert"' in cell[0]
    assert 'name="c:3:name" value="新名"' in page


def test_a_fault_of_a_new_row_stands_there_and_one_of_another_table_above(manager, home):
    page = send(manager, home, "leave", **{"n:0:worker": "没有此人", "n:0:first": "2026-12-24"}).content.decode()
    assert re.search(r'<td class="bad"><input name="n:0:worker"', page)
    gone = send(manager, home, "shifts", **{"x:2": "on"}).content.decode()
    assert "demand.csv" in gone


def test_an_edit_made_on_older_tables_is_refused_with_what_moved(manager, home):
    old = marks(home)
    assert send(manager, home, "people", old, **{"c:2:name": "甲", "write": "yes"}).status_code == 302
    late = send(manager, home, "people", old, **{"c:3:name": "乙", "write": "yes"})
    assert late.status_code == 409
    assert "people.csv" in late.content.decode()
    assert "乙" not in (home / "front" / "people.csv").read_text("utf-8-sig")


def test_going_on_editing_keeps_what_was_typed(manager, home):
    page = send(manager, home, "people", again="yes", **{"c:2:name": "改名一"}).content.decode()
    assert '<td class="changed"><input name="c:2:name" value="改名一"' in page


def test_rows_are_found_and_a_column_is_added(manager, home):
    page = manager.get(TABLE.format("people"), {"find": "试二", "columns": "phone"}).content.decode()
    assert "c:3:phone" in page
    assert "c:2:name" not in page
    assert send(manager, home, "people", write="yes", **{"c:3:phone": "13900000000"}).status_code == 302
    assert {worker.id: worker.phone for worker in read_desk(home / "front").workers}["T2"] == "13900000000"


def test_markup_in_a_table_stays_text(manager, home):
    assert send(manager, home, "people", write="yes", **{"c:2:name": "<b>甲</b>"}).status_code == 302
    assert "<b>甲</b>" not in manager.get(TABLE.format("people")).content.decode()


def test_who_may_not_publish_changes_nothing(log_in, home):
    settings = home / "front" / "desk.toml"
    settings.write_text(settings.read_text("utf-8") + '\n[rights]\npublish = ["M1"]\n', "utf-8")
    before = (home / "front" / "people.csv").read_bytes()
    assert send(log_in("T1"), home, "people", write="yes", **{"c:2:name": "甲"}).status_code == 403
    assert (home / "front" / "people.csv").read_bytes() == before
