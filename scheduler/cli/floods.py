"""Many findings of one kind: the first few, and how many more there are. JSON has them all."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from scheduler.domain import Violation
from scheduler.errors import Fault
from scheduler.i18n import Lang, Sentence

MOST_ALIKE = 6  # lines of one kind
MORE = Sentence("…另有 {n} 条同类（--verbose 全列）", "… {n} more of this kind (--verbose lists them)")


def group_alike(lines: Iterable[tuple[Hashable, str]], lang: Lang, *, whole: bool = False) -> list[str]:
    """Lines by their kinds, in the order in which each kind comes up; of a kind with many the first ones and a count.

    Parameters
    ----------
    lines : iterable of (kind, text)
    whole : bool
        Whether all of them are to be shown.
    """
    kinds: dict[Hashable, list[str]] = {}
    for kind, text in lines:
        kinds.setdefault(kind, []).append(text)
    found: list[str] = []
    for texts in kinds.values():
        shown = texts if whole or len(texts) <= MOST_ALIKE else texts[: MOST_ALIKE - 1]
        found += shown
        if len(shown) < len(texts):
            found.append(MORE.say(lang, n=len(texts) - len(shown)))
    return found


def kind_of_fault(fault: Fault) -> Hashable:
    """What makes faults alike: their table and column, and what was expected."""
    return fault.file, fault.sheet, fault.column, fault.expected


def kind_of_violation(violation: Violation) -> Hashable:
    """What makes violations alike: the rule and what it says."""
    return violation.reason.rule, violation.reason.sentence
