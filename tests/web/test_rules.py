"""A desk's rules on the page: settings tried and changed, rules switched off with a reason and on again."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scheduler.files.editing.table_file import mark_tables
from scheduler.files.reading.desk import read_desk

RULE = "/desks/front/rules/{}/"


@pytest.fixture
def manager(log_in):
    return log_in("M1")


def send(client, home: Path, rule: str, **settings: str):
    made_on = json.dumps(mark_tables(home / "front"))
    return client.post(RULE.format(rule), {"made_on": made_on, **settings})


def book(home: Path):
    return read_desk(home / "front").rulebook


def test_every_rule_is_listed_with_its_clause_and_whether_it_is_on(manager):
    page = manager.get("/desks/front/rules/").content.decode()
    assert "每周" in page
    assert re.search(r"公平分摊.*?停用.*?quick", page, re.DOTALL)
    assert manager.get(RULE.format("no_such_rule")).status_code == 404


def test_a_setting_is_shown_with_meaning_range_and_default_and_changed_after_a_look(manager, home):
    toml = home / "front" / "desk.toml"
    toml.write_text("# 我们的说明\n" + toml.read_text("utf-8"), "utf-8")
    before = toml.read_bytes()
    assert "不改则为 8" in manager.get(RULE.format("continuous_work")).content.decode()
    changed = {"s:hours": "7.5"}
    trial = send(manager, home, "continuous_work", **changed).content.decode()
    assert "7.5" in trial
    assert "谁也不能上" in trial  # the shifts have eight hours
    assert toml.read_bytes() == before
    assert send(manager, home, "continuous_work", write="yes", **changed).status_code == 302
    assert book(home).named("continuous_work").hours == 7.5
    assert "# 我们的说明" in toml.read_text("utf-8")
    assert send(manager, home, "continuous_work", write="yes", **{"s:hours": "8"}).status_code == 302
    assert "continuous_work" not in toml.read_text("utf-8")  # the default again


@pytest.mark.parametrize(("typed", "expected"), [("九", "数字"), ("999", "数字")])
def test_what_is_no_number_or_out_of_range_is_told_at_its_setting(manager, home, typed, expected):
    before = (home / "front" / "desk.toml").read_bytes()
    answer = send(manager, home, "continuous_work", write="yes", **{"s:hours": typed})
    assert answer.status_code == 422
    field = re.search(r'name="s:hours" value="([^"]*)".*?role="alert">([^<]*)<', answer.content.decode(), re.DOTALL)
    assert field
    assert field[1] == typed
    assert expected in field[2]
    assert (home / "front" / "desk.toml").read_bytes() == before


def test_a_rule_is_switched_off_with_a_reason_only_and_on_again(manager, home):
    off = {"s:enabled": "no"}
    bare = send(manager, home, "weekly_rest_day", write="yes", **off)
    assert bare.status_code == 422
    assert "停用规则须写明" in bare.content.decode()
    assert send(manager, home, "weekly_rest_day", write="yes", **off, **{"s:because": "试行两周"}).status_code == 302
    assert {one.rule: one.because for one in book(home).off}["weekly_rest_day"] == "试行两周"
    assert send(manager, home, "weekly_rest_day", write="yes", **{"s:enabled": "yes"}).status_code == 302
    assert "weekly_rest_day" not in {one.rule for one in book(home).off}
    assert "weekly_rest_day" not in (home / "front" / "desk.toml").read_text("utf-8")


def test_texts_of_a_rule_stand_one_on_each_line(manager, home):
    told = {"s:shifts": "早\n晚"}
    assert send(manager, home, "cleaning_duty", write="yes", **told).status_code == 302
    assert book(home).named("cleaning_duty").shifts == ("早", "晚")


def test_the_log_tells_which_setting_moved(manager, home):
    from tests.support.cli_desks import run

    send(manager, home, "continuous_work", write="yes", **{"s:hours": "7.5", "trial-because": "夏季"})
    said = run("log", home / "front").out
    assert "rules.continuous_work.hours：8 → 7.5" in said
    assert "夏季" in said


def test_the_settings_of_a_workbook_stand_on_its_sheet(tmp_path):
    from scheduler.app.new_desk import write_empty
    from scheduler.files.editing.settings_file import edit_rule

    path = tmp_path / "desk.xlsx"
    path.write_bytes(write_empty("zh"))
    path.write_bytes(edit_rule(path, "continuous_work", {"hours": 7.5}, "zh")[1])
    path.write_bytes(edit_rule(path, "cleaning_duty", {"shifts": ("早", "晚")}, "zh")[1])
    from scheduler.files.reading.workbook import read_workbook

    settings = read_workbook(path, []).settings
    assert settings is not None
    rules = settings["rules"]
    assert rules["continuous_work"].value == {"hours": 7.5}
    assert rules["cleaning_duty"].value == {"shifts": ["早", "晚"]}
    path.write_bytes(edit_rule(path, "continuous_work", {"hours": None}, "zh")[1])
    again = read_workbook(path, []).settings
    assert again is not None
    assert "continuous_work" not in again["rules"]
