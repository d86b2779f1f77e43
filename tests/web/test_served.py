"""The page as it is served: encrypted, behind a proxy, and with accounts and ledgers on PostgreSQL."""

from __future__ import annotations

import http.cookiejar
import json
import re
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPSHandler, OpenerDirector, Request, build_opener

import pytest

from tests.support.cli_desks import launched
from tests.support.page_home import NOW, PASSWORD
from tests.support.postgresql import new_database
from tests.support.published_desk import new_desk


def free_port() -> int:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def wait_for(port: int) -> None:
    """Until something listens there."""
    for _ in range(600):
        with closing(socket.socket()) as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.1)
    pytest.fail("nothing listens")


@contextmanager
def served(home: Path, *options: str | Path) -> Iterator[tuple[str, str]]:
    """The page of a home by the command: its address, and the one-time link of the first administrator."""
    port = free_port()
    words = ("serve", home, "--port", str(port), "--workers", "0", "--lang", "en", *options)
    with launched(*words, stderr=subprocess.STDOUT, PYTHONUNBUFFERED="1", COLUMNS="500") as server:
        assert server.stdout
        said: list[str] = []
        for line in server.stdout:
            said.append(line)
            if "The page:" in line:
                break
        else:
            pytest.fail("".join(said))
        text = "".join(said)
        (link,) = re.findall(r"\S+/welcome/\S+", text) or [""]
        (address,) = re.findall(r"https?://[^\s/]+", said[-1])
        wait_for(port)
        yield address.replace(address.split("://")[1], f"127.0.0.1:{port}"), link
        server.terminate()


def visitor(certificate: Path | None = None) -> OpenerDirector:
    """A browser without scripts."""
    trust = ssl.create_default_context(cafile=str(certificate) if certificate else None)
    trust.check_hostname = False
    return build_opener(HTTPCookieProcessor(http.cookiejar.CookieJar()), HTTPSHandler(context=trust))


def send(browser: OpenerDirector, url: str, fields: dict[str, str], page: str) -> Any:
    """Send a form of a page."""
    (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page))
    data = urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
    return browser.open(Request(url, data, {"Referer": url}))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    new_desk(tmp_path / "home" / "front")
    return tmp_path / "home"


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for this machine that nobody else vouches for, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    secret = key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    files = tmp_path / "cert.pem", tmp_path / "key.pem"
    for file, content in zip(files, (made.public_bytes(form), secret), strict=True):
        file.write_bytes(content)
    return files


def test_encrypted_it_is_called_by_https_and_its_cookies_go_no_other_way(home, certificate):
    cert, key = certificate
    with served(home, "--certfile", cert, "--keyfile", key) as (address, link):
        assert address.startswith("https://")
        assert link.startswith(address)
        answer = visitor(cert).open(f"{address}/log-in/")
        assert answer.status == 200
        assert "Secure" in answer.headers["Set-Cookie"]
        assert answer.headers["Strict-Transport-Security"]


def test_a_certificate_that_is_none_is_said_before_anything_is_served(home, tmp_path):
    from tests.support.cli_desks import run_apart

    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    for file in (broken, tmp_path / "missing.pem"):
        said = run_apart("serve", home, "--certfile", file, "--keyfile", file, "--port", str(free_port()))
        assert said.code == 2
        assert file.name in said.out + said.err
        assert "Traceback" not in said.out + said.err


def test_a_port_that_is_taken_is_said(home):
    from tests.support.cli_desks import run_apart

    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = run_apart("serve", home, "--port", str(taken.getsockname()[1]))
    assert said.code == 2
    assert str(taken) not in said.err
    assert "Traceback" not in said.out + said.err


def test_behind_a_proxy_it_knows_by_its_headers_how_it_was_called(home):
    with served(home, "--behind-proxy", "--name", "roster.example") as (address, _):
        plain = address.replace("https://", "http://")
        called = {"Host": "roster.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
        answer = visitor().open(Request(f"{plain}/log-in/", headers=called))
        assert answer.status == 200
        assert answer.headers["Strict-Transport-Security"]
        assert "Secure" in answer.headers["Set-Cookie"]


def test_on_postgresql_accounts_and_ledgers_are_in_one_database(home, server):
    store = new_database(server)
    with served(home, "--store", store) as (address, link):
        browser = visitor()
        page = browser.open(link)
        passwords = {"new_password1": PASSWORD, "new_password2": PASSWORD}
        inside = send(browser, page.geturl(), passwords, page.read().decode())
        assert inside.status == 200
        assert "admin" in inside.read().decode()
        accounts = browser.open(f"{address}/accounts/").read().decode()
        added = send(browser, f"{address}/accounts/", {"username": "M1", "desk": "front"}, accounts).read().decode()
        assert "M1" in added
    assert not (home / "page.sqlite3").exists()
    with served(home, "--store", store) as (_, again):
        assert again == ""  # there is an administrator


def test_on_postgresql_a_month_is_made_beside_the_page_edited_and_published(home, server, monkeypatch):
    monkeypatch.setenv("SCHEDULER_NOW", NOW)
    with served(home, "--store", new_database(server), "--workers", "1") as (address, link):
        browser, desk = visitor(), f"{address}/desks/front"

        def read(url: str) -> str:
            return str(browser.open(url).read().decode())

        def fill(url: str, on: str = "", **fields: str) -> Any:
            """Send the form that stands on a page, by default to where the page is."""
            page = browser.open(on or url)
            return send(browser, url if on else page.geturl(), fields, page.read().decode())

        password = {"new_password1": PASSWORD, "new_password2": PASSWORD}
        fill(link, **password)
        (invitation,) = re.findall(
            r"/welcome/[^\s<\"]+", fill(f"{address}/accounts/", username="M1", desk="front").read().decode()
        )
        browser = visitor()
        fill(f"{address}{invitation}", **password)
        job = fill(f"{desk}/jobs/", month="2027-01", seconds="60").geturl()
        for _ in range(1200):
            if "/versions/1/" in (page := read(job)):
                break
            sleep(0.1)
        else:
            pytest.fail(page)
        edit = f"{desk}/versions/1/edit/"
        as_made, seen, stamp = read_edited(read(edit))
        other = "休" if as_made != "·" else "早"
        fill(f"{edit}change/", edit, changes=json.dumps([["T1", "2027-01-01", other]]), seen=seen, stamp=stamp)
        changed, seen, stamp = read_edited(read(edit))
        assert changed != as_made
        fill(f"{edit}undo/", edit, seen=seen, stamp=stamp)
        assert read_edited(read(edit))[0] == as_made
        assert "第 1 版已发布" in fill(f"{desk}/versions/1/publish/").read().decode()
    assert not list(home.rglob("*.sqlite3"))


def read_edited(page: str) -> tuple[str, str, str]:
    """What stands for T1 on the first day, how many edits there were, and the mark of what they stand on."""
    cell = re.search(r'<tr data-who="T1">.*?<td id="c0-1"[^>]*>([^<]*)</td>', page, flags=re.DOTALL)
    mark = re.search(r'data-seen="(\d+)" data-stamp="([^"]+)"', page)
    assert cell
    assert mark
    return cell[1], mark[1], mark[2]
