"""Punches held against duties: what is proposed, to the minute, and to which duty a punch belongs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from scheduler.domain import Shift
from scheduler.hr.attendance import AttendanceTerms, Compared, Punch, compare_punches
from scheduler.hr.in_force import HeldDuty
from scheduler.timeline import DAY_MINUTES, Span, instant
from scheduler.workflow.attendance import Attendance, Finding, Said, standing

ZONE = "Asia/Shanghai"
MONDAY = date(2026, 12, 7)
HOURS = {"早": (8 * 60, 16 * 60), "晚": (16 * 60, 24 * 60), "夜": (22 * 60, 30 * 60)}
SHIFTS = {code: Shift(code, code, *hours) for code, hours in HOURS.items()}


def at(day: int, hour: int, minute: int = 0) -> int:
    return instant(date(2026, 12, day), hour * 60 + minute, ZONE)


def duty(worker: str, day: int, code: str) -> HeldDuty:
    start, end = HOURS[code]
    span = Span(at(day, 0, start), at(day, 0, end))
    return HeldDuty(
        worker,
        date(2026, 12, day),
        SHIFTS[code],
        span=span,
        paid=(span,),
        reaches=end > DAY_MINUTES,
        version=1,
        fingerprint="",
    )


def compared(duties: list[HeldDuty], *punches: Punch, until: int = at(31, 0), **terms: Any) -> Compared:
    dates = frozenset(date(2026, 12, day) for day in range(1, 32))
    return compare_punches(duties, punches, AttendanceTerms(**terms), dates=dates, until=until)


def found(result: Compared) -> list[tuple[str, int, str, str, int]]:
    rows = [row for one in result.seen for row in one.findings]
    return [(row.worker, row.day.day, row.shift, row.finding.value, row.minutes) for row in rows]


@pytest.mark.parametrize(
    ("came", "left", "expected"),
    [
        ((7, 55), (16, 0), []),
        ((8, 0), (16, 3), []),
        ((8, 1), (16, 0), [("late", 1)]),
        ((8, 0), (15, 59), [("early", 1)]),
        ((9, 30), (14, 0), [("late", 90), ("early", 120)]),
    ],
)
def test_minutes_late_and_early_are_those_between_punch_and_plan(came, left, expected):
    result = compared([duty("A", 7, "早")], Punch("A", at(7, *came)), Punch("A", at(7, *left)))
    assert [(what, minutes) for *_, what, minutes in found(result)] == expected


def test_what_the_desk_lets_pass_is_let_pass_and_one_minute_more_is_told_in_full():
    punches = (Punch("A", at(7, 8, 5)), Punch("A", at(7, 15, 50)))
    assert found(compared([duty("A", 7, "早")], *punches, late_after=5, early_before=10)) == []
    told = found(compared([duty("A", 7, "早")], *punches, late_after=4, early_before=9))
    assert [one[3:] for one in told] == [("late", 5), ("early", 10)]


def test_a_night_belongs_whole_to_the_day_on_which_it_begins():
    result = compared([duty("A", 7, "夜")], Punch("A", at(7, 22, 10)), Punch("A", at(8, 5, 30)))
    assert found(result) == [("A", 7, "夜", "late", 10), ("A", 7, "夜", "early", 30)]
    assert result.beside == ()


def test_a_duty_without_a_punch_is_an_absence_and_one_that_is_not_over_is_not_looked_at():
    duties = [duty("A", 7, "早"), duty("A", 9, "早")]
    assert found(compared(duties, until=at(9, 15, 59))) == [("A", 7, "早", "absent", 0)]
    assert len(found(compared(duties, until=at(9, 16, 0)))) == 2


@pytest.mark.parametrize(
    ("hour", "minute", "expected"), [(8, 4, "no_end"), (11, 59, "no_end"), (12, 1, "no_start"), (16, 20, "no_start")]
)
def test_a_single_punch_is_of_the_end_that_it_is_nearer_to(hour, minute, expected):
    assert expected in [what for *_, what, _ in found(compared([duty("A", 7, "早")], Punch("A", at(7, hour, minute))))]


def test_a_punch_that_says_which_way_it_went_is_believed():
    result = compared([duty("A", 7, "早")], Punch("A", at(7, 15, 0), "in"), Punch("A", at(7, 16, 0), "out"))
    assert found(result) == [("A", 7, "早", "late", 420)]
    assert [what for *_, what, _ in found(compared([duty("A", 7, "早")], Punch("A", at(7, 8), "out")))] == ["absent"]


def test_two_punches_within_minutes_are_one():
    result = compared([duty("A", 7, "早")], Punch("A", at(7, 7, 58)), Punch("A", at(7, 8, 1)))
    assert found(result) == [("A", 7, "早", "no_end", 0)]


def test_nobody_punches_between_duties_that_touch():
    both = [duty("A", 7, "早"), duty("A", 7, "晚")]
    assert found(compared(both, Punch("A", at(7, 8)), Punch("A", at(8, 0)))) == []
    late = found(compared(both, Punch("A", at(7, 16, 7)), Punch("A", at(8, 0))))
    assert late == [("A", 7, "早", "absent", 0), ("A", 7, "晚", "late", 7)]


def test_a_punch_belongs_to_the_nearest_duty():
    nights = [duty("A", 7, "夜"), duty("A", 8, "夜")]
    punches = [Punch("A", at(day, *time)) for day, time in ((7, (22, 0)), (8, (6, 20)), (8, (21, 40)), (9, (6, 0)))]
    assert found(compared(nights, *punches)) == []
    left_out = found(compared(nights, *(one for one in punches if one.at != at(8, 6, 20))))
    assert left_out == [("A", 7, "夜", "no_end", 0)]


def test_a_punch_out_of_reach_belongs_to_no_duty():
    far, near = Punch("A", at(7, 3, 59)), Punch("A", at(7, 4, 0))
    assert compared([duty("A", 7, "早")], far, reach=240).beside == (far,)
    assert compared([duty("A", 7, "早")], near, reach=240).beside == ()


def test_whoever_punched_for_an_absent_one_is_proposed_as_stand_in_unless_they_had_a_duty_then():
    duties = [duty("A", 7, "早"), duty("C", 7, "早")]
    worked = (Punch("B", at(7, 7, 50)), Punch("B", at(7, 16, 5)))
    result = compared(duties, *worked, Punch("C", at(7, 8)), Punch("C", at(7, 16)))
    assert result.seen[0].findings == (Attendance("A", MONDAY, "早", Finding.STOOD_IN, 0, "B"),)
    assert result.beside == ()
    busy = compared([*duties, duty("B", 7, "早")], *worked, Punch("C", at(7, 8)), Punch("C", at(7, 16)))
    assert found(busy) == [("A", 7, "早", "absent", 0)]


def test_hours_of_leave_at_either_end_of_a_duty_are_no_lateness():
    morning = Span(at(7, 8), at(7, 12))
    result = compare_punches(
        [duty("A", 7, "早")],
        [Punch("A", at(7, 12, 5)), Punch("A", at(7, 16))],
        AttendanceTerms(),
        dates=frozenset([MONDAY]),
        until=at(31, 0),
        excused=lambda _: [morning],
    )
    assert found(result) == [("A", 7, "早", "late", 5)]


def test_of_what_was_confirmed_twice_the_last_holds_and_what_was_taken_back_does_not():
    late = Attendance("A", MONDAY, "早", Finding.LATE, 10)
    later, early = late._replace(minutes=12), late._replace(finding=Finding.EARLY)
    assert standing([late, early, later]) == (early, later)
    assert standing([late, early, late._replace(said=Said.TAKEN_BACK)]) == (early,)
    assert standing([late, early, late._replace(said=Said.REJECTED)]) == (early,)
