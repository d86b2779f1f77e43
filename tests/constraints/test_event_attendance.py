from datetime import date

import pytest

from constraints.event_attendance import EventAttendance
from scheduler.audit.audit import with_history
from scheduler.domain import Break, Desk, Event, Leave, Opening, Shift, Sitting, Worker
from tests.support.kit import Drawn

MON, TUE = date(2026, 12, 7), date(2026, 12, 8)
OFFICE = Desk("desk", "desk", opening=(Opening("all", 8 * 60, 20 * 60),))
MEALS = (
    Shift("A", "A", 8 * 60, 18 * 60, breaks=(Break(12 * 60, 14 * 60),)),
    Shift("B", "B", 8 * 60, 16 * 60, breaks=(Break(11 * 60 + 30, 12 * 60),)),
    Shift("C", "C", 12 * 60, 20 * 60, breaks=(Break(17 * 60 + 30, 18 * 60),)),
)


def at(start, end, day=MON):
    """A sitting from one `HH:MM` to another."""
    minutes = [60 * int(text[:2]) + int(text[3:]) for text in (start, end)]
    return Sitting(day, *minutes)


def meeting(who, *sittings, free_time=False, name="例会"):
    return Event(name, sittings, tuple(who), free_time)


def held(drawing, *events, rule=None, **fields):
    return Drawn(rule or EventAttendance(keep=0), drawing, fields.pop("first", MON), events=events, **fields)


def told(drawn, lang="en"):
    roster = with_history(drawn.problem, drawn.month)
    return [line.say(lang, drawn.problem.names) for line in drawn.rule.arranges(drawn.problem, roster)]


# --- From the desk


def test_whoever_is_at_the_desk_all_through_the_meeting_can_leave_for_it():
    drawn = held(
        """
           Mon
        甲  早
        乙  早""",
        meeting("甲乙", at("10:00", "11:00")),
    )
    drawn.holds()
    assert told(drawn) == ["例会 on Mon 7 Dec, 10:00–11:00: 甲, 乙 (while on duty)"]
    assert told(drawn, "zh") == ["12月7日(周一) 10:00–11:00“例会”：甲、乙（当班参加）"]


def test_whoever_is_off_or_on_another_shift_misses_it():
    drawn = held(
        """
           Mon
        甲  早
        乙  .
        丙  中""",
        meeting("甲乙丙", at("10:00", "11:00")),
    )
    drawn.breaks("例会 on Mon 7 Dec: of 3 people 0 miss it (found: 2)")
    assert drawn.sentences("zh") == ["12月7日(周一)“例会”：应到 3 人，缺 0 人（现为 2）"]


@pytest.mark.parametrize(("start", "end"), [("08:00", "09:00"), ("15:00", "16:00"), ("08:00", "16:00")])
def test_a_meeting_may_begin_and_end_with_the_shift(start, end):
    held("Mon\n甲 早", meeting("甲", at(start, end))).holds()


@pytest.mark.parametrize(("start", "end"), [("07:59", "09:00"), ("15:00", "16:01")])
def test_a_minute_outside_the_shift_is_too_much(start, end):
    held("Mon\n甲 早", meeting("甲", at(start, end))).breaks("of 1 people 0 miss it (found: 1)")


def test_a_meal_is_no_time_for_a_meeting():
    held("Mon\n甲 A", meeting("甲", at("11:00", "12:00")), shifts=MEALS).holds()
    held("Mon\n甲 A", meeting("甲", at("11:30", "12:30")), shifts=MEALS).breaks("found: 1")
    held("Mon\n甲 A", meeting("甲", at("12:00", "13:00")), shifts=MEALS).breaks("found: 1")


def test_an_elastic_end_is_no_time_for_a_meeting():
    late = Shift("晚", "晚班", 16 * 60, 25 * 60, firm_end=24 * 60)
    held("Mon\n甲 晚", meeting("甲", at("23:00", "24:00")), shifts=(late,)).holds()
    held("Mon\n甲 晚", meeting("甲", at("23:00", "24:30")), shifts=(late,)).breaks("found: 1")


def test_a_duty_of_last_month_reaches_into_the_first_morning():
    night = (Shift("夜", "夜班", 20 * 60, 32 * 60, night=True),)
    drawing = """
           30 | 1
        甲 夜 | .
        乙 夜 | ."""
    first = date(2026, 12, 1)
    meet = meeting("甲乙", at("07:00", "08:00", first))
    held(drawing, meet, first=first, shifts=night).holds()
    held(drawing, meet, first=first, shifts=night, rule=EventAttendance(keep=1)).breaks("found: 1")


