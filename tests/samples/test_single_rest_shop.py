"""R8: fixed hours for everybody, Sunday off (RULES 35)."""

from datetime import date

import pytest

from scheduler.domain import Noted
from tests.support.sample_months import broken, changed, desk, made, made_with, refused

NAME = "single_rest_shop"


def overtime(month):
    """What the law layer says of each person's month, by name."""
    shop = made(NAME, month)
    noted = (violation for violation in shop.audit.noted(Noted.LAW) if "+" in str(violation.found))
    return {shop.problem.names[violation.reason.workers[0]]: violation for violation in noted}


def test_the_month_is_proved_and_breaks_nothing():
    shop = made(NAME)
    assert shop.solved.status == "OPTIMAL"
    assert not shop.audit.broken


def test_everybody_works_every_day_but_sundays_and_leave():
    shop = made(NAME)
    for worker in shop.problem.workers:
        for day in shop.problem.dates:
            open_today = day.weekday() != 6 and shop.problem.available(worker, day)
            assert bool(shop.roster.on(worker.id, day)) == open_today, (worker.name, day)


def test_the_hours_are_nine_to_twelve_and_one_to_six():
    problem, _ = desk(NAME)
    (shift,) = problem.shifts
    assert shift.desk_minutes == ((9 * 60, 12 * 60), (13 * 60, 18 * 60))
    assert shift.paid_minutes == 8 * 60


def test_the_law_layer_reports_32_hours_in_december_and_40_in_january():
    """Size check of R8: 216 h (+32), and 200 h (+40), which passes 36 h."""
    december, january = overtime("2026-12"), overtime("2027-01")
    assert december["赵一"].found == "216 h, +32 h"
    assert "劳动法第44条" in december["赵一"].say("zh", {})
    assert january["赵一"].found == "200 h, +40 h"
    assert "加班不超过 36 小时" in january["赵一"].say("zh", {})
    assert not made(NAME, "2027-01").audit.broken


def test_new_years_day_is_closed():
    shop = made(NAME, "2027-01")
    assert not [duty for duty in shop.roster.duties if duty.day == date(2027, 1, 1)]


@pytest.mark.parametrize(
    ("cell", "code", "rules"),
    [
        (("801", "2026-12-13"), "班", {"shift_cover", "weekly_rest_day", "days_in_a_row"}),  # a Sunday
        (("802", "2026-12-10"), "班", {"approved_leave", "monthly_hours"}),
        (("806", "2026-12-09"), "班", {"approved_leave", "monthly_hours"}),  # in training
    ],
)
def test_a_duty_on_sunday_on_leave_or_in_training_is_found(cell, code, rules):
    shop = made(NAME)
    found = broken(shop.problem, shop.rulebook, changed(shop.roster, {cell: code}))
    assert found - {"monthly_hours"} == rules - {"monthly_hours"}


def test_a_day_with_three_people_is_too_thin():
    shop = made(NAME)
    there = shop.crew("2026-12-24", "班")[3:]
    thin = changed(shop.roster, {(worker, "2026-12-24"): "" for worker in there})
    assert broken(shop.problem, shop.rulebook, thin) == {"shift_cover"}


def test_a_wish_for_a_working_saturday_is_refused_because_everybody_works():
    shop = made(NAME)
    refused_wishes = [w for w in shop.problem.wishes if not w.granted(shop.roster.on(w.worker, w.day))]
    assert {(wish.worker, wish.day.day) for wish in refused_wishes} == {("802", 26), ("804", 26)}


def test_six_days_of_eight_hours_are_refused_where_the_law_is_enforced():
    """C11: five days a week each are 23 duties in the week of 21 December, and four people a day are 24."""
    refused(NAME, {"desk.toml": [("enforce = false", "enforce = true")]})


def test_with_three_people_a_day_the_shop_becomes_lawful():
    lawful = made_with(NAME, {"desk.toml": [("enforce = false", "enforce = true")], "demand.csv": [(",4,5,", ",3,5,")]})
    assert not lawful.audit.broken
    assert not [line for line in lawful.audit.noted(Noted.LAW) if "44 h" in line.say("en", {})]


def test_with_too_many_on_leave_the_shop_cannot_open():
    third = "803,2026-12-21,2026-12-23,年假,是"
    refused(NAME, {"leave.csv": [(third, third + "\n802,2026-12-23,,年假,是")]})
