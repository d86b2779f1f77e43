"""Facts that hold other tables until a day: before it a month is as it was, from it on as the tables say now."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from scheduler.audit.statistics import count_cover, duty_row
from scheduler.domain import (
    Burden,
    Day,
    DayKind,
    Demand,
    Desk,
    Duty,
    Fixed,
    FormerShift,
    Leave,
    Month,
    Opening,
    Overtime,
    Problem,
    Procedure,
    Roster,
    Wish,
    Worker,
)
from scheduler.domain.holidays import day_types
from scheduler.i18n import Lang
from scheduler.rules.book import Rulebook
from scheduler.timeline import ONE_DAY, days_between
from scheduler.workflow.amendment import amend_problem
from scheduler.workflow.change_request import Request, RequestKind, RequestState
from scheduler.workflow.month_facts import MonthFacts
from scheduler.workflow.table_change import describe_change, merge_facts, rename_duties
from tests.support.kit import THREE_SHIFTS, another_shift, known_duties, random_duties, random_problem, random_slots

ROUNDS = 150


def facts(problem: Problem) -> MonthFacts:
    return MonthFacts(problem=problem, rulebook=Rulebook(()), procedure=Procedure(), breaks=None)


def merged(then: Problem, now: Problem, since: date) -> Problem:
    return merge_facts(facts(then), facts(now), since).problem


# Random edits of the tables


def other_hours(rng: random.Random, problem: Problem) -> Problem:
    shifts = tuple(another_shift(rng, shift) if rng.random() < 0.5 else shift for shift in problem.shifts)
    return replace(problem, shifts=shifts)


def one_shift_more(rng: random.Random, problem: Problem) -> Problem:
    new = replace(rng.choice(problem.shifts), code="新")
    return replace(problem, shifts=(*problem.shifts, new), demand=(*problem.demand, Demand("新", target=1)))


def one_shift_less(rng: random.Random, problem: Problem) -> Problem:
    gone = rng.choice(problem.shifts)
    return replace(
        problem,
        shifts=tuple(shift for shift in problem.shifts if shift != gone),
        former_shifts=(FormerShift(gone.code, problem.first - ONE_DAY, gone),),
        demand=tuple(row for row in problem.demand if row.shift != gone.code),
        wishes=tuple(row for row in problem.wishes if row.shift != gone.code),
        fixed=tuple(row for row in problem.fixed if row.shift != gone.code),
        workers=tuple(
            replace(worker, terms=replace(worker.terms, most_of_shift=()), only_shifts=()) for worker in problem.workers
        ),
    )


def somebody_left(rng: random.Random, problem: Problem) -> Problem:
    gone = rng.choice(problem.workers).id
    rows = ("leave", "wishes", "fixed", "overtime", "past_overtime", "history")
    kept: dict[str, Any] = {name: tuple(row for row in getattr(problem, name) if row.worker != gone) for name in rows}
    return replace(
        problem,
        workers=tuple(worker for worker in problem.workers if worker.id != gone),
        carried={worker: sums for worker, sums in problem.carried.items() if worker != gone},
        events=(),
        **kept,
    )


def somebody_came(rng: random.Random, problem: Problem) -> Problem:
    return replace(problem, workers=(*problem.workers, Worker("W9", "新人")))


def somebody_leaves(rng: random.Random, problem: Problem) -> Problem:
    first, *others = problem.workers
    return replace(problem, workers=(replace(first, leaves=first.leaves or rng.choice(problem.dates)), *others))


def other_demand(rng: random.Random, problem: Problem) -> Problem:
    rows = [replace(row, least=0, target=rng.randint(0, 3), most=None) for row in problem.demand if rng.random() < 0.8]
    return replace(problem, demand=tuple(rows), slots=random_slots(rng, problem.dates))


def other_days(rng: random.Random, problem: Problem) -> Problem:
    days = (Day(day.date, rng.choice(list(DayKind))) if rng.random() < 0.4 else day for day in problem.days)
    opening = (Opening("all", 60 * rng.randint(0, 10), 60 * rng.randint(12, 24)), *problem.desk.opening[1:])
    return replace(problem, days=tuple(days), desk=replace(problem.desk, opening=opening))


def other_plans(rng: random.Random, problem: Problem) -> Problem:
    ids, dates = [worker.id for worker in problem.workers], problem.dates
    first, last = sorted(rng.choices(dates, k=2))
    return replace(
        problem,
        leave=(*problem.leave[1:], Leave(rng.choice(ids), first, last)),
        wishes=(*problem.wishes[1:], Wish(rng.choice(ids), rng.choice(dates), False)),
        overtime=(*problem.overtime[1:], Overtime(rng.choice(ids), rng.choice(dates), 60)),
        fixed=problem.fixed[1:],
    )


EDITS: tuple[Callable[[random.Random, Problem], Problem], ...] = (
    other_hours,
    one_shift_more,
    one_shift_less,
    somebody_left,
    somebody_came,
    somebody_leaves,
    other_demand,
    other_days,
    other_plans,
)


def drawn(seed: int) -> tuple[random.Random, Problem, Problem, date]:
    """A problem, the same month after some edits, and the day from which they hold."""
    rng = random.Random(f"tables {seed}")
    then = random_problem(rng)
    while len(then.workers) < 2:
        then = random_problem(rng)
    now = then
    for edit in rng.sample(EDITS, rng.randint(1, 4)):
        now = edit(rng, now)
    return rng, then, now, rng.choice(then.dates[1:])


def asked(problem: Problem, day: date) -> dict[str, object]:
    """All that is asked and given on a day, to people who are there."""
    there = {worker.id for worker in problem.workers if worker.employed(day)}

    def on(rows: tuple[Any, ...]) -> list[str]:
        return sorted(repr(row) for row in rows if row.day == day and row.worker in there)

    return {
        "day": problem.day_by_date[day],
        "shifts": dict(problem.shifts_by_code_on(day)),
        "demand": {replace(row, on="") for row in problem.demand_on(day)},
        "heads": problem.heads_on(day),
        "slots": {replace(slot, on="") for slot in problem.slots_on(day)},
        "opening": problem.opening_on(day),
        "there": there,
        "leave": {who: leave.kind for (who, at), leave in problem.leave_days.items() if at == day and who in there},
        "wishes": on(problem.wishes),
        "fixed": on(problem.fixed),
        "overtime": on(problem.overtime),
    }


def judged(problem: Problem, roster: Roster, days: set[date]) -> tuple[list[Any], list[Any]]:
    """What the audit says of the duties of some days: their hours, and cover against need."""
    hours = [duty_row(problem, duty) for duty in roster.duties if duty.day in days]
    cover = sorted(str(row) for row in count_cover(problem, roster) if row.date in days)
    return hours, cover


def test_before_the_day_a_month_is_as_it_was_and_from_it_on_as_the_tables_say():
    seen: set[str] = set()
    for seed in range(ROUNDS):
        rng, then, now, since = drawn(seed)
        found = merged(then, now, since)
        for day in found.dates:
            wanted = asked(then if day < since else now, day)
            assert asked(found, day) == wanted, (seed, day, since)
            seen |= {name for name, said in asked(then, day).items() if day < since and said != asked(now, day)[name]}
        for source, days in (
            (then, days_between(found.first, since - ONE_DAY)),
            (now, days_between(since, found.last)),
        ):
            ids = [worker.id for worker in source.workers]
            duties = known_duties(source, random_duties(rng, ids, days, source.codes))
            known = Roster(duty for duty in duties if duty.worker in found.worker_by_id)
            assert judged(found, known, set(days)) == judged(source, known, set(days)), seed
    assert seen == set(asked(then, then.first))


def test_merging_again_with_the_same_tables_changes_nothing():
    for seed in range(ROUNDS):
        rng, then, now, since = drawn(seed)
        once = merged(then, now, since)
        later = rng.choice([day for day in then.dates if day >= since])
        again = merged(once, now, later)
        assert again == once, seed
        assert again.fingerprint == once.fingerprint
        assert merged(then, then, since) == then


def test_tables_that_hold_from_the_first_day_are_those_of_today():
    _, then, now, _ = drawn(3)
    assert merged(then, now, then.first) == now
    assert merged(then, now, then.last + timedelta(days=9)).dates == then.dates


def told(then: Problem, now: Problem, since: date, lang: Lang = "en") -> list[str]:
    return [note.say(lang) for note in describe_change(facts(then), facts(now), since)]


def test_a_change_that_is_carried_out_is_told_no_more_and_one_that_is_not_is_told():
    silent = 0
    for seed in range(ROUNDS):
        rng, then, now, since = drawn(seed)
        later = rng.choice([day for day in then.dates if day >= since])
        assert told(merged(then, now, since), now, later) == [], seed
        if not told(then, now, since):
            silent += 1
            for day in days_between(since, then.last):
                assert asked(then, day) == asked(now, day), (seed, day)
    assert 0 < silent < ROUNDS / 2


FIRST, LAST, SINCE = date(2026, 12, 1), date(2026, 12, 31), date(2026, 12, 15)


def december(**fields: Any) -> Problem:
    workers = fields.pop("workers", tuple(Worker(f"100{at}", name) for at, name in enumerate("甲乙丙", 1)))
    return Problem(
        Desk("desk", "desk"),
        day_types(days_between(FIRST, LAST), "CN"),
        workers,
        fields.pop("shifts", THREE_SHIFTS),
        demand=fields.pop("demand", tuple(Demand(code, least=1, target=1) for code in "早中夜")),
        **fields,
    )


EARLIER = (replace(THREE_SHIFTS[0], start=7 * 60 + 30, end=15 * 60 + 30), *THREE_SHIFTS[1:])


def test_a_shift_that_begins_earlier_from_the_middle_of_the_month_on_is_told_with_the_day():
    assert told(december(), december(shifts=EARLIER), SINCE) == [
        "from Tue 15 Dec on, shifts: 早 08:00–16:00 → 07:30–15:30 changed"
    ]
    assert told(december(), december(shifts=EARLIER), SINCE, "zh") == [
        "12月15日(周二)起，班次：早 08:00–16:00 → 07:30–15:30 已改"
    ]
    found = merged(december(), december(shifts=EARLIER), SINCE)
    assert [found.shift_on(day, "早").start for day in (SINCE - ONE_DAY, SINCE)] == [480, 450]


def test_rows_of_days_before_are_not_told():
    past = Leave("1001", date(2026, 12, 8), date(2026, 12, 9))
    over = Leave("1002", date(2026, 12, 14), date(2026, 12, 16))
    assert told(december(), december(leave=(past,)), SINCE) == []
    assert told(december(), december(leave=(past, over)), SINCE) == [
        "from Tue 15 Dec on, leave: now also 1002 2026-12-15 2026-12-16"
    ]
    assert merged(december(), december(leave=(past, over)), SINCE).leave == (replace(over, first=SINCE),)


def test_a_weekend_worked_in_exchange_counts_from_its_notice_on():
    now = december()
    days = tuple(replace(d, kind=DayKind.MAKEUP_WORKDAY) if d.date.day in (12, 26) else d for d in now.days)
    assert told(december(), replace(now, days=days), SINCE) == ["from Tue 15 Dec on, calendar: 2026-12-26 changed"]
    kinds = {day.date.day: day.kind for day in merged(december(), replace(now, days=days), SINCE).days}
    assert (kinds[12], kinds[26]) == (DayKind.RESTDAY, DayKind.MAKEUP_WORKDAY)


def test_who_left_stays_known_until_the_day_and_who_came_works_from_it_on():
    now = december(workers=(Worker("1001", "甲"), Worker("1002", "乙"), Worker("1009", "新")))
    found = merged(december(), now, SINCE).worker_by_id
    assert (found["1003"].leaves, found["1009"].hired) == (SINCE - ONE_DAY, SINCE)
    assert told(december(), now, SINCE) == ["from Tue 15 Dec on, people: now also 新(1009), no longer 丙(1003)"]


def test_a_person_with_another_id_is_one_person():
    then = december(
        leave=(Leave("1003", date(2026, 12, 3), date(2026, 12, 3)),),
        wishes=(Wish("1003", FIRST, False),),
        history=(Duty("1003", FIRST - ONE_DAY, "夜"),),
        carried={"1003": Burden(nights=2.0)},
    )
    workers = (Worker("1001", "甲"), Worker("1002", "乙"), Worker("2003", "丙", formerly=("1003",)))
    found = merged(then, december(workers=workers), SINCE)
    assert [row.worker for row in found.leave] == [row.worker for row in found.wishes] == ["2003"]
    assert found.worker_by_id["2003"].hired is None
    assert told(then, december(workers=workers), SINCE) == ["丙: id 1003 → 2003"]
    assert rename_duties([Duty("1003", FIRST, "早")], workers) == (Duty("2003", FIRST, "早"),)
    taken = (*workers, Worker("1003", "丁"))
    assert rename_duties([Duty("1003", FIRST, "早")], taken) == (Duty("1003", FIRST, "早"),)


def test_what_was_approved_under_a_former_id_counts():
    workers = (Worker("1001", "甲"), Worker("2003", "丙", formerly=("1003",)))
    asked = Request(
        number=1,
        kind=RequestKind.LEAVE,
        month=Month(2026, 12),
        by="1001",
        because="x",
        at=datetime(2026, 11, 20, tzinfo=UTC),
        state=RequestState.APPROVED,
        leave=Leave("1003", date(2026, 12, 3), date(2026, 12, 4)),
        cells=(Fixed("1003", date(2026, 12, 3), ""),),
    )
    fixed = (Fixed("2003", date(2026, 12, 3), "早"), Fixed("2003", date(2026, 12, 9), "早"))
    found = amend_problem(december(workers=workers, fixed=fixed), [asked])
    assert [row.worker for row in found.leave] == ["2003"]
    assert found.fixed == fixed[1:]


def test_fair_shares_and_totals_count_a_shift_as_it_was_on_its_day():
    longer = replace(THREE_SHIFTS[0], end=20 * 60, night=True)
    demand = (Demand("早", least=1, target=1),)
    plain = december(demand=demand)
    changed = december(demand=demand, former_shifts=(FormerShift("早", SINCE - ONE_DAY, longer),))
    asked = [problem.shares.asked or Burden() for problem in (plain, changed)]
    hours, nights = ([getattr(whole, name) for whole in asked] for name in ("hours", "nights"))
    assert hours == pytest.approx([31 * 8, 31 * 8 + 14 * 4])
    assert nights == pytest.approx([0, 14])
