import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from scheduler.domain import Break, Desk, Duty, Problem, Roster, Shift, Skill, SlotNeed, Worker
from scheduler.domain.holidays import day_types
from scheduler.errors import SolverFault
from scheduler.staffing.break_audit import break_faults
from scheduler.staffing.break_model import KnownBreaks, place_breaks
from scheduler.staffing.breaks import (
    BreakPlan,
    BreakTerms,
    PlacedBreak,
    fits,
    owed_breaks,
    planned_pauses,
    record_breaks,
    restore_plan,
)
from scheduler.staffing.slots import slot_rows
from scheduler.staffing.workload import with_breaks
from scheduler.timeline import DAY_MINUTES, days_between
from tests.support.narrowing import present

MON = date(2026, 12, 7)
TUE = MON + timedelta(days=1)
NINE_TO_HALF_PAST_FIVE = Shift("日", "日班", 9 * 60, 17 * 60 + 30, breaks=(Break(13 * 60, 13 * 60 + 30),))
LATE = Shift("晚", "晚班", 13 * 60, 21 * 60 + 30, breaks=(Break(17 * 60, 17 * 60 + 30),))
NIGHT = Shift("夜", "夜班", 22 * 60, 30 * 60 + 30, breaks=(Break(26 * 60, 26 * 60 + 30),), night=True)
SHORT = Shift("短", "短班", 18 * 60, 22 * 60)
SHIFTS = (NINE_TO_HALF_PAST_FIVE, LATE, NIGHT, SHORT)


def desk(people=4, days=1, slots=(), shifts=SHIFTS, first=MON, **fields):
    dates = days_between(first, first + timedelta(days=days - 1))
    workers = fields.pop("workers", tuple(Worker(f"{n}", f"{n}") for n in range(1, people + 1)))
    fields.setdefault("history_from", first - timedelta(days=7))
    return Problem(Desk("desk", "desk"), day_types(dates, "none"), workers, shifts, slots=tuple(slots), **fields)


def all_on(problem, code="日", day=MON):
    return Roster(Duty(worker.id, day, code) for worker in problem.workers)


def need(start, end, least, target=None, skill=""):
    return SlotNeed("all", start, end, least=least, target=least if target is None else target, skill=skill)


def placed(problem, roster, terms=None):
    """A plan that keeps its terms."""
    terms = terms or BreakTerms()
    plan = place_breaks(problem, terms, roster)
    assert [note.say("en") for note in break_faults(problem, terms, roster, plan)] == []
    return plan


# What is owed


def test_a_full_shift_has_a_small_break_in_each_half_and_its_meal_between():
    first, meal, second = owed_breaks(NINE_TO_HALF_PAST_FIVE, BreakTerms())
    assert [one.minutes for one in (first, meal, second)] == [15, 30, 15]
    assert [one.meal for one in (first, meal, second)] == [False, True, False]
    assert [one.paid for one in (first, meal, second)] == [True, False, True]
    assert (first.ideal, second.ideal) == (11 * 60, 15 * 60 + 30)
    assert (meal.starts[0], meal.ideal, meal.starts[-1]) == (12 * 60, 13 * 60, 14 * 60)


def test_no_break_in_the_first_and_last_hour_or_too_near_to_another():
    first, meal, second = owed_breaks(NINE_TO_HALF_PAST_FIVE, BreakTerms())
    assert first.starts[0] == 10 * 60
    assert second.starts[-1] + 15 == 16 * 60 + 30
    assert first.starts[-1] + 15 + 60 <= meal.starts[-1]
    assert second.starts[0] >= meal.starts[0] + 30 + 60


def test_small_breaks_go_by_paid_hours():
    assert [BreakTerms().small(shift) for shift in SHIFTS] == [2, 2, 2, 1]
    assert BreakTerms(every_hours=2.5).small(NINE_TO_HALF_PAST_FIVE) == 3
    assert BreakTerms(every_hours=0).small(SHORT) == 0
    assert owed_breaks(SHORT, BreakTerms())[0].starts == tuple(range(19 * 60, 20 * 60 + 46, 15))


