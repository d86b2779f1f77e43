"""What holds for every answer: nothing from elsewhere, no forms from elsewhere, no guessing, sessions that end."""

from __future__ import annotations

import asyncio
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

import scheduler.web
from tests.support.page_home import PASSWORD, add

PAGE = Path(scheduler.web.__file__).parent
VENDORED = {
    "vendor/htmx-4.0.1/htmx.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    "vendor/htmx-4.0.1/LICENSE": "d3d2456f76414f2456104660ebd65aff1c04cd7966b942bdabd63f3cdb316a38",
}
DESK = "/desks/front"


def test_what_others_wrote_is_what_they_published():
    found = {
        str(path.relative_to(PAGE / "static")): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (PAGE / "static" / "vendor").rglob("*")
        if path.is_file()
    }
    assert found == VENDORED


def test_no_page_names_another_place():
    own = [*PAGE.glob("templates/**/*.html"), *PAGE.glob("static/page/*")]
    assert len(own) > 20
    for path in own:
        text = path.read_text("utf-8")
        assert not re.search(r"https?:|//[a-z]|@import|url\((?!data:)", text.replace("// ", "")), path
        if path.suffix == ".html":
            assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|hx-on", text), path


def test_every_answer_lets_the_page_load_nothing_from_elsewhere(log_in):
    client = log_in("M1")
    for path in ("/", f"{DESK}/month/", "/nowhere/", f"{DESK}/month/2030-01/"):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "no-store" in answer.headers["Cache-Control"]


def test_a_form_without_its_token_is_refused_with_a_sentence(home):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(add("M1", "front"), backend="django.contrib.auth.backends.ModelBackend")
    edits = [f"versions/2/edit/{step}/" for step in ("change", "undo", "save", "discard", "solve")]
    edits += ["jobs/", "jobs/1/stop/", "jobs/1/again/"]
    posts = ("versions/1/withdraw/", "requests/1/approve/", "mine/sign/", "receipts/", "files/", "requests/new/")
    for path in (*posts, *edits):
        answer = client.post(f"{DESK}/{path}", {"because": "x"})
        assert answer.status_code == 403
        assert "表单已过期" in answer.content.decode()


HTMX = {"HX-Request": "true", "Referer": f"http://testserver{DESK}/requests/"}


def test_whoever_is_logged_out_is_told_that_nothing_was_recorded_and_comes_back_to_a_page_that_can_be_read(home):
    from django.test import Client

    add("M1", "front")
    for client in (Client(), Client(enforce_csrf_checks=True)):  # the second has lost the token, too
        gone = client.post(f"{DESK}/requests/1/approve/", follow=True)
        assert gone.redirect_chain == [(f"/log-in/?next={DESK}/requests/", 302)]
        assert "您已退出登录，刚才那一步没有记下" in gone.content.decode()
        form = client.post(f"{DESK}/jobs/", headers={"Referer": f"http://testserver{DESK}/jobs/"})
        assert form.headers["Location"] == f"/log-in/?next={DESK}/jobs/"
        step = client.post(f"{DESK}/versions/2/edit/change/", headers=HTMX)
        assert step.status_code == 401
        text = step.content.decode()
        assert "您已退出登录，刚才那一步没有记下" in text
        assert f'href="/log-in/?next={DESK.replace("/", "%2F")}%2Frequests%2F"' in text
        assert "<html" not in text
    back = Client().post("/log-in/", {"username": "M1", "password": PASSWORD, "next": f"{DESK}/requests/"}, follow=True)
    assert back.status_code == 200


def test_a_stale_log_in_form_is_no_log_out(home):
    from django.test import Client

    assert "表单已过期" in Client(enforce_csrf_checks=True).post("/log-in/").content.decode()


@pytest.mark.parametrize(
    ("address", "above"),
    [
        (f"{DESK}/requests/2/approve/", f"{DESK}/requests/"),
        (f"{DESK}/versions/2/edit/change/", f"{DESK}/versions/2/edit/"),
        (f"{DESK}/files/bring-in/", f"{DESK}/files/"),
        (f"{DESK}/hr/taken/1/correct/", f"{DESK}/hr/"),
        ("/language/", "/"),
    ],
)
def test_an_address_that_only_takes_forms_leads_to_the_page_above(log_in, address, above):
    answer = log_in("M1").get(address)
    text = answer.content.decode()
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "这个地址不能这样打开" in text
    assert "没有改动任何内容" in text
    assert f'<a class="button" href="{above}">' in text


def test_the_language_is_not_switched_on_an_answer_that_would_be_lost(log_in):
    client = log_in("M1")
    switch = 'action="/language/"'
    for path in ("requests/1/approve/", "jobs/", "files/"):
        assert switch not in client.post(f"{DESK}/{path}").content.decode()
        assert switch in client.get(f"{DESK}/{path}").content.decode()


def test_every_form_that_changes_something_has_a_token():
    for path in PAGE.glob("templates/**/*.html"):
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text("utf-8"), flags=re.S):
            assert "{% csrf_token %}" in form, path


