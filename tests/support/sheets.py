"""What tests read of a workbook: sheets as tables, and its properties."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook


def table(sheet) -> list[dict[str, Any]]:
    """The rows of a sheet that is one table, by its headings."""
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def properties_of(book: Workbook) -> Any:
    """The custom properties of a workbook, which openpyxl's stubs do not know."""
    return book.custom_doc_props  # type: ignore[attr-defined]


def texts_of(path: Path) -> str:
    """Every text in the cells of a workbook's sheets, one after another."""
    rows = (row for sheet in load_workbook(path) for row in sheet.iter_rows(values_only=True))
    return " ".join(str(value) for row in rows for value in row if value is not None)
