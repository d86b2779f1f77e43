"""Every rule can say what a repair decides where one of its Reasons gives, in both languages, and does what it says."""

from __future__ import annotations

from collections import Counter

import pytest

from scheduler.audit.audit import with_history
from scheduler.domain import Roster
from scheduler.rules import Layer
from scheduler.rules.book import discovered
from tests.support.conformance import drawn
from tests.support.kit import known_duties, random_duties

ROUNDS = 25
DECIDED = ("approved_leave", "fixed_duties", "monthly_hours", "shift_cover")  # which change the tables


@pytest.mark.parametrize("name", discovered())
def test_a_broken_requirement_is_worded_as_a_decision(name: str) -> None:
    seen: Counter[str] = Counter()
    for _, rng, problem, codes, rule in drawn(discovered()[name], f"decisions {name}", ROUNDS):
        month = known_duties(problem, random_duties(rng, [one.id for one in problem.workers], problem.dates, codes))
        roster = Roster(month)
        for violation in rule.check(problem, with_history(problem, month)):
            if not violation.hard:
                continue
            reason = violation.reason
            price, layer = rule.bending(problem, reason)
            assert (price > 0) == (layer is not Layer.NEVER)
            assert rule.gives_from <= layer
            said = rule.decision(problem, violation, roster)
            assert (said.workers, said.days, said.rule) == (reason.workers, reason.days, reason.rule)
            zh, en = said.say("zh", problem.names), said.say("en", problem.names)
            assert zh != reason.say("zh", problem.names)
            assert en != reason.say("en", problem.names)
            if layer is Layer.NEVER:
                continue
            seen["given"] += 1
            changed = rule.decide(problem, violation, roster)
            if changed is not None:
                seen["decided"] += 1
                again = rule.check(changed, with_history(changed, month))
                assert reason not in {one.reason for one in again if one.hard}
    assert (seen["decided"] > 0) == (name in DECIDED and seen["given"] > 0), seen
    assert name not in DECIDED or seen["decided"] >= 5, seen
