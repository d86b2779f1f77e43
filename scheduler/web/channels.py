"""By which ways messages leave: mail by SMTP, and a desk's group robot by webhook; set in `page.toml` of the home.

::

    [mail]
    host = "smtp.example"
    port = 587
    security = "starttls"        # or "tls", "none"
    user = "roster"
    password = "…"
    from = "roster@example"

    [robots.front-desk]          # by the desk's name in addresses
    kind = "wecom"               # or "dingtalk", "feishu"
    url = "https://…"            # with its key
    secret = "…"                 # of a signature, where the robot asks for one

The file is for its owner alone: what it holds is told in no log and no message.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import smtplib
import ssl
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from pathlib import Path
from time import time
from typing import Any, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import quote_plus, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from scheduler.errors import Fault, InputError
from scheduler.i18n import Sentence
from scheduler.passing import is_open_to_all
from scheduler.web.models import Message

SETTINGS_FILE = "page.toml"
SECONDS = 15.0  # for a server to answer
MOST_BYTES = 2000  # of a robot's text: WeCom takes 2048
MAIL_KEYS = {"host": str, "port": int, "security": str, "user": str, "password": str, "from": str}
ROBOT_KEYS = {"kind": str, "url": str, "secret": str}
SECURITY = ("starttls", "tls", "none")
LOOPBACK = ("127.0.0.1", "localhost")
FOR_ITS_OWNER = Sentence(
    "只有本账户能读的文件（里面有密码）：请执行 chmod 600",
    "a file for its owner alone, as it holds passwords: chmod 600",
)
KNOWN = Sentence("已知的设置项：{known}", "a known setting: {known}")
ONE_OF = Sentence("以下之一：{known}", "one of {known}")
NEEDED = Sentence("必填", "required")
AN_HTTPS = Sentence("https 开头的网址", "an address that begins with https")
VALID = Sentence("合规的 TOML", "valid TOML")
SILENT = Sentence("对方没有应答", "no answer")
NOT_REACHED = Sentence("连不上服务器：{what}", "the server cannot be reached: {what}")
REFUSED = Sentence("服务器拒收：{what}", "the server refused it: {what}")
MAY_HAVE = Sentence("连接在发送中断开：可能已发出", "the connection broke while sending: it may have been delivered")


class NotSent(Exception):
    """A message was not sent.

    Parameters
    ----------
    is_final : bool
        Whether to try again is in vain.
    is_unsure : bool
        Whether it may have been delivered all the same.
    """

    def __init__(self, sentence: Sentence, what: str = "", *, is_final: bool = False, is_unsure: bool = False) -> None:
        self.sentence, self.what, self.is_final, self.is_unsure = sentence, what, is_final, is_unsure
        super().__init__(sentence.say("en", what=what))


class Channel(Protocol):
    """A way out."""

    def send(self, message: Message) -> None:
        """Send a message; `NotSent` where that does not go."""


@dataclass(frozen=True)
class Mail:
    """A mail server."""

    host: str
    sender: str
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)

    def send(self, message: Message) -> None:
        """Send a message.

        Raises
        ------
        NotSent
        """
        content = self.compose(message)
        try:
            with self._connect() as server:
                self._deliver(server, message.address, content)
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(NOT_REACHED, _name_error(error)) from None

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        if self.security == "starttls":
            server.starttls(context=context)
        if self.user:
            server.login(self.user, self.password)
        return server

    def _deliver(self, server: smtplib.SMTP, address: str, content: EmailMessage) -> None:
        try:
            server.send_message(content, to_addrs=[address])
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()), (550, b""))[0]
            raise NotSent(REFUSED, str(code), is_final=code >= 500) from None
        except smtplib.SMTPResponseException as error:
            raise NotSent(REFUSED, str(error.smtp_code), is_final=error.smtp_code >= 500) from None
        except OSError:  # as is a server that is gone: what was sent before, nobody knows
            raise NotSent(MAY_HAVE, is_final=True, is_unsure=True) from None

    def compose(self, message: Message) -> EmailMessage:
        """The message as mail: plain text, and the calendar file where there is one."""
        mail = EmailMessage(policy=SMTP)
        mail["Subject"] = " ".join(message.subject.split())
        mail["From"], mail["To"] = self.sender, message.address
        mail["Date"] = formatdate(localtime=False)
        mail["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2].strip("> ") or "localhost")
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        if message.calendar:
            mail.add_attachment(bytes(message.calendar), maintype="text", subtype="calendar", filename="duties.ics")
        return mail


@dataclass(frozen=True)
class Robot:
    """A group's robot of WeCom, DingTalk or Feishu."""

    kind: str
    url: str = field(repr=False)
    secret: str = field(default="", repr=False)

    def send(self, message: Message) -> None:
        """Send a message.

        Raises
        ------
        NotSent
        """
        url, body = WRITERS[self.kind](self, _shorten(message.text))
        said = _post(url, body)
        code = said.get("errcode", said.get("code", said.get("StatusCode", -1)))
        if code != 0:
            raise NotSent(REFUSED, f"{self.kind} {code}", is_final=code not in BUSY)


BUSY = (45009, 130101, 11232, 9499)  # too many calls in a minute
Written = tuple[str, Mapping[str, object]]


def _write_wecom(robot: Robot, text: str) -> Written:
    return robot.url, {"msgtype": "text", "text": {"content": text}}


