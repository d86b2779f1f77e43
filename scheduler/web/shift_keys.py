"""Which key sets which shift: the first letter of its code, of a Chinese one that of its reading (早 z, 夜 y)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

# GB 2312 lists its first 3755 characters by their reading: where each letter begins there.
_STARTS = (
    *(0xB0A1, 0xB0C5, 0xB2C1, 0xB4EE, 0xB6EA, 0xB7A2, 0xB8C1, 0xB9FE, 0xBBF7, 0xBFA6, 0xC0AC, 0xC2E8),
    *(0xC4C3, 0xC5B6, 0xC5BE, 0xC6DA, 0xC8BB, 0xC8F6, 0xCBFA, 0xCDDA, 0xCEF4, 0xD1B9, 0xD4D1, 0xD7FA),
)  # the last is the end: behind it stand rarer characters, by their strokes
_LETTERS = "abcdefghjklmnopqrstwxyz"


def find_keys(codes: Iterable[str]) -> dict[str, str]:
    """The key of each code, in lower case; empty where its first character has none."""
    return {code: _find_key(code[:1]) for code in codes}


def _find_key(character: str) -> str:
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    try:
        place = int.from_bytes(character.encode("gb2312"), "big")
    except UnicodeEncodeError:
        return ""
    return _LETTERS[bisect_right(_STARTS, place) - 1] if _STARTS[0] <= place < _STARTS[-1] else ""
