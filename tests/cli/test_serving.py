"""The commands about the page; each in a process of its own, as they make Django theirs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.cli_desks import Said, run_apart
from tests.support.published_desk import drafted_desk

HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    drafted_desk(tmp_path)
    return tmp_path


def users(word: str, home: Path, *more: str) -> Said:
    return run_apart("users", word, home, *more, "--json")


def test_accounts_are_added_listed_reset_and_disabled(home):
    added = users("add", home, "M1", "--name", "甲经理", "--mail", "m1@desk.example")
    assert added.code == 0, added
    assert added.answer["link"].startswith("/welcome/")
    assert users("add", home, "HR1", "--hr", "--desk", "desk").code == 0
    rows = {row["account"]: row for row in users("list", home).answer["accounts"]}
    assert rows["M1"] == {
        "account": "M1",
        "name": "甲经理",
        "mail": "m1@desk.example",
        "desks": {"desk": "M1"},
        "administrator": False,
        "active": True,
        "password": False,
    }
    assert rows["HR1"]["desks"] == {"desk": "HR"}
    assert users("reset", home, "M1").answer["link"] != ""
    assert users("disable", home, "M1").code == 0
    assert not users("list", home).answer["accounts"][1]["active"]


def test_what_is_wrong_is_said(home, tmp_path):
    nobody = users("reset", home, "nobody")
    assert (nobody.code, nobody.answer["errors"]) == (2, ["没有账户“nobody”"])
    nowhere = users("add", home, "M1", "--desk", "nowhere")
    assert nowhere.code == 2
    assert "desk" in nowhere.answer["errors"][0]
    mail = users("add", home, "M1", "--mail", "m1 at desk")
    assert (mail.code, mail.answer["errors"]) == (2, ["“m1 at desk”不是邮箱地址"])
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run_apart("serve", empty, "--json").code == 2
    assert run_apart("serve", "--json").code == 2
    assert run_apart("serve", home, "--certfile", home / "x.pem", "--json").code == 2


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(home):
    before = sorted(home.rglob("*"))
    said = run_apart("serve", home, "--dry-run", "--json")
    assert said.code == 0, said
    assert said.answer["desks"] == ["desk"]
    assert any(step.startswith("page.0001_accounts: Create model Account") for step in said.answer["steps"])
    assert sorted(home.rglob("*")) == before
    assert users("list", home).code == 0
    words = run_apart("serve", home, "--dry-run")
    assert "账户库是最新的" in words.out
    assert not HAN.search(run_apart("serve", home, "--dry-run", "--lang", "en").out)
    assert (home / "page.key").stat().st_mode & 0o777 == 0o600
    assert (home / "page.sqlite3").stat().st_mode & 0o777 == 0o600


def test_an_older_database_is_brought_up_to_date_on_request_only(home):
    import sqlite3

    assert users("add", home, "M1").code == 0
    with sqlite3.connect(home / "page.sqlite3") as accounts:
        accounts.execute("DELETE FROM django_migrations WHERE app = 'axes' AND name LIKE '0010%'")
    said = run_apart("serve", home, "--json")
    assert said.code == 2
    assert "--migrate" in said.answer["errors"][0]
    assert users("list", home).code == 2
