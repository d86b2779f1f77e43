"""How long the page's answers take, by number of people: `python -m tests.benchmarks.page --help`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import click

from tests.support.page_home import add, crowd_desk, make_page_ready

# What the page promises on an idle machine, in seconds, by answer and number of people.
MOST_SECONDS = {
    "month": {60: 0.4, 300: 1.5},
    "edit": {60: 0.3, 300: 1.0},
    "drop": {60: 0.3, 300: 1.0},
}
HTMX = {"HX-Request": "true"}


@click.command()
@click.option("--people", type=int, multiple=True, default=(8, 60, 300), show_default=True, help="Sizes of desks.")
@click.option("--times", type=click.IntRange(2), default=20, show_default=True, help="How often each is asked.")
def main(people: tuple[int, ...], times: int) -> None:
    """Ask Django's client for a drafted month, for edits of it with their audit, and for what drops would do.

    Told are the median and the 95th percentile by the clock, the 95th percentile of this process's own seconds, which is
    held against what the page promises, and the bytes of an answer.
    """
    with TemporaryDirectory() as folder:
        home = Path(folder)
        make_page_ready(home)
        from django.test import Client

        click.echo(f"{'people':>8}{'answer':>8}{'median':>10}{'95%':>8}{'own 95%':>10}{'bytes':>10}")
        slow = False
        for number in people:
            crowd_desk(home / f"crowd{number}", number)
            client = Client()
            client.force_login(add("M1", f"crowd{number}"), backend="django.contrib.auth.backends.ModelBackend")
            for name, ask in _answers(client, f"/desks/crowd{number}", number).items():
                clock, own, size = _measure(ask, times)
                late = quantiles(own, n=20)[-1]
                at = f"{median(clock):>10.3f}{quantiles(clock, n=20)[-1]:>8.3f}{late:>10.3f}"
                click.echo(f"{number:>8}{name:>8}{at}{size:>10}")
                slow |= late > MOST_SECONDS[name].get(number, float("inf"))
    raise SystemExit(1 if slow else 0)


def _answers(client: Any, desk: str, people: int) -> dict[str, Callable[[int], Any]]:
    """What is asked, the n-th time."""
    edit = f"{desk}/versions/1/edit"

    def cells(at: int) -> str:
        who, other = (f"T{(7 * at + each) % people:03}" for each in (0, 1))
        day = f"2026-12-{1 + at % 31:02}"
        return json.dumps([[who, day, "早" if at % 2 else "晚"], [other, day, "休"]])

    def change(at: int) -> Any:
        stamp = re.search(r'data-stamp="([^"]+)"', page)
        assert stamp
        return client.post(f"{edit}/change/", {"changes": cells(at), "stamp": stamp[1]}, headers=HTMX)

    page = client.get(f"{edit}/").content.decode()
    return {
        "month": lambda at: client.get(f"{desk}/month/"),
        "edit": change,
        "drop": lambda at: client.post(f"{edit}/weigh/", {"changes": cells(1000 + at)}, headers=HTMX),
    }


def _measure(ask: Callable[[int], Any], times: int) -> tuple[list[float], list[float], int]:
    """Seconds by the clock and of this process, of each time, and the bytes of the last answer."""
    clock, own, size = [], [], 0
    for at in range(times):
        began, worked = perf_counter(), process_time()
        answer = ask(at)
        clock.append(perf_counter() - began)
        own.append(process_time() - worked)
        assert answer.status_code == 200, answer.content.decode()
        size = len(answer.content)
    return clock, own, size


if __name__ == "__main__":
    main()
