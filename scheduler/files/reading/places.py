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
    """Add the first faults of an `InputError` to a list and continue after the block."""
    try:
        yield
    except InputError as error:
        faults.extend(first_faults(error.faults))


MOST_TOLD = 200  # faults of one kind; whoever mends these finds the others by the next reading
AND_MORE = Sentence(
    "此处只列前 {most} 处问题，其余改正后再查",
    "no more than these {most} faults; the others are told when these are mended",
)


def first_faults(found: Iterable[Fault]) -> Iterator[Fault]:
    """The first `MOST_TOLD` faults, and one more that says so where there are others; these are not even looked for."""
    for count, fault in enumerate(found):
        if count == MOST_TOLD:
            yield Place(fault.file, fault.sheet).fault(AND_MORE, most=MOST_TOLD)
            return
        yield fault


class NearestWords:
    """Finds the known word most like a mistyped one, as long as there are not too many to be looked for.

    Parameters
    ----------
    known : iterable of str
        Where the search takes the words from.
    """

    LONGEST, MOST = 64, 200_000  # characters: of a mistyped word, and of all known words that are compared with any

    def __init__(self, known: Iterable[str]) -> None:
        self.known = list(known)
        self._each = sum(map(len, self.known))  # what one search costs
        self._left = self.MOST
        self._found: dict[tuple[str, float], Sentence] = {}
        self._by_figures: dict[str, list[str]] = {}  # numbers by what is left of them without the zeros before
        for word in self.known:
            if word.isdecimal():
                self._by_figures.setdefault(word.lstrip("0"), []).append(word)

    def tail(self, text: str, alike: float = 0.4) -> Sentence:
        """A tail for a fault's sentence that names the known word most like `text`, if any is.

        Parameters
        ----------
        alike : float
            From 0 to 1: how much of both words has to be the same.
        """
        same = self._by_figures.get(text.strip().lstrip("0"), ()) if text.strip().isdecimal() else ()
        if others := [word for word in same if word != text]:
            return fill_in(SAME_FIGURES, words="”、“".join(others[:MOST_NAMED]))
        if (text, alike) not in self._found:
            close: list[str] = []
            if len(text) <= self.LONGEST and self._each <= self._left:
                self._left -= self._each
                close = difflib.get_close_matches(text, self.known, 1, alike)
            self._found[text, alike] = fill_in(NEAREST, word=close[0]) if close else Sentence("", "")
        return self._found[text, alike]


MOST_NAMED = 5
SAME_FIGURES = Sentence(
    "；数字相同的是“{words}”（前导零丢了：请把该列设为文本格式）",
    "; of the same digits is “{words}” (zeros before it were lost: format the column as text)",
)
NEAREST = Sentence("；最接近的是“{word}”", "; the nearest is “{word}”")


def nearest_word(text: str, known: Iterable[str]) -> Sentence:
    """A tail for one fault; see `NearestWords`, which many faults share."""
    return NearestWords(known).tail(text)


def headers_of(things: Iterable[Named]) -> list[str]:
    """Every header under which one of these is understood."""
    return [header for thing in things for header in thing.headers]


def column_letter(column: int) -> str:
    """The letters of a spreadsheet column, counted from 1."""
    from openpyxl.utils import get_column_letter

    return get_column_letter(column)


def area_name(area: tuple[int, int, int, int]) -> str:
    """A spreadsheet's name of an area: first and last row, first and last column, counted from 1."""
    top, bottom, left, right = area
    return f"{column_letter(left)}{top}:{column_letter(right)}{bottom}"