def test_a_meal_that_comes_early_has_both_small_breaks_behind_it():
    early = Shift("A", "A", 9 * 60, 17 * 60 + 30, breaks=(Break(11 * 60, 11 * 60 + 30),))
    assert [one.meal for one in owed_breaks(early, BreakTerms())] == [True, False, False]


def test_a_shift_whose_breaks_find_no_room_is_refused():
    assert all(fits(shift, BreakTerms()) for shift in SHIFTS)
    assert not fits(SHORT, BreakTerms(edge=120))
    assert not fits(NINE_TO_HALF_PAST_FIVE, BreakTerms(apart=240))
    assert not fits(NINE_TO_HALF_PAST_FIVE, BreakTerms(longest_run_hours=3))
    long = Shift("L", "L", 8 * 60, 17 * 60)
    assert not fits(long, BreakTerms())  # nine hours and no meal
    assert fits(long, BreakTerms(longest_run_hours=9))
    assert fits(replace(long, end=9 * 60), BreakTerms())  # an hour needs none
    problem = desk(1, shifts=(long,))
    with pytest.raises(SolverFault, match="no room"):
        place_breaks(problem, BreakTerms(), all_on(problem, "L"))


def test_the_longest_run_moves_the_meal():
    shift = Shift("A", "A", 8 * 60, 18 * 60, breaks=(Break(15 * 60, 15 * 60 + 30),))
    meal = next(one for one in owed_breaks(shift, BreakTerms(meal_moves=180, longest_run_hours=6)) if one.meal)
    assert (meal.starts[0], meal.starts[-1]) == (12 * 60, 14 * 60)


def test_the_allowance_is_the_breaks_part_of_the_shifts():
    assert BreakTerms().allowed_for([NINE_TO_HALF_PAST_FIVE]) == round(60 / 510, 4)
    assert BreakTerms(allowance=0.2).allowed_for(SHIFTS) == 0.2
    assert BreakTerms().allowed_for([]) == 0


# Placing


def test_nobody_leaves_the_desk_alone():
    problem = desk(4, slots=[need(10 * 60, 16 * 60 + 30, 3)])
    plan = placed(problem, all_on(problem))
    assert len(plan.pauses) == 12
    assert plan.unproved == ()
    assert [row.left for row in slot_rows(problem, all_on(problem), plan)] == [3]


def test_breaks_are_spread_where_nothing_asks_otherwise():
    problem = desk(1)
    times = [(pause.start, pause.end) for pause in placed(problem, all_on(problem), BreakTerms(least_at_desk=0)).pauses]
    assert times == [(11 * 60, 11 * 60 + 15), (13 * 60, 13 * 60 + 30), (15 * 60 + 30, 15 * 60 + 45)]


def test_breaks_keep_out_of_the_peak():
    problem = desk(3, slots=[need(12 * 60, 13 * 60 + 15, 3)])
    plan = placed(problem, all_on(problem))
    assert all(pause.end <= 12 * 60 or pause.start >= 13 * 60 + 15 for pause in plan.pauses)


def test_slots_that_cannot_be_held_are_told_and_kept_few():
    problem = desk(2, slots=[need(start, start + 30, 0, 2) for start in range(9 * 60, 17 * 60 + 30, 30)])
    roster = all_on(problem)
    plan = placed(problem, roster)
    short = [row for row in slot_rows(problem, roster, plan) if row.short]
    # two people, an hour away each, never together: no fewer than eight quarters of an hour are short
    quarters = {(pause.start + step) for pause in plan.pauses for step in range(0, pause.end - pause.start, 15)}
    assert len(quarters) == 8
    assert all(row.short == 1 for row in short)


def test_the_least_comes_before_the_target():
    # one place only is left for the meal either way: below the least, or twice below the target
    slots = [need(12 * 60, 12 * 60 + 30, 2), need(12 * 60 + 30, 14 * 60 + 30, 0, 2)]
    problem = desk(2, slots=slots)
    plan = placed(problem, all_on(problem))
    rows = slot_rows(problem, all_on(problem), plan)
    assert [row.left for row in rows] == [2, 1]


