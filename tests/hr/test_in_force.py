"""Which version holds when, and what was worked laid over it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pytest

from scheduler.domain import Day, DayKind, Desk, Duty, Month, Problem, Shift, Worker
from scheduler.hr.in_force import Gap, Made, Window, gaps_of, lay_over, planned_duties, windows_in_force
from scheduler.timeline import month_days
from tests.support.published_desk import at

MONTH = Month(2026, 12)
DAY = date(2026, 12, 10)


@dataclass(frozen=True)
class Logged:
    event: str
    version: int
    at: datetime
    by: str = ""
    because: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def entry(event: str, version: int, when: str) -> Logged:
    return Logged(event, version, at(when)())


def made(number: int, *duties: tuple[str, str], start: int = 480) -> Made:
    problem = Problem(
        Desk("d", "d"),
        tuple(Day(day, DayKind.WORKDAY) for day in month_days(2026, 12)),
        (Worker("A", "甲"), Worker("B", "乙")),
        (Shift("早", "早", start, start + 480), Shift("晚", "晚", 960, 1440)),
    )
    return Made(number, f"mark{number}", problem, tuple(Duty(who, DAY, code) for who, code in duties))


def test_a_version_is_in_force_until_another_one_is_published_or_it_is_withdrawn():
    log = [
        entry("drafted", 1, "2026-11-01 08:00"),
        entry("published", 1, "2026-11-02 08:00"),
        entry("superseded", 1, "2026-11-05 08:00"),
        entry("published", 2, "2026-11-05 08:00"),
        entry("published", 9, "2026-11-06 08:00"),
        entry("withdrawn", 2, "2026-12-03 12:00"),
        entry("published", 3, "2026-12-04 12:00"),
    ]
    found = windows_in_force(log, {1: MONTH, 2: MONTH, 3: MONTH})
    times = [at(text)() for text in ("2026-11-02 08:00", "2026-11-05 08:00", "2026-12-03 12:00", "2026-12-04 12:00")]
    assert found == {MONTH: (Window(1, times[0], times[1]), Window(2, times[1], times[2]), Window(3, times[3], None))}
    assert gaps_of(MONTH, found[MONTH], "Asia/Shanghai") == (Gap(MONTH, times[2], times[3]),)


@pytest.mark.parametrize(
    ("until", "since", "told"),
    [
        ("2026-11-30 23:59", "2026-12-01 00:00", False),
        ("2026-11-30 23:59", "2026-12-01 00:01", True),
        ("2026-12-31 23:59", None, True),
        ("2027-01-01 00:00", None, False),
    ],
)
def test_a_gap_is_told_where_it_touches_the_month(until, since, told):
    windows = [Window(1, at("2026-11-01 08:00")(), at(until)())]
    windows += [Window(2, at(since)(), None)] if since else []
    assert bool(gaps_of(MONTH, windows, "Asia/Shanghai")) is told


@pytest.mark.parametrize(("published", "expected"), [("07:59", 2), ("08:00", 2), ("08:01", 1)])
def test_a_duty_that_begins_when_a_version_is_published_is_already_that_versions(published, expected):
    then = at(f"2026-12-10 {published}")()
    windows = [Window(1, at("2026-11-01 08:00")(), then), Window(2, then, None)]
    (held,) = planned_duties(windows, {1: made(1, ("A", "早")), 2: made(2, ("A", "早"))})
    assert (held.version, held.afterwards) == (expected, False)


def test_a_duty_that_two_versions_let_begin_counts_once_as_it_began_first():
    then = at("2026-12-10 09:00")()
    windows = [Window(1, at("2026-11-01 08:00")(), then), Window(2, then, None)]
    (held,) = planned_duties(windows, {1: made(1, ("A", "早")), 2: made(2, ("A", "早"), start=600)})
    assert (held.version, held.shift.start) == (1, 480)


def test_what_was_entered_lies_over_the_plan_cell_by_cell():
    version = made(1, ("A", "早"), ("B", "晚"))
    planned = planned_duties([Window(1, at("2026-11-01 08:00")(), None)], {1: version})
    worked = {("A", DAY): (), ("B", DAY): ("早", "晚")}
    found = lay_over(planned, worked, {("A", DAY): 4, ("B", DAY): 5}, lambda _: version)
    told = {(one.worker, one.shift.code): (one.planned, one.worked, one.entered) for one in found}
    assert told == {("A", "早"): (True, False, 4), ("B", "晚"): (True, True, 5), ("B", "早"): (False, True, 5)}
    assert [one.shift.code for one in found] == ["早", "早", "晚"]
