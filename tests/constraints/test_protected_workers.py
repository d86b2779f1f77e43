from datetime import date

import pytest

from constraints.protected_workers import ProtectedWorkers
from scheduler.domain import Overtime, Protection, ProtectionKind, Shift, Worker
from tests.support.kit import Drawn

MON, TUE = date(2026, 12, 7), date(2026, 12, 8)
A_DAY = """
           Mon
        甲  A"""


def protected(kind=ProtectionKind.PREGNANT, first=MON, last=None):
    return (Worker("甲", "甲", protections=(Protection(kind, first, last),)), Worker("乙", "乙"))


def on(start, end, rule=None):
    """A protected worker on one shift with these hours."""
    shifts = (Shift("A", "A", start, end),)
    return Drawn(rule or ProtectedWorkers(), A_DAY, MON, shifts=shifts, workers=protected()[:1])


def test_a_protected_worker_on_days_and_another_on_nights_keep_the_rule():
    Drawn(
        ProtectedWorkers(),
        """
           Mon Tue
        甲  早  早
        乙  夜  夜""",
        MON,
        workers=protected(),
    ).holds()


def test_the_afternoon_shift_touches_the_night_and_is_not_for_a_pregnant_worker():
    drawn = Drawn(
        ProtectedWorkers(),
        """
           Mon Tue
        甲  中  夜
        乙  中  夜""",
        MON,
        workers=protected(),
    )
    drawn.breaks("甲: protected on Mon 7 Dec, no work between 22:00 and 06:00 (中)", "Tue 8 Dec")
    assert drawn.sentences("zh")[0] == "甲：12月7日(周一)受特殊保护，不上22:00–06:00之间的班（“中”）（现为 中）"


def test_a_shift_may_end_when_the_night_begins_but_not_a_minute_later():
    on(14 * 60, 22 * 60).holds()
    on(14 * 60 + 1, 22 * 60 + 1).breaks("no work between 22:00 and 06:00")


def test_a_shift_may_begin_when_the_night_ends_but_not_a_minute_earlier():
    on(6 * 60, 14 * 60).holds()
    on(6 * 60 - 1, 14 * 60 - 1).breaks("no work between 22:00 and 06:00")


def test_the_desk_sets_the_night_hours():
    on(14 * 60, 22 * 60, ProtectedWorkers(night_from=21)).breaks("no work between 21:00 and 06:00")
    on(5 * 60, 13 * 60, ProtectedWorkers(night_to=5)).holds()


@pytest.mark.parametrize("kind", list(ProtectionKind))
def test_every_kind_of_protection_keeps_nights_away(kind):
    drawn = Drawn(
        ProtectedWorkers(),
        """
           Mon
        甲  夜
        乙  夜""",
        MON,
        workers=protected(kind),
    )
    drawn.breaks("甲: protected on Mon 7 Dec")


def test_protection_holds_from_its_first_day_to_its_last():
    Drawn(
        ProtectedWorkers(),
        """
           Mon Tue Wed
        甲  夜  夜  夜
        乙  .   .   .""",
        MON,
        workers=protected(first=TUE, last=TUE),
    ).breaks("protected on Tue 8 Dec")


def test_a_protected_worker_does_no_overtime_even_where_it_was_approved():
    six_days = """
           Mon Tue Wed Thu Fri Sat
        甲  早  早  早  早  早  {}
        乙  早  早  早  早  早  早"""
    overtime = (Overtime("甲", date(2026, 12, 12), 480), Overtime("乙", date(2026, 12, 12), 480))
    fields = {"workers": protected(), "overtime": overtime}
    Drawn(ProtectedWorkers(), six_days.format("早"), MON, **fields).breaks(
        "甲: protected, at most the norm of 40 h this month (found: 48 h)"
    )
    Drawn(ProtectedWorkers(), six_days.format("."), MON, **fields).holds()


def test_a_protection_that_ended_before_the_month_binds_nobody():
    Drawn(
        ProtectedWorkers(),
        """
           31 |  1
        甲  夜 | 夜
        乙  .  |  .""",
        date(2027, 1, 1),
        workers=protected(last=date(2026, 12, 31)),
    ).holds()


def test_the_rule_is_off_where_nobody_is_protected():
    drawn = Drawn(ProtectedWorkers(), A_DAY, MON, shifts=(Shift("A", "A", 0, 480, night=True),))
    assert not drawn.rule.applies(drawn.problem)


def test_a_duty_that_runs_into_the_first_protected_night_is_forbidden():
    late = Shift("晚", "晚", 20 * 60, 28 * 60)
    worker = Worker("A", "A", protections=(Protection(ProtectionKind.PREGNANT, date(2026, 12, 8)),))
    Drawn(ProtectedWorkers(), "Mon\nA 晚", date(2026, 12, 7), workers=(worker,), shifts=(late,)).breaks("Mon 7 Dec")
    Drawn(ProtectedWorkers(), "Sun\nA 晚", date(2026, 12, 6), workers=(worker,), shifts=(late,)).holds()