# --- The desk stays staffed


def test_somebody_stays_at_the_desk():
    drawing = """
           Mon
        甲  早
        乙  早"""
    held(drawing, meeting("甲乙", at("10:00", "11:00")), rule=EventAttendance()).breaks("found: 1")
    held(drawing, meeting("甲", at("10:00", "11:00")), rule=EventAttendance()).holds()


def test_two_sittings_let_people_go_in_turn():
    drawn = held(
        """
           Mon
        甲  早
        乙  早""",
        meeting("甲乙", at("10:00", "11:00"), at("14:00", "15:00")),
        rule=EventAttendance(),
    )
    drawn.holds()
    assert told(drawn) == [
        "例会 on Mon 7 Dec, 10:00–11:00: 甲 (while on duty)",
        "例会 on Mon 7 Dec, 14:00–15:00: 乙 (while on duty)",
    ]


def test_people_are_moved_between_sittings_until_all_have_a_seat():
    drawing = """
           Mon Tue
        甲  早  早
        乙  早  中
        丙  .   早"""
    event = meeting("甲乙", at("10:00", "11:00"), at("10:00", "11:00", TUE))
    drawn = held(drawing, event, rule=EventAttendance())
    drawn.holds()  # one can go each day, and 乙 only on Monday
    assert told(drawn) == [
        "例会 on Mon 7 Dec, 10:00–11:00: 乙 (while on duty)",
        "例会 on Tue 8 Dec, 10:00–11:00: 甲 (while on duty)",
    ]
    held(drawing, event, rule=EventAttendance(keep=2)).breaks(
        "例会, 2 sittings from Mon 7 Dec to Tue 8 Dec: of 2 people 0 miss it (found: 2)"
    )


def test_whoever_joins_the_desk_half_way_does_not_fill_the_gap_before():
    drawing = """
           Mon
        甲  A
        乙  C"""
    meet = meeting("甲", at("15:00", "16:00"))
    held(drawing, meet, shifts=MEALS, desk=OFFICE, rule=EventAttendance()).holds()
    meet = meeting("甲", at("11:00", "12:00"))
    held(drawing, meet, shifts=MEALS, desk=OFFICE, rule=EventAttendance()).breaks("found: 1")


def test_nobody_has_to_stay_while_the_desk_is_closed():
    drawing = "Mon\n甲 早"
    late = Desk("desk", "desk", opening=(Opening("all", 9 * 60, 20 * 60),))
    held(drawing, meeting("甲", at("08:00", "09:00")), desk=late, rule=EventAttendance()).holds()
    held(drawing, meeting("甲", at("08:00", "09:01")), desk=late, rule=EventAttendance()).breaks("found: 1")


def test_a_trainee_is_not_missed_at_the_desk_and_keeps_nobody_from_being_missed():
    people = (Worker("甲", "甲"), Worker("乙", "乙", qualified_from=TUE))
    drawing = """
           Mon
        甲  早
        乙  早"""
    held(drawing, meeting("乙", at("10:00", "11:00")), workers=people, rule=EventAttendance()).holds()
    held(drawing, meeting("甲", at("10:00", "11:00")), workers=people, rule=EventAttendance()).breaks("found: 1")


# --- In their own time


def test_people_off_duty_come_only_where_the_event_says_so():
    drawing = """
           Mon
        甲  早
        乙  ."""
    held(drawing, meeting("甲乙", at("10:00", "11:00"))).breaks("found: 1")
    drawn = held(drawing, meeting("甲乙", at("10:00", "11:00"), free_time=True))
    drawn.holds()
    assert told(drawn) == [
        "例会 on Mon 7 Dec, 10:00–11:00: 甲 (while on duty)",
        "例会 on Mon 7 Dec, 10:00–11:00: 乙 (in their own time)",
    ]
    assert told(drawn, "zh")[1] == "12月7日(周一) 10:00–11:00“例会”：乙（休息时间来）"


def test_nobody_comes_straight_from_a_night():
    drawing = "Mon\n甲 夜"
    held(drawing, meeting("甲", at("15:30", "16:30"), free_time=True)).breaks("found: 1")
    held(drawing, meeting("甲", at("16:00", "17:00"), free_time=True)).holds()  # 8 h after the night
    rested = EventAttendance(keep=0, rest_hours=8.5)
    held(drawing, meeting("甲", at("16:00", "17:00"), free_time=True), rule=rested).breaks("found: 1")


