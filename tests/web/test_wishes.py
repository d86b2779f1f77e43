"""Wishes on the phone: until which day, whose, what becomes of the table and the log, and what is refused."""

from __future__ import annotations

import pytest

from scheduler.web.roles import Role
from tests.support.cli_desks import run

PAGE = "/desks/front/mine/wishes/"
WISH = {"who": "T1", "want": "rest", "first": "2027-01-03", "last": "", "shift": ""}


@pytest.fixture
def as_staff(monkeypatch):
    monkeypatch.setattr("scheduler.web.access.find_roles", lambda *_, **__: frozenset({Role.STAFF}))


def table(home) -> list[str]:
    path = home / "front" / "requests.csv"
    return path.read_text("utf-8-sig").splitlines()[1:] if path.exists() else []


def test_a_wish_is_a_row_of_the_desks_table_and_an_entry_of_its_log(home, log_in):
    answer = log_in("T1").post(PAGE, WISH, follow=True).content.decode()
    assert "意愿已记下：1月3日" in answer
    assert table(home) == ["T1,2027-01-03,,休,,"]
    said = run("log", home / "front", "--for", "auditor").out
    assert "改表  申请表；新增：T1 2027-01-03 休  试一" in said


def test_a_wish_is_taken_back_row_by_row(home, log_in):
    client = log_in("T1")
    client.post(PAGE, WISH)
    client.post(PAGE, {**WISH, "want": "on", "shift": "晚", "first": "2027-01-09", "last": "2027-01-10"})
    assert table(home) == ["T1,2027-01-03,,休,,", "T1,2027-01-09,2027-01-10,想上,晚,"]
    gone = client.post(PAGE, {"what": "back", "row": 2, "first": "2027-01-03", "who": "T1"}, follow=True)
    assert "意愿已撤回" in gone.content.decode()
    assert table(home) == ["T1,2027-01-09,2027-01-10,想上,晚,"]
    again = client.post(PAGE, {"what": "back", "row": 2, "first": "2027-01-03", "who": "T1"})
    assert again.status_code == 422
    assert len(table(home)) == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"first": "2026-12-20"}, "只能提 2027-01 至 2027-03 的意愿"),
        ({"first": "2027-01-30", "last": "2027-02-02"}, "一个月之内"),
        ({"first": "2027-01-09", "last": "2027-01-08"}, "末日早于首日"),
        ({"first": "soon"}, 'role="alert"'),
        ({"who": "T2"}, "您在这里不能提意愿、撤回意愿"),
        ({"want": "everything"}, "请填写"),
        ({"want": "on", "shift": "=1+1"}, "请填写"),
    ],
)
def test_what_no_wish_can_be_is_refused_and_changes_nothing(home, log_in, as_staff, sent, said):
    answer = log_in("T1").post(PAGE, WISH | sent)
    assert answer.status_code in (403, 422)
    assert said in answer.content.decode()
    assert table(home) == []


def test_two_wishes_of_a_day_are_one_too_many(home, log_in):
    client = log_in("T1")
    client.post(PAGE, WISH)
    answer = client.post(PAGE, {**WISH, "want": "off", "first": "2027-01-02", "last": "2027-01-04"})
    assert answer.status_code == 422
    assert "先撤回它" in answer.content.decode()
    assert len(table(home)) == 1


def test_the_closing_day_is_the_desks(home, log_in, monkeypatch):
    client = log_in("T1")
    settings = home / "front" / "desk.toml"
    settings.write_text(settings.read_text("utf-8").replace("[desk]", "[desk]\nwishes_by = 10", 1), "utf-8")
    monkeypatch.setenv("SCHEDULER_NOW", "2026-12-22T23:50")
    assert "12月22日" in client.get(PAGE).content.decode()
    assert client.post(PAGE, WISH).status_code == 302
    monkeypatch.setenv("SCHEDULER_NOW", "2026-12-23T00:10")
    late = client.post(PAGE, {**WISH, "first": "2027-01-05"})
    assert late.status_code == 422
    assert "截止" in late.content.decode()
    kept = client.post(PAGE, {"what": "back", "row": 2, "first": "2027-01-03", "who": "T1"})
    assert kept.status_code == 422
    assert len(table(home)) == 1


def test_whoever_makes_the_roster_notes_wishes_of_others_under_their_own_name(home, log_in):
    assert log_in("M1").post(PAGE, {**WISH, "who": "T4"}).status_code == 302
    assert table(home) == ["T4,2027-01-03,,休,,"]
    assert "新增：T4 2027-01-03 休  甲经理" in run("log", home / "front").out


def test_staff_are_told_why_in_numbers_and_of_nobody_else(log_in, as_staff):
    client = log_in("T5")
    mine = client.get("/desks/front/cell/2026-12-05/why/", {"who": "T5"}).content.decode()
    assert "人</li>" in mine
    assert not any(f"试{name}" in mine.replace("试五", "") for name in "一二三四六")
    assert client.get("/desks/front/cell/2026-12-05/why/", {"who": "T4"}).status_code == 403


def test_approvers_are_told_why_by_name(log_in):
    assert "试四" in log_in("M1").get("/desks/front/cell/2026-12-05/why/", {"who": "T5"}).content.decode()
