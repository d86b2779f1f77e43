"""Numbers of a spreadsheet that do not look like themselves."""

from __future__ import annotations

import re

ZEROS = re.compile(r"0{2,}")  # a number format that fills up with zeros
ZEROS_BEFORE = re.compile(r"0[0-9]+")
SHOWN_ANEW = re.compile(r'E[+-]|"[^"]*[^"\s][^"]*"|\\[^\s]', re.IGNORECASE)  # powers of ten, and signs of its own


class Shown(float):
    """A number that a spreadsheet shows otherwise than by its digits, such as 1.00E+03 or A012."""


def is_plain(form: str) -> bool:
    """Whether a number format shows a number by its digits."""
    form = form.partition(";")[0]
    return not ZEROS.fullmatch(form) and not SHOWN_ANEW.search(form)


def number_shown(value: float, form: str) -> object:
    """A number under a number format: with zeros before it as that text, in a form of its own marked, else itself."""
    form = form.partition(";")[0]
    if ZEROS.fullmatch(form) and value >= 0 and value == int(value):
        return f"{int(value):0{len(form)}d}"
    return Shown(value) if SHOWN_ANEW.search(form) else value
