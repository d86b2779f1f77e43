"""From when to when the people of old rosters were employed, as lists and the cells of their rows say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from scheduler.adopting.old_rosters import OldPerson, Status, Where
from scheduler.files.adopting.people import People
from scheduler.files.adopting.raw_cells import RawCell
from scheduler.files.adopting.statuses import read_status
from scheduler.files.adopting.words import Kind
from scheduler.i18n import Sentence, fill_in

LEFT_BUT_ON = Sentence("写着“{text}”，后面（{where}）却还有班", "it says “{text}”, and yet a duty follows ({where})")


class Employment:
    """Who was employed on which days.

    Attributes
    ----------
    cells : list of RawCell
        As they were given; doubtful where one says that somebody has left, and a duty follows.
    out : frozenset of Where
        Empty cells, and those that say so, of days on which somebody was not employed.
    """

    def __init__(self, cells: Sequence[RawCell], people: People) -> None:
        self._people = people
        self._left: dict[str, RawCell] = {}  # the cell in somebody's row that says so
        self.cells = self._without_leavers(cells)
        self.out = frozenset(
            cell.where
            for cell in self.cells
            if (cell.word.kind is Kind.BLANK or read_status(cell.text) is Status.LEFT) and not self._employed(cell)
        )

    def add_to(self, person: OldPerson) -> OldPerson:
        """Somebody with the days of employment that a list gives, or a cell of a roster."""
        hired, leaves = self._people.employed(person.key)
        cell = self._left.get(person.key)
        if cell and not leaves:
            return replace(person, hired=hired, leaves=cell.day, left=cell.where, status=Status.LEFT)
        return replace(person, hired=hired, leaves=leaves)

    def _without_leavers(self, raw: Sequence[RawCell]) -> list[RawCell]:
        """The cells, where somebody has left by one of them; if a duty follows, it is doubtful."""
        rows: dict[str, list[RawCell]] = {}
        for cell in raw:
            if cell.person and cell.day and not cell.doubt:
                rows.setdefault(cell.person, []).append(cell)
        doubts: dict[Where, Sentence] = {}
        for person, cells in rows.items():
            said = [cell for cell in cells if read_status(cell.text) is Status.LEFT]
            if not said:
                continue
            first = min(said, key=lambda cell: cell.day or date.min)
            after = [
                cell
                for cell in cells
                if cell not in said
                and cell.word.kind is not Kind.BLANK
                and (cell.day or date.min) > (first.day or date.min)
            ]
            if after:
                doubts |= {cell.where: fill_in(LEFT_BUT_ON, text=cell.text, where=after[0].where) for cell in said}
            else:
                self._left[person] = first
        return [replace(cell, doubt=cell.doubt or doubts.get(cell.where)) for cell in raw]

    def _employed(self, cell: RawCell) -> bool:
        """Whether somebody was employed on the day of a cell, as far as lists and the roster say."""
        if not cell.day or not cell.person:
            return True
        hired, leaves = self._people.employed(cell.person)
        left = self._left.get(cell.person)
        if left and left.day and cell.day >= left.day:
            return False
        return (hired is None or hired <= cell.day) and (leaves is None or cell.day <= leaves)


def find_gone(raw: Sequence[RawCell]) -> set[Where]:
    """Empty cells before the first or behind the last that somebody has on a sheet, five or more in a row, where others have none there."""
    rows: dict[tuple[str, str, int], list[RawCell]] = {}
    for cell in raw:
        if cell.person and cell.day:
            rows.setdefault((cell.group, cell.person, cell.where.row), []).append(cell)
    found: set[Where] = set()
    for cells in rows.values():
        cells = sorted(cells, key=lambda cell: cell.day or date.min)
        blank = [cell.word.kind is Kind.BLANK for cell in cells]
        if all(blank) or sum(blank) > len(blank) * 0.9:
            continue
        lead = blank.index(False)
        tail = blank[::-1].index(False)
        inner = blank[lead : len(blank) - tail]
        usual = max((len(run) for run in re.findall("1+", "".join("1" if one else "0" for one in inner))), default=0)
        if lead >= 5 and lead > usual + 2:
            found |= {cell.where for cell in cells[:lead]}
        if tail >= 5 and tail > usual + 2:
            found |= {cell.where for cell in cells[len(cells) - tail :]}
    return found