def test_at_most_so_many_are_away_at_once():
    problem = desk(4)
    terms = BreakTerms(most_away=1)
    placed(problem, all_on(problem), terms)
    crowded = desk(30)
    plan = place_breaks(crowded, terms, all_on(crowded))
    said = [note.say("en") for note in break_faults(crowded, terms, all_on(crowded), plan)]
    assert said
    assert all("people on a break at once, 1 at most" in line for line in said)


def test_somebody_stays_though_no_slot_asks_for_it():
    problem = desk(2)
    plan = placed(problem, all_on(problem))
    one, two = ([p for p in plan.pauses if p.duty.worker == who] for who in ("1", "2"))
    assert not any(a.start < b.end and b.start < a.end for a in one for b in two)


def test_a_skill_is_left_at_the_desk():
    workers = (*(Worker(f"e{n}", "e", skills=(Skill("英语"),)) for n in range(2)), Worker("z", "z"))
    problem = desk(workers=workers, slots=[need(9 * 60, 17 * 60 + 30, 1, skill="英语"), need(9 * 60, 17 * 60 + 30, 1)])
    plan = placed(problem, all_on(problem))
    assert [row.left for row in slot_rows(problem, all_on(problem), plan)] == [1, 1]


def test_a_trainee_has_breaks_and_counts_for_nothing():
    workers = (Worker("t", "t", qualified_from=date(2027, 1, 1)), Worker("a", "a"), Worker("b", "b"))
    problem = desk(workers=workers, slots=[need(9 * 60, 17 * 60 + 30, 1)])
    plan = placed(problem, all_on(problem))
    assert len(plan.of(Duty("t", MON, "日"))) == 3
    assert [row.rostered for row in slot_rows(problem, all_on(problem), plan)] == [2]


def test_a_night_has_its_breaks_behind_midnight_and_the_morning_counts_on_them():
    problem = desk(2, 2, slots=[need(22 * 60, 30 * 60, 1)])
    roster = all_on(problem, "夜")
    plan = placed(problem, roster)
    assert {pause.start >= DAY_MINUTES for pause in plan.pauses if pause.meal} == {True}
    assert [(row.day, row.left) for row in slot_rows(problem, roster, plan)] == [(MON, 1), (TUE, 0)]
    early = desk(2, 2, slots=[need(2 * 60, 5 * 60, 1)])
    rows = slot_rows(early, roster, placed(early, roster))
    assert [(row.day, row.rostered, row.left) for row in rows] == [(MON, 0, 0), (TUE, 2, 1)]


def test_breaks_of_last_month_stand_as_the_table_has_them():
    eve = MON - timedelta(days=1)
    history = (Duty("1", eve, "夜"),)
    problem = desk(2, slots=[need(2 * 60, 2 * 60 + 30, 1)], history=history)
    assert [(row.rostered, row.left) for row in slot_rows(problem, Roster(()), BreakPlan(()))] == [(1, 0)]
    assert planned_pauses(problem, history[0]) == (PlacedBreak(history[0], 26 * 60, 26 * 60 + 30, True, False),)


def test_without_history_the_first_morning_is_nobodys_to_tell():
    problem = desk(1, slots=[need(2 * 60, 3 * 60, 1), need(10 * 60, 11 * 60, 1)], history_from=None)
    assert [row.slot.start for row in slot_rows(problem, all_on(problem))] == [10 * 60]
    assert [
        row.slot.start for row in slot_rows(replace(problem, history_from=MON - timedelta(days=1)), all_on(problem))
    ] == [
        2 * 60,
        10 * 60,
    ]


def test_what_the_first_stage_allowed_for_is_what_the_second_uses():
    slots = [with_breaks(need(start, start + 30, 10), 0.12) for start in range(10 * 60, 16 * 60, 30)]
    assert slots[0].least == 12
    problem = desk(12, slots=slots)
    rows = slot_rows(problem, all_on(problem), placed(problem, all_on(problem), BreakTerms(meal_moves=90)))
    assert {(row.least, row.left >= 10) for row in rows} == {(10, True)}


def test_the_first_break_goes_round():
    problem = desk(3, 3, slots=[need(9 * 60, 17 * 60 + 30, 2)])
    roster = Roster(Duty(worker.id, day, "日") for worker in problem.workers for day in problem.dates)
    plan = placed(problem, roster)
    first = [
        min((p for p in plan.pauses if p.duty.day == day), key=lambda p: p.start).duty.worker for day in problem.dates
    ]
    assert len(set(first)) == 3


