"""What a request comes to, held against every roster that there is."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import product
from math import ceil
from typing import Any

from constraints.approved_leave import ApprovedLeave
from constraints.days_in_a_row import DaysInARow
from constraints.fixed_duties import FixedDuties
from constraints.forbidden_successions import ForbiddenSuccessions
from constraints.one_duty_at_a_time import OneDutyAtATime
from constraints.shift_cover import ShiftCover
from scheduler.audit.audit import audit
from scheduler.audit.months import PlannedMonth
from scheduler.domain import Day, DayKind, Demand, Desk, Duty, Fixed, Leave, Month, Overtime, Problem, Roster, Worker
from scheduler.domain.holidays import day_types
from scheduler.rules.book import Rulebook, read_rulebook
from scheduler.timeline import ONE_DAY, days_between, month_days
from scheduler.workflow.amendment import amend_problem
from scheduler.workflow.change_request import Cell, Request, RequestKind, open_request
from scheduler.workflow.verdict import Verdict, VerdictWord, judge_request
from tests.support.kit import THREE_SHIFTS
from tests.support.published_desk import TODAY, cell, dec, going_round, shifts, told

OFF = {"enabled": False, "because": "a proof takes long with it"}
RULES = read_rulebook({"fairness": OFF})
ASKED_AT = datetime(2026, 12, 5, 1, 30, tzinfo=UTC)
EARLY, LATE, NIGHT = THREE_SHIFTS


def december(**fields: Any) -> Problem:
    """The desk that goes round, without files."""
    early_and_late = (replace(EARLY, code="早"), replace(LATE, code="晚"))
    return Problem(
        Desk("small", "small", opening=()),
        day_types(month_days(2026, 12)),
        tuple(Worker(f"T{n}", f"试{n}", roles=("班长",)) for n in range(1, 7)),
        early_and_late,
        demand=(Demand("早", least=1, target=1), Demand("晚", least=1, target=1)),
        **fields,
    )


DECEMBER = december()
LIVE = going_round(DECEMBER)


def asked(kind: str, live: Roster = LIVE, month: str = "2026-12", **parts: Any) -> Request:
    """A request as it stands when it is judged."""
    return open_request(
        Request(
            number=1, kind=RequestKind(kind), month=Month.parse(month), by="T1", because="有事", at=ASKED_AT, **parts
        ),
        live,
    )


def away(worker: str, first: int, last: int, kind: str = "personal") -> Leave:
    return Leave(worker, dec(first), dec(last), kind)


def roster_without(*cells: tuple[str, int]) -> Roster:
    """The live roster without the duties of some cells."""
    return LIVE.replace_cells({(worker, dec(day)): () for worker, day in cells})


def judged(request: Request, problem: Problem = DECEMBER, live: Roster = LIVE, **options: Any) -> Verdict:
    """The verdict on the fifth of December, on one core."""
    month = PlannedMonth(problem, options.pop("rulebook", RULES), live)
    return judge_request([month], request, today=TODAY, cores=1, **options)


# Allowed as it stands


def test_a_stand_in_who_is_free_is_allowed_and_nothing_else_moves():
    verdict = judged(asked("stand_in", give=cell("T1", 7), to="T4"))
    assert verdict.word == VerdictWord.ALLOWED
    assert told(verdict.asked) == {("T1", 7, "早", ""), ("T4", 7, "", "早")}
    assert (verdict.further, verdict.reasons) == ((), ())
    assert verdict.changes == verdict.asked
    assert verdict.proved
    assert verdict.roster is not None
    assert shifts(verdict.roster, "T4", 6, 7, 8) == ".早."
    assert verdict.audit is not None
    assert not verdict.audit.broken


def test_a_swap_of_two_days_is_four_cells():
    verdict = judged(asked("swap", give=cell("T1", 7), take=cell("T4", 10)))
    assert verdict.word == VerdictWord.ALLOWED
    assert told(verdict.changes) == {
        *{("T1", 7, "早", ""), ("T4", 7, "", "早")},
        *{("T1", 10, "", "早"), ("T4", 10, "早", "")},
    }
    assert [(one.day, one.worker) for one in verdict.changes] == sorted((o.day, o.worker) for o in verdict.changes)


def test_the_answer_to_what_breaks_nothing_needs_no_solver():
    program = """
