"""The tables of a desk's log, all together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from scheduler.files.writing import labels
from scheduler.files.writing import log_titles as titles
from scheduler.files.writing.log_tables import MOVES, LogTable
from scheduler.files.writing.step_columns import CELL_FIELDS, REQUEST_FIELDS, STEP_FIELDS, CellRow
from scheduler.files.writing.version_columns import COPY_FIELDS, HOURS_FIELDS, ROSTER_FIELDS, VERSION_FIELDS
from scheduler.workflow.desk_log import DeskLog, ShiftHours


def log_tables(log: DeskLog) -> tuple[LogTable, ...]:
    """Every table of a log, in the order of the workbook's sheets."""
    hours = _HoursOnRecord(log.hours)
    cells = [
        CellRow(step, cell, *(hours.of(step.version, cell.change.day, codes) for codes in cell.change[2:]))
        for step in log.steps
        for cell in step.cells
    ]
    return (
        LogTable("entries", labels.LOG, titles.STEPS_ABOUT, STEP_FIELDS, log.steps, held=2),
        LogTable("cells", MOVES, titles.CELLS_ABOUT, CELL_FIELDS, cells),
        LogTable("requests", titles.REQUESTS, titles.REQUESTS_ABOUT, REQUEST_FIELDS, log.requests),
        LogTable("versions", titles.VERSIONS, titles.VERSIONS_ABOUT, VERSION_FIELDS, log.versions),
        LogTable("copies", titles.COPIES, titles.COPIES_ABOUT, COPY_FIELDS, log.copies),
        LogTable("rosters", titles.ROSTERS, titles.ROSTERS_ABOUT, ROSTER_FIELDS, log.rosters, held=4),
        LogTable("hours", titles.HOURS_TABLE, titles.HOURS_ABOUT, HOURS_FIELDS, log.hours),
    )


class _HoursOnRecord:
    """From when to when shifts were, by the version that is nearest."""

    def __init__(self, rows: Sequence[ShiftHours]) -> None:
        self._rows: dict[tuple[str, str], list[ShiftHours]] = {}
        for row in rows:
            self._rows.setdefault((str(row.month), row.shift), []).append(row)

    def of(self, version: int | None, day: date, codes: Sequence[str]) -> str:
        """The hours of shifts on a day, as `08:00–16:00`; of one that no version of the month has, nothing."""
        told = []
        for code in codes:
            rows = self._rows.get((f"{day:%Y-%m}", code), [])
            if rows:
                row = min(rows, key=lambda row: (not row.first <= day <= row.last, abs(row.version - (version or 0))))
                told.append(f"{row.start}–{row.end}")
        return "+".join(told)
