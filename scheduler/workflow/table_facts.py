"""What the log holds of changes to a desk's tables, and of links on paper that were shut; see `facts` for the format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from scheduler.domain import Month
from scheduler.workflow.facts import Json, versioned


class ChangedRow(NamedTuple):
    """A row of a table, by the English names of its columns: what stood there and what stands; empty where there was or is none."""

    row: int
    before: Mapping[str, str]
    after: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class TableChangedFacts:
    """Rows of one of the desk's tables were changed.

    Attributes
    ----------
    table : str
        Its English name.
    file : str
        Without folders.
    rows : tuple of ChangedRow
        What is private (`PRIVATE_COLUMNS`) stands there as `PRIVATE_CELL`.
    mark : str
        Digest of the file as it was written.
    """

    table: str
    file: str
    rows: tuple[ChangedRow, ...]
    mark: str = ""

    def to_json(self) -> dict[str, object]:
        """The facts in JSON's types."""
        rows = [[one.row, _hide_cells(self.table, one.before), _hide_cells(self.table, one.after)] for one in self.rows]
        return versioned({"table": self.table, "file": self.file, "rows": rows, "mark": self.mark})

    @classmethod
    def read(cls, facts: Json) -> TableChangedFacts:
        """Read them from an entry's facts."""
        rows = tuple(ChangedRow(int(row), dict(before), dict(after)) for row, before, after in facts["rows"])
        return cls(table=str(facts["table"]), file=str(facts["file"]), rows=rows, mark=str(facts.get("mark", "")))


@dataclass(frozen=True, kw_only=True)
class LinkShutFacts:
    """Somebody's link on paper was shut, of which month."""

    worker: str
    month: Month

    def to_json(self) -> dict[str, object]:
        """The facts in JSON's types; the month stands as `of`, for `month` is a version's."""
        return versioned({"worker": self.worker, "of": str(self.month)})

    @classmethod
    def read(cls, facts: Json) -> LinkShutFacts:
        """Read them from an entry's facts."""
        return cls(worker=str(facts["worker"]), month=Month.parse(str(facts["of"])))


PRIVATE_COLUMNS = {
    "people": ("phone", "protection", "protection_from", "protection_to"),
    "leave": ("kind", "certificate"),
}
PRIVATE_CELL = "…"


def _hide_cells(table: str, cells: Mapping[str, str]) -> dict[str, str]:
    hidden = PRIVATE_COLUMNS.get(table, ())
    return {name: PRIVATE_CELL if text and name in hidden else text for name, text in cells.items()}
