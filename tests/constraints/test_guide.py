"""The example of constraints/README.md is a rule: its tests pass, and its two statements agree."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import constraints
from scheduler.model.roster_model import RosterModel
from scheduler.rules import explained
from scheduler.rules.base import HEADINGS
from tests.support.conformance import guards_fall_as_the_audit_reports, held_cells_are_judged_as_others

GUIDE = (Path(constraints.__path__[0]) / "README.md").read_text(encoding="utf-8")
RULE, TEST = re.findall(r"```python\n(.*?)```", GUIDE, flags=re.S)
NAME = "constraints.duties_per_fortnight"


@pytest.fixture
def example(monkeypatch):
    """The module of the example, where its test imports it from."""
    module = ModuleType(NAME)
    monkeypatch.setitem(sys.modules, NAME, module)
    exec(compile(RULE, f"{NAME}.py", "exec"), module.__dict__)
    return module.DutiesPerFortnight


def test_the_examples_own_tests_pass(example):
    namespace: dict[str, Any] = {}
    exec(compile(TEST, "test_duties_per_fortnight.py", "exec"), namespace)
    tests = [found for name, found in namespace.items() if name.startswith("test_")]
    assert len(tests) == 2
    for test in tests:
        test()


def test_the_examples_statements_agree(example):
    assert example.name == "duties_per_fortnight"
    assert tuple(explained(example)) == HEADINGS
    guards_fall_as_the_audit_reports(example)
    held_cells_are_judged_as_others(example)


def test_every_word_that_the_guide_lists_is_one_of_the_model():
    table = GUIDE[GUIDE.index("| Word |") : GUIDE.index("- **Order.**")]
    words = {word for row in re.findall(r"^\| (.+?) \|", table, flags=re.M) for word in re.findall(r"`(\w+)", row)}
    assert {"works", "require", "prefer", "limit_runs"} <= words
    assert {word for word in words if word != "exclusive" and not callable(getattr(RosterModel, word, None))} == set()