import sys
from tests.workflow import test_verdict as t
assert t.judged(t.asked("stand_in", give=t.cell("T1", 7), to="T4")).word == "allowed"
assert "ortools" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60, env={**os.environ, "PYTHONPATH": "."})


# Allowed with further changes


def test_whoever_is_ill_is_replaced_and_the_reason_is_what_would_be_missing():
    verdict = judged(asked("absence", leave=away("T1", 7, 7, "sick")))
    assert verdict.word == VerdictWord.ALLOWED_WITH
    assert told(verdict.asked) == {("T1", 7, "早", "")}
    assert [(one.day, one.after) for one in verdict.further] == [(dec(7), ("早",))]
    assert (len(verdict.changes), verdict.fewest, verdict.proved) == (2, 2, True)
    assert {one.reason.rule for one in verdict.reasons} == {"shift_cover", "shift_leader"}


def test_nobody_gets_a_duty_on_the_leave_that_is_asked_for():
    """The days without a duty are part of the leave too: whoever is away is not called in for somebody else."""
    verdict = judged(asked("leave", leave=away("T1", 6, 12)))
    assert verdict.word == VerdictWord.ALLOWED_WITH
    assert verdict.roster is not None
    assert shifts(verdict.roster, "T1", *range(6, 13)) == "......."
    assert verdict.proved
    both = judged(
        asked("absence", leave=away("T2", 13, 14)), replace(DECEMBER, leave=tuple(away(f"T{n}", 13, 14) for n in (4,)))
    )
    assert both.roster is not None
    assert shifts(both.roster, "T2", 13, 14) == ".."
    assert shifts(both.roster, "T4", 13, 14) == ".."


def test_overtime_makes_room_for_what_the_norm_forbids():
    people = (replace(one, norm_hours=80.0 if one.id == "T4" else None) for one in DECEMBER.workers)
    tight = replace(DECEMBER, workers=tuple(people))
    plain = asked("stand_in", give=cell("T1", 7), to="T4")
    assert audit(tight, RULES, LIVE).broken == ()
    without = judged(plain, tight)  # T4 would have to give up another duty
    assert without.word == VerdictWord.ALLOWED_WITH
    assert {one.reason.rule for one in without.reasons} == {"monthly_hours"}
    granted = judged(replace(plain, overtime=Overtime("T4", dec(7), 480)), tight)
    assert granted.word == VerdictWord.ALLOWED


def test_a_surge_asks_for_more_people():
    verdict = judged(asked("surge", surge=(dec(20), 2.0)))
    assert verdict.word == VerdictWord.ALLOWED_WITH
    assert verdict.asked == ()
    assert {one.day for one in verdict.further} == {dec(20)}
    assert (len(verdict.further), verdict.fewest) == (2, 2)


def test_leave_called_off_moves_nothing_by_itself():
    problem = replace(DECEMBER, leave=(away("T1", 9, 12),))
    verdict = judged(asked("cancel_leave", cancelled_leave=away("T1", 9, 10)), problem)
    assert (verdict.word, verdict.changes) == (VerdictWord.ALLOWED, ())


def test_where_nobody_else_is_at_work_leave_called_off_lets_one_stand_in():
    others = tuple(away(f"T{n}", 7, 7) for n in (2, 3, 4, 5))
    problem = replace(DECEMBER, leave=others)
    alone = judged(asked("absence", leave=away("T1", 7, 7)), problem)
    assert (alone.word, alone.least_short) == (VerdictWord.SHORT, True)
    assert {one.reason.rule for one in alone.short} == {"shift_cover", "shift_leader"}
    back = amend_problem(problem, [], also=asked("cancel_leave", cancelled_leave=away("T4", 7, 7)))
    verdict = judged(asked("absence", leave=away("T1", 7, 7)), back)
    assert verdict.word == VerdictWord.ALLOWED_WITH
    assert "T4" in {one.worker for one in verdict.further}


