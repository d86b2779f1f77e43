"""What was edited in a version that was superseded meanwhile, for the version that took its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scheduler.app.locations import open_existing_ledger
from scheduler.domain import Change
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.ledger.store import VersionRow, VersionStatus
from scheduler.workflow.working_copy import Cell, Codes, WorkingCopy


@dataclass(frozen=True)
class LeftEdits:
    """Cells that were edited in a superseded version, held against the one in force.

    Attributes
    ----------
    cells : mapping of Cell to codes
        What can be done there as it was done here: the cell holds in both versions what it held.
    moved : tuple of Change
        What cannot: from what the cell holds in the version in force to what was wanted.
    pins : frozenset of Cell
    """

    cells: Mapping[Cell, Codes]
    moved: tuple[Change, ...]
    pins: frozenset[Cell]

    @classmethod
    def of(cls, edited: WorkingCopy, live: WorkingCopy) -> LeftEdits:
        """From the version that was edited and the one in force, which may be edited as well."""
        now = live.roster
        open_ = {cell: codes for cell, codes in edited.cells.items() if now.on(*cell) != codes}
        moved = {cell for cell in open_ if now.on(*cell) != edited.base.on(*cell)}
        return cls(
            {cell: codes for cell, codes in open_.items() if cell not in moved},
            tuple(Change(*cell, now.on(*cell), codes) for cell, codes in open_.items() if cell in moved),
            edited.pins - live.pins,
        )


def find_superseded(
    files: DeskFiles, desk: Path, version: int, *, store: str | None = None
) -> tuple[VersionRow, VersionRow] | None:
    """A superseded version and the one of its month in force; `None` where it is not superseded, or none is.

    Raises
    ------
    LedgerError
        There is no such version.
    """
    with open_existing_ledger(desk, store) as ledger:
        row = ledger.version(files.desk.id, version)
        live = ledger.live(files.desk.id, row.month) if row.status == VersionStatus.SUPERSEDED else None
    return (row, live) if live else None
