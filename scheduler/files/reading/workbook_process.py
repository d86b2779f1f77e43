"""The process that reads a workbook: its bytes from standard input, its cells to standard output."""

from __future__ import annotations

import io
import pickle
import re
import sys
import warnings
from contextlib import suppress
from typing import Any
from zipfile import ZipFile

from scheduler.errors import InputError
from scheduler.files.reading.archive import MOST_PARTS, TooManyParts, check_directory, is_open_document
from scheduler.files.reading.places import Place
from scheduler.files.reading.shown import is_plain, number_shown
from scheduler.files.reading.workbook_cells import (
    NOT_A_PAGE,
    OLD_FORM,
    OUT_OF_BOUNDS,
    SheetCells,
    WorkbookCells,
)
from scheduler.files.reading.workbook_limits import PARTS, TOO_MANY, check_limits

LONGEST_TEXT = 32_767  # characters that Excel takes in a cell
MERGED = re.compile(rb"<(?:[\w.-]+:)?mergeCell\s[^>]*\bref\s*=\s*[\"']([A-Z]{1,3}\d{1,7}(?::[A-Z]{1,3}\d{1,7})?)[\"']")


def limit_resources(memory_bytes: int, cpu_seconds: int) -> None:
    """Have the system end this process when it takes too much memory or time; only where the system does so."""
    try:
        import resource
    except ImportError:  # Windows
        return
    limits = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        with suppress(ValueError, OSError):  # macOS refuses limits of memory
            resource.setrlimit(limit, (most, most))


def read_cells(content: bytes, place: Place) -> WorkbookCells:
    """The cells of a workbook; see `read_workbook_cells`."""
    if content.startswith(OLD_FORM):
        from scheduler.files.reading.xls_cells import read_xls

        return read_xls(content, place)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise InputError([place.fault(NOT_A_PAGE)])
    file = io.BytesIO(content)
    check_directory(file)
    with ZipFile(file) as parts:
        if is_open_document(parts):
            from scheduler.files.reading.ods_cells import read_ods

            check_limits(parts, place)
            return read_ods(content, parts, place)
        has_formulas = check_limits(parts, place)
    try:
        return _read_new(content, file, has_formulas)
    except (MemoryError, InputError):
        raise
    except Exception as error:  # whatever openpyxl trips over
        from scheduler.files.reading.odd_cells import NotRead, read_odd

        with ZipFile(file) as parts:
            try:
                return read_odd(content, parts)
            except NotRead:
                raise error from None


def _read_new(content: bytes, file: io.BytesIO, has_formulas: bool) -> WorkbookCells:
    """The cells of an .xlsx workbook as openpyxl reads them."""
    results = _open(content, data_only=True)
    written = _open(content, data_only=False) if has_formulas else results
    sheets = []
    with ZipFile(file) as parts:
        for sheet, source in zip(results.worksheets, written.worksheets, strict=True):
            merged = _merged_areas(parts.read(sheet._worksheet_path))
            sheets.append(_sheet_cells(sheet, source if has_formulas else None, merged))
    return WorkbookCells(tuple(sheets), results.epoch)


def _open(content: bytes, *, data_only: bool) -> Any:
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(content), read_only=True, data_only=data_only, keep_links=False)


def _merged_areas(part: bytes) -> tuple[tuple[int, int, int, int], ...]:
    from openpyxl.utils import range_boundaries

    bounds: list[Any] = [range_boundaries(found.decode()) for found in MERGED.findall(part)]
    return tuple((top, bottom, left, right) for left, top, right, bottom in bounds)


def _sheet_cells(results: Any, written: Any | None, merged: tuple[tuple[int, int, int, int], ...]) -> SheetCells:
    """The cells of a sheet, of which `written` has the formulas."""
    results.reset_dimensions()  # what the file says of its size may be wrong
    cells: dict[int, dict[int, object]] = {}
    errors: dict[tuple[int, int], str] = {}
    unresolved: dict[tuple[int, int], str] = {}
    forms: dict[int, str] = {}  # number formats by style, empty for those that show a number by its digits
    for row in results.iter_rows():
        for cell in row:
            value = cell.value
            if value is None:
                continue
            if isinstance(value, str) and len(value) > LONGEST_TEXT:
                raise ValueError(f"{cell.coordinate}: a text of {len(value)} characters")
            if isinstance(value, int | float) and not isinstance(value, bool):
                form = forms.get(cell._style_id)
                if form is None:
                    written_form = cell.number_format or ""
                    form = forms[cell._style_id] = "" if is_plain(written_form) else written_form
                value = number_shown(value, form) if form else value
            cells.setdefault(cell.row, {})[cell.column] = value
            if cell.data_type == "e":
                errors[cell.row, cell.column] = str(value)
    if written is not None:
        written.reset_dimensions()
        for row in written.iter_rows():
            for cell in row:
                if cell.data_type == "f" and cells.get(cell.row, {}).get(cell.column) is None:
                    unresolved[cell.row, cell.column] = str(getattr(cell.value, "text", cell.value))[:LONGEST_TEXT]
    hidden = results.sheet_state != "visible"
    return SheetCells(results.title, cells, unresolved=unresolved, errors=errors, merged=merged, hidden=hidden)


def main() -> None:
    """Read a workbook from standard input; the arguments are its name, the most memory in bytes and the most seconds.

    Whatever a damaged file makes its parsers trip over ends the process with an error.
    """
    file, memory_bytes, cpu_seconds = sys.argv[1:]
    limit_resources(int(memory_bytes), int(cpu_seconds))
    sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl does without; it takes memory for each core
    place = Place(file)
    found: WorkbookCells | InputError
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they speak of extensions that hold no cell
            found = read_cells(sys.stdin.buffer.read(), place)
    except InputError as error:
        found = error
    except MemoryError:
        sys.exit(OUT_OF_BOUNDS)
    except TooManyParts as error:
        found = InputError([place.fault(TOO_MANY, str(error), most=MOST_PARTS, what=PARTS)])
    pickle.dump(found, sys.stdout.buffer)


if __name__ == "__main__":
    main()
