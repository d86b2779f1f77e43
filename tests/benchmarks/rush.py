"""How long staff wait who all open their roster after a publication: `python -m tests.benchmarks.rush --help`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep

import click

from scheduler.passing import OWNER_ALONE, put_file
from tests.support.cli_desks import ROOT
from tests.support.page_home import NOW, add, crowd_desk, make_page_ready

MOST_SECONDS, MOST_MEGABYTES = 1.0, 400.0  # what the page promises on an idle machine of two cores
BEGINS_SECONDS = 60


@click.command()
@click.option("--staff", type=int, default=200, show_default=True, help="People of the desk, a multiple of six.")
@click.option("--seconds", type=float, default=10.0, show_default=True, help="In which all of them come.")
def main(staff: int, seconds: float) -> None:
    """Have everybody ask for their roster through the real server: seconds that they wait, answers, its memory."""
    staff = staff // 6 * 6
    with TemporaryDirectory() as folder:
        home = Path(folder)
        cookies = _lay_out(home, staff)
        with _served(home) as (port, server):
            before = _megabytes(server)
            waited, refused = _rush(port, cookies, seconds)
            after = _megabytes(server)
    waited.sort()
    late = waited[int(0.95 * len(waited))] if waited else 0.0
    click.echo(f"{'people':>8}{'median':>9}{'95%':>9}{'most':>9}{'refused':>9}{'MB before':>11}{'MB after':>10}")
    figures = (waited[len(waited) // 2], late, waited[-1]) if waited else (0.0, 0.0, 0.0)
    shown = "".join(f"{figure:>9.3f}" for figure in figures)
    click.echo(f"{staff:>8}{shown}{refused:>9}{before:>11.0f}{after:>10.0f}")
    raise SystemExit(1 if late > MOST_SECONDS or refused or after > MOST_MEGABYTES else 0)


def _lay_out(home: Path, staff: int) -> list[str]:
    """A desk whose December is in force, and everybody logged in: their cookies."""
    os.environ["SCHEDULER_NOW"] = "2026-11-20T10:00"
    crowd_desk(home / "crowd", staff)
    from scheduler.app.publish import publish_version

    publish_version(home / "crowd", 1, "M1")
    make_page_ready(home)
    from django.conf import settings
    from django.test import Client

    from scheduler.web.serving import KEY_FILE

    put_file(home / KEY_FILE, settings.SECRET_KEY.encode(), OWNER_ALONE)
    cookies = []
    for number in range(staff):
        client = Client()
        client.force_login(add(f"T{number:03}", "crowd"), backend="django.contrib.auth.backends.ModelBackend")
        cookies.append(client.cookies["sessionid"].value)
    return cookies


@contextmanager
def _served(home: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    code = f"from scheduler.cli import main; main(['serve', {str(home)!r}, '--port', '{port}'])"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SCHEDULER_NOW": NOW}
    with subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            ends = monotonic() + BEGINS_SECONDS
            while monotonic() < ends and server.poll() is None:
                with suppress(OSError), closing(HTTPConnection("127.0.0.1", port)) as door:
                    door.request("GET", "/log-in/")
                    assert door.getresponse().status == 200
                    break
                sleep(0.1)
            yield port, server
        finally:
            server.terminate()


def _rush(port: int, cookies: list[str], seconds: float) -> tuple[list[float], int]:
    """Everybody comes once, evenly spread over the time; how long each waits, and how many got no roster."""
    began = monotonic()

    def ask(number: int) -> float | None:
        sleep(max(0.0, began + seconds * number / len(cookies) - monotonic()))
        clock = perf_counter()
        with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as door:
            door.request("GET", "/desks/crowd/mine/", headers={"Cookie": f"sessionid={cookies[number]}"})
            answer = door.getresponse()
            text = answer.read().decode()
        return perf_counter() - clock if answer.status == 200 and 'class="cal"' in text else None

    with ThreadPoolExecutor(len(cookies)) as people:
        found = list(people.map(ask, range(len(cookies))))
    return [one for one in found if one is not None], found.count(None)


def _megabytes(server: subprocess.Popen[bytes]) -> float:
    """What the server holds in memory, its workers left out."""
    for line in Path(f"/proc/{server.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return float(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
