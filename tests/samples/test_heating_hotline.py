"""R11: round the clock in the heating season, days only outside it (RULES 36, 69, 111, 157)."""

from datetime import date

import pytest

from scheduler.domain import Noted
from tests.support.sample_months import broken, changed, desk, made, refused, without_people

NAME = "heating_hotline"
MONTHS = ("2026-10", "2026-12", "2027-01", "2027-02")


@pytest.mark.parametrize("month", MONTHS)
def test_each_month_of_the_year_is_made_from_the_same_folder(month):
    hotline = made(NAME, month)
    assert not hotline.audit.broken
    assert hotline.solved.audit.cost - hotline.solved.bound <= 0.01 * hotline.solved.audit.cost


def test_the_season_has_three_shifts_that_touch_and_somebody_on_each():
    hotline = made(NAME)
    for day in hotline.problem.dates:
        assert all(hotline.crew(day.isoformat(), code) for code in "早中夜"), day
        assert not hotline.crew(day.isoformat(), "午")


def test_outside_the_season_the_line_is_open_by_day_only():
    hotline = made(NAME, "2026-10")
    assert {duty.shift for duty in hotline.roster.duties} == {"早", "午"}
    (opening,) = hotline.problem.opening_on(date(2026, 10, 5))
    assert opening.minutes == 12 * 60


def test_the_season_begins_at_midnight_on_the_fifteenth_of_november():
    november, _ = desk(NAME, "2026-11", {"history.csv": [(None, "工号,日期,班次\n")]})
    codes = {day.day: {row.shift for row in november.demand_on(day)} for day in november.dates}
    assert codes[14] == {"早", "午"}
    assert codes[15] == {"早", "中", "夜"}
    march, _ = desk(NAME, "2027-03")
    assert {row.shift for row in march.demand_on(date(2027, 3, 15))} == {"早", "中", "夜"}
    assert {row.shift for row in march.demand_on(date(2027, 3, 16))} == {"早", "午"}


def test_the_peak_asks_for_one_more_in_the_morning():
    hotline = made(NAME)
    assert {len(hotline.crew(f"2026-12-{day}", "早")) for day in range(10, 20)} == {3}
    assert {len(hotline.crew(f"2026-12-{day}", "早")) for day in range(20, 32)} == {4}


def test_seasonal_workers_are_there_in_the_season_and_a_trainee_does_not_count_at_once():
    october = made(NAME, "2026-10")
    assert not {duty.worker for duty in october.roster.duties} & {"H11", "H12", "H13", "H14", "H15"}
    december = made(NAME)
    for day in range(1, 7):
        heads = [len(set(december.crew(f"2026-12-0{day}", code)) - {"H15"}) for code in "早中夜"]
        assert all(counted >= least for counted, least in zip(heads, (2, 1, 1), strict=True)), day


def test_the_nursing_colleague_works_neither_nights_nor_late_evenings():
    for month in MONTHS[1:]:
        hotline = made(NAME, month)
        assert {duty.shift for duty in hotline.roster.duties if duty.worker == "H08"} == {"早"}


def test_duties_on_statutory_holidays_are_listed_for_pay():
    hotline = made(NAME, "2027-02")
    festival = {date(2027, 2, day) for day in (5, 6, 7, 8)}
    on_duty = {duty.worker for duty in hotline.roster.duties if duty.day in festival}
    listed = {line.reason.workers[0] for line in hotline.audit.noted(Noted.LAW) if "300%" in line.say("zh", {})}
    assert listed == on_duty


def test_everybody_reads_of_early_arrival_swaps_and_greetings():
    problem, _ = desk(NAME)
    assert all(
        part in "".join(line.zh for line in problem.desk.notice)
        for part in ("提前 10 分钟", "自行换班", "主管批准", "节日开头语", "春节")
    )


@pytest.mark.parametrize(
    ("month", "cells", "rules"),
    [
        ("2026-10", {("H02", "2026-10-05"): "夜"}, {"shift_cover"}),  # no nights outside the season
        ("2026-12", {("H08", "2026-12-05"): "夜"}, {"protected_workers"}),
        ("2026-12", {("H06", "2026-12-08"): "早"}, {"approved_leave"}),
    ],
)
def test_the_nearest_breach_is_found(month, cells, rules):
    hotline = made(NAME, month)
    assert rules <= broken(hotline.problem, hotline.rulebook, changed(hotline.roster, cells))


def test_a_night_left_empty_is_found_as_an_empty_line_too():
    hotline = made(NAME)
    empty = changed(hotline.roster, {(worker, "2026-12-25"): "" for worker in hotline.crew("2026-12-25", "夜")})
    assert broken(hotline.problem, hotline.rulebook, empty) == {"shift_cover", "always_staffed"}


def test_four_people_cannot_hold_a_line_round_the_clock():
    refused(NAME, without_people(NAME, *(f"H{number:02d}" for number in range(6, 16))))
