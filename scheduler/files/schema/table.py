"""What a table is: columns with names in both languages, and how a header finds its column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from scheduler.characters import HiddenCharacter, name_character
from scheduler.files.schema.cells import CellKind
from scheduler.files.schema.text import comparable
from scheduler.files.schema.unclear import Unclear
from scheduler.i18n import Sentence, fill_in

MUST_BE_FILLED = Sentence("此格必填", "this cell must be filled in")
NOT_SEEN = Sentence(
    "没有隐藏字符的文字：{character} 看不见，或会改变前后文字的显示，请清空此处再重新输入",
    "text without hidden characters: {character} is not seen, or changes what is seen around it; clear this and type it"
    " again",
)
MOST_ROWS = 20_000  # of a table, unless it says otherwise
LONGEST_HEADER = 100  # characters


@dataclass(frozen=True)
class Named:
    """Something with an English name, a Chinese one and synonyms, any of which may be its header.

    Attributes
    ----------
    called : str
        The English name, the Chinese one, and the synonyms in either language, with a space between.
    """

    called: str

    @property
    def headers(self) -> list[str]:
        """Every header that is understood."""
        return self.called.split()

    @cached_property
    def words(self) -> frozenset[str]:
        """The headers as they are compared."""
        return frozenset(map(comparable, self.headers))

    @property
    def name(self) -> str:
        """The English name."""
        return self.headers[0]

    @property
    def title(self) -> Sentence:
        """The Chinese and the English name."""
        return Sentence(self.headers[1], self.headers[0])


@dataclass(frozen=True)
class Column(Named):
    """A column.

    Attributes
    ----------
    unit : Sentence or None
    required : bool
        Whether the column must be there and no cell of it be empty.
    default : str or Sentence
        What an empty cell means: as a user would write it, or a description
        of what it is derived from. Without one it means nothing is said.
    choices : mapping of str to tuple of str
        Allowed values, each with its synonyms, the first of them Chinese.
    is_open : bool
        Whether a desk may have further values, which are looked at once all tables are read.
    asks : mapping of str to Sentence
        Words that could mean several of them, and what is asked then.
    low, high : float or None
        Range of a number, both ends allowed.
    refers : str
        `table.column` in which the cell's value must occur.
    """

    kind: CellKind
    doc: Sentence
    _: KW_ONLY
    unit: Sentence | None = None
    required: bool = False
    default: str | Sentence = ""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_open: bool = False
    asks: Mapping[str, Sentence] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    refers: str = ""

    def read(self, text: str) -> Any:
        """The value of a cell; raises `ValueError` where it is not what `wanted` says."""
        self.kind.check_text(text)
        if not text:
            if self.required:
                raise ValueError("empty")
            return self.read(self.default) if self.default and isinstance(self.default, str) else self.kind.empty
        if self.choices:
            word = comparable(text)
            for value, words in self.choices.items():
                if word == comparable(value) or word in words:
                    return value
            if self.is_open:
                return self.kind.read(text)
            raise Unclear(self.asks[word]) if word in self.asks else ValueError(text)
        value = self.kind.read(text)
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            raise ValueError(text)
        return value

    def wanted(self, text: str, error: ValueError) -> Sentence:
        """What should have stood in a cell in place of a text that `read` refused, as a fault words it."""
        if isinstance(error, HiddenCharacter):
            return fill_in(NOT_SEEN, character=name_character(error.character))
        if isinstance(error, Unclear):
            return error.expected
        return self.expected if text else MUST_BE_FILLED

    @cached_property
    def expected(self) -> Sentence:
        """What a cell must hold."""
        zh, en = self.kind.form
        if self.choices:
            zh += "：" + "、".join(words[0] for words in self.choices.values())
            en += ": " + ", ".join(self.choices)
        if self.low is not None:
            zh, en = f"{zh}，{self.low:g} 到 {self.high:g}", f"{en} from {self.low:g} to {self.high:g}"
        return Sentence(zh, en)


@dataclass(frozen=True)
class Table(Named):
    """A table: a CSV file or a sheet.

    Attributes
    ----------
    required : bool
        Whether it must be there and hold a row.
    unique : tuple of str
        Columns whose values together may occur once; empty for no such limit.
    most_rows : int
        Rows that it may have.
    """

    doc: Sentence
    columns: tuple[Column, ...]
    _: KW_ONLY
    required: bool = False
    unique: tuple[str, ...] = ()
    most_rows: int = MOST_ROWS

    def column(self, name: str) -> Column:
        """The column of that English name."""
        return next(column for column in self.columns if column.name == name)


Headed = TypeVar("Headed", Column, Table)


def find_headed(things: Iterable[Headed], text: str) -> Headed | None:
    """The column or table that a header names, if any."""
    word = comparable(text[: LONGEST_HEADER + 1])
    return next((thing for thing in things if word in thing.words), None)
