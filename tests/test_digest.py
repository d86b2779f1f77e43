"""Digests outlive refactoring: what is asked goes into them, and nothing of how it is written down."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, make_dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

import pytest

from scheduler import digest
from scheduler.digest import canonical, digest_of, is_recomputable
from scheduler.domain import Burden, DayKind, Demand, Desk, Duty, Leave, Note, Problem, Skill, Terms, Worker
from scheduler.domain.holidays import day_types
from scheduler.i18n import Sentence
from scheduler.timeline import days_between
from tests.support.kit import THREE_SHIFTS

WEEK = days_between(date(2026, 12, 7), date(2026, 12, 13))
PROBLEM = Problem(
    Desk("desk", "desk"),
    day_types(WEEK, "none"),
    (Worker("1", "甲", skills=(Skill("急救"),)), Worker("2", "乙", hired=date(2026, 12, 9))),
    THREE_SHIFTS,
    demand=(Demand("早", least=1, target=1),),
    carried={"1": Burden(nights=1.5)},
)


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Box:
    width: int
    label: str = ""
    extra: int = field(default=0)


class Pair(NamedTuple):
    left: int
    right: int = 0


def test_values_become_jsons_types_by_the_names_of_their_fields():
    assert canonical(Box(2, "a")) == {"width": 2, "label": "a", "extra": 0}
    assert canonical(Pair(1)) == {"left": 1, "right": 0}
    assert canonical((Colour.RED, DayKind.STATUTORY, date(2026, 12, 7), None, True)) == [
        "red",
        "holiday",
        "2026-12-07",
        None,
        True,
    ]
    assert canonical({date(2026, 12, 7): {3, 1}}) == {"2026-12-07": [1, 3]}
    assert canonical(datetime(2026, 12, 7, 8)) == "2026-12-07T08:00:00"


def test_the_canonical_form_has_sorted_keys_plain_text_and_no_spaces(monkeypatch):
    hashed = []

    def noted(text):
        hashed.append(text)
        return hashlib.sha512(text)

    monkeypatch.setattr(hashlib, "sha256", noted)
    digest_of({"b": [1, None, True], "a": {"班": "早", "d": 1.5}})
    assert hashed == ['{"a":{"d":1.5,"班":"早"},"b":[1,null,true]}'.encode()]


def test_sets_are_sorted_and_what_is_no_number_is_refused():
    codes = "夜早中ABCDEFGH"
    assert canonical(set(codes)) == canonical(frozenset(reversed(codes))) == sorted(codes)
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="JSON"):
            digest_of(value)


def test_a_number_is_the_same_however_it_is_typed():
    assert digest_of(canonical(8)) == digest_of(canonical(8.0))
    assert digest_of(canonical(8.5)) != digest_of(canonical(8))
    assert canonical(True) is True


@pytest.mark.parametrize("value", [object(), timedelta(1), 1j, b"bytes"])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(TypeError):
        canonical((value,))


def test_neither_class_names_nor_the_order_of_fields_go_into_a_digest():
    other = make_dataclass("Crate", [("extra", int), ("label", str), ("width", int)], frozen=True)
    assert digest_of(canonical(other(0, "a", 2))) == digest_of(canonical(Box(2, "a")))


def test_a_field_of_a_later_release_stays_out_while_it_has_its_neutral_value(monkeypatch):
    smaller = make_dataclass("Box", [("width", int), ("label", str)], frozen=True)
    before = digest_of(canonical(smaller(2, "a")))
    assert digest_of(canonical(Box(2, "a"))) != before
    monkeypatch.setattr(digest, "LATER_FIELDS", {"Box": {"extra": 0}, "Pair": {"right": 0}})
    assert digest_of(canonical(Box(2, "a"))) == before
    assert digest_of(canonical(Box(2, "a", 1))) != before
    assert canonical(Pair(1)) == {"left": 1}


def test_a_digest_tells_its_format_and_those_of_earlier_releases_are_not_computed_again():
    assert is_recomputable(PROBLEM.fingerprint)
    assert not is_recomputable("0123456789abcdef")
    assert not is_recomputable("1:0123456789abcdef")
    assert not is_recomputable("3:0123456789abcdef")


def test_the_problem_of_this_release_has_the_digest_that_ledgers_hold_of_it():
    """A change here orphans every recorded version: add the field to `LATER_FIELDS` instead."""
    assert PROBLEM.fingerprint == "2:229e3616748dafe9"


@pytest.mark.parametrize(
    "changed",
    [
        {"desk": Desk("desk", "desk", first_weekday=6)},
        {"shifts": (*THREE_SHIFTS[:-1], replace(THREE_SHIFTS[-1], end=THREE_SHIFTS[-1].end - 1))},
        {"workers": (PROBLEM.workers[0], replace(PROBLEM.workers[1], terms=Terms(most_weekends=1)))},
        {"workers": PROBLEM.workers[::-1]},
        {"demand": (Demand("早", least=1, target=2),)},
        {"leave": (Leave("1", WEEK[0], WEEK[1]),)},
        {"history": (Duty("1", WEEK[0] - timedelta(days=1), "早"),)},
        {"carried": {"1": Burden(nights=2.5)}},
    ],
)
def test_whatever_is_asked_changes_the_digest(changed):
    assert replace(PROBLEM, **changed).fingerprint != PROBLEM.fingerprint


def test_assumptions_only_explain():
    noted = replace(PROBLEM, assumptions=(Note(Sentence("假设", "assumed")),))
    assert noted.fingerprint == PROBLEM.fingerprint
