"""The shape of a rule, and the vocabulary that rule files write in.

A rule is one frozen dataclass in one file of `constraints/`. Its fields are its
configuration, declared with `parameter`. `tests/test_conformance.py` finds a new one by itself.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import field
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from scheduler.domain import Problem, Reason, Roster, Violation, Worker
from scheduler.i18n import Sentence

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel


def parameter(
    default: Any,
    doc: Sentence,
    *,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
) -> Any:
    """A field of a rule: its default, what it means, its unit and range."""
    return field(default=default, metadata={"doc": doc, "unit": unit, "low": low, "high": high})


class Constraint(Protocol):
    """What every rule file provides.

    Attributes
    ----------
    name : str
        That of its file.
    title : Sentence
        The rule's name for people.
    clause : Sentence
        What it demands, in our words, with its number in the rules document.
    revision : int
        Counts the changes of what the rule means: versions record it with the rule's name and settings.
    layer : str
        `house` for the desk's own rules, `law` for what the law asks, which is reported apart.
    price : int
        What bending it by one (a head, a day, an hour) costs when the month is
        impossible and a repair is sought; 0 when it may never be bent.
    """

    name: ClassVar[str]
    title: ClassVar[Sentence]
    clause: ClassVar[Sentence]
    revision: ClassVar[int]
    price: ClassVar[int]
    layer: ClassVar[str] = "house"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.name = cls.__module__.rpartition(".")[2]

    def applies(self, problem: Problem) -> bool:
        """Whether the rule makes sense for the desk; it is off where it does not."""
        return True

    def shifts_named(self) -> Collection[str]:
        """Codes of shifts of which the settings speak; whoever reads a desk refuses those that it does not have."""
        return ()

    def check_shifts(self, problem: Problem) -> None:
        """Refuse a desk without a shift of which the settings speak.

        Raises
        ------
        ValueError
            Names them all.
        """
        unknown = set(self.shifts_named()) - set(problem.shift_by_code)
        if unknown:
            raise ValueError(f"unknown shifts in {self.name}: {sorted(unknown)}")

    def most_duties(self, problem: Problem, worker: Worker, days: Sequence[date]) -> int | None:
        """At most so many duties of a worker in days of the month, where the rule can tell without solving."""
        return None

    def narrow(self, problem: Problem, model: RosterModel) -> None:
        """Forbid duties outright; every rule narrows before any encodes, so these are never created."""

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Post the rule's requirements and preferences; some wait in the model until all have spoken (`RosterModel.complete`)."""

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """What the roster breaks or gives up; `roster` begins with the problem's history."""

    def arranges(self, problem: Problem, roster: Roster) -> Iterable[Reason]:
        """What a legal roster settles beside its duties: who leads a week, cleans on a day, attends which sitting.

        Read off the finished roster (with history), in the order of days; a
        Reason each, whose workers are those named and whose sentence is a line
        of the roster's notices.
        """
        return ()


def because(
    rule: Constraint,
    sentence: Sentence,
    *,
    workers: Iterable[str] = (),
    days: Iterable[date] = (),
    **facts: object,
) -> Reason:
    """A reason of this rule."""
    return Reason(rule.name, sentence, tuple(workers), tuple(days), tuple(facts.items()))


HEADINGS = ("Rule", "Clause", "Why", "Counts as broken", "Limits")


def explained(rule: type[Constraint]) -> dict[str, Sentence]:
    """The sections of a rule's docstring by heading.

    In the docstring each heading stands alone on a line, its text below,
    indented, Chinese first and English after ` | `.
    """
    sections: dict[str, Sentence] = {}
    heading = ""
    for line in [*inspect.getdoc(rule).splitlines(), ""] if inspect.getdoc(rule) else []:  # type: ignore[union-attr]
        if line in HEADINGS:
            heading = line
            sections[heading] = Sentence("", "")
        elif heading and line.startswith("    "):
            before = sections[heading]
            text = " ".join(part for part in (before.en, line.strip()) if part)
            sections[heading] = Sentence("", text)
    for heading, both in sections.items():
        zh, _, en = both.en.partition(" | ")
        sections[heading] = Sentence(re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", zh), en or zh)
    return sections
