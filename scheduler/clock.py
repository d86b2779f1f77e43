"""The present moment, by which deadlines are judged and steps are recorded; injected, so that tests can set it.

For a rehearsal (演练) of a month's life the variable `SCHEDULER_NOW` sets it: the
clock then stands at that time, and whatever is made under it says so. What only
needs to know how much time has passed reads the system's clock where it needs
it: the age of a file, the deadline of a child process, seconds of a search.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from scheduler.errors import Fault, InputError
from scheduler.i18n import Sentence

Clock = Callable[[], datetime]
NOW_VARIABLE = "SCHEDULER_NOW"
YEARS = range(2000, 2200)

REHEARSAL = Sentence("演练：时钟为 {at}", "rehearsal: the clock says {at}")
A_TIME = Sentence(
    "演练的时刻，如 2026-12-05T09:30（按部门的时区）或 2026-12-05T09:30+08:00；不演练请去掉这个变量",
    "the time of a rehearsal, such as 2026-12-05T09:30 (in the desk's zone) or 2026-12-05T09:30+08:00; unset it for none",
)


def now() -> datetime:
    """The present moment, zone-aware; in a rehearsal perhaps without a zone, which `at_desk` gives it.

    Raises
    ------
    InputError
        The rehearsal's time is none.
    """
    return rehearsed() or datetime.now(UTC)


def at_desk(clock: Clock, zone: str) -> datetime:
    """The present moment in a desk's zone."""
    moment = clock()
    return moment.astimezone(ZoneInfo(zone)) if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def rehearsed() -> datetime | None:
    """The time that a rehearsal sets, `None` outside of one; without a zone it is the wall clock of the desk.

    Raises
    ------
    InputError
        It is no date with a time.
    """
    text = os.environ.get(NOW_VARIABLE, "").strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError([Fault(NOW_VARIABLE, A_TIME, found=text)]) from None
    if moment.year not in YEARS or len(text) <= len("2026-12-05"):  # a day alone is no time
        raise InputError([Fault(NOW_VARIABLE, A_TIME, found=text)])
    return moment


def rehearsal_mark() -> str:
    """The time of a rehearsal as it is recorded and shown, empty outside of one."""
    moment = rehearsed()
    return moment.isoformat(sep=" ", timespec="minutes") if moment else ""
