"""Other partners and days that need fewer changes, held against every roster that there is."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest

from scheduler.audit.months import PlannedMonth
from scheduler.domain import Demand, Duty, Overtime, Problem, Roster, Worker
from scheduler.rules.book import Rulebook
from scheduler.workflow import offer_search
from scheduler.workflow.change_request import Cell, Request, RequestKind
from scheduler.workflow.objections import QUOTA, Objection, objections_to
from scheduler.workflow.offer_search import MOST_OFFERS, OfferSearch
from scheduler.workflow.offers import LEFT_OUT, NO_FEWER, Candidate, Offers
from scheduler.workflow.partners import leave_open, require_one_of
from scheduler.workflow.verdict import Verdict, VerdictWord, judge_request
from tests.support.published_desk import TODAY, cell, dec
from tests.workflow.test_verdict import (
    DECEMBER,
    FEW,
    IMPOSSIBLE,
    LATE_BEFORE,
    LIVE,
    RULES,
    Tiny,
    asked,
    away,
    fewest_changes,
    planted,
    tiny,
    wanted_of,
)


def searched(
    request: Request,
    problem: Problem = DECEMBER,
    live: Roster = LIVE,
    *,
    rulebook: Rulebook = RULES,
    today: date = TODAY,
    settled: frozenset[date] = frozenset(),
    quota: int | None = None,
    is_together: bool = True,
    may: Callable[[Request], bool] = lambda one: True,
) -> OfferSearch:
    """What was answered to a request, and where to look for better."""
    month = PlannedMonth(problem, rulebook, live)

    def judge(one: Request, **options: Any) -> Verdict:
        return judge_request([month], one, today=today, settled=settled, cores=1, time_limit=30, **options)

    def judge_one_of(options: Sequence[Request]) -> Verdict:
        asking, book, _ = require_one_of(options, problem, rulebook)
        return judge(leave_open(options), asking=(asking,), rulebooks=(book,))

    def objections(one: Request) -> list[Objection]:
        found = objections_to(one, problem, live, [], today, quota, 0.0)
        return [*found, *([] if may(one) else [Objection(QUOTA, one.sides)])]

    verdict = Verdict(VerdictWord.REFUSED) if objections(request) else judge(request)
    return OfferSearch(
        months=(month,),
        request=request,
        verdict=verdict,
        today=today,
        settled=settled,
        has_begun=lambda day, code: day < today,
        objections=objections,
        judge=judge,
        judge_one_of=judge_one_of if is_together else None,
        names=problem.names,
    )


def partners(request: Request, *more: Any, **options: Any) -> Offers:
    return searched(request, *more, **options).find_partners()


def told(offers: Offers) -> list[tuple[str, str, int]]:
    """The kinds, the partners and the further changes of what is offered, in order."""
    return [(one.request.kind.value, one.request.sides[-1], one.further) for one in offers.offers]


def reasons(candidates: Sequence[Candidate]) -> dict[str, str]:
    """Why who could not, in English."""
    return {one.worker: "; ".join(each.say("en", {}) for each in one.against) for one in candidates}


# Partners of a duty that is given away


def test_what_needs_no_further_change_cannot_be_bettered_and_is_not_searched():
    found = partners(asked("stand_in", give=cell("T1", 7), to="T4"))
    assert found == Offers()


def test_a_refusal_names_those_who_could():
    """T5 is late the evening before and would not have rested; T2 could stand in, or somebody could swap."""
    request = asked("stand_in", give=cell("T1", 7), to="T5")
    found = partners(request, FEW, **LATE_BEFORE)
    assert told(found)[0] == ("stand_in", "T2", 0)
    assert len(found.offers) >= 3
    for one in found.offers:
        assert one.request.cells != request.cells
        assert one.request.because == request.because
        again = searched(one.request, FEW, **LATE_BEFORE).verdict
        assert (again.word, again.further) == (VerdictWord.ALLOWED, ())
    said = reasons(found.against)
    assert {who: "leave" in said[who] for who in ("T3", "T4")} == {"T3": True, "T4": True}
    assert found.tried + found.untried == len(searched(request, FEW, **LATE_BEFORE).options())


def test_only_those_are_offered_who_may_be_asked():
    request = asked("stand_in", give=cell("T1", 7), to="T5")
    found = partners(request, FEW, may=lambda one: "T2" in one.sides, **LATE_BEFORE)
    assert {who for _, who, _ in told(found)} == {"T2"}
    assert partners(request, FEW, may=lambda one: False, **LATE_BEFORE).offers == ()


def test_who_is_left_out_is_not_offered_and_said_so():
    request = replace(asked("stand_in", give=cell("T1", 7), to="T5"), spared=("T2",))
    found = partners(request, FEW, **LATE_BEFORE)
    assert "T2" not in {who for _, who, _ in told(found)}
    assert found.offers
    (one,) = [one for one in found.against if one.worker == "T2"]
    assert [each.sentence for each in one.against if isinstance(each, Objection)] == [LEFT_OUT]


def test_overtime_goes_with_the_one_for_whom_it_was_asked():
    request = asked("stand_in", give=cell("T1", 7), to="T5", overtime=Overtime("T5", dec(7), 480))
    found = partners(request, FEW, **LATE_BEFORE)
    assert found.offers
    assert all(one.request.overtime is None or "T5" in one.request.sides for one in found.offers)


def test_what_is_short_already_is_not_made_shorter_by_an_offer():
    """Two are needed and one is there on the 7th: whoever takes that one's duty from another day must not make it none."""
    wide = replace(DECEMBER, demand=(*DECEMBER.demand, Demand("晚", "2026-12-07", least=2, target=2)))
    request = asked("stand_in", give=cell("T6", 7), to="T1")  # T6 is the one who is late; T1 has a duty of their own
    search = searched(request, wide)
    assert {one.reason.days for one in search.trials.known} == {(dec(7),)}
    worse = search.trials.find_broken({cell("T6", 7): ()})
    assert {(one.reason.rule, one.reason.days) for one in worse} >= {("shift_cover", (dec(7),))}
    assert search.trials.find_broken({cell("T6", 7): (), cell("T3", 7): ("晚",)}) == ()


