"""What a roster adds up to, counted by hand on a small desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from scheduler.audit.statistics import (
    carried_balances,
    count_cover,
    cover_rows,
    duty_row,
    total_workers,
    worker_totals,
)
from scheduler.domain import (
    Break,
    Burden,
    Day,
    DayKind,
    Demand,
    Desk,
    Duty,
    Leave,
    Problem,
    Roster,
    Shift,
    Wish,
    Worker,
    fair_shares,
)
from scheduler.timeline import ONE_DAY
from tests.support.kit import THREE_SHIFTS

MON = date(2026, 12, 7)
KINDS = (DayKind.WORKDAY, DayKind.RESTDAY, DayKind.STATUTORY, DayKind.NOTICE_OFF, DayKind.MAKEUP_WORKDAY)
DAYS = tuple(Day(MON + timedelta(days=n), kind) for n, kind in enumerate(KINDS))
SHIFTS = (
    Shift("早", "早班", 8 * 60, 16 * 60, breaks=(Break(12 * 60, 12 * 60 + 30),)),
    Shift("夜", "夜班", 22 * 60, 30 * 60, night=True),
)
PROBLEM = Problem(
    Desk("desk", "desk"),
    DAYS,
    (Worker("1", "甲", team="A", roles=("班长",), norm_hours=20), Worker("2", "乙", qualified_from=DAYS[2].date)),
    SHIFTS,
    demand=(
        Demand("夜", least=0, target=1, most=2),
        Demand("早", least=1, target=2),
        Demand("早", role="班长", least=1, target=1),
    ),
    leave=(Leave("2", DAYS[4].date, DAYS[4].date),),
    wishes=(Wish("1", DAYS[0].date, True, "早"), Wish("1", DAYS[1].date, False)),
    carried={"1": Burden(nights=1.5, weekends=-1, holidays=0.25, hours=3)},
)
ROSTER = Roster(
    [
        Duty("1", DAYS[0].date, "早"),
        Duty("1", DAYS[1].date, "夜"),
        Duty("1", DAYS[3].date, "早"),
        Duty("2", DAYS[1].date, "早"),
        Duty("2", DAYS[2].date, "早"),
    ]
)


def test_totals_count_hours_nights_weekends_holidays_rest_leave_and_wishes():
    one, two = total_workers(PROBLEM, ROSTER)
    assert (one.id, one.name, one.team, one.duties, one.hours, one.norm_hours) == ("1", "甲", "A", 3, 23.0, 20.0)
    assert (one.nights, one.weekends, one.holidays, one.rest_days, one.leave_days) == (1, 1, 0, 1, 0)
    assert (one.wishes, one.granted) == (2, 1)
    assert (one.carried_nights, one.carried_weekends, one.carried_holidays, one.carried_hours) == (1.5, -1, 0.25, 3)
    assert one.by_shift == {"早": 2, "夜": 1}
    assert (two.nights, two.weekends, two.holidays, two.rest_days, two.leave_days) == (0, 1, 1, 2, 1)
    assert (two.wishes, two.granted, two.hours) == (0, 0, 15.0)


def test_the_table_of_totals_has_a_row_a_worker_and_a_column_a_shift():
    frame = worker_totals(PROBLEM, ROSTER)
    assert list(frame["id"]) == ["1", "2"]
    assert list(frame["shift:早"]) == [2, 2]
    assert list(frame["shift:夜"]) == [1, 0]


def test_cover_counts_those_of_the_kind_asked_for_who_are_no_trainees():
    rows = {(row.date, row.shift, row.who): row for row in count_cover(PROBLEM, ROSTER)}
    assert len(rows) == 15
    assert [rows[day.date, "早", ""].heads for day in DAYS] == [1, 0, 1, 1, 0]  # 2 is a trainee until the third day
    assert [rows[day.date, "早", "班长"].heads for day in DAYS] == [1, 0, 0, 1, 0]
    assert [rows[day.date, "夜", ""].heads for day in DAYS] == [0, 1, 0, 0, 0]
    first = rows[DAYS[0].date, "夜", ""]
    assert (first.least, first.target, first.most) == (0, 1, 2)
    in_order = [(row.shift, row.who) for row in count_cover(PROBLEM, ROSTER) if row.date == DAYS[0].date]
    assert in_order == [("早", ""), ("早", "班长"), ("夜", "")]
    frame = cover_rows(PROBLEM, ROSTER)
    assert list(frame["heads"]) == [row.heads for row in count_cover(PROBLEM, ROSTER)]
    assert frame["most"].isna().sum() == 10


def test_balances_are_what_went_before_and_what_was_done_less_the_fair_share():
    fair = fair_shares(PROBLEM, ROSTER)
    found = carried_balances(PROBLEM, ROSTER)
    assert found["1"] == Burden(
        nights=round(1.5 + 1 - fair["1"].nights, 2),
        weekends=round(-1 + 1 - fair["1"].weekends, 2),
        holidays=round(0.25 + 0 - fair["1"].holidays, 2),
        hours=round(3 + 23 - fair["1"].hours, 2),
    )
    assert found["2"].holidays == round(1 - fair["2"].holidays, 2)


@pytest.mark.parametrize(
    ("shift", "start", "end", "paid"),
    [("早", "2026-12-07T08:00:00+08:00", "2026-12-07T16:00:00+08:00", 7.5),
     ("夜", "2026-12-07T22:00:00+08:00", "2026-12-08T06:00:00+08:00", 8.0)],
)  # fmt: skip
def test_a_duty_in_full_has_its_zone_and_its_segments(shift, start, end, paid):
    row = duty_row(PROBLEM, Duty("1", MON, shift))
    assert (row["worker"], row["name"], row["date"], row["shift"]) == ("1", "甲", "2026-12-07", shift)
    assert (row["start"], row["end"], row["paid_hours"]) == (start, end, paid)
    assert len(row["segments"]) == (2 if shift == "早" else 1)
    assert (row["segments"][0][0], row["segments"][-1][1]) == (start, end)


def test_a_day_into_which_a_night_reaches_is_no_day_off_unless_the_desk_allows_the_tail():
    assert [totals.rest_days for totals in total_workers(PROBLEM, ROSTER)] == [1, 2]
    allowed = replace(PROBLEM, desk=replace(PROBLEM.desk, tail_minutes=720))
    assert [totals.rest_days for totals in total_workers(allowed, ROSTER)] == [2, 2]
    after_a_night = replace(PROBLEM, history=(Duty("1", DAYS[0].date - ONE_DAY, "夜"),))
    free = Roster(duty for duty in ROSTER.duties if duty.day > DAYS[0].date)
    assert total_workers(PROBLEM, free)[0].rest_days - total_workers(after_a_night, free)[0].rest_days == 1


def test_hours_of_leave_are_counted_as_they_count_and_take_no_whole_day():
    half = Leave("1", DAYS[2].date, DAYS[2].date, start=0, end=720)
    hour = Leave("1", DAYS[3].date, DAYS[3].date, "sick", start=900, end=960)
    one, two = total_workers(replace(PROBLEM, leave=(*PROBLEM.leave, half, hour)), ROSTER)
    assert (one.leave_hours, one.leave_days) == (5.0, 0)
    assert (two.leave_hours, two.leave_days) == (0.0, 1)


def test_who_joins_or_leaves_within_the_month_has_days_off_and_leave_only_while_employed():
    monday, thursday = DAYS[0].date, DAYS[3].date
    problem = Problem(
        Desk("desk", "desk"),
        DAYS,
        (
            Worker("甲", "甲", hired=thursday),
            Worker("乙", "乙", leaves=monday),
            Worker("丙", "丙"),
            Worker("丁", "丁", hired=thursday),
        ),
        THREE_SHIFTS,
        leave=(Leave("丁", monday, thursday),),
    )
    totals = {one.id: one for one in total_workers(problem, Roster([Duty("甲", thursday, "早")]))}
    rest = {who: one.rest_days for who, one in totals.items()}
    assert rest == {"甲": len(DAYS) - 4, "乙": 1, "丙": len(DAYS), "丁": len(DAYS) - 4}
    assert {who: one.leave_days for who, one in totals.items()} == {"甲": 0, "乙": 0, "丙": 0, "丁": 1}
