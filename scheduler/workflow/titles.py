"""What titles stand for: how high somebody is by what they are called (职务)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum
from functools import lru_cache


class Rank(IntEnum):
    """How high a title is."""

    NONE = 0
    LEAD = 1
    SUPERVISOR = 2
    HEAD = 3


KNOWN_TITLES: Mapping[str, Rank] = {
    **dict.fromkeys(("经理", "店长", "站长", "主任", "负责人", "manager", "director", "head"), Rank.HEAD),
    **dict.fromkeys(("主管", "值班经理", "supervisor"), Rank.SUPERVISOR),
    **dict.fromkeys(("领班", "班长", "组长", "leader"), Rank.LEAD),
}
DEPUTIES = ("助理", "实习", "见习", "代", "副")  # in a title, which is then another
ENGLISH_DEPUTIES = frozenset(("assistant", "trainee", "intern", "acting", "deputy", "vice"))


def known_title(title: str) -> str:
    """The title of `KNOWN_TITLES` that a title is, or ends with; empty where it is none, whatever else stands in it."""
    words = title.strip().casefold()
    ends = [
        known
        for known in KNOWN_TITLES
        if words.endswith(known) and not (known.isascii() and words[: -len(known)][-1:].isalnum())
    ]
    return max(ends, key=len, default="")


def is_deputy(title: str) -> bool:
    """Whether a title is somebody's who stands below or in for whom it names."""
    words = title.casefold()
    return any(mark in words for mark in DEPUTIES) or not ENGLISH_DEPUTIES.isdisjoint(re.split(r"[\W_]+", words))


@lru_cache(maxsize=1024)
def rank_of(title: str) -> Rank:
    """The rank of a title."""
    known = "" if is_deputy(title) else known_title(title)
    return KNOWN_TITLES[known] if known else Rank.NONE


def counts_by_ending(title: str) -> bool:
    """Whether a title counts because of how it ends, and is not itself a known one."""
    return rank_of(title) > rank_as_written(title)


def rank_as_written(title: str) -> Rank:
    """The rank of a title if it is itself a known one."""
    return KNOWN_TITLES.get(title.strip().casefold(), Rank.NONE)
