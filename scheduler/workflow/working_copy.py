"""A version that is being edited: its steps one after another, from which the cells, the pins and what can be undone follow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from scheduler.domain import Change, Roster
from scheduler.errors import Refusal, RosterMoved
from scheduler.i18n import Sentence, as_template, fill_in, join_sentences

Cell = tuple[str, date]  # a worker's id and a day
Codes = tuple[str, ...]

MOVED = Sentence(
    "您看到的已不是最新的：{cells}。这一步没有做；表里已换成最新的，请看过再改",
    "somebody changed these cells since you looked: {cells}. Nothing was done; the table now shows them as they are",
)
MOVED_SINCE = Sentence(
    "在您之后别人（或另一个窗口）又改了 {n} 步，请看过再{what}",
    "{n} steps were made since you looked, by others or in another window: look at them before you {what}",
)
MOVED_CELL = Sentence("{who} {day} 现为 {now}", "{who}, {day}, is {now} now")
NOTHING_TO_UNDO = Sentence("没有可撤销的了", "there is nothing to undo")
NOTHING_TO_REDO = Sentence("没有可重做的了", "there is nothing to redo")
REST = Sentence("休", "off")
UNDO, REDO = Sentence("撤销", "undo"), Sentence("重做", "redo")


class StepKind(StrEnum):
    """What a step of editing did. The texts are recorded."""

    EDIT = "edit"
    UNDO = "undo"
    REDO = "redo"


@dataclass(frozen=True)
class EditStep:
    """One step of editing.

    Attributes
    ----------
    changes : tuple of Change
        What it did to cells.
    pins : tuple of Cell
        The cells that it pinned, or let go where they were pinned.
    by : str
        Who made it.
    """

    kind: StepKind
    changes: tuple[Change, ...]
    pins: tuple[Cell, ...]
    by: str
    at: datetime

    @property
    def reversed_changes(self) -> tuple[Change, ...]:
        """What takes its changes back."""
        return tuple(one._replace(before=one.after, after=one.before) for one in self.changes)


@dataclass(frozen=True)
class WorkingCopy:
    """A version that is being edited.

    Attributes
    ----------
    base : Roster
        The version's own.
    steps : sequence of EditStep
        All that was done, in order; nothing is ever taken out. The revision is their number.
    """

    base: Roster
    steps: Sequence[EditStep] = field(default=())

    @property
    def revision(self) -> int:
        """Of how many steps it is the result."""
        return len(self.steps)

    @cached_property
    def cells(self) -> Mapping[Cell, Codes]:
        """The cells that differ from the version, with what they hold."""
        found = {}
        for step in self.steps:
            found.update({(one.worker, one.day): one.after for one in step.changes})
        return {cell: codes for cell, codes in found.items() if codes != self.base.on(*cell)}

    @cached_property
    def roster(self) -> Roster:
        """As it stands."""
        return self.base.replace_cells(self.cells) if self.cells else self.base

    @cached_property
    def pins(self) -> frozenset[Cell]:
        """The cells that keep what they hold when the rest is solved."""
        found: frozenset[Cell] = frozenset()
        for step in self.steps:
            found ^= frozenset(step.pins)
        return found

    @cached_property
    def _stacks(self) -> tuple[list[EditStep], list[EditStep]]:
        """The steps that can be undone and those that can be done again, the next one last."""
        done, undone = list[EditStep](), list[EditStep]()
        for step in self.steps:
            if step.kind == StepKind.UNDO:
                undone.append(done.pop())
            elif step.kind == StepKind.REDO:
                done.append(undone.pop())
            else:
                done.append(step)
                undone.clear()
        return done, undone

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return bool(self._stacks[0])

    @property
    def can_redo(self) -> bool:
        """Whether there is one to do again."""
        return bool(self._stacks[1])

    def changed_since(self, revision: int) -> frozenset[Cell]:
        """The cells that steps after a revision have changed."""
        return frozenset((one.worker, one.day) for step in self.steps[revision:] for one in step.changes)

    def edit(
        self,
        wanted: Mapping[Cell, Codes],
        *,
        pins: Collection[Cell] = (),
        seen: int,
        by: str,
        at: datetime,
        names: Mapping[str, str],
    ) -> EditStep | None:
        """The step that gives cells other shifts; `None` where all of them are so already.

        Parameters
        ----------
        pins : collection of Cell
            Cells to pin, or to let go.
        seen : int
            The revision that whoever edits was looking at: what was done since must concern other cells.
        names : mapping of str to str
            Of people, for the sentence where that is not so.

        Raises
        ------
        RosterMoved
            A cell was changed since, to something else than is wanted now.
        """
        changes = [
            Change(*cell, self.roster.on(*cell), codes)
            for cell, codes in wanted.items()
            if self.roster.on(*cell) != codes
        ]
        since = self.changed_since(seen)
        if moved := [one for one in changes if (one.worker, one.day) in since]:
            raise RosterMoved(MOVED, cells=_say_moved(moved, names))
        if not changes and not pins:
            return None
        return EditStep(StepKind.EDIT, tuple(changes), tuple(dict.fromkeys(pins)), by, at)

    def undo(self, *, seen: int, by: str, at: datetime) -> EditStep:
        """The step that takes the last one back.

        Raises
        ------
        RosterMoved, Refusal
            Others made steps since the revision `seen`, or there is none to take back.
        """
        return self._step(StepKind.UNDO, seen, by, at)

    def redo(self, *, seen: int, by: str, at: datetime) -> EditStep:
        """The step that does again what was last taken back; raises as `undo`."""
        return self._step(StepKind.REDO, seen, by, at)

    def _step(self, kind: StepKind, seen: int, by: str, at: datetime) -> EditStep:
        done, undone = self._stacks
        stack, none, what = (done, NOTHING_TO_UNDO, UNDO) if kind == StepKind.UNDO else (undone, NOTHING_TO_REDO, REDO)
        if seen != self.revision:
            raise RosterMoved(MOVED_SINCE, n=self.revision - seen, what=what)
        if not stack:
            raise Refusal(none)
        last = stack[-1]
        changes = last.reversed_changes if kind == StepKind.UNDO else last.changes
        return EditStep(kind, changes, last.pins, by, at)


def _say_moved(moved: Iterable[Change], names: Mapping[str, str]) -> Sentence:
    """Cells with what they hold now."""
    return join_sentences(
        fill_in(
            MOVED_CELL,
            who=names.get(one.worker, one.worker),
            day=one.day,
            now=Sentence(*2 * (as_template("+".join(one.before)),)) if one.before else REST,
        )
        for one in moved
    )