def test_cells_changed_by_hand_are_held_to_and_the_rest_follows():
    verdict = judged(asked("edit", cells=(Fixed("T5", dec(20), "早"), Fixed("T2", dec(20), ""))))
    assert verdict.word in (VerdictWord.ALLOWED, VerdictWord.ALLOWED_WITH)
    assert verdict.roster is not None
    assert shifts(verdict.roster, "T5", 20) == "早"
    assert shifts(verdict.roster, "T2", 20) == "."


# What does not move


def test_the_past_does_not_move_and_neither_does_a_holiday_whose_deadline_has_come():
    fast = frozenset(dec(day) for day in (8, 9))
    for worker, first, last in (("T1", 7, 7), ("T5", 5, 6), ("T6", 6, 7), ("T3", 10, 10), ("T4", 10, 12)):
        verdict = judged(asked("leave", leave=away(worker, first, last)), settled=fast)
        assert verdict.word == VerdictWord.ALLOWED_WITH, (worker, first)
        assert all(one.day >= TODAY and one.day not in fast for one in verdict.changes), (worker, first)


def test_a_request_may_move_its_own_cells_on_a_settled_day():
    fast = frozenset(dec(day) for day in (6, 7, 8))
    verdict = judged(asked("stand_in", give=cell("T1", 7), to="T4"), settled=fast)
    assert verdict.word == VerdictWord.ALLOWED
    # T2 is then late on the 8th as ever, and T4's rest is kept by what stands on the 6th and the 8th
    by_hand = judged(asked("edit", cells=(Fixed("T1", dec(7), ""), Fixed("T3", dec(7), "早"))), settled=fast)
    assert by_hand.word == VerdictWord.ALLOWED


def test_settled_days_may_be_what_stands_against_a_request():
    request = asked("leave", leave=away("T1", 7, 7))
    assert judged(request).word == VerdictWord.ALLOWED_WITH
    refused = judged(request, settled=frozenset({dec(7)}))
    assert refused.word == VerdictWord.REFUSED
    assert {one.reason.rule for one in refused.reasons} == {"shift_cover", "shift_leader"}


def test_who_cannot_come_on_a_settled_holiday_is_replaced_like_on_any_other_day():
    """CASES E2: the same person by a stand-in request was allowed, and by an absence refused."""
    fast = frozenset({dec(6), dec(7), dec(8)})
    verdict = judged(asked("absence", leave=away("T1", 7, 7, "sick")), settled=fast)
    assert verdict.word == VerdictWord.ALLOWED_WITH
    assert {one.day for one in verdict.changes} == {dec(7)}


def test_an_absence_that_nobody_can_make_good_is_recorded_with_what_stays_short():
    everybody = replace(DECEMBER, leave=tuple(away(f"T{n}", 7, 7) for n in (2, 3, 4, 5)))
    verdict = judged(asked("absence", leave=away("T1", 7, 7, "sick")), everybody)
    assert verdict.word == VerdictWord.SHORT
    assert told(verdict.changes) == {("T1", 7, "早", "")}
    assert {(one.reason.rule, one.reason.days) for one in verdict.short} == {
        ("shift_cover", (dec(7),)),
        ("shift_leader", (dec(7),)),
    }
    assert judged(asked("leave", leave=away("T1", 7, 7)), everybody).word == VerdictWord.REFUSED


