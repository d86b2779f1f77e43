"""Every roster on the pages of old files: rows of days with their people and dates, whichever way they run."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath

from scheduler.files.adopting.blocks import Block, find_block
from scheduler.files.adopting.day_marks import Axis, Context, Dated, axes_of, context_of, date_axis
from scheduler.files.adopting.pages import Page


@dataclass(frozen=True)
class Roster:
    """A block with its dates.

    Attributes
    ----------
    key : str
        Of questions about it.
    """

    block: Block
    dated: Dated
    key: str


def find_rosters(
    pages: Sequence[Page], known: Collection[str], answers: Mapping[str, str], today: date
) -> list[list[Roster]]:
    """The rosters of each page, from top to bottom."""
    shared = _shared_context(pages)
    return [list(_of_page(page, known, answers, today, shared)) for page in pages]


def page_context(page: Page) -> Context:
    """What the titles of a page, its name and its file say of year and month."""
    first = (text for at in page.filled()[:12] if (text := page.text(*at)) and len(text) < 100)
    return _joined(context_of(text) for text in (*first, page.sheet, PurePath(page.file).stem))


def _shared_context(pages: Sequence[Page]) -> dict[str, Context]:
    """The year that the pages of each file agree on, for those that lack it."""
    found: dict[str, Context] = {}
    for page in pages:
        years = {page_context(other).year for other in pages if other.file == page.file} - {None}
        found[page.file] = Context(year=years.pop()) if len(years) == 1 else Context()
    return found


def _joined(contexts: Iterator[Context]) -> Context:
    whole = Context()
    for one in contexts:
        whole = Context(
            whole.year or one.year,
            whole.month or one.month,
            whole.first or one.first,
            whole.months or one.months,
            whole.also or one.also,
        )
    return whole


def _of_page(
    page: Page, known: Collection[str], answers: Mapping[str, str], today: date, shared: Mapping[str, Context]
) -> Iterator[Roster]:
    ways = [_blocks(one, known) for one in (page, page.turn())]
    blocks = max(ways, key=lambda found: (_weight(found), found is ways[0]))
    for block in blocks:
        contexts = [context_of(text) for text in _titles(block, blocks)]
        contexts += [context_of(page.sheet), context_of(PurePath(page.file).stem), shared[page.file]]
        key = f"{page.file}/{page.sheet}/{block.axis.row}".replace("//", "/")
        told = (answers.get(f"{kind}:{key}") for kind in ("dates", "day", "period", "month", "year"))
        answer = next(filter(None, told), answers.get("year", ""))
        yield Roster(block, date_axis(block.axis, contexts, today, answer), key)


def _weight(blocks: Sequence[Block]) -> int:
    return sum(len(block.axis.marks) * (len(block.people) or (3 if block.names_in_cells else 0)) for block in blocks)


def _blocks(page: Page, known: Collection[str]) -> list[Block]:
    axes = axes_of(page)
    found: list[Block] = []
    for axis in axes:
        below = [one.row for one in axes if one.row > axis.row and _overlap(one, axis)]
        bottom = min(below, default=page.height + 1) - 1
        beside = [one for one in axes if one.row == axis.row and one.first > axis.last]
        right = min((one.first for one in beside), default=page.width + 1) - 1
        before = [one for one in axes if one.row == axis.row and one.last < axis.first]
        here = _without(page, before) if before else page
        if block := find_block(here, axis, bottom, right, known):
            found.append(block)
    return found


def _overlap(first: Axis, second: Axis) -> bool:
    return first.first <= second.last and second.first <= first.last


def _without(page: Page, before: Sequence[Axis]) -> Page:
    """A page without the days that stand left of others in one row; and without their labels, where the others have their own."""
    last = max(axis.last for axis in before)
    first_own = last + 1
    own = {at for at in page.values if at[1] == first_own and at[0] > before[0].row}
    gone = (
        range(1, last + 1)
        if len(own) >= 2 and not _is_day(page, before, first_own)
        else range(min(axis.first for axis in before), last + 1)
    )
    return replace(page, values={at: value for at, value in page.values.items() if at[1] not in gone})


def _is_day(page: Page, before: Sequence[Axis], column: int) -> bool:
    return any(axis.row == before[0].row and column in axis.marks for axis in axes_of(page))


def _titles(block: Block, blocks: Sequence[Block]) -> Iterator[str]:
    """The texts that may say the month of a block: those above it, the nearest first, then those of the page."""
    page = block.page
    inside = {row for one in blocks for row in range(one.axis.row + 1, one.bottom + 1) if row in one.rows}
    above = [at for at in page.filled() if at[0] < block.axis.row and at[0] not in inside]
    for at in sorted(above, key=lambda at: (-at[0], at[1])):
        yield page.text(*at)
    beside = [at for at in page.filled() if at[0] == block.axis.row and at[1] not in block.axis.marks]
    for at in beside:
        yield page.text(*at)
    if page.turned:
        for at in page.turn().filled()[:10]:
            yield page.text(at[1], at[0])