def test_nothing_is_offered_on_a_settled_holiday_but_the_day_that_was_asked():
    request = asked("stand_in", give=cell("T1", 7), to="T5")
    holidays = frozenset(dec(day) for day in range(6, 15))
    days = {one.take.day for one in searched(request, settled=holidays).options() if one.take}
    assert days & {*holidays} == {dec(7)}
    assert max(days) > dec(15)
    assert dec(9) in {one.take.day for one in searched(request).options() if one.take}


def test_a_duty_that_is_not_there_or_has_begun_has_no_partner():
    for give in (cell("T1", 9), cell("T5", 4), Cell("T9", dec(7)), Cell("T1", date(2027, 3, 1))):
        found = partners(replace(asked("stand_in", give=cell("T1", 7), to="T5"), give=give, spared=("T2",)))
        assert (found.offers, found.tried) == ((), 0), give


def test_ten_offers_more_are_counted_where_five_are_as_good_as_can_be():
    many = tuple(Worker(f"T{n:02}", f"试{n:02}", roles=("班长",)) for n in range(7, 20))
    problem = replace(FEW, workers=(*FEW.workers, *many))
    found = partners(asked("stand_in", give=cell("T1", 7), to="T5"), problem, **LATE_BEFORE)
    assert len(found.offers) == MOST_OFFERS
    assert [one.further for one in found.offers] == [0] * MOST_OFFERS
    assert (found.untried > 0, found.is_cut) == (True, False)


