"""The code on a slip: whose roster it opens and until when, how it is shut, and what signing by it takes."""

from __future__ import annotations

import io
from zipfile import ZipFile

import pytest
import segno

from scheduler.app.personal_links import own_link, slip_links
from scheduler.app.publish import publish_version
from scheduler.domain import Month
from scheduler.files.reading.desk import read_desk
from tests.support.cli_desks import run
from tests.support.page_home import PASSWORD, add
from tests.support.published_desk import MONTH, NOW, ledger_of

URL = "https://roster.example/x"
SETTINGS = "/desks/front/mine/settings/"


def set_page(home, *lines: str) -> None:
    settings = home / "front" / "desk.toml"
    settings.write_text("\n".join([settings.read_text("utf-8"), "[page]", *lines, ""]), "utf-8")


def link(home, who: str = "T1", month: Month = MONTH) -> str:
    return own_link(read_desk(home / "front"), who, month, None)


@pytest.fixture
def outside(home):
    from django.test import Client

    return Client()


def test_a_slip_bears_the_code_of_its_persons_link(home):
    set_page(home, f'url = "{URL}/"')
    publish_version(home / "front", 2, "M1", over_because="x", now=NOW)
    slip = next((home / "front" / "rosters").glob("**/*T4-*班表.xlsx"))
    with ZipFile(slip) as book:
        drawn = [book.read(name) for name in book.namelist() if name.startswith("xl/media/")]
    expected = io.BytesIO()
    segno.make(URL + link(home, "T4"), error="m", micro=False).save(expected, kind="png", scale=4, border=2)
    assert drawn == [expected.getvalue()]
    assert (home / "front" / ".links.key").stat().st_mode & 0o077 == 0


def test_without_an_address_of_the_page_a_slip_bears_its_fingerprint_only(home):
    files = read_desk(home / "front")
    assert slip_links(files, [], MONTH) == {}
    publish_version(home / "front", 2, "M1", over_because="x", now=NOW)
    for slip in (home / "front" / "rosters").glob("**/*班表.xlsx"):
        with ZipFile(slip) as book:
            assert not [name for name in book.namelist() if name.startswith("xl/media/")]


def test_a_link_opens_ones_own_month_for_reading_and_nothing_else(home, outside):
    answer = outside.get(link(home, "T3"))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "试三" in text
    assert not any(f"试{name}" in text for name in "一二四五六")
    assert 'href="/desks/' not in text
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer.headers["Cache-Control"]
    assert outside.get("/desks/front/mine/").status_code == 302


def test_no_link_is_made_of_another(home, outside):
    mine = link(home, "T3")
    parts = mine.strip("/").split("/")
    code = parts[-1]
    for other in (
        mine.replace("/T3/", "/T4/"),
        mine.replace("2026-12", "2027-01"),
        mine.replace("/front/", "/back/"),
        mine.replace(code, code[:-1] + ("a" if code[-1] != "a" else "b")),
        mine.replace(code, code.upper()),
        mine.replace(code, "%F0%9F%98%80"),
        "/l/front/2026-12/nobody/x/",
        "/l/nowhere/2026-12/T3/x/",
    ):
        assert outside.get(other).status_code == 404, other
    assert len(code) == 32


def test_a_link_ends_with_its_month(home, outside, monkeypatch):
    address = link(home)
    monkeypatch.setenv("SCHEDULER_NOW", "2026-12-31T23:59")
    assert outside.get(address).status_code == 200
    monkeypatch.setenv("SCHEDULER_NOW", "2027-01-01T00:00")
    assert outside.get(address).status_code == 404


def test_a_lost_link_is_shut_and_another_takes_its_place(home, outside, log_in):
    client, before = log_in("T1"), link(home)
    assert before in client.get(SETTINGS).content.decode()
    client.post(SETTINGS, {"what": "shut"})
    after = link(home)
    assert outside.get(before).status_code == 404
    assert outside.get(after).status_code == 200
    assert outside.get(link(home, "T2")).status_code == 200
    assert "停用链接  试一纸上的二维码  试一" in run("log", home / "front").out
    assert after in client.get(SETTINGS).content.decode()


def signed(home) -> list[tuple[str, object]]:
    with ledger_of(home / "front") as ledger:
        found = [one for one in ledger.entries("small") if one.event == "received"]
    return [(one.by, one.facts.get("through")) for one in found]


def test_signing_by_the_link_takes_the_pin(home, outside, log_in):
    account = add("T1", "front")
    address = link(home)
    assert "还没有设签收码" in outside.get(address).content.decode()
    assert outside.post(address, {"version": 1, "pin": ""}).status_code == 422
    client = log_in("T1")
    assert client.post(SETTINGS, {"what": "pin", "pin": "24680", "password": "wrong"}).status_code == 422
    assert client.post(SETTINGS, {"what": "pin", "pin": "２４６８０", "password": PASSWORD}).status_code == 422
    assert client.post(SETTINGS, {"what": "pin", "pin": "24680", "password": PASSWORD}).status_code == 302
    account.refresh_from_db()
    assert "24680" not in account.pin
    assert outside.post(address, {"version": 1, "pin": "11111"}).status_code == 422
    assert signed(home) == []
    assert outside.post(address, {"version": 1, "pin": "24680"}).status_code == 302
    assert signed(home) == [("T1", "pin")]
    assert "扫码并输签收码" in run("log", home / "front").out
    assert outside.post(address, {"version": 1, "pin": "24680"}).status_code == 404  # there is nothing to sign for now


def test_a_pin_is_guessed_at_no_faster_than_a_password_and_opens_nothing(home, outside):
    from axes.models import AccessAttempt
    from axes.utils import reset
    from django.contrib.auth.hashers import make_password

    account = add("T1", "front")
    account.pin = make_password("24680")
    account.save()
    assert outside.post("/log-in/", {"username": "T1", "password": "24680", "pin": "24680"}).status_code == 422
    reset()
    address = link(home)
    answers = [outside.post(address, {"version": 1, "pin": f"1111{n}"}).status_code for n in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    assert outside.post(address, {"version": 1, "pin": "24680"}).status_code == 429
    assert not AccessAttempt.objects.filter(post_data__contains="11114").exists()
    assert signed(home) == []
    reset()
    assert outside.post(address, {"version": 1, "pin": "24680"}).status_code == 302
    assert outside.get("/desks/front/mine/").status_code == 302  # it is no log-in


def test_where_the_desk_says_so_the_link_is_enough_and_the_log_says_that(home, outside):
    set_page(home, "sign_by_link = true")
    address = link(home, "T2")
    assert outside.post(address, {"version": 7}).status_code == 404
    assert outside.post(address, {"version": 1}).status_code == 302
    assert signed(home) == [("T2", "link")]
    assert "扫码签收，未登录" in run("log", home / "front").out


def test_the_pin_is_set_at_the_first_login(home):
    from django.contrib.auth.hashers import check_password
    from django.test import Client

    from scheduler.web.accounts import add_account, make_link

    account, client = add_account("T6", desk="front"), Client()
    address = client.get(make_link(account), follow=True).redirect_chain[-1][0]
    sent = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert "4 到 8 位数字" in client.post(address, {**sent, "pin": "abc"}).content.decode()
    assert client.post(address, {**sent, "pin": "1357"}).status_code == 302
    account.refresh_from_db()
    assert check_password("1357", account.pin)