def test_what_stays_short_of_two_duties_is_the_least_that_the_desk_can_give_up():
    """Two of three people of a day fall ill, one can be replaced: one shift stays short, not two."""
    month = replace(DECEMBER, leave=tuple(away(f"T{n}", 7, 7) for n in (2, 3, 4)))  # T1 is early, T6 late, T5 free
    known = judged(asked("absence", leave=away("T6", 7, 7)), month)
    assert known.word == VerdictWord.ALLOWED_WITH
    assert known.roster is not None
    after = amend_problem(month, [], also=asked("absence", leave=away("T6", 7, 7)))
    both = judged(asked("absence", leave=away("T1", 7, 7), live=known.roster), after, known.roster)
    assert both.word == VerdictWord.SHORT
    assert sum(one.reason.rule == "shift_cover" and not one.reason.facts[1][1] for one in both.short) <= 1
    assert both.roster is not None
    heads = [sum(d.day == dec(7) and d.shift == code for d in both.roster.duties) for code in "早晚"]
    assert sorted(heads) == [0, 1]


def test_what_a_live_roster_breaks_already_is_told_apart_from_what_a_request_would_break():
    short = roster_without(("T1", 7))
    verdict = judged(asked("stand_in", give=cell("T1", 10), to="T4", live=short), live=short)
    assert verdict.word == VerdictWord.ALLOWED, verdict.reasons
    assert {(one.reason.rule, one.reason.days) for one in verdict.before} >= {("shift_cover", (dec(7),))}


def test_what_is_broken_already_must_not_become_worse():
    wide = replace(DECEMBER, demand=tuple(replace(row, least=2, target=2) for row in DECEMBER.demand))
    verdict = judged(asked("edit", cells=(Fixed("T1", dec(7), ""),)), wide)  # one of two is there, then nobody
    assert any(one.reason.days == (dec(7),) for one in verdict.reasons)


def test_the_past_stays_even_where_the_desk_has_no_rule_of_fixed_duties():
    rulebook = read_rulebook({"fairness": OFF, "fixed_duties": OFF})
    cells = (Fixed("T1", dec(7), ""), Fixed("T3", dec(7), ""), Fixed("T1", dec(5), "早"))
    verdict = judged(asked("edit", cells=cells), rulebook=rulebook)
    assert verdict.word == VerdictWord.ALLOWED_WITH
    assert verdict.roster is not None
    assert shifts(verdict.roster, "T1", 7) == shifts(verdict.roster, "T3", 7) == "."
    assert shifts(verdict.roster, "T1", 5) == "早"
    assert all(one.day >= TODAY for one in verdict.changes)


def test_duties_that_were_fixed_before_stay_but_for_the_requests_own():
    problem = replace(DECEMBER, fixed=(Fixed("T1", dec(7), "早"), Fixed("T4", dec(7), ""), Fixed("T5", dec(7), "")))
    verdict = judged(asked("absence", leave=away("T1", 7, 7)), problem)
    assert verdict.word == VerdictWord.ALLOWED_WITH
    assert {one.worker for one in verdict.further} <= {"T2", "T3", "T6"}


# Refused


FEW = replace(DECEMBER, leave=tuple(away(f"T{n}", 7, 7) for n in (3, 4)))
LATE_BEFORE: dict[str, Any] = {"settled": frozenset({dec(6)})}  # T5 has 晚 on the 6th, and will


def test_a_refusal_says_why():
    """T5 is late the evening before and would not have rested."""
    request = asked("stand_in", give=cell("T1", 7), to="T5")
    verdict = judged(request, FEW, **LATE_BEFORE)
    assert verdict.word == VerdictWord.REFUSED
    assert verdict.roster is None
    assert verdict.changes == verdict.asked
    assert {one.reason.rule for one in verdict.reasons} == {"rest_between_duties"}


def test_leave_for_which_nobody_is_left_is_refused():
    problem = replace(DECEMBER, leave=tuple(away(f"T{n}", 7, 7) for n in (3, 4, 5)))
    verdict = judged(asked("leave", leave=away("T1", 7, 7)), problem, settled=frozenset({dec(6), dec(7), dec(8)}))
    assert verdict.word == VerdictWord.REFUSED