def test_what_there_is_no_work_left_for_is_counted(monkeypatch):
    request = asked("stand_in", give=cell("T1", 7), to="T5")
    monkeypatch.setattr(offer_search, "LOOK_CELLS", 10)
    monkeypatch.setattr(offer_search, "LOOK_MONTHS", 0)
    found = partners(request, FEW, **LATE_BEFORE)
    assert found.is_cut
    assert found.untried > 0
    monkeypatch.undo()
    people = (replace(one, norm_hours=80.0 if one.id == "T4" else None) for one in DECEMBER.workers)
    tight = replace(DECEMBER, workers=tuple(people), leave=tuple(away(f"T{n}", 7, 7) for n in (2, 3)))
    alone: dict[str, Any] = {**LATE_BEFORE, "may": lambda one: one.kind == RequestKind.STAND_IN}
    whole = partners(request, tight, **alone)  # T4 has to give another duty up
    assert told(whole) == [("stand_in", "T4", 2)]
    monkeypatch.setattr(offer_search, "RESOLVE_CELLS", 0)
    monkeypatch.setattr(offer_search, "RESOLVE_MONTHS", 0)
    cut = partners(request, tight, **alone)
    assert (cut.is_cut, whole.is_cut) == (True, False)
    assert cut.untried > whole.untried


# Every partner, by trying every roster

CASES = 70


def fair(problem: Problem, live: Roster, worker: str, give: Cell) -> tuple[int, int, str]:
    """Who is asked first: by duties on the shift, by standard days beyond the fair share, by name."""
    code = "".join(live.on(*give))
    mine = [duty for duty in live.duties if duty.worker == worker]
    due = problem.norm_minutes[worker] / sum(problem.norm_minutes.values()) * 8 * len(live.duties)
    beyond = round((8 * len(mine) - due) / 8)
    return sum(duty.shift == code for duty in mine), beyond, worker


def drawn(seed: int) -> tuple[Tiny, Roster, date, random.Random] | None:
    """A tiny desk with a roster, a day of today, and more luck."""
    rng = random.Random(seed)
    desk = tiny(rng)
    live = planted(rng, desk)
    return (desk, live, rng.choice(desk.problem.dates[:3]), rng) if live else None


def held_with(desk: Tiny, live: Roster, today: date, request: Request) -> dict[tuple[str, date], str]:
    """What a request and the past hold."""
    held, _ = wanted_of(request)
    for worker, day in product((one.id for one in desk.problem.workers), desk.problem.dates):
        if day < today:
            held.setdefault((worker, day), "".join(live.on(worker, day)))
    return held


def further_of(desk: Tiny, live: Roster, today: date, request: Request) -> int:
    """The fewest further changes of a request; `IMPOSSIBLE` for none."""
    fewest = fewest_changes(desk, live, held_with(desk, live, today, request), {})
    own = {(one.worker, one.day): one.shift for one in request.cells}
    return fewest - sum("".join(live.on(*at)) != code for at, code in own.items()) if fewest < IMPOSSIBLE else fewest


def a_duty_to_give(found: tuple[Tiny, Roster, date, random.Random]) -> tuple[Duty, list[str]] | None:
    """A duty ahead, and who is free on its day, if several are."""
    desk, live, today, rng = found
    duties = [duty for duty in live.duties if duty.day >= today]
    give = rng.choice(duties) if duties else None
    free = [one.id for one in desk.problem.workers if give and not live.on(one.id, give.day)]
    return (give, free) if give and len(free) > 1 else None


