"""The shape of a rule, and the vocabulary that rule files write in.

A rule is one frozen dataclass in one file of `constraints/`. Its fields are its
configuration, declared with `parameter`. `tests/constraints/test_conformance.py` finds a new one by itself.
"""

from __future__ import annotations

import inspect
import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar, TypeVar

from scheduler.domain import HoursSystem, Note, Problem, Reason, Roster, Violation, Worker
from scheduler.i18n import Sentence, as_template, fill_in, join_sentences

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

Value = TypeVar("Value", bool, int, float, tuple[str, ...])


def parameter(
    default: Value,
    doc: Sentence,
    *,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    examples: tuple[str, ...] = (),
) -> Value:
    """Declare a field of a rule.

    What is declared here is user interface: `scheduler rules` and faults in `desk.toml` print it, as they do the
    sections of the rule's docstring (`explained`).

    Parameters
    ----------
    default : bool, int, float or tuple of str
        Effective where the desk sets nothing. Its type is the type that the desk has to write.
    doc : Sentence
        What the parameter means; of texts with a grammar of their own, how they are written, with an example.
    unit : str
        Of a number: `h`, `min`, `d`; empty for a count or a cost.
    low, high : float, optional
        The range of a number, both ends included; every number has one.
    examples : tuple of str
        Of texts with a grammar of their own: patterns from which tests draw texts that the rule can read. A pattern
        may hold `{shift}`, `{role}`, `{team}`, `{day}`, `{number}`, and `{shifts}`, `{roles}`, `{posts}`, `{days}`
        for several joined by `|`; the same word twice in a pattern is never the same name twice.
    """
    metadata = {"doc": doc, "unit": unit, "low": low, "high": high, "examples": examples}
    return field(default=default, metadata=metadata)


class Layer(IntEnum):
    """How far a rule may bend when a month is impossible: a lower layer gives way before a higher one."""

    DESK = 1  # the desk's own organisation: cover, handover, roles, what it agreed with its people
    SAFETY = 2  # what keeps people fit for duty: rest between duties, nights and days in a row
    LAW = 3  # what the labour law asks of every employer: hours, overtime, weekly rest
    NEVER = 4  # not bent by any repair; also what is only preferred, which has nothing to bend


AND_OTHERS = Sentence("{names}等 {n} 人", "{names} and others, {n} people in all")
MOST_NAMED = 10  # people in one note
REQUIRED = ("title", "clause", "revision", "price", "layer")


