"""What the text of a single cell says by itself: hours, a day off, leave, a tick, a code."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from scheduler.adopting.old_rosters import Spans
from scheduler.files.schema.roster_cells import EMPTY_WORDS, LEAVE_MEANT, REST_WORDS, UNCLEAR_LEAVE
from scheduler.files.schema.text import normal_width
from scheduler.files.schema.times import read_time
from scheduler.timeline import DAY_MINUTES, clock_text

HALF = r"(?:次日|翌日|第二天|隔天|凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|夜里|\+1)?"
HALF_DAY = r"(?:[ap]\.?m\.?)?"
CLOCK = rf"{HALF}\s*\d{{1,2}}(?:\s?[:点时]\s?(?:\d{{1,2}}分?|半|整)?(?::00)?)?\s*{HALF_DAY}(?![\d.])"
FIGURES = r"\d{4}(?!\d)"
DOTTED = r"\d{1,2}\.[0-5]\d(?![\d.])"
TO = r"\s*(?:-|–|—|−|~|〜|至|到|→|to)+\s*"
SPAN = re.compile(
    rf"(?<![\d./年月-])(?:(?P<start>{CLOCK}){TO}(?P<end>{CLOCK})|(?P<from>{FIGURES}){TO}(?P<until>{FIGURES})"
    rf"|(?P<first>{DOTTED}){TO}(?P<last>{DOTTED}))(?![/年月日号]|-\d)",
    re.IGNORECASE,
)
SURE = re.compile(r"[:点时]|am|pm|上午|下午", re.IGNORECASE)
OFTEN = 3  # times: more seldom a word may be a slip
LONGEST = 16 * 60  # minutes of a stretch that needs no question: 8:00-6:00 is one of twelve hours
BETWEEN_SPANS = re.compile(r"[\s,、/+;&和及与]{0,4}")
TICKS = frozenset("√✓✔☑●■◆▲★V")
SIGNS = re.compile(r"[^\w]|[xXoO]", re.UNICODE)  # marks whose meaning only a legend tells
EMPTY = EMPTY_WORDS | {"-", "--", "---", "一", "\\", "|", "·", "."}
REST = REST_WORDS | {
    "法",
    "法休",
    "法定",
    "法定假",
    "节",
    "节假日",
    "节假",
    "节休",
    "例",
    "例假",
    "公",
    "休假日",
    "周休",
    "双休",
    "单休",
    "月休",
    "do",
    "d/o",
    "dayoff",
    "x休",
    "rdo",
    "wo",
    "w/o",
    "ph",
}
MORE_LEAVE = {
    "年休": "annual",
    "补休": "comp_leave",
    "存休": "comp_leave",
    "倒休": "comp_leave",
    "调休": "comp_leave",
    "出差": "outside",
    "差": "outside",
    "学习": "training",
    "vac": "annual",
    "vacation": "annual",
    "holiday": "annual",
    "sick": "sick",
    "陪产": "maternity",
    "陪产假": "maternity",
}


class Kind(StrEnum):
    """What a cell says by itself."""

    BLANK = "blank"
    REST = "rest"
    LEAVE = "leave"
    TICK = "tick"
    CODE = "code"


@dataclass(frozen=True)
class Word:
    """What a cell says by itself.

    Attributes
    ----------
    code : str
        A code, as codes are compared; the sign of a tick.
    leave : str
        The kind of leave; empty where the word leaves it open.
    spans : Spans
        Hours that stand in the cell.
    note : str
        What stands in brackets behind it.
    written : str
        The code with the case of its letters.
    """

    kind: Kind
    _: KW_ONLY
    code: str = ""
    leave: str = ""
    spans: Spans = ()
    note: str = ""
    written: str = ""


class FoundSpan(NamedTuple):
    """A stretch of hours in a text, and where in it."""

    begin: int
    stop: int
    span: tuple[int, int]
    sure: bool


def spans_in(text: str, *, loose: bool = False) -> list[FoundSpan]:
    """The stretches of hours in a text.

    Parameters
    ----------
    loose : bool
        Whether 8-16 and 8.30-17.30 count, which may be dates elsewhere.
    """
    text, found = normal_width(text), []
    for match in SPAN.finditer(text):
        start, end = (part for part in match.groups() if part is not None)
        sure = bool(SURE.search(match.group()) or match["from"])
        if not (sure or loose):
            continue
        try:
            first, last = (
                read_time(part.strip().replace(".", ":") if match["first"] else part.strip()) for part in (start, end)
            )
        except ValueError:
            continue
        if first >= DAY_MINUTES:
            continue
        if last <= first:
            last += DAY_MINUTES
        found.append(FoundSpan(match.start(), match.end(), (first, last), sure))
    return found


def code_form(text: str) -> str:
    """The form in which codes are compared: half-width, upper case, without spaces and without 班 behind them."""
    return cased_form(text).upper()


def cased_form(text: str) -> str:
    """The same, with the case of its letters."""
    form = re.sub(r"\s+", "", normal_width(text))
    return form[:-1] if len(form) > 1 and form.endswith("班") and form not in ("值班", "加班", "上班") else form


def hours_text(spans: Spans) -> str:
    """Hours as people write them."""
    return ",".join(f"{clock_text(start)}-{clock_text(end)}" for start, end in spans)


def word_of(text: str) -> Word:
    """What a cell says by itself."""
    whole = normal_width(text)
    plain = _plain(whole)
    if plain in EMPTY:
        return Word(Kind.BLANK)
    if plain in REST:
        return Word(Kind.REST)
    if plain in LEAVE_MEANT or plain in MORE_LEAVE:
        return Word(Kind.LEAVE, leave=LEAVE_MEANT.get(plain) or MORE_LEAVE[plain])
    if plain in UNCLEAR_LEAVE:
        return Word(Kind.LEAVE, code=plain)
    if whole.upper() in TICKS:
        return Word(Kind.TICK, code=whole.upper())
    spans = spans_in(whole, loose=True)
    if spans:
        rest = whole
        for one in reversed(spans):
            rest = rest[: one.begin] + " " + rest[one.stop :]
        label = re.sub(r"[\s:,;()\[\]【】{}、/-]+", "", rest)
        if _tells_of_absence(rest):  # 9:00-13:00 / sick pm
            return Word(Kind.CODE, spans=tuple(one.span for one in spans), note=" ".join(rest.strip(" /,;()").split()))
        spans_alone = tuple(one.span for one in spans)
        return Word(Kind.CODE, code=code_form(label), spans=spans_alone, written=cased_form(label))
    bracket = re.fullmatch(r"(.+?)\s*[(\[【](.*?)[)\]】]?", whole, re.DOTALL)
    if bracket and bracket[1].strip():
        inner = word_of(bracket[1])
        if inner.kind is not Kind.BLANK:
            return replace(inner, note=bracket[2].strip())
    return Word(Kind.CODE, code=code_form(whole), written=cased_form(whole))


def _tells_of_absence(text: str) -> bool:
    """Whether a text beside hours speaks of leave or rest."""
    words = filter(None, re.split(r"[\s/,;:、()+-]+", text))
    return bool(re.search("[假休]", text)) or any(word_of(word).kind in (Kind.REST, Kind.LEAVE) for word in words)


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()


def breaks_joined(spans: Spans) -> Spans:
    """Stretches of a day in order; those that follow over midnight count on."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        while found and start < found[-1][1]:
            start, end = start + DAY_MINUTES, end + DAY_MINUTES
        found.append((start, end))
    return tuple(found)
