"""Where something stands in a file, and how a fault there is worded."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from scheduler.characters import make_visible
from scheduler.errors import Fault, InputError
from scheduler.files.schema.table import Named
from scheduler.i18n import Sentence, fill_in


def shorten(text: str, most: int = 80) -> str:
    """A text on one line, printable and of at most `most` characters."""
    text = make_visible(text[: most + 20])
    return text if len(text) <= most else text[: most - 1] + "…"


class Place(NamedTuple):
    """Where something stands: see `errors.Fault`."""

    file: str
    sheet: str = ""
    row: int = 0
    column: str = ""

    def fault(self, expected: Sentence, found: str = "", **facts: object) -> Fault:
        """A fault here."""
        return Fault(
            shorten(self.file, 4096),
            fill_in(expected, **facts),
            sheet=self.sheet,
            row=self.row,
            column=shorten(self.column),
            found=shorten(found),
        )


@contextmanager
def gather_faults(faults: list[Fault]) -> Iterator[None]:
    """Add the faults of an `InputError` to a list and continue after the block."""
    try:
        yield
    except InputError as error:
        faults.extend(error.faults)


def nearest_word(text: str, known: Iterable[str]) -> Sentence:
    """A tail for a fault's sentence that names the known word most like `text`, if any is."""
    close = difflib.get_close_matches(text, list(known), 1, 0.4)
    return (
        fill_in(Sentence("；最接近的是“{word}”", "; the nearest is “{word}”"), word=close[0])
        if close
        else Sentence("", "")
    )


def headers_of(things: Iterable[Named]) -> list[str]:
    """Every header under which one of these is understood."""
    return [header for thing in things for header in thing.headers]


def column_letter(column: int) -> str:
    """The letters of a spreadsheet column, counted from 1."""
    from openpyxl.utils import get_column_letter

    return get_column_letter(column)
