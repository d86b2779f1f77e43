from dataclasses import replace
from datetime import date, timedelta

from ortools.sat.python.cp_model import OPTIMAL, CpSolver

from constraints.monthly_hours import MonthlyHours
from scheduler.domain import Leave, Overtime, Shift, Worker
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import Rulebook
from tests.support.kit import Drawn

MON, WED, SAT = date(2026, 12, 7), date(2026, 12, 9), date(2026, 12, 12)
SIX_DAYS = """
           Mon Tue Wed Thu Fri Sat Sun
        甲  早  早  早  早  早  早   ."""
FIVE_DAYS = """
           Mon Tue Wed Thu Fri Sat Sun
        甲  早  早  .   早  早  早   ."""


def test_the_working_days_hours_are_allowed_on_whatever_days_they_fall():
    Drawn(MonthlyHours(), FIVE_DAYS, MON).holds()


def test_more_than_the_norm_needs_approved_overtime():
    drawn = Drawn(MonthlyHours(), SIX_DAYS, MON)
    drawn.breaks("甲: at most the norm of 40 paid hours this month, approved overtime apart (found: 48 h)")
    assert drawn.sentences("zh") == ["甲：本月工时（已批加班除外）不超过标准工时 40 小时（现为 48 h）"]


def test_a_minute_over_the_norm_is_found():
    def days_of(minutes):
        return Drawn(MonthlyHours(), FIVE_DAYS, MON, shifts=(Shift("早", "早", 480, 480 + minutes),))

    days_of(480).holds()
    days_of(481).breaks("at most the norm of 40 paid hours")


def test_approved_overtime_stretches_the_month_by_its_minutes():
    Drawn(MonthlyHours(), SIX_DAYS, MON, overtime=(Overtime("甲", SAT, 480),)).holds()
    Drawn(MonthlyHours(), SIX_DAYS, MON, overtime=(Overtime("甲", SAT, 479),)).breaks("found: 40.02 h")
    Drawn(MonthlyHours(), SIX_DAYS, MON, overtime=(Overtime("甲", MON, 240), Overtime("甲", SAT, 240))).holds()


def test_overtime_beyond_the_monthly_cap_does_not_count():
    overtime = (Overtime("甲", SAT, 480),)
    Drawn(MonthlyHours(overtime_cap_hours=8), SIX_DAYS, MON, overtime=overtime).holds()
    Drawn(MonthlyHours(overtime_cap_hours=7.5), SIX_DAYS, MON, overtime=overtime).breaks(
        "at most 47.5 paid hours this month, the norm and the overtime cap (found: 48 h)"
    )


def test_overtime_counts_only_on_the_day_for_which_it_was_approved():
    """RULES 92: six duties, overtime approved for the seventh day, on which nobody works."""
    sunday = SAT + timedelta(days=1)
    Drawn(MonthlyHours(), SIX_DAYS, MON, overtime=(Overtime("甲", sunday, 480),)).breaks("found: 48 h")


def test_overtime_of_another_month_does_not_count():
    Drawn(MonthlyHours(), SIX_DAYS, MON, overtime=(Overtime("甲", date(2026, 12, 14), 480),)).breaks("found: 48 h")


def test_approved_leave_on_a_working_day_lowers_the_norm():
    Drawn(MonthlyHours(), FIVE_DAYS, MON, leave=(Leave("甲", WED, WED),)).breaks("at most the norm of 32 paid hours")
    Drawn(MonthlyHours(), FIVE_DAYS, MON, leave=(Leave("甲", WED, WED, approved=False),)).holds()
    Drawn(MonthlyHours(), FIVE_DAYS, MON, leave=(Leave("甲", date(2026, 12, 13), date(2026, 12, 13)),)).holds()


def test_a_repair_bends_the_month_by_whole_hours():
    """Six days of 8 h are 8 h more than the norm of 40 h, and half an hour more than the norm and a cap of 7.5 h."""
    drawn = Drawn(MonthlyHours(overtime_cap_hours=7.5), SIX_DAYS, MON)
    within, capped = [violation.reason for violation in drawn.found]
    assert possible(drawn, {within: 8, capped: 1})
    assert not possible(drawn, {within: 7, capped: 1})
    assert not possible(drawn, {within: 8})
    guarded = RosterModel(drawn.problem, guarded={"monthly_hours"})
    Rulebook((drawn.rule,)).encode(drawn.problem, guarded)
    assert {guard.step for guard in guarded.guards.values()} == {60}


def possible(drawn, allowed):
    """Whether a model in which these Reasons may be bent admits the roster that was drawn."""
    model = RosterModel(drawn.problem, allowed=allowed)
    Rulebook((drawn.rule,)).encode(drawn.problem, model)
    for duty in drawn.month:
        model.cp.add(model.works(*duty) == 1)
    return CpSolver().solve(model.cp) == OPTIMAL


def test_duties_are_bounded_without_solving_by_the_norm_and_what_is_approved_in_the_month():
    """The norm of the week is 40 h; each shift is 8 h."""

    def most(*overtime, rule=MonthlyHours(), **fields):
        drawn = Drawn(
            rule, FIVE_DAYS, MON, workers=(Worker("甲", "甲"), Worker("乙", "乙")), overtime=overtime, **fields
        )
        return rule.most_duties(drawn.problem, drawn.problem.workers[0], drawn.problem.dates)

    assert most() == 5
    assert most(Overtime("甲", SAT, 480)) == 6
    assert most(Overtime("甲", SAT, 479)) == 5
    assert most(Overtime("乙", SAT, 480)) == 5
    assert most(Overtime("甲", date(2026, 12, 14), 480)) == 5
    assert most(Overtime("甲", SAT, 960), rule=MonthlyHours(overtime_cap_hours=8)) == 6
    assert most(rule=MonthlyHours(overtime_cap_hours=8)) == 5
    assert most(shifts=(Shift("早", "早", 480, 600), Shift("夜", "夜", 0, 240))) == 20
    without = replace(Drawn(MonthlyHours(), FIVE_DAYS, MON).problem, shifts=())
    assert MonthlyHours().most_duties(without, without.workers[0], without.dates) is None


def test_part_time_and_own_norms_lower_the_limit():
    def by(worker):
        return Drawn(MonthlyHours(), FIVE_DAYS, MON, workers=(worker,))

    by(Worker("甲", "甲", share=0.5)).breaks("at most the norm of 20 paid hours")
    by(Worker("甲", "甲", norm_hours=39.5)).breaks("at most the norm of 39.5 paid hours")
    by(Worker("甲", "甲", share=0.5, norm_hours=40)).holds()


def test_last_months_hours_do_not_count():
    Drawn(
        MonthlyHours(),
        """
           30 31 |  1
        甲 早 早 |  早""",
        date(2027, 1, 1),
    ).holds()
