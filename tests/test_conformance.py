"""Every rule states itself twice, to the solver and to the audit; here the two are held against each other."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from scheduler.rulebook import discovered
from scheduler.verify import with_history
from tests.kit import judged, random_duties, random_problem, random_rule

ROUNDS = 200


@pytest.mark.parametrize("name", discovered())
def test_the_guards_that_fall_are_the_reasons_that_the_audit_reports(name):
    seen = Counter()
    for seed in range(ROUNDS * 10):
        rng = random.Random(f"{name}{seed}")
        problem = random_problem(rng)
        codes = [shift.code for shift in problem.shifts]
        rule = random_rule(rng, discovered()[name], codes)
        if not rule.applies(problem):
            continue
        month = random_duties(rng, [worker.id for worker in problem.workers], problem.dates, codes)
        found = list(rule.check(problem, with_history(problem, month)))
        broken = {violation.reason for violation in found if violation.hard}
        costs = Counter()
        for violation in found:
            costs[violation.reason] += violation.cost
        fallen, paid, asked = judged(problem, rule, month)
        assert fallen == broken, (seed, rule, [r.say("en", {}) for r in fallen ^ broken])
        assert paid == +costs, (seed, rule, paid, costs)
        seen["rounds"] += 1
        seen["broken"] += len(fallen) + len(paid)
        seen["kept"] += len(asked - fallen - set(paid))
        if seen["rounds"] >= ROUNDS:
            break
    assert seen["rounds"] >= 50, seen
    assert seen["broken"] >= 15, seen
    assert seen["kept"] >= 15, seen


def test_every_rule_words_what_it_finds_in_both_languages():
    said = set()
    for seed in range(40):
        rng = random.Random(seed)
        problem = random_problem(rng)
        codes = [shift.code for shift in problem.shifts]
        month = random_duties(rng, [worker.id for worker in problem.workers], problem.dates, codes)
        for name, cls in discovered().items():
            rule = random_rule(rng, cls, codes)
            if rule.applies(problem):
                for violation in rule.check(problem, with_history(problem, month)):
                    zh, en = violation.say("zh", problem.names), violation.say("en", problem.names)
                    assert "{" not in zh + en, (name, zh, en)
                    assert zh != en
                    said.add(name)
    assert said == set(discovered())
