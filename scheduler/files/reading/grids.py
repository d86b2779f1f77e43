"""Tables as they stand in their file, and their cells as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from scheduler.files.reading.places import Place
from scheduler.files.schema.cells import DATE, DAY_KEY, EVENT_DAY, LINES, TIME, CellKind
from scheduler.timeline import clock_text

WINDOWS_EPOCH = datetime(1899, 12, 30)  # day 0 of a spreadsheet's serial dates, unless it counts from 1904


@dataclass(frozen=True)
class Grid:
    """A table as it stands in its file.

    Attributes
    ----------
    rows : tuple of (int, tuple)
        Row number and cells of every row that is not empty; the first is the header.
    epoch : datetime
        Day 0 of the serial dates among the cells.
    """

    place: Place
    rows: tuple[tuple[int, tuple[object, ...]], ...]
    epoch: datetime = WINDOWS_EPOCH


def cell_text(value: object, kind: CellKind, epoch: datetime = WINDOWS_EPOCH) -> str:
    """A value of a workbook or of desk.toml, as a user would have typed it into a cell of that kind."""
    if isinstance(value, bool):
        return str(value).lower()
    if kind is TIME and isinstance(value, datetime):  # a spreadsheet's 24:00
        from openpyxl.utils.datetime import to_excel

        value = to_excel(value, epoch)  # type: ignore[no-untyped-call]
    if isinstance(value, int) and value.bit_length() > 1000:  # more digits than Python writes, or a float holds
        return f"{value:#x}"
    if isinstance(value, int | float):
        if kind in (DATE, DAY_KEY, EVENT_DAY) and 1 <= value < 100_000:
            from openpyxl.utils.datetime import from_excel

            value = from_excel(value, epoch)
        elif kind is TIME and 0 <= value <= 1:
            value = timedelta(days=value)
        elif kind is TIME and value >= 100:
            return f"{value:04g}"
        elif isinstance(value, float) and value.is_integer():
            return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, timedelta) and timedelta(0) <= value <= timedelta(days=2):
        return clock_text(round(value / timedelta(minutes=1)))
    if isinstance(value, list):
        return ("\n" if kind is LINES else ";").join(str(item) for item in value)
    return "" if value is None else str(value).strip()
