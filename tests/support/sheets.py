"""What tests read of a workbook: sheets as tables, and its properties."""

from __future__ import annotations

from typing import Any

from openpyxl import Workbook


def table(sheet) -> list[dict[str, Any]]:
    """The rows of a sheet that is one table, by its headings."""
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def properties_of(book: Workbook) -> Any:
    """The custom properties of a workbook, which openpyxl's stubs do not know."""
    return book.custom_doc_props  # type: ignore[attr-defined]