def _write_dingtalk(robot: Robot, text: str) -> Written:
    body = {"msgtype": "text", "text": {"content": text}}
    if not robot.secret:
        return robot.url, body
    stamp = str(round(time() * 1000))
    found = hmac.digest(robot.secret.encode(), f"{stamp}\n{robot.secret}".encode(), hashlib.sha256)
    joint = "&" if urlsplit(robot.url).query else "?"
    return f"{robot.url}{joint}timestamp={stamp}&sign={quote_plus(base64.b64encode(found))}", body


def _write_feishu(robot: Robot, text: str) -> Written:
    body: dict[str, object] = {"msg_type": "text", "content": {"text": text}}
    if robot.secret:
        stamp = str(round(time()))
        found = hmac.digest(f"{stamp}\n{robot.secret}".encode(), b"", hashlib.sha256)
        body |= {"timestamp": stamp, "sign": base64.b64encode(found).decode()}
    return robot.url, body


WRITERS = {"wecom": _write_wecom, "dingtalk": _write_dingtalk, "feishu": _write_feishu}


class _NoRedirects(HTTPRedirectHandler):
    """A robot answers where it was asked; what sends us elsewhere is not it."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _post(url: str, body: Mapping[str, object]) -> dict[str, Any]:
    """What a server answers to JSON, as JSON.

    Raises
    ------
    NotSent
        Its sentence has nothing of the address, which holds the robot's key.
    """
    content = json.dumps(body, ensure_ascii=False).encode()
    asked = Request(url, content, {"Content-Type": "application/json; charset=utf-8"}, method="POST")
    try:
        with build_opener(_NoRedirects).open(asked, timeout=SECONDS) as answer:
            said = json.loads(answer.read(100_000))
    except HTTPError as error:
        is_final = error.code < 500 and error.code != 429
        raise NotSent(REFUSED, f"HTTP {error.code}", is_final=is_final) from None
    except URLError as error:
        raise NotSent(NOT_REACHED, _name_error(error.reason)) from None
    except (OSError, ValueError):
        raise NotSent(SILENT, is_final=True, is_unsure=True) from None
    return said if isinstance(said, dict) else {}


def _name_error(error: object) -> str:
    """What kind of fault it was, without addresses and passwords that its text may repeat."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code or getattr(error, 'errno', None) or ''}".strip()


def _shorten(text: str) -> str:
    return text.encode()[:MOST_BYTES].decode(errors="ignore").strip()


@dataclass(frozen=True)
class Channels:
    """The ways out of a home.

    Attributes
    ----------
    robots : mapping of str to Robot
        By the desks' names in addresses.
    """

    mail: Mail | None = None
    robots: Mapping[str, Robot] = field(default_factory=dict)

    def find(self, message: Message) -> Channel | None:
        """The way by which a message goes."""
        return self.mail if message.channel == "mail" else self.robots.get(message.desk)


def read_channels(home: Path) -> Channels:
    """The ways out that a home's `page.toml` sets; none where it has no such file.

    Raises
    ------
    InputError
        Every fault of the file at once.
    """
    path = (home if home.is_dir() else home.parent) / SETTINGS_FILE
    if not path.is_file():
        return Channels()
    if is_open_to_all(path):
        raise InputError([Fault(SETTINGS_FILE, FOR_ITS_OWNER)])
    try:
        said = tomllib.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise InputError([Fault(SETTINGS_FILE, VALID, found=str(error))]) from None
    faults: list[Fault] = []
    _check_keys(said, {"mail": dict, "robots": dict}, (), "", faults)
    mail, robots = said.get("mail"), said.get("robots", {})
    if isinstance(mail, dict):
        _check_keys(mail, MAIL_KEYS, ("host", "from"), "mail.", faults)
        _check_choice(mail.get("security", "starttls"), SECURITY, "mail.security", faults)
    for name, robot in robots.items() if isinstance(robots, dict) else ():
        where = f"robots.{name}."
        if not isinstance(robot, dict):
            faults.append(_fault(where.rstrip("."), NEEDED, ""))
            continue
        _check_keys(robot, ROBOT_KEYS, ("kind", "url"), where, faults)
        _check_choice(robot.get("kind", ""), tuple(WRITERS), f"{where}kind", faults)
        parts = urlsplit(str(robot.get("url", "")))
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            faults.append(_fault(f"{where}url", AN_HTTPS, ""))
    if faults:
        raise InputError(faults)
    found = {name: Robot(**robot) for name, robot in robots.items()}
    return Channels(Mail(sender=mail.pop("from"), **mail) if mail else None, found)


def _check_keys(
    said: Mapping[str, object], known: Mapping[str, type], needed: tuple[str, ...], where: str, faults: list[Fault]
) -> None:
    for key, value in said.items():
        if key not in known:
            faults.append(
                _fault(where + key, Sentence(*(KNOWN.say(lang, known=", ".join(known)) for lang in ("zh", "en"))), "")
            )
        elif not isinstance(value, known[key]):
            faults.append(_fault(where + key, Sentence(known[key].__name__, known[key].__name__), ""))
    faults += [_fault(where + key, NEEDED, "") for key in needed if not said.get(key)]


def _check_choice(said: object, known: tuple[str, ...], where: str, faults: list[Fault]) -> None:
    if said not in known:
        expected = Sentence(*(ONE_OF.say(lang, known=", ".join(known)) for lang in ("zh", "en")))
        faults.append(_fault(where, expected, str(said)))


def _fault(where: str, expected: Sentence, found: str) -> Fault:
    return Fault(SETTINGS_FILE, expected, column=where, found=found)
