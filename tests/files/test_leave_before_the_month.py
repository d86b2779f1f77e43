"""Leave that is over before the month still counts in the week into which the month begins: it was no rest."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from scheduler.audit.audit import audit
from scheduler.domain import Duty, Month, Roster
from scheduler.files.reading.desk import read_desk
from tests.support.published_desk import new_desk

JANUARY = Month(2027, 1)
THREE_DUTIES = Roster(Duty("T1", date(2027, 1, day), "早") for day in (1, 2, 3))
IN_DECEMBER = ("T1,2026-12-28,2026-12-31,年假,是",)  # Monday to Thursday


def breaks_weekly_rest(desk: Path) -> bool:
    files = read_desk(desk)
    found = audit(files.problem(JANUARY), files.rulebook, THREE_DUTIES)
    return any(one.reason.rule == "weekly_rest_day" and "T1" in one.say("en", {}) for one in found.broken)


def test_the_days_that_leave_of_last_month_took_are_no_rest_of_the_week_that_goes_on(tmp_path: Path) -> None:
    assert breaks_weekly_rest(new_desk(tmp_path / "a", leave=IN_DECEMBER))
    assert not breaks_weekly_rest(new_desk(tmp_path / "b"))  # nothing is known of these days: they may have been rest


def test_leave_of_the_week_before_that_is_none_of_the_months_business(tmp_path: Path) -> None:
    earlier = ("T1,2026-12-20,2026-12-25,年假,是",)
    desk = read_desk(new_desk(tmp_path / "a", leave=earlier))
    assert desk.problem(JANUARY).leave == ()
    assert len(read_desk(new_desk(tmp_path / "b", leave=IN_DECEMBER)).problem(JANUARY).leave) == 1
