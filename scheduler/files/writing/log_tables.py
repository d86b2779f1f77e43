"""A desk's log as tables: each column with its title, what it means, and how to tell its value; the same for every form.

A workbook, a CSV file and JSON are made of the same columns: what people read is
in the words of a language and in the desk's time, programs read keys, codes and
times with their zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from scheduler.domain import Change
from scheduler.i18n import Lang, Sentence, day_name, join_items

MOVE = Sentence("{who} {day}：{before} → {after}", "{who}, {day}: {before} → {after}")
MORE = Sentence("…共 {n} 处，见“{sheet}”", "… {n} in all, see sheet {sheet}")
NO_DUTY = Sentence("休", "off")
MOVES = Sentence("改动明细", "Changes")
IDS_JOINED_BY, CODES_JOINED_BY = "/", "+"  # no person's id has a slash in it
FREE = 40  # spreadsheet units, for reasons in people's own words

Names: TypeAlias = Mapping[str, str]


class Kind(StrEnum):
    """What a column holds, and so how it looks."""

    NUMBER = "number"
    CODE = "code"  # an id or a shift: text, whatever it looks like
    DAY = "day"
    TIME = "time"
    WORDS = "words"


class Named(NamedTuple):
    """A word that programs know by its value and people by its name."""

    value: str
    name: Sentence


class Ids(tuple[str, ...]):
    """Ids of people or versions, side by side."""

    __slots__ = ()


class Codes(tuple[str, ...]):
    """Shifts of a cell."""

    __slots__ = ()


class Listed(tuple[Named, ...]):
    """Words side by side."""

    __slots__ = ()


class Person(str):
    """A person's id: people read the name."""

    __slots__ = ()


class People(tuple[str, ...]):
    """Ids of people: people read the names."""

    __slots__ = ()


class Moves(tuple[Change, ...]):
    """Cells that move, told to people line by line; programs read them from the table of cells."""

    __slots__ = ()


Value: TypeAlias = (
    "int | float | str | date | Sentence | Named | Ids | Codes | People | Listed | Moves | tuple[str, ...] | None"
)


@dataclass(frozen=True)
class Field:
    """A column of a table.

    Attributes
    ----------
    key : str
        Its name for programs.
    meaning : Sentence
        What stands in it, for the sheet that explains the file.
    value : callable
        Tells the value of a row, with people's names at hand.
    widest : float
        Spreadsheet units.
    """

    key: str
    title: Sentence
    meaning: Sentence
    value: Callable[[Any, Names], Value]
    kind: Kind = Kind.WORDS
    widest: float = 24


@dataclass(frozen=True)
class LogTable:
    """A table of the log.

    Attributes
    ----------
    about : Sentence
        What its rows are.
    held : int
        Columns that stay in view, and on every printed page.
    """

    key: str
    title: Sentence
    about: Sentence
    fields: tuple[Field, ...]
    rows: Sequence[Any]
    held: int = 1

    def values(self, names: Names) -> Iterable[list[Value]]:
        """Its rows, column by column."""
        return ([field.value(row, names) for field in self.fields] for row in self.rows)


@dataclass(frozen=True)
class Wording:
    """How values are told: in which language, by whose clocks, with which names."""

    lang: Lang
    zone: ZoneInfo
    names: Names

    def tell(self, value: Value, most: int | None = None, rest: Sentence = MORE) -> Any:
        """A value as a cell of a workbook or of CSV holds it.

        Parameters
        ----------
        most : int, optional
            Moves that one cell tells; `rest` says where the others are.
        """
        match value:
            case Named():
                return value.name.say(self.lang)
            case Sentence():
                return value.say(self.lang)
            case Moves():
                return "\n".join(self.tell_moves(value, most, rest))
            case Ids():
                return IDS_JOINED_BY.join(value)
            case Codes():
                return CODES_JOINED_BY.join(value)
            case Listed():
                return join_items((each.name.say(self.lang) for each in value), self.lang)
            case Person():
                return self.names.get(value, str(value))
            case People():
                return join_items(name_all(value, self.names), self.lang)
            case tuple():
                return join_items((str(each) for each in value), self.lang)
            case datetime():
                return value.astimezone(self.zone).replace(tzinfo=None, microsecond=0)
        return value

    def tell_moves(self, moves: Sequence[Change], most: int | None = None, rest: Sentence = MORE) -> list[str]:
        """What moves, a line each; beyond `most`, where to find the rest."""
        lines = [
            MOVE.say(
                self.lang,
                who=self.names.get(one.worker, one.worker),
                day=day_name(one.day, self.lang),
                before=self.tell_codes(one.before),
                after=self.tell_codes(one.after),
            )
            for one in moves
        ]
        if most is not None and len(lines) > most:
            return [*lines[:most], rest.say(self.lang, n=len(lines), sheet=MOVES)]
        return lines

    def tell_codes(self, codes: Sequence[str]) -> str:
        """The shifts of a cell, or that there is none."""
        return CODES_JOINED_BY.join(codes) or NO_DUTY.say(self.lang)

    def to_json(self, table: LogTable) -> list[dict[str, Any]]:
        """The rows of a table for programs, by the keys of its columns."""
        rows = (zip(table.fields, values, strict=True) for values in table.values(self.names))
        return [{field.key: self._plain(value) for field, value in row if not isinstance(value, Moves)} for row in rows]

    def _plain(self, value: Value) -> Any:
        match value:
            case Named():
                return value.value
            case Codes():
                return CODES_JOINED_BY.join(value)
            case Listed():
                return [each.value for each in value]
            case Sentence():
                return value.say(self.lang)
            case tuple():
                return list(value)
            case datetime():
                return value.astimezone(self.zone).isoformat(timespec="seconds")
            case date():
                return value.isoformat()
        return value


def name_all(ids: Iterable[str], names: Names) -> tuple[str, ...]:
    """Names of people by their ids."""
    return tuple(names.get(one, one) for one in ids)
