"""What makes a class a rule: what it has to provide, its name, its layer, and the sections of its docstring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest

from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, explained
from scheduler.rules.base import HEADINGS
from scheduler.rules.book import discovered
from scheduler.rules.internal import ShortageCap, StartedShifts

SAID = Sentence("规则", "rule")
COMPLETE = {"title": SAID, "clause": SAID, "revision": 1, "price": 1, "layer": Layer.DESK}


def made(**attributes):
    """A rule class with these attributes, and both statements."""
    statements = {"encode": lambda *_: None, "check": lambda *_: iter(())}
    return type("Made", (Constraint,), {"__module__": "constraints.made"} | statements | attributes)


def test_layers_are_an_order_from_the_desks_wishes_to_what_never_bends():
    assert sorted(Layer) == [Layer.DESK, Layer.SAFETY, Layer.LAW, Layer.NEVER]


@pytest.mark.parametrize("attribute", COMPLETE)
def test_a_rule_without_one_of_its_attributes_is_refused(attribute):
    made(**COMPLETE)
    with pytest.raises(TypeError, match=f"the rule made has no {attribute}"):
        made(**{key: value for key, value in COMPLETE.items() if key != attribute})


@pytest.mark.parametrize(("price", "layer"), [(0, Layer.LAW), (0, Layer.DESK), (1, Layer.NEVER)])
def test_a_rule_without_a_price_never_bends_and_no_other_does(price, layer):
    with pytest.raises(TypeError, match="price"):
        made(**COMPLETE | {"price": price, "layer": layer})


@pytest.mark.parametrize("statement", ["encode", "check"])
def test_a_rule_that_does_not_state_itself_twice_cannot_be_made(statement):
    whole = made(**COMPLETE)
    assert whole() == whole()
    half = made(**COMPLETE | {statement: getattr(Constraint, statement)})
    with pytest.raises(TypeError, match=statement):
        half()


def test_a_rule_is_named_after_its_file_unless_it_has_a_name_of_its_own():
    assert made(**COMPLETE).name == "made"
    assert made(**COMPLETE, name="other").name == "other"
    assert {name: rule.name for name, rule in discovered().items()} == {name: name for name in discovered()}


def test_the_rules_of_the_program_itself_keep_their_names_and_are_no_desks_to_set():
    assert (StartedShifts.name, ShortageCap.name) == ("begun", "surge")
    assert (StartedShifts((), frozenset()).name, ShortageCap(0).name) == ("begun", "surge")
    assert not {"begun", "surge", "internal"} & set(discovered())


@pytest.mark.parametrize("name", sorted(discovered()))
def test_every_rule_has_a_layer_of_its_own_class_and_a_docstring_under_all_headings(name):
    rule = discovered()[name]
    assert isinstance(rule.__dict__["layer"], Layer)
    sections = explained(rule)
    assert tuple(sections) == HEADINGS
    assert all(section.zh and section.en for section in sections.values())
    assert "__dataclass_fields__" in rule.__dict__, "the class is no dataclass of its own"


def test_layers_tell_law_and_safety_from_the_desks_own_organisation():
    layers = {name: rule.layer for name, rule in discovered().items()}
    assert {name for name, layer in layers.items() if layer is Layer.LAW} == {
        "daily_hours",
        "monthly_hours",
        "overtime_terms",
        "weekly_rest_day",
    }
    assert {layers[name] for name in ("rest_between_duties", "night_recovery", "nights_in_a_row")} == {Layer.SAFETY}
    assert {layers[name] for name in ("shift_cover", "slot_cover", "always_staffed", "fixed_duties")} == {Layer.DESK}
    assert {layers[name] for name in ("continuous_work", "protected_workers", "approved_leave")} == {Layer.NEVER}


def test_only_the_labour_law_is_reported_apart():
    assert [name for name, rule in discovered().items() if rule.in_law_report] == ["working_time_law"]


def test_a_docstring_without_headings_explains_nothing():
    @dataclass(frozen=True)
    class Bare(Constraint):
        title: ClassVar[Sentence] = SAID
        clause: ClassVar[Sentence] = SAID
        revision: ClassVar[int] = 1
        price: ClassVar[int] = 1
        layer: ClassVar[Layer] = Layer.DESK

    assert explained(Bare) == {}  # type: ignore[type-abstract]  # only the docstring is looked at
