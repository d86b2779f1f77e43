"""A version being edited: what its steps add up to, and who is told what moved."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from scheduler.domain import Duty, Roster
from scheduler.errors import Refusal, RosterMoved
from scheduler.workflow.working_copy import WorkingCopy

DAY, NEXT = date(2026, 12, 1), date(2026, 12, 2)
AT = datetime(2026, 11, 20, tzinfo=UTC)
BASE = WorkingCopy(Roster([Duty("A", DAY, "早"), Duty("B", DAY, "晚")]))


def after(copy, *steps, seen=None):
    """Each step sees the one before, or all of them the revision `seen`."""
    for cells in steps:
        at = copy.revision if seen is None else seen
        step = copy.edit(cells, seen=at, by="M", at=AT, names={})
        copy = WorkingCopy(copy.base, (*copy.steps, step))
    return copy


def undo(copy):
    return WorkingCopy(copy.base, (*copy.steps, copy.undo(seen=copy.revision, by="M", at=AT)))


def redo(copy):
    return WorkingCopy(copy.base, (*copy.steps, copy.redo(seen=copy.revision, by="M", at=AT)))


def test_cells_that_are_as_in_the_version_again_differ_no_more():
    copy = after(BASE, {("A", DAY): ("晚",)}, {("B", NEXT): ("早",)}, {("A", DAY): ("早",)})
    assert copy.cells == {("B", NEXT): ("早",)}
    assert copy.roster.on("B", NEXT) == ("早",)


def test_undo_goes_back_step_by_step_and_redo_forth():
    copy = after(BASE, {("A", DAY): ("晚",)}, {("A", DAY): (), ("B", DAY): ()})
    back = undo(undo(copy))
    assert back.roster == BASE.base
    assert not back.can_undo
    assert redo(back).roster.on("A", DAY) == ("晚",)
    assert redo(redo(back)).roster == copy.roster
    assert not redo(redo(back)).can_redo


def test_after_a_new_step_nothing_that_was_undone_comes_back():
    copy = after(undo(after(BASE, {("A", DAY): ("晚",)})), {("B", DAY): ()})
    assert not copy.can_redo
    with pytest.raises(Refusal, match="nothing to redo"):
        redo(copy)
    assert undo(copy).roster == BASE.base


def test_steps_on_an_older_revision_are_merged_where_their_cells_were_left_alone():
    copy = after(BASE, {("A", DAY): ("晚",)})
    assert after(copy, {("B", DAY): ()}, seen=0).cells == {("A", DAY): ("晚",), ("B", DAY): ()}
    assert copy.edit({("A", DAY): ("晚",)}, seen=0, by="M", at=AT, names={}) is None
    with pytest.raises(RosterMoved, match="甲, Tue 1 Dec, is 晚 now"):
        copy.edit({("A", DAY): (), ("B", DAY): ()}, seen=0, by="M", at=AT, names={"A": "甲"})


def test_a_cell_that_was_changed_and_changed_back_has_moved_all_the_same():
    copy = undo(after(BASE, {("A", DAY): ("晚",)}))
    with pytest.raises(RosterMoved):
        copy.edit({("A", DAY): ()}, seen=1, by="M", at=AT, names={})


def test_undo_takes_back_only_what_was_seen():
    copy = after(BASE, {("A", DAY): ("晚",)}, {("B", DAY): ()})
    with pytest.raises(RosterMoved, match="1 steps"):
        copy.undo(seen=1, by="M", at=AT)


def pin(copy, *cells):
    step = copy.edit({}, pins=cells, seen=copy.revision, by="M", at=AT, names={})
    return WorkingCopy(copy.base, (*copy.steps, step))


def test_pins_are_set_and_let_go_and_undone_like_cells():
    pinned = pin(BASE, ("A", DAY), ("A", DAY), ("B", DAY))
    assert pinned.pins == {("A", DAY), ("B", DAY)}
    assert undo(pinned).pins == frozenset()
    assert pin(pinned, ("A", DAY)).pins == {("B", DAY)}
