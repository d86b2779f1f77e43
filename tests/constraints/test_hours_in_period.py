from datetime import date

from constraints.hours_in_period import HoursInPeriod
from scheduler.domain import Break, Leave, Shift, Terms, Worker
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import Rulebook
from tests.support.kit import Drawn

MON = date(2026, 12, 7)
THREE_DAYS = """
           Mon Tue Wed Thu
        甲  早  .   早  中"""


def agreed(least=None, most=None, drawing=THREE_DAYS, rule=HoursInPeriod(), **fields):
    workers = (Worker("甲", "甲", terms=Terms(least_hours=least, most_hours=most)),)
    return Drawn(rule, drawing, MON, workers=workers, **fields)


def test_hours_between_the_agreed_ones_keep_the_rule():
    agreed(24, 24).holds()
    agreed(least=0).holds()
    agreed(most=48.5).holds()


def test_fewer_hours_than_agreed_break_it():
    drawn = agreed(least=24.25)
    drawn.breaks("甲: at least 24.25 paid hours from Mon 7 Dec to Thu 10 Dec (found: 24 h)")
    assert drawn.sentences("zh") == ["甲：12月7日(周一)至12月10日(周四)工时至少 24.25 小时（现为 24 h）"]


def test_more_hours_than_agreed_break_it():
    agreed(most=23.75).breaks("甲: at most 23.75 paid hours from Mon 7 Dec to Thu 10 Dec (found: 24 h)")


def test_unpaid_breaks_are_no_paid_hours():
    shifts = (
        Shift("早", "早", 480, 960, breaks=(Break(600, 620),)),
        Shift("中", "中", 960, 1440, breaks=(Break(1000, 1020, True),)),
    )
    agreed(most=24 - 2 / 3, shifts=shifts).holds()
    agreed(most=23.3, shifts=shifts).breaks("at most 23.3")


def test_what_was_promised_gives_way_to_leave():
    """CASES E3: work injury all month, or a day's leave, takes no extra shift from anybody."""
    away = (Leave("甲", date(2026, 12, 10), date(2026, 12, 10), "sick"),)
    drawing = """
           Mon Tue Wed Thu
        甲  早  .   早  .  """
    agreed(16.5, drawing=drawing).breaks("at least 16.5")
    agreed(21.33, drawing=drawing, leave=away).holds()  # three of four working days: 16 h
    agreed(21.5, drawing=drawing, leave=away).breaks("at least 16.12")
    injured = (Leave("甲", MON, date(2026, 12, 10), "work_injury"),)
    agreed(144, drawing=drawing.replace("早", "."), leave=injured).holds()


def test_a_desk_may_promise_hours_whatever_the_leave():
    away = (Leave("甲", date(2026, 12, 8), date(2026, 12, 8), "personal"),)
    whole = HoursInPeriod(leave_lowers=False)
    agreed(24, leave=away, rule=whole).holds()
    agreed(24.25, leave=away, rule=whole).breaks("at least 24.25")


def test_leave_that_is_not_approved_lowers_no_promise():
    asked = (Leave("甲", date(2026, 12, 8), date(2026, 12, 8), "personal", approved=False),)
    agreed(32, leave=asked).breaks("at least 32")


def test_last_months_hours_do_not_count():
    drawing = """
           Sat Sun | Mon
        甲  早  早  |  早"""
    agreed(8, 8, drawing).holds()


def test_the_rule_is_off_where_nothing_is_agreed():
    assert agreed(least=8).rule.applies(agreed(least=8).problem)
    assert agreed(most=8).rule.applies(agreed(most=8).problem)
    assert not agreed().rule.applies(agreed().problem)


def test_at_most_so_many_duties_fit_into_the_hours():
    shifts = (Shift("早", "早", 480, 960), Shift("中", "中", 960, 1260))
    for most, duties in ((15, 3), (14.75, 2), (None, None)):
        problem = agreed(most=most, shifts=shifts).problem
        assert HoursInPeriod().most_duties(problem, problem.workers[0], problem.dates) == duties


def test_a_repair_bends_the_period_by_whole_hours():
    drawn = agreed(least=30, most=40)
    guarded = RosterModel(drawn.problem, guarded={"hours_in_period"})
    Rulebook((drawn.rule,)).encode(drawn.problem, guarded)
    assert {guard.step for guard in guarded.guards.values()} == {60}
    assert len(guarded.guards) == 2
