"""Rosters in every layout are read cell by cell as they were written, or said to be doubtful: never otherwise in silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from openpyxl.utils import column_index_from_string

from scheduler.adopting.old_rosters import OldDay, OldRosters, ReadCell, Says, State
from scheduler.files.adopting.pages import pages_of
from scheduler.files.adopting.reading import read_old
from tests.files.adopting.errors import ERRORS
from tests.files.adopting.layouts import LAYOUTS
from tests.support.old_offices import REST, Office

TODAY = date(2026, 11, 29)
MOST_DOUBTFUL = 0.02  # of the cells of a layout without errors


@dataclass(frozen=True)
class Compared:
    """What became of the cells of an office."""

    read: OldRosters
    cells: int
    doubtful: int
    wrong: list[str]
    hours: list[str]

    @property
    def part(self) -> float:
        """The part of the cells that is doubtful."""
        return self.doubtful / max(1, self.cells)


def compare(office: Office, folder: Path) -> Compared:
    """Read an office's files and hold every cell against what was written."""
    read = read_old(pages_of(office.write(folder)), {}, TODAY)
    accounts = {
        (cell.where.file, cell.where.sheet, cell.where.row, column_index_from_string(cell.where.column)): cell
        for cell in read.cells
    }
    names = {person.key: person.name for person in read.people.values()}
    days = {(names[one.person], one.day): one for one in read.days}
    wrong, doubtful = [], 0
    for (file, sheet, row, column), (name, day, what) in office.truth.items():
        cell = accounts.get((file, sheet.partition("|")[0], row, column))
        found = days.get((name, day))
        if cell is not None and cell.state is State.DOUBTFUL:
            doubtful += 1
        elif cell is None or cell.state is not State.UNDERSTOOD or not _same(found, what, office):
            wrong.append(f"{sheet} {row},{column} {name} {day}: {what}, read {_told(found)}, {_state(cell)}")
    hours = [
        f"{code}: {read.shifts[code].spans if code in read.shifts else 'none'}"
        for code, spans in office.hours.items()
        if code not in read.shifts or read.shifts[code].spans != spans
    ]
    return Compared(read, len(office.truth), doubtful, wrong, hours)


def _same(found: OldDay | None, what: str, office: Office) -> bool:
    if found is None:
        return False
    if what == REST:
        return found.says is Says.REST
    if what.startswith("leave:"):
        return found.says is Says.LEAVE and found.leave == what.partition(":")[2]
    return found.codes == tuple(office.own_code.get(code, code) for code in what.split("+"))


def _told(found: OldDay | None) -> str:
    return f"{found.says} {found.codes} {found.leave}" if found else "nothing"


def _state(cell: ReadCell | None) -> str:
    return f"{cell.state} ({cell.meaning.en})" if cell else "no account"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_cell_is_read_as_it_was_written(layout, tmp_path):
    office = LAYOUTS[layout]()
    found = compare(office, tmp_path)
    assert found.cells
    assert not found.wrong, found.wrong[:5]
    assert not found.hours
    assert found.part <= MOST_DOUBTFUL


def test_there_are_thirty_layouts():
    assert len(LAYOUTS) >= 30


@pytest.mark.parametrize("error", ERRORS)
def test_no_error_is_read_in_silence(error, tmp_path):
    erring = ERRORS[error]()
    found = compare(erring.office, tmp_path)
    doubtful = {
        (cell.where.row, column_index_from_string(cell.where.column))
        for cell in found.read.cells
        if cell.state is State.DOUBTFUL
    }
    written = {(row, column) for *_, row, column in erring.office.truth}
    assert not found.hours
    if erring.all_doubtful:
        assert written <= doubtful
    else:
        assert not [one for one in found.wrong if not _at(one, erring.doubtful)], found.wrong[:5]
        assert doubtful & written == erring.doubtful
    asked = {one.key.partition(":")[0] + ":" for one in found.read.questions}
    assert asked == ({erring.asked} if erring.asked else set())


def _at(told: str, cells: set[tuple[int, int]]) -> bool:
    return any(f" {row},{column} " in told for row, column in cells)


def test_a_wrong_total_is_a_doubt_at_the_total(tmp_path):
    found = compare(ERRORS["One total does not agree with the cells: a doubt at the total"]().office, tmp_path)
    (doubt,) = [cell for cell in found.read.cells if cell.state is State.DOUBTFUL]
    assert (doubt.where.row, doubt.text) == (5, "31")
    assert found.read.doubts