def test_leave_of_a_past_day_in_the_tables_stands_against_no_request():
    """No roster can keep to it any more."""
    problem = replace(DECEMBER, leave=(away("T1", 1, 1, "sick"),))
    verdict = judged(asked("stand_in", give=cell("T1", 7), to="T4"), problem)
    assert verdict.word == VerdictWord.ALLOWED
    assert {one.reason.rule for one in verdict.before} == {"approved_leave"}


def test_a_request_puts_nothing_right_that_others_broke():
    """CASES A2: what another has to do with is no further change of this request."""
    problem = replace(DECEMBER, leave=(away("T2", 20, 20, "sick"),))
    assert {one.reason.rule for one in audit(problem, RULES, LIVE).broken} == {"approved_leave"}
    verdict = judged(asked("stand_in", give=cell("T1", 7), to="T4"), problem)
    assert (verdict.word, verdict.further) == (VerdictWord.ALLOWED, ())
    assert {one.reason.days for one in verdict.before} == {(dec(20),)}


def test_without_time_there_is_no_answer():
    wide = replace(DECEMBER, demand=tuple(replace(row, least=2, target=2) for row in DECEMBER.demand))
    absent = judged(asked("absence", leave=away("T1", 7, 20)), wide, time_limit=0.0)
    assert (absent.word, absent.least_short) == (VerdictWord.SHORT, False)  # recorded all the same
    verdict = judged(asked("leave", leave=away("T1", 7, 20)), wide, time_limit=0.0)
    assert verdict.word in (VerdictWord.UNDECIDED, VerdictWord.REFUSED)
    assert verdict.roster is None


# As few cells as can be, by trying every roster


CASES = int(os.environ.get("VERDICT_CASES", "300"))
FREE, WORKS = "", "早夜"


@dataclass(frozen=True)
class Tiny:
    """A tiny desk, its rules as numbers for the search below, and the same as rules of the program."""

    problem: Problem
    codes: str  # of its shifts
    most: int  # days in a row
    least: dict[str, int]  # on each shift
    cap: int | None  # on each shift
    run: dict[str, int]  # days in a row that each brings along
    last: dict[str, str]  # what each did on the eve

    @cached_property
    def rulebook(self) -> Rulebook:
        rules = [OneDutyAtATime(), DaysInARow(self.most), ShiftCover(), ApprovedLeave(), FixedDuties()]
        return Rulebook((*rules, ForbiddenSuccessions(("夜>早",))) if "夜" in self.codes else tuple(rules))


def tiny(rng: random.Random) -> Tiny:
    """A desk of two to five people and five to eight days."""
    people, length, codes = rng.choice(
        [(2, 8, "早夜"), (3, 6, "早夜"), (3, 7, "早夜"), (4, 5, "早夜"), (3, 8, "早"), (4, 7, "早"), (5, 7, "早")]
    )
    first = date(2026, 12, 1) + timedelta(days=rng.randrange(20))
    dates = days_between(first, first + timedelta(days=length - 1))
    workers = tuple(Worker(f"W{n}", f"W{n}") for n in range(people))
    most, cap = rng.choice([3, 4]), rng.choice([None, None, 2, 3])
    least = {code: rng.choice([0, 1, 1, 1] if len(codes) * 2 > people else [1, 2, 2]) for code in codes}
    history, run, last = [], {}, {}
    for worker in workers:
        run[worker.id] = rng.choice([0, 0, 1, 2])
        last[worker.id] = rng.choice(codes) if run[worker.id] else FREE
        for back in range(run[worker.id]):
            history.append(Duty(worker.id, first - (back + 1) * ONE_DAY, last[worker.id]))
    problem = Problem(
        Desk("d", "d", opening=()),
        tuple(Day(day, DayKind.WORKDAY) for day in dates),
        workers,
        tuple(shift for shift in THREE_SHIFTS if shift.code in codes),
        demand=tuple(Demand(code, least=least[code], target=max(1, least[code]), most=cap) for code in codes),
        history=tuple(history),
        history_from=first - timedelta(days=5),
    )
    return Tiny(problem, codes, most, least, cap, run, last)


