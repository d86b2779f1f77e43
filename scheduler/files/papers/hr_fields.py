"""What a table of what HR receives is made of: columns with their meaning, and how a value is taken of a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scheduler.files.writing.page import PLAIN, Look
from scheduler.hr.report import HrReport
from scheduler.i18n import Lang, Sentence

AS_PERSONAL = Sentence("证明未交，按事假报", "no certificate: told as personal leave")


@dataclass(frozen=True)
class Field:
    """A column: its title, what it holds, how it looks, its value of a row.

    Attributes
    ----------
    key : str
        What `--json` calls it.
    is_key : bool
        Whether it tells rows apart, so that two reports can be compared.
    compared : bool
        Whether another value is a correction.
    """

    key: str
    title: Sentence
    meaning: Sentence
    value: Callable[[Any, HrReport, Lang], object]
    look: Look = PLAIN
    widest: float = 40
    is_key: bool = False
    compared: bool = True


@dataclass(frozen=True)
class Listing:
    """A table: its title, columns, and rows."""

    title: Sentence
    fields: tuple[Field, ...]
    rows: Callable[[HrReport], Iterable[Any]]

    def values(self, report: HrReport, lang: Lang) -> Iterator[list[object]]:
        """The rows in words."""
        for row in self.rows(report):
            yield [field.value(row, report, lang) for field in self.fields]


def hours(minutes: int) -> float:
    """Hours, as they are shown; two decimals tell one minute from the next."""
    return round(minutes / 60, 2)
