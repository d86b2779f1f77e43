"""Every rule states itself twice, to the solver and to the audit; here the two are held against each other."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace

import pytest

from scheduler.audit.audit import with_history
from scheduler.domain import Problem, Roster
from scheduler.rules import Constraint
from scheduler.rules.book import discovered
from tests.support.kit import (
    THREE_SHIFTS,
    is_readable,
    judged,
    priced,
    random_duties,
    random_problem,
    random_rule,
    random_text,
    random_texts,
)

ROUNDS = 200
HELD_ROUNDS = 60


def drawn(name: str, label: str, count: int) -> Iterator[tuple[int, random.Random, Problem, list[str], Constraint]]:
    """Random problems that a rule of random settings applies to: the seed and its source, and the shifts' codes with them."""
    for seed in range(count):
        rng = random.Random(f"{label}{seed}")
        problem = random_problem(rng)
        codes = [shift.code for shift in problem.shifts]
        rule = random_rule(rng, discovered()[name], codes)
        if rule.applies(problem):
            yield seed, rng, problem, codes, rule


@pytest.mark.parametrize("name", discovered())
def test_the_guards_that_fall_are_the_reasons_that_the_audit_reports(name):
    seen = Counter()
    for seed, rng, problem, codes, rule in drawn(name, name, ROUNDS * 10):
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


@pytest.mark.parametrize("name", discovered())
def test_a_rule_says_of_held_cells_what_it_says_of_others(name):
    """With all cells held, or only some: a model is possible where the audit finds nothing broken, at the audit's cost."""
    seen = Counter()
    for seed, rng, problem, codes, rule in drawn(name, f"held {name}", HELD_ROUNDS * 10):
        workers = [worker.id for worker in problem.workers if rng.random() < 0.8]
        duties = random_duties(rng, workers, problem.dates, codes)
        if rng.random() < 0.7:  # fewer of them break less, and so do fewer people asked for
            problem = replace(problem, demand=problem.demand[: rng.randint(0, 1)])
            duties = tuple(duty for duty in duties if rng.random() < 0.3)
        month = Roster(duties)
        found = list(rule.check(problem, with_history(problem, duties)))
        broken = {violation.reason for violation in found if violation.hard}
        cost = None if broken else sum(violation.cost for violation in found)
        part = rng.random()
        for share in (1.0, part):
            held = {
                (worker.id, day): month.on(worker.id, day)
                for worker in problem.workers
                for day in problem.dates
                if rng.random() < share
            }
            assert priced(problem, rule, month, held) == cost, (seed, rule, share)
            fallen, paid, _ = judged(problem, rule, duties, held)
            assert fallen == broken, (seed, rule, share)
            assert sum(paid.values()) == sum(violation.cost for violation in found), (seed, rule, share)
        seen["rounds"] += 1
        seen["broken"] += bool(found)
        seen["kept"] += not broken
        if seen["rounds"] >= HELD_ROUNDS and seen["broken"] >= 3:
            break
    assert seen["rounds"] >= 30, seen
    assert seen["broken"] >= 3, seen
    assert seen["kept"] >= 3, seen


@pytest.mark.parametrize("name", discovered())
def test_a_list_of_texts_with_a_grammar_declares_examples_that_the_rule_can_read(name):
    cls, rng = discovered()[name], random.Random(name)
    codes = [shift.code for shift in THREE_SHIFTS]
    for declared in fields(cls):
        examples = declared.metadata["examples"]
        if not isinstance(declared.default, tuple):
            assert not examples, declared.name
            continue
        assert examples or is_readable(cls, declared.name, ("?!",)), declared.name
        for pattern in examples:
            texts = [random_text(rng, pattern, codes) for _ in range(20)]
            assert not any("{" in text for text in texts), pattern
            assert any(is_readable(cls, declared.name, (text,)) for text in texts), pattern
        drawn = {random_texts(rng, cls, declared.name, examples, codes) for _ in range(40 if examples else 0)}
        assert len(drawn) >= min(2, len(examples)), declared.name


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
