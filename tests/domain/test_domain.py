"""The values refuse nonsense, and answer what every rule asks of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from scheduler.domain import (
    DAY_KEYS,
    Break,
    Change,
    Day,
    DayKind,
    Demand,
    Desk,
    Duty,
    Event,
    Fixed,
    Leave,
    Note,
    Noted,
    Opening,
    Overtime,
    Problem,
    Protection,
    ProtectionKind,
    Reason,
    Roster,
    Shift,
    Sitting,
    Skill,
    SlotNeed,
    Terms,
    Violation,
    Wish,
    Worker,
    day_match,
    is_day_key,
    within,
)
from scheduler.domain.holidays import day_types
from scheduler.i18n import Sentence
from scheduler.timeline import Span, days_between, month_days
from tests.support.kit import THREE_SHIFTS

MON, TUE, WED, SAT, SUN = (date(2026, 12, day) for day in (7, 8, 9, 12, 13))
WEEK = day_types(days_between(MON, SUN), "none")


def desk_of(*workers, days=WEEK, **fields):
    return Problem(Desk("desk", "desk"), days, workers or (Worker("1", "甲"),), THREE_SHIFTS, **fields)


def test_a_shift_refuses_hours_that_no_day_has():
    for start, end in ((-1, 60), (1440, 1500), (480, 480), (480, 300), (480, 480 + 1441)):
        with pytest.raises(ValueError, match="shift A"):
            Shift("A", "A", start, end)
    assert Shift("A", "A", 480, 480 + 1440).span_minutes == 1440


def test_a_shift_refuses_breaks_that_touch_its_ends_or_each_other():
    for breaks in (
        (Break(480, 500),),
        (Break(900, 960),),
        (Break(600, 600),),
        (Break(700, 720), Break(600, 630)),
        (Break(600, 630), Break(630, 640)),
        (Break(400, 430),),
    ):
        with pytest.raises(ValueError, match="break"):
            Shift("A", "A", 480, 960, breaks=breaks)
    assert Shift("A", "A", 480, 960, breaks=(Break(481, 482), Break(958, 959))).paid_minutes == 478


def test_a_shift_measures_span_paid_time_and_desk_time_apart():
    shift = Shift("A", "A", 480, 1080, breaks=(Break(600, 615, paid=True), Break(720, 780)))
    assert shift.span_minutes == 600
    assert shift.paid_minutes == 540
    assert shift.desk_minutes == ((480, 600), (615, 720), (780, 1080))


def test_an_elastic_end_is_planned_and_paid_but_no_cover_to_count_on():
    late = Shift("晚", "晚班", 960, 1500, breaks=(Break(1200, 1230),), firm_end=1440)
    assert late.paid_minutes == 510
    assert late.desk_minutes == ((960, 1200), (1230, 1500))
    assert late.firm_minutes == ((960, 1200), (1230, 1440))
    assert Shift("早", "早班", 480, 960).firm_minutes == ((480, 960),)
    problem = replace(desk_of(), shifts=(late,))
    assert [span.minutes for span in problem.segments(MON, "晚")] == [240, 270]
    assert [span.minutes for span in problem.firm_segments(MON, "晚")] == [240, 210]


@pytest.mark.parametrize("firm_end", [960, 959, 1500, 1501, 1230, 1215])
def test_an_elastic_end_begins_inside_the_shift_and_behind_its_breaks(firm_end):
    with pytest.raises(ValueError, match="elastic"):
        Shift("晚", "晚班", 960, 1500, breaks=(Break(1200, 1230),), firm_end=firm_end)
    assert Shift("晚", "晚班", 960, 1500, breaks=(Break(1200, 1230),), firm_end=1231).firm_end == 1231


def test_a_worker_needs_an_id_and_a_share_of_full_time():
    with pytest.raises(ValueError, match="id"):
        Worker("", "甲")
    for share in (0, -0.5, 1.01):
        with pytest.raises(ValueError, match="share"):
            Worker("1", "甲", share=share)


def test_demand_refuses_bounds_out_of_order():
    for least, target, most in ((-1, 1, None), (2, 1, None), (1, 2, 1)):
        with pytest.raises(ValueError, match="demand for 早"):
            Demand("早", least=least, target=target, most=most)
    assert Demand("早", least=1, target=1, most=1).most == 1


def demand_with(name: str, value: int) -> Demand:
    fields: dict[str, Any] = {name: value}
    return Demand("早", **fields)


def terms_with(name: str, value: int) -> Terms:
    fields: dict[str, Any] = {name: value}
    return Terms(**fields)


def test_demand_refuses_costs_below_nothing():
    for name in ("weight_short", "weight_spare"):
        with pytest.raises(ValueError, match="demand for 早"):
            demand_with(name, -1)
        assert getattr(demand_with(name, 0), name) == 0


def test_terms_refuse_what_nobody_can_keep():
    for name in ("most_days_in_a_row", "least_days_in_a_row", "least_days_off_in_a_row"):
        with pytest.raises(ValueError, match="terms"):
            terms_with(name, 0)
        terms_with(name, 1)
    for name in ("most_weekends", "least_hours", "most_hours"):
        with pytest.raises(ValueError, match="terms"):
            terms_with(name, -1)
        terms_with(name, 0)
    for crossed in (
        {"most_days_in_a_row": 2, "least_days_in_a_row": 3},
        {"most_hours": 39.5, "least_hours": 40},
        {"most_of_shift": (("早", -1),)},
        {"most_of_shift": (("早", 1), ("早", 2))},
    ):
        with pytest.raises(ValueError, match="terms"):
            Terms(**crossed)
    Terms(most_days_in_a_row=3, least_days_in_a_row=3, most_hours=40, least_hours=40, most_of_shift=(("早", 0),))


@pytest.mark.parametrize(
    "fields",
    [
        {"days": ()},
        {"workers": (Worker("1", "甲"), Worker("1", "乙"))},
        {"shifts": (THREE_SHIFTS[0], THREE_SHIFTS[0])},
        {"leave": (Leave("9", MON, MON),)},
        {"wishes": (Wish("9", MON, True),)},
        {"overtime": (Overtime("9", MON, 60),)},
        {"demand": (Demand("X"),)},
        {"workers": (Worker("1", "甲", terms=Terms(most_of_shift=(("X", 1),))),)},
        {"wishes": (Wish("1", MON, True, "X"),)},
        {"fixed": (Fixed("1", MON, "X"),)},
        {"history": (Duty("1", MON - timedelta(days=1), "X"),)},
        {"history": (Duty("1", MON, "早"),)},
    ],
)
def test_a_problem_refuses_what_does_not_fit_together(fields):
    whole = desk_of()
    with pytest.raises(ValueError, match=r"needs days|unknown|history"):
        replace(whole, **fields)


def test_a_problem_takes_fixed_days_off_and_the_day_before_as_history():
    problem = desk_of(fixed=(Fixed("1", MON, ""),), history=(Duty("1", MON - timedelta(days=1), "早"),))
    assert (problem.first, problem.last) == (MON, SUN)


def test_every_day_key_fits_its_days_and_no_other():
    holiday = Day(date(2027, 1, 1), DayKind.STATUTORY)
    makeup = Day(date(2026, 10, 10), DayKind.MAKEUP_WORKDAY)
    assert {key for key in DAY_KEYS if day_match(key, holiday)} == {"all", "offday", "fri", "holiday"}
    assert {key for key in DAY_KEYS if day_match(key, makeup)} == {"all", "workday", "sat", "makeup_workday"}
    assert {key for key in DAY_KEYS if day_match(key, WEEK[0])} == {"all", "workday", "mon"}
    assert {key for key in DAY_KEYS if day_match(key, WEEK[6])} == {"all", "offday", "sun", "restday"}
    assert not day_match("2026-12-07", WEEK[1])


def test_a_date_beats_a_calendar_kind_beats_a_weekday_beats_workdays_beats_all():
    new_year = Day(date(2027, 1, 1), DayKind.STATUTORY)
    keys = ("2027-01-01", "holiday", "fri", "offday", "all")
    matches = [day_match(key, new_year) for key in keys]
    assert matches == sorted(set(matches), reverse=True)
    rows = [Demand("早", key, least=place, target=place) for place, key in enumerate(keys)]
    for place in range(len(keys)):
        problem = desk_of(days=(new_year,), demand=tuple(reversed(rows[place:])))
        assert problem.demand_on(new_year.date) == (rows[place],)


def day(text, kind=DayKind.WORKDAY):
    return Day(date.fromisoformat(text), kind)


def test_a_day_key_is_known_by_its_form():
    for key in (*DAY_KEYS, "2026-12-05", "10-01..04-30", "10-01..04-30&sat", "all&sun"):
        assert is_day_key(key), key
    for text in ("", "funday", "10-01", "10-01..", "sat&", "&", "2026-12-05x", "٢٠٢٦-12-05", "周六"):
        assert not is_day_key(text), text


@pytest.mark.parametrize(
    ("season", "inside", "outside"),
    [
        ("05-01..09-30", ("2026-05-01", "2026-07-15", "2027-09-30"), ("2026-04-30", "2026-10-01", "2026-12-31")),
        ("10-01..04-30", ("2026-10-01", "2026-12-31", "2027-01-01", "2027-04-30"), ("2026-09-30", "2027-05-01")),
        ("11-15..03-15", ("2026-11-15", "2028-02-29", "2027-03-15"), ("2026-11-14", "2027-03-16")),
        ("12-24..12-24", ("2026-12-24",), ("2026-12-23", "2026-12-25")),
        ("02-29..02-29", ("2028-02-29",), ("2027-02-28", "2027-03-01")),
        ("01-01..12-31", ("2026-01-01", "2026-12-31"), ()),
    ],
)
def test_a_season_holds_from_its_first_day_to_its_last_in_every_year(season, inside, outside):
    assert {day_match(season, day(text)) for text in inside} == {2}
    assert {day_match(season, day(text)) for text in outside} <= {0}


def test_joined_keys_fit_where_all_their_parts_do():
    saturday = day("2026-12-05", DayKind.RESTDAY)
    for key in ("10-01..04-30&sat", "sat&10-01..04-30", "restday&10-01..04-30&sat", "2026-12-05&sat", "all&offday"):
        assert day_match(key, saturday), key
    for key in ("10-01..04-30&sun", "05-01..09-30&sat", "holiday&sat", "2026-12-05&sun", "all&workday"):
        assert not day_match(key, saturday), key
    assert not day_match("10-01..04-30&sat", day("2026-12-04"))


def test_a_season_beats_every_day_and_joined_keys_beat_each_of_their_parts():
    saturday = day("2026-12-05", DayKind.RESTDAY)
    ordered = ("2026-12-05", "restday", "10-01..04-30&offday&sat", "10-01..04-30&sat", "sat", "offday", "10-01..04-30")
    fits = [day_match(key, saturday) for key in (*ordered, "all")]
    assert fits == sorted(set(fits), reverse=True)
    for joint in ("10-01..04-30&sat", "offday&sat", "10-01..04-30&restday&sat", "2026-12-05&10-01..04-30", "all&sat"):
        assert all(day_match(joint, saturday) > day_match(part, saturday) for part in joint.split("&")), joint
    rows = [Demand("早", key, least=place, target=place) for place, key in enumerate((*ordered, "all"))]
    for place in range(len(rows)):
        problem = desk_of(days=(saturday,), demand=tuple(reversed(rows[place:])))
        assert problem.demand_on(saturday.date) == (rows[place],)


def test_opening_hours_follow_the_season_and_its_weekdays():
    openings = (
        Opening("05-01..09-30", 540, 1080),
        Opening("10-01..04-30", 540, 1050),
        Opening("10-01..04-30&sun", 0, 0),
        Opening("2026-12-13", 600, 660),
    )
    problem = replace(desk_of(), desk=Desk("desk", "desk", opening=openings))
    assert [span.minutes for span in problem.opening_on(MON)] == [510]
    assert [span.minutes for span in problem.opening_on(SUN)] == [60]
    assert [
        span.minutes for span in replace(problem, desk=Desk("desk", "desk", opening=openings[:3])).opening_on(SUN)
    ] == []


def test_slots_are_those_of_the_closest_key_in_order_of_time():
    rows = (
        SlotNeed("all", 600, 660, least=1, target=2),
        SlotNeed("10-01..04-30", 540, 600, least=1, target=3),
        SlotNeed("10-01..04-30&sat", 540, 600, least=2, target=4),
        SlotNeed("all", 540, 600, least=0, target=1),
        SlotNeed("all", 540, 600, least=0, target=1, skill="english"),
    )
    problem = desk_of(slots=rows)
    assert problem.slots_on(MON) == (rows[1], rows[4], rows[0])
    assert problem.slots_on(SAT) == (rows[2], rows[4], rows[0])


def test_a_slot_refuses_hours_and_heads_out_of_order():
    for start, end, least, target in ((60, 60, 0, 0), (-1, 60, 0, 0), (0, 1441, 0, 0), (0, 60, 2, 1), (0, 60, -1, 0)):
        with pytest.raises(ValueError, match="slot"):
            SlotNeed("all", start, end, least=least, target=target)
    assert SlotNeed("all", 1380, 1500, least=0, target=0).end == 1500


def test_an_event_has_sittings_that_end_after_they_begin():
    with pytest.raises(ValueError, match="event"):
        Event("会", (), ("1",))
    with pytest.raises(ValueError, match="event"):
        Event("会", (Sitting(MON, 600, 600),), ("1",))
    for wrong in (Sitting(MON, 600, 600), Sitting(MON, -1, 60), Sitting(MON, 600, 600 + 24 * 60 + 1)):
        for sittings in ((wrong, Sitting(MON, 600, 660)), (Sitting(MON, 600, 660), wrong)):
            with pytest.raises(ValueError, match="event"):
                Event("会", sittings, ("1",))
    assert Event("会", (Sitting(MON, 600, 660),), ("1",)).free_time is False
    assert Event("会", (Sitting(MON, 0, 24 * 60), Sitting(TUE, 600, 600 + 24 * 60)), ("1",)).sittings


def test_demand_for_other_people_or_shifts_stands_beside_and_is_not_replaced():
    rows = (
        Demand("早", "all", least=1, target=1),
        Demand("早", "mon", role="班长", least=2, target=2),
        Demand("早", "mon", skill="english", least=3, target=3),
        Demand("夜", "mon", least=4, target=4),
    )
    assert set(desk_of(demand=rows).demand_on(MON)) == set(rows)
    assert desk_of(demand=rows).demand_on(TUE) == rows[:1]


def test_heads_are_those_asked_of_everybody_or_else_the_parts_together():
    rows = (
        Demand("早", target=3),
        Demand("早", role="班长", target=1),
        Demand("夜", role="班长", target=1),
        Demand("夜", role="客服", target=2),
        Demand("中", "sun", target=9),
    )
    assert desk_of(demand=rows).heads_on(MON) == {"早": 3, "夜": 3}
    assert desk_of(demand=rows).heads_on(SUN) == {"早": 3, "夜": 3, "中": 9}


def test_demand_counts_the_qualified_of_its_kind():
    worker = Worker("1", "甲", roles=("班长",), skills=(Skill("english", last=TUE),), qualified_from=TUE)
    assert [Demand("早").counts(worker, day) for day in (MON, TUE, WED)] == [False, True, True]
    assert [Demand("早", skill="english").counts(worker, day) for day in (MON, TUE, WED)] == [False, True, False]
    assert Demand("早", role="班长").counts(worker, TUE)
    assert not Demand("早", role="客服").counts(worker, TUE)


def test_opening_hours_are_those_of_the_closest_key():
    openings = (Opening("all", 480, 1200), Opening("sat", 540, 720), Opening("sat", 720, 840), Opening("sun", 0, 0))
    problem = replace(desk_of(), desk=Desk("desk", "desk", opening=openings))

    def minutes(day):
        return [(s.start - problem.minute_at(day, 0), s.minutes) for s in problem.opening_on(day)]

    assert minutes(MON) == [(480, 720)]
    assert minutes(SAT) == [(540, 300)]
    assert minutes(SUN) == []


def test_only_approved_leave_frees_and_the_day_after_the_month_is_known():
    leave = (Leave("1", TUE, WED), Leave("1", SAT, SAT, approved=False), Leave("1", SUN, SUN + timedelta(days=9)))
    problem = desk_of(leave=leave)
    assert {day for _, day in problem.leave_days} == {TUE, WED, SUN, SUN + timedelta(days=1)}
    worker = problem.workers[0]
    assert [problem.available(worker, day) for day in (MON, TUE, SAT, SUN)] == [True, False, True, False]


def test_who_can_take_a_shift_is_told_by_the_tables():
    early, _, night = THREE_SHIFTS
    asking = replace(early, skill="english")
    can = desk_of().can_take
    assert can(Worker("1", "甲"), MON, night)
    assert not can(Worker("1", "甲", hired=TUE), MON, early)
    assert not can(Worker("1", "甲", qualified_from=TUE), MON, early)
    assert not can(Worker("1", "甲", only_shifts=("夜",)), MON, early)
    assert not can(Worker("1", "甲"), MON, asking)
    assert can(Worker("1", "甲", skills=(Skill("english"),)), MON, asking)
    protected = Worker("1", "甲", protections=(Protection(ProtectionKind.NURSING, last=MON),))
    assert [can(protected, day, night) for day in (MON, TUE)] == [False, True]
    assert can(protected, MON, early)


def test_open_ended_ranges_include_both_ends():
    assert within(MON, None, None)
    assert within(MON, MON, MON)
    assert not within(MON, TUE, None)
    assert not within(TUE, None, MON)


@pytest.mark.parametrize(("year", "month", "hours"), [(2026, 12, 184), (2027, 1, 160), (2026, 10, 144), (2026, 2, 128)])
def test_the_norm_of_a_month_is_its_working_days(year, month, hours):
    problem = desk_of(days=day_types(month_days(year, month)))
    assert problem.norm_minutes == {"1": 60 * hours}


@pytest.mark.parametrize(
    ("year", "month", "workdays", "days"),
    [
        (2026, 12, (0, 1, 2, 3, 4, 5), 27),
        (2026, 12, (5, 6, 0, 1, 2, 3), 27),  # Friday is the day of rest
        (2026, 10, (0, 1, 2, 3, 4, 5), 24),  # without the statutory 1 to 3, with the 5th to 7th
        (2026, 12, (6,), 4),
    ],
)
def test_the_norm_of_a_six_day_week_is_its_weekdays_without_statutory_holidays(year, month, workdays, days):
    problem = desk_of(days=day_types(month_days(year, month)))
    problem = replace(problem, desk=Desk("desk", "desk", workdays=workdays))
    assert problem.norm_minutes == {"1": 60 * 8 * days}


def test_leave_takes_its_workdays_off_the_norm_of_a_six_day_week():
    days = day_types(month_days(2026, 12))
    leave = (Leave("1", SAT, SUN),)
    problem = replace(desk_of(days=days, leave=leave), desk=Desk("desk", "desk", workdays=(0, 1, 2, 3, 4, 5)))
    assert problem.norm_minutes == {"1": 60 * 8 * 26}


def test_leave_part_time_employment_and_own_hours_change_the_norm():
    days = day_types(month_days(2026, 12))  # 23 working days
    workers = (
        Worker("leave", "甲"),
        Worker("half", "乙", share=0.5),
        Worker("own", "丙", norm_hours=115),
        Worker("both", "丁", share=0.5, norm_hours=115),
        Worker("new", "戊", hired=date(2026, 12, 21)),
    )
    # Thursday to Monday: three working days, the weekend in between costs nothing
    leave = tuple(Leave(who, date(2026, 12, 10), date(2026, 12, 14)) for who in ("leave", "own"))
    hours = {who: minutes / 60 for who, minutes in desk_of(*workers, days=days, leave=leave).norm_minutes.items()}
    assert hours == {"leave": 160, "half": 92, "own": 100, "both": 115, "new": 72}


def test_a_month_without_working_days_keeps_only_hours_of_ones_own():
    problem = desk_of(Worker("1", "甲"), Worker("2", "乙", norm_hours=8), days=WEEK[5:])
    assert problem.norm_minutes == {"1": 0, "2": 480}


def test_the_desks_own_standard_day_makes_the_norm():
    problem = replace(desk_of(), desk=Desk("desk", "desk", day_hours=7.5))
    assert problem.norm_minutes == {"1": 5 * 450}


def wished(problem):
    """Shares of what demand asks for."""
    return problem.shares.of(problem.shares.asked)


def test_fair_shares_add_up_to_what_is_asked():
    days = day_types(days_between(date(2026, 12, 20), date(2027, 1, 5)))
    workers = (
        Worker("1", "甲"),
        Worker("2", "乙", share=0.5),
        Worker("3", "丙", protections=(Protection(ProtectionKind.MINOR),)),
        Worker("4", "丁", qualified_from=date(2026, 12, 28)),
        Worker("5", "戊"),
        Worker("6", "己"),
    )
    demand = (Demand("早", target=1), Demand("夜", target=1), Demand("夜", "offday", target=2))
    shares = desk_of(*workers, days=days, demand=demand, leave=(Leave("5", date(2026, 12, 21), date(2026, 12, 23)),))
    fair = wished(shares)
    off = [day for day in days if day.is_off]
    nights = sum(share.nights for share in fair.values())
    assert nights == pytest.approx(len(days) + len(off))
    weekend = [day for day in off if day.kind == DayKind.RESTDAY]
    assert sum(share.weekends for share in fair.values()) == pytest.approx(3 * len(weekend))
    holiday = [day for day in off if day.kind == DayKind.STATUTORY]
    assert len(holiday) == 1
    assert sum(share.holidays for share in fair.values()) == pytest.approx(3)
    assert fair["3"].nights == 0
    assert fair["3"].weekends > 0
    assert fair["2"].nights == pytest.approx(fair["1"].nights / 2)
    assert fair["5"].nights == pytest.approx(fair["1"].nights * 14 / 17)
    assert 0 < fair["4"].nights < fair["1"].nights


def test_fair_hours_are_what_is_asked_spread_by_the_norm_and_never_above_it():
    workers = (Worker("1", "甲"), Worker("2", "乙", share=0.5))
    problem = desk_of(*workers, demand=(Demand("早", target=1), Demand("早", "offday")))
    assert {who: share.hours for who, share in wished(problem).items()} == pytest.approx({"1": 80 / 3, "2": 40 / 3})
    crowded = replace(problem, demand=(Demand("早", target=5),))
    assert {who: share.hours for who, share in wished(crowded).items()} == {"1": 40, "2": 20}


def test_nobody_to_share_with_leaves_shares_of_nothing():
    trainee = Worker("1", "甲", qualified_from=SUN + timedelta(days=1))
    assert wished(desk_of(trainee, demand=(Demand("夜", target=1),)))["1"].nights == 0


def test_a_roster_is_its_duties_in_any_order_each_once():
    early, late = Duty("1", MON, "早"), Duty("1", TUE, "夜")
    roster = Roster([late, early, late])
    assert roster == Roster([early, late])
    assert hash(roster) == hash(Roster([early, late]))
    assert roster.duties == (early, late)
    assert roster.on("1", MON) == ("早",)
    assert roster.on("1", WED) == ()
    assert Roster([early, Duty("1", MON, "中")]).on("1", MON) == ("中", "早")
    assert repr(roster) == "Roster(2 duties)"
    assert roster != (early, late)


def test_wishes_of_all_four_kinds_know_when_they_are_granted():
    granted = {
        (Wish("1", MON, True, "早"), ("早",)): True,
        (Wish("1", MON, True, "早"), ("中",)): False,
        (Wish("1", MON, True), ("中",)): True,
        (Wish("1", MON, True), ()): False,
        (Wish("1", MON, False, "早"), ("中",)): True,
        (Wish("1", MON, False, "早"), ("早", "中")): False,
        (Wish("1", MON, False), ()): True,
        (Wish("1", MON, False), ("夜",)): False,
    }
    assert {key: key[0].granted(key[1]) for key in granted} == granted


ASKED = Sentence("{who}：{day}至{until}{what} {hours:g} 小时", "{who}: {what} for {hours:g} h, {day} to {until}")


def reason(**changes):
    facts = {"what": Sentence("休息", "rest"), "hours": 11.0} | changes
    return Reason("some_rule", ASKED, ("1", "2"), (MON, SUN), tuple(facts.items()))


def test_reasons_with_the_same_data_are_the_same_and_others_are_not():
    assert reason() == reason()
    assert len({reason(), reason(), reason(hours=12.0)}) == 2
    assert reason()._replace(days=(MON, SAT)) != reason()


def test_a_reason_words_itself_in_both_languages():
    names = {"1": "甲"}
    assert reason().say("zh", names) == "甲、2：12月7日(周一)至12月13日(周日)休息 11 小时"
    assert reason(hours=0.5).say("en", names) == "甲, 2: rest for 0.5 h, Mon 7 Dec to Sun 13 Dec"


def test_a_violation_adds_what_was_found_and_is_hard_unless_it_has_a_price():
    short = Reason("some_rule", Sentence("{who}：不够", "{who}: too little"), ("1",))
    assert Violation(short).say("en", {}) == "1: too little"
    assert Violation(short, 3).say("zh", {}) == "1：不够（现为 3）"
    assert Violation(short, 0).say("en", {}) == "1: too little (found: 0)"
    assert Violation(short).hard
    assert not Violation(short, cost=2).hard


@pytest.mark.parametrize("kind", Noted)
def test_what_is_put_on_record_is_neither_broken_nor_costs_anything(kind):
    found = Violation(Reason("some_rule", Sentence("{who}：不够", "{who}: too little"), ("1",)), 3, noted=kind)
    assert not found.hard
    assert found.cost == 0
    assert found.say("en", {}) == "1: too little (found: 3)"


def test_cells_are_replaced_and_no_others():
    roster = Roster([Duty("1", MON, "早"), Duty("1", TUE, "早"), Duty("2", MON, "夜")])
    assert roster.replace_cells({}) == roster
    moved = roster.replace_cells({("1", MON): (), ("2", TUE): ("中", "夜"), ("2", MON): ["早"]})
    assert moved == Roster([Duty("1", TUE, "早"), Duty("2", MON, "早"), Duty("2", TUE, "中"), Duty("2", TUE, "夜")])
    back = {(change.worker, change.day): change.before for change in moved.changes_from(roster)}
    assert moved.replace_cells(back) == roster


def test_changes_are_the_cells_that_differ_by_day_and_worker():
    before = Roster([Duty("1", MON, "早"), Duty("2", MON, "夜"), Duty("1", TUE, "早")])
    after = Roster([Duty("2", MON, "早"), Duty("1", TUE, "早"), Duty("2", TUE, "中"), Duty("2", TUE, "夜")])
    assert after.changes_from(before) == (
        Change("1", MON, ("早",), ()),
        Change("2", MON, ("夜",), ("早",)),
        Change("2", TUE, (), ("中", "夜")),
    )
    assert after.changes_from(after) == ()


def test_a_note_words_itself_with_its_facts():
    note = Note(Sentence("{year} 年", "in {year}"), (("year", 2027),))
    assert (note.say("zh"), note.say("en")) == ("2027 年", "in 2027")


def test_namesakes_are_told_apart_by_their_ids():
    problem = desk_of(Worker("1", "甲"), Worker("2", "乙"), Worker("3", "甲"))
    assert problem.names == {"1": "甲(1)", "2": "乙", "3": "甲(3)"}


def test_a_fingerprint_changes_with_anything_in_the_problem():
    problem = desk_of()
    prints = {
        problem.fingerprint,
        replace(problem, wishes=(Wish("1", MON, True),)).fingerprint,
        replace(problem, desk=replace(problem.desk, zone="Europe/Berlin")).fingerprint,
        desk_of().fingerprint,
    }
    assert len(prints) == 3


def a_night_of_the_autumn_change(hours_by: str) -> tuple[Problem, date]:
    night = Shift("N", "night", 22 * 60, 30 * 60, breaks=(Break(26 * 60 - 30, 26 * 60),), night=True)
    eve = date(2026, 10, 24)  # the clocks go back at 03:00 on the next morning
    desk = Desk("d", "d", zone="Europe/Berlin", hours_by=hours_by)
    return Problem(desk, day_types((eve,), "none"), (Worker("1", "甲"),), (night,)), eve


def test_hours_as_they_pass_are_true_time_in_the_desks_zone():
    problem, eve = a_night_of_the_autumn_change("passing")
    assert problem.span(eve, "N") == problem.true_span(eve, "N")
    assert problem.span(eve, "N").minutes == 9 * 60
    first, second = problem.segments(eve, "N")
    assert (first.minutes, second.minutes) == (210, 300)
    assert Span(first.start, second.end) == problem.span(eve, "N")
    assert problem.paid_minutes(eve, "N") == 8 * 60 + 30
    assert problem.paid_by_day(eve, "N") == (120, 390)


def test_hours_by_the_wall_are_those_of_every_night_and_the_change_is_known():
    problem, eve = a_night_of_the_autumn_change("wall")
    assert problem.span(eve, "N").minutes == 8 * 60
    assert [segment.minutes for segment in problem.segments(eve, "N")] == [210, 240]
    assert (problem.paid_minutes(eve, "N"), problem.paid_by_day(eve, "N")) == (450, (120, 330))
    assert problem.true_span(eve, "N").minutes == 9 * 60
    assert [(one.day, one.shift.code, one.minutes) for one in problem.clock_changes] == [(eve, "N", 540)]