def test_the_same_roster_gets_the_same_breaks():
    problem = desk(7, 3, slots=[need(9 * 60, 17 * 60, 0, 6)])
    roster = Roster(Duty(worker.id, day, "日") for worker in problem.workers for day in problem.dates)
    assert place_breaks(problem, BreakTerms(), roster) == place_breaks(problem, BreakTerms(), roster)


def test_the_ledger_keeps_a_plan():
    problem = desk(3, 2)
    roster = Roster(Duty(worker.id, day, "日") for worker in problem.workers for day in problem.dates)
    plan = replace(place_breaks(problem, BreakTerms(), roster), unproved=(TUE,))
    rows = [
        {"worker": duty.worker, "date": duty.day.isoformat(), "shift": duty.shift} | record_breaks(plan, duty)
        for duty in roster.duties
    ]
    again = present(restore_plan(rows))
    assert sorted(again.pauses) == sorted(plan.pauses)
    assert again.unproved == (TUE,)
    assert restore_plan([{"worker": "1", "date": "2026-12-07", "shift": "日"}]) is None


def test_no_other_times_leave_the_desk_less_short():
    """Two people on a coarse grid, every way of placing their breaks tried."""
    rng = random.Random(7)
    shift = Shift("S", "S", 9 * 60, 15 * 60, breaks=(Break(12 * 60, 12 * 60 + 30),))
    terms = BreakTerms(every_hours=5, minutes=30, grid=30, edge=60, apart=30, meal_moves=60, least_at_desk=0)
    breaks = owed_breaks(shift, terms)
    assert len(breaks) == 2
    ways = [
        times
        for times in product(*(one.starts for one in breaks))
        if times[1] - times[0] - breaks[0].minutes >= terms.apart
    ]
    for _ in range(12):
        needs = {start: rng.choice([0, 1, 2, 2]) for start in range(9 * 60, 15 * 60, 30)}
        problem = desk(2, slots=[need(start, start + 30, 0, heads) for start, heads in needs.items()], shifts=(shift,))
        roster = all_on(problem, "S")

        def lacking(chosen, needs=needs):
            away = {start: sum(start in times for times in chosen) for start in needs}
            return sum(max(0, heads - 2 + away[start]) for start, heads in needs.items())

        best = min(lacking(chosen) for chosen in product(ways, repeat=2))
        plan = placed(problem, roster, terms)
        assert sum(row.short for row in slot_rows(problem, roster, plan)) == best


def test_two_meals_cut_a_long_day_into_runs_short_enough():
    long = Shift("长", "长班", 8 * 60, 20 * 60, breaks=(Break(11 * 60, 11 * 60 + 30), Break(16 * 60, 16 * 60 + 30)))
    slots = [need(start, start + 60, 4) for start in range(10 * 60, 18 * 60, 60)]
    problem = desk(6, slots=slots, shifts=(long,))
    terms = BreakTerms(longest_run_hours=4.5, meal_moves=90, every_hours=6)
    plan = placed(problem, all_on(problem, "长"), terms)
    assert min(row.left for row in slot_rows(problem, all_on(problem, "长"), plan)) == 4


@pytest.mark.parametrize("seed", range(12))
def test_every_plan_keeps_its_terms(seed):
    rng = random.Random(seed)
    days, people = 3, rng.randint(1, 12)
    workers = tuple(
        Worker(
            f"{n}",
            f"{n}",
            skills=(Skill("英语"),) if rng.random() < 0.3 else (),
            qualified_from=TUE if rng.random() < 0.2 else None,
        )
        for n in range(people)
    )
    slots = [
        need(start, start + 60, least := rng.randint(0, people), least + rng.randint(0, 3), rng.choice(["", "英语"]))
        for start in rng.sample(range(0, 23 * 60, 60), 8)
    ]
    problem = desk(days=days, workers=workers, slots=slots)
    roster = Roster(
        Duty(worker.id, day, rng.choice(SHIFTS).code)
        for worker in workers
        for day in problem.dates
        if rng.random() < 0.8
    )
    terms = BreakTerms(
        every_hours=rng.choice([3, 4, 8]),
        grid=rng.choice([10, 15]),
        edge=rng.choice([30, 60]),
        apart=rng.choice([30, 60]),
        meal_moves=rng.choice([0, 30, 60]),
    )
    placed(problem, roster, terms)


