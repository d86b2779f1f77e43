"""A change of what a rule means takes a new revision; a change of its wording or of an import does not."""

from __future__ import annotations

import json

import pytest

from scheduler.rules.book import discovered
from tests.constraints.revisions import FOLDER, RECORDED, meaning, today

SOURCE = (FOLDER / "weekly_rest_day.py").read_text(encoding="utf-8")


def test_every_rule_has_a_revision_of_its_own_class_and_a_recorded_meaning():
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    assert set(recorded) == set(discovered())
    for name, rule in discovered().items():
        assert rule.__dict__["revision"] >= 1, name


@pytest.mark.parametrize("name", sorted(discovered()))
def test_a_change_of_meaning_has_a_new_revision(name):
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))[name]
    assert today()[name] == recorded, (
        f"the code of {name} has changed. Raise its revision if rosters may be judged otherwise than before; "
        "then run: python -m tests.constraints.revisions"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("rest day", "day of rest"),
        ("from __future__ import annotations\n", "from __future__ import annotations\nimport math\n"),
        ("    revision: ClassVar[int] = 3\n", "    revision: ClassVar[int] = 3\n"),
        ("-> Iterator[Violation]", "-> Iterator"),
        ("high=6)", 'high=6, examples=("{shift}",))'),
    ],
)
def test_wording_imports_and_types_are_no_meaning(before, after):
    assert before in SOURCE
    assert meaning(SOURCE.replace(before, after)) == meaning(SOURCE)


@pytest.mark.parametrize(
    ("before", "after"),
    [("free < owed", "free <= owed"), ("    price: ClassVar[int] = 40", "    price: ClassVar[int] = 41")],
)
def test_comparisons_and_prices_are_meaning(before, after):
    assert before in SOURCE
    assert meaning(SOURCE.replace(before, after, 1)) != meaning(SOURCE)
