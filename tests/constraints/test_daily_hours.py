from dataclasses import replace
from datetime import date

from constraints.daily_hours import DailyHours
from scheduler.domain import Break, Desk, Overtime, Problem, Shift, Worker
from scheduler.domain.holidays import day_types
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import Rulebook
from tests.support.kit import Drawn

MON, TUE = date(2026, 12, 7), date(2026, 12, 8)
TWO_DAYS = """
           Mon Tue
        甲  A   A"""


def drawn(shift, rule=None, **fields):
    return Drawn(rule or DailyHours(), TWO_DAYS, MON, shifts=(shift,), **fields)


def test_exactly_eight_paid_hours_a_day_are_allowed():
    drawn(Shift("A", "A", 8 * 60, 16 * 60)).holds()


def test_a_minute_more_than_eight_paid_hours_needs_overtime():
    found = drawn(Shift("A", "A", 8 * 60, 16 * 60 + 1))
    found.breaks("甲: at most 8 paid hours on Mon 7 Dec, approved overtime included (found: 8.02 h)", "Tue 8 Dec")
    assert found.sentences("zh")[0] == "甲：12月7日(周一)工时不超过 8 小时（含已批加班）（现为 8.02 h）"


def test_a_night_of_the_change_is_paid_by_the_wall_or_as_it_passes():
    night = Shift("N", "N", 0, 8 * 60)
    berlin = Desk("desk", "desk", zone="Europe/Berlin")
    sunday = """
           Sun
        甲  N"""
    Drawn(DailyHours(), sunday, date(2026, 10, 25), shifts=(night,), desk=berlin).holds()
    passing = replace(berlin, hours_by="passing")
    drawn = Drawn(DailyHours(), sunday, date(2026, 10, 25), shifts=(night,), desk=passing)
    drawn.breaks("at most 8 paid hours on Sun 25 Oct, approved overtime included (found: 9 h)")
    unpaid = replace(night, breaks=(Break(90, 210),))  # of two hours by the wall, and three that pass
    Drawn(DailyHours(hours=6), sunday, date(2026, 10, 25), shifts=(unpaid,), desk=passing).holds()


def test_an_unpaid_break_is_not_counted_and_a_paid_one_is():
    drawn(Shift("A", "A", 8 * 60, 17 * 60, breaks=(Break(12 * 60, 13 * 60),))).holds()
    drawn(Shift("A", "A", 8 * 60, 17 * 60, breaks=(Break(12 * 60, 13 * 60, paid=True),))).breaks(
        "Mon 7 Dec", "Tue 8 Dec"
    )


def test_overtime_stretches_only_the_day_for_which_it_was_approved():
    drawn(Shift("A", "A", 8 * 60, 17 * 60), overtime=(Overtime("甲", TUE, 60),)).breaks("at most 8 paid hours on Mon")
    drawn(Shift("A", "A", 8 * 60, 17 * 60), overtime=(Overtime("甲", MON, 60), Overtime("甲", TUE, 30))).breaks(
        "at most 8.5 paid hours on Tue 8 Dec"
    )


def test_overtime_approved_twice_for_a_day_adds_up():
    overtime = (Overtime("甲", MON, 30), Overtime("甲", MON, 30), Overtime("甲", TUE, 60))
    drawn(Shift("A", "A", 8 * 60, 17 * 60), overtime=overtime).holds()
    drawn(Shift("A", "A", 8 * 60, 17 * 60 + 1), overtime=overtime).breaks("9 paid hours on Mon", "9 paid hours on Tue")


def test_two_duties_on_a_day_add_up():
    Drawn(
        DailyHours(),
        """
           Mon  Tue
        甲 早+夜  中
        乙  早   中""",
        MON,
    ).breaks("甲: at most 8 paid hours on Mon 7 Dec, approved overtime included (found: 16 h)")


def test_a_long_day_of_last_month_is_not_looked_at_again():
    Drawn(
        DailyHours(hours=7),
        """
           Thu | Fri
        甲 早+夜 |  .
        乙  .  |  早""",
        date(2027, 1, 1),
    ).breaks("乙: at most 7 paid hours on Fri 1 Jan")


def test_a_repair_bends_the_day_by_whole_hours():
    long = (Shift("长", "长班", 8 * 60, 20 * 60),)
    problem = Problem(Desk("d", "d"), day_types((MON,), "none"), (Worker("甲", "甲"),), long)
    guarded = RosterModel(problem, guarded={"daily_hours"})
    Rulebook((DailyHours(),)).encode(problem, guarded)
    assert {guard.step for guard in guarded.guards.values()} == {60}
