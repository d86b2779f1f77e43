"""What a change does beside its cells, days of leave, whom to ring, and the factor of a surge that can be met."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from constraints.one_duty_at_a_time import OneDutyAtATime
from constraints.shift_cover import ShiftCover
from scheduler.audit.months import PlannedMonth
from scheduler.domain import Demand, Duty, Fixed, Leave, Month, Overtime, Problem, Roster, SlotNeed, Terms, Worker
from scheduler.rules.book import Rulebook, read_rulebook
from scheduler.timeline import ONE_DAY
from scheduler.workflow import offer_search, surge_offers
from scheduler.workflow.change_request import Request
from scheduler.workflow.effects import Shortfall, find_effects
from scheduler.workflow.objections import ON_LEAVE, Objection
from scheduler.workflow.offers import LEFT_OUT, NOT_COUNTED, Offers, Ring
from scheduler.workflow.ring import MOST_TO_RING, find_rings
from scheduler.workflow.surge_offers import find_factor, find_short_at_best
from scheduler.workflow.verdict import VerdictWord, judge_request
from tests.support.published_desk import dec
from tests.workflow.test_offer_search import drawn, further_of, reasons, searched
from tests.workflow.test_verdict import DECEMBER, LIVE, RULES, asked, away

# Effects


def months_of(problem: Problem, roster: Roster) -> list[PlannedMonth]:
    return [PlannedMonth(problem, RULES, roster)]


WISHES_TWO = replace(DECEMBER, demand=tuple(replace(row, target=2) for row in DECEMBER.demand))


def test_what_drops_below_the_wished_number_is_told_with_heads_before_and_after():
    two = Roster([*LIVE.duties, Duty("T4", dec(7), "早")])
    one = two.replace_cells({("T4", dec(7)): ()})
    found = find_effects(months_of(WISHES_TWO, two), months_of(WISHES_TWO, one))
    assert found.below == (Shortfall(dec(7), "早", 0, 0, "", 1, 2, 2, 1, 1),)
    assert [(one.worker, one.month, one.before - one.after) for one in found.hours] == [("T4", Month(2026, 12), 8.0)]


def test_what_was_short_before_and_stays_so_is_no_effect():
    moved = LIVE.replace_cells({("T1", dec(7)): (), ("T4", dec(7)): ("早",)})
    found = find_effects(months_of(WISHES_TWO, LIVE), months_of(WISHES_TWO, moved))
    assert found.below == ()
    assert {(one.worker, one.after - one.before) for one in found.hours} == {("T1", -8.0), ("T4", 8.0)}


def test_a_role_that_is_short_is_told_apart_from_the_shift():
    rows = (*DECEMBER.demand, Demand("早", role="班长", target=1))
    people = tuple(replace(one, roles=("客服",) if one.id == "T4" else one.roles) for one in DECEMBER.workers)
    problem = replace(DECEMBER, demand=rows, workers=people)
    moved = LIVE.replace_cells({("T1", dec(7)): (), ("T4", dec(7)): ("早",)})
    (row,) = find_effects(months_of(problem, LIVE), months_of(problem, moved)).below
    assert (row.shift, row.who, row.before, row.after, row.target) == ("早", "班长", 1, 0, 1)


def test_a_row_that_costs_nothing_to_miss_is_not_told():
    problem = replace(WISHES_TWO, demand=tuple(replace(row, weight_short=0) for row in WISHES_TWO.demand))
    gone = LIVE.replace_cells({("T1", dec(7)): ()})
    assert find_effects(months_of(problem, LIVE), months_of(problem, gone)).below == ()


def test_more_that_is_wished_for_is_an_effect_though_nobody_moves():
    more = replace(WISHES_TWO, demand=(*WISHES_TWO.demand, Demand("早", "2026-12-07", least=1, target=4)))
    (row,) = find_effects(months_of(WISHES_TWO, LIVE), months_of(more, LIVE)).below
    assert (row.day, row.before, row.after, row.target, row.missing) == (dec(7), 1, 1, 4, 3)


def test_slots_that_follow_one_another_are_one_stretch_with_the_most_heads_missing():
    slots = tuple(
        SlotNeed("all", 60 * h, 60 * h + 60, least=0, target=t) for h, t in ((8, 1), (9, 2), (10, 1), (14, 1))
    )
    problem = replace(DECEMBER, slots=slots)
    gone = LIVE.replace_cells({("T1", dec(7)): ()})
    below = [row for row in find_effects(months_of(problem, LIVE), months_of(problem, gone)).below if not row.shift]
    assert [(row.start, row.end, row.before, row.after, row.target, row.missing) for row in below] == [
        (480, 660, 1, 0, 2, 2),
        (840, 900, 1, 0, 1, 1),
    ]


def test_overtime_beside_the_duties_is_hours_that_move():
    more = replace(DECEMBER, overtime=(Overtime("T3", dec(15), 150, start=18 * 60), Overtime("T4", dec(15), 60)))
    found = find_effects(months_of(DECEMBER, LIVE), months_of(more, LIVE))
    assert [(one.worker, one.after - one.before) for one in found.hours] == [("T3", 2.5)]


# Days of leave


def days_told(found: Offers) -> list[tuple[int, int, int]]:
    """The first and last day of the leaves that are offered, and their further changes."""
    return [
        (one.request.leave.first.day, one.request.leave.last.day, one.further)
        for one in found.offers
        if one.request.leave
    ]


def test_leave_that_needs_others_is_offered_on_days_that_need_fewer():
    spare = replace(DECEMBER, demand=tuple(replace(row, least=0, target=1) for row in DECEMBER.demand))
    must = replace(spare, demand=(*spare.demand, Demand("早", "2026-12-07", least=1, target=1)))
    search = searched(asked("leave", leave=away("T1", 7, 7)), must)
    assert (search.verdict.word, len(search.verdict.further)) == (VerdictWord.ALLOWED_WITH, 1)
    found = search.find_days()
    assert days_told(found)[0] == (8, 8, 0)  # T1 is late on the 8th, which nobody has to be
    assert all(further == 0 for *_, further in days_told(found))
    assert not found.is_cut


def test_leave_that_is_refused_is_offered_shorter_and_on_other_days():
    everybody = tuple(away(f"T{n}", 7, 7) for n in (2, 3, 4, 5))
    problem = replace(DECEMBER, leave=everybody)
    search = searched(asked("leave", leave=away("T1", 7, 8)), problem)
    assert search.verdict.word == VerdictWord.REFUSED
    found = days_told(search.find_days())
    assert (8, 8, 1) in found
    assert not any(first <= 7 <= last for first, last, _ in found)
    again = searched(asked("leave", leave=away("T1", 8, 8)), problem).verdict
    assert (again.word, len(again.further)) == (VerdictWord.ALLOWED_WITH, 1)


def test_of_shorter_leave_only_the_longest_is_offered():
    problem = replace(DECEMBER, leave=tuple(away(f"T{n}", 7, 7) for n in (2, 3, 4, 5)))
    found = days_told(searched(asked("leave", leave=away("T1", 7, 9)), problem).find_days())
    assert [(first, last) for first, last, _ in found if last - first < 2] == [(8, 9)]


def test_no_day_is_offered_that_is_past_or_already_leave():
    problem = replace(DECEMBER, leave=(away("T1", 13, 14), *(away(f"T{n}", 7, 7) for n in (2, 3, 4, 5))))
    found = days_told(searched(asked("leave", leave=away("T1", 7, 7)), problem).find_days())
    assert found
    assert all(5 <= first <= 14 and first not in (13, 14) for first, *_ in found)


def test_leave_that_moves_nobody_has_no_offers():
    assert searched(asked("leave", leave=away("T1", 9, 11))).find_days() == Offers()


def test_days_that_were_not_tried_are_counted(monkeypatch):
    monkeypatch.setattr(offer_search, "RESOLVE_CELLS", 0)
    monkeypatch.setattr(offer_search, "RESOLVE_MONTHS", 0)
    problem = replace(DECEMBER, leave=tuple(away(f"T{n}", 7, 7) for n in (2, 3, 4, 5)))
    found = searched(asked("leave", leave=away("T1", 7, 8)), problem).find_days()
    assert found.is_cut
    assert found.untried > 0


def test_the_days_that_are_offered_need_as_few_changes_as_any_roster():
    seen = 0
    for seed in range(1, 120):
        found = drawn(seed)
        if found is None or seen >= 12 or len(found[0].problem.workers) == 5:
            continue
        desk, live, today, rng = found
        duties = [duty for duty in live.duties if duty.day >= today]
        if not duties:
            continue
        mine = rng.choice(duties)
        last = min(mine.day + ONE_DAY, desk.problem.last)
        request = asked("leave", live, f"{today:%Y-%m}", leave=Leave(mine.worker, mine.day, last, "personal"))
        search = searched(request, desk.problem, live, rulebook=desk.rulebook, today=today)
        most = further_of(desk, live, today, request)
        offers = search.find_days().offers
        order = [one.further for one in offers]
        assert order == sorted(order), seed
        for one in offers:
            assert one.further == further_of(desk, live, today, one.request) < most, seed
        seen += bool(offers)
    assert seen >= 8


# Whom to ring


def ring_of(request: Request, problem: Problem = DECEMBER, live: Roster = LIVE, **options: Any) -> Ring:
    (found,) = find_rings(searched(request, problem, live, **options)).rings
    return found


def able(ring: Ring) -> list[str]:
    return [one.worker for one in ring.candidates if one.is_able]


def test_for_an_absence_those_who_could_come_are_told_and_why_the_others_cannot():
    """T6 is late on the 7th, T5 was late on the 6th, T2 is early on the 8th; T3 and T4 have the day before and after off."""
    ring = ring_of(asked("absence", leave=away("T1", 7, 7, "sick")))
    assert (ring.day, ring.shift, ring.instead_of) == (dec(7), "早", "T1")
    assert set(able(ring)) == {"T2", "T3", "T4"}
    said = reasons([one for one in ring.candidates if not one.is_able])
    assert set(said) == {"T5", "T6"}
    assert "duty of their own" in said["T6"]
    assert "11" in said["T5"]  # hours of rest
    assert sum(one.is_chosen for one in ring.candidates) == 1


def test_who_is_away_left_out_or_has_not_the_role_is_not_rung():
    people = tuple(replace(one, roles=("客服",) if one.id == "T3" else one.roles) for one in DECEMBER.workers)
    rows = tuple(replace(row, role="班长") for row in DECEMBER.demand)
    problem = replace(DECEMBER, workers=people, demand=rows, leave=(away("T2", 7, 7),))
    book = Rulebook(tuple(rule for rule in RULES.rules if rule.name != "shift_leader"))
    request = replace(asked("absence", leave=away("T1", 7, 7, "sick")), spared=("T4",))
    ring = ring_of(request, problem, rulebook=book)
    assert ring.instead_of == "T1"
    against = {one.worker: one.against[0] for one in ring.candidates if one.against}
    kinds = {who: one.sentence for who, one in against.items() if isinstance(one, Objection)}
    assert (kinds["T2"], kinds["T3"], kinds["T4"]) == (ON_LEAVE, NOT_COUNTED, LEFT_OUT)


def test_those_with_the_fewest_such_duties_are_rung_first():
    extra = Roster(
        [
            *LIVE.duties,
            Duty("T3", dec(21), "早"),
            Duty("T3", dec(22), "早"),
            Duty("T3", dec(28), "早"),
            Duty("T4", dec(23), "早"),
        ]
    )
    same = {who: sum(duty.worker == who and duty.shift == "早" for duty in extra.duties) for who in ("T2", "T3", "T4")}
    assert len(set(same.values())) == 3
    ring = ring_of(replace(asked("absence", extra, leave=away("T1", 7, 7, "sick"))), live=extra)
    assert able(ring) == sorted(same, key=lambda who: same[who])


def test_who_needs_overtime_first_is_rung_last_and_said_so():
    people = tuple(replace(one, norm_hours=80.0 if one.id == "T4" else None) for one in DECEMBER.workers)
    ring = ring_of(asked("absence", leave=away("T1", 7, 7, "sick")), replace(DECEMBER, workers=people))
    last = [one for one in ring.candidates if one.is_able][-1]
    assert last.worker == "T4"
    assert last.overtime is not None
    assert last.overtime.minutes == 480


def test_for_what_stays_short_everybody_is_told_with_a_reason():
    everybody = replace(DECEMBER, leave=tuple(away(f"T{n}", 7, 7) for n in (2, 3, 4, 5)))
    search = searched(asked("absence", leave=away("T1", 7, 7, "sick")), everybody)
    assert search.verdict.word == VerdictWord.SHORT
    (ring,) = find_rings(search).rings
    assert (ring.shift, ring.instead_of, able(ring)) == ("早", "", [])
    assert set(reasons(ring.candidates)) == {"T2", "T3", "T4", "T5", "T6"}
    assert all(reasons(ring.candidates).values())


def test_each_duty_of_a_long_absence_has_its_ring_and_one_that_is_covered_has_none():
    leave = away("T1", 7, 14, "work_injury")
    rings = find_rings(searched(asked("absence", leave=leave))).rings
    assert [(ring.day.day, ring.shift) for ring in rings] == [(7, "早"), (8, "晚"), (13, "早"), (14, "晚")]
    covered = asked("absence", leave=leave, cells=(Fixed("T3", dec(7), "早"),))
    assert [ring.day.day for ring in find_rings(searched(covered)).rings] == [8, 13, 14]


def test_nobody_is_rung_for_a_duty_that_has_begun():
    search = searched(asked("absence", leave=away("T1", 7, 8, "sick")))
    begun = replace(search, has_begun=lambda day, code: (day, code) <= (dec(7), "早"))
    assert [ring.day.day for ring in find_rings(begun).rings] == [8]


def test_the_month_of_whoever_is_away_stands_in_nobodys_way():
    """T1 has promised hours, which an absence takes: that is no reason against those who could come."""
    hours = 8.0 * sum(duty.worker == "T1" for duty in LIVE.duties)
    owed = replace(DECEMBER.workers[0], terms=Terms(least_hours=hours))
    problem = replace(DECEMBER, workers=(owed, *DECEMBER.workers[1:]))
    ring = ring_of(asked("absence", leave=away("T1", 7, 7, "sick")), problem)
    assert set(able(ring)) == {"T2", "T3", "T4"}


def test_once_enough_can_come_the_rest_is_named_as_not_looked_at():
    more = tuple(Worker(f"T{n:02}", f"试{n:02}", roles=("班长",)) for n in range(7, 20))
    ring = ring_of(
        asked("absence", leave=away("T1", 7, 7, "sick")), replace(DECEMBER, workers=(*DECEMBER.workers, *more))
    )
    assert len(able(ring)) == MOST_TO_RING
    assert len(ring.candidates) + len(ring.untried) == 18


# More demand than can be met

PLAIN = read_rulebook(
    {
        name: {"enabled": False, "because": "x"}
        for name in ("fairness", "shift_leader", "always_staffed", "monthly_hours")
    }
)


def surge_search(factor: float, people: int = 6, **row: Any):
    """A surge of the 20th at a desk that needs two on each shift."""
    problem = replace(
        DECEMBER,
        workers=DECEMBER.workers[:people],
        demand=tuple(Demand(code, least=2, target=2, **row) for code in "早晚"),
    )
    ids = [one.id for one in problem.workers]
    live = Roster(
        Duty(who, day, code)
        for at, day in enumerate(problem.dates)
        for place, code in enumerate(("早", "早", "晚", "晚"))
        for who in [ids[(place - at // 2 * 2) % len(ids)]]
    )
    return searched(
        asked("surge", live, surge=(dec(20), factor)),
        problem,
        live,
        rulebook=Rulebook((OneDutyAtATime(), ShiftCover())),
    )


@pytest.mark.parametrize(("factor", "most"), [(2.0, 1.5), (1.6, 1.5), (3.0, 1.5)])
def test_the_largest_factor_that_can_be_met_is_offered_and_proved(factor, most):
    """Six people on two shifts: three each, which is half more than two; all above asks for four."""
    search = surge_search(factor)
    assert search.verdict.word == VerdictWord.REFUSED
    found = find_factor(search)
    (offer,) = found.offers
    assert offer.request.surge == (dec(20), most)
    assert found.is_largest
    assert (
        searched(
            offer.request, search.months[0].problem, search.months[0].roster, rulebook=search.months[0].rulebook
        ).verdict.word
        == VerdictWord.ALLOWED_WITH
    )


def test_a_shift_with_a_most_is_proved_step_by_step_or_not_at_all():
    found = find_factor(surge_search(1.6, most=2))
    assert found.offers
    assert found.offers[0].request.surge == (dec(20), 1.5)
    assert found.is_largest  # the one step above, 1.55, was tried
    assert find_factor(surge_search(1.75, most=2)).is_largest  # all four above were tried
    far = find_factor(surge_search(3.0, most=2))
    assert (far.is_largest, far.is_cut) == (False, True)


def test_where_no_step_can_be_met_none_is_offered_and_that_is_proved():
    found = find_factor(surge_search(1.6, people=4))
    assert (found.offers, found.is_largest) == ((), True)


def test_a_surge_that_can_be_met_has_no_offer():
    assert find_factor(surge_search(1.5)) == Offers()


def test_a_factor_that_was_not_decided_is_not_called_the_largest(monkeypatch):
    monkeypatch.setattr(surge_offers, "MOST_STEPS", 1)
    found = find_factor(surge_search(2.0))
    assert (found.is_largest, found.is_cut) == (False, True)
    assert found.untried > 0


def test_what_stays_short_at_the_factor_asked_is_a_line_for_each_shift():
    search = surge_search(2.0)
    month = search.months[0]

    def meet(request: Request):
        return judge_request([month], request, today=search.today, cores=1, as_far_as_can_be=True)

    rows = find_short_at_best(search, meet)
    assert sum(row.missing for row in rows) == 2  # eight are asked for, six are there
    assert {(row.day, row.least, row.before) for row in rows} == {(dec(20), 4, 2)}
    assert len(rows) <= 2
