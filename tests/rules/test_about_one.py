"""A rule that says so is about one person's own month: nobody else's duties change what it finds of somebody."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

from scheduler.audit.audit import with_history
from scheduler.domain import Roster
from scheduler.rules.book import discovered
from tests.support.kit import random_duties, random_problem, random_rule

RULES = {name: cls for name, cls in discovered().items() if cls.about_one}
REQUIRES_NOTHING = {"fairness"}  # what it finds has a cost only


def test_what_such_a_rule_requires_of_somebody_does_not_depend_on_others():
    broken: Counter[str] = Counter()
    for seed in range(30):
        rng = random.Random(seed)
        problem = random_problem(rng)
        codes = [shift.code for shift in problem.shifts]
        ids = [worker.id for worker in problem.workers]
        roster = Roster(random_duties(rng, ids, problem.dates, codes))
        one = rng.choice(ids)
        others = Roster(random_duties(rng, [who for who in ids if who != one], problem.dates, codes))
        elsewhere = Roster([*(duty for duty in roster.duties if duty.worker == one), *others.duties])
        alone = replace(problem, history=tuple(duty for duty in problem.history if duty.worker == one))
        for name, cls in RULES.items():
            rule = random_rule(rng, cls, codes)
            if not (rule.applies(problem) and rule.applies(alone)):
                continue
            found = [one for one in rule.check(problem, with_history(problem, roster.duties)) if one.hard]
            assert all(len(each.reason.workers) == 1 for each in found), name
            mine = {each for each in found if each.reason.workers == (one,)}
            for asked, other in ((problem, elsewhere), (alone, elsewhere)):
                again = rule.check(asked, with_history(asked, other.duties))
                assert {each for each in again if each.hard and each.reason.workers == (one,)} == mine, name
            broken[name] += len(mine)
    assert set(broken) - set(+broken) == REQUIRES_NOTHING, broken
    assert len(RULES) > 15
