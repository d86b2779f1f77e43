"""What old rosters never break becomes a setting with its evidence; what they break rarely is told, and no setting."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from scheduler.adopting.habits import OldMonth, find_habits
from scheduler.domain import Desk, Duty, Problem, Roster, Shift, Worker
from scheduler.domain.holidays import day_types

FIRST = date(2026, 11, 2)  # a Monday


def old_month(*rows: str) -> OldMonth:
    """Rows of days, a sign each: E, L, N, or a point for a day off."""
    dates = tuple(FIRST + timedelta(days=n) for n in range(len(rows[0])))
    shifts = (Shift("E", "E", 480, 960), Shift("L", "L", 960, 1440), Shift("N", "N", 0, 480, night=True))
    workers = tuple(Worker(f"{n}", f"{n}") for n in range(len(rows)))
    duties = [
        Duty(worker.id, day, sign)
        for worker, row in zip(workers, rows, strict=True)
        for day, sign in zip(dates, row, strict=True)
        if sign != "."
    ]
    return OldMonth(Problem(Desk("d", "d"), day_types(dates), workers, shifts), Roster(duties))


def settings(months: Iterable[OldMonth]) -> dict[str, object]:
    return {f"{habit.rule}.{habit.key}": habit.value for habit in find_habits(list(months))[0]}


def test_the_longest_run_that_is_often_reached_is_proposed():
    found = settings([old_month("EEEEE..EEEEE..EEEEE..EEEEE..", "..EEEEE..EEEEE..EEEEE..EEEEE")])
    assert found["days_in_a_row.most"] == 5


def test_a_run_that_is_never_passed_by_chance_alone_is_not():
    found = settings([old_month("EEEE..EEEEE..EE.EE.EE.E.EE..")])
    assert "days_in_a_row.most" not in found


def test_what_never_follows_though_chance_would_have_it_is_proposed():
    rows = ("EELL.EELL.EELL.EELL.EELL.EEL", "LL.EELL.EELL.EELL.EELL.EELL.")
    assert settings([old_month(*rows)])["forbidden_successions.pairs"] == ["L>E"]
    assert "forbidden_successions.pairs" not in settings([old_month(*(row.replace(".", "E") for row in rows))])


def test_a_day_on_and_a_day_off_is_a_succession_of_the_same_shift():
    found = settings([old_month("E.E.E.E.E.E.E.E.", ".E.E.E.E.E.E.E.E")])
    assert found["forbidden_successions.pairs"] == ["E>E"]


def test_the_evidence_counts_people_and_days_and_what_a_stricter_setting_would_break():
    habits, _ = find_habits([old_month("EEEEE..EEEEE..EEEEE..EEEEE..", "..EEEEE..EEEEE..EEEEE..EEEEE")])
    (run,) = [habit for habit in habits if habit.key == "most"]
    assert run.evidence.say("en") == "never broken by 2 people in 28 days (most = 4 would be broken 8 times)"


def test_what_is_passed_once_or_twice_is_told_and_not_set():
    rows = ["EEEEE..EEEEE..EEEEE..EEEEE..", "..EEEEE..EEEEE..EEEEE..EEEEE", "EEEEEE.EEEEE..EEEEE..EEEEE.."]
    habits, doubts = find_habits([old_month(*rows)])
    assert "days_in_a_row" not in {habit.rule for habit in habits if habit.key == "most"}
    assert any("[rules.days_in_a_row] most = 5 is kept but for 1 time(s)" in doubt.say("en") for doubt in doubts)


def test_a_default_that_is_broken_is_told_and_not_loosened():
    habits, doubts = find_habits([old_month("EEEEEEEE.EEEEEEEE.EEEEEEEE.E")])
    assert "days_in_a_row" not in {habit.rule for habit in habits}
    assert any("the default [rules.days_in_a_row] most = 6 is broken" in doubt.say("en") for doubt in doubts)
