"""Words that stand for several things: letters of both cases, and shifts whose hours differ from one legend to another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from scheduler.adopting.old_rosters import Where
from scheduler.files.adopting.answers import Answers
from scheduler.files.adopting.layout import Roster
from scheduler.files.adopting.legend import Entry, Legend
from scheduler.files.adopting.words import OFTEN, Kind, Word, hours_text
from scheduler.files.schema.text import comparable
from scheduler.i18n import Sentence, fill_in

APART = frozenset(("分开", "各算各的", "apart", "separate"))  # comparable answers

DIFFER = Sentence(
    "各处图例写的“{code}”时刻不同：{hours}（见问题）",
    "the legends differ on the hours of “{code}”: {hours} (see the questions)",
)
OTHER_HOURS = Sentence(
    "这里的图例（{where}）写的“{code}”是 {hours}，与回答的不同",
    "the legend of this place ({where}) has {hours} for “{code}”, which is not what was answered",
)
NO_LEGEND_HERE = Sentence(
    "“{code}”分开算，但这里没有自己的图例",
    "“{code}” differs from place to place, and this place has no legend of its own",
)


@dataclass(frozen=True)
class Sorted:
    """The words of cells, each told apart from those that only look like it.

    Attributes
    ----------
    words : sequence of Word
        In the order of the cells.
    doubts : mapping of int to Sentence
        By the number of the cell.
    alike : mapping of str to str
        Codes that differ from another by their case alone, and nobody says whether they are the same.
    apart : mapping of str to str
        Codes whose hours differ from place to place, with these hours and where each stands.
    """

    words: Sequence[Word]
    doubts: Mapping[int, Sentence]
    alike: Mapping[str, str]
    apart: Mapping[str, str]


def sort_words(
    cells: Sequence[tuple[Word, Where]], legend: Legend, rosters: Sequence[Roster], answers: Answers
) -> Sorted:
    """Tell the words of cells apart that stand for several things."""
    words, alike = _by_case([word for word, _ in cells], legend)
    doubts: dict[int, Sentence] = {}
    apart: dict[str, str] = {}
    for code in {word.code for word in words if word.kind is Kind.CODE and not word.spans}:
        entries = legend.entries_named(code)
        if len(entries) < 2:
            continue
        block_of = _block_finder(rosters, entries)
        mine = [at for at, word in enumerate(words) if word.code == code and not word.spans]
        own = {at: _own_entry(cells[at][1], entries, block_of) for at in mine}
        if len({entry.spans for entry in own.values() if entry}) < 2:
            continue
        apart[code] = " / ".join(f"{hours_text(entry.spans)} ({entry.where})" for entry in entries)
        answer, told = answers.get(f"hours:{code}"), answers.hours(code)
        for at, entry in own.items():
            if comparable(answer) in APART and entry:
                words[at] = replace(words[at], spans=entry.spans)
            elif comparable(answer) in APART:
                doubts[at] = fill_in(NO_LEGEND_HERE, code=code)
            elif not told:
                doubts[at] = fill_in(DIFFER, code=code, hours=apart[code])
            elif entry and entry.spans != told:
                facts = {"code": code, "where": entry.where, "hours": hours_text(entry.spans)}
                doubts[at] = fill_in(OTHER_HOURS, **facts)
    return Sorted(words, doubts, alike, apart)


def _by_case(words: Sequence[Word], legend: Legend) -> tuple[list[Word], dict[str, str]]:
    """The words with the case of their letters where that tells them apart, or may."""
    plain = [word for word in words if word.kind is Kind.CODE and not word.spans]
    forms: dict[str, Counter[str]] = {}
    for word in plain:
        forms.setdefault(word.code, Counter())[word.written] += 1
    alike: dict[str, str] = {}
    for code, counts in forms.items():
        often = [written for written, times in counts.most_common() if times >= OFTEN]
        if code not in legend.cased and len(often) > 1:
            same = code if code in often else often[0]
            alike |= {written: code for written in often if written != same}
    kept = [
        replace(word, code=word.written)
        if word.kind is Kind.CODE and (word.code in legend.cased or word.written in alike)
        else word
        for word in words
    ]
    return kept, alike


def _own_entry(where: Where, entries: Sequence[Entry], block_of: Callable[[Where], int]) -> Entry | None:
    """The shift of the legend that is nearest to a cell: that of its block, its sheet, its file; `None` where several are."""
    sheet = [entry for entry in entries if entry.where[:2] == where[:2]]
    for near in (
        [entry for entry in sheet if block_of(entry.where) == block_of(where)],
        [entry for entry in sheet if not block_of(entry.where)],
        sheet,
        [entry for entry in entries if entry.where.file == where.file],
    ):
        if near:
            return near[0] if len(near) == 1 else None
    return None


def _block_finder(rosters: Sequence[Roster], entries: Sequence[Entry]) -> Callable[[Where], int]:
    """Finds the row of days to which a cell belongs: that above it; a legend to that below it where legends stand above; 0 for none."""
    axes: dict[tuple[str, str], list[int]] = {}
    for roster in rosters:
        page = roster.block.page
        if not page.turned:
            axes.setdefault((page.file, page.sheet), []).append(roster.block.axis.row)
    legends = {entry.where for entry in entries}

    def block_of(where: Where) -> int:
        rows = sorted(set(axes.get(where[:2], ())))
        above = any(rows and at.row < rows[0] for at in legends if at[:2] == where[:2])
        if where in legends and above:
            return next((row for row in rows if row > where.row), 0)
        return max((row for row in rows if row <= where.row), default=0)

    return block_of
