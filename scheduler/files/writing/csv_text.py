"""CSV as spreadsheets open it: with a BOM, and no cell a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from scheduler.files.writing.page import clean

FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")


def harmless(value: object) -> object:
    """A value of a CSV cell: on one line, and no formula in any program that opens it."""
    if not isinstance(value, str):
        return "" if value is None else value
    text = " ".join(clean(value).split("\n")).strip()
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def csv_bytes(rows: Iterable[Sequence[object]]) -> bytes:
    """The rows as CSV, which Excel opens in Chinese."""
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    for row in rows:
        lines.writerow([harmless(value) for value in row])
    return text.getvalue().encode("utf-8-sig")