# The check


def test_the_check_finds_what_is_wrong():
    problem = desk(1)
    roster = all_on(problem)
    duty = roster.duties[0]
    good = place_breaks(problem, BreakTerms(), roster).pauses
    small, meal, late = good

    def said(*pauses, terms=None):
        return [
            note.say("en") for note in break_faults(problem, terms or BreakTerms(), roster, BreakPlan(tuple(pauses)))
        ]

    assert said(*good) == []
    assert "2 small breaks and 1 meals are due, there are 2 in all" in said(small, meal)[0]
    assert "there are 4 in all" in said(*good, PlacedBreak(duty, 16 * 60, 16 * 60 + 15, False, True))[0]
    assert "should take 15 minutes" in said(small._replace(end=small.end + 5), meal, late)[0]
    assert (
        "within 60 minutes of the shift's ends" in said(small._replace(start=9 * 60 + 45, end=10 * 60), meal, late)[0]
    )
    assert "within 60 minutes" in said(small, meal, late._replace(start=16 * 60 + 30, end=16 * 60 + 45))[0]
    moved = meal._replace(start=14 * 60 + 15, end=14 * 60 + 45)
    assert "more than 60 minutes from its time" in said(small, moved, late._replace(start=15 * 60 + 45, end=16 * 60))[0]
    assert (
        "follows the one before in less than 60 minutes"
        in said(small._replace(start=12 * 60, end=12 * 60 + 15), meal, late)[0]
    )
    assert "off the grid of 15 min" in said(small._replace(start=11 * 60 + 5, end=11 * 60 + 20), meal, late)[0]
    assert "more than 3 hours on end" in said(*good, terms=BreakTerms(longest_run_hours=3))[0]
    stray = PlacedBreak(Duty("1", TUE, "日"), 11 * 60, 11 * 60 + 15, False, True)
    assert "a break without a duty" in said(*good, stray)[0]


def test_the_check_counts_who_is_away():
    problem = desk(3)
    roster = all_on(problem)
    plan = place_breaks(problem, BreakTerms(least_at_desk=0), roster)
    together = BreakPlan(tuple(p._replace(duty=duty) for duty in roster.duties for p in plan.of(roster.duties[0])))
    found = break_faults(problem, BreakTerms(most_away=2, least_at_desk=0), roster, together)
    assert len(found) == 3
    assert "3 people on a break at once, 2 at most" in found[0].say("en")
    assert "同时休息 3 人，最多 2 人" in found[0].say("zh")


# What people have been told stays


NEEDED = [need(start, start + 30, 0, 5) for start in range(9 * 60, 17 * 60, 30)]


def everybody(problem, *but: Duty) -> Roster:
    """All on the day shift on every day, some of them not."""
    all_of_them = {Duty(worker.id, day, "日") for worker in problem.workers for day in problem.dates}
    return Roster(all_of_them - set(but))


def moved_breaks(before: BreakPlan, after: BreakPlan, roster: Roster) -> list[Duty]:
    """Duties of a roster whose breaks are at other times."""
    return [duty for duty in roster.duties if before.of(duty) != after.of(duty)]


def shuffled(problem, roster) -> BreakPlan:
    """A plan that keeps its terms, and that no placing would make by itself: everybody's breaks at their latest."""
    found = []
    for duty in roster.duties:
        small, meal, late = owed_breaks(problem.shift_by_code[duty.shift], BreakTerms())
        found += [
            PlacedBreak(duty, one.starts[at], one.starts[at] + one.minutes, one.meal, one.paid)
            for one, at in ((small, 0), (meal, -1), (late, -1))
        ]
    return BreakPlan(tuple(found))