def test_a_night_of_last_month_counts_too():
    drawing = """
           30 | 1
        甲 晚 | ."""
    late = (Shift("晚", "晚班", 22 * 60, 31 * 60, night=True),)
    first = date(2026, 12, 1)
    held(drawing, meeting("甲", at("14:30", "15:00", first), free_time=True), first=first, shifts=late).breaks(
        "found: 1"
    )
    held(drawing, meeting("甲", at("15:00", "15:30", first), free_time=True), first=first, shifts=late).holds()


def test_a_late_duty_of_the_day_before_is_slept_off_too():
    drawing = """
           Sun | Mon
        甲 中  |  ."""
    held(drawing, meeting("甲", at("07:30", "08:30"), free_time=True)).breaks("found: 1")
    held(drawing, meeting("甲", at("08:00", "09:00"), free_time=True)).holds()


def test_after_an_early_people_may_stay_on():
    drawing = "Mon\n甲 早"
    held(drawing, meeting("甲", at("16:29", "17:00"), free_time=True)).breaks("found: 1")
    drawn = held(drawing, meeting("甲", at("16:30", "17:30"), free_time=True))
    drawn.holds()
    assert told(drawn) == ["例会 on Mon 7 Dec, 16:30–17:30: 甲 (in their own time)"]


def test_there_is_time_before_the_next_duty():
    drawing = "Mon\n甲 中"
    held(drawing, meeting("甲", at("14:30", "15:30"), free_time=True)).holds()
    held(drawing, meeting("甲", at("14:30", "15:31"), free_time=True)).breaks("found: 1")
    held(drawing, meeting("甲", at("15:00", "16:30"), free_time=True)).breaks("found: 1")  # half in, half out
    held(drawing, meeting("甲", at("15:00", "16:00"), free_time=True), rule=EventAttendance(gap_minutes=0)).holds()


def test_a_sitting_in_free_time_takes_those_whom_the_desk_cannot_spare():
    drawing = """
           Mon Tue
        甲  早  中
        乙  早  早"""
    drawn = held(
        drawing,
        meeting("甲乙", at("10:00", "11:00"), at("10:00", "11:00", TUE), free_time=True),
        rule=EventAttendance(),
    )
    drawn.holds()
    assert told(drawn) == [
        "例会 on Mon 7 Dec, 10:00–11:00: 乙 (while on duty)",
        "例会 on Tue 8 Dec, 10:00–11:00: 甲 (in their own time)",
    ]


# --- Who has to come


def test_leave_and_employment_excuse_people_unless_they_are_there_for_another_sitting():
    people = (Worker("甲", "甲"), Worker("乙", "乙", hired=TUE), Worker("丙", "丙", leaves=date(2026, 12, 6)))
    drawing = """
           Mon Tue
        甲  .   早
        乙  .   .
        丙  .   ."""
    monday = meeting("甲乙丙", at("10:00", "11:00"))
    away = Leave("甲", MON, MON)
    held(drawing, monday, workers=people, leave=(away,)).holds()
    held(drawing, monday, workers=people, leave=(Leave("甲", MON, MON, approved=False),)).breaks("of 1 people")
    either = meeting("甲乙丙", at("10:00", "11:00"), at("10:00", "11:00", TUE))
    held(drawing, either, workers=people, leave=(away,)).breaks("of 2 people 0 miss it (found: 1)")


def test_nobody_comes_in_their_own_time_while_on_leave():
    drawing = """
           Mon Tue
        甲  .   夜"""
    event = meeting("甲", at("10:00", "11:00"), at("10:00", "11:00", TUE), free_time=True)
    held(drawing, event, leave=(Leave("甲", MON, MON),)).breaks("of 1 people 0 miss it (found: 1)")


def test_every_event_is_judged_by_itself():
    drawing = """
           Mon
        甲  早
        乙  夜"""
    drawn = held(
        drawing,
        meeting("甲乙", at("10:00", "11:00"), name="例会"),
        meeting("甲", at("11:00", "12:00"), name="考试"),
    )
    drawn.breaks("例会 on Mon 7 Dec: of 2 people 0 miss it (found: 1)")


def test_the_rule_is_off_without_an_event_in_the_month():
    drawn = held("Mon\n甲 早")
    assert not drawn.rule.applies(drawn.problem)
    elsewhere = held("Mon\n甲 早", meeting("甲", at("10:00", "11:00", date(2027, 1, 4))))
    assert not elsewhere.rule.applies(elsewhere.problem)


def test_a_sitting_of_another_month_helps_nobody():
    late = at("10:00", "11:00", date(2027, 1, 4))
    held("Mon\n甲 .", meeting("甲", at("10:00", "11:00"), late)).breaks("例会 on Mon 7 Dec: of 1 people 0 miss it")
