"""What a cell of a roster may say: shifts, leave, nothing; written and read by the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from scheduler.domain import BUILT_IN_KINDS, LeaveKind, Shift
from scheduler.files.schema.shared_columns import LEAVE_WORDS
from scheduler.files.schema.text import OFF_WORDS, comparable, normal_width
from scheduler.i18n import Sentence

GRID_TITLE = Sentence("排班表", "Roster")
REST_SIGN = Sentence("休", "off")
GONE_SIGN = "—"  # not employed on the day
JOINED_BY = "+/、"  # two shifts on one day
LEAVE_ABBREVIATED = {"training": ("培",)}  # further signs that people write
REST_WORDS = {comparable(word) for word in (*OFF_WORDS, "公休", "轮休", "例休", "rest day")}
EMPTY_WORDS = {comparable(word) for word in ("", GONE_SIGN, "–", "/", "无", "none")}
UNCLEAR_LEAVE = {comparable(word) for word in ("假", "请假", "休假", "leave", "LV")}  # of whichever kind


def leave_words(kinds: Iterable[LeaveKind]) -> dict[str, str]:
    """The kind of leave that each word stands for, in tables, grids and commands; a name beats a sign."""
    kinds = tuple(kinds)
    found: dict[str, str] = {}
    for kind in kinds:
        words = (kind.code, *kind.name, *LEAVE_WORDS.get(kind.code, ()))
        found |= {comparable(word): kind.code for word in words}
    for kind in kinds:
        for word in (*kind.sign, *LEAVE_ABBREVIATED.get(kind.code, ())):
            found.setdefault(comparable(word), kind.code)
    return found


LEAVE_MEANT = leave_words(BUILT_IN_KINDS)
NONE_WORDS = {*REST_WORDS, *EMPTY_WORDS, *UNCLEAR_LEAVE}


def code_words(codes: Iterable[str]) -> dict[str, str]:
    """The shift that each text stands for, where the codes alone are known."""
    return {form: code for code in codes for form in (normal_width(code), code)}


def shift_words(shifts: Iterable[Shift]) -> dict[str, str]:
    """The shift that each text stands for: its code, and its name where no shift of another code is called so."""
    named = tuple(dict.fromkeys((normal_width(shift.name), shift.code) for shift in shifts))
    times = Counter(name for name, _ in named)
    return {name: code for name, code in named if times[name] == 1} | code_words(code for _, code in named)


def shifts_in(text: str, words: Mapping[str, str], leave: Mapping[str, str] = LEAVE_MEANT) -> tuple[str, ...] | None:
    """The codes of the shifts that a cell's text asks for; `None` where it cannot be understood.

    Parameters
    ----------
    words : mapping
        Of `shift_words`. A shift's own word beats every word for no duty.
    leave : mapping
        Of `leave_words`, with the desk's own kinds.
    """
    for whole in (text, normal_width(text)):
        if whole in words:
            return (words[whole],)
    if (word := comparable(text)) in NONE_WORDS or word in leave:
        return ()
    for sign in JOINED_BY:  # one at a time, as codes may hold the others
        codes = tuple(words.get(part.strip(), "") for part in normal_width(text).split(sign))
        if "" not in codes and len(set(codes)) == len(codes):
            return codes
    return None


def leave_in(text: str, words: Mapping[str, str], leave: Mapping[str, str] = LEAVE_MEANT) -> tuple[str, ...]:
    """The kinds of leave that a cell's text may mean; none where it is a shift, a day off or nothing.

    Parameters
    ----------
    words : mapping
        Of `shift_words`. A shift's own word beats every word for leave.
    leave : mapping
        Of `leave_words`, with the desk's own kinds.
    """
    if shifts_in(text, words, leave) != ():
        return ()
    word = comparable(text)
    return tuple(dict.fromkeys(leave.values())) if word in UNCLEAR_LEAVE else tuple(filter(None, (leave.get(word),)))


def is_rest(text: str, words: Mapping[str, str]) -> bool:
    """Whether a cell's text says in words that it is a day off; an empty cell says nothing."""
    return shifts_in(text, words) == () and comparable(text) in REST_WORDS


def join_shifts(codes: Sequence[str], words: Mapping[str, str]) -> str:
    """The text that `shifts_in` reads as these shifts."""
    texts = [sign.join(codes) for sign in JOINED_BY]
    return next((text for text in texts if shifts_in(text, words) == tuple(codes)), texts[0])
