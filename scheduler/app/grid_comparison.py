"""The grid of a copy, held against versions cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from scheduler.domain import Month, Roster
from scheduler.files.reading.month_sheets import Sheet, read_book, sheets_with_days
from scheduler.files.reading.workbook_cells import WorkbookCells
from scheduler.files.schema.people_tables import PEOPLE
from scheduler.files.schema.roster_cells import code_words, shifts_in
from scheduler.files.schema.table import find_headed
from scheduler.files.schema.text import normal_width
from scheduler.files.writing.properties import read_stamp
from scheduler.ledger.store import VersionRow


@dataclass(frozen=True)
class Difference:
    """A place in which a copy is not what the ledger has.

    Attributes
    ----------
    worker : str
        Id; for a row of somebody whom the version does not know, what stands there.
    name : str
        As the version has it.
    day : date or None
        `None` where it is the name beside the id.
    file : str or None
        What stands in the copy, empty for nothing; `None` where it has no such cell.
    ledger : str or None
        What the version has, empty for a day off; `None` where it has no such row.
    """

    worker: str
    _: KW_ONLY
    name: str
    day: date | None
    file: str | None
    ledger: str | None


class _Cells(NamedTuple):
    """A grid read for certain people.

    Attributes
    ----------
    texts : mapping
        What stands in the cells of a person's day; several where the row or the column is there twice.
    strange : list of (id, day, text)
        Duties in rows of nobody known.
    names : mapping of id to str
        What stands in the place of a person's name.
    """

    texts: Mapping[tuple[str, date], list[str]]
    strange: list[tuple[str, date, str]]
    names: Mapping[str, str]


class CopiedGrid:
    """The grid of a workbook, read when it is first looked at, to be held against versions.

    Raises
    ------
    InputError
        There is no such file; and when the grid is looked at, that it is no workbook.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.stamp = path, read_stamp(path)
        self._read: dict[tuple[object, ...], _Cells | None] = {}

    @cached_property
    def book(self) -> WorkbookCells:
        """The cells of all its sheets."""
        return read_book(self.path)

    @cached_property
    def sheet(self) -> Sheet | None:
        """The sheet with the grid: that of its name, else the first that is one."""
        return min(sheets_with_days(self.path, self.book), key=lambda sheet: not sheet.titled, default=None)

    @property
    def month(self) -> Month | None:
        """The month of the grid; `None` where it does not say."""
        return self.sheet.month if self.sheet else None

    def differences(self, row: VersionRow, codes: frozenset[str]) -> list[Difference] | None:
        """Where the grid is not the version, by day and person; `None` where it cannot be held against it.

        Parameters
        ----------
        codes : frozenset of str
            The shifts that are known.
        """
        key = (row.month, tuple(row.people.items()), codes)
        if key not in self._read:
            self._read[key] = self._cells(row, codes)
        read = self._read[key]
        if read is None:
            return None
        words, roster = code_words(codes), Roster(row.duties)
        found = [
            Difference(who, name=_name(row, who), day=None, file=text, ledger=_name(row, who))
            for who, text in read.names.items()
        ]
        found += [Difference(who, name=who, day=day, file=text, ledger=None) for who, day, text in read.strange]
        for worker in row.people:
            for day in row.month.days():
                on_duty, texts = roster.on(worker, day), read.texts.get((worker, day), [])
                wrong = [text for text in texts if not _means(text, words, on_duty)]
                if wrong or (on_duty and not texts):
                    text = wrong[0] if wrong else None
                    found.append(
                        Difference(worker, name=_name(row, worker), day=day, file=text, ledger="+".join(on_duty))
                    )
        return sorted(found, key=lambda each: (each.day or date.min, each.worker))

    def _cells(self, row: VersionRow, codes: frozenset[str]) -> _Cells | None:
        """The cells of a version's people; `None` where the grid is of another month, or of none of them."""
        sheet = self.sheet
        if sheet is None or self.month not in (None, row.month):
            return None
        ids = {normal_width(worker): worker for worker in row.people}
        id_column = sheet.id_column(ids)
        if id_column is None:
            return None
        days, name_column = self.days(row.month), _name_column(sheet, row)
        texts: dict[tuple[str, date], list[str]] = {}
        strange: list[tuple[str, date, str]] = []
        names: dict[str, str] = {}
        words, begun = code_words(codes), False
        for number in range(sheet.top + 1, len(sheet.rows) + 1):
            text = sheet.text(number, id_column)
            worker = ids.get(normal_width(text))
            cells = [(day, sheet.text(number, column)) for column, day in days.items()]
            if worker:
                begun = True
                for day, cell in cells:
                    texts.setdefault((worker, day), []).append(cell)
                if name_column and normal_width(name := sheet.text(number, name_column)) != normal_width(
                    _name(row, worker)
                ):
                    names[worker] = name
            elif (text or begun) and not find_headed((PEOPLE.column("id"),), text):
                who = text or next(filter(None, (sheet.text(number, at) for at in range(1, min(sheet.days)))), "")
                on_duty = [(day, cell) for day, cell in cells if shifts_in(cell, words)]
                if text or any(any(map(str.isalpha, cell)) for _, cell in on_duty):  # and no row of counts
                    strange += [(who, day, cell) for day, cell in on_duty]
        return _Cells(texts, strange, names)

    def days(self, month: Month) -> dict[int, date]:
        """The date of each column that has one in the month."""
        known = {(day.year, day.month, day.day): day for day in month.days()}
        marks = self.sheet.days if self.sheet else {}
        found = {
            at: known.get((mark.year or month.year, mark.month or month.month, mark.day)) for at, mark in marks.items()
        }
        return {at: day for at, day in found.items() if day}


def _means(text: str, words: Mapping[str, str], codes: Sequence[str]) -> bool:
    """Whether a cell's text asks for these shifts, in whatever order."""
    shifts = shifts_in(text, words)
    return shifts is not None and set(shifts) == set(codes)


def _name(row: VersionRow, worker: str) -> str:
    """A person's name without the id that tells two of one name apart."""
    return row.people[worker].removesuffix(f"({worker})")


def _name_column(sheet: Sheet, row: VersionRow) -> int | None:
    """The column before the days that holds most of the names; `None` where none holds any."""
    names = {normal_width(_name(row, worker)) for worker in row.people}
    rows = range(sheet.top + 1, len(sheet.rows) + 1)
    columns = range(1, min(sheet.days))
    found = {column: sum(normal_width(sheet.text(number, column)) in names for number in rows) for column in columns}
    best = max(found, key=lambda column: found[column], default=None)
    return best if best and found[best] else None
