"""The coffee shop (R13): duty managers and supervisors lead weeks in turn, with deputies on their rest days."""

from datetime import date, timedelta

from tests.support.sample_months import broken, changed, made, refused

SHOP = "coffee_shop"
MANAGERS, SUPERVISORS = ("S01", "S02", "S03"), ("S04", "S05", "S06")
SEVENTH = [date(2026, 12, 7) + timedelta(days=step) for step in range(7)]  # 赵一 and 李四 lead this week


def on_duty(month, people, day):
    return [worker for worker in people if month.roster.on(worker, day)]


def test_weeks_are_led_in_turn_and_a_lead_on_leave_passes_the_week_on():
    weeks = [line for line in made(SHOP).arranged("weekly_lead") if " of the week of " in line]
    assert [line.split(": ")[1] for line in weeks if line.startswith("值班经理")] == [
        "孙三",
        "赵一",
        "钱二",
        "孙三",
        "钱二",
    ]
    assert [line.split(": ")[1] for line in weeks if line.startswith("值班主管")] == [
        "吴六",
        "李四",
        "朱五",
        "吴六",
        "李四",
    ]


def test_january_goes_on_where_december_ends():
    month = made(SHOP, "2027-01")
    weeks = [line for line in month.arranged("weekly_lead") if line.startswith("值班主管")]
    assert [line.split(": ")[1] for line in weeks] == ["李四", "朱五", "吴六", "李四", "朱五"]


def test_a_manager_and_a_supervisor_are_there_every_day_and_every_deputy_is_named():
    month = made(SHOP)
    lines = month.arranged("weekly_lead")
    for day in month.problem.dates:
        assert on_duty(month, MANAGERS, day)
        assert on_duty(month, SUPERVISORS, day)
    for day in SEVENTH:
        for lead, title in (("S01", "值班经理"), ("S04", "值班主管")):
            off = not month.roster.on(lead, day)
            name = month.problem.names[lead]
            said = [line for line in lines if f" {day.day} Dec: {name} is off" in line and line.endswith(title)]
            assert len(said) == off


def test_the_lead_is_off_for_two_days_of_the_week_and_a_third_is_caught():
    month = made(SHOP)
    there = [day for day in SEVENTH if month.roster.on("S01", day)]
    assert len(there) >= 5
    fewer = changed(month.roster, {("S01", day.isoformat()): "" for day in there[: len(there) - 4]})
    assert "weekly_lead" in broken(month.problem, month.rulebook, fewer)
    ill = [date(2026, 12, 9), date(2026, 12, 10)]
    assert not any(month.roster.on("S04", day) for day in ill)  # leave, which is no rest
    assert sum(bool(month.roster.on("S04", day)) for day in SEVENTH) >= 3


def test_a_lead_off_without_a_deputy_is_caught():
    month = made(SHOP)
    wednesday = "2026-12-09"
    deputies = on_duty(month, SUPERVISORS, date(2026, 12, 9))
    alone = changed(month.roster, {(deputy, wednesday): "" for deputy in deputies})
    assert "weekly_lead" in broken(month.problem, month.rulebook, alone)


def test_enough_people_open_and_close_the_shop_with_a_lead_among_them():
    month = made(SHOP)
    for day in month.problem.dates:
        for shift in ("开", "关"):
            crew = month.crew(day.isoformat(), shift)
            assert len(crew) >= 2
            assert set(crew) & {*MANAGERS, *SUPERVISORS}
    assert len(month.crew("2026-12-31", "关")) >= 3
    first = month.crew("2026-12-15", "开")
    assert "shift_cover" in broken(
        month.problem, month.rulebook, changed(month.roster, {(worker, "2026-12-15"): "" for worker in first[:-1]})
    )


def test_one_manager_without_a_deputy_cannot_have_a_rest_day():
    people = [("S02,钱二,值班经理", "S02,钱二,值班员工"), ("S03,孙三,值班经理", "S03,孙三,值班员工")]
    refused(SHOP, {"people.csv": people})