def test_a_wrong_host_is_refused(home):
    from django.test import Client

    answer = Client().get("/log-in/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert b"evil" not in answer.content


def test_guessing_is_slowed_down(home):
    from axes.utils import reset
    from django.test import Client

    add("T1", "front")
    client = Client()
    for _ in range(5):
        answer = client.post("/log-in/", {"username": "T1", "password": "wrong"})
    assert answer.status_code == 429
    right = client.post("/log-in/", {"username": "T1", "password": PASSWORD})
    assert right.status_code == 429
    assert "暂停 15 分钟" in right.content.decode()
    reset()
    assert client.post("/log-in/", {"username": "T1", "password": PASSWORD}).status_code == 302


def test_a_one_time_link_works_once(home):
    from django.test import Client

    from scheduler.web.accounts import add_account, make_link

    account = add_account("T1", desk="front")
    client = Client()
    form = client.get(make_link(account), follow=True)
    assert "设密码" in form.content.decode()
    address = form.redirect_chain[-1][0]
    for words, expected in (
        (("123", "123"), ("太短：至少 8 个字符", "太常见")),
        (("12345678", "12345678"), ("太常见",)),
        ((PASSWORD, "another"), ("两次输入的不一样",)),
        (("", ""), ("请填写",)),
    ):
        weak = client.post(address, dict(zip(("new_password1", "new_password2"), words, strict=True)))
        said = re.findall('<p class="error" role="alert">(.*?)</p>', weak.content.decode())
        assert weak.status_code == 200
        assert said
        assert not re.search("[a-z]", "".join(said))
        assert all(one in "".join(said) for one in expected)
    link = make_link(account)
    done = client.post(address, {"new_password1": PASSWORD, "new_password2": PASSWORD}, follow=True)
    assert done.status_code == 200
    assert "两班小前台" in done.content.decode()
    assert "已用过" in Client().get(link, follow=True).content.decode()


def test_shutting_out_ends_the_sessions(home, log_in):
    client, admin = log_in("T1"), log_in("A9", is_admin=True)
    from scheduler.web.models import Account

    key = Account.objects.get(username="T1").pk
    assert client.get(f"{DESK}/mine/").status_code == 200
    assert admin.post(f"/accounts/{key}/disable/").status_code == 302
    assert client.get(f"{DESK}/mine/").status_code == 302
    mine = Account.objects.get(username="A9")
    admin.post(f"/accounts/{mine.pk}/disable/")
    assert Account.objects.get(username="A9").is_active


def test_the_administrator_adds_accounts_and_reads_no_roster(home, log_in):
    admin = log_in("A9", "", is_admin=True)
    answer = admin.post("/accounts/", {"username": "T6", "name": "试六", "desk": "front"}, follow=True)
    assert "/welcome/" in answer.content.decode()
    assert "表里没有工号" not in answer.content.decode()
    add("T5", "back")
    known = admin.post("/accounts/", {"username": "T5", "desk": "front"}, follow=True).content.decode()
    assert "T5 早有账户" in known
    assert "/welcome/" not in known
    unknown = admin.post("/accounts/", {"username": "X99", "desk": "front"}, follow=True).content.decode()
    assert "部门“front”的表里没有工号 X99" in unknown
    assert "/welcome/" in unknown
    assert admin.get(f"{DESK}/month/").status_code == 404


def test_the_way_back_after_the_language_leads_nowhere_else(log_in):
    answer = log_in("T1").post("/language/", {"lang": "en", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(("said", "chunks"), [(b"99999999", 5), (b"9999999999", 0), (b"many", 0)])
def test_too_large_a_request_has_a_page_that_names_the_limit(home, said, chunks):
    """A browser hears no answer before it has sent all, within bounds; of what is sent nothing is kept."""
    from scheduler.web.asgi import application

    sent: list[dict[str, Any]] = []
    heard: list[int] = []

    async def send(message):
        sent.append(message)

    async def receive():
        heard.append(1)
        if len(heard) > chunks:
            await asyncio.Future()
        return {"type": "http.request", "body": b"x" * 1000, "more_body": len(heard) < chunks}

    headers = {
        b"content-length": said,
        b"content-type": b"multipart/form-data; boundary=x",
        b"host": b"testserver",
        b"cookie": b"lang=en",
        b"referer": f"http://testserver{DESK}/files/".encode(),
    }
    scope = {"type": "http", "method": "POST", "path": f"{DESK}/files/", "query_string": b"", "scheme": "http"}
    asyncio.run(application({**scope, "headers": list(headers.items())}, receive, send))
    page = b"".join(message.get("body", b"") for message in sent).decode()
    assert sent[0]["status"] == 413
    assert "12 MB at most" in page
    assert f'<a class="button" href="{DESK}/files/">' in page
    assert len(heard) >= chunks


def test_ids_and_addresses_that_make_no_sense_are_answered(log_in):
    client = log_in("M1")
    for path in (
        "month/2026-13/",
        "month/2026-12/?version=x",
        "month/?version=99999999999999999999",
        "cell/2026-12-40/?who=T1",
        "cell/2026-12-07/?who=%00",
        "cell/2026-12-07/candidates/?shift=%F0%9F%98%80",
        "versions/0/publish/",
        "versions/77/workbook/",
        "versions/compare/?before=a&after=-1",
        "requests/new/?kind=surge",
        "requests/new/?kind=%00",
    ):
        assert client.get(f"{DESK}/{path}").status_code in (200, 404, 422), path
    assert client.post(f"{DESK}/requests/1/explode/").status_code == 404
    assert client.get("/colours/nothing.css").status_code == 404
    assert client.get("/copy/..%2f..%2fetc/1/x/").status_code == 404


def test_the_models_and_their_migrations_agree(home):
    from django.core.management import call_command

    call_command("makemigrations", "page", check=True, dry_run=True, verbosity=0)