def test_breaks_that_people_know_stay_where_nothing_has_changed():
    problem = desk(7, 3, slots=NEEDED)
    roster = everybody(problem)
    known = KnownBreaks(problem, roster, shuffled(problem, roster))
    assert moved_breaks(place_breaks(problem, BreakTerms(), roster), known.plan, roster)
    assert place_breaks(problem, BreakTerms(), roster, known=known) == known.plan


@pytest.mark.parametrize("anew", [(), ("1",)])
def test_of_a_day_with_another_crew_those_move_whom_it_concerns(anew):
    problem = desk(7, 3, slots=[need(9 * 60, 17 * 60 + 30, 0, 1)])
    gone = Duty("7", TUE, "日")
    roster = everybody(problem)
    known = KnownBreaks(problem, roster, placed(problem, roster))
    after = everybody(problem, gone, *(Duty(who, TUE, "日") for who in anew))
    plan = place_breaks(problem, BreakTerms(), after, known=known)
    assert break_faults(problem, BreakTerms(), after, plan) == []
    assert moved_breaks(known.plan, plan, after) == []
    back = place_breaks(problem, BreakTerms(), roster, known=KnownBreaks(problem, after, plan))
    assert {duty.worker for duty in moved_breaks(plan, back, roster)} == {"7", *anew}


def test_breaks_move_where_they_would_leave_too_few_at_the_desk():
    problem = desk(4, 3, slots=[need(9 * 60, 17 * 60 + 30, 2)])
    roster = everybody(problem)
    plan = placed(problem, roster)
    gone = next(duty for duty in roster.duties if duty.day == TUE)
    known = KnownBreaks(problem, roster, _together(plan, TUE, gone))
    after = everybody(problem, gone)
    found = place_breaks(problem, BreakTerms(), after, known=known)
    assert {duty.day for duty in moved_breaks(known.plan, found, after)} == {TUE}
    assert min(row.left for row in slot_rows(problem, after, found) if row.day == TUE) == 2


def _together(plan: BreakPlan, day: date, but: Duty) -> BreakPlan:
    """The plan, with two of those who stay on a day at their breaks together."""
    one, two = [duty for duty in dict.fromkeys(pause.duty for pause in plan.pauses) if duty.day == day != but][:2]
    if but in (one, two):
        two = next(p.duty for p in plan.pauses if p.duty.day == day and p.duty not in (one, two, but))
        one = one if one != but else two
    kept = [pause for pause in plan.pauses if pause.duty != two]
    return BreakPlan(tuple(sorted([*kept, *(pause._replace(duty=two) for pause in plan.of(one))])))


def test_another_need_of_a_day_moves_breaks_of_that_day_alone():
    quiet = desk(4, 3)
    roster = everybody(quiet)
    known = KnownBreaks(quiet, roster, shuffled(quiet, roster))
    busy = replace(quiet, slots=(SlotNeed(TUE.isoformat(), 9 * 60, 17 * 60 + 30, least=3, target=3, skill=""),))
    plan = place_breaks(busy, BreakTerms(), roster, known=known)
    assert {duty.day for duty in moved_breaks(known.plan, plan, roster)} == {TUE}
    assert min(row.left for row in slot_rows(busy, roster, plan)) == 3


def test_breaks_that_the_terms_do_not_allow_any_more_are_placed_anew():
    problem = desk(4, 2)
    roster = everybody(problem)
    known = KnownBreaks(problem, roster, shuffled(problem, roster))
    terms = BreakTerms(edge=90)
    plan = place_breaks(problem, terms, roster, known=known)
    assert break_faults(problem, terms, roster, plan) == []
    assert moved_breaks(known.plan, plan, roster) == list(roster.duties)


def test_a_night_of_the_day_before_touches_no_day_at_whose_time_it_is_not():
    problem = desk(6, 3, slots=[need(9 * 60, 17 * 60 + 30, 0, 5)])
    nights = Roster([*everybody(problem).duties, Duty("6", MON, "夜")])
    before = Roster(duty for duty in nights.duties if duty != Duty("6", MON, "日"))
    known = KnownBreaks(problem, before, shuffled(problem, before))
    after = Roster(duty for duty in before.duties if duty.shift != "夜")
    plan = place_breaks(problem, BreakTerms(), after, known=known)
    assert moved_breaks(known.plan, plan, after) == []
