"""Every rule states itself twice, to the solver and to the audit; here the two are held against each other."""

from __future__ import annotations

import random
from dataclasses import fields

import pytest

from scheduler.audit.audit import with_history
from scheduler.rules import Constraint
from scheduler.rules.book import discovered
from tests.support.conformance import (
    an_undecided_month_before_is_judged_as_a_known_one,
    guards_fall_as_the_audit_reports,
    held_cells_are_judged_as_others,
    what_is_avoided_is_what_is_counted,
)
from tests.support.kit import (
    THREE_SHIFTS,
    is_readable,
    random_duties,
    random_problem,
    random_rule,
    random_text,
    random_texts,
)


@pytest.mark.parametrize("name", discovered())
def test_the_guards_that_fall_are_the_reasons_that_the_audit_reports(name):
    guards_fall_as_the_audit_reports(discovered()[name])


@pytest.mark.parametrize("name", discovered())
def test_a_rule_says_of_held_cells_what_it_says_of_others(name):
    held_cells_are_judged_as_others(discovered()[name])


@pytest.mark.parametrize("name", discovered())
def test_a_rule_says_after_a_month_that_is_not_decided_what_it_says_after_a_known_one(name):
    an_undecided_month_before_is_judged_as_a_known_one(discovered()[name])


AVOIDING = [name for name, cls in discovered().items() if cls.avoid is not Constraint.avoid]


def test_some_rules_avoid_something():
    assert "working_time_law" in AVOIDING


@pytest.mark.parametrize("name", AVOIDING)
def test_what_is_avoided_where_it_is_free_is_what_is_counted(name):
    what_is_avoided_is_what_is_counted(discovered()[name])


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
