"""What old rosters say, person by person and day by day, and what remains to be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from scheduler.i18n import Sentence

Spans = tuple[
    tuple[int, int], ...
]  # minutes of the day at which work begins and ends, an end past 1440 on the next day


class State(StrEnum):
    """How far a cell is understood."""

    UNDERSTOOD = "understood"
    DOUBTFUL = "doubtful"
    PASSED_OVER = "passed_over"


class Where(NamedTuple):
    """A cell of an old file; `column` by its letters, 0 and empty for the whole sheet."""

    file: str
    sheet: str = ""
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        at = f"{self.column}{self.row}" if self.column else f"{self.row}" if self.row else ""
        return " ".join(filter(None, (self.file, self.sheet, at)))


NOWHERE = Where("")


@dataclass(frozen=True)
class ReadCell:
    """One cell: what stood there, how far it is understood, and as what.

    Attributes
    ----------
    meaning : Sentence
        As what it was read; where it is doubtful or passed over, why.
    day : date or None
        Of which it speaks, as far as that is known.
    person : str
        Key of the person of whom it speaks; empty where it speaks of nobody, or nobody knows of whom.
    """

    where: Where
    text: str
    state: State
    meaning: Sentence
    day: date | None = None
    person: str = ""


class Says(StrEnum):
    """What a roster says of a person's day."""

    DUTY = "duty"
    REST = "rest"
    LEAVE = "leave"


@dataclass(frozen=True)
class OldDay:
    """One person's day as a roster has it.

    Attributes
    ----------
    person : str
        Key in `OldRosters.people`.
    codes : tuple of str
        Of its duties; empty for any other day.
    leave : str
        Kind of leave; empty for any other day.
    """

    person: str
    day: date
    says: Says
    _: KW_ONLY
    codes: tuple[str, ...] = ()
    leave: str = ""
    where: Where = field(compare=False, default=NOWHERE)


class Status(StrEnum):
    """Whether somebody is employed."""

    SERVES = "serves"
    TRIAL = "trial"
    LEFT = "left"


@dataclass(frozen=True)
class OldPerson:
    """Somebody of the old files.

    Attributes
    ----------
    id : str
        Empty where no file has one.
    facts : mapping of str to str
        Further columns of the people table, as they stood in a staff list.
    usual : Spans
        The hours that a staff list has for the person.
    hired, leaves : date or None
        First and last day of employment, as far as they are known.
    left : Where or None
        The cell of a roster that says that the person has left.
    """

    key: str
    name: str
    _: KW_ONLY
    id: str = ""
    team: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    usual: Spans = ()
    status: Status = Status.SERVES
    where: Where = NOWHERE
    hired: date | None = None
    leaves: date | None = None
    left: Where | None = None


@dataclass(frozen=True)
class OldShift:
    """A code for duties.

    Attributes
    ----------
    spans : Spans
        Its hours, broken by its breaks; empty where nothing tells them.
    said : Where or None
        Where the hours stand.
    times : int
        How often the rosters have it.
    """

    code: str
    name: str
    _: KW_ONLY
    spans: Spans = ()
    said: Where | None = None
    times: int = 0


@dataclass(frozen=True)
class Question:
    """What the files do not tell.

    Attributes
    ----------
    key : str
        Under which an answer is given, such as `code:X`.
    proposed : str
        An answer for which something speaks; empty where nothing does.
    in_table : str
        The table whose empty cell stands for the question; empty where none does.
    refused : str
        What was answered and is not understood, which `ask` says then; empty for nothing.
    """

    key: str
    ask: Sentence
    _: KW_ONLY
    proposed: str = ""
    in_table: str = ""
    refused: str = ""


@dataclass(frozen=True)
class Guess:
    """What was assumed, and what speaks for it."""

    about: Sentence
    evidence: Sentence


@dataclass(frozen=True)
class OldRosters:
    """All that the old files say.

    Attributes
    ----------
    days : sequence of OldDay
        In the order of people and days; only what is understood.
    known : mapping of date to int
        Of how many people each day is known.
    """

    people: Mapping[str, OldPerson]
    shifts: Mapping[str, OldShift]
    days: Sequence[OldDay]
    cells: Sequence[ReadCell]
    questions: tuple[Question, ...] = ()
    guesses: tuple[Guess, ...] = ()
    doubts: tuple[Sentence, ...] = ()

    @property
    def dates(self) -> tuple[date, ...]:
        """Every day of which something is known."""
        return tuple(sorted({one.day for one in self.days}))

    def count(self, state: State) -> int:
        """How many cells are in a state."""
        return sum(cell.state is state for cell in self.cells)
