from datetime import date

from constraints.always_staffed import AlwaysStaffed
from scheduler.domain import Break, Demand, Desk, Opening, Shift, Skill, Worker
from tests.support.kit import Drawn

MON = date(2026, 12, 7)
EIGHT_TO_EIGHT = Desk("desk", "desk", opening=(Opening("all", 8 * 60, 20 * 60),))
MEALS = (
    Shift("A", "A", 8 * 60, 18 * 60, breaks=(Break(12 * 60, 14 * 60),)),
    Shift("B", "B", 8 * 60, 16 * 60, breaks=(Break(11 * 60 + 30, 12 * 60),)),
    Shift("C", "C", 12 * 60, 20 * 60, breaks=(Break(17 * 60 + 30, 18 * 60),)),
)
EVENING = (
    Shift("D", "day", 6 * 60, 22 * 60),
    Shift("N", "night", 22 * 60, 30 * 60, night=True),
)


def over_lunch(drawing, **fields):
    return Drawn(AlwaysStaffed(), drawing, MON, desk=EIGHT_TO_EIGHT, shifts=MEALS, **fields)


def test_three_shifts_that_touch_staff_the_whole_day():
    Drawn(
        AlwaysStaffed(),
        """
           Mon
        甲  早
        乙  中
        丙  夜""",
        MON,
    ).holds()


def test_a_shift_without_anybody_leaves_the_desk_empty():
    drawn = Drawn(
        AlwaysStaffed(),
        """
           Mon
        甲  早
        乙  .
        丙  夜""",
        MON,
    )
    drawn.breaks("Mon 7 Dec, 16:00–24:00: at least 1 at the desk (found: 0)")
    assert drawn.sentences("zh") == ["12月7日(周一) 16:00–24:00 至少 1 人在岗（现为 0）"]


def test_staggered_meals_keep_the_desk_staffed_even_without_the_short_shift():
    over_lunch("""
           Mon
        甲  A
        乙  .
        丙  C""").holds()


def test_shifts_may_have_their_heads_and_meals_still_empty_the_desk():
    over_lunch("""
           Mon
        甲  .
        乙  B
        丙  C""").breaks("11:30–12:00", "17:30–18:00")


def test_the_end_of_the_opening_hours_has_to_be_staffed_too():
    over_lunch("""
           Mon
        甲  A
        乙  B
        丙  .""").breaks("18:00–20:00")


def test_one_minute_off_the_desk_is_found():
    shift = Shift("A", "A", 8 * 60, 16 * 60, breaks=(Break(12 * 60, 12 * 60 + 1, paid=True),))
    desk = Desk("desk", "desk", opening=(Opening("all", 8 * 60, 16 * 60),))
    drawing = """
           Mon
        甲  A"""
    Drawn(AlwaysStaffed(), drawing, MON, shifts=(shift,), desk=desk).breaks("12:00–12:01")


def test_a_trainee_at_the_desk_alone_leaves_it_empty():
    trainee = Worker("甲", "甲", qualified_from=date(2026, 12, 8))
    drawing = """
           Mon Tue
        甲  A   A
        丙  C   C"""
    over_lunch(drawing, workers=(trainee, Worker("丙", "丙"))).breaks("Mon 7 Dec, 08:00–11:30", "11:30–12:00", "17:30")


def test_a_night_of_last_month_staffs_the_first_morning():
    drawing = """
           Sun | Mon
        甲  .  |  D
        乙  N  |  N"""
    Drawn(AlwaysStaffed(), drawing, date(2027, 2, 1), shifts=EVENING).holds()


def test_without_a_night_last_month_the_first_morning_is_empty():
    drawing = """
           Thu | Fri
        甲  D  |  D
        乙  .  |  N"""
    Drawn(AlwaysStaffed(), drawing, date(2027, 1, 1), shifts=EVENING).breaks("Fri 1 Jan, 00:00–06:00")


def test_two_heads_are_counted_and_zero_switches_the_rule_off():
    drawing = """
           Mon
        甲  早
        乙  中
        丙  夜
        丁  夜"""
    Drawn(AlwaysStaffed(heads=2), drawing, MON).breaks("08:00–16:00: at least 2", "16:00–24:00")
    Drawn(AlwaysStaffed(heads=0), drawing.replace("早", "."), MON).holds()


def test_a_closed_day_needs_nobody():
    desk = Desk("desk", "desk", opening=(Opening("all", 8 * 60, 16 * 60), Opening("sun", 0, 0)))
    drawing = """
           Sat Sun Mon
        甲  早  .   ."""
    Drawn(AlwaysStaffed(), drawing, date(2026, 12, 5), desk=desk).breaks("Mon 7 Dec, 08:00–16:00")


def test_a_skill_is_there_at_every_minute_at_which_a_shift_that_asks_for_it_runs():
    shifts = (
        Shift("A", "A", 480, 960, breaks=(Break(720, 750),), skill="售前"),
        Shift("B", "B", 480, 1200, breaks=(Break(740, 770),)),
    )
    workers = (Worker("甲", "甲", skills=(Skill("售前"),)), Worker("乙", "乙", skills=(Skill("售前"),)))
    common = {"shifts": shifts, "demand": (Demand("A", least=1, target=1),)}
    desk = Desk("d", "d", opening=(Opening("all", 480, 1200),))

    def drawn(skills, able=workers, desk=desk):
        rule = AlwaysStaffed(heads=0, skills=skills)
        return Drawn(rule, "\n 1\n 甲 A\n 乙 B", date(2026, 12, 7), desk=desk, workers=able, **common)

    drawn(("售前",)).breaks("Mon 7 Dec, 12:20–12:30: somebody with 售前 at the desk (found: 0)")
    drawn(("售前",), (workers[0], Worker("乙", "乙"))).breaks("12:00–12:20", "12:20–12:30")
    drawn(()).holds()
    drawn(("英语",)).holds()
    early = Desk("d", "d", opening=(Opening("all", 480, 720), Opening("all", 750, 1200)))
    drawn(("售前",), desk=early).holds()
