"""Notice is counted in hours before the first duty begins, and those who did not ask have one too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from scheduler.digest import canonical, restore
from scheduler.domain import Change, Desk, Duty, Fixed, Leave, Month, Overtime, Problem, Procedure, Roster, Worker
from scheduler.domain.holidays import day_types
from scheduler.timeline import instant, month_days
from scheduler.workflow.change_request import Cell, Request, RequestKind, open_request
from scheduler.workflow.in_force import Stretch
from scheduler.workflow.notice import find_short_notice, say_length
from scheduler.workflow.objections import NOTICE, NOTICE_OF_DAY, NOTICE_OF_OVERTIME, Objection, objections_to
from scheduler.workflow.verdict import VerdictWord
from tests.support.kit import THREE_SHIFTS
from tests.support.published_desk import dec
from tests.workflow.test_verdict import asked as asked_of_the_round
from tests.workflow.test_verdict import away, judged

ASKED_AT = datetime(2026, 12, 1, tzinfo=UTC)
DAY_AND_NIGHT = Roster([Duty("A", dec(10), "早"), Duty("A", dec(12), "夜"), Duty("B", dec(11), "中")])


def desk_of(zone: str = "Asia/Shanghai", month: tuple[int, int] = (2026, 12)) -> Problem:
    people = (Worker("A", "赵一"), Worker("B", "钱二"))
    return Problem(Desk("desk", "desk", zone=zone), day_types(month_days(*month)), people, THREE_SHIFTS)


PROBLEM = desk_of()
EARLY, LATE, NIGHT = (shift.code for shift in THREE_SHIFTS)


def request(kind: str, roster: Roster = DAY_AND_NIGHT, **parts: Any) -> Request:
    made = Request(
        number=1, kind=RequestKind(kind), month=Month(2026, 12), by="A", because="有事", at=ASKED_AT, **parts
    )
    return open_request(made, roster)


def late(
    asked: Request, now: str, hours: float = 24, problem: Problem = PROBLEM, roster: Roster = DAY_AND_NIGHT
) -> Any:
    """The objections to how late it is asked, at a time of the desk's day."""
    moment = datetime.fromisoformat(now)
    at = instant(moment.date(), 60 * moment.hour + moment.minute, problem.desk.zone)
    found = objections_to(asked, problem, roster, (), moment.date(), None, hours, at)
    return [one for one in found if one.sentence in (NOTICE, NOTICE_OF_DAY, NOTICE_OF_OVERTIME)]


def said(found: list[Objection], lang: Any = "en") -> list[str]:
    return [one.say(lang, PROBLEM.names) for one in found]


NIGHT_OFF = request("leave", leave=Leave("A", dec(12), dec(12), "personal"))


def test_the_night_of_midnight_is_not_asked_off_two_minutes_before():
    found = late(NIGHT_OFF, "2026-12-11 23:58")
    assert said(found) == ["to be asked 24 h ahead: the duty of Sat 12 Dec (夜) begins in 2 min"]
    assert said(found, "zh") == ["须提前 24 小时提出：离12月12日(周六)“夜”班开始只有 2 分钟"]
    assert found[0].overridable


@pytest.mark.parametrize(
    ("hours", "now", "is_late"),
    [
        (24, "2026-12-11 00:00", False),
        (24, "2026-12-11 00:01", True),
        (48, "2026-12-10 00:00", False),
        (48, "2026-12-10 00:01", True),
        (1.5, "2026-12-11 22:30", False),
        (1.5, "2026-12-11 22:31", True),
        (0, "2026-12-11 23:59", False),
    ],
)
def test_notice_ends_to_the_minute_so_many_hours_before_the_duty(hours, now, is_late):
    assert bool(late(NIGHT_OFF, now, hours)) == is_late


@pytest.mark.parametrize(
    ("asked", "now", "is_late"),
    [
        (request("stand_in", give=Cell("A", dec(10)), to="B"), "2026-12-09 08:00", False),
        (request("stand_in", give=Cell("A", dec(10)), to="B"), "2026-12-09 08:01", True),
        (request("swap", give=Cell("A", dec(12)), take=Cell("B", dec(11))), "2026-12-10 16:00", False),
        (request("swap", give=Cell("A", dec(12)), take=Cell("B", dec(11))), "2026-12-10 16:01", True),
        (request("edit", cells=(Fixed("B", dec(9), "早"),)), "2026-12-08 08:00", False),
        (request("edit", cells=(Fixed("B", dec(9), "早"),)), "2026-12-08 08:01", True),
    ],
)
def test_the_first_duty_that_moves_counts_whoever_has_it(asked, now, is_late):
    assert bool(late(asked, now)) == is_late


