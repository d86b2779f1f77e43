"""A text that is not taken as it stands, though it is nearly what was asked for."""

from __future__ import annotations

from scheduler.i18n import Sentence


class Unclear(ValueError):
    """A text that could mean several things, or of which a part would be lost.

    Attributes
    ----------
    expected : Sentence
        How to write what is meant, as a fault says it.
    """

    def __init__(self, expected: Sentence) -> None:
        super().__init__(expected.en)
        self.expected = expected
