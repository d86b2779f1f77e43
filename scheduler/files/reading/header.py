"""A table's header: which columns are read, which are asked about, and which are passed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scheduler.characters import find_hidden, name_character
from scheduler.domain import Note
from scheduler.errors import Fault
from scheduler.files.reading.places import NearestWords, Place, headers_of, shorten
from scheduler.files.schema.cells import LINE_BREAKS
from scheduler.files.schema.other_columns import TellingColumn, find_telling, meant_for
from scheduler.files.schema.table import NOT_SEEN, Column, Table, find_headed
from scheduler.i18n import Sentence, as_template, fill_in, join_sentences

TYPING_ERROR = 0.75  # how much of both words is the same where one is the other mistyped
MOST_NAMED = 12
NOT_READ = Sentence("{where}：没有读这些列：{columns}", "{where}: these columns were not read: {columns}")
OFFERED = Sentence("{title}（要当作“{column}”，请改列名）", "{title} (rename it to have it read as “{column}”)")
MORE_COLUMNS = Sentence("另 {n} 列", "{n} more")


@dataclass(frozen=True)
class Header:
    """The columns of a table's file, by position.

    Attributes
    ----------
    columns : mapping of int to Column
    telling : mapping of int to TellingColumn
        Columns of other programs whose cells may change what a row means.
    others : tuple of (str, Column or None)
        Those that are passed over, each with the column for which it may be meant.
    """

    columns: Mapping[int, Column]
    telling: Mapping[int, TellingColumn]
    others: tuple[tuple[str, Column | None], ...]

    def note(self, place: Place) -> Note | None:
        """What is said of the columns that are passed over; nothing where there are none."""
        if not self.others:
            return None
        where = shorten(place.file.replace("\\", "/").rpartition("/")[2]) + (f" {place.sheet}" if place.sheet else "")
        named = [
            fill_in(OFFERED, title=shorten(title), column=column.title)
            if column
            else Sentence(*[as_template(shorten(title))] * 2)
            for title, column in self.others[:MOST_NAMED]
        ]
        if (more := len(self.others) - MOST_NAMED) > 0:
            named.append(fill_in(MORE_COLUMNS, n=more))
        return Note(NOT_READ, (("where", where), ("columns", join_sentences(named))))


def read_header(table: Table, titles: Sequence[str], place: Place, faults: list[Fault]) -> Header:
    """The header of a table; columns that stand twice, are missing or mistyped go to `faults`."""
    columns: dict[int, Column] = {}
    telling: dict[int, TellingColumn] = {}
    unknown: list[str] = []
    for index, title in enumerate(titles):
        column = find_headed(table.columns, title)
        if column in columns.values():
            expected = Sentence("“{column}”列只有一个", "only one column “{column}”")
            faults.append(place.fault(expected, title, column=column.title if column else ""))
        elif column:
            columns[index] = column
        elif hidden := find_hidden(title.translate(LINE_BREAKS)):
            faults.append(place.fault(NOT_SEEN, title, character=name_character(hidden)))
        elif found := find_telling(table.name, title):
            telling[index] = found
            unknown.append(title)
        elif title:
            unknown.append(title)
    absent = [column for column in table.columns if column not in columns.values()]
    nearest = NearestWords(headers_of(absent))
    others: list[tuple[str, Column | None]] = []
    for title in unknown:
        meant = table.column(name) if (name := meant_for(table.name, title)) else None
        tail = nearest.tail(title, TYPING_ERROR)
        if tail.zh and not find_telling(table.name, title):
            expected = Sentence("“{table}”表已知的列{tail}", "a column of table “{table}”{tail}")
            faults.append(place.fault(expected, title, table=table.title, tail=tail))
        else:
            others.append((title, meant if meant in absent else None))
    for column in absent:
        if column.required:
            offered = next((title for title, meant in others if meant is column), "")
            tail = fill_in(IS_IT, title=shorten(offered)) if offered else Sentence("", "")
            expected = Sentence("缺少必需的列“{column}”{tail}", "the required column “{column}” is missing{tail}")
            faults.append(place.fault(expected, column=column.title, tail=tail))
    return Header(columns, telling, tuple(others))


IS_IT = Sentence("；是“{title}”列吗？请改列名", "; is it “{title}”? rename that column")
