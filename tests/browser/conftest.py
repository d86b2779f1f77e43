"""A home served by the real server, and the system's own Chromium to look at it; skipped with a reason where that is missing."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from scheduler.app.change_requests import request_change
from scheduler.workflow.change_request import RequestKind
from tests.support.cli_desks import ROOT
from tests.support.page_home import NOW, PASSWORD
from tests.support.published_desk import NOW as MOMENT
from tests.support.published_desk import cell, drafted, published_desk, with_changes

CHROMIUM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
MOVED = "409 (Conflict)"  # what the browser says of an edit of what others changed meanwhile
SECONDS = 60  # for the server to begin, and for an answer, on a machine that is busy with something else


@pytest.fixture(scope="module")
def browser(made: Path) -> Iterator[Any]:
    """One for a module: while it is there, an event loop runs in this thread, and no ledger can be opened in it."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        found = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = published_desk(tmp_path_factory.mktemp("browser"))
    assert drafted(desk, roster=with_changes(("T1", 19, ""), ("T4", 19, "早"), ("T1", 20, ""), ("T4", 20, "晚"))) == 2
    request_change(desk, RequestKind.SWAP, "T1", "x", give=cell("T1", 7), take=cell("T4", 10), now=MOMENT)
    return desk


class Server:
    """A home served by a process of its own, which can be killed and begun again."""

    def __init__(self, home: Path, workers: int) -> None:
        self.home, self.workers = home, workers
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.begin()

    def begin(self) -> None:
        """Begin, again perhaps, and wait until it answers."""
        asked = f"Path({str(self.home)!r}), {self.port}, {self.workers}"
        code = f"from pathlib import Path; from tests.support.page_home import serve_home; serve_home({asked})"
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "SCHEDULER_NOW": NOW}
        self.process = subprocess.Popen([sys.executable, "-c", code], env=environment)
        _wait_for(f"{self.address}/log-in/", self.process)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def server(made: Path, browser: Any, tmp_path_factory: pytest.TempPathFactory, request: Any) -> Iterator[Server]:
    """A fresh home of as many `DESKS`, all alike, served with as many `WORKERS` as the module says."""
    home = tmp_path_factory.mktemp("home")
    for name in getattr(request.module, "DESKS", ("front",)):
        shutil.copytree(made, home / name)
    found = Server(home, getattr(request.module, "WORKERS", 0))
    yield found
    found.kill()


@pytest.fixture(scope="module")
def address(server: Server) -> str:
    """Where it is."""
    return server.address


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    ends = monotonic() + SECONDS
    while monotonic() < ends and server.poll() is None:
        with suppress(URLError, OSError), urlopen(url):
            return
        sleep(0.1)
    pytest.fail("the server did not begin")


@pytest.fixture
def enter(browser: Any, address: str, request: Any) -> Iterator[Callable[..., Any]]:
    """Log somebody in by a browser of their own; what it loads from elsewhere, and what its console says, fails the test.

    But for what the module has to expect of it, `EXPECTED`.
    """
    contexts, heard = [], list[str]()
    expected = getattr(request.module, "EXPECTED", (MOVED,))

    def log_in(who: str, *, width: int = 1366, height: int = 768) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, base_url=address)
        context.set_default_timeout(1000 * SECONDS)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "request", lambda asked: heard.append(asked.url) if not asked.url.startswith((address, "data:")) else None
        )
        page.on(
            "console",
            lambda said: (
                heard.append(said.text)
                if said.type == "error" and not any(one in said.text for one in expected)
                else None
            ),
        )
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.goto("/log-in/")
        page.fill("#id_username", who)
        page.fill("#id_password", PASSWORD)
        page.click("main button.main")
        page.wait_for_url(f"{address}/")
        return page

    yield log_in
    for context in contexts:
        context.close()
    assert heard == []
