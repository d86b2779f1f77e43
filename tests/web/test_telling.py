"""What is told is sent once, in words for its reader, by mail and to the group; what fails is tried again or said."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import icalendar
import pytest

from scheduler.app.change_requests import decide_request, request_change
from scheduler.app.publish import publish_version
from scheduler.app.withdraw import withdraw_version
from scheduler.errors import InputError
from scheduler.workflow.change_request import RequestKind
from tests.support.mail_stub import MailStub, RobotStub, running
from tests.support.page_home import PASSWORD, add
from tests.support.published_desk import NOW, cell

SECRET = "SEC-not-to-be-told"
PEOPLE = ("T1", "T2", "T4", "M1", "M2")


@pytest.fixture
def mail():
    with running(MailStub()) as server:
        yield server


@pytest.fixture
def robot():
    with running(RobotStub()) as server:
        yield server


@pytest.fixture
def told(home, mail, robot, monkeypatch):
    """A home in which mail and a robot are set and everybody of `PEOPLE` has an address; looked at once."""
    from scheduler.web.models import LastTold, Message

    monkeypatch.delenv("SCHEDULER_NOW")  # of rehearsals nothing is told
    settings = home / "page.toml"
    settings.write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {mail.port}\nsecurity = "none"\nfrom = "排班 <roster@desk.example>"\n'
        f'[robots.front]\nkind = "wecom"\nurl = "{robot.url}?key={SECRET}"\n',
        "utf-8",
    )
    settings.chmod(0o600)
    for who in PEOPLE:
        add(who, "front", email=f"{who.lower()}@desk.example")
    add("T6", "front")  # who has none
    look(home)
    assert mail.taken == robot.taken == []
    yield home
    Message.objects.all().delete()
    LastTold.objects.all().delete()


def look(home, later: timedelta = timedelta(0)) -> None:
    """One round of the server, perhaps later."""
    from django.utils import timezone

    from scheduler.web.channels import read_channels
    from scheduler.web.telling import queue_news, send_due

    channels = read_channels(home)
    queue_news("front", home / "front", channels, None)
    send_due(channels, timezone.now() + later)


def messages(**about):
    from scheduler.web.models import Message

    return Message.objects.filter(**about)


def body(message) -> str:
    return str(message.get_body().get_content())


def test_a_publication_is_told_to_whom_it_moves_and_to_the_group_without_names(told, mail, robot):
    publish_version(told / "front", 2, "M1", over_because="<b>客流</b>", now=NOW)
    look(told)
    assert sorted(to for to, _ in mail.taken) == ["t1@desk.example", "t4@desk.example"]
    letter = next(one for to, one in mail.taken if to.startswith("t4"))
    assert "第 2 版" in str(letter["Subject"])
    assert "12月20日" in body(letter)
    assert "<b>客流</b>" in body(letter)
    assert letter.get_body().get_content_type() == "text/plain"
    assert "试一" not in body(letter)
    calendar = icalendar.Calendar.from_ical(next(letter.iter_attachments()).get_content())
    assert calendar.walk("VEVENT")
    sent = robot.taken[0][1]
    assert sent["msgtype"] == "text"
    assert "第 2 版已发布，2 人有新的一份" in sent["text"]["content"]
    assert not any(f"试{name}" in sent["text"]["content"] for name in "一二三四五六")
    assert "客流" not in sent["text"]["content"]


def test_nothing_is_told_twice_however_often_it_is_looked_at(told, mail, robot):
    from scheduler.web.models import LastTold

    publish_version(told / "front", 2, "M1", over_because="x", now=NOW)
    for _ in range(3):
        look(told)
    LastTold.objects.update(sequence=0)  # as after a restored backup of the page's database
    before = len(mail.taken)
    look(told)
    assert [to for to, _ in mail.taken[:before]] == sorted(to for to, _ in mail.taken[:before])
    assert len({(to, str(one["Subject"])) for to, one in mail.taken}) == len(mail.taken)


def test_a_request_is_told_to_those_whose_word_it_needs_then_to_those_who_decide(told, mail, robot):
    asked = request_change(
        told / "front", RequestKind.STAND_IN, "T2", "看<i>病</i>", give=cell("T2", 20), to="T4", now=NOW
    )
    look(told)
    assert [to for to, _ in mail.taken] == ["t4@desk.example"]
    assert "看<i>病</i>" in body(mail.taken[0][1])
    decide_request(told / "front", "confirmed", asked.request.number, "T4", now=NOW)
    look(told)
    assert sorted(to for to, _ in mail.taken[1:]) == ["m1@desk.example", "m2@desk.example"]
    decide_request(told / "front", "refused", asked.request.number, "M1", "人手不够", now=NOW)
    look(told)
    assert sorted(to for to, _ in mail.taken[3:]) == ["t2@desk.example", "t4@desk.example"]
    assert "人手不够" in body(mail.taken[3][1])
    assert robot.taken == []


def test_a_withdrawal_is_told(told, mail, robot):
    withdraw_version(told / "front", 1, "M1", "重排", now=NOW)
    look(told)
    assert {to for to, _ in mail.taken} == {"t1@desk.example", "t2@desk.example", "t4@desk.example"}
    assert "已作废" in robot.taken[0][1]["text"]["content"]


def test_of_a_rehearsal_nothing_is_told(told, mail, robot, monkeypatch):
    monkeypatch.setenv("SCHEDULER_NOW", "2026-12-05T09:30")
    publish_version(told / "front", 2, "M1", over_because="x")
    look(told)  # whose own clock stands still, too
    monkeypatch.delenv("SCHEDULER_NOW")
    look(told)
    assert mail.taken == robot.taken == []


def test_what_is_refused_for_now_is_tried_again_with_growing_pauses_then_given_up(told, mail):
    mail.replies["rcpt"] = 451
    publish_version(told / "front", 2, "M1", over_because="x", now=NOW)
    look(told)
    mine = messages(recipient="T4")
    assert mine.get().state == "queued"
    look(told)
    assert mine.get().attempts == 1
    waited = timedelta(0)
    for minutes in (1, 5, 30, 120):
        waited += timedelta(minutes=minutes, seconds=1)
        look(told, waited)
    assert (mine.get().state, mine.get().attempts) == ("failed", 5)
    assert "451" in mine.get().why
    assert mail.taken == []


@pytest.mark.parametrize(("code", "state"), [(554, "failed"), (452, "queued")])
def test_what_a_server_says_to_the_content_decides_whether_it_is_tried_again(told, mail, code, state):
    mail.replies["data"] = code
    publish_version(told / "front", 2, "M1", over_because="x", now=NOW)
    look(told)
    found = messages(recipient="T4").get()
    assert found.state == state
    assert str(code) in found.why
    assert mail.taken == []


def test_a_second_attempt_that_goes_through_is_the_only_one(told, mail):
    mail.replies["rcpt"] = 451
    publish_version(told / "front", 2, "M1", over_because="x", now=NOW)
    look(told)
    mail.replies.clear()
    look(told, timedelta(minutes=2))
    look(told, timedelta(minutes=9))
    assert sorted(to for to, _ in mail.taken) == ["t1@desk.example", "t4@desk.example"]
    assert messages(recipient="T4").get().text == ""  # what was sent is kept no longer


def test_what_may_have_been_delivered_is_not_sent_again_by_itself(told, mail):
    mail.replies["data"] = 0
    publish_version(told / "front", 2, "M1", over_because="x", now=NOW)
    look(told)
    mail.replies.clear()
    look(told, timedelta(hours=9))
    assert {one.state for one in messages(channel="mail")} == {"unsure"}
    assert len(mail.taken) == 2


def test_what_a_dead_server_was_sending_is_not_sent_again_by_itself(told, mail):
    publish_version(told / "front", 2, "M1", over_because="x", now=NOW)
    mail.replies["rcpt"] = 451
    look(told)
    messages(recipient="T4").update(state="sending")
    mail.replies.clear()
    look(told, timedelta(minutes=15))
    assert messages(recipient="T4").get().state == "unsure"
    assert [to for to, _ in mail.taken] == ["t1@desk.example"]


def test_a_final_refusal_is_said_with_why_and_can_be_sent_again_by_the_manager(told, mail, log_in):
    mail.replies["rcpt"] = 550
    publish_version(told / "front", 2, "M1", over_because="x", now=NOW)
    look(told)
    manager = log_in("M1")
    page = manager.get("/desks/front/told/").content.decode()
    assert "服务器拒收：550" in page
    mail.replies.clear()
    failed = messages(recipient="T4").get()
    assert log_in("T4").post("/desks/front/told/", {"message": failed.pk}).status_code in (302, 403)
    manager.post("/desks/front/told/", {"message": failed.pk})
    look(told)
    assert "t4@desk.example" in [to for to, _ in mail.taken]


def test_a_message_is_read_once_its_recipient_has_looked(told, log_in):
    publish_version(told / "front", 2, "M1", over_because="x", now=NOW)
    look(told)
    assert messages(recipient="T4").get().state == "sent"
    log_in("T1").get("/desks/front/mine/")
    assert messages(recipient="T4").get().state == "sent"
    log_in("T4").get("/desks/front/mine/")
    assert messages(recipient="T4").get().state == "read"
    assert "已看过" in log_in("M1").get("/desks/front/told/").content.decode()


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_each_robot_is_spoken_to_as_it_asks(told, robot, kind):
    from scheduler.web.channels import Robot
    from scheduler.web.models import Message

    robot.answer = (200, {"code": 0, "msg": "success"} if kind == "feishu" else {"errcode": 0})
    Robot(kind, robot.url, SECRET).send(Message(text="班表\n有新的一份"))
    path, said = robot.taken[-1]
    asked = parse_qs(urlsplit(path).query)
    if kind == "feishu":
        assert (said["msg_type"], said["content"]) == ("text", {"text": "班表\n有新的一份"})
        key = f"{said['timestamp']}\n{SECRET}".encode()
        assert said["sign"] == base64.b64encode(hmac.digest(key, b"", hashlib.sha256)).decode()
    else:
        assert said == {"msgtype": "text", "text": {"content": "班表\n有新的一份"}}
    if kind == "dingtalk":
        text = f"{asked['timestamp'][0]}\n{SECRET}".encode()
        assert asked["sign"] == [base64.b64encode(hmac.digest(SECRET.encode(), text, hashlib.sha256)).decode()]
        assert len(asked["timestamp"][0]) == 13  # milliseconds


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ((200, {"errcode": 45009}), "queued"),
        ((200, {"errcode": 93000}), "failed"),
        ((503, {}), "queued"),
        ((404, {}), "failed"),
        ((302, {}), "failed"),
    ],
)
def test_what_a_robot_answers_decides_whether_it_is_tried_again(told, robot, caplog, answer, state):
    robot.answer = answer
    with caplog.at_level(logging.DEBUG):
        publish_version(told / "front", 2, "M1", over_because="x", now=NOW)
        look(told)
    found = messages(channel="robot").get()
    assert found.state == state
    assert SECRET not in found.why + caplog.text
    assert "127.0.0.1" not in found.why


def test_without_mail_and_robot_it_is_files_as_before_and_the_page_says_so(home, log_in, monkeypatch):
    monkeypatch.delenv("SCHEDULER_NOW")
    look(home)
    publish_version(home / "front", 2, "M1", over_because="x", now=NOW)
    look(home)
    assert not messages().exists()
    page = log_in("M1").get("/desks/front/told/").content.decode()
    assert page.count("没有设") >= 2
    from django.test import Client

    assert Client().get("/forgot/").status_code == 404
    assert "忘了密码</a>" not in Client().get("/log-in/").content.decode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[mail\n", "TOML"),
        ('[mail]\nhost = "x"\n', "mail.from"),
        ('[mail]\nhost = "x"\nfrom = "y"\nsecurity = "off"\n', "starttls"),
        ('[mail]\nhost = "x"\nfrom = "y"\npasword = "hush"\n', "mail.pasword"),
        ('[robots.front]\nkind = "slack"\nurl = "https://x"\n', "wecom"),
        ('[robots.front]\nkind = "wecom"\nurl = "http://elsewhere.example/hush"\n', "https"),
        ("mail = 3\n", "mail"),
        ("[letters]\n", "letters"),
    ],
)
def test_faults_of_the_settings_are_told_without_their_secrets(home, text, said):
    from scheduler.web.channels import read_channels

    path = home / "page.toml"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    with pytest.raises(InputError) as caught:
        read_channels(home)
    assert said in caught.value.say("zh")
    assert "hush" not in caught.value.say("zh")
    path.chmod(0o644)
    with pytest.raises(InputError, match="fault"):
        read_channels(home)


def test_a_password_is_reset_by_mail_and_nobody_learns_who_has_an_account(told, mail):
    from django.test import Client

    client = Client()
    answers = [client.post("/forgot/", {"username": who}).content for who in ("T4", "T4", "T6", "nobody")]
    assert len({answer.split(b'name="csrfmiddlewaretoken"')[0] for answer in answers}) == 1
    look(told)
    assert [to for to, _ in mail.taken] == ["t4@desk.example"]
    link = next(line for line in body(mail.taken[0][1]).split() if "/welcome/" in line)
    form = Client().get(link.removeprefix("http://testserver"), follow=True)
    assert "设密码" in form.content.decode()


def test_ones_own_address_takes_ones_password(told, log_in):
    client = log_in("T4")
    sent = {"what": "mail", "email": "new@desk.example", "password": "wrong"}
    assert client.post("/desks/front/mine/settings/", sent).status_code == 422
    assert (
        client.post(
            "/desks/front/mine/settings/", sent | {"email": "a\nBcc: b@c.example", "password": PASSWORD}
        ).status_code
        == 422
    )
    assert client.post("/desks/front/mine/settings/", sent | {"password": PASSWORD}).status_code == 302
    from scheduler.web.models import Account

    assert Account.objects.get(username="T4").email == "new@desk.example"


def test_a_version_whose_letters_are_still_being_written_is_told_with_them(told, mail):
    publish_version(told / "front", 2, "M1", over_because="x", now=NOW)
    folder = next((told / "front" / "rosters").glob("*v2"))
    away = folder.rename(folder.with_name("elsewhere"))
    look_at(told, NOW)
    assert mail.taken == []
    away.rename(folder)
    look_at(told, NOW)
    assert "12月20日" in body(next(one for to, one in mail.taken if to.startswith("t4")))


def look_at(home, now) -> None:
    from scheduler.app.telling import find_news
    from scheduler.web import telling

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(telling, "find_news", lambda desk, since, store: find_news(desk, since, store=store, now=now))
        look(home)