Cells = dict[tuple[str, date], str]
IMPOSSIBLE = 10**6


def days_of(desk: Tiny, at: int, state: tuple[tuple[int, str], ...], held: Cells, surge: dict[date, float]):
    """Every day that may follow: what each does, and where each is then (days in a row, shift of that day)."""
    day = desk.problem.dates[at]
    choices = []
    for worker, (run, last) in zip(desk.problem.workers, state, strict=True):
        free = held.get((worker.id, day))
        options = [free] if free is not None else [FREE, *desk.codes]
        choices.append([c for c in options if not c or (run < desk.most and not (last == "夜" and c == "早"))])
    for row in product(*choices):
        heads = Counter(row)
        least = {c: ceil(desk.least[c] * surge.get(day, 1.0)) for c in desk.codes}
        most = IMPOSSIBLE if desk.cap is None else ceil(desk.cap * surge.get(day, 1.0))
        if all(least[c] <= heads[c] <= most for c in desk.codes):
            yield row, tuple((run + 1 if c else 0, c) for c, (run, _) in zip(row, state, strict=True))


def fewest_changes(desk: Tiny, live: Roster, held: Cells, surge: dict[date, float]) -> int:
    """How many cells the nearest roster that keeps everything differs in, by going through all of them day by day."""
    workers, dates = desk.problem.workers, desk.problem.dates
    reached = {tuple((desk.run[w.id], desk.last[w.id]) for w in workers): 0}
    for at, day in enumerate(dates):
        stands = ["".join(live.on(worker.id, day)) for worker in workers]
        found: dict[tuple[tuple[int, str], ...], int] = {}
        for state, so_far in reached.items():
            for row, after in days_of(desk, at, state, held, surge):
                changes = so_far + sum(a != b for a, b in zip(row, stands, strict=True))
                if changes < found.get(after, IMPOSSIBLE):
                    found[after] = changes
        reached = found
    return min(reached.values(), default=IMPOSSIBLE)


def planted(rng: random.Random, desk: Tiny) -> Roster | None:
    """Some roster that keeps everything, or none where the search runs dry."""
    workers, dates = desk.problem.workers, desk.problem.dates

    def further(at: int, state: tuple[tuple[int, str], ...]) -> Iterator[list[Duty]]:
        if at == len(dates):
            yield []
            return
        rows = list(days_of(desk, at, state, {}, {}))
        for row, after in rng.sample(rows, min(6, len(rows))):
            for rest in further(at + 1, after):
                yield [Duty(w.id, dates[at], c) for w, c in zip(workers, row, strict=True) if c] + rest

    found = next(further(0, tuple((desk.run[w.id], desk.last[w.id]) for w in workers)), None)
    return None if found is None else Roster(found)


def some_request(rng: random.Random, desk: Tiny, live: Roster, today: date) -> Request | None:
    """A request of some kind; what it asks for need make no sense."""
    problem = desk.problem
    days = [day for day in problem.dates if day >= today]
    ids = [worker.id for worker in problem.workers]
    duties = [duty for duty in live.duties if duty.day >= today]
    kind = rng.choice(["swap", "stand_in", "absence", "leave", "edit", "surge"])
    common: dict[str, Any] = {"live": live, "month": f"{today:%Y-%m}"}
    if kind in ("swap", "stand_in"):
        if not duties:
            return None
        give = rng.choice(duties)
        other = rng.choice([one for one in ids if one != give.worker])
        if kind == "stand_in":
            return asked(kind, give=Cell(give.worker, give.day), to=other, **common)
        theirs = [duty for duty in duties if duty.worker == other]
        if not theirs:
            return None
        take = rng.choice(theirs)
        return asked(kind, give=Cell(give.worker, give.day), take=Cell(take.worker, take.day), **common)
    if kind in ("absence", "leave"):
        first = rng.choice(days)
        return asked(kind, leave=Leave(rng.choice(ids), first, first + timedelta(days=rng.randrange(4))), **common)
    if kind == "surge":
        return asked(kind, surge=(rng.choice(days), rng.choice([1.5, 2.0, 3.0])), **common)
    chosen = rng.sample([(one, day) for one in ids for day in days], min(len(ids) * len(days), rng.choice([1, 2, 3])))
    return asked(kind, cells=tuple(Fixed(*at, rng.choice([FREE, *desk.codes])) for at in chosen), **common)


