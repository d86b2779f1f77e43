"""The lower bound proved for earlier versions of a month, where it still holds."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto
from typing import NamedTuple

from scheduler.digest import is_recomputable
from scheduler.domain import Note, Problem
from scheduler.i18n import Sentence
from scheduler.ledger.store import VersionRow
from scheduler.rules.book import Rulebook

EARLIER_RELEASE = Sentence(
    "第 {n} 版由本程序的较早版本记录，无法核对当时的数据和规则与现在是否一致，因此不沿用当时证明的下界",
    "version {n} was recorded by an earlier release, so it cannot be checked whether tables and rules are still the same:"
    " the bound that was proved then is not carried over",
)


class Question(Enum):
    """Whether a version was made for the same problem and rules as now."""

    SAME = auto()
    CHANGED = auto()
    UNKNOWN = auto()  # recorded by an earlier release, whose digests nobody computes any more


def compare_question(row: VersionRow, problem: Problem, rulebook: Rulebook) -> Question:
    """Whether a version was made for just this problem and these rules."""
    if not (is_recomputable(row.problem_hash) and is_recomputable(row.rulebook)):
        return Question.UNKNOWN
    same = (row.problem_hash, row.rulebook) == (problem.fingerprint, rulebook.fingerprint)
    return Question.SAME if same else Question.CHANGED


class CarriedBound(NamedTuple):
    """A lower bound that holds for a roster made now, and what has to be said of it.

    Attributes
    ----------
    bound : int
        No roster of the month costs less; 0 where nothing is known.
    notes : tuple of Note
        That the bound of an earlier release was dropped.
    """

    bound: int
    notes: tuple[Note, ...] = ()


def carry_bound(rows: Iterable[VersionRow], problem: Problem, rulebook: Rulebook, cost: int) -> CarriedBound:
    """The best bound that versions made for the same question have proved, `cost` at most.

    Parameters
    ----------
    cost : int
        What the roster made now costs.
    """
    bound, earlier = 0, 0
    for row in rows:
        question = compare_question(row, problem, rulebook)
        if question is Question.SAME:
            bound = max(bound, int(row.bound))
        elif question is Question.UNKNOWN and row.bound > 0:
            earlier = max(earlier, row.number)
    notes = (Note(EARLIER_RELEASE, (("n", earlier),)),) if earlier and not bound else ()
    return CarriedBound(min(bound, cost), notes)
