"""The cells of a CSV file."""

from __future__ import annotations

import csv
import io

from scheduler.errors import InputError
from scheduler.files.reading.grids import Grid
from scheduler.files.reading.places import Place
from scheduler.files.reading.source import MOST_CELLS, MOST_ROWS, too_many_fault
from scheduler.i18n import Sentence

DELIMITERS = ",;\t"
LONGEST_LINE, MOST_COLUMNS = 100_000, 256
SHORT_LINE = Sentence("至多 {most} 字的一行", "a line of at most {most} characters")
FEW_COLUMNS = Sentence("至多 {most} 列", "at most {most} columns")


def read_csv(text: str, place: Place) -> Grid:
    """The cells of a CSV text, separated by commas, semicolons or tabs, whichever the first line with any of them holds most of.

    Raises
    ------
    InputError
        When quotation marks are not in pairs, or there are more rows, columns or characters in a line than a table has.
    """
    lines_of_text = text.splitlines()
    for number, line in enumerate(lines_of_text, 1):
        if len(line) > LONGEST_LINE:
            raise InputError([place._replace(row=number).fault(SHORT_LINE, line, most=LONGEST_LINE)])
    lines = (line for line in lines_of_text if not line.lstrip('"').startswith("# "))
    head = next((line for line in lines if any(map(line.count, DELIMITERS))), "")
    delimiter = max(DELIMITERS, key=head.count)
    if text.count(delimiter) > MOST_CELLS:
        raise InputError([too_many_fault(place, str(text.count(delimiter)))])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, tuple[object, ...]]] = []
    number = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) > MOST_COLUMNS:
                    here = place._replace(row=number)
                    raise InputError([here.fault(FEW_COLUMNS, str(len(cells)), most=MOST_COLUMNS)])
                rows.append((number, tuple(cells)))
            number = reader.line_num + 1
    except csv.Error as error:
        expected = Sentence("合规的 CSV：引号成对", "well-formed CSV with its quotation marks in pairs")
        raise InputError([place._replace(row=number).fault(expected, str(error))]) from error
    if len(rows) > MOST_ROWS + 1:
        raise InputError([too_many_fault(place, str(len(rows) - 1))])
    return Grid(place, tuple(rows))
