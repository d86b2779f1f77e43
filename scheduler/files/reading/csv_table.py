"""The cells of a CSV file."""

from __future__ import annotations

import csv
import io

from scheduler.errors import InputError
from scheduler.files.reading.grids import Grid
from scheduler.files.reading.places import Place
from scheduler.files.reading.source import MOST_ROWS, too_many_fault
from scheduler.i18n import Sentence


def read_csv(text: str, place: Place) -> Grid:
    """The cells of a CSV text, separated by commas, semicolons or tabs, whichever its first line holds most of.

    Raises
    ------
    InputError
        When quotation marks are not in pairs, or there are too many rows.
    """
    head = next((line for line in text.splitlines() if line.strip()), "")
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    rows: list[tuple[int, tuple[object, ...]]] = []
    number = 1
    try:
        for cells in lines:
            if any(cell.strip() for cell in cells):
                rows.append((number, tuple(cells)))
            number = lines.line_num + 1
    except csv.Error as error:
        expected = Sentence("合规的 CSV：引号成对", "well-formed CSV with its quotation marks in pairs")
        raise InputError([place._replace(row=number).fault(expected, str(error))]) from error
    if len(rows) > MOST_ROWS + 1:
        raise InputError([too_many_fault(place, str(len(rows) - 1))])
    return Grid(place, tuple(rows))
