"""What a cell of a roster may say: shifts, leave, nothing; written and read by the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from scheduler.domain import LEAVE_NAMES, Shift
from scheduler.files.schema.tables import LEAVE_WORDS
from scheduler.files.schema.text import OFF_WORDS, comparable, normal_width
from scheduler.i18n import Sentence

GRID_TITLE = Sentence("排班表", "Roster")
REST_SIGN = Sentence("休", "off")
GONE_SIGN = "—"  # not employed on the day
JOINED_BY = "+/、"  # two shifts on one day
LEAVE_SIGNS = {
    "annual": Sentence("年", "AL"),
    "sick": Sentence("病", "SL"),
    "personal": Sentence("事", "PL"),
    "marriage": Sentence("婚", "ML"),
    "maternity": Sentence("产", "MAT"),
    "bereavement": Sentence("丧", "BL"),
    "comp_leave": Sentence("调", "CL"),
    "work_injury": Sentence("伤", "IL"),
    "training": Sentence("训", "TR"),
    "outside": Sentence("外", "OUT"),
}
NONE_WORDS = {
    comparable(word)
    for words in (
        OFF_WORDS,
        ("", "—", "–", "/", "无", "假", "请假", "休假", "公休", "轮休", "例休", "none", "leave", "rest day"),
        LEAVE_NAMES,
        *LEAVE_NAMES.values(),
        *LEAVE_SIGNS.values(),
        *LEAVE_WORDS.values(),
    )
    for word in words
}


def code_words(codes: Iterable[str]) -> dict[str, str]:
    """The shift that each text stands for, where the codes alone are known."""
    return {form: code for code in codes for form in (normal_width(code), code)}


def shift_words(shifts: Iterable[Shift]) -> dict[str, str]:
    """The shift that each text stands for: its code, and its name where no shift of another code is called so."""
    named = tuple(dict.fromkeys((normal_width(shift.name), shift.code) for shift in shifts))
    times = Counter(name for name, _ in named)
    return {name: code for name, code in named if times[name] == 1} | code_words(code for _, code in named)


def shifts_in(text: str, words: Mapping[str, str]) -> tuple[str, ...] | None:
    """The codes of the shifts that a cell's text asks for; `None` where it cannot be understood.

    Parameters
    ----------
    words : mapping
        Of `shift_words`. A shift's own word beats every word for no duty.
    """
    for whole in (text, normal_width(text)):
        if whole in words:
            return (words[whole],)
    if comparable(text) in NONE_WORDS:
        return ()
    for sign in JOINED_BY:  # one at a time, as codes may hold the others
        codes = tuple(words.get(part.strip(), "") for part in normal_width(text).split(sign))
        if "" not in codes and len(set(codes)) == len(codes):
            return codes
    return None


def join_shifts(codes: Sequence[str], words: Mapping[str, str]) -> str:
    """The text that `shifts_in` reads as these shifts."""
    texts = [sign.join(codes) for sign in JOINED_BY]
    return next((text for text in texts if shifts_in(text, words) == tuple(codes)), texts[0])
