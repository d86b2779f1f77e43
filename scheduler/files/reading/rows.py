"""Rows of a grid, with their values by column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from scheduler.domain import Note
from scheduler.errors import Fault
from scheduler.files.reading.grids import Grid, cell_text, check_number
from scheduler.files.reading.header import read_header
from scheduler.files.reading.places import MOST_TOLD, Place, column_letter, first_faults
from scheduler.files.schema.cells import TEXT, TIME
from scheduler.files.schema.day_parts import Half, TimedDay
from scheduler.files.schema.other_columns import TellingColumn
from scheduler.files.schema.table import Table
from scheduler.i18n import Sentence
from scheduler.timeline import DAY_MINUTES


@dataclass
class Row:
    """A row of a table: its values by column; a cell that could not be read has none.

    Attributes
    ----------
    headers : mapping of str to str
        Header by column name, as it stood there.
    texts : dict of str to str
        What stood in each cell.
    """

    place: Place
    headers: Mapping[str, str]
    texts: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def get(self, *columns: str) -> tuple[Any, ...] | None:
        """The values, or `None` where one of the cells could not be read."""
        return tuple(self.values[name] for name in columns) if all(name in self.values for name in columns) else None

    def at(self, column: str) -> Place:
        """The cell's place."""
        return self.place._replace(column=self.headers.get(column, ""))

    def fault(self, column: str, expected: Sentence, **facts: object) -> Fault:
        """A fault in a cell of this row."""
        return self.at(column).fault(expected, self.texts.get(column, ""), **facts)


COMMENT = "# "  # with which the first cell of a row begins that is for people alone


def is_comment(cells: Sequence[object]) -> bool:
    """Whether a row is for people alone: its first cell begins with # and a space, and there is no other."""
    first, *others = cells or ("",)
    return isinstance(first, str) and first.startswith(COMMENT) and not any(str(cell or "").strip() for cell in others)


Rows = Mapping[str, list[Row]]  # by table
NO_HOURS = Sentence(
    "与开始不同的时刻：00:00 到 00:00 是没填时刻，还是全天？全天请写 24:00",
    "a time other than the start: from 00:00 to 00:00 may be no hours at all, or the whole day; write 24:00 for that",
)


def span_of_row(row: Row) -> tuple[int, int] | None:
    """Start and end of a row in minutes of the day; an end that is not after the start is the next day's.

    `None` where one of them could not be read.
    """
    times = row.get("start", "end")
    return times and (times[0], times[1] if times[1] > times[0] else times[1] + DAY_MINUTES)


def _is_timed(value: object) -> bool:
    """Whether a value tells a part of a day, or a time behind a day."""
    return isinstance(value, TimedDay | Half | tuple)


def table_rows(
    table: Table,
    grid: Grid,
    faults: list[Fault],
    check: Callable[[Row], Iterable[Fault]] | None = None,
    notes: list[Note] | None = None,
) -> list[Row]:
    """The rows of a table below its header.

    Parameters
    ----------
    faults : list
        Takes what is wrong with header, cells and rows.
    notes : list, optional
        Takes what is said of columns that are not read.
    """
    lines = [(number, cells) for number, cells in grid.rows if not is_comment(cells)]
    if not lines:
        return []
    told: list[Fault] = []
    titles = [cell_text(cell, TEXT) for cell in lines[0][1]]
    header = read_header(table, titles, grid.place._replace(row=lines[0][0]), told)
    if notes is not None and (note := header.note(grid.place)):
        notes.append(note)
    columns = header.columns
    headers = {column.name: titles[index] for index, column in columns.items()}
    absent = {
        column.name: column.read("") for column in table.columns if column.name not in headers and not column.required
    }
    rows = []
    for number, cells in lines[1:]:
        row, asked = (
            Row(grid.place._replace(row=number), headers, values=dict(absent)),
            list[tuple[TellingColumn, Fault]](),
        )
        for index, cell in enumerate((*cells, *[None] * (len(titles) - len(cells)))):
            if index in columns:
                column = columns[index]
                row.texts[column.name] = text = cell_text(cell, column.kind, grid.epoch)
                try:
                    if not isinstance(cell, str):
                        check_number(cell, column.kind)
                    row.values[column.name] = column.read(text)
                except ValueError as error:
                    if len(told) <= MOST_TOLD:  # the other rows are read all the same, as references are to them, too
                        told.append(row.fault(column.name, column.wanted(text, error)))
            elif index in header.telling and len(told) <= MOST_TOLD:
                telling, text = header.telling[index], cell_text(cell, TIME if isinstance(cell, time) else TEXT)
                if not telling.is_idle(text):
                    asked.append((telling, row.place._replace(column=titles[index]).fault(telling.ask, text)))
            elif not (titles[index : index + 1] or [""])[0] and cell_text(cell, TEXT) and len(told) <= MOST_TOLD:
                here = row.place._replace(column=column_letter(index + 1))
                expected = Sentence("空格，此列没有表头", "an empty cell, as the column has no header")
                told.append(here.fault(expected, cell_text(cell, TEXT)))
        told.extend(
            fault for telling, fault in asked if not any(map(_is_timed, map(row.values.get, telling.settled_by)))
        )
        if check and len(told) <= MOST_TOLD:
            told.extend(check(row))
        rows.append(row)
    faults.extend(first_faults(told))
    return rows