@pytest.mark.parametrize("kind", ["overtime", "cancel_leave", "edit"])
def test_where_no_duty_is_concerned_the_day_counts_from_midnight(kind):
    parts: dict[str, Any] = {
        "overtime": {"overtime": Overtime("A", dec(15), 60)},
        "cancel_leave": {"cancelled_leave": Leave("A", dec(15), dec(16), "annual")},
        "edit": {"cells": (Fixed("A", dec(15), ""),)},
    }
    asked = request(kind, **parts[kind])
    assert late(asked, "2026-12-14 00:00") == []
    (found,) = late(asked, "2026-12-14 00:01")
    assert said([found]) == ["to be asked 24 h ahead: Tue 15 Dec begins in 23 h 59 min"]


def test_notice_of_overtime_with_a_time_counts_to_its_start():
    asked = request("overtime", overtime=Overtime("A", dec(15), 60, 18 * 60))
    assert late(asked, "2026-12-14 18:00") == []
    (found,) = late(asked, "2026-12-14 18:01")
    assert said([found]) == ["to be asked 24 h ahead: the overtime of Tue 15 Dec begins in 23 h 59 min"]


@pytest.mark.parametrize(
    ("day", "hours_of_day"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 5, 12), 24)]
)
def test_a_day_of_notice_is_24_hours_over_a_change_of_the_clocks(day, hours_of_day):
    problem = desk_of("Europe/Berlin", (day.year, day.month))
    roster = Roster([Duty("A", day, "早")])
    asked = request("stand_in", roster, give=Cell("A", day), to="B")
    eve = day.replace(day=day.day - 1)
    on_time, too_late = f"{eve} {8 + hours_of_day - 24:02d}:00", f"{eve} {8 + hours_of_day - 24:02d}:01"
    assert late(asked, on_time, problem=problem, roster=roster) == []
    assert late(asked, too_late, problem=problem, roster=roster)


def test_a_length_of_time_leaves_out_what_is_nought():
    assert [say_length(minutes).say("en") for minutes in (0, 59, 60, 61, 1440)] == [
        *("0 min", "59 min", "1 h", "1 h 1 min", "24 h")
    ]


def test_a_desk_s_notice_is_in_days_or_in_hours():
    assert Procedure().notice_hours == 24
    assert Procedure(swap_notice=3).notice_hours == 72
    assert Procedure(swap_notice=3, swap_notice_hours=12).notice_hours == 12
    assert Procedure(swap_notice=3, swap_notice_hours=0).notice_hours == 0


def test_terms_recorded_before_there_were_hours_read_as_days_and_have_the_same_digest():
    recorded = canonical(Procedure(swap_notice=2))
    assert not {"swap_notice_hours", "further_notice_hours", "further_notice_held"} & set(recorded)
    assert restore(Procedure, recorded).notice_hours == 48
    assert restore(Procedure, canonical(Procedure(swap_notice_hours=6))).notice_hours == 6


# Those who did not ask


def moved(*cells: tuple[str, int, str, str]) -> list[Change]:
    return [Change(who, dec(day), tuple(filter(None, (a,))), tuple(filter(None, (b,)))) for who, day, a, b in cells]


@pytest.mark.parametrize(
    ("change", "now", "short"),
    [
        (("B", 11, "", "中"), "2026-12-10 16:00", []),
        (("B", 11, "", "中"), "2026-12-10 16:01", ["23 h 59 min before 中"]),
        (("B", 11, "中", ""), "2026-12-11 09:00", ["7 h before 中"]),
        (("B", 11, "中", "早"), "2026-12-10 09:00", ["23 h before 早"]),
        (("A", 10, "早", ""), "2026-12-10 07:00", []),  # their own request
    ],
)
def test_who_moves_for_somebody_else_at_short_notice_is_told_of(change, now, short):
    moment = datetime.fromisoformat(now)
    at = instant(moment.date(), 60 * moment.hour + moment.minute, PROBLEM.desk.zone)
    asked = request("leave", leave=Leave("A", dec(10), dec(10), "personal"))
    found = [note.say("en") for note in find_short_notice(asked, moved(change), Stretch.of([PROBLEM]), at, 24)]
    assert len(found) == len(short)
    for line, part in zip(found, short, strict=True):
        assert "钱二's cell" in line
        assert part in line
        assert "24 h of notice" in line


AWAY = asked_of_the_round("leave", leave=away("T1", 7, 7))


@pytest.mark.parametrize(("hold", "holds"), [("2026-12-07 08:00", False), ("2026-12-07 08:01", True)])
def test_held_duties_stay_until_the_instant_to_which_they_are_held(hold, holds):
    moment = datetime.fromisoformat(hold)
    until = instant(moment.date(), 60 * moment.hour + moment.minute, "Asia/Shanghai")
    verdict = judged(AWAY, held_before=until)
    assert (verdict.word == VerdictWord.REFUSED) == holds
    assert (verdict.word == VerdictWord.ALLOWED_WITH) != holds


def test_held_duties_leave_the_request_s_own_cells_free():
    until = instant(dec(31), 0, "Asia/Shanghai")
    asked = asked_of_the_round("stand_in", give=Cell("T1", dec(7)), to="T4")
    assert judged(replace(asked, by="T1"), held_before=until).word == VerdictWord.ALLOWED
