"""A number of a spreadsheet that does not look like itself."""

from __future__ import annotations


class Shown(float):
    """A number that a spreadsheet shows otherwise than by its digits, such as 1.00E+03 or A012."""
