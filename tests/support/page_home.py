"""A home for the page: desks whose rosters go round, accounts with seats, and Django ready for them in this process."""

from __future__ import annotations

import os
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

from scheduler.domain import Duty, Month, Problem, Roster
from tests.support.cli_desks import HEADERS, ROUND_THE_CLOCK, small_desk
from tests.support.published_desk import CYCLE, drafted

PASSWORD = "a-long-example-1"
NOW = "2026-12-05T09:30"


def make_page_ready(home: Path) -> None:
    """Make Django ready for the page in this process, whatever it was made ready for before, and leave it so."""
    from scheduler.ledger.settings import configure

    configure()
    os.environ["SCHEDULER_HOME"] = str(home)
    from django.core.management import call_command
    from django.db import connections
    from django.test.utils import override_settings

    from scheduler.web import settings

    del os.environ["SCHEDULER_HOME"]
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": home / "page.sqlite3"}
    own = connections.configure_settings({"default": database})["default"]
    connections.settings = {**connections.settings, "default": own}
    with suppress(AttributeError):  # the empty one of the ledger's settings
        del connections["default"]
    chosen = {name: getattr(settings, name) for name in dir(settings) if name.isupper() and name != "DATABASES"}
    fast = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    chosen |= {"HOME": home, "STORE": None, "ALLOWED_HOSTS": ["testserver"], "PASSWORD_HASHERS": fast}
    override_settings(**chosen).enable()
    call_command("migrate", verbosity=0, interactive=False)


def add(username: str, desk: str, **about: Any) -> Any:
    """An account with a password and a seat."""
    from scheduler.web.accounts import add_account

    account = add_account(username, desk=desk, **about)
    account.set_password(PASSWORD)
    account.save()
    return account


def crowd_desk(folder: Path, people: int) -> Path:
    """A desk of many people in teams of twelve whose December is drafted: everybody goes round, a day after the one before."""
    heads = people // len(CYCLE)
    desk = small_desk(
        folder,
        demand=[f"{code},all,,,{heads},{heads}," for code in "早晚"],
    )
    rows = [f"T{n:03},试{n:03},班组{1 + n // 12},班长" for n in range(people)]
    (desk / "people.csv").write_text("\n".join(["工号,姓名,班组,角色", *rows, ""]), encoding="utf-8")
    (desk / "officials.csv").write_text("工号,姓名,职务\nM1,甲经理,经理\n", encoding="utf-8")
    assert drafted(desk, roster=everybody_round, legal=False) == 1
    return desk


def want_too_much(desk: Path, month: Month) -> None:
    """Give a small desk 30 people to be fair to who wish something on most days: a roster is found long before one is proved best."""
    draw, people = random.Random(1), [f"T{number}" for number in range(1, 31)]
    rows = {
        "people": [f"{one},试{one},班长" for one in people],
        "shifts": ROUND_THE_CLOCK,
        "demand": [f"{code},all,,,5,5," for code in "早中夜"],
        "requests": [
            f"{one},{day},{day},{wish},{'' if wish == '休' else draw.choice('早中夜')},{draw.randint(1, 9)}"
            for one in people
            for day in draw.sample(month.days(), 26)
            for wish in draw.choices(("休", "想上", "不想上"))
        ],
    }
    for table, lines in rows.items():
        (desk / f"{table}.csv").write_text("\n".join([HEADERS[table], *lines, ""]), encoding="utf-8")
    settings = desk / "desk.toml"
    text = settings.read_text(encoding="utf-8").replace('enabled = false\nbecause = "quick"\n', "")
    settings.write_text(text.replace("08:00-24:00", "00:00-24:00"), encoding="utf-8")


def everybody_round(problem: Problem) -> Roster:
    """Everybody by turns."""
    return Roster(
        Duty(worker.id, day, code)
        for number, worker in enumerate(problem.workers)
        for day in problem.dates
        if (code := CYCLE[((day - problem.first).days - number) % len(CYCLE)])
    )


def serve_home(home: Path, port: int, workers: int = 0) -> None:
    """Serve a home with a manager of all its desks, some of the staff of `front` and HR; until the process ends."""
    from scheduler.web import serving
    from scheduler.web.home import find_desks

    server = serving.Serving(home=home, port=port, workers=workers)
    server.set_up()
    is_new = serving.is_new()
    serving.migrate()
    for who in ("M2", "T1", "T3", "T4", "T6") if is_new else ():
        add(who, "front")
    if is_new:
        for desk in find_desks(home):
            add("M1", desk)
        add("HR1", "front", is_hr=True)
        add("admin", "", is_admin=True)
    server.run()