def test_the_stand_ins_that_are_offered_are_those_with_the_fewest_changes_in_fair_order():
    seen: Counter[str] = Counter()
    for seed in range(1, 2000):
        found = drawn(seed)
        duty = found and a_duty_to_give(found)
        if found is None or duty is None or seen["cases"] >= CASES:
            continue
        desk, live, today, _ = found
        (give, free), problem = duty, desk.problem
        if len(problem.workers) == 5 and seen["of five"] >= 6:
            continue  # going through all of their rosters takes long
        requests = {who: asked("stand_in", live, f"{today:%Y-%m}", give=Cell(*give[:2]), to=who) for who in free}
        further = {who: further_of(desk, live, today, one) for who, one in requests.items()}
        worst = max(free, key=lambda who: further[who])
        for mine, is_together in product(dict.fromkeys([worst, free[0]]), (True, False)):
            most = further[mine]
            better = {who: n for who, n in further.items() if who != mine and n < most}
            options: dict[str, Any] = {"rulebook": desk.rulebook, "today": today, "is_together": is_together}
            offers = partners(requests[mine], problem, live, **options)
            stand_ins = [one for one in offers.offers if one.request.kind == RequestKind.STAND_IN]
            assert {one.request.to: one.further for one in stand_ins} == better, seed
            order = [
                (
                    one.further,
                    sum(row.missing for row in one.below),
                    fair(problem, live, one.request.to, Cell(*give[:2])),
                )
                for one in stand_ins
            ]
            assert order == sorted(order), seed
            assert all(one.is_proved for one in stand_ins), seed
            assert not offers.is_cut, seed
            told_of = {one.worker for one in offers.against} | {one.request.sides[-1] for one in offers.offers}
            assert not most or told_of >= set(free) - {mine}, seed
            seen["offers"] += len(better)
            seen["refused"] += most >= IMPOSSIBLE
            seen["with more"] += any(better.values())
            seen["no better"] += 0 < most < IMPOSSIBLE and not better
        seen["cases"] += 1
        seen["of five"] += len(problem.workers) == 5
    assert seen["cases"] >= CASES, seen
    assert min(seen["offers"], seen["refused"], seen["with more"], seen["no better"]) >= 6, seen


@pytest.mark.parametrize("seed", [587, 1956, 1995])  # two could stand in, and each needs two further changes
def test_who_needs_as_many_changes_is_no_offer_and_that_is_said(seed):
    found = drawn(seed)
    assert found
    duty = a_duty_to_give(found)
    assert duty
    (desk, live, today, _), (give, free) = found, duty
    requests = {who: asked("stand_in", live, f"{today:%Y-%m}", give=Cell(*give[:2]), to=who) for who in free}
    first, second = (who for who in free if further_of(desk, live, today, requests[who]) == 2)
    for is_together in (True, False):
        options: dict[str, Any] = {"rulebook": desk.rulebook, "today": today, "is_together": is_together}
        for mine, other in ((first, second), (second, first)):
            offers = partners(requests[mine], desk.problem, live, **options)
            assert other not in {one.request.to for one in offers.offers if one.request.kind == RequestKind.STAND_IN}
            swapping = {one.request.sides[-1] for one in offers.offers if one.request.kind == RequestKind.SWAP}
            against = [each for one in offers.against if one.worker == other for each in one.against]
            said = [(one.sentence, one.facts) for one in against if isinstance(one, Objection)]
            assert other in swapping or said == [(NO_FEWER, (("n", 2),))], (mine, other)


def test_the_swaps_that_are_offered_are_those_with_the_fewest_changes():
    seen: Counter[str] = Counter()
    for seed in range(1, 200):
        found = drawn(seed)
        if found is None or seen["cases"] >= 25:
            continue
        desk, live, today, rng = found
        problem = desk.problem
        duties = [duty for duty in live.duties if duty.day > today]
        pairs = [
            (a, b) for a in duties for b in duties if (a.worker != b.worker and a.shift != b.shift) or a.day != b.day
        ]
        pairs = [(a, b) for a, b in pairs if a.worker != b.worker]
        if not pairs:
            continue
        mine, theirs = rng.choice(pairs)
        request = asked(
            "swap", live, f"{today:%Y-%m}", give=Cell(mine.worker, mine.day), take=Cell(theirs.worker, theirs.day)
        )
        search = searched(request, problem, live, rulebook=desk.rulebook, today=today)
        if search.objections(request):
            continue
        offers = search.find_partners()
        seen["cases"] += 1
        most = further_of(desk, live, today, request)
        for one in offers.offers:
            assert one.further == further_of(desk, live, today, one.request) < most, (seed, one)
            seen["offers"] += 1
        swaps = [one for one in search.options() if one.kind == RequestKind.SWAP and not search.objections(one)]
        best = min((further_of(desk, live, today, one) for one in swaps), default=IMPOSSIBLE)
        if best < most:
            assert offers.offers[0].further <= best, seed
            seen["better"] += 1
        else:
            assert not any(one.request.kind == RequestKind.SWAP for one in offers.offers), seed
    assert min(seen["offers"], seen["better"]) >= 5, seen
