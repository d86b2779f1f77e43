"""A desk's files as they were read: the grids of its tables, the settings, and where each stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from scheduler.domain import Note
from scheduler.errors import Fault
from scheduler.files.reading.grids import Grid
from scheduler.files.reading.places import Place, headers_of, nearest_word
from scheduler.files.schema.settings import SETTINGS
from scheduler.files.schema.table import MOST_ROWS as MOST_ROWS
from scheduler.files.schema.table import Table, find_headed
from scheduler.files.schema.tables import TABLES
from scheduler.i18n import Sentence

MOST_CELLS = 1_000_000  # of a sheet


class Setting(NamedTuple):
    """A setting's value and where it stands."""

    value: Any
    place: Place


# Settings by section and key; that of a rule is its whole table.
Settings = dict[str, dict[str, Setting]]
SECTIONS = ("desk", "opening", "service", "breaks", "page", "attendance", "rights", "rules")
MOST_FILES_TOLD = 10
MORE_FILES = Sentence("另有 {n} 个文件没有读", "{n} more files were not read")
ONLY_ONCE = Sentence("每项设置只写一次", "each setting only once")


@dataclass
class Source:
    """A desk's files; settings and grids are `None` where they are there but could not be read.

    Attributes
    ----------
    passed_over : list of Note
        On files that stand beside the tables and whose name is none of a table.
    columns_over : list of Note
        On columns of the tables that are not read, one for each table that has such.
    not_csv : dict of str to Note
        On files of other kinds beside the tables, by the table whose name they have.
    """

    place: Place
    settings: Settings | None = None
    grids: dict[str, Grid | None] = field(default_factory=dict)
    passed_over: list[Note] = field(default_factory=list)
    columns_over: list[Note] = field(default_factory=list)
    not_csv: dict[str, Note] = field(default_factory=dict)

    def told_of_files(self) -> tuple[Note, ...]:
        """Notes on the first files that were not read as a user may think, and how many others there are."""
        notes = (*self.not_csv.values(), *self.passed_over)
        others = len(notes) - MOST_FILES_TOLD
        return notes if others <= 0 else (*notes[:MOST_FILES_TOLD], Note(MORE_FILES, (("n", others),)))

    def place_of(self, table: Table) -> Place:
        """Where a table is, or should be."""
        grid = self.grids.get(table.name)
        if grid:
            return grid.place
        folder, toml, _ = self.place.file.rpartition("desk.toml")
        return Place(f"{folder}{table.name}.csv") if toml else Place(self.place.file, table.name)


def find_table(name: str, place: Place, known: Iterable[str], faults: list[Fault]) -> Table | None:
    """The table of that file or sheet name, unless there is none or it was there before."""
    tables = (*TABLES, SETTINGS) if place.sheet else TABLES
    table = find_headed(tables, name)
    if not table:
        tail = nearest_word(name, headers_of(tables))
        faults.append(place.fault(Sentence("已知的表名{tail}", "the name of a table{tail}"), name, tail=tail))
    elif table.name in known:
        faults.append(place.fault(Sentence("“{table}”表只有一份", "only one table “{table}”"), name, table=table.title))
        return None
    return table


def too_many_fault(place: Place, found: str) -> Fault:
    """The fault of a table that is too large."""
    expected = Sentence("至多 {rows} 行、{cells} 格", "at most {rows} rows and {cells} cells")
    return place.fault(expected, found, rows=MOST_ROWS, cells=MOST_CELLS)


def unknown_section_fault(section: str, place: Place) -> Fault:
    """The fault of a section of settings that does not exist."""
    expected = Sentence(
        "[desk]、[opening]、[service]、[breaks]、[page]、[attendance]、[rights] 或 [rules.规则名]{tail}",
        "[desk], [opening], [service], [breaks], [page], [attendance], [rights] or [rules.NAME]{tail}",
    )
    return place.fault(expected, section, tail=nearest_word(section, SECTIONS))
