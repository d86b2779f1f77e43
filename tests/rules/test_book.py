"""A desk's rulebook: every rule that is there, as the desk has set it, and everything that it has set wrong."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import date
from typing import TypeVar

import pytest

from constraints.continuous_work import ContinuousWork
from constraints.shift_leader import ShiftLeader
from constraints.weekly_rest_day import WeeklyRestDay
from constraints.working_time_law import WorkingTimeLaw
from scheduler.audit.audit import audit
from scheduler.domain import Demand, Desk, Duty, Noted, Opening, Problem, Roster, Worker
from scheduler.domain.holidays import day_types
from scheduler.errors import InputError, RulebookError
from scheduler.rules import Constraint
from scheduler.rules.book import LITERAL, STRICT, Rulebook, discovered, read_rulebook
from scheduler.solver.outcome import Solved
from scheduler.solver.solve import solve
from scheduler.timeline import days_between
from tests.support.kit import THREE_SHIFTS

WEEK = days_between(date(2026, 12, 7), date(2026, 12, 13))
PROBLEM = Problem(Desk("desk", "desk"), day_types(WEEK, "none"), (Worker("1", "甲"),), THREE_SHIFTS)


def faults_of(tables, reading=STRICT):
    """Place, what stood there, and what was expected, for everything that is wrong."""
    with pytest.raises(RulebookError) as caught:
        read_rulebook(tables, "desk.toml", reading)
    assert isinstance(caught.value, InputError)
    assert all(fault.file == "desk.toml" for fault in caught.value.faults)
    return [(fault.column, fault.found, fault.expected.say("en")) for fault in caught.value.faults]


Rule = TypeVar("Rule", bound=Constraint)


def rule_of(rulebook: Rulebook, kind: type[Rule]) -> Rule:
    """The rule of that class."""
    found = rulebook.named(kind.name)
    assert isinstance(found, kind)
    return found


def test_every_rule_is_there_with_its_defaults_in_the_order_of_names():
    rulebook = read_rulebook({})
    names = [rule.name for rule in rulebook.rules]
    assert names == sorted(discovered()) == list(discovered())
    assert len(names) >= 18
    assert rulebook.off == ()
    assert rulebook.literal == ()
    for rule in rulebook.rules:
        assert rule == discovered()[rule.name]()


def test_every_setting_declares_its_unit_its_range_and_its_meaning_in_both_languages():
    for name, cls in discovered().items():
        for declared in dataclasses.fields(cls):
            place = f"{name}.{declared.name}"
            assert declared.metadata["doc"].zh, place
            assert declared.metadata["doc"].en, place
            low, high = declared.metadata["low"], declared.metadata["high"]
            if isinstance(declared.default, bool | tuple):
                assert (low, high) == (None, None), place
            else:
                assert low <= declared.default <= high, place


def test_settings_take_the_place_of_defaults():
    rulebook = read_rulebook(
        {
            "weekly_rest_day": {"rest_days": 2},
            "shift_leader": {"roles": ["组长", "班长"]},
            "working_time_law": {"enforce": True},
        }
    )
    assert rule_of(rulebook, WeeklyRestDay).rest_days == 2
    assert rule_of(rulebook, ShiftLeader).roles == ("组长", "班长")
    assert rule_of(rulebook, WorkingTimeLaw).enforce is True
    assert rulebook.parameters()["weekly_rest_day"]["rest_days"] == 2


def test_a_whole_number_does_for_a_number():
    assert rule_of(read_rulebook({"continuous_work": {"hours": 9}}), ContinuousWork).hours == 9


@pytest.mark.parametrize(
    ("tables", "column", "found", "expected"),
    [
        ({"fairnes": {}}, "[rules.fairnes]", "", "no “fairnes” here; known: fairness"),
        ({"{who}": {}}, "[rules.{who}]", "", "no “{who}” here"),
        ({"fairness": {"wieght": 1}}, "[rules.fairness] wieght", "", "no “wieght” here"),
        ({"weekly_rest_day": {"rest_days": "2"}}, "[rules.weekly_rest_day] rest_days", "2", "a whole number"),
        ({"weekly_rest_day": {"rest_days": 1.5}}, "[rules.weekly_rest_day] rest_days", "1.5", "a whole number"),
        ({"weekly_rest_day": {"rest_days": True}}, "[rules.weekly_rest_day] rest_days", "True", "a whole number"),
        ({"weekly_rest_day": {"rest_days": 99}}, "[rules.weekly_rest_day] rest_days", "99", "a whole number"),
        ({"continuous_work": {"hours": 0}}, "[rules.continuous_work] hours", "0", "a number 1 – 24 h"),
        ({"continuous_work": {"hours": "8"}}, "[rules.continuous_work] hours", "8", "a number 1 – 24 h"),
        ({"working_time_law": {"enforce": 1}}, "[rules.working_time_law] enforce", "1", "true or false"),
        ({"shift_leader": {"roles": "班长"}}, "[rules.shift_leader] roles", "班长", "a list of texts"),
        ({"shift_leader": {"roles": [1]}}, "[rules.shift_leader] roles", "[1]", "a list of texts"),
        (
            {"forbidden_successions": {"pairs": ["夜早"]}},
            "[rules.forbidden_successions] pairs",
            "['夜早']",
            "LATE>EARLY",
        ),
        ({"fairness": {"enabled": 0}}, "[rules.fairness] enabled", "", "true or false"),
        ({"fairness": {"enabled": False}}, "[rules.fairness]", "", 'needs because = "…"'),
        ({"fairness": {"enabled": False, "because": ""}}, "[rules.fairness]", "", 'needs because = "…"'),
        ({"fairness": {"literal": True}}, "[rules.fairness] literal", "True", 'literal = "why"'),
    ],
)
def test_what_is_set_wrong_is_said_with_its_place(tables, column, found, expected):
    ((place, stood, wanted),) = faults_of(tables)
    assert (place, stood) == (column, found)
    assert expected in wanted


def test_everything_that_is_set_wrong_is_said_at_once():
    tables = {
        "nothing": {},
        "fairness": {"enabled": False},
        "continuous_work": {"hours": 0, "minutes": 1},
        "weekly_rest_day": {"literal": 3},
    }
    assert {place for place, _, _ in faults_of(tables)} == {
        "[rules.nothing]",
        "[rules.fairness]",
        "[rules.continuous_work] hours",
        "[rules.continuous_work] minutes",
        "[rules.weekly_rest_day] literal",
    }


def test_a_rule_that_is_off_is_not_among_the_rules_and_says_why():
    rulebook = read_rulebook({"fairness": {"enabled": False, "because": "试行"}})
    assert [(one.rule, one.because) for one in rulebook.off] == [("fairness", "试行")]
    assert "fairness" not in [rule.name for rule in rulebook.rules]
    with pytest.raises((KeyError, StopIteration)):
        rulebook.named("fairness")


def test_a_rule_gives_way_only_where_the_desk_reads_literally():
    tables: dict[str, dict[str, object]] = {
        "daily_hours": {"literal": "条款 32"},
        "fairness": {"literal": "也写了", "enabled": False, "because": "试行"},
        "continuous_work": {"literal": ""},
    }
    assert read_rulebook(tables).literal == ()
    rulebook = read_rulebook(tables, reading=LITERAL)
    assert [(one.rule, one.because) for one in rulebook.literal] == [("daily_hours", "条款 32")]
    assert "daily_hours" in [rule.name for rule in rulebook.rules]


def test_a_rule_that_gives_way_is_audited_and_not_enforced():
    whole_day = replace(THREE_SHIFTS[0], code="全", start=480, end=480 + 15 * 60)
    demand = (Demand("全", "mon", least=1, target=1),)
    closed = Desk("desk", "desk", opening=(Opening("all", 0, 0),))
    problem = replace(PROBLEM, desk=closed, shifts=(whole_day,), demand=demand)
    roster = Roster([Duty("1", WEEK[0], "全")])
    tables: dict[str, dict[str, object]] = {rule: {"literal": "条款 32"} for rule in ("daily_hours", "continuous_work")}
    tables |= {rule: {"enabled": False, "because": "x"} for rule in ("shift_leader", "monthly_hours", "fairness")}
    strict, literal = (read_rulebook(tables, reading=reading) for reading in (STRICT, LITERAL))
    assert solve(problem, strict, time_limit=5, cores=1).status == "IMPOSSIBLE"
    made = solve(problem, literal, time_limit=5, cores=1)
    assert isinstance(made, Solved)
    assert made.roster == roster
    broken = {violation.reason.rule for violation in audit(problem, strict, roster).broken}
    assert {"daily_hours", "continuous_work"} <= broken
    found = audit(problem, literal, roster)
    assert not {"daily_hours", "continuous_work"} & {violation.reason.rule for violation in found.broken}
    assert {violation.reason.rule for violation in found.noted(Noted.EXEMPTION)} == {"daily_hours", "continuous_work"}
    assert found.cost == sum(violation.cost for violation in found.compromises)


def test_a_fingerprint_tells_settings_reasons_and_readings_apart():
    books = [
        read_rulebook({}),
        read_rulebook({"weekly_rest_day": {"rest_days": 2}}),
        read_rulebook({"fairness": {"enabled": False, "because": "试行"}}),
        read_rulebook({"fairness": {"enabled": False, "because": "停用"}}),
        read_rulebook({"daily_hours": {"literal": "条款 32"}}, reading=LITERAL),
        read_rulebook({"daily_hours": {"literal": "条款 33"}}, reading=LITERAL),
    ]
    assert len({book.fingerprint for book in books}) == len(books)
    assert read_rulebook({"daily_hours": {"literal": "条款 32"}}).fingerprint == books[0].fingerprint
    assert read_rulebook({}).fingerprint == books[0].fingerprint


def test_only_rules_with_a_price_may_be_bent():
    rulebook = read_rulebook({})
    assert set(rulebook.prices()) == {rule.name for rule in rulebook.rules if rule.price}
    assert all(price > 0 for price in rulebook.prices().values())
