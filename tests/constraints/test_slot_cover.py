from dataclasses import replace
from datetime import date

import pytest

from constraints.slot_cover import SlotCover
from scheduler.audit.audit import with_history
from scheduler.domain import Break, Shift, Skill, SlotNeed, Worker
from tests.support.kit import THREE_SHIFTS, Drawn

MON, TUE = date(2026, 12, 7), date(2026, 12, 8)
DAY = (Shift("A", "A", 8 * 60, 16 * 60 + 30, breaks=(Break(12 * 60, 12 * 60 + 30),)), Shift("B", "B", 12 * 60, 20 * 60))
TWO = """
           Mon
        甲  A
        乙  B"""
THREE = """
           Mon Tue
        甲  早  中
        乙  早  .
        丙  夜  夜"""


def slots(*needs, rule=None, drawing=TWO, shifts=DAY, first=MON, **fields):
    def slot(on, start, end, least, target, skill=""):
        return SlotNeed(on, start, end, least=least, target=target, skill=skill)

    made = tuple(slot("all", *need) if isinstance(need[0], int) else slot(*need) for need in needs)
    return Drawn(rule or SlotCover(), drawing, first, slots=made, shifts=shifts, **fields)


def test_people_of_several_shifts_add_up():
    slots((13 * 60, 13 * 60 + 30, 2, 2), (16 * 60, 16 * 60 + 30, 2, 2)).holds()
    slots((13 * 60, 13 * 60 + 30, 3, 3)).breaks("Mon 7 Dec, 13:00–13:30: at least 3 at work (found: 2)")


def test_a_slot_that_a_shift_ends_within_is_cut_there():
    drawn = slots((16 * 60, 17 * 60, 2, 2))
    drawn.breaks("Mon 7 Dec, 16:30–17:00: at least 2 at work (found: 1)")
    assert drawn.sentences("zh") == ["12月7日(周一) 16:30–17:00 至少 2 人在岗（现为 1）"]


def test_the_minute_before_and_after_a_shift_is_not_covered():
    slots((8 * 60, 9 * 60, 1, 1)).holds()
    slots((8 * 60 - 1, 9 * 60, 1, 1)).breaks("07:59–08:00: at least 1 at work (found: 0)")
    slots((19 * 60, 20 * 60 + 1, 1, 1)).breaks("20:00–20:01: at least 1 at work (found: 0)")


def test_breaks_are_taken_out_unless_they_are_placed_later():
    lunch = (12 * 60, 12 * 60 + 30, 2, 2)
    slots(lunch).breaks("12:00–12:30: at least 2 at work (found: 1)")
    slots(lunch, rule=SlotCover(breaks_counted=False)).holds()


def test_each_head_below_the_target_costs_once_a_slot():
    slots((13 * 60, 13 * 60 + 30, 1, 4)).costs(2 * 3)
    slots((13 * 60, 13 * 60 + 30, 0, 4), (14 * 60, 14 * 60 + 30, 0, 3), rule=SlotCover(weight_short=5)).costs(10 + 5)
    slots((13 * 60, 13 * 60 + 30, 0, 4), rule=SlotCover(weight_short=0)).costs(0)
    drawn = slots((13 * 60, 13 * 60 + 30, 1, 3))
    drawn.breaks("Mon 7 Dec, 13:00–13:30: 3 wished for (found: 2)")


def test_a_skill_is_counted_apart_and_a_trainee_not_at_all():
    english = (Worker("甲", "甲", skills=(Skill("english"),)), Worker("乙", "乙"))
    slots((13 * 60, 14 * 60, 2, 2), ("all", 13 * 60, 14 * 60, 1, 1, "english"), workers=english).holds()
    slots(("all", 13 * 60, 14 * 60, 2, 2, "english"), workers=english).breaks("at least 2 english at work (found: 1)")
    trainee = (Worker("甲", "甲"), Worker("乙", "乙", qualified_from=TUE))
    slots((13 * 60, 14 * 60, 2, 2), workers=trainee).breaks("at least 2 at work (found: 1)")


def test_an_elastic_end_does_not_count():
    late = (DAY[0], Shift("B", "B", 12 * 60, 20 * 60, firm_end=19 * 60))
    slots((18 * 60, 19 * 60, 1, 1), shifts=late).holds()
    slots((18 * 60, 20 * 60, 1, 1), shifts=late).breaks("19:00–20:00: at least 1 at work (found: 0)")


def test_the_closest_day_key_holds():
    slots(("all", 8 * 60, 9 * 60, 5, 5), ("mon", 8 * 60, 9 * 60, 1, 1)).holds()
    slots(("all", 8 * 60, 9 * 60, 1, 1), ("tue", 8 * 60, 9 * 60, 5, 5)).holds()
    slots(("all", 8 * 60, 9 * 60, 1, 1), (MON.isoformat(), 8 * 60, 9 * 60, 2, 2)).breaks(
        "at least 2 at work (found: 1)"
    )


def test_a_slot_past_midnight_is_filled_by_the_next_days_night():
    drawn = slots((23 * 60, 25 * 60, 1, 1), drawing=THREE, shifts=THREE_SHIFTS)
    # Monday evening is empty; after the month's last midnight the coming month's night is not known
    drawn.breaks("Mon 7 Dec, 23:00–24:00: at least 1 at work (found: 0)")


def test_a_duty_of_the_day_before_reaches_into_the_morning():
    night = (Shift("夜", "夜班", 22 * 60, 30 * 60, night=True), *THREE_SHIFTS[:2])
    drawing = """
           Sun | Mon Tue
        甲  夜  |  .   夜
        乙  .  |  早   早"""
    slots((0, 6 * 60, 1, 1), drawing=drawing, shifts=night).breaks(
        "Tue 8 Dec, 00:00–06:00: at least 1 at work (found: 0)"
    )


@pytest.mark.parametrize("known", [True, False])
def test_without_history_what_the_eve_could_cover_is_not_looked_at(known):
    night = (Shift("夜", "夜班", 22 * 60, 30 * 60, night=True), *THREE_SHIFTS[:2])
    drawn = slots((5 * 60, 9 * 60, 1, 1), drawing="   Mon\n甲  早", shifts=night)
    problem = replace(drawn.problem, history_from=date(2026, 12, 6) if known else None)
    found = [violation.say("en", {}) for violation in drawn.rule.check(problem, with_history(problem, drawn.month))]
    night_hours = ["Mon 7 Dec, 05:00–06:00: at least 1 at work (found: 0)"] if known else []
    assert found == [*night_hours, "Mon 7 Dec, 06:00–08:00: at least 1 at work (found: 0)"]


def test_no_slots_no_rule():
    assert not SlotCover().applies(Drawn(SlotCover(), TWO, MON, shifts=DAY).problem)
