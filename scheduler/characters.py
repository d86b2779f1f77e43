"""Characters that readers do not see, or that change what they see around them: which they are, and how they are named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Control characters, formats (zero width, direction of writing), halves of surrogate pairs, private use, separators of lines.
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
# Letters, marks and signs that fonts draw as nothing: fillers, joiners, empty Braille.
BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0]")
# Choose the look of the character before; between two ids nobody can tell them.
VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# More marks than any script puts on one letter, which then cover the lines around it and take long to put in order.
MOST_MARKS = 8
PILE = re.compile(rf"[^\w\s!-~]{{{MOST_MARKS + 1},}}")  # no mark is a letter
WIDE_SPACE = "\u3000"  # of Chinese text; it is no printable character to Python


def find_hidden(text: str) -> str:
    """The first character of a text that is not to be seen, or that turns its neighbours around; empty for none.

    Characters that Unicode has not assigned yet count as seen, as rare names wait for theirs; those that it will never
    assign do not.
    """
    if _is_plain(text):
        return ""
    return next(
        (character for character, marks in _count_marks(text) if marks > MOST_MARKS or _is_hidden(character)), ""
    )


def _is_plain(text: str) -> bool:
    """Whether a text, at a glance, holds nothing of which this module speaks."""
    return text.isprintable() and (text.isascii() or not (BLANK.search(text) or PILE.search(text)))


def _count_marks(text: str) -> Iterator[tuple[str, int]]:
    """Each character with the number of marks that are one upon the other up to it."""
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        yield character, marks


def _is_hidden(character: str) -> bool:
    code = ord(character)
    never_assigned = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return never_assigned or unicodedata.category(character) in UNSEEN or bool(BLANK.match(character))


def name_character(character: str) -> str:
    """A character's number, as `U+202E`."""
    return f"U+{ord(character):04X}"


def make_visible(text: str) -> str:
    """A text on one line, with the number of each character that would not be seen in its place, as `<U+202E>`."""
    if _is_plain(text):
        return text
    return "".join(
        character if marks <= MOST_MARKS and _is_drawn(character) else f"<{name_character(character)}>"
        for character, marks in _count_marks(text)
    )


def _is_drawn(character: str) -> bool:
    return character == WIDE_SPACE or (character.isprintable() and not BLANK.match(character))


class HiddenCharacter(ValueError):
    """A text holds a character that nobody sees, or that changes what is seen around it."""

    def __init__(self, character: str) -> None:
        super().__init__(name_character(character))
        self.character = character


def check_seen(text: str) -> None:
    """Raise `HiddenCharacter` for the first character of a text that is not to be seen."""
    if character := find_hidden(text):
        raise HiddenCharacter(character)
