from datetime import date

from constraints.wishes import Wishes
from scheduler.domain import Desk, Shift, Wish
from tests.support.kit import Drawn

MON, TUE = date(2026, 12, 7), date(2026, 12, 8)
DRAWING = """
           Mon Tue
        甲  早  .
        乙  夜  中"""


def wishing(*wishes, rule=None, first=MON):
    return Drawn(rule or Wishes(), DRAWING, first, wishes=wishes)


def test_wishes_of_all_four_kinds_that_are_granted_cost_nothing():
    drawn = wishing(
        Wish("甲", MON, True, "早"), Wish("甲", MON, False, "夜"), Wish("甲", TUE, False), Wish("乙", TUE, True)
    )
    drawn.holds()
    drawn.costs(0)


def test_a_shift_that_was_wished_for_costs_its_weight_when_it_is_refused():
    drawn = wishing(Wish("甲", MON, True, "中", weight=7))
    drawn.breaks("甲: would like to work 中 on Mon 7 Dec (found: 早)")
    drawn.costs(7)
    assert drawn.sentences("zh") == ["甲：希望12月7日(周一)上中（现为 早）"]


def test_a_shift_from_which_somebody_is_not_spared_costs_its_weight():
    drawn = wishing(Wish("乙", MON, False, "夜", weight=3))
    drawn.breaks("乙: would like to be spared 夜 on Mon 7 Dec (found: 夜)")
    drawn.costs(3)
    assert drawn.sentences("zh") == ["乙：希望12月7日(周一)不上夜（现为 夜）"]


def test_a_day_off_that_is_refused_costs_its_weight():
    drawn = wishing(Wish("乙", TUE, False, weight=9))
    drawn.breaks("乙: would like Tue 8 Dec off (found: 中)")
    drawn.costs(9)
    assert drawn.sentences("zh") == ["乙：希望12月8日(周二)休息（现为 中）"]


def test_a_day_of_work_that_is_refused_costs_its_weight():
    drawn = wishing(Wish("甲", TUE, True, weight=2))
    drawn.breaks("甲: would like to work any shift on Tue 8 Dec (found: –)")
    drawn.costs(2)
    assert drawn.sentences("zh") == ["甲：希望12月8日(周二)上班（现为 –）"]


def test_refusals_add_up_and_the_desk_sets_their_factor():
    wishes = (
        Wish("甲", MON, False, weight=4),
        Wish("乙", MON, True, "早", weight=5),
        Wish("乙", TUE, True, "中", weight=6),
    )
    wishing(*wishes).costs(4 + 5)
    wishing(*wishes, rule=Wishes(weight=10)).costs(10 * (4 + 5))


def test_a_wish_at_the_years_end_is_looked_up_on_its_own_day():
    wishing(Wish("甲", date(2027, 1, 1), False), Wish("甲", date(2026, 12, 31), True), first=date(2026, 12, 31)).holds()


def test_the_rule_is_off_without_wishes_or_without_weight():
    drawn = wishing()
    assert not drawn.rule.applies(drawn.problem)
    assert not Wishes(weight=0).applies(wishing(Wish("甲", MON, True)).problem)


NIGHT_BEFORE = """
           Mon Tue
        甲  N   ."""


def a_night_until(end, tail=0):
    night = Shift("N", "night", 22 * 60, end, night=True)
    desk = Desk("desk", "desk", tail_minutes=tail)
    wishes = (Wish("甲", TUE, False, weight=9),)
    return Drawn(Wishes(), NIGHT_BEFORE, MON, wishes=wishes, shifts=(night,), desk=desk)


def test_a_night_that_reaches_into_the_wished_for_day_refuses_it():
    drawn = a_night_until(30 * 60)
    drawn.breaks("甲: would like Tue 8 Dec off (found: N 12-07)")
    drawn.costs(9)


def test_a_duty_that_ends_at_midnight_or_within_the_desks_tail_leaves_the_day_free():
    a_night_until(24 * 60).holds()
    a_night_until(24 * 60 + 1).costs(9)
    a_night_until(25 * 60, tail=60).holds()
    a_night_until(25 * 60 + 1, tail=60).costs(9)


def test_a_night_of_last_month_refuses_a_wish_for_the_first_day_off():
    drawing = """
           Mon | Tue
        甲  N  |  ."""
    night = Shift("N", "night", 22 * 60, 30 * 60, night=True)
    drawn = Drawn(Wishes(), drawing, TUE, wishes=(Wish("甲", TUE, False, weight=9),), shifts=(night,))
    drawn.costs(9)
    spared = Wish("甲", TUE, False, "N")
    Drawn(Wishes(), drawing, TUE, wishes=(spared,), shifts=(night,)).holds()
