"""R16: a mall's desk whose heads follow footfall (RULES 52, 53), served by the trained and tested only (RULES 121)."""

from __future__ import annotations

from datetime import date, timedelta

from tests.support.sample_months import broken, changed, desk, made, refused

TEN, HOUR = 10 * 60, 60


def at_desk(month, day: date, minute: int) -> int:
    """People at the desk at a minute of the day, breaks taken out, off the shifts' own times."""
    return sum(
        start <= minute < end
        for duty in month.roster.duties
        if duty.day == day
        for start, end in month.problem.shift_by_code[duty.shift].desk_minutes
    )


def test_every_hour_has_the_heads_that_its_visitors_need():
    month = made("mall_desk")
    asked = {(10, "work"): 2, (14, "work"): 2, (18, "work"): 3, (10, "off"): 2, (14, "off"): 4, (18, "off"): 4}
    for day in month.problem.days:
        promotion = day.date.day in (24, 31)
        for hour in range(10, 22):
            part = max(start for start in (10, 14, 18) if start <= hour)
            need = 4 if promotion and part > 10 else asked[part, "off" if day.is_off else "work"]
            for minute in (hour * HOUR, hour * HOUR + 30):
                assert at_desk(month, day.date, minute) >= need - 1, (day.date, minute)
    assert not any(v.reason.rule == "slot_cover" for v in month.audit.compromises)


def test_footfall_becomes_heads_by_what_a_person_serves_in_an_hour():
    problem, _ = desk("mall_desk")
    evening = {slot.on: slot.target for slot in problem.slots if slot.start == 18 * HOUR}
    assert evening["workday"] == 3  # 85 visitors, 30 a person
    assert evening["offday"] == 4
    busier, _ = desk("mall_desk", edits={"footfall.csv": [("工作日,18:00,22:00,85", "工作日,18:00,22:00,91")]})
    assert {slot.on: slot.target for slot in busier.slots if slot.start == 18 * HOUR}["workday"] == 4


def test_an_evening_left_to_one_is_caught():
    month = made("mall_desk")
    day = date(2026, 12, 12)
    late = [duty for duty in month.roster.duties if duty.day == day and duty.shift.startswith("晚")]
    cells = {(duty.worker, day.isoformat()): "" for duty in late[1:]}
    assert "slot_cover" in broken(month.problem, month.rulebook, changed(month.roster, cells))


def test_nobody_serves_before_or_after_their_test_holds():
    month = made("mall_desk")
    assert not any(duty.worker == "M09" and duty.day < date(2026, 12, 14) for duty in month.roster.duties)
    assert not any(duty.worker == "M06" and duty.day > date(2026, 12, 27) for duty in month.roster.duties)
    free = next(day for day in (date(2026, 12, 28) + timedelta(n) for n in range(4)) if not month.roster.on("M06", day))
    late = changed(month.roster, {("M06", free.isoformat()): "早"})
    assert "qualified_people" in broken(month.problem, month.rulebook, late)


def test_more_visitors_than_people_can_serve_is_impossible():
    refused("mall_desk", {"footfall.csv": [("休息日,14:00,18:00,120,30,2", "休息日,14:00,18:00,400,30,9")]})
