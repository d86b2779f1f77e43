"""Who could take an open duty, and what the whole audit says of it."""

import random
from dataclasses import replace
from datetime import date

import pytest

from scheduler.audit.audit import audit
from scheduler.audit.candidates import Word, rank_candidates
from scheduler.audit.months import PlannedMonth
from scheduler.audit.stand_ins import stand_ins
from scheduler.domain import Demand, Duty, Leave, Overtime, Roster, Worker
from scheduler.rules.book import Rulebook, discovered
from tests.audit.test_stand_ins import MON, RULES, drawn
from tests.support.kit import random_duties, random_problem, random_rule

ABLE = (Word.LEGAL, Word.OVERTIME)


def ranked(problem, roster, day=MON, code="早", after=None):
    found = rank_candidates(problem, RULES, roster, day, problem.shift_on(day, code), after)
    return {one.worker: one for one in found}


def drawn_at_random(seed):
    rng = random.Random(seed)
    problem = random_problem(rng)
    codes = [shift.code for shift in problem.shifts]
    rulebook = Rulebook(tuple(random_rule(rng, cls, codes) for cls in discovered().values()))
    roster = Roster(random_duties(rng, [worker.id for worker in problem.workers], problem.dates, codes))
    return rng, problem, rulebook, roster


@pytest.mark.parametrize("seed", range(40))
def test_whoever_may_breaks_nothing_new_in_the_whole_audit_and_whoever_may_not_does(seed):
    rng, problem, rulebook, roster = drawn_at_random(seed)
    before = {violation.reason for violation in audit(problem, rulebook, roster).broken}

    def harm(one, granted):
        overtime = Overtime(one.worker, day, problem.paid_minutes(day, shift.code))
        asked = replace(problem, overtime=(*problem.overtime, overtime)) if granted else problem
        broken = audit(asked, rulebook, Roster([*roster.duties, Duty(one.worker, day, shift.code)])).broken
        reasons = {violation.reason for violation in broken} - before
        return {reason for reason in reasons if one.worker in reason.workers}

    for day in rng.sample(problem.dates, 2):
        shift = rng.choice(problem.shifts_on(day))
        found = rank_candidates(problem, rulebook, roster, day, shift)
        assert sorted(one.worker for one in found) == sorted(problem.worker_by_id)
        assert [one.word for one in found] == sorted((one.word for one in found), key=list(Word).index)
        for one in found:
            assert (one.word == Word.TAKEN) == (shift.code in roster.on(one.worker, day))
            assert (one.word == Word.FORBIDDEN) == bool(one.broken)
            assert (one.word == Word.OVERTIME) == (one.overtime is not None)
            if one.word == Word.LEGAL:
                assert not harm(one, granted=False)
            if one.word == Word.OVERTIME:
                assert harm(one, granted=False)
                assert not harm(one, granted=True)
            if one.word == Word.FORBIDDEN:
                assert harm(one, granted=False)
                assert {violation.reason for violation in one.broken} <= harm(one, granted=True)


@pytest.mark.parametrize("seed", range(20))
def test_those_who_are_off_and_can_are_the_stand_ins(seed):
    _, problem, rulebook, roster = drawn_at_random(seed)
    for (day, code), named in list(stand_ins(problem, rulebook, roster, most=99).items())[:3]:
        found = rank_candidates(problem, rulebook, roster, day, problem.shift_on(day, code))
        able = {(one.worker, one.word == Word.OVERTIME) for one in found if one.word in ABLE and not one.on_duty}
        assert able == set(named)


def test_the_fewest_such_duties_come_first_then_hours_to_spare_then_the_name():
    problem, roster = drawn("""
        甲 .  .  早
        乙 .  中 中
        丙 .  .  .
        丁 .  .  .
        戊 早 .  .""")
    found = ranked(problem, roster)
    assert list(found) == ["丁", "丙", "乙", "甲", "戊"]  # by code point: 丁 before 丙
    assert [found[who].standing.same for who in found] == [0, 0, 0, 1, 1]
    assert found["乙"].ahead == pytest.approx(16 - found["乙"].standing.share)
    assert (found["戊"].word, found["戊"].on_duty) == (Word.TAKEN, ("早",))


def test_whoever_would_not_count_on_the_shift_is_no_candidate_though_no_rule_forbids_it():
    workers = (
        Worker("甲", "甲", norm_hours=200.0, roles=("前台",)),
        Worker("乙", "乙", norm_hours=200.0, roles=("客服",)),
    )
    problem, roster = drawn("甲 .\n乙 .", workers=workers, demand=(Demand("早", role="客服", least=1, target=1),))
    found = ranked(problem, roster)
    assert {who: one.word for who, one in found.items()} == {"乙": Word.LEGAL, "甲": Word.NOT_COUNTED}


def test_what_they_have_on_the_day_is_known():
    workers = (Worker("甲", "甲"), Worker("乙", "乙"), Worker("丙", "丙", hired=date(2026, 12, 8)), Worker("丁", "丁"))
    problem, roster = drawn(
        "甲 .\n乙 .\n丙 .\n丁 夜",
        workers=tuple(replace(one, norm_hours=200.0) for one in workers),
        leave=(Leave("乙", MON, MON),),
    )
    found = ranked(problem, roster)
    assert {who: (one.is_away, one.is_employed, one.on_duty) for who, one in found.items()} == {
        "甲": (False, True, ()),
        "乙": (True, True, ()),
        "丙": (False, False, ()),
        "丁": (False, True, ("夜",)),
    }
    assert [one.word for one in found.values()].count(Word.FORBIDDEN) == 3


def test_overtime_is_asked_for_only_where_nothing_else_stands_in_the_way():
    workers = (Worker("甲", "甲", norm_hours=8.0), Worker("乙", "乙", norm_hours=8.0))
    problem, roster = drawn("甲 .  .  中\n乙 .  早  .", workers=workers)
    found = ranked(problem, roster, code="夜")
    assert found["甲"].word == Word.OVERTIME
    assert found["甲"].overtime == Overtime("甲", MON, problem.paid_minutes(MON, "夜"))
    assert found["乙"].word == Word.FORBIDDEN
    assert [one.reason.rule for one in found["乙"].broken] == [  # not its hours, which approval would settle
        "night_recovery"
    ]


def test_own_duties_of_the_month_after_have_to_fit():
    last, first = date(2026, 12, 31), date(2027, 1, 1)
    problem, roster = drawn("甲 .\n乙 .", first=last)
    january, theirs = drawn("甲 早\n乙 .", first=first)
    after = PlannedMonth(january, RULES, theirs)
    assert {one.word for one in ranked(problem, roster, last, "夜").values()} == {Word.LEGAL}
    found = ranked(problem, roster, last, "夜", after)
    assert {who: one.word for who, one in found.items()} == {"乙": Word.LEGAL, "甲": Word.FORBIDDEN}
    assert first in found["甲"].broken[0].reason.days
