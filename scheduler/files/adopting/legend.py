"""Legends: what codes and signs stand for, beside, below or above a roster, in lines of text or in tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from scheduler.adopting.old_rosters import Spans, Where
from scheduler.files.adopting.pages import Page
from scheduler.files.adopting.words import (
    BETWEEN_SPANS,
    EMPTY,
    REST,
    TICKS,
    Kind,
    breaks_joined,
    cased_form,
    code_form,
    spans_in,
    word_of,
)
from scheduler.files.schema.demand_tables import SHIFTS
from scheduler.files.schema.table import find_headed
from scheduler.files.schema.text import comparable, normal_width

LONGEST_LABEL = 14  # characters of what may name a shift
LEFT = 4  # columns left of hours in which their label is looked for
OPENING_WORDS = re.compile(
    r"^(?:备注|注|说明|图例|班次说明|班次时间|班次|时间安排|上班时间|作息时间|工作时间|时间|其中"
    r"|signs|legend|note|shifts?|key|shift times)\s*[:：.]?\s*",
    re.IGNORECASE,
)
BREAK_LABEL = re.compile(
    r"(?:午休|休息|休|用餐|午餐|晚餐|吃饭|就餐|中休|meal|break|lunch|rest)\s*[:：]?\s*(?:时间)?[:：]?$", re.IGNORECASE
)
TEAM = re.compile(r"[组部队科店]$|^(?:team|group)", re.IGNORECASE)
UNIT = re.compile(r"^\s*[,(]?\s*(?:共|计|合计|=)?\s*\d+(?:\.\d+)?\s*(?:小时|h\b|hours?\b|工时)\s*\)?", re.IGNORECASE)
TIME_WORDS = re.compile(r"(?:的?(?:上班|工作|当班)?时间段?|时段|工作时段)$")
SIGN_FORM = re.compile(
    r"(?P<sign>空白?格?|blank|empty|[^\s=:;,、。()]{1,6})\s*(?:=+|:|-(?!\d)|—|–|为|表示|代表|即|指)+\s*(?:为|表示|代表)?"
    r"\s*[\"“]?(?P<word>[A-Za-z][A-Za-z ]{1,20}|[^\s;,、。()=:\d\"”]{1,12})",
    re.IGNORECASE,
)
BRACKET_FORM = re.compile(r"(?P<word>[\u4e00-\u9fff]{1,6})\s*\((?P<sign>[^\s\w]|[A-Za-z]{1,4}|[√✓○●△×])\)")
AT_WORK = frozenset(
    map(
        comparable,
        (
            "上班",
            "出勤",
            "正常上班",
            "正常",
            "正常班",
            "正常出勤",
            "到岗",
            "在岗",
            "当班",
            "值班",
            "全勤",
            "白班",
            "常白班",
            "work",
            "on duty",
            "present",
            "normal",
            "常日班",
            "行政班",
            "标准班",
            "上班日",
        ),
    )
)
BLANKS = frozenset(("空", "空白", "空格", "空白格", "BLANK", "EMPTY", "不填", "未标注", "未填"))


@dataclass(frozen=True)
class Entry:
    """A shift of a legend: every word for it, its code first, its hours, where it stands, and its words with their case."""

    names: tuple[str, ...]
    spans: Spans
    where: Where
    shown: str = ""
    written: tuple[str, ...] = ()


@dataclass(frozen=True)
class Legend:
    """What all legends say.

    Attributes
    ----------
    signs : mapping of str to (str, Where)
        What a sign stands for, as a word; of `BLANK` an empty cell.
    used : frozenset of Where
        The cells in which something was found.
    cased : frozenset of str
        Codes that stand for different things in upper and lower case; entries and signs have these with their case.
    """

    entries: tuple[Entry, ...] = ()
    signs: Mapping[str, tuple[str, Where]] = field(default_factory=dict)
    used: frozenset[Where] = frozenset()
    cased: frozenset[str] = frozenset()

    def entries_named(self, code: str) -> list[Entry]:
        """The shifts that a code may stand for: those of different hours, each with its breaks where some line has them."""
        found: dict[tuple[int, int], Entry] = {}
        for entry in self.entries:
            if code in entry.names:
                whole = entry.spans[0][0], entry.spans[-1][1]
                if whole not in found or len(entry.spans) > len(found[whole].spans):
                    found[whole] = entry
        return list(found.values())


def read_legend(
    pages: Iterable[Page],
    taken: Collection[Where],
    tables: Collection[tuple[str, str, int]] = (),
    codes: Collection[str] = (),
    headings: Collection[Where] = (),
) -> Legend:
    """What the texts say that are neither days nor people.

    Parameters
    ----------
    taken : collection of Where
        Cells of duties, which are no legend.
    tables : collection of (file, sheet, row)
        Rows of tables read otherwise.
    codes : collection of str
        Those of the rosters' cells, for which a word may stand in the next cell.
    headings : collection of Where
        Cells in the rows of the rosters' days and weekdays, where the next cell is the next heading.
    """
    entries: list[Entry] = []
    signs: list[tuple[str, str, Where]] = []  # with their case
    used: set[Where] = set()
    for page in pages:
        shift_rows = set()
        for entry, cells in _table_entries(page, taken):
            entries.append(entry)
            used |= cells
            shift_rows.add(entry.where.row)
        for row, column in page.filled():
            where, text = page.where(row, column), page.text(row, column)
            if where in taken or row in shift_rows or (where.file, where.sheet, where.row) in tables:
                continue
            found = _with_code(list(entries_of(text, where)), page, (row, column), codes, taken)
            found = found or list(_beside(page, row, column, taken))
            entries += found
            for sign, word in signs_of(text):
                signs.append((sign, word, where))
                used.add(where)
            code = code_form(text)
            behind = page.text(row, column + 1)
            next_to = page.where(row, column + 1)
            heads = where in headings or _heads_counts(page, row, column)
            if code in codes and not found and meaning_of(behind) and next_to not in taken and not heads:
                signs.append((cased_form(text), behind, where))
                used |= {where, next_to}
            if found:
                used |= {where, *(one.where for one in found)}
    cased = _by_case(entries, signs)
    explained: dict[str, tuple[str, Where]] = {}
    for sign, word, where in signs:
        explained.setdefault(sign if sign.upper() in cased else sign.upper(), (word, where))
    kept = [
        replace(
            entry, names=tuple(dict.fromkeys(one if one.upper() in cased else one.upper() for one in entry.written))
        )
        for entry in entries
    ]
    return Legend(tuple(kept), explained, frozenset(used), cased)


def _heads_counts(page: Page, row: int, column: int) -> bool:
    """Whether a cell and the next are headings of counts, such as 夜 | 休 above the duties of each person."""
    return all(
        re.fullmatch(r"\d+(\.\d+)?", page.text(row + 1, at)) or (row + 1, at) in page.unread
        for at in (column, column + 1)
    )


def _with_code(
    entries: list[Entry], page: Page, at: tuple[int, int], codes: Collection[str], taken: Collection[Where]
) -> list[Entry]:
    """A single shift of a text with the code that stands left of it: D | Day 08:00-16:00."""
    row, column = at
    left = next((one for one in range(column - 1, max(0, column - 1 - LEFT), -1) if page.text(row, one)), 0)
    code = code_form(page.text(row, left))
    if len(entries) != 1 or code not in codes or page.where(row, left) in taken:
        return entries
    words = [page.text(row, left), *entries[0].written]
    return [replace(entries[0], names=_forms(words), written=_written(words))]


def _forms(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(code_form, words)))


def _written(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(cased_form, words)))


def _by_case(entries: Sequence[Entry], signs: Sequence[tuple[str, str, Where]]) -> frozenset[str]:
    """The codes that a legend explains in upper and in lower case, and not as the same."""
    told: dict[str, dict[str, set[object]]] = {}
    for written, means in (
        *((word, entry.spans) for entry in entries for word in entry.written),
        *((sign, meaning_of(word)) for sign, word, _ in signs),
    ):
        told.setdefault(written.upper(), {}).setdefault(written, set()).add(means)
    return frozenset(code for code, by_case in told.items() if len({frozenset(each) for each in by_case.values()}) > 1)


def entries_of(text: str, where: Where) -> Iterator[Entry]:
    """The shifts of a line of text such as 注：早班(A) 8:00-16:00；中班(B) 16:00-24:00."""
    text = normal_width(text)
    spans = [one for one in spans_in(text) if one.sure]
    if not spans:
        return
    groups: list[tuple[str, list[tuple[int, int]], int]] = []
    at = 0
    for one in spans:
        between = text[at : one.begin]
        if groups and BETWEEN_SPANS.fullmatch(between):
            groups[-1] = (groups[-1][0], [*groups[-1][1], one.span], one.stop)
        elif BREAK_LABEL.search(between.rstrip()):
            if groups:
                groups[-1] = (groups[-1][0], _around(groups[-1][1], one.span), one.stop)
        else:
            groups.append((between, [one.span], one.stop))
        at = one.stop
    if not groups:
        return
    labels = [_names_of(label) for label, _, _ in groups]
    if not labels[0] and all(not label for label in labels[:1]):  # the words stand behind their hours
        labels = []
        for index, (_, _, stop) in enumerate(groups):
            until = (
                text.find(groups[index + 1][0], stop) if index + 1 < len(groups) and groups[index + 1][0] else len(text)
            )
            behind = groups[index + 1][0] if index + 1 < len(groups) else text[stop:until]
            labels.append(_names_of(UNIT.sub("", behind)))
    for names, (_, found, _) in zip(labels, groups, strict=True):
        if names:
            yield Entry(_forms(names), breaks_joined(tuple(found)), where, names[-1], _written(names))


def _around(spans: list[tuple[int, int]], pause: tuple[int, int]) -> list[tuple[int, int]]:
    """The hours less a break within them."""
    found = []
    for start, end in spans:
        if start < pause[0] < pause[1] < end:
            found += [(start, pause[0]), (pause[1], end)]
        else:
            found.append((start, end))
    return found


def _names_of(label: str) -> list[str]:
    """The words for a shift in what stands before its hours, the code in brackets or the shortest first."""
    label = UNIT.sub("", label.split("\n")[-1] if "\n" in label.strip() else label)
    label = (
        re.split(r"[;。,，、\n]", label.strip(" ;。,，、\n\t"))[-1]
        if re.search(r"[;。,，、]", label.strip(" ;。,，、\n\t"))
        else label
    )
    label = re.sub(r"^\s*[(\[][^)\]]*[)\]]\s*(?=\S)", "", label)  # a remark on the hours before
    for _ in range(2):
        label = OPENING_WORDS.sub("", label.strip(" :;,，、。-—=()[]【】.\n\t"))
    label = re.sub(r"^\d{1,2}\s*[.、)]\s*", "", label)
    bracket = re.fullmatch(r"(.+?)\s*[(\[【]\s*(.+?)\s*[)\]】]?\s*:?", label)
    parts = [bracket[2], bracket[1]] if bracket else re.split(r"[\s:=\-—/|]+", label)
    names = [TIME_WORDS.sub("", part.strip(" :=()[]【】-")) for part in parts]
    names = [name for name in names if name and len(name) <= LONGEST_LABEL and not re.fullmatch(r"[\d.:\-]+", name)]
    names = [name for name in names if not TEAM.search(name)] or names  # 甲组：早 8:00-16:00
    if len(names) > 3 or BREAK_LABEL.search(label):
        return []
    return sorted(dict.fromkeys(names), key=len)


def _beside(page: Page, row: int, column: int, taken: Collection[Where]) -> Iterator[Entry]:
    """A shift whose hours stand alone in a cell, with its words left of it, or above."""
    text = page.text(row, column)
    spans = [one for one in spans_in(text) if one.sure]
    if not spans or re.sub(r"[\s,、;/()]+", "", _without(text, [(one.begin, one.stop) for one in spans])):
        return
    names: list[str] = []
    for left in range(column - 1, max(0, column - 1 - LEFT), -1):
        label = page.spread(row, left)
        if spans_in(label) or page.where(row, left) in taken:
            break
        if label and len(label) <= LONGEST_LABEL:
            names = [*_names_of(label), *names]
    if not names and row > 1 and page.where(row - 1, column) not in taken:
        names = _names_of(page.spread(row - 1, column))
    if names:
        found = tuple(one.span for one in spans)
        ordered = sorted(dict.fromkeys(names), key=len)
        yield Entry(_forms(ordered), breaks_joined(found), page.where(row, column), ordered[0], _written(ordered))


def _without(text: str, parts: Iterable[tuple[int, int]]) -> str:
    text = normal_width(text)
    for begin, stop in sorted(parts, reverse=True):
        text = text[:begin] + text[stop:]
    return text


@lru_cache(maxsize=4096)
def _shift_head(text: str) -> str:
    found = find_headed(SHIFTS.columns, text) if 0 < len(text) <= LONGEST_LABEL else None
    return found.name if found else ""


def _table_entries(page: Page, taken: Collection[Where]) -> Iterator[tuple[Entry, set[Where]]]:
    """The shifts of a table with columns for code, start and end."""
    for row in range(1, page.height + 1):
        columns: dict[str, int] = {}
        for column in range(1, page.width + 1):
            found = _shift_head(page.text(row, column))
            if found and page.where(row, column) not in taken:
                columns.setdefault(found, column)
        if not {"start", "end"} <= set(columns) or not columns.keys() & {"code", "name"}:
            continue
        for below in range(row + 1, page.height + 1):
            spans = spans_in(f"{page.text(below, columns['start'])}-{page.text(below, columns['end'])}")
            words = [page.text(below, columns[name]) for name in ("code", "name") if name in columns]
            if not spans or not any(words):
                break
            work = [spans[0].span]
            if "breaks" in columns:
                for pause in spans_in(page.text(below, columns["breaks"])):
                    work = _around(work, pause.span)
            named = [word for word in words if word]
            cells = {page.where(below, column) for column in columns.values()}
            yield (
                Entry(
                    _forms(named),
                    breaks_joined(tuple(work)),
                    page.where(below, columns["start"]),
                    max(words, key=len),
                    _written(named),
                ),
                cells,
            )


def signs_of(text: str) -> Iterator[tuple[str, str]]:
    """What signs stand for in a text such as √ 上班，○ 休息，△=年假，空白为休."""
    text = normal_width(text)
    if len(text) > 400:
        return
    for part in re.split(r"[;,、。\n]", text):
        part = OPENING_WORDS.sub("", part.strip())
        for form in (SIGN_FORM, BRACKET_FORM):
            for found in form.finditer(part):
                sign, word = cased_form(found["sign"]), found["word"].strip()
                if (
                    sign
                    and (meaning_of(word) or sign.upper() in TICKS)
                    and (comparable(sign) not in REST or sign.upper() in TICKS)
                ):
                    yield ("BLANK" if sign.upper() in BLANKS else sign), word
    for found in re.finditer(r"(?:^|[\s,、;；])([√✓✔☑●■◆▲★○◯△×☆□◇✕✗])\s*([\u4e00-\u9fff]{1,6}|[A-Za-z ]{2,12})", text):
        if meaning_of(found[2]):
            yield found[1], found[2]


def meaning_of(word: str) -> str:
    """What a word of a legend means: `work`, `rest`, `leave:KIND`; empty where it is none of these."""
    plain = comparable(word)
    if plain in AT_WORK:
        return "work"
    if plain in EMPTY:
        return ""
    said = word_of(word)
    if said.kind is Kind.REST or re.search(r"休息|dayoff|restday|daysoff", plain):
        return "rest"
    if said.kind is Kind.LEAVE:
        return f"leave:{said.leave}"
    return ""