@dataclass(frozen=True)
class Constraint(ABC):
    """What every rule provides.

    A rule says the same thing twice: `narrow` and `encode` to the solver, `check` of a finished roster. The two share
    nothing but the wording of their Reasons, and the conformance test holds them against each other.

    The docstring of a rule is user interface: `explained` takes its sections apart, and `scheduler rules` prints them.

    Attributes
    ----------
    name : str
        What `[rules.NAME]` and the ledger call it: the name of its file, unless the class has one of its own.
    title : Sentence
        The rule's name for people.
    clause : Sentence
        What it demands, in our words, with its number in the rules document.
    revision : int
        Counts the changes of what the rule means: versions record it with the rule's name and settings.
    price : int
        What bending it by one (a head, a day, an hour) costs when the month is
        impossible and a repair is sought; 0 when it may never be bent.
    layer : Layer
        How far it may bend; `Layer.NEVER` exactly where the price is 0.
    in_law_report : bool
        Whether its findings are reported with the law, apart from the desk's own rules.
    asks_for_demand : bool
        Whether it requires the least heads of the demand table.
    is_private : bool
        Whether whom its findings are about is nobody else's business: papers for everybody tell that there is one, no more.
    ticked_off : bool
        Whether what it arranges is ticked off, day by day, on a sheet of its own.
    about_people : bool
        Whether what it forbids lies in people's own days (leave, say), and in no shift.
    levers : tuple of str
        Settings whose change could make room where the rule stands against a month, beside those that a Reason names.
    about_one : bool
        Whether each of its requirements is about one person's own month, whoever else works: a change of somebody else's
        duties cannot break it.
    gives_from : Layer
        The lowest layer in which a repair may let one of its Reasons give (`bending`); `layer`, unless the class has one
        of its own. Below a `layer` of `NEVER`: nothing bends the rule, but what is on record can be taken back.
    team_cycles : str
        The setting, if any, that takes a cycle of shifts for each team, as `TEAM=CODE|CODE|休@DAY`.
    one_duty_a_day : bool
        Whether it keeps a person to one duty a day; whoever reads a desk refuses a second fixed one.
    habits : mapping of str to int
        Settings whose strictest value that old rosters never broke may be proposed to a desk that begins from them, each
        with the strictest that is proposed at all, as other months need room. Of texts the number does not matter.

    Raises
    ------
    TypeError
        When a class is made without one of `title`, `clause`, `revision`, `price` and `layer`, or with a price that
        does not fit its layer.
    """

    name: ClassVar[str]
    title: ClassVar[Sentence]
    clause: ClassVar[Sentence]
    revision: ClassVar[int]
    price: ClassVar[int]
    layer: ClassVar[Layer]
    in_law_report: ClassVar[bool] = False
    asks_for_demand: ClassVar[bool] = False
    levers: ClassVar[tuple[str, ...]] = ()
    is_private: ClassVar[bool] = False
    ticked_off: ClassVar[bool] = False
    about_people: ClassVar[bool] = False
    about_one: ClassVar[bool] = False
    gives_from: ClassVar[Layer]
    team_cycles: ClassVar[str] = ""
    one_duty_a_day: ClassVar[bool] = False
    habits: ClassVar[Mapping[str, int]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" not in cls.__dict__:
            cls.name = cls.__module__.rpartition(".")[2]
        missing = [attribute for attribute in REQUIRED if not hasattr(cls, attribute)]
        if missing:
            raise TypeError(f"the rule {cls.name} has no {', '.join(missing)}")
        if (cls.price == 0) != (cls.layer is Layer.NEVER):
            raise TypeError(f"the rule {cls.name} has the price {cls.price} in the layer {cls.layer.name}")
        if "gives_from" not in cls.__dict__:
            cls.gives_from = cls.layer

    def applies(self, problem: Problem) -> bool:
        """Whether the rule makes sense for the desk; it is off where it does not."""
        return True

    def shifts_named(self) -> Collection[str]:
        """Codes of the shifts named in the settings; whoever reads a desk refuses those that it does not have."""
        return ()

    def check_shifts(self, problem: Problem) -> None:
        """Refuse a desk that lacks a shift named in the settings.

        Raises
        ------
        ValueError
            Names them all.
        """
        unknown = set(self.shifts_named()).difference(problem.month_codes)
        if unknown:
            raise ValueError(f"unknown shifts in {self.name}: {sorted(unknown)}")

    def most_duties(self, problem: Problem, worker: Worker, days: Sequence[date]) -> int | None:
        """An upper bound on a worker's duties in days of the month; `None` where only solving would tell."""
        return None

    def leaves_open(self, reason: Reason) -> bool:
        """Whether breaking one of its requirements means that somebody is missing, and nothing worse: a duty stays open."""
        return False

    def hours_system(self, worker: Worker) -> HoursSystem | None:
        """Under which system of working time it takes a worker to be; `None` where that is not its subject."""
        return None

    def remark(self, problem: Problem, reason: Reason, shift: str = "") -> Sentence | None:
        """What should be known beside one of its Reasons that stands against a month; `None` where the Reason says all.

        Parameters
        ----------
        reason : Reason
            A requirement that cannot be kept; or, with `shift`, what bars everybody from that shift.
        """
        return None

    def lever(self, problem: Problem, reason: Reason) -> Sentence | None:
        """Where what one of its Reasons rests on is written and can be changed; `None` where nothing is to be changed.

        Parameters
        ----------
        reason : Reason
            With all the people and days that it is about.

        Returns
        -------
        Sentence or None
            Here the settings whose values the Reason names; of other rules a table with its rows.
        """
        return settings_of(self, [*self.levers, *(name for name, _ in reason.facts)])

    def bending(self, problem: Problem, reason: Reason) -> tuple[int, Layer]:
        """What it costs in a repair that one of its Reasons gives by one, and in which layer that is."""
        return self.price, self.layer

    def decision(self, problem: Problem, violation: Violation, roster: Roster) -> Reason:
        """What somebody in charge decides where a Reason gives: as data that words itself, like a Reason.

        Parameters
        ----------
        violation : Violation
            The Reason, and what stands in the repaired roster instead.
        roster : Roster
            The repaired month, without its history.

        Returns
        -------
        Reason
            Here an exception from the Reason.
        """
        reason = violation.reason
        zh, en = reason.sentence
        if violation.found == "":
            return reason._replace(sentence=Sentence(f"破例一次：{zh}", f"make an exception: {en}"))
        sentence = Sentence(f"破例一次：{zh}（排成 {{found}}）", f"make an exception: {en} (it will be {{found}})")
        return reason._replace(sentence=sentence, facts=(*reason.facts, ("found", violation.found)))

    def decide(self, problem: Problem, violation: Violation, roster: Roster) -> Problem | None:
        """The month with that decision in its tables; `None` where it is an exception, which stands in no table.

        Parameters
        ----------
        roster : Roster
            The repaired month, without its history.
        """
        return None

    def left_out(self, problem: Problem) -> Iterable[Note]:
        """What the rule does not count in a month though one might think so, of whom, and why: printed with the assumptions."""
        return ()

    def chances(self, problem: Problem, roster: Roster) -> float:
        """How often a roster that did not know of a text among the settings would break it; of use for `habits` alone.

        Parameters
        ----------
        roster : Roster
            Begins with the problem's history.
        """
        return 0.0

    def narrow(self, problem: Problem, model: RosterModel) -> None:  # noqa: B027 (most rules forbid nothing outright)
        """Forbid duties outright; every rule narrows before any encodes, so these are never created."""

    @abstractmethod
    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Post the rule's requirements and preferences; some wait until all rules have posted theirs (`RosterModel.complete`)."""

    @abstractmethod
    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Yield what the roster breaks or gives up; `roster` begins with the problem's history."""

    def avoid(self, problem: Problem, model: RosterModel) -> None:  # noqa: B027 (most rules have nothing of the kind)
        """Post what is avoided where it is free (`RosterModel.avoid`): among the rosters of least cost, after the proof."""

    def count_avoided(self, problem: Problem, roster: Roster) -> int:
        """How much of it a roster has, counted from its cells; `roster` begins with the problem's history."""
        return 0

    def arranges(self, problem: Problem, roster: Roster) -> Iterable[Reason]:
        """What a legal roster settles beside its duties: who leads a week, cleans on a day, attends which sitting.

        Read off the finished roster (with history), in the order of days. Each
        Reason names those concerned as its workers; its sentence is a line of
        the roster's notices.
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
    """A Reason of this rule."""
    return Reason(rule.name, sentence, tuple(workers), tuple(days), tuple(facts.items()))


def note_on(problem: Problem, workers: Sequence[str], sentence: Sentence, **facts: object) -> Note:
    """A note on some people, whose names stand for `{who}`; many are counted."""
    names = [as_template(problem.names[worker]) for worker in workers[:MOST_NAMED]]
    who = join_sentences(Sentence(name, name) for name in names)
    if len(workers) > MOST_NAMED:
        who = fill_in(AND_OTHERS, names=who, n=len(workers))
    return Note(sentence, (("who", who), *facts.items()))


def settings_of(rule: Constraint, names: Iterable[str]) -> Sentence | None:
    """Settings of a rule as `desk.toml` has them: those of the given names."""
    given = set(names)
    found = [f"{f.name} = {_as_toml(getattr(rule, f.name))}" for f in fields(rule) if f.name in given]
    if not found:
        return None
    text = as_template(f"[rules.{rule.name}] {', '.join(found)}")
    return Sentence(f"desk.toml {text}", f"desk.toml {text}")


def _as_toml(value: object) -> str:
    """A setting's value as `desk.toml` would have it."""
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{item}"' for item in value) + "]"
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


HEADINGS = ("Rule", "Clause", "Why", "Counts as broken", "Limits")


def explained(rule: type[Constraint]) -> dict[str, Sentence]:
    """The sections of a rule's docstring by heading.

    In the docstring each heading stands alone on a line, its text below,
    indented, Chinese first and English after ` | `.
    """
    sections: dict[str, Sentence] = {}
    heading = ""
    for line in (inspect.getdoc(rule) or "").splitlines():
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