def wanted_of(request: Request) -> tuple[Cells, dict[date, float]]:
    """What a request demands, in the search's words."""
    held: Cells = {(one.worker, one.day): one.shift for one in request.cells}
    if request.leave:
        held |= {(request.leave.worker, d): FREE for d in days_between(request.leave.first, request.leave.last)}
    return held, dict([request.surge] if request.surge else [])


def test_no_roster_that_grants_a_request_moves_fewer_cells():
    seen: Counter[str] = Counter()
    sizes: Counter[int] = Counter()
    seed = 0
    while seen["cases"] < CASES:
        seed += 1
        rng = random.Random(seed)
        desk = tiny(rng)
        live = planted(rng, desk)
        if live is None:
            continue
        assert not audit(desk.problem, desk.rulebook, live).broken, seed
        dates = desk.problem.dates
        today = rng.choice([dates[0] - ONE_DAY, dates[0], dates[1], dates[2]])
        request = some_request(rng, desk, live, today)
        if request is None:
            continue
        fast = frozenset(rng.sample(dates, 2)) if rng.random() < 0.25 else frozenset()
        held, surge = wanted_of(request)
        cells = {(one.worker, one.day) for one in request.cells}
        away = request.leave if request.kind == RequestKind.ABSENCE else None
        stands = {day for day in fast if not (away and away.first <= day <= away.last)}
        for worker, day in product((w.id for w in desk.problem.workers), dates):
            if day < today or (day in stands and (worker, day) not in cells):
                held.setdefault((worker, day), "".join(live.on(worker, day)))
        fewest = fewest_changes(desk, live, held, surge)
        month = PlannedMonth(desk.problem, desk.rulebook, live)
        verdict = judge_request([month], request, today=today, settled=fast, cores=1, time_limit=30, seed=seed)
        seen["cases"] += 1
        seen[f"{request.kind} {verdict.word}"] += 1
        seen[verdict.word] += 1
        if fewest >= IMPOSSIBLE:
            assert verdict.word == (VerdictWord.SHORT if away else VerdictWord.REFUSED), (seed, verdict)
            assert verdict.reasons, seed
            continue
        assert verdict.word in (VerdictWord.ALLOWED, VerdictWord.ALLOWED_WITH), (seed, request, verdict.reasons)
        assert (len(verdict.changes), verdict.fewest) == (fewest, fewest), (seed, request)
        assert verdict.roster is not None
        assert {change[:2] for change in verdict.roster.changes_from(live)} == {one[:2] for one in verdict.changes}
        assert all("".join(verdict.roster.on(*at)) == code for at, code in held.items()), seed
        assert not audit(amend_problem(desk.problem, [], also=request), desk.rulebook, verdict.roster).broken, seed
        sizes[min(len(verdict.further), 4)] += 1
    if CASES >= 300:
        assert all(seen[word] >= 30 for word in (VerdictWord.ALLOWED, VerdictWord.ALLOWED_WITH, VerdictWord.REFUSED)), (
            seen
        )
        assert all(sizes[further] >= 10 for further in range(4)), sizes
        assert all(
            seen[f"{kind} {VerdictWord.ALLOWED}"] + seen[f"{kind} {VerdictWord.ALLOWED_WITH}"] >= 8 for kind in KINDS
        ), seen


KINDS = ("swap", "stand_in", "absence", "leave", "edit", "surge")
