"""Hours of leave: what they take of a working day, and of whom."""

from datetime import date
from fractions import Fraction

import pytest

from scheduler.domain import Desk, Leave, LeaveKind, Problem, Shift, Worker, leave_label, merge_kinds, part_of_day
from scheduler.domain.holidays import day_types
from scheduler.i18n import Sentence
from scheduler.timeline import month_days

WED = date(2026, 12, 9)


def hours(start: int, end: int, last: date = WED) -> Leave:
    return Leave("1", WED, last, start=60 * start, end=60 * end)


@pytest.mark.parametrize(
    ("leave", "part"),
    [
        (hours(0, 12), Fraction(1, 2)),
        (hours(12, 24), Fraction(1, 2)),
        (hours(13, 18), Fraction(1, 2)),
        (hours(14, 17), Fraction(3, 8)),
        (hours(10, 15), Fraction(5, 8)),
        (hours(0, 24), Fraction(1)),
        (Leave("1", WED, WED), Fraction(1)),
    ],
)
def test_hours_of_leave_count_as_they_are_and_a_half_day_is_half_a_day(leave, part):
    assert part_of_day(leave, 8.0, 720) == part


@pytest.mark.parametrize("ends", [{"start": 60}, {"end": 60}, {"start": 60, "end": 60}, {"start": 0, "end": 1441}])
def test_leave_of_no_hours_or_beyond_its_day_is_refused(ends):
    with pytest.raises(ValueError, match="minutes of a day"):
        Leave("1", WED, WED, **ends)


def test_half_a_day_of_leave_lowers_the_norm_by_half_a_day_and_frees_no_whole_day():
    days = day_types(month_days(2026, 12), "none")
    workers = (Worker("1", "甲"), Worker("2", "乙", share=0.5))
    away = (hours(13, 18), Leave("2", WED, WED, start=0, end=720), Leave("2", WED, WED, "sick", start=780, end=840))
    whole = Problem(Desk("d", "d"), days, workers, (Shift("早", "早", 480, 960),))
    problem = Problem(Desk("d", "d"), days, workers, whole.shifts, leave=away)
    assert whole.norm_minutes["1"] - problem.norm_minutes["1"] == 4 * 60
    assert whole.norm_minutes["2"] - problem.norm_minutes["2"] == (4 + 1) * 60 / 2
    assert problem.available(workers[0], WED)
    assert not problem.on_leave("1", WED)
    assert not problem.can_take(workers[0], WED, Shift("早", "早", 480, 781))
    assert problem.can_take(workers[0], WED, Shift("早", "早", 480, 780))
    assert not problem.can_take(workers[0], WED.replace(day=8), Shift("夜", "夜", 1320, 1440 + 781))


def test_a_desk_has_the_built_in_kinds_of_leave_as_it_alters_them_and_its_own():
    care, sick = Sentence("育儿假", "childcare leave"), Sentence("病假（带薪）", "paid sick leave")
    kinds = (LeaveKind("care", care, Sentence("育", "CC")), LeaveKind("sick", sick, Sentence("病", "SL")))
    desk = Desk("d", "d", leave_kinds=kinds)
    assert [kind.code for kind in desk.kinds][-1] == "care"
    assert len(desk.kinds) == len(merge_kinds(())) + 1
    assert (desk.leave_label("care"), desk.leave_label("sick")) == (care, sick)
    assert leave_label("gone") == Sentence("gone", "gone")
