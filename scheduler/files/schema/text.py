"""Normal forms of text, so that two ways of writing one word compare equal."""

from __future__ import annotations

import re
import unicodedata

OFF_WORDS = ("休", "休息", "放假", "off", "rest")  # comparable words for a day off


def normal_width(text: str) -> str:
    """Text with full-width letters, digits and punctuation made half-width, and without space around it."""
    return unicodedata.normalize("NFKC", text).strip()


def comparable(text: str) -> str:
    """The form in which headers and choices are compared: half-width, lower case, no spaces, hyphens or bracketed unit."""
    return re.sub(r"\([^()]*\)|[\s_*\-\ufeff]", "", normal_width(text).casefold())
