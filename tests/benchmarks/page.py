"""How long the page's month takes, by number of people: `python -m tests.benchmarks.page --help`."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import click

from tests.support.page_home import add, crowd_desk, make_page_ready

MOST_SECONDS = {60: 0.4}  # by number of people: what the page promises on an idle machine


@click.command()
@click.option("--people", type=int, multiple=True, default=(8, 60, 300), show_default=True, help="Sizes of desks.")
@click.option("--times", type=click.IntRange(1), default=7, show_default=True, help="How often each is asked.")
def main(people: tuple[int, ...], times: int) -> None:
    """Ask for a drafted month through Django's client: seconds by the clock and of this process, bytes of the page."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        make_page_ready(home)
        from django.test import Client

        click.echo(f"{'people':>8}{'seconds':>10}{'of process':>12}{'bytes':>10}")
        slow = []
        for number in people:
            crowd_desk(home / f"crowd{number}", number)
            client = Client()
            client.force_login(add("M1", f"crowd{number}"), backend="django.contrib.auth.backends.ModelBackend")
            clock, own, size = [], [], 0
            for _ in range(times):
                began, worked = perf_counter(), process_time()
                answer = client.get(f"/desks/crowd{number}/month/")
                clock.append(perf_counter() - began)
                own.append(process_time() - worked)
                assert answer.status_code == 200, answer.content.decode()
                size = len(answer.content)
            click.echo(f"{number:>8}{median(clock):>10.3f}{median(own):>12.3f}{size:>10}")
            slow += [number] if median(own) > MOST_SECONDS.get(number, float("inf")) else []
    raise SystemExit(1 if slow else 0)


if __name__ == "__main__":
    main()
