"""An outside reader of an exported change log: it has the workbook and openpyxl, and nothing of the program.

It knows the titles of sheets and columns, as the sheet 说明 explains them.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import load_workbook

Row = dict[str, Any]
Cells = dict[tuple[str, date], str]  # by person and day: the shifts, joined by +


class CopyHeld(NamedTuple):
    """What became of a copy: when, and by whom it was recorded."""

    given: datetime
    received: tuple[datetime | None, str]
    void_since: datetime | None
    returned: tuple[datetime | None, str]


class LogReader:
    """The change log of a workbook."""

    def __init__(self, path: Path) -> None:
        book = load_workbook(path, read_only=True)
        self.sheets: dict[str, list[Row]] = {}
        for sheet in book.worksheets[1:]:
            head, *rows = sheet.iter_rows(values_only=True)
            self.sheets[sheet.title] = [dict(zip(map(str, head), row, strict=True)) for row in rows]
        book.close()

    def version_in_force(self, month: str, at: datetime) -> int | None:
        """The version of a month that was in force at a moment."""
        found = [
            row["版本"]
            for row in self.sheets["版本"]
            if row["月份"] == month
            and row["发布时间"] is not None
            and row["发布时间"] <= at
            and (row["作废时间"] is None or row["作废时间"] > at)
        ]
        assert len(found) <= 1, found
        return found[0] if found else None

    def roster(self, version: int) -> Cells:
        """Who is on which shift by a version."""
        found: Cells = {}
        for row in self.sheets["版本班表"]:
            if row["版本"] == version:
                year, month = map(int, row["月份"].split("-"))
                days = [day for day in range(1, 32) if row[str(day)]]
                found |= {(row["工号"], date(year, month, day)): row[str(day)] for day in days}
        return found

    def on_duty(self, day: date, at: datetime) -> dict[str, str]:
        """Who was on which shift on a day, by the version that was in force at a moment."""
        version = self.version_in_force(f"{day:%Y-%m}", at)
        cells = self.roster(version) if version else {}
        return {worker: shifts for (worker, when), shifts in cells.items() if when == day}

    def worked(self) -> Cells:
        """What was worked otherwise than the roster says, by the entries after the fact: the last about a cell counts."""
        rows = [row for row in self.sheets["改动明细"] if row["作用"] == "补记实际"]
        return {(row["工号"], row["日期"].date()): row["现"] or "" for row in rows}

    def story(self, request: int) -> list[tuple[str, str, str]]:
        """What was done with a request: step, by whom, because."""
        of_request = ("申请", "确认", "重新核对", "批准", "驳回", "撤回", "撤销", "落空")
        rows = [row for row in self.sheets["变更记录"] if row["申请号"] == request and row["事项"] in of_request]
        return [(row["事项"], row["经办工号"], row["原因"] or "") for row in rows]

    def states(self) -> dict[int, str]:
        """The state of each request."""
        return {row["申请号"]: row["状态"] for row in self.sheets["申请"]}

    def asked(self, request: int) -> tuple[str, set[str], date | None]:
        """Who asked, whom it concerns, and the first day that it is about."""
        (row,) = [row for row in self.sheets["申请"] if row["申请号"] == request]
        people = set(row["关系到（工号）"].split("/")) if row["关系到（工号）"] else set()
        return row["申请人工号"], people, row["首日"].date() if row["首日"] else None

    def moved_by(self, request: int) -> Cells:
        """The cells of rosters that a request moved, as they are after it."""
        rows = [row for row in self.sheets["改动明细"] if row["申请号"] == request and row["作用"] == "已改"]
        return {(row["工号"], row["日期"].date()): row["现"] or "" for row in rows}

    def copies(self) -> dict[tuple[int, str], CopyHeld]:
        """Every copy by version and holder."""
        return {
            (row["版本"], row["工号"]): CopyHeld(
                row["发放时间"],
                (row["签收时间"], row["签收登记工号"] or ""),
                row["作废时间"],
                (row["收回时间"], row["收回登记工号"] or ""),
            )
            for row in self.sheets["签收"]
        }
