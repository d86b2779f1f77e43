"""A throw-away home to look at: three samples with December published, requests that wait, an account for each role.

It is a rehearsal: the clock stands on a day in December, and all that is made says so.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scheduler.app.change_requests import request_change
from scheduler.app.generate import generate_roster
from scheduler.app.init import create_desk
from scheduler.app.publish import publish_version
from scheduler.app.show import show_version
from scheduler.clock import NOW_VARIABLE
from scheduler.domain import Leave, Month, Roster
from scheduler.errors import SchedulerError
from scheduler.i18n import Sentence
from scheduler.workflow.change_request import Cell, RequestKind

SAMPLES = ("three_shift_desk", "front_desk_weekend", "single_rest_shop")
MONTH = Month(2026, 12)
MADE, SHOWN = "2026-11-23T10:00", "2026-12-08T08:30"
SECONDS = 60.0
MANAGER = "K001"
RIGHTS = '\n[rights]\npublish = ["客服部经理"]\napprove_swap = ["客服部经理", "1006"]\n'
SWAP_DAYS = range(14, 26)
FAMILY = "家里有事"
DONE = Sentence("{desk}：12 月已排好并发布", "{desk}: December is made and published")


@dataclass(frozen=True)
class DemoAccount:
    """Somebody to log in as, at the first desk."""

    username: str
    name: str
    role: Sentence
    is_hr: bool = False
    is_admin: bool = False


ACCOUNTS = (
    DemoAccount("admin", "管理员", Sentence("管理员", "administrator"), is_admin=True),
    DemoAccount(MANAGER, "金二一", Sentence("排班人", "manager")),
    DemoAccount("1006", "吴六", Sentence("调班审批人", "approver of swaps")),
    DemoAccount("1001", "赵一", Sentence("班长", "lead")),
    DemoAccount("1003", "孙三", Sentence("员工", "staff")),
    DemoAccount("HR01", "人事", Sentence("人事", "HR"), is_hr=True),
)


def lay_out(home: Path, samples: Sequence[str] = SAMPLES) -> None:
    """Write the desks; at the first one somebody else than the manager may approve swaps, too."""
    for sample in samples:
        create_desk(home / sample, sample)
    if samples[0] == SAMPLES[0]:
        with (home / samples[0] / "desk.toml").open("a", encoding="utf-8") as settings:
            settings.write(RIGHTS)


def make_months(
    home: Path, say: Callable[[Sentence, Mapping[str, object]], None], samples: Sequence[str] = SAMPLES
) -> None:
    """Make December of each desk and publish it; at the first one let two requests wait."""
    os.environ[NOW_VARIABLE] = MADE
    for sample in samples:
        made = generate_roster(home / sample, MONTH, time_limit=SECONDS, by=MANAGER)
        if made.version is not None:
            publish_version(home / sample, made.version, MANAGER)
            say(DONE, {"desk": made.problem.desk.name})
    os.environ[NOW_VARIABLE] = SHOWN
    _ask(home / samples[0])


def _ask(desk: Path) -> None:
    """Let two requests wait: a swap for the other's word, and leave for the manager's."""
    row = show_version(desk).row
    roster, people = Roster(row.duties), list(row.people)
    _ask_for_swap(desk, roster, people)
    for day in reversed(SWAP_DAYS):
        leave = Leave(people[4], date(2026, 12, day), date(2026, 12, day), "personal")
        if _is_recorded(desk, RequestKind.LEAVE, people[4], leave=leave):
            return


def _ask_for_swap(desk: Path, roster: Roster, people: Sequence[str]) -> None:
    asker = people[0]
    for day in (date(2026, 12, number) for number in SWAP_DAYS):
        for other in people[2:6]:
            mine, theirs = roster.on(asker, day), roster.on(other, day)
            if mine and theirs and mine != theirs:
                give, take = Cell(asker, day), Cell(other, day)
                if _is_recorded(desk, RequestKind.SWAP, asker, give=give, take=take):
                    return


def _is_recorded(desk: Path, kind: RequestKind, by: str, **what: Cell | Leave) -> bool:
    try:
        asked = request_change(desk, kind, by, FAMILY, offering=False, **what)  # type: ignore[arg-type]
    except SchedulerError:
        return False
    return bool(asked.request.number)


def make_accounts(desk: str) -> str:
    """An account for each role, all with one password, which is returned."""
    from scheduler.web.accounts import add_account

    password = f"demo-{secrets.token_hex(4)}"
    for one in ACCOUNTS:
        seat = "" if one.is_admin else desk
        account = add_account(one.username, name=one.name, desk=seat, is_hr=one.is_hr, is_admin=one.is_admin)
        account.set_password(password)
        account.save()
    return password
