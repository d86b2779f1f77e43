"""Tables as they stand in their file, and their cells as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from scheduler.files.reading.places import Place
from scheduler.files.reading.shown import Shown
from scheduler.files.schema.cells import (
    AS_TEXT,
    CERTIFICATE,
    COUNTS,
    DATE,
    DAY_KEY,
    DUTY,
    EVENT_DAY,
    FILE_ID,
    ID,
    LINES,
    LIST,
    SKILLS,
    TEXT,
    TIME,
    TIMED_DATE,
    VALUE,
    CellKind,
)
from scheduler.files.schema.unclear import Unclear
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


DAYS = (DATE, TIMED_DATE, CERTIFICATE, DAY_KEY, EVENT_DAY)
CODES = (ID, FILE_ID, LIST, DUTY, SKILLS, COUNTS)
MOST_DIGITS = 10**15  # from here on a spreadsheet rounds
HALF_A_SECOND = timedelta(seconds=0.5)  # to which a spreadsheet's fractions of a day are exact


def check_number(value: object, kind: CellKind) -> None:
    """Raise `Unclear` for a spreadsheet's number in a place for ids or text that is not what was typed there any more."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        rounded = kind in (*CODES, TEXT, VALUE) and abs(value) >= MOST_DIGITS
        if rounded or (kind in CODES and (isinstance(value, Shown) or not float(value).is_integer())):
            raise Unclear(AS_TEXT)


def cell_text(value: object, kind: CellKind, epoch: datetime = WINDOWS_EPOCH) -> str:
    """A value of a workbook or of desk.toml, whole, as a user would have typed it into a cell of that kind."""
    if isinstance(value, bool):
        return str(value).lower()
    if kind is TIME and isinstance(value, datetime):  # a spreadsheet's 24:00
        from openpyxl.utils.datetime import to_excel

        value = timedelta(days=to_excel(value, epoch))  # type: ignore[no-untyped-call]
    if isinstance(value, int) and value.bit_length() > 1000:  # more digits than Python writes, or a float holds
        return f"{value:#x}"
    if isinstance(value, int | float):
        if kind in DAYS and 1 <= value < 100_000:
            from openpyxl.utils.datetime import from_excel

            value = from_excel(value, epoch)
        elif kind is TIME and 0 < value < 1:
            value = timedelta(days=value)
        elif kind is TIME and value >= 100:
            return f"{value:04g}"
        elif isinstance(value, float) and value.is_integer():
            return str(int(value))
        else:
            return repr(value) if type(value) in (int, float) else repr(float(value))
    if isinstance(value, datetime):
        return _day_text(value)
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    if isinstance(value, timedelta):
        return _length_text(value)
    if isinstance(value, list):
        return ("\n" if kind is LINES else ";").join(str(item) for item in value)
    return "" if value is None else str(value).strip()


def _day_text(value: datetime) -> str:
    """A day, with its time unless that is midnight."""
    day = value + HALF_A_SECOND if value < datetime.max - HALF_A_SECOND else value
    if day.time() < (datetime.min + 2 * HALF_A_SECOND).time():
        return day.date().isoformat()
    return day.isoformat(" ", "minutes" if day.second == 0 else "seconds")


def _length_text(value: timedelta) -> str:
    """A length of time as a time of day where it is one of whole minutes."""
    minutes = round(value / timedelta(minutes=1))
    if timedelta(0) <= value <= timedelta(days=2) and abs(value - timedelta(minutes=minutes)) <= HALF_A_SECOND:
        return clock_text(minutes)
    return str(value)
